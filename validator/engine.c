#include "validator/engine.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/audit/audit.h"
#include "validator/base/utf8.h"

const char *const severity_name[SEV_COUNT] = {
    [SEV_NOTE] = "note", [SEV_WARNING] = "warning", [SEV_ERROR] = "error"
};
const char *const verdict_name[VERDICT_COUNT] = {
    [VERDICT_PASS] = "pass", [VERDICT_WARN] = "warn", [VERDICT_FAIL] = "fail"
};

enum { MAX_FINDINGS = 10000 };

struct check_ctx {
    const struct engine *e;
    const struct report *report;
    const struct run_context *run;
    const struct audit *audit;
    struct arena *a;
    struct error *err;
    size_t at; /* index of the running check */
    struct finding *findings;
    size_t count, cap, dropped;
    struct check_result *result;
    bool scored;
};

const struct report *ctx_report(const struct check_ctx *ctx)
{
    return ctx->report;
}

struct text ctx_bytes(const struct check_ctx *ctx)
{
    return ctx->report->bytes;
}

const void *ctx_setup(const struct check_ctx *ctx)
{
    return ctx->e->setups[ctx->at];
}

long ctx_option(const struct check_ctx *ctx, size_t option)
{
    return ctx->e->options[ctx->at][option];
}

struct arena *ctx_arena(struct check_ctx *ctx)
{
    return ctx->a;
}

struct error *ctx_error(struct check_ctx *ctx)
{
    return ctx->err;
}

const struct facts *ctx_facts(const struct check_ctx *ctx)
{
    return ctx->e->facts;
}

const struct audit *ctx_audit(const struct check_ctx *ctx)
{
    return ctx->audit;
}

const struct run_context *ctx_run(const struct check_ctx *ctx)
{
    return ctx->run;
}

void ctx_score(struct check_ctx *ctx, int score)
{
    ctx->result->score = score < 0 ? 0 : score > 100 ? 100 : score;
    ctx->scored = true;
}

enum status ctx_metrics(struct check_ctx *ctx, const struct kv *metrics,
                        size_t n)
{
    struct kv *copy = arena_alloc(ctx->a, n, sizeof(*copy));

    if (copy == NULL)
        return error_set(ctx->err, ST_NOMEM, "%s: no memory for metrics",
                         ctx->report->name);
    memcpy(copy, metrics, n * sizeof(*copy));
    ctx->result->metrics = copy;
    ctx->result->metric_count = n;
    return ST_OK;
}

enum status ctx_emit(struct check_ctx *ctx, size_t rule, struct span span,
                     struct text detail, const struct kv *evidence,
                     size_t evidence_count)
{
    return ctx_emit_as(ctx, rule, SEV_COUNT, span, detail, evidence,
                       evidence_count);
}

static enum status out_of_memory(struct check_ctx *ctx)
{
    return error_set(ctx->err, ST_NOMEM, "%s: no memory for findings",
                     ctx->report->name);
}

static enum status make_room(struct check_ctx *ctx)
{
    const size_t cap = ctx->cap != 0 ? ctx->cap * 2 : 32;
    struct finding *p;

    if (ctx->count < ctx->cap)
        return ST_OK;
    p = arena_grow(ctx->a, ctx->findings, ctx->count, cap, sizeof(*p));
    if (p == NULL)
        return out_of_memory(ctx);
    ctx->findings = p;
    ctx->cap = cap;
    return ST_OK;
}

enum status ctx_emit_as(struct check_ctx *ctx, size_t rule,
                        enum severity severity, struct span span,
                        struct text detail, const struct kv *evidence,
                        size_t evidence_count)
{
    const struct check *c = ctx->e->checks[ctx->at];
    const signed char configured = ctx->e->severities[ctx->at][rule];
    struct kv *copy = NULL;
    enum status st;

    if (ctx->count >= ctx->e->max_findings) {
        ctx->dropped++;
        return ST_OK;
    }
    st = make_room(ctx);
    if (st != ST_OK)
        return st;
    if (evidence_count > 0) {
        copy = arena_alloc(ctx->a, evidence_count, sizeof(*copy));
        if (copy == NULL)
            return out_of_memory(ctx);
        memcpy(copy, evidence, evidence_count * sizeof(*copy));
    }
    if (configured >= 0)
        severity = (enum severity)configured;
    else if (severity == SEV_COUNT)
        severity = c->rules[rule].severity;
    ctx->findings[ctx->count++] = (struct finding){
        .check = c,
        .rule = &c->rules[rule],
        .severity = severity,
        .span = span,
        .detail = detail,
        .evidence = copy,
        .evidence_count = evidence_count,
    };
    ctx->result->findings++;
    return ST_OK;
}

