/* Rows and columns of a report's table that sum up its others: means, medians,
 * extremes, deviations, totals. */
#include "validator/audit/grid.h"

enum {
    SUMMARIES_MAX = 8, /* rows looked at in one table */
    OTHERS_MAX = 8     /* other columns that a mean is tried with */
};

static struct decimal half_of(const struct work *w, const struct claim *c)
{
    const struct band b = band_of(w, c, true);

    return decimal_mul(decimal_sub(b.high, b.low),
                       (struct decimal){ .mag = 5, .exp = -1, .last = -1 });
}

bool series_take(struct series *s, uint32_t i, struct unit_ref unit)
{
    const struct claim *c = &s->w->out[i].claim;
    struct decimal half;

    if ((!unit_same(c->unit, unit) && !unit_none(c->unit)) ||
        c->cmp != CMP_NONE || c->approx)
        return false;
    s->faulty = s->faulty || s->w->out[i].fault == FAULT_ARITHMETIC;
    half = half_of(s->w, c);
    if (s->count < OPERANDS_SHOWN)
        s->claims[s->count] = i;
    if (s->count == 0 || decimal_cmp(half, s->half) > 0)
        s->half = half;
    s->values[s->count++] = c->value;
    return true;
}

static bool take_cell(struct series *s, const struct cell *cell,
                      struct unit_ref unit)
{
    return cell->kind == CELL_ONE && series_take(s, cell->claim, unit);
}

/* The rows [*from, *to) that the summary row is of: those right above it that
 * hold data, below any other summary. whole: all rows above that hold data. */
static bool group_above(const struct grid *g, uint32_t row, uint32_t *from,
                        uint32_t *to)
{
    uint32_t r = row;

    while (r > 1 && g->labels[r - 1].bits != 0)
        r--;
    *to = r;
    while (r > 1 && g->labels[r - 1].bits == 0)
        r--;
    *from = r;
    return *to - *from >= 2;
}

static bool column_series(struct series *s, const struct grid *g, uint32_t col,
                          uint32_t from, uint32_t to, struct unit_ref unit)
{
    *s = (struct series){ .w = g->w, .values = g->scratch };
    for (uint32_t r = from; r < to; r++)
        if (g->labels[r].bits == 0 && !take_cell(s, grid_cell(g, r, col), unit))
            return false;
    return s->count >= 2;
}

/* Geometric and harmonic means: ratios and rates are averaged so. */
static bool fits_other_mean(const struct series *s, const struct claim *c)
{
    enum { GEOMETRIC_MAX = 32 };
    struct decimal inverse = decimal_from_int(0);
    struct band product = band_exact(decimal_from_int(1)), said = product;
    const struct band own = band_of(s->w, c, true);

    for (uint32_t i = 0; i < s->count; i++) {
        if (decimal_is_zero(s->values[i]) || s->values[i].neg)
            return false;
        inverse = decimal_add(inverse,
                              decimal_div(decimal_from_int(1), s->values[i]));
    }
    if (band_fits(s->w, c,
                  band_wide(decimal_div(decimal_from_int(s->count), inverse),
                            s->half),
                  true))
        return true;
    if (s->count > GEOMETRIC_MAX || own.low.neg)
        return false;
    for (uint32_t i = 0; i < s->count; i++) {
        product = band_mul(product, band_wide(s->values[i], s->half));
        said = band_mul(said, own);
    }
    return decimal_cmp(product.low, said.high) <= 0 &&
           decimal_cmp(product.high, said.low) >= 0;
}

/* A mean weighted by another column, as rates by their counts are. */
static bool fits_weighted(const struct grid *g, const struct series *s,
                          const struct claim *c, uint32_t col, uint32_t from,
                          uint32_t to)
{
    for (uint32_t k = 1; k < g->cols && k <= OTHERS_MAX; k++) {
        struct decimal top = decimal_from_int(0), under = top;
        uint32_t n = 0;

        if (k == col)
            continue;
        for (uint32_t r = from; r < to; r++) {
            const struct cell *weight = grid_cell(g, r, k);
            const struct cell *value = grid_cell(g, r, col);

            if (g->labels[r].bits != 0)
                continue;
            if (weight->kind != CELL_ONE || value->kind != CELL_ONE)
                break;
            top = decimal_add(top, decimal_mul(cell_claim(g, weight)->value,
                                               cell_claim(g, value)->value));
            under = decimal_add(under, cell_claim(g, weight)->value);
            n++;
        }
        if (n == s->count && !decimal_is_zero(under) &&
            band_fits(g->w, c, band_wide(decimal_div(top, under), s->half),
                      true))
            return true;
    }
    return false;
}

