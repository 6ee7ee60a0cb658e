/* Numbers that follow from slices of a table. Which was meant the words tell in
 * part; how many were tried tells the rest. */
#include "validator/audit/slices_int.h"

enum {
    SENTENCE_BEFORE = 1000, /* bytes of it */
    CUES_BEFORE = 12, /* words before the sentence: "for mysql only 24 ms" */
    BARE_DIGITS = 3,  /* of a bare number that is just a cell's */
    TABLES_MAX = 3,   /* that one number may be of */
    FEW_TABLES = 5,   /* in data so few, one needs no name */
    CROSSED_MAX = 4,  /* columns whose groups are crossed */
    PARTNERS_MAX = 24 /* columns that one may be compared with */
};

static bool settled(struct cut *cut)
{
    cut->done =
        cut->t->hit && trial_chance(cut->t, cut->t->near) <= cut->q->limit;
    return cut->done;
}

/* Whose number it is, is known: slices of others do not count. */
static bool of_other(const struct cut *cut, const struct slice *s)
{
    const struct subject *who = cut->q->who;

    if (who == NULL || s->other)
        return s->other;
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == cut->table && who->rows[i].row < cut->rows &&
            row_in(&s->rows, who->rows[i].row))
            return false;
    for (uint32_t i = 0; i < who->row_count; i++)
        if (who->rows[i].table == cut->table)
            return true;
    return false;
}

static void try_slices(struct cut *cut, uint32_t from)
{
    const enum kind kind = cut->t->kind;

    for (uint32_t i = from; kind == KIND_BARE && i < cut->slice_count; i++)
        if (cut->slices[i].count > 1 && !of_other(cut, &cut->slices[i]))
            trial_offer(cut->t, cut->slices[i].count);
    for (uint32_t k = 0; k < cut->measure_count && kind != KIND_RATIO; k++)
        for (uint32_t i = from; i < cut->slice_count; i++)
            if ((cut->slices[i].count == 1 || cut->q->derived ||
                 cut->q->stats != 0 || cut->q->sure) &&
                !of_other(cut, &cut->slices[i]))
                offer_slice(cut, &cut->slices[i], k);
}

/* They differ in one axis, and have no row in common. */
static bool apart(const struct cut *cut, const struct slice *a,
                  const struct slice *b)
{
    uint32_t differ = 0;

    if (a->group != b->group || a->group != 0)
        return a->group == b->group;
    for (uint32_t i = 0; i < cut->axis_count; i++)
        differ += a->pick[i] != b->pick[i];
    return differ == 1 && !rows_overlap(cut, &a->rows, &b->rows);
}

static void try_pairs(struct cut *cut, uint32_t from)
{
    for (uint32_t k = 0; k < cut->measure_count; k++)
        for (uint32_t i = from; i < cut->slice_count; i++)
            for (uint32_t m = 0; m < i; m++) {
                struct slice *a = &cut->slices[i], *b = &cut->slices[m];

                if (apart(cut, a, b))
                    offer_two(cut, a, b, k);
                else if (rows_within(cut, &a->rows, &b->rows))
                    offer_share(cut, a, b, k);
                else if (rows_within(cut, &b->rows, &a->rows))
                    offer_share(cut, b, a, k);
            }
}

/* Columns that are meant, with those beside them of one dimension. */
static void try_columns(struct cut *cut, uint32_t from)
{
    const struct work *w = cut->t->w;
    const struct fact_table *t = facts_table(w->facts, cut->table);

    for (uint32_t k = 0; k < cut->measure_count; k++)
        for (uint32_t m = 0; m < t->columns && m < PARTNERS_MAX; m++) {
            const uint32_t a = cut->measures[k], b = t->first_column + m;
            const struct fact_column *c = facts_column(w->facts, b);

            if (a == b || c->weak != WEAK_NO || c->numbers == 0 ||
                (!cut->t->per &&
                 !trial_alike(w, c->unit, facts_column(w->facts, a)->unit)))
                continue;
            for (uint32_t i = from; i < cut->slice_count; i++)
                offer_columns(cut, &cut->slices[i], k, b);
        }
}

