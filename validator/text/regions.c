#include "validator/text/regions.h"

#include <stdlib.h>

struct list {
    struct span *at;
    size_t count, cap;
    struct arena *a;
    bool failed;
};

static void add(struct list *l, struct span s)
{
    if (s.len == 0 || l->failed)
        return;
    if (l->count == l->cap) {
        const size_t cap = l->cap != 0 ? l->cap * 2 : 64;
        struct span *p = arena_grow(l->a, l->at, l->count, cap, sizeof(*p));

        if (p == NULL) {
            l->failed = true;
            return;
        }
        l->at = p;
        l->cap = cap;
    }
    l->at[l->count++] = s;
}

static bool has_prefix(struct text t, size_t at, struct text p)
{
    return t.len - at >= p.len &&
           text_eq_icase((struct text){ t.ptr + at, p.len }, p);
}

/* Comments and code-like elements, whole. One that never ends reaches to the
 * end of its paragraph: an open tag must not hide the rest of the report. */
static void add_elements(struct list *l, struct text t, size_t from, size_t to)
{
    static const struct {
        const char *open, *close;
    } elements[] = {
        { "<!--", "-->" },       { "<pre", "</pre" },
        { "<code", "</code" },   { "<kbd", "</kbd" },
        { "<samp", "</samp" },   { "<script", "</script" },
        { "<style", "</style" }, { "<svg", "</svg" },
    };
    size_t i = from;

    while (i < to) {
        const char *p = memchr(t.ptr + i, '<', to - i);
        size_t k = 0;

        if (p == NULL)
            return;
        i = (size_t)(p - t.ptr);
        while (k < sizeof(elements) / sizeof(*elements) &&
               !has_prefix(t, i, text_from(elements[k].open)))
            k++;
        if (k == sizeof(elements) / sizeof(*elements)) {
            i++;
            continue;
        }
        const struct text rest = { t.ptr, to };
        size_t end = text_find(rest, text_from(elements[k].close), i);
        const size_t blank = text_find(rest, TEXT_LIT("\n\n"), i);

        if (end > to)
            end = blank > to ? to : blank;
        add(l, span_between(i, end));
        i = end > i ? end : i + 1;
    }
}

static struct span line_at(struct text t, size_t from, size_t end)
{
    size_t to = from;

    while (to < end && t.ptr[to] != '\n')
        to++;
    return span_between(from, to);
}

static bool is_fence(struct text line)
{
    line = text_trim(line);
    return text_starts(line, TEXT_LIT("```")) ||
           text_starts(line, TEXT_LIT("~~~"));
}

/* `## Heading`; one `#` is a comment in too many languages. */
static bool is_heading(struct text line)
{
    size_t n = 0;

    while (n < line.len && line.ptr[n] == '#')
        n++;
    return n >= 2 && n <= 6 && n + 1 < line.len && line.ptr[n] == ' ';
}

static bool is_sentence(struct text line)
{
    enum { WORDS = 4 };
    size_t words = 0;

    line = text_trim(line);
    for (size_t i = 1; i < line.len; i++)
        words += line.ptr[i] == ' ' && line.ptr[i - 1] != ' ';
    return words + 1 >= WORDS && line.ptr[0] >= 'A' && line.ptr[0] <= 'Z' &&
           strchr(".!?:>", line.ptr[line.len - 1]) != NULL;
}

/* Where the code of a fence that never closes ends: at a heading behind a
 * blank line, or, without a label, at a sentence there. Such a fence is often
 * a closing one whose opening stands behind text on its line. */
static size_t unclosed_end(struct text t, struct span code, bool labelled)
{
    bool blank = true;

    for (size_t i = code.off; i < span_end(code);) {
        const struct span l = line_at(t, i, span_end(code));
        const struct text line = text_sub(t, l);

        if (blank && (is_heading(line) || (!labelled && is_sentence(line))))
            return i;
        blank = text_trim(line).len == 0;
        i = span_end(l) + 1;
    }
    return span_end(code);
}

static bool is_closed(struct text t, struct span code)
{
    const size_t end = span_end(code);
    size_t i = end;

    while (i < t.len && t.ptr[i] == '\n')
        i++;
    return is_fence(text_sub(t, line_at(t, i, t.len))) ||
           (end > 0 && i > 0 &&
            text_trim((struct text){ t.ptr + end, t.len - end }).len > 0);
}

/* The line before the code, blank lines aside, is a fence. */
static bool is_fenced(struct text t, struct span code)
{
    size_t from = code.off;

    while (from > 0 && ascii_space(t.ptr[from - 1]))
        from--;
    while (from > 0 && t.ptr[from - 1] != '\n')
        from--;
    return is_fence(text_sub(t, line_at(t, from, code.off)));
}

static void add_code(struct list *l, const struct doc *doc,
                     const struct block *b)
{
    struct span s = b->span;

    if (is_fenced(doc->src, s) && !is_closed(doc->src, s))
        s = span_between(s.off, unclosed_end(doc->src, s, b->info.len > 0));
    add(l, s);
}

static int by_offset(const void *pa, const void *pb)
{
    const struct span *a = pa, *b = pb;

    return a->off != b->off ? (a->off < b->off ? -1 : 1) : 0;
}

static void merge(struct list *l)
{
    size_t n = 0;

    if (l->count == 0)
        return;
    qsort(l->at, l->count, sizeof(*l->at), by_offset);
    for (size_t i = 1; i < l->count; i++)
        if (l->at[i].off <= span_end(l->at[n]))
            l->at[n] = span_join(l->at[n], l->at[i]);
        else
            l->at[++n] = l->at[i];
    l->count = n + 1;
}

enum status regions_code(struct spans *out, const struct doc *doc,
                         struct arena *a, struct error *err)
{
    struct list l = { .a = a };

    for (size_t i = 0; i < doc->block_count; i++) {
        const struct block *b = &doc->blocks[i];

        if (b->role == BLOCK_CODE) {
            add_code(&l, doc, b);
            continue;
        }
        for (uint32_t k = 0; k < b->pieces; k++) {
            const struct piece *p = &doc->pieces[b->first_piece + k];

            if (p->kind == PIECE_URL ||
                (p->kind == PIECE_CODE && b->role != BLOCK_FRONT_MATTER))
                add(&l, p->span);
        }
    }
    if (memchr(doc->src.ptr, '<', doc->src.len) != NULL)
        add_elements(&l, doc->src, 0, doc->src.len);
    if (l.failed)
        return error_set(err, ST_NOMEM, "no memory for code regions");
    merge(&l);
    *out = (struct spans){ l.at, l.count };
    return ST_OK;
}

bool spans_hold(const struct spans *s, size_t off)
{
    size_t lo = 0, hi = s->count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (span_end(s->at[mid]) <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->count && s->at[lo].off <= off;
}
