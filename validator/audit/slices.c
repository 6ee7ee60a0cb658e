/* Numbers that follow from slices of a table: what a slice adds up to or is on
 * average, two slices compared, shares, the extremes of ratios. Which was meant
 * the words tell in part; how many were tried tells the rest. */
#include <math.h>
#include <stdlib.h>

#include "validator/audit/slices.h"
#include "validator/audit/trial.h"

enum {
    CUES_BEFORE = 12, /* words before the sentence: "for mysql only 24 ms" */
    BARE_DIGITS = 3,  /* of a bare number that is just a cell's */
    TABLES_MAX = 3,   /* that one number may be of */
    FEW_TABLES = 5,   /* in data so few, one needs no name */
    AXES_MAX = 4,     /* columns whose values the text names */
    VALUES_MAX = 4,   /* of one of them */
    SLICES_MAX = 32,
    FEW_CELLS = 3,     /* rows of a slice of which each may be meant */
    GROUPS_MAX = 8,    /* texts of a column by which rows are grouped */
    PARTNERS_MAX = 24, /* columns that one may be compared with */
    MEASURES_MAX = 6,  /* columns whose numbers are looked at */
    ANY = -1,          /* a slice's pick of an axis: every row, */
    EACH = -2          /* or the rows of all its values */
};

/* The part of the chance allowed to others: slices are many
 * (docs/measured/numbers.md). */
#define OF_SLICES .5

/* How a mark stands to the number. */
enum rank { RANK_HERE, RANK_BEFORE, RANK_FAR, RANK_NOT };

struct axis {
    uint32_t column;
    enum rank rank;
    const struct row_set *values[VALUES_MAX];
    uint32_t count;
};

struct slice {
    struct row_set rows;
    uint32_t count; /* of rows */
    int8_t pick[AXES_MAX];
    uint32_t group; /* of add_groups: its column + 1 */
};

/* What one number may follow from in one table. */
struct cut {
    struct trial *t;
    const struct judged *j;
    const struct subject *who;
    uint32_t table, rows;
    struct axis axes[AXES_MAX];
    uint32_t axis_count;
    struct slice slices[SLICES_MAX];
    uint32_t slice_count;
    uint32_t measures[MEASURES_MAX], measure_count;
    bool meant;     /* the words mean the measures */
    bool dimension; /* some column has the claim's */
    uint32_t stats;
    bool sure;    /* so many digits that no word need say what it is */
    bool derived; /* the sentence says that numbers were compared */
    double limit;
    bool done;
};

/* ---- rows ---- */

static uint32_t count_rows(const struct row_set *s)
{
    uint32_t n = 0;

    for (size_t i = 0; i < SLICE_ROWS / 64; i++)
        n += (uint32_t)__builtin_popcountll(s->bits[i]);
    return n;
}

