#ifndef CHECKS_CHATTER_DATA_H
#define CHECKS_CHATTER_DATA_H
/* rules/chatter.json as the build prepares it (runner/tools/rules-build.c):
 * one pattern per language and kind. */
#include "validator/text/regex.h"

enum phrase_kind {
    KIND_PREAMBLE,
    KIND_FIRST,
    KIND_CLOSING,
    KIND_TAIL,
    KIND_META,
    KIND_PLACEHOLDER, /* of every language, found inside sentences */
    KIND_COUNT
};

struct phrases_of {
    char lang[4]; /* ISO 639-1; "" for every language */
    enum phrase_kind kind;
    struct regex_source pattern;
};

extern const struct phrases_of phrases_of[];
extern const size_t phrases_of_count; /* at most PHRASES_MAX */

enum { PHRASES_MAX = 200 };

#endif
