/* The evidence page: one file, nothing from outside, readable without its
 * script. Each report as rendered Markdown with its findings and numbers marked
 * in place, each linked to a card with its evidence. */
#include "validator/output/html.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdlib.h>

#include "validator/page_data.h"

enum {
    CARDS_RULE = 100,    /* cards of one rule in one report */
    CARDS_REPORT = 400,  /* cards of findings in one report */
    CLAIMS_REPORT = 400, /* cards of numbers without a finding */
    FACTS_SHOWN = 3,
    EXCERPT = 160,
    MESSAGE = 400, /* bytes */
    BARS = 300     /* reports in the plot of scores */
};

const char html_letter[SEV_COUNT] = {
    [SEV_NOTE] = 'n', [SEV_WARNING] = 'w', [SEV_ERROR] = 'e'
};
const char *const html_sign[SEV_COUNT] = { [SEV_NOTE] = "&#9679;",
                                           [SEV_WARNING] = "&#9650;",
                                           [SEV_ERROR] = "&#10006;&#65038;" };

/* ---- marks ---- */

static bool same_span(struct span a, struct span b)
{
    return a.off == b.off && a.len == b.len;
}

/* The number of a rule among all rules. */
static size_t rule_number(const struct result *r, const struct finding *f)
{
    size_t n = 0;

    for (size_t i = 0; i < r->check_count && r->checks[i].check != f->check;
         i++)
        n += r->checks[i].check->rule_count;
    return n + (size_t)(f->rule - f->check->rules);
}

static size_t rule_total(const struct result *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->check_count; i++)
        n += r->checks[i].check->rule_count;
    return n;
}

/* The worst findings get the cards; all are marked. False: no memory. */
static bool deal_cards(struct html *h)
{
    size_t *same = calloc(rule_total(h->r) + 1, sizeof(*same));
    size_t dealt = 0, claims = 0;

    for (int severity = SEV_COUNT; same != NULL && severity-- > 0;)
        for (size_t i = 0; i < h->count && dealt < CARDS_REPORT; i++) {
            struct mark *m = &h->marks[i];

            if (m->finding == NULL || (int)m->finding->severity != severity)
                continue;
            m->card = same[rule_number(h->r, m->finding)]++ < CARDS_RULE;
            dealt += m->card;
        }
    for (size_t i = 0; i < h->count; i++)
        if (h->marks[i].finding == NULL)
            h->marks[i].card = claims++ < CLAIMS_REPORT;
    free(same);
    return same != NULL;
}

static bool collect_marks(struct html *h)
{
    const struct result *r = h->r;
    const size_t claims = r->audit != NULL ? r->audit->claim_count : 0;
    size_t f = 0, c = 0;

    h->marks = calloc(r->finding_count + claims + 1, sizeof(*h->marks));
    if (h->marks == NULL)
        return false;
    while (f < r->finding_count || c < claims) {
        struct mark *m = &h->marks[h->count];
        const struct audited_claim *claim =
            c < claims ? &r->audit->claims[c] : NULL;
        const struct finding *finding =
            f < r->finding_count ? &r->findings[f] : NULL;

        if (claim != NULL && claim->verdict == CLAIM_EXEMPT) {
            c++;
            continue;
        }
        if (claim != NULL &&
            (finding == NULL || claim->span.off < finding->span.off)) {
            m->claim = claim;
            m->span = claim->span;
            c++;
        } else if (finding != NULL) {
            m->finding = finding;
            m->span = finding->span;
            f++;
            if (claim != NULL && same_span(claim->span, finding->span)) {
                m->claim = claim;
                c++;
            }
        }
        m->id = ++h->count;
    }
    return deal_cards(h);
}

/* ---- cards ---- */

static void put_place(struct html *h, const struct mark *m)
{
    const struct place at = report_place(&h->r->report, m->span.off);

    if (m->placed)
        buf_printf(h->b, " <a href=\"#r%zuf%zu\">line %zu:%zu</a>", h->nth,
                   m->id, at.line, at.column);
    else
        buf_printf(h->b, " line %zu:%zu", at.line, at.column);
}

