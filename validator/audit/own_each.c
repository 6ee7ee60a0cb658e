/* So much for each of several: "$18,240, i.e. $760 per node" beside "24 nodes";
 * two rows of a table together. */
#include "validator/audit/own_says.h"

enum {
    NOUN_BYTES = 24,
    NEAR = 400,     /* bytes back to the count */
    NOUNS_MAX = 200 /* claims looked at */
};

static bool letter(char c)
{
    return ascii_alpha(c) || (unsigned char)c >= 0x80;
}

/* The first word of t, behind spaces and marks. */
static struct text first_word(struct text t)
{
    size_t n = 0;

    while (t.len > 0 && (t.ptr[0] == ' ' || t.ptr[0] == '*')) {
        t.ptr++;
        t.len--;
    }
    while (n < t.len && n < NOUN_BYTES && letter(t.ptr[n]))
        n++;
    return (struct text){ t.ptr, n };
}

/* "node" of "nodes". */
static bool same_noun(struct text one, struct text more)
{
    return one.len >= 3 && more.len >= one.len && more.len <= one.len + 2 &&
           text_eq_icase((struct text){ more.ptr, one.len }, one) &&
           (more.len == one.len || ascii_lower(more.ptr[more.len - 1]) == 's');
}

/* The noun of "$760 per node": its unit may hold it. len 0: none. */
static struct text each_of(const struct saying *s, uint32_t i)
{
    const uint32_t from = says_start(s, i);
    const uint32_t to = says_end(s, i) + NOUN_BYTES;
    const struct text t = says_text(s, from, to < s->len ? to : s->len);
    const size_t own = says_end(s, i) - from;
    size_t at = text_find(t, TEXT_LIT("per "), 0);

    if (at > own + 1)
        return (struct text){ "", 0 };
    return first_word((struct text){ t.ptr + at + 4, t.len - at - 4 });
}

/* What a count is of: the word behind it, or the last of its unit. */
static struct text noun_of(const struct work *w, uint32_t k)
{
    const struct claim *c = &w->out[k].claim;
    const struct text bytes = w->report->bytes;
    const size_t end = span_end(c->span);
    size_t from = end;

    if (!unit_none(c->unit)) {
        while (from > c->span.off && letter(bytes.ptr[from - 1]))
            from--;
        return text_sub(bytes, span_between(from, end));
    }
    return first_word(text_sub(
        bytes, span_between(end, end + NOUN_BYTES < bytes.len ? end + NOUN_BYTES
                                                              : bytes.len)));
}

/* The amount that is divided: right before the number, and said to be the same.
 */
static uint32_t whole_before(const struct saying *s, uint32_t i)
{
    static const char *const leads[] = { "i.e.",    "or", "which is",
                                         "that is", "=",  "equals",
                                         "meaning" };
    const struct work *w = s->w;
    const struct claim *c = &w->out[i].claim, *a;
    struct text gap;
    size_t end;

    if (i == s->first)
        return FACT_NONE;
    a = &w->out[i - 1].claim;
    gap = says_text(s, says_end(s, i - 1), says_start(s, i));
    return a->exempt == EXEMPT_NO && a->role == ROLE_ALONE &&
                   a->cmp == CMP_NONE && a->unit.den == 0 &&
                   a->unit.num == c->unit.num && gap.len <= 24 &&
                   says_any(gap, leads, sizeof(leads) / sizeof(*leads), &end) <
                       gap.len
               ? i - 1
               : FACT_NONE;
}

