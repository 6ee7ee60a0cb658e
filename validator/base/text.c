#define _GNU_SOURCE /* memmem */
#include "validator/base/text.h"

#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* By byte: 1 an ASCII letter or digit, 2 what is beyond ASCII. */
#define SAME(kind)                                                             \
    kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind,    \
        kind, kind, kind, kind
#define LETTERS /* and what stands around them in two rows */                  \
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, \
        1, 1, 0, 0, 0, 0, 0
const unsigned char text_kinds[256] = {
    SAME(0), SAME(0), SAME(0), 1,       1,       1,       1,       1,
    1,       1,       1,       1,       1,       0,       0,       0,
    0,       0,       0,       LETTERS, LETTERS, SAME(2), SAME(2), SAME(2),
    SAME(2), SAME(2), SAME(2), SAME(2), SAME(2),
};

bool text_eq_icase(struct text a, struct text b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

bool text_starts(struct text t, struct text prefix)
{
    return t.len >= prefix.len &&
           text_eq((struct text){ t.ptr, prefix.len }, prefix);
}

bool text_ends(struct text t, struct text suffix)
{
    return t.len >= suffix.len &&
           text_eq((struct text){ t.ptr + t.len - suffix.len, suffix.len },
                   suffix);
}

struct text text_trim(struct text t)
{
    while (t.len > 0 && ascii_space(t.ptr[0])) {
        t.ptr++;
        t.len--;
    }
    while (t.len > 0 && ascii_space(t.ptr[t.len - 1]))
        t.len--;
    return t;
}

size_t text_find(struct text t, struct text needle, size_t from)
{
    const char *p;

    if (from > t.len || needle.len > t.len - from)
        return t.len + 1;
    if (needle.len == 0)
        return from;
    p = memmem(t.ptr + from, t.len - from, needle.ptr, needle.len);
    return p != NULL ? (size_t)(p - t.ptr) : t.len + 1;
}

int text_cmp(struct text a, struct text b)
{
    const size_t n = a.len < b.len ? a.len : b.len;
    const int c = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;

    if (c != 0)
        return c;
    return a.len < b.len ? -1 : a.len > b.len;
}

static size_t min3(size_t a, size_t b, size_t c)
{
    const size_t m = a < b ? a : b;

    return m < c ? m : c;
}

size_t text_distance(struct text a, struct text b, size_t max)
{
    enum { LONGEST = 64 };
    size_t row[LONGEST + 1];

    if (a.len > LONGEST || b.len > LONGEST)
        return max + 1;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const size_t above = row[j];
            const bool same =
                ascii_lower(a.ptr[i - 1]) == ascii_lower(b.ptr[j - 1]);

            row[j] = min3(row[j - 1] + 1, above + 1, diagonal + !same);
            diagonal = above;
        }
    }
    return row[b.len] <= max ? row[b.len] : max + 1;
}

bool text_is_any(struct text t, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_is(t, words[i]))
            return true;
    return false;
}

static bool of_word(char c, unsigned kinds)
{
    return (text_kinds[(unsigned char)c] & kinds) != 0;
}

/* The word at t[i], which no byte of a word stands before; no byte of one may
 * stand behind it. */
static bool word_at(struct text t, size_t i, const char *word, unsigned kinds)
{
    const size_t n = strlen(word);

    return n <= t.len - i && memcmp(t.ptr + i, word, n) == 0 &&
           (i + n == t.len || !of_word(t.ptr[i + n], kinds));
}

/* How words may begin: a bit for each two bytes, by their lower five bits. One
 * of a single byte has bit 0: it may go on as it likes. */
struct beginnings {
    uint32_t second[32]; /* by the first */
};

static bool may_begin(const struct beginnings *b, char first, char second)
{
    const uint32_t seconds = b->second[first & 31];

    return ((seconds | seconds >> (second & 31)) & 1) != 0;
}

enum { STEP = 16 };

/* Bit i: byte i of the STEP at p is one of a word. */
static unsigned word_bits(const char *p, bool beyond)
{
#ifdef __SSE2__
    const __m128i t = _mm_loadu_si128((const __m128i *)(const void *)p);
    const __m128i letter = _mm_sub_epi8(
        _mm_or_si128(t, _mm_set1_epi8('a' - 'A')), _mm_set1_epi8('a'));
    const __m128i digit = _mm_sub_epi8(t, _mm_set1_epi8('0'));
    const __m128i ascii = _mm_or_si128(
        _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8('z' - 'a')), letter),
        _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));

    return (unsigned)_mm_movemask_epi8(beyond ? _mm_or_si128(ascii, t) : ascii);
#else
    unsigned bits = 0;

    for (unsigned i = 0; i < STEP; i++)
        bits |= (unsigned)of_word(p[i], beyond ? 3 : 1) << i;
    return bits;
#endif
}

/* Bit i: byte at + i of t, one of STEP, is of a word; none behind the end. */
static unsigned word_bits_at(struct text t, size_t at, bool beyond)
{
    char last[STEP] = { 0 };

    if (t.len - at >= STEP)
        return word_bits(t.ptr + at, beyond);
    memcpy(last, t.ptr + at, t.len - at);
    return word_bits(last, beyond);
}

/* The first of the words that stands at t[i]; n: none. */
static size_t which_at(struct text t, size_t i, const char *const *words,
                       size_t n, unsigned kinds)
{
    size_t k = 0;

    while (k < n &&
           (words[k][0] != t.ptr[i] || !word_at(t, i, words[k], kinds)))
        k++;
    return k;
}

size_t text_first_word(struct text t, const char *const *words, size_t n,
                       bool beyond, size_t *which)
{
    const unsigned kinds = beyond ? 3 : 1;
    struct beginnings b = { { 0 } };
    unsigned inside = 0, signs = 0; /* signs: a word begins with none of one */

    for (size_t k = 0; k < n; k++) {
        b.second[words[k][0] & 31] |= UINT32_C(1) << (words[k][1] & 31);
        signs |= of_word(words[k][0], kinds) ? 0 : ~0u;
    }
    for (size_t at = 0; at < t.len; at += STEP) {
        const unsigned bits = word_bits_at(t, at, beyond);
        unsigned begins = ~(bits << 1 | inside) & (bits | signs) & 0xffff;

        inside = bits >> (STEP - 1);
        for (; begins != 0; begins &= begins - 1) {
            const size_t i = at + (size_t)__builtin_ctz(begins);

            if (i >= t.len)
                break;
            if (may_begin(&b, t.ptr[i], i + 1 < t.len ? t.ptr[i + 1] : '\0') &&
                (*which = which_at(t, i, words, n, kinds)) < n)
                return i;
        }
    }
    return t.len;
}

bool text_has_word(struct text t, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= t.len; i++) {
        const char *p = memchr(t.ptr + i, word[0], t.len - n + 1 - i);

        if (p == NULL)
            return false;
        i = (size_t)(p - t.ptr);
        if (memcmp(p, word, n) == 0 && (i == 0 || !ascii_alnum(p[-1])) &&
            (i + n == t.len || !ascii_alnum(p[n])))
            return true;
    }
    return false;
}

bool text_has_any(struct text t, const char *const *words, size_t n)
{
    size_t which;

    return text_first_word(t, words, n, false, &which) < t.len;
}
