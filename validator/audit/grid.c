/* A table of the report as a grid of cells. */
#include "validator/audit/grid.h"

static bool in_grid(const struct grid *g, const struct block *b)
{
    return (b->role == BLOCK_TABLE_HEAD || b->role == BLOCK_TABLE_CELL) &&
           b->table == g->table;
}

static bool measure(struct grid *g)
{
    const struct doc *d = &g->w->report->doc;
    uint32_t i = g->first;

    g->table = d->blocks[i].table;
    for (; i < d->block_count && in_grid(g, &d->blocks[i]); i++) {
        const struct block *b = &d->blocks[i];

        g->rows = b->row >= g->rows ? b->row + 1 : g->rows;
        g->cols = b->col >= g->cols ? b->col + 1 : g->cols;
    }
    g->end = i;
    return g->rows >= 2 && g->cols >= 2 && g->cols <= TABLE_COLS_MAX &&
           g->rows <= GRID_CELLS_MAX / g->cols;
}

/* One number with a spread, or one alone, is a value; ranges, pairs and
 * several are none. */
static void put_claim(struct grid *g, struct cell *cell, uint32_t i)
{
    const struct claim *c = &g->w->out[i].claim;

    if (c->exempt == EXEMPT_LABEL && cell->kind == CELL_TEXT &&
        cell->claim == FACT_NONE) {
        cell->claim = i; /* "8" below "Threads" */
        return;
    }
    if (c->exempt != EXEMPT_NO)
        return;
    g->open = g->open || !own_borne_out(&g->w->out[i]);
    if (cell->kind == CELL_ONE && c->role == ROLE_SPREAD &&
        cell->spread == FACT_NONE &&
        c->group == g->w->out[cell->claim].claim.group) {
        cell->spread = i;
        return;
    }
    if (cell->kind == CELL_ONE || cell->kind == CELL_MANY ||
        c->role != ROLE_ALONE || c->form != FORM_DIGITS) {
        cell->kind = CELL_MANY;
        cell->claim = cell->claim == FACT_NONE ? i : cell->claim;
        return;
    }
    cell->kind = CELL_ONE;
    cell->claim = i;
}

static void fill(struct grid *g, uint32_t *next_claim)
{
    const struct work *w = g->w;
    uint32_t k = *next_claim;

    for (size_t i = 0; i < (size_t)g->rows * g->cols; i++)
        g->at[i] = (struct cell){ .text = { "", 0 },
                                  .claim = FACT_NONE,
                                  .spread = FACT_NONE };
    for (uint32_t i = g->first; i < g->end; i++) {
        const struct block *b = &w->report->doc.blocks[i];
        struct cell *cell = &g->at[b->row * g->cols + b->col];

        cell->text = text_trim(text_sub(w->report->bytes, b->span));
        cell->kind = cell->text.len > 0 ? CELL_TEXT : CELL_EMPTY;
        for (; k < w->count && w->out[k].block <= i; k++)
            if (w->out[k].block == i)
                put_claim(g, cell, k);
    }
    *next_claim = k;
}

/* "Total files" below a header that says "Files". */
static bool total_of_header(const struct grid *g, struct text label)
{
    char word[32];
    size_t n = 0, at;

    label = text_trim(label);
    while (label.len > 0 && (label.ptr[0] == '*' || label.ptr[0] == '_')) {
        label.ptr++;
        label.len--;
    }
    if (label.len < 7 ||
        !text_eq_icase((struct text){ label.ptr, 6 }, TEXT_LIT("total ")))
        return false;
    for (at = 6; at < label.len && ascii_alpha(label.ptr[at]); at++)
        if (n < sizeof(word))
            word[n++] = ascii_lower(label.ptr[at]);
    while (at < label.len && (label.ptr[at] == '*' || label.ptr[at] == '_'))
        at++;
    if (n < 3 || n == sizeof(word) || at != label.len)
        return false;
    for (uint32_t c = 0; c < g->cols; c++) {
        const struct text head = grid_text(g, 0, c);

        for (size_t i = 0; i + n <= head.len; i++)
            if (text_eq_icase((struct text){ head.ptr + i, n },
                              (struct text){ word, n }))
                return true;
    }
    return false;
}

static void read_labels(struct grid *g)
{
    /* words for a change that are names of rows as well */
    static const char *const names[] = { "growth", "decline", "drop" };
    const bool measures = grid_lists_measures(g);

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text t = grid_text(g, r, 0);

        g->labels[r] = label_read(t);
        if (grid_word_of(t, names, sizeof(names) / sizeof(*names)))
            g->labels[r] = (struct label){ 0, 0, COMPARED_ANYHOW };
        if (g->labels[r].bits == LABEL_OTHER && total_of_header(g, t))
            g->labels[r].bits = LABEL_SUM;
        if (g->labels[r].bits == LABEL_OTHER && measures)
            g->labels[r].bits = 0; /* "Average TTFT" is a measure */
    }
    for (uint32_t c = 0; c < g->cols; c++)
        g->heads[c] = label_read(grid_text(g, 0, c));
}

void grid_label(struct grid *g)
{
    if (!g->labelled)
        read_labels(g);
    g->labelled = true;
}

