/* Two numbers of a sentence and a third that is said of them: "from 120 ms to
 * 95 ms (-21%)", "4.2x faster: 420 ms vs 100 ms". */
#include "validator/audit/own_gap.h"
#include "validator/audit/own_int.h"

enum {
    NAMES_MAX = 5, /* words of what a number is of, between two */
    BY_WORDS = 4   /* from "improves" to "by" */
};

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
           gap_kind(f, a->first_word - 2) == KIND_CHANGE;
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
           (text_is_any(flat_lower(f, a->first_word - 1), words,
                        sizeof(words) / sizeof(*words)) ||
            text_ends(flat_lower(f, a->first_word - 1), TEXT_LIT("从")));
}

static bool leads_to(const struct flat *f, uint32_t word)
{
    static const char *const words[] = { "to",     "auf",    "до",     "à",
                                         "降至",   "降到",   "降低到", "升至",
                                         "提升到", "增加到", "提高到", "到" };

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
        if (gap_kind(f, i) == KIND_LINK &&
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
    const struct gap g = gap_look(f, a->end, b->start);
    const bool grouped = a->group != 0 && a->group == b->group;
    const bool from = begins_from(f, a);

    if (g.stops || a->cmp != CMP_NONE || b->cmp != CMP_NONE ||
        !(units_dim(w->units, a->unit) == units_dim(w->units, b->unit) ||
          (unit_none(a->unit) && from)) ||
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
        if (gap_kind(f, i) == KIND_LINK &&
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

    while (i > 0 && gap_kind(f, i - 1) == KIND_CONNECT)
        i--;
    return i > 0 && gap_kind(f, i - 1) == KIND_CHANGE &&
           !gap_look(f, f->words[i - 1].end, c->start).stops;
}

static bool change_behind(const struct flat *f, const struct claim *c)
{
    const uint32_t i = c->end_word;

    if (i >= f->word_count || f->words[i].start - c->end > 2)
        return false;
    return gap_kind(f, i) == KIND_CHANGE ||
           (word_is(f, i, "speed") && word_is(f, i + 1, "up"));
}

/* What closes behind the number says nothing else: ")" or "faster)". */
static bool closes(const struct flat *f, uint32_t end)
{
    uint32_t i = end, word = flat_word_at(f, end);

    while (i < f->len && f->text[i] != ')' && f->text[i] != ',') {
        if (word < f->word_count && f->words[word].start == i) {
            const enum kind k = gap_kind(f, word);

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

static bool by_before(const struct flat *f, const struct claim *c)
{
    static const char *const words[] = { "by", "um", "на" };

    return c->first_word > 0 &&
           text_is_any(flat_lower(f, c->first_word - 1), words,
                       sizeof(words) / sizeof(*words));
}

/* "improves the throughput by" */
static bool changes_by(const struct flat *f, const struct claim *c)
{
    const uint32_t by = c->first_word - 1;

    if (!by_before(f, c))
        return false;
    for (uint32_t i = by; i > 0 && by - i < BY_WORDS; i--) {
        if (f->words[i].start - f->words[i - 1].end != 1)
            return false;
        if (gap_kind(f, i - 1) == KIND_CHANGE)
            return true;
    }
    return false;
}

static bool names_speed(const struct flat *f, const struct gap *g)
{
    for (uint32_t i = g->first; i < g->last; i++)
        if (word_is(f, i, "speed"))
            return true;
    return false;
}

/* "from 120 ms to 95 ms (-21%)", "..., a 21 % drop", "..., down 21 %" */
static bool said_behind(const struct work *w, const struct claim *b,
                        const struct claim *c)
{
    const struct flat *f = &w->flat;
    const struct gap g = gap_look(f, b->end, c->start);

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
    if (g.mark == 0 && names_speed(f, &g))
        return false; /* "from 4 GB to 8 GB reduces the speed by 75 %" */
    return (g.mark != 0 || g.words[KIND_OTHER] == 0) &&
           (change_before(f, c) || change_behind(f, c) || by_before(f, c));
}

/* "4.2x faster: 420 ms vs 100 ms", "by 21 % from 120 ms to 95 ms", "4.2x
 * faster than B (100 ms vs 420 ms)" */
static bool said_before(const struct work *w, const struct claim *c,
                        const struct claim *a, const struct claim *b)
{
    const struct flat *f = &w->flat;
    struct gap g = gap_look(f, c->end, a->start);
    const bool from =
        a->first_word > 0 && word_is(f, a->first_word - 1, "from");

    if (from && g.words[KIND_LINK] > 0) {
        g.words[KIND_LINK]--;
        g.tail_other -= g.tail_other > 0;
    }
    if (g.stops || of_behind(f, c) || g.tail_other > 0 ||
        g.words[KIND_OTHER] > NAMES_MAX ||
        !(change_before(f, c) || change_behind(f, c) || is_factor(f, c) ||
          changes_by(f, c) || (c->is_signed && g.mark == '(')))
        return false;
    if (g.mark == '(')
        return closes(f, b->end);
    if (from && g.mark == ',' && g.words[KIND_OTHER] == 0 && changes_by(f, c))
        return true;
    return g.mark == ':' || g.mark == '-' ||
           (from && g.words[KIND_OTHER] + g.words[KIND_LINK] == 0);
}

/* "95 ms is 21 % lower than 120 ms" */
static bool said_between(const struct work *w, const struct claim *a,
                         const struct claim *c, const struct claim *b)
{
    const struct flat *f = &w->flat;
    const struct gap g = gap_look(f, a->end, c->start);
    const struct gap h = gap_look(f, c->end, b->start);

    return !g.stops && !h.stops && g.words[KIND_OTHER] <= NAMES_MAX &&
           h.words[KIND_OTHER] <= 2 && g.words[KIND_LINK] == 0 &&
           a->cmp == CMP_NONE && a->group == 0 && b->group == 0 &&
           measured(w, a, b) && change_behind(f, c) &&
           word_is(f, c->end_word + 1, "than") &&
           units_dim(w->units, a->unit) == units_dim(w->units, b->unit);
}

/* "95 ms, down 21 % from 120 ms" */
static bool said_from(const struct work *w, const struct claim *a,
                      const struct claim *c, const struct claim *b)
{
    const struct flat *f = &w->flat;
    const struct gap g = gap_look(f, a->end, c->start);
    const struct gap h = gap_look(f, c->end, b->start);

    return !g.stops && !h.stops && g.mark == ',' && g.tail_other == 0 &&
           g.words[KIND_LINK] == 0 && h.words[KIND_OTHER] == 0 && h.mark == 0 &&
           a->group == 0 && b->group == 0 && a->cmp == CMP_NONE &&
           change_before(f, c) && word_is(f, c->end_word, "from") &&
           word_is(f, b->first_word - 1, "from") &&
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
    static const char *const drops[] = {
        "reduction",   "drop",      "decrease",  "decline",   "fell",
        "reduced",     "dropped",   "decreased", "declined",  "less",
        "fewer",       "lower",     "shorter",   "smaller",   "rückgang",
        "reduzierung", "senkung",   "weniger",   "réduction", "baisse",
        "diminution",  "reducción", "descenso",  "снижение",  "уменьшение"
    };
    uint32_t i = c->first_word;
    struct text word = { "", 0 };

    while (i > 0 && gap_kind(f, i - 1) == KIND_CONNECT &&
           !word_is(f, i - 1, "speed"))
        i--;
    if (change_behind(f, c))
        word = flat_lower(f, c->end_word);
    else if (i > 0 &&
             (gap_kind(f, i - 1) == KIND_CHANGE || word_is(f, i - 1, "speed")))
        word = flat_lower(f, i - 1);
    if (text_is_any(word, ratios, sizeof(ratios) / sizeof(*ratios)))
        return COMPARED_RATIO;
    if (word.len == 0 && !c->is_signed)
        return COMPARED_RATIO;
    if (!begins_from(f, a) && !arrow_behind(f, a))
        return COMPARED_CHANGE;
    return text_is_any(word, drops, sizeof(drops) / sizeof(*drops))
               ? COMPARED_DROP
               : COMPARED_STEP;
}

static void judge_compared(struct work *w, uint32_t i, uint32_t before,
                           uint32_t after)
{
    struct claim before_unit = w->out[before].claim;
    const struct claim *a = &before_unit, *b = &w->out[after].claim;
    const uint32_t operands[] = { before, after };
    struct judged *j = &w->out[i];
    struct comparison how;
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *s;
    bool fits;

    if (unit_none(a->unit)) /* "с 50 до 65 токенов/с" */
        before_unit.unit = b->unit;
    fits = compare_fits(w, &j->claim, a, b, said_to_be(&w->flat, &j->claim, a),
                        &how);
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
        else if (compares(w, y, x) && said_from(w, x, y, z))
            judge_compared(w, k, m, i);
    }
}
