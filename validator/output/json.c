/* The JSON of docs/schema/assay-1.json: one object, or one report a line. */
#include <inttypes.h>

#include "validator/audit/audit.h"
#include "validator/output/common.h"

enum { EXCERPT = 80 }; /* bytes of "text" */

static void put_fact(struct buf *b, const struct evidence_fact *f)
{
    buf_putc(b, '{');
    json_pair(b, "file", f->file);
    if (f->line > 0)
        buf_printf(b, ",\"line\":%zu", f->line);
    buf_putc(b, ',');
    json_pair(b, "path", f->path);
    buf_putc(b, ',');
    json_pair(b, "value", f->value);
    buf_putc(b, ',');
    json_pair(b, "unit", f->unit);
    buf_putc(b, '}');
}

static void put_facts(struct buf *b, const struct evidence_fact *f, size_t n)
{
    buf_putc(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(b, ',');
        put_fact(b, &f[i]);
    }
    buf_putc(b, ']');
}

static void put_spans(struct buf *b, const struct span *s, size_t n)
{
    buf_putc(b, '[');
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "%s{\"start\":%zu,\"end\":%zu}", i > 0 ? "," : "",
                   s[i].off, span_end(s[i]));
    buf_putc(b, ']');
}

static void put_value(struct buf *b, const struct kv *v)
{
    switch (v->type) {
    case KV_TEXT:
        buf_json(b, v->text);
        break;
    case KV_INT:
        buf_printf(b, "%lld", v->integer);
        break;
    case KV_REAL:
        buf_printf(b, "%.6g", v->real);
        break;
    case KV_BOOL:
        buf_puts(b, v->boolean ? "true" : "false");
        break;
    case KV_FACTS:
        put_facts(b, v->facts, v->fact_count);
        break;
    case KV_SPANS:
        put_spans(b, v->spans, v->span_count);
        break;
    case KV_NULL:
        buf_puts(b, "null");
        break;
    }
}

static void put_state(struct buf *b, const struct finding *f)
{
    if (f->baseline != BASELINE_NONE)
        buf_printf(b, ",\"baseline\":\"%s\"",
                   f->baseline == BASELINE_NEW ? "new" : "known");
    if (f->suppressed != NULL) {
        buf_putc(b, ',');
        json_pair(b, "suppressed", text_from(f->suppressed));
    }
}

static void put_pairs(struct buf *b, const struct kv *pairs, size_t n)
{
    buf_putc(b, '{');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(b, ',');
        json_key(b, pairs[i].key);
        put_value(b, &pairs[i]);
    }
    buf_putc(b, '}');
}

static void put_finding(struct buf *b, const struct report *r,
                        const struct finding *f)
{
    const struct place at = report_place(r, f->span.off);

    buf_putc(b, '{');
    json_pair(b, "check", text_from(f->check->id));
    buf_putc(b, ',');
    json_pair(b, "rule", text_from(f->rule->id));
    buf_putc(b, ',');
    json_pair(b, "severity", text_from(severity_name[f->severity]));
    buf_printf(b, ",\"start\":%zu,\"end\":%zu,\"line\":%zu,\"column\":%zu,",
               f->span.off, span_end(f->span), at.line, at.column);
    json_pair(b, "text", cut_text(text_sub(r->bytes, f->span), EXCERPT));
    buf_putc(b, ',');
    json_key(b, "message");
    json_message(b, f);
    put_state(b, f);
    buf_printf(b, ",\"fingerprint\":\"%016" PRIx64 "\",", f->fingerprint);
    json_key(b, "evidence");
    put_pairs(b, f->evidence, f->evidence_count);
    buf_putc(b, '}');
}

static void put_claim(struct buf *b, const struct report *r,
                      const struct audited_claim *c)
{
    buf_printf(b, "{\"start\":%zu,\"end\":%zu,", c->span.off,
               span_end(c->span));
    json_pair(b, "text", cut_text(text_sub(r->bytes, c->span), EXCERPT));
    buf_putc(b, ',');
    json_pair(b, "value", c->value);
    buf_putc(b, ',');
    json_pair(b, "unit", c->unit);
    buf_putc(b, ',');
    json_pair(b, "verdict", text_from(claim_verdict_name[c->verdict]));
    buf_putc(b, ',');
    json_pair(b, "why", c->why);
    buf_putc(b, ',');
    json_key(b, "facts");
    put_facts(b, c->facts, c->fact_count);
    if (c->formula.len > 0) {
        buf_putc(b, ',');
        json_pair(b, "formula", c->formula);
    }
    if (c->operand_count > 0) {
        buf_puts(b, ",\"operands\":");
        put_spans(b, c->operands, c->operand_count);
    }
    if (c->expected.len > 0) {
        buf_putc(b, ',');
        json_pair(b, "expected", c->expected);
    }
    if (c->chance >= 0)
        buf_printf(b, ",\"chance\":%.6g", c->chance);
    buf_putc(b, '}');
}