/* The cell follows from two others of its row, as a mean speed-up may be the
 * quotient of the mean times. */
static bool fits_in_row(const struct grid *g, uint32_t row, uint32_t col)
{
    const struct claim *c = cell_claim(g, grid_cell(g, row, col));

    for (uint32_t i = 1; i < g->cols && i <= OTHERS_MAX; i++)
        for (uint32_t k = 1; k < g->cols && k <= OTHERS_MAX; k++) {
            const struct cell *x = grid_cell(g, row, i);
            const struct cell *y = grid_cell(g, row, k);
            struct comparison how;
            struct band a, b;

            if (i == k || i == col || k == col || x->kind != CELL_ONE ||
                y->kind != CELL_ONE)
                continue;
            if (compare_fits(g->w, c, cell_claim(g, x), cell_claim(g, y),
                             COMPARED_ANYHOW, &how))
                return true;
            a = band_of(g->w, cell_claim(g, x), true);
            b = band_of(g->w, cell_claim(g, y), true);
            b = band_div(a, b);
            if (!b.any &&
                (band_fits(g->w, c, b, true) ||
                 band_fits(g->w, c,
                           band_mul(b, band_exact(decimal_from_int(100))),
                           true)))
                return true;
        }
    return false;
}

static const struct plain_stat {
    unsigned bit;
    enum fact_stat stat;
    unsigned widen; /* times the rounding of one number; 0: of all of them */
    const char *name, *why;
} plain_stats[] = {
    { LABEL_MEAN, STAT_MEAN, 1, "mean", "not the mean of its numbers" },
    { LABEL_MEDIAN, STAT_MEDIAN, 1, "median", "not the median of its numbers" },
    { LABEL_MEDIAN, STAT_P50_NEAREST, 1, "median",
      "not the median of its numbers" },
    { LABEL_MIN, STAT_MIN, 1, "min", "not the least of its numbers" },
    { LABEL_MAX, STAT_MAX, 1, "max", "not the greatest of its numbers" },
    /* |sd(v + e) - sd(v)| <= sd(e) <= half * sqrt(n / (n - 1)) < 2 half */
    { LABEL_SD, STAT_STDEV_SAMPLE, 2, "standard deviation",
      "not the standard deviation of its numbers" },
    { LABEL_SD, STAT_STDEV_POP, 2, "standard deviation",
      "not the standard deviation of its numbers" },
    { LABEL_SUM, STAT_SUM, 0, "sum", "not the sum of its numbers" },
    { LABEL_RANGE, STAT_RANGE, 2, "max - min", "not the range of its numbers" },
};

/* The plain statistic of these bits that the claim is; NULL: none. *meant: the
 * first of them, with its value. */
static const struct plain_stat *which_stat(const struct series *s,
                                           const struct claim *c, unsigned bits,
                                           const struct fact_stats *st,
                                           const struct plain_stat **meant)
{
    *meant = NULL;
    for (size_t i = 0; i < sizeof(plain_stats) / sizeof(*plain_stats); i++) {
        const struct plain_stat *p = &plain_stats[i];
        const struct decimal by = decimal_mul(
            s->half, decimal_from_int(p->widen > 0 ? p->widen : s->count));

        if ((p->bit & bits) == 0 || !st->has[p->stat])
            continue;
        if (band_fits(s->w, c, band_wide(st->at[p->stat], by), true))
            return p;
        if (*meant == NULL)
            *meant = p;
    }
    return NULL;
}

static struct text stat_formula(struct work *w, const struct series *s,
                                const char *name)
{
    char number[OPERANDS_SHOWN][DECIMAL_TEXT_MAX];
    const char *t;

    for (uint32_t i = 0; i < s->count && i < OPERANDS_SHOWN; i++)
        decimal_format(number[i], w->out[s->claims[i]].claim.value);
    if (s->count == 2)
        t = arena_printf(w->a, "%s(%s, %s)", name, number[0], number[1]);
    else if (s->count == 3)
        t = arena_printf(w->a, "%s(%s, %s, %s)", name, number[0], number[1],
                         number[2]);
    else if (s->count <= OPERANDS_SHOWN)
        t = arena_printf(
            w->a, "%s(%s, %s, %s, %s%s%s%s%s)", name, number[0], number[1],
            number[2], number[3], s->count > 4 ? ", " : "",
            s->count > 4 ? number[4] : "", s->count > 5 ? ", " : "",
            s->count > 5 ? number[5] : "");
    else
        t = arena_printf(w->a, "%s(%s, %s, ...: %u numbers)", name, number[0],
                         number[1], (unsigned)s->count);
    return t == NULL ? (struct text){ "", 0 } : text_from(t);
}

