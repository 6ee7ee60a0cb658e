#define _GNU_SOURCE /* M_PI */
#include "runner/gate/decide.h"

#include <math.h>
#include <stdlib.h>

#include "runner/gate/decide_int.h"
#include "runner/gate/stats.h"

const char *const outcome_name[OUTCOME_COUNT] = {
    [OUTCOME_REGRESSION] = "regression",
    [OUTCOME_INCONCLUSIVE] = "inconclusive",
    [OUTCOME_IMPROVEMENT] = "improvement",
    [OUTCOME_PASS] = "pass",
    [OUTCOME_INFO] = "info",
};

const char *const gate_verdict_name[GATE_VERDICT_COUNT] = {
    [GATE_PASS] = "pass",
    [GATE_FAIL] = "fail",
    [GATE_NOT_COMPARABLE] = "not-comparable",
    [GATE_INCONCLUSIVE] = "inconclusive",
};

/* A fault in one of fifty reports is not yet a trend. */
#define RATE_MIN_EFFECT 0.02
/* Chance with which a change as large as `detectable` is seen. */
#define POWER 0.8
enum { RUNS_MAX = 1000 };

static double effect_floor(const struct decision *d)
{
    return d->metric->absolute
               ? d->metric->min_effect
               : fmax(d->metric->min_effect * fabs(d->base.median),
                      d->metric->least);
}

/* A change in the metric's own measure: a fraction, or the unit. */
static double relative(const struct decision *d, double amount)
{
    if (d->metric->absolute)
        return amount;
    return d->base.median != 0 ? amount / fabs(d->base.median) : INFINITY;
}

/* Standard deviation of the difference of two medians' worth of ranks: pi / 3
 * is the price of ranks against means for normal samples. */
static double noise(const struct decision *d)
{
    const double a = stats_sd_gini(d->base.at, d->base.n);
    const double b = stats_sd_gini(d->now.at, d->now.n);
    const double n = (double)d->base.n, m = (double)d->now.n;
    const double pooled =
        n + m > 2 ? ((n - 1) * a * a + (m - 1) * b * b) / (n + m - 2) : 0;

    return sqrt(pooled * M_PI / 3);
}

static double reach(double alpha)
{
    return stats_normal_quantile(1 - alpha / 2) + stats_normal_quantile(POWER);
}

static size_t runs_for(double sd, double want, double alpha)
{
    const double r = want > 0 ? reach(alpha) * sd / want : 0;
    double n = ceil(2 * r * r);

    n = n < 2 ? 2 : n;
    while (n < RUNS_MAX && stats_rank_floor((size_t)n, (size_t)n) >= alpha)
        n++;
    return n < RUNS_MAX ? (size_t)n : RUNS_MAX;
}

static void set_metric_power(struct decision *d, double alpha, double detect)
{
    const double sd = noise(d);
    const double want =
        d->metric->absolute ? detect : detect * fabs(d->base.median);
    const double per_n = 1 / (double)d->base.n + 1 / (double)d->now.n;

    d->detectable = stats_rank_floor(d->base.n, d->now.n) >= alpha
                        ? INFINITY
                        : relative(d, fmax(reach(alpha) * sd * sqrt(per_n),
                                           effect_floor(d)));
    d->runs_needed = d->detectable > detect ? runs_for(sd, want, alpha) : 0;
}

static bool worse(const struct decision *d)
{
    return d->metric->better == BETTER_SAME ||
           (d->metric->better == BETTER_LOWER) == (d->shift > 0);
}

static void settle(struct decision *d, enum outcome o, const char *why)
{
    d->outcome = o;
    d->why = why;
}

/* Cold starts come one a session: where they are too few to decide, they are
 * told and do not hold up the gate. */
static enum outcome undecided(const struct decision *d)
{
    return d->phase == PHASE_COLD ? OUTCOME_INFO : OUTCOME_INCONCLUSIVE;
}

static void judge_metric(struct decision *d, double alpha, double alpha_each,
                         double own_detect)
{
    double detect =
        own_detect > 0 && !d->metric->absolute ? own_detect : d->metric->detect;

    if (d->base.n == 0 || d->now.n == 0) {
        settle(d, undecided(d),
               d->now.n == 0 ? "no comparable sample in the current runs"
                             : "no comparable sample in the baseline");
        d->detectable = INFINITY;
        return;
    }
    /* What is below the minimum effect need not be detected. */
    detect = fmax(detect, relative(d, effect_floor(d)));
    set_metric_power(d, alpha_each, detect);
    if (d->p_adjusted < alpha && fabs(d->shift) < effect_floor(d))
        settle(d, OUTCOME_PASS, "smaller than the minimum effect");
    else if (d->p_adjusted < alpha && worse(d))
        settle(d, OUTCOME_REGRESSION, "");
    else if (d->p_adjusted < alpha)
        settle(d, OUTCOME_IMPROVEMENT, "");
    else if (isinf(d->detectable))
        settle(d, undecided(d), "too few runs to detect any change");
    else if (d->detectable > detect)
        settle(d, undecided(d), "too noisy for this many runs");
    else
        settle(d, OUTCOME_PASS, "");
}

static double share(const struct side *s)
{
    return s->n > 0 ? (double)s->hits / (double)s->n : NAN;
}

