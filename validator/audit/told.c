/* What the prose of the data says: a number that is flagged, but stands there
 * as it is written, was not made up. */
#include <math.h>
#include <stdlib.h>

#include "validator/audit/trial.h"

enum {
    TOLD_MAX = 4096,  /* numbers kept, the first ones */
    ROOM = 4096,      /* bytes of one text (facts_prose) */
    PLAIN_DIGITS = 3, /* of a bare number that needs no noun */
    NEAR_MAX = 512    /* numbers looked at for one claim */
};
static const size_t told_bytes = (size_t)1 << 26; /* of all that is kept */

/* A number that states something: not a date, an ordinal, a part of a name. */
static bool states(const struct claim *c)
{
    return (c->exempt == EXEMPT_NO || c->exempt == EXEMPT_CODE ||
            c->exempt == EXEMPT_ADVICE || c->exempt == EXEMPT_LABEL) &&
           c->form != FORM_ARTICLE && c->form != FORM_ORDINAL;
}

static uint32_t noun_hash(const struct flat *f, const struct claim *c)
{
    return c->end_word < f->word_count ? word_hash(flat_lower(f, c->end_word))
                                       : 0;
}

static uint64_t words_mask(const uint32_t words[NOTE_WORDS])
{
    uint64_t mask = 0;

    for (int i = 0; i < NOTE_WORDS; i++)
        mask |= words[i] != 0 ? UINT64_C(1) << words[i] % 64 : 0;
    return mask;
}

static void add(struct prose_told *o, const struct flat *f,
                const struct claim_list *list, struct fact_prose p)
{
    for (uint32_t i = 0; i < list->count && o->count < TOLD_MAX; i++) {
        const struct claim *c = &list->at[i];
        struct told *t = &o->at[o->count];

        if (!states(c))
            continue;
        *t = (struct told){
            .value = c->value,
            .unit = c->unit,
            .noun = noun_hash(f, c),
            .file = p.file,
            .line = p.line,
        };
        note_words(f, c, t->words);
        o->count++;
    }
}

static int by_key(const void *pa, const void *pb)
{
    const struct told_key *a = pa, *b = pb;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->i > b->i) - (a->i < b->i);
}

static bool sort_told(struct prose_told *o, const struct units *units)
{
    o->raw = arena_alloc(o->arena, o->count, sizeof(*o->raw));
    o->base = arena_alloc(o->arena, o->count, sizeof(*o->base));
    if (o->raw == NULL || o->base == NULL)
        return false;
    for (uint32_t i = 0; i < o->count; i++) {
        const double v = decimal_to_double(o->at[i].value);

        o->raw[i] = (struct told_key){
            .at = fabs(v),
            .mask = words_mask(o->at[i].words),
            .dim = units_dim(units, o->at[i].unit),
            .i = i,
        };
        o->base[i] = o->raw[i];
        o->base[i].at = fabs(units_rough(units, o->at[i].unit, UNIT_SI, v));
    }
    if (o->count > 1) {
        qsort(o->raw, o->count, sizeof(*o->raw), by_key);
        qsort(o->base, o->count, sizeof(*o->base), by_key);
    }
    return true;
}

enum status told_make(struct prose_told *o, const struct facts *f,
                      const struct english *english, struct error *err)
{
    const struct claim_setting set = { .units = facts_units(f) };
    const size_t n = facts_prose_count(f);
    struct claim_list list = { .count = 0 };
    struct flat flat = { .len = 0 };
    enum status st = ST_OK;

    if (n == 0)
        return ST_OK;
    o->arena = arena_new(told_bytes);
    o->at = o->arena == NULL ? NULL
                             : arena_alloc(o->arena, TOLD_MAX, sizeof(*o->at));
    if (o->at == NULL ||
        !flat_init(&flat, ROOM + 1, (size_t)1 << 20, english, o->arena))
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    for (size_t i = 0; i < n && st == ST_OK && o->count < TOLD_MAX; i++) {
        const struct fact_prose p = facts_prose(f, i);

        flat_text(&flat, p.text, 0);
        list.count = 0;
        st = claims_scan(&list, &flat, &set, o->arena, err);
        if (st == ST_OK)
            add(o, &flat, &list, p);
    }
    if (st == ST_OK && !sort_told(o, set.units))
        st = error_set(err, ST_NOMEM, "no memory for the audit's rules");
    return st;
}

void told_free(struct prose_told *o)
{
    arena_free(o->arena);
}

/* The number as it is written there, or rounded; never more precise. */
static bool same_number(const struct work *w, const struct claim *c,
                        const struct told *t)
{
    struct claim plain = *c;

    plain.approx = false;
    if (c->value.last < t->value.last &&
        units_dim(w->units, c->unit) == units_dim(w->units, t->unit) &&
        c->unit.num == t->unit.num)
        return false;
    if (unit_none(t->unit) != unit_none(c->unit))
        return claims_digits(c) >= PLAIN_DIGITS &&
               match_value(w, &plain, t->value, c->unit);
    return units_dim(w->units, t->unit) == units_dim(w->units, c->unit) &&
           match_value(w, &plain, t->value, t->unit);
}

static uint32_t shared(const uint32_t a[NOTE_WORDS],
                       const uint32_t b[NOTE_WORDS])
{
    uint32_t n = 0;

    for (int i = 0; i < NOTE_WORDS; i++)
        for (int k = 0; k < NOTE_WORDS; k++)
            n += a[i] != 0 && a[i] == b[k];
    return n;
}

