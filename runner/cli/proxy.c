/* assay proxy: serves until SIGINT or SIGTERM. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/net.h"
#include "runner/llm/http.h"
#include "runner/llm/proxy.h"

static void print_line(void *arg, const char *line)
{
    (void)arg;
    (void)fprintf(stderr, "%s\n", line); /* stdio locks per call */
}

static enum status find_upstream(char *out, size_t size, const char *given,
                                 struct error *err)
{
    const char *host = getenv("OLLAMA_HOST");

    if (given == NULL)
        given =
            host != NULL && host[0] != '\0' ? host : "http://127.0.0.1:11434";
    return given[0] != '\0' && http_base_url(out, size, given)
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: not a server's URL", given);
}

static enum status serve(const struct proxy_args *args, struct session *session,
                         const sigset_t *stop, int *got, struct error *err)
{
    char upstream[512];
    struct proxy *p = NULL;
    struct proxy_options o = {
        .listen = args->listen,
        .upstream = upstream,
        .records = args->records[0] != '\0' ? args->records : NULL,
        .engine = &session->engine,
        .enforce = !args->guard_off,
        .log = args->quiet ? NULL : print_line,
    };
    enum status st =
        find_upstream(upstream, sizeof(upstream), args->upstream, err);

    if (st == ST_OK)
        st = proxy_start(&p, &o, err);
    if (st != ST_OK)
        return st;
    (void)printf("%s\n", proxy_url(p));
    (void)fflush(stdout);
    (void)sigwait(stop, got);
    proxy_stop(p);
    return ST_OK;
}

int proxy_main(int argc, char **argv)
{
    struct proxy_args args;
    struct session session;
    struct error err;
    sigset_t stop;
    int got = 0;
    enum status st = proxy_args_parse(&args, argc, argv, &err);

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL); /* threads inherit it */
    if (st == ST_OK)
        st = http_init(&err);
    if (st == ST_OK)
        st = session_begin(&session, &args.session, &err);
    if (st == ST_OK) {
        session_warn(&session);
        st = serve(&args, &session, &stop, &got, &err);
        session_end(&session);
    }
    proxy_args_free(&args);
    if (st != ST_OK)
        return cli_fail(&err);
    return got == SIGTERM ? EXIT_TERM : EXIT_PASS;
}
