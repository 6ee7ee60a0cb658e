/* assay lsp: a language server over standard input and output (LSP 3.17).
 * Diagnostics as a report is edited, evidence where the cursor rests. */
#define _GNU_SOURCE
#include <cjson/cJSON.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/session.h"
#include "validator/audit/audit.h"
#include "validator/base/buf.h"
#include "validator/base/utf8.h"
#include "validator/output/common.h"

enum {
    MESSAGE_MAX = 128 << 20, /* bytes of one message */
    HEADER_MAX = 4096,       /* bytes of a header line */
    DOCUMENTS_MAX = 1024,
    DIAGNOSTICS_MAX = 1000, /* per document */
    LSP_ARENA = 1 << 30
};
enum { PARSE_ERROR = -32700, BAD_PARAMS = -32602, NO_METHOD = -32601 };

struct document {
    char *uri, *name; /* name: the path, relative to the workspace if in it */
    char *bytes;
    size_t len;
};

struct lsp {
    struct session_options options;
    struct session session;
    bool ready, shutdown, exited;
    struct document docs[DOCUMENTS_MAX];
    size_t doc_count;
    struct arena *a;
    char root[PATH_MAX];
};

/* ---- messages ---- */

static void send_message(const struct buf *body)
{
    (void)printf("Content-Length: %zu\r\n\r\n", body->len);
    (void)fwrite(body->ptr, 1, body->len, stdout);
    (void)fflush(stdout);
}

/* {"jsonrpc":"2.0","id":ID, */
static void begin_reply(struct buf *b, const cJSON *id)
{
    char *printed = id != NULL ? cJSON_PrintUnformatted(id) : NULL;

    buf_printf(b, "{\"jsonrpc\":\"2.0\",\"id\":%s,",
               printed != NULL ? printed : "null");
    cJSON_free(printed);
}

static void reply(const cJSON *id, const char *result)
{
    struct buf b = { .max = 0 };

    begin_reply(&b, id);
    buf_printf(&b, "\"result\":%s}", result);
    send_message(&b);
    buf_free(&b);
}

static void reply_error(const cJSON *id, int code, const char *text)
{
    struct buf b = { .max = 0 };

    begin_reply(&b, id);
    buf_printf(&b, "\"error\":{\"code\":%d,\"message\":", code);
    buf_json(&b, text_from(text));
    buf_puts(&b, "}}");
    send_message(&b);
    buf_free(&b);
}

static void show_message(const struct error *err)
{
    struct buf b = { .max = 0 };

    buf_puts(&b, "{\"jsonrpc\":\"2.0\",\"method\":\"window/showMessage\","
                 "\"params\":{\"type\":1,\"message\":");
    buf_json(&b, text_from(err->text));
    buf_puts(&b, "}}");
    send_message(&b);
    buf_free(&b);
}

/* One message's body, malloc'd; NULL: the end, or a header that is none. */
static char *read_message(size_t *len)
{
    char line[HEADER_MAX];
    long n = -1;
    char *body;

    while (fgets(line, sizeof(line), stdin) != NULL) {
        const struct text t = text_trim(text_from(line));
        static const struct text length = { "content-length:", 15 };

        if (t.len == 0 && n >= 0)
            break;
        if (t.len > length.len &&
            text_eq_icase((struct text){ t.ptr, length.len }, length)) {
            line[t.ptr - line + (ptrdiff_t)t.len] = '\0';
            const char *value = t.ptr + length.len;

            if (cli_long(value + strspn(value, " "), 0, MESSAGE_MAX, &n,
                         NULL) != ST_OK)
                return NULL;
        }
    }
    if (n < 0 || (body = malloc((size_t)n + 1)) == NULL)
        return NULL;
    *len = fread(body, 1, (size_t)n, stdin);
    body[*len] = '\0';
    if (*len == (size_t)n)
        return body;
    free(body);
    return NULL;
}

/* ---- documents ---- */

/* The value of a hex digit, -1: none. */
static int hex_digit(char c)
{
    const char low = ascii_lower(c);

    return ascii_digit(c)             ? c - '0'
           : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                      : -1;
}

