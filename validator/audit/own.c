/* The report's own numbers against each other: a percentage beside its count,
 * a number beside the two that it is of, summaries of tables. */
#include "validator/audit/own_cues.h"
#include "validator/audit/own_says.h"

static bool is_dim(const struct work *w, const struct claim *c,
                   const char *name)
{
    return c->unit.den == 0 &&
           text_is(units_dim_name(w->units, c->unit.num), name);
}

static bool percent(const struct work *w, const struct claim *c)
{
    return is_dim(w, c, "fraction");
}

static bool plain_count(const struct claim *c)
{
    return unit_none(c->unit) && c->value.last >= 0 && c->form == FORM_DIGITS &&
           c->exempt == EXEMPT_NO;
}

/* A count that shares may be of: "240", "240 requests". */
static bool whole_count(const struct claim *c)
{
    return c->unit.den == 0 && c->value.last >= 0 && c->form == FORM_DIGITS &&
           c->exempt == EXEMPT_NO;
}

/* "44 (63.4%)": the percentage stands in brackets right behind the count, or
 * behind "of the". */
static bool beside(const struct work *w, const struct claim *a,
                   const struct claim *p)
{
    uint32_t gap = a->end;

    if (p->start < a->end || p->start - a->end > 3)
        return false;
    while (gap < p->start &&
           (w->flat.text[gap] == ' ' || w->flat.text[gap] == '(' ||
            w->flat.text[gap] == ',' || w->flat.text[gap] == '/'))
        gap++;
    return gap == p->start &&
           memchr(w->flat.text + a->end, '(', p->start - a->end) != NULL;
}

/* "18 failed (7.5%)": up to two words stand between the count and brackets that
 * hold nothing but the percentage. */
static bool loosely_beside(const struct work *w, const struct claim *a,
                           const struct claim *p)
{
    const struct flat *f = &w->flat;

    if (p->start < a->end + 2 || p->start - a->end > 30 ||
        p->first_word - a->end_word > 2 || p->end >= f->len ||
        f->text[p->end] != ')' || f->text[p->start - 1] != '(')
        return false;
    for (uint32_t i = a->end; i + 1 < p->start; i++)
        if (!ascii_alpha(f->text[i]) && f->text[i] != ' ')
            return false;
    return true;
}

/* "Of the 240 requests, 18 failed": the number behind "of" before the part. */
static bool whole_before(const struct work *w, uint32_t first, uint32_t part,
                         struct decimal *whole)
{
    enum { WHOLE_BYTES = 40 };
    const struct claim *c;
    uint32_t before;

    if (part == first)
        return false;
    c = &w->out[part - 1].claim;
    before = c->first_word;
    if (before > 0 &&
        text_eq(flat_lower(&w->flat, before - 1), TEXT_LIT("the")))
        before--;
    if (before == 0 || !whole_count(c) || c->group != 0 ||
        w->out[part].claim.start - c->end > WHOLE_BYTES ||
        memchr(w->flat.text + c->end, '.', w->out[part].claim.start - c->end) !=
            NULL ||
        !text_eq(flat_lower(&w->flat, before - 1), TEXT_LIT("of")))
        return false;
    *whole = c->value;
    return true;
}

/* Wholes that the percentage may be of: the number after "of" in the sentence,
 * else the totals of the data's columns that the count was found in. */
static bool whole_in_text(const struct work *w, uint32_t i,
                          struct decimal *whole)
{
    enum { WHOLE_BYTES = 24 };
    const uint32_t end = w->out[i].claim.end;

    for (uint32_t k = i + 1; k < w->count; k++) {
        const struct claim *c = &w->out[k].claim;

        if (c->start >= end + WHOLE_BYTES)
            break;
        if (!whole_count(c) || c->first_word == 0)
            continue;
        if (text_eq(flat_lower(&w->flat, c->first_word - 1), TEXT_LIT("of"))) {
            *whole = c->value;
            return true;
        }
    }
    return false;
}

static void share_formula(struct work *w, struct judged *j,
                          const struct claim *part, struct decimal whole)
{
    char a[DECIMAL_TEXT_MAX], b[DECIMAL_TEXT_MAX];
    const char *s;
    const struct decimal q =
        decimal_mul(decimal_div(part->value, whole), decimal_from_int(100));

    decimal_format(a, part->value);
    decimal_format(b, whole);
    s = arena_printf(w->a, "%s / %s", a, b);
    j->formula = s == NULL ? (struct text){ "", 0 } : text_from(s);
    j->expected = value_text(w, q, j->claim.unit, j->claim.value.last);
}

