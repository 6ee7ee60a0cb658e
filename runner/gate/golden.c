#include "runner/gate/golden.h"

#include <math.h>
#include <stdlib.h>

#include "validator/output/common.h"

/* Evidence that says what was decided, and not how closely: the rest may
 * change with a threshold. */
static const char *const kept_evidence[] = { "verdict", "expected", "lang",
                                             "family", "unit" };

static bool keeps(const char *key)
{
    for (size_t i = 0; i < sizeof(kept_evidence) / sizeof(*kept_evidence); i++)
        if (strcmp(kept_evidence[i], key) == 0)
            return true;
    return false;
}

static struct text excerpt(const struct report *r, struct span s)
{
    return cut_text(text_sub(r->bytes, s), GOLDEN_TEXT_MAX);
}

static void put_evidence(struct buf *b, const struct finding *f)
{
    bool any = false;

    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct kv *v = &f->evidence[i];

        if (v->type != KV_TEXT || !keeps(v->key))
            continue;
        buf_puts(b, any ? "," : ",\"evidence\":{");
        json_pair(b, v->key, v->text);
        any = true;
    }
    buf_puts(b, any ? "}" : "");
}

static void put_finding(struct buf *b, const struct report *r,
                        const struct finding *f)
{
    buf_putc(b, '{');
    json_pair(b, "check", text_from(f->check->id));
    buf_putc(b, ',');
    json_pair(b, "rule", text_from(f->rule->id));
    buf_putc(b, ',');
    json_pair(b, "severity", text_from(severity_name[f->severity]));
    buf_printf(b, ",\"start\":%zu,\"end\":%zu,", f->span.off,
               span_end(f->span));
    json_pair(b, "text", excerpt(r, f->span));
    put_evidence(b, f);
    buf_putc(b, '}');
}

void golden_put(struct buf *out, const struct result *r)
{
    buf_puts(out, "{\"schema\":\"assay-golden/1\",\"verdict\":");
    buf_json(out, text_from(verdict_name[r->verdict]));
    buf_puts(out, ",\"findings\":[");
    for (size_t i = 0; i < r->finding_count; i++) {
        buf_puts(out, i > 0 ? ",\n" : "\n");
        put_finding(out, &r->report, &r->findings[i]);
    }
    buf_puts(out, r->finding_count > 0 ? "\n]}\n" : "]}\n");
}

static bool same_string(const cJSON *want, const char *have)
{
    return want == NULL ||
           (cJSON_IsString(want) && strcmp(want->valuestring, have) == 0);
}

static bool same_number(const cJSON *want, double have)
{
    return want == NULL ||
           (cJSON_IsNumber(want) &&
            fabs(want->valuedouble - have) <= 1e-6 * fmax(1, fabs(have)));
}

/* Through the writer's escapes, so that bytes that are not UTF-8 compare as
 * they are written; `out` fails without memory for it. */
static bool same_text(const cJSON *want, struct text have, struct buf *out)
{
    struct buf b = { .max = 1 << 16 };
    cJSON *read;
    bool same;

    if (want == NULL)
        return true;
    buf_json(&b, have);
    read = cJSON_ParseWithLength(b.ptr, b.len);
    same = cJSON_IsString(want) && cJSON_IsString(read) &&
           strcmp(want->valuestring, read->valuestring) == 0;
    cJSON_Delete(read);
    buf_end(&b, out);
    return same;
}

static bool same_value(const cJSON *want, const struct kv *have,
                       struct buf *out)
{
    if (have == NULL)
        return cJSON_IsNull(want);
    switch (have->type) {
    case KV_TEXT:
        return same_text(want, have->text, out);
    case KV_INT:
        return same_number(want, (double)have->integer);
    case KV_REAL:
        return same_number(want, have->real);
    case KV_BOOL:
        return cJSON_IsBool(want) && cJSON_IsTrue(want) == have->boolean;
    case KV_NULL:
        return cJSON_IsNull(want);
    case KV_FACTS:
    case KV_SPANS:
        return true; /* which facts were cited is not compared */
    }
    return false;
}

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static bool matches(const cJSON *want, const struct report *r,
                    const struct finding *f, struct buf *out)
{
    const cJSON *e;

    if (member(want, "check") == NULL ||
        !same_string(member(want, "check"), f->check->id) ||
        !same_string(member(want, "rule"), f->rule->id) ||
        !same_string(member(want, "severity"), severity_name[f->severity]) ||
        !same_number(member(want, "start"), (double)f->span.off) ||
        !same_number(member(want, "end"), (double)span_end(f->span)) ||
        !same_text(member(want, "text"), excerpt(r, f->span), out))
        return false;
    for (e = member(want, "evidence") != NULL ? member(want, "evidence")->child
                                              : NULL;
         e != NULL; e = e->next)
        if (!same_value(e, evidence_get(f, e->string), out))
            return false;
    return true;
}

static void put_unexpected(struct buf *b, const struct report *r,
                           const struct finding *f)
{
    const struct place at = report_place(r, f->span.off);

    buf_printf(b, "  + %zu:%zu %s %s: ", at.line, at.column,
               severity_name[f->severity], f->rule->id);
    put_message(b, f);
    buf_puts(b, ": ");
    buf_visible(b, excerpt(r, f->span), GOLDEN_TEXT_MAX);
    buf_putc(b, '\n');
}

static void put_missing(struct buf *b, const cJSON *want)
{
    char *text = cJSON_PrintUnformatted(want);

    buf_puts(b, "  - ");
    buf_visible(b, text_from(text != NULL ? text : "?"), 400);
    buf_putc(b, '\n');
    cJSON_free(text);
}

/* The first finding not yet taken that is the wanted one. */
static bool take(bool *taken, const cJSON *want, const struct result *r,
                 struct buf *out)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (!taken[i] && matches(want, &r->report, &r->findings[i], out)) {
            taken[i] = true;
            return true;
        }
    return false;
}

size_t golden_compare(struct buf *out, const cJSON *expected,
                      const struct result *r)
{
    const cJSON *want, *verdict = member(expected, "verdict");
    bool *taken = calloc(r->finding_count + 1, sizeof(*taken));
    size_t lines = 0;

    if (taken == NULL) {
        buf_fail(out, ST_NOMEM);
        return 1;
    }
    if (!same_string(verdict, verdict_name[r->verdict])) {
        buf_printf(out, "  verdict: %s, expected ", verdict_name[r->verdict]);
        buf_visible(
            out,
            text_from(cJSON_IsString(verdict) ? verdict->valuestring : "?"),
            20);
        buf_putc(out, '\n');
        lines++;
    }
    cJSON_ArrayForEach(
        want, member(expected, "findings")) if (!take(taken, want, r, out))
    {
        put_missing(out, want);
        lines++;
    }
    for (size_t i = 0; i < r->finding_count; i++)
        if (!taken[i]) {
            put_unexpected(out, &r->report, &r->findings[i]);
            lines++;
        }
    free(taken);
    return lines;
}
