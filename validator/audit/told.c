/* What the prose of the data says: a number that is flagged, but stands there
 * as it is written, was not made up. */
#include <stdlib.h>

#include "validator/audit/trial.h"

enum {
    TOLD_MAX = 4096, /* numbers kept, the first ones */
    ROOM = 4096,     /* bytes of one text (facts_prose) */
    PLAIN_DIGITS = 3 /* of a bare number that needs no noun */
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

/* How likely it is that one of the numbers which share so many words with the
 * claim has its value by accident. */
static double accident(const struct trial *like, const struct told *o,
                       uint32_t count, const uint32_t words[NOTE_WORDS],
                       uint32_t wanted)
{
    struct trial t = *like;

    for (uint32_t i = 0; i < count; i++)
        if (units_dim(t.w->units, o[i].unit) ==
                units_dim(t.w->units, t.c->unit) &&
            (wanted == 0 || shared(words, o[i].words) >= wanted))
            trial_offer(&t, decimal_to_double(o[i].value) *
                                trial_factor(&t, o[i].unit));
    return trial_chance(&t, t.near);
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
    uint32_t words[NOTE_WORDS];
    double chance[NOTE_WORDS];
    struct trial t;
    bool known = false;

    if (o == NULL || o->count == 0 || j->fault == FAULT_ARITHMETIC ||
        j->claim.cmp != CMP_NONE || j->claim.form == FORM_ARTICLE ||
        decimal_is_zero(j->claim.value) || !trial_may(w, o->count))
        return;
    for (uint32_t i = 0; i < o->count; i++) {
        if (!same_number(w, &j->claim, &o->at[i]))
            continue;
        if (!known) {
            t = trial_of(w, &j->claim);
            note_words(&w->flat, &j->claim, words);
            for (uint32_t k = 0; k < NOTE_WORDS; k++)
                chance[k] = accident(&t, o->at, o->count, words, k);
            known = true;
        }
        if (!speaks(w, j, &o->at[i], words, chance))
            continue;
        judged_say(w, j, CLAIM_UNVERIFIABLE,
                   "a data file says it in its prose");
        j->fact_count = 0;
        j->expected = (struct text){ "", 0 };
        j->cell = FACT_NONE;
        j->told = &o->at[i];
        return;
    }
}
