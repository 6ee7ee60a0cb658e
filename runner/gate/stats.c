#define _GNU_SOURCE /* M_PI, M_SQRT1_2 */
#include "runner/gate/stats.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void stats_sort(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof(*x), by_value);
}

double stats_quantile(const double *sorted, size_t n, double q)
{
    const double at = q * (double)(n - 1);
    const size_t i = (size_t)at;

    if (i + 1 >= n)
        return sorted[n - 1];
    return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

double stats_median(const double *x, size_t n)
{
    double *copy = n > 0 ? malloc(n * sizeof(*copy)) : NULL;
    double m;

    if (copy == NULL)
        return NAN;
    memcpy(copy, x, n * sizeof(*copy));
    stats_sort(copy, n);
    m = n % 2 == 1 ? copy[n / 2] : (copy[n / 2 - 1] + copy[n / 2]) / 2;
    free(copy);
    return m;
}

double stats_mean(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n > 0 ? sum / (double)n : NAN;
}

double stats_sd(const double *x, size_t n)
{
    const double mean = stats_mean(x, n);
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

double stats_sd_gini(const double *sorted, size_t n)
{
    double sum = 0;

    if (n < 2)
        return 0;
    for (size_t i = 0; i < n; i++)
        sum += (2 * (double)i - (double)(n - 1)) * sorted[i];
    return sqrt(M_PI) * sum / ((double)n * (double)(n - 1));
}

double stats_normal_cdf(double z)
{
    return erfc(-z * M_SQRT1_2) / 2;
}

/* A start good to 4.5e-4 (Abramowitz and Stegun 26.2.23), then Newton's
 * method, which doubles the digits each step. */
double stats_normal_quantile(double p)
{
    const double tail = p < 0.5 ? p : 1 - p;
    const double t = sqrt(-2 * log(tail));
    double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));

    for (int i = 0; i < 4; i++) {
        const double density = exp(-z * z / 2) / sqrt(2 * M_PI);

        z += (stats_normal_cdf(-z) - tail) / density;
    }
    return p < 0.5 ? -z : z;
}

struct indexed {
    double p;
    size_t at;
};

static int by_p(const void *a, const void *b)
{
    const struct indexed *x = a, *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

enum status stats_holm(double *out, const double *p, size_t n,
                       struct error *err)
{
    struct indexed *sorted = malloc((n + 1) * sizeof(*sorted));
    double largest = 0;

    if (sorted == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu tests", n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct indexed){ p[i], i };
    qsort(sorted, n, sizeof(*sorted), by_p);
    for (size_t i = 0; i < n; i++) {
        const double q = sorted[i].p * (double)(n - i);

        largest = q > largest ? q : largest;
        out[sorted[i].at] = largest < 1 ? largest : 1;
    }
    free(sorted);
    return ST_OK;
}

size_t stats_tarone(bool *keep, const double *floors, size_t n, double alpha)
{
    size_t kept = 0;

    for (size_t k = 1; k <= n + 1; k++) {
        kept = 0;
        for (size_t i = 0; i < n; i++) {
            keep[i] = floors[i] < alpha / (double)k;
            kept += keep[i];
        }
        if (kept <= k)
            break;
    }
    return kept;
}
