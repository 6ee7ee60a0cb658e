# explain, rules, completions, manual, suppressions, --watch, step summary.
set -eu
t=$(mktemp -d)
trap 'rm -rf "$t"; [ -z "${pid-}" ] || kill $pid 2>/dev/null || :' EXIT
cd "$t"
unset CI GITHUB_STEP_SUMMARY 2>/dev/null || :
fail() { echo "habits.sh: $*" >&2; exit 1; }
want() { # want STATUS PATTERN COMMAND...
    status=$1 pattern=$2
    shift 2
    set +e
    "$@" >out 2>err </dev/null
    got=$?
    set -e
    [ "$got" = "$status" ] || { cat out err; fail "$*: status $got, not $status"; }
    [ -z "$pattern" ] || grep -qe "$pattern" out err || { cat out err; fail "$*: no '$pattern'"; }
}
# Every check is explained, by the id of the check and of each rule.
"$ASSAY" rules -f json >rules.json
for c in $(jq -r '.checks[].id' rules.json); do
    want 0 "^# $c" "$ASSAY" explain "$c"
done
for r in $(jq -r '.checks[].rules[].id' rules.json); do
    want 0 "$r" "$ASSAY" explain "$r"
    "$ASSAY" rules | grep -q "^$r " || fail "$r is not in assay rules"
done
want 2 'did you mean token-loop?' "$ASSAY" explain token-lop
want 2 'did you mean truncated?' "$ASSAY" explain truncatd
want 2 'want text or json' "$ASSAY" rules -f yaml
# Completions name every command and option.
"$ASSAY" completion bash >c.bash
bash -n c.bash || fail "bash completion does not parse"
bash -c '. ./c.bash; COMP_WORDS=(assay check --fail-on ""); COMP_CWORD=3; _assay; echo "${COMPREPLY[*]}"' | grep -q 'error warning note never' || fail "bash: values"
bash -c '. ./c.bash; COMP_WORDS=(assay ch); COMP_CWORD=1; _assay; echo "${COMPREPLY[*]}"' | grep -qx check || fail "bash: commands"
bash -c '. ./c.bash; COMP_WORDS=(assay check --fail); COMP_CWORD=2; _assay; echo "${COMPREPLY[*]}"' | grep -q -- --fail-on || fail "bash: options"
for s in zsh fish; do
    "$ASSAY" completion $s >c.$s
    if command -v $s >/dev/null; then $s -n c.$s || fail "$s completion does not parse"; fi
    for o in $("$ASSAY" help check | grep -o -- '--[a-z0-9-]*' | sed 's/^--//'); do
        grep -q -- "$o" c.$s || fail "$s: --$o is missing"
    done
done
want 2 'want bash, zsh or fish' "$ASSAY" completion csh
"$ASSAY" man >assay.1
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning assay.1 || fail "manual: mandoc"
    mandoc -T html assay.1 | grep -q 'fail-on' || fail "manual: options"
fi
# A wrong file name names the nearest.
echo 'The whole of this sentence goes on and on without' >report.md
want 2 'did you mean report.md?' "$ASSAY" check --no-config reprot.md
# Suppressed by fingerprint: with a reason, until a day, told when unused.
print=$("$ASSAY" check --no-config -f json report.md | jq -r '.reports[0].findings[] | select(.check == "truncated").fingerprint')
cat >assay.json <<E
{ "fail-on": "warning", "select": "truncated",
  "suppress": [{ "fingerprint": "$print", "reason": "ends in a table", "expires": "2999-01-01" }] }
E
want 0 'suppressed: ends in a table' "$ASSAY" check report.md
[ ! -s err ] || fail "a used suppression is no news"
"$ASSAY" check -f json report.md | jq -e '.reports[0] | .verdict == "pass" and .score == 100 and .findings[0].suppressed == "ends in a table"' >/dev/null || fail "suppressed: json"
"$ASSAY" check -f sarif report.md | jq -e '.runs[0].results[0].suppressions[0].justification == "ends in a table"' >/dev/null || fail "suppressed: sarif"
sed 's/2999/1999/' assay.json >old.json
want 1 'suppress\[0\].*expired on 1999-01-01' "$ASSAY" check --config old.json report.md
echo '{ "suppress": [{ "fingerprint": "0123456789abcdef", "reason": "x" }] }' >unused.json
want 0 'suppress\[0\].*matched no finding' "$ASSAY" check --config unused.json --fail-on error report.md
echo '{ "suppress": [{ "fingerprint": "zz", "reason": "x" }] }' >bad.json
want 2 '16 hexadecimal digits' "$ASSAY" check --config bad.json report.md
echo '{ "suppress": [{ "fingerprint": "0123456789abcdef" }] }' >bad.json
want 2 'has no "reason"' "$ASSAY" check --config bad.json report.md
rm assay.json
# The step summary is added to, once.
echo 'before' >summary
GITHUB_STEP_SUMMARY=$PWD/summary "$ASSAY" check --no-config -f github report.md >out || :
[ "$(head -n 1 summary)" = before ] || fail "the summary was replaced"
[ "$(grep -c '^## assay' summary)" = 1 ] || fail "no summary"
# What an agent writes into a folder is judged as it is written.
mkdir -p w/sub
"$ASSAY" check --no-config -f jsonl --watch w >out 2>err &
pid=$!
wait_for() { # wait_for COUNT: lines of output
    i=0
    while [ "$(wc -l <out)" -lt "$1" ] && [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); done
    [ "$(wc -l <out)" = "$1" ] || { cat out err; fail "watch: not $1 results"; }
}
sleep 0.3
cp report.md w/a.md
wait_for 1
cp report.md w/other.bin
mv report.md w/sub/b.md
wait_for 2
mkdir w/new
sleep 0.3
echo 'Fine.' >w/new/c.md
wait_for 3
kill -TERM $pid
set +e
wait $pid
got=$?
set -e
pid=
[ $got = 143 ] || fail "watch: status $got"
[ "$(jq -r .file out | tr '\n' ' ')" = 'w/a.md w/sub/b.md w/new/c.md ' ] || { cat out; fail "watch: names"; }
want 2 'cannot watch' "$ASSAY" check --no-config --watch nowhere
echo "habits.sh: ok"
