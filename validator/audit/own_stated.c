/* Statistics of a table's column that the running text states: "The mean over
 * all calls was 115.97 tok/s", and changes between its two columns. */
#include "validator/audit/own_says.h"

/* A part of the rows is meant, or other rows. */
static bool of_some_rows(struct text t)
{
    static const char *const words[] = {
        "first",  "last",      "only",     "except",  "top",    "best",
        "worst",  "rest",      "other",    "others",  "later",  "earlier",
        "second", "final",     "initial",  "former",  "latter", "subsequent",
        "vs",     "than",      "compared", "versus",  "for",    "when",
        "target", "expected",  "previous", "under",   "if",     "two",
        "half",   "long-term", "goal",     "below",   "above",  "exceeds",
        "could",  "would",     "up",       "without", "with",   "least"
    };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool of_all_rows(struct text t)
{
    static const char *const words[] = { "all",   "across", "overall", "these",
                                         "table", "every",  "runs",    "calls",
                                         "alle",  "allen",  "toutes",  "tous",
                                         "todos", "todas" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

/* The rows are runs of one measurement: their labels differ in digits only. */
static bool repeated(const struct grid *g)
{
    uint32_t first = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        if (g->labels[r].bits != 0)
            continue;
        if (first == 0)
            first = r;
        else if (!labels_alike(grid_text(g, first, 0), grid_text(g, r, 0)))
            return false;
    }
    return first > 0;
}

/* The cell's number is of the claim's unit; "1,749 completion tokens" has its
 * noun elsewhere. */
static bool same_unit(const struct work *w, const struct claim *x,
                      const struct claim *c)
{
    return unit_same(x->unit, c->unit) ||
           (unit_none(c->unit) && c->value.last >= 0 &&
            units_is_count(w->units, x->unit));
}

/* All data rows of the column, when they have the claim's unit. */
static bool column_of(const struct grid *g, const struct claim *c, uint32_t col,
                      struct series *s)
{
    *s = (struct series){ .w = g->w, .values = g->scratch };
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct cell *cell = grid_cell(g, r, col);

        if (g->labels[r].bits != 0)
            continue;
        if (cell->kind != CELL_ONE ||
            !same_unit(g->w, cell_claim(g, cell), c) ||
            !series_take(s, cell->claim, cell_claim(g, cell)->unit))
            return false;
    }
    return s->count >= 2;
}

/* The sentence gives another number of runs than the table has. */
static bool other_count(const struct saying *s, uint32_t i,
                        const struct grid *g)
{
    const struct work *w = s->w;

    for (uint32_t k = s->first; k < s->last; k++) {
        const struct claim *c = &w->out[k].claim;

        if (k != i && c->exempt == EXEMPT_NO && says_count(w, c) &&
            !unit_same(c->unit, w->out[i].claim.unit) &&
            !says_row_count(s->tables, g, c->value) && !says_cell(g, c))
            return true;
    }
    return false;
}

/* Cells of text beside the names that the sentence has, or names of rows: it
 * is of these. */
static bool of_named_rows(const struct saying *s, const struct grid *g)
{
    const struct text t = says_text(s, 0, s->len);
    struct row_name names[SAYING_NAMES];

    return says_rows_in(s, g, 0, s->len, names) > 0 || says_group(g, t);
}

/* A mean of more than twice the greatest of them, or less than half the least,
 * is of something else. A deviation may be small. */
static bool near_values(const struct series *s, const struct claim *c,
                        unsigned bits)
{
    const struct decimal twice = decimal_add(c->value, c->value);
    bool above = false, below = false;

    for (uint32_t i = 0; i < s->count; i++) {
        above = above || decimal_cmp(twice, s->values[i]) >= 0;
        below = below || decimal_cmp(c->value, decimal_add(s->values[i],
                                                           s->values[i])) <= 0;
    }
    return below && (above || bits == LABEL_SD);
}

/* The statistic that the words before the number name, from the number before
 * on, or right behind it; else that of the sentence. */
static unsigned stat_said(const struct saying *s, uint32_t i, bool *other)
{
    static const char *const sums[] = { "together", "combined", "zusammen",
                                        "totale",   "totales",  "sumados" };
    const struct text topic = s->topic;
    unsigned bits = label_stats_in(topic, other);

    if (bits == 0 && text_has_any(topic, sums, sizeof(sums) / sizeof(*sums)))
        bits = LABEL_SUM;
    for (uint32_t k = s->first; k < i; k++)
        if (unit_same(s->w->out[k].claim.unit, s->w->out[i].claim.unit))
            return bits;
    if (bits == 0 && !*other)
        bits = label_stats_in(says_text(s, 0, says_start(s, i)), other);
    return bits == (LABEL_MEAN | LABEL_SD) ? LABEL_MEAN : bits;
}

/* As many words as the header has that the sentence names best. */
static uint32_t words_said(const struct saying *s)
{
    uint32_t most = 0;

    for (uint32_t t = 0; t < s->tables->count; t++)
        for (uint32_t k = 1; k < s->tables->at[t].cols; k++) {
            const uint32_t n = says_column(&s->tables->at[t], k, s->topic);

            most = n > most ? n : most;
        }
    return most;
}

/* The column is the one that is meant: named, or the only one of its unit. */
static bool is_meant(const struct saying *s, uint32_t i, const struct grid *g,
                     uint32_t col, uint32_t most)
{
    const struct claim *c = &s->w->out[i].claim;
    struct series other;

    if (says_column(g, col, s->topic) > 0)
        return says_column(g, col, s->topic) == most;
    for (uint32_t t = 0; t < s->tables->count && !unit_none(c->unit); t++)
        for (uint32_t k = 1; k < s->tables->at[t].cols; k++)
            if ((&s->tables->at[t] != g || k != col) &&
                column_of(&s->tables->at[t], c, k, &other))
                return false;
    return !unit_none(c->unit);
}

/* The text stands right below the table. */
static bool right_below(const struct saying *s, uint32_t i,
                        const struct grid *g)
{
    enum { BLOCKS_MAX = 4 };
    const struct block *blocks = s->w->report->doc.blocks;
    const uint32_t block = s->w->out[i].block;

    return block >= g->end && block < g->end + BLOCKS_MAX &&
           blocks[block].heading == blocks[g->first].heading;
}

/* The fastest and the slowest, or a column's greatest and least numbers, stand
 * in the sentence. */
static bool quotes_ends(const struct saying *s, const struct grid *g)
{
    static const char *const pairs[][2] = {
        { "fastest", "slowest" },       { "highest", "lowest" },
        { "largest", "smallest" },      { "best", "worst" },
        { "schnellste", "langsamste" }, { "maximum", "minimum" }
    };
    const struct text t = says_text(s, 0, s->len);

    for (size_t k = 0; k < sizeof(pairs) / sizeof(*pairs); k++)
        if (text_has_word(t, pairs[k][0]) && text_has_word(t, pairs[k][1]))
            return says_column(g, 0, t) > 0;
    return false;
}

/* The statement is of all of the table's rows. */
static bool of_table(const struct saying *s, uint32_t i, const struct grid *g,
                     unsigned bits)
{
    const struct text t = says_text(s, 0, s->len);

    return !g->partial &&
           (says_rows_counted(s, i, g) ||
            (bits == LABEL_RANGE && quotes_ends(s, g)) ||
            (right_below(s, i, g) &&
             (of_all_rows(t) || says_all_rows(s, g) || repeated(g)))) &&
           (bits == LABEL_RANGE ||
            (!other_count(s, i, g) && !of_named_rows(s, g)));
}

struct stated {
    const struct grid *g;
    uint32_t col;
};

/* The column that is meant, of a table that is; false: none, or another
 * reading bears the number out. */
static bool look_at(const struct saying *s, uint32_t i, const struct grid *g,
                    unsigned bits, uint32_t most, struct stated *found)
{
    const struct claim *c = &s->w->out[i].claim;
    struct series v;
    enum said said;

    if (!of_table(s, i, g, bits))
        return true;
    for (uint32_t col = 1; col < g->cols; col++) {
        if (!column_of(g, c, col, &v) || !is_meant(s, i, g, col, most) ||
            !column_of(g, c, col, &v)) /* scratch was reused */
            continue;
        said = series_judge(&v, i, bits, false);
        if (said == SAID_FITS) {
            *found = (struct stated){ g, col };
            return true;
        }
        if (said != SAID_WRONG || v.faulty)
            return false;
        if (found->g == NULL && (bits == LABEL_SUM ? series_near_sum(&v, c)
                                                   : near_values(&v, c, bits)))
            *found = (struct stated){ g, col };
    }
    return true;
}

/* Another column, of whatever table, bears the number out, or has it. */
static bool fits_elsewhere(const struct saying *s, uint32_t i, unsigned bits,
                           const struct stated *found)
{
    const struct claim *c = &s->w->out[i].claim;

    for (uint32_t t = 0; t < s->tables->count; t++) {
        const struct grid *g = &s->tables->at[t];

        if (g != found->g && says_cell(g, c))
            return true;
        for (uint32_t col = 1; col < g->cols; col++) {
            struct series v;

            if ((g != found->g || col != found->col) &&
                column_of(g, c, col, &v) && series_fits(&v, i, bits))
                return true;
        }
    }
    return false;
}

static void say(const struct saying *s, uint32_t i, const struct stated *f,
                unsigned bits)
{
    struct work *w = s->w;
    struct series v;

    if (column_of(f->g, &w->out[i].claim, f->col, &v) &&
        series_judge(&v, i, bits, true) == SAID_FITS && i + 1 < w->count &&
        w->out[i + 1].claim.role == ROLE_SPREAD &&
        w->out[i + 1].claim.group == w->out[i].claim.group)
        series_spread(&v, i + 1);
}

void own_stated(const struct saying *s, uint32_t i)
{
    const struct claim *c = &s->w->out[i].claim;
    struct stated found = { NULL, 0 };
    uint32_t most;
    unsigned bits;
    bool other, of = false;

    if (c->role != ROLE_ALONE)
        return;
    bits = stat_said(s, i, &other);
    if (other ||
        (bits != LABEL_MEAN && bits != LABEL_MEDIAN && bits != LABEL_SD &&
         bits != LABEL_SUM && bits != LABEL_RANGE) ||
        (bits != LABEL_RANGE && of_some_rows(s->topic)))
        return;
    for (uint32_t t = 0; t < s->tables->count && !of; t++)
        of = of_table(s, i, &s->tables->at[t], bits);
    if (!of)
        return;
    most = words_said(s);
    for (uint32_t t = 0; t < s->tables->count; t++)
        if (!look_at(s, i, &s->tables->at[t], bits, most, &found))
            return;
    if (found.g != NULL && !fits_elsewhere(s, i, bits, &found))
        say(s, i, &found, bits);
}
