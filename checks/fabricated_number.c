/* Numbers that the source data do not bear out. */
#include "checks/claims.h"

enum { RULE_UNSUPPORTED, RULE_CONTRADICTED, RULE_MISATTRIBUTED, RULE_NAME,
       RULE_COUNT };
static const struct rule rules[] = {
    [RULE_UNSUPPORTED] = { "fabricated-number/unsupported", SEV_ERROR,
                           "the data do not bear this number out" },
    [RULE_CONTRADICTED] = { "fabricated-number/contradicted", SEV_ERROR,
                            "the data say another number" },
    [RULE_MISATTRIBUTED] = { "fabricated-number/misattributed", SEV_ERROR,
                             "the number is in the data, but of something "
                             "else" },
    [RULE_NAME] = { "fabricated-number/name", SEV_ERROR,
                    "these numbers are those of another row" },
};

static const size_t rule_of[CLAIM_VERDICTS] = {
    [CLAIM_UNSUPPORTED] = RULE_UNSUPPORTED,
    [CLAIM_CONTRADICTED] = RULE_CONTRADICTED,
    [CLAIM_MISATTRIBUTED] = RULE_MISATTRIBUTED,
    [CLAIM_UNIT_MISMATCH] = RULE_UNSUPPORTED,
};

static enum status run(struct check_ctx *ctx)
{
    const struct audit *audit = ctx_audit(ctx);
    enum status st = claims_emit(ctx, FAULT_NUMBER, rule_of);

    for (size_t i = 0; audit != NULL && st == ST_OK && i < audit->name_count;
         i++) {
        const struct wrong_name *n = &audit->names[i];
        const struct kv ev[] = {
            KV_T("verdict", TEXT_LIT("misattributed")),
            KV_T("expected", n->fits),
            KV_F("facts", n->facts, n->fact_count),
        };

        st = ctx_emit(ctx, RULE_NAME, n->span, n->fits, ev,
                      n->fact_count > 0 ? 3 : 2);
    }
    return st;
}

const struct check check_fabricated_number = {
    .id = "fabricated-number",
    .summary = "a number that the source data do not bear out",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = run,
    .needs_audit = true,
};
