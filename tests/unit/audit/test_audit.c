/* Verdicts: one table of measurements, sentences about it in many wordings. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/base/buf.h"
#include "validator/rules_data.h"

static const char csv[] =
    "config,layers,ctx,temp,mean_tokens_s,mean_ttft_s,mean_load_s\n"
    "r20_k512_h0.3,20,512,0.3,91.4471,0.21837,0.18226\n"
    "r20_k2048_h0.9,20,2048,0.9,88.1902,0.25514,0.20948\n"
    "r44_k512_h0.3,44,512,0.3,134.7725,0.14209,0.11733\n"
    "r44_k2048_h0.9,44,2048,0.9,129.0318,0.16681,0.13902\n"
    "r99_k512_h0.9,99,512,0.9,162.5097,3.40126,3.21845\n"
    "r99_k2048_h0.3,99,2048,0.3,158.3344,0.11958,0.09417\n";

static struct units *units;
static struct facts *facts;
static struct audit_rules *rules;
static char path[] = "/tmp/assay-test-XXXXXX";

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
    char file[64];
    FILE *out;

    (void)state;
    if (mkdtemp(path) == NULL)
        return 1;
    (void)snprintf(file, sizeof(file), "%s/sweep.csv", path);
    out = fopen(file, "w");
    if (out == NULL)
        return 1;
    (void)fputs(csv, out);
    if (fclose(out) != 0)
        return 1;
    if (units_parse(&units, rule_file("units.json"), "units.json", &err) !=
        ST_OK)
        return 1;
    facts = facts_new(units);
    return facts_add(facts, file, &err) != ST_OK ||
           facts_freeze(facts, false, &err) != ST_OK ||
           audit_rules_load(&rules, facts, units, rule_file("terms.json"),
                            &err) != ST_OK;
}

static int unload(void **state)
{
    char file[64];

    (void)state;
    (void)snprintf(file, sizeof(file), "%s/sweep.csv", path);
    unlink(file);
    rmdir(path);
    audit_rules_free(rules);
    facts_free(facts);
    units_free(units);
    return 0;
}

/* Letters of the verdicts in order, exempt ones left out: s supported,
 * d derived, m misattributed, u unsupported or contradicted, x unit-mismatch,
 * v unverifiable. */
static const char letters[] = "sdmxuuv";

