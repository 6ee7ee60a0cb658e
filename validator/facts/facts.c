#define _GNU_SOURCE /* strdup */
/* Files in, tables out; access by id. */
#include "validator/facts/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/file.h"
#include "validator/facts/facts_int.h"
#include "validator/text/utf16.h"

static const size_t file_max = (size_t)8 << 30;  /* bytes of one file */
static const size_t arena_max = (size_t)8 << 30; /* bytes of words and names */
enum { FILES_MAX = 1000000 };

const char *const fact_file_kind_name[FILE_KINDS] = {
    [FILE_CSV] = "csv",   [FILE_JSON] = "json",   [FILE_MARKDOWN] = "markdown",
    [FILE_TEXT] = "text", [FILE_OTHER] = "other",
};
const char *const fact_table_kind_name[TABLE_KINDS] = {
    [TABLE_CSV] = "csv",       [TABLE_RECORDS] = "records",
    [TABLE_OBJECT] = "object", [TABLE_MARKDOWN] = "markdown",
    [TABLE_KEYS] = "keys",     [TABLE_TREE] = "tree",
};
const char *const fact_weak_name[WEAK_KINDS] = {
    [WEAK_NO] = "",
    [WEAK_ID] = "an identifier",
    [WEAK_TIME] = "a time stamp",
};
const char *const unit_how_name[HOW_KINDS] = {
    [HOW_NONE] = "unknown",        [HOW_VALUE] = "written with the value",
    [HOW_MEMBER] = "unit member",  [HOW_HEADER] = "key or header",
    [HOW_GLOSSARY] = "glossary",   [HOW_PARENT] = "enclosing key",
    [HOW_SIBLING] = "sibling key", [HOW_ELSEWHERE] = "equal value elsewhere",
};

struct facts *facts_new(const struct units *units)
{
    struct facts *f = calloc(1, sizeof(*f));

    if (f == NULL)
        return NULL;
    f->units = units;
    f->arena = arena_new(arena_max);
    if (f->arena == NULL || pthread_mutex_init(&f->lock, NULL) != 0) {
        arena_free(f->arena);
        free(f);
        return NULL;
    }
    return f;
}

static void column_free(struct column *c)
{
    ints_free(&c->mant);
    ints_free(&c->last);
    ints_free(&c->row);
    ints_free(&c->line);
    ints_free(&c->own);
    ints_free(&c->text);
    ints_free(&c->text_row);
    free(atomic_load(&c->stats));
}

void facts_free(struct facts *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->column_count; i++)
        column_free(&f->columns[i]);
    for (size_t i = 0; i < f->table_count; i++) {
        ints_free(&f->tables[i].line);
        ints_free(&f->tables[i].above);
        ints_free(&f->tables[i].nth);
    }
    for (size_t i = 0; i < f->file_count; i++) {
        free(f->files[i].path);
        free(f->files[i].bytes);
    }
    for (size_t i = 0; i < f->root_count; i++)
        free(f->roots[i]);
    free(f->roots);
    index_free(f);
    rough_free(f);
    names_free(f);
    mentions_free(f);
    glossary_free(f);
    strings_free(&f->strings);
    ints_free(&f->tree_newest);
    free(f->files);
    free(f->tables);
    free(f->columns);
    free(f->nodes);
    free(f->odd);
    free(f->units_seen);
    free(f->dates);
    free(f->prose);
    arena_free(f->arena);
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

static enum fact_file_kind kind_of(struct text name)
{
    static const struct {
        struct text ending;
        enum fact_file_kind kind;
    } endings[] = {
        { TEXT_INIT(".csv"), FILE_CSV },
        { TEXT_INIT(".tsv"), FILE_CSV },
        { TEXT_INIT(".json"), FILE_JSON },
        { TEXT_INIT(".jsonl"), FILE_JSON },
        { TEXT_INIT(".ndjson"), FILE_JSON },
        { TEXT_INIT(".md"), FILE_MARKDOWN },
        { TEXT_INIT(".markdown"), FILE_MARKDOWN },
        { TEXT_INIT(".txt"), FILE_TEXT },
        { TEXT_INIT(".log"), FILE_TEXT },
    };

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        const struct text e = endings[i].ending;

