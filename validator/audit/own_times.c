/* A span of hours, minutes or seconds beside the two times of day that it runs
 * between: "from 22:15 to 23:45, i.e. 2.5 hours". 24 hours, or 12 with am and
 * pm. */
#include "validator/audit/own_int.h"

enum {
    BETWEEN_MAX = 60, /* bytes between the two times */
    BESIDE_MAX = 60,  /* bytes between them and the span */
    DAY_S = 86400,
    TIMES_MAX = 32 /* of one block */
};

struct moment {
    uint32_t start, end; /* bytes of the flat text */
    int seconds;         /* of the day */
    bool exact;          /* seconds were written */
    bool half_day;       /* it may be am or pm */
};

static bool two_digits(const struct flat *f, uint32_t at, int max, int *v)
{
    if (at + 2 > f->len || !ascii_digit(f->text[at]) ||
        !ascii_digit(f->text[at + 1]))
        return false;
    *v = (f->text[at] - '0') * 10 + (f->text[at + 1] - '0');
    return *v <= max;
}

/* "pm" or "p.m." behind a time. */
static char half_of_day(const struct flat *f, uint32_t *at)
{
    uint32_t i = *at;
    char half;

    if (i < f->len && f->text[i] == ' ')
        i++;
    if (i + 1 >= f->len || (f->lower[i] != 'a' && f->lower[i] != 'p'))
        return 0;
    half = f->lower[i++];
    if (f->lower[i] == '.')
        i++;
    if (i >= f->len || f->lower[i] != 'm' ||
        (i + 1 < f->len && ascii_alnum(f->text[i + 1])))
        return 0;
    *at = i + 1;
    return half;
}

/* The time whose colon is at byte `colon`. */
static bool read_time(const struct flat *f, uint32_t colon, struct moment *m)
{
    int hour = 0, minute, second = 0;
    uint32_t at = colon;
    char half;

    *m = (struct moment){ .start = colon };
    while (m->start > 0 && ascii_digit(f->text[m->start - 1]) &&
           colon - m->start < 3)
        m->start--;
    if (colon == m->start || colon - m->start > 2 ||
        !two_digits(f, colon + 1, 59, &minute))
        return false;
    for (at = m->start; at < colon; at++)
        hour = hour * 10 + (f->text[at] - '0');
    at = colon + 3;
    if (at < f->len && f->text[at] == ':' &&
        two_digits(f, at + 1, 59, &second)) {
        at += 3;
        m->exact = true;
    }
    if (hour > 24 ||
        (at < f->len && (ascii_alnum(f->text[at]) || f->text[at] == ':')) ||
        (m->start > 0 &&
         (ascii_alnum(f->text[m->start - 1]) || f->text[m->start - 1] == ':' ||
          f->text[m->start - 1] == '.')))
        return false;
    half = half_of_day(f, &at);
    if (half != 0 && (hour == 0 || hour > 12))
        return false;
    if (half != 0)
        hour = hour % 12 + (half == 'p' ? 12 : 0);
    m->half_day = half == 0 && hour > 0 && hour <= 12;
    m->end = at;
    m->seconds = hour * 3600 + minute * 60 + second;
    return true;
}

static uint32_t read_times(const struct flat *f, struct moment out[TIMES_MAX])
{
    uint32_t n = 0, from = 0;

    while (from < f->len && n < TIMES_MAX) {
        const char *colon = memchr(f->text + from, ':', f->len - from);

        if (colon == NULL)
            break;
        from = (uint32_t)(colon - f->text);
        if (read_time(f, from, &out[n]))
            from = out[n++].end;
        else
            from++;
    }
    return n;
}

static struct text between(const struct flat *f, uint32_t from, uint32_t to)
{
    return from > to ? (struct text){ "", 0 }
                     : (struct text){ f->lower + from, to - from };
}

static bool sentence_ends(struct text t)
{
    for (size_t i = 0; i + 1 < t.len; i++)
        if (t.ptr[i] == '\n' || (t.ptr[i] == '.' && ascii_space(t.ptr[i + 1]) &&
                                 (i < 2 || t.ptr[i - 2] != '.'))) /* "i.e." */
            return true;
    return false;
}

/* "to", a dash, "... and finished at ": the second is the end of what began at
 * the first. */
static bool runs(const struct flat *f, const struct moment *a,
                 const struct moment *b)
{
    static const char *const words[] = { "to",       "until",     "till",
                                         "through",  "bis",       "ended",
                                         "ends",     "finished",  "done",
                                         "stopped",  "completed", "finishes",
                                         "complete", "over" };
    static const char *const apart[] = { "then",  "second", "next", "another",
                                         "again", "other",  "while" };
    const struct text gap = between(f, a->end, b->start);
    const struct text dash = text_trim(gap);
    const struct text before =
        between(f, a->start > 10 ? a->start - 10 : 0, a->start);

    if (gap.len > BETWEEN_MAX || sentence_ends(gap) ||
        text_has_any(gap, apart, sizeof(apart) / sizeof(*apart)))
        return false;
    if (text_is(dash, "-") || text_is(dash, "\xe2\x80\x93") ||
        text_is(dash, "\xe2\x80\x94"))
        return true;
    return text_has_any(gap, words, sizeof(words) / sizeof(*words)) ||
           (text_is(dash, "and") && text_has_word(before, "between"));
}

