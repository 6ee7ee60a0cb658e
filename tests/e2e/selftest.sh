#!/bin/sh
# assay selftest finds what it plants, says what it cannot plant, and can fail.
set -eu
here=$(dirname "$0")
top=$here/../..
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sound="$top/golden/reports/sound-plain/report.md $top/golden/reports/sound-code/report.md"
run() {
    want=$1; shift
    rc=0
    "$ASSAY" selftest --no-config "$@" > "$dir/out" 2> "$dir/err" || rc=$?
    [ $rc -eq "$want" ] || { echo "selftest: exit $rc, want $want: $*"; cat "$dir/out" "$dir/err"; exit 1; }
}
run 0 --data "$top/golden/data/bench" $sound
grep -q '^selftest: pass' "$dir/out"
# The same seed plants the same faults; another plants others of the same sort.
run 0 -f json --seed 5 $sound
cp "$dir/out" "$dir/one"
run 0 -f json --seed 5 $sound
cmp "$dir/one" "$dir/out"
jq -e '.verdict == "pass" and .faults["loop-word"].found == .faults["loop-word"].planted
       and .faults.leak.planted > 0' "$dir/one" > /dev/null
# A baseline that could not see slow runs fails the test; a sound one passes.
python3 "$here/lib/make_runs.py" "$dir/runs" --seed 1
env -u CI "$ASSAY" baseline write -o "$dir/b.json" "$dir/runs" 2> /dev/null
run 0 --baseline "$dir/b.json" $sound
grep -q '^slow-runs *found; unchanged runs pass' "$dir/out"
python3 "$here/lib/make_runs.py" "$dir/few" --seed 1 --runs 3
env -u CI "$ASSAY" baseline write -o "$dir/few.json" "$dir/few" 2> /dev/null
run 1 --baseline "$dir/few.json" $sound
grep -q 'NOT FOUND' "$dir/out"
# What cannot be tested is an error.
printf '# Title only\n' > "$dir/empty.md"
run 2 "$dir/empty.md"
run 2
echo "selftest: ok"
