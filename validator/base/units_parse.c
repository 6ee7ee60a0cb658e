/* rules/units.json -> the table in memory. */
#include <stdlib.h>

#include "validator/base/buf.h"
#include "validator/base/jsonc.h"
#include "validator/base/units_int.h"

enum {
    UNITS_MAX = 4000,
    SPELLINGS_MAX = 20000,
    TEXT_MAX = 4 << 20, /* bytes of all names and spellings */
    ARENA_MAX = 16 << 20
};

struct growing { /* spellings as they come */
    struct spelling *at;
    size_t count, cap;
};

struct loader {
    struct arena *arena;
    struct buf text;
    struct unit *units;
    size_t unit_count, unit_cap;
    struct unit_dim *dims;
    size_t dim_count, dim_cap;
    struct growing in[WHERE_COUNT];
    const char *name;
    struct error *err;
};

static enum status bad(const struct loader *l, struct text id, const char *why)
{
    return error_set(l->err, ST_INPUT, "%s: unit \"%.*s\": %s", l->name,
                     (int)(id.len > 40 ? 40 : id.len), id.ptr, why);
}

static enum status no_memory(const struct loader *l)
{
    return error_set(l->err, ST_NOMEM, "%s: no memory", l->name);
}

/* `at` with room for one more than `count` things of `size` bytes; NULL: no
 * memory. */
static void *with_room(struct arena *a, void *at, size_t *cap, size_t count,
                       size_t size)
{
    enum { FIRST = 128 };

    if (count < *cap)
        return at;
    *cap = *cap > 0 ? *cap * 2 : FIRST;
    return arena_grow(a, at, count, *cap, size);
}

static struct text json_text(const cJSON *o, const char *key)
{
    const char *s =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));

    return s == NULL ? (struct text){ "", 0 } : text_from(s);
}

static struct unit_word keep(struct loader *l, struct text t, bool lower)
{
    const struct unit_word w = { (uint32_t)l->text.len, (uint32_t)t.len };

    for (size_t i = 0; i < t.len; i++)
        buf_putc(&l->text, lower ? ascii_lower(t.ptr[i]) : t.ptr[i]);
    return w;
}

static enum status add_spelling(struct loader *l, enum unit_where where,
                                struct text t, struct spelling s)
{
    struct growing *in = &l->in[where];

    if (t.len == 0 || t.len > SPELLING_MAX)
        return bad(l, t, "a spelling is empty or longer than 40 bytes");
    if (in->count == SPELLINGS_MAX)
        return error_set(l->err, ST_LIMIT, "%s: too many spellings", l->name);
    in->at = with_room(l->arena, in->at, &in->cap, in->count, sizeof(*in->at));
    if (in->at == NULL)
        return no_memory(l);
    s.s = keep(l, t, s.word || where == IN_HEADER);
    in->at[in->count++] = s;
    return ST_OK;
}

static const struct {
    const char *key;
    enum unit_where where;
    bool word, tight, loose;
} spelling_keys[] = {
    { "sym", IN_TEXT, false, false, false },
    { "tight", IN_TEXT, false, true, false },
    { "loose", IN_TEXT, false, false, true },
    { "word", IN_TEXT, true, false, false },
    { "word", IN_HEADER, true, false, false },
    { "head", IN_HEADER, false, false, false },
    { "pre", BEFORE, false, false, false },
};

static enum status add_spellings(struct loader *l, const cJSON *o,
                                 struct unit_ref ref)
{
    enum status st = ST_OK;

    for (size_t k = 0; k < sizeof(spelling_keys) / sizeof(*spelling_keys);
         k++) {
        const cJSON *s;

        cJSON_ArrayForEach(
            s, cJSON_GetObjectItemCaseSensitive(o, spelling_keys[k].key))
        {
            if (st == ST_OK && cJSON_IsString(s))
                st = add_spelling(l, spelling_keys[k].where,
                                  text_from(s->valuestring),
                                  (struct spelling){
                                      .ref = ref,
                                      .word = spelling_keys[k].word,
                                      .tight = spelling_keys[k].tight,
                                      .loose = spelling_keys[k].loose,
                                  });
        }
    }
    return st;
}

