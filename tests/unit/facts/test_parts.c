/* The parts behind facts: packed integers, words, dates, statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "validator/facts/facts.h"
#include "validator/facts/ints.h"
#include "validator/text/date.h"

/* ---- ints: what goes in comes out, whatever the widths of the runs ---- */

struct ints_case {
    const char *name;
    uint32_t count;
    int64_t (*value)(uint32_t i);
};

static int64_t flat(uint32_t i)
{
    (void)i;
    return -7;
}
static int64_t rising(uint32_t i)
{
    return i;
}
static int64_t wide(uint32_t i)
{
    return i % 3 == 0 ? INT64_MIN : i % 3 == 1 ? INT64_MAX : (int64_t)i;
}
static int64_t late(uint32_t i)
{
    return i == 5000 ? 1 : 0;
}
/* Runs 2k and 2k + 1 span what k bytes hold, and one more. */
static int64_t widths(uint32_t i)
{
    const uint32_t k = i / INTS_CHUNK, bits = 8 * (k / 2);

    if (i % INTS_CHUNK == 0)
        return -9;
    if (i % INTS_CHUNK == INTS_CHUNK - 1)
        return (int64_t)(((uint64_t)1 << bits) - (k % 2 == 0)) - 9;
    return (int64_t)(i % ((uint64_t)1 << bits)) - 9;
}
static int64_t zero(uint32_t i)
{
    (void)i;
    return 0;
}

static const struct ints_case lists[] = {
    { "nothing", 0, flat },
    { "one", 1, flat },
    { "one value", 3 * INTS_CHUNK + 5, flat },
    { "zeros", INTS_CHUNK, zero },
    { "one run exactly", INTS_CHUNK, rising },
    { "rising", 2 * INTS_CHUNK + 1, rising },
    { "the ends of the range", INTS_CHUNK + 9, wide },
    { "one that differs, late", 9000, late },
    { "each width", 16 * INTS_CHUNK, widths },
};

static void ints_keep(void **state)
{
    const struct ints_case *c = *state;
    struct ints v = { .chunks = NULL };
    int64_t run[INTS_PIECE];

    for (uint32_t i = 0; i < c->count; i++) {
        assert_true(ints_add(&v, c->value(i)));
        assert_true(ints_get(&v, i) == c->value(i));
    }
    assert_true(ints_seal(&v));
    assert_int_equal(ints_count(&v), c->count);
    for (uint32_t i = 0; i < c->count; i++)
        assert_true(ints_get(&v, i) == c->value(i));
    for (uint32_t k = 0, i = 0, n; (n = ints_piece(&v, k, run)) > 0; k++)
        for (uint32_t j = 0; j < n; j++, i++)
            assert_true(run[j] == c->value(i));
    ints_free(&v);
}

/* ---- words ---- */

static const struct words_case {
    const char *name, *text, *words; /* joined by | */
} texts[] = {
    { "an identifier", "g60_c2048_t0.8", "g60|c2048|t0|8" },
    { "humps", "peakMemoryMB", "peak|memory|mb" },
    { "a key path", "results[].tokens_per_second",
      "results|tokens|per|second" },
    { "a unit in brackets", "TTFT (ms)", "ttft|ms" },
    { "other scripts", "Größe 東京", "größe|東京" },
    { "nothing", " -- ", "" },
};

static void words_of(void **state)
{
    const struct words_case *c = *state;
    const struct text t = text_from(c->text);
    struct text words[16];
    char buf[64], got[128] = "";
    const size_t n = facts_words(t, buf, words, 16);
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            got[len++] = '|';
        memcpy(got + len, words[i].ptr, words[i].len);
        len += words[i].len;
    }
    got[len] = '\0';
    assert_string_equal(got, c->words);
}

/* ---- dates ---- */

