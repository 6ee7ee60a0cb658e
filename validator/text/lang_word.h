#ifndef VALIDATOR_TEXT_LANG_WORD_H
#define VALIDATOR_TEXT_LANG_WORD_H
/* Prose cut into words with their script, for language checks. */
#include <stdint.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/base/text.h"

enum word_flag {
    WORD_CAPITAL = 1, /* its first letter is upper case */
    WORD_UPPER = 2,   /* an upper-case letter behind the first */
    WORD_MASKED = 4,  /* part of a path, identifier, file name, number */
    WORD_START = 8,   /* the first of a sentence */
    WORD_ASCII = 16,
    WORD_GLUED = 32,      /* follows the word before it without a gap */
    WORD_APOSTROPHE = 64, /* holds one: don't, l'objet */
    WORD_QUOTED = 128,    /* directly inside quotation marks */
    WORD_LINE = 256,      /* the first of a line */
    WORD_HYPHEN = 512,    /* joined to a neighbour by a hyphen */
    WORD_PATH = 1024 /* masked as a path or identifier, whatever its script */
};

struct word {
    uint32_t off, len; /* bytes of the text that was cut */
    int16_t script;    /* UScriptCode */
    uint16_t flags;
    uint32_t letters; /* code points that are letters */
};

/* A growing array in an arena, reused from block to block. */
struct word_list {
    struct word *at;
    size_t count, cap;
    struct arena *arena;
    /* Between two calls: */
    bool sentence_open; /* the next word does not begin a sentence */
};

/* Appends the words of text[s]. Words are letters, combining marks, joiners and
 * inner apostrophes of one script; a change of script begins a new word. Texts
 * over 4 GiB are the caller's error. ST_NOMEM. */
enum status words_cut(struct word_list *out, struct text text, struct span s);

#endif
