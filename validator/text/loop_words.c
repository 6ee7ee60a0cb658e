/* Words that repeat at a distance: live lags. */
#include "validator/text/loop_int.h"

enum {
    SCORE_EQUAL = 1,
    SCORE_SEEN = -1,   /* differs, but stood there one of four copies ago */
    SCORE_NOVEL = -3,
    SCORE_DROP = 14,   /* below the best score: the lag has ended */
    BACK_MAX = 64      /* words that a new lag is followed back */
};

/* Copies that are needed, by words in a period: docs/measured/loops.md. */
static const struct { uint32_t words, exact, near; } needs[] = {
    { 2, 8, 40 },  { 5, 5, 30 },  { 7, 5, 12 }, { 8, 4, 12 },
    { 30, 4, 6 },  { 80, 3, 4 },  { UINT32_MAX, 2, 3 },
};

static double copies_of(const struct lag *g)
{
    return 1.0 + (double)g->seen.tokens / g->period;
}

/* Words of one copy, an ideograph counting half a word. */
static double words_of(const struct lag *g)
{
    return (double)g->seen.weight * g->period / g->seen.tokens / 4.0;
}

/* A number of times per copy. */
static double per_copy(const struct lag *g, uint32_t times)
{
    return (double)times * g->period / g->seen.tokens;
}

static bool is_exact(const struct tally *t)
{
    return t->edits == 0 && t->steps == 0 && t->irregular == 0;
}

/* Rows, code and paths repeat in clean reports: only exact copies count, and
 * more of them. */
static bool structured_loop(const struct lag *g, double copies)
{
    const struct tally *t = &g->seen;
    const size_t bytes = g->end - g->second;

    if (!is_exact(t))
        return false;
    if (t->path > t->code && t->path > t->table)
        return copies >= (g->period < 6 ? 16 : 12);
    if (t->table > t->code)
        return (copies >= 8 && g->period >= 4 && t->bols > 0) ||
               (copies >= 40 && bytes >= 300);
    return copies >= (g->period >= 12 ? 6 : g->period >= 6 ? 12 : 40) &&
           (g->period >= 6 || bytes >= 300);
}

static bool numbers_loop(const struct lag *g, double copies)
{
    enum { COPIES = 64, BYTES = 200 };

    return is_exact(&g->seen) && copies >= COPIES &&
           g->end - g->second >= BYTES;
}

/* Copies that differ. What is new in each copy is information, not a loop. */
static bool near_loop(const struct lag *g, double copies, double words,
                      uint32_t need)
{
    const struct tally *t = &g->seen;
    const double lines = per_copy(g, t->bols);

    if (t->slots * 10 >= 7 * (copies - 1) || t->edits * 100 > t->tokens * 22 ||
        t->novel * 100 > t->tokens * 12)
        return false;
    if (t->numbers * 10 >= t->tokens * 3 && need < 24)
        need = 24;
    if (lines >= 2.5 && words < lines * 5 && need < 16)
        need = 16;
    return copies >= need;
}

static bool is_loop(const struct lag *g)
{
    const struct tally *t = &g->seen;
    const double copies = copies_of(g), words = words_of(g);
    size_t row = 0;

    if (copies < 2)
        return false;
    if (t->numbers == t->tokens)
        return numbers_loop(g, copies);
    if (per_copy(g, t->irregular) >= 0.4)
        return false;
    if ((t->code + t->table + t->path) * 2 >= t->tokens - t->numbers)
        return structured_loop(g, copies);
    while (words >= needs[row].words)
        row++;
    if (is_exact(t))
        return copies >= needs[row].exact;
    return near_loop(g, copies, words, needs[row].near);
}

static enum loop_kind kind_of(const struct lag *g)
{
    const struct tally *t = &g->seen;

    if (per_copy(g, t->steps) >= 0.5)
        return LOOP_COUNTER;
    return per_copy(g, t->bols) >= 0.8 ? LOOP_LINE : LOOP_WORD;
}

static void event(const struct lag *g, struct loop_event *e)
{
    const double copies = copies_of(g);

    *e = (struct loop_event){
        .kind = kind_of(g),
        .start = g->start,
        .second = g->second,
        .end = g->end,
        .period = (size_t)((double)(g->end - g->start) / copies + 0.5),
        .copies = (size_t)copies,
        .near = !is_exact(&g->seen),
        .stop = g->stop,
        .decided_at = g->decided_at,
    };
    if (!e->near && g->second > g->start)
        e->period = g->second - g->start;
}

static void judge(struct loop *l, struct lag *g)
{
    struct loop_event e;

    if (!g->qualified && is_loop(g)) {
        g->qualified = true;
        g->decided_at = l->off;
    }
    if (!g->qualified || g->stop || !loop_wasteful(l, g->second, g->end))
        return;
    g->stop = true;
    g->decided_at = l->off;
    event(g, &e);
    loop_note(l, &e);
}

static void close_lag(struct loop *l, struct lag *g)
{
    struct loop_event e;

    if (g->qualified) {
        event(g, &e);
        loop_emit(l, &e);
    } else {
        loop_drift_link(l, g);
    }
    g->period = 0;
}

/* A number against the one a period before: counts on by the same step as
 * before, or by one or two. */
static bool counts_on(const struct loop *l, uint64_t i, uint32_t p)
{
    const struct token *t = loop_token(l, i), *b = loop_token(l, i - p);
    const struct token *c = loop_token(l, i - 2 * (uint64_t)p);
    const uint32_t step = t->num - b->num;

    if ((t->flags & b->flags & TOK_INTEGER) == 0)
        return false;
    if (step + 2 <= 4)
        return true;
    return 2 * (uint64_t)p < RING && i >= 2 * (uint64_t)p &&
           (c->flags & TOK_INTEGER) != 0 && b->num - c->num == step;
}