static void put_checks(struct buf *b, const struct result *r)
{
    bool first = true;

    buf_puts(b, ",\"checks\":{");
    for (size_t i = 0; i < r->check_count; i++) {
        if (!r->checks[i].ran)
            continue;
        if (!first)
            buf_putc(b, ',');
        first = false;
        json_key(b, r->checks[i].check->id);
        buf_printf(b, "{\"score\":%d,\"findings\":%zu", r->checks[i].score,
                   r->checks[i].findings);
        if (r->checks[i].metric_count > 0) {
            buf_putc(b, ',');
            json_key(b, "metrics");
            put_pairs(b, r->checks[i].metrics, r->checks[i].metric_count);
        }
        buf_putc(b, '}');
    }
    buf_putc(b, '}');
}

static void put_report(struct buf *b, const struct writer_options *o,
                       const struct result *r)
{
    buf_putc(b, '{');
    json_pair(b, "file", text_from(r->report.name));
    buf_printf(b, ",\"sha256\":\"%s\",\"bytes\":%zu,", r->sha256,
               r->report.bytes.len);
    json_pair(b, "lang", o->engine->lang);
    buf_putc(b, ',');
    json_pair(b, "verdict", text_from(verdict_name[r->verdict]));
    buf_printf(b, ",\"score\":%d", r->score);
    put_checks(b, r);
    buf_puts(b, ",\"findings\":[");
    for (size_t i = 0; i < r->finding_count; i++) {
        if (i > 0)
            buf_putc(b, ',');
        put_finding(b, &r->report, &r->findings[i]);
    }
    buf_putc(b, ']');
    if (r->findings_dropped > 0)
        buf_printf(b, ",\"findings_dropped\":%zu", r->findings_dropped);
    if (o->claims && r->audit != NULL) {
        buf_puts(b, ",\"claims\":[");
        for (size_t i = 0; i < r->audit->claim_count; i++) {
            if (i > 0)
                buf_putc(b, ',');
            put_claim(b, &r->report, &r->audit->claims[i]);
        }
        buf_putc(b, ']');
    }
    if (r->audit != NULL)
        buf_printf(b, ",\"chance_match_rate\":%.4g",
                   r->audit->chance_match_rate);
    buf_putc(b, '}');
}

static void json_begin(struct buf *b, const struct writer_options *o)
{
    buf_puts(b, "{\"schema\":\"assay/1\",\"tool\":{\"name\":\"assay\",");
    json_pair(b, "version", text_from(o->version));
    buf_printf(b, ",\"rules\":\"%s\"},\"reports\":[", o->rules_sha256);
}

static void json_report(struct buf *b, const struct writer_options *o,
                        const struct result *r, size_t nth)
{
    if (nth > 0)
        buf_putc(b, ',');
    buf_putc(b, '\n');
    put_report(b, o, r);
}

static void put_error(struct buf *b, const char *name, const char *message)
{
    buf_putc(b, '{');
    json_pair(b, "file", text_from(name));
    buf_putc(b, ',');
    json_pair(b, "error", text_from(message));
    buf_putc(b, '}');
}

static void json_error(struct buf *b, const struct writer_options *o,
                       const char *name, const char *message, size_t nth)
{
    (void)o;
    if (nth > 0)
        buf_putc(b, ',');
    buf_putc(b, '\n');
    put_error(b, name, message);
}

static void jsonl_error(struct buf *b, const struct writer_options *o,
                        const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)nth;
    put_error(b, name, message);
    buf_putc(b, '\n');
}

static void json_end(struct buf *b, const struct writer_options *o,
                     const struct summary *s)
{
    (void)o;
    buf_printf(b, "\n],\"summary\":{\"reports\":%zu", s->reports);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        buf_printf(b, ",\"%s\":%zu", verdict_name[i], s->verdicts[i]);
    buf_puts(b, ",\"claims\":{");
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        buf_printf(b, "%s\"%s\":%zu", i > 0 ? "," : "", claim_verdict_name[i],
                   s->claims[i]);
    buf_putc(b, '}');
    if (s->chance_match_rate >= 0)
        buf_printf(b, ",\"chance_match_rate\":%.4g", s->chance_match_rate);
    buf_puts(b, "}}\n");
}

static void jsonl_report(struct buf *b, const struct writer_options *o,
                         const struct result *r, size_t nth)
{
    (void)nth;
    put_report(b, o, r);
    buf_putc(b, '\n');
}

const struct writer writer_json = {
    .name = "json",
    .summary = "one JSON object (schema assay/1)",
    .begin = json_begin,
    .report = json_report,
    .error = json_error,
    .end = json_end,
};

const struct writer writer_jsonl = {
    .name = "jsonl",
    .summary = "one report object a line, written as each is done",
    .report = jsonl_report,
    .error = jsonl_error,
};
