/* Columns of a report's table that follow from others: speed-ups and changes
 * between two columns or against a baseline row, shares, rates, sums. */
#include "validator/audit/grid.h"

enum {
    SOURCES_MAX = 8, /* columns of numbers that one may follow from */
    BASES_MAX = 4,   /* rows that the others may be compared with */
    VOTES_MAX = 64,  /* rows that vote */
    SURE_DIGITS = 3, /* chance of such a fit: about .001 a way tried */
    OPTIONS_MAX = SOURCES_MAX * (SOURCES_MAX + BASES_MAX + 2)
};

enum relation {
    REL_PAIR,     /* compares columns a and b */
    REL_BASE,     /* compares column a with its cell in row b */
    REL_PREVIOUS, /* compares column a with the row before */
    REL_QUOTIENT, /* a / b, as a rate or in percent */
    REL_SHARE,    /* column a over its sum */
    REL_SUM       /* of all columns to the left */
};

/* One way in which the column at hand may follow from others. */
struct way {
    enum relation rel;
    uint32_t a, b;
    uint32_t fits, misses; /* rows */
    bool sure;             /* one that fits has three digits or more */
    struct band sum;       /* REL_SHARE: of column a; any: none */
};

struct column {
    const struct grid *g;
    uint32_t col;
    uint32_t which; /* of "+5.2% (+4.43)": 0 or 1 */
    enum compared said;
    uint32_t sources[SOURCES_MAX];
    uint32_t source_count;
    uint32_t bases[BASES_MAX];
    uint32_t base_count;
    struct way options[OPTIONS_MAX];
    uint32_t count;
};

enum tried { TRIED_NOT, TRIED_FITS, TRIED_MISSES };

/* The room of a column, taken once per report: it is a large one. */
static struct column *column_of(const struct grid *g, uint32_t col,
                                uint32_t which)
{
    struct work *w = g->w;
    struct column *t = w->own_column;

    if (t == NULL)
        w->own_column = t = arena_alloc(w->a, 1, sizeof(*t));
    if (t == NULL)
        return NULL;
    t->g = g;
    t->col = col;
    t->which = which;
    t->said = g->heads[col].said;
    t->source_count = t->base_count = t->count = 0;
    return t;
}

/* What an option says of one row. */
struct outcome_of_row {
    enum tried tried;
    struct comparison how;
    uint32_t operands[2]; /* indices of w->out */
};

static const struct claim *number_at(const struct grid *g, uint32_t row,
                                     uint32_t col)
{
    const struct cell *cell = grid_cell(g, row, col);
    const struct claim *c = cell->kind == CELL_ONE ? cell_claim(g, cell) : NULL;

    return c != NULL && c->cmp == CMP_NONE ? c : NULL;
}

static bool is_data(const struct grid *g, uint32_t row)
{
    return grid_is_data(g, row);
}

/* The index of the number that is judged; FACT_NONE: none. "+5.2% (+4.43)" has
 * two. */
static uint32_t target_of(const struct column *t, uint32_t row)
{
    const struct work *w = t->g->w;
    const struct cell *cell = grid_cell(t->g, row, t->col);
    const uint32_t i = cell->claim;

    if (cell->kind == CELL_ONE)
        return t->which == 0 && w->out[i].claim.cmp == CMP_NONE ? i : FACT_NONE;
    if (cell->kind != CELL_MANY || i + 1 >= w->count ||
        w->out[i + 1].block != w->out[i].block ||
        (i + 2 < w->count && w->out[i + 2].block == w->out[i].block) ||
        (i > 0 && w->out[i - 1].block == w->out[i].block) ||
        w->out[i].claim.role != ROLE_ALONE ||
        w->out[i + 1].claim.role != ROLE_ALONE ||
        w->out[i + 1].claim.form != FORM_DIGITS ||
        w->out[i + 1].claim.exempt != EXEMPT_NO)
        return FACT_NONE;
    return i + t->which;
}

static const struct claim *target_at(const struct column *t, uint32_t row)
{
    const uint32_t i = target_of(t, row);

    return i == FACT_NONE ? NULL : &t->g->w->out[i].claim;
}

