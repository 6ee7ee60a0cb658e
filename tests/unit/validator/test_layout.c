#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/layout.h"
#include "validator/report.h"
#include "validator/rules_data.h"

static struct layouts *shipped(void)
{
    struct layouts *l = NULL;
    struct error err;

    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "layouts.json") == 0)
            assert_int_equal(layouts_parse(&l,
                                           (struct text){ rules_files[i].ptr,
                                                          rules_files[i].len },
                                           "layouts.json", &err),
                             ST_OK);
    assert_non_null(l);
    return l;
}

/* `model` is what the model wrote, its ranges joined by '|'. */
static const struct layout_case {
    const char *name, *text, *fitted, *model;
} cases[] = {
    { "no layout: all is the model's", "Hello.\n", NULL, "Hello.\n" },
    { "empty", "", NULL, "" },
    { "header ends at the first rule",
      "# Chimera Agent A\n**Date:** d\n**Model:** m\n\n---\nText\n---\nmore\n",
      "agent-report", "Text\n---\nmore\n" },
    { "CRLF", "# Agent X\r\n**Date:** d\r\n**Model:** m\r\n---\r\nText\r\n",
      "agent-report", "Text\r\n" },
    { "the tail begins at the last heading, with its rule",
      "# Agent X\n**Date:** d\n**Model:** m\n---\nA\n## Workflow Summary\nB\n"
      "\n---\n\n## Workflow Summary\n- 1\n",
      "agent-report", "A\n## Workflow Summary\nB\n\n" },
    { "bullets in the tail are the model's",
      "# Agent X\n**Date:** d\n**Model:** m\n---\nA\n## Metrics\n- 1\n"
      "## Key Findings\n- k\n## Recommendations\n- r\n## Persona Prompt\np\n",
      "agent-report", "A\n|- k\n|- r\n" },
    { "a header without a date is none", "# Agent X\n**Model:** m\n---\nA\n",
      NULL, "# Agent X\n**Model:** m\n---\nA\n" },
    { "metrics only", "# Rust Multi-Agent Report - Run 1\n- Speedup: 1.9x\n",
      "metrics-report", "" },
};

static void splits(void **state)
{
    struct layouts *l = shipped();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena *a = arena_new(1 << 20);
        const struct span *model;
        const char *fitted;
        size_t n, at = 0;
        char got[512];
        struct error err;

        assert_int_equal(layouts_apply(l, NULL, text_from(cases[i].text), a,
                                       &model, &n, &fitted, &err),
                         ST_OK);
        for (size_t k = 0; k < n; k++) {
            if (k > 0)
                got[at++] = '|';
            memcpy(got + at, cases[i].text + model[k].off, model[k].len);
            at += model[k].len;
        }
        got[at] = '\0';
        if (strcmp(got, cases[i].model) != 0 ||
            (fitted == NULL) != (cases[i].fitted == NULL) ||
            (fitted != NULL && strcmp(fitted, cases[i].fitted) != 0))
            fail_msg("%s: %s, got \"%s\"", cases[i].name,
                     fitted != NULL ? fitted : "none", got);
        arena_free(a);
    }
    layouts_free(l);
}

static void names_are_checked(void **state)
{
    struct layouts *l = shipped();
    struct arena *a = arena_new(1 << 20);
    const struct span *model;
    const char *fitted;
    size_t n;
    struct error err;

    (void)state;
    assert_int_equal(
        layouts_apply(l, "nope", TEXT_LIT("x"), a, &model, &n, &fitted, &err),
        ST_USAGE);
    assert_string_equal(layouts_nearest(l, "agent-reprot"), "agent-report");
    assert_int_equal(
        layouts_parse(&l, TEXT_LIT("{\"layouts\":[{}]}"), "x", &err), ST_INPUT);
    layouts_free(l);
    arena_free(a);
}

static void utf16_is_decoded(void **state)
{
    static const char le[] = "\xff\xfeH\0i\0\xe9\0.\0";
    struct arena *a = arena_new(1 << 20);
    struct report r;
    struct error err;

    (void)state;
    assert_int_equal(report_open(&r, "x", (struct text){ le, 10 }, NULL, NULL,
                                 NULL, 0, a, &err),
                     ST_OK);
    assert_true(r.utf16);
    assert_int_equal(r.bytes.len, 5);
    assert_memory_equal(r.bytes.ptr, "Hi\xc3\xa9.", 5);
    arena_free(a);
}

static void places_count_code_points(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct report r;
    struct error err;

    (void)state;
    assert_int_equal(report_open(&r, "x", TEXT_LIT("a\n\xc3\xa9x\xffy\n"), NULL,
                                 NULL, NULL, 0, a, &err),
                     ST_OK);
    assert_int_equal(report_place(&r, 0).line, 1);
    assert_int_equal(report_place(&r, 4).line, 2);
    assert_int_equal(report_place(&r, 4).column, 2);
    assert_int_equal(report_place(&r, 6).column, 4);
    assert_int_equal(report_place(&r, 99).line, 3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(utf16_is_decoded),
        cmocka_unit_test(places_count_code_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
