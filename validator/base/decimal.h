#ifndef VALIDATOR_BASE_DECIMAL_H
#define VALIDATOR_BASE_DECIMAL_H
/* Decimal numbers as written: digits and a power of ten, never a double. */
#include <stdint.h>

#include "validator/base/text.h"

__extension__ typedef unsigned __int128 u128;

/* (neg ? -1 : 1) * mag * 10^exp. mag < 10^38. Passed by value. `last` is the
 * exponent of the last digit as written ("1.50" has last -2, "1200" has 0,
 * "1.5e3" has 2); arithmetic leaves the smaller of its operands'. */
struct decimal {
    u128 mag;
    int32_t exp;
    int32_t last;
    bool neg;
    bool cut; /* more than 34 digits were written: the rest was dropped */
};

/* Parses all of t: [+-] digits [. digits] [e [+-] digits]; ASCII only, no
 * separators, no white space. False: not such a number, or |exponent| > 6000.
 */
bool decimal_parse(struct text t, struct decimal *out);

/* Prints plainly ("-12.50", "0.00012"), `e` notation when |exp| > 40. Returns
 * the length; out is NUL-terminated. */
enum { DECIMAL_TEXT_MAX = 96 };
size_t decimal_format(char out[DECIMAL_TEXT_MAX], struct decimal d);

struct decimal decimal_from_int(int64_t v);
/* mag * 10^exp; mag < 10^38. `last` is exp. */
struct decimal decimal_from_digits(u128 mag, bool neg, int32_t exp);
bool decimal_is_zero(struct decimal d);

extern const uint64_t decimal_tens[20]; /* powers of ten */

/* Digits of v; 0 has none. */
static inline int decimal_digits(uint64_t v)
{
    /* 1233 / 4096 is log10(2): floor(log10) or one more. */
    const int log = (64 - __builtin_clzll(v | 1)) * 1233 >> 12;

    return log + (v >= decimal_tens[log]);
}

enum { DECIMAL_EXACT_POWER = 22 }; /* the last power of ten exact as a double */
extern const double decimal_powers[DECIMAL_EXACT_POWER + 1];
double decimal_to_double_far(struct decimal d); /* any d */

/* The nearest double or one beside it: for scores, display, and for looking
 * before comparing. */
static inline double decimal_to_double(struct decimal d)
{
    double v;

    if (d.mag > INT64_MAX || d.exp < -DECIMAL_EXACT_POWER ||
        d.exp > DECIMAL_EXACT_POWER)
        return decimal_to_double_far(d);
    v = (double)(int64_t)d.mag;
    v = d.exp < 0 ? v / decimal_powers[-d.exp] : v * decimal_powers[d.exp];
    return d.neg ? -v : v;
}

int decimal_cmp(struct decimal a, struct decimal b); /* exact; <0, 0, >0 */
bool decimal_eq(struct decimal a, struct decimal b);

/* Exact while the result fits 34 digits, else rounded half up to 34 digits
 * with `cut` set. decimal_div gives 34 digits; b must not be zero. */
struct decimal decimal_add(struct decimal a, struct decimal b);
struct decimal decimal_sub(struct decimal a, struct decimal b);
struct decimal decimal_mul(struct decimal a, struct decimal b);
struct decimal decimal_div(struct decimal a, struct decimal b);
struct decimal decimal_neg(struct decimal a);
struct decimal decimal_abs(struct decimal a);
struct decimal decimal_sqrt(struct decimal a); /* a >= 0; 17 digits */

/* Rounds half away from zero to a multiple of 10^place. */
struct decimal decimal_round(struct decimal a, int32_t place);

/* True when |a - b| <= half of 10^place (both ends included): b, written to
 * the place 10^place, can be a. */
bool decimal_near(struct decimal a, struct decimal b, int32_t place);

#endif
