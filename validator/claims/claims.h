#ifndef VALIDATOR_CLAIMS_CLAIMS_H
#define VALIDATOR_CLAIMS_CLAIMS_H
/* The numbers of a text, as written: decimal value, last written place, unit,
 * and what they are part of. One pass, longest match, no backtracking. English
 * number words; digits in any text. */
#include "validator/base/units.h"
#include "validator/claims/flat.h"

enum claim_form { FORM_DIGITS, FORM_WORDS, FORM_ARTICLE, FORM_ORDINAL };
enum claim_cmp { CMP_NONE, CMP_LESS, CMP_AT_MOST, CMP_MORE, CMP_AT_LEAST };

/* What a number is to the one it stands with; claims of one group share
 * `group`. A range's low end comes first. */
enum claim_role {
    ROLE_ALONE,
    ROLE_LOW, /* range "5-60 s", "from 5 to 60 s" */
    ROLE_HIGH,
    ROLE_SPREAD, /* after a plus-minus sign */
    ROLE_PART,   /* pair: "3 of 12", "6/15", "6-15", "11-for-15" */
    ROLE_WHOLE,
    ROLE_BEFORE, /* "120 ms -> 95 ms" */
    ROLE_AFTER
};

/* Why a number states no fact that data could bear out. */
enum claim_exempt {
    EXEMPT_NO,
    EXEMPT_LIST, /* list or section ordinal */
    EXEMPT_VERSION,
    EXEMPT_DATE,       /* date, year, time of day */
    EXEMPT_NAME,       /* in a name: model, file, identifier, size label */
    EXEMPT_REFERENCE,  /* Table 3, #12, [1] */
    EXEMPT_PERCENTILE, /* names a statistic: p95, 99th percentile, 95% CI */
    EXEMPT_CODE,
    EXEMPT_ADVICE,  /* target, threshold, recommendation, example */
    EXEMPT_IDIOM,   /* "one of", "24/7", ordinals in prose */
    EXEMPT_LABEL,   /* names a row or column of a table */
    EXEMPT_OUTLINE, /* counts the parts of the text itself */
    EXEMPT_KINDS
};
extern const char *const claim_exempt_why[EXEMPT_KINDS]; /* fixed text */

struct claim {
    struct span span;    /* of the report: number and unit */
    uint32_t start, end; /* of the flat text: number and unit */
    uint32_t number_end; /* of the flat text: behind the number itself */
    uint32_t number_start;
    uint32_t first_word, end_word; /* flat words that it covers */
    struct decimal value; /* magnitude words applied; `last` with them */
    struct unit_ref unit;
    enum claim_form form;
    enum claim_cmp cmp;
    enum claim_role role;
    enum claim_exempt exempt;
    uint32_t group; /* 0: none; else shared by a range, pair or spread */
    bool approx;    /* "about", "~" */
    bool is_signed; /* a sign was written */
    bool scaled;    /* "k", "million": the last place is less sure */
    int8_t power;   /* of ten, that "k" or "million" stood for */
};

/* Words that make "a"/"an" or an ordinal a count: "a block", "an assist".
 * `words` begins behind the article; true when a phrase of the data's own
 * nouns begins there. May be NULL. */
struct claim_nouns {
    bool (*is_noun)(const void *ctx, const struct flat *f, uint32_t word);
    /* A phrase of the data begins with the word: "three" of "three-point". */
    bool (*is_word)(const void *ctx, const struct flat *f, uint32_t word);
    const void *ctx;
};

struct claim_list {
    struct claim *at;
    uint32_t count, cap;
    uint32_t groups; /* group numbers given so far */
};

enum { CLAIMS_MAX = 4000000 }; /* per report; past it ST_LIMIT */

struct claim_setting {
    const struct units *units;
    const struct claim_nouns *nouns; /* may be NULL */
    bool heading;                    /* the block is a heading */
    bool advice; /* it stands under a heading like "Recommendations" */
    bool cell;   /* it is a table cell */
};

/* Appends the claims of f, exempt ones too (language only: `exempt` for what
 * the text alone tells). ST_NOMEM, ST_LIMIT. */
enum status claims_scan(struct claim_list *out, const struct flat *f,
                        const struct claim_setting *set, struct arena *a,
                        struct error *err);

/* True for a heading of recommendations, targets, next steps. */
bool claims_advice_heading(const struct flat *f);

/* True for a table's header or row label that says its numbers are targets. */
bool claims_target_label(const struct flat *f);

/* Bytes [*start, *end) of the sentence around byte `at`. */
void claims_sentence(const struct flat *f, uint32_t at, uint32_t *start,
                     uint32_t *end);

/* True when the numbers of a text have decimal commas: "12,5 ms" twice at
 * least, and more often than points ("12.5"). Three digits behind either tell
 * nothing. */
bool claims_decimal_comma(struct text t);

/* Significant digits, trailing zeros of an integer not counted: 1 for 500. */
int claims_digits_of_any(const struct claim *c);

/* The same; asked for some fourteen times a claim. */
static inline int claims_digits(const struct claim *c)
{
    const struct decimal *v = &c->value;
    int n;

    if (v->mag > UINT64_MAX || v->exp < v->last ||
        (v->last >= 0 && (uint64_t)v->mag % 10 == 0))
        return claims_digits_of_any(c);
    n = decimal_digits((uint64_t)v->mag);
    /* Zeros behind the point were written: 0.070 has two digits. */
    if (n > 0 && v->last < 0)
        n += v->exp - v->last;
    return n > 0 ? n : 1;
}

#endif
