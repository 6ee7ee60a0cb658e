#ifndef VALIDATOR_BASE_UTF8_H
#define VALIDATOR_BASE_UTF8_H
/* UTF-8 (RFC 3629) over untrusted bytes: never reads past the end, never
 * skips more than one byte of what is not valid. */
#include <stdint.h>

#include "validator/base/text.h"

/* The code point at t.ptr[*i] (*i < t.len); *i moves behind it. Bytes that are
 * not valid UTF-8 (overlong, surrogate, > U+10FFFF, cut off) give -1 and move
 * *i by one byte. */
static inline int32_t utf8_next(struct text t, size_t *i)
{
    const unsigned char *p = (const unsigned char *)t.ptr + *i;
    const size_t left = t.len - *i;

    if (p[0] < 0x80) {
        *i += 1;
        return p[0];
    }
    if (p[0] >= 0xc2 && p[0] < 0xe0 && left >= 2 && (p[1] & 0xc0) == 0x80) {
        *i += 2;
        return ((p[0] & 0x1f) << 6) | (p[1] & 0x3f);
    }
    if ((p[0] & 0xf0) == 0xe0 && left >= 3 && (p[1] & 0xc0) == 0x80 &&
        (p[2] & 0xc0) == 0x80) {
        const int32_t c =
            ((p[0] & 0x0f) << 12) | ((p[1] & 0x3f) << 6) | (p[2] & 0x3f);

        if (c >= 0x800 && (c < 0xd800 || c > 0xdfff)) {
            *i += 3;
            return c;
        }
    }
    if (p[0] >= 0xf0 && p[0] < 0xf5 && left >= 4 && (p[1] & 0xc0) == 0x80 &&
        (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80) {
        const int32_t c = ((p[0] & 0x07) << 18) | ((p[1] & 0x3f) << 12) |
                          ((p[2] & 0x3f) << 6) | (p[3] & 0x3f);

        if (c >= 0x10000 && c <= 0x10ffff) {
            *i += 4;
            return c;
        }
    }
    *i += 1;
    return -1;
}

/* The code point that ends at t.ptr[*i - 1] (*i > 0); *i moves to its first
 * byte. -1 as above. */
int32_t utf8_prev(struct text t, size_t *i);

/* Bytes written to out (1..4), or 0 when c is no scalar value. */
size_t utf8_put(char out[4], int32_t c);

/* Offset of the first byte that is not valid UTF-8, or t.len. */
size_t utf8_valid_until(struct text t);

/* True when the bytes from t.ptr[i] to the end of t could be the beginning of
 * a longer valid sequence: a stream waits for the rest. */
bool utf8_cut_off(struct text t, size_t i);

#endif
