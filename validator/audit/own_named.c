/* Rows of a report's table that a sentence compares: "gemma3:1b is 61 % faster
 * than gemma3:4b", "from 1 to 8 GPUs throughput grows by 410 images/s". */
#include "validator/audit/own_says.h"

enum {
    ROWS_NEAR = 24, /* rows named in the sentence and before it */
    TAIL_WORDS = 2  /* words behind the second name that say no more */
};

static bool fits_cells(const struct grid *g, const struct claim *c,
                       uint32_t row_a, uint32_t row_b, uint32_t col)
{
    const struct claim *a = says_number(g, row_a, col);
    const struct claim *b = says_number(g, row_b, col);
    struct comparison how;

    return a != NULL && b != NULL &&
           (compare_fits(g->w, c, a, b, COMPARED_ANYHOW, &how) ||
            compare_fits(g->w, c, b, a, COMPARED_ANYHOW, &how) ||
            match_value(g->w, c, a->value, a->unit) ||
            match_value(g->w, c, b->value, b->unit));
}

static bool is_near(struct decimal a, struct decimal b)
{
    const struct decimal off =
        decimal_mul(decimal_abs(decimal_sub(a, b)), decimal_from_int(10));

    return decimal_cmp(off, decimal_abs(b)) <= 0;
}

/* Another measure of one of the two, elsewhere in the report, gives it. */
static bool fits_elsewhere(const struct saying *s, uint32_t i,
                           const struct claim *a, const struct claim *b)
{
    enum { CLAIMS_LOOKED = 2000 };
    const struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    struct comparison how;

    for (uint32_t k = 0; k < w->count && k < CLAIMS_LOOKED; k++) {
        const struct claim *x = &w->out[k].claim;

        if (x->exempt != EXEMPT_NO || !unit_same(x->unit, a->unit) ||
            decimal_eq(x->value, a->value) || decimal_eq(x->value, b->value))
            continue;
        if ((is_near(x->value, a->value) &&
             (compare_fits(w, c, x, b, COMPARED_ANYHOW, &how) ||
              compare_fits(w, c, b, x, COMPARED_ANYHOW, &how))) ||
            (is_near(x->value, b->value) &&
             (compare_fits(w, c, x, a, COMPARED_ANYHOW, &how) ||
              compare_fits(w, c, a, x, COMPARED_ANYHOW, &how))))
            return true;
    }
    return false;
}

/* Numbers that stand with it in the sentence give it. */
static bool fits_beside(const struct saying *s, uint32_t i)
{
    const struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    struct comparison how;

    for (uint32_t a = s->first; a < s->last; a++)
        for (uint32_t b = a + 1; b < s->last && b < a + 8; b++)
            if (a != i && b != i &&
                (compare_fits(w, c, &w->out[a].claim, &w->out[b].claim,
                              COMPARED_ANYHOW, &how) ||
                 compare_fits(w, c, &w->out[b].claim, &w->out[a].claim,
                              COMPARED_ANYHOW, &how)))
                return true;
    return false;
}

/* A number of the sentence is that of the row in the column. */
static bool quotes(const struct saying *s, const struct grid *g, uint32_t row,
                   uint32_t col)
{
    const struct claim *x = says_number(g, row, col);

    for (uint32_t i = s->first; x != NULL && i < s->last; i++)
        if (claims_digits(x) >= 2 &&
            decimal_eq(s->w->out[i].claim.value, x->value) &&
            unit_same(s->w->out[i].claim.unit, x->unit))
            return true;
    return false;
}

/* Words that are of rates, of times, or of both. */
static bool of_unit(const struct work *w, struct text t, struct unit_ref u)
{
    static const char *const speed[] = { "faster",    "slower",     "fast",
                                         "speed",     "throughput", "schneller",
                                         "langsamer", "rápido",     "rapide",
                                         "schnell" };
    static const char *const time[] = { "faster",    "slower",   "long",
                                        "longer",    "shorter",  "latency",
                                        "schneller", "langsamer" };

    if (u.den != 0)
        return text_has_any(t, speed, sizeof(speed) / sizeof(*speed));
    return dim_is(w, u, "time") &&
           text_has_any(t, time, sizeof(time) / sizeof(*time));
}

/* The clause names the column, or quotes a row's number in it. */
static bool column_said(const struct saying *s, const struct says_pair *p,
                        struct text topic, uint32_t col)
{
    return says_column(&p->g, col, topic) > 0 || quotes(s, &p->g, p->a, col) ||
           quotes(s, &p->g, p->b, col);
}

/* Both rows have a number there that the claim may be the change of. */
static bool column_may_be(const struct saying *s, const struct says_pair *p,
                          uint32_t i, uint32_t col)
{
    const struct work *w = s->w;
    const struct unit_ref unit = w->out[i].claim.unit;
    const struct claim *a = says_number(&p->g, p->a, col);
    const struct claim *b = says_number(&p->g, p->b, col);

    if (a == NULL || b == NULL || (p->g.heads[col].bits & LABEL_COMPARE) != 0 ||
        units_dim(w->units, a->unit) != units_dim(w->units, b->unit))
        return false;
    return says_ratio(s, i) || dim_is(w, unit, "fraction") ||
           units_dim(w->units, a->unit) == units_dim(w->units, unit) ||
           (dim_is(w, unit, "points") && dim_is(w, a->unit, "fraction"));
}

