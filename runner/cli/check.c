/* assay check: judges reports, in parallel, prints in the order given. */
#define _GNU_SOURCE /* isatty */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/session.h"
#include "validator/audit/audit.h"
#include "validator/base/file.h"
#include "validator/output/writer.h"
#include "validator/rules_data.h"

enum {
    OUTPUTS_MAX = 16,
    JOBS_MAX = 256,
    ARENA_MAX = 1 << 30, /* bytes per report */
    WINDOW = 4           /* reports in flight per job */
};

struct output {
    const struct writer *writer;
    const char *path; /* NULL: stdout */
    struct buf all;   /* what goes to a file */
};

struct check_args {
    struct session_options session;
    const struct writer *format;
    struct output outputs[OUTPUTS_MAX];
    size_t output_count;
    long jobs;
    enum severity fail_on;
    bool fail_never, exit_zero, allow_empty, claims, quiet;
    char **names; /* reports, owned */
    size_t name_count, name_cap;
};

#define STORE(name) static enum status store_##name( \
    void *arg, const char *value, struct error *err)
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
STORE(lang_data)
{
    (void)err;
    ARGS->session.lang_data = value;
    return ST_OK;
}
STORE(format)
{
    ARGS->format = writer_find(text_from(value));
    return ARGS->format != NULL
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: no such output format", value);
}
STORE(output)
{
    const char *colon = strchr(value, ':');
    struct output *o = &ARGS->outputs[ARGS->output_count];

    if (colon == NULL || colon[1] == '\0')
        return error_set(err, ST_USAGE, "%s: want FORMAT:PATH", value);
    if (ARGS->output_count == OUTPUTS_MAX)
        return error_set(err, ST_USAGE, "more than %d outputs", OUTPUTS_MAX);
    o->writer = writer_find((struct text){ value, (size_t)(colon - value) });
    o->path = colon + 1;
    if (o->writer == NULL)
        return error_set(err, ST_USAGE, "%s: no such output format", value);
    ARGS->output_count++;
    return ST_OK;
}
STORE(jobs)
{
    return cli_long(value, 1, JOBS_MAX, &ARGS->jobs, err);
}
STORE(fail_on)
{
    ARGS->fail_never = strcmp(value, "never") == 0;
    for (size_t i = 0; i < SEV_COUNT; i++)
        if (strcmp(value, severity_name[i]) == 0) {
            ARGS->fail_on = (enum severity)i;
            return ST_OK;
        }
    return ARGS->fail_never
               ? ST_OK
               : error_set(err, ST_USAGE,
                           "%s: want error, warning, note or never", value);
}
STORE(exit_zero)
{
    (void)value;
    (void)err;
    ARGS->exit_zero = true;
    return ST_OK;
}
STORE(allow_empty)
{
    (void)value;
    (void)err;
    ARGS->allow_empty = true;
    return ST_OK;
}
STORE(claims)
{
    (void)value;
    (void)err;
    ARGS->claims = true;
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
    { "data", 0, ARG_VALUE, "DIR|FILE", "source data (repeatable)",
      store_data },
    { "lang", 0, ARG_VALUE, "TAG", "expected language (en)", store_lang },
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
    { "claims", 0, ARG_NONE, NULL, "list every number with its verdict",
      store_claims },
    { "fail-on", 0, ARG_VALUE, "SEVERITY",
      "exit 1 from error|warning|note|never", store_fail_on },
    { "exit-zero", 0, ARG_NONE, NULL, "exit 0 whatever was found",
      store_exit_zero },
    { "allow-empty", 0, ARG_NONE, NULL, "nothing to check is a pass",
      store_allow_empty },
    { "jobs", 'j', ARG_VALUE, "N", "threads (all processors)", store_jobs },
    { "quiet", 'q', ARG_NONE, NULL, "no summary line", store_quiet },
};

