/* Special tokens: words of the model's own vocabulary and chat template that
 * a decoder should never print. */
#define _GNU_SOURCE /* memmem */
#include <unicode/uchar.h>

#include "checks/token_talk.h"
#include "validator/base/utf8.h"
#include "validator/check.h"
#include "validator/text/regions.h"
#include "validator/text/roles.h"
#include "validator/text/tokens.h"
#include "validator/text/window.h"

static const struct rule rules[TOKEN_CLASSES] = {
    [TOKEN_RESERVED] = { "special-token/reserved", SEV_ERROR,
                         "a reserved vocabulary token was printed" },
    [TOKEN_TURN] = { "special-token/turn", SEV_ERROR,
                     "a token of the chat template was printed" },
    [TOKEN_EOS] = { "special-token/eos", SEV_ERROR,
                    "a token for begin, end, padding or unknown was printed" },
    [TOKEN_INST] = { "special-token/inst", SEV_ERROR,
                     "an instruction marker was printed" },
    [TOKEN_FIM] = { "special-token/fim", SEV_ERROR,
                    "a fill-in-the-middle or repository token was printed" },
    [TOKEN_MEDIA] = { "special-token/media", SEV_ERROR,
                      "an image, audio or video token was printed" },
    [TOKEN_BYTE] = { "special-token/byte", SEV_ERROR,
                     "a byte token was printed by its name" },
    [TOKEN_SPM] = { "special-token/spm", SEV_ERROR,
                    "SentencePiece's mark for a space was printed" },
    [TOKEN_BBPE] = { "special-token/bbpe", SEV_ERROR,
                     "byte-level BPE's letters for bytes were printed" },
    [TOKEN_ROLE] = { "special-token/role", SEV_ERROR,
                     "a chat role is left where its tokens were stripped" },
    [TOKEN_TOOL] = { "special-token/tool", SEV_ERROR,
                     "tool-call markup was printed" },
    [TOKEN_THINK] = { "special-token/think", SEV_ERROR,
                      "thinking markup was printed" },
    [TOKEN_CITE] = { "special-token/cite", SEV_WARNING,
                     "an unresolved citation marker was printed" },
    [TOKEN_STRAY] = { "special-token/stray", SEV_ERROR,
                      "a stray vocabulary symbol without meaning here" },
};

enum { SERIES = 10 };

struct finder {
    struct check_ctx *ctx;
    const struct token_set *set;
    struct regex_match *scratch;
    const struct report *report;
    struct text t;
    struct spans code;
    bool code_known;
    bool talk_known, talks; /* token_report_talks */
    enum status st;
    int32_t strays[8]; /* symbols that were found stray once */
    size_t stray_count;
    bool series_known[SERIES], series_used[SERIES];
    size_t looks;               /* at the text around a match; see LOOKS_MAX */
    struct token_match pending; /* a run of one token, not yet reported */
    size_t copies;
};

static bool in_code(struct finder *f, size_t off)
{
    if (!f->code_known && f->st == ST_OK) {
        f->code_known = true;
        f->st = regions_code(&f->code, &f->report->doc, ctx_arena(f->ctx),
                             ctx_error(f->ctx));
    }
    return spans_hold(&f->code, off);
}

static bool judged(struct finder *f, size_t off)
{
    return report_author(f->report, off) == AUTHOR_MODEL && !in_code(f, off);
}

static void flush(struct finder *f)
{
    const struct token_match *m = &f->pending;

    if (f->copies == 0 || f->st != ST_OK)
        return;
    const struct kv evidence[] = {
        KV_T("family", text_from(m->family)),
        KV_T("class",
             text_from(m->cls == TOKEN_STRAY ? "pua"
                                             : token_class_name[m->cls])),
        KV_I("copies", (long long)f->copies),
    };

    f->st = ctx_emit(f->ctx, m->cls, m->span, (struct text){ "", 0 }, evidence,
                     f->copies > 1 ? 3 : 2);
    f->copies = 0;
}

/* The same token directly behind itself, blanks aside, is one finding. */
static void report_match(struct finder *f, const struct token_match *m)
{
    if (f->copies > 0 && m->span.off >= span_end(f->pending.span)) {
        const struct span gap =
            span_between(span_end(f->pending.span), m->span.off);
        const struct text last = {
            f->t.ptr + span_end(f->pending.span) - m->span.len, m->span.len
        };

        if (m->cls == f->pending.cls && m->cls != TOKEN_ROLE &&
            m->span.len <= f->pending.span.len &&
            text_trim(text_sub(f->t, gap)).len == 0 && gap.len <= 2 &&
            text_eq(last, text_sub(f->t, m->span))) {
            f->pending.span = span_join(f->pending.span, m->span);
            f->copies++;
            return;
        }
    }
    flush(f);
    f->pending = *m;
    f->copies = 1;
}

