/* Derived numbers, only over named operands: statistics of the column that is
 * meant, differences and ratios of two named rows, counts of rows. */
#include "validator/audit/audit_int.h"

enum {
    STAT_COLUMNS_MAX = 8, /* columns whose statistics one claim may be */
    STAT_BEST = 50, /* percent of the best column's score that still count */
    GROUP_VALUES_MAX = ROWS_MAX,
    NEAR_BEST = 80
};

#define BIT(s) (1u << (s))

uint32_t stats_named(const struct work *w, uint32_t from, uint32_t to)
{
    uint32_t bits = 0;

    for (uint32_t i = from; i < to && i < w->flat.word_count; i++) {
        bits |= w->known[i].stats;
        if (i > from && text_eq(flat_lower(&w->flat, i), TEXT_LIT("all")) &&
            text_eq(flat_lower(&w->flat, i - 1), TEXT_LIT("in")))
            bits |= BIT(STAT_SUM); /* "$2.35 in all" */
        if (i + 1 < to && i + 1 < w->flat.word_count &&
            text_eq(flat_lower(&w->flat, i), TEXT_LIT("per")) &&
            text_eq(flat_lower(&w->flat, i + 1), TEXT_LIT("file")))
            bits |= BIT(STAT_MEAN);
    }
    return bits;
}

static void say_formula(struct work *w, struct judged *j, const char *what,
                        struct text name)
{
    const char *s =
        arena_printf(w->a, "%s of %.*s", what, (int)name.len, name.ptr);

    j->formula = s == NULL ? (struct text){ "", 0 } : text_from(s);
}

static struct text column_name(const struct work *w, uint32_t column)
{
    return facts_column(w->facts, column)->name;
}

/* Statistics of the rows of a group in a column. */
static bool group_stats(struct work *w, const struct subject *group,
                        uint32_t column, struct fact_stats *out)
{
    struct decimal values[GROUP_VALUES_MAX];
    const uint32_t table = facts_column(w->facts, column)->table;
    size_t n = 0;

    for (uint32_t i = 0; i < group->row_count; i++) {
        struct fact f;

        if (group->rows[i].table == table &&
            facts_cell(w->facts, column, group->rows[i].row, &f))
            values[n++] = f.value;
    }
    if (n == 0)
        return false;
    facts_stats_of(values, n, out);
    return true;
}

static bool is_ratio(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("ratio"));
}

static bool is_fraction(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("fraction"));
}

static bool is_points(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 &&
           text_eq(units_dim_name(w->units, c->unit.num), TEXT_LIT("points"));
}

static bool is_dim_of(const struct work *w, uint32_t column, const char *name)
{
    const struct unit_ref u = facts_column(w->facts, column)->unit;

    return u.den == 0 && text_is(units_dim_name(w->units, u.num), name);
}

static const struct unit_ref no_unit = { 0, 0, 0 };

/* "the slowest is 24.8x the fastest": extremes of one column. */
static bool stat_ratio(struct work *w, struct judged *j,
                       const struct fact_stats *s, uint32_t column)
{
    static const struct {
        enum fact_stat over, under;
        const char *formula;
    } ratios[] = {
        { STAT_MAX, STAT_MIN, "max / min" },
        { STAT_MAX, STAT_MEDIAN, "max / median" },
        { STAT_MAX, STAT_MEAN, "max / mean" },
        { STAT_MEAN, STAT_MIN, "mean / min" },
    };
    struct claim c = j->claim;
    const bool percent = is_fraction(w, &c);

    c.unit = no_unit;
    for (size_t i = 0; i < sizeof(ratios) / sizeof(*ratios); i++) {
        struct decimal q;

        if (!s->has[ratios[i].over] || !s->has[ratios[i].under] ||
            decimal_is_zero(s->at[ratios[i].under]))
            continue;
        q = decimal_div(s->at[ratios[i].over], s->at[ratios[i].under]);
        if (percent)
            q = decimal_mul(decimal_sub(q, decimal_from_int(1)),
                            decimal_from_int(100));
        if (i == 0)
            j->expected = value_text(w, q, j->claim.unit, c.value.last);
        if (match_value(w, &c, q, no_unit)) {
            say_formula(w, j, ratios[i].formula, column_name(w, column));
            judged_say(w, j, CLAIM_DERIVED, "a ratio of extremes");
            return true;
        }
    }
    return false;
}

