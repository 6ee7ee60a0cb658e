#include "validator/text/unclosed.h"

#include "validator/text/prose_line.h"

enum {
    ITEMS_DEEP = 32,   /* nested list items that are followed */
    QUOTES_DEEP = 255, /* nested block quotes */
    REREAD = 4,        /* times the text: bytes read again after a cut */
    /* Both measured: docs/measured/unclosed.md. */
    MASS = 2,  /* a heading and a line of prose: no program holds them */
    AFTER = 40 /* lines behind a fence that are looked at */
};

struct list {
    struct arena *a;
    struct stretch *at;
    size_t count, cap;
    struct unclosed *open;
    size_t open_count, open_cap;
    bool failed;
};

struct scan {
    struct text t; /* up to the end of what is looked at */
    struct list out;
    size_t at;   /* the next line */
    size_t from; /* where the stretch begins */
    size_t wrap_at,
        after; /* of a ```markdown fence: its last line, and behind */
    bool wrapped;
    bool html;                /* in a block that a blank line ends */
    size_t items[ITEMS_DEEP]; /* columns of the contents of open items */
    size_t depth;
    size_t budget;
    bool no_end[8]; /* raw HTML of that kind closes nowhere below */
};

struct row { /* one line */
    size_t off, next;
    size_t quotes, indent; /* markers; columns behind them */
    struct text body;      /* trimmed */
};

static void add_stretch(struct list *l, struct stretch s)
{
    if (s.span.len == 0 || l->failed)
        return;
    if (l->count == l->cap) {
        const size_t cap = l->cap != 0 ? 2 * l->cap : 8;
        struct stretch *p = arena_grow(l->a, l->at, l->count, cap, sizeof(*p));

        l->failed = p == NULL;
        if (p == NULL)
            return;
        l->at = p;
        l->cap = cap;
    }
    l->at[l->count++] = s;
}

static void add_unclosed(struct list *l, struct unclosed u)
{
    if (l->failed)
        return;
    if (l->open_count == l->open_cap) {
        const size_t cap = l->open_cap != 0 ? 2 * l->open_cap : 8;
        struct unclosed *p =
            arena_grow(l->a, l->open, l->open_count, cap, sizeof(*p));

        l->failed = p == NULL;
        if (p == NULL)
            return;
        l->open = p;
        l->open_cap = cap;
    }
    l->open[l->open_count++] = u;
}

/* A new stretch begins at `off`; what lies before `until` is its own. */
static void cut(struct scan *s, size_t until, size_t off)
{
    add_stretch(&s->out,
                (struct stretch){ span_between(s->from, until), s->wrapped });
    s->from = off;
}

static struct row row_at(struct text t, size_t off, size_t quotes)
{
    const size_t nl = text_find(t, TEXT_LIT("\n"), off);
    const size_t end = nl < t.len ? nl : t.len;
    struct row r = { .off = off, .next = nl < t.len ? nl + 1 : t.len };
    size_t i = off;

    for (;; i++) {
        if (i < end && t.ptr[i] == '\t')
            r.indent += 4 - r.indent % 4;
        else if (i < end && t.ptr[i] == ' ')
            r.indent++;
        else if (i < end && t.ptr[i] == '>' && r.indent < 4 &&
                 r.quotes < quotes) {
            r.quotes++;
            r.indent = 0;
            if (i + 1 < end && t.ptr[i + 1] == ' ')
                i++;
        } else {
            break;
        }
    }
    r.body = text_trim((struct text){ t.ptr + i, end - i });
    return r;
}

static size_t content_column(const struct scan *s)
{
    return s->depth > 0 ? s->items[s->depth - 1] : 0;
}

/* Columns of a list marker and the blanks behind it; 0: none. */
static size_t item_width(struct text t)
{
    size_t n = 0, blanks = 0;

    if (t.len > 0 && strchr("-*+", t.ptr[0]) != NULL)
        n = 1;
    else
        while (n < t.len && n < 9 && ascii_digit(t.ptr[n]))
            n++;
    if (n > 0 && ascii_digit(t.ptr[0])) {
        if (n == t.len || (t.ptr[n] != '.' && t.ptr[n] != ')'))
            return 0;
        n++;
    }
    while (n > 0 && n + blanks < t.len && t.ptr[n + blanks] == ' ')
        blanks++;
    if (n == 0 || blanks == 0)
        return 0;
    return blanks > 4 ? n + 1 : n + blanks;
}

