/* assay-net: the commands of assay that talk HTTP. Started by assay. */
#include <signal.h>

#include "runner/cli/net.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "run", run_main },
    { "replay", replay_main },
    { "proxy", proxy_main },
};

int main(int argc, char **argv)
{
    struct error err;

    (void)signal(SIGPIPE, SIG_IGN); /* a peer that left is an error code */
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands);
         i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return cli_close(commands[i].run(argc - 1, argv + 1));
    (void)error_set(&err, ST_USAGE,
                    "assay-net is started by assay; see "
                    "assay help run");
    return cli_fail(&err);
}
