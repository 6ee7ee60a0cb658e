#ifndef VALIDATOR_TEXT_HUNSPELL_H
#define VALIDATOR_TEXT_HUNSPELL_H
/* The word forms of a Hunspell dictionary, as hunspell(5) describes its two
 * files: stems and affix rules. For building language data, not for spelling:
 * one prefix and one suffix, no compounds. */
#include <stdint.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/base/text.h"

/* Calls visit(arg, form) with every stem and about `max_forms` of its affixed
 * forms (a fixed choice of the flags with many rules when there are more: an
 * affix that does not apply to the stem counts too), as UTF-8, not in order,
 * with repeats. aff and dic are the files' bytes. ST_INPUT: a character set
 * that is not known; ST_NOMEM. */
enum status hunspell_forms(struct text aff, struct text dic, size_t max_forms,
                           void (*visit)(void *arg, struct text form),
                           void *arg, struct arena *a, struct error *err);

#endif