/* The rows that are in both. */
static void try_both(struct cut *cut, const struct row_set *a,
                     const struct row_set *b)
{
    struct slice s;

    s.group = s.summed = 0;
    s.other = false;
    for (uint32_t i = 0; i < cut->words; i++)
        s.rows.bits[i] = a->bits[i] & b->bits[i];
    s.count = cut_count(cut, &s.rows);
    for (uint32_t k = 0; s.count > 1 && k < cut->measure_count; k++)
        if (!of_other(cut, &s) && trial_may(cut->t->w, cut->rows))
            offer_slice(cut, &s, k);
}

/* Rows of a group in one column and a group in another: "the four models fully
 * offloaded" with the small context. */
static void try_crossed(struct cut *cut)
{
    const struct slice_table *t = slice_table_groups(cut->t->w, cut->table);
    const uint32_t n = t == NULL                      ? 0
                       : t->group_count < CROSSED_MAX ? t->group_count
                                                      : CROSSED_MAX;

    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < a; b++) {
            const struct column_groups *x = t->groups[a].of,
                                       *y = t->groups[b].of;

            for (uint32_t i = 0; i < x->count * y->count; i++)
                try_both(cut, &x->rows[i % x->count], &y->rows[i / x->count]);
        }
}

/* What the slices from `from` on give. */
static void try_from(struct cut *cut, uint32_t from)
{
    if (from == cut->slice_count ||
        !trial_may(cut->t->w, (cut->slice_count - from) * cut->rows))
        return;
    try_slices(cut, from);
    if (settled(cut) || !cut->q->derived)
        return;
    try_pairs(cut, from);
    if (settled(cut))
        return;
    if (cut->meant)
        try_columns(cut, from);
    settled(cut);
}

static void try_step(struct cut *cut, enum step step)
{
    const uint32_t from = cut->slice_count;

    cut->t->dimension = cut->dimension;
    if (step == STEP_CROSSED) {
        try_crossed(cut);
        settled(cut);
        return;
    }
    if (step >= STEP_GROUPS)
        cut_groups(cut, step == STEP_GROUPS);
    else
        cut_slices(cut, step);
    try_from(cut, from);
}

/* The column's numbers may be of the claim's unit: it has one of that
 * dimension, or none, and no other column of its table has. */
static bool of_dimension(const struct cut *cut, struct unit_ref unit,
                         uint32_t dim)
{
    if (cut->t->kind != KIND_UNIT || cut->t->per)
        return true;
    return unit_none(unit) ? !cut->t->dimension : dim == cut->dim;
}

static bool is_axis(const struct cut *cut, uint32_t column)
{
    for (uint32_t i = 0; i < cut->axis_count; i++)
        if (cut->axes[i].column == column)
            return true;
    return false;
}

/* Some column of the table has the claim's dimension. */
static bool has_dimension(const struct cut *cut)
{
    const struct slice_table *t = cut->of;

    for (uint32_t i = 0; cut->t->kind == KIND_UNIT && i < t->number_count; i++)
        if (!unit_none(t->numbers[i].unit) && t->numbers[i].dim == cut->dim)
            return true;
    return false;
}

/* All that may be. */
static void any_measures(struct cut *cut)
{
    for (uint32_t i = 0;
         i < cut->of->number_count && cut->measure_count < MEASURES_MAX; i++) {
        const struct slice_numbers *n = &cut->of->numbers[i];

        if (n->measure && !is_axis(cut, n->column) &&
            of_dimension(cut, n->unit, n->dim))
            cut->measures[cut->measure_count++] = n->column;
    }
}

/* The columns that the words mean, but for those of which a value is named;
 * when they mean none, all that may be. */
