/* The report stops in the middle: a last sentence, table row, bracket or code
 * fence without its end, a sentence cut short by a garble, or a generation
 * that ran out of tokens. Precision first: a report may end without a full
 * stop. */
#include <stdlib.h>

#include "checks/truncated_int.h"
#include "validator/run_context.h"

static const struct rule rules[RULE_COUNT] = {
    [RULE_SENTENCE] = { "truncated/sentence", SEV_WARNING,
                        "the text stops in the middle of a sentence" },
    [RULE_LENGTH] = { "truncated/length", SEV_ERROR,
                      "the generation ended because its token limit was "
                      "reached" },
    [RULE_FENCE] = { "truncated/fence", SEV_WARNING,
                     "the text stops inside a code fence" },
    [RULE_ROW] = { "truncated/row", SEV_WARNING,
                   "the text stops inside a table row" },
    [RULE_BRACKET] = { "truncated/bracket", SEV_WARNING,
                       "the last paragraph opens what it does not close" },
    [RULE_HEADING] = { "truncated/heading", SEV_WARNING,
                       "the last section has no text" },
    [RULE_GARBLE] = { "truncated/garble", SEV_WARNING,
                      "a sentence breaks off where garbled text begins" },
    [RULE_ITEM] = { "truncated/item", SEV_WARNING,
                    "the last list item stops short of its siblings" },
    [RULE_EMPTY] = { "truncated/empty", SEV_ERROR, "the report has no text" },
};

