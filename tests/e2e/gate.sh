#!/bin/sh
# assay gate and assay baseline on simulated runs: exit status and reasons.
set -eu
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset CI || true

runs() { name=$1; shift; python3 "$here/lib/make_runs.py" "$dir/$name" "$@"; }
# want STATUS PATTERN CURRENT [OPTION]...: exit status, and a line in the output
want() {
    status=$1 pattern=$2 current=$3; shift 3
    rc=0
    "$ASSAY" gate --baseline "$dir/b.json" --current "$dir/$current" "$@" \
        > "$dir/out" 2> "$dir/err" || rc=$?
    if [ $rc -ne "$status" ] || ! cat "$dir/out" "$dir/err" | grep -qE -- "$pattern"; then
        echo "gate $current $*: exit $rc, want $status and /$pattern/"
        cat "$dir/out" "$dir/err"
        exit 1
    fi
}

runs base --seed 1
"$ASSAY" baseline write -o "$dir/b.json" "$dir/base" 2> /dev/null

runs same --seed 2
want 0 '^gate: pass' same
runs slow --seed 3 --slow 1.2
want 1 'tokens_per_second \(warm\).*regression' slow
want 0 'tokens_per_second' slow --exit-zero
runs fast --seed 4 --slow 0.8
want 0 'ttft_ms \(warm\).*improvement' fast
runs leak --seed 5 --fault special-token=0.5
want 1 'garbled +0 of 12 +6 of 12.*regression' leak
runs one_leak --seed 6 --fault special-token=0.1
want 0 'special-token +0 of 12 +1 of 12' one_leak
want 1 'special-token floor.*regression: beyond its floor' one_leak --floor special-token=0
# Faster by stopping early is a loss of quality, not a gain of speed.
runs short --seed 7 --tokens 200
want 1 'output_tokens.*regression' short
want 1 'not compared for speed' short
runs dead --seed 8 --error 0.6
want 1 'failed +0 of 12 +7 of 12.*regression' dead
# Three against three can show nothing, and says so.
runs few --seed 9 --runs 3
runs few_base --seed 10 --runs 3
cp "$dir/b.json" "$dir/whole.json"
"$ASSAY" baseline write -o "$dir/few.json" "$dir/few_base" 2> /dev/null
cp "$dir/few.json" "$dir/b.json"
want 3 'inconclusive: too few runs to detect any change; smallest detectable change: none; [0-9]+ (runs|warm calls) a side would do' few
want 1 inconclusive few --inconclusive=fail
want 0 inconclusive few --inconclusive=pass
cp "$dir/whole.json" "$dir/b.json"
runs noisy --seed 11 --noise 0.6
want 3 'too noisy for this many runs' noisy --metric tokens_per_second
# What cannot be compared is named, and not compared.
runs host --seed 12 --host big
want 2 'host differs: baseline ci-small, current big' host
want 0 '^gate: pass' host --allow-different host
runs digest --seed 13 --digest sha256:ffff
want 2 'digest differs' digest
runs ctx --seed 14 --num-ctx 512
want 2 'options differs' ctx
runs other --seed 15 --scenario duo
want 2 'not in the baseline' other
# Cold starts are told apart from warm calls.
runs cold --seed 16 --cold
"$ASSAY" baseline write -o "$dir/cold.json" "$dir/cold" 2> /dev/null
cp "$dir/cold.json" "$dir/b.json"
runs cold2 --seed 17 --cold
want 0 'ttft_ms \(cold\).*info' cold2
runs cold3 --seed 18 --cold --slow 1.3
want 1 'ttft_ms \(warm\).*regression' cold3
cp "$dir/whole.json" "$dir/b.json"

