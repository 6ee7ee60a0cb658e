/* Numbers that nothing bears out, but that follow from rows, columns or
 * numbers named near them: a difference, a ratio, a share, a mean. Which was
 * meant the words do not tell, so that such a number is unverifiable and no
 * finding. */
#include <math.h>

#include "validator/audit/own_int.h"

enum {
    TRIES_MAX = 1000000, /* a report */
    CUE_WORDS = 40,      /* of a sentence on either side of a number */
    CLAIMS_BACK = 32,    /* claims looked through for them */
    PAIR_COST = 3,       /* tries that two written numbers cost, in decimals */
    NEAR_ROWS = 12,      /* named rows that a number may be derived of */
    NEAR_COLUMNS = 24,   /* of their table */
    FEW_TABLES = 5,      /* of data so small that no column needs a name */
    SURE_DIGITS = 3,     /* of a bare number that no word calls derived */
    SETTINGS_MAX = 4,    /* of a sentence */
    ROWS_OF_NAME = 8,    /* a name of more rows says too little */
    OPERANDS = 10        /* numbers written before it */
};

/* Above it a derivation is an accident: of a number that a named cell speaks
 * against, and of any other (docs/measured/numbers.md). */
#define BY_ACCIDENT_NAMED .06
#define BY_ACCIDENT       .25

enum kind { KIND_RATIO, KIND_PERCENT, KIND_POINTS, KIND_BARE, KIND_UNIT };

static bool is_count(const struct work *w, struct unit_ref u)
{
    return unit_none(u) || (u.den == 0 && units_is_count(w->units, u));
}

/* Of one dimension; counts of whatever are. */
static bool alike(const struct work *w, struct unit_ref a, struct unit_ref b)
{
    return is_count(w, a) ? is_count(w, b)
                          : units_dim(w->units, a) == units_dim(w->units, b);
}

/* One claim and what was tried for it. */
struct trial {
    struct work *w;
    const struct claim *c;
    enum kind kind;
    double at, slack, scale;    /* base units of a KIND_UNIT, else as written */
    const struct columns *only; /* those that the words mean; NULL: all */
    bool dimension;             /* the table at hand has the claim's */
    bool per;                   /* so much of the one for each of the other */
    uint32_t stats;             /* named beside it: they were tried */
    uint32_t near;              /* values tried that are of its size */
    bool hit;
};

/* Counts `n` numbers as tried; false: more than TRIES_MAX for this report. */
static bool may_try(struct work *w, uint32_t n)
{
    if (w->tries > TRIES_MAX - n)
        return false;
    w->tries += n;
    return true;
}

static double scale_of(const struct work *w, struct unit_ref u)
{
    return units_rough(w->units, u, UNIT_SI, 1) -
           units_rough(w->units, u, UNIT_SI, 0);
}

static struct trial trial_of(struct work *w, const struct claim *c)
{
    struct trial t = { .w = w, .c = c, .kind = KIND_UNIT, .scale = 1 };

    if (is_count(w, c->unit))
        t.kind = KIND_BARE;
    else if (dim_is(w, c->unit, "ratio"))
        t.kind = KIND_RATIO;
    else if (dim_is(w, c->unit, "fraction"))
        t.kind = KIND_PERCENT;
    else if (dim_is(w, c->unit, "points"))
        t.kind = KIND_POINTS;
    else
        t.scale = scale_of(w, c->unit);
    t.at = fabs(decimal_to_double(c->value)) * t.scale;
    t.slack = decimal_to_double(
                  (struct decimal){ .mag = 5, .exp = c->value.last - 1 }) *
              t.scale;
    if (c->approx && t.slack < .05 * t.at)
        t.slack = .05 * t.at;
    return t;
}

static void offer(struct trial *t, double value)
{
    const double v = fabs(value);

    if (!(v * 3.2 > t->at && v < t->at * 3.2)) /* NAN too */
        return;
    t->near++;
    t->hit = t->hit || fabs(v - t->at) <= t->slack + 1e-9 * t->at;
}

