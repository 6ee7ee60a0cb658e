/* The verdict on one claim. */
#include "validator/audit/judge.h"

enum {
    PLAIN_MAX = 10,
    FOCUS_DIGITS = 2,
    SENTENCE_REACH = 1000 /* bytes on either side of a number */
};

static const double beyond_all = 1e30; /* numbers of the data */

bool audit_in_cell(const struct work *w)
{
    return w->block->role == BLOCK_TABLE_CELL ||
           w->block->role == BLOCK_TABLE_HEAD;
}

/* claims_sentence, once per sentence. */
void judge_sentence(struct work *w, uint32_t at, uint32_t *start, uint32_t *end)
{
    if (at < w->sentence_start || at >= w->sentence_end)
        claims_sentence(&w->flat, at, &w->sentence_start, &w->sentence_end);
    *start = w->sentence_start;
    *end = w->sentence_end;
}

/* Of a sentence without end, or a cell as long, what is near. */
static void keep_near(const struct claim *c, struct around *s)
{
    if (c->start - s->start > SENTENCE_REACH)
        s->start = c->start - SENTENCE_REACH;
    if (s->end > c->end && s->end - c->end > SENTENCE_REACH)
        s->end = c->end + SENTENCE_REACH;
}

void judge_around(struct work *w, const struct claim *c, struct around *s)
{
    if (c->start >= w->around.start && c->start < w->around.end) {
        *s = w->around;
        return;
    }
    judge_sentence(w, c->start, &s->start, &s->end);
    if (audit_in_cell(w)) {
        s->start = 0;
        s->end = w->flat.len + 1;
    }
    keep_near(c, s);
    s->first = flat_word_at(&w->flat, s->start);
    s->last = flat_word_at(&w->flat, s->end);
    s->subjects = 0;
    for (uint32_t i = 0; i < w->subject_count; i++)
        s->subjects +=
            w->subjects[i].word >= s->first && w->subjects[i].word < s->last;
    s->stats = stats_named(w, s->first, s->last);
    s->says = says_all(w, s->first, s->last);
    s->overall = (s->says & SAYS_OVERALL) != 0;
    if (audit_in_cell(w) && w->block->col < TABLE_COLS_MAX)
        s->stats |= w->cols[w->block->col].stats | w->row.stats;
    w->around = *s;
}

/* Two names of one table in the sentence, for a comparison. */
bool judge_two_rows(const struct work *w, const struct around *s,
                    const struct subject **a, const struct subject **b)
{
    *a = *b = NULL;
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *x = &w->subjects[i];

        if (x->word < s->first || x->word >= s->last || x->group)
            continue;
        if (*a == NULL)
            *a = x;
        else if (x->name != (*a)->name && subjects_table(x, *a) != FACT_NONE &&
                 !subjects_overlap(x, *a)) {
            *b = x;
            return true;
        }
    }
    return false;
}

/* A percentage, ratio or difference of points: of two numbers. */
static bool compares(const struct work *w, const struct claim *c)
{
    return dim_is(w, c->unit, "ratio") || dim_is(w, c->unit, "fraction") ||
           dim_is(w, c->unit, "points");
}

/* Whose number it is by what stands around the block. */
const struct subject *judge_subject_around(const struct work *w)
{
    if (audit_in_cell(w)) {
        const struct subject *head = w->block->col < TABLE_COLS_MAX
                                         ? &w->cols[w->block->col].subject
                                         : NULL;

        if (w->row.subject.row_count > 0)
            return &w->row.subject;
        return head != NULL && head->row_count > 0 ? head : NULL;
    }
    if (w->last.row_count > 0)
        return &w->last;
    if (w->block->role == BLOCK_LIST_ITEM)
        for (uint32_t d = w->block->level; d-- > 1;)
            if (d - 1 < LIST_DEPTH_MAX && w->list[d - 1].subject.row_count > 0)
                return &w->list[d - 1].subject;
    return w->heading.subject.row_count > 0 ? &w->heading.subject : NULL;
}

bool audit_row_noun(const struct work *w, const struct claim *c)
{
    const uint32_t n = c->end_word;

    if (!unit_none(c->unit) || c->form == FORM_ARTICLE || audit_in_cell(w) ||
        w->terms == NULL)
        return false;
    for (uint32_t k = n; k < n + 3 && k < w->flat.word_count; k++) {
        if (w->flat.words[k].start - w->flat.words[k - 1].end > 1)
            return false;
        if (terms_row_noun(w->terms, &w->flat, k))
            return true;
    }
    return false;
}

