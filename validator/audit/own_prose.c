/* Statements of a sentence about its own numbers: what remains of a whole, how
 * many times another a number is, how many runs a design has. */
#include "validator/audit/own_int.h"

enum {
    GAP_MAX = 60,    /* bytes between two numbers of one statement */
    FACTORS_MAX = 4, /* of a product */
    PARTS_MAX = 4,   /* taken from a whole */
    BACK_MAX = 32    /* claims before a mean that it may be of */
};

static struct text between(const struct work *w, uint32_t from, uint32_t to)
{
    return from > to || to > w->flat.len
               ? (struct text){ "", 0 }
               : (struct text){ w->flat.lower + from, to - from };
}

static struct text gap_before(const struct work *w, uint32_t a, uint32_t b)
{
    return between(w, w->out[a].claim.end, w->out[b].claim.start);
}

static bool sentence_ends(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == ';' || t.ptr[i] == '\n' ||
            (t.ptr[i] == '.' && (i + 1 == t.len || ascii_space(t.ptr[i + 1])) &&
             (i < 2 || t.ptr[i - 2] != '.')))
            return true;
    return false;
}

static bool joined(struct text gap)
{
    return gap.len > 0 && gap.len <= GAP_MAX && !sentence_ends(gap);
}

static bool plain(const struct claim *c)
{
    return c->role == ROLE_ALONE && c->form == FORM_DIGITS &&
           c->cmp == CMP_NONE;
}

static bool is_count(const struct work *w, const struct claim *c)
{
    return (unit_none(c->unit) || units_is_count(w->units, c->unit)) &&
           c->value.last >= 0 && plain(c) && !c->approx;
}

/* Of one dimension, or counts both. */
static bool alike(const struct work *w, const struct claim *a,
                  const struct claim *b)
{
    return (is_count(w, a) && is_count(w, b)) ||
           units_dim(w->units, a->unit) == units_dim(w->units, b->unit);
}

static struct text join(struct work *w, const uint32_t *at, uint32_t n,
                        const char *operator)
{
    char number[DECIMAL_TEXT_MAX];
    const char *s = "";

    for (uint32_t i = 0; i < n && s != NULL; i++) {
        decimal_format(number, w->out[at[i]].claim.value);
        s = i == 0 ? arena_printf(w->a, "%s", number)
                   : arena_printf(w->a, "%s %s %s", s, operator, number);
    }
    return s == NULL ? (struct text){ "", 0 } : text_from(s);
}

/* what remains */

static bool takes(const struct work *w, uint32_t a, uint32_t b)
{
    static const char *const words[] = { "minus", "less", "subtracting",
                                         "deducting", "reserves" };

    const struct text gap = gap_before(w, a, b);
    const uint32_t i = w->out[b].claim.end_word;

    const uint32_t of = w->out[a].claim.first_word;

    /* "of the 8,192 tokens, 5,734 were used" */
    if (of > 0 && (text_is(flat_lower(&w->flat, of - 1), "of") ||
                   (of > 1 && text_is(flat_lower(&w->flat, of - 1), "the") &&
                    text_is(flat_lower(&w->flat, of - 2), "of"))))
        return true;
    return text_has_any(gap, words, sizeof(words) / sizeof(*words)) ||
           (text_has_word(gap, "of") && text_has_word(gap, "which")) ||
           (i + 1 < w->flat.word_count && /* "62 of which failed" */
            text_is(flat_lower(&w->flat, i), "of") &&
            text_is(flat_lower(&w->flat, i + 1), "which"));
}

static bool remains(struct text gap)
{
    static const char *const words[] = { "leaving", "leaves", "leave", "left" };

    return text_has_any(gap, words, sizeof(words) / sizeof(*words)) &&
           !text_has_word(gap, "only");
}

