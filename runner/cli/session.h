#ifndef RUNNER_CLI_SESSION_H
#define RUNNER_CLI_SESSION_H
/* What every judging command needs: rules, layouts, facts, an engine. */
#include "runner/cli/cli.h"
#include "validator/check.h"
#include "validator/engine.h"
#include "validator/facts/facts.h"

struct session_options { /* zero-initialised: all defaults */
    struct strings_arg data, langs, words, select, ignore;
    const char *rules_dir, *lang_data, *layout, *glossary;
    struct strings_arg settings; /* "check.option=value" */
};

struct session {
    struct check_env env;
    struct engine engine;
    struct layouts *layouts;
    struct facts *facts; /* NULL without --data */
    char lang_path[4096];
};

enum status session_begin(struct session *s, const struct session_options *o,
                          struct error *err);
void session_end(struct session *s);

#endif