/* "six settings", "two of the six settings". */
static bool counts_rows(const struct work *w, const struct claim *c)
{
    const struct claim *whole = c;

    if (c->value.last < 0 || c->form == FORM_ORDINAL)
        return false;
    if (c->role == ROLE_PART && w->claim + 1 < w->claims.count)
        whole = &w->claims.at[w->claim + 1];
    return audit_row_noun(w, whole) &&
           !terms_is_noun(w->terms, &w->flat, whole->end_word);
}

/* "six settings": the noun of a row right behind the number. */
static bool noun_beside(const struct work *w, const struct claim *c)
{
    return !decimal_eq(c->value, decimal_from_int(1)) && audit_row_noun(w, c) &&
           terms_row_noun(w->terms, &w->flat, c->end_word);
}

/* A bare count in words, or up to ten: of what, its noun must tell. */
static bool plain_small(const struct claim *c)
{
    return unit_none(c->unit) &&
           (c->role == ROLE_ALONE || c->form == FORM_WORDS) &&
           (c->form == FORM_ARTICLE ||
            (c->value.last >= 0 &&
             decimal_cmp(decimal_abs(c->value), decimal_from_int(PLAIN_MAX)) <=
                 0));
}

/* No number of the data has a unit of the claim's dimension. */
static bool no_such_unit(const struct work *w, const struct claim *c)
{
    const struct fact_query q = { .scope = SCOPE_DIM, .unit = c->unit };

    return facts_find_about(w->facts, &q, -beyond_all, beyond_all) == 0;
}

/* No data can speak to it: a bare small count of something that the data do
 * not name. */
static bool beyond_data(const struct work *w, const struct claim *c,
                        const struct columns *cols)
{
    if (w->facts == NULL || c->form == FORM_ARTICLE || c->form == FORM_ORDINAL)
        return true;
    if (dim_is(w, c->unit, "fraction") &&
        decimal_eq(c->value, decimal_from_int(100)))
        return true;
    if (c->cmp != CMP_NONE && claims_digits(c) <= 2 && cols->best == 0)
        return true;
    if (!w->empty && cols->best == 0 && !audit_in_cell(w) && !compares(w, c) &&
        !unit_none(c->unit) && no_such_unit(w, c))
        return true;
    if (!unit_none(c->unit) || audit_in_cell(w) || cols->beside)
        return false;
    return plain_small(c);
}

/* "From batch 1 to 4 kestrel gains a factor of 2.3": two rows of the one
 * subject that the sentence names. */
static enum outcome two_rows_of_one(struct work *w, struct judged *j,
                                    const struct around *s,
                                    const struct columns *cols)
{
    enum { ROWS_OF_ONE_MAX = 4 };
    enum outcome got;

    if (s->subjects != 1)
        return OUT_NONE;
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *one = &w->subjects[i];

        if (one->word < s->first || one->word >= s->last ||
            one->row_count < 2 || one->row_count > ROWS_OF_ONE_MAX)
            continue;
        got = derive_pair(w, j, one, one, cols);
        if (got == OUT_HIT)
            return got;
        j->expected = (struct text){ "", 0 };
    }
    return OUT_NONE;
}

static bool of_tree(const struct work *w, const struct subject *who)
{
    return facts_table(w->facts, who->rows[0].table)->kind == TABLE_TREE;
}

/* Derived numbers: comparisons of two rows, statistics, counts of rows. */
static enum outcome try_derived(struct work *w, struct judged *j,
                                const struct around *s,
                                const struct subject *who,
                                const struct columns *cols)
{
    const struct subject *a, *b;
    struct columns any;
    struct claim bare = j->claim;
    enum outcome got = OUT_NONE;

    if (compares(w, &j->claim)) {
        bare.unit = (struct unit_ref){ 0, 0, 0 };
        columns_score(w, &bare, s->start, s->end, &any);
        if (judge_two_rows(w, s, &a, &b))
            return derive_pair(w, j, a, b, &any);
        if (two_rows_of_one(w, j, s, &any) == OUT_HIT)
            return OUT_HIT;
        if (s->stats != 0 || dim_is(w, j->claim.unit, "ratio"))
            got = derive_stat(w, j, s->stats, &any, NULL);
        if (got == OUT_HIT || dim_is(w, j->claim.unit, "ratio"))
            return got;
    }
    if (j->claim.role == ROLE_SPREAD)
        return derive_spread(w, j, cols);
    if (s->stats != 0 && (who == NULL || s->overall || who->group))
        return derive_stat(w, j, s->stats, cols,
                           who != NULL && who->group ? who : NULL);
    /* "in total": the word is a row of the tree by accident. */
    if (who != NULL && of_tree(w, who) && (s->stats & STATS_OF_ALL) != 0 &&
        derive_stat(w, j, s->stats & STATS_OF_ALL, cols, NULL) == OUT_HIT)
        return OUT_HIT;
    /* What is said of several rows, and not which, is said of their sum. */
    if (s->stats == 0 && who != NULL && who->group &&
        derive_stat(w, j, STATS_SUM, cols, who) == OUT_HIT)
        return OUT_HIT;
    return OUT_NONE;
}

