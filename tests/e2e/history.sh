#!/bin/sh
# assay history: builds come in whole or not at all, even when killed; a change
# is found where it is.
set -eu
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/h.db
run() {
    want=$1; shift
    rc=0
    "$ASSAY" history --db "$db" "$@" > "$dir/out" 2> "$dir/err" || rc=$?
    [ $rc -eq "$want" ] || { echo "history: exit $rc, want $want: $*"; cat "$dir/out" "$dir/err"; exit 1; }
}
unset GITHUB_SHA CI_COMMIT_SHA GIT_COMMIT || true
run 2
grep -q 'no history yet' "$dir/err"
for i in 01 02 03 04 05 06 07 08 09 10 11 12; do
    slow=1.0
    [ $i -gt 6 ] && slow=1.3
    python3 "$here/lib/make_runs.py" "$dir/r$i" --seed $i --runs 4 --slow $slow
    run 0 add --label b$i "$dir/r$i"
done
run 0 --series 'single/report* tokens_per_second'
grep -q 'change at b07: .*p=0.0' "$dir/out"
[ "$(grep -c 'builds$' "$dir/out")" = 1 ]
run 0 --json
cp "$dir/out" "$dir/one"
jq -e '[.series[] | select(.metric == "tokens_per_second") | .changes[].label] | unique == ["b07"]' "$dir/one" > /dev/null
jq -e '[.series[] | select(.metric == "score") | .changes[]] == []' "$dir/one" > /dev/null
# The same build again replaces itself.
run 0 add --label b12 "$dir/r12"
run 0 --json
cmp "$dir/one" "$dir/out"
run 2 add "$dir/r12"
GITHUB_SHA=abc run 0 add "$dir/r01"
run 2 --series 'nothing*'
# Killed at any moment: what was there stays, the build is whole or absent.
whole=$(jq '[.series[].points[] | select(.label == "b01")] | length' "$dir/one")
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$ASSAY" history --db "$db" add --label k$i "$dir/r03" 2> /dev/null &
    pid=$!
    sleep 0.00$((i % 10))
    kill -9 $pid 2> /dev/null || true
    wait $pid 2> /dev/null || true
done
run 0 --json
jq -e --argjson n "$whole" '[.series[].points[] | .label] | group_by(.) | map({l: .[0], n: length})
    | all(.n == $n)' "$dir/out" > /dev/null || { echo "history: a torn build"; jq -c "[.series[].points[] | .label] | group_by(.) | map({l: .[0], n: length})" "$dir/out"; exit 1; }
jq -e '[.series[].points[] | select(.label == "b07")] | length > 0' "$dir/out" > /dev/null
# What is not ours is left alone.
printf 'not a database, and long enough to be looked at as one' > "$dir/x.db"
cp "$dir/x.db" "$dir/y.db"
db=$dir/x.db
run 2 add --label a "$dir/r01"
cmp "$dir/x.db" "$dir/y.db"
echo "history: ok"
