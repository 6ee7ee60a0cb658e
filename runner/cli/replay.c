/* assay replay: serves until SIGINT or SIGTERM. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>

#include "runner/cli/net.h"
#include "runner/llm/replay.h"

int replay_main(int argc, char **argv)
{
    struct replay_args args;
    struct replay *r = NULL;
    struct error err;
    sigset_t stop;
    int got = 0;
    enum status st = replay_args_parse(&args, argc, argv, &err);
    const struct replay_options o = { args.dir, args.listen, args.speed,
                                      args.fault };

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL); /* threads inherit it */
    if (st == ST_OK)
        st = replay_start(&r, &o, &err);
    if (st != ST_OK)
        return cli_fail(&err);
    (void)printf("%s\n", replay_url(r));
    (void)fflush(stdout);
    (void)sigwait(&stop, &got);
    replay_stop(r);
    return got == SIGTERM ? EXIT_TERM : EXIT_PASS;
}
