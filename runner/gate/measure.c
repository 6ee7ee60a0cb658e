/* Series of both sides, matched; samples of each, summed up and tested. */
#include <math.h>
#include <stdlib.h>

#include "runner/gate/decide_int.h"
#include "runner/gate/stats.h"

/* Calls whose output is this much longer or shorter than the baseline's are
 * not compared for speed: a report that stops early or loops is another job. */
#define LENGTH_FACTOR 2.0
#define LEVEL         0.95 /* of intervals */

/* Observations of one series on one side. */
struct group {
    const struct observation *at;
    size_t count;
};

struct groups {
    struct observation *seen; /* a sorted copy, allowed keys blanked */
    struct group *at;
    size_t count;
};

/* The order within a group does not matter: samples are sorted by value. */
static int by_key(const void *a, const void *b)
{
    const struct observation *x = a, *y = b;

    for (size_t k = 0; k < KEY_COUNT; k++) {
        const int c = strcmp(x->key[k], y->key[k]);

        if (c != 0)
            return c;
    }
    return 0;
}

static enum status groups_make(struct groups *gs, const struct observations *o,
                               unsigned blank, struct arena *a,
                               struct error *err)
{
    gs->seen = arena_alloc(a, o->count, sizeof(*gs->seen));
    gs->at = arena_alloc(a, o->count, sizeof(*gs->at));
    gs->count = 0;
    if (gs->seen == NULL || gs->at == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu calls", o->count);
    for (size_t i = 0; i < o->count; i++) {
        gs->seen[i] = o->at[i];
        for (size_t k = 0; k < KEY_COUNT; k++)
            if (blank >> k & 1)
                gs->seen[i].key[k] = "";
    }
    if (o->count > 1)
        qsort(gs->seen, o->count, sizeof(*gs->seen), by_key);
    for (size_t i = 0; i < o->count; i++) {
        const struct group one = { gs->seen + i, 1 };

        if (gs->count > 0 && by_key(gs->at[gs->count - 1].at, one.at) == 0)
            gs->at[gs->count - 1].count++;
        else
            gs->at[gs->count++] = one;
    }
    return ST_OK;
}

struct measure {
    struct gate *g;
    const struct gate_options *o;
    struct error *err;
    size_t series;
    struct group base, now;
    double shortest, longest; /* output tokens; NaN: unknown */
};

static enum status out_of_memory(struct error *err)
{
    return error_set(err, ST_NOMEM, "no memory for a gate");
}

static enum status add_decision(struct measure *m, const struct decision *d)
{
    struct gate *g = m->g;

    if (g->count == g->cap) {
        const size_t cap = g->cap != 0 ? g->cap * 2 : 64;
        struct decision *p = realloc(g->decisions, cap * sizeof(*p));

        if (p == NULL)
            return out_of_memory(m->err);
        g->decisions = p;
        g->cap = cap;
    }
    g->decisions[g->count] = *d;
    g->decisions[g->count++].series = m->series;
    return ST_OK;
}

/* Half the 95 % interval of the median between order statistics, as a share of
 * it; infinite below 6 samples. */
static double median_spread(const double *sorted, size_t n, double median)
{
    double below = 0, term = pow(0.5, (double)n);
    size_t k = 0;

    while (k < n / 2 && below + term <= (1 - LEVEL) / 2) {
        below += term;
        k++;
        term *= (double)(n - k + 1) / (double)k;
    }
    if (k == 0)
        return INFINITY;
    if (median == 0)
        return NAN;
    return fmax(sorted[n - k] - median, median - sorted[k - 1]) / fabs(median);
}

/* Speed is compared over sound calls of like length; length over every call
 * that ended; what a report is worth over every report that was judged. */
static bool eligible(const struct measure *m, const struct observation *o,
                     size_t metric)
{
    const double tokens = o->value[METRIC_TOKENS];

    if (metrics_all[metric].report)
        return true;
    if (metric == METRIC_TOKENS)
        return !o->fault[FAULT_FAILED];
    return o->valid && !(tokens < m->shortest) && !(tokens > m->longest);
}

static enum status take_side(struct measure *m, struct side *s,
                             struct group group, size_t metric,
                             enum phase phase)
{
    double *at = arena_alloc(m->g->arena, group.count, sizeof(*at));

