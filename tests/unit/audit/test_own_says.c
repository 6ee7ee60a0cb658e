/* What sentences say of the report's tables and of each other's numbers: what
 * is told to be wrong, and what must be left alone. */
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

#define BIRDS                                                                  \
    "| Engine | Speed (tok/s) | Memory (GB) | Startup (ms) |\n"                \
    "|---|---|---|---|\n| Kite | 80.0 | 4.0 | 310 |\n"                         \
    "| Heron | 50.0 | 6.4 | 250 |\n| Finch | 20.0 | 9.6 | 725 |\n\n"

/* wrong: the numbers that are contradicted, as written, with bars between. */
static const struct says_case {
    const char *name, *report, *wrong;
} cases[] = {
    { "a row times another", BIRDS "Kite has 4.0 times the speed of Finch.",
      "" },
    { "a row times another, wrong",
      BIRDS "Kite has 5.2 times the speed of Finch.", "5.2 times" },
    { "two rows in two clauses",
      BIRDS "Kite is 60% faster than Heron, while Finch needs 5.6 GB more "
            "memory than Kite.",
      "" },
    { "the second of two clauses",
      BIRDS "Kite is 60% faster than Heron, while Finch needs 7.7 GB more "
            "memory than Kite.",
      "7.7 GB" },
    { "from one row to the other",
      BIRDS "Going from Kite to Finch, the startup grows by 415 ms.", "" },
    { "from one row to the other, wrong",
      BIRDS "Going from Kite to Finch, the startup grows by 515 ms.",
      "515 ms" },
    { "rows by their numbers",
      BIRDS
      "Raising the memory from 4.0 GB to 9.6 GB reduces the speed by 75%.",
      "" },
    { "rows by their numbers, wrong",
      BIRDS
      "Raising the memory from 4.0 GB to 9.6 GB reduces the speed by 55%.",
      "55%" },
    { "more than what is no row",
      BIRDS "Kite is 35% faster than the release before.", "" },
    { "another measure than the table has",
      BIRDS "Kite is 35% faster than Heron in the third of all scenes.", "" },
    { "a drop is of what was before",
      BIRDS "From Kite to Heron the speed falls by 60%.", "60%" },
    { "a reading by the other base", BIRDS "Heron is 37.5% slower than Kite.",
      "" },
    { "the text before the table", "Kite is 90% faster than Heron.\n\n" BIRDS,
      "90%" },
    { "the fastest is the fastest",
      BIRDS "The fastest engine is Kite at 80.0 tok/s, the slowest Finch at "
            "20.0 tok/s.",
      "" },
    { "the fastest is not", BIRDS "The fastest engine is Heron at 50.0 tok/s.",
      "50.0 tok/s" },
    { "the lowest is not", BIRDS "The lowest memory is that of Heron (6.4 GB).",
      "6.4 GB" },
    { "second of its kind",
      BIRDS "The second fastest engine is Heron at 50.0 tok/s.", "" },
    { "the end, but another number",
      BIRDS "The highest speed was that of Kite (85.5 tok/s).", "85.5 tok/s" },
    { "a range",
      BIRDS "Over the three engines the speed ranges from 20.0 to 80.0 tok/s.",
      "" },
    { "a range with a wrong end",
      BIRDS "Over the three engines the speed ranges from 20.0 to 88.5 tok/s.",
      "88.5 tok/s" },
    { "a range of more than the table",
      BIRDS "Over the nine engines the speed ranges from 20.0 to 88.5 tok/s.",
      "" },
    { "a mean", BIRDS "The average speed of the three engines is 50.0 tok/s.",
      "" },
    { "a mean that is none",
      BIRDS "The average speed of the three engines is 57.5 tok/s.",
      "57.5 tok/s" },
    { "a mean of more than the table",
      BIRDS "The average speed of all nine engines is 57.5 tok/s.", "" },
    { "a sum", BIRDS "All three engines together need 20.0 GB of memory.", "" },
    { "a sum that is none",
      BIRDS "All three engines together need 23.0 GB of memory.", "23.0 GB" },
    { "two rows together", BIRDS "Kite and Heron together need 10.4 GB.", "" },
    { "two rows together, wrong", BIRDS "Kite and Heron together need 12.4 GB.",
      "12.4 GB" },
    { "a span",
      BIRDS "The difference between the fastest and the slowest engine is 60.0 "
            "tok/s.",
      "" },
    { "a slip of one digit", BIRDS "Finch takes 752 ms for its startup.",
      "752 ms" },
    { "another measurement",
      BIRDS "Finch takes 480 ms for its startup on the laptop.", "" },
    { "so many of so many",
      "In that hour 1,840 of 9,200 jobs stopped, an error rate of 20%.", "" },
    { "so many of so many, wrong",
      "In that hour 1,840 of 9,200 jobs stopped, an error rate of 26%.",
      "26%" },
    { "a share of a row",
      "| Site | Nodes |\n|---|---|\n| North | 14 |\n| South | 10 |\n\nNorth "
      "accounts for 68% of the nodes.",
      "68%" },
    { "what became of a whole",
      "A total of 12,480 orders came in. 12,293 succeeded and 187 failed.",
      "" },
    { "what became of a whole, wrong",
      "A total of 12,480 orders came in. 12,393 succeeded and 187 failed.",
      "12,480" },
    { "a third part",
      "Of the 240 orders, 18 failed, 12 hung and 205 succeeded.", "" },
    { "what is left",
      "The card has 16 GB. Weights take 8.1 GB and the cache 4.6 GB, for a "
      "total of 12.7 GB. This leaves 3.3 GB.",
      "" },
    { "what is left, wrong",
      "The card has 16 GB. Weights take 8.1 GB and the cache 4.6 GB, for a "
      "total of 12.7 GB. This leaves 4.9 GB.",
      "4.9 GB" },
    { "months and years", "That is $5,320 per month or $63,840 per year.", "" },
    { "months and years, wrong",
      "That is $5,320 per month or $53,840 per year.", "$53,840 per year" },
    { "so much for each",
      "The cluster has 24 nodes. It costs $18,240, i.e. $760 per node.", "" },
    { "so much for each, wrong",
      "The cluster has 24 nodes. It costs $18,240, i.e. $860 per node.",
      "$860" },
    { "two numbers in a cell",
      "| Metric | Old | New | Change |\n|---|---|---|---|\n| Rate (op/s) | "
      "100.0 ± 2.0 | 110.0 ± 1.0 | +10.0% (+10.0) |\n| Wait (ms) | 50.0 ± 1.0 "
      "| 40.0 ± 1.0 | -30.0% (-10.0) |\n| Idle (ms) | 20.0 | 25.0 | +25.0% "
      "(+5.0) |\n",
      "-30.0%" },
    { "outcomes below their count",
      "- Number of tests: 48\n- Passed: 41\n- Failed: 5\n- Skipped: 2\n- Pass "
      "rate: 85.4%\n",
      "" },
    { "outcomes that do not add up",
      "- Number of tests: 48\n- Passed: 41\n- Failed: 9\n- Skipped: 2\n",
      "48" },
    { "percentages of one whole number",
      "| Model | Correct | Score |\n|---|---|---|\n| a | 171 | 68.4% |\n| b | "
      "183 | 77.2% |\n| c | 198 | 79.2% |\n| d | 154 | 61.6% |\n| e | 189 | "
      "75.6% |\n",
      "77.2%" },
    { "German", "Die Wartezeit sank von 580 ms auf 505 ms, also um 95 ms.",
      "95 ms" },
    { "French",
      "Le débit est passé de 40,0 à 52,0 jetons/s, soit une hausse de 45 %.",
      "45 %" },
    { "Spanish", "El tiempo bajó de 8,0 s a 6,0 s, una reducción del 45 %.",
      "45 %" },
};

/* Appends the claim's text behind a bar. */
static void put(char out[128], const char *report,
                const struct audited_claim *c)
{
    const size_t n = strlen(out);

    (void)snprintf(out + n, 128 - n, "%s%.*s", n > 0 ? "|" : "",
                   (int)c->span.len, report + c->span.off);
}

static void test_says(void **state)
{
    struct arena *a = arena_new(1 << 26);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        struct report report;
        struct error err;
        char got[128] = "";

        arena_reset(a);
        assert_int_equal(report_open(&report, "r.md",
                                     text_from(cases[i].report), NULL, NULL,
                                     NULL, 0, a, &err),
                         ST_OK);
        assert_int_equal(
            audit_make(&audit, &report, NULL, NULL, rules, a, &err), ST_OK);
        for (size_t k = 0; k < audit->claim_count; k++)
            if (audit->claims[k].verdict == CLAIM_CONTRADICTED)
                put(got, cases[i].report, &audit->claims[k]);
        if (strcmp(got, cases[i].wrong) != 0) {
            (void)fprintf(stderr, "%s: got %s, want %s\n", cases[i].name, got,
                          cases[i].wrong);
            bad++;
        }
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_says) };

    return cmocka_run_group_tests_name("own_says", tests, load, unload);
}
