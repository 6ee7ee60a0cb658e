#ifndef VALIDATOR_CLAIMS_ENGLISH_H
#define VALIDATOR_CLAIMS_ENGLISH_H
/* Closed word classes of English that tell what a number is. */
#include "validator/claims/vocabulary.h"

enum word_class {
    WORD_MONTH,
    WORD_YEAR_BEFORE,       /* "in 2024" */
    WORD_REFERENCE,         /* "Table 3" */
    WORD_PRODUCT,           /* "version 2", "Windows 11" */
    WORD_OUTLINE,           /* "three sections": parts of the text itself */
    WORD_OUTLINE_ADJECTIVE, /* "three main sections" */
    WORD_SIZE,              /* "270M parameters", "the 1b model" */
    WORD_ADVICE,            /* anywhere in a sentence */
    WORD_IMPERATIVE,        /* first word of a sentence */
    WORD_ADVICE_HEAD,       /* in a heading */
    WORD_TARGET,            /* in a table's header or a row's label */
    WORD_APPROX,
    WORD_BOUND,      /* "least", "below": the last word of a bound_words */
    WORD_NUMBER,     /* "six", "hundred" */
    WORD_ORDINAL,    /* "second" */
    WORD_GROUP,      /* "pair", "dozen" */
    WORD_ARTICLE,    /* "a", "half": a number in words may begin with them */
    WORD_CELL,       /* the text of a cell of data by accident: "total" */
    WORD_EXAMPLE,    /* "example", the "g" of "e.g." */
    WORD_PERCENTILE, /* "95th percentile", "95% CI" */
    WORD_DIGIT,      /* it begins with a digit; no list */
    WORD_CLASSES     /* at most 32 */
};

struct english; /* the classes of all words */

static inline uint32_t english_class(enum word_class c)
{
    return UINT32_C(1) << c;
}

struct english *english_new(void);    /* NULL: no memory */
void english_free(struct english *e); /* accepts NULL */

/* Bits 1 << enum word_class of a word in lower case. */
uint32_t english_classes(const struct english *e, struct text w);

#endif
