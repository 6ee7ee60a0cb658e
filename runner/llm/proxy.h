#ifndef RUNNER_LLM_PROXY_H
#define RUNNER_LLM_PROXY_H
/* Stands between a client and a model server: streams pass byte for byte until
 * a guard says stop (docs/proxy.md). */
#include "validator/engine.h"

struct proxy_options {
    const char *listen;   /* "127.0.0.1:11435" */
    const char *upstream; /* base URL without a slash at its end */
    const char *records;  /* folder for records of streams; NULL: none */
    const struct engine *engine;
    bool enforce; /* false: guards only observe */
    /* One line per watched stream, from any thread; may be NULL. */
    void (*log)(void *arg, const char *line);
    void *log_arg;
};

struct proxy;

/* Listens, in threads of its own. What o points to must outlive the proxy.
 * ST_USAGE, ST_NET, ST_INPUT (the folder). */
enum status proxy_start(struct proxy **out, const struct proxy_options *o,
                        struct error *err);
const char *proxy_url(const struct proxy *p);
void proxy_stop(struct proxy *p); /* accepts NULL */

#endif
