/* Numbers as doubles, for looking before comparing decimals; the column of an
 * id. */
#include <math.h>
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { BLOCK_SHIFT = 6 }; /* ids whose first column is kept */

static double double_at(const struct column *c, uint32_t i)
{
    const int64_t last = ints_get(&c->last, i);

    if (last == LAST_ODD ||
        (i < ints_count(&c->own) && ints_get(&c->own, i) > 0))
        return NAN;
    return number_double(ints_get(&c->mant, i), last);
}

static size_t short_numbers(const struct facts *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->column_count; i++)
        if (f->columns[i].pub.numbers <= FACTS_SHORT)
            n += f->columns[i].pub.numbers;
    return n;
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
    size_t at = 0;

    f->rough = malloc((short_numbers(f) + 1) * sizeof(*f->rough));
    f->column_of_block = malloc((blocks + 1) * sizeof(*f->column_of_block));
    if (f->rough == NULL || f->column_of_block == NULL)
        return facts_nomem(err);
    make_blocks(f, blocks);
    for (size_t i = 0; i < f->column_count; i++) {
        struct column *c = &f->columns[i];

        if (c->pub.numbers > FACTS_SHORT)
            continue;
        c->rough = f->rough + at;
        for (uint32_t k = 0; k < c->pub.numbers; k++)
            f->rough[at++] = double_at(c, k);
    }
    return ST_OK;
}

void rough_free(struct facts *f)
{
    free(f->rough);
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

const double *facts_roughs(const struct facts *f, uint32_t column)
{
    return f->columns[column].rough;
}

double facts_rough(const struct facts *f, uint32_t column, uint32_t i)
{
    return double_at(&f->columns[column], i);
}

struct fact_scale facts_scale(const struct facts *f, uint32_t column,
                              enum unit_convention convention)
{
    const struct unit_group *g = &f->groups[f->columns[column].group];

    return (struct fact_scale){ g->zero[convention],
                                g->one[convention] - g->zero[convention] };
}