static void put_facts(struct html *h, struct sources *s,
                      const struct evidence_fact *f, size_t n)
{
    for (size_t i = 0; i < n && i < FACTS_SHOWN; i++) {
        struct buf line = { .max = 1 << 16 };

        put_fact_line(&line, &f[i]);
        buf_puts(h->b, "<div><code>");
        xml_escape(h->b, buf_text(&line));
        buf_puts(h->b, "</code></div>");
        html_source(h->b, s, &f[i]);
        buf_end(&line, h->b);
    }
    if (n > FACTS_SHOWN)
        buf_printf(h->b, "<div class=dim>and %zu more</div>", n - FACTS_SHOWN);
}

static void put_says(struct html *h, struct text expected, struct text formula)
{
    if (expected.len > 0) {
        buf_puts(h->b, "<div class=says>the data say <strong>");
        put_xml(h->b, expected, MESSAGE);
        buf_puts(h->b, "</strong></div>");
    }
    if (formula.len > 0) {
        buf_puts(h->b, "<div class=says>formula <code>");
        put_xml(h->b, formula, MESSAGE);
        buf_puts(h->b, "</code></div>");
    }
}

static struct text text_of(const struct finding *f, const char *key)
{
    const struct kv *v = evidence_get(f, key);

    return v != NULL && v->type == KV_TEXT ? v->text : (struct text){ "", 0 };
}

/* What is left of the evidence, on one line. */
static void put_rest(struct html *h, const struct finding *f)
{
    const char *before = "<div class=dim>";

    for (size_t i = 0; i < f->evidence_count; i++) {
        const struct kv *v = &f->evidence[i];
        struct buf t = { .max = 1 << 16 };

        if (strcmp(v->key, "expected") == 0 || strcmp(v->key, "formula") == 0 ||
            v->type == KV_FACTS || v->type == KV_SPANS || v->type == KV_NULL ||
            (v->type == KV_TEXT && v->text.len == 0))
            continue;
        put_kv(&t, v);
        buf_printf(h->b, "%s%s: ", before, v->key);
        xml_escape(h->b, buf_text(&t));
        before = ", ";
        buf_end(&t, h->b);
    }
    buf_puts(h->b, before[0] == ',' ? "</div>" : "");
}

static void put_finding_card(struct html *h, struct sources *s,
                             const struct mark *m)
{
    const struct finding *f = m->finding;
    const struct kv *facts = evidence_get(f, "facts");
    struct buf *b = h->b;
    size_t k = 0;

    while (k < h->r->check_count && h->r->checks[k].check != f->check)
        k++;
    buf_printf(b, "<li id=r%zue%zu class=\"s%c k%zu", h->nth, m->id,
               html_letter[f->severity], k);
    if (m->claim != NULL)
        buf_printf(b, " v%d", (int)m->claim->verdict);
    buf_printf(b, "\"><b>%s %s</b> ", html_sign[f->severity],
               severity_name[f->severity]);
    xml_escape(b, text_from(f->rule->message));
    if (f->detail.len > 0) {
        buf_puts(b, ": ");
        put_xml(b, f->detail, MESSAGE);
    }
    if (f->suppressed != NULL) {
        buf_puts(b, " <em>suppressed: ");
        put_xml(b, text_from(f->suppressed), MESSAGE);
        buf_puts(b, "</em>");
    }
    buf_puts(b, f->baseline == BASELINE_KNOWN ? " <em>known</em>" : "");
    buf_printf(b, " <code class=dim>%s</code>", f->rule->id);
    put_place(h, m);
    if (f->span.len > 0) {
        buf_puts(b, "<q>");
        put_xml(b, text_sub(h->r->report.bytes, f->span), EXCERPT);
        buf_puts(b, "</q>");
    }
    put_says(h, text_of(f, "expected"), text_of(f, "formula"));
    if (facts != NULL && facts->type == KV_FACTS)
        put_facts(h, s, facts->facts, facts->fact_count);
    put_rest(h, f);
    buf_puts(b, "</li>\n");
}

