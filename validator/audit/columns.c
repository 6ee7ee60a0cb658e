/* Which columns a claim can mean, by the words around it. */
#include "validator/audit/audit_int.h"

/* Weights of where a column's word stands, measured on the dev sets
 * (docs/measured/numbers.md). */
enum {
    AT_NOUN = 8,     /* right behind: "23 points" */
    AT_BEFORE = 6,   /* just before: "TTFT of 0.14 s" */
    AT_CLAUSE = 3,   /* in the clause */
    AT_SENTENCE = 1, /* in the sentence, or behind another number */
    AT_TABLE = 6,    /* column header, row label */
    AT_PARENT = 2,   /* the list item above */
    AT_HEADING = 1,
    NEAR_WORDS = 5,
    LABEL_WORDS = 3,
    GROUP_WORDS = 64,   /* behind a number, that its group may go on */
    FEW_COLUMNS = 16,   /* sorted as they come */
    SCORE_CLASSES = 512 /* scores told apart when the best are kept */
};

uint32_t columns_dim(const struct facts *f, uint32_t column)
{
    const struct fact_column *c = facts_column(f, column);
    const struct units *units = facts_units(f);
    struct unit_ref per;

    if (unit_none(c->unit))
        for (size_t i = 1; i < c->word_count; i++)
            if (text_eq(c->words[i - 1], TEXT_LIT("per")) &&
                units_of_header(units, c->words[i], &per, NULL))
                return TERM_PER | units_dim(units, per);
    return units_dim(units, c->unit);
}

/* Which units a column may have for the claim to be of it. A rate without a
 * unit has none, but it is not what it is per. */
struct fits {
    bool any, none; /* whatever it has; also none */
    uint32_t dim;
};

static bool of_no_unit(struct fits fits, uint32_t dim)
{
    return fits.none &&
           (dim == 0 || (dim > TERM_PER && dim != (TERM_PER | fits.dim)));
}

static struct fits fits_of(const struct work *w, struct unit_ref claim)
{
    return (struct fits){ .any = unit_none(claim),
                          .none = claim.den == 0 && !dim_is(w, claim, "ratio"),
                          .dim = units_dim(w->units, claim) };
}

uint32_t columns_score_of(const struct work *w, uint32_t column)
{
    return w->score[column] >= w->stamp ? (uint32_t)w->score[column] : 0;
}

static void add_term(struct work *w, struct fits fits, const struct term *t,
                     uint32_t factor)
{
    const struct term_post *p = terms_posts(w->terms, t);
    const struct term_post *const end = p + t->posts;
    uint64_t *const scores = w->score;
    uint32_t *touched = w->touched + w->touched_count;
    const uint64_t stamp = w->stamp;
    uint64_t top = w->top;

    for (; p < end; p++) {
        uint64_t s;

        if (!fits.any && p->dim != fits.dim && !of_no_unit(fits, p->dim)) {
            p += p->alike;
            continue;
        }
        s = scores[p->column];
        *touched = p->column;
        touched += s < stamp;
        s = (s < stamp ? stamp : s) + p->weight * factor;
        scores[p->column] = s;
        top = s > top ? s : top;
    }
    w->touched_count = (uint32_t)(touched - w->touched);
    w->top = top;
}

static void add_setting(struct work *w, struct fits fits,
                        const struct setting_words *s, uint32_t factor)
{
    for (uint32_t i = 0; i < s->mention_count; i++)
        add_term(w, fits, s->mentions[i].term, factor);
}

