#define _GNU_SOURCE /* mkdtemp */
/* JSON objects that are dictionaries: their members are rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "validator/base/file.h"
#include "validator/facts/facts.h"
#include "validator/rules_data.h"

/* Where the number 7.5 stands. */
static const struct group_case {
    const char *name, *bytes;
    const char *path, *row, *table; /* row "": no dictionary */
    uint32_t rows;
} cases[] = {
    { "two members", "{\"modelA\": {\"p50\": 1}, \"modelB\": {\"p50\": 7.5}}",
      "modelB.p50", "modelB", "", 2 },
    { "below a key",
      "{\"when\": \"now\", \"r\": {\"a\": {\"x\": 1, \"y\": 2}, "
      "\"b\": {\"x\": 3, \"y\": 7.5}}}",
      "r.b.y", "b", "r", 2 },
    { "most keys in common",
      "{\"a\": {\"x\": 1, \"y\": 2, \"z\": 3}, \"b\": {\"x\": 7.5, \"y\": 2}}",
      "b.x", "b", "", 2 },
    { "beside another object",
      "{\"meta\": {\"who\": \"me\"}, \"a\": {\"x\": 1, \"y\": 2}, "
      "\"b\": {\"x\": 7.5, \"y\": 2}}",
      "b.x", "b", "", 2 },
    { "the other object stays a path",
      "{\"a\": {\"x\": 1, \"y\": 2}, \"b\": {\"x\": 3, \"y\": 2}, "
      "\"meta\": {\"size\": 7.5}}",
      "meta.size", "", "a.json", 1 },
    { "an object inside a member",
      "{\"a\": {\"n\": 1, \"t\": {\"x\": 2}}, \"b\": {\"n\": 1, "
      "\"t\": {\"x\": 7.5}}}",
      "b.t.x", "b", "", 2 },
    { "a dictionary of dictionaries: the outer key names the row",
      "{\"mA\": {\"c1\": {\"x\": 1}, \"c2\": {\"x\": 2}}, "
      "\"mB\": {\"c1\": {\"x\": 3}, \"c2\": {\"x\": 7.5}}}",
      "mB.c2.x", "mB", "[]", 4 },
    { "in the elements of an array",
      "[{\"id\": \"one\", \"by_gpu\": {\"a100\": {\"x\": 1}, "
      "\"h100\": {\"x\": 7.5}}}]",
      "[0].by_gpu.h100.x", "h100", "[].by_gpu", 2 },
    { "an array in a member keeps its name",
      "{\"a1\": {\"n\": 3, \"r\": [1, 2]}, \"b1\": {\"n\": 4, \"r\": [3, "
      "7.5]}}",
      "b1.r[1]", "b1", "[].r", 4 },
    { "numbers as keys: a column",
      "{\"by_ctx\": {\"1024\": {\"x\": 1}, \"2048\": {\"x\": 7.5}}}",
      "by_ctx.2048.x", "", "by_ctx", 2 },
    { "escapes in keys",
      "{\"\\u0061\\\"1\": {\"x\": 1}, \"b}\\\\\": {\"x\": 7.5}}", "b}\\.x",
      "b}\\", "", 2 },
    { "statistics of named things",
      "{\"models\": {\"gemma\": {\"mean\": 1}, \"llama\": {\"mean\": 7.5}}}",
      "models.llama.mean", "llama", "models", 2 },
    { "statistics of quantities",
      "{\"latency\": {\"mean\": 1}, \"throughput\": {\"mean\": 7.5}}",
      "throughput.mean", "", "a.json", 1 },
    { "quantities with units",
      "{\"load_ms\": {\"one\": 1}, \"size_mb\": {\"one\": 7.5}}", "size_mb.one",
      "", "a.json", 1 },
    { "quantities by statistic",
      "{\"mean\": {\"latency\": 1}, \"p99\": {\"latency\": 7.5}}",
      "p99.latency", "", "a.json", 1 },
    { "values with units",
      "{\"g1\": {\"value\": 1, \"unit\": \"ms\"}, "
      "\"g2\": {\"value\": 7.5, \"unit\": \"s\"}}",
      "g2.value", "", "a.json", 1 },
    { "sections", "{\"config\": {\"lr\": 1}, \"result\": {\"loss\": 7.5}}",
      "result.loss", "", "a.json", 1 },
    { "one member is none", "{\"modelA\": {\"p50\": 7.5}}", "modelA.p50", "",
      "a.json", 1 },
};

static struct units *the_units(void)
{
    struct units *u = NULL;
    struct error err;

    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0)
            assert_int_equal(units_parse(&u,
                                         (struct text){ rules_files[i].ptr,
                                                        rules_files[i].len },
                                         "units.json", &err),
                             ST_OK);
    assert_non_null(u);
    return u;
}

static void assert_text(struct text got, const char *want)
{
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static void found_in_row(void **state)
{
    const struct group_case *c = *state;
    char dir[] = "/tmp/assay-groups-XXXXXX", path[64];
    struct units *u = the_units();
    struct facts *f = facts_new(u);
    struct arena *a = arena_new(1 << 20);
    struct fact_query q = { .scope = SCOPE_ANY };
    struct fact_place place;
    struct fact fact;
    struct error err = { "" };
    uint32_t id;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/a.json", dir);
    assert_int_equal(file_write(path, text_from(c->bytes), &err), ST_OK);
    assert_int_equal(facts_add(f, path, &err), ST_OK);
    if (facts_freeze(f, false, &err) != ST_OK)
        fail_msg("%s", err.text);
    assert_true(decimal_parse(TEXT_LIT("7.5"), &q.low));
    q.high = q.low;
    assert_int_equal(facts_find(f, &q, &id, 1), 1);
    facts_get(f, id, &fact);
    assert_true(facts_place(f, id, a, &place));
    assert_text(place.path, c->path);
    assert_text(facts_row_name(f, fact.table, fact.row), c->row);
    assert_text(facts_table(f, fact.table)->name, c->table);
    assert_int_equal(facts_table(f, fact.table)->rows, c->rows);
    (void)unlink(path);
    (void)rmdir(dir);
    arena_free(a);
    facts_free(f);
    units_free(u);
}

int main(void)
{
    enum { N = sizeof(cases) / sizeof(*cases) };
    struct CMUnitTest tests[N];

    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, found_in_row, NULL, NULL,
                                        (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
