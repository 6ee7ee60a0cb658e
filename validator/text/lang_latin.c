/* Latin text inside lines of languages that are written otherwise: terms and
 * English quotations are at home there, a sentence of a third language is not.
 */
#include <unicode/uscript.h>

#include "validator/base/utf8.h"
#include "validator/text/cld2.h"
#include "validator/text/lang_drift_int.h"

/* Measured: docs/measured/language.md, "Inside lines of other scripts". */
enum {
    WORDS_MIN = 5,       /* fewer are a name or a term */
    SMALL_MIN = 3,       /* words in small letters: names have capitals */
    LISTED_PERCENT = 50, /* of the words are of the language */
    UNLISTED_MIN = 8,    /* words, where no list tells of the language */
    ENGLISH_MIN = 8,     /* words of an English sentence */
    NAME_WORDS = 4,      /* that may stand before a quotation */
    SENTENCE_WORDS = 3,  /* of them such as terms have not */
    WORD_MAX = 64        /* bytes */
};

/* What the words of a run are, by the word lists. */
struct census {
    size_t words, small, english;
    size_t of_list[LANG_LISTS_MAX];
};

static bool counts(const struct word *w)
{
    return w->script == USCRIPT_LATIN && w->letters > 1 &&
           (w->flags & (WORD_MASKED | WORD_UPPER)) == 0;
}

static bool is_english(uint64_t lists)
{
    return (lists & (((uint64_t)1 << LIST_LANGUAGES) - 1)) != 0;
}

static struct census census_of(const struct drift_doc *d, size_t first,
                               size_t last)
{
    const struct lang_data *data = &d->config->data;
    struct census c = { .words = 0 };

    for (size_t i = first; i <= last; i++) {
        const struct word *w = &d->words.at[i];
        char lower[WORD_MAX];

        if (!counts(w))
            continue;
        c.words++;
        c.small += (w->flags & WORD_CAPITAL) == 0;
        const size_t n =
            data->h == NULL
                ? 0
                : lang_lower(lower, sizeof(lower),
                             (struct text){ d->text.ptr + w->off, w->len });

        if (n == 0)
            continue;
        const struct text word = { lower, n };
        const uint64_t lists = lang_data_lists(data, word, lang_hash(word));

        c.english += is_english(lists);
        for (size_t k = LIST_LANGUAGES; k < LANG_LISTS_MAX; k++)
            c.of_list[k] += lists >> k & 1;
    }
    return c;
}

/* The words speak for the language rather than for English. */
static bool borne_out(const struct lang_data *data, const struct census *c,
                      lang_id id)
{
    const int list = data->h != NULL ? data->lang_list[id] : -1;

    if (list < 0)
        return c->words >= UNLISTED_MIN;
    return c->of_list[list] * 100 >= c->words * LISTED_PERCENT &&
           c->of_list[list] > c->english;
}

/* Words that English sentences have and its terms have not. */
static bool is_sentence_word(struct text w)
{
    static const char *const words[] = {
        "the",  "a",    "an",   "is",   "are",   "was",  "were", "be",
        "been", "has",  "have", "had",  "can",   "will", "may",  "must",
        "do",   "does", "it",   "this", "these", "you",  "we",   "they",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq_icase(w, text_from(words[i])))
            return true;
    return false;
}

/* -1: closes, 1: opens, 2: either; 0: no mark of a quotation. */
static int quotation_mark(int32_t c)
{
    switch (c) {
    case '(':
    case 0x00ab: /* « */
    case 0x201e: /* „ */
    case 0x300a:
    case 0x300c:
    case 0x300e:
    case 0xff08:
        return 1;
    case ')':
    case 0x00bb:
    case 0x201d:
    case 0x300b:
    case 0x300d:
    case 0x300f:
    case 0xff09:
        return -1;
    case '"':
    case 0x201c: /* opens “x” and closes „x“ */
        return 2;
    default:
        return 0;
    }
}

/* Behind the mark at `from`. */
static bool only_blanks(struct text t, size_t from, size_t at)
{
    (void)utf8_next(t, &from);
    while (from < at && ascii_space(t.ptr[from]))
        from++;
    return from == at;
}

/* The last mark before `at` in its line opens, or a colon stands there. */
static bool behind_opener(struct text t, size_t at)
{
    enum { REACH = 400 }; /* bytes */
    size_t i = at, straight = 0;
    int first = 0;

    while (i > 0 && at - i < REACH && t.ptr[i - 1] != '\n') {
        const int32_t c = utf8_prev(t, &i);
        const int mark = quotation_mark(c);

        straight += c == '"';
        if (first == 0 && (c == ':' || c == 0xff1a) && only_blanks(t, i, at))
            return true; /* a message, a title */
        if (first == 0)
            first = mark == 2 && c != '"' ? 1 : mark;
    }
    return first == 1 || (first == 2 && straight % 2 == 1);
}

bool drift_is_quotation(const struct drift_doc *d, size_t first, size_t last)
{
    size_t n = 0;

    for (size_t i = first; i <= last; i++)
        n += is_sentence_word((struct text){ d->text.ptr + d->words.at[i].off,
                                             d->words.at[i].len });
    if (n < SENTENCE_WORDS)
        return true;
    for (size_t i = first; i <= last && i < first + NAME_WORDS; i++)
        if ((i == first || (d->words.at[i].flags & WORD_START) != 0) &&
            behind_opener(d->text, d->words.at[i].off))
            return true;
    return false;
}

/* A run of Latin words [first, last] of a line. */
static enum status judge_run(struct drift_doc *d, size_t first, size_t last,
                             size_t letters_before)
{
    const struct word *w = d->words.at;
    const struct span s =
        span_between(w[first].off, (size_t)w[last].off + w[last].len);
    const struct census c = census_of(d, first, last);
    size_t letters = 0;

    if (c.words < WORDS_MIN || c.small < SMALL_MIN)
        return ST_OK;
    const struct cld2_guess g = cld2_detect(d->text.ptr + s.off, s.len);
    const lang_id id = lang_find(text_from(g.code));

    if (!g.reliable || id == LANG_UND ||
        lang_expect_has(&d->config->expect, id))
        return ST_OK;
    if (strcmp(lang_code(id), "en") == 0
            ? c.words < ENGLISH_MIN || drift_is_quotation(d, first, last)
            : !borne_out(&d->config->data, &c, id))
        return ST_OK;
    for (size_t i = first; i <= last; i++)
        letters += w[i].letters;
    return drift_add(d, (struct drift){ .span = s,
                                        .lang = id,
                                        .layer = DRIFT_SENTENCE,
                                        .letters_before = letters_before,
                                        .letters_end = letters_before + letters,
                                        .foreign = letters });
}

enum status drift_latin_runs(struct drift_doc *d, size_t from, size_t to,
                             size_t letters_before)
{
    const struct word *w = d->words.at;
    enum status st = ST_OK;

    for (size_t i = from; i < to && st == ST_OK;) {
        size_t last = i, end = i;

        if (w[i].script == USCRIPT_LATIN)
            for (; end < to && (w[end].script == USCRIPT_LATIN ||
                                w[end].script == USCRIPT_COMMON);
                 end++)
                last = w[end].script == USCRIPT_LATIN ? end : last;
        if (last >= i + WORDS_MIN - 1)
            st = judge_run(d, i, last, letters_before);
        for (end = last + 1; i < end; i++)
            letters_before += w[i].letters;
    }
    return st;
}
