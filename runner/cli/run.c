/* assay run: options to a plan, and the exit status. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "runner/agent/exec.h"
#include "runner/cli/net.h"
#include "runner/cli/run_show.h"
#include "runner/llm/http.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"
#include "validator/rules_data.h"

struct job {
    struct run_args args;
    struct session session;
    struct arena *arena;
    struct scenario scenario;
    struct run_plan plan;
    char urls[ENDPOINTS_MAX][512];
    const char *endpoints[ENDPOINTS_MAX];
    cJSON *options, *agent_options, *sweep;
    struct writer_options wo;
    const struct writer *writer;
    struct run_show show;
};

/* 12, 0.5, true are themselves; anything else is a string. */
static cJSON *value_of(struct text t)
{
    const char *end = NULL;
    cJSON *v = cJSON_ParseWithLengthOpts(t.ptr, t.len, &end, false);

    if (v != NULL && end == t.ptr + t.len &&
        (cJSON_IsNumber(v) || cJSON_IsBool(v)))
        return v;
    cJSON_Delete(v);
    char *copy = strndup(t.ptr, t.len);

    v = cJSON_CreateString(copy != NULL ? copy : "");
    free(copy);
    return v;
}

static void set_member(cJSON *o, struct text key, cJSON *value)
{
    char *name = strndup(key.ptr, key.len);

    cJSON_DeleteItemFromObjectCaseSensitive(o, name != NULL ? name : "");
    if (name == NULL || !cJSON_AddItemToObject(o, name, value))
        cJSON_Delete(value);
    free(name);
}

static bool is_agent(const struct scenario *s, struct text name)
{
    for (size_t i = 0; i < s->agent_count; i++)
        if (text_eq(text_from(s->agents[i].name), name))
            return true;
    return false;
}

/* "num_ctx=1024" or "insight.num_ctx=1024". */
static enum status take_option(struct job *j, const char *given,
                               struct error *err)
{
    const char *eq = strchr(given, '=');
    const char *dot =
        eq != NULL ? memchr(given, '.', (size_t)(eq - given)) : NULL;
    const struct text agent = { given,
                                dot != NULL ? (size_t)(dot - given) : 0 };
    const struct text key = { dot != NULL ? dot + 1 : given, 0 };
    cJSON *into = j->options;
    char *name;

    if (eq == NULL || eq == given || eq == key.ptr)
        return error_set(err, ST_USAGE, "%s: want KEY=VALUE", given);
    if (dot != NULL && !is_agent(&j->scenario, agent))
        return error_set(err, ST_USAGE, "%s: %s has no agent \"%.*s\"", given,
                         j->scenario.name, (int)agent.len, agent.ptr);
    if (dot != NULL) {
        name = strndup(agent.ptr, agent.len);
        into = cJSON_GetObjectItemCaseSensitive(j->agent_options, name);
        if (into == NULL)
            into = cJSON_AddObjectToObject(j->agent_options, name);
        free(name);
    }
    set_member(into, (struct text){ key.ptr, (size_t)(eq - key.ptr) },
               value_of(text_from(eq + 1)));
    return ST_OK;
}

/* "num_ctx=512,1024": one axis of the matrix. */
static enum status take_axis(struct job *j, const char *given,
                             struct error *err)
{
    const char *eq = strchr(given, '=');
    cJSON *list;

    if (eq == NULL || eq == given || eq[1] == '\0')
        return error_set(err, ST_USAGE, "%s: want KEY=VALUE,VALUE,...", given);
    if (j->sweep == NULL)
        j->sweep = cJSON_CreateObject();
    list = cJSON_CreateArray();
    for (const char *p = eq + 1; *p != '\0';) {
        const char *comma = strchr(p, ',');
        const size_t n = comma != NULL ? (size_t)(comma - p) : strlen(p);

        (void)cJSON_AddItemToArray(list, value_of((struct text){ p, n }));
        p += n + (comma != NULL);
    }
    set_member(j->sweep, (struct text){ given, (size_t)(eq - given) }, list);
    return ST_OK;
}

