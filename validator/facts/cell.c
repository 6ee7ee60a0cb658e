/* What a field of the data holds: a number, a number with its unit, nothing,
 * or text. */
#include "validator/facts/facts_int.h"

enum { DIGITS = 18 }; /* always fit an int64_t */

/* [-]digits[.digits], at most DIGITS digits; how a field looks mostly. */
static bool plain(struct text t, char point, struct cell *out)
{
    const bool neg = t.len > 0 && t.ptr[0] == '-';
    const char *p = t.ptr + neg, *const end = t.ptr + t.len;
    const char *first = p;
    uint64_t v = 0; /* of more than DIGITS digits, it is not used */

    if (t.len > DIGITS + 2)
        return false;
    while (p < end && ascii_digit(*p))
        v = v * 10 + (uint64_t)(*p++ - '0');
    const ptrdiff_t whole = p - first;
    ptrdiff_t frac = 0;

    if (whole == 0 || (whole > 1 && *first == '0'))
        return false;
    if (p < end && *p == point) {
        const char *const dot = ++p;

        while (p < end && ascii_digit(*p))
            v = v * 10 + (uint64_t)(*p++ - '0');
        frac = p - dot;
        if (frac == 0)
            return false;
    }
    if (p != end || whole + frac > DIGITS || (neg && v == 0))
        return false;
    out->kind = CELL_NUMBER;
    out->mant = neg ? -(int64_t)v : (int64_t)v;
    out->last = (int32_t)-frac;
    return true;
}

static void odd_number(struct text t, struct decimal d, struct cell *out)
{
    out->kind = CELL_NUMBER;
    out->last = LAST_ODD;
    out->odd = d;
    out->text = t;
}

void cell_read_number(struct text t, struct cell *out)
{
    struct decimal d;

    out->unit = (struct unit_ref){ 0 };
    if (plain(t, '.', out))
        return;
    if (decimal_parse(t, &d))
        odd_number(t, d, out);
    else
        out->kind = CELL_TEXT, out->text = t;
}

/* The rest of t from i on, behind the n bytes in buf; 0: no room for it. */
static size_t copy_rest(struct text t, size_t i, char *buf, size_t n,
                        size_t size)
{
    if (n + (t.len - i) >= size)
        return 0;
    memcpy(buf + n, t.ptr + i, t.len - i);
    return n + (t.len - i);
}

/* Digits in groups of three: "1,234,567.8"; the groups go, in `buf`. */
static size_t ungroup(struct text t, char group, char point, char *buf,
                      size_t size)
{
    size_t n = 0, run = 0;
    bool grouped = false, frac = false;

    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];

        if (n + 1 >= size)
            return 0;
        if (ascii_digit(c)) {
            run++;
            buf[n++] = c;
        } else if (c == group && !frac && run > 0 && run <= 3 &&
                   (!grouped || run == 3)) {
            grouped = true;
            run = 0;
        } else if (c == point && !frac && run > 0 && (!grouped || run == 3)) {
            frac = true;
            run = 0;
            buf[n++] = '.';
        } else if ((c == '-' || c == '+') && i == 0) {
            buf[n++] = c;
        } else if ((c == 'e' || c == 'E') && !grouped && n > 0) {
            return copy_rest(t, i, buf, n, size);
        } else {
            return 0;
        }
    }
    return run > 0 && (frac || !grouped || run == 3) ? n : 0;
}

/* A number that fills t, in any of the ways fields write one. Leading zeros
 * mark a code, not a quantity. */
static bool any_number(struct text t, bool comma, struct cell *out)
{
    char buf[64];
    struct decimal d;
    const char point = comma ? ',' : '.', group = comma ? '.' : ',';
    const size_t neg = t.len > 0 && (t.ptr[0] == '-' || t.ptr[0] == '+');

    if (plain(t, point, out))
        return true;
    if (t.len > neg + 1 && t.ptr[neg] == '0' && ascii_digit(t.ptr[neg + 1]))
        return false;
    const size_t n = ungroup(t, group, point, buf, sizeof(buf));

    if (n == 0 || !decimal_parse((struct text){ buf, n }, &d))
        return false;
    odd_number(t, d, out);
    return true;
}

