/* Dates that neither the run nor the data know. */
#include <stdlib.h>

#include "validator/check.h"
#include "validator/facts/facts.h"
#include "validator/run_context.h"
#include "validator/text/date.h"

enum { RULE_REPORT, RULE_DATA, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_REPORT] = { "wrong-date/report", SEV_ERROR,
                      "the report gives itself a date that is not the run's" },
    [RULE_DATA] = { "wrong-date/data", SEV_ERROR,
                    "a date outside the time of the run and its data" },
};
enum { OPT_SLACK, OPT_REPEATS, OPT_LOOP, OPT_COUNT };
static const struct option options[] = {
    [OPT_SLACK] = { "slack", 1, 0, 366, "days", "docs/checks/wrong-date.md" },
    [OPT_REPEATS] = { "repeats", 3, 1, 1000, "findings per date",
                      "docs/checks/wrong-date.md" },
    [OPT_LOOP] = { "loop", 12, 2, 4096, "times one date stands there",
                   "docs/checks/wrong-date.md" },
};

struct setup {
    uint32_t languages; /* whose names of months are read */
};

static enum status make_setup(void **out, const struct check_env *env,
                              const char **why_off, struct error *err)
{
    struct setup *s = calloc(1, sizeof(*s));

    (void)why_off;
    if (s == NULL)
        return error_set(err, ST_NOMEM, "no memory for wrong-date");
    s->languages = date_languages(env->langs, env->n_langs);
    *out = s;
    return ST_OK;
}

enum { DAYS_MAX = 4096, CANDIDATES_MAX = 1024 };

/* What is known about time. Days count from 1970-01-01. */
struct known {
    int64_t *days; /* DAYS_MAX of the data and the template; any order */
    size_t count;
    bool any, has_run;
    bool has_data;     /* dates other than the run's are known */
    int64_t low, high; /* the period of the data and the run */
    int64_t run;
};

static void widen(struct known *k, int64_t day)
{
    k->low = !k->any || day < k->low ? day : k->low;
    k->high = !k->any || day > k->high ? day : k->high;
    k->any = true;
}

static void add_day(struct known *k, int64_t day)
{
    if (k->count < DAYS_MAX)
        k->days[k->count++] = day;
}

static void add_facts(struct known *k, const struct facts *f)
{
    const struct fact_date *dates;
    const size_t n = f != NULL ? facts_dates(f, &dates) : 0;

    for (size_t i = 0; i < n; i++) {
        const struct date d = { dates[i].year, dates[i].month, dates[i].day };

        add_day(k, date_days(d));
        /* When a file was last touched says little about its content: a copy
         * of the data carries the day of the copy. Prose tells of plans and of
         * the past, too: such a day is known, but not what lies between. */
        if (dates[i].source == DATE_MTIME || dates[i].source == DATE_PROSE)
            continue;
        widen(k, date_days(d));
        k->has_data = true;
    }
}

/* Dates in [from, to), which the template wrote. The first one before the
 * model's text is the run's. */
static void add_template(struct known *k, struct text bytes, size_t from,
                         size_t to)
{
    const struct text part = { bytes.ptr + from, to - from };
    struct date d, other;
    struct span at;

    for (size_t i = 0; date_find(part, i, DATE_ALL_LANGUAGES, &d, &other, &at);
         i = span_end(at)) {
        if (d.day == 0)
            continue;
        add_day(k, date_days(d));
        widen(k, date_days(d));
        if (from == 0 && !k->has_run) {
            k->has_run = true;
            k->run = date_days(d);
        }
        k->has_data = k->has_data || date_days(d) != k->run;
    }
}

static void learn(struct known *k, const struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct run_context *run = ctx_run(ctx);
    struct date d, other;
    struct span at;
    size_t from = 0;

    if (run != NULL && date_find(run->date, 0, 0, &d, &other, &at) &&
        d.day > 0) {
        k->has_run = true;
        k->run = date_days(d);
        add_day(k, k->run);
        widen(k, k->run);
    }
    for (size_t i = 0; i < r->model_count; i++) {
        add_template(k, r->bytes, from, r->model[i].off);
        from = span_end(r->model[i]);
    }
    add_template(k, r->bytes, from, r->bytes.len);
    add_facts(k, ctx_facts(ctx));
}

