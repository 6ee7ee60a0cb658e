/* Percentages of the running text that are shares: "1,840 of 9,200 requests
 * failed, an error rate of 20%", "A accounts for 58 % of the nodes". */
#include "validator/audit/own_says.h"

enum {
    NEAR = 90,     /* bytes between a count and its share */
    POOL_MAX = 48, /* numbers of the block before that a share may be of */
    BEHIND = 48    /* bytes behind a share that say what it is of */
};

static bool is_percent(const struct saying *s, uint32_t i)
{
    const struct claim *c = &s->w->out[i].claim;

    return dim_is(s->w, c->unit, "fraction") && c->role == ROLE_ALONE &&
           !c->is_signed;
}

static bool is_change(struct text t)
{
    static const char *const words[] = {
        "than",    "from",   "up",         "down",   "increase", "decrease",
        "reduced", "faster", "slower",     "higher", "lower",    "more",
        "less",    "by",     "drop",       "growth", "vs",       "least",
        "at most", "target", "about half", "limit",  "threshold"
    };
    size_t end;

    return says_any(t, words, sizeof(words) / sizeof(*words), &end) < t.len;
}

/* 100 a / b, or what is left of it. */
static bool fits_share(const struct saying *s, const struct claim *c,
                       const struct claim *a, const struct claim *b)
{
    const struct work *w = s->w;
    const struct band hundred = band_exact(decimal_from_int(100));
    struct band q;

    if (decimal_is_zero(b->value))
        return false;
    q = band_mul(band_div(band_of(w, a, false), band_of(w, b, false)), hundred);
    return q.any || band_fits(w, c, q, true) ||
           band_fits(w, c, band_sub(hundred, q), true);
}

static bool alike(const struct work *w, const struct claim *a,
                  const struct claim *b)
{
    return (says_count(w, a) && says_count(w, b)) ||
           (a->unit.den == 0 && b->unit.den == 0 && !unit_none(a->unit) &&
            units_dim(w->units, a->unit) == units_dim(w->units, b->unit));
}

/* The part with another number of the block, or another with the whole, give
 * the share. */
static bool fits_pool(const struct saying *s, uint32_t i, uint32_t part,
                      uint32_t whole)
{
    const struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    uint32_t from = i, to = i;

    while (from > 0 && i - from < POOL_MAX &&
           w->out[from - 1].block == w->out[i].block)
        from--;
    while (to < w->count && to - i < POOL_MAX &&
           w->out[to].block == w->out[i].block)
        to++;
    for (uint32_t a = from; a < to; a++) {
        const struct claim *x = &w->out[a].claim;

        if (a != i && alike(w, &w->out[part].claim, x) &&
            (fits_share(s, c, &w->out[part].claim, x) ||
             fits_share(s, c, x, &w->out[whole].claim)))
            return true;
    }
    for (uint32_t t = 0; t < s->tables->count; t++)
        if (says_cell(&s->tables->at[t], c))
            return true;
    return false;
}

static void say(const struct saying *s, uint32_t i, uint32_t part,
                uint32_t whole, bool fits)
{
    struct work *w = s->w;
    const struct claim *a = &w->out[part].claim, *b = &w->out[whole].claim;
    const struct comparison how = {
        .formula = "share",
        .value = band_mul(band_div(band_of(w, a, false), band_of(w, b, false)),
                          band_exact(decimal_from_int(100))),
        .raw = true
    };
    const uint32_t operands[] = { part, whole };
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *t;

    decimal_format(x, a->value);
    decimal_format(y, b->value);
    t = arena_printf(w->a, "%s / %s", x, y);
    own_say(w, i, fits,
            fits ? "the share of its count" : "not the share that its count is",
            t == NULL ? (struct text){ "", 0 } : text_from(t),
            compare_text(w, &w->out[i].claim, &how), operands, 2);
}

/* "1,840 of 9,200 requests", "1,840 of the 9,200" */
static bool is_part_of(const struct saying *s, uint32_t k)
{
    const struct work *w = s->w;
    struct text gap;

    if (k + 1 >= s->last || !says_count(w, &w->out[k + 1].claim))
        return w->out[k].claim.role == ROLE_PART && k + 1 < s->last;
    gap = text_trim(says_text(s, says_end(s, k), says_start(s, k + 1)));
    return says_count(w, &w->out[k].claim) &&
           (text_is(gap, "of") || text_is(gap, "of the") ||
            (text_ends(gap, TEXT_LIT("out of")) && gap.len <= 24) ||
            text_is(gap, "von") || text_is(gap, "sur") || text_is(gap, "de"));
}

