#ifndef VALIDATOR_CLAIMS_BOUND_H
#define VALIDATOR_CLAIMS_BOUND_H
#include "validator/claims/claims.h"
#include "validator/claims/numeral.h"

enum { BOUND_WORDS = 24 };

/* A bound or approximation before a number: "at least", "below". */
struct bound_word {
    char word[WORD_BYTES]; /* the nearest to the number */
    const char *before;    /* the one before it; NULL: any */
    enum claim_cmp cmp;
    bool approx;
};
extern const struct bound_word bound_words[BOUND_WORDS];

/* Sets cmp and approx of the claim that begins with the word. */
void bound_read(const struct flat *f, uint32_t word, struct claim *c);

#endif
