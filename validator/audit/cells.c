/* A claim against the cells it can mean: those of its row, those of its
 * column, any. */
#include <math.h>

#include "validator/audit/probe.h"

enum {
    COUNT_MAX = 1000, /* numbers of a decade whose different ones are counted */
    BUSY_DECADE = 20000, /* numbers of a decade among which any is found */
    SCAN_MAX = 4096, /* numbers of a column whose different ones are counted */
    OTHER_TABLE_DIGITS = 4, /* that two sources may disagree on */
    SOURCE_DIGITS = 3,      /* the same, of rows of one name */
    NEAR_BEST = 80, /* percent of the best column's score that still count */
    FAR_BEST = 50,  /* the same where no row is named */
    ALSO_MEANT = 60 /* the same where that cell has the number */
};

static bool good_enough(const struct columns *cols, uint32_t i)
{
    return cols->at[i].score * 100 >= cols->best * NEAR_BEST;
}

static bool far_enough(const struct columns *cols, uint32_t i)
{
    return cols->at[i].score * 100 >= cols->best * FAR_BEST;
}

static void set_chance(struct judged *j, size_t candidates)
{
    j->chance = chance_of(&j->claim, candidates);
}

/* Best score among the columns of a table. */
static uint32_t best_in(const struct work *w, const struct columns *cols,
                        uint32_t table)
{
    for (uint32_t i = 0; i < cols->count; i++)
        if (facts_column(w->facts, cols->at[i].column)->table == table)
            return cols->at[i].score;
    return 0;
}

struct tries {
    size_t cells;   /* numbers compared */
    uint32_t first; /* the first of them: what the data say */
    bool any;
    enum match how;
    uint32_t hit;
};

static void try_cell(struct work *w, const struct claim *c, uint32_t column,
                     uint32_t row, struct tries *t)
{
    struct fact f;
    enum match m;

    if (t->how == MATCH_ROUNDED || !facts_cell(w->facts, column, row, &f))
        return;
    t->cells++;
    if (!t->any)
        t->first = f.id;
    t->any = true;
    m = match_fact(w, c, &f);
    if (m != MATCH_NO && (t->how == MATCH_NO || m == MATCH_ROUNDED)) {
        t->how = m;
        t->hit = f.id;
    }
}

/* The cells of one row that the claim can mean: of its best columns, or, when
 * no word names one, of all with its unit. */
static void try_row(struct work *w, const struct claim *c, struct row_ref row,
                    const struct columns *cols, struct tries *t, bool *named)
{
    const struct fact_table *table = facts_table(w->facts, row.table);
    const uint32_t best = best_in(w, cols, row.table);

    *named = *named || best > 0;
    if (best > 0) {
        for (uint32_t i = 0; i < cols->count; i++)
            if (cols->at[i].score * 100 >= best * NEAR_BEST &&
                facts_column(w->facts, cols->at[i].column)->table == row.table)
                try_cell(w, c, cols->at[i].column, row.row, t);
        return;
    }
    if (cols->behind && unit_none(c->unit) && table->kind != TABLE_TREE)
        return; /* "10 files" is no number of another column */
    for (uint32_t k = 0; k < table->columns && k < 256; k++) {
        const uint32_t col = table->first_column + k;
        const struct fact_column *column = facts_column(w->facts, col);

        if (unit_none(c->unit) ? unit_none(column->unit)
                               : units_dim(w->units, c->unit) ==
                                     units_dim(w->units, column->unit))
            try_cell(w, c, col, row.row, t);
    }
}

/* The data know these digits, but only under another unit: a number without
 * a known unit is then no support for a claim with one. */
static bool unit_conflict(struct work *w, const struct claim *c, uint32_t id)
{
    struct claim bare = *c;
    struct fact_query q = { .scope = SCOPE_ANY };
    struct fact f;
    size_t n;

    facts_get(w->facts, id, &f);
    if (unit_none(c->unit) || !unit_none(f.unit) || claims_digits(c) < 3)
        return false;
    bare.approx = false;
    match_range(w, &bare, true, UNIT_SI, &q.low, &q.high);
    n = facts_find_some(w->facts, &q, w->ids, FIND_MAX);
    for (size_t i = 0; i < n && i < FIND_MAX; i++) {
        facts_get(w->facts, w->ids[i], &f);
        if (!unit_none(f.unit) &&
            units_dim(w->units, f.unit) != units_dim(w->units, c->unit))
            return true;
        if (!unit_none(f.unit) && !unit_same(f.unit, c->unit))
            return true;
    }
    return false;
}

