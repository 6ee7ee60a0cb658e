/* CSV and TSV (RFC 4180 and what programs make of it). */
#include <stdio.h>
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { FIELDS_MAX = 16384, SNIFF = 20 };

struct field {
    struct text text; /* without its quotes; doubled quotes still doubled */
    bool quoted, doubled;
};

struct csv {
    struct facts *f;
    const char *path;
    struct text t;
    size_t at, line;
    char delimiter;
    struct field *fields;
    size_t count, cap;
    uint32_t table, first_column;
    char *scratch; /* undoubled quotes */
    size_t scratch_cap;
    struct error *err;
};

static enum status add_field(struct csv *c, struct field field)
{
    if (c->count >= FIELDS_MAX)
        return error_set(c->err, ST_LIMIT, "%s:%zu: more than %d fields",
                         c->path, c->line, FIELDS_MAX);
    if (!store_grow((void **)&c->fields, &c->cap, c->count,
                    sizeof(*c->fields)))
        return facts_nomem(c->err);
    c->fields[c->count++] = field;
    return ST_OK;
}

/* A quote opens a quoted field only where its end is followed by a delimiter
 * or the end of the line; otherwise it is an ordinary character. */
static enum status quoted(struct csv *c, struct field *out)
{
    const size_t start = ++c->at, line = c->line;

    for (; c->at < c->t.len; c->at++) {
        const char ch = c->t.ptr[c->at];

        c->line += ch == '\n';
        if (ch != '"')
            continue;
        if (c->at + 1 < c->t.len && c->t.ptr[c->at + 1] == '"') {
            out->doubled = true;
            c->at++;
            continue;
        }
        out->text = (struct text){ c->t.ptr + start, c->at - start };
        out->quoted = true;
        for (c->at++; c->at < c->t.len && c->t.ptr[c->at] != c->delimiter &&
                      c->t.ptr[c->at] != '\n';)
            c->at++;
        return ST_OK;
    }
    return error_set(c->err, ST_INPUT,
                     "%s:%zu: a quoted field begins here and never ends; "
                     "close the quote or double it",
                     c->path, line);
}

static enum status read_record(struct csv *c)
{
    enum status st = ST_OK;

    c->count = 0;
    while (st == ST_OK) {
        struct field field = { .quoted = false };

        if (c->at < c->t.len && c->t.ptr[c->at] == '"') {
            st = quoted(c, &field);
        } else {
            const size_t start = c->at;

            while (c->at < c->t.len && c->t.ptr[c->at] != c->delimiter &&
                   c->t.ptr[c->at] != '\n')
                c->at++;
            field.text = (struct text){ c->t.ptr + start, c->at - start };
        }
        if (st == ST_OK)
            st = add_field(c, field);
        if (st != ST_OK || c->at >= c->t.len)
            break;
        if (c->t.ptr[c->at++] == '\n') {
            c->line++;
            break;
        }
    }
    if (st == ST_OK && c->count > 0) {
        struct text *last = &c->fields[c->count - 1].text;

        if (last->len > 0 && last->ptr[last->len - 1] == '\r')
            last->len--;
    }
    return st;
}

static size_t count_outside_quotes(struct text line, char delimiter)
{
    size_t n = 0;
    bool in = false;

    for (size_t i = 0; i < line.len; i++) {
        in ^= line.ptr[i] == '"';
        n += !in && line.ptr[i] == delimiter;
    }
    return n;
}

/* The delimiter that cuts the first lines most evenly. */
static char sniff(struct text t)
{
    static const char candidates[] = { ',', ';', '\t', '|' };
    size_t best_score = 0;
    char best = ',';

    for (size_t k = 0; k < sizeof(candidates); k++) {
        size_t at = 0, first = 0, same = 0, score;

        for (size_t line = 0; line < SNIFF && at < t.len; line++) {
            const char *nl = memchr(t.ptr + at, '\n', t.len - at);
            const size_t end = nl != NULL ? (size_t)(nl - t.ptr) : t.len;
            const size_t n = count_outside_quotes(
                (struct text){ t.ptr + at, end - at }, candidates[k]);

            if (line == 0)
                first = n;
            same += n == first;
            at = end + 1;
        }
        score = first > 0 ? same * 64 + (first < 64 ? first : 63) : 0;
        if (score > best_score) {
            best_score = score;
            best = candidates[k];
        }
    }
    return best;
}

