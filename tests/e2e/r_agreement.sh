#!/bin/sh
# The gate's statistics equal R's to 1e-9 on 1,000 random cases with ties.
set -eu
here=$(dirname "$0")
tool=$(dirname "$ASSAY")/gate_stats
if ! command -v Rscript > /dev/null; then
    echo "SKIPPED: R is absent (Debian: r-base-core); statistics not compared"
    exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
Rscript --vanilla "$here/r_agreement.R" "$dir/in" "$dir/want"
"$tool" < "$dir/in" > "$dir/got"
python3 - "$dir" <<'PY'
import sys
d = sys.argv[1]
cases, want, got = (open(f"{d}/{n}").read().splitlines() for n in ("in", "want", "got"))
assert len(cases) == len(want) == len(got) > 1000, (len(cases), len(want), len(got))
bad = 0
for c, w, g in zip(cases, want, got):
    w, g = [[float(x) for x in s.split()] for s in (w, g)]
    # Not only close: p-values are compared relatively where they are small.
    if len(w) != len(g) or any(abs(a - b) > 1e-9 * max(1, abs(a)) for a, b in zip(w, g)):
        bad += 1
        print("differs:", c[:160], "\n  R    ", w, "\n  assay", g)
print(f"{len(cases)} cases compared with R, {bad} differ")
sys.exit(bad > 0)
PY
