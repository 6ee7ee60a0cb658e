/* Any bytes, in two splits: the same events, inside the bytes. */
#include <stdlib.h>

#include "validator/text/loop.h"

struct sum {
    uint64_t hash;
    size_t max;
};

static void add(struct sum *s, uint64_t v)
{
    s->hash = (s->hash ^ v) * 1099511628211u;
}

static void collect(void *arg, const struct loop_event *e)
{
    struct sum *s = arg;

    if (e->start > e->second || e->second > e->end || e->end > s->max)
        abort();
    add(s, e->start);
    add(s, e->second);
    add(s, e->end);
    add(s, (uint64_t)e->kind);
    add(s, e->decided_at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct loop_limits limits = { 200, 20, 140 };
    struct loop *l = malloc(loop_state_size());
    struct sum sums[2] = { { 1, size }, { 1, size } };
    const size_t step = size > 0 ? 1 + data[0] % 31 : 1;

    if (l == NULL)
        return 0;
    for (int k = 0; k < 2; k++) {
        loop_begin(l, &limits, collect, &sums[k]);
        for (size_t i = 0, n; i < size; i += n) {
            n = k == 0 || step > size - i ? size - i : step;
            loop_feed(l, (struct text){ (const char *)data + i, n });
        }
        loop_end(l);
    }
    if (sums[0].hash != sums[1].hash)
        abort();
    free(l);
    return 0;
}
