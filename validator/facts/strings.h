#ifndef VALIDATOR_FACTS_STRINGS_H
#define VALIDATOR_FACTS_STRINGS_H
/* Strings kept once, named by a number that stays. */
#include <stdint.h>

#include "validator/base/text.h"

struct strings { /* zero-initialise */
    char *bytes; /* owned: length (LEB128), bytes, length ... */
    size_t len, cap;
    uint64_t *slots; /* hash (high 24 bits) and offset; 0: free */
    size_t slot_count, used;
};

enum { STRINGS_FAIL = -1 };

/* The number of an equal string kept before, else of a copy kept now. Offsets
 * are below 2^40. STRINGS_FAIL: no memory or the limit. */
int64_t strings_put(struct strings *s, struct text t);
/* A copy, without looking for an equal one. */
int64_t strings_append(struct strings *s, struct text t);
void strings_free(struct strings *s);

/* Valid until the next addition. */
struct text strings_get(const struct strings *s, int64_t id);

/* The string behind that one in memory; *id moves. False: none. *id == 0 is
 * the first. */
bool strings_next(const struct strings *s, int64_t *id, struct text *out);

uint64_t text_hash(struct text t);

#endif
