/* Numbers of one sentence that make up another: parts and their total, sums
 * and quotients written out, an amount and a time that give a rate, a list and
 * its mean. */
#include "validator/audit/grid.h"

enum {
    PARTS_MAX = 24,      /* of one list; longer ones are not looked at */
    GAP_MAX = 60,        /* bytes between two numbers of a list */
    ITEM_WORDS = 4,      /* words of one item beside its number */
    SENTENCE_HALF = 400, /* bytes of a sentence looked at on either side */
    CLOSE_MAX = 40 /* bytes from the last number to what closes the list */
};

/* A list of numbers: "28 CSV, 44 JSON and 29 Markdown files". */
struct parts {
    uint32_t at[PARTS_MAX]; /* indices of w->out */
    uint32_t count;
    bool whole; /* "and" or a plus sign leads to the last: nothing is left out
                 * by the writing */
    bool plus;
    bool named; /* "CSV (28), JSON (44)": each in brackets behind its name */
};

uint32_t own_next(const struct work *w, uint32_t i)
{
    while (i < w->count && (w->out[i].claim.exempt != EXEMPT_NO ||
                            w->out[i].claim.role == ROLE_SPREAD))
        i++;
    return i;
}

static struct text between(const struct work *w, uint32_t from, uint32_t to)
{
    if (from > to || to > w->flat.len)
        return (struct text){ "", 0 };
    return (struct text){ w->flat.lower + from, to - from };
}

static uint32_t count_words(struct text t)
{
    uint32_t n = 0;

    for (size_t i = 0; i < t.len; i++)
        n += ascii_alnum(t.ptr[i]) && (i == 0 || !ascii_alnum(t.ptr[i - 1]));
    return n;
}

/* Words that make something else of a list than parts of a whole. */
static bool no_parts(struct text t)
{
    static const char *const words[] = {
        "including", "altogether",   "overall",   "together", "include",
        "includes",  "such",         "mostly",    "mainly",   "among",
        "notably",   "example",      "vs",        "versus",   "than",
        "from",      "to",           "compared",  "between",  "or",
        "up",        "each",         "per",       "every",    "at",
        "least",     "respectively", "while",     "but",      "with",
        "out",       "then",         "davon",     "darunter", "inklusive",
        "inkl",      "jeweils",      "oder",      "bis",      "auf",
        "von",       "incluyendo",   "incluidos", "dont",     "включая",
        "до"
    };
    bool other;

    return text_has_any(t, words, sizeof(words) / sizeof(*words)) ||
           label_stats_in(t, &other) != 0 || other;
}

/* The same between a total and its parts: "58.0 s in total: ...". */
static bool no_parts_of(struct text t)
{
    static const struct text tails[] = { TEXT_INIT(" in total: "),
                                         TEXT_INIT(" in total (") };

    for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
        if (text_ends(t, tails[i]))
            t.len -= tails[i].len;
    return no_parts(t);
}

static bool says_and(struct text t)
{
    static const char *const words[] = { "and", "plus", "und", "y", "et" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words)) ||
           text_find(t, TEXT_LIT(" и "), 0) < t.len;
}

static bool separates(struct text t, struct parts *p)
{
    uint32_t marks = 0;
    bool plus = false;

    const bool named = t.len > 2 && t.ptr[0] == ')' && t.ptr[t.len - 1] == '(';

    if (t.len > GAP_MAX || count_words(t) > ITEM_WORDS || no_parts(t) ||
        (p->count > 1 && named != p->named))
        return false;
    p->named = named;
    if (named)
        t = (struct text){ t.ptr + 1, t.len - 2 };
    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];

        if (c == '.' || c == '(' || c == ')' || c == '?' || c == '!' ||
            c == '=' || c == '%')
            return false;
        marks += c == ',' || c == ';' || c == '+' || c == '&';
        plus = plus || c == '+';
    }
    p->plus = p->plus || plus;
    p->whole = plus || says_and(t);
    return marks > 0 || p->whole;
}

/* The list that begins with claim i; count 0: none. */
static struct parts read_parts(const struct work *w, uint32_t i)
{
    struct parts p = { .count = 0 };