/* "1,840 of 9,200 requests failed, an error rate of 20%": the one pair of the
 * sentence, and its one percentage. */
static void judge_rate(const struct saying *s, uint32_t i)
{
    static const char *const words[] = {
        "rate",  "share",       "proportion", "i.e.",   "or",
        "which", "corresponds", "ratio",      "equals", "percentage",
        "thus",  "this",        "quote",      "soit",   "also",
        "d.h.",  "entspricht",  "es decir"
    };
    const struct work *w = s->w;
    uint32_t pair = FACT_NONE;
    struct text gap;
    size_t end;

    for (uint32_t k = s->first; k < s->last; k++) {
        const struct claim *c = &w->out[k].claim;

        if (k != i && dim_is(w, c->unit, "fraction"))
            return;
        if (is_part_of(s, k)) {
            if (pair != FACT_NONE)
                return;
            pair = k;
        }
    }
    if (pair == FACT_NONE || pair + 1 >= i)
        return;
    gap = says_text(s, says_end(s, pair + 1), says_start(s, i));
    if (gap.len > NEAR || is_change(gap) ||
        says_any(gap, words, sizeof(words) / sizeof(*words), &end) == gap.len ||
        decimal_cmp(w->out[pair].claim.value, w->out[pair + 1].claim.value) > 0)
        return;
    if (fits_share(s, &w->out[i].claim, &w->out[pair].claim,
                   &w->out[pair + 1].claim))
        say(s, i, pair, pair + 1, true);
    else if (!fits_pool(s, i, pair, pair + 1))
        say(s, i, pair, pair + 1, false);
}

/* ", which is 14 % of the total": of an amount right before it and the largest
 * of its kind in the block. */
static void judge_of_total(const struct saying *s, uint32_t i)
{
    static const char *const leads[] = { "which",        "i.e.",
                                         "or",           "that is",
                                         "representing", "corresponding",
                                         "accounting",   "about" };
    static const char *const wholes[] = { "total", "whole", "overall",
                                          "capacity", "entire" };
    const struct work *w = s->w;
    uint32_t part = i, whole = FACT_NONE;
    struct text gap, behind;
    size_t end;

    do {
        if (part == s->first)
            return;
        part--;
    } while (w->out[part].claim.exempt != EXEMPT_NO);
    gap = says_text(s, says_end(s, part), says_start(s, i));
    behind = says_words(says_text(s, says_end(s, i), s->len), 4);
    if (gap.len > 40 || is_change(gap) ||
        memchr(gap.ptr, ',', gap.len) == NULL ||
        says_any(gap, leads, sizeof(leads) / sizeof(*leads), &end) == gap.len ||
        !text_has_word(behind, "of") ||
        !text_has_any(behind, wholes, sizeof(wholes) / sizeof(*wholes)))
        return;
    for (uint32_t k = part; k-- > 0 && w->out[k].block == w->out[i].block;)
        if (w->out[k].claim.exempt == EXEMPT_NO &&
            alike(w, &w->out[part].claim, &w->out[k].claim) &&
            decimal_cmp(w->out[k].claim.value, w->out[part].claim.value) > 0 &&
            (whole == FACT_NONE ||
             decimal_cmp(w->out[k].claim.value, w->out[whole].claim.value) > 0))
            whole = k;
    if (whole == FACT_NONE)
        return;
    if (fits_share(s, &w->out[i].claim, &w->out[part].claim,
                   &w->out[whole].claim))
        say(s, i, part, whole, true);
    else if (!fits_pool(s, i, part, whole))
        say(s, i, part, whole, false);
}

/* Shares of the column's sum, of one row or two, or of its row of totals. */
struct column_sum {
    struct decimal sum;
    uint32_t rows;
};

static struct column_sum sum_of(const struct grid *g, uint32_t col)
{
    struct column_sum out = { decimal_from_int(0), 0 };

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct claim *c = says_number(g, r, col);

        if (!grid_is_data(g, r))
            continue;
        if (c == NULL || c->value.neg || c->unit.den != 0 ||
            dim_is(g->w, c->unit, "fraction"))
            return (struct column_sum){ decimal_from_int(0), 0 };
        out.sum = decimal_add(out.sum, c->value);
        out.rows++;
    }
    return out;
}

