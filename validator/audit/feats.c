#include "validator/audit/feats.h"

enum { FEATS_MAX = 64, SAY_MAX = 96 };

static void add_columns(struct feat *feat, const struct facts *f,
                        const cJSON *names)
{
    for (uint32_t c = 0; c < facts_column_count(f); c++) {
        const struct fact_column *column = facts_column(f, c);
        const cJSON *name;
        bool fits = false;

        cJSON_ArrayForEach(name, names)
        {
            fits = fits ||
                   (cJSON_IsString(name) &&
                    text_eq_icase(column->name, text_from(name->valuestring)));
        }
        if (fits && column->numbers > 0 &&
            feat->column_count < FEAT_COLUMNS_MAX)
            feat->columns[feat->column_count++] = c;
    }
}

static bool add_words(struct feat *feat, const cJSON *say, struct arena *a)
{
    char buf[SAY_MAX];
    struct text t;

    if (!cJSON_IsString(say) || strlen(say->valuestring) >= SAY_MAX)
        return true;
    t = text_from(say->valuestring);
    feat->word_count =
        (uint32_t)facts_words(t, buf, feat->words, FEAT_WORDS_MAX);
    for (uint32_t i = 0; i < feat->word_count; i++) {
        feat->words[i] = arena_copy(a, feat->words[i]);
        if (feat->words[i].ptr == NULL)
            return false;
    }
    return true;
}

static bool add_feat(struct feats *out, const struct facts *f,
                     const cJSON *entry, struct arena *a)
{
    const cJSON *least = cJSON_GetObjectItemCaseSensitive(entry, "at_least");
    const cJSON *many = cJSON_GetObjectItemCaseSensitive(entry, "how_many");
    struct feat *feat = &out->at[out->count];

    *feat = (struct feat){ .word_count = 0 };
    if (!cJSON_IsNumber(least) || !cJSON_IsNumber(many))
        return true;
    feat->at_least = decimal_from_int(least->valueint);
    feat->how_many = (uint32_t)many->valueint;
    add_columns(feat, f, cJSON_GetObjectItemCaseSensitive(entry, "columns"));
    if (!add_words(feat, cJSON_GetObjectItemCaseSensitive(entry, "say"), a))
        return false;
    out->count += feat->word_count > 0 && feat->column_count > 0;
    return true;
}

bool feats_load(struct feats *out, const struct facts *f, const cJSON *json,
                struct arena *a)
{
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(json, "feats");
    const cJSON *entry;

    *out = (struct feats){ NULL, 0 };
    if (cJSON_GetArraySize(entries) == 0)
        return true;
    out->at = arena_alloc(a, FEATS_MAX, sizeof(*out->at));
    if (out->at == NULL)
        return false;
    cJSON_ArrayForEach(entry, entries)
    {
        if (out->count < FEATS_MAX && !add_feat(out, f, entry, a))
            return false;
    }
    return true;
}

const struct feat *feats_at(const struct feats *all, const struct flat *f,
                            uint32_t word)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct feat *feat = &all->at[i];
        uint32_t k = 0;

        while (k < feat->word_count && word + k < f->word_count &&
               text_eq(flat_lower(f, word + k), feat->words[k]))
            k++;
        if (k == feat->word_count)
            return feat;
    }
    return NULL;
}

bool feats_of_row(const struct feat *feat, const struct facts *f,
                  uint32_t table, uint32_t row, bool *has)
{
    uint32_t known = 0, reached = 0;

    for (uint32_t i = 0; i < feat->column_count; i++) {
        struct fact cell;

        if (facts_column(f, feat->columns[i])->table != table ||
            !facts_cell(f, feat->columns[i], row, &cell))
            continue;
        known++;
        reached += decimal_cmp(cell.value, feat->at_least) >= 0;
    }
    *has = reached >= feat->how_many;
    return known > feat->how_many;
}
