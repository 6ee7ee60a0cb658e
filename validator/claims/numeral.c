#include "validator/claims/numeral.h"

enum { DIGITS_MAX = 60 }; /* longer runs are no figures */

static bool digit_at(const struct flat *f, uint32_t i)
{
    return i < f->len && ascii_digit(f->text[i]);
}

/* Bytes of a thousands separator at i: comma (point, where commas are
 * decimal), thin, narrow or no-break space; 0: none. */
static uint32_t separator(const struct flat *f, uint32_t i)
{
    const unsigned char *p = (const unsigned char *)f->text + i;

    if (i >= f->len)
        return 0;
    if (p[0] == (f->decimal_comma ? '.' : ','))
        return 1;
    if (i + 1 < f->len && p[0] == 0xc2 && p[1] == 0xa0)
        return 2;
    if (i + 2 < f->len && p[0] == 0xe2 && p[1] == 0x80 &&
        (p[2] == 0x89 || p[2] == 0xaf))
        return 3;
    return 0;
}

static uint32_t digits_from(const struct flat *f, uint32_t i)
{
    uint32_t n = 0;

    while (digit_at(f, i + n))
        n++;
    return n;
}

/* A plain space groups digits only in "12 345 678": two groups at least. */
static uint32_t space_groups(const struct flat *f, uint32_t i)
{
    uint32_t n = 0;

    while (i < f->len && f->text[i] == ' ' && digits_from(f, i + 1) == 3) {
        i += 4;
        n++;
    }
    return n >= 2 && !digit_at(f, i) ? n : 0;
}

struct digits {
    char s[DIGITS_MAX + 1];
    size_t n;
};

static void take(struct digits *d, char c)
{
    if (d->n < DIGITS_MAX)
        d->s[d->n++] = c;
}

/* "e-3", "E5" at i; bytes, 0: none. */
static uint32_t exponent(const struct flat *f, uint32_t i)
{
    uint32_t k = i + 1;

    if (i >= f->len || (f->text[i] != 'e' && f->text[i] != 'E'))
        return 0;
    if (k < f->len && (f->text[k] == '-' || f->text[k] == '+'))
        k++;
    if (!digit_at(f, k))
        return 0;
    k += digits_from(f, k);
    return k < f->len && ascii_alpha(f->text[k]) ? 0 : k - i;
}

/* A superscript digit or minus at i (U+2070.., U+00B2, B3, B9); its bytes. */
static uint32_t superscript(const struct flat *f, uint32_t i, char *out)
{
    const unsigned char *p = (const unsigned char *)f->text + i;

    if (i + 1 < f->len && p[0] == 0xc2 &&
        (p[1] == 0xb2 || p[1] == 0xb3 || p[1] == 0xb9)) {
        *out = p[1] == 0xb9 ? '1' : (char)('2' + (p[1] - 0xb2));
        return 2;
    }
    if (i + 2 < f->len && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xb0 &&
        p[2] <= 0xbb) {
        *out = p[2] == 0xbb ? '-' : (char)('0' + (p[2] - 0xb0));
        return 3;
    }
    return 0;
}

/* " x 10^-3", "×10⁵", "*10**6" at i: the exponent's text into d. */
static uint32_t power_of_ten(const struct flat *f, uint32_t i, struct digits *d)
{
    uint32_t k = i, n;
    char c;

    if (k < f->len && f->text[k] == ' ')
        k++;
    if (k + 1 < f->len && (unsigned char)f->text[k] == 0xc3 &&
        (unsigned char)f->text[k + 1] == 0x97)
        k += 2;
    else if (k < f->len && (f->text[k] == 'x' || f->text[k] == '*'))
        k++;
    else
        return 0;
    if (k < f->len && f->text[k] == ' ')
        k++;
    if (k + 2 >= f->len || f->text[k] != '1' || f->text[k + 1] != '0')
        return 0;
    k += 2;
    if (superscript(f, k, &c) > 0) {
        while ((n = superscript(f, k, &c)) > 0) {
            take(d, c);
            k += n;
        }
        return k - i;
    }
    if (f->text[k] != '^')
        return 0;
    k++;
    if (k < f->len && (f->text[k] == '-' || f->text[k] == '+'))
        take(d, f->text[k++]);
    if (!digit_at(f, k))
        return 0;
    while (digit_at(f, k))
        take(d, f->text[k++]);
    return k - i;
}

