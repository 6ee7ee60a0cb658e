#ifndef VALIDATOR_CLAIMS_FLAT_H
#define VALIDATOR_CLAIMS_FLAT_H
/* One block of a report as plain text: markup is gone, each byte knows where
 * it came from. */
#include <stdint.h>

#include "validator/claims/english.h"
#include "validator/text/markdown.h"

struct flat_word {
    uint32_t start, end; /* bytes of the flat text */
};

/* A run of bytes that is no prose: a code span, a link target. */
struct flat_code {
    uint32_t start, end;
};

/* Bytes that stand one behind the other in the report, too. */
struct flat_run {
    uint32_t start, from; /* in the flat text, in the report */
};

struct flat {
    char *text;  /* as written */
    char *lower; /* the same in lower case (ASCII) */
    uint32_t len;
    struct flat_run *runs; /* and one at the end */
    uint32_t run_count;
    struct flat_word *words;    /* runs of letters and digits (>= 0x80 too) */
    uint32_t *classes;          /* of each word: bits of enum word_class */
    struct word_entry *entries; /* of each word, in `seen` */
    uint32_t word_count;
    uint32_t *ends; /* bytes that end sentences, ascending */
    uint32_t end_count;
    struct flat_code *code;
    uint32_t code_count;
    uint32_t cap;       /* bytes the arrays hold */
    bool decimal_comma; /* "12,5" is twelve and a half, "1.250" a thousand */
    const struct english *english;
    struct vocabulary seen;
    uint64_t *beyond; /* flat.c: bits of the bytes beyond ASCII */
};

/* Room for blocks of up to `max` bytes of a text of `bytes`, in `a`; `english`
 * outlives it. False: no memory. */
bool flat_init(struct flat *f, uint32_t max, size_t bytes,
               const struct english *english, struct arena *a);

/* Fills f with block b of d; a block larger than f's room is cut there.
 * Breaks become '\n'. Code spans are kept and listed. */
void flat_block(struct flat *f, const struct doc *d, const struct block *b);

/* Only the bytes of the block, which stay until f is filled again: no words. */
struct text flat_bytes(struct flat *f, const struct doc *d,
                       const struct block *b);

/* Fills f with a plain text whose first byte is at `off` of the report. */
void flat_text(struct flat *f, struct text t, uint32_t off);

/* The first word that begins at or behind byte `at`; word_count: none. */
uint32_t flat_word_at(const struct flat *f, uint32_t at);

static inline struct text flat_lower(const struct flat *f, uint32_t word)
{
    return (struct text){ f->lower + f->words[word].start,
                          f->words[word].end - f->words[word].start };
}

/* False behind the last word, too. */
static inline bool flat_is(const struct flat *f, uint32_t word,
                           enum word_class c)
{
    return word < f->word_count && (f->classes[word] >> c & 1) != 0;
}

/* The span of the report that flat bytes [start, end) came from. */
struct span flat_span(const struct flat *f, uint32_t start, uint32_t end);

/* True when the byte is inside a code span or link target. */
bool flat_is_code(const struct flat *f, uint32_t at);

#endif