static bool same_rows(const struct row_set *a, const struct row_set *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static bool overlap(const struct row_set *a, const struct row_set *b)
{
    for (size_t i = 0; i < SLICE_ROWS / 64; i++)
        if ((a->bits[i] & b->bits[i]) != 0)
            return true;
    return false;
}

static bool within(const struct row_set *part, const struct row_set *whole)
{
    for (size_t i = 0; i < SLICE_ROWS / 64; i++)
        if ((part->bits[i] & ~whole->bits[i]) != 0)
            return false;
    return true;
}

/* ---- axes ---- */

static enum rank rank_of(const struct mark *m, const struct around *s,
                         const struct claim *c)
{
    if (m->place == MARK_TEXT)
        return m->word >= s->last || m->word == c->first_word ? RANK_NOT
               : m->word >= s->first                          ? RANK_HERE
                                                              : RANK_BEFORE;
    return m->place == MARK_LABEL   ? RANK_HERE
           : m->place == MARK_ABOVE ? RANK_BEFORE
                                    : RANK_FAR;
}

static void add_value(struct cut *cut, const struct mark *m, enum rank rank)
{
    struct axis *a = NULL;

    for (uint32_t i = 0; i < cut->axis_count && a == NULL; i++)
        if (cut->axes[i].column == m->column)
            a = &cut->axes[i];
    if (a == NULL) {
        if (cut->axis_count == AXES_MAX)
            return;
        a = &cut->axes[cut->axis_count++];
        *a = (struct axis){ .column = m->column, .rank = rank };
    }
    if (a->rank != rank || a->count == VALUES_MAX)
        return;
    for (uint32_t i = 0; i < a->count; i++)
        if (same_rows(a->values[i], &m->rows))
            return;
    a->values[a->count++] = &m->rows;
}

/* Of each column the values named nearest: in the sentence, else before it,
 * else in what leads to it. */
static void make_axes(struct cut *cut, const struct marks *m,
                      const struct around *s)
{
    cut->axis_count = 0;
    for (int rank = RANK_HERE; rank < RANK_NOT; rank++)
        for (uint32_t i = m->count; i-- > 0;)
            if (m->at[i].table == cut->table &&
                (int)rank_of(&m->at[i], s, cut->t->c) == rank)
                add_value(cut, &m->at[i], (enum rank)rank);
}

/* ---- slices ---- */

static void all_rows(const struct cut *cut, struct row_set *out)
{
    memset(out, 0, sizeof(*out));
    for (uint32_t r = 0; r < cut->rows; r++)
        out->bits[r / 64] |= UINT64_C(1) << r % 64;
}

static void restrict_to(struct row_set *rows, const struct axis *a, int pick)
{
    for (size_t i = 0; pick != ANY && i < SLICE_ROWS / 64; i++) {
        uint64_t bits = 0;

        for (uint32_t k = 0; k < a->count; k++)
            if (pick == EACH || (int)k == pick)
                bits |= a->values[k]->bits[i];
        rows->bits[i] &= bits;
    }
}

static void add_slice(struct cut *cut, const int8_t pick[AXES_MAX])
{
    struct slice *s = &cut->slices[cut->slice_count];

    if (cut->slice_count == SLICES_MAX)
        return;
    s->group = 0;
    memcpy(s->pick, pick, sizeof(s->pick));
    all_rows(cut, &s->rows);
    for (uint32_t i = 0; i < cut->axis_count; i++)
        restrict_to(&s->rows, &cut->axes[i], pick[i]);
    s->count = count_rows(&s->rows);
    if (s->count == 0)
        return;
    for (uint32_t i = 0; i < cut->slice_count; i++)
        if (same_rows(&cut->slices[i].rows, &s->rows))
            return;
    cut->slice_count++;
}

/* The rows of a group; here: of those that the sentence leaves. */
static void add_group(struct cut *cut, uint32_t column,
                      const struct row_set *rows, bool here)
{
    struct slice *s = &cut->slices[cut->slice_count];

    if (cut->slice_count == SLICES_MAX)
        return;
    *s = (struct slice){ .group = column + 1, .rows = *rows };
    for (uint32_t i = 0; i < cut->axis_count; i++)
        if (here && cut->axes[i].rank == RANK_HERE)
            restrict_to(&s->rows, &cut->axes[i], EACH);
    s->count = count_rows(&s->rows);
    for (uint32_t i = 0; i < cut->slice_count; i++)
        if (same_rows(&cut->slices[i].rows, &s->rows))
            return;
    cut->slice_count += s->count > 0;
}

/* How wide the slices are: of the values in the sentence, with and without
 * those named before it; then of all of a column's values, or any. */
enum step {
    STEP_ALL,
    STEP_SOME,
    STEP_HERE,
    STEP_WIDE,
    STEP_GROUPS,
    STEP_GROUPS_ALL,
    STEP_COUNT
};

/* The picks of an axis at a step, one after the other; false: no more. */
static bool next_pick(const struct axis *a, enum step step, int8_t *pick)
{
    const bool here = a->rank == RANK_HERE;
    const bool any = here ? step >= STEP_HERE : step != STEP_ALL;
    const bool each = any && here && a->count > 1;

    if (*pick >= 0 && (uint32_t)(*pick + 1) < a->count) {
        ++*pick;
        return true;
    }
    if (*pick >= 0 && each) {
        *pick = EACH;
        return true;
    }
    if (*pick != ANY && any) {
        *pick = ANY;
        return true;
    }
    return false;
}

static int8_t first_pick(const struct axis *a, enum step step)
{
    return a->rank != RANK_HERE && step == STEP_HERE ? ANY : 0;
}

static void add_slices(struct cut *cut, enum step step)
{
    int8_t pick[AXES_MAX] = { 0 };
    uint32_t i;

    for (i = 0; i < cut->axis_count; i++)
        pick[i] = first_pick(&cut->axes[i], step);
    do {
        add_slice(cut, pick);
        for (i = 0;
             i < cut->axis_count && !next_pick(&cut->axes[i], step, &pick[i]);
             i++)
            pick[i] = first_pick(&cut->axes[i], step);
    } while (i < cut->axis_count && cut->slice_count < SLICES_MAX);
}

/* The rows that share a text, or a setting, in a column which the text near
 * the number does not name: "the three European sites". */
static void add_groups(struct cut *cut, bool here)
{
    struct work *w = cut->t->w;
    const struct fact_table *t = facts_table(w->facts, cut->table);
    struct row_set groups[GROUPS_MAX];

    for (uint32_t k = 0; k < t->columns && cut->slice_count < SLICES_MAX; k++) {
        const uint32_t c = t->first_column + k;
        const uint32_t n = marks_groups(w, c, groups, GROUPS_MAX);

        for (uint32_t g = 0; g < n; g++)
            add_group(cut, c, &groups[g], here);
    }
}

/* ---- what a slice is ---- */

struct sums {
    uint32_t n;
    double sum, low, high;
};

static void take(struct sums *s, double v)
{
    if (!(v == v) || isinf(v))
        return;
    s->low = s->n == 0 || v < s->low ? v : s->low;
    s->high = s->n == 0 || v > s->high ? v : s->high;
    s->sum += v;
    s->n++;
}

static struct sums sums_of(const struct cut *cut, const struct slice *s,
                           const double *v, const double *per)
{
    struct sums out = { 0, 0, 0, 0 };

    for (uint32_t r = 0; r < cut->rows; r++)
        if (row_in(&s->rows, r))
            take(&out, per == NULL ? v[r] : v[r] / per[r]);
    return out;
}

static double scale_to(const struct cut *cut, uint32_t column)
{
    return trial_in_unit(cut->t, facts_column(cut->t->w->facts, column), 1);
}

static int by_value(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

static void offer_median(struct cut *cut, const struct slice *s,
                         const double *v, double scale)
{
    double at[SLICE_ROWS];
    uint32_t n = 0;

    for (uint32_t r = 0; r < cut->rows; r++)
        if (row_in(&s->rows, r) && v[r] == v[r])
            at[n++] = v[r];
    if (n < 2)
        return;
    qsort(at, n, sizeof(*at), by_value);
    trial_offer(cut->t, (at[(n - 1) / 2] + at[n / 2]) / 2 * scale);
}

#define STATS_MEAN     (1u << STAT_MEAN)
#define STATS_MEDIAN   (1u << STAT_MEDIAN)
#define STATS_EXTREMES (1u << STAT_MIN | 1u << STAT_MAX)
#define STATS_RANGE    (1u << STAT_RANGE)

/* A cell, or what the words call for of several. */
static void offer_slice(struct cut *cut, const struct slice *s, uint32_t column)
{
    const double *v = marks_values(cut->t->w, column);
    const double scale = scale_to(cut, column);
    struct sums a;

    if (v == NULL || !(scale == scale))
        return;
    a = sums_of(cut, s, v, NULL);
    if (a.n == 0)
        return;
    for (uint32_t r = 0; a.n <= FEW_CELLS && r < cut->rows; r++)
        if (row_in(&s->rows, r))
            trial_offer(cut->t, v[r] * scale);
    if (a.n == 1)
        return;
    if (cut->stats == 0 || (cut->stats & STATS_MEAN) != 0)
        trial_offer(cut->t, a.sum / a.n * scale);
    if (cut->stats == 0 || (cut->stats & STATS_SUM) != 0)
        trial_offer(cut->t, a.sum * scale);
    if ((cut->stats & STATS_EXTREMES) != 0) {
        trial_offer(cut->t, a.low * scale);
        trial_offer(cut->t, a.high * scale);
    }
    if ((cut->stats & STATS_RANGE) != 0)
        trial_offer(cut->t, (a.high - a.low) * scale);
    if ((cut->stats & STATS_MEDIAN) != 0)
        offer_median(cut, s, v, scale);
}

/* ---- two slices ---- */

/* They differ in one axis, and have no row in common. */
static bool apart(const struct cut *cut, const struct slice *a,
                  const struct slice *b)
{
    uint32_t differ = 0;

    if (a->group != b->group || a->group != 0)
        return a->group == b->group;
    for (uint32_t i = 0; i < cut->axis_count; i++)
        differ += a->pick[i] != b->pick[i];
    return differ == 1 && !overlap(&a->rows, &b->rows);
}

static bool same_texts(const struct cut *cut, uint32_t a, uint32_t b)
{
    const struct facts *f = cut->t->w->facts;
    const struct fact_table *t = facts_table(f, cut->table);
    uint32_t differ = 0;

    for (uint32_t k = 0; k < t->columns; k++) {
        const uint32_t c = t->first_column + k;

        if (facts_column(f, c)->texts > 0 && c != t->key)
            differ +=
                !text_eq(facts_cell_text(f, c, a), facts_cell_text(f, c, b));
    }
    return differ <= 1; /* but for what the slices differ in */
}

static uint32_t list_rows(const struct cut *cut, const struct slice *s,
                          uint32_t out[SLICE_ROWS])
{
    uint32_t n = 0;

    for (uint32_t r = 0; r < cut->rows; r++)
        if (row_in(&s->rows, r))
            out[n++] = r;
    return n;
}

/* "The speed-up ranges from 1.4x to 3.1x": row by row, then the extremes and
 * the mean. */
static void offer_row_by_row(struct cut *cut, const struct slice *a,
                             const struct slice *b, const double *v,
                             double scale)
{
    uint32_t x[SLICE_ROWS], y[SLICE_ROWS];
    const uint32_t n = list_rows(cut, a, x);
    struct sums ratio = { 0, 0, 0, 0 }, back = ratio, by = ratio;

    if (n < 2 || n != b->count || !trial_may(cut->t->w, n))
        return;
    list_rows(cut, b, y);
    for (uint32_t i = 0; i < n; i++) {
        if (!same_texts(cut, x[i], y[i]))
            return;
        take(&ratio, v[x[i]] / v[y[i]]);
        take(&back, v[y[i]] / v[x[i]]);
        take(&by, (v[x[i]] - v[y[i]]) * scale);
        if (n <= FEW_CELLS)
            trial_compare(cut->t, v[x[i]] * scale, v[y[i]] * scale);
    }
    if (ratio.n == 0)
        return;
    if (cut->t->kind == KIND_RATIO || cut->t->kind == KIND_BARE) {
        const struct sums *up = ratio.sum > ratio.n ? &ratio : &back;

        trial_offer(cut->t, up->low);
        trial_offer(cut->t, up->high);
        trial_offer(cut->t, up->sum / up->n);
    }
    if (cut->t->kind == KIND_PERCENT) {
        const struct sums *both[] = { &ratio, &back };

        for (size_t i = 0; i < 2; i++) {
            trial_offer(cut->t, 100 * (both[i]->low - 1));
            trial_offer(cut->t, 100 * (both[i]->high - 1));
            trial_offer(cut->t, 100 * (both[i]->sum / both[i]->n - 1));
        }
    }
    if (cut->t->kind == KIND_UNIT || cut->t->kind == KIND_POINTS ||
        cut->t->kind == KIND_BARE) {
        trial_offer(cut->t, by.low);
        trial_offer(cut->t, by.high);
        trial_offer(cut->t, by.sum / by.n);
    }
}

static void offer_two(struct cut *cut, const struct slice *a,
                      const struct slice *b, uint32_t column)
{
    const double *v = marks_values(cut->t->w, column);
    const double scale = scale_to(cut, column);
    struct sums x, y;

    if (v == NULL || !(scale == scale))
        return;
    x = sums_of(cut, a, v, NULL);
    y = sums_of(cut, b, v, NULL);
    if (x.n == 0 || y.n == 0)
        return;
    trial_compare(cut->t, x.sum / x.n * scale, y.sum / y.n * scale);
    if (cut->t->kind == KIND_BARE) /* "grows by a factor of 2.77" */
        trial_ratio(cut->t, x.sum / x.n, y.sum / y.n);
    if (x.n != y.n || (cut->stats & STATS_SUM) != 0)
        trial_compare(cut->t, x.sum * scale, y.sum * scale);
    if (x.n == y.n && x.n > 1)
        offer_row_by_row(cut, a, b, v, scale);
}

/* What part of `whole` is of the slice within it. */
static void offer_share(struct cut *cut, const struct slice *part,
                        const struct slice *whole, uint32_t column)
{
    const double *v = marks_values(cut->t->w, column);
    double x, y;

    if (v == NULL)
        return;
    x = sums_of(cut, part, v, NULL).sum;
    y = sums_of(cut, whole, v, NULL).sum;
    if (cut->t->kind == KIND_PERCENT) {
        trial_offer(cut->t, 100 * x / y);
    } else if (cut->t->kind == KIND_RATIO) {
        trial_compare(cut->t, x / part->count, y / whole->count);
    } else {
        const double scale = scale_to(cut, column);

        trial_offer(cut->t, (y - x) * scale); /* "the rest" */
        trial_offer(cut->t, (y - x) / (whole->count - part->count) * scale);
        trial_offer(cut->t, (x / part->count - y / whole->count) * scale);
    }
}

/* ---- two columns ---- */

/* What one column is to another, row by row and in all. */
static void offer_columns(struct cut *cut, const struct slice *s, uint32_t ca,
                          uint32_t cb)
{
    const struct work *w = cut->t->w;
    const struct fact_column *a = facts_column(w->facts, ca),
                             *b = facts_column(w->facts, cb);
    const double *x = marks_values(cut->t->w, ca),
                 *y = marks_values(cut->t->w, cb);
    const enum kind kind = cut->t->kind;
    const bool alike = trial_alike(w, a->unit, b->unit);
    struct sums q, p, r;

    if (x == NULL || y == NULL)
        return;
    q = sums_of(cut, s, x, y);
    if (q.n == 0)
        return;
    p = sums_of(cut, s, x, NULL);
    r = sums_of(cut, s, y, NULL);
    if (kind == KIND_PERCENT && alike && q.n == 1) {
        trial_compare(cut->t, p.sum, r.sum);
    } else if (kind == KIND_PERCENT && alike) {
        trial_offer(cut->t, 100 * p.sum / r.sum);
        trial_offer(cut->t, 100 * (1 - p.sum / r.sum));
        trial_offer(cut->t, 100 * q.low);
        trial_offer(cut->t, 100 * q.high);
        trial_offer(cut->t, 100 * q.sum / q.n);
        trial_offer(cut->t, 100 * (1 - q.low));
        trial_offer(cut->t, 100 * (1 - q.high));
        trial_offer(cut->t, 100 * (1 - q.sum / q.n));
    } else if (kind == KIND_RATIO || (kind == KIND_BARE && alike)) {
        trial_offer(cut->t, p.sum / r.sum);
        trial_offer(cut->t, q.low);
        trial_offer(cut->t, q.high);
        trial_offer(cut->t, q.sum / q.n);
    }
    if ((kind == KIND_UNIT || kind == KIND_BARE || kind == KIND_POINTS) &&
        alike) {
        const double scale = scale_to(cut, ca);

        trial_offer(cut->t, (p.sum - r.sum) * scale);
        trial_offer(cut->t, (p.sum - r.sum) / s->count * scale);
    }
    if (kind == KIND_UNIT && !alike) { /* so much for each of the other */
        trial_offer(cut->t, p.sum / r.sum * scale_to(cut, ca));
        if (q.n > 1)
            trial_offer(cut->t, q.sum / q.n * scale_to(cut, ca));
    }
}

/* ---- one number ---- */

static bool settled(struct cut *cut)
{
    cut->done = cut->t->hit && chance_of(cut->t->c, cut->t->near) <= cut->limit;
    return cut->done;
}

/* Whose number it is, is known: slices of others do not count. */
static bool of_other(const struct cut *cut, const struct slice *s)
{
    const struct subject *who = cut->who;

    if (who == NULL)
        return false;
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == cut->table && who->rows[i].row < cut->rows &&
            row_in(&s->rows, who->rows[i].row))
            return false;
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == cut->table)
            return true;
    return false;
}