/* Leaves the list items that the line is not in and enters those it begins;
 * r->body is then what stands behind the markers. */
static void follow_items(struct scan *s, struct row *r)
{
    size_t width;

    while (s->depth > 0 && r->indent < s->items[s->depth - 1])
        s->depth--;
    while (s->depth < ITEMS_DEEP && r->indent < content_column(s) + 4 &&
           (width = item_width(r->body)) > 0) {
        r->indent += width;
        r->body = text_trim(
            (struct text){ r->body.ptr + width, r->body.len - width });
        s->items[s->depth++] = r->indent;
    }
}

/* A label of something that may hold sentences. */
static bool holds_text(struct text info)
{
    static const char *const labels[] = {
        "",       "text",   "txt", "plain",      "plaintext", "log",   "logs",
        "prompt", "md",     "mdx", "rst",        "adoc",      "org",   "tex",
        "latex",  "html",   "xml", "diff",       "patch",     "eml",   "email",
        "output", "yaml",   "yml", "console",    "markdown",  "jinja", "jinja2",
        "j2",     "liquid", "hbs", "handlebars", "mustache",  "erb",   "ejs",
        "vue",    "svelte",
    };

    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (text_eq_icase(info, text_from(labels[i])))
            return true;
    return false;
}

/* What was seen inside a fence. */
struct inside {
    size_t evidence;    /* where text begins, or SIZE_MAX */
    bool headed;        /* at a heading */
    bool opener;        /* a labelled fence stands behind it */
    bool heredoc;       /* a shell's here-document before it */
    bool in_string;     /* a string of several lines is open before it */
    bool in_comment;    /* or a block comment */
    size_t prose, code; /* lines behind it */
};

/* Times that `mark` stands in a line. */
static size_t count_mark(struct text line, struct text mark)
{
    size_t n = 0;

    for (size_t i = 0; (i = text_find(line, mark, i)) < line.len; i += mark.len)
        n++;
    return n;
}

/* What program text can hold text in: a program is not judged by its grammar,
 * so an odd number of marks in a line opens or closes. */
static void follow_literals(struct inside *in, struct text line)
{
    static const char *const quotes[] = { "\"", "'''", "`", "[[", "]]" };
    size_t marks = 0;

    for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
        marks += count_mark(line, text_from(quotes[i]));
    in->in_string ^= marks % 2 == 1;
    in->in_comment |=
        text_starts(line, TEXT_LIT("/*")); /* in "x/..." it is a path */
    in->in_comment &= count_mark(line, TEXT_LIT("*/")) == 0;
    in->heredoc |= count_mark(line, TEXT_LIT("<<")) > 0;
}

static void look_inside(struct scan *s, struct inside *in, const struct row *r,
                        const struct fence_run *open, bool blank)
{
    const size_t begin = (size_t)(r->body.ptr - s->t.ptr);
    struct fence_run f;

    if (in->evidence == SIZE_MAX) {
        const enum prose_evidence e = blank && r->indent < content_column(s) + 4
                                          ? prose_begins(s->t, begin, s->t.len)
                                          : PROSE_NONE;

        if (e == PROSE_NONE) {
            follow_literals(in, r->body);
            return;
        }
        in->evidence = r->indent < 4 ? r->off : begin;
        in->headed = e == PROSE_HEADED;
    }
    const enum line_kind kind = line_look(r->body).kind;

    in->opener |= kind == LINE_FENCE && fence_run(r->body, &f) &&
                  f.c == open->c && f.len >= open->len && f.info.len > 0;
    in->prose += kind >= LINE_SENTENCE && kind <= LINE_TABLE;
    in->code += kind == LINE_CODE;
}

/* Code stands behind a fence's last line, up to the next one: that line opens
 * it, and the text before was outside. */
static bool code_follows(const struct scan *s, size_t at)
{
    size_t code = 0;

    for (size_t i = 0; i < AFTER && at < s->t.len; i++) {
        const struct row r = row_at(s->t, at, QUOTES_DEEP);
        const enum line_kind kind = line_look(r.body).kind;

        at = r.next;
        if (kind == LINE_FENCE)
            return code > 0;
        if (kind != LINE_BLANK && kind != LINE_CODE)
            return false;
        code += kind == LINE_CODE;
    }
    return false;
}

