/* A number that is not in the cell that row and column name: whether the words
 * beside it mean another cell than those of the whole sentence. */
#include "validator/audit/audit_int.h"

enum {
    ROWS_LOOK = 16,
    COLUMNS_LOOK = 256,
    NEAR_CLAIMS = 16, /* on either side of the claim */
    BESIDE_WORDS = 2, /* between a number and the word of its statistic */
    LONG_DIGITS = 3   /* of a number whose words name no column */
};

/* Statistics as sentences and as columns call them. */
enum side { SIDE_NONE, SIDE_MAX, SIDE_MIN, SIDE_MEAN, SIDE_MEDIAN };

static const struct {
    const char *word;
    uint8_t side;
    bool column; /* columns are called so, too */
} side_words[] = {
    { "max", SIDE_MAX, true },      { "maximum", SIDE_MAX, true },
    { "peak", SIDE_MAX, true },     { "worst", SIDE_MAX, true },
    { "most", SIDE_MAX, false },    { "min", SIDE_MIN, true },
    { "minimum", SIDE_MIN, true },  { "least", SIDE_MIN, false },
    { "mean", SIDE_MEAN, true },    { "avg", SIDE_MEAN, true },
    { "average", SIDE_MEAN, true }, { "median", SIDE_MEDIAN, true },
    { "p50", SIDE_MEDIAN, true },
};

static enum side side_of(struct text word, bool column)
{
    for (size_t i = 0; i < sizeof(side_words) / sizeof(*side_words); i++)
        if ((side_words[i].column || !column) &&
            text_is(word, side_words[i].word))
            return (enum side)side_words[i].side;
    return SIDE_NONE;
}

static enum side side_of_column(const struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);
    enum side s = SIDE_NONE;

    for (size_t i = c->word_count; i-- > 0 && s == SIDE_NONE;)
        s = side_of(c->words[i], true);
    return s;
}

static bool joins(struct text word)
{
    static const char *const words[] = { "on",  "at", "of", "in",
                                         "the", "a",  "an", "up" };

    return text_is_any(word, words, sizeof(words) / sizeof(*words));
}

static bool parted(const struct flat *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (f->text[i] != '\0' && strchr(",;:()", f->text[i]) != NULL)
            return true;
    return false;
}

static enum side side_behind(const struct flat *f, const struct claim *c)
{
    enum side s = SIDE_NONE;

    for (uint32_t k = c->end_word;
         k <= c->end_word + BESIDE_WORDS && k < f->word_count &&
         !parted(f, c->end, f->words[k].start) && s == SIDE_NONE;
         k++) {
        s = side_of(flat_lower(f, k), false);
        if (s == SIDE_NONE && !joins(flat_lower(f, k)))
            break;
    }
    return s;
}

static enum side side_before(const struct flat *f, const struct claim *c)
{
    enum side s = SIDE_NONE;

    for (uint32_t k = c->first_word; s == SIDE_NONE && k-- > 0 &&
                                     k + 1 + BESIDE_WORDS >= c->first_word &&
                                     !parted(f, f->words[k].end, c->start);) {
        s = side_of(flat_lower(f, k), false);
        if (s == SIDE_NONE && !joins(flat_lower(f, k)))
            break;
    }
    return s;
}

/* "402 s at most", "24 ms on average", "a maximum of 402 s"; none where one of
 * them stands on either side. */
static enum side side_beside(const struct flat *f, const struct claim *c)
{
    const enum side behind = side_behind(f, c), before = side_before(f, c);

    if (behind == SIDE_NONE || before == SIDE_NONE || behind == before)
        return behind == SIDE_NONE ? before : behind;
    return SIDE_NONE;
}

/* The cell that the words name is the number of another claim of the sentence:
 * they are that one's words. */
static bool said_by_another(const struct work *w, const struct claim *c,
                            uint32_t named)
{
    const uint32_t lo = w->claim > NEAR_CLAIMS ? w->claim - NEAR_CLAIMS : 0;
    struct fact f;

    facts_get(w->facts, named, &f);
    for (uint32_t i = lo; i < w->claims.count && i < w->claim + NEAR_CLAIMS;
         i++) {
        const struct claim *o = &w->claims.at[i];

        if (o->start != c->start && o->start >= w->around.start &&
            o->start < w->around.end && o->exempt == EXEMPT_NO &&
            match_fact(w, o, &f) == MATCH_ROUNDED)
            return true;
    }
    return false;
}

