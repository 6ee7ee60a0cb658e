/* Whose number it is, where a sentence names several rows: by the order in
 * which names and numbers stand. */
#include "validator/audit/audit_int.h"

enum {
    CHAIN_MAX = 8,    /* names or numbers that one list joins */
    GAP_WORDS = 3,    /* between a number and the name behind it */
    NEIGHBOURS = 128, /* claims of a block looked at around one */
};

static bool counts(const struct claim *c)
{
    return c->exempt == EXEMPT_NO && c->form != FORM_ORDINAL &&
           c->form != FORM_ARTICLE;
}

/* Words [from, to) only join: "and", "to the", nothing. */
static bool only_joins(const struct flat *f, uint32_t from, uint32_t to)
{
    static const char *const words[] = { "and",    "or",  "to", "vs",
                                         "versus", "the", "a",  "against" };

    if (to < from || to - from > 2)
        return false;
    for (uint32_t k = from; k < to; k++)
        if (!text_is_any(flat_lower(f, k), words,
                         sizeof(words) / sizeof(*words)))
            return false;
    return true;
}

static bool char_between(const struct flat *f, uint32_t from, uint32_t to,
                         const char *set)
{
    for (uint32_t i = from; i < to && i < f->len; i++)
        if (f->text[i] != '\0' && strchr(set, f->text[i]) != NULL)
            return true;
    return false;
}

/* Bytes of the flat text between word a - 1 and word b. */
static bool breaks_between(const struct flat *f, uint32_t a, uint32_t b,
                           const char *set)
{
    return a > 0 && b < f->word_count &&
           char_between(f, f->words[a - 1].end, f->words[b].start, set);
}

/* "the worst, 1290.4 tps, from sqlite." */
static bool aside_by_commas(const struct flat *f, const struct claim *c,
                            const struct subject *s)
{
    const uint32_t after = f->words[s->end - 1].end;

    return c->end < f->len && f->text[c->end] == ',' &&
           !char_between(f, c->end + 1, f->words[s->word].start, ",;:([)") &&
           (after >= f->len || strchr(".,;", f->text[after]) != NULL);
}

/* "183.5 ms for /checkout", "37 (North)": the name right behind the number.
 * *bracket: it stands in brackets. */
static bool attached(const struct flat *f, const struct claim *c,
                     const struct subject *s, bool *bracket)
{
    static const char *const words[] = { "for", "with",  "on",  "at",
                                         "by",  "from",  "in",  "under",
                                         "the", "using", "via", "to",
                                         "of" };
    bool preposition = false;

    *bracket = false;
    if (s->word < c->end_word || s->word - c->end_word > GAP_WORDS)
        return false;
    *bracket = s->word == c->end_word &&
               char_between(f, c->end, f->words[s->word].start, "([");
    for (uint32_t k = c->end_word; k < s->word; k++) {
        const struct text t = flat_lower(f, k);

        if (!text_is_any(t, words, sizeof(words) / sizeof(*words)))
            return false;
        preposition = preposition || !text_eq(t, TEXT_LIT("the"));
    }
    if (preposition && aside_by_commas(f, c, s))
        return true;
    return *bracket ||
           (preposition &&
            !char_between(f, c->end, f->words[s->word].start, ",;:([)"));
}

/* The name that follows the claim with no other number between. */
static const struct subject *next_name(const struct work *w, uint32_t claim,
                                       uint32_t end)
{
    const struct claim *c = &w->claims.at[claim];
    const struct subject *s = NULL;

    for (uint32_t i = 0; i < w->subject_count && s == NULL; i++)
        if (w->subjects[i].word >= c->end_word &&
            w->flat.words[w->subjects[i].word].start < end)
            s = &w->subjects[i];
    for (uint32_t k = claim + 1; s != NULL && k < w->claims.count &&
                                 w->claims.at[k].first_word < s->word;
         k++)
        if (counts(&w->claims.at[k]))
            return NULL;
    return s;
}

/* Some number stands between the words, other than the claim itself. */
static bool number_in(const struct work *w, uint32_t claim, uint32_t from,
                      uint32_t to)
{
    const uint32_t lo = claim > NEIGHBOURS ? claim - NEIGHBOURS : 0;

    for (uint32_t k = lo; k < w->claims.count && k < claim + NEIGHBOURS; k++)
        if (k != claim && counts(&w->claims.at[k]) &&
            w->claims.at[k].first_word >= from &&
            w->claims.at[k].first_word < to)
            return true;
    return false;
}

uint32_t subjects_table(const struct subject *a, const struct subject *b)
{
    enum { LOOK = 8 };

    for (uint32_t i = 0; i < a->row_count && i < LOOK; i++)
        for (uint32_t k = 0; k < b->row_count && k < LOOK; k++)
            if (a->rows[i].table == b->rows[k].table)
                return a->rows[i].table;
    return FACT_NONE;
}

