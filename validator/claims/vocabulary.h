#ifndef VALIDATOR_CLAIMS_VOCABULARY_H
#define VALIDATOR_CLAIMS_VOCABULARY_H
/* What is known of a word wherever it stands, remembered: a report says most
 * of its words many times. A table in which a word takes the place of the one
 * that was there; what is known of the words is the user's, an array of
 * `places` + 1. */
#include <stdint.h>

#include "validator/base/arena.h"

enum {
    VOCABULARY_MIN = 256,  /* places, powers of two */
    VOCABULARY_MAX = 4096, /* most words of a long text; 0.4 MB with what is
                              known of them */
    WORD_KEY_BYTES = 16    /* longer words are not remembered */
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

/* The first n bytes, 1..8, of eight. */
static inline uint64_t word_key_part(uint64_t bytes, size_t n)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return bytes & (UINT64_MAX << (64 - 8 * n));
#else
    return bytes & (UINT64_MAX >> (64 - 8 * n));
#endif
}

/* The same for a word of 1..WORD_KEY_BYTES bytes in a buffer of which
 * WORD_KEY_BYTES may be read. */
static inline struct word_key word_key_read(const char *p, size_t len)
{
    struct word_key k;

    memcpy(k.part, p, WORD_KEY_BYTES);
    if (len > 8) {
        k.part[1] = word_key_part(k.part[1], len - 8);
    } else {
        k.part[0] = word_key_part(k.part[0], len);
        k.part[1] = 0;
    }
    return k;
}

static inline bool word_key_same(const struct word_key *a,
                                 const struct word_key *b)
{
    return a->part[0] == b->part[0] && a->part[1] == b->part[1];
}

/* 24 bits: the upper ones of a product are the ones that all of it decides. */
static inline uint32_t word_key_hash(const struct word_key *k)
{
    const uint64_t h = k->part[0] ^ k->part[1] * 0xff51afd7ed558ccdu;

    return (uint32_t)(h * 0x9e3779b97f4a7c15u >> 40);
}

struct vocabulary_word {
    struct word_key key;
    uint32_t number; /* of its own as long as it is there; 0: none is */
    uint32_t known;  /* the user's, who sets it when the word is new */
};

struct vocabulary {
    struct vocabulary_word *at; /* and one for long words */
    uint32_t places;            /* a power of two */
    uint32_t numbers;           /* given so far */
};

/* Of a text of that many bytes, in `a`; v is zero before. False: no memory. */
static inline bool vocabulary_init(struct vocabulary *v, size_t bytes,
                                   struct arena *a)
{
    v->places = VOCABULARY_MIN;
    while (v->places < VOCABULARY_MAX && v->places < bytes / 16)
        v->places *= 2;
    v->at = arena_alloc(a, v->places + 1, sizeof(*v->at));
    return v->at != NULL;
}

/* A word's place, and its number: what is known of it and kept by place is of
 * the word when it has its number. */
struct word_entry {
    uint32_t place, number; /* number > 0 */
};

/* Of a word of len > 0 bytes at p, WORD_KEY_BYTES of which may be read. A word
 * of more than WORD_KEY_BYTES is a new one each time, its place is v->places.
 */
static inline struct word_entry
vocabulary_entry(struct vocabulary *v, const char *p, size_t len, bool *fresh)
{
    struct word_key k = { { 0 } };
    struct vocabulary_word *w = &v->at[v->places];

    *fresh = len > WORD_KEY_BYTES;
    if (!*fresh) {
        k = word_key_read(p, len);
        w = &v->at[word_key_hash(&k) & (v->places - 1)];
        *fresh = !word_key_same(&w->key, &k);
    }
    if (*fresh) {
        w->key = k;
        w->number = ++v->numbers;
    }
    return (struct word_entry){ (uint32_t)(w - v->at), w->number };
}

#endif
