#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/base/arena.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"
#include "validator/base/utf8.h"

static void arena_has_a_limit(void **state)
{
    struct arena *a = arena_new(100000);

    (void)state;
    assert_non_null(arena_alloc(a, 1000, 50));
    assert_null(arena_alloc(a, 1000, 51));        /* 101,000 in all */
    assert_null(arena_alloc(a, SIZE_MAX / 2, 3)); /* overflow */
    assert_true(arena_used(a) >= 50000);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 90000, 1));
    arena_free(a);
    arena_free(NULL);
}

static void arena_memory_is_zeroed_and_apart(void **state)
{
    struct arena *a = arena_new(1 << 20);
    char *one, *two;

    (void)state;
    one = arena_alloc(a, 100, 1);
    memset(one, 0xff, 100);
    two = arena_alloc(a, 100, 1);
    assert_true(two >= one + 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(two[i], 0);
    arena_reset(a);
    one = arena_alloc(a, 100, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(one[i], 0);
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    arena_free(a);
}

static const struct utf8_case {
    const char *name, *in;
    size_t len;
    int32_t first;
    size_t used;
} utf8_cases[] = {
    { "ASCII", "a", 1, 'a', 1 },
    { "two bytes", "\xc3\xa9", 2, 0xe9, 2 },
    { "three bytes", "\xe2\x82\xac", 3, 0x20ac, 3 },
    { "four bytes", "\xf0\x9f\x98\x8a", 4, 0x1f60a, 4 },
    { "overlong", "\xc0\xaf", 2, -1, 1 },
    { "overlong three", "\xe0\x80\xaf", 3, -1, 1 },
    { "surrogate", "\xed\xa0\x80", 3, -1, 1 },
    { "above U+10FFFF", "\xf4\x90\x80\x80", 4, -1, 1 },
    { "cut off", "\xe2\x82", 2, -1, 1 },
    { "continuation alone", "\x80", 1, -1, 1 },
    { "NUL is a character", "\0", 1, 0, 1 },
};

static void decodes_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(*utf8_cases); i++) {
        const struct utf8_case *c = &utf8_cases[i];
        const struct text t = { c->in, c->len };
        size_t at = 0;

        if (utf8_next(t, &at) != c->first || at != c->used)
            fail_msg("%s", c->name);
        assert_int_equal(utf8_valid_until(t), c->first < 0 ? 0 : c->len);
    }
    assert_true(utf8_cut_off((struct text){ "\xe2\x82", 2 }, 0));
    assert_false(utf8_cut_off((struct text){ "\xe2\x41", 2 }, 0));
}

static void utf8_goes_back_as_forth(void **state)
{
    uint32_t x = 2463534242u;

    (void)state;
    for (int round = 0; round < 500; round++) {
        char bytes[64] = { 0 }, out[4];
        size_t starts[64] = { 0 }, n = 0, len = 0;

        while (len < 56) { /* random scalar values */
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            const size_t k = utf8_put(out, (int32_t)(x % 0x110000));

            starts[n] = len;
            memcpy(bytes + len, out, k);
            n += k > 0;
            len += k;
        }
        const struct text t = { bytes, len };
        size_t at = len;

        assert_int_equal(utf8_valid_until(t), len);
        while (at > 0) {
            assert_true(utf8_prev(t, &at) >= 0);
            assert_int_equal(at, starts[--n]);
        }
    }
}

static const struct escape_case {
    const char *name, *in, *json, *visible;
} escape_cases[] = {
    { "plain", "abc", "\"abc\"", "abc" },
    { "quote and backslash", "a\"\\", "\"a\\\"\\\\\"", "a\"\\" },
    { "escape sequence", "\x1b[31m", "\"\\u001b[31m\"", "\\x1b[31m" },
    { "C1", "\xc2\x9b", "\"\\u009b\"", "\\u{009b}" },
    { "bidi override", "\xe2\x80\xae", "\"\\u202e\"", "\\u{202e}" },
    { "invalid byte", "\xff", "\"\xef\xbf\xbd\"", "\\xff" },
    { "tag character", "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"", "\\u{e0041}" },
    { "CI command", "::error::x", "\"::error::x\"", "\\::error::x" },
    { "CI group", "##[group]", "\"##[group]\"", "\\##[group]" },
    { "newline", "a\nb", "\"a\\nb\"", "a\\nb" },
};

static void escapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(escape_cases) / sizeof(*escape_cases); i++) {
        const struct escape_case *c = &escape_cases[i];
        struct buf b = { .max = 1000 };

        buf_json(&b, text_from(c->in));
        assert_string_equal(buf_text(&b).ptr, c->json);
        buf_clear(&b);
        buf_visible(&b, text_from(c->in), 100);
        assert_string_equal(buf_text(&b).ptr, c->visible);
        buf_free(&b);
    }
}

static void buf_stops_at_its_limit(void **state)
{
    struct buf b = { .max = 10 };

    (void)state;
    buf_puts(&b, "12345");
    assert_false(b.failed);
    buf_puts(&b, "67890");
    assert_true(b.failed);
    buf_putc(&b, 'x'); /* does nothing */
    assert_int_equal(b.len, 5);
    buf_free(&b);
}

