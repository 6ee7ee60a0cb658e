#ifndef RUNNER_LLM_FRAMES_H
#define RUNNER_LLM_FRAMES_H
/* Splits the body of a streamed response into messages: lines (NDJSON) or the
 * data of events (server-sent events, WHATWG HTML 9.2.6). A state machine fed
 * any split of the bytes: the messages never depend on the split. */
#include "validator/base/buf.h"
#include "validator/base/error.h"

enum framing { FRAME_NDJSON, FRAME_SSE };

enum { FRAME_MAX = 4 << 20 }; /* bytes of one line, and of one event */

/* Zero-initialise with `framing` set; frames_free at the end. */
struct frames {
    enum framing framing;
    struct buf line; /* of a line that began in an earlier feed */
    struct buf data; /* SSE: of the event under way */
    bool has_data;   /* SSE: a data field came, even an empty one */
    bool after_cr;   /* SSE: a line feed now belongs to the CR before */
    bool begun;      /* SSE: past a byte order mark, if there was one */
};

/* Takes one message; what it returns other than ST_OK ends the feed and is
 * returned by it. The text is valid during the call. */
typedef enum status (*frame_fn)(void *arg, struct text message);

/* ST_LIMIT: a message larger than FRAME_MAX. Blank lines are no messages. */
enum status frames_feed(struct frames *f, struct text t, frame_fn take,
                        void *arg);
/* The body is over: hands out a last message without its newline. */
enum status frames_end(struct frames *f, frame_fn take, void *arg);
void frames_free(struct frames *f);

#endif
