/* How often the gate is wrong, on simulated runs (docs/measured/gate.md).
 *   gate_sim alarms GATES SEED   gates of unchanged runs: how many fail
 *   gate_sim power GATES SEED    gates with one metric worse: how many fail,
 *                                beside Welch's t and a plain 10 % threshold
 *   gate_sim changes HISTORIES SEED   change points of simulated histories
 * A run has two calls (analysis, report) with three times each and its output
 * length: 8 metrics of speed, and the report's score, supported share and
 * faults. Times are log-normal, share a factor within a run, and one call in
 * ten is a cold start. */
#define _GNU_SOURCE /* lgamma_r, M_PI */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/gate/change.h"
#include "runner/gate/decide.h"
#include "runner/gate/rng.h"
#include "runner/gate/stats.h"
#include "validator/base/decimal.h"

enum { RUNS_MAX = 30, METRICS = 8, STAGES = 2 };

#define ALPHA     0.05
#define CALL_SD   0.08 /* of the logarithm of a time, call by call */
#define RUN_SD    0.03 /* shared by a run's times */
#define COLD_RATE 0.10
#define GARBLED   0.15 /* of reports */

static double rng_normal(struct rng *r)
{
    return sqrt(-2 * log(rng_unit(r))) * cos(2 * M_PI * rng_unit(r));
}

struct shift { /* which metric of which stage is worse, by which factor */
    size_t stage;
    enum metric_id metric;
    double factor;
};

static struct observation blank(const char *run, const char *stage)
{
    struct observation o = {
        .run = run, .started = "", .call = -1, .valid = true
    };

    for (size_t k = 0; k < KEY_COUNT; k++)
        o.key[k] = "";
    o.key[KEY_SCENARIO] = "simulated";
    o.key[KEY_STAGE] = stage;
    for (size_t i = 0; i < METRIC_COUNT; i++)
        o.value[i] = NAN;
    return o;
}

static struct observation draw_call(struct rng *r, const char *run,
                                    size_t stage, double run_factor,
                                    const struct shift *shift)
{
    static const char *const stages[STAGES] = { "analysis", "report" };
    static const double typical[METRIC_COUNT] = {
        [METRIC_TTFT] = 120, [METRIC_SPEED] = 70, [METRIC_ITL_P99] = 30
    };
    struct observation o = blank(run, stages[stage]);
    const bool cold = rng_unit(r) < COLD_RATE;

    o.call = (long)stage;
    o.phase = cold ? PHASE_COLD : PHASE_WARM;
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        double slow;

        if (!(typical[i] > 0))
            continue;
        slow = run_factor * exp(CALL_SD * rng_normal(r));
        if (shift != NULL && shift->stage == stage && shift->metric == i)
            slow *= shift->factor;
        o.value[i] = metrics_all[i].better == BETTER_HIGHER ? typical[i] / slow
                                                            : typical[i] * slow;
    }
    o.value[METRIC_TTFT] += cold ? 2500 * exp(0.2 * rng_normal(r)) : 0;
    o.value[METRIC_TOKENS] = floor(900 * exp(0.15 * rng_normal(r)));
    return o;
}

static struct observation draw_report(struct rng *r, const char *run)
{
    struct observation o = blank(run, "");

    o.phase = PHASE_REPORT;
    o.judged = true;
    o.fault[FAULT_GARBLED] = rng_unit(r) < GARBLED;
    o.valid = !o.fault[FAULT_GARBLED];
    o.value[METRIC_SCORE] =
        o.valid ? fmin(100, floor(90 + 6 * rng_normal(r))) : 40;
    o.value[METRIC_SUPPORTED] =
        floor(fmin(20, fmax(0, 17 + 2 * rng_normal(r)))) / 20;
    return o;
}

/* `runs` runs into an empty set; names are borrowed from a table. */
static enum status draw(struct observations *to, struct rng *r, size_t runs,
                        char names[RUNS_MAX][8], const struct shift *shift,
                        struct error *err)
{
    enum status st = ST_OK;

    to->count = 0;
    for (size_t i = 0; i < runs && st == ST_OK; i++) {
        const double factor = exp(RUN_SD * rng_normal(r));
        const struct observation report = draw_report(r, names[i]);

        st = observations_add(to, &report, err);
        for (size_t k = 0; k < STAGES && st == ST_OK; k++) {
            struct observation call = draw_call(r, names[i], k, factor, shift);

            call.valid = report.valid;
            st = observations_add(to, &call, err);
        }
    }
    return st == ST_OK ? observations_sort(to, err) : st;
}

/* Regularised incomplete beta function by its continued fraction (Abramowitz
 * and Stegun 26.5.8). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;

    for (int m = 1; m < 500; m++) {
        const double k = m;
        const double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
        const double odd =
            -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));

        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-12)
            break;
    }
    return h;
}

static double beta_cdf(double x, double a, double b)
{
    int sign;
    const double front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) -
                             lgamma_r(b, &sign) + a * log(x) + b * log1p(-x));

    return x < (a + 1) / (a + b + 2)
               ? front * beta_fraction(a, b, x) / a
               : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* Two-sided p of Welch's t-test. */
