#include "validator/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/pages.h"

enum { BLOCK_BYTES = 64 * 1024 };

struct block {
    struct block *next;
    size_t size; /* bytes of data[] */
    size_t used;
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *first, *at; /* `at` is filled; those behind it are empty */
    size_t max, used;
};

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = calloc(1, sizeof(*a));

    if (a != NULL)
        a->max = max_bytes;
    return a;
}

static void blocks_free(struct block *b)
{
    while (b != NULL) {
        struct block *next = b->next;

        free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    blocks_free(a->first);
    free(a);
}

void arena_reset(struct arena *a)
{
    struct block **link = &a->first;

    while (*link != NULL) { /* keep ordinary blocks, return the big ones */
        struct block *b = *link;

        if (b->size > BLOCK_BYTES) {
            *link = b->next;
            free(b);
            continue;
        }
        b->used = 0;
        link = &b->next;
    }
    a->at = a->first;
    a->used = 0;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

static struct block *block_for(struct arena *a, size_t bytes)
{
    struct block *b = a->at;

    if (b != NULL && b->size - b->used >= bytes)
        return b;
    if (b != NULL && b->next != NULL && b->next->size >= bytes)
        return a->at = b->next;
    const size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct block *fresh = pages_alloc(1, sizeof(*fresh) + size);

    if (fresh == NULL)
        return NULL;
    fresh->size = size;
    fresh->used = 0;
    fresh->next = b != NULL ? b->next : a->first;
    if (b != NULL)
        b->next = fresh;
    else
        a->first = fresh;
    return a->at = fresh;
}

/* `count * size` bytes, rounded up to keep the alignment; 0: too many. */
static size_t rounded(size_t count, size_t size)
{
    const size_t unit = alignof(max_align_t);

    if (size != 0 && count > (SIZE_MAX - unit) / size)
        return 0;
    return count * size == 0 ? unit : (count * size + unit - 1) / unit * unit;
}

void *arena_raw(struct arena *a, size_t count, size_t size)
{
    const size_t bytes = rounded(count, size);
    struct block *b;

    if (bytes == 0 || bytes > a->max - a->used)
        return NULL;
    b = block_for(a, bytes);
    if (b == NULL)
        return NULL;
    b->used += bytes;
    a->used += bytes;
    return b->data + (b->used - bytes);
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    void *p = arena_raw(a, count, size);

    return p != NULL ? memset(p, 0, rounded(count, size)) : NULL;
}

struct text arena_copy(struct arena *a, struct text t)
{
    char *p = t.len < SIZE_MAX ? arena_raw(a, t.len + 1, 1) : NULL;

    if (p == NULL)
        return (struct text){ NULL, 0 };
    if (t.len > 0)
        memcpy(p, t.ptr, t.len);
    p[t.len] = '\0';
    return (struct text){ p, t.len };
}

void *arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count,
                 size_t size)
{
    char *p = arena_raw(a, new_count, size);
    const size_t had = old != NULL ? old_count * size : 0;

    if (p == NULL)
        return NULL;
    if (had > 0)
        memcpy(p, old, had);
    memset(p + had, 0, rounded(new_count, size) - had);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    char most[256]; /* of what is printed is shorter */
    va_list ap;
    char *p;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(most, sizeof(most), fmt, ap);
    va_end(ap);
    if (n < 0)
        return NULL;
    p = arena_raw(a, (size_t)n + 1, 1);
    if (p == NULL)
        return NULL;
    if ((size_t)n < sizeof(most))
        return memcpy(p, most, (size_t)n + 1);
    va_start(ap, fmt);
    (void)vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