/* A mean or deviation that leaves out the first, the last, the largest or the
 * smallest number, or the last two: warm-up runs and outliers. */
static bool fits_part(const struct series *s, const struct claim *c,
                      unsigned bits)
{
    struct decimal *left = s->values + s->count;
    const struct plain_stat *meant;
    struct fact_stats st;

    for (uint32_t leave = 0; leave < 5 && s->count > 2; leave++) {
        uint32_t high = 0, low = 0, n = 0;

        for (uint32_t i = 1; i < s->count; i++) {
            high = decimal_cmp(s->values[i], s->values[high]) > 0 ? i : high;
            low = decimal_cmp(s->values[i], s->values[low]) < 0 ? i : low;
        }
        for (uint32_t i = 0; i < s->count; i++)
            if (!((leave == 0 && i == 0) || (leave == 1 && i + 1 == s->count) ||
                  ((leave == 2 || leave == 4) && i == high) ||
                  ((leave == 3 || leave == 4) && i == low)))
                left[n++] = s->values[i];
        if (n < 2)
            continue;
        facts_stats_of(left, n, &st);
        if (which_stat(s, c, bits, &st, &meant) != NULL)
            return true;
    }
    return false;
}

/* What stands behind a plus-minus sign is one of many things. */
static bool fits_spread(const struct series *s, const struct claim *c,
                        const struct fact_stats *st)
{
    /* Student's t, two-sided 95 %, 1 to 9 degrees of freedom (ISO 2602) */
    static const int t95[] = { 12706, 4303, 3182, 2776, 2571,
                               2447,  2365, 2306, 2262 };
    const struct decimal n = decimal_from_int(s->count);
    const struct decimal sd = st->at[STAT_STDEV_SAMPLE];
    const struct decimal se = decimal_div(sd, decimal_sqrt(n));
    const struct decimal by = decimal_mul(s->half, decimal_from_int(4));
    struct decimal t =
        decimal_from_int(s->count <= 10 ? t95[s->count - 2] : 2042);
    struct decimal tries[8];
    struct decimal z = { .mag = 196, .exp = -2, .last = -2 };

    t.exp -= 3;
    tries[0] = sd;
    tries[1] = st->at[STAT_STDEV_POP];
    tries[2] = se;
    tries[3] = decimal_mul(se, z);
    tries[4] = decimal_mul(se, t);
    tries[5] = decimal_mul(sd, decimal_from_int(2));
    tries[6] = st->at[STAT_RANGE];
    tries[7] = decimal_div(st->at[STAT_RANGE], decimal_from_int(2));
    for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++)
        if (band_fits(s->w, c, band_wide(tries[i], by), true))
            return true;
    for (uint32_t i = 0; i < 2; i++)
        if (band_fits(
                s->w, c,
                band_wide(decimal_sub(st->at[i == 0 ? STAT_MAX : STAT_MIN],
                                      st->at[STAT_MEAN]),
                          by),
                true))
            return true;
    return false;
}

/* Rates and shares do not add up; their total row holds their mean. */
static bool adds_up(const struct work *w, const struct claim *c)
{
    const struct text dim = units_dim_name(w->units, c->unit.num);

    return c->unit.den == 0 && !text_eq(dim, TEXT_LIT("fraction")) &&
           !text_eq(dim, TEXT_LIT("ratio")) &&
           !text_eq(dim, TEXT_LIT("points"));
}

static void say_stat(struct work *w, uint32_t i, const struct series *s,
                     const struct plain_stat *p, const struct fact_stats *st,
                     bool fits)
{
    const struct claim *c = &w->out[i].claim;

    own_say(w, i, fits, fits ? "from its numbers" : p->why,
            stat_formula(w, s, p->name),
            value_text(w, st->at[p->stat], c->unit, c->value.last), s->claims,
            s->count < OPERANDS_SHOWN ? s->count : OPERANDS_SHOWN);
}

bool series_near_sum(const struct series *s, const struct claim *c)
{
    struct decimal sum = decimal_from_int(0), off;

    for (uint32_t i = 0; i < s->count; i++)
        sum = decimal_add(sum, s->values[i]);
    off = decimal_mul(decimal_abs(decimal_sub(sum, c->value)),
                      decimal_from_int(4));
    return decimal_cmp(off, decimal_abs(sum)) <= 0;
}

