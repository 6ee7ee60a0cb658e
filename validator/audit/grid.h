#ifndef VALIDATOR_AUDIT_GRID_H
#define VALIDATOR_AUDIT_GRID_H
/* A table of the report as rows and columns of its claims. */
#include "validator/audit/own_int.h"

/* What a row's label or a column's header makes of its numbers; 0: they are
 * data. */
enum {
    LABEL_MEAN = 1,
    LABEL_MEDIAN = 2,
    LABEL_MIN = 4,
    LABEL_MAX = 8,
    LABEL_SD = 16,
    LABEL_SUM = 32,
    LABEL_RANGE = 64,
    LABEL_COMPARE = 128, /* speed-up, change, difference */
    LABEL_OTHER = 256 /* a statistic that is not recomputed, or of something */
};
enum { LABEL_STATS = 127 };

struct label {
    unsigned bits;
    /* "mean of 5 runs": 5; 0: not said. Of LABEL_COMPARE: the words that say
     * more than that. */
    uint32_t count;
    enum compared said; /* of LABEL_COMPARE */
};
/* Reads a row's label or a column's header. */
struct label label_read(struct text t);
/* Statistics that words of a running text name; *other: a word that makes
 * another statistic of it ("weighted", "excluding"). */
unsigned label_stats_in(struct text t, bool *other);

enum cell_kind {
    CELL_EMPTY,
    CELL_TEXT, /* no number that states a fact */
    CELL_ONE,  /* one number, perhaps with its spread */
    CELL_MANY
};
struct cell {
    struct text text; /* as written, markup and all, trimmed */
    uint32_t claim;   /* of CELL_ONE: index of w->out; of CELL_MANY: the first;
                       * of CELL_TEXT: a number in the name of a row or column;
                       * or FACT_NONE */
    uint32_t spread;  /* behind its plus-minus sign; or FACT_NONE */
    enum cell_kind kind;
};

enum { GRID_CELLS_MAX = 1 << 16 }; /* a larger table is not looked at */

struct grid {
    struct work *w;
    uint32_t table, first, end; /* blocks [first, end) */
    uint32_t rows, cols;        /* row 0: the header */
    struct cell *at;
    struct label *labels;    /* per row */
    struct label *heads;     /* per column */
    bool turned;             /* rows were columns */
    bool partial;            /* grid_partial, when own_tables asked */
    bool open;               /* the data do not bear out all of its numbers */
    bool labelled;           /* `labels` and `heads` are filled */
    struct text *names;      /* of rows, or NULL */
    struct decimal *scratch; /* of 2 (`rows` + `cols`) numbers */
};

/* The table that begins at block `first`. *next_claim: the first claim that is
 * not before it; moved behind the table. False: not looked at, or no memory. */
bool grid_make(struct grid *g, struct work *w, uint32_t first,
               uint32_t *next_claim);
static inline const struct cell *grid_cell(const struct grid *g, uint32_t row,
                                           uint32_t col)
{
    return &g->at[row * g->cols + col];
}
static inline const struct claim *cell_claim(const struct grid *g,
                                             const struct cell *c)
{
    return &g->w->out[c->claim].claim;
}
static inline struct text grid_text(const struct grid *g, uint32_t row,
                                    uint32_t col)
{
    return grid_cell(g, row, col)->text;
}
/* The row holds data: "Baseline vs Chimera" may be the name of a run. */
static inline bool grid_is_data(const struct grid *g, uint32_t row)
{
    return g->labels[row].bits == 0 ||
           (g->labels[row].bits == LABEL_COMPARE &&
            g->labels[row].said == COMPARED_ANYHOW &&
            g->labels[row].count >= 2);
}
/* The same table with rows and columns exchanged. False: no memory. */
bool grid_turn(const struct grid *g, struct grid *turned);
/* Fills labels and heads, once. */
void grid_label(struct grid *g);
/* What a row is called, without a unit in brackets. */
struct text grid_row_name(const struct grid *g, uint32_t row);
/* The cell is one of the words, in any case, without its emphasis. */
bool grid_word_of(struct text t, const char *const *words, size_t n);
/* The first header says that the rows are measures: "Metric". */
bool grid_lists_measures(const struct grid *g);
/* True when two labels differ in digits only: "Run 1" and "Run 2". */
bool labels_alike(struct text a, struct text b);
/* The table shows a part of what its summaries are of: "...", "top 5". */
bool grid_partial(const struct grid *g);
/* The text beside the table says that its means are no plain ones. */
bool grid_weighted(const struct grid *g);

/* The numbers that a summary is of. */
enum { OPERANDS_SHOWN = 6 };
struct series {
    struct work *w;
    uint32_t claims[OPERANDS_SHOWN]; /* the first few */
    uint32_t count;
    struct decimal *values; /* in reading order; room for as many again behind
                             * them */
    struct decimal half;    /* the widest rounding of one */
    bool faulty;            /* one of them is told to be wrong already */
};
/* Adds w->out[i], read in `unit`; false: it cannot be part of the series. */
bool series_take(struct series *s, uint32_t i, struct unit_ref unit);

enum said { SAID_FITS, SAID_OTHER, SAID_WRONG };
/* Claim w->out[i] against the series: a plain statistic of it (LABEL_ bits),
 * something that it may be instead, or neither. speak: that is recorded. */
enum said series_judge(struct series *s, uint32_t i, unsigned bits, bool speak);
/* It is a plain one. */
bool series_fits(struct series *s, uint32_t i, unsigned bits);
/* False: a total that is off by more than a quarter, of more than these. */
bool series_near_sum(const struct series *s, const struct claim *c);
/* What stands behind a plus-minus sign. */
void series_spread(struct series *s, uint32_t i);

/* Records what w->out[i], a change from one cell to another, should be; `how`
 * as compare_fits left it. */
void grid_say_change(const struct grid *g, uint32_t i,
                     const struct cell *before, const struct cell *after,
                     const struct comparison *how, bool fits);

/* own_rows.c: rows and columns that sum the others up. */
void own_rows(struct grid *g);
/* own_cols.c: columns that follow from others, by their header. */
void own_cols(struct grid *g);
/* own_order.c: percentiles, extremes and means that cannot be in the order that
 * they are in. */
void own_order(const struct grid *g);
/* own_record.c: a total and its parts, a rate and its two counts, in a column
 * of measures named in column 0. */
void own_record(const struct grid *g, uint32_t col);
/* own_relations.c: columns that follow from two others in nearly every row,
 * whatever their headers. */
void own_relations(const struct grid *g);

#endif
