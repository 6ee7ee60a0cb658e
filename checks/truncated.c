/* The report stops in the middle: an open code fence at its end, a last
 * sentence without an end, or a generation that ran out of tokens. */
#include "validator/check.h"
#include "validator/run_context.h"

enum { RULE_SENTENCE, RULE_LENGTH, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_SENTENCE] = { "truncated/sentence", SEV_WARNING,
                        "the text stops in the middle of a sentence" },
    [RULE_LENGTH] = { "truncated/length", SEV_ERROR,
                      "the generation ended because its token limit was "
                      "reached" },
};

/* The last line of the first model part that is not blank. */
static struct span last_line(const struct report *r)
{
    size_t start, end;

    if (r->model_count == 0)
        return (struct span){ 0, 0 };
    start = r->model[0].off;
    end = span_end(r->model[0]);
    while (end > start && ascii_space(r->bytes.ptr[end - 1]))
        end--;
    for (size_t i = end; i > start; i--)
        if (r->bytes.ptr[i - 1] == '\n') {
            start = i;
            break;
        }
    return span_between(start, end);
}

static bool stops_inside(struct text line)
{
    enum { WORDS = 6 };
    size_t words = 0;

    for (size_t i = 1; i < line.len; i++)
        words += line.ptr[i] == ' ' && line.ptr[i - 1] != ' ';
    return words >= WORDS && line.ptr[0] != '|' && line.ptr[0] != '#' &&
           (ascii_alpha(line.ptr[line.len - 1]) ||
            line.ptr[line.len - 1] == ',');
}

static enum status truncated_run(struct check_ctx *ctx)
{
    const struct run_context *run = ctx_run(ctx);
    const struct span line = last_line(ctx_report(ctx));
    const struct text none = { "", 0 };

    if (line.len == 0)
        return ST_OK;
    if (run != NULL && text_eq(run->done_reason, TEXT_LIT("length")))
        return ctx_emit(ctx, RULE_LENGTH, line, none, NULL, 0);
    if (stops_inside(text_sub(ctx_bytes(ctx), line)))
        return ctx_emit(ctx, RULE_SENTENCE, line, none, NULL, 0);
    return ST_OK;
}

const struct check check_truncated = {
    .id = "truncated",
    .summary = "the report stops before its end",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = truncated_run,
};
