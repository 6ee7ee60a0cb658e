#include "validator/claims/exempt.h"

enum { STAMP_MIN = 8 }; /* digits: 20251002 */

static struct text word_or_none(const struct flat *f, uint32_t word)
{
    return word < f->word_count ? flat_lower(f, word) : (struct text){ "", 0 };
}

static bool all_digits(struct text w)
{
    for (size_t i = 0; i < w.len; i++)
        if (!ascii_digit(w.ptr[i]))
            return false;
    return w.len > 0;
}

static int small_int(struct text w)
{
    int v = 0;

    if (!all_digits(w) || w.len > 4)
        return -1;
    for (size_t i = 0; i < w.len; i++)
        v = v * 10 + (w.ptr[i] - '0');
    return v;
}

static char byte_at(const struct flat *f, uint32_t i)
{
    return i < f->len ? f->text[i] : ' ';
}

/* The byte between two words when exactly one is there, else 0. */
static char glue(const struct flat *f, uint32_t word)
{
    if (word + 1 >= f->word_count ||
        f->words[word + 1].start != f->words[word].end + 1)
        return 0;
    return f->text[f->words[word].end];
}

static bool is_year(int v)
{
    return v >= 1900 && v <= 2199;
}

/* 2025-11-14, 2025-11, 2025/11/14, with a time behind it. */
static uint32_t iso_date(const struct flat *f, uint32_t w)
{
    const int y = small_int(flat_lower(f, w));
    const char g = glue(f, w);
    const int m = g == 0 ? -1 : small_int(word_or_none(f, w + 1));
    uint32_t last = w + 1;

    if (!is_year(y) || f->words[w].end - f->words[w].start != 4 ||
        (g != '-' && g != '/') || m < 0 ||
        f->words[w + 1].end - f->words[w + 1].start != 2)
        return 0;
    if (glue(f, w + 1) == g &&
        f->words[w + 2].end - f->words[w + 2].start >= 2 &&
        ascii_digit(f->text[f->words[w + 2].start]))
        last = w + 2;
    /* "14T18:53:30.123Z" is one run of words joined by signs. */
    while (last == w + 2 && last + 1 < f->word_count &&
           (glue(f, last) == ':' || glue(f, last) == '.' ||
            glue(f, last) == '+' || glue(f, last) == '_'))
        last++;
    return f->words[last].end;
}

/* 11/14/2025, 14.11.2025 */
static uint32_t slash_date(const struct flat *f, uint32_t w)
{
    const int a = small_int(flat_lower(f, w));
    const char g = glue(f, w);
    int b, y;

    if (a < 1 || a > 31 || (g != '/' && g != '.') || glue(f, w + 1) != g)
        return 0;
    b = small_int(word_or_none(f, w + 1));
    y = small_int(word_or_none(f, w + 2));
    if (b < 1 || b > 31 || y < 0 || !(is_year(y) || (g == '/' && y < 100)))
        return 0;
    return f->words[w + 2].end;
}

/* "10/12 runs" counts; "on 10/12 was" does not. */
static bool before_plural(const struct flat *f, uint32_t w)
{
    const struct text t = word_or_none(f, w);

    return t.len >= 4 && t.ptr[t.len - 1] == 's' && t.ptr[t.len - 2] != 's' &&
           f->words[w].start - f->words[w - 1].end == 1 &&
           f->text[f->words[w - 1].end] == ' ' && ascii_alpha(t.ptr[0]);
}

static bool two_digits(const struct flat *f, uint32_t w)
{
    return f->words[w].end - f->words[w].start == 2 &&
           f->text[f->words[w].start] == '0';
}

/* "on 10/12", "from 04/01 to 06/30": day and month behind a word of time.
 * "on 3/4" (a + b <= 7) is as likely a fraction. */
