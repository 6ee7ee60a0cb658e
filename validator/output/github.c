/* GitHub Actions: workflow commands for the ten worst findings (the limit per
 * level and step), then a count of the rest. */
#include <stdlib.h>

#include "validator/output/common.h"

enum { SHOWN = 10, MESSAGE = 600, EXCERPT = 80, NAME = 1000 };

static const char *const command[SEV_COUNT] = {
    [SEV_NOTE] = "notice", [SEV_WARNING] = "warning", [SEV_ERROR] = "error"
};

/* Visible text as a command's data, or as a property where ':' and ',' are
 * escaped too (actions/toolkit, command.ts). */
static void put_escaped(struct buf *b, struct text t, size_t max, bool property)
{
    struct buf v = { .max = 1 << 20 };

    buf_visible(&v, t, max);
    for (size_t i = 0; i < v.len; i++) {
        const char c = v.ptr[i];

        if (c == '%' || (property && (c == ':' || c == ',')))
            buf_printf(b, "%%%02X", (unsigned)c);
        else
            buf_putc(b, c);
    }
    buf_end(&v, b);
}

static void put_command(struct buf *b, const struct report *r,
                        const struct finding *f)
{
    const struct range g = finding_range(r, f);
    struct buf message = { .max = 1 << 20 };

    buf_printf(b, "%d\t::%s file=", SEV_ERROR - (int)f->severity,
               command[f->severity]);
    put_escaped(b, text_from(r->name), NAME, true);
    buf_printf(b, ",line=%zu,endLine=%zu,col=%zu", g.start.line, g.end.line,
               g.start.column);
    if (g.end.line == g.start.line)
        buf_printf(b, ",endColumn=%zu", g.end.column);
    buf_printf(b, ",title=%s::", f->rule->id);
    put_message(&message, f);
    put_escaped(b, buf_text(&message), MESSAGE, false);
    if (f->span.len > 0) {
        buf_puts(b, ": ");
        put_escaped(b, text_sub(r->bytes, f->span), EXCERPT, false);
    }
    buf_putc(b, '\n');
    buf_end(&message, b);
}

static void github_report(struct buf *b, const struct writer_options *o,
                          const struct result *r, size_t nth)
{
    (void)o;
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++)
        if (finding_counts(&r->findings[i]))
            put_command(b, &r->report, &r->findings[i]);
}

static void github_error(struct buf *b, const struct writer_options *o,
                         const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)name;
    (void)nth;
    buf_puts(b, "0\t::error title=assay::");
    put_escaped(b, text_from(message), MESSAGE, false);
    buf_putc(b, '\n');
}

static void github_finish(struct buf *b, const struct writer_options *o,
                          const struct summary *s, struct text collected)
{
    size_t n = 0;
    bool failed;
    struct text *lines = lines_by_rank(collected, &n, &failed);

    for (size_t i = 0; i < n && i < SHOWN; i++) {
        buf_add(b, lines[i]);
        buf_putc(b, '\n');
    }
    if (n > SHOWN)
        buf_printf(b,
                   "and %zu more: %zu errors, %zu warnings, %zu notes in "
                   "all\n",
                   n - SHOWN, s->findings[SEV_ERROR], s->findings[SEV_WARNING],
                   s->findings[SEV_NOTE]);
    if (!o->quiet)
        buf_printf(b, "assay: %zu report%s: %zu pass, %zu warn, %zu fail\n",
                   s->reports, s->reports == 1 ? "" : "s",
                   s->verdicts[VERDICT_PASS], s->verdicts[VERDICT_WARN],
                   s->verdicts[VERDICT_FAIL]);
    buf_fail(b, failed ? ST_NOMEM : ST_OK);
    free(lines);
}

const struct writer writer_github = {
    .name = "github",
    .summary = "GitHub Actions annotations, the ten worst",
    .report = github_report,
    .error = github_error,
    .finish = github_finish,
};
