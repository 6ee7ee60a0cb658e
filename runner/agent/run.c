#define _GNU_SOURCE
#include "runner/agent/run.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/agent/agent_run.h"
#include "runner/agent/aggregate.h"
#include "runner/agent/sweep.h"
#include "runner/llm/clock.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"

/* One run of all agents. */
struct round {
    const struct run_plan *p;
    const struct run_events *e;
    const struct ingest *ingest;
    int64_t ingest_ns;
    const struct sweep_item *item;
    struct agent_run *agents; /* one per agent of the scenario */
    int64_t wall_ns;
};

static void *agent_thread(void *arg)
{
    agent_run_go(arg);
    return NULL;
}

static enum status go_together(struct round *r, struct error *err)
{
    pthread_t threads[AGENTS_MAX];
    size_t started = 0;
    const size_t n = r->p->scenario->agent_count;

    while (started < n && pthread_create(&threads[started], NULL, agent_thread,
                                         &r->agents[started]) == 0)
        started++;
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    return started == n ? ST_OK
                        : error_set(err, ST_NOMEM, "cannot start a thread");
}

/* The chained form: {{agent.NAME.report}} is what an earlier agent wrote. */
static void go_in_turn(struct round *r)
{
    const size_t n = r->p->scenario->agent_count;
    bool go = true;

    for (size_t i = 0; i < n && go; i++) {
        struct agent_run *g = &r->agents[i];

        for (size_t k = 0; k < i; k++) {
            const struct agent_run *before = &r->agents[k];
            const struct agent_call *last =
                &before->calls[before->call_count - 1];
            const char *name =
                arena_printf(g->a, "agent.%s.report", before->agent->name);

            if (name != NULL)
                vars_text(&g->vars, name, buf_text(&last->result.stream.text));
        }
        agent_run_go(g);
        go = g->st == ST_OK && !g->failed && !g->interrupted;
    }
    for (size_t i = 0; i < n; i++) { /* an earlier one broke the chain */
        struct agent_run *g = &r->agents[i];

        if (g->begin_ns == 0) {
            g->failed = true;
            g->wall_s = clock_wall_s();
            g->begin_ns = g->end_ns = clock_now_ns();
        }
    }
}

static enum status init_round(struct round *r, struct error *err)
{
    const size_t n = r->p->scenario->agent_count;
    enum status st = ST_OK;

    r->agents = calloc(n, sizeof(*r->agents));
    if (r->agents == NULL)
        return error_set(err, ST_NOMEM, "no memory for a run");
    for (size_t i = 0; i < n && st == ST_OK; i++) {
        struct agent_run *g = &r->agents[i];

        st = agent_run_init(g, r->p, r->e, i, r->item->options, err);
        g->ingest = r->ingest;
        g->ingest_ns = r->ingest_ns;
        g->run = r->item->run;
        (void)snprintf(g->variant, sizeof(g->variant), "%s", r->item->variant);
        sweep_base(g->base, sizeof(g->base), r->item, g->agent->name);
    }
    return st;
}

static void measure_together(const struct round *r, struct together *t)
{
    enum { QUEUE_PERMILLE = 50 }; /* docs/run.md: what counts as contention */
    const size_t n = r->p->scenario->agent_count;
    double least = -1, most = -1, queue = 0, all = 0;

    *t = (struct together){ .several = n > 1, .wall_ns = r->wall_ns };
    for (size_t i = 0; i < n; i++) {
        const struct agent_run *g = &r->agents[i];
        struct call_sums s;

        agent_run_sums(g, &s);
        t->sequential_ns += g->end_ns - g->begin_ns;
        queue += (double)s.unattributed_ns;
        all += s.total_ms * 1e6;
        if (s.tok_s >= 0 && (least < 0 || s.tok_s < least))
            least = s.tok_s;
        if (s.tok_s > most)
            most = s.tok_s;
    }
    t->speedup =
        t->wall_ns > 0 ? (double)t->sequential_ns / (double)t->wall_ns : -1;
    t->efficiency = t->speedup >= 0 ? t->speedup / (double)n : -1;
    t->fairness = most > 0 ? least / most : -1;
    t->queue_share = all > 0 ? queue / all : -1;
    t->contention = t->queue_share * 1000 > QUEUE_PERMILLE;
}

static void count(const struct round *r, struct run_totals *t)
{
    for (size_t i = 0; i < r->p->scenario->agent_count; i++) {
        const struct agent_run *g = &r->agents[i];

        if (g->interrupted)
            t->interrupted = true;
        t->failed += g->failed;
        t->aborted += g->aborted;
        t->reports += g->judged;
        t->rejected += g->judged && g->result.verdict == VERDICT_FAIL;
        if (g->failed && t->first_failure[0] == '\0' && g->call_count > 0)
            (void)snprintf(t->first_failure, sizeof(t->first_failure),
                           "%s%s: %s", g->endpoint,
                           api_info[g->calls[g->call_count - 1].call->api].path,
                           g->calls[g->call_count - 1].result.stream.why);
    }
}

/* Reports first, records last: a run without records is not finished. */
static enum status write_round(struct round *r, struct error *err)
{
    const size_t n = r->p->scenario->agent_count;
    struct together t;
    enum status st = ST_OK;

