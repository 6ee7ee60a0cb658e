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

/* Values in ascending order: decimals, or integers of one power of ten. */
struct sorted {
    size_t n;
    const struct decimal *v; /* NULL: mant */
    const int64_t *mant;
    int32_t exp;
};

static int by_value(const void *a, const void *b)
{
    return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

static struct decimal nth(const struct sorted *s, size_t i)
{
    const int64_t m = s->v == NULL ? s->mant[i] : 0;

    return s->v != NULL
               ? s->v[i]
               : decimal_from_digits(m < 0 ? -(u128)m : (u128)m, m < 0, s->exp);
}

static void set(struct fact_stats *s, enum fact_stat k, struct decimal v)
{
    s->has[k] = true;
    s->at[k] = v;
}

/* Hyndman & Fan (1996) type 7 (NumPy, R, Excel) and nearest rank. */
static void set_percentiles(const struct sorted *s, struct fact_stats *out)
{
    for (size_t i = 0; i < sizeof(percentiles) / sizeof(*percentiles); i++) {
        const size_t p = (size_t)percentiles[i].percent;
        const size_t h = (s->n - 1) * p, low = h / 100;
        const size_t rank = (s->n * p + 99) / 100;
        struct decimal at = nth(s, low);

        if (h % 100 != 0) {
            struct decimal part = decimal_from_int((int64_t)(h % 100));

            part.exp -= 2;
            at = decimal_add(
                at, decimal_mul(part, decimal_sub(nth(s, low + 1), at)));
        }
        set(out, percentiles[i].interpolated, at);
        set(out, percentiles[i].nearest, nth(s, rank > 0 ? rank - 1 : 0));
    }
}

/* squares: the sum of the squared distances from the mean. */
static void set_spread(size_t n, struct decimal squares, struct fact_stats *out)
{
    const struct decimal mean = out->at[STAT_MEAN];

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

/* All but the spread. */
static void set_all(const struct sorted *s, struct decimal sum, size_t distinct,
                    struct fact_stats *out)
{
    const struct decimal n = decimal_from_int((int64_t)s->n);
    const struct decimal low = nth(s, 0), high = nth(s, s->n - 1);

    *out = (struct fact_stats){ .count = (uint32_t)s->n,
                                .distinct = (uint32_t)distinct };
    set(out, STAT_COUNT, n);
    set(out, STAT_DISTINCT, decimal_from_int((int64_t)distinct));
    set(out, STAT_SUM, sum);
    set(out, STAT_MEAN, decimal_div(sum, n));
    set(out, STAT_MIN, low);
    set(out, STAT_MAX, high);
    set(out, STAT_RANGE, decimal_sub(high, low));
    set_percentiles(s, out);
    set(out, STAT_MEDIAN, out->at[STAT_P50]);
}

static void set_rough(struct fact_stats *out)
{
    for (int i = 0; i < STAT_KINDS; i++)
        out->rough[i] = out->has[i] ? decimal_to_double(out->at[i]) : NAN;
}

void facts_stats_of(struct decimal *v, size_t n, struct fact_stats *out)
{
    const struct sorted s = { .n = n, .v = v };
    struct decimal sum = decimal_from_int(0), squares = sum;
    size_t distinct = 1;

    *out = (struct fact_stats){ .count = (uint32_t)n };
    if (n == 0)
        return;
    qsort(v, n, sizeof(*v), by_value);
    for (size_t i = 0; i < n; i++) {
        sum = decimal_add(sum, v[i]);
        distinct += i > 0 && !decimal_eq(v[i], v[i - 1]);
    }
    set_all(&s, sum, distinct, out);
    for (size_t i = 0; i < n; i++) {
        const struct decimal d = decimal_sub(v[i], out->at[STAT_MEAN]);

        squares = decimal_add(squares, decimal_mul(d, d));
    }
    set_spread(n, squares, out);
    set_rough(out);
}

/* ---- integers of one power of ten: most columns ---- */

enum { RADIX_MIN = 256 }; /* values from which on a radix sort pays */

static int by_int(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* By bytes, the lowest first; those that all values share are passed over.
 * room: as long as v. Returns which of the two holds the result. */
static int64_t *radix_sort(int64_t *v, int64_t *room, size_t n)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        /* the sign bit, turned, puts negative numbers first */
        const uint64_t turn = shift == 56 ? 0x80 : 0;
        size_t at[256] = { 0 }, sum = 0;
        int64_t *other = room;

        for (size_t i = 0; i < n; i++)
            at[((uint64_t)v[i] >> shift & 0xff) ^ turn]++;
        if (at[((uint64_t)v[0] >> shift & 0xff) ^ turn] == n)
            continue;
        for (size_t b = 0; b < 256; b++) {
            const size_t here = at[b];

            at[b] = sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++)
            other[at[((uint64_t)v[i] >> shift & 0xff) ^ turn]++] = v[i];
        room = v;
        v = other;
    }
    return v;
}

__extension__ typedef __int128 i128;

static struct decimal wide(i128 v, int32_t exp)
{
    return decimal_from_digits(v < 0 ? -(u128)v : (u128)v, v < 0, exp);
}

/* Exact sums in 128 bits. False: they would not fit. */
static bool set_ints(const struct sorted *s, struct fact_stats *out)
{
    i128 sum = 0, off = 0;
    u128 squares = 0;
    size_t distinct = 1;
    int64_t middle;
    struct decimal d;

    /* distances below 2^47, 2^32 of them: 2^126 */
    if ((u128)((i128)s->mant[s->n - 1] - s->mant[0]) >> 47 != 0)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        sum += s->mant[i];
        distinct += i > 0 && s->mant[i] != s->mant[i - 1];
    }
    middle = (int64_t)(sum / (i128)s->n);
    for (size_t i = 0; i < s->n; i++) {
        const int64_t x = s->mant[i] - middle;

        off += x;
        squares += (u128)((i128)x * x);
    }
    set_all(s, wide(sum, s->exp), distinct, out);
    /* of the mean itself: less what `middle` is off */
    d = wide(off, s->exp);
    set_spread(s->n,
               decimal_sub(decimal_from_digits(squares, false, 2 * s->exp),
                           decimal_div(decimal_mul(d, d),
                                       decimal_from_int((int64_t)s->n))),
               out);
    set_rough(out);
    return true;
}