    p.at[p.count++] = i;
    for (uint32_t k = own_next(w, i + 1); k < w->count && p.count < PARTS_MAX;
         k = own_next(w, k + 1)) {
        const struct claim *a = &w->out[p.at[p.count - 1]].claim;
        const struct claim *b = &w->out[k].claim;

        if (b->role != ROLE_ALONE || b->cmp != CMP_NONE ||
            !separates(between(w, a->end, b->start), &p))
            break;
        p.at[p.count++] = k;
    }
    if (p.count < 2 || p.count == PARTS_MAX ||
        w->out[i].claim.role != ROLE_ALONE || w->out[i].claim.cmp != CMP_NONE)
        p.count = 0;
    return p;
}

static bool is_count(const struct work *w, const struct claim *c)
{
    return unit_none(c->unit) || units_is_count(w->units, c->unit);
}

/* All of one kind, and of the total's: counts, or one dimension. */
static bool of_one_kind(const struct work *w, const struct parts *p,
                        const struct claim *total)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct claim *c = &w->out[p->at[i]].claim;

        if (is_count(w, total) ? !is_count(w, c)
                               : units_dim(w->units, c->unit) !=
                                     units_dim(w->units, total->unit))
            return false;
    }
    return total->unit.den == 0;
}

static struct band sum_of(const struct work *w, const struct parts *p, bool raw,
                          bool product)
{
    struct band sum = band_exact(decimal_from_int(product ? 1 : 0));

    for (uint32_t i = 0; i < p->count; i++) {
        const struct band b = band_of(w, &w->out[p->at[i]].claim, raw);

        sum = product ? band_mul(sum, b) : band_add(sum, b);
    }
    return sum;
}

/* "101 in total", "a total of 101" */
static bool says_total(const struct work *w, const struct claim *c)
{
    static const char *const words[] = { "total",    "totals",     "totalling",
                                         "totaling", "altogether", "sum",
                                         "combined", "summing",    "together",
                                         "overall",  "insgesamt",  "zusammen",
                                         "adds",     "sums",       "suman",
                                         "всего",    "итого" };
    const uint32_t from = c->start > 24 ? c->start - 24 : 0;
    const uint32_t to = c->end + 24 < w->flat.len ? c->end + 24 : w->flat.len;
    struct text before = between(w, from, c->start);
    struct text behind = between(w, c->end, to);

    for (size_t i = before.len; i-- > 0;)
        if (before.ptr[i] == '.' || before.ptr[i] == ';' ||
            before.ptr[i] == ')' || before.ptr[i] == ',') {
            before.ptr += i + 1;
            before.len -= i + 1;
            break;
        }
    for (size_t i = before.len; i >= 5; i--)
        if (memcmp(before.ptr + i - 5, " and ", 5) == 0) {
            before.ptr += i;
            before.len -= i;
            break;
        }
    for (size_t i = 0; i < behind.len; i++)
        if (behind.ptr[i] == '.' || behind.ptr[i] == ';' ||
            behind.ptr[i] == '(' || behind.ptr[i] == ':' ||
            behind.ptr[i] == ',')
            behind.len = i;
    return text_has_any(before, words, sizeof(words) / sizeof(*words)) ||
           text_has_any(behind, words, sizeof(words) / sizeof(*words));
}

/* The list ends where its bracket or its sentence does. */
static bool list_closes(const struct work *w, uint32_t end, bool bracket)
{
    for (uint32_t i = end; i <= w->flat.len && i < end + CLOSE_MAX; i++) {
        const char c = i < w->flat.len ? w->flat.text[i] : '.';

        if (c == ')' || c == '.' || c == ';' || c == ',' || c == '(' ||
            c == '%')
            return (bracket ? c == ')' : c == '.' || c == ';') &&
                   count_words(between(w, end, i)) <= ITEM_WORDS &&
                   !no_parts(between(w, end, i));
    }
    return false;
}

/* " (65%)" behind the total. */
static void skip_share(struct text *gap)
{
    const char *close = memchr(gap->ptr, ')', gap->len);
    size_t n;

    if (close == NULL || gap->len < 4 || memcmp(gap->ptr, " (", 2) != 0)
        return;
    n = (size_t)(close - gap->ptr);
    if (gap->ptr[n - 1] != '%')
        return;
    gap->ptr += n + 1;
    gap->len -= n + 1;
}

