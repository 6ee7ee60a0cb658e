/* Numbers that nothing bears out, but that follow from other numbers written
 * near them. */
#include "validator/audit/own_int.h"
#include "validator/audit/trial.h"

enum {
    CLAIMS_BACK = 32, /* claims looked through for operands */
    CLAIMS_AHEAD = 6,
    PAIR_COST = 3 /* tries that two written numbers cost, in decimals */
};

static bool operand(const struct judged *j)
{
    return j->claim.exempt == EXEMPT_NO && !claim_flagged(j->verdict) &&
           j->claim.form == FORM_DIGITS && j->claim.role != ROLE_SPREAD;
}

/* The sum or mean of the last numbers of its unit. */
static bool sum_up(const struct trial *t, const struct judged *out,
                   const uint32_t *at, uint32_t n, uint32_t *tried)
{
    double sum = 0;
    uint32_t terms = 0;
    struct trial one = *t;

    for (uint32_t k = 0; k < n; k++) {
        const struct claim *c = &out[at[k]].claim;

        if (c->start > t->c->start || !unit_same(c->unit, t->c->unit))
            continue;
        sum += decimal_to_double(c->value) * t->scale;
        if (++terms < 2)
            continue;
        *tried += 2;
        trial_offer(&one, sum);
        trial_offer(&one, sum / terms);
    }
    return one.hit;
}

/* Without a unit, as much a number of it as the other is: "33.1 tokens/s, B
 * 47.0". */
static void same_unit(const struct judged *a, const struct judged *b,
                      struct claim *x, struct claim *y)
{
    if (a->block != b->block || x->value.last != y->value.last)
        return;
    if (unit_none(x->unit))
        x->unit = y->unit;
    else if (unit_none(y->unit))
        y->unit = x->unit;
}

static bool of_two(struct work *w, const struct judged *j, uint32_t a,
                   uint32_t b, uint32_t *tried)
{
    struct claim x = w->out[a].claim, y = w->out[b].claim, c = j->claim;
    struct comparison how;
    bool fits;

    same_unit(&w->out[a], &w->out[b], &x, &y);
    if (!trial_alike(w, x.unit, y.unit) || !trial_may(w, PAIR_COST))
        return false;
    if (trial_counts(w, x.unit))
        x.unit = y.unit = (struct unit_ref){ 0, 0, 0 };
    if (unit_same(x.unit, y.unit) && unit_same(x.unit, c.unit))
        c.unit = x.unit = y.unit = /* "9.6 °C": of a difference */
            (struct unit_ref){ 0, 0, 0 };
    fits = compare_fits(w, &c, &x, &y, COMPARED_ANYHOW, &how);
    *tried += how.formula != NULL;
    return fits;
}

/* Numbers near out[i] in its block, nearest first; those before it, then two
 * behind it. Returns how many; *here: the first of them are of its sentence. */
static uint32_t operands_of(const struct work *w, uint32_t i, uint32_t start,
                            uint32_t end, uint32_t at[TRIAL_OPERANDS + 2],
                            uint32_t *here)
{
    const struct judged *j = &w->out[i];
    uint32_t far[TRIAL_OPERANDS] = { 0 }, n = 0, m = 0;

    for (uint32_t k = i; k-- > 0 && n + m < TRIAL_OPERANDS &&
                         i - k <= CLAIMS_BACK && w->out[k].block == j->block;)
        if (operand(&w->out[k])) {
            if (w->out[k].claim.start >= start)
                at[n++] = k;
            else
                far[m++] = k;
        }
    *here = n;
    for (uint32_t k = i + 1;
         k < w->count && k <= i + CLAIMS_AHEAD && *here < n + 2; k++)
        if (operand(&w->out[k]) && w->out[k].claim.start < end)
            at[(*here)++] = k;
    memcpy(&at[*here], far, m * sizeof(*far));
    return *here + m;
}

/* A factor: a number that says how many, how much each. */
static bool factor(const struct judged *j)
{
    return j->claim.role != ROLE_SPREAD && j->claim.form <= FORM_WORDS &&
           j->fault != FAULT_ARITHMETIC && !decimal_is_zero(j->claim.value) &&
           (j->claim.exempt == EXEMPT_NO || j->claim.exempt == EXEMPT_ADVICE);
}

/* As written, or in the claim's unit where it is of its dimension. */
static double factor_value(const struct trial *t, const struct claim *c,
                           bool *own)
{
    const struct work *w = t->w;
    const double v = decimal_to_double(c->value);

    *own = t->kind == KIND_UNIT && !unit_none(c->unit) &&
           units_dim(w->units, (struct unit_ref){ c->unit.num, 0, 0 }) ==
               units_dim(w->units, t->c->unit);
    return *own ? v * units_rough(w->units,
                                  (struct unit_ref){ c->unit.num, 0, 0 },
                                  UNIT_SI, 1)
                : v * t->scale;
}

