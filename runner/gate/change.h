#ifndef RUNNER_GATE_CHANGE_H
#define RUNNER_GATE_CHANGE_H
/* Change points of a series: E-divisive (Matteson and James 2014) by energy
 * distance, split after split, each tested by permutation with a fixed seed.
 * The same numbers give the same answer. */
#include "validator/base/error.h"
#include "validator/base/text.h"

enum {
    CHANGE_POINTS_MAX = 300, /* of a series; the oldest are left out */
    CHANGE_SEGMENT_MIN = 4,  /* points on each side of a change */
    CHANGE_PERMUTATIONS = 499
};

struct change {
    size_t at;            /* first point after the change */
    double p;             /* of the permutation test, at least 1 / 500 */
    double before, after; /* medians of the segments on both sides */
};

/* At most `max` changes of x[0..n) with p <= alpha, ascending by place; *count
 * gets how many. A change whose medians differ by less than `least` (in x's
 * unit) is left out. n <= CHANGE_POINTS_MAX. ST_NOMEM, ST_LIMIT. */
enum status change_find(struct change *out, size_t max, size_t *count,
                        const double *x, size_t n, double alpha, double least,
                        struct error *err);

#endif
