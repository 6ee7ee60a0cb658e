#ifndef RUNNER_CLI_FACTS_INT_H
#define RUNNER_CLI_FACTS_INT_H
/* The parts of `assay facts`. */
#include "validator/base/buf.h"
#include "validator/facts/facts.h"

/* A number sought, as "15.58", "15.58ms" or "1,234 tok/s". */
struct sought {
    struct decimal value;
    struct unit_ref unit; /* none: any */
    struct text written;
};
enum status sought_parse(struct sought *out, const struct units *u,
                         const char *text, struct error *err);

/* Where the number comes from, and what is near it; at most `max` a kind.
 * Returns whether any fact carries it. */
bool facts_find_print(struct buf *out, const struct facts *f,
                      const struct sought *s, size_t max, bool json);

/* Files, bytes and newest time of modification per type and folder; nothing
 * when no folder was given. */
void facts_tree_print(struct buf *out, const struct facts *f, bool json);

#endif
