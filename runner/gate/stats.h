#ifndef RUNNER_GATE_STATS_H
#define RUNNER_GATE_STATS_H
/* The statistics of a gate: pure functions over plain arrays. Checked against
 * R (tests/e2e/r_agreement.sh). Every function copies what it must sort; NaN
 * in a sample is the caller's mistake. */
#include "validator/base/error.h"
#include "validator/base/text.h"

enum {
    STATS_SAMPLES_MAX = 1000, /* a side; more is ST_LIMIT */
    STATS_EXACT_MAX = 100     /* both sides together; beyond it the normal
                               * approximation with tie and continuity
                               * correction is used */
};

/* Ascending. */
void stats_sort(double *x, size_t n);

/* Quantile 0 <= q <= 1 of a sorted sample, linear between order statistics
 * (R's type 7). n > 0. */
double stats_quantile(const double *sorted, size_t n, double q);

/* Median of a sample in any order; NaN when n is 0 or memory is out. */
double stats_median(const double *x, size_t n);
double stats_mean(const double *x, size_t n); /* NaN when n is 0 */
double stats_sd(const double *x, size_t n);   /* n - 1; 0 when n < 2 */

/* Standard deviation from Gini's mean difference, which outliers move less;
 * exact for normal samples in expectation. Sorted input; 0 when n < 2. */
double stats_sd_gini(const double *sorted, size_t n);

double stats_normal_cdf(double z);
double stats_normal_quantile(double p); /* 0 < p < 1 */

/* Mann-Whitney U of y against x (mid-ranks for ties). */
struct stats_rank {
    double u;         /* pairs with y > x, ties counting one half */
    double p;         /* two-sided: twice the smaller tail, at most 1 */
    double p_less;    /* one-sided: y tends to be smaller */
    double p_greater; /* one-sided: y tends to be larger */
    double p_floor;   /* the smallest two-sided p that these ranks allow: above
                       * alpha, no outcome could have been significant */
    bool exact;       /* permutation distribution of the mid-ranks */
};
enum stats_method { STATS_AUTO, STATS_EXACT, STATS_APPROX };
enum status stats_mann_whitney(struct stats_rank *out, const double *x,
                               size_t nx, const double *y, size_t ny,
                               enum stats_method method, struct error *err);

/* The smallest two-sided p of an untied comparison of n with m samples. */
double stats_rank_floor(size_t n, size_t m);

/* Hodges-Lehmann: the median of all y - x, and the interval between order
 * statistics of these differences that covers at least `level`; `achieved` is
 * what it covers (without ties exactly). Infinite ends: too few samples. */
struct stats_shift {
    double shift, low, high, achieved;
};
enum status stats_hodges_lehmann(struct stats_shift *out, const double *x,
                                 size_t nx, const double *y, size_t ny,
                                 double level, struct error *err);

/* Fisher's exact test of two rates: a of n against b of m. */
struct stats_rates {
    double p;         /* two-sided: tables no likelier than this one */
    double p_less;    /* b/m is lower */
    double p_greater; /* b/m is higher */
    double p_floor;   /* the smallest one-sided p that a + b faults allow */
};
struct stats_rates stats_fisher(size_t a, size_t n, size_t b, size_t m);

struct stats_interval {
    double low, high;
};
/* Intervals of a rate k of n; n > 0. */
struct stats_interval stats_clopper_pearson(size_t k, size_t n, double level);
struct stats_interval stats_wilson(size_t k, size_t n, double level);

/* Holm's step-down adjustment (R: p.adjust "holm"); `out` may be `p`.
 * ST_NOMEM. */
enum status stats_holm(double *out, const double *p, size_t n,
                       struct error *err);

/* Tarone (1990): the tests whose floor lets them be significant at all. Sets
 * keep[i] and returns how many; only these need correction, for the others can
 * never raise an alarm. floors[i] = 1 leaves a test out. */
size_t stats_tarone(bool *keep, const double *floors, size_t n, double alpha);

#endif