static void try_slices(struct cut *cut, uint32_t from)
{
    const enum kind kind = cut->t->kind;

    for (uint32_t i = from; kind == KIND_BARE && i < cut->slice_count; i++)
        if (cut->slices[i].count > 1 && !of_other(cut, &cut->slices[i]))
            trial_offer(cut->t, cut->slices[i].count);
    for (uint32_t k = 0; k < cut->measure_count && kind != KIND_RATIO; k++)
        for (uint32_t i = from; i < cut->slice_count; i++)
            if ((cut->slices[i].count == 1 || cut->derived || cut->stats != 0 ||
                 cut->sure) &&
                !of_other(cut, &cut->slices[i]))
                offer_slice(cut, &cut->slices[i], cut->measures[k]);
}

static void try_pairs(struct cut *cut, uint32_t from)
{
    for (uint32_t k = 0; k < cut->measure_count; k++)
        for (uint32_t i = from; i < cut->slice_count; i++)
            for (uint32_t m = 0; m < i; m++) {
                const struct slice *a = &cut->slices[i], *b = &cut->slices[m];

                if (apart(cut, a, b))
                    offer_two(cut, a, b, cut->measures[k]);
                else if (within(&a->rows, &b->rows))
                    offer_share(cut, a, b, cut->measures[k]);
                else if (within(&b->rows, &a->rows))
                    offer_share(cut, b, a, cut->measures[k]);
            }
}

