#ifndef RUNNER_CLI_NET_H
#define RUNNER_CLI_NET_H
/* Commands that talk HTTP live in a second program, assay-net, beside assay or
 * in ../libexec/assay: loading libcurl, libmicrohttpd and what they need costs
 * milliseconds that `assay check` is to be spared (docs/measured/runner.md).
 * The tables of their options are here, so that help knows them. */
#include "runner/cli/session.h"

/* Becomes assay-net with the same arguments. Returns only on failure. */
int net_exec(int argc, char **argv);

enum { ENDPOINTS_MAX = 8, OPTIONS_GIVEN_MAX = 64 };

struct run_args {
    struct session_options session;
    struct strings_arg endpoints, options, sweep;
    const char *model, *scenario, *agent_cmd, *out, *host, *format, *api;
    long runs, retries, idle_s, first_s, total_s, order_seed;
    double min_tok_s, max_ttft_ms;
    bool guard_off, resume, no_streams, quiet, exit_zero;
};
extern const struct command command_run;
enum status run_args_parse(struct run_args *a, int argc, char **argv,
                           struct error *err);
void run_args_free(struct run_args *a);

struct replay_args {
    const char *listen, *fault, *dir;
    double speed;
};
extern const struct command command_replay;
enum status replay_args_parse(struct replay_args *a, int argc, char **argv,
                              struct error *err);

struct proxy_args {
    struct session_options session;
    const char *listen, *upstream, *records;
    bool guard_off, quiet;
};
extern const struct command command_proxy;
enum status proxy_args_parse(struct proxy_args *a, int argc, char **argv,
                             struct error *err);
void proxy_args_free(struct proxy_args *a);

/* A decimal number of at least `min`. ST_USAGE. */
enum status net_real(const char *value, double min, double *out,
                     struct error *err);

/* What assay-net runs; the same signatures as struct command's run. */
int run_main(int argc, char **argv);
int replay_main(int argc, char **argv);
int proxy_main(int argc, char **argv);

#endif
