/* Rows that only settings name: "with num_gpu 40 and num_ctx 4096 the latency
 * was 84.2 ms". A number of another row is found anywhere; the settings say
 * that it is not theirs. */
#include "validator/audit/audit_int.h"

enum {
    SETTINGS_MAX = 6,
    ROWS_LOOKED = 4096,
    NEAR_CLAIMS = 32 /* on either side of the claim */
};

struct setting {
    uint32_t column;
    struct decimal value;
};

struct settings {
    uint32_t table;
    struct setting at[SETTINGS_MAX];
    uint32_t count;
};

static bool bare_number(const struct claim *c)
{
    return unit_none(c->unit) && c->form == FORM_DIGITS && c->group == 0 &&
           c->cmp == CMP_NONE;
}

/* Adds what claim o sets; false: it is unsure what the sentence speaks of. */
static bool add_setting(const struct work *w, const struct claim *c,
                        const struct claim *o, struct settings *s)
{
    struct setting one = { narrow_column(w, o, s->table), o->value };
    const bool name = o->exempt == EXEMPT_NAME || o->exempt == EXEMPT_REFERENCE;

    if (o->exempt != EXEMPT_NO && !name)
        return true;
    if (!unit_none(o->unit))
        return units_dim(w->units, o->unit) != units_dim(w->units, c->unit);
    if (one.column == FACT_NONE)
        return name;
    if (!bare_number(o) || s->count == SETTINGS_MAX)
        return false;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->at[i].column == one.column)
            return false;
    s->at[s->count++] = one;
    return true;
}

/* All settings of the claim's sentence; false: none, or it is unsure. */
static bool read_settings(const struct work *w, const struct claim *c,
                          struct settings *s)
{
    const uint32_t lo = w->claim > NEAR_CLAIMS ? w->claim - NEAR_CLAIMS : 0;
    uint32_t row;

    for (uint32_t i = lo; i < w->claims.count && i < w->claim + NEAR_CLAIMS;
         i++) {
        const struct claim *o = &w->claims.at[i];

        if (i != w->claim && o->start >= w->around.start &&
            o->start < w->around.end && !add_setting(w, c, o, s))
            return false;
    }
    for (uint32_t i = 0; i < s->count; i++)
        if (facts_rows_with(w->facts, s->at[i].column, s->at[i].value, &row,
                            1) == 0)
            return false; /* no row has it */
    return s->count > 0;
}

static bool row_has(const struct work *w, const struct settings *s,
                    uint32_t row)
{
    struct fact f;

    for (uint32_t i = 0; i < s->count; i++)
        if (!facts_cell(w->facts, s->at[i].column, row, &f) ||
            !decimal_eq(f.value, s->at[i].value))
            return false;
    return true;
}

static bool cell_fits(const struct work *w, const struct claim *c,
                      uint32_t table, uint32_t row)
{
    const struct fact_table *t = facts_table(w->facts, table);
    struct fact f;

    for (uint32_t k = 0; k < t->columns; k++)
        if (facts_cell(w->facts, t->first_column + k, row, &f) &&
            match_fact(w, c, &f) != MATCH_NO)
            return true;
    return false;
}

void settings_judge(struct work *w, struct judged *j, const struct subject *who)
{
    const struct claim *c = &j->claim;
    const struct fact_table *t;
    struct settings s;
    struct fact found, cell;
    uint32_t rows = 0, only = 0;

    if (j->verdict != CLAIM_SUPPORTED || j->fact_count == 0 || who != NULL ||
        w->terms == NULL || unit_none(c->unit) || c->role != ROLE_ALONE ||
        c->cmp != CMP_NONE || c->approx || audit_in_cell(w) ||
        w->around.subjects > 0 || w->around.stats != 0 || w->around.overall)
        return;
    facts_get(w->facts, j->facts[0], &found);
    t = facts_table(w->facts, found.table);
    s = (struct settings){ .table = found.table };
    if (t->kind == TABLE_TREE || t->rows < 2 || t->rows > ROWS_LOOKED ||
        narrow_compares(w) || !read_settings(w, c, &s) ||
        !may_look(w, t->rows * (s.count + 1)))
        return;
    for (uint32_t r = 0; r < t->rows; r++) {
        if (!row_has(w, &s, r))
            continue;
        if (cell_fits(w, c, s.table, r))
            return;
        only = r;
        rows++;
    }
    if (rows == 0)
        return;
    if (rows == 1 && facts_cell(w->facts, found.column, only, &cell))
        j->expected = fact_text(w, cell.id);
    judged_say(w, j, CLAIM_MISATTRIBUTED, "right number of other settings");
}