/* Only words that lead from the times to their span, or from it to them. */
static bool leads(struct text t)
{
    static const char *const words[] = {
        "i",        "e",       "that",    "is",        "a",
        "an",       "of",      "total",   "for",       "or",
        "duration", "which",   "in",      "about",     "around",
        "lasting",  "roughly", "running", "period",    "span",
        "with",     "it",      "takes",   "took",      "lasted",
        "lasts",    "so",      "has",     "therefore", "exactly",
        "just",     "almost",  "nearly",  "window",    "approximately",
        "from",     "between", "over",    "was",       "this",
        "thus",     "makes",   "making",  "giving",    "gives",
        "runtime",  "time",    "length",  "elapsed",   "overall",
        "means",    "equals",  "to",      "resulting", "wall",
        "clock",    "whole",   "entire",  "full",      "and"
    };
    size_t i = 0;

    if (t.len > BESIDE_MAX || sentence_ends(t))
        return false;
    while (i < t.len) {
        struct text word = { t.ptr + i, 0 };

        if (!ascii_alnum(t.ptr[i])) {
            i++;
            continue;
        }
        while (i < t.len && ascii_alnum(t.ptr[i]))
            i++;
        word.len = (size_t)(t.ptr + i - word.ptr);
        if (!text_is_any(word, words, sizeof(words) / sizeof(*words)))
            return false;
    }
    return true;
}

/* Seconds from a to b, in `turn` seconds at most. */
static int seconds_between(const struct moment *a, const struct moment *b,
                           int turn)
{
    const int d = (b->seconds - a->seconds) % turn;

    return d < 0 ? d + turn : d;
}

static bool is_span(const struct work *w, const struct claim *c)
{
    return c->exempt == EXEMPT_NO && c->role == ROLE_ALONE &&
           c->cmp == CMP_NONE && dim_is(w, c->unit, "time") &&
           (c->form == FORM_DIGITS || c->form == FORM_WORDS);
}

/* Half a unit of the last place, of whole units one more each way: a span of
 * hours is counted and rounded as one likes. */
static bool fits(const struct work *w, const struct claim *c, int seconds,
                 int slack)
{
    const double unit = decimal_to_double(
        units_to_base(w->units, c->unit, UNIT_SI, decimal_from_int(1)));
    const double said = decimal_to_double(c->value) * unit;
    const double place =
        decimal_to_double((struct decimal){
            .mag = 1, .exp = c->value.last, .last = c->value.last }) *
        unit;
    const double off = said > seconds ? said - seconds : seconds - said;

    return off <= place * (c->approx || place < unit ? 0.5 : 1.0) + slack ||
           (c->approx && off <= said / 10);
}

/* "1 hour and 40 minutes", "1 h 40 min": not its last unit alone. */
static bool compound(const struct work *w, uint32_t first, uint32_t i)
{
    const struct claim *c = &w->out[i].claim;
    const uint32_t next = own_next(w, i + 1);

    return (i > first && is_span(w, &w->out[i - 1].claim) &&
            c->start - w->out[i - 1].claim.end <= 5) ||
           (next < w->count && is_span(w, &w->out[next].claim) &&
            w->out[next].claim.start - c->end <= 5);
}

static void judge(struct work *w, uint32_t i, const struct moment *a,
                  const struct moment *b)
{
    const struct claim *c = &w->out[i].claim;
    const int seconds = seconds_between(a, b, DAY_S);
    const int slack = a->exact && b->exact ? 1 : 60;
    const bool half = a->half_day && b->half_day;
    const bool right =
        fits(w, c, seconds, slack) ||
        (half && fits(w, c, seconds_between(a, b, DAY_S / 2), slack)) ||
        (seconds == 0 && fits(w, c, DAY_S, slack));
    const char *s = arena_printf(w->a, "%d:%02d:%02d", seconds / 3600,
                                 seconds / 60 % 60, seconds % 60);

    if (decimal_to_double(units_to_base(w->units, c->unit, UNIT_SI, c->value)) >
        DAY_S)
        return; /* over some days */
    own_say(w, i, right,
            right ? "the time between its two" : "not the time between its two",
            arena_copy(w->a, between(&w->flat, a->start, b->end)),
            s == NULL ? (struct text){ "", 0 } : text_from(s), NULL, 0);
}

void own_times(struct work *w, uint32_t first)
{
    struct moment at[TIMES_MAX];
    const struct flat *f = &w->flat;
    bool any = false;
    uint32_t n;

    for (uint32_t i = first; i < w->count && !any; i++)
        any = is_span(w, &w->out[i].claim);
    n = any ? read_times(f, at) : 0;
    for (uint32_t k = 0; k + 1 < n; k++) {
        if (!runs(f, &at[k], &at[k + 1]))
            continue;
        for (uint32_t i = first; i < w->count; i++) {
            const struct claim *c = &w->out[i].claim;

            if (is_span(w, c) && !compound(w, first, i) &&
                ((c->start >= at[k + 1].end &&
                  leads(between(f, at[k + 1].end, c->start))) ||
                 (c->end <= at[k].start &&
                  leads(between(f, c->end, at[k].start)))))
                judge(w, i, &at[k], &at[k + 1]);
        }
    }
}
