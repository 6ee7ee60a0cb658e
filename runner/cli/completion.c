/* assay completion: shell completions from the option tables. */
#include <stdio.h>

#include "checks/table.h"
#include "runner/cli/cli.h"
#include "validator/output/writer.h"

/* What an option's value can be; NULL: a file. */
static const struct values {
    const char *option, *words;
} values[] = {
    { "fail-on", "error warning note never" },
    { "color", "auto always never" },
    { "input-format", "files jsonl" },
};

static void print_words(const char *option)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (strcmp(values[i].option, option) == 0)
            (void)printf("%s", values[i].words);
    if (strcmp(option, "format") == 0)
        for (size_t i = 0; i < writers_all_count; i++)
            (void)printf("%s%s", i > 0 ? " " : "", writers_all[i]->name);
    if (strcmp(option, "select") == 0 || strcmp(option, "ignore") == 0)
        for (size_t i = 0; i < checks_all_count; i++)
            (void)printf("%s%s", i > 0 ? " " : "", checks_all[i]->id);
}

static bool has_words(const char *option)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (strcmp(values[i].option, option) == 0)
            return true;
    return strcmp(option, "format") == 0 || strcmp(option, "select") == 0 ||
           strcmp(option, "ignore") == 0;
}

static void print_commands(void)
{
    for (size_t i = 0; i < commands_all_count; i++)
        (void)printf("%s%s", i > 0 ? " " : "", commands_all[i]->name);
}

static void bash(void)
{
    (void)printf("# bash completion for assay, by `assay completion bash`\n"
                 "_assay() {\n"
                 "  local cur=${COMP_WORDS[COMP_CWORD]} "
                 "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "    COMPREPLY=($(compgen -W \"");
    print_commands();
    (void)printf("\" -- \"$cur\"))\n    return\n  fi\n"
                 "  case ${COMP_WORDS[1]}:$prev in\n");
    for (size_t i = 0; i < commands_all_count; i++)
        for (size_t k = 0; k < commands_all[i]->option_count; k++) {
            const struct cli_option *o = &commands_all[i]->options[k];

            if (o->kind == ARG_NONE || !has_words(o->name))
                continue;
            (void)printf("  %s:--%s", commands_all[i]->name, o->name);
            if (o->letter != 0)
                (void)printf(" | %s:-%c", commands_all[i]->name, o->letter);
            (void)printf(") COMPREPLY=($(compgen -W \"");
            print_words(o->name);
            (void)printf("\" -- \"$cur\")); return ;;\n");
        }
    (void)printf("  explain:*) COMPREPLY=($(compgen -W \"");
    print_words("select");
    (void)printf("\" -- \"$cur\")); return ;;\n  esac\n"
                 "  case $cur in -*) case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < commands_all_count; i++) {
        (void)printf("    %s) COMPREPLY=($(compgen -W \"",
                     commands_all[i]->name);
        for (size_t k = 0; k < commands_all[i]->option_count; k++)
            (void)printf("--%s ", commands_all[i]->options[k].name);
        (void)printf("--help\" -- \"$cur\")) ;;\n");
    }
    (void)printf("    esac ;;\n  *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
                 "  esac\n}\ncomplete -o filenames -F _assay assay\n");
}

/* Help text inside single quotes and zsh's brackets. */
static void print_quoted(const char *s)
{
    for (; *s != '\0'; s++)
        if (*s == '\'')
            (void)printf("'\\''");
        else if (*s == '[' || *s == ']' || *s == ':')
            (void)printf("\\%c", *s);
        else
            (void)putchar(*s);
}

static void zsh_option(const struct cli_option *o)
{
    (void)printf("      '*--%s%s[", o->name, o->kind == ARG_VALUE ? "=" : "");
    print_quoted(o->help);
    (void)printf("]");
    if (o->kind == ARG_VALUE) {
        (void)printf(":");
        print_quoted(o->value);
        (void)printf(has_words(o->name) ? ":(" : ":_files");
        if (has_words(o->name)) {
            print_words(o->name);
            (void)printf(")");
        }
    }
    (void)printf("' \\\n");
}

static void zsh(void)
{
    (void)printf("#compdef assay\n# zsh completion for assay, by `assay "
                 "completion zsh`\n_assay() {\n  local -a commands\n"
                 "  commands=(\n");
    for (size_t i = 0; i < commands_all_count; i++) {
        (void)printf("    '%s:", commands_all[i]->name);
        print_quoted(commands_all[i]->summary);
        (void)printf("'\n");
    }
    (void)printf("  )\n  if (( CURRENT == 2 )); then\n    _describe command "
                 "commands\n    return\n  fi\n  case $words[2] in\n");
    for (size_t i = 0; i < commands_all_count; i++) {
        (void)printf("  %s)\n    _arguments \\\n", commands_all[i]->name);
        for (size_t k = 0; k < commands_all[i]->option_count; k++)
            zsh_option(&commands_all[i]->options[k]);
        if (strcmp(commands_all[i]->name, "explain") == 0) {
            (void)printf("      '*:check:(");
            print_words("select");
            (void)printf(")' ;;\n");
        } else {
            (void)printf("      '*:file:_files' ;;\n");
        }
    }
    (void)printf("  esac\n}\n_assay \"$@\"\n");
}

static void fish_option(const struct command *c, const struct cli_option *o)
{
    (void)printf("complete -c assay -n '__fish_seen_subcommand_from %s' -l %s",
                 c->name, o->name);
    if (o->letter != 0)
        (void)printf(" -s %c", o->letter);
    if (o->kind == ARG_VALUE)
        (void)printf(" -r");
    if (has_words(o->name)) {
        (void)printf(" -f -a '");
        print_words(o->name);
        (void)printf("'");
    }
    (void)printf(" -d '");
    for (const char *s = o->help; *s != '\0'; s++)
        (void)printf(*s == '\'' ? "\\'" : "%c", *s);
    (void)printf("'\n");
}

static void fish(void)
{
    (void)printf("# fish completion for assay, by `assay completion fish`\n");
    for (size_t i = 0; i < commands_all_count; i++) {
        const struct command *c = commands_all[i];

        (void)printf("complete -c assay -n __fish_use_subcommand -f -a %s -d "
                     "'%s'\n",
                     c->name, c->summary);
        for (size_t k = 0; k < c->option_count; k++)
            fish_option(c, &c->options[k]);
    }
    (void)printf("complete -c assay -n '__fish_seen_subcommand_from explain' "
                 "-f -a '");
    print_words("select");
    (void)printf("'\n");
}

static int completion_main(int argc, char **argv)
{
    extern const struct command command_completion;
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
    struct error err;
    int n = 0;
    enum status st = cli_parse(&command_completion, argc, argv, NULL, &n, &err);

    for (size_t i = 0; st == ST_OK && n == 1 && i < 3; i++)
        if (strcmp(argv[1], shells[i].name) == 0) {
            shells[i].print();
            return EXIT_PASS;
        }
    if (st == ST_OK)
        (void)error_set(&err, ST_USAGE, "%s: want bash, zsh or fish",
                        n > 0 ? argv[1] : "completion");
    return cli_fail(&err);
}

const struct command command_completion = {
    .name = "completion",
    .summary = "print completions for bash, zsh or fish",
    .operands = "bash|zsh|fish",
    .run = completion_main,
};
