#define _GNU_SOURCE /* clock_gettime, isatty */
#include "runner/cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void progress_begin(struct progress *p)
{
    const char *ci = getenv("CI");

    p->on = isatty(STDERR_FILENO) != 0 && (ci == NULL || ci[0] == '\0');
    p->started = p->last = p->on ? now() : 0;
}

void progress_show(struct progress *p, size_t done, size_t total,
                   const char *what)
{
    const double t = p->on ? now() : 0;

    if (!p->on || t - p->started < 1 || t - p->last < 0.2)
        return;
    p->last = t;
    p->shown = true;
    (void)fprintf(stderr, "\r%zu", done);
    if (total > 0 && done > 0)
        (void)fprintf(stderr, "/%zu %s, %.0f s left\033[K", total, what,
                      (t - p->started) / (double)done * (double)(total - done));
    else
        (void)fprintf(stderr, " %s\033[K", what);
    (void)fflush(stderr);
}

void progress_clear(struct progress *p)
{
    if (p->shown)
        (void)fprintf(stderr, "\r\033[K");
    p->shown = false;
}
