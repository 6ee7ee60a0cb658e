/* Templates, extracts, series: what reports and records are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runner/agent/aggregate.h"
#include "runner/agent/harvest.h"
#include "runner/llm/http.h"

static struct vars *new_vars(void)
{
    struct vars *v = calloc(1, sizeof(*v));

    assert_non_null(v);
    v->a = arena_new(1 << 20);
    assert_non_null(v->a);
    return v;
}

static void free_vars(struct vars *v)
{
    arena_free(v->a);
    free(v);
}

static void test_model_spans(void **state)
{
    struct vars *v = new_vars();
    struct expansion *x = calloc(1, sizeof(*x));
    struct error err;

    (void)state;
    assert_non_null(x);
    vars_text(v, "title", TEXT_LIT("Tea"));
    vars_model(v, "call.report", TEXT_LIT("green"));
    assert_int_equal(
        expand(x, TEXT_LIT("# {{title}}\n{{call.report}}!"), v, "t", &err),
        ST_OK);
    assert_string_equal(x->out.ptr, "# Tea\ngreen!");
    assert_int_equal(x->model_count, 1);
    assert_int_equal(x->model[0].off, 6);
    assert_int_equal(x->model[0].len, 5);
    buf_free(&x->out);
    free(x);
    free_vars(v);
}

static void test_unknown_variable(void **state)
{
    struct vars *v = new_vars();
    struct expansion *x = calloc(1, sizeof(*x));
    struct error err;

    (void)state;
    assert_non_null(x);
    assert_int_equal(expand(x, TEXT_LIT("{{nope}}"), v, "t", &err), ST_INPUT);
    assert_non_null(strstr(err.text, "nope"));
    buf_free(&x->out);
    free(x);
    free_vars(v);
}

/* Braces that the model wrote are text, not variables. */
static void test_no_second_expansion(void **state)
{
    struct vars *v = new_vars();
    struct expansion *x = calloc(1, sizeof(*x));
    struct error err;

    (void)state;
    assert_non_null(x);
    vars_model(v, "call.report", TEXT_LIT("{{call.report}} and {{ alone"));
    assert_int_equal(expand(x, TEXT_LIT("{{call.report}}"), v, "t", &err),
                     ST_OK);
    assert_string_equal(x->out.ptr, "{{call.report}} and {{ alone");
    buf_free(&x->out);
    free(x);
    free_vars(v);
}

static void test_harvest(void **state)
{
    static const struct scenario_extract e = {
        .name = "findings",
        .from = "a",
        .keywords = { "speed" },
        .keyword_count = 1,
        .max_lines = 2,
    };
    struct vars *v = new_vars();
    const struct var *got;

    (void)state;
    harvest_lines(v, &e,
                  TEXT_LIT("# Speed of tea\n* 1. Speed is 3.5\nnothing\n"
                           "  - SPEED again\n- speed once more\n"));
    got = vars_find(v, TEXT_LIT("extract.findings"));
    assert_non_null(got);
    assert_int_equal(got->value.len, strlen("- Speed is 3.5\n- SPEED again"));
    assert_memory_equal(got->value.ptr, "- Speed is 3.5\n- SPEED again",
                        got->value.len);
    assert_int_equal(got->model_count, 2);
    assert_int_equal(got->model[1].off, 17);
    free_vars(v);
}

static void test_series(void **state)
{
    static const double warm[] = { 10, 10, 10 }, one[] = { 4 },
                        spread[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
    struct series s;

    (void)state;
    series_of(&s, warm, 3);
    assert_true(s.mean == 10 && s.sd == 0 && s.cv == 0);
    series_of(&s, one, 1);
    assert_true(s.mean == 4 && s.sd < 0 && s.cv < 0);
    series_of(&s, spread, 8); /* n - 1: sqrt(32 / 7) */
    assert_true(s.sd > 2.1380 && s.sd < 2.1381);
    series_of(&s, one, 0);
    assert_true(s.mean < 0);
}

static void test_base_url(void **state)
{
    static const struct {
        const char *given, *url;
    } rows[] = {
        { "127.0.0.1:11435", "http://127.0.0.1:11435" },
        { "example", "http://example:11434" },
        { ":8080", "http://127.0.0.1:8080" },
        { "http://h:1/", "http://h:1" },
        { "https://h/v", "https://h/v" },
        { "[::1]", "http://[::1]:11434" },
        { "[::1]:5", "http://[::1]:5" },
        { "ftp://h", NULL },
    };
    char url[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const bool ok = http_base_url(url, sizeof(url), rows[i].given);

        assert_int_equal(ok, rows[i].url != NULL);
        if (ok)
            assert_string_equal(url, rows[i].url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_spans),
        cmocka_unit_test(test_unknown_variable),
        cmocka_unit_test(test_no_second_expansion),
        cmocka_unit_test(test_harvest),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_base_url),
    };

    return cmocka_run_group_tests_name("agent", tests, NULL, NULL);
}