bool series_fits(struct series *s, uint32_t i, unsigned bits)
{
    const struct plain_stat *meant;
    struct fact_stats st;

    memcpy(s->values + s->count, s->values, s->count * sizeof(*s->values));
    facts_stats_of(s->values + s->count, s->count, &st);
    return which_stat(s, &s->w->out[i].claim, bits, &st, &meant) != NULL;
}

enum said series_judge(struct series *s, uint32_t i, unsigned bits, bool speak)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const struct plain_stat *p, *meant;
    struct fact_stats st;

    memcpy(s->values + s->count, s->values, s->count * sizeof(*s->values));
    facts_stats_of(s->values + s->count, s->count, &st);
    p = which_stat(s, c, bits, &st, &meant);
    if (p != NULL) {
        say_stat(w, i, s, p, &st, true);
        return SAID_FITS;
    }
    if (meant == NULL ||
        ((bits & (LABEL_MEAN | LABEL_SD)) != 0 && fits_part(s, c, bits)) ||
        ((bits & LABEL_MEAN) != 0 && fits_other_mean(s, c)))
        return SAID_OTHER;
    if ((bits & LABEL_SUM) != 0 &&
        (!adds_up(w, c) || which_stat(s, c, LABEL_STATS, &st, &p) != NULL))
        return SAID_OTHER;
    if (s->faulty)
        return SAID_OTHER;
    if (speak)
        say_stat(w, i, s, meant, &st, false);
    return SAID_WRONG;
}

void series_spread(struct series *s, uint32_t i)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    struct fact_stats st;
    bool fits;

    memcpy(s->values + s->count, s->values, s->count * sizeof(*s->values));
    facts_stats_of(s->values + s->count, s->count, &st);
    fits = fits_spread(s, c, &st);
    own_say(w, i, fits,
            fits ? "from its numbers" : "not the deviation of its numbers",
            stat_formula(w, s, "standard deviation"),
            value_text(w, st.at[STAT_STDEV_SAMPLE], c->unit, c->value.last),
            s->claims, s->count < OPERANDS_SHOWN ? s->count : OPERANDS_SHOWN);
}

/* The numbers of a column are of one kind: the runs of one measurement, or the
 * same measure of several things; not a list of metrics and their values. */
static bool one_kind(const struct grid *g, uint32_t col, uint32_t from,
                     uint32_t to)
{
    static const char *const values[] = { "value",  "values", "result",
                                          "amount", "number", "measurement",
                                          "" };
    bool alike = true;

    for (uint32_t r = from + 1; r < to; r++)
        alike =
            alike && labels_alike(grid_text(g, from, 0), grid_text(g, r, 0));
    if (alike)
        return true;
    return !grid_lists_measures(g) &&
           !grid_word_of(grid_text(g, 0, col), values,
                         sizeof(values) / sizeof(*values));
}

/* The claim is a summary of all rows above, beyond its own group. */
static bool fits_all(const struct grid *g, uint32_t row, uint32_t col,
                     uint32_t claim, unsigned bits, uint32_t in_group)
{
    struct series s;

    return column_series(&s, g, col, 1, row, g->w->out[claim].claim.unit) &&
           s.count > in_group &&
           series_judge(&s, claim, bits, false) != SAID_WRONG;
}

/* A cell of a summary row: of the rows right above it, or of all above. */
static void judge_below(struct grid *g, uint32_t row, uint32_t col,
                        uint32_t from, uint32_t to)
{
    const struct cell *cell = grid_cell(g, row, col);
    const unsigned bits = g->labels[row].bits;
    const unsigned plain =
        cell->spread == FACT_NONE ? bits : bits & ~(unsigned)LABEL_SD;
    const uint32_t stated = g->labels[row].count;
    struct series s;
    struct claim c;
    enum said said;

    if (cell->kind != CELL_ONE ||
        ((bits & LABEL_MEAN) != 0 && grid_weighted(g)))
        return;
    c = g->w->out[cell->claim].claim;
    if (!one_kind(g, col, 1, to) ||
        !column_series(&s, g, col, from, to, c.unit) ||
        (stated > 0 && stated != s.count))
        return;
    said = series_judge(&s, cell->claim, plain, false);
    if (said == SAID_WRONG &&
        (((plain & (LABEL_MEAN | LABEL_SUM)) != 0 &&
          (fits_weighted(g, &s, &c, col, from, to) ||
           fits_in_row(g, row, col))) ||
         fits_all(g, row, col, cell->claim, plain, s.count)))
        return;
    if (said == SAID_WRONG &&
        !column_series(&s, g, col, from, to, c.unit)) /* scratch was reused */
        return;
    (void)series_judge(&s, cell->claim, plain, true);
    if (said == SAID_FITS && cell->spread != FACT_NONE)
        series_spread(&s, cell->spread);
}