        if (name.len > e.len &&
            text_eq_icase((struct text){ name.ptr + name.len - e.len, e.len },
                          e))
            return endings[i].kind;
    }
    return FILE_OTHER;
}

struct adding {
    struct facts *f;
    size_t root; /* bytes of the folder's path; 0: a file */
};

static enum status add_file(void *arg, const char *path, long long size,
                            long long mtime, struct error *err)
{
    const struct adding *adding = arg;
    struct facts *f = adding->f;
    struct file *file;

    if (f->file_count >= FILES_MAX)
        return error_set(err, ST_LIMIT, "%s: more than %d files", path,
                         FILES_MAX);
    if (!store_grow((void **)&f->files, &f->file_cap, f->file_count,
                    sizeof(*f->files)))
        return facts_nomem(err);
    file = &f->files[f->file_count];
    *file = (struct file){ .path = strdup(path) };
    if (file->path == NULL)
        return facts_nomem(err);
    f->file_count++;
    file->pub.path = text_from(file->path);
    file->pub.name = file->pub.path;
    for (size_t i = 0; i < file->pub.path.len; i++)
        if (file->path[i] == '/')
            file->pub.name =
                (struct text){ file->path + i + 1, file->pub.path.len - i - 1 };
    file->pub.rel = file->pub.name;
    if (adding->root > 0) {
        size_t from = adding->root;

        while (file->path[from] == '/')
            from++;
        file->pub.rel =
            (struct text){ file->path + from, file->pub.path.len - from };
    }
    file->pub.in_tree = adding->root > 0;
    file->pub.size = size;
    file->pub.mtime = mtime;
    file->pub.kind = kind_of(file->pub.name);
    if (file->pub.kind == FILE_OTHER)
        file->pub.why_not = TEXT_LIT("no reader for this type of file");
    return ST_OK;
}

enum status facts_add(struct facts *f, const char *path, struct error *err)
{
    const bool folder = file_is_dir(path);
    struct adding adding = { f, folder ? strlen(path) : 0 };

    if (!store_grow((void **)&f->roots, &f->root_cap, f->root_count,
                    sizeof(*f->roots)) ||
        (f->roots[f->root_count] = strdup(path)) == NULL)
        return facts_nomem(err);
    f->root_count++;
    f->has_tree = f->has_tree || folder;
    return file_walk(path, add_file, &adding, err);
}

enum status facts_add_text(struct facts *f, const char *name, struct text bytes,
                           struct error *err)
{
    struct adding adding = { f, 0 };
    enum status st = add_file(&adding, name, (long long)bytes.len, 0, err);
    struct file *file;

    if (st != ST_OK)
        return st;
    file = &f->files[f->file_count - 1];
    file->bytes = malloc(bytes.len + 1);
    if (file->bytes == NULL)
        return facts_nomem(err);
    if (bytes.len > 0)
        memcpy(file->bytes, bytes.ptr, bytes.len);
    return ST_OK;
}

static int by_path(const void *a, const void *b)
{
    const struct file *x = a, *y = b;
    const int c = text_cmp(x->pub.path, y->pub.path);

    return c != 0 ? c : (int)y->pub.in_tree - (int)x->pub.in_tree;
}

/* The same path given twice counts once. */
void facts_sort_files(struct facts *f)
{
    size_t n = 0;

    if (f->file_count > 0)
        qsort(f->files, f->file_count, sizeof(*f->files), by_path);
    for (size_t i = 0; i < f->file_count; i++) {
        if (n > 0 && text_eq(f->files[n - 1].pub.path, f->files[i].pub.path)) {
            free(f->files[i].path);
            free(f->files[i].bytes);
            continue;
        }
        f->files[n++] = f->files[i];
    }
    f->file_count = n;
}

/* All of a text file as UTF-8. */
static enum status read_whole(char **out, size_t *len, const char *path,
                              struct error *err)
{
    enum status st = file_read(out, len, path, file_max, err);
    const char *converter;
    struct text t;
    struct error why;
    char *decoded;

