/* Numbers as written: value, unit, what they are part of, what is exempt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "validator/base/buf.h"
#include "validator/claims/claims.h"
#include "validator/rules_data.h"

static struct units *table;

static int load(void **state)
{
    struct error err;

    (void)state;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0)
            return units_parse(
                       &table,
                       (struct text){ rules_files[i].ptr, rules_files[i].len },
                       "units.json", &err) != ST_OK;
    return 1;
}

static int unload(void **state)
{
    (void)state;
    units_free(table);
    return 0;
}

static bool is_noun(const void *ctx, const struct flat *f, uint32_t word)
{
    (void)ctx;
    return word < f->word_count &&
           (text_eq(flat_lower(f, word), TEXT_LIT("steal")) ||
            text_eq(flat_lower(f, word), TEXT_LIT("apple")));
}

/* Claims as "value unit" joined by "; ", exempt ones in brackets, with < > for
 * comparators, ~ for approximate, and the role's letter. */
static void show(struct buf *b, const struct claim_list *l)
{
    static const char *const cmp[] = { "", "<", "<=", ">", ">=" };
    static const char *const role[] = {
        "", " lo", " hi", " +-", " part", " whole", " before", " after"
    };

    for (uint32_t i = 0; i < l->count; i++) {
        const struct claim *c = &l->at[i];
        char v[DECIMAL_TEXT_MAX], u[UNIT_NAME_MAX];

        decimal_format(v, c->value);
        units_name(table, c->unit, u);
        buf_printf(b, "%s%s%s%s%s%s%s%s%s", i > 0 ? "; " : "",
                   c->exempt != EXEMPT_NO ? "(" : "", c->approx ? "~" : "",
                   cmp[c->cmp], v, *u != '\0' ? " " : "", u, role[c->role],
                   c->exempt != EXEMPT_NO ? ")" : "");
    }
}

