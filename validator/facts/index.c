/* Numbers in buckets by value, per unit. A bucket is a stretch of doubles:
 * finding one is arithmetic, a byte tells which part of the bucket a number is
 * in, and at the ends of a range numbers are compared as decimals. Five bytes
 * per number and three passes over the columns; nothing is sorted. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum {
    PER_BUCKET = 16, /* numbers, on average */
    BUCKETS_MAX = 1 << 22,
    WITHIN_BITS = 8,       /* of a place in a bucket */
    DISTINCT_MAX = 1000,   /* counted no further */
    DISTINCT_SLOTS = 2048, /* twice that, a power of two */
    SORT_MAX = 100000      /* results put in the order of values */
};
/* How far a double may be from the decimal it stands for, relative. */
static const double ulps = 1e-12;

/* Doubles as integers of the same order (IEEE 754). */
static uint64_t order_key(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    return (bits >> 63) != 0 ? ~bits : bits | ((uint64_t)1 << 63);
}

static const double powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* A decimal beyond the doubles counts as the largest of them. */
static double clamp(double v)
{
    return v > DBL_MAX ? DBL_MAX : v < -DBL_MAX ? -DBL_MAX : v;
}

static double double_of(struct decimal d)
{
    return clamp(decimal_to_double(d));
}

double number_double(int64_t mant, int64_t last)
{
    const int64_t n = last < 0 ? -last : last;

    if (n >= (int64_t)(sizeof(powers) / sizeof(*powers)))
        return (double)mant * pow(10, (double)last);
    return last < 0 ? (double)mant / powers[n] : (double)mant * powers[n];
}

/* ---- building ---- */

/* One run of a column's numbers, decoded. */
struct run {
    uint32_t count;
    int64_t mant[INTS_CHUNK], last[INTS_CHUNK], own[INTS_CHUNK];
    double value[INTS_CHUNK];
    uint32_t group[INTS_CHUNK]; /* mixed: of each number */
    bool mixed;
    uint32_t one; /* !mixed: of all */
};

struct making {
    struct facts *f;
    uint32_t *group_of_unit; /* by index into units_seen */
    size_t cap;              /* of f->groups */
    struct run *run;
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

static void decode_values(const struct facts *f, struct run *r)
{
    bool same = true;

    for (uint32_t i = 1; i < r->count; i++)
        same = same && r->last[i] == r->last[0];
    if (r->count > 0 && same && r->last[0] <= 0 && r->last[0] >= -22) {
        const double p = powers[-r->last[0]];

        for (uint32_t i = 0; i < r->count; i++)
            r->value[i] = (double)r->mant[i] / p;
        return;
    }
    for (uint32_t i = 0; i < r->count; i++)
        r->value[i] = r->last[i] == LAST_ODD
                          ? double_of(f->odd[r->mant[i]].value)
                          : number_double(r->mant[i], r->last[i]);
}

/* Run `k` of a column; its count is 0 behind the last. */
static void decode(const struct making *m, const struct column *c, uint32_t k)
{
    struct run *r = m->run;

    r->count = ints_run(&c->mant, k, r->mant);
    (void)ints_run(&c->last, k, r->last);
    decode_values(m->f, r);
    r->one = c->group;
    r->mixed = ints_run(&c->own, k, r->own) > 0;
    for (uint32_t i = 0; r->mixed && i < r->count; i++)
        r->group[i] =
            r->own[i] > 0 ? m->group_of_unit[r->own[i] - 1] : c->group;
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
    return true;
}

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

/* Where v lies: the bucket, and below it WITHIN_BITS of its place in there.
 * What lies beyond the group's values is at its ends. */
static inline uint64_t place_of(const struct unit_group *g, double v)
{
    uint64_t k;

    if (v <= g->from)
        return 0;
    k = order_key(v < g->high ? v : g->high) - g->low_key;
    return g->shift >= WITHIN_BITS ? k >> (g->shift - WITHIN_BITS)
                                   : k << (WITHIN_BITS - g->shift);
}

static inline uint32_t bucket_of(const struct unit_group *g, double v)
{
    return (uint32_t)(place_of(g, v) >> WITHIN_BITS);
}

static bool make_buckets(struct unit_group *g)
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
    g->starts = calloc((size_t)g->buckets + 2, sizeof(*g->starts));
    g->ids = malloc((size_t)g->count * sizeof(*g->ids));
    g->within = malloc((size_t)g->count * sizeof(*g->within));
    return g->starts != NULL && g->ids != NULL && g->within != NULL;
}

