#define _GNU_SOURCE /* clock_gettime, gmtime_r, ppoll */
#include "runner/llm/clock.h"

#include <poll.h>
#include <time.h>

int64_t clock_now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_wall_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

void clock_date(char out[CLOCK_DATE_MAX], int64_t wall_s)
{
    const time_t t = (time_t)wall_s;
    struct tm tm;

    if (gmtime_r(&t, &tm) == NULL ||
        strftime(out, CLOCK_DATE_MAX, "%Y-%m-%d", &tm) == 0)
        out[0] = '\0';
}

void clock_stamp(char out[CLOCK_STAMP_MAX], int64_t wall_s)
{
    const time_t t = (time_t)wall_s;
    struct tm tm;

    if (gmtime_r(&t, &tm) == NULL ||
        strftime(out, CLOCK_STAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
}

bool clock_wait(int64_t ns, int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    const struct timespec t = { .tv_sec = ns > 0 ? ns / 1000000000 : 0,
                                .tv_nsec = ns > 0 ? ns % 1000000000 : 0 };

    return ppoll(&p, fd >= 0 ? 1 : 0, &t, NULL) > 0;
}