static enum status add_name(struct check_args *args, const char *path,
                            struct error *err)
{
    if (args->name_count == args->name_cap) {
        const size_t cap = args->name_cap != 0 ? args->name_cap * 2 : 64;
        char **p = realloc(args->names, cap * sizeof(*p));

        if (p == NULL)
            return error_set(err, ST_NOMEM, "no memory for names");
        args->names = p;
        args->name_cap = cap;
    }
    args->names[args->name_count] = strdup(path);
    if (args->names[args->name_count] == NULL)
        return error_set(err, ST_NOMEM, "no memory for names");
    args->name_count++;
    return ST_OK;
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    static const struct text endings[] = { { ".md", 3 },
                                           { ".markdown", 9 },
                                           { ".txt", 4 } };

    (void)size;
    (void)mtime;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (text_ends(text_from(path), endings[i]))
            return add_name(arg, path, err);
    return ST_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A folder's reports come in byte order of path; operands keep their order. */
static enum status collect(struct check_args *args, char **operands, int n,
                           struct error *err)
{
    enum status st = ST_OK;

    for (int i = 0; i < n && st == ST_OK; i++) {
        const size_t from = args->name_count;
        const bool folder = strcmp(operands[i], "-") != 0 &&
                            file_is_dir(operands[i]);

        st = folder ? file_walk(operands[i], visit, args, err)
                    : add_name(args, operands[i], err);
        if (folder && args->name_count > from)
            qsort(args->names + from, args->name_count - from,
                  sizeof(*args->names), by_path);
    }
    if (st == ST_OK && args->name_count == 0 && !args->allow_empty)
        return error_set(err, ST_INPUT,
                         "nothing to check: %s (a folder gives its .md, "
                         ".markdown and .txt files)",
                         n > 0 ? operands[0] : "no report named");
    return st;
}

/* One report in flight. */
struct slot {
    struct buf out[OUTPUTS_MAX];
    enum verdict verdict;
    enum severity worst;
    size_t findings[SEV_COUNT], claims[CLAIM_VERDICTS];
    bool any_finding, has_claims;
    double chance;
    enum status st;
    struct error err;
    bool done;
};

struct work {
    struct check_args *args;
    const struct session *session;
    const struct writer_options *options;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t next, printed, window;
    bool stop;
    struct slot *slots;
};

static void count(struct slot *s, const struct result *r)
{
    s->verdict = r->verdict;
    s->worst = r->worst;
    s->any_finding = r->finding_count > 0;
    for (size_t i = 0; i < r->finding_count; i++)
        s->findings[r->findings[i].severity]++;
    s->has_claims = r->audit != NULL && r->audit->claim_count > 0;
    if (r->audit == NULL)
        return;
    for (size_t i = 0; i < r->audit->claim_count; i++)
        s->claims[r->audit->claims[i].verdict]++;
    s->chance = r->audit->chance_match_rate;
}

static void judge_one(struct work *w, struct slot *s, size_t i,
                      struct arena *a)
{
    const char *name = w->args->names[i];
    struct result r;
    char *bytes = NULL;
    size_t len = 0;

