/* A long number under a key without a unit, and the same number under a key
 * that has one: it is the same quantity. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum {
    DIGITS_MIN = 9,   /* two equal numbers of so many digits are no chance */
    COLUMN_MAX = 4096 /* numbers of a column looked at: summaries are short */
};

struct known {
    struct decimal value;
    struct unit_ref unit;
};

static bool is_long(struct decimal d)
{
    u128 least = 1;

    for (int i = 1; i < DIGITS_MIN; i++)
        least *= 10;
    return d.mag >= least;
}

static int by_value(const void *a, const void *b)
{
    return decimal_cmp(((const struct known *)a)->value,
                       ((const struct known *)b)->value);
}

static bool looked_at(const struct column *c)
{
    return c->pub.numbers > 0 && c->pub.numbers <= COLUMN_MAX;
}

/* The long numbers that have a unit, sorted. */
static size_t collect(const struct facts *f, struct known *out)
{
    size_t n = 0;

    for (size_t i = 0; i < f->column_count; i++) {
        const struct column *c = &f->columns[i];

        for (uint32_t k = 0; looked_at(c) && k < c->pub.numbers; k++) {
            const struct known one = { column_value(f, c, k),
                                       column_unit(f, c, k).unit };

            if (unit_none(one.unit) || !is_long(one.value))
                continue;
            if (out != NULL)
                out[n] = one;
            n++;
        }
    }
    if (out != NULL && n > 0)
        qsort(out, n, sizeof(*out), by_value);
    return n;
}

/* The one unit of all equal numbers; false: none, or several. */
static bool find(const struct known *all, size_t n, struct decimal v,
                 struct unit_ref *out)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (decimal_cmp(all[mid].value, v) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == n || !decimal_eq(all[low].value, v))
        return false;
    *out = all[low].unit;
    for (size_t i = low; i < n && decimal_eq(all[i].value, v); i++)
        if (!unit_same(all[i].unit, *out))
            return false;
    return true;
}

static bool lend(struct facts *f, struct column *c, const struct known *all,
                 size_t n)
{
    struct ints own = { .chunks = NULL };
    bool any = false, ok = true;

    for (uint32_t i = 0; i < c->pub.numbers && ok; i++) {
        int64_t at = i < ints_count(&c->own) ? ints_get(&c->own, i) : 0;
        const struct decimal v = column_value(f, c, i);
        struct unit_ref unit;

        if (at == 0 && is_long(v) && find(all, n, v, &unit)) {
            ok = store_unit_seen(f, (struct cell_unit){ unit, HOW_ELSEWHERE },
                                 &at);
            at++;
            any = true;
        }
        ok = ok && ints_add(&own, at);
    }
    if (!ok || !any) {
        ints_free(&own);
        return ok;
    }
    ints_free(&c->own);
    c->own = own;
    return ints_seal(&c->own);
}

enum status elsewhere_units(struct facts *f, struct error *err)
{
    const size_t n = collect(f, NULL);
    struct known *all = malloc((n + 1) * sizeof(*all));
    bool ok = all != NULL;

    if (ok)
        (void)collect(f, all);
    for (size_t i = 0; i < f->column_count && ok && n > 0; i++)
        if (looked_at(&f->columns[i]) && unit_none(f->columns[i].pub.unit))
            ok = lend(f, &f->columns[i], all, n);
    free(all);
    return ok ? ST_OK : facts_nomem(err);
}
