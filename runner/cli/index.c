/* assay index: reads data once, for many checks. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "runner/cli/data.h"
#include "validator/rules_data.h"

struct index_args {
    struct data_options data;
    const char *output;
    bool quiet;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct index_args *)arg)

STORE(output)
{
    (void)err;
    ARGS->output = value;
    return ST_OK;
}
STORE(allow_empty)
{
    (void)value;
    (void)err;
    ARGS->data.allow_empty = true;
    return ST_OK;
}
STORE(quiet)
{
    (void)value;
    (void)err;
    ARGS->quiet = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "output", 'o', ARG_VALUE, "FILE", "the index to write", store_output },
    { "allow-empty", 0, ARG_NONE, NULL, "no readable data is no error",
      store_allow_empty },
    { "quiet", 'q', ARG_NONE, NULL, "no summary line", store_quiet },
};

static enum status work(const struct index_args *args, struct error *err)
{
    struct facts *f = NULL;
    struct stat sb;
    enum status st = data_load(&f, &args->data, err);

    if (st == ST_OK)
        st = facts_save(f, args->output, rules_sha256, err);
    if (st == ST_OK && !args->quiet)
        cli_line(stdout, "%s: %zu files, %zu numbers, %lld bytes", args->output,
                 facts_file_count(f), facts_count(f),
                 stat(args->output, &sb) == 0 ? (long long)sb.st_size : 0);
    facts_free(f);
    return st;
}

extern const struct command command_index;

static int index_main(int argc, char **argv)
{
    struct index_args args = { .output = NULL };
    struct error err;
    int n = 0;
    enum status st = cli_parse(&command_index, argc, argv, &args, &n, &err);

    for (int i = 1; i <= n && st == ST_OK; i++)
        st = strings_arg_add(&args.data.paths, argv[i], &err);
    if (st == ST_OK && (n == 0 || args.output == NULL))
        st = error_set(&err, ST_USAGE,
                       "index: want folders or files of data, and -o FILE");
    if (st == ST_OK)
        st = work(&args, &err);
    free(args.data.paths.at);
    return st == ST_OK ? EXIT_PASS : cli_fail(&err);
}

const struct command command_index = {
    .name = "index",
    .summary = "read source data once, for many checks",
    .operands = "DIR|FILE...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = index_main,
};