static const char weak_why[] = "in the data; weak: chance would find it too";

static const char *hit_why(enum match m)
{
    return m == MATCH_TRUNCATED   ? "the data's value, cut off"
           : m == MATCH_CONVERTED ? "the data's value in another unit"
                                  : "in the data";
}

static bool physical(const struct work *w, const struct claim *c)
{
    return !unit_none(c->unit) && !units_is_count(w->units, c->unit);
}

static bool is_share(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("fraction"));
}

static bool no_unit(const struct work *w, uint32_t id)
{
    struct fact f;

    facts_get(w->facts, id, &f);
    return unit_none(f.unit);
}

static bool has_any(struct text t, const char *const *words, size_t n)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i + strlen(words[k]) <= t.len; i++)
            if (text_eq_icase((struct text){ t.ptr + i, strlen(words[k]) },
                              text_from(words[k])))
                return true;
    return false;
}

bool cells_count_files(const struct work *w, const struct claim *c,
                       const struct subject *who)
{
    static const char *const heads[] = { "count", "number", "quantity",
                                         "files", "total",  "amount" };
    const struct flat *f = &w->flat;

    if (facts_table(w->facts, who->rows[0].table)->kind != TABLE_TREE ||
        !unit_none(c->unit) || c->value.last < 0 || c->form != FORM_DIGITS)
        return false;
    if (w->block->role == BLOCK_TABLE_CELL)
        return w->block->col < TABLE_COLS_MAX &&
               has_any(w->cols[w->block->col].text, heads,
                       sizeof(heads) / sizeof(*heads));
    if (who->word == c->end_word) /* "37 JSON files" */
        return f->words[who->word].start == c->end + 1;
    if (who->end > c->first_word || who->end == 0)
        return false;
    for (uint32_t i = f->words[who->end - 1].end; i < c->start; i++)
        if (strchr(" :=(~", f->text[i]) == NULL)
            return false;
    return true;
}

/* The cell of a row that counts. */
static void try_count(struct work *w, const struct claim *c, struct row_ref row,
                      struct tries *t)
{
    const struct fact_table *table = facts_table(w->facts, row.table);

    for (uint32_t k = 0; k < table->columns; k++) {
        const uint32_t col = table->first_column + k;

        if (unit_none(facts_column(w->facts, col)->unit))
            try_cell(w, c, col, row.row, t);
    }
}

enum outcome cells_of(struct work *w, struct judged *j,
                      const struct subject *who, const struct columns *cols)
{
    struct tries t = { .how = MATCH_NO };
    uint32_t top = 0; /* of the tables that hold the row */
    const bool counted = cells_count_files(w, &j->claim, who);
    bool named = counted;

    for (uint32_t i = 0; i < who->row_count; i++) {
        const uint32_t score = best_in(w, cols, who->rows[i].table);

        if (score > top)
            top = score;
    }
    for (uint32_t i = 0; i < who->row_count; i++)
        if (counted)
            try_count(w, &j->claim, who->rows[i], &t);
        else if (best_in(w, cols, who->rows[i].table) * 2 >= top)
            try_row(w, &j->claim, who->rows[i], cols, &t, &named);
    if (!t.any)
        return OUT_NONE;
    if (!named && unit_none(j->claim.unit) && t.how == MATCH_NO)
        return OUT_NONE;
    if (!cols->beside && physical(w, &j->claim) && no_unit(w, t.first) &&
        !(t.how != MATCH_NO && named && claims_digits(&j->claim) >= 2 &&
          is_share(w, &j->claim)))
        return OUT_NONE;
    j->who = who;
    j->named_cell = named && who->row_count == 1;
    j->name = who->span;
    if (who->row_count == 1 && (named || t.cells == 1))
        j->cell = t.how == MATCH_NO ? t.first : t.hit;
    if (t.how == MATCH_NO) {
        j->expected = fact_text(w, t.first);
        judged_fact(j, t.first);
        return OUT_MISS;
    }
    set_chance(j, t.cells);
    if (unit_conflict(w, &j->claim, t.hit))
        return OUT_NONE;
    if (t.cells > 1 && j->chance > CHANCE_MAX &&
        (!named || claims_digits(&j->claim) > 1))
        return OUT_NONE;
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    judged_fact(j, t.hit);
    judged_say(w, j, CLAIM_SUPPORTED, hit_why(t.how));
    return OUT_HIT;
}

