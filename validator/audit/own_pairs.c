/* Which two rows, or columns, of a table a sentence compares. */
#include "validator/audit/own_says.h"

enum {
    NEAR_WORDS = 4, /* words before a number that lead to it */
    LINK_WORDS = 3  /* words between "than" and the name */
};

static const char *const comparatives[] = {
    "faster",   "slower",  "quicker", "higher",      "lower",     "more",
    "less",     "fewer",   "shorter", "longer",      "larger",    "smaller",
    "bigger",   "better",  "worse",   "greater",     "cheaper",   "ahead",
    "behind",   "above",   "below",   "improvement", "reduction", "increase",
    "decrease", "drop",    "gain",    "speedup",     "schneller", "langsamer",
    "mehr",     "weniger", "höher",   "niedriger",   "über",      "unter"
};
static const char *const changes[] = {
    "increase",  "increases", "increased",   "decrease",   "decreases",
    "decreased", "reduces",   "reduced",     "reduction",  "drops",
    "drop",      "dropped",   "falls",       "fell",       "rises",
    "rose",      "grows",     "grew",        "gains",      "gain",
    "gained",    "loses",     "lost",        "saves",      "saving",
    "improves",  "improved",  "improvement", "difference", "gap",
    "speedup",   "slowdown",  "costs",       "steigt",     "sinkt",
    "stieg",     "sank",      "shrinks",     "shrank",     "declines",
    "declined",  "raises",    "raised",      "lowers",     "lowered"
};
enum {
    COMPARATIVES = sizeof(comparatives) / sizeof(*comparatives),
    CHANGES = sizeof(changes) / sizeof(*changes)
};

static bool word_byte(char c)
{
    return ascii_alnum(c) || (unsigned char)c >= 0x80;
}

bool says_ratio(const struct saying *s, uint32_t i)
{
    static const char *const times[] = { "fois", "veces", "mal", "раза",
                                         "раз" };
    const struct claim *c = &s->w->out[i].claim;
    const struct text behind =
        says_words(says_text(s, says_end(s, i), s->len), 1);

    return dim_is(s->w, c->unit, "ratio") ||
           (unit_none(c->unit) &&
            text_has_any(behind, times, sizeof(times) / sizeof(*times)));
}

/* What stands behind the number, past "(4.3%)". */
static struct text behind_bracket(const struct saying *s, uint32_t i)
{
    struct text t = says_text(s, says_end(s, i), s->in.end);
    const char *close;

    if (t.len < 3 || t.ptr[0] != ' ' || t.ptr[1] != '(')
        return t;
    close = memchr(t.ptr, ')', t.len < 12 ? t.len : 12);
    if (close == NULL)
        return t;
    t.len -= (size_t)(close + 1 - t.ptr);
    t.ptr = close + 1;
    return t;
}

/* The number is said to be the change from one to another. */
static bool leads_to_change(const struct saying *s, uint32_t i)
{
    static const char *const times[] = { "the",  "as",    "times", "mal",
                                         "fois", "veces", "раза",  "раз" };
    const struct text behind = says_words(behind_bracket(s, i), 2);
    const struct text lead = says_last_words(
        says_text(s, s->in.start, says_start(s, i)), NEAR_WORDS);
    const struct text all = says_text(s, s->in.start, s->in.end);

    if (text_has_word(lead, "to") || text_has_word(lead, "from") ||
        text_has_word(lead, "at"))
        return false;
    if (text_has_any(behind, comparatives, COMPARATIVES) ||
        text_has_any(lead, changes, CHANGES))
        return true;
    if (says_ratio(s, i) && text_has_any(says_words(behind, 1), times,
                                         sizeof(times) / sizeof(*times)))
        return true;
    return (text_has_word(lead, "by") || text_has_word(lead, "um")) &&
           text_has_any(all, changes, CHANGES);
}

static bool has_word_icase(struct text t, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= t.len; i++)
        if (text_is_icase((struct text){ t.ptr + i, n }, word) &&
            (i == 0 || !word_byte(t.ptr[i - 1])) &&
            (i + n == t.len || !word_byte(t.ptr[i + n])))
            return true;
    return false;
}

