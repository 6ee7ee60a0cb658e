/* Columns of a report's table of which one is the sum or the product of two
 * others, or the share of two, in all rows but one or few. */
#include "validator/audit/grid.h"

#include <math.h>

enum {
    COLS_LOOKED = 8,  /* columns of numbers */
    ROWS_LOOKED = 64, /* rows that vote and are judged */
    MISSES_MAX = 2    /* rows that may differ */
};

enum form {
    FORM_SUM,     /* z = x + y */
    FORM_PRODUCT, /* z = x * y * scale */
    FORM_PART,    /* z % = x / (x + y) */
    FORM_RUNNING, /* z = the z above + x */
    FORM_ROW,     /* z = the columns from x up to it */
    FORM_STEP,    /* z = x - the x above */
    FORM_OF,      /* z % = x / N, a whole number N for all rows: y unused */
    FORM_F1       /* z = 2xy / (x + y), by the headers */
};

/* Chance puts the fits there in one of a thousand tables. */
static const double evidence_min = 3.0;
static const double evidence_named = 2.0; /* the headers say it, too */
/* A row that is told to be wrong is off by this share at least: not all that a
 * sum is of need be shown. */
static const double off_min = 0.02;

struct value {
    double v;     /* NAN: no number */
    double half;  /* what rounding took */
    double place; /* half a unit of its last place */
};

struct room {
    const struct grid *g;
    uint32_t cols[COLS_LOOKED], col_count;
    uint32_t rows[ROWS_LOOKED], row_count;
    struct value at[COLS_LOOKED][ROWS_LOOKED];
};

/* A way in which three columns may belong together: indices of room.cols. */
struct bond {
    enum form form;
    uint32_t x, y, z;
    int power;    /* of ten, of FORM_PRODUCT */
    double whole; /* of FORM_OF */
};

static double ten_to(int power)
{
    static const double at[] = { 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3 };

    return at[power + 3];
}

/* The name of a row is a number and no more: "8" below "Threads". */
static bool is_numeral(const struct grid *g, const struct cell *cell)
{
    return cell->kind == CELL_TEXT && cell->claim != FACT_NONE &&
           cell_claim(g, cell)->span.len == cell->text.len &&
           cell_claim(g, cell)->form == FORM_DIGITS;
}

static const struct claim *claim_at(const struct grid *g, uint32_t row,
                                    uint32_t col)
{
    const struct cell *cell = grid_cell(g, row, col);
    const struct claim *c = cell->kind == CELL_ONE || is_numeral(g, cell)
                                ? cell_claim(g, cell)
                                : NULL;

    return c != NULL && c->cmp == CMP_NONE && !c->approx ? c : NULL;
}

static struct value value_of(const struct work *w, const struct claim *c)
{
    struct value out = { .v = NAN };
    struct band b;

    if (c == NULL)
        return out;
    b = band_of(w, c, true);
    out.v = decimal_to_double(c->value);
    out.half = (decimal_to_double(b.high) - decimal_to_double(b.low)) / 2;
    out.place = decimal_to_double((struct decimal){
        .mag = 5, .exp = c->value.last - 1, .last = c->value.last - 1 });
    return out;
}

static void fill(struct room *m, const struct grid *g)
{
    m->g = g;
    m->col_count = m->row_count = 0;
    for (uint32_t r = 1; r < g->rows && m->row_count < ROWS_LOOKED; r++)
        if (grid_is_data(g, r))
            m->rows[m->row_count++] = r;
    for (uint32_t c = 0; c < g->cols && m->col_count < COLS_LOOKED; c++) {
        struct value *at = m->at[m->col_count];
        uint32_t numbers = 0;

        for (uint32_t i = 0; i < m->row_count; i++) {
            at[i] = value_of(g->w, claim_at(g, m->rows[i], c));
            numbers += isnan(at[i].v) ? 0 : 1;
        }
        if (numbers >= 3)
            m->cols[m->col_count++] = c;
    }
}

static bool percent_at(const struct room *m, uint32_t col, uint32_t i)
{
    const struct claim *c = claim_at(m->g, m->rows[i], m->cols[col]);

    return c != NULL && dim_is(m->g->w, c->unit, "fraction");
}

