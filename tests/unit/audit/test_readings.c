/* Abbreviations of rates that the rules say may stand for others. */
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

static char root[] = "/tmp/assay-test-XXXXXX", path[64];

static struct facts *data(const char *csv)
{
    struct facts *f = facts_new(&units_ours);
    struct error err;
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_true(fputs(csv, out) >= 0);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(facts_add(f, path, &err), ST_OK);
    assert_int_equal(facts_freeze(f, false, &err), ST_OK);
    return f;
}

#define READ(entries) "{\"readings\": [" entries "]}"
#define QPS           READ("{\"say\": \"qps\", \"words\": [\"query\", \"sql\"]}")
#define QPS_AND_FPS                                                            \
    READ("{\"say\": \"qps\", \"words\": [\"query\"]},"                         \
         "{\"say\": \"fps\", \"words\": [\"frame\"]}")

static const struct reading_case {
    const char *name, *rules, *csv, *report;
    enum claim_verdict verdict;
    const char *unit;
} cases[] = {
    { "no entry", "{}", "node,qps\na,412.7\nb,388.2\n",
      "Node a did 412.7 operations per second.", CLAIM_UNIT_MISMATCH, "op/s" },
    { "an entry", QPS, "node,qps\na,412.7\nb,388.2\n",
      "Node a did 412.7 operations per second.", CLAIM_SUPPORTED, "qps" },
    { "a word that settles it", QPS,
      "node,qps,query_ms\na,412.7,1.52\nb,388.2,1.61\n",
      "Node a did 412.7 operations per second.", CLAIM_UNIT_MISMATCH, "op/s" },
    { "no column of that name", QPS,
      "node,requests_per_second\na,412.7\nb,388.2\n",
      "Node a did 412.7 operations per second.", CLAIM_UNIT_MISMATCH, "op/s" },
    { "the second entry", QPS_AND_FPS, "node,fps\na,61.3\nb,58.4\n",
      "Node a did 61.3 images per second.", CLAIM_SUPPORTED, "fps" },
};

static void readings_of_rules(void **state)
{
    const struct reading_case *c = *state;
    struct facts *f = data(c->csv);
    struct arena *a = arena_new(1 << 24);
    struct audit_rules *rules;
    struct audit *audit;
    struct report r;
    struct error err;

    assert_int_equal(
        audit_rules_load(&rules, f, &units_ours, text_from(c->rules), &err),
        ST_OK);
    assert_int_equal(report_open(&r, "r.md", text_from(c->report), NULL, NULL,
                                 NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(audit_make(&audit, &r, f, NULL, rules, a, &err), ST_OK);
    assert_int_equal(audit->claim_count, 1);
    assert_int_equal(audit->claims[0].verdict, c->verdict);
    assert_true(text_is(audit->claims[0].unit, c->unit));
    audit_rules_free(rules);
    arena_free(a);
    facts_free(f);
}

static const struct bad_case {
    const char *name, *rules, *error;
} bad[] = {
    { "not a list", "{\"readings\": {}}",
      "terms.json: \"readings\" must be a list" },
    { "no abbreviation", READ("{\"words\": []}"),
      "terms.json: readings, entry 1: \"say\" must be a string of at most 15 "
      "bytes" },
    { "no rate",
      READ("{\"say\": \"tps\", \"words\": []}, {\"say\": \"ms\", \"words\": "
           "[]}"),
      "terms.json: readings, entry 2: \"say\" must be a rate that units.json "
      "knows" },
    { "no words", READ("{\"say\": \"tps\"}"),
      "terms.json: readings, entry 1: \"words\" must be a list of at most 64 "
      "words" },
    { "a word that is a number", READ("{\"say\": \"tps\", \"words\": [1]}"),
      "terms.json: readings, entry 1: \"words\" must hold strings" },
};

static void names_the_entry(void **state)
{
    const struct bad_case *c = *state;
    struct facts *f = data("node,qps\na,412.7\n");
    struct audit_rules *rules = NULL;
    struct error err;

    assert_int_equal(
        audit_rules_load(&rules, f, &units_ours, text_from(c->rules), &err),
        ST_INPUT);
    assert_string_equal(err.text, c->error);
    assert_null(rules);
    facts_free(f);
}

int main(void)
{
    enum {
        GOOD = sizeof(cases) / sizeof(*cases),
        BAD = sizeof(bad) / sizeof(*bad)
    };
    struct CMUnitTest tests[GOOD + BAD];
    int failed;

    if (mkdtemp(root) == NULL)
        return 1;
    (void)snprintf(path, sizeof(path), "%s/data.csv", root);
    for (size_t i = 0; i < GOOD; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].name,
                                        .test_func = readings_of_rules,
                                        .initial_state = (void *)&cases[i] };
    for (size_t i = 0; i < BAD; i++)
        tests[GOOD + i] =
            (struct CMUnitTest){ .name = bad[i].name,
                                 .test_func = names_the_entry,
                                 .initial_state = (void *)&bad[i] };
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(root);
    return failed;
}