static bool factor_of(const cJSON *o, const char *key, struct decimal *out)
{
    const struct text t = json_text(o, key);

    return t.len > 0 && decimal_parse(t, out);
}

/* A new unit with nothing in it but 1; NULL: no memory. */
static struct unit *new_unit(struct loader *l)
{
    l->units = with_room(l->arena, l->units, &l->unit_cap, l->unit_count,
                         sizeof(*l->units));
    if (l->units == NULL)
        return NULL;
    l->units[l->unit_count] =
        (struct unit){ .factor = decimal_from_int(1), .rough = { 1, 1 } };
    return &l->units[l->unit_count++];
}

static struct unit_dim *new_dim(struct loader *l)
{
    l->dims = with_room(l->arena, l->dims, &l->dim_cap, l->dim_count,
                        sizeof(*l->dims));
    if (l->dims == NULL)
        return NULL;
    l->dims[l->dim_count] = (struct unit_dim){ .count = false };
    return &l->dims[l->dim_count++];
}

static enum status add_unit(struct loader *l, const cJSON *o)
{
    const struct text id = json_text(o, "id");
    const uint16_t nth = (uint16_t)l->unit_count;
    struct unit *unit;

    if (l->unit_count == UNITS_MAX)
        return error_set(l->err, ST_LIMIT, "%s: too many units", l->name);
    if (id.len == 0 || id.len >= UNIT_NAME_MAX / 3)
        return bad(l, id, "needs an id of at most 20 bytes");
    unit = new_unit(l);
    if (unit == NULL)
        return no_memory(l);
    unit->id = keep(l, id, false);
    unit->dim = (uint16_t)(l->dim_count - 1);
    if (!factor_of(o, "factor", &unit->factor) || decimal_is_zero(unit->factor))
        return bad(l, id, "needs a factor, a decimal number in quotes");
    factor_of(o, "offset", &unit->offset);
    unit->has_alt = factor_of(o, "alt", &unit->alt);
    unit->rough[UNIT_SI] = decimal_to_double(unit->factor);
    unit->rough[UNIT_BINARY] =
        decimal_to_double(unit->has_alt ? unit->alt : unit->factor);
    unit->rough_offset = decimal_to_double(unit->offset);
    return add_spellings(l, o, (struct unit_ref){ .num = nth });
}

static enum status add_dimension(struct loader *l, const cJSON *o)
{
    struct unit_dim *dim;
    enum status st = ST_OK;
    const cJSON *unit;

    if (l->dim_count == UNITS_MAX)
        return error_set(l->err, ST_LIMIT, "%s: too many dimensions", l->name);
    dim = new_dim(l);
    if (dim == NULL)
        return no_memory(l);
    dim->id = keep(l, json_text(o, "id"), false);
    dim->count = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "count"));
    cJSON_ArrayForEach(unit, cJSON_GetObjectItemCaseSensitive(o, "units"))
    {
        if (st == ST_OK)
            st = add_unit(l, unit);
    }
    return st;
}

/* The table as far as it is read. */
static struct units so_far(const struct loader *l)
{
    return (struct units){ .text = l->text.ptr != NULL ? l->text.ptr : "",
                           .text_len = l->text.len,
                           .units = l->units,
                           .unit_count = l->unit_count,
                           .dims = l->dims,
                           .dim_count = l->dim_count };
}

static enum status add_quotient(struct loader *l, const cJSON *o)
{
    const struct text num = json_text(o, "num"), den = json_text(o, "den");
    const struct units u = so_far(l);
    struct unit_ref ref;

    if (l->text.failed)
        return no_memory(l);
    ref = (struct unit_ref){ unit_by_id(&u, num), unit_by_id(&u, den), 0 };
    if (ref.num == 0 || ref.den == 0)
        return bad(l, ref.num == 0 ? num : den, "a quotient of no known unit");
    return add_spellings(l, o, ref);
}

struct sorted {
    struct text s;
    const struct spelling *of;
    unsigned char second; /* in lower case; 0: it has one byte only */
};

static unsigned char byte_of(struct text s, size_t i)
{
    return i < s.len ? (unsigned char)ascii_lower(s.ptr[i]) : 0;
}

