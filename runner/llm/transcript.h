#ifndef RUNNER_LLM_TRANSCRIPT_H
#define RUNNER_LLM_TRANSCRIPT_H
/* A recorded stream: one JSON object a line (docs/schema/stream-1.json). The
 * first line is the request and the head of the response, each further line
 * bytes of the body with their arrival in ns since the request was sent. */
#include "runner/llm/message.h"

enum { TRANSCRIPT_MAX = 256 << 20 }; /* bytes of one file */

struct transcript_head {
    enum api api;
    struct text request; /* the body sent, JSON; empty: not kept */
    long status;         /* of the response */
};

/* A recording under way, in memory until it is written whole. */
struct recorder {
    struct buf out;
};
void recorder_begin(struct recorder *r, const struct transcript_head *head);
void recorder_add(struct recorder *r, struct text t, int64_t since_ns);
/* Ends the recording (`end`: "done", "cut", ...) and writes it to `path`
 * atomically. */
enum status recorder_write(struct recorder *r, const char *end,
                           int64_t since_ns, const char *path,
                           struct error *err);
void recorder_free(struct recorder *r);

struct chunk {
    int64_t at_ns;
    struct text bytes;
};

struct transcript {
    enum api api;
    long status;
    struct chunk *chunks;
    size_t count;
    cJSON *request; /* NULL: not kept */
    char *bytes;    /* owns what the chunks point to */
};

/* ST_INPUT names file and line; ST_LIMIT; ST_NOMEM. transcript_free after
 * ST_OK only. */
enum status transcript_load(struct transcript *t, const char *path,
                            struct error *err);
void transcript_free(struct transcript *t);

#endif
