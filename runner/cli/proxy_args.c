#include <stdlib.h>

#include "runner/cli/net.h"

#define ARGS ((struct proxy_args *)arg)

static enum status store_listen(void *arg, const char *value, struct error *err)
{
    (void)err;
    ARGS->listen = value;
    return ST_OK;
}

static enum status store_upstream(void *arg, const char *value,
                                  struct error *err)
{
    (void)err;
    ARGS->upstream = value;
    return ST_OK;
}

static enum status store_records(void *arg, const char *value,
                                 struct error *err)
{
    (void)err;
    ARGS->records = value;
    return ST_OK;
}

static enum status store_guard(void *arg, const char *value, struct error *err)
{
    ARGS->guard_off = strcmp(value, "off") == 0;
    return ARGS->guard_off || strcmp(value, "on") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want on or off", value);
}

static enum status store_lang(void *arg, const char *value, struct error *err)
{
    return strings_arg_add(&ARGS->session.langs, value, err);
}

static enum status store_select(void *arg, const char *value, struct error *err)
{
    return strings_arg_add(&ARGS->session.select, value, err);
}

static enum status store_ignore(void *arg, const char *value, struct error *err)
{
    return strings_arg_add(&ARGS->session.ignore, value, err);
}

static enum status store_set(void *arg, const char *value, struct error *err)
{
    return strings_arg_add(&ARGS->session.settings, value, err);
}

static enum status store_quiet(void *arg, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ARGS->quiet = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "listen", 0, ARG_VALUE, "ADDR:PORT", "where to serve (127.0.0.1:11435)",
      store_listen },
    { "upstream", 0, ARG_VALUE, "URL",
      "the model server (OLLAMA_HOST or http://127.0.0.1:11434)",
      store_upstream },
    { "records", 0, ARG_VALUE, "DIR",
      "write a record of every stream there (assay-proxy)", store_records },
    { "guard", 0, ARG_VALUE, "on|off", "stop garbled streams, or observe (on)",
      store_guard },
    { "lang", 0, ARG_VALUE, "TAG,..", "expected languages (en)", store_lang },
    { "select", 0, ARG_VALUE, "ID,..", "guards of these checks only",
      store_select },
    { "ignore", 0, ARG_VALUE, "ID,..", "no guards of these checks",
      store_ignore },
    { "set", 0, ARG_VALUE, "CHECK.OPT=N", "set a check's option", store_set },
    { "quiet", 'q', ARG_NONE, NULL, "no line per stream", store_quiet },
};

enum status proxy_args_parse(struct proxy_args *a, int argc, char **argv,
                             struct error *err)
{
    int operands = 0;
    enum status st;

    *a = (struct proxy_args){ .listen = "127.0.0.1:11435",
                              .records = "assay-proxy" };
    st = cli_parse(&command_proxy, argc, argv, a, &operands, err);
    if (st == ST_OK && operands > 0)
        st = error_set(err, ST_USAGE, "%s: proxy takes options only", argv[1]);
    return st;
}

void proxy_args_free(struct proxy_args *a)
{
    free(a->session.langs.at);
    free(a->session.select.at);
    free(a->session.ignore.at);
    free(a->session.settings.at);
}

const struct command command_proxy = {
    .name = "proxy",
    .summary = "guard any client's streams on their way from a model server",
    .operands = "",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = net_exec,
};
