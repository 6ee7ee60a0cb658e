/* Markdown tables as tables, "key: value" lines as one row per heading. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"
#include "validator/text/markdown.h"

enum { CELL_BYTES = 4096, KEY_BYTES = 80, COLUMNS = 256 };
static const size_t doc_max = (size_t)1 << 30; /* bytes of a parsed document */

struct md {
    struct facts *f;
    uint32_t file;
    struct doc doc;
    const size_t *lines; /* offsets of line starts */
    size_t line_count;
    uint32_t keys_table, keys_heading; /* the open table of key lines */
    size_t prose;                      /* bytes of it kept */
    char buf[CELL_BYTES];
};

static size_t line_of(const struct md *m, size_t off)
{
    size_t low = 0, high = m->line_count;

    while (high - low > 1) {
        const size_t mid = low + (high - low) / 2;

        if (m->lines[mid] <= off)
            low = mid;
        else
            high = mid;
    }
    return low + 1;
}

/* Pieces [from, to) of the document as plain text, at most `size` bytes. */
static struct text plain_text(const struct md *m, size_t from, size_t to,
                              char *buf, size_t size)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        const struct piece *p = &m->doc.pieces[i];
        struct text t = text_sub(m->doc.src, p->span);

        if (p->kind == PIECE_URL || p->kind == PIECE_HTML)
            continue;
        if (p->kind == PIECE_BREAK)
            t = TEXT_LIT(" ");
        if (t.len > size - n)
            t.len = size - n;
        memcpy(buf + n, t.ptr, t.len);
        n += t.len;
    }
    return text_trim((struct text){ buf, n });
}

static struct text block_text(struct md *m, const struct block *b)
{
    return plain_text(m, b->first_piece, b->first_piece + b->pieces, m->buf,
                      sizeof(m->buf));
}

static struct text heading_text(struct md *m, const struct block *b)
{
    return b->heading == DOC_NONE ? m->f->files[m->file].pub.name
                                  : block_text(m, &m->doc.blocks[b->heading]);
}

struct rows { /* the Markdown table that is being read */
    uint32_t table, columns[COLUMNS], column_count, row;
    bool unit_above;       /* a header has a unit */
    struct unit_ref label; /* the unit in the label of the row */
};

/* The unit of "prompt tokens": one word alone is what a row is called. */
static struct unit_ref label_unit(const struct md *m, struct text label)
{
    struct unit_ref unit = { 0, 0, 0 };
    struct span at;

    if (memchr(label.ptr, ' ', label.len) == NULL ||
        !units_of_header(m->f->units, label, &unit, &at))
        return (struct unit_ref){ 0, 0, 0 };
    return unit;
}

/* "| prompt tokens | 512 |": a table of labels and values. */
static void label_cell(const struct md *m, const struct block *b,
                       struct rows *t, struct cell *cell)
{
    if (b->col == 0)
        t->label = cell->kind == CELL_TEXT ? label_unit(m, cell->text)
                                           : (struct unit_ref){ 0, 0, 0 };
    else if (t->column_count == 2 && !t->unit_above &&
             cell->kind == CELL_NUMBER && unit_none(cell->unit))
        cell->unit = t->label;
}

static bool begin_table(struct md *m, const struct block *b, struct rows *t)
{
    t->table = store_table(m->f, m->file, TABLE_MARKDOWN, heading_text(m, b),
                           FACT_NONE);
    t->column_count = 0;
    t->unit_above = false;
    t->row = FACT_NONE;
    return t->table != STORE_FAIL;
}

static bool table_block(struct md *m, const struct block *b, struct rows *t)
{
    struct cell cell;

    if (b->col >= COLUMNS)
        return true;
    if (b->role == BLOCK_TABLE_HEAD) {
        while (t->column_count <= b->col) {
            const struct text head = block_text(m, b);
            const uint32_t id = store_column(m->f, t->table, head);
            struct unit_ref unit;
            struct span at;

            if (id == STORE_FAIL)
                return false;
            t->unit_above =
                t->unit_above || units_of_header(m->f->units, head, &unit, &at);
            t->columns[t->column_count++] = id;
        }
        return true;
    }
    if (b->col >= t->column_count)
        return true;
    if (t->row != b->row) {
        t->row = b->row;
        if (!store_row(m->f, t->table, line_of(m, b->span.off)))
            return false;
    }
    cell_read(m->f->units, block_text(m, b), false, &cell);
    label_cell(m, b, t, &cell);
    return store_cell(m->f, t->columns[b->col],
                      m->f->tables[t->table].pub.rows - 1, &cell, 0);
}

