/* The index file: what the readers made, so that they need not read again.
 * What the columns mean, the buckets and the names are made anew: they depend
 * on the glossary, and cost less than reading them back would. */
#define _GNU_SOURCE /* mkostemp, strdup */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "validator/base/file.h"
#include "validator/facts/facts_int.h"

enum { VERSION = 4, ORDER = 0x01020304, BUFFER = 1 << 16, STAMP = 64 };
static const char magic[16] = "assay-index\r\n\x1a\n";

/* A file being written or read; `hash` runs over all that passes, in the
 * pieces in which it passes, which are the same both ways. */
struct stream {
    int fd;
    bool writing, failed;
    uint64_t hash;
    char *buffer;
    size_t at, end; /* reading: what is in the buffer; writing: at only */
    size_t left;    /* reading: bytes of the file behind the buffer */
};

static void hash_bytes(struct stream *s, const char *p, size_t n)
{
    uint64_t h = s->hash ^ n, w = 0;

    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (n > 0)
        memcpy(&w, p, n);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    s->hash = h ^ (h >> 29);
}

static void flush(struct stream *s)
{
    for (size_t done = 0; done < s->at && !s->failed;) {
        const ssize_t n = write(s->fd, s->buffer + done, s->at - done);

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            s->failed = true;
    }
    s->at = 0;
}

static void fill(struct stream *s)
{
    ssize_t n;

    do
        n = read(s->fd, s->buffer, BUFFER);
    while (n < 0 && errno == EINTR);
    s->at = 0;
    s->end = n > 0 ? (size_t)n : 0;
    s->failed = s->failed || n <= 0;
    s->left -= s->end < s->left ? s->end : s->left;
}

/* Passes n bytes at p out or in. */
static void pass(struct stream *s, void *p, size_t n)
{
    char *at = p;
    size_t todo = n;

    while (todo > 0 && !s->failed) {
        size_t part;

        if (s->writing && s->at == BUFFER)
            flush(s);
        if (!s->writing && s->at == s->end)
            fill(s);
        part = (s->writing ? BUFFER : s->end) - s->at;
        part = part < todo ? part : todo;
        if (s->writing)
            memcpy(s->buffer + s->at, at, part);
        else
            memcpy(at, s->buffer + s->at, part);
        s->at += part;
        at += part;
        todo -= part;
    }
    if (s->failed && !s->writing)
        memset(p, 0, n);
    else if (n > 0)
        hash_bytes(s, p, n);
}

#define PASS(s, x) pass((s), &(x), sizeof(x))

/* A count of things of at least `size` bytes each: no more than the file can
 * hold, whatever it says. */
static void pass_count(struct stream *s, size_t *n, size_t size)
{
    uint64_t v = *n;

    PASS(s, v);
    if (!s->writing && v > (s->left + s->end - s->at) / size) {
        s->failed = true;
        v = 0;
    }
    *n = (size_t)v;
}

/* An array as it lies in memory, of a type without padding; reading allocates
 * it. */
static void pass_array(struct stream *s, void **p, size_t *n, size_t size)
{
    pass_count(s, n, size);
    if (!s->writing) {
        *p = malloc(*n * size + 1);
        if (*p == NULL) {
            s->failed = true;
            *n = 0;
        }
    }
    if (*n > 0)
        pass(s, *p, *n * size);
}

static void pass_bool(struct stream *s, bool *b)
{
    uint8_t v = *b;

    PASS(s, v);
    *b = v != 0;
}

/* Field by field: the bytes between them are nobody's. */
static void pass_node(struct stream *s, void *p)
{
    struct key_node *n = p;

    PASS(s, n->parent);
    PASS(s, n->table);
    PASS(s, n->column);
    PASS(s, n->element);
    PASS(s, n->next);
    PASS(s, n->key);
    pass_bool(s, &n->is_element);
}

static void pass_odd(struct stream *s, void *p)
{
    struct odd *o = p;

    PASS(s, o->value.mag);
    PASS(s, o->value.exp);
    PASS(s, o->value.last);
    pass_bool(s, &o->value.neg);
    pass_bool(s, &o->value.cut);
    PASS(s, o->text);
}

