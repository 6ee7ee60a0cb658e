/* What the model was given, as far as that is known: the files that the user
 * names one by one beside a folder, and how many files the folder has. They are
 * few, so a number found among them is there by no chance, where the whole
 * folder would hold any number of two or three digits. */
#include <stdlib.h>

#include "validator/audit/audit_int.h"

enum {
    FOCUS_MAX = 1024, /* more numbers than these focus on nothing */
    FOCUS_DIGITS = 2,
    SURE_DIGITS = 3, /* of a number whose words name no column */
    WORD_MIN = 3     /* bytes */
};

static bool in_focus(const struct facts *f, uint32_t table)
{
    const struct fact_table *t = facts_table(f, table);

    return t->file == FACT_NONE || !facts_file(f, t->file)->in_tree;
}

/* The files of one type or folder: without its name beside it, such a count is
 * no evidence. */
static bool is_part_of_tree(const struct facts *f, uint32_t id)
{
    struct fact fact;

    facts_get(f, id, &fact);
    return fact.file == FACT_NONE &&
           !text_eq(facts_row_name(f, fact.table, fact.row), TEXT_LIT("total"));
}

static bool add_column(struct focus *o, const struct facts *f, uint32_t column)
{
    const struct fact_column *c = facts_column(f, column);

    if (c->weak != WEAK_NO)
        return true;
    if (c->numbers > FOCUS_MAX - o->count)
        return false;
    for (uint32_t i = 0; i < c->numbers; i++)
        if (!is_part_of_tree(f, c->first_fact + i))
            o->ids[o->count++] = c->first_fact + i;
    return true;
}

enum status focus_make(struct focus *o, const struct facts *f,
                       struct error *err)
{
    *o = (struct focus){ NULL, 0, false };
    if (!facts_has_tree(f))
        return ST_OK;
    o->ids = calloc(FOCUS_MAX, sizeof(*o->ids));
    if (o->ids == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    for (uint32_t c = 0; c < facts_column_count(f); c++)
        if (in_focus(f, facts_column(f, c)->table) && !add_column(o, f, c)) {
            o->count = 0;
            break;
        }
    for (uint32_t i = 0; i < o->count && !o->told; i++) {
        struct fact first;

        facts_get(f, o->ids[i], &first);
        o->told = first.file != FACT_NONE;
    }
    return ST_OK;
}

void focus_free(struct focus *o)
{
    free(o->ids);
    o->ids = NULL;
}

/* Within a factor of the square root of ten of the claim, in its unit. */
static bool near(const struct work *w, const struct claim *c,
                 const struct fact *f)
{
    const struct decimal root = { .mag = 316, .exp = -2, .last = -2 };
    struct decimal have = f->value, said = c->value;

    if (!unit_none(c->unit) && !unit_none(f->unit)) {
        have = units_to_base(w->units, f->unit, UNIT_SI, have);
        said = units_to_base(w->units, c->unit, UNIT_SI, said);
    }
    have = decimal_abs(have);
    said = decimal_abs(said);
    return decimal_cmp(have, decimal_mul(said, root)) <= 0 &&
           decimal_cmp(said, decimal_mul(have, root)) <= 0;
}

/* A number with a unit is one of that dimension; a bare one may be any. */
static bool comparable(const struct work *w, const struct claim *c,
                       const struct fact *f)
{
    return unit_none(c->unit) ||
           units_dim(w->units, c->unit) == units_dim(w->units, f->unit);
}

/* "35 files": a bare count of two digits. It is no rounded measurement, and
 * only the very word of a count is a help to it ("Tokens: 44, 37"). */
static bool small_count(const struct claim *c)
{
    return unit_none(c->unit) && c->value.last >= 0 &&
           claims_digits(c) < SURE_DIGITS;
}

bool focus_files(const struct work *w, struct decimal *files)
{
    for (uint32_t i = 0; w->focus != NULL && i < w->focus->count; i++) {
        struct fact f;

        facts_get(w->facts, w->focus->ids[i], &f);
        if (f.file != FACT_NONE || !unit_none(f.unit))
            continue;
        *files = f.value;
        return true;
    }
    return false;
}

/* Words of key paths that tell no measure from another. */
static bool idle_word(struct text w)
{
    static const char *const words[] = { "value",   "values", "metric",
                                         "metrics", "result", "results",
                                         "summary", "data",   "mean",
                                         "average", "total",  "overall",
                                         "second",  "json",   "csv" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is(w, words[i]))
            return true;
    return w.len < WORD_MIN;
}

static bool text_has(struct text t, struct text word)
{
    for (size_t i = 0; i + word.len <= t.len; i++)
        if (text_eq_icase((struct text){ t.ptr + i, word.len }, word))
            return true;
    return false;
}

/* A word of the column's path stands in the claim's sentence, or in the header
 * or label of its cell. */
static bool words_fit(const struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);
    const struct block *b = w->block;

    for (size_t i = 0; i < c->word_count; i++) {
        if (idle_word(c->words[i]))
            continue;
        for (uint32_t k = w->around.first; k < w->around.last; k++)
            if (text_eq(flat_lower(&w->flat, k), c->words[i]))
                return true;
        if (b->role == BLOCK_TABLE_CELL &&
            (text_has(w->row.text, c->words[i]) ||
             (b->col < TABLE_COLS_MAX &&
              text_has(w->cols[b->col].text, c->words[i]))))
            return true;
    }
    return false;
}

static bool end_of_range(const struct claim *c)
{
    return (c->role == ROLE_LOW || c->role == ROLE_HIGH) && !unit_none(c->unit);
}

/* How far the words around the claim speak for the number. */
static uint32_t help(const struct work *w, const struct claim *c,
                     const struct fact *f)
{
    if (small_count(c))
        return units_is_count(w->units, f->unit) && words_fit(w, f->column);
    return columns_score_of(w, f->column) + words_fit(w, f->column);
}

bool focus_know(struct work *w, struct judged *j, uint32_t but, int digits)
{
    const struct claim *c = &j->claim;
    uint32_t hit = FACT_NONE, top = 0;
    size_t candidates = 0;
    struct decimal last = { 0 };
    double chance;

    if (w->focus == NULL || c->form == FORM_ARTICLE ||
        c->form == FORM_ORDINAL ||
        claims_digits(c) < (end_of_range(c) ? 1 : digits))
        return false;
    for (uint32_t i = 0; i < w->focus->count; i++) {
        struct fact f;
        uint32_t score;

        facts_get(w->facts, w->focus->ids[i], &f);
        if (f.table == but || !comparable(w, c, &f) || !near(w, c, &f))
            continue;
        candidates += candidates == 0 || !decimal_eq(f.value, last);
        last = f.value;
        if (match_fact(w, c, &f) == MATCH_NO ||
            (small_count(c) && !decimal_eq(f.value, c->value)))
            continue;
        score = help(w, c, &f);
        if (hit == FACT_NONE || score > top) {
            top = score;
            hit = f.id;
        }
    }
    chance = chance_of(c, candidates);
    if (claims_digits(c) < FOCUS_DIGITS && top > 0)
        chance = CHANCE_MAX; /* the other end of its range tells more */
    if (hit == FACT_NONE ||
        chance > (top > 0 && but == FACT_NONE ? CHANCE_MAX : CHANCE_WEAK) ||
        (top == 0 && claims_digits(c) < SURE_DIGITS))
        return false;
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->chance = chance;
    judged_fact(j, hit);
    judged_say(w, j, CLAIM_SUPPORTED, "in what the model was given");
    return true;
}