bool finding_counts(const struct finding *f)
{
    return f->suppressed == NULL && f->baseline != BASELINE_KNOWN;
}

static size_t weight(enum severity s) /* twentieths of an error */
{
    return s == SEV_ERROR ? 20 : s == SEV_WARNING ? 5 : 1;
}

/* docs/score.md: 100 / (1 + errors + warnings / 4 + notes / 20). */
static int score_of(const struct finding *f, size_t from, size_t to)
{
    size_t twentieths = 20;

    for (size_t i = from; i < to; i++)
        twentieths += weight(f[i].severity);
    return (int)(2000 / twentieths);
}

static int by_place(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;

    if (x->span.off != y->span.off)
        return x->span.off < y->span.off ? -1 : 1;
    if (x->span.len != y->span.len)
        return x->span.len < y->span.len ? -1 : 1;
    return strcmp(x->rule->id, y->rule->id);
}

static uint64_t fnv(uint64_t h, const char *p, size_t n)
{
    while (n-- > 0)
        h = (h ^ (unsigned char)*p++) * 1099511628211u;
    return h;
}

/* Rule and text: lower case (ASCII), white space folded. */
static uint64_t print_of(struct text src, const struct finding *f)
{
    uint64_t h = fnv(14695981039346656037u, f->rule->id, strlen(f->rule->id));
    bool space = true;

    for (size_t i = f->span.off; i < span_end(f->span) && i < src.len; i++) {
        const bool blank = ascii_space(src.ptr[i]);
        const char c = blank ? ' ' : ascii_lower(src.ptr[i]);

        if (!blank || !space)
            h = fnv(h, &c, 1);
        space = blank;
    }
    return h;
}

struct print {
    uint64_t h;
    size_t at;
};

static int by_print(const void *a, const void *b)
{
    const struct print *x = a, *y = b;

    if (x->h != y->h)
        return x->h < y->h ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static enum status set_fingerprints(struct check_ctx *ctx)
{
    struct print *p = arena_alloc(ctx->a, ctx->count, sizeof(*p));
    uint64_t nth = 0;

    if (p == NULL)
        return out_of_memory(ctx);
    for (size_t i = 0; i < ctx->count; i++)
        p[i] = (struct print){ print_of(ctx->report->bytes, &ctx->findings[i]),
                               i };
    qsort(p, ctx->count, sizeof(*p), by_print);
    for (size_t i = 0; i < ctx->count; i++) {
        char index[8];

        nth = i > 0 && p[i].h == p[i - 1].h ? nth + 1 : 0;
        for (size_t k = 0; k < 8; k++)
            index[k] = (char)(nth >> (8 * k));
        ctx->findings[p[i].at].fingerprint = fnv(p[i].h, index, 8);
    }
    return ST_OK;
}

static void hash_bytes(char out[65], struct text t)
{
    struct sha256_ctx h;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&h);
    sha256_update(&h, t.len, (const uint8_t *)t.ptr);
    sha256_digest(&h, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static enum status run_checks(struct check_ctx *ctx, struct result *out)
{
    const struct engine *e = ctx->e;
    struct check_result *results =
        arena_alloc(ctx->a, e->check_count, sizeof(*results));

    if (results == NULL)
        return out_of_memory(ctx);
    for (size_t i = 0; i < e->check_count; i++) {
        const size_t before = ctx->count;
        enum status st;

        ctx->at = i;
        ctx->result = &results[i];
        ctx->scored = false;
        results[i].check = e->checks[i];
        results[i].score = 100;
        if (!e->selected[i] || e->why_off[i] != NULL)
            continue;
        results[i].ran = true;
        st = e->checks[i]->run(ctx);
        if (st == ST_NOMEM)
            return error_set(ctx->err, st, "%s: no memory for %s",
                             ctx->report->name, e->checks[i]->id);
        if (st != ST_OK)
            return st;
        results[i].scored = ctx->scored;
        if (!ctx->scored)
            results[i].score = score_of(ctx->findings, before, ctx->count);
    }
    out->checks = results;
    out->check_count = e->check_count;
    return ST_OK;
}

static void judge(struct result *out)
{
    out->score = 100;
    out->worst = SEV_NOTE;
    for (size_t i = 0; i < out->check_count; i++)
        if (out->checks[i].ran && out->checks[i].score < out->score)
            out->score = out->checks[i].score;
    for (size_t i = 0; i < out->finding_count; i++)
        if (finding_counts(&out->findings[i]) &&
            out->findings[i].severity > out->worst)
            out->worst = out->findings[i].severity;
    out->verdict = out->worst == SEV_ERROR     ? VERDICT_FAIL
                   : out->worst == SEV_WARNING ? VERDICT_WARN
                                               : VERDICT_PASS;
}

/* The formula once more over the findings of one check that count. A check
 * that scored itself keeps its score until none of its findings counts. */
static void rescore(struct check_result *c, const struct result *r)
{
    size_t twentieths = 20, counted = 0;

    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];

        if (f->check != c->check || !finding_counts(f))
            continue;
        counted++;
        twentieths += weight(f->severity);
    }
    if (counted == 0)
        c->score = 100;
    else if (!c->scored)
        c->score = (int)(2000 / twentieths);
}

