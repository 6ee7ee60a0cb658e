/* assay gate: current runs against a committed baseline. */
#define _GNU_SOURCE /* isatty */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/cli.h"
#include "runner/gate/gate_output.h"
#include "validator/base/decimal.h"
#include "validator/base/file.h"

enum { OUTPUTS_MAX = 8 };

struct gate_args {
    const char *baseline;
    struct strings_arg current, floors;
    struct gate_options options;
    const struct gate_writer *format;
    struct {
        const struct gate_writer *writer;
        const char *path;
    } outputs[OUTPUTS_MAX];
    size_t output_count;
    int inconclusive;  /* exit status */
    long confirm;      /* further looks */
    const char *rerun; /* command that adds runs for one */
    bool exit_zero;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct gate_args *)arg)

STORE(baseline)
{
    (void)err;
    ARGS->baseline = value;
    return ST_OK;
}
STORE(current)
{
    return strings_arg_add(&ARGS->current, value, err);
}
STORE(floor)
{
    return strings_arg_add(&ARGS->floors, value, err);
}

static enum status fraction(const char *value, double least, double most,
                            double *out, struct error *err)
{
    struct decimal d;

    if (!decimal_parse(text_from(value), &d))
        return error_set(err, ST_USAGE, "%s: want a number", value);
    *out = decimal_to_double(d);
    return *out > least && *out < most
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want more than %g, less than %g",
                           value, least, most);
}

STORE(alpha)
{
    return fraction(value, 0, 0.5, &ARGS->options.alpha, err);
}
STORE(detect)
{
    enum status st = fraction(value, 0, 1000, &ARGS->options.detect, err);

    ARGS->options.detect /= 100;
    return st;
}

/* Calls `take` with each name of a comma list. */
static enum status each_name(const char *list, struct gate_args *args,
                             enum status (*take)(struct gate_args *,
                                                 struct text, struct error *),
                             struct error *err)
{
    enum status st = ST_OK;

    while (*list != '\0' && st == ST_OK) {
        const size_t n = strcspn(list, ",");

        st = take(args, (struct text){ list, n }, err);
        list += n + (list[n] == ',');
    }
    return st;
}

static enum status take_key(struct gate_args *args, struct text name,
                            struct error *err)
{
    for (size_t k = KEY_IDENTITY; k < KEY_COUNT; k++)
        if (text_eq(text_from(series_key_name[k]), name)) {
            args->options.different |= 1u << k;
            return ST_OK;
        }
    return error_set(err, ST_USAGE,
                     "%.*s: want model, digest, options, data, rules or host",
                     (int)name.len, name.ptr);
}

static enum status take_metric(struct gate_args *args, struct text name,
                               struct error *err)
{
    const size_t m = metric_find(name);
    size_t best = 0, least = SIZE_MAX;

    if (m < METRIC_COUNT) {
        args->options.metrics_named = true;
        args->options.metrics |= 1u << m;
        return ST_OK;
    }
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const size_t d = text_distance(name, text_from(metrics_all[i].id), 40);

        best = d < least ? i : best;
        least = d < least ? d : least;
    }
    return error_set(err, ST_USAGE, "%.*s: no such metric; did you mean %s?",
                     (int)name.len, name.ptr, metrics_all[best].id);
}

STORE(different)
{
    return each_name(value, ARGS, take_key, err);
}
STORE(metrics)
{
    return each_name(value, ARGS, take_metric, err);
}
STORE(strict)
{
    (void)value;
    (void)err;
    ARGS->options.strict = true;
    return ST_OK;
}
STORE(exit_zero)
{
    (void)value;
    (void)err;
    ARGS->exit_zero = true;
    return ST_OK;
}

static enum status writer(const struct gate_writer **out, const char *name,
                          struct error *err)
{
    *out = gate_writer_find(name);
    return *out != NULL ? ST_OK
                        : error_set(err, ST_USAGE,
                                    "%s: want text, json or markdown", name);
}

