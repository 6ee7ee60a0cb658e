#!/bin/sh
# Two agents at once and in turn, retries with another seed, what a guard saves,
# a record read back by check, a stop by signal.
set -u
: "${ASSAY:=build/assay}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
t=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
bad=0
fail() { echo "FAIL $*"; bad=1; }
serve() { # DIR SPEED
    rm -f "$t/url"
    "$ASSAY" replay --speed "$2" "$1" > "$t/url" &
    server=$!
    n=0
    while [ ! -s "$t/url" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    url=$(cat "$t/url")
}
stop() { kill $server; wait $server 2>/dev/null; server=; }
run() { timeout 100 "$ASSAY" run --endpoint "$url" --data "$top/golden/data/bench" \
    "$@" > "$t/stdout" 2> "$t/log"; }
quiet="--select token-loop,truncated"
streams=$top/golden/streams

serve "$streams/sound" 20
run --scenario duo --out "$t/duo" --option num_ctx=4096 \
    --option insight.num_gpu=80 $quiet || fail "duo: $(cat "$t/log")"
jq -es 'length == 2 and all(.concurrency.wall_ns < .concurrency.sequential_ns
    and .concurrency.speedup > 1 and .concurrency.fairness > 0.5)
    and ([.[] | {(.agent): .options}] | add
         | .insight.num_gpu == 80 and .collector.num_gpu == null
           and .collector.num_ctx == 4096)' \
    "$t"/duo/run-*.json > /dev/null || fail "duo's records"
grep -q '^- Speedup: 1\.' "$t/duo/run-0001-combined.md" || fail "combined report"
"$ASSAY" check --select token-loop "$t/duo" > /dev/null || fail "check of duo"

run --scenario chained --out "$t/chained" $quiet || fail "chained"
jq -e '.calls[1].prompt | contains("The folder holds 5 files: 1 CSV table")' \
    "$t/chained/run-0001-insight.json" > /dev/null ||
    fail "the second agent did not read the first's report"

# The other protocols, and the built-in sweep.
for api in ollama-chat openai-chat openai-completions; do
    run --api $api --out "$t/$api" $quiet || fail "--api $api: $(cat "$t/log")"
    jq -e --arg a $api '.status == "ok" and all(.calls[]; .api == $a)' \
        "$t/$api/run-0001-agent.json" > /dev/null || fail "--api $api: record"
    cmp -s "$t/ollama-chat/run-0001-agent.md" "$t/$api/run-0001-agent.md" ||
        fail "--api $api: another report"
done
run --api soap --out "$t/soap" $quiet
[ $? = 2 ] || fail "--api soap"
run --scenario sweep --out "$t/sweep" $quiet -q || fail "sweep"
[ "$(ls "$t"/sweep/v*-run-*.json | wc -l)" = 8 ] || fail "sweep: 8 variants"

timeout 60 "$ASSAY" run --scenario chained --endpoint http://127.0.0.1:1 \
    --out "$t/broken" $quiet > /dev/null 2>&1
[ $? = 2 ] || fail "a chain that breaks"
jq -e '.status == "failed" and .error.kind == "not-run" and .report == null' \
    "$t/broken/run-0001-insight.json" > /dev/null ||
    fail "the agent behind a broken chain"

# A record tells who wrote what: the same verdict as in the run.
"$ASSAY" check --data "$top/golden/data/bench" -f json \
    --record "$t/duo/run-0001-insight.json" \
    --select prompt-contract "$t/duo/run-0001-insight.md" > "$t/json"
jq -e '[.reports[0].findings[].rule] | index("prompt-contract/table") != null' \
    "$t/json" > /dev/null || fail "check --record: the contract"
"$ASSAY" check --record "$t/duo/run-0001-insight.json" \
    "$t/duo/run-0001-collector.md" > /dev/null 2>&1
[ $? = 2 ] || fail "check --record of another report"
stop

# A stop by signal: 143, and --resume makes the run again.
serve "$streams/sound" 1
"$ASSAY" run --endpoint "$url" --out "$t/term" $quiet > /dev/null 2> "$t/log" &
pid=$!
sleep 1
kill -TERM $pid
wait $pid
[ $? = 143 ] || fail "SIGTERM: $(cat "$t/log")"
[ -e "$t/term/run-0001-agent.json" ] && fail "a record of an interrupted run"
stop
serve "$streams/sound" 0
run --out "$t/term" --resume $quiet || fail "--resume after SIGTERM"
stop

# The first report loops, the next does not.
mkdir "$t/mixed"
cp "$streams/garbled/report.jsonl" "$t/mixed/bad.jsonl"
cp "$streams/sound/report.jsonl" "$t/mixed/good.jsonl"
cp "$streams/sound/analysis.jsonl" "$t/mixed/a.jsonl"
cat > "$t/mixed/replay.json" <<'J'
{ "streams": [
  { "file": "bad.jsonl", "times": 1, "match": { "contains": "technical report" } },
  { "file": "good.jsonl", "match": { "contains": "technical report",
                                     "options": { "seed": 8 } } },
  { "file": "a.jsonl" } ] }
J
serve "$t/mixed" 0
run --out "$t/retry" --retries 2 --option seed=7 --option num_predict=500 $quiet ||
    fail "retries: $(cat "$t/log")"
jq -e '.status == "ok" and (.calls[1].earlier_attempts | length == 1 and
    .[0].outcome == "aborted" and .[0].seed == 7)' \
    "$t/retry/run-0001-agent.json" > /dev/null || fail "the retry's record"
grep -q 'another seed' "$t/log" || fail "the retry is not said"
stop
serve "$streams/garbled" 5
run --out "$t/saved" --option num_predict=500 $quiet
[ $? = 1 ] || fail "a stopped run's exit"
jq -e '.status == "aborted" and .calls[1].guard.enforced and
    .calls[1].guard.tokens_saved > 100 and .calls[1].guard.ns_saved > 0 and
    .calls[1].done_reason == "aborted"' "$t/saved/run-0001-agent.json" \
    > /dev/null || fail "what the guard saved"
grep -q 'Generation stopped by assay' "$t/saved/run-0001-agent.md" ||
    fail "the report does not say that it was stopped"
run --out "$t/observed" --guard off $quiet
jq -e '.status == "ok" and .calls[1].guard.enforced == false and
    .calls[1].guard.tokens_wasted > 100' "$t/observed/run-0001-agent.json" \
    > /dev/null || fail "what was wasted"
stop
exit $bad
