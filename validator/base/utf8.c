#include "validator/base/utf8.h"

int32_t utf8_prev(struct text t, size_t *i)
{
    size_t at = *i - 1;
    const size_t stop = *i > 4 ? *i - 4 : 0;

    while (at > stop && ((unsigned char)t.ptr[at] & 0xc0) == 0x80)
        at--;
    size_t end = at;
    const int32_t c = utf8_next((struct text){ t.ptr, *i }, &end);

    if (end != *i) { /* not one whole character: one byte back */
        *i -= 1;
        return -1;
    }
    *i = at;
    return c;
}

size_t utf8_put(char out[4], int32_t c)
{
    const uint32_t u = (uint32_t)c;

    if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    if (u < 0x80) {
        out[0] = (char)u;
        return 1;
    }
    if (u < 0x800) {
        out[0] = (char)(0xc0 | (u >> 6));
        out[1] = (char)(0x80 | (u & 0x3f));
        return 2;
    }
    if (u < 0x10000) {
        out[0] = (char)(0xe0 | (u >> 12));
        out[1] = (char)(0x80 | ((u >> 6) & 0x3f));
        out[2] = (char)(0x80 | (u & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (u >> 18));
    out[1] = (char)(0x80 | ((u >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((u >> 6) & 0x3f));
    out[3] = (char)(0x80 | (u & 0x3f));
    return 4;
}

size_t utf8_valid_until(struct text t)
{
    for (size_t i = 0; i < t.len;) {
        const size_t at = i;

        if (utf8_next(t, &i) < 0)
            return at;
    }
    return t.len;
}

bool utf8_cut_off(struct text t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t.ptr + i;
    const size_t left = t.len - i;
    size_t need;

    if (left == 0 || p[0] < 0xc2 || p[0] > 0xf4)
        return false;
    need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (left >= need)
        return false;
    for (size_t k = 1; k < left; k++)
        if ((p[k] & 0xc0) != 0x80)
            return false;
    return true;
}
