#include "validator/facts/ints.h"

#include <stdlib.h>

enum { FIRST = 8 };

/* Bytes for 0..range. */
static uint8_t width_for(uint64_t range)
{
    return range == 0 ? 0
                      : (uint8_t)((71U - (unsigned)__builtin_clzll(range)) / 8);
}

/* One loop for each usual width: the compiler turns it into vector code. */
#define STORE(type)                                                            \
    for (uint32_t i = 0; i < n; i++)                                           \
    ((type *)c->data)[i] = (type)((uint64_t)from[i] - base)
#define LOAD(type)                                                             \
    for (uint32_t i = 0; i < INTS_PIECE; i++)                                  \
    to[i] = (int64_t)(base + ((const type *)c->data)[from + i])

/* Differences of 3, 5, 6 or 7 bytes, each overwriting what the one before it
 * had too many. */
static void store_narrow(struct ints_chunk *c, const int64_t *from, uint32_t n)
{
    const unsigned width = c->width;
    char *to = c->data;

    for (uint32_t i = 0; i < n; i++, to += width) {
        uint64_t d = (uint64_t)from[i] - (uint64_t)c->base;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        d <<= 64 - 8 * width;
#endif
        memcpy(to, &d, sizeof(d));
    }
}

static void store(struct ints_chunk *c, const int64_t *from, uint32_t n)
{
    const uint64_t base = (uint64_t)c->base;

    switch (c->width) {
    case 1:
        STORE(uint8_t);
        break;
    case 2:
        STORE(uint16_t);
        break;
    case 4:
        STORE(uint32_t);
        break;
    case 8:
        STORE(uint64_t);
        break;
    default:
        store_narrow(c, from, n);
        break;
    }
}

/* The values from `from` on. */
static void load(const struct ints_chunk *c, uint32_t from,
                 int64_t to[INTS_PIECE])
{
    const uint64_t base = (uint64_t)c->base;

    switch (c->width) {
    case 1:
        LOAD(uint8_t);
        break;
    case 2:
        LOAD(uint16_t);
        break;
    case 4:
        LOAD(uint32_t);
        break;
    case 8:
        LOAD(uint64_t);
        break;
    case 0:
        for (uint32_t i = 0; i < INTS_PIECE; i++)
            to[i] = c->base;
        break;
    default:
        for (uint32_t i = 0; i < INTS_PIECE; i++)
            to[i] =
                (int64_t)(base + ints_difference(c->data, from + i, c->width));
        break;
    }
}

/* The tail becomes a chunk. */
static bool pack(struct ints *v)
{
    struct ints_chunk c = { .base = v->flat };
    int64_t most;

    if (v->chunk_count == v->chunk_cap) {
        const uint32_t cap = v->chunk_cap != 0 ? v->chunk_cap * 2 : 1;
        struct ints_chunk *p = realloc(v->chunks, cap * sizeof(*p));

        if (p == NULL)
            return false;
        v->chunks = p;
        v->chunk_cap = cap;
    }
    if (v->mixed) {
        c.base = most = v->tail[0];
        for (uint32_t i = 1; i < v->tail_count; i++) {
            c.base = v->tail[i] < c.base ? v->tail[i] : c.base;
            most = v->tail[i] > most ? v->tail[i] : most;
        }
        c.width = width_for((uint64_t)most - (uint64_t)c.base);
    }
    if (c.width > 0) {
        c.data = malloc(ints_bytes(c.width));
        if (c.data == NULL)
            return false;
        store(&c, v->tail, v->tail_count);
    }
    v->chunks[v->chunk_count++] = c;
    v->tail_count = 0;
    v->mixed = false;
    return true;
}

/* Room for at least one more value in the tail. */
static bool grow_tail(struct ints *v)
{
    uint32_t cap = v->tail_cap != 0 ? v->tail_cap : FIRST;
    int64_t *p;

    while (cap <= v->tail_count)
        cap *= 2;
    if (cap == v->tail_cap)
        return true;
    p = realloc(v->tail, cap * sizeof(*p));
    if (p == NULL)
        return false;
    v->tail = p;
    v->tail_cap = cap;
    return true;
}

bool ints_add_slowly(struct ints *v, int64_t x)
{
    if (v->tail_count == INTS_CHUNK && !pack(v))
        return false;
    if (v->tail_count == 0) {
        v->flat = x;
        v->tail_count = 1;
        return true;
    }
    if (!grow_tail(v))
        return false;
    if (!v->mixed)
        for (uint32_t i = 0; i < v->tail_count; i++)
            v->tail[i] = v->flat;
    v->mixed = true;
    v->tail[v->tail_count++] = x;
    return true;
}

bool ints_seal(struct ints *v)
{
    int64_t *p;

    if (v->tail_count == INTS_CHUNK && !pack(v))
        return false;
    if (!v->mixed || v->tail_count == 0) {
        free(v->tail);
        v->tail = NULL;
        v->tail_cap = 0;
        return true;
    }
    p = realloc(v->tail, v->tail_count * sizeof(*p));
    if (p != NULL) {
        v->tail = p;
        v->tail_cap = v->tail_count;
    }
    return true;
}

void ints_free(struct ints *v)
{
    for (uint32_t i = 0; i < v->chunk_count; i++)
        free(v->chunks[i].data);
    free(v->chunks);
    free(v->tail);
    *v = (struct ints){ .chunks = NULL };
}

uint32_t ints_piece(const struct ints *v, uint32_t k, int64_t out[INTS_PIECE])
{
    const uint32_t from = k * INTS_PIECE, c = from >> INTS_SHIFT;
    const uint32_t at = from & (INTS_CHUNK - 1);
    uint32_t n;

    if (c < v->chunk_count) {
        load(&v->chunks[c], at, out);
        return INTS_PIECE;
    }
    if (c > v->chunk_count || v->tail_count <= at)
        return 0;
    n = v->tail_count - at < INTS_PIECE ? v->tail_count - at : INTS_PIECE;
    for (uint32_t i = 0; i < n; i++)
        out[i] = v->mixed ? v->tail[at + i] : v->flat;
    return n;
}

bool ints_packed(const struct ints *v, uint32_t k, struct ints_view *out)
{
    const uint32_t from = k * INTS_PIECE, c = from >> INTS_SHIFT;
    const struct ints_chunk *p;

    if (c >= v->chunk_count)
        return false;
    p = &v->chunks[c];
    *out = (struct ints_view){ .base = p->base, .width = p->width };
    if (p->width > 0)
        out->data = (const char *)p->data +
                    (size_t)(from & (INTS_CHUNK - 1)) * p->width;
    return true;
}