static uint32_t short_date(const struct flat *f, uint32_t w)
{
    static const char *const strong[] = { "on", "since", "until", "till",
                                          "dated" };
    static const char *const weak[] = { "from",    "to",    "and",
                                        "between", "of",    "through",
                                        "by",      "after", "before" };
    const int a = small_int(flat_lower(f, w));
    const int b = glue(f, w) == '/' ? small_int(word_or_none(f, w + 1)) : -1;
    struct text before;

    if (w == 0 || a < 1 || b < 1 || a > 31 || b > 31 || (a > 12 && b > 12) ||
        f->words[w].start - f->words[w - 1].end != 1 || glue(f, w + 1) == '/' ||
        glue(f, w + 1) == '.' ||
        f->words[w + 1].end - f->words[w + 1].start > 2 ||
        before_plural(f, w + 2))
        return 0;
    if (f->words[w + 1].end < f->len && f->text[f->words[w + 1].end] == '%')
        return 0;
    before = flat_lower(f, w - 1);
    for (size_t i = 0; i < sizeof(strong) / sizeof(*strong); i++)
        if (text_is(before, strong[i]) &&
            (a + b > 7 || two_digits(f, w) || two_digits(f, w + 1)))
            return f->words[w + 1].end;
    for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++)
        if (text_is(before, weak[i]) &&
            (two_digits(f, w) || two_digits(f, w + 1)))
            return f->words[w + 1].end;
    return 0;
}

/* 18:53, 18:53:30.5, with am or pm */
static uint32_t clock_time(const struct flat *f, uint32_t w)
{
    const int h = small_int(flat_lower(f, w));
    uint32_t last = w;
    struct text next;

    if (h < 0 || h > 24 || glue(f, w) != ':' ||
        small_int(word_or_none(f, w + 1)) < 0 ||
        f->words[w + 1].end - f->words[w + 1].start != 2)
        return 0;
    while (glue(f, last) == ':' || (last > w + 1 && glue(f, last) == '.'))
        last++;
    next = word_or_none(f, last + 1);
    if (text_eq(next, TEXT_LIT("am")) || text_eq(next, TEXT_LIT("pm")))
        last++;
    return f->words[last].end;
}

/* "1.2.3", "127.0.0.1:80": three or more groups joined by points. */
static uint32_t dotted(const struct flat *f, uint32_t w)
{
    uint32_t last = w;

    while (glue(f, last) == '.' &&
           ascii_digit(f->text[f->words[last + 1].start]))
        last++;
    if (last < w + 2)
        return 0;
    while (
        last + 1 < f->word_count &&
        (glue(f, last) == '-' || glue(f, last) == ':' || glue(f, last) == '+'))
        last++;
    return f->words[last].end;
}

/* "20251002-170837" and other runs of eight or more digits with a sign. */
static uint32_t stamp(const struct flat *f, uint32_t w)
{
    const struct text t = flat_lower(f, w);

    if (!all_digits(t) || t.len < STAMP_MIN ||
        !is_year(small_int((struct text){ t.ptr, 4 })) ||
        (glue(f, w) != '-' && glue(f, w) != '_' && t.len != 8 && t.len != 14))
        return 0;
    if (glue(f, w) == '-' || glue(f, w) == '_')
        w++;
    return f->words[w].end;
}

/* What may begin a date, time or version: a sign stands right behind the word,
 * or it is long. */
static bool may_compound(const struct flat *f, uint32_t word)
{
    const uint32_t end = f->words[word].end;

    if (end - f->words[word].start >= STAMP_MIN)
        return true;
    switch (f->text[end]) { /* a NUL stands behind the last */
    case '-':
    case '/':
    case ':':
    case '_':
        return true;
    case '.': /* three groups: a version, 14.11.2025 */
        return glue(f, word) == '.' && glue(f, word + 1) == '.';
    default:
        return false;
    }
}

bool exempt_compound(const struct flat *f, uint32_t word, uint32_t *end,
                     enum claim_exempt *why)
{
    static const struct {
        uint32_t (*match)(const struct flat *, uint32_t);
        enum claim_exempt why;
    } kinds[] = {
        { iso_date, EXEMPT_DATE },   { slash_date, EXEMPT_DATE },
        { short_date, EXEMPT_DATE }, { clock_time, EXEMPT_DATE },
        { stamp, EXEMPT_DATE },      { dotted, EXEMPT_VERSION },
    };

