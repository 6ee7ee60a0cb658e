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
            !unit_same(cell_claim(g, cell)->unit, c->unit) ||
            !series_take(s, cell->claim, c->unit))
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
            !says_row_count(g, c->value) && !says_cell(g, c))
            return true;
    }
    return false;
}

/* "each agent", below a header that says "Agent". */
static bool each_row(const struct saying *s, const struct grid *g)
{
    static const char *const words[] = { "each", "per", "every", "je",
                                         "par",  "por", "cada" };
    enum { NOUN_BYTES = 16 };
    const struct text t = says_text(s, 0, s->len);
    size_t end = 0;

    if (says_any(t, words, sizeof(words) / sizeof(*words), &end) == t.len)
        return false;
    return says_column(g, 0,
                       says_text(s, (uint32_t)end,
                                 end + NOUN_BYTES < s->len
                                     ? (uint32_t)end + NOUN_BYTES
                                     : s->len)) > 0;
}

/* Cells of text beside the names that the sentence has, or names of rows: it
 * is of these. */
static bool of_named_rows(const struct saying *s, const struct grid *g)
{
    const struct text t = says_text(s, 0, s->len);
    struct row_name names[SAYING_NAMES];

    return says_rows(g, t, names) > 0 || says_group(g, t);
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

/* The column is the one that is meant: named, or the only one of its unit. */
static bool is_meant(const struct saying *s, uint32_t i, const struct grid *g,
                     uint32_t col)
{
    const struct claim *c = &s->w->out[i].claim;
    const struct text topic = s->topic;
    const uint32_t words = says_column(g, col, topic);
    struct series other;

    for (uint32_t t = 0; t < s->tables->count && words > 0; t++)
        for (uint32_t k = 1; k < s->tables->at[t].cols; k++)
            if (says_column(&s->tables->at[t], k, topic) > words)
                return false;
    if (words > 0)
        return true;
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

/* The statement is of all of the table's rows. */
static bool of_table(const struct saying *s, uint32_t i, const struct grid *g)
{
    const struct text t = says_text(s, 0, s->len);

    return !g->partial &&
           (says_rows_counted(s, i, g) ||
            (right_below(s, i, g) &&
             (of_all_rows(t) || each_row(s, g) || repeated(g)))) &&
           !other_count(s, i, g) && !of_named_rows(s, g);
}

struct stated {
    const struct grid *g;
    uint32_t col;
};

/* The column that is meant, of a table that is; false: none, or another
 * reading bears the number out. */
static bool look_at(const struct saying *s, uint32_t i, const struct grid *g,
                    unsigned bits, struct stated *found)
{
    const struct claim *c = &s->w->out[i].claim;
    struct series v;
    enum said said;

    for (uint32_t col = 1; col < g->cols; col++) {
        if (!column_of(g, c, col, &v) || !of_table(s, i, g) ||
            !is_meant(s, i, g, col))
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
                column_of(g, c, col, &v) &&
                series_judge(&v, i, bits, false) == SAID_FITS)
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
    unsigned bits;
    bool other;

    if (c->role != ROLE_ALONE)
        return;
    bits = stat_said(s, i, &other);
    if (other ||
        (bits != LABEL_MEAN && bits != LABEL_MEDIAN && bits != LABEL_SD &&
         bits != LABEL_SUM) ||
        of_some_rows(s->topic))
        return;
    for (uint32_t t = 0; t < s->tables->count; t++)
        if (!look_at(s, i, &s->tables->at[t], bits, &found))
            return;
    if (found.g != NULL && !fits_elsewhere(s, i, bits, &found))
        say(s, i, &found, bits);
}
