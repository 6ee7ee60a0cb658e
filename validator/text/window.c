#include "validator/text/window.h"

enum {
    FENCE_LINES_MAX = 400, /* lines; a longer fence was never closed */
    INFO_MAX = 16          /* bytes of a fence's label that are looked at */
};

void window_begin(struct window *w)
{
    memset(w, 0, sizeof(*w));
    w->code.blank_before = true;
    w->code.head = true;
}

struct text window_around(const struct window *w, size_t at, size_t *own)
{
    const size_t from = at > WINDOW_CARRY ? at - WINDOW_CARRY : 0;
    const size_t to = w->len - at > WINDOW_CARRY ? at + WINDOW_CARRY : w->len;

    *own = at - from;
    return (struct text){ w->buf + from, to - from };
}

static struct text line_head(const struct window *w, size_t at)
{
    const size_t room = w->len - at;
    const size_t n = room < WINDOW_CARRY ? room : WINDOW_CARRY;
    const char *end = memchr(w->buf + at, '\n', n);

    return (struct text){ w->buf + at,
                          end != NULL ? (size_t)(end - (w->buf + at)) : n };
}

static bool is_md(struct text info)
{
    size_t n = 0;

    info = text_trim(info);
    while (n < info.len && n < INFO_MAX && !ascii_space(info.ptr[n]))
        n++;
    info.len = n;
    return text_eq_icase(info, TEXT_LIT("md")) ||
           text_eq_icase(info, TEXT_LIT("markdown"));
}

/* A line that is a fence opens one or closes the open one. */
static bool fence_line(struct code_state *c, struct text line)
{
    size_t i = 0, run = 0;

    while (i < line.len && line.ptr[i] == ' ')
        i++;
    while (i + run < line.len && line.ptr[i + run] == line.ptr[i])
        run++;
    if (run < 3 || (line.ptr[i] != '`' && line.ptr[i] != '~'))
        return false;
    const struct text info = { line.ptr + i + run, line.len - i - run };
    const bool bare = text_trim(info).len == 0;

    if (c->fence) {
        if (bare && line.ptr[i] == c->mark && run >= c->length)
            c->fence = false;
    } else if (c->md && bare) {
        c->md = false;
    } else if (is_md(info)) {
        c->md = true;
    } else if (memchr(info.ptr, '`', info.len) == NULL) {
        c->fence = true;
        c->mark = line.ptr[i];
        c->length = (unsigned)run;
        c->lines = 0;
    }
    return true;
}

static bool list_line(struct text line)
{
    size_t i = 0;

    while (i < line.len && line.ptr[i] == ' ')
        i++;
    if (i + 1 < line.len && strchr("-*+", line.ptr[i]) != NULL)
        return line.ptr[i + 1] == ' ';
    while (i < line.len && ascii_digit(line.ptr[i]))
        i++;
    return i > 0 && i + 1 < line.len && strchr(".)", line.ptr[i]) != NULL &&
           line.ptr[i + 1] == ' ';
}

static void begin_line(struct code_state *c, struct text line)
{
    const bool blank = text_trim(line).len == 0;
    const bool deep = text_starts(line, TEXT_LIT("    ")) ||
                      text_starts(line, TEXT_LIT("\t"));

    c->ticks = 0;
    c->head = false;
    if (fence_line(c, line)) {
        c->indented = c->list = c->blank_before = false;
        return;
    }
    if (c->fence) {
        if (++c->lines > FENCE_LINES_MAX)
            c->fence = false;
        return;
    }
    if (blank) {
        c->blank_before = true;
        c->comment = false;
        return;
    }
    if (!deep)
        c->list = list_line(line) || (c->list && line.ptr[0] == ' ');
    c->indented = deep && !c->list && (c->blank_before || c->indented);
    c->blank_before = false;
}

static size_t tick_run(const struct window *w, size_t at)
{
    size_t n = 0;

    /* no further than is there in any split */
    while (n < WINDOW_CARRY && at + n < w->len && w->buf[at + n] == '`')
        n++;
    return n;
}

