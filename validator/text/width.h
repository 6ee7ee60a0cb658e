#ifndef VALIDATOR_TEXT_WIDTH_H
#define VALIDATOR_TEXT_WIDTH_H
/* Columns of a terminal. */
#include <stdint.h>

#include "validator/base/text.h"

/* 0 for marks that combine with what is before them, 2 for East Asian wide and
 * fullwidth characters and emoji (UAX #11, ICU), else 1. Controls give 1. */
unsigned char_width(int32_t c);

/* The columns of t, which holds no controls; invalid bytes count 1 each. */
size_t text_width(struct text t);

#endif