static char *uri_path(const char *uri)
{
    static const char scheme[] = "file://";
    const char *p = uri;
    char *out = malloc(strlen(uri) + 1), *w = out;

    if (strncmp(p, scheme, sizeof(scheme) - 1) == 0)
        p += sizeof(scheme) - 1;
    for (; out != NULL && *p != '\0'; p++) {
        const int high = p[0] == '%' ? hex_digit(p[1]) : -1;
        const int low = high >= 0 ? hex_digit(p[2]) : -1;

        if (low >= 0 && high + low > 0) {
            *w++ = (char)(high * 16 + low);
            p += 2;
        } else {
            *w++ = *p;
        }
    }
    if (out != NULL)
        *w = '\0';
    return out;
}

static struct document *find(struct lsp *l, const char *uri)
{
    for (size_t i = 0; i < l->doc_count; i++)
        if (strcmp(l->docs[i].uri, uri) == 0)
            return &l->docs[i];
    return NULL;
}

static void document_free(struct document *d)
{
    free(d->uri);
    free(d->name);
    free(d->bytes);
}

static struct document *document_open(struct lsp *l, const char *uri)
{
    struct document *d = find(l, uri);
    const size_t root = strlen(l->root);
    char *path;

    if (d != NULL || l->doc_count == DOCUMENTS_MAX)
        return d;
    d = &l->docs[l->doc_count];
    *d = (struct document){ .uri = strdup(uri) };
    path = uri_path(uri);
    if (path != NULL && root > 0 && strncmp(path, l->root, root) == 0 &&
        path[root] == '/')
        d->name = strdup(path + root + 1);
    else
        d->name = path != NULL ? strdup(path) : NULL;
    free(path);
    if (d->uri == NULL || d->name == NULL) {
        document_free(d);
        return NULL;
    }
    l->doc_count++;
    return d;
}

static void set_text(struct document *d, const char *text)
{
    free(d->bytes);
    d->bytes = strdup(text);
    d->len = d->bytes != NULL ? strlen(text) : 0;
}

/* ---- positions: LSP counts UTF-16 code units from 0 ---- */

struct cursor { /* moves forward only, so that all findings cost one pass */
    const struct report *r;
    size_t off, line, units;
};

static void cursor_to(struct cursor *c, size_t off)
{
    const struct place at = report_place(c->r, off);
    const size_t start = c->r->lines[at.line - 1];

    if (at.line != c->line || off < c->off) {
        c->line = at.line;
        c->off = start;
        c->units = 0;
    }
    while (c->off < off && c->off < c->r->bytes.len) {
        const int32_t ch = utf8_next(c->r->bytes, &c->off);

        c->units += ch >= 0x10000 ? 2 : 1;
    }
}

static void put_range(struct buf *b, struct cursor *c, struct span s)
{
    cursor_to(c, s.off);
    buf_printf(b, "\"range\":{\"start\":{\"line\":%zu,\"character\":%zu},",
               c->line - 1, c->units);
    struct cursor end = *c;

    cursor_to(&end, span_end(s));
    buf_printf(b, "\"end\":{\"line\":%zu,\"character\":%zu}}", end.line - 1,
               end.units);
}

/* The byte of a position, or SIZE_MAX. */
static size_t position_offset(const struct report *r, const cJSON *position)
{
    const cJSON *line = cJSON_GetObjectItemCaseSensitive(position, "line");
    const cJSON *ch = cJSON_GetObjectItemCaseSensitive(position, "character");
    struct span s;
    size_t at;

    if (!cJSON_IsNumber(line) || !cJSON_IsNumber(ch) || line->valuedouble < 0 ||
        ch->valuedouble < 0 || line->valuedouble >= (double)r->line_count)
        return SIZE_MAX;
    s = report_line(r, (size_t)line->valuedouble + 1);
    at = s.off;
    for (double units = 0; at < span_end(s) && units < ch->valuedouble;)
        units += utf8_next(r->bytes, &at) >= 0x10000 ? 2 : 1;
    return at;
}

/* ---- judging ---- */

static enum status judge(struct lsp *l, const struct document *d,
                         struct result *r, struct error *err)
{
    const struct engine *e = NULL;
    enum status st = session_engine(&l->session, d->name, NULL, &e, err);

    arena_reset(l->a);
    if (st == ST_OK)
        st = engine_run(e, r, d->name, (struct text){ d->bytes, d->len }, NULL,
                        l->a, err);
    return st;
}

static void put_says(struct buf *b, const struct finding *f)
{
    const struct text expected = evidence_expected(f);

    put_message(b, f);
    if (expected.len > 0) {
        buf_puts(b, "; the data say ");
        buf_add(b, expected);
    }
}

