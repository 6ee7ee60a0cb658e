/* Numbers that no cell could bear out, whatever it holds: when something was
 * measured and over how much, rough shares in words, bounds of rows that are
 * not named. What would be flagged is unverifiable then. */
#include "validator/audit/audit_int.h"

static bool word_of(struct text t, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_is(t, words[i]))
            return true;
    return false;
}

static bool is_time(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_is(units_dim_name(w->units, c->unit.num), "time");
}

/* The noun right behind a bare number means no column: "17 games". */
static bool strange_noun(const struct work *w, const struct claim *c)
{
    uint32_t end;
    const struct flat *f = &w->flat;
    const uint32_t k = c->end_word;
    struct text t;

    if (k >= f->word_count || f->words[k].start - c->end != 1 ||
        f->text[c->end] != ' ')
        return false;
    t = flat_lower(f, k);
    return t.len >= 4 && t.ptr[t.len - 1] == 's' &&
           !terms_row_noun(w->terms, f, k) &&
           terms_at(w->terms, f, k, &end) == NULL;
}

/* "over the final 12 minutes", "after one quarter", "in 17 games": it says
 * when, or over how much, something was measured, not what came out. */
static bool says_when(const struct work *w, const struct claim *c)
{
    static const char *const spans[] = {
        "last", "final", "past", "previous", "next", "first", "opening",
        "closing", "remaining", "preceding", "coming", "recent",
        /* German, Spanish, French, Russian */
        "letzten", "vergangenen", "nächsten", "ersten", "vor", "nach",
        "últimos", "últimas", "próximos", "próximas", "primeros", "primeras",
        "hace", "derniers", "dernières", "prochains", "prochaines", "premiers",
        "premières", "последние", "последних", "первые", "первых", "следующие",
        "через"
    };
    static const char *const over[] = { "after",  "over",      "in",
                                        "across", "within",    "through",
                                        "during", "throughout" };
    static const char *const left[] = { "left",  "remaining", "ago",
                                        "later", "earlier",   "später",
                                        "zuvor", "después",   "назад",
                                        "спустя" };
    struct text before;

    if (c->first_word == 0 || audit_in_cell(w) || w->terms == NULL ||
        c->role != ROLE_ALONE || c->value.last < 0)
        return false;
    if (is_time(w, c) && c->end_word < w->flat.word_count &&
        word_of(flat_lower(&w->flat, c->end_word), left,
                sizeof(left) / sizeof(*left)))
        return true;
    before = flat_lower(&w->flat, c->first_word - 1);
    if (word_of(before, spans, sizeof(spans) / sizeof(*spans)))
        return is_time(w, c) || (unit_none(c->unit) && strange_noun(w, c));
    if (!unit_none(c->unit) || c->form == FORM_ARTICLE)
        return false;
    return (text_eq(before, TEXT_LIT("after")) && claims_digits(c) <= 2 &&
            c->end_word < w->flat.word_count && !audit_row_noun(w, c)) ||
           (word_of(before, over, sizeof(over) / sizeof(*over)) &&
            strange_noun(w, c));
}

/* "at most 0.18 % on all other links": no row is named. */
static bool of_others(const struct work *w, const struct claim *c)
{
    enum { LOOK = 5 };
    static const char *const words[] = { "other", "others", "rest", "remaining",
                                         "elsewhere" };

    if (c->cmp == CMP_NONE || audit_in_cell(w))
        return false;
    for (uint32_t k = c->end_word;
         k < w->flat.word_count && k < c->end_word + LOOK; k++)
        if (word_of(flat_lower(&w->flat, k), words,
                    sizeof(words) / sizeof(*words)))
            return true;
    return false;
}

/* "$3.52 per 100 points": over how much something is counted. */
static bool per_so_many(const struct work *w, const struct claim *c)
{
    return c->first_word > 0 && !audit_in_cell(w) && claims_digits(c) == 1 &&
           c->value.last >= 0 &&
           decimal_cmp(c->value, decimal_from_int(1)) > 0 &&
           text_eq(flat_lower(&w->flat, c->first_word - 1), TEXT_LIT("per"));
}

/* "one large file": an article, not a count. */
static bool one_of_a_kind(const struct work *w, const struct claim *c)
{
    return c->form == FORM_WORDS && unit_none(c->unit) && c->group == 0 &&
           decimal_eq(c->value, decimal_from_int(1)) && !audit_in_cell(w) &&
           c->first_word > 0 &&
           text_eq(flat_lower(&w->flat, c->first_word - 1), TEXT_LIT("is"));
}

/* "The 1% lows" of a column low_1pct_fps: part of what it is called. */
static bool of_column_name(const struct work *w, const struct claim *c)
{
    enum { COLUMNS_LOOK = 512 };
    const uint32_t n = (uint32_t)facts_column_count(w->facts);
    char number[DECIMAL_TEXT_MAX];
    size_t len;

    if (c->unit.den != 0 || c->form != FORM_DIGITS || n > COLUMNS_LOOK ||
        !dim_is(w, c->unit, "fraction"))
        return false;
    len = decimal_format(number, c->value);
    for (uint32_t i = 0; i < n; i++) {
        const struct fact_column *col = facts_column(w->facts, i);

        for (size_t k = 0; k < col->word_count; k++)
            if (col->words[k].len == len + 3 &&
                memcmp(col->words[k].ptr, number, len) == 0 &&
                text_ends(col->words[k], TEXT_LIT("pct")))
                return true;
    }
    return false;
}

/* "by 2.8 to 1" */
static bool to_one(const struct work *w, const struct claim *c)
{
    return unit_none(c->unit) && decimal_eq(c->value, decimal_from_int(1)) &&
           w->claim > 0 && c->first_word > 0 &&
           w->claims.at[w->claim - 1].end_word + 1 == c->first_word &&
           text_eq(flat_lower(&w->flat, c->first_word - 1), TEXT_LIT("to"));
}

/* "two thirds of the energy", "half": of what, no cell tells. */
static bool rough_share(const struct work *w, const struct claim *c)
{
    const struct flat *f = &w->flat;

    if (c->first_word >= 2 &&
        text_eq(flat_lower(f, c->first_word - 1), TEXT_LIT("in")) &&
        text_eq(flat_lower(f, c->first_word - 2), TEXT_LIT("one")))
        return true; /* "one in a hundred" */
    return c->form == FORM_WORDS && c->value.last < 0 && unit_none(c->unit) &&
           decimal_cmp(decimal_abs(c->value), decimal_from_int(1)) < 0;
}

void beyond_judge(struct work *w, struct judged *j)
{
    const char *why = says_when(w, &j->claim)     ? "says when or over how much"
                      : rough_share(w, &j->claim) ? "a rough share"
                      : of_others(w, &j->claim)   ? "of others than those named"
                      : per_so_many(w, &j->claim) ? "says over how much"
                      : of_column_name(w, &j->claim) ? "names a column"
                      : to_one(w, &j->claim)         ? "one part of a ratio"
                      : one_of_a_kind(w, &j->claim)  ? "an article, not a count"
                                                     : NULL;

    if (why == NULL)
        return;
    judged_say(w, j, CLAIM_UNVERIFIABLE, why);
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->cell = FACT_NONE;
}
