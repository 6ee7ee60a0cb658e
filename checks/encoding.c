/* Encoding: characters that a broken decoding, a terminal or a byte-level
 * vocabulary left in the text. */
#include "validator/check.h"
#include "validator/text/encoding.h"
#include "validator/text/regions.h"
#include "validator/text/window.h"

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
    [ENC_PUA] = { "encoding/pua", SEV_WARNING, "a private-use character" },
    [ENC_UNASSIGNED] = { "encoding/unassigned", SEV_WARNING,
                         "no character of Unicode 16.0" },
    [ENC_COMBINING] = { "encoding/combining", SEV_WARNING,
                        "combining marks without a base, or heaped on one" },
    [ENC_INVALID] = { "encoding/invalid", SEV_ERROR, "bytes are not UTF-8" },
};

enum { TALK_MAX = 2000 }; /* keeps hostile text linear */

/* Reordering controls and invalid bytes are faults in code as well. */
static bool matters_in_code(enum encoding_class c)
{
    return c == ENC_BIDI || c == ENC_INVALID;
}

/* The text names what it shows: "the replacement character (U+FFFD)". */
static bool is_talk(struct text t, struct span s)
{
    static const char *const words[] = {
        "replacement char", "mojibake",  "u+",
        "code point",       "codepoint", "garbled"
    };
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

/* nth: of the hits. Behind TALK_MAX the words around are not read any more. */
static bool counts(const struct report *r, const struct spans *code,
                   const struct encoding_hit *h, size_t nth)
{
    if (report_author(r, h->span.off) != AUTHOR_MODEL)
        return false;
    if (spans_hold(code, h->span.off) && !matters_in_code(h->cls))
        return false;
    if (nth > TALK_MAX)
        return true;
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
    size_t i = 0, hits = 0;

    while (st == ST_OK && (i = encoding_next(t, i)) < t.len) {
        struct encoding_hit h;

        if (!encoding_at(t, i, &h, &i))
            continue;
        if (!code_known) {
            code_known = true;
            st = regions_code(&code, &r->doc, ctx_arena(ctx), ctx_error(ctx));
        }
        if (st == ST_OK && counts(r, &code, &h, ++hits))
            st = emit(ctx, &h);
    }
    return st;
}

struct guard_state {
    struct encoding_hit hit; /* span: of the stream */
    size_t decided_at;
    struct window window;
};

/* Stops for what the whole text would be failed for: the errors. */
static bool guard_judge(void *arg, struct window *w, size_t *at, size_t to,
                        bool end)
{
    struct guard_state *g = arg;
    const struct text all = { w->buf, to };

    (void)end;
    while (*at < to && (*at = encoding_next(all, *at)) < to) {
        struct encoding_hit h;
        size_t own, next;
        const size_t i = *at;
        const struct text t = window_around(w, i, &own);
        const bool bad = encoding_at(t, own, &h, &next);

        *at = i - own + next;
        if (!bad || rules[h.cls].severity != SEV_ERROR ||
            (!matters_in_code(h.cls) && window_in_code(w, i)))
            continue;
        g->hit = h;
        g->hit.span.off += w->base + i - own;
        g->decided_at =
            w->base + (w->len - i > WINDOW_CARRY ? i + WINDOW_CARRY : w->len);
        return true;
    }
    return false;
}

static size_t guard_size(const void *setup)
{
    (void)setup;
    return sizeof(struct guard_state);
}

static void guard_begin(void *state, const void *setup, const long *options)
{
    struct guard_state *g = state;

    (void)setup;
    (void)options;
    *g = (struct guard_state){ .decided_at = 0 };
    window_begin(&g->window);
}

static enum guard_verdict guard_verdict(const struct guard_state *g, bool stop,
                                        struct guard_reason *why)
{
    if (stop)
        *why = (struct guard_reason){ &rules[g->hit.cls], g->hit.span,
                                      g->decided_at };
    return stop ? GUARD_STOP : GUARD_GO;
}

static enum guard_verdict guard_feed(void *state, struct text bytes,
                                     struct guard_reason *why)
{
    struct guard_state *g = state;

    return guard_verdict(g, window_feed(&g->window, bytes, guard_judge, g),
                         why);
}

static enum guard_verdict guard_end(void *state, struct guard_reason *why)
{
    struct guard_state *g = state;

    return guard_verdict(g, window_end(&g->window, guard_judge, g), why);
}

static const struct guard_ops guard = {
    .state_size = guard_size,
    .begin = guard_begin,
    .feed = guard_feed,
    .end = guard_end,
};

const struct check check_encoding = {
    .id = "encoding",
    .summary = "characters that a broken decoding left",
    .rules = rules,
    .rule_count = ENC_CLASSES,
    .run = encoding_run,
    .guard = &guard,
};
