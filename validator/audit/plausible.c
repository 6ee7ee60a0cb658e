/* Numbers that nothing bears out, but that follow from rows, columns or
 * numbers named near them: a difference, a ratio, a share, a mean. Which was
 * meant the words do not tell, so that such a number is unverifiable and no
 * finding. */
#include "validator/audit/trial.h"

#include <math.h>

enum {
    NEAR_ROWS = 12,    /* named rows that a number may be derived of */
    NEAR_COLUMNS = 24, /* of their table */
    FEW_TABLES = 5,    /* of data so small that no column needs a name */
    SETTINGS_MAX = 4,  /* of a sentence */
    ROWS_OF_NAME = 8   /* a name of more rows says too little */
};

/* A numeric column of the table at hand. */
struct near_column {
    uint32_t column;
    uint32_t dim;  /* of its unit */
    bool counts;   /* its numbers count whatever */
    double factor; /* to the trial's unit; NAN: of another dimension */
};

struct near_columns {
    struct near_column at[NEAR_COLUMNS];
    uint32_t count;
};

static void add_column(struct trial *t, uint32_t column,
                       struct near_columns *out)
{
    const struct work *w = t->w;
    const struct fact_column *c = facts_column(w->facts, column);
    uint32_t dim;

    if (c->weak != WEAK_NO || c->numbers == 0 || out->count == NEAR_COLUMNS)
        return;
    dim = units_dim(w->units, c->unit);
    t->dimension = t->dimension || (!unit_none(c->unit) &&
                                    dim == units_dim(w->units, t->c->unit));
    out->at[out->count++] = (struct near_column){
        .column = column, .dim = dim, .counts = trial_counts(w, c->unit)
    };
}

/* Those of the columns that the words mean, about as well as any, which are of
 * the table; ascending. */
static uint32_t meant_of(const struct columns *cols,
                         const struct fact_table *of,
                         uint32_t out[TOP_COLUMNS_MAX])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < cols->count; i++) {
        const uint32_t column = cols->at[i].column;
        uint32_t k = n;

        if (cols->at[i].score * 2 < cols->best || column < of->first_column ||
            column - of->first_column >= of->columns)
            continue;
        for (; k > 0 && out[k - 1] > column; k--)
            out[k] = out[k - 1];
        out[k] = column;
        n++;
    }
    return n;
}

/* The numeric columns of a table, and whether one has the claim's dimension. */
static void columns_of(struct trial *t, uint32_t table,
                       struct near_columns *out)
{
    const struct fact_table *of = facts_table(t->w->facts, table);
    uint32_t meant[TOP_COLUMNS_MAX];
    const uint32_t n =
        t->only != NULL ? meant_of(t->only, of, meant) : of->columns;

    t->dimension = false;
    out->count = 0;
    for (uint32_t k = 0; k < n && out->count < NEAR_COLUMNS; k++)
        add_column(t, t->only != NULL ? meant[k] : of->first_column + k, out);
    for (uint32_t k = 0; k < out->count; k++)
        out->at[k].factor =
            trial_factor(t, facts_column(t->w->facts, out->at[k].column)->unit);
}

/* A statistic of the column in the trial's unit. */
static double stat_of(const struct trial *t, const struct near_column *c,
                      enum fact_stat which)
{
    return c->factor * trial_stat(t, c->column, which);
}

/* Rows of one column against each other and against the whole. */
static void down_column(struct trial *t, const struct near_column *c,
                        const struct row_ref *rows, uint32_t n)
{
    static const enum fact_stat stats[] = { STAT_MIN, STAT_MAX, STAT_MEAN };
    enum { EXTREMES = sizeof(stats) / sizeof(*stats) };
    const double whole = stat_of(t, c, STAT_SUM);
    double x[NEAR_ROWS], extremes[EXTREMES], sum = 0;

    for (size_t k = 0; k < EXTREMES; k++)
        extremes[k] = stat_of(t, c, stats[k]);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = c->factor * trial_cell(t, c->column, rows[i].row);
        sum += x[i];
        for (uint32_t k = 0; k < i; k++)
            trial_compare(t, x[i], x[k]);
        for (size_t k = 0; k < EXTREMES; k++)
            trial_compare(t, x[i], extremes[k]);
        if (t->kind == KIND_PERCENT)
            trial_offer(t, 100 * x[i] / whole);
    }
    if (n < 2)
        return;
    if (t->kind == KIND_PERCENT) {
        trial_offer(t, 100 * sum / whole);
    } else if (t->kind == KIND_UNIT || t->kind == KIND_BARE) {
        trial_offer(t, sum);
        trial_offer(t, sum / n);
        trial_offer(t, whole - sum);
    }
}