static void put_claim_card(struct html *h, struct sources *s,
                           const struct mark *m)
{
    const struct audited_claim *c = m->claim;
    const bool good =
        c->verdict == CLAIM_SUPPORTED || c->verdict == CLAIM_DERIVED;
    struct buf *b = h->b;

    buf_printf(b, "<li id=\"r%zue%zu\" class=\"%sv%d\"><b>%s %s</b> ", h->nth,
               m->id, good ? "sc " : "", (int)c->verdict,
               good ? "&#10003;" : "&#9675;", claim_verdict_name[c->verdict]);
    put_xml(b, text_sub(h->r->report.bytes, c->span), 60);
    put_place(h, m);
    if (c->why.len > 0) {
        buf_puts(b, "<div class=dim>");
        put_xml(b, c->why, MESSAGE);
        buf_puts(b, "</div>");
    }
    put_says(h, c->expected, c->formula);
    put_facts(h, s, c->facts, c->fact_count);
    buf_puts(b, "</li>\n");
}

static void put_cards(struct html *h, struct sources *s)
{
    size_t findings = 0, cards = 0, claims = 0;

    for (size_t i = 0; i < h->count; i++) {
        findings += h->marks[i].finding != NULL;
        claims += h->marks[i].finding == NULL && h->marks[i].card;
    }
    buf_printf(h->b, "<h3>%s</h3>", findings > 0 ? "Findings" : "No findings");
    buf_puts(h->b, findings > 0 ? "<ol class=cards>\n" : "");
    for (size_t i = 0; i < h->count; i++)
        if (h->marks[i].finding != NULL && h->marks[i].card) {
            put_finding_card(h, s, &h->marks[i]);
            cards++;
        }
    buf_puts(h->b, findings > 0 ? "</ol>" : "");
    if (cards < findings || h->r->findings_dropped > 0)
        buf_printf(h->b, "<p class=dim>and %zu more, marked in the report.</p>",
                   findings - cards + h->r->findings_dropped);
    if (claims == 0)
        return;
    buf_puts(h->b, "<h3>Numbers and their sources</h3><ol class=cards>\n");
    for (size_t i = 0; i < h->count; i++)
        if (h->marks[i].finding == NULL && h->marks[i].card)
            put_claim_card(h, s, &h->marks[i]);
    buf_puts(h->b, "</ol>");
}

/* ---- one report: "R ROW SECTION SCORE VERDICT CHECKS COUNTS...\n", a row of
 * the index, the section ---- */

static void put_row(struct buf *b, const struct result *r, size_t nth)
{
    size_t n[SEV_COUNT] = { 0 };

    for (size_t i = 0; i < r->finding_count; i++)
        n[r->findings[i].severity] += finding_counts(&r->findings[i]);
    buf_printf(b, "<tr><td><a href=\"#r%zu\">", nth);
    put_xml(b, text_from(r->report.name), 400);
    buf_printf(b,
               "</a></td><td><span class=\"v %s\">%s</span></td>"
               "<td class=num>%d</td><td class=num>%zu</td>"
               "<td class=num>%zu</td><td class=num>%zu</td></tr>\n",
               verdict_name[r->verdict], verdict_name[r->verdict], r->score,
               n[SEV_ERROR], n[SEV_WARNING], n[SEV_NOTE]);
}

static void put_section(struct html *h, const struct writer_options *o)
{
    struct sources *s = sources_new();

    buf_fail(h->b, s == NULL ? ST_NOMEM : ST_OK);
    buf_printf(h->b, "<section class=report id=\"r%zu\"><h2>", h->nth);
    put_xml(h->b, text_from(h->r->report.name), 400);
    buf_printf(h->b,
               " <span class=\"v %s\">%s</span></h2>\n<p class=dim>score "
               "%d of 100, %zu bytes, sha256 <code>%.12s</code></p>\n"
               "<div class=cols><div class=doc lang=\"",
               verdict_name[h->r->verdict], verdict_name[h->r->verdict],
               h->r->score, h->r->report.bytes.len, h->r->sha256);
    put_xml(h->b, o->engine->lang, 40);
    buf_puts(h->b, "\">\n");
    html_document(h);
    buf_puts(h->b, "</div>\n<div class=side>");
    put_cards(h, s);
    buf_puts(h->b, "</div></div></section>\n");
    sources_free(s);
}

