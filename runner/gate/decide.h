#ifndef RUNNER_GATE_DECIDE_H
#define RUNNER_GATE_DECIDE_H
/* A gate's decision: every series of the current runs against the same series
 * of the baseline, all tests corrected together. docs/gate.md. */
#include "runner/gate/baseline.h"

struct gate_options {
    /* Chance that a gate of unchanged runs fails. Speed and quality are two
     * families, each tested two-sided at alpha, so that each fails falsely
     * with half of it; a floor is not a test. */
    double alpha;
    double detect;      /* > 0: replaces every metric's own; a fraction */
    unsigned different; /* bit per series_key that may differ */
    bool strict;        /* a baseline scenario without current runs: error */
    bool metrics_named; /* gated: only the bits below */
    unsigned metrics;   /* bit per metric_id */
    unsigned width;     /* columns of the text output; 0: no limit */
};

enum outcome {
    OUTCOME_REGRESSION,
    OUTCOME_INCONCLUSIVE,
    OUTCOME_IMPROVEMENT,
    OUTCOME_PASS,
    OUTCOME_INFO, /* told, not decided on */
    OUTCOME_COUNT
};
extern const char *const outcome_name[OUTCOME_COUNT];

enum decision_kind { DECIDE_METRIC, DECIDE_RATE, DECIDE_FLOOR };
enum family { FAMILY_SPEED, FAMILY_QUALITY, FAMILY_COUNT };

struct side {
    size_t n;         /* samples, or reports */
    size_t hits;      /* reports with the fault */
    size_t left_out;  /* calls not compared: invalid or of another length */
    double median;    /* NaN: none */
    double spread;    /* half-width of the median's interval, as a fraction */
    const double *at; /* raw, sorted; the arena's */
};

struct decision {
    enum decision_kind kind;
    size_t series; /* index into gate.series */
    enum phase phase;
    const char *id; /* metric, fault, or check */
    const char *unit;
    const struct metric *metric; /* DECIDE_METRIC */
    bool gated;
    enum family family;
    struct side base, now;
    double shift, low, high; /* now - baseline, in the unit; NaN: none */
    double change;           /* shift as a fraction of the baseline's median */
    double p, p_adjusted, p_floor;
    bool exact;
    double limit; /* DECIDE_FLOOR */
    bool at_most;
    double detectable;  /* the smallest change seen 4 times of 5; fraction or
                         * unit as the metric; infinite: none at all */
    size_t runs_needed; /* a side; 0: enough */
    enum outcome outcome;
    const char *why; /* one clause, fixed text or the arena's */
};

struct series {
    const char *key[KEY_COUNT]; /* of the current side, or of the baseline */
    unsigned differs; /* keys that differ from the nearest baseline series */
    const char *other[KEY_COUNT];  /* what the baseline has there */
    bool compared, missing, fresh; /* in both, baseline only, current only */
    size_t base_reports, now_reports;
    double base_goodput, now_goodput; /* valid reports per second; NaN */
};

struct gate {
    struct arena *arena;
    struct series *series;
    size_t series_count;
    struct decision *decisions;
    size_t count, cap;
    size_t tests[FAMILY_COUNT]; /* that Holm corrected for */
    size_t outcomes[OUTCOME_COUNT];
    bool compared_any, not_comparable, missing;
};

/* Both sides sorted. On ST_OK the caller frees *g with gate_free. */
enum status gate_decide(struct gate *g, const struct baseline *base,
                        const struct observations *now,
                        const struct gate_options *o, struct error *err);
void gate_free(struct gate *g);

enum gate_verdict {
    GATE_PASS,
    GATE_FAIL,
    GATE_NOT_COMPARABLE,
    GATE_INCONCLUSIVE,
    GATE_VERDICT_COUNT
};
extern const char *const gate_verdict_name[GATE_VERDICT_COUNT];
enum gate_verdict gate_verdict(const struct gate *g);

#endif