static bool share_fits(const struct work *w, const struct claim *p,
                       const struct claim *part, struct decimal whole)
{
    if (decimal_is_zero(whole))
        return false;
    return match_value(
        w, p,
        decimal_mul(decimal_div(part->value, whole), decimal_from_int(100)),
        p->unit);
}

/* The total of the column that the count is of, by the data. */
static bool whole_in_data(struct work *w, const struct claim *p,
                          const struct claim *part, struct decimal *whole,
                          bool *fits)
{
    bool any = false;

    *fits = false;
    if (w->facts == NULL || !facts_has_tree(w->facts))
        return false;
    for (uint32_t t = 0; t < facts_table_count(w->facts); t++) {
        const struct fact_table *table = facts_table(w->facts, t);

        if (table->kind != TABLE_TREE)
            continue;
        for (uint32_t c = 0; c < table->columns; c++) {
            const struct fact_stats *s =
                facts_stats(w->facts, table->first_column + c);

            if (s == NULL || !s->has[STAT_MAX] ||
                !unit_none(
                    facts_column(w->facts, table->first_column + c)->unit) ||
                decimal_cmp(part->value, s->at[STAT_MAX]) > 0)
                continue;
            *whole = s->at[STAT_MAX];
            any = true;
            *fits = share_fits(w, p, part, *whole);
        }
    }
    return any;
}

static void judge_share(struct work *w, uint32_t first, uint32_t i,
                        const struct claim *part)
{
    struct judged *p = &w->out[i];
    struct decimal whole;
    bool fits;

    if (whole_in_text(w, i, &whole) || whole_before(w, first, i - 1, &whole)) {
        fits = share_fits(w, &p->claim, part, whole);
    } else if (!beside(w, part, &p->claim) ||
               !whole_in_data(w, &p->claim, part, &whole, &fits)) {
        return;
    }
    share_formula(w, p, part, whole);
    p->fact_count = 0;
    p->chance = chance_of(&p->claim, 1);
    if (fits) {
        judged_say(w, p, CLAIM_DERIVED, "the share of its count");
        p->expected = (struct text){ "", 0 };
    } else {
        p->fault = FAULT_ARITHMETIC;
        judged_say(w, p, CLAIM_CONTRADICTED, "not the share that its count is");
    }
}

/* "+27 (61 -> 88)": the difference or ratio of a pair in the same sentence.
 */
static void settle_by_pair(struct work *w, uint32_t first, uint32_t i)
{
    enum { REACH = 64 }; /* claims on either side */
    struct judged *p = &w->out[i];
    uint32_t start, end, from = i;

    if (unit_none(p->claim.unit) && !p->claim.is_signed)
        return;
    claims_sentence(&w->flat, p->claim.start, &start, &end);
    while (from > first && i - from < REACH &&
           w->out[from - 1].claim.start >= start)
        from--;
    for (uint32_t k = from;
         k + 1 < w->count && k < i + REACH && w->out[k].claim.start < end;
         k++) {
        const struct claim *a = &w->out[k].claim, *b = &w->out[k + 1].claim;
        struct claim c = p->claim;

        if (k == i || k + 1 == i || a->group == 0 || a->group != b->group ||
            a->role == ROLE_PART || b->role == ROLE_SPREAD ||
            a->start < start || b->end > end || decimal_is_zero(a->value))
            continue;
        c.value.neg = c.is_signed = false;
        if (match_value(w, &c, decimal_abs(decimal_sub(b->value, a->value)),
                        b->unit)) {
            p->formula = TEXT_LIT("after - before");
        } else {
            c.unit = (struct unit_ref){ 0, 0, 0 };
            if (!is_dim(w, &p->claim, "ratio") ||
                !(match_value(w, &c, decimal_div(b->value, a->value), c.unit) ||
                  (!decimal_is_zero(b->value) &&
                   match_value(w, &c, decimal_div(a->value, b->value),
                               c.unit))))
                continue;
            p->formula = TEXT_LIT("after / before");
        }
        p->fact_count = 0;
        p->expected = (struct text){ "", 0 };
        judged_say(w, p, CLAIM_DERIVED, "from the two numbers beside it");
        return;
    }
}

/* What the words of each sentence call for, of the claims that no data bear
 * out. */
