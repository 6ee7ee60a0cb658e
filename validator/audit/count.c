/* Rows counted by a bound ("six players in double figures", "two of the four
 * links exceed 800 Mbps") and ranks ("third in throughput"). */
#include "validator/audit/audit_int.h"

enum {
    COUNT_ROWS_MAX = 4096,    /* of a table that are counted */
    COUNT_COLUMNS_MAX = 4096, /* of all data, where a unit must tell */
    BOUND_WORDS = 8           /* between the count and its bound */
};

struct bound {
    struct claim claim; /* what a row must be: its cmp says how */
    uint32_t column;
};

/* The column of the table that the words mean, when they mean one only. */
static uint32_t one_column(const struct work *w, const struct columns *cols,
                           uint32_t table)
{
    uint32_t best = FACT_NONE, top = 0;

    for (uint32_t i = 0; i < cols->count; i++) {
        if (facts_column(w->facts, cols->at[i].column)->table != table)
            continue;
        if (best != FACT_NONE)
            return cols->at[i].score == top ? FACT_NONE : best;
        best = cols->at[i].column;
        top = cols->at[i].score;
    }
    return best;
}

/* "in double figures": ten or more. */
static bool figures(const struct work *w, const struct claim *c,
                    const struct around *s, struct claim *out)
{
    static const struct {
        const char *word;
        int64_t least;
    } sizes[] = { { "double", 10 }, { "triple", 100 } };
    const struct flat *f = &w->flat;

    for (uint32_t k = c->end_word;
         k + 1 < s->last && k < c->end_word + BOUND_WORDS; k++)
        for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
            if (!text_is(flat_lower(f, k), sizes[i].word) ||
                !(text_eq(flat_lower(f, k + 1), TEXT_LIT("figures")) ||
                  text_eq(flat_lower(f, k + 1), TEXT_LIT("digits"))))
                continue;
            *out = *c;
            out->value = decimal_from_int(sizes[i].least);
            out->cmp = CMP_AT_LEAST;
            out->approx = false;
            return true;
        }
    return false;
}

static bool find_bound(struct work *w, const struct claim *c,
                       const struct around *s, struct claim *out)
{
    bool found = false;

    for (uint32_t i = w->claim + 1; i < w->claims.count && !found; i++) {
        const struct claim *o = &w->claims.at[i];

        if (o->start >= s->end || o->first_word > c->end_word + BOUND_WORDS)
            break;
        found = o->cmp != CMP_NONE && o->exempt == EXEMPT_NO && o->group == 0;
        if (found)
            *out = *o;
    }
    return found || figures(w, c, s, out);
}

/* Marks the rows of the table that the name stands in; returns how many. */
static uint32_t mark_named(const struct work *w, uint32_t name, uint32_t table,
                           bool *rows)
{
    const struct fact_cell_ref *cells;
    const size_t n = facts_name_cells(w->facts, name, &cells);
    uint32_t marked = 0;

    memset(rows, 0, COUNT_ROWS_MAX * sizeof(*rows));
    for (size_t i = 0; i < n && i < COUNT_ROWS_MAX; i++) {
        if (facts_column(w->facts, cells[i].column)->table != table ||
            cells[i].row >= COUNT_ROWS_MAX)
            continue;
        marked += !rows[cells[i].row];
        rows[cells[i].row] = true;
    }
    return marked;
}

/* No word names the column: the only one with the claim's unit. */
static void column_by_unit(const struct work *w, const struct claim *c,
                           struct columns *cols)
{
    const uint32_t n = (uint32_t)facts_column_count(w->facts);
    uint32_t found = 0;

    if (unit_none(c->unit) || n > COUNT_COLUMNS_MAX)
        return;
    for (uint32_t k = 0; k < n; k++) {
        const struct fact_column *col = facts_column(w->facts, k);

        if (col->numbers == 0 || col->weak != WEAK_NO ||
            units_dim(w->units, col->unit) != units_dim(w->units, c->unit))
            continue;
        cols->at[0] = (struct score){ k, 1 };
        found++;
    }
    cols->count = cols->best = found == 1;
}

