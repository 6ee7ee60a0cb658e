/* Mann-Whitney and Hodges-Lehmann. */
#define _GNU_SOURCE /* M_SQRT1_2 */
#include <math.h>
#include <stdlib.h>

#include "runner/gate/stats.h"

struct item {
    double value;
    bool second; /* of y */
};

static int by_item(const void *a, const void *b)
{
    const double x = ((const struct item *)a)->value;
    const double y = ((const struct item *)b)->value;

    return (x > y) - (x < y);
}

/* Pooled samples with twice their mid-ranks: whole numbers. */
struct ranking {
    struct item *items;
    size_t *ranks; /* ascending; twice the mid-rank */
    size_t n, nx, ny;
    size_t sum_y; /* of twice the ranks of y */
    double ties;  /* sum of t^3 - t over groups of t equal values */
};

static void ranking_free(struct ranking *r)
{
    free(r->items);
    free(r->ranks);
}

static void set_ranks(struct ranking *r)
{
    for (size_t i = 0, end; i < r->n; i = end) {
        const double v = r->items[i].value;
        double t;

        for (end = i + 1; end < r->n && r->items[end].value == v;)
            end++;
        t = (double)(end - i);
        r->ties += t * t * t - t;
        for (size_t k = i; k < end; k++) {
            r->ranks[k] = i + end + 1;
            if (r->items[k].second)
                r->sum_y += r->ranks[k];
        }
    }
}

static enum status ranking_make(struct ranking *r, const double *x, size_t nx,
                                const double *y, size_t ny, struct error *err)
{
    *r = (struct ranking){ .n = nx + ny, .nx = nx, .ny = ny };
    if (nx > STATS_SAMPLES_MAX || ny > STATS_SAMPLES_MAX)
        return error_set(err, ST_LIMIT, "more than %d samples a side",
                         STATS_SAMPLES_MAX);
    r->items = malloc((r->n + 1) * sizeof(*r->items));
    r->ranks = malloc((r->n + 1) * sizeof(*r->ranks));
    if (r->items == NULL || r->ranks == NULL) {
        ranking_free(r);
        return error_set(err, ST_NOMEM, "no memory for %zu samples", r->n);
    }
    for (size_t i = 0; i < nx; i++)
        r->items[i] = (struct item){ x[i], false };
    for (size_t i = 0; i < ny; i++)
        r->items[nx + i] = (struct item){ y[i], true };
    qsort(r->items, r->n, sizeof(*r->items), by_item);
    set_ranks(r);
    return ST_OK;
}

/* How many ways `k` of the ranks have each sum: one row per k, one column per
 * sum from 0. Counts are doubles: C(100, 50) is about 1e29, and each addition
 * loses at most one part in 2^53. */
struct counts {
    double *at;
    size_t width;
};

static enum status counts_make(struct counts *c, const size_t *ranks, size_t n,
                               size_t k, size_t step, struct error *err)
{
    size_t top = 0, seen_sum = 0;

    for (size_t i = 0; i < k; i++)
        top += ranks[n - 1 - i] / step;
    c->width = top + 1;
    c->at = calloc((k + 1) * c->width, sizeof(*c->at));
    if (c->at == NULL)
        return error_set(err, ST_NOMEM, "no memory for an exact test");
    c->at[0] = 1;
    for (size_t i = 0; i < n; i++) {
        const size_t r = ranks[i] / step;

        seen_sum += r;
        for (size_t row = i + 1 < k ? i + 1 : k; row > 0; row--) {
            double *to = c->at + row * c->width;
            const double *from = to - c->width;
            const size_t end = seen_sum < top ? seen_sum : top;

            for (size_t s = r; s <= end; s++)
                to[s] += from[s - r];
        }
    }
    return ST_OK;
}

static double clamp_p(double p)
{
    return p < 1 ? p : 1;
}

/* The permutation distribution of the rank sum of the smaller side. */
static enum status exact_p(struct stats_rank *out, const struct ranking *r,
                           struct error *err)
{
    const bool swap = r->nx < r->ny;
    const size_t k = swap ? r->nx : r->ny;
    const size_t step = r->ties > 0 ? 1 : 2;
    size_t all = 0, sum;
    double total = 0, below = 0, above = 0, first = 0, last = 0;
    struct counts c;
    const double *row;
    enum status st = counts_make(&c, r->ranks, r->n, k, step, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < r->n; i++)
        all += r->ranks[i];
    sum = (swap ? all - r->sum_y : r->sum_y) / step;
    row = c.at + k * c.width;
    for (size_t s = 0; s < c.width; s++) {
        total += row[s];
        below += s <= sum ? row[s] : 0;
        above += s >= sum ? row[s] : 0;
        if (row[s] > 0) {
            first = first > 0 ? first : row[s];
            last = row[s];
        }
    }
    out->p_less = (swap ? above : below) / total;
    out->p_greater = (swap ? below : above) / total;
    out->p = clamp_p(2 * fmin(below, above) / total);
    out->p_floor = clamp_p(2 * fmin(first, last) / total);
    out->exact = true;
    free(c.at);
    return ST_OK;
}

