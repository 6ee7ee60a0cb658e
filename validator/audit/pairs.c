/* Two bare whole numbers that stand together: part and whole of a row, a pair
 * that the glossary names, one column of two rows. */
#include "validator/audit/audit_int.h"

enum {
    RUN_MAX = 4,     /* neighbouring columns that are summed */
    SERIES_MAX = 24, /* columns of one series */
    LABEL_WORDS = 5, /* between a pair and what it is of */
    COLUMNS_MAX = 64 /* of a table that are tried */
};

static bool cell_is(struct work *w, struct judged *j, uint32_t column,
                    struct row_ref row, bool *known)
{
    struct fact f;

    *known = facts_column(w->facts, column)->table == row.table &&
             facts_cell(w->facts, column, row.row, &f);
    if (!*known)
        return false;
    j->fact_count = 0;
    judged_fact(j, f.id);
    j->cell = f.id;
    j->expected = fact_text(w, f.id);
    return match_fact(w, &j->claim, &f) != MATCH_NO;
}

static void say_cell(struct work *w, struct judged *j, bool right)
{
    j->chance = chance_of(&j->claim, 1);
    if (right) {
        j->expected = (struct text){ "", 0 };
        judged_say(w, j, CLAIM_SUPPORTED, "in the data");
    } else {
        j->named_cell = true;
        judged_say(w, j, CLAIM_CONTRADICTED, "the data say otherwise");
    }
}

/* Both against the cells of two columns in one row. */
static bool two_columns(struct work *w, struct judged *x, struct judged *y,
                        const struct subject *who, uint32_t cx, uint32_t cy,
                        bool *both)
{
    for (uint32_t i = 0; i < who->row_count; i++) {
        bool kx, ky;
        const bool rx = cell_is(w, x, cx, who->rows[i], &kx);
        const bool ry = cell_is(w, y, cy, who->rows[i], &ky);

        if (!kx || !ky)
            continue;
        *both = rx && ry;
        x->name = y->name = who->span;
        say_cell(w, x, rx);
        say_cell(w, y, ry);
        return true;
    }
    return false;
}

static uint32_t score_in(const struct columns *cols, uint32_t column)
{
    for (uint32_t i = 0; i < cols->count; i++)
        if (cols->at[i].column == column)
            return cols->at[i].score;
    return 0;
}

static bool right(const struct judged *j)
{
    return j->verdict == CLAIM_SUPPORTED || j->verdict == CLAIM_DERIVED;
}

/* What it was tried as came to nothing. */
static void forget(struct judged *j)
{
    j->verdict = CLAIM_EXEMPT;
    j->why = NULL;
    j->expected = (struct text){ "", 0 };
    j->fact_count = 0;
    j->chance = -1;
    j->named_cell = false;
    j->cell = FACT_NONE;
}

/* "6-15 FG", "11-for-15 from the field": the family that the words fit best.
 */
static bool by_family(struct work *w, struct judged *x, struct judged *y,
                      const struct subject *who, const struct columns *cols)
{
    size_t n;
    const struct family *f = terms_families(w->terms, &n), *best = NULL;
    uint32_t top = 0;
    bool both;

    for (size_t i = 0; i < n; i++) {
        uint32_t s = score_in(cols, f[i].part) + score_in(cols, f[i].whole) +
                     score_in(cols, f[i].percent);

        if (facts_column(w->facts, f[i].part)->table != who->rows[0].table)
            continue;
        if (s > top) {
            top = s;
            best = &f[i];
        }
    }
    if (best != NULL && cols->beside)
        return two_columns(w, x, y, who, best->part, best->whole, &both);
    best = NULL;
    for (size_t i = 0; i < n; i++) { /* no word says which: any that fits */
        if (facts_column(w->facts, f[i].part)->table != who->rows[0].table ||
            !two_columns(w, x, y, who, f[i].part, f[i].whole, &both))
            continue;
        if (both)
            return true;
        if (right(x) || right(y))
            best = best == NULL ? &f[i] : best;
        forget(x);
        forget(y);
    }
    return best != NULL && x->claim.role == ROLE_PART &&
           two_columns(w, x, y, who, best->part, best->whole, &both);
}