/* Different numbers of a column; of a long one, all its numbers. */
static size_t distinct_numbers(const struct work *w, uint32_t column)
{
    const uint32_t n = facts_column(w->facts, column)->numbers;
    const struct fact_stats *s =
        n <= SCAN_MAX ? facts_stats(w->facts, column) : NULL;

    return s == NULL || s->count == 0 ? n : s->distinct;
}

static enum outcome among_columns(struct work *w, struct judged *j,
                                  const struct columns *cols)
{
    struct probe p;
    size_t numbers = 0;
    struct best_match best = { MATCH_NO, 0 };

    for (uint32_t i = 0; i < cols->count && far_enough(cols, i); i++)
        numbers += distinct_numbers(w, cols->at[i].column);
    set_chance(j, numbers);
    /* Whatever matched would be no support; "batch size 4" names its column,
     * and one digit can say no more. */
    if (j->chance > CHANCE_MAX && !(cols->beside && unit_none(j->claim.unit) &&
                                    claims_digits(&j->claim) <= 1))
        return OUT_NONE;
    probe_make(w, &j->claim, &p);
    for (uint32_t i = 0;
         i < cols->count && far_enough(cols, i) && best.how != MATCH_ROUNDED;
         i++)
        probe_column(w, &p, cols->at[i].column, &best);
    w->no_column = best.how == MATCH_NO;
    if (best.how == MATCH_NO || unit_conflict(w, &j->claim, best.id))
        return OUT_NONE;
    judged_fact(j, best.id);
    judged_say(w, j, CLAIM_SUPPORTED,
               j->chance > CHANCE_WEAK ? weak_why : hit_why(best.how));
    return OUT_HIT;
}

/* How many facts the decade around the claim has: from v / 3.16 to v * 3.16. */
static size_t decade_about(const struct work *w, const struct claim *c,
                           enum fact_scope scope, enum unit_convention conv)
{
    const struct fact_query q = { .scope = scope, .unit = c->unit };
    double v = decimal_to_double(c->value);

    if (scope == SCOPE_DIM)
        v = units_rough(w->units, c->unit, conv, v);
    v = fabs(v) * 3.16;
    return facts_find_about(w->facts, &q, v / 10, v);
}

/* The same, different values. */
static size_t decade_distinct(const struct work *w, const struct claim *c,
                              enum fact_scope scope, enum unit_convention conv)
{
    const struct decimal wide = { .mag = 316, .exp = -2, .last = -2 };
    const struct decimal tenth = { .mag = 1, .exp = -1, .last = -1 };
    struct fact_query q = { .scope = scope, .unit = c->unit };
    struct decimal v = c->value;

    if (scope == SCOPE_DIM)
        v = units_to_base(w->units, c->unit, conv, v);
    q.high = decimal_mul(decimal_abs(v), wide);
    q.low = decimal_mul(q.high, tenth);
    return facts_find_distinct(w->facts, &q);
}

/* Facts whose value the claim at hand can be, whatever their column; c may be
 * without its unit. Returns how many
 * ids are in w->ids. */
