/* Run records: docs/schema/run-1.json. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/agent/agent_run.h"
#include "runner/llm/clock.h"
#include "validator/audit/audit.h"
#include "validator/base/file.h"

/* Text that may hold any bytes: escaped by our own writer, not by cJSON. */
static void add_text(cJSON *o, const char *key, struct text t)
{
    struct buf b = { .max = 0 };

    buf_json(&b, t);
    (void)cJSON_AddRawToObject(o, key, b.failed ? "null" : b.ptr);
    buf_free(&b);
}

static void add_string(cJSON *o, const char *key, const char *s)
{
    if (s == NULL || s[0] == '\0')
        (void)cJSON_AddNullToObject(o, key);
    else
        add_text(o, key, text_from(s));
}

/* An absent number is null: it is not zero. */
static void add_count(cJSON *o, const char *key, int64_t v)
{
    if (v < 0)
        (void)cJSON_AddNullToObject(o, key);
    else
        (void)cJSON_AddNumberToObject(o, key, (double)v);
}

/* Three decimals: what is measured is never more exact. */
static void add_real(cJSON *o, const char *key, double v)
{
    char text[48];

    if (v < 0) {
        (void)cJSON_AddNullToObject(o, key);
        return;
    }
    (void)snprintf(text, sizeof(text), "%.3f", v);
    (void)cJSON_AddRawToObject(o, key, text);
}

static void add_error_kind(cJSON *o, const char *kind, const char *why)
{
    cJSON *e = cJSON_AddObjectToObject(o, "error");

    (void)cJSON_AddStringToObject(e, "kind", kind);
    add_text(e, "message", text_from(why));
}

static void add_error(cJSON *o, enum stream_outcome outcome, const char *why)
{
    if (outcome == OUTCOME_OK || outcome == OUTCOME_ABORTED)
        (void)cJSON_AddNullToObject(o, "error");
    else
        add_error_kind(o, stream_outcome_name[outcome], why);
}

/* Tokens made after the decision, as far as chunks tell tokens. */
static int64_t tokens_after(const struct stream *s)
{
    const double share = s->timing.chunks > 0
                             ? (double)(s->timing.chunks - s->chunks_at_stop) /
                                   (double)s->timing.chunks
                             : 0;

    return s->counts.output_tokens >= 0
               ? (int64_t)((double)s->counts.output_tokens * share + 0.5)
               : (int64_t)(s->timing.chunks - s->chunks_at_stop);
}

/* What a stop saved against the most the options allowed: num_predict, else
 * what num_ctx left. -1: there is no limit to count against. */
static int64_t tokens_saved(const struct agent_run *g, const struct stream *s)
{
    const cJSON *predict =
        cJSON_GetObjectItemCaseSensitive(g->options, "num_predict");
    const cJSON *ctx = cJSON_GetObjectItemCaseSensitive(g->options, "num_ctx");
    const cJSON *limit =
        cJSON_IsNumber(predict) && predict->valuedouble > 0 ? predict : ctx;
    const double left = cJSON_IsNumber(limit)
                            ? limit->valuedouble - (double)s->timing.chunks
                            : -1;

    return left >= 0 && left < 1e12 ? (int64_t)left : -1;
}

static void add_guard(cJSON *o, const struct agent_run *g,
                      const struct stream *s)
{
    const int64_t saved = tokens_saved(g, s);
    const int64_t spent = s->timing.last_ns > s->timing.first_ns
                              ? s->timing.last_ns - s->timing.first_ns
                              : 0;
    cJSON *at;

    if (!s->guard_stopped) {
        (void)cJSON_AddNullToObject(o, "guard");
        return;
    }
    at = cJSON_AddObjectToObject(o, "guard");
    (void)cJSON_AddStringToObject(at, "check", s->stop.check->id);
    (void)cJSON_AddStringToObject(at, "rule", s->stop.rule->id);
    (void)cJSON_AddStringToObject(at, "message", s->stop.rule->message);
    (void)cJSON_AddBoolToObject(at, "enforced", s->outcome == OUTCOME_ABORTED);
    add_count(at, "start", (int64_t)s->stop.span.off);
    add_count(at, "end", (int64_t)span_end(s->stop.span));
    add_count(at, "decided_at", (int64_t)s->stop.decided_at);
    add_count(at, "tokens_wasted",
              s->outcome == OUTCOME_ABORTED ? 0 : tokens_after(s));
    add_count(at, "tokens_saved", s->outcome == OUTCOME_ABORTED ? saved : 0);
    add_count(at, "ns_saved",
              s->outcome == OUTCOME_ABORTED && saved >= 0 &&
                      s->timing.chunks > 1
                  ? spent / (int64_t)(s->timing.chunks - 1) * saved
                  : -1);
}

