#include "validator/layout.h"

#include <stdint.h>
#include <stdlib.h>

#include "validator/base/jsonc.h"

/* Bytes in which title and needs must stand; entries per list; parts. */
enum { HEAD_MAX = 4096, STRINGS_MAX = 16, PARTS_MAX = 16 };

struct strings {
    struct text at[STRINGS_MAX];
    size_t count;
};

/* One part of a report, from where the last one ended. */
struct part {
    bool model;
    bool through;         /* the line named belongs to this part */
    bool last;            /* its last occurrence counts, not its first */
    bool rule_before;     /* a `---` line before it belongs to the next part */
    bool or_rest;         /* without such a line the part takes the rest */
    struct strings lines; /* the first alternative that occurs; none: rest */
};

struct layout {
    const char *name;
    struct strings title, needs;
    struct part parts[PARTS_MAX];
    size_t part_count;
};

struct layouts {
    cJSON *json; /* owns every string below */
    struct layout *at;
    size_t count;
};

static enum status read_strings(struct strings *out, const cJSON *list,
                                const char *key, const char *file,
                                struct error *err)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item) || out->count == STRINGS_MAX)
            return error_set(err, ST_INPUT,
                             "%s: \"%s\" must be a list of at most %d strings",
                             file, key, STRINGS_MAX);
        out->at[out->count++] = text_from(item->valuestring);
    }
    return ST_OK;
}

static enum status bad_key(const char *file, const char *key, struct error *err)
{
    return error_set(err, ST_INPUT, "%s: unknown or ill-typed key \"%s\"", file,
                     key);
}

static enum status read_part_key(struct part *p, const cJSON *item,
                                 const char *file, struct error *err)
{
    const struct {
        const char *key;
        bool *flag;
    } flags[] = {
        { "last", &p->last },
        { "rule_before", &p->rule_before },
        { "or_rest", &p->or_rest },
    };

    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
        if (strcmp(item->string, flags[i].key) == 0 && cJSON_IsBool(item)) {
            *flags[i].flag = cJSON_IsTrue(item);
            return ST_OK;
        }
    if (strcmp(item->string, "author") == 0 && cJSON_IsString(item)) {
        p->model = strcmp(item->valuestring, "model") == 0;
        return ST_OK;
    }
    if (strcmp(item->string, "until") != 0 &&
        strcmp(item->string, "through") != 0)
        return bad_key(file, item->string, err);
    p->through = strcmp(item->string, "through") == 0;
    return read_strings(&p->lines, item, item->string, file, err);
}

static enum status read_parts(struct layout *l, const cJSON *list,
                              const char *file, struct error *err)
{
    const cJSON *part, *item;
    enum status st = ST_OK;

    cJSON_ArrayForEach(part, list)
    {
        if (l->part_count == PARTS_MAX)
            return error_set(err, ST_INPUT, "%s: more than %d parts", file,
                             PARTS_MAX);
        cJSON_ArrayForEach(item, part)
        {
            if (st == ST_OK)
                st = read_part_key(&l->parts[l->part_count], item, file, err);
        }
        l->part_count++;
    }
    return st;
}