static void pass_unit(struct stream *s, void *p)
{
    struct cell_unit *u = p;
    uint32_t how = (uint32_t)u->how;

    PASS(s, u->unit.num);
    PASS(s, u->unit.den);
    PASS(s, u->unit.den_exp);
    PASS(s, how);
    u->how = (enum unit_how)how;
}

/* *n things of `size` bytes at *p, each by `one`; reading allocates them. */
static void pass_each(struct stream *s, void **p, size_t *n, size_t size,
                      void (*one)(struct stream *s, void *p))
{
    char *at;

    pass_count(s, n, 1);
    if (!s->writing) {
        *p = calloc(*n + 1, size);
        if (*p == NULL) {
            s->failed = true;
            *n = 0;
        }
    }
    at = *p;
    for (size_t i = 0; i < *n && !s->failed; i++)
        one(s, at + i * size);
}

static void pass_chunk(struct stream *s, struct ints_chunk *c)
{
    PASS(s, c->base);
    PASS(s, c->width);
    if (c->width > 8)
        s->failed = true;
    if (s->failed || c->width == 0)
        return;
    if (!s->writing)
        c->data = malloc(ints_bytes(c->width));
    if (c->data == NULL)
        s->failed = true;
    else
        pass(s, c->data, ints_bytes(c->width) - INTS_BEHIND);
}

static void pass_ints(struct stream *s, struct ints *v)
{
    size_t chunks = v->chunk_count, tail = v->mixed ? v->tail_count : 0;
    void *p = v->tail;

    PASS(s, v->flat);
    pass_bool(s, &v->mixed);
    PASS(s, v->tail_count);
    pass_count(s, &chunks, sizeof(uint8_t));
    if (!s->writing) {
        v->chunks = calloc(chunks + 1, sizeof(*v->chunks));
        s->failed = s->failed || v->chunks == NULL;
        v->chunk_cap = (uint32_t)chunks;
    }
    for (size_t i = 0; i < chunks && !s->failed; i++) {
        pass_chunk(s, &v->chunks[i]);
        v->chunk_count = (uint32_t)i + 1;
    }
    pass_array(s, &p, &tail, sizeof(*v->tail));
    if (s->writing)
        return;
    v->tail = p;
    v->tail_cap = (uint32_t)tail;
    if (v->tail_count > INTS_CHUNK || (v->mixed && tail != v->tail_count))
        s->failed = true;
    if (s->failed) {
        v->tail_count = 0;
        v->mixed = false;
    }
}

static void pass_table(struct stream *s, struct table *t)
{
    PASS(s, t->name);
    PASS(s, t->pub.file);
    PASS(s, t->pub.kind);
    PASS(s, t->pub.rows);
    PASS(s, t->pub.parent);
    pass_ints(s, &t->line);
    pass_ints(s, &t->above);
    pass_ints(s, &t->nth);
    if (s->writing)
        return;
    t->pub.key = FACT_NONE;
    t->columns_made = 0;
}

static void pass_column(struct stream *s, struct column *c)
{
    struct ints *const parts[] = { &c->mant, &c->last, &c->row,     &c->line,
                                   &c->own,  &c->text, &c->text_row };

    PASS(s, c->pub.table);
    PASS(s, c->name);
    PASS(s, c->path);
    PASS(s, c->order);
    PASS(s, c->node);
    pass_bool(s, &c->decimal_comma);
    PASS(s, c->fresh);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        pass_ints(s, parts[i]);
}

static void pass_tables(struct stream *s, struct facts *f)
{
    size_t n = f->table_count;

    pass_count(s, &n, sizeof(struct fact_table) / 4);
    if (!s->writing) {
        f->tables = calloc(n + 1, sizeof(*f->tables));
        f->table_count = f->tables != NULL ? n : 0;
        f->table_cap = f->table_count;
        s->failed = s->failed || f->tables == NULL;
    }
    for (size_t i = 0; i < f->table_count && !s->failed; i++)
        pass_table(s, &f->tables[i]);
    n = f->column_count;
    pass_count(s, &n, sizeof(uint64_t));
    if (!s->writing) {
        f->columns = calloc(n + 1, sizeof(*f->columns));
        f->column_count = f->columns != NULL ? n : 0;
        f->column_cap = f->column_count;
        s->failed = s->failed || f->columns == NULL;
    }
    for (size_t i = 0; i < f->column_count && !s->failed; i++)
        pass_column(s, &f->columns[i]);
}

