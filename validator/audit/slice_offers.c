/* What slices offer for a number: what a slice adds up to or is on average, two
 * slices compared, shares, the extremes of ratios. */
#include <math.h>
#include <stdlib.h>

#include "validator/audit/slices_int.h"

enum { FEW_CELLS = 3 /* rows of a slice of which each may be meant */ };

static void take(struct sums *s, double v)
{
    if (!(v == v) || isinf(v))
        return;
    s->low = s->n == 0 || v < s->low ? v : s->low;
    s->high = s->n == 0 || v > s->high ? v : s->high;
    s->sum += v;
    s->n++;
}

/* The next row of the slice from `row` on; cut->rows: no more. */
static inline uint32_t next_row(const struct cut *cut, const struct slice *s,
                                uint32_t row)
{
    uint32_t i = row / 64;
    uint64_t bits;

    if (i >= cut->words)
        return cut->rows;
    bits = s->rows.bits[i] >> row % 64 << row % 64;
    while (bits == 0 && ++i < cut->words)
        bits = s->rows.bits[i];
    return bits == 0 ? cut->rows : i * 64 + (uint32_t)__builtin_ctzll(bits);
}

/* per: NULL, or what each number is divided by. */
static struct sums sums_of(const struct cut *cut, const struct slice *s,
                           const double *v, const double *per)
{
    struct sums out = { 0, 0, 0, 0 };

    for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
         r = next_row(cut, s, r + 1))
        take(&out, per == NULL ? v[r] : v[r] / per[r]);
    return out;
}

/* The same of a column's own numbers, once for all pairs of slices. */
static const struct sums *column_sums(const struct cut *cut, struct slice *s,
                                      uint32_t column, const double *v)
{
    if (s->summed != column + 1) {
        s->sums = sums_of(cut, s, v, NULL);
        s->summed = column + 1;
    }
    return &s->sums;
}

double cell_scale(const struct cut *cut, uint32_t column)
{
    const struct work *w = cut->t->w;
    const struct fact_column *c = facts_column(w->facts, column);

    if (unit_none(c->unit)) {
        const double high = trial_stat(cut->t, column, STAT_MAX);

        return high <= 1 ? 100 : 1; /* 0.47 is 47 % */
    }
    return units_dim(w->units, c->unit) == units_dim(w->units, cut->t->c->unit)
               ? units_rough(w->units, c->unit, UNIT_SI, 1) /
                     units_rough(w->units, cut->t->c->unit, UNIT_SI, 1)
               : NAN;
}

double cut_scale(const struct cut *cut, uint32_t column)
{
    return trial_in_unit(cut->t, facts_column(cut->t->w->facts, column), 1);
}

static int by_value(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

static void offer_median(struct cut *cut, const struct slice *s,
                         const double *v, double scale)
{
    double at[SLICE_ROWS];
    uint32_t n = 0;

    for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
         r = next_row(cut, s, r + 1))
        if (v[r] == v[r])
            at[n++] = v[r];
    if (n < 2)
        return;
    qsort(at, n, sizeof(*at), by_value);
    trial_offer(cut->t, (at[(n - 1) / 2] + at[n / 2]) / 2 * scale);
}

/* How far the numbers lie apart, by n - 1 and by n; of shares of one also in
 * points, and as a part of their mean. */
static void offer_deviation(struct cut *cut, const struct slice *s,
                            const double *v, struct sums a, double scale)
{
    const double mean = a.sum / a.n;
    double squares = 0;

    for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
         r = next_row(cut, s, r + 1))
        if (v[r] == v[r])
            squares += (v[r] - mean) * (v[r] - mean);
    for (uint32_t n = a.n - 1; n <= a.n; n++) {
        const double by = sqrt(squares / n);

        if (cut->t->kind == KIND_PERCENT) {
            trial_offer(cut->t, 100 * by / mean);
            continue;
        }
        trial_offer(cut->t, by * scale);
        if (a.high <= 1 && cut->t->kind != KIND_UNIT)
            trial_offer(cut->t, 100 * by);
    }
}

