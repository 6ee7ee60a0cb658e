/* A report as HTML from its blocks and pieces; nothing of it is ever markup of
 * the page: links, images and raw HTML are shown as text. */
#include <stdlib.h>

#include "validator/base/utf8.h"
#include "validator/output/html.h"

enum { LEVELS = 64, ACTIVE = 64 }; /* nested lists; marks over one byte */

/* No line of the page begins with "::" or "##[": it may end up in a log. */
static void put_line_text(struct buf *b, struct text visible)
{
    const bool fresh = b->len == 0 || b->ptr[b->len - 1] == '\n';

    if (fresh && visible.len > 0 &&
        (visible.ptr[0] == ':' || visible.ptr[0] == '#')) {
        buf_printf(b, "&#%d;", visible.ptr[0]);
        visible = (struct text){ visible.ptr + 1, visible.len - 1 };
    }
    xml_escape(b, visible);
}

void html_text(struct buf *b, struct text t)
{
    struct buf v = { .max = 0 };
    size_t from = 0;

    for (size_t i = 0; i <= t.len; i++) {
        if (i < t.len && t.ptr[i] != '\n' && t.ptr[i] != '\t')
            continue;
        buf_clear(&v);
        for (size_t k = from; k < i;) { /* piecewise: no log commands here */
            const size_t at = k;

            while (k < i && t.ptr[k] >= 0x20 && t.ptr[k] < 0x7f)
                k++;
            buf_add(&v, (struct text){ t.ptr + at, k - at });
            if (k < i) {
                const size_t c = k;

                (void)utf8_next((struct text){ t.ptr, i }, &k);
                buf_visible(&v, (struct text){ t.ptr + c, k - c }, 4);
            }
        }
        put_line_text(b, buf_text(&v));
        if (i < t.len)
            buf_putc(b, t.ptr[i]);
        from = i + 1;
    }
    buf_end(&v, b);
}

/* ---- marks ---- */

struct sweep {
    struct html *h;
    size_t next; /* the first mark not yet admitted */
    struct mark *active[ACTIVE];
    size_t count;
};

/* The innermost: the last to begin, and a finding before a number. */
static struct mark *innermost(const struct sweep *s)
{
    struct mark *best = NULL;

    for (size_t i = 0; i < s->count; i++)
        if (best == NULL || s->active[i]->finding != NULL ||
            best->finding == NULL)
            best = s->active[i];
    return best;
}

static size_t check_number(const struct html *h, const struct finding *f)
{
    size_t i = 0;

    while (i < h->r->check_count && h->r->checks[i].check != f->check)
        i++;
    return i;
}

static const char *claim_class(const struct audited_claim *c)
{
    return c->verdict == CLAIM_SUPPORTED || c->verdict == CLAIM_DERIVED ? "c"
                                                                        : "c u";
}

/* The first part of a mark with a card is its anchor and a link; all other
 * parts are a short element, because there may be ten thousand of them. */
static bool open_mark(struct sweep *s, struct mark *m)
{
    struct buf *b = s->h->b;
    const bool link = m->card && !m->placed;

    buf_puts(b, link ? "<a class=\"m " : "<u class=\"");
    if (m->finding != NULL)
        buf_printf(b, "%c k%zu", html_letter[m->finding->severity],
                   check_number(s->h, m->finding));
    else
        buf_puts(b, claim_class(m->claim));
    if (m->claim != NULL)
        buf_printf(b, " v%d", (int)m->claim->verdict);
    buf_puts(b, m->placed ? " x\"" : "\"");
    if (link)
        buf_printf(b, " id=r%zuf%zu href=#r%zue%zu", s->h->nth, m->id,
                   s->h->nth, m->id);
    buf_putc(b, '>');
    m->placed = true;
    return link;
}

/* A mark of no visible character: a sign alone. */
static void point_mark(struct sweep *s, struct mark *m)
{
    if (m->placed)
        return;
    buf_puts(s->h->b, open_mark(s, m) ? "&#8288;</a>" : "&#8288;</u>");
}

static void drop_ended(struct sweep *s, size_t pos)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (span_end(s->active[i]->span) > pos)
            s->active[kept++] = s->active[i];
        else
            point_mark(s, s->active[i]);
    }
    s->count = kept;
}

