#include "validator/layout.h"

#include <stdint.h>
#include <stdlib.h>

#include "validator/base/jsonc.h"

enum { HEAD_MAX = 4096, STRINGS_MAX = 32 }; /* bytes; entries per list */

struct strings {
    struct text at[STRINGS_MAX];
    size_t count;
};

struct layout {
    const char *name;
    struct strings title, needs, tail, tail_sections, model_sections;
    struct text head_end;
    bool whole_template;
};

struct layouts {
    cJSON *json; /* owns every string below */
    struct layout *at;
    size_t count;
};

static enum status read_strings(struct strings *out, const cJSON *layout,
                                const char *key, const char *name,
                                struct error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(layout, key);
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) || out->count == STRINGS_MAX)
            return error_set(err, ST_INPUT,
                             "%s: \"%s\" must be a list of at most %d strings",
                             name, key, STRINGS_MAX);
        out->at[out->count++] = text_from(item->valuestring);
    }
    return ST_OK;
}

static enum status read_layout(struct layout *l, const cJSON *json,
                               const char *file, struct error *err)
{
    static const char *const known[] = { "name", "title", "needs", "head_end",
                                         "tail", "tail_sections",
                                         "model_sections", "whole" };
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");
    const cJSON *end = cJSON_GetObjectItemCaseSensitive(json, "head_end");
    const cJSON *whole = cJSON_GetObjectItemCaseSensitive(json, "whole");
    const cJSON *item;
    enum status st;

    if (!cJSON_IsString(name))
        return error_set(err, ST_INPUT, "%s: a layout has no \"name\"", file);
    cJSON_ArrayForEach(item, json)
    {
        bool ok = false;

        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
            ok = ok || strcmp(item->string, known[i]) == 0;
        if (!ok)
            return error_set(err, ST_INPUT, "%s: layout %s: unknown key %s",
                             file, name->valuestring, item->string);
    }
    l->name = name->valuestring;
    if (cJSON_IsString(end))
        l->head_end = text_from(end->valuestring);
    l->whole_template =
        cJSON_IsString(whole) && strcmp(whole->valuestring, "template") == 0;
    st = read_strings(&l->title, json, "title", file, err);
    if (st == ST_OK)
        st = read_strings(&l->needs, json, "needs", file, err);
    if (st == ST_OK)
        st = read_strings(&l->tail, json, "tail", file, err);
    if (st == ST_OK)
        st = read_strings(&l->tail_sections, json, "tail_sections", file, err);
    if (st == ST_OK)
        st = read_strings(&l->model_sections, json, "model_sections", file,
                          err);
    return st;
}

enum status layouts_parse(struct layouts **out, struct text json,
                          const char *name, struct error *err)
{
    struct layouts *l = calloc(1, sizeof(*l));
    const cJSON *list, *item;
    enum status st;

    if (l == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    st = jsonc_parse(&l->json, json, name, err);
    if (st != ST_OK)
        goto out;
    list = cJSON_GetObjectItemCaseSensitive(l->json, "layouts");
    if (!cJSON_IsArray(list)) {
        st = error_set(err, ST_INPUT, "%s: no list \"layouts\"", name);
        goto out;
    }
    l->at = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*l->at));
    if (l->at == NULL) {
        st = error_set(err, ST_NOMEM, "%s: no memory", name);
        goto out;
    }
    cJSON_ArrayForEach(item, list)
    {
        st = read_layout(&l->at[l->count], item, name, err);
        if (st != ST_OK)
            goto out;
        l->count++;
    }
    *out = l;
    l = NULL;
out:
    layouts_free(l);
    return st;
}

void layouts_free(struct layouts *l)
{
    if (l == NULL)
        return;
    cJSON_Delete(l->json);
    free(l->at);
    free(l);
}

static const struct layout *by_name(const struct layouts *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->at[i].name, name) == 0)
            return &l->at[i];
    return NULL;
}

bool layouts_has(const struct layouts *l, const char *name)
{
    return by_name(l, name) != NULL;
}

const char *layouts_nearest(const struct layouts *l, const char *name)
{
    const char *best = NULL;
    size_t least = 4;

    for (size_t i = 0; i < l->count; i++) {
        const size_t d =
            text_distance(text_from(name), text_from(l->at[i].name), 3);

        if (d < least) {
            least = d;
            best = l->at[i].name;
        }
    }
    return best;
}

/* The line that begins at `at`, without its line end. */
static struct text line_at(struct text t, size_t at, size_t *next)
{
    size_t e = text_find(t, TEXT_LIT("\n"), at);
    struct text line;

    if (e > t.len)
        e = t.len;
    line = (struct text){ t.ptr + at, e - at };
    *next = e < t.len ? e + 1 : t.len;
    while (line.len > 0 && ascii_space(line.ptr[line.len - 1]))
        line.len--;
    return line;
}

