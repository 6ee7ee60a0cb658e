#include "runner/gate/history.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "runner/gate/change.h"
#include "runner/gate/stats.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"

enum {
    APPLICATION_ID = 0x61737379, /* "assy": tells our files from others */
    SCHEMA_VERSION = 1,
    BUSY_MS = 10000 /* wait for another writer */
};

struct history {
    sqlite3 *db;
    const char *path; /* the caller's */
};

static const char schema[] =
    "CREATE TABLE build (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE,"
    " started TEXT NOT NULL);"
    "CREATE TABLE value (build INTEGER NOT NULL REFERENCES build(id)"
    " ON DELETE CASCADE, series TEXT NOT NULL, metric TEXT NOT NULL,"
    " phase TEXT NOT NULL, context TEXT NOT NULL, n INTEGER NOT NULL,"
    " median REAL NOT NULL, PRIMARY KEY (series, metric, phase, context, "
    "build))"
    " WITHOUT ROWID;";

static enum status fail(const struct history *h, struct error *err)
{
    return error_set(err, ST_INPUT, "%s: %s", h->path, sqlite3_errmsg(h->db));
}

static enum status run(const struct history *h, const char *sql,
                       struct error *err)
{
    return sqlite3_exec(h->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? ST_OK
               : fail(h, err);
}

static int pragma(const struct history *h, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int v = -1;

    if (sqlite3_prepare_v2(h->db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        v = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    return v;
}

static enum status make_schema(const struct history *h, struct error *err)
{
    struct buf sql = { .max = 1 << 16 };
    enum status st;

    buf_printf(&sql,
               "BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
               "PRAGMA user_version = %d; COMMIT;",
               schema, APPLICATION_ID, SCHEMA_VERSION);
    st = run(h, buf_text(&sql).ptr, err);
    buf_free(&sql);
    return st;
}

static enum status check_schema(const struct history *h, struct error *err)
{
    const int id = pragma(h, "PRAGMA application_id");
    const int version = pragma(h, "PRAGMA user_version");
    const int tables = pragma(h, "SELECT count(*) FROM sqlite_master");

    if (tables == 0)
        return make_schema(h, err);
    if (tables < 0)
        return fail(h, err);
    if (id != APPLICATION_ID)
        return error_set(err, ST_INPUT, "%s: is not a history", h->path);
    return version == SCHEMA_VERSION
               ? ST_OK
               : error_set(err, ST_INPUT,
                           "%s: version %d; this assay reads version %d",
                           h->path, version, SCHEMA_VERSION);
}

enum status history_open(struct history **out, const char *path, bool create,
                         struct error *err)
{
    struct history *h = calloc(1, sizeof(*h));
    enum status st;

    if (h == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    h->path = path;
    if (!create && !file_exists(path))
        st = error_set(err, ST_INPUT, "%s: no history yet (assay history add)",
                       path);
    else
        st = sqlite3_open_v2(path, &h->db,
                             SQLITE_OPEN_READWRITE |
                                 (create ? SQLITE_OPEN_CREATE : 0),
                             NULL) == SQLITE_OK
                 ? ST_OK
                 : fail(h, err);
    if (st == ST_OK) {
        (void)sqlite3_busy_timeout(h->db, BUSY_MS);
        st = run(h,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "PRAGMA foreign_keys = ON;",
                 err);
    }
    if (st == ST_OK)
        st = check_schema(h, err);
    if (st != ST_OK)
        history_close(h);
    else
        *out = h;
    return st;
}

void history_close(struct history *h)
{
    if (h == NULL)
        return;
    (void)sqlite3_close(h->db);
    free(h);
}

/* Scenario, agent, stage; then options and host where there are some: these
 * make a series. A new model, data or rule set goes on in the same one. */
static void put_name(struct buf *b, const struct observation *o)
{
    static const enum series_key also[] = { KEY_OPTIONS, KEY_HOST };
    const char *sep = "";

    for (size_t k = 0; k < KEY_IDENTITY; k++)
        if (o->key[k][0] != '\0') {
            buf_puts(b, sep);
            buf_puts(b, o->key[k]);
            sep = "/";
        }
    for (size_t i = 0; i < sizeof(also) / sizeof(*also); i++)
        if (o->key[also[i]][0] != '\0')
            buf_printf(b, " %s", o->key[also[i]]);
}

static void put_context(struct buf *b, const struct observation *o)
{
    static const enum series_key keys[] = { KEY_MODEL, KEY_DIGEST, KEY_DATA,
                                            KEY_RULES };

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        buf_printf(b, "%s%s=%s", i > 0 ? " " : "", series_key_name[keys[i]],
                   o->key[keys[i]]);
}

struct add {
    const struct history *h;
    sqlite3_stmt *value;
    sqlite3_int64 build;
    double *scratch;
    struct error *err;
};

static bool same_group(const struct observation *a, const struct observation *b)
{
    for (size_t k = 0; k < KEY_COUNT; k++)
        if (strcmp(a->key[k], b->key[k]) != 0)
            return false;
    return a->phase == b->phase;
}

static enum status insert(struct add *a, const struct observation *o,
                          const char *metric, double median, size_t n)
{
    struct buf name = { .max = 1 << 16 }, context = { .max = 1 << 16 };
    sqlite3_stmt *s = a->value;
    enum status st = ST_OK;

    put_name(&name, o);
    put_context(&context, o);
    (void)sqlite3_reset(s);
    (void)sqlite3_bind_int64(s, 1, a->build);
    (void)sqlite3_bind_text(s, 2, buf_text(&name).ptr, (int)name.len,
                            SQLITE_TRANSIENT);
    (void)sqlite3_bind_text(s, 3, metric, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 4, phase_name[o->phase], -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(s, 5, buf_text(&context).ptr, (int)context.len,
                            SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(s, 6, (sqlite3_int64)n);
    (void)sqlite3_bind_double(s, 7, median);
    if (sqlite3_step(s) != SQLITE_DONE)
        st = fail(a->h, a->err);
    buf_free(&name);
    buf_free(&context);
    return st;
}

/* The medians of one group, and the share of garbled reports. */
static enum status add_group(struct add *a, const struct observation *o,
                             size_t count)
{
    enum status st = ST_OK;
    size_t garbled = 0, judged = 0;

    for (size_t m = 0; m < METRIC_COUNT && st == ST_OK; m++) {
        size_t n = 0;

        for (size_t i = 0; i < count; i++)
            if (!isnan(o[i].value[m]) && (o[i].valid || metrics_all[m].report))
                a->scratch[n++] = o[i].value[m];
        if (n > 0)
            st =
                insert(a, o, metrics_all[m].id, stats_median(a->scratch, n), n);
    }
    for (size_t i = 0; i < count && o->phase == PHASE_REPORT; i++) {
        judged += o[i].judged || o[i].fault[FAULT_ABORTED];
        garbled += o[i].fault[FAULT_GARBLED];
    }
    if (st == ST_OK && judged > 0)
        st = insert(a, o, "garbled", (double)garbled / (double)judged, judged);
    return st;
}

static const char *last_start(const struct observations *o)
{
    const char *last = "";

    for (size_t i = 0; i < o->count; i++)
        if (o->at[i].started != NULL && strcmp(o->at[i].started, last) > 0)
            last = o->at[i].started;
    return last;
}

/* Inside a transaction: replaces the build. */
static enum status new_build(struct add *a, const char *label,
                             const char *started)
{
    static const char *const sql[] = {
        "DELETE FROM build WHERE label = ?1",
        "INSERT INTO build (label, started) VALUES (?1, ?2)",
    };
    enum status st = ST_OK;

    for (size_t i = 0; i < 2 && st == ST_OK; i++) {
        sqlite3_stmt *s = NULL;

        if (sqlite3_prepare_v2(a->h->db, sql[i], -1, &s, NULL) != SQLITE_OK)
            return fail(a->h, a->err);
        (void)sqlite3_bind_text(s, 1, label, -1, SQLITE_STATIC);
        if (i == 1)
            (void)sqlite3_bind_text(s, 2, started, -1, SQLITE_STATIC);
        if (sqlite3_step(s) != SQLITE_DONE)
            st = fail(a->h, a->err);
        (void)sqlite3_finalize(s);
    }
    a->build = sqlite3_last_insert_rowid(a->h->db);
    return st;
}

static enum status add_all(struct add *a, const char *label,
                           const struct observations *o)
{
    enum status st = new_build(a, label, last_start(o));

    if (st == ST_OK &&
        sqlite3_prepare_v2(a->h->db,
                           "INSERT INTO value VALUES (?1,?2,?3,?4,?5,?6,?7)",
                           -1, &a->value, NULL) != SQLITE_OK)
        st = fail(a->h, a->err);
    for (size_t i = 0, end; i < o->count && st == ST_OK; i = end) {
        for (end = i + 1; end < o->count && same_group(&o->at[i], &o->at[end]);)
            end++;
        st = add_group(a, &o->at[i], end - i);
    }
    (void)sqlite3_finalize(a->value);
    return st;
}

enum status history_add(struct history *h, const char *label,
                        const struct observations *o, struct error *err)
{
    struct add a = { .h = h, .err = err };
    enum status st;

    a.scratch = malloc((o->count + 1) * sizeof(*a.scratch));
    if (a.scratch == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu calls", o->count);
    st = run(h, "BEGIN IMMEDIATE", err);
    if (st == ST_OK) {
        st = add_all(&a, label, o);
        if (st == ST_OK)
            st = run(h, "COMMIT", err);
        else
            (void)run(h, "ROLLBACK", NULL);
    }
    free(a.scratch);
    return st;
}

/* Collects the rows of one series until the next begins. */
struct collector {
    struct arena *arena;
    struct history_series now;
    struct history_point *points;
    size_t cap;
    enum status (*take)(void *, const struct history_series *, struct error *);
    void *arg;
};

static enum status flush(struct collector *c, struct error *err)
{
    struct history_series s = c->now;
    enum status st;

    if (s.count == 0)
        return ST_OK;
    s.points = c->points;
    if (s.count > CHANGE_POINTS_MAX) {
        s.points += s.count - CHANGE_POINTS_MAX;
        s.count = CHANGE_POINTS_MAX;
    }
    st = c->take(c->arg, &s, err);
    arena_reset(c->arena);
    c->now = (struct history_series){ .count = 0 };
    c->points = NULL;
    c->cap = 0;
    return st;
}

static const char *column(struct collector *c, sqlite3_stmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s, i);

    return arena_copy(c->arena, text_from(text != NULL ? text : "")).ptr;
}

static bool same_series(const struct history_series *a, sqlite3_stmt *s)
{
    return a->count > 0 &&
           strcmp(a->name, (const char *)sqlite3_column_text(s, 0)) == 0 &&
           strcmp(a->metric, (const char *)sqlite3_column_text(s, 1)) == 0 &&
           strcmp(a->phase, (const char *)sqlite3_column_text(s, 2)) == 0;
}

static enum status take_row(struct collector *c, sqlite3_stmt *s,
                            struct error *err)
{
    enum status st = ST_OK;

    if (!same_series(&c->now, s)) {
        st = flush(c, err);
        if (st != ST_OK)
            return st;
        c->now.name = column(c, s, 0);
        c->now.metric = column(c, s, 1);
        c->now.phase = column(c, s, 2);
    }
    if (c->now.count == c->cap) {
        const size_t cap = c->cap != 0 ? c->cap * 2 : 64;

        c->points =
            arena_grow(c->arena, c->points, c->cap, cap, sizeof(*c->points));
        c->cap = cap;
        if (c->points == NULL)
            return error_set(err, ST_NOMEM, "no memory for a series");
    }
    c->points[c->now.count++] =
        (struct history_point){ column(c, s, 3), column(c, s, 4),
                                column(c, s, 5), sqlite3_column_double(s, 6),
                                (size_t)sqlite3_column_int64(s, 7) };
    return st;
}

enum status history_each(struct history *h, const char *glob,
                         enum status (*take)(void *arg,
                                             const struct history_series *s,
                                             struct error *err),
                         void *arg, struct error *err)
{
    static const char sql[] =
        "SELECT series, metric, phase, label, started, context, median, n"
        " FROM value JOIN build ON build = id"
        " WHERE ?1 IS NULL OR series || ' ' || metric GLOB ?1"
        " ORDER BY series, metric, phase, started, id";
    struct collector c = { .arena = arena_new(1 << 28),
                           .take = take,
                           .arg = arg };
    sqlite3_stmt *s = NULL;
    enum status st = ST_OK;
    int rc = SQLITE_DONE;

    if (c.arena == NULL)
        return error_set(err, ST_NOMEM, "no memory for a series");
    if (sqlite3_prepare_v2(h->db, sql, -1, &s, NULL) != SQLITE_OK)
        st = fail(h, err);
    else if (glob != NULL)
        (void)sqlite3_bind_text(s, 1, glob, -1, SQLITE_STATIC);
    while (st == ST_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
        st = take_row(&c, s, err);
    if (st == ST_OK && rc != SQLITE_DONE)
        st = fail(h, err);
    (void)sqlite3_finalize(s);
    if (st == ST_OK)
        st = flush(&c, err);
    arena_free(c.arena);
    return st;
}