/* So often the text around a match is read; behind that every match counts.
 * Keeps hostile text linear. */
enum { LOOKS_MAX = 5000 };

/* A token that a report about tokens uses as a word. */
static bool is_mention(struct finder *f, const struct token_match *m)
{
    if (m->cls == TOKEN_ROLE || m->cls == TOKEN_STRAY || m->cls == TOKEN_CITE ||
        !token_is_integrated(f->t, m->span))
        return false;
    if (!f->talk_known) {
        f->talk_known = true;
        (void)in_code(f, m->span.off); /* the code is known now */
        f->talks = token_report_talks(f->t, &f->code, f->set, f->scratch);
    }
    return f->talks;
}

/* Reserved slots have no meaning to talk of; where they leak, they often stand
 * for a word that is missing. */
static bool is_noun(struct text t, const struct token_match *m)
{
    return m->cls != TOKEN_RESERVED && m->cls != TOKEN_ROLE &&
           m->cls != TOKEN_STRAY && m->cls != TOKEN_CITE &&
           token_is_noun(t, m->span);
}

static bool counts(struct finder *f, struct token_match *m)
{
    if (++f->looks > LOOKS_MAX)
        return f->st == ST_OK && judged(f, m->span.off);
    return f->st == ST_OK && token_when_holds(f->t, m) &&
           judged(f, m->span.off) && !token_is_math(f->t, m) &&
           !token_is_talk(f->t, m->span) && !is_noun(f->t, m) &&
           !is_mention(f, m);
}

static int32_t char_before(struct text t, size_t at)
{
    return at > 0 ? utf8_prev(t, &at) : ' ';
}

/* Enclosed numbers and letters: series that begin at these. */
static const int32_t series_firsts[SERIES] = {
    0x2460, 0x2474, 0x2488, 0x249c, 0x24b6,
    0x24d0, 0x24f5, 0x2776, 0x2780, 0x278a,
};

/* The report has the first of the series: it enumerates. Looked up once. */
static bool enumerates(struct finder *f, size_t series)
{
    char bytes[4];
    const struct text one = { bytes, utf8_put(bytes, series_firsts[series]) };

    if (!f->series_known[series]) {
        f->series_known[series] = true;
        f->series_used[series] = text_find(f->t, one, 0) <= f->t.len;
    }
    return f->series_used[series];
}

/* Symbols that a vocabulary has and a report does not: enclosed numbers apart
 * from a series that begins at 1, arrows beyond the common ones. */
static bool rare_symbol(struct finder *f, int32_t c)
{
    size_t series = 0;

    if (c >= 0x219a && c <= 0x21ff)
        return c != 0x21a9 && c != 0x21aa && c != 0x21b5 && c != 0x21ba &&
               c != 0x21bb && !(c >= 0x21d0 && c <= 0x21d5);
    if (!(c >= 0x2460 && c <= 0x24ff) && !(c >= 0x2776 && c <= 0x2793))
        return false;
    while (series + 1 < SERIES && c >= series_firsts[series + 1])
        series++;
    return c != series_firsts[series] && !enumerates(f, series);
}

static bool is_private(int32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xf0000 && c <= 0x10fffd);
}

static bool known_stray(const struct finder *f, int32_t c)
{
    for (size_t i = 0; i < f->stray_count; i++)
        if (f->strays[i] == c)
            return true;
    return false;
}

/* A private-use character, or a rare symbol glued to a word. */
static bool stray_at(struct finder *f, size_t at, struct token_match *out)
{
    size_t end = at;
    const int32_t c = utf8_next(f->t, &end);
    const int32_t before = char_before(f->t, at);

    if (!is_private(c) && !known_stray(f, c) &&
        !(u_islower(before) && rare_symbol(f, c)))
        return false;
    if (!is_private(c) && !known_stray(f, c) &&
        f->stray_count < sizeof(f->strays) / sizeof(*f->strays))
        f->strays[f->stray_count++] = c;
    *out = (struct token_match){ span_between(at, end), TOKEN_STRAY,
                                 WHEN_ALWAYS, "" };
    return true;
}

