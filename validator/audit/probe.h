#ifndef VALIDATOR_AUDIT_PROBE_H
#define VALIDATOR_AUDIT_PROBE_H
/* A claim sought in one column after the other: what does not depend on the
 * column is made once. */
#include "validator/audit/audit_int.h"

/* Tells by their doubles which numbers of a unit cannot be the claim's. */
struct sieve {
    struct way {                    /* to read a number v: as zero + v * by */
        double zero, by, low, high; /* its magnitude must be within */
    } way[2];
    int ways;      /* 0: of another dimension */
    bool converts; /* from another unit than the claim's */
};

struct probe {
    const struct claim *c;
    struct reach raw, base[2]; /* by unit_convention; if it has a unit */
    uint32_t dim;
    bool bare, share; /* without a unit; of the dimension "fraction" */
    bool sieved;      /* `sieve` is of the unit group `group` */
    uint32_t group;   /* the last column's: most have the same */
    struct sieve sieve;
};

struct best_match {
    enum match how;
    uint32_t id; /* of the fact, unless how is MATCH_NO */
};

/* The facts that the claim at hand can be, at most FIND_MAX: of its dimension,
 * or (raw) by its digits, whatever the unit. */
const struct candidates *probe_candidates(struct work *w, const struct claim *c,
                                          bool raw);

/* It is known already that there are none. */
bool probe_none(const struct work *w, bool raw);

/* `c` must live as long as the probe. */
void probe_make(const struct work *w, const struct claim *c, struct probe *p);

/* The best match among the numbers of a column and what *best was before. Few
 * numbers are walked through; of many, those that a search over all facts
 * finds (the first FIND_MAX). Numbers that vouch for nothing match nothing. */
void probe_column(struct work *w, struct probe *p, uint32_t column,
                  struct best_match *best);

/* The column has the number, and not only cut off; *id: where. */
bool probe_has(struct work *w, struct probe *p, uint32_t column, uint32_t *id);

#endif