static bool stat_value(struct work *w, struct judged *j, uint32_t stats,
                       const struct fact_stats *s, uint32_t column)
{
    const struct unit_ref unit = facts_column(w->facts, column)->unit;

    if (unit_none(unit) && !unit_none(j->claim.unit) &&
        !is_fraction(w, &j->claim) &&
        !units_is_count(w->units, j->claim.unit) &&
        claims_digits(&j->claim) > 2)
        return false;
    for (int k = 0; k < STAT_KINDS; k++) {
        if ((stats & BIT(k)) == 0 || !s->has[k])
            continue;
        if (j->expected.len == 0)
            j->expected = value_text(w, s->at[k], unit, j->claim.value.last);
        if (!match_value(w, &j->claim, s->at[k], unit))
            continue;
        say_formula(w, j, fact_stat_name[k], column_name(w, column));
        judged_say(w, j, CLAIM_DERIVED, "a statistic of the column");
        return true;
    }
    return false;
}

static bool ratio_wanted(const struct work *w, const struct claim *c,
                         uint32_t stats)
{
    const uint32_t both = BIT(STAT_MIN) | BIT(STAT_MAX);

    return is_ratio(w, c) || (is_fraction(w, c) && (stats & both) == both);
}

static bool has_word(const struct fact_column *c, const char *word)
{
    for (size_t i = 0; i < c->word_count; i++)
        if (text_is(c->words[i], word))
            return true;
    return false;
}

static bool of_files(const struct work *w, const struct columns *cols)
{
    for (uint32_t i = 0; i < cols->count; i++) {
        const struct fact_column *c =
            facts_column(w->facts, cols->at[i].column);

        if (has_word(c, "size") &&
            (has_word(c, "file") ||
             facts_table(w->facts, c->table)->kind == TABLE_TREE))
            return true;
    }
    return false;
}

/* The mean size of a file, of the bytes that there are or of those that the
 * model was told. */
static bool file_size(struct work *w, struct judged *j,
                      const struct columns *cols)
{
    const uint32_t dim = units_dim(w->units, j->claim.unit);
    struct decimal files;

    if (!focus_files(w, &files) || decimal_is_zero(files))
        return false;
    for (uint32_t i = 0; i < w->focus->count; i++) {
        const struct focus_number *n = &w->focus->at[i];
        struct fact f;
        struct decimal mean;

        if (n->bare || n->dim != dim)
            continue;
        facts_get(w->facts, n->id, &f);
        if (!has_word(facts_column(w->facts, f.column), "size"))
            continue;
        mean = decimal_div(f.value, files);
        if (!match_value(w, &j->claim, mean, f.unit) || !of_files(w, cols))
            continue;
        say_formula(w, j, "mean", column_name(w, f.column));
        judged_say(w, j, CLAIM_DERIVED, "a statistic of the column");
        return true;
    }
    return false;
}

static bool try_column(struct work *w, struct judged *j, uint32_t stats,
                       uint32_t column, const struct subject *group)
{
    struct fact_stats own;
    const struct fact_stats *s;

    if (facts_column(w->facts, column)->weak != WEAK_NO)
        return false;
    /* The tree's rows are types and folders: no statistic of theirs is one of
     * the files. */
    if (facts_table(w->facts, facts_column(w->facts, column)->table)->kind ==
        TABLE_TREE)
        return false;
    if (group != NULL)
        s = group_stats(w, group, column, &own) ? &own : NULL;
    else
        s = facts_stats(w->facts, column);
    if (s == NULL || s->count == 0)
        return false;
    if (is_fraction(w, &j->claim) && stat_value(w, j, stats, s, column))
        return true; /* a column of fractions, its extremes in percent */
    if (ratio_wanted(w, &j->claim, stats))
        return !(stats == 0 && w->block->role == BLOCK_TABLE_CELL) &&
               stat_ratio(w, j, s, column);
    return stat_value(w, j, stats, s, column);
}