static void measures_of(struct cut *cut, const struct columns *cols)
{
    const struct work *w = cut->t->w;
    uint32_t best = 0;

    cut->measure_count = 0;
    for (uint32_t i = 0; i < cols->count && cut->measure_count < MEASURES_MAX &&
                         cols->at[i].score * 2 >= best;
         i++) { /* best first */
        const uint32_t c = cols->at[i].column;
        const struct fact_column *column = facts_column(w->facts, c);

        if (is_axis(cut, c) ||
            !of_dimension(cut, column->unit, units_dim(w->units, column->unit)))
            continue;
        best = best == 0 ? cols->at[i].score : best;
        if (column->table == cut->table)
            cut->measures[cut->measure_count++] = c;
    }
    cut->meant = cut->measure_count > 0;
    if (!cut->meant)
        any_measures(cut);
    for (uint32_t k = 0; k < cut->measure_count; k++) {
        cut->scale[k] = cut_scale(cut, cut->measures[k]);
        cut->cell[k] = cut->t->kind == KIND_PERCENT
                           ? cell_scale(cut, cut->measures[k])
                           : cut->scale[k];
    }
}

static void add_table(const struct facts *f, uint32_t table,
                      uint32_t out[TABLES_MAX], uint32_t *n)
{
    const struct fact_table *t = facts_table(f, table);

    for (uint32_t i = 0; i < *n; i++)
        if (out[i] == table)
            return;
    if (*n < TABLES_MAX && t->kind != TABLE_TREE && t->rows > 1 &&
        t->rows <= SLICE_ROWS)
        out[(*n)++] = table;
}

/* The table, if a mark is of it. */
static void add_marked(const struct facts *f, const struct marks *m,
                       uint32_t table, uint32_t out[TABLES_MAX], uint32_t *n)
{
    for (uint32_t k = 0; k < m->count; k++)
        if (m->at[k].table == table) {
            add_table(f, table, out, n);
            return;
        }
}

/* Tables that a word means one column or another of. */
static uint32_t tables_meant(const struct work *w, const struct columns *cols)
{
    uint32_t n = 0, last = FACT_NONE;

    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++) {
        const uint32_t table =
            facts_column(w->facts, cols->at[i].column)->table;

        n += table != last;
        last = table;
    }
    return n;
}

/* First those of which the sentence names both values and numbers. */
static uint32_t tables_of(const struct work *w, const struct marks *m,
                          const struct columns *cols, uint32_t out[TABLES_MAX])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++)
        add_marked(w->facts, m,
                   facts_column(w->facts, cols->at[i].column)->table, out, &n);
    for (uint32_t k = 0; k < m->count; k++)
        add_table(w->facts, m->at[k].table, out, &n);
    if (n > 0 || tables_meant(w, cols) > TABLES_MAX)
        return n;
    for (uint32_t i = 0; i < cols->count && cols->at[i].score * 2 >= cols->best;
         i++)
        add_table(w->facts, facts_column(w->facts, cols->at[i].column)->table,
                  out, &n);
    for (uint32_t i = 0; n == 0 && i < facts_table_count(w->facts) &&
                         facts_table_count(w->facts) <= FEW_TABLES;
         i++)
        add_table(w->facts, i, out, &n);
    return n;
}

/* Statistics that the words call for, some of which are none of a column. */
static uint32_t stats_wanted(const struct claim *c, const struct around *s)
{
    uint32_t stats = s->stats;

    if ((s->says & SAYS_SUM) != 0)
        stats |= STATS_SUM;
    if (c->role == ROLE_LOW || c->role == ROLE_HIGH)
        stats |= STATS_EXTREMES | (stats == 0 ? STATS_MEAN | STATS_SUM : 0);
    return stats;
}