/* The first block at or behind off: O(log n). */
static size_t block_at(const struct report *r, size_t off)
{
    size_t lo = 0, hi = r->doc.block_count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (r->doc.blocks[mid].span.off < off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct setup {
    struct endings words;
    struct lang_data data;
};

static size_t judge_words(const struct ends *e, const struct block *b,
                          struct text t, struct text marked)
{
    const struct text part = text_trim(text_sub(e->r->bytes, e->part));

    if (e->r->doc.pieces[b->first_piece + b->pieces - 1].kind == PIECE_HTML ||
        cut_in_loop(part))
        return RULE_COUNT;
    if (cut_in_sentence(e, b, t))
        return RULE_SENTENCE;
    if (b->role == BLOCK_LIST_ITEM && cut_in_item(e, b, t))
        return RULE_ITEM;
    return (ending_letter(marked) != LAST_OTHER && ending_opens(marked)) ||
                   cut_in_bold(cut_last_line(marked))
               ? RULE_BRACKET
               : RULE_COUNT;
}

/* The rule that the last block breaks, or RULE_COUNT. */
static size_t judge_block(const struct ends *e, const struct block *b,
                          struct span *where)
{
    const struct text t = e->r->bytes;
    const size_t end = span_end(e->part);
    const struct span own = cut_trimmed(t, b->span);
    const struct text inner =
        text_trim(text_sub(t, span_between(own.off, end)));
    /* From its line on, with the markup around it. */
    const struct text marked =
        text_trim(text_sub(t, span_between(cut_line_at(t, own.off).off, end)));
    struct span last = cut_trimmed(t, e->part);
    size_t rule = RULE_COUNT;

    last = cut_line_at(t, span_end(last) - 1);
    *where = cut_line_at(t, span_end(own) > 0 ? span_end(own) - 1 : 0);
    const struct text line = text_trim(text_sub(t, last));
    const struct text above = cut_line_above(t, last);

    if (b->role == BLOCK_CODE)
        return cut_in_fence(t, b, end) ? RULE_FENCE : RULE_COUNT;
    rule = cut_at_marker(line, above);
    if (rule == RULE_COUNT && cut_in_row(line, above))
        rule = RULE_ROW;
    if (rule != RULE_COUNT)
        *where = last;
    if (rule != RULE_COUNT || !cut_is_last_line(t, *where, end) ||
        inner.len == 0)
        return rule;
    switch (b->role) {
    case BLOCK_HEADING:
        return cut_at_heading(e, b, line, inner) ? RULE_HEADING : RULE_COUNT;
    case BLOCK_PARAGRAPH:
    case BLOCK_LIST_ITEM:
        return judge_words(e, b, inner, marked);
    default:
        return RULE_COUNT;
    }
}

/* Only list items, between template parts: lines that the template cut out of
 * another response. */
static bool is_cut(const struct report *r, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (r->doc.blocks[i].role != BLOCK_LIST_ITEM)
            return false;
    return r->model_count > 1 && end > first;
}

static enum status judge_part(struct check_ctx *ctx, struct span part)
{
    const struct report *r = ctx_report(ctx);
    const size_t first = block_at(r, part.off);
    const size_t end = block_at(r, span_end(part));
    const struct setup *setup = ctx_setup(ctx);
    struct ends e = { .r = r, .words = &setup->words, .part = part };
    enum status st = cut_by_garble(ctx, part);
    struct span where;
    size_t rule;

    if (first == end || st != ST_OK || is_cut(r, first, end))
        return st;
    e.first = first;
    e.last = end - 1;
    cut_learn_habit(&e);
    rule = judge_block(&e, &r->doc.blocks[e.last], &where);
    return rule < RULE_COUNT
               ? ctx_emit(ctx, rule, where, (struct text){ "", 0 }, NULL, 0)
               : st;
}

/* As the servers say it: Ollama and OpenAI, Anthropic, Gemini, Mistral. */
static bool ran_out(const struct run_context *run)
{
    static const char *const reasons[] = { "length", "max_tokens",
                                           "max_output_tokens",
                                           "model_length" };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        if (text_eq_icase(run->done_reason, text_from(reasons[i])))
            return true;
    return run->done_reason.len == 0 && run->num_predict > 0 &&
           run->output_tokens >= run->num_predict;
}

/* The last line of what the model wrote last. */
static enum status emit_length(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    struct span part = { 0, r->bytes.len };

    for (size_t i = r->model_count; i > 0; i--) {
        part = r->model[i - 1];
        if (!is_cut(r, block_at(r, part.off), block_at(r, span_end(part))))
            break;
    }
    part = cut_trimmed(r->bytes, part);
    if (part.len > 0)
        part = cut_line_at(r->bytes, span_end(part) - 1);
    return ctx_emit(ctx, RULE_LENGTH, part, (struct text){ "", 0 }, NULL, 0);
}

static enum status truncated_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct run_context *run = ctx_run(ctx);
    const bool length = run != NULL && ran_out(run);
    enum status st = ST_OK;

    if (!length && text_trim(r->bytes).len == 0)
        return ctx_emit(ctx, RULE_EMPTY, (struct span){ 0, 0 },
                        (struct text){ "", 0 }, NULL, 0);
    for (size_t i = 0; i < r->model_count && st == ST_OK; i++)
        st = length ? cut_by_garble(ctx, r->model[i])
                    : judge_part(ctx, r->model[i]);
    return st == ST_OK && length ? emit_length(ctx) : st;
}

static void truncated_teardown(void *setup)
{
    struct setup *s = setup;

    if (s != NULL)
        lang_data_close(&s->data);
    free(s);
}

static enum status truncated_setup(void **out, const struct check_env *env,
                                   const char **why_off, struct error *err)
{
    struct setup *s = calloc(1, sizeof(*s));
    enum status st = ST_OK;

    (void)why_off;
    if (s == NULL)
        return error_set(err, ST_NOMEM, "no memory for the endings");
    s->words = (struct endings){ .rules = env->rule_file(env, "endings.txt"),
                                 .langs = env->langs,
                                 .n_langs = env->n_langs };
    for (size_t i = 0; i < env->n_langs && st == ST_OK; i++)
        st = lang_expect_add(&s->words.expect, text_from(env->langs[i]), err);
    if (st == ST_OK && env->lang_data != NULL)
        st = lang_data_open(&s->data, env->lang_data, err);
    if (st != ST_OK) {
        truncated_teardown(s);
        return st;
    }
    s->words.data = s->data.h != NULL ? &s->data : NULL;
    *out = s;
    return ST_OK;
}

const struct check check_truncated = {
    .id = "truncated",
    .summary = "the report stops before its end",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .setup = truncated_setup,
    .teardown = truncated_teardown,
    .run = truncated_run,
};
