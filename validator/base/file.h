#ifndef VALIDATOR_BASE_FILE_H
#define VALIDATOR_BASE_FILE_H
/* Whole files in, whole files out. */
#include <stdbool.h>

#include "validator/base/buf.h"
#include "validator/base/error.h"
#include "validator/base/text.h"

/* Reads a regular file, or stdin for "-", whole; at most max_bytes. On ST_OK
 * the caller frees *out (malloc; NUL-terminated behind len). ST_INPUT: missing,
 * unreadable, a directory, FIFO or device; ST_LIMIT: larger than max_bytes. */
enum status file_read(char **out, size_t *len, const char *path,
                      size_t max_bytes, struct error *err);

/* Writes to a temporary name beside `path`, syncs, renames: a reader sees the
 * old file or the new one, never a part. "-" is stdout, written directly. */
enum status file_write(const char *path, struct text bytes, struct error *err);

/* The same of a buffer, once buf_status() says that it is whole. */
enum status file_write_buf(const char *path, const struct buf *b,
                           struct error *err);

/* Opens a regular file, or stdin for "-", to be read piece by piece; the caller
 * closes *fd. ST_INPUT as file_read. */
enum status file_open(int *fd, const char *path, struct error *err);

bool file_is_dir(const char *path); /* follows symlinks */
bool file_exists(const char *path); /* anything of that name */

/* For did-you-mean: when nothing is at `path`, the entry of its folder nearest
 * to it (edit distance 1 or 2), as a path into `out`. False: there is
 * something, or nothing is near. */
bool file_nearest(char *out, size_t size, const char *path);

/* mkdir -p. */
enum status file_make_dirs(const char *path, struct error *err);
/* The folder that `path` is to stand in. */
enum status file_make_parents(const char *path, struct error *err);

/* Every regular file below `dir` (or `dir` itself when it is a file), in byte
 * order of path, symlinks to directories not followed, hidden entries skipped.
 * Calls visit(arg, path, size, mtime in seconds since the epoch); a status
 * other than ST_OK from it ends the walk and is returned. Limits: 64 levels,
 * 1,000,000 entries (ST_LIMIT). */
enum status file_walk(const char *dir,
                      enum status (*visit)(void *arg, const char *path,
                                           long long size, long long mtime,
                                           struct error *err),
                      void *arg, struct error *err);

#endif