static const struct date_case {
    const char *name, *text;
    int year, month, day; /* year 0: no date */
    size_t off, len;
} dates[] = {
    { "ISO", "on 2025-11-27.", 2025, 11, 27, 3, 10 },
    { "ISO with a time", "2025-11-27T10:00:00Z", 2025, 11, 27, 0, 10 },
    { "a month in ISO", "in 2025-11", 2025, 11, 0, 3, 7 },
    { "American", "11/27/2025", 2025, 11, 27, 0, 10 },
    { "European", "27.11.2025", 2025, 11, 27, 0, 10 },
    { "day beyond twelve", "27/11/2025", 2025, 11, 27, 0, 10 },
    { "month first", "(November 27, 2025)", 2025, 11, 27, 1, 17 },
    { "ordinal", "Nov. 3rd, 2025", 2025, 11, 3, 0, 14 },
    { "a month", "in November 2025", 2025, 11, 0, 3, 13 },
    { "day first", "27 Nov 2025", 2025, 11, 27, 0, 11 },
    { "hyphens", "27-Nov-2025", 2025, 11, 27, 0, 11 },
    { "eight digits", "run_20251127.csv", 2025, 11, 27, 4, 8 },
    { "Chinese", "2025年11月27日", 2025, 11, 27, 0, 17 },
    { "no such day", "2025-02-30", 0, 0, 0, 0, 0 },
    { "a leap day", "29 February 2024", 2024, 2, 29, 0, 16 },
    { "no leap year", "February 29, 2023", 0, 0, 0, 0, 0 },
    { "a version", "v2025.1.3 and 1.2.2025.4", 0, 0, 0, 0, 0 },
    { "may the verb", "it may 2 times", 0, 0, 0, 0, 0 },
    { "a language that was not asked for", "27 novembre 2025", 0, 0, 0, 0, 0 },
};

static void date_is(void **state)
{
    const struct date_case *c = *state;
    struct date d, other;
    struct span at;
    const bool found = date_find(text_from(c->text), 0, 0, &d, &other, &at);

    assert_int_equal(found, c->year != 0);
    if (!found)
        return;
    assert_int_equal(d.year * 10000 + d.month * 100 + d.day,
                     c->year * 10000 + c->month * 100 + c->day);
    assert_int_equal(at.off, c->off);
    assert_int_equal(at.len, c->len);
}

static void days_and_back(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 80000; day++) {
        const struct date d = date_of_epoch(day * 86400 + 43200);

        assert_true(date_valid(d));
        assert_true(date_days(d) == day);
    }
    assert_int_equal(date_of_epoch(0).year, 1970);
}

/* ---- statistics ---- */

static struct decimal number(const char *t)
{
    struct decimal d = { .mag = 0 };

    assert_true(decimal_parse(text_from(t), &d));
    return d;
}

static void statistics(void **state)
{
    static const struct {
        enum fact_stat stat;
        const char *value;
    } want[] = {
        { STAT_COUNT, "8" },    { STAT_SUM, "40" },
        { STAT_MEAN, "5" },     { STAT_MEDIAN, "4.5" },
        { STAT_MIN, "2" },      { STAT_MAX, "9" },
        { STAT_RANGE, "7" },    { STAT_STDEV_POP, "2" },
        { STAT_P75, "5.5" },    { STAT_P75_NEAREST, "5" },
        { STAT_P90, "7.6" },    { STAT_P99_NEAREST, "9" },
        { STAT_DISTINCT, "5" },
    };
    struct decimal v[] = {
        number("4"), number("9"), number("2"),   number("5"),
        number("4"), number("7"), number("4.0"), number("5")
    };
    struct fact_stats s;

    (void)state;
    facts_stats_of(v, 8, &s);
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
        assert_true(s.has[want[i].stat]);
        if (decimal_cmp(s.at[want[i].stat], number(want[i].value)) != 0)
            fail_msg("%s is not %s", fact_stat_name[want[i].stat],
                     want[i].value);
    }
    /* sqrt(32 / 7) */
    assert_true(decimal_near(s.at[STAT_STDEV_SAMPLE],
                             number("2.13808993529939508"), -17));
    facts_stats_of(v, 1, &s);
    assert_false(s.has[STAT_STDEV_SAMPLE]);
    facts_stats_of(v, 0, &s);
    assert_int_equal(s.count, 0);
}

#define ROWS(list, function)                                                   \
    for (size_t i = 0; i < sizeof(list) / sizeof(*(list)); i++)                \
        tests[n++] = (struct CMUnitTest)                                       \
        {                                                                      \
            (list)[i].name, function, NULL, NULL,                              \
                (void *)(uintptr_t) & (list)[i]                                \
        }

int main(void)
{
    struct CMUnitTest tests[64];
    size_t n = 0;

    ROWS(lists, ints_keep);
    ROWS(texts, words_of);
    ROWS(dates, date_is);
    tests[n++] =
        (struct CMUnitTest){ "days and back", days_and_back, NULL, NULL, NULL };
    tests[n++] =
        (struct CMUnitTest){ "statistics", statistics, NULL, NULL, NULL };
    return _cmocka_run_group_tests("parts of facts", tests, n, NULL, NULL);
}
