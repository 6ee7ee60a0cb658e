#ifndef VALIDATOR_TEXT_MARKDOWN_H
#define VALIDATOR_TEXT_MARKDOWN_H
/* A Markdown report as blocks and pieces whose spans point into its bytes
 * (md4c, CommonMark 0.30 with tables and strikethrough). */
#include <stdint.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"

enum block_role {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING,    /* also a paragraph that is bold as a whole: level 7 */
    BLOCK_LIST_ITEM,  /* the text of a list item, without its bullet */
    BLOCK_TABLE_HEAD, /* one cell of a header row */
    BLOCK_TABLE_CELL,
    BLOCK_CODE, /* fenced or indented; not the transparent fences below */
    BLOCK_HTML,
    BLOCK_FRONT_MATTER /* between two `---` lines at byte 0, key: value */
};

/* Fences labelled md or markdown are transparent: what they hold is parsed as
 * Markdown. So is an unlabelled fence whose content reads as prose. A fence, a
 * comment or a <pre> that never closes ends where text evidently begins
 * (text/unclosed.h); when none does it runs to the end, as CommonMark has
 * it. What stands in block HTML (<details>, <div>) is parsed as text with tags
 * in it; indented code that is prose throughout, as text. */

enum piece_kind {
    PIECE_TEXT,
    PIECE_CODE,   /* a code span's content, or a line of a code block */
    PIECE_URL,    /* link or image target */
    PIECE_HTML,   /* raw inline or block HTML */
    PIECE_ENTITY, /* &amp; */
    PIECE_BREAK   /* soft or hard line break; its span may be empty */
};

#define DOC_NONE UINT32_MAX

struct piece {
    struct span span;
    enum piece_kind kind;
    bool strong, emphasis;
};

struct block {
    struct span span; /* from the first piece to the last: markup inside */
    enum block_role role;
    uint8_t level; /* heading 1-7; list nesting depth 1..255 */
    bool ordered;  /* the list item is numbered */
    bool quoted;   /* inside a block quote */
    bool fenced;   /* inside a transparent fence */
    uint32_t first_piece, pieces;
    uint32_t heading;         /* index of the governing heading, DOC_NONE */
    uint32_t table, row, col; /* table cells: all from 0; header row: row 0 */
    struct text info;         /* code: the fence's info string, else empty */
};

struct unclosed {
    struct span opener; /* the line that opens, from its first mark on */
    size_t resumed;     /* where Markdown goes on */
};

struct doc {
    struct text src;
    const struct block *blocks; /* in document order */
    size_t block_count;
    const struct piece *pieces; /* grouped by block, in order within one */
    size_t piece_count;
    const struct unclosed *unclosed; /* ascending */
    size_t unclosed_count;
};

/* Parses `src` (any bytes). Everything lives in `a`; src must outlive *out.
 * Limits: 2,000,000 blocks or pieces (ST_LIMIT), or the arena's (ST_NOMEM). */
enum status doc_parse(struct doc *out, struct text src, struct arena *a,
                      struct error *err);

#endif
