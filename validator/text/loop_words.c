/* Words that repeat at a distance: live lags. */
#include "validator/text/loop_int.h"

enum {
    SCORE_EQUAL = 1,
    SCORE_SEEN = -1, /* differs, but stood there one of four copies ago */
    SCORE_NOVEL = -3,
    SCORE_DROP = 14, /* below the best score: the lag has ended */
    SECTION_WORDS = 25,
    BACK_MAX = 64 /* words that a new lag is followed back */
};

/* Copies that are needed, by words in a period; the last copy may be cut off.
 * Measured: docs/measured/loops.md. */
static const struct {
    double words, exact, near;
} needs[] = {
    { 0.8, 16, 60 },  { 1.5, 8, 40 },   { 4.5, 5, 30 },
    { 6.5, 4.8, 12 }, { 8, 3.7, 12 },   { 15, 3.7, 6 },
    { 30, 2.7, 6 },   { 60, 2.6, 4.8 }, { UINT32_MAX, 2, 3.8 },
};

/* Rates of a tally whose copies are `period` tokens long. */
struct rate {
    const struct tally *t;
    uint32_t period;
    size_t bytes;
    double copies;
    double words; /* of one copy, an ideograph counting half a word */
};

static struct rate rate_of(const struct tally *t, uint32_t period, size_t bytes)
{
    return (struct rate){
        .t = t,
        .period = period,
        .bytes = bytes,
        .copies = 1.0 + (double)t->tokens / period,
        .words = (double)t->weight * period / t->tokens / 4.0,
    };
}

static double per_copy(const struct rate *r, uint32_t times)
{
    return (double)times * r->period / r->t->tokens;
}

static bool is_exact(const struct tally *t)
{
    return t->edits == 0 && t->steps == 0 && t->irregular == 0;
}

/* Rows, code and paths repeat in clean reports: only exact copies count, and
 * more of them, the more the shorter they are. */
enum structure { IN_PATH, IN_TABLE, IN_CODE };
static const struct {
    enum structure sort;
    uint32_t period; /* tokens, at least */
    double copies;
    size_t bytes;
} floods[] = {
    { IN_PATH, 4, 8, 0 },     { IN_PATH, 1, 16, 0 },   { IN_TABLE, 4, 8, 0 },
    { IN_TABLE, 1, 24, 150 }, { IN_CODE, 12, 8, 0 },   { IN_CODE, 12, 6, 800 },
    { IN_CODE, 6, 10, 0 },    { IN_CODE, 1, 24, 150 },
};

static bool structured_loop(const struct rate *r)
{
    enum { COUNTING_ROWS = 40, ROW_TOKENS = 4, LOG_LINES = 40 };
    const struct tally *t = r->t;
    const enum structure sort = t->path > t->code && t->path > t->table
                                    ? IN_PATH
                                : t->table > t->code ? IN_TABLE
                                                     : IN_CODE;

    if (t->edits != 0 || t->irregular != 0)
        return false;
    if (t->steps != 0)
        return sort == IN_TABLE && r->copies >= COUNTING_ROWS &&
               r->period >= ROW_TOKENS;
    /* Frames of a recursion and messages of retries are equal by nature. */
    if (t->log * 2 >= t->tokens && per_copy(r, t->bols) <= 2.5)
        return r->copies >= LOG_LINES;
    for (size_t i = 0; i < sizeof(floods) / sizeof(*floods); i++)
        if (floods[i].sort == sort && r->period >= floods[i].period &&
            r->copies >= floods[i].copies && r->bytes >= floods[i].bytes)
            return true;
    return false;
}

static bool numbers_loop(const struct rate *r)
{
    enum { COPIES = 64, BYTES = 200, COUNTING = 300 };
    const struct tally *t = r->t;

    return t->irregular == 0 && t->edits == 0 && r->bytes >= BYTES &&
           r->copies >= (t->steps == 0 ? COPIES : COUNTING);
}

