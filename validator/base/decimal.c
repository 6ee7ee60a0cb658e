#include "validator/base/decimal.h"

#include <math.h>
#include <stdio.h>

enum { KEEP = 34, MOST = 38, EXP_MAX = 6000 };

const uint64_t decimal_tens[20] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
    10000000000000000000u,
};

const double decimal_powers[DECIMAL_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static u128 pow10_u(int n) /* 0 <= n <= 38 */
{
    return n < 20 ? decimal_tens[n]
                  : (u128)decimal_tens[19] * decimal_tens[n - 19];
}

static int digits_of(u128 v)
{
    int n = 0;

    while (v >= decimal_tens[19]) {
        v /= decimal_tens[19];
        n += 19;
    }
    return n + decimal_digits((uint64_t)v);
}

/* Drops digits until at most `keep` are left, rounding half up. */
static void shorten(struct decimal *d, int keep)
{
    const int n = digits_of(d->mag);

    if (n <= keep)
        return;
    const u128 p = pow10_u(n - keep);
    const u128 rest = d->mag % p;

    d->mag = d->mag / p + (rest >= p - rest);
    d->exp += n - keep;
    if (rest != 0)
        d->cut = true;
}

static void strip_found(struct decimal *d)
{
    if (d->mag == 0) {
        d->exp = 0;
        return;
    }
    while (d->mag > UINT64_MAX && d->mag % 10 == 0) {
        d->mag /= 10;
        d->exp++;
    }
    if (d->mag > UINT64_MAX)
        return;
    uint64_t v = (uint64_t)d->mag; /* its division is many times faster */

    while (v % 10 == 0) {
        v /= 10;
        d->exp++;
    }
    d->mag = v;
}

static inline void strip_zeros(struct decimal *d)
{
    if (d->mag > UINT64_MAX || (uint64_t)d->mag % 10 == 0)
        strip_found(d); /* two of ten have one */
}

struct scan {
    struct decimal d;
    int kept, seen, point; /* digits kept, digits seen, digits after point */
    bool after_point;
};

static void scan_digit(struct scan *s, char c)
{
    s->seen++;
    s->point += s->after_point;
    if (s->kept < KEEP) {
        s->d.mag = s->d.mag * 10 + (unsigned)(c - '0');
        s->kept += s->d.mag != 0;
        return;
    }
    s->d.exp++;
    s->d.cut = true;
}

static bool scan_exponent(struct text t, size_t i, int32_t *out)
{
    bool neg = false;
    int32_t v = 0;
    const size_t first =
        i + (i < t.len && (t.ptr[i] == '-' || t.ptr[i] == '+'));

    if (first > i)
        neg = t.ptr[i] == '-';
    if (first >= t.len)
        return false;
    for (i = first; i < t.len; i++) {
        if (!ascii_digit(t.ptr[i]))
            return false;
        v = v * 10 + (t.ptr[i] - '0');
        if (v > EXP_MAX)
            return false;
    }
    *out = neg ? -v : v;
    return true;
}

bool decimal_parse(struct text t, struct decimal *out)
{
    struct scan s = { .kept = 0 };
    int32_t e = 0;
    size_t i = 0;

    if (i < t.len && (t.ptr[i] == '-' || t.ptr[i] == '+'))
        s.d.neg = t.ptr[i++] == '-';
    for (; i < t.len; i++) {
        if (t.ptr[i] == '.' && !s.after_point)
            s.after_point = true;
        else if (ascii_digit(t.ptr[i]))
            scan_digit(&s, t.ptr[i]);
        else
            break;
    }
    if (s.seen == 0 || s.seen > EXP_MAX)
        return false;
    if (i < t.len) {
        if (t.ptr[i] != 'e' && t.ptr[i] != 'E')
            return false;
        if (!scan_exponent(t, i + 1, &e))
            return false;
    }
    s.d.exp += e - s.point;
    s.d.last = e - s.point;
    strip_zeros(&s.d);
    *out = s.d;
    return true;
}

size_t decimal_format(char out[DECIMAL_TEXT_MAX], struct decimal d)
{
    char digits[48]; /* the last digit first */
    size_t n = 0, k = 0;
    u128 v = d.mag;

    for (; v > UINT64_MAX; v /= 10)
        digits[n++] = (char)('0' + (int)(v % 10));
    for (uint64_t low = (uint64_t)v; low > 0 || n == 0; low /= 10)
        digits[n++] = (char)('0' + (int)(low % 10));
    if (d.neg && d.mag != 0)
        out[k++] = '-';
    if (d.mag != 0 && d.exp <= 40 && d.exp >= -40) {
        const size_t frac = d.exp < 0 ? (size_t)-d.exp : 0;
        const size_t zeros = d.exp > 0 ? (size_t)d.exp : 0;

        while (n <= frac)
            digits[n++] = '0'; /* at most 41 with the one before the point */
        while (n > 0) {
            if (n == frac)
                out[k++] = '.';
            out[k++] = digits[--n];
        }
        for (size_t i = 0; i < zeros; i++)
            out[k++] = '0';
        out[k] = '\0';
        return k;
    }
    while (n > 0)
        out[k++] = digits[--n];
    out[k] = '\0';
    if (d.mag != 0)
        k += (size_t)snprintf(out + k, DECIMAL_TEXT_MAX - k, "e%d", (int)d.exp);
    return k;
}

struct decimal decimal_from_int(int64_t v)
{
    struct decimal d = { .neg = v < 0 };

    d.mag = v < 0 ? (u128)(-(v + 1)) + 1 : (u128)v;
    strip_zeros(&d);
    return d;
}

struct decimal decimal_from_digits(u128 mag, bool neg, int32_t exp)
{
    struct decimal d = { .mag = mag, .exp = exp, .last = exp, .neg = neg };

    if (mag > UINT64_MAX)
        shorten(&d, KEEP);
    strip_zeros(&d);
    return d;
}

double decimal_to_double_far(struct decimal d)
{
    struct decimal s = d;

    if (d.mag > UINT64_MAX / 2)
        shorten(&s, 19);
    const double v = (double)(uint64_t)s.mag;
    const int32_t e = s.exp < 0 ? -s.exp : s.exp;
    const double p = e <= DECIMAL_EXACT_POWER ? decimal_powers[e] : pow(10, e);
    const double r = s.exp >= 0 ? v * p : v / p;

    return d.neg ? -r : r;
}

bool decimal_is_zero(struct decimal d)
{
    return d.mag == 0;
}

/* Position of the leading digit: mag * 10^exp is in [10^(n-1), 10^n). */
static int32_t magnitude(struct decimal d)
{
    return d.exp + digits_of(d.mag);
}

static int cmp_mag(struct decimal a, struct decimal b)
{
    if (a.mag == 0 || b.mag == 0)
        return a.mag == b.mag ? 0 : a.mag == 0 ? -1 : 1;
    if (a.exp == b.exp)
        return a.mag < b.mag ? -1 : a.mag > b.mag;
    const int32_t ma = magnitude(a), mb = magnitude(b);

    if (ma != mb)
        return ma < mb ? -1 : 1;
    /* Same leading place: bring both to MOST digits. */
    a.mag *= pow10_u(MOST - digits_of(a.mag));
    b.mag *= pow10_u(MOST - digits_of(b.mag));
    return a.mag < b.mag ? -1 : a.mag > b.mag;
}

int decimal_cmp(struct decimal a, struct decimal b)
{
    const bool na = a.neg && a.mag != 0, nb = b.neg && b.mag != 0;

    if (na != nb)
        return na ? -1 : 1;
    return na ? cmp_mag(b, a) : cmp_mag(a, b);
}

bool decimal_eq(struct decimal a, struct decimal b)
{
    return decimal_cmp(a, b) == 0;
}

struct decimal decimal_neg(struct decimal a)
{
    a.neg = !a.neg;
    return a;
}

struct decimal decimal_abs(struct decimal a)
{
    a.neg = false;
    return a;
}

/* Lowers d's exponent to `exp` where its digits allow, at most KEEP + 3. */
static void lower_to(struct decimal *d, int32_t exp)
{
    int room = KEEP + 3 - digits_of(d->mag);
    int32_t drop = d->exp - exp;

    if (d->mag == 0) {
        d->exp = exp;
        return;
    }
    if (drop > room)
        drop = room;
    if (drop > 0) {
        d->mag *= pow10_u((int)drop);
        d->exp -= drop;
    }
}

/* Raises d's exponent to `exp`, rounding half up. */
static void raise_to(struct decimal *d, int32_t exp)
{
    const int32_t n = exp - d->exp;

    if (n <= 0)
        return;
    d->exp = exp;
    if (n > MOST) {
        d->cut = d->cut || d->mag != 0;
        d->mag = 0;
        return;
    }
    const u128 p = pow10_u((int)n);
    const u128 rest = d->mag % p;

    d->cut = d->cut || rest != 0;
    d->mag = d->mag / p + (rest != 0 && rest >= p - rest);
}

struct decimal decimal_add(struct decimal a, struct decimal b)
{
    enum { SHORT = 16, APART = 17 }; /* below 10^33 together */
    const int32_t last = a.last < b.last ? a.last : b.last;
    const int32_t apart = a.exp - b.exp;
    struct decimal r;

    if (a.mag < decimal_tens[SHORT] && b.mag < decimal_tens[SHORT] &&
        apart <= APART && apart >= -APART) { /* as nearly always */
        if (apart > 0) {
            a.mag *= decimal_tens[apart];
            a.exp = b.exp;
        } else {
            b.mag *= decimal_tens[-apart];
        }
    } else {
        if (apart > 0)
            lower_to(&a, b.exp);
        else
            lower_to(&b, a.exp);
        raise_to(&a, b.exp);
        raise_to(&b, a.exp);
    }
    r = a;
    r.cut = a.cut || b.cut;
    if (a.neg == b.neg) {
        r.mag = a.mag + b.mag;
    } else if (a.mag >= b.mag) {
        r.mag = a.mag - b.mag;
    } else {
        r.mag = b.mag - a.mag;
        r.neg = b.neg;
    }
    if (r.mag > UINT64_MAX)
        shorten(&r, KEEP);
    strip_zeros(&r);
    r.last = last;
    return r;
}

struct decimal decimal_sub(struct decimal a, struct decimal b)
{
    return decimal_add(a, decimal_neg(b));
}

struct decimal decimal_mul(struct decimal a, struct decimal b)
{
    struct decimal r = { .neg = a.neg != b.neg, .cut = a.cut || b.cut };

    r.last = a.last < b.last ? a.last : b.last;
    if (a.mag < decimal_tens[KEEP / 2] && b.mag < decimal_tens[KEEP / 2]) {
        r.mag = a.mag * b.mag; /* as nearly always: no digit is to go */
        r.exp = a.exp + b.exp;
        strip_zeros(&r);
        return r;
    }
    /* 38 digits hold the product when the factors have 38 between them. */
    const int na = digits_of(a.mag), nb = digits_of(b.mag);

    if (na + nb > MOST) {
        if (na > MOST / 2)
            shorten(&a, nb < MOST / 2 ? MOST - nb : MOST / 2);
        shorten(&b, MOST - digits_of(a.mag));
        r.cut = true;
    }
    r.mag = a.mag * b.mag;
    r.exp = a.exp + b.exp;
    shorten(&r, KEEP);
    strip_zeros(&r);
    return r;
}

struct decimal decimal_div(struct decimal a, struct decimal b)
{
    struct decimal r = { .neg = a.neg != b.neg, .cut = a.cut || b.cut };
    u128 rest;

    r.last = a.last < b.last ? a.last : b.last;
    if (b.mag == 0 || a.mag == 0)
        return r;
    shorten(&b, KEEP);
    r.exp = a.exp - b.exp;
    r.mag = a.mag / b.mag;
    rest = a.mag % b.mag;
    /* Long division, as many digits at a time as fit: rest < b. */
    for (int n = MOST - digits_of(b.mag), left;
         rest != 0 && (left = KEEP - digits_of(r.mag)) > 0; r.exp -= n) {
        u128 digits;

        n = n < left ? n : left;
        rest *= pow10_u(n);
        digits = rest / b.mag;
        rest -= digits * b.mag;
        r.mag = r.mag * pow10_u(n) + digits;
    }
    if (rest != 0) {
        r.mag += rest >= b.mag - rest;
        r.cut = true;
    }
    strip_zeros(&r);
    return r;
}

/* v rounded to 17 digits, as "%.17g" does it, which takes fifty times as long.
 * False: so large or small that it does not fit. */
static bool digits_17(double v, struct decimal *out)
{
    enum { DIGITS = 17, BITS = 53, POWER_MAX = 21, SHIFT_MAX = 120 };
    uint64_t mantissa;
    int two, ten; /* v is mantissa * 2^-two, and digits * 10^-ten */

    if (!(v > 1e-9 && v < 1e18))
        return false;
    mantissa = (uint64_t)ldexp(frexp(v, &two), BITS);
    two = BITS - two;
    ten = DIGITS - 1 - (int)floor(log10(v)); /* or one more */
    for (int tries = 0; tries < 2; tries++, ten++) {
        if (ten < 0 || ten > POWER_MAX || two < 1 || two > SHIFT_MAX)
            return false;
        const u128 scaled = mantissa * pow10_u(ten);
        const u128 rest = scaled & (((u128)1 << two) - 1);
        const u128 tie = (u128)1 << (two - 1);
        u128 digits = scaled >> two;

        if (digits < decimal_tens[DIGITS - 1])
            continue;
        digits += rest > tie || (rest == tie && (digits & 1) != 0);
        *out = decimal_from_digits(digits, false, -ten);
        return scaled >> two < decimal_tens[DIGITS];
    }
    return false;
}

static bool sqrt_roughly(struct decimal a, struct decimal *out)
{
    const double v = sqrt(decimal_to_double(a));
    char text[40];
    int n;

    if (digits_17(v, out))
        return true;
    n = snprintf(text, sizeof(text), "%.17g", v);
    return n > 0 && decimal_parse((struct text){ text, (size_t)n }, out) &&
           out->mag != 0;
}

struct decimal decimal_sqrt(struct decimal a)
{
    /* Newton from the double, twice: 34 digits, 30 of them right. */
    struct decimal x, two = decimal_from_int(2);

    if (a.mag == 0)
        return a;
    a.neg = false;
    if (!sqrt_roughly(a, &x))
        return a;
    for (int i = 0; i < 2; i++)
        x = decimal_div(decimal_add(x, decimal_div(a, x)), two);
    x.last = a.last;
    return x;
}

struct decimal decimal_round(struct decimal a, int32_t place)
{
    raise_to(&a, place);
    a.last = place;
    strip_zeros(&a);
    return a;
}

bool decimal_near(struct decimal a, struct decimal b, int32_t place)
{
    const struct decimal half = { .mag = 5, .exp = place - 1 };

    return decimal_cmp(decimal_abs(decimal_sub(a, b)), half) <= 0;
}
