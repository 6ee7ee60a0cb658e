/* What the text around a number says of the rows it is about: names, and
 * numbers that are settings ("at 32 clients", "batch size 64 and 256"). */
#include <math.h>

#include "validator/audit/slices.h"

enum {
    WORDS_BEFORE = 400,   /* of a sentence, that its names may stand before */
    VALUES_MAX = 1 << 20, /* numbers read of a report's tables */
    NUMBERS_BEFORE = 16,  /* numbers before the sentence that are looked at */
    NUMBERS_MAX = 48,
    COLUMNS_OF_WORD = 8, /* that a setting's word may mean */
    LINKS_MAX = 2,       /* words between it and its number */
    CELLS_MAX = 4095,    /* of a name; more are not all known */
    JOINS_MAX = 2,
    COLUMNS_LOOK = 24, /* of a table, for settings */
    CHILDREN = 4,      /* tables behind one that may hold its inner arrays */
    TABLES_LOOK = 8,   /* for the hours of a day */
    SERIES_MIN = 4,    /* rows of a column that counts up */
    SETTINGS_MAX = 32  /* different numbers of a column of settings */
};

/* A number and the columns that the word beside it means. */
struct number {
    uint32_t claim, word;
    double value;
    uint32_t columns[COLUMNS_OF_WORD], count;
    bool called; /* the word right before it: "level 3" */
};

static bool cuttable(const struct work *w, uint32_t table)
{
    const struct fact_table *t = facts_table(w->facts, table);

    return t->kind != TABLE_TREE && t->rows > 1 && t->rows <= SLICE_ROWS;
}

const double *marks_values(struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);
    const uint32_t rows = facts_table(w->facts, c->table)->rows;
    struct marks *m = w->marks;
    double *v;

    if (rows > SLICE_ROWS || m == NULL)
        return NULL;
    if (m->values[column] != NULL)
        return m->values[column];
    if (m->read > VALUES_MAX - rows)
        return NULL; /* of this report, enough was looked at */
    m->read += rows;
    v = arena_alloc(w->a, rows, sizeof(*v));
    w->no_memory = w->no_memory || v == NULL;
    for (uint32_t r = 0; v != NULL && r < rows; r++) {
        struct fact f;

        v[r] = facts_cell(w->facts, column, r, &f) &&
                       (unit_none(f.unit) || unit_same(f.unit, c->unit))
                   ? decimal_to_double(f.value)
                   : NAN;
    }
    m->values[column] = v;
    return v;
}

static void add_mark(struct marks *m, const struct mark *mark)
{
    if (m->count < MARKS_MAX)
        m->at[m->count++] = *mark;
}

/* ---- names ---- */

/* The first cell behind those of the column of cells[i]. */
static size_t next_column(const struct fact_cell_ref *cells, size_t i, size_t n)
{
    size_t step = 1, lo = i, hi;

    while (lo + step < n && cells[lo + step].column == cells[i].column) {
        lo += step;
        step *= 2;
    }
    hi = lo + step < n ? lo + step : n;
    while (lo + 1 < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (cells[mid].column == cells[i].column)
            lo = mid;
        else
            hi = mid;
    }
    return hi;
}

/* The rows of arrays inside the marked rows are theirs: a task's steps. */
static void add_children(const struct work *w, struct marks *m,
                         const struct mark *of)
{
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);

    for (uint32_t t = of->table + 1; t < tables && t <= of->table + CHILDREN;
         t++) {
        struct mark mark = *of;
        bool any = false;

        if (facts_table(w->facts, t)->parent != of->table || !cuttable(w, t))
            continue;
        mark.table = t;
        memset(&mark.rows, 0, sizeof(mark.rows));
        for (uint32_t r = 0; r < facts_table(w->facts, t)->rows; r++)
            if (row_in(&of->rows, facts_parent_row(w->facts, t, r))) {
                mark.rows.bits[r / 64] |= UINT64_C(1) << r % 64;
                any = true;
            }
        if (any)
            add_mark(m, &mark);
    }
}

static void add_name(const struct work *w, struct marks *m, uint32_t name,
                     uint32_t word, enum mark_place place)
{
    const struct fact_cell_ref *cells;
    const size_t n = facts_name_cells(w->facts, name, &cells);

    for (size_t i = 0, next; n <= CELLS_MAX && i < n; i = next) {
        struct mark mark = { .column = cells[i].column,
                             .word = word,
                             .place = place };

        next = next_column(cells, i, n);
        mark.table = facts_column(w->facts, mark.column)->table;
        if (!cuttable(w, mark.table) ||
            next - i == facts_table(w->facts, mark.table)->rows)
            continue;
        for (size_t k = i; k < next; k++)
            mark.rows.bits[cells[k].row / 64] |= UINT64_C(1)
                                                 << cells[k].row % 64;
        add_mark(m, &mark);
        add_children(w, m, &mark);
    }
}