    if (!may_compound(f, word))
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        *end = kinds[i].match(f, word);
        if (*end > 0) {
            *why = kinds[i].why;
            return true;
        }
    }
    return false;
}

static bool plain_integer(const struct flat *f, const struct claim *c)
{
    for (uint32_t i = c->number_start; i < c->number_end; i++)
        if (!ascii_digit(f->text[i]))
            return false;
    return c->form == FORM_DIGITS && !c->is_signed;
}

static bool near_month(const struct flat *f, const struct claim *c)
{
    const uint32_t w = c->first_word, n = c->end_word;

    return (w >= 1 && flat_is(f, w - 1, WORD_MONTH) &&
            f->words[w].start - f->words[w - 1].end <= 2) ||
           (n < f->word_count && flat_is(f, n, WORD_MONTH) &&
            f->words[n].start - f->words[n - 1].end <= 1) ||
           (w >= 2 && flat_is(f, w - 2, WORD_MONTH) &&
            f->words[w].start - f->words[w - 2].end <= 8) ||
           (n + 1 < f->word_count &&
            text_eq(flat_lower(f, n), TEXT_LIT("of")) &&
            flat_is(f, n + 1, WORD_MONTH));
}

/* A word with letters beyond ASCII: of another language. */
static bool foreign(struct text w)
{
    for (size_t i = 0; i < w.len; i++)
        if ((unsigned char)w.ptr[i] >= 0xc3)
            return true;
    return false;
}

static bool joins_date(struct text w)
{
    return text_eq(w, TEXT_LIT("de")) || text_eq(w, TEXT_LIT("di")) ||
           text_eq(w, TEXT_LIT("of"));
}

/* "26. Oktober 2025", "26 de octubre de 2025": a day before a word and a
 * year; "22 CSV files in 2025" has more between. */
static bool before_year(const struct flat *f, uint32_t word)
{
    uint32_t names = 0;

    for (uint32_t k = word; k < word + 4 && k < f->word_count; k++) {
        const struct text t = flat_lower(f, k);

        if (f->words[k].start - f->words[k - 1].end > 2)
            return false;
        if (t.len == 4 && is_year(small_int(t)) && k > word)
            return names == 1;
        if (t.len == 0 || ascii_digit(t.ptr[0]))
            return false;
        names += !joins_date(t);
    }
    return false;
}

/* "26 Octobre 2025": a day and a word before the year. */
static bool after_day(const struct flat *f, uint32_t word)
{
    const int day = small_int(flat_lower(f, word - 2));

    return day >= 1 && day <= 31 &&
           f->words[word].start - f->words[word - 1].end <= 2 &&
           f->words[word - 1].start - f->words[word - 2].end <= 2;
}

static bool date_like(const struct flat *f, const struct claim *c)
{
    const int v =
        c->number_end - c->number_start <= 4
            ? small_int((struct text){ f->text + c->number_start,
                                       c->number_end - c->number_start })
            : -1;
    const struct text before = c->first_word > 0
                                   ? flat_lower(f, c->first_word - 1)
                                   : (struct text){ "", 0 };

    if (c->form == FORM_ORDINAL || (v >= 1 && v <= 31) || is_year(v))
        if (unit_none(c->unit) &&
            (near_month(f, c) ||
             (v >= 1 && v <= 31 && before_year(f, c->end_word))))
            return true;
    if (!is_year(v) || !unit_none(c->unit) || !plain_integer(f, c) ||
        c->number_end - c->number_start != 4)
        return false;
    if (c->first_word >= 2 && after_day(f, c->first_word))
        return true;
    if (v < 1990 || v > 2039)
        return flat_is(f, c->first_word - 1, WORD_YEAR_BEFORE) &&
               !text_eq(before, TEXT_LIT("of")) &&
               !text_eq(before, TEXT_LIT("to"));
    return c->first_word == 0 ||
           flat_is(f, c->first_word - 1, WORD_YEAR_BEFORE) ||
           byte_at(f, c->start - 1) == '(' || foreign(before) ||
           c->end_word >= f->word_count || !ascii_alpha(byte_at(f, c->end + 1));
}

