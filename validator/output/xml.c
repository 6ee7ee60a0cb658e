/* The two XML formats: JUnit and checkstyle 4.3. What XML 1.0 forbids is shown
 * escaped (put_xml), so that the document is never lost. */
#include "validator/output/common.h"

enum { NAME = 1000, MESSAGE = 1000, EXCERPT = 200 }; /* bytes */

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void attribute(struct buf *b, const char *name, struct text value)
{
    buf_printf(b, " %s=\"", name);
    put_xml(b, value, MESSAGE);
    buf_putc(b, '"');
}

static void finding_text(struct buf *b, const struct finding *f)
{
    struct buf raw = { .max = 1 << 20 };

    put_message(&raw, f);
    put_xml(b, buf_text(&raw), MESSAGE);
    buf_end(&raw, b);
}

/* "r.md:3:1: error: message [rule]: excerpt" */
static void finding_line(struct buf *b, const struct report *r,
                         const struct finding *f)
{
    const struct place at = report_place(r, f->span.off);

    put_xml(b, text_from(r->name), NAME);
    buf_printf(b, ":%zu:%zu: %s: ", at.line, at.column,
               severity_name[f->severity]);
    finding_text(b, f);
    buf_printf(b, " [%s]", f->rule->id);
    if (f->span.len > 0) {
        buf_puts(b, ": ");
        put_xml(b, text_sub(r->bytes, f->span), EXCERPT);
    }
}

static bool fails(const struct writer_options *o, const struct finding *f)
{
    return finding_counts(f) && f->severity >= o->fail_on;
}

/* The findings of one check, one a line: those that fail, or the others. */
static size_t check_lines(struct buf *b, const struct writer_options *o,
                          const struct result *r, const struct check *c,
                          bool failing)
{
    size_t n = 0;

    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];

        if (f->check != c || fails(o, f) != failing)
            continue;
        if (b != NULL) {
            finding_line(b, &r->report, f);
            buf_putc(b, '\n');
        }
        n++;
    }
    return n;
}

static const struct finding *first_failing(const struct writer_options *o,
                                           const struct result *r,
                                           const struct check *c)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (r->findings[i].check == c && fails(o, &r->findings[i]))
            return &r->findings[i];
    return NULL;
}

static void junit_case(struct buf *b, const struct writer_options *o,
                       const struct result *r, const struct check_result *c)
{
    const struct finding *f = first_failing(o, r, c->check);
    const size_t rest = check_lines(NULL, o, r, c->check, false);

    buf_puts(b, "    <testcase");
    attribute(b, "classname", text_from(r->report.name));
    attribute(b, "name", text_from(c->check->id));
    buf_puts(b, " time=\"0\">\n");
    if (f != NULL) {
        buf_puts(b, "      <failure message=\"");
        finding_line(b, &r->report, f);
        buf_puts(b, "\"");
        attribute(b, "type", text_from(f->rule->id));
        buf_puts(b, ">");
        (void)check_lines(b, o, r, c->check, true);
        buf_puts(b, "</failure>\n");
    }
    if (rest > 0) {
        buf_puts(b, "      <system-out>");
        (void)check_lines(b, o, r, c->check, false);
        buf_puts(b, "</system-out>\n");
    }
    buf_puts(b, "    </testcase>\n");
}

static void junit_report(struct buf *b, const struct writer_options *o,
                         const struct result *r, size_t nth)
{
    size_t tests = 0, failures = 0, skipped = 0;

    (void)nth;
    for (size_t i = 0; i < r->check_count; i++) {
        tests++;
        skipped += !r->checks[i].ran;
        failures +=
            r->checks[i].ran && first_failing(o, r, r->checks[i].check) != NULL;
    }
    buf_puts(b, "  <testsuite");
    attribute(b, "name", text_from(r->report.name));
    buf_printf(b,
               " tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
               "skipped=\"%zu\" time=\"0\">\n",
               tests, failures, skipped);
    for (size_t i = 0; i < r->check_count; i++) {
        if (r->checks[i].ran) {
            junit_case(b, o, r, &r->checks[i]);
            continue;
        }
        buf_puts(b, "    <testcase");
        attribute(b, "classname", text_from(r->report.name));
        attribute(b, "name", text_from(r->checks[i].check->id));
        buf_puts(b, " time=\"0\"><skipped/></testcase>\n");
    }
    buf_puts(b, "  </testsuite>\n");
}

static void junit_error(struct buf *b, const struct writer_options *o,
                        const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    buf_puts(b, "  <testsuite");
    attribute(b, "name", text_from(name));
    buf_puts(b, " tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" "
                "time=\"0\">\n    <testcase");
    attribute(b, "classname", text_from(name));
    buf_puts(b, " name=\"read\" time=\"0\"><error type=\"input\"");
    attribute(b, "message", text_from(message));
    buf_puts(b, "/></testcase>\n  </testsuite>\n");
}

static void junit_begin(struct buf *b, const struct writer_options *o)
{
    (void)o;
    buf_puts(b, XML "<testsuites name=\"assay\">\n");
}

static void junit_end(struct buf *b, const struct writer_options *o,
                      const struct summary *s)
{
    (void)o;
    (void)s;
    buf_puts(b, "</testsuites>\n");
}

const struct writer writer_junit = {
    .name = "junit",
    .summary = "JUnit XML: a suite per report, a case per check",
    .begin = junit_begin,
    .report = junit_report,
    .error = junit_error,
    .end = junit_end,
};

static const char *const checkstyle_severity[SEV_COUNT] = {
    [SEV_NOTE] = "info", [SEV_WARNING] = "warning", [SEV_ERROR] = "error"
};

static void checkstyle_begin(struct buf *b, const struct writer_options *o)
{
    (void)o;
    buf_puts(b, XML "<checkstyle version=\"4.3\">\n");
}

static void checkstyle_report(struct buf *b, const struct writer_options *o,
                              const struct result *r, size_t nth)
{
    (void)o;
    (void)nth;
    buf_puts(b, "  <file");
    attribute(b, "name", text_from(r->report.name));
    buf_puts(b, ">\n");
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        const struct place at = report_place(&r->report, f->span.off);

        if (!finding_counts(f))
            continue;
        buf_printf(b,
                   "    <error line=\"%zu\" column=\"%zu\" severity=\"%s\" "
                   "message=\"",
                   at.line, at.column, checkstyle_severity[f->severity]);
        finding_text(b, f);
        if (f->span.len > 0) {
            buf_puts(b, ": ");
            put_xml(b, text_sub(r->report.bytes, f->span), EXCERPT);
        }
        buf_printf(b, "\" source=\"assay.%s\"/>\n", f->rule->id);
    }
    buf_puts(b, "  </file>\n");
}

static void checkstyle_error(struct buf *b, const struct writer_options *o,
                             const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    buf_puts(b, "  <file");
    attribute(b, "name", text_from(name));
    buf_puts(b, ">\n    <error line=\"1\" severity=\"error\"");
    attribute(b, "message", text_from(message));
    buf_puts(b, " source=\"assay.input\"/>\n  </file>\n");
}

static void checkstyle_end(struct buf *b, const struct writer_options *o,
                           const struct summary *s)
{
    (void)o;
    (void)s;
    buf_puts(b, "</checkstyle>\n");
}

const struct writer writer_checkstyle = {
    .name = "checkstyle",
    .summary = "checkstyle 4.3 XML, for Jenkins and others",
    .begin = checkstyle_begin,
    .report = checkstyle_report,
    .error = checkstyle_error,
    .end = checkstyle_end,
};
