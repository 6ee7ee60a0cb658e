/* Statistics of one measure whose order cannot hold: a 95th percentile below
 * the median, a mean above the maximum. */
#include "validator/audit/grid.h"

enum {
    CHAIN_MAX = 16, /* statistics of one measure */
    RANK_MIN = -1,  /* ranks are tenths of a percentile */
    RANK_MAX = 1001,
    RANK_MEAN = 2000, /* anywhere between the two */
    RANK_RANGE,       /* a cell that holds both */
    RANK_NONE
};

struct stat {
    int rank;
    uint32_t claim;
};

struct chain {
    struct stat at[CHAIN_MAX];
    uint32_t count;
    bool raw; /* as written: the last number's unit is that of all */
    bool ranged;
    uint32_t range; /* a number said to be max - min, when `ranged` */
};

struct name {
    int rank;
    uint32_t rest; /* of what it is: a hash of the other words; 0: not said */
};

static bool letter(char c)
{
    return ascii_alnum(c) || (unsigned char)c >= 0x80;
}

/* "P1" to "P4" are prompts or phases. */
static bool is_usual(int tenths)
{
    static const int usual[] = { 50,  100, 200, 250, 500, 600, 700,
                                 750, 800, 850, 900, 950, 970, 980 };

    for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
        if (tenths == usual[i])
            return true;
    return tenths >= 990;
}

/* "p95", "P99.9", and "95th" where "percentile" follows. */
static int percentile(struct text t, size_t *i)
{
    const bool p = t.ptr[*i] == 'p' || t.ptr[*i] == 'P';
    size_t k = *i + p;
    int v = 0, digits = 0;

    for (; k < t.len && ascii_digit(t.ptr[k]) && digits < 3; k++, digits++)
        v = v * 10 + (t.ptr[k] - '0');
    v *= 10;
    if (digits == 0 || v > 1000)
        return RANK_NONE;
    if (k + 1 < t.len && t.ptr[k] == '.' && ascii_digit(t.ptr[k + 1])) {
        v += t.ptr[k + 1] - '0';
        k += 2;
    }
    if (!p) {
        static const struct text tail = TEXT_INIT("th percentile");

        if (k + tail.len > t.len ||
            !text_eq_icase((struct text){ t.ptr + k, tail.len }, tail))
            return RANK_NONE;
        k += tail.len;
    }
    if ((k < t.len && letter(t.ptr[k])) || !is_usual(v))
        return RANK_NONE;
    *i = k;
    return v;
}

static int rank_of_word(struct text t)
{
    static const struct {
        const char *word;
        int rank;
    } words[] = { { "min", RANK_MIN },       { "minimum", RANK_MIN },
                  { "lowest", RANK_MIN },    { "median", 500 },
                  { "mean", RANK_MEAN },     { "average", RANK_MEAN },
                  { "avg", RANK_MEAN },      { "averaged", RANK_MEAN },
                  { "averages", RANK_MEAN }, { "max", RANK_MAX },
                  { "maximum", RANK_MAX },   { "highest", RANK_MAX },
                  { "peak", RANK_MAX },      { "range", RANK_RANGE } };

    if (t.len < 3 || strchr("mlahpr", ascii_lower(t.ptr[0])) == NULL)
        return RANK_NONE; /* as most words are */
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is_icase(t, words[i].word))
            return words[i].rank;
    return RANK_NONE;
}

static bool says_nothing(struct text t)
{
    static const char *const words[] = { "value", "values",   "the",
                                         "of",    "observed", "percentile" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is_icase(t, words[i]))
            return true;
    return false;
}

static uint32_t hash_icase(struct text t)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < t.len; i++)
        h = (h ^ (unsigned char)ascii_lower(t.ptr[i])) * 16777619u;
    return h;
}

/* The one statistic that a label names. What stands in brackets is a unit,
 * unless it names a percentile: "Time (min)". */
static struct name name_of(struct text t)
{
    struct name out = { .rank = RANK_NONE };
    bool bracket = false;
    size_t i = 0;

    while (i < t.len) {
        struct text word = { t.ptr + i, 0 };
        int rank;

        if (!letter(t.ptr[i])) {
            bracket = t.ptr[i] == '(' || (bracket && t.ptr[i] != ')');
            i++;
            continue;
        }
        rank = percentile(t, &i);
        if (rank == RANK_NONE) {
            while (i < t.len && letter(t.ptr[i]))
                i++;
            word.len = (size_t)(t.ptr + i - word.ptr);
            rank = bracket ? RANK_NONE : rank_of_word(word);
        }
        if (rank != RANK_NONE && out.rank != RANK_NONE)
            return (struct name){ .rank = RANK_NONE };
        if (rank != RANK_NONE)
            out.rank = rank;
        else if (!bracket && !says_nothing(word))
            out.rest += hash_icase(word);
    }
    return out;
}