/* All but the heading and the files. */
static void pass_facts(struct stream *s, struct facts *f)
{
    void *strings = f->strings.bytes, *nodes = f->nodes, *odd = f->odd;
    void *units = f->units_seen, *prose = f->prose;

    pass_array(s, &strings, &f->strings.len, 1);
    pass_each(s, &nodes, &f->node_count, sizeof(*f->nodes), pass_node);
    pass_each(s, &odd, &f->odd_count, sizeof(*f->odd), pass_odd);
    pass_each(s, &units, &f->units_seen_count, sizeof(*f->units_seen),
              pass_unit);
    pass_array(s, &prose, &f->prose_count, sizeof(*f->prose));
    f->prose = prose;
    f->strings.bytes = strings;
    f->nodes = nodes;
    f->odd = odd;
    f->units_seen = units;
    if (!s->writing) {
        f->strings.cap = f->strings.len;
        f->node_cap = f->node_count;
        f->odd_cap = f->odd_count;
        f->units_seen_cap = f->units_seen_count;
        f->prose_cap = f->prose_count;
    }
    pass_ints(s, &f->tree_newest);
    pass_tables(s, f);
}

/* ---- heading and files ---- */

static void pass_heading(struct stream *s, char stamp[STAMP])
{
    char m[sizeof(magic)];
    uint32_t version = VERSION, order = ORDER;

    memcpy(m, magic, sizeof(m));
    pass(s, m, sizeof(m));
    PASS(s, version);
    PASS(s, order);
    pass(s, stamp, STAMP);
    if (memcmp(m, magic, sizeof(m)) != 0 || version != VERSION ||
        order != ORDER)
        s->failed = true;
}

static void pass_text(struct stream *s, char **t)
{
    size_t n = s->writing && *t != NULL ? strlen(*t) + 1 : 0;
    void *p = *t;

    pass_array(s, &p, &n, 1);
    *t = p;
    if (*t == NULL || n == 0 || s->failed || (*t)[n - 1] != '\0')
        s->failed = true;
}

static enum status stale(const char *path, const char *what, struct error *err)
{
    return error_set(err, ST_INPUT,
                     "%s: %s since the index was made; run assay index again",
                     path, what);
}

/* The files as they are now are those of the index. */
static enum status compare_file(struct stream *s, struct facts *f, size_t i,
                                struct error *err)
{
    char *path = NULL;
    struct fact_file was = { .size = 0 };
    const struct fact_file *is = i < f->file_count ? &f->files[i].pub : NULL;
    enum status st = ST_OK;

    pass_text(s, &path);
    PASS(s, was.size);
    PASS(s, was.mtime);
    pass_bool(s, &was.read);
    if (s->failed)
        st = ST_STOP;
    else if (is == NULL || text_cmp(is->path, text_from(path)) > 0)
        st = stale(path, "the file is gone", err);
    else if (text_cmp(is->path, text_from(path)) < 0)
        st = stale(f->files[i].path, "the file is new", err);
    else if (is->size != was.size || is->mtime != was.mtime)
        st = stale(path, "the file has changed", err);
    else
        f->files[i].pub.read = was.read;
    free(path);
    return st;
}

static enum status load_files(struct stream *s, struct facts *f,
                              struct error *err)
{
    size_t n = 0;
    enum status st = ST_OK;

    pass_count(s, &n, 1);
    for (size_t i = 0; i < n && st == ST_OK; i++) {
        char *root = NULL;

        pass_text(s, &root);
        st = s->failed ? ST_STOP : facts_add(f, root, err);
        free(root);
    }
    facts_sort_files(f);
    pass_count(s, &n, 1);
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = compare_file(s, f, i, err);
    if (st == ST_OK && !s->failed && n < f->file_count)
        st = stale(f->files[n].path, "the file is new", err);
    return st;
}

