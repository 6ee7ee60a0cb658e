#ifndef VALIDATOR_CLAIMS_EXEMPT_H
#define VALIDATOR_CLAIMS_EXEMPT_H
/* What the text alone tells of a number that states no fact. */
#include "validator/claims/claims.h"

struct sentence { /* of the block being scanned; filled lazily */
    uint32_t start, end;
    uint32_t example; /* where examples begin; 0: none */
    bool known, advice, imperative;
};

/* A date, time, version or dotted address at a word that begins with a digit.
 * True: *end is behind it and *why says what. */
bool exempt_compound(const struct flat *f, uint32_t word, uint32_t *end,
                     enum claim_exempt *why);

/* The reason for a claim whose value, unit and words are known. */
enum claim_exempt exempt_claim(const struct flat *f, const struct claim *c,
                               const struct claim_setting *set,
                               struct sentence *s);

#endif
