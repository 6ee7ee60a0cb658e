/* The right digits under the wrong unit. */
#include "checks/claims.h"

enum { RULE_UNIT, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_UNIT] = { "unit-mismatch/unit", SEV_ERROR,
                    "the data have this number under another unit" },
};

static const size_t rule_of[CLAIM_VERDICTS] = { RULE_UNIT };

static enum status run(struct check_ctx *ctx)
{
    return claims_emit(ctx, FAULT_UNIT, rule_of);
}

const struct check check_unit_mismatch = {
    .id = "unit-mismatch",
    .summary = "the right digits under the wrong unit",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = run,
    .needs_audit = true,
};