static size_t find_values(struct work *w, const struct claim *c,
                          enum fact_scope scope, enum unit_convention conv,
                          size_t *distinct)
{
    struct fact_query q = { .scope = scope, .unit = c->unit };
    const struct candidates *found;
    size_t n;

    if (conv == UNIT_SI && probe_none(w, scope != SCOPE_DIM))
        return 0;
    *distinct = decade_about(w, c, scope, conv);
    if (*distinct > BUSY_DECADE && chance_of(c, *distinct) > CHANCE_MAX)
        return 0; /* no match among so many would be support */
    if (conv == UNIT_SI) {
        found = probe_candidates(w, c, scope != SCOPE_DIM);
        n = found->count;
        memcpy(w->ids, found->ids, n * sizeof(*w->ids));
    } else {
        match_range(w, c, false, conv, &q.low, &q.high);
        n = facts_find_some(w->facts, &q, w->ids, FIND_MAX);
    }
    if (n > 0 && *distinct <= COUNT_MAX)
        *distinct = decade_distinct(w, c, scope, conv);
    return n < FIND_MAX ? n : FIND_MAX;
}

/* The found fact whose column the words fit best. */
static uint32_t best_found(const struct work *w, size_t n, uint32_t *score)
{
    uint32_t best = w->ids[0], top = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t column = facts_column_of(w->facts, w->ids[i]);

        if (columns_score_of(w, column) > top) {
            top = columns_score_of(w, column);
            best = w->ids[i];
        }
    }
    *score = top;
    return best;
}

bool cells_column_has(struct work *w, const struct claim *c,
                      const struct columns *cols)
{
    struct probe p;
    uint32_t id;

    if (w->no_column || cols->count == 0) /* among_columns looked */
        return false;
    probe_make(w, c, &p);
    for (uint32_t i = 0; i < cols->count && good_enough(cols, i); i++)
        if (probe_has(w, &p, cols->at[i].column, &id))
            return true;
    return false;
}

enum outcome cells_anywhere(struct work *w, struct judged *j,
                            const struct columns *cols)
{
    const struct claim *c = &j->claim;
    const bool binary = units_has_binary(w->units, c->unit);
    size_t distinct, n;
    uint32_t best, score;

    if (w->facts == NULL)
        return OUT_NONE;
    if (cols->best > 0 && among_columns(w, j, cols) == OUT_HIT)
        return OUT_HIT;
    if (claims_digits(c) < 3)
        return OUT_NONE;
    n = find_values(w, c, unit_none(c->unit) ? SCOPE_ANY : SCOPE_DIM, UNIT_SI,
                    &distinct);
    if (n == 0 && binary)
        n = find_values(w, c, SCOPE_DIM, UNIT_BINARY, &distinct);
    if (n == 0)
        return OUT_NONE;
    set_chance(j, distinct);
    best = best_found(w, n, &score);
    if (j->chance > (score > 0 ? CHANCE_MAX : CHANCE_WEAK) ||
        unit_conflict(w, c, best))
        return OUT_NONE;
    judged_fact(j, best);
    judged_say(w, j, CLAIM_SUPPORTED,
               j->chance > CHANCE_WEAK ? weak_why : "in the data");
    return OUT_HIT;
}

static bool same_dim(const struct work *w, const struct claim *c,
                     const struct fact_column *col)
{
    return units_dim(w->units, c->unit) == units_dim(w->units, col->unit);
}

/* No word names the column: those of the row's table with the claim's unit. */
static bool other_row_by_unit(struct work *w, struct judged *j,
                              const struct subject *who)
{
    const struct fact_table *t = facts_table(w->facts, who->rows[0].table);
    struct probe p;

    if (unit_none(j->claim.unit))
        return false;
    probe_make(w, &j->claim, &p);
    for (uint32_t k = 0; k < t->columns && k < 256; k++) {
        const uint32_t col = t->first_column + k;
        uint32_t id;

        if (!same_dim(w, &j->claim, facts_column(w->facts, col)) ||
            !probe_has(w, &p, col, &id))
            continue;
        j->fact_count = 0;
        judged_fact(j, id);
        set_chance(j, facts_column(w->facts, col)->numbers);
        judged_say(w, j, CLAIM_MISATTRIBUTED, "right number of another row");
        return true;
    }
    return false;
}

/* The name stands before the number, no other number between, in a sentence
 * that compares nothing. */