static bool known_day(const struct known *k, int64_t day, int64_t slack)
{
    for (size_t i = 0; i < k->count; i++)
        if (llabs(k->days[i] - day) <= slack)
            return true;
    return false;
}

static int64_t month_end(struct date d)
{
    d.day = 1;
    if (++d.month > 12) {
        d.month = 1;
        d.year++;
    }
    return date_days(d) - 1;
}

/* The newest day that can be meant: the run's, else the data's. */
static int64_t newest(const struct known *k)
{
    return k->has_run ? k->run : k->high;
}

static bool inside(const struct known *k, struct date d, int64_t slack)
{
    const int64_t first = date_days(d);
    const int64_t last = d.day > 0 ? first : month_end(d);

    return last >= k->low - slack && first <= newest(k) + slack;
}

/* ---- the words around a date ---- */

static struct text line_before(struct text t, size_t at)
{
    enum { BEFORE = 160 };
    size_t start = at;

    while (start > 0 && t.ptr[start - 1] != '\n' && at - start < BEFORE)
        start--;
    return (struct text){ t.ptr + start, at - start };
}

static bool is_letter(char c)
{
    return ascii_alpha(c) || (unsigned char)c >= 0x80;
}

/* The word at or after byte *i of t; *i moves behind it. Empty: no more. */
static struct text next_word(struct text t, size_t *i)
{
    size_t start;

    while (*i < t.len && !is_letter(t.ptr[*i]))
        ++*i;
    for (start = *i; *i < t.len && is_letter(t.ptr[*i]);)
        ++*i;
    return (struct text){ t.ptr + start, *i - start };
}

/* One of t's words begins with one of the stems. */
static bool has_stem(struct text t, const char *const *stems)
{
    struct text word;

    for (size_t i = 0; (word = next_word(t, &i)).len > 0;)
        for (const char *const *s = stems; *s != NULL; s++)
            if (word.len >= strlen(*s) &&
                text_eq_icase((struct text){ word.ptr, strlen(*s) },
                              text_from(*s)))
                return true;
    return false;
}

static bool listed(struct text word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (text_eq_icase(word, text_from(*list)))
            return true;
    return false;
}

/* What stands between the last separator of the line and the date. */
static struct text label_before(struct text before)
{
    const struct text t = text_trim(before);
    size_t start = t.len;

    while (start > 0 && t.ptr[start - 1] == '|')
        start--; /* the bar between a label's cell and the date's */
    for (; start > 0; start--) {
        const char c = t.ptr[start - 1];

        if (c == '|' || c == ';' || c == ',' || c == '.')
            break;
    }
    return (struct text){ t.ptr + start, t.len - start };
}

/* "**Date:**", "Report generated on", "| Date |": the report's own date, said
 * in no other words than these. */
static bool labels_report(struct text before)
{
    static const char *const own[] = { "date",    "generated", "prepared",
                                       "written", "issued",    "created",
                                       "dated",   "published", "datum",
                                       "fecha",   "Дата",      "дата",
                                       NULL };
    static const char *const others[] = { "report",   "of",  "the",
                                          "this",     "on",  "document",
                                          "creation", "was", "is",
                                          NULL };
    const struct text t = label_before(before);
    struct text word;
    bool found = false;

    for (size_t i = 0; (word = next_word(t, &i)).len > 0;) {
        if (listed(word, own))
            found = true;
        else if (!listed(word, others))
            return false;
    }
    return found;
}

/* Plans lie after the run, releases of the world before the data. */
static bool about_the_world(struct text before)
{
    static const char *const stems[] = { "release", "publish",   "announc",
                                         "cutoff",  "copyright", "licen",
                                         "founded", "introduc",  "launch",
                                         "arxiv",   "yyyy",      NULL };
    return has_stem(before, stems);
}