/* "101 files (28 CSV, 44 JSON and 29 Markdown)", "101 files: 28 CSV, ..." */
static bool total_before(const struct work *w, const struct claim *total,
                         const struct parts *p)
{
    const struct claim *first = &w->out[p->at[0]].claim;
    const struct claim *last = &w->out[p->at[p->count - 1]].claim;
    struct text gap = between(w, total->end, first->start);
    uint32_t opens = 0;
    char mark = 0;

    if (p->named) { /* "101 files: CSV (28), ..." */
        const char *colon = memchr(gap.ptr, ':', gap.len);

        if (colon == NULL || gap.ptr[gap.len - 1] != '(')
            return false;
        gap.len = (size_t)(colon - gap.ptr) + 1;
    }
    skip_share(&gap);
    if (gap.len > GAP_MAX || count_words(gap) > ITEM_WORDS + 1 ||
        no_parts_of(gap))
        return false;
    for (size_t i = 0; i < gap.len; i++) {
        if (gap.ptr[i] == '.' || gap.ptr[i] == ';' || gap.ptr[i] == ')' ||
            gap.ptr[i] == ',')
            return false;
        if (gap.ptr[i] == '(' || (gap.ptr[i] == ':' && opens == 0)) {
            opens++;
            mark = gap.ptr[i];
        }
    }
    return opens == 1 &&
           list_closes(w, last->end + (p->named ? 1 : 0), mark == '(');
}

/* "28 CSV, 44 JSON and 29 Markdown files, 101 in total" */
static bool total_behind(const struct work *w, const struct claim *total,
                         const struct parts *p)
{
    const struct claim *last = &w->out[p->at[p->count - 1]].claim;
    const struct text gap =
        between(w, last->end + (p->named ? 1 : 0), total->start);

    if (gap.len > GAP_MAX || count_words(gap) > 2 * ITEM_WORDS)
        return false;
    for (size_t i = 0; i < gap.len; i++)
        if ((gap.ptr[i] == '.' && i > 0) || gap.ptr[i] == '(' ||
            gap.ptr[i] == ')' || gap.ptr[i] == '{' || gap.ptr[i] == '"')
            return false;
    /* "a 864, b 96 and c 40. The total is 1000" */
    return says_total(w, total) &&
           (gap.len == 0 || gap.ptr[0] != '.' || p->count >= 3);
}

/* Without a word that says so, a list is the whole only if it is written so
 * and nearly adds up. */
static bool meant_whole(const struct work *w, const struct claim *total,
                        const struct parts *p, struct band sum, bool raw)
{
    const struct band said = band_of(w, total, raw);
    struct decimal off =
        decimal_abs(decimal_sub(band_middle(sum), band_middle(said)));

    off = decimal_mul(off, decimal_from_int(4));
    /* amounts may leave something out, but are no more than the whole */
    return (is_count(w, total)
                ? p->whole || p->count >= 3
                : p->plus || (p->whole && p->count >= 3 &&
                              decimal_cmp(sum.low, said.high) > 0)) &&
           decimal_cmp(off, decimal_abs(band_middle(said))) <= 0;
}

static bool flagged_parts(const struct work *w, const struct parts *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (claim_flagged(w->out[p->at[i]].verdict))
            return true;
    return false;
}

static struct text sum_formula(struct work *w, const struct parts *p)
{
    static const struct text plus = TEXT_INIT(" + ");
    char out[6 * 32], number[DECIMAL_TEXT_MAX];
    size_t n = 0;
    struct text t;

    for (uint32_t i = 0; i < p->count && i < 6; i++) {
        const size_t len = decimal_format(number, w->out[p->at[i]].claim.value);

        if (n + len + 8 > sizeof(out))
            break;
        if (i > 0) {
            memcpy(out + n, plus.ptr, plus.len);
            n += plus.len;
        }
        memcpy(out + n, number, len);
        n += len;
    }
    t = arena_copy(w->a, (struct text){ out, n });
    return t.ptr == NULL ? (struct text){ "", 0 } : t;
}

