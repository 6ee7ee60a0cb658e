/* The file tree as a table: files, bytes and the newest time of modification
 * per type and per folder. */
#include "validator/facts/facts_int.h"

struct tree {
    struct facts *f;
    uint32_t table, what, files, bytes;
};

struct sum {
    int64_t files, bytes;
    int64_t newest; /* s since 1970-01-01 UTC; 0 of no files */
};

static void count(struct sum *s, const struct fact_file *p)
{
    if (s->files++ == 0 || p->mtime > s->newest)
        s->newest = p->mtime;
    s->bytes += p->size;
}

static struct sum sum_of(struct sum a, struct sum b)
{
    const bool b_is_newer =
        a.files == 0 || (b.files > 0 && b.newest > a.newest);

    return (struct sum){ .files = a.files + b.files,
                         .bytes = a.bytes + b.bytes,
                         .newest = b_is_newer ? b.newest : a.newest };
}

static bool add_row(struct tree *t, struct text what, struct sum s)
{
    const uint32_t row = t->f->tables[t->table].pub.rows;
    const struct cell name = { .kind = CELL_TEXT, .text = what };
    const struct cell n = { .kind = CELL_NUMBER, .mant = s.files };
    const struct cell b = { .kind = CELL_NUMBER, .mant = s.bytes };

    return store_row(t->f, t->table, 0) &&
           store_cell(t->f, t->what, row, &name, 0) &&
           store_cell(t->f, t->files, row, &n, 0) &&
           store_cell(t->f, t->bytes, row, &b, 0) &&
           ints_add(&t->f->tree_newest, s.newest);
}

static bool add_types(struct tree *t)
{
    struct sum all = { 0 };

    for (int kind = 0; kind < FILE_KINDS; kind++) {
        struct sum of = { 0 };

        for (size_t i = 0; i < t->f->file_count; i++) {
            const struct fact_file *p = &t->f->files[i].pub;

            if (p->in_tree && (int)p->kind == kind)
                count(&of, p);
        }
        all = sum_of(all, of);
        if ((of.files > 0 || kind <= FILE_MARKDOWN) &&
            !add_row(t, text_from(fact_file_kind_name[kind]), of))
            return false;
    }
    return add_row(t, TEXT_LIT("total"), all);
}

static struct text folder_of(const struct fact_file *p)
{
    size_t n = p->rel.len;

    while (n > 0 && p->rel.ptr[n - 1] != '/')
        n--;
    return (struct text){ p->rel.ptr, n > 0 ? n - 1 : 0 };
}

static bool is_below(struct text path, struct text folder)
{
    return path.len > folder.len && text_starts(path, folder) &&
           path.ptr[folder.len] == '/';
}

/* The files of a folder itself, and, where others lie deeper, of all below it:
 * "it holds 11 files" can mean either. Files are sorted by path, so those
 * below a folder are neighbours; `i` is the first. */
static bool add_folder(struct tree *t, size_t i, struct text folder)
{
    const struct facts *f = t->f;
    struct sum own = { 0 }, deeper = { 0 };

    for (size_t k = i; k < f->file_count; k++) {
        const struct fact_file *p = &f->files[k].pub;

        if (!p->in_tree || !is_below(p->rel, folder))
            break;
        count(text_eq(folder_of(p), folder) ? &own : &deeper, p);
    }
    if (own.files > 0 && !add_row(t, folder, own))
        return false;
    return deeper.files == 0 || add_row(t, folder, sum_of(own, deeper));
}

static bool add_folders(struct tree *t)
{
    const struct facts *f = t->f;
    struct text before = { "", 0 };

    for (size_t i = 0; i < f->file_count; i++) {
        const struct text path = f->files[i].pub.rel;

        if (!f->files[i].pub.in_tree)
            continue;
        for (size_t n = 1; n < path.len; n++) {
            const struct text folder = { path.ptr, n };

            if (path.ptr[n] == '/' && !is_below(before, folder) &&
                !add_folder(t, i, folder))
                return false;
        }
        before = path;
    }
    return true;
}

enum status tree_make(struct facts *f, struct error *err)
{
    struct tree t = { .f = f };

    if (!f->has_tree)
        return ST_OK;
    t.table =
        store_table(f, FACT_NONE, TABLE_TREE, TEXT_LIT("files"), FACT_NONE);
    if (t.table == STORE_FAIL)
        return facts_nomem(err);
    t.what = store_column(f, t.table, TEXT_LIT("what"));
    t.files = store_column(f, t.table, TEXT_LIT("files"));
    t.bytes = store_column(f, t.table, TEXT_LIT("size_bytes"));
    if (t.what == STORE_FAIL || t.files == STORE_FAIL ||
        t.bytes == STORE_FAIL || !add_types(&t) || !add_folders(&t))
        return facts_nomem(err);
    return ST_OK;
}

long long facts_tree_newest(const struct facts *f, uint32_t row)
{
    return row < ints_count(&f->tree_newest)
               ? (long long)ints_get(&f->tree_newest, row)
               : 0;
}
