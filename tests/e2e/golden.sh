#!/bin/sh
# assay golden: the committed cases hold, and each action does what it says.
set -eu
here=$(dirname "$0")
top=$here/../..
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
say() { echo "golden: $*"; cat "$dir/out" "$dir/err"; exit 1; }
# run STATUS ARGUMENT...
run() {
    want=$1; shift
    rc=0
    "$ASSAY" golden "$@" > "$dir/out" 2> "$dir/err" < /dev/null || rc=$?
    [ $rc -eq "$want" ] || say "exit $rc, want $want: $*"
}

CI=true run 0 verify --dir "$top/golden/reports"
grep -q '^golden: [0-9]* as expected, 0 not' "$dir/out" || say "no summary"

unset CI || true
mkdir -p "$dir/g/one" "$dir/g/two"
printf 'All is well here.\n' > "$dir/g/one/report.md"
printf 'A plain sentence with %s in it.\n' '<unused42>' > "$dir/g/two/report.md"
run 1 verify --dir "$dir/g"
grep -q 'special-token' "$dir/out" || say "the finding is not shown"
[ -f "$dir/g/two/expected.json.new" ] || say "nothing pending"
run 0 pending --dir "$dir/g"
printf 'one\ntwo\n' | cmp -s - "$dir/out" || say "pending"
# In CI nothing is written, and nothing accepted.
rm "$dir"/g/*/expected.json.new
CI=true run 1 verify --dir "$dir/g"
[ ! -e "$dir/g/two/expected.json.new" ] || say "written in CI"
run 1 verify --dir "$dir/g"
CI=true run 2 accept --all --dir "$dir/g"
run 2 accept --dir "$dir/g"
run 0 accept --dir "$dir/g" two
run 1 verify --dir "$dir/g"
run 0 accept --all --dir "$dir/g"
run 0 verify --dir "$dir/g"
# A finding that goes, and one that comes, are both differences.
printf 'A plain sentence.\n' > "$dir/g/two/report.md"
run 1 review --dir "$dir/g"
grep -q '^  - {' "$dir/out" || say "the missing finding is not shown"
printf 'A plain sentence with %s and %s in it.\n' '<unused42>' '<unused43>' > "$dir/g/two/report.md"
run 1 verify --dir "$dir/g"
grep -q '^  + ' "$dir/out" || say "the new finding is not shown"
# Only what is given is compared; order is not.
cat > "$dir/g/two/expected.json" <<'J'
{"findings":[{"check":"special-token","text":"<unused43>"},{"check":"special-token"}]}
J
run 0 verify --dir "$dir/g"
[ ! -e "$dir/g/two/expected.json.new" ] || say "a pending file that says nothing"
# On a terminal the answers count.
if command -v script > /dev/null; then
    printf '{"findings":[]}\n' > "$dir/g/two/expected.json"
    printf 'r\n' | script -qec "$ASSAY golden review --dir $dir/g" /dev/null > "$dir/out" || true
    grep -q 'unused' "$dir/g/two/expected.json" && say "rejected, yet written"
    printf 'a\n' | script -qec "$ASSAY golden review --dir $dir/g" /dev/null > "$dir/out" || true
    run 0 verify --dir "$dir/g"
fi
mkdir "$dir/empty"
run 2 verify --dir "$dir/empty"
printf '{"dta":"x"}' > "$dir/g/one/args.json"
run 2 verify --dir "$dir/g"
grep -q 'dta: no such key' "$dir/err" || say "an unknown key"
run 2 verfy
echo "golden: ok"
