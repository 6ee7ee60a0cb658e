/* assay: dispatches to one file per command. */
#define _GNU_SOURCE /* environ */
#include <stdio.h>
#include <unistd.h>

#include "runner/cli/cli.h"

static int overview(FILE *to)
{
    enum { NAMES_END = 13 }; /* columns */

    (void)fprintf(to,
                  "assay %s: validates reports that a language model "
                  "wrote.\n\nUsage: assay COMMAND [OPTION]...\n\n",
                  ASSAY_VERSION);
    for (size_t i = 0; i < commands_all_count; i++) {
        char left[32];

        (void)snprintf(left, sizeof(left), "  %-10s", commands_all[i]->name);
        cli_entry(to, left, commands_all[i]->summary, NAMES_END);
    }
    (void)fprintf(to, "\nassay help COMMAND lists a command's options.\n");
    return to == stdout ? EXIT_PASS : EXIT_CANNOT;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < commands_all_count; i++)
        if (strcmp(commands_all[i]->name, name) == 0)
            return commands_all[i];
    return NULL;
}

static int no_command(const char *name)
{
    struct error err;
    const size_t most = cli_misspelt(strlen(name));
    const char *best = NULL;
    size_t least = most + 1;

    for (size_t i = 0; i < commands_all_count; i++) {
        const size_t d = text_distance(text_from(name),
                                       text_from(commands_all[i]->name), most);

        if (d < least) {
            least = d;
            best = commands_all[i]->name;
        }
    }
    (void)error_set(&err, ST_USAGE, "%s: no such command%s%s%s (assay help)",
                    name, best != NULL ? "; did you mean " : "",
                    best != NULL ? best : "", best != NULL ? "?" : "");
    return cli_fail(&err);
}

/* A misspelt ASSAY_* variable would change nothing, silently. */
static void warn_variables(char **environ_of)
{
    static const char prefix[] = "ASSAY_";

    for (char **e = environ_of; *e != NULL; e++) {
        const struct text name = { *e, strcspn(*e, "=") };
        bool known = false;
        char variable[CLI_VARIABLE_MAX];

        if (!text_starts(name, (struct text){ prefix, sizeof(prefix) - 1 }))
            continue;
        for (size_t i = 0; i < commands_all_count && !known; i++)
            for (size_t k = 0; k < commands_all[i]->option_count; k++) {
                cli_variable(variable, commands_all[i]->options[k].name);
                known = known || text_eq(text_from(variable), name);
            }
        if (!known) {
            struct error err;

            (void)error_set(&err, ST_OK,
                            "%.*s: no option has this variable; it does "
                            "nothing",
                            (int)(name.len < 100 ? name.len : 100), name.ptr);
            cli_warn(&err);
        }
    }
}

static int dispatch(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const bool help = name != NULL &&
                      (strcmp(name, "help") == 0 ||
                       strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0);
    const struct command *c;

    if (name == NULL)
        return overview(stderr);
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        (void)printf("assay %s\n", ASSAY_VERSION);
        return EXIT_PASS;
    }
    if (help && argc < 3)
        return overview(stdout);
    c = find(help ? argv[2] : name);
    if (c == NULL)
        return no_command(help ? argv[2] : name);
    for (int i = 2; i < argc && !help; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cli_help(c);
            return EXIT_PASS;
        }
    }
    if (help) {
        cli_help(c);
        return EXIT_PASS;
    }
    warn_variables(environ);
    return c->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    return cli_close(dispatch(argc, argv));
}
