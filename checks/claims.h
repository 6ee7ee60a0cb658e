#ifndef CHECKS_CLAIMS_H
#define CHECKS_CLAIMS_H
/* What the three checks of numbers share: a flagged claim as a finding. */
#include "validator/audit/audit.h"
#include "validator/check.h"

/* Emits every flagged claim of that fault under `rule_of[verdict]`, but those
 * of a name that is wrong. */
enum status claims_emit(struct check_ctx *ctx, enum claim_fault fault,
                        const size_t rule_of[CLAIM_VERDICTS]);

#endif
