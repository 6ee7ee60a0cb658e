#define _GNU_SOURCE /* eventfd */
#include "runner/llm/replay.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runner/llm/clock.h"
#include "runner/llm/listen.h"
#include "runner/llm/play.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"

enum {
    STREAMS_MAX = 10000,
    REQUEST_MAX = 64 << 20, /* bytes of a request's body */
    CONNECTIONS_MAX = 512
};

struct recorded {
    struct transcript t;
    struct fault fault;
    const cJSON *match; /* what a request must have; NULL: anything */
    long times, used;   /* times 0: without end */
};

struct replay {
    struct MHD_Daemon *daemon;
    struct recorded *at;
    size_t count;
    cJSON *index; /* replay.json; NULL: none */
    double speed;
    int stop_fd;
    pthread_mutex_t lock; /* guards `used` and `next` */
    size_t next;
    char url[64], version[32];
};

static enum status grow(struct replay *r, struct error *err)
{
    struct recorded *p;

    if (r->count == STREAMS_MAX)
        return error_set(err, ST_LIMIT, "more than %d recorded streams",
                         STREAMS_MAX);
    p = realloc(r->at, (r->count + 1) * sizeof(*p));
    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for recorded streams");
    r->at = p;
    r->at[r->count] = (struct recorded){ .times = 0 };
    return ST_OK;
}

static enum status add_file(void *arg, const char *path, long long size,
                            long long mtime, struct error *err)
{
    struct replay *r = arg;
    enum status st;

    (void)size;
    (void)mtime;
    if (!text_ends(text_from(path), TEXT_LIT(".jsonl")))
        return ST_OK;
    st = grow(r, err);
    if (st == ST_OK)
        st = transcript_load(&r->at[r->count].t, path, err);
    r->count += st == ST_OK;
    return st;
}

static enum status add_row(struct replay *r, const char *dir, const cJSON *row,
                           struct error *err)
{
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(row, "file");
    const cJSON *fault = cJSON_GetObjectItemCaseSensitive(row, "fault");
    const cJSON *times = cJSON_GetObjectItemCaseSensitive(row, "times");
    struct recorded *one;
    char path[4096];
    enum status st;

    if (!cJSON_IsString(file))
        return error_set(err, ST_INPUT,
                         "%s/replay.json: a stream without "
                         "\"file\"",
                         dir);
    (void)snprintf(path, sizeof(path), "%s/%s", dir, file->valuestring);
    st = grow(r, err);
    if (st != ST_OK)
        return st;
    one = &r->at[r->count];
    one->match = cJSON_GetObjectItemCaseSensitive(row, "match");
    one->times = cJSON_IsNumber(times) ? (long)times->valuedouble : 0;
    if (cJSON_IsString(fault))
        st = fault_parse(&one->fault, fault->valuestring, err);
    if (st == ST_OK)
        st = transcript_load(&one->t, path, err);
    r->count += st == ST_OK;
    return st;
}

static enum status load_index(struct replay *r, const char *dir,
                              struct error *err)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(r->index, "streams");
    const cJSON *row;
    enum status st = ST_OK;

    if (!cJSON_IsArray(rows))
        return file_walk(dir, add_file, r, err);
    cJSON_ArrayForEach(row, rows)
    {
        if (st == ST_OK)
            st = add_row(r, dir, row, err);
    }
    return st;
}

static enum status load_dir(struct replay *r, const char *dir,
                            struct error *err)
{
    const cJSON *version;
    char path[4096];
    enum status st = ST_OK;

    (void)snprintf(path, sizeof(path), "%s/replay.json", dir);
    if (access(path, F_OK) == 0)
        st = jsonc_load(&r->index, path, err);
    if (st == ST_OK)
        st = load_index(r, dir, err);
    if (st == ST_OK && r->count == 0)
        st = error_set(err, ST_INPUT, "%s: no recorded streams (.jsonl)", dir);
    version = cJSON_GetObjectItemCaseSensitive(r->index, "version");
    (void)snprintf(r->version, sizeof(r->version), "%s",
                   cJSON_IsString(version) ? version->valuestring
                                           : "0.0.0-replay");
    return st;
}

/* One request: its body as it comes, then what is sent. */
struct exchange {
    struct replay *r;
    struct buf body;
    struct play play;
    int64_t begin_ns, last_ns;
    int fd;
};

static void sleep_until(struct exchange *x, int64_t at_ns, bool *gone)
{
    enum { SLICE = 50000000 }; /* ns: how soon a stop or a hang-up is seen */
    int64_t left = at_ns - clock_now_ns();

    while (left > 0 && !*gone) {
        *gone = clock_wait(left < SLICE ? left : SLICE, x->r->stop_fd) ||
                listen_peer_gone(x->fd);
        left = at_ns - clock_now_ns();
    }
}