static uint32_t grouped_digits(const struct flat *f, uint32_t i,
                               struct digits *d, struct numeral *out)
{
    uint32_t n = digits_from(f, i), sep, groups;

    for (uint32_t k = 0; k < n; k++)
        take(d, f->text[i + k]);
    if (n == 0 || n > 3)
        return i + n;
    i += n;
    while ((sep = separator(f, i)) > 0 && digits_from(f, i + sep) == 3) {
        out->separated = true;
        for (uint32_t k = 0; k < 3; k++)
            take(d, f->text[i + sep + k]);
        i += sep + 3;
    }
    groups = out->separated ? 0 : space_groups(f, i);
    for (; groups > 0; groups--, i += 4) {
        out->separated = true;
        for (uint32_t k = 1; k <= 3; k++)
            take(d, f->text[i + k]);
    }
    return i;
}

/* "0,184": no thousands begin so. In brackets it may be a pair. */
static bool zero_comma(const struct flat *f, uint32_t i)
{
    enum { DIGITS = 3 };

    return i + 2 + DIGITS <= f->len && f->text[i] == '0' &&
           f->text[i + 1] == ',' && digits_from(f, i) == 1 &&
           digits_from(f, i + 2) == DIGITS &&
           (i == 0 || strchr("([,", f->text[i - 1]) == NULL) &&
           (i + 2 + DIGITS == f->len ||
            strchr(")],", f->text[i + 2 + DIGITS]) == NULL ||
            !digit_at(f, i + 3 + DIGITS));
}

/* What is at p, behind digits, may be part of their number: a separator, a
 * point, an exponent, "x 10^3". Two bytes may be read. */
static bool goes_on(const char *p)
{
    switch (*p) {
    case ' ':
        return ascii_digit(p[1]) || p[1] == 'x' || p[1] == '*' ||
               (unsigned char)p[1] >= 0x80;
    case ',':
    case '.':
        return ascii_digit(p[1]);
    case 'e':
    case 'E':
    case 'x':
    case '*':
        return true;
    default:
        return (unsigned char)*p >= 0x80;
    }
}

/* "47", "12.75" with nothing behind it that could go on with the number, as
 * most are: read without the detour over a text for decimal_parse, a third of
 * what that takes. */
static bool plain_digits(const struct flat *f, uint32_t at, struct numeral *out)
{
    enum { DIGITS = 18 }; /* fit 64 bits */
    const char *const first = f->text + at, *p = first, *point;
    uint64_t v = 0;

    while (ascii_digit(*p)) /* a NUL stands behind the last */
        v = v * 10 + (uint64_t)(*p++ - '0');
    point = p;
    if (p == first || f->decimal_comma)
        return false;
    if (*p == '.' && ascii_digit(p[1]))
        for (p++; ascii_digit(*p); p++)
            v = v * 10 + (uint64_t)(*p - '0');
    if (p - first > DIGITS || goes_on(p))
        return false;
    *out = (struct numeral){
        .value = decimal_from_digits(v, false,
                                     p > point ? -(int32_t)(p - point - 1) : 0),
        .end = at + (uint32_t)(p - first),
        .integer = p == point,
        .dots = p > point,
    };
    return true;
}

bool numeral_digits(const struct flat *f, uint32_t at, struct numeral *out)
{
    struct digits d;
    uint32_t i = at, n;
    char point;

    if (plain_digits(f, at, out))
        return true;
    d.n = 0;
    memset(out, 0, sizeof(*out));
    if (!digit_at(f, i) &&
        !(i < f->len && f->text[i] == '.' && digit_at(f, i + 1)))
        return false;
    out->integer = true;
    if (zero_comma(f, i)) {
        take(&d, f->text[i++]);
        point = ',';
    } else {
        i = grouped_digits(f, i, &d, out);
        point = i < f->len && f->text[i] == ',' && f->decimal_comma ? ',' : '.';
    }
    if (i < f->len && f->text[i] == point && digit_at(f, i + 1)) {
        out->integer = false;
        out->dots = 1;
        take(&d, '.');
        for (i++; digit_at(f, i); i++)
            take(&d, f->text[i]);
        while (i < f->len && f->text[i] == point && digit_at(f, i + 1)) {
            out->dots++;
            i += 1 + digits_from(f, i + 1);
        }
    }
    if ((n = exponent(f, i)) > 0) {
        out->integer = false;
        for (uint32_t k = 0; k < n; k++)
            take(&d, f->text[i + k]);
        i += n;
    } else {
        const size_t mark = d.n;

        take(&d, 'e');
        if ((n = power_of_ten(f, i, &d)) > 0) {
            out->integer = false;
            i += n;
        } else {
            d.n = mark;
        }
    }
    out->end = i;
    return decimal_parse((struct text){ d.s, d.n }, &out->value);
}

