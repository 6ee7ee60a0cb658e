#define _GNU_SOURCE
#include "runner/gate/ratchet.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"
#include "validator/output/common.h"

#define SCHEMA "assay-findings/1"

enum { ENTRIES_MAX = 10000000, TEXT_SHOWN = 80 };

struct entry {
    const char *file, *line; /* the record as written */
    uint64_t fingerprint;
    bool judged, seen;
};

struct entries {
    struct entry *at;
    size_t count, cap;
};

struct ratchet {
    pthread_mutex_t lock;
    struct arena *arena;
    struct entries old; /* sorted by file and fingerprint */
    struct entries new; /* in any order */
    struct ratchet_counts counts;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int c = strcmp(x->file, y->file);

    if (c != 0)
        return c;
    return (x->fingerprint > y->fingerprint) -
           (x->fingerprint < y->fingerprint);
}

static enum status add(struct entries *e, struct entry one, struct error *err)
{
    if (one.file == NULL || one.line == NULL)
        return error_set(err, ST_NOMEM, "no memory for findings");
    if (e->count == ENTRIES_MAX)
        return error_set(err, ST_LIMIT, "more than %d findings in a baseline",
                         ENTRIES_MAX);
    if (e->count == e->cap) {
        const size_t cap = e->cap != 0 ? e->cap * 2 : 256;
        struct entry *p = realloc(e->at, cap * sizeof(*p));

        if (p == NULL)
            return error_set(err, ST_NOMEM, "no memory for %zu findings", cap);
        e->at = p;
        e->cap = cap;
    }
    e->at[e->count++] = one;
    return ST_OK;
}