static const struct step *step_at(const struct play *p, uint64_t pos)
{
    size_t lo = 0, hi = p->count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (p->steps[mid].end > pos)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo < p->count ? &p->steps[lo] : NULL;
}

static ssize_t send_some(void *arg, uint64_t pos, char *buf, size_t max)
{
    struct exchange *x = arg;
    const struct play *p = &x->play;
    const struct step *s = step_at(p, pos);
    bool gone = false;
    size_t n;

    if (s == NULL && p->end == PLAY_STALL)
        sleep_until(x, INT64_MAX, &gone);
    if (s == NULL)
        return p->end == PLAY_DONE ? MHD_CONTENT_READER_END_OF_STREAM
                                   : MHD_CONTENT_READER_END_WITH_ERROR;
    if (x->r->speed > 0)
        sleep_until(x, x->begin_ns + (int64_t)((double)s->at_ns / x->r->speed),
                    &gone);
    if (p->drip_ns > 0 && !gone)
        sleep_until(x, x->last_ns + p->drip_ns, &gone);
    if (gone)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    n = s->end - pos;
    if (p->packet > 0 && n > p->packet)
        n = p->packet;
    if (n > max)
        n = max;
    memcpy(buf, p->bytes.ptr + pos, n);
    x->last_ns = clock_now_ns();
    return (ssize_t)n;
}

