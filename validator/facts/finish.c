/* What the columns mean: their order, words, units, row names, and which
 * numbers vouch for nothing. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum {
    WORDS_MAX = 64,
    PATH_BYTES = 1024,
    EPOCH_SAMPLE = 64,
    NAME_BYTES = 256, /* a longer key has no words that we look for */
    NAME_WORDS = 16,
    KEY_OF_DICTIONARY = 100 /* above any other rank */
};

static int by_table(const void *a, const void *b)
{
    const struct column *x = a, *y = b;

    if (x->pub.table != y->pub.table)
        return x->pub.table < y->pub.table ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool seal(struct column *c)
{
    return ints_seal(&c->mant) && ints_seal(&c->last) && ints_seal(&c->row) &&
           ints_seal(&c->line) && ints_seal(&c->own) && ints_seal(&c->text) &&
           ints_seal(&c->text_row);
}

/* Columns of a table side by side; ids of numbers. */
static enum status put_in_order(struct facts *f, struct error *err)
{
    uint64_t count = 0;

    if (f->column_count > 0)
        qsort(f->columns, f->column_count, sizeof(*f->columns), by_table);
    for (size_t i = 0; i < f->table_count; i++)
        if (!ints_seal(&f->tables[i].line) || !ints_seal(&f->tables[i].above) ||
            !ints_seal(&f->tables[i].nth))
            return facts_nomem(err);
    for (size_t i = 0; i < f->column_count; i++) {
        struct column *c = &f->columns[i];
        struct fact_table *t = &f->tables[c->pub.table].pub;

        if (!seal(c))
            return facts_nomem(err);
        if (t->columns++ == 0)
            t->first_column = (uint32_t)i;
        if (c->node != FACT_NONE)
            f->nodes[c->node].column = (uint32_t)i;
        c->pub.first_fact = (uint32_t)count;
        c->pub.numbers = ints_count(&c->mant);
        c->pub.texts = ints_count(&c->text);
        count += c->pub.numbers;
        if (count > INT32_MAX)
            return error_set(err, ST_LIMIT,
                             "the source data hold more than 2^31 numbers");
    }
    f->count = (size_t)count;
    return ST_OK;
}

/* "results[].timing.p99" */
static struct text path_of(const struct facts *f, uint32_t node, char *buf,
                           size_t size)
{
    size_t at = size;

    for (uint32_t n = node; f->nodes[n].parent != FACT_NONE;
         n = f->nodes[n].parent) {
        const struct text key = f->nodes[n].is_element
                                    ? TEXT_LIT("[]")
                                    : strings_get(&f->strings, f->nodes[n].key);
        const bool dot = at < size && buf[at] != '[';

        if (at < key.len + dot)
            break;
        if (dot)
            buf[--at] = '.';
        at -= key.len;
        memcpy(buf + at, key.ptr, key.len);
    }
    return (struct text){ buf + at, size - at };
}

static bool copy_words(struct facts *f, struct text t, const struct text **out,
                       size_t *count)
{
    char *buf = arena_alloc(f->arena, t.len + 1, 1);
    struct text words[WORDS_MAX], *copy;

    if (buf == NULL)
        return false;
    *count = facts_words(t, buf, words, WORDS_MAX);
    copy = arena_alloc(f->arena, *count, sizeof(*copy));
    if (copy == NULL)
        return false;
    memcpy(copy, words, *count * sizeof(*copy));
    *out = copy;
    return true;
}

static bool any_of(struct text t, const struct text *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_eq_icase(t, words[i]))
            return true;
    return false;
}

static const struct text unit_names[] = { TEXT_INIT("unit"), TEXT_INIT("units"),
                                          TEXT_INIT("uom") };
