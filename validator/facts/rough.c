/* Numbers as doubles, for looking before comparing decimals; the column of an
 * id. */
#include <math.h>
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { BLOCK_SHIFT = 4 }; /* ids whose first column is kept */

static bool own_unit(const struct column *c, uint32_t i)
{
    return i < ints_count(&c->own) && ints_get(&c->own, i) > 0;
}

double column_rough(const struct column *c, uint32_t i)
{
    const int64_t last = ints_get(&c->last, i);

    return last == LAST_ODD ? NAN : number_double(ints_get(&c->mant, i), last);
}

static uint32_t group_at(const struct facts *f, const struct column *c,
                         uint32_t i)
{
    const struct unit_ref u = column_unit(f, c, i).unit;
    uint32_t g = c->group;

    if (own_unit(c, i))
        for (g = 0; !unit_same(f->groups[g].unit.unit, u);)
            g++; /* index_make made one for each unit */
    return g;
}

static void count_short(const struct facts *f, size_t *all, size_t *mixed)
{
    *all = *mixed = 0;
    for (size_t i = 0; i < f->column_count; i++) {
        const struct column *c = &f->columns[i];

        if (c->pub.numbers > FACTS_SHORT)
            continue;
        *all += c->pub.numbers;
        *mixed += ints_count(&c->own) > 0 ? c->pub.numbers : 0;
    }
}

static void fill_column(struct fact_roughs *out, const struct column *c,
                        double *rough)
{
    *out =
        (struct fact_roughs){ .at = rough, .low = INFINITY, .high = -INFINITY };
    for (uint32_t i = 0; i < c->pub.numbers; i++) {
        const double v = rough[i] = column_rough(c, i);

        if (isnan(v)) {
            out->low = -INFINITY;
            out->high = INFINITY;
        }
        out->low = v < out->low ? v : out->low;
        out->high = v > out->high ? v : out->high;
    }
}

static void fill_short(struct facts *f)
{
    double *rough = f->rough;
    uint32_t *group = f->rough_groups;

    for (size_t i = 0; i < f->column_count; i++) {
        struct column *c = &f->columns[i];

        if (c->pub.numbers > FACTS_SHORT)
            continue;
        fill_column(&c->rough, c, rough);
        rough += c->pub.numbers;
        if (ints_count(&c->own) == 0)
            continue;
        c->rough.groups = group;
        for (uint32_t k = 0; k < c->pub.numbers; k++)
            *group++ = group_at(f, c, k);
    }
}

/* The last column that begins at or before the first id of each block. */
static void make_blocks(struct facts *f, size_t blocks)
{
    uint32_t column = 0;

    for (size_t b = 0; b < blocks; b++) {
        const size_t id = b << BLOCK_SHIFT;

        while (column + 1 < f->column_count &&
               f->columns[column + 1].pub.first_fact <= id)
            column++;
        f->column_of_block[b] = column;
    }
    f->column_of_block[blocks] =
        f->column_count > 0 ? (uint32_t)(f->column_count - 1) : 0;
}

enum status rough_make(struct facts *f, struct error *err)
{
    const size_t blocks = (f->count >> BLOCK_SHIFT) + 1;
    size_t all, mixed;

    count_short(f, &all, &mixed);
    f->rough = malloc((all + 1) * sizeof(*f->rough));
    f->rough_groups = malloc((mixed + 1) * sizeof(*f->rough_groups));
    f->column_of_block = malloc((blocks + 1) * sizeof(*f->column_of_block));
    if (f->rough == NULL || f->rough_groups == NULL ||
        f->column_of_block == NULL)
        return facts_nomem(err);
    make_blocks(f, blocks);
    fill_short(f);
    return ST_OK;
}

void rough_free(struct facts *f)
{
    free(f->rough);
    free(f->rough_groups);
    free(f->column_of_block);
}

uint32_t facts_column_of(const struct facts *f, uint32_t id)
{
    size_t low = f->column_of_block[id >> BLOCK_SHIFT];
    size_t high = (size_t)f->column_of_block[(id >> BLOCK_SHIFT) + 1] + 1;

    while (high - low > 1) {
        const size_t mid = low + (high - low) / 2;

        if (f->columns[mid].pub.first_fact <= id)
            low = mid;
        else
            high = mid;
    }
    return (uint32_t)low;
}

struct fact_roughs facts_roughs(const struct facts *f, uint32_t column)
{
    return f->columns[column].rough;
}

bool facts_mixed(const struct facts *f, uint32_t column)
{
    return ints_count(&f->columns[column].own) > 0;
}

uint32_t facts_group(const struct facts *f, uint32_t column)
{
    return f->columns[column].group;
}

struct fact_scale facts_scale(const struct facts *f, uint32_t group,
                              enum unit_convention convention)
{
    const struct unit_group *g = &f->groups[group];

    return (struct fact_scale){ g->unit.unit, g->zero[convention],
                                g->one[convention] - g->zero[convention] };
}
