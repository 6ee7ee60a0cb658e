/* A span of days, weeks or months beside the two dates that it runs between:
 * "from 1 March to 14 March, 6 weeks". English months and ISO 8601. */
#include "validator/audit/own_int.h"
#include "validator/text/date.h"

enum {
    BESIDE_MAX = 40, /* bytes between the span and the dates */
    BETWEEN_MAX = 24 /* bytes between the two dates */
};

/* A date, or as much of one as is said: the days that it may be. */
struct moment {
    int year, month;     /* year 0: not said */
    int first, last;     /* days of the month */
    uint32_t start, end; /* words */
};

static struct text word(const struct work *w, uint32_t i)
{
    return i < w->flat.word_count ? flat_lower(&w->flat, i)
                                  : (struct text){ "", 0 };
}

static bool is_word(const struct work *w, uint32_t i, const char *s)
{
    return text_eq(word(w, i), text_from(s));
}

static int month_of(struct text t)
{
    static const char *const names[] = { "january", "february", "march",
                                         "april",   "may",      "june",
                                         "july",    "august",   "september",
                                         "october", "november", "december" };

    for (int i = 0; i < 12; i++)
        if (text_eq(t, text_from(names[i])) ||
            (t.len == 3 && memcmp(t.ptr, names[i], 3) == 0))
            return i + 1;
    return text_eq(t, TEXT_LIT("sept")) ? 9 : 0;
}

/* Digits, also "14th"; -1: no such number, or longer than `digits`. */
static int number_of(struct text t, size_t digits)
{
    size_t n = 0;
    int v = 0;

    while (n < t.len && n < digits && ascii_digit(t.ptr[n]))
        v = v * 10 + (t.ptr[n++] - '0');
    if (n == 0 || (n < t.len &&
                   !(t.len == n + 2 && digits == 2 && ascii_alpha(t.ptr[n]))))
        return -1;
    return v;
}

static int day_of(const struct work *w, uint32_t i)
{
    const int v = number_of(word(w, i), 2);

    return v >= 1 && v <= 31 ? v : 0;
}

static int year_of(const struct work *w, uint32_t i)
{
    const int v = word(w, i).len == 4 ? number_of(word(w, i), 4) : -1;

    return v >= 1970 && v < 2200 ? v : 0;
}

static void qualify(const struct work *w, struct moment *m)
{
    const uint32_t i = m->start;
    const bool of = i >= 2 && is_word(w, i - 1, "of");
    const uint32_t q = of ? i - 2 : i - 1;

    if (i == 0 || m->first == m->last)
        return;
    if (is_word(w, q, "early") ||
        (of && (is_word(w, q, "start") || is_word(w, q, "beginning"))))
        m->last = 10;
    else if (is_word(w, q, "mid") || (of && is_word(w, q, "middle")))
        m->first = 11, m->last = 20;
    else if (is_word(w, q, "late") || (of && is_word(w, q, "end")))
        m->first = 21;
    else
        return;
    m->start = q;
}

/* The date whose month is word i: "March 14, 2025", "14 March", "late March".
 */
static bool named_month(const struct work *w, uint32_t i, struct moment *m)
{
    int day;

    *m = (struct moment){ .month = month_of(word(w, i)),
                          .first = 1,
                          .last = 31,
                          .start = i,
                          .end = i + 1 };
    if (m->month == 0)
        return false;
    day = i > 0 ? day_of(w, i - 1) : 0;
    if (day > 0)
        m->start = i - 1;
    else if ((day = day_of(w, m->end)) > 0)
        m->end++;
    if (day > 0)
        m->first = m->last = day;
    m->year = year_of(w, m->end);
    m->end += m->year > 0;
    qualify(w, m);
    /* "may" and "march" are words of their own */
    return word(w, i).len > 3 || day > 0 || m->year > 0;
}

static bool iso(const struct work *w, uint32_t i, struct moment *m)
{
    const struct flat *f = &w->flat;

    if (i + 2 >= f->word_count || year_of(w, i) == 0 ||
        f->text[f->words[i].end] != '-' ||
        f->text[f->words[i + 1].end] != '-' || day_of(w, i + 2) == 0)
        return false;
    *m = (struct moment){ .year = year_of(w, i),
                          .month = number_of(word(w, i + 1), 2),
                          .first = day_of(w, i + 2),
                          .last = day_of(w, i + 2),
                          .start = i,
                          .end = i + 3 };
    return m->month >= 1 && m->month <= 12;
}

static bool next_moment(const struct work *w, uint32_t from, struct moment *m)
{
    for (uint32_t i = from; i < w->flat.word_count; i++)
        if (iso(w, i, m) || (named_month(w, i, m) && m->start >= from))
            return true;
    return false;
}

static bool leads_over(const struct work *w, const struct moment *a,
                       const struct moment *b)
{
    const struct flat *f = &w->flat;
    const uint32_t from = f->words[a->end - 1].end;
    const uint32_t to = f->words[b->start].start;

    if (to - from > BETWEEN_MAX)
        return false;
    for (uint32_t i = a->end; i < b->start; i++)
        if (is_word(w, i, "to") || is_word(w, i, "until") ||
            is_word(w, i, "through") || is_word(w, i, "till") ||
            (is_word(w, i, "and") && a->start > 0 &&
             is_word(w, a->start - 1, "between")))
            return true;
    return to > from && b->start == a->end &&
           (memchr(f->text + from, '-', to - from) != NULL ||
            memchr(f->text + from, 0x93, to - from) != NULL);
}

