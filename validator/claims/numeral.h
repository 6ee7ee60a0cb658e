#ifndef VALIDATOR_CLAIMS_NUMERAL_H
#define VALIDATOR_CLAIMS_NUMERAL_H
/* Reads one number, in digits or in words, at a place of a text. */
#include "validator/base/decimal.h"
#include "validator/claims/flat.h"

enum {
    WORD_BYTES = 16, /* of the longest word of a list and a zero */
    NUMBER_WORDS = 33,
    ORDINAL_WORDS = 15,
    GROUP_WORDS = 6
};
struct number_word {
    char word[WORD_BYTES];
    short value;
    char kind; /* u: 0-19, t: tens, m: multiplier (power of ten) */
};
extern const struct number_word number_words[NUMBER_WORDS];
extern const struct number_word ordinal_words[ORDINAL_WORDS];

struct group_word { /* "a pair", "two dozen" */
    char word[WORD_BYTES];
    short value; /* 0: some */
};
extern const struct group_word group_words[GROUP_WORDS];

struct numeral {
    struct decimal value;
    uint32_t end;   /* byte behind it */
    bool integer;   /* digits only: no point, exponent or separator */
    bool separated; /* thousands separators */
    uint32_t dots;  /* points between digit groups: 2 is a version */
};

/* Digits at `at`: separators (comma, thin and no-break space), fraction,
 * exponent ("e-3", "x 10^-3", "× 10⁵"). False: no digit there. */
bool numeral_digits(const struct flat *f, uint32_t at, struct numeral *out);

/* A fraction below one at `at`: "3/4" (lowest terms; halves, thirds, quarters,
 * eighths .. 64ths) or one sign ("½"). Rounded to six decimals; `last` is -1,
 * from sixteenths on -2. Returns the byte behind it, 0: none. */
uint32_t numeral_fraction(const struct flat *f, uint32_t at,
                          struct decimal *value);

/* Words at word index `word`: "six", "twenty-one", "two hundred and five",
 * "three point five", "a pair of", "two dozen", "half a million", "two and a
 * half", "two thirds of". *end_word: the index behind the last. `article`: it
 * is "a"/"an" alone (value 1). */
bool numeral_words(const struct flat *f, uint32_t word, struct numeral *out,
                   uint32_t *end_word, bool *article);

/* Ordinal words and digits: "second", "20th". */
bool numeral_ordinal(const struct flat *f, uint32_t word,
                     struct decimal *value);

/* "thousand", "million", "k", "M" behind a number: a power of ten, else 0.
 * *end: behind it. Single letters only when glued and nothing follows. */
int numeral_magnitude(const struct flat *f, uint32_t at, uint32_t *end,
                      bool *letter);

#endif
