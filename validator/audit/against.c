/* "92 °C against 87 °C", "48 ms rather than 61 ms": two numbers of one
 * quantity, the second of another row than the first. */
#include <math.h>

#include "validator/audit/audit_int.h"

enum {
    BETWEEN_WORDS = 3,
    DIGITS_MIN = 2,
    OTHERS = 8 /* rows at least that the other may be of */
};

static bool sets_against(const struct flat *f, uint32_t from, uint32_t to)
{
    static const char *const words[] = { "against", "versus", "vs",
                                         "than",    "not",    "instead",
                                         "compared" };
    bool found = false;

    if (to <= from || to - from > BETWEEN_WORDS)
        return false;
    for (uint32_t k = from; k < to && !found; k++)
        found = text_is_any(flat_lower(f, k), words,
                            sizeof(words) / sizeof(*words));
    return found;
}

/* The claims are set against each other, in this order. */
static bool pair_of(const struct work *w, uint32_t first)
{
    const struct claim *a, *b;

    if (first + 1 >= w->claims.count)
        return false;
    a = &w->claims.at[first];
    b = &w->claims.at[first + 1];
    return a->exempt == EXEMPT_NO && b->exempt == EXEMPT_NO &&
           claims_digits(a) >= DIGITS_MIN && claims_digits(b) >= DIGITS_MIN &&
           units_dim(w->units, a->unit) == units_dim(w->units, b->unit) &&
           b->start >= w->around.start && b->start < w->around.end &&
           sets_against(&w->flat, a->end_word, b->first_word);
}

/* Facts that the claim can be; returns how many are in ids. */
static size_t facts_like(const struct work *w, const struct claim *c,
                         uint32_t ids[FIND_MAX])
{
    struct fact_query q = { .scope = unit_none(c->unit) ? SCOPE_ANY : SCOPE_DIM,
                            .unit = c->unit };
    size_t n;

    match_range(w, c, unit_none(c->unit), UNIT_SI, &q.low, &q.high);
    n = facts_find_some(w->facts, &q, ids, FIND_MAX);
    return n < FIND_MAX ? n : FIND_MAX;
}

/* Facts of the decade around it. */
static size_t facts_about(const struct work *w, const struct claim *c)
{
    const struct fact_query q = { .scope = unit_none(c->unit) ? SCOPE_ANY
                                                              : SCOPE_DIM,
                                  .unit = c->unit };
    double v = fabs(decimal_to_double(c->value)) * 3.16;

    if (q.scope == SCOPE_DIM)
        v = fabs(units_rough(w->units, c->unit, UNIT_SI, v));
    return facts_find_about(w->facts, &q, v / 10, v);
}

/* The same quantity, of another row or of another file. */
static bool other_row_of(const struct work *w, uint32_t a, uint32_t b)
{
    const struct fact_column *x =
        facts_column(w->facts, facts_column_of(w->facts, a));
    const struct fact_column *y =
        facts_column(w->facts, facts_column_of(w->facts, b));

    return a != b && text_eq(x->path, y->path) && x->weak == WEAK_NO;
}

static bool say(struct work *w, struct judged *j, uint32_t id, double chance)
{
    j->chance = chance;
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    judged_fact(j, id);
    judged_say(w, j, CLAIM_SUPPORTED, "in the data, of another row");
    return true;
}

/* The number before has its fact: this one is the same of another row. */
static bool other_than(struct work *w, struct judged *j,
                       const struct judged *before)
{
    uint32_t ids[FIND_MAX];
    const size_t n = facts_like(w, &j->claim, ids);
    const struct fact_column *c =
        facts_column(w->facts, facts_column_of(w->facts, before->facts[0]));
    const double chance =
        chance_of(&j->claim, c->numbers > OTHERS ? c->numbers : OTHERS);

    if (chance > CHANCE_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (other_row_of(w, before->facts[0], ids[i]))
            return say(w, j, ids[i], chance);
    return false;
}

/* Neither row is named: one quantity has both numbers. */
static bool both_of_one(struct work *w, struct judged *j, uint32_t partner)
{
    const struct claim *other = &w->claims.at[partner];
    uint32_t mine[FIND_MAX], theirs[FIND_MAX];
    const size_t n = facts_like(w, &j->claim, mine);
    const size_t m = n == 0 ? 0 : facts_like(w, other, theirs);
    const double chance = chance_of(&j->claim, facts_about(w, &j->claim)) *
                          chance_of(other, OTHERS);

    if (chance > CHANCE_WEAK)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (other_row_of(w, mine[i], theirs[k]))
                return say(w, j, mine[i], chance);
    return false;
}

bool against_judge(struct work *w, struct judged *j, const struct subject *who)
{
    const uint32_t at = w->claim;

    if (at > 0 && pair_of(w, at - 1)) {
        const struct judged *before =
            w->count == 0 ? NULL : &w->out[w->count - 1];

        if (before != NULL && before->block == j->block &&
            before->claim.start == w->claims.at[at - 1].start &&
            before->verdict == CLAIM_SUPPORTED && before->fact_count > 0)
            return other_than(w, j, before);
        return who == NULL && both_of_one(w, j, at - 1);
    }
    return who == NULL && pair_of(w, at) && both_of_one(w, j, at + 1);
}