/* Column z's first number and those of x between that and row i. */
static struct value so_far(const struct room *m, const struct bond *b,
                           uint32_t i)
{
    struct value sum = m->at[b->z][0];

    if (i == 0)
        sum.v = NAN;
    for (uint32_t k = 1; k < i; k++) {
        sum.v += m->at[b->x][k].v;
        sum.half += m->at[b->x][k].half;
    }
    return sum;
}

/* The number above, with its sign turned. */
static struct value above(const struct room *m, uint32_t col, uint32_t i)
{
    struct value v = { .v = NAN };

    if (i == 0 || i >= m->row_count || m->rows[i - 1] + 1 != m->rows[i])
        return v;
    v = m->at[col][i - 1];
    v.v = -v.v;
    return v;
}

/* The sum of the columns between x and z. */
static struct value beside(const struct room *m, const struct bond *b,
                           uint32_t i)
{
    struct value sum = { .v = 0 };

    for (uint32_t k = b->x + 1; k < b->z; k++) {
        sum.v += m->at[k][i].v;
        sum.half += m->at[k][i].half;
    }
    return sum;
}

static struct value second_of(const struct room *m, const struct bond *b,
                              uint32_t i)
{
    const struct value whole = { .v = b->whole };

    switch (b->form) {
    case FORM_OF:
        return whole;
    case FORM_RUNNING:
        return so_far(m, b, i);
    case FORM_STEP:
        return above(m, b->x, i);
    case FORM_ROW:
        return beside(m, b, i);
    case FORM_SUM:
    case FORM_PRODUCT:
    case FORM_PART:
    case FORM_F1:
        break;
    }
    return m->at[b->y][i];
}

/* What x and y give, and how far that may be off. NAN: they say nothing. */
static struct value give(const struct room *m, const struct bond *b, uint32_t i)
{
    const struct value none = { .v = NAN }, x = m->at[b->x][i];
    const struct value y = second_of(m, b, i);
    double k;

    if (isnan(x.v) || isnan(y.v) || x.v == 0 || y.v == 0)
        return none;
    switch (b->form) {
    case FORM_PRODUCT:
        k = ten_to(b->power);
        if (fabs(x.v) == 1 || fabs(y.v) == 1)
            return none;
        return (struct value){ .v = x.v * y.v * k,
                               .half =
                                   k * (fabs(x.v) * y.half +
                                        fabs(y.v) * x.half + x.half * y.half) };
    case FORM_PART:
        return (struct value){ .v = 100 * x.v / (x.v + y.v),
                               .half =
                                   100 * (x.half + y.half) / fabs(x.v + y.v) };
    case FORM_OF:
        return (struct value){ .v = 100 * x.v / b->whole,
                               .half = 100 * x.half / b->whole };
    case FORM_F1:
        k = x.v + y.v;
        return (struct value){
            .v = 2 * x.v * y.v / k,
            .half = 2 * (x.half * y.v * y.v + y.half * x.v * x.v) / (k * k)
        };
    case FORM_SUM:
    case FORM_ROW:
    case FORM_STEP:
    case FORM_RUNNING:
        break;
    }
    return (struct value){ .v = x.v + y.v, .half = x.half + y.half };
}

enum tried { TRIED_NOT, TRIED_FITS, TRIED_NEAR, TRIED_MISSES };

/* Whether the bond holds in a row; *evidence: that chance did not do it, in
 * digits. */
static enum tried holds(const struct room *m, const struct bond *b, uint32_t i,
                        double *evidence)
{
    const struct value z = m->at[b->z][i], want = give(m, b, i);
    const double off = fabs(want.v - z.v);
    double by;

    if (isnan(off) || z.v == 0)
        return TRIED_NOT;
    /* cut as well as rounded: one whole unit of the last place */
    by = want.half + (z.half > 0 ? 2 * z.half : 0) + fabs(z.v) * 1e-9;
    if (off > by)
        return off > 2 * by + off_min * fabs(z.v) ? TRIED_MISSES : TRIED_NEAR;
    *evidence = log10(fabs(z.v) / (2 * fmax(by, z.place)));
    *evidence = fmin(fmax(*evidence, 0), 3);
    return TRIED_FITS;
}

