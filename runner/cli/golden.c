/* assay golden: reports with expected findings, verified and accepted. */
#define _GNU_SOURCE /* isatty */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/session.h"
#include "runner/gate/golden.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"

enum { CASES_MAX = 10000, PATH_SIZE = 4096, ARENA_BYTES = 1 << 30 };

struct golden_args {
    const char *dir;
    bool all, force;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct golden_args *)arg)

STORE(dir)
{
    (void)err;
    ARGS->dir = value;
    return ST_OK;
}
STORE(all)
{
    (void)value;
    (void)err;
    ARGS->all = true;
    return ST_OK;
}
STORE(in_ci)
{
    (void)value;
    (void)err;
    ARGS->force = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "dir", 'd', ARG_VALUE, "DIR", "the folder of cases (golden/reports)",
      store_dir },
    { "all", 0, ARG_NONE, NULL, "accept: every pending case", store_all },
    { "write-in-ci", 0, ARG_NONE, NULL, "write although CI is set",
      store_in_ci },
};

extern const struct command command_golden;

/* The case folders: every folder with a report.md or report.txt. */
struct cases {
    char **at; /* path of the report */
    size_t count;
};

static void cases_free(struct cases *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->at[i]);
    free(c->at);
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    struct cases *c = arg;
    char **p;

    (void)size;
    (void)mtime;
    if (!text_ends(text_from(path), TEXT_LIT("/report.md")) &&
        !text_ends(text_from(path), TEXT_LIT("/report.txt")))
        return ST_OK;
    if (c->count == CASES_MAX)
        return error_set(err, ST_LIMIT, "more than %d cases", CASES_MAX);
    p = realloc(c->at, (c->count + 1) * sizeof(*p));
    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for cases");
    c->at = p;
    c->at[c->count] = strdup(path);
    return c->at[c->count++] != NULL
               ? ST_OK
               : error_set(err, ST_NOMEM, "no memory for cases");
}

/* The folder of a report, without the slash. */
static struct text folder(const char *report)
{
    const char *slash = strrchr(report, '/');

    return (struct text){ report,
                          slash != NULL ? (size_t)(slash - report) : 0 };
}

/* The name of a case: its folder below --dir. */
static struct text case_name(const struct golden_args *args, const char *report)
{
    struct text f = folder(report);
    const size_t n = strlen(args->dir);

    if (f.len > n && memcmp(f.ptr, args->dir, n) == 0) {
        f.ptr += n;
        f.len -= n;
    }
    while (f.len > 0 && *f.ptr == '/') {
        f.ptr++;
        f.len--;
    }
    return f;
}

static enum status beside(char out[PATH_SIZE], const char *report,
                          const char *name, struct error *err)
{
    const struct text f = folder(report);
    const int n = snprintf(out, PATH_SIZE, "%.*s/%s", (int)f.len, f.ptr, name);

    return n > 0 && n < PATH_SIZE
               ? ST_OK
               : error_set(err, ST_LIMIT, "%s: the path is too long", report);
}

/* One case being judged. */
struct judged {
    struct session session;
    struct arena *arena;
    struct result result;
    char *bytes;
    size_t len;
    cJSON *args;
    struct arena *paths;
    struct session_options options;
    bool open;
};

static void judged_free(struct judged *j)
{
    if (j->open)
        session_end(&j->session);
    free(j->bytes);
    free(j->options.data.at);
    free(j->options.langs.at);
    free(j->options.select.at);
    free(j->options.ignore.at);
    free(j->options.settings.at);
    cJSON_Delete(j->args);
    arena_free(j->arena);
    arena_free(j->paths);
}

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* The strings of a member that is a string or an array of them. `below`: as
 * paths below that folder. */
static enum status add_strings(struct judged *j, struct strings_arg *to,
                               const char *key, struct text below,
                               struct error *err)
{
    const cJSON *v = member(j->args, key), *one;
    enum status st = ST_OK;

    if (v == NULL)
        return ST_OK;
    for (one = cJSON_IsArray(v) ? v->child : v; one != NULL && st == ST_OK;
         one = cJSON_IsArray(v) ? one->next : NULL) {
        const char *s = cJSON_IsString(one) ? one->valuestring : NULL;

        if (s == NULL)
            return error_set(err, ST_INPUT,
                             "args.json: %s: want a string or an array", key);
        if (below.len > 0)
            s = arena_printf(j->paths, "%.*s/%s", (int)below.len, below.ptr, s);
        st = s != NULL ? strings_arg_add(to, s, err)
                       : error_set(err, ST_NOMEM, "no memory");
    }
    return st;
}