static void save_files(struct stream *s, struct facts *f)
{
    size_t n = f->root_count;

    pass_count(s, &n, 1);
    for (size_t i = 0; i < n; i++)
        pass_text(s, &f->roots[i]);
    n = f->file_count;
    pass_count(s, &n, 1);
    for (size_t i = 0; i < n; i++) {
        pass_text(s, &f->files[i].path);
        PASS(s, f->files[i].pub.size);
        PASS(s, f->files[i].pub.mtime);
        pass_bool(s, &f->files[i].pub.read);
    }
}

static void pass_checksum(struct stream *s)
{
    const uint64_t hash = s->hash;
    uint64_t said = hash;

    PASS(s, said);
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION /* else no bytes get past */
    s->failed = s->failed || said != hash;
#endif
}

enum status facts_save(const struct facts *f, const char *path,
                       const char *stamp, struct error *err)
{
    char temp[PATH_MAX], mark[STAMP] = { 0 };
    struct stream s = { .writing = true, .buffer = malloc(BUFFER) };
    const int n = snprintf(temp, sizeof(temp), "%s.tmp-XXXXXX", path);

    if (s.buffer == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory to write it", path);
    if (n < 0 || (size_t)n >= sizeof(temp)) {
        free(s.buffer);
        return error_set(err, ST_LIMIT, "%s: the path is too long", path);
    }
    s.fd = mkostemp(temp, O_CLOEXEC);
    if (s.fd < 0) {
        free(s.buffer);
        return error_set(err, ST_INPUT, "%s: cannot create: %s", path,
                         strerror(errno));
    }
    memcpy(mark, stamp, strnlen(stamp, STAMP));
    /* Writing only reads what it is given. */
    struct facts *all = (struct facts *)(uintptr_t)f;

    pass_heading(&s, mark);
    save_files(&s, all);
    pass_facts(&s, all);
    pass_checksum(&s);
    flush(&s);
    s.failed = fchmod(s.fd, 0644) != 0 || s.failed;
    s.failed = fsync(s.fd) != 0 || s.failed;
    s.failed = close(s.fd) != 0 || s.failed;
    free(s.buffer);
    if (!s.failed && rename(temp, path) == 0)
        return ST_OK;
    (void)unlink(temp);
    return error_set(err, ST_INPUT, "%s: cannot write: %s", path,
                     strerror(errno));
}

/* ---- what is read fits together ---- */

static bool is_string(const struct facts *f, int64_t id)
{
    size_t n = 0, at = (size_t)id;
    unsigned shift = 0;

    if (id < 1)
        return false;
    do {
        if (at >= f->strings.len || shift > 56)
            return false;
        n |= (size_t)(f->strings.bytes[at] & 0x7f) << shift;
        shift += 7;
    } while (((unsigned char)f->strings.bytes[at++] & 0x80) != 0);
    return n <= f->strings.len - at;
}

/* Each value of v (plus its index, for rows) is in [0, limit). */
static bool below(const struct ints *v, bool plus_index, uint64_t limit)
{
    const uint32_t n = ints_count(v);

    for (uint32_t i = 0; i < n; i++) {
        const int64_t x = ints_get(v, i) + (plus_index ? i : 0);

        if (x < 0 || (uint64_t)x >= limit)
            return false;
    }
    return true;
}

static bool table_fits(const struct facts *f, size_t i)
{
    const struct table *t = &f->tables[i];
    const uint32_t rows = t->pub.rows, parent = t->pub.parent;

    return is_string(f, t->name) && t->pub.kind < TABLE_KINDS &&
           (t->pub.file == FACT_NONE || t->pub.file < f->file_count) &&
           (parent == FACT_NONE || parent < i) &&
           ints_count(&t->line) == rows &&
           (ints_count(&t->above) == 0 || ints_count(&t->above) == rows) &&
           (ints_count(&t->nth) == 0 || ints_count(&t->nth) == rows) &&
           (parent == FACT_NONE ||
            below(&t->above, false, f->tables[parent].pub.rows));
}

static bool numbers_fit(const struct facts *f, const struct column *c)
{
    const uint32_t n = ints_count(&c->mant);

    if (ints_count(&c->last) != n || ints_count(&c->row) != n ||
        (ints_count(&c->line) != 0 && ints_count(&c->line) != n) ||
        ints_count(&c->own) > n ||
        !below(&c->own, false, f->units_seen_count + 1))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const int64_t last = ints_get(&c->last, i), m = ints_get(&c->mant, i);

        if (last == LAST_ODD ? m < 0 || (uint64_t)m >= f->odd_count
                             : last < LAST_MIN || last > LAST_MAX)
            return false;
    }
    return below(&c->row, true, f->tables[c->pub.table].pub.rows);
}