static struct outcome_of_row compare_cells(const struct column *t, uint32_t row,
                                           uint32_t row_a, uint32_t col_a,
                                           uint32_t row_b, uint32_t col_b)
{
    const struct grid *g = t->g;
    const struct claim *a = number_at(g, row_a, col_a);
    const struct claim *b = number_at(g, row_b, col_b);
    const struct claim *c = target_at(t, row);
    struct outcome_of_row out = { .tried = TRIED_NOT };
    bool fits;

    if (a == NULL || b == NULL)
        return out;
    fits = compare_fits(g->w, c, a, b, t->said, &out.how);
    if (out.how.formula == NULL || out.how.value.any)
        return out;
    out.tried = fits ? TRIED_FITS : TRIED_MISSES;
    out.operands[0] = grid_cell(g, row_a, col_a)->claim;
    out.operands[1] = grid_cell(g, row_b, col_b)->claim;
    return out;
}

static bool is_percent(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("fraction"));
}

static struct outcome_of_row quotient_of(const struct grid *g, uint32_t row,
                                         uint32_t col, struct band a,
                                         struct band b, const char *formula)
{
    const struct claim *c = cell_claim(g, grid_cell(g, row, col));
    struct outcome_of_row out = { .tried = TRIED_NOT };
    const bool percent = is_percent(g->w, c);

    out.how = (struct comparison){ .formula = formula,
                                   .value = band_div(a, b),
                                   .raw = percent || unit_none(c->unit) };
    if (out.how.value.any)
        return out;
    if (percent)
        out.how.value =
            band_mul(out.how.value, band_exact(decimal_from_int(100)));
    out.tried = band_fits(g->w, c, out.how.value, out.how.raw) ? TRIED_FITS
                                                               : TRIED_MISSES;
    return out;
}

/* Of one unit, or counts both: "31 errors" of "12,400 requests". */
static bool alike(const struct work *w, const struct claim *a,
                  const struct claim *b)
{
    return unit_same(a->unit, b->unit) ||
           ((unit_none(a->unit) || units_is_count(w->units, a->unit)) &&
            (unit_none(b->unit) || units_is_count(w->units, b->unit)));
}

/* A rate per time from an amount and a time; a percentage from two amounts. */
static struct outcome_of_row quotient(const struct grid *g, uint32_t row,
                                      uint32_t col, const struct way *o)
{
    const struct work *w = g->w;
    const struct claim *a = number_at(g, row, o->a);
    const struct claim *b = number_at(g, row, o->b);
    const struct claim *c = cell_claim(g, grid_cell(g, row, col));
    struct outcome_of_row out = { .tried = TRIED_NOT };

    if (a == NULL || b == NULL)
        return out;
    if (c->unit.den != 0) {
        const struct unit_ref per = { .num = c->unit.den };

        if (c->unit.den_exp != 0 ||
            units_dim(w->units, b->unit) != units_dim(w->units, per) ||
            (!unit_none(a->unit) && a->unit.num != c->unit.num))
            return out;
    } else if (!is_percent(w, c) || !alike(w, a, b)) {
        return out;
    }
    out = quotient_of(g, row, col, band_of(w, a, false), band_of(w, b, false),
                      "quotient");
    out.operands[0] = grid_cell(g, row, o->a)->claim;
    out.operands[1] = grid_cell(g, row, o->b)->claim;
    return out;
}

/* Of a column that has one number of one unit in every row of data. */
static struct band column_sum(const struct grid *g, uint32_t col)
{
    const struct claim *first = NULL;
    struct band sum = band_exact(decimal_from_int(0));
    uint32_t rows = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct claim *x = number_at(g, r, col);

        if (!is_data(g, r))
            continue;
        first = first == NULL ? x : first;
        if (x == NULL || !unit_same(x->unit, first->unit) ||
            is_percent(g->w, x))
            return (struct band){ .any = true };
        sum = band_add(sum, band_of(g->w, x, true));
        rows++;
    }
    sum.any = rows < 2;
    return sum;
}

static struct outcome_of_row share(const struct grid *g, uint32_t row,
                                   uint32_t col, const struct way *o)
{
    const struct claim *c = cell_claim(g, grid_cell(g, row, col));
    const struct claim *a = number_at(g, row, o->a);
    struct outcome_of_row out = { .tried = TRIED_NOT };

    if (a == NULL || !is_percent(g->w, c) || o->sum.any)
        return out;
    out = quotient_of(g, row, col, band_of(g->w, a, true), o->sum, "share");
    out.operands[0] = out.operands[1] = grid_cell(g, row, o->a)->claim;
    return out;
}