static bool files_behind(const struct work *w, const struct claim *c)
{
    for (uint32_t k = c->end_word;
         k < c->end_word + 2 && k < w->flat.word_count; k++)
        if (text_eq(flat_lower(&w->flat, k), TEXT_LIT("files")))
            return true;
    return false;
}

/* "7 JSON files" of a folder that holds fewer. */
static bool more_files_than_there_are(const struct work *w,
                                      const struct claim *c,
                                      const struct subject *who)
{
    const struct fact_table *t;
    struct decimal total;
    struct fact f;

    if (!unit_none(c->unit))
        return false;
    if (who == NULL)
        return files_behind(w, c) && focus_files(w, &total) &&
               decimal_cmp(c->value, total) > 0;
    if (who->row_count != 1)
        return false;
    t = facts_table(w->facts, who->rows[0].table);
    for (uint32_t k = 0; t->kind == TABLE_TREE && k < t->columns; k++)
        if (unit_none(facts_column(w->facts, t->first_column + k)->unit) &&
            facts_cell(w->facts, t->first_column + k, who->rows[0].row, &f))
            return decimal_cmp(c->value, f.value) > 0;
    return false;
}

static void unsupported(struct work *w, struct judged *j,
                        const struct subject *who, const struct columns *cols)
{
    const struct claim *c = &j->claim;

    if (w->trial)
        return;
    if (who == NULL && w->facts != NULL && !compares(w, c) &&
        cells_unit_elsewhere(w, j))
        return;
    if (who == NULL && !more_files_than_there_are(w, c, NULL) &&
        (beyond_data(w, c, cols) || (plain_small(c) && !audit_in_cell(w)))) {
        judged_say(w, j, CLAIM_UNVERIFIABLE, "the data do not speak of it");
        return;
    }
    if (w->empty) {
        judged_say(w, j, CLAIM_UNSUPPORTED, "there are no data");
        return;
    }
    if (who == NULL && cols->beside && claims_digits(c) >= FOCUS_DIGITS &&
        w->around.stats == 0 && w->focus != NULL && !w->focus->told &&
        cells_column_has(w, c, cols)) {
        judged_say(w, j, CLAIM_UNVERIFIABLE,
                   "its column has it, as it has most numbers");
        return;
    }
    if (who == NULL && w->facts != NULL && compares(w, c) &&
        cells_unit_elsewhere(w, j))
        return;
    cells_elsewhere(w, j, who, cols);
}

bool judge_supported(const struct judged *j)
{
    return j->verdict == CLAIM_SUPPORTED || j->verdict == CLAIM_DERIVED;
}

/* "2.2 points of accuracy" */
static bool in_points(const struct work *w, const struct claim *c)
{
    return unit_none(c->unit) && c->end_word < w->flat.word_count &&
           (text_eq(flat_lower(&w->flat, c->end_word), TEXT_LIT("points")) ||
            text_eq(flat_lower(&w->flat, c->end_word), TEXT_LIT("point")));
}

/* "a 30-point victory": the difference of two named rows. */
static bool difference(struct work *w, struct judged *j, const struct around *s,
                       const struct columns *cols)
{
    const struct text expected = j->expected;
    const struct subject *a, *b;

    if (compares(w, &j->claim) || j->claim.form == FORM_ARTICLE ||
        !judge_two_rows(w, s, &a, &b) || (s->says & SAYS_DIFFERENCE) == 0)
        return false;
    if (derive_pair(w, j, a, b, cols) == OUT_HIT)
        return true;
    if (unit_none(j->claim.unit) && w->claim > 0 &&
        w->claims.at[w->claim - 1].start >= s->start) {
        j->claim.unit = w->claims.at[w->claim - 1].unit;
        if (!unit_none(j->claim.unit) && !compares(w, &j->claim) &&
            derive_pair(w, j, a, b, cols) == OUT_HIT)
            return true; /* "11,230.50 euros, 2,440.30 more than" */
        j->claim.unit = (struct unit_ref){ 0, 0, 0 };
    }
    if (in_points(w, &j->claim)) { /* of a column of fractions */
        const struct decimal written = j->claim.value;
        enum outcome got;

        j->claim.value.exp -= 2;
        j->claim.value.last -= 2;
        got = derive_pair(w, j, a, b, cols);
        j->claim.value = written;
        if (got == OUT_HIT)
            return true;
    }
    j->expected = expected;
    return false;
}

