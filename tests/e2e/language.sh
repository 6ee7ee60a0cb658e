#!/bin/sh
# language-drift end to end: layers, languages, missing data. ASSAY: the binary.
set -u
t=$(mktemp -d) && trap 'rm -rf "$t"' EXIT
passed=0 failed=0
expect() { # expect NAME WANTED GOT
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1)) && echo "FAIL $1: want '$2', got '$3'"; fi
}
drift() { # drift TEXT OPTION... -> "rule lang text" of each finding, joined
    printf '%s\n' "$1" >"$t/r.md"
    shift
    "$ASSAY" check -f json --exit-zero --select language-drift "$@" "$t/r.md" |
        jq -r '[.reports[0].findings[] | (.rule | ltrimstr("language-drift/"))
            + " " + .evidence.lang + " " + .text] | join("; ")'
}
expect "clean English" "" \
    "$(drift 'The benchmark ran twice and the median latency fell by 3 ms.')"
expect "one German word" "word de gezeigt" \
    "$(drift 'The results gezeigt above are stable across all runs.')"
expect "a Polish phrase" "word pl przekroczyła budżet" \
    "$(drift 'The run przekroczyła budżet and was stopped early.')"
expect "a script" "script ja ですし" \
    "$(drift 'The analysis ですし shows a small gain.')"
expect "code is not judged" "" \
    "$(drift 'Set `größe` in the config file and run `ответ` again.')"
expect "names are not judged" "" \
    "$(drift 'The method of Müller and Gödel in Łódź gives the same result.')"
expect "a user's word" "" \
    "$(drift 'The results gezeigt above are stable.' --word gezeigt)"
expect "the expected language" "" \
    "$(drift 'Die Messung wurde gestern wiederholt und ist stabil.' --lang de)"
expect "English terms are welcome" "" \
    "$(drift 'Die Latency wurde gestern gemessen und ist stabil.' --lang de,en)"
expect "an English line in a German report" "sentence en" \
    "$(drift 'The measurement was repeated yesterday and it is stable now.' \
        --lang de | cut -d' ' -f1,2)"
expect "fenced prose is judged" "word de gezeigt" \
    "$(drift '```
The results gezeigt above are stable across all runs
```')"
expect "a word behind an elided article" "word fr l’ordinateur" \
    "$(drift 'We saw that l’ordinateur was slow in each run.')"
expect "Italian elisions are at home" "" \
    "$(drift 'Il valore dipende dall'"'"'uso della scheda e sull'"'"'area di lavoro.' \
        --lang it)"
expect "a compound of two words is at home" "" \
    "$(drift 'Die Prozessorauslastungsmessung wurde gestern wiederholt.' \
        --lang de)"
expect "frequent words without their accents are at home" "" \
    "$(drift 'Nie wiem juz co sie stalo, moze jutro bedzie lepiej.' --lang pl)"
expect "a term alone in another language" "" \
    "$(drift 'Der hotplug Dienst wurde gestern neu gestartet.' --lang de)"
expect "terms where Latin letters are not expected" "" \
    "$(drift 'Сервер использует netboot и ramdisk при запуске.' --lang ru)"
expect "an English sentence inside a Russian line" "sentence en" \
    "$(drift 'Сервер работает. The measurement was repeated yesterday and it is stable now. Все значения в норме.' \
        --lang ru | cut -d' ' -f1,2)"
expect "a Spanish word in a German report" "word es entonces" \
    "$(drift 'Die Messung wurde gestern entonces auf dem Rechner wiederholt.' --lang de)"
expect "a term of two English words" "" \
    "$(drift 'Die Messung wurde gestern netboot auf dem Rechner wiederholt.' --lang de)"
expect "a German sentence inside a Japanese line" "sentence de Die Pumpe wurde gestern auf dem Hof geprüft" \
    "$(drift '測定は安定しています。 Die Pumpe wurde gestern auf dem Hof geprüft. すべての値は正常です。' \
        --lang ja)"
expect "terms and names inside a Japanese line" "" \
    "$(drift '測定では time to first token と tokens per second、batch size を使い、Mistral Small Instruct を比べました。' \
        --lang ja)"
expect "an English quotation inside a Russian line" "" \
    "$(drift 'Сервер написал: "The measurement was repeated and it is stable now", и работа продолжилась без ошибок в тот же день.' \
        --lang ru)"
expect "an English sentence inside an Arabic line" "sentence en" \
    "$(drift 'تم إيقاف المضخة الشمالية يوم الثلاثاء لأن السدادة بدأت بالتسرب. The measurement was repeated yesterday and it is stable now. بعد الإصلاح ارتفع الضغط ببطء.' \
        --lang ar | cut -d' ' -f1,2)"
expect "a shared word is of the language where it is frequent" "word de anderen" \
    "$(drift 'The results of the anderen runs are stable.')"
expect "a rare English word as the first token" "garble id toko" \
    "$(drift 'toko

This report shows the results of the runs.')"
expect "a wrong tag" 2 \
    "$(printf 'x\n' >"$t/r.md"; "$ASSAY" check --lang 'no such' "$t/r.md" \
        >/dev/null 2>&1; echo $?)"
expect "word pass rate" "false" \
    "$(printf 'The results gezeigt above are stable.\n' >"$t/r.md"
       "$ASSAY" check -f json --exit-zero "$t/r.md" |
       jq '.reports[0].checks["language-drift"].metrics.word_pass')"
printf 'no data' >"$t/broken.dat"
expect "broken data is an error" 2 \
    "$("$ASSAY" check --lang-data "$t/broken.dat" "$t/r.md" >/dev/null 2>&1
       echo $?)"
mkdir "$t/alone" && cp "$ASSAY" "$t/alone/assay"
alone() { env -u ASSAY_LANG_DATA "$t/alone/assay" check --exit-zero "$@" \
    "$t/r.md" "$t/r.md" 2>&1 >/dev/null | grep -c "no language data"; }
expect "missing data is said once" 1 "$(alone)"
expect "not where the check is off" 0 "$(alone --ignore language-drift)"
expect "not where the data is there" 0 \
    "$("$ASSAY" check --exit-zero "$t/r.md" 2>&1 >/dev/null |
       grep -c "no language data")"
echo "language: $passed passed, $failed failed"
[ "$failed" = 0 ]
