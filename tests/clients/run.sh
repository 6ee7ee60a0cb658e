#!/bin/sh
# Clients and a server that we did not write (npm packages ollama, openai,
# @copilotkit/aimock) against ours. Needs node and npm, and the npm registry
# once.
set -u
: "${ASSAY:=build/assay}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
work=${CLIENTS_DIR:-$(dirname "$ASSAY")/clients}
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1
t=$(mktemp -d) || exit 1
pids=
trap 'kill $pids 2>/dev/null; rm -rf "$t"' EXIT
cp "$top"/tests/clients/*.mjs "$top/tests/clients/package.json" "$work/"
[ -d "$work/node_modules/ollama" ] ||
    (cd "$work" && timeout 300 npm install --silent --no-package-lock \
        --no-audit --no-fund) || exit 2
wait_for() {
    n=0
    while [ ! -s "$1" ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
    cat "$1"
}
bad=0
for kind in sound garbled; do
    rm -f "$t/url" "$t/purl"
    "$ASSAY" replay --speed 50 "$top/golden/streams/$kind" > "$t/url" &
    pids="$pids $!"
    "$ASSAY" proxy -q --listen 127.0.0.1:0 --upstream "$(wait_for "$t/url")" \
        --select token-loop --records "" > "$t/purl" &
    pids="$pids $!"
    [ $kind = garbled ] && want=stopped || want=whole
    [ $kind = garbled ] || timeout 60 node "$work/clients.mjs" \
        "$(wait_for "$t/url")" whole || bad=1
    timeout 60 node "$work/clients.mjs" "$(wait_for "$t/purl")" $want || bad=1
done

# aimock serves the runner.
node "$work/mock.mjs" > "$t/mock" 2> "$t/mock.log" &
pids="$pids $!"
url=$(wait_for "$t/mock")
for api in ollama-generate ollama-chat openai-chat; do
    cat > "$t/scenario.json" <<S
{ "schema": "assay-scenario/1", "name": "mock",
  "agents": [ { "name": "one", "title": "One",
    "calls": [ { "stage": "report", "api": "$api", "prompt": "Write it." } ],
    "report": "{{call.report}}{{notice}}" } ] }
S
    timeout 60 "$ASSAY" run --scenario "$t/scenario.json" --endpoint "$url" \
        --out "$t/$api" --select truncated -q > "$t/log" 2>&1
    rc=$?
    if [ $rc = 0 ] && grep -q 'is not garbled' "$t/$api/run-0001-one.md" &&
        jq -e '.calls[0].chunks > 3 and .calls[0].done' \
            "$t/$api/run-0001-one.json" > /dev/null; then
        echo "aimock: $api: ok"
    else
        echo "FAIL aimock $api: exit $rc"
        cat "$t/log"
        bad=1
    fi
done
exit $bad