static struct outcome_of_row sum_left(const struct grid *g, uint32_t row,
                                      uint32_t col)
{
    const struct claim *c = cell_claim(g, grid_cell(g, row, col));
    struct outcome_of_row out = { .tried = TRIED_NOT };
    struct band sum = band_exact(decimal_from_int(0));
    uint32_t n = 0;

    for (uint32_t k = 1; k < col; k++) {
        const struct claim *x = number_at(g, row, k);

        if (x == NULL || !unit_same(x->unit, c->unit) || g->heads[k].bits != 0)
            return out;
        sum = band_add(sum, band_of(g->w, x, true));
        out.operands[n < 2 ? n : 1] = grid_cell(g, row, k)->claim;
        n++;
    }
    if (n < 2)
        return out;
    out.how = (struct comparison){ .formula = "the sum of its row",
                                   .value = sum,
                                   .raw = true };
    out.tried = band_fits(g->w, c, sum, true) ? TRIED_FITS : TRIED_MISSES;
    return out;
}

static struct outcome_of_row try_option(const struct column *t,
                                        const struct way *o, uint32_t row)
{
    const struct grid *g = t->g;
    struct outcome_of_row out = { .tried = TRIED_NOT };

    switch (o->rel) {
    case REL_PAIR:
        return compare_cells(t, row, row, o->a, row, o->b);
    case REL_BASE:
        return row == o->b ? out : compare_cells(t, row, o->b, o->a, row, o->a);
    case REL_PREVIOUS:
        return row < 2 || !is_data(g, row - 1)
                   ? out
                   : compare_cells(t, row, row - 1, o->a, row, o->a);
    case REL_QUOTIENT:
        return quotient(g, row, t->col, o);
    case REL_SHARE:
        return share(g, row, t->col, o);
    case REL_SUM:
        return sum_left(g, row, t->col);
    }
    return out;
}

static void add_option(struct column *t, enum relation rel, uint32_t a,
                       uint32_t b)
{
    struct way *o;

    if (t->count == OPTIONS_MAX)
        return;
    o = &t->options[t->count++];
    *o = (struct way){ .rel = rel, .a = a, .b = b };
    if (rel == REL_SHARE)
        o->sum = column_sum(t->g, a);
    for (uint32_t r = 1; r < t->g->rows && o->fits + o->misses < VOTES_MAX;
         r++) {
        struct outcome_of_row got;

        if (!is_data(t->g, r) || target_at(t, r) == NULL)
            continue;
        got = try_option(t, o, r);
        o->fits += got.tried == TRIED_FITS;
        o->sure = o->sure || (got.tried == TRIED_FITS &&
                              claims_digits(target_at(t, r)) >= SURE_DIGITS);
        o->misses += got.tried == TRIED_MISSES;
    }
}

static bool has_numbers(const struct grid *g, uint32_t col)
{
    for (uint32_t r = 1; r < g->rows; r++)
        if (is_data(g, r) && grid_cell(g, r, col)->kind == CELL_ONE)
            return true;
    return false;
}

static void find_sources(struct column *t)
{
    const struct grid *g = t->g;

    for (uint32_t c = 1; c < g->cols && t->source_count < SOURCES_MAX; c++)
        if (c != t->col &&
            (g->heads[c].bits & (LABEL_COMPARE | LABEL_SD)) == 0 &&
            has_numbers(g, c))
            t->sources[t->source_count++] = c;
}

static bool says_baseline(struct text t)
{
    static const char *const words[] = { "baseline", "reference", "original" };

    for (size_t i = 0; i < t.len; i++)
        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
            const size_t n = strlen(words[k]);

            if (i + n <= t.len &&
                text_is_icase((struct text){ t.ptr + i, n }, words[k]))
                return true;
        }
    return false;
}

