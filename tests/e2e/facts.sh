#!/bin/sh
# assay facts: what is read, what is skipped and why, what cannot be read.
set -u
: "${ASSAY:?path of the binary}"
dir=$(mktemp -d)
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT
bad=0 n=0
cd "$dir" || exit 1
want() { # want NAME EXIT PATTERN ARGS... : pattern in stdout or stderr
    name=$1 rc=$2 pattern=$3
    shift 3
    n=$((n + 1))
    timeout 60 "$ASSAY" facts "$@" >out 2>err </dev/null
    got=$?
    if [ "$got" != "$rc" ]; then
        echo "FAIL $name: exit $got, want $rc"; head -3 err; bad=$((bad + 1))
    elif [ -n "$pattern" ] && ! cat out err | grep -q -- "$pattern"; then
        echo "FAIL $name: '$pattern' not in:"; head -5 out err; bad=$((bad + 1))
    fi
}
mkdir -p d/sub none locked loop odd
printf 'name,load (ms),at\nr1,15.58,2025-10-02\nr2,7,2025-10-03\n' >d/a.csv
printf '{"m": {"p99": 0.25, "seed": 42}}\n' >d/sub/b.json
printf 'x\n' >odd/x.bin
ln -s ../loop loop/self
printf 'v\n1\n' >loop/a.csv
mkfifo pipe
printf '\377\376v\000\n\0001\000\n\000' >utf16.csv
printf 'a,b\n1,2\0003\n' >nul.csv
printf 'a,b\n1,"never ends\n2,3\n' >quote.csv
printf '{"a": [1, 2' >cut.json
printf '{"a": 1,\n "b": }\n' >wrong.json
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; }' >deep.json
awk 'BEGIN { for (i = 0; i < 900; i++) printf "["; printf "1"; for (i = 0; i < 900; i++) printf "]" }' >nested.json
awk 'BEGIN { printf "a"; for (i = 0; i < 20000; i++) printf ",%d", i; print "" }' >wide.csv
awk 'BEGIN { print "a,b"; for (i = 0; i < 5000000; i++) printf "x"; print ",7" }' >line.csv
printf 'a,b\n1\n1,2,3,4\n\n,,\n' >ragged.csv
: >empty.csv
: >empty.json

want 'a folder' 0 '2 files, 2 read' d
want 'dates' 0 '2025-10-02 to 2025-10-03' d
want 'a value with its unit' 0 'a.csv:2  row "r1", column "load (ms)" = 15.58 ms' d --find 15.58ms
want 'rounded' 0 'rounds to it' d --find 15.6ms
want 'unit steps' 0 'a.csv:2' d --find 0.01558s
want 'the same digits in another unit' 1 'in another unit' d --find 15.58s
want 'a factor' 1 'off' d --find 1558ms
want 'near' 1 'within 2 %' d --find 15.5ms
want 'not there' 1 'nothing like it' d --find 123456
want 'no evidence' 0 'an identifier' d --find 42
want 'a key path' 0 'b.json:1  m.p99 = 0.25' d --find 0.25
want 'no number' 2 'want a number' d --find abc
want 'statistics' 0 'mean 11.29' --stats d
want 'JSON' 0 '"mean":"11.29"' --stats -f json d
want 'skipped' 2 'no readable source data' odd
want 'skipped, told' 0 'no reader for this type' --allow-empty odd
want 'nothing' 2 'no readable' none
want 'nothing, allowed' 0 '0 files' --allow-empty none
want 'missing' 2 'nowhere' nowhere
want 'a symlink loop' 0 '1 files' loop
want 'a FIFO' 2 'not a regular file' pipe
want 'UTF-16' 0 '1 numbers' utf16.csv
want 'NUL bytes' 2 'nul.csv:2.*NUL' nul.csv
want 'a quote that never closes' 2 'quote.csv:2.*never ends' quote.csv
want 'JSON cut off' 2 'cut.json:1:12.*cut off' cut.json
want 'no value' 2 'wrong.json:2:7' wrong.json
want 'nested too deep' 2 'deep.json:1:10.*deep' deep.json
want 'nested' 0 '1 numbers' nested.json
want 'too many fields' 2 'wide.csv:1.*fields' wide.csv
want 'a very long line' 0 '1 numbers' line.csv
want 'ragged rows' 0 '5 numbers' ragged.csv
want 'an empty CSV file' 0 '0 numbers' empty.csv
want 'an empty JSON file' 2 'empty' empty.json
if [ "$(id -u)" != 0 ]; then
    chmod 0 locked
    want 'a folder that cannot be read' 2 'locked' locked