/* The numbers of the column in its own unit, of one power of ten: how many;
 * 0: not all are. */
static size_t as_ints(const struct facts *f, const struct column *c,
                      int64_t *out, int32_t *exp)
{
    int64_t low = LAST_MAX, scale[1 + 18] = { 1 };
    size_t n = 0;

    for (uint32_t i = 0; i < c->pub.numbers; i++) {
        const int64_t last = ints_get(&c->last, i);

        if (last == LAST_ODD)
            return 0;
        low = last < low ? last : low;
    }
    for (int i = 1; i <= 18; i++)
        scale[i] = scale[i - 1] * 10;
    for (uint32_t i = 0; i < c->pub.numbers; i++) {
        const int64_t up = ints_get(&c->last, i) - low;

        if (!unit_same(column_unit(f, c, i).unit, c->pub.unit))
            continue;
        if (up > 18 ||
            __builtin_mul_overflow(ints_get(&c->mant, i), scale[up], &out[n]))
            return 0;
        n++;
    }
    *exp = (int32_t)low;
    return n;
}

/* False: not such numbers, or no memory; then the slow way. */
static bool make_fast(const struct facts *f, const struct column *c,
                      struct fact_stats *out)
{
    int64_t *v = malloc(((size_t)c->pub.numbers + 1) * 2 * sizeof(*v));
    struct sorted s = { .n = 0 };
    bool ok;

    if (v != NULL)
        s.n = as_ints(f, c, v, &s.exp);
    if (s.n > 0 && s.n < RADIX_MIN)
        qsort(v, s.n, sizeof(*v), by_int);
    s.mant = s.n < RADIX_MIN ? v : radix_sort(v, v + c->pub.numbers + 1, s.n);
    ok = s.n > 0 && set_ints(&s, out);
    free(v);
    return ok;
}

static bool make_slowly(const struct facts *f, const struct column *c,
                        struct fact_stats *out)
{
    struct decimal *v = malloc(((size_t)c->pub.numbers + 1) * sizeof(*v));
    size_t n = 0;

    if (v == NULL)
        return false;
    for (uint32_t i = 0; i < c->pub.numbers; i++)
        if (unit_same(column_unit(f, c, i).unit, c->pub.unit))
            v[n++] = column_value(f, c, i);
    facts_stats_of(v, n, out);
    free(v);
    return true;
}

static struct fact_stats *make(const struct facts *f, const struct column *c)
{
    struct fact_stats *s = malloc(sizeof(*s));

    if (s != NULL && (make_fast(f, c, s) || make_slowly(f, c, s)))
        return s;
    free(s);
    return NULL;
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
