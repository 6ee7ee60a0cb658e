#include "validator/text/markdown.h"

#include <md4c.h>

#include "validator/text/prose_line.h"
#include "validator/text/unclosed.h"

enum {
    ITEMS_MAX = 2000000,
    FENCE_DEPTH = 4,
    LIST_DEPTH = 255,
    INDENTED_LINES = 4 /* pieces of indented code that may be text */
};

struct parser {
    struct arena *a;
    struct error *err;
    enum status st;
    struct text src;
    size_t base; /* offset of the text that md4c is parsing */
    struct block *blocks;
    size_t block_count, block_cap;
    struct piece *pieces;
    size_t piece_count, piece_cap;
    uint32_t heading, tables, row, col;
    unsigned list_depth, quote_depth, fence_depth;
    unsigned flags; /* of md4c, beside the usual ones */
    bool ordered[LIST_DEPTH + 1];
    bool open;                             /* a block takes pieces */
    unsigned strong, emphasis, code, item; /* nesting counters */
    size_t code_at;                        /* first piece of the code span */
    bool header_row;
};

static void *room(struct parser *p, void *at, size_t count, size_t *cap,
                  size_t size)
{
    if (count < *cap)
        return at;
    const size_t wanted = *cap != 0 ? *cap * 2 : 64;
    void *fresh;

    if (wanted > ITEMS_MAX) {
        p->st = error_set(p->err, ST_LIMIT,
                          "more than %d Markdown blocks or pieces", ITEMS_MAX);
        return NULL;
    }
    fresh = arena_grow(p->a, at, count, wanted, size);
    if (fresh == NULL) {
        p->st = error_set(p->err, ST_NOMEM, "no memory for the Markdown tree");
        return NULL;
    }
    *cap = wanted;
    return fresh;
}

static struct block *add_block(struct parser *p, enum block_role role)
{
    struct block *grown =
        room(p, p->blocks, p->block_count, &p->block_cap, sizeof(*p->blocks));

    if (grown == NULL)
        return NULL;
    p->blocks = grown;
    struct block *b = &p->blocks[p->block_count++];

    *b = (struct block){
        .role = role,
        .level = (uint8_t)(p->list_depth < 255 ? p->list_depth : 255),
        .ordered = p->list_depth > 0 &&
                   p->ordered[p->list_depth <= LIST_DEPTH ? p->list_depth
                                                          : LIST_DEPTH],
        .quoted = p->quote_depth > 0,
        .fenced = p->fence_depth > 0,
        .first_piece = (uint32_t)p->piece_count,
        .heading = p->heading,
        .table = DOC_NONE,
    };
    p->open = true;
    return b;
}

static struct block *last_block(struct parser *p)
{
    return &p->blocks[p->block_count - 1];
}

static int add_piece(struct parser *p, enum piece_kind kind, struct span span)
{
    if (!p->open && add_block(p, BLOCK_PARAGRAPH) == NULL)
        return -1;
    struct piece *grown =
        room(p, p->pieces, p->piece_count, &p->piece_cap, sizeof(*p->pieces));
    struct block *b = last_block(p);

    if (grown == NULL)
        return -1;
    p->pieces = grown;
    p->pieces[p->piece_count++] =
        (struct piece){ span, kind, p->strong > 0, p->emphasis > 0 };
    b->span = b->pieces == 0 ? span : span_join(b->span, span);
    b->pieces++;
    return 0;
}

/* A block without pieces is dropped; one that is bold throughout is a
 * heading that the model wrote without `#`. */
static void close_block(struct parser *p)
{
    bool bold = true;

    if (!p->open)
        return;
    p->open = false;
    struct block *b = last_block(p);

    if (b->pieces == 0) {
        p->block_count--;
        return;
    }
    for (uint32_t i = 0; i < b->pieces; i++) {
        const struct piece *q = &p->pieces[b->first_piece + i];

        if (q->kind != PIECE_BREAK && !q->strong)
            bold = false;
    }
    if (b->role == BLOCK_PARAGRAPH && bold) {
        b->role = BLOCK_HEADING;
        b->level = 7;
    }
    if (b->role == BLOCK_HEADING)
        p->heading = (uint32_t)(p->block_count - 1);
}

static void table_cell(struct parser *p, enum block_role role)
{
    struct block *b = add_block(p, role);

    if (b == NULL)
        return;
    b->table = p->tables - 1;
    b->row = p->row;
    b->col = p->col++;
}

