#include "runner/cli/data.h"

#include <stdio.h>
#include <stdlib.h>

#include "runner/agent/record_read.h"
#include "validator/base/file.h"

#include "validator/rules_data.h"

enum { NAME_MAX_BYTES = 4096, REPORT_MAX = 256 << 20 };

/* What the model wrote is no evidence: blanks, so that lines stay. */
static void blank(char *bytes, size_t len, const struct span *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = at[i].off; k < span_end(at[i]) && k < len; k++)
            if (bytes[k] != '\n')
                bytes[k] = ' ';
}

/* The template of the record's report, where that lies beside the record. */
static enum status add_template(struct facts *f, const char *record,
                                const struct record *r, struct error *err)
{
    const char *slash = strrchr(record, '/');
    const int dir = slash != NULL ? (int)(slash - record) + 1 : 0;
    char path[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
    char *bytes = NULL;
    size_t len = 0;
    enum status st;

    if (snprintf(path, sizeof(path), "%.*s%s", dir, record, r->file) >=
            (int)sizeof(path) ||
        !file_exists(path))
        return ST_OK;
    st = file_read(&bytes, &len, path, REPORT_MAX, err);
    if (st != ST_OK)
        return st;
    blank(bytes, len, r->context.model, r->context.model_count);
    (void)snprintf(name, sizeof(name), "%.*s template.md", 4000, path);
    st = facts_add_text(f, name, (struct text){ bytes, len }, err);
    free(bytes);
    return st;
}

static enum status add_prompts(struct facts *f, const char *path,
                               const struct run_context *run, struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < run->call_count && st == ST_OK; i++) {
        char name[NAME_MAX_BYTES];

        (void)snprintf(name, sizeof(name), "%.*s prompt %zu.md", 4000, path,
                       i + 1);
        st = facts_add_text(f, name, run->calls[i].prompt, err);
    }
    return st;
}

static enum status add_record(struct facts *f, const char *path,
                              struct error *err)
{
    struct record r;
    char name[NAME_MAX_BYTES];
    enum status st = record_read(&r, path, err);

    if (st != ST_OK)
        return st;
    (void)snprintf(name, sizeof(name), "%.*s options.json", 4000, path);
    if (r.context.options_json.len > 0)
        st = facts_add_text(f, name, r.context.options_json, err);
    if (st == ST_OK)
        st = add_prompts(f, path, &r.context, err);
    if (st == ST_OK)
        st = add_template(f, path, &r, err);
    record_free(&r);
    return st;
}

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
    for (size_t i = 0; i < o->records.count && st == ST_OK; i++)
        st = add_record(f, o->records.at[i], err);
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
