/* Numbers that the source data do not bear out. */
#include "checks/claims.h"

enum {
    RULE_UNSUPPORTED,
    RULE_CONTRADICTED,
    RULE_MISATTRIBUTED,
    RULE_NAME,
    RULE_COUNT
};
static const struct rule rules[] = {
    [RULE_UNSUPPORTED] = { "fabricated-number/unsupported", SEV_ERROR,
                           "the data do not bear this number out" },
    [RULE_CONTRADICTED] = { "fabricated-number/contradicted", SEV_ERROR,
                            "the data say another number" },
    [RULE_MISATTRIBUTED] = { "fabricated-number/misattributed", SEV_ERROR,
                             "the number is in the data, but of something "
                             "else" },
    [RULE_NAME] = { "fabricated-number/wrong-name", SEV_ERROR,
                    "this name is wrong" },
};

static const size_t rule_of[CLAIM_VERDICTS] = {
    [CLAIM_UNSUPPORTED] = RULE_UNSUPPORTED,
    [CLAIM_CONTRADICTED] = RULE_CONTRADICTED,
    [CLAIM_MISATTRIBUTED] = RULE_MISATTRIBUTED,
    [CLAIM_UNIT_MISMATCH] = RULE_UNSUPPORTED,
};

/* One finding for claims [i, *end), whose numbers are right and whose name is
 * not. */
static enum status emit_name(struct check_ctx *ctx, const struct audit *audit,
                             size_t i, size_t *end)
{
    enum { FACTS_MAX = 8 };
    const struct audited_claim *c = &audit->claims[i];
    struct evidence_fact *facts =
        arena_alloc(ctx_arena(ctx), FACTS_MAX, sizeof(*facts));
    size_t n = 0;

    if (facts == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for evidence");
    for (; i < audit->claim_count && audit->claims[i].name.off == c->name.off &&
           audit->claims[i].name.len > 0;
         i++)
        if (n < FACTS_MAX && audit->claims[i].fact_count > 0)
            facts[n++] = audit->claims[i].facts[0];
    *end = i;
    return ctx_emit(
        ctx, RULE_NAME, c->name, c->why,
        (struct kv[]){
            KV_T("verdict", text_from(claim_verdict_name[c->verdict])),
            KV_F("facts", facts, n) },
        2);
}

static enum status emit_names(struct check_ctx *ctx)
{
    const struct audit *audit = ctx_audit(ctx);
    enum status st = ST_OK;

    for (size_t i = 0, end;
         audit != NULL && st == ST_OK && i < audit->claim_count; i = end) {
        end = i + 1;
        if (audit->claims[i].name.len > 0)
            st = emit_name(ctx, audit, i, &end);
    }
    return st;
}

static enum status run(struct check_ctx *ctx)
{
    const enum status st = claims_emit(ctx, FAULT_NUMBER, rule_of);

    return st == ST_OK ? emit_names(ctx) : st;
}

const struct check check_fabricated_number = {
    .id = "fabricated-number",
    .summary = "a number that the source data do not bear out",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = run,
    .needs_audit = true,
};