static int inside(const struct parser *p, const char *at, size_t len)
{
    return at >= p->src.ptr && len <= p->src.len &&
           (size_t)(at - p->src.ptr) <= p->src.len - len;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct parser *p = arg;

    switch (type) {
    case MD_BLOCK_QUOTE:
        p->quote_depth++;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        close_block(p); /* a tight item's text ends where its list begins */
        if (++p->list_depth <= LIST_DEPTH)
            p->ordered[p->list_depth] = type == MD_BLOCK_OL;
        break;
    case MD_BLOCK_LI:
        close_block(p);
        p->item++;
        add_block(p, BLOCK_LIST_ITEM);
        break;
    case MD_BLOCK_H: {
        close_block(p);
        struct block *b = add_block(p, BLOCK_HEADING);

        if (b != NULL)
            b->level = (uint8_t)((MD_BLOCK_H_DETAIL *)detail)->level;
        break;
    }
    case MD_BLOCK_CODE: {
        const MD_BLOCK_CODE_DETAIL *d = detail;

        close_block(p);
        struct block *b = add_block(p, BLOCK_CODE);

        if (b != NULL && inside(p, d->info.text, d->info.size))
            b->info = (struct text){ d->info.text, d->info.size };
        break;
    }
    case MD_BLOCK_HTML:
        close_block(p);
        add_block(p, BLOCK_HTML);
        break;
    case MD_BLOCK_P:
        close_block(p);
        add_block(p, p->item > 0 ? BLOCK_LIST_ITEM : BLOCK_PARAGRAPH);
        break;
    case MD_BLOCK_TABLE:
        close_block(p);
        p->tables++;
        p->row = 0;
        break;
    case MD_BLOCK_TR:
        p->col = 0;
        break;
    case MD_BLOCK_TH:
        table_cell(p, BLOCK_TABLE_HEAD);
        break;
    case MD_BLOCK_TD:
        table_cell(p, BLOCK_TABLE_CELL);
        break;
    default:
        break;
    }
    return p->st != ST_OK;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct parser *p = arg;

    (void)detail;
    switch (type) {
    case MD_BLOCK_QUOTE:
        p->quote_depth--;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        close_block(p);
        p->list_depth--;
        break;
    case MD_BLOCK_LI:
        close_block(p);
        p->item--;
        break;
    case MD_BLOCK_TR:
        p->row++;
        break;
    case MD_BLOCK_H:
    case MD_BLOCK_CODE:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        close_block(p);
        break;
    default:
        break;
    }
    return p->st != ST_OK;
}

static void add_target(struct parser *p, const MD_ATTRIBUTE *href)
{
    if (href->size > 0 && inside(p, href->text, href->size))
        (void)add_piece(
            p, PIECE_URL,
            (struct span){ (size_t)(href->text - p->src.ptr), href->size });
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
    struct parser *p = arg;

    (void)detail;
    p->strong += type == MD_SPAN_STRONG;
    p->emphasis += type == MD_SPAN_EM;
    p->code += type == MD_SPAN_CODE;
    p->code_at = p->piece_count;
    return p->st != ST_OK;
}

/* A backtick without a partner pairs with the next one, far off. */
static void close_code_span(struct parser *p)
{
    const size_t n = p->piece_count;

    if (p->code_at >= n ||
        !prose_in_span(text_sub(p->src, span_join(p->pieces[p->code_at].span,
                                                  p->pieces[n - 1].span))))
        return;
    for (size_t i = p->code_at; i < n; i++)
        if (p->pieces[i].kind == PIECE_CODE)
            p->pieces[i].kind = PIECE_TEXT;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
    struct parser *p = arg;

    p->strong -= type == MD_SPAN_STRONG;
    p->emphasis -= type == MD_SPAN_EM;
    p->code -= type == MD_SPAN_CODE;
    if (type == MD_SPAN_CODE)
        close_code_span(p);
    else if (type == MD_SPAN_A)
        add_target(p, &((MD_SPAN_A_DETAIL *)detail)->href);
    else if (type == MD_SPAN_IMG)
        add_target(p, &((MD_SPAN_IMG_DETAIL *)detail)->src);
    return p->st != ST_OK;
}

