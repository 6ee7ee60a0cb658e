/* Numbers that follow from files of one shape (totals over them, one against
 * another) and from the members of one object (their sum, their shares). What
 * would be flagged is unverifiable then. */
#include "validator/audit/judge.h"
#include "validator/audit/shapes.h"
#include "validator/audit/trial.h"

enum {
    FRAME_ROWS = SHAPE_MEMBERS,
    FRAME_COLUMNS = 56, /* sums of objects among them */
    SUMS_MAX = 8,
    SUM_PARTS = 12,   /* members of an object that are summed up */
    POSTS_LOOK = 512, /* columns that a word may mean */
    FRAMES_MAX = 2,   /* tried for one number */
    CLOSELY = 2,      /* frame.times */
    LOOSELY = 4
};

/* Numbers of rows that have the same columns. */
struct frame {
    struct row_ref row[FRAME_ROWS];
    bool named[FRAME_ROWS];
    uint32_t rows, names;
    struct frame_column {
        uint32_t offset;     /* in its table; of a sum: its first part's */
        uint32_t parts;      /* of a sum, which follow each other; else 0 */
        uint32_t first_part; /* in `col` */
        uint32_t dim, score;
        bool counts;
    } col[FRAME_COLUMNS];
    uint32_t columns, best;
    uint32_t times;  /* so much less than `best` a word may fit a column */
    uint32_t ratios; /* that were asked for in each row */
    bool each;       /* one of them is the claim in each row */
    double v[FRAME_ROWS][FRAME_COLUMNS];
};

/* What the sentence says is done to the numbers. */
struct asked {
    bool total, compares;
};

/* ---- filling a frame ---- */

static const struct fact_column *column_of(const struct work *w,
                                           const struct frame *f, uint32_t row,
                                           uint32_t offset)
{
    const struct fact_table *t = facts_table(w->facts, f->row[row].table);

    return facts_column(w->facts, t->first_column + offset);
}

static void add_columns(struct trial *t, struct frame *f)
{
    const struct work *w = t->w;
    const uint32_t n = facts_table(w->facts, f->row[0].table)->columns;

    f->columns = f->best = 0;
    t->dimension = false;
    for (uint32_t k = 0; k < n && f->columns < FRAME_COLUMNS - SUMS_MAX; k++) {
        const struct fact_column *c = column_of(w, f, 0, k);
        const uint32_t dim = units_dim(w->units, c->unit);

        if (c->numbers == 0 || c->weak != WEAK_NO)
            continue;
        t->dimension = t->dimension || (!unit_none(c->unit) &&
                                        dim == units_dim(w->units, t->c->unit));
        f->col[f->columns++] = (struct frame_column){
            .offset = k, .dim = dim, .counts = trial_counts(w, c->unit)
        };
    }
}

static void add_values(const struct trial *t, struct frame *f)
{
    const struct work *w = t->w;

    for (uint32_t i = 0; i < f->rows; i++)
        for (uint32_t k = 0; k < f->columns; k++) {
            const struct fact_column *c = column_of(w, f, i, f->col[k].offset);
            const uint32_t id =
                facts_table(w->facts, f->row[i].table)->first_column +
                f->col[k].offset;

            f->v[i][k] = trial_in_unit(t, c, trial_cell(t, id, f->row[i].row));
        }
}

/* How well the words of the sentence fit each column. */
static void score_columns(const struct work *w, const struct around *s,
                          struct frame *f)
{
    const struct fact_table *of = facts_table(w->facts, f->row[0].table);

    for (uint32_t i = mention_from(w, s->first);
         i < w->mention_count && w->mentions[i].word < s->last; i++) {
        const struct term *term = w->mentions[i].term;
        const struct term_post *p = terms_posts(w->terms, term);

        for (uint32_t k = 0; k < term->posts && k < POSTS_LOOK; k++) {
            const uint32_t offset = p[k].column - of->first_column;

            for (uint32_t c = 0; offset < of->columns && c < f->columns; c++)
                if (offset == f->col[c].offset)
                    f->col[c].score += p[k].weight;
        }
    }
    for (uint32_t c = 0; c < f->columns; c++)
        if (f->col[c].score > f->best)
            f->best = f->col[c].score;
}

/* The bytes of the path that name the enclosing object; 0: the row itself. */
static size_t object_of(struct text path)
{
    size_t n = path.len;

    while (n > 0 && path.ptr[n - 1] != '.')
        n--;
    return n < 2 || path.ptr[n - 2] == ']' ? 0 : n - 1;
}