/* Non-ASCII characters that begin a token's form. */
static bool is_token_lead(struct text t, size_t at)
{
    static const char *const leads[] = { "\xe2\x97\x81", "\xe3\x80\x90",
                                         "\xee\x88\x80" };

    for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++)
        if (t.len - at >= 3 && memcmp(t.ptr + at, leads[i], 3) == 0)
            return true;
    return false;
}

static bool match_at(struct finder *f, size_t at, struct token_match *m)
{
    const unsigned char c = (unsigned char)f->t.ptr[at];

    if (c < 0x80 || is_token_lead(f->t, at)) {
        if (c == '>' && (at == 0 || f->t.ptr[at - 1] != '|') &&
            (f->t.len - at < 2 || f->t.ptr[at + 1] != '>'))
            return false;
        if (token_at(f->set, f->scratch, f->t, at, true, m))
            return counts(f, m);
        if (c < 0x80)
            return false;
    }
    if (c == 0xe2 && f->t.len - at > 1 &&
        (unsigned char)f->t.ptr[at + 1] < 0x86)
        return false; /* general punctuation, the most frequent by far */
    return (token_piece_at(f->t, at, m) || stray_at(f, at, m)) && counts(f, m);
}

static void find_tokens(struct finder *f)
{
    struct token_match m;
    size_t i = 0;

    while (f->st == ST_OK && (i = token_next(f->t, i)) < f->t.len) {
        if (!match_at(f, i, &m)) {
            i++;
            continue;
        }
        report_match(f, &m);
        i = span_end(m.span) > i ? span_end(m.span) : i + 1;
    }
    flush(f);
}

static bool on_role(void *arg, struct span span)
{
    struct finder *f = arg;
    struct token_match m = { span, TOKEN_ROLE, WHEN_ALWAYS, "" };

    if (counts(f, &m)) {
        report_match(f, &m);
        flush(f);
    }
    return f->st == ST_OK;
}

/* ChatGPT's references without their private-use brackets. */
static void find_references(struct finder *f)
{
    static const char *const kinds[] = { "search", "view",  "news",    "image",
                                         "file",   "fetch", "forecast" };
    size_t i = 0;

    while (f->st == ST_OK && i < f->t.len) {
        const char *p = memmem(f->t.ptr + i, f->t.len - i, "turn0", 5);
        size_t at, e;

        if (p == NULL)
            return;
        at = (size_t)(p - f->t.ptr);
        i = e = at + 5;
        for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
            const struct text kind = text_from(kinds[k]);
            const struct text rest = { f->t.ptr + e, f->t.len - e };

            if (text_starts(rest, kind) && rest.len > kind.len &&
                ascii_digit(rest.ptr[kind.len])) {
                e += kind.len + 1;
                break;
            }
        }
        if (e == i)
            continue;
        while (e < f->t.len && ascii_digit(f->t.ptr[e]))
            e++;
        if (at >= 4 && memcmp(f->t.ptr + at - 4, "cite", 4) == 0)
            at -= 4;
        struct token_match m = { span_between(at, e), TOKEN_CITE, WHEN_ALWAYS,
                                 "openai" };

        i = e;
        if (counts(f, &m) &&
            !(at > 2 && (unsigned char)f->t.ptr[at - 3] == 0xee)) {
            report_match(f, &m);
            flush(f);
        }
    }
}

static enum status special_token_run(struct check_ctx *ctx)
{
    struct finder f = {
        .ctx = ctx,
        .set = ctx_setup(ctx),
        .report = ctx_report(ctx),
        .t = ctx_bytes(ctx),
    };

