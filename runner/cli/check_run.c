/* The parallel part of assay check: read, judge, write in order. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/check_int.h"
#include "runner/cli/progress.h"
#include "validator/audit/audit.h"
#include "validator/base/file.h"

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
    struct session *session;
    const struct writer_options *options;
    pthread_mutex_t input; /* held while the next input is awaited */
    pthread_mutex_t lock;  /* for what follows */
    pthread_cond_t room;   /* `printed` has grown, or `stop` is set */
    pthread_cond_t over;   /* all is printed, or `stop` is set */
    size_t next, printed, window;
    bool stop, ended;
    bool printing;        /* one worker does, without the lock */
    enum status input_st; /* why the input ended */
    struct error input_err;
    enum status print_st; /* why `stop` is set */
    struct error print_err;
    struct slot *slots;
    /* of the worker that prints */
    struct tally *tally;
    struct progress progress;
};

static void count(struct slot *s, const struct result *r)
{
    s->verdict = r->verdict;
    s->worst = r->worst;
    for (size_t i = 0; i < r->finding_count; i++) {
        if (!finding_counts(&r->findings[i]))
            continue;
        s->findings[r->findings[i].severity]++;
        s->any_finding = true;
    }
    s->has_claims = r->audit != NULL && r->audit->claim_count > 0;
    if (r->audit == NULL)
        return;
    for (size_t i = 0; i < r->audit->claim_count; i++)
        s->claims[r->audit->claims[i].verdict]++;
    s->chance = r->audit->chance_match_rate;
}

static void write_error(const struct work *w, struct slot *s,
                        const struct input *in, size_t nth)
{
    const char *name = in->name != NULL ? in->name : "-";
    struct writer_options o = *w->options;

    o.input_nth = in->nth;
    for (size_t k = 0; k < w->args->output_count; k++) {
        const struct writer *writer = w->args->outputs[k].writer;

        buf_free(&s->out[k]);
        if (writer->error != NULL)
            writer->error(&s->out[k], &o, name, s->err.text, nth);
    }
}

static void write_result(const struct work *w, struct slot *s,
                         const struct engine *engine, const struct result *r,
                         const struct input *in, size_t nth)
{
    struct writer_options o = *w->options;

    o.engine = engine;
    o.input_nth = in->nth;
    count(s, r);
    for (size_t k = 0; k < w->args->output_count; k++) {
        w->args->outputs[k].writer->report(&s->out[k], &o, r, nth);
        if (s->st == ST_OK)
            s->st = buf_status(&s->out[k], r->report.name, &s->err);
    }
}

/* The run record that tells of this report, or NULL. */
static const struct run_context *record_of(struct work *w,
                                           const struct input *in)
{
    struct check_args *args = w->args;

    for (size_t i = 0; in->name != NULL && i < args->record_paths.count; i++) {
        if (!record_is_of(&args->records[i], in->name,
                          (struct text){ in->bytes, in->len }))
            continue;
        (void)pthread_mutex_lock(&w->lock);
        args->record_used[i] = true;
        (void)pthread_mutex_unlock(&w->lock);
        return &args->records[i].context;
    }
    return NULL;
}

static void judge_one(struct work *w, struct slot *s, struct input *in,
                      size_t nth, struct arena *a)
{
    const struct engine *engine = NULL;
    struct result r;

    s->st = input_load(&w->args->inputs, in, &s->err);
    if (s->st == ST_OK)
        s->st =
            session_engine(w->session, in->name, in->lang, &engine, &s->err);
    if (s->st == ST_OK)
        s->st = engine_run(engine, &r, in->name,
                           (struct text){ in->bytes, in->len },
                           record_of(w, in), a, &s->err);
    if (s->st == ST_OK && w->args->suppress != NULL)
        suppress_mark(w->args->suppress, &r);
    if (s->st == ST_OK && w->args->ratchet != NULL)
        s->st = ratchet_mark(w->args->ratchet, &r, &s->err);
    if (s->st == ST_OK)
        write_result(w, s, engine, &r, in, nth);
    if (s->st != ST_OK)
        write_error(w, s, in, nth);
    arena_reset(a);
}

static enum status put(struct work *w, struct output *o, const struct buf *b,
                       struct tally *t, struct error *err)
{
    if (b->len == 0 || (o->path == NULL && t->closed))
        return ST_OK;
    progress_clear(&w->progress);
    if (fwrite(b->ptr, 1, b->len, stdout) == b->len &&
        (!(inputs_live(&w->args->inputs) || isatty(STDOUT_FILENO)) ||
         fflush(stdout) == 0))
        return ST_OK;
    if (errno != EPIPE)
        return error_set(err, ST_INPUT, "cannot write to stdout: %s",
                         strerror(errno));
    t->closed = true; /* the reader has seen enough: no error */
    clearerr(stdout);
    return w->args->output_count > 1 ? ST_OK : ST_STOP;
}

