#include "runner/llm/frames.h"

static enum status append(struct buf *b, struct text t)
{
    if (t.len > FRAME_MAX - b->len)
        return ST_LIMIT;
    buf_add(b, t);
    return b->failed ? ST_NOMEM : ST_OK;
}

static enum status sse_event(struct frames *f, frame_fn take, void *arg)
{
    enum status st = ST_OK;

    if (f->has_data)
        st = take(arg, buf_text(&f->data));
    f->has_data = false;
    buf_clear(&f->data);
    return st;
}

static enum status sse_line(struct frames *f, struct text line, frame_fn take,
                            void *arg)
{
    static const struct text data = { "data", 4 };
    enum status st = ST_OK;

    if (line.len == 0)
        return sse_event(f, take, arg);
    if (!text_starts(line, data) || (line.len > 4 && line.ptr[4] != ':'))
        return ST_OK; /* a comment, or a field that carries no text */
    line = line.len > 4 ? (struct text){ line.ptr + 5, line.len - 5 }
                        : (struct text){ "", 0 };
    if (line.len > 0 && line.ptr[0] == ' ')
        line = (struct text){ line.ptr + 1, line.len - 1 };
    if (f->has_data)
        st = append(&f->data, TEXT_LIT("\n"));
    f->has_data = true;
    return st != ST_OK ? st : append(&f->data, line);
}

static enum status whole_line(struct frames *f, struct text line, frame_fn take,
                              void *arg)
{
    if (f->framing == FRAME_SSE) {
        if (!f->begun && text_starts(line, TEXT_LIT("\xef\xbb\xbf")))
            line = (struct text){ line.ptr + 3, line.len - 3 };
        f->begun = true;
        return sse_line(f, line, take, arg);
    }
    line = text_trim(line);
    return line.len > 0 ? take(arg, line) : ST_OK;
}

/* Length of the line at the head of t, its end excluded; t.len: no end yet. */
static size_t line_length(const struct frames *f, struct text t)
{
    const char *lf = memchr(t.ptr, '\n', t.len);
    const size_t n = lf != NULL ? (size_t)(lf - t.ptr) : t.len;
    const char *cr = f->framing == FRAME_SSE ? memchr(t.ptr, '\r', n) : NULL;

    return cr != NULL ? (size_t)(cr - t.ptr) : n;
}

static enum status take_line(struct frames *f, struct text part, frame_fn take,
                             void *arg)
{
    enum status st;

    if (f->line.len == 0)
        return part.len > FRAME_MAX ? ST_LIMIT : whole_line(f, part, take, arg);
    st = append(&f->line, part);
    if (st == ST_OK)
        st = whole_line(f, buf_text(&f->line), take, arg);
    buf_clear(&f->line);
    return st;
}

enum status frames_feed(struct frames *f, struct text t, frame_fn take,
                        void *arg)
{
    enum status st = ST_OK;

    while (t.len > 0 && st == ST_OK) {
        size_t n;

        if (f->after_cr) {
            f->after_cr = false;
            if (t.ptr[0] == '\n') {
                t = (struct text){ t.ptr + 1, t.len - 1 };
                continue;
            }
        }
        n = line_length(f, t);
        if (n == t.len)
            return append(&f->line, t);
        f->after_cr = t.ptr[n] == '\r';
        st = take_line(f, (struct text){ t.ptr, n }, take, arg);
        t = (struct text){ t.ptr + n + 1, t.len - n - 1 };
    }
    return st;
}

enum status frames_end(struct frames *f, frame_fn take, void *arg)
{
    enum status st = ST_OK;

    if (f->line.len > 0)
        st = take_line(f, (struct text){ "", 0 }, take, arg);
    if (st == ST_OK && f->framing == FRAME_SSE)
        st = sse_event(f, take, arg);
    return st;
}

void frames_free(struct frames *f)
{
    buf_free(&f->line);
    buf_free(&f->data);
}
