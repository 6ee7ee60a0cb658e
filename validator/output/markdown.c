/* Markdown, for pull requests and step summaries. Everything from the report
 * stands in code spans, where nothing is a link, a mention or HTML. */
#include <stdlib.h>

#include "validator/output/common.h"

enum {
    SHOWN = 50,
    NAME = 300,
    EXCERPT = 120,
    MESSAGE = 300, /* bytes */
    TABLE_MAX = 400000
};

/* Visible text in a code span longer than any run of backticks in it; `|` is
 * escaped because tables are split before code spans are seen. */
static void put_code(struct buf *b, struct text t, size_t max)
{
    struct buf v = { .max = 1 << 20 };
    size_t run = 0, longest = 0;

    buf_visible(&v, t, max);
    for (size_t i = 0; i < v.len; i++) {
        run = v.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        buf_putc(b, '`');
    buf_putc(b, ' ');
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == '|')
            buf_putc(b, '\\');
        buf_putc(b, v.ptr[i]);
    }
    buf_putc(b, ' ');
    for (size_t i = 0; i <= longest; i++)
        buf_putc(b, '`');
    buf_end(&v, b);
}

/* Lines ranked 0: rows of the table of reports; ranked 1: their findings. */
static void put_row(struct buf *b, const struct result *r)
{
    size_t n[SEV_COUNT] = { 0 };

    for (size_t i = 0; i < r->finding_count; i++)
        n[r->findings[i].severity] += finding_counts(&r->findings[i]);
    buf_puts(b, "0\t| ");
    put_code(b, text_from(r->report.name), NAME);
    buf_printf(b, " | %s | %d | %zu | %zu | %zu |\n", verdict_name[r->verdict],
               r->score, n[SEV_ERROR], n[SEV_WARNING], n[SEV_NOTE]);
}

static void put_item(struct buf *b, const struct report *r,
                     const struct finding *f)
{
    const struct place at = report_place(r, f->span.off);
    const struct text expected = evidence_expected(f);

    buf_printf(b, "1\t- **%s** line %zu, column %zu: %s [%s]",
               severity_name[f->severity], at.line, at.column, f->rule->message,
               f->rule->id);
    if (f->detail.len > 0) {
        buf_puts(b, ": ");
        put_code(b, f->detail, MESSAGE);
    }
    if (f->span.len > 0) {
        buf_puts(b, "; the report says ");
        put_code(b, text_sub(r->bytes, f->span), EXCERPT);
    }
    if (expected.len > 0) {
        buf_puts(b, "; the data say ");
        put_code(b, expected, EXCERPT);
    }
    buf_putc(b, '\n');
}

static void markdown_report(struct buf *b, const struct writer_options *o,
                            const struct result *r, size_t nth)
{
    size_t shown = 0, counted = 0;

    (void)o;
    (void)nth;
    put_row(b, r);
    for (size_t i = 0; i < r->finding_count; i++)
        counted += finding_counts(&r->findings[i]);
    if (counted == 0)
        return;
    buf_puts(b, "1\t\n1\t### ");
    put_code(b, text_from(r->report.name), NAME);
    buf_puts(b, "\n1\t\n");
    for (size_t i = 0; i < r->finding_count && shown < SHOWN; i++)
        if (finding_counts(&r->findings[i])) {
            put_item(b, &r->report, &r->findings[i]);
            shown++;
        }
    if (counted > shown)
        buf_printf(b, "1\t- and %zu more\n", counted - shown);
}

static void markdown_error(struct buf *b, const struct writer_options *o,
                           const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    buf_puts(b, "0\t| ");
    put_code(b, text_from(name), NAME);
    buf_puts(b, " | not judged: ");
    put_code(b, text_from(message), MESSAGE);
    buf_puts(b, " | | | | |\n");
}

static void markdown_finish(struct buf *b, const struct writer_options *o,
                            const struct summary *s, struct text collected)
{
    size_t n = 0, left = 0;
    bool failed;
    struct text *lines = lines_by_rank(collected, &n, &failed);

    (void)o;
    buf_printf(b, "## assay: %zu report%s, %zu pass, %zu warn, %zu fail\n\n",
               s->reports, s->reports == 1 ? "" : "s",
               s->verdicts[VERDICT_PASS], s->verdicts[VERDICT_WARN],
               s->verdicts[VERDICT_FAIL]);
    if (n > 0)
        buf_puts(b, "| report | verdict | score | errors | warnings | notes "
                    "|\n|---|---|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < n; i++) {
        if (b->len + lines[i].len > TABLE_MAX) {
            left = n - i;
            break;
        }
        buf_add(b, lines[i]);
        buf_putc(b, '\n');
    }
    if (left > 0) /* GitHub takes 1 MiB */
        buf_printf(b, "\n%zu more lines are left out.\n", left);
    buf_fail(b, failed ? ST_NOMEM : ST_OK);
    free(lines);
}

const struct writer writer_markdown = {
    .name = "markdown",
    .summary = "for pull requests and step summaries",
    .report = markdown_report,
    .error = markdown_error,
    .finish = markdown_finish,
};
