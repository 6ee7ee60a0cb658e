#!/bin/sh
# Every fault of a server has its recorded outcome and its exit status.
set -u
: "${ASSAY:=build/assay}"
t=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
bad=0
mkdir -p "$t/streams" "$t/data"
printf 'run,latency_ms\n1,15.5\n' > "$t/data/a.csv"
cat > "$t/streams/a.jsonl" <<'S'
{"schema":"assay-stream/1","api":"ollama-generate","status":200}
{"ns":1000000,"data":"{\"model\":\"m\",\"response\":\"The folder holds \",\"done\":false}\n"}
{"ns":2000000,"data":"{\"model\":\"m\",\"response\":\"one CSV file, caf\\u00e9.\",\"done\":false}\n"}
{"ns":3000000,"data":"{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":3000000,\"eval_count\":9,\"eval_duration\":2000000}\n"}
{"ns":3000000,"end":"done"}
S

# case NAME FAULT OUTCOME EXIT [OPTION...]: outcome of the first call.
case_() {
    name=$1 fault=$2 want=$3 exit_=$4
    shift 4
    rm -f "$t/url"
    "$ASSAY" replay --speed 0 ${fault:+--fault "$fault"} "$t/streams" \
        > "$t/url" 2>"$t/err" &
    server=$!
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -s "$t/url" ] && break
        sleep 0.05
    done
    rm -rf "$t/out"
    timeout 60 "$ASSAY" run --endpoint "$(cat "$t/url")" --data "$t/data" \
        --out "$t/out" --select truncated --exit-zero "$@" \
        > "$t/stdout" 2> "$t/stderr"
    rc=$?
    got=$(jq -r '.calls[0] | if .error then .error.kind
                 else (.done_reason // "null") end' \
        "$t/out/run-0001-agent.json" 2>/dev/null)
    if [ "$got" != "$want" ] || [ "$rc" != "$exit_" ]; then
        echo "FAIL $name: outcome $got (want $want), exit $rc (want $exit_)"
        cat "$t/stderr"
        bad=1
    fi
    if [ "$exit_" = 2 ] && ! grep -q '^assay: ' "$t/stderr"; then
        echo "FAIL $name: no message"
        bad=1
    fi
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=
}

case_ "as recorded" "" stop 0
case_ "cut inside the first message" cut=20 cut 2
case_ "cut before the first byte" cut=0 cut 2
case_ "cut between messages" cut=60 cut 2
case_ "stall" stall=100 timeout 2 --idle-timeout 1
case_ "error line after 200" error=100 server-error 2
case_ "garbage" garbage=100 garbage 2
case_ "one byte per packet: UTF-8 is split" one-byte stop 0
case_ "slow drip" drip=1 stop 0
case_ "final message missing" no-done no-done 2
case_ "counts missing" no-counts stop 0
case_ "HTTP/1.0, the end is the close" http10 stop 0
case_ "a line of 1 MB" long-line=1000000 stop 0
case_ "a line of 5 MB" long-line=5000000 limit 2
case_ "404: no such model" 404 http 2
case_ "500: token repeat limit" 500 http 2
case_ "503: queue full" 503 http 2
case_ "redirect" redirect http 2

# Nobody listens.
rm -rf "$t/out"
timeout 60 "$ASSAY" run --endpoint http://127.0.0.1:1 --data "$t/data" \
    --out "$t/out" > /dev/null 2> "$t/stderr"
[ $? = 2 ] && [ "$(jq -r .calls[0].error.kind "$t/out/run-0001-agent.json")" = connect ] ||
    { echo "FAIL connection refused"; cat "$t/stderr"; bad=1; }

# A folder that holds runs is not written over without being asked.
timeout 60 "$ASSAY" run --endpoint http://127.0.0.1:1 --data "$t/data" \
    --out "$t/out" > /dev/null 2> "$t/stderr"
[ $? = 2 ] && grep -q -- --resume "$t/stderr" ||
    { echo "FAIL runs in the folder"; bad=1; }

# Absent counts are null, not zero.
rm -f "$t/url"
"$ASSAY" replay --speed 0 --fault no-counts "$t/streams" > "$t/url" &
server=$!
sleep 0.3
rm -rf "$t/out"
timeout 60 "$ASSAY" run --endpoint "$(cat "$t/url")" --out "$t/out" \
    --select truncated --exit-zero > /dev/null 2>&1
jq -e '.calls[0].eval_count == null and .calls[0].tok_s == null' \
    "$t/out/run-0001-agent.json" > /dev/null ||
    { echo "FAIL absent counts"; bad=1; }
exit $bad
