#ifndef RUNNER_AGENT_CALL_H
#define RUNNER_AGENT_CALL_H
/* One generation: asked over HTTP, streamed, guarded, measured, recorded. */
#include "runner/llm/http.h"
#include "runner/llm/stream.h"

struct call_request {
    const char *endpoint; /* base URL, no slash at its end */
    enum api api;
    const char *model;
    struct text system, prompt;
    const cJSON *options; /* object or NULL */
    struct http_limits limits;
    int stop_fd;                 /* -1: none */
    const struct engine *engine; /* its guards watch; NULL: unguarded */
    bool enforce;                /* guards stop; else they observe */
    const char *transcript;      /* file to record into; NULL: none */
    /* Called as text arrives, from the calling thread; may be NULL. */
    void (*tick)(void *arg, const struct stream *s);
    void *tick_arg;
};

struct call_result {
    struct stream stream; /* owned */
    long status;          /* HTTP */
    int64_t e2e_ns;       /* from sending to the end */
    struct buf request;   /* the body sent; owned */
};

/* The result always says how it went; call_result_free at the end.
 * ST_NOMEM, ST_INPUT (the transcript cannot be written). */
enum status call_model(struct call_result *out, struct http *h,
                       const struct call_request *r, struct error *err);
void call_result_free(struct call_result *c);

/* What the endpoint tells of itself and the model; absent: empty or -1. */
struct server_info {
    char version[64], digest[80];
    bool loaded;             /* /api/ps lists the model */
    bool ps_known;           /* /api/ps answered */
    int64_t size, size_vram; /* bytes of the loaded model */
};

/* Asks an Ollama endpoint; what it does not answer stays absent. */
void server_ask(struct server_info *out, struct http *h, const char *endpoint,
                const char *model, int stop_fd);
/* Only /api/ps, again. */
void server_ask_ps(struct server_info *out, struct http *h,
                   const char *endpoint, const char *model, int stop_fd);

#endif