static const char *string(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsString(v) ? v->valuestring : NULL;
}

static enum status unknown_key(const cJSON *args, const char *path,
                               struct error *err)
{
    static const char *const known[] = {
        "data", "lang", "select", "ignore", "set", "layout", "glossary", "about"
    };
    const cJSON *v;

    cJSON_ArrayForEach(v, args)
    {
        size_t i = 0;

        while (i < sizeof(known) / sizeof(*known) &&
               strcmp(known[i], v->string) != 0)
            i++;
        if (i == sizeof(known) / sizeof(*known))
            return error_set(err, ST_INPUT, "%s: %s: no such key", path,
                             v->string);
    }
    return ST_OK;
}

/* args.json beside the report; without one, the folder data/ if it is there. */
static enum status read_args(struct judged *j, const char *report,
                             struct error *err)
{
    struct session_options *o = &j->options;
    const struct text below = folder(report), here = { "", 0 };
    char path[PATH_SIZE];
    const char *glossary;
    enum status st = beside(path, report, "args.json", err);

    o->no_config = true;
    if (st == ST_OK && file_exists(path)) {
        st = jsonc_load(&j->args, path, err);
        if (st == ST_OK)
            st = unknown_key(j->args, path, err);
    }
    if (st == ST_OK && j->args == NULL) {
        st = beside(path, report, "data", err);
        if (st == ST_OK && file_is_dir(path))
            st = strings_arg_add(&o->data, arena_printf(j->paths, "%s", path),
                                 err);
    }
    if (st == ST_OK)
        st = add_strings(j, &o->data, "data", below, err);
    if (st == ST_OK)
        st = add_strings(j, &o->langs, "lang", here, err);
    if (st == ST_OK)
        st = add_strings(j, &o->select, "select", here, err);
    if (st == ST_OK)
        st = add_strings(j, &o->ignore, "ignore", here, err);
    if (st == ST_OK)
        st = add_strings(j, &o->settings, "set", here, err);
    o->layout = string(j->args, "layout");
    glossary = string(j->args, "glossary");
    if (st == ST_OK && glossary != NULL)
        o->glossary = arena_printf(j->paths, "%.*s/%s", (int)below.len,
                                   below.ptr, glossary);
    return st;
}

/* On ST_OK or not, the caller frees *j. */
static enum status judge(struct judged *j, const char *report,
                         struct error *err)
{
    enum status st;

    *j = (struct judged){ .arena = arena_new(ARENA_BYTES),
                          .paths = arena_new(1 << 20) };
    if (j->arena == NULL || j->paths == NULL)
        return error_set(err, ST_NOMEM, "no memory for %s", report);
    st = read_args(j, report, err);
    if (st == ST_OK)
        st = session_begin(&j->session, &j->options, err);
    j->open = st == ST_OK;
    if (st == ST_OK)
        st = file_read(&j->bytes, &j->len, report, REPORT_MAX, err);
    if (st == ST_OK)
        st = engine_run(&j->session.engine, &j->result, report,
                        (struct text){ j->bytes, j->len }, NULL, j->arena, err);
    return st;
}

static bool in_ci(const struct golden_args *args)
{
    const char *ci = getenv("CI");

    return !args->force && ci != NULL && ci[0] != '\0';
}

static enum status refuse_ci(const struct golden_args *args, struct error *err)
{
    return in_ci(args)
               ? error_set(err, ST_USAGE,
                           "CI is set: expected findings are accepted by a "
                           "person and committed (--write-in-ci does it all "
                           "the same)")
               : ST_OK;
}

static enum status write_expected(const char *report, const char *name,
                                  const struct result *r, struct error *err)
{
    struct buf b = { .max = 0 };
    char path[PATH_SIZE];
    enum status st = beside(path, report, name, err);

    golden_put(&b, r);
    if (st == ST_OK)
        st = file_write_buf(path, &b, err);
    buf_free(&b);
    return st;
}

/* Judges a case and appends its differences to *out. */
static enum status compare(struct judged *j, const char *report, size_t *lines,
                           struct buf *out, struct error *err)
{
    cJSON *expected = NULL;
    char path[PATH_SIZE];
    enum status st = judge(j, report, err);