static void admit(struct sweep *s, size_t pos)
{
    while (s->next < s->h->count && s->h->marks[s->next].span.off <= pos) {
        struct mark *m = &s->h->marks[s->next++];

        if (span_end(m->span) <= pos || s->count == ACTIVE)
            point_mark(s, m);
        else
            s->active[s->count++] = m;
    }
}

static size_t boundary(const struct sweep *s, size_t pos, size_t end)
{
    if (s->next < s->h->count && s->h->marks[s->next].span.off < end)
        end = s->h->marks[s->next].span.off;
    for (size_t i = 0; i < s->count; i++)
        if (span_end(s->active[i]->span) < end)
            end = span_end(s->active[i]->span);
    return end > pos ? end : pos + 1;
}

static void put_span(struct sweep *s, struct span span)
{
    for (size_t pos = span.off; pos < span_end(span);) {
        drop_ended(s, pos);
        admit(s, pos);
        const size_t end = boundary(s, pos, span_end(span));
        struct mark *m = innermost(s);
        const struct text t = { s->h->r->report.bytes.ptr + pos, end - pos };

        for (size_t i = 0; i < s->count; i++) /* those around it */
            if (s->active[i] != m && !s->active[i]->placed)
                point_mark(s, s->active[i]);
        const bool link = m != NULL && open_mark(s, m);

        html_text(s->h->b, t);
        if (m != NULL)
            buf_puts(s->h->b, link ? "</a>" : "</u>");
        pos = end;
    }
}

/* ---- blocks ---- */

struct page {
    struct sweep sweep;
    const struct doc *d;
    char list[LEVELS]; /* 'u' or 'o' of each open list */
    size_t levels;
    bool quoted, templated;
    uint32_t table, row, col; /* table: DOC_NONE when none is open */
    bool head_open;
};

static void put_piece(struct page *p, const struct piece *piece)
{
    static const struct {
        const char *open, *close;
    } around[] = {
        [PIECE_TEXT] = { "", "" },
        [PIECE_CODE] = { "<code>", "</code>" },
        [PIECE_URL] = { "<span class=raw>(", ")</span>" },
        [PIECE_HTML] = { "<code class=raw>", "</code>" },
        [PIECE_ENTITY] = { "", "" },
        [PIECE_BREAK] = { "<br>", "" },
    };
    struct buf *b = p->sweep.h->b;

    buf_puts(b, piece->strong ? "<strong>" : "");
    buf_puts(b, piece->emphasis ? "<em>" : "");
    buf_puts(b, around[piece->kind].open);
    if (piece->kind != PIECE_BREAK)
        put_span(&p->sweep, piece->span);
    buf_puts(b, around[piece->kind].close);
    buf_puts(b, piece->emphasis ? "</em>" : "");
    buf_puts(b, piece->strong ? "</strong>" : "");
}

static void put_pieces(struct page *p, const struct block *block)
{
    const struct piece *at = p->d->pieces + block->first_piece;

    for (uint32_t i = 0; i < block->pieces; i++) {
        if (at[i].kind == PIECE_BREAK && at[i].span.len > 0 &&
            i + 1 < block->pieces)
            buf_putc(p->sweep.h->b, '\n');
        if (at[i].kind != PIECE_BREAK)
            put_piece(p, &at[i]);
        else if (at[i].span.len == 0)
            buf_putc(p->sweep.h->b, '\n');
    }
}

static void put_lines(struct page *p, const struct block *block)
{
    const struct piece *at = p->d->pieces + block->first_piece;
    struct buf *b = p->sweep.h->b;
    const struct text src = p->d->src;

    buf_puts(b, "<pre>");
    for (uint32_t i = 0; i < block->pieces; i++) {
        const size_t end = span_end(at[i].span);

        put_span(&p->sweep, at[i].span);
        if (i + 1 < block->pieces && end > 0 && src.ptr[end - 1] != '\n' &&
            at[i + 1].span.off > end)
            buf_putc(b, '\n');
    }
    buf_puts(b, "</pre>\n");
}

static void close_lists(struct page *p, size_t levels)
{
    while (p->levels > levels)
        buf_printf(p->sweep.h->b, "</li></%cl>", p->list[--p->levels]);
}

