#ifndef RUNNER_AGENT_HARVEST_H
#define RUNNER_AGENT_HARVEST_H
/* Bullets cut out of an answer, as the agents' reports show them. */
#include "runner/agent/expand.h"
#include "runner/agent/scenario.h"

/* Sets {{extract.NAME}}: the lines of `answer` that hold a keyword (any case),
 * each without leading list marks and numbers, as "- line". */
void harvest_lines(struct vars *v, const struct scenario_extract *e,
                   struct text answer);

#endif
