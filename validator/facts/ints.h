#ifndef VALIDATOR_FACTS_INTS_H
#define VALIDATOR_FACTS_INTS_H
/* A growing list of integers, packed: each run of INTS_CHUNK values is kept as
 * its smallest value and differences of 0 to 8 bytes. A run of one value takes
 * no memory at all. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    INTS_SHIFT = 12,
    INTS_CHUNK = 1 << INTS_SHIFT,
    INTS_PIECE = 512, /* divides INTS_CHUNK */
    INTS_BEHIND = 7   /* bytes behind the differences that may be read */
};

struct ints_chunk {
    int64_t base;
    void *data;    /* owned, ints_bytes of the width; NULL for width 0 */
    uint8_t width; /* bytes of a difference */
};

/* Memory of a chunk's data; without INTS_BEHIND that is what it holds. */
static inline size_t ints_bytes(unsigned width)
{
    return (size_t)INTS_CHUNK * width + INTS_BEHIND;
}

/* The i-th of the differences at `data`; width 1..8. */
static inline uint64_t ints_difference(const void *data, size_t i,
                                       unsigned width)
{
    uint64_t d;

    memcpy(&d, (const char *)data + i * width, sizeof(d));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return d >> (64 - 8 * width);
#else
    return d & (UINT64_MAX >> (64 - 8 * width));
#endif
}

struct ints { /* zero-initialise */
    struct ints_chunk *chunks;
    int64_t *tail; /* not packed yet; unused while !mixed */
    int64_t flat;  /* !mixed: the value of the whole tail */
    uint32_t chunk_count, chunk_cap, tail_count, tail_cap;
    bool mixed;
};

bool ints_add_slowly(struct ints *v, int64_t x); /* false: no memory */
bool ints_seal(struct ints *v); /* gives back room; nothing is added then */
void ints_free(struct ints *v);

/* Values of piece `k`, from k * INTS_PIECE on, into out; returns how many, 0
 * behind the last. */
uint32_t ints_piece(const struct ints *v, uint32_t k, int64_t out[INTS_PIECE]);

/* A whole piece as it is packed: base + the INTS_PIECE differences of `width`
 * bytes at data. */
struct ints_view {
    int64_t base;
    const void *data; /* valid as long as v is unchanged; NULL: width 0 */
    uint8_t width;
};
bool ints_packed(const struct ints *v, uint32_t k, struct ints_view *out);

static inline bool ints_add(struct ints *v, int64_t x)
{
    if (v->mixed) {
        if (v->tail_count < v->tail_cap) {
            v->tail[v->tail_count++] = x;
            return true;
        }
    } else if (x == v->flat && v->tail_count < INTS_CHUNK) {
        v->tail_count++;
        return true;
    }
    return ints_add_slowly(v, x);
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
        return v->mixed ? v->tail[k] : v->flat;
    const struct ints_chunk *p = &v->chunks[c];
    const uint64_t d = p->width > 0 ? ints_difference(p->data, k, p->width) : 0;

    return (int64_t)((uint64_t)p->base + d);
}

#endif
