/* CSV and TSV (RFC 4180 and what programs make of it). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "validator/base/file.h"
#include "validator/facts/facts_int.h"
#include "validator/text/utf16.h"

enum {
    FIELDS_MAX = 16384, /* of a record */
    SNIFF = 20,         /* lines that tell the delimiter */
    DIGITS = 18,        /* always fit an int64_t */
    WINDOW = 1 << 20,   /* bytes, doubled for long records */
    RECORD_MAX = 512 << 20,
    BEHIND = 16 /* bytes of newlines behind the window */
};

struct field {
    struct text text; /* without its quotes; doubled quotes still doubled */
    bool quoted, doubled;
};

/* A file is read through a window that holds whole records. */
struct csv {
    struct facts *f;
    const char *path;
    uint32_t file;
    int fd;
    char *own; /* the window's memory */
    size_t cap;
    struct text t; /* the window; BEHIND newlines follow */
    size_t at, line;
    bool last; /* nothing comes behind the window */
    char delimiter;
    struct field *fields;
    size_t count, field_cap;
    uint32_t table, first_column, columns;
    char *scratch; /* undoubled quotes */
    size_t scratch_cap;
    struct error *err;
};

/* ---- the window ---- */

/* Moves what is not read yet to the front and fills up. */
static enum status refill(struct csv *c)
{
    const size_t rest = c->t.len - c->at;

    if (rest > c->cap / 2) {
        char *p =
            c->cap < RECORD_MAX ? realloc(c->own, c->cap * 2 + BEHIND) : NULL;

        if (p == NULL)
            return error_set(c->err, ST_LIMIT,
                             "%s:%zu: a record of more than %d bytes", c->path,
                             c->line, RECORD_MAX / 2);
        c->own = p;
        c->cap *= 2;
    }
    memmove(c->own, c->own + c->at, rest);
    c->t = (struct text){ c->own, rest };
    c->at = 0;
    while (c->t.len < c->cap && !c->last) {
        const ssize_t n = read(c->fd, c->own + c->t.len, c->cap - c->t.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(c->err, ST_INPUT, "%s: cannot read: %s", c->path,
                             strerror(errno));
        c->last = n == 0;
        c->t.len += (size_t)n;
    }
    memset(c->own + c->t.len, '\n', BEHIND);
    return ST_OK;
}

/* NUL bytes mark a file that is no text, or text in another encoding. */
static enum status check_bytes(struct csv *c, size_t from)
{
    const char *nul = memchr(c->t.ptr + from, '\0', c->t.len - from);
    size_t line = c->line;

    if (nul == NULL)
        return ST_OK;
    for (const char *p = c->t.ptr + c->at; p < nul; p++)
        line += *p == '\n';
    return error_set(c->err, ST_INPUT,
                     "%s:%zu: a NUL byte; save the file as UTF-8", c->path,
                     line);
}

static enum status more(struct csv *c)
{
    const size_t rest = c->t.len - c->at;
    enum status st = refill(c);

    return st == ST_OK ? check_bytes(c, rest) : st;
}

/* ---- records with quotes ---- */

static enum status add_field(struct csv *c, struct field field)
{
    if (c->count >= FIELDS_MAX)
        return error_set(c->err, ST_LIMIT, "%s:%zu: more than %d fields",
                         c->path, c->line, FIELDS_MAX);
    if (!store_grow((void **)&c->fields, &c->field_cap, c->count,
                    sizeof(*c->fields)))
        return facts_nomem(c->err);
    c->fields[c->count++] = field;
    return ST_OK;
}

/* The field whose opening quote is at c->at. ST_STOP: the window ends first. */
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
    if (!c->last)
        return ST_STOP;
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

/* Column number `i` of the table; without a name it gets its number. */
static enum status add_column(struct csv *c, size_t i, struct text name)
{
    char number[32];
    uint32_t id;

