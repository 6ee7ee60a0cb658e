#include <stdio.h>
#include <stdlib.h>

#include "runner/agent/agent_run.h"
#include "runner/agent/harvest.h"
#include "runner/llm/clock.h"
#include "validator/base/file.h"
#include "validator/run_context.h"

enum { AGENT_ARENA_MAX = 1 << 30, COLD_LOAD_NS = 1000000000 };

/* What reports call the options, in their order; "default" when not set. */
static const struct {
    const char *key, *shown;
} shown_options[] = {
    { "num_gpu", "num_gpu" },  { "num_ctx", "num_ctx" },
    { "temperature", "temp" }, { "top_p", "top_p" },
    { "top_k", "top_k" },      { "repeat_penalty", "repeat_penalty" },
};

static bool is_shown(const char *key)
{
    for (size_t i = 0; i < sizeof(shown_options) / sizeof(*shown_options); i++)
        if (strcmp(shown_options[i].key, key) == 0)
            return true;
    return false;
}

static void put_option(struct buf *out, const char *name, const cJSON *value)
{
    char *text = value != NULL ? cJSON_PrintUnformatted(value) : NULL;

    buf_printf(out, "%s%s=%s", out->len > 0 ? ", " : "", name,
               text != NULL ? text : "default");
    cJSON_free(text);
}

void options_text(struct buf *out, const cJSON *options)
{
    const cJSON *o;

    if (cJSON_GetArraySize(options) == 0) {
        buf_puts(out, "Ollama defaults");
        return;
    }
    for (size_t i = 0; i < sizeof(shown_options) / sizeof(*shown_options); i++)
        put_option(
            out, shown_options[i].shown,
            cJSON_GetObjectItemCaseSensitive(options, shown_options[i].key));
    cJSON_ArrayForEach(o, options)
    {
        if (!is_shown(o->string))
            put_option(out, o->string, o);
    }
}

/* Later settings replace earlier ones of the same name. */
static void merge_options(cJSON *into, const cJSON *from)
{
    const cJSON *o;

    cJSON_ArrayForEach(o, from)
    {
        if (strcmp(o->string, "model") == 0)
            continue; /* a sweep may vary it; it is no option */
        cJSON_DeleteItemFromObjectCaseSensitive(into, o->string);
        (void)cJSON_AddItemToObject(into, o->string, cJSON_Duplicate(o, true));
    }
}

enum status agent_run_init(struct agent_run *g, const struct run_plan *p,
                           const struct run_events *e, size_t nth,
                           const cJSON *variant, struct error *err)
{
    const struct scenario_agent *agent = &p->scenario->agents[nth];
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(variant, "model");

    g->plan = p;
    g->events = e;
    g->agent = agent;
    g->endpoint =
        p->endpoints[nth < p->endpoint_count ? nth : p->endpoint_count - 1];
    g->model = cJSON_IsString(model)  ? model->valuestring
               : agent->model != NULL ? agent->model
                                      : p->model;
    g->options = cJSON_CreateObject();
    g->a = arena_new(AGENT_ARENA_MAX);
    g->http = http_new();
    g->vars.a = g->a;
    if (g->options == NULL || g->a == NULL || g->http == NULL)
        return error_set(err, ST_NOMEM, "no memory for an agent");
    merge_options(g->options, agent->options);
    merge_options(g->options, p->options);
    merge_options(g->options, cJSON_GetObjectItemCaseSensitive(p->agent_options,
                                                               agent->name));
    merge_options(g->options, variant);
    return ST_OK;
}

void agent_run_free(struct agent_run *g)
{
    for (size_t i = 0; i < g->call_count; i++)
        call_result_free(&g->calls[i].result);
    buf_free(&g->report.out);
    cJSON_Delete(g->options);
    http_free(g->http);
    arena_free(g->a);
}

