/* The word and sentence layers, line by line. */
#include <stdlib.h>
#include <unicode/uscript.h>

#include "validator/text/cld2.h"
#include "validator/text/lang_drift_int.h"

/* Centinats and counts, measured: docs/measured/language.md. */
enum {
    FLAG_MIN = 950,        /* a run that is reported */
    FLAG_LISTED_MIN = 850, /* one word that a list of the language has */
    FLAG_MORE_MIN = 800,   /* two words or more that speak for it */
    ABROAD = 400,          /* more, where English is not expected */
    ABROAD_AT_HOME = 800,  /* and the line as a whole is at home */
    ABROAD_ALONE = 800,    /* where it is one word, */
    ABROAD_FREQUENT = 400, /* a frequent one, */
    ABROAD_AGAIN = 900,    /* that stands in the text more than once */
    FAMILY = 300,          /* more for a neighbour of the expected language */
    EXTEND_MIN = -320,     /* a neighbour that may belong to the run */
    LATIN_WORDS_MIN = 5,   /* where Latin letters are not expected: terms */
    RUNS_PER_LINE_MAX = 32,
    SENTENCE_WORDS = 8, /* from here on a run is called a sentence */
    CLD2_LETTERS_MIN = 20
};

static struct span words_span(const struct word *w, size_t first, size_t last)
{
    return span_between(w[first].off, (size_t)w[last].off + w[last].len);
}

static size_t letters_of(const struct word *w, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++)
        n += w[i].letters;
    return n;
}

/* A line of the block: words [from, to). */
struct line {
    size_t from, to;
    size_t letters_before; /* of the document */
    bool at_home; /* CLD2 finds an expected language, English not among them */
};

static enum status emit(struct drift_doc *d, const struct line *l, size_t first,
                        size_t last, lang_id lang, enum drift_layer layer)
{
    const struct word *w = d->words.at;
    const size_t before = l->letters_before + letters_of(w, l->from, first);
    const size_t letters = letters_of(w, first, last + 1);

    return drift_add(d, (struct drift){ .span = words_span(w, first, last),
                                        .lang = lang,
                                        .layer = layer,
                                        .letters_before = before,
                                        .letters_end = before + letters,
                                        .foreign = letters });
}

static bool is_latin(const struct word *w)
{
    return w->script == USCRIPT_LATIN;
}

/* Of the letter statistics; -1: the language has none. */
static int column_of(const struct drift_doc *d, lang_id id)
{
    return id != LANG_UND ? d->config->data.lang_column[id] : -1;
}

/* Takes in neighbours that are words of the run's language. */
static void extend(const struct drift_doc *d, const struct line *l,
                   struct score_run *r)
{
    const struct word_view *v = d->scorer.views;
    const int column = column_of(d, r->lang);

    if (column < 0 || r->first == r->last)
        return;
    while (r->first > 0 && v[r->first - 1].evidence[column] > EXTEND_MIN &&
           v[r->first - 1].evidence[column] != 0)
        r->first--;
    while (r->last + 1 < l->to - l->from &&
           v[r->last + 1].evidence[column] > EXTEND_MIN &&
           v[r->last + 1].evidence[column] != 0)
        r->last++;
}

/* Names at the ends of a run are no evidence of where it begins. */
static void trim(const struct drift_doc *d, const struct line *l,
                 struct score_run *r)
{
    const struct word_view *v = d->scorer.views;
    const int column = column_of(d, r->lang);

    (void)l;
    if (column < 0)
        return;
    while (r->first < r->last &&
           (v[r->first].loose || v[r->first].evidence[column] <= 0))
        r->first++;
    while (r->last > r->first &&
           (v[r->last].loose || v[r->last].evidence[column] <= 0))
        r->last--;
}

/* The word stands once more within REACH bytes of the text: a term of its
 * subject, which lists of inflected languages often lack. */