static bool open_claim(const struct judged *j)
{
    return (j->verdict == CLAIM_UNSUPPORTED ||
            j->verdict == CLAIM_CONTRADICTED ||
            j->verdict == CLAIM_MISATTRIBUTED) &&
           j->fault == FAULT_NUMBER && j->claim.form == FORM_DIGITS &&
           j->claim.exempt == EXEMPT_NO && j->claim.cmp == CMP_NONE &&
           !decimal_is_zero(j->claim.value);
}

/* "0-for-3" */
static bool joined_before(const struct work *w, const struct claim *c)
{
    return c->number_start > 0 && w->flat.text[c->number_start - 1] == '-';
}

/* "At 128 clients": the number is itself such a value, of several rows. */
static bool is_setting(struct work *w, const struct claim *c,
                       const struct marks *m, const struct subject *who)
{
    for (uint32_t i = 0; i < m->count && c->role != ROLE_PART &&
                         c->role != ROLE_WHOLE && !joined_before(w, c);
         i++) {
        const struct mark *k = &m->at[i];
        bool of_who =
            who == NULL || who == &w->narrow || who->rows[0].table != k->table;

        if (k->place != MARK_TEXT || k->word != c->first_word ||
            !marks_setting(w, k->column))
            continue;
        for (uint32_t r = 0;
             !of_who && who->row_count > 1 && r < who->row_count; r++)
            of_who = who->rows[r].row < SLICE_ROWS &&
                     row_in(&k->rows, who->rows[r].row);
        if (of_who)
            return true;
    }
    return false;
}

/* The cell that was taken to be meant is a setting: "| 0 layers |". */
static bool of_setting(struct work *w, const struct judged *j)
{
    return j->cell != FACT_NONE &&
           marks_setting(w, facts_column_of(w->facts, j->cell));
}

/* Row and column of a report's table name the cell, and it says otherwise. */
static bool of_named_cell(struct work *w, const struct judged *j,
                          const struct columns *cols)
{
    struct fact f;

    if (j->verdict != CLAIM_CONTRADICTED || j->cell == FACT_NONE ||
        cols->best == 0 || of_setting(w, j))
        return false;
    facts_get(w->facts, j->cell, &f);
    return trial_alike(w, f.unit, j->claim.unit);
}

/* "..., by 3.88 ms; Postgres shows 4.33 ms": the clause before compares. */
static bool compared_before(const struct work *w, const struct around *s)
{
    const uint32_t from = s->first > CUES_BEFORE ? s->first - CUES_BEFORE : 0;
    uint32_t i = s->start;

    while (i > 0 && w->flat.text[i - 1] == ' ')
        i--;
    return !audit_in_cell(w) && i > 0 && w->flat.text[i - 1] == ';' &&
           says_in(w, from, s->first, SAYS_DERIVED);
}

/* The value of the axis whose mark stands nearest to the number. */
static const struct row_set *nearest(const struct cut *cut,
                                     const struct marks *m, uint32_t column,
                                     const struct around *s)
{
    const struct claim *c = cut->t->c;
    const struct row_set *best = NULL;
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < m->count; i++) {
        const struct mark *k = &m->at[i];
        const uint32_t at = k->place == MARK_TEXT ? k->word : c->first_word;
        const uint32_t far =
            at < c->first_word ? c->first_word - at : at - c->first_word;

        if (k->column == column && cut_rank(k, s, c) == RANK_HERE &&
            far < least) {
            least = far;
            best = &k->rows;
        }
    }
    return best;
}

/* The number is in the data, but of another row than the one that was taken
 * to be meant: right when the values nearest to it leave only that row. */
