/* A unit's abbreviation with several readings: "tps" is tokens, transactions or
 * whatever else a second. The table of units reads tokens; where the data
 * never speak of tokens, what a report calls them is as good. */
#include "validator/audit/audit_int.h"

static const struct text abbreviation = TEXT_INIT("tps");

static bool has_word(const struct fact_column *c, const struct text *words,
                     size_t n)
{
    for (size_t i = 0; i < c->word_count; i++)
        for (size_t k = 0; k < n; k++)
            if (text_eq(c->words[i], words[k]))
                return true;
    return false;
}

static bool speaks_of_tokens(const struct fact_column *c)
{
    static const struct text words[] = {
        TEXT_INIT("tok"),     TEXT_INIT("toks"),        TEXT_INIT("token"),
        TEXT_INIT("tokens"),  TEXT_INIT("ttft"),        TEXT_INIT("prompt"),
        TEXT_INIT("prompts"), TEXT_INIT("completion"),  TEXT_INIT("llm"),
        TEXT_INIT("tpot"),    TEXT_INIT("completions"), TEXT_INIT("ollama")
    };

    return has_word(c, words, sizeof(words) / sizeof(*words));
}

/* So many things a second, or another span of time. */
static bool is_rate(const struct units *units, struct unit_ref u)
{
    return u.den != 0 &&
           units_is_count(units, (struct unit_ref){ u.num, 0, 0 }) &&
           text_eq(units_dim_name(units, u.den), TEXT_LIT("time"));
}

void readings_make(struct readings *r, const struct facts *f,
                   const struct units *units)
{
    bool short_for = false;

    *r = (struct readings){ .open = false };
    if (!units_of_header(units, abbreviation, &r->rate, NULL))
        return;
    for (uint32_t i = 0; i < facts_column_count(f); i++) {
        const struct fact_column *c = facts_column(f, i);

        if (c->numbers == 0)
            continue;
        if (speaks_of_tokens(c))
            return;
        if (unit_same(c->unit, r->rate))
            short_for = short_for || has_word(c, &abbreviation, 1);
        else if (is_rate(units, c->unit) && r->others < READINGS_OTHERS)
            r->other[r->others++] = c->unit;
    }
    r->open = short_for;
}

void readings_apply(const struct work *w, struct claim *c)
{
    const struct readings *r = w->readings;

    if (r == NULL || !r->open || unit_none(c->unit) ||
        c->unit.den != r->rate.den || !is_rate(w->units, c->unit))
        return;
    for (uint32_t i = 0; i < r->others; i++)
        if (units_dim(w->units, r->other[i]) == units_dim(w->units, c->unit))
            return; /* the data know that rate by its name */
    c->unit = r->rate;
}

size_t readings_name(const struct work *w, struct unit_ref u,
                     char out[UNIT_NAME_MAX])
{
    const struct readings *r = w->readings;

    if (r == NULL || !r->open || !unit_same(u, r->rate))
        return units_name(w->units, u, out);
    memcpy(out, abbreviation.ptr, abbreviation.len);
    out[abbreviation.len] = '\0';
    return abbreviation.len;
}