    if (st != ST_OK)
        return st;
    t = (struct text){ *out, *len };
    converter = utf16_name(t);
    if (converter == NULL)
        return ST_OK;
    decoded = malloc(UTF16_ROOM(t.len) + 1);
    if (decoded == NULL)
        return facts_nomem(err);
    st = utf16_decode(decoded, len, t, converter, &why);
    if (st != ST_OK)
        st = error_set(err, st, "%s: %s; save the file as UTF-8", path,
                       why.text);
    free(*out);
    *out = decoded;
    return st;
}

static enum status read_file(struct facts *f, uint32_t file, struct error *err)
{
    typedef enum status (*reader)(struct facts *, uint32_t, struct text,
                                  struct error *);
    static const reader readers[FILE_KINDS] = {
        [FILE_JSON] = json_read,
        [FILE_MARKDOWN] = markdown_read,
        [FILE_TEXT] = markdown_read,
    };
    struct fact_file *pub = &f->files[file].pub;
    char *bytes = f->files[file].bytes;
    size_t len = (size_t)pub->size;
    enum status st = ST_OK;

    if (pub->kind == FILE_CSV) {
        st = csv_read(f, file, err);
        pub->read = st == ST_OK;
        return st;
    }
    if (readers[pub->kind] == NULL)
        return ST_OK;
    if (bytes == NULL)
        st = read_whole(&bytes, &len, f->files[file].path, err);
    f->files[file].bytes = NULL;
    if (st == ST_OK)
        st = readers[pub->kind](f, file, (struct text){ bytes, len }, err);
    free(bytes);
    pub->read = st == ST_OK;
    return st;
}

enum status facts_finish(struct facts *f, struct error *err)
{
    static enum status (*const stages[])(struct facts *, struct error *) = {
        columns_finish, index_make, rough_make,
        mentions_make,  names_make, dates_make,
    };
    enum status st = ST_OK;

    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages) && st == ST_OK; i++)
        st = stages[i](f, err);
    f->frozen = st == ST_OK;
    return st;
}

enum status facts_freeze(struct facts *f, bool allow_empty, struct error *err)
{
    enum status st = ST_OK;
    size_t read = 0;

    facts_sort_files(f);
    for (size_t i = 0; i < f->file_count && st == ST_OK; i++) {
        st = read_file(f, (uint32_t)i, err);
        read += f->files[i].pub.read;
    }
    if (st == ST_OK && read == 0 && !allow_empty)
        st = error_set(err, ST_INPUT,
                       "no readable source data: none of %zu files is CSV, "
                       "TSV, JSON, JSONL, Markdown or text; --allow-empty "
                       "judges against nothing",
                       f->file_count);
    if (st == ST_OK)
        st = tree_make(f, err);
    return st == ST_OK ? facts_finish(f, err) : st;
}

const struct units *facts_units(const struct facts *f)
{
    return f->units;
}

size_t facts_file_count(const struct facts *f)
{
    return f->file_count;
}

const struct fact_file *facts_file(const struct facts *f, uint32_t file)
{
    return &f->files[file].pub;
}

bool facts_has_tree(const struct facts *f)
{
    return f->has_tree;
}

size_t facts_table_count(const struct facts *f)
{
    return f->table_count;
}

const struct fact_table *facts_table(const struct facts *f, uint32_t table)
{
    return &f->tables[table].pub;
}

size_t facts_column_count(const struct facts *f)
{
    return f->column_count;
}

const struct fact_column *facts_column(const struct facts *f, uint32_t column)
{
    return &f->columns[column].pub;
}

size_t facts_count(const struct facts *f)
{
    return f->count;
}

static struct decimal plain_decimal(int64_t mant, int32_t last)
{
    struct decimal d = decimal_from_int(mant);

    d.exp += last;
    if (mant == 0)
        d.exp = 0;
    d.last = last;
    return d;
}

struct decimal column_value(const struct facts *f, const struct column *c,
                            uint32_t i)
{
    const int64_t mant = ints_get(&c->mant, i);
    const int32_t last = (int32_t)ints_get(&c->last, i);

    return last == LAST_ODD ? f->odd[mant].value : plain_decimal(mant, last);
}

