/* Two numbers and what is said of the two: ratio, change, difference. */
#include "validator/audit/own_int.h"

/* Units of the number that compares, as bits. */
enum {
    OF_RATIO = 1, /* x, times, -fold */
    OF_PERCENT = 2,
    OF_POINTS = 4, /* percentage points */
    OF_NONE = 8,
    OF_SAME = 16,    /* the dimension of the two numbers */
    TWO_PERCENT = 32 /* and the two are percentages themselves */
};

enum shape { SHAPE_RATIO, SHAPE_CHANGE, SHAPE_DIFFERENCE };

static const struct convention {
    const char *formula;
    enum shape shape;
    bool swapped; /* a and b change places */
    bool percent; /* times 100 */
    unsigned of;  /* units that it can have */
} conventions[] = {
    /* what is meant most often comes first */
    { "(after - before) / before", SHAPE_CHANGE, false, true, OF_PERCENT },
    { "before / after - 1", SHAPE_CHANGE, true, true, OF_PERCENT },
    { "after - before", SHAPE_DIFFERENCE, false, false,
      OF_SAME | OF_POINTS | OF_NONE | TWO_PERCENT },
    { "after / before", SHAPE_RATIO, false, false, OF_RATIO | OF_NONE },
    { "before / after", SHAPE_RATIO, true, false, OF_RATIO | OF_NONE },
    { "after / before - 1", SHAPE_CHANGE, false, false, OF_RATIO | OF_NONE },
    { "before / after - 1", SHAPE_CHANGE, true, false, OF_RATIO | OF_NONE },
    { "(after - before) / before", SHAPE_CHANGE, false, true, OF_NONE },
    { "before / after - 1", SHAPE_CHANGE, true, true, OF_NONE },
    { "after / before", SHAPE_RATIO, false, true, OF_PERCENT },
    { "before / after", SHAPE_RATIO, true, true, OF_PERCENT },
};

static unsigned units_of(const struct work *w, const struct claim *c,
                         const struct claim *a)
{
    const bool percents = dim_is(w, a->unit, "fraction");
    unsigned of = 0;

    if (unit_none(c->unit))
        return OF_NONE;
    if (dim_is(w, c->unit, "ratio"))
        of = OF_RATIO;
    else if (dim_is(w, c->unit, "fraction"))
        of = OF_PERCENT | (percents ? TWO_PERCENT : 0);
    else if (dim_is(w, c->unit, "points"))
        of = percents || unit_none(a->unit) ? OF_POINTS : 0; /* or of a score */
    else if (units_dim(w->units, c->unit) == units_dim(w->units, a->unit))
        of = OF_SAME;
    return of;
}

/* What two numbers give, each way round. */
struct both {
    struct band up, down; /* b / a, a / b */
    struct band difference;
};

static struct both give(const struct work *w, const struct claim *a,
                        const struct claim *b, unsigned of)
{
    /* Differences of percentages are points: as written. */
    const bool raw = unit_same(a->unit, b->unit) && of != OF_SAME;
    const struct band x = band_of(w, a, raw), y = band_of(w, b, raw);
    struct both out = { .difference = band_sub(y, x) };

    if ((of & ~(unsigned)(OF_SAME | OF_POINTS)) != 0) {
        out.up = band_div(y, x);
        out.down = band_div(x, y);
    }
    return out;
}

static struct comparison make(const struct both *two,
                              const struct convention *v, unsigned of)
{
    struct comparison out = { .formula = v->formula,
                              .raw = of != OF_SAME,
                              .step = v->shape == SHAPE_CHANGE && !v->swapped };

    out.value = v->shape == SHAPE_DIFFERENCE ? two->difference
                : v->swapped                 ? two->down
                                             : two->up;
    if (out.value.any)
        return out;
    if (v->shape == SHAPE_CHANGE)
        out.value = band_sub(out.value, band_exact(decimal_from_int(1)));
    if (v->percent) {
        out.value.low.exp += 2;
        out.value.low.last += 2;
        out.value.high.exp += 2;
        out.value.high.last += 2;
    }
    return out;
}

/* "5.2x" is meant to be above one: not 0.24. */
static bool more_likely(const struct claim *c, const struct comparison *best,
                        const struct comparison *now, unsigned of)
{
    const struct decimal one = decimal_from_int(1);

    return (of & (OF_RATIO | OF_NONE)) != 0 && !now->value.any &&
           best->raw == now->raw && decimal_cmp(c->value, one) > 0 &&
           decimal_cmp(best->value.high, one) < 0 &&
           decimal_cmp(now->value.low, one) > 0;
}

static bool may_say(const struct convention *v, enum compared said)
{
    if (said == COMPARED_RATIO)
        return v->shape != SHAPE_CHANGE || v->percent;
    return said == COMPARED_ANYHOW || v->shape != SHAPE_RATIO || !v->percent;
}

/* "-33%" is not 8 / 6 - 1: a change on the other base keeps its sign. */
static bool sign_fits(const struct claim *c, const struct convention *v,
                      const struct comparison *now, enum compared said)
{
    if (said == COMPARED_STEP && v->shape == SHAPE_CHANGE && v->swapped &&
        now->value.high.neg)
        return false;
    if (said == COMPARED_DROP && v->shape == SHAPE_CHANGE && v->swapped)
        return false;
    return !c->is_signed || v->shape != SHAPE_CHANGE || !v->swapped ||
           now->value.any || c->value.neg == now->value.high.neg;
}

bool compare_fits(const struct work *w, const struct claim *c,
                  const struct claim *a, const struct claim *b,
                  enum compared said, struct comparison *how)
{
    const unsigned of = units_of(w, c, a);
    struct both two;

    how->formula = NULL;
    if (of == 0 || units_dim(w->units, a->unit) != units_dim(w->units, b->unit))
        return false;
    two = give(w, a, b, of);
    for (size_t i = 0; i < sizeof(conventions) / sizeof(*conventions); i++) {
        struct comparison now;

        if ((conventions[i].of & of) == 0 || !may_say(&conventions[i], said))
            continue;
        now = make(&two, &conventions[i], of);
        if (band_fits(w, c, now.value, now.raw) &&
            sign_fits(c, &conventions[i], &now, said)) {
            *how = now;
            return true;
        }
        if (how->formula == NULL || more_likely(c, how, &now, of))
            *how = now;
    }
    return false;
}

struct text compare_text(struct work *w, const struct claim *c,
                         const struct comparison *how)
{
    struct decimal v = band_middle(how->value);

    if (!how->raw) {
        const struct decimal one =
            units_scale(w->units, c->unit, UNIT_SI, decimal_from_int(1));

        if (!decimal_is_zero(one))
            v = decimal_div(v, one);
    }
    return value_text(w, v, c->unit, c->value.last);
}