    f.scratch = regex_match_new();
    if (f.scratch == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory to match tokens");
    find_tokens(&f);
    if (f.st == ST_OK)
        roles_find(f.t, on_role, &f);
    find_references(&f);
    if (f.st == ST_OK && regex_out_of_memory(f.scratch))
        f.st = error_set(ctx_error(ctx), ST_NOMEM, "no memory to match tokens");
    regex_match_free(f.scratch);
    return f.st;
}

static enum status special_token_setup(void **out, const struct check_env *env,
                                       const char **why_off, struct error *err)
{
    struct token_set *set = NULL;
    const enum status st = token_set_new(&set, err);

    (void)env;
    (void)why_off;
    *out = set;
    return st;
}

static void special_token_teardown(void *setup)
{
    token_set_free(setup);
}

/* The guard stops for tokens that are no text in any reading; what only the
 * whole text can tell (pairs, roles) waits for it. */
static const bool guarded[TOKEN_CLASSES] = {
    [TOKEN_RESERVED] = true, [TOKEN_TURN] = true, [TOKEN_EOS] = true,
    [TOKEN_INST] = true,     [TOKEN_FIM] = true,  [TOKEN_MEDIA] = true,
    [TOKEN_BYTE] = true,     [TOKEN_SPM] = true,  [TOKEN_BBPE] = true,
};

struct guard_state {
    const struct token_set *set;
    struct regex_match *scratch; /* during one feed only */
    struct token_match hit;      /* span: of the stream */
    size_t decided_at;
    size_t heard; /* bytes of the stream that were read for talk of tokens */
    bool talks;
    struct window window;
};

static bool local(enum token_when when)
{
    return when != WHEN_PAIRED && when != WHEN_UNPAIRED;
}

static bool guard_match(struct guard_state *g, struct text t, size_t at,
                        bool last, struct token_match *m)
{
    const unsigned char c = (unsigned char)t.ptr[at];

    if (c < 0x80 || is_token_lead(t, at)) {
        if (c == '>' && (at == 0 || t.ptr[at - 1] != '|') &&
            (t.len - at < 2 || t.ptr[at + 1] != '>'))
            return false;
        if (g->scratch == NULL)
            g->scratch = regex_match_new();
        if (g->scratch != NULL && token_at(g->set, g->scratch, t, at, last, m))
            return true;
        if (c < 0x80)
            return false;
    }
    return token_piece_at(t, at, m);
}

/* Reads what has passed, up to buf[to], for talk of tokens. */
static void guard_listen(struct guard_state *g, const struct window *w,
                         size_t to)
{
    const struct text t = { w->buf, w->len };
    size_t i = g->heard > w->base ? g->heard - w->base : 0;

    while (i < to && !g->talks) {
        const char *k = memchr(w->buf + i, 'k', to - i);

        if (k == NULL)
            break;
        g->talks = token_talk_at(t, (size_t)(k - w->buf));
        i = (size_t)(k - w->buf) + 1;
    }
    if (g->heard < w->base + to)
        g->heard = w->base + to;
}

/* Code, talk or mathematics. A token that is a whole code span is talk. */
static bool guard_excused(struct guard_state *g, struct window *w, size_t i,
                          struct text t, const struct token_match *m)
{
    const size_t end = span_end(m->span);

    if (window_in_code(w, i)) {
        g->talks |= m->span.off > 0 && end < t.len &&
                    t.ptr[m->span.off - 1] == '`' && t.ptr[end] == '`';
        return true;
    }
    if (token_is_math(t, m) || token_is_talk(t, m->span) || is_noun(t, m))
        return true;
    guard_listen(g, w, i);
    return g->talks && token_is_integrated(t, m->span);
}

static bool guard_judge(void *arg, struct window *w, size_t *at, size_t to,
                        bool end)
{
    struct guard_state *g = arg;
    const struct text all = { w->buf, to };

    while (*at < to && (*at = token_next(all, *at)) < to) {
        struct token_match m;
        size_t own;
        const size_t i = *at;
        const struct text t = window_around(w, i, &own);
        const bool last = end && w->len - i <= WINDOW_CARRY;

        *at = i + 1;
        if (!guard_match(g, t, own, last, &m))
            continue;
        *at =
            i - own + span_end(m.span) > i ? i - own + span_end(m.span) : i + 1;
        if (!guarded[m.cls] || !local(m.when) || !token_when_holds(t, &m) ||
            guard_excused(g, w, i, t, &m))
            continue;
        g->hit = m;
        g->hit.span.off += w->base + i - own;
        g->decided_at =
            w->base + (w->len - i > WINDOW_CARRY ? i + WINDOW_CARRY : w->len);
        return true;
    }
    guard_listen(g, w, to);
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

    (void)options;
    *g = (struct guard_state){ .set = setup };
    window_begin(&g->window);
}

static enum guard_verdict guard_verdict(struct guard_state *g, bool stop,
                                        struct guard_reason *why)
{
    regex_match_free(g->scratch);
    g->scratch = NULL;
    if (!stop)
        return GUARD_GO;
    *why =
        (struct guard_reason){ &rules[g->hit.cls], g->hit.span, g->decided_at };
    return GUARD_STOP;
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

const struct check check_special_token = {
    .id = "special-token",
    .summary = "the model's own tokens were printed as text",
    .rules = rules,
    .rule_count = TOKEN_CLASSES,
    .setup = special_token_setup,
    .teardown = special_token_teardown,
    .run = special_token_run,
    .guard = &guard,
};
