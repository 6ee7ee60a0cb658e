#ifndef CHECKS_LANGUAGE_DRIFT_INT_H
#define CHECKS_LANGUAGE_DRIFT_INT_H
/* What the check and its guard share. */
#include "validator/check.h"
#include "validator/text/lang_drift.h"

struct drift_setup {
    struct drift_config config;
    struct arena *arena; /* of the words that are welcome everywhere */
};

enum { OPT_GUARD_SENTENCES, DRIFT_OPTIONS };

extern const struct rule language_drift_rules[DRIFT_LAYERS];
extern const struct guard_ops language_drift_guard;

#endif
