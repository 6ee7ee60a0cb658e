#ifndef VALIDATOR_BASE_UNITS_INT_H
#define VALIDATOR_BASE_UNITS_INT_H
/* The table of units in memory. It holds no pointers but those to its arrays,
 * so that the one the build makes of rules/units.json (units_ours) costs a
 * start nothing. */
#include "validator/base/arena.h"
#include "validator/base/units.h"

enum { SPELLING_MAX = 40 /* bytes */ };

struct unit_word { /* bytes of units.text */
    uint32_t at, len;
};

struct unit {
    struct decimal factor, offset, alt;
    struct unit_word id;
    uint16_t dim;
    bool has_alt;
    double rough[2]; /* factor, by enum unit_convention */
    double rough_offset;
};

struct unit_dim {
    struct unit_word id;
    bool count;
};

enum unit_where { IN_TEXT, BEFORE, IN_HEADER, WHERE_COUNT };

struct spelling {
    struct unit_word s; /* words and header words in lower case */
    struct unit_ref ref;
    bool word;         /* any case, plural "s" accepted */
    bool tight, loose; /* only glued to the number, only spaced */
    /* Bytes of s in lower case; 0: it is shorter. Most spellings that begin
     * alike are told apart by them. */
    unsigned char second, third;
};

/* Spellings of one place, grouped by first byte (lower case), those in text by
 * the second one, too, those of one byte first; longest first. */
struct spellings {
    const struct spelling *at;
    size_t count;
    uint32_t first[257];
};

struct units {
    const char *text;
    size_t text_len;
    const struct unit *units; /* 0: none */
    size_t unit_count;
    const struct unit_dim *dims; /* 0: none */
    size_t dim_count;
    struct spellings in[WHERE_COUNT];
    bool ends_before[256]; /* bytes that a spelling before a number ends with */
    struct arena *arena;   /* of the above; NULL: static */
    /* Quotients with a name of their own keep it out of units_name: the name
     * is always num "/" den. */
};

static inline struct text unit_text(const struct units *u, struct unit_word w)
{
    return (struct text){ u->text + w.at, w.len };
}

/* The index of a unit by its id; 0: none. */
uint16_t unit_by_id(const struct units *u, struct text id);

#endif