static bool parse_fingerprint(const cJSON *v, uint64_t *out)
{
    const char *s = cJSON_IsString(v) ? v->valuestring : "";

    *out = 0;
    for (size_t i = 0; i < 16; i++) {
        const char c = ascii_lower(s[i]);

        if (!ascii_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
        *out = *out << 4 | (uint64_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return s[16] == '\0';
}

static enum status read_entry(struct ratchet *r, const cJSON *v,
                              const char *path, struct error *err)
{
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(v, "file");
    struct entry e = { .file = NULL };
    char *line;

    if (!cJSON_IsString(file) ||
        !parse_fingerprint(cJSON_GetObjectItemCaseSensitive(v, "fingerprint"),
                           &e.fingerprint))
        return error_set(err, ST_INPUT,
                         "%s: a finding without file and fingerprint", path);
    line = cJSON_PrintUnformatted(v);
    if (line != NULL) {
        e.file = arena_copy(r->arena, text_from(file->valuestring)).ptr;
        e.line = arena_copy(r->arena, text_from(line)).ptr;
    }
    cJSON_free(line);
    return add(&r->old, e, err);
}

static enum status load(struct ratchet *r, const char *path, struct error *err)
{
    cJSON *json = NULL;
    const cJSON *schema, *v;
    bool ended = false;
    enum status st = jsonc_load(&json, path, err);

    if (st != ST_OK)
        return st;
    schema = cJSON_GetObjectItemCaseSensitive(json, "schema");
    if (!cJSON_IsString(schema) || strcmp(schema->valuestring, SCHEMA) != 0)
        st = error_set(err, ST_INPUT,
                       "%s: is not a baseline of findings (schema " SCHEMA ")",
                       path);
    cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(json, "findings"))
    {
        ended = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(v, "end"));
        if (st == ST_OK && !ended)
            st = read_entry(r, v, path, err);
    }
    if (st == ST_OK && !ended)
        st = error_set(err, ST_INPUT, "%s: the end of the findings is missing",
                       path);
    cJSON_Delete(json);
    if (r->old.count > 1)
        qsort(r->old.at, r->old.count, sizeof(*r->old.at), by_key);
    return st;
}

enum status ratchet_new(struct ratchet **out, const char *path, bool may_miss,
                        struct error *err)
{
    struct ratchet *r = calloc(1, sizeof(*r));
    enum status st = ST_OK;

    if (r == NULL || (r->arena = arena_new((size_t)1 << 32)) == NULL) {
        free(r);
        return error_set(err, ST_NOMEM, "no memory for a baseline");
    }
    (void)pthread_mutex_init(&r->lock, NULL);
    if (path != NULL && (!may_miss || file_exists(path)))
        st = load(r, path, err);
    if (st != ST_OK)
        ratchet_free(r);
    else
        *out = r;
    return st;
}

void ratchet_free(struct ratchet *r)
{
    if (r == NULL)
        return;
    (void)pthread_mutex_destroy(&r->lock);
    free(r->old.at);
    free(r->new.at);
    arena_free(r->arena);
    free(r);
}

/* The first entry of a report. */
static size_t first_of(const struct entries *e, const char *file)
{
    size_t low = 0, high = e->count;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (strcmp(e->at[mid].file, file) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static const char *entry_line(struct ratchet *r, const struct report *report,
                              const struct finding *f)
{
    struct buf b = { .max = 1 << 16 };
    const char *line;

    buf_putc(&b, '{');
    json_pair(&b, "file", text_from(report->name));
    buf_putc(&b, ',');
    json_pair(&b, "rule", text_from(f->rule->id));
    buf_printf(&b, ",\"fingerprint\":\"%016" PRIx64 "\",", f->fingerprint);
    json_pair(&b, "text",
              cut_text(text_sub(report->bytes, f->span), TEXT_SHOWN));
    buf_putc(&b, '}');
    line = b.failed ? NULL : arena_copy(r->arena, buf_text(&b)).ptr;
    buf_free(&b);
    return line;
}

static enum status mark_one(struct ratchet *r, const struct report *report,
                            struct finding *f, struct error *err)
{
    struct entry key = { .file = report->name, .fingerprint = f->fingerprint };
    struct entry *known =
        r->old.count > 0
            ? bsearch(&key, r->old.at, r->old.count, sizeof(*r->old.at), by_key)
            : NULL;

    if (known != NULL) {
        known->seen = true;
        f->baseline = BASELINE_KNOWN;
        r->counts.unchanged++;
        return ST_OK;
    }
    f->baseline = BASELINE_NEW;
    r->counts.new ++;
    key.file = arena_copy(r->arena, text_from(report->name)).ptr;
    key.line = entry_line(r, report, f);
    return add(&r->new, key, err);
}

enum status ratchet_mark(struct ratchet *r, struct result *res,
                         struct error *err)
{
    /* The findings are in the report's arena; the caller owns the result. */
    struct finding *findings = (struct finding *)res->findings;
    enum status st = ST_OK;

    (void)pthread_mutex_lock(&r->lock);
    for (size_t i = first_of(&r->old, res->report.name);
         i < r->old.count && strcmp(r->old.at[i].file, res->report.name) == 0;
         i++)
        r->old.at[i].judged = true;
    for (size_t i = 0; i < res->finding_count && st == ST_OK; i++)
        st = mark_one(r, &res->report, &findings[i], err);
    (void)pthread_mutex_unlock(&r->lock);
    engine_rejudge(res);
    return st;
}

struct ratchet_counts ratchet_count(struct ratchet *r)
{
    struct ratchet_counts c;

    (void)pthread_mutex_lock(&r->lock);
    c = r->counts;
    for (size_t i = 0; i < r->old.count; i++)
        c.absent += r->old.at[i].judged && !r->old.at[i].seen;
    (void)pthread_mutex_unlock(&r->lock);
    return c;
}

enum status ratchet_write(struct ratchet *r, const char *path, bool accept_new,
                          struct error *err)
{
    struct entries all = { .count = 0 };
    struct buf b = { .max = 0 };
    enum status st = ST_OK;

    for (size_t i = 0; i < r->old.count && st == ST_OK; i++)
        if (!r->old.at[i].judged || r->old.at[i].seen)
            st = add(&all, r->old.at[i], err);
    for (size_t i = 0; i < r->new.count &&accept_new &&st == ST_OK; i++)
        st = add(&all, r->new.at[i], err);
    if (all.count > 1)
        qsort(all.at, all.count, sizeof(*all.at), by_key);
    buf_puts(&b, "{\"schema\":\"" SCHEMA "\",\n\"findings\":[\n");
    for (size_t i = 0; i < all.count; i++) {
        buf_puts(&b, all.at[i].line);
        buf_puts(&b, ",\n");
    }
    buf_puts(&b, "{\"end\":true}]}\n");
    if (st == ST_OK)
        st = file_write_buf(path, &b, err);
    buf_free(&b);
    free(all.at);
    return st;
}