/* A fence that closes, but has swallowed text on the way. */
static bool swallowed(const struct scan *s, const struct inside *in,
                      const struct fence_run *open, size_t behind)
{
    if (in->evidence == SIZE_MAX)
        return false;
    if (in->opener)
        return true;
    if (!in->headed || in->heredoc || in->in_string || in->in_comment ||
        holds_text(open->info))
        return false;
    return code_follows(s, behind) ||
           (in->prose >= MASS && in->code * 5 <= in->prose);
}

static bool closes(const struct fence_run *open, const struct row *r)
{
    struct fence_run f;

    return fence_run(r->body, &f) && f.c == open->c && f.len >= open->len &&
           f.info.len == 0;
}

/* Markdown goes on at `off`, inside of what `opener` opened. */
static void resume(struct scan *s, struct span opener, size_t off, size_t read)
{
    add_unclosed(&s->out, (struct unclosed){ opener, off });
    cut(s, off, off);
    s->budget -= read - off < s->budget ? read - off : s->budget;
    s->at = off;
    while (s->at > 0 && s->t.ptr[s->at - 1] != '\n')
        s->at--; /* the line once more, for its own marks */
    s->html = false;
}

static struct span span_of(const struct scan *s, struct text t)
{
    return (struct span){ (size_t)(t.ptr - s->t.ptr), t.len };
}

/* From behind a fence's first line to where it ends, or where the text that it
 * holds begins. */
static void pass_fence(struct scan *s, const struct row *first,
                       const struct fence_run *open)
{
    struct inside in = { .evidence = SIZE_MAX };
    bool blank = true;

    while (s->at < s->t.len) {
        const struct row r = row_at(s->t, s->at, first->quotes);

        if (r.quotes < first->quotes ||
            (r.body.len > 0 && r.indent < content_column(s)))
            return; /* the list item or the quote that holds it ends */
        s->at = r.next;
        if (closes(open, &r)) {
            if (swallowed(s, &in, open, r.next))
                resume(s, span_of(s, first->body), in.evidence, r.next);
            return;
        }
        if (r.body.len > 0)
            look_inside(s, &in, &r, open, blank);
        blank = r.body.len == 0;
        if (s->budget == 0 && in.evidence != SIZE_MAX)
            break;
    }
    if (in.evidence != SIZE_MAX)
        resume(s, span_of(s, first->body), in.evidence, s->at);
}

/* The line that ends a ```markdown fence, though other fences stand in it; its
 * `next` is 0 when none does. A bare fence that is followed by code up to the
 * next one opens that code. */
static struct row wrapper_end(const struct scan *s,
                              const struct fence_run *open)
{
    bool inner = false;
    size_t at = s->at;

    while (at < s->t.len) {
        const struct row r = row_at(s->t, at, 0);
        struct fence_run f;

        at = r.next;
        if (!fence_run(r.body, &f) || f.c != open->c || f.len < open->len)
            continue;
        if (inner)
            inner = f.info.len > 0;
        else if (f.info.len > 0 || code_follows(s, r.next))
            inner = true;
        else
            return r;
    }
    return (struct row){ .off = s->t.len };
}

static void enter_wrapper(struct scan *s, const struct row *first,
                          const struct fence_run *open)
{
    const struct row last = wrapper_end(s, open);

    cut(s, first->off, s->at);
    s->wrapped = true;
    s->wrap_at = last.off;
    s->after = last.next != 0 ? last.next : s->t.len;
    s->depth = 0;
    s->html = false;
}

static void leave_wrapper(struct scan *s)
{
    cut(s, s->wrap_at, s->after);
    s->at = s->after;
    s->wrapped = false;
    s->depth = 0;
}

/* HTML that CommonMark takes as it is up to a mark of its own. */
static const struct raw {
    const char *open, *close;
} raw[] = {
    { "<!--", "-->" },       { "<script", "</script" },     { "<pre", "</pre" },
    { "<style", "</style" }, { "<textarea", "</textarea" }, { "<?", "?>" },
    { "<![CDATA[", "]]>" },
};
enum { RAWS = sizeof(raw) / sizeof(*raw) };
_Static_assert(RAWS <= sizeof(((struct scan *)0)->no_end), "one flag each");