static bool number_of(const struct grid *g, const struct cell *cell, int rank)
{
    const struct judged *out = g->w->out;

    if (rank != RANK_RANGE)
        return cell->kind == CELL_ONE &&
               out[cell->claim].claim.cmp == CMP_NONE &&
               !out[cell->claim].claim.approx;
    return cell->kind == CELL_MANY && cell->claim != FACT_NONE &&
           out[cell->claim].claim.role == ROLE_LOW &&
           cell->claim + 1 < g->w->count &&
           out[cell->claim + 1].claim.role == ROLE_HIGH;
}

/* What is flagged already is left out: one fault, one finding. */
static void put(const struct work *w, struct chain *c, int rank, uint32_t claim)
{
    if (c->count < CHAIN_MAX && !claim_flagged(w->out[claim].verdict))
        c->at[c->count++] = (struct stat){ rank, claim };
}

/* Never above, whatever was measured. */
static bool ordered(int low, int high)
{
    if (low == RANK_MEAN)
        return high == RANK_MAX;
    if (high == RANK_MEAN)
        return low == RANK_MIN;
    return low < high;
}

/* Both can be compared, and the one of the lower rank is greater all the same.
 */
static bool violates(const struct work *w, const struct chain *c, uint32_t low,
                     uint32_t high)
{
    struct claim a = w->out[c->at[low].claim].claim;
    struct claim b = w->out[c->at[high].claim].claim;
    const bool raw = c->raw || unit_same(a.unit, b.unit);

    if (!ordered(c->at[low].rank, c->at[high].rank) ||
        (!raw && (units_dim(w->units, a.unit) != units_dim(w->units, b.unit) ||
                  unit_none(a.unit) || unit_none(b.unit))))
        return false;
    a.cmp = b.cmp = CMP_NONE; /* "a maximum of" */
    return decimal_cmp(band_of(w, &a, raw).low, band_of(w, &b, raw).high) > 0;
}

/* Where more is better, a 99th percentile may mean what 99 of 100 reach. */
static bool may_fall(const struct work *w, const struct chain *c)
{
    const struct unit_ref u = w->out[c->at[c->count - 1].claim].claim.unit;
    uint32_t up = 0, down = 0;

    if (dim_is(w, u, "time") || dim_is(w, u, "data"))
        return false;
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t k = 0; k < c->count; k++) {
            if (c->at[i].rank >= RANK_MAX || c->at[k].rank >= RANK_MAX ||
                c->at[i].rank >= c->at[k].rank)
                continue;
            down += violates(w, c, i, k);
            up += !violates(w, c, i, k);
        }
    return down > 0 && down >= up;
}

static const char *rank_text(struct work *w, int rank)
{
    const char *s;

    if (rank == RANK_MEAN || rank == RANK_MIN || rank == RANK_MAX)
        return rank == RANK_MEAN ? "mean" : rank == RANK_MIN ? "min" : "max";
    s = rank % 10 == 0 ? arena_printf(w->a, "p%d", rank / 10)
                       : arena_printf(w->a, "p%d.%d", rank / 10, rank % 10);
    return s == NULL ? "" : s;
}

static void say(struct work *w, const struct stat *wrong,
                const struct stat *other)
{
    const bool above = ordered(other->rank, wrong->rank);
    const char *relation = above ? ">=" : "<=";
    const struct claim *c = &w->out[other->claim].claim;
    const struct text bound = value_text(w, c->value, c->unit, c->value.last);
    const char *formula =
        arena_printf(w->a, "%s %s %s", rank_text(w, wrong->rank), relation,
                     rank_text(w, other->rank));
    const char *expected =
        arena_printf(w->a, "%s %.*s", relation, (int)bound.len, bound.ptr);

    own_say(w, wrong->claim, false, "an order that cannot be",
            text_from(formula == NULL ? "" : formula),
            text_from(expected == NULL ? "" : expected), &other->claim, 1);
}

/* The statistic that most others speak against; the one written later. */
static bool say_worst(struct work *w, struct chain *c)
{
    uint32_t worst = 0, most = 0, against = 0;

    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t n = 0, other = 0;

        for (uint32_t k = 0; k < c->count; k++)
            if (violates(w, c, i, k) || violates(w, c, k, i)) {
                other = k;
                n++;
            }
        if (n > most || (n > 0 && n == most)) {
            most = n;
            worst = i;
            against = other;
        }
    }
    if (most == 0)
        return false;
    say(w, &c->at[worst], &c->at[against]);
    c->at[worst] = c->at[--c->count];
    return true;
}