/* A cell of a summary column: of the columns left of it whose headers differ
 * in digits only ("Run 1", "Run 2"). */
static void judge_right(struct grid *g, uint32_t row, uint32_t col,
                        uint32_t from, uint32_t to)
{
    const struct cell *cell = grid_cell(g, row, col);
    const unsigned bits = g->heads[col].bits;
    const uint32_t stated = g->heads[col].count;
    struct series s = { .w = g->w, .values = g->scratch };

    if (cell->kind != CELL_ONE || g->labels[row].bits != 0)
        return;
    for (uint32_t c = from; c < to; c++)
        if (!take_cell(&s, grid_cell(g, row, c),
                       g->w->out[cell->claim].claim.unit))
            return;
    if (stated > 0 && stated != s.count)
        return;
    if (cell->spread == FACT_NONE)
        (void)series_judge(&s, cell->claim, bits, true);
    else if ((bits & (LABEL_MEAN | LABEL_MEDIAN)) != 0 &&
             series_judge(&s, cell->claim, bits & ~(unsigned)LABEL_SD, true) ==
                 SAID_FITS)
        series_spread(&s, cell->spread);
}

static bool group_left(const struct grid *g, uint32_t col, uint32_t *from,
                       uint32_t *to)
{
    uint32_t c = col;

    while (c > 1 && g->heads[c - 1].bits != 0)
        c--;
    *to = c;
    while (
        c > 1 && g->heads[c - 1].bits == 0 &&
        (c == *to || labels_alike(grid_text(g, 0, c - 1), grid_text(g, 0, c))))
        c--;
    *from = c;
    return *to - *from >= 2;
}

static bool is_summary(struct label l)
{
    return l.bits != 0 && (l.bits & ~(unsigned)LABEL_STATS) == 0;
}

/* "All": of all rows, and some column tells that it is their sum. */
static bool sums_up(struct grid *g, uint32_t row, uint32_t from, uint32_t to)
{
    enum { DIGITS = 3 };

    for (uint32_t c = 1; c < g->cols; c++) {
        const struct cell *cell = grid_cell(g, row, c);
        const struct claim *x =
            cell->kind == CELL_ONE ? cell_claim(g, cell) : NULL;
        struct series s;

        if (x != NULL && claims_digits(x) >= DIGITS && adds_up(g->w, x) &&
            one_kind(g, c, 1, to) &&
            column_series(&s, g, c, from, to, x->unit) &&
            series_judge(&s, cell->claim, LABEL_SUM, false) == SAID_FITS)
            return true;
    }
    return false;
}

static void judge_all(struct grid *g, uint32_t row, uint32_t from, uint32_t to)
{
    for (uint32_t c = 1; c < g->cols; c++) {
        const struct cell *cell = grid_cell(g, row, c);
        struct series s;

        if (cell->kind == CELL_ONE && adds_up(g->w, cell_claim(g, cell)) &&
            cell_claim(g, cell)->value.last >= 0 &&
            column_series(&s, g, c, from, to, cell_claim(g, cell)->unit) &&
            series_near_sum(&s, cell_claim(g, cell)))
            judge_below(g, row, c, from, to);
    }
}

void own_rows(struct grid *g)
{
    static const char *const alls[] = { "all", "overall", "alle", "todos" };
    uint32_t seen = 0, from, to;

    for (uint32_t r = 3; r < g->rows && seen < SUMMARIES_MAX; r++) {
        const bool all = g->labels[r].bits == LABEL_OTHER &&
                         grid_word_of(grid_text(g, r, 0), alls,
                                      sizeof(alls) / sizeof(*alls));

        if (!(all || is_summary(g->labels[r])) ||
            !group_above(g, r, &from, &to))
            continue;
        seen++;
        if (all) {
            g->labels[r].bits =
                sums_up(g, r, from, to) ? LABEL_SUM : LABEL_OTHER;
            if (g->labels[r].bits == LABEL_SUM)
                judge_all(g, r, from, to);
            continue;
        }
        for (uint32_t c = 1; c < g->cols; c++)
            judge_below(g, r, c, from, to);
    }
    for (uint32_t c = 3; c < g->cols; c++) {
        if (!is_summary(g->heads[c]) || !group_left(g, c, &from, &to))
            continue;
        for (uint32_t r = 1; r < g->rows; r++)
            judge_right(g, r, c, from, to);
    }
}
