/* Statements on the ends of a table's column: "the fastest level is Q4 (97.6
 * tok/s)", "ranges from 38.2 to 97.6". */
#include "validator/audit/own_says.h"

enum { REACH = 80 }; /* bytes between the word and its number */

enum end { END_NONE, END_HIGH, END_LOW, END_EITHER };

static const char *const highs[] = { "highest",  "largest", "greatest",
                                     "biggest",  "longest", "höchste",
                                     "höchsten", "größte",  "größten" };
static const char *const lows[] = { "lowest",    "smallest",   "shortest",
                                    "fewest",    "niedrigste", "niedrigsten",
                                    "geringste", "geringsten", "kleinste",
                                    "kleinsten" };
static const char *const eithers[] = { "fastest",    "slowest",   "quickest",
                                       "best",       "worst",     "strongest",
                                       "weakest",    "most",      "least",
                                       "schnellste", "langsamste" };

static const struct end_words {
    enum end end;
    const char *const *words;
    size_t count;
} end_words[] = {
    { END_HIGH, highs, sizeof(highs) / sizeof(*highs) },
    { END_LOW, lows, sizeof(lows) / sizeof(*lows) },
    { END_EITHER, eithers, sizeof(eithers) / sizeof(*eithers) },
};

/* Not of the whole column. */
static bool of_part(struct text t)
{
    static const char *const words[] = {
        "among",       "second",  "third",    "fourth",    "next",
        "other",       "others",  "except",   "without",   "besides",
        "excluding",   "after",   "before",   "not",       "nor",
        "if",          "one of",  "would",    "could",     "at most",
        "at least",    "most of", "previous", "least one", "zweit",
        "zweithöchste"
    };
    size_t end;

    return says_any(t, words, sizeof(words) / sizeof(*words), &end) < t.len;
}

/* The word for an end that stands nearest before the number, with no other
 * number between. */
static enum end end_before(const struct saying *s, uint32_t i)
{
    const uint32_t start = says_start(s, i);
    uint32_t from = start > REACH ? start - REACH : 0;
    struct text t;
    size_t best = 0, end;
    enum end found = END_NONE;

    from = from < s->in.start ? s->in.start : from;
    for (uint32_t k = s->first; k < i; k++)
        if (s->w->out[k].claim.exempt == EXEMPT_NO && says_end(s, k) > from &&
            says_end(s, k) <= start)
            from = says_end(s, k);
    t = says_text(s, from, start);
    for (size_t k = 0; k < sizeof(end_words) / sizeof(*end_words); k++)
        for (size_t from_word = 0, at; from_word < t.len; from_word += end) {
            const struct text rest = { t.ptr + from_word, t.len - from_word };

            at = says_any(rest, end_words[k].words, end_words[k].count, &end);
            if (at == rest.len)
                break;
            if (from_word + at + 1 > best) {
                best = from_word + at + 1;
                found = end_words[k].end;
            }
        }
    return found;
}

static const struct claim *number_at(const struct grid *g, uint32_t row,
                                     uint32_t col)
{
    const struct cell *c = grid_cell(g, row, col);

    return c->kind == CELL_ONE && grid_is_data(g, row) ? cell_claim(g, c)
                                                       : NULL;
}

struct ends {
    uint32_t rows, low, high; /* rows: of data */
    bool mixed;               /* cells of other units, or none */
};

static struct ends ends_of(const struct grid *g, uint32_t col)
{
    struct ends e = { 0, 0, 0, false };
    const struct claim *first = NULL;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct claim *c = number_at(g, r, col);

        if (!grid_is_data(g, r))
            continue;
        if (c == NULL || c->is_signed || c->approx || c->cmp != CMP_NONE ||
            claim_flagged(g->w->out[grid_cell(g, r, col)->claim].verdict) ||
            (first != NULL && !unit_same(c->unit, first->unit))) {
            e.mixed = true;
            return e;
        }
        first = first == NULL ? c : first;
        e.rows++;
        if (e.low == 0 ||
            decimal_cmp(c->value, number_at(g, e.low, col)->value) < 0)
            e.low = r;
        if (e.high == 0 ||
            decimal_cmp(c->value, number_at(g, e.high, col)->value) > 0)
            e.high = r;
    }
    return e;
}

static bool same_kind(const struct claim *c, const struct claim *x)
{
    return unit_same(c->unit, x->unit) || unit_none(c->unit) ||
           unit_none(x->unit);
}

static bool has_value(const struct claim *c, const struct claim *x)
{
    return same_kind(c, x) && decimal_eq(c->value, x->value);
}

static bool is_end(const struct grid *g, uint32_t col, const struct ends *e,
                   const struct claim *c, enum end end)
{
    return (end != END_LOW && has_value(c, number_at(g, e->high, col))) ||
           (end != END_HIGH && has_value(c, number_at(g, e->low, col)));
}

struct found {
    const struct grid *g;
    uint32_t col, row; /* row: the end that was meant */
};

static void say(const struct saying *s, uint32_t i, const struct found *f,
                const char *formula)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const uint32_t operand = grid_cell(f->g, f->row, f->col)->claim;

    own_say(w, i, false, "not the end of its column", text_from(formula),
            value_text(w, w->out[operand].claim.value, c->unit,
                       w->out[operand].claim.value.last),
            &operand, 1);
}

/* A cell of the column has the number; *seen: and it is no end. False: it is
 * an end, or that cannot be told. */
