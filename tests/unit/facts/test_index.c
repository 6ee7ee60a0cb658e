#define _GNU_SOURCE /* mkstemps */
/* Numbers and names found by the indexes, and the same by walking through all
 * of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "validator/facts/facts.h"
#include "validator/rules_data.h"

enum { ROWS = 6000, QUERIES = 3000, FOUND_MAX = 50000, TEXT_MAX = 32 };

struct fixture {
    struct units *units;
    struct facts *facts;
};

static uint32_t next(uint32_t *r)
{
    *r = *r * 1664525u + 1013904223u;
    return *r >> 8;
}

/* A number of few or many digits, small or large, often the same one again. */
static void number(char out[TEXT_MAX], uint32_t *r)
{
    static const char *const often[] = { "0", "1", "-0.0", "512", "100", "-3" };
    const uint32_t kind = next(r) % 8;

    if (kind < 2)
        (void)snprintf(out, TEXT_MAX, "%s", often[next(r) % 6]);
    else if (kind < 4)
        (void)snprintf(out, TEXT_MAX, "%u", next(r) % 4000);
    else if (kind < 6)
        (void)snprintf(out, TEXT_MAX, "%s%u.%02u", kind == 4 ? "-" : "",
                       next(r) % 50, next(r) % 100);
    else if (kind == 6)
        (void)snprintf(out, TEXT_MAX, "0.%06u", next(r) % 1000);
    else
        (void)snprintf(out, TEXT_MAX, "%u%06u", 1 + next(r) % 9000,
                       next(r) % 1000000);
}

static void write_rows(FILE *f)
{
    uint32_t r = 3;

    (void)fputs(
        "name,count,load_ms,wait_s,size_mb,temp_c,id,rare_ms,note,rare\n", f);
    for (int i = 0; i < ROWS; i++) {
        (void)fprintf(f, "\"k%u Beta %s\"", next(&r) % 40,
                      i % 3 == 0 ? "x y" : "");
        for (int k = 0; k < 5; k++) {
            char s[TEXT_MAX];

            number(s, &r);
            (void)fprintf(f, ",%s", s);
        }
        (void)fprintf(f, ",%d", 100000 + i);
        if (i % 200 == 7)
            (void)fprintf(f, ",%d.5,seen,%d%s\n", i, i,
                          i % 400 == 7 ? " s" : "");
        else
            (void)fputs(",,,\n", f);
    }
}

static int set_up(void **state)
{
    static struct fixture x;
    char path[] = "/tmp/assay-index-XXXXXX.csv";
    FILE *f = fdopen(mkstemps(path, 4), "w");
    struct error err = { "" };

    assert_non_null(f);
    write_rows(f);
    assert_int_equal(fclose(f), 0);
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0)
            assert_int_equal(units_parse(&x.units,
                                         (struct text){ rules_files[i].ptr,
                                                        rules_files[i].len },
                                         "units.json", &err),
                             ST_OK);
    x.facts = facts_new(x.units);
    assert_int_equal(facts_add(x.facts, path, &err), ST_OK);
    if (facts_freeze(x.facts, false, &err) != ST_OK)
        fail_msg("%s", err.text);
    (void)unlink(path);
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;

    facts_free(x->facts);
    units_free(x->units);
    return 0;
}

static bool wanted(const struct fixture *x, const struct fact_query *q,
                   const struct fact *f)
{
    struct decimal v = f->value;

    if (f->weak != WEAK_NO && !q->weak)
        return false;
    if (q->scope == SCOPE_UNIT && !unit_same(f->unit, q->unit))
        return false;
    if (q->scope == SCOPE_DIM) {
        if (units_dim(x->units, f->unit) != units_dim(x->units, q->unit))
            return false;
        v = units_to_base(x->units, f->unit, q->convention, v);
    }
    return decimal_cmp(v, q->low) >= 0 && decimal_cmp(v, q->high) <= 0;
}

static struct fact_query query(const struct fixture *x, uint32_t *r)
{
    static const char *const units[] = { "ms", "s", "MB", "GB", "°C", "" };
    struct fact_query q = { .scope = (enum fact_scope)(next(r) % 3),
                            .convention =
                                next(r) % 2 == 0 ? UNIT_SI : UNIT_BINARY,
                            .weak = next(r) % 4 == 0 };
    const char *unit = units[next(r) % 6];
    char low[TEXT_MAX], high[TEXT_MAX];

    number(low, r);
    number(high, r);
    assert_true(decimal_parse(text_from(low), &q.low));
    assert_true(decimal_parse(text_from(high), &q.high));
    if (*unit != '\0')
        assert_true(units_find(x->units, text_from(unit), &q.unit));
    if (next(r) % 2 == 0)
        q.high = q.low;
    if (decimal_cmp(q.low, q.high) > 0) {
        const struct decimal d = q.low;

        q.low = q.high;
        q.high = d;
    }
    return q;
}