static void close_table(struct page *p)
{
    if (p->table == DOC_NONE)
        return;
    buf_puts(p->sweep.h->b, "</tr></table></div>\n");
    p->table = DOC_NONE;
}

static void close_all(struct page *p)
{
    close_lists(p, 0);
    close_table(p);
    buf_puts(p->sweep.h->b, p->quoted ? "</blockquote>" : "");
    p->quoted = false;
}

static void put_item(struct page *p, const struct block *block)
{
    struct buf *b = p->sweep.h->b;
    const char kind = block->ordered ? 'o' : 'u';
    const size_t level =
        block->level < LEVELS ? (block->level > 0 ? block->level : 1) : LEVELS;

    close_lists(p, level);
    if (p->levels == level && p->list[level - 1] != kind)
        close_lists(p, level - 1);
    if (p->levels == level)
        buf_puts(b, "</li>");
    while (p->levels < level) {
        p->list[p->levels++] = kind;
        buf_printf(b, "<%cl>", kind);
        if (p->levels < level)
            buf_puts(b, "<li>");
    }
    buf_puts(b, "<li>");
    put_pieces(p, block);
}

static void put_cell(struct page *p, const struct block *block)
{
    struct buf *b = p->sweep.h->b;
    const bool head = block->role == BLOCK_TABLE_HEAD;

    if (p->table != block->table) {
        close_table(p);
        buf_puts(b, "<div class=scroll tabindex=0><table><tr>");
        p->table = block->table;
        p->row = block->row;
        p->col = 0;
    }
    if (p->row != block->row) {
        buf_puts(b, "</tr>\n<tr>");
        p->row = block->row;
        p->col = 0;
    }
    for (; p->col < block->col && p->col < 1000; p->col++)
        buf_puts(b, "<td></td>");
    buf_puts(b, head ? "<th scope=col>" : "<td>");
    put_pieces(p, block);
    buf_puts(b, head ? "</th>" : "</td>");
    p->col = block->col + 1;
}

static bool is_cell(const struct block *block)
{
    return block->role == BLOCK_TABLE_CELL || block->role == BLOCK_TABLE_HEAD;
}

/* What the template wrote is set apart by a dotted line. */
static void set_author(struct page *p, const struct block *block)
{
    const bool t = report_author(&p->sweep.h->r->report, block->span.off) ==
                   AUTHOR_TEMPLATE;

    if (t == p->templated)
        return;
    close_all(p);
    buf_puts(p->sweep.h->b,
             t ? "<div class=t title=\"written by the template: not judged\">"
               : "</div>");
    p->templated = t;
}

static void put_block(struct page *p, const struct block *block)
{
    struct buf *b = p->sweep.h->b;

    set_author(p, block);
    if (p->quoted != block->quoted) {
        close_all(p);
        buf_puts(b, block->quoted ? "<blockquote>" : "");
        p->quoted = block->quoted;
    }
    if (!is_cell(block))
        close_table(p);
    if (block->role != BLOCK_LIST_ITEM)
        close_lists(p, 0);
    switch (block->role) {
    case BLOCK_HEADING:
        buf_printf(b, "<p class=\"h h%u\">", (unsigned)block->level);
        put_pieces(p, block);
        buf_puts(b, "</p>\n");
        break;
    case BLOCK_LIST_ITEM:
        put_item(p, block);
        break;
    case BLOCK_TABLE_HEAD:
    case BLOCK_TABLE_CELL:
        put_cell(p, block);
        break;
    case BLOCK_CODE:
    case BLOCK_HTML:
    case BLOCK_FRONT_MATTER:
        put_lines(p, block);
        break;
    case BLOCK_PARAGRAPH:
        buf_puts(b, "<p>");
        put_pieces(p, block);
        buf_puts(b, "</p>\n");
        break;
    }
}

void html_document(struct html *h)
{
    struct page p = { .sweep = { .h = h },
                      .d = &h->r->report.doc,
                      .table = DOC_NONE };

    for (size_t i = 0; i < p.d->block_count; i++)
        put_block(&p, &p.d->blocks[i]);
    close_all(&p);
    drop_ended(&p.sweep, SIZE_MAX);
    admit(&p.sweep, SIZE_MAX);
    buf_puts(h->b, p.templated ? "</div>\n" : "");
}
