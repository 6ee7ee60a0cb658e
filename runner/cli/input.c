#define _GNU_SOURCE /* asprintf, memrchr */
#include "runner/cli/input.h"
#include "runner/cli/watch.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "validator/base/file.h"
#include "validator/base/utf8.h"
#include "validator/report.h"

enum { CHUNK = 1 << 16, NAMES_MAX = 64 << 20 }; /* bytes */

static enum status add_name(struct inputs *in, const char *path,
                            struct error *err)
{
    if (in->count == in->cap) {
        const size_t cap = in->cap != 0 ? in->cap * 2 : 64;
        char **p = realloc(in->names, cap * sizeof(*p));

        if (p == NULL)
            return error_set(err, ST_NOMEM, "no memory for names");
        in->names = p;
        in->cap = cap;
    }
    in->names[in->count] = strdup(path);
    if (in->names[in->count] == NULL)
        return error_set(err, ST_NOMEM, "no memory for names");
    in->count++;
    return ST_OK;
}

static bool is_report(const char *path)
{
    static const struct text endings[] = { { ".md", 3 },
                                           { ".markdown", 9 },
                                           { ".txt", 4 } };

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (text_ends(text_from(path), endings[i]))
            return true;
    return false;
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    (void)size;
    (void)mtime;
    return is_report(path) ? add_name(arg, path, err) : ST_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum status inputs_add(struct inputs *in, const char *operand,
                       struct error *err)
{
    const size_t from = in->count;
    enum status st;

    if (in->jsonl || strcmp(operand, "-") == 0 || !file_is_dir(operand))
        return add_name(in, operand, err);
    st = file_walk(operand, visit, in, err);
    if (in->count > from)
        qsort(in->names + from, in->count - from, sizeof(*in->names), by_path);
    return st;
}

enum status inputs_add_files0(struct inputs *in, const char *path,
                              struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    enum status st = file_read(&bytes, &len, path, NAMES_MAX, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < len && st == ST_OK; i += strlen(bytes + i) + 1)
        if (bytes[i] != '\0')
            st = add_name(in, bytes + i, err);
    free(bytes);
    return st;
}

void input_free(struct input *in)
{
    free(in->name);
    free(in->lang);
    free(in->bytes);
    free(in->line);
    *in = (struct input){ .name = NULL };
}

void inputs_free(struct inputs *in)
{
    for (size_t i = 0; i < in->count; i++)
        free(in->names[i]);
    free(in->names);
    free(in->pending);
    watch_close(in->watch);
    if (in->opened && in->fd > STDIN_FILENO)
        (void)close(in->fd);
}

/* True once SIGTERM came. Waits for `fd` (-1: does not wait). */
static bool stopped(const struct inputs *in, int fd)
{
    struct pollfd p[2] = { { .fd = in->stop_fd, .events = POLLIN },
                           { .fd = fd, .events = POLLIN } };

    while (poll(p, 2, fd >= 0 ? -1 : 0) < 0 && errno == EINTR)
        ;
    return in->stop_fd >= 0 && (p[0].revents & POLLIN) != 0;
}

bool inputs_stopped(const struct inputs *in)
{
    return stopped(in, -1);
}

/* Opens the next file of records; ST_STOP: there is none. */
static enum status open_records(struct inputs *in, struct error *err)
{
    const char *name;

    if (in->at == in->count)
        return ST_STOP;
    name = in->names[in->at++];
    in->fd = strcmp(name, "-") == 0 ? STDIN_FILENO
                                    : open(name, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        return error_set(err, ST_INPUT, "%s: cannot open: %s", name,
                         strerror(errno));
    in->opened = true;
    in->ended = false;
    return ST_OK;
}

/* Reads one chunk behind what is pending. */
static enum status fill(struct inputs *in, struct error *err)
{
    ssize_t n;

    if (in->begin > 0) {
        memmove(in->pending, in->pending + in->begin, in->have - in->begin);
        in->have -= in->begin;
        in->begin = 0;
    }
    if (in->room - in->have < CHUNK) {
        const size_t room = (in->room + CHUNK) * 2;
        char *p = in->have < RECORD_MAX ? realloc(in->pending, room) : NULL;

        if (p == NULL)
            return error_set(err, ST_LIMIT,
                             "record %zu: longer than %d bytes, or no memory",
                             in->records + 1, RECORD_MAX);
        in->pending = p;
        in->room = room;
    }
    if (stopped(in, in->fd))
        return ST_STOP;
    do
        n = read(in->fd, in->pending + in->have, CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_set(err, ST_INPUT, "cannot read records: %s",
                         strerror(errno));
    in->ended = n == 0;
    in->have += (size_t)n;
    return ST_OK;
}

/* Takes `n` bytes and `skip` more off the front as the next record. */
static enum status take_line(struct inputs *in, size_t n, size_t skip,
                             struct input *out, struct error *err)
{
    out->line = malloc(n + 1);
    if (out->line == NULL)
        return error_set(err, ST_NOMEM, "no memory for a record");
    memcpy(out->line, in->pending + in->begin, n);
    out->line[n] = '\0';
    out->line_len = n;
    in->begin += n + skip;
    return ST_OK;
}

static bool blank(const char *p, size_t n)
{
    return text_trim((struct text){ p, n }).len == 0;
}

static enum status next_record(struct inputs *in, struct input *out,
                               struct error *err)
{
    size_t searched = 0;

    for (;;) {
        const char *end;
        enum status st = in->opened ? ST_OK : open_records(in, err);

        if (st != ST_OK)
            return st;
        searched += in->begin;
        end = in->have > searched
                  ? memchr(in->pending + searched, '\n', in->have - searched)
                  : NULL;
        if (end == NULL && !in->ended) {
            searched = in->have - in->begin;
            st = fill(in, err);
            if (st != ST_OK)
                return st;
            continue;
        }
        searched = 0;
        if (end == NULL && in->have == in->begin) {
            if (in->fd > STDIN_FILENO)
                (void)close(in->fd);
            in->opened = false;
            continue;
        }
        const size_t n =
            (end != NULL ? (size_t)(end - in->pending) : in->have) - in->begin;

        st = take_line(in, n, end != NULL, out, err);
        if (st != ST_OK)
            return st;
        out->nth = ++in->records;
        if (!blank(out->line, n))
            return ST_OK;
        free(out->line);
        out->line = NULL;
    }
}

enum status inputs_watch(struct inputs *in, const char *dir, struct error *err)
{
    return watch_open(&in->watch, dir, err);
}

bool inputs_live(const struct inputs *in)
{
    return in->jsonl || in->watch != NULL;
}

static enum status next_written(struct inputs *in, struct input *out,
                                struct error *err)
{
    for (;;) {
        enum status st;

        if (!watch_pending(in->watch) && stopped(in, watch_fd(in->watch)))
            return ST_STOP;
        st = watch_next(in->watch, &out->name, err);
        if (st != ST_OK)
            return st;
        if (out->name != NULL && is_report(out->name))
            return ST_OK;
        free(out->name);
        out->name = NULL;
    }
}

/* FNV-1a of the name: where a report goes depends on nothing else. */
static bool in_shard(const struct inputs *in, const char *name)
{
    uint64_t h = 14695981039346656037u;

    for (; *name != '\0'; name++)
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    return in->shards == 0 || h % in->shards == in->shard - 1;
}

enum status inputs_next(struct inputs *in, struct input *out, struct error *err)
{
    const char *name;

    *out = (struct input){ .name = NULL };
    if (in->jsonl)
        return next_record(in, out, err);
    if (stopped(in, -1))
        return ST_STOP;
    while (in->at < in->count && !in_shard(in, in->names[in->at]))
        in->at++;
    if (in->at == in->count)
        return in->watch != NULL ? next_written(in, out, err) : ST_STOP;
    name = in->names[in->at++];
    out->nth = in->at;
    out->name =
        strdup(strcmp(name, "-") == 0 && in->stdin_name != NULL ? in->stdin_name
                                                                : name);
    out->line = strcmp(name, "-") == 0 ? strdup("-") : NULL;
    return out->name != NULL ? ST_OK
                             : error_set(err, ST_NOMEM, "no memory for names");
}

/* --- one record ------------------------------------------------------- */

static size_t skip_string(struct text t, size_t i) /* at its first quote */
{
    for (i++; i < t.len && t.ptr[i] != '"'; i++)
        if (t.ptr[i] == '\\')
            i++;
    return i + 1;
}

static size_t skip_value(struct text t, size_t i)
{
    size_t depth = 0;

    for (; i < t.len; i++) {
        const char c = t.ptr[i];

        if (c == '"') {
            i = skip_string(t, i) - 1;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                return i;
            depth--;
        } else if (c == ',' && depth == 0) {
            return i;
        }
    }
    return i;
}

static size_t skip_space(struct text t, size_t i)
{
    while (i < t.len && (ascii_space(t.ptr[i]) || t.ptr[i] == ','))
        i++;
    return i;
}

/* The raw JSON value of a member of the object t, which is valid JSON. */
static struct text member(struct text t, const char *key)
{
    size_t i = text_find(t, TEXT_LIT("{"), 0) + 1;
    struct text found = { NULL, 0 };

    while ((i = skip_space(t, i)) < t.len && t.ptr[i] == '"') {
        const size_t k = i, k_end = skip_string(t, i);
        const struct text name = { t.ptr + k + 1, k_end - k - 2 };

        i = skip_space(t, k_end) + 1; /* the colon */
        i = skip_space(t, i);
        const size_t v = i;

        i = skip_value(t, i);
        if (text_eq(name, text_from(key)))
            found = text_trim((struct text){ t.ptr + v, i - v });
    }
    return found;
}

static int32_t hex4(const char *p)
{
    int32_t v = 0;

    for (int i = 0; i < 4; i++) {
        const char c = ascii_lower(p[i]);

        v = v * 16 + (ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return v;
}

/* `\uXXXX` at p, a surrogate pair as one; returns the bytes of it read. */
static size_t unescape_u(const char *p, char out[4], size_t *n)
{
    int32_t c = hex4(p + 2);
    size_t used = 6;

    if (c >= 0xd800 && c < 0xdc00 && p[6] == '\\' && p[7] == 'u') {
        c = 0x10000 + ((c - 0xd800) << 10) + (hex4(p + 8) - 0xdc00);
        used = 12;
    }
    *n = utf8_put(out, c);
    return used;
}

/* A JSON string (with quotes, valid) as bytes: NUL and all. cJSON's own value
 * would end at the first \u0000. */
static char *decode(struct text t, size_t *len)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char *out = malloc(t.len + 1), *w = out;

    for (size_t i = 1; out != NULL && i + 1 < t.len;) {
        const char *short_form;
        size_t n = 1;

        if (t.ptr[i] != '\\') {
            *w++ = t.ptr[i++];
            continue;
        }
        if (t.ptr[i + 1] == 'u') {
            i += unescape_u(t.ptr + i, w, &n);
            w += n;
            continue;
        }
        short_form = memchr(from, t.ptr[i + 1], sizeof(from) - 1);
        *w++ = short_form != NULL ? to[short_form - from] : t.ptr[i + 1];
        i += 2;
    }
    if (out != NULL) {
        *w = '\0';
        *len = (size_t)(w - out);
    }
    return out;
}

static char *string_member(struct text record, const char *key, size_t *len)
{
    const struct text raw = member(record, key);

    return raw.len >= 2 && raw.ptr[0] == '"' ? decode(raw, len) : NULL;
}

/* The name of a record: its id (text or number), its file, its number. */
static char *record_name(struct text record, size_t nth, bool valid)
{
    const struct text id = member(record, "id");
    char *name = NULL;
    size_t len;

    if (valid) {
        name = string_member(record, "id", &len);
        if (name == NULL && id.len > 0 && id.len < 40)
            name = strndup(id.ptr, id.len);
        if (name == NULL)
            name = string_member(record, "file", &len);
    }
    if (name == NULL && asprintf(&name, "record %zu", nth) < 0)
        return NULL;
    return name;
}

static enum status load_record(struct input *in, struct error *err)
{
    const struct text record = { in->line, in->line_len };
    cJSON *json =
        cJSON_ParseWithLengthOpts(in->line, in->line_len + 1, NULL, true);
    const bool valid = cJSON_IsObject(json);
    char *file = NULL;
    size_t len;
    enum status st = ST_OK;

    cJSON_Delete(json);
    in->name = record_name(record, in->nth, valid);
    if (in->name == NULL)
        return error_set(err, ST_NOMEM, "no memory for a record");
    if (!valid)
        return error_set(err, ST_INPUT,
                         "record %zu: not a JSON object on one line", in->nth);
    in->lang = string_member(record, "lang", &len);
    in->bytes = string_member(record, "text", &in->len);
    file = string_member(record, "file", &len);
    if (in->bytes == NULL && member(record, "text").len > 0)
        st = error_set(err, ST_INPUT, "record %zu (%s): \"text\" is no string",
                       in->nth, in->name);
    else if (in->bytes == NULL && file == NULL)
        st = error_set(err, ST_INPUT,
                       "record %zu (%s): has neither \"text\" nor \"file\"",
                       in->nth, in->name);
    else if (in->bytes == NULL)
        st = file_read(&in->bytes, &in->len, file, REPORT_MAX, err);
    free(file);
    free(in->line);
    in->line = NULL;
    return st;
}

enum status input_load(const struct inputs *all, struct input *in,
                       struct error *err)
{
    char near[256];

    if (all->jsonl)
        return load_record(in, err);
    if (in->line == NULL && file_nearest(near, sizeof(near), in->name))
        return error_set(err, ST_INPUT,
                         "%s: cannot open: no such file; did you mean %s?",
                         in->name, near);
    return file_read(&in->bytes, &in->len, in->line != NULL ? "-" : in->name,
                     REPORT_MAX, err);
}
