#ifndef VALIDATOR_TEXT_TOKENS_H
#define VALIDATOR_TEXT_TOKENS_H
/* Special tokens of language models, from rules/tokens.json: literal names in
 * a sorted table, forms and shapes in one anchored regular expression. */
#include "validator/base/error.h"
#include "validator/base/text.h"
#include "validator/text/regex.h"

enum token_class {
    TOKEN_RESERVED,
    TOKEN_TURN,
    TOKEN_EOS,
    TOKEN_INST,
    TOKEN_FIM,
    TOKEN_MEDIA,
    TOKEN_BYTE,
    TOKEN_SPM,
    TOKEN_BBPE,
    TOKEN_ROLE,
    TOKEN_TOOL,
    TOKEN_THINK,
    TOKEN_CITE,
    TOKEN_STRAY,
    TOKEN_CLASSES
};
extern const char *const token_class_name[TOKEN_CLASSES];

/* What the text around must look like for a match to count. */
enum token_when {
    WHEN_ALWAYS,
    WHEN_UNPAIRED,  /* no partner tag on the same line */
    WHEN_PAIRED,    /* its partner tag within 64 kB */
    WHEN_GLUED,     /* text behind it without a space, none before it */
    WHEN_GLUED_ANY, /* text directly before or behind it */
    WHEN_UNLINKED,  /* no part of a link or a file name */
    WHEN_UNINDEXED, /* nor the index of an array */
    WHEN_COUNT
};

struct token_set; /* shared by all threads */

/* What the build made of tokens.json. On ST_OK the caller owns *out
 * (token_set_free). ST_NOMEM. */
enum status token_set_new(struct token_set **out, struct error *err);
void token_set_free(struct token_set *s); /* accepts NULL */

struct token_match {
    struct span span;
    enum token_class cls;
    enum token_when when;
    const char *family; /* static; "" when unknown */
};

/* Offset of the next byte at or after `at` where a token could begin (or, at
 * a `>`, end), or t.len. */
size_t token_next(struct text t, size_t at);

/* The line around a token, at most 400 bytes to either side of its start. */
struct text token_line(struct text t, struct span s);

/* A token that begins at t.ptr[at], or, when that is the `>` of `|>`, one that
 * has lost its beginning and ends there. Looks at most 128 bytes ahead and 64
 * back. last: t ends where the text does, so that a token may be cut off. */
bool token_at(const struct token_set *s, struct regex_match *m, struct text t,
              size_t at, bool last, struct token_match *out);

/* Whether the text around allows the match to count (see enum token_when). */
bool token_when_holds(struct text t, const struct token_match *m);

/* Artefacts of the vocabulary's own spelling, at a non-ASCII byte:
 * SentencePiece's U+2581 for a space, byte-level BPE's U+0120 and U+010A. */
bool token_piece_at(struct text t, size_t at, struct token_match *out);

#endif
