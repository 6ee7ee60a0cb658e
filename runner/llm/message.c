#include "runner/llm/message.h"

const struct api_info api_info[API_COUNT] = {
    [API_OLLAMA_GENERATE] = { "ollama-generate", "/api/generate",
                              "application/x-ndjson", FRAME_NDJSON },
    [API_OLLAMA_CHAT] = { "ollama-chat", "/api/chat", "application/x-ndjson",
                          FRAME_NDJSON },
    [API_OPENAI_CHAT] = { "openai-chat", "/v1/chat/completions",
                          "text/event-stream", FRAME_SSE },
    [API_OPENAI_TEXT] = { "openai-completions", "/v1/completions",
                          "text/event-stream", FRAME_SSE },
};

const struct counts counts_none = { -1, -1, -1, -1, -1, -1, -1 };

void counts_merge(struct counts *to, const struct counts *from)
{
    const struct {
        int64_t *to, from;
    } rows[] = {
        { &to->total_ns, from->total_ns },
        { &to->load_ns, from->load_ns },
        { &to->prompt_eval_ns, from->prompt_eval_ns },
        { &to->eval_ns, from->eval_ns },
        { &to->prompt_tokens, from->prompt_tokens },
        { &to->cached_tokens, from->cached_tokens },
        { &to->output_tokens, from->output_tokens },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].from >= 0)
            *rows[i].to = rows[i].from;
}

enum api api_of_path(struct text path)
{
    const char *query = memchr(path.ptr, '?', path.len);
    enum api i = 0;

    if (query != NULL)
        path.len = (size_t)(query - path.ptr);
    while (i < API_COUNT && !text_eq(text_from(api_info[i].path), path))
        i++;
    return i;
}

enum api api_of_name(struct text name)
{
    enum api i = 0;

    while (i < API_COUNT && !text_eq(text_from(api_info[i].name), name))
        i++;
    return i;
}

