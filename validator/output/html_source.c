/* Lines of the source data beside a number. A file is read once per report;
 * at most FILES of them, each at most FILE_MAX bytes. */
#define _GNU_SOURCE /* strndup */
#include <stdlib.h>

#include "validator/base/file.h"
#include "validator/output/html.h"

enum { FILES = 64, FILE_MAX = 16 << 20, LINE = 240, CELLS = 256, AROUND = 2 };

struct source {
    char *path, *bytes;
    size_t len;
    size_t *lines; /* where each begins */
    size_t line_count;
};

struct sources {
    struct source at[FILES];
    size_t count;
};

struct sources *sources_new(void)
{
    return calloc(1, sizeof(struct sources));
}

void sources_free(struct sources *s)
{
    for (size_t i = 0; s != NULL && i < s->count; i++) {
        free(s->at[i].path);
        free(s->at[i].bytes);
        free(s->at[i].lines);
    }
    free(s);
}

static enum status index_lines(struct source *f)
{
    size_t n = 1;

    for (size_t i = 0; i < f->len; i++)
        n += f->bytes[i] == '\n';
    f->lines = calloc(n, sizeof(*f->lines));
    if (f->lines == NULL)
        return ST_NOMEM;
    f->line_count = n;
    n = 1;
    for (size_t i = 0; i < f->len; i++)
        if (f->bytes[i] == '\n')
            f->lines[n++] = i + 1;
    return ST_OK;
}

/* A file that cannot be read is kept too, without lines; b fails when there
 * is no memory for it. */
static const struct source *source_open(struct sources *s, struct text path,
                                        struct buf *b)
{
    struct source *f;
    struct error err;
    enum status st;

    for (size_t i = 0; i < s->count; i++)
        if (text_eq(text_from(s->at[i].path), path))
            return &s->at[i];
    if (s->count == FILES)
        return NULL;
    f = &s->at[s->count];
    f->path = strndup(path.ptr, path.len);
    if (f->path == NULL) {
        buf_fail(b, ST_NOMEM);
        return NULL;
    }
    s->count++;
    st = file_read(&f->bytes, &f->len, f->path, FILE_MAX, &err);
    if (st == ST_OK)
        st = index_lines(f);
    if (st == ST_NOMEM)
        buf_fail(b, st);
    return f;
}

static struct text line_of(const struct source *f, size_t n)
{
    const size_t from = f->lines[n - 1];
    const size_t to = n < f->line_count ? f->lines[n] - 1 : f->len;

    return text_trim((struct text){ f->bytes + from, to - from });
}

/* ---- CSV: header and row, some columns around the cell ---- */

static char delimiter(struct text header)
{
    static const char tried[] = ",;\t|";
    size_t most = 0;
    char best = ',';

    for (size_t k = 0; k < sizeof(tried) - 1; k++) {
        size_t n = 0;

        for (size_t i = 0; i < header.len; i++)
            n += header.ptr[i] == tried[k];
        if (n > most) {
            most = n;
            best = tried[k];
        }
    }
    return best;
}

static size_t split(struct text line, char by, struct text cells[CELLS])
{
    size_t n = 0, from = 0;
    bool quoted = false;

    for (size_t i = 0; i <= line.len && n < CELLS; i++) {
        if (i < line.len && line.ptr[i] == '"')
            quoted = !quoted;
        if (i < line.len && (quoted || line.ptr[i] != by))
            continue;
        struct text cell =
            text_trim((struct text){ line.ptr + from, i - from });

        if (cell.len >= 2 && cell.ptr[0] == '"' &&
            cell.ptr[cell.len - 1] == '"')
            cell = (struct text){ cell.ptr + 1, cell.len - 2 };
        cells[n++] = cell;
        from = i + 1;
    }
    return n;
}

/* NAME of `... column "NAME"` at the end of a fact's path. */
static struct text column_name(struct text path)
{
    static const struct text mark = { "column \"", 8 };
    size_t at = path.len + 1, next = 0;

    while ((next = text_find(path, mark, next)) <= path.len)
        at = next++;
    if (at > path.len || !text_ends(path, TEXT_LIT("\"")))
        return (struct text){ NULL, 0 };
    return (struct text){ path.ptr + at + mark.len,
                          path.len - at - mark.len - 1 };
}

