#define _GNU_SOURCE /* isatty, struct winsize */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runner/cli/cli.h"
#include "validator/base/buf.h"

int cli_fail(const struct error *err)
{
    struct buf b = { .max = 1 << 16 };
    const char *line = err->text;

    /* Lines after the first (a pattern and its caret) are indented, so that
     * none can begin like a log command. */
    for (;;) {
        const size_t n = strcspn(line, "\n");

        buf_visible(&b, (struct text){ line, n }, ERROR_TEXT_MAX);
        if (line[n] == '\0')
            break;
        buf_puts(&b, "\n  ");
        line += n + 1;
    }
    (void)fprintf(stderr, "assay: %s\n",
                  b.failed == ST_OK ? buf_text(&b).ptr : "no memory");
    buf_free(&b);
    return EXIT_CANNOT;
}

int cli_close(int rc)
{
    const bool before = ferror(stdout) != 0;
    struct error err;

    if (fflush(stdout) == 0 && !before)
        return rc;
    if (!before && errno == EPIPE)
        return rc == EXIT_PASS ? EXIT_PIPE : rc;
    (void)error_set(&err, ST_INPUT, "cannot write all to stdout");
    return cli_fail(&err);
}

void cli_warn(const struct error *err)
{
    (void)cli_fail(err);
}

void cli_line(FILE *to, const char *fmt, ...)
{
    enum { LINE_MAX_BYTES = 1 << 16 };
    struct buf raw = { .max = LINE_MAX_BYTES }, shown = { .max = 0 };
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(&raw, fmt, ap);
    va_end(ap);
    buf_visible(&shown, buf_text(&raw), LINE_MAX_BYTES);
    buf_end(&raw, &shown);
    (void)fprintf(to, "%s\n",
                  shown.failed == ST_OK ? buf_text(&shown).ptr
                                        : "(no memory to show this line)");
    buf_free(&shown);
}

enum status strings_arg_add(struct strings_arg *s, const char *value,
                            struct error *err)
{
    if (s->count == s->cap) {
        const size_t cap = s->cap != 0 ? s->cap * 2 : 16;
        const char **p = realloc(s->at, cap * sizeof(*p));

        if (p == NULL)
            return error_set(err, ST_NOMEM, "no memory for arguments");
        s->at = p;
        s->cap = cap;
    }
    s->at[s->count++] = value;
    return ST_OK;
}

enum status cli_long(const char *value, long min, long max, long *out,
                     struct error *err)
{
    long v = 0;
    bool neg = false, any = false;
    const char *p = value;

    if (*p == '-') {
        neg = true;
        p++;
    }
    for (; ascii_digit(*p); p++) {
        any = true;
        if (v > (max > -min ? max : -min) / 10 + 1)
            break;
        v = v * 10 + (*p - '0');
    }
    if (neg)
        v = -v;
    if (!any || *p != '\0' || v < min || v > max)
        return error_set(err, ST_USAGE,
                         "%s: want a whole number from %ld to %ld", value, min,
                         max);
    *out = v;
    return ST_OK;
}

static const struct cli_option *by_name(const struct command *c,
                                        struct text name)
{
    for (size_t i = 0; i < c->option_count; i++)
        if (text_eq(text_from(c->options[i].name), name))
            return &c->options[i];
    return NULL;
}

static enum status unknown(const struct command *c, const char *arg,
                           struct text name, struct error *err)
{
    const size_t most = cli_misspelt(name.len);
    const char *best = NULL;
    size_t least = most + 1;

    for (size_t i = 0; i < c->option_count; i++) {
        const size_t d =
            text_distance(name, text_from(c->options[i].name), most);

        if (d < least) {
            least = d;
            best = c->options[i].name;
        }
    }
    if (best != NULL)
        return error_set(err, ST_USAGE,
                         "%s: no such option; did you mean --%s? "
                         "(assay help %s)",
                         arg, best, c->name);
    return error_set(err, ST_USAGE, "%s: no such option (assay help %s)", arg,
                     c->name);
}

enum { OPTIONS_MAX = 96 }; /* of one command */

struct parse {
    const struct command *c;
    int argc, at;
    char **argv;
    void *arg;
    struct error *err;
    bool given[OPTIONS_MAX];
};

/* What is wrong with the value, behind the option's name. */
static enum status store_named(struct parse *p, const struct cli_option *o,
                               const char *value, const char *given)
{
    const enum status st = o->store(p->arg, value, p->err);
    struct error why;

    if (st != ST_OK && p->err != NULL) {
        why = *p->err;
        (void)error_set(p->err, st, "%s: %s", given, why.text);
    }
    return st;
}

static enum status store(struct parse *p, const struct cli_option *o,
                         const char *given, const char *attached)
{
    const char *value = attached;
    char name[CLI_VARIABLE_MAX];

    (void)snprintf(name, sizeof(name), "--%s", o->name);
    p->given[o - p->c->options] = true;
    if (o->kind == ARG_NONE) {
        if (attached != NULL)
            return error_set(p->err, ST_USAGE, "--%s takes no value", o->name);
        return store_named(p, o, NULL, given);
    }
    if (value == NULL) {
        if (p->at + 1 >= p->argc)
            return error_set(p->err, ST_USAGE, "%s needs a value: %s", given,
                             o->value);
        value = p->argv[++p->at];
    }
    return store_named(p, o, value, name);
}

