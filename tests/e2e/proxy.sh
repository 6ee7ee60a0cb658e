#!/bin/sh
# The proxy passes bytes through, stops garble as each protocol ends a stream,
# cancels upstream, and notices a client that goes away.
set -u
: "${ASSAY:=build/assay}"
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
t=$(mktemp -d) || exit 1
replay= proxy=
trap 'kill $replay $proxy 2>/dev/null; rm -rf "$t"' EXIT
bad=0
fail() { echo "FAIL $*"; bad=1; }
wait_for() { # FILE: until it has a line
    n=0
    while [ ! -s "$1" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    cat "$1"
}
start() { # KIND SPEED [PROXY OPTION...]
    rm -rf "$t/url" "$t/purl" "$t/records"
    "$ASSAY" replay --speed "$2" "$top/golden/streams/$1" > "$t/url" &
    replay=$!
    url=$(wait_for "$t/url")
    shift 2
    "$ASSAY" proxy --listen 127.0.0.1:0 --upstream "$url" \
        --records "$t/records" "$@" > "$t/purl" 2> "$t/log" &
    proxy=$!
    purl=$(wait_for "$t/purl")
}
stop() { kill $replay $proxy; wait $replay $proxy 2>/dev/null; replay= proxy=; }
chat='{"model":"gemma3:latest","stream":true,"prompt":"technical report","messages":[{"role":"user","content":"technical report"}]}'
gen='{"model":"gemma3:latest","prompt":"technical report"}'
wait_records() { # N: until as many records have their names, 20 s at most
    n=0
    while [ "$(ls "$t/records"/*.json 2>/dev/null | wc -l)" -lt "$1" ] &&
        [ $n -lt 400 ]; do
        sleep 0.05
        n=$((n + 1))
    done
}
get() { curl -sN --max-time 60 "$@"; }

start sound 0
for path in /api/generate /api/chat /v1/chat/completions /v1/completions; do
    case $path in */chat* | */completions) body=$chat ;; *) body=$gen ;; esac
    get "$url$path" -d "$body" > "$t/direct"
    get "$purl$path" -d "$body" > "$t/proxied"
    # What the replay server writes anew carries the time of day.
    sed -E 's/"created_at":"[^"]*"//; s/"created":[0-9]+//; s/assay-[0-9]+//' \
        "$t/direct" > "$t/a"
    sed -E 's/"created_at":"[^"]*"//; s/"created":[0-9]+//; s/assay-[0-9]+//' \
        "$t/proxied" > "$t/b"
    [ -s "$t/a" ] && cmp -s "$t/a" "$t/b" || fail "$path is not the same"
done
for path in / /api/tags /api/ps /api/version /nothing '/api/version?a=%2F'; do
    get "$url$path" > "$t/a"
    get "$purl$path" > "$t/b"
    cmp -s "$t/a" "$t/b" || fail "$path is not the same"
done
[ "$(get -o /dev/null -w '%{http_code}' "$purl/nothing")" = 404 ] || fail "404"
# Many at once: each the whole stream.
i=0 pids=
while [ $i -lt 40 ]; do
    get "$purl/api/generate" -d "$gen" > "$t/many$i" &
    pids="$pids $!"
    i=$((i + 1))
done
get "$url/api/generate" -d "$gen" > "$t/direct"
wait $pids
i=0
while [ $i -lt 40 ]; do
    cmp -s "$t/direct" "$t/many$i" || fail "stream $i of 40 differs"
    i=$((i + 1))