static bool same_table(const struct subject *a, const struct subject *b)
{
    return subjects_table(a, b) != FACT_NONE;
}

bool subjects_overlap(const struct subject *a, const struct subject *b)
{
    for (uint32_t i = 0; i < a->row_count; i++)
        for (uint32_t k = 0; k < b->row_count; k++)
            if (a->rows[i].table == b->rows[k].table &&
                a->rows[i].row == b->rows[k].row)
                return true;
    return false;
}

/* Claims joined to this one in a list or range, in order; *place: where it
 * stands. Returns how many. */
static uint32_t claim_chain(const struct work *w, uint32_t claim,
                            uint32_t *first)
{
    uint32_t from = claim, to = claim;
    const struct claim *at = w->claims.at;

    while (from > 0 && claim - from < CHAIN_MAX && counts(&at[from - 1]) &&
           only_joins(&w->flat, at[from - 1].end_word, at[from].first_word) &&
           !char_between(&w->flat, at[from - 1].end, at[from].start, ";:()."))
        from--;
    while (to + 1 < w->claims.count && to - claim < CHAIN_MAX &&
           counts(&at[to + 1]) &&
           only_joins(&w->flat, at[to].end_word, at[to + 1].first_word) &&
           !char_between(&w->flat, at[to].end, at[to + 1].start, ";:()."))
        to++;
    *first = from;
    return to - from + 1;
}

/* Names from i on that a list joins. */
static uint32_t name_chain(const struct work *w, uint32_t i, uint32_t end)
{
    uint32_t n = 1;

    for (; i + n < w->subject_count && n <= CHAIN_MAX; n++) {
        const struct subject *a = &w->subjects[i + n - 1],
                             *b = &w->subjects[i + n];

        if (w->flat.words[b->word].start >= end || !same_table(a, b) ||
            a->name == b->name || !only_joins(&w->flat, a->end, b->word) ||
            breaks_between(&w->flat, a->end, b->word, ";:(."))
            break;
    }
    return n;
}

/* "A and B reach 3 and 4": as many names as numbers, in the same order. */
static const struct subject *parallel(const struct work *w, uint32_t claim,
                                      uint32_t start, uint32_t end)
{
    uint32_t first, best = w->subject_count, k;
    const uint32_t n = claim_chain(w, claim, &first);
    const uint32_t last_word = w->claims.at[first + n - 1].end_word;

    if (n < 2)
        return NULL;
    for (uint32_t i = 0; i < w->subject_count; i += k) {
        const struct subject *s = &w->subjects[i];

        k = 1;
        if (w->flat.words[s->word].start < start)
            continue;
        k = name_chain(w, i, end);
        if (k != n)
            continue;
        if (s->word < w->claims.at[first].first_word
                ? !number_in(w, first, w->subjects[i + k - 1].end,
                             w->claims.at[first].first_word)
                : best == w->subject_count &&
                      !number_in(w, first + n - 1, last_word, s->word))
            best = i;
    }
    return best == w->subject_count ? NULL
                                    : &w->subjects[best + (claim - first)];
}

/* A name of x's table stands in the sentence before the claim. */
static bool named_before(const struct work *w, const struct subject *x,
                         uint32_t start, const struct claim *c)
{
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];

        if (w->flat.words[s->word].start >= start && s->word < c->first_word &&
            same_table(s, x))
            return true;
    }
    return false;
}

/* The name X before it has a number of its own already: one between, one that
 * it follows with a preposition or as the first name of the sentence. */
static bool served(const struct work *w, uint32_t claim,
                   const struct subject *x, uint32_t start)
{
    bool bracket;

    if (number_in(w, claim, x->end, w->claims.at[claim].first_word))
        return true;
    for (uint32_t k = claim; k > 0 && claim - k < NEIGHBOURS; k--)
        if (counts(&w->claims.at[k - 1]))
            return w->claims.at[k - 1].end_word <= x->word &&
                   w->claims.at[k - 1].start >= start &&
                   (attached(&w->flat, &w->claims.at[k - 1], x, &bracket) ||
                    !named_before(w, x, start, &w->claims.at[k - 1]));
    return false;
}

/* A number of the claim's dimension stands in [from, to). */
static bool alike_in(const struct work *w, uint32_t claim, uint32_t from,
                     uint32_t to)
{
    const struct claim *c = &w->claims.at[claim];

    for (uint32_t k = claim; k > 0 && claim - k < NEIGHBOURS; k--) {
        const struct claim *o = &w->claims.at[k - 1];

        if (counts(o) && o->first_word >= from && o->first_word < to &&
            units_dim(w->units, o->unit) == units_dim(w->units, c->unit))
            return true;
    }
    return false;
}

