/* Formats of one object or one test a finding or report: GitLab Code Quality,
 * rdjsonl (reviewdog), TAP 14. */
#include <inttypes.h>
#include <stdlib.h>

#include "validator/output/common.h"

enum { NAME = 1000, MESSAGE = 1000, EXCERPT = 200 }; /* bytes */

static struct text bare_path(const char *name) /* without "./" */
{
    struct text t = text_from(name);

    while (text_starts(t, TEXT_LIT("./")))
        t = (struct text){ t.ptr + 2, t.len - 2 };
    return t;
}

/* The message and the excerpt as one JSON string. */
static void put_description(struct buf *b, const struct report *r,
                            const struct finding *f)
{
    struct buf raw = { .max = 1 << 20 }, t = { .max = 1 << 20 };

    put_message(&raw, f);
    buf_visible(&t, buf_text(&raw), MESSAGE);
    if (f->span.len > 0) {
        buf_puts(&t, ": ");
        buf_visible(&t, text_sub(r->bytes, f->span), EXCERPT);
    }
    buf_json(b, buf_text(&t));
    buf_end(&raw, b);
    buf_end(&t, b);
}

/* --- GitLab: fingerprints must be unique over all files. --------------- */

static const char *const gitlab_severity[SEV_COUNT] = {
    [SEV_NOTE] = "info", [SEV_WARNING] = "minor", [SEV_ERROR] = "critical"
};

static uint64_t with_name(uint64_t h, const char *name)
{
    for (; *name != '\0'; name++) /* FNV-1a */
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    return h;
}

static void gitlab_report(struct buf *b, const struct writer_options *o,
                          const struct result *r, size_t nth)
{
    (void)o;
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        const struct range g = finding_range(&r->report, f);

        if (!finding_counts(f))
            continue;
        buf_printf(b, "%d\t{\"description\":", SEV_ERROR - (int)f->severity);
        put_description(b, &r->report, f);
        buf_putc(b, ',');
        json_pair(b, "check_name", text_from(f->rule->id));
        buf_printf(b, ",\"fingerprint\":\"%016" PRIx64 "%016" PRIx64 "\",",
                   f->fingerprint, with_name(f->fingerprint, r->report.name));
        json_pair(b, "severity", text_from(gitlab_severity[f->severity]));
        buf_puts(b, ",\"location\":{");
        json_pair(b, "path", bare_path(r->report.name));
        buf_printf(b, ",\"lines\":{\"begin\":%zu,\"end\":%zu}}}\n",
                   g.start.line, g.end.line);
    }
}

static void gitlab_error(struct buf *b, const struct writer_options *o,
                         const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    buf_puts(b, "0\t{");
    json_pair(b, "description", text_from(message));
    buf_printf(b,
               ",\"check_name\":\"input\",\"fingerprint\":\"input-%016" PRIx64
               "\",\"severity\":\"blocker\",\"location\":{",
               with_name(14695981039346656037u, name));
    json_pair(b, "path", bare_path(name));
    buf_puts(b, ",\"lines\":{\"begin\":1}}}\n");
}

static void gitlab_finish(struct buf *b, const struct writer_options *o,
                          const struct summary *s, struct text collected)
{
    size_t n = 0;
    bool failed;
    struct text *lines = lines_by_rank(collected, &n, &failed);

    (void)o;
    (void)s;
    buf_putc(b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_puts(b, i > 0 ? ",\n" : "\n");
        buf_add(b, lines[i]);
    }
    buf_puts(b, "\n]\n");
    buf_fail(b, failed ? ST_NOMEM : ST_OK);
    free(lines);
}

const struct writer writer_gitlab = {
    .name = "gitlab",
    .summary = "GitLab Code Quality JSON",
    .report = gitlab_report,
    .error = gitlab_error,
    .finish = gitlab_finish,
};

/* --- rdjsonl: columns are bytes, the end is exclusive. ----------------- */

static const char *const rd_severity[SEV_COUNT] = {
    [SEV_NOTE] = "INFO", [SEV_WARNING] = "WARNING", [SEV_ERROR] = "ERROR"
};

