#ifndef RUNNER_GATE_PLANT_H
#define RUNNER_GATE_PLANT_H
/* Plants one known fault into a sound report, so that a gate can prove that
 * it can fail (assay selftest). */
#include "runner/gate/rng.h"
#include "validator/base/buf.h"
#include "validator/engine.h"

enum { PLANT_CHECKS_MAX = 4 };

struct plant {
    const char *id, *summary;
    /* A finding of any of these at the planted place is a find. */
    const char *checks[PLANT_CHECKS_MAX];
    bool needs_claims; /* works on numbers that the data support */
    bool to_end;       /* found anywhere from the place to the end */
    /* Writes the report with the fault into *out; *where is the fault's place
     * in it. False: this report offers no place. */
    bool (*apply)(const struct result *r, struct rng *rng, struct buf *out,
                  struct span *where);
};

extern const struct plant plants_all[];
extern const size_t plants_all_count;

#endif