/* Copies that differ. What is new in each copy is information, not a loop. */
static bool near_loop(const struct rate *r, double need)
{
    const struct tally *t = r->t;
    const double lines = per_copy(r, t->bols);

    if (t->slots * 10 >= 6 * (r->copies - 1) ||
        t->edits * 100 > t->tokens * 22 || t->novel * 100 > t->tokens * 12)
        return false;
    if (t->numbers * 10 >= t->tokens * 3 && need < 24)
        need = 24;
    if (lines >= 2.5 && r->words < lines * 5 && need < 12)
        need = 12; /* records of short lines */
    return r->copies >= need;
}

static bool is_loop(const struct rate *r)
{
    const struct tally *t = r->t;
    size_t row = 0;

    if (r->copies < 1.9)
        return false;
    if (t->numbers * 4 >= t->tokens * 3)
        return numbers_loop(r);
    if (per_copy(r, t->irregular) >= 0.4)
        return false;
    if ((t->code + t->table + t->path) * 2 >= t->tokens - t->numbers)
        return structured_loop(r);
    while (r->words >= needs[row].words)
        row++;
    if (is_exact(t) && r->words < 3 && per_copy(r, t->bols) >= 0.8)
        return r->copies >= (r->words < 1.5 ? 10 : 8); /* items: "- n/a" */
    if (is_exact(t) && r->words >= SECTION_WORDS &&
        per_copy(r, t->headings) >= 0.9)
        return r->copies >= 2; /* a section with its heading */
    if (is_exact(t))
        return r->copies >= needs[row].exact;
    return near_loop(r, needs[row].near);
}

static struct tally since(const struct tally *a, const struct tally *b)
{
    return (struct tally){
        .tokens = a->tokens - b->tokens,
        .weight = a->weight - b->weight,
        .bols = a->bols - b->bols,
        .headings = a->headings - b->headings,
        .numbers = a->numbers - b->numbers,
        .code = a->code - b->code,
        .table = a->table - b->table,
        .path = a->path - b->path,
        .log = a->log - b->log,
        .steps = a->steps - b->steps,
        .irregular = a->irregular - b->irregular,
        .edits = a->edits - b->edits,
        .novel = a->novel - b->novel,
        .slots = a->slots - b->slots,
    };
}

/* The whole lag, or what follows the last difference. */
static bool qualifies(struct lag *g)
{
    struct rate r = rate_of(&g->seen, g->period, g->end - g->second);
    struct tally clean;

    if (is_loop(&r))
        return true;
    if (g->clean_first == 0 || g->last < g->clean_first)
        return false;
    clean = since(&g->seen, &g->clean_base);
    r = rate_of(&clean, g->period, g->end - g->clean_second);
    if (!is_loop(&r))
        return false;
    g->base = g->clean_base;
    g->loop_start = g->clean_start;
    g->loop_second = g->clean_second;
    g->partial = true;
    return true;
}

static enum loop_kind kind_of(const struct rate *r)
{
    if (per_copy(r, r->t->steps) >= 0.5)
        return LOOP_COUNTER;
    return per_copy(r, r->t->bols) >= 0.8 ? LOOP_LINE : LOOP_WORD;
}

static void event(const struct lag *g, struct loop_event *e)
{
    struct rate r = rate_of(&g->seen, g->period, 0);
    const struct tally part = since(&g->seen, &g->base);
    const bool partial = g->partial && !is_loop(&r);

    if (partial)
        r = rate_of(&part, g->period, 0);
    *e = (struct loop_event){
        .kind = kind_of(&r),
        .start = partial ? g->loop_start : g->start,
        .second = partial ? g->loop_second : g->second,
        .end = g->end,
        .copies = (size_t)r.copies,
        .near = !is_exact(r.t),
        .stop = g->stop,
        .decided_at = g->decided_at,
    };
    e->period = e->near ? (size_t)((double)(e->end - e->start) / r.copies + 0.5)
                        : e->second - e->start;
}