/* starts[b + 2] counts bucket b; after the sums starts[b + 1] is where the
 * next number of b goes, and at the end starts[b] is where b begins. */
static void tally(const struct unit_group *g, const double *v, uint32_t n)
{
    const struct unit_group here = *g; /* a local: starts cannot alias it */

    for (uint32_t i = 0; i < n; i++)
        here.starts[bucket_of(&here, v[i]) + 2]++;
}

static void place(const struct unit_group *g, const double *v, uint32_t n,
                  uint32_t first)
{
    const struct unit_group here = *g;

    for (uint32_t i = 0; i < n; i++) {
        const uint64_t place = place_of(&here, v[i]);
        const uint32_t at = here.starts[(place >> WITHIN_BITS) + 1]++;

        here.ids[at] = first + i;
        here.within[at] = (uint8_t)place;
    }
}

enum pass { MEASURE, TALLY, PLACE };

static void take(struct unit_group *g, enum pass pass, const double *v,
                 uint32_t n, uint32_t first)
{
    if (pass == MEASURE)
        measure(g, v, n);
    else if (pass == TALLY)
        tally(g, v, n);
    else
        place(g, v, n, first);
}

/* The groups of the run at hand have numbers that vouch for nothing. */
static void note_weak(const struct making *m, const struct column *c)
{
    const struct run *r = m->run;

    if (c->pub.weak == WEAK_NO)
        return;
    m->f->groups[r->one].weak = true;
    for (uint32_t j = 0; r->mixed && j < r->count; j++)
        m->f->groups[r->group[j]].weak = true;
}

static void sweep(const struct making *m, enum pass pass)
{
    const struct run *r = m->run;

    for (size_t i = 0; i < m->f->column_count; i++) {
        const struct column *c = &m->f->columns[i];

        for (uint32_t k = 0; k <= c->pub.numbers >> INTS_SHIFT; k++) {
            const uint32_t first = c->pub.first_fact + (k << INTS_SHIFT);

            decode(m, c, k);
            note_weak(m, c);
            if (!r->mixed && r->count > 0)
                take(&m->f->groups[r->one], pass, r->value, r->count, first);
            for (uint32_t j = 0; r->mixed && j < r->count; j++)
                take(&m->f->groups[r->group[j]], pass, &r->value[j], 1,
                     first + j);
        }
    }
}

enum status index_make(struct facts *f, struct error *err)
{
    struct making m = { .f = f };
    bool ok;

    m.run = malloc(sizeof(*m.run));
    ok = m.run != NULL && make_groups(&m);
    if (ok)
        sweep(&m, MEASURE);
    for (size_t i = 0; i < f->group_count && ok; i++)
        ok = make_buckets(&f->groups[i]);
    if (ok) {
        sweep(&m, TALLY);
        for (size_t i = 0; i < f->group_count; i++)
            for (uint32_t b = 0; b < f->groups[i].buckets; b++)
                f->groups[i].starts[b + 2] += f->groups[i].starts[b + 1];
        sweep(&m, PLACE);
    }
    free(m.run);
    free(m.group_of_unit);
    return ok ? ST_OK : facts_nomem(err);
}

void index_free(struct facts *f)
{
    for (size_t i = 0; i < f->group_count; i++) {
        free(f->groups[i].ids);
        free(f->groups[i].starts);
        free(f->groups[i].within);
    }
    free(f->groups);
}

/* ---- queries ---- */

struct scan { /* one query over one group */
    const struct facts *f;
    const struct fact_query *q;
    const struct unit_group *g;
    uint32_t dim;     /* units_dim of the query's unit */
    double low, high; /* the query's ends */
    uint32_t at, end; /* in g->ids: the buckets that the range touches */
    /* Up to first_end and from last_start on stand the numbers of the buckets
     * at its ends; between sure_from and sure_to all are in the range. */
    uint32_t first_end, last_start, sure_from, sure_to;
    /* In the buckets at the ends those outside of first and last are not in
     * the range, those beyond sure_first and sure_last are. */
    uint8_t first, last, sure_first, sure_last;
    double from, to, slack; /* the range in the group's unit; what doubles
                               may be off */
};

static struct scan scan_of(const struct facts *f, const struct fact_query *q)
{
    return (struct scan){ .f = f,
                          .q = q,
                          .dim = units_dim(f->units, q->unit),
                          .low = double_of(q->low),
                          .high = double_of(q->high) };
}

