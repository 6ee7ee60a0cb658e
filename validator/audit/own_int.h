#ifndef VALIDATOR_AUDIT_OWN_INT_H
#define VALIDATOR_AUDIT_OWN_INT_H
/* The report's own numbers against each other: what its rules share. */
#include "validator/audit/audit_int.h"

/* All values that a number may have been before it was rounded. */
struct band {
    struct decimal low, high;
    bool any; /* nothing is known of it: every number fits */
};

/* What the claim's writing covers, in base units of its dimension (raw: as
 * written). A count is exact. */
struct band band_of(const struct work *w, const struct claim *c, bool raw);
struct band band_exact(struct decimal v);
struct band band_wide(struct decimal v, struct decimal by); /* v - by, v + by */
struct band band_add(struct band a, struct band b);
struct band band_sub(struct band a, struct band b);
struct band band_mul(struct band a, struct band b);
struct band band_div(struct band a, struct band b); /* any: b may be zero */
struct decimal band_middle(struct band a);
/* True when the claim can be a value of b, rounded or cut as written; sign: a
 * sign that was not written does not count. */
bool band_fits(const struct work *w, const struct claim *c, struct band b,
               bool raw);

/* A number of two others: ratio, change, difference. */
struct comparison {
    const char *formula; /* fixed text */
    struct band value;   /* as the claim is written, or in base units */
    bool raw;            /* as written */
    bool step;           /* a percentage of what was before */
};
/* What the words beside a comparison say that it is. */
enum compared {
    COMPARED_ANYHOW,
    COMPARED_CHANGE, /* "faster", "increase": a percentage is no quotient */
    COMPARED_STEP,   /* the same from before to after: 80 to 100 are no 20 % */
    COMPARED_DROP,   /* the same of a drop: 100 to 80 are no 25 % less */
    COMPARED_RATIO   /* "a speedup of 5.27x": not what is above one, 4.27x */
};
/* True when c is b compared with a by some usual convention, of those its unit
 * and the words allow; *how: the one that fits, else the one that is meant most
 * often. False with *how->formula NULL: no convention is known. */
bool compare_fits(const struct work *w, const struct claim *c,
                  const struct claim *a, const struct claim *b,
                  enum compared said, struct comparison *how);
/* The value in the claim's own unit and place, for a message. */
struct text compare_text(struct work *w, const struct claim *c,
                         const struct comparison *how);

/* Records what the report's own numbers give for out[i]. fits: the claim is
 * derived unless the data bear it out already; else it is contradicted.
 * operands: indices of w->out. */
void own_say(struct work *w, uint32_t i, bool fits, const char *why,
             struct text formula, struct text expected,
             const uint32_t *operands, uint32_t n);
/* own_text.c: numbers that compare two others beside them; of the claims from
 * out[first] on, which are those of w->flat. */
void own_compared(struct work *w, uint32_t first);
/* own_sums.c: parts and totals, equations, rates, lists and their mean; of the
 * same claims. */
void own_sums(struct work *w, uint32_t first);
/* own_dates.c: spans of days beside their two dates; of the same claims. */
void own_dates(struct work *w, uint32_t first);
/* own_prose.c: what remains, how many times another a number is, products; of
 * the same claims. */
void own_prose(struct work *w, uint32_t first);
/* own_times.c: the same of two times of day. */
void own_times(struct work *w, uint32_t first);
/* own_order.c: statistics that cannot be in the order that they are in; of the
 * same claims. */
void own_order_text(struct work *w, uint32_t first);
/* own_lists.c: the same of list items, each a name and its number. */
void own_lists(struct work *w);
/* own_shares.c: counts with their percentages in brackets. */
void own_shares(struct work *w);
/* The next claim at or behind out[i] that may be an operand, or w->count. */
uint32_t own_next(const struct work *w, uint32_t i);
/* The data, or an agent's own part, bear the claim out. */
bool own_borne_out(const struct judged *j);

#endif
