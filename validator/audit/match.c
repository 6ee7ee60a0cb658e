/* A claim against one value: rounding, truncation, units, comparators. */
#include <math.h>

#include "validator/audit/audit_int.h"

enum { DOUBLE_DIGITS = 15 }; /* more digits than this are a double's noise */

/* Half a unit of the last written place; wider behind "about". */
static struct decimal tolerance(const struct claim *c)
{
    struct decimal t = { .mag = 5, .exp = c->value.last - 1 };
    struct decimal wide = decimal_abs(c->value);
    const int digits = claims_digits(c);

    t.last = t.exp;
    if (digits >= DOUBLE_DIGITS) {
        wide.exp -= DOUBLE_DIGITS - 1;
        wide.last -= DOUBLE_DIGITS - 1;
        return decimal_cmp(wide, t) > 0 ? wide : t;
    }
    if (!c->approx || c->value.mag == 0)
        return t;
    wide = decimal_mul(wide, (struct decimal){ .mag = digits <= 2 ? 5u : 2u,
                                               .exp = -2,
                                               .last = -2 });
    return decimal_cmp(wide, t) > 0 ? wide : t;
}

static bool holds(enum claim_cmp cmp, struct decimal value,
                  struct decimal bound)
{
    const int c = decimal_cmp(value, bound);

    return cmp == CMP_LESS       ? c < 0
           : cmp == CMP_AT_MOST  ? c <= 0
           : cmp == CMP_MORE     ? c > 0
           : cmp == CMP_AT_LEAST ? c >= 0
                                 : false;
}

/* Cuts v to a multiple of 10^place towards zero. */
static bool truncates_to(struct decimal v, struct decimal to, int32_t place)
{
    const struct decimal half = { .mag = 5, .exp = place - 1, .last = place };
    struct decimal shifted = decimal_abs(v);

    if (v.neg != to.neg && to.mag != 0)
        return false;
    shifted = decimal_sub(shifted, half);
    return decimal_near(shifted, decimal_abs(to), place) &&
           decimal_cmp(decimal_abs(v), decimal_abs(to)) >= 0;
}

/* Enough places for a value that was cut off, not rounded. */
static bool may_be_cut(const struct claim *c)
{
    return c->value.last < 0 && claims_digits(c) >= 2;
}

struct reach reach_of(const struct claim *c)
{
    struct reach r = { decimal_to_double(decimal_abs(c->value)), INFINITY };
    /* cut off: by less than a unit of the last place; rounded: by half */
    const double place =
        decimal_to_double((struct decimal){ .mag = 1, .exp = c->value.last });

    if (c->cmp == CMP_NONE)
        r.by = (may_be_cut(c) ? place : place / 2) +
               (c->approx ? .05 : 1e-13) * r.at;
    return r;
}

/* A thousand times the room that the errors of doubles need is left. */
static bool in_reach(struct reach r, double value)
{
    const double off = fabs(fabs(value) - r.at);

    return !(off > r.by * (1 + 1e-11) + 1e-11 * (fabs(value) + r.at));
}

/* Value and claim in the same unit. */
static enum match match_plain(const struct claim *c, struct decimal value,
                              struct decimal written, struct decimal allow,
                              int32_t place)
{
    if (decimal_cmp(decimal_abs(decimal_sub(value, written)), allow) <= 0)
        return MATCH_ROUNDED;
    if (!c->is_signed && value.neg &&
        decimal_cmp(decimal_abs(decimal_add(value, written)), allow) <= 0)
        return MATCH_ROUNDED;
    if (c->cmp != CMP_NONE && holds(c->cmp, value, written))
        return MATCH_ROUNDED;
    if (place < 0 && may_be_cut(c) && truncates_to(value, written, place))
        return MATCH_TRUNCATED;
    return MATCH_NO;
}

static bool is_dim(const struct work *w, struct unit_ref u, const char *name)
{
    return u.den == 0 && text_is(units_dim_name(w->units, u.num), name);
}

struct reach reach_in_base(const struct work *w, const struct claim *c,
                           enum unit_convention conv)
{
    const struct reach r = reach_of(c);
    const double zero = units_rough(w->units, c->unit, conv, 0);
    const double at =
        units_rough(w->units, c->unit, conv, decimal_to_double(c->value));

    return (struct reach){
        fabs(at), r.by * (units_rough(w->units, c->unit, conv, 1) - zero)
    };
}

static enum match in_base(const struct work *w, const struct claim *c,
                          struct decimal value, struct unit_ref unit,
                          enum unit_convention conv)
{
    struct decimal have, said, allow, per;
    enum match m = MATCH_NO;

