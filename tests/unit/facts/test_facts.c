#define _GNU_SOURCE /* mkdtemp */
/* Facts of small files: values, units, places. */
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

/* One number that a file holds, and how it is told. */
static const struct fact_case {
    const char *name, *file, *bytes;
    const char *value; /* sought, in any unit */
    const char *written, *unit, *path;
    size_t line;
} cases[] = {
    { "a cell", "a.csv", "name,x\nr1,5\nr2,7.50\n", "7.5", "7.50", "",
      "row \"r2\", column \"x\"", 3 },
    { "unit in the header", "a.csv", "name,TTFT (ms)\nr1,5.25\n", "5.25",
      "5.25", "ms", "row \"r1\", column \"TTFT (ms)\"", 2 },
    { "unit as a suffix", "a.csv", "name,load_s\nr1,5.25\n", "5.25", "5.25",
      "s", "row \"r1\", column \"load_s\"", 2 },
    { "unit with the value", "a.csv", "name,load\nr1,5.25 ms\n", "5.25", "5.25",
      "ms", "row \"r1\", column \"load\"", 2 },
    { "quoted newline", "a.csv", "name,x\n\"a\nb\",1\nc,7.5\n", "7.5", "7.5",
      "", "row \"c\", column \"x\"", 4 },
    { "semicolons, decimal comma", "a.csv", "name;x\nr1;7,5\n", "7.5", "7.5",
      "", "row \"r1\", column \"x\"", 2 },
    { "ragged rows", "a.csv", "name,x\nr1\nr2,7.5,9\n", "9", "9", "",
      "row \"r2\", column \"column 3\"", 3 },
    { "CRLF and a byte order mark", "a.csv", "\xef\xbb\xbfname,x\r\nr1,7.5\r\n",
      "7.5", "7.5", "", "row \"r1\", column \"x\"", 2 },
    { "no header", "a.csv", "1,2\n3,7.5\n", "7.5", "7.5", "",
      "row 2, column \"column 2\"", 2 },
    { "thousands", "a.csv", "name,x\nr1,\"1,234,567\"\n", "1234567",
      "1,234,567", "", "row \"r1\", column \"x\"", 2 },
    { "a key", "a.json", "{\"a\": {\"b\": 7.50}}", "7.5", "7.50", "", "a.b",
      1 },
    { "an element", "a.json", "{\"r\": [{\"x\": 1},\n {\"x\": 7.5}]}", "7.5",
      "7.5", "", "r[1].x", 2 },
    { "arrays in arrays", "a.json", "{\"r\":[{\"c\":[1,2]},{\"c\":[3,7.5]}]}",
      "7.5", "7.5", "", "r[1].c[1]", 1 },
    { "exponent", "a.json", "{\"a\": 75e-1}", "7.5", "75e-1", "", "a", 1 },
    { "unit member", "a.json",
      "{\"m\": {\"ttft\": {\"value\": 7.5, \"unit\": \"ms\"}}}", "7.5", "7.5",
      "ms", "m.ttft.value", 1 },
    { "unit of a sibling", "a.json",
      "{\"t\": {\"mean_ms\": 1, \"latency_percentiles\": {\"p99\": 7.5}}}",
      "7.5", "7.5", "ms", "t.latency_percentiles.p99", 1 },
    { "unit of an enclosing key", "a.json", "{\"latency_ms\": {\"p99\": 7.5}}",
      "7.5", "7.5", "ms", "latency_ms.p99", 1 },
    { "elements called by a span of time", "a.json",
      "{\"months\": [{\"x\": 1},\n {\"x\": 7.5}]}", "7.5", "7.5", "",
      "months[1].x", 2 },
    { "JSON lines", "a.jsonl", "{\"x\": 1}\n{\"x\": 7.5}\n", "7.5", "7.5", "",
      "[1].x", 2 },
    { "Markdown table", "a.md",
      "# H\n\n| name | x (ms) |\n| --- | --- |\n| r1 | 7.5 |\n", "7.5", "7.5",
      "ms", "row \"r1\", column \"x (ms)\"", 5 },
    { "Markdown key line", "a.md", "# H\n\n**Throughput:** 7.5 tok/s\n", "7.5",
      "7.5", "tok/s", "row 1, column \"Throughput\"", 3 },
};

static void fact_found(void **state)
{
    const struct fact_case *c = *state;
    char dir[] = "/tmp/assay-facts-XXXXXX", path[64];
    struct units *u = the_units();
    struct facts *f = facts_new(u);
    struct arena *a = arena_new(1 << 20);
    struct fact_query q = { .scope = SCOPE_ANY };
    struct fact_place place;
    struct error err = { "" };
    uint32_t id;

    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/%s", dir, c->file);
    assert_int_equal(file_write(path, text_from(c->bytes), &err), ST_OK);
    assert_int_equal(facts_add(f, path, &err), ST_OK);
    if (facts_freeze(f, false, &err) != ST_OK)
        fail_msg("%s", err.text);
    assert_true(decimal_parse(text_from(c->value), &q.low));
    q.high = q.low;
    assert_int_equal(facts_find(f, &q, &id, 1), 1);
    assert_true(facts_place(f, id, a, &place));
    assert_string_equal(place.value.ptr, c->written);
    assert_string_equal(place.unit.ptr, c->unit);
    assert_memory_equal(place.path.ptr, c->path, strlen(c->path));
    assert_int_equal(place.path.len, strlen(c->path));
    assert_int_equal(place.line, c->line);
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
        tests[i] = (struct CMUnitTest){ cases[i].name, fact_found, NULL, NULL,
                                        (void *)&cases[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
