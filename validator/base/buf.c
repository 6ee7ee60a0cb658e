#include "validator/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/utf8.h"

void buf_free(struct buf *b)
{
    free(b->ptr);
    b->ptr = NULL;
    b->len = b->cap = 0;
    b->failed = ST_OK;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->failed != ST_NOMEM)
        b->failed = ST_OK;
}

static bool reserve(struct buf *b, size_t more)
{
    const size_t max = b->max != 0 ? b->max : BUF_MAX;
    size_t cap = b->cap != 0 ? b->cap : 256;
    char *p;

    if (b->failed)
        return false;
    if (more >= max || b->len >= max - more) {
        b->failed = ST_LIMIT;
        return false;
    }
    if (b->len + more + 1 <= b->cap)
        return true;
    while (cap < b->len + more + 1)
        cap *= 2;
    p = realloc(b->ptr, cap);
    if (p == NULL) {
        b->failed = ST_NOMEM;
        return false;
    }
    b->ptr = p;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, struct text t)
{
    if (!reserve(b, t.len))
        return;
    if (t.len > 0)
        memcpy(b->ptr + b->len, t.ptr, t.len);
    b->len += t.len;
    b->ptr[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, text_from(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_add(b, (struct text){ &c, 1 });
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0 && reserve(b, (size_t)n)) {
        (void)vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

/* Characters that change how a terminal or a reader shows what follows. */
static bool unsafe_char(int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0x061c || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff) ||
           (c & 0xfffe) == 0xfffe;
}

static void json_char(struct buf *b, int32_t c, struct text raw)
{
    if (c == '"' || c == '\\') {
        buf_putc(b, '\\');
        buf_putc(b, (char)c);
    } else if (c == '\n') {
        buf_puts(b, "\\n");
    } else if (c == '\t') {
        buf_puts(b, "\\t");
    } else if (c == '\r') {
        buf_puts(b, "\\r");
    } else if (!unsafe_char(c)) {
        buf_add(b, raw);
    } else if (c < 0x10000) {
        buf_printf(b, "\\u%04x", (unsigned)c);
    } else {
        const unsigned v = (unsigned)c - 0x10000;

        buf_printf(b, "\\u%04x\\u%04x", 0xd800 + (v >> 10),
                   0xdc00 + (v & 0x3ff));
    }
}

void buf_json(struct buf *b, struct text t)
{
    buf_putc(b, '"');
    for (size_t i = 0; i < t.len;) {
        const size_t at = i;
        const int32_t c = utf8_next(t, &i);

        if (c < 0)
            buf_puts(b, "\xef\xbf\xbd");
        else
            json_char(b, c, (struct text){ t.ptr + at, i - at });
    }
    buf_putc(b, '"');
}

void buf_json_inert(struct buf *b, struct text json)
{
    for (size_t i = 0; i < json.len;) {
        const size_t at = i;
        const int32_t c = utf8_next(json, &i);
        const struct text raw = { json.ptr + at, i - at };

        if (c < 0)
            buf_puts(b, "\xef\xbf\xbd");
        else if (c < 0x7f)
            buf_add(b, raw);
        else
            json_char(b, c, raw);
    }
}

static void visible_char(struct buf *b, int32_t c, struct text raw)
{
    if (c < 0)
        buf_printf(b, "\\x%02x", (unsigned)(unsigned char)raw.ptr[0]);
    else if (c == '\n')
        buf_puts(b, "\\n");
    else if (c == '\t')
        buf_puts(b, "\\t");
    else if (c == '\r')
        buf_puts(b, "\\r");
    else if (c < 0x20 || c == 0x7f)
        buf_printf(b, "\\x%02x", (unsigned)c);
    else if (unsafe_char(c))
        buf_printf(b, "\\u{%04x}", (unsigned)c);
    else
        buf_add(b, raw);
}

void buf_visible(struct buf *b, struct text t, size_t max)
{
    if (text_starts(t, TEXT_LIT("::")) || text_starts(t, TEXT_LIT("##[")))
        buf_putc(b, '\\');
    for (size_t i = 0; i < t.len;) {
        const size_t at = i;
        const int32_t c = utf8_next(t, &i);

        if (i > max) {
            buf_puts(b, "...");
            return;
        }
        visible_char(b, c, (struct text){ t.ptr + at, i - at });
    }
}

struct text buf_text(const struct buf *b)
{
    return (struct text){ b->ptr != NULL ? b->ptr : "", b->len };
}

void buf_fail(struct buf *b, enum status why)
{
    if (b->failed == ST_OK)
        b->failed = why;
}

void buf_end(struct buf *inner, struct buf *outer)
{
    if (inner->failed == ST_NOMEM)
        buf_fail(outer, ST_NOMEM);
    buf_free(inner);
}

enum status buf_status(const struct buf *b, const char *what, struct error *err)
{
    if (b->failed == ST_NOMEM)
        return error_set(err, ST_NOMEM, "%s: no memory for the output", what);
    if (b->failed != ST_OK)
        return error_set(err, ST_LIMIT, "%s: more than %zu bytes of output",
                         what, b->max != 0 ? b->max : (size_t)BUF_MAX);
    return ST_OK;
}
