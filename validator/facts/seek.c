/* The rows of a column that have a number, read as the column is packed: a
 * view of each cell in turn (facts_cell) costs forty times as much. */
#include "validator/facts/facts_int.h"

/* value as a mantissa of 10^last; false: it is none. */
static bool mantissa_of(struct decimal value, int64_t last, int64_t *out)
{
    u128 mag = value.mag;

    if (mag == 0) {
        *out = 0;
        return true;
    }
    if (value.exp < last || value.exp - last > 18)
        return false;
    for (int64_t e = last; e < value.exp && mag <= INT64_MAX; e++)
        mag *= 10;
    if (mag > INT64_MAX)
        return false;
    *out = value.neg ? -(int64_t)mag : (int64_t)mag;
    return true;
}

/* All numbers of piece k are written to the same place, and none of them can be
 * the value. */
static bool piece_lacks(const struct column *c, uint32_t k,
                        struct decimal value)
{
    struct ints_view mant, last;
    int64_t wanted;

    if (!ints_packed(&c->mant, k, &mant) || !ints_packed(&c->last, k, &last) ||
        last.width > 0 || last.base == LAST_ODD)
        return false;
    return !mantissa_of(value, last.base, &wanted) || wanted < mant.base ||
           (mant.width < 8 &&
            ((uint64_t)wanted - (uint64_t)mant.base) >> (8 * mant.width) != 0);
}

size_t facts_rows_with(const struct facts *f, uint32_t column,
                       struct decimal value, uint32_t *rows, size_t max)
{
    const struct column *c = &f->columns[column];
    const struct decimal plain =
        decimal_from_digits(value.mag, value.neg, value.exp);
    int64_t mant[INTS_PIECE], last[INTS_PIECE], known = LAST_ODD, wanted = 0;
    bool possible = false;
    size_t count = 0;

    for (uint32_t k = 0; count < max && k * INTS_PIECE < c->pub.numbers; k++) {
        uint32_t n;

        if (piece_lacks(c, k, plain))
            continue;
        n = ints_piece(&c->mant, k, mant);
        ints_piece(&c->last, k, last);
        for (uint32_t i = 0; i < n && count < max; i++) {
            const uint32_t at = k * INTS_PIECE + i;

            if (last[i] != known) {
                known = last[i];
                possible =
                    known != LAST_ODD && mantissa_of(plain, known, &wanted);
            }
            if ((possible && mant[i] == wanted) ||
                (known == LAST_ODD && decimal_eq(f->odd[mant[i]].value, value)))
                rows[count++] = (uint32_t)(ints_get(&c->row, at) + at);
        }
    }
    return count;
}
