# assay init, the GitHub action, the pre-commit hooks and the Makefile snippet.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
fail() { echo "ci_files.sh: $*" >&2; exit 1; }
mkdir -p "$t/bin" "$t/p/reports" "$t/p/data" "$t/p/.github"
ln -s "$ASSAY" "$t/bin/assay"
PATH=$t/bin:$PATH
unset CI GITHUB_STEP_SUMMARY 2>/dev/null || :
cd "$t/p"
printf 'name,ms\na,1.5\n' >data/m.csv
echo 'All is well.' >reports/good.md
assay init >out || fail "init"
grep -q 'wrote .github/workflows/assay.yml' out || { cat out; fail "init: no job for .github"; }
grep -q '"data"\]' assay.json || fail "init: data was not found"
assay check reports >/dev/null || fail "init: its configuration does not work"
assay check --print-config 2>/dev/null | jq -e '.data == ["data"]' >/dev/null || fail "init: data is not in force"
if assay init 2>err; then fail "init wrote over a file"; fi
cp assay.json before.json
assay init --ci gitlab >out && grep -q 'kept assay.json' out && [ -f .gitlab/assay.yml ] && cmp -s assay.json before.json || fail "init: a job beside a configuration"
rm -r .gitlab
grep -q 'is there already' err || fail "init: message"
# Each line that init comments out works when it is let in.
sed 's#^\( *\)// \("[a-z-]*": { "enabled": true }\)#\1\2#; s#^\( *\)// \({ "match"\)#\1\2#' assay.json >all.json
mkdir drafts
assay check --config all.json reports >/dev/null || fail "init: commented lines do not parse"
[ "$(assay check --config all.json --print-config 2>/dev/null | jq '.paths | length')" = 1 ] || fail "init: nothing was let in"
assay init --ci gitlab --force >out && grep -q 'wrote .gitlab/assay.yml' out || fail "init: gitlab"
printf 'Fine \342\226\201 and the whole of this sentence goes on and on without' >reports/bad.md
# The job of each, as CI would run it.
job=$(sed -n '/run: |/,/- if/p' .github/workflows/assay.yml | sed '1d;$d')
set +e
sh -ec "$job" >out 2>&1
got=$?
set -e
[ -s assay.sarif ] && [ -s assay.html ] && [ $got -le 1 ] || { cat out; fail "the GitHub job: $got"; }
# The action: its inputs cannot become commands.
set +e
INPUT_REPORTS='reports' INPUT_DATA=data INPUT_FAIL_ON=warning INPUT_PAGE='x;touch owned.html' \
    GITHUB_STEP_SUMMARY=$PWD/summary sh "$root/docs/ci/github-action/run.sh" >out 2>err
got=$?
set -e
[ $got = 1 ] || { cat out err; fail "action: status $got"; }
grep -q '^::[a-z]* file=reports/bad.md' out || fail "action: no annotation"
grep -q '^## assay' summary || fail "action: no summary"
[ ! -e owned.html ] || fail "action: an input was run"
for i in $(sed -n '/^inputs:/,/^runs:/s/^  \([a-z-]*\):$/\1/p' "$root/docs/ci/github-action/action.yml"); do
    v=INPUT_$(echo "$i" | tr 'a-z-' 'A-Z_')
    grep -q "$v" "$root/docs/ci/github-action/run.sh" || fail "action: $i is not used"
done
# pre-commit runs each entry with names behind it, many processes at once.
sed -n 's/^ *entry: //p' "$root/.pre-commit-hooks.yaml" | while read -r entry; do
    $entry reports/good.md >/dev/null || fail "hook: $entry fails a good report"
    set +e
    $entry --fail-on warning reports/bad.md >/dev/null
    got=$?
    set -e
    [ $got = 1 ] || fail "hook: $entry passes a bad report"
done
# The Makefile snippet.
printf 'REPORTS := reports/good.md\nDATA := data\ninclude %s/docs/ci/assay.mk\n' "$root" >Makefile
make -s assay >/dev/null || fail "assay.mk: a good report"
make -s assay.html && [ -s assay.html ] || fail "assay.mk: page"
if make -s assay REPORTS=reports ASSAY='assay' ASSAY_FAIL_ON=warning >/dev/null 2>&1; then fail "assay.mk: passes a bad report"; fi
echo "ci_files.sh: ok"