/* Words that make something else of it than a change between two rows. */
static bool is_otherwise(struct text t)
{
    static const char *const words[] = {
        "respectively", "each",     "both",        "sum",      "share",
        "expected",     "target",   "theoretical", "combined", "linear",
        "ideal",        "would",    "could",       "should",   "might",
        "if",           "together", "cumulative"
    };

    return text_has_any(t, words, sizeof(words) / sizeof(*words));
}

static bool names_p50(const struct saying *s)
{
    for (uint32_t i = 0; i < s->tables->count; i++)
        for (uint32_t c = 1; c < s->tables->at[i].cols; c++)
            if (has_word_icase(grid_text(&s->tables->at[i], 0, c), "p50"))
                return true;
    return false;
}

/* A statistic that no column or row is of. */
static bool of_statistic(const struct saying *s, struct text t)
{
    static const char *const stats[] = { "average", "mean",    "median",
                                         "total",   "min",     "minimum",
                                         "max",     "maximum", "p50",
                                         "p95",     "p99" };

    for (size_t k = 0; k < sizeof(stats) / sizeof(*stats); k++) {
        bool named = false;

        if (!text_has_word(t, stats[k]))
            continue;
        /* the median is the p50 */
        named = text_is(text_from(stats[k]), "median") && names_p50(s);
        for (uint32_t i = 0; i < s->tables->count; i++) {
            const struct grid *g = &s->tables->at[i];

            for (uint32_t c = 1; c < g->cols; c++)
                named = named || has_word_icase(grid_text(g, 0, c), stats[k]);
            for (uint32_t r = 1; r < g->rows; r++)
                named = named || has_word_icase(grid_text(g, r, 0), stats[k]);
        }
        if (!named)
            return true;
    }
    return false;
}

/* A word that makes the name behind it the one compared with. */
static bool links(struct text lead)
{
    static const char *const words[] = {
        "than",     "of",      "as",     "over",  "vs",      "versus",
        "compared", "against", "that",   "with",  "als",     "wie",
        "que",      "чем",     "behind", "ahead", "relative"
    };

    return text_has_any(says_last_words(lead, LINK_WORDS), words,
                        sizeof(words) / sizeof(*words));
}

static bool linked(const struct saying *s, uint32_t from,
                   const struct row_name *n)
{
    return links(says_text(s, from, n->start));
}

/* "from A to B", "between A and B": the two names stand side by side. */
static bool side_by_side(const struct saying *s, uint32_t at,
                         const struct row_name *a, const struct row_name *b)
{
    static const char *const leads[] = { "from",     "between", "von",
                                         "zwischen", "de",      "entre" };
    static const char *const links_to[] = { "to",  "and", "bis", "zu", "auf",
                                            "und", "a",   "y",   "à",  "et" };
    const struct text gap = says_text(s, a->end, b->start);

    return gap.len <= 24 &&
           text_has_any(says_last_words(says_text(s, at, a->start), 3), leads,
                        sizeof(leads) / sizeof(*leads)) &&
           text_has_any(gap, links_to, sizeof(links_to) / sizeof(*links_to));
}

static bool other_row(const struct row_name *at, uint32_t n,
                      const struct says_pair *p)
{
    for (uint32_t k = 0; k < n; k++)
        if (at[k].row != p->a && at[k].row != p->b)
            return true;
    return false;
}

/* The row that "it" is: the only one that the clause or sentence before names.
 */
static uint32_t meant_before(const struct saying *s, const struct grid *g)
{
    struct row_name names[SAYING_NAMES];
    uint32_t n = says_rows_in(s, g, 0, s->in.start, names);

    if (n == 0)
        n = says_rows(g, s->before, names);
    for (uint32_t k = 1; k < n; k++)
        if (names[k].row != names[0].row)
            return 0;
    return n > 0 ? names[0].row : 0;
}

static bool refers(struct text lead)
{
    static const char *const words[] = { "it", "this", "its", "which", "that" };

    return text_has_any(lead, words, sizeof(words) / sizeof(*words));
}