static void add_attempts(cJSON *o, const struct agent_call *c)
{
    cJSON *list = cJSON_AddArrayToObject(o, "earlier_attempts");

    for (long i = 0; i + 1 < c->attempts; i++) {
        const struct attempt *at = &c->earlier[i];
        cJSON *one = cJSON_CreateObject();

        (void)cJSON_AddStringToObject(one, "outcome",
                                      stream_outcome_name[at->outcome]);
        add_text(one, "why", text_from(at->why));
        if (at->has_seed)
            (void)cJSON_AddNumberToObject(one, "seed", at->seed);
        else
            (void)cJSON_AddNullToObject(one, "seed");
        add_count(one, "tokens", at->tokens);
        add_count(one, "e2e_ns", at->e2e_ns);
        (void)cJSON_AddItemToArray(list, one);
    }
}

static void add_timing(cJSON *o, struct timing *t)
{
    cJSON *itl;

    add_count(o, "ttft_ns", t->first_ns);
    add_count(o, "second_token_ns", t->second_ns);
    add_count(o, "chunks", (int64_t)t->chunks);
    itl = cJSON_AddObjectToObject(o, "itl");
    add_count(itl, "p50_ns", timing_gap(t, 0.5));
    add_count(itl, "p90_ns", timing_gap(t, 0.9));
    add_count(itl, "p99_ns", timing_gap(t, 0.99));
    add_count(itl, "max_ns", t->stall_ns);
    add_count(o, "longest_stall_ns", t->stall_ns);
}

static void add_counts(cJSON *o, const struct counts *c)
{
    add_count(o, "eval_count", c->output_tokens);
    add_count(o, "eval_duration_ns", c->eval_ns);
    add_count(o, "prompt_eval_count", c->prompt_tokens);
    add_count(o, "prompt_eval_cached_count", c->cached_tokens);
    add_count(o, "prompt_eval_duration_ns", c->prompt_eval_ns);
    add_count(o, "load_duration_ns", c->load_ns);
    add_count(o, "total_duration_ns", c->total_ns);
    add_count(o, "unattributed_ns", counts_unattributed_ns(c));
    add_real(o, "tok_s", counts_tok_s(c));
    add_real(o, "prompt_tok_s", counts_prompt_tok_s(c));
}

static cJSON *call_json(const struct agent_run *g, struct agent_call *c,
                        bool in_report)
{
    struct stream *s = &c->result.stream;
    cJSON *o = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(o, "stage", c->call->stage);
    (void)cJSON_AddStringToObject(o, "api", api_info[c->call->api].name);
    add_text(o, "system", c->system);
    add_text(o, "prompt", c->prompt);
    if (!in_report)
        add_text(o, "answer", buf_text(&s->text));
    (void)cJSON_AddBoolToObject(o, "done", s->outcome == OUTCOME_OK);
    add_string(o, "done_reason",
               s->outcome == OUTCOME_ABORTED ? "aborted" : s->done_reason);
    (void)cJSON_AddBoolToObject(o, "aborted", s->outcome == OUTCOME_ABORTED);
    add_error(o, s->outcome, s->why);
    add_count(o, "http_status", c->result.status > 0 ? c->result.status : -1);
    if (c->cold_known)
        (void)cJSON_AddBoolToObject(o, "cold", c->cold);
    else
        (void)cJSON_AddNullToObject(o, "cold");
    add_timing(o, &s->timing);
    add_counts(o, &s->counts);
    add_count(o, "e2e_ns", c->result.e2e_ns);
    add_count(o, "answer_bytes", (int64_t)s->text.len);
    add_count(o, "thinking_bytes", (int64_t)s->thinking.len);
    add_guard(o, g, s);
    add_attempts(o, c);
    return o;
}

static void add_spans(cJSON *o, const char *key, const struct span *s, size_t n)
{
    cJSON *list = cJSON_AddArrayToObject(o, key);

    for (size_t i = 0; i < n; i++) {
        cJSON *pair = cJSON_CreateArray();

        (void)cJSON_AddItemToArray(pair, cJSON_CreateNumber((double)s[i].off));
        (void)cJSON_AddItemToArray(pair,
                                   cJSON_CreateNumber((double)span_end(s[i])));
        (void)cJSON_AddItemToArray(list, pair);
    }
}

