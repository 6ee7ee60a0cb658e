#ifndef RUNNER_GATE_HISTORY_H
#define RUNNER_GATE_HISTORY_H
/* Medians of builds over time, in SQLite (docs/history.md). A build is written
 * in one transaction under a write-ahead log: after a crash it is there whole
 * or not at all. */
#include "runner/gate/observation.h"

struct history;

/* ST_INPUT: not a history, or of a newer version. `create`: make it when it is
 * missing. */
enum status history_open(struct history **out, const char *path, bool create,
                         struct error *err);
void history_close(struct history *h); /* accepts NULL */

/* Adds the medians of a sorted set as one build; a build of the same label is
 * replaced. */
enum status history_add(struct history *h, const char *label,
                        const struct observations *o, struct error *err);

struct history_point {
    const char *label, *started; /* borrowed during the call */
    const char *context;         /* model, digest, data, rules */
    double value;
    size_t n;
};

/* A series with its points by time; valid during the call. */
struct history_series {
    const char *name, *metric, *phase;
    const struct history_point *points;
    size_t count; /* at most CHANGE_POINTS_MAX, the newest */
};

/* Every series whose "NAME METRIC" matches the glob (NULL: all), by name. */
enum status history_each(struct history *h, const char *glob,
                         enum status (*take)(void *arg,
                                             const struct history_series *s,
                                             struct error *err),
                         void *arg, struct error *err);

#endif
