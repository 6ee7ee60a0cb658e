/* Language drift: text in another language than the one asked for. */
#include "validator/check.h"

#include <stdlib.h>

#include "checks/language_drift_int.h"

/* A rule per layer, with its number. */
const struct rule language_drift_rules[DRIFT_LAYERS] = {
    [DRIFT_SCRIPT] = { "language-drift/script", SEV_ERROR,
                       "letters of a script that the expected language does "
                       "not use" },
    [DRIFT_TAKEOVER] = { "language-drift/takeover", SEV_ERROR,
                         "from here on the report is in another language" },
    [DRIFT_SENTENCE] = { "language-drift/sentence", SEV_ERROR,
                         "a sentence in another language" },
    [DRIFT_WORD] = { "language-drift/word", SEV_ERROR,
                     "a word or phrase of another language" },
    [DRIFT_GARBLE] = { "language-drift/garble", SEV_ERROR,
                       "letters that are no word of any language" },
};

static const char *const layer_name[DRIFT_LAYERS] = {
    [DRIFT_SCRIPT] = "script",     [DRIFT_TAKEOVER] = "takeover",
    [DRIFT_SENTENCE] = "sentence", [DRIFT_WORD] = "word",
    [DRIFT_GARBLE] = "garble",
};

static const struct option options[DRIFT_OPTIONS] = {
    [OPT_GUARD_SENTENCES] = { "guard-sentences", 2, 1, 100, "sentences",
                              "docs/measured/language.md" },
};

static void drift_teardown(void *setup)
{
    struct drift_setup *s = setup;

    if (s == NULL)
        return;
    score_config_free(&s->config.score);
    arena_free(s->arena);
    lang_data_close(&s->config.data);
    free(s);
}

/* Loans and the user's words. */
static enum status welcome_words(struct drift_setup *s,
                                 const struct check_env *env)
{
    enum { WORDS_MAX_BYTES = 64 << 20 };
    struct word_set *welcome = &s->config.score.welcome;
    enum status st;

    s->arena = welcome->arena = arena_new(WORDS_MAX_BYTES);
    if (s->arena == NULL)
        return ST_NOMEM;
    st = word_set_add(welcome, env->rule_file(env, "loanwords.txt"));
    for (size_t i = 0; i < env->n_words && st == ST_OK; i++)
        st = word_set_add(welcome, text_from(env->words[i]));
    return st;
}