static bool only_row(struct cut *cut, const struct judged *j,
                     const struct marks *m, const struct around *s)
{
    const struct work *w = cut->t->w;
    struct slice left = { .count = 0 };
    uint32_t axes = 0;
    struct fact f;

    if (j->fact_count == 0 ||
        (cut->t->kind != KIND_UNIT && claims_digits(&j->claim) < BARE_DIGITS))
        return false;
    facts_get(w->facts, j->facts[0], &f);
    if (f.table != cut->table || f.row >= cut->rows)
        return false;
    cut_all_rows(cut, &left.rows);
    for (uint32_t i = 0; i < cut->axis_count; i++) {
        const struct axis *a = &cut->axes[i];
        const struct axis one = {
            .values = { a->rank == RANK_HERE ? nearest(cut, m, a->column, s)
                                             : a->values[0] },
            .count = 1,
            .named = 1,
        };

        if (one.values[0] == NULL)
            continue;
        cut_restrict(cut, &left.rows, &one, 0);
        axes++;
    }
    return axes > 1 && cut_count(cut, &left.rows) == 1 &&
           row_in(&left.rows, f.row) && !of_other(cut, &left);
}

/* The right number of another row may be an extreme: "ranges from 3 to 8". */
static bool open_to_slices(const struct judged *j, const struct around *s)
{
    return j->verdict != CLAIM_MISATTRIBUTED ||
           ((j->claim.role == ROLE_LOW || j->claim.role == ROLE_HIGH) &&
            (s->stats & STATS_EXTREMES) != 0);
}

/* One more value of its size, and any hit is an accident. */
static bool hopeless(const struct trial *t, const struct question *q)
{
    return t->near > 0 && trial_chance(t, t->near + 1) > q->limit;
}

/* The steps before `end`, each in all tables. */
static bool try_steps(struct cut *cuts, uint32_t n, enum step end)
{
    uint32_t near = UINT32_MAX;

    for (int step = STEP_COMPARED; step < (int)end; step++)
        for (uint32_t i = 0; i < n; i++) {
            try_step(&cuts[i], (enum step)step);
            if (cuts[i].done)
                return true;
            if (cuts[i].t->near != near && hopeless(cuts[i].t, cuts[i].q))
                return false;
            near = cuts[i].t->near;
        }
    return false;
}

/* Every table at each step: first what is named best. */
static bool in_tables(struct trial *t, const struct question *q,
                      const struct judged *j, const struct marks *m,
                      const struct around *s, const struct columns *cols)
{
    struct cut cuts[TABLES_MAX];
    uint32_t tables[TABLES_MAX];
    const uint32_t n = tables_of(t->w, m, cols, tables);
    const struct columns none = { .count = 0 };
    bool meant = false;

    for (uint32_t i = 0; i < n; i++) {
        struct cut *cut = &cuts[i];

        cut->t = t;
        cut->q = q;
        cut->table = tables[i];
        cut->of = slice_table_of(t->w, tables[i]);
        if (cut->of == NULL)
            return false;
        cut->rows = facts_table(t->w->facts, tables[i])->rows;
        cut->words = (cut->rows + 63) / 64;
        cut->slice_count = 0;
        cut->done = false;
        cut_axes(cut, m, s);
        if (j->verdict == CLAIM_MISATTRIBUTED && only_row(cut, j, m, s))
            return true;
        cut->dim = units_dim(t->w->units, t->c->unit);
        t->dimension = cut->dimension = has_dimension(cut);
        measures_of(cut, cols);
    }
    if (!open_to_slices(j, s)) /* or the mean of several, that are named */
        return q->who != NULL && q->who->row_count > 1 &&
               try_steps(cuts, n, STEP_HERE);
    if (try_steps(cuts, n, STEP_COUNT))
        return true;
    if (hopeless(t, q))
        return false;
    for (uint32_t i = 0; i < n; i++)
        meant = meant || cuts[i].meant;
    for (uint32_t i = 0; meant && i < n; i++) { /* the words may mean none */
        cuts[i].slice_count = 0;
        t->dimension = cuts[i].dimension;
        measures_of(&cuts[i], &none);
    }
    return meant && try_steps(cuts, n, STEP_WIDE);
}

/* The columns that the words mean: when the number compares, whatever their
 * unit; else those of the sentence before. */
