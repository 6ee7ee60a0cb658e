/* Statistics in decimals. */
#include <math.h>
#include <stdlib.h>

#include "validator/facts/facts_int.h"

const char *const fact_stat_name[STAT_KINDS] = {
    [STAT_COUNT] = "count",
    [STAT_SUM] = "sum",
    [STAT_MEAN] = "mean",
    [STAT_MEDIAN] = "median",
    [STAT_MIN] = "min",
    [STAT_MAX] = "max",
    [STAT_RANGE] = "range",
    [STAT_STDEV_SAMPLE] = "stdev (n-1)",
    [STAT_STDEV_POP] = "stdev (n)",
    [STAT_CV] = "stdev (n-1) / mean",
    [STAT_P50] = "p50",
    [STAT_P75] = "p75",
    [STAT_P90] = "p90",
    [STAT_P95] = "p95",
    [STAT_P99] = "p99",
    [STAT_P50_NEAREST] = "p50 (nearest rank)",
    [STAT_P75_NEAREST] = "p75 (nearest rank)",
    [STAT_P90_NEAREST] = "p90 (nearest rank)",
    [STAT_P95_NEAREST] = "p95 (nearest rank)",
    [STAT_P99_NEAREST] = "p99 (nearest rank)",
    [STAT_DISTINCT] = "different values",
};

static const struct {
    enum fact_stat interpolated, nearest;
    int percent;
} percentiles[] = {
    { STAT_P50, STAT_P50_NEAREST, 50 }, { STAT_P75, STAT_P75_NEAREST, 75 },
    { STAT_P90, STAT_P90_NEAREST, 90 }, { STAT_P95, STAT_P95_NEAREST, 95 },
    { STAT_P99, STAT_P99_NEAREST, 99 },
};

static int by_value(const void *a, const void *b)
{
    return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

static void set(struct fact_stats *s, enum fact_stat k, struct decimal v)
{
    s->has[k] = true;
    s->at[k] = v;
}

/* Hyndman & Fan (1996) type 7 (NumPy, R, Excel) and nearest rank. */
static void set_percentiles(const struct decimal *v, size_t n,
                            struct fact_stats *out)
{
    for (size_t i = 0; i < sizeof(percentiles) / sizeof(*percentiles); i++) {
        const size_t p = (size_t)percentiles[i].percent;
        const size_t h = (n - 1) * p, low = h / 100;
        const size_t rank = (n * p + 99) / 100;
        struct decimal at = v[low];

        if (h % 100 != 0) {
            struct decimal part = decimal_from_int((int64_t)(h % 100));

            part.exp -= 2;
            at = decimal_add(
                at, decimal_mul(part, decimal_sub(v[low + 1], v[low])));
        }
        set(out, percentiles[i].interpolated, at);
        set(out, percentiles[i].nearest, v[rank > 0 ? rank - 1 : 0]);
    }
}

static void set_spread(const struct decimal *v, size_t n,
                       struct fact_stats *out)
{
    struct decimal squares = decimal_from_int(0);
    const struct decimal mean = out->at[STAT_MEAN];

    for (size_t i = 0; i < n; i++) {
        const struct decimal d = decimal_sub(v[i], mean);

        squares = decimal_add(squares, decimal_mul(d, d));
    }
    set(out, STAT_STDEV_POP,
        decimal_sqrt(decimal_div(squares, decimal_from_int((int64_t)n))));
    if (n < 2)
        return;
    set(out, STAT_STDEV_SAMPLE,
        decimal_sqrt(decimal_div(squares, decimal_from_int((int64_t)n - 1))));
    if (!decimal_is_zero(mean))
        set(out, STAT_CV,
            decimal_div(out->at[STAT_STDEV_SAMPLE], decimal_abs(mean)));
}

void facts_stats_of(struct decimal *v, size_t n, struct fact_stats *out)
{
    struct decimal sum = decimal_from_int(0);
    size_t distinct = 1;

    *out = (struct fact_stats){ .count = (uint32_t)n };
    if (n == 0)
        return;
    qsort(v, n, sizeof(*v), by_value);
    for (size_t i = 0; i < n; i++) {
        sum = decimal_add(sum, v[i]);
        distinct += i > 0 && !decimal_eq(v[i], v[i - 1]);
    }
    set(out, STAT_COUNT, decimal_from_int((int64_t)n));
    set(out, STAT_DISTINCT, decimal_from_int((int64_t)distinct));
    set(out, STAT_SUM, sum);
    set(out, STAT_MEAN, decimal_div(sum, decimal_from_int((int64_t)n)));
    set(out, STAT_MIN, v[0]);
    set(out, STAT_MAX, v[n - 1]);
    set(out, STAT_RANGE, decimal_sub(v[n - 1], v[0]));
    set_percentiles(v, n, out);
    set(out, STAT_MEDIAN, out->at[STAT_P50]);
    set_spread(v, n, out);
    out->distinct = (uint32_t)distinct;
    for (int i = 0; i < STAT_KINDS; i++)
        out->rough[i] = out->has[i] ? decimal_to_double(out->at[i]) : NAN;
}

static struct fact_stats *make(const struct facts *f, const struct column *c)
{
    struct decimal *v = malloc(((size_t)c->pub.numbers + 1) * sizeof(*v));
    struct fact_stats *s = malloc(sizeof(*s));
    size_t n = 0;

    if (v == NULL || s == NULL) {
        free(v);
        free(s);
        return NULL;
    }
    for (uint32_t i = 0; i < c->pub.numbers; i++)
        if (unit_same(column_unit(f, c, i).unit, c->pub.unit))
            v[n++] = column_value(f, c, i);
    facts_stats_of(v, n, s);
    free(v);
    return s;
}

const struct fact_stats *facts_stats(const struct facts *f, uint32_t column)
{
    /* The column is ours to fill in once: all that readers see is the
     * pointer, set when what it points to is whole. */
    struct column *c = &f->columns[column];
    pthread_mutex_t *lock = (pthread_mutex_t *)&f->lock;
    struct fact_stats *s = atomic_load(&c->stats);

    if (s != NULL || c->pub.numbers == 0)
        return s;
    (void)pthread_mutex_lock(lock);
    s = atomic_load(&c->stats);
    if (s == NULL) {
        s = make(f, c);
        if (s == NULL)
            atomic_store(&((struct facts *)(uintptr_t)f)->no_memory, true);
        atomic_store(&c->stats, s);
    }
    (void)pthread_mutex_unlock(lock);
    return s;
}

bool facts_no_memory(const struct facts *f)
{
    return atomic_load(&f->no_memory);
}
