/* Globs of assay.json, and places in a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "validator/base/utf8.h"
#include "validator/config.h"

static const struct glob_case {
    const char *name, *pattern, *path;
    bool fits;
} globs[] = {
    { "a name anywhere", "*.md", "a/b/c.md", true },
    { "a star stays in its folder", "a/*.md", "a/b/c.md", false },
    { "two stars cross folders", "a/**/c.md", "a/x/y/c.md", true },
    { "two stars may be nothing", "a/**/c.md", "a/c.md", true },
    { "two stars at the end", "a/**", "a/b/c.md", true },
    { "two stars at the beginning", "**/a*.md", "x/ab/ac.md", true },
    { "a star after two stars fails within its folder", "**/a*c/d", "a1/a2c/d",
      true },
    { "a question mark is no slash", "a?b/c", "a/b/c", false },
    { "a prefix is not the whole", "a/b", "a/b/c", false },
    { "a longer pattern", "a/b/c", "a/b", false },
    { "empty path", "*", "", true },
    { "two stars and a slash begin at a folder", "**/a.md", "xa.md", false },
    { "three stars", "***/b", "a/x/b", true },
    { "many double stars, no end",
      "**/a**/a**/a**/a**/a**/a**/a**/a**/a**/a**/a**/a**/b",
      "aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/"
      "aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/c",
      false },
};

static void test_glob(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
        if (config_glob(globs[i].pattern, globs[i].path) != globs[i].fits)
            fail_msg("%s", globs[i].name);
}

/* Counts from the beginning: what the index must agree with. */
static struct place slow_place(struct text t, size_t off)
{
    struct place at = { 1, 1 };

    for (size_t i = 0; i < off;) {
        const bool newline = t.ptr[i] == '\n';

        (void)utf8_next(t, &i);
        at.line += newline;
        at.column = newline ? 1 : at.column + 1;
    }
    return at;
}

/* Random bytes, lines short and long, characters of every length. */
static struct text random_text(struct arena *a, uint32_t seed, size_t n)
{
    static const char *const parts[] = {
        "a",    "\n",   "\xc3\xa9", "\xe6\xb8\xac", "\xf0\x9f\x98\x80",
        "\xff", "\x80", "\r\n",     "word "
    };
    char *p = arena_alloc(a, n + 8, 1);
    size_t len = 0;

    while (len < n) {
        seed = seed * 1664525 + 1013904223;
        const uint32_t pick = (seed >> 16) % (seed % 7 == 0 ? 9 : 90);
        const char *s = parts[pick < 9 ? pick : pick % 2 == 0 ? 3 : 4];

        memcpy(p + len, s, strlen(s));
        len += strlen(s);
    }
    return (struct text){ p, len };
}

static void test_place(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 8; seed++) {
        struct arena *a = arena_new(64 << 20);
        const struct text t = random_text(a, seed, 3000);
        struct report r;
        struct error err;

        assert_int_equal(report_open(&r, "r", t, NULL, NULL, NULL, 0, a, &err),
                         ST_OK);
        for (size_t off = 0; off <= t.len; utf8_next(t, &off)) {
            const struct place want = slow_place(t, off);
            const struct place got = report_place(&r, off);

            assert_int_equal(got.line, want.line);
            assert_int_equal(got.column, want.column);
            if (off == t.len)
                break;
        }
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glob),
        cmocka_unit_test(test_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