    s->st = file_read(&bytes, &len, name, REPORT_MAX, &s->err);
    if (s->st == ST_OK)
        s->st = engine_run(&w->session->engine, &r, name,
                           (struct text){ bytes, len }, NULL, a, &s->err);
    if (s->st == ST_OK) {
        count(s, &r);
        for (size_t k = 0; k < w->args->output_count; k++) {
            const struct writer *writer = w->args->outputs[k].writer;

            writer->report(&s->out[k], w->options, &r, i);
            if (s->out[k].failed)
                s->st = error_set(&s->err, ST_LIMIT,
                                  "%s: the output is too large", name);
        }
    }
    free(bytes);
    arena_reset(a);
}

static void *worker(void *arg)
{
    struct work *w = arg;
    struct arena *a = arena_new(ARENA_MAX);

    (void)pthread_mutex_lock(&w->lock);
    while (!w->stop && w->next < w->args->name_count) {
        if (w->next >= w->printed + w->window) {
            (void)pthread_cond_wait(&w->moved, &w->lock);
            continue;
        }
        const size_t i = w->next++;
        struct slot *s = &w->slots[i % w->window];

        (void)pthread_mutex_unlock(&w->lock);
        if (a == NULL)
            s->st = error_set(&s->err, ST_NOMEM, "no memory for a worker");
        else
            judge_one(w, s, i, a);
        (void)pthread_mutex_lock(&w->lock);
        s->done = true;
        (void)pthread_cond_broadcast(&w->moved);
    }
    (void)pthread_mutex_unlock(&w->lock);
    arena_free(a);
    return NULL;
}

static enum status put(struct output *o, const struct buf *b, struct error *err)
{
    if (o->path != NULL) {
        buf_add(&o->all, buf_text(b));
        return o->all.failed ? error_set(err, ST_LIMIT,
                                         "%s: more than 1 GiB of output",
                                         o->path)
                             : ST_OK;
    }
    if (b->len > 0 && fwrite(b->ptr, 1, b->len, stdout) != b->len)
        return error_set(err, ST_INPUT, "cannot write to stdout");
    return ST_OK;
}

struct tally {
    struct summary summary;
    bool failed;  /* a finding at or above --fail-on */
    bool trouble; /* a report could not be judged */
    size_t with_claims;
};

static enum status take(struct work *w, struct slot *s, struct tally *t,
                        struct error *err)
{
    enum status st = ST_OK;

    if (s->st != ST_OK) {
        (void)cli_fail(&s->err);
        t->trouble = true;
    } else {
        t->summary.reports++;
        t->summary.verdicts[s->verdict]++;
        for (size_t i = 0; i < SEV_COUNT; i++)
            t->summary.findings[i] += s->findings[i];
        for (size_t i = 0; i < CLAIM_VERDICTS; i++)
            t->summary.claims[i] += s->claims[i];
        if (s->has_claims) {
            t->summary.chance_match_rate += s->chance;
            t->with_claims++;
        }
        if (s->any_finding && !w->args->fail_never &&
            s->worst >= w->args->fail_on)
            t->failed = true;
    }
    for (size_t k = 0; k < w->args->output_count; k++) {
        if (s->st == ST_OK && st == ST_OK)
            st = put(&w->args->outputs[k], &s->out[k], err);
        buf_free(&s->out[k]);
    }
    *s = (struct slot){ .done = false };
    return st;
}

static enum status print_all(struct work *w, struct tally *t,
                             struct error *err)
{
    enum status st = ST_OK;

    (void)pthread_mutex_lock(&w->lock);
    while (w->printed < w->args->name_count && st == ST_OK) {
        struct slot *s = &w->slots[w->printed % w->window];

        if (!s->done) {
            (void)pthread_cond_wait(&w->moved, &w->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&w->lock);
        st = take(w, s, t, err);
        (void)pthread_mutex_lock(&w->lock);
        w->printed++;
        (void)pthread_cond_broadcast(&w->moved);
    }
    w->stop = true;
    (void)pthread_cond_broadcast(&w->moved);
    (void)pthread_mutex_unlock(&w->lock);
    return st;
}

static enum status run_jobs(struct work *w, struct tally *t, struct error *err)
{
    pthread_t threads[JOBS_MAX];
    size_t started = 0, wanted = (size_t)w->args->jobs;
    enum status st = ST_OK;

