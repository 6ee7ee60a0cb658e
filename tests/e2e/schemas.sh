#!/bin/sh
# What programs read: every JSON that assay writes fits its schema of
# docs/schema, over sound, faulty and hostile input.
set -u
: "${ASSAY:?path of the binary}"
unset CI || true
here=$(cd "$(dirname "$0")/.." && pwd)
top=$(dirname "$here")
t=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
bad=0 n=0
fits() { # fits SCHEMA FILE...
    schema=$1
    shift
    n=$((n + $#))
    python3 "$here/e2e/lib/schema.py" "$top/docs/schema/$schema" "$@" || {
        echo "schemas.sh: $schema"
        bad=1
    }
}
cd "$t" || exit 1
mkdir hostile data
python3 "$here/cases/hostile/make.py" hostile >/dev/null
printf 'model,latency (ms),runs,seed\nalpha,15.58403500039276,12,7\nbeta,20.1,14,8\n' >data/m.csv
printf '{"a1": {"p50_ms": 3.5}, "b1": {"p50_ms": 4.5}, "when": "2025-01-02"}' >data/d.json
printf 'x' >data/x.bin
printf '# R\n\nThe latency of alpha was 15.58 ms, of beta 99.9 ms <unused7>.\n' >r.md

# facts
"$ASSAY" facts -f json data >facts.json
"$ASSAY" facts -f json --stats data >stats.json
"$ASSAY" facts -f json --stats data/m.csv >file.json
"$ASSAY" facts -f json --find 15.58ms --find 20.1 --find 15.58s --find 155.8 --find 20.3 data >finds.json
"$ASSAY" facts -f json --stats "$top/golden/data" >golden.json
"$ASSAY" facts -f json --allow-empty hostile >none.json
fits facts-1.json facts.json stats.json file.json finds.json golden.json none.json
jq -e '[.finds[].matches[].match] | unique | length >= 3' finds.json >/dev/null ||
    { echo "schemas.sh: too few kinds of matches"; bad=1; }

# check
"$ASSAY" check --no-config --exit-zero --data data --claims -f json r.md hostile >check.json
"$ASSAY" check --no-config --exit-zero --data data --claims -f jsonl r.md hostile >check.jsonl
"$ASSAY" check --no-config --exit-zero --shard 1/1 -f partial r.md hostile >part.jsonl
"$ASSAY" check --no-config --exit-zero --write-baseline known.json r.md >/dev/null 2>&1
"$ASSAY" check --no-config --exit-zero --baseline known.json -f json r.md >new.json 2>/dev/null
fits assay-1.json check.json new.json
fits assay-1.json#/definitions/entry check.jsonl
fits partial-1.json part.jsonl
fits findings-1.json known.json
fits golden-1.json "$top"/golden/reports/*/expected.json

# baseline, gate
python3 "$here/e2e/lib/make_runs.py" runs --seed 1 >/dev/null
python3 "$here/e2e/lib/make_runs.py" slow --seed 2 --slow 1.3 --fault special-token=0.5 >/dev/null
python3 "$here/e2e/lib/make_runs.py" few --seed 3 --runs 2 >/dev/null
python3 "$here/e2e/lib/make_runs.py" other --seed 4 --host elsewhere >/dev/null
"$ASSAY" baseline write -o base.json runs 2>/dev/null
fits baseline-1.json base.json "$top/golden/baselines/demo.json"
for current in runs slow few other; do
    "$ASSAY" gate --baseline base.json --current $current -f json --exit-zero >gate-$current.json 2>/dev/null
done
fits gate-1.json gate-*.json
[ "$(jq -r .verdict gate-slow.json)" = fail ] || { echo "schemas.sh: no failed gate"; bad=1; }

# run: records, streams, aggregate
"$ASSAY" replay --speed 100 "$top/golden/streams/garbled" >url &
server=$!
i=0
while [ ! -s url ] && [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); done
for guard in on off; do
    "$ASSAY" run --endpoint "$(cat url)" --data "$top/golden/data/bench" --runs 2 \
        --guard $guard --out run-$guard >/dev/null 2>&1
done
kill $server
wait $server 2>/dev/null
server=
fits run-1.json run-o*/run-*.json
fits aggregate-1.json run-o*/aggregate.json
fits stream-1.json run-o*/streams/*.jsonl
[ $bad = 0 ] && echo "schemas.sh: $n documents"
exit $bad