/* A cell, or what the words call for of several. */
void offer_slice(struct cut *cut, struct slice *s, uint32_t k)
{
    const bool any = cut->q->stats == 0 || cut->q->sure;
    const double *v = marks_values(cut->t->w, cut->measures[k]);
    const double scale = cut->cell[k];
    struct sums a;

    if (v == NULL || !(scale == scale))
        return;
    a = *column_sums(cut, s, cut->measures[k], v);
    if (a.n == 0)
        return;
    if (a.n <= FEW_CELLS)
        for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
             r = next_row(cut, s, r + 1))
            trial_offer(cut->t, v[r] * scale);
    if (a.n == 1)
        return;
    if (any || (cut->q->stats & STATS_MEAN) != 0)
        trial_offer(cut->t, a.sum / a.n * scale);
    if (any || (cut->q->stats & STATS_SUM) != 0)
        trial_offer(cut->t, a.sum * scale);
    if ((cut->q->stats & STATS_EXTREMES) != 0) {
        trial_offer(cut->t, a.low * scale);
        trial_offer(cut->t, a.high * scale);
    }
    if ((cut->q->stats & STATS_RANGE) != 0)
        trial_offer(cut->t, (a.high - a.low) * scale);
    if ((cut->q->stats & STATS_DEVIATION) != 0)
        offer_deviation(cut, s, v, a, scale);
    if ((cut->q->stats & STATS_MEDIAN) != 0)
        offer_median(cut, s, v, scale);
}

static bool same_texts(const struct cut *cut, uint32_t a, uint32_t b)
{
    const struct facts *f = cut->t->w->facts;
    uint32_t differ = 0;

    for (uint32_t k = 0; k < cut->of->text_count && differ <= 1; k++) {
        const uint32_t c = cut->of->texts[k];

        differ += !text_eq(facts_cell_text(f, c, a), facts_cell_text(f, c, b));
    }
    return differ <= 1; /* but for what the slices differ in */
}

static uint32_t list_rows(const struct cut *cut, const struct slice *s,
                          uint32_t out[SLICE_ROWS])
{
    uint32_t n = 0;

    for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
         r = next_row(cut, s, r + 1))
        out[n++] = r;
    return n;
}

/* "The speed-up ranges from 1.4x to 3.1x": row by row, then the extremes and
 * the mean. */
static void offer_row_by_row(struct cut *cut, const struct slice *a,
                             const struct slice *b, const double *v,
                             double scale)
{
    uint32_t x[SLICE_ROWS], y[SLICE_ROWS];
    const uint32_t n = list_rows(cut, a, x);
    struct sums ratio = { 0, 0, 0, 0 }, back = ratio, by = ratio;

    if (n < 2 || n != b->count || !trial_may(cut->t->w, n))
        return;
    list_rows(cut, b, y);
    for (uint32_t i = 0; i < n; i++) {
        if (!same_texts(cut, x[i], y[i]))
            return;
        take(&ratio, v[x[i]] / v[y[i]]);
        take(&back, v[y[i]] / v[x[i]]);
        take(&by, (v[x[i]] - v[y[i]]) * scale);
        if (n <= FEW_CELLS)
            trial_compare(cut->t, v[x[i]] * scale, v[y[i]] * scale);
    }
    if (ratio.n == 0)
        return;
    if (cut->t->kind == KIND_RATIO || cut->t->kind == KIND_BARE) {
        const struct sums *up = ratio.sum > ratio.n ? &ratio : &back;

        trial_offer(cut->t, up->low);
        trial_offer(cut->t, up->high);
        trial_offer(cut->t, up->sum / up->n);
    }
    if (cut->t->kind == KIND_PERCENT) {
        const struct sums *both[] = { &ratio, &back };

        for (size_t i = 0; i < 2; i++) {
            trial_offer(cut->t, 100 * (both[i]->low - 1));
            trial_offer(cut->t, 100 * (both[i]->high - 1));
            trial_offer(cut->t, 100 * (both[i]->sum / both[i]->n - 1));
        }
    }
    if (cut->t->kind == KIND_UNIT || cut->t->kind == KIND_POINTS ||
        cut->t->kind == KIND_BARE) {
        trial_offer(cut->t, by.low);
        trial_offer(cut->t, by.high);
        trial_offer(cut->t, by.sum / by.n);
    }
}

void offer_two(struct cut *cut, struct slice *a, struct slice *b, uint32_t k)
{
    const double *v = marks_values(cut->t->w, cut->measures[k]);
    const double scale = cut->scale[k];
    struct sums x, y;

    if (v == NULL || !(scale == scale))
        return;
    x = *column_sums(cut, a, cut->measures[k], v);
    y = *column_sums(cut, b, cut->measures[k], v);
    if (x.n == 0 || y.n == 0)
        return;
    trial_compare(cut->t, x.sum / x.n * scale, y.sum / y.n * scale);
    if (cut->t->kind == KIND_BARE) /* "grows by a factor of 2.77" */
        trial_ratio(cut->t, x.sum / x.n, y.sum / y.n);
    if (x.n != y.n || (cut->q->stats & STATS_SUM) != 0)
        trial_compare(cut->t, x.sum * scale, y.sum * scale);
    if (x.n == y.n && x.n > 1)
        offer_row_by_row(cut, a, b, v, scale);
}

