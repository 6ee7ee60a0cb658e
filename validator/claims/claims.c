#include "validator/claims/claims.h"

#include "validator/claims/bound.h"
#include "validator/claims/exempt.h"
#include "validator/claims/numeral.h"

const char *const claim_exempt_why[EXEMPT_KINDS] = {
    [EXEMPT_NO] = "",
    [EXEMPT_LIST] = "list or section ordinal",
    [EXEMPT_VERSION] = "version",
    [EXEMPT_DATE] = "date or time",
    [EXEMPT_NAME] = "part of a name",
    [EXEMPT_REFERENCE] = "reference",
    [EXEMPT_PERCENTILE] = "names a percentile or confidence level",
    [EXEMPT_CODE] = "code",
    [EXEMPT_ADVICE] = "advice, target or example",
    [EXEMPT_IDIOM] = "idiom or ordinal",
    [EXEMPT_LABEL] = "row or column label",
    [EXEMPT_OUTLINE] = "counts parts of the text",
};

struct scan {
    struct claim_list *out;
    const struct flat *f;
    const struct claim_setting *set;
    struct arena *a;
    struct error *err;
    uint32_t word; /* next word to look at */
    struct sentence sentence;
};

/* flat_word_at, at or a few words behind `word`. */
static uint32_t word_from(const struct flat *f, uint32_t word, uint32_t at)
{
    while (word < f->word_count && f->words[word].start < at)
        word++;
    return word;
}

static char at(const struct flat *f, uint32_t i)
{
    return i < f->len ? f->text[i] : ' ';
}

static bool sign_is(const struct flat *f, uint32_t i, const char *s)
{
    const size_t n = strlen(s);

    return i + n <= f->len && memcmp(f->text + i, s, n) == 0;
}

static struct text rest(const struct flat *f, uint32_t i)
{
    return (struct text){ f->text + i, f->len - i };
}

/* A sign, currency or approximation before the number moves its start. */

static uint32_t minus_before(const struct flat *f, uint32_t i)
{
    if (i >= 1 && (f->text[i - 1] == '-' || f->text[i - 1] == '+'))
        return 1;
    if (i >= 3 && memcmp(f->text + i - 3, "\xe2\x88\x92", 3) == 0)
        return 3;
    return 0;
}

static void read_sign(const struct flat *f, struct claim *c)
{
    const uint32_t n = minus_before(f, c->start);
    char before;

    if (n == 0)
        return;
    before = c->start > n ? f->text[c->start - n - 1] : ' ';
    if (before != ' ' && before != '(' && before != '|' && before != '=' &&
        before != '\n' && before != '[' && before != ':' && before != '~' &&
        before != '"' &&
        !(before == '/' && n == 1 && f->text[c->start - 1] == '+'))
        return;
    c->is_signed = true;
    c->value.neg = f->text[c->start - 1] != '+';
    c->start -= n;
}

static void read_currency(const struct flat *f, const struct units *units,
                          struct claim *c)
{
    struct unit_ref ref;
    const uint32_t look = c->start > 6 ? c->start - 6 : 0;
    const size_t n = units_match_before(
        units, (struct text){ f->text + look, c->start - look }, &ref);

    if (n == 0)
        return;
    c->unit = ref;
    c->start -= (uint32_t)n;
}

/* "appears 3 times" counts; "3 times faster", "3 times the size" compare. */
static bool counts_events(const struct flat *f, uint32_t at, size_t n)
{
    static const char *const words[] = {
        "faster", "slower",  "as",     "more",    "the",     "higher",  "lower",
        "larger", "smaller", "longer", "better",  "quicker", "greater", "its",
        "that",   "than",    "less",   "shorter", "bigger",  "worse",   "what"
    };
    uint32_t next;

    if (n != 5 || memcmp(f->lower + at, "times", 5) != 0)
        return false;
    next = flat_word_at(f, at + 5);
    for (size_t i = 0;
         next < f->word_count && i < sizeof(words) / sizeof(*words); i++)
        if (text_is(flat_lower(f, next), words[i]))
            return false;
    return true;
}