/* A column as a whole. */
static void whole_column(struct trial *t, const struct near_column *c)
{
    static const enum fact_stat stats[] = { STAT_MEAN, STAT_MEDIAN, STAT_RANGE,
                                            STAT_SUM };

    if (t->kind == KIND_UNIT || t->kind == KIND_BARE) {
        for (size_t i = 0; t->stats == 0 && i < sizeof(stats) / sizeof(*stats);
             i++)
            trial_offer(t, stat_of(t, c, stats[i]));
    } else {
        trial_compare(t, stat_of(t, c, STAT_MAX), stat_of(t, c, STAT_MIN));
    }
}

/* Two columns, of one row or summed up. */
static void across(struct trial *t, const struct near_column *x, double a,
                   const struct near_column *y, double b)
{
    const bool alike = x->counts ? y->counts : x->dim == y->dim;

    if (!alike && t->kind != KIND_UNIT)
        return;
    if (alike) {
        trial_compare(t, x->factor * a, y->factor * b);
        if (t->kind == KIND_BARE)
            trial_offer(t, a + b);
        if (t->kind == KIND_BARE && t->per)
            trial_ratio(t, a, b);
    }
    if (t->kind == KIND_UNIT) { /* so much of the one per the other */
        trial_offer(t, x->factor * a / b);
        trial_offer(t, y->factor * b / a);
    }
}

static void in_table(struct trial *t, uint32_t table,
                     const struct row_ref *rows, uint32_t n)
{
    struct near_columns cols;
    const uint32_t lines = n > 0 ? n : 1; /* of none: the sums */
    double v[NEAR_COLUMNS];

    columns_of(t, table, &cols);
    for (uint32_t k = 0; k < cols.count; k++) {
        if (n > 0)
            down_column(t, &cols.at[k], rows, n);
        else
            whole_column(t, &cols.at[k]);
    }
    for (uint32_t i = 0; i < lines; i++)
        for (uint32_t k = 0; k < cols.count; k++) {
            const uint32_t column = cols.at[k].column;

            v[k] = n > 0 ? trial_cell(t, column, rows[i].row)
                         : trial_stat(t, column, STAT_SUM);
            for (uint32_t m = 0; m < k && v[k] == v[k]; m++) /* no NAN */
                across(t, &cols.at[k], v[k], &cols.at[m], v[m]);
        }
}

/* Rows that names near the claim stand for. */
struct near_rows {
    struct row_ref at[NEAR_ROWS];
    uint32_t count;
};

static void add_rows(const struct work *w, struct near_rows *r,
                     const struct subject *s)
{
    if (s == NULL || s->row_count > ROWS_OF_NAME)
        return;
    for (uint32_t i = 0; i < s->row_count && r->count < NEAR_ROWS; i++) {
        bool known =
            facts_table(w->facts, s->rows[i].table)->kind == TABLE_TREE;

        for (uint32_t k = 0; k < r->count && !known; k++)
            known = r->at[k].table == s->rows[i].table &&
                    r->at[k].row == s->rows[i].row;
        if (!known)
            r->at[r->count++] = s->rows[i];
    }
}

/* Names of the claim's sentence; wide: of the text before it in the block as
 * well. */