/* "512 GB, of which 384 GB are used, leaving 128 GB" */
static void judge_rest(struct work *w, uint32_t i)
{
    uint32_t at[1 + PARTS_MAX], n = 1, k = own_next(w, i + 1), last;
    struct comparison how = { .formula = "rest" };
    struct band rest;
    bool raw = true, fits;

    if (k >= w->count || !plain(&w->out[i].claim) ||
        !joined(gap_before(w, i, k)) || !takes(w, i, k))
        return;
    at[0] = last = i;
    for (; k < w->count && n <= PARTS_MAX; k = own_next(w, k + 1)) {
        const struct text gap = gap_before(w, last, k);

        if (n > 1 && dim_is(w, w->out[k].claim.unit, "fraction") &&
            joined(gap) && gap.ptr[gap.len - 1] == '(') {
            last = k; /* the share of what is taken */
            continue;
        }
        if (!joined(gap) || !plain(&w->out[k].claim) ||
            !alike(w, &w->out[i].claim, &w->out[k].claim))
            return;
        raw = raw && (unit_same(w->out[i].claim.unit, w->out[k].claim.unit) ||
                      is_count(w, &w->out[k].claim));
        if (n > 1 && remains(gap))
            break;
        at[n++] = last = k;
    }
    if (k >= w->count || n < 2 || n > PARTS_MAX)
        return;
    rest = band_of(w, &w->out[i].claim, raw);
    for (uint32_t m = 1; m < n; m++) {
        rest = band_sub(rest, band_of(w, &w->out[at[m]].claim, raw));
        /* what follows may be a part of the first part */
        if (m == 1 && n > 2 && band_fits(w, &w->out[k].claim, rest, raw))
            return;
    }
    how.value = rest;
    how.raw = raw;
    fits = band_fits(w, &w->out[k].claim, rest, raw);
    own_say(w, k, fits, fits ? "what remains" : "not what remains",
            join(w, at, n, "-"), compare_text(w, &w->out[k].claim, &how), at,
            n);
}

/* "times the", "x the" */
static bool says_times(struct text tail)
{
    return text_has_word(tail, "times") ||
           (tail.len > 2 && memcmp(tail.ptr, "x ", 2) == 0);
}

/* "214 ms, 2.2 times the median of 97 ms" */
static void judge_times(struct work *w, uint32_t i)
{
    const uint32_t k = own_next(w, i + 1), m = own_next(w, k + 1);
    const struct claim *a, *c, *b;
    struct comparison how = { .formula = "quotient", .raw = true };
    uint32_t operands[2];
    struct text lead, tail;
    bool raw, fits;

    if (m >= w->count)
        return;
    a = &w->out[i].claim;
    c = &w->out[k].claim;
    b = &w->out[m].claim;
    lead = gap_before(w, i, k);
    tail = between(w, c->number_end, b->start);
    if (!dim_is(w, c->unit, "ratio") || !plain(a) || !plain(b) || !plain(c) ||
        unit_none(a->unit) || !alike(w, a, b) || !joined(lead) ||
        !joined(tail) || !says_times(tail) ||
        !(text_has_word(tail, "the") || text_has_word(tail, "of")) ||
        text_has_word(tail, "than") || text_has_word(lead, "and") ||
        (memchr(tail.ptr, '(', tail.len) != NULL &&
         memchr(tail.ptr, '(', tail.len) != tail.ptr + tail.len - 1) ||
        memchr(tail.ptr, ',', tail.len) != NULL)
        return;
    raw = unit_same(a->unit, b->unit);
    how.value = band_div(band_of(w, a, raw), band_of(w, b, raw));
    if (how.value.any)
        return;
    fits = band_fits(w, c, how.value, true);
    operands[0] = i;
    operands[1] = m;
    own_say(w, k, fits,
            fits ? "from the two numbers beside it"
                 : "not what the two numbers beside it give",
            join(w, operands, 2, "/"), compare_text(w, c, &how), operands, 2);
}

/* products */

static bool says_total(struct text gap)
{
    static const char *const words[] = { "total", "altogether", "totalling",
                                         "totaling" };

    return text_has_any(gap, words, sizeof(words) / sizeof(*words));
}

/* "24 prompts with 5 runs each make 120" */
static bool makes(struct text gap)
{
    static const char *const words[] = { "make",  "makes",  "giving",  "gives",
                                         "yield", "yields", "yielding" };

    return text_has_any(gap, words, sizeof(words) / sizeof(*words));
}