/* Two numbers of one dimension. */
static void compare(struct trial *t, double a, double b)
{
    switch (t->kind) {
    case KIND_RATIO:
        offer(t, fabs(a) > fabs(b) ? a / b : b / a);
        break;
    case KIND_PERCENT:
        offer(t, 100 * (a - b) / b);
        offer(t, 100 * (a - b) / a);
        offer(t, 100 * (fabs(a) > fabs(b) ? b / a : a / b));
        break;
    case KIND_POINTS:
        offer(t, a - b);
        offer(t, 100 * (a - b));
        break;
    default:
        offer(t, a - b);
    }
}

static void compare_ratio(struct trial *t, double a, double b)
{
    offer(t, a / b);
    offer(t, b / a);
}

/* A number of the column in the trial's unit; NAN: of another dimension. */
static double in_unit(const struct trial *t, const struct fact_column *col,
                      double v)
{
    if (t->kind != KIND_UNIT)
        return v;
    if (unit_none(col->unit))
        return t->dimension ? NAN : v * t->scale;
    return units_dim(t->w->units, col->unit) !=
                   units_dim(t->w->units, t->c->unit)
               ? NAN
               : v * scale_of(t->w, col->unit);
}

/* The words mean the column about as well as any. */
static bool meant(const struct columns *cols, uint32_t column)
{
    for (uint32_t i = 0; i < cols->count; i++)
        if (cols->at[i].column == column)
            return cols->at[i].score * 2 >= cols->best;
    return false;
}

/* The numeric columns of a table, and whether one has the claim's dimension. */
static uint32_t columns_of(struct trial *t, uint32_t table,
                           uint32_t out[NEAR_COLUMNS])
{
    const struct work *w = t->w;
    const struct fact_table *of = facts_table(w->facts, table);
    uint32_t n = 0;

    t->dimension = false;
    for (uint32_t k = 0; k < of->columns && n < NEAR_COLUMNS; k++) {
        const struct fact_column *c =
            facts_column(w->facts, of->first_column + k);

        if (c->weak != WEAK_NO || c->numbers == 0 ||
            (t->only != NULL && !meant(t->only, of->first_column + k)))
            continue;
        t->dimension = t->dimension || (!unit_none(c->unit) &&
                                        units_dim(w->units, c->unit) ==
                                            units_dim(w->units, t->c->unit));
        out[n++] = of->first_column + k;
    }
    return n;
}

static double cell(const struct trial *t, uint32_t column, uint32_t row)
{
    struct fact f;

    return facts_cell(t->w->facts, column, row, &f) ? decimal_to_double(f.value)
                                                    : NAN;
}

static double stat_of(const struct trial *t, uint32_t column,
                      enum fact_stat which)
{
    const struct fact_stats *s = facts_stats(t->w->facts, column);

    return s != NULL && s->has[which] ? decimal_to_double(s->at[which]) : NAN;
}

/* Rows of one column against each other and against the whole. */
static void down_column(struct trial *t, uint32_t column,
                        const struct row_ref *rows, uint32_t n)
{
    const struct fact_column *col = facts_column(t->w->facts, column);
    static const enum fact_stat extremes[] = { STAT_MIN, STAT_MAX, STAT_MEAN };
    const double whole = in_unit(t, col, stat_of(t, column, STAT_SUM));
    double sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        const double x = in_unit(t, col, cell(t, column, rows[i].row));

        sum += x;
        for (uint32_t k = 0; k < i; k++)
            compare(t, x, in_unit(t, col, cell(t, column, rows[k].row)));
        for (size_t k = 0; k < sizeof(extremes) / sizeof(*extremes); k++)
            compare(t, x, in_unit(t, col, stat_of(t, column, extremes[k])));
        if (t->kind == KIND_PERCENT)
            offer(t, 100 * x / whole);
    }
    if (n < 2)
        return;
    if (t->kind == KIND_PERCENT) {
        offer(t, 100 * sum / whole);
    } else if (t->kind == KIND_UNIT || t->kind == KIND_BARE) {
        offer(t, sum);
        offer(t, sum / n);
        offer(t, whole - sum);
    }
}

