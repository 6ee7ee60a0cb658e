/* Verdicts where a folder is the data and one file says what the model was
 * given of it; counts, shares and sizes of the folder's files. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

enum { ROWS = 3000 }; /* so many that any short number is among them */

static struct units *units;
static char root[] = "/tmp/assay-test-XXXXXX";

static const struct file {
    const char *name, *text;
} files[] = {
    { "d/sweep/low.csv", "setting,grade\na,1\nb,2\n" },
    { "d/sweep/deep/one.json", "{\"grade\": 4}" },
    { "d/sweep/deep/two.json", "{\"grade\": 5}" },
    { "d/notes.md", "Measured in the cellar.\n" },
    { "told.json", "{\"p99_latency_ms\": 48.2719, \"mean_ttft_s\": 0.09413,\n"
                   " \"tokens\": 37, \"total_file_size_bytes\": 5210}" },
};
static const char *const folders[] = { "d", "d/sweep", "d/sweep/deep" };

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static const char *under_root(const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", root, name);
    return path;
}

static int load(void **state)
{
    struct error err;
    char path[128];
    FILE *out;

    (void)state;
    if (mkdtemp(root) == NULL)
        return 1;
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        if (mkdir(under_root(folders[i], path), 0700) != 0)
            return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        out = fopen(under_root(files[i].name, path), "w");
        if (out == NULL)
            return 1;
        (void)fputs(files[i].text, out);
        if (fclose(out) != 0)
            return 1;
    }
    out = fopen(under_root("d/wide.csv", path), "w");
    if (out == NULL)
        return 1;
    (void)fputs("trial,latency_ms,ttft_s,tokens\n", out);
    for (int i = 0; i < ROWS; i++)
        (void)fprintf(out, "t%d,%d.%04d,%d.%05d,%d\n", i, 10 + i * 7 % 90,
                      i * 7919 % 10000, i % 3, i * 104729 % 100000,
                      20 + i % 80);
    if (fclose(out) != 0)
        return 1;
    return units_parse(&units, rule_file("units.json"), "units.json", &err) !=
           ST_OK;
}

static int unload(void **state)
{
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        unlink(under_root(files[i].name, path));
    unlink(under_root("d/wide.csv", path));
    for (size_t i = sizeof(folders) / sizeof(*folders); i > 0; i--)
        rmdir(under_root(folders[i - 1], path));
    rmdir(root);
    units_free(units);
    return 0;
}

/* s supported or derived, u flagged, v unverifiable; exempt ones left out. */
static const struct given_case {
    const char *report;
    const char *with;    /* the folder and told.json */
    const char *without; /* the folder alone; NULL: the same */
} cases[] = {
    /* rounded numbers of what the model was given */
    { "The p99 latency was 48.3 ms.", "s", "u" },
    { "The p99 latency was 48.27 ms.", "s", "u" },
    { "- **Mean TTFT:** 0.094 s", "s", "u" },
    { "- **Mean TTFT:** 94.1 ms", "s", "u" },
    { "The p99 latency was 48.9 ms.", "u", NULL },
    { "The p99 latency was 48.27 s.", "u", NULL },
    { "- **Mean TTFT:** 0.097 s", "u", NULL },
    /* a count of two digits is known by its word alone */
    { "Tokens per answer: 37.", "s", "v" },
    { "There were 37 crashes.", "u", NULL },
    { "Tokens per answer: 137.", "u", NULL },
    /* a target is not measured, whatever it is */
    { "| Metric | Value | Target |\n|---|---|---|\n"
      "| p99 latency (ms) | 48.27 | 20 |\n",
      "s", "u" },
    /* counts of files: 2 CSV, 2 JSON, 1 Markdown, 5 in all */
    { "CSV: 2, JSON: 2, MD: 1.", "sss", NULL },
    { "CSV files: 41", "u", NULL },
    { "The analysis of 5 files shows a leaning to JSON.", "s", NULL },
    { "The analysis of 17 files shows a leaning to JSON.", "u", NULL },
    { "JSON (5)", "u", NULL },
    { "Data volume: the 2 JSON files are small.", "s", NULL },
    { "JSON and CSV together make up 4 files.", "s", NULL },
    { "JSON and CSV together make up 3 files.", "u", NULL },
    { "- JSON (9)", "u", NULL },
    { "| Type | Count |\n|---|---|\n| CSV | 2 |\n| JSON | 14 |\n", "su", NULL },
    { "There are 41 CSV files (e.g. wide.csv).", "u", NULL },
    { "Forty-one CSV files were read.", "u", NULL },
    { "CSV, JSON and Markdown make up 40%, 40% and 20% of it.", "sss", NULL },
    { "40% are CSV, 40% are JSON and 20% Markdown.", "sss", NULL },
    { "45% are CSV, 40% are JSON and 15% Markdown.", "usu", NULL },
    { "`elsewhere/` holds 9 files.", "u", NULL },
    { "| Type | Share |\n|---|---|\n| CSV | 40% |\n| JSON | 45% |\n", "su",
      NULL },
    /* of a folder itself, or with all that lies below */
    { "`sweep` (1 files)", "s", NULL },
    { "`sweep` (3 files)", "s", NULL },
    { "`sweep` (12 files)", "u", NULL },
    { "The average file size is 1042 bytes.", "s", "u" },
    { "The average file size is 1342 bytes.", "u", NULL },
    /* the calendar is not in the data */
    { "The files changed within the last six months.", "v", NULL },
};

static char letter(enum claim_verdict v)
{
    return claim_flagged(v) ? 'u' : v == CLAIM_UNVERIFIABLE ? 'v' : 's';
}

static int judge_all(bool told)
{
    struct arena *a = arena_new(1 << 26);
    struct facts *facts = facts_new(units);
    struct audit_rules *rules = NULL;
    struct error err;
    char path[128];
    int bad = 0;

    assert_int_equal(facts_add(facts, under_root("d", path), &err), ST_OK);
    if (told)
        assert_int_equal(facts_add(facts, under_root("told.json", path), &err),
                         ST_OK);
    assert_int_equal(facts_freeze(facts, false, &err), ST_OK);
    assert_int_equal(
        audit_rules_load(&rules, facts, units, rule_file("terms.json"), &err),
        ST_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *want =
            told || cases[i].without == NULL ? cases[i].with : cases[i].without;
        struct audit *audit = NULL;
        struct report report;
        char got[32] = "";
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
                got[n++] = letter(audit->claims[k].verdict);
        got[n] = '\0';
        if (strcmp(got, want) != 0) {
            print_error("%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                        want);
            bad++;
        }
    }
    audit_rules_free(rules);
    facts_free(facts);
    arena_free(a);
    return bad;
}

static void test_with_what_was_given(void **state)
{
    (void)state;
    assert_int_equal(judge_all(true), 0);
}

static void test_the_folder_alone(void **state)
{
    (void)state;
    assert_int_equal(judge_all(false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_what_was_given),
        cmocka_unit_test(test_the_folder_alone),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
