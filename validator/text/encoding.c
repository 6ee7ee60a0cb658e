#include "validator/text/encoding.h"

#include <unicode/uchar.h>

#include "validator/base/utf8.h"

const char *const encoding_class_name[ENC_CLASSES] = {
    [ENC_REPLACEMENT] = "replacement",
    [ENC_MOJIBAKE] = "mojibake",
    [ENC_CONTROL] = "control",
    [ENC_INVISIBLE] = "invisible",
    [ENC_BIDI] = "bidi",
    [ENC_PUA] = "pua",
    [ENC_UNASSIGNED] = "unassigned",
    [ENC_COMBINING] = "combining",
    [ENC_INVALID] = "invalid",
};

/* 1: not plain ASCII text. TAB, LF, CR and FF are text. */
static const unsigned char special[256] = {
    1,          1,          1,          1,          1,          1,
    1,          1,          1,          0,          0,          1,
    0,          0,          1,          1,          1,          1,
    1,          1,          1,          1,          1,          1,
    1,          1,          1,          1,          1,          1,
    1,          1,          [0x7f] = 1,
#define ROW8(n)                                                                \
    [(n)] = 1, [(n) + 1] = 1, [(n) + 2] = 1, [(n) + 3] = 1, [(n) + 4] = 1,     \
    [(n) + 5] = 1, [(n) + 6] = 1, [(n) + 7] = 1
    ROW8(0x80), ROW8(0x88), ROW8(0x90), ROW8(0x98), ROW8(0xa0), ROW8(0xa8),
    ROW8(0xb0), ROW8(0xb8), ROW8(0xc0), ROW8(0xc8), ROW8(0xd0), ROW8(0xd8),
    ROW8(0xe0), ROW8(0xe8), ROW8(0xf0), ROW8(0xf8),
#undef ROW8
};

/* Some byte of the eight is a control, DEL or >= 0x80 (the classic tests for
 * a byte below n and for a byte equal to n; TAB, LF, CR are found too). */
static bool eight_plain(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    const uint64_t del = v ^ (ones * 0x7f);

    return (((v - ones * 0x20) | v | (del - ones)) & high) == 0;
}

size_t encoding_next(struct text t, size_t at)
{
    const unsigned char *const p = (const unsigned char *)t.ptr;
    size_t i = at;

    for (;;) {
        while (t.len - i >= 8 && eight_plain(t.ptr + i))
            i += 8;
        const size_t stop = t.len - i >= 8 ? i + 8 : t.len;

        while (i < stop && !special[p[i]])
            i++;
        if (i < stop || i == t.len)
            return i;
    }
}

static int32_t before(struct text t, size_t at)
{
    size_t i = at;

    return at > 0 ? utf8_prev(t, &i) : -2; /* -2: the beginning */
}

static int32_t after(struct text t, size_t at)
{
    size_t i = at;

    return at < t.len ? utf8_next(t, &i) : -2;
}

static bool is_pictograph(int32_t c)
{
    return c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff) || c == 0x20e3 ||
           (c > 0x2000 && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC));
}

/* Letters and marks of scripts that join: all but Latin, Greek, Cyrillic,
 * digits and signs. */
static bool joins(int32_t c)
{
    return c >= 0x0590 && (u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK)) &&
           !(c >= 0x1e00 && c <= 0x1fff) && !(c >= 0x2c60 && c <= 0x2c7f) &&
           !(c >= 0xa720 && c <= 0xa7ff);
}

/* Thai, Lao, Burmese, Khmer and their neighbours write no spaces. */
static bool is_spaceless(int32_t c)
{
    return (c >= 0x0e00 && c <= 0x0eff) || (c >= 0x0f00 && c <= 0x0fff) ||
           (c >= 0x1000 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) ||
           (c >= 0x1950 && c <= 0x1aaf) || (c >= 0xa9e0 && c <= 0xa9ff) ||
           (c >= 0xaa60 && c <= 0xaadf);
}

static bool is_rtl(int32_t c)
{
    return (c >= 0x0590 && c <= 0x08ff) || (c >= 0xfb1d && c <= 0xfdff) ||
           (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x10800 && c <= 0x10fff) ||
           (c >= 0x1e800 && c <= 0x1efff);
}

