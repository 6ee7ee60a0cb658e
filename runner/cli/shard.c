#include "runner/cli/shard.h"

#include <stdlib.h>

#include "runner/cli/cli.h"

enum { SHARDS_MAX = 100000, INDEX_MAX = 100000000 };

static bool variable(const char *name, long max, long *out)
{
    const char *v = getenv(name);

    return v != NULL && v[0] != '\0' && cli_long(v, 0, max, out, NULL) == ST_OK;
}

/* Indices of an array run from _MIN in steps of _STEP: sbatch --array=4-12:2.
 */
static bool of_slurm(long *nth, long *of)
{
    long id, min, step = 1;

    if (!variable("SLURM_ARRAY_TASK_ID", INDEX_MAX, &id) ||
        !variable("SLURM_ARRAY_TASK_COUNT", SHARDS_MAX, of) ||
        !variable("SLURM_ARRAY_TASK_MIN", INDEX_MAX, &min))
        return false;
    (void)variable("SLURM_ARRAY_TASK_STEP", INDEX_MAX, &step);
    if (step == 0 || id < min || (id - min) % step != 0)
        return false;
    *nth = (id - min) / step + 1;
    return *nth <= *of;
}

static bool of_kubernetes(long *nth)
{
    if (!variable("JOB_COMPLETION_INDEX", INDEX_MAX, nth))
        return false;
    ++*nth;
    return true;
}

static enum status from_environment(struct shard *out, long of,
                                    struct error *err)
{
    long nth = 0, count = 0;

    if (of_slurm(&nth, &count)) {
        if (of != 0 && of != count)
            return error_set(err, ST_USAGE,
                             "shard: auto/%ld, but the Slurm array has %ld "
                             "tasks",
                             of, count);
        *out = (struct shard){ (size_t)nth, (size_t)count };
        return ST_OK;
    }
    if (of == 0)
        return error_set(err, ST_USAGE,
                         "shard: auto: no SLURM_ARRAY_TASK_ID, _COUNT and _MIN "
                         "of an array without gaps; in a Kubernetes indexed "
                         "job say auto/N");
    if (!of_kubernetes(&nth))
        return error_set(err, ST_USAGE,
                         "shard: auto/%ld: neither SLURM_ARRAY_TASK_ID nor "
                         "JOB_COMPLETION_INDEX says which one this is",
                         of);
    if (nth > of)
        return error_set(err, ST_USAGE,
                         "shard: auto/%ld: JOB_COMPLETION_INDEX is %ld", of,
                         nth - 1);
    *out = (struct shard){ (size_t)nth, (size_t)of };
    return ST_OK;
}

enum status shard_parse(struct shard *out, const char *value, struct error *err)
{
    const char *slash = strchr(value, '/');
    const struct text first = { value, slash != NULL ? (size_t)(slash - value)
                                                     : strlen(value) };
    char number[16] = "";
    long nth = 0, of = 0;

    if (slash != NULL && cli_long(slash + 1, 1, SHARDS_MAX, &of, NULL) != ST_OK)
        return error_set(err, ST_USAGE, "shard: %s: want I/N, as 2/8, or auto",
                         value);
    if (text_eq(first, TEXT_LIT("auto")))
        return from_environment(out, of, err);
    if (slash == NULL || first.len == 0 || first.len >= sizeof(number))
        return error_set(err, ST_USAGE, "shard: %s: want I/N, as 2/8, or auto",
                         value);
    memcpy(number, first.ptr, first.len);
    if (cli_long(number, 1, of, &nth, NULL) != ST_OK)
        return error_set(err, ST_USAGE, "shard: %s: want I/N, I from 1 to N",
                         value);
    *out = (struct shard){ (size_t)nth, (size_t)of };
    return ST_OK;
}