/* The first claim of the block that begins at or behind the word. */
static uint32_t claim_from(const struct work *w, uint32_t word)
{
    uint32_t lo = 0, hi = w->claims.count;

    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;

        if (w->claims.at[mid].first_word < word)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

uint32_t mention_from(const struct work *w, uint32_t word)
{
    uint32_t lo = 0, hi = w->mention_count;

    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;

        if (w->mentions[mid].word < word)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* True when another number stands between two words. */
static bool number_between(const struct work *w, const struct claim *c,
                           uint32_t from, uint32_t to)
{
    for (uint32_t i = claim_from(w, from);
         i < w->claims.count && w->claims.at[i].first_word < to; i++) {
        const struct claim *o = &w->claims.at[i];

        if (o->first_word == c->first_word || o->form == FORM_ORDINAL ||
            o->exempt == EXEMPT_IDIOM || o->exempt == EXEMPT_NAME)
            continue;
        if (o->group == 0 || o->group != c->group)
            return true;
    }
    return false;
}

/* The word is another number's noun or unit: "88.42 tokens per second". */
static bool taken(const struct work *w, const struct claim *c,
                  const struct mention *m)
{
    for (uint32_t i = claim_from(w, m->end);
         i-- > 0 && w->claims.at[i].end_word >= m->word;) {
        const struct claim *o = &w->claims.at[i];

        if (o->first_word == c->first_word || o->form == FORM_ORDINAL ||
            o->exempt == EXEMPT_IDIOM ||
            (o->group != 0 && o->group == c->group) ||
            (o->exempt == EXEMPT_NAME && m->word == o->first_word) ||
            (o->end < w->around.start && w->around.start <= c->start))
            continue;
        if (m->word < o->end_word && m->end > o->first_word)
            return true;
        if (m->word == o->end_word && o->end_word > 0 &&
            o->exempt != EXEMPT_NAME && /* "Heron 3B scores" */
            w->flat.words[m->word].start - o->end <= 1)
            return true;
    }
    return false;
}

static bool linking(struct text w)
{
    static const char *const words[] = { "of",   "in",  "total", "for",
                                         "more", "the", "his",   "their",
                                         "a",    "s",   "from" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is(w, words[i]))
            return true;
    return false;
}

/* "with 8 and 32 threads", "52 and 12 units": the noun behind the last bare
 * number of a list is that of all. */
static uint32_t list_end(const struct work *w, const struct claim *c,
                         uint32_t end)
{
    if (c->group != 0 || !unit_none(c->unit) || c->form != FORM_DIGITS ||
        end >= w->flat.word_count ||
        !text_eq(flat_lower(&w->flat, end), TEXT_LIT("and")))
        return end;
    for (uint32_t i = claim_from(w, end + 1);
         i < w->claims.count && w->claims.at[i].first_word == end + 1; i++) {
        const struct claim *o = &w->claims.at[i];

        if (unit_none(o->unit) && o->group == 0 && o->form == FORM_DIGITS &&
            o->exempt == EXEMPT_NO)
            return o->end_word;
    }
    return end;
}

/* The words behind the whole group: "6-15 FG" gives both. */
static uint32_t group_end(const struct work *w, const struct claim *c)
{
    uint32_t end = c->end_word;

    for (uint32_t i = claim_from(w, c->first_word);
         c->group != 0 && i < w->claims.count &&
         w->claims.at[i].first_word < c->end_word + GROUP_WORDS;
         i++)
        if (w->claims.at[i].group == c->group && w->claims.at[i].end_word > end)
            end = w->claims.at[i].end_word;
    return list_end(w, c, end);
}

/* "load time of 0.13 s": the word leads to the number behind it. */
static bool introduces(const struct flat *f, uint32_t word)
{
    static const char *const words[] = { "of",      "is",   "was", "at",
                                         "reached", "came", "to",  "averaged" };
    const struct text t =
        word < f->word_count ? flat_lower(f, word) : (struct text){ "", 0 };

    if (word + 1 >= f->word_count || word == 0 ||
        f->words[word].start - f->words[word - 1].end != 1 ||
        !ascii_digit(f->text[f->words[word + 1].start]))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is(t, words[i]))
            return true;
    return false;
}

/* "8,640 requests and failed 27": a verb before the next number. */
static bool begins_next(const struct flat *f, const struct mention *m)
{
    return m->word > 0 && m->end < f->word_count &&
           ascii_digit(f->text[f->words[m->end].start]) &&
           f->words[m->end].start - f->words[m->end - 1].end == 1 &&
           text_eq(flat_lower(f, m->word - 1), TEXT_LIT("and"));
}

/* A comma, colon or bracket stands between the number and the word. */
static bool set_off(const struct work *w, const struct claim *c,
                    const struct mention *m)
{
    const struct flat *f = &w->flat;

    for (uint32_t i = c->end; i < f->words[m->word].start; i++) {
        const char b = f->text[i];

        if (b == ',' || b == ';' || b == ':' || b == '(' || b == '[')
            return true;
    }
    return false;
}

/* "4-for-11 from the field and 2-for-4 from the line": with labels behind the
 * numbers, a label before ours, joined to it by "and" or a comma only, is the
 * other number's. */
static bool label_of_other(const struct work *w, const struct claim *c,
                           const struct mention *m, uint32_t end)
{
    const struct flat *f = &w->flat;
    bool before = false, after = false;

    for (uint32_t k = m->end; k < c->first_word; k++)
        if (!text_eq(flat_lower(f, k), TEXT_LIT("and")) &&
            !text_eq(flat_lower(f, k), TEXT_LIT("a")))
            return false;
    for (uint32_t i = claim_from(w, m->word + 1);
         i-- > 0 && !before &&
         w->claims.at[i].end_word + LABEL_WORDS >= m->word;) {
        const struct claim *o = &w->claims.at[i];

        before = o->form != FORM_ORDINAL && o->end_word <= m->word &&
                 (o->group == 0 || o->group != c->group) &&
                 !set_off(w, o, m); /* "9 runs, p50 12 ms, p95 15 ms" */
    }
    for (uint32_t i = mention_from(w, end);
         i < w->mention_count && w->mentions[i].word - end <= LABEL_WORDS &&
         !after;
         i++)
        after = !number_between(w, c, end, w->mentions[i].word) &&
                !introduces(f, w->mentions[i].end);
    return before && after;
}

/* "a 38-point first quarter": nouns in a row belong together. */
static bool noun_here(const struct work *w, uint32_t word)
{
    const uint32_t i = mention_from(w, word + 1);

    return i > 0 && word < w->mentions[i - 1].end &&
           w->mentions[i - 1].term->noun;
}

/* "0.9 % of the requests": what it is a share of, not what it is. */
static bool of_what(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 && c->end_word < w->flat.word_count &&
           text_eq(units_dim_name(w->units, c->unit.num),
                   TEXT_LIT("fraction")) &&
           text_eq(flat_lower(&w->flat, c->end_word), TEXT_LIT("of"));
}

/* "24.6 ms on average (244.1 ms": the word behind another number is that
 * number's, for a bracket parts it from ours. */
static bool before_bracket(const struct work *w, const struct claim *c,
                           const struct mention *m)
{
    const struct flat *f = &w->flat;
    const uint32_t end = f->words[m->end - 1].end;

    /* "EUR 12": a currency belongs to the claim, and may be a column's word */
    if (end >= c->start || memchr(f->text + end, '(', c->start - end) == NULL)
        return false;
    for (uint32_t i = claim_from(w, m->word + 1);
         i-- > 0 && w->claims.at[i].end_word + LABEL_WORDS >= m->word;) {
        const struct claim *o = &w->claims.at[i];

        if (o->form != FORM_ORDINAL && o->exempt == EXEMPT_NO &&
            o->end_word <= m->word && (o->group == 0 || o->group != c->group))
            return true;
    }
    return false;
}

static uint32_t factor_of(const struct work *w, const struct claim *c,
                          const struct mention *m)
{
    const struct flat *f = &w->flat;
    const uint32_t end = group_end(w, c);

    if (m->word < end && m->end > c->first_word)
        return AT_NOUN;
    if (taken(w, c, m))
        return 0;
    if (m->word >= end && of_what(w, c))
        return AT_SENTENCE;
    if (m->word >= end) {
        uint32_t gap = m->word - end;

        for (uint32_t k = end; gap > 0 && k < m->word &&
                               (linking(flat_lower(f, k)) || noun_here(w, k));
             k++)
            gap--;
        if (number_between(w, c, end, m->word) || introduces(f, m->end) ||
            begins_next(f, m) || set_off(w, c, m))
            return AT_SENTENCE;
        return gap == 0 ? AT_NOUN : gap <= 3 ? AT_CLAUSE : AT_SENTENCE;
    }
    if (number_between(w, c, m->end, c->first_word) ||
        label_of_other(w, c, m, end) || before_bracket(w, c, m))
        return AT_SENTENCE;
    return c->first_word - m->end <= NEAR_WORDS ? AT_BEFORE : AT_CLAUSE;
}

/* Stable; for few, or for what is mostly in order. */
static void sort_scores(struct score *at, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        const struct score x = at[i];
        uint32_t k = i;

        for (; k > 0 && at[k - 1].score < x.score; k--)
            at[k] = at[k - 1];
        at[k] = x;
    }
}