/* The number opens the block or a line: "3. ", "3)", "(3)", "3.2 Title". */
static bool opens_line(const struct flat *f, const struct claim *c,
                       bool heading)
{
    uint32_t i = c->start, e = c->number_end;

    if (i > 0 && f->text[i - 1] == '(')
        i--;
    while (i > 0 && f->text[i - 1] == ' ')
        i--;
    if (i > 0 && f->text[i - 1] != '\n')
        return false;
    if (!unit_none(c->unit) || c->form != FORM_DIGITS)
        return false;
    if (heading)
        return true;
    return (byte_at(f, e) == '.' || byte_at(f, e) == ')') &&
           (byte_at(f, e + 1) == ' ' || e + 1 >= f->len) && e + 2 < f->len;
}

static bool percentile_label(const struct flat *f, const struct claim *c)
{
    if (flat_is(f, c->end_word, WORD_PERCENTILE) ||
        (c->form == FORM_ORDINAL &&
         text_eq(word_or_none(f, c->end_word + 1), TEXT_LIT("percentile"))))
        return true;
    /* "percentile 95", but "the 95th percentile 312 ms" */
    return c->first_word > 0 && unit_none(c->unit) &&
           flat_is(f, c->first_word - 1, WORD_PERCENTILE) &&
           text_eq(flat_lower(f, c->first_word - 1), TEXT_LIT("percentile")) &&
           !(c->first_word > 1 &&
             ascii_digit(flat_lower(f, c->first_word - 2).ptr[0]));
}

/* "the latency experienced by 50% of the runs" beside P50 explains P50: the
 * share or the rest of it is named by a percentile in the same block. */
static bool percentile_meaning(const struct flat *f, const struct claim *c)
{
    enum { NEAR_WORDS = 500 }; /* on either side */
    uint32_t w = c->first_word > NEAR_WORDS ? c->first_word - NEAR_WORDS : 0;
    double v;

    if (byte_at(f, c->number_end) != '%')
        return false;
    v = decimal_to_double(c->value);
    if (v < 0.05 || v > 99.99)
        return false;
    for (; w < f->word_count && w < c->first_word + NEAR_WORDS; w++) {
        const struct text t = flat_lower(f, w);
        struct decimal p;

        if (t.len < 2 || t.len > 4 || t.ptr[0] != 'p' ||
            !decimal_parse((struct text){ t.ptr + 1, t.len - 1 }, &p))
            continue;
        if (decimal_eq(p, c->value) ||
            decimal_eq(decimal_add(p, c->value), decimal_from_int(100)))
            return true;
    }
    return false;
}

static bool capital(const struct flat *f, uint32_t w)
{
    const char c = f->text[f->words[w].start];

    return c >= 'A' && c <= 'Z';
}

static bool mixed_case(const struct flat *f, uint32_t w)
{
    uint32_t upper = 0;

    for (uint32_t i = f->words[w].start; i < f->words[w].end; i++)
        upper += f->text[i] >= 'A' && f->text[i] <= 'Z';
    return upper >= 2;
}

