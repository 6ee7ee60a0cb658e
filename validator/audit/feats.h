#ifndef VALIDATOR_AUDIT_FEATS_H
#define VALIDATOR_AUDIT_FEATS_H
/* Feats: what a row has done when several of its columns reach a bound, by
 * rules (the "feats" of rules/terms.json). "His second double-double" says that
 * the row has one. */
#include <cjson/cJSON.h>

#include "validator/claims/flat.h"
#include "validator/facts/facts.h"

enum { FEAT_COLUMNS_MAX = 64, FEAT_WORDS_MAX = 4 };

struct feat {
    struct text words[FEAT_WORDS_MAX]; /* lower case */
    uint32_t word_count;
    uint32_t columns[FEAT_COLUMNS_MAX]; /* of all tables, ascending */
    uint32_t column_count;
    struct decimal at_least;
    uint32_t how_many; /* columns of one row that must reach it */
};

struct feats {
    struct feat *at;
    size_t count;
};

/* An entry without words or columns in these facts is left out. False: no
 * memory. Everything is in `a`. */
bool feats_load(struct feats *out, const struct facts *f, const cJSON *json,
                struct arena *a);

/* The feat whose words begin at `word`; NULL: none. */
const struct feat *feats_at(const struct feats *all, const struct flat *f,
                            uint32_t word);

/* Whether the row has the feat. False: its table cannot tell. */
bool feats_of_row(const struct feat *feat, const struct facts *f,
                  uint32_t table, uint32_t row, bool *has);

#endif
