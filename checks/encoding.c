/* Encoding: characters that a broken decoding, a terminal or a byte-level
 * vocabulary left in the text. */
#include "validator/check.h"
#include "validator/text/encoding.h"
#include "validator/text/regions.h"

static const struct rule rules[ENC_CLASSES] = {
    [ENC_REPLACEMENT] = { "encoding/replacement", SEV_WARNING,
                          "U+FFFD stands where a character was lost" },
    [ENC_MOJIBAKE] = { "encoding/mojibake", SEV_WARNING,
                       "UTF-8 was read as another character set" },
    [ENC_CONTROL] = { "encoding/control", SEV_ERROR,
                      "a control character or terminal escape" },
    [ENC_INVISIBLE] = { "encoding/invisible", SEV_WARNING,
                        "an invisible character where no script wants it" },
    [ENC_BIDI] = { "encoding/bidi", SEV_ERROR,
                   "a control that reorders the text" },
    [ENC_PUA] = { "encoding/pua", SEV_WARNING,
                  "a private-use character" },
    [ENC_UNASSIGNED] = { "encoding/unassigned", SEV_WARNING,
                         "no character of Unicode 16.0" },
    [ENC_COMBINING] = { "encoding/combining", SEV_WARNING,
                        "combining marks without a base, or heaped on one" },
    [ENC_INVALID] = { "encoding/invalid", SEV_ERROR, "bytes are not UTF-8" },
};

/* Reordering controls and invalid bytes are faults in code as well. */
static bool matters_in_code(enum encoding_class c)
{
    return c == ENC_BIDI || c == ENC_INVALID;
}

/* The text names what it shows: "the replacement character (U+FFFD)". */
static bool is_talk(struct text t, struct span s)
{
    static const char *const words[] = { "replacement char", "mojibake",
                                         "u+", "code point", "codepoint",
                                         "garbled" };
    enum { REACH = 100 };
    const size_t from = s.off > REACH ? s.off - REACH : 0;
    const size_t to = t.len - span_end(s) > REACH ? span_end(s) + REACH : t.len;

    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
            const struct text w = text_from(words[k]);

            if (to - i >= w.len &&
                text_eq_icase((struct text){ t.ptr + i, w.len }, w))
                return true;
        }
    return false;
}

static bool counts(const struct report *r, const struct spans *code,
                   const struct encoding_hit *h)
{
    if (report_author(r, h->span.off) != AUTHOR_MODEL)
        return false;
    if (spans_hold(code, h->span.off) && !matters_in_code(h->cls))
        return false;
    return !((h->cls == ENC_REPLACEMENT || h->cls == ENC_MOJIBAKE) &&
             is_talk(r->bytes, h->span));
}

static enum status emit(struct check_ctx *ctx, const struct encoding_hit *h)
{
    const struct kv evidence[] = {
        KV_T("class", text_from(encoding_class_name[h->cls])),
    };

    return ctx_emit(ctx, h->cls, h->span, (struct text){ "", 0 }, evidence, 1);
}

static enum status encoding_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct text t = r->bytes;
    struct spans code = { NULL, 0 };
    bool code_known = false;
    enum status st = ST_OK;
    size_t i = 0;

    while (st == ST_OK && (i = encoding_next(t, i)) < t.len) {
        struct encoding_hit h;

        if (!encoding_at(t, i, &h, &i))
            continue;
        if (!code_known) {
            code_known = true;
            st = regions_code(&code, &r->doc, ctx_arena(ctx), ctx_error(ctx));
        }
        if (st == ST_OK && counts(r, &code, &h))
            st = emit(ctx, &h);
    }
    return st;
}

const struct check check_encoding = {
    .id = "encoding",
    .summary = "characters that a broken decoding left",
    .rules = rules,
    .rule_count = ENC_CLASSES,
    .run = encoding_run,
};