static void set_start_vars(struct agent_run *g)
{
    char date[CLOCK_DATE_MAX], stamp[CLOCK_STAMP_MAX];
    struct buf b = { .max = 4096 };
    struct vars *v = &g->vars;

    clock_date(date, g->wall_s);
    clock_stamp(stamp, g->wall_s);
    options_text(&b, g->options);
    vars_printf(v, "date", "%s", date);
    vars_printf(v, "timestamp", "%.10s %.8s UTC", stamp, stamp + 11);
    vars_printf(v, "configuration", "%s", b.ptr != NULL ? b.ptr : "");
    vars_text(v, "agent", text_from(g->agent->name));
    vars_text(v, "title", text_from(g->agent->title));
    vars_text(v, "model", text_from(g->model));
    vars_text(v, "endpoint", text_from(g->endpoint));
    vars_text(v, "scenario", text_from(g->plan->scenario->name));
    vars_text(v, "persona", text_trim(g->agent->persona));
    vars_text(v, "data_summary", g->ingest->summary);
    vars_text(v, "metrics_given", g->ingest->metrics);
    vars_printf(v, "files", "%zu", g->ingest->files);
    vars_printf(v, "bytes", "%lld", g->ingest->bytes);
    vars_printf(v, "run", "%ld", g->run);
    vars_printf(v, "runs", "%ld", g->plan->runs);
    buf_free(&b);
}

static void on_tick(void *arg, const struct stream *s)
{
    struct agent_run *g = arg;

    if (g->events->tick != NULL)
        g->events->tick(g->events->arg, g->agent->name,
                        g->calls[g->call_count].call->stage, s);
}

/* Another seed for another attempt: the given one, or 0, plus its number. */
static cJSON *options_of_attempt(const struct agent_run *g, long attempt)
{
    cJSON *o = cJSON_Duplicate(g->options, true);
    const cJSON *seed = cJSON_GetObjectItemCaseSensitive(o, "seed");
    const double base = cJSON_IsNumber(seed) ? seed->valuedouble : 0;

    if (o == NULL || attempt == 0)
        return o;
    cJSON_DeleteItemFromObjectCaseSensitive(o, "seed");
    (void)cJSON_AddNumberToObject(o, "seed", base + (double)attempt);
    return o;
}

static void remember_attempt(struct agent_call *c, const cJSON *options)
{
    const struct stream *s = &c->result.stream;
    const cJSON *seed = cJSON_GetObjectItemCaseSensitive(options, "seed");
    struct attempt *at = &c->earlier[c->attempts - 1];

    *at = (struct attempt){
        .outcome = s->outcome,
        .has_seed = cJSON_IsNumber(seed),
        .seed = cJSON_IsNumber(seed) ? seed->valuedouble : 0,
        .tokens = s->counts.output_tokens >= 0 ? s->counts.output_tokens
                                               : (int64_t)s->timing.chunks,
        .e2e_ns = c->result.e2e_ns,
    };
    (void)snprintf(at->why, sizeof(at->why), "%s", s->why);
}

static enum status one_attempt(struct agent_run *g, struct agent_call *c,
                               const cJSON *options)
{
    char path[4096];
    const struct call_request r = {
        .endpoint = g->endpoint,
        .api = c->call->api,
        .model = g->model,
        .system = c->system,
        .prompt = c->prompt,
        .options = options,
        .limits = g->plan->limits,
        .stop_fd = g->plan->stop_fd,
        .engine = g->plan->engine,
        .enforce = g->plan->enforce,
        .transcript = g->plan->streams ? path : NULL,
        .tick = on_tick,
        .tick_arg = g,
    };
    char again[32] = "";

    if (c->attempts > 0)
        (void)snprintf(again, sizeof(again), "-retry%ld", c->attempts);
    (void)snprintf(path, sizeof(path), "%s/streams/%s-%zu-%s%s.jsonl",
                   g->plan->out, g->base, g->call_count + 1, c->call->stage,
                   again);
    c->attempts++;
    return call_model(&c->result, g->http, &r, &g->err);
}

