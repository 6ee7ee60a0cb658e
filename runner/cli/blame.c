/* assay blame: over a sweep, which option goes with garble or slowness. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/cli.h"
#include "runner/gate/baseline.h"
#include "runner/gate/blame.h"
#include "validator/base/file.h"

struct blame_args {
    bool json;
};

static enum status store_format(void *arg, const char *value, struct error *err)
{
    struct blame_args *args = arg;

    args->json = strcmp(value, "json") == 0;
    return args->json || strcmp(value, "text") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want text or json", value);
}

static const struct cli_option options[] = {
    { "format", 'f', ARG_VALUE, "FORMAT", "text or json (text)", store_format },
};

extern const struct command command_blame;

static void put_row(struct buf *b, const struct blame_row *r)
{
    buf_puts(b, "  ");
    buf_visible(b, text_from(r->option), 40);
    buf_putc(b, '=');
    buf_visible(b, text_from(r->level), 40);
    buf_printf(b, "  %s  ", blame_outcome_name[r->outcome]);
    if (r->outcome == BLAME_GARBLED)
        buf_printf(b,
                   "%zu of %zu, others %zu of %zu: %+.0f points "
                   "[%+.0f, %+.0f]",
                   r->hits, r->n, r->others_hits, r->others_n, r->effect * 100,
                   r->low * 100, r->high * 100);
    else
        buf_printf(b, "%.4g, others %.4g: %+.3g [%+.3g, %+.3g] n=%zu+%zu",
                   r->here, r->others, r->effect, r->low, r->high, r->n,
                   r->others_n);
    buf_printf(b, "  p=%.3f (corrected %.3f)\n", r->p, r->p_adjusted);
}

static void put_text(struct buf *b, const struct blame *l)
{
    size_t clear = 0;

    while (clear < l->count && l->rows[clear].p_adjusted < 0.05)
        clear++;
    buf_puts(b, clear > 0 ? "goes with it:\n"
                          : "no option goes with it clearly\n");
    for (size_t i = 0; i < l->count; i++) {
        if (i == clear)
            buf_puts(b, "not told apart from chance:\n");
        put_row(b, &l->rows[i]);
    }
    if (l->overflow_checked > 0)
        buf_printf(b,
                   "context-overflow: in %zu of %zu garbled reports, in %zu "
                   "of %zu sound ones (p=%.3f)\n",
                   l->overflow_garbled, l->garbled, l->overflow_sound,
                   l->reports - l->garbled, l->overflow_p);
}

static void put_number(struct buf *b, const char *key, double v)
{
    buf_printf(b, ",\"%s\":", key);
    number_put(b, v);
}

static void put_json(struct buf *b, const struct blame *l)
{
    buf_printf(b,
               "{\"schema\":\"assay-blame/1\",\"reports\":%zu,"
               "\"garbled\":%zu,\"context_overflow\":{\"checked\":%zu,"
               "\"garbled\":%zu,\"sound\":%zu",
               l->reports, l->garbled, l->overflow_checked, l->overflow_garbled,
               l->overflow_sound);
    put_number(b, "p", l->overflow_p);
    buf_puts(b, "},\"effects\":[");
    for (size_t i = 0; i < l->count; i++) {
        const struct blame_row *r = &l->rows[i];

        buf_puts(b, i > 0 ? ",\n{\"option\":" : "\n{\"option\":");
        buf_json(b, text_from(r->option));
        buf_puts(b, ",\"level\":");
        buf_json(b, text_from(r->level));
        buf_printf(b, ",\"outcome\":\"%s\",\"n\":%zu,\"others_n\":%zu",
                   blame_outcome_name[r->outcome], r->n, r->others_n);
        put_number(b, "here", r->here);
        put_number(b, "others", r->others);
        put_number(b, "effect", r->effect);
        put_number(b, "low", r->low);
        put_number(b, "high", r->high);
        put_number(b, "p", r->p);
        put_number(b, "p_adjusted", r->p_adjusted);
        buf_putc(b, '}');
    }
    buf_puts(b, "]}\n");
}

static int blame_main(int argc, char **argv)
{
    struct blame_args args = { .json = false };
    struct observations o = { .count = 0 };
    struct blame l = { .count = 0 };
    struct buf b = { .max = 0 };
    struct error err;
    int operands = 0;
    enum status st =
        cli_parse(&command_blame, argc, argv, &args, &operands, &err);

    if (st == ST_OK && operands == 0)
        st = error_set(&err, ST_USAGE, "no run records named");
    if (st == ST_OK)
        st = observations_init(&o, &err);
    for (int i = 0; i < operands && st == ST_OK; i++)
        st = observations_load(&o, argv[i + 1], &err);
    if (st == ST_OK)
        st = observations_sort(&o, &err);
    if (st == ST_OK)
        st = blame_find(&l, &o, &err);
    if (st == ST_OK) {
        (args.json ? put_json : put_text)(&b, &l);
        st = file_write_buf("-", &b, &err);
    }
    buf_free(&b);
    blame_free(&l);
    observations_free(&o);
    return st == ST_OK ? EXIT_PASS : cli_fail(&err);
}

const struct command command_blame = {
    .name = "blame",
    .summary = "over a sweep: which option goes with garble or slowness",
    .operands = "RUN|DIR...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = blame_main,
};
