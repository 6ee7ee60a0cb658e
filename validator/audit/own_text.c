/* Two numbers of a sentence and a third that is said of them: "from 120 ms to
 * 95 ms (-21%)", "4.2x faster: 420 ms vs 100 ms". */
#include "validator/audit/own_int.h"

enum {
    GAP_MAX = 90,  /* bytes between two numbers of one statement */
    NAMES_MAX = 5, /* words of what a number is of, in such a gap */
    WORD_BYTES = 16
};

enum kind {
    KIND_OTHER,
    KIND_CHANGE,  /* says that two numbers are compared */
    KIND_CONNECT, /* leads from the two to what they give */
    KIND_LINK,    /* stands between the two */
    KIND_BREAK    /* another statement begins */
};

static const struct gap_word {
    char word[WORD_BYTES];
    enum kind kind;
} gap_words[] = {
    { "faster", KIND_CHANGE },
    { "slower", KIND_CHANGE },
    { "quicker", KIND_CHANGE },
    { "higher", KIND_CHANGE },
    { "lower", KIND_CHANGE },
    { "less", KIND_CHANGE },
    { "more", KIND_CHANGE },
    { "fewer", KIND_CHANGE },
    { "shorter", KIND_CHANGE },
    { "longer", KIND_CHANGE },
    { "larger", KIND_CHANGE },
    { "smaller", KIND_CHANGE },
    { "bigger", KIND_CHANGE },
    { "greater", KIND_CHANGE },
    { "better", KIND_CHANGE },
    { "worse", KIND_CHANGE },
    { "cheaper", KIND_CHANGE },
    { "increase", KIND_CHANGE },
    { "increased", KIND_CHANGE },
    { "increases", KIND_CHANGE },
    { "decrease", KIND_CHANGE },
    { "decreased", KIND_CHANGE },
    { "decreases", KIND_CHANGE },
    { "reduction", KIND_CHANGE },
    { "reduced", KIND_CHANGE },
    { "reduces", KIND_CHANGE },
    { "drop", KIND_CHANGE },
    { "dropped", KIND_CHANGE },
    { "drops", KIND_CHANGE },
    { "fell", KIND_CHANGE },
    { "falls", KIND_CHANGE },
    { "fall", KIND_CHANGE },
    { "rose", KIND_CHANGE },
    { "rises", KIND_CHANGE },
    { "rise", KIND_CHANGE },
    { "gain", KIND_CHANGE },
    { "gained", KIND_CHANGE },
    { "gains", KIND_CHANGE },
    { "improvement", KIND_CHANGE },
    { "improved", KIND_CHANGE },
    { "improves", KIND_CHANGE },
    { "speedup", KIND_CHANGE },
    { "slowdown", KIND_CHANGE },
    { "growth", KIND_CHANGE },
    { "grew", KIND_CHANGE },
    { "grows", KIND_CHANGE },
    { "jump", KIND_CHANGE },
    { "jumped", KIND_CHANGE },
    { "decline", KIND_CHANGE },
    { "declined", KIND_CHANGE },
    { "cut", KIND_CHANGE },
    { "change", KIND_CHANGE },
    { "changed", KIND_CHANGE },
    { "difference", KIND_CHANGE },
    { "saving", KIND_CHANGE },
    { "savings", KIND_CHANGE },
    { "regression", KIND_CHANGE },
    { "speed", KIND_CONNECT },
    { "down", KIND_CHANGE },
    { "up", KIND_CHANGE },
    { "climbed", KIND_CHANGE },
    { "shrank", KIND_CHANGE },
    { "a", KIND_CONNECT },
    { "an", KIND_CONNECT },
    { "the", KIND_CONNECT },
    { "i", KIND_CONNECT },
    { "e", KIND_CONNECT },
    { "that", KIND_CONNECT },
    { "is", KIND_CONNECT },
    { "was", KIND_CONNECT },
    { "which", KIND_CONNECT },
    { "or", KIND_CONNECT },
    { "corresponds", KIND_CONNECT },
    { "corresponding", KIND_CONNECT },
    { "equivalent", KIND_CONNECT },
    { "amounts", KIND_CONNECT },
    { "equals", KIND_CONNECT },
    { "represents", KIND_CONNECT },
    { "representing", KIND_CONNECT },
    { "for", KIND_CONNECT },
    { "so", KIND_CONNECT },
    { "thus", KIND_CONNECT },
    { "hence", KIND_CONNECT },
    { "this", KIND_CONNECT },
    { "giving", KIND_CONNECT },
    { "yielding", KIND_CONNECT },
    { "meaning", KIND_CONNECT },
    { "by", KIND_CONNECT },
    { "of", KIND_CONNECT },
    { "about", KIND_CONNECT },
    { "roughly", KIND_CONNECT },
    { "nearly", KIND_CONNECT },
    { "almost", KIND_CONNECT },
    { "around", KIND_CONNECT },
    { "approximately", KIND_CONNECT },
    { "over", KIND_CONNECT },
    { "it", KIND_CONNECT },
    { "overall", KIND_CONNECT },
    { "net", KIND_CONNECT },
    { "relative", KIND_CONNECT },
    { "from", KIND_LINK },
    { "to", KIND_LINK },
    /* "von 240 auf 180", "с 240 до 180" */
    { "von", KIND_LINK },
    { "auf", KIND_LINK },
    { "gegenüber", KIND_LINK },
    { "с", KIND_LINK },
    { "от", KIND_LINK },
    { "до", KIND_LINK },
    { "à", KIND_LINK },
    { "und", KIND_BREAK },
    { "et", KIND_BREAK },
    { "и", KIND_BREAK },
    { "vs", KIND_LINK },
    { "versus", KIND_LINK },
    { "against", KIND_LINK },
    { "compared", KIND_LINK },
    { "than", KIND_LINK },
    { "instead", KIND_LINK },
    { "rather", KIND_LINK },
    { "and", KIND_BREAK },
    { "while", KIND_BREAK },
    { "but", KIND_BREAK },
    { "whereas", KIND_BREAK },
    { "although", KIND_BREAK },
    { "though", KIND_BREAK },
    { "however", KIND_BREAK },
    { "when", KIND_BREAK },
    { "because", KIND_BREAK },
    { "if", KIND_BREAK },
    { "despite", KIND_BREAK },
    { "plus", KIND_BREAK },
};

