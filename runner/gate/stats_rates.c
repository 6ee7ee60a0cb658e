/* Two rates, and the interval of one. */
#define _GNU_SOURCE /* lgamma_r */
#include <math.h>

#include "runner/gate/stats.h"

static double log_choose(size_t n, size_t k)
{
    int sign;

    return lgamma_r((double)n + 1, &sign) - lgamma_r((double)k + 1, &sign) -
           lgamma_r((double)(n - k) + 1, &sign);
}

/* P(b faults among m | f faults among n + m). */
static double hypergeometric(size_t b, size_t n, size_t m, size_t f)
{
    return exp(log_choose(m, b) + log_choose(n, f - b) - log_choose(n + m, f));
}

/* Likelihoods this close (R: 1e-7) count as equal. */
#define NEARLY (1 + 1e-7)

struct tails {
    double less, greater, two;
};

static struct tails tails_at(size_t b, size_t n, size_t m, size_t f)
{
    const size_t low = f > n ? f - n : 0, high = f < m ? f : m;
    const double here = hypergeometric(b, n, m, f);
    struct tails t = { 0, 0, 0 };

    for (size_t i = low; i <= high; i++) {
        const double p = hypergeometric(i, n, m, f);

        t.less += i <= b ? p : 0;
        t.greater += i >= b ? p : 0;
        t.two += p <= here * NEARLY ? p : 0;
    }
    t.less = fmin(t.less, 1);
    t.greater = fmin(t.greater, 1);
    t.two = fmin(t.two, 1);
    return t;
}

struct stats_rates stats_fisher(size_t a, size_t n, size_t b, size_t m)
{
    const size_t f = a + b;
    const size_t low = f > n ? f - n : 0, high = f < m ? f : m;
    const struct tails here = tails_at(b, n, m, f);

    return (struct stats_rates){ here.two, here.less, here.greater,
                                 fmin(tails_at(low, n, m, f).less,
                                      tails_at(high, n, m, f).greater) };
}

/* P(X >= k), X binomial. */
static double binomial_tail(size_t k, size_t n, double rate)
{
    double sum = 0;

    if (rate <= 0 || rate >= 1)
        return k == 0 || rate >= 1 ? 1 : 0;
    for (size_t i = k; i <= n; i++)
        sum += exp(log_choose(n, i) + (double)i * log(rate) +
                   (double)(n - i) * log1p(-rate));
    return fmin(sum, 1);
}

/* The rate at which P(X >= k) is p; rising in the rate. */
static double solve_tail(size_t k, size_t n, double p)
{
    double low = 0, high = 1;

    for (int i = 0; i < 60; i++) {
        const double mid = (low + high) / 2;

        if (binomial_tail(k, n, mid) < p)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

struct stats_interval stats_clopper_pearson(size_t k, size_t n, double level)
{
    const double tail = (1 - level) / 2;

    return (struct stats_interval){
        k == 0 ? 0 : solve_tail(k, n, tail),
        k == n ? 1 : solve_tail(k + 1, n, 1 - tail),
    };
}

struct stats_interval stats_wilson(size_t k, size_t n, double level)
{
    const double z = stats_normal_quantile(1 - (1 - level) / 2);
    const double m = (double)n, p = (double)k / m, zz = z * z;
    const double mid = (p + zz / (2 * m)) / (1 + zz / m);
    const double half =
        z / (1 + zz / m) * sqrt(p * (1 - p) / m + zz / (4 * m * m));

    return (struct stats_interval){ fmax(0, mid - half), fmin(1, mid + half) };
}
