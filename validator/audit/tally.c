/* Counts whose noun says of what: the rows of a table that is called so, the
 * values of a column, the rows of a value. And rates whose second unit the data
 * have in the name of a column. Of numbers that would be flagged. */
#include "validator/audit/judge.h"
#include "validator/audit/slices.h"
#include "validator/audit/trial.h"

enum {
    WORDS_BEFORE = 3,  /* of a number, in which a superlative stands */
    WORDS_BEHIND = 3,  /* of a number, in which its noun stands */
    TABLES_LOOK = 8,   /* for spans of time */
    SPANS_LOOK = 8,    /* columns of each */
    COUNTS_MAX = 64,   /* different values of a column */
    COLUMNS_LOOK = 64, /* of a table */
    POSTS_LOOK = 8,    /* columns that a word means */
    BOUND_DIGITS = 2,  /* of a bound by which rows are counted */
    BOUND_WORDS = 10,  /* from the count to it */
    FEW = 3,           /* rows, of which any is the least or largest */
    FLAGS_MIN = 4,     /* rows of a column of ones and zeros */
    PART_MAX = 10      /* of a whole; what it is of, no column need say */
};

/* ---- how many there are ---- */

/* Different texts or numbers of the column; 0: more than COUNTS_MAX. */
static uint32_t distinct(struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);
    const uint32_t rows = facts_table(w->facts, c->table)->rows;
    uint32_t first[COUNTS_MAX], n = 0;

    if (rows > SLICE_ROWS || !may_look(w, rows))
        return 0;
    for (uint32_t r = 0; r < rows; r++) {
        struct fact a, b;
        const bool number = facts_cell(w->facts, column, r, &a);
        const struct text t = facts_cell_text(w->facts, column, r);
        uint32_t k = 0;

        if (!number && t.len == 0)
            continue;
        while (k < n &&
               !(number
                     ? facts_cell(w->facts, column, first[k], &b) &&
                           decimal_eq(a.value, b.value)
                     : text_eq(facts_cell_text(w->facts, column, first[k]), t)))
            k++;
        if (k == COUNTS_MAX)
            return 0;
        if (k == n)
            first[n++] = r;
    }
    return n;
}

static bool is_count(const struct claim *c, uint32_t n)
{
    return n > 0 && decimal_eq(c->value, decimal_from_int(n));
}

static bool say(struct work *w, struct judged *j, enum claim_verdict verdict,
                const char *why)
{
    judged_say(w, j, verdict, why);
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    j->cell = FACT_NONE;
    j->chance = chance_of(&j->claim, 1);
    return true;
}

/* Its values name rows, or are settings of them; not what was measured. */
static bool of_kinds(struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);

    return facts_table(w->facts, c->table)->kind != TABLE_TREE &&
           (c->texts > 0 ? c->numbers == 0 : marks_setting(w, column));
}

/* "four models", "three runs each": values of the column that is called so. */
static bool of_column(struct work *w, const struct claim *c, uint32_t word)
{
    for (uint32_t i = mention_from(w, word);
         i < w->mention_count && w->mentions[i].word == word; i++) {
        const struct term_post *p = terms_posts(w->terms, w->mentions[i].term);

        for (uint32_t k = 0; k < w->mentions[i].term->posts && k < POSTS_LOOK;
             k++)
            if (of_kinds(w, p[k].column) &&
                is_count(c, distinct(w, p[k].column)))
                return true;
    }
    return false;
}

/* "40 defects were reported": all that the column counts. */
static bool of_total(struct work *w, const struct claim *c, uint32_t word)
{
    for (uint32_t i = mention_from(w, word);
         i < w->mention_count && w->mentions[i].word == word; i++) {
        const struct term_post *p = terms_posts(w->terms, w->mentions[i].term);

        for (uint32_t k = 0; k < w->mentions[i].term->posts && k < POSTS_LOOK;
             k++) {
            const struct fact_column *col = facts_column(w->facts, p[k].column);
            const struct fact_stats *of = facts_stats(w->facts, p[k].column);

            if (col->weak == WEAK_NO && of != NULL && of->count > 1 &&
                facts_table(w->facts, col->table)->kind != TABLE_TREE &&
                decimal_eq(c->value, of->at[STAT_SUM]))
                return true;
        }
    }
    return false;
}