static enum MHD_Result send_text(struct MHD_Connection *c, unsigned status,
                                 const char *type, struct text body)
{
    struct MHD_Response *resp = MHD_create_response_from_buffer(
        body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result ok;

    if (resp == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(resp, "Content-Type", type);
    if (status == 302)
        (void)MHD_add_response_header(resp, "Location",
                                      "http://127.0.0.1:1/elsewhere");
    ok = MHD_queue_response(c, status, resp);
    MHD_destroy_response(resp);
    return ok;
}

static enum MHD_Result send_error(struct MHD_Connection *c, unsigned status,
                                  const char *text)
{
    struct buf b = { .max = 4096 };
    enum MHD_Result ok;

    buf_puts(&b, "{\"error\":");
    buf_json(&b, text_from(text));
    buf_puts(&b, "}");
    ok = send_text(c, status, "application/json; charset=utf-8", buf_text(&b));
    buf_free(&b);
    return ok;
}

/* What the user said: "prompt", or the contents of all messages. */
static void put_prompt(struct buf *out, const cJSON *request)
{
    const cJSON *prompt = cJSON_GetObjectItemCaseSensitive(request, "prompt");
    const cJSON *messages =
        cJSON_GetObjectItemCaseSensitive(request, "messages");
    const cJSON *m;

    if (cJSON_IsString(prompt))
        buf_puts(out, prompt->valuestring);
    cJSON_ArrayForEach(m, messages)
    {
        const cJSON *c = cJSON_GetObjectItemCaseSensitive(m, "content");

        if (cJSON_IsString(c))
            buf_puts(out, c->valuestring);
    }
}

static bool has_options(const cJSON *request, const cJSON *wanted)
{
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(request, "options");
    const cJSON *o;

    cJSON_ArrayForEach(o, wanted)
    {
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(given, o->string);

        if (v == NULL)
            v = cJSON_GetObjectItemCaseSensitive(request, o->string);
        if (v == NULL || !cJSON_Compare(v, o, true))
            return false;
    }
    return true;
}

static bool matches(const struct recorded *one, const cJSON *request,
                    struct text prompt)
{
    const cJSON *contains =
        cJSON_GetObjectItemCaseSensitive(one->match, "contains");
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(one->match, "model");
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(request, "model");

    if (one->times > 0 && one->used >= one->times)
        return false;
    if (cJSON_IsString(contains) &&
        text_find(prompt, text_from(contains->valuestring), 0) > prompt.len)
        return false;
    if (cJSON_IsString(model) && !cJSON_Compare(model, given, true))
        return false;
    return has_options(request,
                       cJSON_GetObjectItemCaseSensitive(one->match, "options"));
}

/* Without an index: the recording of this very prompt that was used least,
 * else the recordings in turn. */
static struct recorded *by_prompt(struct replay *r, struct text prompt)
{
    struct recorded *best = NULL;

    for (size_t i = 0; i < r->count; i++) {
        struct buf p = { .max = 0 };

        put_prompt(&p, r->at[i].t.request);
        if (p.len > 0 && text_eq(buf_text(&p), prompt) &&
            (best == NULL || r->at[i].used < best->used))
            best = &r->at[i];
        buf_free(&p);
    }
    if (best == NULL && r->count > 0)
        best = &r->at[r->next++ % r->count];
    return best;
}

static struct recorded *choose(struct replay *r, const cJSON *request)
{
    struct buf prompt = { .max = 0 };
    struct recorded *one = NULL;

    put_prompt(&prompt, request);
    (void)pthread_mutex_lock(&r->lock);
    if (cJSON_GetObjectItemCaseSensitive(r->index, "streams") == NULL)
        one = by_prompt(r, buf_text(&prompt));
    for (size_t i = 0; i < r->count && one == NULL; i++)
        if (matches(&r->at[i], request, buf_text(&prompt)))
            one = &r->at[i];
    if (one != NULL)
        one->used++;
    (void)pthread_mutex_unlock(&r->lock);
    buf_free(&prompt);
    return one;
}

static const cJSON *find_model(const struct replay *r, const char *name)
{
    const cJSON *models = cJSON_GetObjectItemCaseSensitive(r->index, "models");
    const cJSON *m;

    cJSON_ArrayForEach(m, models)
    {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(m, "name");

        if (cJSON_IsString(n) && strcmp(n->valuestring, name) == 0)
            return m;
    }
    return NULL;
}

static bool unknown_model(const struct replay *r, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(r->index, "models") != NULL &&
           find_model(r, name) == NULL;
}

static enum MHD_Result send_play(struct exchange *x, struct MHD_Connection *c,
                                 const char *type, bool http10)
{
    struct MHD_Response *resp = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, 16384, send_some, x, NULL);
    enum MHD_Result ok;

    if (resp == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(resp, "Content-Type", type);
    if (http10)
        (void)MHD_set_response_options(resp, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                                       MHD_RO_END);
    ok = MHD_queue_response(c, 200, resp);
    MHD_destroy_response(resp);
    return ok;
}

static enum MHD_Result generate(struct exchange *x, struct MHD_Connection *c,
                                enum api api, const cJSON *request)
{
    const cJSON *stream = cJSON_GetObjectItemCaseSensitive(request, "stream");
    const cJSON *model = cJSON_GetObjectItemCaseSensitive(request, "model");
    const char *name = cJSON_IsString(model) ? model->valuestring : "";
    const bool sse = api_info[api].framing == FRAME_SSE;
    const bool whole = sse ? !cJSON_IsTrue(stream) : cJSON_IsFalse(stream);
    char stamp[CLOCK_STAMP_MAX];
    const struct message_meta meta = { name, stamp, clock_wall_s() };
    struct recorded *one;
    struct error err;
    enum status st;

    clock_stamp(stamp, meta.created);
    if (unknown_model(x->r, name)) {
        (void)error_set(&err, ST_INPUT, "model '%.200s' not found", name);
        return send_error(c, 404, err.text);
    }
    one = choose(x->r, request);
    if (one == NULL)
        return send_error(c, 404, "no recorded stream fits this request");
    if (fault_info[one->fault.kind].status != 200)
        return send_error(c, (unsigned)fault_info[one->fault.kind].status,
                          fault_info[one->fault.kind].error);
    st = whole ? play_whole(&x->play, &one->t, api, &meta, &err)
               : play_make(&x->play, &one->t, api, &meta, &one->fault, &err);
    if (st != ST_OK)
        return send_error(c, 500, err.text);
    return send_play(x, c,
                     whole ? "application/json" : api_info[api].content_type,
                     one->fault.kind == FAULT_HTTP10);
}

static enum MHD_Result send_member(struct replay *r, struct MHD_Connection *c,
                                   const char *from, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(r->index, from);
    char *json = v != NULL ? cJSON_PrintUnformatted(v) : NULL;
    struct buf b = { .max = 0 };
    enum MHD_Result ok;

    buf_printf(&b, "{\"%s\":", key);
    buf_puts(&b, json != NULL ? json : "[]");
    buf_puts(&b, "}");
    ok = send_text(c, 200, "application/json; charset=utf-8", buf_text(&b));
    buf_free(&b);
    cJSON_free(json);
    return ok;
}

static enum MHD_Result show(struct exchange *x, struct MHD_Connection *c,
                            const cJSON *request)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "model");
    const cJSON *m =
        find_model(x->r, cJSON_IsString(name) ? name->valuestring : "");
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(m, "show");
    char *json;
    enum MHD_Result ok;

    if (m == NULL)
        return send_error(c, 404, "model not found");
    json = cJSON_PrintUnformatted(details != NULL ? details : m);
    ok = json != NULL ? send_text(c, 200, "application/json", text_from(json))
                      : MHD_NO;
    cJSON_free(json);
    return ok;
}

