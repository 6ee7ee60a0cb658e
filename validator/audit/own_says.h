#ifndef VALIDATOR_AUDIT_OWN_SAYS_H
#define VALIDATOR_AUDIT_OWN_SAYS_H
/* What sentences of the running text say of the report's tables, wherever the
 * two stand. */
#include "validator/audit/grid.h"

enum {
    SAYING_BYTES = 600,  /* a longer sentence is not looked at */
    SAYING_NAMES = 12,   /* names of rows in it */
    SAYING_PARTS = 8,    /* its clauses; the last holds what is left */
    TABLES_MAX = 16,     /* of one report */
    TABLE_ROWS_MAX = 64, /* of such a table */
    TABLE_COLS_SAID = 16
};

enum { NAME_BITS = 1024 }; /* a power of two */

/* Which first letters, up to three, the names of rows begin with. */
struct beginnings {
    uint64_t bits[NAME_BITS / 64];
};

enum { SLIP_BITS = 1 << 16 }; /* a power of two */

struct tables {
    uint64_t slips[SLIP_BITS / 64]; /* own_slips */
    struct grid at[TABLES_MAX];
    struct beginnings begin[TABLES_MAX], any; /* of each, and of all */
    uint32_t rows[TABLES_MAX];                /* of data */
    uint32_t names[TABLES_MAX];               /* different ones of these */
    uint32_t totals[TABLES_MAX]; /* the one row of totals; 0: none */
    uint32_t count;
};

/* A row of the table at hand, by its name. */
struct row_name {
    uint32_t row;
    uint32_t start, end; /* bytes of the text */
};

/* The rows of each table that a sentence names, once asked for. */
struct said_names {
    bool read;
    uint8_t count[TABLES_MAX];
    struct row_name at[TABLES_MAX][SAYING_NAMES];
};

/* A part of a sentence that says one thing, bytes [start, end) of it. */
struct clause {
    uint32_t start, end;
};

struct saying {
    struct work *w;
    const struct tables *tables;
    size_t from;             /* byte of the report that it begins at */
    char text[SAYING_BYTES]; /* in lower case, markup as spaces */
    uint32_t len;
    struct text before;   /* of its block, as written */
    uint32_t first, last; /* its claims, [first, last) of w->out */
    /* of the claim at hand */
    struct clause in;
    struct text topic; /* around it, up to the numbers before and behind */
    struct said_names *names;          /* of the sentence */
    struct clause parts[SAYING_PARTS]; /* its clauses */
    uint32_t part_count;
};

static inline struct text says_text(const struct saying *s, uint32_t from,
                                    uint32_t to)
{
    return from < to ? (struct text){ s->text + from, to - from }
                     : (struct text){ "", 0 };
}
/* Where claim w->out[i] of the sentence begins and ends in its text. */
static inline uint32_t says_start(const struct saying *s, uint32_t i)
{
    return (uint32_t)(s->w->out[i].claim.span.off - s->from);
}
static inline uint32_t says_end(const struct saying *s, uint32_t i)
{
    return (uint32_t)(span_end(s->w->out[i].claim.span) - s->from);
}

/* The words of the topic up to claim i. */
static inline struct text says_lead(const struct saying *s, uint32_t i)
{
    return s->topic.len == 0 ? s->topic
                             : says_text(s, (uint32_t)(s->topic.ptr - s->text),
                                         says_start(s, i));
}

/* The rows of g that t names, by place, the longest names only. */
uint32_t says_rows(const struct grid *g, struct text t,
                   struct row_name out[SAYING_NAMES]);
/* The same of bytes [from, to) of the sentence, and places in the sentence. */
uint32_t says_rows_in(const struct saying *s, const struct grid *g,
                      uint32_t from, uint32_t to,
                      struct row_name out[SAYING_NAMES]);
/* How many words of the column's header, that are none for a statistic or unit,
 * stand in t, or begin like one there. */
uint32_t says_column(const struct grid *g, uint32_t col, struct text t);
/* The first of the words, or phrases, in t; t.len: none. */
size_t says_any(struct text t, const char *const *words, size_t n, size_t *end);
/* A cell of text, not in column 0, stands in t. */
bool says_group(const struct grid *g, struct text t);
bool says_count(const struct work *w, const struct claim *c);
/* v is the number of data rows, or of the different names of rows: "3 runs" of
 * two stages each. */
bool says_row_count(const struct tables *t, const struct grid *g,
                    struct decimal v);
/* "over the four models": another number of the sentence than claim i is that
 * of the rows. */
bool says_rows_counted(const struct saying *s, uint32_t i,
                       const struct grid *g);
/* "each agent", "all agents", below a header that says "Agent". */
bool says_all_rows(const struct saying *s, const struct grid *g);
/* The row is called "p99". */
bool says_percentile(const struct grid *g, uint32_t row);
/* A cell's one number, or NULL. */
const struct claim *says_number(const struct grid *g, uint32_t row,
                                uint32_t col);
/* The first and the last n words of t, up to a mark. */
struct text says_words(struct text t, uint32_t n);
struct text says_last_words(struct text t, uint32_t n);
/* A number of the table is the claim's, as written. */
bool says_cell(const struct grid *g, const struct claim *c);

/* Two rows that are compared; a: what the number is said of, or before. */
struct says_pair {
    struct grid g;         /* of these rows: perhaps a table turned */
    const struct grid *of; /* the table */
    uint32_t a, b;
    uint32_t end; /* bytes of the sentence up to what is said last of the two */
    enum compared said;
    bool up, down; /* "rose", "fell" */
};
/* own_pairs.c: claim i is said to be a change between two things. */
bool says_change(const struct saying *s, uint32_t i);
/* "5.2x", "5,2-mal" */
bool says_ratio(const struct saying *s, uint32_t i);
/* The two rows of table g, or its two columns. False: it is unsure. */
bool says_pair(const struct saying *s, const struct grid *g, uint32_t i,
               struct says_pair *p);
/* own_named.c: two rows that the sentence compares. */
void own_named(const struct saying *s, uint32_t i);
/* own_extreme.c: "the highest ... is", "from ... to" that the column has not.
 */
void own_extreme(const struct saying *s, uint32_t i);
/* own_stated.c: statistics of a column. */
void own_stated(const struct saying *s, uint32_t i);
/* own_quota.c: shares. */
void own_quota(const struct saying *s, uint32_t i);
/* own_parts.c: what is left, amounts per period; the parts of a whole, once a
 * sentence. */
void own_parts(const struct saying *s, uint32_t i);
void own_fates(const struct saying *s);
/* own_quoted.c: numbers of a row with a slip. */
void own_quoted(const struct saying *s, uint32_t i);
/* own_each.c: amounts per one of several, rows together. */
void own_each(const struct saying *s, uint32_t i);
/* Marks what the tables' numbers may be written as with a slip; some number of
 * theirs may be v but for one. */
void own_slips(struct tables *tables);
bool own_may_slip(const struct tables *tables, struct decimal v);
/* own_says.c: all sentences of the report. */
void own_says(struct work *w, struct tables *tables);

#endif
