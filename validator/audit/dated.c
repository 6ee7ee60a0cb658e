/* Spans between dates: "two days after", where the data name both days. What
 * would be flagged is unverifiable then. */
#include <stdlib.h>

#include "validator/audit/audit_int.h"
#include "validator/text/date.h"

enum {
    DAYS_MAX = 24, /* that the data name; more of them are a calendar */
    PAIRS_OF = 6,  /* days, without one of them in the sentence */
    FILES_MAX = 4,
    SAID_MAX = 4,    /* in the sentence */
    SPAN_MAX = 1000, /* days */
    CUE_WORDS = 3,   /* behind the span */
    LEAST_RANGE = 7  /* days among which a span is found by chance */
};

struct days {
    int64_t at[DAYS_MAX + SAID_MAX];
    uint32_t count;
};

static void add_day(struct days *d, int64_t day)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->at[i] == day)
            return;
    d->at[d->count++] = day;
}

/* Files whose rows the sentence names. */
struct named_files {
    uint32_t at[FILES_MAX];
    uint32_t count;
};

static void files_named(const struct work *w, const struct around *s,
                        struct named_files *out)
{
    for (uint32_t i = 0; i < w->subject_count && out->count < FILES_MAX; i++) {
        const struct subject *x = &w->subjects[i];
        uint32_t file, k = 0;

        if (x->word < s->first || x->word >= s->last || x->row_count != 1)
            continue;
        file = facts_table(w->facts, x->rows[0].table)->file;
        while (k < out->count && out->at[k] != file)
            k++;
        if (k == out->count && file != FACT_NONE)
            out->at[out->count++] = file;
    }
}

static bool of_files(const struct named_files *files, uint32_t file)
{
    for (uint32_t k = 0; k < files->count; k++)
        if (files->at[k] == file)
            return true;
    return files->count < 2;
}

/* The days that the data name, of two files where two are named; false: too
 * many. */
static bool days_of_data(const struct facts *f, const struct named_files *files,
                         struct days *out)
{
    const struct fact_date *dates;
    const size_t n = facts_dates(f, &dates);

    for (size_t i = 0; i < n; i++) {
        const struct date d = { dates[i].year, dates[i].month, dates[i].day };

        if (dates[i].day == 0 || dates[i].source == DATE_MTIME ||
            !of_files(files, dates[i].file))
            continue;
        if (out->count == DAYS_MAX)
            return false;
        add_day(out, date_days(d));
    }
    return out->count > 0;
}

static void days_of_sentence(const struct work *w, const struct around *s,
                             struct days *out)
{
    const struct text t = { w->flat.text + s->start,
                            (s->end < w->flat.len ? s->end : w->flat.len) -
                                s->start };
    struct date d, other;
    struct span at;

    for (size_t i = 0; out->count < SAID_MAX &&
                       date_find(t, i, DATE_ALL_LANGUAGES, &d, &other, &at);
         i = span_end(at))
        if (d.day > 0)
            add_day(out, date_days(d));
}

/* Days or weeks, in days; 0: the claim is no span of them. */
static int64_t span_of(const struct work *w, const struct claim *c)
{
    char unit[UNIT_NAME_MAX];
    const double v = decimal_to_double(c->value);
    int64_t by;

    if (c->unit.den != 0 || c->value.last < 0 || c->form == FORM_ORDINAL ||
        v < 1 || v > SPAN_MAX / 7.)
        return 0;
    units_name(w->units, c->unit, unit);
    by = strcmp(unit, "d") == 0 ? 1 : strcmp(unit, "wk") == 0 ? 7 : 0;
    return (int64_t)v * by;
}

/* "later", "after": from one day to another. */
static bool says_between(const struct work *w, const struct claim *c)
{
    static const char *const cues[] = { "after", "before",  "later", "earlier",
                                        "apart", "between", "since" };

    for (uint32_t k = c->end_word;
         k < c->end_word + CUE_WORDS && k < w->flat.word_count; k++)
        for (size_t i = 0; i < sizeof(cues) / sizeof(*cues); i++)
            if (text_is(flat_lower(&w->flat, k), cues[i]))
                return true;
    return false;
}

/* Spans that were tried, each length once. */
struct spans_tried {
    int64_t span, range;
    uint32_t near;
    bool hit, seen[2 * SPAN_MAX + 1];
};

static void try_span(struct spans_tried *t, int64_t a, int64_t b)
{
    const int64_t span = llabs(a - b);

    if (span == 0 || span > t->range || t->seen[span])
        return;
    t->seen[span] = true;
    t->near++;
    t->hit = t->hit || span == t->span;
}

void dated_judge(struct work *w, struct judged *j, const struct around *s)
{
    struct days known = { .count = 0 }, said = { .count = 0 };
    struct named_files files = { .count = 0 };
    struct spans_tried t = { .span =
                                 w->facts == NULL ? 0 : span_of(w, &j->claim) };

    if (t.span == 0 || !says_between(w, &j->claim) || audit_in_cell(w) ||
        w->facts == NULL)
        return;
    t.range = 2 * t.span > LEAST_RANGE ? 2 * t.span : LEAST_RANGE;
    days_of_sentence(w, s, &said);
    if (said.count == 0)
        files_named(w, s, &files);
    if (!days_of_data(w->facts, &files, &known))
        return;
    for (uint32_t i = 0; i < said.count; i++)
        for (uint32_t k = 0; k < known.count; k++)
            try_span(&t, said.at[i], known.at[k]);
    for (uint32_t i = 0;
         said.count == 0 && known.count <= PAIRS_OF && i < known.count; i++)
        for (uint32_t k = 0; k < i; k++)
            try_span(&t, known.at[i], known.at[k]);
    if (!t.hit || 2 * (int64_t)t.near > t.range)
        return;
    judged_say(w, j, CLAIM_UNVERIFIABLE, "between days that the data name");
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->cell = FACT_NONE;
}