static void set_rate_power(struct decision *d, double alpha)
{
    const size_t a = d->base.hits, n = d->base.n, m = d->now.n;

    d->detectable = INFINITY;
    for (size_t k = 1; k <= m; k++) {
        const double more = (double)k / (double)m - share(&d->base);

        if (more > RATE_MIN_EFFECT &&
            2 * stats_fisher(a, n, k, m).p_greater < alpha) {
            d->detectable = more;
            break;
        }
    }
    d->runs_needed = 0;
    if (2 * stats_fisher(0, n, m, m).p_greater < alpha)
        return;
    d->runs_needed = 2;
    while (d->runs_needed < RUNS_MAX &&
           2 * stats_fisher(0, d->runs_needed, d->runs_needed, d->runs_needed)
                       .p_greater >=
               alpha)
        d->runs_needed++;
}

static void judge_rate(struct decision *d, double alpha, double alpha_each)
{
    const double more = share(&d->now) - share(&d->base);

    set_rate_power(d, alpha_each);
    if (d->p_adjusted < alpha && fabs(more) < RATE_MIN_EFFECT)
        settle(d, OUTCOME_PASS, "smaller than the minimum effect");
    else if (d->p_adjusted < alpha)
        settle(d, more > 0 ? OUTCOME_REGRESSION : OUTCOME_IMPROVEMENT, "");
    else if (d->runs_needed > 0)
        settle(d, OUTCOME_INCONCLUSIVE, "too few reports to detect any change");
    else
        settle(d, OUTCOME_PASS, "");
}

static void judge_floor(struct decision *d)
{
    const double v = d->now.median;

    if (isnan(v))
        settle(d, OUTCOME_INCONCLUSIVE, "nothing measured it");
    else if (d->at_most ? v > d->limit : v < d->limit)
        settle(d, OUTCOME_REGRESSION, "beyond its floor");
    else
        settle(d, OUTCOME_PASS, "");
}

/* Corrects the gated tests of a family together. *alpha_each is what one test
 * must reach when it is the family's smallest. */
static enum status correct(struct gate *g, enum family family, double alpha,
                           double *alpha_each, struct error *err)
{
    double *p = malloc((g->count + 1) * sizeof(*p));
    double *floors = malloc((g->count + 1) * sizeof(*floors));
    bool *keep = malloc((g->count + 1) * sizeof(*keep));
    enum status st = ST_OK;
    size_t k = 0, n;

    if (p == NULL || floors == NULL || keep == NULL) {
        st = error_set(err, ST_NOMEM, "no memory for %zu tests", g->count);
        goto out;
    }
    for (size_t i = 0; i < g->count; i++)
        floors[i] = g->decisions[i].gated && g->decisions[i].family == family
                        ? g->decisions[i].p_floor
                        : 1;
    n = g->tests[family] = stats_tarone(keep, floors, g->count, alpha);
    *alpha_each = alpha / (double)(n > 0 ? n : 1);
    for (size_t i = 0; i < g->count; i++)
        if (keep[i])
            p[k++] = g->decisions[i].p;
    st = stats_holm(p, p, k, err);
    k = 0;
    for (size_t i = 0; i < g->count && st == ST_OK; i++)
        if (g->decisions[i].family == family)
            g->decisions[i].p_adjusted = keep[i] ? p[k++] : 1;
out:
    free(p);
    free(floors);
    free(keep);
    return st;
}

static void judge_one(struct decision *d, const struct gate_options *o,
                      const double *alphas)
{
    const double alpha_each = alphas[d->family];

    if (d->kind == DECIDE_FLOOR)
        judge_floor(d);
    else if (d->kind == DECIDE_RATE)
        judge_rate(d, o->alpha, alpha_each);
    else
        judge_metric(d, o->alpha, alpha_each, o->detect);
    if (!d->gated && d->kind != DECIDE_FLOOR)
        d->outcome = OUTCOME_INFO;
}

enum status gate_decide(struct gate *g, const struct baseline *base,
                        const struct observations *now,
                        const struct gate_options *o, struct error *err)
{
    double alphas[FAMILY_COUNT];
    enum status st;

    *g = (struct gate){ .arena = arena_new((size_t)1 << 30) };
    if (g->arena == NULL)
        return error_set(err, ST_NOMEM, "no memory for a gate");
    st = gate_measure(g, base, now, o, err);
    for (size_t f = 0; f < FAMILY_COUNT && st == ST_OK; f++)
        st = correct(g, (enum family)f, o->alpha, &alphas[f], err);
    for (size_t i = 0; i < g->count && st == ST_OK; i++) {
        judge_one(&g->decisions[i], o, alphas);
        g->outcomes[g->decisions[i].outcome]++;
    }
    if (st != ST_OK)
        gate_free(g);
    return st;
}

void gate_free(struct gate *g)
{
    free(g->decisions);
    arena_free(g->arena);
    *g = (struct gate){ .count = 0 };
}

enum gate_verdict gate_verdict(const struct gate *g)
{
    if (g->outcomes[OUTCOME_REGRESSION] > 0)
        return GATE_FAIL;
    if (g->not_comparable || g->missing || !g->compared_any)
        return GATE_NOT_COMPARABLE;
    return g->outcomes[OUTCOME_INCONCLUSIVE] > 0 ? GATE_INCONCLUSIVE
                                                 : GATE_PASS;
}