static void add_report(cJSON *o, const struct agent_run *g)
{
    char name[200];
    cJSON *r;

    if (g->failed) {
        (void)cJSON_AddNullToObject(o, "report");
        return;
    }
    r = cJSON_AddObjectToObject(o, "report");
    (void)snprintf(name, sizeof(name), "%s.md", g->base);
    add_string(r, "file", name);
    add_count(r, "bytes", (int64_t)g->report.out.len);
    add_string(r, "sha256", g->judged ? g->result.sha256 : NULL);
    add_spans(r, "model", g->report.model, g->report.model_count);
}

static void add_claims(cJSON *o, const struct audit *a)
{
    size_t n[CLAIM_VERDICTS] = { 0 };
    cJSON *c;

    if (a == NULL)
        return;
    c = cJSON_AddObjectToObject(o, "claims");
    for (size_t i = 0; i < a->claim_count; i++)
        n[a->claims[i].verdict]++;
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        (void)cJSON_AddNumberToObject(c, claim_verdict_name[i], (double)n[i]);
}

void record_add_validation(cJSON *o, const struct result *r)
{
    cJSON *v, *checks;

    if (r == NULL) {
        (void)cJSON_AddNullToObject(o, "validation");
        return;
    }
    v = cJSON_AddObjectToObject(o, "validation");
    (void)cJSON_AddStringToObject(v, "verdict", verdict_name[r->verdict]);
    (void)cJSON_AddNumberToObject(v, "score", r->score);
    checks = cJSON_AddObjectToObject(v, "checks");
    for (size_t i = 0; i < r->check_count; i++) {
        cJSON *c;

        if (!r->checks[i].ran)
            continue;
        c = cJSON_AddObjectToObject(checks, r->checks[i].check->id);
        (void)cJSON_AddNumberToObject(c, "score", r->checks[i].score);
        (void)cJSON_AddNumberToObject(c, "findings",
                                      (double)r->checks[i].findings);
    }
    add_claims(v, r->audit);
}

static void add_server(cJSON *o, const struct agent_run *g)
{
    const struct server_info *s = &g->server;
    cJSON *model = cJSON_AddObjectToObject(o, "model");
    cJSON *server = cJSON_AddObjectToObject(o, "server");
    cJSON *vram;

    add_string(model, "name", g->model);
    add_string(model, "digest", s->digest);
    add_string(server, "endpoint", g->endpoint);
    add_string(server, "version", s->version);
    if (s->size < 0) {
        (void)cJSON_AddNullToObject(o, "vram");
        return;
    }
    vram = cJSON_AddObjectToObject(o, "vram");
    add_count(vram, "size", s->size);
    add_count(vram, "size_vram", s->size_vram);
    add_real(vram, "share",
             s->size > 0 && s->size_vram >= 0
                 ? (double)s->size_vram / (double)s->size
                 : -1);
}

static void add_data(cJSON *o, const struct agent_run *g)
{
    cJSON *d = cJSON_AddObjectToObject(o, "data");

    add_string(d, "hash", g->plan->data != NULL ? g->ingest->hash : NULL);
    add_count(d, "files", (int64_t)g->ingest->files);
    add_count(d, "bytes", g->ingest->bytes);
    add_text(d, "summary", g->ingest->summary);
    add_text(d, "metrics", g->ingest->metrics);
    add_count(d, "ingest_ns", g->ingest_ns);
}

static void add_extracts(cJSON *o, const struct agent_run *g)
{
    cJSON *all = cJSON_AddObjectToObject(o, "extracts");

    for (size_t i = 0; i < g->agent->extract_count; i++) {
        char name[128];
        const struct var *v;

        (void)snprintf(name, sizeof(name), "extract.%s",
                       g->agent->extracts[i].name);
        v = vars_find(&g->vars, text_from(name));
        if (v == NULL)
            continue;
        cJSON *one = cJSON_AddObjectToObject(all, g->agent->extracts[i].name);
        add_text(one, "text", v->value);
        add_spans(one, "model", v->model, v->model_count);
    }
}

static void add_together(cJSON *o, const struct together *t)
{
    cJSON *c;

    if (!t->several) {
        (void)cJSON_AddNullToObject(o, "concurrency");
        return;
    }
    c = cJSON_AddObjectToObject(o, "concurrency");
    add_count(c, "wall_ns", t->wall_ns);
    add_count(c, "sequential_ns", t->sequential_ns);
    add_real(c, "speedup", t->speedup);
    add_real(c, "efficiency", t->efficiency);
    add_real(c, "fairness", t->fairness);
    add_real(c, "queue_share", t->queue_share);
    (void)cJSON_AddBoolToObject(c, "contention", t->contention);
}

