#define _GNU_SOURCE /* pidfd */
#include "runner/agent/exec.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/agent/agent_run.h"
#include "runner/llm/clock.h"
#include "validator/base/file.h"
#include "validator/run_context.h"

enum { REPORTS_MAX = 10000, GRACE_MS = 2000 };

struct exec_run {
    const struct run_plan *p;
    const struct run_events *e;
    struct run_totals *totals;
    const char *command;
    long run;
    char folder[4000]; /* OUT/run-0001-exec */
    int64_t wall_s, begin_ns, end_ns;
    char why[256]; /* of a failure; empty: none */
    bool interrupted;
    size_t reports;
};

static void set_env(const struct exec_run *x)
{
    char run[24];

    (void)snprintf(run, sizeof(run), "%ld", x->run);
    (void)setenv("ASSAY_OUT", x->folder, 1);
    (void)setenv("ASSAY_DATA", x->p->data != NULL ? x->p->data : "", 1);
    (void)setenv("ASSAY_RUN", run, 1);
}

/* A process group of its own, so that a stop reaches all of it; its stdout is
 * our stderr: stdout has results only. */
static pid_t start(const struct exec_run *x)
{
    const pid_t pid = fork();
    sigset_t none;

    if (pid != 0)
        return pid;
    (void)setpgid(0, 0);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    set_env(x);
    (void)execl("/bin/sh", "sh", "-c", x->command, (char *)NULL);
    _exit(127);
}

static void stop(pid_t pid)
{
    (void)kill(-pid, SIGTERM);
    (void)clock_wait((int64_t)GRACE_MS * 1000000, -1);
    (void)kill(-pid, SIGKILL);
}

/* Waits for the end, the time limit or a signal to us. */
static void wait_for(struct exec_run *x, pid_t pid)
{
    const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
                             { .fd = x->p->stop_fd, .events = POLLIN } };
    const long limit = x->p->limits.total_ms;
    const int n = poll(fds, x->p->stop_fd >= 0 ? 2 : 1,
                       limit > 0 && limit < 2000000000 ? (int)limit : -1);
    int status = 0;

    if (n > 0 && (fds[0].revents & POLLIN) == 0 && fds[1].revents != 0)
        x->interrupted = true;
    if (n == 0)
        (void)snprintf(x->why, sizeof(x->why), "not done after %ld ms", limit);
    if (n == 0 || x->interrupted)
        stop(pid);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (x->why[0] == '\0' && WIFSIGNALED(status))
        (void)snprintf(x->why, sizeof(x->why), "ended by signal %d",
                       WTERMSIG(status));
    else if (x->why[0] == '\0' && WEXITSTATUS(status) != 0)
        (void)snprintf(x->why, sizeof(x->why), "exit status %d",
                       WEXITSTATUS(status));
    if (fd >= 0)
        (void)close(fd);
}

static void add_error(cJSON *o, const char *why)
{
    cJSON *e;

    if (why[0] == '\0') {
        (void)cJSON_AddNullToObject(o, "error");
        return;
    }
    e = cJSON_AddObjectToObject(o, "error");
    (void)cJSON_AddStringToObject(e, "kind", "command");
    (void)cJSON_AddStringToObject(e, "message", why);
}

static void add_report(cJSON *o, const char *file, const struct result *r)
{
    cJSON *report;

    if (r == NULL) {
        (void)cJSON_AddNullToObject(o, "report");
        return;
    }
    report = cJSON_AddObjectToObject(o, "report");
    (void)cJSON_AddStringToObject(report, "file", file);
    (void)cJSON_AddStringToObject(report, "sha256", r->sha256);
    (void)cJSON_AddNumberToObject(report, "bytes", (double)r->report.bytes.len);
    (void)cJSON_AddArrayToObject(report, "model"); /* not known: the layout's */
}

static void add_metrics(cJSON *o, const struct exec_run *x,
                        const struct result *r)
{
    cJSON *m = cJSON_AddObjectToObject(o, "metrics");

    (void)cJSON_AddNumberToObject(m, "wall_ns",
                                  (double)(x->end_ns - x->begin_ns));
    (void)cJSON_AddBoolToObject(m, "good",
                                r != NULL && r->verdict != VERDICT_FAIL);
}

