#!/bin/sh
# "patterns" of assay.json: where they look, bad ones, catastrophic ones.
set -u
: "${ASSAY:?path of the binary}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
fail() { echo "pattern.sh: $*"; exit 1; }
rules() { timeout 20 "$ASSAY" check --select pattern -f json --exit-zero "$1" |
    jq -r '.reports[0].findings[] | "\(.rule) \(.severity) \(.evidence.pattern) \(.line):\(.column)"'; }

printf '# Draft one\n\nA foo in `foo TODO`, and TODO.\n\n```\nx # TODO foo\n```\n\n- foo\n' >r.md
cat >assay.json <<'E1'
{ "patterns": [ // comments are allowed
  { "id": "foo", "regex": "\\bfoo\\b", "message": "say bar", "severity": "error" },
  { "id": "todo", "regex": "TODO", "where": "code", "severity": "note" },
  { "id": "draft", "regex": "^draft(?i)|^Draft", "where": "heading" },
  { "id": "all", "regex": "x # T", "where": "anywhere" } ] }
E1
want='pattern/match warning draft 1:3
pattern/match error foo 3:3
pattern/match note todo 3:15
pattern/match warning all 6:1
pattern/match note todo 6:5
pattern/match error foo 9:3'
[ "$(rules r.md)" = "$want" ] || { rules r.md; fail "places"; }
"$ASSAY" check --select pattern r.md | grep -q 'say bar' || fail "no message"
"$ASSAY" check --select pattern r.md >/dev/null; [ $? = 1 ] || fail "exit of an error"

bad() { # bad CONFIG STDERR-PATTERN
    printf '%s' "$1" >assay.json
    "$ASSAY" check r.md >out 2>err; rc=$?
    [ $rc = 2 ] || fail "exit $rc of $1"
    grep -qF -- "$2" err || { cat err; fail "no '$2' for $1"; }
}
bad '{"patterns":[{"regex":"a"},{"regex":"x(y"}]}' 'patterns[1]: bad pattern at offset 3: missing closing parenthesis'
grep -q '^     ^' err || { cat err; fail "no caret below the place"; }
bad '{"patterns":[{"regex":""}]}' 'want a "regex"'
bad '{"patterns":[{"regex":"a","were":"code"}]}' 'were: no such key; did you mean where?'
bad '{"patterns":[{"regex":"a","where":"cod"}]}' 'did you mean code?'
bad '{"patterns":[{"regex":"a","severity":"eror"}]}' 'did you mean error?'

# A catastrophic pattern: a finding that says so, in no time.
printf '%s' '{"patterns":[{"id":"bad","regex":"(a+)+$"}]}' >assay.json
printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n' >cata.md
[ "$(rules cata.md)" = 'pattern/limit error bad 1:1' ] || fail "match limit"
printf 'a \377 foo \303\n' >bytes.md
printf '%s' '{"patterns":[{"id":"foo","regex":"foo","where":"anywhere"}]}' >assay.json
[ "$(rules bytes.md)" = 'pattern/match warning foo 1:5' ] || fail "invalid UTF-8"
echo "pattern.sh: ok"
