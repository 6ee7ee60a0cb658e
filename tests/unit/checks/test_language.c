/* The guard of language-drift, and the language data it rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/base/file.h"
#include "validator/check.h"
#include "validator/text/hunspell.h"
#include "validator/text/lang_data.h"

extern const struct check check_language_drift;

#define EN "The benchmark ran twice on the same machine. Latency fell by 3 ms. "
#define DE                                                                     \
    "Die Messung wurde gestern auf dem Rechner wiederholt. "                   \
    "Danach waren alle Werte wieder im erwarteten Bereich. "                   \
    "Weitere Tests sind nicht notwendig, weil sich nichts ge\xc3\xa4ndert "    \
    "hat. "
#define RU                                                                     \
    "\xd0\x9e\xd1\x82\xd1\x87\xd0\xb5\xd1\x82 \xd0\xbe "                       \
    "\xd0\xbf\xd1\x80\xd0\xbe\xd0\xb2\xd0\xb5\xd1\x80\xd0\xba\xd0\xb5 "        \
    "\xd1\x81\xd0\xb8\xd1\x81\xd1\x82\xd0\xb5\xd0\xbc\xd1\x8b. "
#define NO                                                                     \
    "\xd0\x9d\xd0\xb0\xd1\x81\xd0\xbe\xd1\x81 "                                \
    "\xd1\x81\xd1\x82\xd0\xbe\xd0\xb8\xd1\x82. "
#define KN   "\xe0\xb3\x81\xe0\xb2\x95\xe0\xb3\x81\xe0\xb2\x95"
#define KN16 KN KN KN KN KN KN KN KN KN KN KN KN KN KN KN KN

/* `from`: byte where the trouble begins; within: bytes from there to the
 * verdict, two sentences of the case. */
static const struct guard_case {
    const char *name, *text;
    bool stops, needs_data;
    size_t from, within;
} guard_cases[] = {
    { "English", EN EN EN EN "The end.\n", false, false, 0, 0 },
    { "English turns German", EN EN DE DE, true, true, 2 * sizeof(EN) - 2,
      115 },
    { "English turns Russian", EN RU RU RU RU, true, false, sizeof(EN) - 1,
      3 * sizeof(RU) },
    { "short Russian sentences", EN NO NO NO NO, true, false, sizeof(EN) - 1,
      3 * sizeof(NO) },
    { "English remarks between Russian sentences", EN RU "Yes. " RU "Yes. " RU,
      true, false, sizeof(EN) - 1, 3 * sizeof(RU) },
    { "a loop of letters without an end", EN KN16 KN16 KN16 KN16, true, false,
      sizeof(EN) - 1, 960 },
    { "the first word", KN " This report shows the results of the run.\n" EN,
      true, false, 0, 80 },
    { "one leaked word later", EN "The gezeigt value is fine. " EN EN, false,
      false, 0, 0 },
    { "code",
      EN "\n```c\nint gr\xc3\xb6\xc3\x9f"
         "e = 3; // " RU RU "\n```\n" EN,
      false, false, 0, 0 },
};

static struct text no_rules(const struct check_env *env, const char *name)
{
    (void)env;
    (void)name;
    return (struct text){ "", 0 };
}

static bool have_data(void)
{
    struct lang_data d;
    const bool yes = lang_data_open(&d, "build/lang.dat", NULL) == ST_OK;

    if (yes)
        lang_data_close(&d);
    return yes;
}

static enum guard_verdict run_guard(const void *setup, struct text text,
                                    size_t step, struct guard_reason *why)
{
    const struct guard_ops *g = check_language_drift.guard;
    const long options[] = { check_language_drift.options[0].def };
    void *state = calloc(1, g->state_size(setup));
    enum guard_verdict v = GUARD_GO;

    assert_non_null(state);
    g->begin(state, setup, options);
    for (size_t i = 0; i < text.len && v == GUARD_GO; i += step)
        v = g->feed(
            state,
            text_sub(text, (struct span){ i, text.len - i < step ? text.len - i
                                                                 : step }),
            why);
    if (v == GUARD_GO)
        v = g->end(state, why);
    free(state);
    return v;
}

