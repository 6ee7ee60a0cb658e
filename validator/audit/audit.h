#ifndef VALIDATOR_AUDIT_AUDIT_H
#define VALIDATOR_AUDIT_AUDIT_H
/* Claims against facts: every number the model wrote, with its verdict. Made
 * once per report, read by several checks and by the writers. */
#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/check.h"
#include "validator/facts/facts.h"
#include "validator/report.h"
#include "validator/run_context.h"

enum claim_verdict {
    CLAIM_SUPPORTED,
    CLAIM_DERIVED,
    CLAIM_MISATTRIBUTED,
    CLAIM_UNIT_MISMATCH,
    CLAIM_CONTRADICTED,
    CLAIM_UNSUPPORTED,
    CLAIM_UNVERIFIABLE,
    CLAIM_EXEMPT,
    CLAIM_VERDICTS
};
extern const char *const claim_verdict_name[CLAIM_VERDICTS];

/* Which check reports a flagged claim. */
enum claim_fault {
    FAULT_NUMBER,    /* the data do not say so */
    FAULT_UNIT,      /* the data have it under another unit */
    FAULT_ARITHMETIC /* it contradicts numbers of the report or its count */
};

struct audited_claim {
    struct span span;
    struct text value; /* decimal digits, separators removed */
    struct text unit;  /* canonical; empty: none */
    enum claim_verdict verdict;
    struct text why;      /* fixed text or short phrase */
    struct text formula;  /* empty: none */
    struct text expected; /* what the data says instead; empty: unknown */
    const struct evidence_fact *facts;
    size_t fact_count;
    const struct span *operands; /* the report's own numbers in `formula` */
    size_t operand_count;
    double chance; /* probability of a chance match, 0..1; -1: not computed */
    enum claim_fault fault; /* of a flagged claim */
    /* Of a misattributed claim: the name it is given to, when the numbers given
     * to it are those of another row, that is, when the name is wrong and not
     * the number. len 0: not so. */
    struct span name;
};

static inline bool claim_flagged(enum claim_verdict v)
{
    return v == CLAIM_MISATTRIBUTED || v == CLAIM_UNIT_MISMATCH ||
           v == CLAIM_CONTRADICTED || v == CLAIM_UNSUPPORTED;
}

struct audit {
    const struct audited_claim *claims; /* by span.off */
    size_t claim_count;
    /* Share of random numbers that would have passed in the place of supported
     * ones, of `chance_samples` (at most 200) that were tried. */
    double chance_match_rate;
    size_t chance_samples;
};

/* So many random numbers pass that the audit says little of this report, by
 * enough of them to tell (docs/measured/numbers.md). */
#define AUDIT_WEAK_RATE .2
enum { AUDIT_WEAK_SAMPLES = 10 };
static inline bool audit_weak(const struct audit *a)
{
    return a->chance_samples >= AUDIT_WEAK_SAMPLES &&
           a->chance_match_rate >= AUDIT_WEAK_RATE;
}

/* What is the same for all reports: units and the words for the columns of
 * these facts. `facts` may be NULL. Both must outlive *out
 * (audit_rules_free). terms: the text of rules/terms.json. */
struct audit_rules;
enum status audit_rules_load(struct audit_rules **out, const struct facts *f,
                             const struct units *units, struct text terms,
                             struct error *err);
void audit_rules_free(struct audit_rules *r); /* accepts NULL */

/* Everything lives in `a`. rules: what audit_rules_load made; NULL: no number
 * is judged. */
enum status audit_make(struct audit **out, const struct report *r,
                       const struct facts *f, const struct run_context *run,
                       const void *rules, struct arena *a, struct error *err);

#endif
