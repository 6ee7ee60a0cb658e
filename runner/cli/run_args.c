#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/net.h"

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct run_args *)arg)
#define STORE_STRING(name)                                                     \
    STORE(name)                                                                \
    {                                                                          \
        (void)err;                                                             \
        ARGS->name = value;                                                    \
        return ST_OK;                                                          \
    }
#define STORE_LIST(name, at)                                                   \
    STORE(name)                                                                \
    {                                                                          \
        return strings_arg_add(&ARGS->at, value, err);                         \
    }
#define STORE_NUMBER(name, min, max)                                           \
    STORE(name)                                                                \
    {                                                                          \
        return cli_long(value, min, max, &ARGS->name, err);                    \
    }
#define STORE_REAL(name)                                                       \
    STORE(name)                                                                \
    {                                                                          \
        return net_real(value, 0, &ARGS->name, err);                           \
    }
#define STORE_FLAG(name)                                                       \
    STORE(name)                                                                \
    {                                                                          \
        (void)value;                                                           \
        (void)err;                                                             \
        ARGS->name = true;                                                     \
        return ST_OK;                                                          \
    }

STORE_STRING(model)
STORE_STRING(api)
STORE_STRING(scenario)
STORE_STRING(out)
STORE_STRING(agent_cmd)
STORE_STRING(host)
STORE_STRING(format)
STORE_LIST(endpoint, endpoints)
STORE_LIST(data, session.data)
STORE_LIST(option, options)
STORE_LIST(sweep, sweep)
STORE_NUMBER(order_seed, 0, 2147483647)
STORE_LIST(lang, session.langs)
STORE_LIST(select, session.select)
STORE_LIST(ignore, session.ignore)
STORE_LIST(set, session.settings)
STORE_NUMBER(runs, 1, 100000)
STORE_NUMBER(retries, 0, 20)
STORE_NUMBER(first_s, 1, 86400)
STORE_NUMBER(idle_s, 1, 86400)
STORE_NUMBER(total_s, 1, 604800)
STORE_REAL(min_tok_s)
STORE_REAL(max_ttft_ms)
STORE_FLAG(resume)
STORE_FLAG(no_streams)
STORE_FLAG(quiet)
STORE_FLAG(exit_zero)

STORE(guard)
{
    ARGS->guard_off = strcmp(value, "off") == 0;
    return ARGS->guard_off || strcmp(value, "on") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want on or off", value);
}
STORE(glossary)
{
    (void)err;
    ARGS->session.glossary = value;
    return ST_OK;
}
STORE(config)
{
    (void)err;
    ARGS->session.config = value;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "endpoint", 0, ARG_VALUE, "URL",
      "server; repeat for one per agent (OLLAMA_HOST or 127.0.0.1:11434)",
      store_endpoint },
    { "api", 0, ARG_VALUE, "NAME",
      "ollama-generate, ollama-chat, openai-chat or openai-completions, "
      "instead of the scenario's",
      store_api },
    { "model", 0, ARG_VALUE, "NAME", "model (gemma3:latest)", store_model },
    { "scenario", 0, ARG_VALUE, "NAME|FILE", "what to run (single)",
      store_scenario },
    { "agent-cmd", 0, ARG_VALUE, "CMD",
      "an agent of your own that writes reports into $ASSAY_OUT",
      store_agent_cmd },
    { "data", 0, ARG_VALUE, "DIR", "source data for the agents and the checks",
      store_data },
    { "option", 0, ARG_VALUE, "[AGENT.]K=V",
      "model option, as num_ctx=1024 (repeatable)", store_option },
    { "sweep", 0, ARG_VALUE, "K=V,V,..",
      "run every combination of these values (repeatable)", store_sweep },
    { "order-seed", 0, ARG_VALUE, "N", "of a sweep's random order (1)",
      store_order_seed },
    { "runs", 0, ARG_VALUE, "N", "repetitions (1)", store_runs },
    { "out", 0, ARG_VALUE, "DIR", "where reports and records go (assay-runs)",
      store_out },
    { "resume", 0, ARG_NONE, NULL, "go on with the runs in --out",
      store_resume },
    { "guard", 0, ARG_VALUE, "on|off", "stop garbled streams, or observe (on)",
      store_guard },
    { "retries", 0, ARG_VALUE, "N",
      "make a failed or stopped call again with another seed (0)",
      store_retries },
    { "first-byte-timeout", 0, ARG_VALUE, "S",
      "seconds to wait for an answer (600)", store_first_s },
    { "idle-timeout", 0, ARG_VALUE, "S", "seconds of silence allowed (120)",
      store_idle_s },
    { "timeout", 0, ARG_VALUE, "S", "seconds for a whole answer (3600)",
      store_total_s },
    { "min-speed", 0, ARG_VALUE, "TOK/S", "goodput: at least this fast",
      store_min_tok_s },
    { "max-ttft", 0, ARG_VALUE, "MS", "goodput: first token within this",
      store_max_ttft_ms },
    { "no-streams", 0, ARG_NONE, NULL, "do not record the streams",
      store_no_streams },
    { "host", 0, ARG_VALUE, "NAME", "class of this machine, for the gate",
      store_host },
    { "lang", 0, ARG_VALUE, "TAG", "expected language (en)", store_lang },
    { "select", 0, ARG_VALUE, "ID,..", "run only these checks", store_select },
    { "ignore", 0, ARG_VALUE, "ID,..", "do not run these checks",
      store_ignore },
    { "set", 0, ARG_VALUE, "CHECK.OPT=N", "set a check's option", store_set },
    { "glossary", 0, ARG_VALUE, "FILE", "words and units of the data",
      store_glossary },
    { "config", 0, ARG_VALUE, "FILE", "instead of the nearest assay.json",
      store_config },
    { "format", 'f', ARG_VALUE, "FORMAT", "format on stdout (text)",
      store_format },
    { "exit-zero", 0, ARG_NONE, NULL, "findings do not fail the command",
      store_exit_zero },
    { "quiet", 'q', ARG_NONE, NULL, "no progress, no summary line",
      store_quiet },
};

enum status run_args_parse(struct run_args *a, int argc, char **argv,
                           struct error *err)
{
    int operands = 0;
    enum status st;

    *a = (struct run_args){ .runs = 1,
                            .scenario = "single",
                            .model = "gemma3:latest",
                            .out = "assay-runs",
                            .first_s = 600,
                            .idle_s = 120,
                            .total_s = 3600,
                            .order_seed = 1 };
    st = cli_parse(&command_run, argc, argv, a, &operands, err);
    if (st == ST_OK && operands > 0)
        st = error_set(err, ST_USAGE, "%s: run takes options only", argv[1]);
    if (st == ST_OK && a->session.data.count > 1)
        st = error_set(err, ST_USAGE, "run takes one --data folder");
    if (st == ST_OK && a->endpoints.count > ENDPOINTS_MAX)
        st = error_set(err, ST_USAGE, "more than %d endpoints", ENDPOINTS_MAX);
    return st;
}

void run_args_free(struct run_args *a)
{
    struct strings_arg *const lists[] = {
        &a->endpoints,      &a->options,          &a->sweep,
        &a->session.data,   &a->session.langs,    &a->session.select,
        &a->session.ignore, &a->session.settings,
    };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        free(lists[i]->at);
}

const struct command command_run = {
    .name = "run",
    .summary = "run the agents that write reports, and judge what they write",
    .operands = "",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = net_exec,
};