static struct decimal fraction_value(int num, int den)
{
    struct decimal v = decimal_round(
        decimal_div(decimal_from_int(num), decimal_from_int(den)), -6);

    v.last = den < 16 ? -1 : -2;
    return v;
}

/* A vulgar fraction sign (Unicode: U+00BC..BE, U+2153..215E) at i. */
static uint32_t fraction_sign(const struct flat *f, uint32_t i,
                              struct decimal *value)
{
    static const struct {
        char sign[4];
        unsigned char num, den;
    } signs[] = {
        { "¼", 1, 4 }, { "½", 1, 2 }, { "¾", 3, 4 }, { "⅓", 1, 3 },
        { "⅔", 2, 3 }, { "⅕", 1, 5 }, { "⅖", 2, 5 }, { "⅗", 3, 5 },
        { "⅘", 4, 5 }, { "⅙", 1, 6 }, { "⅚", 5, 6 }, { "⅛", 1, 8 },
        { "⅜", 3, 8 }, { "⅝", 5, 8 }, { "⅞", 7, 8 },
    };

    if (i >= f->len || (unsigned char)f->text[i] < 0xc2)
        return 0;
    for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
        const uint32_t n = (uint32_t)strlen(signs[k].sign);

        if (i + n <= f->len && memcmp(f->text + i, signs[k].sign, n) == 0) {
            *value = fraction_value(signs[k].num, signs[k].den);
            return i + n;
        }
    }
    return 0;
}

/* One or two digits at *i, moved behind them; 0: none, or more. */
static int small_integer(const struct flat *f, uint32_t *i)
{
    const uint32_t n = digits_from(f, *i);
    int v = 0;

    if (n == 0 || n > 2)
        return 0;
    for (uint32_t k = 0; k < n; k++)
        v = v * 10 + (f->text[(*i)++] - '0');
    return v;
}

uint32_t numeral_fraction(const struct flat *f, uint32_t at,
                          struct decimal *value)
{
    uint32_t i = at, end;
    int num, den;

    if (!digit_at(f, at) && (at >= f->len || (signed char)f->text[at] >= 0))
        return 0;
    end = fraction_sign(f, at, value);
    if (end > 0)
        return end;
    num = small_integer(f, &i);
    if (num == 0 || i >= f->len || f->text[i] != '/')
        return 0;
    i++;
    den = small_integer(f, &i);
    if (num >= den ||
        (i < f->len &&
         (f->text[i] == '/' || (f->text[i] == '.' && digit_at(f, i + 1)))))
        return 0;
    /* Den is 3 or a power of two: odd numerators are in lowest terms. */
    if (den != 3 && ((den & (den - 1)) != 0 || num % 2 == 0))
        return 0;
    *value = fraction_value(num, den);
    return i;
}

/* words */

