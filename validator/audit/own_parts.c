/* A whole and what became of it, over two sentences: "1,000 requests were sent.
 * 962 succeeded, 38 failed"; what is left; amounts per period. */
#include "validator/audit/own_says.h"

enum {
    PARTS_MAX = 4,
    BACK = 8 /* claims before the sentence that may be the whole */
};

enum fate { FATE_NONE, FATE_GOOD, FATE_BAD, FATE_ASIDE };

static const char *const good_words[] = {
    "succeeded", "successful", "successfully", "passed",      "completed",
    "correct",   "correctly",  "built",        "erfolgreich", "réussies",
    "réussis",   "exitosas",   "успешных",     "успешно"
};
static const char *const bad_words[] = {
    "failed",   "failures", "incorrect",      "incorrectly", "rejected",
    "wrong",    "fehl",     "fehlgeschlagen", "échec",       "échoué",
    "fallaron", "fallidas", "ошибкой",        "ошибками"
};
static const char *const aside_words[] = { "skipped", "partially", "warnings",
                                           "cancelled", "übersprungen" };

static const struct fate_words {
    enum fate fate;
    const char *const *words;
    size_t count;
} fates[] = {
    { FATE_GOOD, good_words, sizeof(good_words) / sizeof(*good_words) },
    { FATE_BAD, bad_words, sizeof(bad_words) / sizeof(*bad_words) },
    { FATE_ASIDE, aside_words, sizeof(aside_words) / sizeof(*aside_words) },
};

static bool is_part(const struct saying *s, uint32_t i)
{
    const struct claim *c = &s->w->out[i].claim;

    return c->exempt == EXEMPT_NO && c->form == FORM_DIGITS && !c->approx &&
           c->cmp == CMP_NONE && says_count(s->w, c);
}

/* What the words behind a count, up to the next, say became of it. */
static enum fate fate_of(const struct saying *s, uint32_t i)
{
    uint32_t to = s->len;
    enum fate found = FATE_NONE;
    struct text t;
    size_t end, best;

    for (uint32_t k = i + 1; k < s->last && to == s->len; k++)
        if (is_part(s, k))
            to = says_start(s, k);
    t = says_text(s, says_end(s, i), to);
    best = t.len;
    for (size_t k = 0; k < sizeof(fates) / sizeof(*fates); k++) {
        const size_t at = says_any(t, fates[k].words, fates[k].count, &end);

        if (at < best) {
            best = at;
            found = fates[k].fate;
        }
    }
    return found;
}

/* Words by which the parts may overlap, or be of something else. */
static bool overlaps(const struct saying *s)
{
    static const char *const words[] = {
        "retry", "retries", "again", "later", "attempt", "attempts",  "also",
        "both",  "only",    "least", "than",  "first",   "second",    "another",
        "still", "instead", "would", "per",   "rest",    "remaining", "others"
    };

    return text_has_any(says_text(s, 0, s->len), words,
                        sizeof(words) / sizeof(*words));
}

struct parts {
    uint32_t at[PARTS_MAX];
    uint32_t count;
    uint32_t good, bad; /* how many */
    struct decimal sum;
};

/* "an error rate of 3.2%" in the sentence: of the whole, then. */
static void judge_rate(const struct saying *s, const struct parts *p,
                       uint32_t whole)
{
    static const char *const bad_rates[] = { "error rate", "failure rate",
                                             "fehlerquote", "fehlerrate",
                                             "taux d'erreur" };
    static const char *const good_rates[] = { "success rate", "pass rate",
                                              "erfolgsquote" };
    struct work *w = s->w;

    for (uint32_t i = s->first; i < s->last; i++) {
        const struct claim *c = &w->out[i].claim;
        const struct text lead =
            says_last_words(says_text(s, 0, says_start(s, i)), 5);
        struct comparison how = { .formula = "share", .raw = true };
        size_t end;
        bool bad, good;

        if (!dim_is(w, c->unit, "fraction") || c->exempt != EXEMPT_NO)
            continue;
        bad = says_any(lead, bad_rates, sizeof(bad_rates) / sizeof(*bad_rates),
                       &end) < lead.len;
        good =
            says_any(lead, good_rates, sizeof(good_rates) / sizeof(*good_rates),
                     &end) < lead.len;
        for (uint32_t k = 0; k < p->count && bad != good; k++) {
            bool fits;

            if (fate_of(s, p->at[k]) != (bad ? FATE_BAD : FATE_GOOD))
                continue;
            how.value =
                band_mul(band_div(band_of(w, &w->out[p->at[k]].claim, true),
                                  band_of(w, &w->out[whole].claim, true)),
                         band_exact(decimal_from_int(100)));
            fits = !how.value.any && band_fits(w, c, how.value, true);
            own_say(w, i, fits,
                    fits ? "the share of its count"
                         : "not the share that its count is",
                    TEXT_LIT("count / whole"), compare_text(w, c, &how),
                    (uint32_t[]){ p->at[k], whole }, 2);
        }
    }
}

