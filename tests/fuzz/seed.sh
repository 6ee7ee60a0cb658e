#!/bin/sh
# seed.sh TARGET DIR ASSAY: what the corpus of a fuzz target begins with.
set -eu
target=$1 to=$2 assay=$3 n=0
mkdir -p "$to"
case $target in
fuzz_report | fuzz_tokens | fuzz_loop | fuzz_lang)
    for f in golden/reports/*/report.*; do
        n=$((n + 1))
        cp "$f" "$to/$n"
    done ;;
fuzz_rules) # the first byte chooses the parser
    which() { printf "\\$1" | cat - "$2" >"$to/$1-$(basename "$2")"; }
    which 000 rules/units.json
    which 001 rules/layouts.json
    which 002 rules/terms.json
    for f in rules/scenarios/*.json; do which 003 "$f"; done
    printf '{"p50_ms": {"say": ["median"], "unit": "ms"}}' >"$to/glossary"
    which 004 "$to/glossary"
    printf '{"lang": "en", "checks": {"chatter": {"severity": "note"}}}' >"$to/config"
    which 005 "$to/config" ;;
fuzz_index)
    for d in golden/data/*; do
        n=$((n + 1))
        "$assay" index -q "$d" -o "$to/$n"
    done ;;
esac
if [ -d "tests/fuzz/seeds/$target" ]; then cp "tests/fuzz/seeds/$target"/* "$to/"; fi