/* "CUDA 12.4", "RTX 4080", "Golden 1 Center": a number inside a name. */
static bool in_name(const struct flat *f, const struct claim *c)
{
    const uint32_t w = c->first_word;

    if (w > 0 && unit_none(c->unit) && flat_is(f, w - 1, WORD_PRODUCT) &&
        f->words[w].start - f->words[w - 1].end <= 3 &&
        (text_eq(flat_lower(f, w - 1), TEXT_LIT("version")) ||
         text_eq(flat_lower(f, w - 1), TEXT_LIT("release"))))
        return true; /* "Version: 1.0" */

    if (w == 0 || !unit_none(c->unit) || c->form != FORM_DIGITS ||
        f->words[w].start - f->words[w - 1].end != 1 ||
        f->text[c->start - 1] != ' ')
        return false;
    if (flat_is(f, w - 1, WORD_PRODUCT))
        return !c->scaled;
    return plain_integer(f, c) && c->end_word < f->word_count && w >= 1 &&
           capital(f, w - 1) && capital(f, c->end_word) &&
           !mixed_case(f, w - 1) && !mixed_case(f, c->end_word) &&
           f->words[c->end_word].start - f->words[w].end == 1 &&
           f->text[f->words[w].end] == ' ' && w >= 2;
}

/* "Section 2.1": parts of a document may have a point in their number. */
static bool numbered_part(const struct flat *f, uint32_t w)
{
    static const char *const words[] = { "section", "table",    "figure",
                                         "chapter", "appendix", "sec" };

    if (w == 0 || !flat_is(f, w - 1, WORD_REFERENCE) ||
        f->words[w].start - f->words[w - 1].end != 1)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is(flat_lower(f, w - 1), words[i]))
            return true;
    return false;
}

static bool is_reference(const struct flat *f, const struct claim *c)
{
    const uint32_t w = c->first_word;
    const char before = c->start > 0 ? f->text[c->start - 1] : ' ';

    if (c->form == FORM_DIGITS && unit_none(c->unit) && !c->is_signed &&
        numbered_part(f, w))
        return true;
    if (!plain_integer(f, c) || !unit_none(c->unit))
        return false;
    if (before == '#' || (before == '[' && byte_at(f, c->end) == ']') ||
        (before == '^' && byte_at(f, c->end) == ']'))
        return true;
    return w > 0 && f->words[w].start - f->words[w - 1].end <= 2 &&
           (before == ' ' || before == '-' || before == '.') &&
           flat_is(f, w - 1, WORD_REFERENCE) &&
           (c->end_word >= f->word_count || c->role != ROLE_PART);
}

static bool model_words_near(const struct flat *f, const struct claim *c)
{
    const uint32_t lo = c->first_word > 6 ? c->first_word - 6 : 0;
    const uint32_t hi =
        c->end_word + 6 < f->word_count ? c->end_word + 6 : f->word_count;

    for (uint32_t w = lo; w < hi; w++) {
        const struct text t = flat_lower(f, w);

        if (flat_is(f, w, WORD_SIZE) || text_eq(t, TEXT_LIT("sizes")) ||
            flat_is(f, w, WORD_PRODUCT))
            return true;
        /* another size: 1b, 7B */
        if (w != c->first_word && t.len >= 2 && t.len <= 4 &&
            ascii_digit(t.ptr[0]) && t.ptr[t.len - 1] == 'b')
            return true;
    }
    return false;
}

/* 7B, 270M, "270 million parameters": the size in a model's name. */
static bool size_label(const struct flat *f, const struct claim *c)
{
    const char last = f->text[c->end - 1];

    if (!c->scaled) /* "270m" reads as metres */
        return last == 'm' && c->end == c->number_end + 1 &&
               model_words_near(f, c);
    if (flat_is(f, c->end_word, WORD_SIZE))
        return true;
    if (!unit_none(c->unit) || c->end != c->number_end + 1)
        return false;
    if (last == 'b' || last == 'B')
        return byte_at(f, c->end) != '$';
    return (last == 'm' || last == 'M') && model_words_near(f, c);
}

