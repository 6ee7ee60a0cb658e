/* For people: place, severity, rule, message, excerpt. */
#include "validator/output/writer.h"

enum { EXCERPT = 60 };

static void text_report(struct buf *b, const struct writer_options *o,
                        const struct result *r, size_t nth)
{
    (void)o;
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        const struct place at = report_place(&r->report, f->span.off);

        buf_visible(b, text_from(r->report.name), 4096);
        buf_printf(b, ":%zu:%zu: %s: %s [%s]\n    ", at.line, at.column,
                   severity_name[f->severity], f->rule->message, f->rule->id);
        buf_visible(b, text_sub(r->report.bytes, f->span), EXCERPT);
        buf_putc(b, '\n');
        if (f->detail.len > 0) {
            buf_puts(b, "    ");
            buf_visible(b, f->detail, 400);
            buf_putc(b, '\n');
        }
    }
}

static void text_end(struct buf *b, const struct writer_options *o,
                     const struct summary *s)
{
    if (o->quiet)
        return;
    buf_printf(b, "%zu report%s: %zu pass, %zu warn, %zu fail\n", s->reports,
               s->reports == 1 ? "" : "s", s->verdicts[VERDICT_PASS],
               s->verdicts[VERDICT_WARN], s->verdicts[VERDICT_FAIL]);
}

const struct writer writer_text = {
    .name = "text",
    .summary = "for people",
    .report = text_report,
    .end = text_end,
};
