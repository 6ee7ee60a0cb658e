/* The index: numbers in buckets by value, per unit. Five bytes a number and
 * three passes over the columns, the last of which puts them into stretches of
 * PART_BUCKETS buckets, few enough to be written to at once; each stretch, by
 * then in the cache, is put in the order of its buckets for itself. Nothing is
 * compared. */
#include <math.h>
#include <stdlib.h>

#include "validator/base/pages.h"
#include "validator/facts/index_int.h"

enum {
    PER_BUCKET = 4, /* numbers, on average */
    BUCKETS_MAX = 1 << 22,
    PART_BITS = 8, /* with WITHIN_BITS: of a uint16_t */
    PART_BUCKETS = 1 << PART_BITS,
    PART_SHIFT = PART_BITS + WITHIN_BITS
};

double number_double(int64_t mant, int64_t last)
{
    const int64_t n = last < 0 ? -last : last;

    if (n > DECIMAL_EXACT_POWER)
        return (double)mant * pow(10, (double)last);
    return last < 0 ? (double)mant / decimal_powers[n]
                    : (double)mant * decimal_powers[n];
}

/* One piece of a column's numbers, decoded. */
struct piece {
    uint32_t count;
    int64_t mant[INTS_PIECE], last[INTS_PIECE], own[INTS_PIECE];
    double value[INTS_PIECE];
    uint32_t group[INTS_PIECE]; /* mixed: of each number */
    bool mixed;
    uint32_t one; /* !mixed: of all */
};

/* A group's numbers while they are put in order. */
struct parts {
    uint32_t *heads; /* owned; while numbers come heads[p + 1] is where the next
                        one of part p goes, then heads[p] is where p begins */
    uint32_t count;
    uint16_t *low; /* owned; parallel to the group's ids: the place in a part,
                      in the end the group's `within` */
};

struct making {
    struct facts *f;
    uint32_t *group_of_unit; /* by index into units_seen */
    size_t cap;              /* of f->groups */
    struct piece *piece;
    struct parts *parts; /* of each group */
    uint32_t *ids;       /* scratch for a part */
    uint16_t *low;
    size_t room; /* of ids and low */
};

static double base_of(const struct units *units, struct unit_ref u,
                      enum unit_convention c, int value)
{
    return decimal_to_double(
        units_to_base(units, u, c, decimal_from_int(value)));
}

static struct unit_group empty_group(const struct units *units,
                                     struct cell_unit u)
{
    struct unit_group g = { .unit = u,
                            .dim = units_dim(units, u.unit),
                            .low = INFINITY,
                            .high = -INFINITY,
                            .least = INFINITY };

    for (int c = UNIT_SI; c <= UNIT_BINARY; c++) {
        g.zero[c] = base_of(units, u.unit, (enum unit_convention)c, 0);
        g.one[c] = base_of(units, u.unit, (enum unit_convention)c, 1);
    }
    return g;
}

static uint32_t group_of(struct making *m, struct cell_unit u)
{
    struct facts *f = m->f;

    for (size_t i = 0; i < f->group_count; i++)
        if (unit_same(f->groups[i].unit.unit, u.unit))
            return (uint32_t)i;
    if (!store_grow((void **)&f->groups, &m->cap, f->group_count,
                    sizeof(*f->groups)))
        return STORE_FAIL;
    f->groups[f->group_count] = empty_group(f->units, u);
    return (uint32_t)f->group_count++;
}

static bool make_groups(struct making *m)
{
    struct facts *f = m->f;

    m->group_of_unit =
        malloc((f->units_seen_count + 1) * sizeof(*m->group_of_unit));
    if (m->group_of_unit == NULL)
        return false;
    for (size_t i = 0; i < f->units_seen_count; i++) {
        m->group_of_unit[i] = group_of(m, f->units_seen[i]);
        if (m->group_of_unit[i] == STORE_FAIL)
            return false;
    }
    for (size_t i = 0; i < f->column_count; i++) {
        struct column *c = &f->columns[i];

        if (c->pub.numbers == 0)
            continue;
        c->group = group_of(m, (struct cell_unit){ c->pub.unit, c->pub.how });
        if (c->group == STORE_FAIL)
            return false;
    }
    m->parts = calloc(f->group_count + 1, sizeof(*m->parts));
    return m->parts != NULL;
}

/* ---- decoding ---- */

static double value_of(const struct facts *f, int64_t mant, int64_t last)
{
    return last == LAST_ODD
               ? double_clamp(decimal_to_double(f->odd[mant].value))
               : number_double(mant, last);
}

/* A piece of numbers: base and differences of `width` bytes over powers of ten,
 * `power` for all, or for each the one so far before it. */
static inline void divide(double *v, const struct ints_view *mant,
                          unsigned width, const double *power,
                          const uint8_t *before)
{
    const uint64_t base = (uint64_t)mant->base;

    for (uint32_t i = 0; i < INTS_PIECE; i++)
        v[i] = (double)(int64_t)(base + ints_difference(mant->data, i, width)) /
               (before != NULL ? *(power - before[i]) : *power);
}