/* The rows that are counted: those of `who`, in the table that has most of
 * them; of no name, all rows of the only table that the words mean. */
static bool pick_rows(struct work *w, const struct around *s,
                      const struct subject *who, struct bound *b, bool *rows)
{
    struct columns cols;
    uint32_t most = 1;

    columns_score(w, &b->claim, s->start, s->end, &cols);
    if (cols.best == 0)
        column_by_unit(w, &b->claim, &cols);
    b->column = FACT_NONE;
    for (uint32_t i = 0; i < cols.count && cols.at[i].score == cols.best; i++) {
        const uint32_t table = facts_column(w->facts, cols.at[i].column)->table;
        const uint32_t all = facts_table(w->facts, table)->rows;
        const uint32_t n = all > COUNT_ROWS_MAX ? 0
                           : who == NULL
                               ? all
                               : mark_named(w, who->name, table, rows);

        if (n > most || (who == NULL && n == most && most > 1)) {
            most = n;
            b->column = one_column(w, &cols, table);
        }
    }
    if (b->column == FACT_NONE)
        return false;
    if (who == NULL)
        memset(rows, true, COUNT_ROWS_MAX * sizeof(*rows));
    else
        mark_named(w, who->name, facts_column(w->facts, b->column)->table,
                   rows);
    return true;
}

static uint32_t count_rows(const struct work *w, const struct bound *b,
                           const bool *rows)
{
    const uint32_t table = facts_column(w->facts, b->column)->table;
    const uint32_t all = facts_table(w->facts, table)->rows;
    uint32_t n = 0;

    for (uint32_t r = 0; r < all && r < COUNT_ROWS_MAX; r++) {
        struct fact f;

        n += rows[r] && facts_cell(w->facts, b->column, r, &f) &&
             match_fact(w, &b->claim, &f) != MATCH_NO;
    }
    return n;
}

/* Words that pick some of the rows without naming them. */
static bool picks(const struct work *w, const struct claim *c,
                  const struct around *s)
{
    static const char *const words[] = { "other",   "others",     "more",
                                         "another", "additional", "only",
                                         "these",   "those",      "further" };

    for (uint32_t k = s->first; k < s->last && k < c->end_word + 4; k++)
        if (text_is_any(flat_lower(&w->flat, k), words,
                        sizeof(words) / sizeof(*words)))
            return true;
    return false;
}

bool count_bounded(struct work *w, struct judged *j, const struct around *s,
                   const struct subject *who)
{
    static const struct unit_ref none = { 0, 0, 0 };
    struct bound b;
    bool rows[COUNT_ROWS_MAX];
    uint32_t n;
    const char *say;

    if (w->facts == NULL || j->claim.role == ROLE_WHOLE ||
        (who == NULL && s->subjects > 0) ||
        !find_bound(w, &j->claim, s, &b.claim) ||
        !may_look(w, COUNT_ROWS_MAX) || !pick_rows(w, s, who, &b, rows))
        return false;
    n = count_rows(w, &b, rows);
    say = arena_printf(w->a, "rows by %.*s",
                       (int)facts_column(w->facts, b.column)->name.len,
                       facts_column(w->facts, b.column)->name.ptr);
    j->chance = chance_of(&j->claim, 1);
    if (match_value(w, &j->claim, decimal_from_int(n), none)) {
        j->formula = say == NULL ? (struct text){ "", 0 } : text_from(say);
        judged_say(w, j, CLAIM_DERIVED, "a count of rows");
        return true;
    }
    if (picks(w, &j->claim, s))
        return false;
    j->expected = value_text(w, decimal_from_int(n), none, 0);
    judged_say(w, j, CLAIM_CONTRADICTED, "not as many rows");
    return true;
}

/* ranks */