static void put_cells(struct buf *b, const struct text *cells, size_t n,
                      size_t column, bool head)
{
    const size_t from = column > AROUND ? column - AROUND : 0;

    buf_puts(b, "<tr>");
    for (size_t i = 0; i < n && i <= column + AROUND; i++) {
        if (i > 0 && i < from)
            continue;
        buf_puts(b, head ? "<th scope=col>" : "<td>");
        buf_puts(b, !head && i == column ? "<mark>" : "");
        html_text(b, cut_text(cells[i], 60));
        buf_puts(b, !head && i == column ? "</mark>" : "");
        buf_puts(b, head ? "</th>" : "</td>");
    }
    buf_puts(b, "</tr>");
}

static bool put_row(struct buf *b, const struct source *f,
                    const struct evidence_fact *fact)
{
    struct text head[CELLS], row[CELLS];
    const struct text name = column_name(fact->path);
    const char by = delimiter(line_of(f, 1));
    const size_t columns = split(line_of(f, 1), by, head);
    const size_t cells = split(line_of(f, fact->line), by, row);
    size_t column = 0;

    while (column < columns && !text_eq(head[column], name))
        column++;
    if (fact->line < 2 || column == columns || column >= cells)
        return false;
    buf_puts(b, "<table class=src>");
    put_cells(b, head, columns, column, true);
    put_cells(b, row, cells, column, false);
    buf_puts(b, "</table>");
    return true;
}

/* ---- any other file: the line, the value marked ---- */

static bool word_byte(char c)
{
    return ascii_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* The value as a whole word, behind the last key of the path if it is there. */
static size_t find_value(struct text line, struct text path, struct text value)
{
    size_t from = 0, at, key = path.len;

    while (key > 0 && path.ptr[key - 1] != '.' && path.ptr[key - 1] != ']')
        key--;
    at = text_find(line, (struct text){ path.ptr + key, path.len - key }, 0);
    if (path.len > key && at <= line.len)
        from = at + path.len - key;
    for (int round = 0; round < 2; round++, from = 0)
        for (at = text_find(line, value, from); at <= line.len;
             at = text_find(line, value, at + 1)) {
            const size_t end = at + value.len;

            if ((at == 0 || !word_byte(line.ptr[at - 1])) &&
                (end == line.len || !word_byte(line.ptr[end])))
                return at;
        }
    return line.len + 1;
}

static size_t back_to_char(struct text t, size_t at)
{
    while (at > 0 && at < t.len && ((unsigned char)t.ptr[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void put_line(struct buf *b, struct text line,
                     const struct evidence_fact *fact)
{
    const size_t at = fact->value.len > 0
                          ? find_value(line, fact->path, fact->value)
                          : line.len + 1;
    const size_t value = at <= line.len ? at : 0;
    const size_t value_len = at <= line.len ? fact->value.len : 0;
    const size_t from =
        value > LINE / 2 ? back_to_char(line, value - LINE / 2) : 0;
    const size_t end = value + value_len;
    const size_t to = end + LINE / 2 < line.len
                          ? back_to_char(line, end + LINE / 2)
                          : line.len;

    buf_puts(b, from > 0 ? "<pre class=src>..." : "<pre class=src>");
    html_text(b, (struct text){ line.ptr + from, value - from });
    if (value_len > 0) {
        buf_puts(b, "<mark>");
        html_text(b, (struct text){ line.ptr + value, value_len });
        buf_puts(b, "</mark>");
    }
    html_text(b, (struct text){ line.ptr + end, to - end });
    buf_puts(b, to < line.len ? "...</pre>" : "</pre>");
}

void html_source(struct buf *b, struct sources *s,
                 const struct evidence_fact *fact)
{
    const struct source *f =
        s != NULL && fact->line > 0 ? source_open(s, fact->file, b) : NULL;

    if (f == NULL || fact->line > f->line_count)
        return;
    if ((text_ends(fact->file, TEXT_LIT(".csv")) ||
         text_ends(fact->file, TEXT_LIT(".tsv"))) &&
        put_row(b, f, fact))
        return;
    put_line(b, line_of(f, fact->line), fact);
}