/* "three bugfixes": rows that have the value named. */
static bool of_value(const struct work *w, const struct claim *c,
                     const struct marks *m, uint32_t word)
{
    for (uint32_t i = 0; i < m->count; i++) {
        const struct mark *k = &m->at[i];
        const uint32_t rows = facts_table(w->facts, k->table)->rows;
        uint32_t n = 0;

        if (k->place != MARK_TEXT || k->word != word)
            continue;
        for (uint32_t r = 0; r < rows; r++)
            n += row_in(&k->rows, r);
        if (is_count(c, n))
            return true;
    }
    return false;
}

/* The noun stands in the words behind the number, or behind the whole of which
 * it is a part. */
static uint32_t noun_from(const struct work *w, const struct claim *c)
{
    const uint32_t next = w->claim + 1;

    return c->role == ROLE_PART && next < w->claims.count &&
                   w->claims.at[next].group == c->group
               ? w->claims.at[next].end_word
               : c->end_word;
}

/* "three of the eight runs": what it is a part of is not flagged, and larger.
 */
static bool part_of(const struct work *w, const struct claim *c)
{
    const uint32_t next = w->claim + 1;

    return c->role == ROLE_PART && next < w->claims.count &&
           w->claims.at[next].role == ROLE_WHOLE &&
           decimal_cmp(c->value, w->claims.at[next].value) <= 0 &&
           decimal_cmp(c->value, decimal_from_int(PART_MAX)) <= 0;
}

/* What the cell says by 1 or 0, true or false; -1: it is no such cell, -2:
 * there is none. */
static int flag_at(const struct work *w, uint32_t column, uint32_t row)
{
    static const char *const yes[] = { "true", "yes" };
    static const char *const no[] = { "false", "no" };
    const struct text t = facts_cell_text(w->facts, column, row);
    struct fact f;

    if (facts_cell(w->facts, column, row, &f))
        return decimal_is_zero(f.value)                   ? 0
               : decimal_eq(f.value, decimal_from_int(1)) ? 1
                                                          : -1;
    return t.len == 0               ? -2
           : text_is_any(t, yes, 2) ? 1
           : text_is_any(t, no, 2)  ? 0
                                    : -1;
}

/* Its numbers, if it has some, are from nothing to one. */
static bool to_one(const struct work *w, uint32_t column)
{
    const struct fact_stats *s;

    if (facts_column(w->facts, column)->numbers == 0)
        return true;
    s = facts_stats(w->facts, column);
    return s != NULL && s->rough[STAT_MAX] == 1 && s->rough[STAT_MIN] >= 0;
}

/* "5 of them failed": rows, or those of `who`, of which a column of ones and
 * zeros says so. */
static bool of_flags(struct work *w, const struct claim *c, uint32_t column,
                     const struct subject *who)
{
    const struct fact_column *col = facts_column(w->facts, column);
    const uint32_t all = facts_table(w->facts, col->table)->rows;
    uint32_t n = 0;

    if (col->numbers + col->texts < FLAGS_MIN || !to_one(w, column) ||
        !may_look(w, all))
        return false;
    for (uint32_t r = 0; r < all; r++) {
        const int flag = flag_at(w, column, r);

        if (flag == -1)
            return false;
        n += flag == 1;
    }
    if (who == NULL)
        return is_count(c, n);
    n = 0;
    for (uint32_t r = 0; r < who->row_count; r++) {
        if (who->rows[r].table != col->table)
            return false;
        n += flag_at(w, column, who->rows[r].row) == 1;
    }
    return is_count(c, n);
}

static bool flags_named(struct work *w, const struct claim *c,
                        const struct around *s, const struct subject *who)
{
    for (uint32_t i = mention_from(w, s->first);
         i < w->mention_count && w->mentions[i].word < s->last; i++) {
        const struct term_post *p = terms_posts(w->terms, w->mentions[i].term);

        for (uint32_t k = 0; k < w->mentions[i].term->posts && k < POSTS_LOOK;
             k++)
            if (of_flags(w, c, p[k].column, who))
                return true;
    }
    return false;
}