/* Nothing is said behind the two that would make it another measure: "72 %
 * faster than B in cold starts". */
static bool ends_soon(struct text t)
{
    static const char *const words[] = { "in", "at",    "for",  "on",    "with",
                                         "to", "under", "when", "during" };
    size_t n = 0;

    while (n < t.len && strchr(",(.;:", t.ptr[n]) == NULL)
        n++;
    t.len = n;
    n = text_find(t, TEXT_LIT(" and "), 0);
    t.len = n < t.len ? n : t.len;
    return says_words(t, TAIL_WORDS).len == says_words(t, TAIL_WORDS + 1).len &&
           !text_has_any(t, words, sizeof(words) / sizeof(*words));
}

/* No other column has numbers. */
static bool only_numbers(const struct grid *g, uint32_t col)
{
    for (uint32_t c = 1; c < g->cols; c++)
        for (uint32_t r = 1; r < g->rows && c != col; r++)
            if (grid_cell(g, r, c)->kind != CELL_TEXT &&
                grid_cell(g, r, c)->kind != CELL_EMPTY)
                return false;
    return true;
}

/* The column that the clause is of, by its name; else by the unit or words like
 * "faster"; 0: none. */
static uint32_t column_meant(const struct saying *s, uint32_t i,
                             const struct says_pair *p)
{
    const struct work *w = s->w;
    const struct unit_ref unit = w->out[i].claim.unit;
    const struct text topic = s->topic;
    const bool own_unit =
        !says_ratio(s, i) && !dim_is(w, unit, "fraction") && !unit_none(unit);
    uint32_t found = 0;

    for (uint32_t col = 1; col < p->g.cols; col++) {
        if (!column_may_be(s, p, i, col))
            continue;
        if (column_said(s, p, topic, col))
            return col;
        if (found == 0 &&
            (own_unit ||
             (says_percentile(&p->g, p->a) && only_numbers(&p->g, col)) ||
             of_unit(w, topic, says_number(&p->g, p->a, col)->unit)) &&
            ends_soon(says_text(s, p->end, s->len)))
            found = col;
    }
    return found;
}

/* Another row that is named near gives the number with the one that it is said
 * of, in a column that is said, or in any. */
static bool fits_near(const struct saying *s, uint32_t i,
                      const struct says_pair *p)
{
    struct row_name names[SAYING_NAMES];
    const struct claim *c = &s->w->out[i].claim;
    const struct text topic = s->topic;
    uint32_t rows[ROWS_NEAR], n = 1, k, said = 0;

    rows[0] = p->b;
    k = p->g.turned ? 0 : says_rows_in(s, p->of, 0, s->len, names);
    while (k-- > 0 && n < ROWS_NEAR)
        rows[n++] = names[k].row;
    k = p->g.turned ? 0 : says_rows(&p->g, s->before, names);
    while (k-- > 0 && n < ROWS_NEAR)
        rows[n++] = names[k].row;
    for (uint32_t col = 1; col < p->g.cols; col++)
        said += column_said(s, p, topic, col);
    for (uint32_t col = 1; col < p->g.cols; col++)
        for (k = 0; k < n; k++)
            if ((said == 0 || column_said(s, p, topic, col)) &&
                fits_cells(&p->g, c, p->a, rows[k], col))
                return true;
    return says_cell(&p->g, c);
}

static void say(const struct saying *s, uint32_t i, const struct says_pair *p,
                uint32_t col)
{
    const struct claim *c = &s->w->out[i].claim;
    const struct cell *before = grid_cell(&p->g, p->b, col);
    const struct cell *after = grid_cell(&p->g, p->a, col);
    struct comparison how, other;
    bool fits;

    if (p->up != p->down &&
        (decimal_cmp(cell_claim(&p->g, before)->value,
                     cell_claim(&p->g, after)->value) > 0) != p->down) {
        const struct cell *swap = before;

        before = after;
        after = swap;
    }
    fits = compare_fits(s->w, c, cell_claim(&p->g, before),
                        cell_claim(&p->g, after), p->said, &how) ||
           (p->up == p->down &&
            compare_fits(s->w, c, cell_claim(&p->g, after),
                         cell_claim(&p->g, before), p->said, &other));
    if (fits || !fits_elsewhere(s, i, cell_claim(&p->g, before),
                                cell_claim(&p->g, after)))
        grid_say_change(&p->g, i, before, after, &how, fits);
}

void own_named(const struct saying *s, uint32_t i)
{
    const struct claim *c = &s->w->out[i].claim;
    struct says_pair found;
    uint32_t col = 0;

    if (c->role != ROLE_ALONE || (unit_none(c->unit) && !says_ratio(s, i)) ||
        !says_change(s, i))
        return;
    for (uint32_t t = 0; t < s->tables->count; t++) {
        struct says_pair p;
        uint32_t now;

        if (!says_pair(s, &s->tables->at[t], i, &p))
            continue;
        if (fits_beside(s, i))
            return;
        now = column_meant(s, i, &p);
        if (now != 0 && fits_cells(&p.g, c, p.a, p.b, now)) {
            say(s, i, &p, now);
            return;
        }
        if (fits_near(s, i, &p))
            return;
        if (col == 0 && now != 0) {
            col = now;
            found = p;
        }
    }
    if (col != 0)
        say(s, i, &found, col);
}