    if (at == NULL)
        return out_of_memory(m->err);
    *s = (struct side){ .at = at, .median = NAN, .spread = NAN };
    for (size_t i = 0; i < group.count; i++) {
        const struct observation *o = &group.at[i];

        if ((o->phase != phase && metric != METRIC_TOKENS) ||
            isnan(o->value[metric]))
            continue;
        if (eligible(m, o, metric))
            at[s->n++] = o->value[metric];
        else
            s->left_out++;
    }
    if (s->n > STATS_SAMPLES_MAX)
        return error_set(m->err, ST_LIMIT,
                         "more than %d samples of %s in one series",
                         STATS_SAMPLES_MAX, metrics_all[metric].id);
    if (s->n == 0)
        return ST_OK;
    stats_sort(at, s->n);
    s->median = stats_quantile(at, s->n, 0.5);
    s->spread = median_spread(at, s->n, s->median);
    return ST_OK;
}

static enum status test_metric(struct measure *m, struct decision *d)
{
    struct stats_rank rank;
    struct stats_shift shift;
    enum status st = stats_mann_whitney(&rank, d->base.at, d->base.n, d->now.at,
                                        d->now.n, STATS_AUTO, m->err);

    if (st == ST_OK)
        st = stats_hodges_lehmann(&shift, d->base.at, d->base.n, d->now.at,
                                  d->now.n, LEVEL, m->err);
    if (st != ST_OK)
        return st;
    /* A change in either direction is bad: both tails count. */
    d->p = d->metric->better == BETTER_SAME ? fmin(1, 2 * rank.p) : rank.p;
    d->p_floor =
        d->metric->better == BETTER_SAME ? 2 * rank.p_floor : rank.p_floor;
    d->exact = rank.exact;
    d->shift = shift.shift;
    d->low = shift.low;
    d->high = shift.high;
    d->change = d->base.median != 0 ? shift.shift / fabs(d->base.median) : NAN;
    return ST_OK;
}

static enum status add_metric(struct measure *m, size_t metric,
                              enum phase phase)
{
    const struct metric *k = &metrics_all[metric];
    struct decision d = {
        .kind = DECIDE_METRIC,
        .phase = phase,
        .id = k->id,
        .unit = k->unit,
        .metric = k,
        .p = 1,
        .p_floor = 1,
        .p_adjusted = 1,
        .shift = NAN,
        .low = NAN,
        .high = NAN,
        .change = NAN,
        .limit = NAN,
        .detectable = NAN,
        .gated = m->o->metrics_named ? m->o->metrics >> metric & 1 : k->gated,
        .family = k->report ? FAMILY_QUALITY : FAMILY_SPEED,
    };
    enum status st = take_side(m, &d.base, m->base, metric, phase);

    if (st == ST_OK)
        st = take_side(m, &d.now, m->now, metric, phase);
    if (st != ST_OK || d.base.n + d.now.n == 0)
        return st;
    if (d.base.n > 0 && d.now.n > 0)
        st = test_metric(m, &d);
    return st == ST_OK ? add_decision(m, &d) : st;
}

static bool has_phase(struct group g, enum phase p)
{
    for (size_t i = 0; i < g.count; i++)
        if (g.at[i].phase == p)
            return true;
    return false;
}

static enum status add_call_metrics(struct measure *m)
{
    enum phase first = PHASE_COUNT;
    enum status st = ST_OK;

    for (size_t p = PHASE_ANY; p < PHASE_COUNT; p++) {
        if (!has_phase(m->base, (enum phase)p) &&
            !has_phase(m->now, (enum phase)p))
            continue;
        first = first == PHASE_COUNT ? (enum phase)p : first;
        for (size_t i = 0; i < METRIC_COUNT && st == ST_OK; i++)
            if (!metrics_all[i].report && i != METRIC_TOKENS)
                st = add_metric(m, i, (enum phase)p);
    }
    /* Length does not depend on a cold start: all calls together. */
    return st == ST_OK && first != PHASE_COUNT
               ? add_metric(m, METRIC_TOKENS, PHASE_ANY)
               : st;
}

/* The range of lengths of the baseline's sound calls, widened. */
static enum status set_lengths(struct measure *m)
{
    double *at = arena_alloc(m->g->arena, m->base.count, sizeof(*at));
    size_t n = 0;

