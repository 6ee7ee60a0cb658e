#ifndef VALIDATOR_TEXT_REGIONS_H
#define VALIDATOR_TEXT_REGIONS_H
/* Byte ranges of a report that are not prose. */
#include "validator/base/arena.h"
#include "validator/text/markdown.h"

struct spans { /* ascending by offset, disjoint */
    const struct span *at;
    size_t count;
};

/* Code (blocks and spans), link targets, comments, and what stands between
 * <pre>, <code>, <kbd>, <samp>, <script>, <style>, <svg> tags. In `a`. */
enum status regions_code(struct spans *out, const struct doc *doc,
                         struct arena *a, struct error *err);

bool spans_hold(const struct spans *s, size_t off); /* O(log n) */

#endif
