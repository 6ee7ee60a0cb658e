#ifndef RUNNER_CLI_WATCH_H
#define RUNNER_CLI_WATCH_H
/* Files as they are written below a folder (inotify). */
#include <stdbool.h>

#include "validator/base/error.h"

struct watch;

enum status watch_open(struct watch **out, const char *dir, struct error *err);
void watch_close(struct watch *w);   /* accepts NULL */
int watch_fd(const struct watch *w); /* readable when something happened */
bool watch_pending(const struct watch *w); /* more without reading */

/* The next file that was closed after writing or moved in, malloc'd; NULL:
 * nothing of that kind. Folders made later are watched too; at most 4096. */
enum status watch_next(struct watch *w, char **name, struct error *err);

#endif
