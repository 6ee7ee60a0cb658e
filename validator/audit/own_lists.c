/* List items "Name: number", "Name (number)" and "number name" as a column of
 * labelled numbers. */
#include "validator/audit/grid.h"

enum {
    ITEMS_MAX = 64,  /* of one list */
    LEVELS_MAX = 6,  /* of nested lists */
    NAME_BYTES = 60, /* of what a number is called */
    MARKS_MAX = 6    /* bytes of markup between a name and its number */
};

static struct text block_text(const struct work *w, uint32_t block)
{
    return text_sub(w->report->bytes, w->report->doc.blocks[block].span);
}

/* The first claim of a block that states a fact, at or behind *k; FACT_NONE.
 */
static uint32_t first_claim(const struct work *w, uint32_t *k, uint32_t block)
{
    uint32_t i;

    while (*k < w->count && w->out[*k].block < block)
        ++*k;
    i = *k;
    while (i < w->count && w->out[i].block == block &&
           w->out[i].claim.exempt != EXEMPT_NO)
        i++;
    return i < w->count && w->out[i].block == block ? i : FACT_NONE;
}

static bool only_marks(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] != ' ' && t.ptr[i] != '*' && t.ptr[i] != '_' &&
            t.ptr[i] != '`')
            return false;
    return t.len <= MARKS_MAX;
}

/* What the number of an item is called; len 0: nothing says. */
static struct text name_of(struct text item, size_t start, size_t end)
{
    struct text name = { item.ptr, 0 };

    if (only_marks((struct text){ item.ptr, start })) {
        name.ptr = item.ptr + end;
        while (end + name.len < item.len && name.len < NAME_BYTES &&
               (ascii_alpha(name.ptr[name.len]) || name.ptr[name.len] == ' ' ||
                name.ptr[name.len] == '*' ||
                (unsigned char)name.ptr[name.len] >= 0x80))
            name.len++;
        return name;
    }
    for (size_t i = start; i-- > 0;)
        if (item.ptr[i] == ':' || item.ptr[i] == '=' || item.ptr[i] == '(') {
            if (only_marks((struct text){ item.ptr + i + 1, start - i - 1 }))
                name.len = i;
            break;
        }
    if (name.len > NAME_BYTES)
        name.len = 0;
    return name;
}

static void put_item(struct grid *g, uint32_t row, uint32_t block, uint32_t i)
{
    struct cell *label = &g->at[row * 2], *value = label + 1;
    const struct text item = block_text(g->w, block);
    const size_t off = g->w->report->doc.blocks[block].span.off;
    const struct claim *c;

    *label = *value = (struct cell){ .text = { "", 0 },
                                     .claim = FACT_NONE,
                                     .spread = FACT_NONE };
    if (i == FACT_NONE)
        return;
    c = &g->w->out[i].claim;
    if (c->span.off < off || span_end(c->span) > off + item.len)
        return;
    label->text = name_of(item, c->span.off - off, span_end(c->span) - off);
    label->kind = CELL_TEXT;
    value->kind =
        c->role == ROLE_ALONE && c->form == FORM_DIGITS && label->text.len > 0
            ? CELL_ONE
            : CELL_MANY;
    value->claim = i;
}

/* The items of level `level` from block `from` on, up to one of a lower level.
 * The item or paragraph above them leads. */
static uint32_t read_run(struct grid *g, uint32_t from, uint32_t end,
                         uint8_t level, uint32_t claim)
{
    const struct block *blocks = g->w->report->doc.blocks;
    uint32_t i = from, k = claim;

    g->rows = 1;
    for (; i < end && blocks[i].level >= level; i++)
        if (blocks[i].level == level && g->rows <= ITEMS_MAX)
            put_item(g, g->rows++, i, first_claim(g->w, &k, i));
    return i;
}

/* Nothing is said of numbers that the data bear out. */
static bool any_open(const struct grid *g)
{
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct cell *cell = grid_cell(g, r, 1);

        if (cell->claim != FACT_NONE && !own_borne_out(&g->w->out[cell->claim]))
            return true;
    }
    return false;
}

static void judge_run(struct grid *g)
{
    if (!any_open(g))
        return;
    own_order(g);
    own_record(g, 1);
}

static void judge_list(struct work *w, uint32_t from, uint32_t end,
                       uint32_t claim)
{
    const struct block *blocks = w->report->doc.blocks;
    struct cell at[2 * (ITEMS_MAX + 2)];
    struct grid g = { .w = w, .cols = 2, .at = at };

    at[0] = at[1] = (struct cell){ .text = { "", 0 },
                                   .claim = FACT_NONE,
                                   .spread = FACT_NONE };
    for (uint8_t level = 1; level <= LEVELS_MAX; level++)
        for (uint32_t i = from; i < end;) {
            if (blocks[i].level != level) {
                i++;
                continue;
            }
            i = read_run(&g, i, end, level, claim);
            if (g.rows > 2)
                judge_run(&g);
        }
}

void own_lists(struct work *w)
{
    const struct doc *d = &w->report->doc;
    uint32_t claim = 0;

    for (uint32_t i = 0, end; i < d->block_count; i = end) {
        end = i + 1;
        if (d->blocks[i].role != BLOCK_LIST_ITEM)
            continue;
        while (end < d->block_count && d->blocks[end].role == BLOCK_LIST_ITEM)
            end++;
        (void)first_claim(w, &claim, i);
        if (claim < w->count && w->out[claim].block < end && end - i > 1)
            judge_list(w, i, end, claim);
    }
}
