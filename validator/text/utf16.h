#ifndef VALIDATOR_TEXT_UTF16_H
#define VALIDATOR_TEXT_UTF16_H
/* UTF-16 as Windows programs write it. */
#include "validator/base/error.h"
#include "validator/base/text.h"

/* NULL: not UTF-16; else the ICU converter's name. By byte order mark, or, as
 * PowerShell and editors write it without one, by NUL at every other byte of
 * the first kilobyte. */
const char *utf16_name(struct text t);

/* Decodes t without its mark into out, which takes UTF16_ROOM(t.len) bytes;
 * *n: bytes of UTF-8. ST_INPUT: not valid; ST_LIMIT: 1 GiB or more. */
#define UTF16_ROOM(len) ((len)*2 + 8)
enum status utf16_decode(char *out, size_t *n, struct text t,
                         const char *converter, struct error *err);

#endif
