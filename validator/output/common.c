#include "validator/output/common.h"

#include <stdlib.h>

#include "validator/base/utf8.h"

#ifndef ASSAY_URL
#define ASSAY_URL ""
#endif
const char assay_url[] = ASSAY_URL;

void json_help_url(struct buf *b, const char *key, const char *check_id)
{
    if (assay_url[0] == '\0')
        return;
    buf_putc(b, ',');
    json_key(b, key);
    buf_printf(b, "\"%s/docs/checks/%s.md\"", assay_url, check_id);
}

void put_message(struct buf *b, const struct finding *f)
{
    buf_puts(b, f->rule->message);
    if (f->detail.len > 0) {
        buf_puts(b, ": ");
        buf_add(b, f->detail);
    }
}

struct text cut_text(struct text t, size_t max)
{
    if (t.len <= max)
        return t;
    t.len = max;
    while (t.len > 0 && ((unsigned char)t.ptr[t.len] & 0xc0) == 0x80)
        t.len--;
    return t;
}

void json_key(struct buf *b, const char *k)
{
    buf_json(b, text_from(k));
    buf_putc(b, ':');
}

void json_pair(struct buf *b, const char *k, struct text v)
{
    json_key(b, k);
    buf_json(b, v);
}

void json_message(struct buf *b, const struct finding *f)
{
    struct buf message = { .max = 1 << 20 };

    put_message(&message, f);
    buf_json(b, buf_text(&message));
    buf_end(&message, b);
}

void xml_escape(struct buf *b, struct text t)
{
    static const struct {
        char c;
        const char *as;
    } special[] = { { '&', "&amp;" },
                    { '<', "&lt;" },
                    { '>', "&gt;" },
                    { '"', "&quot;" },
                    { '\'', "&#39;" } };
    size_t from = 0;

    for (size_t i = 0; i < t.len; i++)
        for (size_t k = 0; k < sizeof(special) / sizeof(*special); k++)
            if (t.ptr[i] == special[k].c) {
                buf_add(b, (struct text){ t.ptr + from, i - from });
                buf_puts(b, special[k].as);
                from = i + 1;
            }
    buf_add(b, (struct text){ t.ptr + from, t.len - from });
}

void put_xml(struct buf *b, struct text t, size_t max)
{
    struct buf visible = { .max = 0 };

    buf_visible(&visible, t, max);
    xml_escape(b, buf_text(&visible));
    buf_end(&visible, b);
}

void put_uri(struct buf *b, struct text path)
{
    static const char safe[] = "-._~/";

    if (text_starts(path, TEXT_LIT("./")))
        path = (struct text){ path.ptr + 2, path.len - 2 };
    if (text_starts(path, TEXT_LIT("/")))
        buf_puts(b, "file://");
    for (size_t i = 0; i < path.len; i++) {
        const char c = path.ptr[i];

        if (ascii_alnum(c) || (c != '\0' && strchr(safe, c) != NULL))
            buf_putc(b, c);
        else
            buf_printf(b, "%%%02X", (unsigned)(unsigned char)c);
    }
}

void put_kv(struct buf *b, const struct kv *v)
{
    switch (v->type) {
    case KV_TEXT:
        buf_visible(b, v->text, 400);
        break;
    case KV_INT:
        buf_printf(b, "%lld", v->integer);
        break;
    case KV_REAL:
        buf_printf(b, "%.6g", v->real);
        break;
    case KV_BOOL:
        buf_puts(b, v->boolean ? "yes" : "no");
        break;
    case KV_FACTS:
    case KV_SPANS:
    case KV_NULL:
        break;
    }
}

const struct kv *evidence_get(const struct finding *f, const char *key)
{
    for (size_t i = 0; i < f->evidence_count; i++)
        if (strcmp(f->evidence[i].key, key) == 0)
            return &f->evidence[i];
    return NULL;
}

struct text evidence_expected(const struct finding *f)
{
    const struct kv *v = evidence_get(f, "expected");
    const bool has = v != NULL && v->type == KV_TEXT && v->text.len > 0;

    return has && text_find(f->detail, v->text, 0) > f->detail.len
               ? v->text
               : (struct text){ "", 0 };
}

void put_fact_line(struct buf *b, const struct evidence_fact *f)
{
    buf_visible(b, f->file, 400);
    if (f->line > 0)
        buf_printf(b, ":%zu", f->line);
    buf_putc(b, ' ');
    buf_visible(b, f->path, 200);
    buf_puts(b, " = ");
    buf_visible(b, f->value, 100);
    if (f->unit.len > 0) {
        buf_putc(b, ' ');
        buf_visible(b, f->unit, 40);
    }
}

struct range finding_range(const struct report *r, const struct finding *f)
{
    struct range g = { .start = report_place(r, f->span.off),
                       .end = report_place(r, span_end(f->span)) };

    g.start_byte = f->span.off - r->lines[g.start.line - 1] + 1;
    g.end_byte = span_end(f->span) - r->lines[g.end.line - 1] + 1;
    return g;
}

struct ranked {
    size_t nth;
    struct text line;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->line.ptr[0] != y->line.ptr[0])
        return x->line.ptr[0] < y->line.ptr[0] ? -1 : 1;
    return x->nth < y->nth ? -1 : 1;
}

struct text *lines_by_rank(struct text lines, size_t *n, bool *failed)
{
    struct ranked *all;
    struct text *out;
    size_t count = 0, at = 0;

    for (size_t i = 0; i < lines.len; i++)
        count += lines.ptr[i] == '\n';
    all = calloc(count + 1, sizeof(*all));
    out = calloc(count + 1, sizeof(*out));
    *failed = all == NULL || out == NULL;
    *n = *failed ? 0 : count;
    for (size_t i = 0; i < *n; i++) {
        const size_t end = text_find(lines, TEXT_LIT("\n"), at);

        all[i] = (struct ranked){ i, { lines.ptr + at, end - at } };
        at = end + 1;
    }
    if (*n > 0)
        qsort(all, *n, sizeof(*all), by_rank);
    for (size_t i = 0; i < *n; i++)
        out[i] = (struct text){ all[i].line.ptr + 2, all[i].line.len - 2 };
    free(all);
    if (!*failed)
        return out;
    free(out);
    return NULL;
}
