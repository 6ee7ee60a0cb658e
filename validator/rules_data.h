#ifndef VALIDATOR_RULES_DATA_H
#define VALIDATOR_RULES_DATA_H
/* The files of rules/, embedded into the binary by the build. */
#include "validator/base/text.h"

struct rules_file {
    const char *name; /* path below rules/ */
    const char *ptr;
    size_t len;
};

extern const struct rules_file rules_files[];
extern const size_t rules_files_count;
extern const char rules_sha256[65]; /* of the whole set, names and bytes */

#endif
