/* assay check: its options and its exit status; check_run.c does the work. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "runner/cli/check_int.h"
#include "runner/cli/page.h"
#include "runner/cli/shard.h"
#include "validator/base/file.h"
#include "validator/rules_data.h"

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct check_args *)arg)

STORE(data)
{
    return strings_arg_add(&ARGS->session.data, value, err);
}
STORE(lang)
{
    return strings_arg_add(&ARGS->session.langs, value, err);
}
STORE(select)
{
    return strings_arg_add(&ARGS->session.select, value, err);
}
STORE(ignore)
{
    return strings_arg_add(&ARGS->session.ignore, value, err);
}
STORE(set)
{
    return strings_arg_add(&ARGS->session.settings, value, err);
}
STORE(layout)
{
    (void)err;
    ARGS->session.layout = value;
    return ST_OK;
}
STORE(word)
{
    return strings_arg_add(&ARGS->session.words, value, err);
}
STORE(lang_data)
{
    (void)err;
    ARGS->session.lang_data = value;
    return ST_OK;
}
static enum status find_writer(const struct writer **out, struct text name,
                               struct error *err)
{
    const char *near = writer_nearest(name);

    *out = writer_find(name);
    if (*out != NULL)
        return ST_OK;
    return error_set(err, ST_USAGE, "%.*s: no such output format%s%s%s",
                     (int)(name.len < 64 ? name.len : 64), name.ptr,
                     near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

STORE(format)
{
    return find_writer(&ARGS->format, text_from(value), err);
}
STORE(output)
{
    const char *colon = strchr(value, ':');
    struct output *o = &ARGS->outputs[ARGS->output_count];
    enum status st;

    if (colon == NULL || colon[1] == '\0')
        return error_set(err, ST_USAGE, "%s: want FORMAT:PATH", value);
    if (ARGS->output_count == OUTPUTS_MAX - 1)
        return error_set(err, ST_USAGE, "more than %d outputs",
                         OUTPUTS_MAX - 1);
    st = find_writer(&o->writer,
                     (struct text){ value, (size_t)(colon - value) }, err);
    o->path = colon + 1;
    ARGS->output_count += st == ST_OK;
    return st;
}
STORE(jobs)
{
    return cli_long(value, 1, JOBS_MAX, &ARGS->jobs, err);
}
static enum status read_fail_on(struct check_args *args, const char *value,
                                struct error *err)
{
    args->fail_never = strcmp(value, "never") == 0;
    for (size_t i = 0; i < SEV_COUNT; i++)
        if (strcmp(value, severity_name[i]) == 0) {
            args->fail_severity = (enum severity)i;
            return ST_OK;
        }
    return args->fail_never
               ? ST_OK
               : error_set(err, ST_USAGE,
                           "%s: want error, warning, note or never", value);
}
STORE(fail_on)
{
    ARGS->fail_on = value;
    return read_fail_on(arg, value, err);
}
STORE(exit_zero)
{
    (void)value;
    (void)err;
    ARGS->exit_zero = true;
    return ST_OK;
}
STORE(record)
{
    return strings_arg_add(&ARGS->record_paths, value, err);
}
STORE(allow_empty)
{
    (void)value;
    (void)err;
    ARGS->allow_empty = true;
    ARGS->session.allow_empty = true;
    return ST_OK;
}
STORE(claims)
{
    (void)value;
    (void)err;
    ARGS->claims = true;
    return ST_OK;
}
STORE(index)
{
    (void)err;
    ARGS->session.index = value;
    return ST_OK;
}
STORE(glossary)
{
    (void)err;
    ARGS->session.glossary = value;
    return ST_OK;
}
STORE(quiet)
{
    (void)value;
    (void)err;
    ARGS->quiet = true;
    return ST_OK;
}

STORE(config)
{
    (void)err;
    ARGS->session.config = value;
    return ST_OK;
}
STORE(no_config)
{
    (void)value;
    (void)err;
    ARGS->session.no_config = true;
    return ST_OK;
}
STORE(print_config)
{
    (void)value;
    (void)err;
    ARGS->print_config = true;
    return ST_OK;
}
STORE(input_format)
{
    ARGS->inputs.jsonl = strcmp(value, "jsonl") == 0;
    if (!ARGS->inputs.jsonl && strcmp(value, "files") != 0)
        return error_set(err, ST_USAGE, "%s: want files or jsonl", value);
    return ST_OK;
}
STORE(stdin_filename)
{
    (void)err;
    ARGS->inputs.stdin_name = value;
    return ST_OK;
}
STORE(files0)
{
    (void)err;
    ARGS->files0 = value;
    return ST_OK;
}
STORE(runs)
{
    return strings_arg_add(&ARGS->runs, value, err);
}
STORE(gate)
{
    (void)err;
    ARGS->gate = value;
    return ST_OK;
}
STORE(watch)
{
    (void)err;
    ARGS->watch = value;
    return ST_OK;
}
STORE(max_findings)
{
    return cli_long(value, 1, 1000000, &ARGS->max_findings, err);
}
STORE(color)
{
    static const char *const names[] = { [COLOR_AUTO] = "auto",
                                         [COLOR_ALWAYS] = "always",
                                         [COLOR_NEVER] = "never" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(value, names[i]) == 0) {
            ARGS->color = (enum color)i;
            return ST_OK;
        }
    return error_set(err, ST_USAGE, "%s: want auto, always or never", value);
}

STORE(baseline)
{
    (void)err;
    ARGS->baseline = value;
    return ST_OK;
}
STORE(write_baseline)
{
    (void)err;
    ARGS->write_baseline = value;
    return ST_OK;
}
STORE(prune_baseline)
{
    (void)value;
    (void)err;
    ARGS->prune_baseline = true;
    return ST_OK;
}
STORE(accept_new)
{
    (void)value;
    (void)err;
    ARGS->accept_new = true;
    return ST_OK;
}
STORE(strict_baseline)
{
    (void)value;
    (void)err;
    ARGS->strict_baseline = true;
    return ST_OK;
}
STORE(shard)
{
    struct shard part;
    const enum status st = shard_parse(&part, value, err);

    if (st != ST_OK)
        return st;
    ARGS->inputs.shard = part.nth;
    ARGS->inputs.shards = part.of;
    return ST_OK;
}
STORE(write_in_ci)
{
    (void)value;
    (void)err;
    ARGS->write_in_ci = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "data", 0, ARG_VALUE, "DIR|FILE", "source data (repeatable)",
      store_data },
    { "index", 0, ARG_VALUE, "FILE", "what assay index made, as the data",
      store_index },
    { "glossary", 0, ARG_VALUE, "FILE", "words and units of the data's columns",
      store_glossary },
    { "lang", 0, ARG_VALUE, "TAG,..", "expected languages (en)", store_lang },
    { "word", 0, ARG_VALUE, "WORD", "a word that is at home in the report",
      store_word },
    { "record", 0, ARG_VALUE, "FILE",
      "run record of a report: who wrote what, prompt, limits (repeatable)",
      store_record },
    { "layout", 0, ARG_VALUE, "NAME", "who wrote which part (or none)",
      store_layout },
    { "select", 0, ARG_VALUE, "ID,..", "run only these checks", store_select },
    { "ignore", 0, ARG_VALUE, "ID,..", "do not run these checks",
      store_ignore },
    { "set", 0, ARG_VALUE, "CHECK.OPT=N", "set a check's option", store_set },
    { "lang-data", 0, ARG_VALUE, "FILE", "language data file",
      store_lang_data },
    { "format", 'f', ARG_VALUE, "FORMAT", "format on stdout (text)",
      store_format },
    { "output", 'o', ARG_VALUE, "FORMAT:PATH", "also write this file",
      store_output },
    { "runs", 0, ARG_VALUE, "DIR",
      "plots of these run records on the html page (repeatable)", store_runs },
    { "gate", 0, ARG_VALUE, "FILE",
      "table of this assay gate -f json on the html page", store_gate },
    { "claims", 0, ARG_NONE, NULL, "list every number with its verdict",
      store_claims },
    { "fail-on", 0, ARG_VALUE, "SEVERITY",
      "exit 1 from error|warning|note|never", store_fail_on },
    { "exit-zero", 0, ARG_NONE, NULL, "exit 0 whatever was found",
      store_exit_zero },
    { "allow-empty", 0, ARG_NONE, NULL, "no reports, or no data, is no error",
      store_allow_empty },
    { "jobs", 'j', ARG_VALUE, "N", "threads (all processors)", store_jobs },
    { "input-format", 0, ARG_VALUE, "files|jsonl",
      "reports are files, or JSON records", store_input_format },
    { "stdin-filename", 0, ARG_VALUE, "NAME", "what - is called",
      store_stdin_filename },
    { "files0-from", 0, ARG_VALUE, "FILE", "names of reports, NUL between",
      store_files0 },
    { "watch", 0, ARG_VALUE, "DIR", "then judge what is written below it",
      store_watch },
    { "max-findings", 0, ARG_VALUE, "N", "of one report (10000)",
      store_max_findings },
    { "baseline", 0, ARG_VALUE, "FILE", "known findings do not count",
      store_baseline },
    { "write-baseline", 0, ARG_VALUE, "FILE", "make the findings known",
      store_write_baseline },
    { "accept-new", 0, ARG_NONE, NULL,
      "write-baseline: although the file is there and some are new",
      store_accept_new },
    { "prune-baseline", 0, ARG_NONE, NULL, "drop what is gone from --baseline",
      store_prune_baseline },
    { "shard", 0, ARG_VALUE, "I/N|auto",
      "only the I-th of N parts of the reports (-f partial, assay merge)",
      store_shard },
    { "strict-baseline", 0, ARG_NONE, NULL,
      "exit 1 when the baseline knows what is gone", store_strict_baseline },
    { "write-in-ci", 0, ARG_NONE, NULL, "write a baseline although CI is set",
      store_write_in_ci },
    { "config", 0, ARG_VALUE, "FILE", "instead of the nearest assay.json",
      store_config },
    { "no-config", 0, ARG_NONE, NULL, "read no assay.json", store_no_config },
    { "print-config", 0, ARG_NONE, NULL, "print what is in force, and leave",
      store_print_config },
    { "color", 0, ARG_VALUE, "WHEN", "auto, always or never", store_color },
    { "quiet", 'q', ARG_NONE, NULL, "no summary line", store_quiet },
};

static enum status collect(struct check_args *args, char **operands, int n,
                           struct error *err)
{
    struct inputs *in = &args->inputs;
    enum status st = ST_OK;

    for (int i = 0; i < n && st == ST_OK; i++)
        st = inputs_add(in, operands[i], err);
    if (st == ST_OK && args->files0 != NULL)
        st = inputs_add_files0(in, args->files0, err);
    if (st == ST_OK && in->shards > 0 && in->jsonl)
        return error_set(err, ST_USAGE,
                         "--shard parts files; part JSON records before");
    if (st == ST_OK && in->jsonl && in->count == 0)
        st = inputs_add(in, "-", err);
    if (st == ST_OK && args->watch != NULL)
        st = in->jsonl ? error_set(err, ST_USAGE,
                                   "--watch and --input-format jsonl: want one")
                       : inputs_watch(in, args->watch, err);
    if (st == ST_OK && in->count == 0 && !args->allow_empty &&
        args->watch == NULL)
        return error_set(err, ST_INPUT,
                         "nothing to check: %s (a folder gives its .md, "
                         ".markdown and .txt files)",
                         n > 0 ? operands[0] : "no report named");
    return st;
}

/* https://no-color.org: NO_COLOR set and not empty means no colour. */
static bool want_color(const struct check_args *args)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    if (args->color != COLOR_AUTO)
        return args->color == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) != 0 && (no == NULL || no[0] == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

/* What the file says and no option did. */
static enum status complete(struct check_args *args, struct session *s,
                            struct error *err)
{
    const char *fail_on = config_string(s->config, "fail-on");
    const cJSON *max = config_section(s->config, "max-findings");
    struct error why;
    enum status st;

    if (args->baseline == NULL && args->write_baseline == NULL &&
        config_string(s->config, "baseline") != NULL)
        args->baseline =
            config_resolve(s->config, config_string(s->config, "baseline"));
    if (args->max_findings == 0 && max != NULL)
        args->max_findings = max->valueint;
    if (args->max_findings > 0)
        s->engine.max_findings = (size_t)args->max_findings;
    if (args->fail_on != NULL || fail_on == NULL)
        return ST_OK;
    st = read_fail_on(args, fail_on, &why);
    return st == ST_OK ? ST_OK
                       : error_set(err, st, "%s: fail-on: %s",
                                   config_path(s->config), why.text);
}

static enum status ratchet_open(struct check_args *args, struct error *err)
{
    const bool writes = args->write_baseline != NULL || args->prune_baseline;
    const char *ci = getenv("CI");

    if (args->baseline == NULL && !writes)
        return ST_OK;
    if (args->prune_baseline && args->baseline == NULL)
        return error_set(err, ST_USAGE, "--prune-baseline needs --baseline");
    if (args->baseline != NULL && args->write_baseline != NULL)
        return error_set(err, ST_USAGE,
                         "--baseline compares and --write-baseline writes: "
                         "want one of them");
    if (writes && !args->write_in_ci && ci != NULL && ci[0] != '\0')
        return error_set(err, ST_USAGE,
                         "CI is set: a baseline is written by a person and "
                         "committed (--write-in-ci does it all the same)");
    return ratchet_new(&args->ratchet,
                       args->baseline != NULL ? args->baseline
                                              : args->write_baseline,
                       args->baseline == NULL, err);
}

static enum status open_suppress(struct check_args *args,
                                 const struct session *s, struct error *err)
{
    const time_t now = time(NULL);
    char today[16] = "";
    struct tm tm;

    if (gmtime_r(&now, &tm) != NULL)
        (void)strftime(today, sizeof(today), "%Y-%m-%d", &tm);
    return suppress_new(&args->suppress, s->config, today, err);
}

/* Tells what is gone, and writes what was asked for. */
static enum status ratchet_close(struct check_args *args, struct tally *t,
                                 struct error *err)
{
    struct ratchet_counts c;

    if (args->ratchet == NULL || t->stopped || t->trouble)
        return ST_OK;
    c = ratchet_count(args->ratchet);
    if (!args->quiet)
        (void)fprintf(stderr,
                      "assay: %zu new findings, %zu unchanged, "
                      "%zu absent\n",
                      c.new, c.unchanged, c.absent);
    t->failed = t->failed || (args->strict_baseline && c.absent > 0);
    if (args->prune_baseline)
        return ratchet_write(args->ratchet, args->baseline, false, err);
    if (args->write_baseline == NULL)
        return ST_OK;
    if (c.new > 0 && file_exists(args->write_baseline) && !args->accept_new)
        return error_set(err, ST_USAGE,
                         "%s: %zu findings are new; --accept-new makes them "
                         "known",
                         args->write_baseline, c.new);
    t->failed = false; /* they are known from now on */
    return ratchet_write(args->ratchet, args->write_baseline, true, err);
}

static enum status make_extra(const struct check_args *args, struct buf *extra,
                              struct error *err)
{
    enum status st = ST_OK;

    if (args->runs.count > 0)
        st = page_runs(extra, args->runs.at, args->runs.count, err);
    if (st == ST_OK && args->gate != NULL)
        st = page_gate(extra, args->gate, err);
    return st;
}

static enum status judge(struct check_args *args, char **operands, int n,
                         struct tally *t, struct error *err)
{
    struct writer_options wo = {
        .color = want_color(args),
        .claims = args->claims,
        .quiet = args->quiet,
        .width = cli_width(),
        .version = ASSAY_VERSION,
        .rules_sha256 = rules_sha256,
        .shard = args->inputs.shards > 0 ? args->inputs.shard : 1,
        .shards = args->inputs.shards > 0 ? args->inputs.shards : 1,
    };
    struct buf extra = { .max = 0 };
    struct session s;
    enum status st = session_begin(&s, &args->session, err);

    if (st != ST_OK)
        return st;
    if (!args->quiet)
        session_warn(&s);
    wo.engine = &s.engine;
    st = complete(args, &s, err);
    if (st == ST_OK)
        st = ratchet_open(args, err);
    if (st == ST_OK)
        st = open_suppress(args, &s, err);
    if (st == ST_OK)
        st = make_extra(args, &extra, err);
    wo.page_extra = buf_text(&extra);
    wo.fail_on = args->fail_never ? SEV_COUNT : args->fail_severity;
    if (st == ST_OK && args->print_config)
        session_print_config(&s, args->fail_never
                                     ? "never"
                                     : severity_name[args->fail_severity]);
    else if (st == ST_OK && (st = collect(args, operands, n, err)) == ST_OK)
        st = check_all(args, &s, &wo, t, err);
    if (st == ST_OK && args->inputs.jsonl && args->inputs.records == 0 &&
        !args->allow_empty && !args->exit_zero && !t->stopped)
        st = error_set(err, ST_INPUT, "nothing to check: no record came");
    if (st == ST_OK && args->suppress != NULL && !args->quiet && !t->stopped)
        suppress_report(args->suppress, cli_warn);
    if (st == ST_OK)
        st = ratchet_close(args, t, err);
    suppress_free(args->suppress);
    buf_free(&extra);
    session_end(&s);
    return st;
}

/* SIGTERM becomes readable, so that the record at hand is finished; a closed
 * pipe becomes an error of write(). Before any thread starts. */
static void catch_signals(struct check_args *args)
{
    sigset_t term;

    (void)sigemptyset(&term);
    (void)sigaddset(&term, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &term, NULL);
    args->inputs.stop_fd = signalfd(-1, &term, SFD_CLOEXEC);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* GitHub shows this file below the job; other steps may have begun it. */
static void add_step_summary(struct check_args *args)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    bool github = false;

    for (size_t i = 0; i < args->output_count; i++)
        github = github || strcmp(args->outputs[i].writer->name, "github") == 0;
    if (!github || path == NULL || path[0] == '\0' ||
        args->output_count == OUTPUTS_MAX)
        return;
    args->outputs[args->output_count++] = (struct output){
        .writer = writer_find(TEXT_LIT("markdown")),
        .path = path,
        .append = true,
    };
}

static int exit_status(const struct check_args *args, const struct tally *t)
{
    if (t->stopped)
        return EXIT_TERM;
    if (t->trouble)
        return EXIT_CANNOT;
    if (t->failed)
        return args->exit_zero ? EXIT_PASS : EXIT_GATE;
    return t->closed && args->output_count == 1 ? EXIT_PIPE : EXIT_PASS;
}

static enum status records_open(struct check_args *args, struct error *err)
{
    const size_t n = args->record_paths.count;
    enum status st = ST_OK;

    if (n == 0)
        return ST_OK;
    args->records = calloc(n, sizeof(*args->records));
    args->record_used = calloc(n, sizeof(*args->record_used));
    if (args->records == NULL || args->record_used == NULL)
        return error_set(err, ST_NOMEM, "no memory for run records");
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = record_read(&args->records[i], args->record_paths.at[i], err);
    return st;
}

/* A record that fits no report was meant to do something. */
static enum status records_close(const struct check_args *args,
                                 struct error *err)
{
    for (size_t i = 0; i < args->record_paths.count; i++)
        if (!args->record_used[i])
            return error_set(err, ST_INPUT,
                             "%s: is the record of %s, with other bytes or "
                             "under another name; no report fits it",
                             args->record_paths.at[i], args->records[i].file);
    return ST_OK;
}

static void args_free(struct check_args *args)
{
    for (size_t i = 0; args->records != NULL && i < args->record_paths.count;
         i++)
        record_free(&args->records[i]);
    free(args->records);
    free(args->record_used);
    free(args->record_paths.at);
    inputs_free(&args->inputs);
    for (size_t i = 0; i < args->output_count; i++)
        buf_free(&args->outputs[i].all);
    free(args->session.words.at);
    free(args->session.data.at);
    free(args->session.langs.at);
    free(args->session.select.at);
    free(args->session.ignore.at);
    free(args->session.settings.at);
    free(args->runs.at);
}

extern const struct command command_check;

static int check_main(int argc, char **argv)
{
    struct check_args args = { .fail_severity = SEV_ERROR };
    struct tally t = { .failed = false };
    struct error err;
    int operands = 0, rc;
    enum status st =
        cli_parse(&command_check, argc, argv, &args, &operands, &err);

    catch_signals(&args);
    if (st == ST_OK && args.jobs == 0) {
        const long n = sysconf(_SC_NPROCESSORS_ONLN);

        args.jobs = n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : n;
    }
    if (st == ST_OK) { /* stdout is an output like the others */
        args.outputs[args.output_count++].writer =
            args.format != NULL ? args.format : writer_find(TEXT_LIT("text"));
        add_step_summary(&args);
        st = records_open(&args, &err);
        if (st == ST_OK)
            st = judge(&args, argv + 1, operands, &t, &err);
        if (st == ST_OK)
            st = records_close(&args, &err);
        ratchet_free(args.ratchet);
    }
    rc = st != ST_OK ? cli_fail(&err) : exit_status(&args, &t);
    args_free(&args);
    return rc;
}

const struct command command_check = {
    .name = "check",
    .summary = "judge reports",
    .operands = "REPORT|DIR|-...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = check_main,
};
