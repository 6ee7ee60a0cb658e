#ifndef RUNNER_CLI_INPUT_H
#define RUNNER_CLI_INPUT_H
/* Where the reports of `assay check` come from: files and folders, a list of
 * names, or JSON Lines records {"id"|"file", "text", "lang"?}. */
#include "runner/cli/cli.h"

enum { RECORD_MAX = 400 << 20 }; /* bytes of one JSON line: 64 MiB escaped */

/* One report to be judged. Owned by the caller (input_free). */
struct input {
    char *name;  /* as printed */
    char *lang;  /* NULL: the configured one */
    char *bytes; /* the report; NULL until input_load */
    size_t len;
    char *line;           /* a JSON record not yet taken apart */
    size_t line_len, nth; /* its number among all shards', from 1 */
};
void input_free(struct input *in);

struct inputs { /* zero-initialised */
    char **names;
    size_t count, cap, at;
    bool jsonl;
    const char *stdin_name; /* what "-" is called in the output */
    size_t shard, shards;   /* only names whose hash falls on it; 0: all */
    int stop_fd;            /* readable once SIGTERM came; -1: none */
    struct watch *watch;    /* then files as they are written; or NULL */
    /* JSON Lines: */
    int fd;
    char *pending; /* read; [begin, have) is not yet given out */
    size_t begin, have, room, records;
    bool ended, opened;
};

/* Files and folders in the order given (a folder's in byte order of path). */
enum status inputs_add(struct inputs *in, const char *operand,
                       struct error *err);
/* After what was added: every report written below `dir` from now on, until
 * SIGTERM. ST_INPUT: no such folder. */
enum status inputs_watch(struct inputs *in, const char *dir, struct error *err);
/* The NUL-separated names of a file, "-" for stdin. */
enum status inputs_add_files0(struct inputs *in, const char *path,
                              struct error *err);

/* The next report without its bytes; one caller at a time. ST_STOP: there is
 * none, or SIGTERM came. */
enum status inputs_next(struct inputs *in, struct input *out,
                        struct error *err);

/* Reads the bytes: any thread. A bad record is ST_INPUT; in->name is set even
 * then. */
enum status input_load(const struct inputs *all, struct input *in,
                       struct error *err);
/* True when more may come at any time: each result is written at once. */
bool inputs_live(const struct inputs *in);
bool inputs_stopped(const struct inputs *in); /* SIGTERM came */
void inputs_free(struct inputs *in);

#endif