static const struct columns *
columns_meant(struct work *w, const struct trial *t, const struct around *s,
              const struct columns *cols, struct columns *any)
{
    struct claim plain = *t->c;
    uint32_t start, end;

    if (t->kind != KIND_UNIT && t->kind != KIND_BARE)
        plain.unit = (struct unit_ref){ 0, 0, 0 };
    else if (cols->best > 0)
        return cols;
    columns_score(w, &plain, s->start, s->end, any);
    if (any->best > 0 || s->start == 0)
        return any;
    claims_sentence(&w->flat, s->start - 1, &start, &end);
    if (s->start - start > SENTENCE_BEFORE)
        start = s->start - SENTENCE_BEFORE;
    columns_score(w, &plain, start, s->end, any);
    return any;
}

/* "157 minutes per week": the mean of what each row has. */
static bool per_row(struct work *w, const struct judged *j,
                    const struct marks *m, const struct around *s,
                    struct question *q)
{
    struct claim c = j->claim;
    struct columns cols;
    struct trial t;

    c.unit = (struct unit_ref){ c.unit.num, 0, 0 };
    q->stats = STATS_MEAN;
    q->sure = false;
    columns_score(w, &c, s->start, s->end, &cols);
    t = trial_of(w, &c);
    return in_tables(&t, q, j, m, s, &cols);
}

/* "660 of them", "41 of which", "9 of all requests": counted together. */
static bool some_of(const struct work *w, const struct claim *c)
{
    static const char *const whole[] = { "them", "which", "those", "these",
                                         "all" };
    const uint32_t k = c->end_word;

    return k + 1 < w->flat.word_count &&
           text_is(flat_lower(&w->flat, k), "of") &&
           text_is_any(flat_lower(&w->flat, k + 1), whole,
                       sizeof(whole) / sizeof(*whole));
}

void slices_judge(struct work *w, struct judged *j, const struct around *s,
                  const struct subject *who, const struct subject *before,
                  const struct columns *cols)
{
    struct question q = { .who = who };
    const struct marks *m;
    struct trial t;
    struct columns any;

    if (w->facts == NULL || w->terms == NULL || !open_claim(j) ||
        count_named(w, j))
        return;
    m = marks_of(w, s);
    if (m == NULL || (audit_in_cell(w) && of_named_cell(w, j, cols)))
        return;
    t = trial_of(w, &j->claim);
    if (t.kind == KIND_BARE &&
        is_setting(w, &j->claim, m, who != NULL ? who : before)) {
        judged_say(w, j, CLAIM_SUPPORTED, "a setting of several rows");
        return;
    }
    t.per = trial_per(w, &j->claim, s->first, s->last);
    q.derived = !trial_measured(&t, s->first, s->last) || compared_before(w, s);
    q.derived = q.derived || (t.kind == KIND_BARE && some_of(w, &j->claim));
    q.derived = q.derived || (audit_in_cell(w) && who != NULL &&
                              who->row_count > 1 && cols->best > 0);
    q.sure = (t.kind == KIND_UNIT && claims_digits(&j->claim) >= BARE_DIGITS) ||
             (t.kind == KIND_BARE && claims_digits(&j->claim) > BARE_DIGITS);
    if (t.kind == KIND_BARE && !q.derived &&
        claims_digits(&j->claim) < BARE_DIGITS)
        return;
    q.stats = stats_wanted(&j->claim, s);
    q.without = (s->says & SAYS_WITHOUT) != 0;
    q.places = (s->says & SAYS_PLACE) != 0;
    q.weighted = (s->says & SAYS_WEIGHTED) != 0;
    q.limit = trial_limit(j->named_cell && !q.derived && !of_setting(w, j));
    if (in_tables(&t, &q, j, m, s, columns_meant(w, &t, s, cols, &any)) ||
        (j->claim.unit.den != 0 && per_row(w, j, m, s, &q)))
        trial_settle(w, j, 0, false);
}
