/* Loops without a fixed distance: copies that grow or shrink, and passages in
 * which nothing is new. */
#include "validator/text/loop_int.h"

/* ---- copies whose length changes ---- */

enum {
    LINK_MIN = 4, /* links; copies: */
    LINK_COPIES = 6,
    LINK_GAP_WORDS = 8, /* between one copy and the next */
    LINK_BACK = 256     /* words searched for one that is new */
};

static void drift_event(const struct drift *d, struct loop_event *e)
{
    *e = (struct loop_event){
        .kind = LOOP_DRIFT,
        .start = d->start,
        .second = d->second,
        .end = d->end,
        .period = (size_t)((double)(d->end - d->start) / d->copies + 0.5),
        .copies = (size_t)d->copies,
        .near = true,
        .stop = d->stop,
        .decided_at = d->decided_at,
    };
}

void loop_drift_end(struct loop *l)
{
    struct drift *d = &l->drift;
    struct loop_event e;

    if (d->qualified) {
        drift_event(d, &e);
        loop_emit(l, &e);
    }
    *d = (struct drift){ .links = 0 };
}

/* Words between the links that do not stand in the copy before. */
static uint32_t novel_between(const struct loop *l, uint64_t from, uint64_t to,
                              uint32_t period)
{
    uint32_t novel = 0;

    for (uint64_t i = from; i < to; i++) {
        const uint64_t least = i > LINK_BACK ? i - LINK_BACK : 0;
        uint64_t k = i;

        while (k > least && i - k <= period + LINK_GAP_WORDS) {
            k--;
            if (loop_token(l, k)->hash == loop_token(l, i)->hash)
                break;
        }
        novel += loop_token(l, k)->hash != loop_token(l, i)->hash || k == i;
    }
    return novel;
}

static bool is_link(const struct lag *g)
{
    const struct tally *t = &g->seen;
    const double words = (double)t->weight * g->period / t->tokens / 4.0;

    return t->tokens * 100 >= g->period * 85 && words >= 4 &&
           (t->code + t->table + t->path) * 2 < t->tokens &&
           t->numbers * 2 < t->tokens && t->irregular * 10 < t->tokens &&
           (double)t->irregular * g->period < 0.4 * t->tokens;
}

static bool continues(const struct drift *d, const struct lag *g)
{
    return d->links > 0 && g->first <= d->last + LINK_GAP_WORDS &&
           g->last > d->last && g->period * 10 >= d->period * 6 &&
           g->period * 10 <= d->period * 16;
}

/* Every copy is longer than the one before, or every one is shorter: growth,
 * even when each adds a new word. */
static bool one_way(const struct drift *d)
{
    return d->links > LINK_COPIES &&
           (d->longer + 1 == d->links || d->shorter + 1 == d->links);
}

static void link_one(struct loop *l, struct lag *g)
{
    struct drift *d = &l->drift;
    struct loop_event e;
    size_t whole; /* copies */

    g->linked = true;
    if (d->links > 0 && g->last <= d->last)
        return;
    if (!continues(d, g)) {
        loop_drift_end(l);
        *d = (struct drift){ .start = g->start,
                             .second = g->second,
                             .copies = 1,
                             .last = g->first };
    }
    d->longer += d->links > 0 && g->period > d->period;
    d->shorter += d->links > 0 && g->period < d->period;
    d->novel += novel_between(l, d->last + 1, g->first, g->period);
    d->links++;
    whole = (g->seen.tokens + g->period / 6) / g->period;
    d->copies += (double)whole;
    d->period = g->period;
    d->last = g->last;
    d->end = g->end;
    if (!d->qualified) {
        d->qualified = d->links >= LINK_MIN && d->copies >= LINK_COPIES &&
                       (d->novel * 10 < d->links * 7 || one_way(d));
        d->decided_at = l->off;
    }
    if (d->qualified && !d->stop && loop_wasteful(l, d->second, d->end)) {
        d->stop = true;
        d->decided_at = l->off;
        drift_event(d, &e);
        loop_note(l, &e);
    }
}

/* The live lag that stopped first, before g did: one may linger on chance
 * matches when the next copies have begun. */
static struct lag *earlier(struct loop *l, const struct lag *g)
{
    struct lag *best = NULL;

    for (size_t k = 0; k < LIVE_MAX; k++) {
        struct lag *h = &l->live[k];

        if (l->periods[k] != 0 && !h->qualified && !h->linked &&
            h->last < g->last && (best == NULL || h->last < best->last) &&
            is_link(h))
            best = h;
    }
    return best;
}

void loop_drift_link(struct loop *l, struct lag *g)
{
    struct lag *h;

    if (g->linked || !is_link(g))
        return;
    while ((h = earlier(l, g)) != NULL)
        link_one(l, h);
    link_one(l, g);
}