/* "in" at i as inches: "in thick", "in wide." are no places. */
static bool inches_at(const struct flat *f, uint32_t i)
{
    static const struct {
        const char *word;
        bool ends; /* as an adjective it may stand before a noun */
    } sizes[] = { { "thick", false }, { "tall", false }, { "wide", true },
                  { "long", true },   { "deep", true },  { "high", true },
                  { "across", true } };
    uint32_t next;

    if (!sign_is(f, i, "in "))
        return false;
    next = flat_word_at(f, i + 3);
    if (next >= f->word_count || f->words[next].start != i + 3)
        return false;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
        const char after = at(f, f->words[next].end);

        if (text_is(flat_lower(f, next), sizes[k].word))
            return after != '-' && !(sizes[k].ends && after == ' ' &&
                                     f->words[next].end < f->len);
    }
    return false;
}

/* Bytes between a number and its unit: a space of some kind or a hyphen. */
static uint32_t gap_at(const struct flat *f, uint32_t i)
{
    if (i < f->len && (f->text[i] == ' ' || f->text[i] == '\n'))
        return 1;
    if (sign_is(f, i, "\xc2\xa0"))
        return 2;
    if (sign_is(f, i, "\xe2\x80\x89") || sign_is(f, i, "\xe2\x80\xaf"))
        return 3;
    return i + 1 < f->len && f->text[i] == '-' && ascii_alpha(f->text[i + 1]);
}

/* The unit behind byte *i: glued, after a space, or after a hyphen. *i moves
 * to it; returns its length, 0: none. */
static size_t unit_behind(const struct flat *f, const struct units *units,
                          uint32_t *at_byte, struct unit_ref *ref)
{
    const uint32_t gap = gap_at(f, *at_byte);
    const uint32_t i = *at_byte + gap;
    const bool spaced = gap > 0 && !inches_at(f, i);

    *at_byte = i;
    /* "5 N-grams", "3 K-means runs": a name. */
    if (spaced && ascii_alpha(at(f, i)) && at(f, i) < 'a' &&
        at(f, i + 1) == '-' && ascii_alpha(at(f, i + 2)))
        return 0;
    return units_match(units, rest(f, i), spaced, ref);
}

/* Lengths, areas, volumes and masses come in parts; so does "1/2 hour", but
 * "3/4 days" counts days. */
static bool takes_fraction(const struct flat *f, const struct units *units,
                           struct unit_ref ref, uint32_t end)
{
    static const char *const dims[] = { "length", "area", "volume", "mass" };
    const struct text name = units_dim_name(units, ref.num);

    for (size_t k = 0; k < sizeof(dims) / sizeof(*dims); k++)
        if (text_is(name, dims[k]))
            return true;
    return text_eq(name, TEXT_LIT("time")) && f->lower[end - 1] != 's';
}

/* "8 1/2 miles", "2½ hours" behind an integer; "3/4 mile" in its place. */
static void read_fraction(const struct flat *f, const struct units *units,
                          struct claim *c)
{
    uint32_t i = c->end, end;
    struct decimal part;
    struct unit_ref ref;
    size_t n;
    bool letter;

    if (at(f, i) == ' ' || at(f, i) == '-')
        i++;
    end = numeral_fraction(f, i, &part);
    if (end > 0) {
        uint32_t unit = end;

        if (ascii_digit(at(f, i)) && unit_behind(f, units, &unit, &ref) == 0 &&
            numeral_magnitude(f, end, &unit, &letter) == 0)
            return;
        c->value = decimal_add(c->value, part);
        c->end = c->number_end = end;
        return;
    }
    end = numeral_fraction(f, c->start, &part);
    i = end;
    if (end == 0 || (c->start > 0 && f->text[c->start - 1] == '/'))
        return;
    n = unit_behind(f, units, &i, &ref);
    if (n > 0 && takes_fraction(f, units, ref, i + (uint32_t)n)) {
        c->value = part;
        c->end = c->number_end = end;
    }
}

/* The unit behind the claim, with what it is per. */
static bool read_whole_unit(const struct flat *f, const struct units *units,
                            struct claim *c)
{
    uint32_t i = c->end;
    struct unit_ref ref;
    const size_t n = unit_behind(f, units, &i, &ref);

