#!/bin/sh
# What the proxy adds: time to the first byte and to the end of a recorded
# stream, with and without it, taken in turns. Targets: under 1 ms to the first
# token, under 3 % to the stream.
set -u
: "${ASSAY:=build/assay}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
t=$(mktemp -d) || exit 1
pids=
trap 'kill $pids 2>/dev/null; rm -rf "$t"' EXIT
wait_for() {
    n=0
    while [ ! -s "$1" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    cat "$1"
}
"$ASSAY" replay --speed 8 "$top/golden/streams/sound" > "$t/url" &
pids="$pids $!"
url=$(wait_for "$t/url")
"$ASSAY" proxy -q --listen 127.0.0.1:0 --upstream "$url" --records "" > "$t/purl" &
pids="$pids $!"
purl=$(wait_for "$t/purl")
body='{"model":"gemma3:latest","prompt":"technical report"}'
one() { curl -sN --max-time 30 -o /dev/null -w '%{time_starttransfer} %{time_total}\n' \
    "$1/api/generate" -d "$body" >> "$2"; }
i=0
while [ $i -lt 21 ]; do
    one "$url" "$t/direct"
    one "$purl" "$t/proxied"
    i=$((i + 1))
done
python3 - "$t/direct" "$t/proxied" <<'P'
import statistics, sys
a, b = ([tuple(map(float, l.split())) for l in open(f)] for f in sys.argv[1:])
for k, what, target in (0, "first byte", "1 ms"), (1, "whole stream", "3 %"):
    for name, pick in ("median", statistics.median), ("least", min):
        x, y = (pick(r[k] for r in rows) * 1000 for rows in (a, b))
        print(f"{what}, {name} of {len(a)}: direct {x:.2f} ms, proxied "
              f"{y:.2f} ms, added {y - x:.2f} ms ({(y / x - 1) * 100:.2f} %; "
              f"target: under {target})")
P
