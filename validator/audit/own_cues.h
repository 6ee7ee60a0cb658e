#ifndef VALIDATOR_AUDIT_OWN_CUES_H
#define VALIDATOR_AUDIT_OWN_CUES_H
/* Which of the rules for sentences a word may call for. */
#include "validator/base/text.h"

#include <stdint.h>

enum {
    CUE_STAT = 1,    /* "average", "total" */
    CUE_END = 2,     /* "highest", "ranges" */
    CUE_CHANGE = 4,  /* "faster", "increased" */
    CUE_SHARE = 8,   /* "rate", "accounts" */
    CUE_REST = 16,   /* "leaves", "month" */
    CUE_FATE = 32,   /* "succeeded", "failed" */
    CUE_EACH = 64,   /* "per", "together" */
    CUE_QUOTED = 128 /* a number with digits enough for a slip */
};

enum { QUOTED_DIGITS_MIN = 3 };

extern const struct cue_word {
    const char *word; /* in lower case */
    uint8_t cues;     /* bits of CUE_... */
} cue_words[];
extern const size_t cue_word_count;

#endif
