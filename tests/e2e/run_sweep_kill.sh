#!/bin/sh
# kill -9 at random points of a sweep, then --resume: every run is there once,
# no file is torn. KILLS=100 makes it thorough (make test-kill).
set -u
: "${ASSAY:=build/assay}" "${KILLS:=12}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
t=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
"$ASSAY" replay --speed 0 "$top/golden/streams/sound" > "$t/url" &
server=$!
n=0
while [ ! -s "$t/url" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done

# 50 runs: 10 variants, 5 repetitions.
set -- run --scenario single --endpoint "$(cat "$t/url")" --out "$t/out" \
    --data "$top/golden/data/bench" --runs 5 --resume --select truncated -q \
    --sweep num_ctx=512,1024 --sweep temperature=0.2,0.4,0.6,0.8,1.0
kills=0
while [ "$kills" -lt "$KILLS" ]; do
    # Over and over again from nothing, so that every phase is met.
    [ "$kills" -eq $((KILLS / 2)) ] && rm -rf "$t/out"
    "$ASSAY" "$@" > /dev/null 2> "$t/log" &
    pid=$!
    sleep "$(awk -v s="$kills$$" 'BEGIN { srand(s); printf "%.3f", 0.01 + rand() * 0.25 }')"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    kills=$((kills + 1))
    # A record that is there is whole, and so is the report it names.
    for r in "$t"/out/v*.json; do
        [ -e "$r" ] || continue
        jq -e '.schema == "assay-run/1" and .report.bytes > 0' "$r" \
            > /dev/null || { echo "FAIL torn record $r"; exit 1; }
    done
done
timeout 120 "$ASSAY" "$@" > "$t/stdout" 2> "$t/log"
rc=$?
[ $rc = 0 ] || { echo "FAIL the last resume: exit $rc"; cat "$t/log"; exit 1; }
records=$(ls "$t"/out/v*-run-*.json | wc -l)
ids=$(jq -r '.id' "$t"/out/v*-run-*.json | sort -u | wc -l)
[ "$records" = 50 ] && [ "$ids" = 50 ] ||
    { echo "FAIL $records records, $ids ids, expected 50"; exit 1; }
for r in "$t"/out/v*-run-*.json; do
    f=$(jq -r .report.file "$r")
    [ "$(sha256sum < "$t/out/$f" | cut -d' ' -f1)" = "$(jq -r .report.sha256 "$r")" ] ||
        { echo "FAIL $f is not the report of its record"; exit 1; }
done
left=$(find "$t/out" -name '*.tmp-*' | wc -l)
[ "$left" = 0 ] || { echo "FAIL $left temporary files are left"; exit 1; }
# The order is random within a repetition, and the same every time.
jq -e '.order | length == 50 and (unique | length == 50) and . != sort' \
    "$t/out/plan.json" > /dev/null || { echo "FAIL the plan's order"; exit 1; }
# Another plan does not go on in this folder.
"$ASSAY" "$@" --sweep num_ctx=256 > /dev/null 2>&1
[ $? = 2 ] || { echo "FAIL another plan was taken"; exit 1; }
