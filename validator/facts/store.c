/* Tables, columns and cells while they are built. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { COLUMNS_MAX = 4000000, TABLES_MAX = 4000000, SAMPLE = 4096 };

bool store_grow(void **p, size_t *cap, size_t count, size_t size)
{
    const size_t more = *cap != 0 ? *cap * 2 : 16;
    void *q;

    if (count < *cap)
        return true;
    q = more <= SIZE_MAX / size ? realloc(*p, more * size) : NULL;
    if (q == NULL)
        return false;
    *p = q;
    *cap = more;
    return true;
}

uint32_t store_table(struct facts *f, uint32_t file, enum fact_table_kind kind,
                     struct text name, uint32_t parent)
{
    struct table *t;
    const int64_t id = strings_put(&f->strings, name);

    if (id < 0 || f->table_count >= TABLES_MAX ||
        !store_grow((void **)&f->tables, &f->table_cap, f->table_count,
                    sizeof(*f->tables)))
        return STORE_FAIL;
    t = &f->tables[f->table_count];
    *t = (struct table){ .name = id };
    t->pub.file = file;
    t->pub.kind = kind;
    t->pub.parent = parent;
    t->pub.key = FACT_NONE;
    return (uint32_t)f->table_count++;
}

uint32_t store_column(struct facts *f, uint32_t table, struct text name)
{
    struct column *c;
    const int64_t id = strings_put(&f->strings, name);

    if (id < 0 || f->column_count >= COLUMNS_MAX ||
        !store_grow((void **)&f->columns, &f->column_cap, f->column_count,
                    sizeof(*f->columns)))
        return STORE_FAIL;
    c = &f->columns[f->column_count];
    memset(c, 0, sizeof(*c));
    c->pub.table = table;
    c->name = c->path = id;
    c->node = FACT_NONE;
    c->order = f->tables[table].columns_made++;
    return (uint32_t)f->column_count++;
}

bool store_row(struct facts *f, uint32_t table, size_t line)
{
    struct table *t = &f->tables[table];

    if (t->pub.rows == UINT32_MAX - 1)
        return false;
    return ints_add(&t->line, (int64_t)line - (int64_t)t->pub.rows++);
}

static bool store_odd(struct facts *f, const struct cell *c, int64_t *at)
{
    const int64_t id = strings_put(&f->strings, c->text);

    if (id < 0 || !store_grow((void **)&f->odd, &f->odd_cap, f->odd_count,
                              sizeof(*f->odd)))
        return false;
    *at = (int64_t)f->odd_count;
    f->odd[f->odd_count++] = (struct odd){ c->odd, id };
    return true;
}

bool store_unit_seen(struct facts *f, struct cell_unit u, int64_t *at)
{
    for (size_t i = 0; i < f->units_seen_count; i++)
        if (unit_same(f->units_seen[i].unit, u.unit) &&
            f->units_seen[i].how == u.how) {
            *at = (int64_t)i;
            return true;
        }
    if (!store_grow((void **)&f->units_seen, &f->units_seen_cap,
                    f->units_seen_count, sizeof(*f->units_seen)))
        return false;
    *at = (int64_t)f->units_seen_count;
    f->units_seen[f->units_seen_count++] = u;
    return true;
}

/* The unit of the number that was added last; fills up with "the column's". */
static bool store_own_unit(struct facts *f, struct column *c,
                           struct cell_unit u)
{
    int64_t at = -1;

    if (!unit_none(u.unit) && !store_unit_seen(f, u, &at))
        return false;
    while (ints_count(&c->own) + 1 < ints_count(&c->mant))
        if (!ints_add(&c->own, 0))
            return false;
    return ints_add(&c->own, at + 1);
}

static bool put_number(struct facts *f, struct column *c, uint32_t row,
                       const struct cell *cell, size_t line)
{
    const struct table *t = &f->tables[c->pub.table];
    int64_t mant = cell->mant;

    if (cell->last == LAST_ODD && !store_odd(f, cell, &mant))
        return false;
    if (!ints_add(&c->row, (int64_t)row - ints_count(&c->mant)) ||
        !ints_add(&c->mant, mant) || !ints_add(&c->last, cell->last))
        return false;
    if (line != 0 &&
        !ints_add(&c->line, (int64_t)line - ints_get(&t->line, row) - row))
        return false;
    if (!unit_none(cell->unit) || ints_count(&c->own) > 0)
        return store_own_unit(f, c,
                              (struct cell_unit){ cell->unit, HOW_VALUE });
    return true;
}

static bool put_text(struct facts *f, struct column *c, uint32_t row,
                     struct text t)
{
    const uint32_t n = ints_count(&c->text);
    const size_t before = f->strings.used;
    /* A column that never repeats is not worth looking up. */
    const bool unique = n >= SAMPLE && c->fresh > n - n / 16;
    const int64_t id =
        unique ? strings_append(&f->strings, t) : strings_put(&f->strings, t);

    if (id < 0)
        return false;
    c->fresh += unique || f->strings.used != before;
    return ints_add(&c->text_row, (int64_t)row - n) && ints_add(&c->text, id);
}

bool store_cell(struct facts *f, uint32_t column, uint32_t row,
                const struct cell *cell, size_t line)
{
    struct column *c = &f->columns[column];

    if (cell->kind == CELL_NUMBER)
        return put_number(f, c, row, cell, line);
    if (cell->kind == CELL_TEXT)
        return put_text(f, c, row, cell->text);
    return true;
}