    if (wanted > w->args->name_count)
        wanted = w->args->name_count;
    w->window = wanted * WINDOW + 1;
    w->slots = calloc(w->window, sizeof(*w->slots));
    if (w->slots == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu jobs", wanted);
    while (started < wanted &&
           pthread_create(&threads[started], NULL, worker, w) == 0)
        started++;
    if (started == 0 && wanted > 0)
        st = error_set(err, ST_NOMEM, "cannot start a thread");
    else
        st = print_all(w, t, err);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < w->window; i++)
        for (size_t k = 0; k < OUTPUTS_MAX; k++)
            buf_free(&w->slots[i].out[k]);
    free(w->slots);
    return st;
}

typedef void (*edge)(struct buf *, const struct writer_options *,
                     const struct summary *);

static enum status write_edges(struct work *w, const struct tally *t,
                               struct error *err)
{
    enum status st = ST_OK;

    for (size_t k = 0; k < w->args->output_count && st == ST_OK; k++) {
        struct output *o = &w->args->outputs[k];
        struct buf b = { .max = 0 };

        if (t == NULL && o->writer->begin != NULL)
            o->writer->begin(&b, w->options);
        if (t != NULL && o->writer->end != NULL)
            o->writer->end(&b, w->options, &t->summary);
        st = put(o, &b, err);
        buf_free(&b);
        if (t != NULL && st == ST_OK && o->path != NULL)
            st = file_write(o->path, buf_text(&o->all), err);
    }
    return st;
}

static enum status check_all(struct check_args *args, const struct session *s,
                             struct tally *t, struct error *err)
{
    const struct writer_options wo = {
        .claims = args->claims,
        .quiet = args->quiet,
        .version = ASSAY_VERSION,
        .rules_sha256 = rules_sha256,
        .engine = &s->engine,
    };
    struct work w = { .args = args, .session = s, .options = &wo,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .moved = PTHREAD_COND_INITIALIZER };
    enum status st = write_edges(&w, NULL, err);

    if (st == ST_OK)
        st = run_jobs(&w, t, err);
    t->summary.chance_match_rate =
        t->with_claims > 0
            ? t->summary.chance_match_rate / (double)t->with_claims
            : -1;
    if (st == ST_OK)
        st = write_edges(&w, t, err);
    if (fflush(stdout) != 0 && st == ST_OK)
        st = error_set(err, ST_INPUT, "cannot write to stdout");
    return st;
}

static void args_free(struct check_args *args)
{
    for (size_t i = 0; i < args->name_count; i++)
        free(args->names[i]);
    free(args->names);
    for (size_t i = 0; i < args->output_count; i++)
        buf_free(&args->outputs[i].all);
    free(args->session.data.at);
    free(args->session.langs.at);
    free(args->session.select.at);
    free(args->session.ignore.at);
    free(args->session.settings.at);
}

extern const struct command command_check;

static int check_main(int argc, char **argv)
{
    struct check_args args = { .fail_on = SEV_ERROR };
    struct session session;
    struct tally t = { .failed = false };
    struct error err;
    int operands = 0, rc = EXIT_CANNOT;
    enum status st =
        cli_parse(&command_check, argc, argv, &args, &operands, &err);

    if (st == ST_OK && args.jobs == 0) {
        const long n = sysconf(_SC_NPROCESSORS_ONLN);

        args.jobs = n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : n;
    }
    if (st == ST_OK && args.output_count == OUTPUTS_MAX)
        st = error_set(&err, ST_USAGE, "too many outputs");
    if (st == ST_OK) /* stdout is an output like the others */
        args.outputs[args.output_count++].writer =
            args.format != NULL ? args.format
                                : writer_find(TEXT_LIT("text"));
    if (st == ST_OK)
        st = collect(&args, argv + 1, operands, &err);
    if (st == ST_OK) {
        st = session_begin(&session, &args.session, &err);
        if (st == ST_OK) {
            st = check_all(&args, &session, &t, &err);
            session_end(&session);
        }
    }
    if (st != ST_OK)
        rc = cli_fail(&err);
    else
        rc = t.trouble ? EXIT_CANNOT : t.failed ? EXIT_GATE : EXIT_PASS;
    if (rc == EXIT_GATE && args.exit_zero)
        rc = EXIT_PASS;
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