static bool is_goodput(const struct agent_run *g, const struct call_sums *s)
{
    const struct run_plan *p = g->plan;

    return g->judged && !g->aborted && g->result.verdict != VERDICT_FAIL &&
           (p->min_tok_s <= 0 || s->tok_s >= p->min_tok_s) &&
           (p->max_ttft_ms <= 0 ||
            (s->ttft_ms >= 0 && s->ttft_ms <= p->max_ttft_ms));
}

static void add_metrics(cJSON *o, const struct agent_run *g)
{
    struct call_sums s;
    cJSON *m = cJSON_AddObjectToObject(o, "metrics");

    agent_run_sums(g, &s);
    add_real(m, "throughput_tok_s", s.tok_s);
    add_real(m, "ttft_ms", s.ttft_ms);
    add_count(m, "tokens", s.tokens);
    add_real(m, "prompt_eval_ms", s.prompt_eval_ms);
    add_real(m, "eval_ms", s.eval_ms);
    add_real(m, "load_ms", s.load_ms);
    add_real(m, "calls_ms", s.total_ms);
    add_count(m, "unattributed_ns", s.unattributed_ns);
    add_count(m, "wall_ns", g->end_ns - g->begin_ns);
    (void)cJSON_AddBoolToObject(m, "good", is_goodput(g, &s));
}

static void add_what(cJSON *o, const struct agent_run *g)
{
    char date[CLOCK_DATE_MAX], stamp[CLOCK_STAMP_MAX];
    const struct run_plan *p = g->plan;

    clock_date(date, g->wall_s);
    clock_stamp(stamp, g->wall_s);
    (void)cJSON_AddStringToObject(o, "schema", "assay-run/1");
    add_string(o, "version", p->version);
    add_string(o, "id", g->base);
    add_string(o, "scenario", p->scenario->name);
    add_string(o, "agent", g->agent->name);
    add_count(o, "run", g->run);
    add_string(o, "variant", g->variant);
    add_string(o, "date", date);
    add_string(o, "started", stamp);
    add_string(o, "rules", p->rules_sha256);
    add_string(o, "host", p->host);
    (void)cJSON_AddBoolToObject(o, "guarded", p->enforce);
    (void)cJSON_AddItemToObject(o, "options",
                                cJSON_Duplicate(g->options, true));
}

/* The stage that failed speaks for the run. */
static void add_status(cJSON *o, const struct agent_run *g)
{
    const struct stream *last =
        g->call_count > 0 ? &g->calls[g->call_count - 1].result.stream : NULL;

    (void)cJSON_AddStringToObject(o, "status",
                                  g->interrupted ? "interrupted"
                                  : g->failed    ? "failed"
                                  : g->aborted   ? "aborted"
                                                 : "ok");
    (void)cJSON_AddBoolToObject(o, "aborted", g->aborted);
    if (last != NULL)
        add_error(o, last->outcome, last->why);
    else if (!g->failed)
        (void)cJSON_AddNullToObject(o, "error");
    else
        add_error_kind(o, "not-run", "an agent before this one failed");
}

static void add_calls(cJSON *o, const struct agent_run *g)
{
    cJSON *calls = cJSON_AddArrayToObject(o, "calls");
    const struct scenario_call *end =
        &g->agent->calls[g->agent->call_count - 1];

    for (size_t i = 0; i < g->call_count; i++) {
        struct agent_call *c = (struct agent_call *)&g->calls[i];

        (void)cJSON_AddItemToArray(
            calls, call_json(g, c, c->call == end && !g->failed));
    }
    if (end->contract != NULL)
        (void)cJSON_AddItemToObject(o, "contract",
                                    cJSON_Duplicate(end->contract, true));
}

enum status record_write(const struct agent_run *g, const struct together *t,
                         struct error *err)
{
    cJSON *o = cJSON_CreateObject();
    char path[4096];
    char *text;
    enum status st;

    add_what(o, g);
    add_status(o, g);
    add_server(o, g);
    add_data(o, g);
    add_calls(o, g);
    add_metrics(o, g);
    add_together(o, t);
    add_extracts(o, g);
    add_report(o, g);
    record_add_validation(o, g->judged ? &g->result : NULL);
    text = cJSON_Print(o);
    cJSON_Delete(o);
    if (text == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory for a record", g->base);
    (void)snprintf(path, sizeof(path), "%s/%s.json", g->plan->out, g->base);
    st = file_write(path, text_from(text), err);
    cJSON_free(text);
    return st;
}
