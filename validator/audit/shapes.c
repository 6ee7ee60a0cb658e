/* Files of one shape. */
#include "validator/audit/shapes.h"

#include <stdlib.h>

struct shape_key {
    uint64_t hash;
    uint32_t table;
};

static uint64_t add_hash(uint64_t h, struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        h = (h ^ (unsigned char)t.ptr[i]) * UINT64_C(1099511628211);
    return (h ^ 0xff) * UINT64_C(1099511628211);
}

static int by_hash(const void *pa, const void *pb)
{
    const struct shape_key *a = pa, *b = pb;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->table < b->table ? -1 : a->table > b->table;
}

static int by_first(const void *pa, const void *pb)
{
    const struct file_shape *a = pa, *b = pb;

    return a->tables[0] < b->tables[0] ? -1 : a->tables[0] > b->tables[0];
}

/* Of one row, with more than one number: a member of a shape. */
static bool can_be(const struct facts *f, const struct fact_table *t)
{
    uint32_t n = 0;

    if (t->rows != 1 || t->file == FACT_NONE ||
        (t->kind != TABLE_OBJECT && t->kind != TABLE_KEYS))
        return false;
    for (uint32_t k = 0; k < t->columns && n < 2; k++) {
        const struct fact_column *c = facts_column(f, t->first_column + k);

        n += c->numbers > 0 && c->weak == WEAK_NO;
    }
    return n == 2;
}

static uint32_t hash_all(const struct facts *f, struct shape_key *out)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < facts_table_count(f); i++) {
        const struct fact_table *t = facts_table(f, i);
        uint64_t h = UINT64_C(14695981039346656037);

        if (!can_be(f, t))
            continue;
        for (uint32_t k = 0; k < t->columns; k++)
            h = add_hash(h, facts_column(f, t->first_column + k)->path);
        out[n++] = (struct shape_key){ h, i };
    }
    return n;
}

/* Keys [from, to) are of one hash; a file counts once. */
static void add_shape(struct shapes *s, const struct facts *f,
                      const struct shape_key *key, uint32_t count)
{
    struct file_shape *x = &s->at[s->count];
    uint32_t file = FACT_NONE;

    if (count < 2 || count > SHAPE_MEMBERS || s->count == SHAPES_MAX)
        return;
    x->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct fact_table *t = facts_table(f, key[i].table);

        if (t->file == file ||
            t->columns != facts_table(f, key[0].table)->columns)
            return;
        file = t->file;
        x->tables[x->count++] = key[i].table;
    }
    s->count++;
}

enum status shapes_make(struct shapes *out, const struct facts *f,
                        struct error *err)
{
    const size_t tables = facts_table_count(f);
    struct shape_key *keys = calloc(tables + 1, sizeof(*keys));
    uint32_t n;

    out->at = calloc(SHAPES_MAX, sizeof(*out->at));
    if (keys == NULL || out->at == NULL) {
        free(keys);
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    }
    n = hash_all(f, keys);
    qsort(keys, n, sizeof(*keys), by_hash);
    for (uint32_t i = 0, k; i < n; i = k) {
        for (k = i + 1; k < n && keys[k].hash == keys[i].hash;)
            k++;
        add_shape(out, f, &keys[i], k - i);
    }
    free(keys);
    if (out->count == 0)
        return ST_OK;
    qsort(out->at, out->count, sizeof(*out->at), by_first);
    out->of = calloc(tables, sizeof(*out->of));
    if (out->of == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    for (uint32_t i = 0; i < out->count; i++)
        for (uint32_t k = 0; k < out->at[i].count; k++)
            out->of[out->at[i].tables[k]] = i + 1;
    return ST_OK;
}

void shapes_free(struct shapes *s)
{
    free(s->at);
    free(s->of);
}

const struct file_shape *shapes_of(const struct shapes *s, uint32_t table)
{
    return s->of == NULL || s->of[table] == 0 ? NULL : &s->at[s->of[table] - 1];
}
