#ifndef RUNNER_LLM_GUARD_H
#define RUNNER_LLM_GUARD_H
/* The guards of all selected checks over one stream of text. */
#include "validator/engine.h"

struct guard_stop {
    const struct check *check;
    const struct rule *rule;
    struct span span;  /* bytes of the text: where the trouble is */
    size_t decided_at; /* bytes of the text fed when the decision fell */
};

struct guards;

/* One guard per selected check that has one; e must outlive them. ST_NOMEM. */
enum status guards_new(struct guards **out, const struct engine *e,
                       struct error *err);
void guards_free(struct guards *g); /* accepts NULL */
size_t guards_count(const struct guards *g);

void guards_begin(struct guards *g); /* back to the start of a text */
/* GUARD_STOP: *why is set. A guard that said stop is not fed any more; the
 * others may be, to observe. */
enum guard_verdict guards_feed(struct guards *g, struct text bytes,
                               struct guard_stop *why);
enum guard_verdict guards_end(struct guards *g, struct guard_stop *why);

#endif