static bool seen_there(const struct loop *l, uint64_t i, uint32_t p)
{
    const uint32_t hash = loop_token(l, i)->hash;

    for (uint64_t k = 2; k <= 4 && k * p < RING && k * p <= i; k++)
        if (loop_token(l, i - k * p)->hash == hash)
            return true;
    return false;
}

static void count_token(struct tally *t, const struct token *k)
{
    t->tokens++;
    t->weight += k->weight;
    t->bols += (k->flags & TOK_BOL) != 0;
    t->numbers += (k->flags & TOK_NUMBER) != 0;
    t->code += (k->flags & TOK_CODE) != 0;
    t->table += (k->flags & TOK_STRUCTURED) == TOK_TABLE;
    t->path += (k->flags & (TOK_PATH | TOK_CODE)) == TOK_PATH;
}

static void edited(struct loop *l, struct lag *g, uint64_t i)
{
    g->now.edits++;
    if (seen_there(l, i, g->period)) {
        g->score += SCORE_SEEN;
        return;
    }
    g->now.novel++;
    if (g->novel_at != 0 && (i - g->novel_at) % g->period == 0)
        g->now.slots++;
    g->novel_at = i;
    g->score += SCORE_NOVEL;
}

/* Compares token i with the one a period before. */
static void step(struct loop *l, struct lag *g, uint64_t i)
{
    const struct token *t = loop_token(l, i);
    const struct token *b = loop_token(l, i - g->period);

    count_token(&g->now, t);
    if (t->hash == b->hash) {
        g->score += SCORE_EQUAL;
        if ((t->flags & TOK_NUMBER) != 0 && t->num != b->num) {
            if (counts_on(l, i, g->period))
                g->now.steps++;
            else
                g->now.irregular++;
        }
    } else {
        edited(l, g, i);
    }
    if (g->score > g->best) {
        g->best = g->score;
        g->seen = g->now;
        g->last = i;
        g->end = loop_offset(l, t) + t->len;
    }
}

static bool same(const struct loop *l, uint64_t i, uint64_t k)
{
    return loop_token(l, i)->hash == loop_token(l, k)->hash;
}

/* Room for a lag: an empty place, else the weakest one's that is no loop. */
static struct lag *place(struct loop *l)
{
    struct lag *g = NULL;

    for (size_t k = 0; k < LIVE_MAX; k++) {
        if (l->live[k].period == 0)
            return &l->live[k];
        if (!l->live[k].qualified &&
            (g == NULL || l->live[k].best < g->best))
            g = &l->live[k];
    }
    if (g != NULL) {
        close_lag(l, g);
        l->live_count--;
    }
    return g;
}

static void open_lag(struct loop *l, uint64_t i, uint32_t p)
{
    struct lag *g = place(l);
    uint64_t first = i - (QUAD - 1);
    const uint64_t least = first > BACK_MAX + p ? first - BACK_MAX : p;

    if (g == NULL)
        return;
    while (first > least && same(l, first - 1, first - 1 - p))
        first--;
    *g = (struct lag){
        .period = p,
        .first = first,
        .start = loop_offset(l, loop_token(l, first - p)),
        .second = loop_offset(l, loop_token(l, first)),
    };
    l->live_count++;
    for (uint64_t k = first; k <= i; k++)
        step(l, g, k);
    judge(l, g);
}

static bool is_live(const struct loop *l, uint32_t p)
{
    for (size_t k = 0; k < LIVE_MAX; k++)
        if (l->live[k].period == p)
            return true;
    return false;
}

/* Where the last QUAD words stood before. */
static void look_back(struct loop *l, uint64_t i, uint32_t hash)
{
    uint16_t *slot = &l->quads[hash >> 18];
    const uint32_t p = (uint32_t)((i - *slot) % RING);

    *slot = (uint16_t)(i % RING);
    if (p == 0 || p > LAG_MAX || p + QUAD - 1 > i || is_live(l, p))
        return;
    for (uint64_t k = 0; k < QUAD; k++)
        if (!same(l, i - k, i - k - p))
            return;
    open_lag(l, i, p);
}

static void advance(struct loop *l, uint64_t i)
{
    for (size_t k = 0; k < LIVE_MAX; k++) {
        struct lag *g = &l->live[k];

        if (g->period == 0)
            continue;
        step(l, g, i);
        if (g->last == i)
            judge(l, g);
        else if (g->score < g->best - SCORE_DROP) {
            close_lag(l, g);
            l->live_count--;
        }
    }
}

void loop_words_begin(struct loop *l)
{
    l->count = 0;
    l->live_count = 0;
}

void loop_words_push(struct loop *l, struct token t)
{
    const uint64_t i = l->count++;

    l->ring[i % RING] = t;
    for (size_t k = QUAD; k > 1; k--)
        l->roll[k] = l->roll[k - 1] * 0x9e3779b1u + t.hash;
    l->roll[1] = t.hash;
    if (l->live_count != 0)
        advance(l, i);
    if (i >= QUAD)
        look_back(l, i, l->roll[QUAD] * 0x9e3779b1u);
    loop_stale_step(l, &t);
}

void loop_words_end(struct loop *l)
{
    for (size_t k = 0; k < LIVE_MAX; k++)
        if (l->live[k].period != 0)
            close_lag(l, &l->live[k]);
    l->live_count = 0;
}