/* ---- nothing new ---- */

enum {
    QUARTERS = 4,   /* of a word: the unit of the score */
    NEW_COST = 5,   /* words that one new group of words takes away */
    ROWS_TIMES = 3, /* as many words for rows and code */
    NEW_PAIRS = 16, /* words to one new pair, at least; in rows: */
    NEW_ROW_PAIRS = 60,
    WINDOW = 140, /* words in which the new ones are counted */
    WINDOW_MIN = 100,
    NEW_WORDS = 40,     /* words to one new word, at least */
    TURN_PAIRS = 9,     /* words to one new pair where no word at all is new */
    TURNS = 4,          /* new pairs; a mere copy has none */
    PAIR_COST = 4,      /* and one new pair */
    HEADING_COST = 100, /* and a word in a heading that was nowhere before */
    STALE_DROP = 60,    /* words below the best: the passage has ended */
    NEAR_WORDS = 400,   /* a pair of words is new again after so many */
    SOURCE_WORDS = 8,   /* a set phrase is shorter: docs/measured/loops.md */
    COPY_STOP = 600     /* words copied from above that are a loop again */
};

static void stale_event(const struct loop *l, const struct stale *s,
                        struct loop_event *e)
{
    const bool loop = s != &l->copied || s->stop;

    *e = (struct loop_event){
        .kind = loop ? LOOP_STALE : LOOP_DUPLICATE,
        .start = s->source,
        .second = s->start,
        .end = s->end,
        .period = 0,
        .copies = 2,
        .near = true,
        .stop = s->stop,
        .decided_at = s->decided_at,
    };
}

static void stale_close(struct loop *l, struct stale *s)
{
    struct loop_event e;

    if (s->qualified) {
        stale_event(l, s, &e);
        loop_emit(l, &e);
    }
    *s = (struct stale){ .score = 0 };
}

void loop_stale_end(struct loop *l)
{
    stale_close(l, &l->copied);
    stale_close(l, &l->stale);
    stale_close(l, &l->rows);
}

static bool same(const struct token *a, const struct token *b)
{
    return a->hash == b->hash && a->num == b->num;
}

/* How many words before word i the slot points, which is set to i; 0: where
 * `n` words would not fit. */
static inline uint32_t look_up(uint16_t *slot, uint64_t i, uint32_t n)
{
    const uint32_t p = (uint32_t)((i - *slot) % RING);

    *slot = (uint16_t)(i % RING);
    return p > LAG_MAX || p + n - 1 > i ? 0 : p;
}

/* Set phrases in turn (farewells, questions of a dialogue): no word is new for
 * long, so that fewer words said again suffice; which phrase follows which one
 * is new now and then. */
static bool takes_turns(const struct loop *l, const struct stale *s,
                        int64_t need)
{
    const int64_t window = s->window + s->old_window;
    const int64_t pairs = s->pairs + s->old_pairs;

    for (size_t k = 0; k < LIVE_MAX; k++)
        if (l->periods[k] != 0 && l->live[k].qualified)
            return false; /* a loop with a period knows its place better */
    return s->best * 2 >= need && s->inner * 7 >= need * 5 &&
           s->words + s->old_words == 0 && window >= WINDOW * QUARTERS &&
           pairs >= TURNS && pairs * QUARTERS * TURN_PAIRS <= window;
}

/* Enough for a finding: for the small vocabulary, words said again in the
 * run itself (a single copy of what stands above is no loop), and next to
 * nothing new between them (licences that differ in their owners). */
static bool stale_enough(const struct loop *l, const struct stale *s)
{
    const bool rows = s == &l->rows;
    const int64_t need =
        (int64_t)l->limits.stale_words * QUARTERS * (rows ? ROWS_TIMES : 1);

    if (s == &l->copied)
        return s->best >= need;
    if (!rows && takes_turns(l, s, need))
        return true;
    return s->best * 2 >= need && s->inner >= need &&
           s->window >= WINDOW_MIN * QUARTERS &&
           s->pairs * QUARTERS * (rows ? NEW_ROW_PAIRS : NEW_PAIRS) <=
               s->window &&
           s->words * QUARTERS * NEW_WORDS <= s->window;
}

