#ifndef VALIDATOR_AUDIT_SLICES_H
#define VALIDATOR_AUDIT_SLICES_H
/* Slices of the data's tables: the rows that have the values which the text
 * near a number names ("write workload at 32 clients"). */
#include "validator/audit/audit_int.h"

enum {
    SLICE_ROWS = 1024, /* a larger table is not cut */
    MARKS_MAX = 48,    /* around one number */
    GROUPS_MAX = 8     /* of a column by which rows are grouped */
};

struct row_set {
    uint64_t bits[SLICE_ROWS / 64];
};

enum mark_place {
    MARK_TEXT,  /* in the block */
    MARK_LABEL, /* of the cell's row, header of its column */
    MARK_ABOVE, /* a list item above */
    MARK_LEAD,  /* the paragraph that leads to the list or table */
    MARK_HEADING
};

/* A value of a column that the text names, and the rows that have it. */
struct mark {
    uint32_t table, column;
    uint32_t word; /* of the block, for MARK_TEXT */
    enum mark_place place;
    struct row_set rows;
};

struct column_groups {
    const struct row_set *rows;
    uint32_t count;
};

/* For one sentence of a block. */
struct marks {
    uint32_t block, first; /* its first word; what follows was made for it */
    bool known;
    uint32_t count;
    struct mark at[MARKS_MAX];
    double **values;   /* by column, of its rows; NULL: not read yet */
    uint32_t read;     /* how many numbers */
    uint8_t *settings; /* by column; 0: not known yet */
    struct column_groups **groups; /* by column; NULL: not known yet */
    struct slice_table **tables;   /* slice_table.c; by table; the same */
};

/* NULL: no memory. Lives until the next sentence is asked for. */
const struct marks *marks_of(struct work *w, const struct around *s);

/* The column's numbers by row, in its unit, NAN where there is none; NULL: no
 * memory, or a table of more than SLICE_ROWS rows. After marks_of. */
const double *marks_values(struct work *w, uint32_t column);

/* The groups of rows that share a text of the column, or one of its numbers
 * when it holds settings; count 0: more than GROUPS_MAX, or most of one row.
 * Of a table of at most SLICE_ROWS rows. NULL: no memory. */
const struct column_groups *marks_groups(struct work *w, uint32_t column);

/* The column holds settings, not what was measured: each of its numbers is in
 * several rows (8, 32, 128 clients), or they count up (epoch 1, 2, 3). After
 * marks_of. */
bool marks_setting(struct work *w, uint32_t column);

static inline bool row_in(const struct row_set *s, uint32_t row)
{
    return (s->bits[row / 64] >> row % 64 & 1) != 0;
}

#endif
