#ifndef RUNNER_LLM_HTTP_H
#define RUNNER_LLM_HTTP_H
/* HTTP exchanges over libcurl: one at a time per client, streamed. Redirects
 * are not followed and proxies from the environment are not used: bytes go to
 * the endpoint named and nowhere else. */
#include <stdint.h>

#include "validator/base/buf.h"
#include "validator/base/error.h"

struct http; /* one client: not shared between threads */

/* Waits in ms; 0: no limit. */
struct http_limits {
    long connect_ms, first_byte_ms, idle_ms, total_ms;
};
extern const struct http_limits http_limits_default;

struct http_request {
    const char *url, *method;   /* NULL: GET, or POST with a body */
    struct text body;           /* borrowed until http_end */
    const char *const *headers; /* "Name: value", NULL-terminated; or NULL */
    struct http_limits limits;
    int stop_fd; /* readable: stop at once; -1: none */
};

enum http_end {
    HTTP_DONE,
    HTTP_CONNECT,    /* could not be reached */
    HTTP_CUT,        /* broke inside the response */
    HTTP_TIMEOUT,    /* a limit of struct http_limits */
    HTTP_STOPPED,    /* the taker returned false */
    HTTP_INTERRUPTED /* stop_fd */
};

struct http_result {
    enum http_end end;
    long status;              /* HTTP status; 0: none came */
    char why[ERROR_TEXT_MAX]; /* when end is not HTTP_DONE */
    int64_t sent_ns;          /* clock when the exchange began */
    int64_t end_ns;
};

/* Both may be NULL. head is called once, when the status and all headers are
 * known; body with bytes as they arrive. False ends the exchange at once. */
struct http_taker {
    bool (*header)(void *arg, struct text line);
    bool (*head)(void *arg, long status);
    bool (*body)(void *arg, struct text bytes, int64_t now_ns);
    void *arg;
};

/* Call once in a process, before any thread. ST_NOMEM. */
enum status http_init(struct error *err);
void http_cleanup(void);

struct http *http_new(void);    /* NULL: no memory */
void http_free(struct http *h); /* closes connections; accepts NULL */

/* The whole exchange. Never fails: the result says how it ended. */
void http_exchange(struct http *h, const struct http_request *r,
                   const struct http_taker *t, struct http_result *out);

/* The same in steps, for a caller that has its own loop (the proxy). begin:
 * ST_NOMEM. step waits at most `wait_ms` for something to happen; false: the
 * exchange is over and *out is set. end closes what is still open. */
enum status http_begin(struct http *h, const struct http_request *r,
                       const struct http_taker *t, struct error *err);
bool http_step(struct http *h, int wait_ms, struct http_result *out);
void http_end(struct http *h);

/* A small body (at most 16 MiB) and its status; used for /api/ps and others.
 * ST_NET with a text when there is none. */
enum status http_get(struct http *h, const struct http_request *r,
                     struct buf *body, long *status, struct error *err);

/* "http://host:port" from what users write: "host", "host:port", ":port",
 * "http://host:port/". OLLAMA_HOST has the same forms; the port is 11434 when
 * none is given and the scheme is absent. False: not such an address
 * (a URL is printable ASCII, RFC 3986), or longer than size. */
bool http_base_url(char *out, size_t size, const char *given);

#endif