static const cJSON *member(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

static struct text string(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsString(v) ? text_from(v->valuestring)
                             : (struct text){ "", 0 };
}

/* A count or duration: 0 .. 2^53, else absent. */
static int64_t count(const cJSON *o, const char *key, double scale)
{
    const cJSON *v = member(o, key);
    const double d = cJSON_IsNumber(v) ? v->valuedouble * scale : -1;

    return d >= 0 && d <= 9007199254740992.0 ? (int64_t)d : -1;
}

static void ollama_counts(struct counts *c, const cJSON *o)
{
    *c = (struct counts){
        .total_ns = count(o, "total_duration", 1),
        .load_ns = count(o, "load_duration", 1),
        .prompt_eval_ns = count(o, "prompt_eval_duration", 1),
        .eval_ns = count(o, "eval_duration", 1),
        .prompt_tokens = count(o, "prompt_eval_count", 1),
        .cached_tokens = count(o, "prompt_eval_cached_count", 1),
        .output_tokens = count(o, "eval_count", 1),
    };
}

/* `usage` as OpenAI has it; `timings` (ms) as llama.cpp's server adds it. */
static void openai_counts(struct counts *c, const cJSON *o)
{
    const cJSON *usage = member(o, "usage");
    const cJSON *timings = member(o, "timings");

    *c = counts_none;
    c->prompt_tokens = count(usage, "prompt_tokens", 1);
    c->output_tokens = count(usage, "completion_tokens", 1);
    c->cached_tokens =
        count(member(usage, "prompt_tokens_details"), "cached_tokens", 1);
    c->prompt_eval_ns = count(timings, "prompt_ms", 1e6);
    c->eval_ns = count(timings, "predicted_ms", 1e6);
}

static bool find_error(struct message *m)
{
    const cJSON *e = member(m->json, "error");

    if (e == NULL || cJSON_IsNull(e))
        return false;
    m->error =
        cJSON_IsString(e) ? text_from(e->valuestring) : string(e, "message");
    if (m->error.len == 0)
        m->error = TEXT_LIT("an error without a text");
    return true;
}

static enum status ollama_message(struct message *m, enum api api,
                                  struct error *err)
{
    const cJSON *done = member(m->json, "done");
    const cJSON *from =
        api == API_OLLAMA_CHAT ? member(m->json, "message") : m->json;

    if (!cJSON_IsBool(done) && member(from, "content") == NULL &&
        member(from, "response") == NULL)
        return error_set(err, ST_INPUT,
                         "a stream line without \"response\", "
                         "\"message\", \"done\" or \"error\"");
    m->delta = string(from, api == API_OLLAMA_CHAT ? "content" : "response");
    m->thinking = string(from, "thinking");
    m->done = cJSON_IsTrue(done);
    m->done_reason = string(m->json, "done_reason");
    if (m->done)
        ollama_counts(&m->counts, m->json);
    return ST_OK;
}

static enum status openai_message(struct message *m, enum api api,
                                  struct error *err)
{
    const cJSON *choices = member(m->json, "choices");
    const cJSON *first = cJSON_GetArrayItem(choices, 0);
    const cJSON *delta = member(first, "delta");
    const cJSON *whole = member(first, "message"); /* without streaming */
    const cJSON *from = api != API_OPENAI_CHAT ? first
                        : delta != NULL        ? delta
                                               : whole;

    if (!cJSON_IsArray(choices))
        return error_set(err, ST_INPUT,
                         "a stream event without \"choices\" or \"error\"");
    m->delta = string(from, api == API_OPENAI_CHAT ? "content" : "text");
    m->thinking = string(from, "reasoning_content");
    m->done_reason = string(first, "finish_reason");
    m->finish = m->done_reason.len > 0;
    openai_counts(&m->counts, m->json);
    return ST_OK;
}

/* The one object that is all of `bytes`, or NULL. */
static cJSON *parse_object(struct text bytes)
{
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(bytes.ptr, bytes.len, &end, false);

    if (json != NULL && cJSON_IsObject(json) &&
        text_trim((struct text){ end, bytes.len - (size_t)(end - bytes.ptr) })
                .len == 0)
        return json;
    cJSON_Delete(json);
    return NULL;
}

enum status message_parse(struct message *m, enum api api, struct text bytes,
                          struct error *err)
{
    enum status st = ST_OK;

    *m = (struct message){ .counts = counts_none };
    if (api_info[api].framing == FRAME_SSE &&
        text_eq(text_trim(bytes), TEXT_LIT("[DONE]"))) {
        m->done = true;
        return ST_OK;
    }
    m->json = parse_object(bytes);
    if (m->json == NULL)
        return error_set(err, ST_INPUT, "a message that is no JSON object");
    m->model = string(m->json, "model");
    if (find_error(m))
        return ST_OK;
    st = api_info[api].framing == FRAME_SSE ? openai_message(m, api, err)
                                            : ollama_message(m, api, err);
    if (st != ST_OK)
        message_free(m);
    return st;
}

void message_free(struct message *m)
{
    cJSON_Delete(m->json);
    m->json = NULL;
}

static void put_pair(struct buf *out, const char *key, const char *value)
{
    buf_printf(out, "\"%s\":", key);
    buf_json(out, text_from(value));
}

static void put_head(struct buf *out, enum api api,
                     const struct message_meta *meta, const char *object)
{
    if (api == API_OLLAMA_GENERATE || api == API_OLLAMA_CHAT) {
        buf_puts(out, "{");
        put_pair(out, "model", meta->model);
        buf_puts(out, ",");
        put_pair(out, "created_at", meta->created_at);
        return;
    }
    buf_printf(out,
               "{\"id\":\"assay-%lld\",\"object\":\"%s\",\"created\":%lld,",
               (long long)meta->created, object, (long long)meta->created);
    put_pair(out, "model", meta->model);
}

static void put_ollama_text(struct buf *out, enum api api, struct text t)
{
    buf_puts(out, api == API_OLLAMA_CHAT
                      ? ",\"message\":{\"role\":\"assistant\",\"content\":"
                      : ",\"response\":");
    buf_json(out, t);
    if (api == API_OLLAMA_CHAT)
        buf_puts(out, "}");
}

static void put_ollama_end(struct buf *out, const char *reason,
                           const char *extra, const struct counts *c)
{
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {
        { "total_duration", c->total_ns },
        { "load_duration", c->load_ns },
        { "prompt_eval_count", c->prompt_tokens },
        { "prompt_eval_cached_count", c->cached_tokens },
        { "prompt_eval_duration", c->prompt_eval_ns },
        { "eval_count", c->output_tokens },
        { "eval_duration", c->eval_ns },
    };

    buf_puts(out, ",\"done\":true,");
    put_pair(out, "done_reason", reason);
    buf_puts(out, extra);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].value >= 0)
            buf_printf(out, ",\"%s\":%lld", rows[i].key,
                       (long long)rows[i].value);
    buf_puts(out, "}\n");
}