static const struct claim_case {
    const char *text, *want;
} cases[] = {
    /* digits and units */
    { "latency was 15.58 ms", "15.58 ms" },
    { "15.58ms", "15.58 ms" },
    { "about 1,234,567 bytes", "~1234567 B" },
    { "816 000 000 t of steel", "816000000 t" },
    { "0,184 Sekunden, 240 мс, 6 недель", "0.184 s; 240 ms; 6 wk" },
    { "92.4 Token pro Sekunde, 12 токенов в секунду", "92.4 tok/s; 12 tok/s" },
    { "the pair (0,184) and 1,184 s", "184; 1184 s" },
    { "a 16-point lead", "16" },
    { "a 5-minute wait", "5 min" },
    { "44 (63.4%) of 101", "44; 63.4 %; 101" },
    { "roughly 1.2k tokens", "~1200 tok" },
    { "10M tokens per second", "10000000 tok/s" },
    { "$3.5 million", "3500000 $" },
    { "costs $0.50 per million tokens", "0.5 $/1M tok" },
    { "-3.5%", "-3.5 %" },
    { "+12 pp", "12 pp" },
    { "a 2.3x speed-up", "2.3 x" },
    { "grew by a factor of 24.8.", "24.8 x" },
    { "1.5e-3 s", "0.0015 s" },
    { "6.02 x 10^23 atoms", "602000000000000000000000" },
    { "at .5 s", "0.5 s" },
    { "21 \xc2\xb0"
      "C outside",
      "21 \xc2\xb0"
      "C" },
    { "120 square miles", "120 sq mi" },
    { "ran 26.2 miles at 9 mph", "26.2 mi; 9 mi/h" },
    { "3 to 5 million people", "3000000 lo; 5000000 hi" },
    { "5 in total", "5" },
    { "uses 512 MB", "512 MB" },
    /* fractions */
    { "a climb of 5 3/4 miles", "5.75 mi" },
    { "a 6 1/2-foot wall", "6.5 ft" },
    { "planks 1 1/4 in thick", "1.25 in" },
    { "a board 24 in wide.", "24 in" },
    { "ranked 5 in wide use", "5" },
    { "5 3/8 in a row", "5; 3 part; 8 whole" },
    { "1 1/2 million litres", "1500000 L" },
    { "poured 3\xc2\xbd cups", "3.5 cup" },
    { "a 1/4 inch gap", "0.25 in" },
    { "after 1/2 hour", "0.5 h" },
    { "on 3/4 days it rained", "3 part; 4 d whole" },
    { "1/2 passed", "1 part; 2 whole" },
    { "7/8 requests passed", "7 part; 8 req whole" },
    { "3/4 of the runs", "3 part; 4 whole" },
    { "6/8 m were paved", "6 part; 8 m whole" },
    { "scored 10/12", "10 part; 12 whole" },
    { "on 1/2/2025 miles", "(0)" },
    { "open 24/7", "(0)" },
    { "two thirds of the riders", "0.666667" },
    { "a share of one quarter of all", "0.25" },
    { "in the one third place", "(1); (3)" },
    { "two and a half hours", "2.5 h" },
    { "\xe2\x82\xac"
      "9 million",
      "9000000 \xe2\x82\xac" },
    { "cost \xe2\x82\xac"
      "40",
      "40 \xe2\x82\xac" },
    { "at 3.7 m/s^2 or 3.7 m/s2", "3.7 m/s\xc2\xb2; 3.7 m/s\xc2\xb2" },
    { "pulled with 30 N.", "30 N" },
    { "over 5 N-grams", "~>5" },
    /* comparators */
    { "under 200 ms", "<200 ms" },
    { "at least 12 of them", ">=12" },
    { "<= 5 s", "<=5 s" },
    { "~0.05 seconds", "~0.05 s" },
    /* groups */
    { "took 5-60 seconds", "5 s lo; 60 s hi" },
    { "from 5KB to 20MB", "5 KB lo; 20 MB hi" },
    { "between 3 and 7 ms", "3 ms lo; 7 ms hi" },
    { "115.98 \xc2\xb1 1.16 tok/s", "115.98 tok/s; 1.16 tok/s +-" },
    { "120 ms \xe2\x86\x92 95 ms (-21%)", "120 ms before; 95 ms after; -21 %" },
    { "won 109-79 at home", "109 lo; 79 hi" },
    { "11-for-15 shooting", "11 part; 15 whole" },
    { "3 of 12 runs", "3 part; 12 whole" },
    { "7/9 passed", "7 part; 9 whole" },
    /* words */
    { "six rebounds", "6" },
    { "twenty-one apples", "21" },
    { "one hundred and five metres", "105 m" },
    { "three point five kilograms", "3.5 kg" },
    { "two dozen eggs", "24" },
    { "a pair of shoes", "2" },
    { "a million dollars", "1000000 $" },
    { "half a million euros", "500000 \xe2\x82\xac" },
    { "two million three hundred thousand", "2300000" },
    { "two apples, a steal and a block", "2; 1" },
    { "one of the best", "(1)" },
    { "five-minute walk", "5 min" },
    /* exempt */
    { "3. Results", "(3)" },
    { "on November 14th, 2025 we", "(14); (2025)" },
    { "at 2025-11-14 18:53:30 UTC", "(0); (0)" },
    { "in October 2025.", "(2025)" },
    { "Ollama 0.1.6 ran", "(0)" },
    { "CUDA 12.4 was used", "(12.4)" },
    { "see Table 3", "(3)" },
    { "issue #12", "(12)" },
    { "as shown [4]", "(4)" },
    { "the 99th percentile", "(99)" },
    { "a 95% confidence interval", "(95 %)" },
    { "p95 and g60_c2048_t0.8 and gemma3:1b", "" },
    { "the 7B model", "(7000000000)" },
    { "1B and 270M versions", "(1000000000); (270000000)" },
    { "from 270 million parameters", "(270000000)" },
    { "num_ctx=4096, temp=0.8", "(4096); (0.8)" },
    { "Keep TTFT below 500 ms", "(<500 ms)" },
    { "latency should stay under 250 ms", "(<250 ms)" },
    { "three main sections", "(3)" },
    { "the second run", "(2)" },
    { "270m_baseline", "(270)" },
    { "at 18:53 today", "(0)" },
    { "host 127.0.0.1:8080 up", "(0)" },
    { "n=15", "15" },
    { "deploy: 77 of them", "77" },
    { "Warm-up took 12 of them", "12" },
    { "Deploy 77 of them", "(77)" },
    { "35 files (e.g. some of 12 MB)", "35; (12 MB)" },
    { "for example 12 MB and 35 files", "(12 MB); (35)" },
    { "22 files, the newest of 2024-02-19", "22; (0)" },
    { "22 CSV files in 2024", "22; (2024)" },
    { "26 octobre 2025", "(26); (2025)" },
    { "a TTFT of 0.070 s", "0.07 s" },
    { "14/11/2025", "(0)" },
    { "", "" },
};

