/* What a number may follow from: values offered for it, and how many were. */
#include "validator/audit/trial.h"

#include <math.h>

enum {
    TRIES_MAX = 1000000, /* a report */
    CUE_WORDS = 40,      /* of a sentence on either side of a number */
    SURE_DIGITS = 3      /* of a bare number that no word calls derived */
};

/* Above it a derivation is an accident: of a number that a named cell speaks
 * against, and of any other (docs/measured/numbers.md). */
#define BY_ACCIDENT_NAMED .06
#define BY_ACCIDENT       .25

bool trial_counts(const struct work *w, struct unit_ref u)
{
    return unit_none(u) || (u.den == 0 && units_is_count(w->units, u));
}

/* Of one dimension; counts of whatever are. */
bool trial_alike(const struct work *w, struct unit_ref a, struct unit_ref b)
{
    return trial_counts(w, a)
               ? trial_counts(w, b)
               : units_dim(w->units, a) == units_dim(w->units, b);
}

/* Counts `n` numbers as tried; false: more than TRIES_MAX for this report. */
bool trial_may(struct work *w, uint32_t n)
{
    if (w->tries > TRIES_MAX - n)
        return false;
    w->tries += n;
    return true;
}

static double trial_scale(const struct work *w, struct unit_ref u)
{
    return units_rough(w->units, u, UNIT_SI, 1) -
           units_rough(w->units, u, UNIT_SI, 0);
}

struct trial trial_of(struct work *w, const struct claim *c)
{
    struct trial t = { .w = w, .c = c, .kind = KIND_UNIT, .scale = 1 };

    if (trial_counts(w, c->unit))
        t.kind = KIND_BARE;
    else if (dim_is(w, c->unit, "ratio"))
        t.kind = KIND_RATIO;
    else if (dim_is(w, c->unit, "fraction"))
        t.kind = KIND_PERCENT;
    else if (dim_is(w, c->unit, "points"))
        t.kind = KIND_POINTS;
    else
        t.scale = trial_scale(w, c->unit);
    t.at = fabs(decimal_to_double(c->value)) * t.scale;
    t.slack = decimal_to_double(
                  (struct decimal){ .mag = 5, .exp = c->value.last - 1 }) *
              t.scale;
    if (c->approx && t.slack < .05 * t.at)
        t.slack = .05 * t.at;
    return t;
}

double trial_chance(const struct trial *t, uint32_t n)
{
    /* log10((at + slack) / (at - slack)): mantissas are log-uniform */
    const double one = 2 / 2.302585 * t->slack / t->at;

    return 1 - exp(-(one < .5 ? one : .5) * n);
}

/* Two numbers of one dimension. */
void trial_compare(struct trial *t, double a, double b)
{
    switch (t->kind) {
    case KIND_RATIO:
        trial_offer(t, fabs(a) > fabs(b) ? a / b : b / a);
        break;
    case KIND_PERCENT:
        trial_offer(t, 100 * (a - b) / b);
        trial_offer(t, 100 * (a - b) / a);
        trial_offer(t, 100 * (fabs(a) > fabs(b) ? b / a : a / b));
        break;
    case KIND_POINTS:
        trial_offer(t, a - b);
        trial_offer(t, 100 * (a - b));
        break;
    default:
        trial_offer(t, a - b);
    }
}

void trial_ratio(struct trial *t, double a, double b)
{
    trial_offer(t, a / b);
    trial_offer(t, b / a);
}

double trial_factor(const struct trial *t, struct unit_ref u)
{
    if (t->kind != KIND_UNIT)
        return 1;
    if (unit_none(u))
        return t->dimension ? NAN : t->scale;
    return units_dim(t->w->units, u) != units_dim(t->w->units, t->c->unit)
               ? NAN
               : trial_scale(t->w, u);
}

double trial_in_unit(const struct trial *t, const struct fact_column *col,
                     double v)
{
    return v * trial_factor(t, col->unit);
}

double trial_cell(const struct trial *t, uint32_t column, uint32_t row)
{
    struct fact f;

    return facts_cell(t->w->facts, column, row, &f) ? decimal_to_double(f.value)
                                                    : NAN;
}

double trial_stat(const struct trial *t, uint32_t column, enum fact_stat which)
{
    const struct fact_stats *s = facts_stats(t->w->facts, column);

    return s != NULL && s->count > 0 ? s->rough[which] : NAN;
}

static bool subjects_in(const struct work *w, uint32_t first, uint32_t last)
{
    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->subjects[i].word >= first && w->subjects[i].word < last)
            return true;
    return false;
}

/* "$38.00 per purchase", "each consumer handled 38,800 messages" */
bool trial_per(const struct work *w, const struct claim *c, uint32_t first,
               uint32_t last)
{
    enum { BEFORE = 8, BEHIND = 4 };
    const struct flat *f = &w->flat;

    if (first + BEFORE < c->first_word)
        first = c->first_word - BEFORE;
    for (uint32_t i = first; i < last && i < c->end_word + BEHIND; i++)
        if ((i < c->first_word || i >= c->end_word) &&
            (text_is(flat_lower(f, i), "per") ||
             text_is(flat_lower(f, i), "each")))
            return true;
    return false;
}

/* A number in a unit of its own, and nothing says that it is of two. */
bool trial_measured(const struct trial *t, uint32_t first, uint32_t last)
{
    if (t->kind != KIND_BARE && t->kind != KIND_UNIT)
        return false;
    if (audit_in_cell(t->w))
        return t->kind == KIND_BARE;
    if (t->per || t->c->is_signed)
        return false;
    if (t->kind == KIND_BARE && claims_digits(t->c) >= SURE_DIGITS &&
        !subjects_in(t->w, first, last))
        return false; /* a sum, it may be: "1,047 runs passed" */
    if (first + CUE_WORDS < t->c->first_word)
        first = t->c->first_word - CUE_WORDS;
    if (last > t->c->end_word + CUE_WORDS)
        last = t->c->end_word + CUE_WORDS;
    return !says_in(t->w, first, last, SAYS_DERIVED);
}

double trial_limit(bool named)
{
    return named ? BY_ACCIDENT_NAMED : BY_ACCIDENT;
}

void trial_settle(struct work *w, struct judged *j, double chance, bool named)
{
    if (chance > trial_limit(named))
        return;
    judged_say(w, j, CLAIM_UNVERIFIABLE, "follows from what is named near it");
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->cell = FACT_NONE;
}

bool trial_wanted(const struct judged *j)
{
    return (j->verdict == CLAIM_UNSUPPORTED ||
            j->verdict == CLAIM_CONTRADICTED) &&
           j->fault != FAULT_ARITHMETIC && j->claim.form == FORM_DIGITS &&
           j->claim.exempt == EXEMPT_NO && j->claim.cmp == CMP_NONE &&
           !decimal_is_zero(j->claim.value) &&
           (j->claim.group == 0 || !unit_none(j->claim.unit));
}
