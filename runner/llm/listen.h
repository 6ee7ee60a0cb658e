#ifndef RUNNER_LLM_LISTEN_H
#define RUNNER_LLM_LISTEN_H
/* What the replay server and the proxy share: addresses to listen on. */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "validator/base/error.h"

/* An IPv4 address and port from "HOST:PORT", "HOST" or ":PORT"; HOST is a
 * dotted address or localhost. ST_USAGE. */
enum status listen_parse(struct sockaddr_in *out, const char *given,
                         struct error *err);
bool listen_is_loopback(const struct sockaddr_in *a);
/* "http://127.0.0.1:4711" */
void listen_url(char *out, size_t size, const struct sockaddr_in *a,
                unsigned port);
/* True when the peer of a connection has gone away. */
bool listen_peer_gone(int fd);

#endif
