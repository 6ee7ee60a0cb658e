#ifndef RUNNER_CLI_SESSION_H
#define RUNNER_CLI_SESSION_H
/* What every judging command needs: rules, layouts, facts, an engine. */
#include <pthread.h>

#include "runner/cli/cli.h"
#include "validator/check.h"
#include "validator/config.h"
#include "validator/engine.h"
#include "validator/audit/audit.h"
#include "validator/facts/facts.h"

struct session_options { /* zero-initialised: all defaults */
    struct strings_arg data, langs, words, select, ignore;
    const char *lang_data, *layout, *glossary, *index;
    struct strings_arg settings; /* "check.option=value" */
    const char *config; /* --config FILE; NULL: the nearest assay.json */
    bool no_config;
    bool allow_empty; /* --data without readable files is no error */
};

struct session_variant;

/* An option wins over the file; what is left empty comes from the file. */
struct session {
    struct config *config;    /* NULL: none */
    struct session_options o; /* as given, completed from the file */
    struct check_env env;
    struct engine engine;
    struct layouts *layouts;
    struct facts *facts; /* NULL without --data */
    struct audit_rules *audit_rules;
    char lang_path[4096];
    pthread_mutex_t lock; /* for variants */
    struct session_variant *variants;
};

enum status session_begin(struct session *s, const struct session_options *o,
                          struct error *err);
void session_end(struct session *s);

/* What is in force, as an assay.json on stdout. */
void session_print_config(const struct session *s, const char *fail_on);

/* A word on stderr, once per command, about what the checks in force have to
 * do without: the language data. */
void session_warn(const struct session *s);

/* The engine for one report: the file's overrides for its path, and `lang` in
 * place of the expected language when not NULL. Any thread. Valid as long as
 * s. ST_LIMIT: more than 64 languages or combinations. */
enum status session_engine(struct session *s, const char *name,
                           const char *lang, const struct engine **out,
                           struct error *err);

#endif