static const enum piece_kind kind_of[] = {
    [MD_TEXT_NORMAL] = PIECE_TEXT,   [MD_TEXT_NULLCHAR] = PIECE_TEXT,
    [MD_TEXT_BR] = PIECE_BREAK,      [MD_TEXT_SOFTBR] = PIECE_BREAK,
    [MD_TEXT_ENTITY] = PIECE_ENTITY, [MD_TEXT_CODE] = PIECE_CODE,
    [MD_TEXT_HTML] = PIECE_HTML,     [MD_TEXT_LATEXMATH] = PIECE_TEXT,
};

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size,
                   void *arg)
{
    struct parser *p = arg;

    if (!inside(p, text, size)) { /* a break, or filler that md4c made up */
        if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
            const size_t at = p->piece_count > 0
                                  ? span_end(p->pieces[p->piece_count - 1].span)
                                  : p->base;

            return p->open ? add_piece(p, PIECE_BREAK, (struct span){ at, 0 })
                           : 0;
        }
        return 0;
    }
    return add_piece(p, kind_of[type],
                     (struct span){ (size_t)(text - p->src.ptr), size });
}

/* Prose: an ATX heading of level 2 or more, or a bold run, or at least three
 * lines of which most end like a sentence and begin like one. */
static bool reads_as_prose(struct text t)
{
    size_t lines = 0, sentences = 0, heads = 0;

    for (size_t i = 0; i < t.len;) {
        size_t e = text_find(t, TEXT_LIT("\n"), i);
        struct text line;

        if (e > t.len)
            e = t.len;
        line = text_trim((struct text){ t.ptr + i, e - i });
        i = e + 1;
        if (line.len == 0)
            continue;
        lines++;
        heads += text_starts(line, TEXT_LIT("## ")) ||
                 text_starts(line, TEXT_LIT("### ")) ||
                 text_starts(line, TEXT_LIT("**"));
        sentences += line.len > 40 && line.ptr[line.len - 1] == '.' &&
                     (ascii_alpha(line.ptr[0]) || line.ptr[0] == '*' ||
                      line.ptr[0] == '-');
    }
    return lines > 0 && (heads >= 2 || (heads + sentences) * 2 > lines);
}

/* Raw HTML that holds Markdown's text: tags of a block or of the reader's own,
 * not what a program reads. */
static bool is_markup(struct text body)
{
    static const char *const raw[] = {
        "<!", "<?", "<script", "<pre", "<style", "<svg", "<math", "<textarea"
    };

    body = text_trim(body);
    for (size_t i = 0; i < sizeof(raw) / sizeof(*raw); i++) {
        const struct text tag = text_from(raw[i]);

        if (body.len >= tag.len &&
            text_eq_icase((struct text){ body.ptr, tag.len }, tag))
            return false;
    }
    return true;
}

/* A fence stands on the line before the code, blank lines aside. */
static bool is_fenced(const struct parser *p, const struct block *b)
{
    size_t e = b->span.off, s;

    while (e > 0 && ascii_space(p->src.ptr[e - 1]))
        e--;
    for (s = e; s > 0 && p->src.ptr[s - 1] != '\n';)
        s--;
    const struct text line = text_trim((struct text){ p->src.ptr + s, e - s });

    return text_starts(line, TEXT_LIT("```")) ||
           text_starts(line, TEXT_LIT("~~~"));
}

/* The block at index i is parsed once more, as what its content says: its
 * fence is transparent, it is HTML around text, or text that was indented. */
static bool open_fence(const struct parser *p, size_t i)
{
    const struct block *b = &p->blocks[i];
    const char before = b->span.off > 0 ? p->src.ptr[b->span.off - 1] : '\0';
    const struct text body = text_sub(p->src, b->span);

    if (b->role == BLOCK_HTML && b->pieces > 0)
        return (p->flags & MD_FLAG_NOHTMLBLOCKS) == 0 && is_markup(body);
    if (b->role != BLOCK_CODE || b->pieces == 0 ||
        p->fence_depth >= FENCE_DEPTH)
        return false;
    if (before != '\n') /* indented, or a fence in a list */
        return b->info.len == 0 && b->pieces >= INDENTED_LINES &&
               !is_fenced(p, b) && prose_fills(body);
    if (b->info.len > 0)
        return fence_is_markdown(b->info);
    return is_fenced(p, b) && (reads_as_prose(body) || prose_fills(body));
}

static int parse_at(struct parser *p, size_t off, size_t len)
{
    const MD_PARSER callbacks = {
        .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | p->flags,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = on_text,
    };
    const size_t base = p->base;

    if (len > UINT32_MAX) {
        p->st = error_set(p->err, ST_LIMIT, "larger than 4 GiB");
        return -1;
    }
    p->base = off;
    if (md_parse(p->src.ptr + off, (MD_SIZE)len, &callbacks, p) != 0 &&
        p->st == ST_OK)
        p->st = error_set(p->err, ST_NOMEM, "md4c: no memory");
    close_block(p);
    p->base = base;
    return p->st == ST_OK ? 0 : -1;
}

