#ifndef VALIDATOR_TEXT_ENCODING_H
#define VALIDATOR_TEXT_ENCODING_H
/* Characters that a report should not hold: what a broken decoding, a
 * terminal or a byte-level vocabulary leaves behind. */
#include <stdint.h>

#include "validator/base/text.h"

enum encoding_class {
    ENC_REPLACEMENT, /* U+FFFD */
    ENC_MOJIBAKE,    /* UTF-8 read as another character set */
    ENC_CONTROL,     /* C0, DEL, C1, terminal escapes */
    ENC_INVISIBLE,   /* zero width where no script or emoji wants it */
    ENC_BIDI,        /* direction overrides, embeddings, isolates */
    ENC_PUA,         /* private use */
    ENC_UNASSIGNED,  /* no character of Unicode 16.0, or a noncharacter */
    ENC_COMBINING,   /* marks without a base, or heaped on one */
    ENC_INVALID,     /* not UTF-8 (RFC 3629) */
    ENC_CLASSES
};
extern const char *const encoding_class_name[ENC_CLASSES];

struct encoding_hit {
    enum encoding_class cls;
    struct span span; /* a run of the class, at most to the end of the text */
};

/* Offset of the next byte at or after `at` that is not plain ASCII text, or
 * t.len. */
size_t encoding_next(struct text t, size_t at);

/* Judges the character at t.ptr[at] (at < t.len) by itself and by at most 64
 * bytes on both sides (a run may be longer). True: *out is filled. Either way
 * *next is where to go on. */
bool encoding_at(struct text t, size_t at, struct encoding_hit *out,
                 size_t *next);

bool encoding_unassigned(int32_t c);

/* The end of a sequence of characters at `at` that are UTF-8 bytes read as
 * Windows-1252, Latin-1, Mac Roman, CP437, CP1251 or GBK; 0 when it is none. */
size_t encoding_mojibake(struct text t, size_t at);

#endif
