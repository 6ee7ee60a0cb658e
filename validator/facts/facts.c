#include "validator/facts/facts.h"

#include <stdlib.h>

struct facts {
    bool frozen;
};

struct facts *facts_new(void)
{
    return calloc(1, sizeof(struct facts));
}

void facts_free(struct facts *f)
{
    free(f);
}

enum status facts_add(struct facts *f, const char *path, struct error *err)
{
    (void)f;
    return error_set(err, ST_USAGE, "%s: no reader for source data yet", path);
}

enum status facts_freeze(struct facts *f, struct error *err)
{
    (void)err;
    f->frozen = true;
    return ST_OK;
}
