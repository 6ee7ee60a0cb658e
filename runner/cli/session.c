#define _GNU_SOURCE /* readlink */
#include "runner/cli/session.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks/table.h"
#include "runner/cli/data.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/layout.h"
#include "validator/rules_data.h"

/* The embedded file of that name. */
static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

/* Where the language data lies: option, ASSAY_LANG_DATA, beside the binary
 * (build tree), PREFIX/share/assay. NULL when it is nowhere. */
static const char *find_lang_data(struct session *s, const char *option)
{
    static const char *const beside[] = { "lang.dat", "../share/assay/lang.dat",
                                          "../../share/assay/lang.dat" };
    const char *env = getenv("ASSAY_LANG_DATA");
    char exe[PATH_MAX];
    ssize_t n;

    if (option != NULL)
        return option;
    if (env != NULL && env[0] != '\0')
        return env;
    n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    while (n > 0 && exe[n - 1] != '/')
        exe[--n] = '\0';
    for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
        const int len = snprintf(s->lang_path, sizeof(s->lang_path), "%s%s",
                                 exe, beside[i]);

        if (len > 0 && (size_t)len < sizeof(s->lang_path) &&
            access(s->lang_path, R_OK) == 0)
            return s->lang_path;
    }
    return NULL;
}

/* The file's own layouts come first. */
static enum status own_layouts(struct session *s, struct error *err)
{
    const cJSON *list = config_section(s->config, "layouts");
    char *printed;
    struct buf json = { .max = 0 };
    enum status st;

    if (list == NULL)
        return ST_OK;
    printed = cJSON_PrintUnformatted(list);
    if (printed == NULL)
        return error_set(err, ST_NOMEM, "no memory for layouts");
    buf_puts(&json, "{\"layouts\":");
    buf_puts(&json, printed);
    buf_putc(&json, '}');
    cJSON_free(printed);
    st = json.failed ? error_set(err, ST_NOMEM, "no memory for layouts")
                     : layouts_prepend(s->layouts, buf_text(&json),
                                       config_path(s->config), err);
    buf_free(&json);
    return st;
}

static enum status load_layouts(struct session *s, const char *layout,
                                struct error *err)
{
    const struct text json = s->env.rule_file(&s->env, "layouts.json");
    enum status st;

    if (json.ptr == NULL)
        return ST_OK;
    st = layouts_parse(&s->layouts, json, "layouts.json", err);
    if (st == ST_OK)
        st = own_layouts(s, err);
    if (st != ST_OK || layout == NULL || strcmp(layout, "none") == 0 ||
        layouts_has(s->layouts, layout))
        return st;
    const char *near = layouts_nearest(s->layouts, layout);