/* A column without a unit may be of any; what has none may count. */
static bool fits(const struct work *w, const struct claim *c,
                 const struct fact_column *col)
{
    if (unit_none(c->unit))
        return unit_none(col->unit) || units_is_count(w->units, col->unit);
    return unit_none(col->unit) ||
           units_dim(w->units, c->unit) == units_dim(w->units, col->unit);
}

/* Whether the words mean `column`, though not best. */
static bool meant(const struct work *w, const struct judged *j,
                  enum side beside, bool another, uint32_t column)
{
    const enum side own = side_of_column(w, column);
    const struct claim *c = &j->claim;
    struct fact named;

    if (beside != SIDE_NONE && own != SIDE_NONE)
        return beside == own;
    if (beside != SIDE_NONE || claims_digits(c) < LONG_DIGITS)
        return false;
    facts_get(w->facts, j->facts[0], &named);
    if (unit_none(c->unit) && !unit_none(named.unit) &&
        !units_is_count(w->units, named.unit))
        return true; /* "handles 645,524 messages per second": no 128 B */
    return another || (!unit_none(c->unit) && unit_none(named.unit) &&
                       columns_score_of(w, column) > 0);
}

bool cells_meant(struct work *w, struct judged *j, const struct subject *who,
                 const struct columns *cols)
{
    const enum side beside = side_beside(&w->flat, &j->claim);
    const bool another =
        !cols->beside && said_by_another(w, &j->claim, j->facts[0]);
    uint32_t hit = FACT_NONE;
    size_t cells = 0;

    for (uint32_t r = 0; r < who->row_count && r < ROWS_LOOK; r++) {
        const struct fact_table *t = facts_table(w->facts, who->rows[r].table);

        for (uint32_t k = 0; k < t->columns && k < COLUMNS_LOOK; k++) {
            const uint32_t col = t->first_column + k;
            struct fact f;

            if (!fits(w, &j->claim, facts_column(w->facts, col)) ||
                !facts_cell(w->facts, col, who->rows[r].row, &f))
                continue;
            cells++;
            if (hit == FACT_NONE &&
                match_value(w, &j->claim, f.value,
                            unit_none(j->claim.unit) ? j->claim.unit
                                                     : f.unit) &&
                meant(w, j, beside, another, col))
                hit = f.id;
        }
    }
    if (hit == FACT_NONE || chance_of(&j->claim, cells) > CHANCE_WEAK)
        return false;
    j->chance = chance_of(&j->claim, cells);
    j->fact_count = 0;
    j->expected = (struct text){ "", 0 };
    judged_fact(j, hit);
    judged_say(w, j, CLAIM_SUPPORTED, "in the data");
    return true;
}

void cells_other_statistic(struct work *w, struct judged *j,
                           const struct subject *who)
{
    enum side beside, own;
    const struct fact_table *t;
    struct fact f;

    if (who->row_count != 1 || j->fact_count == 0 ||
        claims_digits(&j->claim) < 2)
        return;
    own = side_of_column(w, facts_column_of(w->facts, j->facts[0]));
    beside = own == SIDE_NONE ? SIDE_NONE : side_beside(&w->flat, &j->claim);
    t = facts_table(w->facts, who->rows[0].table);
    for (uint32_t k = 0; beside != SIDE_NONE && beside != own &&
                         k < t->columns && k < COLUMNS_LOOK;
         k++) {
        const uint32_t col = t->first_column + k;

        if (columns_score_of(w, col) == 0 || side_of_column(w, col) != beside ||
            !fits(w, &j->claim, facts_column(w->facts, col)) ||
            !facts_cell(w->facts, col, who->rows[0].row, &f) ||
            match_fact(w, &j->claim, &f) != MATCH_NO)
            continue;
        j->expected = fact_text(w, f.id);
        judged_say(w, j, CLAIM_MISATTRIBUTED, "another statistic of the row");
        return;
    }
}