static const struct text value_names[] = { TEXT_INIT("value"), TEXT_INIT("val"),
                                           TEXT_INIT("amount"),
                                           TEXT_INIT("quantity") };
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* What the columns below a JSON object tell of each other, by its node. */
struct siblings {
    uint32_t unit_column; /* the first called "unit"; FACT_NONE: none */
    enum { AGREED_NONE, AGREED, AGREED_NOT } agreed;
    struct unit_ref unit; /* AGREED: of all statistics that have one */
};

static bool says_unit(const struct facts *f, const struct column *c)
{
    return c->pub.texts > 0 && any_of(strings_get(&f->strings, c->name),
                                      unit_names, COUNT(unit_names));
}

/* The sibling column that says the unit of c, FACT_NONE: none. */
static uint32_t unit_column(const struct facts *f, const struct siblings *by,
                            const struct column *c)
{
    const struct fact_table *t = &f->tables[c->pub.table].pub;

    if (!any_of(strings_get(&f->strings, c->name), value_names,
                COUNT(value_names)))
        return FACT_NONE;
    if (c->node != FACT_NONE)
        return f->nodes[c->node].parent != FACT_NONE
                   ? by[f->nodes[c->node].parent].unit_column
                   : FACT_NONE;
    for (uint32_t i = t->first_column; i < t->first_column + t->columns; i++)
        if (says_unit(f, &f->columns[i]))
            return i;
    return FACT_NONE;
}

/* A column called "value" beside a "unit" is called like what holds both. */
static struct text own_name(const struct facts *f, const struct column *c)
{
    const struct text name = strings_get(&f->strings, c->name);
    const struct key_node *n;

    if (c->node == FACT_NONE || f->nodes[c->node].parent == FACT_NONE)
        return name;
    n = &f->nodes[f->nodes[c->node].parent];
    if (n->parent == FACT_NONE || n->is_element ||
        !any_of(name, value_names, COUNT(value_names)))
        return name;
    return strings_get(&f->strings, n->key);
}

static enum status name_columns(struct facts *f, struct error *err)
{
    char buf[PATH_BYTES];

    for (size_t i = 0; i < f->column_count; i++) {
        struct column *c = &f->columns[i];
        struct text path;

        c->pub.name = own_name(f, c);
        path = c->pub.name;
        if (c->node != FACT_NONE) {
            path = arena_copy(f->arena, path_of(f, c->node, buf, sizeof(buf)));
            if (path.ptr == NULL)
                return facts_nomem(err);
        }
        c->pub.path = path;
        if (!copy_words(f, path, &c->pub.words, &c->pub.word_count))
            return facts_nomem(err);
    }
    for (size_t i = 0; i < f->table_count; i++)
        f->tables[i].pub.name = strings_get(&f->strings, f->tables[i].name);
    return ST_OK;
}

/* The keys of a dictionary. */
static bool is_key_column(const struct facts *f, const struct column *c)
{
    return c->node != FACT_NONE && f->nodes[c->node].is_member;
}

/* ---- units ---- */

static bool unit_of_text(const struct facts *f, struct text t,
                         struct unit_ref *out)
{
    t = text_trim(t);
    return t.len > 0 && units_match(f->units, t, true, out) == t.len;
}

/* Each number's unit from the text in the sibling column of its row. */
static bool member_units(struct facts *f, uint32_t column, uint32_t from)
{
    struct column *c = &f->columns[column];
    struct ints own = { .chunks = NULL };

    for (uint32_t i = 0; i < c->pub.numbers; i++) {
        const uint32_t row = (uint32_t)(ints_get(&c->row, i) + i);
        const struct text t = facts_cell_text(f, from, row);
        int64_t at = i < ints_count(&c->own) ? ints_get(&c->own, i) : 0;
        struct unit_ref unit;

        bool ok = true;

        if (at == 0 && t.len > 0 && unit_of_text(f, t, &unit)) {
            ok =
                store_unit_seen(f, (struct cell_unit){ unit, HOW_MEMBER }, &at);
            at++;
        }
        if (!ok || !ints_add(&own, at)) {
            ints_free(&own);
            return false;
        }
    }
    ints_free(&c->own);
    c->own = own;
    return ints_seal(&c->own);
}