    measure_together(r, &t);
    for (size_t i = 0; i < n && st == ST_OK; i++)
        if (r->agents[i].call_count > 0 && !r->agents[i].failed)
            st = agent_run_report(&r->agents[i], err);
    if (st == ST_OK && r->p->scenario->combined.len > 0)
        st = combined_write(r->p, r->agents, n, r->item, &t, err);
    for (size_t i = 0; i < n && st == ST_OK; i++)
        if (!r->agents[i].interrupted)
            st = record_write(&r->agents[i], &t, err);
    return st;
}

static enum status do_round(struct round *r, struct run_totals *totals,
                            struct error *err)
{
    const size_t n = r->p->scenario->agent_count;
    const int64_t begin = clock_now_ns();
    enum status st = init_round(r, err);

    if (st == ST_OK && r->p->scenario->concurrent)
        st = go_together(r, err);
    else if (st == ST_OK)
        go_in_turn(r);
    r->wall_ns = clock_now_ns() - begin;
    for (size_t i = 0; i < n && st == ST_OK; i++)
        if (r->agents[i].st != ST_OK) {
            st = r->agents[i].st;
            *err = r->agents[i].err;
        }
    if (st == ST_OK)
        st = write_round(r, err);
    if (st == ST_OK)
        count(r, totals);
    for (size_t i = 0; r->agents != NULL && i < n; i++)
        agent_run_free(&r->agents[i]);
    free(r->agents);
    r->agents = NULL;
    totals->runs += st == ST_OK;
    return st;
}

/* True when every agent of the run has its record. */
static bool finished(const struct run_plan *p, const struct sweep_item *item)
{
    for (size_t i = 0; i < p->scenario->agent_count; i++) {
        char base[160], path[4096];

        sweep_base(base, sizeof(base), item, p->scenario->agents[i].name);
        (void)snprintf(path, sizeof(path), "%s/%s.json", p->out, base);
        if (access(path, F_OK) != 0)
            return false;
    }
    return true;
}

static enum status all_rounds(const struct run_plan *p,
                              const struct run_events *e,
                              const struct sweep *sweep,
                              const struct ingest *ingest, int64_t ingest_ns,
                              struct run_totals *totals, struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < sweep->count && st == ST_OK; i++) {
        struct round r = { .p = p,
                           .e = e,
                           .ingest = ingest,
                           .ingest_ns = ingest_ns,
                           .item = &sweep->at[i] };

        if (p->resume && finished(p, r.item)) {
            totals->skipped++;
            continue;
        }
        if (e->run_begin != NULL)
            e->run_begin(e->arg, (long)i + 1, (long)sweep->count,
                         r.item->variant);
        st = do_round(&r, totals, err);
        if (totals->interrupted)
            break;
    }
    return st;
}

/* What file_write left when this process was killed inside it. */
static enum status remove_torn(void *arg, const char *path, long long size,
                               long long mtime, struct error *err)
{
    static const char mark[] = ".tmp-";
    const size_t n = strlen(path), tail = sizeof(mark) - 1 + 6;

    (void)arg;
    (void)size;
    (void)mtime;
    (void)err;
    if (n > tail && memcmp(path + n - tail, mark, sizeof(mark) - 1) == 0)
        (void)unlink(path);
    return ST_OK;
}

static enum status prepare_out(const struct run_plan *p, struct error *err)
{
    char path[4096];
    enum status st = file_make_dirs(p->out, err);

    if (st == ST_OK && p->streams) {
        (void)snprintf(path, sizeof(path), "%s/streams", p->out);
        st = file_make_dirs(path, err);
    }
    (void)snprintf(path, sizeof(path), "%s/plan.json", p->out);
    if (st == ST_OK && !p->resume && access(path, F_OK) == 0)
        st = error_set(err, ST_USAGE,
                       "%s holds runs already: --resume goes on with them, "
                       "another --out keeps them",
                       p->out);
    if (st == ST_OK && p->resume)
        st = file_walk(p->out, remove_torn, NULL, err);
    return st;
}

enum status run_scenario(const struct run_plan *p, const struct run_events *e,
                         struct run_totals *totals, struct error *err)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct ingest ingest;
    struct sweep sweep = { .count = 0 };
    const int64_t begin = clock_now_ns();
    enum status st = ST_NOMEM;

    *totals = (struct run_totals){ .runs = 0 };
    if (a == NULL)
        return error_set(err, ST_NOMEM, "no memory to run");
    st = prepare_out(p, err);
    if (st == ST_OK)
        st = ingest_folder(&ingest, p->data,
                           p->engine != NULL ? p->engine->facts : NULL, a, err);
    const int64_t ingest_ns = clock_now_ns() - begin;

    if (st == ST_OK)
        st = sweep_make(&sweep, p, a, err);
    if (st == ST_OK)
        st = all_rounds(p, e, &sweep, &ingest, ingest_ns, totals, err);
    if (st == ST_OK)
        st = aggregate_write(p, &sweep, e, err);
    sweep_free(&sweep);
    arena_free(a);
    return st;
}