static double welch(const struct side *x, const struct side *y)
{
    const double sx = stats_sd(x->at, x->n), sy = stats_sd(y->at, y->n);
    const double vx = sx * sx / (double)x->n, vy = sy * sy / (double)y->n;
    const double d = stats_mean(y->at, y->n) - stats_mean(x->at, x->n);
    const double v = vx + vy;
    double df;

    if (x->n < 2 || y->n < 2 || v <= 0)
        return 1;
    df = v * v / (vx * vx / (double)(x->n - 1) + vy * vy / (double)(y->n - 1));
    return beta_cdf(df / (df + d * d / v), df / 2, 0.5);
}

struct verdicts {
    bool assay, inconclusive, welch, threshold;
};

/* What the two others say of the same warm samples. Holm's first step. */
static void judge_others(struct verdicts *v, const struct gate *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct decision *d = &g->decisions[i];
        double change;

        if (d->family != FAMILY_SPEED || !d->gated || d->base.n == 0 ||
            d->now.n == 0 || d->phase == PHASE_COLD ||
            d->metric->better == BETTER_SAME)
            continue;
        change = stats_mean(d->now.at, d->now.n) /
                     stats_mean(d->base.at, d->base.n) -
                 1;
        if (d->metric->better == BETTER_HIGHER)
            change = -change;
        v->threshold = v->threshold || change > 0.10;
        v->welch = v->welch ||
                   (change > 0 && welch(&d->base, &d->now) < ALPHA / METRICS);
    }
}

static enum status one_gate(struct verdicts *v, struct rng *r, size_t n,
                            size_t m, const struct shift *shift,
                            struct baseline *base, struct observations *now,
                            char names[RUNS_MAX][8], struct error *err)
{
    const struct gate_options o = { .alpha = ALPHA };
    struct gate g;
    enum status st = draw(&base->seen, r, n, names, NULL, err);

    if (st == ST_OK)
        st = draw(now, r, m, names, shift, err);
    if (st == ST_OK)
        st = gate_decide(&g, base, now, &o, err);
    if (st != ST_OK)
        return st;
    *v = (struct verdicts){
        .assay = gate_verdict(&g) == GATE_FAIL,
        .inconclusive = gate_verdict(&g) == GATE_INCONCLUSIVE,
    };
    judge_others(v, &g);
    gate_free(&g);
    return ST_OK;
}

struct tally {
    size_t gates, assay, inconclusive, welch, threshold;
};

static void count(struct tally *t, const struct verdicts *v)
{
    t->gates++;
    t->assay += v->assay;
    t->inconclusive += v->inconclusive;
    t->welch += v->welch;
    t->threshold += v->threshold;
}

static double percent(size_t k, size_t n)
{
    return n > 0 ? 100.0 * (double)k / (double)n : 0;
}

struct sim {
    struct baseline base;
    struct observations now;
    struct rng rng;
    char names[RUNS_MAX][8];
    size_t gates;
};

static void row(const char *label, const struct tally *t)
{
    (void)printf("| %s | %zu | %.1f %% | %.1f %% | %.1f %% | %.1f %% |\n",
                 label, t->gates, percent(t->assay, t->gates),
                 percent(t->inconclusive, t->gates),
                 percent(t->welch, t->gates), percent(t->threshold, t->gates));
}

static void header(const char *what)
{
    (void)printf("| %s | gates | assay gate fails | assay inconclusive | "
                 "Welch's t, Bonferroni | mean 10 %% worse |\n"
                 "|---|---|---|---|---|---|\n",
                 what);
}

static enum status alarms(struct sim *s, struct error *err)
{
    struct tally bands[3] = { { 0 } }, all = { 0 };
    static const char *const names[] = { "3 to 9", "10 to 19", "20 to 30" };
    enum status st = ST_OK;
    struct stats_interval i;

    for (size_t k = 0; k < s->gates && st == ST_OK; k++) {
        const size_t n = 3 + rng_next(&s->rng) % 28;
        const size_t m = 3 + rng_next(&s->rng) % 28;
        const size_t least = n < m ? n : m;
        struct verdicts v;

        st =
            one_gate(&v, &s->rng, n, m, NULL, &s->base, &s->now, s->names, err);
        if (st != ST_OK)
            return st;
        count(&bands[least < 10 ? 0 : least < 20 ? 1 : 2], &v);
        count(&all, &v);
    }
    header("runs on the smaller side");
    for (size_t b = 0; b < 3; b++)
        row(names[b], &bands[b]);
    row("all", &all);
    i = stats_clopper_pearson(all.assay, all.gates, 0.95);
    (void)printf("\nFalse alarms of the gate: %zu of %zu, 95 %% interval "
                 "%.2f %% to %.2f %%.\n",
                 all.assay, all.gates, i.low * 100, i.high * 100);
    return ST_OK;
}

static enum status power(struct sim *s, struct error *err)
{
    static const size_t runs[] = { 5, 8, 12, 20, 30 };
    static const double shifts[] = { 1.05, 1.10, 1.20 };
    enum status st = ST_OK;

