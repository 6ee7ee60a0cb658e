#ifndef RUNNER_CLI_CHECK_INT_H
#define RUNNER_CLI_CHECK_INT_H
/* assay check: what its files share. */
#include "runner/agent/record_read.h"
#include "runner/cli/input.h"
#include "runner/cli/session.h"
#include "runner/cli/suppress.h"
#include "runner/gate/ratchet.h"
#include "validator/output/writer.h"

enum {
    OUTPUTS_MAX = 16,
    JOBS_MAX = 256,
    ARENA_MAX = 1 << 30, /* bytes per report */
    WINDOW = 4           /* reports in flight per job */
};

struct output {
    const struct writer *writer;
    const char *path; /* NULL: stdout */
    bool append;      /* the file is added to, not replaced */
    struct buf all;   /* what goes to a file or to the writer's finish */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct check_args {
    struct session_options session;
    const struct writer *format;
    struct output outputs[OUTPUTS_MAX];
    size_t output_count;
    long jobs, max_findings; /* 0: not given */
    const char *fail_on;     /* NULL: not given */
    enum severity fail_severity;
    bool fail_never, exit_zero, allow_empty, claims, quiet, print_config;
    enum color color;
    const char *files0, *watch;
    struct strings_arg runs; /* --runs */
    const char *gate;        /* --gate */
    struct inputs inputs;
    struct suppress *suppress; /* NULL: none */
    struct strings_arg record_paths;
    struct record *records; /* one per path */
    bool *record_used;
    /* Findings known before: */
    const char *baseline, *write_baseline;
    bool prune_baseline, accept_new, strict_baseline, write_in_ci;
    struct ratchet *ratchet; /* NULL: none of them */
};

struct tally {
    struct summary summary;
    bool failed;  /* a finding at or above --fail-on */
    bool trouble; /* a report could not be judged */
    bool stopped; /* SIGTERM came */
    bool closed;  /* nobody reads stdout any more */
    size_t with_claims;
};

/* Judges all inputs in parallel and writes the outputs in their order. */
enum status check_all(struct check_args *args, struct session *s,
                      const struct writer_options *wo, struct tally *t,
                      struct error *err);

#endif