    m->shortest = m->longest = NAN;
    if (at == NULL)
        return out_of_memory(m->err);
    for (size_t i = 0; i < m->base.count; i++)
        if (m->base.at[i].valid && !isnan(m->base.at[i].value[METRIC_TOKENS]))
            at[n++] = m->base.at[i].value[METRIC_TOKENS];
    if (n == 0)
        return ST_OK;
    stats_sort(at, n);
    m->shortest = stats_quantile(at, n, 0.05) / LENGTH_FACTOR;
    m->longest = stats_quantile(at, n, 0.95) * LENGTH_FACTOR;
    return ST_OK;
}

/* Findings of a check in a report: -1 when the check did not run. */
static long findings_of(const struct observation *o, const char *check)
{
    for (size_t i = 0; i < o->check_count; i++)
        if (strcmp(o->checks[i].check, check) == 0)
            return o->checks[i].findings;
    return -1;
}

/* A fault that only a validated report can show. */
static bool needs_judge(size_t fault)
{
    return fault == FAULT_GARBLED || fault == FAULT_REJECTED;
}

/* Counts reports, and those with the fault (check NULL) or with a finding. */
static struct side count_reports(struct group g, size_t fault,
                                 const char *check)
{
    struct side s = { .median = NAN, .spread = NAN };

    for (size_t i = 0; i < g.count; i++) {
        const struct observation *o = &g.at[i];
        const long found = check != NULL ? findings_of(o, check) : 0;

        if (o->phase != PHASE_REPORT || found < 0)
            continue;
        if (check == NULL && needs_judge(fault) && !o->judged &&
            !o->fault[FAULT_ABORTED])
            continue;
        s.n++;
        s.hits += check != NULL ? found > 0 : o->fault[fault];
    }
    if (s.n > 0)
        s.median = (double)s.hits / (double)s.n;
    return s;
}

/* Rates that another decision already speaks for tell what happened, and are
 * left out of the tests: each test costs the others power. */
static bool rate_gated(size_t fault, const char *check)
{
    return check != NULL ? !check_garbles(check)
                         : fault != FAULT_ABORTED && fault != FAULT_REJECTED;
}

/* Twice the smaller tail of Fisher's test, and the least that can become. */
static void test_rate(struct decision *d)
{
    const struct stats_rates r =
        stats_fisher(d->base.hits, d->base.n, d->now.hits, d->now.n);

    d->p = fmin(1, 2 * fmin(r.p_less, r.p_greater));
    d->p_floor = fmin(1, 2 * r.p_floor);
    d->shift = d->now.median - d->base.median;
}

static enum status add_rate(struct measure *m, size_t fault, const char *check,
                            bool always)
{
    struct decision d = {
        .kind = DECIDE_RATE,
        .phase = PHASE_REPORT,
        .unit = "reports",
        .id = check != NULL ? check : fault_name[fault],
        .base = count_reports(m->base, fault, check),
        .now = count_reports(m->now, fault, check),
        .shift = NAN,
        .low = NAN,
        .high = NAN,
        .change = NAN,
        .limit = NAN,
        .detectable = NAN,
        .p = 1,
        .p_floor = 1,
        .p_adjusted = 1,
        .exact = true,
        .family = FAMILY_QUALITY,
        .gated = rate_gated(fault, check),
    };

    if (d.base.n == 0 || d.now.n == 0 ||
        (!always && d.base.hits + d.now.hits == 0))
        return ST_OK;
    test_rate(&d);
    return add_decision(m, &d);
}

static bool seen_before(struct group g, size_t upto, const char *check)
{
    for (size_t i = 0; i < upto; i++)
        if (findings_of(&g.at[i], check) >= 0)
            return true;
    return false;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum { CHECKS_MAX = 256 };

/* Every check that ran on both sides, by name. */
static enum status add_checks(struct measure *m)
{
    const char *names[CHECKS_MAX];
    enum status st = ST_OK;
    size_t n = 0;

    for (size_t i = 0; i < m->now.count; i++)
        for (size_t k = 0; k < m->now.at[i].check_count; k++) {
            const char *name = m->now.at[i].checks[k].check;

            if (n < CHECKS_MAX && !seen_before(m->now, i, name))
                names[n++] = name;
        }
    if (n > 1)
        qsort(names, n, sizeof(*names), by_text);
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = add_rate(m, 0, names[i], false);
    return st;
}

static enum status add_report_metrics(struct measure *m)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < METRIC_COUNT && st == ST_OK; i++)
        if (metrics_all[i].report)
            st = add_metric(m, i, PHASE_REPORT);
    for (size_t i = 0; i < FAULT_COUNT && st == ST_OK; i++)
        st = add_rate(m, i, NULL, i == FAULT_FAILED || i == FAULT_GARBLED);
    return st == ST_OK ? add_checks(m) : st;
}

