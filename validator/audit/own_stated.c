/* Statistics of a table's column that the text below it states: "The mean over
 * all calls was 115.97 tok/s." */
#include "validator/audit/grid.h"

enum {
    BLOCKS_MAX = 4,     /* paragraphs and list items looked at below a table */
    BLOCK_BYTES = 2000, /* of one; a longer one is not about the table alone */
    ROWS_STATED = 200   /* of the table */
};

/* A part of the rows is meant, or other rows. */
static bool of_some_rows(struct text t)
{
    static const char *const words[] = {
        "first",  "last",   "only",     "except",   "top",    "best",
        "worst",  "rest",   "other",    "others",   "later",  "earlier",
        "second", "final",  "initial",  "former",   "latter", "subsequent",
        "vs",     "than",   "compared", "versus",   "from",   "for",
        "when",   "target", "expected", "previous", "under",  "if"
    };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool of_all_rows(struct text t)
{
    static const char *const words[] = { "all",   "across", "overall",
                                         "these", "above",  "table",
                                         "every", "runs",   "calls" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static uint32_t data_rows(const struct grid *g)
{
    uint32_t n = 0;

    for (uint32_t r = 1; r < g->rows; r++)
        n += g->labels[r].bits == 0;
    return n;
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

static bool names_row(const struct grid *g, struct text sentence)
{
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text label = grid_text(g, r, 0);

        for (size_t i = 0; label.len >= 3 && i + label.len <= sentence.len; i++)
            if (text_eq_icase((struct text){ sentence.ptr + i, label.len },
                              label))
                return true;
    }
    return false;
}

/* The only column of such numbers, all of its data rows; false: none, or more
 * than one. */
static bool only_column(struct grid *g, const struct claim *c, struct series *s)
{
    uint32_t found = 0;

    for (uint32_t k = 1; k < g->cols; k++) {
        uint32_t n = 0, fit = 0;

        for (uint32_t r = 1; r < g->rows; r++) {
            const struct cell *cell = grid_cell(g, r, k);

            if (g->labels[r].bits != 0)
                continue;
            n++;
            fit += cell->kind == CELL_ONE &&
                   unit_same(cell_claim(g, cell)->unit, c->unit);
        }
        if (fit > 0 && (found > 0 || fit != n || n < 2))
            return false;
        if (fit > 0)
            found = k;
    }
    if (found == 0)
        return false;
    *s = (struct series){ .w = g->w, .values = g->scratch };
    for (uint32_t r = 1; r < g->rows; r++)
        if (g->labels[r].bits == 0 &&
            !series_take(s, grid_cell(g, r, found)->claim, c->unit))
            return false;
    return true;
}

/* The sentence gives another number of runs than the table has. */
static bool other_count(const struct work *w, uint32_t i, uint32_t start,
                        uint32_t end, uint32_t rows)
{
    const uint32_t block = w->out[i].block;

    for (uint32_t k = i; k-- > 0 && w->out[k].block == block;) {
        const struct claim *c = &w->out[k].claim;

        if (c->start >= start && c->end <= end &&
            !unit_same(c->unit, w->out[i].claim.unit) &&
            !decimal_eq(c->value, decimal_from_int(rows)))
            return true;
    }
    for (uint32_t k = i + 1; k < w->count && w->out[k].block == block; k++) {
        const struct claim *c = &w->out[k].claim;

        if (c->start >= start && c->end <= end && c->role != ROLE_SPREAD &&
            !unit_same(c->unit, w->out[i].claim.unit) &&
            !decimal_eq(c->value, decimal_from_int(rows)))
            return true;
    }
    return false;
}

/* "over the four models": the sentence gives the number of rows. */
static bool counts_rows(const struct work *w, uint32_t i, uint32_t start,
                        uint32_t end, uint32_t rows)
{
    const uint32_t block = w->out[i].block;
    uint32_t k = i;

    while (k > 0 && w->out[k - 1].block == block)
        k--;
    for (; k < w->count && w->out[k].block == block; k++) {
        const struct claim *c = &w->out[k].claim;

        if (k != i && c->start >= start && c->end <= end &&
            unit_none(c->unit) && decimal_eq(c->value, decimal_from_int(rows)))
            return true;
    }
    return false;
}

/* A bare number is of a column whose name the sentence has. */
static bool names_column(const struct grid *g, struct text sentence)
{
    for (uint32_t c = 1; c < g->cols; c++) {
        const struct text head = grid_text(g, 0, c);

        for (size_t i = 0; head.len >= 4 && i + head.len <= sentence.len; i++)
            if (text_eq_icase((struct text){ sentence.ptr + i, head.len },
                              head))
                return true;
    }
    return false;
}

/* The statistic named between the number before and this one; else that of the
 * sentence. */
static unsigned stat_before(const struct work *w, uint32_t i,
                            struct text sentence, uint32_t start)
{
    const struct claim *c = &w->out[i].claim;
    uint32_t from = start;
    unsigned bits;
    bool other;

    if (i > 0 && w->out[i - 1].block == w->out[i].block &&
        w->out[i - 1].claim.end > from)
        from = w->out[i - 1].claim.end;
    bits =
        label_stats_in((struct text){ w->flat.lower + from,
                                      c->start > from ? c->start - from : 0 },
                       &other);
    return bits != 0 ? bits : label_stats_in(sentence, &other);
}

/* A total that is off by more than a quarter is of more than the table. */
static bool near_sum(const struct series *s, const struct claim *c)
{
    struct decimal sum = decimal_from_int(0), off;

    for (uint32_t i = 0; i < s->count; i++)
        sum = decimal_add(sum, s->values[i]);
    off = decimal_mul(decimal_abs(decimal_sub(sum, c->value)),
                      decimal_from_int(4));
    return decimal_cmp(off, decimal_abs(sum)) <= 0;
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

/* The one row that bytes [from, to) of the block name; 0: none, or several. */
static uint32_t row_named(const struct grid *g, uint32_t from, uint32_t to)
{
    const struct text t = { g->w->flat.lower + from, to - from };
    uint32_t found = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text name = grid_row_name(g, r);

        for (size_t i = 0; name.len >= 4 && i + name.len <= t.len; i++)
            if (text_eq_icase((struct text){ t.ptr + i, name.len }, name)) {
                if (found != 0)
                    return 0;
                found = r;
                break;
            }
    }
    return found;
}

/* The only two columns of numbers that are no comparisons themselves. */
static bool two_columns(const struct grid *g, uint32_t out[2])
{
    uint32_t n = 0;

    for (uint32_t c = 1; c < g->cols; c++) {
        bool numbers = false;

        for (uint32_t r = 1; r < g->rows && !numbers; r++)
            numbers = grid_cell(g, r, c)->kind == CELL_ONE;
        if (!numbers || (g->heads[c].bits & LABEL_COMPARE) != 0)
            continue;
        if (n == 2)
            return false;
        out[n++] = c;
    }
    return n == 2;
}

static bool says_more(struct text t)
{
    static const char *const words[] = { "increased", "increase", "increases",
                                         "rose",      "grew",     "gained",
                                         "climbed" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool says_less(struct text t)
{
    static const char *const words[] = { "decreased", "decrease", "decreases",
                                         "fell",      "dropped",  "shrank",
                                         "reduced",   "declined", "drops",
                                         "falls",     "cut" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

/* "The number of jobs per hour increased by 22%", below a table of two columns
 * with a row of that name. */
static void judge_change(struct grid *g, uint32_t i)
{
    struct work *w = g->w;
    const struct claim *c = &w->out[i].claim;
    const struct cell *a, *b;
    struct comparison how;
    uint32_t start, end, row, cols[2];
    struct text lead;
    bool fits;

    if (c->exempt != EXEMPT_NO || c->role != ROLE_ALONE ||
        c->form != FORM_DIGITS || !dim_is(w, c->unit, "fraction"))
        return;
    claims_sentence(&w->flat, c->start, &start, &end);
    if (of_some_rows((struct text){ w->flat.lower + start, end - start }))
        return;
    if (i > 0 && w->out[i - 1].block == w->out[i].block &&
        w->out[i - 1].claim.end > start)
        start = w->out[i - 1].claim.end;
    if (start >= c->start)
        return;
    lead = (struct text){ w->flat.lower + start, c->start - start };
    if (!text_has_word(lead, "by") || says_more(lead) == says_less(lead))
        return;
    row = row_named(g, start, c->start);
    if (row == 0 || !two_columns(g, cols))
        return;
    a = grid_cell(g, row, cols[0]);
    b = grid_cell(g, row, cols[1]);
    if (a->kind != CELL_ONE || b->kind != CELL_ONE)
        return;
    /* "New | Old": the words say which was first */
    if ((decimal_cmp(cell_claim(g, a)->value, cell_claim(g, b)->value) > 0) !=
        says_less(lead)) {
        const struct cell *swap = a;

        a = b;
        b = swap;
    }
    fits = compare_fits(w, c, cell_claim(g, a), cell_claim(g, b), COMPARED_STEP,
                        &how);
    grid_say_change(g, i, a, b, &how, fits);
}

static void judge_statement(struct grid *g, uint32_t i)
{
    struct work *w = g->w;
    const struct claim *c = &w->out[i].claim;
    uint32_t start, end;
    struct text sentence;
    struct series s;
    unsigned bits;
    bool other;

    if (c->exempt != EXEMPT_NO || c->role != ROLE_ALONE || c->cmp != CMP_NONE ||
        c->form != FORM_DIGITS || (unit_none(c->unit) && c->value.last >= 0))
        return;
    claims_sentence(&w->flat, c->start, &start, &end);
    sentence = (struct text){ w->flat.lower + start, end - start };
    (void)label_stats_in(sentence, &other);
    bits = stat_before(w, i, sentence, start);
    if (bits == (LABEL_MEAN | LABEL_SD))
        bits = LABEL_MEAN;
    if (other ||
        (bits != LABEL_MEAN && bits != LABEL_MEDIAN && bits != LABEL_SD &&
         bits != LABEL_SUM) ||
        of_some_rows(sentence) || names_row(g, sentence) ||
        !(repeated(g) || of_all_rows(sentence) ||
          counts_rows(w, i, start, end, data_rows(g))) ||
        (unit_none(c->unit) && !names_column(g, sentence)) ||
        other_count(w, i, start, end, data_rows(g)) || !only_column(g, c, &s))
        return;
    if (bits == LABEL_SUM ? !near_sum(&s, c) : !near_values(&s, c, bits))
        return;
    if (series_judge(&s, i, bits, true) == SAID_FITS && i + 1 < w->count &&
        w->out[i + 1].claim.role == ROLE_SPREAD &&
        w->out[i + 1].claim.group == c->group)
        series_spread(&s, i + 1);
}

void own_stated(struct grid *g, uint32_t next_claim)
{
    struct work *w = g->w;
    const struct doc *d = &w->report->doc;
    uint32_t k = next_claim;

    for (uint32_t i = g->end; i < d->block_count && i < g->end + BLOCKS_MAX &&
                              g->rows <= ROWS_STATED;
         i++) {
        if (d->blocks[i].role != BLOCK_PARAGRAPH &&
            d->blocks[i].role != BLOCK_LIST_ITEM)
            return;
        while (k < w->count && w->out[k].block < i)
            k++;
        if (k == w->count || w->out[k].block != i ||
            d->blocks[i].span.len > BLOCK_BYTES)
            continue;
        flat_block(&w->flat, d, &d->blocks[i]);
        for (; k < w->count && w->out[k].block == i; k++) {
            judge_statement(g, k);
            judge_change(g, k);
            own_named(g, k);
        }
    }
}