# Nothing to compare is never a pass.
mkdir "$dir/empty"
want 2 'no run record' empty
want 2 'cannot open' absent
echo '{"schema":"assay-run/1"' > "$dir/empty/torn.json"
want 2 'torn.json' empty
want 2 'is given twice' same --current "$dir/same"
want 2 'did you mean ttft_ms' same --metric ttft
want 2 'host' same --allow-different scenario
want 2 'no-such-check: no current run measures it' same --floor no-such-check=0
want 2 'not a baseline' same --baseline "$dir/same/run-2-000.json"

# More runs while it is inconclusive, each look at its part of alpha.
runs grow --seed 30 --runs 3
want 0 'alpha 0.0167' grow --confirm 2 --rerun "python3 $here/lib/make_runs.py $dir/grow --seed 31 --runs 12"
want 2 'rerun failed' few --baseline "$dir/few.json" --confirm 1 --rerun false
want 2 'go together' same --confirm 2

# The order of files never shows.
"$ASSAY" gate --baseline "$dir/b.json" -f json --current "$dir/slow" > "$dir/one" || true
ls -r "$dir"/slow/*.json | xargs "$ASSAY" gate --baseline "$dir/b.json" -f json > "$dir/two" || true
cmp "$dir/one" "$dir/two"
jq -e '.schema == "assay-gate/1" and .verdict == "fail" and (.decisions | length > 10)' "$dir/one" > /dev/null
"$ASSAY" gate --baseline "$dir/b.json" --current "$dir/slow" -f markdown -o json:"$dir/three" > "$dir/md" || true
cmp "$dir/one" "$dir/three"
grep -q '^### gate: fail' "$dir/md"
grep -q '\*\*regression' "$dir/md"
# A narrow terminal gets no table, and no line that it would break.
COLUMNS=60 "$ASSAY" gate --baseline "$dir/b.json" --current "$dir/slow" > "$dir/narrow" || true
python3 -c 'import sys; sys.exit(max(len(l.rstrip("\n")) for l in open(sys.argv[1], encoding="utf-8")) > 60)' "$dir/narrow"
grep -q '^- ttft_ms' "$dir/narrow"

# The baseline: the same bytes from the same runs; new debt is refused.
"$ASSAY" baseline write -o "$dir/b2.json" $(ls -r "$dir"/base/*.json) 2> /dev/null
cmp "$dir/b.json" "$dir/b2.json"
jq -e '.records | length == 37' "$dir/b.json" > /dev/null
grep -c '^{"scenario"' "$dir/b.json" | grep -qx 36
fails() { if "$@" > "$dir/out" 2> "$dir/err"; then echo "passed: $*"; exit 1; fi; }
fails env CI=true "$ASSAY" baseline write -o "$dir/b2.json" "$dir/base"
grep -q 'CI is set' "$dir/err"
fails "$ASSAY" baseline write -o "$dir/b2.json" "$dir/leak"
grep -q -- '--accept-new' "$dir/err"
cmp "$dir/b.json" "$dir/b2.json"
"$ASSAY" baseline write --accept-new --floor 'score>=50' -o "$dir/b2.json" "$dir/leak" 2> /dev/null
"$ASSAY" baseline show -o "$dir/b2.json" | grep -q '^floor score at least 50'
"$ASSAY" baseline write --accept-new -o "$dir/b2.json" "$dir/other" 2> /dev/null
"$ASSAY" baseline show -o "$dir/b2.json" | grep -q 'scenario=single'
"$ASSAY" baseline diff -o "$dir/b2.json" "$dir/other" > "$dir/out"
grep -q '^- scenario=single' "$dir/out"
fails "$ASSAY" baseline diff --strict -o "$dir/b2.json" "$dir/other"
"$ASSAY" baseline prune -o "$dir/b2.json" "$dir/other" 2> /dev/null
"$ASSAY" baseline diff --strict -o "$dir/b2.json" "$dir/other" > "$dir/out" 2> "$dir/err"
test ! -s "$dir/out"
grep -q 'the same series' "$dir/err"
fails "$ASSAY" baseline prune -o "$dir/b2.json" "$dir/base"
echo "gate: ok"
