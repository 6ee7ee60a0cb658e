#ifndef VALIDATOR_AUDIT_TERMS_H
#define VALIDATOR_AUDIT_TERMS_H
/* Which columns a word or phrase of a report can mean. Built once from the
 * facts and rules/terms.json; then shared read-only. */
#include "validator/audit/feats.h"
#include "validator/claims/claims.h"
#include "validator/facts/facts.h"

/* A column of a rate without a unit ("loaves_per_second"): with the dimension
 * of what it is per, whose numbers are none of the column. */
#define TERM_PER (1u << 31)

struct term_post {
    uint32_t column;
    uint32_t dim;    /* of its unit (units_dim), or TERM_PER | dimension */
    uint16_t weight; /* 16 per word of a phrase; less for a common word */
    uint16_t alike;  /* so many posts behind it are of the same dimension */
};

/* columns.c: the dimension of a column as struct term_post has it. */
uint32_t columns_dim(const struct facts *f, uint32_t column);

struct term {
    struct text phrase; /* lower case, words joined by one space */
    uint32_t first, posts;
    uint8_t words;
    bool noun; /* from the user's glossary: "a" before it is a count */
};

/* Columns that go together as part / whole / percentage in every row. */
struct family {
    uint32_t part, whole, percent;
};

struct terms;

enum status terms_make(struct terms **out, const struct facts *f,
                       struct text json, const char *name, struct error *err);
void terms_free(struct terms *t); /* accepts NULL */

/* The longest phrase that begins at the word; NULL: none. *end: the word
 * behind it. Punctuation between its words is not looked at, but a line or
 * sentence end is. */
const struct term *terms_at(const struct terms *t, const struct flat *f,
                            uint32_t word, uint32_t *end);

/* The same in two steps: what of it the word alone tells, and the rest. */
struct term_start {
    const struct term *alone; /* the term that is the word; NULL: none */
    uint64_t seconds; /* name_word_second of what may stand second in them */
    uint8_t longest;  /* words of the longest phrase it may begin */
};
struct term_start terms_start(const struct terms *t, struct text word);
const struct term *terms_from(const struct terms *t, const struct flat *f,
                              uint32_t word, struct term_start start,
                              uint32_t *end);

const struct term_post *terms_posts(const struct terms *t,
                                    const struct term *term);

/* True for a noun that a row of a table may be called ("configurations"). */
bool terms_row_noun(const struct terms *t, const struct flat *f, uint32_t word);

/* The word, or the name of the row that it stands for: "md" for "markdown". */
struct text terms_row_word(const struct terms *t, struct text word);

/* The families whose percentage is that column (or, whole or part). */
const struct family *terms_families(const struct terms *t, size_t *count);

/* Columns that the glossary calls the first or second number of something,
 * in pairs of one table. */
struct number_pair {
    uint32_t first, second;
};
const struct number_pair *terms_pairs(const struct terms *t, size_t *count);

const struct feats *terms_feats(const struct terms *t);

/* A noun of the glossary begins with the word. */
bool terms_is_noun(const struct terms *t, const struct flat *f, uint32_t word);

#endif