/* A right-to-left letter within 60 bytes on the same line. */
static bool rtl_near(struct text t, size_t at)
{
    enum { NEAR = 60 };
    size_t i = at;

    while (i > 0 && at - i < NEAR && t.ptr[i - 1] != '\n')
        if (is_rtl(utf8_prev(t, &i)))
            return true;
    for (i = at; i < t.len && i - at < NEAR && t.ptr[i] != '\n';)
        if (is_rtl(utf8_next(t, &i)))
            return true;
    return false;
}

/* A tag character in a flag: black flag, tags, cancel tag (UTS 51). */
static bool in_flag(struct text t, size_t at)
{
    size_t i = at;

    for (int n = 0; i > 0 && n < 8; n++) {
        const int32_t c = utf8_prev(t, &i);

        if (c == 0x1f3f4)
            return true;
        if (c < 0xe0020 || c > 0xe007f)
            return false;
    }
    return false;
}

/* A variation selector behind something that has variants. */
static bool varies(int32_t base, int32_t vs)
{
    if (base < 0)
        return false;
    if (vs >= 0xe0100 || vs < 0xfe0e) /* ideographic; math and scripts */
        return base >= 0x2000 || joins(base);
    return base > 0xa0 || ascii_digit((char)base) || base == '#' || base == '*';
}

static bool invisible_ok(struct text t, size_t at, size_t end, int32_t c)
{
    const int32_t prev = before(t, at), next = after(t, end);

    switch (c) {
    case 0x200b:
        return is_spaceless(prev) || is_spaceless(next);
    case 0x200c:
        return joins(prev) || prev == 0x200d || prev == 0x200c;
    case 0x200d:
        return joins(prev) || is_pictograph(prev) || prev == 0x200c ||
               joins(next);
    case 0xfeff:
        return at == 0;
    case 0x115f:
    case 0x1160: /* fillers between the letters of one syllable */
        return (next >= 0x1100 && next <= 0x11ff) ||
               (prev >= 0x1100 && prev <= 0x11ff);
    case 0x180e:
        return prev >= 0x1800 && prev <= 0x18af;
    default:
        break;
    }
    if ((c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef))
        return varies(prev, c);
    return c >= 0xe0020 && c <= 0xe007f && in_flag(t, at);
}

static const struct {
    int32_t first, last;
} invisible[] = {
    { 0x034f, 0x034f },   { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },
    { 0x180e, 0x180e },   { 0x200b, 0x200d },   { 0x2060, 0x2064 },
    { 0x206a, 0x206f },   { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },
    { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },   { 0xfff9, 0xfffb },
    { 0x1d173, 0x1d17a }, { 0xe0001, 0xe0001 }, { 0xe0020, 0xe007f },
    { 0xe0100, 0xe01ef },
};

static bool is_invisible(int32_t c)
{
    for (size_t i = 0; i < sizeof(invisible) / sizeof(*invisible); i++)
        if (c >= invisible[i].first && c <= invisible[i].last)
            return true;
    return false;
}

static bool is_pua(int32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0xffffd) ||
           (c >= 0x100000 && c <= 0x10fffd);
}