static enum kind kind_of(const struct flat *f, uint32_t word)
{
    const struct text t = flat_lower(f, word);
    char key[WORD_BYTES] = { 0 };

    if (t.len == 0 || t.len >= WORD_BYTES)
        return KIND_OTHER;
    memcpy(key, t.ptr, t.len);
    for (size_t i = 0; i < sizeof(gap_words) / sizeof(*gap_words); i++)
        if (gap_words[i].word[0] == key[0] &&
            memcmp(gap_words[i].word, key, WORD_BYTES) == 0)
            return gap_words[i].kind;
    return KIND_OTHER;
}

static bool word_is(const struct flat *f, uint32_t word, const char *s)
{
    return word < f->word_count && text_is(flat_lower(f, word), s);
}

/* What stands in bytes [from, to) of the block. */
struct gap {
    uint32_t words[5];    /* of each kind */
    uint32_t first, last; /* flat words [first, last) */
    char mark;            /* the last of ( : , = or a dash; 0: none */
    uint32_t tail_other;  /* other words behind that mark */
    bool stops;           /* a sentence or statement ends, or it is too long */
};

/* The byte of the bracket that closes a name, "(FP16)"; 0: none before `to`. */
static uint32_t closes_name(const struct flat *f, uint32_t open, uint32_t to)
{
    enum { NAME_BYTES = 24 };

    for (uint32_t i = open + 1; i < to && i < open + NAME_BYTES; i++) {
        if (f->text[i] == ')')
            return i;
        if (f->text[i] == '%' || f->text[i] == '(')
            return 0;
    }
    return 0;
}

static bool amounts_to(const struct flat *f, uint32_t word)
{
    static const char *const words[] = { "corresponds", "corresponding",
                                         "equivalent", "amounts", "equals" };

    return text_is_any(flat_lower(f, word), words,
                       sizeof(words) / sizeof(*words));
}

