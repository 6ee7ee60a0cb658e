/* assay explain, assay rules: what the checks look for, read off their
 * descriptors and docs/checks/. */
#include <stdio.h>
#include <stdlib.h>

#include "checks/table.h"
#include "runner/cli/cli.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/config.h"
#include "validator/docs_data.h"
#include "validator/rules_data.h"

/* A check by its id or by the id of one of its rules. */
static const struct check *find_check(const char *id)
{
    const size_t n = strcspn(id, "/");

    for (size_t i = 0; i < checks_all_count; i++)
        if (text_eq(text_from(checks_all[i]->id), (struct text){ id, n }))
            return checks_all[i];
    return NULL;
}

static int no_check(const char *id)
{
    const char *names[256];
    struct error err;
    size_t n = 0;
    const char *near;

    for (; n < checks_all_count && n < 256; n++)
        names[n] = checks_all[n]->id;
    near = config_nearest(id, names, n);
    (void)error_set(&err, ST_USAGE,
                    "%s: no such check%s%s%s (assay explain "
                    "lists them)",
                    id, near != NULL ? "; did you mean " : "",
                    near != NULL ? near : "", near != NULL ? "?" : "");
    return cli_fail(&err);
}

static void print_rules(const struct check *c)
{
    (void)printf("Rules:\n");
    for (size_t i = 0; i < c->rule_count; i++)
        (void)printf("  %s\n      %s: %s\n", c->rules[i].id,
                     severity_name[c->rules[i].severity], c->rules[i].message);
    if (c->option_count > 0)
        (void)printf("\nOptions (--set %s.OPTION=N, or \"options\" in "
                     "assay.json):\n",
                     c->id);
    for (size_t i = 0; i < c->option_count; i++) {
        const struct option *o = &c->options[i];

        (void)printf("  %s\n      %ld %s; from %ld to %ld", o->id, o->def,
                     o->unit != NULL ? o->unit : "", o->min, o->max);
        if (o->source != NULL)
            (void)printf("; measured: %s", o->source);
        (void)printf("\n");
    }
    (void)printf("\n");
}

static int explain_main(int argc, char **argv)
{
    extern const struct command command_explain;
    struct error err;
    int n = 0;
    enum status st = cli_parse(&command_explain, argc, argv, NULL, &n, &err);

    if (st != ST_OK)
        return cli_fail(&err);
    for (size_t i = 0; i < checks_all_count && n == 0; i++)
        (void)printf("%-18s %s\n", checks_all[i]->id, checks_all[i]->summary);
    for (int i = 1; i <= n; i++) {
        const struct check *c = find_check(argv[i]);
        const struct text doc =
            c != NULL ? doc_find(c->id) : (struct text){ NULL, 0 };

        if (c == NULL)
            return no_check(argv[i]);
        if (doc.len > 0)
            (void)printf("%.*s\n", (int)doc.len, doc.ptr);
        else
            (void)printf("# %s\n\n%s.\n\n", c->id, c->summary);
        print_rules(c);
    }
    return EXIT_PASS;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "what a check looks for, and how to silence it",
    .operands = "[CHECK|RULE]...",
    .run = explain_main,
};

static enum status store_rules_format(void *arg, const char *value,
                                      struct error *err)
{
    *(bool *)arg = strcmp(value, "json") == 0;
    return *(bool *)arg || strcmp(value, "text") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want text or json", value);
}

static const struct cli_option rules_options[] = {
    { "format", 'f', ARG_VALUE, "text|json", "format on stdout (text)",
      store_rules_format },
};

static void json_options(struct buf *b, const struct check *c)
{
    for (size_t i = 0; i < c->option_count; i++) {
        const struct option *o = &c->options[i];

        buf_puts(b, i > 0 ? "," : "");
        buf_json(b, text_from(o->id));
        buf_printf(b, ":{\"default\":%ld,\"min\":%ld,\"max\":%ld,\"unit\":",
                   o->def, o->min, o->max);
        buf_json(b, text_from(o->unit != NULL ? o->unit : ""));
        buf_puts(b, ",\"source\":");
        buf_json(b, text_from(o->source != NULL ? o->source : ""));
        buf_putc(b, '}');
    }
}

static void json_rules(struct buf *b, const struct check *c)
{
    for (size_t i = 0; i < c->rule_count; i++) {
        buf_puts(b, i > 0 ? ",{\"id\":" : "{\"id\":");
        buf_json(b, text_from(c->rules[i].id));
        buf_printf(b, ",\"severity\":\"%s\",\"message\":",
                   severity_name[c->rules[i].severity]);
        buf_json(b, text_from(c->rules[i].message));
        buf_putc(b, '}');
    }
}

static enum status print_json(struct error *err)
{
    struct buf b = { .max = 0 };
    enum status st;

    buf_printf(&b,
               "{\"schema\":\"assay-rules/1\",\"rules\":\"%s\","
               "\"checks\":[",
               rules_sha256);
    for (size_t i = 0; i < checks_all_count; i++) {
        const struct check *c = checks_all[i];

        buf_puts(&b, i > 0 ? ",\n{\"id\":" : "\n{\"id\":");
        buf_json(&b, text_from(c->id));
        buf_puts(&b, ",\"summary\":");
        buf_json(&b, text_from(c->summary));
        buf_printf(&b, ",\"guard\":%s,\"rules\":[",
                   c->guard != NULL ? "true" : "false");
        json_rules(&b, c);
        buf_puts(&b, "],\"options\":{");
        json_options(&b, c);
        buf_puts(&b, "},\"doc\":");
        buf_json(&b, doc_find(c->id));
        buf_putc(&b, '}');
    }
    buf_puts(&b, "\n]}\n");
    st = file_write_buf("-", &b, err);
    buf_free(&b);
    return st;
}

static int rules_main(int argc, char **argv)
{
    extern const struct command command_rules;
    struct error err;
    bool json = false;
    int n = 0;
    enum status st = cli_parse(&command_rules, argc, argv, &json, &n, &err);

    if (st == ST_OK && n > 0)
        st = error_set(&err, ST_USAGE, "%s: rules takes no operand", argv[1]);
    if (st == ST_OK && json)
        st = print_json(&err);
    if (st != ST_OK)
        return cli_fail(&err);
    if (json)
        return EXIT_PASS;
    for (size_t i = 0; i < checks_all_count; i++)
        for (size_t k = 0; k < checks_all[i]->rule_count; k++) {
            const struct rule *r = &checks_all[i]->rules[k];

            (void)printf("%-32s %-8s %s\n", r->id, severity_name[r->severity],
                         r->message);
        }
    return EXIT_PASS;
}

const struct command command_rules = {
    .name = "rules",
    .summary = "list every rule with its severity",
    .operands = "",
    .options = rules_options,
    .option_count = sizeof(rules_options) / sizeof(*rules_options),
    .run = rules_main,
};
