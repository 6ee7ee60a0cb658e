/* A number of a table's row that a sentence quotes with a slip: one digit is
 * another, or two have changed places. */
#include "validator/audit/own_says.h"

/* The digits of both differ in one place, or by two neighbours that changed
 * places. */
static bool slipped(struct decimal a, struct decimal b)
{
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const size_t n = decimal_format(x, a), m = decimal_format(y, b);
    size_t first = 0, differ = 0;

    for (size_t i = 0; i < n && n == m; i++)
        if (x[i] != y[i]) {
            first = differ == 0 ? i : first;
            differ++;
        }
    if (n != m || differ == 0 || differ > 2)
        return false;
    return differ == 1 ||
           (x[first] == y[first + 1] && x[first + 1] == y[first]);
}

/* The digits with `wild` of them from `at` on left out: the same for a number
 * and its slip there. */
static uint32_t slip_at(const char *digits, size_t n, size_t at, size_t wild)
{
    uint32_t h = (uint32_t)(2166136261u ^ wild); /* FNV-1a */

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)(i >= at && i < at + wild ? '*' : digits[i])) *
            16777619u;
    return (h ^ h >> 16) & (SLIP_BITS - 1);
}

void own_slips(struct tables *tables)
{
    memset(tables->slips, 0, sizeof(tables->slips));
    for (uint32_t t = 0; t < tables->count; t++) {
        const struct grid *g = &tables->at[t];

        for (uint32_t i = 0; i < g->rows * g->cols; i++) {
            char digits[DECIMAL_TEXT_MAX];
            size_t n;

            if (g->at[i].kind != CELL_ONE)
                continue;
            n = decimal_format(digits, cell_claim(g, &g->at[i])->value);
            for (size_t k = 0; k <= 2 * n; k++) { /* at last, as it is */
                const uint32_t bit =
                    slip_at(digits, n, k / 2, k == 2 * n ? 0 : 1 + k % 2);

                tables->slips[bit / 64] |= (uint64_t)1 << (bit % 64);
            }
        }
    }
}

bool own_may_slip(const struct tables *tables, struct decimal v)
{
    char digits[DECIMAL_TEXT_MAX];
    const size_t n = decimal_format(digits, v);
    const uint32_t same = slip_at(digits, n, n, 0);

    /* what stands in a table is no slip */
    if ((tables->slips[same / 64] >> (same % 64) & 1) != 0)
        return false;
    for (size_t k = 0; k < 2 * n; k++) {
        const uint32_t bit = slip_at(digits, n, k / 2, 1 + k % 2);

        if ((tables->slips[bit / 64] >> (bit % 64) & 1) != 0)
            return true;
    }
    return false;
}

/* The number stands somewhere else in the report, too. */
static bool stands_elsewhere(const struct work *w, uint32_t i)
{
    const struct claim *c = &w->out[i].claim;

    for (uint32_t k = 0; k < w->count; k++)
        if (k != i && decimal_eq(w->out[k].claim.value, c->value))
            return true;
    return false;
}

static uint32_t row_meant(const struct saying *s, uint32_t i, uint32_t t)
{
    const struct grid *g = &s->tables->at[t];
    struct row_name names[SAYING_NAMES];
    const uint32_t n = says_rows_in(s, g, s->in.start, s->in.end, names);

    for (uint32_t k = 1; k < n; k++)
        if (names[k].row != names[0].row)
            return 0;
    if (n > 0)
        return names[0].row;
    /* "all" and "in total" are of the row of totals */
    return s->tables->totals[t] != 0 && says_rows_counted(s, i, g)
               ? s->tables->totals[t]
               : 0;
}

void own_quoted(const struct saying *s, uint32_t i)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    uint32_t operand = FACT_NONE;
    bool other;

    if (c->role != ROLE_ALONE || c->approx || c->is_signed ||
        !own_may_slip(s->tables, c->value))
        return;
    for (uint32_t t = 0; t < s->tables->count; t++) {
        const struct grid *g = &s->tables->at[t];
        const uint32_t row = row_meant(s, i, t);

        for (uint32_t col = 1; row != 0 && col < g->cols; col++) {
            const struct claim *x = says_number(g, row, col);

            if (x == NULL || x->value.last != c->value.last ||
                (g->heads[col].bits & LABEL_COMPARE) != 0 ||
                !(unit_same(x->unit, c->unit) || unit_none(x->unit)))
                continue;
            if (decimal_eq(x->value, c->value))
                return;
            if (slipped(x->value, c->value) &&
                (says_column(g, col, s->topic) > 0 ||
                 unit_same(x->unit, c->unit)))
                operand = grid_cell(g, row, col)->claim;
        }
    }
    if (operand == FACT_NONE || stands_elsewhere(w, i) ||
        label_stats_in(says_text(s, s->in.start, says_end(s, i)), &other) !=
            0 ||
        other)
        return;
    own_say(w, i, false, "not the number of its row",
            TEXT_LIT("the number in the table"),
            value_text(w, w->out[operand].claim.value, c->unit, c->value.last),
            &operand, 1);
}