/* The names before word `last`, and plurals of them ("reads"). */
static void add_names(const struct work *w, struct marks *m,
                      const struct around *s)
{
    const uint32_t first =
        s->first > WORDS_BEFORE ? s->first - WORDS_BEFORE : 0;
    uint32_t i = 0;

    for (uint32_t word = first; word < s->last; word++) {
        while (i < w->subject_count && w->subjects[i].end <= word)
            i++;
        if (i < w->subject_count && w->subjects[i].word <= word) {
            if (w->subjects[i].word == word)
                add_name(w, m, w->subjects[i].name, word, MARK_TEXT);
        } else if (w->known[word].plural != FACT_NONE) {
            add_name(w, m, w->known[word].plural, word, MARK_TEXT);
        }
    }
}

/* ---- settings ---- */

/* Words that stand between a setting and its number: "batch size of 64". */
static bool links(const struct work *w, uint32_t from, uint32_t to)
{
    static const char *const words[] = { "of", "size", "from", "is", "to",
                                         "=",  "at",   "was",  "per" };

    if (to < from || to - from > LINKS_MAX)
        return false;
    for (uint32_t k = from; k < to; k++)
        if (!text_is_any(flat_lower(&w->flat, k), words,
                         sizeof(words) / sizeof(*words)))
            return false;
    return true;
}

/* The column word that stands beside the number; NULL: none. */
static const struct term *beside(const struct work *w, const struct claim *c,
                                 bool *called)
{
    const struct flat_word *words = w->flat.words;
    const uint32_t lo = mention_from(w, c->first_word + 1);

    *called = false;
    if (lo < w->mention_count && w->mentions[lo].word <= c->end_word &&
        words[w->mentions[lo].word].start <= c->number_end + 1)
        return w->mentions[lo].term;
    if (lo == 0 || !links(w, w->mentions[lo - 1].end, c->first_word))
        return NULL;
    *called =
        w->mentions[lo - 1].end == c->first_word && c->value.last >= 0 &&
        words[c->first_word].start - words[w->mentions[lo - 1].end - 1].end ==
            1;
    return w->mentions[lo - 1].term;
}

static bool bare(const struct work *w, const struct claim *c)
{
    return (unit_none(c->unit) || units_is_count(w->units, c->unit)) &&
           (c->form == FORM_DIGITS || c->form == FORM_WORDS) &&
           c->cmp == CMP_NONE;
}

static void columns_meant(const struct work *w, const struct term *t,
                          struct number *n)
{
    const struct term_post *p;

    if (t == NULL)
        return;
    p = terms_posts(w->terms, t);
    for (uint32_t i = 0; i < t->posts && n->count < COLUMNS_OF_WORD; i++)
        if (cuttable(w, facts_column(w->facts, p[i].column)->table))
            n->columns[n->count++] = p[i].column;
}

static bool joins(const struct work *w, const struct number *a,
                  const struct number *b)
{
    static const char *const words[] = { "and", "to", "or", "from", "vs" };
    const uint32_t from = w->claims.at[a->claim].end_word, to = b->word;

    if (b->claim != a->claim + 1 || to < from || to - from > JOINS_MAX)
        return false;
    for (uint32_t k = from; k < to; k++)
        if (!text_is_any(flat_lower(&w->flat, k), words,
                         sizeof(words) / sizeof(*words)))
            return false;
    return true;
}

static void inherit(struct number *to, const struct number *from)
{
    if (to->count > 0)
        return;
    memcpy(to->columns, from->columns, sizeof(to->columns));
    to->count = from->count;
}

/* The column holds settings, not what was measured: each of its numbers is in
 * several rows (8, 32, 128 clients), or they count up (epoch 1, 2, 3). */
static bool holds_settings(const double *v, uint32_t rows)
{
    double seen[SETTINGS_MAX];
    uint32_t times[SETTINGS_MAX] = { 0 }, n = 0;
    bool series = rows >= SERIES_MIN;

    for (uint32_t r = 0; r < rows && series; r++)
        series = v[r] == floor(v[r]) && (r == 0 || v[r] > v[r - 1]);
    for (uint32_t r = 0; r < rows && !series; r++) {
        uint32_t k = 0;

        if (!(v[r] == v[r]))
            continue;
        while (k < n && seen[k] != v[r])
            k++;
        if (k == SETTINGS_MAX)
            return false;
        if (k == n)
            seen[n++] = v[r];
        times[k]++;
    }
    for (uint32_t k = 0; k < n; k++)
        if (times[k] < 2)
            return false;
    return series || n > 1;
}