/* "was second on", "ranks third in": a place among others. */
static bool says_rank(const struct work *w, const struct claim *c)
{
    static const char *const verbs[] = { "was",    "is",     "ranks",
                                         "ranked", "placed", "finished",
                                         "came",   "comes",  "were",
                                         "ranking" };
    static const char *const after[] = { "on", "in", "among", "overall" };
    const struct flat *f = &w->flat;

    return c->first_word > 0 && c->end_word < f->word_count &&
           f->words[c->end_word].start - c->end == 1 &&
           text_is_any(flat_lower(f, c->first_word - 1), verbs,
                       sizeof(verbs) / sizeof(*verbs)) &&
           text_is_any(flat_lower(f, c->end_word), after,
                       sizeof(after) / sizeof(*after));
}

/* "on the team": the column of the table that is called so and holds texts;
 * its rows with the same text as `row` are marked. */
static bool mark_group(const struct work *w, const struct claim *c,
                       struct row_ref row, bool *rows)
{
    const struct flat *f = &w->flat;
    const struct fact_table *t = facts_table(w->facts, row.table);
    struct text word, mine;

    if (c->end_word + 2 >= f->word_count ||
        !text_eq(flat_lower(f, c->end_word + 1), TEXT_LIT("the")))
        return false;
    word = flat_lower(f, c->end_word + 2);
    for (uint32_t k = 0; k < t->columns && k < TABLE_COLS_MAX; k++) {
        const uint32_t col = t->first_column + k;

        if (!text_eq_icase(facts_column(w->facts, col)->name, word))
            continue;
        mine = facts_cell_text(w->facts, col, row.row);
        for (uint32_t r = 0; mine.len > 0 && r < t->rows; r++)
            rows[r] = text_eq(facts_cell_text(w->facts, col, r), mine);
        return mine.len > 0;
    }
    return false;
}

/* The places that the row has from above and from below, ties included. */
struct places {
    uint32_t top, top_last, bottom, bottom_last;
};

static bool place_of(const struct work *w, uint32_t column, uint32_t row,
                     const bool *rows, uint32_t all, struct places *out)
{
    struct fact mine, f;
    uint32_t more = 0, same = 0, less = 0;

    if (!facts_cell(w->facts, column, row, &mine))
        return false;
    for (uint32_t r = 0; r < all; r++) {
        int c;

        if ((rows != NULL && !rows[r]) || !facts_cell(w->facts, column, r, &f))
            continue;
        c = decimal_cmp(f.value, mine.value);
        more += c > 0;
        same += c == 0;
        less += c < 0;
    }
    *out = (struct places){ more + 1, more + same, less + 1, less + same };
    return true;
}

/* What it is ranked by: "third in throughput", "second, with 15 points". */
static uint32_t rank_column(struct work *w, const struct around *s,
                            uint32_t table)
{
    const struct claim *c = &w->claims.at[w->claim];
    struct columns cols;
    uint32_t column;

    columns_score(w, c, s->start, s->end, &cols);
    column = one_column(w, &cols, table);
    if (column != FACT_NONE || w->claim + 1 >= w->claims.count)
        return column;
    c++;
    if (c->start >= s->end || c->exempt != EXEMPT_NO ||
        c->first_word > w->claims.at[w->claim].end_word + BOUND_WORDS)
        return FACT_NONE;
    columns_score(w, c, s->start, s->end, &cols);
    return one_column(w, &cols, table);
}

bool count_rank(struct work *w, struct judged *j, const struct around *s,
                const struct subject *who)
{
    static const struct unit_ref none = { 0, 0, 0 };
    bool rows[COUNT_ROWS_MAX] = { false };
    struct places p;
    uint32_t column;
    int64_t place;
    bool group;

    if (w->facts == NULL || who == NULL || who->row_count != 1 || who->group ||
        s->subjects > 1 ||
        facts_table(w->facts, who->rows[0].table)->rows > COUNT_ROWS_MAX ||
        !says_rank(w, &j->claim) || !may_look(w, COUNT_ROWS_MAX))
        return false;
    column = rank_column(w, s, who->rows[0].table);
    if (column == FACT_NONE)
        return false;
    group = mark_group(w, &j->claim, who->rows[0], rows);
    if (!place_of(w, column, who->rows[0].row, group ? rows : NULL,
                  facts_table(w->facts, who->rows[0].table)->rows, &p))
        return false;
    place = (int64_t)decimal_to_double(j->claim.value);
    j->claim.exempt = EXEMPT_NO;
    j->chance = chance_of(&j->claim, 2);
    if ((place >= p.top && place <= p.top_last) ||
        (place >= p.bottom && place <= p.bottom_last)) {
        judged_say(w, j, CLAIM_DERIVED, "its place in the column");
        return true;
    }
    j->expected = value_text(w, decimal_from_int(p.top), none, 0);
    judged_say(w, j, CLAIM_CONTRADICTED, "another place in the column");
    return true;
}