static enum status take_options(struct job *j, struct error *err)
{
    enum status st = ST_OK;

    j->options = cJSON_CreateObject();
    j->agent_options = cJSON_CreateObject();
    for (size_t i = 0; i < j->args.options.count && st == ST_OK; i++)
        st = take_option(j, j->args.options.at[i], err);
    for (size_t i = 0; i < j->args.sweep.count && st == ST_OK; i++)
        st = take_axis(j, j->args.sweep.at[i], err);
    return st;
}

static enum status no_such_scenario(const char *name, struct error *err)
{
    struct buf names = { .max = 4096 };

    scenario_names(&names);
    (void)error_set(err, ST_USAGE,
                    "%s: no such scenario; there are %s, or a JSON file", name,
                    names.ptr != NULL ? names.ptr : "none");
    buf_free(&names);
    return ST_USAGE;
}

static enum status load_scenario(struct job *j, struct error *err)
{
    const bool exec = strcmp(j->args.scenario, "exec") == 0;
    const char *name = exec ? "single" : j->args.scenario;
    const struct text embedded = scenario_embedded(name);
    char *bytes = NULL;
    size_t len = 0;
    enum status st;

    if (exec != (j->args.agent_cmd != NULL) &&
        (exec || strcmp(name, "single") != 0))
        return error_set(err, ST_USAGE,
                         "--scenario exec and --agent-cmd CMD "
                         "go together");
    if (embedded.ptr != NULL)
        return scenario_parse(&j->scenario, embedded, name, j->arena, err);
    if (!text_ends(text_from(name), TEXT_LIT(".json")))
        return no_such_scenario(name, err);
    st = file_read(&bytes, &len, name, 16 << 20, err);
    if (st == ST_OK)
        st = scenario_parse(&j->scenario, (struct text){ bytes, len }, name,
                            j->arena, err);
    free(bytes);
    return st;
}

/* --api: every call of every agent speaks that protocol. */
static enum status take_api(struct job *j, struct error *err)
{
    const char *name = j->args.api;
    const enum api api =
        name != NULL ? api_of_name(text_from(name)) : API_COUNT;

    if (name != NULL && api == API_COUNT)
        return error_set(err, ST_USAGE,
                         "%s: no such API (assay help run lists them)", name);
    for (size_t i = 0; name != NULL && i < j->scenario.agent_count; i++)
        for (size_t k = 0; k < j->scenario.agents[i].call_count; k++)
            j->scenario.agents[i].calls[k].api = api;
    return ST_OK;
}

static enum status take_endpoints(struct job *j, struct error *err)
{
    const char *host = getenv("OLLAMA_HOST");
    const size_t n = j->args.endpoints.count;

    for (size_t i = 0; i < (n > 0 ? n : 1); i++) {
        const char *given = n > 0 ? j->args.endpoints.at[i]
                            : host != NULL && host[0] != '\0'
                                ? host
                                : "http://127.0.0.1:11434";

        if (given[0] == '\0' ||
            !http_base_url(j->urls[i], sizeof(j->urls[i]), given))
            return error_set(err, ST_USAGE, "%s: not an endpoint URL", given);
        j->endpoints[i] = j->urls[i];
    }
    j->plan.endpoint_count = n > 0 ? n : 1;
    return ST_OK;
}

static int stop_signals(void)
{
    sigset_t stop;

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC);
}

/* "runs/" is "runs": names of files are made of it. */
static const char *without_slash(struct arena *a, const char *path)
{
    size_t n = strlen(path);
    const char *s;

    while (n > 1 && path[n - 1] == '/')
        n--;
    s = arena_printf(a, "%.*s", (int)n, path);
    return s != NULL ? s : path;
}

static enum status make_plan(struct job *j, struct error *err)
{
    const struct run_args *a = &j->args;
    enum status st = take_endpoints(j, err);