/* "6 instances at $0.384 an hour come to $27.65 for the twelve hours": what
 * two or three numbers of the sentence multiply to, or one for each of
 * another. */
static void from_factors(struct work *w, uint32_t i)
{
    enum { FACTORS = 4, EXACT = 200 };
    struct judged *j = &w->out[i];
    struct trial t = trial_of(w, &j->claim);
    double v[FACTORS];
    bool own[FACTORS];
    uint32_t n = 0, start, end;

    if ((t.kind != KIND_UNIT && t.kind != KIND_BARE) ||
        t.slack * EXACT > t.at || j->claim.unit.den != 0)
        return;
    claims_sentence(&w->flat, j->claim.start, &start, &end);
    for (uint32_t k = i + 1; k < w->count && k <= i + CLAIMS_AHEAD &&
                             w->out[k].claim.start < end && n < 1;
         k++)
        if (factor(&w->out[k])) {
            v[n] = factor_value(&t, &w->out[k].claim, &own[n]);
            n++;
        }
    for (uint32_t k = i; k-- > 0 && n < FACTORS && w->out[k].block == j->block;)
        if (factor(&w->out[k])) {
            v[n] = factor_value(&t, &w->out[k].claim, &own[n]);
            n++;
        }
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < a; b++) {
            if (own[a] && own[b])
                continue;
            trial_offer(&t, v[a] * v[b] / t.scale);
            if (!own[b])
                trial_offer(&t, v[a] / v[b] * t.scale);
            if (!own[a])
                trial_offer(&t, v[b] / v[a] * t.scale);
            for (uint32_t k = 0; k < b; k++)
                if (own[a] + own[b] + own[k] < 2)
                    trial_offer(&t, v[a] * v[b] * v[k] / t.scale / t.scale);
        }
    if (t.hit)
        trial_settle(w, j, trial_chance(&t, t.near), true);
}

static void from_text(struct work *w, uint32_t i)
{
    struct judged *j = &w->out[i];
    struct trial t = trial_of(w, &j->claim);
    uint32_t at[TRIAL_OPERANDS + 2], n, here, tried = 0, start, end;
    bool hit = false, measured;

    claims_sentence(&w->flat, j->claim.start, &start, &end);
    n = operands_of(w, i, start, end, at, &here);
    start = flat_word_at(&w->flat, start);
    end = flat_word_at(&w->flat, end);
    t.per = trial_per(w, &j->claim, start, end);
    measured = trial_measured(&t, start, end);
    for (uint32_t a = 0; a < (measured ? here : n); a++) {
        if (a == here && hit && trial_chance(&t, tried) <= trial_limit(false))
            break;
        for (uint32_t b = 0; b < a; b++)
            hit = of_two(w, j, at[a], at[b], &tried) || hit;
    }
    if (!measured && (t.kind == KIND_UNIT || t.kind == KIND_BARE))
        hit = sum_up(&t, w->out, at, n, &tried) || hit;
    if (hit)
        trial_settle(w, j, trial_chance(&t, tried), measured);
}

/* "76.3%" below "Lead": of two other cells of its row. */
static void from_row(struct work *w, uint32_t i)
{
    const struct doc *d = &w->report->doc;
    struct judged *j = &w->out[i];
    const struct block *b = &d->blocks[j->block];
    uint32_t at[TRIAL_OPERANDS], n = 0, tried = 0;
    bool hit = false;

    for (uint32_t k = i; k-- > 0 && n < TRIAL_OPERANDS;) {
        const struct block *o = &d->blocks[w->out[k].block];

        if (o->table != b->table || o->row != b->row ||
            o->role != BLOCK_TABLE_CELL)
            break;
        if (operand(&w->out[k]))
            at[n++] = k;
    }
    for (uint32_t x = 0; x < n; x++)
        for (uint32_t y = 0; y < n; y++) {
            struct claim p = w->out[at[x]].claim, q = w->out[at[y]].claim;
            struct comparison how;

            if (x == y || !trial_alike(w, p.unit, q.unit) ||
                !trial_may(w, PAIR_COST))
                continue;
            p.unit = q.unit = (struct unit_ref){ 0, 0, 0 };
            hit = compare_fits(w, &j->claim, &p, &q, COMPARED_ANYHOW, &how) ||
                  hit;
            tried += how.formula != NULL;
        }
    if (hit)
        trial_settle(w, j, chance_of(&j->claim, tried), false);
}

void plausible_block(struct work *w, uint32_t first)
{
    for (uint32_t i = first; i < w->count; i++)
        if (trial_wanted(&w->out[i])) {
            if (!audit_in_cell(w)) {
                from_text(w, i);
                if (claim_flagged(w->out[i].verdict))
                    from_factors(w, i);
            } else if (w->block->role == BLOCK_TABLE_CELL)
                from_row(w, i);
        }
}
