#include "runner/gate/baseline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/decimal.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"

#define SCHEMA "assay-baseline/1"

enum status baseline_init(struct baseline *b, struct error *err)
{
    *b = (struct baseline){ .rules = "" };
    return observations_init(&b->seen, err);
}

void baseline_free(struct baseline *b)
{
    observations_free(&b->seen);
}

void number_put(struct buf *out, double v)
{
    char text[32];

    if (!isfinite(v)) {
        buf_puts(out, "null");
        return;
    }
    for (int digits = 6; digits <= 17; digits++) {
        struct decimal d;

        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (digits == 17 ||
            (decimal_parse(text_from(text), &d) && decimal_to_double(d) == v))
            break;
    }
    buf_puts(out, text);
}

static void put_values(struct buf *out, const struct observation *o)
{
    bool first = true;

    buf_puts(out, ",\"values\":{");
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        if (isnan(o->value[i]))
            continue;
        buf_printf(out, "%s\"%s\":", first ? "" : ",", metrics_all[i].id);
        number_put(out, o->value[i]);
        first = false;
    }
    buf_putc(out, '}');
}

void observation_put(struct buf *out, const struct observation *o)
{
    bool first = true;

    buf_putc(out, '{');
    for (size_t k = 0; k < KEY_COUNT; k++) {
        buf_printf(out, "\"%s\":", series_key_name[k]);
        buf_json(out, text_from(o->key[k]));
        buf_putc(out, ',');
    }
    buf_printf(out, "\"phase\":\"%s\",\"run\":", phase_name[o->phase]);
    buf_json(out, text_from(o->run));
    buf_printf(out, ",\"call\":%ld,\"valid\":%s,\"judged\":%s,\"faults\":[",
               o->call, o->valid ? "true" : "false",
               o->judged ? "true" : "false");
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        if (!o->fault[i])
            continue;
        buf_printf(out, "%s\"%s\"", first ? "" : ",", fault_name[i]);
        first = false;
    }
    buf_putc(out, ']');
    put_values(out, o);
    if (o->check_count > 0)
        buf_puts(out, ",\"checks\":{");
    for (size_t i = 0; i < o->check_count; i++) {
        buf_puts(out, i > 0 ? "," : "");
        buf_json(out, text_from(o->checks[i].check));
        buf_printf(out, ":%ld", o->checks[i].findings);
    }
    buf_puts(out, o->check_count > 0 ? "}}" : "}");
}

void baseline_put(struct buf *out, const struct baseline *b)
{
    buf_puts(out, "{\"schema\":\"" SCHEMA "\",\n\"rules\":");
    buf_json(out, text_from(b->rules));
    buf_puts(out, ",\n\"floors\":[");
    for (size_t i = 0; i < b->floor_count; i++) {
        buf_puts(out, i > 0 ? ",\n" : "\n");
        buf_puts(out, "{\"id\":");
        buf_json(out, text_from(b->floors[i].id));
        buf_printf(out,
                   ",\"%s\":", b->floors[i].at_most ? "at_most" : "at_least");
        number_put(out, b->floors[i].limit);
        buf_putc(out, '}');
    }
    /* Every record line ends in a comma, so that adding one after the last
     * changes no other line. */
    buf_puts(out, "],\n\"records\":[\n");
    for (size_t i = 0; i < b->seen.count; i++) {
        observation_put(out, &b->seen.at[i]);
        buf_puts(out, ",\n");
    }
    buf_puts(out, "{\"end\":true}]}\n");
}

static bool floor_known(struct text id)
{
    if (metric_find(id) < METRIC_COUNT)
        return true;
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (text_eq(text_from(fault_name[i]), id))
            return true;
    return false;
}

/* Puts it in place of an older one of the same id; kept sorted by id. */
static enum status floor_put(struct baseline *b, struct floor f,
                             struct error *err)
{
    size_t at = 0;

    while (at < b->floor_count && strcmp(b->floors[at].id, f.id) < 0)
        at++;
    if (at == b->floor_count || strcmp(b->floors[at].id, f.id) != 0) {
        if (b->floor_count == FLOORS_MAX)
            return error_set(err, ST_LIMIT, "more than %d floors", FLOORS_MAX);
        memmove(&b->floors[at + 1], &b->floors[at],
                (b->floor_count - at) * sizeof(f));
        b->floor_count++;
    }
    b->floors[at] = f;
    return ST_OK;
}

enum status baseline_add_floor(struct baseline *b, const char *text,
                               struct error *err)
{
    const char *eq = strchr(text, '=');
    size_t len = eq != NULL ? (size_t)(eq - text) : 0;
    const bool least = len > 0 && text[len - 1] == '>';
    struct decimal limit;
    struct floor f;

    if (len > 0 && (text[len - 1] == '>' || text[len - 1] == '<'))
        len--;
    if (len == 0 || !decimal_parse(text_from(eq + 1), &limit))
        return error_set(err, ST_USAGE,
                         "%s: want CHECK=N (at most N of the reports, as a "
                         "share from 0 to 1), METRIC>=N or METRIC<=N",
                         text);
    if (!floor_known((struct text){ text, len }) && least)
        return error_set(err, ST_USAGE,
                         "%s: a check is limited from above (CHECK=N)", text);
    f = (struct floor){
        .id = arena_copy(b->seen.arena, (struct text){ text, len }).ptr,
        .at_most = !least,
        .limit = decimal_to_double(limit),
    };
    if (f.id == NULL)
        return error_set(err, ST_NOMEM, "no memory for a floor");
    return floor_put(b, f, err);
}

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static const char *keep(struct baseline *b, const cJSON *v)
{
    return arena_copy(b->seen.arena,
                      text_from(cJSON_IsString(v) ? v->valuestring : ""))
        .ptr;
}