struct cell_unit column_unit(const struct facts *f, const struct column *c,
                             uint32_t i)
{
    const int64_t own = i < ints_count(&c->own) ? ints_get(&c->own, i) : 0;

    return own > 0 ? f->units_seen[own - 1]
                   : (struct cell_unit){ c->pub.unit, c->pub.how };
}

static void fill(const struct facts *f, uint32_t column, uint32_t i,
                 struct fact *out)
{
    const struct column *c = &f->columns[column];
    const struct cell_unit u = column_unit(f, c, i);

    *out = (struct fact){
        .id = c->pub.first_fact + i,
        .column = column,
        .table = c->pub.table,
        .row = (uint32_t)(ints_get(&c->row, i) + i),
        .file = f->tables[c->pub.table].pub.file,
        .value = column_value(f, c, i),
        .unit = u.unit,
        .how = u.how,
        .weak = c->pub.weak,
    };
}

void facts_get(const struct facts *f, uint32_t id, struct fact *out)
{
    const uint32_t column = facts_column_of(f, id);

    fill(f, column, id - f->columns[column].pub.first_fact, out);
}

/* The index whose row is `row`; rows ascend. FACT_NONE: none. */
static uint32_t index_of_row(const struct ints *rows, uint32_t row)
{
    uint32_t low = 0, high = ints_count(rows);

    if (row < high && ints_get(rows, row) == 0)
        return row; /* no row is missing before it */
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        const int64_t at = ints_get(rows, mid) + mid;

        if (at == row)
            return mid;
        if (at < row)
            low = mid + 1;
        else
            high = mid;
    }
    return FACT_NONE;
}

bool facts_cell(const struct facts *f, uint32_t column, uint32_t row,
                struct fact *out)
{
    const uint32_t i = index_of_row(&f->columns[column].row, row);

    if (i == FACT_NONE)
        return false;
    fill(f, column, i, out);
    return true;
}

struct text facts_cell_text(const struct facts *f, uint32_t column,
                            uint32_t row)
{
    const struct column *c = &f->columns[column];
    const uint32_t i = index_of_row(&c->text_row, row);

    return i == FACT_NONE ? (struct text){ NULL, 0 }
                          : strings_get(&f->strings, ints_get(&c->text, i));
}

uint32_t facts_parent_row(const struct facts *f, uint32_t table, uint32_t row)
{
    const struct table *t = &f->tables[table];

    if (t->pub.parent == FACT_NONE)
        return FACT_NONE;
    return row < ints_count(&t->above) ? (uint32_t)ints_get(&t->above, row) : 0;
}

struct text facts_row_name(const struct facts *f, uint32_t table, uint32_t row)
{
    while (table != FACT_NONE) {
        const struct fact_table *t = &f->tables[table].pub;
        struct text name = { NULL, 0 };

        if (t->key != FACT_NONE)
            name = facts_cell_text(f, t->key, row);
        if (name.len > 0)
            return name;
        row = facts_parent_row(f, table, row);
        table = t->parent;
    }
    return (struct text){ "", 0 };
}

/* "[2]", or the key of a dictionary's member. */
static struct text row_key(const struct facts *f, const struct key_node *n,
                           uint32_t table, uint32_t row,
                           char buf[DECIMAL_TEXT_MAX])
{
    const struct table *t = &f->tables[table];
    const int64_t nth =
        row < ints_count(&t->nth) ? ints_get(&t->nth, row) + row : 0;
    struct text key = { NULL, 0 };
    struct fact number;

    if (n->is_member && n->column != FACT_NONE) {
        key = facts_cell_text(f, n->column, row);
        if (key.len == 0 && facts_cell(f, n->column, row, &number))
            key = (struct text){ buf, decimal_format(buf, number.value) };
    }
    if (key.len == 0)
        key = (struct text){ buf, (size_t)snprintf(buf, DECIMAL_TEXT_MAX,
                                                   "[%lld]", (long long)nth) };
    return key;
}

