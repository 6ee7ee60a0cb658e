/* Finding numbers by value, per unit (index_make.c). A bucket is a stretch of
 * doubles: finding one is arithmetic, a byte tells which part of the bucket a
 * number is in, and at the ends of a range numbers are compared as decimals. */
#include <math.h>
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "validator/facts/index_int.h"

enum {
    DISTINCT_MAX = 1000,   /* counted no further */
    DISTINCT_SLOTS = 2048, /* twice that, a power of two */
    SORT_MAX = 100000      /* results put in the order of values */
};
/* How far a double may be from the decimal it stands for, relative. */
static const double ulps = 1e-12;

void index_free(struct facts *f)
{
    for (size_t i = 0; i < f->group_count; i++) {
        free(f->groups[i].ids);
        free(f->groups[i].starts);
        free(f->groups[i].within);
    }
    free(f->groups);
}

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

static struct scan scan_between(const struct facts *f,
                                const struct fact_query *q, double low,
                                double high)
{
    return (struct scan){ .f = f,
                          .q = q,
                          .dim = units_dim(f->units, q->unit),
                          .low = double_clamp(low),
                          .high = double_clamp(high) };
}

static struct scan scan_of(const struct facts *f, const struct fact_query *q)
{
    return scan_between(f, q, decimal_to_double(q->low),
                        decimal_to_double(q->high));
}

/* The group has numbers, of a unit that the query asks for. */
static inline bool wanted(const struct scan *s, const struct unit_group *g)
{
    return g->count > 0 &&
           (s->q->scope == SCOPE_DIM    ? g->dim == s->dim
            : s->q->scope == SCOPE_UNIT ? unit_same(g->unit.unit, s->q->unit)
                                        : true);
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
    s->at = g->starts[bucket_of(first)];
    s->first_end = g->starts[bucket_of(first) + 1];
    s->last_start = g->starts[bucket_of(last)];
    s->end = g->starts[bucket_of(last) + 1];
    s->first = (uint8_t)first;
    s->last = (uint8_t)last;
    s->sure_first = bucket_of(in) == bucket_of(first) ? (uint8_t)in : UINT8_MAX;
    s->sure_last = bucket_of(in_to) == bucket_of(last) ? (uint8_t)in_to : 0;
    s->sure_from = low + l < g->low ? s->at : g->starts[bucket_of(in) + 1];
    s->sure_to = high - h > g->high ? s->end : g->starts[bucket_of(in_to)];
}

/* Begins with group g, which is wanted; false: it has nothing in the range. */
static bool begin(struct scan *s, const struct unit_group *g)
{
    double low = s->low, high = s->high;

    s->g = g;
    if (s->q->scope == SCOPE_DIM) {
        const double zero = g->zero[s->q->convention];
        const double one = g->one[s->q->convention];

        low = double_clamp((low - zero) / (one - zero));
        high = double_clamp((high - zero) / (one - zero));
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
    const struct column *c = &s->f->columns[column];
    const uint32_t i = id - c->pub.first_fact;
    const double v = column_rough(c, i);
    struct decimal d;
    int low;

    if (v - s->from > s->slack && s->to - v > s->slack)
        return true;
    if (s->from - v > s->slack || v - s->to > s->slack)
        return false;
    d = column_value(s->f, c, i);
    if (s->q->scope == SCOPE_DIM)
        d = units_to_base(s->f->units, column_unit(s->f, c, i).unit,
                          s->q->convention, d);
    low = decimal_cmp(d, s->q->low);
    return low == 0 || (low > 0 && decimal_cmp(d, s->q->high) <= 0);
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

/* Bit i: place i of 16 is low..low + width. */
static inline unsigned places_in(const uint8_t *within, uint8_t low,
                                 uint8_t width)
{
#ifdef __SSE2__
    const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)within);
    const __m128i above = _mm_sub_epi8(all, _mm_set1_epi8((char)low));
    const __m128i most = _mm_set1_epi8((char)width);

    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(above, most), above));
#else
    uint8_t any = 0;
    unsigned in = 0;

    for (unsigned i = 0; i < INDEX_BEHIND; i++) /* a vector loop */
        any |= (uint8_t)((uint8_t)(within[i] - low) <= width);
    for (unsigned i = 0; any != 0 && i < INDEX_BEHIND; i++)
        in |= (unsigned)((uint8_t)(within[i] - low) <= width) << i;
    return in;
#endif
}

/* The first of positions [at, to) whose place in the bucket is low..high. */
static uint32_t skip(const uint8_t *within, uint32_t at, uint32_t to,
                     uint8_t low, uint8_t high)
{
    const uint8_t width = (uint8_t)(high - low);

    for (; at < to; at += INDEX_BEHIND) {
        const unsigned in = places_in(within + at, low, width);

        if (in != 0) {
            at += (uint32_t)__builtin_ctz(in);
            return at < to ? at : to;
        }
    }
    return to;
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
                   uint32_t *out, size_t max, size_t most, bool sorted)
{
    struct scan s = scan_of(f, q);
    size_t n = 0;

    for (size_t i = 0; i < f->group_count && n < most; i++) {
        const size_t from = n;
        uint32_t id;

        if (!wanted(&s, &f->groups[i]) || !begin(&s, &f->groups[i]))
            continue;
        for (; n < most && next(&s, &id); n++)
            if (n < max)
                out[n] = id;
        if (sorted && from < max)
            sort_ids(f, out + from, (n < max ? n : max) - from);
    }
    return n;
}

size_t facts_find(const struct facts *f, const struct fact_query *q,
                  uint32_t *out, size_t max)
{
    return find(f, q, out, max, max > FACTS_COUNTED ? max : FACTS_COUNTED,
                true);
}

size_t facts_find_some(const struct facts *f, const struct fact_query *q,
                       uint32_t *out, size_t max)
{
    return find(f, q, out, max, max, false);
}

size_t facts_find_about(const struct facts *f, const struct fact_query *q,
                        double low, double high)
{
    struct scan s = scan_between(f, q, low, high);
    size_t n = 0;

    for (size_t i = 0; i < f->group_count; i++)
        if (wanted(&s, &f->groups[i]) && begin(&s, &f->groups[i]))
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

        if (!wanted(&s, &f->groups[i]) || !begin(&s, &f->groups[i]))
            continue;
        for (; n < DISTINCT_MAX && looked < FACTS_COUNTED && next(&s, &id);
             looked++)
            n += first_time(slots, value_of(f, id));
    }
    return n;
}