/* Columns that are meant, with those beside them of one dimension. */
static void try_columns(struct cut *cut, uint32_t from)
{
    const struct work *w = cut->t->w;
    const struct fact_table *t = facts_table(w->facts, cut->table);

    for (uint32_t k = 0; k < cut->measure_count; k++)
        for (uint32_t m = 0; m < t->columns && m < PARTNERS_MAX; m++) {
            const uint32_t a = cut->measures[k], b = t->first_column + m;
            const struct fact_column *c = facts_column(w->facts, b);

            if (a == b || c->weak != WEAK_NO || c->numbers == 0 ||
                (!cut->t->per &&
                 !trial_alike(w, c->unit, facts_column(w->facts, a)->unit)))
                continue;
            for (uint32_t i = from; i < cut->slice_count; i++)
                offer_columns(cut, &cut->slices[i], a, b);
        }
}

/* What the slices from `from` on give. */
static void try_from(struct cut *cut, uint32_t from)
{
    if (from == cut->slice_count ||
        !trial_may(cut->t->w, (cut->slice_count - from) * cut->rows))
        return;
    try_slices(cut, from);
    if (settled(cut) || !cut->derived)
        return;
    try_pairs(cut, from);
    if (settled(cut))
        return;
    if (cut->meant)
        try_columns(cut, from);
    settled(cut);
}

