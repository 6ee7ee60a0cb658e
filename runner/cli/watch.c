#define _GNU_SOURCE /* asprintf */
#include "runner/cli/watch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "validator/base/file.h"

enum { FOLDERS_MAX = 4096, DEPTH_MAX = 64 };

struct watch {
    int fd;
    char **folders; /* by watch descriptor, which counts from 1 */
    char events[4096] __attribute__((aligned(8)));
    size_t at, have;
};

static enum status add(struct watch *w, const char *dir, int depth,
                       struct error *err);

static enum status add_below(struct watch *w, const char *dir, int depth,
                             struct error *err)
{
    DIR *d = opendir(dir);
    const struct dirent *e;
    enum status st = ST_OK;

    while (st == ST_OK && d != NULL && (e = readdir(d)) != NULL) {
        char *path = NULL;

        if (e->d_name[0] == '.' || e->d_type != DT_DIR)
            continue;
        if (asprintf(&path, "%s/%s", dir, e->d_name) < 0)
            st = error_set(err, ST_NOMEM, "no memory for %s", dir);
        else
            st = add(w, path, depth + 1, err);
        free(path);
    }
    if (d != NULL)
        (void)closedir(d);
    return st;
}

static enum status add(struct watch *w, const char *dir, int depth,
                       struct error *err)
{
    const int wd = inotify_add_watch(
        w->fd, dir, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR);

    if (wd < 0)
        return error_set(err, ST_INPUT, "%s: cannot watch: %s", dir,
                         strerror(errno));
    if (wd >= FOLDERS_MAX || depth > DEPTH_MAX)
        return error_set(err, ST_LIMIT, "%s: more than %d folders to watch",
                         dir, FOLDERS_MAX);
    free(w->folders[wd]);
    w->folders[wd] = strdup(dir);
    if (w->folders[wd] == NULL)
        return error_set(err, ST_NOMEM, "no memory for %s", dir);
    return add_below(w, dir, depth, err);
}

enum status watch_open(struct watch **out, const char *dir, struct error *err)
{
    struct watch *w = calloc(1, sizeof(*w));
    enum status st;

    if (w == NULL)
        return error_set(err, ST_NOMEM, "no memory to watch %s", dir);
    w->fd = inotify_init1(IN_CLOEXEC);
    w->folders = calloc(FOLDERS_MAX, sizeof(*w->folders));
    if (w->fd < 0 || w->folders == NULL)
        st = error_set(err, ST_INPUT, "%s: cannot watch: %s", dir,
                       strerror(errno));
    else
        st = add(w, dir, 0, err);
    if (st == ST_OK)
        *out = w;
    else
        watch_close(w);
    return st;
}

void watch_close(struct watch *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; w->folders != NULL && i < FOLDERS_MAX; i++)
        free(w->folders[i]);
    free(w->folders);
    if (w->fd >= 0)
        (void)close(w->fd);
    free(w);
}

int watch_fd(const struct watch *w)
{
    return w->fd;
}

bool watch_pending(const struct watch *w)
{
    return w->at < w->have;
}

enum status watch_next(struct watch *w, char **name, struct error *err)
{
    const struct inotify_event *e;
    const char *dir;

    *name = NULL;
    if (w->at >= w->have) {
        const ssize_t n = read(w->fd, w->events, sizeof(w->events));

        if (n <= 0)
            return errno == EINTR ? ST_OK
                                  : error_set(err, ST_INPUT, "cannot watch: %s",
                                              strerror(errno));
        w->at = 0;
        w->have = (size_t)n;
    }
    e = (const struct inotify_event *)(const void *)(w->events + w->at);
    w->at += sizeof(*e) + e->len;
    dir = e->wd > 0 && e->wd < FOLDERS_MAX ? w->folders[e->wd] : NULL;
    if (dir == NULL || e->len == 0 || e->name[0] == '.')
        return ST_OK;
    if (asprintf(name, "%s/%s", dir, e->name) < 0)
        return error_set(err, ST_NOMEM, "no memory for a name");
    if ((e->mask & IN_ISDIR) == 0 && (e->mask & IN_CREATE) == 0)
        return ST_OK;
    if ((e->mask & IN_ISDIR) != 0)
        (void)add(w, *name, 1, err);
    free(*name);
    *name = NULL;
    return ST_OK;
}
