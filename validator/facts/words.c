#include "validator/facts/facts.h"

static bool word_byte(char c)
{
    return ascii_alnum(c) || (unsigned char)c >= 0x80;
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

size_t facts_words(struct text t, char *buf, struct text *out, size_t max)
{
    size_t n = 0, k = 0, i = 0;

    while (i < t.len && n < max) {
        const size_t start = k;

        while (i < t.len && !word_byte(t.ptr[i]))
            i++;
        while (i < t.len && word_byte(t.ptr[i])) {
            const bool hump = k > start && upper(t.ptr[i]) &&
                              t.ptr[i - 1] >= 'a' && t.ptr[i - 1] <= 'z';

            if (hump)
                break;
            buf[k++] = ascii_lower(t.ptr[i++]);
        }
        if (k > start)
            out[n++] = (struct text){ buf + start, k - start };
    }
    return n;
}
