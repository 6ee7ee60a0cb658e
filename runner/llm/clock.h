#ifndef RUNNER_LLM_CLOCK_H
#define RUNNER_LLM_CLOCK_H
/* The one place where time is read. */
#include <stdbool.h>
#include <stdint.h>

int64_t clock_now_ns(void); /* monotonic, from an arbitrary start */
int64_t clock_wall_s(void); /* seconds since 1970-01-01 UTC */

enum { CLOCK_DATE_MAX = 16, CLOCK_STAMP_MAX = 32 };
void clock_date(char out[CLOCK_DATE_MAX], int64_t wall_s); /* YYYY-MM-DD */
/* YYYY-MM-DDTHH:MM:SSZ (RFC 3339, UTC) */
void clock_stamp(char out[CLOCK_STAMP_MAX], int64_t wall_s);

/* Waits `ns`, or until fd (>= 0) can be read or has hung up: then true. */
bool clock_wait(int64_t ns, int fd);

static inline double ns_to_ms(int64_t ns)
{
    return (double)ns / 1e6;
}

#endif