static const struct audit_case {
    const char *report, *want;
} cases[] = {
    /* the named cell, in many wordings */
    { "With r20_k512_h0.3 the mean throughput was 91.45 tok/s.", "s" },
    { "r20_k512_h0.3 generates 91.4 tokens per second.", "s" },
    { "Throughput for r20_k512_h0.3 is 91.4 t/s.", "s" },
    { "We recorded 91.4 tok/s for r20_k512_h0.3.", "s" },
    { "Decode speed of 91.45 tokens/s (r20_k512_h0.3).", "s" },
    { "`r20_k512_h0.3`: 91.45 tok/s, 218 ms to first token.", "ss" },
    { "- **r20_k512_h0.3**: throughput 91.45 tok/s, TTFT 0.218 s, load "
      "182 ms",
      "sss" },
    { "r44_k512_h0.3 needed 0.1421 s until the first token.", "s" },
    { "For r44_k512_h0.3, the first token appears after 142.1 ms.", "s" },
    { "Loading r44_k512_h0.3 took 117 ms.", "s" },
    { "The model load time of r44_k512_h0.3 was 0.117 s.", "s" },
    { "Under r99_k512_h0.9, TTFT climbed to 3.40 s.", "s" },
    { "### r44_k2048_h0.9\n\n- Throughput: 129.03 tok/s\n- TTFT: 166.8 ms\n",
      "ss" },
    { "At r44_k2048_h0.9 we measured 129 tok/s and a TTFT of 0.167 s.", "ss" },
    { "r44_k2048_h0.9 stayed under 200 ms to first token.", "s" },
    { "r44_k2048_h0.9 exceeded 100 tok/s.", "s" },
    { "TTFT was about 0.17 s with r44_k2048_h0.9.", "s" },
    { "TTFT: 218 ms (r20_k512_h0.3, at 91.45 tok/s), 142 ms (r44_k512_h0.3, at "
      "134.77 tok/s), 167 ms (r44_k2048_h0.9).",
      "sssss" },
    /* rows that only their settings name */
    { "With 44 layers and ctx 2048 the throughput was 129.03 tok/s.", "sss" },
    { "With 44 layers and ctx 2048 the throughput was 134.77 tok/s.", "ssm" },
    { "With layers=99 and ctx=512 the throughput was 158.33 tok/s.", "m" },
    { "From 44 layers and ctx 512 on, 158.33 tok/s were seen.", "sss" },
    { "With 44 layers and ctx 4096 the throughput was 134.77 tok/s.", "svs" },
    /* the cell says otherwise */
    { "With r20_k512_h0.3 the mean throughput was 97.45 tok/s.", "u" },
    { "Throughput for r20_k512_h0.3 is 71.4 t/s.", "u" },
    { "We recorded 19.4 tok/s for r20_k512_h0.3.", "u" },
    { "For r44_k512_h0.3, the first token appears after 187.7 ms.", "u" },
    { "r44_k2048_h0.9 stayed under 100 ms to first token.", "u" },
    { "- **r20_k512_h0.3**: throughput 91.45 tok/s, TTFT 0.518 s", "su" },
    /* it lives elsewhere */
    { "With r20_k512_h0.3 the mean throughput was 134.77 tok/s.", "m" },
    { "The TTFT of r44_k2048_h0.9 was 139.0 ms.", "m" },
    { "r99_k2048_h0.3 took 0.0942 s to the first token.", "m" },
    { "Loading r44_k512_h0.3 took 142.1 ms.", "m" },
    { "The load time of r99_k2048_h0.3 came to 0.2095 s.", "m" },
    /* another unit */
    { "With r44_k512_h0.3 the TTFT was 142.09 s.", "m" },
    { "With r44_k512_h0.3 the TTFT was 0.1421 ms.", "m" },
    { "Loading r20_k2048_h0.9 took 0.20948 ms.", "m" },
    /* statistics of a column */
    { "The highest throughput of all runs was 162.5 tok/s.", "d" },
    { "Throughput peaked at 162.51 tok/s across the sweep.", "d" },
    { "Across all configurations the lowest TTFT was 119.6 ms.", "d" },
    { "The minimum load time overall is 0.0942 s.", "d" },
    { "On average, throughput over all configurations was 127.4 tok/s.", "d" },
    { "The average TTFT across the board is 0.7172 s.", "d" },
    { "The median throughput of all six settings is 131.9 tok/s.", "dd" },
    { "Across all configurations the lowest TTFT was 181.6 ms.", "u" },
    { "The average TTFT across the board is 0.8172 s.", "u" },
    { "The highest throughput of all runs was 171.5 tok/s.", "u" },
    /* counts of rows */
    { "The sweep covers 6 configurations.", "d" },
    { "Six settings were tested.", "d" },
    { "In total, 6 runs were made.", "d" },
    { "We tested 14 configurations.", "u" },
    /* comparisons */
    { "r44_k512_h0.3 is 47.4% faster than r20_k512_h0.3 in throughput.", "d" },
    { "Throughput of r44_k512_h0.3 is 47% higher than that of "
      "r20_k512_h0.3.",
      "d" },
    { "r44_k512_h0.3 beats r20_k512_h0.3 by 43.3 tok/s.", "d" },
    { "r44_k512_h0.3 delivers 1.47x the throughput of r20_k512_h0.3.", "d" },
    { "The slowest TTFT is 28.4x the fastest.", "d" },
    { "TTFT varies by a factor of 28.4.", "d" },
    { "The worst TTFT is 28.4 times the best.", "d" },
    { "r44_k512_h0.3 is 61.4% faster than r20_k512_h0.3 in throughput.", "u" },
    { "The slowest TTFT is 17.4x the fastest.", "u" },
    { "TTFT varies by a factor of 37.4.", "u" },
    /* tables */
    { "| config | tok/s | TTFT (ms) |\n|---|---|---|\n"
      "| r20_k512_h0.3 | 91.4 | 218.4 |\n| r44_k512_h0.3 | 134.8 | 142.1 |\n",
      "ssss" },
    { "| Setting | Speed | First token |\n|---|---|---|\n"
      "| r20_k512_h0.3 | 91.4 tok/s | 0.218 s |\n",
      "ss" },
    { "| config | Throughput (tokens/s) | Load (s) |\n|---|---|---|\n"
      "| r20_k512_h0.3 | 134.77 | 0.282 |\n",
      "mu" },
    { "| metric | r20_k512_h0.3 | r44_k512_h0.3 |\n|---|---|---|\n"
      "| Throughput (tok/s) | 91.4 | 134.8 |\n| TTFT (ms) | 218 | 152 |\n",
      "sssu" },
    /* no claim, or beyond the data */
    { "## 3. Recommendations\n\n1. Keep TTFT below 500 ms.\n"
      "2. Repeat each run 5 times.\n3. Aim for 200 tok/s.\n",
      "" },
    { "## Next steps\n\n- Target a first-token latency under 250 ms.\n"
      "- Re-run with at least 10 repetitions.\n"
      "- Alert when TTFT exceeds 750 ms.\n",
      "" },
    { "Run on 2025-10-02 with gemma3:latest on Ollama 0.1.6.", "" },
    { "TTFT should stay below 300 ms.", "" },
    { "If TTFT rises above 400 ms, users notice.", "" },
    { "```\nnum_gpu=60 num_ctx=1024\n```\n", "" },
    { "Section 2.1 compares three main areas.", "" },
    { "The report has two parts.", "" },
    /* the same again, said otherwise */
    { "r20_k512_h0.3 \xe2\x86\x92 91.45 tok/s", "s" },
    { "* r20_k512_h0.3 \xe2\x80\x94 91.4 tok/s, 0.218 s TTFT", "ss" },
    { "r20_k512_h0.3 (91.45 tok/s) trails r44_k512_h0.3 (134.77 tok/s).",
      "ss" },
    { "r20_k512_h0.3 (91.45 tok/s) trails r44_k512_h0.3 (158.33 tok/s).",
      "sm" },
    { "Moving from r20_k512_h0.3 to r44_k512_h0.3 lifts throughput by "
      "47.4%.",
      "d" },
    { "Compared with r20_k512_h0.3, r44_k512_h0.3 is 47.4% quicker in "
      "tokens per second.",
      "d" },
    { "In throughput, r20_k512_h0.3 is 32.1% slower than r44_k512_h0.3.", "d" },
    { "In throughput, r20_k512_h0.3 is 12.9% slower than r44_k512_h0.3.", "u" },
    { "The gap between the slowest and the fastest TTFT is a factor of 28.4.",
      "d" },
    { "Average load time: 0.660 s over all runs.", "d" },
    { "Average load time: 0.860 s over all runs.", "u" },
    { "The data set has 6 rows.", "d" },
    { "The data set has 16 rows.", "u" },
    { "Results come from 6 different configurations.", "d" },
    { "The top performer, r99_k512_h0.9, hit 162.5 tok/s.", "s" },
    { "The top performer was r99_k512_h0.9 with 162.5 tok/s.", "s" },
    { "r20_k2048_h0.9 was the slowest at 88.19 tok/s.", "s" },
    { "r20_k2048_h0.9 was the slowest at 78.19 tok/s.", "u" },
    { "Peak throughput: 162.5 tok/s (r99_k512_h0.9).", "s" },
    { "Loading is quickest on r99_k2048_h0.3: 94.2 ms.", "s" },
    { "The throughput of r99_k2048_h0.3, 158.3 tok/s, comes at no cost in "
      "TTFT (119.6 ms).",
      "ss" },
    { "| Configuration | Time to first token [s] | Load time [s] |\n"
      "|---|---|---|\n| r44_k512_h0.3 | 0.142 | 0.117 |\n"
      "| r99_k2048_h0.3 | 0.117 | 0.094 |\n",
      "ssus" },
    { "| Configuration | TTFT | Generation speed |\n|---|---|---|\n"
      "| r44_k512_h0.3 | 142 ms | 134.8 tok/s |\n"
      "| **Average** | 717 ms | 127.4 tok/s |\n",
      "ssdd" },
    { "Executed on 3 Oct 2025 using gemma3:270m under Ollama v0.9.3.", "" },
    { "All tests ran on CUDA 12.4 and Python 3.11.", "" },
    { "Interactive use calls for a budget of 500 ms.", "" },
    { "A target of 150 tok/s is recommended.", "" },
    { "See Table 2 and Figure 3 for the 95th percentile.", "" },
    { "On 2025-10-03 at 14:30 the 1B and 270M models were tested.", "" },
    /* own arithmetic */
    { "| part | failures |\n|---|---|\n| first half | 31 |\n"
      "| second half | 26 |\n| Total | 57 |\n",
      "uud" },
    { "| part | failures |\n|---|---|\n| first half | 31 |\n"
      "| second half | 26 |\n| **Total** | 67 |\n",
      "uuu" },
    /* summary rows and columns of the report's own tables */
    { "| call | failures |\n|---|---|\n| 1 | 31.2 |\n| 2 | 26.4 |\n"
      "| 3 | 29.7 |\n| Mean | 29.1 |\n| Std Dev | 2.45 |\n| SD | 2.00 |\n"
      "| Max | 31.2 |\n",
      "uuudddd" },
    { "| call | failures |\n|---|---|\n| 1 | 31.2 |\n| 2 | 26.4 |\n"
      "| 3 | 29.7 |\n| Mean | 30.1 |\n| Std Dev | 3.45 |\n| Max | 29.7 |\n",
      "uuuuuu" },
    { "| part | call 1 | call 2 | call 3 | mean | sd "
      "|\n|---|---|---|---|---|---|\n"
      "| a | 41.1 | 41.3 | 41.8 | 41.4 | 0.36 |\n"
      "| b | 51.1 | 51.3 | 51.8 | 53.4 | 0.63 |\n",
      "uuudduuuuu" },
    { "TTFT fell from 218.37 ms to 142.09 ms (-35%).", "ssd" },
    { "TTFT fell from 218.37 ms to 142.09 ms (-45%).", "ssu" },
    /* several names in a sentence: order, prepositions, brackets */
    { "From r20_k512_h0.3 to r44_k512_h0.3 the throughput climbs from 91.45 "
      "tok/s to 134.77 tok/s.",
      "ss" },
    { "From r20_k512_h0.3 to r44_k512_h0.3 the throughput climbs from 71.45 "
      "tok/s to 134.77 tok/s.",
      "us" },
    { "r20_k512_h0.3 and r44_k512_h0.3 reach 91.45 and 134.77 tokens per "
      "second, respectively.",
      "ss" },
    { "r20_k512_h0.3 and r44_k512_h0.3 reach 134.77 and 91.45 tokens per "
      "second, respectively.",
      "mm" },
    { "We saw 91.45 tok/s for r20_k512_h0.3 and 134.77 tok/s for "
      "r44_k512_h0.3.",
      "ss" },
    { "We saw 91.45 tok/s for r20_k512_h0.3 and 143.77 tok/s for "
      "r44_k512_h0.3.",
      "su" },
    { "Loading took 182 ms (r20_k512_h0.3), 117 ms (r44_k512_h0.3) and 94.2 "
      "ms (r99_k2048_h0.3).",
      "sss" },
    { "Loading took 182 ms (r20_k512_h0.3), 171 ms (r44_k512_h0.3) and 94.2 "
      "ms (r99_k2048_h0.3).",
      "sus" },
    { "Between r44_k512_h0.3 (142.1 ms) and r20_k512_h0.3 (218.4 ms) the TTFT "
      "differs by half.",
      "ss" },
    { "r44_k512_h0.3 loads in 117 ms, compared with 182 ms for "
      "r20_k512_h0.3.",
      "ss" },
    { "r44_k512_h0.3 loads in 117 ms, compared with 128 ms for "
      "r20_k512_h0.3.",
      "su" },
    /* when, and over how much */
    { "Over the last 12 minutes r44_k512_h0.3 held 134.8 tok/s.", "vs" },
    { "After two rounds r44_k512_h0.3 held 134.8 tok/s.", "vs" },
    { "On 10/12 r44_k512_h0.3 reached 134.8 tok/s.", "s" },
    /* before the comma, of nobody named, a step between two */
    { "With a throughput of 134.8 tok/s, r44_k512_h0.3 leads "
      "r20_k512_h0.3 (91.4 tok/s).",
      "ss" },
    { "With a throughput of 143.8 tok/s, r44_k512_h0.3 leads "
      "r20_k512_h0.3 (91.4 tok/s).",
      "us" },
    { "r99_k512_h0.9 takes 3.40 s to the first token, at most 0.26 s pass on "
      "all others.",
      "sv" },
    { "From r44_k512_h0.3's 117 ms to r20_k512_h0.3's 182 ms of load time is a "
      "step of 65 ms.",
      "ssd" },
    { "The best rate, 134.77 tok/s, came from r44_k512_h0.3, the worst, 91.45 "
      "tok/s, from r20_k512_h0.3.",
      "ss" },
    { "The best rate, 134.77 tok/s, came from r44_k512_h0.3, the worst, 94.15 "
      "tok/s, from r20_k512_h0.3.",
      "su" },
    { "r44_k512_h0.3 beats r20_k512_h0.3 in throughput: 134.77 versus 91.45 "
      "tok/s.",
      "ss" },
    { "With 117 ms r44_k512_h0.3 loads faster than r20_k512_h0.3 with 182 ms.",
      "ss" },
    { "With 171 ms r44_k512_h0.3 loads faster than r20_k512_h0.3 with 182 ms.",
      "us" },
    { "The six runs needed 3.96 s of load time in all.", "dd" },
    { "The six runs needed 3.69 s of load time in all.", "du" },
    { "With 182 ms r44_k512_h0.3 loads faster than r20_k512_h0.3 with 117 ms.",
      "ms" },
    { "r44_k512_h0.3 beats r20_k512_h0.3 in throughput (134.77 tok/s instead "
      "of 91.45 tok/s).",
      "ss" },
    { "**r44_k512_h0.3**: 6 runs, TTFT 117.3 ms, load time 142.1 ms", "dmm" },
    { "One in a hundred requests to r44_k512_h0.3 was slow.", "vv" },
    /* a need that is measured, and one that is advised */
    { "r44_k512_h0.3 needs 142.1 ms to the first token.", "s" },
    { "r44_k512_h0.3 needs 187.7 ms to the first token.", "u" },
    { "You need 150 tok/s.", "" },
    { "The first token needs to come within 300 ms.", "" },
    /* of rows that sentences before name, of columns of one row */
    { "r20_k512_h0.3 reaches 91.45 tok/s. The throughput of r44_k512_h0.3 is "
      "134.77 tok/s. That is 47.4% more.",
      "ssv" },
    { "r20_k512_h0.3 reaches 91.45 tok/s. The throughput of r44_k512_h0.3 is "
      "134.77 tok/s. That is 61.4% more.",
      "ssu" },
    { "r20_k512_h0.3 reaches 91.45 tok/s. The throughput of r44_k512_h0.3 is "
      "134.77 tok/s. The difference is 43.32 tok/s.",
      "ssv" },
    { "r20_k512_h0.3 reaches 91.45 tok/s. The throughput of r44_k512_h0.3 is "
      "134.77 tok/s. The difference is 57.32 tok/s.",
      "ssu" },
    { "With r20_k512_h0.3, loading takes 83.5% of the TTFT.", "v" },
    { "With r20_k512_h0.3, loading takes 73.5% of the TTFT.", "u" },
    { "r20_k512_h0.3 was slow. It generates 43.32 tok/s.", "u" },
    { "r20_k512_h0.3 was slow, unlike r44_k512_h0.3. In the same order the "
      "TTFT went from 218.4 ms to 142.1 ms.",
      "ss" },
    { "| layers | throughput (tok/s) |\n|---|---|\n| 20 | 89.82 |\n"
      "| 44 | 131.90 |\n",
      "vv" },
    { "| layers | throughput (tok/s) |\n|---|---|\n| 20 | 85.82 |\n"
      "| 44 | 131.90 |\n",
      "uv" },
    { "On average the throughput at 44 layers is 46.9% higher than at 20 "
      "layers.",
      "svs" },
    { "On average the throughput at 44 layers is 56.9% higher than at 20 "
      "layers.",
      "sus" },
    /* rows counted by a bound, and places */
    { "Three configurations exceed 130 tok/s.", "dv" },
    { "Three of the six configurations exceed 130 tok/s.", "ddv" },
    { "Five configurations exceed 130 tok/s.", "uv" },
    { "Two configurations stay below 120 ms to the first token.", "us" },
    { "r44_k512_h0.3 was third in throughput.", "d" },
    { "r44_k512_h0.3 ranks second in throughput.", "u" },
    { "r99_k2048_h0.3 is first in load time.", "d" },
    { "Two thirds of the throughput of r44_k512_h0.3 is what r20_k512_h0.3 "
      "reaches.",
      "v" },
};

