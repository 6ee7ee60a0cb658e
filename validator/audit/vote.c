/* The row vote: when the numbers that a text gives to one name are those of
 * another row, the name is wrong and the numbers are not. */
#include "validator/audit/audit_int.h"

enum {
    VOTE_CLAIMS = 3, /* of one name, for it to be doubted */
    VOTE_MORE = 2,   /* that the other row must fit beyond the named one */
    VOTE_CLAIMS_MAX = 32,
    VOTE_ROWS_MAX = 4096 /* rows of a table that are asked */
};

struct ballot {
    struct judged *at[VOTE_CLAIMS_MAX];
    struct fact named[VOTE_CLAIMS_MAX]; /* the cells of the row named */
    uint32_t count, right;
    uint32_t rows; /* of the table */
};

bool may_look(struct work *w, uint32_t cells)
{
    if (cells > LOOKS_MAX - w->looks)
        return false;
    w->looks += cells;
    return true;
}

static bool fits(const struct work *w, const struct ballot *b, uint32_t i,
                 uint32_t row, struct fact *f)
{
    return facts_cell(w->facts, b->named[i].column, row, f) &&
           match_fact(w, &b->at[i]->claim, f) != MATCH_NO;
}

static uint32_t votes_for(const struct work *w, const struct ballot *b,
                          uint32_t row)
{
    struct fact f;
    uint32_t n = 0;

    for (uint32_t i = 0; i < b->count; i++)
        n += fits(w, b, i, row, &f);
    return n;
}

/* How often chance alone would fit the claim to a row: by its digits, or by
 * how many rows other than `row` it fits, whichever is more. */
static double luck(const struct work *w, const struct ballot *b, uint32_t i,
                   uint32_t row)
{
    const double digits = chance_of(&b->at[i]->claim, 1);
    uint32_t fit = 0, seen = 0;
    struct fact f;

    for (uint32_t r = 0; r < b->rows; r++) {
        if (r == row)
            continue;
        seen++;
        fit += fits(w, b, i, r, &f);
    }
    return fit > digits * seen ? (double)fit / seen : digits;
}

/* How many rows chance alone would have fit as well as `row`. */
static double rivals(const struct work *w, const struct ballot *b, uint32_t row)
{
    double n = b->rows;
    struct fact f;

    for (uint32_t i = 0; i < b->count; i++)
        if (fits(w, b, i, row, &f))
            n *= luck(w, b, i, row);
    return n;
}

/* The one row that fits best, VOTE_MORE better than the named one, and by
 * more than chance; FACT_NONE: none does. */
static uint32_t elected(const struct work *w, const struct ballot *b)
{
    uint32_t best = FACT_NONE, top = 0, tied = 0;

    for (uint32_t r = 0; r < b->rows; r++) {
        const uint32_t n = r == b->named[0].row ? 0 : votes_for(w, b, r);

        tied = n > top ? 1 : tied + (n == top);
        best = n > top ? r : best;
        top = n > top ? n : top;
    }
    return top >= b->right + VOTE_MORE && tied == 1 &&
                   rivals(w, b, best) <= CHANCE_WEAK
               ? best
               : FACT_NONE;
}

/* Presence alone supports it: the number of the elected row. */
static bool rests_on(const struct work *w, const struct judged *j, uint32_t row)
{
    struct fact f;

    if (j->verdict != CLAIM_SUPPORTED || j->fact_count == 0)
        return false;
    facts_get(w->facts, j->facts[j->fact_count - 1], &f);
    return f.row == row;
}

static bool give(struct work *w, struct ballot *b, uint32_t row)
{
    const struct text whose = facts_row_name(w->facts, b->named[0].table, row);
    const char *why = whose.len == 0
                          ? "the numbers are those of another row"
                          : arena_printf(w->a, "the numbers are those of %.*s",
                                         (int)whose.len, whose.ptr);

    if (why == NULL)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        struct judged *j = b->at[i];
        struct fact f;

        if (j->fault != FAULT_NUMBER || !fits(w, b, i, row, &f) ||
            match_fact(w, &j->claim, &b->named[i]) != MATCH_NO ||
            !(claim_flagged(j->verdict) || rests_on(w, j, row)))
            continue;
        j->expected = fact_text(w, b->named[i].id);
        j->fact_count = 0;
        judged_fact(j, f.id);
        j->misnamed = true;
        judged_say(w, j, CLAIM_MISATTRIBUTED, why);
    }
    return true;
}

static bool count_votes(struct work *w, struct ballot *b)
{
    uint32_t row;

    if (b->count < VOTE_CLAIMS || b->count < b->right + VOTE_MORE)
        return true;
    b->rows = facts_table(w->facts, b->named[0].table)->rows;
    if (b->rows > VOTE_ROWS_MAX)
        b->rows = VOTE_ROWS_MAX;
    /* once for the votes, at most once more for the rivals */
    if (!may_look(w, 2 * b->rows * b->count))
        return true;
    row = elected(w, b);
    return row == FACT_NONE || give(w, b, row);
}

static bool same_name(const struct ballot *b, const struct judged *j,
                      const struct fact *f)
{
    return j->name.off == b->at[0]->name.off && f->table == b->named[0].table &&
           f->row == b->named[0].row && b->count < VOTE_CLAIMS_MAX;
}

bool vote_names(struct work *w)
{
    struct ballot b = { .count = 0 };

    for (uint32_t i = 0; i < w->count; i++) {
        struct judged *j = &w->out[i];
        struct fact f;

        if (j->cell == FACT_NONE || j->name.len == 0)
            continue;
        facts_get(w->facts, j->cell, &f);
        if (b.count > 0 && !same_name(&b, j, &f)) {
            if (!count_votes(w, &b))
                return false;
            b.count = b.right = 0;
        }
        b.at[b.count] = j;
        b.named[b.count++] = f;
        b.right += match_fact(w, &j->claim, &f) != MATCH_NO;
    }
    return b.count == 0 || count_votes(w, &b);
}