void engine_rejudge(struct result *r)
{
    for (size_t i = 0; i < r->check_count; i++)
        if (r->checks[i].ran && r->checks[i].findings > 0)
            rescore(&r->checks[i], r);
    judge(r);
}

static bool audit_wanted(const struct engine *e)
{
    for (size_t i = 0; i < e->check_count; i++)
        if (e->selected[i] && e->checks[i]->needs_audit &&
            (e->facts != NULL || e->checks[i]->audits_alone))
            return true;
    return false;
}

enum status engine_run(const struct engine *e, struct result *out,
                       const char *name, struct text bytes,
                       const struct run_context *run, struct arena *a,
                       struct error *err)
{
    struct check_ctx ctx = { .e = e, .run = run, .a = a, .err = err };
    enum status st;

    *out = (struct result){ .score = 100 };
    st = report_open(&out->report, name, bytes, e->layouts, e->layout,
                     run != NULL ? run->model : NULL,
                     run != NULL ? run->model_count : 0, a, err);
    if (st != ST_OK)
        return st;
    hash_bytes(out->sha256, bytes);
    ctx.report = &out->report;
    if (audit_wanted(e)) {
        struct audit *audit = NULL;

        st = audit_make(&audit, &out->report, e->facts, run, e->audit_rules, a,
                        err);
        if (st != ST_OK)
            return st;
        ctx.audit = audit;
    }
    st = run_checks(&ctx, out);
    if (st != ST_OK)
        return st;
    if (ctx.count > 0)
        qsort(ctx.findings, ctx.count, sizeof(*ctx.findings), by_place);
    st = set_fingerprints(&ctx);
    out->findings = ctx.findings;
    out->finding_count = ctx.count;
    out->findings_dropped = ctx.dropped;
    out->audit = ctx.audit;
    judge(out);
    return st;
}

static enum status prepare_one(struct engine *e, size_t i, struct error *err)
{
    const struct check *c = e->checks[i];

    e->selected[i] = true;
    e->options[i] = calloc(c->option_count + 1, sizeof(long));
    e->severities[i] = malloc(c->rule_count + 1);
    if (e->options[i] == NULL || e->severities[i] == NULL)
        return error_set(err, ST_NOMEM, "no memory for checks");
    for (size_t k = 0; k < c->option_count; k++)
        e->options[i][k] = c->options[k].def;
    memset(e->severities[i], -1, c->rule_count + 1);
    return ST_OK;
}