/* A median, a high percentile, a mean or an extreme is there: "P5" and "P10"
 * alone may be names. */
static bool is_sure(const struct chain *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->at[i].rank >= 500 || c->at[i].rank == RANK_MIN)
            return true;
    return false;
}

/* "min 30 ms, max 96 ms, range 66 ms" */
static void judge_range(struct work *w, const struct chain *c)
{
    const struct claim *said = &w->out[c->range].claim;
    struct comparison how = { .formula = "max - min", .raw = true };
    uint32_t at[2] = { FACT_NONE, FACT_NONE };
    bool fits;

    for (uint32_t i = 0; i < c->count; i++)
        if (c->at[i].rank == RANK_MIN || c->at[i].rank == RANK_MAX)
            at[c->at[i].rank == RANK_MAX] = c->at[i].claim;
    if (at[0] == FACT_NONE || at[1] == FACT_NONE ||
        !unit_same(w->out[at[0]].claim.unit, said->unit) ||
        !unit_same(w->out[at[1]].claim.unit, said->unit))
        return;
    how.value = band_sub(band_of(w, &w->out[at[1]].claim, true),
                         band_of(w, &w->out[at[0]].claim, true));
    fits = band_fits(w, said, how.value, true);
    own_say(w, c->range, fits,
            fits ? "from its numbers" : "not the range of its numbers",
            TEXT_LIT("max - min"), compare_text(w, said, &how), at, 2);
}

static void judge(struct work *w, struct chain *c)
{
    enum { WRONG_MAX = 3 };

    if (c->ranged)
        judge_range(w, c);
    if (c->count < 2 || !is_sure(c) || may_fall(w, c))
        return;
    for (uint32_t n = 0; n < WRONG_MAX && say_worst(w, c); n++)
        continue;
}

/* "min/mean/max" and as many numbers, "98.2/104.6/103.9" */

/* The ranks that t begins with, joined by slashes. */
static uint32_t read_ranks(struct text t, int ranks[CHAIN_MAX], size_t *end)
{
    uint32_t n = 0;
    size_t i = 0;

    for (; n < CHAIN_MAX && i < t.len; i++) {
        struct text word = { t.ptr + i, 0 };
        int rank = percentile(t, &i);

        if (rank == RANK_NONE) {
            while (i < t.len && letter(t.ptr[i]))
                i++;
            word.len = (size_t)(t.ptr + i - word.ptr);
            rank = rank_of_word(word);
        }
        if (rank == RANK_NONE || rank == RANK_RANGE)
            break;
        ranks[n++] = rank;
        *end = i;
        if (i >= t.len || t.ptr[i] != '/')
            break;
    }
    return n;
}

/* n numbers from claim `first` on, joined by slashes, and no more. */
static bool takes_numbers(struct work *w, struct chain *c, uint32_t first,
                          const int *ranks, uint32_t n)
{
    const struct text bytes = w->report->bytes;

    *c = (struct chain){ .raw = true };
    for (uint32_t k = 0; k <= n; k++) {
        const struct judged *j = &w->out[first + k];
        const bool more =
            first + k < w->count && j->block == w->out[first].block &&
            (k == 0 ||
             text_is(text_trim(text_sub(bytes,
                                        span_between(span_end(j[-1].claim.span),
                                                     j->claim.span.off))),
                     "/"));

        if (more != (k < n) || (more && j->claim.exempt != EXEMPT_NO))
            return false;
        if (more)
            put(w, c, ranks[k], first + k);
    }
    return c->count == n;
}

/* A column headed "p50/p95/p99". */
static void judge_joined(const struct grid *g, uint32_t col)
{
    int ranks[CHAIN_MAX];
    const struct text head = grid_text(g, 0, col);
    uint32_t n = 0;
    size_t from = 0, end = 0;

    if (memchr(head.ptr, '/', head.len) == NULL)
        return;
    for (; from < head.len && n < 2; from++)
        if (letter(head.ptr[from]) &&
            (from == 0 || !letter(head.ptr[from - 1])))
            n = read_ranks((struct text){ head.ptr + from, head.len - from },
                           ranks, &end);
    for (uint32_t r = 1; r < g->rows && n >= 2; r++) {
        const struct cell *cell = grid_cell(g, r, col);
        struct chain c;

        if (cell->kind == CELL_MANY && cell->claim != FACT_NONE &&
            takes_numbers(g->w, &c, cell->claim, ranks, n))
            judge(g->w, &c);
    }
}

