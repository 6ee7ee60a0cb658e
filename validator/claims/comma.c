/* Whether a text writes "12,5" for twelve and a half, as most of Europe does.
 */
#include "validator/claims/claims.h"

enum { GROUP_DIGITS = 3, PROOFS_MIN = 2 };

static bool digit_at(struct text t, size_t i)
{
    return i < t.len && ascii_digit(t.ptr[i]);
}

/* Behind the digits at i: the next byte that is no digit. */
static size_t behind(struct text t, size_t i)
{
    while (digit_at(t, i))
        i++;
    return i;
}

static bool at_number_start(struct text t, size_t mark)
{
    size_t i = mark;

    while (i > 0 && ascii_digit(t.ptr[i - 1]))
        i--;
    return i < mark && (i == 0 || strchr(".,_", t.ptr[i - 1]) == NULL) &&
           !(i > 0 && ascii_alpha(t.ptr[i - 1]));
}

/* "0,184": no thousands begin so. */
static bool behind_zero(struct text t, size_t mark)
{
    return t.ptr[mark - 1] == '0' &&
           (mark == 1 || !ascii_digit(t.ptr[mark - 2]));
}

/* A comma or point at `mark` that parts two runs of digits of one number, the
 * second not of three: "12,5", no list "1,2,3", no pair "(1,2)". */
static bool decimal_mark(struct text t, size_t mark)
{
    const size_t end = behind(t, mark + 1);

    if (!digit_at(t, mark + 1) || !at_number_start(t, mark) ||
        (end - mark - 1 == GROUP_DIGITS && !behind_zero(t, mark)))
        return false;
    if (end >= t.len)
        return true;
    if (strchr(".,", t.ptr[end]) != NULL && digit_at(t, end + 1))
        return false;
    return t.ptr[mark] != ',' || strchr(")]", t.ptr[end]) == NULL;
}

bool claims_decimal_comma(struct text t)
{
    size_t commas = 0, points = 0;
    const char *p = t.ptr, *end = t.ptr + t.len;

    while (t.len > 0 && (p = memchr(p, ',', (size_t)(end - p))) != NULL) {
        commas += decimal_mark(t, (size_t)(p - t.ptr));
        p++;
    }
    if (commas < PROOFS_MIN)
        return false;
    for (p = t.ptr; (p = memchr(p, '.', (size_t)(end - p))) != NULL; p++)
        points += decimal_mark(t, (size_t)(p - t.ptr));
    return commas > points;
}