enum status engine_prepare(struct engine *e, const struct check *const *checks,
                           size_t n, const struct check_env *env,
                           struct error *err)
{
    enum status st = ST_OK;

    *e = (struct engine){ .checks = checks,
                          .check_count = n,
                          .max_findings = MAX_FINDINGS,
                          .lang = text_from(env->langs[0]) };
    e->setups = calloc(n + 1, sizeof(*e->setups));
    e->why_off = calloc(n + 1, sizeof(*e->why_off));
    e->selected = calloc(n + 1, sizeof(*e->selected));
    e->options = calloc(n + 1, sizeof(*e->options));
    e->severities = calloc(n + 1, sizeof(*e->severities));
    if (e->setups == NULL || e->why_off == NULL || e->selected == NULL ||
        e->options == NULL || e->severities == NULL)
        st = error_set(err, ST_NOMEM, "no memory for checks");
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = prepare_one(e, i, err);
    if (st != ST_OK)
        engine_free(e);
    return st;
}

enum status engine_start(struct engine *e, const struct check_env *env,
                         struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < e->check_count && st == ST_OK; i++)
        if (e->selected[i] && e->checks[i]->setup != NULL)
            st = e->checks[i]->setup(&e->setups[i], env, &e->why_off[i], err);
    return st;
}

enum status engine_init(struct engine *e, const struct check *const *checks,
                        size_t n, const struct check_env *env,
                        struct error *err)
{
    enum status st = engine_prepare(e, checks, n, env, err);

    if (st != ST_OK)
        return st;
    st = engine_start(e, env, err);
    if (st != ST_OK)
        engine_free(e);
    return st;
}

void engine_free(struct engine *e)
{
    for (size_t i = 0; i < e->check_count; i++) {
        if (e->setups != NULL && e->setups[i] != NULL &&
            e->checks[i]->teardown != NULL)
            e->checks[i]->teardown(e->setups[i]);
        if (e->options != NULL)
            free(e->options[i]);
        if (e->severities != NULL)
            free(e->severities[i]);
    }
    free(e->setups);
    free(e->why_off);
    free(e->selected);
    free(e->options);
    free(e->severities);
    *e = (struct engine){ .check_count = 0 };
}

enum status engine_variant(struct engine *out, const struct engine *base,
                           struct error *err)
{
    const size_t n = base->check_count;

    *out = *base;
    out->selected = calloc(n + 1, sizeof(*out->selected));
    out->options = calloc(n + 1, sizeof(*out->options));
    out->severities = calloc(n + 1, sizeof(*out->severities));
    if (out->selected == NULL || out->options == NULL ||
        out->severities == NULL)
        goto fail;
    memcpy(out->selected, base->selected, n * sizeof(*out->selected));
    for (size_t i = 0; i < n; i++) {
        const struct check *c = base->checks[i];
        const size_t options = (c->option_count + 1) * sizeof(long);

        out->options[i] = malloc(options);
        out->severities[i] = malloc(c->rule_count + 1);
        if (out->options[i] == NULL || out->severities[i] == NULL)
            goto fail;
        memcpy(out->options[i], base->options[i], options);
        memcpy(out->severities[i], base->severities[i], c->rule_count + 1);
    }
    return ST_OK;
fail:
    engine_variant_free(out);
    return error_set(err, ST_NOMEM, "no memory for checks");
}

void engine_variant_free(struct engine *v)
{
    v->setups = NULL; /* the base's */
    v->why_off = NULL;
    engine_free(v);
}

size_t engine_find(const struct engine *e, struct text id)
{
    for (size_t i = 0; i < e->check_count; i++)
        if (text_eq(text_from(e->checks[i]->id), id))
            return i;
    return SIZE_MAX;
}

const char *engine_nearest(const struct engine *e, struct text id)
{
    const char *best = NULL;
    size_t least = 5;

    for (size_t i = 0; i < e->check_count; i++) {
        const size_t d = text_distance(id, text_from(e->checks[i]->id), 4);

        if (d < least) {
            least = d;
            best = e->checks[i]->id;
        }
    }
    return best;
}