static bool stands_again(const struct drift_doc *d, const struct word *w)
{
    enum { REACH = 16 << 10 };
    const size_t from = w->off > REACH ? w->off - REACH : 0;
    const size_t end = d->text.len - w->off - w->len > REACH
                           ? w->off + w->len + REACH
                           : d->text.len;
    const struct text t = { d->text.ptr, end };
    const struct text word = { d->text.ptr + w->off, w->len };

    for (size_t i = from; (i = text_find(t, word, i)) < end; i += word.len)
        if (i != w->off)
            return true;
    return false;
}

/* "netboot", "webmail": two common English words or terms in one. */
static bool is_term(const struct drift_doc *d, const struct word *w)
{
    enum { PART_MIN = 3, BYTES = 64 };
    const uint64_t common = (uint64_t)1 << LIST_EN_35 |
                            (uint64_t)1 << LIST_EN_60 |
                            (uint64_t)1 << LIST_TECH;
    const struct lang_data *data = d->scorer.config->data;
    char lower[BYTES];
    const size_t n = lang_lower(lower, sizeof(lower),
                                (struct text){ d->text.ptr + w->off, w->len });

    if ((w->flags & WORD_ASCII) == 0)
        return false;
    for (size_t k = PART_MIN; k + PART_MIN <= n; k++) {
        const struct text head = { lower, k };

        if ((lang_data_lists(data, head, lang_hash(head)) & common) == 0)
            continue;
        const struct text tail = { lower + k, n - k };

        if ((lang_data_lists(data, tail, lang_hash(tail)) & common) != 0)
            return true;
    }
    return false;
}

static int abroad_alone(const struct drift_doc *d, const struct word *w,
                        bool frequent)
{
    return stands_again(d, w) || is_term(d, w) ? ABROAD_AGAIN
           : frequent                          ? ABROAD_FREQUENT
                                               : ABROAD_ALONE;
}

/* Neighbours that share much of their words, beyond the close relatives that
 * count as one language. */
static bool same_family(const struct drift_doc *d, lang_id id)
{
    static const char families[][5][4] = {
        { "es", "pt", "gl", "ca" },
        { "sv", "da", "nb", "nn" },
        { "cs", "sk", "sl", "hr" },
        { "fi", "et" },
    };
    const struct lang_expect *e = &d->config->expect;

    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
        bool expected = false, found = false;

        for (size_t k = 0; k < 5 && families[i][k][0] != '\0'; k++) {
            const lang_id member = lang_find(text_from(families[i][k]));

            expected |= lang_expect_has(e, member);
            found |= member == id;
        }
        if (expected && found)
            return true;
    }
    return false;
}

static bool convincing(const struct drift_doc *d, const struct line *l,
                       const struct score_run *r, int extra)
{
    const struct word *w = d->words.at + l->from;
    const bool one = r->hits <= 1;
    /* Lists of other languages are less complete. */
    const int more = d->config->score.english ? 0
                     : one                    ? abroad_alone(d, &w[r->first],
                                                             d->scorer.views[r->first].frequent)
                     : l->at_home             ? ABROAD_AT_HOME
                                              : ABROAD;

    if (!d->config->expect.latin && is_latin(&w[r->first]) &&
        r->hits < LATIN_WORDS_MIN)
        return false;
    if (r->first == r->last && w[r->first].letters <= 3)
        return w[r->first].letters == 3 && r->score >= FLAG_MIN + 200;
    return r->score - more - extra >= (!one ? FLAG_MORE_MIN
                                       : d->scorer.views[r->first].listed
                                           ? FLAG_LISTED_MIN
                                           : FLAG_MIN);
}