    if (st == ST_OK)
        st = beside(path, report, "expected.json", err);
    if (st == ST_OK && file_exists(path))
        st = jsonc_load(&expected, path, err);
    else if (st == ST_OK)
        buf_puts(out, "  no expected.json yet\n");
    if (st == ST_OK)
        *lines = golden_compare(out, expected, &j->result) + (expected == NULL);
    if (st == ST_OK)
        st = buf_status(out, report, err);
    cJSON_Delete(expected);
    return st;
}

struct tally {
    size_t same, different;
};

/* Drops a pending file that no longer says anything. */
static enum status settle(const struct golden_args *args, const char *report,
                          const struct judged *j, bool same, struct error *err)
{
    char path[PATH_SIZE];
    enum status st = beside(path, report, "expected.json.new", err);

    if (st != ST_OK || in_ci(args))
        return st;
    if (!same)
        return write_expected(report, "expected.json.new", &j->result, err);
    if (file_exists(path) && unlink(path) != 0)
        return error_set(err, ST_INPUT, "%s: cannot remove: %s", path,
                         strerror(errno));
    return ST_OK;
}

static void print(struct buf *b)
{
    (void)fwrite(buf_text(b).ptr, 1, b->len, stdout);
    buf_free(b);
}

static void put_case(struct buf *b, const struct golden_args *args,
                     const char *report)
{
    buf_visible(b, case_name(args, report), 200);
    buf_puts(b, "\n");
}

static enum status verify_one(const struct golden_args *args,
                              const char *report, struct tally *t,
                              struct error *err)
{
    struct judged j;
    struct buf head = { .max = 0 }, diff = { .max = 0 };
    size_t lines = 0;
    enum status st = compare(&j, report, &lines, &diff, err);

    if (st == ST_OK) {
        if (t->same + t->different == 0)
            session_warn(&j.session);
        t->same += lines == 0;
        t->different += lines > 0;
        st = settle(args, report, &j, lines == 0, err);
    }
    if (st == ST_OK && lines > 0) {
        put_case(&head, args, report);
        print(&head);
        print(&diff);
    }
    buf_free(&diff);
    judged_free(&j);
    return st;
}

static enum status do_verify(const struct golden_args *args,
                             const struct cases *c, char **names, int n,
                             struct error *err)
{
    struct tally t = { 0, 0 };
    enum status st = ST_OK;

    (void)names;
    if (n > 0)
        return error_set(err, ST_USAGE, "verify takes no operand; see --dir");
    for (size_t i = 0; i < c->count && st == ST_OK; i++)
        st = verify_one(args, c->at[i], &t, err);
    if (st != ST_OK)
        return st;
    (void)printf("golden: %zu as expected, %zu not%s\n", t.same, t.different,
                 t.different > 0 && !in_ci(args)
                     ? "; see expected.json.new, assay golden review"
                     : "");
    return t.different > 0 ? ST_STOP : ST_OK;
}

static bool is_pending(const char *report)
{
    char path[PATH_SIZE];

    return beside(path, report, "expected.json.new", NULL) == ST_OK &&
           file_exists(path);
}

static enum status do_pending(const struct golden_args *args,
                              const struct cases *c, char **names, int n,
                              struct error *err)
{
    size_t pending = 0;

    (void)names;
    if (n > 0)
        return error_set(err, ST_USAGE, "pending takes no operand; see --dir");
    for (size_t i = 0; i < c->count; i++) {
        struct buf b = { .max = 0 };

        if (!is_pending(c->at[i]))
            continue;
        put_case(&b, args, c->at[i]);
        print(&b);
        pending++;
    }
    if (pending == 0)
        cli_line(stderr, "golden: none of %zu is pending", c->count);
    return ST_OK;
}

static enum status accept(const char *report, struct error *err)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    enum status st = beside(from, report, "expected.json.new", err);

    if (st == ST_OK)
        st = beside(to, report, "expected.json", err);
    if (st == ST_OK && rename(from, to) != 0)
        st = error_set(err, ST_INPUT, "%s: cannot rename: %s", from,
                       strerror(errno));
    return st;
}

static bool named(const struct golden_args *args, const char *report,
                  char **names, int n)
{
    const struct text name = case_name(args, report);

    for (int i = 0; i < n; i++)
        if (text_eq(text_from(names[i]), name))
            return true;
    return args->all;
}

static enum status do_accept(const struct golden_args *args,
                             const struct cases *c, char **names, int n,
                             struct error *err)
{
    enum status st = refuse_ci(args, err);
    size_t done = 0;

