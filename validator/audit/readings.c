/* A unit's abbreviation with several readings: "tps" is tokens, transactions or
 * whatever else a second. The table of units reads it one way; where the data
 * never use a word that goes with it, what a report calls them is as good. The
 * "readings" of rules/terms.json say which words these are. */
#include <stdlib.h>

#include "validator/audit/audit_int.h"
#include "validator/base/jsonc.h"

enum { WORDS_MAX = 64 };

/* A word of the column's name is one of the strings of `words`. */
static bool has_word(const struct fact_column *c, const cJSON *words)
{
    const cJSON *word;

    cJSON_ArrayForEach(word, words)
    {
        for (size_t i = 0; i < c->word_count; i++)
            if (text_is(c->words[i], word->valuestring))
                return true;
    }
    return false;
}

static bool has_abbreviation(const struct fact_column *c, const char *say)
{
    for (size_t i = 0; i < c->word_count; i++)
        if (text_is(c->words[i], say))
            return true;
    return false;
}

/* So many things a second, or another span of time. */
static bool is_rate(const struct units *units, struct unit_ref u)
{
    return u.den != 0 &&
           units_is_count(units, (struct unit_ref){ u.num, 0, 0 }) &&
           text_eq(units_dim_name(units, u.den), TEXT_LIT("time"));
}

/* False: the data have no such column, or they use one of the words. */
static bool is_open(struct reading *r, const struct facts *f,
                    const struct units *units, const cJSON *words)
{
    bool short_for = false;

    for (uint32_t i = 0; i < facts_column_count(f); i++) {
        const struct fact_column *c = facts_column(f, i);

        if (c->numbers == 0)
            continue;
        if (has_word(c, words))
            return false;
        if (unit_same(c->unit, r->rate))
            short_for = short_for || has_abbreviation(c, r->say);
        else if (is_rate(units, c->unit) && r->others < READING_OTHERS)
            r->other[r->others++] = c->unit;
    }
    return short_for;
}

/* An entry as the rules have it; NULL, or what is wrong with it. */
static const char *fault_of(struct reading *r, const struct units *units,
                            const cJSON *entry)
{
    const char *say =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "say"));
    const cJSON *words = cJSON_GetObjectItemCaseSensitive(entry, "words");
    const cJSON *word;

    if (say == NULL || strlen(say) >= sizeof(r->say))
        return "\"say\" must be a string of at most 15 bytes";
    memcpy(r->say, say, strlen(say) + 1);
    if (!units_of_header(units, text_from(say), &r->rate, NULL) ||
        !is_rate(units, r->rate))
        return "\"say\" must be a rate that units.json knows";
    if (!cJSON_IsArray(words) || cJSON_GetArraySize(words) > WORDS_MAX)
        return "\"words\" must be a list of at most 64 words";
    cJSON_ArrayForEach(word, words)
    {
        if (!cJSON_IsString(word))
            return "\"words\" must hold strings";
    }
    return NULL;
}

static enum status add_all(struct readings *out, const struct facts *f,
                           const struct units *units, const cJSON *entries,
                           const char *name, struct error *err)
{
    const cJSON *entry;
    int nth = 0;

    if (entries != NULL && !cJSON_IsArray(entries))
        return error_set(err, ST_INPUT, "%s: \"readings\" must be a list",
                         name);
    cJSON_ArrayForEach(entry, entries)
    {
        struct reading r = { .others = 0 };
        const char *fault = fault_of(&r, units, entry);

        nth++;
        if (fault != NULL)
            return error_set(err, ST_INPUT, "%s: readings, entry %d: %s", name,
                             nth, fault);
        if (nth > READINGS_MAX)
            return error_set(err, ST_LIMIT, "%s: more than %d readings", name,
                             READINGS_MAX);
        if (is_open(&r, f, units,
                    cJSON_GetObjectItemCaseSensitive(entry, "words")))
            out->at[out->count++] = r;
    }
    return ST_OK;
}

enum status readings_make(struct readings *out, const struct facts *f,
                          const struct units *units, struct text terms,
                          const char *name, struct error *err)
{
    cJSON *root = NULL;
    enum status st = jsonc_parse(&root, terms, name, err);

    out->count = 0;
    if (st == ST_OK)
        st = add_all(out, f, units,
                     cJSON_GetObjectItemCaseSensitive(root, "readings"), name,
                     err);
    cJSON_Delete(root);
    return st;
}

static void apply(const struct work *w, const struct reading *r,
                  struct claim *c)
{
    if (c->unit.den != r->rate.den)
        return;
    for (uint32_t i = 0; i < r->others; i++)
        if (units_dim(w->units, r->other[i]) == units_dim(w->units, c->unit))
            return; /* the data know that rate by its name */
    c->unit = r->rate;
}

void readings_apply(const struct work *w, struct claim *c)
{
    const struct readings *r = w->readings;

    if (r == NULL || r->count == 0 || unit_none(c->unit) ||
        !is_rate(w->units, c->unit))
        return;
    for (uint32_t i = 0; i < r->count; i++)
        apply(w, &r->at[i], c);
}

size_t readings_name(const struct work *w, struct unit_ref u,
                     char out[UNIT_NAME_MAX])
{
    const struct readings *r = w->readings;

    for (uint32_t i = 0; r != NULL && i < r->count; i++)
        if (unit_same(u, r->at[i].rate)) {
            const size_t n = strlen(r->at[i].say);

            memcpy(out, r->at[i].say, n + 1);
            return n;
        }
    return units_name(w->units, u, out);
}
