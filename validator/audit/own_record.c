/* Measures listed one below the other, each with its name: a total and its
 * parts, a rate and the two counts that it is of. List items "Name: number" and
 * tables of measures. */
#include "validator/audit/grid.h"

enum {
    LINES_MAX = 64, /* of one list or column */
    LABEL_BYTES = 80,
    STEM = 4 /* letters that "failed" and "failure" share */
};

/* A line of the list. */
struct line {
    char label[LABEL_BYTES]; /* in lower case, markup as spaces */
    size_t len;
    uint32_t claim; /* index of w->out; FACT_NONE: no one number */
    bool total;     /* "total", alone or with a noun */
};

struct record {
    struct work *w;
    struct line at[LINES_MAX];
    uint32_t count;
};

static struct text label_of(const struct line *l)
{
    return (struct text){ l->label, l->len };
}

static const char *const total_words[] = { "total",  "totals",    "sum",
                                           "gesamt", "insgesamt", "summe",
                                           "всего",  "итого" };
enum { TOTAL_WORDS = sizeof(total_words) / sizeof(*total_words) };

/* A statistic, a limit, a part of a part. */
static bool aside(const struct line *l)
{
    static const char *const words[] = {
        "max",     "min",       "mean",      "average", "avg",      "median",
        "maximum", "minimum",   "limit",     "per",     "std",      "peak",
        "which",   "including", "excluding", "rate",    "unique",   "thereof",
        "target",  "expected",  "previous",  "version", "davon",    "context",
        "size",    "number",    "of",        "ratio",   "distinct", "remaining"
    };

    return text_has_any(label_of(l), words, sizeof(words) / sizeof(*words));
}

static bool says_total(struct text t)
{
    size_t i = 0;

    /* most labels have no word that begins like one of those */
    while (i < t.len && strchr("tsgi\xd0", t.ptr[i]) == NULL)
        i++;
    for (; i < t.len; i++)
        if ((i == 0 || !ascii_alnum(t.ptr[i - 1])) &&
            strchr("tsgi\xd0", t.ptr[i]) != NULL)
            return text_has_any((struct text){ t.ptr + i, t.len - i },
                                total_words, TOTAL_WORDS);
    return false;
}

static void add_line(struct record *r, struct text label, uint32_t claim)
{
    struct line *l = &r->at[r->count];

    if (r->count == LINES_MAX)
        return;
    r->count++;
    l->claim = claim;
    l->len = 0;
    if (label.len > LABEL_BYTES)
        label.len = LABEL_BYTES;
    for (size_t i = 0; i < label.len; i++) {
        const char c = ascii_lower(label.ptr[i]);

        l->label[l->len++] = c == '*' || c == '_' || c == '`' ? ' ' : c;
    }
    l->total = claim != FACT_NONE && says_total(label_of(l));
}

/* The next word of the label at or behind *i that is no word for a total. */
static struct text next_noun(const struct line *l, size_t *i)
{
    const struct text t = label_of(l);

    for (;;) {
        struct text word;

        while (*i < t.len && !ascii_alpha(t.ptr[*i]) &&
               (unsigned char)t.ptr[*i] < 0x80)
            ++*i;
        word.ptr = t.ptr + *i;
        while (*i < t.len &&
               (ascii_alpha(t.ptr[*i]) || (unsigned char)t.ptr[*i] >= 0x80))
            ++*i;
        word.len = (size_t)(t.ptr + *i - word.ptr);
        if (word.len == 0 || !text_is_any(word, total_words, TOTAL_WORDS))
            return word;
    }
}

/* Both begin alike, as "failed" and "failure" do. */
static bool same_stem(struct text a, struct text b)
{
    const size_t n = a.len < b.len ? a.len : b.len;
    size_t i = 0;

    while (i < n && a.ptr[i] == b.ptr[i])
        i++;
    return i >= STEM || (i >= 3 && i == n);
}

static bool has_stem(const struct line *l, struct text word)
{
    size_t i = 0;

    for (struct text t = next_noun(l, &i); t.len > 0; t = next_noun(l, &i))
        if (same_stem(t, word))
            return true;
    return false;
}