static enum status keep(struct work *w, struct output *o, const struct buf *b,
                        struct tally *t, struct error *err)
{
    const char *what = o->path != NULL ? o->path : "stdout";
    const enum status st = buf_status(b, what, err);

    if (st != ST_OK)
        return st;
    if (o->path == NULL && o->writer->finish == NULL)
        return put(w, o, b, t, err);
    buf_add(&o->all, buf_text(b));
    return buf_status(&o->all, what, err);
}

static void add_up(const struct check_args *args, const struct slot *s,
                   struct tally *t)
{
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
    if (s->any_finding && !args->fail_never && s->worst >= args->fail_severity)
        t->failed = true;
}

static enum status take(struct work *w, struct slot *s, struct tally *t,
                        struct error *err)
{
    enum status st = ST_OK;

    if (s->st != ST_OK) {
        progress_clear(&w->progress);
        (void)cli_fail(&s->err);
        t->trouble = true;
    } else {
        add_up(w->args, s, t);
    }
    for (size_t k = 0; k < w->args->output_count; k++) {
        if (st == ST_OK)
            st = keep(w, &w->args->outputs[k], &s->out[k], t, err);
        buf_free(&s->out[k]);
    }
    *s = (struct slot){ .done = false };
    progress_show(&w->progress, w->printed + 1,
                  inputs_live(&w->args->inputs) ? 0 : w->args->inputs.count,
                  "reports judged");
    return st;
}

static bool is_over(const struct work *w)
{
    return w->stop || (w->ended && w->printed == w->next);
}

/* Whoever finishes the report that is printed next prints it, and those behind
 * it that are done. The lock is held, but not while it prints. */
static void print_done(struct work *w)
{
    if (w->printing)
        return;
    w->printing = true;
    while (!w->stop && w->slots[w->printed % w->window].done) {
        (void)pthread_mutex_unlock(&w->lock);
        w->print_st =
            take(w, &w->slots[w->printed % w->window], w->tally, &w->print_err);
        (void)pthread_mutex_lock(&w->lock);
        w->printed++;
        w->stop = w->print_st != ST_OK;
        (void)pthread_cond_signal(&w->room);
    }
    w->printing = false;
    if (is_over(w))
        (void)pthread_cond_signal(&w->over);
}

/* Takes the next input and its slot; NULL: there is none. */
static struct slot *take_input(struct work *w, struct input *in, size_t *nth)
{
    struct error err;
    struct slot *s = NULL;
    enum status st = ST_STOP;

    (void)pthread_mutex_lock(&w->input);
    (void)pthread_mutex_lock(&w->lock);
    while (!w->stop && !w->ended && w->next >= w->printed + w->window)
        (void)pthread_cond_wait(&w->room, &w->lock);
    const bool go = !w->stop && !w->ended;

    (void)pthread_mutex_unlock(&w->lock);
    if (go)
        st = inputs_next(&w->args->inputs, in, &err);
    (void)pthread_mutex_lock(&w->lock);
    if (st == ST_OK) {
        *nth = w->next++;
        s = &w->slots[*nth % w->window];
    } else if (go) {
        w->ended = true;
        w->input_st = st;
        w->input_err = err;
        print_done(w);
    }
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_mutex_unlock(&w->input);
    return s;
}

static void *worker(void *arg)
{
    struct work *w = arg;
    struct arena *a = arena_new(ARENA_MAX);
    struct input in = { .name = NULL };
    struct slot *s;
    size_t nth = 0;

    while ((s = take_input(w, &in, &nth)) != NULL) {
        if (a != NULL) {
            judge_one(w, s, &in, nth, a);
        } else {
            s->st = error_set(&s->err, ST_NOMEM, "no memory for a worker");
            write_error(w, s, &in, nth);
        }
        input_free(&in);
        (void)pthread_mutex_lock(&w->lock);
        s->done = true;
        print_done(w);
        (void)pthread_mutex_unlock(&w->lock);
    }
    arena_free(a);
    return NULL;
}

/* Until all is printed; what went wrong. */
static enum status await_end(struct work *w, struct error *err)
{
    (void)pthread_mutex_lock(&w->lock);
    while (!is_over(w))
        (void)pthread_cond_wait(&w->over, &w->lock);
    w->stop = true;
    (void)pthread_cond_broadcast(&w->room);
    (void)pthread_mutex_unlock(&w->lock);
    if (w->print_st != ST_OK) {
        *err = w->print_err;
        return w->print_st;
    }
    if (w->input_st != ST_STOP && w->input_st != ST_OK)
        return error_set(err, w->input_st, "%s", w->input_err.text);
    return ST_OK;
}

