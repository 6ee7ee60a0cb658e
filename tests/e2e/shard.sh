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
# The part from the variables of a scheduler.
part() { # part WANT VARIABLE=VALUE... -- SHARD
    want=$1; shift
    set_to=
    while [ "$1" != -- ]; do set_to="$set_to $1"; shift; done
    # shellcheck disable=SC2086
    got=$(env -u JOB_COMPLETION_INDEX -u SLURM_ARRAY_TASK_ID $set_to "$ASSAY" check --no-config \
        --exit-zero -f partial --shard "$2" "$top/golden/reports" 2>&1 | head -n 1)
    case $want in
    [0-9]*/[0-9]*) got=$(printf '%s' "$got" | jq -r '"\(.shard)/\(.shards)"') ;;
    esac
    case $got in *"$want"*) ;; *) echo "shard $*: $got, want $want"; exit 1 ;; esac
}
slurm='SLURM_ARRAY_TASK_MIN=4 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=5'
part 1/5 SLURM_ARRAY_TASK_ID=4 $slurm -- auto
part 5/5 SLURM_ARRAY_TASK_ID=12 $slurm -- auto
part 3/5 SLURM_ARRAY_TASK_ID=8 $slurm JOB_COMPLETION_INDEX=0 -- auto/5
part 'has 5 tasks' SLURM_ARRAY_TASK_ID=8 $slurm -- auto/4
part 'without gaps' SLURM_ARRAY_TASK_ID=9 $slurm -- auto
part 'without gaps' SLURM_ARRAY_TASK_ID=14 $slurm -- auto
part 3/8 JOB_COMPLETION_INDEX=2 -- auto/8
part 'is 8' JOB_COMPLETION_INDEX=8 -- auto/8
part 'say auto/N' JOB_COMPLETION_INDEX=2 -- auto
part 'neither' -- auto/8
part 'want I/N' -- auto/x
part 2/3 JOB_COMPLETION_INDEX=0 -- 2/3
echo "shard: ok"
