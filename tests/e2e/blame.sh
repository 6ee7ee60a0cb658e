#!/bin/sh
# assay blame: the option that was made to matter is the one that is named.
set -eu
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
runs() { python3 "$here/lib/make_runs.py" "$dir/s" --runs 8 "$@"; }
runs --seed 1 --num-ctx 512 --temperature 0.2 --slow 1.3 --fault token-loop=0.75
runs --seed 2 --num-ctx 512 --temperature 0.8 --fault token-loop=0.75
runs --seed 3 --num-ctx 4096 --temperature 0.2 --slow 1.3
runs --seed 4 --num-ctx 4096 --temperature 0.8
"$ASSAY" blame "$dir/s" > "$dir/out"
"$ASSAY" blame -f json "$dir/s" > "$dir/json"
jq -e '[.effects[] | select(.p_adjusted < 0.05) | .option + " " + .outcome] | sort
    == ["num_ctx garbled", "temperature tokens_per_second", "temperature ttft_ms"]' "$dir/json" > /dev/null ||
    { echo "blame: wrong option"; cat "$dir/out"; exit 1; }
jq -e '.effects[] | select(.option == "num_ctx" and .outcome == "garbled") | .low > 0 or .high < 0' "$dir/json" > /dev/null
rc=0
python3 "$here/lib/make_runs.py" "$dir/one" --seed 1
"$ASSAY" blame "$dir/one" > "$dir/out" 2> "$dir/err" || rc=$?
[ $rc -eq 2 ] && grep -q 'no option varies' "$dir/err"
echo "blame: ok"
