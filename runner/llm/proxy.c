#define _GNU_SOURCE /* eventfd */
#include "runner/llm/proxy.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runner/llm/clock.h"
#include "runner/llm/http.h"
#include "runner/llm/listen.h"
#include "runner/llm/proxy_record.h"
#include "runner/llm/stream.h"
#include "validator/base/file.h"

enum {
    BODY_MAX = 256 << 20, /* bytes of a request */
    HEADERS_MAX = 128,
    CONNECTIONS_MAX = 1024,
    STEP_MS = 100 /* how soon a client that went away is noticed */
};

struct proxy {
    struct MHD_Daemon *daemon;
    struct proxy_options o;
    int stop_fd;
    pthread_mutex_t lock; /* guards `count` */
    unsigned long count;  /* of streams watched */
    char url[64];
};

/* One request: what the client sent, the exchange upstream, and the bytes that
 * wait to be passed on. */
struct relay {
    struct proxy *p;
    int fd; /* the client's connection */
    bool begun;
    char *uri; /* as sent: path and query; owned */
    struct buf body;
    char *headers[HEADERS_MAX + 1]; /* "Name: value"; owned */
    size_t header_count;
    struct http *http;
    struct http_result result;
    bool open; /* upstream has more */
    long status;
    struct MHD_Response *response; /* under construction */
    uint64_t size;                 /* of the response; MHD_SIZE_UNKNOWN */
    struct buf out;
    size_t out_at;
    /* Watching, when the request is a streamed generation; `whole`: when it is
     * one without streaming, which is judged once it has come. */
    enum api api;
    bool watched, whole, stopped;
    struct buf answer; /* of `whole` */
    struct guards *guards;
    struct stream stream;
    int64_t sent_ns;
};

/* Hop-by-hop (RFC 9110, 7.6.1) or made anew by libcurl or libmicrohttpd. */
static const char *const not_passed[] = {
    "connection",          "keep-alive", "proxy-authenticate",
    "proxy-authorization", "te",         "trailer",
    "transfer-encoding",   "upgrade",    "host",
    "content-length",      "expect",     "date",
};

static bool is_passed(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(not_passed) / sizeof(*not_passed); i++)
        if (strlen(not_passed[i]) == len &&
            strncasecmp(not_passed[i], name, len) == 0)
            return false;
    return true;
}

static enum MHD_Result on_client_header(void *arg, enum MHD_ValueKind kind,
                                        const char *name, const char *value)
{
    struct relay *r = arg;
    struct buf b = { .max = 1 << 16 };

    (void)kind;
    /* A compressed answer could not be watched. */
    if (r->header_count == HEADERS_MAX || !is_passed(name, strlen(name)) ||
        ((r->watched || r->whole) && strcasecmp(name, "accept-encoding") == 0))
        return MHD_YES;
    /* libcurl sends an empty header only as "Name;". */
    if (value == NULL || value[0] == '\0')
        buf_printf(&b, "%s;", name);
    else
        buf_printf(&b, "%s: %s", name, value);
    r->headers[r->header_count] = b.ptr; /* owned from here */
    r->header_count += b.ptr != NULL;
    return MHD_YES;
}

static bool on_upstream_header(void *arg, struct text line)
{
    struct relay *r = arg;
    const char *colon = memchr(line.ptr, ':', line.len);
    char name[256], value[8192];
    struct text v;

    if (colon == NULL || (size_t)(colon - line.ptr) >= sizeof(name))
        return true;
    v = text_trim(
        (struct text){ colon + 1, line.len - (size_t)(colon + 1 - line.ptr) });
    if (v.len >= sizeof(value))
        return true;
    (void)snprintf(name, sizeof(name), "%.*s", (int)(colon - line.ptr),
                   line.ptr);
    (void)snprintf(value, sizeof(value), "%.*s", (int)v.len, v.ptr);
    if (strcasecmp(name, "content-length") == 0 && !r->watched && v.len < 18) {
        r->size = 0;
        for (size_t i = 0; i < v.len && ascii_digit(v.ptr[i]); i++)
            r->size = r->size * 10 + (uint64_t)(v.ptr[i] - '0');
    }
    /* Kept as text until the response exists. */
    if (is_passed(name, strlen(name)) && r->header_count < HEADERS_MAX) {
        struct buf b = { .max = 1 << 16 };

        buf_printf(&b, "%s: %s", name, value);
        r->headers[r->header_count] = b.ptr;
        r->header_count += b.ptr != NULL;
    }
    return true;
}

