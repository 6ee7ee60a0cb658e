#ifndef VALIDATOR_TEXT_TOKENS_INT_H
#define VALIDATOR_TEXT_TOKENS_INT_H
/* rules/tokens.json as the build prepares it (runner/tools/rules-build.c):
 * tables without pointers, so that a start neither parses nor relocates. */
#include <stdint.h>

#include "validator/text/regex.h"
#include "validator/text/tokens.h"

enum {
    TOKEN_NAME_MAX = 80, /* bytes of a name, NUL included */
    TOKEN_NAME_CLASSES_MAX = 32
};

/* How a token is written; group 1 of a shape's pattern is its name. */
enum token_shape {
    SHAPE_PIPE,
    SHAPE_HALF,
    SHAPE_ANGLE,
    SHAPE_BRACKET,
    SHAPE_CUT,
    SHAPE_LITERAL,
    SHAPE_COUNT
};

/* Names are offsets into token_data.names, NUL-terminated. */
struct token_entry {
    uint16_t name;     /* without brackets; squashed where the shape does so */
    uint16_t squashed; /* token_name of it */
    uint16_t family;
    uint8_t shape, cls, when; /* enum token_shape, _class, _when */
    bool loose; /* distinctive: known in other brackets and misspelt too */
};

struct token_alternative {
    uint16_t family;
    uint8_t shape, cls, when;
    bool always; /* a shape that needs no known name */
    bool form;   /* cls and family are said here, not by a name */
};

struct token_name_class { /* of an unknown name: the first that is found */
    struct regex_source pattern;
    enum token_class cls;
};

extern const char token_names[];
extern const struct token_entry token_entries[]; /* by shape, then name */
extern const size_t token_entry_count;
extern const struct token_alternative token_alternatives[]; /* by mark */
extern const size_t token_alternative_count;
extern const struct token_name_class token_name_classes[];
extern const size_t token_name_class_count;
extern const struct regex_source token_regex; /* all alternatives, anchored */

/* Pipe and half shapes are known by their squashed name. */
static inline bool token_squashes(enum token_shape shape)
{
    return shape == SHAPE_PIPE || shape == SHAPE_HALF;
}

/* Copies a name; squashed: in lower case, without `_`, `-`, blanks, `\` and
 * U+2581. False: empty or too long. */
bool token_name(char out[TOKEN_NAME_MAX], struct text name, bool squash);

#endif