/* "From A to B, throughput falls by 30 %, while memory grows by 2 GB" */
static bool read_span(const struct saying *s, const struct grid *g,
                      struct says_pair *p)
{
    struct row_name names[SAYING_NAMES];
    const uint32_t n = says_rows_in(s, g, 0, s->len, names);

    if (n != 2 || !side_by_side(s, 0, &names[0], &names[1]))
        return false;
    p->a = names[0].row;
    p->b = names[1].row;
    return p->a != p->b;
}

/* The one row whose cell in column col is w->out[k]'s number; 0: none, or more.
 */
static uint32_t row_of(const struct saying *s, const struct grid *g,
                       uint32_t col, uint32_t k)
{
    const struct claim *c = &s->w->out[k].claim;
    uint32_t found = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct claim *x = says_number(g, r, col);

        if (x == NULL || !grid_is_data(g, r) ||
            !decimal_eq(x->value, c->value) ||
            !(unit_same(x->unit, c->unit) || unit_none(c->unit)))
            continue;
        if (found != 0)
            return 0;
        found = r;
    }
    return found;
}

/* "from 120 W to 320 W": rows by their numbers in one column. */
static bool read_settings(const struct saying *s, const struct grid *g,
                          uint32_t i, struct says_pair *p)
{
    for (uint32_t k = s->first; k + 1 < s->last; k++) {
        const struct text gap =
            says_text(s, says_end(s, k), says_start(s, k + 1));

        if (k == i || k + 1 == i || says_end(s, k + 1) > s->in.end ||
            gap.len > 24 || !text_has_word(gap, "to") ||
            !text_has_word(
                says_last_words(says_text(s, s->in.start, says_start(s, k)), 1),
                "from"))
            continue;
        for (uint32_t col = 1; col < g->cols; col++) {
            p->a = row_of(s, g, col, k);
            p->b = row_of(s, g, col, k + 1);
            if (p->a != 0 && p->b != 0 && p->a != p->b)
                return true;
        }
    }
    return false;
}

/* "B takes 2.3x as long", and no more, behind a clause on A. */
static bool as_long(struct text tail)
{
    return text_has_word(tail, "as") &&
           (text_has_word(tail, "long") || text_has_word(tail, "much") ||
            text_has_word(tail, "many")) &&
           says_words(tail, 8).len == says_words(tail, 2).len;
}

/* "18.6 times the p50" */
static bool times_the(const struct saying *s, uint32_t i, uint32_t to)
{
    const struct text gap = text_trim(says_text(s, says_end(s, i), to));

    return says_ratio(s, i) && text_is(gap, "the");
}

/* The two rows that claim i is the change between. False: it is unsure. */
static bool read_pair(const struct saying *s, const struct grid *g, uint32_t i,
                      struct says_pair *p)
{
    const uint32_t start = says_start(s, i), end = says_end(s, i);
    struct row_name names[SAYING_NAMES];
    const uint32_t n = says_rows_in(s, g, s->in.start, s->in.end, names);
    uint32_t behind = 0, linked_before = SAYING_NAMES;

    while (behind < n && names[behind].end <= start)
        behind++;
    if (n == 0)
        return read_span(s, g, p) || read_settings(s, g, i, p);
    for (uint32_t k = 0; k + 1 < n; k++)
        if (side_by_side(s, s->in.start, &names[k], &names[k + 1])) {
            p->a = names[k].row;
            p->b = names[k + 1].row;
            return p->a != p->b && !other_row(names, n, p);
        }
    if (behind < n && (linked(s, end, &names[behind]) ||
                       times_the(s, i, names[behind].start))) {
        p->b = names[behind].row;
        p->end = names[behind].end;
        /* "... than B and 3.1 times as fast as C": of the first name */
        p->a = behind > 0 && !linked(s, s->in.start, &names[0]) ? names[0].row
               : refers(says_text(s, s->in.start, start)) ? meant_before(s, g)
                                                          : 0;
        return p->a != 0 && p->a != p->b &&
               (behind <= 1 || names[0].end < names[1].start) &&
               says_text(s, end, names[behind].start).len <= 48;
    }
    for (uint32_t k = 0; k < behind; k++)
        if (linked(s, s->in.start, &names[k]))
            linked_before = k;
    if (n == 1 && behind == 1 && names[0].row != meant_before(s, g) &&
        as_long(says_text(s, end, s->in.end))) {
        p->a = names[0].row;
        p->b = meant_before(s, g);
        return p->b != 0;
    }
    if (behind == 2 && n == 2 && linked_before == 0) { /* "compared to B, A" */
        p->a = names[1].row;
        p->b = names[0].row;
        return p->a != p->b;
    }
    return false;
}

