#ifndef RUNNER_CLI_PROGRESS_H
#define RUNNER_CLI_PROGRESS_H
/* One line on stderr that says how far long work is. Only when stderr is a
 * terminal and CI is not set; the first after a second. */
#include <stdbool.h>
#include <stddef.h>

struct progress { /* zero-initialised, then progress_begin */
    bool on, shown;
    double started, last; /* seconds */
};

void progress_begin(struct progress *p);
/* total 0: not known. */
void progress_show(struct progress *p, size_t done, size_t total,
                   const char *what);
void progress_clear(struct progress *p); /* before anything else is printed */

#endif