static const struct claim *claim_of(const struct record *r, uint32_t i)
{
    return r->at[i].claim == FACT_NONE ? NULL
                                       : &r->w->out[r->at[i].claim].claim;
}

static bool is_count(const struct work *w, const struct claim *c)
{
    return (unit_none(c->unit) || units_is_count(w->units, c->unit)) &&
           c->value.last >= 0;
}

static bool adds_to(const struct work *w, const struct claim *part,
                    const struct claim *total)
{
    if (is_count(w, total))
        return is_count(w, part);
    return total->unit.den == 0 && part->unit.den == 0 &&
           units_dim(w->units, part->unit) == units_dim(w->units, total->unit);
}

struct parts {
    uint32_t at[LINES_MAX]; /* indices of w->out */
    uint32_t count;
};

/* The lines that share the total's noun: "CSV files", "JSON files". */
static void parts_named(const struct record *r, uint32_t total, struct parts *p)
{
    size_t i = 0;
    const struct text noun = next_noun(&r->at[total], &i);

    p->count = 0;
    if (noun.len == 0 || next_noun(&r->at[total], &i).len > 0)
        return;
    for (uint32_t k = 0; k < r->count; k++) {
        const struct claim *c = claim_of(r, k);

        if (k == total || !has_stem(&r->at[k], noun) || aside(&r->at[k]))
            continue;
        if (c == NULL || !adds_to(r->w, c, claim_of(r, total)) ||
            r->at[k].total) {
            p->count = 0;
            return;
        }
        p->at[p->count++] = r->at[k].claim;
    }
}

/* All other lines, when each may be a part. */
static void parts_all(const struct record *r, uint32_t total, struct parts *p)
{
    p->count = 0;
    for (uint32_t k = 0; k < r->count; k++) {
        const struct claim *c = claim_of(r, k);

        if (k == total)
            continue;
        if (c == NULL || r->at[k].total ||
            !adds_to(r->w, c, claim_of(r, total)) || aside(&r->at[k])) {
            p->count = 0;
            return;
        }
        p->at[p->count++] = r->at[k].claim;
    }
}

static struct text sum_formula(struct work *w, const struct parts *p)
{
    char number[DECIMAL_TEXT_MAX];
    struct text t = { "", 0 };

    for (uint32_t i = 0; i < p->count && i < OPERANDS_SHOWN; i++) {
        const char *s;

        decimal_format(number, w->out[p->at[i]].claim.value);
        s = arena_printf(w->a, "%.*s%s%s", (int)t.len, t.ptr,
                         i > 0 ? " + " : "", number);
        if (s == NULL)
            return (struct text){ "", 0 };
        t = text_from(s);
    }
    return t;
}

static bool flagged(const struct work *w, const struct parts *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (claim_flagged(w->out[p->at[i]].verdict))
            return true;
    return false;
}

/* The sum is off, but by a quarter at most: parts that are not all there are
 * mostly off by more. */
static bool near(struct decimal sum, struct decimal total)
{
    const struct decimal off =
        decimal_mul(decimal_abs(decimal_sub(sum, total)), decimal_from_int(4));

    return decimal_cmp(off, decimal_abs(total)) <= 0;
}

/* "Total duration" holds more than the durations that are listed; of other
 * amounts, too, a small one may be missing. */
static bool leaves_out(const struct record *r, uint32_t total, struct band sum,
                       struct band said)
{
    const struct decimal rest = decimal_sub(said.low, sum.high);
    size_t at = 0;

    if (rest.neg)
        return false;
    return next_noun(&r->at[total], &at).len > 0 ||
           decimal_cmp(decimal_mul(rest, decimal_from_int(20)), said.low) < 0;
}

static void judge_total(const struct record *r, uint32_t total)
{
    struct work *w = r->w;
    const struct claim *c = claim_of(r, total);
    struct band sum = band_exact(decimal_from_int(0));
    struct comparison how = { .formula = "sum" };
    struct parts p;
    bool fits;

    parts_named(r, total, &p);
    if (p.count < 2)
        parts_all(r, total, &p);
    if (p.count < 2 || flagged(w, &p))
        return;
    how.raw = is_count(w, c);
    for (uint32_t i = 0; i < p.count; i++)
        sum = band_add(sum, band_of(w, &w->out[p.at[i]].claim, how.raw));
    how.value = sum;
    fits = band_fits(w, c, sum, how.raw);
    if (!fits && !how.raw && leaves_out(r, total, sum, band_of(w, c, false)))
        return;
    if (!fits && !near(band_middle(sum), band_middle(band_of(w, c, how.raw))))
        return;
    own_say(w, r->at[total].claim, fits,
            fits ? "the sum of its parts" : "not the sum of its parts",
            sum_formula(w, &p), compare_text(w, c, &how), p.at, p.count);
}

