/* What slices look at in a table, gathered once a report: most columns of a
 * wide table are neither measured nor told apart by. */
#include "validator/audit/slices_int.h"

static bool is_measure(const struct fact_column *c)
{
    return c->weak == WEAK_NO && c->numbers > 0;
}

static void list_columns(const struct work *w, const struct fact_table *t,
                         struct slice_table *out)
{
    for (uint32_t k = 0; k < t->columns; k++) {
        const uint32_t at = t->first_column + k;
        const struct fact_column *c = facts_column(w->facts, at);

        if (c->texts > 0 && at != t->key)
            out->texts[out->text_count++] = at;
        if (is_measure(c) || !unit_none(c->unit))
            out->numbers[out->number_count++] = (struct slice_numbers){
                .column = at,
                .dim = unit_none(c->unit) ? 0 : units_dim(w->units, c->unit),
                .unit = c->unit,
                .measure = is_measure(c),
            };
    }
}

/* Room for all columns is not much: it is had once for each table that a
 * report speaks of. */
static struct slice_table *make(struct work *w, uint32_t table)
{
    const struct fact_table *t = facts_table(w->facts, table);
    struct slice_table *out = arena_alloc(w->a, 1, sizeof(*out));

    if (out == NULL)
        return NULL;
    out->numbers = arena_alloc(w->a, t->columns, sizeof(*out->numbers));
    out->texts = arena_alloc(w->a, t->columns, sizeof(*out->texts));
    out->groups = arena_alloc(w->a, t->columns, sizeof(*out->groups));
    if (out->numbers == NULL || out->texts == NULL || out->groups == NULL)
        return NULL;
    list_columns(w, t, out);
    return out;
}

const struct slice_table *slice_table_of(struct work *w, uint32_t table)
{
    struct slice_table **at = &w->marks->tables[table];

    if (*at == NULL) {
        *at = make(w, table);
        w->no_memory = w->no_memory || *at == NULL;
    }
    return *at;
}

const struct slice_table *slice_table_groups(struct work *w, uint32_t table)
{
    const struct fact_table *t = facts_table(w->facts, table);
    struct slice_table *out = NULL;

    if (slice_table_of(w, table) == NULL)
        return NULL;
    out = w->marks->tables[table];
    for (uint32_t k = 0; !out->grouped && k < t->columns; k++) {
        const struct column_groups *g = marks_groups(w, t->first_column + k);

        if (g != NULL && g->count > 0)
            out->groups[out->group_count++] =
                (struct slice_groups){ t->first_column + k, g };
    }
    out->grouped = true;
    return out;
}
