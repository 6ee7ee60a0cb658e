#define _GNU_SOURCE /* realpath */
#include "validator/config.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "validator/base/jsonc.h"

enum { CONFIG_MEMORY = 1 << 20, LEVELS_MAX = 64 };

struct config {
    cJSON *json;
    struct arena *a;  /* resolved paths */
    const char *path; /* as opened */
    const char *dir;  /* its folder with a slash, "" for the current one */
    const char *root; /* its folder, absolute */
    const char *cwd;  /* the current folder, absolute */
};

enum shape { S_STRING, S_STRINGS, S_OBJECT, S_LIST, S_BOOL, S_NUMBER };

struct key {
    const char *name;
    enum shape shape;
};

static const struct key top_keys[] = {
    { "$schema", S_STRING },      { "lang", S_STRINGS },
    { "data", S_STRINGS },        { "glossary", S_STRING },
    { "index", S_STRING },        { "words", S_STRINGS },
    { "layout", S_STRING },       { "layouts", S_LIST },
    { "lang-data", S_STRING },    { "fail-on", S_STRING },
    { "select", S_STRINGS },      { "ignore", S_STRINGS },
    { "max-findings", S_NUMBER }, { "baseline", S_STRING },
    { "checks", S_OBJECT },       { "paths", S_LIST },
    { "suppress", S_LIST },       { "patterns", S_LIST },
    { "run", S_OBJECT },          { "gate", S_OBJECT },
};
static const struct key path_keys[] = {
    { "match", S_STRINGS },
    { "lang", S_STRINGS },
    { "layout", S_STRING },
    { "checks", S_OBJECT },
};
static const struct key suppress_keys[] = {
    { "fingerprint", S_STRING },
    { "reason", S_STRING },
    { "expires", S_STRING },
};
static const char *const shape_name[] = {
    [S_STRING] = "a string",    [S_STRINGS] = "a string or a list of strings",
    [S_OBJECT] = "an object",   [S_LIST] = "a list of objects",
    [S_BOOL] = "true or false", [S_NUMBER] = "a whole number",
};