    if (n == 0 || counts_events(f, i, n))
        return false;
    if (!unit_none(c->unit)) { /* "$5 per hour", "$5 dollars" */
        if (ref.den == 0 && units_dim(units, ref) != units_dim(units, c->unit))
            return false;
        if (ref.den == 0) {
            c->end = i + (uint32_t)n;
            return true;
        }
    }
    c->unit = ref;
    c->end = i + (uint32_t)n;
    return true;
}

/* "$0.50 per million tokens", "$3/hour": a divisor behind a currency sign. */
static void read_divisor(const struct flat *f, const struct units *units,
                         struct claim *c)
{
    char buf[48];
    const uint32_t n = f->len - c->end < 40 ? f->len - c->end : 40;
    struct unit_ref ref;
    size_t m;

    if (unit_none(c->unit) || c->unit.den != 0 || n == 0)
        return;
    /* units_match wants a numerator: lend it one of one byte. */
    buf[0] = '%';
    memcpy(buf + 1, f->text + c->end, n);
    m = units_match(units, (struct text){ buf, n + 1 }, true, &ref);
    if (m <= 1 || ref.den == 0)
        return;
    c->unit.den = ref.den;
    c->unit.den_exp = ref.den_exp;
    c->end += (uint32_t)m - 1;
}

/* The unit behind the claim, or what the currency before it is per. */
static void read_unit(const struct flat *f, const struct units *units,
                      struct claim *c)
{
    if (!read_whole_unit(f, units, c))
        read_divisor(f, units, c);
}

static void read_magnitude(const struct flat *f, const struct units *units,
                           struct claim *c)
{
    uint32_t end;
    bool letter;
    const int power = numeral_magnitude(f, c->end, &end, &letter);
    struct unit_ref ref;

    if (power == 0)
        return;
    /* "5 k" and "5m" keep their unit reading; "m" is no magnitude here. */
    if (letter && unit_none(c->unit) &&
        units_match(units, rest(f, c->end), false, &ref) > 0)
        return;
    c->value.exp += power;
    c->value.last += power;
    c->scaled = true;
    c->power = (int8_t)power;
    c->end = end;
}

static bool glued_letter(const struct flat *f, const struct claim *c)
{
    return ascii_alnum(at(f, c->end)) || at(f, c->end) == '_' ||
           (unsigned char)at(f, c->end) >= 0xc3;
}

/* What stands before a digit run so that it is part of a name: "_8", "t0.8",
 * "gemma-3", "x:1b", "reports/2024". */
static bool glued_before(const struct flat *f, uint32_t i, bool after_claim)
{
    char b, bb;

    if (i == 0)
        return false;
    b = f->text[i - 1];
    bb = i > 1 ? f->text[i - 2] : ' ';
    if (b == '_' || b == '@' || b == '\\')
        return true;
    if (b == '.')
        return ascii_alnum(bb) || bb == '_';
    if (b == '/' || b == ':')
        return ascii_alnum(bb) && !after_claim;
    return b == '-' && !after_claim && (ascii_alnum(bb) || bb == '_');
}

static enum status push(struct scan *s, struct claim *c)
{
    struct claim_list *l = s->out;

    if (l->count == CLAIMS_MAX)
        return error_set(s->err, ST_LIMIT, "more than %d numbers", CLAIMS_MAX);
    if (l->count == l->cap) {
        const uint32_t cap = l->cap == 0 ? 64 : l->cap * 2;
        struct claim *grown =
            arena_grow(s->a, l->at, l->count, cap, sizeof(*l->at));

        if (grown == NULL)
            return error_set(s->err, ST_NOMEM, "no memory for claims");
        l->at = grown;
        l->cap = cap;
    }
    c->span = flat_span(s->f, c->start, c->end);
    l->at[l->count++] = *c;
    return ST_OK;
}

static enum status push_exempt(struct scan *s, uint32_t word, uint32_t end,
                               enum claim_exempt why)
{
    struct claim c = { .start = s->f->words[word].start, .end = end };

    c.number_start = c.start;
    c.number_end = c.end;
    c.first_word = word;
    c.exempt = why;
    s->word = word_from(s->f, word, end);
    c.end_word = s->word;
    return push(s, &c);
}