/* "3 tasks needed more than 50 s", "of the 72 runs 33 exceed 210 W". */
static bool of_bound(struct work *w, const struct judged *j,
                     const struct around *s, const struct subject *who)
{
    struct judged try = *j;

    return (count_bounded(w, &try, s, NULL) && judge_supported(&try)) ||
           (who != NULL && who->group && s->subjects == 0 &&
            count_bounded(w, &try, s, who) && judge_supported(&try));
}

/* "| US | 2 |": as many rows have the name. */
static bool cell_judge(struct work *w, struct judged *j,
                       const struct subject *who)
{
    return who != NULL && who->group && w->block->col < TABLE_COLS_MAX &&
           w->cols[w->block->col].mention_count == 0 &&
           is_count(&j->claim, who->row_count) &&
           say(w, j, CLAIM_DERIVED, "a count of rows");
}

/* "30 builds": as many rows as a table has, and the noun means no column. */
static bool of_table(const struct work *w, const struct claim *c, uint32_t word)
{
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);
    const uint32_t i = mention_from(w, word);

    if (tables > FEW || word >= w->flat.word_count ||
        (i < w->mention_count && w->mentions[i].word == word) ||
        w->flat.words[word].start != c->end + 1 ||
        !ascii_alpha(w->flat.text[c->end + 1]))
        return false;
    for (uint32_t k = 0; k < tables; k++)
        if (facts_table(w->facts, k)->kind != TABLE_TREE &&
            is_count(c, facts_table(w->facts, k)->rows))
            return true;
    return false;
}

static bool count_judge(struct work *w, struct judged *j,
                        const struct around *s, const struct subject *who)
{
    const struct claim *c = &j->claim;
    const uint32_t from = noun_from(w, c);
    const bool large = decimal_cmp(c->value, decimal_from_int(PART_MAX)) > 0;
    const struct marks *m;

    if (!unit_none(c->unit) || c->value.last < 0 || c->form == FORM_ORDINAL)
        return false;
    if (audit_in_cell(w))
        return cell_judge(w, j, who);
    m = marks_of(w, s);
    for (uint32_t k = from; m != NULL && k < from + WORDS_BEHIND &&
                            k < w->flat.word_count && k < s->last;
         k++)
        if ((who == NULL && of_column(w, c, k)) || of_value(w, c, m, k) ||
            (large && of_total(w, c, k)))
            return say(w, j, CLAIM_DERIVED, "a count of rows");
    if (flags_named(w, c, s, who) || of_bound(w, j, s, who))
        return say(w, j, CLAIM_DERIVED, "a count of rows");
    if (large && of_table(w, c, from))
        return say(w, j, CLAIM_DERIVED, "a count of rows");
    return part_of(w, c) &&
           say(w, j, CLAIM_UNVERIFIABLE, "the data do not speak of it");
}

/* ---- rates ---- */

/* The unit, and no more, is a word of the column's name. */
static bool has_unit(const struct work *w, const struct fact_column *col,
                     uint16_t unit)
{
    for (size_t i = 0; i < col->word_count; i++) {
        struct unit_ref u;

        if (units_match(w->units, col->words[i], true, &u) ==
                col->words[i].len &&
            u.num == unit && u.den == 0)
            return true;
    }
    return false;
}

/* "$0.384 an hour" of cost_per_hour_usd: the key has the second unit; "8,984
 * requests an hour": a row is of an hour. */
static bool rate_named(const struct work *w, const struct judged *j)
{
    const struct claim *c = &j->claim;
    const struct fact_table *t;
    struct fact f;

    if (c->unit.den == 0 || j->fact_count == 0)
        return false;
    facts_get(w->facts, j->facts[0], &f);
    if (f.unit.num != c->unit.num || f.unit.den != 0)
        return false;
    if (has_unit(w, facts_column(w->facts, f.column), c->unit.den))
        return true;
    t = facts_table(w->facts, f.table);
    for (uint32_t k = 0; k < t->columns && k < COLUMNS_LOOK; k++)
        if (has_unit(w, facts_column(w->facts, t->first_column + k),
                     c->unit.den))
            return true;
    return false;
}

