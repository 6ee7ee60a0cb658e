#!/bin/sh
# fabricated-file and wrong-date: what is flagged, word for word.
set -u
: "${ASSAY:?path of the binary}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0 n=0
cd "$dir" || exit 1
mkdir -p data/runs/a empty
printf 'name,ms,at\nr1,5,2025-10-02\nr2,6,2025-11-14T10:00:00Z\n' >data/runs/a/load_2.csv
printf '{"started": 1759186313, "note": "see notes_old.txt"}\n' >data/kernel_bench_20251002-1.json
printf '# Notes\n\nThe archive is frozen since 2024-02-17; first run in May 2023.\n' >data/README.md
touch -d 2025-11-10 data/README.md

flags() { # flags NAME CHECK WANTED OPTIONS... (report on stdin)
    name=$1 check=$2 wanted=$3
    shift 3
    n=$((n + 1))
    cat >r.md
    got=$("$ASSAY" check --no-config --select "$check" -f json --exit-zero "$@" r.md |
        jq -r '[.reports[].findings[].text] | join("|")')
    [ "$got" = "$wanted" ] || {
        echo "FAIL $name: got '$got', want '$wanted'"
        bad=$((bad + 1))
    }
}
file() { flags "$1" fabricated-file "$2" --data data; }
date_of() { flags "$1" wrong-date "$2" --data data; }

file 'a file of the tree' '' <<'X'
See `runs/a/load_2.csv`, load_2.csv, README.md and kernel_bench_20251002-1.
X
file 'a path with the other slash and case' '' <<'X'
See Runs\a\LOAD_2.csv and data/runs/a/load_2.csv.
X
file 'a file that does not exist' 'load_3.csv' <<'X'
The worst case is in load_3.csv.
X
file 'in bold, in code, in quotes, in a link' 'a1.json|b1.log|c1.yaml|d1.csv' <<'X'
**a1.json**, `b1.log`, "c1.yaml" and [it](d1.csv).
X
file 'escaped underscores' 'load\_9.csv' <<'X'
Both load\_2.csv and load\_9.csv were read.
X
file 'mentioned inside the data' '' <<'X'
It says notes_old.txt.
X
file 'products, versions, abbreviations, globs, addresses' '' <<'X'
Node.js 20.1, llama.cpp, e.g. this, *.csv, load_*.json, .md files, <name>.csv,
https://example.com/x/report.json, file.csv, v1.2.3.
X
file 'a letter of another script inside a known name' '' <<'X'
See kernel_ბench_20251002-1.json.
X
file 'a table column of files' 'sweep_1|sweep_2' <<'X'
| File Name | Kind |
| --- | --- |
| sweep_1 | x_y |
| load_2 | x_y |
| `sweep_2` | x_y |
| Total | 3 |
X
flags 'nothing was given to the run' fabricated-file 'load_2.csv' \
    --data empty --allow-empty <<'X'
As load_2.csv shows.
X
flags 'a single file says nothing about other files' fabricated-file '' \
    --data data/README.md <<'X'
As load_7.csv shows.
X

date_of 'dates of the data' '' <<'X'
From October 2, 2025 to 14 Nov 2025; last on 2025-11-14T10:00:00Z, 11/14/2025.
X
date_of 'months of the data' '' <<'X'
Between October and November 2025.
X
date_of 'a month before the data' 'March 2023' <<'X'
Runs began in March 2023.
X
date_of 'days before the data, in many forms' \
    'October 26, 2023|26 Oct. 2023|2023-10-25|10/24/2023|23.10.2023|October 22nd, 2023|2023年10月21日' <<'X'
It ran on October 26, 2023, on 26 Oct. 2023, on 2023-10-25 and on 10/24/2023.
It ran on 23.10.2023, on October 22nd, 2023 and 2023年10月21日.
X
date_of 'dates in names, addresses and identifiers' '' <<'X'
run_2019-01-02.csv, https://x.org/2019/01/02/a, v-2019-01-02-rc1, 20190102.
X
date_of 'a day that prose of the data names, and one beside it' '2024-02-21' <<'X'
Nothing was added after the archive was frozen on 2024-02-17, nor on 2024-02-21.
X
date_of 'a month that prose of the data names is no time of the data' 'May 2023' <<'X'
Measured in May 2023.
X
"$ASSAY" index data -o data.idx >/dev/null
flags 'the same from an index' wrong-date '2024-02-21' --index data.idx <<'X'
Frozen on 2024-02-17, not on 2024-02-21.
X
date_of 'releases of the world' '' <<'X'
The model was released on March 12, 2021.
X
head='# Report

**Date:** 2025-11-15
**Model:** m

---
'
dated() { printf '%s\n%s\n' "$head" "$2" >in.md; flags "$1" wrong-date "$3" --data data --layout agent-report ${4:-} ${5:-} <in.md; }
dated "the run's day" '**Date:** November 15, 2025' ''
dated 'one day off: another time zone' '**Date:** November 16, 2025' ''
dated 'another day' '**Date:** November 27, 2025' 'November 27, 2025'
dated 'a day of the data as the report'\''s own' '**Date:** October 2, 2025' 'October 2, 2025'
dated 'when files were changed' '**Last modified:** November 14, 2025' ''
dated 'in a table' '| Date | November 27, 2025 |' 'November 27, 2025'
dated 'behind another label' 'Prepared by: A Team, Date: November 2, 2025' 'November 2, 2025'
dated 'a label of the data' '**Dataset:** October 2, 2025' ''
dated 'written by somebody after the run' 'Prepared by A Team on November 25, 2025.' 'November 25, 2025'
dated 'after the run' 'Collected on November 25, 2025.' 'November 25, 2025'
dated 'a plan' 'Repeat by December 20, 2025.' ''
dated 'a limit a few words before' 'Fix them before the code freeze on December 20, 2025.' ''
dated 'a limit in German' 'Wiederholen bis zum 20.12.2025.' ''
dated 'a limit of something else' 'Before we began, the data were collected on December 20, 2025.' 'December 20, 2025'
dated 'a language that is not expected' 'Le rapport du 26 octobre 2023.' ''
dated 'the expected language' 'Le rapport du 26 octobre 2023.' '26 octobre 2023' --lang fr
dated 'the same again' "$(yes 'Seen on May 5, 2021.' | head -6)" 'May 5, 2021'
flags 'no data to compare with' wrong-date 'November 27, 2025' --layout agent-report <<X
$head
**Date:** November 27, 2025

The data were collected on October 2, 2025.
X
flags 'nothing is known about time' wrong-date '' <<'X'
**Date:** October 26, 2023
X
[ "$bad" = 0 ] && echo "names and dates: $n cases"
exit "$bad"