/* One line of a paragraph or list item: "**Key:** value". */
static bool key_line(struct md *m, const struct block *b, size_t from,
                     size_t to)
{
    char buf[CELL_BYTES];
    const struct text t = plain_text(m, from, to, buf, sizeof(buf));
    const char *colon = memchr(t.ptr, ':', t.len);
    struct text key, value;
    struct cell cell;
    uint32_t column;

    if (colon == NULL || colon == t.ptr || colon + 1 == t.ptr + t.len)
        return true;
    key = text_trim((struct text){ t.ptr, (size_t)(colon - t.ptr) });
    value = text_trim(
        (struct text){ colon + 1, (size_t)(t.ptr + t.len - colon - 1) });
    if (key.len == 0 || key.len > KEY_BYTES || colon[1] != ' ')
        return true;
    cell_read(m->f->units, value, false, &cell);
    if (cell.kind == CELL_EMPTY)
        return true;
    if (m->keys_table == FACT_NONE || m->keys_heading != b->heading) {
        m->keys_heading = b->heading;
        m->keys_table = store_table(m->f, m->file, TABLE_KEYS,
                                    heading_text(m, b), FACT_NONE);
        if (m->keys_table == STORE_FAIL ||
            !store_row(m->f, m->keys_table, line_of(m, b->span.off)))
            return false;
    }
    column = store_column(m->f, m->keys_table, key);
    return column != STORE_FAIL &&
           store_cell(m->f, column, 0, &cell,
                      line_of(m, m->doc.pieces[from].span.off));
}

static bool key_lines(struct md *m, const struct block *b)
{
    const size_t end = b->first_piece + b->pieces;
    size_t from = b->first_piece;

    for (size_t i = from; i <= end; i++) {
        if (i < end && m->doc.pieces[i].kind != PIECE_BREAK)
            continue;
        if (i > from && !key_line(m, b, from, i))
            return false;
        from = i + 1;
    }
    return true;
}

/* What the block says; of what is longer than a cell no cut word. */
static bool prose_block(struct md *m, const struct block *b)
{
    struct text t = block_text(m, b);

    if (t.len == sizeof(m->buf))
        while (t.len > 0 && t.ptr[t.len - 1] != ' ')
            t.len--;
    return store_prose(m->f, m->file, line_of(m, b->span.off), t, &m->prose);
}

static enum status read_blocks(struct md *m, struct error *err)
{
    struct rows t = { .table = FACT_NONE };
    uint32_t open = DOC_NONE; /* number of the Markdown table */

    for (size_t i = 0; i < m->doc.block_count; i++) {
        const struct block *b = &m->doc.blocks[i];
        bool ok = true;

        switch (b->role) {
        case BLOCK_TABLE_HEAD:
        case BLOCK_TABLE_CELL:
            if (b->table != open) {
                open = b->table;
                ok = begin_table(m, b, &t);
            }
            ok = ok && table_block(m, b, &t);
            break;
        case BLOCK_PARAGRAPH:
        case BLOCK_LIST_ITEM:
        case BLOCK_FRONT_MATTER:
            ok = key_lines(m, b) && prose_block(m, b);
            break;
        case BLOCK_HEADING:
            ok = prose_block(m, b);
            break;
        default:
            break;
        }
        if (!ok)
            return facts_nomem(err);
    }
    return ST_OK;
}

static bool find_lines(struct md *m, struct text t, struct arena *a)
{
    size_t n = 1, *lines;

    for (size_t i = 0; i < t.len; i++)
        n += t.ptr[i] == '\n';
    lines = arena_alloc(a, n, sizeof(*lines));
    if (lines == NULL)
        return false;
    m->lines = lines;
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '\n')
            lines[++m->line_count] = i + 1;
    m->line_count++;
    return true;
}

enum status markdown_read(struct facts *f, uint32_t file, struct text bytes,
                          struct error *err)
{
    struct md m = {
        .f = f, .file = file, .keys_table = FACT_NONE, .keys_heading = DOC_NONE
    };
    struct arena *a = arena_new(doc_max);
    struct error why;
    enum status st = ST_OK;

    if (a == NULL || !find_lines(&m, bytes, a))
        st = facts_nomem(err);
    if (st == ST_OK) {
        st = doc_parse(&m.doc, bytes, a, &why);
        if (st != ST_OK)
            st = error_set(err, st, "%s: %s", f->files[file].path, why.text);
    }
    if (st == ST_OK)
        st = read_blocks(&m, err);
    arena_free(a);
    return st;
}
