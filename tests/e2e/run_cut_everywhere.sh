#!/bin/sh
# A stream cut at every byte offset, over HTTP: each is a failed run recorded as
# cut, and only the whole stream is a report.
set -u
: "${ASSAY:=build/assay}"
t=$(mktemp -d) || exit 1
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
mkdir "$t/streams"
python3 - "$t/streams" <<'P' || exit 1
import json, sys
d = sys.argv[1]
lines = [json.dumps({"response": "The kiln ", "done": False}) + "\n",
         json.dumps({"response": "reached 900 \u00b0C.", "done": False},
                    ensure_ascii=False) + "\n",
         json.dumps({"response": "", "done": True, "done_reason": "stop",
                     "eval_count": 2, "eval_duration": 5}) + "\n"]
with open(d + "/s.jsonl", "w") as f:
    f.write('{"schema":"assay-stream/1","api":"ollama-generate"}\n')
    for i, l in enumerate(lines):
        f.write(json.dumps({"ns": i, "data": l}) + "\n")
n = len("".join(lines).encode())
rows = [{"file": "s.jsonl", "fault": f"cut={i}", "times": 1} for i in range(n)]
json.dump({"streams": rows + [{"file": "s.jsonl"}]},
          open(d + "/replay.json", "w"))
json.dump({"schema": "assay-scenario/1", "name": "small", "agents": [
    {"name": "one", "title": "One", "calls": [
        {"stage": "report", "prompt": "Write it."}],
     "report": "{{call.report}}{{notice}}"}]}, open(d + "/../s.json", "w"))
print(n, file=open(d + "/../n", "w"))
P
n=$(cat "$t/n")
"$ASSAY" replay --speed 0 "$t/streams" > "$t/url" &
server=$!
i=0
while [ ! -s "$t/url" ] && [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); done
timeout 300 "$ASSAY" run --scenario "$t/s.json" --endpoint "$(cat "$t/url")" \
    --out "$t/out" --runs $((n + 1)) --no-streams --select truncated -q \
    > /dev/null 2> "$t/log"
rc=$?
[ $rc = 2 ] || { echo "FAIL exit $rc"; cat "$t/log"; exit 1; }
jq -rs 'group_by(.error.kind // "ok") | map("\(.[0].error.kind // "ok") \(length)")
    | join(" ")' "$t"/out/run-*.json > "$t/got"
[ "$(cat "$t/got")" = "cut $n ok 1" ] ||
    { echo "FAIL outcomes: $(cat "$t/got"), expected cut $n ok 1"; exit 1; }
[ "$(ls "$t"/out/run-*.md | wc -l)" = 1 ] ||
    { echo "FAIL a cut stream became a report"; exit 1; }