/* One letter alone is a name more often than a unit. */
/* "week": which one it is, not how many. */
static bool names_time(struct text name)
{
    static const struct text words[] = { TEXT_INIT("day"), TEXT_INIT("week"),
                                         TEXT_INIT("month"), TEXT_INIT("year"),
                                         TEXT_INIT("hour") };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq_icase(name, words[i]))
            return true;
    return false;
}

static bool unit_of_name(const struct facts *f, struct text name,
                         struct unit_ref *out)
{
    return name.len > 1 && !names_time(name) &&
           units_of_header(f->units, name, out, NULL);
}

/* "months": the array's elements are called so; "times_ms" is of them. */
static bool one_word(struct text key)
{
    for (size_t i = 0; i < key.len; i++)
        if (!ascii_alpha(key.ptr[i]))
            return false;
    return true;
}

static bool header_unit(const struct facts *f, struct column *c)
{
    bool rows = false;

    if (unit_of_name(f, c->pub.name, &c->pub.unit)) {
        c->pub.how = HOW_HEADER;
        return true;
    }
    if (c->node == FACT_NONE)
        return false;
    for (uint32_t n = f->nodes[c->node].parent;
         n != FACT_NONE && f->nodes[n].parent != FACT_NONE;
         n = f->nodes[n].parent) {
        struct text key;

        if (f->nodes[n].is_element) {
            rows = true;
            continue;
        }
        key = strings_get(&f->strings, f->nodes[n].key);
        if (!(rows && one_word(key)) && unit_of_name(f, key, &c->pub.unit)) {
            c->pub.how = HOW_PARENT;
            return true;
        }
    }
    return false;
}

/* A word for a statistic of one quantity in the key: such keys share their
 * unit. */
bool facts_is_statistic(struct text name)
{
    static const struct text stats[] = {
        TEXT_INIT("mean"),    TEXT_INIT("avg"),     TEXT_INIT("average"),
        TEXT_INIT("min"),     TEXT_INIT("max"),     TEXT_INIT("median"),
        TEXT_INIT("std"),     TEXT_INIT("stdev"),   TEXT_INIT("stddev"),
        TEXT_INIT("minimum"), TEXT_INIT("maximum"), TEXT_INIT("iqr"),
        TEXT_INIT("sd"),      TEXT_INIT("range"),
    };
    char buf[NAME_BYTES];
    struct text words[NAME_WORDS];
    const size_t n =
        name.len < sizeof(buf) ? facts_words(name, buf, words, NAME_WORDS) : 0;

    for (size_t i = 0; i < n; i++)
        if (any_of(words[i], stats, COUNT(stats)) ||
            (words[i].len > 1 && words[i].len <= 4 && words[i].ptr[0] == 'p' &&
             ascii_digit(words[i].ptr[1])))
            return true;
    return false;
}

/* The unit on which all statistics below an object agree that have one. */
static void note_agreed(struct facts *f, struct siblings *by)
{
    for (size_t i = 0; i < f->column_count; i++) {
        const struct column *c = &f->columns[i];
        struct siblings *s;

        if (c->pub.numbers == 0 || c->node == FACT_NONE ||
            f->nodes[c->node].parent == FACT_NONE || c->pub.how != HOW_HEADER ||
            !facts_is_statistic(c->pub.name))
            continue;
        s = &by[f->nodes[c->node].parent];
        if (s->agreed == AGREED_NONE) {
            s->unit = c->pub.unit;
            s->agreed = AGREED;
        } else if (!unit_same(s->unit, c->pub.unit)) {
            s->agreed = AGREED_NOT;
        }
    }
}

static struct siblings *siblings_make(const struct facts *f)
{
    struct siblings *by = malloc((f->node_count + 1) * sizeof(*by));

