/* Token loops: the same words, lines or characters again and again, as a stuck
 * decoder writes them. */
#include "validator/check.h"
#include "validator/text/loop.h"

/* One rule per enum loop_kind, in its order. */
static const struct rule rules[LOOP_KIND_COUNT] = {
    [LOOP_GRAPHEME] = { "token-loop/grapheme", SEV_ERROR,
                        "the same characters again and again" },
    [LOOP_WORD] = { "token-loop/word", SEV_ERROR,
                    "the same words again and again" },
    [LOOP_LINE] = { "token-loop/line", SEV_ERROR,
                    "the same lines again and again" },
    [LOOP_COUNTER] = { "token-loop/counter", SEV_ERROR,
                       "the same text again and again, only a number counts "
                       "on" },
    [LOOP_DRIFT] = { "token-loop/drift", SEV_ERROR,
                     "the same text again and again, growing or changing" },
    [LOOP_STALE] = { "token-loop/stale", SEV_ERROR,
                     "a long passage in which nothing is new" },
    [LOOP_DUPLICATE] = { "token-loop/duplicate", SEV_WARNING,
                         "a long passage that stands far above already" },
};

enum { OPT_BYTES, OPT_PERMILLE, OPT_STALE, OPT_COUNT };
static const struct option options[] = {
    [OPT_BYTES] = { "error-bytes", 200, 1, 1000000, "bytes",
                    "docs/measured/loops.md" },
    [OPT_PERMILLE] = { "error-permille", 20, 1, 1000, "1/1000 of the report",
                       "docs/measured/loops.md" },
    [OPT_STALE] = { "stale-words", 140, 40, 10000, "words",
                    "docs/measured/loops.md" },
};

static struct loop_limits limits_of(const long *o)
{
    return (struct loop_limits){ .stop_bytes = (size_t)o[OPT_BYTES],
                                 .stop_permille = (size_t)o[OPT_PERMILLE],
                                 .stale_words = (size_t)o[OPT_STALE] };
}

struct events {
    struct arena *a;
    struct loop_event *at;
    size_t count, cap;
    bool failed;
};

static void collect(void *arg, const struct loop_event *e)
{
    struct events *v = arg;

    if (v->count == v->cap) {
        const size_t cap = v->cap == 0 ? 16 : 2 * v->cap;
        struct loop_event *at =
            arena_grow(v->a, v->at, v->count, cap, sizeof(*at));

        if (at == NULL) {
            v->failed = true;
            return;
        }
        v->at = at;
        v->cap = cap;
    }
    v->at[v->count++] = *e;
}

/* More text behind the loop than a sentence's end. */
static bool recovered(struct text rest)
{
    enum { LEAST = 32 }; /* bytes */

    return text_trim(rest).len >= LEAST;
}

static enum status emit(struct check_ctx *ctx, struct span part,
                        const struct loop_event *e)
{
    static const char *const unit[LOOP_KIND_COUNT] = {
        "grapheme", "word", "line", "line", "word", "word", "word"
    };
    const struct text bytes = text_sub(ctx_bytes(ctx), part);
    const struct text rest = { bytes.ptr + e->end, bytes.len - e->end };
    const struct span span = { part.off + e->start, e->end - e->start };
    const struct kv evidence[] = {
        KV_I("second", (long long)(part.off + e->second)),
        KV_T("unit", text_from(unit[e->kind])),
        KV_I("period", (long long)e->period),
        KV_I("copies", (long long)e->copies),
        KV_R("coverage", (double)span.len / (double)bytes.len),
        KV_I("waste", (long long)(e->end - e->second)),
        KV_B("near", e->near),
        KV_B("recovered", recovered(rest)),
    };

    return ctx_emit_as(ctx, e->kind, e->stop ? SEV_ERROR : SEV_WARNING, span,
                       (struct text){ "", 0 }, evidence,
                       sizeof(evidence) / sizeof(*evidence));
}

/* Lines that a template cut out of another response (only list items, between
 * template parts): the cut repeats them, not the decoder. */
static bool is_cut(const struct report *r, struct span part)
{
    const struct text t = text_sub(r->bytes, part);
    size_t items = 0;

    if (r->model_count < 2)
        return false;
    for (size_t i = 0, end; i < t.len; i = end + 1) {
        struct text line;

        end = text_find(t, TEXT_LIT("\n"), i);
        end = end < t.len ? end : t.len;
        line = text_trim((struct text){ t.ptr + i, end - i });
        if (line.len == 0)
            continue;
        if (line.ptr[0] != '-' && line.ptr[0] != '*')
            return false;
        items++;
    }
    return items > 0;
}

static bool inside_a_line(const struct loop_event *e)
{
    return e->kind == LOOP_GRAPHEME || e->kind == LOOP_WORD;
}

static enum status judge_part(struct check_ctx *ctx, struct loop *l,
                              struct span part)
{
    const long o[OPT_COUNT] = { ctx_option(ctx, OPT_BYTES),
                                ctx_option(ctx, OPT_PERMILLE),
                                ctx_option(ctx, OPT_STALE) };
    const struct loop_limits limits = limits_of(o);
    const bool cut = is_cut(ctx_report(ctx), part);
    struct events v = { .a = ctx_arena(ctx) };
    enum status st = ST_OK;

    loop_begin(l, &limits, collect, &v);
    loop_feed(l, text_sub(ctx_bytes(ctx), part));
    loop_end(l);
    if (v.failed)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for findings");
    v.count = loop_merge(v.at, v.count);
    for (size_t i = 0; i < v.count && st == ST_OK; i++)
        if (!cut || inside_a_line(&v.at[i]))
            st = emit(ctx, part, &v.at[i]);
    return st;
}

static enum status token_loop_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    struct loop *l = arena_raw(ctx_arena(ctx), 1, loop_state_size());
    enum status st = ST_OK;

    if (l == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for token-loop");
    for (size_t i = 0; i < r->model_count && st == ST_OK; i++)
        st = judge_part(ctx, l, r->model[i]);
    return st;
}

static size_t guard_size(const void *setup)
{
    (void)setup;
    return loop_state_size();
}

static void guard_begin(void *state, const void *setup, const long *o)
{
    const struct loop_limits limits = limits_of(o);

    (void)setup;
    loop_begin(state, &limits, NULL, NULL);
}

static enum guard_verdict verdict(const struct loop *l,
                                  struct guard_reason *why)
{
    const struct loop_event *e = loop_stopped(l);

    if (e == NULL)
        return GUARD_GO;
    *why = (struct guard_reason){ .rule = &rules[e->kind],
                                  .span = span_between(e->start, e->end),
                                  .decided_at = e->decided_at };
    return GUARD_STOP;
}

static enum guard_verdict guard_feed(void *state, struct text bytes,
                                     struct guard_reason *why)
{
    loop_feed(state, bytes);
    return verdict(state, why);
}

static enum guard_verdict guard_end(void *state, struct guard_reason *why)
{
    loop_end(state);
    return verdict(state, why);
}

static const struct guard_ops guard = { .state_size = guard_size,
                                        .begin = guard_begin,
                                        .feed = guard_feed,
                                        .end = guard_end };

const struct check check_token_loop = {
    .id = "token-loop",
    .summary = "the report repeats itself without end",
    .rules = rules,
    .rule_count = LOOP_KIND_COUNT,
    .options = options,
    .option_count = OPT_COUNT,
    .run = token_loop_run,
    .guard = &guard,
};