/* The sentence goes on to compare with what is no row of the table. */
static bool other_base(const struct saying *s, uint32_t i, const struct grid *g)
{
    static const char *const words[] = { "than", "compared", "versus",  "vs",
                                         "over", "against",  "relative" };
    const struct text tail = says_text(s, says_end(s, i), s->in.end);
    struct row_name names[SAYING_NAMES];
    size_t end;
    const size_t at =
        says_any(tail, words, sizeof(words) / sizeof(*words), &end);
    struct text next;

    if (at >= tail.len)
        return false;
    next = (struct text){ tail.ptr + end, tail.len - end };
    if (next.len > 40)
        next.len = 40;
    return says_rows(g, next, names) == 0;
}

/* The only two columns of numbers that are no comparisons themselves. */
static bool two_columns(const struct grid *g, struct says_pair *out)
{
    uint32_t n = 0, at[2];

    for (uint32_t c = 1; c < g->cols; c++) {
        bool numbers = false;

        for (uint32_t r = 1; r < g->rows && !numbers; r++)
            numbers = grid_cell(g, r, c)->kind == CELL_ONE;
        if (!numbers || (g->heads[c].bits & LABEL_COMPARE) != 0)
            continue;
        if (n == 2)
            return false;
        at[n++] = c;
    }
    if (n != 2)
        return false;
    out->a = at[0];
    out->b = at[1];
    return true;
}

/* "jobs per hour increased by 22 %": of a table with two columns, before and
 * after, and a row of that name. */
static bool read_columns(const struct saying *s, const struct grid *g,
                         uint32_t i, struct says_pair *p)
{
    static const char *const others[] = { "than",   "from", "vs",
                                          "versus", "for",  "when" };
    const struct text lead = says_text(s, s->in.start, says_start(s, i));

    return text_has_any(lead, changes, CHANGES) &&
           !text_has_any(says_text(s, s->in.start, s->in.end), others,
                         sizeof(others) / sizeof(*others)) &&
           g->rows <= TABLE_COLS_MAX && two_columns(g, p) &&
           grid_turn(g, &p->g);
}

bool says_change(const struct saying *s, uint32_t i)
{
    return leads_to_change(s, i) &&
           !is_otherwise(says_text(s, s->in.start, s->in.end)) &&
           !of_statistic(s, s->topic);
}

/* How the number may be of the two: "increased by" is of what was before. */
static enum compared how_said(const struct saying *s, uint32_t i, bool *up,
                              bool *down)
{
    static const char *const more[] = { "increase", "increases", "increased",
                                        "rises",    "rose",      "grows",
                                        "grew",     "raises",    "raised",
                                        "climbed",  "steigt",    "stieg" };
    static const char *const less[] = {
        "decrease", "decreases", "decreased", "drops",   "dropped", "falls",
        "fell",     "reduces",   "reduced",   "shrinks", "shrank",  "declines",
        "declined", "loses",     "lost",      "sinkt",   "sank",    "cut"
    };
    const struct text t = says_lead(s, i);

    *up = text_has_any(t, more, sizeof(more) / sizeof(*more));
    *down = text_has_any(t, less, sizeof(less) / sizeof(*less));
    return *up == *down ? COMPARED_CHANGE
           : *down      ? COMPARED_DROP
                        : COMPARED_STEP;
}

bool says_pair(const struct saying *s, const struct grid *g, uint32_t i,
               struct says_pair *p)
{
    p->g = *g;
    p->of = g;
    p->end = says_end(s, i);
    p->said = how_said(s, i, &p->up, &p->down);
    return read_pair(s, g, i, p) ? !other_base(s, i, g)
                                 : read_columns(s, g, i, p);
}
