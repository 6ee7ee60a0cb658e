#ifndef RUNNER_AGENT_INGEST_H
#define RUNNER_AGENT_INGEST_H
/* What the agent sees of a data folder before it asks the model: how many
 * files of each type, the first names, the newest times. */
#include "validator/base/arena.h"
#include "validator/base/buf.h"
#include "validator/base/error.h"
#include "validator/facts/facts.h"

enum ingest_type { INGEST_CSV, INGEST_JSON, INGEST_MARKDOWN, INGEST_TYPES };
extern const char *const ingest_type_name[INGEST_TYPES]; /* "CSV" ... */

enum { INGEST_NAMES = 5 }; /* names listed per type */

struct ingest_group {
    size_t files;
    long long bytes, newest; /* newest: seconds since the epoch */
    struct text names[INGEST_NAMES];
};

struct ingest {
    struct ingest_group group[INGEST_TYPES];
    size_t files;
    long long bytes;
    char hash[65];       /* SHA-256 over paths and contents */
    struct text summary; /* the text given to the model */
    struct text metrics; /* key: value lines given to the model; may be empty */
};

enum { INGEST_METRICS = 60 }; /* key: value lines at most */

/* dir NULL: nothing to see, 0 files. `f`: its facts, for the metrics; may be
 * NULL. Texts are in `a`. ST_INPUT, ST_LIMIT. */
enum status ingest_folder(struct ingest *out, const char *dir,
                          const struct facts *f, struct arena *a,
                          struct error *err);

#endif