static bool says_plainly(const struct work *w, const struct claim *c,
                         const struct subject *who)
{
    if (who->end == 0 || who->end > c->first_word ||
        who->word < w->around.first || narrow_compares(w) ||
        (w->around.says & SAYS_WITHOUT) != 0)
        return false;
    return w->claim == 0 || w->claims.at[w->claim - 1].first_word < who->end;
}

/* The fact is what the row has, of a file of the same shape that does not have
 * who's name: of somebody else. */
static bool of_another(const struct work *w, const struct subject *who,
                       const struct fact *f)
{
    const struct fact_table *t = facts_table(w->facts, who->rows[0].table);
    const struct text path = facts_column(w->facts, f->column)->path;

    if (t->kind != TABLE_OBJECT ||
        facts_table(w->facts, f->table)->kind != TABLE_OBJECT)
        return false;
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == f->table)
            return false;
    for (uint32_t k = 0; k < t->columns; k++)
        if (text_eq(facts_column(w->facts, t->first_column + k)->path, path))
            return true;
    return false;
}

bool cells_other_table(struct work *w, struct judged *j,
                       const struct subject *who)
{
    const uint32_t table = who->rows[0].table;
    const bool plainly = says_plainly(w, &j->claim, who);
    size_t distinct, n;

    if (claims_digits(&j->claim) < OTHER_TABLE_DIGITS)
        return false;
    n = find_values(w, &j->claim,
                    unit_none(j->claim.unit) ? SCOPE_ANY : SCOPE_DIM, UNIT_SI,
                    &distinct);
    if (n == 0 || chance_of(&j->claim, distinct) > CHANCE_WEAK)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct fact f;

        facts_get(w->facts, w->ids[i], &f);
        if (f.table == table || columns_score_of(w, f.column) == 0 ||
            (plainly && of_another(w, who, &f)))
            continue;
        j->fact_count = 0;
        j->expected = (struct text){ "", 0 };
        set_chance(j, distinct);
        judged_fact(j, f.id);
        judged_say(w, j, CLAIM_SUPPORTED, "in the data");
        return true;
    }
    return false;
}

bool cells_summary(struct work *w, struct judged *j, const struct columns *cols)
{
    size_t distinct, n;

    n = find_values(w, &j->claim,
                    unit_none(j->claim.unit) ? SCOPE_ANY : SCOPE_DIM, UNIT_SI,
                    &distinct);
    for (size_t i = 0; i < n; i++) {
        struct fact f;

        facts_get(w->facts, w->ids[i], &f);
        if (facts_table(w->facts, f.table)->rows != 1)
            continue;
        if (columns_score_of(w, f.column) == 0)
            continue;
        j->expected = (struct text){ "", 0 };
        set_chance(j, cols->count);
        judged_fact(j, f.id);
        judged_say(w, j, CLAIM_SUPPORTED, "in the data");
        return true;
    }
    return false;
}

/* Another row of the column that the words name, or another column of the
 * row: the number is right, of something else. */
static bool other_row(struct work *w, struct judged *j,
                      const struct subject *who, const struct columns *cols)
{
    struct probe p;

    probe_make(w, &j->claim, &p);
    for (uint32_t i = 0; i < cols->count && good_enough(cols, i); i++) {
        const uint32_t col = cols->at[i].column;
        uint32_t id;

        if (who != NULL && who->row_count > 0 &&
            facts_column(w->facts, col)->table != who->rows[0].table)
            continue;
        if (probe_has(w, &p, col, &id)) {
            j->fact_count = 0;
            judged_fact(j, id);
            set_chance(j, facts_column(w->facts, col)->numbers);
            judged_say(w, j, CLAIM_MISATTRIBUTED,
                       "right number of another row");
            return true;
        }
    }
    return cols->best == 0 && who != NULL && other_row_by_unit(w, j, who);
}

/* The cell that says otherwise is in one source of the row; another source has
 * the number in the row of that name, and not by chance. */