/* "until", or "before the code freeze on": a limit just before the date, or a
 * few words before its "on". Languages: en de fr es it pt nl sv pl ru. */
static bool follows_limit(struct text before)
{
    enum { BETWEEN = 4 }; /* words; "on" is one of them */
    static const char *const adjacent[] = { "by",  "due", "till",
                                            "zum", "tot", "senast",
                                            "do",  "к",   NULL };
    static const char *const limits[] = { "until", "before", "bis",   "vor",
                                          "avant", "jusqu",  "hasta", "antes",
                                          "entro", "prima",  "até",   "vóór",
                                          "innan", "przed",  "до",    "перед",
                                          NULL };
    static const char *const on[] = { "on", "of", "am",  "le", "el", "il",
                                      "em", "op", "den", "au", "al", NULL };
    struct text word, last = { "", 0 };
    size_t since = BETWEEN + 1; /* words behind the last limit */

    for (size_t i = 0; (word = next_word(before, &i)).len > 0; last = word)
        since = listed(word, limits) ? 0 : since + 1;
    return listed(last, adjacent) || since == 0 ||
           (since <= BETWEEN && listed(last, on));
}

static bool about_a_plan(struct text before)
{
    static const char *const stems[] = { "deadline", "schedul",   "plan",
                                         "next",     "target",    "expire",
                                         "follow",   "milestone", "upcoming",
                                         "will",     "freeze",    "geplant",
                                         "prévu",    "previst",   NULL };
    return follows_limit(before) || has_stem(before, stems);
}

/* A date inside a name or a path is part of that name. */
static bool inside_name(struct text t, struct span at)
{
    const char before = at.off > 0 ? t.ptr[at.off - 1] : ' ';
    const size_t end = span_end(at);
    const char after = end < t.len ? t.ptr[end] : ' ';
    const char next = end + 1 < t.len ? t.ptr[end + 1] : ' ';

    if (ascii_alnum(before) || before == '_' || before == '/' ||
        before == '\\' || before == '=' || before == '#')
        return true;
    if ((before == '-' || before == '.') && at.off > 1 &&
        ascii_alnum(t.ptr[at.off - 2]))
        return true;
    if (after == '_' || after == '/' || after == '\\')
        return true;
    if (after == 'T' || after == 'Z')
        return false;
    return ascii_alnum(after) ||
           ((after == '-' || after == '.') && ascii_alnum(next));
}

/* Eight digits alone are rarely meant as a date by a report. */
static bool only_digits(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!ascii_digit(t.ptr[i]))
            return false;
    return true;
}

/* ---- verdict ---- */

/* A date that breaks a rule. */
struct candidate {
    int64_t day;
    struct span span;
    size_t rule;
    struct text before; /* the last bytes before it */
};

struct candidates {
    struct candidate at[CANDIDATES_MAX];
    size_t count;
};

static int by_day(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->span.off < y->span.off ? -1 : 1;
}

static struct text print_day(struct arena *a, int64_t day)
{
    const struct date d = date_of_epoch(day * 86400);
    const char *s = arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);

    return s != NULL ? text_from(s) : (struct text){ "", 0 };
}