/* The column counts such spans: hours by "hour", days by a date. */
static bool counts_spans(const struct work *w, uint32_t column, uint16_t unit)
{
    const struct fact_column *c = facts_column(w->facts, column);
    char name[UNIT_NAME_MAX];

    if (c->word_count != 1 || (c->numbers == 0 && c->texts == 0))
        return false;
    if (has_unit(w, c, unit))
        return unit_none(c->unit);
    units_name(w->units, (struct unit_ref){ unit, 0, 0 }, name);
    return c->texts > 0 && strcmp(name, "d") == 0 &&
           text_eq_icase(c->name, TEXT_LIT("date"));
}

/* "In 28 days", "the other 10 hours": as many as the data have. */
static bool spans_judge(struct work *w, struct judged *j)
{
    const struct claim *c = &j->claim;
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);

    if (unit_none(c->unit) || c->unit.den != 0 || c->value.last < 0 ||
        !text_is(units_dim_name(w->units, c->unit.num), "time"))
        return false;
    for (uint32_t i = 0; i < tables && i < TABLES_LOOK; i++) {
        const struct fact_table *t = facts_table(w->facts, i);

        for (uint32_t k = 0; t->rows > 1 && k < t->columns && k < SPANS_LOOK;
             k++)
            if (counts_spans(w, t->first_column + k, c->unit.num) &&
                is_count(c, distinct(w, t->first_column + k)))
                return say(w, j, CLAIM_DERIVED, "a count of rows");
    }
    return false;
}

/* "18.3k an hour": of which column so many for each value of another are. */
static uint32_t each_of(struct work *w, const struct claim *c, uint32_t *column)
{
    static const char *const words[] = { "per", "a", "an", "each", "every" };
    uint32_t k = c->end_word;

    if (k + 1 >= w->flat.word_count ||
        !text_is_any(flat_lower(&w->flat, k), words,
                     sizeof(words) / sizeof(*words)))
        return 0;
    for (uint32_t i = mention_from(w, ++k);
         i < w->mention_count && w->mentions[i].word == k; i++) {
        const struct term_post *p = terms_posts(w->terms, w->mentions[i].term);

        for (uint32_t m = 0; m < w->mentions[i].term->posts && m < POSTS_LOOK;
             m++)
            if (of_kinds(w, p[m].column)) {
                *column = p[m].column;
                return distinct(w, p[m].column);
            }
    }
    return 0;
}

/* "33.3 kWh a day": the column that counts the days, and how many they are. */
static uint32_t span_of(struct work *w, const struct claim *c, uint32_t *column)
{
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);

    for (uint32_t i = 0; i < tables && i < TABLES_LOOK; i++) {
        const struct fact_table *t = facts_table(w->facts, i);

        for (uint32_t k = 0; t->rows > 1 && k < t->columns && k < SPANS_LOOK;
             k++)
            if (counts_spans(w, t->first_column + k, c->unit.den)) {
                *column = t->first_column + k;
                return distinct(w, *column);
            }
    }
    return 0;
}

/* The claim's unit, or that of the number before it: "219,783 requests, 18.3k
 * an hour". */
static struct unit_ref unit_meant(const struct work *w, const struct claim *c,
                                  const struct around *s)
{
    const struct unit_ref own = { c->unit.num, 0, 0 };
    const struct claim *before = w->claim > 0 ? c - 1 : NULL;

    return unit_none(own) && before != NULL && before->start >= s->start
               ? before->unit
               : own;
}

/* The sum of a column, or of the rows of `who`, for each of another's values.
 */
static void rate_judge(struct work *w, struct judged *j, const struct around *s,
                       const struct subject *who)
{
    struct claim plain = j->claim;
    uint32_t by = 0;
    const uint32_t n = j->claim.unit.den != 0 ? span_of(w, &j->claim, &by)
                                              : each_of(w, &j->claim, &by);
    const struct fact_table *of;
    struct trial t;

    if (n == 0)
        return;
    of = facts_table(w->facts, facts_column(w->facts, by)->table);
    plain.unit = unit_meant(w, &w->claims.at[w->claim], s);
    t = trial_of(w, &plain);
    for (uint32_t m = of->first_column;
         m < of->first_column + of->columns && may_look(w, 1); m++) {
        const struct fact_column *c = facts_column(w->facts, m);
        double sum = who == NULL ? trial_stat(&t, m, STAT_SUM) : 0;

        if (m == by || c->weak != WEAK_NO ||
            !trial_alike(w, c->unit, plain.unit))
            continue;
        for (uint32_t r = 0; who != NULL && r < who->row_count; r++)
            if (who->rows[r].table == c->table)
                sum += trial_cell(&t, m, who->rows[r].row);
        trial_offer(&t, trial_in_unit(&t, c, sum) / n);
    }
    if (t.hit)
        trial_settle(w, j, trial_chance(&t, t.near), false);
}

