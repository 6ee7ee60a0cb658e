#define _GNU_SOURCE /* O_CLOEXEC, mkostemp */
#include "validator/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WALK_DEPTH = 64, WALK_ENTRIES = 1000000 };

static enum status open_regular(int *fd, struct stat *sb, const char *path,
                                struct error *err)
{
    *fd = strcmp(path, "-") == 0
              ? dup(STDIN_FILENO)
              : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return error_set(err, ST_INPUT, "%s: cannot open: %s", path,
                         strerror(errno));
    if (fstat(*fd, sb) != 0)
        return error_set(err, ST_INPUT, "%s: cannot stat: %s", path,
                         strerror(errno));
    if (S_ISDIR(sb->st_mode))
        return error_set(err, ST_INPUT, "%s: is a folder, not a file", path);
    if (!S_ISREG(sb->st_mode) && strcmp(path, "-") != 0)
        return error_set(err, ST_INPUT,
                         "%s: not a regular file (FIFO, socket or device); "
                         "use - to read a stream from stdin",
                         path);
    return ST_OK;
}

static enum status read_all(char **out, size_t *len, int fd, size_t cap,
                            size_t max, const char *path, struct error *err)
{
    char *p = malloc(cap + 1);
    size_t n = 0;
    ssize_t got;

    if (p == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory for %zu bytes", path,
                         cap);
    for (;;) {
        if (n == cap) {
            char *q = cap <= max ? realloc(p, cap * 2 + 1) : NULL;

            if (q == NULL)
                break;
            p = q;
            cap *= 2;
        }
        got = read(fd, p + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
        if (n > max)
            break;
    }
    if (n > max || n == cap) {
        free(p);
        return error_set(err, ST_LIMIT, "%s: larger than %zu bytes", path, max);
    }
    if (got < 0) {
        free(p);
        return error_set(err, ST_INPUT, "%s: cannot read: %s", path,
                         strerror(errno));
    }
    p[n] = '\0';
    *out = p;
    *len = n;
    return ST_OK;
}

enum status file_open(int *fd, const char *path, struct error *err)
{
    struct stat sb;
    const enum status st = open_regular(fd, &sb, path, err);

    if (st != ST_OK && *fd >= 0)
        (void)close(*fd);
    return st;
}

enum status file_read(char **out, size_t *len, const char *path,
                      size_t max_bytes, struct error *err)
{
    struct stat sb;
    int fd;
    enum status st = open_regular(&fd, &sb, path, err);

    if (st == ST_OK && S_ISREG(sb.st_mode) &&
        (unsigned long long)sb.st_size > max_bytes)
        st = error_set(err, ST_LIMIT, "%s: %lld bytes, the limit is %zu", path,
                       (long long)sb.st_size, max_bytes);
    if (st == ST_OK)
        st = read_all(out, len, fd,
                      S_ISREG(sb.st_mode) ? (size_t)sb.st_size + 1 : 65536,
                      max_bytes, path, err);
    if (fd >= 0)
        (void)close(fd);
    return st;
}

static enum status write_fd(int fd, struct text t, const char *path,
                            struct error *err)
{
    while (t.len > 0) {
        const ssize_t n = write(fd, t.ptr, t.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ST_INPUT, "%s: cannot write: %s", path,
                             strerror(errno));
        t.ptr += n;
        t.len -= (size_t)n;
    }
    return ST_OK;
}

enum status file_write(const char *path, struct text bytes, struct error *err)
{
    char temp[PATH_MAX];
    enum status st;
    int fd, n;

    if (strcmp(path, "-") == 0)
        return write_fd(STDOUT_FILENO, bytes, "stdout", err);
    n = snprintf(temp, sizeof(temp), "%s.tmp-XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof(temp))
        return error_set(err, ST_LIMIT, "%s: the path is too long", path);
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return error_set(err, ST_INPUT, "%s: cannot create: %s", path,
                         strerror(errno));
    st = write_fd(fd, bytes, path, err);
    if (fchmod(fd, 0644) != 0 || fsync(fd) != 0) {
        if (st == ST_OK)
            st = error_set(err, ST_INPUT, "%s: cannot sync: %s", path,
                           strerror(errno));
    }
    if (close(fd) != 0 && st == ST_OK)
        st = error_set(err, ST_INPUT, "%s: cannot close: %s", path,
                       strerror(errno));
    if (st == ST_OK && rename(temp, path) != 0)
        st = error_set(err, ST_INPUT, "%s: cannot rename: %s", path,
                       strerror(errno));
    if (st != ST_OK)
        (void)unlink(temp);
    return st;
}

enum status file_write_buf(const char *path, const struct buf *b,
                           struct error *err)
{
    const char *what = strcmp(path, "-") == 0 ? "stdout" : path;
    const enum status st = buf_status(b, what, err);

    return st == ST_OK ? file_write(path, buf_text(b), err) : st;
}

bool file_exists(const char *path)
{
    struct stat sb;

    return lstat(path, &sb) == 0;
}

bool file_is_dir(const char *path)
{
    struct stat sb;

    return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

bool file_nearest(char *out, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t dir = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    char folder[PATH_MAX] = ".";
    size_t least = 3;
    const struct dirent *e;
    DIR *d;

    if (access(path, F_OK) == 0 || errno != ENOENT || dir >= sizeof(folder))
        return false;
    if (dir > 0) {
        memcpy(folder, path, dir);
        folder[dir] = '\0';
    }
    d = opendir(folder);
    while (d != NULL && (e = readdir(d)) != NULL) {
        const size_t n =
            text_distance(text_from(path + dir), text_from(e->d_name), 2);

        if (n > 0 && n < least && e->d_name[0] != '.' &&
            snprintf(out, size, "%.*s%s", (int)dir, path, e->d_name) <
                (int)size)
            least = n;
    }
    if (d != NULL)
        (void)closedir(d);
    return least < 3;
}

enum status file_make_dirs(const char *path, struct error *err)
{
    char part[PATH_MAX];
    const size_t n = strlen(path);

    if (n == 0 || n >= sizeof(part))
        return error_set(err, ST_LIMIT, "%s: empty or too long a path", path);
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        const char c = part[i];

        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return error_set(err, ST_INPUT, "%s: cannot create: %s", part,
                             strerror(errno));
        part[i] = c;
    }
    return ST_OK;
}

enum status file_make_parents(const char *path, struct error *err)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t n = slash != NULL ? (size_t)(slash - path) : 0;

    if (n == 0)
        return ST_OK;
    if (n >= sizeof(dir))
        return error_set(err, ST_LIMIT, "%s: too long a path", path);
    memcpy(dir, path, n);
    dir[n] = '\0';
    return file_make_dirs(dir, err);
}

struct walk {
    enum status (*visit)(void *, const char *, long long, long long,
                         struct error *);
    void *arg;
    size_t entries;
    struct error *err;
};

static enum status walk_dir(struct walk *w, const char *dir, int depth);

static enum status walk_one(struct walk *w, const char *path, int depth)
{
    struct stat sb;

    if (++w->entries > WALK_ENTRIES)
        return error_set(w->err, ST_LIMIT, "%s: more than %d entries", path,
                         WALK_ENTRIES);
    if (lstat(path, &sb) != 0)
        return error_set(w->err, ST_INPUT, "%s: cannot stat: %s", path,
                         strerror(errno));
    if (S_ISLNK(sb.st_mode) && (stat(path, &sb) != 0 || S_ISDIR(sb.st_mode)))
        return ST_OK; /* dangling, looping, or a folder: not followed */
    if (S_ISDIR(sb.st_mode))
        return walk_dir(w, path, depth + 1);
    if (!S_ISREG(sb.st_mode))
        return ST_OK;
    return w->visit(w->arg, path, (long long)sb.st_size, (long long)sb.st_mtime,
                    w->err);
}

static int not_hidden(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status walk_dir(struct walk *w, const char *dir, int depth)
{
    struct dirent **list = NULL;
    enum status st = ST_OK;
    char path[PATH_MAX];
    int n, len;

    if (depth > WALK_DEPTH)
        return error_set(w->err, ST_LIMIT, "%s: more than %d levels deep", dir,
                         WALK_DEPTH);
    n = scandir(dir, &list, not_hidden, by_bytes);
    if (n < 0)
        return error_set(w->err, ST_INPUT, "%s: cannot read the folder: %s",
                         dir, strerror(errno));
    for (int i = 0; i < n; i++) {
        const size_t dl = strlen(dir);

        if (st == ST_OK) {
            len = snprintf(path, sizeof(path), "%s%s%s", dir,
                           dl > 0 && dir[dl - 1] == '/' ? "" : "/",
                           list[i]->d_name);
            if (len < 0 || (size_t)len >= sizeof(path))
                st = error_set(w->err, ST_LIMIT, "%s: a path is too long", dir);
            else
                st = walk_one(w, path, depth);
        }
        free(list[i]);
    }
    free(list);
    return st;
}

enum status file_walk(const char *dir,
                      enum status (*visit)(void *, const char *, long long,
                                           long long, struct error *),
                      void *arg, struct error *err)
{
    struct walk w = { visit, arg, 0, err };
    struct stat sb;

    if (stat(dir, &sb) != 0)
        return error_set(err, ST_INPUT, "%s: %s", dir, strerror(errno));
    if (S_ISDIR(sb.st_mode))
        return walk_dir(&w, dir, 0);
    if (!S_ISREG(sb.st_mode))
        return error_set(err, ST_INPUT, "%s: not a regular file or folder",
                         dir);
    return visit(arg, dir, (long long)sb.st_size, (long long)sb.st_mtime, err);
}