static bool nothing(struct text t)
{
    static const struct text words[] = {
        TEXT_INIT("-"),   TEXT_INIT("--"),   TEXT_INIT("n/a"),
        TEXT_INIT("na"),  TEXT_INIT("nan"),  TEXT_INIT("null"),
        TEXT_INIT("nil"), TEXT_INIT("none"), TEXT_INIT("#n/a"),
        TEXT_INIT("—"),   TEXT_INIT("–"),
    };

    if (t.len > 4)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq_icase(t, words[i]))
            return true;
    return t.len == 0;
}

/* The end of the number at the beginning of t. */
static size_t number_end(struct text t)
{
    size_t i = t.len > 0 && (t.ptr[0] == '-' || t.ptr[0] == '+');

    while (i < t.len && (ascii_digit(t.ptr[i]) ||
                         ((t.ptr[i] == '.' || t.ptr[i] == ',') &&
                          i + 1 < t.len && ascii_digit(t.ptr[i + 1]))))
        i++;
    if (i + 2 < t.len && (t.ptr[i] == 'e' || t.ptr[i] == 'E') &&
        (ascii_digit(t.ptr[i + 1]) ||
         ((t.ptr[i + 1] == '-' || t.ptr[i + 1] == '+') &&
          ascii_digit(t.ptr[i + 2]))))
        for (i += 2; i < t.len && ascii_digit(t.ptr[i]);)
            i++;
    return i;
}

/* "12 ms", "$3.50", "45%", "1.2 GB": the whole field, nothing else. */
static bool with_unit(const struct units *u, struct text t, bool comma,
                      struct cell *out)
{
    struct unit_ref unit = { 0 };
    size_t at = 0, end, space;

    if (!ascii_digit(t.ptr[0]) && t.ptr[0] != '-' && t.ptr[0] != '+') {
        while (at < t.len && at < 8 && !ascii_digit(t.ptr[at]) &&
               t.ptr[at] != '-')
            at++;
        if (units_match_before(u, (struct text){ t.ptr, at }, &unit) != at)
            return false;
    }
    const struct text rest = { t.ptr + at, t.len - at };

    end = number_end(rest);
    if (end == 0 || !any_number((struct text){ rest.ptr, end }, comma, out))
        return false;
    for (space = end; space < rest.len && rest.ptr[space] == ' ';)
        space++;
    const struct text tail = { rest.ptr + space, rest.len - space };

    if (tail.len > 0 && (!unit_none(unit) ||
                         units_match(u, tail, space > end, &unit) != tail.len))
        return false;
    if (unit_none(unit))
        return false;
    out->unit = unit;
    return true;
}

/* Neither a number, with or without a unit, nor a word for nothing: what
 * begins with a letter and has no digit among its first bytes. */
static bool only_text(struct text t)
{
    enum { PREFIX = 9 }; /* bytes of a unit before a number, and a digit */

    if (t.len == 0 || !ascii_alpha(t.ptr[0]) || ascii_lower(t.ptr[0]) == 'n')
        return false;
    for (size_t i = 1; i < t.len && i < PREFIX; i++)
        if (ascii_digit(t.ptr[i]))
            return false;
    return true;
}

void cell_read(const struct units *u, struct text t, bool decimal_comma,
               struct cell *out)
{
    enum { UNIT_FIELD = 48 }; /* bytes of a field that is a number and a unit */

    out->unit = (struct unit_ref){ 0 };
    if (plain(t, decimal_comma ? ',' : '.', out))
        return;
    t = text_trim(t);
    if (t.len <= UNIT_FIELD && !only_text(t)) {
        if (nothing(t)) {
            out->kind = CELL_EMPTY;
            return;
        }
        if (any_number(t, decimal_comma, out) ||
            with_unit(u, t, decimal_comma, out))
            return;
    }
    out->kind = CELL_TEXT;
    out->unit = (struct unit_ref){ 0 };
    out->text = t;
}
