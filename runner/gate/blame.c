#include "runner/gate/blame.h"

#include <math.h>
#include <stdlib.h>

#include "runner/gate/stats.h"
#include "validator/base/buf.h"

const char *const blame_outcome_name[BLAME_OUTCOMES] = {
    [BLAME_GARBLED] = "garbled",
    [BLAME_SPEED] = "tokens_per_second",
    [BLAME_TTFT] = "ttft_ms"
};

enum {
    FACTORS_MAX = 32,
    LEVELS_MAX = 64,
    ROWS_MAX = 4096,
    SUBJECTS_MAX = 10000 /* every sample is aligned with its block: quadratic */
};

/* An observation with the level of each option that varies. */
struct subject {
    const struct observation *o;
    const char *level[FACTORS_MAX]; /* "-": not set */
};

struct sweep {
    struct arena *arena;
    struct subject *at;
    size_t count;
    const char *factors[FACTORS_MAX];
    size_t factor_count;
    double *x, *y; /* scratch */
    struct error *err;
};

static enum status out_of_memory(struct error *err)
{
    return error_set(err, ST_NOMEM, "no memory for a sweep");
}

static size_t factor_index(struct sweep *s, const char *name)
{
    size_t i = 0;

    while (i < s->factor_count && strcmp(s->factors[i], name) != 0)
        i++;
    if (i == s->factor_count && i < FACTORS_MAX) {
        s->factors[i] = arena_copy(s->arena, text_from(name)).ptr;
        if (s->factors[i] == NULL)
            return FACTORS_MAX;
        s->factor_count++;
    }
    return i;
}

static enum status set_levels(struct sweep *s, struct subject *to)
{
    cJSON *options = cJSON_Parse(to->o->key[KEY_OPTIONS]);
    const cJSON *v;
    enum status st = ST_OK;

    for (size_t i = 0; i < FACTORS_MAX; i++)
        to->level[i] = "-";
    cJSON_ArrayForEach(v, options)
    {
        const size_t i = factor_index(s, v->string);
        char *text = cJSON_PrintUnformatted(v);

        if (i < FACTORS_MAX && text != NULL)
            to->level[i] = arena_copy(s->arena, text_from(text)).ptr;
        cJSON_free(text);
        if (i < FACTORS_MAX && to->level[i] == NULL)
            st = out_of_memory(s->err);
    }
    cJSON_Delete(options);
    if (to->o->key[KEY_MODEL][0] != '\0') {
        const size_t i = factor_index(s, "model");

        if (i < FACTORS_MAX)
            to->level[i] = to->o->key[KEY_MODEL];
    }
    return st;
}

/* Every other option is the same, and so are agent and stage. */
static bool same_block(const struct sweep *s, const struct subject *a,
                       const struct subject *b, size_t factor)
{
    for (size_t i = 0; i < s->factor_count; i++)
        if (i != factor && strcmp(a->level[i], b->level[i]) != 0)
            return false;
    return strcmp(a->o->key[KEY_SCENARIO], b->o->key[KEY_SCENARIO]) == 0 &&
           strcmp(a->o->key[KEY_AGENT], b->o->key[KEY_AGENT]) == 0 &&
           strcmp(a->o->key[KEY_STAGE], b->o->key[KEY_STAGE]) == 0;
}

static enum metric_id metric_of(enum blame_outcome outcome)
{
    return outcome == BLAME_SPEED ? METRIC_SPEED : METRIC_TTFT;
}

static bool counts(const struct subject *a, enum blame_outcome outcome)
{
    if (outcome == BLAME_GARBLED)
        return a->o->phase == PHASE_REPORT &&
               (a->o->judged || a->o->fault[FAULT_ABORTED]);
    return a->o->phase != PHASE_REPORT && a->o->phase != PHASE_COLD &&
           !a->o->fault[FAULT_FAILED] &&
           !isnan(a->o->value[metric_of(outcome)]);
}

/* The sample less the median of its block. */
static double aligned(struct sweep *s, const struct subject *a, size_t factor,
                      enum blame_outcome outcome, double *scratch)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        if (counts(&s->at[i], outcome) && same_block(s, a, &s->at[i], factor))
            scratch[n++] = s->at[i].o->value[metric_of(outcome)];
    return a->o->value[metric_of(outcome)] - stats_median(scratch, n);
}

