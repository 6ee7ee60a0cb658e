#!/bin/sh
# The main job from end to end, without a model: a replay server stands in for
# Ollama. A sound run must pass and a garbled one must fail, for the reasons
# that were put into it. Everything stays under build/demo/.
set -u
: "${ASSAY:=build/assay}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
out=${DEMO_OUT:-$(dirname "$ASSAY")/demo}
baseline=$top/golden/baselines/demo.json
speed=20 runs=6
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null' EXIT
bad=0
rm -rf "$out"
mkdir -p "$out" || exit 2

say() { printf '\n== %s\n' "$*"; }
want() { # want WHAT GOT EXPECTED
    [ "$2" = "$3" ] || { echo "demo: $1: $2, expected $3"; bad=1; }
}

# serve KIND: starts the replay server, sets $url.
serve() {
    rm -f "$out/url"
    "$ASSAY" replay --speed "$speed" "$top/golden/streams/$1" > "$out/url" &
    server=$!
    n=0
    while [ ! -s "$out/url" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    url=$(cat "$out/url")
}
stop() { kill "$server"; wait "$server" 2>/dev/null; server=; }

# agent KIND NAME OPTION...: N runs of the agent against that server.
agent() {
    kind=$1 name=$2
    shift 2
    serve "$kind"
    (cd "$top" && "$ASSAY" run --endpoint "$url" --data golden/data/bench \
        --runs "$runs" --out "$out/$name" "$@") \
        > "$out/$name.txt" 2> "$out/$name.log"
    rc=$?
    stop
    tail -n 1 "$out/$name.log"
}

# gate NAME
gate() {
    "$ASSAY" gate --baseline "$baseline" --current "$out/$1" \
        --metric score,tokens_per_second,output_tokens \
        --allow-different rules > "$out/$1-gate.txt" 2>&1
    rc=$?
    tail -n 1 "$out/$1-gate.txt"
}

found() { # found NAME CHECK: how many of its reports have such a finding
    jq -s --arg c "$2" '[.[] | select(.validation.checks[$c].findings > 0)]
        | length' "$out/$1"/run-*.json
}

case $ASSAY in /*) ;; *) ASSAY=$(pwd)/$ASSAY ;; esac
case $out in /*) ;; *) out=$(pwd)/$out ;; esac

say "a sound agent: $runs runs, guards on"
agent sound sound
want "sound run" "$rc" 0
say "the gate, against golden/baselines/demo.json"
gate sound
want "gate of the sound runs" "$rc" 0

say "a garbled agent, only observed (--guard off)"
agent garbled garbled --guard off
want "garbled run" "$rc" 1
head -n 16 "$out/garbled.txt"
for check in special-token language-drift token-loop \
    fabricated-number unit-mismatch fabricated-file; do
    "$ASSAY" check --select "$check" --allow-empty > /dev/null 2>&1 || continue
    want "garbled reports with $check" "$(found garbled $check)" "$runs"
done
say "the gate, against golden/baselines/demo.json"
gate garbled
want "gate of the garbled runs" "$rc" 1
grep -q 'garbled .*regression' "$out/garbled-gate.txt" ||
    want "the gate's reason" "$(cat "$out/garbled-gate.txt")" "garbled"

say "the same agent, guarded: the stream is stopped"
runs=1
agent garbled guarded
want "guarded run" "$rc" 1
want "guarded run's record" \
    "$(jq -r .status "$out/guarded/run-0001-agent.json")" aborted
jq -r '.calls[-1].guard | "stopped by \(.rule) at byte \(.decided_at)"' \
    "$out/guarded/run-0001-agent.json"

say "reports, records, streams and results are in $out"
[ $bad = 0 ] && echo "demo: ok"
exit $bad
