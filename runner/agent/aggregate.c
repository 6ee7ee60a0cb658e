#include "runner/agent/aggregate.h"

#include <stdio.h>
#include <stdlib.h>

#include "validator/base/file.h"
#include "validator/base/jsonc.h"

enum { RECORD_MAX = 256 << 20 };

/* All runs of one agent (and variant) with what the tables need. */
struct group {
    const struct scenario_agent *agent;
    const struct sweep_item *first; /* any item of the variant */
    struct arena *a;
    double *speed, *ttft, *cold, *warm; /* per call */
    size_t speeds, ttfts, colds, warms, cap;
    double prompt_eval_ms, eval_ms, load_ms, calls_ms, wall_s;
    double tokens, wasted, saved;
    long ok, failed, aborted, good, rejected, retries;
    struct buf table;
    cJSON *last; /* record of the last run with a report; owned */
};

static const cJSON *member(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* A number of a record; -1: null or missing. */
static double number(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsNumber(v) ? v->valuedouble : -1;
}

static double positive(const cJSON *o, const char *key)
{
    const double v = number(o, key);

    return v > 0 ? v : 0;
}

static void cell(struct buf *b, double v)
{
    if (v < 0)
        buf_puts(b, " n/a |");
    else
        buf_printf(b, " %.2f |", v);
}

static void put_row(struct group *g, double run, const cJSON *c, double ttft)
{
    const cJSON *stage = member(c, "stage");
    const double tokens = number(c, "eval_count");

    buf_printf(&g->table, "| %.0f | %s |", run,
               cJSON_IsString(stage) ? stage->valuestring : "?");
    cell(&g->table, ttft);
    cell(&g->table, number(c, "tok_s"));
    if (tokens < 0)
        buf_puts(&g->table, " n/a |");
    else
        buf_printf(&g->table, " %.0f |", tokens);
    cell(&g->table, number(c, "e2e_ns") / 1e6);
    buf_putc(&g->table, '\n');
}

static void keep(double *at, size_t *n, size_t cap, double v)
{
    if (v >= 0 && *n < cap)
        at[(*n)++] = v;
}

static void add_call(struct group *g, double run, const cJSON *c)
{
    const double first = number(c, "ttft_ns");
    const double ttft = first < 0 ? -1 : first / 1e6;
    const cJSON *cold = member(c, "cold"), *guard = member(c, "guard");

    keep(g->speed, &g->speeds, g->cap, number(c, "tok_s"));
    keep(g->ttft, &g->ttfts, g->cap, ttft);
    if (cJSON_IsTrue(cold))
        keep(g->cold, &g->colds, g->cap, ttft);
    if (cJSON_IsFalse(cold))
        keep(g->warm, &g->warms, g->cap, ttft);
    g->wasted += positive(guard, "tokens_wasted");
    g->saved += positive(guard, "tokens_saved");
    g->retries += cJSON_GetArraySize(member(c, "earlier_attempts"));
    put_row(g, run, c, ttft);
}

static void add_record(struct group *g, cJSON *record)
{
    const cJSON *m = member(record, "metrics"), *c;
    const cJSON *status = member(record, "status");
    const cJSON *verdict = member(member(record, "validation"), "verdict");
    const char *s = cJSON_IsString(status) ? status->valuestring : "failed";

    g->ok += strcmp(s, "ok") == 0;
    g->failed += strcmp(s, "failed") == 0;
    g->aborted += strcmp(s, "aborted") == 0;
    g->good += cJSON_IsTrue(member(m, "good"));
    g->rejected +=
        cJSON_IsString(verdict) && strcmp(verdict->valuestring, "fail") == 0;
    g->tokens += positive(m, "tokens");
    g->prompt_eval_ms += positive(m, "prompt_eval_ms");
    g->eval_ms += positive(m, "eval_ms");
    g->load_ms += positive(m, "load_ms");
    g->calls_ms += positive(m, "calls_ms");
    g->wall_s += positive(m, "wall_ns") / 1e9;
    cJSON_ArrayForEach(c, member(record, "calls"))
    {
        add_call(g, number(record, "run"), c);
    }
    if (cJSON_IsObject(member(record, "report"))) {
        cJSON_Delete(g->last);
        g->last = record;
    } else {
        cJSON_Delete(record);
    }
}

static bool alloc_series(struct group *g, size_t cap)
{
    g->cap = cap;
    g->speed = arena_alloc(g->a, cap, sizeof(double));
    g->ttft = arena_alloc(g->a, cap, sizeof(double));
    g->cold = arena_alloc(g->a, cap, sizeof(double));
    g->warm = arena_alloc(g->a, cap, sizeof(double));
    return g->speed != NULL && g->ttft != NULL && g->cold != NULL &&
           g->warm != NULL;
}

static enum status read_group(struct group *g, const struct run_plan *p,
                              struct error *err)
{
    if (!alloc_series(g, (size_t)p->runs * CALLS_MAX))
        return error_set(err, ST_NOMEM, "no memory for %ld runs", p->runs);
    for (long run = 1; run <= p->runs; run++) {
        struct sweep_item item = *g->first;
        char base[160], path[4096];
        cJSON *record = NULL;

        item.run = run;
        sweep_base(base, sizeof(base), &item, g->agent->name);
        (void)snprintf(path, sizeof(path), "%s/%s.json", p->out, base);
        if (jsonc_load(&record, path, NULL) != ST_OK)
            continue; /* interrupted before it */
        add_record(g, record);
    }
    return ST_OK;
}

static void var_series(struct vars *v, const char *name, const double *at,
                       size_t n, const char *unit)
{
    struct series s;

    series_of(&s, at, n);
    if (s.n == 0)
        vars_text(v, name, TEXT_LIT("n/a"));
    else if (s.n == 1)
        vars_printf(v, name, "%.2f %s", s.mean, unit);
    else
        vars_printf(v, name, "%.2f \xc2\xb1 %.2f %s", s.mean, s.sd, unit);
}

static void var_cv(struct vars *v, const char *name, const double *at, size_t n)
{
    struct series s;

    series_of(&s, at, n);
    if (s.cv < 0)
        vars_text(v, name, TEXT_LIT("n/a"));
    else
        vars_printf(v, name, "%.1f%%", s.cv);
}

static void set_numbers(struct vars *v, const struct group *g)
{
    var_series(v, "throughput", g->speed, g->speeds, "tok/s");
    var_series(v, "ttft", g->ttft, g->ttfts, "ms");
    var_series(v, "ttft_cold", g->cold, g->colds, "ms");
    var_series(v, "ttft_warm", g->warm, g->warms, "ms");
    var_cv(v, "throughput_cv", g->speed, g->speeds);
    var_cv(v, "ttft_cv", g->ttft, g->ttfts);
    var_cv(v, "ttft_warm_cv", g->warm, g->warms);
    vars_printf(v, "cold_calls", "%zu", g->colds);
    vars_printf(v, "warm_calls", "%zu", g->warms);
    vars_printf(v, "tokens", "%.0f", g->tokens);
    vars_printf(v, "calls_ms", "%.2f", g->calls_ms);
    vars_printf(v, "prompt_eval_ms", "%.2f", g->prompt_eval_ms);
    vars_printf(v, "eval_ms", "%.2f", g->eval_ms);
    vars_printf(v, "load_ms", "%.2f", g->load_ms);
    vars_printf(v, "ok", "%ld", g->ok);
    vars_printf(v, "failed", "%ld", g->failed);
    vars_printf(v, "aborted", "%ld", g->aborted);
    vars_printf(v, "good", "%ld", g->good);
    vars_printf(v, "tokens_wasted", "%.0f", g->wasted);
    vars_printf(v, "tokens_saved", "%.0f", g->saved);
    vars_printf(v, "retries", "%ld", g->retries);
    if (g->wall_s > 0)
        vars_printf(v, "goodput", "%.4f", (double)g->good / g->wall_s);
    else
        vars_text(v, "goodput", TEXT_LIT("n/a"));
}

static void var_member(struct vars *v, const char *name, const cJSON *o,
                       const char *key)
{
    const cJSON *s = member(o, key);
    const char *string = cJSON_GetStringValue(s);
    char *text = s != NULL && string == NULL && !cJSON_IsNull(s)
                     ? cJSON_PrintUnformatted(s)
                     : NULL;

    vars_printf(v, name, "%.500s",
                string != NULL ? string
                : text != NULL ? text
                               : "n/a");
    cJSON_free(text);
}

/* Text of a record with the ranges in it that the model wrote. */
static void var_ranges(struct vars *v, const char *name, struct text value,
                       const cJSON *ranges)
{
    const size_t n = (size_t)cJSON_GetArraySize(ranges);
    struct span *s = arena_alloc(v->a, n, sizeof(*s));
    const cJSON *pair;
    const struct text copy = arena_copy(v->a, value);
    size_t k = 0;

    if (s == NULL || copy.ptr == NULL || name == NULL) {
        v->failed = true;
        return;
    }
    cJSON_ArrayForEach(pair, ranges)
    {
        const cJSON *from = cJSON_GetArrayItem(pair, 0);
        const cJSON *to = cJSON_GetArrayItem(pair, 1);

        if (cJSON_IsNumber(from) && cJSON_IsNumber(to) &&
            from->valuedouble >= 0 && to->valuedouble >= from->valuedouble &&
            to->valuedouble <= (double)value.len)
            s[k++] = span_between((size_t)from->valuedouble,
                                  (size_t)to->valuedouble);
    }
    vars_spans(v, name, copy, s, k);
}

static enum status set_last_report(struct vars *v, const struct run_plan *p,
                                   const cJSON *record, struct error *err)
{
    const cJSON *report = member(record, "report");
    const cJSON *file = member(report, "file"), *e;
    char path[4096];
    char *bytes = NULL;
    size_t len = 0;
    enum status st = ST_OK;

    vars_text(v, "last.report", (struct text){ "", 0 });
    if (cJSON_IsString(file)) {
        (void)snprintf(path, sizeof(path), "%s/%s", p->out, file->valuestring);
        st = file_read(&bytes, &len, path, RECORD_MAX, err);
        if (st == ST_OK)
            var_ranges(v, "last.report", (struct text){ bytes, len },
                       member(report, "model"));
        free(bytes);
    }
    cJSON_ArrayForEach(e, member(record, "extracts"))
    {
        const cJSON *text = member(e, "text");

        if (cJSON_IsString(text))
            var_ranges(v, arena_printf(v->a, "last.extract.%s", e->string),
                       text_from(text->valuestring), member(e, "model"));
    }
    return st;
}

static void set_stages(struct vars *v, const cJSON *record)
{
    const cJSON *c;
    struct buf b = { .max = 4096 };

    buf_printf(&b, "ingest %.2fs",
               positive(member(record, "data"), "ingest_ns") / 1e9);
    cJSON_ArrayForEach(c, member(record, "calls"))
    {
        const cJSON *stage = member(c, "stage");

        if (cJSON_IsString(stage))
            buf_printf(&b, " | %s %.2fs", stage->valuestring,
                       positive(c, "e2e_ns") / 1e9);
    }
    vars_printf(v, "last.stages", "%s", b.ptr != NULL ? b.ptr : "");
    buf_free(&b);
}

static enum status set_last(struct vars *v, const struct run_plan *p,
                            const struct group *g, struct error *err)
{
    const cJSON *r = g->last;
    const cJSON *summary = member(member(r, "data"), "summary");
    struct buf b = { .max = 4096 };

    for (size_t i = 0; i < g->agent->extract_count; i++)
        vars_text(
            v,
            arena_printf(v->a, "last.extract.%s", g->agent->extracts[i].name),
            TEXT_LIT("- none"));
    var_member(v, "model", member(r, "model"), "name");
    var_member(v, "timestamp", r, "started");
    var_member(v, "date", r, "date");
    var_member(v, "files", member(r, "data"), "files");
    var_ranges(v, "data_summary",
               cJSON_IsString(summary) ? text_from(summary->valuestring)
                                       : TEXT_LIT("n/a"),
               NULL);
    options_text(&b, member(r, "options"));
    vars_printf(v, "configuration", "%s", b.ptr != NULL ? b.ptr : "");
    buf_free(&b);
    set_stages(v, r);
    vars_printf(v, "last.total_s", "%.2f",
                positive(member(r, "metrics"), "wall_ns") / 1e9);
    return set_last_report(v, p, r, err);
}

static enum status write_report(const struct run_plan *p, const struct group *g,
                                struct error *err)
{
    struct vars *v = calloc(1, sizeof(*v));
    struct expansion *x = calloc(1, sizeof(*x));
    char path[4096], variant[24] = "";
    enum status st = ST_NOMEM;

    if (v == NULL || x == NULL) {
        (void)error_set(err, st, "no memory for an aggregate");
        goto out;
    }
    v->a = g->a;
    vars_text(v, "title", text_from(g->agent->title));
    vars_text(v, "agent", text_from(g->agent->name));
    vars_text(v, "variant", text_from(g->first->variant));
    vars_printf(v, "runs", "%ld", p->runs);
    vars_text(v, "call_table", buf_text(&g->table));
    set_numbers(v, g);
    st = set_last(v, p, g, err);
    if (st == ST_OK)
        st = expand(x, p->scenario->aggregate, v, "aggregate", err);
    if (g->first->options != NULL)
        (void)snprintf(variant, sizeof(variant), "v%03zu-",
                       g->first->variant_nth + 1);
    (void)snprintf(path, sizeof(path), "%s/%saggregate-%s.md", p->out, variant,
                   g->agent->name);
    if (st == ST_OK)
        st = file_write_buf(path, &x->out, err);
out:
    if (x != NULL)
        buf_free(&x->out);
    free(x);
    free(v);
    return st;
}

static void add_series(cJSON *o, const char *key, const double *at, size_t n)
{
    struct series s;
    cJSON *c = cJSON_AddObjectToObject(o, key);
    const struct {
        const char *key;
        double value;
    } rows[] = { { "mean", 0 },
                 { "sd", 0 },
                 { "cv_percent", 0 },
                 { "min", 0 },
                 { "max", 0 } };
    double value[5];

    series_of(&s, at, n);
    value[0] = s.mean;
    value[1] = s.sd;
    value[2] = s.cv;
    value[3] = s.min;
    value[4] = s.max;
    (void)cJSON_AddNumberToObject(c, "n", (double)s.n);
    for (size_t i = 0; i < 5; i++)
        if (value[i] < 0)
            (void)cJSON_AddNullToObject(c, rows[i].key);
        else
            (void)cJSON_AddNumberToObject(c, rows[i].key, value[i]);
}

static void add_group(cJSON *list, const struct group *g)
{
    cJSON *o = cJSON_CreateObject();
    const struct {
        const char *key;
        double value;
    } rows[] = {
        { "ok", (double)g->ok },
        { "failed", (double)g->failed },
        { "aborted", (double)g->aborted },
        { "rejected", (double)g->rejected },
        { "good", (double)g->good },
        { "retries", (double)g->retries },
        { "tokens", g->tokens },
        { "tokens_wasted", g->wasted },
        { "tokens_saved", g->saved },
        { "wall_s", g->wall_s },
        { "goodput_per_s", g->wall_s > 0 ? (double)g->good / g->wall_s : 0 },
    };

    (void)cJSON_AddStringToObject(o, "agent", g->agent->name);
    if (g->first->options != NULL) {
        (void)cJSON_AddStringToObject(o, "variant", g->first->variant);
        (void)cJSON_AddItemToObject(o, "options",
                                    cJSON_Duplicate(g->first->options, true));
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        (void)cJSON_AddNumberToObject(o, rows[i].key, rows[i].value);
    add_series(o, "throughput_tok_s", g->speed, g->speeds);
    add_series(o, "ttft_ms", g->ttft, g->ttfts);
    add_series(o, "ttft_cold_ms", g->cold, g->colds);
    add_series(o, "ttft_warm_ms", g->warm, g->warms);
    (void)cJSON_AddItemToArray(list, o);
}

static enum status one_group(const struct run_plan *p,
                             const struct sweep_item *item,
                             const struct scenario_agent *agent, cJSON *list,
                             struct error *err)
{
    struct group g = { .agent = agent,
                       .first = item,
                       .a = arena_new((size_t)1 << 30) };
    enum status st = ST_NOMEM;

    if (g.a == NULL)
        return error_set(err, st, "no memory for an aggregate");
    st = read_group(&g, p, err);
    if (st == ST_OK)
        add_group(list, &g);
    if (st == ST_OK && g.last != NULL && p->scenario->aggregate.len > 0)
        st = write_report(p, &g, err);
    cJSON_Delete(g.last);
    buf_free(&g.table);
    arena_free(g.a);
    return st;
}

/* The first item of the variant, in any order of the plan. */
static const struct sweep_item *of_variant(const struct sweep *s, size_t nth)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->at[i].variant_nth == nth)
            return &s->at[i];
    return NULL;
}

