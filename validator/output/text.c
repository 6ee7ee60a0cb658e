/* For people, as compilers do: place, severity, message, rule; the line with
 * the span marked under it; what the data say. */
#include "validator/audit/audit.h"
#include "validator/base/utf8.h"
#include "validator/output/common.h"
#include "validator/text/width.h"

enum { FACTS_SHOWN = 3 };

static const char *const severity_color[SEV_COUNT] = {
    [SEV_NOTE] = "\033[36m",    /* cyan */
    [SEV_WARNING] = "\033[33m", /* yellow */
    [SEV_ERROR] = "\033[31m",   /* red */
};
#define BOLD "\033[1m"
#define DIM  "\033[2m"
#define OFF  "\033[0m"

static void paint(struct buf *b, const struct writer_options *o,
                  const char *color)
{
    if (o->color)
        buf_puts(b, color);
}

/* Words of t (visible text), broken at the width; lines after the first are
 * indented. `used`: columns already on this line. */
static void put_wrapped(struct buf *b, const struct writer_options *o,
                        struct text t, size_t used, size_t indent)
{
    bool first = true;

    while (t.len > 0) {
        size_t n = text_find(t, TEXT_LIT(" "), 0);
        struct text word;

        if (n > t.len)
            n = t.len;
        word = (struct text){ t.ptr, n };
        const size_t w = text_width(word);

        if (!first && o->width > 0 && used + 1 + w > o->width) {
            buf_printf(b, "\n%*s", (int)indent, "");
            used = indent;
        } else if (!first) {
            buf_putc(b, ' ');
            used++;
        }
        buf_add(b, word);
        used += w;
        first = false;
        n += n < t.len;
        t = (struct text){ t.ptr + n, t.len - n };
    }
}

/* "= words" under the marked line. */
static void put_note(struct buf *b, const struct writer_options *o,
                     size_t gutter, struct text t)
{
    buf_printf(b, "%*s = ", (int)gutter, "");
    put_wrapped(b, o, t, gutter + 3, gutter + 3);
    buf_putc(b, '\n');
}

/* A window of one line of the report around a span. */
struct window {
    struct span line, mark; /* mark: the part of the span on this line */
    size_t from, to;        /* bytes shown */
};

/* One character as it is shown; returns its columns. */
static size_t put_char(struct buf *b, struct text t, size_t at, size_t next,
                       int32_t c)
{
    const size_t before = b->len;

    if (c == '\t') {
        buf_putc(b, ' ');
        return 1;
    }
    buf_visible(b, (struct text){ t.ptr + at, next - at }, 4);
    if (c >= 0x20 && b->len - before == next - at)
        return char_width(c);
    return b->len - before; /* escaped: ASCII */
}

/* Columns of the character at `at`; *next is behind it. */
static size_t columns(struct text t, size_t at, size_t *next,
                      struct buf *scratch)
{
    int32_t c;

    *next = at;
    c = utf8_next(t, next);
    buf_clear(scratch);
    return put_char(scratch, t, at, *next, c);
}

/* Goes on from *to while it is before `stop` and fits; returns columns used. */
static size_t extend(struct text t, size_t *to, size_t stop, size_t used,
                     size_t room, struct buf *scratch)
{
    while (*to < stop) {
        size_t next;
        const size_t more = columns(t, *to, &next, scratch);

        if (used + more > room)
            break;
        used += more;
        *to = next;
    }
    return used;
}

/* As much of the line as fits `room` columns: the mark's beginning always,
 * then what is before it, then what follows. */
static struct window window_around(const struct report *r, struct span line,
                                   struct span span, size_t room, struct buf *b)
{
    const size_t stop = span_end(line);
    struct window w = { .line = line };
    struct buf scratch = { .max = 64 };
    size_t used, next;

    w.mark = span_between(span.off < stop ? span.off : stop,
                          span_end(span) < stop ? span_end(span) : stop);
    w.from = w.to = w.mark.off;
    used = extend(r->bytes, &w.to, span_end(w.mark), 0, room * 2 / 3, &scratch);
    while (w.from > line.off) {
        size_t prev = w.from;

        (void)utf8_prev(r->bytes, &prev);
        const size_t more = columns(r->bytes, prev, &next, &scratch);

        if (used + more > room)
            break;
        used += more;
        w.from = prev;
    }
    (void)extend(r->bytes, &w.to, stop, used, room, &scratch);
    buf_end(&scratch, b);
    return w;
}