/* "JSON and CSV together make up 72 files": the sum of the names. */
static bool together(struct work *w, struct judged *j, const struct around *s,
                     const struct columns *cols)
{
    return s->subjects > 1 && (s->says & SAYS_TOGETHER) != 0 &&
           derive_together(w, j, s->first, s->last, cols) == OUT_HIT;
}

/* "1,047 runs passed": no row is named and no statistic, so it is said of the
 * whole column that stands beside the number. */
static bool whole_column(struct work *w, struct judged *j,
                         const struct subject *who, const struct columns *cols)
{
    return who == NULL && !audit_in_cell(w) && cols->beside &&
           !compares(w, &j->claim) &&
           claims_digits(&j->claim) >= FOCUS_DIGITS &&
           derive_sum(w, j, cols) == OUT_HIT;
}

/* What a claim was tried as so far. */
struct tried {
    enum outcome cell, derived;
};

/* Shares, named cells, comparisons, statistics and counts of rows; true: the
 * claim has its verdict. */
static bool judge_named(struct work *w, struct judged *j,
                        const struct around *s, const struct subject *who,
                        const struct columns *cols, struct tried *t)
{
    const struct claim *c = &j->claim;
    const bool small = plain_small(c) &&
                       !(who != NULL && cells_count_files(w, c, who)) &&
                       !more_files_than_there_are(w, c, who);

    if (derive_share(w, j, who, s->first, s->last) == OUT_HIT)
        return true;
    if (who != NULL && compares(w, c) && cols->best > 0) {
        t->cell = cells_of(w, j, who, cols);
        if (judge_supported(j))
            return true;
    }
    if (noun_beside(w, c)) {
        t->derived = derive_rows(w, j, who);
        if (judge_supported(j))
            return true;
    }
    if (t->cell == OUT_NONE && t->derived == OUT_NONE)
        t->derived = try_derived(w, j, s, who, cols);
    if (judge_supported(j))
        return true;
    if (t->derived == OUT_NONE && audit_row_noun(w, c) &&
        (cols->best == 0 || (small && !cols->beside))) {
        t->derived = derive_rows(w, j, who);
        if (judge_supported(j))
            return true;
        if (small) {
            unsupported(w, j, NULL, cols);
            return true;
        }
    }
    if (small && !cols->beside) {
        unsupported(w, j, NULL, cols);
        return true;
    }
    if (who != NULL && !(t->derived == OUT_MISS && compares(w, c))) {
        t->cell = cells_of(w, j, who, cols);
        if (!judge_supported(j))
            return false;
        if (s->stats != 0)
            cells_other_statistic(w, j, who);
        return true;
    }
    return false;
}

/* The sentence names several rows and does not tell clearly whose number it
 * is: that of any of them, but who's, will do. who: NULL when it is nobody's.
 */
static bool other_named(struct work *w, struct judged *j,
                        const struct around *s, const struct subject *who,
                        const struct columns *cols)
{
    const struct judged before = *j;

    if (claims_digits(&j->claim) < 2)
        return false;
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *o = &w->subjects[i];

        if (o->word < s->first || o->word >= s->last ||
            (who != NULL &&
             (subjects_table(o, who) == FACT_NONE || subjects_overlap(o, who))))
            continue;
        if (cells_of(w, j, o, cols) == OUT_HIT)
            return true;
        *j = before;
    }
    return false;
}

/* "Tromso-Alta loses 1.27 %": no word names the column, but the row has one
 * percentage that fits. */
static bool only_share(struct work *w, struct judged *j,
                       const struct subject *who, const struct columns *cols)
{
    const struct judged before = *j;

    if (cells_of(w, j, who, cols) == OUT_HIT)
        return true;
    *j = before;
    return false;
}

/* The subject, of the rows that the sentence leaves of it. */
static const struct subject *narrowed(struct work *w, const struct claim *c,
                                      const struct subject *who, bool *sure)
{
    uint32_t n = who == NULL ? 0 : narrow_own(w, c, who, w->narrow_rows);

    *sure = *sure || n > 0;
    if (n == 0 && who != NULL)
        n = narrow_rows(w, c, who, w->narrow_rows);
    if (n == 0)
        return who;
    w->narrow = *who;
    w->narrow.rows = w->narrow_rows;
    w->narrow.row_count = n;
    w->narrow.group = who->group && n > 1;
    return &w->narrow;
}

