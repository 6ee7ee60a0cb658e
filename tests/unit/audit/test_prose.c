/* Verdicts on numbers that the data tell in prose, in labels, in files of one
 * shape, in members of one object, in the dates they name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

static struct units *units;

static const struct file {
    const char *name, *text;
} files[] = {
    { "notes.md",
      "# Kiln notes, 8 shelves\n\n"
      "The gas line was closed for 43 minutes on 2025-04-09. Kiln Ash has\n"
      "a chamber of 310 l; a burner costs 187.40 EUR. Of the 26 glazes\n"
      "seven ran. Order number #5521.\n\n"
      "- warm-up takes 3 hours\n\n"
      "| item | value |\n|---|---|\n| cooling hours | 19 |\n"
      "| pieces | 640 |\n" },
    { "kilns.json", "[{\"kiln\":\"Ash\",\"week\":11,\"peak_c\":1240,\"gas_m3\":"
                    "38.2,\"fuel_eur\":25.10},"
                    "{\"kiln\":\"Birch\",\"week\":11,\"peak_c\":1180,\"gas_"
                    "m3\":31.7,\"fuel_eur\":21.44},"
                    "{\"kiln\":\"Ash\",\"week\":12,\"peak_c\":1236,\"gas_m3\":"
                    "37.5,\"fuel_eur\":24.63},"
                    "{\"kiln\":\"Birch\",\"week\":12,\"peak_c\":1191,\"gas_"
                    "m3\":32.6,\"fuel_eur\":22.08},"
                    "{\"kiln\":\"Ash\",\"week\":13,\"peak_c\":1229,\"gas_m3\":"
                    "36.9,\"fuel_eur\":24.29},"
                    "{\"kiln\":\"Birch\",\"week\":13,\"peak_c\":1185,\"gas_"
                    "m3\":30.8,\"fuel_eur\":20.93}]" },
    { "dive_1.json",
      "{\"boat\": \"Heron\", \"day\": \"2025-03-04\", \"trips\": "
      "{\"made\": 5210, \"late\": 64}, \"dive_s\": {\"mean\": 88.4, \"p90\": "
      "142.7}, \"depth_m\": 37.5, \"repairs\": {\"leaks\": 911, \"pumps\": "
      "204, "
      "\"ropes\": 88}}" },
    { "dive_2.json",
      "{\"boat\": \"Stork\", \"day\": \"2025-03-09\", \"trips\": "
      "{\"made\": 4875, \"late\": 38}, \"dive_s\": {\"mean\": 79.1, \"p90\": "
      "128.3}, \"depth_m\": 41.9, \"repairs\": {\"leaks\": 722, \"pumps\": "
      "187, "
      "\"ropes\": 95}}" },
};

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

/* s supported or derived, u flagged, v unverifiable; exempt ones left out. */
static const struct prose_case {
    const char *report, *want;
} cases[] = {
    /* a number with a unit, beside the same words or rare enough */
    { "The gas line was closed for 43 minutes.", "v" },
    { "The gas line was closed for 57 minutes.", "u" },
    { "A burner costs 187.40 EUR.", "v" },
    { "A burner costs 178.40 EUR.", "u" },
    { "Ash takes 310 l.", "v" },
    { "Ash takes 340 l.", "u" },
    /* rounded, but no more precise than it is written */
    { "A burner costs 187 EUR.", "v" },
    { "The gas line was closed for 43.0 minutes.", "u" },
    /* a bare one of two digits needs its noun */
    { "Ash burned 26 glazes.", "v" },
    { "Ash burned 26 bricks.", "u" },
    /* a label with a unit */
    { "There are 19 cooling hours.", "s" },
    /* over the files of one shape */
    { "In total 10,085 trips were made.", "v" },
    { "In total 11,085 trips were made.", "u" },
    { "Both boats together were late on 102 trips.", "v" },
    { "Both boats together were late on 112 trips.", "u" },
    { "The share of late trips over both boats is 1.01 %.", "v" },
    { "The share of late trips over both boats is 1.61 %.", "u" },
    /* one of them against another */
    { "The mean dive of Stork is 9.3 s shorter than that of Heron.", "v" },
    { "The mean dive of Stork is 7.3 s shorter than that of Heron.", "u" },
    { "The mean dive of Stork is 10.5 % shorter than that of Heron.", "v" },
    { "The mean dive of Stork is 15.5 % shorter than that of Heron.", "u" },
    /* the same ratio in each */
    { "On both boats the p90 is 1.6 times the mean dive.", "v" },
    { "On both boats the p90 is 1.9 times the mean dive.", "u" },
    /* the members of one object */
    { "Heron had 1,203 repairs.", "v" },
    { "Heron had 1,403 repairs.", "u" },
    { "Leaks make up 75.7 % of the repairs of Heron.", "v" },
    { "Leaks make up 65.7 % of the repairs of Heron.", "u" },
    /* between days that the data name */
    { "The Stork dive was on 2025-03-09, five days after that of Heron.", "v" },
    { "The Stork dive was on 2025-03-09, seven days after that of Heron.",
      "u" },
    /* "in total" is no row of the tree of files */
    { "In total 102 trips were late.", "v" },
};

