#include "runner/cli/net.h"

#define ARGS ((struct replay_args *)arg)

static enum status store_listen(void *arg, const char *value, struct error *err)
{
    (void)err;
    ARGS->listen = value;
    return ST_OK;
}

static enum status store_speed(void *arg, const char *value, struct error *err)
{
    return net_real(value, 0, &ARGS->speed, err);
}

static enum status store_fault(void *arg, const char *value, struct error *err)
{
    (void)err;
    ARGS->fault = value;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "listen", 0, ARG_VALUE, "ADDR:PORT",
      "where to serve; port 0: any (127.0.0.1:0)", store_listen },
    { "speed", 0, ARG_VALUE, "X", "times the recorded speed; 0: no waiting (1)",
      store_speed },
    { "fault", 0, ARG_VALUE, "NAME[=N]",
      "break every stream: cut=200, stall=200, 503, ... (docs/replay.md)",
      store_fault },
};

enum status replay_args_parse(struct replay_args *a, int argc, char **argv,
                              struct error *err)
{
    int operands = 0;
    enum status st;

    *a = (struct replay_args){ .listen = "127.0.0.1:0", .speed = 1 };
    st = cli_parse(&command_replay, argc, argv, a, &operands, err);
    if (st == ST_OK && operands != 1)
        st = error_set(err, ST_USAGE, "replay takes one folder of streams");
    a->dir = operands > 0 ? argv[1] : NULL;
    return st;
}

const struct command command_replay = {
    .name = "replay",
    .summary = "serve recorded streams over the Ollama and OpenAI protocols",
    .operands = "DIR",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = net_exec,
};