static void try_step(struct cut *cut, enum step step)
{
    const uint32_t from = cut->slice_count;

    cut->t->dimension = cut->dimension;

    if (step >= STEP_GROUPS)
        add_groups(cut, step == STEP_GROUPS);
    else
        add_slices(cut, step);
    try_from(cut, from);
}

/* ---- which columns and tables ---- */

/* The column's numbers may be of the claim's unit: it has one of that
 * dimension, or none, and no other column of its table has. */
static bool of_dimension(const struct cut *cut, uint32_t column)
{
    const struct unit_ref u = facts_column(cut->t->w->facts, column)->unit;

    return cut->t->kind != KIND_UNIT || cut->t->per ||
           trial_alike(cut->t->w, u, cut->t->c->unit) ||
           (unit_none(u) && !cut->t->dimension);
}

static bool is_axis(const struct cut *cut, uint32_t column)
{
    for (uint32_t i = 0; i < cut->axis_count; i++)
        if (cut->axes[i].column == column)
            return true;
    return false;
}

/* Some column of the table has the claim's dimension. */
static bool has_dimension(const struct cut *cut)
{
    const struct work *w = cut->t->w;
    const struct fact_table *t = facts_table(w->facts, cut->table);

    for (uint32_t k = 0; k < t->columns; k++) {
        const struct unit_ref u =
            facts_column(w->facts, t->first_column + k)->unit;

        if (!unit_none(u) && trial_alike(w, u, cut->t->c->unit))
            return true;
    }
    return false;
}