/* The name that the row vote finds wrong; NULL: none. */
static const struct vote_case {
    const char *report, *name;
} votes[] = {
    { "With r20_k512_h0.3 we saw 134.8 tok/s, a TTFT of 0.142 s and a load "
      "time of 0.117 s.",
      "r20_k512_h0.3" },
    { "| config | tok/s | TTFT (ms) | load (ms) |\n|---|---|---|---|\n"
      "| r44_k512_h0.3 | 134.8 | 142 | 117 |\n"
      "| r20_k2048_h0.9 | 129.0 | 167 | 139 |\n",
      "r20_k2048_h0.9" },
    { "### r99_k512_h0.9\n\n- Throughput: 88.2 tok/s\n- TTFT: 255 ms\n"
      "- Load time: 209 ms\n",
      "r99_k512_h0.9" },
    /* two numbers are too few */
    { "With r20_k512_h0.3 we saw 134.8 tok/s and a TTFT of 0.142 s.", NULL },
    /* the named row fits as well as the other but for one */
    { "With r20_k512_h0.3 we saw 91.4 tok/s, a TTFT of 0.142 s and a load "
      "time of 0.117 s.",
      NULL },
    /* of three rows */
    { "With r20_k512_h0.3 we saw 134.8 tok/s, a TTFT of 0.167 s and a load "
      "time of 0.094 s.",
      NULL },
    { "With r20_k512_h0.3 we saw 91.4 tok/s, a TTFT of 0.218 s and a load "
      "time of 0.182 s.",
      NULL },
};