static bool other_source(struct work *w, struct judged *j,
                         const struct subject *who, uint32_t missed)
{
    const bool sure = claims_digits(&j->claim) >= SOURCE_DIGITS;
    uint32_t hit = FACT_NONE;
    size_t cells = 0;

    for (uint32_t r = 0; r < who->row_count && r < 16; r++) {
        const struct fact_table *t = facts_table(w->facts, who->rows[r].table);

        for (uint32_t k = 0; k < t->columns && k < 256; k++) {
            const uint32_t col = t->first_column + k;
            struct fact f;

            if (who->rows[r].table == missed ||
                !(sure || columns_score_of(w, col) > 0) ||
                !same_dim(w, &j->claim, facts_column(w->facts, col)) ||
                !facts_cell(w->facts, col, who->rows[r].row, &f))
                continue;
            cells++;
            if (hit == FACT_NONE && match_fact(w, &j->claim, &f) != MATCH_NO)
                hit = f.id;
        }
    }
    if (hit == FACT_NONE || chance_of(&j->claim, cells) > CHANCE_WEAK)
        return false;
    set_chance(j, cells);
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    judged_fact(j, hit);
    judged_say(w, j, CLAIM_SUPPORTED, "in the data");
    return true;
}

static bool other_column(struct work *w, struct judged *j,
                         const struct subject *who, const struct columns *cols)
{
    for (uint32_t r = 0; r < who->row_count && r < 16; r++) {
        const struct fact_table *t = facts_table(w->facts, who->rows[r].table);

        for (uint32_t k = 0; k < t->columns && k < 256; k++) {
            const uint32_t col = t->first_column + k;
            struct fact f;

            if (!same_dim(w, &j->claim, facts_column(w->facts, col)) ||
                !facts_cell(w->facts, col, who->rows[r].row, &f) ||
                match_fact(w, &j->claim, &f) == MATCH_NO)
                continue;
            j->fact_count = 0;
            judged_fact(j, f.id);
            if (columns_score_of(w, col) * 100 >= cols->best * ALSO_MEANT ||
                (!cols->beside &&
                 (j->claim.role == ROLE_PART || j->claim.role == ROLE_WHOLE)))
                judged_say(w, j, CLAIM_SUPPORTED, "in the data");
            else
                judged_say(w, j, CLAIM_MISATTRIBUTED,
                           "right number of another column");
            return true;
        }
    }
    return false;
}

/* The named cell has these digits, under another unit or power of ten. */
static bool other_unit(struct work *w, struct judged *j)
{
    struct fact f;

    if (j->fact_count == 0)
        return false;
    facts_get(w->facts, j->facts[0], &f);
    if (!match_digits(&j->claim, f.value))
        return false;
    j->fault = FAULT_UNIT;
    judged_say(w, j, CLAIM_MISATTRIBUTED, "the right cell in another unit");
    return true;
}

/* Some cell of the row has these digits under another unit. */
static bool row_unit_off(struct work *w, struct judged *j,
                         const struct subject *who)
{
    struct claim bare = j->claim;

    bare.unit = (struct unit_ref){ 0, 0, 0 };
    if (unit_none(j->claim.unit) || claims_digits(&bare) < 3)
        return false;
    for (uint32_t r = 0; r < who->row_count && r < 16; r++) {
        const struct fact_table *t = facts_table(w->facts, who->rows[r].table);

        for (uint32_t k = 0; k < t->columns && k < 256; k++) {
            struct fact f;

            if (!facts_cell(w->facts, t->first_column + k, who->rows[r].row,
                            &f) ||
                unit_none(f.unit) || unit_same(f.unit, j->claim.unit) ||
                match_fact(w, &bare, &f) == MATCH_NO)
                continue;
            j->fact_count = 0;
            judged_fact(j, f.id);
            j->expected = fact_text(w, f.id);
            j->fault = FAULT_UNIT;
            judged_say(w, j, CLAIM_MISATTRIBUTED,
                       "the row has these digits under another unit");
            return true;
        }
    }
    return false;
}