static bool in_brackets(const struct work *w, const struct judged *x)
{
    return x->claim.start > 0 && w->flat.text[x->claim.start - 1] == '(';
}

/* "(19-8)" right behind the name. */
static bool by_glossary(struct work *w, struct judged *x, struct judged *y)
{
    size_t n;
    const struct number_pair *p = terms_pairs(w->terms, &n);
    const struct subject *who = NULL;
    bool both;

    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->subjects[i].end == x->claim.first_word)
            who = &w->subjects[i];
    if (who == NULL || !in_brackets(w, x))
        return false;
    for (size_t i = 0; i < n; i++)
        if (two_columns(w, x, y, who, p[i].first, p[i].second, &both))
            return true;
    return false;
}

/* "a good night (3-1)": of a name further off, if both numbers fit it. */
static bool by_glossary_far(struct work *w, struct judged *x, struct judged *y,
                            uint32_t start)
{
    size_t n;
    const struct number_pair *p = terms_pairs(w->terms, &n);
    bool both;

    for (uint32_t k = 0; k < w->subject_count; k++)
        for (size_t i = 0; i < n; i++) {
            const struct subject *s = &w->subjects[k];

            if (w->flat.words[s->word].start < start ||
                s->end > x->claim.first_word ||
                !two_columns(w, x, y, s, p[i].first, p[i].second, &both))
                continue;
            if (both)
                return true;
            forget(x);
            forget(y);
        }
    return false;
}

/* The number in t[from, to); -1: anything else stands there too. */
static int ordinal_in(struct text t, size_t from, size_t to)
{
    int n = 0;

    if (from >= to || to - from > 4)
        return -1;
    for (size_t i = from; i < to; i++) {
        if (!ascii_digit(t.ptr[i]))
            return -1;
        n = n * 10 + (t.ptr[i] - '0');
    }
    return n;
}

/* Columns like pts_q1, pts_q2: their names differ in a number that goes up by
 * one. */
static bool same_series(const struct work *w, uint32_t a, uint32_t b)
{
    const struct fact_column *x = facts_column(w->facts, a);
    const struct fact_column *y = facts_column(w->facts, b);
    const struct text s = x->name, t = y->name;
    size_t head = 0, tail = 0;
    int first;

    while (head < s.len && head < t.len && s.ptr[head] == t.ptr[head])
        head++;
    while (head > 0 && ascii_digit(s.ptr[head - 1]))
        head--;
    while (tail + head < s.len && tail + head < t.len &&
           s.ptr[s.len - 1 - tail] == t.ptr[t.len - 1 - tail] &&
           !ascii_digit(s.ptr[s.len - 1 - tail]))
        tail++;
    first = ordinal_in(s, head, s.len - tail);
    return first >= 0 && head + tail > 0 &&
           ordinal_in(t, head, t.len - tail) == first + 1 &&
           unit_same(x->unit, y->unit) &&
           facts_cell_text(w->facts, a, 0).len == 0;
}

/* The value of a run of `len` columns in a row, summed. */
static bool run_sum(struct work *w, struct row_ref row, uint32_t column,
                    uint32_t len, struct decimal *out)
{
    *out = decimal_from_int(0);
    for (uint32_t k = 0; k < len; k++) {
        struct fact f;

        if (k > 0 && !same_series(w, column + k - 1, column + k))
            return false;

        if (!facts_cell(w->facts, column + k, row.row, &f))
            return false;
        *out = decimal_add(*out, f.value);
    }
    return true;
}

/* The columns of a series of which the sentence says "first half" or "second
 * half": 1 or 2; 0: neither. */