static enum status measure_metric(struct sweep *s, struct blame_row *r,
                                  size_t factor, double *scratch)
{
    struct stats_rank rank;
    struct stats_shift shift;
    enum status st;

    for (int pass = 0; pass < 2; pass++) {
        r->n = r->others_n = 0;
        for (size_t i = 0; i < s->count; i++) {
            const struct subject *a = &s->at[i];
            const bool here = strcmp(a->level[factor], r->level) == 0;
            double v;

            if (!counts(a, r->outcome))
                continue;
            v = pass == 0 ? a->o->value[metric_of(r->outcome)]
                          : aligned(s, a, factor, r->outcome, scratch);
            if (here)
                s->y[r->n++] = v;
            else
                s->x[r->others_n++] = v;
        }
        if (pass == 0) {
            r->here = stats_median(s->y, r->n);
            r->others = stats_median(s->x, r->others_n);
        }
    }
    st = stats_mann_whitney(&rank, s->x, r->others_n, s->y, r->n, STATS_AUTO,
                            s->err);
    if (st == ST_OK)
        st = stats_hodges_lehmann(&shift, s->x, r->others_n, s->y, r->n, 0.95,
                                  s->err);
    if (st != ST_OK)
        return st;
    r->p = rank.p;
    r->effect = shift.shift;
    r->low = shift.low;
    r->high = shift.high;
    return ST_OK;
}

/* Newcombe (1998), method 10: from the two Wilson intervals. */
static void set_rate_effect(struct blame_row *r)
{
    const struct stats_interval a = stats_wilson(r->hits, r->n, 0.95);
    const struct stats_interval b =
        stats_wilson(r->others_hits, r->others_n, 0.95);

    r->effect = r->here - r->others;
    r->low = r->effect - hypot(r->here - a.low, b.high - r->others);
    r->high = r->effect + hypot(a.high - r->here, r->others - b.low);
}

static void measure_rate(const struct sweep *s, struct blame_row *r,
                         size_t factor)
{
    struct stats_rates f;

    for (size_t i = 0; i < s->count; i++) {
        const struct subject *a = &s->at[i];
        const bool here = strcmp(a->level[factor], r->level) == 0;

        if (!counts(a, r->outcome))
            continue;
        *(here ? &r->n : &r->others_n) += 1;
        *(here ? &r->hits : &r->others_hits) += a->o->fault[FAULT_GARBLED];
    }
    if (r->n == 0 || r->others_n == 0)
        return;
    f = stats_fisher(r->others_hits, r->others_n, r->hits, r->n);
    r->p = fmin(1, 2 * fmin(f.p_less, f.p_greater));
    r->here = (double)r->hits / (double)r->n;
    r->others = (double)r->others_hits / (double)r->others_n;
    set_rate_effect(r);
}

static enum status add_rows(struct sweep *s, struct blame *b, size_t factor,
                            const char *level, double *scratch)
{
    for (size_t k = 0; k < BLAME_OUTCOMES; k++) {
        struct blame_row r = { .option = s->factors[factor],
                               .level = level,
                               .outcome = (enum blame_outcome)k,
                               .p = 1,
                               .effect = NAN,
                               .low = NAN,
                               .high = NAN };
        enum status st = ST_OK;

        if (k == BLAME_GARBLED)
            measure_rate(s, &r, factor);
        else
            st = measure_metric(s, &r, factor, scratch);
        if (st != ST_OK)
            return st;
        if (r.n == 0 || r.others_n == 0)
            continue;
        if (b->count == ROWS_MAX)
            return error_set(s->err, ST_LIMIT, "more than %d comparisons",
                             ROWS_MAX);
        b->rows[b->count++] = r;
    }
    return ST_OK;
}

/* The different levels of an option; more than LEVELS_MAX count as too many
 * to compare one by one. */
