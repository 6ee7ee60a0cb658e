# assay.json, ASSAY_* and where reports come from.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t"
unset ASSAY_FAIL_ON ASSAY_FORMAT CI 2>/dev/null || :
fail() { echo "config.sh: $*" >&2; exit 1; }
# want STATUS PATTERN COMMAND...: the status, and a line of stdout or stderr
want() {
    status=$1 pattern=$2
    shift 2
    set +e
    "$@" >out 2>err </dev/null
    got=$?
    set -e
    [ "$got" = "$status" ] || { cat out err; fail "$*: status $got, not $status"; }
    [ -z "$pattern" ] || grep -qe "$pattern" out err || { cat out err; fail "$*: no '$pattern'"; }
}
mkdir -p proj/drafts/deep
cd proj
mkdir .git
printf '# T\n\nThe quick brown fox jumps over the lazy' >r.md
cp r.md drafts/deep/d.md
want 0 '1 warn' "$ASSAY" check r.md
cat >assay.json <<'E'
{ // a comment
  "fail-on": "warning", /* and another */
  "paths": [{ "match": "drafts/**", "checks": { "truncated": false } }]
}
E
want 1 '1 warn' "$ASSAY" check r.md
want 0 '1 warn' "$ASSAY" check --no-config r.md
want 0 '1 warn' "$ASSAY" check --fail-on=error r.md
want 0 '1 warn' env ASSAY_FAIL_ON=never "$ASSAY" check r.md
want 1 '1 warn' env ASSAY_FAIL_ON=never "$ASSAY" check --fail-on warning r.md
want 2 'ASSAY_FAIL_ON: maybe: want error' env ASSAY_FAIL_ON=maybe "$ASSAY" check r.md
want 1 'ASSAY_FAILON: no option has this variable' env ASSAY_FAILON=never "$ASSAY" check r.md
want 2 '--jobs: 0: want a whole number' "$ASSAY" check -j0 r.md
want 0 '1 pass' "$ASSAY" check drafts
cd drafts/deep
want 0 '1 pass' "$ASSAY" check d.md
want 1 '1 warn' "$ASSAY" check ../../r.md
want 0 '1 pass' "$ASSAY" check --stdin-filename x.md ../../drafts/./deep/d.md
cd ../..
want 0 '"fail-on": "warning"' "$ASSAY" check --print-config
"$ASSAY" check --print-config 2>/dev/null | jq -e '.checks.truncated.enabled' >/dev/null || fail "--print-config is no JSON"

bad() { # bad JSON PATTERN
    printf '%s' "$1" >bad.json
    want 2 "$2" "$ASSAY" check --config bad.json r.md
}
bad '{"cheks":{}}' 'cheks: no such key; did you mean checks?'
bad '{"checks":{"truncatd":true}}' 'truncatd: no such check; did you mean truncated?'
bad '{"checks":{"truncated":{"enable":true}}}' 'enable: no such key; did you mean enabled?'
bad '{"checks":{"truncated":{"severity":"eror"}}}' 'a severity is'
bad '{"checks":{"truncated":{"severity":{"truncated/sentense":"note"}}}}' 'did you mean truncated/sentence?'
bad '{"paths":[{"match":"draft/**"}]}' 'matches nothing.*did you mean drafts?'
bad '{"paths":[{"match":"drafts/**","checks":{"nope":true}}]}' 'nope: no such check'
bad '{"paths":[{}]}' 'has no "match"'
bad '{"lang":7}' '"lang" must be a string or a list'
bad '[1,' 'bad.json:1:'
bad '{"fail-on":"bad"}' 'fail-on: bad'
want 2 'no such file\|cannot open' "$ASSAY" check --config none.json r.md
want 2 'did you mean --select?' "$ASSAY" check --selct x r.md
want 2 'did you mean json' "$ASSAY" check -f jsn r.md
want 2 'did you mean truncated?' "$ASSAY" check --select truncatd r.md
want 0 '1 warn' "$ASSAY" check --fail-on error --select 'trunc*' r.md
want 2 'nothing to check' "$ASSAY" check
want 2 'cannot open' "$ASSAY" check r.md missing.md

# Records: same order, a bad one does not stop the others, NUL survives.
rm assay.json
printf '%s\n' '{"id":"a","text":"One two three four five six seven\u0000 eight nine"}' \
    '{bad' '' '{"id":7,"text":"Fine."}' '{"file":"r.md"}' '{"id":"n"}' >rec
set +e
"$ASSAY" check --input-format jsonl -f jsonl rec >out 2>err
got=$?
set -e
[ $got = 2 ] || fail "records: status $got"
[ "$(jq -r .file out | tr '\n' ' ')" = 'a record 2 7 r.md n ' ] || { cat out; fail "records: order"; }
[ "$(jq -r 'select(.error).file' out | tr '\n' ' ')" = 'record 2 n ' ] || fail "records: errors"
[ "$(jq -rs '.[0].bytes' out)" = 45 ] || { cat out; fail "records: NUL lost"; }
for n in 1 7 64; do
    seq 300 | sed 's/.*/{"id":&,"text":"Report & is fine."}/' |
        "$ASSAY" check -j $n --input-format jsonl -f jsonl | jq .file >out$n
done
cmp out1 out7 && cmp out1 out64 || fail "records: order depends on threads"
[ "$(wc -l <out1)" = 300 ] || fail "records: lost some"
want 2 'no record came' "$ASSAY" check --input-format jsonl
want 0 '' "$ASSAY" check --input-format jsonl --exit-zero -f jsonl
[ ! -s out ] || fail "empty in, not empty out"
# One record in, one out, before the next comes.
mkfifo pipe
"$ASSAY" check --input-format jsonl -f jsonl <pipe >out &
pid=$!
exec 3>pipe
echo '{"id":1,"text":"Fine."}' >&3
i=0
while [ ! -s out ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
[ -s out ] || fail "a record was not flushed"
kill -TERM $pid
set +e
wait $pid
got=$?
set -e
exec 3>&-
[ $got = 143 ] || fail "SIGTERM: status $got"
# The reader of a pipe that leaves is no error.
i=0
while [ $i -lt 400 ]; do cp r.md drafts/$i.md; i=$((i + 1)); done
{ "$ASSAY" check drafts 2>err; echo $? >status; } | head -n 1 >/dev/null
[ ! -s err ] || { cat err; fail "closed pipe: noise"; }
printf 'r.md\0drafts/1.md\0' | "$ASSAY" check --files0-from - | grep -q '^2 reports' || fail "--files0-from"
"$ASSAY" check - --stdin-filename foo.md <r.md | grep -q '^foo.md' || fail "--stdin-filename"
echo "config.sh: ok"
