/* The prose of text files: what stands in no table, as it is written. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

static bool has_digit(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (ascii_digit(t.ptr[i]))
            return true;
    return false;
}

bool store_prose(struct facts *f, uint32_t file, size_t line, struct text t,
                 size_t *bytes)
{
    int64_t id;

    if (!has_digit(t) || t.len > PROSE_FILE_BYTES - *bytes ||
        t.len > PROSE_BYTES - f->prose_bytes || line > UINT32_MAX)
        return true;
    if (!store_grow((void **)&f->prose, &f->prose_cap, f->prose_count,
                    sizeof(*f->prose)))
        return false;
    id = strings_append(&f->strings, t);
    if (id == STRINGS_FAIL)
        return false;
    *bytes += t.len;
    f->prose_bytes += t.len;
    f->prose[f->prose_count++] = (struct prose){ file, (uint32_t)line, id };
    return true;
}

size_t facts_prose_count(const struct facts *f)
{
    return f->prose_count;
}

struct fact_prose facts_prose(const struct facts *f, size_t i)
{
    const struct prose *p = &f->prose[i];

    return (struct fact_prose){ p->file, p->line,
                                strings_get(&f->strings, p->text) };
}