static bool is_statistic(const struct work *w, const struct fact_column *c)
{
    for (size_t i = 0; i < c->word_count; i++)
        if (lexicon_find(w->lexicon, c->words[i]).stats != 0)
            return true;
    return false;
}

/* Columns from `from` on that are members of its object; of one kind. */
static uint32_t object_end(const struct work *w, const struct frame *f,
                           uint32_t from, uint32_t columns)
{
    const struct text first = column_of(w, f, 0, f->col[from].offset)->path;
    const size_t n = object_of(first);
    uint32_t k = from;

    if (n == 0)
        return from;
    for (; k < columns; k++) {
        const struct fact_column *c = column_of(w, f, 0, f->col[k].offset);

        if (object_of(c->path) != n || memcmp(c->path.ptr, first.ptr, n) != 0 ||
            is_statistic(w, c) ||
            (f->col[k].counts != f->col[from].counts ||
             (!f->col[k].counts && f->col[k].dim != f->col[from].dim)))
            break;
    }
    return k;
}

static void add_sum(struct frame *f, uint32_t from, uint32_t to)
{
    const uint32_t k = f->columns++;
    uint32_t score = UINT32_MAX;

    for (uint32_t m = from; m < to; m++)
        score = f->col[m].score < score ? f->col[m].score : score;
    f->col[k] = f->col[from];
    f->col[k].parts = to - from;
    f->col[k].first_part = from;
    f->col[k].score = score;
    for (uint32_t i = 0; i < f->rows; i++) {
        f->v[i][k] = 0;
        for (uint32_t m = from; m < to; m++)
            f->v[i][k] += f->v[i][m];
    }
}

static void add_sums(const struct work *w, struct frame *f)
{
    const uint32_t columns = f->columns;
    uint32_t sums = 0;

    for (uint32_t k = 0, end; k < columns && sums < SUMS_MAX; k = end) {
        end = object_end(w, f, k, columns);
        if (end - k >= 2 && end - k <= SUM_PARTS) {
            add_sum(f, k, end);
            sums++;
        }
        end = end > k ? end : k + 1;
    }
}

/* ---- what follows from it ---- */

/* Of a sum only the object is named, beside the part it may be. */
static bool meant(const struct frame *f, uint32_t k)
{
    const uint32_t times = f->col[k].parts > 0 ? LOOSELY : f->times;

    return f->col[k].score > 0 && f->col[k].score * times >= f->best;
}

static bool alike(const struct frame *f, uint32_t a, uint32_t b)
{
    return f->col[a].counts ? f->col[b].counts : f->col[a].dim == f->col[b].dim;
}

static double sum_of(const struct frame *f, uint32_t k)
{
    double sum = 0;

    for (uint32_t i = 0; i < f->rows; i++)
        sum += f->v[i][k];
    return sum;
}

/* One of the two is named, where any is. */
static bool speaks_of(const struct frame *f, uint32_t i, uint32_t k)
{
    if (f->names >= 2)
        return f->named[i] && f->named[k];
    return f->names == 0 || f->named[i] || f->named[k];
}

/* A column over the rows. */
static void down(struct trial *t, const struct frame *f, const struct asked *q,
                 uint32_t k)
{
    const bool plain = t->kind == KIND_UNIT || t->kind == KIND_BARE;

    for (uint32_t i = 0; f->col[k].parts > 0 && plain && i < f->rows; i++)
        if (f->names == 0 || f->named[i])
            trial_offer(t, f->v[i][k]);
    if (f->rows < 2)
        return;
    if (plain && q->total) {
        trial_offer(t, sum_of(f, k));
        trial_offer(t, sum_of(f, k) / f->rows);
    }
    for (uint32_t i = 0; i < f->rows && (!plain || q->compares); i++)
        for (uint32_t m = 0; m < i; m++)
            if (speaks_of(f, i, m))
                trial_compare(t, f->v[i][k], f->v[m][k]);
    for (uint32_t i = 0; i < f->rows && t->kind == KIND_PERCENT; i++)
        if (f->names == 0 || f->named[i])
            trial_offer(t, 100 * f->v[i][k] / sum_of(f, k));
}

/* The claim is the ratio of two columns in each row: "on both". */
static void each_ratio(const struct trial *t, struct frame *f, uint32_t a,
                       uint32_t b)
{
    bool all = true;

    for (uint32_t i = 0; i < f->rows && all; i++) {
        const double r = f->v[i][a] / f->v[i][b];

        all = fabs((r < 1 ? 1 / r : r) - t->at) <= t->slack * 1.001;
    }
    f->ratios++;
    f->each = f->each || all;
}