static void put_diagnostic(struct buf *b, struct cursor *c,
                           const struct finding *f)
{
    static const int severity[SEV_COUNT] = {
        [SEV_NOTE] = 3, [SEV_WARNING] = 2, [SEV_ERROR] = 1
    };
    struct buf raw = { .max = 1 << 20 }, shown = { .max = 1 << 20 };

    buf_putc(b, '{');
    put_range(b, c, f->span);
    buf_printf(b, ",\"severity\":%d,\"source\":\"assay\",\"code\":",
               severity[f->severity]);
    buf_json(b, text_from(f->rule->id));
    put_says(&raw, f);
    buf_visible(&shown, buf_text(&raw), 1000);
    buf_puts(b, ",\"message\":");
    buf_json(b, buf_text(&shown));
    buf_putc(b, '}');
    buf_end(&raw, b);
    buf_end(&shown, b);
}

static void publish(struct lsp *l, const struct document *d, bool closed)
{
    struct buf b = { .max = 0 };
    struct result r;
    struct error err;
    enum status st = closed ? ST_STOP : judge(l, d, &r, &err);
    struct cursor c = { .r = &r.report };

    if (st != ST_OK && st != ST_STOP)
        show_message(&err);
    buf_puts(&b, "{\"jsonrpc\":\"2.0\",\"method\":"
                 "\"textDocument/publishDiagnostics\",\"params\":{\"uri\":");
    buf_json(&b, text_from(d->uri));
    buf_puts(&b, ",\"diagnostics\":[");
    for (size_t i = 0, n = 0;
         st == ST_OK && i < r.finding_count && n < DIAGNOSTICS_MAX; i++) {
        if (!finding_counts(&r.findings[i]))
            continue;
        buf_puts(&b, n++ > 0 ? "," : "");
        put_diagnostic(&b, &c, &r.findings[i]);
    }
    buf_puts(&b, "]}}");
    send_message(&b);
    buf_free(&b);
}

/* ---- hover ---- */

/* Visible text as inline code of Markdown. */
static void put_code(struct buf *b, struct text t)
{
    struct buf v = { .max = 1 << 16 };

    buf_visible(&v, t, 400);
    buf_puts(b, "`` ");
    for (size_t i = 0; i < v.len; i++)
        buf_putc(b, v.ptr[i] == '`' ? '\'' : v.ptr[i]);
    buf_puts(b, " ``");
    buf_end(&v, b);
}

static void put_hover_facts(struct buf *b, const struct evidence_fact *f,
                            size_t n)
{
    for (size_t i = 0; i < n && i < 5; i++) {
        struct buf line = { .max = 1 << 16 };

        put_fact_line(&line, &f[i]);
        buf_puts(b, "- ");
        put_code(b, buf_text(&line));
        buf_putc(b, '\n');
        buf_end(&line, b);
    }
}

static void hover_finding(struct buf *b, const struct finding *f)
{
    buf_printf(b, "**%s** %s", severity_name[f->severity], f->rule->message);
    if (f->detail.len > 0) {
        buf_puts(b, ": ");
        put_code(b, f->detail);
    }
    buf_printf(b, " (%s)\n\n", f->rule->id);
    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct kv *v = &f->evidence[i];
        struct buf t = { .max = 1 << 16 };

        put_kv(&t, v);
        if (t.len > 0) {
            buf_printf(b, "- %s: ",
                       strcmp(v->key, "expected") == 0 ? "the data say"
                                                       : v->key);
            put_code(b, buf_text(&t));
            buf_putc(b, '\n');
        }
        if (v->type == KV_FACTS)
            put_hover_facts(b, v->facts, v->fact_count);
        buf_end(&t, b);
    }
    buf_putc(b, '\n');
}

static void hover_claim(struct buf *b, const struct audited_claim *c)
{
    buf_printf(b, "**%s**", claim_verdict_name[c->verdict]);
    if (c->why.len > 0) {
        buf_puts(b, ": ");
        put_code(b, c->why);
    }
    buf_puts(b, "\n\n");
    if (c->formula.len > 0) {
        buf_puts(b, "- formula: ");
        put_code(b, c->formula);
        buf_putc(b, '\n');
    }
    put_hover_facts(b, c->facts, c->fact_count);
}