/* Nothing but its own numbers stands between the name and the claim, and no
 * other name of its table before it since the last number. */
static bool alone_before(const struct work *w, uint32_t claim,
                         const struct subject *x, uint32_t start)
{
    const uint32_t at = w->claims.at[claim].first_word;

    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];

        if (s == x || w->flat.words[s->word].start < start || s->word >= at ||
            !same_table(s, x) || subjects_overlap(s, x))
            continue;
        if (s->word > x->word || !alike_in(w, claim, s->end, x->word))
            return false;
    }
    return x->end <= at;
}

/* "With a hit rate of 97 %, lint is ahead", "With 97 % lint is ahead": the
 * clause before the comma is
 * about the name behind it. */
static bool leads_to(const struct flat *f, const struct claim *c,
                     const struct subject *s, uint32_t start)
{
    uint32_t word = s->word;
    const bool opens =
        c->first_word > 0 && c->first_word - 1 == flat_word_at(f, start) &&
        (text_eq(flat_lower(f, c->first_word - 1), TEXT_LIT("with")) ||
         text_eq(flat_lower(f, c->first_word - 1), TEXT_LIT("at")));

    if (word > c->end_word && text_eq(flat_lower(f, word - 1), TEXT_LIT("the")))
        word--;
    return word == c->end_word &&
           (opens || char_between(f, c->end, f->words[word].start, ","));
}

/* "heron-3b (74.2 and 52.7 tok/s)": the name right before the bracket that the
 * numbers stand in. */
static const struct subject *before_bracket(const struct work *w,
                                            uint32_t claim)
{
    uint32_t first;
    const struct claim *c;

    claim_chain(w, claim, &first);
    c = &w->claims.at[first];
    if (c->role == ROLE_BEFORE) /* "over the forest (93 % vs 91 %)" */
        return NULL;
    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->subjects[i].end == c->first_word &&
            char_between(&w->flat, w->flat.words[c->first_word - 1].end,
                         c->start, "(["))
            return &w->subjects[i];
    return NULL;
}

/* "from 0.414 (BM25) to 0.586": the name in brackets behind another number is
 * that one's alone. */
static bool in_brackets(const struct work *w, uint32_t claim,
                        const struct subject *s)
{
    const struct flat *f = &w->flat;
    const struct claim *c = &w->claims.at[claim];
    bool bracket;

    if (s->end > c->first_word || s->word == 0 ||
        !char_between(f, f->words[s->word - 1].end, f->words[s->word].start,
                      "(") ||
        !char_between(f, f->words[s->end - 1].end, c->start, ")"))
        return false;
    for (uint32_t k = claim; k > 0 && claim - k < CHAIN_MAX; k--)
        if (counts(&w->claims.at[k - 1]) &&
            w->claims.at[k - 1].end_word <= s->word)
            return attached(f, &w->claims.at[k - 1], s, &bracket) && bracket;
    return false;
}

/* The last name before the claim that is not in such brackets; NULL: none. */
static const struct subject *outside_brackets(const struct work *w,
                                              uint32_t claim, uint32_t start)
{
    const struct subject *last = NULL;

    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];

        if (w->flat.words[s->word].start >= start &&
            s->end <= w->claims.at[claim].first_word &&
            !in_brackets(w, claim, s))
            last = s;
    }
    return last;
}

const struct subject *owner_of(const struct work *w, uint32_t claim,
                               uint32_t start, uint32_t end, bool *sure)
{
    const struct claim *c = &w->claims.at[claim];
    const struct subject *who = subject_of(w, c, start, end), *s;
    uint32_t first, last;
    bool bracket;

    *sure = true;
    if (who != NULL && in_brackets(w, claim, who))
        who = outside_brackets(w, claim, start);
    if (w->subject_count < 2)
        return who;
    s = parallel(w, claim, start, end);
    if (s == NULL)
        s = before_bracket(w, claim);
    if (s != NULL && (who == NULL || same_table(s, who)))
        return s;
    last = claim_chain(w, claim, &first) + first - 1;
    s = next_name(w, last, end);
    if (s != NULL && attached(&w->flat, &w->claims.at[last], s, &bracket) &&
        (who == NULL || who == s ||
         (same_table(s, who) && (bracket || served(w, claim, who, start)))))
        return s;
    *sure = who != NULL && alone_before(w, claim, who, start);
    if (who == NULL && s != NULL && leads_to(&w->flat, c, s, start)) {
        *sure = true;
        return s;
    }
    return who;
}