const struct number_word number_words[NUMBER_WORDS] = {
    { "billion", 9, 'm' },    { "eight", 8, 'u' },     { "eighteen", 18, 'u' },
    { "eighty", 80, 't' },    { "eleven", 11, 'u' },   { "fifteen", 15, 'u' },
    { "fifty", 50, 't' },     { "five", 5, 'u' },      { "forty", 40, 't' },
    { "four", 4, 'u' },       { "fourteen", 14, 'u' }, { "hundred", 2, 'm' },
    { "million", 6, 'm' },    { "nine", 9, 'u' },      { "nineteen", 19, 'u' },
    { "ninety", 90, 't' },    { "one", 1, 'u' },       { "seven", 7, 'u' },
    { "seventeen", 17, 'u' }, { "seventy", 70, 't' },  { "six", 6, 'u' },
    { "sixteen", 16, 'u' },   { "sixty", 60, 't' },    { "ten", 10, 'u' },
    { "thirteen", 13, 'u' },  { "thirty", 30, 't' },   { "thousand", 3, 'm' },
    { "three", 3, 'u' },      { "trillion", 12, 'm' }, { "twelve", 12, 'u' },
    { "twenty", 20, 't' },    { "two", 2, 'u' },       { "zero", 0, 'u' },
};

const struct number_word ordinal_words[ORDINAL_WORDS] = {
    { "first", 1, 'u' },       { "second", 2, 'u' },
    { "third", 3, 'u' },       { "fourth", 4, 'u' },
    { "fifth", 5, 'u' },       { "sixth", 6, 'u' },
    { "seventh", 7, 'u' },     { "eighth", 8, 'u' },
    { "ninth", 9, 'u' },       { "tenth", 10, 'u' },
    { "eleventh", 11, 'u' },   { "twelfth", 12, 'u' },
    { "thirteenth", 13, 'u' }, { "fifteenth", 15, 'u' },
    { "twentieth", 20, 'u' },
};

static const struct number_word *word_in(const struct number_word *table,
                                         size_t n, struct text w)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].word[0] == w.ptr[0] && text_is(w, table[i].word))
            return &table[i];
    return NULL;
}

static const struct number_word *number_word(const struct flat *f,
                                             uint32_t word)
{
    return flat_is(f, word, WORD_NUMBER)
               ? word_in(number_words, NUMBER_WORDS, flat_lower(f, word))
               : NULL;
}

static bool is_word(const struct flat *f, uint32_t word, const char *s)
{
    return word < f->word_count && text_is(flat_lower(f, word), s);
}

/* One space or hyphen between two words. */
static bool joined(const struct flat *f, uint32_t word)
{
    uint32_t gap;

    if (word == 0 || word >= f->word_count)
        return false;
    gap = f->words[word].start - f->words[word - 1].end;
    return gap == 1 && (f->text[f->words[word].start - 1] == ' ' ||
                        f->text[f->words[word].start - 1] == '-');
}

/* A number in words as far as it is read: "two million, three hundred and". */
struct spelled {
    int64_t total, part; /* of the multiples done with; since the last one */
    int place;           /* 10^place is the last written place */
    char last;           /* kind of the last word; 0 before the first */
};

/* The word at k goes on with what is spelled so far, or begins it. */
static const struct number_word *next_number_word(const struct flat *f,
                                                  uint32_t k, char last)
{
    const struct number_word *n =
        last == 0 || joined(f, k) ? number_word(f, k) : NULL;

    if (n == NULL || last == 0)
        return n != NULL && n->kind != 'm' ? n : NULL;
    if (n->kind == 'm')
        return n;
    if (n->kind == last || (n->kind == 't' && last != 'm') ||
        (last == 't' && n->value > 9))
        return NULL;
    return n;
}

static void take_number_word(struct spelled *s, const struct number_word *n)
{
    if (n->kind == 'm' && n->value == 2) {
        s->part *= 100;
    } else if (n->kind == 'm') {
        for (int e = 0; e < n->value && s->part < INT64_MAX / 10; e++)
            s->part *= 10;
        s->total += s->part;
        s->part = 0;
        s->place = n->value;
    } else {
        s->part += n->value;
        s->place = 0;
    }
}

/* The value of a run of number words; *w moves behind it. */
static int64_t spell(const struct flat *f, uint32_t *w, int *place)
{
    struct spelled s = { .place = *place };

    while (s.total <= INT64_MAX / 4 && s.part <= INT64_MAX / 1000) {
        const bool and = s.last == 'm' && is_word(f, *w, "and") &&
                         joined(f, *w) && joined(f, *w + 1);
        const uint32_t k = *w + and;
        const struct number_word *n = next_number_word(f, k, s.last);

        if (n == NULL)
            break;
        take_number_word(&s, n);
        s.last = n->kind;
        *w = k + 1;
    }
    *place = s.place;
    return s.last != 0 ? s.total + s.part : -1;
}

