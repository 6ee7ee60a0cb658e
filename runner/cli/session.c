#define _GNU_SOURCE /* readlink */
#include "runner/cli/session.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks/table.h"
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
    static const char *const beside[] = { "lang.dat",
                                          "../share/assay/lang.dat" };
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

static enum status load_layouts(struct session *s, const char *layout,
                                struct error *err)
{
    const struct text json = s->env.rule_file(&s->env, "layouts.json");
    enum status st;

    if (json.ptr == NULL)
        return ST_OK;
    st = layouts_parse(&s->layouts, json, "layouts.json", err);
    if (st != ST_OK || layout == NULL || strcmp(layout, "none") == 0 ||
        layouts_has(s->layouts, layout))
        return st;
    const char *near = layouts_nearest(s->layouts, layout);

    return error_set(err, ST_USAGE, "%s: no such layout%s%s%s", layout,
                     near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

static enum status select_checks(struct engine *e, const struct strings_arg *ids,
                                 bool value, struct error *err)
{
    for (size_t i = 0; i < ids->count; i++) {
        const char *p = ids->at[i];

        while (*p != '\0') {
            const char *comma = strchr(p, ',');
            const struct text id = { p, comma != NULL ? (size_t)(comma - p)
                                                      : strlen(p) };
            const size_t k = engine_find(e, id);

            if (k == SIZE_MAX) {
                const char *near = engine_nearest(e, id);

                return error_set(err, ST_USAGE,
                                 "%.*s: no such check%s%s%s", (int)id.len,
                                 id.ptr, near != NULL ? "; did you mean " : "",
                                 near != NULL ? near : "",
                                 near != NULL ? "?" : "");
            }
            e->selected[k] = value;
            p += id.len + (comma != NULL);
        }
    }
    return ST_OK;
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

    if (k == SIZE_MAX)
        return error_set(err, ST_USAGE, "%s: no such check", setting);
    for (size_t i = 0; i < e->checks[k]->option_count; i++) {
        const struct option *o = &e->checks[k]->options[i];

        if (text_eq(text_from(o->id), option))
            return cli_long(eq + 1, o->min, o->max, &e->options[k][i], err);
    }
    return error_set(err, ST_USAGE, "%s: no such option of this check",
                     setting);
}

static enum status load_facts(struct session *s, const struct strings_arg *data,
                              struct error *err)
{
    enum status st = ST_OK;

    if (data->count == 0)
        return ST_OK;
    s->facts = facts_new();
    if (s->facts == NULL)
        return error_set(err, ST_NOMEM, "no memory for the source data");
    for (size_t i = 0; i < data->count && st == ST_OK; i++)
        st = facts_add(s->facts, data->at[i], err);
    if (st == ST_OK)
        st = facts_freeze(s->facts, err);
    return st;
}

enum status session_begin(struct session *s, const struct session_options *o,
                          struct error *err)
{
    static const char *const english[] = { "en" };
    enum status st;

    *s = (struct session){ .facts = NULL };
    s->env = (struct check_env){
        .rule_file = embedded,
        .rules_dir = o->rules_dir,
        .lang_data = find_lang_data(s, o->lang_data),
        .langs = o->langs.count > 0 ? o->langs.at : english,
        .n_langs = o->langs.count > 0 ? o->langs.count : 1,
        .words = o->words.at,
        .n_words = o->words.count,
    };
    st = load_layouts(s, o->layout, err);
    if (st == ST_OK)
        st = load_facts(s, &o->data, err);
    if (st == ST_OK)
        st = engine_init(&s->engine, checks_all, checks_all_count, &s->env,
                         err);
    if (st != ST_OK)
        goto out;
    s->engine.facts = s->facts;
    s->engine.layouts = s->layouts;
    s->engine.layout = o->layout;
    if (o->select.count > 0)
        for (size_t i = 0; i < s->engine.check_count; i++)
            s->engine.selected[i] = false;
    st = select_checks(&s->engine, &o->select, true, err);
    if (st == ST_OK)
        st = select_checks(&s->engine, &o->ignore, false, err);
    for (size_t i = 0; i < o->settings.count && st == ST_OK; i++)
        st = apply_setting(&s->engine, o->settings.at[i], err);
out:
    if (st != ST_OK)
        session_end(s);
    return st;
}

void session_end(struct session *s)
{
    engine_free(&s->engine);
    layouts_free(s->layouts);
    facts_free(s->facts);
    s->layouts = NULL;
    s->facts = NULL;
}