/* The other of two kinds: "hits" and "misses". */
static bool is_contrary(const struct line *l)
{
    static const char *const words[] = { "misses",    "failures", "failed",
                                         "errors",    "losses",   "wrong",
                                         "incorrect", "rejected", "failing" };

    return text_has_any(label_of(l), words, sizeof(words) / sizeof(*words));
}

/* The counts that a rate is of: lines `top` and `under`; sum: `under` is the
 * rest, and the whole is both. */
struct rate {
    uint32_t top, under;
    bool sum;
};

static bool find_rate(const struct record *r, uint32_t rate, struct rate *out)
{
    size_t at = 0;
    struct text word = next_noun(&r->at[rate], &at);
    uint32_t total = r->count, rest = r->count;

    if (text_is(word, "overall"))
        word = next_noun(&r->at[rate], &at);
    if (text_is(word, "accuracy"))
        word = TEXT_LIT("correct");
    *out = (struct rate){ r->count, r->count, false };
    for (uint32_t k = 0; k < r->count && word.len >= 3; k++) {
        if (k == rate || claim_of(r, k) == NULL ||
            !is_count(r->w, claim_of(r, k)))
            continue;
        if (r->at[k].total)
            total = total == r->count ? k : LINES_MAX;
        else if (has_stem(&r->at[k], word) && !aside(&r->at[k]))
            out->top = out->top == r->count ? k : LINES_MAX;
        else if (is_contrary(&r->at[k]))
            rest = rest == r->count ? k : LINES_MAX;
    }
    out->sum = total == r->count;
    out->under = out->sum ? rest : total;
    return out->top < r->count && out->under < r->count;
}

static bool says_rate(const struct line *l)
{
    return text_has_word(label_of(l), "rate") ||
           text_has_word(label_of(l), "accuracy");
}

/* Says what became of a part: "Passed", "Skipped". */
static bool is_outcome(const struct line *l)
{
    static const char *const words[] = { "passed",    "succeeded", "successful",
                                         "successes", "completed", "correct",
                                         "hits",      "skipped",   "ignored",
                                         "timeouts",  "accepted",  "valid",
                                         "invalid",   "partial",   "warnings",
                                         "success",   "cancelled", "aborted" };

    return is_contrary(l) ||
           text_has_any(label_of(l), words, sizeof(words) / sizeof(*words));
}

/* The count that stands above the first of the outcomes that line i is one of;
 * r->count: none. */
static uint32_t whole_above(const struct record *r, uint32_t i)
{
    const struct claim *c;

    if (i >= r->count)
        return r->count;
    for (; i > 0; i--)
        if (!is_outcome(&r->at[i]))
            break;
    c = claim_of(r, i);
    return i + 1 < r->count && c != NULL && !is_outcome(&r->at[i]) &&
                   is_count(r->w, c) && is_outcome(&r->at[i + 1]) &&
                   !says_rate(&r->at[i])
               ? i
               : r->count;
}

/* "Number of tests: 48", "Passed: 41", "Failed: 5", "Skipped: 2" */
static void judge_outcomes(const struct record *r, uint32_t whole)
{
    struct work *w = r->w;
    const struct claim *c = claim_of(r, whole);
    struct comparison how = { .formula = "sum", .raw = true };
    struct parts p = { .count = 0 };
    struct band sum = band_exact(decimal_from_int(0));
    bool contrary = false, other = false, fits;

    for (uint32_t k = whole + 1; k < r->count && is_outcome(&r->at[k]); k++) {
        const struct claim *x = claim_of(r, k);

        if (x == NULL || !is_count(w, x) || x->approx)
            break;
        contrary = contrary || is_contrary(&r->at[k]);
        other = other || !is_contrary(&r->at[k]);
        sum = band_add(sum, band_of(w, x, true));
        p.at[p.count++] = r->at[k].claim;
    }
    if (!contrary || !other || flagged(w, &p))
        return;
    how.value = sum;
    fits = band_fits(w, c, sum, true);
    if (!fits && !near(band_middle(sum), c->value))
        return;
    own_say(w, r->at[whole].claim, fits,
            fits ? "the sum of its parts" : "not the sum of its parts",
            sum_formula(w, &p), compare_text(w, c, &how), p.at, p.count);
}

