#ifndef VALIDATOR_ENGINE_H
#define VALIDATOR_ENGINE_H
/* Runs the checks over a report. The engine never names a check. */
#include "validator/check.h"

enum verdict { VERDICT_PASS, VERDICT_WARN, VERDICT_FAIL, VERDICT_COUNT };
extern const char *const verdict_name[VERDICT_COUNT]; /* "pass" ... */

/* Immutable once made; shared by all threads. */
struct engine {
    const struct check *const *checks;
    size_t check_count;
    void **setups;                 /* one per check, from check->setup */
    const char **why_off;          /* one per check: NULL when it is on */
    bool *selected;                /* one per check */
    long **options;                /* one array per check */
    signed char **severities;      /* per check and rule; -1: the default */
    const struct facts *facts;     /* or NULL */
    const struct layouts *layouts; /* or NULL */
    const char *layout;            /* --layout or NULL */
    const void *audit_rules;       /* validator/audit's data, or NULL */
    struct text lang;              /* first expected language */
    size_t max_findings;           /* per report */
};

/* All checks selected, with their defaults, but not set up yet: switches are
 * set between engine_prepare and engine_start, which sets up, once, those that
 * are selected then; no other may run. On an error of engine_prepare *e is
 * empty; engine_start leaves it to engine_free. Errors are those of setup. */
enum status engine_prepare(struct engine *e, const struct check *const *checks,
                           size_t n, const struct check_env *env,
                           struct error *err);
enum status engine_start(struct engine *e, const struct check_env *env,
                         struct error *err);

/* Both at once. */
enum status engine_init(struct engine *e, const struct check *const *checks,
                        size_t n, const struct check_env *env,
                        struct error *err);
void engine_free(struct engine *e); /* accepts an empty one */

/* A copy of `base` whose switches, options, severities and layout may be set
 * apart; it shares the rest, and so must go before it (engine_variant_free). */
enum status engine_variant(struct engine *out, const struct engine *base,
                           struct error *err);
void engine_variant_free(struct engine *v);

/* The index of a check id, or SIZE_MAX. */
size_t engine_find(const struct engine *e, struct text id);
/* The nearest known check id to a wrong one, or NULL. */
const char *engine_nearest(const struct engine *e, struct text id);

struct check_result {
    const struct check *check;
    bool ran;
    bool scored; /* by the check itself, not by the formula */
    int score;   /* 0-100 */
    size_t findings;
    const struct kv *metrics; /* what the check measured; may be none */
    size_t metric_count;
};

struct result {
    struct report report;
    struct finding *findings; /* sorted: start, end, rule id */
    size_t finding_count, findings_dropped;
    struct check_result *checks;
    size_t check_count;
    const struct audit *audit; /* claims with verdicts, or NULL */
    int score;                 /* 0-100 */
    enum verdict verdict;
    enum severity worst; /* of the findings; SEV_NOTE when none */
    char sha256[65];     /* of the file's bytes */
};

/* Judges one report. `bytes` must live as long as the result is used; all else
 * lives in `a`. */
enum status engine_run(const struct engine *e, struct result *out,
                       const char *name, struct text bytes,
                       const struct run_context *run, struct arena *a,
                       struct error *err);

/* Score, verdict and worst severity once more, after the caller marked some
 * findings as known or suppressed. */
void engine_rejudge(struct result *r);

#endif