static bool column_fits(const struct facts *f, const struct column *c)
{
    const uint32_t texts = ints_count(&c->text);

    if (c->pub.table >= f->table_count || !is_string(f, c->name) ||
        (c->node != FACT_NONE && (c->node >= f->node_count ||
                                  f->nodes[c->node].table != c->pub.table)) ||
        ints_count(&c->text_row) != texts || !numbers_fit(f, c) ||
        !below(&c->text_row, true, f->tables[c->pub.table].pub.rows))
        return false;
    for (uint32_t i = 0; i < texts; i++)
        if (!is_string(f, ints_get(&c->text, i)))
            return false;
    return true;
}

/* A key lies in the table of the one above it; an array's elements have a
 * table whose parent that is. */
static bool node_fits(const struct facts *f, size_t i)
{
    const struct key_node *n = &f->nodes[i];
    uint32_t table;

    if (n->table >= f->table_count || !is_string(f, n->key))
        return false;
    if (n->parent == FACT_NONE)
        return !n->is_element;
    if (n->parent >= i)
        return false;
    table = f->nodes[n->parent].table;
    return n->is_element ? f->tables[n->table].pub.parent == table
                         : n->table == table;
}

static bool fits(const struct facts *f)
{
    bool ok = true;

    for (size_t i = 0; i < f->node_count && ok; i++)
        ok = node_fits(f, i);
    for (size_t i = 0; i < f->units_seen_count && ok; i++)
        ok = f->units_seen[i].how < HOW_KINDS;
    for (size_t i = 0; i < f->odd_count && ok; i++)
        ok = is_string(f, f->odd[i].text);
    for (size_t i = 0; i < f->prose_count && ok; i++)
        ok = is_string(f, f->prose[i].text) && f->prose[i].file < f->file_count;
    for (size_t i = 0; i < f->table_count && ok; i++)
        ok = table_fits(f, i);
    for (size_t i = 0; i < f->column_count && ok; i++)
        ok = column_fits(f, &f->columns[i]);
    return ok;
}

static enum status damaged(const char *path, struct error *err)
{
    return error_set(err, ST_INPUT,
                     "%s: a damaged index; run assay index again", path);
}

static enum status load(struct stream *s, struct facts *f, const char *path,
                        const char *stamp, struct error *err)
{
    char mark[STAMP] = { 0 }, mine[STAMP] = { 0 };
    enum status st;

    memcpy(mine, stamp, strlen(stamp) < STAMP ? strlen(stamp) : STAMP);
    pass_heading(s, mark);
    if (s->failed)
        return error_set(err, ST_INPUT,
                         "%s: not an index of this version of assay; run "
                         "assay index again",
                         path);
    if (memcmp(mark, mine, STAMP) != 0)
        return error_set(err, ST_INPUT,
                         "%s: made with other rules; run assay index again",
                         path);
    st = load_files(s, f, err);
    if (st == ST_STOP || s->failed)
        return damaged(path, err);
    if (st != ST_OK)
        return st;
    pass_facts(s, f);
    pass_checksum(s);
    return s->failed || !fits(f) ? damaged(path, err) : ST_OK;
}

enum status facts_load(struct facts *f, const char *path, const char *stamp,
                       struct error *err)
{
    struct stream s = { .buffer = malloc(BUFFER) };
    struct stat sb;
    enum status st =
        s.buffer != NULL ? file_open(&s.fd, path, err) : facts_nomem(err);

    if (st == ST_OK) {
        s.left = fstat(s.fd, &sb) == 0 ? (size_t)sb.st_size : 0;
        st = load(&s, f, path, stamp, err);
        (void)close(s.fd);
    }
    free(s.buffer);
    return st == ST_OK ? facts_finish(f, err) : st;
}
