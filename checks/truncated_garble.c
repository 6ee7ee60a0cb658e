/* A sentence that breaks off where garbled text begins. */
#include <unicode/uchar.h>

#include "checks/truncated_int.h"

#include "validator/base/utf8.h"

enum {
    GARBLE_MIN = 36, /* bytes */
    STUCK_MIN = 6 /* one letter or mark in a row; docs/measured/truncated.md */
};

/* Bars, leaders and rules repeat their character in sound text. */
static bool is_letter(int32_t c)
{
    return c >= 0x80 &&
           ((U_GC_L_MASK | U_GC_M_MASK) & U_MASK(u_charType((UChar32)c))) != 0;
}

/* Length of the garble at `at`: bytes without ASCII, one and the same letter
 * at least STUCK_MIN times in a row among them. 0: none. */
static size_t garble_length(struct text t, size_t at)
{
    size_t i = at, end = at, same = 0;
    bool stuck = false;
    int32_t last = -2;

    while (i < t.len && (unsigned char)t.ptr[i] >= 0x80) {
        const int32_t c = utf8_next(t, &i);

        same = c == last ? same + 1 : 1;
        stuck = stuck || (same >= STUCK_MIN && is_letter(c));
        last = c;
        end = i;
    }
    return end - at >= GARBLE_MIN && stuck ? end - at : 0;
}

/* A reserved token just before the garble belongs to it. */
static size_t before_token(struct text t, size_t at)
{
    size_t i = at;

    if (i == 0 || t.ptr[i - 1] != '>')
        return at;
    while (i > 0 && at - i < 40 && t.ptr[i - 1] != '<' && t.ptr[i - 1] != '\n')
        i--;
    return i > 0 && t.ptr[i - 1] == '<' ? i - 1 : at;
}

/* The unfinished sentence that ends at `at`, or an empty span. */
static struct span unfinished(struct text t, size_t at)
{
    enum { REACH = 2000 }; /* bytes of a line */
    size_t from = at;

    while (from > 0 && at - from < REACH && t.ptr[from - 1] != '\n')
        from--;
    const struct span before = cut_trimmed(t, span_between(from, at));
    const struct text text = text_sub(t, before);
    const size_t start = ending_sentence(text);
    const struct span sentence = { before.off + start, before.len - start };

    if (text.len == 0 || !ascii_alpha(text.ptr[text.len - 1]) ||
        text.ptr[0] == '|' || text.ptr[0] == '#' ||
        ending_words(text_sub(t, sentence)) < 4)
        return (struct span){ at, 0 };
    return sentence;
}

enum status cut_by_garble(struct check_ctx *ctx, struct span part)
{
    const struct text t = { ctx_bytes(ctx).ptr, span_end(part) };
    enum status st = ST_OK;
    size_t i = part.off;

    while (i < t.len && st == ST_OK) {
        if ((unsigned char)t.ptr[i] < 0xe0) {
            i++;
            continue;
        }
        const size_t n = garble_length(t, i);
        const struct span s =
            n > 0 ? unfinished(t, before_token(t, i)) : (struct span){ i, 0 };

        if (s.len > 0)
            st = ctx_emit(ctx, RULE_GARBLE, s, (struct text){ "", 0 }, NULL, 0);
        if (n > 0) {
            i += n;
            continue;
        }
        while (i < t.len && (unsigned char)t.ptr[i] >= 0x80)
            i++;
    }
    return st;
}