/* A column as a whole. */
static void whole_column(struct trial *t, uint32_t column)
{
    const struct fact_column *col = facts_column(t->w->facts, column);
    static const enum fact_stat stats[] = { STAT_MEAN, STAT_MEDIAN, STAT_RANGE,
                                            STAT_SUM };
    const double low = stat_of(t, column, STAT_MIN);
    const double high = stat_of(t, column, STAT_MAX);

    if (t->kind == KIND_UNIT || t->kind == KIND_BARE) {
        for (size_t i = 0; t->stats == 0 && i < sizeof(stats) / sizeof(*stats);
             i++)
            offer(t, in_unit(t, col, stat_of(t, column, stats[i])));
    } else {
        compare(t, in_unit(t, col, high), in_unit(t, col, low));
    }
}

/* Two columns, of one row or summed up. */
static void across(struct trial *t, uint32_t ca, double a, uint32_t cb,
                   double b)
{
    const struct work *w = t->w;
    const struct fact_column *x = facts_column(w->facts, ca);
    const struct fact_column *y = facts_column(w->facts, cb);

    if (alike(w, x->unit, y->unit)) {
        compare(t, in_unit(t, x, a), in_unit(t, y, b));
        if (t->kind == KIND_BARE)
            offer(t, a + b);
        if (t->kind == KIND_BARE && t->per)
            compare_ratio(t, a, b);
    }
    if (t->kind == KIND_UNIT) { /* so much of the one per the other */
        offer(t, in_unit(t, x, a) / b);
        offer(t, in_unit(t, y, b) / a);
    }
}