static void put_usage(struct buf *out, const struct counts *c)
{
    const long long in = c->prompt_tokens > 0 ? c->prompt_tokens : 0;
    const long long made = c->output_tokens > 0 ? c->output_tokens : 0;

    buf_printf(out,
               "\"usage\":{\"prompt_tokens\":%lld,\"completion_tokens\":%lld,"
               "\"total_tokens\":%lld}",
               in, made, in + made);
}

static const char *chunk_object(enum api api)
{
    return api == API_OPENAI_CHAT ? "chat.completion.chunk" : "text_completion";
}

void message_put_delta(struct buf *out, enum api api,
                       const struct message_meta *meta, struct text delta)
{
    const bool sse = api_info[api].framing == FRAME_SSE;

    if (sse)
        buf_puts(out, "data: ");
    put_head(out, api, meta, chunk_object(api));
    if (!sse) {
        put_ollama_text(out, api, delta);
        buf_puts(out, ",\"done\":false}\n");
        return;
    }
    buf_puts(out, api == API_OPENAI_CHAT
                      ? ",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
                        "\"assistant\",\"content\":"
                      : ",\"choices\":[{\"index\":0,\"text\":");
    buf_json(out, delta);
    buf_puts(out, api == API_OPENAI_CHAT ? "},\"finish_reason\":null}]}\n\n"
                                         : ",\"finish_reason\":null}]}\n\n");
}

/* `extra`: more members, beginning with a comma; or empty. */
static void put_end(struct buf *out, enum api api,
                    const struct message_meta *meta, const char *reason,
                    const char *extra, const struct counts *c)
{
    if (api_info[api].framing == FRAME_NDJSON) {
        put_head(out, api, meta, "");
        put_ollama_text(out, api, (struct text){ "", 0 });
        put_ollama_end(out, reason, extra, c);
        return;
    }
    buf_puts(out, "data: ");
    put_head(out, api, meta, chunk_object(api));
    buf_puts(out, api == API_OPENAI_CHAT
                      ? ",\"choices\":[{\"index\":0,\"delta\":{},"
                      : ",\"choices\":[{\"index\":0,\"text\":\"\",");
    put_pair(out, "finish_reason", reason);
    buf_puts(out, "}]");
    buf_puts(out, extra);
    buf_puts(out, ",");
    put_usage(out, c);
    buf_puts(out, "}\n\ndata: [DONE]\n\n");
}

void message_put_end(struct buf *out, enum api api,
                     const struct message_meta *meta, const char *done_reason,
                     const struct counts *c)
{
    put_end(out, api, meta, done_reason, "", c);
}

void message_put_stop(struct buf *out, enum api api,
                      const struct message_meta *meta, const char *rule,
                      const char *why, const struct counts *c)
{
    struct buf extra = { .max = 4096 }, reason = { .max = 256 };

    buf_puts(&extra, ",\"assay\":{");
    put_pair(&extra, "rule", rule);
    buf_puts(&extra, ",");
    put_pair(&extra, "message", why);
    buf_puts(&extra, "}");
    buf_printf(&reason, "assay: %s", rule);
    put_end(out, api, meta,
            api_info[api].framing == FRAME_SSE ? "content_filter" : reason.ptr,
            extra.ptr, c);
    buf_free(&extra);
    buf_free(&reason);
}

void message_put_error(struct buf *out, enum api api, struct text error)
{
    const bool sse = api_info[api].framing == FRAME_SSE;

    buf_puts(out, sse ? "data: {\"error\":{\"message\":" : "{\"error\":");
    buf_json(out, error);
    buf_puts(out, sse ? ",\"type\":\"server_error\"}}\n\n" : "}\n");
}

void message_put_whole(struct buf *out, enum api api,
                       const struct message_meta *meta, struct text answer,
                       const char *done_reason, const struct counts *c)
{
    put_head(out, api, meta,
             api == API_OPENAI_CHAT ? "chat.completion" : "text_completion");
    if (api_info[api].framing == FRAME_NDJSON) {
        put_ollama_text(out, api, answer);
        put_ollama_end(out, done_reason, "", c);
        return;
    }
    buf_puts(out, api == API_OPENAI_CHAT
                      ? ",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                        "\"assistant\",\"content\":"
                      : ",\"choices\":[{\"index\":0,\"text\":");
    buf_json(out, answer);
    buf_puts(out, api == API_OPENAI_CHAT ? "}," : ",");
    put_pair(out, "finish_reason", done_reason);
    buf_puts(out, "}],");
    put_usage(out, c);
    buf_puts(out, "}\n");
}
