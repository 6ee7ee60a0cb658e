#ifndef RUNNER_GATE_BASELINE_H
#define RUNNER_GATE_BASELINE_H
/* The committed side of a gate: raw observations, one a line, sorted, so that
 * merging two branches touches the lines that changed (docs/baseline.md,
 * docs/schema/baseline-1.json). */
#include "runner/gate/observation.h"
#include "validator/base/buf.h"

/* A limit that holds whatever the baseline measured: "special-token" (reports
 * with a finding, of all), a fault, or a metric's median. */
struct floor {
    const char *id;
    bool at_most; /* id=N and id<=N; else id>=N */
    double limit;
};

enum { FLOORS_MAX = 64 };

struct baseline {
    struct observations seen;
    struct floor floors[FLOORS_MAX];
    size_t floor_count;
    /* Findings accepted as debt (check --baseline), sorted. */
    const char *rules; /* rule set that judged; "" when unknown */
};

enum status baseline_init(struct baseline *b, struct error *err);
void baseline_free(struct baseline *b);

/* ST_INPUT: missing, not a baseline, a line that makes no sense. */
enum status baseline_load(struct baseline *b, const char *path,
                          struct error *err);
enum status baseline_parse(struct baseline *b, struct text bytes,
                           const char *name, struct error *err);

/* "ID=N", "ID<=N" or "ID>=N"; the text is copied. ST_USAGE. */
enum status baseline_add_floor(struct baseline *b, const char *text,
                               struct error *err);

/* Appends the file's bytes. b->seen must be sorted. */
void baseline_put(struct buf *out, const struct baseline *b);

/* One observation as its line, without the newline. */
void observation_put(struct buf *out, const struct observation *o);
/* A number with the fewest digits that read back the same. */
void number_put(struct buf *out, double v);

#endif