/* The columns that the words mean, but for those of which a value is named;
 * when they mean none, all that may be. */
static void measures_of(struct cut *cut, const struct columns *cols)
{
    const struct work *w = cut->t->w;
    const struct fact_table *t = facts_table(w->facts, cut->table);
    uint32_t best = 0;

    cut->measure_count = 0;
    cut->t->dimension = cut->dimension = has_dimension(cut);
    for (uint32_t i = 0; i < cols->count && cut->measure_count < MEASURES_MAX;
         i++) {
        const uint32_t c = cols->at[i].column;

        if (is_axis(cut, c) || !of_dimension(cut, c))
            continue;
        best = best == 0 ? cols->at[i].score : best;
        if (facts_column(w->facts, c)->table == cut->table &&
            cols->at[i].score * 2 >= best)
            cut->measures[cut->measure_count++] = c;
    }
    cut->meant = cut->measure_count > 0;
    for (uint32_t k = 0;
         !cut->meant && k < t->columns && cut->measure_count < MEASURES_MAX;
         k++) {
        const uint32_t c = t->first_column + k;

        if (facts_column(w->facts, c)->weak == WEAK_NO &&
            facts_column(w->facts, c)->numbers > 0 && !is_axis(cut, c) &&
            of_dimension(cut, c))
            cut->measures[cut->measure_count++] = c;
    }
}

static void add_table(const struct facts *f, uint32_t table,
                      uint32_t out[TABLES_MAX], uint32_t *n)
{
    const struct fact_table *t = facts_table(f, table);

    for (uint32_t i = 0; i < *n; i++)
        if (out[i] == table)
            return;
    if (*n < TABLES_MAX && t->kind != TABLE_TREE && t->rows > 1 &&
        t->rows <= SLICE_ROWS)
        out[(*n)++] = table;
}

/* Tables that a word means one column or another of. */
static uint32_t tables_meant(const struct work *w, const struct columns *cols)
{
    uint32_t n = 0, last = FACT_NONE;

    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++) {
        const uint32_t table =
            facts_column(w->facts, cols->at[i].column)->table;

        n += table != last;
        last = table;
    }
    return n;
}

