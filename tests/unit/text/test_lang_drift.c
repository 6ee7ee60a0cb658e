#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "validator/text/lang_drift.h"

static const struct drift_case {
    const char *name, *expect, *text, *found, *lang;
    enum drift_layer layer;
} cases[] = {
    { "English is silent", "en", "The median latency fell by 3 ms.", NULL, "",
      0 },
    { "one word in the middle", "en",
      "The latency \xd1\x83\xd0\xbf\xd0\xb0\xd0"
      "\xbb\xd0\xb0 by 3 ms.",
      "\xd1\x83\xd0\xbf\xd0\xb0\xd0\xbb\xd0\xb0", "ru", DRIFT_SCRIPT },
    { "glued to an English word", "en", "If\xe3\x83\xa9\xe3\x83\xb3 is used",
      "\xe3\x83\xa9\xe3\x83\xb3", "ja", DRIFT_SCRIPT },
    { "Han with kana is Japanese", "en",
      "see \xe5\x88\x86\xe6\x9e\x90\xe3\x81\xae here",
      "\xe5\x88\x86\xe6\x9e\x90\xe3\x81\xae", "ja", DRIFT_SCRIPT },
    { "Han alone is Chinese", "en", "see \xe5\x88\x86\xe6\x9e\x90 here",
      "\xe5\x88\x86\xe6\x9e\x90", "zh", DRIFT_SCRIPT },
    { "behind a full stop without a space", "en",
      "improvements.\xe8\xaf\x9a\xe5\xae\x9e", "\xe8\xaf\x9a\xe5\xae\x9e", "zh",
      DRIFT_SCRIPT },
    { "two words are one span", "en",
      "a \xd1\x8d\xd1\x82\xd0\xbe, \xd1\x8d\xd1\x82\xd0\xbe b",
      "\xd1\x8d\xd1\x82\xd0\xbe, \xd1\x8d\xd1\x82\xd0\xbe", "ru",
      DRIFT_SCRIPT },
    { "Greek letters of a formula", "en", "\xce\xb1 = 0.05, \xce\x94t = 3 ms",
      NULL, "", 0 },
    { "a Greek word", "en", "the \xce\xbb\xce\xaf\xce\xb3\xce\xbf data",
      "\xce\xbb\xce\xaf\xce\xb3\xce\xbf", "el", DRIFT_SCRIPT },
    { "a path", "en",
      "in "
      "/home/jos\xc3\xa9/\xd0\xb4\xd0\xb0\xd0\xbd\xd0\xbd\xd1\x8b\xd0\xb5.csv",
      NULL, "", 0 },
    { "vowel signs without a letter", "en", "x \xe0\xb3\x81\xe0\xb3\x81 y",
      "\xe0\xb3\x81\xe0\xb3\x81", "kn", DRIFT_SCRIPT },
    { "micro, ohm, emoji", "en",
      "3 \xc2\xb5s, 5 k\xe2\x84\xa6 \xf0\x9f\x9a\x80", NULL, "", 0 },
    { "the expected script", "ru", "\xd1\x8d\xd1\x82\xd0\xbe gemma3 test", NULL,
      "", 0 },
    { "mixed expectations", "en,ja", "see \xe5\x88\x86\xe6\x9e\x90\xe3\x81\xae",
      NULL, "", 0 },
    { "Han in Korean", "ko",
      "\xed\x86\xb5\xed\x99\x94 \xe5\x8c\x96\xe7\x9a\x84",
      "\xe5\x8c\x96\xe7\x9a\x84", "zh", DRIFT_SCRIPT },
    { "hanja as a gloss in Korean", "ko",
      "\xed\x86\xb5\xed\x99\x94(\xe9\x80\x9a\xe8\xb2\xa8)", NULL, "", 0 },
};

static void finds(void **state)
{
    const struct drift_case *c = *state;
    struct drift_config config = { .expect = { .n_ids = 0 } };
    struct arena *a = arena_new(1 << 20);
    struct error err;

    assert_int_equal(
        lang_expect_add(&config.expect, text_from(c->expect), &err), ST_OK);
    struct drift_doc d = { .config = &config,
                           .text = text_from(c->text),
                           .arena = a };
    const struct span whole = { 0, d.text.len };

    assert_int_equal(drift_block(&d, &whole, 1), ST_OK);
    drift_end_part(&d);
    if (c->found == NULL) {
        assert_int_equal(d.count, 0);
    } else {
        assert_int_equal(d.count, 1);
        assert_int_equal(d.drifts[0].span.off,
                         text_find(d.text, text_from(c->found), 0));
        assert_int_equal(d.drifts[0].span.len, strlen(c->found));
        assert_string_equal(lang_code(d.drifts[0].lang), c->lang);
        assert_int_equal(d.drifts[0].layer, c->layer);
    }
    arena_free(a);
}

static void tags(void **state)
{
    struct lang_expect e = { .n_ids = 0 };
    struct error err;

    (void)state;
    assert_int_equal(lang_expect_add(&e, TEXT_LIT("de-CH,en"), &err), ST_OK);
    assert_true(lang_expect_has(&e, lang_find(TEXT_LIT("de"))));
    assert_true(lang_expect_has(&e, lang_find(TEXT_LIT("EN"))));
    assert_false(lang_expect_has(&e, lang_find(TEXT_LIT("fr"))));
    assert_int_equal(lang_expect_add(&e, TEXT_LIT("no such tag"), &err),
                     ST_USAGE);
    assert_int_equal(lang_expect_add(&e, TEXT_LIT(""), &err), ST_USAGE);
    assert_int_equal(lang_find(TEXT_LIT("iw")), lang_find(TEXT_LIT("he")));
    assert_int_equal(lang_find(TEXT_LIT("qq")), LANG_UND);
}

static void random_bytes(void **state)
{
    struct drift_config config = { .expect = { .n_ids = 0 } };
    struct error err;
    uint32_t x = 2463534242u; /* xorshift32, Marsaglia 2003 */
    char bytes[512];

    (void)state;
    (void)lang_expect_add(&config.expect, TEXT_LIT("en"), &err);
    for (int round = 0; round < 2000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct drift_doc d = { .config = &config,
                               .text = { bytes, sizeof(bytes) },
                               .arena = a };
        const struct span whole = { 0, sizeof(bytes) };

        for (size_t i = 0; i < sizeof(bytes); i++) {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            bytes[i] = (char)(x >> 24);
        }
        assert_int_equal(drift_block(&d, &whole, 1), ST_OK);
        drift_end_part(&d);
        for (size_t i = 0; i < d.count; i++)
            assert_true(d.drifts[i].span.len > 0 &&
                        span_end(d.drifts[i].span) <= sizeof(bytes));
        arena_free(a);
    }
}

int main(void)
{
    enum { N = sizeof(cases) / sizeof(*cases) };
    struct CMUnitTest tests[N + 2];

    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].name,
                                        .test_func = finds,
                                        .initial_state = (void *)&cases[i] };
    tests[N] = (struct CMUnitTest)cmocka_unit_test(tags);
    tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(random_bytes);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
