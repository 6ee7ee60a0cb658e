#include "validator/text/width.h"

#include <unicode/uchar.h>

#include "validator/base/utf8.h"

unsigned char_width(int32_t c)
{
    const int type = c >= 0x300 ? u_charType(c) : U_UNASSIGNED;

    if (c < 0x300)
        return 1;
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
        (c >= 0x1160 && c <= 0x11ff)) /* Hangul vowels and finals join */
        return 0;
    switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
    case U_EA_FULLWIDTH:
    case U_EA_WIDE:
        return 2;
    default:
        return 1;
    }
}

size_t text_width(struct text t)
{
    size_t n = 0;

    for (size_t i = 0; i < t.len;) {
        const int32_t c = utf8_next(t, &i);

        n += c < 0 ? 1 : char_width(c);
    }
    return n;
}