/* A line of cells with their labels: a column below the row labels, or a row
 * below the headers. */
struct line {
    const struct grid *g;
    bool down;
    uint32_t at;
};

static void judge_line(const struct line *l, const struct name *names,
                       uint32_t n)
{
    const struct grid *g = l->g;
    struct chain c = { .count = 0 };
    uint32_t rest = 0;

    for (uint32_t i = 1; i < n; i++) {
        const struct cell *cell =
            l->down ? grid_cell(g, i, l->at) : grid_cell(g, l->at, i);
        const uint32_t own = names[i].rest;

        if (names[i].rank == RANK_NONE) {
            rest = own;
            continue;
        }
        if (own != 0 && own != rest) {
            judge(g->w, &c);
            c.count = 0;
            rest = own;
        }
        if (!number_of(g, cell, names[i].rank))
            continue;
        if (names[i].rank == RANK_RANGE) {
            put(g->w, &c, RANK_MIN, cell->claim);
            put(g->w, &c, RANK_MAX, cell->claim + 1);
        } else {
            put(g->w, &c, names[i].rank, cell->claim);
        }
    }
    judge(g->w, &c);
}

static uint32_t read_names(const struct grid *g, bool down, struct name *names)
{
    const uint32_t n = down ? g->rows : g->cols;
    uint32_t ranks = 0;

    for (uint32_t i = 1; i < n; i++) {
        names[i] = name_of(down ? grid_text(g, i, 0) : grid_text(g, 0, i));
        ranks += names[i].rank == RANK_RANGE  ? 2u
                 : names[i].rank != RANK_NONE ? 1u
                                              : 0u;
    }
    return ranks;
}

void own_order(const struct grid *g)
{
    struct name names[TABLE_COLS_MAX];

    for (uint32_t c = 1; c < g->cols; c++)
        judge_joined(g, c);
    if (read_names(g, false, names) >= 2)
        for (uint32_t r = 1; r < g->rows; r++)
            judge_line(&(struct line){ g, false, r }, names, g->cols);
    if (g->rows <= TABLE_COLS_MAX && read_names(g, true, names) >= 2)
        for (uint32_t c = 1; c < g->cols; c++)
            judge_line(&(struct line){ g, true, c }, names, g->rows);
}

/* running text */

/* A word between two statistics of one measure: "with a minimum of". */
static bool leads_on(struct text t)
{
    static const char *const words[] = {
        "with", "a",  "an",    "the",    "of",         "and",     "to",
        "was",  "is", "at",    "while",  "its",        "value",   "ranging",
        "from", "or", "range", "but",    "reached",    "between", "reaching",
        "up",   "th", "were",  "ranges", "percentile", "ranged",  "latency"
    };

    return text_is_any(t, words, sizeof(words) / sizeof(*words));
}

/* The one statistic that words [from, to) of the block name; *apart: other
 * words stand there, too. */
static int rank_between(const struct work *w, uint32_t from, uint32_t to,
                        bool *apart)
{
    const struct flat *f = &w->flat;
    int found = RANK_NONE;

    *apart = false;
    for (uint32_t i = from; i < to; i++) {
        const struct text word = flat_lower(f, i);
        const bool ranges = word.len > 4 && memcmp(word.ptr, "rang", 4) == 0;
        size_t at = 0;
        int rank = percentile(
            (struct text){ word.ptr, f->len - f->words[i].start }, &at);

        /* "99.9": the digits behind the point are a word of their own */
        if (rank != RANK_NONE && at > word.len)
            while (i + 1 < to && f->words[i + 1].start <
                                     f->words[i].start + (at > 4 ? 5 : at))
                i++;
        if (rank == RANK_NONE && ranges)
            rank = RANK_RANGE;
        else if (rank == RANK_NONE && w->known[i].stats != 0)
            rank = rank_of_word(word);
        if (rank != RANK_NONE && found != RANK_NONE)
            return RANK_NONE;
        if (rank != RANK_NONE)
            found = rank;
        else if (!*apart)
            *apart = !leads_on(word);
    }
    return found;
}

/* "the maximum of 871 ms in the first run": of something else. */
static bool narrowed(const struct work *w, const struct claim *c)
{
    const struct flat *f = &w->flat;
    static const char *const words[] = { "in", "for",    "of",   "when",
                                         "on", "during", "with", "without",
                                         "at", "by",     "per" };

    bool apart;

    /* "with a minimum of" goes on */
    return c->end_word < f->word_count &&
           f->words[c->end_word].start - c->end <= 2 &&
           !(flat_lower(f, c->end_word).len == 4 &&
             c->end_word + 3 <= f->word_count &&
             rank_between(w, c->end_word, c->end_word + 3, &apart) !=
                 RANK_NONE) &&
           text_is_any(flat_lower(f, c->end_word), words,
                       sizeof(words) / sizeof(*words));
}