/* The counts of the report so called, by how near they stand. */
static void judge_each(const struct saying *s, uint32_t i)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const uint32_t whole = whole_before(s, i);
    const struct text noun =
        whole == FACT_NONE ? (struct text){ "", 0 } : each_of(s, i);
    struct comparison how = { .formula = "quotient", .raw = true };
    uint32_t count = FACT_NONE;
    bool fits = false;

    for (uint32_t k = i, n = 0; noun.len > 0 && k-- > 0 && n < NOUNS_MAX; n++) {
        const struct claim *x = &w->out[k].claim;
        struct band q;

        if (k == whole || x->form != FORM_DIGITS || !says_count(w, x) ||
            !same_noun(noun, noun_of(w, k)))
            continue;
        q = band_div(band_of(w, &w->out[whole].claim, true),
                     band_exact(x->value));
        if (q.any)
            continue;
        fits = band_fits(w, c, q, true);
        if (fits || (count == FACT_NONE && w->out[k].block == w->out[i].block &&
                     c->span.off - x->span.off <= NEAR)) {
            count = k;
            how.value = q;
        }
        if (fits)
            break;
    }
    if (count != FACT_NONE)
        own_say(w, i, fits,
                fits ? "its total over its count"
                     : "not its total over its count",
                TEXT_LIT("total / count"), compare_text(w, c, &how),
                (uint32_t[]){ whole, count }, 2);
}

/* two rows together */

/* "A and B": names that stand in a list right before the words. */
static bool listed(const struct saying *s, const struct row_name *at,
                   uint32_t n)
{
    for (uint32_t k = 0; k + 1 < n; k++) {
        const struct text gap = says_text(s, at[k].end, at[k + 1].start);

        if (gap.len > 10 || at[k].row == at[k + 1].row ||
            !(text_has_word(gap, "and") || text_has_word(gap, "und") ||
              text_has_word(gap, "et") || text_has_word(gap, "y") ||
              memchr(gap.ptr, ',', gap.len) != NULL))
            return false;
    }
    return n >= 2;
}

static bool sum_of(const struct saying *s, const struct grid *g, uint32_t col,
                   const struct row_name *at, uint32_t n, uint32_t i,
                   struct band *sum)
{
    const struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;

    *sum = band_exact(decimal_from_int(0));
    for (uint32_t k = 0; k < n; k++) {
        const struct claim *x = says_number(g, at[k].row, col);

        if (x == NULL || !(unit_same(x->unit, c->unit) ||
                           (says_count(w, x) && says_count(w, c))))
            return false;
        *sum = band_add(*sum, band_of(w, x, true));
    }
    return true;
}

static void judge_together(const struct saying *s, uint32_t i)
{
    static const char *const words[] = { "together", "combined", "zusammen",
                                         "ensemble", "juntos" };
    struct work *w = s->w;
    const struct claim *c = &w->out[i].claim;
    const struct text lead = says_text(s, s->in.start, says_start(s, i));
    struct comparison how = { .formula = NULL, .raw = true };
    struct row_name names[SAYING_NAMES];
    uint32_t operand = FACT_NONE;
    size_t end;

    if (says_any(lead, words, sizeof(words) / sizeof(*words), &end) ==
            lead.len ||
        dim_is(w, c->unit, "fraction") || dim_is(w, c->unit, "ratio"))
        return;
    for (uint32_t t = 0; t < s->tables->count; t++) {
        const struct grid *g = &s->tables->at[t];
        const uint32_t n =
            says_rows_in(s, g, s->in.start, says_start(s, i), names);

        for (uint32_t col = 1; listed(s, names, n) && col < g->cols; col++) {
            struct band sum;

            if (!sum_of(s, g, col, names, n, i, &sum))
                continue;
            if (band_fits(w, c, sum, true) || says_cell(g, c))
                return;
            if (operand == FACT_NONE &&
                (!unit_none(c->unit) || says_column(g, col, s->topic) > 0)) {
                operand = grid_cell(g, names[0].row, col)->claim;
                how = (struct comparison){ "sum", sum, true, false };
            }
        }
    }
    if (operand != FACT_NONE)
        own_say(w, i, false, "not the sum of its rows",
                TEXT_LIT("the sum of the rows named"), compare_text(w, c, &how),
                &operand, 1);
}

void own_each(const struct saying *s, uint32_t i)
{
    if (s->w->out[i].claim.role != ROLE_ALONE)
        return;
    judge_each(s, i);
    judge_together(s, i);
}
