#ifndef VALIDATOR_TEXT_LANG_DRIFT_INT_H
#define VALIDATOR_TEXT_LANG_DRIFT_INT_H
/* The layers of lang_drift.c, each in its file. */
#include "validator/text/lang_drift.h"

enum status drift_add(struct drift_doc *d, struct drift found);

/* Garbled words among words [from, to), a line whose views are filled. */
enum status drift_garble_layer(struct drift_doc *d, size_t from, size_t to,
                               size_t letters_before);

/* Where no expected language is written in Latin letters: runs of Latin words
 * among words [from, to) of a line that are a sentence of a language other than
 * English. ST_NOMEM. */
enum status drift_latin_runs(struct drift_doc *d, size_t from, size_t to,
                             size_t letters_before);

/* Words [first, last] of one line, English where other letters are expected,
 * are terms or a quotation: no article and no verb among them, or all of them
 * in quotation marks or parentheses. */
bool drift_is_quotation(const struct drift_doc *d, size_t first, size_t last);

/* The word and sentence layers over d->words. */
enum status drift_line_layers(struct drift_doc *d);

#endif
