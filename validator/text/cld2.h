#ifndef VALIDATOR_TEXT_CLD2_H
#define VALIDATOR_TEXT_CLD2_H
/* CLD2 (Compact Language Detector 2) behind a C interface. */
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cld2_guess {
    const char *code; /* CLD2's ISO 639 code, static; "un": unknown */
    int percent;      /* 0-100: share of the text in that language */
    bool reliable;
};

/* The main language of `len` bytes of plain text, best effort. Bytes that are
 * not UTF-8 end the text early. Thread-safe; allocates inside. */
struct cld2_guess cld2_detect(const char *ptr, size_t len);

#ifdef __cplusplus
}
#endif

#endif