/* The first of the sorted keys that is not below v. */
static uint32_t key_from(const struct told_key *keys, uint32_t count, double v)
{
    uint32_t lo = 0, hi = count;

    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;

        if (keys[mid].at < v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Adds those of the sorted keys that are within `by` of `at`. */
static void add_near(const struct told_key *keys, uint32_t count,
                     struct reach r, const struct told_key *out[NEAR_MAX],
                     uint32_t *n)
{
    const double room = r.by * (1 + 1e-9) + 1e-9 * r.at;
    for (uint32_t i = key_from(keys, count, r.at - room);
         i < count && keys[i].at <= r.at + room && *n < NEAR_MAX; i++)
        out[(*n)++] = &keys[i];
}

/* The numbers that the claim may be, some of them twice. */
static uint32_t near_told(const struct work *w, const struct claim *c,
                          const struct told_key *out[NEAR_MAX])
{
    const struct prose_told *o = w->prose_told;
    struct claim plain = *c;
    uint32_t n = 0;

    plain.approx = false;
    add_near(o->raw, o->count, reach_of(&plain), out, &n);
    if (!unit_none(c->unit))
        add_near(o->base, o->count, reach_in_base(w, &plain, UNIT_SI), out, &n);
    if (units_has_binary(w->units, c->unit))
        add_near(o->base, o->count, reach_in_base(w, &plain, UNIT_BINARY), out,
                 &n);
    return n;
}

/* How likely it is that one of the numbers which share k words or more with the
 * claim has its value by accident, for each k. False: enough was tried. */
static bool accidents(const struct trial *t, const struct prose_told *o,
                      const uint32_t words[NOTE_WORDS],
                      double chance[NOTE_WORDS])
{
    const double decade = 3.2; /* as trial_offer */
    const struct told_key *keys = t->kind == KIND_UNIT ? o->base : o->raw;
    const uint32_t dim = units_dim(t->w->units, t->c->unit);
    const uint32_t first = key_from(keys, o->count, t->at / decade);
    const uint32_t last = key_from(keys, o->count, t->at * decade);
    const uint64_t mask = words_mask(words);
    uint32_t near[NOTE_WORDS] = { 0 };

    if (!trial_may(t->w, last - first))
        return false;
    for (uint32_t i = first; i < last; i++) {
        uint32_t k = 0;

        if (keys[i].dim != dim)
            continue;
        if ((mask & keys[i].mask) != 0)
            k = shared(words, o->at[keys[i].i].words);
        near[k < NOTE_WORDS ? k : NOTE_WORDS - 1]++;
    }
    for (uint32_t k = NOTE_WORDS; k-- > 0;) {
        near[k] += k + 1 < NOTE_WORDS ? near[k + 1] : 0;
        chance[k] = trial_chance(t, near[k]);
    }
    return true;
}

/* Enough words around it are the same for so many numbers of prose. */
static bool speaks(const struct work *w, const struct judged *j,
                   const struct told *t, const uint32_t words[NOTE_WORDS],
                   const double chance[NOTE_WORDS])
{
    const struct claim *c = &j->claim;
    uint32_t n = shared(words, t->words);

    if (unit_none(c->unit) && claims_digits(c) < PLAIN_DIGITS &&
        (t->noun == 0 || t->noun != noun_hash(&w->flat, c)))
        return false;
    if (n >= NOTE_WORDS)
        n = NOTE_WORDS - 1;
    if (j->verdict == CLAIM_MISATTRIBUTED && n < 2)
        return false;
    if ((j->cell != FACT_NONE || unit_none(c->unit) != unit_none(t->unit)) &&
        n == 0)
        return false;
    for (uint32_t k = 0; k <= n; k++)
        if (chance[k] <= trial_limit(j->cell != FACT_NONE))
            return true;
    return false;
}

void told_judge(struct work *w, struct judged *j)
{
    const struct prose_told *o = w->prose_told;
    const double limit = trial_limit(j->cell != FACT_NONE);
    const struct told_key *near[NEAR_MAX];
    uint32_t words[NOTE_WORDS], n;
    double chance[NOTE_WORDS];
    struct trial t;
    uint64_t mask;

    if (o == NULL || o->count == 0 || j->fault == FAULT_ARITHMETIC ||
        j->claim.cmp != CMP_NONE || j->claim.form == FORM_ARTICLE ||
        decimal_is_zero(j->claim.value))
        return;
    n = near_told(w, &j->claim, near);
    if (n == 0)
        return;
    t = trial_of(w, &j->claim);
    note_words(&w->flat, &j->claim, words);
    mask = words_mask(words);
    if (!accidents(&t, o, words, chance))
        return;
    for (uint32_t i = 0; i < n; i++) {
        const struct told *one = &o->at[near[i]->i];

        if (((mask & near[i]->mask) == 0 && chance[0] > limit) ||
            !same_number(w, &j->claim, one) ||
            !speaks(w, j, one, words, chance))
            continue;
        judged_say(w, j, CLAIM_UNVERIFIABLE,
                   "a data file says it in its prose");
        j->fact_count = 0;
        j->expected = (struct text){ "", 0 };
        j->cell = FACT_NONE;
        j->told = one;
        return;
    }
}
