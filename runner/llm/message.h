#ifndef RUNNER_LLM_MESSAGE_H
#define RUNNER_LLM_MESSAGE_H
/* What one message of a streamed response says, for each protocol, and the
 * way back: messages as a server of that protocol writes them. Sources: Ollama
 * docs/api.md; OpenAI API reference, "streaming". */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "runner/llm/frames.h"

enum api {
    API_OLLAMA_GENERATE,
    API_OLLAMA_CHAT,
    API_OPENAI_CHAT,
    API_OPENAI_TEXT,
    API_COUNT
};

struct api_info {
    const char *name; /* "ollama-generate", in records and options */
    const char *path;
    const char *content_type; /* of the stream */
    enum framing framing;
};
extern const struct api_info api_info[API_COUNT];

/* The API that serves a path ("/api/chat", a query is ignored), or by its
 * name; API_COUNT: none. */
enum api api_of_path(struct text path);
enum api api_of_name(struct text name);

/* The server's own counts, -1 where it gave none. Ollama leaves zero counts
 * out, so absent and zero are told apart only as far as the server does. */
struct counts {
    int64_t total_ns, load_ns, prompt_eval_ns, eval_ns;
    int64_t prompt_tokens, cached_tokens, output_tokens;
};
extern const struct counts counts_none;
/* What `from` knows replaces what `to` has. */
void counts_merge(struct counts *to, const struct counts *from);

struct message {
    struct text delta;    /* new text of the answer; may be empty */
    struct text thinking; /* new text of the model's thoughts */
    bool done;            /* the protocol's end: done:true, or [DONE] */
    bool finish;          /* OpenAI: finish_reason came; [DONE] may follow */
    struct text done_reason, error, model;
    struct counts counts;
    cJSON *json; /* owns the texts */
};

/* ST_INPUT: not a message of this protocol. On ST_OK call message_free when
 * the texts are no longer used. */
enum status message_parse(struct message *m, enum api api, struct text bytes,
                          struct error *err);
void message_free(struct message *m);

/* What a server tells besides text; borrowed. */
struct message_meta {
    const char *model;
    const char *created_at; /* RFC 3339 */
    int64_t created;        /* seconds since the epoch */
};

/* Appends one message of the stream that carries `delta`. */
void message_put_delta(struct buf *out, enum api api,
                       const struct message_meta *meta, struct text delta);
/* Appends the messages that end the stream. */
void message_put_end(struct buf *out, enum api api,
                     const struct message_meta *meta, const char *done_reason,
                     const struct counts *c);
/* Appends the messages that end a stream which a guard stopped. Ollama:
 * done_reason is "assay: RULE". OpenAI: finish_reason is "content_filter", the
 * one its clients know for a stream that somebody else ended. Both carry
 * "assay": {"rule", "message"}. */
void message_put_stop(struct buf *out, enum api api,
                      const struct message_meta *meta, const char *rule,
                      const char *why, const struct counts *c);
/* Appends an error as the protocol sends it inside a stream. */
void message_put_error(struct buf *out, enum api api, struct text error);
/* The whole answer at once ("stream": false). */
void message_put_whole(struct buf *out, enum api api,
                       const struct message_meta *meta, struct text answer,
                       const char *done_reason, const struct counts *c);

#endif