static enum status emit(struct check_ctx *ctx, const struct known *k,
                        size_t rule, struct span span)
{
    struct arena *a = ctx_arena(ctx);
    const struct kv evidence[] = {
        KV_T("run", k->has_run ? print_day(a, k->run) : TEXT_LIT("unknown")),
        KV_T("data_from", print_day(a, k->low)),
        KV_T("data_to", print_day(a, k->high)),
    };
    const char *detail =
        k->has_run ? arena_printf(a, "the run was on %s", evidence[0].text.ptr)
                   : arena_printf(a, "the data are from %s to %s",
                                  evidence[1].text.ptr, evidence[2].text.ptr);

    if (detail == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for findings");
    return ctx_emit(ctx, rule, span, text_from(detail), evidence,
                    sizeof(evidence) / sizeof(*evidence));
}

/* The rule that the date breaks, or RULE_COUNT. */
static size_t judge(const struct known *k, struct date d, struct text before,
                    int64_t slack)
{
    if (d.day > 0 && known_day(k, date_days(d), slack) &&
        (!k->has_run || !labels_report(before) ||
         llabs(k->run - date_days(d)) <= slack))
        return RULE_COUNT;
    if (d.day > 0 && labels_report(before)) {
        if (k->has_run)
            return RULE_REPORT;
        return date_days(d) + slack < k->high ? RULE_REPORT : RULE_COUNT;
    }
    if (inside(k, d, slack) || about_the_world(before))
        return RULE_COUNT;
    if (date_days(d) > newest(k))
        return !k->has_run || about_a_plan(before) ? RULE_COUNT : RULE_DATA;
    return k->has_data ? RULE_DATA : RULE_COUNT;
}

static void collect(const struct check_ctx *ctx, const struct known *k,
                    struct span part, struct candidates *out)
{
    enum { CONTEXT = 12 };
    const struct setup *s = ctx_setup(ctx);
    const struct text all = ctx_bytes(ctx);
    const struct text t = { all.ptr, span_end(part) };
    const int64_t slack = ctx_option(ctx, OPT_SLACK);
    struct date d, other;
    struct span at;

    for (size_t i = part.off; out->count < CANDIDATES_MAX &&
                              date_find(t, i, s->languages, &d, &other, &at);
         i = span_end(at)) {
        struct text before = line_before(all, at.off);
        size_t rule;

        if (inside_name(all, at) || only_digits(text_sub(all, at)))
            continue;
        rule = judge(k, d, before, slack);
        if (rule == RULE_COUNT ||
            (other.year != 0 && judge(k, other, before, slack) == RULE_COUNT))
            continue;
        if (before.len > CONTEXT)
            before =
                (struct text){ before.ptr + before.len - CONTEXT, CONTEXT };
        out->at[out->count++] =
            (struct candidate){ date_days(d), at, rule, before };
    }
}

/* The same date after the same words says nothing new. */
static bool said(const struct candidate *group, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (text_eq(group[k].before, group[i].before))
            return true;
    return false;
}

/* One date. What comes more often than a writer repeats a date is a loop, and
 * token-loop reports it. */
static enum status emit_group(struct check_ctx *ctx, const struct known *k,
                              const struct candidate *group, size_t n)
{
    const size_t repeats = (size_t)ctx_option(ctx, OPT_REPEATS);
    size_t emitted = 0;
    enum status st = ST_OK;

    if (n > (size_t)ctx_option(ctx, OPT_LOOP))
        return ST_OK;
    for (size_t i = 0; i < n && emitted < repeats && st == ST_OK; i++) {
        if (said(group, i))
            continue;
        st = emit(ctx, k, group[i].rule, group[i].span);
        emitted++;
    }
    return st;
}

static enum status wrong_date_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    struct arena *a = ctx_arena(ctx);
    struct known k = { .days = arena_raw(a, DAYS_MAX, sizeof(*k.days)) };
    struct candidates *found = arena_raw(a, 1, sizeof(*found));
    enum status st = ST_OK;

    if (k.days == NULL || found == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for dates");
    learn(&k, ctx);
    if (!k.any)
        return ST_OK; /* nothing is known about time */
    found->count = 0;
    for (size_t i = 0; i < r->model_count; i++)
        collect(ctx, &k, r->model[i], found);
    if (found->count > 0)
        qsort(found->at, found->count, sizeof(*found->at), by_day);
    for (size_t i = 0, end; i < found->count && st == ST_OK; i = end) {
        for (end = i + 1;
             end < found->count && found->at[end].day == found->at[i].day;)
            end++;
        st = emit_group(ctx, &k, found->at + i, end - i);
    }
    return st;
}

const struct check check_wrong_date = {
    .id = "wrong-date",
    .summary = "a date that neither the run nor the data know",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .options = options,
    .option_count = OPT_COUNT,
    .setup = make_setup,
    .teardown = free,
    .run = wrong_date_run,
};