STORE(format)
{
    return writer(&ARGS->format, value, err);
}
STORE(output)
{
    const char *colon = strchr(value, ':');
    char name[16];
    size_t n = colon != NULL ? (size_t)(colon - value) : 0;

    if (n == 0 || n >= sizeof(name) || colon[1] == '\0')
        return error_set(err, ST_USAGE, "%s: want FORMAT:PATH", value);
    if (ARGS->output_count == OUTPUTS_MAX)
        return error_set(err, ST_USAGE, "more than %d outputs", OUTPUTS_MAX);
    memcpy(name, value, n);
    name[n] = '\0';
    ARGS->outputs[ARGS->output_count].path = colon + 1;
    return writer(&ARGS->outputs[ARGS->output_count++].writer, name, err);
}
STORE(confirm)
{
    return cli_long(value, 1, 20, &ARGS->confirm, err);
}
STORE(rerun)
{
    (void)err;
    ARGS->rerun = value;
    return ST_OK;
}
STORE(inconclusive)
{
    static const struct {
        const char *name;
        int status;
    } choices[] = { { "report", EXIT_INCONCLUSIVE },
                    { "fail", EXIT_GATE },
                    { "pass", EXIT_PASS } };

    for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
        if (strcmp(value, choices[i].name) == 0) {
            ARGS->inconclusive = choices[i].status;
            return ST_OK;
        }
    return error_set(err, ST_USAGE, "%s: want report, fail or pass", value);
}

static const struct cli_option options[] = {
    { "baseline", 0, ARG_VALUE, "FILE", "what to compare with (required)",
      store_baseline },
    { "current", 0, ARG_VALUE, "DIR|FILE", "run records (repeatable)",
      store_current },
    { "alpha", 0, ARG_VALUE, "P", "chance of a false alarm in all (0.05)",
      store_alpha },
    { "detect", 0, ARG_VALUE, "PERCENT",
      "inconclusive if this change could go unseen", store_detect },
    { "floor", 0, ARG_VALUE, "ID=N", "absolute limit beside the relative ones",
      store_floor },
    { "metric", 0, ARG_VALUE, "ID,..", "decide on these metrics only",
      store_metrics },
    { "allow-different", 0, ARG_VALUE, "KEY,..",
      "compare although this differs (host, rules, ..)", store_different },
    { "strict", 0, ARG_NONE, NULL, "every baseline scenario must have runs",
      store_strict },
    { "inconclusive", 0, ARG_VALUE, "WHAT",
      "too few samples: report (exit 3), fail, pass", store_inconclusive },
    { "confirm", 0, ARG_VALUE, "K",
      "while inconclusive, run --rerun and look again", store_confirm },
    { "rerun", 0, ARG_VALUE, "COMMAND", "adds runs to --current (sh -c)",
      store_rerun },
    { "format", 'f', ARG_VALUE, "FORMAT", "text, json or markdown (text)",
      store_format },
    { "output", 'o', ARG_VALUE, "FORMAT:PATH", "also write this file",
      store_output },
    { "exit-zero", 0, ARG_NONE, NULL, "exit 0 for a failed gate too",
      store_exit_zero },
};

extern const struct command command_gate;

static enum status put(const struct gate_writer *w, const char *path,
                       const struct gate *g, const struct gate_options *o,
                       struct error *err)
{
    struct buf b = { .max = 0 };
    enum status st;

    w->put(&b, g, o);
    st = file_write_buf(path, &b, err);
    buf_free(&b);
    return st;
}

static enum status put_all(const struct gate_args *args, const struct gate *g,
                           struct error *err)
{
    struct gate_options shown = args->options;
    enum status st;

    shown.width = isatty(STDOUT_FILENO) != 0 || getenv("COLUMNS") != NULL
                      ? cli_width()
                      : 0;
    st = put(args->format, "-", g, &shown, err);
    for (size_t i = 0; i < args->output_count && st == ST_OK; i++)
        st = put(args->outputs[i].writer, args->outputs[i].path, g,
                 &args->options, err);
    return st;
}

static enum status load_current(const struct gate_args *args,
                                struct observations *now, struct error *err)
{
    enum status st = observations_init(now, err);

    for (size_t i = 0; i < args->current.count && st == ST_OK; i++)
        st = observations_load(now, args->current.at[i], err);
    return st == ST_OK ? observations_sort(now, err) : st;
}

