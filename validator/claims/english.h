#ifndef VALIDATOR_CLAIMS_ENGLISH_H
#define VALIDATOR_CLAIMS_ENGLISH_H
/* Closed word classes of English that tell what a number is. */
#include "validator/base/text.h"

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
    WORD_DATE_UNIT, /* "10 days ago" is a date */
    WORD_CLASSES
};

/* w in lower case. */
bool english_is(enum word_class c, struct text w);

#endif