/* "point five two" behind words: as decimals. */
static void point_words(const struct flat *f, uint32_t *w, struct decimal *v)
{
    uint32_t k = *w + 1;
    const struct number_word *n;

    if (!is_word(f, *w, "point") || !joined(f, *w))
        return;
    while ((n = number_word(f, k)) != NULL && n->kind == 'u' && n->value < 10 &&
           joined(f, k) && v->exp > -18) {
        struct decimal digit = decimal_from_int(n->value);

        digit.exp = v->last - 1;
        digit.last = digit.exp;
        *v = decimal_add(*v, digit);
        k++;
    }
    if (k > *w + 1)
        *w = k;
}

/* "third of", "quarters of" at word w behind a small number of them. */
static void fraction_words(const struct flat *f, uint32_t *w, int64_t num,
                           struct decimal *v)
{
    static const struct {
        const char *one, *many;
        int den;
    } parts[] = { { "half", "halves", 2 },      { "third", "thirds", 3 },
                  { "quarter", "quarters", 4 }, { "fifth", "fifths", 5 },
                  { "sixth", "sixths", 6 },     { "eighth", "eighths", 8 },
                  { "tenth", "tenths", 10 } };

    if (!joined(f, *w) || !joined(f, *w + 1) || !is_word(f, *w + 1, "of"))
        return;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (num > 0 && num < parts[i].den &&
            is_word(f, *w, num == 1 ? parts[i].one : parts[i].many)) {
            *v = fraction_value((int)num, parts[i].den);
            (*w)++;
            return;
        }
}

/* "and a half" behind words. */
static void and_a_half(const struct flat *f, uint32_t *w, struct decimal *v)
{
    if (!joined(f, *w) || !is_word(f, *w, "and") || !joined(f, *w + 1) ||
        !is_word(f, *w + 1, "a") || !joined(f, *w + 2) ||
        !is_word(f, *w + 2, "half"))
        return;
    *v = decimal_add(*v, fraction_value(1, 2));
    *w += 3;
}

const struct group_word group_words[GROUP_WORDS] = {
    { "pair", 2 }, { "couple", 2 }, { "dozen", 12 },
    { "trio", 3 }, { "duo", 2 },    { "handful", 0 },
};

/* "pair of", "dozen": the value, or 0. */
static int group_word(const struct flat *f, uint32_t word)
{
    if (!flat_is(f, word, WORD_GROUP))
        return 0;
    for (size_t i = 0; i < GROUP_WORDS; i++)
        if (is_word(f, word, group_words[i].word))
            return group_words[i].value;
    return 0;
}

static bool article_words(const struct flat *f, uint32_t word,
                          struct numeral *out, uint32_t *end_word,
                          bool *article)
{
    const uint32_t next = word + 1;
    const struct number_word *n = number_word(f, next);
    const int group = group_word(f, next);

    *article = false;
    *end_word = next;
    out->value = decimal_from_int(1);
    if (next >= f->word_count || !joined(f, next))
        return false;
    if (n != NULL && n->kind == 'm') {
        out->value.exp += n->value;
        out->value.last = out->value.exp;
        *end_word = next + 1;
    } else if (group > 0) {
        out->value = decimal_from_int(group);
        *end_word = next + 1 + (is_word(f, next + 1, "of") ? 1 : 0);
    } else {
        *article = true;
    }
    out->end = f->words[*end_word - 1].end;
    if (group > 0)
        out->end = f->words[next].end;
    return true;
}

