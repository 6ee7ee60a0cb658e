#!/bin/sh
# Shards and merge: the bytes of one process, whatever the number of shards and
# the order of the parts; a part that is missing, doubled or cut is an error.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
check() { "$ASSAY" check --no-config --data "$top/golden/data/bench" "$@" "$top/golden/reports"; }
check -f json --exit-zero > "$dir/whole"
check -f jsonl --exit-zero > "$dir/whole.jsonl"
for n in 1 2 5; do
    parts=
    for i in $(seq 1 $n); do
        check -f partial --exit-zero --shard $i/$n > "$dir/p$i-$n"
        parts="$dir/p$i-$n $parts"
    done
    rc=0
    "$ASSAY" merge --expect $n $parts > "$dir/merged" || rc=$?
    [ $rc -eq 1 ] || { echo "merge: exit $rc, want 1"; exit 1; }
    cmp "$dir/whole" "$dir/merged"
    "$ASSAY" merge --expect $n --exit-zero -f jsonl $parts | cmp - "$dir/whole.jsonl"
done
# fails PATTERN ARGUMENT...
fails() {
    want=$1; shift
    rc=0
    "$ASSAY" merge "$@" > "$dir/out" 2> "$dir/err" || rc=$?
    [ $rc -eq 2 ] && grep -q -- "$want" "$dir/err" && [ ! -s "$dir/out" ] ||
        { echo "merge: exit $rc, want 2 and $want: $*"; cat "$dir/err"; exit 1; }
}
fails 'shard 2 of 2 is missing' --expect 2 "$dir/p1-2"
fails 'already' --expect 2 "$dir/p1-2" "$dir/p1-2"
fails 'expect says 3' --expect 3 "$dir/p1-2" "$dir/p2-2"
head -n 3 "$dir/p2-2" > "$dir/cut"
fails 'cut short' --expect 2 "$dir/p1-2" "$dir/cut"
head -c 700 "$dir/p2-2" > "$dir/cut"
fails 'cut' --expect 2 "$dir/p1-2" "$dir/cut"
sed '2d' "$dir/p2-2" > "$dir/cut"
fails 'another number' --expect 2 "$dir/p1-2" "$dir/cut"
sed '1s/"rules":"[0-9a-f]*"/"rules":"0"/' "$dir/p2-2" > "$dir/cut"
fails 'another version' --expect 2 "$dir/p1-2" "$dir/cut"
fails 'not valid JSON' --expect 1 "$dir/whole"
fails 'expect N is needed' "$dir/p1-2"
# A report that cannot be judged is told, and is no pass.
mkdir "$dir/r"
printf 'Fine.\n' > "$dir/r/a.md"
"$ASSAY" check --no-config -f partial "$dir/r/a.md" "$dir/r/gone.md" > "$dir/part" 2> /dev/null || true
rc=0
"$ASSAY" merge --expect 1 "$dir/part" > "$dir/out" || rc=$?
[ $rc -eq 2 ]
rc=0
check --shard 3/2 > /dev/null 2>&1 || rc=$?
[ $rc -eq 2 ]
echo "shard: ok"
