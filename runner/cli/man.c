/* assay man: the manual page in mdoc(7), options from their tables. */
#include <stdio.h>

#include "runner/cli/cli.h"
#include "validator/output/writer.h"

/* Text of a macro line or a text line: no escapes, no leading control. */
static void put(const char *s)
{
    if (*s == '.' || *s == '\'')
        (void)printf("\\&");
    for (; *s != '\0'; s++)
        if (*s == '\\')
            (void)printf("\\e");
        else if (*s == '"')
            (void)printf("\\(dq");
        else
            (void)putchar(*s);
}

static void put_option(const struct cli_option *o)
{
    (void)printf(".It ");
    if (o->letter != 0)
        (void)printf("Fl %c , ", o->letter);
    (void)printf("Fl Fl %s", o->name);
    if (o->kind == ARG_VALUE) {
        (void)printf("= Ns Ar \"");
        put(o->value);
        (void)printf("\"");
    }
    (void)printf("\n");
    put(o->help);
    (void)printf(".\n");
}

static void put_command(const struct command *c)
{
    (void)printf(".Ss assay %s\n.Nm assay\n.Cm %s\n", c->name, c->name);
    if (c->option_count > 0)
        (void)printf(".Op Ar option ...\n");
    if (c->operands[0] != '\0') {
        (void)printf(".Ar \"");
        put(c->operands);
        (void)printf("\"\n");
    }
    (void)printf(".Pp\n%c", c->summary[0] >= 'a' && c->summary[0] <= 'z'
                                ? c->summary[0] - 'a' + 'A'
                                : c->summary[0]);
    put(c->summary + 1);
    (void)printf(".\n");
    if (c->option_count == 0)
        return;
    (void)printf(".Bl -tag -width Ds\n");
    for (size_t i = 0; i < c->option_count; i++)
        put_option(&c->options[i]);
    (void)printf(".El\n");
}

static const char head[] =
    ".Dd November 21, 2026\n"
    ".Dt ASSAY 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm assay\n"
    ".Nd validate reports that a language model wrote\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Ar command\n"
    ".Op Ar option ...\n"
    ".Op Ar operand ...\n"
    ".Sh DESCRIPTION\n"
    ".Nm\n"
    "judges reports that a language model wrote: whether they are in the\n"
    "language asked for, whether the decoder got stuck, whether tokens "
    "leaked,\n"
    "and whether every number in them is true of the data the model was "
    "given.\n"
    "It is deterministic and works offline.\n"
    ".Pp\n"
    "Results go to standard output, diagnostics to standard error.\n"
    "Options may be written\n"
    ".Fl Fl name Ns = Ns Ar value\n"
    "or\n"
    ".Fl Fl name Ar value ;\n"
    "a lone\n"
    ".Sq \\-\n"
    "is standard input, and\n"
    ".Fl Fl\n"
    "ends the options.\n"
    ".Sh COMMANDS\n";

static const char tail[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width Ds\n"
    ".It Ev ASSAY_* Ns No , for example Ev ASSAY_FAIL_ON\n"
    "An option that is not given:\n"
    ".Fl Fl fail-on\n"
    "in upper case, with underscores.\n"
    ".It Ev NO_COLOR\n"
    "No colour when set and not empty.\n"
    ".It Ev CI\n"
    "No progress on standard error when set and not empty.\n"
    ".It Ev COLUMNS\n"
    "The width of text output.\n"
    ".It Ev GITHUB_STEP_SUMMARY\n"
    "With the github format, the table of reports is appended to this file.\n"
    ".El\n"
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa assay.json\n"
    "Configuration: the nearest upward to the repository's root.\n"
    "An option wins over the environment, that over the file.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds\n"
    ".It 0\n"
    "Pass.\n"
    ".It 1\n"
    "The gate failed: a finding at or above\n"
    ".Fl Fl fail-on ,\n"
    "or a regression.\n"
    ".It 2\n"
    "The job could not be done: a wrong option, unreadable input, nothing to\n"
    "check.\n"
    ".It 3\n"
    "Inconclusive: too few samples to decide.\n"
    ".It 143\n"
    "Ended by SIGTERM after the report at hand.\n"
    ".El\n"
    ".Sh EXAMPLES\n"
    "Judge a report against its data:\n"
    ".Pp\n"
    ".Dl assay check --data results/ report.md\n"
    ".Pp\n"
    "Annotate a pull request and keep the evidence page:\n"
    ".Pp\n"
    ".Dl assay check -f github -o html:report.html reports/\n"
    ".Pp\n"
    "A stream of records, one JSON object a line:\n"
    ".Pp\n"
    ".Dl assay check --input-format jsonl -f jsonl < records.jsonl\n";

static int man_main(int argc, char **argv)
{
    extern const struct command command_man;
    struct error err;
    int n = 0;

    if (cli_parse(&command_man, argc, argv, NULL, &n, &err) != ST_OK)
        return cli_fail(&err);
    (void)fputs(head, stdout);
    for (size_t i = 0; i < commands_all_count; i++)
        put_command(commands_all[i]);
    (void)printf(".Sh OUTPUT FORMATS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < writers_all_count; i++) {
        (void)printf(".It Cm %s\n", writers_all[i]->name);
        put(writers_all[i]->summary);
        (void)printf(".\n");
    }
    (void)printf(".El\n");
    (void)fputs(tail, stdout);
    return EXIT_PASS;
}

const struct command command_man = {
    .name = "man",
    .summary = "print the manual page (mdoc)",
    .operands = "",
    .run = man_main,
};