static bool wanted(const struct scan *s)
{
    switch (s->q->scope) {
    case SCOPE_UNIT:
        return unit_same(s->g->unit.unit, s->q->unit);
    case SCOPE_DIM:
        return s->g->dim == s->dim;
    default:
        return true;
    }
}

static uint32_t bucket(uint64_t place)
{
    return (uint32_t)(place >> WITHIN_BITS);
}

/* Which positions the range of doubles low..high can have. */
static void bound(struct scan *s, double low, double high)
{
    const struct unit_group *g = s->g;
    const double l = ulps * fabs(low), h = ulps * fabs(high);
    const uint64_t first = place_of(g, low - l), last = place_of(g, high + h);
    const uint64_t in = place_of(g, low + l), in_to = place_of(g, high - h);

    s->from = low;
    s->to = high;
    s->slack = l + h;
    s->at = g->starts[bucket(first)];
    s->first_end = g->starts[bucket(first) + 1];
    s->last_start = g->starts[bucket(last)];
    s->end = g->starts[bucket(last) + 1];
    s->first = (uint8_t)first;
    s->last = (uint8_t)last;
    s->sure_first = bucket(in) == bucket(first) ? (uint8_t)in : UINT8_MAX;
    s->sure_last = bucket(in_to) == bucket(last) ? (uint8_t)in_to : 0;
    s->sure_from = low + l < g->low ? s->at : g->starts[bucket(in) + 1];
    s->sure_to = high - h > g->high ? s->end : g->starts[bucket(in_to)];
}

/* Begins with group g; false: it has nothing in the range. */
static bool begin(struct scan *s, const struct unit_group *g)
{
    double low = s->low, high = s->high;

    s->g = g;
    if (g->count == 0 || !wanted(s))
        return false;
    if (s->q->scope == SCOPE_DIM) {
        const double zero = g->zero[s->q->convention];
        const double one = g->one[s->q->convention];

        low = clamp((low - zero) / (one - zero));
        high = clamp((high - zero) / (one - zero));
    }
    if (!(low - ulps * fabs(low) <= g->high &&
          high + ulps * fabs(high) >= g->low))
        return false;
    bound(s, low, high);
    return true;
}

/* Compared as doubles where they tell, else as decimals. */
static bool inside(const struct scan *s, uint32_t id)
{
    const uint32_t column = facts_column_of(s->f, id);
    const double v =
        facts_rough(s->f, column, id - s->f->columns[column].pub.first_fact);
    struct fact fact;
    struct decimal d;

    if (v - s->from > s->slack && s->to - v > s->slack)
        return true;
    if (s->from - v > s->slack || v - s->to > s->slack)
        return false;
    facts_get(s->f, id, &fact);
    d = fact.value;
    if (s->q->scope == SCOPE_DIM)
        d = units_to_base(s->f->units, fact.unit, s->q->convention, d);
    return decimal_cmp(d, s->q->low) >= 0 && decimal_cmp(d, s->q->high) <= 0;
}

/* The number at that position, where skip_outside left it, is in the range. */
static bool in_range(const struct scan *s, uint32_t at)
{
    const uint8_t within = s->g->within[at];
    const bool first = at < s->first_end, last = at >= s->last_start;

    if ((at >= s->sure_from || (first && within > s->sure_first)) &&
        (at < s->sure_to || (last && within < s->sure_last)))
        return true;
    return inside(s, s->g->ids[at]);
}

/* One of 16 places in a bucket is low..low + width. */
static inline bool any_of_16(const uint8_t *within, uint8_t low, uint8_t width)
{
    uint8_t any = 0;

    for (int i = 0; i < 16; i++)
        any |= (uint8_t)((uint8_t)(within[i] - low) <= width);
    return any != 0;
}

/* The first of positions [at, to) whose place in the bucket is low..high. */
static uint32_t skip(const uint8_t *within, uint32_t at, uint32_t to,
                     uint8_t low, uint8_t high)
{
    const uint8_t width = (uint8_t)(high - low);

    while (to - at >= 16 && !any_of_16(within + at, low, width))
        at += 16;
    while (at < to && (uint8_t)(within[at] - low) > width)
        at++;
    return at;
}

/* The next position, from `at` on, that is not outside of the range: most of
 * what is in the buckets at its ends is. */
static uint32_t skip_outside(const struct scan *s, uint32_t at)
{
    const bool one_bucket = s->last_start < s->first_end;

    if (at < s->first_end) {
        at = skip(s->g->within, at, s->first_end, s->first,
                  one_bucket ? s->last : UINT8_MAX);
        if (at < s->first_end)
            return at;
    }
    return at < s->last_start ? at : skip(s->g->within, at, s->end, 0, s->last);
}