/* The feat that the ordinal counts: "second straight double-double". */
static const struct feat *feat_behind(const struct work *w,
                                      const struct claim *c)
{
    enum { BETWEEN = 2 }; /* words */
    const struct feat *feat = NULL;

    for (uint32_t k = c->end_word;
         feat == NULL && k <= c->end_word + BETWEEN && k < w->flat.word_count;
         k++)
        feat = feats_at(terms_feats(w->terms), &w->flat, k);
    return feat;
}

bool count_feat(struct work *w, struct judged *j, const struct subject *who)
{
    const struct feat *feat = feat_behind(w, &j->claim);
    bool has = false, known = false;

    if (feat == NULL || who == NULL || who->group)
        return false;
    for (uint32_t i = 0; i < who->row_count && !has; i++) {
        bool row_has = false;

        known = feats_of_row(feat, w->facts, who->rows[i].table,
                             who->rows[i].row, &row_has) ||
                known;
        has = has || row_has;
    }
    if (!known || has)
        return false;
    j->claim.exempt = EXEMPT_NO;
    j->expected = TEXT_LIT("none");
    judged_say(w, j, CLAIM_CONTRADICTED, "the row has none of it to count");
    return true;
}

/* ---- what rows are called ---- */

/* `word` is the noun or its plural. */
static bool same_noun(struct text word, struct text noun)
{
    return noun.len > 1 &&
           (text_eq(word, noun) ||
            (word.len == noun.len + 1 && text_starts(word, noun) &&
             word.ptr[noun.len] == 's') ||
            (noun.len == word.len + 1 && text_starts(noun, word) &&
             noun.ptr[word.len] == 's'));
}

/* The table's name, or a file's, calls its rows so: "40 epochs" of
 * epochs.jsonl. */
static bool names_table(const struct fact_table *t, struct text noun)
{
    enum { BYTES = 96, WORDS = 8 };
    char buf[BYTES];
    struct text words[WORDS];
    struct text name = t->name;
    size_t n;

    if (name.len > BYTES)
        name = (struct text){ name.ptr + name.len - BYTES, BYTES };
    n = facts_words(name, buf, words, WORDS);
    for (size_t i = 0; i < n; i++)
        if (same_noun(noun, words[i]))
            return true;
    return false;
}

bool count_named(struct work *w, struct judged *j)
{
    enum { WORDS_BEHIND = 2, TABLES_LOOK = 64 };
    const struct claim *c = &j->claim;
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);

    if (!unit_none(c->unit) || c->value.last < 0 || c->form == FORM_ORDINAL ||
        audit_in_cell(w) || tables > TABLES_LOOK)
        return false;
    for (uint32_t k = c->end_word;
         k < c->end_word + WORDS_BEHIND && k < w->flat.word_count; k++)
        for (uint32_t i = 0; i < tables; i++) {
            const struct fact_table *t = facts_table(w->facts, i);

            if (t->kind == TABLE_TREE || t->rows < 2 ||
                !decimal_eq(c->value, decimal_from_int(t->rows)) ||
                !names_table(t, flat_lower(&w->flat, k)))
                continue;
            judged_say(w, j, CLAIM_DERIVED, "a count of rows");
            j->fact_count = 0;
            j->expected = (struct text){ "", 0 };
            return true;
        }
    return false;
}