static size_t raw_kind(struct text t)
{
    size_t k = 0;

    while (k < RAWS) {
        const struct text open = text_from(raw[k].open);

        if (t.len >= open.len &&
            text_eq_icase((struct text){ t.ptr, open.len }, open) &&
            (!ascii_alpha(open.ptr[open.len - 1]) || t.len == open.len ||
             !ascii_alnum(t.ptr[open.len])))
            break;
        k++;
    }
    return k;
}

/* Where `mark` stands from `at` on, ASCII letters of any case; SIZE_MAX. */
static size_t find_mark(struct text t, struct text mark, size_t at)
{
    while (at < t.len) {
        const char *p = memchr(t.ptr + at, mark.ptr[0], t.len - at);

        if (p == NULL)
            break;
        at = (size_t)(p - t.ptr);
        if (t.len - at >= mark.len &&
            text_eq_icase((struct text){ p, mark.len }, mark))
            return at;
        at++;
    }
    return SIZE_MAX;
}

static void pass_raw(struct scan *s, const struct row *first, size_t kind)
{
    const struct text mark = text_from(raw[kind].close);
    const size_t begin = (size_t)(first->body.ptr - s->t.ptr);
    const size_t close =
        s->no_end[kind] ? SIZE_MAX : find_mark(s->t, mark, begin + 2);
    bool blank = false;

    if (close != SIZE_MAX) {
        s->at = row_at(s->t, close, 0).next;
        return;
    }
    s->no_end[kind] = true;
    for (struct row r; s->at < s->t.len; s->at = r.next) {
        r = row_at(s->t, s->at, QUOTES_DEEP);
        if (blank && r.indent < 4 &&
            prose_begins(s->t, r.off, s->t.len) != PROSE_NONE) {
            resume(s, span_of(s, first->body), r.off, s->at);
            return;
        }
        blank = r.body.len == 0;
    }
}

static void pass_line(struct scan *s)
{
    struct row r = row_at(s->t, s->at, QUOTES_DEEP);
    struct fence_run f;
    size_t kind;

    s->at = r.next;
    if (r.body.len == 0) {
        s->html = false;
        return;
    }
    follow_items(s, &r);
    if (r.body.len == 0 || r.indent >= content_column(s) + 4)
        return;
    if (fence_run(r.body, &f)) {
        if (s->html) /* a tag above it hides the fence from Markdown */
            cut(s, r.off, r.off);
        s->html = false;
        if (fence_is_markdown(f.info) && !s->wrapped && r.quotes == 0 &&
            s->depth == 0)
            enter_wrapper(s, &r, &f);
        else
            pass_fence(s, &r, &f);
        return;
    }
    if (r.body.ptr[0] != '<' || s->html)
        return;
    kind = raw_kind(r.body);
    if (kind < RAWS)
        pass_raw(s, &r, kind);
    else
        s->html = r.body.len > 1 &&
                  (ascii_alpha(r.body.ptr[1]) || r.body.ptr[1] == '/');
}

/* Nothing that could stay open. */
static bool is_plain(struct text t, size_t from)
{
    return text_find(t, TEXT_LIT("```"), from) > t.len &&
           text_find(t, TEXT_LIT("~~~"), from) > t.len &&
           memchr(t.ptr + from, '<', t.len - from) == NULL;
}

enum status stretches_find(struct stretches *out, struct text src, size_t from,
                           struct arena *a, struct error *err)
{
    struct scan s = { .t = src,
                      .out.a = a,
                      .at = from,
                      .from = from,
                      .budget = REREAD * src.len };

    if (is_plain(src, from))
        s.at = src.len;
    while (s.at < src.len) {
        s.t.len = s.wrapped ? s.wrap_at : src.len;
        if (s.at < s.t.len)
            pass_line(&s);
        else
            leave_wrapper(&s);
    }
    cut(&s, src.len, src.len);
    if (s.out.failed)
        return error_set(err, ST_NOMEM, "no memory for open fences");
    *out = (struct stretches){ s.out.at, s.out.count, s.out.open,
                               s.out.open_count };
    return ST_OK;
}