static bool vouches(const struct scan *s, uint32_t id)
{
    return !s->g->weak || s->q->weak ||
           s->f->columns[facts_column_of(s->f, id)].pub.weak == WEAK_NO;
}

/* The next fact in the range; false: no more. */
static bool next(struct scan *s, uint32_t *id)
{
    for (uint32_t at = s->at; (at = skip_outside(s, at)) < s->end; at++) {
        *id = s->g->ids[at];
        if (in_range(s, at) && vouches(s, *id)) {
            s->at = at + 1;
            return true;
        }
    }
    s->at = s->end;
    return false;
}

static struct decimal value_of(const struct facts *f, uint32_t id)
{
    const struct column *c = &f->columns[facts_column_of(f, id)];

    return column_value(f, c, id - c->pub.first_fact);
}

struct found {
    double value;
    uint32_t id;
};

static int by_value(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Puts ids[0..n) of one unit in the order of their values. */
static void sort_ids(const struct facts *f, uint32_t *ids, size_t n)
{
    enum { ON_STACK = 64 };
    struct found small[ON_STACK], *all = small;

    if (n < 2 || n > SORT_MAX)
        return;
    if (n > ON_STACK)
        all = malloc(n * sizeof(*all));
    if (all == NULL)
        return; /* the order is a courtesy */
    for (size_t i = 0; i < n; i++)
        all[i] =
            (struct found){ decimal_to_double(value_of(f, ids[i])), ids[i] };
    qsort(all, n, sizeof(*all), by_value);
    for (size_t i = 0; i < n; i++)
        ids[i] = all[i].id;
    if (all != small)
        free(all);
}

static size_t find(const struct facts *f, const struct fact_query *q,
                   uint32_t *out, size_t max, size_t most)
{
    struct scan s = scan_of(f, q);
    size_t n = 0;

    for (size_t i = 0; i < f->group_count && n < most; i++) {
        const size_t from = n;
        uint32_t id;

        if (!begin(&s, &f->groups[i]))
            continue;
        for (; n < most && next(&s, &id); n++)
            if (n < max)
                out[n] = id;
        if (from < max)
            sort_ids(f, out + from, (n < max ? n : max) - from);
    }
    return n;
}

size_t facts_find(const struct facts *f, const struct fact_query *q,
                  uint32_t *out, size_t max)
{
    return find(f, q, out, max, max > FACTS_COUNTED ? max : FACTS_COUNTED);
}

size_t facts_find_some(const struct facts *f, const struct fact_query *q,
                       uint32_t *out, size_t max)
{
    return find(f, q, out, max, max);
}

size_t facts_find_about(const struct facts *f, const struct fact_query *q)
{
    struct scan s = scan_of(f, q);
    size_t n = 0;

    for (size_t i = 0; i < f->group_count; i++)
        if (begin(&s, &f->groups[i]))
            n += (size_t)(s.end - s.at);
    return n;
}

/* A set of values as 64-bit hashes of their digits: that two of a thousand
 * values share one is a chance of 10^-14. */
static bool first_time(uint64_t slots[DISTINCT_SLOTS], struct decimal v)
{
    uint64_t h = ((uint64_t)v.mag ^ (uint64_t)(v.mag >> 64) ^ v.neg) *
                 0x9e3779b97f4a7c15u;
    size_t k;

    h = (h ^ (h >> 29) ^ (uint64_t)(uint32_t)v.exp) * 0xc4ceb9fe1a85ec53u;
    h |= 1; /* 0: free */
    for (k = (h >> 32) & (DISTINCT_SLOTS - 1); slots[k] != 0;
         k = (k + 1) & (DISTINCT_SLOTS - 1))
        if (slots[k] == h)
            return false;
    slots[k] = h;
    return true;
}

size_t facts_find_distinct(const struct facts *f, const struct fact_query *q)
{
    uint64_t slots[DISTINCT_SLOTS] = { 0 };
    struct scan s = scan_of(f, q);
    size_t n = 0, looked = 0;

    for (size_t i = 0; i < f->group_count; i++) {
        uint32_t id;

        if (!begin(&s, &f->groups[i]))
            continue;
        for (; n < DISTINCT_MAX && looked < FACTS_COUNTED && next(&s, &id);
             looked++)
            n += first_time(slots, value_of(f, id));
    }
    return n;
}
