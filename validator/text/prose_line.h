#ifndef VALIDATOR_TEXT_PROSE_LINE_H
#define VALIDATOR_TEXT_PROSE_LINE_H
/* What a line is by itself, wherever it stands: inside a fence that was never
 * closed, Markdown has to be known by its look. No language is assumed. */
#include "validator/base/text.h"

enum line_kind {
    LINE_BLANK,
    LINE_CODE,     /* anything that is none of the others */
    LINE_WORDS,    /* the rest of a wrapped sentence, as it looks */
    LINE_SENTENCE, /* begins like one */
    LINE_ITEM,     /* of a list, with words */
    LINE_BOLD,     /* begins with a bold run */
    LINE_TITLE,    /* `# x`: in many languages a comment */
    LINE_HEADING,  /* `## x` and below */
    LINE_TABLE,    /* a row between bars */
    LINE_RULE,     /* `---` */
    LINE_FENCE
};

struct line_look {
    enum line_kind kind;
    bool complete; /* sentences and items: ends like a sentence */
};

/* `line`: without its line feed; at most its first 2,000 bytes are read. */
struct line_look line_look(struct text line);

/* Does Markdown text evidently begin at the line at `at`? It and up to six
 * lines behind it, before `end`, must not look like code, and a sentence, or a
 * heading with something below, must be there. */
enum prose_evidence { PROSE_NONE, PROSE_TEXT, PROSE_HEADED };
enum prose_evidence prose_begins(struct text t, size_t at, size_t end);

/* True when most lines are text, a sentence or two among them. */
bool prose_fills(struct text t);

/* True for what stands between two backticks that do not belong together: many
 * plain words, over the end of a sentence. */
bool prose_in_span(struct text t);

/* A run of three backticks or tildes and more that begins `body` (a line
 * without its indentation). False: none. */
struct fence_run {
    char c;
    size_t len;       /* bytes of the run */
    struct text info; /* trimmed; empty: such a line can close */
};
bool fence_run(struct text body, struct fence_run *out);

/* The first word of a fence's label is Markdown's. */
bool fence_is_markdown(struct text info);

#endif
