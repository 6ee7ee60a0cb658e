/* assay baseline: write, show, compare and prune what a gate compares with. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/cli.h"
#include "runner/gate/baseline.h"
#include "validator/base/file.h"
#include "validator/rules_data.h"

struct baseline_args {
    const char *file;
    struct strings_arg floors;
    bool force, accept_new, strict;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct baseline_args *)arg)

STORE(file)
{
    (void)err;
    ARGS->file = value;
    return ST_OK;
}
STORE(floor)
{
    return strings_arg_add(&ARGS->floors, value, err);
}
STORE(in_ci)
{
    (void)value;
    (void)err;
    ARGS->force = true;
    return ST_OK;
}
STORE(accept_new)
{
    (void)value;
    (void)err;
    ARGS->accept_new = true;
    return ST_OK;
}
STORE(strict)
{
    (void)value;
    (void)err;
    ARGS->strict = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "file", 'o', ARG_VALUE, "FILE", "the baseline (required)", store_file },
    { "floor", 0, ARG_VALUE, "ID=N",
      "write: an absolute limit (special-token=0, score>=80)", store_floor },
    { "accept-new", 0, ARG_NONE, NULL,
      "write: although a fault is new or more frequent", store_accept_new },
    { "strict", 0, ARG_NONE, NULL,
      "diff: exit 1 when the baseline holds series nobody ran", store_strict },
    { "write-in-ci", 0, ARG_NONE, NULL, "write although CI is set",
      store_in_ci },
};

extern const struct command command_baseline;

static enum status save(const struct baseline *b, const char *path,
                        struct error *err)
{
    struct buf out = { .max = 0 };
    enum status st;

    baseline_put(&out, b);
    st = file_write_buf(path, &out, err);
    buf_free(&out);
    return st;
}

/* Share of reports of a scenario with a fault; -1: none judged. */
static double share(const struct observations *o, const char *scenario,
                    size_t fault)
{
    size_t n = 0, hits = 0;

    for (size_t i = 0; i < o->count; i++)
        if (o->at[i].phase == PHASE_REPORT &&
            strcmp(o->at[i].key[KEY_SCENARIO], scenario) == 0) {
            n++;
            hits += o->at[i].fault[fault];
        }
    return n > 0 ? (double)hits / (double)n : -1;
}

/* New debt: a fault that the old baseline has less often, or, for a series
 * that it does not know, a fault at all. */
static enum status refuse_debt(const struct baseline *old,
                               const struct baseline *new, struct error *err)
{
    for (size_t i = 0; i < new->seen.count; i++) {
        const char *scenario = new->seen.at[i].key[KEY_SCENARIO];

        if (i > 0 &&
            strcmp(new->seen.at[i - 1].key[KEY_SCENARIO], scenario) == 0)
            continue;
        for (size_t f = 0; f < FAULT_COUNT; f++) {
            const double was = share(&old->seen, scenario, f);
            const double is = share(&new->seen, scenario, f);

            if (is > (was < 0 ? 0 : was))
                return error_set(
                    err, ST_USAGE,
                    "scenario %s: %.0f%% of the reports are %s, the baseline "
                    "has %.0f%%; --accept-new takes them as they are",
                    scenario, is * 100, fault_name[f],
                    was < 0 ? 0.0 : was * 100);
        }
    }
    return ST_OK;
}

/* Scenarios that the new runs do not have stay as they are. */
static enum status keep_others(struct baseline *new, const struct baseline *old,
                               struct error *err)
{
    const size_t fresh = new->seen.count;
    enum status st = ST_OK;

    for (size_t i = 0; i < old->seen.count && st == ST_OK; i++) {
        bool replaced = false;

        for (size_t k = 0; k < fresh && !replaced; k++)
            replaced = strcmp(new->seen.at[k].key[KEY_SCENARIO],
                              old->seen.at[i].key[KEY_SCENARIO]) == 0;
        if (!replaced)
            st = observations_add(&new->seen, &old->seen.at[i], err);
    }
    return st;
}

static enum status keep_floors(struct baseline *new, const struct baseline *old,
                               const struct baseline_args *args,
                               struct error *err)
{
    enum status st = ST_OK;

    memcpy(new->floors, old->floors, sizeof(new->floors));
    new->floor_count = old->floor_count;
    for (size_t i = 0; i < args->floors.count && st == ST_OK; i++)
        st = baseline_add_floor(new, args->floors.at[i], err);
    return st;
}