static void put_marked(struct buf *b, const struct writer_options *o,
                       const struct report *r, const struct finding *f,
                       size_t gutter)
{
    const struct place at = report_place(r, f->span.off);
    const size_t room =
        (o->width > gutter + 15 ? o->width : gutter + 60) - gutter - 9;
    const struct window w =
        window_around(r, report_line(r, at.line), f->span, room, b);
    const bool left = w.from > w.line.off, right = w.to < span_end(w.line);
    struct buf marks = { .max = 1 << 16 };
    size_t next;

    buf_printf(b, "%*zu | %s", (int)gutter, at.line, left ? "..." : "");
    for (size_t i = 0; i < 3 && left; i++)
        buf_putc(&marks, ' ');
    for (size_t i = w.from; i < w.to; i = next) {
        next = i;
        const int32_t c = utf8_next(r->bytes, &next);
        const size_t n = put_char(b, r->bytes, i, next, c);
        const bool in = i >= w.mark.off && i < span_end(w.mark);

        for (size_t k = 0; k < n && i < span_end(w.mark); k++)
            buf_putc(&marks, !in ? ' ' : i == w.mark.off && k == 0 ? '^' : '~');
    }
    if (w.mark.len == 0)
        buf_putc(&marks, '^');
    buf_printf(b, "%s\n%*s | ", right ? "..." : "", (int)gutter, "");
    paint(b, o, severity_color[f->severity]);
    buf_add(b, buf_text(&marks));
    paint(b, o, OFF);
    buf_putc(b, '\n');
    buf_end(&marks, b);
}

static void put_facts(struct buf *b, const struct writer_options *o,
                      const struct kv *v, size_t gutter)
{
    for (size_t i = 0; i < v->fact_count && i < FACTS_SHOWN; i++) {
        struct buf line = { .max = 1 << 16 };

        put_fact_line(&line, &v->facts[i]);
        put_note(b, o, gutter, buf_text(&line));
        buf_end(&line, b);
    }
    if (v->fact_count > FACTS_SHOWN)
        buf_printf(b, "%*s = and %zu more\n", (int)gutter, "",
                   v->fact_count - FACTS_SHOWN);
}

/* What the data say, its formula, then the rest of the evidence on a line. */
static void put_evidence(struct buf *b, const struct writer_options *o,
                         const struct finding *f, size_t gutter)
{
    struct buf says = { .max = 1 << 16 }, rest = { .max = 1 << 16 };

    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct kv *v = &f->evidence[i];
        const bool expected = strcmp(v->key, "expected") == 0;

        if (v->type == KV_FACTS || v->type == KV_SPANS || v->type == KV_NULL ||
            (v->type == KV_TEXT && v->text.len == 0))
            continue;
        if (expected && evidence_expected(f).len > 0) {
            buf_puts(&says, "the data say ");
            put_kv(&says, v);
        }
        if (expected)
            continue;
        buf_printf(&rest, "%s%s: ", rest.len > 0 ? ", " : "", v->key);
        put_kv(&rest, v);
    }
    if (says.len > 0)
        put_note(b, o, gutter, buf_text(&says));
    for (size_t i = 0; i < f->evidence_count; i++)
        if (f->evidence[i].type == KV_FACTS)
            put_facts(b, o, &f->evidence[i], gutter);
    if (rest.len > 0)
        put_note(b, o, gutter, buf_text(&rest));
    buf_end(&says, b);
    buf_end(&rest, b);
}

static size_t digits(size_t n)
{
    size_t d = 1;

    for (; n >= 10; n /= 10)
        d++;
    return d;
}

static void put_finding(struct buf *b, const struct writer_options *o,
                        const struct report *r, const struct finding *f)
{
    const struct range g = finding_range(r, f);
    const size_t gutter = digits(g.start.line) + 1;
    struct buf head = { .max = 1 << 20 }, raw = { .max = 1 << 20 };
    size_t used;

    paint(b, o, BOLD);
    buf_visible(&head, text_from(r->name), 4096);
    buf_printf(&head, ":%zu:%zu: ", g.start.line, g.start.column);
    buf_add(b, buf_text(&head));
    used = text_width(buf_text(&head)) + strlen(severity_name[f->severity]) + 2;
    paint(b, o, severity_color[f->severity]);
    buf_printf(b, "%s: ", severity_name[f->severity]);
    paint(b, o, OFF);
    buf_clear(&head);
    put_message(&raw, f);
    buf_visible(&head, buf_text(&raw), 600);
    buf_printf(&head, " [%s]", f->rule->id);
    if (f->baseline == BASELINE_KNOWN)
        buf_puts(&head, " (known)");
    if (f->suppressed != NULL) {
        buf_puts(&head, " (suppressed: ");
        buf_visible(&head, text_from(f->suppressed), 200);
        buf_putc(&head, ')');
    }
    put_wrapped(b, o, buf_text(&head), used, 4);
    buf_putc(b, '\n');
    buf_end(&head, b);
    buf_end(&raw, b);
    put_marked(b, o, r, f, gutter);
    if (g.end.line > g.start.line)
        buf_printf(b, "%*s = to line %zu\n", (int)gutter, "", g.end.line);
    put_evidence(b, o, f, gutter);
}