/* Valid reports per second of generation. */
static double goodput(struct group g, size_t *reports)
{
    double seconds = 0;
    size_t good = 0;

    *reports = 0;
    for (size_t i = 0; i < g.count; i++) {
        const struct observation *o = &g.at[i];

        if (o->phase != PHASE_REPORT)
            continue;
        ++*reports;
        good += o->valid;
        if (!isnan(o->value[METRIC_SECONDS]))
            seconds += o->value[METRIC_SECONDS];
    }
    return seconds > 0 ? (double)good / seconds : NAN;
}

static size_t fault_find(const char *id)
{
    size_t i = 0;

    while (i < FAULT_COUNT && strcmp(fault_name[i], id) != 0)
        i++;
    return i;
}

/* A floor on a call's metric holds for each phase's median; on a report's for
 * the report. */
static enum status add_floor(struct measure *m, const struct floor *f)
{
    const size_t metric = metric_find(text_from(f->id));
    const size_t fault = fault_find(f->id);
    const bool report = has_phase(m->now, PHASE_REPORT);
    struct decision d = {
        .kind = DECIDE_FLOOR,
        .id = f->id,
        .unit = "reports",
        .phase = report ? PHASE_REPORT : PHASE_ANY,
        .gated = true,
        .limit = f->limit,
        .at_most = f->at_most,
        .shift = NAN,
        .low = NAN,
        .high = NAN,
        .change = NAN,
        .detectable = NAN,
        .p = 1,
        .p_floor = 1,
        .p_adjusted = 1,
        .base = { .median = NAN, .spread = NAN },
    };
    enum status st = ST_OK;

    if (metric < METRIC_COUNT) {
        if (metrics_all[metric].report != report)
            return ST_OK;
        d.unit = metrics_all[metric].unit;
        for (size_t p = 0; p < PHASE_COUNT && st == ST_OK; p++) {
            d.phase = (enum phase)p;
            if (p == PHASE_COLD || !has_phase(m->now, d.phase))
                continue;
            st = take_side(m, &d.now, m->now, metric, d.phase);
            if (st == ST_OK)
                st = add_decision(m, &d);
        }
        return st;
    }
    if (!report)
        return ST_OK;
    d.now = count_reports(m->now, fault, fault < FAULT_COUNT ? NULL : f->id);
    return add_decision(m, &d);
}

static enum status measure_pair(struct measure *m, const struct baseline *b)
{
    struct series *s = &m->g->series[m->series];
    enum status st = set_lengths(m);

    s->compared = true;
    m->g->compared_any = true;
    s->base_goodput = goodput(m->base, &s->base_reports);
    s->now_goodput = goodput(m->now, &s->now_reports);
    for (size_t i = 0; i < b->floor_count && st == ST_OK; i++)
        st = add_floor(m, &b->floors[i]);
    if (st == ST_OK && has_phase(m->now, PHASE_REPORT))
        st = add_report_metrics(m);
    return st == ST_OK ? add_call_metrics(m) : st;
}