static enum status refuse_ci(const struct baseline_args *args,
                             struct error *err)
{
    const char *ci = getenv("CI");

    if (args->force || ci == NULL || ci[0] == '\0')
        return ST_OK;
    return error_set(err, ST_USAGE,
                     "CI is set: a baseline is written by a person and "
                     "committed (--write-in-ci does it all the same)");
}

static enum status load_runs(struct observations *o, char **paths, int n,
                             struct error *err)
{
    enum status st = ST_OK;

    for (int i = 0; i < n && st == ST_OK; i++)
        st = observations_load(o, paths[i], err);
    return st == ST_OK ? observations_sort(o, err) : st;
}

static enum status do_write(const struct baseline_args *args, char **paths,
                            int n, struct error *err)
{
    struct baseline old, new;
    enum status st = baseline_init(&old, err);

    if (st != ST_OK)
        return st;
    st = baseline_init(&new, err);
    if (st == ST_OK)
        st = refuse_ci(args, err);
    if (st == ST_OK && n == 0)
        st = error_set(err, ST_USAGE, "no run records named");
    if (st == ST_OK && file_exists(args->file))
        st = baseline_load(&old, args->file, err);
    if (st == ST_OK)
        st = load_runs(&new.seen, paths, n, err);
    if (st == ST_OK && !args->accept_new)
        st = refuse_debt(&old, &new, err);
    if (st == ST_OK)
        st = keep_others(&new, &old, err);
    if (st == ST_OK)
        st = keep_floors(&new, &old, args, err);
    if (st == ST_OK)
        st = observations_sort(&new.seen, err);
    new.rules = rules_sha256;
    if (st == ST_OK)
        st = file_make_parents(args->file, err);
    if (st == ST_OK)
        st = save(&new, args->file, err);
    if (st == ST_OK)
        cli_line(stderr, "assay: %s: %zu calls and reports of %zu runs",
                 args->file, new.seen.count, new.seen.records);
    baseline_free(&old);
    baseline_free(&new);
    return st;
}

static bool same_series(const struct observation *a,
                        const struct observation *b)
{
    for (size_t k = 0; k < KEY_COUNT; k++)
        if (strcmp(a->key[k], b->key[k]) != 0)
            return false;
    return a->phase == b->phase;
}

static bool has_series(const struct observations *o,
                       const struct observation *one)
{
    for (size_t i = 0; i < o->count; i++)
        if (same_series(&o->at[i], one))
            return true;
    return false;
}

static void put_series(struct buf *b, const char *mark,
                       const struct observation *o, size_t count)
{
    buf_puts(b, mark);
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (o->key[k][0] == '\0')
            continue;
        buf_printf(b, " %s=", series_key_name[k]);
        buf_visible(b, text_from(o->key[k]), 60);
    }
    buf_printf(b, " phase=%s n=%zu\n", phase_name[o->phase], count);
}

/* One line per series of o that passes: all, or those not in `other`. */
static size_t list_series(struct buf *b, const char *mark,
                          const struct observations *o,
                          const struct observations *other)
{
    size_t listed = 0;

    for (size_t i = 0, end; i < o->count; i = end) {
        for (end = i + 1;
             end < o->count && same_series(&o->at[i], &o->at[end]);)
            end++;
        if (other != NULL && has_series(other, &o->at[i]))
            continue;
        put_series(b, mark, &o->at[i], end - i);
        listed++;
    }
    return listed;
}

static enum status print(struct buf *b, struct error *err)
{
    enum status st = file_write_buf("-", b, err);

    buf_free(b);
    return st;
}

static enum status do_show(const struct baseline_args *args, char **paths,
                           int n, struct error *err)
{
    struct baseline b;
    struct buf out = { .max = 0 };
    enum status st = baseline_init(&b, err);

    (void)paths;
    if (st == ST_OK && n > 0)
        st = error_set(err, ST_USAGE, "%s: show takes no operand", paths[0]);
    if (st == ST_OK)
        st = baseline_load(&b, args->file, err);
    if (st == ST_OK) {
        buf_puts(&out, "rules ");
        buf_visible(&out, text_from(b.rules), 80);
        buf_putc(&out, '\n');
        for (size_t i = 0; i < b.floor_count; i++) {
            buf_puts(&out, "floor ");
            buf_visible(&out, text_from(b.floors[i].id), 60);
            buf_printf(&out, " %s %g\n",
                       b.floors[i].at_most ? "at most" : "at least",
                       b.floors[i].limit);
        }
        (void)list_series(&out, "series", &b.seen, NULL);
        st = print(&out, err);
    }
    baseline_free(&b);
    return st;
}