/* The group of n words that ends at word i stood p words before. */
static void stale_seen(struct loop *l, struct stale *s, uint64_t i, uint32_t p,
                       uint32_t n)
{
    const struct token *t = loop_token(l, i);
    struct loop_event e;

    if (s->score == 0) {
        s->first = i - (n - 1);
        s->start = loop_offset(l, loop_token(l, s->first));
        s->source = s->start;
    }
    s->score += t->weight;
    if (s->window >= WINDOW * QUARTERS) {
        s->old_window = s->window;
        s->old_pairs = s->pairs;
        s->old_words = s->words;
        s->window = s->pairs = s->words = 0;
    }
    s->window += t->weight;
    if (i - p >= s->first)
        s->inner += t->weight;
    if (s->score <= s->best)
        return;
    s->best = s->score;
    s->end = loop_offset(l, t) + t->len;
    if (!s->qualified && stale_enough(l, s)) {
        s->qualified = true;
        s->decided_at = l->off;
    }
    if (s->qualified && !s->stop && loop_wasteful(l, s->start, s->end) &&
        (s != &l->copied || s->best >= COPY_STOP * QUARTERS)) {
        s->stop = true;
        s->decided_at = l->off;
        stale_event(l, s, &e);
        loop_note(l, &e);
    }
}

static void stale_new(struct loop *l, struct stale *s, int64_t words)
{
    if (s->score == 0)
        return;
    s->score -= words * QUARTERS;
    if (s->qualified ? s->score < s->best - STALE_DROP * QUARTERS
                     : s->score <= 0)
        stale_close(l, s);
}

/* The first copy of what is said again begins where its source stands; a set
 * phrase of fewer than SOURCE_WORDS words may stand anywhere. */
static void stale_source(struct loop *l, uint64_t i, uint32_t p)
{
    struct stale *s = &l->stale;
    size_t off;

    s->same = p == s->lag ? s->same + 1 : 1;
    s->lag = p;
    if (s->score == 0 || s->same + GRAM - 1 < SOURCE_WORDS)
        return;
    off = loop_offset(l, loop_token(l, i - p - (SOURCE_WORDS - 1)));
    if (off < s->source)
        s->source = off;
}

/* A word of a heading that stood `back` words before: text under a heading of
 * its own is an entry of a reference. */
static void heading_step(struct loop *l, uint32_t back)
{
    if (back > NEAR_WORDS)
        stale_new(l, &l->stale, HEADING_COST);
    if (back >= RING)
        stale_new(l, &l->copied, HEADING_COST);
}

/* Words of a small vocabulary, by pairs. Numbers side by side are data. */
static void pair_step(struct loop *l, const struct token *t, uint64_t i)
{
    const struct token *before = loop_token(l, i - 1);
    const bool rows = (t->flags & TOK_STRUCTURED) != 0;
    struct stale *s = rows ? &l->rows : &l->stale;
    const uint32_t h1 = (t->hash + t->num) * 0x9e3779b1u >> 19;
    const uint32_t h2 =
        ((before->hash + before->num) * 5 + t->hash + t->num) * 0x9e3779b1u >>
        19;
    const uint32_t p = look_up(&l->pairs[h2], i, 2);
    const uint32_t w = look_up(&l->words[h1], i, 1);

    if ((t->flags & (TOK_HEADING | TOK_NUMBER)) == TOK_HEADING)
        heading_step(l, w == 0 || !same(loop_token(l, i - w), t) ? RING : w);
    if (rows && ((t->flags & before->flags & TOK_NUMBER) != 0 ||
                 (t->flags & TOK_LOG) != 0))
        return;
    if (p != 0 && p <= NEAR_WORDS && same(loop_token(l, i - p), t) &&
        same(loop_token(l, i - p - 1), before)) {
        stale_seen(l, s, i, p, 2);
    } else if (s->score > 0) {
        s->pairs++;
        s->words += w == 0 || w > NEAR_WORDS || !same(loop_token(l, i - w), t);
        stale_new(l, s, PAIR_COST);
    }
}

/* Passages copied from above, by groups of words. */
static void group_step(struct loop *l, uint64_t i)
{
    const uint32_t h = l->gram * 0x9e3779b1u >> 18;
    const uint32_t p = look_up(&l->grams[h], i, GRAM);
    uint32_t k = 0;

    while (p != 0 && k < GRAM &&
           same(loop_token(l, i - k), loop_token(l, i - k - p)))
        k++;
    if (k < GRAM) {
        stale_new(l, &l->copied, NEW_COST);
        return;
    }
    if (p <= NEAR_WORDS)
        stale_source(l, i, p);
    stale_seen(l, &l->copied, i, p, GRAM);
}

void loop_stale_step(struct loop *l, const struct token *t)
{
    const uint64_t i = l->count - 1;

    const struct token *out = loop_token(l, i - GRAM);

    l->gram = loop_roll(l->gram, t->hash + t->num,
                        i < GRAM ? 0 : out->hash + out->num, GRAM);
    if (i < GRAM)
        return;
    pair_step(l, t, i);
    if ((t->flags & TOK_STRUCTURED) == 0)
        group_step(l, i);
}
