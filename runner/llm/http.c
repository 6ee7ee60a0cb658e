#define _GNU_SOURCE
#include "runner/llm/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/llm/clock.h"

enum { SLICE_MS = 100, GET_MAX = 16 << 20 };

const struct http_limits http_limits_default = {
    .connect_ms = 10000,
    .first_byte_ms = 600000, /* a cold model loads for minutes */
    .idle_ms = 120000,
    .total_ms = 3600000,
};

struct http {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    struct http_request request;
    struct http_taker taker;
    struct http_result result;
    int64_t last_ns; /* of the last byte that came */
    bool any_byte, head_told, refused, attached;
    char error[CURL_ERROR_SIZE];
};

enum status http_init(struct error *err)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
               ? ST_OK
               : error_set(err, ST_NOMEM, "libcurl cannot start");
}

void http_cleanup(void)
{
    curl_global_cleanup();
}

struct http *http_new(void)
{
    struct http *h = calloc(1, sizeof(*h));

    if (h == NULL)
        return NULL;
    h->multi = curl_multi_init();
    h->easy = curl_easy_init();
    if (h->multi == NULL || h->easy == NULL) {
        http_free(h);
        return NULL;
    }
    return h;
}

void http_free(struct http *h)
{
    if (h == NULL)
        return;
    http_end(h);
    if (h->easy != NULL)
        curl_easy_cleanup(h->easy);
    if (h->multi != NULL)
        (void)curl_multi_cleanup(h->multi);
    free(h);
}