bool marks_setting(struct work *w, uint32_t column)
{
    const double *v = marks_values(w, column);
    struct marks *m = w->marks;

    if (v == NULL)
        return false;
    if (m->settings[column] == 0)
        m->settings[column] =
            holds_settings(
                v, facts_table(w->facts, facts_column(w->facts, column)->table)
                       ->rows)
                ? 2
                : 1;
    return m->settings[column] == 2;
}

/* The rows whose number in the column is `value`; false: none, or not a column
 * of settings. called: its name before the number says that it is one. */
static bool rows_with(struct work *w, uint32_t column, double value,
                      bool called, struct row_set *out)
{
    const uint32_t rows =
        facts_table(w->facts, facts_column(w->facts, column)->table)->rows;
    const double *v = marks_values(w, column);
    bool any = false;

    memset(out, 0, sizeof(*out));
    for (uint32_t r = 0; v != NULL && r < rows; r++)
        if (v[r] == value) {
            out->bits[r / 64] |= UINT64_C(1) << r % 64;
            any = true;
        }
    return any && (called || marks_setting(w, column));
}

/* The same value in both rows. */
static bool same_value(const struct facts *f, uint32_t column, const double *v,
                       uint32_t a, uint32_t b)
{
    return v != NULL ? v[a] == v[b]
                     : text_eq(facts_cell_text(f, column, a),
                               facts_cell_text(f, column, b));
}

/* Their number, GROUPS_MAX at most; 0: more, or none of two rows. */
static uint32_t make_groups(struct work *w, uint32_t column,
                            struct row_set out[GROUPS_MAX])
{
    const struct fact_column *c = facts_column(w->facts, column);
    const uint32_t rows = facts_table(w->facts, c->table)->rows;
    const double *v = c->texts == 0 ? marks_values(w, column) : NULL;
    uint32_t first[GROUPS_MAX], n = 0;

    if (c->texts == 0 ? !marks_setting(w, column) : c->texts < rows)
        return 0;
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t g = 0;

        while (g < n && !same_value(w->facts, column, v, first[g], r))
            g++;
        if (g == GROUPS_MAX)
            return 0;
        if (g == n) {
            memset(&out[n], 0, sizeof(out[n]));
            first[n++] = r;
        }
        out[g].bits[r / 64] |= UINT64_C(1) << r % 64;
    }
    return n > 1 && n * 2 <= rows ? n : 0;
}

const struct column_groups *marks_groups(struct work *w, uint32_t column)
{
    struct marks *m = w->marks;
    struct column_groups *g = m->groups[column];
    struct row_set rows[GROUPS_MAX];

    if (g != NULL)
        return g;
    g = arena_alloc(w->a, 1, sizeof(*g));
    if (g != NULL) {
        g->count = make_groups(w, column, rows);
        g->rows = arena_grow(w->a, rows, g->count, g->count, sizeof(*rows));
    }
    if (g == NULL || g->rows == NULL) {
        w->no_memory = true;
        return NULL;
    }
    m->groups[column] = g;
    return g;
}

static void add_number(struct work *w, struct marks *m, uint32_t column,
                       const struct number *n, enum mark_place place)
{
    struct mark mark = { .column = column, .word = n->word, .place = place };

    mark.table = facts_column(w->facts, column)->table;
    if (rows_with(w, column, n->value, n->called, &mark.rows))
        add_mark(m, &mark);
}

/* "at 8 clients to 22,360 tps at 32", "ConvNeXt-T at 256": a number that no
 * word says the column of is a setting in a table that others are of. */
static void add_unnamed(struct work *w, struct marks *m, const struct number *n)
{
    static const char *const words[] = { "at",   "with", "from",  "to",
                                         "for",  "than", "under", "and",
                                         "only", "of",   "batch" };
    const uint32_t marks = m->count;

    if (n->word == 0 || !text_is_any(flat_lower(&w->flat, n->word - 1), words,
                                     sizeof(words) / sizeof(*words)))
        return;
    for (uint32_t i = 0; i < marks; i++) {
        const struct fact_table *t = facts_table(w->facts, m->at[i].table);
        bool done = m->at[i].place != MARK_TEXT;

        for (uint32_t k = 0; k < i && !done; k++)
            done = m->at[k].table == m->at[i].table;
        for (uint32_t k = 0; !done && k < t->columns && k < COLUMNS_LOOK; k++)
            if (facts_column(w->facts, t->first_column + k)->numbers > 0 &&
                marks_setting(w, t->first_column + k))
                add_number(w, m, t->first_column + k, n, MARK_TEXT);
    }
}