/* "Success rate: 95 %" beside "Successful runs: 57" and "Total runs: 60", "Hit
 * rate" beside hits and misses. */
static void judge_rate(const struct record *r, uint32_t rate)
{
    struct work *w = r->w;
    const struct claim *c = claim_of(r, rate);
    struct comparison how = { .formula = "quotient", .raw = true };
    struct band whole, part;
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    uint32_t operands[2];
    struct rate of;
    const char *s;
    bool fits;

    if (!find_rate(r, rate, &of))
        return;
    if (of.sum && whole_above(r, of.top) < r->count) {
        of.under = whole_above(r, of.top);
        of.sum = false;
    }
    part = band_of(w, claim_of(r, of.top), true);
    whole = band_of(w, claim_of(r, of.under), true);
    if (of.sum)
        whole = band_add(whole, part);
    how.value =
        band_mul(band_div(part, whole), band_exact(decimal_from_int(100)));
    if (how.value.any || decimal_cmp(part.low, whole.high) > 0)
        return;
    fits = band_fits(w, c, how.value, true);
    operands[0] = r->at[of.top].claim;
    operands[1] = r->at[of.under].claim;
    decimal_format(x, claim_of(r, of.top)->value);
    decimal_format(y, band_middle(whole));
    s = arena_printf(w->a, "%s / %s", x, y);
    own_say(w, r->at[rate].claim, fits,
            fits ? "the share of its count" : "not the share that its count is",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, c, &how), operands, 2);
}

/* "tests" of "Number of tests". */
static struct text counted_noun(const struct line *l, size_t *i)
{
    static const char *const fill[] = { "number", "count", "no", "of", "the" };
    struct text t = next_noun(l, i);

    while (text_is_any(t, fill, sizeof(fill) / sizeof(*fill)))
        t = next_noun(l, i);
    return t;
}

static bool says_mean(const struct line *l)
{
    static const char *const words[] = { "average", "mean", "avg" };

    return text_has_any(label_of(l), words, sizeof(words) / sizeof(*words));
}

/* All words of the label are of the two others, or say that it is a mean. */
static bool means_only(const struct line *mean, const struct line *total,
                       const struct line *count)
{
    static const char *const fill[] = { "average", "mean", "avg", "per",
                                        "size",    "of",   "the" };
    size_t i = 0;

    for (struct text t = next_noun(mean, &i); t.len > 0;
         t = next_noun(mean, &i))
        if (!text_is_any(t, fill, sizeof(fill) / sizeof(*fill)) &&
            !has_stem(total, t) && !has_stem(count, t))
            return false;
    return true;
}

/* "Average file size" beside "Files: 101" and "Total size". */
static void judge_mean(const struct record *r, uint32_t mean)
{
    struct work *w = r->w;
    const struct claim *c = claim_of(r, mean);
    uint32_t total = r->count, count = r->count, operands[2];
    struct comparison how = { .formula = "quotient" };
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;
    bool fits;

    for (uint32_t k = 0; k < r->count; k++) {
        const struct claim *a = claim_of(r, k);
        size_t at = 0;

        if (a == NULL || k == mean || a->cmp != CMP_NONE)
            continue;
        if (r->at[k].total && !unit_none(a->unit) && adds_to(w, a, c))
            total = total == r->count ? k : LINES_MAX;
        else if (is_count(w, a) &&
                 has_stem(&r->at[mean], counted_noun(&r->at[k], &at)))
            count = count == r->count ? k : LINES_MAX;
    }
    if (total >= r->count || count >= r->count ||
        !means_only(&r->at[mean], &r->at[total], &r->at[count]))
        return;
    how.value = band_div(band_of(w, claim_of(r, total), false),
                         band_of(w, claim_of(r, count), true));
    if (how.value.any)
        return;
    fits = band_fits(w, c, how.value, false);
    operands[0] = r->at[total].claim;
    operands[1] = r->at[count].claim;
    decimal_format(x, claim_of(r, total)->value);
    decimal_format(y, claim_of(r, count)->value);
    s = arena_printf(w->a, "%s / %s", x, y);
    own_say(w, r->at[mean].claim, fits,
            fits ? "its total over its count" : "not its total over its count",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, c, &how), operands, 2);
}