static bool is_nonchar(int32_t c)
{
    return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

enum { ESCAPE_MAX = 60 }; /* bytes */

/* Parameters and the final byte of a control sequence, from i on. */
static size_t csi_end(struct text t, size_t at, size_t i)
{
    const size_t from = i;

    while (i < t.len && i - at < ESCAPE_MAX && t.ptr[i] >= 0x20 &&
           t.ptr[i] <= 0x3f)
        i++;
    return i < t.len && t.ptr[i] >= 0x40 && t.ptr[i] <= 0x7e ? i + 1 : from;
}

/* A terminal escape (ECMA-48): CSI, OSC up to BEL or ST, or two characters. */
static size_t escape_end(struct text t, size_t at)
{
    size_t i = at + 1;

    if (i >= t.len)
        return i;
    if (t.ptr[i] == '[')
        return csi_end(t, at, i + 1);
    if (t.ptr[i] == ']') {
        for (i++; i < t.len && i - at < ESCAPE_MAX; i++) {
            if (t.ptr[i] == '\a')
                return i + 1;
            if (t.ptr[i] == 0x1b)
                return i + 1 < t.len && t.ptr[i + 1] == '\\' ? i + 2 : i;
        }
        return at + 1;
    }
    return t.ptr[i] >= 0x40 && t.ptr[i] <= 0x5f ? i + 1 : i;
}

static bool is_mark(int32_t c)
{
    return c >= 0x300 && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 &&
           !is_invisible(c);
}

/* Marks that any base may carry: accents of Latin, Greek, Cyrillic text. */
static bool is_accent(int32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
           (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
           (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

/* The end of a heap of marks at `at`, or 0 when they are no heap: four
 * accents (Vietnamese, IPA and pointed Hebrew stay below), eight of other
 * scripts' signs, or any number of accents behind white space. *end: behind
 * the marks, a heap or not. */
static size_t mark_heap(struct text t, size_t at, size_t *end)
{
    enum { ACCENTS = 4, SIGNS = 8 };
    const int32_t base = before(t, at);
    size_t i = at, n = 0, accents = 0;

    *end = at;
    while (i < t.len) {
        const int32_t c = utf8_next(t, &i);

        if (!is_mark(c) && c != 0x200c && c != 0x200d)
            break;
        n += is_mark(c);
        accents += is_accent(c);
        *end = i;
    }
    if (accents >= ACCENTS || n >= SIGNS)
        return *end;
    return accents == n && (base == -2 || base == ' ' || base == '\n') ? *end
                                                                       : 0;
}

/* The class of one character by itself, or ENC_CLASSES. */
static enum encoding_class classify(struct text t, size_t at, size_t end,
                                    int32_t c)
{
    if (c < 0)
        return ENC_INVALID;
    if (c < 0xa0)
        return ENC_CONTROL;
    if (c < 0x300 || (c >= 0x2010 && c <= 0x2027) ||
        (c >= 0x4e00 && c <= 0x9fff))
        return ENC_CLASSES;
    if (c == 0xfffd || c == 0xfffc)
        return ENC_REPLACEMENT;
    if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        return c != 0x202d && c != 0x202e && rtl_near(t, at) ? ENC_CLASSES
                                                             : ENC_BIDI;
    if (is_invisible(c))
        return invisible_ok(t, at, end, c) ? ENC_CLASSES : ENC_INVISIBLE;
    if (is_pua(c))
        return ENC_PUA;
    if (is_nonchar(c) || encoding_unassigned(c))
        return ENC_UNASSIGNED;
    return ENC_CLASSES;
}

/* Leads of mojibake sequences and first characters of the fixed forms. */
static bool may_be_mojibake(int32_t c)
{
    return (c >= 0xc2 && c <= 0xf4) || c == 0xac || c == 0x201a ||
           c == 0x221a || c == 0x0393 || c == 0x251c || c == 0x252c ||
           c == 0x0432 || c == 0x9225 || c == 0x951f;
}

static bool hit(struct encoding_hit *out, enum encoding_class cls, size_t at,
                size_t end)
{
    *out = (struct encoding_hit){ cls, span_between(at, end) };
    return true;
}

bool encoding_at(struct text t, size_t at, struct encoding_hit *out,
                 size_t *next)
{
    size_t i = at;
    const int32_t c = utf8_next(t, &i);
    enum encoding_class cls;

    *next = i;
    if (c >= 0x80 && may_be_mojibake(c)) {
        const size_t end = encoding_mojibake(t, at);

        if (end != 0) {
            *next = end;
            return hit(out, ENC_MOJIBAKE, at, end);
        }
    }
    if (is_mark(c)) {
        size_t behind;
        const size_t end = mark_heap(t, at, &behind);

        *next = behind;
        return end != 0 && hit(out, ENC_COMBINING, at, end);
    }
    if (c == 0x1b || c == 0x9b) { /* U+009B is ESC [ in one */
        *next = c == 0x1b ? escape_end(t, at) : csi_end(t, at, i);
        return hit(out, ENC_CONTROL, at, *next);
    }
    cls = classify(t, at, i, c);
    if (cls == ENC_CLASSES)
        return false;
    while (i < t.len) { /* a run of the class is one hit */
        size_t k = i;
        const int32_t d = utf8_next(t, &k);

        if (d == 0x1b || d == 0x9b || (d >= 0 && d < 0x80 && !special[d]) ||
            (d >= 0x80 && is_mark(d)) || classify(t, i, k, d) != cls)
            break;
        i = k;
    }
    *next = i;
    return hit(out, cls, at, i);
}
