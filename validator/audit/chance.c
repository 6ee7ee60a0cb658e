/* How often a random number would have passed: supported claims are judged
 * again with other digits in their place. */
#include "validator/audit/audit_int.h"

enum { DIGITS_MAX = 18 }; /* of a random number: fits 64 bits */

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014) */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

bool chance_wants(struct work *w, const struct claim *c)
{
    struct chance *s = &w->chance;

    if (c->form == FORM_ARTICLE || c->form == FORM_ORDINAL ||
        decimal_is_zero(c->value))
        return false;
    s->stride += s->stride == 0;
    return s->seen++ % s->stride == 0;
}

/* Keeps every second one once there are too many: what is left is spread over
 * the whole report, and the work in all stays below twice the limit for each
 * doubling of the claims. */
void chance_take(struct work *w, bool passed)
{
    struct chance *s = &w->chance;

    s->passed[s->count++] = passed;
    if (s->count < CHANCE_SAMPLES_MAX)
        return;
    for (uint32_t i = 0; 2 * i < s->count; i++)
        s->passed[i] = s->passed[2 * i];
    s->count = (s->count + 1) / 2;
    s->stride *= 2;
}

struct claim chance_claim(const struct claim *c)
{
    struct claim out = *c;
    int digits = claims_digits(c);
    uint64_t low = 1, random;
    int32_t below = 0; /* places of `mag` below its first */

    digits = digits < 1 ? 1 : digits > DIGITS_MAX ? DIGITS_MAX : digits;
    for (int i = 1; i < digits; i++)
        low *= 10;
    random = mix(c->span.off ^ (uint64_t)c->value.mag << 32);
    random = low + random % (9 * low);
    for (u128 mag = c->value.mag; mag >= 10; mag /= 10)
        below++;
    out.value.mag = random;
    out.value.exp = c->value.exp + below - (digits - 1);
    if (decimal_eq(out.value, c->value))
        out.value.mag = random > low ? random - 1 : random + 1;
    return out;
}

double chance_rate(const struct work *w)
{
    uint32_t passed = 0;

    for (uint32_t i = 0; i < w->chance.count; i++)
        passed += w->chance.passed[i];
    return w->chance.count > 0 ? (double)passed / w->chance.count : 0;
}
