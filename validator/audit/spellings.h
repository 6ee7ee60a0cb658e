#ifndef VALIDATOR_AUDIT_SPELLINGS_H
#define VALIDATOR_AUDIT_SPELLINGS_H
/* Names of the data that a report spells in its own way: "Llama 3 8B" for
 * llama3:8b, "ResNet-50" for resnet50, "PostgreSQL" for postgres, "Qwen" for
 * qwen2.5:14b. Built once from the facts; then shared read-only. */
#include "validator/claims/flat.h"
#include "validator/facts/facts.h"

struct spellings;

/* Of the names of rows, or of what rows share; of the first 65,536 names
 * of at most 31 letters and digits.
 * On ST_OK the caller owns *out (spellings_free). `f` must outlive it. */
enum status spellings_make(struct spellings **out, const struct facts *f,
                           struct error *err);
void spellings_free(struct spellings *s); /* accepts NULL */

/* What a word (in lower case) is of such names; FACT_NONE: of none, or of more
 * than one. */
struct spelt {
    uint32_t alone; /* the name that it is, but for a version */
    uint32_t stem;  /* the name that it is, but for its ending */
    bool more;      /* a name may begin with it and go on */
};
static inline bool spelt_any(struct spelt s)
{
    return s.more || s.alone != FACT_NONE || s.stem != FACT_NONE;
}
struct spelt spellings_word(const struct spellings *s, struct text word);

/* The one name that the words from `word` on spell, *end: the word behind
 * them; FACT_NONE: none, or more than one. first: of the first of them. */
uint32_t spellings_at(const struct spellings *s, const struct flat *f,
                      uint32_t word, struct spelt first, uint32_t *end);

#endif