/* "Two of the six models stay under 7 dollars", "10 days saw more than 20 kWh":
 * a bound that rows are counted by is the writer's. */
static bool counts_by(const struct work *w, const struct judged *j,
                      const struct around *s)
{
    const struct claim *c = &j->claim;

    if (c->cmp == CMP_NONE || j->verdict != CLAIM_UNSUPPORTED ||
        claims_digits(c) > BOUND_DIGITS || audit_in_cell(w))
        return false;
    for (uint32_t i = w->claim; i-- > 0;) {
        const struct claim *o = &w->claims.at[i];

        if (o->start < s->start || o->end_word + BOUND_WORDS < c->first_word)
            return false;
        if (o->cmp == CMP_NONE && o->value.last >= 0 &&
            o->form != FORM_ORDINAL && o->form != FORM_ARTICLE &&
            (unit_none(o->unit) || units_is_count(w->units, o->unit)))
            return true;
    }
    return false;
}

/* "In a thousand", "a million queries": what a rate is of. */
static bool per_thousand(const struct work *w, const struct claim *c)
{
    return c->form == FORM_WORDS &&
           text_is(flat_lower(&w->flat, c->first_word), "a") &&
           decimal_cmp(c->value, decimal_from_int(PART_MAX)) > 0;
}

/* The extremes that a word right before the number calls it: "the fastest". */
static uint32_t superlative(const struct work *w, const struct claim *c,
                            const struct around *s)
{
    const uint32_t both = 1u << STAT_MIN | 1u << STAT_MAX;

    for (uint32_t k = c->first_word;
         k > s->first + 1 && k + WORDS_BEFORE > c->first_word; k--)
        if ((w->known[k - 1].stats & both) != 0)
            return text_is(flat_lower(&w->flat, k - 2), "the")
                       ? w->known[k - 1].stats & both
                       : 0;
    return 0;
}

/* "25 times the fastest (133.8 ms)": the number of another row, which is the
 * least or largest of all. */
static bool is_extreme(const struct work *w, const struct judged *j,
                       const struct around *s)
{
    const uint32_t stats = superlative(w, &j->claim, s);
    const struct fact_stats *of;
    struct fact f;

    if (j->verdict != CLAIM_MISATTRIBUTED || j->fact_count == 0 || stats == 0)
        return false;
    facts_get(w->facts, j->facts[0], &f);
    of = facts_stats(w->facts, f.column);
    return of != NULL && of->count > FEW &&
           (((stats & 1u << STAT_MIN) != 0 &&
             decimal_eq(f.value, of->at[STAT_MIN])) ||
            ((stats & 1u << STAT_MAX) != 0 &&
             decimal_eq(f.value, of->at[STAT_MAX])));
}

void tally_judge(struct work *w, struct judged *j, const struct around *s,
                 const struct subject *who)
{
    if (w->facts == NULL || w->terms == NULL || j->fault == FAULT_ARITHMETIC ||
        decimal_is_zero(j->claim.value))
        return;
    if (j->verdict == CLAIM_UNIT_MISMATCH) {
        if (rate_named(w, j))
            judged_say(w, j, CLAIM_SUPPORTED, "in the data");
        else
            rate_judge(w, j, s, who);
        return;
    }
    if (counts_by(w, j, s) || per_thousand(w, &j->claim)) {
        judged_say(w, j, CLAIM_UNVERIFIABLE, "the data do not speak of it");
        return;
    }
    if (is_extreme(w, j, s)) {
        judged_say(w, j, CLAIM_DERIVED, "a statistic of the column");
        return;
    }
    if (!spans_judge(w, j) && !count_judge(w, j, s, who))
        rate_judge(w, j, s, who);
}