/* `agent` names the series: the report's name; r NULL: there is none. */
static enum status write_record(const struct exec_run *x, size_t nth,
                                const char *agent, const char *file,
                                const struct result *r, struct error *err)
{
    cJSON *o = cJSON_CreateObject();
    char stamp[CLOCK_STAMP_MAX], date[CLOCK_DATE_MAX], id[64], path[4200];
    char *text;
    enum status st;

    clock_stamp(stamp, x->wall_s);
    clock_date(date, x->wall_s);
    (void)snprintf(id, sizeof(id), "run-%04ld-exec-%zu", x->run, nth);
    (void)cJSON_AddStringToObject(o, "schema", "assay-run/1");
    (void)cJSON_AddStringToObject(o, "version", x->p->version);
    (void)cJSON_AddStringToObject(o, "id", id);
    (void)cJSON_AddStringToObject(o, "scenario", "exec");
    (void)cJSON_AddStringToObject(o, "agent", agent);
    (void)cJSON_AddNumberToObject(o, "run", (double)x->run);
    (void)cJSON_AddStringToObject(o, "date", date);
    (void)cJSON_AddStringToObject(o, "started", stamp);
    (void)cJSON_AddStringToObject(o, "rules", x->p->rules_sha256);
    (void)cJSON_AddStringToObject(o, "command", x->command);
    (void)cJSON_AddStringToObject(o, "status", r != NULL ? "ok" : "failed");
    (void)cJSON_AddBoolToObject(o, "aborted", false);
    add_error(o, x->why);
    (void)cJSON_AddArrayToObject(o, "calls");
    add_metrics(o, x, r);
    add_report(o, file, r);
    record_add_validation(o, r);
    text = cJSON_Print(o);
    cJSON_Delete(o);
    if (text == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory for a record", id);
    (void)snprintf(path, sizeof(path), "%s/%s.json", x->p->out, id);
    st = file_write(path, text_from(text), err);
    cJSON_free(text);
    return st;
}

static enum status judge(struct exec_run *x, const char *path,
                         struct error *err)
{
    struct arena *a = arena_new((size_t)1 << 30);
    char date[CLOCK_DATE_MAX];
    struct run_context run = { .num_ctx = -1,
                               .num_predict = -1,
                               .prompt_tokens = -1,
                               .output_tokens = -1 };
    const char *file = path + strlen(x->p->out) + 1;
    const char *agent = path + strlen(x->folder) + 1;
    struct result r;
    char *bytes = NULL;
    size_t len = 0;
    enum status st = ST_NOMEM;

    clock_date(date, x->wall_s);
    run.date = text_from(date);
    if (a == NULL)
        return error_set(err, st, "no memory to judge %s", path);
    st = file_read(&bytes, &len, path, REPORT_MAX, err);
    if (st == ST_OK)
        st = engine_run(x->p->engine, &r, path, (struct text){ bytes, len },
                        &run, a, err);
    if (st == ST_OK && x->e->judged != NULL)
        x->e->judged(x->e->arg, &r);
    if (st == ST_OK)
        st = write_record(x, ++x->reports, agent, file, &r, err);
    if (st == ST_OK) {
        x->totals->reports++;
        x->totals->rejected += r.verdict == VERDICT_FAIL;
    }
    free(bytes);
    arena_free(a);
    return st;
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    static const struct text endings[] = { { ".md", 3 },
                                           { ".markdown", 9 },
                                           { ".txt", 4 } };
    struct exec_run *x = arg;

    (void)size;
    (void)mtime;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (text_ends(text_from(path), endings[i]))
            return x->reports < REPORTS_MAX
                       ? judge(x, path, err)
                       : error_set(err, ST_LIMIT, "%s: more than %d reports",
                                   x->folder, REPORTS_MAX);
    return ST_OK;
}

static enum status one_run(struct exec_run *x, struct error *err)
{
    enum status st = file_make_dirs(x->folder, err);
    pid_t pid;

    if (st != ST_OK)
        return st;
    x->wall_s = clock_wall_s();
    x->begin_ns = clock_now_ns();
    pid = start(x);
    if (pid < 0)
        return error_set(err, ST_NOMEM, "cannot start a process");
    wait_for(x, pid);
    x->end_ns = clock_now_ns();
    x->totals->interrupted = x->interrupted;
    if (x->interrupted)
        return ST_OK;
    if (x->why[0] == '\0')
        st = file_walk(x->folder, visit, x, err);
    if (st == ST_OK && x->why[0] == '\0' && x->reports == 0)
        (void)snprintf(x->why, sizeof(x->why),
                       "no .md, .markdown or .txt file in ASSAY_OUT");
    if (st == ST_OK && x->why[0] != '\0') {
        x->totals->failed++;
        (void)snprintf(x->totals->first_failure,
                       sizeof(x->totals->first_failure), "run %ld: %s", x->run,
                       x->why);
        st = write_record(x, 1, "exec", "", NULL, err);
    }
    x->totals->runs += st == ST_OK;
    return st;
}

/* The first record is written after all reports of a run are there. */
static bool finished(const struct run_plan *p, long run)
{
    char path[4200];

    (void)snprintf(path, sizeof(path), "%s/run-%04ld-exec-1.json", p->out, run);
    return access(path, F_OK) == 0;
}

enum status run_command(const struct run_plan *p, const char *command,
                        const struct run_events *e, struct run_totals *totals,
                        struct error *err)
{
    enum status st = ST_OK;

    *totals = (struct run_totals){ .runs = 0 };
    if (!p->resume && finished(p, 1))
        return error_set(err, ST_USAGE,
                         "%s holds runs already: --resume goes on with them, "
                         "another --out keeps them",
                         p->out);
    for (long run = 1; run <= p->runs && st == ST_OK && !totals->interrupted;
         run++) {
        struct exec_run x = {
            .p = p, .e = e, .totals = totals, .command = command, .run = run
        };

        if (finished(p, run)) {
            totals->skipped++;
            continue;
        }
        if (e->run_begin != NULL)
            e->run_begin(e->arg, run, p->runs, "");
        (void)snprintf(x.folder, sizeof(x.folder), "%s/run-%04ld-exec", p->out,
                       run);
        st = one_run(&x, err);
    }
    return st;
}