static void mark_cues(struct work *w, uint32_t first)
{
    uint32_t start = 0, end = 0;
    uint8_t cues = 0;

    if (w->block->role != BLOCK_PARAGRAPH && w->block->role != BLOCK_LIST_ITEM)
        return;
    for (uint32_t i = first; i < w->count; i++) {
        struct judged *j = &w->out[i];

        if (j->claim.exempt != EXEMPT_NO || own_borne_out(j))
            continue;
        if (j->claim.start >= end || j->claim.start < start) {
            claims_sentence(&w->flat, j->claim.start, &start, &end);
            cues = 0;
            for (uint32_t k = flat_word_at(&w->flat, start);
                 k < w->flat.word_count && w->flat.words[k].start < end; k++)
                cues |= w->known[k].cues;
        }
        j->cues = cues;
        if (claims_digits(&j->claim) >= QUOTED_DIGITS_MIN)
            j->cues |= CUE_QUOTED;
    }
}

/* Nothing is said of numbers that the data bear out. */
static bool any_open(const struct work *w, uint32_t first)
{
    for (uint32_t i = first; i < w->count; i++)
        if (w->out[i].claim.exempt == EXEMPT_NO && !own_borne_out(&w->out[i]))
            return true;
    return false;
}

void own_block(struct work *w, uint32_t first)
{
    for (uint32_t i = first; i < w->count; i++) {
        struct judged *p = &w->out[i];

        if (p->claim.exempt != EXEMPT_NO)
            continue;
        if (!percent(w, &p->claim)) {
            if (claim_flagged(p->verdict))
                settle_by_pair(w, first, i);
            continue;
        }
        if (i > first && plain_count(&w->out[i - 1].claim) &&
            (beside(w, &w->out[i - 1].claim, &p->claim) ||
             loosely_beside(w, &w->out[i - 1].claim, &p->claim)))
            judge_share(w, first, i, &w->out[i - 1].claim);
    }
    if (!any_open(w, first))
        return;
    mark_cues(w, first);
    own_compared(w, first);
    own_sums(w, first);
    own_dates(w, first);
    own_times(w, first);
    own_prose(w, first);
    own_order_text(w, first);
}

/* the report's own tables */

bool own_borne_out(const struct judged *j)
{
    return (j->verdict == CLAIM_SUPPORTED || j->verdict == CLAIM_DERIVED) &&
           j->chance < CHANCE_WEAK;
}

void own_say(struct work *w, uint32_t i, bool fits, const char *why,
             struct text formula, struct text expected,
             const uint32_t *operands, uint32_t n)
{
    struct judged *j = &w->out[i];
    uint32_t *kept;

    if (j->claim.exempt != EXEMPT_NO || own_borne_out(j))
        return;
    kept = arena_alloc(w->a, n, sizeof(*kept));
    if (kept != NULL && n > 0)
        memcpy(kept, operands, n * sizeof(*kept));
    j->operands = kept;
    j->operand_count = kept == NULL ? 0 : n;
    j->formula = formula;
    j->fact_count = 0;
    j->expected = fits ? (struct text){ "", 0 } : expected;
    if (!fits)
        j->fault = FAULT_ARITHMETIC;
    judged_say(w, j, fits ? CLAIM_DERIVED : CLAIM_CONTRADICTED, why);
}

/* "| Speedup | 1.00x | 1.87x |": what compares, or the measures are rows. */
static void judge_turned(const struct grid *g)
{
    const bool measures = grid_lists_measures(g);
    bool compares = false;
    struct grid turned;

    if (g->rows > TABLE_COLS_MAX)
        return;
    for (uint32_t r = 1; r < g->rows && !compares; r++)
        compares = (g->labels[r].bits & LABEL_COMPARE) != 0;
    if ((!compares && !measures) || !grid_turn(g, &turned))
        return;
    if (compares)
        own_cols(&turned);
    if (measures)
        own_relations(&turned);
}

static void judge_table(struct grid *g)
{
    const bool measures = grid_lists_measures(g);

    grid_label(g);
    own_cols(g);
    own_relations(g);
    own_order(g);
    for (uint32_t c = 1; c < g->cols && measures; c++)
        own_record(g, c);
    judge_turned(g);
    if (!grid_partial(g))
        own_rows(g);
}

void own_tables(struct work *w)
{
    const struct doc *d = &w->report->doc;
    struct tables tables;
    uint32_t claim = 0;

    tables.count = 0;
    for (uint32_t i = 0; i < d->block_count;) {
        struct grid g;

        if (d->blocks[i].role != BLOCK_TABLE_HEAD) {
            i++;
            continue;
        }
        if (grid_make(&g, w, i, &claim)) {
            if (g.open)
                judge_table(&g);
            if (tables.count < TABLES_MAX && g.rows <= TABLE_ROWS_MAX &&
                g.cols <= TABLE_COLS_SAID)
                tables.at[tables.count++] = g;
        }
        i = g.end > i ? g.end : i + 1;
    }
    own_lists(w);
    own_shares(w);
    own_says(w, &tables);
}