static bool idiom(const struct flat *f, const struct claim *c,
                  const struct claim_nouns *nouns)
{
    const struct text next = word_or_none(f, c->end_word);
    const struct text before = c->first_word > 0
                                   ? flat_lower(f, c->first_word - 1)
                                   : (struct text){ "", 0 };

    if (c->form == FORM_WORDS && decimal_eq(c->value, decimal_from_int(1)) &&
        unit_none(c->unit) &&
        (next.len == 0 ||
         (byte_at(f, c->end) != ' ' && byte_at(f, c->end) != '-' &&
          byte_at(f, c->end) != '\n') ||
         text_eq(next, TEXT_LIT("of")) || text_eq(next, TEXT_LIT("or")) ||
         text_eq(next, TEXT_LIT("another")) ||
         text_eq(next, TEXT_LIT("while")) ||
         text_eq(before, TEXT_LIT("this")) ||
         text_eq(before, TEXT_LIT("the")) ||
         text_eq(before, TEXT_LIT("that")) || text_eq(before, TEXT_LIT("no")) ||
         text_eq(before, TEXT_LIT("any")) ||
         text_eq(before, TEXT_LIT("which")) ||
         text_eq(before, TEXT_LIT("each")) ||
         text_eq(before, TEXT_LIT("every"))))
        return true;
    /* "zero-shot", "three-point line": glued to a word that is no unit */
    return c->form != FORM_DIGITS && byte_at(f, c->end) == '-' &&
           unit_none(c->unit) && c->role == ROLE_ALONE &&
           (nouns == NULL || nouns->is_word(nouns->ctx, f, c->first_word) ||
            !nouns->is_noun(nouns->ctx, f, c->end_word));
}

