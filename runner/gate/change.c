#include "runner/gate/change.h"

#include <math.h>
#include <stdlib.h>

#include "runner/gate/rng.h"
#include "runner/gate/stats.h"

/* sums[i * (n + 1) + k]: of the distances between x[0..i) and x[0..k). */
static void set_sums(double *sums, const double *x, size_t n)
{
    const size_t width = n + 1;

    for (size_t k = 0; k <= n; k++)
        sums[k] = 0;
    for (size_t i = 0; i < n; i++) {
        double row = 0;

        sums[(i + 1) * width] = 0;
        for (size_t k = 0; k < n; k++) {
            row += fabs(x[i] - x[k]);
            sums[(i + 1) * width + k + 1] = sums[i * width + k + 1] + row;
        }
    }
}

/* Sum of the distances within x[a..b), each pair twice. */
static double within(const double *sums, size_t n, size_t a, size_t b)
{
    const size_t w = n + 1;

    return sums[b * w + b] - 2 * sums[a * w + b] + sums[a * w + a];
}

/* Energy statistic of x[0..t) against x[t..end), at its best t and end: the
 * end may come before n, so that a level that returns does not hide the
 * change. *at gets t, 0 when n is too small. */
static double best_split(const double *x, size_t n, double *sums, size_t *at)
{
    double best = -1;

    *at = 0;
    if (n < (size_t)2 * CHANGE_SEGMENT_MIN)
        return -1;
    set_sums(sums, x, n);
    for (size_t t = CHANGE_SEGMENT_MIN; t + CHANGE_SEGMENT_MIN <= n; t++) {
        const double left = within(sums, n, 0, t);

        for (size_t end = t + CHANGE_SEGMENT_MIN; end <= n; end++) {
            const double a = (double)t, b = (double)(end - t);
            const double right = within(sums, n, t, end);
            const double all = within(sums, n, 0, end);
            const double q = a * b / (a + b) *
                             ((all - left - right) / (a * b) - left / (a * a) -
                              right / (b * b));

            if (q > best) {
                best = q;
                *at = t;
            }
        }
    }
    return best;
}

static void shuffle(struct rng *rng, double *x, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        const size_t k = rng_below(rng, i);
        const double t = x[i - 1];

        x[i - 1] = x[k];
        x[k] = t;
    }
}

/* Share of shuffles that split as well as this. Stops once it is clear that
 * alpha is not reached. */
static double permutation_p(const double *x, size_t n, double q, double alpha,
                            double *scratch, double *sums)
{
    struct rng rng = { 0x5eed + n };
    size_t as_good = 0, at;

    memcpy(scratch, x, n * sizeof(*x));
    for (size_t i = 0; i < CHANGE_PERMUTATIONS; i++) {
        shuffle(&rng, scratch, n);
        as_good += best_split(scratch, n, sums, &at) >= q;
        if ((double)(as_good + 1) / (CHANGE_PERMUTATIONS + 1) > alpha)
            return 1;
    }
    return (double)(as_good + 1) / (CHANGE_PERMUTATIONS + 1);
}

/* Mid-ranks in place of values: an outlier weighs no more than its rank. */
static void set_ranks(double *ranks, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t below = 0, equal = 0;

        for (size_t k = 0; k < n; k++) {
            below += x[k] < x[i];
            equal += x[k] == x[i];
        }
        ranks[i] = (double)below + (double)(equal + 1) / 2;
    }
}

struct segment {
    size_t from, to;
};

static int by_place(const void *a, const void *b)
{
    const struct change *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* Medians of the segments between neighbouring changes; drops the changes that
 * are too small, smallest first, until none is. */
static size_t settle(struct change *c, size_t n, const double *x, size_t points,
                     double least)
{
    while (n > 0) {
        size_t smallest = 0;

        for (size_t i = 0; i < n; i++) {
            const size_t from = i > 0 ? c[i - 1].at : 0;
            const size_t to = i + 1 < n ? c[i + 1].at : points;

            c[i].before = stats_median(x + from, c[i].at - from);
            c[i].after = stats_median(x + c[i].at, to - c[i].at);
            if (fabs(c[i].after - c[i].before) <
                fabs(c[smallest].after - c[smallest].before))
                smallest = i;
        }
        if (fabs(c[smallest].after - c[smallest].before) >= least)
            break;
        memmove(c + smallest, c + smallest + 1,
                (n - smallest - 1) * sizeof(*c));
        n--;
    }
    return n;
}

/* Sum of the distances from the median. */
static double spread(const double *x, size_t n)
{
    const double m = stats_median(x, n);
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += fabs(x[i] - m);
    return sum;
}

/* Each change once more between its neighbours, where two medians fit best:
 * the energy statistic prefers even halves. */
static void relocate(struct change *c, size_t n, const double *x, size_t points)
{
    for (size_t i = 0; i < n; i++) {
        const size_t from = i > 0 ? c[i - 1].at : 0;
        const size_t to = i + 1 < n ? c[i + 1].at : points;
        double best = INFINITY;

        for (size_t t = from + CHANGE_SEGMENT_MIN; t + CHANGE_SEGMENT_MIN <= to;
             t++) {
            const double cost =
                spread(x + from, t - from) + spread(x + t, to - t);

            if (cost < best) {
                best = cost;
                c[i].at = t;
            }
        }
    }
}

enum status change_find(struct change *out, size_t max, size_t *count,
                        const double *x, size_t n, double alpha, double least,
                        struct error *err)
{
    struct segment *open;
    double *scratch, *ranks, *sums;
    size_t opened = 0, found = 0;
    enum status st = ST_OK;

    *count = 0;
    if (n > CHANGE_POINTS_MAX)
        return error_set(err, ST_LIMIT, "more than %d points",
                         CHANGE_POINTS_MAX);
    open = malloc((n + 2) * sizeof(*open));
    scratch = malloc((n + 1) * sizeof(*scratch));
    ranks = malloc((n + 1) * sizeof(*ranks));
    sums = malloc((n + 1) * (n + 1) * sizeof(*sums));
    if (open == NULL || scratch == NULL || ranks == NULL || sums == NULL) {
        st = error_set(err, ST_NOMEM, "no memory for %zu points", n);
        goto out;
    }
    open[opened++] = (struct segment){ 0, n };
    while (opened > 0 && found < max) {
        const struct segment s = open[--opened];
        size_t at;
        double p, q;

        set_ranks(ranks, x + s.from, s.to - s.from);
        q = best_split(ranks, s.to - s.from, sums, &at);
        if (at == 0)
            continue;
        p = permutation_p(ranks, s.to - s.from, q, alpha, scratch, sums);
        if (p > alpha)
            continue;
        out[found++] = (struct change){ s.from + at, p, 0, 0 };
        open[opened++] = (struct segment){ s.from, s.from + at };
        open[opened++] = (struct segment){ s.from + at, s.to };
    }
    if (found > 1)
        qsort(out, found, sizeof(*out), by_place);
    relocate(out, found, x, n);
    *count = settle(out, found, x, n, least);
out:
    free(open);
    free(scratch);
    free(ranks);
    free(sums);
    return st;
}