static size_t index_of(const char *const *names, size_t n, const cJSON *v)
{
    size_t i = 0;

    while (i < n &&
           (!cJSON_IsString(v) || strcmp(names[i], v->valuestring) != 0))
        i++;
    return i;
}

static bool read_checks(struct baseline *b, struct observation *o,
                        const cJSON *checks)
{
    const cJSON *c;
    struct check_count *out = arena_alloc(
        b->seen.arena, (size_t)cJSON_GetArraySize(checks), sizeof(*out));

    cJSON_ArrayForEach(c, checks)
    {
        if (out == NULL)
            return false;
        if (!cJSON_IsNumber(c) || !(c->valuedouble >= 0) ||
            c->valuedouble > 1e9 || c->string == NULL)
            continue;
        out[o->check_count] = (struct check_count){
            arena_copy(b->seen.arena, text_from(c->string)).ptr,
            (long)c->valuedouble
        };
        if (out[o->check_count++].check == NULL)
            return false;
    }
    o->checks = out;
    return true;
}

static enum status read_record(struct baseline *b, const cJSON *r,
                               const char *path, struct error *err)
{
    struct observation o = { .call = -1, .started = "" };
    const cJSON *call = member(r, "call"), *f;
    bool memory = true;

    for (size_t k = 0; k < KEY_COUNT; k++) {
        o.key[k] = keep(b, member(r, series_key_name[k]));
        memory = memory && o.key[k] != NULL;
    }
    o.run = keep(b, member(r, "run"));
    o.phase = (enum phase)index_of(phase_name, PHASE_COUNT, member(r, "phase"));
    if (o.phase == PHASE_COUNT)
        return error_set(err, ST_INPUT, "%s: a record without a known phase",
                         path);
    if (cJSON_IsNumber(call) && call->valuedouble >= -1 &&
        call->valuedouble < 1e6)
        o.call = (long)call->valuedouble;
    o.valid = cJSON_IsTrue(member(r, "valid"));
    o.judged = cJSON_IsTrue(member(r, "judged"));
    cJSON_ArrayForEach(f, member(r, "faults"))
    {
        const size_t i = index_of(fault_name, FAULT_COUNT, f);

        if (i < FAULT_COUNT)
            o.fault[i] = true;
    }
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const cJSON *v = member(member(r, "values"), metrics_all[i].id);

        o.value[i] = cJSON_IsNumber(v) ? v->valuedouble : NAN;
    }
    if (!memory || o.run == NULL || !read_checks(b, &o, member(r, "checks")))
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    return observations_add(&b->seen, &o, err);
}

static enum status read_floors(struct baseline *b, const cJSON *floors,
                               const char *path, struct error *err)
{
    const cJSON *f;
    enum status st = ST_OK;

    cJSON_ArrayForEach(f, floors)
    {
        const cJSON *most = member(f, "at_most");
        const cJSON *limit = most != NULL ? most : member(f, "at_least");
        const char *id = keep(b, member(f, "id"));

        if (id == NULL || id[0] == '\0' || !cJSON_IsNumber(limit))
            return error_set(err, ST_INPUT, "%s: a floor without id and limit",
                             path);
        st = floor_put(
            b, (struct floor){ id, most != NULL, limit->valuedouble }, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static bool is_baseline(const cJSON *json)
{
    const cJSON *schema = member(json, "schema");

    return cJSON_IsString(schema) && strcmp(schema->valuestring, SCHEMA) == 0;
}

static enum status read_json(struct baseline *b, const cJSON *json,
                             const char *path, struct error *err)
{
    const cJSON *r;
    bool ended = false;
    enum status st;

    if (!is_baseline(json))
        return error_set(err, ST_INPUT, "%s: is not a baseline (schema %s)",
                         path, SCHEMA);
    b->rules = keep(b, member(json, "rules"));
    if (b->rules == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    st = read_floors(b, member(json, "floors"), path, err);
    cJSON_ArrayForEach(r, member(json, "records"))
    {
        if (st != ST_OK)
            return st;
        ended = cJSON_IsTrue(member(r, "end"));
        if (!ended)
            st = read_record(b, r, path, err);
    }
    if (st == ST_OK && !ended)
        st = error_set(err, ST_INPUT, "%s: the end of the records is missing",
                       path);
    return st == ST_OK ? observations_sort(&b->seen, err) : st;
}

enum status baseline_parse(struct baseline *b, struct text bytes,
                           const char *name, struct error *err)
{
    cJSON *json = NULL;
    enum status st = jsonc_parse(&json, bytes, name, err);

    if (st == ST_OK)
        st = read_json(b, json, name, err);
    cJSON_Delete(json);
    return st;
}

enum status baseline_load(struct baseline *b, const char *path,
                          struct error *err)
{
    cJSON *json = NULL;
    enum status st = jsonc_load(&json, path, err);

    if (st == ST_OK)
        st = read_json(b, json, path, err);
    cJSON_Delete(json);
    return st;
}