/* The words name columns without a unit, as in "units sold for $205,058". */
static bool without_unit(const struct work *w, const struct judged *j,
                         const struct columns *cols)
{
    if (unit_none(j->claim.unit) || units_is_count(w->units, j->claim.unit))
        return false;
    for (uint32_t i = 0; i < cols->count; i++)
        if (cols->at[i].score * 100 >= cols->best * STAT_BEST &&
            !unit_none(facts_column(w->facts, cols->at[i].column)->unit))
            return false;
    return true;
}

enum outcome derive_stat(struct work *w, struct judged *j, uint32_t stats,
                         const struct columns *cols,
                         const struct subject *group)
{
    uint32_t tried = 0;

    if (w->facts == NULL)
        return OUT_NONE;
    if ((stats & BIT(STAT_MEAN)) != 0 && !unit_none(j->claim.unit) &&
        file_size(w, j, cols))
        return OUT_HIT;
    for (uint32_t i = 0; i < cols->count && tried < STAT_COLUMNS_MAX; i++) {
        if (cols->at[i].score * 100 < cols->best * STAT_BEST)
            break;
        tried++;
        if (try_column(w, j, stats, cols->at[i].column, group)) {
            j->chance = chance_of(&j->claim, tried);
            j->expected = (struct text){ "", 0 };
            return OUT_HIT;
        }
    }
    if (tried > 0 && !without_unit(w, j, cols))
        return OUT_MISS;
    /* No word names a column: those of the claim's own unit, when few. */
    if (unit_none(j->claim.unit) || is_ratio(w, &j->claim) ||
        is_fraction(w, &j->claim))
        return OUT_NONE;
    for (uint32_t c = 0;
         c < facts_column_count(w->facts) && tried < STAT_COLUMNS_MAX; c++) {
        const struct fact_column *col = facts_column(w->facts, c);

        if (col->numbers < 2 || units_dim(w->units, col->unit) !=
                                    units_dim(w->units, j->claim.unit))
            continue;
        tried++;
        if (try_column(w, j, stats, c, group)) {
            j->chance = chance_of(&j->claim, tried);
            j->expected = (struct text){ "", 0 };
            return OUT_HIT;
        }
    }
    return cols->best > 0 ? OUT_MISS : OUT_NONE;
}

enum outcome derive_sum(struct work *w, struct judged *j,
                        const struct columns *cols)
{
    const struct text expected = j->expected;
    uint32_t tried = 0;

    j->expected = TEXT_LIT("?"); /* so that no sum is printed: none is meant */
    for (uint32_t i = 0; i < cols->count && tried < STAT_COLUMNS_MAX; i++) {
        const uint32_t column = cols->at[i].column;

        if (facts_column(w->facts, column)->numbers < 2)
            continue;
        tried++;
        j->chance = chance_of(&j->claim, tried);
        if (j->chance > CHANCE_WEAK)
            break;
        if (!try_column(w, j, BIT(STAT_SUM), column, NULL))
            continue;
        j->expected = (struct text){ "", 0 };
        return OUT_HIT;
    }
    j->chance = -1;
    j->expected = expected;
    return OUT_NONE;
}

/* two rows */

struct pair_formula {
    const char *text;
    struct decimal value;
};

/* The derived values that a claim of this unit may be. */
static size_t pair_values(const struct work *w, const struct claim *c,
                          struct decimal a, struct decimal b,
                          struct pair_formula out[8])
{
    const struct decimal one = decimal_from_int(1),
                         cent = decimal_from_int(100);
    size_t n = 0;

    if (is_points(w, c) || (!is_ratio(w, c) && !is_fraction(w, c))) {
        out[n++] =
            (struct pair_formula){ "a - b", decimal_abs(decimal_sub(a, b)) };
        if (unit_none(c->unit))
            out[n++] = (struct pair_formula){ "a + b", decimal_add(a, b) };
        return n;
    }
    if (decimal_is_zero(a) || decimal_is_zero(b))
        return 0;
    if (is_ratio(w, c)) {
        out[n++] = (struct pair_formula){ "a / b", decimal_div(a, b) };
        out[n++] = (struct pair_formula){ "b / a", decimal_div(b, a) };
        return n;
    }
    out[n++] = (struct pair_formula){
        "a / b - 1", decimal_mul(cent, decimal_sub(decimal_div(a, b), one))
    };
    out[n++] = (struct pair_formula){
        "b / a - 1", decimal_mul(cent, decimal_sub(decimal_div(b, a), one))
    };
    out[n++] =
        (struct pair_formula){ "a / b", decimal_mul(cent, decimal_div(a, b)) };
    out[n++] =
        (struct pair_formula){ "b / a", decimal_mul(cent, decimal_div(b, a)) };
    return n;
}