/* "factor of 3": a ratio. */
static void read_factor(const struct flat *f, const struct units *units,
                        uint32_t word, struct claim *c)
{
    if (!unit_none(c->unit) || word < 2 ||
        !text_eq(flat_lower(f, word - 1), TEXT_LIT("of")) ||
        !text_eq(flat_lower(f, word - 2), TEXT_LIT("factor")))
        return;
    units_find(units, TEXT_LIT("x"), &c->unit);
}

/* num_ctx=4096, temp=0.8: a setting, not a finding; "n = 15" is one. */
static bool is_setting(const struct flat *f, const struct claim *c)
{
    uint32_t i = c->start, n = 0;

    if (i == 0 || f->text[i - 1] != '=' || !unit_none(c->unit))
        return false;
    for (i--; i > 0 && (ascii_alnum(f->text[i - 1]) || f->text[i - 1] == '_' ||
                        f->text[i - 1] == '.');
         i--)
        n++;
    return n > 1;
}

/* Links: what may stand between two numbers of a group. */
enum link { LINK_NONE, LINK_RANGE, LINK_PAIR, LINK_CHANGE, LINK_SPREAD };

static const struct {
    struct text s;
    enum link link;
} links[] = {
    { TEXT_INIT(" +/- "), LINK_SPREAD },
    { TEXT_INIT("+/-"), LINK_SPREAD },
    { TEXT_INIT(" \xc2\xb1 "), LINK_SPREAD },
    { TEXT_INIT("\xc2\xb1"), LINK_SPREAD },
    { TEXT_INIT(" \xc2\xb1"), LINK_SPREAD },
    { TEXT_INIT(" \xe2\x86\x92 "), LINK_CHANGE },
    { TEXT_INIT("\xe2\x86\x92"), LINK_CHANGE },
    { TEXT_INIT(" -> "), LINK_CHANGE },
    { TEXT_INIT("->"), LINK_CHANGE },
    { TEXT_INIT(" vs "), LINK_CHANGE },
    { TEXT_INIT(" vs. "), LINK_CHANGE },
    { TEXT_INIT(" versus "), LINK_CHANGE },
    { TEXT_INIT(" against "), LINK_CHANGE },
    { TEXT_INIT(" as against "), LINK_CHANGE },
    { TEXT_INIT(" instead of "), LINK_CHANGE },
    { TEXT_INIT(" rather than "), LINK_CHANGE },
    { TEXT_INIT(" compared to "), LINK_CHANGE },
    { TEXT_INIT(" compared with "), LINK_CHANGE },
    { TEXT_INIT(" to "), LINK_RANGE },
    { TEXT_INIT(" through "), LINK_RANGE },
    { TEXT_INIT(" up to "), LINK_RANGE },
    { TEXT_INIT(" down to "), LINK_RANGE },
    { TEXT_INIT("-"), LINK_RANGE },
    { TEXT_INIT("\xe2\x80\x93"), LINK_RANGE },
    { TEXT_INIT("\xe2\x80\x94"), LINK_RANGE },
    { TEXT_INIT(" \xe2\x80\x93 "), LINK_RANGE },
    { TEXT_INIT(" - "), LINK_RANGE },
    { TEXT_INIT("~"), LINK_RANGE },
    { TEXT_INIT("-for-"), LINK_PAIR },
    { TEXT_INIT("-of-"), LINK_PAIR },
    { TEXT_INIT(" of "), LINK_PAIR },
    { TEXT_INIT(" out of "), LINK_PAIR },
    { TEXT_INIT(" for "), LINK_PAIR },
    { TEXT_INIT("/"), LINK_PAIR },
    { TEXT_INIT(" of the "), LINK_PAIR },
    { TEXT_INIT(" out of the "), LINK_PAIR },
};

/* What a link may begin with. */
static bool link_begins(char c)
{
    return c == ' ' || c == '-' || c == '/' || c == '~' || c == '+' ||
           (unsigned char)c >= 0xc2;
}

/* In digits or in words. */
static bool begins_number(const struct flat *f, uint32_t word)
{
    const uint32_t any =
        english_class(WORD_DIGIT) | english_class(WORD_NUMBER) |
        english_class(WORD_ORDINAL) | english_class(WORD_ARTICLE);

    return (f->classes[word] & any) != 0;
}

