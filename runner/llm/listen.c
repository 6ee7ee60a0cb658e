#define _GNU_SOURCE /* MSG_DONTWAIT */
#include "runner/llm/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static bool parse_port(const char *p, unsigned *out)
{
    unsigned v = 0;

    if (*p == '\0')
        return false;
    for (; *p >= '0' && *p <= '9' && v <= 65535; p++)
        v = v * 10 + (unsigned)(*p - '0');
    *out = v;
    return *p == '\0' && v <= 65535;
}

enum status listen_parse(struct sockaddr_in *out, const char *given,
                         struct error *err)
{
    const char *colon = strrchr(given, ':');
    const size_t n = colon != NULL ? (size_t)(colon - given) : strlen(given);
    char host[64] = "127.0.0.1";
    unsigned port = 0;
    bool ok = n < sizeof(host);

    *out = (struct sockaddr_in){ .sin_family = AF_INET };
    if (ok && n > 0 && (n != 9 || strncmp(given, "localhost", n) != 0))
        (void)snprintf(host, sizeof(host), "%.*s", (int)n, given);
    ok = ok && inet_pton(AF_INET, host, &out->sin_addr) == 1 &&
         (colon == NULL || parse_port(colon + 1, &port));
    out->sin_port = htons((uint16_t)port);
    return ok ? ST_OK
              : error_set(err, ST_USAGE,
                          "%s: want an IPv4 address and port, as in "
                          "127.0.0.1:0",
                          given);
}

bool listen_is_loopback(const struct sockaddr_in *a)
{
    return (ntohl(a->sin_addr.s_addr) >> 24) == 127;
}

void listen_url(char *out, size_t size, const struct sockaddr_in *a,
                unsigned port)
{
    char host[INET_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET, &a->sin_addr, host, sizeof(host));
    (void)snprintf(out, size, "http://%s:%u", host, port);
}

bool listen_peer_gone(int fd)
{
    char byte;
    const ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return n == 0 ||
           (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}