/* "48 GPUs in all" */
static bool total_behind(const struct work *w, uint32_t i)
{
    enum { TAIL = 40 };
    static const char *const words[] = { "total", "all", "altogether",
                                         "overall" };
    const uint32_t end = w->out[i].claim.end;
    struct text t =
        between(w, end, end + TAIL < w->flat.len ? end + TAIL : w->flat.len);

    for (size_t k = 0; k < t.len; k++)
        if (!ascii_alnum(t.ptr[k]) && t.ptr[k] != ' ')
            t.len = k;
    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool says_each(struct text gap)
{
    static const char *const words[] = { "each", "per", "every" };

    return text_has_any(gap, words, sizeof(words) / sizeof(*words));
}

/* Every way to read "a, b and c": products, sums, and both. */
static bool any_reading(const struct work *w, const struct claim *total,
                        const uint32_t *at, uint32_t n)
{
    for (uint32_t ways = 0; ways < 1u << (n - 1); ways++) {
        struct decimal sum = decimal_from_int(0);
        struct decimal term = w->out[at[0]].claim.value;

        for (uint32_t i = 1; i < n; i++) {
            const struct decimal v = w->out[at[i]].claim.value;

            if ((ways >> (i - 1) & 1) != 0) {
                sum = decimal_add(sum, term);
                term = v;
            } else {
                term = decimal_mul(term, v);
            }
        }
        if (decimal_eq(decimal_add(sum, term), total->value))
            return true;
    }
    return false;
}

/* "Each of the 4 agents" */
static bool each_before(const struct work *w, const struct claim *c)
{
    uint32_t i = c->first_word;

    if (i > 0 && text_is(flat_lower(&w->flat, i - 1), "the"))
        i--;
    return i > 1 && text_is(flat_lower(&w->flat, i - 1), "of") &&
           text_is(flat_lower(&w->flat, i - 2), "each");
}

/* "5 models with 4 sizes and 3 repetitions each, for a total of 60 runs" */
static void judge_design(struct work *w, uint32_t before, uint32_t i)
{
    uint32_t at[FACTORS_MAX + 1], n = 0, k = i;
    struct decimal product = decimal_from_int(1), half;
    struct comparison how = { .formula = "product", .raw = true };
    const struct claim *c;
    bool each = false, fits;

    if (before < i && is_count(w, &w->out[before].claim) &&
        joined(gap_before(w, before, i)))
        return; /* the rest of a design */
    each = i < w->count && each_before(w, &w->out[i].claim);
    for (; k < w->count && n <= FACTORS_MAX; k = own_next(w, k + 1)) {
        struct text gap;

        if (!is_count(w, &w->out[k].claim))
            return;
        if (n > 0) {
            gap = gap_before(w, at[n - 1], k);
            if (!joined(gap))
                return;
            each = each || says_each(gap);
            if (says_total(gap) || makes(gap) || total_behind(w, k))
                break;
        }
        at[n++] = k;
        product = decimal_mul(product, w->out[k].claim.value);
    }
    if (k >= w->count || n < 2 || n > FACTORS_MAX || !each)
        return;
    c = &w->out[k].claim;
    how.value = band_exact(product);
    fits = decimal_eq(product, c->value);
    half = decimal_mul(product,
                       (struct decimal){ .mag = 5, .exp = -1, .last = -1 });
    if (!fits && (any_reading(w, c, at, n) || decimal_cmp(c->value, half) < 0 ||
                  decimal_cmp(c->value, decimal_add(product, product)) > 0))
        return;
    own_say(w, k, fits,
            fits ? "the product of its parts" : "not the product of its parts",
            join(w, at, n, "x"), compare_text(w, c, &how), at, n);
}

/* shares of one whole */

/* The sentence divides one whole, and its parts do not overlap. */
static bool divides(struct text sentence)
{
    static const char *const words[] = {
        "split",        "splits",    "divided",  "divides",   "breakdown",
        "breaks",       "composed",  "consists", "comprises", "distributed",
        "distribution", "remainder", "rest",     "remaining", "else"
    };
    static const char *const others[] = {
        "multiple", "several", "overlap",  "overlapping", "also",  "each",
        "vs",       "versus",  "compared", "than",        "these", "them",
        "which",    "those",   "from",     "increase",    "more",  "both"
    };

    return text_has_any(sentence, words, sizeof(words) / sizeof(*words)) &&
           !text_has_any(sentence, others, sizeof(others) / sizeof(*others));
}

/* "12% in a, 35% in b, 48% in c and 21% in the rest" */
static uint32_t judge_shares(struct work *w, uint32_t i)
{
    enum { SHARES_MAX = 12, OVER = 101 };
    uint32_t at[SHARES_MAX], n = 0, k = i, start, end;
    struct band sum = band_exact(decimal_from_int(0));
    const struct decimal whole = decimal_from_int(OVER);

    claims_sentence(&w->flat, w->out[i].claim.start, &start, &end);
    for (; k < w->count && w->out[k].claim.start < end && n < SHARES_MAX;
         k = own_next(w, k + 1)) {
        const struct claim *c = &w->out[k].claim;

        if (!plain(c) || c->is_signed || !dim_is(w, c->unit, "fraction"))
            return i;
        sum = band_add(sum, band_of(w, c, true));
        at[n++] = k;
    }
    if (n < 3 || decimal_cmp(sum.low, whole) <= 0 ||
        !divides(between(w, start, end)))
        return i;
    own_say(w, at[n - 1], false, "shares of more than the whole",
            join(w, at, n, "+"), TEXT_LIT("100 % in all"), at, n - 1);
    return at[n - 1];
}

/* the mean of a total */

static bool same_noun(struct text a, struct text b)
{
    const size_t n = a.len < b.len ? a.len : b.len;

    return n >= 3 && memcmp(a.ptr, b.ptr, n) == 0 &&
           (a.len == b.len || (a.len == n + 1 && a.ptr[n] == 's') ||
            (b.len == n + 1 && b.ptr[n] == 's'));
}

/* "an average file size of": the words that lead to a mean, and no others. */
static bool mean_of(const struct work *w, const struct claim *c,
                    struct text noun)
{
    static const char *const fill[] = { "of",  "is",    "was", "size",  "an",
                                        "the", "about", "a",   "length" };
    enum { WORDS = 5 };
    const struct flat *f = &w->flat;
    bool named = false;
    uint32_t i = c->first_word, per = c->end_word;

    /* "29 tickets per week" */
    if (unit_none(c->unit) && per + 2 < f->word_count &&
        text_is(flat_lower(f, per + 1), "per"))
        per++;
    if (per + 1 < f->word_count && text_is(flat_lower(f, per), "per"))
        named = same_noun(flat_lower(f, per + 1), noun);
    else if (c->end < f->len && strchr(".,;)", f->text[c->end]) == NULL)
        return false;
    for (uint32_t n = 0; i > 0 && n < WORDS; n++) {
        const struct text word = flat_lower(f, --i);

        if (text_is(word, "average") || text_is(word, "mean"))
            return named;
        if (same_noun(word, noun))
            named = true;
        else if (!text_is_any(word, fill, sizeof(fill) / sizeof(*fill)))
            return false;
    }
    return false;
}

/* A total of what the mean is of: in its unit, and said to be a total, or of
 * the noun behind the mean: "348 tickets", "29 tickets per week". */
static bool same_things(const struct work *w, const struct claim *total,
                        const struct claim *mean)
{
    const struct flat *f = &w->flat;
    const struct text lead =
        between(w, total->start > 24 ? total->start - 24 : 0, total->start);

    if (units_dim(w->units, total->unit) != units_dim(w->units, mean->unit))
        return false;
    if (!unit_none(total->unit))
        return says_total(lead);
    return total->end_word < f->word_count && mean->end_word < f->word_count &&
           same_noun(flat_lower(f, total->end_word),
                     flat_lower(f, mean->end_word)) &&
           flat_lower(f, mean->end_word).len >= 4;
}

/* "file" of "a mean file size of": the word behind "mean". */
static struct text noun_of_mean(const struct work *w, const struct claim *c)
{
    enum { WORDS = 4 };
    const struct flat *f = &w->flat;

    for (uint32_t i = c->first_word, n = 0; i > 0 && n < WORDS; n++) {
        const struct text word = flat_lower(f, --i);

        if ((text_is(word, "average") || text_is(word, "mean")) &&
            i + 2 < c->first_word && text_is(flat_lower(f, i + 2), "size"))
            return flat_lower(f, i + 1);
    }
    return (struct text){ "", 0 };
}

/* The word behind a number of an earlier block, or the one behind that. */
static bool counts_noun(const struct work *w, uint32_t k, struct text noun)
{
    enum { NOUN_BYTES = 40 };
    const struct text bytes = w->report->bytes;
    size_t at = span_end(w->out[k].claim.span);
    const size_t end =
        at + NOUN_BYTES < bytes.len ? at + NOUN_BYTES : bytes.len;

    for (uint32_t words = 0; words < 2; words++) {
        char lower[NOUN_BYTES];
        size_t n = 0;

        while (at < end && bytes.ptr[at] == ' ')
            at++;
        while (at < end && ascii_alpha(bytes.ptr[at]))
            lower[n++] = ascii_lower(bytes.ptr[at++]);
        if (n == 0)
            return false;
        if (same_noun((struct text){ lower, n }, noun))
            return true;
    }
    return false;
}

/* "The dataset consists of 101 files", in another paragraph: the count that
 * fits, else the largest. */
static uint32_t count_elsewhere(const struct work *w, uint32_t total,
                                uint32_t mean)
{
    enum { LOOKED = 200 };
    const struct claim *c = &w->out[mean].claim;
    uint32_t found = FACT_NONE;

    for (uint32_t k = mean, n = 0; k-- > 0 && n < LOOKED; n++) {
        const struct claim *x = &w->out[k].claim;
        struct text noun;

        if (w->out[k].block == w->out[mean].block || !is_count(w, x) ||
            x->exempt != EXEMPT_NO)
            continue;
        noun = noun_of_mean(w, c);
        if (noun.len < 4 || !counts_noun(w, k, noun))
            continue;
        if (band_fits(w, c,
                      band_div(band_of(w, &w->out[total].claim, false),
                               band_exact(x->value)),
                      false))
            return k;
        if (found == FACT_NONE ||
            decimal_cmp(x->value, w->out[found].claim.value) > 0)
            found = k;
    }
    return found;
}

/* "101 files with a total of 441,517 bytes, an average file size of" */
static void judge_mean(struct work *w, uint32_t first, uint32_t i)
{
    const struct claim *c = &w->out[i].claim;
    uint32_t total = FACT_NONE, count = FACT_NONE;
    struct comparison how = { .formula = "quotient" };
    bool fits;

    if (!plain(c) || c->unit.den != 0)
        return;
    first = i - first > BACK_MAX ? i - BACK_MAX : first;
    for (uint32_t k = own_next(w, first); k < i; k = own_next(w, k + 1)) {
        const struct claim *x = &w->out[k].claim;

        if (plain(x) && same_things(w, x, c))
            total = total == FACT_NONE ? k : w->count;
        else if (plain(x) && x->value.last >= 0 &&
                 x->end_word < w->flat.word_count &&
                 mean_of(w, c,
                         flat_lower(&w->flat, unit_none(x->unit)
                                                  ? x->end_word
                                                  : x->end_word - 1)))
            count = count == FACT_NONE ? k : w->count;
    }
    if (total < w->count && count == FACT_NONE)
        count = count_elsewhere(w, total, i);
    if (total >= w->count || count >= w->count)
        return;
    how.value = band_div(band_of(w, &w->out[total].claim, false),
                         band_exact(w->out[count].claim.value));
    if (how.value.any)
        return;
    fits = band_fits(w, c, how.value, false);
    own_say(w, i, fits,
            fits ? "its total over its count" : "not its total over its count",
            join(w, (uint32_t[]){ total, count }, 2, "/"),
            compare_text(w, c, &how), (uint32_t[]){ total, count }, 2);
}

void own_prose(struct work *w, uint32_t first)
{
    uint32_t shares = first; /* behind the last sentence of shares */
    uint32_t before = UINT32_MAX;

    for (uint32_t i = own_next(w, first); i < w->count;
         i = own_next(w, i + 1)) {
        if (own_next(w, i + 1) < w->count) {
            judge_rest(w, i);
            judge_times(w, i);
            judge_design(w, before, i);
            if (i >= shares && dim_is(w, w->out[i].claim.unit, "fraction"))
                shares = judge_shares(w, i) + 1;
        }
        judge_mean(w, first, i);
        before = i;
    }
}
