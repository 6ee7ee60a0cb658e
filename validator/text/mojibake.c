#include <unicode/uchar.h>

#include "validator/base/utf8.h"
#include "validator/text/encoding.h"

/* Windows-1252 for 0x80..0x9f (Unicode's CP1252.TXT); 0: undefined there. */
static const int32_t cp1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* The byte that Windows-1252 or Latin-1 shows as c; -1: none. */
static int byte_of(int32_t c)
{
    if (c >= 0x80 && c <= 0xff)
        return (int)c;
    for (int i = 0; i < 32; i++)
        if (cp1252[i] == c && c != 0)
            return 0x80 + i;
    return -1;
}

/* Continuation bytes whose Windows-1252 form ordinary text puts behind a
 * letter: quotes, dashes, dots, ordinals, no-break space, soft hyphen. */
static bool is_soft(int byte)
{
    static const unsigned char soft[] = {
        0x82, 0x84, 0x85, 0x8b, 0x91, 0x92, 0x93, 0x94, 0x95,
        0x96, 0x97, 0x9b, 0xa0, 0xa1, 0xaa, 0xab, 0xad, 0xb2,
        0xb3, 0xb4, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbf,
    };

    return memchr(soft, byte, sizeof(soft)) != NULL;
}

struct sequence {
    int lead;   /* first byte, 0xc2..0xf4 */
    int32_t c;  /* what it decodes to */
    size_t end; /* offset behind it */
    bool hard;  /* some continuation is no character of ordinary text */
    bool solid; /* all are */
};