/* First those of which the sentence names both values and numbers. */
static uint32_t tables_of(const struct work *w, const struct marks *m,
                          const struct columns *cols, uint32_t out[TABLES_MAX])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++)
        for (uint32_t k = 0; k < m->count; k++)
            if (m->at[k].table ==
                facts_column(w->facts, cols->at[i].column)->table)
                add_table(w->facts, m->at[k].table, out, &n);
    for (uint32_t k = 0; k < m->count; k++)
        add_table(w->facts, m->at[k].table, out, &n);
    if (n > 0 || tables_meant(w, cols) > TABLES_MAX)
        return n;
    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++)
        add_table(w->facts, facts_column(w->facts, cols->at[i].column)->table,
                  out, &n);
    for (uint32_t i = 0; n == 0 && i < facts_table_count(w->facts) &&
                         facts_table_count(w->facts) <= FEW_TABLES;
         i++)
        add_table(w->facts, i, out, &n);
    return n;
}

/* Statistics that the words call for, some of which are none of a column. */
static uint32_t stats_wanted(const struct work *w, const struct claim *c,
                             const struct around *s)
{
    static const char *const sums[] = { "together", "jointly",   "summed",
                                        "adds",     "add",       "aggregate",
                                        "overall",  "altogether" };
    uint32_t stats = s->stats;

    for (uint32_t k = s->first; k < s->last; k++)
        if (text_is_any(flat_lower(&w->flat, k), sums,
                        sizeof(sums) / sizeof(*sums)))
            stats |= STATS_SUM;
    if (c->role == ROLE_LOW || c->role == ROLE_HIGH)
        stats |= STATS_EXTREMES | (stats == 0 ? STATS_MEAN | STATS_SUM : 0);
    return stats;
}

static bool open_claim(const struct judged *j)
{
    return (j->verdict == CLAIM_UNSUPPORTED ||
            j->verdict == CLAIM_CONTRADICTED ||
            j->verdict == CLAIM_MISATTRIBUTED) &&
           j->fault == FAULT_NUMBER && j->claim.form == FORM_DIGITS &&
           j->claim.exempt == EXEMPT_NO && j->claim.cmp == CMP_NONE &&
           !decimal_is_zero(j->claim.value);
}

/* "0-for-3" */
static bool joined_before(const struct work *w, const struct claim *c)
{
    return c->number_start > 0 && w->flat.text[c->number_start - 1] == '-';
}

/* "At 128 clients": the number is itself such a value, of several rows. */
static bool is_setting(const struct work *w, const struct claim *c,
                       const struct marks *m, const struct subject *who)
{
    for (uint32_t i = 0; i < m->count && c->role != ROLE_PART &&
                         c->role != ROLE_WHOLE && !joined_before(w, c);
         i++) {
        const struct mark *k = &m->at[i];
        bool of_who =
            who == NULL || who == &w->narrow || who->rows[0].table != k->table;

        if (k->place != MARK_TEXT || k->word != c->first_word ||
            facts_column(w->facts, k->column)->numbers == 0)
            continue;
        for (uint32_t r = 0;
             !of_who && who->row_count > 1 && r < who->row_count; r++)
            of_who = who->rows[r].row < SLICE_ROWS &&
                     row_in(&k->rows, who->rows[r].row);
        if (of_who)
            return true;
    }
    return false;
}

/* The cell that was taken to be meant is a setting: "| 0 layers |". */
static bool of_setting(struct work *w, const struct judged *j)
{
    return j->cell != FACT_NONE &&
           marks_setting(w, facts_column_of(w->facts, j->cell));
}

/* Row and column of a report's table name the cell, and it says otherwise. */
static bool of_named_cell(struct work *w, const struct judged *j)
{
    struct fact f;

    if (j->verdict != CLAIM_CONTRADICTED || j->cell == FACT_NONE ||
        of_setting(w, j))
        return false;
    facts_get(w->facts, j->cell, &f);
    return trial_alike(w, f.unit, j->claim.unit);
}

/* "..., by 3.88 ms; Postgres shows 4.33 ms": the clause before compares. */
static bool compared_before(const struct work *w, const struct around *s)
{
    const uint32_t from = s->first > CUES_BEFORE ? s->first - CUES_BEFORE : 0;
    uint32_t i = s->start;

    while (i > 0 && w->flat.text[i - 1] == ' ')
        i--;
    return !audit_in_cell(w) && i > 0 && w->flat.text[i - 1] == ';' &&
           says_in(w, from, s->first, SAYS_DERIVED);
}