/* Rows that stand for 1x or 0 %: said so, or with nothing in the column. */
static void find_bases(struct column *t)
{
    const struct grid *g = t->g;

    for (uint32_t r = 1; r < g->rows && t->base_count < BASES_MAX; r++) {
        const struct claim *c = target_at(t, r);
        bool base;

        if (!is_data(g, r))
            continue;
        base = c == NULL ? grid_cell(g, r, t->col)->kind != CELL_MANY
                         : decimal_is_zero(c->value) ||
                               decimal_eq(c->value, decimal_from_int(1)) ||
                               (is_percent(g->w, c) &&
                                decimal_eq(c->value, decimal_from_int(100)));
        if (base || says_baseline(grid_text(g, r, 0)))
            t->bases[t->base_count++] = r;
    }
}

static void find_options(struct column *t)
{
    const bool compares = (t->g->heads[t->col].bits & LABEL_COMPARE) != 0;
    /* rows of different measures are not compared */
    const bool rows = t->g->turned || !grid_lists_measures(t->g);

    for (uint32_t i = 0; i < t->source_count; i++) {
        for (uint32_t k = 0; k < t->source_count; k++) {
            if (i < k && compares)
                add_option(t, REL_PAIR, t->sources[i], t->sources[k]);
            if (i != k && !compares)
                add_option(t, REL_QUOTIENT, t->sources[i], t->sources[k]);
        }
        for (uint32_t k = 0; k < t->base_count && compares && rows; k++)
            add_option(t, REL_BASE, t->sources[i], t->bases[k]);
        if (compares && rows)
            add_option(t, REL_PREVIOUS, t->sources[i], 0);
        else if (!compares)
            add_option(t, REL_SHARE, t->sources[i], 0);
    }
    if (t->g->heads[t->col].bits == LABEL_SUM)
        add_option(t, REL_SUM, 0, 0);
}

/* "\xce\x94 Throughput" is of the column "Throughput (tok/s)". */
static bool names_source(const struct column *t, const struct way *o)
{
    const struct text head = grid_text(t->g, 0, t->col);
    const struct text source = grid_text(t->g, 0, o->a);

    for (size_t i = 0, n = 0; i < head.len; i += n + 1) {
        for (n = 0; i + n < head.len && ascii_alpha(head.ptr[i + n]); n++)
            continue;
        for (size_t k = 0; n >= 4 && k + n <= source.len; k++)
            if (text_eq_icase((struct text){ head.ptr + i, n },
                              (struct text){ source.ptr + k, n }))
                return true;
    }
    return false;
}

/* The one way that most rows follow: at least two, and two thirds. Where the
 * header names nothing but a comparison, one against one will do, if it has
 * the digits. */
static const struct way *by_vote(const struct column *t)
{
    const struct label head = t->g->heads[t->col];
    const struct way *best = NULL;

    for (uint32_t i = 0; i < t->count; i++)
        if (best == NULL || t->options[i].fits > best->fits)
            best = &t->options[i];
    if (best == NULL)
        return NULL;
    if (best->fits >= 2 && best->fits >= 2 * best->misses)
        return best;
    return head.bits == LABEL_COMPARE && best->sure &&
                   best->fits >= best->misses &&
                   (head.count == 0 || names_source(t, best))
               ? best
               : NULL;
}

/* No choice: the header names nothing but a comparison, and there are only two
 * columns, right before it, or only one and one baseline. */
static const struct way *only_one(const struct column *t)
{
    const struct way *found = NULL;

    if (t->g->heads[t->col].bits != LABEL_COMPARE ||
        t->g->heads[t->col].count != 0)
        return NULL;
    if (t->source_count == 2 && t->sources[0] + 2 == t->col &&
        t->sources[1] + 1 == t->col) {
        for (uint32_t i = 0; i < t->count; i++)
            if (t->options[i].rel == REL_PAIR)
                found = &t->options[i];
        return found;
    }
    if (t->source_count != 1 || t->base_count != 1)
        return NULL;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->options[i].rel == REL_BASE)
            found = &t->options[i];
    /* rows that fit and rows that do not: of another baseline each, perhaps */
    return found != NULL && found->fits > 0 && found->misses > 0 ? NULL : found;
}

/* Another way that a row before or behind follows, too, or that chance would
 * hardly hit. */
static bool fits_otherwise(const struct column *t, uint32_t row)
{
    const bool sure = claims_digits(target_at(t, row)) >= SURE_DIGITS;

    for (uint32_t i = 0; i < t->count; i++)
        if ((sure || t->options[i].fits >= 2) &&
            try_option(t, &t->options[i], row).tried == TRIED_FITS)
            return true;
    return false;
}