/* One thing in two states: lines that stand one behind the other. */
static bool two_states(const struct line *a, const struct line *b)
{
    static const char *const states[][2] = {
        { "before", "after" },     { "baseline", "optimized" },
        { "baseline", "new" },     { "old", "new" },
        { "original", "new" },     { "initial", "final" },
        { "previous", "current" }, { "original", "optimized" },
        { "baseline", "tuned" },   { "baseline", "current" },
        { "cold", "warm" },        { "without", "with" }
    };

    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        if (text_has_word(label_of(a), states[i][0]) &&
            text_has_word(label_of(b), states[i][1]))
            return true;
    return false;
}

/* "Before: 4.2 GB", "After: 3.1 GB", "Reduction: 26.2 %" */
static void judge_change(const struct record *r, uint32_t i)
{
    static const char *const words[] = { "improvement", "reduction", "change",
                                         "difference",  "saved",     "savings",
                                         "increase",    "decrease",  "delta",
                                         "gain",        "speedup" };
    struct work *w = r->w;
    const struct claim *c = claim_of(r, i), *a, *b;
    struct comparison how;
    uint32_t operands[2];
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;
    bool fits;

    if (!text_has_any(label_of(&r->at[i]), words,
                      sizeof(words) / sizeof(*words)))
        return;
    a = claim_of(r, i - 2);
    b = claim_of(r, i - 1);
    if (a == NULL || b == NULL || !two_states(&r->at[i - 2], &r->at[i - 1]))
        return;
    fits = compare_fits(w, c, a, b, label_read(label_of(&r->at[i])).said, &how);
    if (how.formula == NULL || how.value.any)
        return;
    operands[0] = r->at[i - 2].claim;
    operands[1] = r->at[i - 1].claim;
    decimal_format(x, a->value);
    decimal_format(y, b->value);
    s = arena_printf(w->a, "%s, before = %s, after = %s", how.formula, x, y);
    own_say(w, r->at[i].claim, fits,
            fits ? "from the two numbers beside it"
                 : "not what the two numbers beside it give",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, c, &how), operands, 2);
}

static void judge(const struct record *r)
{
    uint32_t totals = 0;

    for (uint32_t i = 0; i < r->count; i++)
        totals += r->at[i].total && claim_of(r, i) != NULL;
    if (r->count < 3)
        return;
    for (uint32_t i = 0; i < r->count; i++) {
        const struct claim *c = claim_of(r, i);

        if (c == NULL || c->cmp != CMP_NONE || c->approx)
            continue;
        if (r->at[i].total && !aside(&r->at[i]))
            judge_total(r, i);
        else if (dim_is(r->w, c->unit, "fraction") && says_rate(&r->at[i]))
            judge_rate(r, i);
        else if (i + 2 < r->count && is_count(r->w, c) &&
                 whole_above(r, i + 1) == i)
            judge_outcomes(r, i);
        else if (totals > 0 && !unit_none(c->unit) && c->unit.den == 0 &&
                 says_mean(&r->at[i]))
            judge_mean(r, i);
        else if (i >= 2)
            judge_change(r, i);
    }
}

void own_record(const struct grid *g, uint32_t col)
{
    struct record r; /* its lines as they come: 7 kB */

    r.w = g->w;
    r.count = 0;
    for (uint32_t i = 1; i < g->rows; i++) {
        const struct cell *cell = grid_cell(g, i, col);

        add_line(&r, grid_text(g, i, 0),
                 cell->kind == CELL_ONE ? cell->claim : FACT_NONE);
    }
    judge(&r);
}
