/* SARIF 2.1.0 (OASIS): one run, rules with help, worst results first. GitHub
 * takes at most 25,000 results a run and shows 5,000. */
#include <inttypes.h>
#include <stdlib.h>

#include "validator/docs_data.h"
#include "validator/output/common.h"

enum { RESULTS_MAX = 25000, HELP_MAX = 8000 }; /* results; bytes */

static void put_location(struct buf *b, const struct report *r,
                         const struct finding *f)
{
    const struct range g = finding_range(r, f);
    struct buf uri = { .max = 1 << 16 };

    put_uri(&uri, text_from(r->name));
    buf_puts(b, "{\"physicalLocation\":{\"artifactLocation\":{");
    json_pair(b, "uri", buf_text(&uri));
    buf_printf(b,
               "},\"region\":{\"startLine\":%zu,\"startColumn\":%zu,"
               "\"endLine\":%zu,\"endColumn\":%zu,",
               g.start.line, g.start.column, g.end.line, g.end.column);
    buf_printf(b, "\"byteOffset\":%zu,\"byteLength\":%zu,\"snippet\":{",
               f->span.off, f->span.len);
    json_pair(b, "text", cut_text(text_sub(r->bytes, f->span), 400));
    buf_puts(b, "}}}}");
    buf_end(&uri, b);
}

static void put_related(struct buf *b, const struct kv *facts)
{
    buf_puts(b, ",\"relatedLocations\":[");
    for (size_t i = 0; i < facts->fact_count; i++) {
        const struct evidence_fact *f = &facts->facts[i];
        struct buf t = { .max = 1 << 16 };

        put_uri(&t, f->file);
        buf_printf(b,
                   "%s{\"id\":%zu,\"physicalLocation\":"
                   "{\"artifactLocation\":{",
                   i > 0 ? "," : "", i);
        json_pair(b, "uri", buf_text(&t));
        buf_putc(b, '}');
        if (f->line > 0)
            buf_printf(b, ",\"region\":{\"startLine\":%zu}", f->line);
        buf_puts(b, "},\"message\":{");
        buf_clear(&t);
        put_fact_line(&t, f);
        json_pair(b, "text", buf_text(&t));
        buf_puts(b, "}}");
        buf_end(&t, b);
    }
    buf_putc(b, ']');
}

/* What varies, and what the data say, in one message for people. */
static void put_text(struct buf *b, const struct finding *f)
{
    const struct text expected = evidence_expected(f);
    struct buf raw = { .max = 1 << 20 }, t = { .max = 1 << 20 };

    put_message(&raw, f);
    buf_visible(&t, buf_text(&raw), 1000);
    if (expected.len > 0) {
        buf_puts(&t, "; the data say ");
        buf_visible(&t, expected, 400);
    }
    json_pair(b, "text", buf_text(&t));
    buf_end(&raw, b);
    buf_end(&t, b);
}

/* The place of the rule in put_rules' list. */
static size_t rule_index(const struct engine *e, const struct finding *f)
{
    size_t n = 0;

    for (size_t i = 0; i < e->check_count && e->checks[i] != f->check; i++)
        n += e->checks[i]->rule_count;
    return n + (size_t)(f->rule - f->check->rules);
}

static void put_result(struct buf *b, const struct writer_options *o,
                       const struct report *r, const struct finding *f)
{
    const struct kv *facts = evidence_get(f, "facts");

    buf_puts(b, "{");
    json_pair(b, "ruleId", text_from(f->rule->id));
    buf_printf(b, ",\"ruleIndex\":%zu,", rule_index(o->engine, f));
    json_pair(b, "level", text_from(severity_name[f->severity]));
    buf_puts(b, ",\"message\":{");
    put_text(b, f);
    buf_puts(b, "},\"locations\":[");
    put_location(b, r, f);
    buf_printf(b, "],\"partialFingerprints\":{\"assay/v1\":\"%016" PRIx64 "\"}",
               f->fingerprint);
    if (f->baseline != BASELINE_NONE)
        buf_printf(b, ",\"baselineState\":\"%s\"",
                   f->baseline == BASELINE_NEW ? "new" : "unchanged");
    if (f->suppressed != NULL) {
        buf_puts(b, ",\"suppressions\":[{\"kind\":\"external\",");
        json_pair(b, "justification", text_from(f->suppressed));
        buf_puts(b, "}]");
    }
    if (facts != NULL && facts->type == KV_FACTS && facts->fact_count > 0)
        put_related(b, facts);
    buf_putc(b, '}');
}

