/* The report's own arithmetic, without data: what follows, what does not, and
 * what must be left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

static struct units *units;
static struct audit_rules *rules;

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static int load(void **state)
{
    struct error err;

    (void)state;
    return units_parse(&units, rule_file("units.json"), "units.json", &err) !=
               ST_OK ||
           audit_rules_load(&rules, NULL, units, rule_file("terms.json"),
                            &err) != ST_OK;
}

static int unload(void **state)
{
    (void)state;
    audit_rules_free(rules);
    units_free(units);
    return 0;
}

/* Per claim that is not exempt: d derived, c contradicted, - neither. */
static const struct own_case {
    const char *name, *report, *want;
} cases[] = {
    { "mean, deviation and extremes of a column",
      "| Run | tok/s |\n|---|---|\n| 1 | 114.8 |\n| 2 | 115.9 |\n| 3 | 117.2 "
      "|\n"
      "| Mean | 115.97 |\n| Std Dev | 1.20 |\n| Min | 114.8 |\n",
      "---ddd" },
    { "a mean that is none",
      "| Run | tok/s |\n|---|---|\n| 1 | 114.8 |\n| 2 | 115.9 |\n| 3 | 117.2 "
      "|\n"
      "| **Average** | 116.97 |\n",
      "---c" },
    { "n in the divisor of the deviation",
      "| Run | s |\n|---|---|\n| 1 | 4.0 |\n| 2 | 5.0 |\n| 3 | 6.0 |\n"
      "| Std (population) | 0.82 |\n| Std | 1.41 |\n",
      "---dc" },
    { "the first call is left out of the mean",
      "| Call | ms |\n|---|---|\n| 1 | 900.5 |\n| 2 | 100.5 |\n| 3 | 102.5 |\n"
      "| Mean | 101.5 |\n",
      "----" },
    { "weighted by another column",
      "| Model | n | score |\n|---|---|---|\n| a | 10 | 2.0 |\n| b | 30 | 4.0 "
      "|\n"
      "| Average | 20 | 3.5 |\n",
      "----d-" },
    { "said to be weighted",
      "| Model | score |\n|---|---|\n| a | 2.0 |\n| b | 4.0 |\n"
      "| Weighted average | 3.7 |\n",
      "---" },
    { "a row without number",
      "| Model | score |\n|---|---|\n| a | 2.0 |\n| b | N/A |\n| c | 4.0 |\n"
      "| Average | 3.7 |\n",
      "---" },
    { "the table shows a part",
      "The top runs:\n\n| Run | s |\n|---|---|\n| 1 | 2.0 |\n| 2 | 4.0 |\n"
      "| Average | 9.7 |\n",
      "---" },
    { "dots stand for more rows",
      "| Run | s |\n|---|---|\n| 1 | 2.0 |\n| ... | ... |\n| 9 | 4.0 |\n"
      "| Average | 9.7 |\n",
      "---" },
    { "of more runs than the table has",
      "| Run | s |\n|---|---|\n| 1 | 2.0 |\n| 2 | 4.0 |\n| Mean (n=10) | 9.7 "
      "|\n",
      "---" },
    { "a list of metrics",
      "| Metric | Value |\n|---|---|\n| Requests | 100 |\n| Errors | 3 |\n"
      "| Average | 12.5 |\n",
      "---" },
    { "statistics of what the table does not show",
      "| Metric | Value |\n|---|---|\n| Min | 10 |\n| Max | 30 |\n| Mean | "
      "12.5 |\n"
      "| Median | 11 |\n",
      "----" },
    { "a total, and one in groups",
      "| Type | Files |\n|---|---|\n| CSV | 28 |\n| JSON | 44 |\n| Total | 72 "
      "|\n"
      "| MD | 29 |\n| TXT | 11 |\n| Total | 41 |\n",
      "--d--c" },
    { "the grand total of groups",
      "| Type | Files |\n|---|---|\n| CSV | 28 |\n| JSON | 44 |\n| Total | 72 "
      "|\n"
      "| MD | 29 |\n| TXT | 11 |\n| Total | 112 |\n",
      "--d--d" },
    { "a total of files",
      "| Type | Files |\n|---|---|\n| CSV | 28 |\n| JSON | 44 |\n"
      "| Total files | 82 |\n",
      "--c" },
    { "the total of another thing",
      "| Name | Value |\n|---|---|\n| Prompts | 28 |\n| Errors | 4 |\n"
      "| Total tokens | 8200 |\n",
      "---" },
    { "rates do not add up",
      "| Model | tok/s |\n|---|---|\n| a | 20.5 |\n| b | 40.5 |\n"
      "| Total | 33.1 |\n",
      "---" },
    { "shares round to 99.9",
      "| Type | Share |\n|---|---|\n| a | 33.3% |\n| b | 33.3% |\n| c | 33.3% "
      "|\n"
      "| Total | 100% |\n",
      "---d" },
    { "columns of runs",
      "| Model | Run 1 | Run 2 | Run 3 | Mean | Std "
      "|\n|---|---|---|---|---|---|\n"
      "| a | 10.1 | 10.3 | 10.5 | 10.3 | 0.2 |\n"
      "| b | 12.1 | 12.3 | 12.5 | 12.9 | 0.16 |\n",
      "---dd---cd" },
    { "columns of other things",
      "| Model | Load | Warm | Mean |\n|---|---|---|---|\n| a | 10.1 | 10.3 | "
      "99.3 |\n",
      "---" },
    { "the speed-up is a row",
      "| | 1 GPU | 2 GPUs | 4 GPUs |\n|---|---|---|---|\n"
      "| Throughput (tok/s) | 118 | 221 | 402 |\n"
      "| Speedup | 1.00x | 1.87x | 2.87x |\n",
      "----dc" },
    { "the change of two columns is a row, of another measure",
      "| | Old | New |\n|---|---|---|\n| Wait (ms) | 48.0 | 30.0 |\n"
      "| Change of cost | -3.0% | 4.0% |\n",
      "----" },
    { "a speed-up is no surplus",
      "| Build | s | Speedup |\n|---|---|---|\n| Baseline | 52.7 | 1.00x |\n"
      "| O2 | 20.0 | 2.64x |\n| O3 | 10.0 | 4.27x |\n",
      "---d-c" },
    { "an improvement may be one",
      "| Build | s | Improvement |\n|---|---|---|\n| Baseline | 52.7 | 0x |\n"
      "| O2 | 20.0 | 1.64x |\n| O3 | 10.0 | 4.27x |\n",
      "---d-d" },
    { "a speed-up of that, and so much faster",
      "It does 52.7 tok/s against 10.0 tok/s, a speedup of 4.27x. It does 52.7 "
      "tok/s against 10.0 tok/s, 4.27x faster.",
      "--c--d" },
    { "errors of requests in percent, and a row of all",
      "| Node | Requests | Errors | Rate |\n|---|---|---|---|\n"
      "| a | 12,400 | 31 | 0.25% |\n| b | 11,950 | 48 | 0.40% |\n"
      "| c | 10,880 | 87 | 1.80% |\n| All | 35,230 | 166 | 0.99% |\n",
      "--d--d--cdd-" },
    { "the amount of one row is not its quantity times its price",
      "| Item | Quantity | Price | Amount |\n|---|---|---|---|\n"
      "| a | 12 | $4.50 | $54.00 |\n| b | 3 | $89.00 | $276.00 |\n"
      "| c | 4 | $21.00 | $84.00 |\n",
      "-----c---" },
    { "the price of one row is not its amount over its quantity",
      "| Item | Amount ($) | Users | Dollars per user |\n|---|---|---|---|\n"
      "| a | 4500 | 250 | 18.00 |\n| b | 30400 | 1900 | 16.00 |\n"
      "| c | 98800 | 5200 | 21.00 |\n",
      "--------c" },
    { "a sum of columns with a small rest",
      "| Item | Load | Eval | Spent |\n|---|---|---|---|\n"
      "| a | 120.5 | 310.2 | 430.7 |\n| b | 130.1 | 290.4 | 420.5 |\n"
      "| c | 110.4 | 333.3 | 446.0 |\n",
      "---------" },
    { "columns that add up by chance once",
      "| Item | x | y | z |\n|---|---|---|---|\n"
      "| a | 12 | 31 | 43 |\n| b | 13 | 29 | 88 |\n| c | 11 | 33 | 70 |\n",
      "---------" },
    { "a share of two columns",
      "| Team | Wins | Losses | Win % |\n|---|---|---|---|\n"
      "| a | 12 | 4 | 75.0 |\n| b | 9 | 7 | 58.3 |\n| c | 3 | 13 | 18.8 |\n"
      "| d | 5 | 11 | 31.3 |\n",
      "-----c------" },
    { "a running sum",
      "| Quarter | Sales | Cumulative |\n|---|---|---|\n| a | 120 | 120 |\n"
      "| b | 140 | 260 |\n| c | 110 | 390 |\n| d | 160 | 530 |\n",
      "-----c--" },
    { "measures in rows",
      "| Metric | a | b | c |\n|---|---|---|---|\n| Prompt tokens | 420 | 420 "
      "| 420 |\n| Output tokens | 310 | 365 | 402 |\n| Total tokens | 730 | "
      "785 | 842 |\n",
      "------ddc" },
    { "percentiles that fall",
      "| Percentile | Latency (ms) |\n|---|---|\n| p50 | 42.1 |\n"
      "| p90 | 88.7 |\n| p95 | 71.3 |\n| p99.9 | 143.9 |\n",
      "--c-" },
    { "percentiles that stay",
      "| Path | p50 | p95 | 99th percentile |\n|---|---|---|---|\n"
      "| /a | 45 ms | 45 ms | 61 ms |\n| /b | 88 ms | 310 ms | 0.4 s |\n",
      "------" },
    { "percentiles of two measures",
      "| Path | TTFT p50 | TTFT p95 | Gap p50 | Gap p95 |\n"
      "|---|---|---|---|---|\n| /a | 145 ms | 245 ms | 61 ms | 45 ms |\n",
      "---c" },
    { "rates that 99 of 100 reach",
      "| Host | p50 | p95 | p99 |\n|---|---|---|---|\n"
      "| a | 61.5 tok/s | 44.1 tok/s | 40.2 tok/s |\n",
      "---" },
    { "a mean above the greatest",
      "| Sensor | Mean (\xc2\xb0"
      "C) | Min (\xc2\xb0"
      "C) | Max (\xc2\xb0"
      "C) |\n|---|---|---|---|\n| a | 25.8 | 17.2 | 25.1 |\n"
      "| b | 20.9 | 16.6 | 24.0 |\n",
      "--c---" },
    { "a mean outside of its range",
      "| Metric | Average | Range |\n|---|---|---|\n"
      "| Latency | 50.5 ms | 12 - 45 ms |\n| Load | 30.5 s | 12 - 45 s |\n",
      "--c---" },
    { "a mean above the greatest, in a sentence",
      "The mean was 912 ms with a minimum of 488 ms and a maximum of 871 ms. "
      "The mean was 712 ms with a minimum of 488 ms and a maximum of 871 ms.",
      "--c---" },
    { "the greatest of a part",
      "The mean was 912 ms, the maximum 871 ms in the second run.", "--" },
    { "statistics behind their numbers",
      "CPU 13.9% avg / 15.4% peak, GPU 33% avg / 93% peak, disk 43% avg / 12% "
      "peak",
      "-----c" },
    { "percentiles in a sentence",
      "Latency: p50 12 ms, p95 31 ms, p99 29 ms; TTFT: p50 12 ms, p99.9 40 ms",
      "--c--" },
    { "percentiles of a list", "- p50: 1.21 s\n- p95: 3.40 s\n- p99: 2.95 s\n",
      "--c" },
    { "means of two measures in a list",
      "- Median TTFT: 0.41 s\n- P95 TTFT: 1.10 s\n- Median wait: 5.2 s\n"
      "- P95 wait: 7.9 s\n- Max load: 0.2 s\n",
      "-----" },
    { "a total of a list",
      "- **CSV files:** 28\n- **JSON files:** 44\n- **Total files:** 72\n\n"
      "Text.\n\n- CSV: 28 (37.8%)\n- JSON: 44\n- Total: 82\n",
      "--d---c" },
    { "a total of more than the list shows",
      "- CSV files: 28\n- JSON files: 44\n- Total files: 1101\n\nText.\n\n"
      "- Prompt tokens: 1204\n- Max tokens: 4096\n- Total tokens: 5129\n",
      "------" },
    { "a rate beside its counts",
      "- Successful runs: 57\n- Failed runs: 3\n- Total runs: 60\n"
      "- Success rate: 91.0%\n- Failure rate: 5%\n",
      "--dcd" },
    { "a rate of another thing",
      "- Hits: 57\n- Total runs: 60\n- Cache size: 20\n- Hit rate: 81.0%\n"
      "- Sampling rate: 10%\n",
      "--c-" },
    { "shares of one whole",
      "Of the 240 requests, 18 failed (7.5%), 12 hung (9.0%) and 210 passed "
      "(87.5%).",
      "--d-c-d" },
    { "shares of shares",
      "Of the 1,240 requests, 62 failed (5.0%), 41 of them (66.1%) by timeout.",
      "--d-d" },
    { "a share that differs from those it stands with",
      "- code: 46 (46%)\n- docs: 15 (18%)\n- feature: 31 (31%)\n"
      "- chore: 8 (8%)\n",
      "-d-c-d-d" },
    { "changes are no shares",
      "Requests rose to 52 (30%), errors to 26 (44%) and hits to 88 (12%).",
      "------" },
    { "a share of a pair",
      "It got 87 of 120 right (78.4%), or 74 of 120 "
      "(61.7%).",
      "--c--d" },
    { "hours between two times of day",
      "It ran from 22:15 to 23:45, i.e. 2.5 hours. It ran from 22:15 to 23:45 "
      "(90 minutes). It ran from 23:30 until 02:00, a total of 2.5 hours.",
      "cdd" },
    { "half days",
      "It ran from 9:30 to 2:00, about 4.5 hours. From 9:30 am to 2:00 pm, 5.5 "
      "hours.",
      "dc" },
    { "hours of something else",
      "From 22:15 to 23:45 the 2.5 hours of backlog were worked off. It began "
      "at 10:00. At 12:00 there was a pause of 30 minutes.",
      "--" },
    { "statistics joined by slashes",
      "Min/mean/max of the speed were 98.2/104.6/103.9 tok/s. The latency "
      "(p50/p95/p99) was 12 / 45 / 61 ms.",
      "--c---" },
    { "statistics joined by slashes in a column",
      "| Path | p50/p95/p99 (ms) |\n|---|---|\n| /a | 12/45/31 |\n"
      "| /b | 12/45/61 |\n",
      "--c---" },
    { "a date and a path are no such statistics",
      "See docs/min/max for 98.2/91.6 and avg/median.", "--" },
    { "what remains",
      "It holds 512 GB, of which 384 GB are used, leaving 148 GB. Of 1,240 "
      "requests, 62 of which failed, 1,100 were read. 8,192 minus 1,500 leaves "
      "6,692.",
      "--c-----d" },
    { "parts of a part remain",
      "It holds 512 GB, of which 384 GB are used and 64 GB cached, leaving 128 "
      "GB.",
      "----" },
    { "so many times the other",
      "The p95 is 214 ms, 2.2 times the median of 97 ms. The p95 is 214 ms, "
      "3.1 times the median of 97 ms.",
      "-d--c-" },
    { "a design",
      "We ran 5 models with 4 sizes and 3 repetitions each, for a total of 75 "
      "runs. We ran 5 models with 4 sizes each and 3 more runs, 23 in total.",
      "---c----" },
    { "a design whose total stands before its word",
      "24 prompts with 5 runs each make 120 runs. It has 6 nodes with 8 GPUs "
      "each, 56 GPUs in all.",
      "--d--c" },
    { "shares of more than the whole",
      "Time is split between a (12%), b (35%), c (48%) and d (21%). Time is "
      "split between a (12.4%), b (35.1%), c (44.0%) and d (8.6%).",
      "---c----" },
    { "answers that overlap",
      "Users could give several answers: 64% a, 48% b and 37% the rest.",
      "---" },
    { "the mean of a total",
      "The set has 101 files with a total size of 441,517 bytes, an average "
      "file size of 4,871 bytes. The average per line was 80 bytes.",
      "--c-" },
    { "with and without",
      "- 3.1 s without cache, 0.9 s with cache (4.1x faster)\n"
      "- 3.1 s for load, 0.9 s for use (30% lower)\n",
      "--c---" },
    { "from and to in other languages",
      "Die Zeit sank von 240 ms auf 180 ms (-40 %). El tiempo de 8 s a 6 s "
      "(-25%).",
      "--c--d" },
    { "parts in German",
      "Insgesamt 121 Dateien (28 CSV, 44 JSON und 29 Markdown), davon 12 neu.",
      "c----" },
    { "sums in German",
      "| Lauf | s |\n|---|---|\n| 1 | 12.4 |\n| 2 | 11.8 |\n"
      "| Summe | 26.2 |\n",
      "--c" },
    { "a rise is no quotient",
      "It went up from 200 ms to 350 ms, an increase of 57%. It went up from "
      "200 ms to 350 ms, an increase of 75%.",
      "--c--d" },
    { "the lesser first", "It is -30% smaller (3.3 GB vs 4.7 GB).", "d--" },
    { "a name in brackets between the two",
      "It shrinks from 15.2 GB (FP16) to 4.1 GB (Q4), a saving of 12.1 GB.",
      "--c" },
    { "the change stands before its two",
      "Rate: +45% (from 200 req/s to 250 req/s). Cost fell by 10%, from $800 "
      "to $720.",
      "c--d--" },
    { "a sign that its base does not give",
      "| | a | b | Change |\n|---|---|---|---|\n| x | 42 | 50.4 | +20% |\n"
      "| y | 30 | 45 | +50% |\n| z | 8 | 6 | -33% |\n",
      "--d--d--c" },
    { "values behind their mean",
      "The mean over 5 runs was 690 ms, with individual values of 610, 655, "
      "630, 648 and 657 ms.",
      "-c-----" },
    { "a total below the table",
      "| Run | Tokens | s |\n|---|---|---|\n| 1 | 1020 | 10 |\n"
      "| 2 | 990 | 9 |\n| 3 | 1100 | 12 |\n\nIn total, 3,410 tokens were "
      "generated over the three runs.\n",
      "------c-" },
    { "a change below the table of two columns",
      "| | Old | New |\n|---|---|---|\n| Mean wait (ms) | 48.0 | 30.0 |\n"
      "| Jobs per hour | 1250 | 1600 |\n\nThe mean wait fell by 37.5%, and "
      "the number of jobs per hour increased by 22%.\n",
      "----dc" },
    { "amounts that make up a whole",
      "16 GB installed, 11.2 GB in use (80%), 4.8 GB free (30%).", "--c-d" },
    { "the F1 of two columns",
      "| Class | Precision | Recall | F1 |\n|---|---|---|---|\n"
      "| a | 0.90 | 0.80 | 0.85 |\n| b | 0.75 | 0.85 | 0.80 |\n"
      "| c | 0.60 | 0.50 | 0.64 |\n",
      "--------c" },
    { "the mean of numbers of which one is wrong",
      "| Run | Tokens | Time (s) | tok/s |\n|---|---|---|---|\n"
      "| 1 | 1,020 | 10.0 | 102.0 |\n| 2 | 990 | 9.9 | 100.0 |\n"
      "| 3 | 1,100 | 10.5 | 114.8 |\n| 4 | 1,053 | 10.4 | 101.3 |\n"
      "| Mean | 1,040.8 | 10.2 | 102.0 |\n",
      "--d--d--c--ddd-" },
    { "an hour and some minutes",
      "It ran for 1 hour and 40 minutes, from 02:05 to 03:45. It began at "
      "08:40 am and was completed at 11:10 am, which makes a total runtime of "
      "3.5 hours.",
      "--c" },
    { "i.e. between dates and their span",
      "It ran from 10 June 2025 until 24 June 2025, i.e. 24 days.", "c" },
    { "the change of one column, which its header names",
      "| Layers | Throughput (tok/s) | TTFT (ms) | \xce\x94 Throughput |\n"
      "|---|---|---|---|\n| none | 11.8 | 2,140 | - |\n"
      "| some | 47.6 | 811 | +303% |\n| most | 96.3 | 402 | +616% |\n",
      "----d--c" },
    { "changes of what was before, but for one",
      "| Kind | 2023 | 2024 | Growth |\n|---|---|---|---|\n"
      "| a | 1,200 | 1,380 | 15.0% |\n| b | 800 | 1,000 | 25.0% |\n"
      "| c | 450 | 540 | 16.7% |\n",
      "--d--d--c" },
    { "changes of the column behind",
      "| Kind | New | Old | Change |\n|---|---|---|---|\n"
      "| a | 1,380 | 1,200 | 15.0% |\n| b | 1,000 | 800 | 25.0% |\n"
      "| c | 450 | 540 | -16.7% |\n",
      "--d--d--d" },
    { "the number that names a row is one of two",
      "| Threads | Time (s) | Speedup | Efficiency |\n|---|---|---|---|\n"
      "| 1 | 96.0 | 1.00 | 100% |\n| 2 | 50.5 | 1.90 | 95% |\n"
      "| 4 | 27.4 | 3.50 | 88% |\n| 8 | 16.0 | 6.00 | 85% |\n",
      "----d--d--dc" },
    { "the mean of a total in a list",
      "- Files scanned: 101\n- Total size: 441,517 bytes\n"
      "- Average file size: 5,271 bytes\n- Largest file: 61,204 bytes\n",
      "--c-" },
    { "the mean of a part in a list",
      "- Files scanned: 101\n- Total size: 441,517 bytes\n"
      "- Average CSV file size: 5,271 bytes\n",
      "---" },
    { "parts in brackets",
      "There are invoices (1,250), receipts (2,480) and contracts (270), 4,200 "
      "overall. There are 72 files: CSV (28) and JSON (44).",
      "---cd--" },
    { "fewer of a bare count",
      "12 rather than 30, that is 40% fewer. With 12 rather than 30 threads it "
      "is 40% faster.",
      "--c---" },
    { "so many times the speed",
      "It does 31 tok/s at Q8 versus 52 tok/s at Q4, i.e. 2.1x the speed.",
      "--c" },
    { "a list and its mean in the next sentence",
      "TTFT: 512, 498, 530 and 520 ms. Mean: 536 ms.", "----c" },
    { "what remains of the tokens, and a share between",
      "Of the 8,192 tokens available, 5,734 were used (70%), which leaves "
      "2,158 "
      "tokens.",
      "--dc" },
    { "a mean of what is below the table, but of something else",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "Each of these calls brought 1.50 tok/s on average.",
      "-------" },
    { "a year below a unit, and below none",
      "| Run | ms | Year |\n|---|---|---|\n| a | 2000 | 2024 |\n"
      "| b | 1990 | 2025 |\n| Mean | 1990 | |\n",
      "--c" },
    { "a total duration of more than is listed",
      "- Load duration: 485.20 ms\n- Prompt duration: 818.28 ms\n"
      "- Eval duration: 49,688.99 ms\n- Total duration: 51,940.60 ms\n\n"
      "Text.\n\n- Ingest: 0.03 s\n- Analysis: 26.38 s\n- Report: 25.56 s\n"
      "- Total: 57.97 s\n",
      "-------c" },
    { "shares of a total in a list",
      "- Analysis: 26.38 s (50.8%)\n- Report: 25.56 s (39.2%)\n"
      "- Total: 51.97 s\n",
      "-d-c-" },
    { "hits, misses and their rate",
      "- Cache hits: 930\n- Cache misses: 70\n- Hit rate: 83%\n"
      "- Miss rate: 7%\n\nText.\n\n- Correct answers: 183\n"
      "- Total answers: 240\n- Accuracy: 66.3%\n",
      "--c---c" },
    { "a difference that the row above gives by chance",
      "| Metric | Run A | Run B | Difference |\n|---|---|---|---|\n"
      "| Wait (ms) | 120 | 102 | -18 |\n| Late (ms) | 210 | 185 | -25 |\n"
      "| Errors | 25 | 20 | -5 |\n| Retries | 40 | 31 | -11 |\n",
      "--d--d--d--c" },
    { "what each row adds to the one above",
      "| Week | Users | New users |\n|---|---|---|\n| 1 | 1,000 | - |\n"
      "| 2 | 1,150 | 150 |\n| 3 | 1,380 | 230 |\n| 4 | 1,500 | 160 |\n"
      "| 5 | 1,620 | 120 |\n",
      "------c--" },
    { "a factor",
      "It shrank by a factor of 6, from 6.4 GB to 1.6 GB. It shrank from 6.4 "
      "GB "
      "to 1.6 GB, a factor of 4.",
      "c----d" },
    { "a spelled count between",
      "It takes 9 minutes instead of 63 minutes with one worker, a speedup of "
      "9.0x.",
      "---c" },
    { "a bare mean below the only column",
      "| Fold | Accuracy |\n|---|---|\n| 1 | 0.912 |\n| 2 | 0.905 |\n"
      "| 3 | 0.921 |\n\nThe mean accuracy across the three folds is 0.926. The "
      "mean loss across the three folds is 0.826.\n",
      "----c--" },
    { "a mean over as many as there are rows",
      "| Model | Throughput (tok/s) |\n|---|---|\n| a | 142.0 |\n"
      "| b | 88.0 |\n| c | 52.0 |\n\nThe average over the three models is 92.0 "
      "tok/s.\n",
      "----c" },
    { "so many a week",
      "In 12 weeks 348 tickets were closed, an average of 34 tickets per "
      "week.",
      "--c" },
    { "a share stands between a total and its parts",
      "2.6 TB (65%) are in use: 1.5 TB by models, 0.8 TB by data and 0.9 TB by "
      "logs.",
      "c----" },
    { "the United States are no microseconds",
      "| Region | Sales | Share |\n|---|---|---|\n| EU | 480 | 40% |\n"
      "| US | 540 | 55% |\n| Asia | 180 | 15% |\n",
      "-d-c-d" },
    { "a total of a little more than its parts",
      "It took 52.4 s in total: 26.3 s for this and 25.3 s for that. It took "
      "58.4 s in total: 26.3 s for this and 25.3 s for that.",
      "---c--" },
    { "rows that the text below compares",
      "| Model | Throughput (tok/s) |\n|---|---|\n| ibis:1b | 142.0 |\n"
      "| ibis:4b | 88.0 |\n| lynx:8b | 46.0 |\n\nibis:1b is the fastest. It "
      "is 91% faster than ibis:4b and 3.1 times as fast as lynx:8b. ibis:4b is "
      "91% faster than lynx:8b.\n\nibis:1b is 72% faster than ibis:4b in "
      "cold starts. ibis:1b needs 72% less memory than ibis:4b.\n",
      "---cdd--" },
    { "before and after in a list",
      "- **Before:** 4.2 GB\n- **After:** 3.1 GB\n- **Reduction:** 46.2%\n\n"
      "Text.\n\n- Baseline: 98.0 tok/s\n- Optimized: 112.7 tok/s\n"
      "- Improvement: 15.0%\n\nText.\n\n- Load: 98.0 s\n- Eval: 112.7 s\n"
      "- Improvement: 35.0%\n",
      "--c--d---" },
    { "a total and a mean of two",
      "1,250 tokens in the first and 1,750 tokens in the second run, 3,500 "
      "tokens altogether and 1,500 on average.",
      "--c-" },
    { "a part in words", "Three of the ten runs (33%) were late.", "--c" },
    { "a range that its ends do not give",
      "Min: 30 ms, Max: 96 ms, Range: 56 ms. Min: 30 ms, Max: 96 ms, Range: 66 "
      "ms.",
      "--c--d" },
    { "the numbers stand in brackets",
      "The p95 (210 ms) is 2.1x the median (70 ms).", "-c-" },
    { "each of so many",
      "Each of the 4 agents read 25 files, so 120 files were read in total.",
      "--c" },
    { "by so many, from one count to another",
      "The suite grew from 820 to 1,025 tests, i.e. by 305 tests.", "--c" },
    { "the sum of three columns",
      "| Kind | Jan | Feb | Mar | Q1 |\n|---|---|---|---|---|\n"
      "| A | 10.5 | 11.2 | 12.3 | 34.0 |\n| B | 8.1 | 7.9 | 8.4 | 24.4 |\n"
      "| C | 15.0 | 14.2 | 16.8 | 48.0 |\n"
      "| D | 4.4 | 4.9 | 5.1 | 14.4 |\n",
      "-----------c----" },
    { "prompts are no percentiles",
      "| Prompt | Tokens |\n|---|---|\n| P1 | 312 |\n| P2 | 287 |\n"
      "| P5 | 401 |\n| P10 | 350 |\n",
      "----" },
    { "percentiles written out",
      "The 50th percentile was 84 ms, the 95th percentile 312 ms and the 99th "
      "percentile 298 ms.",
      "--c" },
    { "what two numbers correspond to",
      "It rose from 52.0 tok/s to 67.6 tok/s, which corresponds to a 23% gain.",
      "--c" },
    { "so many of which", "It has 48 layers, 32 of which (76.7%) are new.",
      "--c" },
    { "settings before a mean",
      "With the best set (60 GPU layers, context 1024, temperature 0.4) it "
      "reached a mean of 187.18 tok/s.",
      "----" },
    { "a deviation is no second time",
      "| Bench | Mean (ms) | Std dev (ms) | Speedup |\n|---|---|---|---|\n"
      "| a | 3.81 | 0.42 | 1.0x |\n| b | 1.27 | 0.11 | 3.0x |\n"
      "| c | 5.66 | 0.73 | 1.2x |\n",
      "---------" },
    { "minutes are no minimum",
      "| Job | Time (min) | Max |\n|---|---|---|\n| a | 25.8 | 17.2 |\n",
      "--" },
    { "a change behind its two ends",
      "TTFT fell from 120 ms to 95 ms (-21%). TTFT fell from 120 ms to 95 ms "
      "(-31%).",
      "--d--c" },
    { "a change said in words",
      "It fell from 120 ms to 95 ms, a 21% drop. It fell from 120 ms to 95 "
      "ms, down 26%. It fell from 120 ms to 95 ms, a reduction of 36%.",
      "--d--d--c" },
    { "a change before its two ends",
      "It improved by 21% from 120 ms to 95 ms. It improved by 41% from 120 "
      "ms to 95 ms.",
      "d--c--" },
    { "a speed-up and the two times",
      "B is 4.2x faster: 420 ms vs 100 ms. B is 5.2x faster than A (100 ms "
      "vs. 420 ms).",
      "d--c--" },
    { "a comparison between the two",
      "B, at 95 ms, is 21% lower than 120 ms. B, at 95 ms, is 31% lower than "
      "120 ms.",
      "-d--c-" },
    { "differences in the unit and in points",
      "B is 25 ms faster (95 ms vs 120 ms). B is 35 ms faster (95 ms vs 120 "
      "ms). It rose from 71% to 83% (+12 pp). It rose from 71% to 83% (+15 "
      "pp).",
      "d--c----d--c" },
    { "rounded operands leave room",
      "Latency rose from 2 ms to 43 ms (17.9x). Latency rose from 20 ms to "
      "430 ms (17.9x).",
      "--d--c" },
    { "names between the two",
      "Throughput rose from 61.2 tok/s with q8 to 88.4 tok/s with q4, an "
      "improvement of 44%.",
      "--d" },
    { "settings are no measurements",
      "Throughput scales 3.4x from 1 to 8 GPUs. From 8 to 64 threads (12% of "
      "runs) it holds. We went from 2 nodes to 8 nodes (3.1x speedup).",
      "---------" },
    { "something else in the brackets",
      "Raising the timeout from 10 s to 30 s (5% fewer errors) helped. It "
      "ranged from 10 ms to 30 ms (50% of requests under 12 ms).",
      "-------" },
    { "another thing is compared",
      "It took 95 ms and used 21% less memory than the 120 ms variant. It is "
      "2x faster than A, while B used 3 GB vs 4 GB.",
      "------" },
    { "a dash between two percentages is a range",
      "The penalty is 1-2% (97.9% at best).", "---" },
    { "a column of speed-ups",
      "| n | old | new | speedup |\n|---|---|---|---|\n"
      "| a | 36.8 ms | 5.6 ms | 6.57x |\n| b | 228.8 ms | 33.7 ms | 6.79x |\n"
      "| c | 898.5 ms | 150.6 ms | 8.97x |\n",
      "--d--d--c" },
    { "one row, one pair",
      "| Metric | Before | After | Change |\n|---|---|---|---|\n"
      "| TTFT | 120 ms | 95 ms | -31% |\n",
      "--c" },
    { "against a baseline row",
      "| Config | tok/s | vs baseline |\n|---|---|---|\n"
      "| plain | 40.0 | \xe2\x80\x94 |\n| a | 50.0 | +25% |\n"
      "| b | 30.0 | -25% |\n| c | 44.0 | +20% |\n",
      "--d-d-c" },
    { "a baseline that the table does not show",
      "| Config | ms | vs baseline |\n|---|---|---|\n| a | 2000 | 1.66x |\n"
      "| b | 2230 | 1.95x |\n| c | 1960 | 1.48x |\n",
      "------" },
    { "a predicted speed-up",
      "| Metric | Before | After | Predicted speedup |\n|---|---|---|---|\n"
      "| TTFT | 120 ms | 95 ms | 2.0x |\n",
      "---" },
    { "tokens over duration, call by call",
      "| Call | Tokens | Duration (s) | tok/s |\n|---|---|---|---|\n"
      "| 1 | 512 | 4.00 | 128.0 |\n| 2 | 498 | 4.05 | 123.0 |\n"
      "| 3 | 505 | 3.90 | 149.5 |\n",
      "--d--d--c" },
    { "a mean over calls is no quotient of sums",
      "| Call | Tokens | Duration (s) | tok/s |\n|---|---|---|---|\n"
      "| 1 | 100 | 1.00 | 100.0 |\n| 2 | 900 | 3.00 | 300.0 |\n"
      "| Mean | 500 | 2.00 | 200.0 |\n",
      "--d--dddd" },
    { "rates that include something else",
      "| Call | Tokens | Duration (s) | tok/s |\n|---|---|---|---|\n"
      "| 1 | 512 | 9.00 | 128.0 |\n| 2 | 498 | 9.05 | 123.0 |\n",
      "------" },
    { "shares of a column",
      "| Type | Count | Share |\n|---|---|---|\n| CSV | 28 | 27.7% |\n"
      "| JSON | 44 | 63.6% |\n| MD | 29 | 28.7% |\n",
      "-d-c-d" },
    { "a part of each whole",
      "| Suite | Passed | Total | Rate |\n|---|---|---|---|\n"
      "| a | 28 | 30 | 93.3% |\n| b | 44 | 50 | 88.0% |\n"
      "| c | 29 | 40 | 82.5% |\n",
      "--d--d--c" },
    { "parts and a total behind them",
      "It read 28 CSV, 44 JSON and 29 Markdown files, 101 in total. It read "
      "28 CSV, 44 JSON and 29 Markdown files, 111 in total.",
      "---d---c" },
    { "a total and its parts",
      "It read 101 files (28 CSV, 44 JSON and 29 Markdown). It read 91 files "
      "(CSV: 28, JSON: 44, Markdown: 29). A total of 111 files: 28 CSV, 44 "
      "JSON, 29 Markdown.",
      "d---c---c---" },
    { "parts in a unit",
      "The latency is 420 ms (120 ms load + 300 ms decode). The latency is 440 "
      "ms (120 ms load + 300 ms decode).",
      "d--c--" },
    { "parts that are not all",
      "It has 40 tests (12 slow, 3 flaky). Of 101 files, 28 CSV and 44 JSON "
      "were read. It covers 3 areas: 2 models, 4 prompts and 5 temperatures.",
      "---------" },
    { "factors are no parts",
      "It ran 12 configurations (3 models and 4 temperatures). We used 8 GPUs "
      "(2 nodes, 4 each).",
      "------" },
    { "statistics are no parts",
      "Latency is 95 ms (median 80 ms, max 210 ms and min 60 ms). It took 95 "
      "ms "
      "(80 ms on A and 110 ms on B).",
      "-------" },
    { "equations",
      "28 + 44 + 29 = 101. 28 + 44 + 29 = 111. (114.8 + 115.9 + 117.2) / 3 = "
      "115.97 tok/s. 44 / 101 = 63.6%. 120 ms / 95 ms = 1.26.",
      "---d---c----d--c--d" },
    { "a part of an equation", "2 + 3 + 4 = 9. 2 * 3 + 4 = 10.", "---d----" },
    { "an amount in a time",
      "The call generated 512 tokens in 4.0 s (128 tok/s). At 228 tok/s (512 "
      "tokens in 4.0 s) it is fast.",
      "--dc--" },
    { "sums over calls and a mean over calls",
      "In total 5129 tokens were generated in 72.06 s; the mean throughput was "
      "64.21 tok/s. All calls: 5129 tokens in 72.06 s (mean 64.21 tok/s).",
      "------" },
    { "a list and its mean",
      "Runs took 10.1, 10.3 and 10.5 s (mean 10.3 s). The mean of 10.1, 10.3 "
      "and 10.5 s is 10.9 s. A mean of 10.3 \xc2\xb1 0.2 s (10.1, 10.3, 10.5).",
      "---d---cdd---" },
    { "another list beside a mean",
      "Batch sizes 1, 2, 4 and 8 gave 30, 31, 33 and 38 tok/s, 43 in the best "
      "case.",
      "---------" },
    { "shares of the number before, and behind a word",
      "Of the 240 requests, 18 failed (7.5%). Of the 240 requests, 18 failed "
      "(9.5%). Of 240 requests 18 (9.5%) failed. Of 240 runs, 18 used caches "
      "(40% faster).",
      "--d--c--c---" },
    { "instead of, that is",
      "It needs 1.2 s instead of 3.6 s, i.e. it is 4x faster. It needs 1.2 s "
      "instead of 3.6 s, i.e. it is 3x faster. It needs 1.2 s instead of 3.6 s "
      "and 40% less memory.",
      "--c--d---" },
    { "a list in brackets before its mean",
      "Average of the three runs (12.1 s, 12.7 s, 13.0 s): 13.9 s. Average of "
      "the runs (12.1 s, 12.7 s, 13.0 s): 12.6 s.",
      "----c---d" },
    { "weeks between two dates",
      "It ran from 1 March to 14 March, 2 weeks. It ran from 1 March to 14 "
      "March, 6 weeks. It ran 14 days (March 1 to March 14, 2025).",
      "dcd" },
    { "days between ISO dates, and over the new year",
      "It ran from 2025-11-01 to 2025-11-30 (30 days). It ran from 2025-11-01 "
      "to 2025-11-30 (45 days). It ran from 20 December to 10 January, 3 "
      "weeks.",
      "dcd" },
    { "parts of months",
      "The files span a period of about 6 weeks (from roughly late October to "
      "mid-November 2025). They span 3 weeks (late October to mid-November).",
      "cd" },
    { "a span of something else",
      "From 1 March to 14 March the retention was 6 weeks. Runs took place "
      "from 1 March to 14 March, each lasting 2 days.",
      "--" },
    { "a mean stated below the table",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "The mean throughput was 115.97 \xc2\xb1 1.20 tok/s.",
      "------dd" },
    { "a mean below the table that is none",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "Mean throughput over the 3 calls: 116.97 tok/s.",
      "-------c" },
    { "a spread below the table that is none",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "Mean: 115.97 \xc2\xb1 9.20 tok/s",
      "------dc" },
    { "a mean of some rows",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "Without the first call the mean was 112.55 tok/s. The mean for warm "
      "calls was 112.5 tok/s.",
      "--------" },
    { "a mean of more calls",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "The mean over all 30 calls was 112.55 tok/s.",
      "--------" },
    { "a mean of another unit",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "The mean time was 112.55 ms.",
      "-------" },
    { "two columns of the unit",
      "| Call | a (ms) | b (ms) |\n|---|---|---|\n| 1 | 10.5 | 20.5 |\n"
      "| 2 | 11.5 | 21.5 |\n\nThe mean was 14.9 ms.\n",
      "-----" },
    { "a mean of several things",
      "| Model | Latency |\n|---|---|\n| a | 10.5 ms |\n| b | 11.5 ms |\n\n"
      "Mean latency: 14.9 ms.\n",
      "---" },
    { "a mean and a deviation, one behind the other",
      "| Call | Tokens | tok/s |\n|---|---|---|\n"
      "| 1 | 500 | 114.8 |\n| 2 | 510 | 115.9 |\n| 3 | 520 | 117.2 |\n\n"
      "The mean is 115.97 tok/s, the standard deviation 1.20 tok/s. The mean "
      "is 115.97 tok/s, the standard deviation 2.20 tok/s.",
      "------dddc" },
};

