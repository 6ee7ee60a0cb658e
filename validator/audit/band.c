/* Rounded numbers as the values that they may stand for. */
#include "validator/audit/own_int.h"

static struct decimal lesser(struct decimal a, struct decimal b)
{
    return decimal_cmp(a, b) <= 0 ? a : b;
}

static struct decimal greater(struct decimal a, struct decimal b)
{
    return decimal_cmp(a, b) >= 0 ? a : b;
}

static bool exact_count(const struct work *w, const struct claim *c)
{
    return !c->approx && !c->scaled && c->value.last >= 0 &&
           (unit_none(c->unit) || units_is_count(w->units, c->unit));
}

struct band band_of(const struct work *w, const struct claim *c, bool raw)
{
    struct band b = { .any = false };

    if (exact_count(w, c))
        return band_exact(
            raw ? c->value
                : units_to_base(w->units, c->unit, UNIT_SI, c->value));
    match_range(w, c, raw, UNIT_SI, &b.low, &b.high);
    return b;
}

struct band band_exact(struct decimal v)
{
    return (struct band){ .low = v, .high = v };
}

struct band band_wide(struct decimal v, struct decimal by)
{
    return (struct band){ .low = decimal_sub(v, by),
                          .high = decimal_add(v, by) };
}

struct band band_add(struct band a, struct band b)
{
    return (struct band){ .low = decimal_add(a.low, b.low),
                          .high = decimal_add(a.high, b.high),
                          .any = a.any || b.any };
}

struct band band_sub(struct band a, struct band b)
{
    return (struct band){ .low = decimal_sub(a.low, b.high),
                          .high = decimal_sub(a.high, b.low),
                          .any = a.any || b.any };
}

static struct band hull(struct decimal p, struct decimal q, struct decimal r,
                        struct decimal s)
{
    return (struct band){ .low = lesser(lesser(p, q), lesser(r, s)),
                          .high = greater(greater(p, q), greater(r, s)) };
}

struct band band_mul(struct band a, struct band b)
{
    struct band out =
        hull(decimal_mul(a.low, b.low), decimal_mul(a.low, b.high),
             decimal_mul(a.high, b.low), decimal_mul(a.high, b.high));

    out.any = a.any || b.any;
    return out;
}

static bool may_be_zero(struct band b)
{
    return decimal_is_zero(b.low) || decimal_is_zero(b.high) ||
           b.low.neg != b.high.neg;
}

struct band band_div(struct band a, struct band b)
{
    if (a.any || b.any || may_be_zero(b))
        return (struct band){ .any = true };
    if (!a.low.neg && !b.low.neg)
        return (struct band){ .low = decimal_div(a.low, b.high),
                              .high = decimal_div(a.high, b.low) };
    return hull(decimal_div(a.low, b.low), decimal_div(a.low, b.high),
                decimal_div(a.high, b.low), decimal_div(a.high, b.high));
}

struct decimal band_middle(struct band a)
{
    return decimal_mul(decimal_add(a.low, a.high),
                       (struct decimal){ .mag = 5, .exp = -1, .last = -1 });
}

/* The band without its sign. */
static struct band magnitude(struct band b)
{
    const struct decimal low = decimal_abs(b.low), high = decimal_abs(b.high);

    if (b.low.neg != b.high.neg && !decimal_is_zero(b.low) &&
        !decimal_is_zero(b.high))
        return (struct band){ .low = decimal_from_int(0),
                              .high = greater(low, high) };
    return (struct band){ .low = lesser(low, high),
                          .high = greater(low, high) };
}

/* "24.3" may be 24.39, cut: one more half of the last place. */
static void allow_cut(const struct work *w, const struct claim *c, bool raw,
                      struct band *said)
{
    struct decimal half = { .mag = 5, .exp = c->value.last - 1 };

    if (c->value.last >= 0 || claims_digits(c) < 2)
        return;
    half.last = half.exp;
    if (!raw)
        half = units_scale(w->units, c->unit, UNIT_SI, half);
    said->high = decimal_add(said->high, half);
}

bool band_fits(const struct work *w, const struct claim *c, struct band b,
               bool raw)
{
    struct claim bare = *c;
    struct band said = { .any = false };

    if (b.any)
        return true;
    bare.value.neg = false;
    b = magnitude(b);
    match_range(w, &bare, raw, UNIT_SI, &said.low, &said.high);
    allow_cut(w, &bare, raw, &said);
    if (c->cmp == CMP_LESS || c->cmp == CMP_AT_MOST)
        return decimal_cmp(b.low, said.high) <= 0;
    if (c->cmp == CMP_MORE || c->cmp == CMP_AT_LEAST)
        return decimal_cmp(b.high, said.low) >= 0;
    return decimal_cmp(b.low, said.high) <= 0 &&
           decimal_cmp(b.high, said.low) >= 0;
}