static bool digits_swapped(const struct claim *c, struct decimal v)
{
    char a[DECIMAL_TEXT_MAX], b[DECIMAL_TEXT_MAX];
    struct decimal r = decimal_round(v, c->value.last);
    const size_t n = decimal_format(a, c->value);
    const size_t m = decimal_format(b, r);
    size_t i = 0;

    if (n != m || n < 2)
        return false;
    while (i < n && a[i] == b[i])
        i++;
    return i + 1 < n && a[i] == b[i + 1] && a[i + 1] == b[i] &&
           memcmp(a + i + 2, b + i + 2, n - i - 2) == 0;
}

/* One of the facts found has the claim's own unit, or none. */
static bool same_unit_found(const struct work *w, const struct claim *c,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fact f;

        facts_get(w->facts, w->ids[i], &f);
        if (unit_none(f.unit) || unit_same(f.unit, c->unit))
            return true;
    }
    return false;
}

/* Nothing fits: the digits may stand in the data under another unit. */
bool cells_unit_elsewhere(struct work *w, struct judged *j)
{
    struct claim bare = j->claim;
    size_t n, distinct;
    uint32_t score;

    if (unit_none(j->claim.unit) || claims_digits(&bare) < 3)
        return false;
    bare.unit = (struct unit_ref){ 0, 0, 0 };
    n = find_values(w, &bare, SCOPE_ANY, UNIT_SI, &distinct);
    if (n == 0 || chance_of(&bare, distinct) > CHANCE_MAX ||
        same_unit_found(w, &j->claim, n))
        return false;
    j->fact_count = 0;
    judged_fact(j, best_found(w, n, &score));
    j->chance = chance_of(&bare, distinct);
    j->expected = fact_text(w, j->facts[0]);
    j->fault = FAULT_UNIT;
    judged_say(w, j, CLAIM_UNIT_MISMATCH,
               "the data have these digits under another unit");
    return true;
}

/* The fact measures something else: it does not say what the claim should. */
static bool other_dimension(const struct work *w, const struct judged *j,
                            const struct fact *f)
{
    return !unit_none(j->claim.unit) &&
           units_dim(w->units, f->unit) != units_dim(w->units, j->claim.unit);
}

/* "The 101 files show a leaning to JSON": all of them, though the name of one
 * type stands in the sentence. */
static bool all_files(struct work *w, struct judged *j,
                      const struct subject *who)
{
    struct decimal files;

    if (facts_table(w->facts, who->rows[0].table)->kind != TABLE_TREE ||
        !unit_none(j->claim.unit) || cells_count_files(w, &j->claim, who) ||
        !focus_files(w, &files) || !decimal_eq(files, j->claim.value))
        return false;
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    judged_say(w, j, CLAIM_SUPPORTED, "all files of the folder");
    return true;
}

void cells_elsewhere(struct work *w, struct judged *j,
                     const struct subject *who, const struct columns *cols)
{
    const struct text expected = j->expected;
    const uint32_t named = j->fact_count > 0 ? j->facts[0] : FACT_NONE;
    struct fact f;

    if (w->facts == NULL || against_judge(w, j, who))
        return;
    if (who != NULL && named != FACT_NONE) {
        facts_get(w->facts, named, &f);
        if (all_files(w, j, who) || other_source(w, j, who, f.table) ||
            cells_meant(w, j, who, cols) || other_unit(w, j) ||
            row_unit_off(w, j, who))
            return;
        if (claims_digits(&j->claim) >= 2 &&
            (other_row(w, j, who, cols) || other_column(w, j, who, cols))) {
            if (j->verdict != CLAIM_SUPPORTED)
                j->expected = expected;
            else
                j->expected = (struct text){ "", 0 };
            return;
        }
        if (!j->named_cell && other_dimension(w, j, &f)) {
            j->fact_count = 0;
            j->expected = (struct text){ "", 0 };
            judged_say(w, j, CLAIM_UNSUPPORTED, "nowhere in the data");
            return;
        }
        judged_say(w, j, j->named_cell ? CLAIM_CONTRADICTED : CLAIM_UNSUPPORTED,
                   digits_swapped(&j->claim, f.value)
                       ? "the data's value with two digits swapped"
                       : "the data say otherwise");
        return;
    }
    judged_say(w, j, CLAIM_UNSUPPORTED, "nowhere in the data");
}