static struct text formula_of(struct work *w, const struct way *o,
                              const struct outcome_of_row *got)
{
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s = got->how.formula;

    decimal_format(x, w->out[got->operands[0]].claim.value);
    decimal_format(y, w->out[got->operands[1]].claim.value);
    if (o->rel == REL_QUOTIENT)
        s = arena_printf(w->a, "%s / %s", x, y);
    else if (o->rel == REL_SHARE)
        s = arena_printf(w->a, "%s / the sum of its column", x);
    else if (o->rel != REL_SUM)
        s = arena_printf(w->a, "%s, before = %s, after = %s", s, x, y);
    return s == NULL ? (struct text){ "", 0 } : text_from(s);
}

/* Changes are of what was before, in most rows: then so they are in all. */
static void settle_base(struct column *t, const struct way *o)
{
    uint32_t usual = 0, other = 0;

    for (uint32_t r = 1; r < t->g->rows && usual + other < VOTES_MAX; r++) {
        struct outcome_of_row got;

        if (!is_data(t->g, r) || target_at(t, r) == NULL)
            continue;
        got = try_option(t, o, r);
        if (got.tried != TRIED_FITS)
            continue;
        if (got.how.step)
            usual++;
        else
            other++;
    }
    if (usual >= 2 && usual >= 2 * other)
        t->said = COMPARED_STEP;
}

static void judge_rows(const struct column *t, const struct way *o)
{
    struct work *w = t->g->w;
    uint32_t misses = 0;

    for (uint32_t r = 1; r < t->g->rows && misses < VOTES_MAX; r++) {
        struct outcome_of_row got;
        bool fits;

        if (!is_data(t->g, r) || target_at(t, r) == NULL)
            continue;
        got = try_option(t, o, r);
        fits = got.tried == TRIED_FITS;
        misses += got.tried == TRIED_MISSES;
        if (got.tried == TRIED_NOT || (!fits && fits_otherwise(t, r)))
            continue;
        own_say(w, target_of(t, r), fits,
                fits ? "from other numbers of its table"
                     : "not what its table's numbers give",
                formula_of(w, o, &got),
                compare_text(w, target_at(t, r), &got.how), got.operands,
                o->rel == REL_SHARE ? 1 : 2);
    }
}

static bool may_follow(const struct grid *g, uint32_t col)
{
    const unsigned bits = g->heads[col].bits;

    if ((bits & LABEL_COMPARE) != 0 || (bits == LABEL_SUM && !g->turned))
        return true;
    if (g->turned)
        return false;
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct claim *c = number_at(g, r, col);

        if (c != NULL && is_data(g, r))
            return c->unit.den != 0 || is_percent(g->w, c);
    }
    return false;
}

/* Nothing is said of numbers that the data bear out. */
static bool any_open(const struct column *t)
{
    for (uint32_t r = 1; r < t->g->rows; r++) {
        const uint32_t i = target_of(t, r);

        if (i != FACT_NONE && !own_borne_out(&t->g->w->out[i]))
            return true;
    }
    return false;
}

static void judge_column(struct grid *g, uint32_t col, uint32_t which)
{
    struct column *t = column_of(g, col, which);
    const struct way *o;

    if (t == NULL || !any_open(t))
        return;
    find_sources(t);
    find_bases(t);
    find_options(t);
    o = by_vote(t);
    if (o == NULL)
        o = only_one(t);
    if (o == NULL)
        return;
    if (t->said == COMPARED_CHANGE)
        settle_base(t, o);
    judge_rows(t, o);
}

static bool has_two(const struct grid *g, uint32_t col)
{
    for (uint32_t r = 1; r < g->rows; r++)
        if (grid_cell(g, r, col)->kind == CELL_MANY)
            return true;
    return false;
}

void own_cols(struct grid *g)
{
    for (uint32_t c = 1; c < g->cols; c++) {
        if (!may_follow(g, c))
            continue;
        judge_column(g, c, 0);
        if ((g->heads[c].bits & LABEL_COMPARE) != 0 && has_two(g, c))
            judge_column(g, c, 1);
    }
}