/* The bond holds in all rows but few, by no chance. tries: bonds tried. */
static bool binds(const struct room *m, const struct bond *b, double tries)
{
    uint32_t fits = 0, misses = 0;
    double sum = 0, evidence = 0;

    for (uint32_t i = 0; i < m->row_count; i++) {
        const enum tried t = holds(m, b, i, &evidence);

        if (t == TRIED_NOT)
            continue;
        if (t != TRIED_FITS) {
            misses++;
            if (misses > MISSES_MAX || t == TRIED_NEAR)
                return false;
            continue;
        }
        fits++;
        sum += evidence;
    }
    return misses > 0 && fits >= 2 && fits >= 2 * misses &&
           sum >= (tries > 1 ? evidence_min + log10(tries) : evidence_named);
}

static bool has_any_icase(struct text t, const char *const *words, size_t n)
{
    char lower[64];
    const size_t len = t.len < sizeof(lower) ? t.len : sizeof(lower);

    for (size_t i = 0; i < len; i++)
        lower[i] = ascii_lower(t.ptr[i]);
    return text_has_any((struct text){ lower, len }, words, n);
}

static bool verdict_is(const struct room *m, uint32_t col, uint32_t i,
                       enum claim_verdict v)
{
    const struct cell *cell = grid_cell(m->g, m->rows[i], m->cols[col]);

    return cell->kind == CELL_ONE && m->g->w->out[cell->claim].verdict == v;
}

/* Which of the three is most likely made of the others in a row: one that does
 * not follow from something else, what its header says, then the last. */
static uint32_t made_of(const struct room *m, const struct bond *b, uint32_t i)
{
    static const char *const words[] = { "per", "rate",      "share",
                                         "net", "remaining", "efficiency" };
    const uint32_t three[] = { b->x, b->y, b->z };
    uint32_t best = 0, best_score = 0;

    if (b->form != FORM_SUM && b->form != FORM_PRODUCT)
        return b->z;
    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t col = m->cols[three[k]];
        const struct text head = grid_text(m->g, 0, col);
        uint32_t score = col + 1;

        if (!verdict_is(m, three[k], i, CLAIM_DERIVED))
            score += 4 * TABLE_COLS_MAX;
        if ((m->g->heads[col].bits & (LABEL_SUM | LABEL_COMPARE)) != 0)
            score += 2 * TABLE_COLS_MAX;
        else if (memchr(head.ptr, '/', head.len) != NULL ||
                 memchr(head.ptr, '%', head.len) != NULL)
            score += TABLE_COLS_MAX;
        else if (has_any_icase(head, words, sizeof(words) / sizeof(*words)))
            score += TABLE_COLS_MAX;
        if (score > best_score) {
            best_score = score;
            best = three[k];
        }
    }
    return best;
}

static struct band band_at(const struct room *m, uint32_t col, uint32_t i)
{
    return band_of(m->g->w, claim_at(m->g, m->rows[i], m->cols[col]), true);
}

/* The two columns that `made` is made of. */
struct sources {
    uint32_t a, b;
};

static struct sources sources_of(const struct bond *b, uint32_t made)
{
    if (b->form == FORM_RUNNING || b->form == FORM_STEP || b->form == FORM_OF)
        return (struct sources){ b->x, b->x };
    if (made == b->z)
        return (struct sources){ b->x, b->y };
    return (struct sources){ b->z, made == b->x ? b->y : b->x };
}

static struct band sum_above(const struct room *m, const struct bond *b,
                             uint32_t i)
{
    struct band sum = band_at(m, b->z, 0);

    for (uint32_t k = 1; k <= i; k++)
        sum = band_add(sum, band_at(m, b->x, k));
    return sum;
}

static struct band sum_beside(const struct room *m, const struct bond *b,
                              uint32_t i)
{
    struct band sum = band_at(m, b->x, i);

    for (uint32_t k = b->x + 1; k < b->z; k++)
        sum = band_add(sum, band_at(m, k, i));
    return sum;
}