/* "128 bytes", "16 KiB": a setting in a column of that dimension, in a table
 * that others are of. */
static void add_measured(struct work *w, struct marks *m, double value,
                         struct unit_ref unit, uint32_t word,
                         enum mark_place place)
{
    const uint32_t marks = m->count;

    for (uint32_t i = 0; i < marks; i++) {
        const struct fact_table *t = facts_table(w->facts, m->at[i].table);
        bool done = false;

        for (uint32_t k = 0; k < i && !done; k++)
            done = m->at[k].table == m->at[i].table;
        for (uint32_t k = 0; !done && k < t->columns && k < COLUMNS_LOOK; k++) {
            const uint32_t c = t->first_column + k;
            const struct unit_ref u = facts_column(w->facts, c)->unit;
            struct number n = { .word = word };

            if (unit_none(u) ||
                units_dim(w->units, u) != units_dim(w->units, unit) ||
                !marks_setting(w, c))
                continue;
            n.value = value * units_rough(w->units, unit, UNIT_SI, 1) /
                      units_rough(w->units, u, UNIT_SI, 1);
            add_number(w, m, c, &n, place);
        }
    }
}

/* A full hour: "14:00". */
static bool full_hour(const struct work *w, const struct claim *c, double *hour)
{
    const char *t = w->flat.text + c->start;
    const uint32_t n = c->end - c->start;

    if (c->exempt != EXEMPT_DATE || n < 4 || n > 5 ||
        memcmp(t + n - 3, ":00", 3) != 0 || !ascii_digit(t[0]) ||
        (n == 5 && !ascii_digit(t[1])))
        return false;
    *hour = n == 4 ? t[0] - '0' : (t[0] - '0') * 10 + (t[1] - '0');
    return true;
}

static bool counts_hours(const struct fact_column *c)
{
    return c->numbers > 0 && text_eq_icase(c->name, TEXT_LIT("hour"));
}

/* "At 14:00": the rows of that hour, in the first few tables. */
static void add_hour(struct work *w, struct marks *m, const struct claim *c)
{
    const uint32_t tables = (uint32_t)facts_table_count(w->facts);
    struct number n = { .word = c->first_word, .called = true };

    if (!full_hour(w, c, &n.value))
        return;
    for (uint32_t i = 0; i < tables && i < TABLES_LOOK; i++) {
        const struct fact_table *t = facts_table(w->facts, i);

        for (uint32_t k = 0;
             cuttable(w, i) && k < t->columns && k < COLUMNS_LOOK; k++)
            if (counts_hours(facts_column(w->facts, t->first_column + k)))
                add_number(w, m, t->first_column + k, &n, MARK_TEXT);
    }
}

static void add_numbers(struct work *w, struct marks *m, const struct around *s)
{
    const struct claim *at = w->claims.at;
    struct number n[NUMBERS_MAX];
    uint32_t count = 0, from = w->claim;

    while (from > 0 &&
           (at[from - 1].start >= s->start || w->claim - from < NUMBERS_BEFORE))
        from--;
    for (uint32_t i = from;
         i < w->claims.count && count < NUMBERS_MAX && at[i].start < s->end;
         i++) {
        if (at[i].exempt == EXEMPT_DATE) {
            add_hour(w, m, &at[i]);
            continue;
        }
        if (!bare(w, &at[i])) {
            if (!unit_none(at[i].unit) && at[i].start >= s->start)
                add_measured(w, m, decimal_to_double(at[i].value), at[i].unit,
                             at[i].first_word, MARK_TEXT);
            continue;
        }
        n[count] = (struct number){ .claim = i,
                                    .word = at[i].first_word,
                                    .value = decimal_to_double(at[i].value) };
        columns_meant(w, beside(w, &at[i], &n[count].called), &n[count]);
        count++;
    }
    for (uint32_t i = 1; i < count; i++)
        if (joins(w, &n[i - 1], &n[i]))
            inherit(&n[i], &n[i - 1]);
    for (uint32_t i = count; i-- > 1;)
        if (joins(w, &n[i - 1], &n[i]))
            inherit(&n[i - 1], &n[i]);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < n[i].count; k++)
            add_number(w, m, n[i].columns[k], &n[i], MARK_TEXT);
    for (uint32_t i = 0; i < count; i++)
        if (n[i].count == 0)
            add_unnamed(w, m, &n[i]);
}