static bool fits_value(const struct grid *g, const struct claim *c,
                       struct decimal part, struct decimal whole)
{
    return !decimal_is_zero(whole) &&
           match_value(
               g->w, c,
               decimal_mul(decimal_div(part, whole), decimal_from_int(100)),
               c->unit);
}

/* Some share of some column is the number. */
static bool fits_column(const struct grid *g, const struct claim *c,
                        uint32_t col)
{
    const struct column_sum all = sum_of(g, col);

    for (uint32_t r = 1; all.rows > 0 && r < g->rows; r++) {
        const struct claim *x = says_number(g, r, col);

        if (x == NULL)
            continue;
        for (uint32_t q = r; q < g->rows; q++) {
            const struct claim *y = says_number(g, q, col);

            if (y == NULL)
                continue;
            if (fits_value(g, c, x->value, y->value) ||
                fits_value(g, c, y->value, x->value) ||
                fits_value(g, c,
                           q == r ? x->value : decimal_add(x->value, y->value),
                           all.sum))
                return true;
        }
    }
    return false;
}

static bool in_brackets(struct text lead)
{
    return lead.len > 0 && lead.ptr[lead.len - 1] == '(';
}

struct share_of {
    const struct grid *g;
    uint32_t row, col;
};

/* "Production accounts for 58 % of the nodes": a row, and a column behind. */
static bool find_share(const struct saying *s, const struct grid *g, uint32_t i,
                       struct share_of *out)
{
    struct row_name names[SAYING_NAMES], others[SAYING_NAMES];
    const uint32_t end = says_end(s, i);
    const struct text lead = says_text(s, s->in.start, says_start(s, i));
    struct text behind =
        says_text(s, end, end + BEHIND < s->in.end ? end + BEHIND : s->in.end);
    const uint32_t n = says_rows_in(s, g, s->in.start, says_start(s, i), names);
    uint32_t cols = 0;

    if (in_brackets(lead)) /* "most of all lines (53%)" */
        behind = says_last_words((struct text){ lead.ptr, lead.len - 1 }, 3);
    if (n != 1 || says_rows(g, behind, others) != 0)
        return false;
    for (uint32_t col = 1; col < g->cols; col++)
        if (says_column(g, col, behind) > 0 && sum_of(g, col).rows >= 2) {
            cols++;
            *out = (struct share_of){ g, names[0].row, col };
        }
    return cols == 1 && says_number(g, out->row, out->col) != NULL;
}

static void judge_row(const struct saying *s, uint32_t i)
{
    static const char *const verbs[] = {
        "accounts", "account", "accounted",  "makes",        "contributes",
        "contains", "holds",   "represents", "contributing", "comprises"
    };
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const struct text lead = says_text(s, s->in.start, says_start(s, i));
    struct text behind = says_words(says_text(s, says_end(s, i), s->in.end), 3);
    struct share_of f = { NULL, 0, 0 };
    struct column_sum all;
    uint32_t operand;

    if (in_brackets(lead))
        behind = says_last_words((struct text){ lead.ptr, lead.len - 1 }, 3);
    if (!text_has_any(lead, verbs, sizeof(verbs) / sizeof(*verbs)) ||
        !text_has_word(behind, "of") ||
        (is_change(lead) && !in_brackets(lead)) ||
        text_has_word(lead, "together") || text_has_word(lead, "and"))
        return;
    for (uint32_t t = 0; t < s->tables->count; t++) {
        const struct grid *g = &s->tables->at[t];

        if (says_cell(g, c))
            return;
        for (uint32_t col = 1; col < g->cols; col++)
            if (fits_column(g, c, col))
                return;
        if (f.g == NULL && !g->partial && !find_share(s, g, i, &f))
            f.g = NULL;
    }
    if (f.g == NULL)
        return;
    all = sum_of(f.g, f.col);
    operand = grid_cell(f.g, f.row, f.col)->claim;
    own_say(w, i, false, "not the share of its column",
            TEXT_LIT("its number / the sum of its column"),
            value_text(
                w,
                decimal_mul(decimal_div(w->out[operand].claim.value, all.sum),
                            decimal_from_int(100)),
                c->unit, c->value.last),
            &operand, 1);
}

void own_quota(const struct saying *s, uint32_t i)
{
    if (!is_percent(s, i))
        return;
    judge_rate(s, i);
    judge_of_total(s, i);
    if (s->w->out[i].fault != FAULT_ARITHMETIC)
        judge_row(s, i);
}