/* Runs in words [from, to) of the line, best first, left and right of it. */
static enum status runs_between(struct drift_doc *d, const struct line *l,
                                size_t from, size_t to, size_t *left)
{
    struct score_run r;
    enum status st;

    if (from >= to || *left == 0)
        return ST_OK;
    r = score_best(&d->scorer, d->words.at + l->from, from, to);
    if (r.score <= 0 || !convincing(d, l, &r, 0))
        return ST_OK;
    --*left;
    r.lang = score_language(&d->scorer, r.first, r.last);
    if (!d->config->score.english && same_family(d, r.lang) &&
        !convincing(d, l, &r, FAMILY))
        return ST_OK;
    trim(d, l, &r);
    struct score_run wide = r;

    extend(d, l, &wide);
    if (wide.first < from)
        wide.first = from;
    if (wide.last >= to)
        wide.last = to - 1;
    const size_t words = wide.last - wide.first + 1;

    if (!d->config->expect.latin && r.lang == lang_find(TEXT_LIT("en")) &&
        drift_is_quotation(d, l->from + wide.first, l->from + wide.last))
        return ST_OK;
    st = emit(d, l, l->from + wide.first, l->from + wide.last, r.lang,
              words >= SENTENCE_WORDS ? DRIFT_SENTENCE : DRIFT_WORD);
    if (st == ST_OK)
        st = runs_between(d, l, from, wide.first, left);
    if (st == ST_OK)
        st = runs_between(d, l, wide.last + 1, to, left);
    return st;
}

/* A word that may not be taken for granted. */
static bool doubtful(struct drift_doc *d, const struct word *w)
{
    enum { PEAK_MIN = 80 }; /* centinats: less moves no sum */

    if (w->flags & WORD_MASKED)
        return false;
    if (!is_latin(w))
        return w->script != USCRIPT_COMMON || w->letters > 2;
    if (!d->config->score.english || d->scorer.config == NULL)
        return true;
    if ((w->flags & WORD_ASCII) != 0 &&
        score_plain(&d->config->score,
                    (struct text){ d->text.ptr + w->off, w->len }))
        return false;
    return d->at_start || score_peak(&d->scorer, d->text, w) >= PEAK_MIN;
}

/* Is most of the line neither at home nor names? */
static bool mostly_foreign(const struct drift_doc *d, const struct line *l)
{
    enum { WORDS_MIN = 3 };
    const struct word *w = d->words.at + l->from;
    size_t home = 0, foreign = 0, words = 0;

    for (size_t i = 0; i < l->to - l->from && i < SCORE_WORDS_MAX; i++) {
        if ((w[i].flags & WORD_MASKED) != 0 || d->scorer.views[i].loose)
            continue;
        if (d->scorer.views[i].home) {
            home += w[i].letters;
            continue;
        }
        foreign += w[i].letters;
        words++;
    }
    return words >= WORDS_MIN && foreign > home;
}

static bool covered(const struct drift_doc *d, size_t first, struct span s)
{
    size_t bytes = 0;

    for (size_t i = first; i < d->count; i++) {
        const struct span x = d->drifts[i].span;
        const size_t from = x.off > s.off ? x.off : s.off;
        const size_t to = span_end(x) < span_end(s) ? span_end(x) : span_end(s);

        bytes += to > from ? to - from : 0;
    }
    return bytes * 2 >= s.len;
}

static enum status cld2_line(struct drift_doc *d, const struct line *l)
{
    enum { PERCENT_MIN = 70 };
    const struct span s = words_span(d->words.at, l->from, l->to - 1);
    const struct cld2_guess g = cld2_detect(d->text.ptr + s.off, s.len);
    const lang_id id = lang_find(text_from(g.code));

    if (!g.reliable || g.percent < PERCENT_MIN || id == LANG_UND ||
        lang_expect_has(&d->config->expect, id))
        return ST_OK;
    return emit(d, l, l->from, l->to - 1, id, DRIFT_SENTENCE);
}

/* Latin letters that say as much as one of the word's. */
static size_t weight(const struct word *w)
{
    switch (w->script) {
    case USCRIPT_HAN:
    case USCRIPT_HANGUL:
        return 3;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return 2;
    default:
        return 1;
    }
}