static struct gap look(const struct flat *f, uint32_t from, uint32_t to)
{
    struct gap g = { .first = flat_word_at(f, from) };

    g.last = g.first;
    if (to < from || to - from > GAP_MAX) {
        g.stops = true;
        return g;
    }
    for (uint32_t i = from; i < to; i++) {
        const char c = f->text[i];
        uint32_t close;

        if (c == '(' && (close = closes_name(f, i, to)) > i) {
            while (g.last < f->word_count && f->words[g.last].start < close)
                g.last++;
            i = close;
            continue;
        }
        if (c == ';' || c == ')' || c == '?' || c == '!')
            g.stops = true;
        if (c == '.' && i + 1 < f->len && ascii_space(f->text[i + 1]) &&
            !(i >= 2 && (memcmp(f->lower + i - 2, "vs", 2) == 0 ||
                         memcmp(f->lower + i - 2, ".e", 2) == 0)))
            g.stops = true;
        if (c == '(' || c == ':' || c == ',' || c == '=' ||
            (c == '\xe2' && i + 2 < to && f->text[i + 1] == '\x80')) {
            g.mark = c == '\xe2' ? '-' : c;
            g.tail_other = 0;
        }
        if (g.last < f->word_count && f->words[g.last].start == i) {
            enum kind k = kind_of(f, g.last);

            /* "corresponds to a 23 % gain" */
            if (k == KIND_LINK && g.last > g.first &&
                word_is(f, g.last, "to") && amounts_to(f, g.last - 1))
                k = KIND_CONNECT;

            g.words[k]++;
            g.tail_other += k == KIND_OTHER || k == KIND_LINK;
            g.stops = g.stops || k == KIND_BREAK;
            g.last++;
        }
    }
    return g;
}

/* Settings of a run are counts, sizes and bare whole numbers; what has another
 * unit, or decimals, was measured. */
static bool measured(const struct work *w, const struct claim *a,
                     const struct claim *b)
{
    if (a->unit.den != 0 || a->value.last < 0 || b->value.last < 0)
        return true;
    return !unit_none(a->unit) && !units_is_count(w->units, a->unit) &&
           !dim_is(w, a->unit, "data") && !dim_is(w, a->unit, "ratio");
}

/* "fell from": the word before the pair's "from" says that it changed. */
static bool verb_before(const struct flat *f, const struct claim *a)
{
    return a->first_word >= 2 && word_is(f, a->first_word - 1, "from") &&
           kind_of(f, a->first_word - 2) == KIND_CHANGE;
}

/* "without cache" and "with cache": one thing in two states. */
static bool contrasts(const struct work *w, const struct claim *a,
                      const struct claim *b)
{
    static const char *const pairs[][2] = { { "without", "with" },
                                            { "before", "after" },
                                            { "old", "new" },
                                            { "cold", "warm" },
                                            { "cold", "hot" },
                                            { "uncached", "cached" },
                                            { "baseline", "optimized" },
                                            { "disabled", "enabled" },
                                            { "off", "on" },
                                            { "previously", "now" },
                                            { "sequential", "parallel" },
                                            { "unoptimized", "optimized" } };
    enum { NEAR = 24 };
    const struct flat *f = &w->flat;
    const uint32_t from = a->start > NEAR ? a->start - NEAR : 0;
    const uint32_t to = b->end + NEAR < f->len ? b->end + NEAR : f->len;
    const struct text x = { f->lower + from, b->start - from };
    const struct text y = { f->lower + a->end, to - a->end };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if ((text_has_word(x, pairs[i][0]) && text_has_word(y, pairs[i][1])) ||
            (text_has_word(x, pairs[i][1]) && text_has_word(y, pairs[i][0])))
            return true;
    return false;
}

/* A word of the list stands right before the number. */
static bool begins_from(const struct flat *f, const struct claim *a)
{
    static const char *const words[] = { "from", "von", "de", "с", "от" };

    return a->first_word > 0 &&
           text_is_any(flat_lower(f, a->first_word - 1), words,
                       sizeof(words) / sizeof(*words));
}