static void put_claim(struct buf *b, const struct writer_options *o,
                      const struct report *r, const struct audited_claim *c)
{
    const struct place at = report_place(r, c->span.off);
    struct buf line = { .max = 1 << 16 };

    buf_visible(&line, text_from(r->name), 4096);
    buf_printf(&line, ":%zu:%zu: ", at.line, at.column);
    buf_visible(&line, text_sub(r->bytes, c->span), 60);
    buf_printf(&line, " is %s", claim_verdict_name[c->verdict]);
    if (c->why.len > 0) {
        buf_puts(&line, ": ");
        buf_visible(&line, c->why, 200);
    }
    if (c->expected.len > 0) {
        buf_puts(&line, c->fault == FAULT_ARITHMETIC ? "; its numbers give "
                                                     : "; the data say ");
        buf_visible(&line, c->expected, 100);
    }
    if (c->formula.len > 0) {
        buf_puts(&line, "; ");
        buf_visible(&line, c->formula, 200);
    }
    for (size_t i = 0; i < c->fact_count && i < 1; i++) {
        buf_puts(&line, "; ");
        put_fact_line(&line, &c->facts[i]);
    }
    put_wrapped(b, o, buf_text(&line), 0, 4);
    buf_putc(b, '\n');
    buf_end(&line, b);
}

/* "r.md: fail, score 33 (2 errors, 1 warning)" behind a report's findings. */
static void put_verdict(struct buf *b, const struct writer_options *o,
                        const struct result *r)
{
    static const char *const verdict_color[VERDICT_COUNT] = {
        [VERDICT_PASS] = "\033[32m",
        [VERDICT_WARN] = "\033[33m",
        [VERDICT_FAIL] = "\033[31m",
    };
    size_t n[SEV_COUNT] = { 0 };
    const char *comma = " (";

    for (size_t i = 0; i < r->finding_count; i++)
        n[r->findings[i].severity] += finding_counts(&r->findings[i]);
    buf_visible(b, text_from(r->report.name), 4096);
    buf_puts(b, ": ");
    paint(b, o, verdict_color[r->verdict]);
    buf_puts(b, verdict_name[r->verdict]);
    paint(b, o, OFF);
    buf_printf(b, ", score %d", r->score);
    for (size_t i = SEV_COUNT; i-- > 0;)
        if (n[i] > 0) {
            buf_printf(b, "%s%zu %s%s", comma, n[i], severity_name[i],
                       n[i] == 1 ? "" : "s");
            comma = ", ";
        }
    buf_puts(b, comma[0] == ',' ? ")\n" : "\n");
    if (r->audit != NULL && audit_weak(r->audit))
        buf_printf(
            b,
            "    the audit is weak here: %.0f %% of random numbers would "
            "have passed\n",
            100 * r->audit->chance_match_rate);
    if (r->findings_dropped > 0)
        buf_printf(b, "    and %zu findings more than --max-findings\n",
                   r->findings_dropped);
    buf_putc(b, '\n');
}

/* Why stands on stderr. */
static void text_error(struct buf *b, const struct writer_options *o,
                       const char *name, const char *message, size_t nth)
{
    (void)o;
    (void)message;
    (void)nth;
    buf_visible(b, text_from(name), 4096);
    buf_puts(b, ": not judged\n\n");
}

static void text_report(struct buf *b, const struct writer_options *o,
                        const struct result *r, size_t nth)
{
    (void)nth;
    for (size_t i = 0; i < r->finding_count; i++)
        put_finding(b, o, &r->report, &r->findings[i]);
    if (o->claims && r->audit != NULL)
        for (size_t i = 0; i < r->audit->claim_count; i++)
            put_claim(b, o, &r->report, &r->audit->claims[i]);
    if (r->finding_count > 0 && !o->quiet)
        put_verdict(b, o, r);
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
    .summary = "for people: the marked line and what the data say",
    .report = text_report,
    .error = text_error,
    .end = text_end,
};