static void keep_all(const struct work *w, struct columns *out)
{
    for (uint32_t i = 0; i < w->touched_count; i++)
        out->at[i] =
            (struct score){ w->touched[i], (uint32_t)w->score[w->touched[i]] };
    out->count = w->touched_count;
    sort_scores(out->at, out->count);
    out->best = out->count > 0 ? out->at[0].score : 0;
}

/* How many columns have each score. */
struct tally {
    uint32_t n[SCORE_CLASSES];        /* later: where the next of them goes */
    uint64_t any[SCORE_CLASSES / 64]; /* bit: there are some */
};

/* Gives each class its place, best first, until the room is full. Returns the
 * lowest class that has one; *kept: how many columns are in those. */
static uint32_t place_classes(struct tally *t, uint32_t top, uint32_t *kept)
{
    uint32_t low = top + 1, sum = 0;

    for (uint32_t k = top / 64 + 1; k-- > 0 && sum < TOP_COLUMNS_MAX;)
        for (uint64_t bits = t->any[k]; bits != 0 && sum < TOP_COLUMNS_MAX;) {
            const uint32_t bit = 63 - (uint32_t)__builtin_clzll(bits);
            const uint32_t n = t->n[low = k * 64 + bit];

            bits ^= (uint64_t)1 << bit;
            t->n[low] = sum;
            sum += n;
        }
    *kept = sum;
    return low;
}