static bool worth_a_retry(const struct agent_run *g, const struct agent_call *c)
{
    const enum stream_outcome o = c->result.stream.outcome;

    return o != OUTCOME_OK && o != OUTCOME_INTERRUPTED &&
           c->attempts <= g->plan->retries && c->attempts <= RETRIES_MAX;
}

static void ask_cold(const struct agent_run *g, struct agent_call *c)
{
    const int64_t load = c->result.stream.counts.load_ns;

    c->cold_known = load >= 0 || g->server.ps_known;
    c->cold = load >= 0 ? load >= COLD_LOAD_NS : !g->server.loaded;
}

static void make_call(struct agent_run *g, struct agent_call *c)
{
    for (;;) {
        cJSON *options = options_of_attempt(g, c->attempts);

        g->st = one_attempt(g, c, options);
        if (g->events->call_end != NULL && g->st == ST_OK)
            g->events->call_end(g->events->arg, g->agent->name, c->call->stage,
                                &c->result, c->attempts);
        if (g->st != ST_OK || !worth_a_retry(g, c)) {
            cJSON_Delete(options);
            break;
        }
        remember_attempt(c, options);
        cJSON_Delete(options);
        call_result_free(&c->result);
    }
    ask_cold(g, c);
    c->made = true;
    g->call_count++;
}

static enum status expand_text(struct agent_run *g, struct text template,
                               const char *what, struct text *out)
{
    struct expansion *x = calloc(1, sizeof(*x));
    enum status st = ST_NOMEM;

    if (x == NULL)
        return error_set(&g->err, ST_NOMEM, "no memory for a prompt");
    st = expand(x, template, &g->vars, what, &g->err);
    if (st == ST_OK) {
        *out = arena_copy(g->a, text_trim(buf_text(&x->out)));
        if (out->ptr == NULL)
            st = error_set(&g->err, ST_NOMEM, "no memory for a prompt");
    }
    buf_free(&x->out);
    free(x);
    return st;
}

static const char *name_of(struct agent_run *g, const char *prefix,
                           const char *name)
{
    const char *s = arena_printf(g->a, "%s.%s", prefix, name);

    return s != NULL ? s : "";
}

static void set_call_vars(struct agent_run *g, const struct agent_call *c)
{
    const struct stream *s = &c->result.stream;

    vars_model(&g->vars, name_of(g, "call", c->call->stage),
               buf_text(&s->text));
    vars_printf(&g->vars, name_of(g, "wall_s", c->call->stage), "%.2f",
                (double)c->result.e2e_ns / 1e9);
    for (size_t i = 0; i < g->agent->extract_count; i++)
        if (strcmp(g->agent->extracts[i].from, c->call->stage) == 0)
            harvest_lines(&g->vars, &g->agent->extracts[i], buf_text(&s->text));
}

/* What the run does after a call: true to go on with the next one. */
static bool take_outcome(struct agent_run *g, const struct agent_call *c)
{
    const struct stream *s = &c->result.stream;
    const char *notice = NULL;

    set_call_vars(g, c);
    g->aborted = s->outcome == OUTCOME_ABORTED;
    g->interrupted = s->outcome == OUTCOME_INTERRUPTED;
    g->failed = s->outcome != OUTCOME_OK && !g->aborted;
    if (g->aborted)
        notice = arena_printf(
            g->a,
            "\n\n> Generation stopped by assay: %s: %s (stage %s, at byte %zu "
            "of the answer, decided at byte %zu).",
            s->stop.rule->id, s->stop.rule->message, c->call->stage,
            s->stop.span.off, s->stop.decided_at);
    else if (g->failed)
        notice = arena_printf(g->a, "\n\n> Generation failed: stage %s: %s.",
                              c->call->stage, s->why);
    if (notice != NULL)
        g->notice = text_from(notice);
    return s->outcome == OUTCOME_OK;
}

/* The stages that were not reached exist as empty texts, and an answer that
 * was stopped stands where the report's text would be. */