/* A number may be linked to the one whose first word behind it is `word`:
 * behind most there is none, which spares looking at the links. */
static bool may_be_linked(const struct flat *f, uint32_t word)
{
    enum { LINK_WORDS = 3 }; /* " out of the " */

    for (uint32_t w = word; w < f->word_count && w <= word + LINK_WORDS; w++)
        if (begins_number(f, w))
            return true;
    return false;
}

static bool between_before(const struct flat *f, uint32_t word)
{
    return word > 0 && text_eq(flat_lower(f, word - 1), TEXT_LIT("between"));
}

/* The link at byte i, with a number right behind it at *next. */
static enum link link_at(const struct flat *f, uint32_t i, uint32_t first_word,
                         uint32_t *next)
{
    const struct text t = rest(f, i);
    enum link best = LINK_NONE;
    uint32_t len = 0;

    if (t.len == 0 || !link_begins(t.ptr[0]))
        return LINK_NONE;
    for (size_t k = 0; k < sizeof(links) / sizeof(*links); k++) {
        const struct text s = links[k].s;

        /* a NUL stands behind both: the second bytes may be read */
        if (s.ptr[0] == t.ptr[0] && s.len > len &&
            (s.len == 1 || s.ptr[1] == t.ptr[1]) && text_starts(t, s)) {
            best = links[k].link;
            len = (uint32_t)s.len;
        }
    }
    if (best == LINK_NONE && sign_is(f, i, " and ") &&
        between_before(f, first_word)) {
        best = LINK_RANGE;
        len = 5;
    }
    while (best != LINK_NONE && i + len < f->len &&
           (f->text[i + len] == '~' || f->text[i + len] == '$'))
        len++;
    *next = i + len;
    return best;
}

static void link_claims(struct scan *s, struct claim *a, struct claim *b,
                        enum link link)
{
    static const struct {
        enum claim_role first, second;
        bool shares;
    } roles[] = {
        [LINK_NONE] = { ROLE_ALONE, ROLE_ALONE, false },
        [LINK_RANGE] = { ROLE_LOW, ROLE_HIGH, true },
        [LINK_PAIR] = { ROLE_PART, ROLE_WHOLE, false },
        [LINK_CHANGE] = { ROLE_BEFORE, ROLE_AFTER, true },
        [LINK_SPREAD] = { ROLE_ALONE, ROLE_SPREAD, true },
    };

    a->group = b->group = ++s->out->groups;
    a->role = roles[link].first;
    b->role = roles[link].second;
    if (link == LINK_RANGE)
        b->cmp = CMP_NONE; /* "from 3 up to 5": an end, no bound */
    if (!roles[link].shares)
        return;
    if (b->scaled && !a->scaled && b->power > 0 &&
        (unit_none(a->unit) || unit_same(a->unit, b->unit))) {
        a->value.exp += b->power; /* "3 to 5 million" */
        a->value.last += b->power;
        a->scaled = true;
    }
    if (unit_none(a->unit))
        a->unit = b->unit;
    else if (unit_none(b->unit))
        b->unit = a->unit;
}

/* One number in digits at word s->word; consumes it. *took: a claim was made
 * (in *c, not pushed). */
static enum status digits_claim(struct scan *s, bool after_claim,
                                struct claim *c, bool *took)
{
    const struct flat *f = s->f;
    const uint32_t word = s->word;
    uint32_t start = f->words[word].start, end;
    struct numeral num;
    enum claim_exempt why;
    struct decimal ordinal;

