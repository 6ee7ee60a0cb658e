#ifndef RUNNER_CLI_DATA_H
#define RUNNER_CLI_DATA_H
/* Source data for the commands that read it. */
#include "runner/cli/cli.h"
#include "validator/facts/facts.h"

struct data_options {
    struct strings_arg paths;   /* --data */
    struct strings_arg records; /* run records: options, prompts and what the
                                   agent's code wrote of the report */
    const char *glossary;       /* --glossary FILE; NULL: none */
    const char *index;          /* --index FILE, instead of paths; NULL: none */
    bool allow_empty;           /* nothing readable is no error */
};

/* Facts of all paths, frozen. On ST_OK the caller owns *out (facts_free). */
enum status data_load(struct facts **out, const struct data_options *o,
                      struct error *err);

#endif