static enum status long_option(struct parse *p)
{
    const char *given = p->argv[p->at];
    const char *eq = strchr(given, '=');
    const struct text name = { given + 2, eq != NULL ? (size_t)(eq - given) - 2
                                                     : strlen(given) - 2 };
    const struct cli_option *o = by_name(p->c, name);

    if (o == NULL)
        return unknown(p->c, given, name, p->err);
    return store(p, o, given, eq != NULL ? eq + 1 : NULL);
}

static enum status short_options(struct parse *p)
{
    const char *given = p->argv[p->at];

    for (const char *s = given + 1; *s != '\0'; s++) {
        const struct cli_option *o = NULL;
        enum status st;

        for (size_t i = 0; i < p->c->option_count && o == NULL; i++)
            if (p->c->options[i].letter == *s)
                o = &p->c->options[i];
        if (o == NULL)
            return unknown(p->c, given, text_from(s), p->err);
        if (o->kind == ARG_VALUE)
            return store(p, o, given, s[1] != '\0' ? s + 1 : NULL);
        st = store(p, o, given, NULL);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

/* "fail-on" as ASSAY_FAIL_ON. */
void cli_variable(char out[CLI_VARIABLE_MAX], const char *option)
{
    size_t n = (size_t)snprintf(out, CLI_VARIABLE_MAX, "ASSAY_");

    for (const char *p = option; *p != '\0' && n + 1 < CLI_VARIABLE_MAX; p++)
        out[n++] = *p == '-'                ? '_'
                   : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A')
                                            : *p;
    out[n] = '\0';
}

static bool truth(const char *value)
{
    return value[0] != '\0' && strcmp(value, "0") != 0 &&
           strcmp(value, "false") != 0 && strcmp(value, "no") != 0;
}

/* An option that is not on the command line may come from its variable. */
static enum status from_environment(struct parse *p)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < p->c->option_count && st == ST_OK; i++) {
        const struct cli_option *o = &p->c->options[i];
        char name[CLI_VARIABLE_MAX];
        const char *value;

        cli_variable(name, o->name);
        value = getenv(name);
        if (p->given[i] || value == NULL || value[0] == '\0' ||
            (o->kind == ARG_NONE && !truth(value)))
            continue;
        st = store_named(p, o, o->kind == ARG_NONE ? NULL : value, name);
    }
    return st;
}

enum status cli_parse(const struct command *c, int argc, char **argv, void *arg,
                      int *operands, struct error *err)
{
    struct parse p = {
        .c = c, .argc = argc, .at = 1, .argv = argv, .arg = arg, .err = err
    };
    enum status st = ST_OK;
    int n = 0;
    bool rest = false;

    assert(c->option_count <= OPTIONS_MAX);
    for (; p.at < argc && st == ST_OK; p.at++) {
        char *s = argv[p.at];

        if (rest || s[0] != '-' || s[1] == '\0')
            argv[++n] = s;
        else if (strcmp(s, "--") == 0)
            rest = true;
        else if (s[1] == '-')
            st = long_option(&p);
        else
            st = short_options(&p);
    }
    *operands = n;
    return st == ST_OK ? from_environment(&p) : st;
}

size_t cli_misspelt(size_t letters)
{
    const size_t half = letters / 2;

    return half < 1 ? 1 : half > 4 ? 4 : half;
}

unsigned cli_width(void)
{
    enum { NARROWEST = 40, DEFAULT = 80, WIDEST = 160 };
    const char *columns = getenv("COLUMNS");
    struct winsize w;
    long n = DEFAULT;

    if (columns == NULL || cli_long(columns, 1, 10000, &n, NULL) != ST_OK)
        n = isatty(STDOUT_FILENO) != 0 &&
                    ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0
                ? w.ws_col
                : DEFAULT;
    return (unsigned)(n < NARROWEST ? NARROWEST : n > WIDEST ? WIDEST : n);
}

void cli_entry(FILE *to, const char *left, const char *text, size_t indent)
{
    const size_t width = cli_width();
    size_t used = strlen(left);

    (void)fputs(left, to);
    while (*text != '\0') {
        const size_t n = strcspn(text, " ");

        if (used + 1 + n > width && used > indent) {
            (void)fprintf(to, "\n%*s", (int)indent, "");
            used = indent;
        } else {
            (void)fputs(" ", to);
            used++;
        }
        (void)fprintf(to, "%.*s", (int)n, text);
        used += n;
        text += n + strspn(text + n, " ");
    }
    (void)fputs("\n", to);
}

void cli_help(const struct command *c)
{
    enum { HELP_AT = 33 }; /* columns */

    (void)printf("Usage: assay %s [OPTION]...%s%s\n%s.\n\n", c->name,
                 c->operands[0] != '\0' ? " " : "", c->operands, c->summary);
    for (size_t i = 0; i < c->option_count; i++) {
        const struct cli_option *o = &c->options[i];
        char left[64], line[80];
        char dash[8] = "    ";

        if (o->letter != 0)
            (void)snprintf(dash, sizeof(dash), "-%c, ", o->letter);
        (void)snprintf(left, sizeof(left), "%s--%s%s%s", dash, o->name,
                       o->value != NULL ? "=" : "",
                       o->value != NULL ? o->value : "");
        (void)snprintf(line, sizeof(line), "  %-30s", left);
        cli_entry(stdout, line, o->help, HELP_AT);
    }
}