static void judge(const char *text, struct audit **audit, struct arena *a)
{
    struct report report;
    struct error err;

    assert_int_equal(report_open(&report, "r.md", text_from(text), NULL, NULL,
                                 NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(audit_make(audit, &report, NULL, NULL, rules, a, &err),
                     ST_OK);
}

static char letter(const struct audited_claim *c)
{
    return c->verdict == CLAIM_DERIVED        ? 'd'
           : c->verdict == CLAIM_CONTRADICTED ? 'c'
                                              : '-';
}

static void test_own(void **state)
{
    struct arena *a = arena_new(1 << 26);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        char got[64];
        size_t n = 0;

        arena_reset(a);
        judge(cases[i].report, &audit, a);
        for (size_t k = 0; k < audit->claim_count && n + 1 < sizeof(got); k++)
            if (audit->claims[k].verdict != CLAIM_EXEMPT)
                got[n++] = letter(&audit->claims[k]);
        got[n] = '\0';
        if (strcmp(got, cases[i].want) != 0) {
            (void)fprintf(stderr, "%s: got %s, want %s\n", cases[i].name, got,
                          cases[i].want);
            bad++;
        }
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

/* A finding says what it is of, and where that stands. */
static void test_operands(void **state)
{
    static const char text[] =
        "| Run | s |\n|---|---|\n| 1 | 2.0 |\n| 2 | 4.0 |\n"
        "| Mean | 9.7 |\n";
    struct arena *a = arena_new(1 << 22);
    struct audit *audit = NULL;
    const struct audited_claim *c;

    (void)state;
    judge(text, &audit, a);
    c = &audit->claims[audit->claim_count - 1];
    assert_int_equal(c->verdict, CLAIM_CONTRADICTED);
    assert_int_equal(c->fault, FAULT_ARITHMETIC);
    assert_true(text_eq(c->formula, TEXT_LIT("mean(2, 4)")));
    assert_true(text_eq(c->expected, TEXT_LIT("3 s")));
    assert_int_equal(c->operand_count, 2);
    assert_memory_equal(text + c->operands[0].off, "2.0", 3);
    assert_memory_equal(text + c->operands[1].off, "4.0", 3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_operands),
    };

    return cmocka_run_group_tests_name("own", tests, load, unload);
}