/* The value of column `made` by the other two. */
static struct band solve(const struct room *m, const struct bond *b,
                         uint32_t made, uint32_t i)
{
    const struct sources s = sources_of(b, made);
    const struct band x = band_at(m, s.a, i), y = band_at(m, s.b, i);
    const struct band scale = band_exact(
        (struct decimal){ .mag = 1, .exp = b->power, .last = b->power });

    switch (b->form) {
    case FORM_RUNNING:
        return sum_above(m, b, i);
    case FORM_ROW:
        return sum_beside(m, b, i);
    case FORM_STEP:
        return band_sub(x, band_at(m, b->x, i - 1));
    case FORM_PART:
        return band_mul(band_div(x, band_add(x, y)),
                        band_exact(decimal_from_int(100)));
    case FORM_OF:
        return band_mul(
            band_div(x, band_exact(decimal_from_int((int64_t)b->whole))),
            band_exact(decimal_from_int(100)));
    case FORM_F1:
        return band_div(
            band_mul(band_exact(decimal_from_int(2)), band_mul(x, y)),
            band_add(x, y));
    case FORM_SUM:
        return made == b->z ? band_add(x, y) : band_sub(x, y);
    case FORM_PRODUCT:
        break;
    }
    return made == b->z ? band_mul(band_mul(x, y), scale)
                        : band_div(x, band_mul(y, scale));
}

static struct text formula_of(const struct room *m, const struct bond *b,
                              uint32_t made, const uint32_t operands[2])
{
    struct work *w = m->g->w;
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;

    decimal_format(x, w->out[operands[0]].claim.value);
    decimal_format(y, w->out[operands[1]].claim.value);
    if (b->form == FORM_RUNNING)
        s = "the sum of its column so far";
    else if (b->form == FORM_ROW)
        s = "the sum of its row";
    else if (b->form == FORM_STEP)
        s = arena_printf(w->a, "%s less the number above", x);
    else if (b->form == FORM_OF)
        s = arena_printf(w->a, "%s / %.0f, as in the other rows", x, b->whole);
    else if (b->form == FORM_F1)
        s = arena_printf(w->a, "2 x %s x %s / (%s + %s)", x, y, x, y);
    else if (b->form == FORM_PART)
        s = arena_printf(w->a, "%s / (%s + %s)", x, x, y);
    else if (b->form == FORM_PRODUCT)
        s = made == b->z ? arena_printf(w->a, "%s x %s", x, y)
                         : arena_printf(w->a, "%s / %s", x, y);
    else
        s = made == b->z ? arena_printf(w->a, "%s + %s", x, y)
                         : arena_printf(w->a, "%s - %s", x, y);
    return s == NULL ? (struct text){ "", 0 } : text_from(s);
}

static void judge_row(const struct room *m, const struct bond *b, uint32_t made,
                      uint32_t i)
{
    struct work *w = m->g->w;
    const struct sources s = sources_of(b, made);
    const struct cell *cell = grid_cell(m->g, m->rows[i], m->cols[made]);
    const struct claim *c = cell_claim(m->g, cell);
    const uint32_t operands[] = {
        grid_cell(m->g, m->rows[i], m->cols[s.a])->claim,
        grid_cell(m->g, m->rows[i], m->cols[s.b])->claim
    };
    const struct comparison how = { .formula = "",
                                    .value = solve(m, b, made, i),
                                    .raw = true };

    if (how.value.any || band_fits(w, c, how.value, true))
        return;
    own_say(w, cell->claim, false, "not what its table's numbers give",
            formula_of(m, b, made, operands), compare_text(w, c, &how),
            operands, s.a == s.b ? 1 : 2);
}

static bool said_wrong(const struct room *m, const struct bond *b, uint32_t i)
{
    return verdict_is(m, b->x, i, CLAIM_CONTRADICTED) ||
           verdict_is(m, b->y, i, CLAIM_CONTRADICTED) ||
           verdict_is(m, b->z, i, CLAIM_CONTRADICTED);
}

static void judge(const struct room *m, const struct bond *b, double tries)
{
    double evidence;

    if (!binds(m, b, tries))
        return;
    for (uint32_t i = 0; i < m->row_count; i++)
        if (holds(m, b, i, &evidence) == TRIED_MISSES && !said_wrong(m, b, i))
            judge_row(m, b, made_of(m, b, i), i);
}