static enum status drift_setup(void **out, const struct check_env *env,
                               const char **why_off, struct error *err)
{
    struct drift_setup *s = calloc(1, sizeof(*s));
    enum status st = ST_OK;

    (void)why_off;
    if (s == NULL)
        return error_set(err, ST_NOMEM, "no memory for the languages");
    for (size_t i = 0; i < env->n_langs && st == ST_OK; i++)
        st = lang_expect_add(&s->config.expect, text_from(env->langs[i]), err);
    if (st == ST_OK && env->lang_data != NULL)
        st = lang_data_open(&s->config.data, env->lang_data, err);
    if (st == ST_OK && s->config.data.h != NULL)
        st = score_config_init(&s->config.score, &s->config.data,
                               &s->config.expect,
                               env->rule_file(env, "function_words.txt"));
    if (st == ST_OK && s->config.data.h != NULL)
        st = welcome_words(s, env);
    if (st == ST_NOMEM)
        (void)error_set(err, st, "language-drift: no memory for its tables");
    if (st != ST_OK) {
        drift_teardown(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

static enum status emit(struct check_ctx *ctx, const struct drift *d)
{
    const struct kv evidence[] = {
        KV_T("lang", text_from(lang_code(d->lang))),
        KV_T("layer", text_from(layer_name[d->layer])),
    };

    return ctx_emit(ctx, (size_t)d->layer, d->span,
                    text_from(lang_code(d->lang)), evidence,
                    sizeof(evidence) / sizeof(*evidence));
}

/* The prose of one block that the model wrote, as spans; *n of them. */
static enum status block_prose(const struct report *r, const struct block *b,
                               struct span **out, size_t *cap, size_t *n,
                               struct arena *a)
{
    *n = 0;
    if (*out == NULL || *cap < b->pieces + r->model_count) {
        *cap = 2 * (b->pieces + r->model_count);
        *out = arena_alloc(a, *cap, sizeof(**out));
        if (*out == NULL)
            return ST_NOMEM;
    }
    for (size_t i = 0; i < b->pieces; i++) {
        const struct piece *p = &r->doc.pieces[b->first_piece + i];

        if (p->kind != PIECE_TEXT)
            continue;
        const struct span s = report_model_part(r, p->span);

        if (s.len > 0)
            (*out)[(*n)++] = s;
    }
    return ST_OK;
}

/* Line and word pass as the Language Confusion Benchmark defines them: of a
 * set of reports, their means are its LPR and WPR. */
static enum status metrics(struct check_ctx *ctx, const struct drift_doc *d)
{
    const struct kv m[] = {
        KV_I("lines", (long long)d->lines),
        KV_I("lines_failed", (long long)d->lines_failed),
        KV_I("words", (long long)d->word_count),
        KV_I("words_failed", (long long)d->words_failed),
        KV_B("line_pass", d->lines_failed == 0),
        KV_B("word_pass", d->words_failed == 0),
        KV_B("word_layer", d->config->data.h != NULL),
    };

    return ctx_metrics(ctx, m, sizeof(m) / sizeof(*m));
}

/* A line of a code block that reads as prose: models fence their own text. */
static bool prose_line(struct text line)
{
    enum { WORDS_MIN = 5 };
    size_t words = 0, odd = 0;
    bool in_word = false;

    for (size_t i = 0; i < line.len; i++) {
        const char c = line.ptr[i];
        const bool letter = ascii_alpha(c) || (unsigned char)c >= 0x80;

        words += letter && !in_word;
        in_word = letter || (in_word && c != ' ');
        odd += strchr("{}[]();=<>|\\_$&`", c) != NULL;
    }
    return words >= WORDS_MIN && odd == 0;
}

/* Fenced prose is judged, so it is no vocabulary. */
static enum status accept_block(struct drift_doc *d, const struct report *r,
                                const struct block *b)
{
    enum status st = ST_OK;

    for (uint32_t i = 0; i < b->pieces && st == ST_OK; i++) {
        const struct piece *p = &r->doc.pieces[b->first_piece + i];
        const struct text t = text_sub(r->bytes, p->span);

        if ((p->kind == PIECE_CODE && !prose_line(t)) || p->kind == PIECE_URL ||
            report_author(r, p->span.off) == AUTHOR_TEMPLATE)
            st = word_set_add(&d->accepted, t);
    }
    return st;
}

/* What this report may call things: loans, the user's words, and whatever
 * stands in code or was written by the template. */
static enum status vocabulary(struct drift_doc *d, void *arg)
{
    struct check_ctx *ctx = arg;
    const struct report *r = ctx_report(ctx);
    enum status st = ST_OK;

    for (size_t i = 0; i < r->doc.block_count && st == ST_OK; i++)
        st = accept_block(d, r, &r->doc.blocks[i]);
    return st;
}

static enum status code_block(struct drift_doc *d, const struct report *r,
                              const struct block *b)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < b->pieces && st == ST_OK; i++) {
        const struct span s =
            report_model_part(r, r->doc.pieces[b->first_piece + i].span);

        if (s.len == 0)
            continue;
        if (prose_line(text_sub(r->bytes, s)))
            st = drift_block(d, &s, 1);
        else
            st = drift_code(d, s);
    }
    return st;
}

/* Is piece p the first of the model's words in its part of the report? */
static bool begins_part(const struct report *r, size_t off, size_t *part)
{
    size_t i = 0;

    while (i < r->model_count && span_end(r->model[i]) <= off)
        i++;
    const bool first = i < r->model_count && i + 1 > *part;

    if (first)
        *part = i + 1;
    return first;
}

static enum status code_spans(struct drift_doc *d, const struct report *r,
                              const struct block *b)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < b->pieces && st == ST_OK; i++) {
        const struct piece *p = &r->doc.pieces[b->first_piece + i];
        const struct span s = report_model_part(r, p->span);

        if (p->kind == PIECE_CODE && s.len > 0)
            st = drift_code(d, s);
    }
    return st;
}

static enum status drift_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct drift_setup *s = ctx_setup(ctx);
    struct drift_doc d = { .config = &s->config,
                           .vocabulary = vocabulary,
                           .vocabulary_arg = ctx,
                           .text = r->bytes,
                           .arena = ctx_arena(ctx) };
    struct span *prose = NULL;
    size_t cap = 0, n = 0, part = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < r->doc.block_count && st == ST_OK; i++) {
        const struct block *b = &r->doc.blocks[i];

        if (b->role == BLOCK_CODE)
            st = code_block(&d, r, b);
        if (b->role == BLOCK_CODE || b->role == BLOCK_HTML ||
            b->role == BLOCK_FRONT_MATTER)
            continue;
        st = block_prose(r, b, &prose, &cap, &n, d.arena);
        if (st == ST_OK && n > 0) {
            if (begins_part(r, prose[0].off, &part)) {
                drift_end_part(&d);
                d.at_start = true;
            }
            st = drift_block(&d, prose, n);
        }
        if (st == ST_OK)
            st = code_spans(&d, r, b);
    }
    drift_end_part(&d);
    for (size_t i = 0; i < d.count && st == ST_OK; i++)
        st = emit(ctx, &d.drifts[i]);
    return st == ST_OK ? metrics(ctx, &d) : st;
}

const struct check check_language_drift = {
    .id = "language-drift",
    .summary = "text in another language than the one asked for",
    .rules = language_drift_rules,
    .rule_count = DRIFT_LAYERS,
    .options = options,
    .option_count = DRIFT_OPTIONS,
    .setup = drift_setup,
    .teardown = drift_teardown,
    .run = drift_run,
    .guard = &language_drift_guard,
};
