#include "validator/facts/ints.h"

#include <stdlib.h>

enum { FIRST = 8 };

static uint8_t width_for(uint64_t range)
{
    return range == 0 ? 0 : range <= UINT8_MAX ? 1 : range <= UINT16_MAX ? 2
           : range <= UINT32_MAX ? 4 : 8;
}

static void store(struct ints_chunk *c, const int64_t *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t d = (uint64_t)from[i] - (uint64_t)c->base;

        switch (c->width) {
        case 1: ((uint8_t *)c->data)[i] = (uint8_t)d; break;
        case 2: ((uint16_t *)c->data)[i] = (uint16_t)d; break;
        case 4: ((uint32_t *)c->data)[i] = (uint32_t)d; break;
        case 8: ((uint64_t *)c->data)[i] = d; break;
        default: return;
        }
    }
}

/* The tail becomes a chunk. */
static bool pack(struct ints *v)
{
    struct ints_chunk c = { .base = v->tail[0] };
    int64_t most = v->tail[0];

    if (v->chunk_count == v->chunk_cap) {
        const uint32_t cap = v->chunk_cap != 0 ? v->chunk_cap * 2 : 1;
        struct ints_chunk *p = realloc(v->chunks, cap * sizeof(*p));

        if (p == NULL)
            return false;
        v->chunks = p;
        v->chunk_cap = cap;
    }
    for (uint32_t i = 1; i < v->tail_count; i++) {
        c.base = v->tail[i] < c.base ? v->tail[i] : c.base;
        most = v->tail[i] > most ? v->tail[i] : most;
    }
    c.width = width_for((uint64_t)most - (uint64_t)c.base);
    if (c.width > 0) {
        c.data = malloc((size_t)v->tail_count * c.width);
        if (c.data == NULL)
            return false;
        store(&c, v->tail, v->tail_count);
    }
    v->chunks[v->chunk_count++] = c;
    v->tail_count = 0;
    return true;
}

bool ints_room(struct ints *v)
{
    uint32_t cap = v->tail_cap != 0 ? v->tail_cap * 2 : FIRST;
    int64_t *p;

    if (v->tail_cap == INTS_CHUNK)
        return pack(v);
    p = realloc(v->tail, cap * sizeof(*p));
    if (p == NULL)
        return false;
    v->tail = p;
    v->tail_cap = cap;
    return true;
}

bool ints_seal(struct ints *v)
{
    const uint32_t left = v->tail_count;

    /* A short chunk is the last one: ints_count would round it up. */
    if (left == 0 || left == INTS_CHUNK) {
        if (left != 0 && !pack(v))
            return false;
        free(v->tail);
        v->tail = NULL;
        v->tail_cap = 0;
        return true;
    }
    int64_t *p = realloc(v->tail, left * sizeof(*p));

    if (p != NULL) {
        v->tail = p;
        v->tail_cap = left;
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

size_t ints_bytes(const struct ints *v)
{
    size_t n = v->chunk_cap * sizeof(*v->chunks) +
               v->tail_cap * sizeof(*v->tail);

    for (uint32_t i = 0; i < v->chunk_count; i++)
        n += (size_t)v->chunks[i].width * INTS_CHUNK;
    return n;
}