static struct sorted sorted_spelling(struct text s, const struct spelling *of,
                                     enum unit_where where)
{
    struct sorted out = { s, of, 0 };

    if (where == IN_TEXT)
        out.second = byte_of(s, 1);
    return out;
}

static int spelling_order(const void *pa, const void *pb)
{
    const struct sorted *a = pa, *b = pb;
    const unsigned char ca = (unsigned char)ascii_lower(a->s.ptr[0]);
    const unsigned char cb = (unsigned char)ascii_lower(b->s.ptr[0]);
    int cmp;

    if (ca != cb)
        return ca < cb ? -1 : 1;
    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    if (a->s.len != b->s.len)
        return a->s.len > b->s.len ? -1 : 1;
    if (a->of->word != b->of->word) /* an exact symbol wins over a word */
        return a->of->word ? 1 : -1;
    cmp = text_cmp(a->s, b->s);
    return cmp != 0 ? cmp : a->of < b->of ? -1 : a->of > b->of;
}

static bool sort_spellings(struct units *u, enum unit_where where,
                           const struct growing *in)
{
    struct sorted *by = arena_alloc(u->arena, in->count, sizeof(*by));
    struct spelling *at = arena_alloc(u->arena, in->count, sizeof(*at));
    struct spellings *out = &u->in[where];
    size_t i = 0;

    if (by == NULL || at == NULL)
        return false;
    for (size_t k = 0; k < in->count; k++)
        by[k] = sorted_spelling(unit_text(u, in->at[k].s), &in->at[k], where);
    if (in->count > 0)
        qsort(by, in->count, sizeof(*by), spelling_order);
    for (size_t k = 0; k < in->count; k++) {
        at[k] = *by[k].of;
        at[k].second = byte_of(by[k].s, 1);
        at[k].third = byte_of(by[k].s, 2);
    }
    out->at = at;
    out->count = in->count;
    for (size_t c = 0; c <= 256; c++) {
        while (i < in->count && (unsigned char)ascii_lower(by[i].s.ptr[0]) < c)
            i++;
        out->first[c] = (uint32_t)i;
    }
    return true;
}

static enum status load_all(struct loader *l, const cJSON *json)
{
    enum status st =
        new_dim(l) != NULL && new_unit(l) != NULL ? ST_OK : no_memory(l);
    const cJSON *o;

    cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(json, "dimensions"))
    {
        if (st == ST_OK)
            st = add_dimension(l, o);
    }
    cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(json, "quotients"))
    {
        if (st == ST_OK)
            st = add_quotient(l, o);
    }
    return st;
}

/* Everything is the arena's from here on. */
static struct units *finish(struct loader *l)
{
    const struct text kept = arena_copy(l->arena, buf_text(&l->text));
    struct units *u = calloc(1, sizeof(*u));
    bool ok = u != NULL && kept.ptr != NULL && !l->text.failed;

    if (ok) {
        *u = so_far(l);
        u->text = kept.ptr;
        u->arena = l->arena;
    }
    for (int w = 0; w < WHERE_COUNT && ok; w++)
        ok = sort_spellings(u, (enum unit_where)w, &l->in[w]);
    for (size_t i = 0; ok && i < u->in[BEFORE].count; i++) {
        const struct text s = unit_text(u, u->in[BEFORE].at[i].s);

        u->ends_before[(unsigned char)s.ptr[s.len - 1]] = true;
    }
    if (ok)
        return u;
    free(u);
    return NULL;
}

enum status units_parse(struct units **out, struct text json, const char *name,
                        struct error *err)
{
    struct loader l = { .arena = arena_new(ARENA_MAX),
                        .text = { .max = TEXT_MAX },
                        .name = name,
                        .err = err };
    cJSON *root = NULL;
    struct units *made = NULL;
    enum status st =
        l.arena != NULL ? jsonc_parse(&root, json, name, err) : no_memory(&l);

    if (st == ST_OK)
        st = load_all(&l, root);
    if (st == ST_OK && (made = finish(&l)) == NULL)
        st = no_memory(&l);
    if (st == ST_OK)
        *out = made;
    else
        arena_free(l.arena);
    buf_free(&l.text);
    cJSON_Delete(root);
    return st;
}
