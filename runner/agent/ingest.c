#include "runner/agent/ingest.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/llm/clock.h"
#include "validator/base/file.h"

enum { DATA_FILE_MAX = 256 << 20 }; /* bytes of one file, for its hash */

const char *const ingest_type_name[INGEST_TYPES] = {
    [INGEST_CSV] = "CSV", [INGEST_JSON] = "JSON", [INGEST_MARKDOWN] = "MARKDOWN"
};

static const struct {
    struct text ending;
    enum ingest_type type;
} endings[] = {
    { { ".csv", 4 }, INGEST_CSV },
    { { ".json", 5 }, INGEST_JSON },
    { { ".md", 3 }, INGEST_MARKDOWN },
};

struct walk {
    struct ingest *out;
    const char *dir;
    struct arena *a;
    struct sha256_ctx hash;
};

static enum status add(struct walk *w, enum ingest_type type, const char *path,
                       long long size, long long mtime, struct error *err)
{
    struct ingest_group *g = &w->out->group[type];
    const size_t skip = strlen(w->dir);
    const char *rel = path + skip + (path[skip] == '/');
    char *bytes = NULL;
    size_t len = 0;
    enum status st = file_read(&bytes, &len, path, DATA_FILE_MAX, err);

    if (st != ST_OK)
        return st;
    sha256_update(&w->hash, strlen(rel) + 1, (const uint8_t *)rel);
    sha256_update(&w->hash, len, (const uint8_t *)bytes);
    free(bytes);
    if (g->files < INGEST_NAMES) {
        g->names[g->files] = arena_copy(w->a, text_from(rel));
        if (g->names[g->files].ptr == NULL)
            return error_set(err, ST_NOMEM, "no memory for file names");
    }
    g->files++;
    g->bytes += size;
    if (mtime > g->newest)
        g->newest = mtime;
    return ST_OK;
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (text_ends(text_from(path), endings[i].ending))
            return add(arg, endings[i].type, path, size, mtime, err);
    return ST_OK;
}

static void put_group(struct buf *b, const struct ingest_group *g,
                      const char *name)
{
    char stamp[CLOCK_STAMP_MAX];

    if (g->files == 0)
        return;
    buf_printf(b, "\n%s Files (%zu)\n", name, g->files);
    for (size_t i = 0; i < g->files && i < INGEST_NAMES; i++)
        buf_printf(b, "  - %.*s\n", (int)g->names[i].len, g->names[i].ptr);
    if (g->files > INGEST_NAMES)
        buf_printf(b, "  ... and %zu more\n", g->files - INGEST_NAMES);
    clock_stamp(stamp, g->newest);
    stamp[10] = ' '; /* YYYY-MM-DD HH:MM:SS UTC */
    stamp[19] = '\0';
    buf_printf(b, "  Latest modified: %s UTC\n", stamp);
}

static enum status summarize(struct ingest *out, struct arena *a,
                             struct error *err)
{
    struct buf b = { .max = 1 << 20 };

    buf_printf(&b, "Total files analyzed: %zu\n", out->files);
    for (size_t t = 0; t < INGEST_TYPES; t++)
        put_group(&b, &out->group[t], ingest_type_name[t]);
    if (b.len > 0)
        out->summary = arena_copy(a, (struct text){ b.ptr, b.len - 1 });
    buf_free(&b);
    return out->summary.ptr != NULL
               ? ST_OK
               : error_set(err, ST_NOMEM, "no memory for the data summary");
}

/* Keys with these in them are about speed: what the agents' prompts carry. */
static const char *const metric_words[] = { "tok", "throughput", "latency",
                                            "ttft", "speed" };

static bool is_metric(struct text path)
{
    for (size_t i = 0; i < sizeof(metric_words) / sizeof(*metric_words); i++) {
        const struct text w = text_from(metric_words[i]);

        for (size_t k = 0; k + w.len <= path.len; k++)
            if (text_eq_icase((struct text){ path.ptr + k, w.len }, w))
                return true;
    }
    return false;
}

/* The first file that has a key wins. */
static bool seen_before(const struct facts *f, const uint32_t *taken, size_t n,
                        struct text path)
{
    for (size_t i = 0; i < n; i++)
        if (text_eq(facts_column(f, taken[i])->path, path))
            return true;
    return false;
}

static void put_metric(struct buf *b, const struct facts *f,
                       const struct fact_column *c, struct arena *a)
{
    struct fact_place place;

    if (!facts_place(f, c->first_fact, a, &place))
        return;
    buf_printf(b, "%s%.*s: %.*s%s%.*s", b->len > 0 ? "\n" : "",
               (int)c->path.len, c->path.ptr, (int)place.value.len,
               place.value.ptr, place.unit.len > 0 ? " " : "",
               (int)place.unit.len, place.unit.ptr);
}

static enum status harvest(struct ingest *out, const struct facts *f,
                           struct arena *a, struct error *err)
{
    struct buf b = { .max = 1 << 20 };
    uint32_t taken[INGEST_METRICS];
    size_t n = 0;

    for (uint32_t i = 0;
         f != NULL && i < facts_column_count(f) && n < INGEST_METRICS; i++) {
        const struct fact_column *c = facts_column(f, i);
        const struct fact_table *t = facts_table(f, c->table);

        if (t->file == FACT_NONE || c->numbers == 0 || c->weak != WEAK_NO ||
            !is_metric(c->path) || seen_before(f, taken, n, c->path))
            continue;
        put_metric(&b, f, c, a);
        taken[n++] = i;
    }
    if (b.len > 0)
        out->metrics = arena_copy(a, buf_text(&b));
    buf_free(&b);
    return out->metrics.ptr != NULL
               ? ST_OK
               : error_set(err, ST_NOMEM, "no memory for the metrics");
}

enum status ingest_folder(struct ingest *out, const char *dir,
                          const struct facts *f, struct arena *a,
                          struct error *err)
{
    struct walk w = { .out = out, .dir = dir, .a = a };
    uint8_t digest[SHA256_DIGEST_SIZE];
    enum status st = ST_OK;

    *out = (struct ingest){ .metrics = { "", 0 } };
    sha256_init(&w.hash);
    if (dir != NULL)
        st = file_walk(dir, visit, &w, err);
    if (st != ST_OK)
        return st;
    for (size_t t = 0; t < INGEST_TYPES; t++) {
        out->files += out->group[t].files;
        out->bytes += out->group[t].bytes;
    }
    sha256_digest(&w.hash, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(out->hash + 2 * i, 3, "%02x", digest[i]);
    st = harvest(out, f, a, err);
    return st == ST_OK ? summarize(out, a, err) : st;
}
