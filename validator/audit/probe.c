/* A claim sought in the columns that it can be of. */
#include "validator/audit/probe.h"

#include <math.h>

/* Found by a search over all facts, once for all columns (a number that more
 * than FIND_MAX facts have is no support by chance alone). */
const struct candidates *probe_candidates(struct work *w, const struct claim *c,
                                          bool raw)
{
    struct candidates *found = raw ? &w->as_written : &w->in_base;
    struct fact_query q = { .scope = raw ? SCOPE_ANY : SCOPE_DIM,
                            .unit = c->unit };
    size_t n;

    if (found->known)
        return found;
    match_range(w, c, raw, UNIT_SI, &q.low, &q.high);
    n = facts_find_some(w->facts, &q, found->ids, FIND_MAX);
    found->count = (uint32_t)(n < FIND_MAX ? n : FIND_MAX);
    for (uint32_t i = 0; i < found->count; i++)
        found->columns[i] = facts_column_of(w->facts, found->ids[i]);
    found->known = true;
    return found;
}

bool probe_none(const struct work *w, bool raw)
{
    const struct candidates *found = raw ? &w->as_written : &w->in_base;

    return found->known && found->count == 0;
}

static void try_fact(const struct work *w, const struct claim *c, uint32_t id,
                     struct best_match *best)
{
    struct fact f;
    enum match m;

    facts_get(w->facts, id, &f);
    m = match_fact(w, c, &f);
    if (m != MATCH_NO && (best->how == MATCH_NO || m == MATCH_ROUNDED))
        *best = (struct best_match){ m, id };
}

void probe_make(const struct work *w, const struct claim *c, struct probe *p)
{
    *p = (struct probe){ .c = c,
                         .raw = reach_of(c),
                         .dim = units_dim(w->units, c->unit),
                         .bare = unit_none(c->unit),
                         .share = dim_is(w, c->unit, "fraction") };
    for (int k = UNIT_SI; k <= UNIT_BINARY && !p->bare; k++)
        p->base[k] = reach_in_base(w, c, (enum unit_convention)k);
}

/* Wider than in_reach: what passes is looked at again. */
static struct way way_of(struct reach r, double zero, double by)
{
    const double room = r.by * 1.001 + 1e-10 * r.at;

    return (struct way){ zero, by, r.at - room, r.at + room };
}

static struct sieve sieve_of(const struct work *w, const struct probe *p,
                             uint32_t group)
{
    const struct fact_scale si = facts_scale(w->facts, group, UNIT_SI);
    struct sieve s = { .ways = 1 };

    if (p->bare || unit_none(si.unit) || unit_same(p->c->unit, si.unit)) {
        s.ways += p->share && unit_none(si.unit);
        s.way[0] = way_of(p->raw, 0, 1);
        s.way[1] = way_of(p->raw, 0, 100);
        return s;
    }
    s.converts = true;
    s.ways = units_dim(w->units, si.unit) != p->dim ? 0
             : units_has_binary(w->units, si.unit) ||
                     units_has_binary(w->units, p->c->unit)
                 ? 2
                 : 1;
    for (int k = UNIT_SI; k < s.ways; k++) {
        const struct fact_scale to =
            facts_scale(w->facts, group, (enum unit_convention)k);

        s.way[k] = way_of(p->base[k], to.zero, to.by);
    }
    return s;
}

/* NAN (unknown) is. */
static inline bool within(const struct way *way, double v)
{
    const double x = fabs(way->zero + v * way->by);

    return !(x < way->low || x > way->high);
}

/* A number v (NAN: unknown) may be the claim's, and a better match than the
 * best so far: converted numbers are all alike. */
static inline bool may_be_better(const struct sieve *s, double v,
                                 const struct best_match *best)
{
    if (s->ways == 0 || (s->converts && best->how == MATCH_CONVERTED))
        return false;
    return within(&s->way[0], v) || (s->ways > 1 && within(&s->way[1], v));
}

static const struct sieve *sieve_for(const struct work *w, struct probe *p,
                                     uint32_t group)
{
    if (!p->sieved || p->group != group) {
        p->sieve = sieve_of(w, p, group);
        p->group = group;
        p->sieved = true;
    }
    return &p->sieve;
}

/* Some number of low..high may be, read that way. */
static bool reaches(const struct way *way, double low, double high)
{
    const double a = way->zero + low * way->by, b = way->zero + high * way->by;
    const double most = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    const double least = (a < 0) != (b < 0)  ? 0
                         : fabs(a) < fabs(b) ? fabs(a)
                                             : fabs(b);

    return !(most < way->low || least > way->high);
}

/* Some number of the column may be the claim's: most columns are told by their
 * ends. */
static bool column_may(const struct sieve *s, const struct fact_roughs *r)
{
    return r->groups != NULL ||
           (s->ways > 0 &&
            (reaches(&s->way[0], r->low, r->high) ||
             (s->ways > 1 && reaches(&s->way[1], r->low, r->high))));
}

/* Of the numbers of a short column, one by one. */
static void match_short(const struct work *w, struct probe *p, uint32_t column,
                        struct best_match *best)
{
    const struct fact_column *col = facts_column(w->facts, column);
    const struct fact_roughs r = facts_roughs(w->facts, column);
    const struct sieve *s = sieve_for(w, p, facts_group(w->facts, column));

    if (!column_may(s, &r))
        return;
    for (uint32_t i = 0; i < col->numbers && best->how != MATCH_ROUNDED; i++) {
        if (r.groups != NULL)
            s = sieve_for(w, p, r.groups[i]);
        if (may_be_better(s, r.at[i], best))
            try_fact(w, p->c, col->first_fact + i, best);
    }
}

/* Of the facts that the claim can be, those of the column. */
static void match_long(struct work *w, const struct probe *p, uint32_t column,
                       struct best_match *best)
{
    const struct fact_column *col = facts_column(w->facts, column);
    const struct candidates *found =
        probe_candidates(w, p->c, p->bare || unit_none(col->unit));
    /* converted numbers of one unit are all alike */
    const bool alike = !p->bare && !unit_none(col->unit) &&
                       !unit_same(p->c->unit, col->unit) &&
                       !facts_mixed(w->facts, column);

    for (uint32_t i = 0; i < found->count && best->how != MATCH_ROUNDED; i++) {
        if (found->columns[i] != column)
            continue;
        if (alike && best->how == MATCH_CONVERTED)
            break;
        try_fact(w, p->c, found->ids[i], best);
    }
}

void probe_column(struct work *w, struct probe *p, uint32_t column,
                  struct best_match *best)
{
    const struct fact_column *col = facts_column(w->facts, column);

    if (col->weak == WEAK_NO && col->numbers > FACTS_SHORT)
        match_long(w, p, column, best);
    else if (col->weak == WEAK_NO && col->numbers > 0)
        match_short(w, p, column, best);
}

bool probe_has(struct work *w, struct probe *p, uint32_t column, uint32_t *id)
{
    struct best_match best = { MATCH_NO, 0 };

    probe_column(w, p, column, &best);
    *id = best.id;
    return best.how != MATCH_NO && best.how != MATCH_TRUNCATED;
}