bool numeral_words(const struct flat *f, uint32_t word, struct numeral *out,
                   uint32_t *end_word, bool *article)
{
    uint32_t w = word;
    int place = 0, group;
    int64_t v;

    memset(out, 0, sizeof(*out));
    out->integer = true;
    if (is_word(f, word, "a") || is_word(f, word, "an"))
        return article_words(f, word, out, end_word, article);
    *article = false;
    if (is_word(f, word, "half") && is_word(f, word + 1, "a") &&
        number_word(f, word + 2) != NULL &&
        number_word(f, word + 2)->kind == 'm') {
        out->value = decimal_from_int(5);
        out->value.exp = number_word(f, word + 2)->value - 1;
        out->value.last = out->value.exp;
        *end_word = word + 3;
        out->end = f->words[word + 2].end;
        return true;
    }
    v = spell(f, &w, &place);
    if (v < 0)
        return false;
    out->value = decimal_from_int(v);
    out->value.last = v == 0 ? 0 : place;
    point_words(f, &w, &out->value);
    and_a_half(f, &w, &out->value);
    fraction_words(f, &w, v, &out->value);
    group = w < f->word_count && joined(f, w) ? group_word(f, w) : 0;
    if (group == 12 || (group == 0 && is_word(f, w, "pairs") && joined(f, w))) {
        out->value =
            decimal_mul(out->value, decimal_from_int(group == 12 ? 12 : 2));
        w++;
    }
    *end_word = w;
    out->end = f->words[w - 1].end;
    return true;
}

bool numeral_ordinal(const struct flat *f, uint32_t word, struct decimal *value)
{
    const struct text w = flat_lower(f, word);
    const struct number_word *n;
    struct numeral num;
    struct text rest;

    if (ascii_digit(w.ptr[0])) {
        struct flat_word at = f->words[word];

        if (w.len < 3 || ascii_digit(w.ptr[w.len - 1]))
            return false; /* no letters behind it */
        if (!numeral_digits(f, at.start, &num) || !num.integer ||
            num.end + 2 != at.end)
            return false;
        rest = (struct text){ w.ptr + w.len - 2, 2 };
        *value = num.value;
        return text_eq(rest, TEXT_LIT("st")) || text_eq(rest, TEXT_LIT("nd")) ||
               text_eq(rest, TEXT_LIT("rd")) || text_eq(rest, TEXT_LIT("th"));
    }
    if (!flat_is(f, word, WORD_ORDINAL))
        return false;
    n = word_in(ordinal_words, ORDINAL_WORDS, w);
    if (n == NULL)
        return false;
    *value = decimal_from_int(n->value);
    return true;
}

static const struct {
    const char *word;
    int power;
} magnitude_words[] = {
    { "thousand", 3 }, { "million", 6 },  { "billion", 9 }, { "trillion", 12 },
    { "hundred", 2 },  { "mn", 6 },       { "bn", 9 },      { "thousands", 3 },
    { "millions", 6 }, { "billions", 9 },
};

int numeral_magnitude(const struct flat *f, uint32_t at, uint32_t *end,
                      bool *letter)
{
    const bool glued = at < f->len && ascii_alpha(f->text[at]);
    uint32_t i = at, word;
    struct text w;

    *letter = false;
    if (i < f->len && (f->text[i] == ' ' || f->text[i] == '-'))
        i++;
    if (glued) {
        static const char letters[] = "kKMBbT";
        static const int powers[] = { 3, 3, 6, 9, 9, 12 };
        const char *p = strchr(letters, f->text[at]);

        if (p != NULL && (at + 1 >= f->len ||
                          (!ascii_alnum(f->text[at + 1]) &&
                           f->text[at + 1] != '_' && f->text[at + 1] != '/' &&
                           (unsigned char)f->text[at + 1] < 0xc2))) {
            *end = at + 1;
            *letter = true;
            return powers[p - letters];
        }
        /* "3bn" is one word with its digits. */
        for (size_t k = 5; k < 7; k++)
            if (at + 2 <= f->len &&
                memcmp(f->lower + at, magnitude_words[k].word, 2) == 0 &&
                (at + 2 == f->len || !ascii_alnum(f->text[at + 2]))) {
                *end = at + 2;
                return magnitude_words[k].power;
            }
        return 0;
    }
    if (i == at || strchr("tmbh", f->lower[i]) == NULL)
        return 0; /* none of the words begins so */
    word = flat_word_at(f, i);
    if (word >= f->word_count || f->words[word].start != i)
        return 0;
    w = flat_lower(f, word);
    for (size_t k = 0; k < sizeof(magnitude_words) / sizeof(*magnitude_words);
         k++)
        if (text_is(w, magnitude_words[k].word) &&
            magnitude_words[k].power > 0) {
            *end = f->words[word].end;
            return magnitude_words[k].power;
        }
    return 0;
}