static void distance_is_levenshtein(void **state)
{
    (void)state;
    assert_int_equal(
        text_distance(TEXT_LIT("token-lop"), TEXT_LIT("token-loop"), 3), 1);
    assert_int_equal(text_distance(TEXT_LIT(""), TEXT_LIT("ab"), 3), 2);
    assert_int_equal(text_distance(TEXT_LIT("abc"), TEXT_LIT("xyz"), 2), 3);
}

static void bytes_of_words(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        const char c = (char)i;

        assert_true(ascii_alnum(c) == (ascii_digit(c) || ascii_alpha(c)));
        assert_true(text_word_byte(c) == (ascii_alnum(c) || i >= 0x80));
    }
}

/* Where a word stands when each is looked for at each byte. */
static size_t word_by_byte(struct text t, const char *const *words, size_t n,
                           bool beyond, size_t *which)
{
    for (size_t i = 0; i < t.len; i++)
        for (*which = 0; *which < n; ++*which) {
            const size_t len = strlen(words[*which]), end = i + len;
            const char before = i > 0 ? t.ptr[i - 1] : ' ';
            const char behind = end < t.len ? t.ptr[end] : ' ';

            if (end <= t.len && memcmp(t.ptr + i, words[*which], len) == 0 &&
                !ascii_alnum(before) && !ascii_alnum(behind) &&
                !(beyond && ((unsigned char)before >= 0x80 ||
                             (unsigned char)behind >= 0x80)))
                return i;
        }
    return t.len;
}

static void first_words_are_found(void **state)
{
    static const char *const words[] = { "of",  "o",  "one of",    "9f", "fo",
                                         "-of", "of", "\xc3\xa9o", "e" };
    static const char letters[] = "ofne 9-\xc3\xa9O";
    enum { WORDS = sizeof(words) / sizeof(*words), TEXTS = 20000 };
    uint32_t r = 7;

    (void)state;
    for (int i = 0; i < TEXTS; i++) {
        char bytes[40];
        size_t fast = 0, slow = 0, n = (size_t)i % (sizeof(bytes) + 1);
        const struct text t = { bytes, n };

        for (size_t k = 0; k < n; k++) {
            r = r * 1664525u + 1013904223u;
            bytes[k] = letters[(r >> 16) % (sizeof(letters) - 1)];
        }
        for (int beyond = 0; beyond < 2; beyond++) {
            const size_t at = text_first_word(t, words + i % 3, WORDS - 3,
                                              beyond != 0, &fast);

            assert_int_equal(at, word_by_byte(t, words + i % 3, WORDS - 3,
                                              beyond != 0, &slow));
            if (at < n)
                assert_int_equal(fast, slow);
        }
        assert_true(text_has_any(t, words, 1) == text_has_word(t, words[0]));
    }
}

static void json_with_comments(void **state)
{
    struct error err;
    cJSON *j = NULL;

    (void)state;
    assert_int_equal(
        jsonc_parse(&j, TEXT_LIT("// c\n{\"a\": /* x */ \"//\"}"), "t", &err),
        ST_OK);
    assert_string_equal(cJSON_GetObjectItem(j, "a")->valuestring, "//");
    cJSON_Delete(j);
    assert_int_equal(jsonc_parse(&j, TEXT_LIT("{\n  \"a\": }"), "t.json", &err),
                     ST_INPUT);
    assert_non_null(strstr(err.text, "t.json:2:"));
}

static void files_are_whole_or_not_there(void **state)
{
    struct error err;
    char path[] = "/tmp/assay-test-XXXXXX";
    char file[64], *bytes = NULL;
    size_t len = 0;

    (void)state;
    assert_non_null(mkdtemp(path));
    (void)snprintf(file, sizeof(file), "%s/a", path);
    assert_int_equal(file_write(file, TEXT_LIT("hello"), &err), ST_OK);
    assert_int_equal(file_read(&bytes, &len, file, 5, &err), ST_OK);
    assert_int_equal(len, 5);
    free(bytes);
    assert_int_equal(file_read(&bytes, &len, file, 4, &err), ST_LIMIT);
    assert_int_equal(file_read(&bytes, &len, path, 4, &err), ST_INPUT);
    assert_int_equal(file_write("/nonexistent/x", TEXT_LIT("x"), &err),
                     ST_INPUT);
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    assert_int_equal(remove(file), 0);
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_has_a_limit),
        cmocka_unit_test(arena_memory_is_zeroed_and_apart),
        cmocka_unit_test(decodes_utf8),
        cmocka_unit_test(utf8_goes_back_as_forth),
        cmocka_unit_test(escapes),
        cmocka_unit_test(buf_stops_at_its_limit),
        cmocka_unit_test(distance_is_levenshtein),
        cmocka_unit_test(bytes_of_words),
        cmocka_unit_test(first_words_are_found),
        cmocka_unit_test(json_with_comments),
        cmocka_unit_test(files_are_whole_or_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
