#include "runner/agent/call.h"

#include <stdio.h>
#include <stdlib.h>

#include "runner/llm/clock.h"
#include "runner/llm/transcript.h"

enum { URL_MAX = 2048, ERROR_BODY_MAX = 4096 };

/* Ollama takes options in an object, OpenAI beside the prompt and under its
 * own names. */
static void put_options(struct buf *b, enum api api, const cJSON *options)
{
    const bool openai = api_info[api].framing == FRAME_SSE;
    const cJSON *o;
    bool first = true;

    if (cJSON_GetArraySize(options) == 0)
        return;
    buf_puts(b, openai ? "," : ",\"options\":{");
    cJSON_ArrayForEach(o, options)
    {
        char *value = cJSON_PrintUnformatted(o);
        const bool limit = openai && strcmp(o->string, "num_predict") == 0;

        buf_puts(b, first ? "" : ",");
        buf_json(b, text_from(limit ? "max_tokens" : o->string));
        buf_putc(b, ':');
        buf_puts(b, value != NULL ? value : "null");
        cJSON_free(value);
        first = false;
    }
    buf_puts(b, openai ? "" : "}");
}

static void put_message(struct buf *b, const char *role, struct text t)
{
    buf_printf(b, "{\"role\":\"%s\",\"content\":", role);
    buf_json(b, t);
    buf_putc(b, '}');
}

static void put_body(struct buf *b, const struct call_request *r)
{
    const bool chat = r->api == API_OLLAMA_CHAT || r->api == API_OPENAI_CHAT;

    buf_puts(b, "{\"model\":");
    buf_json(b, text_from(r->model));
    if (chat) {
        buf_puts(b, ",\"messages\":[");
        if (r->system.len > 0) {
            put_message(b, "system", r->system);
            buf_putc(b, ',');
        }
        put_message(b, "user", r->prompt);
        buf_putc(b, ']');
    } else {
        buf_puts(b, ",\"prompt\":");
        buf_json(b, r->prompt);
    }
    if (r->api == API_OLLAMA_GENERATE && r->system.len > 0) {
        buf_puts(b, ",\"system\":");
        buf_json(b, r->system);
    }
    buf_puts(b, ",\"stream\":true");
    if (api_info[r->api].framing == FRAME_SSE)
        buf_puts(b, ",\"stream_options\":{\"include_usage\":true}");
    put_options(b, r->api, r->options);
    buf_putc(b, '}');
}

struct taking {
    struct call_result *out;
    const struct call_request *r;
    struct recorder recorder;
    struct buf error_body;
    int64_t sent_ns;
    bool recording;
};

static bool on_head(void *arg, long status)
{
    struct taking *t = arg;
    const struct transcript_head head = { t->r->api, buf_text(&t->out->request),
                                          status };

    t->out->status = status;
    t->recording = t->r->transcript != NULL;
    if (t->recording)
        recorder_begin(&t->recorder, &head);
    return true;
}

static bool on_body(void *arg, struct text bytes, int64_t now_ns)
{
    struct taking *t = arg;
    const int64_t since = now_ns - t->sent_ns;
    bool go;

    if (t->recording)
        recorder_add(&t->recorder, bytes, since);
    if (t->out->status != 200) {
        buf_add(&t->error_body, bytes);
        return !t->error_body.failed;
    }
    go = stream_feed(&t->out->stream, bytes, since);
    if (t->r->tick != NULL)
        t->r->tick(t->r->tick_arg, &t->out->stream);
    return go;
}

/* The server's own words for a bad status. */
static void tell_status(struct taking *t, char *out, size_t size)
{
    cJSON *json = cJSON_ParseWithLength(t->error_body.ptr, t->error_body.len);
    const cJSON *e = cJSON_GetObjectItemCaseSensitive(json, "error");
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(e, "message");
    const cJSON *text = m != NULL ? m : e;

    if (t->out->status >= 300 && t->out->status < 400)
        (void)snprintf(out, size, "HTTP %ld: a redirect, not followed",
                       t->out->status);
    else if (cJSON_IsString(text))
        (void)snprintf(out, size, "HTTP %ld: %.300s", t->out->status,
                       text->valuestring);
    else
        (void)snprintf(out, size, "HTTP %ld", t->out->status);
    cJSON_Delete(json);
}

static const enum stream_outcome of_end[] = {
    [HTTP_DONE] = OUTCOME_OK,    [HTTP_CONNECT] = OUTCOME_CONNECT,
    [HTTP_CUT] = OUTCOME_CUT,    [HTTP_TIMEOUT] = OUTCOME_TIMEOUT,
    [HTTP_STOPPED] = OUTCOME_OK, [HTTP_INTERRUPTED] = OUTCOME_INTERRUPTED,
};

static void conclude(struct taking *t, const struct http_result *h)
{
    char why[STREAM_WHY_MAX];
    enum stream_outcome o = of_end[h->end];

    (void)snprintf(why, sizeof(why), "%s", h->why);
    if (h->status != 0 && h->status != 200 && h->end != HTTP_INTERRUPTED) {
        tell_status(t, why, sizeof(why));
        o = OUTCOME_HTTP;
    }
    t->out->e2e_ns = h->end_ns - h->sent_ns;
    stream_end(&t->out->stream, o, why, t->out->e2e_ns);
}