static void put_frame(struct buf *b, const struct result *r,
                      const struct buf *row, const struct buf *section)
{
    size_t verdicts[CLAIM_VERDICTS] = { 0 };

    for (size_t i = 0; r->audit != NULL && i < r->audit->claim_count; i++)
        verdicts[r->audit->claims[i].verdict]++;
    buf_printf(b, "R %zu %zu %d %d", row->len, section->len, r->score,
               (int)r->verdict);
    for (size_t i = 0; i < r->check_count; i++)
        buf_printf(b, " %zu", r->checks[i].findings);
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        buf_printf(b, " %zu", verdicts[i]);
    buf_putc(b, '\n');
    buf_add(b, buf_text(row));
    buf_add(b, buf_text(section));
}

static void html_report(struct buf *b, const struct writer_options *o,
                        const struct result *r, size_t nth)
{
    struct buf row = { .max = 0 }, section = { .max = 0 };
    struct html h = { .b = &section, .r = r, .nth = nth };

    if (collect_marks(&h)) {
        put_row(&row, r, nth);
        put_section(&h, o);
        put_frame(b, r, &row, &section);
    }
    buf_fail(b, row.failed);
    buf_fail(b, section.failed);
    buf_fail(b, row.len == 0 ? ST_NOMEM : ST_OK);
    free(h.marks);
    buf_end(&row, b);
    buf_end(&section, b);
}

static void html_error(struct buf *b, const struct writer_options *o,
                       const char *name, const char *message, size_t nth)
{
    struct buf row = { .max = 0 };

    (void)nth;
    buf_puts(&row, "<tr><td>");
    put_xml(&row, text_from(name), 400);
    buf_puts(&row, "</td><td colspan=5>not judged: ");
    put_xml(&row, text_from(message), MESSAGE);
    buf_puts(&row, "</td></tr>\n");
    buf_printf(b, "R %zu 0 -1 0", row.len);
    for (size_t i = 0; i < o->engine->check_count + CLAIM_VERDICTS; i++)
        buf_puts(b, " 0");
    buf_putc(b, '\n');
    buf_add(b, buf_text(&row));
    buf_end(&row, b);
}

/* ---- the page ---- */

struct frame {
    struct text row, section;
    int score; /* -1: not judged */
    enum verdict verdict;
};

struct all {
    struct frame *at;
    size_t count;
    size_t *checks; /* findings per check */
    size_t claims[CLAIM_VERDICTS];
};

static long long number(struct text t, size_t *at)
{
    long long v = 0;
    bool neg;

    while (*at < t.len && t.ptr[*at] == ' ')
        ++*at;
    neg = *at < t.len && t.ptr[*at] == '-';
    *at += neg;
    for (; *at < t.len && ascii_digit(t.ptr[*at]); ++*at)
        v = v * 10 + (t.ptr[*at] - '0');
    return neg ? -v : v;
}

static size_t read_frame(struct all *a, size_t checks, struct text t, size_t at)
{
    struct frame *f = &a->at[a->count++];

    at++; /* the R */
    f->row.len = (size_t)number(t, &at);
    f->section.len = (size_t)number(t, &at);
    f->score = (int)number(t, &at);
    f->verdict = (enum verdict)number(t, &at);
    for (size_t i = 0; i < checks; i++)
        a->checks[i] += (size_t)number(t, &at);
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        a->claims[i] += (size_t)number(t, &at);
    at++; /* the newline */
    f->row.ptr = t.ptr + at;
    f->section.ptr = f->row.ptr + f->row.len;
    return at + f->row.len + f->section.len;
}

static struct text page_file(const char *name)
{
    for (size_t i = 0; i < page_files_count; i++)
        if (strcmp(page_files[i].name, name) == 0)
            return (struct text){ page_files[i].ptr, page_files[i].len };
    return (struct text){ "", 0 };
}

/* Only this page's own script runs, whatever a report holds. */
static void put_policy(struct buf *b)
{
    const struct text js = page_file("page.js");
    struct sha256_ctx h;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1] = "";

    sha256_init(&h);
    sha256_update(&h, js.len, (const uint8_t *)js.ptr);
    sha256_digest(&h, sizeof(digest), digest);
    base64_encode_raw(text, sizeof(digest), digest);
    buf_printf(b,
               "<meta http-equiv=\"Content-Security-Policy\" content=\""
               "default-src 'none'; style-src 'unsafe-inline'; "
               "script-src 'sha256-%s'\">\n",
               text);
}