static int half_named(const struct work *w, uint32_t start, uint32_t end,
                      uint32_t *word)
{
    static const struct {
        const char *word;
        int half;
    } words[] = { { "first", 1 }, { "opening", 1 }, { "second", 2 },
                  { "final", 2 }, { "latter", 2 },  { "closing", 2 } };
    const struct flat *f = &w->flat;

    for (uint32_t k = flat_word_at(f, start) + 1;
         k < f->word_count && f->words[k].start < end; k++)
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
            if (text_eq(flat_lower(f, k), TEXT_LIT("half")) &&
                text_is(flat_lower(f, k - 1), words[i].word)) {
                *word = k;
                return words[i].half;
            }
    return 0;
}

/* Columns of one series that begin at `column`, and do not go on before it. */
static uint32_t series_length(const struct work *w, const struct fact_table *t,
                              uint32_t column)
{
    const uint32_t end = t->first_column + t->columns;
    uint32_t n = 1;

    if (column > t->first_column && same_series(w, column - 1, column))
        return 0;
    while (column + n < end && n < SERIES_MAX &&
           same_series(w, column + n - 1, column + n))
        n++;
    return n;
}

/* "24-19 in the third quarter": a phrase right behind the pair means one
 * column only. */
static bool labelled(const struct work *w, const struct claim *y)
{
    for (uint32_t i = 0; i < w->mention_count; i++) {
        const struct mention *m = &w->mentions[i];

        if (m->word >= y->end_word && m->word - y->end_word <= LABEL_WORDS &&
            m->term->words >= 2 && m->term->posts == 1)
            return true;
    }
    return false;
}

struct scores {
    uint32_t column, len;
    struct row_ref first, second;
    int right;  /* how many of the two fit */
    bool named; /* words name the column */
};

static void try_scores(struct work *w, const struct judged *x,
                       const struct judged *y, struct scores s,
                       struct scores *best)
{
    struct decimal a, b;
    const struct unit_ref none = { 0, 0, 0 };

    if (!run_sum(w, s.first, s.column, s.len, &a) ||
        !run_sum(w, s.second, s.column, s.len, &b))
        return;
    s.right =
        match_value(w, &x->claim, a, none) + match_value(w, &y->claim, b, none);
    if (s.right > best->right)
        *best = s;
}

static void say_score(struct work *w, struct judged *j, const struct scores *s,
                      struct row_ref row)
{
    const struct unit_ref none = { 0, 0, 0 };
    struct decimal v;
    struct fact f;

    if (!run_sum(w, row, s->column, s->len, &v))
        return;
    j->fact_count = 0;
    if (facts_cell(w->facts, s->column, row.row, &f))
        judged_fact(j, f.id);
    j->chance = chance_of(&j->claim, 1);
    if (match_value(w, &j->claim, v, none)) {
        judged_say(w, j, s->len > 1 ? CLAIM_DERIVED : CLAIM_SUPPORTED,
                   s->len > 1 ? "a sum of neighbouring columns"
                              : "in the data");
        return;
    }
    if (s->right > 0 || s->named)
        j->expected = value_text(w, v, none, 0);
    else
        j->fact_count = 0;
    judged_say(w, j, CLAIM_CONTRADICTED, "the data say otherwise");
}

/* False: none of the scores tried fits one of the two. */
static bool say_scores(struct work *w, struct judged *x, struct judged *y,
                       const struct scores *best)
{
    if (best->right < 0)
        return false;
    say_score(w, x, best, best->first);
    say_score(w, y, best, best->second);
    return true;
}

/* "outscored them, 46-34, in the second half": of the one series of columns
 * that has halves. */
static bool by_halves(struct work *w, struct judged *x, struct judged *y,
                      struct row_ref a, struct row_ref b, int half)
{
    const struct fact_table *t = facts_table(w->facts, a.table);
    struct scores best = { .right = -1 };