static unsigned differing(const struct group *a, const struct group *b)
{
    unsigned bits = 0;

    for (size_t k = 0; k < KEY_COUNT; k++)
        if (strcmp(a->at->key[k], b->at->key[k]) != 0)
            bits |= 1u << k;
    return bits;
}

static unsigned bits_set(unsigned v)
{
    unsigned n = 0;

    for (; v != 0; v &= v - 1)
        n++;
    return n;
}

/* The baseline series with the same identity and the fewest other keys apart;
 * NULL: none. *bits: which keys differ. */
static const struct group *nearest(const struct groups *base,
                                   const struct group *g, unsigned *bits)
{
    const unsigned identity = (1u << KEY_IDENTITY) - 1;
    const struct group *best = NULL;

    for (size_t i = 0; i < base->count; i++) {
        const unsigned d = differing(&base->at[i], g);

        if ((d & identity) == 0 &&
            (best == NULL || bits_set(d) < bits_set(*bits))) {
            best = &base->at[i];
            *bits = d;
        }
    }
    return best;
}

static struct series *new_series(struct gate *g, const struct group *of)
{
    struct series *s = &g->series[g->series_count++];

    *s = (struct series){ .base_goodput = NAN, .now_goodput = NAN };
    for (size_t k = 0; k < KEY_COUNT; k++)
        s->key[k] = of->at->key[k];
    return s;
}

static enum status match_one(struct measure *m, const struct groups *base,
                             const struct group *now, bool *used,
                             const struct baseline *b)
{
    struct series *s = new_series(m->g, now);
    const struct group *near;
    unsigned bits = 0;

    m->series = m->g->series_count - 1;
    near = nearest(base, now, &bits);
    if (near == NULL) {
        s->fresh = true;
        return ST_OK;
    }
    used[near - base->at] = true;
    s->differs = bits;
    for (size_t k = 0; k < KEY_COUNT; k++)
        s->other[k] = near->at->key[k];
    if (bits != 0) {
        m->g->not_comparable = true;
        return ST_OK;
    }
    m->base = *near;
    m->now = *now;
    return measure_pair(m, b);
}

static bool has_scenario(const struct observations *o, const char *name)
{
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->at[i].key[KEY_SCENARIO], name) == 0)
            return true;
    return false;
}

/* A floor that nothing measures would hold for ever: most likely its name is
 * wrong. */
static enum status floors_measured(const struct gate *g,
                                   const struct baseline *b, struct error *err)
{
    for (size_t f = 0; f < b->floor_count; f++) {
        bool found = false;

        for (size_t i = 0; i < g->count && !found; i++)
            found = g->decisions[i].kind == DECIDE_FLOOR &&
                    g->decisions[i].now.n > 0 &&
                    strcmp(g->decisions[i].id, b->floors[f].id) == 0;
        if (!found)
            return error_set(err, ST_INPUT,
                             "floor %s: no current run measures it",
                             b->floors[f].id);
    }
    return ST_OK;
}

/* A baseline series that nobody ran is an error when its scenario was run:
 * a gate must not pass for want of runs. */
enum status gate_measure(struct gate *g, const struct baseline *base,
                         const struct observations *now,
                         const struct gate_options *o, struct error *err)
{
    struct measure m = { .g = g, .o = o, .err = err };
    struct groups old, new;
    bool *used;
    enum status st =
        groups_make(&old, &base->seen, o->different, g->arena, err);

    if (st == ST_OK)
        st = groups_make(&new, now, o->different, g->arena, err);
    if (st != ST_OK)
        return st;
    used = arena_alloc(g->arena, old.count, sizeof(*used));
    g->series =
        arena_alloc(g->arena, old.count + new.count, sizeof(*g->series));
    if (used == NULL || g->series == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < new.count &&st == ST_OK; i++)
        st = match_one(&m, &old, &new.at[i], used, base);
    for (size_t i = 0; i < old.count && st == ST_OK; i++)
        if (!used[i]) {
            new_series(g, &old.at[i])->missing = true;
            if (o->strict || has_scenario(now, old.at[i].at->key[KEY_SCENARIO]))
                g->missing = true;
        }
    return st == ST_OK && g->compared_any ? floors_measured(g, base, err) : st;
}