static struct parts read_parts(const struct saying *s)
{
    struct parts p = { .sum = decimal_from_int(0) };

    for (uint32_t i = s->first; i < s->last; i++) {
        const enum fate f = is_part(s, i) ? fate_of(s, i) : FATE_NONE;

        if (f == FATE_NONE)
            continue;
        if (p.count == PARTS_MAX) {
            p.good = 2; /* unsure */
            return p;
        }
        p.at[p.count++] = i;
        p.good += f == FATE_GOOD;
        p.bad += f == FATE_BAD;
        p.sum = decimal_add(p.sum, s->w->out[i].claim.value);
    }
    return p;
}

/* The count before the first part that is not less than their sum by more than
 * a tenth, and not more by more; the nearest. FACT_NONE: none. */
static uint32_t whole_of(const struct saying *s, const struct parts *p)
{
    const struct work *w = s->w;
    uint32_t found = FACT_NONE;

    for (uint32_t k = p->at[0], n = 0;
         k-- > 0 && n < BACK && w->out[k].block == w->out[p->at[0]].block;
         n++) {
        const struct decimal v = w->out[k].claim.value;
        const struct decimal off = decimal_mul(
            decimal_abs(decimal_sub(v, p->sum)), decimal_from_int(10));

        if (!is_part(s, k))
            continue;
        if (decimal_eq(v, p->sum))
            return k;
        if (found == FACT_NONE && decimal_cmp(off, p->sum) <= 0 &&
            decimal_cmp(v, w->out[p->at[0]].claim.value) >= 0)
            found = k;
    }
    return found;
}

/* Counts behind the whole that are none of the parts: parts as well, perhaps.
 */
static bool others_behind(const struct saying *s, const struct parts *p,
                          uint32_t whole)
{
    uint32_t n = 0;

    for (uint32_t i = whole + 1; i < s->last; i++)
        n += is_part(s, i);
    return n != p->count;
}

void own_fates(const struct saying *s)
{
    struct work *w = s->w;
    const struct parts p = read_parts(s);
    uint32_t whole;
    bool fits;
    const struct claim *c;

    if (p.count < 2 || p.good != 1 || p.bad != 1 || overlaps(s))
        return;
    whole = whole_of(s, &p);
    if (whole == FACT_NONE || others_behind(s, &p, whole))
        return;
    c = &w->out[whole].claim;
    fits = decimal_eq(c->value, p.sum);
    if (!fits && w->out[whole].fault == FAULT_ARITHMETIC)
        return;
    own_say(w, whole, fits,
            fits ? "the sum of its parts" : "not the sum of its parts",
            TEXT_LIT("the sum of its parts"),
            value_text(w, p.sum, c->unit, c->value.last), p.at, p.count);
    if (fits)
        judge_rate(s, &p, whole);
}

/* what is left */

static bool alike(const struct work *w, const struct claim *a,
                  const struct claim *b)
{
    return units_dim(w->units, a->unit) == units_dim(w->units, b->unit);
}

/* One of the numbers less another, or the largest less all others. */
static bool any_rest(const struct work *w, const struct claim *c,
                     const uint32_t *at, uint32_t n, uint32_t most)
{
    struct band rest = band_of(w, &w->out[at[most]].claim, false);

    for (uint32_t a = 0; a < n; a++) {
        if (a != most)
            rest = band_sub(rest, band_of(w, &w->out[at[a]].claim, false));
        for (uint32_t b = 0; b < n; b++)
            if (band_fits(w, c,
                          band_sub(band_of(w, &w->out[at[a]].claim, false),
                                   band_of(w, &w->out[at[b]].claim, false)),
                          false))
                return true;
    }
    return band_fits(w, c, rest, false);
}

/* "This leaves 3.3 GB": of the largest number of the block, less the one right
 * before. */