static void numbers_in_a_range(void **state)
{
    const struct fixture *x = *state;
    static uint32_t ids[FOUND_MAX];
    static bool found[FOUND_MAX];
    uint32_t r = 17;
    size_t hits = 0;

    assert_true(facts_count(x->facts) < FOUND_MAX);
    for (int i = 0; i < QUERIES / 10; i++) {
        const struct fact_query q = query(x, &r);
        const size_t n = facts_find(x->facts, &q, ids, FOUND_MAX);

        memset(found, 0, sizeof(found));
        for (size_t k = 0; k < n; k++)
            found[ids[k]] = true;
        for (uint32_t id = 0; id < facts_count(x->facts); id++) {
            struct fact f;

            facts_get(x->facts, id, &f);
            assert_int_equal(found[id], wanted(x, &q, &f));
        }
        assert_true(facts_find_about(x->facts, &q, decimal_to_double(q.low),
                                     decimal_to_double(q.high)) >= n);
        hits += n > 0;
    }
    assert_true(hits > QUERIES / 50);
}

/* The longest name that the words begin with. */
static uint32_t longest_name(const struct facts *f, const struct text *words,
                             size_t n)
{
    uint32_t best = FACT_NONE, length = 0;

    for (uint32_t i = 0; i < facts_name_count(f); i++) {
        const struct fact_name *name = facts_name(f, i);
        uint32_t k = 0;

        while (k < name->word_count && k < n &&
               text_eq(name->words[k], words[k]))
            k++;
        if (k == name->word_count && k > length) {
            best = i;
            length = k;
        }
    }
    return best;
}

static void names_at_words(void **state)
{
    static const char *const more[] = { "x", "y", "beta", "k1", "none" };
    const struct facts *f = ((const struct fixture *)*state)->facts;
    uint32_t r = 5;

    for (int i = 0; i < QUERIES; i++) {
        const struct fact_name *name =
            facts_name(f, next(&r) % (uint32_t)facts_name_count(f));
        struct text words[NAME_WORDS_MAX + 4];
        size_t n = 0;

        for (; n < name->word_count && next(&r) % 8 != 0; n++)
            words[n] = name->words[n];
        for (uint32_t k = next(&r) % 4; k > 0; k--)
            words[n++] = text_from(more[next(&r) % 5]);
        if (n > 0)
            assert_int_equal(facts_name_at(f, words, n),
                             longest_name(f, words, n));
    }
}

static void words_of_names(void **state)
{
    const struct facts *f = ((const struct fixture *)*state)->facts;

    for (uint32_t i = 0; i < facts_name_count(f); i++) {
        const struct fact_name *name = facts_name(f, i);

        for (uint32_t k = 0; k < name->word_count; k++)
            assert_true(facts_name_word(f, name->words[k]).has);
        assert_true(facts_name_word(f, name->words[0]).longest >=
                    name->word_count);
    }
    assert_int_equal(facts_name_word(f, TEXT_LIT("beta")).longest, 0);
    assert_false(facts_name_word(f, TEXT_LIT("nowhere")).has);
}

/* What is kept beside the columns says what they say. */
static void columns_by_id(void **state)
{
    const struct facts *f = ((const struct fixture *)*state)->facts;
    size_t short_ones = 0;

    for (uint32_t c = 0; c < facts_column_count(f); c++) {
        const struct fact_column *col = facts_column(f, c);
        const struct fact_roughs rough = facts_roughs(f, c);

        assert_true((rough.at != NULL) == (col->numbers <= FACTS_SHORT));
        short_ones += rough.at != NULL && col->numbers > 0;
        for (uint32_t i = 0; i < col->numbers; i++) {
            struct fact fact;
            uint32_t group;

            assert_int_equal(facts_column_of(f, col->first_fact + i), c);
            if (rough.at == NULL || col->weak != WEAK_NO)
                continue;
            facts_get(f, col->first_fact + i, &fact);
            group = rough.groups != NULL ? rough.groups[i] : facts_group(f, c);
            assert_true(
                unit_same(facts_scale(f, group, UNIT_SI).unit, fact.unit));
            assert_true(rough.at[i] == decimal_to_double(fact.value));
            assert_true(rough.low <= rough.at[i] && rough.at[i] <= rough.high);
        }
    }
    assert_true(short_ones > 0 && short_ones < facts_column_count(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_a_range),
        cmocka_unit_test(names_at_words),
        cmocka_unit_test(words_of_names),
        cmocka_unit_test(columns_by_id),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