static void fill_missing(struct agent_run *g)
{
    const size_t all = g->agent->call_count;

    for (size_t i = g->call_count; i < all; i++) {
        const struct scenario_call *c = &g->agent->calls[i];

        vars_text(&g->vars, name_of(g, "call", c->stage),
                  (struct text){ "", 0 });
        vars_printf(&g->vars, name_of(g, "wall_s", c->stage), "0.00");
    }
    for (size_t i = 0; i < g->agent->extract_count; i++)
        if (vars_find(&g->vars,
                      text_from(name_of(g, "extract",
                                        g->agent->extracts[i].name))) == NULL)
            harvest_lines(&g->vars, &g->agent->extracts[i],
                          (struct text){ "", 0 });
    if (g->call_count > 0 && g->call_count < all)
        vars_model(&g->vars, name_of(g, "call", g->agent->calls[all - 1].stage),
                   buf_text(&g->calls[g->call_count - 1].result.stream.text));
}

void agent_run_sums(const struct agent_run *g, struct call_sums *out)
{
    double speed = 0, ttft = 0;
    size_t speeds = 0, ttfts = 0;

    *out = (struct call_sums){ .tok_s = -1, .ttft_ms = -1 };
    for (size_t i = 0; i < g->call_count; i++) {
        const struct stream *s = &g->calls[i].result.stream;
        const struct counts *c = &s->counts;
        const int64_t queue = counts_unattributed_ns(c);

        if (counts_tok_s(c) >= 0) {
            speed += counts_tok_s(c);
            speeds++;
        }
        if (s->timing.first_ns >= 0) {
            ttft += ns_to_ms(s->timing.first_ns);
            ttfts++;
        }
        out->tokens += c->output_tokens > 0 ? c->output_tokens : 0;
        out->prompt_eval_ms +=
            c->prompt_eval_ns > 0 ? ns_to_ms(c->prompt_eval_ns) : 0;
        out->eval_ms += c->eval_ns > 0 ? ns_to_ms(c->eval_ns) : 0;
        out->load_ms += c->load_ns > 0 ? ns_to_ms(c->load_ns) : 0;
        out->total_ms += ns_to_ms(g->calls[i].result.e2e_ns);
        out->unattributed_ns += queue > 0 ? queue : 0;
    }
    if (speeds > 0)
        out->tok_s = speed / (double)speeds;
    if (ttfts > 0)
        out->ttft_ms = ttft / (double)ttfts;
}

static void var_number(struct vars *v, const char *name, double x)
{
    if (x < 0)
        vars_text(v, name, TEXT_LIT("n/a"));
    else
        vars_printf(v, name, "%.2f", x);
}

static void set_end_vars(struct agent_run *g)
{
    struct vars *v = &g->vars;
    struct call_sums sums;
    char stages[512];
    size_t n = 0;

    agent_run_sums(g, &sums);
    var_number(v, "throughput", sums.tok_s);
    var_number(v, "ttft_ms", sums.ttft_ms);
    var_number(v, "total_ms", sums.total_ms);
    var_number(v, "prompt_eval_ms", sums.prompt_eval_ms);
    var_number(v, "eval_ms", sums.eval_ms);
    var_number(v, "load_ms", sums.load_ms);
    vars_printf(v, "tokens", "%lld", (long long)sums.tokens);
    vars_printf(v, "ingest_s", "%.2f", (double)g->ingest_ns / 1e9);
    vars_printf(v, "total_s", "%.2f",
                (double)(g->end_ns - g->begin_ns + g->ingest_ns) / 1e9);
    stages[0] = '\0';
    for (size_t i = 0; i < g->call_count && n < sizeof(stages); i++) {
        const int len = snprintf(stages + n, sizeof(stages) - n, " | %s %.2fs",
                                 g->calls[i].call->stage,
                                 (double)g->calls[i].result.e2e_ns / 1e9);

        n += len > 0 ? (size_t)len : 0;
    }
    vars_printf(v, "stages", "ingest %.2fs%s", (double)g->ingest_ns / 1e9,
                stages);
    vars_text(v, "notice", g->notice);
}