/* ---- what stands around the block ---- */

void marks_keep(const struct work *w, struct setting_words *s)
{
    bool called;

    s->name_count =
        (uint8_t)(w->subject_count < SETTING_NAMES ? w->subject_count
                                                   : SETTING_NAMES);
    s->number_count = 0;
    for (uint32_t i = 0; i < s->name_count; i++)
        s->names[i] = w->subjects[i];
    for (uint32_t i = 0;
         i < w->claims.count && s->number_count < SETTING_NUMBERS; i++) {
        const struct claim *c = &w->claims.at[i];

        if (w->terms == NULL ||
            (!bare(w, c) && (unit_none(c->unit) || c->form != FORM_DIGITS)))
            continue;
        s->numbers[s->number_count++] = (struct setting_number){
            .value = decimal_to_double(c->value),
            .unit = c->unit,
            .term = bare(w, c) ? beside(w, c, &called) : NULL,
        };
    }
}

static void add_setting(struct work *w, struct marks *m,
                        const struct setting_words *s, enum mark_place place)
{
    const struct term *term = NULL;

    for (uint32_t i = 0; i < s->name_count; i++)
        add_name(w, m, s->names[i].name, 0, place);
    for (uint32_t i = 0; i < s->number_count && term == NULL; i++)
        term = s->numbers[i].term;
    for (uint32_t i = 0; i < s->number_count; i++) {
        struct number n = { .value = s->numbers[i].value };

        if (s->numbers[i].term == NULL && !unit_none(s->numbers[i].unit)) {
            add_measured(w, m, n.value, s->numbers[i].unit, 0, place);
            continue;
        }
        if (s->numbers[i].term != NULL) /* "from 64 to 256 clients" */
            term = s->numbers[i].term;
        columns_meant(w, term, &n);
        for (uint32_t k = 0; k < n.count; k++)
            add_number(w, m, n.columns[k], &n, place);
    }
}

/* "| 80 |" below "GPU layers". */
static void add_label(struct work *w, struct marks *m)
{
    struct decimal value;

    if (!decimal_parse(text_trim(w->row.text), &value))
        return;
    for (uint32_t i = 0; i < w->cols[0].mention_count; i++) {
        struct number n = { .value = decimal_to_double(value) };

        columns_meant(w, w->cols[0].mentions[i].term, &n);
        for (uint32_t k = 0; k < n.count; k++)
            add_number(w, m, n.columns[k], &n, MARK_LABEL);
    }
}

static void add_around(struct work *w, struct marks *m)
{
    if (audit_in_cell(w)) {
        add_setting(w, m, &w->row, MARK_LABEL);
        if (w->block->col < TABLE_COLS_MAX)
            add_setting(w, m, &w->cols[w->block->col], MARK_LABEL);
        add_label(w, m);
    }
    if (w->block->role == BLOCK_LIST_ITEM)
        for (uint32_t d = w->block->level; d-- > 0;) /* the last one first */
            if (d < LIST_DEPTH_MAX)
                add_setting(w, m, &w->list[d],
                            d + 1 == w->block->level ? MARK_LEAD : MARK_ABOVE);
    add_setting(w, m, &w->lead, MARK_LEAD);
    add_setting(w, m, &w->heading, MARK_HEADING);
}

static struct marks *make(struct work *w)
{
    const size_t columns = facts_column_count(w->facts);
    struct marks *m = arena_alloc(w->a, 1, sizeof(*m));

    if (m == NULL)
        return NULL;
    m->values = arena_alloc(w->a, columns, sizeof(*m->values));
    m->settings = arena_alloc(w->a, columns, sizeof(*m->settings));
    m->groups = arena_alloc(w->a, columns, sizeof(*m->groups));
    m->tables =
        arena_alloc(w->a, facts_table_count(w->facts), sizeof(*m->tables));
    return m->values == NULL || m->settings == NULL || m->groups == NULL ||
                   m->tables == NULL
               ? NULL
               : m;
}

const struct marks *marks_of(struct work *w, const struct around *s)
{
    struct marks *m = w->marks;

    if (m == NULL) {
        m = w->marks = make(w);
        w->no_memory = w->no_memory || m == NULL;
    }
    if (m == NULL ||
        (m->known && m->block == w->block_index && m->first == s->first))
        return m;
    m->block = w->block_index;
    m->first = s->first;
    m->known = true;
    m->count = 0;
    add_names(w, m, s);
    add_around(w, m);
    add_numbers(w, m, s);
    return m;
}
