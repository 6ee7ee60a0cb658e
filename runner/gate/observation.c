#include "runner/gate/observation.h"

#include <math.h>
#include <stdlib.h>

const char *const series_key_name[KEY_COUNT] = {
    [KEY_SCENARIO] = "scenario", [KEY_AGENT] = "agent",
    [KEY_STAGE] = "stage",       [KEY_MODEL] = "model",
    [KEY_DIGEST] = "digest",     [KEY_OPTIONS] = "options",
    [KEY_DATA] = "data",         [KEY_RULES] = "rules",
    [KEY_HOST] = "host",
};

const char *const phase_name[PHASE_COUNT] = { [PHASE_REPORT] = "report",
                                              [PHASE_ANY] = "any",
                                              [PHASE_COLD] = "cold",
                                              [PHASE_WARM] = "warm" };

const char *const fault_name[FAULT_COUNT] = { [FAULT_FAILED] = "failed",
                                              [FAULT_ABORTED] = "aborted",
                                              [FAULT_TRUNCATED] = "cut-short",
                                              [FAULT_GARBLED] = "garbled",
                                              [FAULT_REJECTED] = "rejected" };

/* Minimum effects lie above the run-to-run noise that a repeat of the same
 * configuration shows; docs/gate.md says where each was taken from. */
const struct metric metrics_all[METRIC_COUNT] = {
    [METRIC_TTFT] = { "ttft_ms", "ms", BETTER_LOWER, false, true, false, 0.05,
                      5, 0.30 },
    [METRIC_SPEED] = { "tokens_per_second", "tok/s", BETTER_HIGHER, false, true,
                       false, 0.03, 0, 0.20 },
    [METRIC_PROMPT_SPEED] = { "prompt_tokens_per_second", "tok/s",
                              BETTER_HIGHER, false, false, false, 0.05, 0,
                              0.30 },
    [METRIC_ITL_P99] = { "itl_p99_ms", "ms", BETTER_LOWER, false, true, false,
                         0.10, 2, 0.50 },
    [METRIC_STALL] = { "longest_stall_ms", "ms", BETTER_LOWER, false, false,
                       false, 0.25, 50, 1.0 },
    [METRIC_TOTAL] = { "total_ms", "ms", BETTER_LOWER, false, false, false,
                       0.05, 20, 0.30 },
    [METRIC_LOAD] = { "load_ms", "ms", BETTER_LOWER, false, false, false, 0.10,
                      20, 0.50 },
    [METRIC_QUEUE] = { "unattributed_ms", "ms", BETTER_LOWER, false, false,
                       false, 0.25, 20, 1.0 },
    [METRIC_TOKENS] = { "output_tokens", "tokens", BETTER_SAME, false, true,
                        false, 0.50, 0, 1.0 },
    [METRIC_SCORE] = { "score", "points", BETTER_HIGHER, true, true, true, 5, 0,
                       30 },
    [METRIC_SUPPORTED] = { "supported_share", "share", BETTER_HIGHER, true,
                           true, true, 0.05, 0, 0.30 },
    [METRIC_SECONDS] = { "report_s", "s", BETTER_LOWER, true, false, false,
                         0.05, 0, 0.30 },
};

size_t metric_find(struct text id)
{
    size_t i = 0;

    while (i < METRIC_COUNT && !text_eq(text_from(metrics_all[i].id), id))
        i++;
    return i;
}

enum { ARENA_MAX = 1 << 30 };

enum status observations_init(struct observations *o, struct error *err)
{
    *o = (struct observations){ .arena = arena_new(ARENA_MAX) };
    return o->arena != NULL ? ST_OK
                            : error_set(err, ST_NOMEM, "no memory for runs");
}

void observations_free(struct observations *o)
{
    free(o->at);
    arena_free(o->arena);
    *o = (struct observations){ .count = 0 };
}

enum status observations_add(struct observations *o,
                             const struct observation *one, struct error *err)
{
    if (o->count == OBSERVATIONS_MAX)
        return error_set(err, ST_LIMIT, "more than %d calls and reports",
                         OBSERVATIONS_MAX);
    if (o->count == o->cap) {
        const size_t cap = o->cap != 0 ? o->cap * 2 : 64;
        struct observation *p = realloc(o->at, cap * sizeof(*p));

        if (p == NULL)
            return error_set(err, ST_NOMEM, "no memory for %zu calls", cap);
        o->at = p;
        o->cap = cap;
    }
    o->at[o->count++] = *one;
    return ST_OK;
}

/* Series, phase, run and call: what makes two observations the same one. */
static int by_identity(const void *a, const void *b)
{
    const struct observation *x = a, *y = b;

    for (size_t k = 0; k < KEY_COUNT; k++) {
        const int c = strcmp(x->key[k], y->key[k]);

        if (c != 0)
            return c;
    }
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    const int c = strcmp(x->run, y->run);

    if (c != 0)
        return c;
    return (x->call > y->call) - (x->call < y->call);
}

static int by_values(const struct observation *x, const struct observation *y)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const double a = isnan(x->value[i]) ? -1 : x->value[i];
        const double b = isnan(y->value[i]) ? -1 : y->value[i];

        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

/* Ids are unique within one folder of runs; of two folders the values tell. */
static int by_all(const void *a, const void *b)
{
    const int c = by_identity(a, b);

    return c != 0 ? c : by_values(a, b);
}

enum status observations_sort(struct observations *o, struct error *err)
{
    if (o->count > 1)
        qsort(o->at, o->count, sizeof(*o->at), by_all);
    for (size_t i = 1; i < o->count; i++)
        if (o->at[i].phase != PHASE_REPORT &&
            by_all(&o->at[i - 1], &o->at[i]) == 0)
            return error_set(err, ST_INPUT,
                             "run %s of scenario %s is given twice: the same "
                             "measurement must not count twice",
                             o->at[i].run, o->at[i].key[KEY_SCENARIO]);
    return ST_OK;
}
