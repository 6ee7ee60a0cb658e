#ifndef RUNNER_CLI_RUN_SHOW_H
#define RUNNER_CLI_RUN_SHOW_H
/* What `assay run` prints while it works. Calls come from several threads. */
#include <pthread.h>

#include "runner/agent/run.h"
#include "validator/output/writer.h"

struct run_show {
    pthread_mutex_t lock;
    const struct writer *writer; /* of findings, on stdout */
    const struct writer_options *options;
    bool quiet, live; /* live: one line that is written over */
    bool shown;       /* a live line stands there */
    long nth, total;
    char label[96];
    int64_t begin_ns, last_ns;
    size_t judged;
    struct summary summary;
    struct buf findings; /* for writers that collect until the end */
};

void run_show_begin(struct run_show *s, const struct writer *w,
                    const struct writer_options *o, bool quiet);
void run_show_events(struct run_show *s, struct run_events *e);
/* t: NULL when no run was begun. */
void run_show_end(struct run_show *s, const struct run_totals *t,
                  const char *out);

#endif