/* ST_STOP: the baseline holds series that the runs do not, under --strict. */
static enum status do_diff(const struct baseline_args *args, char **paths,
                           int n, struct error *err)
{
    struct baseline b, now;
    struct buf out = { .max = 0 };
    size_t stale = 0;
    enum status st = baseline_init(&b, err);

    if (st != ST_OK)
        return st;
    st = baseline_init(&now, err);
    if (st == ST_OK)
        st = baseline_load(&b, args->file, err);
    if (st == ST_OK && n == 0)
        st = error_set(err, ST_USAGE, "no run records named");
    if (st == ST_OK)
        st = load_runs(&now.seen, paths, n, err);
    if (st == ST_OK) {
        stale = list_series(&out, "-", &b.seen, &now.seen);
        if (stale + list_series(&out, "+", &now.seen, &b.seen) == 0)
            cli_line(stderr, "assay: %s: the same series", args->file);
        st = print(&out, err);
    }
    if (st == ST_OK && stale > 0 && args->strict)
        st = ST_STOP;
    baseline_free(&b);
    baseline_free(&now);
    return st;
}

/* Keeps the series that the runs have too. */
static enum status do_prune(const struct baseline_args *args, char **paths,
                            int n, struct error *err)
{
    struct baseline b, now;
    size_t kept = 0, before = 0;
    enum status st = baseline_init(&b, err);

    if (st != ST_OK)
        return st;
    st = baseline_init(&now, err);
    if (st == ST_OK)
        st = refuse_ci(args, err);
    if (st == ST_OK)
        st = baseline_load(&b, args->file, err);
    if (st == ST_OK && n == 0)
        st = error_set(err, ST_USAGE, "no run records named");
    if (st == ST_OK)
        st = load_runs(&now.seen, paths, n, err);
    before = b.seen.count;
    for (size_t i = 0; i < before && st == ST_OK; i++)
        if (has_series(&now.seen, &b.seen.at[i]))
            b.seen.at[kept++] = b.seen.at[i];
    if (st == ST_OK && kept == 0)
        st = error_set(err, ST_INPUT,
                       "nothing would be left: no series of %s was run",
                       args->file);
    b.seen.count = kept;
    if (st == ST_OK)
        st = save(&b, args->file, err);
    if (st == ST_OK)
        cli_line(stderr, "assay: %s: %zu of %zu calls and reports kept",
                 args->file, kept, before);
    baseline_free(&b);
    baseline_free(&now);
    return st;
}

static const struct action {
    const char *name;
    enum status (*run)(const struct baseline_args *, char **, int,
                       struct error *);
} actions[] = {
    { "write", do_write },
    { "show", do_show },
    { "diff", do_diff },
    { "prune", do_prune },
};

static enum status dispatch(const struct baseline_args *args, int n,
                            char **operands, struct error *err)
{
    if (n == 0)
        return error_set(err, ST_USAGE, "want write, show, diff or prune");
    if (args->file == NULL)
        return error_set(err, ST_USAGE, "--file FILE is needed");
    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
        if (strcmp(actions[i].name, operands[0]) == 0)
            return actions[i].run(args, operands + 1, n - 1, err);
    return error_set(err, ST_USAGE, "%s: want write, show, diff or prune",
                     operands[0]);
}

static int baseline_main(int argc, char **argv)
{
    struct baseline_args args = { .file = NULL };
    struct error err;
    int operands = 0;
    enum status st =
        cli_parse(&command_baseline, argc, argv, &args, &operands, &err);

    if (st == ST_OK)
        st = dispatch(&args, operands, argv + 1, &err);
    free(args.floors.at);
    return st == ST_OK ? EXIT_PASS : st == ST_STOP ? EXIT_GATE : cli_fail(&err);
}

const struct command command_baseline = {
    .name = "baseline",
    .summary = "write, show, compare or prune what a gate compares with",
    .operands = "write|show|diff|prune -o FILE [RUN|DIR]...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = baseline_main,
};
