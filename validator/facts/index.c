/* Numbers in the order of their values, one list per unit. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

struct sort_key {
    double value;
    uint32_t id, group;
};

static int by_value(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static uint32_t group_of(struct facts *f, struct cell_unit u, size_t *cap)
{
    for (size_t i = 0; i < f->group_count; i++)
        if (unit_same(f->groups[i].unit.unit, u.unit))
            return (uint32_t)i;
    if (!store_grow((void **)&f->groups, cap, f->group_count,
                    sizeof(*f->groups)))
        return STORE_FAIL;
    f->groups[f->group_count] = (struct unit_group){ .unit = u };
    return (uint32_t)f->group_count++;
}

static enum status keys_of(struct facts *f, struct sort_key *keys,
                           struct error *err)
{
    size_t n = 0, cap = 0;

    for (size_t i = 0; i < f->column_count; i++) {
        const struct column *c = &f->columns[i];

        for (uint32_t k = 0; k < c->pub.numbers; k++) {
            const uint32_t g = group_of(f, column_unit(f, c, k), &cap);

            if (g == STORE_FAIL)
                return facts_nomem(err);
            keys[n] = (struct sort_key){
                decimal_to_double(column_value(f, c, k)), (uint32_t)n, g
            };
            f->groups[g].count++;
            n++;
        }
    }
    return ST_OK;
}

static enum status fill_groups(struct facts *f, const struct sort_key *keys,
                               struct error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < f->group_count; i++) {
        struct unit_group *g = &f->groups[i];

        g->ids = malloc(g->count * sizeof(*g->ids));
        if (g->ids == NULL)
            return facts_nomem(err);
        for (uint32_t k = 0; k < g->count; k++)
            g->ids[k] = keys[n++].id;
    }
    return ST_OK;
}

enum status index_make(struct facts *f, struct error *err)
{
    struct sort_key *keys = malloc((f->count + 1) * sizeof(*keys));
    enum status st = keys != NULL ? keys_of(f, keys, err) : facts_nomem(err);

    if (st == ST_OK) {
        qsort(keys, f->count, sizeof(*keys), by_value);
        st = fill_groups(f, keys, err);
    }
    free(keys);
    return st;
}

void index_free(struct facts *f)
{
    for (size_t i = 0; i < f->group_count; i++)
        free(f->groups[i].ids);
    free(f->groups);
}

struct scan { /* one query over one group */
    const struct facts *f;
    const struct fact_query *q;
    const struct unit_group *g;
};

static struct decimal in_scope(const struct scan *s, const struct fact *fact)
{
    return s->q->scope == SCOPE_DIM
               ? units_to_base(s->f->units, fact->unit, s->q->convention,
                               fact->value)
               : fact->value;
}

/* The first of the group that is not below `v`; with `above`, above it. */
static uint32_t bound(const struct scan *s, struct decimal v, bool above)
{
    uint32_t low = 0, high = s->g->count;

    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        struct fact fact;

        facts_get(s->f, s->g->ids[mid], &fact);
        const int c = decimal_cmp(in_scope(s, &fact), v);

        if (c < 0 || (above && c == 0))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool wanted(const struct scan *s)
{
    const struct unit_ref u = s->g->unit.unit;

    switch (s->q->scope) {
    case SCOPE_UNIT:
        return unit_same(u, s->q->unit);
    case SCOPE_DIM:
        return units_dim(s->f->units, u) == units_dim(s->f->units, s->q->unit);
    default:
        return true;
    }
}

size_t facts_find(const struct facts *f, const struct fact_query *q,
                  uint32_t *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < f->group_count; i++) {
        const struct scan s = { f, q, &f->groups[i] };

        if (!wanted(&s))
            continue;
        for (uint32_t k = bound(&s, q->low, false),
                      end = bound(&s, q->high, true);
             k < end; k++) {
            struct fact fact;

            facts_get(f, s.g->ids[k], &fact);
            if (fact.weak != WEAK_NO && !q->weak)
                continue;
            if (n < max)
                out[n] = fact.id;
            n++;
        }
    }
    return n;
}

size_t facts_find_distinct(const struct facts *f, const struct fact_query *q)
{
    size_t n = 0;

    for (size_t i = 0; i < f->group_count; i++) {
        const struct scan s = { f, q, &f->groups[i] };
        struct fact before = { 0 };
        bool any = false;

        if (!wanted(&s))
            continue;
        for (uint32_t k = bound(&s, q->low, false),
                      end = bound(&s, q->high, true);
             k < end; k++) {
            struct fact fact;

            facts_get(f, s.g->ids[k], &fact);
            if (fact.weak != WEAK_NO && !q->weak)
                continue;
            if (!any || !decimal_eq(before.value, fact.value))
                n++;
            before = fact;
            any = true;
        }
    }
    return n;
}
