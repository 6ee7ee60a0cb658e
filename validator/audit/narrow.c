/* One row of several that a name stands for, when the sentence says which:
 * "postgres at 8 threads", "osprey-7b with q4". */
#include "validator/audit/audit_int.h"

enum {
    TERM_REACH = 16,  /* words: longer than any term */
    NEAR_CLAIMS = 64, /* on either side of the claim */
    NAMES_MAX = 3     /* of a sentence that speaks of one row */
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