static int length_of(int lead)
{
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool read_sequence(struct text t, size_t at, struct sequence *s)
{
    size_t i = at;
    const int32_t first = utf8_next(t, &i);
    const int lead = first >= 0xc2 && first <= 0xf4 ? (int)first : -1;

    if (lead < 0)
        return false;
    *s = (struct sequence){ .lead = lead, .solid = true };
    s->c = lead & (lead < 0xe0 ? 0x1f : lead < 0xf0 ? 0x0f : 0x07);
    for (int k = 1; k < length_of(lead); k++) {
        if (i >= t.len)
            return false;
        const int32_t c = utf8_next(t, &i);
        const int byte = c >= 0 ? byte_of(c) : -1;

        if (byte < 0x80 || byte > 0xbf)
            return false;
        s->hard |= !is_soft(byte);
        s->solid &= !is_soft(byte);
        s->c = (s->c << 6) | (byte & 0x3f);
    }
    s->end = i;
    return true;
}

static int32_t char_before(struct text t, size_t at)
{
    size_t i = at;

    return at > 0 ? utf8_prev(t, &i) : ' ';
}

static int32_t char_at(struct text t, size_t at)
{
    size_t i = at;

    return at < t.len ? utf8_next(t, &i) : ' ';
}

/* A capital accented letter before a symbol: the mark of Windows-1252, unless
 * the letter ends a word in capitals or stands quoted by itself. */
static bool two_bytes(struct text t, size_t at, const struct sequence *s)
{
    const int32_t before = char_before(t, at), after = char_at(t, s->end);
    const bool spaced =
        (before == ' ' || ascii_digit((char)(before & 0x7f))) &&
        (after == ' ' || (after < 0x80 && ascii_digit((char)after)));

    if (before >= 0x80 && before <= 0xff && u_isupper(before))
        return false;
    if (before < 0x80 && before >= 'A' && before <= 'Z')
        return s->hard && u_isalpha(after);
    if (u_islower(before) || u_isdigit(before))
        return true;
    if (u_islower(after) && s->lead != 0xc2)
        return true;
    if (s->lead == 0xc2) /* a sign: degree, micro, pound, paragraph ... */
        return s->hard && !(after == 0xbb && before != 0xab);
    if (s->c == 0xd7 || s->c == 0xf7) /* multiplication, division signs */
        return spaced;
    if (s->c == 0xe0) /* a with grave and a space, as in "a la" */
        return (before == ' ' || before == '\n') && after == ' ';
    return s->hard;
}

static bool one_is_enough(struct text t, size_t at, const struct sequence *s)
{
    switch (s->lead) {
    case 0xc2:
    case 0xc3:
    case 0xc4:
    case 0xc5:
    case 0xce:
    case 0xcf:
        return two_bytes(t, at, s);
    case 0xe2:
        return (s->hard && s->c >= 0x2010) ||
               (char_before(t, at) == ' ' && s->c >= 0x2500 && s->c < 0x27c0);
    case 0xef:
        return s->c == 0xfeff || s->c == 0xfffd || (s->solid && s->c > 0xff00);
    case 0xf0:
        return s->c >= 0x1f000 && s->c < 0x1fb00;
    default:
        return false;
    }
}

/* Two and more in a row: no words of any language look so. */
static bool two_are_enough(const struct sequence *a, const struct sequence *b)
{
    const bool letters = a->lead >= 0xc3 && a->lead <= 0xdb &&
                         b->lead >= 0xc3 && b->lead <= 0xdb;

    return (a->hard || b->hard) &&
           (letters ||
            (a->lead >= 0xe0 && b->lead >= 0xe0 && a->hard && b->hard));
}

/* Other character sets, by the forms of common punctuation, signs and letters
 * of UTF-8 in them. `more`: characters that belong to it behind the text. */
enum beside { ANYWHERE, BESIDE_TEXT, BEHIND_SPACE };
static const struct form {
    const char *text;
    int more;
    enum beside beside;
} forms[] = {
    /* Mac Roman */
    { "‚Äô", 0, ANYWHERE },
    { "‚Äò", 0, ANYWHERE },
    { "‚Äú", 0, ANYWHERE },
    { "‚Äù", 0, ANYWHERE },
    { "‚Äì", 0, ANYWHERE },
    { "‚Äî", 0, ANYWHERE },
    { "‚Ä¶", 0, ANYWHERE },
    { "‚Ä¢", 0, ANYWHERE },
    { "‚Ñ¢", 0, ANYWHERE },
    { "‚Üí", 0, ANYWHERE },
    { "‚â§", 0, ANYWHERE },
    { "‚â•", 0, ANYWHERE },
    { "‚âà", 0, ANYWHERE },
    { "‚úì", 0, ANYWHERE },
    { "‚úÖ", 0, ANYWHERE },
    { "‚Ç¨", 0, ANYWHERE },
    { "√©", 0, BESIDE_TEXT },
    { "√®", 0, BESIDE_TEXT },
    { "√º", 0, BESIDE_TEXT },
    { "√∂", 0, BESIDE_TEXT },
    { "√§", 0, BESIDE_TEXT },
    { "√±", 0, BESIDE_TEXT },
    { "√ß", 0, BESIDE_TEXT },
    { "√≥", 0, BESIDE_TEXT },
    { "√°", 0, BESIDE_TEXT },
    { "√†", 0, BESIDE_TEXT },
    { "√¢", 0, BESIDE_TEXT },
    { "√™", 0, BESIDE_TEXT },
    { "√¥", 0, BESIDE_TEXT },
    { "√ü", 0, BESIDE_TEXT },
    { "√â", 0, BESIDE_TEXT },
    { "√ñ", 0, BESIDE_TEXT },
    { "√ú", 0, BESIDE_TEXT },
    { "√∏", 0, BESIDE_TEXT },
    { "√¶", 0, BESIDE_TEXT },
    { "√≠", 0, BESIDE_TEXT },
    { "¬∞", 0, BESIDE_TEXT },
    { "¬±", 0, BESIDE_TEXT },
    { "¬µ", 0, BESIDE_TEXT },
    { "¬≤", 0, BESIDE_TEXT },
    { "¬£", 0, BESIDE_TEXT },
    /* CP437 */
    { "ΓÇ", 1, ANYWHERE },
    { "Γé¼", 0, ANYWHERE },
    { "Γäó", 0, ANYWHERE },
    { "ΓåÆ", 0, ANYWHERE },
    { "Γëñ", 0, ANYWHERE },
    { "ΓëÑ", 0, ANYWHERE },
    { "Γ£ô", 0, ANYWHERE },
    { "Γ£à", 0, ANYWHERE },
    { "├⌐", 0, BESIDE_TEXT },
    { "├¿", 0, BESIDE_TEXT },
    { "├╝", 0, BESIDE_TEXT },
    { "├╢", 0, BESIDE_TEXT },
    { "├ñ", 0, BESIDE_TEXT },
    { "├▒", 0, BESIDE_TEXT },
    { "├º", 0, BESIDE_TEXT },
    { "├á", 0, BESIDE_TEXT },
    { "├í", 0, BESIDE_TEXT },
    { "├ƒ", 0, BESIDE_TEXT },
    { "├ó", 0, BESIDE_TEXT },
    { "├ë", 0, BESIDE_TEXT },
    { "┬░", 0, BESIDE_TEXT },
    { "┬▒", 0, BESIDE_TEXT },
    { "┬╡", 0, BESIDE_TEXT },
    { "┬▓", 0, BESIDE_TEXT },
    { "┬ú", 0, BESIDE_TEXT },
    /* CP1251, GBK */
    { "вЂ", 1, ANYWHERE },
    { "鈥", 1, ANYWHERE },
    { "锟斤拷", 0, ANYWHERE },
    /* Windows-1252, where undefined bytes were dropped */
    { "â€", 0, ANYWHERE },
    { "ðŸ", 0, ANYWHERE },
    { "â—", 0, BEHIND_SPACE },
    { "â–", 0, BEHIND_SPACE },
};

static bool stands(struct text t, size_t at, size_t end, enum beside beside)
{
    const char before = at > 0 ? t.ptr[at - 1] : ' ';

    return beside == ANYWHERE ||
           (beside == BEHIND_SPACE && ascii_space(before)) ||
           (beside == BESIDE_TEXT &&
            (ascii_alnum(before) || (end < t.len && ascii_alnum(t.ptr[end]))));
}

static size_t by_form(struct text t, size_t at)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        const struct text f = text_from(forms[i].text);
        size_t end = at + f.len;

        if (t.len - at < f.len || memcmp(t.ptr + at, f.ptr, f.len) != 0 ||
            !stands(t, at, end, forms[i].beside))
            continue;
        if (forms[i].more > 0 && end < t.len &&
            (unsigned char)t.ptr[end] >= 0x80)
            (void)utf8_next(t, &end);
        return end;
    }
    return 0;
}

/* U+00C2 before a space: a no-break space, made plain later. */
static size_t lone_a(struct text t, size_t at)
{
    const int32_t before = char_before(t, at), after = char_at(t, at + 2);

    if (char_at(t, at) != 0xc2 || (after != ' ' && after != 0xa0))
        return 0;
    return u_islower(before) || u_isdigit(before) || before == '.' ||
                   before == ',' || before == ':' || before == ';'
               ? at + 2
               : 0;
}

size_t encoding_mojibake(struct text t, size_t at)
{
    struct sequence s, next;
    size_t end;

    if (!read_sequence(t, at, &s)) {
        end = by_form(t, at);
        return end != 0 ? end : lone_a(t, at);
    }
    const bool more = s.end < t.len && read_sequence(t, s.end, &next);

    if (!one_is_enough(t, at, &s) && !(more && two_are_enough(&s, &next))) {
        end = by_form(t, at);
        return end != 0 ? end : lone_a(t, at);
    }
    end = s.end;
    while (end < t.len && read_sequence(t, end, &next) &&
           (next.hard || next.lead < 0xe0))
        end = next.end;
    return end;
}
