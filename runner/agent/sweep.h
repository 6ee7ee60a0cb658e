#ifndef RUNNER_AGENT_SWEEP_H
#define RUNNER_AGENT_SWEEP_H
/* The runs to make and their order: each variant of a matrix of options, each
 * repetition; in random order within each repetition, so that a drift of the
 * machine meets all variants alike. */
#include "runner/agent/run.h"

enum { SWEEP_ITEMS_MAX = 100000 };

struct sweep_item {
    const cJSON *options; /* of the variant; NULL: no sweep */
    const char *variant;  /* "num_ctx=512,temperature=0.6"; empty: no sweep */
    size_t variant_nth;
    long run; /* from 1 */
};

struct sweep {
    struct sweep_item *at; /* in the order they are made */
    size_t count, variant_count;
    cJSON *variants; /* array of objects; owned */
};

/* Makes the order and writes it to OUT/plan.json; with p->resume the file must
 * say the same, else ST_USAGE. Other memory is `a`'s;
 * sweep_free at the end, also after a failure. ST_LIMIT. */
enum status sweep_make(struct sweep *s, const struct run_plan *p,
                       struct arena *a, struct error *err);

void sweep_free(struct sweep *s);

/* "v003-run-0001-collector", without a sweep "run-0001-collector"; agent NULL:
 * without its part. */
void sweep_base(char *out, size_t size, const struct sweep_item *item,
                const char *agent);

#endif