static void judge_text(const char *text, struct audit **audit,
                       struct report *report, struct arena *a)
{
    struct error err;

    assert_int_equal(report_open(report, "r.md", text_from(text), NULL, NULL,
                                 NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(audit_make(audit, report, facts, NULL, rules, a, &err),
                     ST_OK);
}

static void test_verdicts(void **state)
{
    struct arena *a = arena_new(1 << 26);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        struct report report;
        char got[64];
        size_t n = 0;

        arena_reset(a);
        judge_text(cases[i].report, &audit, &report, a);
        for (size_t k = 0; k < audit->claim_count && n + 1 < sizeof(got); k++)
            if (audit->claims[k].verdict != CLAIM_EXEMPT)
                got[n++] = letters[audit->claims[k].verdict];
        got[n] = '\0';
        for (char *p = got; *p != '\0'; p++)
            *p = *p == 'x' ? 'm' : *p;
        if (strcmp(got, cases[i].want) != 0) {
            print_error("%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                        cases[i].want);
            for (size_t k = 0; k < audit->claim_count; k++)
                print_error("    %.*s %s: %.*s (%.*s) %.*s\n",
                            (int)audit->claims[k].span.len,
                            cases[i].report + audit->claims[k].span.off,
                            claim_verdict_name[audit->claims[k].verdict],
                            (int)audit->claims[k].why.len,
                            audit->claims[k].why.ptr,
                            (int)audit->claims[k].expected.len,
                            audit->claims[k].expected.ptr,
                            (int)audit->claims[k].formula.len,
                            audit->claims[k].formula.ptr);
            bad++;
        }
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

static void test_votes(void **state)
{
    struct arena *a = arena_new(1 << 26);

    (void)state;
    for (size_t i = 0; i < sizeof(votes) / sizeof(*votes); i++) {
        struct audit *audit = NULL;
        struct report report;
        struct text name = { "", 0 };

        arena_reset(a);
        judge_text(votes[i].report, &audit, &report, a);
        for (size_t k = 0; k < audit->claim_count; k++)
            if (audit->claims[k].name.len > 0) {
                assert_int_equal(audit->claims[k].verdict, CLAIM_MISATTRIBUTED);
                name =
                    text_sub(text_from(votes[i].report), audit->claims[k].name);
            }
        if (!text_eq(name,
                     text_from(votes[i].name == NULL ? "" : votes[i].name)))
            fail_msg("%s: \"%.*s\"", votes[i].report, (int)name.len, name.ptr);
    }
    arena_free(a);
}

/* Random numbers in the place of supported ones: how many pass. */
static const struct chance_case {
    const char *name, *sentence;
    size_t times, samples_min, samples_max;
    double low, high;
} chances[] = {
    { "a named cell of four digits is not met by chance",
      "With r20_k512_h0.3 the mean throughput was 91.45 tok/s. ", 20, 20, 20, 0,
      .05 },
    { "a selection of many",
      "With r20_k512_h0.3 the mean throughput was 91.45 tok/s. ", 1000, 100,
      200, 0, .02 },
    { "any one digit is exceeded", "r44_k2048_h0.9 exceeded 9 tok/s. ", 20, 20,
      20, .95, 1 },
    { "a bound that a tenth of the numbers respect",
      "r44_k2048_h0.9 exceeded 120 tok/s. ", 150, 100, 200, .02, .2 },
    { "nothing is supported", "With r20_k512_h0.3 it was 17.77 tok/s. ", 20, 0,
      0, 0, 0 },
};

static void test_chance(void **state)
{
    struct arena *a = arena_new(1 << 28);

    (void)state;
    for (size_t i = 0; i < sizeof(chances) / sizeof(*chances); i++) {
        const struct chance_case *c = &chances[i];
        struct buf text = { .max = 1 << 20 };
        struct audit *audit = NULL, *again = NULL;
        struct report report;

        arena_reset(a);
        for (size_t k = 0; k < c->times; k++)
            buf_puts(&text, c->sentence);
        buf_putc(&text, '\0');
        judge_text(text.ptr, &audit, &report, a);
        judge_text(text.ptr, &again, &report, a);
        if (audit->chance_samples < c->samples_min ||
            audit->chance_samples > c->samples_max ||
            audit->chance_match_rate < c->low ||
            audit->chance_match_rate > c->high)
            fail_msg("%s: %g of %zu", c->name, audit->chance_match_rate,
                     audit->chance_samples);
        assert_true(audit->chance_match_rate == again->chance_match_rate);
        assert_int_equal(audit_weak(audit), c->high > .9);
        buf_free(&text);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_votes),
        cmocka_unit_test(test_chance),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
