/* assay history: medians of builds over time, with change points. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/cli.h"
#include "runner/gate/baseline.h"
#include "runner/gate/change.h"
#include "runner/gate/history.h"
#include "runner/gate/stats.h"
#include "validator/base/file.h"

enum { CHANGES_MAX = 64, SPARK_MAX = 60 };

/* A chance of one in a hundred that a steady series shows a change: histories
 * hold many series, and each is looked at again after every build. */
#define ALPHA 0.01

struct history_args {
    const char *db, *series, *label;
    bool json;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct history_args *)arg)

STORE(db)
{
    (void)err;
    ARGS->db = value;
    return ST_OK;
}
STORE(series)
{
    (void)err;
    ARGS->series = value;
    return ST_OK;
}
STORE(label)
{
    (void)err;
    ARGS->label = value;
    return ST_OK;
}
STORE(json)
{
    (void)value;
    (void)err;
    ARGS->json = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "db", 0, ARG_VALUE, "FILE", "the database (assay-history.db)", store_db },
    { "series", 0, ARG_VALUE, "GLOB", "only these (\"single/* ttft_ms\")",
      store_series },
    { "label", 0, ARG_VALUE, "NAME",
      "add: what the build is called, as a commit", store_label },
    { "json", 0, ARG_NONE, NULL, "every point and change as JSON", store_json },
};

struct listing {
    struct buf out;
    bool json;
    size_t series;
};

/* What a change must at least amount to. */
static double least_change(const struct history_series *s, double typical)
{
    const size_t m = metric_find(text_from(s->metric));

    if (m == METRIC_COUNT)
        return 0.05; /* shares */
    return metrics_all[m].absolute
               ? metrics_all[m].min_effect
               : fmax(metrics_all[m].min_effect * fabs(typical),
                      metrics_all[m].least);
}

