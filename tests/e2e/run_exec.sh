#!/bin/sh
# --agent-cmd: an agent of somebody else's; its reports are judged alike.
set -u
: "${ASSAY:=build/assay}"
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
bad=0
fail() { echo "FAIL $*"; bad=1; }
run() { timeout 60 "$ASSAY" run --agent-cmd "$@" > "$t/stdout" 2> "$t/stderr"; }

run 'mkdir "$ASSAY_OUT/sub"; printf "# A\n\nThe pump ran.\n" > "$ASSAY_OUT/sub/a.md"
     printf "# B\n\nrun %s<unused9> of it.\n" "$ASSAY_RUN" > "$ASSAY_OUT/b.txt"; echo noise' \
    --runs 2 --out "$t/out" --select special-token
[ $? = 1 ] || fail "a leaked token: exit, $(cat "$t/stderr")"
jq -es 'length == 4 and ([.[] | select(.validation.verdict == "fail")] | length == 2)
    and ([.[].agent] | unique == ["b.txt", "sub/a.md"])' \
    "$t"/out/run-*.json > /dev/null || fail "records"
grep -q '^noise' "$t/stdout" && fail "the command's output is on stdout"
run 'exit 1' --runs 2 --out "$t/out" --select special-token --resume
[ $? = 0 ] || fail "--resume runs nothing again"
run true --out "$t/out"
[ $? = 2 ] || fail "runs in the folder"
run 'exit 3' --out "$t/out3"
[ $? = 2 ] && grep -q 'exit status 3' "$t/stderr" || fail "exit 3"
run true --out "$t/out4"
[ $? = 2 ] && grep -q 'ASSAY_OUT' "$t/stderr" || fail "no report"
run 'sleep 30' --out "$t/out5" --timeout 1
[ $? = 2 ] && grep -q 'not done after' "$t/stderr" || fail "timeout"
timeout 60 "$ASSAY" run --scenario exec --out "$t/out6" > /dev/null 2>&1
[ $? = 2 ] || fail "exec without a command"
# The gate reads these records like others.
"$ASSAY" baseline write --write-in-ci --accept-new -o "$t/base.json" "$t/out" > /dev/null 2>&1 ||
    fail "a baseline of them"
exit $bad