    for (uint32_t k = 0; k < t->columns && k < COLUMNS_MAX; k++) {
        const uint32_t first = t->first_column + k;
        const uint32_t n = series_length(w, t, first), len = n / 2;
        const struct scores s = {
            first + (half == 2 ? len : 0), len, a, b, 0, true
        };
        const struct scores r = { s.column, len, b, a, 0, true };

        if (n < 2 || n % 2 != 0 || facts_column(w->facts, first)->numbers == 0)
            continue;
        try_scores(w, x, y, s, &best);
        try_scores(w, x, y, r, &best);
    }
    return say_scores(w, x, y, &best);
}

/* "out-scored the guests 29-8", "109-79": one column of two rows, in either
 * order; a column that words name wins, else one that fits, else a sum of
 * neighbouring ones. */
static bool by_scores(struct work *w, struct judged *x, struct judged *y,
                      struct row_ref a, struct row_ref b,
                      const struct columns *cols)
{
    const struct fact_table *t = facts_table(w->facts, a.table);
    struct scores best = { .right = -1 };
    uint32_t named = FACT_NONE;

    for (uint32_t i = 0; i < cols->count && named == FACT_NONE; i++)
        if (facts_column(w->facts, cols->at[i].column)->table == a.table)
            named = cols->at[i].column;
    for (uint32_t len = 1; len <= RUN_MAX && best.right < 2; len++)
        for (uint32_t k = 0; k + len <= t->columns && k < 64; k++) {
            const uint32_t col = t->first_column + k;
            const bool is_named = col == named && len == 1;
            const struct scores s = { col, len, a, b, 0, is_named };
            const struct scores r = { col, len, b, a, 0, is_named };

            if (facts_column(w->facts, col)->numbers == 0 ||
                (named != FACT_NONE && !is_named && len == 1))
                continue;
            try_scores(w, x, y, s, &best);
            try_scores(w, x, y, r, &best);
        }
    return say_scores(w, x, y, &best);
}

/* The two rows that a pair compares: those the sentence names, or, in a table
 * of two rows, the subject's and the other. */
static bool compared_rows(const struct work *w, const struct subject *who,
                          const struct subject *a, const struct subject *b,
                          struct row_ref *x, struct row_ref *y)
{
    if (a != NULL && b != NULL) {
        *x = a->rows[0];
        *y = b->rows[0];
        return true;
    }
    if (who == NULL || who->row_count != 1 ||
        facts_table(w->facts, who->rows[0].table)->rows != 2)
        return false;
    *x = *y = who->rows[0];
    y->row = 1 - x->row;
    return true;
}

bool pair_judge(struct work *w, struct judged *x, struct judged *y,
                const struct subject *who, const struct subject *a,
                const struct subject *b, uint32_t start, uint32_t end)
{
    struct columns cols;
    struct row_ref rx, ry;
    uint32_t half_word = 0;
    int half;

    columns_score(w, &x->claim, start, end, &cols);
    if (by_glossary(w, x, y) ||
        (in_brackets(w, x) && !cols.behind &&
         by_glossary_far(w, x, y, start)) ||
        (!(in_brackets(w, x) && !cols.behind) && who != NULL &&
         who->row_count > 0 && by_family(w, x, y, who, &cols)))
        return true;
    if (x->claim.role == ROLE_PART)
        return false;
    half = half_named(w, start, end, &half_word);
    if (half != 0 && half_word < x->claim.first_word && labelled(w, &y->claim))
        half = 0; /* "in the second half, by 24-19 in the third quarter" */
    if (!in_brackets(w, x) && compared_rows(w, who, a, b, &rx, &ry))
        return (half != 0 && by_halves(w, x, y, rx, ry, half)) ||
               by_scores(w, x, y, rx, ry, &cols);
    if (cols.beside)
        return false;
    judged_say(w, x, CLAIM_UNVERIFIABLE, "the data do not speak of it");
    judged_say(w, y, CLAIM_UNVERIFIABLE, "the data do not speak of it");
    return true;
}