static bool tell_head(struct http *h)
{
    long status = 0;

    if (h->head_told)
        return true;
    h->head_told = true;
    (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
    h->result.status = status;
    return h->taker.head == NULL || h->taker.head(h->taker.arg, status);
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct http *h = arg;
    const struct text line = { p, size * n };
    bool go = true;

    h->any_byte = true;
    h->last_ns = clock_now_ns();
    if (line.len <= 2) { /* the blank line; 1xx heads are not the answer */
        long status = 0;

        (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
        if (status >= 200)
            go = tell_head(h);
    } else if (h->taker.header != NULL) {
        go = h->taker.header(h->taker.arg, line);
    }
    h->refused = h->refused || !go;
    return go ? line.len : 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct http *h = arg;
    const size_t len = size * n;
    bool go = tell_head(h);

    h->any_byte = true;
    h->last_ns = clock_now_ns();
    if (go && h->taker.body != NULL)
        go = h->taker.body(h->taker.arg, (struct text){ p, len }, h->last_ns);
    h->refused = h->refused || !go;
    return go ? len : CURL_WRITEFUNC_ERROR;
}

static enum status set_headers(struct http *h, const char *const *headers)
{
    /* No "Expect: 100-continue": it costs a round trip. */
    h->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
        struct curl_slist *more = curl_slist_append(h->headers, headers[i]);

        if (more == NULL)
            return ST_NOMEM;
        h->headers = more;
    }
    return h->headers != NULL ? ST_OK : ST_NOMEM;
}

static void set_options(struct http *h, const struct http_request *r)
{
    CURL *e = h->easy;

    (void)curl_easy_setopt(e, CURLOPT_URL, r->url);
    (void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(e, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
    (void)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, r->limits.connect_ms);
    (void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, h->headers);
    (void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->error);
    (void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(e, CURLOPT_HEADERDATA, h);
    (void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, h);
    if (r->body.ptr != NULL) {
        (void)curl_easy_setopt(e, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body.ptr);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)r->body.len);
    }
    if (r->method != NULL && strcmp(r->method, "HEAD") == 0)
        (void)curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else if (r->method != NULL)
        (void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
}

enum status http_begin(struct http *h, const struct http_request *r,
                       const struct http_taker *t, struct error *err)
{
    http_end(h);
    curl_easy_reset(h->easy);
    h->request = *r;
    h->taker = *t;
    h->result = (struct http_result){ .sent_ns = clock_now_ns() };
    h->last_ns = h->result.sent_ns;
    h->any_byte = h->head_told = h->refused = false;
    h->error[0] = '\0';
    if (set_headers(h, r->headers) != ST_OK)
        return error_set(err, ST_NOMEM, "no memory for a request");
    set_options(h, r);
    if (curl_multi_add_handle(h->multi, h->easy) != CURLM_OK)
        return error_set(err, ST_NOMEM, "no memory for a request");
    h->attached = true;
    return ST_OK;
}

void http_end(struct http *h)
{
    if (h->attached)
        (void)curl_multi_remove_handle(h->multi, h->easy);
    h->attached = false;
    curl_slist_free_all(h->headers);
    h->headers = NULL;
}

static bool over(struct http *h, enum http_end end, const char *why)
{
    h->result.end = end;
    h->result.end_ns = clock_now_ns();
    (void)snprintf(h->result.why, sizeof(h->result.why), "%s", why);
    return false;
}

static bool out_of_time(struct http *h)
{
    const struct http_limits *l = &h->request.limits;
    const int64_t now = clock_now_ns();
    const int64_t all = (now - h->result.sent_ns) / 1000000;
    const int64_t idle = (now - h->last_ns) / 1000000;
    char why[96];

    if (l->total_ms > 0 && all >= l->total_ms)
        (void)snprintf(why, sizeof(why), "not done after %ld ms", l->total_ms);
    else if (!h->any_byte && l->first_byte_ms > 0 && idle >= l->first_byte_ms)
        (void)snprintf(why, sizeof(why), "no answer within %ld ms",
                       l->first_byte_ms);
    else if (h->any_byte && l->idle_ms > 0 && idle >= l->idle_ms)
        (void)snprintf(why, sizeof(why), "silent for %ld ms", l->idle_ms);
    else
        return false;
    (void)over(h, HTTP_TIMEOUT, why);
    return true;
}

/* What libcurl says at the end of a transfer. */
static bool conclude(struct http *h, CURLcode rc)
{
    const char *why = h->error[0] != '\0' ? h->error : curl_easy_strerror(rc);
    double connect = 0;

    if (h->refused)
        return over(h, HTTP_STOPPED, "stopped");
    if (rc == CURLE_OK) {
        (void)tell_head(h);
        return over(h, HTTP_DONE, "");
    }
    (void)curl_easy_getinfo(h->easy, CURLINFO_CONNECT_TIME, &connect);
    if (rc == CURLE_OPERATION_TIMEDOUT && connect > 0)
        return over(h, HTTP_TIMEOUT, why);
    return over(h, connect > 0 || h->any_byte ? HTTP_CUT : HTTP_CONNECT, why);
}

static bool interrupted(const struct http *h, const struct curl_waitfd *stop)
{
    return h->request.stop_fd >= 0 && stop->revents != 0;
}

bool http_step(struct http *h, int wait_ms, struct http_result *out)
{
    struct curl_waitfd stop = { .fd = h->request.stop_fd,
                                .events = CURL_WAIT_POLLIN };
    int running = 0, left = 0;
    bool going = true;

    /* Wait first: what perform delivers must reach the caller at once. */
    (void)curl_multi_poll(h->multi, &stop, h->request.stop_fd >= 0 ? 1 : 0,
                          wait_ms, NULL);
    (void)curl_multi_perform(h->multi, &running);
    for (CURLMsg *m = curl_multi_info_read(h->multi, &left); m != NULL;
         m = curl_multi_info_read(h->multi, &left))
        if (m->msg == CURLMSG_DONE)
            going = conclude(h, m->data.result);
    if (going && interrupted(h, &stop))
        going = over(h, HTTP_INTERRUPTED, "interrupted by a signal");
    if (going && out_of_time(h))
        going = false;
    if (!going)
        *out = h->result;
    return going;
}

void http_exchange(struct http *h, const struct http_request *r,
                   const struct http_taker *t, struct http_result *out)
{
    struct error err;

    if (http_begin(h, r, t, &err) != ST_OK) {
        (void)over(h, HTTP_CONNECT, err.text);
        *out = h->result;
    } else {
        while (http_step(h, SLICE_MS, out))
            continue;
    }
    http_end(h);
}

static bool into_buf(void *arg, struct text bytes, int64_t now_ns)
{
    struct buf *b = arg;

    (void)now_ns;
    buf_add(b, bytes);
    return !b->failed;
}

enum status http_get(struct http *h, const struct http_request *r,
                     struct buf *body, long *status, struct error *err)
{
    const struct http_taker t = { .body = into_buf, .arg = body };
    struct http_result result;

    body->max = GET_MAX;
    http_exchange(h, r, &t, &result);
    *status = result.status;
    if (result.end != HTTP_DONE)
        return error_set(err, ST_NET, "%s: %s", r->url, result.why);
    return ST_OK;
}

static bool printable(const char *s)
{
    while (*s > ' ' && *s < 0x7f)
        s++;
    return *s == '\0';
}

bool http_base_url(char *out, size_t size, const char *given)
{
    const bool scheme = strstr(given, "://") != NULL;
    const char *host = scheme ? strstr(given, "://") + 3 : given;
    size_t n = strlen(host);
    const char *colon;
    int len;

    if (!printable(given))
        return false;
    if (scheme && !text_starts(text_from(given), TEXT_LIT("http://")) &&
        !text_starts(text_from(given), TEXT_LIT("https://")))
        return false;
    while (n > 0 && host[n - 1] == '/')
        n--;
    colon = memrchr(host, ':', n);
    if (colon != NULL && memchr(colon, ']', n - (size_t)(colon - host)) != NULL)
        colon = NULL; /* inside an IPv6 address */
    len = snprintf(out, size, "%.*s%s%.*s%s", scheme ? (int)(host - given) : 7,
                   scheme ? given : "http://",
                   colon == host || n == 0 ? "127.0.0.1" : "", (int)n, host,
                   colon == NULL && !scheme ? ":11434" : "");
    return len > 0 && (size_t)len < size;
}
