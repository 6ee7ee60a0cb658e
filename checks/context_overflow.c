/* Prompt and answer outgrew the context window: the usual cause of garbled
 * text. Known from the run record alone. */
#include "validator/check.h"
#include "validator/run_context.h"

enum { RULE_TOTAL, RULE_PROMPT, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_TOTAL] = { "context-overflow/total", SEV_WARNING,
                     "prompt and answer are longer than the context window: "
                     "from here on the model no longer saw its prompt whole" },
    [RULE_PROMPT] = { "context-overflow/prompt", SEV_WARNING,
                      "the prompt filled the context window: the server cut "
                      "it" },
};

/* English and JSON give 3 to 5 bytes a token; a server that kept only the end
 * of a prompt counts far fewer tokens than the prompt's bytes make. */
enum { OPT_BYTES_PER_TOKEN, OPT_COUNT };
static const struct option options[] = {
    [OPT_BYTES_PER_TOKEN] = { "max-bytes-per-token", 8, 5, 100, "bytes",
                              "docs/checks/context-overflow.md" },
};

/* The window; -1: the record does not tell. */
static long window(const struct run_context *run)
{
    return run->num_ctx > 0 ? run->num_ctx : -1;
}

/* The first line of what the model wrote last. */
static struct span first_line(const struct report *r)
{
    const struct span s =
        r->model_count > 0 ? r->model[0] : (struct span){ 0, 0 };
    const struct text t = text_sub(r->bytes, s);
    size_t end = text_find(t, TEXT_LIT("\n"), 0);

    if (end > s.len)
        end = s.len;
    return (struct span){ s.off, end };
}

/* Where the window was full, in proportion to the tokens written. */
static struct span from_overflow(const struct report *r, long ctx,
                                 const struct run_call *c)
{
    const struct span s =
        r->model_count > 0 ? r->model[0] : (struct span){ 0, 0 };
    const double share =
        c->output_tokens > 0 && ctx > c->prompt_tokens
            ? (double)(ctx - c->prompt_tokens) / (double)c->output_tokens
            : 0;
    size_t off = s.off + (size_t)((double)s.len * (share < 1 ? share : 1));

    while (off > s.off && ((unsigned char)r->bytes.ptr[off] & 0xc0) == 0x80)
        off--; /* a character is never split */
    return span_between(off, span_end(s));
}

static enum status tell(struct check_ctx *ctx, size_t rule, struct span span,
                        const struct run_call *c, long ctx_tokens)
{
    const struct kv evidence[] = {
        KV_T("stage", c->stage),
        KV_I("num_ctx", ctx_tokens),
        KV_I("prompt_tokens", c->prompt_tokens),
        KV_I("output_tokens", c->output_tokens),
    };
    const char *detail = arena_printf(
        ctx_arena(ctx), "%ld + %ld tokens in a window of %ld (stage %.*s)",
        c->prompt_tokens, c->output_tokens > 0 ? c->output_tokens : 0,
        ctx_tokens, (int)(c->stage.len < 80 ? c->stage.len : 80), c->stage.ptr);

    if (detail == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for a finding");
    return ctx_emit(ctx, rule, span, text_from(detail), evidence,
                    sizeof(evidence) / sizeof(*evidence));
}

static bool prompt_was_cut(const struct check_ctx *ctx,
                           const struct run_call *c, long window_tokens)
{
    const size_t most = (size_t)ctx_option(ctx, OPT_BYTES_PER_TOKEN);

    return c->prompt_tokens >= window_tokens - 1 ||
           (c->prompt_tokens >= window_tokens / 2 - 1 &&
            c->prompt.len / (size_t)c->prompt_tokens > most);
}

static enum status context_overflow_run(struct check_ctx *ctx)
{
    const struct run_context *run = ctx_run(ctx);
    const struct report *r = ctx_report(ctx);
    const long size = run != NULL ? window(run) : -1;
    enum status st = ST_OK;

    if (size <= 2)
        return ST_OK;
    for (size_t i = 0; i < run->call_count && st == ST_OK; i++) {
        const struct run_call *c = &run->calls[i];
        const bool last = i + 1 == run->call_count;

        if (c->prompt_tokens <= 0)
            continue;
        if (prompt_was_cut(ctx, c, size))
            st = tell(ctx, RULE_PROMPT, first_line(r), c, size);
        else if (c->output_tokens > 0 &&
                 c->prompt_tokens + c->output_tokens > size)
            st =
                tell(ctx, RULE_TOTAL,
                     last ? from_overflow(r, size, c) : first_line(r), c, size);
    }
    return st;
}

const struct check check_context_overflow = {
    .id = "context-overflow",
    .summary = "prompt and answer outgrew the context window",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .options = options,
    .option_count = OPT_COUNT,
    .run = context_overflow_run,
};