    *took = false;
    if (glued_before(f, start, after_claim)) {
        s->word++;
        return ST_OK;
    }
    if (exempt_compound(f, word, &end, &why))
        return push_exempt(s, word, end, why);
    if (!after_claim && sign_is(f, start, "24/7") &&
        !ascii_alnum(at(f, start + 4)) && at(f, start + 4) != '/' &&
        at(f, start + 4) != '%')
        return push_exempt(s, word, start + 4, EXEMPT_IDIOM);
    if (start > 0 && f->text[start - 1] == '.' &&
        (start == 1 || !ascii_alnum(f->text[start - 2])))
        start--;
    memset(c, 0, sizeof(*c));
    if (numeral_ordinal(f, word, &ordinal)) {
        c->value = ordinal;
        c->form = FORM_ORDINAL;
        c->end = c->number_end = f->words[word].end;
    } else {
        if (!numeral_digits(f, start, &num)) {
            s->word++;
            return ST_OK;
        }
        if (num.dots > 1)
            c->exempt = EXEMPT_VERSION;
        c->value = num.value;
        c->end = c->number_end = num.end;
    }
    c->start = c->number_start = start;
    c->first_word = word;
    if (c->form == FORM_DIGITS && num.integer)
        read_fraction(f, s->set->units, c);
    read_sign(f, c);
    read_currency(f, s->set->units, c);
    if (c->form == FORM_DIGITS) {
        read_magnitude(f, s->set->units, c);
        read_unit(f, s->set->units, c);
    }
    read_factor(f, s->set->units, word, c);
    bound_read(f, word, c);
    s->word = word_from(f, word, c->end);
    c->end_word = s->word;
    if (glued_letter(f, c) && c->form == FORM_DIGITS) {
        while (s->word < f->word_count && f->words[s->word].start > 0 &&
               (f->words[s->word].start == c->end ||
                f->text[f->words[s->word].start - 1] == '_'))
            s->word++;
        c->exempt = EXEMPT_NAME;
        c->end = c->number_end;
        c->unit = (struct unit_ref){ 0, 0, 0 };
    } else if (c->scaled && (at(f, c->end) == '-' || at(f, c->end) == '_') &&
               ascii_alpha(at(f, c->end + 1)) && c->end == c->number_end + 1) {
        c->exempt = EXEMPT_NAME; /* 1b-it-qat */
    }
    *took = true;
    return ST_OK;
}

static bool noun_at(const struct scan *s, uint32_t word)
{
    return s->set->nouns != NULL && word < s->f->word_count &&
           s->set->nouns->is_noun(s->set->nouns->ctx, s->f, word);
}

/* "a", "an" before what makes it no number, as nearly always. */
static bool article_alone(const struct scan *s, uint32_t word)
{
    const struct flat *f = s->f;

    return flat_is(f, word, WORD_ARTICLE) &&
           flat_lower(f, word).ptr[0] == 'a' &&
           !flat_is(f, word + 1, WORD_NUMBER) &&
           !flat_is(f, word + 1, WORD_GROUP) && !noun_at(s, word + 1);
}

/* A number in words. An article counts only before a noun of the data, an
 * ordinal likewise. */
static bool words_claim(struct scan *s, struct claim *c)
{
    const struct flat *f = s->f;
    const uint32_t word = s->word;
    struct numeral num;
    uint32_t end_word;
    bool article;

    if (article_alone(s, word))
        return false;
    memset(c, 0, sizeof(*c));
    if (numeral_words(f, word, &num, &end_word, &article)) {
        if (article &&
            (!noun_at(s, end_word) || f->words[end_word].start - num.end != 1))
            return false;
        c->form = article ? FORM_ARTICLE : FORM_WORDS;
        c->value = num.value;
        c->scaled = num.value.last > 0;
        c->end = c->number_end = num.end;
    } else if (numeral_ordinal(f, word, &c->value)) {
        c->form = FORM_ORDINAL;
        c->end = c->number_end = f->words[word].end;
        end_word = word + 1;
    } else {
        return false;
    }
    c->start = c->number_start = f->words[word].start;
    c->first_word = word;
    if (c->form == FORM_WORDS) {
        if (end_word > 0)
            c->end = f->words[end_word - 1].end;
        read_unit(f, s->set->units, c);
        if (unit_none(c->unit))
            c->end = c->number_end;
    }
    bound_read(f, word, c);
    c->end_word = word_from(f, word, c->end);
    if (c->end_word < end_word)
        c->end_word = end_word;
    s->word = c->end_word;
    return true;
}

static int32_t decimals(const struct claim *c)
{
    return c->value.last < 0 ? -c->value.last : 0;
}

/* "74.2 and 31.5 tokens per second", "3, 5 and 8 ms": the numbers of a list
 * share the unit that its last one has. */
