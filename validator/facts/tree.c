/* The file tree as a table: files and bytes per type and per folder. */
#include "validator/facts/facts_int.h"

struct tree {
    struct facts *f;
    uint32_t table, what, files, bytes;
};

static bool add_row(struct tree *t, struct text what, int64_t files,
                    int64_t bytes)
{
    const uint32_t row = t->f->tables[t->table].pub.rows;
    const struct cell name = { .kind = CELL_TEXT, .text = what };
    const struct cell n = { .kind = CELL_NUMBER, .mant = files };
    const struct cell b = { .kind = CELL_NUMBER, .mant = bytes };

    return store_row(t->f, t->table, 0) &&
           store_cell(t->f, t->what, row, &name, 0) &&
           store_cell(t->f, t->files, row, &n, 0) &&
           store_cell(t->f, t->bytes, row, &b, 0);
}

static bool add_types(struct tree *t)
{
    int64_t all_files = 0, all_bytes = 0;

    for (int kind = 0; kind < FILE_KINDS; kind++) {
        int64_t files = 0, bytes = 0;

        for (size_t i = 0; i < t->f->file_count; i++) {
            const struct fact_file *p = &t->f->files[i].pub;

            if (!p->in_tree || (int)p->kind != kind)
                continue;
            files++;
            bytes += p->size;
        }
        all_files += files;
        all_bytes += bytes;
        if ((files > 0 || kind <= FILE_MARKDOWN) &&
            !add_row(t, text_from(fact_file_kind_name[kind]), files, bytes))
            return false;
    }
    return add_row(t, TEXT_LIT("total"), all_files, all_bytes);
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
    int64_t files[2] = { 0, 0 }, bytes[2] = { 0, 0 };

    for (size_t k = i; k < f->file_count; k++) {
        const struct fact_file *p = &f->files[k].pub;
        const bool own = text_eq(folder_of(p), folder);

        if (!p->in_tree || !is_below(p->rel, folder))
            break;
        files[own]++;
        bytes[own] += p->size;
    }
    if (files[1] > 0 && !add_row(t, folder, files[1], bytes[1]))
        return false;
    return files[0] == 0 ||
           add_row(t, folder, files[0] + files[1], bytes[0] + bytes[1]);
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