static bool pair_matches(struct work *w, struct judged *j, uint32_t column,
                         const struct fact *a, const struct fact *b)
{
    struct pair_formula f[8];
    const size_t n = pair_values(w, &j->claim, a->value, b->value, f);
    struct claim bare = j->claim;

    if (is_ratio(w, &bare) || is_fraction(w, &bare) || is_points(w, &bare)) {
        bare.unit = no_unit;
        bare.value = bare.is_signed ? bare.value : decimal_abs(bare.value);
    }
    for (size_t i = 0; i < n; i++) {
        struct decimal v = f[i].value;

        if (!bare.is_signed)
            v = decimal_abs(v);
        if (i == 0)
            j->expected = value_text(w, v, j->claim.unit, bare.value.last);
        if (!match_value(w, &bare, v, unit_none(bare.unit) ? no_unit : a->unit))
            continue;
        j->fact_count = 0;
        judged_fact(j, a->id);
        judged_fact(j, b->id);
        say_formula(w, j, f[i].text, column_name(w, column));
        judged_say(w, j, CLAIM_DERIVED, "of two named rows");
        return true;
    }
    return false;
}

static bool pair_in_column(struct work *w, struct judged *j, uint32_t column,
                           const struct subject *a, const struct subject *b,
                           bool *tried)
{
    const uint32_t table = facts_column(w->facts, column)->table;

    for (uint32_t x = 0; x < a->row_count && x < 4; x++)
        for (uint32_t y = 0; y < b->row_count && y < 4; y++) {
            struct fact fa, fb;

            if (a->rows[x].table != table || b->rows[y].table != table ||
                a->rows[x].row == b->rows[y].row ||
                !facts_cell(w->facts, column, a->rows[x].row, &fa) ||
                !facts_cell(w->facts, column, b->rows[y].row, &fb))
                continue;
            *tried = true;
            if (pair_matches(w, j, column, &fa, &fb))
                return true;
        }
    return false;
}

enum outcome derive_pair(struct work *w, struct judged *j,
                         const struct subject *a, const struct subject *b,
                         const struct columns *cols)
{
    const struct fact_table *t;
    const uint32_t table = subjects_table(a, b);
    bool tried = false;
    uint32_t best = 0, n = 0;

    if (table == FACT_NONE)
        return OUT_NONE;
    for (uint32_t i = 0; i < cols->count; i++) {
        if (facts_column(w->facts, cols->at[i].column)->table != table)
            continue;
        if (best == 0)
            best = cols->at[i].score;
        if (cols->at[i].score * 100 < best * NEAR_BEST)
            continue;
        n++;
        if (pair_in_column(w, j, cols->at[i].column, a, b, &tried))
            goto hit;
    }
    if (best > 0)
        return tried ? OUT_MISS : OUT_NONE;
    t = facts_table(w->facts, table);
    for (uint32_t k = 0; k < t->columns && k < 64; k++) {
        const struct fact_column *col =
            facts_column(w->facts, t->first_column + k);

        if (col->weak != WEAK_NO || col->numbers == 0 || unit_none(col->unit))
            continue;
        n++;
        if (pair_in_column(w, j, t->first_column + k, a, b, &tried))
            goto hit;
    }
    return tried ? OUT_MISS : OUT_NONE;
hit:
    j->chance = chance_of(&j->claim, (size_t)n * 2);
    j->expected = (struct text){ "", 0 };
    return OUT_HIT;
}

enum outcome derive_spread(struct work *w, struct judged *j,
                           const struct columns *cols)
{
    return derive_stat(
        w, j, BIT(STAT_STDEV_SAMPLE) | BIT(STAT_STDEV_POP) | BIT(STAT_RANGE),
        cols, NULL);
}