static bool on_upstream_head(void *arg, long status)
{
    struct relay *r = arg;

    r->status = status;
    r->watched = r->watched && status == 200;
    r->whole = r->whole && status == 200;
    return true;
}

static void stop_here(struct relay *r)
{
    char stamp[CLOCK_STAMP_MAX];
    const struct message_meta meta = { r->stream.model, stamp, clock_wall_s() };

    clock_stamp(stamp, meta.created);
    message_put_stop(&r->out, r->api, &meta, r->stream.stop.rule->id,
                     r->stream.stop.rule->message, &r->stream.counts);
    r->stopped = true;
}

/* Line by line, so that a stop falls behind a whole message. */
static bool watch(struct relay *r, struct text bytes, int64_t since_ns)
{
    while (bytes.len > 0) {
        const char *lf = memchr(bytes.ptr, '\n', bytes.len);
        const size_t n = lf != NULL ? (size_t)(lf - bytes.ptr) + 1 : bytes.len;

        buf_add(&r->out, (struct text){ bytes.ptr, n });
        if (!r->stream.failed)
            (void)stream_feed(&r->stream, (struct text){ bytes.ptr, n },
                              since_ns);
        if (r->stream.failed && r->stream.outcome == OUTCOME_ABORTED) {
            stop_here(r);
            return false;
        }
        bytes = (struct text){ bytes.ptr + n, bytes.len - n };
    }
    return true;
}

static bool on_upstream_body(void *arg, struct text bytes, int64_t now_ns)
{
    struct relay *r = arg;

    if (r->watched)
        return watch(r, bytes, now_ns - r->sent_ns) && !r->out.failed;
    buf_add(&r->out, bytes);
    if (r->whole)
        buf_add(&r->answer, bytes);
    return !r->out.failed;
}

/* One step upstream; false: the client has gone or the proxy stops. */
static bool step(struct relay *r)
{
    if (!http_step(r->http, STEP_MS, &r->result))
        r->open = false;
    return !listen_peer_gone(r->fd);
}

