#ifndef RUNNER_LLM_PLAY_H
#define RUNNER_LLM_PLAY_H
/* What a replay server sends for one request: bytes with their times, made
 * from a recorded stream, with or without a fault. */
#include "runner/llm/transcript.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_CUT,       /* the connection closes after n bytes of the body */
    FAULT_STALL,     /* nothing more comes after n bytes */
    FAULT_ERROR,     /* an error message after n bytes, then a clean end */
    FAULT_GARBAGE,   /* a line of garbage after n bytes */
    FAULT_ONE_BYTE,  /* one byte per packet */
    FAULT_DRIP,      /* one byte every n ms */
    FAULT_NO_DONE,   /* the final message is missing */
    FAULT_NO_COUNTS, /* the final message has no counts */
    FAULT_HTTP10,    /* no length, no chunks: the end is the close */
    FAULT_LONG_LINE, /* a message with n bytes of text */
    FAULT_404,
    FAULT_500,
    FAULT_503,
    FAULT_REDIRECT,
    FAULT_COUNT
};

struct fault_info {
    const char *name, *summary;
    long def;          /* n, when none is given */
    const char *unit;  /* of n; NULL: takes none */
    long status;       /* of the response */
    const char *error; /* body when status is not 200 */
};
extern const struct fault_info fault_info[FAULT_COUNT];

struct fault {
    enum fault_kind kind;
    long n;
};

/* "cut=100", "no-done". ST_USAGE names the faults there are. */
enum status fault_parse(struct fault *out, const char *given,
                        struct error *err);

enum play_end { PLAY_DONE, PLAY_CUT, PLAY_STALL };

struct step {
    int64_t at_ns;
    size_t end; /* bytes up to here may be sent at at_ns */
};

struct play {
    struct buf bytes;
    struct step *steps;
    size_t count, cap;
    enum play_end end;
    size_t packet;   /* bytes at most at a time; 0: any */
    int64_t drip_ns; /* between packets */
    bool failed;     /* no memory */
};

/* The stream of t as the API `api` sends it: the recorded bytes themselves
 * when t was recorded from that API, else written anew. */
enum status play_make(struct play *p, const struct transcript *t, enum api api,
                      const struct message_meta *meta,
                      const struct fault *fault, struct error *err);
/* The whole answer as one JSON object ("stream": false). */
enum status play_whole(struct play *p, const struct transcript *t, enum api api,
                       const struct message_meta *meta, struct error *err);
void play_free(struct play *p);

#endif