static bool holds(struct span s, size_t at)
{
    return s.off <= at && at <= span_end(s);
}

static void hover(struct lsp *l, const cJSON *id, const struct document *d,
                  const cJSON *position)
{
    struct buf text = { .max = 1 << 20 }, b = { .max = 0 };
    struct result r;
    struct error err;
    size_t at, shown = 0;

    if (judge(l, d, &r, &err) != ST_OK) {
        reply(id, "null");
        return;
    }
    at = position_offset(&r.report, position);
    for (size_t i = 0; i < r.finding_count && shown < 3; i++)
        if (at != SIZE_MAX && holds(r.findings[i].span, at)) {
            hover_finding(&text, &r.findings[i]);
            shown++;
        }
    for (size_t i = 0; r.audit != NULL && i < r.audit->claim_count &&
                       shown == 0 && at != SIZE_MAX;
         i++)
        if (holds(r.audit->claims[i].span, at) &&
            r.audit->claims[i].verdict != CLAIM_EXEMPT) {
            hover_claim(&text, &r.audit->claims[i]);
            shown++;
        }
    if (shown == 0) {
        buf_puts(&b, "null");
    } else {
        buf_puts(&b, "{\"contents\":{\"kind\":\"markdown\",\"value\":");
        buf_json(&b, buf_text(&text));
        buf_puts(&b, "}}");
    }
    reply(id, buf_text(&b).ptr);
    buf_free(&b);
    buf_free(&text);
}

/* ---- methods ---- */

