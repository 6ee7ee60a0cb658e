#include "validator/audit/audit.h"

const char *const claim_verdict_name[CLAIM_VERDICTS] = {
    [CLAIM_SUPPORTED] = "supported",
    [CLAIM_DERIVED] = "derived",
    [CLAIM_MISATTRIBUTED] = "misattributed",
    [CLAIM_UNIT_MISMATCH] = "unit-mismatch",
    [CLAIM_CONTRADICTED] = "contradicted",
    [CLAIM_UNSUPPORTED] = "unsupported",
    [CLAIM_UNVERIFIABLE] = "unverifiable",
    [CLAIM_EXEMPT] = "exempt",
};

enum status audit_make(struct audit **out, const struct report *r,
                       const struct facts *f, const struct run_context *run,
                       const void *rules, struct arena *a, struct error *err)
{
    struct audit *audit = arena_alloc(a, 1, sizeof(*audit));

    (void)r;
    (void)f;
    (void)run;
    (void)rules;
    if (audit == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit");
    *out = audit;
    return ST_OK;
}
