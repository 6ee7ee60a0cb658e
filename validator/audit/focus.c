/* What the model was given, as far as that is known: the files that the user
 * names one by one beside a folder, and how many files the folder has. They are
 * few, so a number found among them is there by no chance, where the whole
 * folder would hold any number of two or three digits. */
#include <math.h>
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

static void add_number(struct focus *o, const struct facts *f,
                       const struct units *units, uint32_t id)
{
    struct fact fact;
    double v;

    facts_get(f, id, &fact);
    v = decimal_to_double(fact.value);
    if (!o->counted && fact.file == FACT_NONE && unit_none(fact.unit)) {
        o->counted = true;
        o->files = fact.value;
    }
    o->at[o->count++] = (struct focus_number){
        .id = id,
        .table = fact.table,
        .dim = units_dim(units, fact.unit),
        .raw = fabs(v),
        .base = fabs(units_rough(units, fact.unit, UNIT_SI, v)),
        .bare = unit_none(fact.unit),
    };
}

static bool add_column(struct focus *o, const struct facts *f,
                       const struct units *units, uint32_t column)
{
    const struct fact_column *c = facts_column(f, column);

    if (c->weak != WEAK_NO)
        return true;
    if (c->numbers > FOCUS_MAX - o->count)
        return false;
    for (uint32_t i = 0; i < c->numbers; i++)
        if (!is_part_of_tree(f, c->first_fact + i))
            add_number(o, f, units, c->first_fact + i);
    return true;
}

enum status focus_make(struct focus *o, const struct facts *f,
                       const struct units *units, struct error *err)
{
    *o = (struct focus){ .at = NULL };
    if (!facts_has_tree(f))
        return ST_OK;
    o->at = calloc(FOCUS_MAX, sizeof(*o->at));
    if (o->at == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    for (uint32_t c = 0; c < facts_column_count(f); c++)
        if (in_focus(f, facts_column(f, c)->table) &&
            !add_column(o, f, units, c)) {
            o->count = 0;
            break;
        }
    for (uint32_t i = 0; i < o->count && !o->told; i++) {
        struct fact first;

        facts_get(f, o->at[i].id, &first);
        o->told = first.file != FACT_NONE;
    }
    return ST_OK;
}

void focus_free(struct focus *o)
{
    free(o->at);
    o->at = NULL;
}

/* A claim as its focus numbers are. */
struct said {
    double raw, base;
    uint32_t dim;
    bool bare;
};

static struct said said_of(const struct work *w, const struct claim *c)
{
    const double v = decimal_to_double(c->value);

    return (struct said){
        .raw = fabs(v),
        .base = fabs(units_rough(w->units, c->unit, UNIT_SI, v)),
        .dim = units_dim(w->units, c->unit),
        .bare = unit_none(c->unit),
    };
}

/* Of its dimension, or a bare claim; and within a factor of the square root of
 * ten of it. */
static bool near(const struct said *c, const struct focus_number *n)
{
    const bool plain = c->bare || n->bare;
    const double root = 3.16, edge = 1e-12; /* what doubles may be off */
    const double have = plain ? n->raw : n->base;
    const double said = plain ? c->raw : c->base;

    return (c->bare || c->dim == n->dim) && have <= said * root * (1 + edge) &&
           said <= have * root * (1 + edge);
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
    if (w->focus == NULL || w->focus->count == 0 || !w->focus->counted)
        return false;
    *files = w->focus->files;
    return true;
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
    const struct said said = said_of(w, c);
    double last = 0, chance;

    if (w->focus == NULL || c->form == FORM_ARTICLE ||
        c->form == FORM_ORDINAL ||
        claims_digits(c) < (end_of_range(c) ? 1 : digits))
        return false;
    for (uint32_t i = 0; i < w->focus->count; i++) {
        const struct focus_number *n = &w->focus->at[i];
        struct fact f;
        uint32_t score;

        if (!near(&said, n) || n->table == but)
            continue;
        candidates += candidates == 0 || n->raw != last;
        last = n->raw;
        facts_get(w->facts, n->id, &f);
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