static void sarif_report(struct buf *b, const struct writer_options *o,
                         const struct result *r, size_t nth)
{
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];

        buf_printf(b, "%d\t", SEV_ERROR - (int)f->severity);
        put_result(b, o, &r->report, f);
        buf_putc(b, '\n');
    }
}

/* A report that could not be judged: a notification of the run. */
static void sarif_error(struct buf *b, const struct writer_options *o,
                        const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)name;
    (void)nth;
    buf_puts(b, "9\t{\"level\":\"error\",\"message\":{");
    json_pair(b, "text", text_from(message));
    buf_puts(b, "}}\n");
}

static void put_rule(struct buf *b, const struct check *c,
                     const struct rule *rule)
{
    const struct text help = doc_find(c->id);

    buf_putc(b, '{');
    json_pair(b, "id", text_from(rule->id));
    buf_puts(b, ",\"shortDescription\":{");
    json_pair(b, "text", text_from(rule->message));
    buf_puts(b, "},\"fullDescription\":{");
    json_pair(b, "text", text_from(c->summary));
    buf_putc(b, '}');
    json_help_url(b, "helpUri", c->id);
    buf_puts(b, ",\"help\":{");
    json_pair(b, "text", text_from(c->summary));
    if (help.len > 0) {
        buf_putc(b, ',');
        json_pair(b, "markdown", cut_text(help, HELP_MAX));
    }
    buf_puts(b, "},\"defaultConfiguration\":{");
    json_pair(b, "level", text_from(severity_name[rule->severity]));
    buf_puts(b, "}}");
}

static void put_rules(struct buf *b, const struct engine *e)
{
    bool first = true;

    for (size_t i = 0; i < e->check_count; i++)
        for (size_t k = 0; k < e->checks[i]->rule_count; k++) {
            buf_puts(b, first ? "" : ",");
            put_rule(b, e->checks[i], &e->checks[i]->rules[k]);
            first = false;
        }
}

static bool is_notification(struct text line) /* ranked "9" */
{
    return line.ptr[-2] == '9';
}

static void put_lines(struct buf *b, const struct text *lines, size_t n,
                      size_t max, bool notifications)
{
    size_t written = 0;

    for (size_t i = 0; i < n && written < max; i++)
        if (is_notification(lines[i]) == notifications) {
            buf_puts(b, written++ > 0 ? ",\n" : "\n");
            buf_add(b, lines[i]);
        }
}

static void sarif_finish(struct buf *b, const struct writer_options *o,
                         const struct summary *s, struct text collected)
{
    size_t n = 0;
    bool failed;
    struct text *lines = lines_by_rank(collected, &n, &failed);
    const bool complete = n == 0 || !is_notification(lines[n - 1]);
    const size_t total = s->findings[0] + s->findings[1] + s->findings[2];

    buf_puts(b, "{\"$schema\":\"https://json.schemastore.org/"
                "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
                "\"tool\":{\"driver\":{\"name\":\"assay\",");
    json_pair(b, "semanticVersion", text_from(o->version));
    if (assay_url[0] != '\0')
        buf_printf(b, ",\"informationUri\":\"%s\"", assay_url);
    buf_puts(b, ",\"rules\":[");
    put_rules(b, o->engine);
    buf_puts(b, "]}},\"columnKind\":\"unicodeCodePoints\","
                "\"invocations\":[{\"executionSuccessful\":");
    buf_puts(b, complete ? "true" : "false");
    buf_puts(b, ",\"toolExecutionNotifications\":[");
    put_lines(b, lines, n, RESULTS_MAX, true);
    buf_printf(b,
               "]}],\"properties\":{\"rules\":\"%s\",\"findings\":%zu},"
               "\"results\":[",
               o->rules_sha256, total);
    put_lines(b, lines, n, RESULTS_MAX, false);
    buf_puts(b, "\n]}]}\n");
    buf_fail(b, failed ? ST_NOMEM : ST_OK);
    free(lines);
}

const struct writer writer_sarif = {
    .name = "sarif",
    .summary = "SARIF 2.1.0, for code scanning",
    .report = sarif_report,
    .error = sarif_error,
    .finish = sarif_finish,
};