/* A worker may wait for a record that never comes, so a closed stdout ends
 * the process here. */
static void leave_if_closed(const struct work *w, const struct tally *t)
{
    if (t->closed && inputs_live(&w->args->inputs))
        _exit(t->failed && !w->args->exit_zero ? EXIT_GATE : EXIT_PIPE);
}

static enum status run_jobs(struct work *w, struct tally *t, struct error *err)
{
    pthread_t threads[JOBS_MAX];
    size_t started = 0, wanted = (size_t)w->args->jobs;
    enum status st;

    if (!inputs_live(&w->args->inputs) && wanted > w->args->inputs.count)
        wanted = w->args->inputs.count;
    if (wanted == 0)
        return ST_OK;
    w->window = wanted * WINDOW + 1;
    w->slots = calloc(w->window, sizeof(*w->slots));
    if (w->slots == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu jobs", wanted);
    while (wanted > 1 && started < wanted &&
           pthread_create(&threads[started], NULL, worker, w) == 0)
        started++;
    if (started == 0)
        (void)worker(w);
    st = await_end(w, err);
    leave_if_closed(w, t);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < w->window; i++)
        for (size_t k = 0; k < OUTPUTS_MAX; k++)
            buf_free(&w->slots[i].out[k]);
    free(w->slots);
    progress_clear(&w->progress);
    return st;
}

static enum status write_begin(struct work *w, struct tally *t,
                               struct error *err)
{
    enum status st = ST_OK;

    for (size_t k = 0; k < w->args->output_count && st == ST_OK; k++) {
        struct output *o = &w->args->outputs[k];
        struct buf b = { .max = 0 };

        if (o->writer->begin != NULL)
            o->writer->begin(&b, w->options);
        st = keep(w, o, &b, t, err);
        buf_free(&b);
    }
    return st;
}

static enum status append(const char *path, const struct buf *b,
                          struct error *err)
{
    const struct text t = buf_text(b);
    const enum status st = buf_status(b, path, err);
    FILE *f = st == ST_OK ? fopen(path, "ae") : NULL;
    const bool ok = f != NULL && fwrite(t.ptr, 1, t.len, f) == t.len;

    if (st != ST_OK)
        return st;
    if (f != NULL && fclose(f) == 0 && ok)
        return ST_OK;
    return error_set(err, ST_INPUT, "%s: cannot append: %s", path,
                     strerror(errno));
}

static enum status write_end(struct work *w, struct tally *t, struct error *err)
{
    enum status st = ST_OK;

    for (size_t k = 0; k < w->args->output_count && st == ST_OK; k++) {
        struct output *o = &w->args->outputs[k];
        struct buf b = { .max = 0 };

        if (o->writer->finish != NULL) {
            o->writer->finish(&b, w->options, &t->summary, buf_text(&o->all));
            buf_free(&o->all);
        } else if (o->writer->end != NULL) {
            o->writer->end(&b, w->options, &t->summary);
        }
        if (o->path == NULL) {
            st = buf_status(&b, "stdout", err);
            if (st == ST_OK)
                st = put(w, o, &b, t, err);
        } else {
            buf_add(&o->all, buf_text(&b));
            buf_fail(&o->all, b.failed);
            st = o->append ? append(o->path, &o->all, err)
                           : file_write_buf(o->path, &o->all, err);
        }
        buf_free(&b);
    }
    return st;
}

enum status check_all(struct check_args *args, struct session *s,
                      const struct writer_options *wo, struct tally *t,
                      struct error *err)
{
    struct work w = { .args = args,
                      .session = s,
                      .options = wo,
                      .input = PTHREAD_MUTEX_INITIALIZER,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .room = PTHREAD_COND_INITIALIZER,
                      .over = PTHREAD_COND_INITIALIZER,
                      .tally = t };
    enum status st = write_begin(&w, t, err);

    progress_begin(&w.progress);
    if (st == ST_OK)
        st = run_jobs(&w, t, err);
    t->stopped = inputs_stopped(&args->inputs);
    t->summary.chance_match_rate =
        t->with_claims > 0
            ? t->summary.chance_match_rate / (double)t->with_claims
            : -1;
    if (st == ST_OK && !t->stopped)
        st = write_end(&w, t, err);
    if (fflush(stdout) != 0 && st == ST_OK) {
        t->closed = errno == EPIPE;
        st = t->closed ? ST_STOP
                       : error_set(err, ST_INPUT, "cannot write to stdout: %s",
                                   strerror(errno));
    }
    return st == ST_STOP ? ST_OK : st;
}
