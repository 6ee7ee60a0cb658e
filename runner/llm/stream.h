#ifndef RUNNER_LLM_STREAM_H
#define RUNNER_LLM_STREAM_H
/* One generation as it arrives: text, timing, counts, guards, and how it
 * ended. A pure fold over (time, bytes): no clock, no network. */
#include "runner/llm/guard.h"
#include "runner/llm/message.h"

enum {
    STREAM_TEXT_MAX = 64 << 20,  /* bytes of one answer */
    STREAM_CHUNKS_MAX = 1 << 20, /* intervals kept for percentiles */
    STREAM_WHY_MAX = ERROR_TEXT_MAX
};

/* How a generation ended. Everything but OUTCOME_OK is a failed run, except
 * OUTCOME_ABORTED: a guard stopped it. */
enum stream_outcome {
    OUTCOME_OK,
    OUTCOME_ABORTED,     /* a guard said stop */
    OUTCOME_CONNECT,     /* the endpoint could not be reached */
    OUTCOME_HTTP,        /* a status other than 200 */
    OUTCOME_CUT,         /* the connection broke inside the response */
    OUTCOME_NO_DONE,     /* the response ended without the protocol's end */
    OUTCOME_TIMEOUT,     /* nothing came for too long */
    OUTCOME_ERROR,       /* the server sent an error inside the stream */
    OUTCOME_GARBAGE,     /* something that is not the protocol */
    OUTCOME_LIMIT,       /* a stated maximum was reached */
    OUTCOME_INTERRUPTED, /* by a signal to this process */
    OUTCOME_COUNT
};
extern const char *const stream_outcome_name[OUTCOME_COUNT];

/* Times are ns since the request was sent; -1: it never came to it. */
struct timing {
    int64_t first_ns, second_ns; /* arrival of the first two texts */
    int64_t last_ns;             /* arrival of the last text */
    int64_t end_ns;              /* the end of the response */
    int64_t stall_ns;            /* longest silence after the first text */
    int64_t *gaps;               /* between texts; the first gaps_count */
    size_t gaps_count, gaps_cap;
    size_t chunks; /* texts that arrived: not the same as tokens */
};

/* The q-quantile (0..1, nearest rank) of the gaps in ns; -1: there are none.
 * Sorts the gaps. */
int64_t timing_gap(struct timing *t, double q);

struct stream {
    enum api api;
    struct frames frames;
    struct buf text;     /* the answer so far */
    struct buf thinking; /* the model's thoughts, never judged */
    struct timing timing;
    struct counts counts;
    char done_reason[32], model[128];
    bool done, finished;
    bool failed; /* outcome is set and final */
    enum stream_outcome outcome;
    char why[STREAM_WHY_MAX]; /* what goes with a bad outcome */
    struct guards *guards;    /* borrowed; NULL: unguarded */
    bool enforce;             /* false: guards only observe */
    bool guard_stopped;
    struct guard_stop stop; /* when guard_stopped */
    size_t chunks_at_stop;
    int64_t now_ns;
};

void stream_begin(struct stream *s, enum api api, struct guards *g,
                  bool enforce);
/* Bytes of the body, in any split. False: close the connection now, nothing
 * more is wanted. */
bool stream_feed(struct stream *s, struct text bytes, int64_t since_ns);
/* The whole answer at once, of a request that asked for no stream: one JSON
 * object, with "message" where a stream of OpenAI's has "delta". */
bool stream_feed_whole(struct stream *s, struct text body, int64_t since_ns);
/* The response is over; `transport` is OUTCOME_OK when the body ended as HTTP
 * ends it, else what went wrong, with its text. Sets the final outcome. */
void stream_end(struct stream *s, enum stream_outcome transport,
                const char *why, int64_t since_ns);
void stream_free(struct stream *s);

/* Output tokens per second by the server's own counts; -1: it gave none. */
double counts_tok_s(const struct counts *c);
/* Prompt tokens per second; -1: not told, or a cache answered for some. */
double counts_prompt_tok_s(const struct counts *c);
/* Time in none of the server's parts: queueing for a slot; -1: not told. */
int64_t counts_unattributed_ns(const struct counts *c);

#endif