/* shares: "JSON and Markdown make up 72% of the files" */

/* What a name's rows in the column's table add up to; in the tree a folder has
 * two rows, of which the first counts. False: it has none there. */
static bool add_part(struct work *w, struct judged *j, uint32_t column,
                     const struct subject *x, struct decimal *part)
{
    const uint32_t table = facts_column(w->facts, column)->table;
    const bool tree = facts_table(w->facts, table)->kind == TABLE_TREE;
    bool any = false;

    for (uint32_t i = 0; i < x->row_count && !(any && tree); i++) {
        struct fact f;

        if (x->rows[i].table != table ||
            !facts_cell(w->facts, column, x->rows[i].row, &f))
            continue;
        *part = decimal_add(*part, f.value);
        judged_fact(j, f.id);
        any = true;
    }
    return any;
}

/* The share that the part is of its column. */
static bool share_is(struct work *w, struct judged *j, uint32_t column,
                     struct decimal part)
{
    const struct fact_column *col = facts_column(w->facts, column);
    const struct fact_stats *s = facts_stats(w->facts, column);
    const bool tree = facts_table(w->facts, col->table)->kind == TABLE_TREE;
    struct decimal whole, q;
    struct claim bare = j->claim;

    if (s == NULL || !s->has[STAT_SUM] || !s->has[STAT_MAX])
        return false;
    whole = tree ? s->at[STAT_MAX] : s->at[STAT_SUM];
    if (decimal_is_zero(whole))
        return false;
    q = decimal_mul(decimal_div(part, whole), decimal_from_int(100));
    j->expected = value_text(w, q, j->claim.unit, j->claim.value.last);
    bare.unit = no_unit;
    return match_value(w, &bare, q, no_unit);
}

static bool is_total(const struct work *w, const struct subject *x)
{
    return facts_table(w->facts, x->rows[0].table)->kind == TABLE_TREE &&
           text_eq(facts_row_name(w->facts, x->rows[0].table, x->rows[0].row),
                   TEXT_LIT("total"));
}

/* What all names in words [first, last) add up to; returns how many do. */
static uint32_t add_parts(struct work *w, struct judged *j, uint32_t column,
                          uint32_t first, uint32_t last, struct decimal *part)
{
    uint32_t seen = 0;

    j->fact_count = 0;
    *part = decimal_from_int(0);
    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *x = &w->subjects[i];

        if (x->word >= first && x->word < last && !is_total(w, x))
            seen += add_part(w, j, column, x, part);
    }
    return seen;
}

/* The part is the name's own, or that of all names in words [first, last). */
static bool share_of_column(struct work *w, struct judged *j, uint32_t column,
                            const struct subject *who, uint32_t first,
                            uint32_t last)
{
    struct decimal part = decimal_from_int(0);
    uint32_t seen;

    j->fact_count = 0;
    if (add_part(w, j, column, who, &part) && share_is(w, j, column, part))
        return true;
    seen = add_parts(w, j, column, first, last, &part);
    return seen > 1 && share_is(w, j, column, part);
}

static bool share_of_table(struct work *w, struct judged *j, uint32_t table,
                           const struct subject *who, uint32_t first,
                           uint32_t last)
{
    const struct fact_table *t = facts_table(w->facts, table);

    for (uint32_t k = 0; k < t->columns && k < 64; k++) {
        const uint32_t column = t->first_column + k;

        if (facts_column(w->facts, column)->weak != WEAK_NO ||
            is_dim_of(w, column, "fraction") ||
            !share_of_column(w, j, column, who, first, last))
            continue;
        j->expected = (struct text){ "", 0 };
        j->chance = chance_of(&j->claim, k + 1);
        say_formula(w, j, "share", column_name(w, column));
        judged_say(w, j, CLAIM_DERIVED, "a share of the column");
        return true;
    }
    return false;
}

static bool share_of_name(struct work *w, struct judged *j,
                          const struct subject *x, uint32_t first,
                          uint32_t last)
{
    enum { TABLES_MAX = 8 };
    uint32_t before = FACT_NONE, tables = 0;

    for (uint32_t i = 0; i < x->row_count && tables < TABLES_MAX; i++) {
        if (x->rows[i].table == before)
            continue;
        before = x->rows[i].table;
        tables++;
        if (share_of_table(w, j, before, x, first, last))
            return true;
    }
    return false;
}

