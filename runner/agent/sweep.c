#include "runner/agent/sweep.h"

#include <stdio.h>
#include <stdlib.h>

#include "validator/base/file.h"
#include "validator/base/jsonc.h"

/* SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(struct sweep_item *at, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        const size_t k = (size_t)(next_random(state) % i);
        const struct sweep_item t = at[i - 1];

        at[i - 1] = at[k];
        at[k] = t;
    }
}

static const char *label(struct arena *a, const cJSON *variant)
{
    struct buf b = { .max = 4096 };
    const cJSON *o;
    const char *out;

    cJSON_ArrayForEach(o, variant)
    {
        char *v = cJSON_PrintUnformatted(o);

        buf_printf(&b, "%s%s=%s", b.len > 0 ? "," : "", o->string,
                   v != NULL ? v : "");
        cJSON_free(v);
    }
    out = arena_copy(a, b.len > 0 ? buf_text(&b) : TEXT_LIT("")).ptr;
    buf_free(&b);
    return out;
}

/* Each variant so far times each value of one more option. */
static enum status multiply(cJSON **variants, const cJSON *axis,
                            struct error *err)
{
    cJSON *out = cJSON_CreateArray();
    const cJSON *variant, *value;

    if (!cJSON_IsArray(axis) || cJSON_GetArraySize(axis) == 0) {
        cJSON_Delete(out);
        return error_set(err, ST_INPUT, "sweep: \"%s\" wants a list of values",
                         axis->string);
    }
    cJSON_ArrayForEach(variant, *variants)
    {
        cJSON_ArrayForEach(value, axis)
        {
            cJSON *one = cJSON_Duplicate(variant, true);

            (void)cJSON_AddItemToObject(one, axis->string,
                                        cJSON_Duplicate(value, true));
            (void)cJSON_AddItemToArray(out, one);
        }
        if (cJSON_GetArraySize(out) > SWEEP_ITEMS_MAX)
            break;
    }
    cJSON_Delete(*variants);
    *variants = out;
    return cJSON_GetArraySize(out) <= SWEEP_ITEMS_MAX
               ? ST_OK
               : error_set(err, ST_LIMIT, "sweep: more than %d variants",
                           SWEEP_ITEMS_MAX);
}

static enum status make_variants(cJSON **out, const cJSON *matrix,
                                 struct error *err)
{
    const cJSON *axis;
    enum status st = ST_OK;

    *out = cJSON_CreateArray();
    (void)cJSON_AddItemToArray(*out, cJSON_CreateObject());
    cJSON_ArrayForEach(axis, matrix)
    {
        if (st == ST_OK)
            st = multiply(out, axis, err);
    }
    return st;
}

static enum status fill(struct sweep *s, const struct run_plan *p,
                        struct arena *a, struct error *err)
{
    const size_t variants = (size_t)cJSON_GetArraySize(s->variants);
    uint64_t state = p->order_seed;

    s->variant_count = variants;
    s->count = variants * (size_t)p->runs;
    if (s->count > SWEEP_ITEMS_MAX)
        return error_set(err, ST_LIMIT, "more than %d runs", SWEEP_ITEMS_MAX);
    s->at = arena_alloc(a, s->count, sizeof(*s->at));
    if (s->at == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu runs", s->count);
    for (size_t i = 0; i < s->count; i++) {
        const size_t v = i % variants;
        const cJSON *options = cJSON_GetArrayItem(s->variants, (int)v);
        const char *name = p->sweep != NULL ? label(a, options) : "";

        if (name == NULL)
            return error_set(err, ST_NOMEM, "no memory for %zu runs", s->count);
        s->at[i] = (struct sweep_item){
            .options = p->sweep != NULL ? options : NULL,
            .variant = name,
            .variant_nth = v,
            .run = (long)(i / variants) + 1,
        };
    }
    for (long r = 0; r < p->runs; r++)
        shuffle(s->at + (size_t)r * variants, variants, &state);
    return ST_OK;
}

static char *plan_text(const struct sweep *s, const struct run_plan *p)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *order;
    char *text;

    (void)cJSON_AddStringToObject(o, "schema", "assay-plan/1");
    (void)cJSON_AddStringToObject(o, "scenario", p->scenario->name);
    (void)cJSON_AddNumberToObject(o, "runs", (double)p->runs);
    (void)cJSON_AddItemToObject(o, "variants",
                                cJSON_Duplicate(s->variants, true));
    order = cJSON_AddArrayToObject(o, "order");
    for (size_t i = 0; i < s->count; i++) {
        char base[160];

        sweep_base(base, sizeof(base), &s->at[i], NULL);
        (void)cJSON_AddItemToArray(order, cJSON_CreateString(base));
    }
    text = cJSON_Print(o);
    cJSON_Delete(o);
    return text;
}

static enum status settle_plan(const struct sweep *s, const struct run_plan *p,
                               struct error *err)
{
    char path[4096];
    char *text = plan_text(s, p), *old = NULL;
    size_t len = 0;
    enum status st = ST_OK;

    (void)snprintf(path, sizeof(path), "%s/plan.json", p->out);
    if (text == NULL)
        st = error_set(err, ST_NOMEM, "no memory for %s", path);
    else if (p->resume && file_read(&old, &len, path, 64 << 20, NULL) == ST_OK)
        st = text_eq((struct text){ old, len }, text_from(text))
                 ? ST_OK
                 : error_set(err, ST_USAGE,
                             "%s is the plan of other runs: scenario, options "
                             "or number of runs differ",
                             path);
    else
        st = file_write(path, text_from(text), err);
    free(old);
    cJSON_free(text);
    return st;
}

enum status sweep_make(struct sweep *s, const struct run_plan *p,
                       struct arena *a, struct error *err)
{
    enum status st = make_variants(&s->variants, p->sweep, err);

    if (st == ST_OK)
        st = fill(s, p, a, err);
    if (st == ST_OK)
        st = settle_plan(s, p, err);
    return st;
}

void sweep_free(struct sweep *s)
{
    cJSON_Delete(s->variants);
    s->variants = NULL;
}

void sweep_base(char *out, size_t size, const struct sweep_item *item,
                const char *agent)
{
    char variant[24] = "";

    if (item->options != NULL)
        (void)snprintf(variant, sizeof(variant), "v%03zu-",
                       item->variant_nth + 1);
    (void)snprintf(out, size, "%srun-%04ld%s%s", variant, item->run,
                   agent != NULL ? "-" : "", agent != NULL ? agent : "");
}
