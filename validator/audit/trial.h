#ifndef VALIDATOR_AUDIT_TRIAL_H
#define VALIDATOR_AUDIT_TRIAL_H
/* What a number may follow from. Values are offered for one claim; how many
 * of its size there were tells how likely an accident is. In doubles: nothing
 * is supported by it, it only excuses. */
#include <math.h>

#include "validator/audit/audit_int.h"

enum { TRIAL_OPERANDS = 10 }; /* numbers written beside it */

/* What kind of number the claim is, by its unit. */
enum kind { KIND_RATIO, KIND_PERCENT, KIND_POINTS, KIND_BARE, KIND_UNIT };

/* One claim and what was tried for it. */
struct trial {
    struct work *w;
    const struct claim *c;
    enum kind kind;
    double at, slack, scale;    /* base units of a KIND_UNIT, else as written */
    const struct columns *only; /* those that the words mean; NULL: all */
    bool dimension;             /* the table at hand has the claim's */
    bool per;                   /* so much of the one for each of the other */
    uint32_t stats;             /* named beside it: they were tried */
    uint32_t near;              /* values tried that are of its size */
    bool hit;
};

struct trial trial_of(struct work *w, const struct claim *c);

/* Counts `n` numbers as tried; false: more than 1,000,000 for this report. */
bool trial_may(struct work *w, uint32_t n);

/* A value that the claim may be, sign aside; NAN is none. */
static inline void trial_offer(struct trial *t, double value)
{
    const double v = fabs(value);

    if (!(v * 3.2 > t->at && v < t->at * 3.2)) /* NAN too */
        return;
    t->near++;
    t->hit = t->hit || fabs(v - t->at) <= t->slack + 1e-9 * t->at;
}
/* How likely it is that one of n values of its size is a random number written
 * as the claim is. */
double trial_chance(const struct trial *t, uint32_t n);
/* What the claim's kind makes of two numbers of one dimension: difference,
 * ratio, change, share. */
void trial_compare(struct trial *t, double a, double b);
void trial_ratio(struct trial *t, double a, double b); /* either way round */

bool trial_counts(const struct work *w, struct unit_ref u);
/* Of one dimension; counts of whatever are. */
bool trial_alike(const struct work *w, struct unit_ref a, struct unit_ref b);

/* What a number of that unit times makes one of the trial's; NAN: it is of
 * another dimension. */
double trial_factor(const struct trial *t, struct unit_ref u);
/* A number of the column in the trial's unit; NAN: of another dimension. */
double trial_in_unit(const struct trial *t, const struct fact_column *col,
                     double v);
/* NAN: there is none. */
double trial_cell(const struct trial *t, uint32_t column, uint32_t row);
double trial_stat(const struct trial *t, uint32_t column, enum fact_stat which);

/* "$38.00 per purchase", "each consumer handled 38,800 messages": in the words
 * [first, last). */
bool trial_per(const struct work *w, const struct claim *c, uint32_t first,
               uint32_t last);
/* A number in a unit of its own, and nothing in the words [first, last) says
 * that it is of two. */
bool trial_measured(const struct trial *t, uint32_t first, uint32_t last);

/* The claim is flagged, and of a kind that may follow from others. */
bool trial_wanted(const struct judged *j);
/* The chance above which a derivation is an accident. */
double trial_limit(bool named);
/* The claim is unverifiable, unless `chance` says it was an accident. named: a
 * cell that row and column name speaks against it. */
void trial_settle(struct work *w, struct judged *j, double chance, bool named);

#endif
