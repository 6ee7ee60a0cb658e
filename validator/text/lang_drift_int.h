#ifndef VALIDATOR_TEXT_LANG_DRIFT_INT_H
#define VALIDATOR_TEXT_LANG_DRIFT_INT_H
/* The layers of lang_drift.c, each in its file. */
#include "validator/text/lang_drift.h"

enum status drift_add(struct drift_doc *d, struct drift found);

/* Garbled words among words [from, to), a line whose views are filled. */
enum status drift_garble_layer(struct drift_doc *d, size_t from, size_t to,
                               size_t letters_before);

/* The word and sentence layers over d->words. */
enum status drift_line_layers(struct drift_doc *d);

#endif