    for (size_t i = 0; by != NULL && i < f->node_count; i++)
        by[i] = (struct siblings){ .unit_column = FACT_NONE };
    for (size_t i = f->column_count; by != NULL && i-- > 0;) {
        const struct column *c = &f->columns[i];

        if (c->node != FACT_NONE && f->nodes[c->node].parent != FACT_NONE &&
            says_unit(f, c))
            by[f->nodes[c->node].parent].unit_column = (uint32_t)i;
    }
    return by;
}

/* "p99" in "latency_percentiles" beside "mean_ms": up to two objects up. */
static void sibling_unit(const struct facts *f, const struct siblings *by,
                         struct column *c)
{
    uint32_t object;

    if (c->node == FACT_NONE || !facts_is_statistic(c->pub.name))
        return;
    object = f->nodes[c->node].parent;
    for (int up = 0; up < 3 && object != FACT_NONE; up++) {
        if (f->nodes[object].table == c->pub.table &&
            by[object].agreed == AGREED) {
            c->pub.unit = by[object].unit;
            c->pub.how = HOW_SIBLING;
            return;
        }
        object = f->nodes[object].parent;
    }
}

/* From the glossary, a member that says it, or the key. False: no memory. */
static bool own_unit(struct facts *f, const struct siblings *by,
                     uint32_t column)
{
    struct column *c = &f->columns[column];
    uint32_t member;
    bool has_unit = false;

    if (glossary_find(f, c->pub.name, &c->pub.phrases, &c->pub.phrase_count,
                      &c->pub.unit, &has_unit) &&
        has_unit)
        c->pub.how = HOW_GLOSSARY;
    if (c->pub.numbers == 0 || has_unit || is_key_column(f, c))
        return true;
    member = unit_column(f, by, c);
    if (member != FACT_NONE)
        return member_units(f, column, member);
    (void)header_unit(f, c);
    return true;
}

static enum status find_units(struct facts *f, struct error *err)
{
    struct siblings *by = siblings_make(f);
    bool ok = by != NULL;

    for (uint32_t i = 0; i < f->column_count && ok; i++)
        ok = own_unit(f, by, i);
    if (ok)
        note_agreed(f, by);
    for (size_t i = 0; i < f->column_count && ok; i++)
        if (f->columns[i].pub.numbers > 0 && f->columns[i].pub.how == HOW_NONE)
            sibling_unit(f, by, &f->columns[i]);
    free(by);
    return ok ? ST_OK : facts_nomem(err);
}

/* ---- what vouches for nothing ---- */

static bool looks_like_time(const struct facts *f, const struct column *c)
{
    static const struct {
        int64_t low, high;
    } spans[] = {
        { 946684800, 4102444800 },                   /* 2000..2100 in s */
        { 946684800000, 4102444800000 },             /* ms */
        { 946684800000000, 4102444800000000 },       /* us */
        { 946684800000000000, 4102444800000000000 }, /* ns */
    };

    for (size_t k = 0; k < COUNT(spans); k++) {
        const struct decimal low = decimal_from_int(spans[k].low);
        const struct decimal high = decimal_from_int(spans[k].high);
        uint32_t i = 0;

        for (; i < c->pub.numbers && i < EPOCH_SAMPLE; i++) {
            const struct decimal v = column_value(f, c, i);

            if (decimal_cmp(v, low) < 0 || decimal_cmp(v, high) > 0)
                break;
        }
        if (i == c->pub.numbers || i == EPOCH_SAMPLE)
            return true;
    }
    return false;
}

