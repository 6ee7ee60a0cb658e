#ifndef VALIDATOR_TEXT_UNCLOSED_H
#define VALIDATOR_TEXT_UNCLOSED_H
/* Fences and raw HTML that never close, found before Markdown is parsed: by
 * CommonMark the rest of the text would be code. */
#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/text/markdown.h"

struct stretch { /* parsed by itself; ascending, disjoint */
    struct span span;
    bool fenced; /* inside a fence labelled markdown */
};

struct stretches {
    const struct stretch *at;
    size_t count;
    const struct unclosed *unclosed;
    size_t unclosed_count;
};

/* How src must be cut, from `from` on. A cut stands where text evidently
 * begins inside of what does not close, or closes only where the next fence
 * opens. The lines of a ```markdown fence are left out; other fences inside it
 * do not end it. Linear: no line is read more than about ten times. ST_NOMEM.
 */
enum status stretches_find(struct stretches *out, struct text src, size_t from,
                           struct arena *a, struct error *err);

#endif