/* Each row is a trial of its own. */
static bool each_is_likely(const struct trial *t, const struct frame *f)
{
    const double one = trial_chance(t, 1);

    return f->each && f->ratios * pow(one, f->rows) <= trial_limit(false);
}

/* Two columns of one row, or of all. */
static void across(struct trial *t, struct frame *f, uint32_t a, uint32_t b)
{
    const bool sums = f->col[a].parts > 0 || f->col[b].parts > 0;

    if (!alike(f, a, b))
        return;
    if (t->kind == KIND_PERCENT && f->rows > 1 && f->names == 0) {
        trial_offer(t, 100 * sum_of(f, a) / sum_of(f, b));
        trial_offer(t, 100 * sum_of(f, b) / sum_of(f, a));
    }
    for (uint32_t i = 0; i < f->rows && t->kind == KIND_PERCENT && sums; i++)
        if (f->names == 0 || f->named[i]) {
            trial_offer(t, 100 * f->v[i][a] / f->v[i][b]);
            trial_offer(t, 100 * f->v[i][b] / f->v[i][a]);
        }
    if (t->kind == KIND_RATIO && f->rows > 1)
        each_ratio(t, f, a, b);
}

static void try_columns(struct trial *t, struct frame *f, const struct asked *q,
                        bool named)
{
    for (uint32_t a = 0; a < f->columns; a++) {
        const bool sum = f->col[a].parts > 0;

        if (meant(f, a) != named || (sum && !named))
            continue;
        down(t, f, q, a);
        for (uint32_t b = 0; b < f->columns && named; b++)
            if (b != a && (b < a || !meant(f, b)))
                across(t, f, a, b);
    }
}

static void try_frame(struct trial *t, const struct around *s,
                      const struct asked *q, struct frame *f)
{
    add_columns(t, f);
    if (f->columns < 2 ||
        !trial_may(t->w, f->columns * (f->columns + f->rows * f->rows)))
        return;
    score_columns(t->w, s, f);
    if (f->best == 0 && (t->kind == KIND_UNIT ? f->rows < 2 : f->names != 2))
        return;
    add_values(t, f);
    add_sums(t->w, f);
    f->each = false;
    f->ratios = 0;
    f->times = CLOSELY;
    if (f->best > 0) {
        try_columns(t, f, q, true);
        f->times = LOOSELY;
        if (!t->hit && q->total &&
            (t->kind == KIND_UNIT || t->kind == KIND_BARE))
            try_columns(t, f, q, true);
    } else {
        try_columns(t, f, q, false);
    }
    if (!t->hit && each_is_likely(t, f)) {
        t->hit = true;
        t->near = 1;
    }
}

/* ---- which frames ---- */

/* Rows of the shape's files; those that a name of the sentence, or else of the
 * text around it, stands for are marked. */
static void mark_named(const struct work *w, const struct around *s,
                       const struct subject *who, struct frame *f)
{
    f->names = 0;
    for (uint32_t i = 0; i < f->rows; i++)
        f->named[i] = false;
    for (uint32_t n = 0; n <= w->subject_count; n++) {
        const struct subject *x = n < w->subject_count ? &w->subjects[n] : who;

        if (x == NULL || (n < w->subject_count &&
                          (x->word < s->first || x->word >= s->last)))
            continue;
        if (n == w->subject_count && f->names > 0)
            break;
        for (uint32_t r = 0; r < x->row_count; r++)
            for (uint32_t i = 0; i < f->rows; i++)
                f->named[i] =
                    f->named[i] || (x->rows[r].table == f->row[i].table &&
                                    x->rows[r].row == f->row[i].row);
    }
    for (uint32_t i = 0; i < f->rows; i++)
        f->names += f->named[i];
    if (f->names == f->rows && f->rows > 2)
        f->names = 0;
}

static void in_shape(struct trial *t, const struct around *s,
                     const struct subject *who, const struct asked *q,
                     const struct file_shape *x)
{
    struct frame f = { .rows = x->count };

    for (uint32_t i = 0; i < x->count; i++)
        f.row[i] = (struct row_ref){ x->tables[i], 0 };
    mark_named(t->w, s, who, &f);
    try_frame(t, s, q, &f);
}

/* Rows that have objects of their own: that of `who`, a table of one row. */
static void in_row(struct trial *t, const struct around *s,
                   const struct asked *q, struct row_ref row)
{
    struct frame f = { .rows = 1, .row = { row } };

    try_frame(t, s, q, &f);
}

