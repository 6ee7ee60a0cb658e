#include "runner/cli/data.h"

#include "validator/rules_data.h"

enum status data_load(struct facts **out, const struct data_options *o,
                      struct error *err)
{
    struct facts *f = facts_new(&units_ours);
    enum status st = ST_OK;

    if (f == NULL)
        return error_set(err, ST_NOMEM, "no memory for the source data");
    if (o->index != NULL && o->paths.count > 0)
        st = error_set(err, ST_USAGE,
                       "index: not together with data; make an index of all "
                       "of it");
    if (st == ST_OK && o->glossary != NULL)
        st = facts_add_glossary(f, o->glossary, err);
    for (size_t i = 0; i < o->paths.count && st == ST_OK; i++)
        st = facts_add(f, o->paths.at[i], err);
    if (st == ST_OK)
        st = o->index != NULL ? facts_load(f, o->index, rules_sha256, err)
                              : facts_freeze(f, o->allow_empty, err);
    if (st != ST_OK) {
        facts_free(f);
        return st;
    }
    *out = f;
    return ST_OK;
}