static void gather(const struct work *w, const struct around *s,
                   const struct subject *who, bool wide, struct near_rows *r)
{
    r->count = 0;
    add_rows(w, r, who);
    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->subjects[i].word >= s->first && w->subjects[i].word < s->last)
            add_rows(w, r, &w->subjects[i]);
    for (uint32_t i = w->subject_count; wide && i-- > 0;)
        if (w->subjects[i].word < s->first)
            add_rows(w, r, &w->subjects[i]);
}

static void in_rows(struct trial *t, const struct near_rows *r)
{
    for (uint32_t i = 0; i < r->count;) {
        struct row_ref rows[NEAR_ROWS];
        const uint32_t table = r->at[i].table;
        uint32_t n = 0;

        for (uint32_t k = i; k < r->count; k++)
            if (r->at[k].table == table)
                rows[n++] = r->at[k];
        if (!trial_may(t->w, n * n * NEAR_COLUMNS))
            return;
        in_table(t, table, rows, n);
        while (i < r->count && r->at[i].table == table)
            i++;
    }
}

/* settings: "at 80 layers", "| 80 |" below "GPU layers" */

struct setting {
    uint32_t column;
    struct decimal value;
};

/* Settings of the claim's sentence, or of its row in a table. */
static uint32_t settings_of(const struct work *w, const struct around *s,
                            uint32_t table, struct setting out[SETTINGS_MAX])
{
    const uint32_t lo =
        w->claim > TRIAL_OPERANDS ? w->claim - TRIAL_OPERANDS : 0;
    uint32_t n = 0;

    if (audit_in_cell(w)) {
        for (uint32_t i = 0; i < w->cols[0].mention_count && n == 0; i++) {
            const struct term *term = w->cols[0].mentions[i].term;
            const struct term_post *p = terms_posts(w->terms, term);

            for (uint32_t k = 0; k < term->posts && n == 0; k++)
                if (facts_column(w->facts, p[k].column)->table == table &&
                    decimal_parse(text_trim(w->row.text), &out[0].value)) {
                    out[0].column = p[k].column;
                    n = 1;
                }
        }
        return n;
    }
    for (uint32_t i = lo; i < w->claims.count &&
                          i <= w->claim + TRIAL_OPERANDS && n < SETTINGS_MAX;
         i++) {
        const struct claim *o = &w->claims.at[i];

        if (i == w->claim || o->start < s->start || o->start >= s->end ||
            o->form != FORM_DIGITS || !trial_counts(w, o->unit))
            continue;
        out[n].column = narrow_column(w, o, table);
        out[n].value = o->value;
        n += out[n].column != FACT_NONE;
    }
    return n;
}

static uint32_t rows_with(struct work *w, uint32_t table,
                          const struct setting *s, struct row_ref *out)
{
    uint32_t rows[NEAR_ROWS + 1], n;

    if (!trial_may(w, facts_table(w->facts, table)->rows))
        return 0;
    n = (uint32_t)facts_rows_with(w->facts, s->column, s->value, rows,
                                  NEAR_ROWS + 1);
    if (n > NEAR_ROWS)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        out[i] = (struct row_ref){ table, rows[i] };
    return n;
}

static double mean_of(const struct trial *t, const struct near_column *c,
                      const struct row_ref *rows, uint32_t n)
{
    double sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += trial_cell(t, c->column, rows[i].row);
    return c->factor * (sum / n);
}

/* Rows of each setting, and what two settings are on average. */
static void in_settings(struct trial *t, const struct around *s, uint32_t table)
{
    struct setting set[SETTINGS_MAX];
    struct row_ref rows[SETTINGS_MAX][NEAR_ROWS];
    struct near_columns cols;
    uint32_t n[SETTINGS_MAX];
    const uint32_t sets = settings_of(t->w, s, table, set);

    if (sets == 0)
        return;
    columns_of(t, table, &cols);
    for (uint32_t i = 0; i < sets; i++) {
        n[i] = rows_with(t->w, table, &set[i], rows[i]);
        if (n[i] > 0 && trial_may(t->w, n[i] * n[i] * cols.count))
            in_table(t, table, rows[i], n[i]);
        for (uint32_t m = 0; m < i; m++)
            for (uint32_t k = 0; n[i] > 0 && n[m] > 0 && k < cols.count; k++)
                trial_compare(t, mean_of(t, &cols.at[k], rows[i], n[i]),
                              mean_of(t, &cols.at[k], rows[m], n[m]));
    }
}