/* Judged now and then: a loop's copies take long to gather. */
static void judge(struct loop *l, struct lag *g)
{
    struct loop_event e;

    if (!g->qualified && qualifies(g)) {
        g->qualified = true;
        g->decided_at = l->off;
    }
    g->check = g->seen.tokens + 1 + g->period / 16;
    if (!g->qualified || g->stop)
        return;
    event(g, &e);
    if (!loop_wasteful(l, e.second, e.end))
        return;
    g->stop = e.stop = true;
    g->decided_at = e.decided_at = l->off;
    loop_note(l, &e);
}

static void close_lag(struct loop *l, struct lag *g)
{
    struct loop_event e;

    if (!g->stop)
        judge(l, g);
    if (g->qualified) {
        event(g, &e);
        loop_emit(l, &e);
    } else {
        loop_drift_link(l, g);
    }
    l->periods[g - l->live] = 0;
    l->live_mask &= ~(1u << (g - l->live));
}

/* A number against the one a period before: counts on by the same step as
 * before, or by one or two. */
static bool counts_on(const struct loop *l, uint64_t i, uint32_t p)
{
    const struct token *t = loop_token(l, i), *b = loop_token(l, i - p);
    const uint64_t back = 2 * (uint64_t)p;
    const uint32_t step = t->num - b->num;
    const struct token *c;

    if ((t->flags & b->flags & TOK_INTEGER) == 0)
        return false;
    if (step + 2 <= 4)
        return true;
    if (back >= RING || i < back)
        return false;
    c = loop_token(l, i - back);
    return (c->flags & TOK_INTEGER) != 0 && b->num - c->num == step;
}

static bool seen_there(const struct loop *l, uint64_t i, uint32_t p)
{
    const uint32_t hash = loop_token(l, i)->hash;

    for (uint64_t k = 2; k <= 4 && k * p < RING && k * p <= i; k++)
        if (loop_token(l, i - k * p)->hash == hash)
            return true;
    return false;
}

static bool same(const struct loop *l, uint64_t i, uint64_t k)
{
    return loop_token(l, i)->hash == loop_token(l, k)->hash;
}

static inline void count_token(struct tally *t, const struct token *k)
{
    const unsigned f = k->flags;

    t->tokens++;
    t->weight += k->weight;
    if (f == 0)
        return;
    t->numbers += f / TOK_NUMBER & 1;
    t->bols += f / TOK_BOL & 1;
    if ((f & (TOK_STRUCTURED | TOK_HEADING)) == 0)
        return;
    t->headings += f / TOK_HEADING & f / TOK_BOL & 1;
    t->code += f / TOK_CODE & 1;
    t->log += f / TOK_LOG & 1;
    t->table += (f & TOK_STRUCTURED) == TOK_TABLE;
    t->path += (f & (TOK_PATH | TOK_CODE)) == TOK_PATH;
}

static void add(struct tally *a, const struct tally *b)
{
    a->tokens += b->tokens;
    a->weight += b->weight;
    a->bols += b->bols;
    a->headings += b->headings;
    a->numbers += b->numbers;
    a->code += b->code;
    a->table += b->table;
    a->path += b->path;
    a->log += b->log;
    a->steps += b->steps;
    a->irregular += b->irregular;
    a->edits += b->edits;
    a->novel += b->novel;
    a->slots += b->slots;
}

/* A word or number differs: what follows may be a loop by itself. */
static void set_clean(struct lag *g, uint64_t i)
{
    g->clean_base = g->seen;
    add(&g->clean_base, &g->tail);
    g->clean_first = i + 1;
}

static void edited(struct loop *l, struct lag *g, uint64_t i)
{
    const uint64_t p = g->period;

    g->tail.edits++;
    if (seen_there(l, i, g->period)) {
        g->score += SCORE_SEEN;
        return;
    }
    g->tail.novel++;
    if (i >= g->first + p && 2 * p < RING && !same(l, i - p, i - 2 * p))
        g->tail.slots++;
    g->score += SCORE_NOVEL;
}

