#ifndef VALIDATOR_BASE_ARENA_H
#define VALIDATOR_BASE_ARENA_H
/* Memory that lives and dies together: one arena per report. */
#include "validator/base/text.h"

struct arena;

/* An arena that gives at most `max_bytes` in all. NULL: no memory. */
struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a);  /* accepts NULL */
void arena_reset(struct arena *a); /* all it gave is gone; blocks are kept */
size_t arena_used(const struct arena *a); /* bytes given since new or reset */

/* `count * size` zeroed bytes, aligned for any type; NULL when the product
 * overflows, memory is out or the limit is reached. Zero bytes give a valid
 * pointer. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/* The same, bytes not set: for large things that are written before they are
 * read, so that what is not used is never touched. */
void *arena_raw(struct arena *a, size_t count, size_t size);

/* A copy of t, NUL-terminated behind its end. ptr == NULL: no memory. */
struct text arena_copy(struct arena *a, struct text t);

/* A copy of an array with room for more elements, zeroed; the old one stays.
 * Double the count each time: the total is then linear. */
void *arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count,
                 size_t size);

/* printf into the arena; NULL when memory is out. NUL-terminated. */
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
