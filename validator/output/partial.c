/* One shard's results, for assay merge: a header, a line per report with its
 * place among all shards' reports and what a summary adds up, and a last line
 * (docs/schema/partial-1.json). */
#include "validator/audit/audit.h"
#include "validator/output/common.h"

extern const struct writer writer_partial, writer_jsonl;

static void partial_begin(struct buf *b, const struct writer_options *o)
{
    buf_printf(b,
               "{\"schema\":\"assay-partial/1\",\"shard\":%zu,"
               "\"shards\":%zu,",
               o->shard, o->shards);
    json_pair(b, "version", text_from(o->version));
    buf_putc(b, ',');
    json_pair(b, "rules", text_from(o->rules_sha256));
    buf_putc(b, ',');
    json_pair(b, "fail_on",
              text_from(o->fail_on < SEV_COUNT ? severity_name[o->fail_on]
                                               : "never"));
    buf_puts(b, "}\n");
}

static bool fails(const struct writer_options *o, const struct result *r)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (finding_counts(&r->findings[i]))
            return o->fail_on < SEV_COUNT && r->worst >= o->fail_on;
    return false;
}

static void put_claims(struct buf *b, const struct audit *a)
{
    size_t n[CLAIM_VERDICTS] = { 0 };

    for (size_t i = 0; a != NULL && i < a->claim_count; i++)
        n[a->claims[i].verdict]++;
    buf_puts(b, ",\"claims\":[");
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        buf_printf(b, "%s%zu", i > 0 ? "," : "", n[i]);
    buf_putc(b, ']');
    /* Every digit: the merged mean is that of one run, to the last bit. */
    if (a != NULL && a->claim_count > 0)
        buf_printf(b, ",\"chance\":%.17g", a->chance_match_rate);
}

/* A line without its newline. */
static void put_line(struct buf *b, struct buf *line)
{
    buf_puts(b, ",\"report\":");
    if (line->len > 0)
        buf_add(b, (struct text){ line->ptr, line->len - 1 });
    buf_fail(b, line->failed);
    buf_puts(b, "}\n");
    buf_free(line);
}

static void partial_report(struct buf *b, const struct writer_options *o,
                           const struct result *r, size_t nth)
{
    struct buf line = { .max = 0 };

    buf_printf(b, "{\"nth\":%zu,\"verdict\":\"%s\",\"fails\":%s", o->input_nth,
               verdict_name[r->verdict], fails(o, r) ? "true" : "false");
    put_claims(b, r->audit);
    writer_jsonl.report(&line, o, r, nth);
    put_line(b, &line);
}

static void partial_error(struct buf *b, const struct writer_options *o,
                          const char *name, const char *message, size_t nth)
{
    struct buf line = { .max = 0 };

    buf_printf(b, "{\"nth\":%zu,\"error\":true", o->input_nth);
    writer_jsonl.error(&line, o, name, message, nth);
    put_line(b, &line);
}

static void partial_end(struct buf *b, const struct writer_options *o,
                        const struct summary *s)
{
    (void)o;
    buf_printf(b, "{\"end\":true,\"reports\":%zu}\n", s->reports);
}

const struct writer writer_partial = {
    .name = "partial",
    .summary = "one shard's results, for assay merge",
    .begin = partial_begin,
    .report = partial_report,
    .error = partial_error,
    .end = partial_end,
};
