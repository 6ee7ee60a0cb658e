#ifndef RUNNER_GATE_RNG_H
#define RUNNER_GATE_RNG_H
/* splitmix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers
 * on every machine. Not for secrets. */
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t s; /* the seed */
};

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->s += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double rng_unit(struct rng *r) /* in (0, 1) */
{
    return ((double)(rng_next(r) >> 11) + 0.5) / 9007199254740992.0;
}

static inline size_t rng_below(struct rng *r, size_t n) /* n > 0 */
{
    return (size_t)(rng_next(r) % n);
}

#endif