static void reparse(struct parser *p, const struct block *b)
{
    p->fence_depth += b->role == BLOCK_CODE;
    p->flags = b->role == BLOCK_HTML ? MD_FLAG_NOHTMLBLOCKS
               : p->src.ptr[b->span.off - (b->span.off > 0)] != '\n'
                   ? MD_FLAG_NOINDENTEDCODEBLOCKS
                   : 0;
    p->list_depth = p->quote_depth = p->item = 0;
    (void)parse_at(p, b->span.off, b->span.len);
}

/* The blocks from `from` on, with transparent fences replaced by their
 * content. Works on a copy because the content's blocks come in between. */
static void expand_fences(struct parser *p, size_t from)
{
    const size_t count = p->block_count - from;
    struct block *old;
    bool any = false;

    for (size_t i = from; i < p->block_count && !any; i++)
        any = open_fence(p, i);
    if (!any || p->st != ST_OK)
        return;
    old = arena_alloc(p->a, count, sizeof(*old));
    bool *opens = arena_alloc(p->a, count, sizeof(*opens));

    if (old == NULL || opens == NULL) {
        p->st = error_set(p->err, ST_NOMEM, "no memory for fences");
        return;
    }
    for (size_t i = 0; i < count; i++)
        opens[i] = open_fence(p, from + i);
    memcpy(old, p->blocks + from, count * sizeof(*old));
    p->block_count = from;
    uint32_t heading = DOC_NONE;
    size_t heading_was = SIZE_MAX;

    for (size_t i = 0; i < count && p->st == ST_OK; i++) {
        if (opens[i]) {
            const size_t first = p->block_count;

            p->heading = heading;
            reparse(p, &old[i]);
            expand_fences(p, first);
            p->fence_depth -= old[i].role == BLOCK_CODE;
            p->flags = 0;
            heading = p->heading;
            continue;
        }
        struct block *b = add_block(p, old[i].role);

        if (b == NULL)
            return;
        p->open = false;
        *b = old[i];
        if (b->heading != DOC_NONE &&
            (b->heading == heading_was || b->heading >= from))
            b->heading = heading;
        if (b->role == BLOCK_HEADING) {
            heading_was = from + i;
            heading = (uint32_t)(p->block_count - 1);
        }
    }
    p->heading = heading;
}

/* `---`, key: value lines, `---`: only at byte 0. */
static size_t front_matter_end(struct text t)
{
    size_t i = 4, lines = 0;

    if (!text_starts(t, TEXT_LIT("---\n")))
        return 0;
    while (i < t.len && lines++ < 200) {
        size_t e = text_find(t, TEXT_LIT("\n"), i);
        const struct text line = { t.ptr + i, (e > t.len ? t.len : e) - i };

        if (e > t.len)
            return 0;
        if (text_eq(text_trim(line), TEXT_LIT("---")))
            return lines > 1 ? e + 1 : 0;
        if (memchr(line.ptr, ':', line.len) == NULL &&
            !text_starts(line, TEXT_LIT(" ")) &&
            !text_starts(line, TEXT_LIT("-")) &&
            !text_starts(line, TEXT_LIT("#")))
            return 0;
        i = e + 1;
    }
    return 0;
}

static void parse_stretches(struct parser *p, const struct stretches *s)
{
    for (size_t i = 0; i < s->count && p->st == ST_OK; i++) {
        p->fence_depth = s->at[i].fenced;
        (void)parse_at(p, s->at[i].span.off, s->at[i].span.len);
    }
    p->fence_depth = 0;
}

enum status doc_parse(struct doc *out, struct text src, struct arena *a,
                      struct error *err)
{
    struct parser *p = arena_alloc(a, 1, sizeof(*p));
    struct stretches parts = { .count = 0 };
    size_t start;

    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for the Markdown parser");
    p->a = a;
    p->err = err;
    p->src = src;
    p->heading = DOC_NONE;
    if (src.ptr == NULL)
        p->src.ptr = "";
    start = front_matter_end(src);
    if (start > 0 && add_block(p, BLOCK_FRONT_MATTER) != NULL) {
        (void)add_piece(p, PIECE_CODE, (struct span){ 0, start });
        close_block(p);
    }
    if (p->st == ST_OK)
        p->st = stretches_find(&parts, p->src, start, a, err);
    if (p->st == ST_OK)
        parse_stretches(p, &parts);
    if (p->st == ST_OK)
        expand_fences(p, 0);
    *out = (struct doc){
        p->src,         p->blocks,      p->block_count,      p->pieces,
        p->piece_count, parts.unclosed, parts.unclosed_count
    };
    return p->st;
}