    if (st == ST_OK && n == 0 && !args->all)
        st = error_set(err, ST_USAGE, "name the cases to accept, or --all");
    for (size_t i = 0; i < c->count && st == ST_OK; i++)
        if (is_pending(c->at[i]) && named(args, c->at[i], names, n)) {
            st = accept(c->at[i], err);
            done++;
        }
    if (st == ST_OK && done == 0 && n > 0)
        st = error_set(err, ST_INPUT, "%s: not pending (assay golden pending)",
                       names[0]);
    if (st == ST_OK)
        (void)printf("golden: %zu accepted\n", done);
    return st;
}

/* One letter from the terminal: a(ccept), r(eject), s(kip), A(ll), q(uit). */
static int ask(void)
{
    char line[64];

    (void)printf("accept (a), reject (r), skip (s), all (A), quit (q)? ");
    (void)fflush(stdout);
    return fgets(line, sizeof(line), stdin) != NULL ? line[0] : 'q';
}

static enum status review_one(const struct golden_args *args,
                              const char *report, bool ask_user, int *answer,
                              size_t *left, struct error *err)
{
    struct judged j;
    struct buf head = { .max = 0 }, diff = { .max = 0 };
    size_t lines = 0;
    enum status st = compare(&j, report, &lines, &diff, err);

    if (st == ST_OK && lines > 0) {
        put_case(&head, args, report);
        print(&head);
        print(&diff);
        if (ask_user && *answer != 'A')
            *answer = ask();
        if (*answer == 'a' || *answer == 'A')
            st = write_expected(report, "expected.json", &j.result, err);
        else
            ++*left;
    }
    if (st == ST_OK && *answer != 's' && *answer != 'q')
        st = settle(args, report, &j, lines == 0 || *answer != 0, err);
    buf_free(&diff);
    judged_free(&j);
    return st;
}

static enum status do_review(const struct golden_args *args,
                             const struct cases *c, char **names, int n,
                             struct error *err)
{
    const bool ask_user =
        isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !in_ci(args);
    int answer = 0;
    size_t left = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < c->count && st == ST_OK && answer != 'q'; i++) {
        if (n > 0 && !named(args, c->at[i], names, n))
            continue;
        if (answer != 'A')
            answer = 0;
        st = review_one(args, c->at[i], ask_user, &answer, &left, err);
    }
    if (st == ST_OK && left > 0)
        (void)printf("golden: %zu not as expected\n", left);
    return st == ST_OK && left > 0 ? ST_STOP : st;
}

static const struct action {
    const char *name;
    enum status (*run)(const struct golden_args *, const struct cases *,
                       char **, int, struct error *);
} actions[] = {
    { "verify", do_verify },
    { "pending", do_pending },
    { "accept", do_accept },
    { "review", do_review },
};

static enum status dispatch(const struct golden_args *args, char **operands,
                            int n, struct error *err)
{
    struct cases c = { .count = 0 };
    enum status st = ST_OK;
    size_t i = 0;

    while (i < sizeof(actions) / sizeof(*actions) &&
           (n == 0 || strcmp(actions[i].name, operands[0]) != 0))
        i++;
    if (i == sizeof(actions) / sizeof(*actions))
        return error_set(err, ST_USAGE,
                         "%s: want verify, pending, accept or "
                         "review",
                         n > 0 ? operands[0] : "golden");
    st = file_walk(args->dir, visit, &c, err);
    if (st == ST_OK && c.count == 0)
        st = error_set(err, ST_INPUT, "%s: no case (a folder with a report.md)",
                       args->dir);
    if (st == ST_OK)
        st = actions[i].run(args, &c, operands + 1, n - 1, err);
    cases_free(&c);
    return st;
}

static int golden_main(int argc, char **argv)
{
    struct golden_args args = { .dir = "golden/reports" };
    struct error err;
    int operands = 0;
    enum status st =
        cli_parse(&command_golden, argc, argv, &args, &operands, &err);

    if (st == ST_OK)
        st = dispatch(&args, argv + 1, operands, &err);
    (void)fflush(stdout);
    return st == ST_OK ? EXIT_PASS : st == ST_STOP ? EXIT_GATE : cli_fail(&err);
}

const struct command command_golden = {
    .name = "golden",
    .summary = "verify or accept reports with expected findings",
    .operands = "verify|pending|accept|review [CASE]...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = golden_main,
};
