#ifndef RUNNER_LLM_REPLAY_H
#define RUNNER_LLM_REPLAY_H
/* A server that speaks the Ollama and OpenAI protocols from recorded streams:
 * what demo and tests point the runner at (docs/replay.md). */
#include "validator/base/error.h"

struct replay_options {
    const char *dir;    /* recorded streams and an optional replay.json */
    const char *listen; /* "127.0.0.1:0"; port 0: any free one */
    double speed;       /* 2: twice as fast; 0: no waiting */
    const char *fault;  /* "cut=100", for every stream; NULL: by replay.json */
};

struct replay;

/* Loads and listens, in threads of its own. ST_INPUT, ST_USAGE, ST_NET. */
enum status replay_start(struct replay **out, const struct replay_options *o,
                         struct error *err);
const char *replay_url(const struct replay *r); /* "http://127.0.0.1:4711" */
void replay_stop(struct replay *r);             /* accepts NULL */

#endif