/* "From 641.8 to 131.5": the sentence names no row, and the row that has the
 * number is named before it in the block. */
static bool of_one_before(const struct work *w, const struct judged *j,
                          const struct around *s)
{
    struct near_rows r;
    struct fact f;

    if (j->verdict != CLAIM_MISATTRIBUTED || j->fact_count == 0 ||
        j->claim.role == ROLE_ALONE || unit_none(j->claim.unit) ||
        s->subjects > 0 || audit_in_cell(w))
        return false;
    gather(w, s, NULL, true, &r);
    facts_get(w->facts, j->facts[0], &f);
    for (uint32_t i = 0; i < r.count; i++)
        if (r.at[i].table == f.table && r.at[i].row == f.row)
            return true;
    return false;
}

/* Tables that the claim may be of: the one that is meant, else each when they
 * are few. */
static uint32_t tables_of(const struct work *w, const struct columns *cols,
                          uint32_t out[FEW_TABLES])
{
    uint32_t n = 0;

    if (cols->best > 0) {
        out[0] = facts_column(w->facts, cols->at[0].column)->table;
        return 1;
    }
    for (uint32_t i = 0; i < facts_table_count(w->facts); i++) {
        const struct fact_table *t = facts_table(w->facts, i);

        if (t->rows < 2 || t->kind == TABLE_TREE)
            continue;
        if (n == FEW_TABLES)
            return 0;
        out[n++] = i;
    }
    return n;
}

/* "At 44 layers": several rows have this value in the column that the word
 * beside it means. */
static bool is_setting(const struct trial *t, const uint32_t *tables,
                       uint32_t count)
{
    struct row_ref rows[NEAR_ROWS];

    if (t->kind != KIND_BARE || audit_in_cell(t->w))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct setting s = {
            .column = narrow_column(t->w, t->c, tables[i]),
            .value = t->c->value,
        };

        if (s.column != FACT_NONE && rows_with(t->w, tables[i], &s, rows) > 1)
            return true;
    }
    return false;
}

/* First what the words mean, then all that is near. */
static void try_all(struct trial *t, const struct around *s,
                    const struct subject *who, const struct columns *cols)
{
    struct work *w = t->w;
    struct near_rows r;
    uint32_t tables[FEW_TABLES], before;
    const uint32_t count = tables_of(w, cols, tables);

    gather(w, s, who, false, &r);
    if (cols->best > 0) {
        t->only = cols;
        in_rows(t, &r);
    }
    for (uint32_t i = 0; i < count && !t->hit; i++)
        in_settings(t, s, tables[i]);
    t->only = NULL;
    if (!t->hit)
        in_rows(t, &r);
    before = r.count;
    if (!t->hit)
        gather(w, s, who, true, &r);
    if (!t->hit && r.count > before)
        in_rows(t, &r);
    if (cols->best == 0)
        t->stats = 0; /* of no column yet */
    for (uint32_t i = 0; i < count && (r.count == 0 || s->overall); i++)
        if (!t->hit && trial_may(w, NEAR_COLUMNS * NEAR_COLUMNS))
            in_table(t, tables[i], NULL, 0);
}

/* The cell that row and column name can bear the number out at all: it is of
 * the claim's own kind. */
static bool named_cell(const struct trial *t, const struct judged *j)
{
    struct fact f;

    if (j->cell == FACT_NONE)
        return false;
    facts_get(t->w->facts, j->cell, &f);
    return trial_alike(t->w, f.unit, j->claim.unit);
}

static bool beside_of(const struct work *w, const struct claim *c)
{
    const struct flat *f = &w->flat;

    if (c->role == ROLE_PART)
        return c->end_word < f->word_count &&
               text_is(flat_lower(f, c->end_word), "of");
    return c->role == ROLE_WHOLE && c->first_word > 0 &&
           text_is(flat_lower(f, c->first_word - 1), "of");
}