/* A code span ends with as many ticks as it began with, on its line. */
static size_t ticks(struct window *w, size_t at)
{
    const size_t n = tick_run(w, at);

    if (w->code.ticks == 0)
        w->code.ticks = (unsigned)n;
    else if (w->code.ticks == n)
        w->code.ticks = 0;
    return n;
}

static bool has(const struct window *w, size_t at, struct text s)
{
    return w->len - at >= s.len && memcmp(w->buf + at, s.ptr, s.len) == 0;
}

/* The next byte that may change the state, or `to`. */
static size_t next_mark(const struct window *w, size_t at, size_t to)
{
    static const unsigned char marks[256] = {
        ['\n'] = 1, ['`'] = 1, ['<'] = 1, ['>'] = 1
    };
    const unsigned char *const p = (const unsigned char *)w->buf;

    while (to - at >= 8 &&
           !(marks[p[at]] | marks[p[at + 1]] | marks[p[at + 2]] |
             marks[p[at + 3]] | marks[p[at + 4]] | marks[p[at + 5]] |
             marks[p[at + 6]] | marks[p[at + 7]]))
        at += 8;
    while (at < to && !marks[p[at]])
        at++;
    return at;
}

/* Comments, <pre> and <code>; a blank line ends them too. */
static void element(struct window *w, size_t at)
{
    if (has(w, at, TEXT_LIT("<!--")) || has(w, at, TEXT_LIT("<pre")) ||
        has(w, at, TEXT_LIT("<code")))
        w->code.comment = true;
    else if ((at >= 2 && has(w, at - 2, TEXT_LIT("-->"))) ||
             has(w, at, TEXT_LIT("</pre")) || has(w, at, TEXT_LIT("</code")))
        w->code.comment = false;
}

/* Moves the code state forward to the byte at `to`. */
static void advance_code(struct window *w, size_t to)
{
    struct code_state *const c = &w->code;

    while (w->code_at < to) {
        if (c->head)
            begin_line(c, line_head(w, w->code_at));
        const size_t i = next_mark(w, w->code_at, to);

        w->code_at = i + 1;
        if (i >= to) {
            w->code_at = to;
            return;
        }
        if (w->buf[i] == '\n')
            c->head = true;
        else if (w->buf[i] == '`' && !c->fence)
            w->code_at = i + ticks(w, i);
        else if (!c->fence && w->buf[i] != '`')
            element(w, i);
    }
}

bool window_in_code(struct window *w, size_t at)
{
    const struct code_state *const c = &w->code;

    advance_code(w, at);
    if (c->head && at == w->code_at) /* the line's kind is not known yet */
        begin_line(&w->code, line_head(w, at));
    return c->fence || c->indented || c->comment || c->ticks > 0;
}

/* Judges what has its 64 bytes behind it, then makes room. */
static bool step(struct window *w, bool end, window_judge *judge, void *arg)
{
    const size_t to = end                     ? w->len
                      : w->len > WINDOW_CARRY ? w->len - WINDOW_CARRY
                                              : 0;

    if (w->done < to) {
        w->over = judge(arg, w, &w->done, to, end);
        if (w->over)
            return true;
        if (w->done < to)
            w->done = to;
        advance_code(w, to);
    }
    const size_t keep = w->done < w->code_at ? w->done : w->code_at;
    const size_t drop = keep > WINDOW_CARRY ? keep - WINDOW_CARRY : 0;

    if (drop == 0 || w->len < WINDOW_CAP)
        return false;
    memmove(w->buf, w->buf + drop, w->len - drop);
    w->len -= drop;
    w->done -= drop;
    w->code_at -= drop;
    w->base += drop;
    return false;
}

bool window_feed(struct window *w, struct text bytes, window_judge *judge,
                 void *arg)
{
    while (bytes.len > 0 && !w->over) {
        const size_t room = WINDOW_CAP - w->len;
        const size_t n = bytes.len < room ? bytes.len : room;

        memcpy(w->buf + w->len, bytes.ptr, n);
        w->len += n;
        bytes.ptr += n;
        bytes.len -= n;
        (void)step(w, false, judge, arg);
    }
    return w->over;
}

bool window_end(struct window *w, window_judge *judge, void *arg)
{
    return w->over || step(w, true, judge, arg);
}
