#ifndef VALIDATOR_TEXT_LANG_DRIFT_INT_H
#define VALIDATOR_TEXT_LANG_DRIFT_INT_H
/* The layers of lang_drift.c, each in its file. */
#include "validator/text/lang_drift.h"

enum status drift_add(struct drift_doc *d, struct drift found);

/* The word and sentence layers over d->words. */
enum status drift_line_layers(struct drift_doc *d);

#endif
