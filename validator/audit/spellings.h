#ifndef VALIDATOR_AUDIT_SPELLINGS_H
#define VALIDATOR_AUDIT_SPELLINGS_H
/* Names of the data that a report spells in its own way: "Llama 3 8B" for
 * llama3:8b, "ResNet-50" for resnet50, "PostgreSQL" for postgres, "Qwen" for
 * qwen2.5:14b. Built once from the facts; then shared read-only. */
#include "validator/claims/flat.h"
#include "validator/facts/facts.h"

struct spellings;

/* Of the names of rows, or of what rows share; of the first 65,536 names.
 * On ST_OK the caller owns *out (spellings_free). `f` must outlive it. */
enum status spellings_make(struct spellings **out, const struct facts *f,
                           struct error *err);
void spellings_free(struct spellings *s); /* accepts NULL */

/* Some such name may begin with the word (in lower case). */
bool spellings_may_begin(const struct spellings *s, struct text word);

/* The one name that the words from `word` on spell, *end: the word behind
 * them; FACT_NONE: none, or more than one. */
uint32_t spellings_at(const struct spellings *s, const struct flat *f,
                      uint32_t word, uint32_t *end);

#endif
