#ifndef VALIDATOR_AUDIT_LEXICON_H
#define VALIDATOR_AUDIT_LEXICON_H
/* English words for statistics, and words that say what was done to numbers:
 * a table made once, then shared read-only. */
#include "validator/claims/vocabulary.h"

enum {
    SAYS_OVERALL = 1,    /* of all rows: "across" */
    SAYS_DIFFERENCE = 2, /* one less another: "faster" */
    SAYS_TOGETHER = 4,   /* a sum: "combined" */
    SAYS_DERIVED = 8,    /* any of these, and more: "ratio", "average" */
    SAYS_SUM = 16,       /* "adds up to": of slices, overall too */
    SAYS_WITHOUT = 32,   /* "excluding" */
    SAYS_PLACE = 64,     /* "the first two", "the upper half" */
    SAYS_WEIGHTED = 128  /* "weighted by departures" */
};

enum { LEXICON_PLACES = 1024 }; /* a power of two; words take half */

struct lexicon_entry {
    struct word_key key;
    uint32_t stats; /* bits of enum fact_stat */
    uint8_t says;   /* bits of SAYS_... */
    uint8_t cues;   /* bits of CUE_..., own_cues.h */
};

struct lexicon {
    struct lexicon_entry at[LEXICON_PLACES];
};

void lexicon_make(struct lexicon *x);

/* word: in lower case. All zero: not one of these words. */
struct lexicon_entry lexicon_find(const struct lexicon *x, struct text word);

#endif