/* Eight heights from the lowest to the highest point; the newest SPARK_MAX. */
static void put_sparkline(struct buf *b, const double *x, size_t n)
{
    static const char *const bars[] = {
        "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"
    };
    double low = INFINITY, high = -INFINITY;
    const size_t from = n > SPARK_MAX ? n - SPARK_MAX : 0;

    for (size_t i = from; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    for (size_t i = from; i < n; i++) {
        const double part = high > low ? (x[i] - low) / (high - low) : 0.5;

        buf_puts(b, bars[(size_t)fmin(7, part * 8)]);
    }
}

static void put_change(struct buf *b, const struct history_series *s,
                       const struct change *c)
{
    const struct history_point *p = &s->points[c->at];

    buf_puts(b, "    change at ");
    buf_visible(b, text_from(p->label), 60);
    if (p->started[0] != '\0') {
        buf_puts(b, " (");
        buf_visible(b, text_from(p->started), 30);
        buf_putc(b, ')');
    }
    buf_printf(b, ": %.5g -> %.5g", c->before, c->after);
    if (c->before != 0)
        buf_printf(b, " (%+.1f%%)",
                   (c->after - c->before) / fabs(c->before) * 100);
    buf_printf(b, ", p=%.3f", c->p);
    if (strcmp(p->context, s->points[c->at - 1].context) != 0)
        buf_puts(b, "; model, data or rules changed there too");
    buf_putc(b, '\n');
}

static void put_text(struct buf *b, const struct history_series *s,
                     const double *x, const struct change *c, size_t changes)
{
    buf_visible(b, text_from(s->name), 120);
    buf_puts(b, "  ");
    buf_visible(b, text_from(s->metric), 60);
    if (strcmp(s->phase, phase_name[PHASE_WARM]) == 0 ||
        strcmp(s->phase, phase_name[PHASE_COLD]) == 0)
        buf_printf(b, " (%s)", s->phase);
    buf_puts(b, "\n  ");
    put_sparkline(b, x, s->count);
    buf_printf(b, "  %.5g .. %.5g, %zu build%s\n", x[0], x[s->count - 1],
               s->count, s->count == 1 ? "" : "s");
    for (size_t i = 0; i < changes; i++)
        put_change(b, s, &c[i]);
}

static void put_json(struct buf *b, const struct history_series *s,
                     const struct change *c, size_t changes)
{
    buf_puts(b, "{\"series\":");
    buf_json(b, text_from(s->name));
    buf_puts(b, ",\"metric\":");
    buf_json(b, text_from(s->metric));
    buf_puts(b, ",\"phase\":");
    buf_json(b, text_from(s->phase));
    buf_puts(b, ",\"points\":[");
    for (size_t i = 0; i < s->count; i++) {
        buf_puts(b, i > 0 ? ",{\"label\":" : "{\"label\":");
        buf_json(b, text_from(s->points[i].label));
        buf_puts(b, ",\"started\":");
        buf_json(b, text_from(s->points[i].started));
        buf_puts(b, ",\"context\":");
        buf_json(b, text_from(s->points[i].context));
        buf_printf(b, ",\"n\":%zu,\"median\":", s->points[i].n);
        number_put(b, s->points[i].value);
        buf_putc(b, '}');
    }
    buf_puts(b, "],\"changes\":[");
    for (size_t i = 0; i < changes; i++) {
        buf_puts(b, i > 0 ? ",{\"label\":" : "{\"label\":");
        buf_json(b, text_from(s->points[c[i].at].label));
        buf_printf(b, ",\"index\":%zu,\"before\":", c[i].at);
        number_put(b, c[i].before);
        buf_puts(b, ",\"after\":");
        number_put(b, c[i].after);
        buf_puts(b, ",\"p\":");
        number_put(b, c[i].p);
        buf_putc(b, '}');
    }
    buf_puts(b, "]}");
}

static enum status list_one(void *arg, const struct history_series *s,
                            struct error *err)
{
    struct listing *l = arg;
    struct change changes[CHANGES_MAX];
    double x[CHANGE_POINTS_MAX];
    size_t count = 0;
    enum status st;

    if (s->count == 0)
        return ST_OK;
    for (size_t i = 0; i < s->count; i++)
        x[i] = s->points[i].value;
    st = change_find(changes, CHANGES_MAX, &count, x, s->count, ALPHA,
                     least_change(s, stats_median(x, s->count)), err);
    if (st != ST_OK)
        return st;
    if (l->json)
        buf_puts(&l->out, l->series > 0 ? ",\n" : "\n");
    l->series++;
    if (l->json)
        put_json(&l->out, s, changes, count);
    else
        put_text(&l->out, s, x, changes, count);
    return ST_OK;
}

static enum status show(const struct history_args *args, struct history *h,
                        struct error *err)
{
    struct listing l = { .json = args->json };
    enum status st;

    if (l.json)
        buf_puts(&l.out, "{\"schema\":\"assay-history/1\",\"series\":[");
    st = history_each(h, args->series, list_one, &l, err);
    if (st == ST_OK && l.series == 0)
        st = error_set(err, ST_INPUT, "%s: no series%s%s", args->db,
                       args->series != NULL ? " matches " : "",
                       args->series != NULL ? args->series : "");
    if (l.json)
        buf_puts(&l.out, "]}\n");
    if (st == ST_OK)
        st = file_write_buf("-", &l.out, err);
    buf_free(&l.out);
    return st;
}

static const char *first_set(void)
{
    static const char *const names[] = { "GITHUB_SHA", "CI_COMMIT_SHA",
                                         "GIT_COMMIT" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *v = getenv(names[i]);

        if (v != NULL && v[0] != '\0')
            return v;
    }
    return NULL;
}

static enum status add(const struct history_args *args, struct history *h,
                       char **paths, int n, struct error *err)
{
    const char *label = args->label != NULL ? args->label : first_set();
    struct observations o;
    enum status st = observations_init(&o, err);

    if (st != ST_OK)
        return st;
    if (n == 0)
        st = error_set(err, ST_USAGE, "add: no run records named");
    else if (label == NULL)
        st = error_set(err, ST_USAGE,
                       "add: --label NAME is needed (a commit, a date)");
    for (int i = 0; i < n && st == ST_OK; i++)
        st = observations_load(&o, paths[i], err);
    if (st == ST_OK)
        st = observations_sort(&o, err);
    if (st == ST_OK)
        st = history_add(h, label, &o, err);
    if (st == ST_OK)
        cli_line(stderr, "assay: %s: build %s, %zu calls and reports", args->db,
                 label, o.count);
    observations_free(&o);
    return st;
}

extern const struct command command_history;

static int history_main(int argc, char **argv)
{
    struct history_args args = { .db = "assay-history.db" };
    struct history *h = NULL;
    struct error err;
    int operands = 0;
    enum status st =
        cli_parse(&command_history, argc, argv, &args, &operands, &err);
    const bool adds = operands > 0 && strcmp(argv[1], "add") == 0;

    if (st == ST_OK && operands > 0 && !adds)
        st = error_set(&err, ST_USAGE, "%s: want add, or nothing", argv[1]);
    if (st == ST_OK)
        st = history_open(&h, args.db, adds, &err);
    if (st == ST_OK)
        st = adds ? add(&args, h, argv + 2, operands - 1, &err)
                  : show(&args, h, &err);
    history_close(h);
    return st == ST_OK ? EXIT_PASS : cli_fail(&err);
}

const struct command command_history = {
    .name = "history",
    .summary = "trends over builds, with change points",
    .operands = "[add --label NAME RUN|DIR...]",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = history_main,
};
