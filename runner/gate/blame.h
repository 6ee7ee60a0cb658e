#ifndef RUNNER_GATE_BLAME_H
#define RUNNER_GATE_BLAME_H
/* Over a sweep: which option goes with garbled reports or slow calls. Each
 * level of each option that varies against all other levels. docs/gate.md. */
#include "runner/gate/observation.h"

enum blame_outcome { BLAME_GARBLED, BLAME_SPEED, BLAME_TTFT, BLAME_OUTCOMES };
extern const char *const blame_outcome_name[BLAME_OUTCOMES];

struct blame_row {
    const char *option, *level; /* the arena's; JSON text of the value */
    enum blame_outcome outcome;
    size_t n, hits, others_n, others_hits; /* hits: garbled reports */
    double here, others;                   /* medians, or shares */
    /* here - others: for garbled a difference of shares (Newcombe's interval),
     * else Hodges-Lehmann over samples less the median of the runs that share
     * every other option. NaN or infinite: too few. */
    double effect, low, high;
    double p, p_adjusted; /* Holm over all rows */
};

struct blame { /* all memory is the observations' arena's, or malloc'd rows */
    struct blame_row *rows; /* sorted: corrected p, p, option, level */
    size_t count;
    size_t reports, garbled;
    /* Reports where context-overflow was found; checked: it ran at all. */
    size_t overflow_checked, overflow_garbled, overflow_sound;
    double overflow_p;
};

/* o sorted. ST_INPUT: no option varies. */
enum status blame_find(struct blame *b, struct observations *o,
                       struct error *err);
void blame_free(struct blame *b);

#endif
