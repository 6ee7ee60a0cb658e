#include "validator/text/utf16.h"

#include <stdint.h>
#include <unicode/ucnv.h>

const char *utf16_name(struct text t)
{
    size_t nul[2] = { 0, 0 };
    const size_t n = t.len < 1024 ? t.len / 2 * 2 : 1024;

    if (t.len >= 2 && memcmp(t.ptr, "\xff\xfe", 2) == 0)
        return "UTF-16LE";
    if (t.len >= 2 && memcmp(t.ptr, "\xfe\xff", 2) == 0)
        return "UTF-16BE";
    for (size_t i = 0; i < n; i++)
        nul[i % 2] += t.ptr[i] == '\0';
    if (n < 8 || nul[0] + nul[1] < n / 4)
        return NULL;
    if (nul[1] > n / 4 && nul[0] == 0)
        return "UTF-16LE";
    return nul[0] > n / 4 && nul[1] == 0 ? "UTF-16BE" : NULL;
}

enum status utf16_decode(char *out, size_t *n, struct text t,
                         const char *converter, struct error *err)
{
    UErrorCode ue = U_ZERO_ERROR;
    int32_t len;

    if (UTF16_ROOM(t.len) > INT32_MAX)
        return error_set(err, ST_LIMIT, "%zu bytes of UTF-16 are too many",
                         t.len);
    if (t.len >= 2 && ((unsigned char)t.ptr[0] | (unsigned char)t.ptr[1]) ==
                          0xff) { /* the mark itself */
        t.ptr += 2;
        t.len -= 2;
    }
    /* Two bytes become at most three. */
    len = ucnv_convert("UTF-8", converter, out, (int32_t)UTF16_ROOM(t.len),
                       t.ptr, (int32_t)t.len, &ue);
    if (U_FAILURE(ue))
        return error_set(err, ST_INPUT, "cannot decode %s: %s", converter,
                         u_errorName(ue));
    *n = (size_t)len;
    return ST_OK;
}
