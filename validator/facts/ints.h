#ifndef VALIDATOR_FACTS_INTS_H
#define VALIDATOR_FACTS_INTS_H
/* A growing list of integers, packed: each run of INTS_CHUNK values is kept as
 * its smallest value and differences of 0, 1, 2, 4 or 8 bytes. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTS_SHIFT = 12, INTS_CHUNK = 1 << INTS_SHIFT };

struct ints_chunk {
    int64_t base;
    void *data;    /* owned; NULL for width 0 */
    uint8_t width; /* bytes of a difference */
};

struct ints { /* zero-initialise */
    struct ints_chunk *chunks;
    int64_t *tail; /* not packed yet */
    uint32_t chunk_count, chunk_cap, tail_count, tail_cap;
};

bool ints_room(struct ints *v); /* slow path of ints_add; false: no memory */
bool ints_seal(struct ints *v); /* packs the tail; nothing is added afterwards */
void ints_free(struct ints *v);
size_t ints_bytes(const struct ints *v); /* memory in use */

static inline bool ints_add(struct ints *v, int64_t x)
{
    if (v->tail_count == v->tail_cap && !ints_room(v))
        return false;
    v->tail[v->tail_count++] = x;
    return true;
}

static inline uint32_t ints_count(const struct ints *v)
{
    return (v->chunk_count << INTS_SHIFT) + v->tail_count;
}

/* i < ints_count(v), also before the seal. */
static inline int64_t ints_get(const struct ints *v, uint32_t i)
{
    const uint32_t c = i >> INTS_SHIFT, k = i & (INTS_CHUNK - 1);

    if (c >= v->chunk_count)
        return v->tail[k];
    const struct ints_chunk *p = &v->chunks[c];
    uint64_t d = 0;

    switch (p->width) {
    case 1: d = ((const uint8_t *)p->data)[k]; break;
    case 2: d = ((const uint16_t *)p->data)[k]; break;
    case 4: d = ((const uint32_t *)p->data)[k]; break;
    case 8: d = ((const uint64_t *)p->data)[k]; break;
    default: break;
    }
    return (int64_t)((uint64_t)p->base + d);
}

#endif