fi
# The order of arguments changes nothing.
"$ASSAY" facts --stats d/a.csv d/sub/b.json >one
"$ASSAY" facts --stats d/sub/b.json d/a.csv d/a.csv >two
cmp -s one two || { echo "FAIL the order of files shows"; bad=$((bad + 1)); }
# An index gives the same as the data, and only as long as they are the same.
"$ASSAY" index -q d -o d.idx || bad=$((bad + 1))
"$ASSAY" facts --stats d >one
"$ASSAY" facts --stats --index d.idx >two
cmp -s one two || { echo "FAIL the index gives something else"; bad=$((bad + 1)); }
want 'a value from the index' 0 'a.csv:2' --index d.idx --find 15.58ms
want 'an index and data' 2 'not together' --index d.idx d
want 'no index' 2 'not an index' --index one
head -c 300 d.idx >cut.idx
want 'an index cut off' 2 'damaged' --index cut.idx
{ head -c 600 d.idx; printf X; tail -c +602 d.idx; } >bad.idx
want 'an index with a wrong byte' 2 'damaged' --index bad.idx
printf '# R\n\nIt took 15.58 ms.\n' >r.md
"$ASSAY" check --no-config -q --index d.idx r.md >/dev/null ||
    { echo "FAIL check --index"; bad=$((bad + 1)); }
echo '1' >d/new.csv
want 'a new file' 2 'new.csv: the file is new' --index d.idx
rm d/new.csv
printf 'r3,8,2025-10-04\n' >>d/a.csv
want 'a changed file' 2 'a.csv: the file has changed' --index d.idx
rm d/a.csv
want 'a file that is gone' 2 'a.csv: the file is gone' --index d.idx
printf '{"a": [{"n": 1e3, "t": "0x"}, {"m": 2.5}]}' >d/x.json
for i in 1 2 3 4 5 6 7 8; do "$ASSAY" index -q d -o "d$i.idx" || bad=$((bad + 1)); done
for i in 2 3 4 5 6 7 8; do
    cmp d1.idx "d$i.idx" || { echo "FAIL the same index twice"; bad=$((bad + 1)); }
done
# Many keys, as columns and as rows: no work in their square.
awk 'BEGIN { printf "{"; for (i = 0; i < 60000; i++) printf "%s\"m%d_ms\": {\"p50\": %d}", i ? "," : "", i, i; print "}" }' >columns.json
awk 'BEGIN { printf "{"; for (i = 0; i < 60000; i++) printf "%s\"m%d\": {\"value\": %d, \"unit\": \"s\"}", i ? "," : "", i, i; print "}" }' >values.json
awk 'BEGIN { printf "{"; for (i = 0; i < 60000; i++) printf "%s\"m%d\": {\"n\": %d}", i ? "," : "", i, i; print "}" }' >rows.json
for k in columns values rows; do
    want "many keys: $k" 0 '60000 numbers' $k.json
done
# A run record: its options, its prompts, and of its report what the agent's
# code wrote, not what the model did.
mkdir run
printf '# R\n\n**Batch size:** 6144\n\nLatency: 777 ms\n' >run/r.md
cat >run/r.json <<'EOF'
{"schema": "assay-run/1", "date": "2026-11-21", "options": {"num_ctx": 1536},
 "report": {"file": "r.md", "model": [[26, 41]]},
 "calls": [{"stage": "report", "prompt": "Files analyzed: 313\n\nWrite a report."}]}
EOF
want 'an option of the run' 0 'options.json:1  num_ctx = 1536' --record run/r.json --find 1536
want 'a number of the prompt' 0 'prompt 1.md:1 .*"Files analyzed" = 313' --record run/r.json --find 313
want 'a number of the template' 0 'run/r.md template.md:3 .*"Batch size" = 6144' --record run/r.json --find 6144
want 'a number of the model' 1 'nothing like it' --record run/r.json --find 777
want 'a record beside data' 0 'x.json' --record run/r.json d --find 2.5
want 'no run record' 2 'not a run record' --record d/x.json
rm run/r.md
want 'the report is gone' 0 '1536' --record run/r.json --find 1536
# The newest time of modification, per type and folder.
mkdir -p tree/sub
printf '{"a": 1}' >tree/a.json
printf 'v\n1\n' >tree/sub/b.csv
printf 'v\n1\n' >tree/c.csv
TZ=UTC touch -d 2025-03-04T05:06:07 tree/a.json
TZ=UTC touch -d 2025-03-04T05:06:08 tree/sub/b.csv
TZ=UTC touch -d 2024-01-01T00:00:00 tree/c.csv
want 'newest of a type' 0 '2 .*2025-03-04T05:06:08Z  csv' --stats tree
want 'newest of all' 0 '3 .*2025-03-04T05:06:08Z  total' --stats tree
"$ASSAY" facts --stats -f json tree | jq -e '.tree | map({(.what): .newest}) | add |
    .json == "2025-03-04T05:06:07Z" and .sub == "2025-03-04T05:06:08Z"' >out ||
    { echo "FAIL tree in JSON"; bad=$((bad + 1)); }
[ "$bad" = 0 ] && echo "facts: $n cases"
exit "$bad"