/* "a maximum of 871 ms" is read as a bound as well. */
static bool says_bound(const struct claim *c, int rank)
{
    return (c->cmp == CMP_AT_LEAST && rank == RANK_MIN) ||
           (c->cmp == CMP_AT_MOST && rank == RANK_MAX);
}

static bool breaks(const struct flat *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && i < f->len; i++)
        if (f->text[i] == ';' || f->text[i] == '\n' ||
            (f->text[i] == '.' && i + 1 < f->len &&
             ascii_space(f->text[i + 1])))
            return true;
    return false;
}

/* "13.9% avg": the word right behind the number; *word: moved behind it. */
static int rank_behind(const struct work *w, const struct claim *c,
                       uint32_t *word)
{
    const struct flat *f = &w->flat;
    const uint32_t i = c->end_word;
    bool apart;
    int rank;

    if (i >= f->word_count || f->words[i].start - c->end > 2 ||
        memchr(f->text + c->end, ',', f->words[i].start - c->end) != NULL)
        return RANK_NONE;
    rank = rank_between(w, i, i + 1, &apart);
    *word = rank != RANK_NONE ? i + 1 : c->end_word;
    return rank;
}

/* "Min/mean/max of the speed were 98.2/104.6/103.9": the claims behind `from`
 * that are right behind such words. */
static void judge_slashes(struct work *w, uint32_t first)
{
    enum { LEAD_MAX = 60 };
    const struct flat *f = &w->flat;
    int ranks[CHAIN_MAX];

    for (uint32_t i = 0, k = first; i + 1 < f->word_count; i++) {
        const uint32_t at = f->words[i].start;
        size_t end = 0;
        uint32_t n;
        struct chain c;

        if (f->text[f->words[i].end] != '/' ||
            (at > 0 && f->text[at - 1] == '/'))
            continue;
        n = read_ranks((struct text){ f->lower + at, f->len - at }, ranks,
                       &end);
        while (k < w->count && (w->out[k].claim.start < at + end ||
                                w->out[k].claim.exempt != EXEMPT_NO))
            k++;
        if (n >= 2 && k < w->count &&
            w->out[k].claim.start <= at + end + LEAD_MAX &&
            !breaks(f, (uint32_t)(at + end), w->out[k].claim.start) &&
            takes_numbers(w, &c, k, ranks, n))
            judge(w, &c);
    }
}

static bool names_two(const struct work *w)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < w->flat.word_count && n < 2; i++)
        n += w->known[i].stats != 0 ||
             text_is(flat_lower(&w->flat, i), "percentile");
    return n == 2;
}

void own_order_text(struct work *w, uint32_t first)
{
    const struct flat *f = &w->flat;
    struct chain c = { .count = 0 };
    uint32_t end = 0, word = 0; /* of the claim before */

    if (first == w->count || !names_two(w))
        return;
    if (memchr(f->text, '/', f->len) != NULL)
        judge_slashes(w, first);
    for (uint32_t i = own_next(w, first); i < w->count;
         i = own_next(w, i + 1)) {
        const struct claim *x = &w->out[i].claim;
        bool apart;
        int rank = rank_between(w, word, x->first_word, &apart);

        word = x->end_word;
        if (rank == RANK_NONE)
            rank = rank_behind(w, x, &word);
        if (apart || rank == RANK_NONE || breaks(f, end, x->start)) {
            judge(w, &c);
            c.count = 0;
            c.ranged = false;
        }
        end = x->end;
        if (rank == RANK_NONE || x->approx || narrowed(w, x) ||
            !(x->cmp == CMP_NONE || says_bound(x, rank)))
            continue;
        if (x->role == ROLE_ALONE && rank == RANK_RANGE) {
            c.ranged = true;
            c.range = i;
        } else if (x->role == ROLE_ALONE) {
            put(w, &c, rank, i);
        } else if (x->role == ROLE_LOW && rank == RANK_RANGE &&
                   i + 1 < w->count && w->out[i + 1].claim.group == x->group) {
            put(w, &c, RANK_MIN, i);
            put(w, &c, RANK_MAX, ++i);
            end = w->out[i].claim.end;
            word = w->out[i].claim.end_word;
        }
    }
    judge(w, &c);
}
