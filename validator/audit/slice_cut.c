/* The slices of a table: what of it the text near a number names. */
#include "validator/audit/slices_int.h"

/* How many are set: sums of 2, 4 and 8 bits side by side. */
static uint32_t bits_of(uint64_t v)
{
    const uint64_t twos = 0x5555555555555555u, fours = 0x3333333333333333u;

    v -= v >> 1 & twos;
    v = (v & fours) + (v >> 2 & fours);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (uint32_t)(v * 0x0101010101010101u >> 56);
}

uint32_t cut_count(const struct cut *cut, const struct row_set *s)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < cut->words; i++)
        n += s->bits[i] != 0 ? bits_of(s->bits[i]) : 0;
    return n;
}

static bool same_rows(const struct cut *cut, const struct row_set *a,
                      const struct row_set *b)
{
    for (uint32_t i = 0; i < cut->words; i++)
        if (a->bits[i] != b->bits[i])
            return false;
    return true;
}

/* Some slice has these rows already. */
static bool known_rows(const struct cut *cut, const struct slice *s)
{
    for (uint32_t i = 0; i < cut->slice_count; i++)
        if (cut->slices[i].count == s->count &&
            same_rows(cut, &cut->slices[i].rows, &s->rows))
            return true;
    return false;
}

bool rows_overlap(const struct cut *cut, const struct row_set *a,
                  const struct row_set *b)
{
    for (uint32_t i = 0; i < cut->words; i++)
        if ((a->bits[i] & b->bits[i]) != 0)
            return true;
    return false;
}

bool rows_within(const struct cut *cut, const struct row_set *part,
                 const struct row_set *whole)
{
    for (uint32_t i = 0; i < cut->words; i++)
        if ((part->bits[i] & ~whole->bits[i]) != 0)
            return false;
    return true;
}

enum rank cut_rank(const struct mark *m, const struct around *s,
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
    if ((a->rank != rank && a->named > 1) || a->count == VALUES_MAX)
        return;
    for (uint32_t i = 0; i < a->count; i++)
        if (same_rows(cut, a->values[i], &m->rows))
            return;
    a->values[a->count++] = &m->rows;
    a->named += a->rank == rank;
}

/* Of each column the values named nearest: in the sentence, else before it,
 * else in what leads to it. */
void cut_axes(struct cut *cut, const struct marks *m, const struct around *s)
{
    cut->axis_count = 0;
    for (int rank = RANK_HERE; rank < RANK_NOT; rank++)
        for (uint32_t i = m->count; i-- > 0;)
            if (m->at[i].table == cut->table &&
                (int)cut_rank(&m->at[i], s, cut->t->c) == rank)
                add_value(cut, &m->at[i], (enum rank)rank);
}

void cut_all_rows(const struct cut *cut, struct row_set *out)
{
    for (uint32_t i = 0; i < cut->words; i++)
        out->bits[i] = UINT64_MAX;
    if (cut->rows % 64 != 0)
        out->bits[cut->words - 1] = (UINT64_C(1) << cut->rows % 64) - 1;
}

void cut_restrict(const struct cut *cut, struct row_set *rows,
                  const struct axis *a, int pick)
{
    for (uint32_t i = 0; pick != ANY && i < cut->words; i++) {
        uint64_t bits = 0;

        for (uint32_t k = 0; k < (pick < 0 ? a->named : a->count); k++)
            if (pick == EACH || pick == REST || (int)k == pick)
                bits |= a->values[k]->bits[i];
        rows->bits[i] &= pick == REST ? ~bits : bits;
    }
}

static void add_slice(struct cut *cut, const int8_t pick[AXES_MAX])
{
    struct slice *s = &cut->slices[cut->slice_count];

    if (cut->slice_count == SLICES_MAX)
        return;
    s->group = s->summed = 0;
    s->other = false;
    for (uint32_t i = 0; i < cut->axis_count; i++)
        s->other = s->other || pick[i] >= (int)cut->axes[i].named;
    memcpy(s->pick, pick, sizeof(s->pick));
    cut_all_rows(cut, &s->rows);
    for (uint32_t i = 0; i < cut->axis_count; i++)
        cut_restrict(cut, &s->rows, &cut->axes[i], pick[i]);
    s->count = cut_count(cut, &s->rows);
    cut->slice_count += s->count > 0 && !known_rows(cut, s);
}

/* The rows of a group; here: of those that the sentence leaves. */
static void add_group(struct cut *cut, uint32_t column,
                      const struct row_set *rows, bool here)
{
    struct slice *s = &cut->slices[cut->slice_count];

    if (cut->slice_count == SLICES_MAX)
        return;
    s->group = column + 1;
    s->summed = 0;
    s->other = false;
    memset(s->pick, 0, sizeof(s->pick));
    memcpy(s->rows.bits, rows->bits, cut->words * sizeof(*rows->bits));
    for (uint32_t i = 0; i < cut->axis_count; i++)
        if (here && cut->axes[i].rank == RANK_HERE)
            cut_restrict(cut, &s->rows, &cut->axes[i], EACH);
    s->count = cut_count(cut, &s->rows);
    cut->slice_count += s->count > 0 && !known_rows(cut, s);
}

