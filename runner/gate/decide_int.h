#ifndef RUNNER_GATE_DECIDE_INT_H
#define RUNNER_GATE_DECIDE_INT_H
#include "runner/gate/decide.h"

/* Matches series and measures both sides: fills g->series and g->decisions
 * up to p and p_floor. */
enum status gate_measure(struct gate *g, const struct baseline *base,
                         const struct observations *now,
                         const struct gate_options *o, struct error *err);

#endif