    return error_set(err, ST_USAGE, "%s: no such layout%s%s%s", layout,
                     near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

/* One id or pattern ("number-*") of a --select or --ignore. */
static enum status select_one(struct engine *e, struct text id, bool value,
                              struct error *err)
{
    char pattern[128];
    bool any = false;

    if (id.len >= sizeof(pattern))
        return error_set(err, ST_USAGE, "a check id is too long");
    memcpy(pattern, id.ptr, id.len);
    pattern[id.len] = '\0';
    for (size_t k = 0; k < e->check_count; k++)
        if (config_glob(pattern, e->checks[k]->id)) {
            e->selected[k] = value;
            any = true;
        }
    if (any)
        return ST_OK;
    const char *near = engine_nearest(e, id);

    return error_set(err, ST_USAGE, "%s: no such check%s%s%s (assay rules)",
                     pattern, near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

static enum status select_checks(struct engine *e, const char *list, bool value,
                                 struct error *err)
{
    enum status st = ST_OK;

    for (const char *p = list; *p != '\0' && st == ST_OK;) {
        const size_t n = strcspn(p, ",");

        if (n > 0)
            st = select_one(e, (struct text){ p, n }, value, err);
        p += n + (p[n] == ',');
    }
    return st;
}

static enum status apply_setting(struct engine *e, const char *setting,
                                 struct error *err)
{
    const char *dot = strchr(setting, '.'), *eq = strchr(setting, '=');

    if (dot == NULL || eq == NULL || eq < dot)
        return error_set(err, ST_USAGE, "%s: want CHECK.OPTION=NUMBER",
                         setting);
    const struct text id = { setting, (size_t)(dot - setting) };
    const struct text option = { dot + 1, (size_t)(eq - dot) - 1 };
    const size_t k = engine_find(e, id);

    if (k == SIZE_MAX) {
        const char *near = engine_nearest(e, id);

        return error_set(err, ST_USAGE, "%s: no such check%s%s%s", setting,
                         near != NULL ? "; did you mean " : "",
                         near != NULL ? near : "", near != NULL ? "?" : "");
    }
    for (size_t i = 0; i < e->checks[k]->option_count; i++) {
        const struct option *o = &e->checks[k]->options[i];

        if (text_eq(text_from(o->id), option))
            return cli_long(eq + 1, o->min, o->max, &e->options[k][i], err);
    }
    return error_set(err, ST_USAGE,
                     "%s: no such option of this check (assay explain %.*s)",
                     setting, (int)id.len, id.ptr);
}

/* A glossary that no data use: a mistake in it is told all the same. */
static enum status read_glossary(struct session *s, struct error *err)
{
    struct facts *f = facts_new(&units_ours);
    const enum status st =
        f == NULL ? error_set(err, ST_NOMEM, "no memory for the glossary")
                  : facts_add_glossary(f, s->o.glossary, err);

    facts_free(f);
    return st;
}

static enum status load_facts(struct session *s, struct error *err)
{
    const struct data_options o = { .paths = s->o.data,
                                    .glossary = s->o.glossary,
                                    .index = s->o.index,
                                    .allow_empty = s->o.allow_empty };
    enum status st = ST_OK;

    if (o.paths.count > 0 || o.index != NULL)
        st = data_load(&s->facts, &o, err);
    else if (o.glossary != NULL)
        st = read_glossary(s, err);
    if (st == ST_OK)
        st = audit_rules_load(&s->audit_rules, s->facts, &units_ours,
                              s->env.rule_file(&s->env, "terms.json"), err);
    return st;
}

/* Switches and numbers of one engine: the file's, those of the path entries
 * in `mask`, then the options given. */
static enum status configure(struct session *s, struct engine *e, uint64_t mask,
                             struct error *err)
{
    const struct session_options *o = &s->o;
    enum status st =
        config_apply(s->config, config_section(s->config, "checks"), e, err);
    const cJSON *entry;
    size_t nth = 0;

    cJSON_ArrayForEach(entry, config_section(s->config, "paths"))
    {
        const cJSON *checks = cJSON_GetObjectItemCaseSensitive(entry, "checks");
        const char *layout = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(entry, "layout"));

        if (((mask >> nth++) & 1) == 0 || st != ST_OK)
            continue;
        st = config_apply(s->config, checks, e, err);
        if (layout != NULL && o->layout == NULL)
            e->layout = layout;
    }
    if (o->select.count > 0)
        for (size_t i = 0; i < e->check_count; i++)
            e->selected[i] = false;
    for (size_t i = 0; i < o->select.count && st == ST_OK; i++)
        st = select_checks(e, o->select.at[i], true, err);
    for (size_t i = 0; i < o->ignore.count && st == ST_OK; i++)
        st = select_checks(e, o->ignore.at[i], false, err);
    for (size_t i = 0; i < o->settings.count && st == ST_OK; i++)
        st = apply_setting(e, o->settings.at[i], err);
    return st;
}

/* Switches, and what the checks that are on need. A path of the file may
 * select any check for its reports: then all are set up. */
static enum status start(struct session *s, struct engine *e,
                         const struct check_env *env, uint64_t mask,
                         struct error *err)
{
    const bool all = config_section(s->config, "paths") != NULL;
    enum status st = all ? engine_start(e, env, err) : ST_OK;

    if (st == ST_OK)
        st = configure(s, e, mask, err);
    return st == ST_OK && !all ? engine_start(e, env, err) : st;
}

/* Fills `list` from the file when no option did; paths are resolved. */
static enum status from_file(struct session *s, struct strings_arg *list,
                             const char *name, bool path, struct error *err)
{
    const struct strings_arg given = *list;
    const char *value;
    enum status st = ST_OK;

    *list = (struct strings_arg){ .at = NULL };
    for (size_t i = 0; i < given.count && st == ST_OK; i++)
        st = strings_arg_add(list, given.at[i], err);
    for (size_t i = 0; st == ST_OK && given.count == 0 &&
                       (value = config_nth(s->config, name, i)) != NULL;
         i++) {
        if (path)
            value = config_resolve(s->config, value);
        st = value != NULL ? strings_arg_add(list, value, err)
                           : error_set(err, ST_NOMEM, "no memory for paths");
    }
    return st;
}

static const char *path_from_file(struct session *s, const char *given,
                                  const char *name)
{
    const char *value = config_string(s->config, name);

    return given != NULL || value == NULL ? given
                                          : config_resolve(s->config, value);
}

static enum status load_config(struct session *s, struct error *err)
{
    struct session_options *o = &s->o;
    char found[CONFIG_PATH_MAX];
    const char *path = o->config;
    enum status st = ST_OK;

    if (path == NULL && !o->no_config && config_find(found))
        path = found;
    if (path != NULL)
        st = config_load(&s->config, path, err);
    if (st == ST_OK && s->config != NULL)
        st = config_check_paths(s->config, err);
    if (st == ST_OK)
        st = from_file(s, &o->data, "data", true, err);
    if (st == ST_OK)
        st = from_file(s, &o->langs, "lang", false, err);
    if (st == ST_OK)
        st = from_file(s, &o->words, "words", false, err);
    if (st == ST_OK)
        st = from_file(s, &o->select, "select", false, err);
    if (st == ST_OK)
        st = from_file(s, &o->ignore, "ignore", false, err);
    if (st != ST_OK)
        return st;
    if (o->layout == NULL)
        o->layout = config_string(s->config, "layout");
    o->glossary = path_from_file(s, o->glossary, "glossary");
    o->lang_data = path_from_file(s, o->lang_data, "lang-data");
    return ST_OK;
}

/* An entry of "paths" that names an unknown check fails now, not when the
 * first report happens to match it. */
static enum status try_paths(struct session *s, struct error *err)
{
    const cJSON *entry, *list = config_section(s->config, "paths");
    struct engine e;
    enum status st;

    if (list == NULL)
        return ST_OK;
    if (cJSON_GetArraySize(list) > 64)
        return error_set(err, ST_LIMIT, "%s: more than 64 \"paths\"",
                         config_path(s->config));
    st = engine_variant(&e, &s->engine, err);
    if (st != ST_OK)
        return st;
    cJSON_ArrayForEach(entry, list)
    {
        if (st == ST_OK)
            st = config_apply(s->config,
                              cJSON_GetObjectItemCaseSensitive(entry, "checks"),
                              &e, err);
    }
    engine_variant_free(&e);
    return st;
}

static void set_env(struct session *s)
{
    static const char *const english[] = { "en" };
    const struct session_options *o = &s->o;

    s->env = (struct check_env){
        .rule_file = embedded,
        .lang_data = find_lang_data(s, o->lang_data),
        .langs = o->langs.count > 0 ? o->langs.at : english,
        .n_langs = o->langs.count > 0 ? o->langs.count : 1,
        .words = o->words.at,
        .n_words = o->words.count,
        .config = s->config,
    };
}

enum status session_begin(struct session *s, const struct session_options *o,
                          struct error *err)
{
    enum status st;

    *s = (struct session){ .o = *o, .lock = PTHREAD_MUTEX_INITIALIZER };
    st = load_config(s, err);
    if (st != ST_OK)
        goto out;
    set_env(s);
    st = load_layouts(s, s->o.layout, err);
    if (st == ST_OK)
        st = load_facts(s, err);
    if (st == ST_OK)
        st = engine_prepare(&s->engine, checks_all, checks_all_count, &s->env,
                            err);
    if (st != ST_OK)
        goto out;
    s->engine.facts = s->facts;
    s->engine.audit_rules = s->audit_rules;
    s->engine.layouts = s->layouts;
    s->engine.layout = s->o.layout;
    st = start(s, &s->engine, &s->env, 0, err);
    if (st == ST_OK)
        st = try_paths(s, err);
out:
    if (st != ST_OK)
        session_end(s);
    return st;
}

/* An engine made when the first report asks for it. */
struct session_variant {
    struct session_variant *next;
    uint64_t mask; /* entries of "paths" that match */
    char *lang;    /* NULL: the configured languages */
    bool whole;    /* has setups of its own */
    struct engine engine;
    struct check_env env;
    const char *langs[1];
};

static void variant_free(struct session_variant *v)
{
    if (v->whole)
        engine_free(&v->engine);
    else
        engine_variant_free(&v->engine);
    free(v->lang);
    free(v);
}

static uint64_t matching(const struct session *s, const char *name,
                         const char **lang)
{
    const cJSON *entry;
    uint64_t mask = 0, bit = 1;

    cJSON_ArrayForEach(entry, config_section(s->config, "paths"))
    {
        const cJSON *own = cJSON_GetObjectItemCaseSensitive(entry, "lang");

        if (config_path_fits(s->config, entry, name)) {
            mask |= bit;
            if (cJSON_IsArray(own))
                own = own->child;
            if (*lang == NULL && cJSON_IsString(own))
                *lang = own->valuestring;
        }
        bit <<= 1;
    }
    return mask;
}

static bool variant_is(const struct session_variant *v, uint64_t mask,
                       const char *lang)
{
    return v->mask == mask && (lang == NULL) == (v->lang == NULL) &&
           (lang == NULL || strcmp(v->lang, lang) == 0);
}

static enum status variant_new(struct session *s, uint64_t mask,
                               const char *lang, struct error *err)
{
    struct session_variant *v = calloc(1, sizeof(*v));
    enum status st;

    if (v == NULL || (lang != NULL && (v->lang = strdup(lang)) == NULL)) {
        free(v);
        return error_set(err, ST_NOMEM, "no memory for checks");
    }
    v->mask = mask;
    v->whole = lang != NULL;
    v->env = s->env;
    v->langs[0] = v->lang;
    if (v->whole) {
        v->env.langs = v->langs;
        v->env.n_langs = 1;
        st = engine_prepare(&v->engine, checks_all, checks_all_count, &v->env,
                            err);
        v->engine.facts = s->facts;
        v->engine.layouts = s->layouts;
        v->engine.layout = s->o.layout;
        v->engine.audit_rules = s->engine.audit_rules;
        v->engine.max_findings = s->engine.max_findings;
        if (st == ST_OK)
            st = start(s, &v->engine, &v->env, mask, err);
    } else {
        st = engine_variant(&v->engine, &s->engine, err);
        if (st == ST_OK)
            st = configure(s, &v->engine, mask, err);
    }
    if (st != ST_OK) {
        variant_free(v);
        return st;
    }
    v->next = s->variants;
    s->variants = v;
    return ST_OK;
}

enum status session_engine(struct session *s, const char *name,
                           const char *lang, const struct engine **out,
                           struct error *err)
{
    enum { VARIANTS_MAX = 64 };
    const uint64_t mask = matching(s, name, &lang);
    struct session_variant *v = NULL;
    enum status st = ST_OK;
    size_t n = 0;

    if (lang != NULL && strcmp(lang, s->env.langs[0]) == 0)
        lang = NULL;
    if (mask == 0 && lang == NULL) {
        *out = &s->engine;
        return ST_OK;
    }
    (void)pthread_mutex_lock(&s->lock);
    for (v = s->variants; v != NULL && !variant_is(v, mask, lang); v = v->next)
        n++;
    if (v == NULL && n >= VARIANTS_MAX)
        st = error_set(err, ST_LIMIT,
                       "%s: more than %d combinations of languages and paths",
                       name, VARIANTS_MAX);
    else if (v == NULL)
        st = variant_new(s, mask, lang, err);
    if (v == NULL)
        v = s->variants;
    if (st == ST_OK)
        *out = &v->engine;
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

void session_end(struct session *s)
{
    while (s->variants != NULL) {
        struct session_variant *next = s->variants->next;

        variant_free(s->variants);
        s->variants = next;
    }
    engine_free(&s->engine);
    layouts_free(s->layouts);
    audit_rules_free(s->audit_rules);
    facts_free(s->facts);
    config_free(s->config);
    free(s->o.data.at);
    free(s->o.langs.at);
    free(s->o.words.at);
    free(s->o.select.at);
    free(s->o.ignore.at);
    *s = (struct session){ .config = NULL };
}