    if (i >= FIELDS_MAX)
        return error_set(c->err, ST_LIMIT, "%s:%zu: more than %d fields",
                         c->path, c->line, FIELDS_MAX);
    name = text_trim(name);
    if (name.len == 0)
        name = (struct text){ number, (size_t)snprintf(number, sizeof(number),
                                                       "column %zu", i + 1) };
    id = store_column(c->f, c->table, name);
    if (id == STORE_FAIL)
        return facts_nomem(c->err);
    c->f->columns[id].decimal_comma = c->delimiter == ';';
    if (i == 0)
        c->first_column = id;
    c->columns++;
    return ST_OK;
}

/* Columns for the fields at hand that have none yet. */
static enum status make_columns(struct csv *c, bool header)
{
    enum status st = ST_OK;

    for (size_t i = c->columns; i < c->count && st == ST_OK; i++) {
        struct text name = { "", 0 };

        if (header)
            st = field_text(c, &c->fields[i], &name);
        if (st == ST_OK)
            st = add_column(c, i, name);
    }
    return st;
}

/* The digits at *p into *v, eight bytes at a time; *p moves behind them, at
 * most DIGITS + 8 are read. Returns how many. Eight bytes behind the line may
 * be read. The arithmetic is Mula's and Lemire's ("Number parsing at a gigabyte
 * per second", 2021, section 5). */
static inline ptrdiff_t read_digits(const char **p, uint64_t *v)
{
    static const uint64_t tens[] = { 1,      10,      100,      1000,     10000,
                                     100000, 1000000, 10000000, 100000000 };
    const char *const first = *p;
    unsigned n;

    do {
        uint64_t w, odd;

        memcpy(&w, *p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        w = __builtin_bswap64(w);
#endif
        odd = ((w + 0x4646464646464646u) | (w - 0x3030303030303030u)) &
              0x8080808080808080u;
        n = odd != 0 ? (unsigned)__builtin_ctzll(odd) / 8 : 8;
        if (n == 0)
            break;
        w = (w - 0x3030303030303030u) << (64 - 8 * n);
        w = w * 10 + (w >> 8);
        w = ((w & 0x000000ff000000ffu) * 0x000f424000000064u +
             ((w >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u) >>
            32;
        *v = *v * tens[n] + w;
        *p += n;
    } while (n == 8 && *p - first <= DIGITS);
    return *p - first;
}

struct plain { /* mant * 10^last */
    int64_t mant, last;
};

/* One number at p, as numbers are mostly written, up to the delimiter or the
 * end of the line. NULL: something else. */
static inline const char *plain_field(const char *p, const char *end,
                                      char delimiter, struct plain *out)
{
    const char point = delimiter == ';' ? ',' : '.';
    const bool neg = *p == '-';
    const char first = p[neg];
    uint64_t v = 0;
    ptrdiff_t whole, frac = 0;

    p += neg;
    whole = read_digits(&p, &v);
    if (*p == point) {
        p++;
        frac = read_digits(&p, &v);
        if (frac == 0)
            return NULL;
    }
    if (whole == 0 || whole + frac > DIGITS || (first == '0' && whole > 1) ||
        (neg && v == 0) || (p != end && *p != delimiter))
        return NULL;
    out->mant = neg ? -(int64_t)v : (int64_t)v;
    out->last = -frac;
    return p;
}

static inline bool add_plain(struct column *c, uint32_t row, struct plain x)
{
    return ints_add(&c->row, (int64_t)row - ints_count(&c->mant)) &&
           ints_add(&c->mant, x.mant) && ints_add(&c->last, x.last);
}

/* A record without quotes, [p, end), straight into the columns of `row`. */
static enum status put_line(struct csv *c, const char *p, const char *end,
                            uint32_t row)
{
    for (uint32_t i = 0;; i++) {
        struct plain plain;
        struct cell cell;
        struct column *column;
        const char *stop;

        if (i >= c->columns) {
            const enum status st = add_column(c, i, (struct text){ NULL, 0 });

            if (st != ST_OK)
                return st;
        }
        column = &c->f->columns[c->first_column + i];
        stop = plain_field(p, end, c->delimiter, &plain);
        if (stop != NULL && ints_count(&column->own) == 0) {
            if (!add_plain(column, row, plain))
                return facts_nomem(c->err);
        } else {
            stop = memchr(p, c->delimiter, (size_t)(end - p));
            stop = stop != NULL ? stop : end;
            cell_read(c->f->units, (struct text){ p, (size_t)(stop - p) },
                      column->decimal_comma, &cell);
            if (!store_cell(c->f, c->first_column + i, row, &cell, 0))
                return facts_nomem(c->err);
        }
        if (stop == end)
            return ST_OK;
        p = stop + 1;
    }
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

/* A record field by field: the header, or one with quotes. */
static enum status slow_record(struct csv *c, bool *header)
{
    const size_t at = c->at, line = c->line;
    enum status st = read_record(c);

    if (st == ST_STOP) { /* the window ends inside it: again, with more */
        c->at = at;
        c->line = line;
        return more(c);
    }
    if (st != ST_OK || blank(c))
        return st;
    st = *header && is_header(c) ? make_columns(c, true) : put_record(c, line);
    *header = false;
    return st;
}

static enum status next_record(struct csv *c, bool *header)
{
    const char *p = c->t.ptr + c->at;
    const char *end = memchr(p, '\n', c->t.len - c->at), *stop;

    if (end == NULL && !c->last)
        return more(c);
    if (end == NULL)
        end = c->t.ptr + c->t.len;
    if (*header || memchr(p, '"', (size_t)(end - p)) != NULL)
        return slow_record(c, header);
    stop = end > p && end[-1] == '\r' ? end - 1 : end;
    c->at = (size_t)(end - c->t.ptr) + (end < c->t.ptr + c->t.len);
    if (text_trim((struct text){ p, (size_t)(stop - p) }).len == 0) {
        c->line++;
        return ST_OK;
    }
    if (!store_row(c->f, c->table, c->line++))
        return facts_nomem(c->err);
    return put_line(c, p, stop, c->f->tables[c->table].pub.rows - 1);
}

static enum status read_all(struct csv *c)
{
    enum status st = ST_OK;
    bool header = true;

    c->delimiter = sniff(c->t);
    c->table = store_table(c->f, c->file, TABLE_CSV,
                           c->f->files[c->file].pub.name, FACT_NONE);
    if (c->table == STORE_FAIL)
        return facts_nomem(c->err);
    while (st == ST_OK && (c->at < c->t.len || !c->last))
        st = c->at < c->t.len ? next_record(c, &header) : more(c);
    return st;
}

/* All of a UTF-16 file, decoded. */
static enum status decode(struct csv *c, const char *converter)
{
    struct text all;
    struct error why;
    char *out;
    size_t n = 0;
    enum status st = ST_OK;

    while (!c->last && st == ST_OK)
        st = refill(c); /* nothing is read yet: the window grows */
    if (st != ST_OK)
        return st;
    all = c->t;
    out = malloc(UTF16_ROOM(all.len) + BEHIND);
    if (out == NULL)
        return facts_nomem(c->err);
    st = utf16_decode(out, &n, all, converter, &why);
    if (st != ST_OK)
        st = error_set(c->err, st, "%s: %s; save the file as UTF-8", c->path,
                       why.text);
    free(c->own);
    c->own = out;
    c->cap = UTF16_ROOM(all.len);
    c->t = (struct text){ out, n };
    memset(out + n, '\n', BEHIND);
    return st;
}

static enum status begin(struct csv *c)
{
    const char *converter;
    enum status st;

    c->own = malloc(WINDOW + BEHIND);
    if (c->own == NULL)
        return facts_nomem(c->err);
    c->cap = WINDOW;
    st = refill(c);
    if (st != ST_OK)
        return st;
    converter = utf16_name(c->t);
    if (converter != NULL)
        st = decode(c, converter);
    if (st == ST_OK)
        st = check_bytes(c, 0);
    if (st == ST_OK && text_starts(c->t, TEXT_LIT("\xef\xbb\xbf")))
        c->at = 3;
    return st;
}

enum status csv_read(struct facts *f, uint32_t file, struct error *err)
{
    struct csv c = {
        .f = f, .file = file, .path = f->files[file].path, .line = 1, .err = err
    };
    enum status st = file_open(&c.fd, c.path, err);

    if (st != ST_OK)
        return st;
    st = begin(&c);
    if (st == ST_OK)
        st = read_all(&c);
    (void)close(c.fd);
    free(c.own);
    free(c.fields);
    free(c.scratch);
    return st;
}
