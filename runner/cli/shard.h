#ifndef RUNNER_CLI_SHARD_H
#define RUNNER_CLI_SHARD_H
/* Which part of the reports this process judges. */
#include <stddef.h>

#include "validator/base/error.h"

struct shard {
    size_t nth, of; /* nth from 1; of 0: not parted */
};

/* "I/N", or "auto" for the task of a Slurm array, or "auto/N" for that of an
 * array or of a Kubernetes indexed job, which does not tell how many there
 * are. ST_USAGE: none of these, I not from 1 to N, or "auto" where no
 * variables tell (the message names them). Limit: 100,000 parts. */
enum status shard_parse(struct shard *out, const char *value,
                        struct error *err);

#endif
