/* The report of one run over all its agents. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/agent/aggregate.h"
#include "validator/base/file.h"

static const char *name_of(struct arena *a, const char *agent, const char *what)
{
    const char *s = arena_printf(a, "%s.%s", agent, what);

    return s != NULL ? s : "";
}

/* {{collector.throughput}} and so on, and {{a.throughput}}, {{b.throughput}}
 * by place. */
static void set_agent_vars(struct vars *v, const struct agent_run *g,
                           const char *prefix)
{
    static const char *const copied[] = { "title",         "endpoint",
                                          "configuration", "throughput",
                                          "ttft_ms",       "total_ms",
                                          "tokens",        "model" };

    for (size_t i = 0; i < sizeof(copied) / sizeof(*copied); i++) {
        const struct var *var = vars_find(&g->vars, text_from(copied[i]));

        vars_text(v, name_of(v->a, prefix, copied[i]),
                  var != NULL ? var->value : TEXT_LIT("n/a"));
    }
    vars_text(v, name_of(v->a, prefix, "status"),
              text_from(g->failed    ? "failed"
                        : g->aborted ? "stopped by a guard"
                                     : "ok"));
}

static void var_ratio(struct vars *v, const char *name, double x,
                      const char *unit)
{
    if (x < 0)
        vars_text(v, name, TEXT_LIT("n/a"));
    else
        vars_printf(v, name, "%.2f%s", x, unit);
}

/* B minus A; speed as it is, TTFT positive when B is faster. */
static void set_delta(struct vars *v, const struct agent_run *g, size_t n)
{
    struct call_sums a, b;

    vars_text(v, "delta.throughput", TEXT_LIT("n/a"));
    vars_text(v, "delta.ttft", TEXT_LIT("n/a"));
    if (n < 2)
        return;
    agent_run_sums(&g[0], &a);
    agent_run_sums(&g[1], &b);
    if (a.tok_s >= 0 && b.tok_s >= 0)
        vars_printf(v, "delta.throughput", "%+.2f tok/s", b.tok_s - a.tok_s);
    if (a.ttft_ms >= 0 && b.ttft_ms >= 0)
        vars_printf(v, "delta.ttft", "%+.2f ms (positive = %s faster TTFT)",
                    a.ttft_ms - b.ttft_ms, g[1].agent->title);
}

static void set_together(struct vars *v, const struct together *t, size_t n)
{
    vars_printf(v, "wall_s", "%.2f", (double)t->wall_ns / 1e9);
    vars_printf(v, "sequential_s", "%.2f", (double)t->sequential_ns / 1e9);
    var_ratio(v, "speedup", t->speedup, "x");
    if (t->efficiency >= 0)
        vars_printf(v, "efficiency", "%.1f%% (ideal = %zux speedup)",
                    t->efficiency * 100, n);
    else
        vars_text(v, "efficiency", TEXT_LIT("n/a"));
    vars_printf(v, "contention", "%s", t->contention ? "Yes" : "No");
    var_ratio(v, "fairness", t->fairness, "");
    if (t->queue_share >= 0)
        vars_printf(v, "queue_share", "%.1f%%", t->queue_share * 100);
    else
        vars_text(v, "queue_share", TEXT_LIT("n/a"));
}

enum status combined_write(const struct run_plan *p,
                           const struct agent_run *agents, size_t n,
                           const struct sweep_item *item,
                           const struct together *t, struct error *err)
{
    struct arena *a = arena_new(64 << 20);
    struct vars *v = calloc(1, sizeof(*v));
    struct expansion *x = calloc(1, sizeof(*x));
    char base[160], path[4096];
    enum status st = ST_NOMEM;

    if (a == NULL || v == NULL || x == NULL) {
        (void)error_set(err, st, "no memory for a combined report");
        goto out;
    }
    v->a = a;
    vars_printf(v, "run", "%ld", item->run);
    vars_text(v, "scenario", text_from(p->scenario->name));
    for (size_t i = 0; i < n; i++) {
        const char place[2] = { (char)('a' + i), '\0' };

        set_agent_vars(v, &agents[i], agents[i].agent->name);
        set_agent_vars(v, &agents[i], place);
    }
    set_delta(v, agents, n);
    set_together(v, t, n);
    st = expand(x, p->scenario->combined, v, "combined", err);
    sweep_base(base, sizeof(base), item, "combined");
    (void)snprintf(path, sizeof(path), "%s/%s.md", p->out, base);
    if (st == ST_OK)
        st = file_write_buf(path, &x->out, err);
out:
    if (x != NULL)
        buf_free(&x->out);
    free(x);
    free(v);
    arena_free(a);
    return st;
}