static enum MHD_Result answer_get(struct replay *r, struct MHD_Connection *c,
                                  const char *url)
{
    struct buf b = { .max = 4096 };
    enum MHD_Result ok;

    if (strcmp(url, "/api/tags") == 0)
        return send_member(r, c, "models", "models");
    if (strcmp(url, "/api/ps") == 0)
        return send_member(r, c, "ps", "models");
    if (strcmp(url, "/v1/models") == 0)
        return send_member(r, c, "models", "data");
    if (strcmp(url, "/") == 0)
        return send_text(c, 200, "text/plain", TEXT_LIT("Ollama is running"));
    if (strcmp(url, "/api/version") != 0)
        return send_text(c, 404, "text/plain", TEXT_LIT("404 page not found"));
    buf_puts(&b, "{\"version\":");
    buf_json(&b, text_from(r->version));
    buf_puts(&b, "}");
    ok = send_text(c, 200, "application/json", buf_text(&b));
    buf_free(&b);
    return ok;
}

static enum MHD_Result answer_post(struct exchange *x, struct MHD_Connection *c,
                                   const char *url)
{
    const enum api api = api_of_path(text_from(url));
    cJSON *request = cJSON_ParseWithLength(x->body.ptr, x->body.len);
    enum MHD_Result ok;

    if (!cJSON_IsObject(request))
        ok = send_error(c, 400, "the request is no JSON object");
    else if (api != API_COUNT)
        ok = generate(x, c, api, request);
    else if (strcmp(url, "/api/show") == 0)
        ok = show(x, c, request);
    else
        ok = send_text(c, 404, "text/plain", TEXT_LIT("404 page not found"));
    cJSON_Delete(request);
    return ok;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *data_len, void **state)
{
    struct exchange *x = *state;

    (void)version;
    if (x == NULL) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

        x = calloc(1, sizeof(*x));
        if (x == NULL || info == NULL) {
            free(x);
            return MHD_NO;
        }
        x->r = arg;
        x->fd = info->connect_fd;
        x->body.max = REQUEST_MAX;
        x->begin_ns = clock_now_ns();
        *state = x;
        return MHD_YES;
    }
    if (*data_len > 0) {
        buf_add(&x->body, (struct text){ data, *data_len });
        *data_len = 0;
        return MHD_YES;
    }
    if (x->body.failed)
        return send_error(c, 413, "the request is too large");
    x->begin_ns = x->last_ns = clock_now_ns();
    if (strcmp(method, "POST") == 0)
        return answer_post(x, c, url);
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        return answer_get(x->r, c, url);
    return send_error(c, 405, "method not allowed");
}

static void on_done(void *arg, struct MHD_Connection *c, void **state,
                    enum MHD_RequestTerminationCode how)
{
    struct exchange *x = *state;

    (void)arg;
    (void)c;
    (void)how;
    if (x == NULL)
        return;
    buf_free(&x->body);
    play_free(&x->play);
    free(x);
    *state = NULL;
}

static enum status listen_on(struct replay *r, const char *where,
                             struct error *err)
{
    struct sockaddr_in a;
    const union MHD_DaemonInfo *info;
    enum status st = listen_parse(&a, where, err);

    if (st != ST_OK)
        return st;
    r->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0,
        NULL, NULL, on_request, r, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&a,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_END);
    if (r->daemon == NULL)
        return error_set(err, ST_NET, "cannot listen on %s", where);
    info = MHD_get_daemon_info(r->daemon, MHD_DAEMON_INFO_BIND_PORT);
    listen_url(r->url, sizeof(r->url), &a, info != NULL ? info->port : 0);
    return ST_OK;
}

enum status replay_start(struct replay **out, const struct replay_options *o,
                         struct error *err)
{
    struct replay *r = calloc(1, sizeof(*r));
    struct fault fault = { .kind = FAULT_NONE };
    enum status st = ST_OK;

    if (r == NULL)
        return error_set(err, ST_NOMEM, "no memory for a replay server");
    (void)pthread_mutex_init(&r->lock, NULL);
    r->speed = o->speed;
    r->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (o->fault != NULL)
        st = fault_parse(&fault, o->fault, err);
    if (st == ST_OK)
        st = load_dir(r, o->dir, err);
    for (size_t i = 0; st == ST_OK && o->fault != NULL && i < r->count; i++)
        r->at[i].fault = fault;
    if (st == ST_OK)
        st = listen_on(r, o->listen != NULL ? o->listen : "127.0.0.1:0", err);
    if (st != ST_OK) {
        replay_stop(r);
        return st;
    }
    *out = r;
    return ST_OK;
}

const char *replay_url(const struct replay *r)
{
    return r->url;
}

void replay_stop(struct replay *r)
{
    const uint64_t one = 1;

    if (r == NULL)
        return;
    if (write(r->stop_fd, &one, sizeof(one)) < 0) {
        /* an eventfd takes 1 unless it overflows; streams then end alone */
    }
    if (r->daemon != NULL)
        MHD_stop_daemon(r->daemon);
    for (size_t i = 0; i < r->count; i++)
        transcript_free(&r->at[i].t);
    free(r->at);
    cJSON_Delete(r->index);
    (void)close(r->stop_fd);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}
