#include "validator/output/writer.h"

#define WRITERS(X)                                                             \
    X(text)                                                                    \
    X(json)                                                                    \
    X(jsonl)                                                                   \
    X(sarif)                                                                   \
    X(junit)                                                                   \
    X(github)                                                                  \
    X(gitlab) X(checkstyle) X(tap) X(rdjsonl) X(markdown) X(html) X(partial)

#define DECLARE(name) extern const struct writer writer_##name;
WRITERS(DECLARE)
#undef DECLARE

#define LIST(name) &writer_##name,
const struct writer *const writers_all[] = { WRITERS(LIST) };
#undef LIST

const size_t writers_all_count = sizeof(writers_all) / sizeof(writers_all[0]);

const struct writer *writer_find(struct text name)
{
    for (size_t i = 0; i < writers_all_count; i++)
        if (text_eq(text_from(writers_all[i]->name), name))
            return writers_all[i];
    return NULL;
}

const char *writer_nearest(struct text name)
{
    const char *best = NULL;
    size_t least = 4;

    for (size_t i = 0; i < writers_all_count; i++) {
        const size_t d =
            text_distance(name, text_from(writers_all[i]->name), 3);

        if (d < least) {
            least = d;
            best = writers_all[i]->name;
        }
    }
    return best;
}
