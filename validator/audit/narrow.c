/* One row of several that a name stands for, when the sentence says which:
 * "postgres at 8 threads", "osprey-7b with q4". */
#include "validator/audit/audit_int.h"

enum {
    TERM_REACH = 16,  /* words: longer than any term */
    NEAR_CLAIMS = 64, /* on either side of the claim */
    NAMES_MAX = 3,    /* of a sentence that speaks of one row */
    ROWS_LOOK = 32,   /* of one name */
    SIDES_MAX = 4     /* settings that one sentence sets side by side */
};

/* Words of a sentence that speaks of more than one setting. */
bool narrow_compares(const struct work *w)
{
    static const char *const words[] = {
        "than",    "from",         "compared", "versus",   "vs",
        "against", "instead",      "over",     "relative", "both",
        "each",    "respectively", "whereas",  "while",    "but",
        "up",      "to",           "all",      "doubling", "raising"
    };
    const struct flat *f = &w->flat;

    for (uint32_t k = w->around.first; k < w->around.last; k++)
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
            if (text_is(flat_lower(f, k), words[i]))
                return true;
    return false;
}

uint32_t narrow_column(const struct work *w, const struct claim *o,
                       uint32_t table)
{
    const uint32_t first =
        o->first_word > TERM_REACH ? o->first_word - TERM_REACH : 0;

    for (uint32_t i = mention_from(w, first);
         i < w->mention_count && w->mentions[i].word <= o->end_word; i++) {
        const struct mention *m = &w->mentions[i];
        const struct term_post *p = terms_posts(w->terms, m->term);
        const bool behind = m->word == o->end_word;
        const bool before =
            m->end == o->first_word ||
            (m->end + 1 == o->first_word &&
             text_eq(flat_lower(&w->flat, m->end), TEXT_LIT("size")));

        if (!behind && !before)
            continue;
        for (uint32_t k = 0; k < m->term->posts; k++)
            if (facts_column(w->facts, p[k].column)->table == table)
                return p[k].column;
    }
    return FACT_NONE;
}

/* The only setting of the sentence; false: none, or more than one. Any other
 * number of the claim's dimension, too, makes it unsure. */
static bool only_setting(const struct work *w, const struct claim *c,
                         uint32_t table, const struct claim **out,
                         uint32_t *column)
{
    const uint32_t lo = w->claim > NEAR_CLAIMS ? w->claim - NEAR_CLAIMS : 0;

    *out = NULL;
    for (uint32_t i = lo; i < w->claims.count && i < w->claim + NEAR_CLAIMS;
         i++) {
        const struct claim *o = &w->claims.at[i];
        uint32_t here;

        if (i == w->claim || o->start < w->around.start ||
            o->start >= w->around.end ||
            (o->exempt != EXEMPT_NO && o->exempt != EXEMPT_REFERENCE))
            continue;
        if (units_dim(w->units, o->unit) == units_dim(w->units, c->unit) &&
            !unit_none(c->unit))
            return false;
        if (!unit_none(o->unit) || o->form != FORM_DIGITS || o->value.last < 0)
            continue;
        here = narrow_column(w, o, table);
        if (here == FACT_NONE && o->exempt == EXEMPT_REFERENCE)
            continue; /* "Table 8" */
        if (o->group != 0 || *out != NULL || here == FACT_NONE)
            return false;
        *column = here;
        *out = o;
    }
    return *out != NULL;
}

/* Rows that every name of the sentence names; 0: none, or one is of another
 * table. */
static uint32_t shared_rows(const struct work *w, const struct subject *who,
                            struct row_ref out[ROWS_MAX])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < who->row_count; i++) {
        const struct subject one = { .rows = &who->rows[i], .row_count = 1 };
        bool all = true;

        for (uint32_t k = 0; k < w->subject_count && all; k++)
            all = w->subjects[k].word < w->around.first ||
                  w->subjects[k].word >= w->around.last ||
                  subjects_overlap(&w->subjects[k], &one);
        if (all)
            out[n++] = who->rows[i];
    }
    return n;
}

/* Names of the sentence: those that share no row with some other one ("eco"
 * and "boost"), and those that all the others go with. */
struct named_sides {
    const struct subject *side[SIDES_MAX], *common[SIDES_MAX];
    uint32_t sides, commons;
};

static bool of_sentence(const struct work *w, const struct subject *s)
{
    return s->word >= w->around.first && s->word < w->around.last;
}