void claims_sentence(const struct flat *f, uint32_t at, uint32_t *start,
                     uint32_t *end)
{
    uint32_t lo = 0, hi = f->end_count;

    while (lo < hi) { /* the first end at or behind `at` */
        const uint32_t mid = lo + (hi - lo) / 2;

        if (f->ends[mid] < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    *start = lo > 0 ? f->ends[lo - 1] + 1 : 0;
    *end = lo < f->end_count ? f->ends[lo] : f->len;
}

/* "e.g.", "for example": what stands before it is no example. A WORD_EXAMPLE.
 */
static bool opens_example(const struct flat *f, uint32_t w)
{
    const struct text t = flat_lower(f, w);

    return t.len > 1 || (w > 0 && text_eq(flat_lower(f, w - 1), TEXT_LIT("e")));
}

/* "deploy: 77 runs", "Warm-up took 12": a name, and no request. */
static bool is_label(const struct flat *f, uint32_t w)
{
    static const char *const measures[] = { "rate", "time", "count", "duration",
                                            "latency" };
    const uint32_t end = f->words[w].end;

    if (byte_at(f, end) == ':' ||
        (byte_at(f, end) == '-' && ascii_alpha(byte_at(f, end + 1))))
        return true;
    /* "Cache hits: 930", "Load time: 4 s" */
    if (w + 1 >= f->word_count || byte_at(f, f->words[w + 1].end) != ':' ||
        f->words[w + 1].start != end + 1)
        return false;
    return f->lower[f->words[w + 1].end - 1] == 's' ||
           text_is_any(flat_lower(f, w + 1), measures,
                       sizeof(measures) / sizeof(*measures));
}

/* "ibis-8b needs 6120 MB" is a finding, "you need 8 GB", "needs to stay below"
 * and "needs at least" are advice. */
static bool is_needed(const struct flat *f, uint32_t w)
{
    static const char *const who[] = { "you",  "we",  "users", "one",
                                       "will", "may", "they" };
    const struct text t = flat_lower(f, w);
    const char next = byte_at(f, f->words[w].end + 1);

    if (!text_eq(t, TEXT_LIT("need")) && !text_eq(t, TEXT_LIT("needs")))
        return false;
    for (size_t i = 0; w > 0 && i < sizeof(who) / sizeof(*who); i++)
        if (text_eq(flat_lower(f, w - 1), text_from(who[i])))
            return false;
    return ascii_digit(next);
}

static void know_sentence(const struct flat *f, uint32_t at, struct sentence *s)
{
    const uint32_t marks =
        english_class(WORD_EXAMPLE) | english_class(WORD_ADVICE);
    uint32_t w;
    bool first = true;

    if (s->known && at >= s->start && at < s->end)
        return;
    claims_sentence(f, at, &s->start, &s->end);
    s->known = true;
    s->advice = s->imperative = false;
    s->example = 0;
    for (w = flat_word_at(f, s->start);
         w < f->word_count && f->words[w].start < s->end; w++) {
        if (first && !all_digits(flat_lower(f, w))) {
            s->imperative = flat_is(f, w, WORD_IMPERATIVE) && !is_label(f, w);
            first = false;
        }
        if ((f->classes[w] & marks) == 0)
            continue;
        if (flat_is(f, w, WORD_EXAMPLE) && opens_example(f, w)) {
            if (s->example == 0)
                s->example = f->words[w].end;
        } else if (flat_is(f, w, WORD_ADVICE) && !is_needed(f, w)) {
            s->advice = true;
        }
    }
}

static bool outline(const struct flat *f, const struct claim *c,
                    const struct claim_setting *set)
{
    if (!unit_none(c->unit) || claims_digits(c) > 2 || c->value.last < 0 ||
        c->end_word >= f->word_count ||
        f->words[c->end_word].start - c->end > 1)
        return false;
    if (!flat_is(f,
                 c->end_word + flat_is(f, c->end_word, WORD_OUTLINE_ADJECTIVE),
                 WORD_OUTLINE))
        return false;
    return set->nouns == NULL ||
           !set->nouns->is_noun(set->nouns->ctx, f, c->end_word);
}

static bool advice(const struct flat *f, const struct claim *c,
                   const struct claim_setting *set, struct sentence *s)
{
    know_sentence(f, c->start, s);
    if (s->imperative && (set->advice || claims_digits(c) <= 2))
        return true;
    if ((s->advice || (s->example > 0 && c->start >= s->example)) &&
        claims_digits(c) <= 3)
        return true;
    return set->advice && claims_digits(c) <= 2 && !set->cell &&
           c->cmp != CMP_NONE;
}

enum claim_exempt exempt_claim(const struct flat *f, const struct claim *c,
                               const struct claim_setting *set,
                               struct sentence *s)
{
    if (opens_line(f, c, set->heading))
        return EXEMPT_LIST;
    if (date_like(f, c))
        return EXEMPT_DATE;
    if (percentile_label(f, c) || percentile_meaning(f, c))
        return EXEMPT_PERCENTILE;
    if (size_label(f, c) || in_name(f, c))
        return EXEMPT_NAME;
    if (is_reference(f, c))
        return EXEMPT_REFERENCE;
    if (c->form == FORM_ORDINAL
            ? set->nouns == NULL ||
                  !set->nouns->is_noun(set->nouns->ctx, f, c->end_word)
            : idiom(f, c, set->nouns))
        return EXEMPT_IDIOM;
    if (outline(f, c, set))
        return EXEMPT_OUTLINE;
    if (advice(f, c, set, s))
        return EXEMPT_ADVICE;
    return EXEMPT_NO;
}

int claims_digits_of_any(const struct claim *c)
{
    const struct decimal *v = &c->value;
    u128 m = v->mag;
    int n = 0;

    /* A fraction's decimals beyond its last place were not written. */
    for (int32_t e = v->exp; m != 0 && e < v->last; e++)
        m /= 10;
    while (m != 0 && m % 10 == 0 && v->last >= 0)
        m /= 10;
    for (; m > UINT64_MAX; m /= 10)
        n++;
    n += decimal_digits((uint64_t)m);
    if (n > 0 && v->last < 0 && v->exp > v->last)
        n += v->exp - v->last;
    return n > 0 ? n : 1;
}

static bool any_word(const struct flat *f, enum word_class c)
{
    for (uint32_t w = 0; w < f->word_count; w++)
        if (flat_is(f, w, c))
            return true;
    return false;
}

bool claims_advice_heading(const struct flat *f)
{
    return any_word(f, WORD_ADVICE_HEAD);
}

bool claims_target_label(const struct flat *f)
{
    return any_word(f, WORD_TARGET);
}
