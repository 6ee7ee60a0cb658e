/* Which of the cells that a sentence speaks of a number is, where its words
 * name several: true sentences, and the same with numbers swapped. */
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
#include "validator/rules_data.h"

static const struct file {
    const char *name, *text;
} files[] = {
    { "fans.csv", "fan,setting,air_l_s,power_w\n"
                  "gust,low,31.7,14.2\ngust,high,58.6,29.8\n"
                  "draft,low,22.4,9.7\ndraft,high,44.1,21.3\n" },
    { "counters.csv", "counter,guests,queue_s_mean,queue_s_max\n"
                      "east,1734,41.8,512\nwest,2291,27.3,386\n" },
    { "parse.json",
      "{\"timings\": ["
      "{\"case\": \"small\", \"mean_us\": 61.4, \"repeats\": 600},"
      "{\"case\": \"medium\", \"mean_us\": 744.9, \"repeats\": 140},"
      "{\"case\": \"large\", \"mean_us\": 9310.2, \"repeats\": 25}]}" },
    { "monday.json", "{\"oven\": \"etna\", \"loaves\": {\"total\": 6410,"
                     " \"burnt\": 37}, \"temp_c\": {\"mean\": 231.6,"
                     " \"max\": 248}}" },
    { "friday.json", "{\"oven\": \"hekla\", \"loaves\": {\"total\": 7055,"
                     " \"burnt\": 52}, \"temp_c\": {\"mean\": 226.9,"
                     " \"max\": 239}}" },
    { "post.csv", "carrier,letter_bytes,letters_per_s,carrier_load_pct\n"
                  "pigeon,128,54127,36.8\npigeon,4096,31906,41.2\n"
                  "owl,128,43773,29.9\nowl,4096,24518,33.4\n" },
    { "bake.json",
      "{\"batch\": \"b-41\", \"rows\": 40713, \"elapsed_s\": 318.6,"
      " \"crumbs_per_second\": 1127.4}" },
};

static struct units *units;
static struct facts *facts;
static struct audit_rules *rules;
static char root[] = "/tmp/assay-test-XXXXXX";

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
    if (mkdtemp(root) == NULL || units_parse(&units, rule_file("units.json"),
                                             "units.json", &err) != ST_OK)
        return 1;
    facts = facts_new(units);
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        char path[128];
        FILE *out;

        (void)snprintf(path, sizeof(path), "%s/%s", root, files[i].name);
        out = fopen(path, "w");
        if (out == NULL)
            return 1;
        (void)fputs(files[i].text, out);
        if (fclose(out) != 0 || facts_add(facts, path, &err) != ST_OK)
            return 1;
    }
    return facts_freeze(facts, false, &err) != ST_OK ||
           audit_rules_load(&rules, facts, units, rule_file("terms.json"),
                            &err) != ST_OK;
}

static int unload(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/%s", root, files[i].name);
        unlink(path);
    }
    rmdir(root);
    audit_rules_free(rules);
    facts_free(facts);
    units_free(units);
    return 0;
}

/* + the data bear it out, - they do not; exempt ones are left out. */
static const struct meant_case {
    const char *report, *want;
} cases[] = {
    /* each number with its own setting */
    { "draft takes 9.7 W with the low setting and 21.3 W with the high "
      "setting.",
      "++" },
    { "draft takes 21.3 W with the low setting and 9.7 W with the high "
      "setting.",
      "--" },
    { "With the high setting, gust takes 29.8 W and with the low setting 14.2 "
      "W.",
      "++" },
    { "With the high setting, gust takes 14.2 W and with the low setting 29.8 "
      "W.",
      "--" },
    /* a statistic behind the number */
    { "east has the longest queue: 41.8 seconds on average and 512 seconds at "
      "most.",
      "++" },
    { "east has the longest queue: 41.8 seconds on average and 386 seconds at "
      "most.",
      "+-" },
    { "At west a guest queues 27.3 s on average, 386 s at most.", "++" },
    { "At west a guest queues 386 s on average, 27.3 s at most.", "--" },
    /* names by accident, unless they are called so */
    { "The small case takes 61.4 us, the medium case 744.9 us and the large "
      "case 9310.2 us.",
      "+++" },
    { "The small case takes 61.4 us, the medium case 9310.2 us and the large "
      "case 744.9 us.",
      "+--" },
    /* a verb before the next number */
    { "etna baked 6,410 loaves and burnt 37 of them.", "++" },
    { "etna baked 6,410 and burnt 37.", "++" },
    { "etna burnt 6,410 loaves and burnt 37.", "-+" },
    /* another file of the same shape is somebody else's */
    { "etna baked 7,055 loaves and burnt 37 of them.", "-+" },
    { "etna baked 6,410 loaves, the other oven 7,055.", "++" },
    /* how often is no ratio */
    { "The large case was timed 25 times.", "+" },
    { "The large case was timed 140 times.", "-" },
    /* two rows, of which the first is named or none */
    { "etna was hotter: 248 degC against 239 degC.", "++" },
    { "hekla was hotter: 248 degC against 239 degC.", "-+" },
    { "It drew more: 26 W against 17 W.", "--" },
    { "It drew more: 21 W against 14 W.", "++" },
    /* a name in brackets is that of the number before it */
    { "The power goes from 9.7 W (draft) to 29.8 W.", "++" },
    { "The draught goes from 22.4 (draft) to 58.6 (gust).", "++" },
    /* a bare number is none of a cell with a unit */
    { "## Carrier comparison\n\n| Carrier | 128 B | 4096 B |\n|---|---|---|\n"
      "| pigeon | 54,127 | 31,906 |\n",
      "++" },
    /* a rate is no time */
    { "Batch b-41 took 318.6 seconds at 1127.4 crumbs per second.", "++" },
    { "Batch b-41 took 381.6 seconds at 1127.4 crumbs per second.", "-+" },
};

static void test_meant(void **state)
{
    struct arena *a = arena_new(1 << 26);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        struct report report;
        struct error err;
        char got[16];
        size_t n = 0;

        arena_reset(a);
        assert_int_equal(report_open(&report, "r.md",
                                     text_from(cases[i].report), NULL, NULL,
                                     NULL, 0, a, &err),
                         ST_OK);
        assert_int_equal(
            audit_make(&audit, &report, facts, NULL, rules, a, &err), ST_OK);
        for (size_t k = 0; k < audit->claim_count && n + 1 < sizeof(got); k++)
            if (audit->claims[k].verdict != CLAIM_EXEMPT)
                got[n++] = audit->claims[k].verdict == CLAIM_SUPPORTED ||
                                   audit->claims[k].verdict == CLAIM_DERIVED
                               ? '+'
                               : '-';
        got[n] = '\0';
        if (strcmp(got, cases[i].want) != 0) {
            print_error("%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                        cases[i].want);
            bad++;
        }
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meant),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
