/* Language drift: text in another language than the one asked for. */
#include "validator/check.h"

#include <stdlib.h>

#include "validator/text/lang_drift.h"

/* A rule per layer, with its number. */
static const struct rule rules[DRIFT_LAYERS] = {
    [DRIFT_SCRIPT] = { "language-drift/script", SEV_ERROR,
                      "letters of a script that the expected language does "
                      "not use" },
    [DRIFT_TAKEOVER] = { "language-drift/takeover", SEV_ERROR,
                        "from here on the report is in another language" },
};

static const char *const layer_name[DRIFT_LAYERS] = {
    [DRIFT_SCRIPT] = "script",
    [DRIFT_TAKEOVER] = "takeover",
};

static enum status drift_setup(void **out, const struct check_env *env,
                               const char **why_off, struct error *err)
{
    struct drift_config *c = calloc(1, sizeof(*c));
    enum status st = ST_OK;

    (void)why_off;
    if (c == NULL)
        return error_set(err, ST_NOMEM, "no memory for the languages");
    for (size_t i = 0; i < env->n_langs && st == ST_OK; i++)
        st = lang_expect_add(&c->expect, text_from(env->langs[i]), err);
    if (st != ST_OK) {
        free(c);
        return st;
    }
    *out = c;
    return ST_OK;
}

static void drift_teardown(void *setup)
{
    free(setup);
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
    if (*cap < b->pieces + r->model_count) {
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

static enum status drift_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    struct drift_doc d = { .config = ctx_setup(ctx),
                           .text = r->bytes,
                           .arena = ctx_arena(ctx) };
    struct span *prose = NULL;
    size_t cap = 0, n = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < r->doc.block_count && st == ST_OK; i++) {
        const struct block *b = &r->doc.blocks[i];

        if (b->role == BLOCK_CODE || b->role == BLOCK_HTML ||
            b->role == BLOCK_FRONT_MATTER)
            continue;
        st = block_prose(r, b, &prose, &cap, &n, d.arena);
        if (st == ST_OK && n > 0)
            st = drift_block(&d, prose, n);
    }
    if (st == ST_OK)
        st = drift_finish(&d);
    for (size_t i = 0; i < d.count && st == ST_OK; i++)
        st = emit(ctx, &d.drifts[i]);
    return st;
}

const struct check check_language_drift = {
    .id = "language-drift",
    .summary = "text in another language than the one asked for",
    .rules = rules,
    .rule_count = DRIFT_LAYERS,
    .setup = drift_setup,
    .teardown = drift_teardown,
    .run = drift_run,
};