static enum fact_weak weakness(const struct facts *f, const struct column *c)
{
    static const struct text ids[] = {
        TEXT_INIT("id"),       TEXT_INIT("ids"),    TEXT_INIT("uuid"),
        TEXT_INIT("guid"),     TEXT_INIT("hash"),   TEXT_INIT("sha"),
        TEXT_INIT("seed"),     TEXT_INIT("port"),   TEXT_INIT("pid"),
        TEXT_INIT("md5"),      TEXT_INIT("sha256"), TEXT_INIT("digest"),
        TEXT_INIT("checksum"), TEXT_INIT("phone"),  TEXT_INIT("zip"),
        TEXT_INIT("index"),    TEXT_INIT("idx"),
    };
    static const struct text times[] = {
        TEXT_INIT("timestamp"), TEXT_INIT("time"),    TEXT_INIT("ts"),
        TEXT_INIT("at"),        TEXT_INIT("date"),    TEXT_INIT("created"),
        TEXT_INIT("modified"),  TEXT_INIT("epoch"),   TEXT_INIT("start"),
        TEXT_INIT("end"),       TEXT_INIT("updated"), TEXT_INIT("mtime"),
    };
    char buf[NAME_BYTES];
    struct text words[NAME_WORDS];
    const struct text name = c->pub.name;
    const size_t n =
        name.len < sizeof(buf) ? facts_words(name, buf, words, NAME_WORDS) : 0;

    if (n == 0)
        return WEAK_NO;
    if (any_of(words[n - 1], ids, COUNT(ids)))
        return WEAK_ID;
    for (size_t i = 0; i < n; i++)
        if (any_of(words[i], times, COUNT(times)) && looks_like_time(f, c))
            return WEAK_TIME;
    return WEAK_NO;
}

/* ---- row names ---- */

static int key_rank(const struct facts *f, const struct column *c,
                    uint32_t rows)
{
    static const struct text names[] = {
        TEXT_INIT("name"),   TEXT_INIT("id"),    TEXT_INIT("model"),
        TEXT_INIT("config"), TEXT_INIT("label"), TEXT_INIT("title"),
        TEXT_INIT("key"),    TEXT_INIT("test"),  TEXT_INIT("metric"),
        TEXT_INIT("run"),    TEXT_INIT("case"),  TEXT_INIT("kernel"),
    };
    char buf[NAME_BYTES];
    struct text words[NAME_WORDS];
    const struct text name = c->pub.name;
    const size_t n =
        name.len < sizeof(buf) ? facts_words(name, buf, words, NAME_WORDS) : 0;
    int rank = 0;

    if (is_key_column(f, c) && c->pub.texts * 2 > rows)
        return KEY_OF_DICTIONARY;
    if (c->pub.texts * 2 < rows || c->pub.numbers > c->pub.texts)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (any_of(words[i], names, COUNT(names)))
            rank = 4;
    if (n > 0 && any_of(words[0], names, 1))
        rank = 6;
    if (c->pub.texts == rows)
        rank += 1;
    /* Names tell rows apart; a remark or a prompt is longer than a name. */
    if (c->fresh * 2 >= rows)
        rank += 2;
    return rank + 1;
}

static void find_keys(struct facts *f)
{
    for (size_t i = 0; i < f->table_count; i++) {
        struct fact_table *t = &f->tables[i].pub;
        int best = 0;

        if (t->kind == TABLE_OBJECT || t->kind == TABLE_KEYS)
            continue;
        for (uint32_t k = t->first_column; k < t->first_column + t->columns;
             k++) {
            const int rank = key_rank(f, &f->columns[k], t->rows);

            if (rank > best) {
                best = rank;
                t->key = k;
            }
        }
    }
}

enum status columns_finish(struct facts *f, struct error *err)
{
    enum status st = put_in_order(f, err);

    if (st == ST_OK)
        st = name_columns(f, err);
    if (st == ST_OK)
        st = find_units(f, err);
    if (st == ST_OK)
        st = elsewhere_units(f, err);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < f->column_count; i++)
        if (f->columns[i].pub.numbers > 0)
            f->columns[i].pub.weak = weakness(f, &f->columns[i]);
    find_keys(f);
    return ST_OK;
}
