/* A sentence that breaks off where garbled text begins. */
#include "checks/truncated_int.h"

#include "validator/base/utf8.h"

enum {
    GARBLE_MIN = 60 /* bytes; longer than any foreign name in brackets */
};

/* Length of the garble at `at`: bytes without ASCII words, one and the same
 * three-byte character at least eight times in it. 0: none. */
static size_t garble_length(struct text t, size_t at)
{
    size_t i = at, same = 0, most = 0;
    int32_t last = -2;

    while (i < t.len && t.ptr[i] != '\n') {
        const int32_t c = utf8_next(t, &i);

        if (c >= 0 && c < 0x80)
            break;
        same = c == last ? same + 1 : 1;
        most = same > most ? same : most;
        last = c;
    }
    return i - at >= GARBLE_MIN && most >= 8 ? i - at : 0;
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
