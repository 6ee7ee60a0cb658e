/* What a session says of itself: --print-config, and what it lacks. */
#include <stdio.h>

#include "runner/cli/session.h"
#include "validator/base/buf.h"

static void put_list(struct buf *b, const char *name, const char *const *at,
                     size_t n)
{
    buf_printf(b, ",\n  \"%s\": [", name);
    for (size_t i = 0; i < n; i++) {
        buf_puts(b, i > 0 ? ", " : "");
        buf_json(b, text_from(at[i]));
    }
    buf_putc(b, ']');
}

static void put_string(struct buf *b, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_printf(b, ",\n  \"%s\": ", name);
    buf_json(b, text_from(value));
}

static void put_check(struct buf *b, const struct engine *e, size_t k)
{
    const struct check *c = e->checks[k];

    buf_printf(b, "%s\n    \"%s\": {\"enabled\": %s", k > 0 ? "," : "", c->id,
               e->selected[k] ? "true" : "false");
    buf_puts(b, ", \"severity\": {");
    for (size_t i = 0; i < c->rule_count; i++) {
        const signed char set = e->severities[k][i];
        const int severity = set >= 0 ? set : (int)c->rules[i].severity;

        buf_printf(b, "%s\"%s\": \"%s\"", i > 0 ? ", " : "", c->rules[i].id,
                   severity_name[severity]);
    }
    buf_puts(b, "}, \"options\": {");
    for (size_t i = 0; i < c->option_count; i++)
        buf_printf(b, "%s\"%s\": %ld", i > 0 ? ", " : "", c->options[i].id,
                   e->options[k][i]);
    buf_puts(b, "}}");
}

/* Sections that are passed on as they stand. */
static void put_section(struct buf *b, const struct config *c, const char *name)
{
    const cJSON *section = config_section(c, name);
    char *printed = section != NULL ? cJSON_PrintUnformatted(section) : NULL;

    if (printed != NULL) {
        buf_printf(b, ",\n  \"%s\": ", name);
        buf_json_inert(b, text_from(printed));
    }
    cJSON_free(printed);
}

void session_warn(const struct session *s)
{
    const size_t drift = engine_find(&s->engine, TEXT_LIT("language-drift"));
    struct error note;

    if (s->env.lang_data != NULL || drift == SIZE_MAX ||
        !s->engine.selected[drift])
        return;
    (void)error_set(&note, ST_INPUT,
                    "no language data (lang.dat): language-drift judges "
                    "scripts and sentences, not words (--lang-data, "
                    "docs/lang-data.md)");
    cli_warn(&note);
}

void session_print_config(const struct session *s, const char *fail_on)
{
    static const char *const sections[] = { "layouts", "paths", "suppress",
                                            "run", "gate" };
    struct buf b = { .max = 0 };

    if (s->config != NULL)
        cli_line(stderr, "assay: configuration from %s",
                 config_path(s->config));
    buf_printf(&b, "{\n  \"fail-on\": \"%s\"", fail_on);
    put_list(&b, "lang", s->env.langs, s->env.n_langs);
    put_list(&b, "data", s->o.data.at, s->o.data.count);
    put_list(&b, "words", s->o.words.at, s->o.words.count);
    put_string(&b, "layout", s->o.layout);
    put_string(&b, "glossary", s->o.glossary);
    put_string(&b, "lang-data", s->env.lang_data);
    if (s->env.lang_data == NULL)
        buf_puts(&b, ",\n  \"lang-data\": null");
    buf_printf(&b, ",\n  \"max-findings\": %zu", s->engine.max_findings);
    buf_puts(&b, ",\n  \"checks\": {");
    for (size_t k = 0; k < s->engine.check_count; k++)
        put_check(&b, &s->engine, k);
    buf_puts(&b, "\n  }");
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
        put_section(&b, s->config, sections[i]);
    buf_puts(&b, "\n}\n");
    (void)fputs(buf_text(&b).ptr, stdout);
    buf_free(&b);
}
