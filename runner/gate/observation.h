#ifndef RUNNER_GATE_OBSERVATION_H
#define RUNNER_GATE_OBSERVATION_H
/* What a gate compares: one observation per call of a run, and one per report
 * that the run wrote. */
#include <cjson/cJSON.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"

/* What names a series. Scenario, agent and stage say which series it is; the
 * others must be equal on both sides for the two to be comparable. */
enum series_key {
    KEY_SCENARIO,
    KEY_AGENT,
    KEY_STAGE, /* of a call; empty for a report */
    KEY_MODEL,
    KEY_DIGEST,
    KEY_OPTIONS, /* JSON object, keys sorted, without the seed */
    KEY_DATA,
    KEY_RULES,
    KEY_HOST,
    KEY_COUNT,
    KEY_IDENTITY = KEY_STAGE + 1 /* how many keys say which series it is */
};
extern const char *const series_key_name[KEY_COUNT];

enum phase {
    PHASE_REPORT, /* the report of a run, not a call */
    PHASE_ANY,    /* a call, cold or warm: the record does not say */
    PHASE_COLD,   /* the model was loaded for this call */
    PHASE_WARM,
    PHASE_COUNT
};
extern const char *const phase_name[PHASE_COUNT];

enum better { BETTER_LOWER, BETTER_HIGHER, BETTER_SAME };

/* A measured quantity. Effects are fractions of the baseline's median, or, for
 * `absolute` ones, in the metric's unit. docs/gate.md has the reasons. */
struct metric {
    const char *id, *unit;
    enum better better;
    bool report; /* of the report; else of the call */
    bool gated;  /* decides by default */
    bool absolute;
    double min_effect; /* a smaller change is never a regression */
    double least;      /* nor is one smaller than this, in the unit */
    double detect;     /* a gate that could not see this is inconclusive */
};
enum metric_id {
    METRIC_TTFT,
    METRIC_SPEED,
    METRIC_PROMPT_SPEED,
    METRIC_ITL_P99,
    METRIC_STALL,
    METRIC_TOTAL,
    METRIC_LOAD,
    METRIC_QUEUE,
    METRIC_TOKENS,
    METRIC_SCORE,
    METRIC_SUPPORTED,
    METRIC_SECONDS,
    METRIC_COUNT
};
extern const struct metric metrics_all[METRIC_COUNT];
size_t metric_find(struct text id); /* METRIC_COUNT: none */

/* Whether a report has a fault: one bit each, plus one per check. */
enum fault {
    FAULT_FAILED,    /* no report: error, cut stream, timeout */
    FAULT_ABORTED,   /* a guard stopped it */
    FAULT_TRUNCATED, /* done_reason "length" */
    FAULT_GARBLED,   /* a garble check found something, or aborted */
    FAULT_REJECTED,  /* the validator's verdict is "fail" */
    FAULT_COUNT
};
extern const char *const fault_name[FAULT_COUNT];

/* Findings of this check mean that the text itself is broken. */
bool check_garbles(const char *check);

struct check_count {
    const char *check;
    long findings;
};

struct observation {
    const char *key[KEY_COUNT]; /* never NULL; empty: the record has none */
    const char *run;            /* id of the run */
    const char *started;        /* RFC 3339, UTC; empty: unknown */
    long call;                  /* nth call of the run; -1 for a report */
    enum phase phase;
    bool valid;  /* ended by itself, and its report is not garbled */
    bool judged; /* a report with a validation result */
    bool fault[FAULT_COUNT];
    double value[METRIC_COUNT];       /* NaN: missing, which is not 0 */
    const struct check_count *checks; /* findings per check, by id */
    size_t check_count;
};

enum { OBSERVATIONS_MAX = 1000000 };

struct observations { /* all memory is the arena's */
    struct arena *arena;
    struct observation *at;
    size_t count, cap;
    size_t records; /* run records read */
};

enum status observations_init(struct observations *o, struct error *err);
void observations_free(struct observations *o);
enum status observations_add(struct observations *o,
                             const struct observation *one, struct error *err);

/* Sorts by key, phase, run, call and values, so that the order of files never
 * shows; ST_INPUT when a call is there twice, equal in every value. */
enum status observations_sort(struct observations *o, struct error *err);

/* Adds the observations of a run record (docs/schema/run-1.json). Unknown
 * fields are skipped, missing ones stay missing. `name` stands in for an id.
 * ST_INPUT: not a run record. */
enum status observations_record(struct observations *o, const cJSON *record,
                                const char *name, struct error *err);
bool record_is_run(const cJSON *record);

/* Adds the run records at `path`: a file, or every .json below a folder that
 * is a run record. ST_INPUT: unreadable, not JSON, none found. */
enum status observations_load(struct observations *o, const char *path,
                              struct error *err);

#endif
