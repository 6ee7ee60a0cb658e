#ifndef VALIDATOR_CONFIG_H
#define VALIDATOR_CONFIG_H
/* assay.json: JSON with comments, found upward from where one stands. Every
 * key, check, rule and option in it is known, or reading it is an error that
 * names the nearest known one (docs/config.md). */
#include <cjson/cJSON.h>

#include "validator/engine.h"

struct config;

enum { CONFIG_PATH_MAX = 4096 }; /* bytes, NUL included */

/* The nearest assay.json: in the current folder, then upward to the folder
 * that holds .git (or the root), as a path relative to the current folder.
 * False: there is none. */
bool config_find(char out[CONFIG_PATH_MAX]);

/* Reads `path` and checks its shape. On ST_OK the caller owns *out
 * (config_free). ST_INPUT: unreadable, not JSON, or an unknown key. */
enum status config_load(struct config **out, const char *path,
                        struct error *err);
void config_free(struct config *c); /* accepts NULL */

const char *config_path(const struct config *c);

/* A top-level member, or NULL; c may be NULL. Valid as long as c. A command's
 * own section ("run", "gate") is checked by that command. */
const cJSON *config_section(const struct config *c, const char *name);

/* The section of one check below "checks", or NULL; c may be NULL. Keys other
 * than enabled, severity and options must be in the check's config_keys. */
const cJSON *config_check(const struct config *c, const char *check_id);

/* A top-level string, or NULL. */
const char *config_string(const struct config *c, const char *name);

/* The n-th string of a top-level list (a lone string is a list of one), or
 * NULL behind its end. */
const char *config_nth(const struct config *c, const char *name, size_t n);

/* `path` as seen from the current folder: a relative path in the file is
 * relative to the file. Owned by c; NULL: no memory. */
const char *config_resolve(struct config *c, const char *path);

/* Sets the engine's switches, severities and options from `checks` (a "checks"
 * object of the file; NULL does nothing). ST_USAGE. */
enum status config_apply(const struct config *c, const cJSON *checks,
                         struct engine *e, struct error *err);

/* Checks that each pattern of "paths" can match: the folder before its first
 * wildcard exists. ST_USAGE names the nearest that does. */
enum status config_check_paths(struct config *c, struct error *err);

/* True when `pattern` (`*` and `?` within a name, `**` across folders; without
 * a slash it is for the last name alone) matches the whole of `path`. */
bool config_glob(const char *pattern, const char *path);

/* True when the report `name` (as given on the command line) matches one of
 * the patterns of `entry`, a member of "paths": relative to the file's folder.
 */
bool config_path_fits(const struct config *c, const cJSON *entry,
                      const char *name);

/* The nearest of `n` names to a wrong one by edit distance <= 4, or NULL. */
const char *config_nearest(const char *wrong, const char *const *names,
                           size_t n);

#endif
