#include "checks/claims.h"

static struct text detail_of(struct check_ctx *ctx,
                             const struct audited_claim *c)
{
    const bool said = c->fault == FAULT_UNIT ||
                      text_eq(c->why, TEXT_LIT("the data say otherwise"));
    const char *s;

    /* The rule's message has said that already. */
    if (c->expected.len > 0 && said && c->verdict == CLAIM_CONTRADICTED)
        return c->expected;
    if (c->expected.len > 0 && said)
        s = arena_printf(ctx_arena(ctx), "the data say %.*s",
                         (int)c->expected.len, c->expected.ptr);
    else if (c->fault == FAULT_ARITHMETIC && c->expected.len > 0)
        s = arena_printf(ctx_arena(ctx), "%.*s: they give %.*s",
                         (int)c->why.len, c->why.ptr, (int)c->expected.len,
                         c->expected.ptr);
    else if (c->expected.len > 0 && text_ends(c->why, TEXT_LIT("in the data")))
        s = arena_printf(ctx_arena(ctx), "%.*s, which say %.*s here",
                         (int)c->why.len, c->why.ptr, (int)c->expected.len,
                         c->expected.ptr);
    else if (c->expected.len > 0)
        s = arena_printf(ctx_arena(ctx), "%.*s: the data say %.*s",
                         (int)c->why.len, c->why.ptr, (int)c->expected.len,
                         c->expected.ptr);
    else if (c->fact_count > 0)
        s = arena_printf(ctx_arena(ctx), "%.*s: %.*s", (int)c->why.len,
                         c->why.ptr, (int)c->facts[0].path.len,
                         c->facts[0].path.ptr);
    else
        return c->why;
    return s == NULL ? (struct text){ "", 0 } : text_from(s);
}

static enum status emit_claim(struct check_ctx *ctx, size_t rule,
                              const struct audited_claim *c)
{
    struct kv ev[9];
    size_t n = 0;

    ev[n++] = KV_T("verdict", text_from(claim_verdict_name[c->verdict]));
    ev[n++] = KV_T("value", c->value);
    if (c->unit.len > 0)
        ev[n++] = KV_T("unit", c->unit);
    if (c->expected.len > 0)
        ev[n++] = KV_T("expected", c->expected);
    if (c->formula.len > 0)
        ev[n++] = KV_T("formula", c->formula);
    if (c->operand_count > 0)
        ev[n++] = KV_S("operands", c->operands, c->operand_count);
    if (c->fact_count > 0)
        ev[n++] = KV_F("facts", c->facts, c->fact_count);
    if (c->chance >= 0)
        ev[n++] = KV_R("chance", c->chance);
    return ctx_emit(ctx, rule, c->span, detail_of(ctx, c), ev, n);
}

enum status claims_emit(struct check_ctx *ctx, enum claim_fault fault,
                        const size_t rule_of[CLAIM_VERDICTS])
{
    const struct audit *audit = ctx_audit(ctx);
    enum status st = ST_OK;

    for (size_t i = 0; audit != NULL && st == ST_OK && i < audit->claim_count;
         i++) {
        const struct audited_claim *c = &audit->claims[i];

        if (c->fault == fault && claim_flagged(c->verdict) && c->name.len == 0)
            st = emit_claim(ctx, rule_of[c->verdict], c);
    }
    return st;
}
