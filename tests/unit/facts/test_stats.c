#define _GNU_SOURCE /* mkstemps */
/* Statistics of columns: those made of integers and those made of decimals are
 * the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "validator/facts/facts.h"
#include "validator/rules_data.h"

enum { ROWS_MAX = 5000 };

static uint32_t next(uint32_t *r)
{
    *r = *r * 1664525u + 1013904223u;
    return *r >> 8;
}

static struct units *units(void)
{
    struct units *u = NULL;
    struct error err;

    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0)
            assert_int_equal(units_parse(&u,
                                         (struct text){ rules_files[i].ptr,
                                                        rules_files[i].len },
                                         "units.json", &err),
                             ST_OK);
    return u;
}

/* Whole numbers, mixed places and signs, all alike, far apart (no integers of
 * one power of ten), some with a unit of their own. */
static void write_row(FILE *f, uint32_t *r)
{
    fprintf(f, "%u,%s%u.%0*u,7.50,%u,%u%s\n", next(r) % 900,
            next(r) % 3 == 0 ? "-" : "", next(r) % 40, 1 + (int)(next(r) % 4),
            next(r) % 10, next(r) % 2, next(r) % 600,
            next(r) % 5 == 0 ? " s" : "");
}

static void write_wild(FILE *f, uint32_t *r)
{
    static const char *const wild[] = { "1e-30", "9007199254740993",
                                        "123456789012345678901234", "-4e12",
                                        "0.000001" };

    fprintf(f, "%s,%u\n", wild[next(r) % 5], next(r) % 10);
}

static struct facts *columns(const struct units *u, const char *head,
                             void (*row)(FILE *, uint32_t *), int rows)
{
    char path[] = "/tmp/assay-stats-XXXXXX.csv";
    FILE *f = fdopen(mkstemps(path, 4), "w");
    struct facts *facts = facts_new(u);
    struct error err = { "" };
    uint32_t r = (uint32_t)rows;

    assert_non_null(f);
    fprintf(f, "%s\n", head);
    for (int i = 0; i < rows; i++)
        row(f, &r);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(facts_add(facts, path, &err), ST_OK);
    if (facts_freeze(facts, false, &err) != ST_OK)
        fail_msg("%s", err.text);
    (void)unlink(path);
    return facts;
}

static void same(const struct fact_stats *a, const struct fact_stats *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->distinct, b->distinct);
    for (int k = 0; k < STAT_KINDS; k++) {
        const double x = decimal_to_double(a->at[k]);

        assert_int_equal(a->has[k], b->has[k]);
        if (!a->has[k])
            continue;
        assert_true(a->rough[k] == x);
        if (k == STAT_STDEV_POP || k == STAT_STDEV_SAMPLE || k == STAT_CV)
            assert_true(fabs(x - b->rough[k]) <= 1e-15 * fabs(x));
        else if (!decimal_eq(a->at[k], b->at[k]))
            fail_msg("%s: %g is not %g", fact_stat_name[k], x, b->rough[k]);
    }
}

static void compare(const struct facts *f)
{
    static struct decimal v[ROWS_MAX];

    for (uint32_t c = 0; c < facts_column_count(f); c++) {
        const struct fact_column *col = facts_column(f, c);
        struct fact_stats slow;
        size_t n = 0;

        for (uint32_t i = 0; i < col->numbers; i++) {
            struct fact fact;

            facts_get(f, col->first_fact + i, &fact);
            if (unit_same(fact.unit, col->unit))
                v[n++] = fact.value;
        }
        facts_stats_of(v, n, &slow);
        same(facts_stats(f, c), &slow);
    }
}

static void columns_of_integers(void **state)
{
    static const int rows[] = { 1, 2, 9, 255, 256, 257, ROWS_MAX };
    struct units *u = units();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct facts *f =
            columns(u, "count,mixed,same,flag_ms,wait_ms", write_row, rows[i]);

        compare(f);
        facts_free(f);
    }
    units_free(u);
}

static void columns_far_apart(void **state)
{
    struct units *u = units();
    struct facts *f = columns(u, "wild,tame", write_wild, 400);

    (void)state;
    compare(f);
    facts_free(f);
    units_free(u);
}

/* The rows that have a number, as looking at each cell finds them. */
static void rows_as_cells(const struct facts *f, uint32_t column,
                          struct decimal value, size_t max)
{
    uint32_t rows[8];
    const size_t n = facts_rows_with(f, column, value, rows, max);
    size_t seen = 0;

    for (uint32_t r = 0; r < ROWS_MAX && seen < max; r++) {
        struct fact cell;

        if (facts_cell(f, column, r, &cell) && decimal_eq(cell.value, value)) {
            assert_true(seen < n);
            assert_int_equal(rows[seen++], r);
        }
    }
    assert_int_equal(n, seen);
}

static void rows_of_values(const struct facts *f)
{
    static const char *const others[] = { "0",    "-0.0",
                                          "7.5",  "7.50001",
                                          "1e30", "9223372036854775808" };
    struct decimal value;

    for (uint32_t c = 0; c < facts_column_count(f); c++) {
        const struct fact_column *col = facts_column(f, c);

        for (uint32_t i = 0; i < col->numbers; i += 97) {
            struct fact fact;

            facts_get(f, col->first_fact + i, &fact);
            rows_as_cells(f, c, fact.value, 1 + i % 8);
        }
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
            assert_true(decimal_parse(text_from(others[i]), &value));
            rows_as_cells(f, c, value, 8);
        }
    }
}

static void rows_with_a_number(void **state)
{
    struct units *u = units();
    struct facts *whole =
        columns(u, "count,mixed,same,flag_ms,wait_ms", write_row, ROWS_MAX);
    struct facts *wild = columns(u, "wild,tame", write_wild, 400);

    (void)state;
    rows_of_values(whole);
    rows_of_values(wild);
    facts_free(whole);
    facts_free(wild);
    units_free(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_integers),
        cmocka_unit_test(columns_far_apart),
        cmocka_unit_test(rows_with_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