enum status call_model(struct call_result *out, struct http *h,
                       const struct call_request *r, struct error *err)
{
    struct taking t = { .out = out,
                        .r = r,
                        .error_body = { .max = ERROR_BODY_MAX } };
    const struct http_taker taker = { .head = on_head,
                                      .body = on_body,
                                      .arg = &t };
    const char *const headers[] = { "Content-Type: application/json", NULL };
    struct http_request request = { .limits = r->limits,
                                    .headers = headers,
                                    .stop_fd = r->stop_fd };
    struct http_result result;
    struct guards *guards = NULL;
    char url[URL_MAX];
    enum status st = ST_OK;

    *out = (struct call_result){ .status = 0 };
    if (r->engine != NULL)
        st = guards_new(&guards, r->engine, err);
    stream_begin(&out->stream, r->api, guards, r->enforce);
    put_body(&out->request, r);
    if (st == ST_OK && out->request.failed)
        st = error_set(err, ST_NOMEM, "no memory for a request");
    if (st != ST_OK)
        goto out;
    (void)snprintf(url, sizeof(url), "%s%s", r->endpoint,
                   api_info[r->api].path);
    request.url = url;
    request.body = buf_text(&out->request);
    t.sent_ns = clock_now_ns();
    http_exchange(h, &request, &taker, &result);
    conclude(&t, &result);
    if (t.recording)
        st = recorder_write(&t.recorder,
                            stream_outcome_name[out->stream.outcome],
                            out->e2e_ns, r->transcript, err);
out:
    out->stream.guards = NULL;
    guards_free(guards);
    recorder_free(&t.recorder);
    buf_free(&t.error_body);
    return st;
}

void call_result_free(struct call_result *c)
{
    stream_free(&c->stream);
    buf_free(&c->request);
}

static cJSON *ask(struct http *h, const char *endpoint, const char *path,
                  int stop_fd)
{
    const struct http_limits quick = { .connect_ms = 3000,
                                       .first_byte_ms = 5000,
                                       .idle_ms = 5000,
                                       .total_ms = 10000 };
    struct buf body = { .max = 0 };
    char url[URL_MAX];
    const struct http_request r = { .url = url,
                                    .limits = quick,
                                    .stop_fd = stop_fd };
    struct error err;
    cJSON *json = NULL;
    long status = 0;

    (void)snprintf(url, sizeof(url), "%s%s", endpoint, path);
    if (http_get(h, &r, &body, &status, &err) == ST_OK && status == 200)
        json = cJSON_ParseWithLength(body.ptr, body.len);
    buf_free(&body);
    return json;
}

/* "gemma3" and "gemma3:latest" are the same model. */
static bool same_model(const char *a, const char *b)
{
    static const char latest[] = ":latest";
    const size_t n = strlen(a), m = strlen(b);
    const char *tag_a = strchr(a, ':'), *tag_b = strchr(b, ':');

    if (strcmp(a, b) == 0)
        return true;
    if (tag_a == NULL && tag_b != NULL)
        return strncmp(a, b, n) == 0 && strcmp(b + n, latest) == 0;
    return tag_b == NULL && tag_a != NULL && strncmp(a, b, m) == 0 &&
           strcmp(a + m, latest) == 0;
}

static const cJSON *find_model(const cJSON *json, const char *name)
{
    const cJSON *m;

    cJSON_ArrayForEach(m, cJSON_GetObjectItemCaseSensitive(json, "models"))
    {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(m, "name");

        if (cJSON_IsString(n) && same_model(n->valuestring, name))
            return m;
    }
    return NULL;
}

static void copy_string(char *out, size_t size, const cJSON *o, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

    if (cJSON_IsString(v))
        (void)snprintf(out, size, "%s", v->valuestring);
}

static int64_t bytes_of(const cJSON *o, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

    return cJSON_IsNumber(v) && v->valuedouble >= 0 && v->valuedouble < 1e15
               ? (int64_t)v->valuedouble
               : -1;
}

void server_ask_ps(struct server_info *out, struct http *h,
                   const char *endpoint, const char *model, int stop_fd)
{
    cJSON *ps = ask(h, endpoint, "/api/ps", stop_fd);
    const cJSON *m = find_model(ps, model);

    out->ps_known = ps != NULL;
    out->loaded = m != NULL;
    out->size = bytes_of(m, "size");
    out->size_vram = bytes_of(m, "size_vram");
    cJSON_Delete(ps);
}

void server_ask(struct server_info *out, struct http *h, const char *endpoint,
                const char *model, int stop_fd)
{
    cJSON *version = ask(h, endpoint, "/api/version", stop_fd);
    cJSON *tags = ask(h, endpoint, "/api/tags", stop_fd);

    *out = (struct server_info){ .size = -1, .size_vram = -1 };
    copy_string(out->version, sizeof(out->version), version, "version");
    copy_string(out->digest, sizeof(out->digest), find_model(tags, model),
                "digest");
    cJSON_Delete(version);
    cJSON_Delete(tags);
    server_ask_ps(out, h, endpoint, model, stop_fd);
}