/* Latin text where no expected language is written in Latin letters. */
static enum status latin_line(struct drift_doc *d, const struct line *l)
{
    enum { SHARE = 60, MIXED = 90 };
    const struct word *w = d->words.at;
    size_t latin = 0, words = 0, all = 0;
    lang_id id;

    for (size_t i = l->from; i < l->to; i++) {
        if (w[i].flags & (WORD_MASKED | WORD_UPPER))
            continue;
        all += w[i].letters * weight(&w[i]);
        latin += is_latin(&w[i]) ? w[i].letters : 0;
        words += is_latin(&w[i]) && w[i].letters > 1;
    }
    if (words < LATIN_WORDS_MIN || latin * 100 <= all * SHARE ||
        (latin * 100 <= all * MIXED &&
         drift_is_quotation(d, l->from, l->to - 1)))
        return ST_OK;
    const struct span s = words_span(w, l->from, l->to - 1);
    const struct cld2_guess g = cld2_detect(d->text.ptr + s.off, s.len);

    id = lang_find(text_from(g.code));
    if (lang_expect_has(&d->config->expect, id))
        return ST_OK;
    return emit(d, l, l->from, l->to - 1,
                id != LANG_UND ? id : lang_find(TEXT_LIT("en")),
                DRIFT_SENTENCE);
}

/* A word that a foreign sentence does not begin or end with: a name, or a word
 * of the expected language only. */
static bool own_word(const struct drift_doc *d, const struct line *l, size_t i,
                     int column)
{
    const struct word_view *v = &d->scorer.views[i - l->from];

    return v->loose || (column >= 0 && v->evidence[column] <= -300) ||
           (d->words.at[i].flags & WORD_MASKED) != 0;
}

/* A sentence of which most is foreign is foreign as a whole. */
static enum status whole_sentences(struct drift_doc *d, const struct line *l,
                                   size_t first_drift)
{
    enum { WORDS_MIN = 4 };
    const struct word *w = d->words.at;
    const size_t count = d->count;
    enum status st = ST_OK;

    for (size_t from = l->from, to; from < l->to && st == ST_OK; from = to) {
        for (to = from + 1; to < l->to && !(w[to].flags & WORD_START);)
            to++;
        const struct span s = words_span(w, from, to - 1);
        size_t best = SIZE_MAX;

        if (to - from < WORDS_MIN || !covered(d, first_drift, s))
            continue;
        for (size_t i = first_drift; i < count; i++)
            if (span_overlaps(d->drifts[i].span, s) &&
                (best == SIZE_MAX ||
                 d->drifts[i].foreign > d->drifts[best].foreign))
                best = i;
        if (best == SIZE_MAX || d->drifts[best].layer == DRIFT_SCRIPT)
            continue;
        const int column = column_of(d, d->drifts[best].lang);
        size_t first = from, last = to - 1;

        while (first < last && own_word(d, l, first, column))
            first++;
        while (last > first && own_word(d, l, last, column))
            last--;
        st = emit(d, l, first, last, d->drifts[best].lang, DRIFT_SENTENCE);
    }
    return st;
}

static bool cld2_at_home(const struct drift_doc *d, const struct line *l)
{
    const struct span s = words_span(d->words.at, l->from, l->to - 1);
    const struct cld2_guess g = cld2_detect(d->text.ptr + s.off, s.len);

    return g.reliable &&
           lang_expect_has(&d->config->expect, lang_find(text_from(g.code)));
}

static enum status scored_line(struct drift_doc *d, struct line *l)
{
    const size_t n = l->to - l->from;
    size_t left = RUNS_PER_LINE_MAX;
    enum status st = ST_OK;

    score_words(&d->scorer, d->text, d->words.at + l->from, n);
    l->at_home = !d->config->score.english && cld2_at_home(d, l);
    st = runs_between(d, l, 0, n, &left);
    return st == ST_OK
               ? drift_garble_layer(d, l->from, l->to, l->letters_before)
               : st;
}