    if (!in_reach(reach_in_base(w, c, conv),
                  units_rough(w->units, unit, conv, decimal_to_double(value))))
        return MATCH_NO;
    have = units_to_base(w->units, unit, conv, value);
    said = units_to_base(w->units, c->unit, conv, c->value);
    allow = units_scale(w->units, c->unit, conv, tolerance(c));
    m = match_plain(c, have, said, allow, 0);
    if (m == MATCH_NO && may_be_cut(c) &&
        decimal_is_zero(
            units_to_base(w->units, c->unit, conv, (struct decimal){ 0 }))) {
        /* truncated in the claim's own unit */
        per = units_scale(w->units, c->unit, conv, decimal_from_int(1));
        if (truncates_to(decimal_div(have, per), c->value, c->value.last))
            m = MATCH_TRUNCATED;
    }
    return m;
}

static enum match match_unit(const struct work *w, const struct claim *c,
                             struct decimal value, struct unit_ref unit)
{
    enum match m;

    if (unit_none(c->unit) || unit_none(unit) || unit_same(c->unit, unit)) {
        const struct reach r = reach_of(c);
        const double v = decimal_to_double(value);

        if (!in_reach(r, v) && !(unit_none(unit) && in_reach(r, v * 100)))
            return MATCH_NO;
        m = match_plain(c, value, c->value, tolerance(c), c->value.last);
        if (m == MATCH_NO && unit_none(unit) && is_dim(w, c->unit, "fraction"))
            m = match_plain(
                c,
                units_scale(w->units, c->unit, UNIT_SI, decimal_from_int(1))
                            .mag == 0
                    ? value
                    : decimal_mul(value, decimal_from_int(100)),
                c->value, tolerance(c), c->value.last);
        return m;
    }
    if (units_dim(w->units, c->unit) != units_dim(w->units, unit))
        return MATCH_NO;
    m = in_base(w, c, value, unit, UNIT_SI);
    if (m == MATCH_NO && (units_has_binary(w->units, c->unit) ||
                          units_has_binary(w->units, unit)))
        m = in_base(w, c, value, unit, UNIT_BINARY);
    return m == MATCH_ROUNDED ? MATCH_CONVERTED : m;
}

enum match match_fact(const struct work *w, const struct claim *c,
                      const struct fact *f)
{
    return match_unit(w, c, f->value, f->unit);
}

bool match_value(const struct work *w, const struct claim *c,
                 struct decimal value, struct unit_ref unit)
{
    return match_unit(w, c, value, unit) != MATCH_NO;
}

bool match_digits(const struct claim *c, struct decimal value)
{
    struct claim moved = *c;

    if (claims_digits(c) < 2 || c->value.mag == 0 || value.mag == 0)
        return false;
    moved.cmp = CMP_NONE;
    for (int32_t p = -9; p <= 9; p += 3) {
        moved.value.exp = c->value.exp + p;
        moved.value.last = c->value.last + p;
        if (match_plain(&moved, value, moved.value, tolerance(&moved), 0) !=
            MATCH_NO)
            return true;
    }
    return false;
}

double chance_of(const struct claim *c, size_t candidates)
{
    /* P that a random number of d digits matches one candidate of its decade:
     * numbers.md 3.7, from log-uniform mantissas. */
    static const double per_digit[] = { 1, .14, .011, .0011 };
    const int d = claims_digits(c);
    double p = d <= 3 ? per_digit[d] : per_digit[3];
    double lambda;

    for (int i = 3; i < d && i < 12; i++)
        p /= 10;
    if (c->approx)
        p *= d <= 2 ? 3 : 10;
    if (d == 1 && decimal_cmp(decimal_abs(c->value), decimal_from_int(1)) <= 0)
        p = .5;
    lambda = p * (double)candidates;
    /* 1 - exp(-x) within 2 % without libm: x/(1+x/2) for small x */
    return lambda > 4                      ? 1
           : lambda / (1 + lambda / 2) > 1 ? 1
                                           : lambda / (1 + lambda / 2);
}

void match_range(const struct work *w, const struct claim *c, bool raw,
                 enum unit_convention convention, struct decimal *low,
                 struct decimal *high)
{
    struct decimal v = c->value, t = tolerance(c);

    if (!raw) {
        v = units_to_base(w->units, c->unit, convention, v);
        t = units_scale(w->units, c->unit, convention, t);
    }
    *low = decimal_sub(v, t);
    *high = decimal_add(v, t);
}