/* A loop for each usual width. */
static inline void divide_all(double *v, const struct ints_view *mant,
                              const double *power, const uint8_t *before)
{
    if (mant->width == 4)
        divide(v, mant, 4, power, before);
    else if (mant->width == 2)
        divide(v, mant, 2, power, before);
    else if (mant->width == 1)
        divide(v, mant, 1, power, before);
    else
        divide(v, mant, mant->width, power, before);
}

/* A whole piece that is packed, of numbers with 0..DECIMAL_EXACT_POWER
 * decimals. False: something else. */
static bool decode_packed(const struct column *c, uint32_t k, double *v)
{
    struct ints_view mant, last;
    const double *power;
    const uint8_t *up;
    uint8_t most = 0;

    if (!ints_packed(&c->mant, k, &mant) || !ints_packed(&c->last, k, &last) ||
        mant.width == 0 || last.width > 1 || last.base > 0 ||
        last.base < -DECIMAL_EXACT_POWER)
        return false;
    power = &decimal_powers[-last.base];
    if (last.width == 0) {
        divide_all(v, &mant, power, NULL);
        return true;
    }
    up = last.data;
    for (uint32_t i = 0; i < INTS_PIECE; i++)
        most = up[i] > most ? up[i] : most;
    if (most > -last.base)
        return false;
    divide_all(v, &mant, power, up);
    return true;
}

/* Piece `k` of a column. */
static void decode(const struct making *m, const struct column *c, uint32_t k)
{
    struct piece *p = m->piece;

    if (decode_packed(c, k, p->value)) {
        p->count = INTS_PIECE;
    } else {
        p->count = ints_piece(&c->mant, k, p->mant);
        (void)ints_piece(&c->last, k, p->last);
        for (uint32_t i = 0; i < p->count; i++)
            p->value[i] = value_of(m->f, p->mant[i], p->last[i]);
    }
    p->one = c->group;
    p->mixed = ints_piece(&c->own, k, p->own) > 0;
    for (uint32_t i = 0; p->mixed && i < p->count; i++)
        p->group[i] =
            p->own[i] > 0 ? m->group_of_unit[p->own[i] - 1] : c->group;
}

/* ---- the passes ---- */

static void measure(struct unit_group *g, const double *v, uint32_t n)
{
    double low = g->low, high = g->high, least = g->least;

    for (uint32_t i = 0; i < n; i++) {
        low = v[i] < low ? v[i] : low;
        high = v[i] > high ? v[i] : high;
        least = v[i] > 0 && v[i] < least ? v[i] : least;
    }
    g->least = least;
    g->low = low;
    g->high = high;
    g->count += n;
}

static bool make_buckets(struct unit_group *g, struct parts *parts)
{
    uint64_t range, want = g->count / PER_BUCKET + 2;

    if (g->count == 0)
        return true;
    g->from = g->low >= 0 && g->least < g->high ? g->least : g->low;
    g->low_key = order_key(g->from);
    range = order_key(g->high) - g->low_key;
    want = want > BUCKETS_MAX ? BUCKETS_MAX : want;
    while ((range >> g->shift) >= want)
        g->shift++;
    g->buckets = (uint32_t)(range >> g->shift) + 1;
    g->starts = pages_alloc((size_t)g->buckets + 1, sizeof(*g->starts));
    g->ids = pages_alloc(g->count, sizeof(*g->ids));
    parts->count = ((g->buckets - 1) >> PART_BITS) + 1;
    parts->heads = calloc((size_t)parts->count + 2, sizeof(*parts->heads));
    parts->low =
        pages_alloc((size_t)g->count + INDEX_BEHIND, sizeof(*parts->low));
    return g->starts != NULL && g->ids != NULL && parts->heads != NULL &&
           parts->low != NULL;
}

/* heads[p + 2] counts part p. */
static void tally(const struct unit_group *g, const struct parts *parts,
                  const double *v, uint32_t n)
{
    const struct unit_group here = *g; /* a local: heads cannot alias it */
    uint32_t *const heads = parts->heads + 2;

    for (uint32_t i = 0; i < n; i++)
        heads[place_of(&here, v[i]) >> PART_SHIFT]++;
}

static void sum_up(struct parts *parts)
{
    for (uint32_t p = 0; p < parts->count; p++)
        parts->heads[p + 2] += parts->heads[p + 1];
}

static void put(const struct unit_group *g, const struct parts *parts,
                const double *v, uint32_t n, uint32_t first)
{
    const struct unit_group here = *g;
    uint32_t *const heads = parts->heads + 1;
    uint16_t *const low = parts->low;

    for (uint32_t i = 0; i < n; i++) {
        const uint64_t place = place_of(&here, v[i]);
        const uint32_t at = heads[place >> PART_SHIFT]++;

        here.ids[at] = first + i;
        low[at] = (uint16_t)place;
    }
}

enum pass { MEASURE, TALLY, PUT };

