#include "runner/llm/transcript.h"

#include <nettle/base64.h>
#include <stdlib.h>

#include "validator/base/file.h"
#include "validator/base/utf8.h"

static const char schema[] = "assay-stream/1";

void recorder_begin(struct recorder *r, const struct transcript_head *head)
{
    *r = (struct recorder){ .out = { .max = TRANSCRIPT_MAX } };
    buf_printf(&r->out, "{\"schema\":\"%s\",\"api\":\"%s\",\"status\":%ld",
               schema, api_info[head->api].name, head->status);
    if (head->request.len > 0) {
        buf_puts(&r->out, ",\"request\":");
        buf_add(&r->out, head->request);
    }
    buf_puts(&r->out, "}\n");
}

static void put_base64(struct buf *out, struct text t)
{
    /* 3 bytes a step keep every group whole but the last. */
    buf_puts(out, "\"base64\":\"");
    for (size_t i = 0; i < t.len; i += 3) {
        const size_t n = t.len - i < 3 ? t.len - i : 3;
        char group[BASE64_ENCODE_RAW_LENGTH(3)];

        base64_encode_raw(group, n, (const uint8_t *)t.ptr + i);
        buf_add(out, (struct text){ group, BASE64_ENCODE_RAW_LENGTH(n) });
    }
    buf_puts(out, "\"");
}

void recorder_add(struct recorder *r, struct text t, int64_t since_ns)
{
    buf_printf(&r->out, "{\"ns\":%lld,", (long long)since_ns);
    if (utf8_valid_until(t) == t.len && memchr(t.ptr, '\0', t.len) == NULL) {
        buf_puts(&r->out, "\"data\":");
        buf_json(&r->out, t);
    } else {
        put_base64(&r->out, t);
    }
    buf_puts(&r->out, "}\n");
}

enum status recorder_write(struct recorder *r, const char *end,
                           int64_t since_ns, const char *path,
                           struct error *err)
{
    buf_printf(&r->out, "{\"ns\":%lld,\"end\":\"%s\"}\n", (long long)since_ns,
               end);
    return file_write_buf(path, &r->out, err);
}

void recorder_free(struct recorder *r)
{
    buf_free(&r->out);
}

struct loader {
    struct transcript *t;
    const char *path;
    size_t line, cap;
    struct buf bytes;
    struct error *err;
};

static enum status bad(struct loader *l, const char *what)
{
    return error_set(l->err, ST_INPUT, "%s:%zu: %s", l->path, l->line, what);
}

static enum status load_head(struct loader *l, cJSON *json)
{
    const cJSON *s = cJSON_GetObjectItemCaseSensitive(json, "schema");
    const cJSON *api = cJSON_GetObjectItemCaseSensitive(json, "api");
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");

    if (!cJSON_IsString(s) || strcmp(s->valuestring, schema) != 0)
        return bad(l, "want \"schema\": \"assay-stream/1\"");
    l->t->api = cJSON_IsString(api) ? api_of_name(text_from(api->valuestring))
                                    : API_COUNT;
    if (l->t->api == API_COUNT)
        return bad(l, "no such \"api\"");
    l->t->status = cJSON_IsNumber(status) ? (long)status->valuedouble : 200;
    l->t->request = cJSON_DetachItemFromObjectCaseSensitive(json, "request");
    return ST_OK;
}

/* Appends what the line holds to l->bytes. */
static enum status load_data(struct loader *l, const cJSON *json)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const cJSON *b64 = cJSON_GetObjectItemCaseSensitive(json, "base64");
    struct base64_decode_ctx ctx;

    if (cJSON_IsString(data)) {
        buf_puts(&l->bytes, data->valuestring);
        return ST_OK;
    }
    if (!cJSON_IsString(b64))
        return bad(l, "want \"data\" or \"base64\"");
    base64_decode_init(&ctx);
    for (const char *p = b64->valuestring; *p != '\0'; p++) {
        uint8_t byte;
        const int n = base64_decode_single(&ctx, &byte, *p);

        if (n < 0)
            return bad(l, "not base64");
        if (n == 1)
            buf_putc(&l->bytes, (char)byte);
    }
    return ST_OK;
}

static enum status load_chunk(struct loader *l, const cJSON *json)
{
    const cJSON *ns = cJSON_GetObjectItemCaseSensitive(json, "ns");
    const size_t from = l->bytes.len;
    enum status st;

    if (!cJSON_IsNumber(ns) || ns->valuedouble < 0 || ns->valuedouble > 1e18)
        return bad(l, "want \"ns\"");
    if (cJSON_GetObjectItemCaseSensitive(json, "end") != NULL)
        return ST_OK;
    st = load_data(l, json);
    if (st != ST_OK)
        return st;
    if (l->t->count == l->cap) {
        const size_t cap = l->cap != 0 ? l->cap * 2 : 256;
        struct chunk *p = realloc(l->t->chunks, cap * sizeof(*p));

        if (p == NULL)
            return error_set(l->err, ST_NOMEM, "%s: no memory", l->path);
        l->t->chunks = p;
        l->cap = cap;
    }
    l->t->chunks[l->t->count++] =
        (struct chunk){ (int64_t)ns->valuedouble,
                        { NULL, l->bytes.len - from } };
    return ST_OK;
}

static enum status load_line(void *arg, struct text line)
{
    struct loader *l = arg;
    cJSON *json = cJSON_ParseWithLength(line.ptr, line.len);
    enum status st;

    l->line++;
    if (!cJSON_IsObject(json))
        st = bad(l, "not a JSON object");
    else
        st = l->line == 1 ? load_head(l, json) : load_chunk(l, json);
    cJSON_Delete(json);
    return st;
}

static void place_chunks(struct transcript *t, const char *bytes)
{
    for (size_t i = 0; i < t->count; i++) {
        t->chunks[i].bytes.ptr = bytes;
        bytes += t->chunks[i].bytes.len;
    }
}

enum status transcript_load(struct transcript *t, const char *path,
                            struct error *err)
{
    struct frames lines = { .framing = FRAME_NDJSON };
    struct loader l = {
        .t = t, .path = path, .err = err, .bytes = { .max = TRANSCRIPT_MAX }
    };
    char *file = NULL;
    size_t len = 0;
    enum status st;

    *t = (struct transcript){ .api = API_COUNT };
    st = file_read(&file, &len, path, TRANSCRIPT_MAX, err);
    if (st != ST_OK)
        return st;
    st = frames_feed(&lines, (struct text){ file, len }, load_line, &l);
    if (st == ST_OK)
        st = frames_end(&lines, load_line, &l);
    if (st == ST_LIMIT)
        (void)error_set(err, st, "%s: a line over 4 MiB", path);
    if (st == ST_OK && t->api == API_COUNT)
        st = bad(&l, "empty: not a recorded stream");
    if (st == ST_OK && l.bytes.failed)
        st = error_set(err, ST_LIMIT, "%s: too large", path);
    t->bytes = l.bytes.ptr;
    place_chunks(t, t->bytes);
    if (st != ST_OK)
        transcript_free(t);
    frames_free(&lines);
    free(file);
    return st;
}

void transcript_free(struct transcript *t)
{
    free(t->chunks);
    free(t->bytes);
    cJSON_Delete(t->request);
    *t = (struct transcript){ .api = API_COUNT };
}
