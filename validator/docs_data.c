#include "validator/docs_data.h"

struct text doc_find(const char *check_id)
{
    const struct text id = text_from(check_id);

    for (size_t i = 0; i < docs_files_count; i++) {
        const struct text name = text_from(docs_files[i].name);

        if (name.len == id.len + 3 && text_starts(name, id) &&
            text_ends(name, TEXT_LIT(".md")))
            return (struct text){ docs_files[i].ptr, docs_files[i].len };
    }
    return (struct text){ NULL, 0 };
}
