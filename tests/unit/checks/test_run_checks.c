/* context-overflow and prompt-contract: what a run record tells of a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "validator/engine.h"
#include "validator/run_context.h"

extern const struct check check_context_overflow, check_prompt_contract;

#define REPORT                                                                 \
    "## 1. Summary\n\nThe kiln ran for three days without a stop.\n\n"         \
    "| part | state |\n|---|---|\n| door | fine |\n| fan | worn |\n\n"         \
    "1. Replace the **fan**.\n2. Oil the door.\n"

static const struct run_case {
    const char *name;
    long num_ctx, prompt, output;
    size_t prompt_bytes;
    const char *contract;
    const char *want; /* rule ids in order, separated by spaces */
} cases[] = {
    { "all fits", 1024, 300, 700, 1200, "", "" },
    { "exactly full is not over", 1024, 324, 700, 1200, "", "" },
    { "one token too many", 1024, 325, 700, 1200, "",
      "context-overflow/total" },
    { "the prompt fills the window", 512, 512, 10, 9000, "",
      "context-overflow/prompt" },
    { "the server kept half of a long prompt", 512, 260, 10, 9000, "",
      "context-overflow/prompt" },
    { "half a window of honest prompt", 512, 260, 10, 1040, "", "" },
    { "no window in the record", -1, 5000, 5000, 20000, "", "" },
    { "no counts in the record", 512, -1, -1, 9000, "", "" },
    { "a contract that is kept", -1, -1, -1, 0,
      "{\"words\":{\"min\":15,\"max\":30},\"sections\":[\"summary\"],"
      "\"tables\":1,\"table_rows\":2,\"numbered\":2,\"bold\":1}",
      "" },
    { "too short", -1, -1, -1, 0, "{\"words\":{\"min\":300,\"max\":400}}",
      "prompt-contract/words" },
    { "too long", -1, -1, -1, 0, "{\"words\":{\"max\":10}}",
      "prompt-contract/words" },
    { "within the slack of a writer", -1, -1, -1, 0, "{\"words\":{\"min\":25}}",
      "" },
    { "a section is missing", -1, -1, -1, 0,
      "{\"sections\":[\"Summary\",\"Risks\"]}", "prompt-contract/section" },
    { "rows are missing", -1, -1, -1, 0, "{\"table_rows\":{\"min\":3}}",
      "prompt-contract/table" },
    { "a second table is missing", -1, -1, -1, 0, "{\"tables\":2}",
      "prompt-contract/table" },
    { "numbered items and bold are missing", -1, -1, -1, 0,
      "{\"numbered\":5,\"bold\":4}",
      "prompt-contract/bold prompt-contract/list" },
    { "a contract that is no JSON asks for nothing", -1, -1, -1, 0, "{\"wor",
      "" },
};

static void test_case(void **state)
{
    static const struct check *const checks[] = { &check_context_overflow,
                                                  &check_prompt_contract };
    static const char *const langs[] = { "en" };
    static char prompt[16384];
    const struct run_case *c = *state;
    const struct check_env env = { .langs = langs, .n_langs = 1 };
    const struct run_call call = {
        { "report", 6 }, { prompt, c->prompt_bytes }, c->prompt, c->output
    };
    const struct run_context run = {
        .num_ctx = c->num_ctx,
        .num_predict = -1,
        .prompt_tokens = c->prompt,
        .output_tokens = c->output,
        .contract_json = text_from(c->contract),
        .calls = &call,
        .call_count = 1,
    };
    struct arena *a = arena_new(1 << 24);
    struct engine e;
    struct result r;
    struct error err;
    char got[512] = "";
    size_t n = 0;

    assert_int_equal(engine_init(&e, checks, 2, &env, &err), ST_OK);
    assert_int_equal(
        engine_run(&e, &r, "r.md", text_from(REPORT), &run, a, &err), ST_OK);
    for (size_t i = 0; i < r.finding_count; i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s",
                              i > 0 ? " " : "", r.findings[i].rule->id);
    assert_string_equal(got, c->want);
    engine_free(&e);
    arena_free(a);
}

/* Without a record both are silent. */
static void test_no_record(void **state)
{
    static const struct check *const checks[] = { &check_context_overflow,
                                                  &check_prompt_contract };
    static const char *const langs[] = { "en" };
    const struct check_env env = { .langs = langs, .n_langs = 1 };
    struct arena *a = arena_new(1 << 24);
    struct engine e;
    struct result r;
    struct error err;

    (void)state;
    assert_int_equal(engine_init(&e, checks, 2, &env, &err), ST_OK);
    assert_int_equal(
        engine_run(&e, &r, "r.md", text_from(REPORT), NULL, a, &err), ST_OK);
    assert_int_equal(r.finding_count, 0);
    engine_free(&e);
    arena_free(a);
}

int main(void)
{
    enum { N = sizeof(cases) / sizeof(*cases) };
    struct CMUnitTest tests[N + 1];

    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].name,
                                        .test_func = test_case,
                                        .initial_state = (void *)&cases[i] };
    tests[N] = (struct CMUnitTest)cmocka_unit_test(test_no_record);
    return cmocka_run_group_tests_name("run checks", tests, NULL, NULL);
}