/* An amount is a little more than the parts that are listed. */
static bool leaves_out(struct band sum, struct band said)
{
    enum { TWENTIETH = 20 };
    const struct decimal rest = decimal_sub(said.low, sum.high);

    return !rest.neg &&
           decimal_cmp(decimal_mul(rest, decimal_from_int(TWENTIETH)),
                       said.low) < 0;
}

static void judge_total(struct work *w, uint32_t total, const struct parts *p,
                        bool said)
{
    const struct claim *c = &w->out[total].claim;
    const bool raw = is_count(w, c);
    struct comparison how = { .formula = "sum", .raw = raw };
    bool fits;

    how.value = sum_of(w, p, raw, false);
    fits = band_fits(w, c, how.value, raw);
    if (flagged_parts(w, p) && (fits || !said))
        return; /* what the data say of the parts is the finding */
    if (!fits && (band_fits(w, c, sum_of(w, p, raw, true), raw) ||
                  (!said && !meant_whole(w, c, p, how.value, raw))))
        return;
    if (!fits && !raw && !p->plus && leaves_out(how.value, band_of(w, c, raw)))
        return;
    own_say(w, total, fits,
            fits ? "the sum of its parts" : "not the sum of its parts",
            sum_formula(w, p), compare_text(w, c, &how), p->at, p->count);
}

static void judge_list(struct work *w, uint32_t before, const struct parts *p)
{
    const uint32_t behind = own_next(w, p->at[p->count - 1] + 1);
    struct parts less = *p;

    if (before < p->at[0]) {
        const struct claim *c = &w->out[before].claim;

        if (c->role == ROLE_ALONE && c->form == FORM_DIGITS &&
            of_one_kind(w, p, c) && total_before(w, c, p))
            judge_total(w, before, p, says_total(w, c));
    }
    if (behind < w->count) {
        const struct claim *c = &w->out[behind].claim;

        if (c->role == ROLE_ALONE && of_one_kind(w, p, c) &&
            total_behind(w, c, p))
            judge_total(w, behind, p, true);
    }
    /* The total may have been read as the last of the list. */
    if (p->count >= 3) {
        const uint32_t last = p->at[p->count - 1];

        less.count--;
        if (of_one_kind(w, &less, &w->out[last].claim) &&
            total_behind(w, &w->out[last].claim, &less))
            judge_total(w, last, &less, true);
    }
}

/* sums and quotients written out */

static char operator_in(struct text t)
{
    static const struct {
        const char *s;
        char op;
    } ops[] = { { "+", '+' },
                { "*", '*' },
                { "x", '*' },
                { "\xc3\x97", '*' },
                { "/", '/' },
                { "\xc3\xb7", '/' },
                { "-", '-' },
                { "\xe2\x88\x92", '-' },
                { "\xe2\x80\x93", '-' },
                { "=", '=' },
                { "\xe2\x89\x88", '=' },
                { ") /", 'm' },
                { ")/", 'm' } };

    t = text_trim(t);
    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
        if (text_eq(t, text_from(ops[i].s)))
            return ops[i].op;
    return 0;
}

static struct band apply(char op, struct band a, struct band b)
{
    return op == '+'   ? band_add(a, b)
           : op == '-' ? band_sub(a, b)
           : op == '*' ? band_mul(a, b)
                       : band_div(a, b);
}

/* One operator throughout ("a + b + c"), or a sum in brackets over a number. */
static bool may_follow(char before, char op, uint32_t count)
{
    if (op == 'm')
        return before == '+';
    return count == 1 ? op != 0 && op != '=' && op != 'm'
                      : op == before && (op == '+' || op == '*');
}

static bool operator_at(const struct work *w, uint32_t i, bool before)
{
    static const char ops[] = "+-*/^=";

    if (before) {
        while (i > 0 &&
               (w->flat.text[i - 1] == ' ' || w->flat.text[i - 1] == '('))
            i--;
        return i > 0 && (strchr(ops, w->flat.text[i - 1]) != NULL ||
                         (unsigned char)w->flat.text[i - 1] >= 0x80);
    }
    while (i < w->flat.len &&
           (w->flat.text[i] == ' ' || w->flat.text[i] == ')'))
        i++;
    return i < w->flat.len && (strchr(ops, w->flat.text[i]) != NULL ||
                               (unsigned char)w->flat.text[i] >= 0x80);
}