bool grid_make(struct grid *g, struct work *w, uint32_t first,
               uint32_t *next_claim)
{
    *g = (struct grid){ .w = w, .first = first };
    if (!measure(g))
        return false;
    g->at = arena_alloc(w->a, (size_t)g->rows * g->cols, sizeof(*g->at));
    g->labels = arena_alloc(w->a, g->rows, sizeof(*g->labels));
    g->heads = arena_alloc(w->a, g->cols, sizeof(*g->heads));
    g->scratch =
        arena_alloc(w->a, 2 * ((size_t)g->rows + g->cols), sizeof(*g->scratch));
    if (g->at == NULL || g->labels == NULL || g->heads == NULL ||
        g->scratch == NULL)
        return false;
    fill(g, next_claim);
    return true;
}

struct text grid_row_name(const struct grid *g, uint32_t row)
{
    struct text t = g->names != NULL ? g->names[row] : grid_text(g, row, 0);
    const char *open;

    if (g->names != NULL)
        return t;
    open = t.len > 0 ? memchr(t.ptr, '(', t.len) : NULL;
    if (open != NULL)
        t.len = (size_t)(open - t.ptr);
    t = text_trim(t);
    while (t.len > 0 && t.ptr[0] == '*') {
        t.ptr++;
        t.len--;
    }
    while (t.len > 0 && t.ptr[t.len - 1] == '*')
        t.len--;
    return text_trim(t);
}

bool grid_turn(const struct grid *g, struct grid *turned)
{
    *turned = *g;
    turned->rows = g->cols;
    turned->cols = g->rows;
    turned->labels = g->heads;
    turned->heads = g->labels;
    turned->turned = true;
    turned->names = NULL;
    turned->at =
        arena_alloc(g->w->a, (size_t)g->rows * g->cols, sizeof(*turned->at));
    if (turned->at == NULL)
        return false;
    for (uint32_t r = 0; r < g->rows; r++)
        for (uint32_t c = 0; c < g->cols; c++)
            turned->at[c * g->rows + r] = *grid_cell(g, r, c);
    return true;
}

bool grid_word_of(struct text t, const char *const *list, size_t n)
{
    while (t.len > 0 && (t.ptr[0] == '*' || t.ptr[0] == '_')) {
        t.ptr++;
        t.len--;
    }
    while (t.len > 0 && (t.ptr[t.len - 1] == '*' || t.ptr[t.len - 1] == '_'))
        t.len--;
    for (size_t i = 0; i < n; i++)
        if (text_is_icase(t, list[i]))
            return true;
    return false;
}

bool grid_lists_measures(const struct grid *g)
{
    static const char *const lists[] = { "metric",    "metrics",   "measure",
                                         "statistic", "stat",      "parameter",
                                         "property",  "indicator", "kpi",
                                         "quantity",  "setting",   "aspect",
                                         "attribute", "field",     "key" };

    return grid_word_of(grid_text(g, 0, 0), lists,
                        sizeof(lists) / sizeof(*lists));
}

static bool dots(struct text t)
{
    return text_eq(t, TEXT_LIT("...")) ||
           text_eq(t, TEXT_LIT("\xe2\x80\xa6")) ||
           text_eq(t, TEXT_LIT("\xe2\x8b\xae"));
}

static bool has_word_of(struct text t, const char *const *words, size_t n)
{
    size_t i = 0;

    while (i < t.len) {
        size_t end = i;

        while (end < t.len && ascii_alpha(t.ptr[end]))
            end++;
        if (end - i >= 3 && strchr("tseporwga", ascii_lower(t.ptr[i])) != NULL)
            for (size_t k = 0; k < n; k++)
                if (text_is_icase((struct text){ t.ptr + i, end - i },
                                  words[k]))
                    return true;
        i = end + 1;
    }
    return false;
}

/* The paragraph above or below the table has one of the words. */
static bool caption_has(const struct grid *g, const char *const *words,
                        size_t n)
{
    enum { CAPTION_BYTES = 400 };
    const struct doc *d = &g->w->report->doc;

    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t i = k == 0 ? g->first - 1 : g->end;
        struct text t;

        if ((k == 0 && g->first == 0) || i >= d->block_count)
            continue;
        t = text_sub(g->w->report->bytes, d->blocks[i].span);
        /* A long paragraph is no caption: its words are of other things. */
        if (t.len <= CAPTION_BYTES && has_word_of(t, words, n))
            return true;
    }
    return false;
}

bool grid_partial(const struct grid *g)
{
    static const char *const words[] = {
        "top",      "selected",       "selection", "excerpt",
        "subset",   "partial",        "abridged",  "omitted",
        "shown",    "representative", "excluding", "excluded",
        "excludes", "truncated",      "remaining", "abbreviated"
    };

    for (uint32_t r = 1; r < g->rows; r++)
        for (uint32_t c = 0; c < g->cols; c++)
            if (dots(grid_text(g, r, c)))
                return true;
    return caption_has(g, words, sizeof(words) / sizeof(*words));
}

bool grid_weighted(const struct grid *g)
{
    static const char *const words[] = { "weighted", "geometric" };

    return caption_has(g, words, sizeof(words) / sizeof(*words));
}

void grid_say_change(const struct grid *g, uint32_t i,
                     const struct cell *before, const struct cell *after,
                     const struct comparison *how, bool fits)
{
    struct work *w = g->w;
    const uint32_t operands[] = { before->claim, after->claim };
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;

    if (how->formula == NULL || how->value.any)
        return;
    decimal_format(x, cell_claim(g, before)->value);
    decimal_format(y, cell_claim(g, after)->value);
    s = arena_printf(w->a, "%s, before = %s, after = %s", how->formula, x, y);
    own_say(w, i, fits,
            fits ? "from other numbers of its table"
                 : "not what its table's numbers give",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, &w->out[i].claim, how), operands, 2);
}
