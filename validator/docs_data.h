#ifndef VALIDATOR_DOCS_DATA_H
#define VALIDATOR_DOCS_DATA_H
/* The pages of docs/checks/, embedded into the binary by the build. */
#include "validator/rules_data.h"

extern const struct rules_file docs_files[];
extern const size_t docs_files_count;
extern const char docs_sha256[65];

/* The page of a check, Markdown; {NULL, 0}: it has none. */
struct text doc_find(const char *check_id);

#endif
