#ifndef RUNNER_AGENT_AGGREGATE_H
#define RUNNER_AGENT_AGGREGATE_H
/* Reports over several records: a run's agents together, and all runs. */
#include "runner/agent/agent_run.h"
#include "runner/agent/sweep.h"

/* OUT/run-0001-combined.md from the scenario's "combined" template. */
enum status combined_write(const struct run_plan *p,
                           const struct agent_run *agents, size_t n,
                           const struct sweep_item *item,
                           const struct together *t, struct error *err);

/* From the records in OUT: aggregate-AGENT.md from the scenario's "aggregate"
 * template (per variant in a sweep), and aggregate.json
 * (docs/schema/aggregate-1.json). */
enum status aggregate_write(const struct run_plan *p, const struct sweep *sweep,
                            const struct run_events *e, struct error *err);

/* Mean, sample standard deviation (n - 1) and coefficient of variation in
 * percent of a series; sd and cv are -1 below two values, mean below one. */
struct series {
    double mean, sd, cv, min, max;
    size_t n;
};
void series_of(struct series *s, const double *values, size_t n);

#endif