/* Days from a to b, both ends counted or not, with all that they may be. */
static struct band days_between(struct moment a, struct moment b)
{
    int64_t low, high;

    if (a.year == 0)
        a.year = b.year > 0 ? b.year : 2000;
    if (b.year == 0)
        b.year = a.year;
    if (b.year == a.year && b.month < a.month)
        b.year++;
    low = date_days((struct date){ b.year, b.month, b.first }) -
          date_days((struct date){ a.year, a.month, a.last });
    high = date_days((struct date){ b.year, b.month, b.last }) -
           date_days((struct date){ a.year, a.month, a.first }) + 1;
    return (struct band){ .low = decimal_from_int(low),
                          .high = decimal_from_int(high) };
}

/* Days of one such unit; 0: no span of dates. */
static int days_in(const struct work *w, struct unit_ref u)
{
    static const struct {
        const char *unit;
        int days;
    } units[] = { { "d", 1 }, { "wk", 7 }, { "mo", 31 }, { "yr", 366 } };
    char name[UNIT_NAME_MAX];

    units_name(w->units, u, name);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strcmp(name, units[i].unit) == 0)
            return units[i].days;
    return 0;
}

/* Only words that lead from a span to its dates, or back, stand between. */
static bool leads(const struct work *w, uint32_t first, uint32_t last)
{
    static const char *const words[] = { "from",    "between", "of",
                                         "the",     "roughly", "about",
                                         "around",  "a",       "approximately",
                                         "period",  "span",    "spanning",
                                         "running", "lasting", "covering",
                                         "or",      "i",       "e",
                                         "that",    "is",      "total",
                                         "nearly",  "almost",  "which",
                                         "over",    "some",    "starting",
                                         "just",    "an",      "entire" };

    for (uint32_t i = first; i < last; i++) {
        bool known = false;

        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
            known = known || is_word(w, i, words[k]);
        if (!known)
            return false;
    }
    return true;
}

static bool stands_beside(const struct work *w, const struct claim *c,
                          const struct moment *a, const struct moment *b)
{
    const struct flat *f = &w->flat;
    const uint32_t start = f->words[a->start].start;
    const uint32_t end = f->words[b->end - 1].end;
    const bool before = c->end <= start, behind = c->start >= end;
    const uint32_t from = before ? c->end : end;
    const uint32_t to = before ? start : c->start;

    if ((!before && !behind) || to - from > BESIDE_MAX)
        return false;
    for (uint32_t i = from; i < to; i++)
        if ((f->text[i] == '.' && ascii_space(f->text[i + 1]) &&
             (i < 2 || f->text[i - 2] != '.')) || /* "i.e." */
            f->text[i] == ';')
            return false;
    return before ? leads(w, c->end_word, a->start)
                  : leads(w, b->end, c->first_word);
}

static void judge_span(struct work *w, uint32_t i, const struct moment *a,
                       const struct moment *b)
{
    const struct claim *c = &w->out[i].claim;
    const struct band have = days_between(*a, *b);
    const struct decimal unit = decimal_from_int(days_in(w, c->unit));
    /* Spans are rounded up as often as down: a whole unit either way. */
    const struct band said = {
        .low = decimal_mul(decimal_sub(c->value, decimal_from_int(1)), unit),
        .high = decimal_mul(decimal_add(c->value, decimal_from_int(1)), unit)
    };
    const bool fits = decimal_cmp(have.low, said.high) <= 0 &&
                      decimal_cmp(have.high, said.low) >= 0;
    char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];
    const char *s;

    if (have.low.neg)
        return;
    decimal_format(low, have.low);
    decimal_format(high, have.high);
    s = arena_printf(w->a, "%s to %s days", low, high);
    own_say(
        w, i, fits,
        fits ? "the time between its dates" : "not the time between its dates",
        arena_copy(w->a, text_sub((struct text){ w->flat.text, w->flat.len },
                                  span_between(w->flat.words[a->start].start,
                                               w->flat.words[b->end - 1].end))),
        s == NULL ? (struct text){ "", 0 } : text_from(s), NULL, 0);
}

static bool is_span(const struct work *w, const struct claim *c)
{
    return c->exempt == EXEMPT_NO && c->role == ROLE_ALONE &&
           c->cmp == CMP_NONE &&
           (c->form == FORM_DIGITS || c->form == FORM_WORDS) &&
           c->unit.den == 0 && !unit_none(c->unit) && days_in(w, c->unit) > 0;
}

void own_dates(struct work *w, uint32_t first)
{
    struct moment a, b;
    uint32_t near = first; /* the first claim not far before the dates */
    bool any = false;

    for (uint32_t i = first; i < w->count && !any; i++)
        any = is_span(w, &w->out[i].claim);
    if (!any || !next_moment(w, 0, &a))
        return;
    for (; next_moment(w, a.end, &b); a = b) {
        const uint32_t start = w->flat.words[a.start].start;
        const uint32_t end = w->flat.words[b.end - 1].end;

        if (!leads_over(w, &a, &b))
            continue;
        while (near < w->count && w->out[near].claim.end + BESIDE_MAX < start)
            near++;
        for (uint32_t i = near;
             i < w->count && w->out[i].claim.start <= end + BESIDE_MAX; i++)
            if (is_span(w, &w->out[i].claim) &&
                stands_beside(w, &w->out[i].claim, &a, &b))
                judge_span(w, i, &a, &b);
    }
}
