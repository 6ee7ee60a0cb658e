#ifndef RUNNER_AGENT_SCENARIO_H
#define RUNNER_AGENT_SCENARIO_H
/* A scenario: which agents run, what each is asked, how its report looks. A
 * JSON file with comments (docs/scenarios.md): rules/scenarios/NAME.json or a
 * user's own. */
#include "runner/llm/message.h"
#include "validator/base/arena.h"

enum { AGENTS_MAX = 8, CALLS_MAX = 8, EXTRACTS_MAX = 8, KEYWORDS_MAX = 32 };

struct scenario_call {
    const char *stage; /* "analysis": {{call.analysis}} is its answer */
    enum api api;
    struct text system, prompt; /* templates; system may be empty */
    const cJSON *contract;      /* what the prompt asked for, or NULL */
};

/* Lines of an answer that hold a keyword, as bullets: {{extract.NAME}}. */
struct scenario_extract {
    const char *name, *from; /* from: a stage */
    const char *keywords[KEYWORDS_MAX];
    size_t keyword_count, max_lines;
};

struct scenario_agent {
    const char *name, *title; /* "collector", "Collector Agent" */
    const char *model;        /* NULL: the run's */
    struct text persona;
    const cJSON *options; /* object or NULL: sent with each call */
    struct scenario_call calls[CALLS_MAX];
    size_t call_count;
    struct scenario_extract extracts[EXTRACTS_MAX];
    size_t extract_count;
    struct text report; /* template */
    const char *layout; /* NULL: decided by the report */
};

struct scenario {
    const char *name, *summary;
    struct scenario_agent agents[AGENTS_MAX];
    size_t agent_count;
    bool concurrent;       /* agents run at the same time; else in turn */
    struct text combined;  /* template of a run's combined report; or empty */
    struct text aggregate; /* template over all runs of an agent; or empty */
    const cJSON *sweep;    /* option -> list of values, or NULL */
    cJSON *json;           /* owns names */
};

/* Parses a scenario; texts are in `a`. On ST_OK scenario_free. ST_INPUT names
 * the file and the key. */
enum status scenario_parse(struct scenario *s, struct text json,
                           const char *file, struct arena *a,
                           struct error *err);
void scenario_free(struct scenario *s);

/* The embedded scenario of that name, {NULL, 0}: none. */
struct text scenario_embedded(const char *name);
/* "chained, duo, single": what there is, for messages and help. */
void scenario_names(struct buf *out);

#endif