/* "runs[2].calls[5].ttft": from the leaf to the root, from the end of buf. */
static struct text key_path(const struct facts *f, const struct column *c,
                            uint32_t row, char *buf, size_t size)
{
    uint32_t table = c->pub.table;
    size_t at = size;

    for (uint32_t n = c->node; f->nodes[n].parent != FACT_NONE;
         n = f->nodes[n].parent) {
        static const struct text cut = TEXT_INIT("...");
        char index[DECIMAL_TEXT_MAX];
        struct text key = strings_get(&f->strings, f->nodes[n].key);
        const bool dot = at < size && buf[at] != '[';

        if (f->nodes[n].is_element) {
            key = row_key(f, &f->nodes[n], table, row, index);
            row = facts_parent_row(f, table, row);
            table = f->tables[table].pub.parent;
        }
        if (at < key.len + dot + cut.len) { /* too long: its beginning goes */
            at -= cut.len;
            memcpy(buf + at, cut.ptr, cut.len);
            break;
        }
        if (dot)
            buf[--at] = '.';
        at -= key.len;
        memcpy(buf + at, key.ptr, key.len);
    }
    return (struct text){ buf + at, size - at };
}

static size_t put(char *buf, size_t n, struct text t)
{
    memcpy(buf + n, t.ptr, t.len);
    return n + t.len;
}

/* Of a text at most so many bytes. */
static struct text shown(struct text t)
{
    enum { SHOWN = 120 };

    return (struct text){ t.ptr, t.len < SHOWN ? t.len : SHOWN };
}

static struct text row_path(const struct facts *f, const struct column *c,
                            uint32_t row, struct arena *a)
{
    const struct text name = facts_row_name(f, c->pub.table, row);
    char buf[512];
    size_t n = put(buf, 0, TEXT_LIT("row "));

    if (name.len > 0) {
        buf[n++] = '"';
        n = put(buf, n, shown(name));
        buf[n++] = '"';
    } else {
        n += decimal_format(buf + n, decimal_from_int((int64_t)row + 1));
    }
    n = put(buf, n, TEXT_LIT(", column \""));
    n = put(buf, n, shown(c->pub.name));
    buf[n++] = '"';
    return arena_copy(a, (struct text){ buf, n });
}

static struct text value_text(const struct facts *f, const struct column *c,
                              uint32_t i, struct arena *a)
{
    char buf[DECIMAL_TEXT_MAX];
    const int64_t mant = ints_get(&c->mant, i);
    struct decimal d;

    if (ints_get(&c->last, i) == LAST_ODD)
        return arena_copy(a, strings_get(&f->strings, f->odd[mant].text));
    /* The zeros behind the last digit were written: show them. */
    d = (struct decimal){ .neg = mant < 0,
                          .mag = (u128)(mant < 0 ? -mant : mant),
                          .exp = (int32_t)ints_get(&c->last, i) };
    return arena_copy(a, (struct text){ buf, decimal_format(buf, d) });
}

bool facts_place(const struct facts *f, uint32_t id, struct arena *a,
                 struct fact_place *out)
{
    char buf[1024], unit[UNIT_NAME_MAX];
    struct fact fact;
    const struct column *c;
    const struct table *t;
    uint32_t i;

    facts_get(f, id, &fact);
    c = &f->columns[fact.column];
    t = &f->tables[fact.table];
    i = id - c->pub.first_fact;
    *out = (struct fact_place){
        .file = fact.file != FACT_NONE ? f->files[fact.file].pub.path
                                       : TEXT_LIT("(files)"),
        .path = c->node != FACT_NONE
                    ? arena_copy(a, key_path(f, c, fact.row, buf, sizeof(buf)))
                    : row_path(f, c, fact.row, a),
        .value = value_text(f, c, i, a),
    };
    out->unit = arena_copy(
        a, (struct text){ unit, units_name(f->units, fact.unit, unit) });
    if (fact.row < ints_count(&t->line))
        out->line = (size_t)(ints_get(&t->line, fact.row) + fact.row);
    if (i < ints_count(&c->line))
        out->line = (size_t)((long long)out->line + ints_get(&c->line, i));
    return out->path.ptr != NULL && out->value.ptr != NULL &&
           out->unit.ptr != NULL;
}