/* What part of `whole` is of the slice within it. */
void offer_share(struct cut *cut, struct slice *part, struct slice *whole,
                 uint32_t k)
{
    const double *v = marks_values(cut->t->w, cut->measures[k]);
    double x, y;

    if (v == NULL)
        return;
    x = column_sums(cut, part, cut->measures[k], v)->sum;
    y = column_sums(cut, whole, cut->measures[k], v)->sum;
    if (cut->t->kind == KIND_PERCENT) {
        trial_offer(cut->t, 100 * x / y);
    } else if (cut->t->kind == KIND_RATIO) {
        trial_compare(cut->t, x / part->count, y / whole->count);
    } else {
        const double scale = cut->scale[k];

        trial_offer(cut->t, (y - x) * scale); /* "the rest" */
        trial_offer(cut->t, (y - x) / (whole->count - part->count) * scale);
        trial_offer(cut->t, (x / part->count - y / whole->count) * scale);
    }
}

/* What one column is to another, row by row and in all. */
static double weighted_mean(const struct cut *cut, const struct slice *s,
                            const double *v, const double *weight)
{
    double sum = 0, by = 0;

    for (uint32_t r = next_row(cut, s, 0); r < cut->rows;
         r = next_row(cut, s, r + 1)) {
        sum += v[r] * weight[r];
        by += weight[r];
    }
    return sum / by;
}

/* "40 units at $12.50": the unit is that of the column that has the claim's, or
 * the claim's own. */
static double product_scale(const struct cut *cut, const struct fact_column *a,
                            const struct fact_column *b)
{
    const struct fact_column *of[] = { a, b };

    for (size_t i = 0; i < 2; i++)
        if (!unit_none(of[i]->unit)) {
            const double scale = trial_in_unit(cut->t, of[i], 1);

            if (scale == scale)
                return scale;
        }
    return cut->t->scale;
}

void offer_columns(struct cut *cut, struct slice *s, uint32_t k, uint32_t cb)
{
    const struct work *w = cut->t->w;
    const uint32_t ca = cut->measures[k];
    const double scale = cut->scale[k];
    const struct fact_column *a = facts_column(w->facts, ca),
                             *b = facts_column(w->facts, cb);
    const double *x = marks_values(cut->t->w, ca),
                 *y = marks_values(cut->t->w, cb);
    const enum kind kind = cut->t->kind;
    const bool alike = trial_alike(w, a->unit, b->unit);
    struct sums q, p, r;

    if (x == NULL || y == NULL)
        return;
    q = sums_of(cut, s, x, y);
    if (q.n == 0)
        return;
    p = *column_sums(cut, s, ca, x);
    r = sums_of(cut, s, y, NULL);
    if (kind == KIND_PERCENT && alike && q.n == 1) {
        trial_compare(cut->t, p.sum, r.sum);
    } else if (kind == KIND_PERCENT && alike) {
        trial_offer(cut->t, 100 * p.sum / r.sum);
        trial_offer(cut->t, 100 * (1 - p.sum / r.sum));
        trial_offer(cut->t, 100 * q.low);
        trial_offer(cut->t, 100 * q.high);
        trial_offer(cut->t, 100 * q.sum / q.n);
        trial_offer(cut->t, 100 * (1 - q.low));
        trial_offer(cut->t, 100 * (1 - q.high));
        trial_offer(cut->t, 100 * (1 - q.sum / q.n));
    } else if (kind == KIND_RATIO || (kind == KIND_BARE && alike)) {
        trial_offer(cut->t, p.sum / r.sum);
        trial_offer(cut->t, q.low);
        trial_offer(cut->t, q.high);
        trial_offer(cut->t, q.sum / q.n);
    }
    if ((kind == KIND_UNIT || kind == KIND_BARE || kind == KIND_POINTS) &&
        alike) {
        trial_offer(cut->t, (p.sum - r.sum) * scale);
        trial_offer(cut->t, (p.sum + r.sum) * scale);
        trial_offer(cut->t, (p.sum - r.sum) / s->count * scale);
    }
    if (cut->q->weighted && q.n > 1 && !alike) /* by the other column */
        trial_offer(cut->t, weighted_mean(cut, s, x, y) * scale);
    if (q.n == 1 && (kind == KIND_UNIT || kind == KIND_BARE) && !alike)
        trial_offer(cut->t, p.sum * r.sum * product_scale(cut, a, b));
    if (kind == KIND_UNIT && !alike) { /* so much for each of the other */
        trial_offer(cut->t, p.sum / r.sum * scale);
        if (q.n > 1)
            trial_offer(cut->t, q.sum / q.n * scale);
    }
}
