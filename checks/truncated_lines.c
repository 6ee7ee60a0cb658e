/* Lines around the end of a part. */
#include "checks/truncated_int.h"

struct span cut_trimmed(struct text bytes, struct span s)
{
    while (s.len > 0 && ascii_space(bytes.ptr[span_end(s) - 1]))
        s.len--;
    while (s.len > 0 && ascii_space(bytes.ptr[s.off])) {
        s.off++;
        s.len--;
    }
    return s;
}

struct span cut_line_at(struct text t, size_t off)
{
    enum { LINE_REACH = 1 << 16 };
    size_t from = off, to = off;

    while (from > 0 && off - from < LINE_REACH && t.ptr[from - 1] != '\n')
        from--;
    while (to < t.len && to - off < LINE_REACH && t.ptr[to] != '\n')
        to++;
    return span_between(from, to);
}

struct text cut_line_above(struct text t, struct span line)
{
    enum { BLANKS = 256 }; /* bytes */
    size_t i = line.off;

    while (i > 0 && line.off - i < BLANKS && ascii_space(t.ptr[i - 1]))
        i--;
    return i > 0 ? text_trim(text_sub(t, cut_line_at(t, i - 1)))
                 : (struct text){ "", 0 };
}

struct text cut_last_line(struct text t)
{
    size_t i = t.len;

    while (i > 0 && t.ptr[i - 1] != '\n')
        i--;
    return (struct text){ t.ptr + i, t.len - i };
}

bool cut_is_last_line(struct text t, struct span line, size_t end)
{
    const size_t from = span_end(line);

    return from >= end ||
           text_trim(text_sub(t, span_between(from, end))).len == 0;
}