/* The picks of an axis at a step, one after the other; false: no more. */
static bool next_pick(const struct axis *a, enum step step, bool without,
                      int8_t *pick)
{
    const bool here = a->rank == RANK_HERE;
    const bool any = here ? step >= STEP_HERE : step >= STEP_SOME;
    const bool each = any && here && a->named > 1;

    if (*pick >= 0 &&
        (uint32_t)(*pick + 1) < (step == STEP_SOME ? a->count : a->named)) {
        ++*pick;
        return true;
    }
    if (*pick >= 0 && each) {
        *pick = EACH;
        return true;
    }
    if (*pick != ANY && *pick != REST && any) {
        *pick = ANY;
        return true;
    }
    if (*pick == ANY && here && without && step == STEP_HERE) {
        *pick = REST;
        return true;
    }
    return false;
}

static int8_t first_pick(const struct axis *a, enum step step)
{
    return a->rank != RANK_HERE && (step == STEP_HERE || step == STEP_COMPARED)
               ? ANY
               : 0;
}

/* "From q4 to q8": two values of one column. */
static bool compares(const struct cut *cut)
{
    for (uint32_t i = 0; i < cut->axis_count; i++)
        if (cut->axes[i].rank == RANK_HERE && cut->axes[i].named == 2)
            return true;
    return false;
}

void cut_slices(struct cut *cut, enum step step)
{
    int8_t pick[AXES_MAX] = { 0 };
    uint32_t i;

    if (step == STEP_COMPARED && !compares(cut))
        return;

    for (i = 0; i < cut->axis_count; i++)
        pick[i] = first_pick(&cut->axes[i], step);
    do {
        add_slice(cut, pick);
        for (i = 0; i < cut->axis_count &&
                    !next_pick(&cut->axes[i], step, cut->q->without, &pick[i]);
             i++)
            pick[i] = first_pick(&cut->axes[i], step);
    } while (i < cut->axis_count && cut->slice_count < SLICES_MAX);
}

/* The first and the last rows of those in `of`. */
static void add_ends(struct cut *cut, const struct row_set *of)
{
    enum { ROWS_HERE = 24, ENDS_MAX = 6 };
    uint32_t at[ROWS_HERE], count = 0;

    if (cut_count(cut, of) > ROWS_HERE)
        return;
    for (uint32_t r = 0; r < cut->rows; r++)
        if (row_in(of, r))
            at[count++] = r;
    for (uint32_t n = 2; n <= ENDS_MAX && n < count; n++) {
        struct row_set first, last;

        memset(&first, 0, sizeof(first));
        memset(&last, 0, sizeof(last));
        for (uint32_t k = 0; k < n; k++) {
            const uint32_t a = at[k], b = at[count - 1 - k];

            first.bits[a / 64] |= UINT64_C(1) << a % 64;
            last.bits[b / 64] |= UINT64_C(1) << b % 64;
        }
        add_group(cut, FACT_NONE - 1 - n, &first, false);
        add_group(cut, FACT_NONE - 1 - n, &last, false);
    }
}

/* "June to August": the rows from one that is named to the other. */
static void add_between(struct cut *cut, const struct axis *a)
{
    uint32_t low = cut->rows, high = 0;
    struct row_set rows;

    if (a->rank != RANK_HERE || a->named != 2 ||
        cut_count(cut, a->values[0]) != 1 || cut_count(cut, a->values[1]) != 1)
        return;
    for (uint32_t r = 0; r < cut->rows; r++)
        if (row_in(a->values[0], r) || row_in(a->values[1], r)) {
            low = r < low ? r : low;
            high = r;
        }
    memset(&rows, 0, sizeof(rows));
    for (uint32_t r = low; r <= high; r++)
        rows.bits[r / 64] |= UINT64_C(1) << r % 64;
    add_group(cut, FACT_NONE - 1, &rows, false);
}

void cut_groups(struct cut *cut, bool here)
{
    const struct slice_table *t = slice_table_groups(cut->t->w, cut->table);

    for (uint32_t i = 0; here && i < cut->axis_count; i++)
        add_between(cut, &cut->axes[i]);
    if (here && cut->q->places) {
        struct row_set rows;

        if (cut->slice_count > 0) {
            rows = cut->slices[0].rows;
            add_ends(cut, &rows);
        }
        cut_all_rows(cut, &rows);
        add_ends(cut, &rows);
    }
    for (uint32_t k = 0;
         t != NULL && k < t->group_count && cut->slice_count < SLICES_MAX; k++)
        for (uint32_t i = 0; i < t->groups[k].of->count; i++)
            add_group(cut, t->groups[k].column, &t->groups[k].of->rows[i],
                      here);
}