static bool leads_to(const struct flat *f, uint32_t word)
{
    static const char *const words[] = { "to", "auf", "до", "à" };

    return text_is_any(flat_lower(f, word), words,
                       sizeof(words) / sizeof(*words));
}

/* "de 8 s a 6 s" */
static bool from_a_to(const struct flat *f, const struct claim *a,
                      const struct gap *g)
{
    return g->last == g->first + 1 && word_is(f, g->first, "a") &&
           word_is(f, a->first_word - 1, "de");
}

/* "12 rather than 30": no settings that go from one to the other. */
static bool set_against(const struct flat *f, const struct gap *g)
{
    for (uint32_t i = g->first; i < g->last; i++)
        if (kind_of(f, i) == KIND_LINK &&
            (leads_to(f, i) || word_is(f, i, "from")))
            return false;
    return g->words[KIND_LINK] > 0;
}

/* "40% fewer": of the numbers themselves, not of what they lead to. */
static bool of_amounts(const struct flat *f, const struct claim *c)
{
    static const char *const words[] = {
        "fewer", "less",    "more",   "higher",
        "lower", "smaller", "larger", "greater"
    };

    return c->end_word < f->word_count &&
           f->words[c->end_word].start - c->end <= 2 &&
           text_is_any(flat_lower(f, c->end_word), words,
                       sizeof(words) / sizeof(*words));
}

/* a and b are before and after, or set against each other. */
static bool is_pair(const struct work *w, const struct claim *a,
                    const struct claim *b, const struct claim *said)
{
    const struct flat *f = &w->flat;
    const struct gap g = look(f, a->end, b->start);
    const bool grouped = a->group != 0 && a->group == b->group;
    const bool from = begins_from(f, a);

    if (g.stops || a->cmp != CMP_NONE || b->cmp != CMP_NONE ||
        units_dim(w->units, a->unit) != units_dim(w->units, b->unit) ||
        a->role == ROLE_PART || a->form != FORM_DIGITS ||
        b->form != FORM_DIGITS ||
        (!measured(w, a, b) && !verb_before(f, a) &&
         !(set_against(f, &g) && of_amounts(f, said))))
        return false;
    if (grouped && a->role == ROLE_BEFORE)
        return true;
    if (grouped)
        return a->role == ROLE_LOW && from && g.words[KIND_LINK] > 0;
    if (from && from_a_to(f, a, &g))
        return true;
    for (uint32_t i = g.first; i < g.last; i++)
        if (kind_of(f, i) == KIND_LINK &&
            (!leads_to(f, i) || from || i > g.first + 1 ||
             word_is(f, i - 1, "compared")))
            return g.words[KIND_OTHER] <= NAMES_MAX;
    return g.mark == ',' && g.words[KIND_OTHER] <= NAMES_MAX &&
           contrasts(w, a, b);
}

/* The word before the number, past "by", "of", "about", "a". */
static bool change_before(const struct flat *f, const struct claim *c)
{
    uint32_t i = c->first_word;

    while (i > 0 && kind_of(f, i - 1) == KIND_CONNECT)
        i--;
    return i > 0 && kind_of(f, i - 1) == KIND_CHANGE &&
           !look(f, f->words[i - 1].end, c->start).stops;
}

static bool change_behind(const struct flat *f, const struct claim *c)
{
    const uint32_t i = c->end_word;

    if (i >= f->word_count || f->words[i].start - c->end > 2)
        return false;
    return kind_of(f, i) == KIND_CHANGE ||
           (word_is(f, i, "speed") && word_is(f, i + 1, "up"));
}

/* What closes behind the number says nothing else: ")" or "faster)". */
static bool closes(const struct flat *f, uint32_t end)
{
    uint32_t i = end, word = flat_word_at(f, end);

    while (i < f->len && f->text[i] != ')' && f->text[i] != ',') {
        if (word < f->word_count && f->words[word].start == i) {
            const enum kind k = kind_of(f, word);

            if (k != KIND_CHANGE && k != KIND_CONNECT)
                return false;
            i = f->words[word++].end;
            continue;
        }
        if (f->text[i] == '.' || f->text[i] == ';' || f->text[i] == '(')
            return false;
        i++;
    }
    return i < f->len;
}