/* The value of the axis whose mark stands nearest to the number. */
static const struct row_set *nearest(const struct cut *cut,
                                     const struct marks *m, uint32_t column,
                                     const struct around *s)
{
    const struct claim *c = cut->t->c;
    const struct row_set *best = NULL;
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < m->count; i++) {
        const struct mark *k = &m->at[i];
        const uint32_t at = k->place == MARK_TEXT ? k->word : c->first_word;
        const uint32_t far =
            at < c->first_word ? c->first_word - at : at - c->first_word;

        if (k->column == column && rank_of(k, s, c) == RANK_HERE &&
            far < least) {
            least = far;
            best = &k->rows;
        }
    }
    return best;
}

/* The number is in the data, but of another row than the one that was taken
 * to be meant: right when the values nearest to it leave only that row. */
static bool only_row(struct cut *cut, const struct judged *j,
                     const struct marks *m, const struct around *s)
{
    const struct work *w = cut->t->w;
    struct slice left = { .count = 0 };
    uint32_t axes = 0;
    struct fact f;

    if (j->fact_count == 0 ||
        (cut->t->kind != KIND_UNIT && claims_digits(&j->claim) < BARE_DIGITS))
        return false;
    facts_get(w->facts, j->facts[0], &f);
    if (f.table != cut->table || f.row >= cut->rows)
        return false;
    all_rows(cut, &left.rows);
    for (uint32_t i = 0; i < cut->axis_count; i++) {
        const struct axis *a = &cut->axes[i];
        const struct axis one = {
            .values = { a->rank == RANK_HERE ? nearest(cut, m, a->column, s)
                                             : a->values[0] },
            .count = 1,
        };

        if (one.values[0] == NULL)
            continue;
        restrict_to(&left.rows, &one, 0);
        axes++;
    }
    return axes > 1 && count_rows(&left.rows) == 1 &&
           row_in(&left.rows, f.row) && !of_other(cut, &left);
}

/* Every table at each step: first what is named best. */
static bool in_tables(const struct cut *one, struct judged *j,
                      const struct marks *m, const struct around *s,
                      const struct columns *cols)
{
    const struct work *w = one->t->w;
    struct cut cuts[TABLES_MAX];
    uint32_t tables[TABLES_MAX];
    const uint32_t n = tables_of(w, m, cols, tables);

    for (uint32_t i = 0; i < n; i++) {
        cuts[i] = *one;
        cuts[i].table = tables[i];
        cuts[i].rows = facts_table(w->facts, tables[i])->rows;
        make_axes(&cuts[i], m, s);
        measures_of(&cuts[i], cols);
        if (j->verdict == CLAIM_MISATTRIBUTED && only_row(&cuts[i], j, m, s))
            return true;
    }
    for (int step = STEP_ALL;
         j->verdict != CLAIM_MISATTRIBUTED && step < STEP_COUNT; step++)
        for (uint32_t i = 0; i < n; i++) {
            try_step(&cuts[i], (enum step)step);
            if (cuts[i].done)
                return true;
        }
    return false;
}

void slices_judge(struct work *w, struct judged *j, const struct around *s,
                  const struct subject *who, const struct subject *before,
                  const struct columns *cols)
{
    const struct marks *m;
    struct trial t;
    struct cut cut = { .t = &t, .j = j, .who = who };
    struct claim plain = j->claim;
    struct columns any;

    if (w->facts == NULL || w->terms == NULL || !open_claim(j))
        return;
    m = marks_of(w, s);
    if (m == NULL || (audit_in_cell(w) && of_named_cell(w, j)))
        return;
    t = trial_of(w, &j->claim);
    if (t.kind == KIND_BARE &&
        is_setting(w, &j->claim, m, who != NULL ? who : before)) {
        judged_say(w, j, CLAIM_SUPPORTED, "a setting of several rows");
        return;
    }
    if (t.kind != KIND_UNIT && t.kind != KIND_BARE)
        plain.unit = (struct unit_ref){ 0, 0, 0 };
    if (plain.unit.num != j->claim.unit.num || cols->best == 0) {
        columns_score(w, &plain, s->start, s->end, &any);
        if (any.best == 0) /* of the sentence before, then */
            columns_score(w, &plain, 0, s->end, &any);
        cols = &any;
    }
    t.per = trial_per(w, &j->claim, s->first, s->last);
    cut.stats = stats_wanted(w, &j->claim, s);
    cut.derived =
        !trial_measured(&t, s->first, s->last) || compared_before(w, s);
    cut.sure = t.kind == KIND_UNIT && claims_digits(&j->claim) >= BARE_DIGITS;
    if (t.kind == KIND_BARE && !cut.derived &&
        claims_digits(&j->claim) < BARE_DIGITS)
        return;
    cut.limit = trial_limit(j->named_cell && !of_setting(w, j)) * OF_SLICES;
    if (in_tables(&cut, j, m, s, cols))
        trial_settle(w, j, 0, false);
}
