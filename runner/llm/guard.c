#include "runner/llm/guard.h"

#include <stdlib.h>

struct guard {
    const struct check *check;
    const void *setup;
    const long *options;
    void *state;
    bool stopped;
};

struct guards {
    struct guard *at;
    size_t count;
};

static bool guarded(const struct engine *e, size_t i)
{
    return e->checks[i]->guard != NULL && e->selected[i] &&
           e->why_off[i] == NULL;
}

enum status guards_new(struct guards **out, const struct engine *e,
                       struct error *err)
{
    struct guards *g = calloc(1, sizeof(*g));

    if (g != NULL)
        g->at = calloc(e->check_count + 1, sizeof(*g->at));
    if (g == NULL || g->at == NULL)
        goto no_memory;
    for (size_t i = 0; i < e->check_count; i++) {
        struct guard *one = &g->at[g->count];

        if (!guarded(e, i))
            continue;
        *one = (struct guard){ .check = e->checks[i],
                               .setup = e->setups[i],
                               .options = e->options[i] };
        one->state = calloc(1, one->check->guard->state_size(one->setup) + 1);
        if (one->state == NULL)
            goto no_memory;
        g->count++;
    }
    guards_begin(g);
    *out = g;
    return ST_OK;
no_memory:
    guards_free(g);
    return error_set(err, ST_NOMEM, "no memory for guards");
}

void guards_free(struct guards *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < g->count; i++)
        free(g->at[i].state);
    free(g->at);
    free(g);
}

size_t guards_count(const struct guards *g)
{
    return g->count;
}

void guards_begin(struct guards *g)
{
    for (size_t i = 0; i < g->count; i++) {
        struct guard *one = &g->at[i];

        one->stopped = false;
        one->check->guard->begin(one->state, one->setup, one->options);
    }
}

static void tell(struct guard *one, const struct guard_reason *r,
                 struct guard_stop *why)
{
    one->stopped = true;
    *why = (struct guard_stop){ one->check, r->rule, r->span, r->decided_at };
}

enum guard_verdict guards_feed(struct guards *g, struct text bytes,
                               struct guard_stop *why)
{
    enum guard_verdict v = GUARD_GO;

    for (size_t i = 0; i < g->count; i++) {
        struct guard *one = &g->at[i];
        struct guard_reason r;

        if (one->stopped ||
            one->check->guard->feed(one->state, bytes, &r) == GUARD_GO)
            continue;
        if (v == GUARD_GO)
            tell(one, &r, why);
        one->stopped = true;
        v = GUARD_STOP;
    }
    return v;
}

enum guard_verdict guards_end(struct guards *g, struct guard_stop *why)
{
    for (size_t i = 0; i < g->count; i++) {
        struct guard *one = &g->at[i];
        struct guard_reason r;

        if (one->stopped || one->check->guard->end == NULL ||
            one->check->guard->end(one->state, &r) == GUARD_GO)
            continue;
        tell(one, &r, why);
        return GUARD_STOP;
    }
    return GUARD_GO;
}
