/* One finding per loop: events that overlap are parts of the same one. */
#include <stdlib.h>

#include "validator/text/loop.h"

static int by_start(const void *a, const void *b)
{
    const struct loop_event *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->end > y->end ? -1 : x->end < y->end;
}

/* What describes the joined loop: the longer part, a loop rather than a
 * passage without news. */
static bool describes(const struct loop_event *a, const struct loop_event *b)
{
    const bool va = a->kind >= LOOP_STALE, vb = b->kind >= LOOP_STALE;

    if (va != vb)
        return vb;
    if (a->stop != b->stop)
        return a->stop;
    return a->end - a->start >= b->end - b->start;
}

static void join(struct loop_event *a, const struct loop_event *b)
{
    struct loop_event r = describes(a, b) ? *a : *b;
    const bool later = b->decided_at > a->decided_at;

    r.start = a->start;
    r.second = b->second < a->second ? b->second : a->second;
    r.end = a->end > b->end ? a->end : b->end;
    r.stop = a->stop || b->stop;
    if (r.period > 0)
        r.copies = (r.end - r.start + r.period / 2) / r.period;
    r.decided_at = a->stop != b->stop ? (a->stop ? a : b)->decided_at
                   : later            ? a->decided_at
                                      : b->decided_at;
    *a = r;
}

size_t loop_merge(struct loop_event *at, size_t count)
{
    size_t n = 0;

    if (count > 0)
        qsort(at, count, sizeof(*at), by_start);
    for (size_t i = 0; i < count; i++) {
        if (n > 0 && at[i].start <= at[n - 1].end + LOOP_GAP)
            join(&at[n - 1], &at[i]);
        else
            at[n++] = at[i];
    }
    return n;
}
