#ifndef VALIDATOR_TEXT_WORD_SET_H
#define VALIDATOR_TEXT_WORD_SET_H
/* A set of words, as hashes of their lower-case forms. */
#include <stdint.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"

struct word_set { /* zero-initialise with .arena set; it owns the memory */
    struct arena *arena;
    uint64_t *at; /* open addressing; 0: free */
    size_t count, cap;
};

/* Adds every word of `text` (words_cut). ST_NOMEM. */
enum status word_set_add(struct word_set *s, struct text text);

/* hash: lang_hash of the word in lower case. */
static inline bool word_set_has(const struct word_set *s, uint64_t hash)
{
    hash |= 1; /* 0 marks a free slot */
    if (s->count == 0)
        return false;
    for (size_t i = hash & (s->cap - 1); s->at[i] != 0;
         i = (i + 1) & (s->cap - 1))
        if (s->at[i] == hash)
            return true;
    return false;
}

#endif
