#define _GNU_SOURCE /* readlink */
#include "runner/cli/net.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "validator/base/decimal.h"

enum { ARGS_MAX = 4096 };

/* The folder of this program, with a slash at its end. */
static bool own_folder(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);

    while (n > 0 && out[n - 1] != '/')
        n--;
    out[n > 0 ? n : 0] = '\0';
    return n > 0;
}

int net_exec(int argc, char **argv)
{
    static const char *const places[] = { "assay-net",
                                          "../libexec/assay/assay-net" };
    char folder[PATH_MAX], path[PATH_MAX + 64];
    char *args[ARGS_MAX + 2];
    struct error err;

    if (argc > ARGS_MAX || !own_folder(folder, sizeof(folder))) {
        (void)error_set(&err, ST_USAGE, "too many arguments");
        return cli_fail(&err);
    }
    args[0] = path;
    for (int i = 0; i < argc; i++)
        args[i + 1] = argv[i];
    args[argc + 1] = NULL;
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", folder, places[i]);
        (void)execv(path, args);
    }
    (void)error_set(&err, ST_INPUT, "cannot start assay-net beside %sassay: %s",
                    folder, strerror(errno));
    return cli_fail(&err);
}

enum status net_real(const char *value, double min, double *out,
                     struct error *err)
{
    struct decimal d;

    if (!decimal_parse(text_from(value), &d) || decimal_to_double(d) < min)
        return error_set(err, ST_USAGE, "%s: want a number of at least %g",
                         value, min);
    *out = decimal_to_double(d);
    return ST_OK;
}