static bool listed(const struct strings *s, struct text line)
{
    for (size_t i = 0; i < s->count; i++)
        if (text_eq(s->at[i], line))
            return true;
    return false;
}

static bool title_fits(const struct layout *l, struct text head)
{
    size_t at = 0;

    while (at < head.len) {
        const struct text line = line_at(head, at, &at);

        if (line.len == 0)
            continue;
        for (size_t i = 0; i < l->title.count; i++)
            if (text_starts(line, l->title.at[i]))
                return true;
        return false; /* the first line that is not blank decides */
    }
    return false;
}

static size_t head_end(const struct layout *l, struct text bytes)
{
    size_t at = 0;

    while (at < bytes.len && l->head_end.len > 0) {
        const size_t here = at;
        const struct text line = line_at(bytes, at, &at);

        if (text_eq(line, l->head_end))
            return at;
        if (listed(&l->tail, line))
            return here;
        if (here > HEAD_MAX)
            break;
    }
    return 0;
}

static bool fits(const struct layout *l, struct text bytes)
{
    struct text head = { bytes.ptr, bytes.len < HEAD_MAX ? bytes.len
                                                         : HEAD_MAX };

    if (text_starts(head, TEXT_LIT("\xef\xbb\xbf"))) {
        head.ptr += 3;
        head.len -= 3;
    }
    if (!title_fits(l, head))
        return false;
    if (!l->whole_template) {
        head.len = head_end(l, bytes);
        head.ptr = bytes.ptr;
        if (head.len == 0)
            return false;
    }
    for (size_t i = 0; i < l->needs.count; i++)
        if (text_find(head, l->needs.at[i], 0) > head.len)
            return false;
    return true;
}

/* Where the template's tail begins: the last line that is the first of
 * l->tail to occur at all; a `---` before it is the template's too. */
static size_t tail_start(const struct layout *l, struct text bytes, size_t from)
{
    size_t found[STRINGS_MAX], at = from, rule = bytes.len, best = bytes.len;

    for (size_t i = 0; i < l->tail.count; i++)
        found[i] = SIZE_MAX;
    while (at < bytes.len) {
        const size_t here = at;
        const struct text line = line_at(bytes, at, &at);

        if (text_eq(line, TEXT_LIT("---")))
            rule = here;
        else if (line.len > 0) {
            for (size_t i = 0; i < l->tail.count; i++)
                if (text_eq(l->tail.at[i], line))
                    found[i] = rule < here ? rule : here;
            rule = bytes.len;
        }
    }
    for (size_t i = l->tail.count; i-- > 0;)
        if (found[i] != SIZE_MAX)
            best = found[i];
    return best;
}

struct ranges {
    struct span *at;
    size_t count, cap;
    struct arena *a;
    bool failed;
};

static void add_range(struct ranges *r, size_t start, size_t end)
{
    if (end <= start || r->failed)
        return;
    if (r->count == r->cap) {
        const size_t cap = r->cap != 0 ? r->cap * 2 : 8;
        struct span *p =
            arena_grow(r->a, r->at, r->count, cap, sizeof(*r->at));

        if (p == NULL) {
            r->failed = true;
            return;
        }
        r->at = p;
        r->cap = cap;
    }
    r->at[r->count++] = span_between(start, end);
}

static void tail_ranges(const struct layout *l, struct text bytes, size_t from,
                        struct ranges *r)
{
    size_t at = from, start = 0;
    bool model = false;

    while (at < bytes.len) {
        const size_t here = at;
        const struct text line = line_at(bytes, at, &at);

        if (!listed(&l->tail_sections, line))
            continue;
        if (model)
            add_range(r, start, here);
        model = listed(&l->model_sections, line);
        start = at;
    }
    if (model)
        add_range(r, start, bytes.len);
}

enum status layouts_apply(const struct layouts *l, const char *name,
                          struct text bytes, struct arena *a,
                          const struct span **model, size_t *model_count,
                          const char **fitted, struct error *err)
{
    const struct layout *use = NULL;
    struct ranges r = { .a = a };

    *fitted = NULL;
    if (name != NULL && strcmp(name, "none") != 0) {
        use = l != NULL ? by_name(l, name) : NULL;
        if (use == NULL)
            return error_set(err, ST_USAGE, "no layout named %s", name);
    }
    for (size_t i = 0; name == NULL && l != NULL && use == NULL &&
                       i < l->count; i++)
        if (fits(&l->at[i], bytes))
            use = &l->at[i];
    if (use == NULL) {
        add_range(&r, 0, bytes.len);
    } else if (!use->whole_template) {
        const size_t head = head_end(use, bytes);
        const size_t tail = tail_start(use, bytes, head);

        add_range(&r, head, tail);
        tail_ranges(use, bytes, tail, &r);
    }
    if (r.failed)
        return error_set(err, ST_NOMEM, "no memory for the layout");
    *model = r.at;
    *model_count = r.count;
    *fitted = use != NULL ? use->name : NULL;
    return ST_OK;
}