/* Filters work by style alone: an unticked box takes the marks and cards of
 * its class away. */
static void put_rule(struct buf *b, char kind, size_t n)
{
    buf_printf(b,
               "body:has(#%c%zu:not(:checked)) :is(a,u).%c%zu{background:"
               "none;box-shadow:none;border:0;cursor:auto}"
               "body:has(#%c%zu:not(:checked)) :is(a,u).%c%zu::before"
               "{content:none}"
               "body:has(#%c%zu:not(:checked)) li.%c%zu{display:none}\n",
               kind, n, kind, n, kind, n, kind, n, kind, n, kind, n);
}

static void put_box(struct buf *b, char kind, size_t n, const char *label,
                    size_t count)
{
    buf_printf(b,
               "<label><input type=checkbox checked id=%c%zu> %s "
               "<span class=dim>%zu</span></label>\n",
               kind, n, label, count);
}

static void put_head(struct buf *b, const struct writer_options *o,
                     const struct summary *s, const struct all *a)
{
    buf_puts(b, "<!doctype html>\n<html lang=en>\n<head>\n"
                "<meta charset=utf-8>\n<meta name=viewport "
                "content=\"width=device-width,initial-scale=1\">\n");
    put_policy(b);
    buf_printf(b,
               "<meta name=generator content=\"assay %s\">\n"
               "<title>assay: %zu report%s, %zu fail</title>\n<style>\n",
               o->version, s->reports, s->reports == 1 ? "" : "s",
               s->verdicts[VERDICT_FAIL]);
    buf_add(b, page_file("page.css"));
    for (size_t i = 0; i < o->engine->check_count; i++)
        if (a->checks[i] > 0)
            put_rule(b, 'k', i);
    for (size_t i = 0; i < CLAIM_VERDICTS; i++)
        if (a->claims[i] > 0)
            put_rule(b, 'v', i);
    buf_printf(b, "</style>\n</head>\n<body%s>\n",
               a->count > 8 ? " class=many" : "");
}

static void put_filters(struct buf *b, const struct writer_options *o,
                        const struct all *a)
{
    bool any = false;

    for (size_t i = 0; i < o->engine->check_count; i++)
        any = any || a->checks[i] > 0;
    if (any) {
        buf_puts(b, "<fieldset class=filters><legend>Checks</legend>\n");
        for (size_t i = 0; i < o->engine->check_count; i++)
            if (a->checks[i] > 0)
                put_box(b, 'k', i, o->engine->checks[i]->id, a->checks[i]);
        buf_puts(b, "</fieldset>\n");
    }
    any = false;
    for (size_t i = 0; i < CLAIM_EXEMPT; i++)
        any = any || a->claims[i] > 0;
    if (!any)
        return;
    buf_puts(b, "<fieldset class=filters><legend>Numbers</legend>\n");
    for (size_t i = 0; i < CLAIM_EXEMPT; i++)
        if (a->claims[i] > 0)
            put_box(b, 'v', i, claim_verdict_name[i], a->claims[i]);
    buf_puts(b, "</fieldset>\n");
}

/* A bar a report, as high as its score. */
static void put_plot(struct buf *b, const struct all *a)
{
    enum { HIGH = 100, LEFT = 34, WIDE = 640 };
    const size_t n = a->count < BARS ? a->count : BARS;
    const double step = (double)(WIDE - LEFT) / (double)n;
    const double width = step > 40 ? 32 : step * 0.8;

    buf_printf(b,
               "<figure class=scroll tabindex=0><svg width=%d height=%d "
               "viewBox=\"0 0 %d %d\" role=img aria-label=\"score of each "
               "report, 0 to 100\">\n",
               WIDE, HIGH + 20, WIDE, HIGH + 20);
    for (int y = 0; y <= 100; y += 50)
        buf_printf(b,
                   "<line class=grid x1=%d x2=%d y1=%d y2=%d />"
                   "<text x=2 y=%d>%d</text>\n",
                   LEFT, WIDE, HIGH + 10 - y, HIGH + 10 - y, HIGH + 14 - y, y);
    for (size_t i = 0; i < n; i++)
        if (a->at[i].score >= 0)
            buf_printf(b,
                       "<rect class=\"bar %s\" x=%.1f y=%d width=%.1f "
                       "height=%d><title>%d, %s</title></rect>\n",
                       verdict_name[a->at[i].verdict],
                       LEFT + step * (double)i + (step - width) / 2,
                       HIGH + 10 - a->at[i].score, width,
                       a->at[i].score > 0 ? a->at[i].score : 1, a->at[i].score,
                       verdict_name[a->at[i].verdict]);
    buf_puts(b, "</svg><figcaption class=dim>score of each report, in order"
                "</figcaption></figure>\n");
}