static void in_table(struct trial *t, uint32_t table,
                     const struct row_ref *rows, uint32_t n)
{
    uint32_t cols[NEAR_COLUMNS];
    const uint32_t count = columns_of(t, table, cols);

    for (uint32_t k = 0; k < count; k++) {
        if (n > 0)
            down_column(t, cols[k], rows, n);
        else
            whole_column(t, cols[k]);
        for (uint32_t m = 0; m < k; m++) {
            for (uint32_t i = 0; i < n; i++)
                across(t, cols[k], cell(t, cols[k], rows[i].row), cols[m],
                       cell(t, cols[m], rows[i].row));
            if (n == 0)
                across(t, cols[k], stat_of(t, cols[k], STAT_SUM), cols[m],
                       stat_of(t, cols[m], STAT_SUM));
        }
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
        if (!may_try(t->w, n * n * NEAR_COLUMNS))
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
    const uint32_t lo = w->claim > OPERANDS ? w->claim - OPERANDS : 0;
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
    for (uint32_t i = lo;
         i < w->claims.count && i <= w->claim + OPERANDS && n < SETTINGS_MAX;
         i++) {
        const struct claim *o = &w->claims.at[i];

        if (i == w->claim || o->start < s->start || o->start >= s->end ||
            o->form != FORM_DIGITS || !is_count(w, o->unit))
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
    const uint32_t count = facts_table(w->facts, table)->rows;
    uint32_t n = 0;

    if (!may_try(w, count))
        return 0;
    for (uint32_t r = 0; r < count; r++) {
        struct fact f;

        if (!facts_cell(w->facts, s->column, r, &f) ||
            !decimal_eq(f.value, s->value))
            continue;
        if (n == NEAR_ROWS)
            return 0;
        out[n++] = (struct row_ref){ table, r };
    }
    return n;
}

static double mean_of(const struct trial *t, uint32_t column,
                      const struct row_ref *rows, uint32_t n)
{
    double sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += cell(t, column, rows[i].row);
    return in_unit(t, facts_column(t->w->facts, column), sum / n);
}

/* Rows of each setting, and what two settings are on average. */
static void in_settings(struct trial *t, const struct around *s, uint32_t table)
{
    struct setting set[SETTINGS_MAX];
    struct row_ref rows[SETTINGS_MAX][NEAR_ROWS];
    uint32_t n[SETTINGS_MAX], cols[NEAR_COLUMNS];
    const uint32_t sets = settings_of(t->w, s, table, set);
    const uint32_t count = columns_of(t, table, cols);

    for (uint32_t i = 0; i < sets; i++) {
        n[i] = rows_with(t->w, table, &set[i], rows[i]);
        if (n[i] > 0 && may_try(t->w, n[i] * n[i] * count))
            in_table(t, table, rows[i], n[i]);
        for (uint32_t m = 0; m < i; m++)
            for (uint32_t k = 0; n[i] > 0 && n[m] > 0 && k < count; k++)
                compare(t, mean_of(t, cols[k], rows[i], n[i]),
                        mean_of(t, cols[k], rows[m], n[m]));
    }
}

/* The sentence says that numbers were compared or put together. */
static bool cue(const struct work *w, uint32_t first, uint32_t last)
{
    static const char *const words[] = {
        "above",     "added",      "additional", "adds",     "ahead",
        "another",   "apart",      "average",    "averaged", "averages",
        "behind",    "below",      "between",    "by",       "cheaper",
        "combined",  "cost",       "costs",      "decrease", "decreased",
        "differ",    "difference", "drop",       "dropped",  "drops",
        "exceed",    "exceeds",    "extra",      "factor",   "falling",
        "falls",     "faster",     "fell",       "fewer",    "gain",
        "gained",    "gains",      "gap",        "grew",     "grows",
        "half",      "higher",     "imbalance",  "increase", "increased",
        "increases", "larger",     "lead",       "less",     "longer",
        "lose",      "loses",      "lost",       "lower",    "margin",
        "mean",      "missing",    "more",       "range",    "ratio",
        "reduced",   "remaining",  "rest",       "rise",     "rises",
        "rising",    "rose",       "saved",      "saves",    "saving",
        "shorter",   "slower",     "smaller",    "sold",     "spread",
        "sum",       "swing",      "together",   "total"
    };

    for (uint32_t i = first; i < last; i++)
        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
            if (text_is(flat_lower(&w->flat, i), words[k]))
                return true;
    return false;
}

static bool subjects_in(const struct work *w, uint32_t first, uint32_t last)
{
    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->subjects[i].word >= first && w->subjects[i].word < last)
            return true;
    return false;
}

/* "$38.00 per purchase", "each consumer handled 38,800 messages" */
static bool per_near(const struct work *w, const struct claim *c,
                     uint32_t first, uint32_t last)
{
    enum { BEFORE = 8, BEHIND = 4 };
    const struct flat *f = &w->flat;

    if (first + BEFORE < c->first_word)
        first = c->first_word - BEFORE;
    for (uint32_t i = first; i < last && i < c->end_word + BEHIND; i++)
        if ((i < c->first_word || i >= c->end_word) &&
            (text_is(flat_lower(f, i), "per") ||
             text_is(flat_lower(f, i), "each")))
            return true;
    return false;
}

/* A number in a unit of its own, and nothing says that it is of two. */
static bool given_as_measured(const struct trial *t, uint32_t first,
                              uint32_t last)
{
    if (t->kind != KIND_BARE && t->kind != KIND_UNIT)
        return false;
    if (audit_in_cell(t->w))
        return t->kind == KIND_BARE;
    if (t->per)
        return false;
    if (t->kind == KIND_BARE && claims_digits(t->c) >= SURE_DIGITS &&
        !subjects_in(t->w, first, last))
        return false; /* a sum, it may be: "1,047 runs passed" */
    if (first + CUE_WORDS < t->c->first_word)
        first = t->c->first_word - CUE_WORDS;
    if (last > t->c->end_word + CUE_WORDS)
        last = t->c->end_word + CUE_WORDS;
    return !cue(t->w, first, last);
}

static void settle(struct work *w, struct judged *j, double chance, bool named)
{
    const double limit = named ? BY_ACCIDENT_NAMED : BY_ACCIDENT;

    if (chance > limit)
        return;
    judged_say(w, j, CLAIM_UNVERIFIABLE, "follows from what is named near it");
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->cell = FACT_NONE;
}

static bool unsettled(const struct judged *j)
{
    return (j->verdict == CLAIM_UNSUPPORTED ||
            j->verdict == CLAIM_CONTRADICTED) &&
           j->fault != FAULT_ARITHMETIC && j->claim.form == FORM_DIGITS &&
           j->claim.exempt == EXEMPT_NO && j->claim.cmp == CMP_NONE &&
           !decimal_is_zero(j->claim.value) &&
           (j->claim.group == 0 || !unit_none(j->claim.unit));
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
        if (!t->hit && may_try(w, NEAR_COLUMNS * NEAR_COLUMNS))
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
    return alike(t->w, f.unit, j->claim.unit);
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
    if (w->facts == NULL || !unsettled(j))
        return;
    t = trial_of(w, &j->claim);
    if (who == NULL && is_setting(&t, tables, tables_of(w, cols, tables))) {
        judged_say(w, j, CLAIM_SUPPORTED, "a setting of several rows");
        return;
    }
    t.per = per_near(w, &j->claim, s->first, s->last);
    if (given_as_measured(&t, s->first, s->last) ||
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
        settle(w, j, chance_of(&j->claim, t.near), named_cell(&t, j));
}

/* numbers of the text */

static bool operand(const struct judged *j)
{
    return j->claim.exempt == EXEMPT_NO && !claim_flagged(j->verdict) &&
           j->claim.form == FORM_DIGITS && j->claim.role != ROLE_SPREAD;
}

/* The sum or mean of the last numbers of its unit. */
static bool sum_up(const struct trial *t, const struct judged *out,
                   const uint32_t *at, uint32_t n, uint32_t *tried)
{
    double sum = 0;
    uint32_t terms = 0;
    struct trial one = *t;

    for (uint32_t k = 0; k < n; k++) {
        const struct claim *c = &out[at[k]].claim;

        if (c->start > t->c->start || !unit_same(c->unit, t->c->unit))
            continue;
        sum += decimal_to_double(c->value) * t->scale;
        if (++terms < 2)
            continue;
        *tried += 2;
        offer(&one, sum);
        offer(&one, sum / terms);
    }
    return one.hit;
}

static void from_text(struct work *w, uint32_t i)
{
    struct judged *j = &w->out[i];
    struct trial t = trial_of(w, &j->claim);
    uint32_t at[OPERANDS + 2], n = 0, tried = 0, start, end;
    bool hit = false;

    claims_sentence(&w->flat, j->claim.start, &start, &end);
    start = flat_word_at(&w->flat, start);
    end = flat_word_at(&w->flat, end);
    t.per = per_near(w, &j->claim, start, end);
    if (given_as_measured(&t, start, end))
        return;
    for (uint32_t k = i; k-- > 0 && n < OPERANDS && i - k <= CLAIMS_BACK &&
                         w->out[k].block == j->block;)
        if (operand(&w->out[k]))
            at[n++] = k;
    for (uint32_t k = i + 1; k < w->count && k <= i + 2; k++)
        if (operand(&w->out[k]))
            at[n++] = k;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < a; b++) {
            struct claim x = w->out[at[a]].claim, y = w->out[at[b]].claim;
            struct comparison how;

            if (!alike(w, x.unit, y.unit) || !may_try(w, PAIR_COST))
                continue;
            if (is_count(w, x.unit))
                x.unit = y.unit = (struct unit_ref){ 0, 0, 0 };
            if (compare_fits(w, &j->claim, &x, &y, &how))
                hit = true;
            tried += how.formula != NULL;
        }
    if (t.kind == KIND_UNIT || t.kind == KIND_BARE)
        hit = sum_up(&t, w->out, at, n, &tried) || hit;
    if (hit)
        settle(w, j, chance_of(&j->claim, tried), false);
}

void plausible_block(struct work *w, uint32_t first)
{
    for (uint32_t i = first; i < w->count; i++)
        if (unsettled(&w->out[i]) && !audit_in_cell(w))
            from_text(w, i);
}