static int load(void **state)
{
    struct error err;

    (void)state;
    return units_parse(&units, rule_file("units.json"), "units.json", &err) !=
           ST_OK;
}

static int unload(void **state)
{
    (void)state;
    units_free(units);
    return 0;
}

static char letter(enum claim_verdict v)
{
    return v == CLAIM_SUPPORTED || v == CLAIM_DERIVED ? 's'
           : claim_flagged(v)                         ? 'u'
                                                      : 'v';
}

static void verdicts(const char *text, const struct facts *facts,
                     const struct audit_rules *rules, struct arena *a,
                     char got[32])
{
    struct audit *audit = NULL;
    struct report report;
    struct error err;
    size_t n = 0;

    arena_reset(a);
    assert_int_equal(report_open(&report, "r.md", text_from(text), NULL, NULL,
                                 NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(audit_make(&audit, &report, facts, NULL, rules, a, &err),
                     ST_OK);
    for (size_t k = 0; k < audit->claim_count && n + 1 < 32; k++)
        if (audit->claims[k].verdict != CLAIM_EXEMPT)
            got[n++] = letter(audit->claims[k].verdict);
    got[n] = '\0';
}

static void test_verdicts(void **state)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct facts *facts = facts_new(units);
    struct audit_rules *rules;
    struct error err;
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        assert_int_equal(facts_add_text(facts, files[i].name,
                                        text_from(files[i].text), &err),
                         ST_OK);
    assert_int_equal(facts_freeze(facts, false, &err), ST_OK);
    assert_int_equal(
        audit_rules_load(&rules, facts, units, rule_file("terms.json"), &err),
        ST_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char got[32];

        verdicts(cases[i].report, facts, rules, a, got);
        if (strcmp(got, cases[i].want) != 0) {
            fprintf(stderr, "%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                    cases[i].want);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
    audit_rules_free(rules);
    facts_free(facts);
    arena_free(a);
}

/* The evidence says where in the prose it stands. */
static void test_evidence(void **state)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct facts *facts = facts_new(units);
    struct audit_rules *rules;
    struct audit *audit = NULL;
    struct report report;
    struct error err;

    (void)state;
    assert_int_equal(
        facts_add_text(facts, files[0].name, text_from(files[0].text), &err),
        ST_OK);
    assert_int_equal(facts_freeze(facts, false, &err), ST_OK);
    assert_int_equal(facts_prose_count(facts), 3);
    assert_int_equal(
        audit_rules_load(&rules, facts, units, rule_file("terms.json"), &err),
        ST_OK);
    assert_int_equal(report_open(&report, "r.md",
                                 text_from("Closed for 43 minutes."), NULL,
                                 NULL, NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(audit_make(&audit, &report, facts, NULL, rules, a, &err),
                     ST_OK);
    assert_int_equal(audit->claim_count, 1);
    assert_int_equal(audit->claims[0].fact_count, 1);
    assert_int_equal(audit->claims[0].facts[0].line, 3);
    assert_true(text_is(audit->claims[0].facts[0].file, "notes.md"));
    assert_true(text_is(audit->claims[0].facts[0].value, "43"));
    assert_true(text_is(audit->claims[0].facts[0].unit, "min"));
    audit_rules_free(rules);
    facts_free(facts);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_evidence),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
