#ifndef RUNNER_AGENT_AGENT_RUN_H
#define RUNNER_AGENT_AGENT_RUN_H
/* One agent in one run: its calls, its report, its record. Inner part of
 * run.h. */
#include "runner/agent/expand.h"
#include "runner/agent/ingest.h"
#include "runner/agent/run.h"

struct attempt { /* a call that was made again */
    enum stream_outcome outcome;
    char why[STREAM_WHY_MAX];
    bool has_seed;
    double seed;
    int64_t tokens; /* -1: not told */
    int64_t e2e_ns;
};

struct agent_call {
    const struct scenario_call *call;
    struct call_result result;
    struct text prompt, system; /* as sent */
    bool made, cold_known, cold;
    struct attempt earlier[RETRIES_MAX];
    long attempts; /* made in all; 1: none was repeated */
};

struct agent_run {
    const struct run_plan *plan;
    const struct run_events *events;
    const struct scenario_agent *agent;
    const struct ingest *ingest;
    int64_t ingest_ns, begin_ns, end_ns;
    int64_t wall_s; /* of the begin */
    const char *endpoint, *model;
    cJSON *options; /* merged: scenario, run, agent, variant */
    char base[160]; /* file names: "run-0001-agent" */
    char variant[64];
    long run;
    struct arena *a;
    struct vars vars;
    struct http *http;
    struct server_info server;
    struct agent_call calls[CALLS_MAX];
    size_t call_count; /* made */
    struct expansion report;
    struct text notice; /* why the report is not whole; or empty */
    enum status st;     /* the machine failed: err says how */
    struct error err;
    bool failed, aborted, interrupted;
    /* Validation; names are static, the rest in `a`. */
    struct result result;
    bool judged;
};

/* base, run and variant are set by the caller, the rest here. ST_NOMEM. */
enum status agent_run_init(struct agent_run *g, const struct run_plan *p,
                           const struct run_events *e, size_t nth,
                           const cJSON *variant, struct error *err);
/* Calls the model, writes nothing. g->st, g->failed and so on say how. */
void agent_run_go(struct agent_run *g);
/* Judges the report and writes it to OUT/base.md. */
enum status agent_run_report(struct agent_run *g, struct error *err);
void agent_run_free(struct agent_run *g);

/* How the agents of one run went together. */
struct together {
    int64_t wall_ns, sequential_ns;
    double speedup, efficiency, fairness; /* -1: does not apply */
    double queue_share;                   /* of the agents' time; -1: unknown */
    bool contention;
    bool several;
};

/* Writes OUT/base.json. The record comes last: a run without one is not
 * finished. */
enum status record_write(const struct agent_run *g, const struct together *t,
                         struct error *err);

/* "validation" of a record; r NULL: null. */
void record_add_validation(cJSON *o, const struct result *r);

/* Means and sums over the calls of an agent, as its report tells them. */
struct call_sums {
    double tok_s, ttft_ms; /* plain means; -1: none told */
    double prompt_eval_ms, eval_ms, load_ms, total_ms; /* sums */
    int64_t tokens, unattributed_ns;                   /* sums */
};
void agent_run_sums(const struct agent_run *g, struct call_sums *out);

/* "num_gpu=80, num_ctx=512, ..." or "Ollama defaults". */
void options_text(struct buf *out, const cJSON *options);

#endif