    header("shift, runs a side");
    for (size_t k = 0; k < 3; k++)
        for (size_t n = 0; n < 5; n++) {
            const struct shift shift = { 1, METRIC_SPEED, shifts[k] };
            struct tally t = { 0 };
            char label[64];

            for (size_t i = 0; i < s->gates && st == ST_OK; i++) {
                struct verdicts v;

                st = one_gate(&v, &s->rng, runs[n], runs[n], &shift, &s->base,
                              &s->now, s->names, err);
                if (st == ST_OK)
                    count(&t, &v);
            }
            (void)snprintf(label, sizeof(label), "%.0f %%, %zu",
                           (shifts[k] - 1) * 100, runs[n]);
            row(label, &t);
        }
    return st;
}

/* One history: noise of 4 % about a level that moves by `size` `moves` times,
 * one build in twenty an outlier half as large again. */
enum { BUILDS = 60, SPACING = 12, NEAR = 2 };

static void draw_history(struct rng *r, double x[BUILDS], double size,
                         size_t moves, size_t places[3])
{
    double level = 100;
    size_t next = 0;

    for (size_t k = 0; k < moves; k++)
        places[k] = SPACING * (k + 1) + rng_below(r, SPACING);
    for (size_t i = 0; i < BUILDS; i++) {
        if (next < moves && i == places[next]) {
            level *= next % 2 == 0 ? 1 + size : 1 / (1 + size);
            next++;
        }
        x[i] = level * exp(0.04 * rng_normal(r));
        if (rng_unit(r) < 0.05)
            x[i] *= 1.5;
    }
}

static bool near_any(size_t at, const size_t *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at + NEAR >= places[i] && at <= places[i] + NEAR)
            return true;
    return false;
}

struct change_tally {
    size_t hit, wrong, alarmed;
};

static enum status one_history(struct sim *s, double size, size_t moves,
                               struct change_tally *t, struct error *err)
{
    struct change c[16];
    double x[BUILDS];
    size_t places[3], found[3] = { 0 }, n = 0, bad = 0;
    enum status st;

    draw_history(&s->rng, x, size, moves, places);
    st = change_find(c, 16, &n, x, BUILDS, 0.01, 3, err);
    for (size_t j = 0; j < n && st == ST_OK; j++) {
        bad += !near_any(c[j].at, places, moves);
        for (size_t m = 0; m < moves; m++)
            found[m] |= near_any(c[j].at, &places[m], 1);
    }
    t->hit += found[0] + found[1] + found[2];
    t->wrong += bad;
    t->alarmed += bad > 0;
    return st;
}

static enum status histories(struct sim *s, double size, size_t moves,
                             struct error *err)
{
    struct change_tally t = { 0 };
    enum status st = ST_OK;

    for (size_t i = 0; i < s->gates && st == ST_OK; i++)
        st = one_history(s, size, moves, &t, err);
    if (st != ST_OK)
        return st;
    (void)printf("| %.0f %% | %zu | %zu | ", size * 100, moves, s->gates);
    if (moves > 0)
        (void)printf("%.1f %%", percent(t.hit, moves * s->gates));
    (void)printf(" | %.3f | %.1f %% |\n", (double)t.wrong / (double)s->gates,
                 percent(t.alarmed, s->gates));
    return ST_OK;
}

static enum status changes(struct sim *s, struct error *err)
{
    static const struct {
        double size;
        size_t moves;
    } rows[] = { { 0, 0 },    { 0.05, 1 }, { 0.05, 3 }, { 0.10, 1 },
                 { 0.10, 3 }, { 0.20, 1 }, { 0.20, 3 } };
    enum status st = ST_OK;

    (void)printf("| shift | moves a history | histories | moves found | "
                 "false changes a history | histories with one |\n"
                 "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && st == ST_OK; i++)
        st = histories(s, rows[i].size, rows[i].moves, err);
    return st;
}

static size_t whole(const char *s)
{
    struct decimal d;

    return decimal_parse(text_from(s), &d) && !d.neg
               ? (size_t)decimal_to_double(d)
               : 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum status (*run)(struct sim *, struct error *);
    } modes[] = { { "alarms", alarms },
                  { "power", power },
                  { "changes", changes } };
    static struct sim s;
    struct error err;
    enum status st = ST_USAGE;

    if (argc != 4 || whole(argv[2]) == 0) {
        (void)fprintf(stderr, "usage: gate_sim alarms|power|changes N SEED\n");
        return 2;
    }
    s.gates = whole(argv[2]);
    s.rng.s = whole(argv[3]);
    for (size_t i = 0; i < RUNS_MAX; i++)
        (void)snprintf(s.names[i], sizeof(s.names[i]), "r%zu", i);
    if (baseline_init(&s.base, &err) != ST_OK ||
        observations_init(&s.now, &err) != ST_OK)
        return 2;
    (void)error_set(&err, ST_USAGE, "%s: want alarms, power or changes",
                    argv[1]);
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            st = modes[i].run(&s, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "gate_sim: %s\n", err.text);
    baseline_free(&s.base);
    observations_free(&s.now);
    return st == ST_OK ? 0 : 2;
}