enum status aggregate_write(const struct run_plan *p, const struct sweep *sweep,
                            const struct run_events *e, struct error *err)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *list;
    char path[4096];
    char *text;
    enum status st = ST_OK;

    (void)cJSON_AddStringToObject(o, "schema", "assay-aggregate/1");
    (void)cJSON_AddStringToObject(o, "title", p->scenario->name);
    (void)cJSON_AddNumberToObject(o, "runs", (double)p->runs);
    list = cJSON_AddArrayToObject(o, "groups");
    for (size_t v = 0; v < sweep->variant_count && st == ST_OK; v++) {
        const struct sweep_item *item = of_variant(sweep, v);

        for (size_t i = 0;
             item != NULL && i < p->scenario->agent_count && st == ST_OK; i++)
            st = one_group(p, item, &p->scenario->agents[i], list, err);
    }
    text = st == ST_OK ? cJSON_Print(o) : NULL;
    cJSON_Delete(o);
    if (st == ST_OK && text == NULL)
        st = error_set(err, ST_NOMEM, "no memory for an aggregate");
    (void)snprintf(path, sizeof(path), "%s/aggregate.json", p->out);
    if (st == ST_OK)
        st = file_write(path, text_from(text), err);
    if (st == ST_OK && e->wrote != NULL)
        e->wrote(e->arg, path);
    cJSON_free(text);
    return st;
}
