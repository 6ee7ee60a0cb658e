/* Numbers of the report that contradict each other. */
#include "checks/claims.h"

enum { RULE_SUM, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_SUM] = { "arithmetic/wrong", SEV_ERROR,
                   "this number does not follow from those it stands with" },
};

static const size_t rule_of[CLAIM_VERDICTS] = { RULE_SUM };

static enum status run(struct check_ctx *ctx)
{
    return claims_emit(ctx, FAULT_ARITHMETIC, rule_of);
}

const struct check check_arithmetic = {
    .id = "arithmetic",
    .summary = "numbers of the report that contradict each other",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = run,
    .needs_audit = true,
    .audits_alone = true,
};
