#!/bin/sh
# The example of README.md is what assay prints: the report is read off its
# quoted lines and findings, the data are golden/data/bench.
set -u
: "${ASSAY:=build/assay}"
case $ASSAY in /*) ;; *) ASSAY=$PWD/$ASSAY ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 2
ln -s "$top/golden/data/bench" results
cat > report.md <<'X'
# Report

Okay, here's the report you asked for.

At batch size 1 kestrel-2b with q4 weights reached 131.7 tokens per second.
Across 240 requests the median latency was 17.9 seconds, and the 95th
percentile 24.75 ms, as `latency_final.csv` shows.
Выводы: скорость выросла.
X
unset COLUMNS
# Without the raw evidence and the line of all reports, as README.md says.
"$ASSAY" check --no-config --color never --data results/ report.md |
    grep -v -e '^   = verdict: ' -e '^   = name: ' -e '^   = lang: ' \
        -e '^$' -e '^1 report: ' > got
sed -n '/^\$ assay check/,/^```$/p' "$top/README.md" | sed '1d;$d' > want
[ -s want ] || { echo "readme: no example found"; exit 1; }
diff -u want got && echo "readme: the example is what assay prints"
