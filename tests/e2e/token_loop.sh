#!/bin/sh
# token-loop from the command line: evidence, severity, who wrote what, fences,
# and a guard that agrees.
set -u
: "${ASSAY:?path of the binary}"
feed=$(dirname "$ASSAY")/guard_feed
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
fail() { echo "token_loop.sh: $*"; exit 1; }
findings() { timeout 20 "$ASSAY" check --select token-loop -f json --exit-zero "$@" |
    jq -c '.reports[0].findings[] | [.rule, .severity, .start, .end, .evidence.second, .evidence.unit, .evidence.period, .evidence.copies, .evidence.recovered]'; }
want() { # want NAME EXPECTED FILE [OPTION]...
    name=$1 expected=$2; shift 2
    got=$(findings "$@")
    [ "$got" = "$expected" ] || fail "$name: got $got"
}
repeat() { i=0; while [ $i -lt "$1" ]; do printf '%b' "$2"; i=$((i + 1)); done; }
steps() { i=1; while [ $i -le "$1" ]; do printf '%d. %s\n' $i "$2"; i=$((i + 1)); done; }

{ printf '# Pumps\n\nThe first pump was '; repeat 12 'dry '; printf 'in May, and the others were not looked at.\n'; } >word.md
want "a word" '["token-loop/word","error",28,75,32,"word",4,12,true]' word.md

{ printf '# Pumps\n\n'; steps 14 'Open the valve and write the pressure down in the book.'; } >steps.md
want "a counter" '["token-loop/counter","error",9,838,68,"line",59,14,false]' steps.md

{ printf '# Pumps\n\n```markdown\n'; repeat 6 '- The pump was checked by the morning crew and found dry.\n'; printf '```\n'; } >fence.md
want "prose in a fence" '["token-loop/line","error",23,367,81,"line",58,6,false]' fence.md

{ printf '# Log\n\n```\n'; repeat 5 'pump ok\n'; printf '```\n\n| a | b |\n|---|---|\n'; repeat 5 '| 1 | ok |\n'; } >clean.md
want "a few equal lines of code and rows" '' clean.md

# Four long passages far apart: told once each, as a warning.
{ i=0; while [ $i -lt 500 ]; do printf 'w%c%c%c ' "$(printf '%b' "\\$(printf %o $((97 + i % 26)))")" \
    "$(printf '%b' "\\$(printf %o $((97 + i / 26 % 26)))")" x; i=$((i + 1)); done; } >once.txt
{ cat once.txt; printf '\n\nAnd again, as it was:\n\n'; head -c 1000 once.txt; echo; } >far.md
findings far.md | grep -q '^\["token-loop/duplicate","warning"' || fail "duplicate: $(findings far.md)"
"$ASSAY" check --select token-loop far.md >/dev/null || fail "a duplicate failed the report"

# The template cut the same line out of another response again and again.
item='- **Latency:** the p95 latency was within the limits that were set for the run.\n'
{ printf '# Technical Report: pumps\n\n**Date:** 2024-05-01\n**Model:** m\n\n---\n\nAll is well in the pump house today.\n\n'
  printf -- '---\n\n## Workflow Summary\n\n## Key Findings\n'; repeat 9 "$item"
  printf '\n## Recommendations\n- none\n\n## Persona Prompt\nx\n'; } >cut.md
want "bullets of a template" '' cut.md
findings cut.md --layout none | grep -q token-loop/line || fail "bullets of a model"

# The guard stops where the check gives an error, and only there.
for f in word steps fence clean far cut; do
    findings $f.md --layout none | grep -q '"error"' && e=true || e=false
    s=$("$feed" token-loop $f.md | jq .stop)
    [ "$e" = "$s" ] || fail "guard says $s, the check $e: $f.md"
done
at=$("$feed" token-loop steps.md | jq .decided_at)
[ "$at" -le 560 ] || fail "the guard took $at bytes"
echo "token_loop.sh: ok"