/* The power of ten that is left between a product and its column, by the first
 * row that has all three; false: none that units could stand for. */
static bool find_power(const struct room *m, struct bond *b)
{
    for (uint32_t i = 0; i < m->row_count; i++) {
        const double q =
            m->at[b->z][i].v / (m->at[b->x][i].v * m->at[b->y][i].v);
        double k;

        if (!isfinite(q) || q <= 0)
            continue;
        k = round(log10(q));
        b->power = (int)k;
        return fabs(k) <= 3 && fabs(k) != 1 && fabs(log10(q) - k) < 0.5;
    }
    return false;
}

static bool runs_up(const struct grid *g, uint32_t col)
{
    static const char *const words[] = { "cumulative", "running", "cumulated",
                                         "accumulated", "cum" };

    return has_any_icase(grid_text(g, 0, col), words,
                         sizeof(words) / sizeof(*words));
}

static bool says(const struct room *m, uint32_t col, const char *word)
{
    return has_any_icase(grid_text(m->g, 0, m->cols[col]), &word, 1);
}

/* The whole number that the percentages of column z are of, by the first row
 * that three digits and two other rows speak for; false: none. */
static bool find_whole(const struct room *m, struct bond *b)
{
    double evidence;

    for (uint32_t i = 0; i < m->row_count; i++) {
        const struct value x = m->at[b->x][i], z = m->at[b->z][i];
        uint32_t fits = 0;

        if (isnan(x.v) || isnan(z.v) || x.v <= 0 || z.v <= 0 || x.half > 0.5)
            continue;
        b->whole = round(100 * x.v / z.v);
        if (b->whole < 10 || b->whole > 1e6 || b->whole < x.v)
            continue;
        for (uint32_t k = 0; k < m->row_count; k++)
            fits += holds(m, b, k, &evidence) == TRIED_FITS;
        if (fits >= 3 && fits + 1 >= m->row_count)
            return true;
    }
    return false;
}

static void judge_column(const struct room *m, uint32_t z)
{
    const uint32_t n = m->col_count;
    /* x + y is y + x */
    const double tries = (double)n * (n - 1) * (n > 2 ? n - 2 : 1) / 2;

    for (uint32_t x = 0; x < n; x++) {
        if (x + 2 < z)
            judge(m, &(struct bond){ FORM_ROW, x, x + 1, z, 0, 0 }, tries);
        if (x != z && !runs_up(m->g, m->cols[x]))
            judge(m, &(struct bond){ FORM_STEP, x, x, z, 0, 0 }, tries);
        if (x != z && percent_at(m, z, 0) && !percent_at(m, x, 0)) {
            struct bond of = { FORM_OF, x, x, z, 0, 0 };

            if (find_whole(m, &of))
                judge(m, &of, tries * m->row_count);
        }
        if (x != z && runs_up(m->g, m->cols[z]))
            judge(m, &(struct bond){ FORM_RUNNING, x, x, z, 0, 0 }, 1);
        for (uint32_t y = 0; y < n; y++) {
            struct bond b = { FORM_SUM, x, y, z, 0, 0 };

            if (x == z || y == z || x == y)
                continue;
            if (says(m, z, "f1") && says(m, x, "precision") &&
                says(m, y, "recall")) {
                b.form = FORM_F1;
                judge(m, &b, 1);
                b.form = FORM_SUM;
            }
            if (x < y) {
                const bool named =
                    x == 0 && says(m, z, "speedup") && says(m, y, "efficiency");

                judge(m, &b, tries);
                b.form = FORM_PRODUCT;
                if (find_power(m, &b))
                    judge(m, &b, named ? 1 : tries);
            }
            b.form = FORM_PART;
            if (percent_at(m, z, 0))
                judge(m, &b, tries);
        }
    }
}

void own_relations(const struct grid *g)
{
    struct room m;

    if (g->rows < 4 || g->cols < 3)
        return;
    fill(&m, g);
    for (uint32_t z = 0; z < m.col_count && m.row_count >= 3; z++)
        judge_column(&m, z);
}