/* "28.7% Markdown", "43.6% are JSON": the name behind the percentage. */
static const struct subject *name_behind(const struct work *w,
                                         const struct claim *c)
{
    const struct flat *f = &w->flat;

    for (uint32_t i = 0; i < w->subject_count; i++) {
        const uint32_t word = w->subjects[i].word;

        if (word < c->end_word || word > c->end_word + 1)
            continue;
        for (uint32_t k = c->end; k < f->words[word].start; k++)
            if (strchr(",;:.()", f->text[k]) != NULL)
                return NULL;
        return &w->subjects[i];
    }
    return NULL;
}

enum outcome derive_share(struct work *w, struct judged *j,
                          const struct subject *who, uint32_t first,
                          uint32_t last)
{
    const struct subject *behind;

    if (!is_fraction(w, &j->claim))
        return OUT_NONE;
    if (who != NULL && share_of_name(w, j, who, first, last))
        return OUT_HIT;
    behind = name_behind(w, &j->claim);
    if (behind != NULL && behind != who &&
        share_of_name(w, j, behind, first, last))
        return OUT_HIT;
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    return OUT_NONE;
}

enum outcome derive_together(struct work *w, struct judged *j, uint32_t first,
                             uint32_t last, const struct columns *cols)
{
    const struct text expected = j->expected;
    const uint32_t facts = j->fact_count, fact = j->facts[0];
    uint32_t tried = 0;

    for (uint32_t i = 0; i < cols->count && tried < STAT_COLUMNS_MAX; i++) {
        const uint32_t column = cols->at[i].column;
        struct decimal sum;

        if (cols->at[i].score * 100 < cols->best * STAT_BEST)
            break;
        tried++;
        if (add_parts(w, j, column, first, last, &sum) < 2 ||
            !match_value(w, &j->claim, sum,
                         facts_column(w->facts, column)->unit))
            continue;
        j->expected = (struct text){ "", 0 };
        j->chance = chance_of(&j->claim, tried);
        say_formula(w, j, "sum", column_name(w, column));
        judged_say(w, j, CLAIM_DERIVED, "of the named rows");
        return OUT_HIT;
    }
    j->expected = expected;
    j->fact_count = facts > 0 ? 1 : 0;
    j->facts[0] = fact;
    return OUT_NONE;
}

/* counts of rows */

static bool counts_rows(const struct fact_table *t)
{
    return t->kind == TABLE_CSV || t->kind == TABLE_RECORDS ||
           t->kind == TABLE_MARKDOWN;
}

enum outcome derive_rows(struct work *w, struct judged *j,
                         const struct subject *group)
{
    size_t tables = 0;
    uint32_t rows = 0;
    bool hit = false;

    if (w->facts == NULL || j->claim.value.last < 0)
        return OUT_NONE;
    if (group != NULL && group->group) {
        if (match_value(w, &j->claim,
                        decimal_from_int((int64_t)group->row_count), no_unit)) {
            say_formula(w, j, "rows", facts_name(w->facts, group->name)->text);
            judged_say(w, j, CLAIM_DERIVED, "a count of rows");
            j->chance = chance_of(&j->claim, 1);
            return OUT_HIT;
        }
    }
    for (uint32_t i = 0; i < facts_table_count(w->facts); i++) {
        const struct fact_table *t = facts_table(w->facts, i);

        if (!counts_rows(t) || t->rows == 0)
            continue;
        tables++;
        rows = t->rows;
        if (!hit &&
            match_value(w, &j->claim, decimal_from_int(t->rows), no_unit)) {
            hit = true;
            say_formula(w, j, "rows", t->name);
        }
    }
    j->chance = chance_of(&j->claim, tables);
    if (hit && j->chance <= CHANCE_MAX) {
        judged_say(w, j, CLAIM_DERIVED, "a count of rows");
        return OUT_HIT;
    }
    j->formula = (struct text){ "", 0 };
    if (tables != 1)
        return OUT_NONE;
    j->expected = value_text(w, decimal_from_int(rows), no_unit, 0);
    return OUT_MISS;
}
