#ifndef VALIDATOR_CLAIMS_VOCABULARY_H
#define VALIDATOR_CLAIMS_VOCABULARY_H
/* What is known of a word wherever it stands, remembered: a report says most
 * of its words many times. A table of fixed size in which a word takes the
 * place of the one that was there; what is known of the words is the user's,
 * an array of VOCABULARY_PLACES. */
#include <stdint.h>

#include "validator/base/arena.h"

enum {
    VOCABULARY_PLACES = 1024, /* a power of two */
    WORD_KEY_BYTES = 16       /* longer words are not remembered */
};

/* A word's bytes and zeros behind them; no word holds a zero byte. */
struct word_key {
    uint64_t part[WORD_KEY_BYTES / 8];
};

/* w.len <= WORD_KEY_BYTES */
static inline struct word_key word_key(struct text w)
{
    struct word_key k = { { 0 } };

    memcpy(k.part, w.ptr, w.len);
    return k;
}

static inline bool word_key_same(const struct word_key *a,
                                 const struct word_key *b)
{
    return a->part[0] == b->part[0] && a->part[1] == b->part[1];
}

static inline uint64_t word_key_hash(const struct word_key *k)
{
    uint64_t h = k->part[0] * 0x9e3779b97f4a7c15u;

    h = (h ^ (h >> 32) ^ k->part[1]) * 0xff51afd7ed558ccdu;
    return h ^ (h >> 32);
}

struct vocabulary {
    struct word_key at[VOCABULARY_PLACES];
};

/* The word's place. *known: it has it already; else it has taken it. A word of
 * more than WORD_KEY_BYTES is never known, its place is VOCABULARY_PLACES. */
static inline uint32_t vocabulary_place(struct vocabulary *v, struct text w,
                                        bool *known)
{
    struct word_key k;
    uint32_t place;

    *known = false;
    if (w.len > WORD_KEY_BYTES)
        return VOCABULARY_PLACES;
    k = word_key(w);
    place = (uint32_t)word_key_hash(&k) & (VOCABULARY_PLACES - 1);
    *known = word_key_same(&v->at[place], &k);
    v->at[place] = k;
    return place;
}

#endif
