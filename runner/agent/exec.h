#ifndef RUNNER_AGENT_EXEC_H
#define RUNNER_AGENT_EXEC_H
/* The exec scenario: any program that writes reports into a folder. */
#include "runner/agent/run.h"

/* Runs `command` (by sh -c) p->runs times with ASSAY_OUT, ASSAY_DATA and
 * ASSAY_RUN set, judges what it wrote and writes one record per report. Uses
 * out, data, runs, resume, limits.total_ms, engine and stop_fd of p; its
 * scenario is not read. */
enum status run_command(const struct run_plan *p, const char *command,
                        const struct run_events *e, struct run_totals *totals,
                        struct error *err);

#endif