/* One-sided tail of a deviation, half a step nearer to the mean. */
static double tail(double deviation, double sd)
{
    return sd > 0 ? stats_normal_cdf((deviation + 0.5) / sd) : 1;
}

static void approximate_p(struct stats_rank *out, const struct ranking *r)
{
    const double nx = (double)r->nx, ny = (double)r->ny, n = nx + ny;
    const double mean = nx * ny / 2;
    const double var = nx * ny / 12 * ((n + 1) - r->ties / (n * (n - 1)));
    const double sd = sqrt(var > 0 ? var : 0);
    const double d = out->u - mean;

    out->p_less = tail(d, sd);
    out->p_greater = tail(-d, sd);
    out->p = sd > 0 ? clamp_p(2 * fmin(out->p_less, out->p_greater)) : 1;
    out->p_floor = sd > 0 ? 2 * tail(-mean, sd) : 1;
    out->exact = false;
}

enum status stats_mann_whitney(struct stats_rank *out, const double *x,
                               size_t nx, const double *y, size_t ny,
                               enum stats_method method, struct error *err)
{
    struct ranking r;
    enum status st = ranking_make(&r, x, nx, y, ny, err);

    *out = (struct stats_rank){ 0, 1, 1, 1, 1, true };
    if (st != ST_OK)
        return st;
    out->u = (double)r.sum_y / 2 - (double)ny * (double)(ny + 1) / 2;
    if (nx == 0 || ny == 0)
        goto out;
    if (method == STATS_APPROX ||
        (method == STATS_AUTO && r.n > STATS_EXACT_MAX))
        approximate_p(out, &r);
    else
        st = exact_p(out, &r, err);
out:
    ranking_free(&r);
    return st;
}

double stats_rank_floor(size_t n, size_t m)
{
    double ways = 1;

    for (size_t i = 1; i <= n; i++)
        ways *= (double)(m + i) / (double)i;
    return clamp_p(2 / ways);
}

/* The largest c >= 0 with P(U < c) <= tail_p, untied; *achieved gets the
 * coverage of [c-th, (nx*ny-c+1)-th] difference. */
static enum status critical(size_t *c, double *achieved, size_t nx, size_t ny,
                            double tail_p, struct error *err)
{
    const size_t n = nx + ny, k = nx < ny ? nx : ny;
    size_t ranks[STATS_EXACT_MAX];
    struct counts counts;
    double total = 0, sum = 0;
    const size_t least = k * (k + 1) / 2;
    enum status st;

    for (size_t i = 0; i < n; i++)
        ranks[i] = i + 1;
    st = counts_make(&counts, ranks, n, k, 1, err);
    if (st != ST_OK)
        return st;
    for (size_t s = 0; s < counts.width; s++)
        total += counts.at[k * counts.width + s];
    *c = 0;
    for (size_t u = 0; u <= nx * ny / 2; u++) {
        const double next =
            sum + counts.at[k * counts.width + least + u] / total;

        if (next > tail_p)
            break;
        sum = next;
        *c = u + 1;
    }
    *achieved = 1 - 2 * sum;
    free(counts.at);
    return ST_OK;
}

static void critical_approx(size_t *c, double *achieved, size_t nx, size_t ny,
                            double tail_p)
{
    const double mean = (double)nx * (double)ny / 2;
    const double sd =
        sqrt((double)nx * (double)ny * (double)(nx + ny + 1) / 12);
    const double at = floor(mean + stats_normal_quantile(tail_p) * sd - 0.5);

    *c = at < 0 ? 0 : (size_t)at + 1;
    *achieved =
        *c == 0 ? 1 : 1 - 2 * stats_normal_cdf(((double)*c - 0.5 - mean) / sd);
}

enum status stats_hodges_lehmann(struct stats_shift *out, const double *x,
                                 size_t nx, const double *y, size_t ny,
                                 double level, struct error *err)
{
    const size_t pairs = nx * ny;
    double *d;
    size_t c = 0;
    enum status st = ST_OK;

    *out = (struct stats_shift){ NAN, -INFINITY, INFINITY, 1 };
    if (nx > STATS_SAMPLES_MAX || ny > STATS_SAMPLES_MAX)
        return error_set(err, ST_LIMIT, "more than %d samples a side",
                         STATS_SAMPLES_MAX);
    if (pairs == 0)
        return ST_OK;
    d = malloc(pairs * sizeof(*d));
    if (d == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu differences", pairs);
    for (size_t i = 0; i < nx; i++)
        for (size_t k = 0; k < ny; k++)
            d[i * ny + k] = y[k] - x[i];
    stats_sort(d, pairs);
    out->shift =
        pairs % 2 == 1 ? d[pairs / 2] : (d[pairs / 2 - 1] + d[pairs / 2]) / 2;
    if (nx + ny <= STATS_EXACT_MAX)
        st = critical(&c, &out->achieved, nx, ny, (1 - level) / 2, err);
    else
        critical_approx(&c, &out->achieved, nx, ny, (1 - level) / 2);
    if (st == ST_OK && c > 0) {
        out->low = d[c - 1];
        out->high = d[pairs - c];
    }
    free(d);
    return st;
}