static void share_unit(struct scan *s, const struct claim *c)
{
    enum { LIST_MAX = 8 };
    const struct flat *f = s->f;
    uint32_t next = c->start;

    for (uint32_t i = s->out->count, n = 0; i > 0 && n < LIST_MAX; i--, n++) {
        struct claim *p = &s->out->at[i - 1];
        const uint32_t gap = next - p->end;
        const char *join = n == 0 ? " and " : ", ";

        if (!unit_none(p->unit) || p->group != 0 || p->exempt != EXEMPT_NO ||
            p->form != FORM_DIGITS || p->end > next || gap != strlen(join) ||
            !sign_is(f, p->end, join) || decimals(p) != decimals(c) ||
            (s->set->nouns != NULL && p->first_word > 0 &&
             s->set->nouns->is_word(s->set->nouns->ctx, f, p->first_word - 1)))
            return;
        next = p->start;
        p->unit = c->unit;
    }
}

static enum status finish(struct scan *s, struct claim *c)
{
    if (!unit_none(c->unit) && c->form == FORM_DIGITS && c->group == 0)
        share_unit(s, c);
    if (c->exempt == EXEMPT_NO && flat_is_code(s->f, c->number_start))
        c->exempt = EXEMPT_CODE;
    if (c->exempt == EXEMPT_NO && is_setting(s->f, c))
        c->exempt = EXEMPT_NAME;
    if (c->exempt == EXEMPT_NO)
        c->exempt = exempt_claim(s->f, c, s->set, &s->sentence);
    return push(s, c);
}

/* The number whose first byte is at or right behind `next`, as b. */
static enum status linked(struct scan *s, uint32_t next, struct claim *b,
                          bool *took)
{
    const uint32_t word = flat_word_at(s->f, next);
    enum status st = ST_OK;

    enum claim_exempt why;
    uint32_t end;

    *took = false;
    if (word >= s->f->word_count || s->f->words[word].start > next + 1 ||
        (s->f->words[word].start == next + 1 && s->f->text[next] != '.') ||
        (ascii_digit(s->f->text[s->f->words[word].start]) &&
         exempt_compound(s->f, word, &end, &why)))
        return ST_OK;
    s->word = word;
    if (flat_is(s->f, word, WORD_DIGIT))
        st = digits_claim(s, true, b, took);
    else
        *took = words_claim(s, b) && b->form != FORM_ARTICLE;
    return st;
}

static bool may_link(const struct claim *c)
{
    return c->exempt == EXEMPT_NO && c->form != FORM_ORDINAL;
}

/* A claim and what is linked to it: "5-60 s", "12 of 44", "1.2 ± 0.1 ms". */
static enum status claim_and_links(struct scan *s, struct claim *first)
{
    struct claim a = *first, b;
    enum status st = ST_OK;

    for (int depth = 0; depth < 4 && st == ST_OK; depth++) {
        uint32_t next;
        enum link link = LINK_NONE;
        bool took = false;
        const uint32_t after = s->word;

        if (may_link(&a) && may_be_linked(s->f, a.end_word))
            link = link_at(s->f, a.end, a.first_word, &next);
        if (link != LINK_NONE)
            st = linked(s, next, &b, &took);
        if (!took) {
            if (s->word < after)
                s->word = after;
            return st == ST_OK ? finish(s, &a) : st;
        }
        if (may_link(&b))
            link_claims(s, &a, &b, link);
        st = finish(s, &a);
        a = b;
    }
    return st == ST_OK ? finish(s, &a) : st;
}

enum status claims_scan(struct claim_list *out, const struct flat *f,
                        const struct claim_setting *set, struct arena *a,
                        struct error *err)
{
    struct scan s = { .out = out, .f = f, .set = set, .a = a, .err = err };
    enum status st = ST_OK;

    while (s.word < f->word_count && st == ST_OK) {
        const uint32_t word = s.word;
        struct claim claim;
        bool took = false;

        if (!begins_number(f, word)) {
            s.word++;
            continue;
        }
        if (flat_is(f, word, WORD_DIGIT))
            st = digits_claim(&s, false, &claim, &took);
        else if (!flat_is_code(f, f->words[word].start))
            took = words_claim(&s, &claim);
        if (st == ST_OK && took)
            st = claim_and_links(&s, &claim);
        if (s.word <= word)
            s.word = word + 1;
    }
    return st;
}