static ssize_t send_some(void *arg, uint64_t pos, char *buf, size_t max)
{
    struct relay *r = arg;
    size_t n;

    (void)pos;
    while (r->out_at == r->out.len && r->open) {
        buf_clear(&r->out);
        r->out_at = 0;
        if (!step(r))
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    n = r->out.len - r->out_at;
    if (n == 0)
        return r->stopped || r->result.end == HTTP_DONE
                   ? MHD_CONTENT_READER_END_OF_STREAM
                   : MHD_CONTENT_READER_END_WITH_ERROR;
    if (n > max)
        n = max;
    memcpy(buf, r->out.ptr + r->out_at, n);
    r->out_at += n;
    return (ssize_t)n;
}

static enum MHD_Result send_error(struct MHD_Connection *c, unsigned status,
                                  const char *text)
{
    struct buf b = { .max = 4096 };
    struct MHD_Response *resp;
    enum MHD_Result ok;

    buf_puts(&b, "{\"error\":");
    buf_json(&b, text_from(text));
    buf_puts(&b, "}");
    resp = MHD_create_response_from_buffer(b.len, b.ptr, MHD_RESPMEM_MUST_COPY);
    buf_free(&b);
    if (resp == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(resp, "Content-Type", "application/json");
    ok = MHD_queue_response(c, status, resp);
    MHD_destroy_response(resp);
    return ok;
}

static void drop_headers(struct relay *r)
{
    for (size_t i = 0; i < r->header_count; i++)
        free(r->headers[i]);
    memset(r->headers, 0, sizeof(r->headers));
    r->header_count = 0;
}

static enum MHD_Result pass_on(struct relay *r, struct MHD_Connection *c)
{
    struct MHD_Response *resp =
        MHD_create_response_from_callback(r->size, 32768, send_some, r, NULL);
    enum MHD_Result ok;

    if (resp == NULL)
        return MHD_NO;
    for (size_t i = 0; i < r->header_count; i++) {
        char *colon = strchr(r->headers[i], ':');

        *colon = '\0';
        (void)MHD_add_response_header(resp, r->headers[i], colon + 2);
    }
    ok = MHD_queue_response(c, (unsigned)r->status, resp);
    MHD_destroy_response(resp);
    return ok;
}

/* Ollama streams unless told not to. */
static void read_wish(struct relay *r, struct text body)
{
    cJSON *json = cJSON_ParseWithLength(body.ptr, body.len);
    const cJSON *stream = cJSON_GetObjectItemCaseSensitive(json, "stream");
    const bool sse = api_info[r->api].framing == FRAME_SSE;

    if (cJSON_IsObject(json)) {
        r->watched = sse ? cJSON_IsTrue(stream) : !cJSON_IsFalse(stream);
        r->whole = !r->watched;
    }
    cJSON_Delete(json);
}

static enum status begin_watch(struct relay *r, const char *method,
                               struct error *err)
{
    enum status st;

    r->api = api_of_path(text_from(r->uri));
    if (strcmp(method, "POST") != 0 || r->api == API_COUNT)
        return ST_OK;
    read_wish(r, buf_text(&r->body));
    if (!r->watched && !r->whole)
        return ST_OK;
    r->answer.max = STREAM_TEXT_MAX;
    st = guards_new(&r->guards, r->p->o.engine, err);
    if (st == ST_OK)
        stream_begin(&r->stream, r->api, r->guards,
                     r->p->o.enforce && r->watched);
    return st;
}

static enum status open_upstream(struct relay *r, struct MHD_Connection *c,
                                 const char *method, struct error *err)
{
    const struct http_taker taker = { .header = on_upstream_header,
                                      .head = on_upstream_head,
                                      .body = on_upstream_body,
                                      .arg = r };
    struct buf url = { .max = 1 << 16 };
    struct http_request request = {
        .method = method,
        .headers = (const char *const *)r->headers,
        .limits = { .connect_ms = 10000 },
        .stop_fd = r->p->stop_fd,
    };
    enum status st;

    (void)MHD_get_connection_values(c, MHD_HEADER_KIND, on_client_header, r);
    buf_printf(&url, "%s%s", r->p->o.upstream, r->uri);
    request.url = url.ptr;
    if (r->body.len > 0 || strcmp(method, "POST") == 0)
        request.body =
            r->body.len > 0 ? buf_text(&r->body) : (struct text){ "", 0 };
    r->http = http_new();
    if (r->http == NULL || url.failed) {
        buf_free(&url);
        return error_set(err, ST_NOMEM, "no memory for a request");
    }
    r->sent_ns = clock_now_ns();
    st = http_begin(r->http, &request, &taker, err);
    buf_free(&url); /* libcurl copies the URL and the list of headers */
    r->open = st == ST_OK;
    drop_headers(r); /* the response's come here */
    return st;
}

static enum MHD_Result relay_request(struct relay *r, struct MHD_Connection *c,
                                     const char *method)
{
    struct error err;
    enum status st = begin_watch(r, method, &err);

    if (st == ST_OK)
        st = open_upstream(r, c, method, &err);
    if (st != ST_OK)
        return send_error(c, 500, err.text);
    while (r->open && r->status == 0)
        if (!step(r))
            return MHD_NO;
    if (r->status == 0) {
        (void)error_set(&err, ST_NET, "assay proxy: %s: %s", r->p->o.upstream,
                        r->result.why);
        return send_error(c, 502, err.text);
    }
    return pass_on(r, c);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *data_len, void **state)
{
    struct relay *r = *state;
    const union MHD_ConnectionInfo *info;

    (void)arg;
    (void)url;
    (void)version;
    if (r == NULL || r->uri == NULL)
        return MHD_NO;
    if (!r->begun) {
        info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (info == NULL)
            return MHD_NO;
        r->begun = true;
        r->fd = info->connect_fd;
        return MHD_YES;
    }
    if (*data_len > 0) {
        buf_add(&r->body, (struct text){ data, *data_len });
        *data_len = 0;
        return MHD_YES;
    }
    if (r->body.failed)
        return send_error(c, 413, "the request is too large");
    return relay_request(r, c, method);
}

/* The URI as the client wrote it: libmicrohttpd decodes the one it hands to
 * on_request. What is returned becomes *state. */
static void *on_uri(void *arg, const char *uri, struct MHD_Connection *c)
{
    struct relay *r = calloc(1, sizeof(*r));

    (void)c;
    if (r == NULL)
        return NULL;
    r->p = arg;
    r->uri = strdup(uri);
    r->body.max = BODY_MAX;
    r->size = MHD_SIZE_UNKNOWN;
    r->fd = -1;
    return r;
}

static void conclude(struct relay *r, bool sent_all)
{
    const int64_t since = clock_now_ns() - r->sent_ns;
    enum stream_outcome o = OUTCOME_OK;
    const char *why = "";

    if (!sent_all && !r->stopped) {
        o = OUTCOME_CUT;
        why = r->open ? "the client went away" : r->result.why;
    }
    if (r->whole && r->answer.failed) {
        o = OUTCOME_LIMIT;
        why = "the answer is longer than 64 MiB";
    } else if (r->whole && o == OUTCOME_OK) {
        (void)stream_feed_whole(&r->stream, buf_text(&r->answer), since);
    }
    stream_end(&r->stream, o, why, since);
    (void)pthread_mutex_lock(&r->p->lock);
    const unsigned long nth = ++r->p->count;

    (void)pthread_mutex_unlock(&r->p->lock);
    proxy_record(&r->p->o, &r->stream, nth, since, r->watched);
}

static void on_done(void *arg, struct MHD_Connection *c, void **state,
                    enum MHD_RequestTerminationCode how)
{
    struct relay *r = *state;

    (void)arg;
    (void)c;
    if (r == NULL)
        return;
    if ((r->watched || r->whole) && r->http != NULL)
        conclude(r, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    if (r->http != NULL)
        http_free(r->http);
    if (r->guards != NULL)
        stream_free(&r->stream);
    guards_free(r->guards);
    drop_headers(r);
    buf_free(&r->body);
    buf_free(&r->out);
    buf_free(&r->answer);
    free(r->uri);
    free(r);
    *state = NULL;
}

static enum status listen_on(struct proxy *p, struct error *err)
{
    struct sockaddr_in a;
    const union MHD_DaemonInfo *info;
    enum status st = listen_parse(&a, p->o.listen, err);

    if (st != ST_OK)
        return st;
    p->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0,
        NULL, NULL, on_request, p, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&a,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, p, MHD_OPTION_NOTIFY_COMPLETED,
        on_done, p, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_END);
    if (p->daemon == NULL)
        return error_set(err, ST_NET, "cannot listen on %s", p->o.listen);
    info = MHD_get_daemon_info(p->daemon, MHD_DAEMON_INFO_BIND_PORT);
    listen_url(p->url, sizeof(p->url), &a, info != NULL ? info->port : 0);
    return ST_OK;
}

enum status proxy_start(struct proxy **out, const struct proxy_options *o,
                        struct error *err)
{
    struct proxy *p = calloc(1, sizeof(*p));
    enum status st = ST_OK;

    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for a proxy");
    p->o = *o;
    p->stop_fd = eventfd(0, EFD_CLOEXEC);
    (void)pthread_mutex_init(&p->lock, NULL);
    if (o->records != NULL)
        st = file_make_dirs(o->records, err);
    if (st == ST_OK)
        st = listen_on(p, err);
    if (st != ST_OK) {
        proxy_stop(p);
        return st;
    }
    *out = p;
    return ST_OK;
}

const char *proxy_url(const struct proxy *p)
{
    return p->url;
}

void proxy_stop(struct proxy *p)
{
    const uint64_t one = 1;

    if (p == NULL)
        return;
    if (write(p->stop_fd, &one, sizeof(one)) < 0) {
        /* an eventfd takes 1 unless it overflows; streams then end alone */
    }
    if (p->daemon != NULL)
        MHD_stop_daemon(p->daemon);
    (void)close(p->stop_fd);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