static bool of_behind(const struct flat *f, const struct claim *c)
{
    return word_is(f, c->end_word, "of") &&
           f->words[c->end_word].start - c->end <= 1;
}

/* "by a factor of 4" */
static bool is_factor(const struct flat *f, const struct claim *c)
{
    return c->first_word >= 2 && word_is(f, c->first_word - 1, "of") &&
           word_is(f, c->first_word - 2, "factor");
}

/* "from 120 ms to 95 ms (-21%)", "..., a 21 % drop", "..., down 21 %" */
static bool said_behind(const struct work *w, const struct claim *b,
                        const struct claim *c)
{
    const struct flat *f = &w->flat;
    const struct gap g = look(f, b->end, c->start);

    if (g.stops || of_behind(f, c) ||
        g.words[KIND_OTHER] + g.words[KIND_LINK] > NAMES_MAX)
        return false;
    if (is_factor(f, c))
        return g.tail_other <= 1; /* "factor" */
    if (g.tail_other > 0)
        return false;
    if (g.mark == '(')
        return closes(f, c->end);
    if (g.mark == '=' ||
        (dim_is(w, c->unit, "ratio") && g.words[KIND_CONNECT] > 0 &&
         (g.mark != 0 || g.words[KIND_OTHER] + g.words[KIND_LINK] == 0)))
        return true; /* "i.e. 1.7x the speed" */
    return (g.mark != 0 || g.words[KIND_OTHER] == 0) &&
           (change_before(f, c) || change_behind(f, c) ||
            word_is(f, c->first_word - 1, "by"));
}

/* "4.2x faster: 420 ms vs 100 ms", "by 21 % from 120 ms to 95 ms", "4.2x
 * faster than B (100 ms vs 420 ms)" */
static bool said_before(const struct work *w, const struct claim *c,
                        const struct claim *a, const struct claim *b)
{
    const struct flat *f = &w->flat;
    struct gap g = look(f, c->end, a->start);
    const bool from =
        a->first_word > 0 && word_is(f, a->first_word - 1, "from");

    if (from && g.words[KIND_LINK] > 0) {
        g.words[KIND_LINK]--;
        g.tail_other -= g.tail_other > 0;
    }
    if (g.stops || of_behind(f, c) || g.tail_other > 0 ||
        g.words[KIND_OTHER] > NAMES_MAX ||
        !(change_before(f, c) || change_behind(f, c) || is_factor(f, c) ||
          (c->is_signed && g.mark == '(')))
        return false;
    if (g.mark == '(')
        return closes(f, b->end);
    return g.mark == ':' || g.mark == '-' ||
           (from && g.words[KIND_OTHER] + g.words[KIND_LINK] == 0);
}

/* "95 ms is 21 % lower than 120 ms" */
static bool said_between(const struct work *w, const struct claim *a,
                         const struct claim *c, const struct claim *b)
{
    const struct flat *f = &w->flat;
    const struct gap g = look(f, a->end, c->start);
    const struct gap h = look(f, c->end, b->start);

    return !g.stops && !h.stops && g.words[KIND_OTHER] <= NAMES_MAX &&
           h.words[KIND_OTHER] <= 2 && g.words[KIND_LINK] == 0 &&
           a->cmp == CMP_NONE && a->group == 0 && b->group == 0 &&
           measured(w, a, b) && change_behind(f, c) &&
           word_is(f, c->end_word + 1, "than") &&
           units_dim(w->units, a->unit) == units_dim(w->units, b->unit);
}

/* "120 -> 95" */
static bool arrow_behind(const struct flat *f, const struct claim *a)
{
    uint32_t i = a->end;

    while (i < f->len && f->text[i] == ' ')
        i++;
    return i + 2 < f->len && (memcmp(f->text + i, "->", 2) == 0 ||
                              memcmp(f->text + i, "=>", 2) == 0 ||
                              memcmp(f->text + i, "\xe2\x86\x92", 3) == 0);
}

