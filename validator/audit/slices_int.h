#ifndef VALIDATOR_AUDIT_SLICES_INT_H
#define VALIDATOR_AUDIT_SLICES_INT_H
/* One table cut into slices by the values that the text near a number names,
 * and what such slices offer for the number. */
#include "validator/audit/slices.h"
#include "validator/audit/trial.h"

enum {
    AXES_MAX = 4,   /* columns whose values the text names */
    VALUES_MAX = 4, /* of one of them */
    SLICES_MAX = 32,
    MEASURES_MAX = 6, /* columns whose numbers are looked at */
    ANY = -1,         /* a slice's pick of an axis: every row, */
    EACH = -2,        /* or the rows of all its values, */
    REST = -3         /* or all but those: "without SQLite" */
};

/* How a mark stands to the number. */
enum rank { RANK_HERE, RANK_BEFORE, RANK_FAR, RANK_NOT };

struct axis {
    uint32_t column;
    enum rank rank;
    const struct row_set *values[VALUES_MAX];
    uint32_t count;
    uint32_t named; /* the first of them; those behind are named farther away,
                       to be compared with */
};

/* Of the rows of a slice, in one column. */
struct sums {
    uint32_t n;
    double sum, low, high;
};

struct slice {
    struct row_set rows;
    uint32_t count;  /* of rows */
    uint32_t summed; /* the column that `sums` is of + 1; 0: none yet */
    struct sums sums;
    int8_t pick[AXES_MAX];
    uint32_t group; /* of cut_groups: its column + 1 */
    bool other;     /* a value is one to be compared with */
};

/* What is asked of every table. */
struct question {
    const struct subject *who; /* whose number it is; NULL: not known */
    uint32_t stats;            /* that the words call for */
    bool sure;     /* so many digits that no word need say what it is */
    bool derived;  /* the sentence says that numbers were compared */
    bool without;  /* it says that some were left out */
    bool places;   /* it says which by their place: "the first two" */
    bool weighted; /* "weighted by departures" */
    double limit;  /* of chance */
};

/* What one number may follow from in one table. Slices behind slice_count are
 * not set. */
struct cut {
    struct trial *t;
    const struct question *q;
    uint32_t table, rows;
    const struct slice_table *of;
    uint32_t words; /* of a row_set, that rows may be in; others are not set */
    struct axis axes[AXES_MAX];
    uint32_t axis_count;
    uint32_t measures[MEASURES_MAX], measure_count;
    double scale[MEASURES_MAX]; /* from its unit to the claim's; NAN: none */
    double cell[MEASURES_MAX];  /* the same of a cell as such, not compared */
    bool meant;                 /* the words mean the measures */
    uint32_t dim;               /* the claim's */
    bool dimension;             /* some column has it */
    bool done;
    uint32_t slice_count;
    struct slice slices[SLICES_MAX];
};

/* How wide the slices are: of values that the sentence compares; of those in
 * it, with and without those named before it; then of all of a column's values,
 * or any. */
enum step {
    STEP_COMPARED,
    STEP_ALL,
    STEP_SOME,
    STEP_HERE,
    STEP_WIDE,
    STEP_GROUPS,
    STEP_GROUPS_ALL,
    STEP_CROSSED,
    STEP_COUNT
};

/* slice_table.c: the columns of a table, in their order. */
struct slice_table {
    struct slice_numbers {    /* those with numbers, or a unit at least */
        uint32_t column, dim; /* dim 0: no unit */
        struct unit_ref unit;
        bool measure; /* it has numbers, that vouch for something */
    } * numbers;
    uint32_t number_count;
    uint32_t *texts; /* those with texts, but for the key */
    uint32_t text_count;
    struct slice_groups { /* by which rows are grouped */
        uint32_t column;
        const struct column_groups *of;
    } * groups;
    uint32_t group_count;
    bool grouped; /* groups are known */
};
/* After marks_of. NULL: no memory. */
const struct slice_table *slice_table_of(struct work *w, uint32_t table);
/* With its groups, which cost a look at every row. */
const struct slice_table *slice_table_groups(struct work *w, uint32_t table);

/* slice_cut.c */
enum rank cut_rank(const struct mark *m, const struct around *s,
                   const struct claim *c);
/* Of each column the values named nearest: in the sentence, else before it,
 * else in what leads to it. */
void cut_axes(struct cut *cut, const struct marks *m, const struct around *s);
/* Adds the slices of a step before STEP_GROUPS that are not there yet. */
void cut_slices(struct cut *cut, enum step step);
/* Adds the rows that share a text, or a setting, in a column which the text
 * near the number does not name: "the three European sites". here: of those
 * rows that the sentence leaves. */
void cut_groups(struct cut *cut, bool here);
void cut_all_rows(const struct cut *cut, struct row_set *out);
void cut_restrict(const struct cut *cut, struct row_set *rows,
                  const struct axis *a, int pick);
uint32_t cut_count(const struct cut *cut, const struct row_set *s);
bool rows_overlap(const struct cut *cut, const struct row_set *a,
                  const struct row_set *b);
bool rows_within(const struct cut *cut, const struct row_set *part,
                 const struct row_set *whole);

/* Statistics that a slice may be asked for, as bits. */
#define STATS_MEAN     (1u << STAT_MEAN)
#define STATS_MEDIAN   (1u << STAT_MEDIAN)
#define STATS_EXTREMES (1u << STAT_MIN | 1u << STAT_MAX)
#define STATS_RANGE    (1u << STAT_RANGE)
#define STATS_DEVIATION                                                        \
    (1u << STAT_STDEV_SAMPLE | 1u << STAT_STDEV_POP | 1u << STAT_CV)

/* slice_offers.c: each offers the trial what a number may be of them, in
 * measure number k. */
/* A cell, or what the words call for of several. */
/* From the column's unit to the claim's; NAN: of another dimension. */
double cut_scale(const struct cut *cut, uint32_t column);
/* The same of a cell for a percentage, which is one of a column of percentages
 * only. */
double cell_scale(const struct cut *cut, uint32_t column);
void offer_slice(struct cut *cut, struct slice *s, uint32_t k);
/* Two slices compared, as they are on average and row by row. */
void offer_two(struct cut *cut, struct slice *a, struct slice *b, uint32_t k);
/* What part of `whole` is of the slice within it, and the rest. */
void offer_share(struct cut *cut, struct slice *part, struct slice *whole,
                 uint32_t k);
/* What the measure is to another column, row by row and in all. */
void offer_columns(struct cut *cut, struct slice *s, uint32_t k, uint32_t cb);

#endif