void agent_run_go(struct agent_run *g)
{
    bool go = true;

    g->wall_s = clock_wall_s();
    g->begin_ns = clock_now_ns();
    set_start_vars(g);
    server_ask(&g->server, g->http, g->endpoint, g->model, g->plan->stop_fd);
    for (size_t i = 0; i < g->agent->call_count && go && g->st == ST_OK; i++) {
        struct agent_call *c = &g->calls[i];

        c->call = &g->agent->calls[i];
        g->st = expand_text(g, c->call->prompt, c->call->stage, &c->prompt);
        if (g->st == ST_OK)
            g->st = expand_text(g, c->call->system, c->call->stage, &c->system);
        if (g->st != ST_OK)
            break;
        make_call(g, c);
        go = take_outcome(g, c);
    }
    g->end_ns = clock_now_ns();
    server_ask_ps(&g->server, g->http, g->endpoint, g->model, g->plan->stop_fd);
    fill_missing(g);
    set_end_vars(g);
    if (g->st == ST_OK)
        g->st = expand(&g->report, g->agent->report, &g->vars, g->agent->name,
                       &g->err);
}

static void calls_context(const struct agent_run *g, struct run_context *run,
                          struct run_call calls[CALLS_MAX])
{
    const struct agent_call *last;

    if (g->call_count == 0)
        return;
    for (size_t i = 0; i < g->call_count; i++)
        calls[i] = (struct run_call){
            .stage = text_from(g->calls[i].call->stage),
            .prompt = g->calls[i].prompt,
            .prompt_tokens =
                (long)g->calls[i].result.stream.counts.prompt_tokens,
            .output_tokens =
                (long)g->calls[i].result.stream.counts.output_tokens,
        };
    run->calls = calls;
    run->call_count = g->call_count;
    last = &g->calls[g->call_count - 1];
    run->prompt = last->prompt;
    run->done_reason = text_from(last->result.stream.done_reason);
    run->prompt_tokens = (long)last->result.stream.counts.prompt_tokens;
    run->output_tokens = (long)last->result.stream.counts.output_tokens;
}

static long option_number(const cJSON *options, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(options, key);

    return cJSON_IsNumber(v) ? (long)v->valuedouble : -1;
}

enum status agent_run_report(struct agent_run *g, struct error *err)
{
    const size_t all = g->agent->call_count;
    const cJSON *contract = g->agent->calls[all - 1].contract;
    char *options = cJSON_PrintUnformatted(g->options);
    char *wanted = contract != NULL ? cJSON_PrintUnformatted(contract) : NULL;
    struct run_call calls[CALLS_MAX];
    struct run_context run = {
        .num_ctx = option_number(g->options, "num_ctx"),
        .num_predict = option_number(g->options, "num_predict"),
        .prompt_tokens = -1,
        .output_tokens = -1,
        .aborted = g->aborted,
        .model = g->report.model,
        .model_count = g->report.model_count,
        .date = vars_find(&g->vars, TEXT_LIT("date"))->value,
        .options_json =
            options != NULL ? text_from(options) : (struct text){ "", 0 },
        .contract_json = wanted != NULL && g->call_count == all
                             ? text_from(wanted)
                             : (struct text){ "", 0 },
    };
    const char *path = arena_printf(g->a, "%s/%s.md", g->plan->out, g->base);
    enum status st =
        path != NULL ? ST_OK : error_set(err, ST_NOMEM, "no memory");

    calls_context(g, &run, calls);
    if (st == ST_OK)
        st = file_write_buf(path, &g->report.out, err);
    if (st == ST_OK && g->plan->engine != NULL && !g->failed) {
        st = engine_run(g->plan->engine, &g->result, path,
                        buf_text(&g->report.out), &run, g->a, err);
        g->judged = st == ST_OK;
    }
    if (g->judged && g->events->judged != NULL)
        g->events->judged(g->events->arg, &g->result);
    if (st == ST_OK && g->events->wrote != NULL)
        g->events->wrote(g->events->arg, path);
    cJSON_free(options);
    cJSON_free(wanted);
    return st;
}
