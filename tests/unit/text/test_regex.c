/* Patterns that the build prepared say the same as those compiled now: before
 * and behind the JIT run, from several threads, with another PCRE2. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "checks/chatter_data.h"
#include "validator/text/tokens_int.h"

enum { ROUNDS = 3 * REGEX_JIT_AFTER, THREADS = 4 };

static const char *const subjects[] = {
    "Sure, here's the report you asked for.",
    "Please let me know if the numbers fit.",
    "please please please please let me know",
    "As an AI language model, I cannot browse the internet.",
    "Here is a report report report report of the run for you:",
    "Natürlich, hier ist der Bericht.",
    "D’accord, voici le rapport.",
    "The median fell by 3 ms.",
    "<unused12> and <|im_end|>",
    "[Your Name]",
    "\xff\xfe\x80 bytes \xc3",
    "",
};
enum { SUBJECTS = sizeof(subjects) / sizeof(*subjects) };

static struct regex *compiled(const struct regex_source *s)
{
    struct regex *r = NULL;
    struct error err;

    assert_int_equal(regex_new(&r, (struct text){ s->pattern, s->pattern_len },
                               s->name, s->flags, &err),
                     ST_OK);
    return r;
}

static struct regex *prepared(const struct regex_source *s)
{
    struct regex *r = NULL;
    struct error err;

    assert_int_equal(regex_prepared(&r, s, &err), ST_OK);
    return r;
}

/* All subjects, often enough for the JIT's code to take over. */
static void same(const struct regex_source *s)
{
    struct regex *a = compiled(s), *b = prepared(s);
    struct regex_match *ma = regex_match_new(), *mb = regex_match_new();

    for (size_t i = 0; i < ROUNDS; i++) {
        const struct text t = text_from(subjects[i % SUBJECTS]);
        const enum regex_result found = regex_find(a, ma, t, 0);

        assert_int_equal(regex_find(b, mb, t, 0), found);
        if (found != REGEX_FOUND)
            continue;
        for (unsigned g = 0; g < 3; g++) {
            struct span x = { 0, 0 }, y = { 0, 0 };

            assert_int_equal(regex_group(ma, g, &x), regex_group(mb, g, &y));
            assert_int_equal(x.off, y.off);
            assert_int_equal(x.len, y.len);
        }
        if (regex_mark(ma) != NULL)
            assert_string_equal(regex_mark(ma), regex_mark(mb));
    }
    regex_match_free(ma);
    regex_match_free(mb);
    regex_free(a);
    regex_free(b);
}

static void test_prepared(void **state)
{
    (void)state;
    for (size_t i = 0; i < phrases_of_count; i++)
        same(&phrases_of[i].pattern);
    for (size_t i = 0; i < token_name_class_count; i++)
        same(&token_name_classes[i].pattern);
    same(&token_regex);
}

static void test_another_pcre2(void **state)
{
    struct regex_source s = phrases_of[0].pattern;
    uint8_t *code = malloc(s.code_len);

    (void)state;
    assert_non_null(code);
    memcpy(code, s.code, s.code_len);
    code[4] ^= 1; /* pcre2serialize(3): the version stands behind the magic */
    s.code = code;
    same(&s);
    free(code);
}

/* A repetition that uses up the JIT's stack: the interpreter goes on. */
static void test_deep(void **state)
{
    enum { TIMES = 2000 };
    static const char word[] = "please ";
    struct text t = { NULL, TIMES * (sizeof(word) - 1) };
    char *p = malloc(t.len + sizeof("let me know"));
    struct regex_match *m = regex_match_new();

    (void)state;
    assert_non_null(p);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(p + i * (sizeof(word) - 1), word, sizeof(word) - 1);
    memcpy(p + t.len, "let me know", sizeof("let me know"));
    t = text_from(p);
    for (size_t i = 0; i < phrases_of_count; i++) {
        struct regex *r = prepared(&phrases_of[i].pattern);
        const enum regex_result first = regex_find(r, m, t, 0);

        for (size_t k = 0; k < REGEX_JIT_AFTER + 10; k++)
            (void)regex_find(r, m, text_from("x"), 0);
        assert_int_equal(regex_find(r, m, t, 0), first);
        regex_free(r);
    }
    regex_match_free(m);
    free(p);
}

struct share {
    struct regex *r;
    size_t found;
};

static void *look(void *arg)
{
    struct share *s = arg;
    struct regex_match *m = regex_match_new();

    for (size_t i = 0; i < ROUNDS && m != NULL; i++)
        s->found += regex_find(s->r, m, text_from(subjects[i % SUBJECTS]), 0) ==
                    REGEX_FOUND;
    regex_match_free(m);
    return NULL;
}

static void test_threads(void **state)
{
    struct regex *r = prepared(&phrases_of[0].pattern);
    struct share s[THREADS];
    pthread_t id[THREADS];

    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        s[i] = (struct share){ r, 0 };
        assert_int_equal(pthread_create(&id[i], NULL, look, &s[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(id[i], NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_true(s[i].found > 0);
        assert_int_equal(s[i].found, s[0].found);
    }
    regex_free(r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepared),
        cmocka_unit_test(test_another_pcre2),
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