const char *config_nearest(const char *wrong, const char *const *names,
                           size_t n)
{
    const char *best = NULL;
    size_t least = 5;

    for (size_t i = 0; i < n; i++) {
        const size_t d =
            text_distance(text_from(wrong), text_from(names[i]), 4);

        if (d < least && d < strlen(wrong)) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

static enum status unknown(const char *where, const char *what,
                           const char *wrong, const char *near,
                           struct error *err)
{
    return error_set(err, ST_USAGE, "%s: %s: no such %s%s%s%s", where, wrong,
                     what, near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

static bool all_of(const cJSON *list, cJSON_bool (*is)(const cJSON *))
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list) if (!is(item)) return false;
    return true;
}

static bool has_shape(const cJSON *v, enum shape shape)
{
    switch (shape) {
    case S_STRING:
        return cJSON_IsString(v);
    case S_STRINGS:
        return cJSON_IsString(v) ||
               (cJSON_IsArray(v) && all_of(v, cJSON_IsString));
    case S_OBJECT:
        return cJSON_IsObject(v);
    case S_LIST:
        return cJSON_IsArray(v) && all_of(v, cJSON_IsObject);
    case S_BOOL:
        return cJSON_IsBool(v);
    case S_NUMBER:
        return cJSON_IsNumber(v) && v->valuedouble >= 0 &&
               v->valuedouble <= 1e9 &&
               v->valuedouble == (double)(long)v->valuedouble;
    }
    return false;
}

static enum status check_keys(const cJSON *object, const struct key *keys,
                              size_t n, const char *where, struct error *err)
{
    const char *names[32];
    const cJSON *item;

    for (size_t i = 0; i < n; i++)
        names[i] = keys[i].name;
    cJSON_ArrayForEach(item, object)
    {
        size_t k = 0;

        while (k < n && strcmp(keys[k].name, item->string) != 0)
            k++;
        if (k == n)
            return unknown(where, "key", item->string,
                           config_nearest(item->string, names, n), err);
        if (!has_shape(item, keys[k].shape))
            return error_set(err, ST_USAGE, "%s: \"%s\" must be %s", where,
                             item->string, shape_name[keys[k].shape]);
    }
    return ST_OK;
}

#define KEYS(table) (table), sizeof(table) / sizeof(*(table))

static enum status check_list(const struct config *c, const char *name,
                              const struct key *keys, size_t n,
                              const char *needed, struct error *err)
{
    const cJSON *item;
    size_t nth = 0;

    cJSON_ArrayForEach(item, config_section(c, name))
    {
        char where[CONFIG_PATH_MAX + 64];
        enum status st;

        (void)snprintf(where, sizeof(where), "%s: %s[%zu]", c->path, name,
                       nth++);
        st = check_keys(item, keys, n, where, err);
        if (st != ST_OK)
            return st;
        if (cJSON_GetObjectItemCaseSensitive(item, needed) == NULL)
            return error_set(err, ST_USAGE, "%s has no \"%s\"", where, needed);
    }
    return ST_OK;
}

static enum status check_shape(const struct config *c, struct error *err)
{
    enum status st;

    if (!cJSON_IsObject(c->json))
        return error_set(err, ST_USAGE, "%s: want an object", c->path);
    st = check_keys(c->json, KEYS(top_keys), c->path, err);
    if (st == ST_OK)
        st = check_list(c, "paths", KEYS(path_keys), "match", err);
    if (st == ST_OK)
        st = check_list(c, "suppress", KEYS(suppress_keys), "fingerprint", err);
    if (st == ST_OK)
        st = check_list(c, "suppress", KEYS(suppress_keys), "reason", err);
    return st;
}

static bool is_root(const char *dir)
{
    char up[CONFIG_PATH_MAX];
    struct stat a, b;
    const int n = snprintf(up, sizeof(up), "%s..", dir);

    return n < 0 || (size_t)n >= sizeof(up) || stat(up, &b) != 0 ||
           stat(dir[0] != '\0' ? dir : ".", &a) != 0 ||
           (a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

bool config_find(char out[CONFIG_PATH_MAX])
{
    char dir[CONFIG_PATH_MAX] = "", git[CONFIG_PATH_MAX + 8];

    for (int level = 0; level < LEVELS_MAX; level++) {
        int n = snprintf(out, CONFIG_PATH_MAX, "%sassay.json", dir);

        if (n < 0 || n >= CONFIG_PATH_MAX - 8)
            return false;
        if (access(out, F_OK) == 0)
            return true;
        (void)snprintf(git, sizeof(git), "%s.git", dir);
        if (access(git, F_OK) == 0 || is_root(dir))
            return false;
        memcpy(dir + 3 * (size_t)level, "../", 4);
    }
    return false;
}

static enum status set_folders(struct config *c, const char *path,
                               struct error *err)
{
    const char *slash = strrchr(path, '/');
    const size_t n = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    char real[PATH_MAX];

    c->path = arena_copy(c->a, text_from(path)).ptr;
    c->dir = arena_copy(c->a, (struct text){ path, n }).ptr;
    if (c->path == NULL || c->dir == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    if (realpath(n > 0 ? c->dir : ".", real) == NULL)
        return error_set(err, ST_INPUT, "%s: no such folder", path);
    c->root = arena_copy(c->a, text_from(real)).ptr;
    if (getcwd(real, sizeof(real)) == NULL)
        return error_set(err, ST_INPUT, "the current folder is gone");
    c->cwd = arena_copy(c->a, text_from(real)).ptr;
    return c->root != NULL && c->cwd != NULL
               ? ST_OK
               : error_set(err, ST_NOMEM, "%s: no memory", path);
}

enum status config_load(struct config **out, const char *path,
                        struct error *err)
{
    struct config *c = calloc(1, sizeof(*c));
    enum status st;

    if (c == NULL || (c->a = arena_new(CONFIG_MEMORY)) == NULL) {
        free(c);
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    }
    st = set_folders(c, path, err);
    if (st == ST_OK)
        st = jsonc_load(&c->json, path, err);
    if (st == ST_OK)
        st = check_shape(c, err);
    if (st != ST_OK) {
        config_free(c);
        return st;
    }
    *out = c;
    return ST_OK;
}

void config_free(struct config *c)
{
    if (c == NULL)
        return;
    cJSON_Delete(c->json);
    arena_free(c->a);
    free(c);
}

const char *config_path(const struct config *c)
{
    return c->path;
}

const cJSON *config_section(const struct config *c, const char *name)
{
    return c != NULL ? cJSON_GetObjectItemCaseSensitive(c->json, name) : NULL;
}

const cJSON *config_check(const struct config *c, const char *check_id)
{
    return cJSON_GetObjectItemCaseSensitive(config_section(c, "checks"),
                                            check_id);
}

const char *config_string(const struct config *c, const char *name)
{
    return cJSON_GetStringValue(config_section(c, name));
}

const char *config_nth(const struct config *c, const char *name, size_t n)
{
    const cJSON *v = config_section(c, name);

    if (cJSON_IsString(v))
        return n == 0 ? v->valuestring : NULL;
    return n < INT_MAX ? cJSON_GetStringValue(cJSON_GetArrayItem(v, (int)n))
                       : NULL;
}

const char *config_resolve(struct config *c, const char *path)
{
    if (path[0] == '/' || c->dir[0] == '\0')
        return path;
    return arena_printf(c->a, "%s%s", c->dir, path);
}

static const char *nearest_rule(const struct check *c, const char *wrong)
{
    const char *names[64];
    size_t n = 0;

    for (; n < c->rule_count && n < 64; n++)
        names[n] = c->rules[n].id;
    return config_nearest(wrong, names, n);
}

static enum status parse_severity(const char *s, signed char *out,
                                  const char *where, struct error *err)
{
    for (size_t i = 0; s != NULL && i < SEV_COUNT; i++)
        if (strcmp(s, severity_name[i]) == 0) {
            *out = (signed char)i;
            return ST_OK;
        }
    return error_set(err, ST_USAGE,
                     "%s: a severity is \"error\", \"warning\" or \"note\"",
                     where);
}

/* "severity": one for all rules, or an object with one per rule. */
static enum status apply_severity(const cJSON *v, struct engine *e, size_t k,
                                  const char *where, struct error *err)
{
    const struct check *check = e->checks[k];
    const cJSON *item;
    signed char severity = SEV_ERROR;

    if (cJSON_IsString(v)) {
        enum status st = parse_severity(v->valuestring, &severity, where, err);

        for (size_t i = 0; st == ST_OK && i < check->rule_count; i++)
            e->severities[k][i] = severity;
        return st;
    }
    if (!cJSON_IsObject(v))
        return parse_severity(NULL, &severity, where, err);
    cJSON_ArrayForEach(item, v)
    {
        size_t i = 0;
        enum status st;

        while (i < check->rule_count &&
               strcmp(check->rules[i].id, item->string) != 0)
            i++;
        if (i == check->rule_count)
            return unknown(where, "rule", item->string,
                           nearest_rule(check, item->string), err);
        st = parse_severity(cJSON_GetStringValue(item), &e->severities[k][i],
                            where, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status apply_options(const cJSON *v, struct engine *e, size_t k,
                                 const char *where, struct error *err)
{
    const struct check *check = e->checks[k];
    const char *names[64];
    const cJSON *item;

    for (size_t i = 0; i < check->option_count && i < 64; i++)
        names[i] = check->options[i].id;
    cJSON_ArrayForEach(item, v)
    {
        size_t i = 0;

        while (i < check->option_count &&
               strcmp(check->options[i].id, item->string) != 0)
            i++;
        if (i == check->option_count)
            return unknown(where, "option", item->string,
                           config_nearest(item->string, names,
                                          check->option_count < 64
                                              ? check->option_count
                                              : 64),
                           err);
        const struct option *o = &check->options[i];

        if (!cJSON_IsNumber(item) || item->valuedouble < (double)o->min ||
            item->valuedouble > (double)o->max ||
            item->valuedouble != (double)(long)item->valuedouble)
            return error_set(err, ST_USAGE,
                             "%s: %s: want a whole number from %ld to %ld (%s)",
                             where, o->id, o->min, o->max, o->unit);
        e->options[k][i] = (long)item->valuedouble;
    }
    return ST_OK;
}

static enum status apply_check(const cJSON *section, struct engine *e, size_t k,
                               const char *where, struct error *err)
{
    const char *names[16] = { "enabled", "severity", "options" };
    const char *const *extra = e->checks[k]->config_keys;
    size_t n = 3;
    const cJSON *item;
    enum status st = ST_OK;

    for (; extra != NULL && *extra != NULL && n < 16; extra++)
        names[n++] = *extra;
    cJSON_ArrayForEach(item, section)
    {
        size_t i = 0;

        while (i < n && strcmp(names[i], item->string) != 0)
            i++;
        if (i == n)
            st = unknown(where, "key", item->string,
                         config_nearest(item->string, names, n), err);
        else if (i == 0 && !cJSON_IsBool(item))
            st = error_set(err, ST_USAGE, "%s: \"enabled\" is true or false",
                           where);
        else if (i == 0)
            e->selected[k] = cJSON_IsTrue(item);
        else if (i == 1)
            st = apply_severity(item, e, k, where, err);
        else if (i == 2)
            st = apply_options(item, e, k, where, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

enum status config_apply(const struct config *c, const cJSON *checks,
                         struct engine *e, struct error *err)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, checks)
    {
        const struct text id = text_from(item->string);
        const size_t k = engine_find(e, id);
        char where[CONFIG_PATH_MAX + 128];
        enum status st;

        if (k == SIZE_MAX)
            return unknown(c->path, "check", item->string,
                           engine_nearest(e, id), err);
        (void)snprintf(where, sizeof(where), "%s: checks.%.100s", c->path,
                       item->string);
        if (cJSON_IsBool(item)) { /* "token-loop": false */
            e->selected[k] = cJSON_IsTrue(item);
            continue;
        }
        if (!cJSON_IsObject(item))
            return error_set(err, ST_USAGE, "%s: want true, false or an object",
                             where);
        st = apply_check(item, e, k, where, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

/* `states` has a bit for each place of the pattern that the path read so far
 * may have led to: linear in the path, whatever the stars. */
enum { GLOB_MAX = 512, GLOB_WORDS = GLOB_MAX / 64 + 1 };
struct states {
    uint64_t bits[GLOB_WORDS];
};

static void reach(struct states *s, const char *p, size_t i)
{
    for (;;) {
        s->bits[i / 64] |= (uint64_t)1 << i % 64;
        if (p[i] == '*' && p[i + 1] == '*' && p[i + 2] == '/')
            reach(s, p, i + 3); /* no folder at all */
        if (p[i] != '*')
            return;
        i += p[i + 1] == '*' ? 2 : 1;
    }
}

static bool glob(const char *p, const char *s)
{
    const size_t n = strlen(p);
    struct states now = { { 0 } };

    reach(&now, p, 0);
    for (; *s != '\0'; s++) {
        struct states next = { { 0 } };

        for (size_t i = 0; i < n; i++) {
            const bool deep = p[i] == '*' && p[i + 1] == '*';

            if ((now.bits[i / 64] >> i % 64 & 1) == 0)
                continue;
            if (deep) { /* it goes on; the slash behind it does not fall out */
                next.bits[i / 64] |= (uint64_t)1 << i % 64;
                reach(&next, p, i + 2);
            } else if (p[i] == '*' && *s != '/') {
                reach(&next, p, i);
            }
            if (p[i] != '*' && (p[i] == *s || (p[i] == '?' && *s != '/')))
                reach(&next, p, i + 1);
        }
        now = next;
    }
    return (now.bits[n / 64] >> n % 64 & 1) != 0;
}

bool config_glob(const char *pattern, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (strlen(pattern) > GLOB_MAX)
        return false;
    if (strchr(pattern, '/') == NULL && slash != NULL)
        path = slash + 1;
    return glob(pattern, path);
}

/* Makes `name` absolute without asking the file system: "." and ".." go. */
static bool absolute(const char *cwd, const char *name,
                     char out[CONFIG_PATH_MAX])
{
    char joined[CONFIG_PATH_MAX];
    size_t n = 0;
    const int len = name[0] == '/'
                        ? snprintf(joined, sizeof(joined), "%s", name)
                        : snprintf(joined, sizeof(joined), "%s/%s", cwd, name);

    if (len < 0 || (size_t)len >= sizeof(joined))
        return false;
    for (const char *p = joined; *p != '\0';) {
        const size_t part = strcspn(p, "/");

        if (part == 2 && memcmp(p, "..", 2) == 0) {
            while (n > 0 && out[--n] != '/')
                ;
        } else if (part > 0 && !(part == 1 && *p == '.')) {
            out[n++] = '/';
            memcpy(out + n, p, part);
            n += part;
        }
        p += part + (p[part] == '/');
    }
    out[n] = '\0';
    return true;
}

bool config_path_fits(const struct config *c, const cJSON *entry,
                      const char *name)
{
    const cJSON *match = cJSON_GetObjectItemCaseSensitive(entry, "match");
    char path[CONFIG_PATH_MAX];
    const size_t root = strlen(c->root);
    const char *shown = path;
    const cJSON *item;

    if (!absolute(c->cwd, name, path))
        return false;
    if (strncmp(path, c->root, root) == 0 && path[root] == '/')
        shown = path + root + 1;
    if (cJSON_IsString(match))
        return config_glob(match->valuestring, shown);
    cJSON_ArrayForEach(
        item, match) if (config_glob(item->valuestring, shown)) return true;
    return false;
}

/* The entry of `dir` that looks most like `wrong`. */
static const char *nearest_entry(struct config *c, const char *dir,
                                 const char *wrong)
{
    DIR *d = opendir(dir[0] != '\0' ? dir : ".");
    const struct dirent *e;
    const char *best = NULL;
    size_t least = 4;

    while (d != NULL && (e = readdir(d)) != NULL) {
        const size_t n =
            text_distance(text_from(wrong), text_from(e->d_name), 3);

        if (n < least) {
            least = n;
            best = arena_copy(c->a, text_from(e->d_name)).ptr;
        }
    }
    if (d != NULL)
        (void)closedir(d);
    return best;
}

static enum status check_pattern(struct config *c, const char *pattern,
                                 struct error *err)
{
    char path[CONFIG_PATH_MAX], name[256];
    const char *p = pattern;
    size_t base = strlen(c->dir);

    if (strlen(pattern) > GLOB_MAX)
        return error_set(err, ST_LIMIT, "%s: a pattern is over 512 bytes",
                         c->path);
    memcpy(path, c->dir, base + 1);
    for (;;) {
        const size_t part = strcspn(p, "/");

        if (p[part] == '\0' && part == 0)
            return ST_OK;
        if (memchr(p, '*', part) != NULL || memchr(p, '?', part) != NULL ||
            base + part + 2 >= sizeof(path) || part >= sizeof(name))
            return ST_OK;
        if (p[part] == '\0' && strchr(pattern, '/') == NULL)
            return ST_OK; /* a name anywhere */
        memcpy(name, p, part);
        name[part] = '\0';
        memcpy(path + base, name, part + 1);
        if (access(path, F_OK) != 0) {
            path[base] = '\0';
            const char *near = nearest_entry(c, path, name);

            return error_set(err, ST_USAGE,
                             "%s: paths: %s matches nothing: there is no "
                             "%s%s%s%s%s",
                             c->path, pattern, path, name,
                             near != NULL ? "; did you mean " : "",
                             near != NULL ? near : "", near != NULL ? "?" : "");
        }
        path[base + part] = '/';
        base += part + 1;
        path[base] = '\0';
        if (p[part] == '\0')
            return ST_OK;
        p += part + 1;
    }
}

enum status config_check_paths(struct config *c, struct error *err)
{
    const cJSON *entry, *item;

    cJSON_ArrayForEach(entry, config_section(c, "paths"))
    {
        const cJSON *match = cJSON_GetObjectItemCaseSensitive(entry, "match");
        enum status st = ST_OK;

        if (cJSON_IsString(match))
            st = check_pattern(c, match->valuestring, err);
        cJSON_ArrayForEach(item, match) if (st == ST_OK) st =
            check_pattern(c, item->valuestring, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}
