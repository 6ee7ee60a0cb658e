#ifndef RUNNER_GATE_RATCHET_H
#define RUNNER_GATE_RATCHET_H
/* A baseline of findings (docs/schema/findings-1.json): what is in it neither
 * fails nor counts, what is new does. Entries are a report's name and a
 * finding's fingerprint, which holds no line number. Any thread. */
#include "validator/engine.h"

struct ratchet;

/* path NULL, or a file that is missing while `may_miss`: an empty one. */
enum status ratchet_new(struct ratchet **out, const char *path, bool may_miss,
                        struct error *err);
void ratchet_free(struct ratchet *r); /* accepts NULL */

/* Marks each finding as new or known, and judges the report again by those
 * that are new. ST_NOMEM. */
enum status ratchet_mark(struct ratchet *r, struct result *res,
                         struct error *err);

struct ratchet_counts {
    size_t new, unchanged;
    size_t absent; /* entries of judged reports that were not found again */
};
struct ratchet_counts ratchet_count(struct ratchet *r);

/* Writes the baseline: entries of reports that were not judged stay; of judged
 * ones those found again stay, and with `accept_new` the new ones come in. */
enum status ratchet_write(struct ratchet *r, const char *path, bool accept_new,
                          struct error *err);

#endif