void judge_look(struct work *w, const struct claim *c, struct view *v)
{
    v->sure = true;
    judge_around(w, c, &v->s);
    columns_score(w, c, v->s.start, v->s.end, &v->cols);
    v->who = audit_in_cell(w)
                 ? NULL
                 : owner_of(w, w->claim, v->s.start, v->s.end, &v->sure);
    v->who = narrowed(w, c, v->who, &v->sure);
    v->around =
        v->who == NULL && !v->s.overall ? judge_subject_around(w) : NULL;
    if (audit_in_cell(w)) {
        v->who = v->around;
        v->around = NULL;
    }
}

static bool ends_there(const struct flat *f, const struct claim *c)
{
    if (c->end < f->len && strchr(".,;)", f->text[c->end]) != NULL)
        return true;
    return c->end_word < f->word_count &&
           text_eq(flat_lower(f, c->end_word), TEXT_LIT("and"));
}

/* "encoded 25 times, ...": how often, no ratio. */
static bool how_often(struct work *w, struct judged *j,
                      const struct subject *who, const struct columns *cols)
{
    const struct flat *f = &w->flat;
    const struct claim c = j->claim;
    const struct judged before = *j;

    if (who == NULL || !dim_is(w, c.unit, "ratio") || c.value.last < 0 ||
        decimal_cmp(c.value, decimal_from_int(PLAIN_MAX)) <= 0 ||
        !ends_there(f, &c))
        return false;
    j->claim.unit = (struct unit_ref){ 0, 0, 0 };
    if (cells_of(w, j, who, cols) != OUT_HIT) {
        *j = before;
        return false;
    }
    j->claim = c;
    return true;
}

/* The claim names a statistic that the columns do not have: what else it is
 * is said. */
static void statistic_missed(struct work *w, struct judged *j, struct view *v)
{
    const struct claim *c = &j->claim;
    const struct subject *who = v->who;
    const struct columns *cols = &v->cols;

    if (how_often(w, j, who, cols) ||
        (who != NULL && cols->best == 0 && dim_is(w, c->unit, "fraction") &&
         only_share(w, j, who, cols)))
        return;
    if (who == NULL && cols->best > 0 && other_named(w, j, &v->s, NULL, cols))
        return;
    if (!compares(w, c) && (focus_know(w, j, FACT_NONE, FOCUS_DIGITS) ||
                            cells_unit_elsewhere(w, j)))
        return;
    judged_say(w, j, CLAIM_UNSUPPORTED, "the statistic is another");
}

void judge_claim(struct work *w, struct judged *j, struct view *v)
{
    const struct claim *c = &j->claim;
    const struct subject *who = v->who, *around = v->around;
    const struct around *s = &v->s;
    const struct columns *cols = &v->cols;
    struct tried t = { OUT_NONE, OUT_NONE };

    w->as_written.known = w->in_base.known = w->no_column = false;
    if (counts_rows(w, c)) {
        if (count_bounded(w, j, s, who))
            return;
        columns_score(w, c, s->start, s->end, &v->cols);
    }
    if (judge_named(w, j, s, who, cols, &t))
        return;
    if (notes_know(w, c, t.cell == OUT_MISS)) {
        judged_say(w, j, CLAIM_SUPPORTED, "in a part that the agent wrote");
        return;
    }
    if (t.derived == OUT_MISS && s->overall && cells_summary(w, j, cols))
        return;
    if (who != NULL && !v->sure && other_named(w, j, s, who, cols))
        return;
    if (t.derived == OUT_MISS && (s->overall || compares(w, c) ||
                                  c->role == ROLE_SPREAD || cols->best == 0)) {
        statistic_missed(w, j, v);
        return;
    }
    if (t.cell == OUT_MISS &&
        (cells_other_table(w, j, who) || difference(w, j, s, cols)))
        return;
    if (together(w, j, s, cols))
        return;
    if (t.cell != OUT_MISS && around != NULL) {
        t.cell = cells_of(w, j, around, cols);
        if (judge_supported(j))
            return;
        /* "He scored 12 points": the sentence before names him. */
        if (around == &w->last && cols->beside && !around->group)
            who = around;
        else
            t.cell = OUT_NONE;
    }
    if (focus_know(w, j, t.cell == OUT_MISS ? who->rows[0].table : FACT_NONE,
                   FOCUS_DIGITS))
        return;
    if (t.cell != OUT_MISS && (cells_anywhere(w, j, cols) == OUT_HIT ||
                               whole_column(w, j, who, cols)))
        return;
    unsupported(w, j, t.cell == OUT_MISS ? who : NULL, cols);
}