/* Keeps the best; of columns that score alike those that the text means first.
 */
static void keep_best(const struct work *w, struct columns *out)
{
    const uint64_t *const scores = w->score;
    const uint32_t *const touched = w->touched, n = w->touched_count;
    const uint32_t top = (uint32_t)w->top;
    struct tally t;
    uint32_t shift = 0, low, sum;

    if (n <= FEW_COLUMNS) {
        keep_all(w, out);
        return;
    }
    memset(&t, 0, sizeof(t));
    while (top >> shift >= SCORE_CLASSES)
        shift++;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t k = (uint32_t)scores[touched[i]] >> shift;

        t.n[k]++;
        t.any[k / 64] |= (uint64_t)1 << k % 64;
    }
    low = place_classes(&t, top >> shift, &sum);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t score = (uint32_t)scores[touched[i]];
        const uint32_t k = score >> shift;

        if (k >= low && t.n[k] < TOP_COLUMNS_MAX)
            out->at[t.n[k]++] = (struct score){ touched[i], score };
    }
    out->count = sum < TOP_COLUMNS_MAX ? sum : TOP_COLUMNS_MAX;
    out->best = top;
    if (shift > 0)
        sort_scores(out->at, out->count);
}

static bool is_table(const struct block *b)
{
    return b->role == BLOCK_TABLE_CELL || b->role == BLOCK_TABLE_HEAD;
}

static void score(struct work *w, const struct claim *c, uint32_t start,
                  uint32_t end, struct columns *out)
{
    const struct fits fits = fits_of(w, c->unit);

    out->count = out->best = 0;
    out->beside = is_table(w->block);
    out->behind = false;
    if (w->facts == NULL || w->terms == NULL)
        return;
    w->stamp += (uint64_t)1 << 32;
    w->top = w->stamp;
    w->touched_count = 0;
    for (uint32_t i = mention_from(w, flat_word_at(&w->flat, start));
         i < w->mention_count; i++) {
        const struct mention *m = &w->mentions[i];
        uint32_t factor;

        if (w->flat.words[m->word].start >= end)
            break;
        factor = factor_of(w, c, m);
        out->beside = out->beside || factor >= AT_BEFORE;
        out->behind = out->behind || (factor == AT_NOUN);
        if (factor > 0)
            add_term(w, fits, m->term, factor);
    }
    if (w->block->role == BLOCK_TABLE_CELL) {
        if (w->block->col < TABLE_COLS_MAX)
            add_setting(w, fits, &w->cols[w->block->col], AT_TABLE);
        add_setting(w, fits, &w->row, AT_TABLE);
    } else if (w->block->role == BLOCK_LIST_ITEM && w->block->level > 1 &&
               w->block->level <= LIST_DEPTH_MAX) {
        add_setting(w, fits, &w->list[w->block->level - 2], AT_PARENT);
    }
    if (w->block->role != BLOCK_PARAGRAPH)
        add_setting(w, fits, &w->lead, AT_HEADING);
    add_setting(w, fits, &w->heading, AT_HEADING);
    keep_best(w, out);
}

void columns_score(struct work *w, const struct claim *c, uint32_t start,
                   uint32_t end, struct columns *out)
{
    const struct scored now = { .block = w->block_index,
                                .claim = c->start,
                                .start = start,
                                .end = end,
                                .unit = c->unit,
                                .any = true };
    const struct scored *was = &w->scored;

    if (was->any && was->block == now.block && was->claim == now.claim &&
        was->start == start && was->end == end &&
        unit_same(was->unit, now.unit)) {
        *out = w->scored_columns;
        return;
    }
    score(w, c, start, end, out);
    w->scored = now;
    w->scored_columns = *out;
}
