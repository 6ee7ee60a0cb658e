/* The user's data dictionary: words and unit per column or key. Two forms:
 * {"KEY": ["word", ..]} and {"columns": {"KEY": {"words": [..], "unit": ".."}}}
 */
#include <stdlib.h>

#include "validator/base/jsonc.h"
#include "validator/facts/facts_int.h"

enum { PHRASES_MAX = 64, PHRASE_BYTES = 200, ENTRIES_MAX = 100000 };

struct entry {
    struct text name; /* in facts.arena, as the others */
    const struct text *phrases;
    size_t phrase_count;
    struct unit_ref unit;
    bool has_unit;
};

struct glossary {
    struct entry *entries; /* sorted by name after the last addition */
    size_t count, cap;
};

static int by_name(const void *a, const void *b)
{
    return text_cmp(((const struct entry *)a)->name,
                    ((const struct entry *)b)->name);
}

/* "Field-goal %" -> "field goal": words joined by one space. */
static bool add_phrase(struct facts *f, const char *from, struct text *out)
{
    const struct text t = text_from(from);
    struct text words[NAME_WORDS_MAX];
    char buf[PHRASE_BYTES], *to;
    size_t n, len = 0;

    *out = (struct text){ NULL, 0 };
    if (t.len > sizeof(buf))
        return true;
    n = facts_words(t, buf, words, NAME_WORDS_MAX);
    to = arena_alloc(f->arena, t.len + NAME_WORDS_MAX, 1);
    if (to == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            to[len++] = ' ';
        memcpy(to + len, words[i].ptr, words[i].len);
        len += words[i].len;
    }
    *out = (struct text){ to, len };
    return true;
}

static bool add_phrases(struct facts *f, struct entry *e, const cJSON *words)
{
    struct text *phrases = arena_alloc(f->arena, PHRASES_MAX, sizeof(*phrases));
    const cJSON *word;

    if (phrases == NULL)
        return false;
    cJSON_ArrayForEach(word, words)
    {
        struct text p;

        if (!cJSON_IsString(word) || e->phrase_count == PHRASES_MAX)
            continue;
        if (!add_phrase(f, word->valuestring, &p))
            return false;
        if (p.len > 0)
            phrases[e->phrase_count++] = p;
    }
    e->phrases = phrases;
    return true;
}

static enum status add_entry(struct facts *f, const cJSON *item,
                             const char *path, struct error *err)
{
    struct glossary *g = f->glossary;
    const bool object = cJSON_IsObject(item);
    const cJSON *words = object ? cJSON_GetObjectItem(item, "words") : item;
    const char *unit_name =
        cJSON_GetStringValue(object ? cJSON_GetObjectItem(item, "unit") : NULL);
    struct entry e = { .has_unit = false };

    if (!object && !cJSON_IsArray(item))
        return error_set(err, ST_INPUT,
                         "%s: %.80s: want a list of words, or an object with "
                         "\"words\" and \"unit\"",
                         path, item->string);
    if (g->count >= ENTRIES_MAX)
        return error_set(err, ST_LIMIT, "%s: more than %d entries", path,
                         ENTRIES_MAX);
    e.name = arena_copy(f->arena, text_from(item->string));
    if (e.name.ptr == NULL || !add_phrases(f, &e, words) ||
        !store_grow((void **)&g->entries, &g->cap, g->count,
                    sizeof(*g->entries)))
        return facts_nomem(err);
    if (unit_name != NULL) {
        const struct text t = text_from(unit_name);

        e.has_unit =
            units_find(f->units, t, &e.unit) ||
            (t.len > 0 && units_match(f->units, t, true, &e.unit) == t.len);
        if (!e.has_unit)
            return error_set(err, ST_INPUT, "%s: %.80s: no such unit: %.40s",
                             path, item->string, unit_name);
    }
    g->entries[g->count++] = e;
    return ST_OK;
}

enum status facts_add_glossary(struct facts *f, const char *path,
                               struct error *err)
{
    cJSON *root = NULL;
    const cJSON *columns, *item;
    enum status st = jsonc_load(&root, path, err);

    if (st != ST_OK)
        return st;
    if (f->glossary == NULL)
        f->glossary = calloc(1, sizeof(*f->glossary));
    if (f->glossary == NULL)
        st = facts_nomem(err);
    else if (!cJSON_IsObject(root))
        st = error_set(err, ST_INPUT, "%s: a glossary is a JSON object", path);
    columns = cJSON_GetObjectItem(root, "columns");
    if (!cJSON_IsObject(columns))
        columns = root;
    if (st == ST_OK)
        cJSON_ArrayForEach(item, columns)
        {
            st = add_entry(f, item, path, err);
            if (st != ST_OK)
                break;
        }
    cJSON_Delete(root);
    if (st == ST_OK && f->glossary->count > 0)
        qsort(f->glossary->entries, f->glossary->count,
              sizeof(*f->glossary->entries), by_name);
    return st;
}

void glossary_free(struct facts *f)
{
    if (f->glossary != NULL)
        free(f->glossary->entries);
    free(f->glossary);
}

bool glossary_find(const struct facts *f, struct text name,
                   const struct text **phrases, size_t *phrase_count,
                   struct unit_ref *unit, bool *has_unit)
{
    const struct glossary *g = f->glossary;
    const struct entry key = { .name = name };
    const struct entry *e;

    if (g == NULL || g->count == 0)
        return false;
    e = bsearch(&key, g->entries, g->count, sizeof(*g->entries), by_name);
    if (e == NULL)
        return false;
    *phrases = e->phrases;
    *phrase_count = e->phrase_count;
    *has_unit = e->has_unit;
    if (e->has_unit)
        *unit = e->unit;
    return true;
}