/* The words of this document, before the first of its own is looked up. */
static enum status load_vocabulary(struct drift_doc *d)
{
    enum status (*load)(struct drift_doc *, void *) = d->vocabulary;
    enum status st = ST_OK;

    d->vocabulary = NULL;
    d->accepted.arena = d->arena;
    d->scorer.accepted = &d->accepted;
    if (load != NULL)
        st = load(d, d->vocabulary_arg);
    return st;
}

static enum status judge_line(struct drift_doc *d, struct line *l)
{
    const size_t before = d->count;
    const size_t letters = letters_of(d->words.at, l->from, l->to);
    bool doubt = false, foreign = true;
    enum status st = ST_OK;

    for (size_t i = l->from; i < l->to && !doubt && st == ST_OK; i++)
        doubt = doubtful(d, &d->words.at[i]);
    if (!doubt) {
        d->at_start = d->at_start && l->from == l->to;
        return ST_OK;
    }
    if (!d->config->expect.latin)
        st = latin_line(d, l);
    if (st == ST_OK && d->count == before && d->scorer.config != NULL &&
        (d->config->score.n_home > 0)) {
        st = scored_line(d, l);
        foreign = mostly_foreign(d, l);
        if (st == ST_OK && d->count > before)
            st = whole_sentences(d, l, before);
    }
    if (st == ST_OK && !d->config->expect.latin && d->count == before)
        st = drift_latin_runs(d, l->from, l->to, l->letters_before);
    if (st != ST_OK || letters < CLD2_LETTERS_MIN || !foreign ||
        d->count > before)
        return st;
    return cld2_line(d, l);
}

/* Line and word pass rates, counted as the line is done. */
static void count_line(struct drift_doc *d, const struct line *l)
{
    const struct word *w = d->words.at;

    d->word_count += l->to - l->from;
    if (l->to - l->from >= DRIFT_LINE_WORDS)
        d->lines++;
    if (d->count == d->block_first)
        return;
    for (size_t i = l->from; i < l->to; i++)
        d->words_failed +=
            covered(d, d->block_first, words_span(w, i, i)) ? 1 : 0;
    if (l->to - l->from >= DRIFT_LINE_WORDS &&
        covered(d, d->block_first, words_span(w, l->from, l->to - 1)))
        d->lines_failed++;
}

static bool new_line(const struct drift_doc *d, const struct word *before,
                     const struct word *w)
{
    const size_t end = (size_t)before->off + before->len;

    return (w->flags & WORD_LINE) != 0 ||
           memchr(d->text.ptr + end, '\n', w->off - end) != NULL;
}

static enum status scorer_begin(struct drift_doc *d)
{
    struct scorer *s = &d->scorer;
    size_t slots = SCORE_MEMORY_MIN;

    while (slots < SCORE_MEMORY_MAX && slots * BYTES_PER_MEMORY < d->text.len)
        slots *= 2;
    s->config = &d->config->score;
    s->views = arena_raw(d->arena, SCORE_WORDS_MAX, sizeof(*s->views));
    s->memory = arena_alloc(d->arena, slots, sizeof(*s->memory));
    s->memory_mask = slots - 1;
    if (s->views == NULL || s->memory == NULL)
        return ST_NOMEM;
    return load_vocabulary(d);
}

enum status drift_line_layers(struct drift_doc *d)
{
    struct line l = { .letters_before = d->letters };
    enum status st = ST_OK;

    if (d->scorer.config == NULL && d->config->data.h != NULL)
        st = scorer_begin(d);
    for (size_t i = 0; i < d->words.count && st == ST_OK; i++) {
        const bool last = i + 1 == d->words.count;

        if (!last && i + 1 - l.from < SCORE_WORDS_MAX &&
            !new_line(d, &d->words.at[i], &d->words.at[i + 1]))
            continue;
        l.to = i + 1;
        st = judge_line(d, &l);
        count_line(d, &l);
        l.letters_before += letters_of(d->words.at, l.from, l.to);
        l.from = l.to;
    }
    return st;
}