static bool look_at(const struct saying *s, uint32_t i, const struct grid *g,
                    uint32_t col, enum end end, struct found *f)
{
    const struct claim *c = &s->w->out[i].claim;
    const struct ends e = ends_of(g, col);
    uint32_t row = 0;

    for (uint32_t r = 1; r < g->rows && row == 0; r++) {
        const struct cell *cell = grid_cell(g, r, col);

        if (cell->kind == CELL_ONE && has_value(c, cell_claim(g, cell)))
            row = r;
    }
    if (row == 0)
        return true;
    if (e.mixed || e.rows < 3 || !grid_is_data(g, row) ||
        is_end(g, col, &e, c, end) || says_group(g, says_text(s, 0, s->len)))
        return false;
    if (says_column(g, col, s->topic) > 0 || claims_digits(c) >= 2) {
        const bool low = end == END_LOW;

        *f = (struct found){ g, col, low ? e.low : e.high };
    }
    return true;
}

/* "the highest efficiency was that of B (95.6 %)": the cell of B is the
 * highest, but another number. */
static bool end_of_row(const struct saying *s, const struct grid *g,
                       const struct claim *c, enum end end, struct found *f)
{
    struct row_name names[SAYING_NAMES];
    const struct text t = says_text(s, s->in.start, s->in.end);
    const uint32_t n = says_rows_in(s, g, s->in.start, s->in.end, names);
    uint32_t cols = 0;

    for (uint32_t k = 1; k < n; k++)
        if (names[k].row != names[0].row)
            return false;
    for (uint32_t col = 1; n > 0 && col < g->cols; col++) {
        const struct ends e = ends_of(g, col);
        const uint32_t row = names[0].row;

        if (e.mixed || e.rows < 3 || says_column(g, col, t) == 0)
            continue;
        if (++cols > 1 || !unit_same(number_at(g, row, col)->unit, c->unit) ||
            !((row == e.high && end != END_LOW) ||
              (row == e.low && end != END_HIGH)) ||
            match_value(g->w, c, number_at(g, row, col)->value, c->unit))
            return false;
        *f = (struct found){ g, col, row };
    }
    return cols == 1;
}

static void judge_end(const struct saying *s, uint32_t i, enum end end)
{
    const struct claim *c = &s->w->out[i].claim;
    struct found f = { NULL, 0, 0 }, of_row = { NULL, 0, 0 };
    bool anywhere = false;

    for (uint32_t t = 0; t < s->tables->count; t++) {
        const struct grid *g = &s->tables->at[t];

        anywhere = anywhere || says_cell(g, c);
        for (uint32_t col = 1; col < g->cols; col++)
            if (!look_at(s, i, g, col, end, &f))
                return;
        if (of_row.g == NULL && !end_of_row(s, g, c, end, &of_row))
            of_row.g = NULL;
    }
    if (f.g != NULL)
        say(s, i, &f,
            end == END_LOW ? "min of its column" : "max of its column");
    else if (of_row.g != NULL && !anywhere)
        say(s, i, &of_row, "the end of its column");
}

/* "ranges from 38.2 to 91.4": the one is the least of a column, the other not
 * the greatest. */
static void judge_range(const struct saying *s, uint32_t i)
{
    static const char *const words[] = { "range",   "ranges",  "ranged",
                                         "ranging", "between", "vary",
                                         "varies",  "varied",  "lie",
                                         "lies",    "spans",   "reicht",
                                         "reichen", "liegt",   "liegen" };
    struct work *w = s->w;
    const struct claim *a = &w->out[i].claim, *b = &w->out[i + 1].claim;
    const struct text t = says_text(s, s->in.start, s->in.end);
    struct found f = { NULL, 0, 0 };
    uint32_t wrong = i;

    if (!text_has_any(t, words, sizeof(words) / sizeof(*words)))
        return;
    for (uint32_t k = 0; k < s->tables->count; k++) {
        const struct grid *g = &s->tables->at[k];

        for (uint32_t col = 1; col < g->cols; col++) {
            const struct ends e = ends_of(g, col);
            bool low, high;

            if (e.mixed || e.rows < 3 || g->partial ||
                !(says_rows_counted(s, i, g) || says_all_rows(s, g)) ||
                !same_kind(b, number_at(g, e.low, col)))
                continue;
            low = match_value(w, a, number_at(g, e.low, col)->value, a->unit);
            high = match_value(w, b, number_at(g, e.high, col)->value, b->unit);
            if (low && high)
                return;
            if ((!low && !high) || says_cell(g, low ? b : a) ||
                claims_digits(low ? a : b) < 2 ||
                !(says_column(g, col, t) > 0 || !unit_none(b->unit)))
                continue;
            wrong = low ? i + 1 : i;
            f = (struct found){ g, col, low ? e.high : e.low };
        }
    }
    if (f.g != NULL)
        say(s, wrong, &f,
            wrong == i ? "min of its column" : "max of its column");
}

void own_extreme(const struct saying *s, uint32_t i)
{
    const struct claim *c = &s->w->out[i].claim;
    enum end end;

    if (of_part(says_text(s, s->in.start, s->in.end)))
        return;
    if (c->role == ROLE_LOW && i + 1 < s->last &&
        s->w->out[i + 1].claim.role == ROLE_HIGH)
        judge_range(s, i);
    if (c->role != ROLE_ALONE || c->is_signed || c->approx ||
        dim_is(s->w, c->unit, "ratio"))
        return;
    end = end_before(s, i);
    if (end != END_NONE)
        judge_end(s, i, end);
}