/* The words mean another column of the fact's table and dimension. */
static bool other_meant(const struct work *w, const struct fact *f,
                        const struct columns *cols)
{
    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++) {
        const struct fact_column *c =
            facts_column(w->facts, cols->at[i].column);

        if (c->table == f->table && cols->at[i].column != f->column &&
            units_dim(w->units, c->unit) == units_dim(w->units, f->unit))
            return true;
    }
    return false;
}

/* The number is another column's of the very row that is named, and the cell
 * that was taken to be meant could not bear it out: "9.4 ms in Frankfurt". */
static bool of_own_row(const struct work *w, const struct judged *j,
                       const struct subject *who, const struct columns *cols)
{
    enum { UNIT_DIGITS = 2, BARE_DIGITS = 3 };
    const bool bare = unit_none(j->claim.unit);
    struct fact f, said;

    if (j->verdict != CLAIM_MISATTRIBUTED || j->fact_count == 0 ||
        who == NULL || (bare && cols->beside) ||
        claims_digits(&j->claim) < (bare ? BARE_DIGITS : UNIT_DIGITS))
        return false;
    facts_get(w->facts, j->facts[0], &f);
    if (units_dim(w->units, f.unit) != units_dim(w->units, j->claim.unit) ||
        match_fact(w, &j->claim, &f) == MATCH_NO)
        return false;
    if (j->cell != FACT_NONE && !bare) {
        facts_get(w->facts, j->cell, &said);
        if (units_dim(w->units, said.unit) == units_dim(w->units, f.unit))
            return false;
    }
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == f.table && who->rows[i].row == f.row)
            return bare || !other_meant(w, &f, cols);
    return false;
}

/* "409 of 412 passed": two columns of one row. */
static bool of_a_pair(const struct work *w, const struct judged *j,
                      const struct subject *who)
{
    struct fact f;

    if (j->verdict != CLAIM_MISATTRIBUTED || j->fact_count == 0 ||
        who == NULL || audit_in_cell(w) || claims_digits(&j->claim) < 2 ||
        !beside_of(w, &j->claim))
        return false;
    facts_get(w->facts, j->facts[0], &f);
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == f.table && who->rows[i].row == f.row)
            return true;
    return false;
}

void plausible_judge(struct work *w, struct judged *j, const struct around *s,
                     const struct subject *who, const struct columns *cols)
{
    struct claim bare = j->claim;
    struct columns meant_by;
    uint32_t tables[FEW_TABLES];
    struct trial t;

    if (w->facts != NULL && of_one_before(w, j, s)) {
        judged_say(w, j, CLAIM_SUPPORTED, "of a row named before");
        return;
    }
    if (w->facts != NULL && of_a_pair(w, j, who)) {
        judged_say(w, j, CLAIM_SUPPORTED, "of another column of its row");
        return;
    }
    if (w->facts != NULL && of_own_row(w, j, who, cols)) {
        judged_say(w, j, CLAIM_SUPPORTED, "of another column of its row");
        return;
    }
    if (w->facts == NULL || !trial_wanted(j))
        return;
    t = trial_of(w, &j->claim);
    if (who == NULL && is_setting(&t, tables, tables_of(w, cols, tables))) {
        judged_say(w, j, CLAIM_SUPPORTED, "a setting of several rows");
        return;
    }
    t.per = trial_per(w, &j->claim, s->first, s->last);
    if (trial_measured(&t, s->first, s->last) ||
        (t.kind == KIND_PERCENT && named_cell(&t, j)))
        return;
    t.stats = j->expected.len > 0 ? s->stats : 0;
    if (t.kind != KIND_UNIT && t.kind != KIND_BARE) {
        bare.unit = (struct unit_ref){ 0, 0, 0 };
        columns_score(w, &bare, s->start, s->end, &meant_by);
        cols = &meant_by;
    }
    try_all(&t, s, who, cols);
    if (t.hit)
        trial_settle(w, j, trial_chance(&t, t.near), named_cell(&t, j));
}