static enum status field_text(struct csv *c, const struct field *field,
                              struct text *out)
{
    size_t n = 0;

    *out = field->text;
    if (!field->doubled)
        return ST_OK;
    if (c->scratch_cap < field->text.len) {
        char *p = realloc(c->scratch, field->text.len);

        if (p == NULL)
            return facts_nomem(c->err);
        c->scratch = p;
        c->scratch_cap = field->text.len;
    }
    for (size_t i = 0; i < field->text.len; i++) {
        c->scratch[n++] = field->text.ptr[i];
        if (field->text.ptr[i] == '"')
            i++;
    }
    *out = (struct text){ c->scratch, n };
    return ST_OK;
}

/* Columns for fields from `from` on; those without a header get a number. */
static enum status make_columns(struct csv *c, bool header)
{
    const struct table *t = &c->f->tables[c->table];
    enum status st = ST_OK;

    for (size_t i = t->columns_made; i < c->count && st == ST_OK; i++) {
        char number[32];
        struct text name = { number, 0 };
        uint32_t id;

        if (header)
            st = field_text(c, &c->fields[i], &name);
        name = text_trim(name);
        if (st == ST_OK && name.len == 0)
            name = (struct text){ number,
                                  (size_t)snprintf(number, sizeof(number),
                                                   "column %zu", i + 1) };
        if (st != ST_OK)
            break;
        id = store_column(c->f, c->table, name);
        if (id == STORE_FAIL)
            return facts_nomem(c->err);
        c->f->columns[id].decimal_comma = c->delimiter == ';';
        if (i == 0)
            c->first_column = id;
        t = &c->f->tables[c->table];
    }
    return st;
}

static enum status put_record(struct csv *c, size_t line)
{
    const uint32_t row = c->f->tables[c->table].pub.rows;
    enum status st = make_columns(c, false);

    if (st == ST_OK && !store_row(c->f, c->table, line))
        return facts_nomem(c->err);
    for (size_t i = 0; i < c->count && st == ST_OK; i++) {
        struct cell cell;
        struct text t;

        st = field_text(c, &c->fields[i], &t);
        if (st != ST_OK)
            break;
        cell_read(c->f->units, t, c->delimiter == ';', &cell);
        if (!store_cell(c->f, c->first_column + (uint32_t)i, row, &cell, 0))
            st = facts_nomem(c->err);
    }
    return st;
}

/* A first record of numbers alone is data, not a header. */
static bool is_header(const struct csv *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct cell cell;

        cell_read(c->f->units, c->fields[i].text, c->delimiter == ';', &cell);
        if (cell.kind == CELL_TEXT)
            return true;
    }
    return false;
}

static bool blank(const struct csv *c)
{
    return c->count == 1 && !c->fields[0].quoted &&
           text_trim(c->fields[0].text).len == 0;
}

static enum status read_all(struct csv *c)
{
    enum status st = ST_OK;
    bool first = true;

    while (st == ST_OK && c->at < c->t.len) {
        const size_t line = c->line;

        st = read_record(c);
        if (st != ST_OK || blank(c))
            continue;
        if (first && is_header(c))
            st = make_columns(c, true);
        else
            st = put_record(c, line);
        first = false;
    }
    return st;
}

enum status csv_read(struct facts *f, uint32_t file, struct text bytes,
                     struct error *err)
{
    struct csv c = { .f = f, .path = f->files[file].path, .t = bytes,
                     .line = 1, .err = err };
    enum status st;

    if (text_starts(bytes, TEXT_LIT("\xef\xbb\xbf")))
        c.t = (struct text){ bytes.ptr + 3, bytes.len - 3 };
    c.delimiter = sniff(c.t);
    c.table = store_table(f, file, TABLE_CSV, f->files[file].pub.name,
                          FACT_NONE);
    st = c.table == STORE_FAIL ? facts_nomem(err) : read_all(&c);
    free(c.fields);
    free(c.scratch);
    return st;
}