static enum status load_baseline(const struct gate_args *args,
                                 struct baseline *base, struct error *err)
{
    enum status st;

    if (args->baseline == NULL)
        return error_set(err, ST_USAGE, "--baseline FILE is needed");
    if (args->current.count == 0)
        return error_set(err, ST_USAGE, "--current DIR|FILE is needed");
    if ((args->confirm > 0) != (args->rerun != NULL))
        return error_set(err, ST_USAGE, "--confirm and --rerun go together");
    st = baseline_load(base, args->baseline, err);
    for (size_t i = 0; i < args->floors.count && st == ST_OK; i++)
        st = baseline_add_floor(base, args->floors.at[i], err);
    if (st == ST_OK && base->seen.count == 0)
        st = error_set(err, ST_INPUT, "%s: holds no run", args->baseline);
    return st;
}

/* One look at what there is now. */
static enum status look(const struct gate_args *args,
                        const struct baseline *base, struct gate *g,
                        struct observations *now, struct error *err)
{
    enum status st;

    gate_free(g);
    observations_free(now);
    st = load_current(args, now, err);
    return st == ST_OK ? gate_decide(g, base, now, &args->options, err) : st;
}

static enum status rerun(const struct gate_args *args, long nth,
                         struct error *err)
{
    int rc;

    (void)fprintf(stderr, "assay: inconclusive, more runs (%ld of %ld)\n", nth,
                  args->confirm);
    (void)fflush(NULL);
    rc = system(args->rerun);
    return rc == 0 ? ST_OK
                   : error_set(err, ST_INPUT, "--rerun failed (status %d): %s",
                               rc, args->rerun);
}

/* Up to 1 + K looks at growing samples. Each has an equal part of alpha, so
 * that looking often fails no more sound gates (Bonferroni over the looks). */
static enum status look_until_decided(struct gate_args *args,
                                      const struct baseline *base,
                                      struct gate *g, struct observations *now,
                                      struct error *err)
{
    enum status st;

    args->options.alpha /= (double)(args->confirm + 1);
    st = look(args, base, g, now, err);
    for (long i = 1; i <= args->confirm && st == ST_OK &&
                     gate_verdict(g) == GATE_INCONCLUSIVE;
         i++) {
        st = rerun(args, i, err);
        if (st == ST_OK)
            st = look(args, base, g, now, err);
    }
    return st;
}

static int exit_of(const struct gate_args *args, const struct gate *g)
{
    const int status[GATE_VERDICT_COUNT] = {
        [GATE_PASS] = EXIT_PASS,
        [GATE_FAIL] = args->exit_zero ? EXIT_PASS : EXIT_GATE,
        [GATE_NOT_COMPARABLE] = EXIT_CANNOT,
        [GATE_INCONCLUSIVE] = args->inconclusive,
    };

    return status[gate_verdict(g)];
}

static int gate_main(int argc, char **argv)
{
    struct gate_args args = { .options = { .alpha = 0.05 },
                              .format = &gate_writers[0],
                              .inconclusive = EXIT_INCONCLUSIVE };
    struct baseline base = { .rules = "" };
    struct observations now = { .count = 0 };
    struct gate g = { .count = 0 };
    struct error err;
    int operands = 0, rc = EXIT_CANNOT;
    enum status st =
        cli_parse(&command_gate, argc, argv, &args, &operands, &err);

    for (int i = 0; i < operands && st == ST_OK; i++)
        st = strings_arg_add(&args.current, argv[i + 1], &err);
    if (st == ST_OK)
        st = baseline_init(&base, &err);
    if (st == ST_OK)
        st = load_baseline(&args, &base, &err);
    if (st == ST_OK)
        st = look_until_decided(&args, &base, &g, &now, &err);
    if (st == ST_OK)
        st = put_all(&args, &g, &err);
    rc = st == ST_OK ? exit_of(&args, &g) : cli_fail(&err);
    gate_free(&g);
    observations_free(&now);
    baseline_free(&base);
    free(args.current.at);
    free(args.floors.at);
    return rc;
}

const struct command command_gate = {
    .name = "gate",
    .summary = "decide whether runs got worse than a baseline",
    .operands = "--baseline FILE --current DIR|FILE...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = gate_main,
};
