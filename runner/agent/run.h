#ifndef RUNNER_AGENT_RUN_H
#define RUNNER_AGENT_RUN_H
/* Runs a scenario: every agent, every run, every variant of a sweep; writes
 * reports, streams and one record per report (docs/run.md). */
#include "runner/agent/call.h"
#include "runner/agent/scenario.h"
#include "validator/engine.h"

enum { RUNS_MAX = 100000, RETRIES_MAX = 20 };

struct run_plan {
    const struct scenario *scenario;
    const char *const *endpoints; /* nth agent: nth endpoint, or the last */
    size_t endpoint_count;
    const char *model;
    const cJSON *options;       /* object: for all agents */
    const cJSON *agent_options; /* object of objects, by agent; or NULL */
    const cJSON *sweep;         /* option -> list of values; NULL: no sweep */
    const char *data;           /* folder; NULL: none */
    const char *out;            /* folder */
    long runs, retries;
    bool enforce;        /* guards stop a generation */
    bool streams;        /* record every stream below OUT/streams */
    bool resume;         /* go on with what OUT holds */
    uint64_t order_seed; /* of a sweep's random order */
    struct http_limits limits;
    double min_tok_s, max_ttft_ms; /* goodput: also these; 0: no limit */
    const struct engine *engine;   /* judges and guards */
    const char *version, *rules_sha256;
    const char *host; /* a name for the machine's class; NULL: none */
    int stop_fd;      /* readable: finish and return; -1: none */
};

/* Calls may come from several threads at once. Any may be NULL. */
struct run_events {
    void (*run_begin)(void *arg, long nth, long total, const char *label);
    void (*tick)(void *arg, const char *agent, const char *stage,
                 const struct stream *s);
    void (*call_end)(void *arg, const char *agent, const char *stage,
                     const struct call_result *c, long attempt);
    void (*judged)(void *arg, const struct result *r);
    void (*wrote)(void *arg, const char *path);
    void *arg;
};

struct run_totals {
    long runs, reports; /* runs made now; reports written and judged */
    long skipped;       /* runs that were there already */
    long failed;        /* reports that could not be made */
    long aborted;       /* reports stopped by a guard */
    long rejected;      /* reports with an error finding */
    bool interrupted;
    char first_failure[3072];
};

/* ST_OK also when runs failed (totals say so); ST_INPUT, ST_USAGE, ST_NOMEM
 * when the work could not be done at all. */
enum status run_scenario(const struct run_plan *p, const struct run_events *e,
                         struct run_totals *totals, struct error *err);

#endif