    if (st == ST_OK)
        st = load_scenario(j, err);
    if (st == ST_OK)
        st = take_api(j, err);
    if (st == ST_OK)
        st = take_options(j, err);
    if (st != ST_OK)
        return st;
    j->plan = (struct run_plan){
        .scenario = &j->scenario,
        .endpoints = j->endpoints,
        .endpoint_count = j->plan.endpoint_count,
        .model = a->model,
        .options = j->options,
        .agent_options = j->agent_options,
        .sweep = j->sweep != NULL ? j->sweep : j->scenario.sweep,
        .data = a->session.data.count > 0 ? a->session.data.at[0] : NULL,
        .out = without_slash(j->arena, a->out),
        .runs = a->runs,
        .retries = a->retries,
        .enforce = !a->guard_off,
        .streams = !a->no_streams,
        .resume = a->resume,
        .order_seed = (uint64_t)a->order_seed,
        .limits = { .connect_ms = 10000,
                    .first_byte_ms = a->first_s * 1000,
                    .idle_ms = a->idle_s * 1000,
                    .total_ms = a->total_s * 1000 },
        .min_tok_s = a->min_tok_s,
        .max_ttft_ms = a->max_ttft_ms,
        .engine = &j->session.engine,
        .version = ASSAY_VERSION,
        .rules_sha256 = rules_sha256,
        .host = a->host,
        .stop_fd = stop_signals(),
    };
    j->writer = writer_find(text_from(a->format != NULL ? a->format : "text"));
    if (j->writer == NULL)
        return error_set(err, ST_USAGE, "%s: no such output format", a->format);
    return ST_OK;
}

static int verdict_of(const struct job *j, const struct run_totals *t)
{
    struct error err;

    if (t->first_failure[0] != '\0') {
        (void)error_set(&err, ST_NET,
                        "%ld of the reports could not be made: %s", t->failed,
                        t->first_failure);
        (void)cli_fail(&err);
    }
    if (t->interrupted)
        return EXIT_TERM;
    if (t->failed > 0)
        return EXIT_CANNOT;
    return t->rejected + t->aborted > 0 && !j->args.exit_zero ? EXIT_GATE
                                                              : EXIT_PASS;
}

static enum status go(struct job *j, struct run_totals *totals,
                      struct error *err)
{
    struct run_events events;
    enum status st;

    j->wo = (struct writer_options){
        .quiet = j->args.quiet,
        .fail_on = SEV_ERROR,
        .version = ASSAY_VERSION,
        .rules_sha256 = rules_sha256,
        .engine = &j->session.engine,
    };
    run_show_begin(&j->show, j->writer, &j->wo, j->args.quiet);
    run_show_events(&j->show, &events);
    st = j->args.agent_cmd != NULL
             ? run_command(&j->plan, j->args.agent_cmd, &events, totals, err)
             : run_scenario(&j->plan, &events, totals, err);
    run_show_end(&j->show, st == ST_OK || totals->runs > 0 ? totals : NULL,
                 j->plan.out);
    return st;
}

int run_main(int argc, char **argv)
{
    struct job *j = calloc(1, sizeof(*j));
    struct run_totals totals = { .runs = 0 };
    struct error err;
    enum status st = ST_NOMEM;
    int rc;

    if (j == NULL) {
        (void)error_set(&err, st, "no memory");
        return cli_fail(&err);
    }
    j->arena = arena_new(64 << 20);
    st = run_args_parse(&j->args, argc, argv, &err);
    if (st == ST_OK)
        st = http_init(&err);
    if (st == ST_OK)
        st = make_plan(j, &err);
    if (st == ST_OK) {
        st = session_begin(&j->session, &j->args.session, &err);
        if (st == ST_OK) {
            session_warn(&j->session);
            st = go(j, &totals, &err);
            session_end(&j->session);
        }
    }
    rc = st != ST_OK ? cli_fail(&err) : verdict_of(j, &totals);
    scenario_free(&j->scenario);
    cJSON_Delete(j->options);
    cJSON_Delete(j->agent_options);
    cJSON_Delete(j->sweep);
    run_args_free(&j->args);
    arena_free(j->arena);
    free(j);
    return rc;
}
