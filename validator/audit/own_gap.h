#ifndef VALIDATOR_AUDIT_OWN_GAP_H
#define VALIDATOR_AUDIT_OWN_GAP_H
/* The words between two numbers of a sentence. */
#include "validator/claims/flat.h"

enum kind {
    KIND_OTHER,
    KIND_CHANGE,  /* says that two numbers are compared */
    KIND_CONNECT, /* leads from the two to what they give */
    KIND_LINK,    /* stands between the two */
    KIND_BREAK    /* another statement begins */
};
enum kind gap_kind(const struct flat *f, uint32_t word);

/* What stands in bytes [from, to) of the block. */
struct gap {
    uint32_t words[5];    /* of each kind */
    uint32_t first, last; /* flat words [first, last) */
    char mark;            /* the last of ( : , = or a dash; 0: none */
    uint32_t tail_other;  /* other words behind that mark */
    bool stops;           /* a sentence or statement ends, or it is too long */
};
struct gap gap_look(const struct flat *f, uint32_t from, uint32_t to);

/* The word is s, in lower case. */
static inline bool word_is(const struct flat *f, uint32_t word, const char *s)
{
    return word < f->word_count && text_is(flat_lower(f, word), s);
}

#endif