static void rdjsonl_report(struct buf *b, const struct writer_options *o,
                           const struct result *r, size_t nth)
{
    (void)o;
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        const struct range g = finding_range(&r->report, f);

        if (!finding_counts(f))
            continue;
        buf_puts(b, "{\"message\":");
        put_description(b, &r->report, f);
        buf_puts(b, ",\"location\":{");
        json_pair(b, "path", bare_path(r->report.name));
        buf_printf(b,
                   ",\"range\":{\"start\":{\"line\":%zu,\"column\":%zu},"
                   "\"end\":{\"line\":%zu,\"column\":%zu}}},",
                   g.start.line, g.start_byte, g.end.line, g.end_byte);
        json_pair(b, "severity", text_from(rd_severity[f->severity]));
        buf_puts(b, ",\"source\":{\"name\":\"assay\"},\"code\":{");
        json_pair(b, "value", text_from(f->rule->id));
        json_help_url(b, "url", f->check->id);
        buf_puts(b, "}}\n");
    }
}

static void rdjsonl_error(struct buf *b, const struct writer_options *o,
                          const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    buf_putc(b, '{');
    json_pair(b, "message", text_from(message));
    buf_puts(b, ",\"location\":{");
    json_pair(b, "path", bare_path(name));
    buf_puts(b, "},\"severity\":\"ERROR\",\"source\":{\"name\":\"assay\"}}\n");
}

const struct writer writer_rdjsonl = {
    .name = "rdjsonl",
    .summary = "reviewdog diagnostics, one a line",
    .report = rdjsonl_report,
    .error = rdjsonl_error,
};

/* --- TAP 14: one test point a report, findings in its YAML block. ------ */

static void tap_point(struct buf *b, bool ok, size_t nth, const char *name)
{
    struct buf v = { .max = 1 << 16 };

    buf_visible(&v, text_from(name), NAME);
    buf_printf(b, "%sok %zu - ", ok ? "" : "not ", nth + 1);
    for (size_t i = 0; i < v.len; i++) { /* '#' begins a directive */
        if (v.ptr[i] == '#' || v.ptr[i] == '\\')
            buf_putc(b, '\\');
        buf_putc(b, v.ptr[i]);
    }
    buf_putc(b, '\n');
    buf_end(&v, b);
}

static void tap_begin(struct buf *b, const struct writer_options *o)
{
    (void)o;
    buf_puts(b, "TAP version 14\n");
}

static bool tap_ok(const struct writer_options *o, const struct result *r)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (finding_counts(&r->findings[i]) &&
            r->findings[i].severity >= o->fail_on)
            return false;
    return true;
}

static void tap_report(struct buf *b, const struct writer_options *o,
                       const struct result *r, size_t nth)
{
    tap_point(b, tap_ok(o, r), nth, r->report.name);
    if (r->finding_count == 0)
        return;
    buf_printf(b, "  ---\n  verdict: %s\n  score: %d\n  findings:\n",
               verdict_name[r->verdict], r->score);
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        const struct place at = report_place(&r->report, f->span.off);

        buf_printf(b,
                   "    - rule: %s\n      severity: %s\n      line: %zu\n"
                   "      column: %zu\n      message: ",
                   f->rule->id, severity_name[f->severity], at.line, at.column);
        put_description(b, &r->report, f);
        buf_putc(b, '\n');
    }
    buf_puts(b, "  ...\n");
}

static void tap_error(struct buf *b, const struct writer_options *o,
                      const char *name, const char *message, size_t nth)
{
    (void)o;
    tap_point(b, false, nth, name);
    buf_puts(b, "  ---\n  message: ");
    buf_json(b, text_from(message));
    buf_puts(b, "\n  ...\n");
}

static void tap_finish(struct buf *b, const struct writer_options *o,
                       const struct summary *s, struct text collected)
{
    size_t n = 0;

    (void)o;
    (void)s;
    for (size_t at = 0; at < collected.len;) {
        const size_t end = text_find(collected, TEXT_LIT("\n"), at);

        n += text_starts((struct text){ collected.ptr + at, end - at },
                         TEXT_LIT("ok ")) ||
             text_starts((struct text){ collected.ptr + at, end - at },
                         TEXT_LIT("not ok "));
        at = end + 1;
    }
    buf_add(b, collected);
    buf_printf(b, "1..%zu\n", n);
}

const struct writer writer_tap = {
    .name = "tap",
    .summary = "TAP 14, a test a report",
    .begin = tap_begin,
    .report = tap_report,
    .error = tap_error,
    .finish = tap_finish,
};