/* The token has the hash of the one a period before. */
static void equal(struct loop *l, struct lag *g, uint64_t i)
{
    const struct token *t = loop_token(l, i);

    g->score += SCORE_EQUAL;
    if ((t->flags & TOK_NUMBER) == 0 ||
        t->num == loop_token(l, i - g->period)->num)
        return;
    if (counts_on(l, i, g->period))
        g->tail.steps++;
    else
        g->tail.irregular++;
    set_clean(g, i);
}

/* Compares token i with the one a period before. */
static void step(struct loop *l, struct lag *g, uint64_t i)
{
    const struct token *t = loop_token(l, i);
    const struct token *b = loop_token(l, i - g->period);

    if (i == g->clean_first) {
        g->clean_start = loop_offset(l, b);
        g->clean_second = loop_offset(l, t);
    }
    if (t->hash == b->hash && t->num == b->num && g->tail.tokens == 0) {
        count_token(&g->seen, t);
        g->score++;
    } else {
        count_token(&g->tail, t);
        if (t->hash == b->hash) {
            equal(l, g, i);
        } else {
            edited(l, g, i);
            set_clean(g, i);
        }
        if (g->score <= g->best)
            return;
        add(&g->seen, &g->tail);
        g->tail = (struct tally){ .tokens = 0 };
    }
    g->best = g->score;
    g->last = i;
    g->end = loop_offset(l, t) + t->len;
}

/* Room for a lag: an empty place, else the weakest one's that is no loop. */
static struct lag *place(struct loop *l)
{
    struct lag *g = NULL;

    for (size_t k = 0; k < LIVE_MAX; k++) {
        if (l->periods[k] == 0)
            return &l->live[k];
        if (!l->live[k].qualified && (g == NULL || l->live[k].best < g->best))
            g = &l->live[k];
    }
    if (g != NULL)
        close_lag(l, g);
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
    l->periods[g - l->live] = p;
    l->live_mask |= 1u << (g - l->live);
    for (uint64_t k = first; k <= i; k++)
        step(l, g, k);
    judge(l, g);
}

static bool is_live(const struct loop *l, uint32_t p)
{
    uint32_t any = 0;

    for (size_t k = 0; k < LIVE_MAX; k++)
        any |= l->periods[k] == p;
    return any != 0;
}

/* Where the last QUAD words stood before. */
static void look_back(struct loop *l, uint64_t i, uint32_t hash)
{
    uint16_t *slot = &l->quads[hash >> 18];
    const uint32_t p = (uint32_t)((i - *slot) % RING);
    const uint32_t n = p < LONG_PERIOD  ? QUAD
                       : p < FAR_PERIOD ? LONG_QUAD
                                        : FAR_QUAD;

    *slot = (uint16_t)(i % RING);
    if (p == 0 || p > LAG_MAX || p + n - 1 > i)
        return;
    for (uint64_t k = 0; k < n; k++)
        if (!same(l, i - k, i - k - p))
            return;
    if (!is_live(l, p))
        open_lag(l, i, p);
}

static void advance(struct loop *l, uint64_t i)
{
    for (uint32_t left = l->live_mask; left != 0; left &= left - 1) {
        struct lag *g = &l->live[__builtin_ctz(left)];

        step(l, g, i);
        if (g->last != i) {
            if (g->score < g->best - SCORE_DROP)
                close_lag(l, g);
        } else if (g->seen.tokens >= g->check) {
            judge(l, g);
        }
    }
}

void loop_words_begin(struct loop *l)
{
    l->count = 0;
    l->live_mask = 0;
}

void loop_words_push(struct loop *l)
{
    const uint64_t i = l->count++;
    const struct token *t = loop_token(l, i);

    l->quad = loop_roll(l->quad, t->hash,
                        i < QUAD ? 0 : loop_token(l, i - QUAD)->hash, QUAD);
    if (l->live_mask != 0)
        advance(l, i);
    if (i >= QUAD)
        look_back(l, i, l->quad * 0x9e3779b1u);
    loop_stale_step(l, t);
}

void loop_words_end(struct loop *l)
{
    for (size_t k = 0; k < LIVE_MAX; k++)
        if (l->periods[k] != 0)
            close_lag(l, &l->live[k]);
}
