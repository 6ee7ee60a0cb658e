#!/bin/sh
# Any input: a finding or a clear error with file and place, never a crash.
set -u
: "${ASSAY:?path of the binary}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 n=0
want() { # want NAME EXIT STDERR-PATTERN ARGS...
    name=$1 rc=$2 pattern=$3
    shift 3
    n=$((n + 1))
    timeout 60 "$ASSAY" "$@" >"$dir/out" 2>"$dir/err" </dev/null
    got=$?
    if [ "$got" != "$rc" ]; then
        echo "FAIL $name: exit $got, want $rc"; cat "$dir/err"; bad=$((bad + 1))
    elif [ -n "$pattern" ] && ! grep -q -- "$pattern" "$dir/err"; then
        echo "FAIL $name: stderr lacks '$pattern':"; cat "$dir/err"; bad=$((bad + 1))
    fi
}
cd "$dir" || exit 1
printf '# A\n\nAll runs passed.\n' >ok.md
: >empty.md
printf 'a\000b\000\n' >nul.md
printf '\377\376\n' >bom.md
printf 'x \377\300\257 y\n' >bad.md
printf '# T\n\n```\nnever closed\n' >fence.md
awk 'BEGIN { for (i = 0; i < 10000; i++) printf ">"; print " deep" }' >deep.md
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "- "; print "deep" }' >lists.md
awk 'BEGIN { for (i = 0; i < 50000; i++) printf "[" }' >brackets.md
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "*a_"; }' >emphasis.md
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "| a "; print "|" }' >wide.md
head -c 1000000 /dev/zero | tr '\000' 'x' >line.md
truncate -s 1G huge.md
mkdir empty locked loop
ln -s ../loop loop/self
printf 'Fine text here.\n' >loop/a.md
mkfifo pipe

want 'sound' 0 '' check ok.md
want 'empty file' 1 '' check empty.md
for f in nul bom bad fence deep lists brackets emphasis wide line; do
    timeout 60 "$ASSAY" check -f json --exit-zero $f.md >out.json 2>err
    rc=$?
    n=$((n + 1))
    if [ $rc != 0 ] || ! python3 -c 'import json,sys; json.load(open("out.json"))'; then
        echo "FAIL $f.md: exit $rc"; cat err; bad=$((bad + 1))
    fi
done
want '1 GB report' 2 'huge.md: 1073741824 bytes, the limit is' check huge.md
want 'a FIFO' 2 'pipe: not a regular file' check pipe
want 'missing file' 2 'gone.md: cannot open' check gone.md
want 'a folder without reports' 2 'nothing to check' check empty
want 'a folder without reports, allowed' 0 '' check --allow-empty empty
want 'no operand' 2 'nothing to check' check
want 'a symlink loop' 0 '' check loop
want 'wrong option' 2 'did you mean --data' check --dta x ok.md
want 'wrong check id' 2 'did you mean truncated' check --select truncate ok.md
want 'wrong command' 2 'did you mean check' chekc ok.md
want 'a command like none' 2 'nope: no such command (assay help)' nope
want 'no language' 2 'english: no language has this tag' check --lang english ok.md
want 'wrong format' 2 'no such output format' check -f jsn ok.md
want 'option without value' 2 'needs a value' check ok.md --data
want 'one missing, the others judged' 2 'gone.md' check ok.md gone.md
"$ASSAY" check ok.md ok.md ok.md | head -c 1 >/dev/null
"$ASSAY" check -f json ok.md empty.md bad.md >one.json
"$ASSAY" check -f json -j 7 ok.md empty.md bad.md >seven.json
n=$((n + 1))
cmp -s one.json seven.json || { echo 'FAIL threads change output'; bad=$((bad + 1)); }
"$ASSAY" check -f json -o json:file.json ok.md >std.json
n=$((n + 1))
cmp -s std.json file.json || { echo 'FAIL -o differs from stdout'; bad=$((bad + 1)); }
n=$((n + 1))
printf '# A\n\nAll runs passed.\n' | "$ASSAY" check - >/dev/null || { echo 'FAIL stdin'; bad=$((bad + 1)); }
echo "check_inputs: $((n - bad)) passed, $bad failed"
[ $bad = 0 ]