static void take(const struct making *m, uint32_t group, enum pass pass,
                 uint32_t from, uint32_t n, uint32_t first)
{
    struct unit_group *g = &m->f->groups[group];
    const double *v = &m->piece->value[from];

    if (pass == MEASURE)
        measure(g, v, n);
    else if (pass == TALLY)
        tally(g, &m->parts[group], v, n);
    else
        put(g, &m->parts[group], v, n, first + from);
}

/* The groups of the piece at hand have numbers that vouch for nothing. */
static void note_weak(const struct making *m, const struct column *c)
{
    const struct piece *p = m->piece;

    if (c->pub.weak == WEAK_NO)
        return;
    m->f->groups[p->one].weak = true;
    for (uint32_t j = 0; p->mixed && j < p->count; j++)
        m->f->groups[p->group[j]].weak = true;
}

static void sweep(const struct making *m, enum pass pass)
{
    const struct piece *p = m->piece;

    for (size_t i = 0; i < m->f->column_count; i++) {
        const struct column *c = &m->f->columns[i];

        for (uint32_t k = 0; k * INTS_PIECE < c->pub.numbers; k++) {
            const uint32_t first = c->pub.first_fact + k * INTS_PIECE;

            decode(m, c, k);
            if (pass == MEASURE)
                note_weak(m, c);
            if (!p->mixed)
                take(m, p->one, pass, 0, p->count, first);
            for (uint32_t j = 0; p->mixed && j < p->count; j++)
                take(m, p->group[j], pass, j, 1, first);
        }
    }
}

/* ---- within the parts ---- */

/* Copies of what stands at [begin, begin + n). False: no memory. */
static bool copy_part(struct making *m, const struct unit_group *g,
                      const uint16_t *low, uint32_t begin, uint32_t n)
{
    if (n > m->room) {
        free(m->ids);
        free(m->low);
        m->room = n;
        m->ids = malloc(n * sizeof(*m->ids));
        m->low = malloc(n * sizeof(*m->low));
    }
    if (m->ids == NULL || m->low == NULL)
        return false;
    memcpy(m->ids, g->ids + begin, n * sizeof(*m->ids));
    memcpy(m->low, low + begin, n * sizeof(*m->low));
    return true;
}

/* Puts the numbers of part p in the order of its buckets; those of a bucket
 * keep theirs. `within` begins where `low` does and takes half of its bytes:
 * what is written lies before what is still to be read. */
static bool arrange(struct making *m, const struct unit_group *g,
                    const struct parts *parts, uint32_t p)
{
    const uint32_t begin = parts->heads[p], n = parts->heads[p + 1] - begin;
    const uint32_t first = p << PART_BITS;
    const uint32_t buckets =
        g->buckets - first < PART_BUCKETS ? g->buckets - first : PART_BUCKETS;
    uint8_t *const within = (uint8_t *)parts->low;
    uint32_t next[PART_BUCKETS] = { 0 }, at = begin;

    if (!copy_part(m, g, parts->low, begin, n))
        return false;
    for (uint32_t i = 0; i < n; i++)
        next[m->low[i] >> WITHIN_BITS]++;
    for (uint32_t b = 0; b < buckets; b++) {
        const uint32_t count = next[b];

        g->starts[first + b] = next[b] = at;
        at += count;
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t to = next[m->low[i] >> WITHIN_BITS]++;

        g->ids[to] = m->ids[i];
        within[to] = (uint8_t)m->low[i];
    }
    return true;
}

static bool arrange_all(struct making *m, struct unit_group *g,
                        struct parts *parts)
{
    for (uint32_t p = 0; p < parts->count; p++)
        if (!arrange(m, g, parts, p))
            return false;
    if (g->count == 0)
        return true;
    g->starts[g->buckets] = g->count;
    g->within = realloc(parts->low, (size_t)g->count + INDEX_BEHIND);
    if (g->within == NULL)
        return false;
    memset(g->within + g->count, 0, INDEX_BEHIND);
    parts->low = NULL;
    return true;
}

static bool make_index(struct making *m)
{
    struct facts *f = m->f;
    bool ok = make_groups(m);

    if (ok)
        sweep(m, MEASURE);
    for (size_t i = 0; i < f->group_count && ok; i++)
        ok = make_buckets(&f->groups[i], &m->parts[i]);
    if (!ok)
        return false;
    sweep(m, TALLY);
    for (size_t i = 0; i < f->group_count; i++)
        sum_up(&m->parts[i]);
    sweep(m, PUT);
    for (size_t i = 0; i < f->group_count && ok; i++)
        ok = arrange_all(m, &f->groups[i], &m->parts[i]);
    return ok;
}

enum status index_make(struct facts *f, struct error *err)
{
    struct making m = { .f = f, .piece = malloc(sizeof(*m.piece)) };
    const bool ok = m.piece != NULL && make_index(&m);

    for (size_t i = 0; m.parts != NULL && i < f->group_count; i++) {
        free(m.parts[i].heads);
        free(m.parts[i].low);
    }
    free(m.parts);
    free(m.piece);
    free(m.group_of_unit);
    free(m.ids);
    free(m.low);
    return ok ? ST_OK : facts_nomem(err);
}