static size_t levels_of(const struct sweep *s, size_t factor,
                        const char *levels[LEVELS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++) {
        size_t k = 0;

        while (k < n && strcmp(levels[k], s->at[i].level[factor]) != 0)
            k++;
        if (k == n && n < LEVELS_MAX)
            levels[n++] = s->at[i].level[factor];
    }
    return n;
}

static int by_weight(const void *a, const void *b)
{
    const struct blame_row *x = a, *y = b;
    int c;

    if (x->p_adjusted != y->p_adjusted)
        return x->p_adjusted < y->p_adjusted ? -1 : 1;
    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    c = strcmp(x->option, y->option);
    if (c == 0)
        c = strcmp(x->level, y->level);
    return c != 0 ? c : (int)x->outcome - (int)y->outcome;
}

static enum status correct(struct blame *b, struct error *err)
{
    double *p = malloc((b->count + 1) * sizeof(*p));
    enum status st;

    if (p == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < b->count; i++)
        p[i] = b->rows[i].p;
    st = stats_holm(p, p, b->count, err);
    for (size_t i = 0; i < b->count && st == ST_OK; i++)
        b->rows[i].p_adjusted = p[i];
    free(p);
    if (b->count > 1)
        qsort(b->rows, b->count, sizeof(*b->rows), by_weight);
    return st;
}

/* context-overflow as a cause: how often it was found in garbled reports and
 * in sound ones. */
static void count_overflow(struct blame *b, const struct observations *o)
{
    size_t garbled = 0;

    for (size_t i = 0; i < o->count; i++) {
        const struct observation *a = &o->at[i];

        if (a->phase != PHASE_REPORT)
            continue;
        b->reports++;
        b->garbled += a->fault[FAULT_GARBLED];
        for (size_t k = 0; k < a->check_count; k++) {
            if (strcmp(a->checks[k].check, "context-overflow") != 0)
                continue;
            b->overflow_checked++;
            garbled += a->fault[FAULT_GARBLED];
            if (a->checks[k].findings > 0)
                *(a->fault[FAULT_GARBLED] ? &b->overflow_garbled
                                          : &b->overflow_sound) += 1;
        }
    }
    b->overflow_p =
        stats_fisher(b->overflow_sound, b->overflow_checked - garbled,
                     b->overflow_garbled, garbled)
            .p_greater;
}

enum status blame_find(struct blame *b, struct observations *o,
                       struct error *err)
{
    struct sweep s = { .arena = o->arena, .count = o->count, .err = err };
    double *scratch = arena_alloc(o->arena, o->count + 1, sizeof(*scratch));
    const char *levels[LEVELS_MAX];
    enum status st = ST_OK;

    *b = (struct blame){ .rows = calloc(ROWS_MAX, sizeof(*b->rows)) };
    s.at = arena_alloc(o->arena, o->count, sizeof(*s.at));
    s.x = arena_alloc(o->arena, o->count + 1, sizeof(*s.x));
    s.y = arena_alloc(o->arena, o->count + 1, sizeof(*s.y));
    if (b->rows == NULL || s.at == NULL || s.x == NULL || s.y == NULL ||
        scratch == NULL)
        st = out_of_memory(err);
    if (st == ST_OK && o->count > SUBJECTS_MAX)
        st = error_set(err, ST_LIMIT, "more than %d calls and reports",
                       SUBJECTS_MAX);
    for (size_t i = 0; i < o->count && st == ST_OK; i++) {
        s.at[i].o = &o->at[i];
        st = set_levels(&s, &s.at[i]);
    }
    for (size_t f = 0; f < s.factor_count && st == ST_OK; f++) {
        const size_t n = levels_of(&s, f, levels);

        /* Of two levels one says what the other does. */
        for (size_t k = n == 2 ? 1 : 0; k < n && n > 1 && st == ST_OK; k++)
            st = add_rows(&s, b, f, levels[k], scratch);
    }
    if (st == ST_OK && b->count == 0)
        st = error_set(err, ST_INPUT, "no option varies over these runs");
    if (st == ST_OK)
        st = correct(b, err);
    count_overflow(b, o);
    if (st != ST_OK)
        blame_free(b);
    return st;
}

void blame_free(struct blame *b)
{
    free(b->rows);
    b->rows = NULL;
    b->count = 0;
}