static void claims_of(const char *text, struct claim_list *l, struct arena *a)
{
    const struct claim_nouns nouns = { is_noun, is_noun, NULL };
    const struct claim_setting set = { .units = table, .nouns = &nouns };
    struct english *english = english_new();
    struct flat f;
    struct error err;

    assert_non_null(english);
    assert_true(
        flat_init(&f, (uint32_t)strlen(text), strlen(text), english, a));
    flat_text(&f, text_from(text), 0);
    assert_int_equal(claims_scan(l, &f, &set, a, &err), ST_OK);
    english_free(english);
}

static void test_claims(void **state)
{
    struct arena *a = arena_new(1 << 24);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct claim_list l = { NULL, 0, 0, 0 };
        struct buf b = { .max = 4096 };

        arena_reset(a);
        claims_of(cases[i].text, &l, a);
        buf_puts(&b, "");
        show(&b, &l);
        if (!text_eq(buf_text(&b), text_from(cases[i].want))) {
            print_error("\"%s\": \"%.*s\", not \"%s\"\n", cases[i].text,
                        (int)b.len, b.ptr == NULL ? "" : b.ptr, cases[i].want);
            bad++;
        }
        buf_free(&b);
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

static void test_digits(void **state)
{
    static const struct {
        const char *text;
        int digits;
    } rows[] = {
        { "500 ms", 1 },      { "2.55 s", 3 },      { "1.2k tokens", 2 },
        { "two million", 1 }, { "3 1/3 miles", 2 }, { "two thirds of it", 1 },
    };
    struct arena *a = arena_new(1 << 24);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct claim_list l = { NULL, 0, 0, 0 };

        arena_reset(a);
        claims_of(rows[i].text, &l, a);
        assert_int_equal(l.count, 1);
        assert_int_equal(claims_digits(&l.at[0]), rows[i].digits);
    }
    arena_free(a);
}

/* Spans stay inside the text and in order, whatever the bytes are. */
static void test_any_bytes(void **state)
{
    static const char alphabet[] = "0123456789.,-+ %eEx/:ab\xc2\xb1\xe2\x80\x89"
                                   "kM$_()\n~";
    struct arena *a = arena_new(1 << 24);
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct claim_list l = { NULL, 0, 0, 0 };
        char text[61];
        size_t n;

        for (n = 0; n < 60; n++) {
            seed = seed * 1664525u + 1013904223u;
            text[n] = (seed >> 24) % 9 == 0
                          ? (char)(seed >> 16 | 1)
                          : alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
            if (text[n] == '\0')
                text[n] = ' ';
        }
        text[n] = '\0';
        arena_reset(a);
        claims_of(text, &l, a);
        for (uint32_t i = 0; i < l.count; i++) {
            assert_true(span_end(l.at[i].span) <= n);
            assert_true(l.at[i].span.len > 0);
            if (i > 0)
                assert_true(l.at[i].number_start >= l.at[i - 1].number_end);
        }
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_any_bytes),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