static void put_index(struct buf *b, const struct all *a)
{
    if (a->count > 1)
        put_plot(b, a);
    buf_puts(b, "<div class=scroll tabindex=0><table><thead><tr><th scope=col>"
                "report</th><th scope=col>verdict</th><th scope=col>score</th>"
                "<th scope=col>errors</th><th scope=col>warnings</th>"
                "<th scope=col>notes</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < a->count; i++)
        buf_add(b, a->at[i].row);
    buf_puts(b, "</tbody></table></div>\n");
}

static void put_body(struct buf *b, const struct writer_options *o,
                     const struct summary *s, const struct all *a)
{
    buf_printf(b,
               "<a class=skip href=\"#reports\">to the reports</a>\n"
               "<header><p class=dim>assay %s</p>\n<h1>%zu report%s: "
               "%zu pass, %zu warn, %zu fail</h1>\n",
               o->version, s->reports, s->reports == 1 ? "" : "s",
               s->verdicts[VERDICT_PASS], s->verdicts[VERDICT_WARN],
               s->verdicts[VERDICT_FAIL]);
    if (s->chance_match_rate >= 0)
        buf_printf(b,
                   "<p>Of numbers changed at random, %.1f %% would still "
                   "have been found in the data.</p>\n",
                   100 * s->chance_match_rate);
    buf_puts(b, "</header>\n<main>\n");
    put_index(b, a);
    buf_add(b, o->page_extra);
    put_filters(b, o, a);
    buf_puts(b, "<p class=\"dim keys\"><kbd>n</kbd> next finding, "
                "<kbd>p</kbd> previous <span id=at role=status></span></p>\n"
                "<div id=reports>\n");
    for (size_t i = 0; i < a->count; i++)
        buf_add(b, a->at[i].section);
    buf_printf(b,
               "</div>\n</main>\n<footer class=dim>rules "
               "<code>%.12s</code>. <a class=\"m e x\" href=\"#reports\">"
               "error</a> <a class=\"m w x\" href=\"#reports\">warning</a> "
               "<a class=\"m n x\" href=\"#reports\">note</a> "
               "<a class=\"m c x\" href=\"#reports\">number found in the "
               "data</a> <a class=\"m c u x\" href=\"#reports\">number not "
               "judged</a></footer>\n<script>",
               o->rules_sha256);
    buf_add(b, page_file("page.js"));
    buf_puts(b, "</script>\n</body>\n</html>\n");
}

static void html_finish(struct buf *b, const struct writer_options *o,
                        const struct summary *s, struct text collected)
{
    struct all a = { .count = 0 };
    size_t frames = 0;

    /* Frames hold sections with newlines, so their number is not known; each
     * is at least 16 bytes. */
    a.at = calloc(collected.len / 16 + 1, sizeof(*a.at));
    a.checks = calloc(o->engine->check_count + 1, sizeof(*a.checks));
    if (a.at != NULL && a.checks != NULL) {
        while (frames < collected.len)
            frames = read_frame(&a, o->engine->check_count, collected, frames);
        put_head(b, o, s, &a);
        put_body(b, o, s, &a);
    } else {
        buf_fail(b, ST_NOMEM);
    }
    free(a.at);
    free(a.checks);
}

const struct writer writer_html = {
    .name = "html",
    .summary = "the evidence page, one file: -o html:report.html",
    .report = html_report,
    .error = html_error,
    .finish = html_finish,
};