struct shapes_near {
    const struct file_shape *at[FRAMES_MAX];
    uint32_t count;
};

static void add_near(const struct work *w, uint32_t table,
                     struct shapes_near *out)
{
    const struct file_shape *x = shapes_of(w->shapes, table);

    for (uint32_t i = 0; i < out->count; i++)
        if (out->at[i] == x)
            return;
    if (x != NULL && out->count < FRAMES_MAX)
        out->at[out->count++] = x;
}

/* Shapes of which the sentence names a file or a column. */
static void shapes_near(const struct work *w, const struct around *s,
                        const struct columns *cols, struct shapes_near *out)
{
    for (uint32_t i = 0; w->shapes->count > 0 && i < w->subject_count; i++) {
        const struct subject *x = &w->subjects[i];

        if (x->word >= s->first && x->word < s->last)
            for (uint32_t k = 0; k < x->row_count; k++)
                add_near(w, x->rows[k].table, out);
    }
    for (uint32_t i = 0; w->shapes->count > 0 && i < cols->count &&
                         cols->at[i].score * LOOSELY >= cols->best;
         i++)
        add_near(w, facts_column(w->facts, cols->at[i].column)->table, out);
}

/* Of JSON, and of no shape that was tried. */
static bool json_row(const struct work *w, struct row_ref row)
{
    const enum fact_table_kind kind = facts_table(w->facts, row.table)->kind;

    return (kind == TABLE_OBJECT || kind == TABLE_RECORDS) &&
           shapes_of(w->shapes, row.table) == NULL;
}

/* Tables of one row whose columns the words of the sentence mean. */
static void in_objects(struct trial *t, const struct around *s,
                       const struct asked *q, const struct columns *cols)
{
    uint32_t tried[FRAMES_MAX], n = 0;

    for (uint32_t i = 0; i < cols->count && n < FRAMES_MAX &&
                         cols->at[i].score * LOOSELY >= cols->best;
         i++) {
        const uint32_t table =
            facts_column(t->w->facts, cols->at[i].column)->table;
        uint32_t k = 0;

        while (k < n && tried[k] != table)
            k++;
        if (k < n || facts_table(t->w->facts, table)->kind != TABLE_OBJECT ||
            facts_table(t->w->facts, table)->rows != 1 ||
            shapes_of(t->w->shapes, table) != NULL)
            continue;
        tried[n++] = table;
        in_row(t, s, q, (struct row_ref){ table, 0 });
    }
}

static bool wanted(const struct work *w, const struct judged *j)
{
    const struct claim *c = &j->claim;

    return (j->verdict == CLAIM_UNSUPPORTED ||
            j->verdict == CLAIM_CONTRADICTED) &&
           j->fault != FAULT_ARITHMETIC && c->cmp == CMP_NONE &&
           (c->form == FORM_DIGITS ||
            (c->form == FORM_WORDS && dim_is(w, c->unit, "ratio"))) &&
           !decimal_is_zero(c->value) && !audit_in_cell(w);
}

void siblings_judge(struct work *w, struct judged *j, const struct around *s,
                    const struct subject *who)
{
    const struct asked q = {
        .total = (s->says & (SAYS_OVERALL | SAYS_TOGETHER | SAYS_SUM)) != 0 ||
                 (s->stats & STATS_OF_ALL) != 0 || who == NULL,
        .compares = (s->says & (SAYS_DERIVED | SAYS_DIFFERENCE)) != 0,
    };
    struct claim bare = j->claim;
    struct shapes_near near = { .count = 0 };
    struct columns cols;
    struct trial t;

    if (w->facts == NULL || w->terms == NULL || !wanted(w, j))
        return;
    t = trial_of(w, &j->claim);
    if (t.kind != KIND_UNIT && t.kind != KIND_BARE)
        bare.unit = (struct unit_ref){ 0, 0, 0 };
    columns_score(w, &bare, s->start, s->end, &cols);
    shapes_near(w, s, &cols, &near);
    for (uint32_t i = 0; i < near.count; i++)
        in_shape(&t, s, who, &q, near.at[i]);
    if (!t.hit) {
        in_objects(&t, s, &q, &cols);
        if (who != NULL && who->row_count == 1 && json_row(w, who->rows[0]))
            in_row(&t, s, &q, who->rows[0]);
    }
    if (t.hit)
        trial_settle(w, j, trial_chance(&t, t.near), false);
}