static void guards(void **state)
{
    static const char *const english[] = { "en" };
    const struct guard_case *c = *state;
    const struct text text = text_from(c->text);
    const bool data = have_data();
    const struct check_env env = { .rule_file = no_rules,
                                   .lang_data = data ? "build/lang.dat" : NULL,
                                   .langs = english,
                                   .n_langs = 1 };
    struct guard_reason once = { .rule = NULL }, bytes = { .rule = NULL };
    const char *why_off = NULL;
    struct error err;
    void *setup = NULL;

    if (c->needs_data && !data) {
        print_message("SKIPPED: %s: no build/lang.dat\n", c->name);
        skip();
    }
    assert_int_equal(check_language_drift.setup(&setup, &env, &why_off, &err),
                     ST_OK);
    const enum guard_verdict v = run_guard(setup, text, text.len, &once);

    assert_int_equal(v, c->stops ? GUARD_STOP : GUARD_GO);
    assert_int_equal(run_guard(setup, text, 1, &bytes), v);
    if (c->stops) {
        assert_ptr_equal(once.rule, bytes.rule);
        assert_int_equal(once.decided_at, bytes.decided_at);
        assert_int_equal(once.span.off, bytes.span.off);
        assert_true(once.decided_at >= c->from);
        assert_true(once.decided_at - c->from <= c->within);
    }
    check_language_drift.teardown(setup);
}

static void collect(void *arg, struct text form)
{
    char *out = arg;
    const size_t n = strlen(out);

    memcpy(out + n, form.ptr, form.len);
    memcpy(out + n + form.len, " ", 2);
}

static void affixes(void **state)
{
    static const char aff[] = "SET UTF-8\nNEEDAFFIX !\nPFX U Y 1\n"
                              "PFX U 0 un .\nSFX D Y 3\nSFX D 0 d e\n"
                              "SFX D y ied [^aeiou]y\nSFX D 0 ed [^ey]\n";
    static const char dic[] = "4\ntie/UD\nworry/D\nwalk/D\nx/!D\n";
    struct arena *a = arena_new(1 << 20);
    char out[256] = "";
    struct error err;

    (void)state;
    assert_int_equal(hunspell_forms((struct text){ aff, sizeof(aff) - 1 },
                                    (struct text){ dic, sizeof(dic) - 1 }, 1000,
                                    collect, out, a, &err),
                     ST_OK);
    assert_string_equal(out,
                        "tie untie tied untied worry worried walk walked xed ");
    arena_free(a);
}

static uint64_t form(const char *word)
{
    return lang_form_hash(text_from(word));
}

static void forms(void **state)
{
    (void)state;
    assert_int_equal(form("configurati"), form("configurato"));
    assert_int_equal(form("gr\xc3\xb6\xc3\x9f\x65ren"),
                     form("gr\xc3\xb6\xc3\x9f\x65rem"));
    assert_int_equal(form("tempora"), lang_hash(text_from("tempora")));
    assert_true(form("configura") != form("configurare"));
    assert_true(form("tempor") != form("temporal"));
    assert_int_equal(form(""), lang_hash(text_from("")));
}

static void ranks(void **state)
{
    struct lang_rank found[LANG_RANKS_MAX];
    struct lang_data d = { .h = NULL };
    struct error err;
    const lang_id pl = lang_find(TEXT_LIT("pl"));

    (void)state;
    if (lang_data_open(&d, "build/lang.dat", &err) != ST_OK) {
        print_message("SKIPPED: ranks: no build/lang.dat\n");
        skip();
    }
    assert_int_equal(lang_data_ranks(&d,
                                     lang_hash(TEXT_LIT("mo\xc5\xbc"
                                                        "e")),
                                     found),
                     1);
    assert_true(found[0].id == pl && found[0].ln >= 0 && found[0].ln < 700);
    const size_t n = lang_data_ranks(&d, lang_hash(TEXT_LIT("juz")), found);

    assert_true(n == 1 && found[0].id == pl && found[0].ln == -1);
    assert_int_equal(
        lang_data_ranks(&d, lang_hash(TEXT_LIT("qqzxqqzx")), found), 0);
    lang_data_close(&d);
}

static void broken_data(void **state)
{
    static const char path[] = "build/test-broken-lang.dat";
    struct lang_data d = { .h = NULL };
    char bytes[4096] = "ASSAYLD";
    struct error err;

    (void)state;
    assert_int_equal(lang_data_open(&d, "build/no-such-file", &err), ST_INPUT);
    assert_int_equal(
        file_write(path, (struct text){ bytes, sizeof(bytes) }, &err), ST_OK);
    assert_int_equal(lang_data_open(&d, path, &err), ST_INPUT);
    assert_null(d.h);
    (void)remove(path);
}

int main(void)
{
    enum { N = sizeof(guard_cases) / sizeof(*guard_cases) };
    struct CMUnitTest tests[N + 4];

    for (size_t i = 0; i < N; i++)
        tests[i] =
            (struct CMUnitTest){ .name = guard_cases[i].name,
                                 .test_func = guards,
                                 .initial_state = (void *)&guard_cases[i] };
    tests[N] = (struct CMUnitTest)cmocka_unit_test(affixes);
    tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(broken_data);
    tests[N + 2] = (struct CMUnitTest)cmocka_unit_test(forms);
    tests[N + 3] = (struct CMUnitTest)cmocka_unit_test(ranks);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