struct equation {
    uint32_t used[PARTS_MAX]; /* its operands */
    uint32_t count;
    uint32_t result;
    struct band value;
    bool mixed; /* its units differ: it may be true in others */
};

static bool read_equation(const struct work *w, uint32_t i, struct equation *e)
{
    char before = 0;

    *e = (struct equation){ .count = 1 };
    e->used[0] = i;
    if (operator_at(w, w->out[i].claim.start, true))
        return false;
    for (uint32_t k = own_next(w, i + 1); k < w->count && e->count < PARTS_MAX;
         k = own_next(w, k + 1)) {
        const struct claim *a = &w->out[e->used[e->count - 1]].claim;
        const struct claim *b = &w->out[k].claim;
        const char op = operator_in(between(w, a->end, b->start));

        if (op == '=' && e->count >= 2) {
            e->result = k;
            return !operator_at(w, b->end, false) && !e->value.any;
        }
        if (!may_follow(before, op, e->count))
            return false;
        if (e->count ==
            1) /* most numbers have nothing of the kind behind them */
            e->value = band_of(w, a, true);
        e->mixed = e->mixed || (!unit_same(a->unit, b->unit) && op != 'm');
        e->value = apply(op, e->value, band_of(w, b, true));
        before = op;
        e->used[e->count++] = k;
    }
    return false;
}

static void judge_equation(struct work *w, uint32_t i)
{
    struct comparison how = { .formula = "as written", .raw = true };
    const struct claim *c;
    struct equation e;
    uint32_t start;
    bool fits;

    if (!read_equation(w, i, &e))
        return;
    start = w->out[i].claim.start;
    start -= start > 0 && w->flat.text[start - 1] == '(';
    c = &w->out[e.result].claim;
    how.value = e.value;
    if (text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("fraction")) &&
        !text_eq(units_dim_name(w->units, w->out[i].claim.unit.num),
                 TEXT_LIT("fraction")))
        how.value = band_mul(e.value, band_exact(decimal_from_int(100)));
    fits = band_fits(w, c, how.value, true);
    if (!fits && e.mixed)
        return;
    own_say(w, e.result, fits,
            fits ? "as its equation gives" : "not what its equation gives",
            arena_copy(
                w->a, between(w, start, w->out[e.used[e.count - 1]].claim.end)),
            compare_text(w, c, &how), e.used, e.count);
}

/* rates */

static bool stops(const struct work *w, uint32_t i)
{
    return w->flat.text[i] == '.' &&
           (i + 1 >= w->flat.len || ascii_space(w->flat.text[i + 1]));
}

static uint32_t sentence_begin(const struct work *w, uint32_t at)
{
    uint32_t i = at;

    while (i > 0 && at - i < SENTENCE_HALF && !stops(w, i - 1))
        i--;
    return i;
}

static uint32_t sentence_end(const struct work *w, uint32_t at)
{
    uint32_t i = at;

    while (i < w->flat.len && i - at < SENTENCE_HALF && !stops(w, i))
        i++;
    return i;
}

/* "512 tokens in 4.0 s (128 tok/s)", "128 tok/s (512 tokens in 4.0 s)". A mean
 * over calls is no quotient of sums: where a mean or a total is named, nothing
 * is said. */
static void judge_rate(struct work *w, uint32_t amount, uint32_t time,
                       uint32_t rate)
{
    struct claim span = w->out[time].claim;
    const struct claim *a = &w->out[amount].claim, *t = &span;
    const struct claim *r = &w->out[rate].claim;
    const struct unit_ref per = { .num = r->unit.den };
    const uint32_t operands[] = { amount, time };
    struct comparison how = { .formula = "quotient" };
    uint32_t start, end;
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;
    unsigned bits;
    bool other, fits;

    if (t->cmp == CMP_MORE && t->first_word > 0 && /* "sent over 10 minutes" */
        text_is(flat_lower(&w->flat, t->first_word - 1), "over"))
        span.cmp = CMP_NONE;
    if (r->unit.den == 0 || r->unit.den_exp != 0 || a->unit.den != 0 ||
        t->unit.den != 0 || a->unit.num != r->unit.num ||
        units_dim(w->units, t->unit) != units_dim(w->units, per) ||
        a->cmp != CMP_NONE || t->cmp != CMP_NONE)
        return;
    start = sentence_begin(w, r->start);
    end = sentence_end(w, r->end);
    bits = label_stats_in(between(w, start, end), &other);
    if (bits == LABEL_SUM &&
        text_ends(between(w, start, a->start), TEXT_LIT("a total of ")))
        bits = 0;
    if (bits != 0 || other)
        return;
    how.value = band_div(band_of(w, a, false), band_of(w, t, false));
    if (how.value.any)
        return;
    fits = band_fits(w, r, how.value, false);
    decimal_format(x, a->value);
    decimal_format(y, t->value);
    s = arena_printf(w->a, "%s / %s", x, y);
    own_say(w, rate, fits,
            fits ? "the amount over its time" : "not the amount over its time",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, r, &how), operands, 2);
}