static void judge_left(const struct saying *s, uint32_t i)
{
    enum { LEFT_MAX = 8 };
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const struct text lead =
        says_last_words(says_text(s, 0, says_start(s, i)), 2);
    uint32_t at[LEFT_MAX], n = 0, most = 0;
    struct comparison how = { .formula = "rest" };

    if (!(text_has_word(lead, "leaves") || text_has_word(lead, "leaving")) ||
        unit_none(c->unit) || c->unit.den != 0 || c->role != ROLE_ALONE ||
        dim_is(w, c->unit, "fraction"))
        return;
    for (uint32_t k = i; k-- > 0 && w->out[k].block == w->out[i].block;) {
        const struct claim *x = &w->out[k].claim;

        if (x->exempt != EXEMPT_NO || !alike(w, x, c))
            continue;
        if (n == LEFT_MAX || x->form != FORM_DIGITS || x->role != ROLE_ALONE)
            return;
        at[n++] = k;
        if (decimal_cmp(band_of(w, x, false).low,
                        band_of(w, &w->out[at[most]].claim, false).low) > 0)
            most = n - 1;
    }
    if (n < 2 || most == 0 || any_rest(w, c, at, n, most))
        return;
    how.value = band_sub(band_of(w, &w->out[at[most]].claim, false),
                         band_of(w, &w->out[at[0]].claim, false));
    own_say(w, i, false, "not what remains", TEXT_LIT("whole - part"),
            compare_text(w, c, &how), (uint32_t[]){ at[most], at[0] }, 2);
}

/* amounts per period */

static const struct period {
    const char *word;
    int hours; /* of a usual one */
} periods[] = { { "hour", 1 },    { "day", 24 },       { "week", 168 },
                { "month", 730 }, { "quarter", 2190 }, { "year", 8760 } };

/* "$5,320 per month": the unit may hold the period. */
static const struct period *period_of(const struct saying *s, uint32_t i)
{
    const struct text t = says_text(s, says_start(s, i), s->len);
    const size_t own = says_end(s, i) - says_start(s, i);
    const struct text behind =
        says_words((struct text){ t.ptr + own, t.len - own }, 2);
    const struct text all = { t.ptr, own + behind.len };
    size_t end;

    if (!text_has_word(all, "per") && !text_has_word(all, "a"))
        return NULL;
    for (size_t k = 0; k < sizeof(periods) / sizeof(*periods); k++)
        if (says_any(all, &periods[k].word, 1, &end) < all.len)
            return &periods[k];
    return NULL;
}

/* "$5,320 per month or $63,840 per year": what a month and a year, and the like
 * have to do with each other, by every usual count of days. */
static void judge_period(const struct saying *s, uint32_t i)
{
    struct work *w = s->w;
    struct claim plain;
    const struct claim *a, *b = &w->out[i].claim;
    const struct period *p, *q;
    struct comparison how = { .formula = "period" };
    struct text gap;
    struct band low, high;

    if (i == s->first)
        return;
    plain = w->out[i - 1].claim;
    plain.cmp = CMP_NONE; /* "up to" is said of both */
    a = &plain;
    p = period_of(s, i - 1);
    q = period_of(s, i);
    gap = says_text(s, says_end(s, i - 1), says_start(s, i));
    if (p == NULL || q == NULL || p->hours >= q->hours || gap.len > 32 ||
        a->unit.num != b->unit.num || a->role != ROLE_ALONE ||
        b->role != ROLE_ALONE ||
        !(text_has_word(gap, "or") || text_has_word(gap, "i") ||
          memchr(gap.ptr, '=', gap.len) != NULL ||
          memchr(gap.ptr, '(', gap.len) != NULL))
        return;
    /* working days and hours: a third of all of them at least */
    low = band_mul(band_of(w, a, true),
                   band_exact(decimal_div(decimal_from_int(q->hours),
                                          decimal_from_int(p->hours * 4))));
    high = band_mul(band_of(w, a, true),
                    band_exact(decimal_div(decimal_from_int(q->hours * 104),
                                           decimal_from_int(p->hours * 100))));
    if (p->hours >= 730) /* months, quarters and years are what they are */
        low = band_mul(band_of(w, a, true),
                       band_exact(decimal_from_int(q->hours / p->hours)));
    if (decimal_cmp(b->value, low.low) >= 0 &&
        decimal_cmp(b->value, p->hours >= 730 ? low.high : high.high) <= 0)
        return;
    how.value = p->hours >= 730 ? low : high;
    how.raw = true;
    if (!band_fits(w, b, how.value, true))
        own_say(w, i, false, "not the amount of that period",
                TEXT_LIT("amount x periods"), compare_text(w, b, &how),
                (uint32_t[]){ i - 1 }, 1);
}

void own_parts(const struct saying *s, uint32_t i)
{
    judge_left(s, i);
    judge_period(s, i);
}
