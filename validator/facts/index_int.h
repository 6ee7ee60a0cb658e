#ifndef VALIDATOR_FACTS_INDEX_INT_H
#define VALIDATOR_FACTS_INDEX_INT_H
/* Where a value stands in the index. For index.c and index_make.c only. */
#include <float.h>

#include "validator/facts/facts_int.h"

enum {
    WITHIN_BITS = 8,  /* of a place in a bucket */
    INDEX_BEHIND = 16 /* bytes behind a group's `within` that may be read */
};

/* Doubles as integers of the same order (IEEE 754). */
static inline uint64_t order_key(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    return (bits >> 63) != 0 ? ~bits : bits | ((uint64_t)1 << 63);
}

/* A decimal beyond the doubles counts as the largest of them. */
static inline double double_clamp(double v)
{
    return v > DBL_MAX ? DBL_MAX : v < -DBL_MAX ? -DBL_MAX : v;
}

/* Where v lies: the bucket, and below it WITHIN_BITS of its place in there;
 * less than 2^30. What lies beyond the group's values is at its ends. */
static inline uint64_t place_of(const struct unit_group *g, double v)
{
    uint64_t k;

    if (v <= g->from)
        return 0;
    k = order_key(v < g->high ? v : g->high) - g->low_key;
    return g->shift >= WITHIN_BITS ? k >> (g->shift - WITHIN_BITS)
                                   : k << (WITHIN_BITS - g->shift);
}

static inline uint32_t bucket_of(uint64_t place)
{
    return (uint32_t)(place >> WITHIN_BITS);
}

#endif
