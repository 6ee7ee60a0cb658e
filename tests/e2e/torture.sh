#!/bin/sh
# Each allocation fails in turn, once alone and once with all later ones: the
# command says that memory ran out and exits 2, or it did without and its
# output is the same; no crash, no half-written file, nothing left behind.
set -u
: "${ASSAY:?path of the binary}"
if [ -z "${TORTURE:-}" ]; then
    echo "SKIPPED: torture: TORTURE is not set (make unit builds it)" >&2
    exit 0
fi
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 points=0
export ASAN_OPTIONS=exitcode=99:abort_on_error=0
export UBSAN_OPTIONS=halt_on_error=1:exitcode=99
cd "$dir" || exit 1
mkdir data out runs good golden
mkdir golden/reports
cp -R "$root/golden/data" golden/
cp -R "$root/golden/reports/arithmetic-share" golden/reports/
cat >data/speed.csv <<'END'
model,quant,tokens_per_second
kestrel-2b,q8,61.05
kestrel-2b,q4,88.42
END
cat >data/latency.json <<'END'
{"timing_ms": {"p50_ms": 17.9, "p99_ms": 24.75}, "runs": [1, 2, 3]}
END
printf '# Notes\n\n| run | ms |\n| --- | --- |\n| a | 12.5 |\n' >data/notes.md
cat >report.md <<'END'
# Throughput

Okay, here's the report you asked for.

With q4 weights kestrel-2b reached 131.7 tokens per second, and the median
latency was 17.9 seconds, as `latency_final.csv` shows (3 of 4 runs, 70 %).

| quant | tok/s |
| --- | --- |
| q8 | 61.05 |
| q4 | 88.4 |

Выводы: скорость выросла. <|im_end|>
and so on and so on and so on and so on and so on and so on and so on and so on
END
printf '{"assay": 1}\n' >bad.json
printf '<!-- assay-ignore chatter -->\n# Next\n\nAll 3 runs passed.\n' >other.md

# run POINT ARGS...: out/ is what the command may write.
run() {
    point=$1
    shift
    rm -rf out && mkdir out
    TORTURE_FAIL=$point TORTURE_COUNT=$dir/count timeout 60 "$TORTURE" "$@" \
        >stdout 2>stderr </dev/null
}
fail() {
    echo "FAIL torture, allocation $1: $2: exit $rc"
    head -5 stderr
    bad=$((bad + 1))
}
# torture NAME ARGS...
torture() {
    name=$1
    shift
    run 0 "$@"
    good=$?
    n=$(cat count)
    cp stdout good/stdout
    rm -rf good/out && cp -R out good/out
    if [ "$good" -gt 3 ] || [ "$n" -lt 5 ]; then
        rc=$good
        fail 0 "$name does not run"
        return
    fi
    i=1
    while [ "$i" -le "$n" ]; do
        # All later ones too: at every fourth, as it finds less.
        for point in "$i" $([ $((i % 4)) -ne 0 ] || echo "$i+"); do
            points=$((points + 1))
            run "$point" "$@"
            rc=$?
            if [ "$rc" -eq 2 ] && [ "$good" -ne 2 ]; then
                grep -q memory stderr || fail "$point" "$name: no word of memory"
                for f in out/*; do
                    case $f in *.tmp-*) fail "$point" "$name: $f is left" ;; esac
                    [ ! -e "$f" ] || cmp -s "$f" "good/$f" ||
                        grep -q -e 'not judged' -e 'no memory' "$f" ||
                        fail "$point" "$name: $f is not whole"
                done
            elif [ "$rc" -ne "$good" ]; then
                fail "$point" "$name, want 2 or $good"
            elif ! cmp -s stdout good/stdout || ! diff -r out good/out >diff; then
                fail "$point" "$name: output differs, yet exit $rc"
            fi
        done
        i=$((i + 1))
    done
}

torture 'check' check -j1 --no-config --data data -f json --claims report.md other.md
torture 'check, all formats' check -j1 --no-config --data data \
    -o text:out/r.txt -o jsonl:out/r.jsonl -o sarif:out/r.sarif \
    -o junit:out/r.xml -o html:out/r.html -o markdown:out/r.md report.md
torture 'facts' facts --stats data
torture 'facts, find' facts --find 17.9ms data
torture 'index' index -q data -o out/data.idx
torture 'golden' golden verify -d golden/reports
torture 'rules' rules -f json
python3 "$root/tests/e2e/lib/make_runs.py" runs --runs 3
torture 'baseline' baseline write --write-in-ci --file out/b.json runs
cp good/out/b.json base.json
torture 'gate' gate --baseline base.json --current runs -f json

# A full disk under stdout is no success either.
for args in 'rules' 'rules -f json' 'explain token-loop' 'help' 'help check' \
    '--version' 'man' 'completion bash' 'facts --stats data' \
    'check --no-config report.md' 'check --print-config --no-config' \
    'golden verify -d golden/reports' 'gate --baseline base.json --current runs'; do
    # shellcheck disable=SC2086
    "$ASSAY" $args >/dev/full 2>stderr
    rc=$?
    points=$((points + 1))
    [ "$rc" -eq 2 ] && grep -q stdout stderr || fail 0 "$args >/dev/full"
done
echo "torture: $points points, $bad failed"
[ "$bad" -eq 0 ]