/* A word that compares says how much more: "4.27x faster", "up by 4.27x"; a
 * "speedup of 4.27x" is the quotient itself. */
static enum compared said_to_be(const struct flat *f, const struct claim *c,
                                const struct claim *a)
{
    static const char *const ratios[] = { "speedup", "slowdown", "speed" };
    uint32_t i = c->first_word;
    struct text word = { "", 0 };

    while (i > 0 && kind_of(f, i - 1) == KIND_CONNECT &&
           !word_is(f, i - 1, "speed"))
        i--;
    if (change_behind(f, c))
        word = flat_lower(f, c->end_word);
    else if (i > 0 &&
             (kind_of(f, i - 1) == KIND_CHANGE || word_is(f, i - 1, "speed")))
        word = flat_lower(f, i - 1);
    if (text_is_any(word, ratios, sizeof(ratios) / sizeof(*ratios)))
        return COMPARED_RATIO;
    if (word.len == 0 && !c->is_signed)
        return COMPARED_RATIO;
    return begins_from(f, a) || arrow_behind(f, a) ? COMPARED_STEP
                                                   : COMPARED_CHANGE;
}

static void judge_compared(struct work *w, uint32_t i, uint32_t before,
                           uint32_t after)
{
    const struct claim *a = &w->out[before].claim, *b = &w->out[after].claim;
    const uint32_t operands[] = { before, after };
    struct judged *j = &w->out[i];
    struct comparison how;
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;
    const bool fits = compare_fits(w, &j->claim, a, b,
                                   said_to_be(&w->flat, &j->claim, a), &how);

    if (how.formula == NULL || how.value.any)
        return;
    decimal_format(x, a->value);
    decimal_format(y, b->value);
    s = arena_printf(w->a, "%s, before = %s, after = %s", how.formula, x, y);
    own_say(w, i, fits,
            fits ? "from the two numbers beside it"
                 : "not what the two numbers beside it give",
            s == NULL ? (struct text){ "", 0 } : text_from(s),
            compare_text(w, &j->claim, &how), operands, 2);
}

/* Spelled counts stand between the numbers of a comparison: "with one worker".
 */
static uint32_t next_digits(const struct work *w, uint32_t i)
{
    for (i = own_next(w, i); i < w->count; i = own_next(w, i + 1)) {
        const struct claim *c = &w->out[i].claim;

        if (c->form == FORM_DIGITS || !unit_none(c->unit))
            break;
    }
    return i;
}

/* "grew from 820 to 1,025 tests, i.e. by 205": the difference of two counts. */
static bool by_count(const struct work *w, const struct claim *c,
                     const struct claim *a)
{
    return unit_none(c->unit) && unit_none(a->unit) && c->value.last >= 0 &&
           c->first_word > 0 && word_is(&w->flat, c->first_word - 1, "by") &&
           verb_before(&w->flat, a);
}

static bool compares(const struct work *w, const struct claim *c,
                     const struct claim *a)
{
    return by_count(w, c, a) || dim_is(w, c->unit, "fraction") ||
           dim_is(w, c->unit, "ratio") || dim_is(w, c->unit, "points") ||
           (!unit_none(c->unit) &&
            units_dim(w->units, c->unit) == units_dim(w->units, a->unit));
}

void own_compared(struct work *w, uint32_t first)
{
    uint32_t i = next_digits(w, first), k = next_digits(w, i + 1);
    uint32_t m = next_digits(w, k + 1);

    for (; m < w->count; i = k, k = m, m = next_digits(w, m + 1)) {
        const struct claim *x = &w->out[i].claim, *y = &w->out[k].claim;
        const struct claim *z = &w->out[m].claim;

        if (compares(w, z, x) && is_pair(w, x, y, z) && said_behind(w, y, z))
            judge_compared(w, m, i, k);
        else if (compares(w, x, y) && is_pair(w, y, z, x) &&
                 said_before(w, x, y, z))
            judge_compared(w, i, k, m);
        else if (compares(w, y, x) && said_between(w, x, y, z))
            judge_compared(w, k, i, m);
    }
}
