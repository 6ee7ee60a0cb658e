#ifndef VALIDATOR_BASE_JSONC_H
#define VALIDATOR_BASE_JSONC_H
/* JSON with comments, for rules and configuration: cJSON behind it. */
#include <cjson/cJSON.h>

#include "validator/base/error.h"
#include "validator/base/text.h"

/* Parses `bytes` (comments // and block comments outside strings, and a comma
 * before a closing bracket, allowed: blanked first so that positions stay). On
 * ST_OK the caller frees *out with cJSON_Delete. ST_INPUT names `name`, line
 * and column. Limits: 64 MiB, and cJSON's nesting limit of 1000. */
enum status jsonc_parse(cJSON **out, struct text bytes, const char *name,
                        struct error *err);

/* jsonc_parse over file_read. */
enum status jsonc_load(cJSON **out, const char *path, struct error *err);

#endif