done
wait_records 44
n=$(jq -r .outcome "$t"/records/*.json | grep -c '^ok$')
[ "$n" = 44 ] || { fail "$n records of sound streams, expected 44"; jq -c "[.id,.outcome,.why,.chunks]" "$t"/records/*.json | grep -v "\"ok\""; ls "$t/records" | wc -l; }
stop

start garbled 0 --select token-loop
get "$url/api/generate" -d "$gen" > "$t/direct"
get "$purl/api/generate" -d "$gen" > "$t/proxied"
# All but the last line are the server's bytes, and fewer of them.
sed '$d' "$t/proxied" > "$t/head"
cmp -s -n "$(wc -c < "$t/head")" "$t/head" "$t/direct" || fail "prefix differs"
[ "$(wc -l < "$t/proxied")" -lt "$(wc -l < "$t/direct")" ] || fail "not cut"
tail -n 1 "$t/proxied" | jq -e '.done and (.done_reason | startswith("assay: token-loop/"))' \
    > /dev/null || fail "the end of an Ollama stream"
get "$purl/v1/chat/completions" -d "$chat" > "$t/proxied"
tail -n 2 "$t/proxied" | grep -q '^data: \[DONE\]$' || fail "no [DONE]"
grep -v DONE "$t/proxied" | sed -n 's/^data: //p' | tail -n 1 |
    jq -e '.choices[0].finish_reason == "content_filter" and
           (.assay.rule | startswith("token-loop/"))' > /dev/null ||
    fail "the end of an OpenAI stream"
wait_records 2
jq -es 'length == 2 and all(.outcome == "aborted" and .guard.enforced)' \
    "$t"/records/*.json > /dev/null || fail "records of stopped streams"
# The prefix that was passed on is judged the same offline.
jq -r .answer "$(ls "$t"/records/*.json | head -n 1)" > "$t/prefix.md"
"$ASSAY" check --select token-loop -f json "$t/prefix.md" |
    jq -e '.reports[0].findings[0].rule | startswith("token-loop/")' \
    > /dev/null || fail "the prefix passes offline"
stop

start garbled 0 --guard off
get "$url/api/generate" -d "$gen" > "$t/direct"
get "$purl/api/generate" -d "$gen" > "$t/proxied"
cmp -s "$t/direct" "$t/proxied" || fail "--guard off changed the stream"
wait_records 1
jq -e '.outcome == "ok" and .guard.enforced == false' "$t"/records/*.json \
    > /dev/null || fail "an observed stream's record"
stop

# A client that goes away: upstream is cancelled, the record says so.
start sound 1
timeout 1.2 curl -sN "$purl/api/generate" -d "$gen" > /dev/null
wait_records 1
jq -e '.outcome == "cut"' "$t"/records/*.json > /dev/null ||
    fail "a client that went away"
# Upstream that goes away: the client sees a broken stream, not an end.
(sleep 0.6; kill $replay) &
get "$purl/api/generate" -d "$gen" > "$t/proxied"
rc=$?
[ $rc = 18 ] || fail "upstream broke off, curl said $rc"
[ "$(get -o /dev/null -w '%{http_code}' "$purl/api/version")" = 502 ] ||
    fail "no 502 without upstream"
grep -qi 'authorization\|secret' "$t/log" && fail "credentials in the log"
kill $proxy
wait $proxy
[ $? = 143 ] || fail "SIGTERM"

# Without streaming: passed on as it is, judged once it has come.
cat > "$t/whole.py" <<'PY'
import http.server, json
LOOP = 'The result is good. ' + 'again and again ' * 60
class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        text = LOOP if b'loop' in body else 'All is well.'
        if self.headers.get('Accept-Encoding'):
            text = 'compressed'
        status = 404 if b'gone' in body else 200
        if self.path == '/api/generate':
            out = {'model': 'm', 'response': text, 'done': True,
                   'done_reason': 'stop', 'eval_count': 9, 'eval_duration': 90}
        elif self.path == '/api/chat':
            out = {'model': 'm', 'message': {'role': 'assistant', 'content': text},
                   'done': True, 'done_reason': 'stop'}
        elif self.path == '/v1/completions':
            out = {'model': 'm', 'choices': [{'text': text, 'finish_reason': 'stop'}]}
        else:
            out = {'model': 'm', 'choices': [{'finish_reason': 'stop',
                   'message': {'role': 'assistant', 'content': text}}],
                   'usage': {'completion_tokens': 9}}
        raw = json.dumps(out, indent=1).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
    def log_message(self, *args):
        pass
s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Server)
print(f'http://127.0.0.1:{s.server_port}', flush=True)
s.serve_forever()
PY
rm -rf "$t/url" "$t/purl" "$t/records"
python3 "$t/whole.py" > "$t/url" &
replay=$!
url=$(wait_for "$t/url")
"$ASSAY" proxy --listen 127.0.0.1:0 --upstream "$url" --records "$t/records" \
    > "$t/purl" 2> "$t/log" &
proxy=$!
purl=$(wait_for "$t/purl")
for path in /api/generate /api/chat /v1/chat/completions /v1/completions; do
    for kind in fine loop gone; do
        body='{"model":"m","stream":false,"prompt":"'$kind'"}'
        get "$url$path" -d "$body" > "$t/direct"
        get --compressed -D "$t/head" "$purl$path" -d "$body" > "$t/proxied"
        cmp -s "$t/direct" "$t/proxied" || fail "$path without streaming: $kind"
        grep -qi "^content-length: $(wc -c < "$t/direct")" "$t/head" ||
            fail "$path: content-length"
    done
done
wait_records 8
jq -es 'length == 8 and all(.streamed == false and .outcome == "ok" and
    .ttft_ns == null and .done_reason == "stop")' "$t"/records/*.json > /dev/null ||
    { fail "records of answers without streaming"; cat "$t"/records/*.json; }
jq -es '[.[] | select(.guard.rule // "" | startswith("token-loop/"))] |
    length == 4 and all(.guard.enforced == false and (.answer | startswith("The result")))' \
    "$t"/records/*.json > /dev/null || fail "loops without streaming"
[ "$(grep -c 'guard saw token-loop' "$t/log")" = 4 ] || fail "log of loops: $(cat "$t/log")"
python3 "$top/tests/e2e/lib/schema.py" "$top/docs/schema/proxy-1.json" "$t"/records/*.json ||
    fail "schema of records"
stop
exit $bad