static enum status read_layout(struct layout *l, const cJSON *json,
                               const char *file, struct error *err)
{
    const cJSON *item;
    enum status st = ST_OK;

    cJSON_ArrayForEach(item, json)
    {
        if (st != ST_OK)
            break;
        if (strcmp(item->string, "name") == 0 && cJSON_IsString(item))
            l->name = item->valuestring;
        else if (strcmp(item->string, "title") == 0)
            st = read_strings(&l->title, item, "title", file, err);
        else if (strcmp(item->string, "needs") == 0)
            st = read_strings(&l->needs, item, "needs", file, err);
        else if (strcmp(item->string, "parts") == 0)
            st = read_parts(l, item, file, err);
        else
            st = bad_key(file, item->string, err);
    }
    if (st == ST_OK && (l->name == NULL || l->part_count == 0))
        st = error_set(err, ST_INPUT,
                       "%s: a layout needs \"name\" and \"parts\"", file);
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

enum status layouts_prepend(struct layouts *l, struct text json,
                            const char *name, struct error *err)
{
    struct layouts *more = NULL;
    struct layout *at;
    enum status st = layouts_parse(&more, json, name, err);

    if (st != ST_OK)
        return st;
    at = calloc(l->count + more->count + 1, sizeof(*at));
    if (at == NULL || !cJSON_AddItemToObject(l->json, "", more->json)) {
        free(at);
        layouts_free(more);
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    }
    more->json = NULL; /* l's now */
    memcpy(at, more->at, more->count * sizeof(*at));
    memcpy(at + more->count, l->at, l->count * sizeof(*at));
    free(l->at);
    l->at = at;
    l->count += more->count;
    layouts_free(more);
    return ST_OK;
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

/* Where part `p`, from `from`, ends: offset of the line named (and of what
 * follows it in *after), or SIZE_MAX when none of its lines occurs. One walk
 * over the lines for all alternatives. */
static size_t find_line(const struct part *p, struct text bytes, size_t from,
                        size_t *after)
{
    size_t found[STRINGS_MAX], behind[STRINGS_MAX];
    size_t at = from, rule = SIZE_MAX;

    for (size_t i = 0; i < p->lines.count; i++)
        found[i] = SIZE_MAX;
    while (at < bytes.len) {
        const size_t here = at;
        const struct text line = line_at(bytes, at, &at);

        for (size_t i = 0; i < p->lines.count; i++) {
            if ((found[i] != SIZE_MAX && !p->last) ||
                !text_eq(p->lines.at[i], line))
                continue;
            found[i] = p->rule_before && rule != SIZE_MAX ? rule : here;
            behind[i] = at;
        }
        if (text_eq(line, TEXT_LIT("---")))
            rule = here;
        else if (line.len > 0)
            rule = SIZE_MAX;
    }
    for (size_t i = 0; i < p->lines.count; i++)
        if (found[i] != SIZE_MAX) {
            *after = behind[i];
            return found[i];
        }
    return SIZE_MAX;
}

struct ranges {
    struct span at[PARTS_MAX];
    size_t count;
};

/* The model's ranges by the parts of `l`; false when a line that a part needs
 * does not occur. */
static bool split(const struct layout *l, struct text bytes, struct ranges *r)
{
    size_t from = 0;

    r->count = 0;
    for (size_t i = 0; i < l->part_count && from < bytes.len; i++) {
        const struct part *p = &l->parts[i];
        size_t after = 0, end = bytes.len;

        if (p->lines.count > 0) {
            end = find_line(p, bytes, from, &after);
            if (end == SIZE_MAX && !p->or_rest)
                return false;
            if (end == SIZE_MAX)
                end = bytes.len;
            else if (p->through)
                end = after;
        }
        if (p->model && end > from)
            r->at[r->count++] = span_between(from, end);
        from = end;
    }
    return true;
}

static bool fits(const struct layout *l, struct text bytes, struct ranges *r)
{
    struct text head = { bytes.ptr,
                         bytes.len < HEAD_MAX ? bytes.len : HEAD_MAX };

    if (text_starts(head, TEXT_LIT("\xef\xbb\xbf"))) {
        head.ptr += 3;
        head.len -= 3;
    }
    if (!title_fits(l, head) || !split(l, bytes, r))
        return false;
    if (r->count > 0 && r->at[0].off < head.len)
        head.len = r->at[0].off; /* the model's own words prove nothing */
    for (size_t i = 0; i < l->needs.count; i++)
        if (text_find(head, l->needs.at[i], 0) > head.len)
            return false;
    return true;
}

enum status layouts_apply(const struct layouts *l, const char *name,
                          struct text bytes, struct arena *a,
                          const struct span **model, size_t *model_count,
                          const char **fitted, struct error *err)
{
    struct ranges r = { .at = { span_between(0, bytes.len) },
                        .count = bytes.len > 0 };
    struct span *copy;

    *fitted = NULL;
    if (name == NULL) {
        for (size_t i = 0; l != NULL && *fitted == NULL && i < l->count; i++)
            if (fits(&l->at[i], bytes, &r))
                *fitted = l->at[i].name;
    } else if (strcmp(name, "none") != 0) {
        const struct layout *use = l != NULL ? by_name(l, name) : NULL;

        if (use == NULL)
            return error_set(err, ST_USAGE, "no layout named %s", name);
        if (split(use, bytes, &r))
            *fitted = use->name;
    }
    if (*fitted == NULL)
        r = (struct ranges){ .at = { span_between(0, bytes.len) },
                             .count = bytes.len > 0 };
    copy = arena_alloc(a, r.count, sizeof(*copy));
    if (copy == NULL)
        return error_set(err, ST_NOMEM, "no memory for the layout");
    memcpy(copy, r.at, r.count * sizeof(*copy));
    *model = copy;
    *model_count = r.count;
    return ST_OK;
}