/* false: names of more than one table, or too many names or rows. */
static bool part_names(const struct work *w, struct named_sides *out)
{
    out->sides = out->commons = 0;
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];
        bool alone = false;

        if (!of_sentence(w, s))
            continue;
        if (s->row_count > ROWS_LOOK)
            return false;
        for (uint32_t k = 0; k < w->subject_count; k++) {
            const struct subject *o = &w->subjects[k];

            if (!of_sentence(w, o) || o == s)
                continue;
            if (subjects_table(s, o) == FACT_NONE)
                return false;
            alone = alone || !subjects_overlap(s, o);
        }
        if (alone ? out->sides == SIDES_MAX : out->commons == SIDES_MAX)
            return false;
        if (alone)
            out->side[out->sides++] = s;
        else
            out->common[out->commons++] = s;
    }
    return out->sides > 1;
}

/* Numbers of the claim's dimension in the sentence, in order; 0: too many. */
static uint32_t alike_claims(const struct work *w, const struct claim *c,
                             const struct claim *out[SIDES_MAX])
{
    const uint32_t lo = w->claim > NEAR_CLAIMS ? w->claim - NEAR_CLAIMS : 0;
    uint32_t n = 0;

    for (uint32_t i = lo; i < w->claims.count && i < w->claim + NEAR_CLAIMS;
         i++) {
        const struct claim *o = &w->claims.at[i];

        if (o->exempt != EXEMPT_NO || o->start < w->around.start ||
            o->start >= w->around.end ||
            units_dim(w->units, o->unit) != units_dim(w->units, c->unit))
            continue;
        if (n == SIDES_MAX || o->group != 0)
            return 0;
        out[n++] = o;
    }
    return n;
}

/* The side that the claim goes with, where each number of the sentence has one
 * right before it, or each one right behind it; NULL: it is not told. */
static const struct subject *side_of(const struct claim *c,
                                     const struct named_sides *names,
                                     const struct claim *const at[SIDES_MAX],
                                     uint32_t n)
{
    const struct subject *own = NULL;
    bool before = true, behind = true;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t word = names->side[i]->word;

        before = before && word < at[i]->first_word &&
                 (i == 0 || word >= at[i - 1]->end_word);
        behind = behind && word >= at[i]->end_word &&
                 (i + 1 == n || word < at[i + 1]->first_word);
        if (at[i]->start == c->start)
            own = names->side[i];
    }
    for (uint32_t i = 0; i < names->commons; i++)
        if (names->common[i]->word >= at[0]->end_word &&
            names->common[i]->word < at[n - 1]->first_word)
            return NULL;
    return before || behind ? own : NULL;
}

/* "More than", "respectively": the names are not each beside its number. */
static bool sets_apart(const struct work *w)
{
    static const char *const words[] = { "than",     "compared",    "versus",
                                         "vs",       "against",     "instead",
                                         "relative", "respectively" };

    for (uint32_t k = w->around.first; k < w->around.last; k++)
        if (text_is_any(flat_lower(&w->flat, k), words,
                        sizeof(words) / sizeof(*words)))
            return true;
    return false;
}

uint32_t narrow_own(const struct work *w, const struct claim *c,
                    const struct subject *who, struct row_ref out[ROWS_MAX])
{
    struct named_sides names = { .sides = 0 };
    const struct claim *at[SIDES_MAX];
    const struct subject *own;
    uint32_t claims, n = 0;

    if (who->row_count < 2 || audit_in_cell(w) || w->around.subjects < 3 ||
        w->around.subjects > 2 * SIDES_MAX)
        return 0;
    claims = alike_claims(w, c, at);
    if (claims < 2 || sets_apart(w) || !part_names(w, &names) ||
        names.sides != claims)
        return 0;
    own = side_of(c, &names, at, claims);
    for (uint32_t i = 0; own != NULL && i < own->row_count; i++) {
        const struct subject one = { .rows = &own->rows[i], .row_count = 1 };
        bool all = names.commons > 0;

        for (uint32_t k = 0; k < names.commons; k++)
            all = all && subjects_overlap(names.common[k], &one);
        if (all)
            out[n++] = own->rows[i];
    }
    return n;
}

uint32_t narrow_rows(const struct work *w, const struct claim *c,
                     const struct subject *who, struct row_ref out[ROWS_MAX])
{
    const struct claim *setting;
    uint32_t column = FACT_NONE, kept = 0, n;

    if (who->row_count < 2 || unit_none(c->unit) || w->terms == NULL ||
        audit_in_cell(w) || w->around.subjects == 0 ||
        w->around.subjects > NAMES_MAX || narrow_compares(w))
        return 0;
    n = shared_rows(w, who, out);
    if (n > 1 && only_setting(w, c, out[0].table, &setting, &column)) {
        for (uint32_t i = 0; i < n; i++) {
            struct fact f;

            if (out[i].table == out[0].table &&
                facts_cell(w->facts, column, out[i].row, &f) &&
                decimal_eq(f.value, setting->value))
                out[kept++] = out[i];
        }
        if (kept == 0) /* of no row: it is no setting */
            n = shared_rows(w, who, out);
        else
            n = kept;
    }
    return n < who->row_count ? n : 0;
}
