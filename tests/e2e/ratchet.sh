#!/bin/sh
# check --baseline: known findings do not count, new ones do, gone ones are told.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset CI || true
cd "$dir"
# run STATUS ARGUMENT...
run() {
    want=$1; shift
    rc=0
    "$ASSAY" check --no-config "$@" > out 2> err < /dev/null || rc=$?
    [ $rc -eq "$want" ] || { echo "ratchet: exit $rc, want $want: $*"; cat out err; exit 1; }
}
told() { grep -q "$1" err || { echo "ratchet: not told: $1"; cat out err; exit 1; }; }

mkdir r
printf 'The run%s was short.\n' '<unused7>' > r/a.md
printf 'All well.\n' > r/b.md
run 1 r
CI=1 run 2 --write-baseline known.json r
[ ! -e known.json ]
run 0 --write-baseline known.json r
run 0 --baseline known.json r
told '0 new findings, 1 unchanged, 0 absent'
# The finding moves: still known. A second of the same text: new.
printf 'A line before.\n\nThe run%s was short.\n' '<unused7>' > r/a.md
run 0 --baseline known.json r
printf 'The run%s was%s short.\n' '<unused7>' '<unused7>' > r/a.md
run 1 --baseline known.json r
told '1 new findings, 1 unchanged'
run 1 --baseline known.json -f json r
jq -e '[.reports[].findings[].baseline] == ["known","new"]' out > /dev/null
run 1 --baseline known.json -f sarif r
jq -e '[.runs[0].results[].baselineState] | sort == ["new","unchanged"]' out > /dev/null
# New debt only when it is asked for.
run 2 --write-baseline known.json r
told 'accept-new'
run 0 --write-baseline known.json --accept-new r
run 0 --baseline known.json -j 4 r
# What is gone is told, fails under strict, and goes when pruned.
printf 'Nothing leaked.\n' > r/a.md
run 0 --baseline known.json r
told '2 absent'
run 1 --baseline known.json --strict-baseline r
# Of a report that was not judged nothing is gone.
run 0 --baseline known.json --strict-baseline r/b.md
run 0 --baseline known.json --prune-baseline r/b.md
jq -e '.findings | length == 3' known.json > /dev/null
run 0 --baseline known.json --prune-baseline r
jq -e '.findings | length == 1' known.json > /dev/null
run 2 --baseline absent.json r
printf '{"schema":"assay-findings/1","findings":[' > torn.json
run 2 --baseline torn.json r
echo "ratchet: ok"
