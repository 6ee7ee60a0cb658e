#ifndef RUNNER_AGENT_RECORD_READ_H
#define RUNNER_AGENT_RECORD_READ_H
/* A run record as the checks need it. */
#include <cjson/cJSON.h>

#include "validator/base/error.h"
#include "validator/run_context.h"

struct record {
    struct run_context context; /* points into what follows */
    const char *file;           /* of the report, as the record names it */
    const char *sha256;         /* of the report; NULL: not told */
    cJSON *json;
    struct span *spans;
    struct run_call *calls;
    char *options, *contract;
};

/* Reads a record (docs/schema/run-1.json). ST_INPUT names file and member; on
 * ST_OK record_free. Limit: 256 MiB. */
enum status record_read(struct record *r, const char *path, struct error *err);
void record_free(struct record *r);

/* True when `name` (a path) and its bytes are the report that the record
 * tells of. */
bool record_is_of(const struct record *r, const char *name, struct text bytes);

#endif