static bool amount_in_time(struct text t)
{
    static const char *const words[] = { "in",   "over",   "within",
                                         "took", "during", "taking" };

    return t.len <= GAP_MAX && count_words(t) <= ITEM_WORDS &&
           memchr(t.ptr, '.', t.len) == NULL &&
           memchr(t.ptr, ';', t.len) == NULL &&
           text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool leads_to_rate(struct text t)
{
    static const char *const words[] = { "i",        "or",    "giving",
                                         "yielding", "which", "thus",
                                         "so",       "for",   "at" };

    if (t.len > GAP_MAX || count_words(t) > ITEM_WORDS ||
        text_has_word(t, "and") || memchr(t.ptr, ';', t.len) != NULL)
        return false;
    return memchr(t.ptr, '(', t.len) != NULL ||
           memchr(t.ptr, '=', t.len) != NULL ||
           text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static void judge_rates(struct work *w, uint32_t i)
{
    const uint32_t k = own_next(w, i + 1), m = own_next(w, k + 1);
    const struct claim *x, *y, *z;

    if (m >= w->count)
        return;
    x = &w->out[i].claim;
    y = &w->out[k].claim;
    z = &w->out[m].claim;
    if (z->unit.den != 0 && amount_in_time(between(w, x->end, y->start)) &&
        leads_to_rate(between(w, y->end, z->start)))
        judge_rate(w, i, k, m);
    else if (x->unit.den != 0 && amount_in_time(between(w, y->end, z->start)) &&
             memchr(between(w, x->end, y->start).ptr, '(',
                    between(w, x->end, y->start).len) != NULL &&
             leads_to_rate(between(w, x->end, y->start)))
        judge_rate(w, k, m, i);
}

/* lists and their statistics */

/* Where the words begin that lead to the number at byte `at`. */
static uint32_t lead_of(const struct work *w, uint32_t at)
{
    enum { LEAD_BYTES = 40 };
    const uint32_t begin = sentence_begin(w, at);

    return at - begin > LEAD_BYTES ? at - LEAD_BYTES : begin;
}

static bool same_unit(const struct work *w, const struct parts *p)
{
    const struct unit_ref last = w->out[p->at[p->count - 1]].claim.unit;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct claim *c = &w->out[p->at[i]].claim;

        if ((!unit_none(c->unit) && !unit_same(c->unit, last)) ||
            c->form != FORM_DIGITS)
            return false;
        /* "60 layers, context 1024, temperature 0.4" */
        if (i > 0 && unit_none(last) &&
            count_words(between(w, w->out[p->at[i - 1]].claim.end, c->start)) >
                1)
            return false;
    }
    return true;
}

static void judge_stat(struct work *w, uint32_t i, const struct parts *p,
                       struct text named)
{
    struct decimal values[2 * PARTS_MAX];
    struct series s = { .w = w, .values = values };
    const struct claim *c = &w->out[i].claim;
    const struct unit_ref unit = w->out[p->at[p->count - 1]].claim.unit;
    bool other;
    const unsigned bits = label_stats_in(named, &other);

    /* "min" is a unit as well */
    if ((bits != LABEL_MEAN && bits != LABEL_MEDIAN && bits != LABEL_SD) ||
        other || c->cmp != CMP_NONE ||
        (!unit_none(unit) && !unit_same(c->unit, unit)))
        return;
    for (uint32_t k = 0; k < p->count; k++)
        if (!series_take(&s, p->at[k], c->unit))
            return;
    if (series_judge(&s, i, bits, true) == SAID_FITS && i + 1 < w->count &&
        w->out[i + 1].claim.role == ROLE_SPREAD &&
        w->out[i + 1].claim.group == c->group)
        series_spread(&s, i + 1);
}

/* ". Mean: " */
static bool starts_anew(struct text gap)
{
    return gap.len > 3 && gap.len <= GAP_MAX && gap.ptr[0] == '.' &&
           text_trim(gap).ptr[text_trim(gap).len - 1] == ':' &&
           count_words(gap) <= 2 &&
           memchr(gap.ptr + 1, '.', gap.len - 1) == NULL;
}

/* "..., with individual values of" */
static bool leads_to_values(struct text gap)
{
    static const char *const words[] = { "individual", "values", "measurements",
                                         "readings", "samples" };

    return gap.len <= GAP_MAX && count_words(gap) <= ITEM_WORDS + 1 &&
           memchr(gap.ptr, '.', gap.len) == NULL &&
           text_has_any(gap, words, sizeof(words) / sizeof(*words));
}

/* "10.1, 10.3 and 10.5 s (mean 10.3 s)", "the mean of 10.1, 10.3 and 10.5 s is
 * 10.3 s", "a mean of 10.3 s (10.1, 10.3, 10.5)" */
static void judge_mean(struct work *w, uint32_t before, const struct parts *p)
{
    const struct claim *first = &w->out[p->at[0]].claim;
    const struct claim *last = &w->out[p->at[p->count - 1]].claim;
    const uint32_t behind = own_next(w, p->at[p->count - 1] + 1);
    const uint32_t from = lead_of(w, first->start);
    struct text gap;

    if (p->count < 3 || !same_unit(w, p))
        return;
    if (behind < w->count) {
        gap = between(w, last->end, w->out[behind].claim.start);
        if (starts_anew(gap)) { /* "10.1, 10.3, 10.5 s. Mean: 10.3 s." */
            judge_stat(w, behind, p, gap);
            return;
        }
        if (gap.len > GAP_MAX || count_words(gap) > ITEM_WORDS ||
            memchr(gap.ptr, '.', gap.len) != NULL)
            return;
        if (text_has_word(gap, "is") || text_has_word(gap, "was") ||
            memchr(gap.ptr, '=', gap.len) != NULL ||
            memchr(gap.ptr, ':', gap.len) != NULL)
            judge_stat(w, behind, p, between(w, from, first->start));
        judge_stat(w, behind, p, gap);
    }
    if (before < p->at[0]) {
        const struct claim *c = &w->out[before].claim;
        const uint32_t lead = lead_of(w, c->start);
        const bool spread = before + 1 < p->at[0] && c->group != 0 &&
                            w->out[before + 1].claim.group == c->group;

        gap = between(w, spread ? w->out[before + 1].claim.end : c->end,
                      first->start);
        if ((gap.len <= 3 && memchr(gap.ptr, '(', gap.len) != NULL &&
             list_closes(w, last->end, true)) ||
            leads_to_values(gap))
            judge_stat(w, before, p, between(w, lead, c->start));
    }
}

/* A percentage in brackets is of the number before it, and no total itself. */
static uint32_t lead_claim(const struct work *w, uint32_t before, uint32_t i)
{
    const struct claim *c = &w->out[i].claim;

    return dim_is(w, c->unit, "fraction") && c->start > 0 &&
                   w->flat.text[c->start - 1] == '('
               ? before
               : i;
}

void own_sums(struct work *w, uint32_t first)
{
    uint32_t before = UINT32_MAX;

    for (uint32_t i = own_next(w, first); i < w->count;) {
        const struct parts p = read_parts(w, i);

        judge_equation(w, i);
        judge_rates(w, i);
        if (p.count > 0) {
            judge_list(w, before, &p);
            judge_mean(w, before, &p);
        }
        before = lead_claim(w, before, i);
        i = own_next(w, i + 1);
        /* the rest of a list is no list of its own */
        while (p.count > 0 && i < w->count && i < p.at[p.count - 1]) {
            judge_equation(w, i);
            judge_rates(w, i);
            before = lead_claim(w, before, i);
            i = own_next(w, i + 1);
        }
    }
}