static const cJSON *get(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

static const char *document_uri(const cJSON *params)
{
    return cJSON_GetStringValue(get(get(params, "textDocument"), "uri"));
}

static void on_initialize(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const char *uri = cJSON_GetStringValue(get(params, "rootUri"));
    struct error err;
    char *path = uri != NULL ? uri_path(uri) : NULL;

    if (path != NULL && chdir(path) != 0)
        (void)fprintf(stderr,
                      "assay: the workspace folder cannot be entered\n");
    free(path);
    if (getcwd(l->root, sizeof(l->root)) == NULL)
        l->root[0] = '\0';
    if (!l->ready && session_begin(&l->session, &l->options, &err) != ST_OK) {
        reply_error(id, BAD_PARAMS, err.text);
        return;
    }
    if (!l->ready)
        session_warn(&l->session);
    l->ready = true;
    reply(id, "{\"capabilities\":{\"textDocumentSync\":{\"openClose\":true,"
              "\"change\":1,\"save\":{\"includeText\":false}},"
              "\"hoverProvider\":true,\"positionEncoding\":\"utf-16\"},"
              "\"serverInfo\":{\"name\":\"assay\",\"version\":\"" ASSAY_VERSION
              "\"}}");
}

static void on_shutdown(struct lsp *l, const cJSON *id, const cJSON *params)
{
    (void)params;
    l->shutdown = true;
    reply(id, "null");
}

static void on_exit_method(struct lsp *l, const cJSON *id, const cJSON *params)
{
    (void)id;
    (void)params;
    l->exited = true;
}

static void on_open(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const cJSON *doc = get(params, "textDocument");
    const char *text = cJSON_GetStringValue(get(doc, "text"));
    const char *uri = document_uri(params);
    struct document *d =
        uri != NULL && text != NULL ? document_open(l, uri) : NULL;

    (void)id;
    if (d == NULL)
        return;
    set_text(d, text);
    publish(l, d, false);
}

static void on_change(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const cJSON *changes = get(params, "contentChanges"), *item;
    const char *uri = document_uri(params), *text = NULL;
    struct document *d = uri != NULL ? find(l, uri) : NULL;

    (void)id;
    cJSON_ArrayForEach(item, changes) /* whole texts: the last counts */
        text = cJSON_GetStringValue(get(item, "text"));
    if (d == NULL || text == NULL)
        return;
    set_text(d, text);
    publish(l, d, false);
}

static void on_save(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const char *uri = document_uri(params);
    struct document *d = uri != NULL ? find(l, uri) : NULL;

    (void)id;
    if (d != NULL)
        publish(l, d, false);
}

static void on_close(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const char *uri = document_uri(params);
    struct document *d = uri != NULL ? find(l, uri) : NULL;

    (void)id;
    if (d == NULL)
        return;
    publish(l, d, true);
    document_free(d);
    *d = l->docs[--l->doc_count];
}

static void on_hover(struct lsp *l, const cJSON *id, const cJSON *params)
{
    const char *uri = document_uri(params);
    const struct document *d = uri != NULL ? find(l, uri) : NULL;

    if (d == NULL)
        reply(id, "null");
    else
        hover(l, id, d, get(params, "position"));
}

static const struct method {
    const char *name;
    void (*run)(struct lsp *l, const cJSON *id, const cJSON *params);
    bool before_ready;
} methods[] = {
    { "initialize", on_initialize, true },
    { "shutdown", on_shutdown, true },
    { "exit", on_exit_method, true },
    { "textDocument/didOpen", on_open, false },
    { "textDocument/didChange", on_change, false },
    { "textDocument/didSave", on_save, false },
    { "textDocument/didClose", on_close, false },
    { "textDocument/hover", on_hover, false },
};

static void dispatch(struct lsp *l, const cJSON *message)
{
    const char *name = cJSON_GetStringValue(get(message, "method"));
    const cJSON *id = get(message, "id");

    if (name == NULL) /* a reply to us; we ask nothing */
        return;
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (strcmp(methods[i].name, name) == 0 &&
            (l->ready || methods[i].before_ready)) {
            methods[i].run(l, id, get(message, "params"));
            return;
        }
    if (id != NULL)
        reply_error(id, NO_METHOD,
                    l->ready ? "no such method" : "initialize comes first");
}

static void serve(struct lsp *l)
{
    char *body;
    size_t len;

    while (!l->exited && (body = read_message(&len)) != NULL) {
        cJSON *message = cJSON_ParseWithLengthOpts(body, len + 1, NULL, true);

        if (message == NULL)
            reply_error(NULL, PARSE_ERROR, "not JSON");
        else
            dispatch(l, message);
        cJSON_Delete(message);
        free(body);
    }
}

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define OPTIONS (&((struct lsp *)arg)->options)

STORE(data)
{
    return strings_arg_add(&OPTIONS->data, value, err);
}
STORE(lang)
{
    return strings_arg_add(&OPTIONS->langs, value, err);
}
STORE(config)
{
    (void)err;
    OPTIONS->config = value;
    return ST_OK;
}
STORE(no_config)
{
    (void)value;
    (void)err;
    OPTIONS->no_config = true;
    return ST_OK;
}

static enum status store_stdio(void *arg, const char *value, struct error *err)
{
    (void)arg;
    (void)value;
    (void)err;
    return ST_OK;
}

static const struct cli_option lsp_options[] = {
    { "data", 0, ARG_VALUE, "DIR|FILE", "source data (repeatable)",
      store_data },
    { "lang", 0, ARG_VALUE, "TAG", "expected language (en)", store_lang },
    { "config", 0, ARG_VALUE, "FILE", "instead of the nearest assay.json",
      store_config },
    { "no-config", 0, ARG_NONE, NULL, "read no assay.json", store_no_config },
    { "stdio", 0, ARG_NONE, NULL, "the only transport; clients like to say so",
      store_stdio },
};

static int lsp_main(int argc, char **argv)
{
    extern const struct command command_lsp;
    struct lsp *l = calloc(1, sizeof(*l));
    struct error err;
    int n = 0, rc = EXIT_CANNOT;
    enum status st = ST_NOMEM;

    if (l == NULL || (l->a = arena_new(LSP_ARENA)) == NULL)
        (void)error_set(&err, ST_NOMEM, "no memory");
    else
        st = cli_parse(&command_lsp, argc, argv, l, &n, &err);
    if (st == ST_OK) {
        serve(l);
        rc = l->shutdown ? EXIT_PASS : EXIT_GATE; /* as the protocol says */
    } else {
        rc = cli_fail(&err);
    }
    if (l != NULL) {
        for (size_t i = 0; i < l->doc_count; i++)
            document_free(&l->docs[i]);
        if (l->ready)
            session_end(&l->session);
        arena_free(l->a);
        free(l->options.data.at);
        free(l->options.langs.at);
    }
    free(l);
    return rc;
}

const struct command command_lsp = {
    .name = "lsp",
    .summary = "diagnostics and evidence in an editor (language server)",
    .operands = "",
    .options = lsp_options,
    .option_count = sizeof(lsp_options) / sizeof(*lsp_options),
    .run = lsp_main,
};
