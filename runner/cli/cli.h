#ifndef RUNNER_CLI_CLI_H
#define RUNNER_CLI_CLI_H
/* Commands, option tables, exit status. The only room that prints. */
#include <stdio.h>

#include "validator/base/error.h"
#include "validator/base/text.h"

#define ASSAY_VERSION "0.1.0"

enum exit_status {
    EXIT_PASS = 0,
    EXIT_GATE = 1,
    EXIT_CANNOT = 2,
    EXIT_INCONCLUSIVE = 3,
    EXIT_PIPE = 141, /* the reader of stdout left before a verdict */
    EXIT_TERM = 143  /* SIGTERM */
};

enum arg_kind { ARG_NONE, ARG_VALUE };

/* One row per option: parsed, printed as help and completed from this. */
struct cli_option {
    const char *name; /* long, without dashes */
    char letter;      /* short, or 0 */
    enum arg_kind kind;
    const char *value; /* "FILE", for help; NULL: ARG_NONE */
    const char *help;  /* one line */
    /* Stores the value; arg is the command's own struct. */
    enum status (*store)(void *arg, const char *value, struct error *err);
};

struct command {
    const char *name, *summary, *operands; /* "REPORT|DIR|-..." */
    const struct cli_option *options;
    size_t option_count;
    int (*run)(int argc, char **argv); /* argv[0]: the command's name */
};

extern const struct command *const commands_all[];
extern const size_t commands_all_count;

/* Parses argv[1..] by c->options into arg; operands are moved to the front of
 * argv (from argv[1]) and counted. GNU style: --name=value, --name value, -x
 * value, -xvalue, `--`. ST_USAGE names the nearest known option. An option not
 * given is taken from its variable (cli_variable) when that is not empty. */
enum status cli_parse(const struct command *c, int argc, char **argv, void *arg,
                      int *operands, struct error *err);

/* The environment variable of an option: "fail-on" is ASSAY_FAIL_ON. */
enum { CLI_VARIABLE_MAX = 64 };
void cli_variable(char out[CLI_VARIABLE_MAX], const char *option);

/* Help of a command, in lines of cli_width(). */
void cli_help(const struct command *c);

/* One line, or more of cli_width(): `left`, a blank, the words of `text`; what
 * does not fit goes on at column `indent`. */
void cli_entry(FILE *to, const char *left, const char *text, size_t indent);

/* Columns of stdout: COLUMNS, else the terminal's, else 80; 40 to 160. */
unsigned cli_width(void);

/* The most edits by which a name of so many letters is taken for another one:
 * half of them, 1 to 4. */
size_t cli_misspelt(size_t letters);

/* "assay: <text>" on stderr, controls escaped; returns EXIT_CANNOT. */
int cli_fail(const struct error *err);

/* The same without an exit status: something to know. */
void cli_warn(const struct error *err);

/* One line on `to`, "\n" added. Names in it may be anybody's: the whole line is
 * escaped as buf_visible does, so it stays one line. At most 64 KiB. */
void cli_line(FILE *to, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Flushes stdout. Returns rc, the exit status so far; EXIT_CANNOT, with a
 * message, when not all that was printed got there. A reader that left is no
 * error. */
int cli_close(int rc);

/* A growing list of strings borrowed from argv. */
struct strings_arg {
    const char **at;
    size_t count, cap;
};
enum status strings_arg_add(struct strings_arg *s, const char *value,
                            struct error *err);
enum status cli_long(const char *value, long min, long max, long *out,
                     struct error *err);

#endif
