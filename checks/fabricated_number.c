/* Numbers that the source data do not bear out. */
#include "checks/claims.h"

enum { RULE_UNSUPPORTED, RULE_CONTRADICTED, RULE_MISATTRIBUTED, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_UNSUPPORTED] = { "fabricated-number/unsupported", SEV_ERROR,
                           "the data do not bear this number out" },
    [RULE_CONTRADICTED] = { "fabricated-number/contradicted", SEV_ERROR,
                            "the data say another number" },
    [RULE_MISATTRIBUTED] = { "fabricated-number/misattributed", SEV_ERROR,
                             "the number is in the data, but of something "
                             "else" },
};

static const size_t rule_of[CLAIM_VERDICTS] = {
    [CLAIM_UNSUPPORTED] = RULE_UNSUPPORTED,
    [CLAIM_CONTRADICTED] = RULE_CONTRADICTED,
    [CLAIM_MISATTRIBUTED] = RULE_MISATTRIBUTED,
    [CLAIM_UNIT_MISMATCH] = RULE_UNSUPPORTED,
};

static enum status run(struct check_ctx *ctx)
{
    return claims_emit(ctx, FAULT_NUMBER, rule_of);
}

const struct check check_fabricated_number = {
    .id = "fabricated-number",
    .summary = "a number that the source data do not bear out",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = run,
    .needs_audit = true,
};
