#ifndef CHECKS_TRUNCATED_INT_H
#define CHECKS_TRUNCATED_INT_H
/* The parts of the check truncated. Spans are of the report as read. */
#include "validator/check.h"
#include "validator/text/ending.h"

enum {
    RULE_SENTENCE,
    RULE_LENGTH,
    RULE_FENCE,
    RULE_ROW,
    RULE_BRACKET,
    RULE_HEADING,
    RULE_GARBLE,
    RULE_ITEM,
    RULE_EMPTY,
    RULE_COUNT
};

/* One model part and what its paragraphs tell about their ends. */
struct ends {
    const struct report *r;
    const struct endings *words;
    struct span part;
    size_t first, last;        /* blocks of the part */
    size_t bodies, unfinished; /* paragraphs before it */
};

/* Without ASCII white space at its ends. */
struct span cut_trimmed(struct text bytes, struct span s);

/* The line that holds off, without its newline; at most LINE_REACH bytes to
 * either side, so that many parts in one long line stay linear. */
struct span cut_line_at(struct text t, size_t off);

/* The line above `line` that is not blank, or an empty one when there is none
 * within a few lines. */
struct text cut_line_above(struct text t, struct span line);

/* The last line of t. */
struct text cut_last_line(struct text t);

/* Only white space follows: no link definition, no rule that closes. */
bool cut_is_last_line(struct text t, struct span line, size_t end);

/* Counts how the texts before the last block end. Call it first. */
void cut_learn_habit(struct ends *e);

/* A paragraph that stops: at a comma, a dangling word, or without an end. */
bool cut_in_sentence(const struct ends *e, const struct block *b,
                     struct text t);

/* A list item without the end, or the text, that its siblings have, or that
 * items of more than one sentence have in this report. */
bool cut_in_item(const struct ends *e, const struct block *b, struct text t);

/* The last block is a heading, `line` its line, t its text: nothing follows. */
bool cut_at_heading(const struct ends *e, const struct block *b,
                    struct text line, struct text t);

/* The code block is fenced and its fence never closes. */
bool cut_in_fence(struct text t, const struct block *b, size_t part_end);

/* A row that breaks off: without the last bar, or the last cells, that the row
 * above has; a head without rows. */
bool cut_in_row(struct text row, struct text above);

/* A bullet, a number or hashes with nothing behind them: RULE_ITEM or
 * RULE_HEADING, else RULE_COUNT. */
size_t cut_at_marker(struct text line, struct text above);

/* "**5." at the end of the report. */
bool cut_in_bold(struct text line);

/* The text ends in a loop: its last bytes stand there again and again. What
 * stops there is no sentence, and the loop is another check's. */
bool cut_in_loop(struct text t);

/* Emits what garbles cut short. ST_NOMEM, ST_LIMIT: as ctx_emit(). */
enum status cut_by_garble(struct check_ctx *ctx, struct span part);

#endif
