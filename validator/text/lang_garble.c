/* Letters that are no word of any language: what a decoder writes when its
 * first token goes wrong, or in the middle of a word. */
#include <unicode/uscript.h>

#include "validator/text/lang_drift_int.h"

static struct text word_text(const struct drift_doc *d, const struct word *w)
{
    return (struct text){ d->text.ptr + w->off, w->len };
}

/* Three micro signs: a letter of no script, and of no unit either. */
static bool sign_run(const struct word *w)
{
    enum { SIGNS_MIN = 3 };

    return w->script == USCRIPT_COMMON && w->letters >= SIGNS_MIN;
}

/* "It'refit": a pronoun whose apostrophe is followed by no contraction. */
static bool wrong_contraction(const struct drift_doc *d, const struct word *w)
{
    enum { TAIL_MIN = 4 }; /* letters; 're and 'll are shorter */
    static const char *const heads[] = { "it",   "i",     "we",   "you",
                                         "they", "he",    "she",  "that",
                                         "let",  "there", "what", "here" };
    const struct text t = word_text(d, w);
    const char *apostrophe = memchr(t.ptr, '\'', t.len);

    if (apostrophe == NULL)
        return false;
    const size_t head = (size_t)(apostrophe - t.ptr);
    const struct text first = { t.ptr, head };

    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
        if (text_eq_icase(first, text_from(heads[i])))
            return t.len - head - 1 >= TAIL_MIN;
    return false;
}

static bool garbled(const struct drift_doc *d, const struct word *w,
                    const struct word_view *v)
{
    enum { LETTERS_MIN = 4 };
    const unsigned not_prose =
        WORD_MASKED | WORD_PATH | WORD_UPPER | WORD_HYPHEN | WORD_QUOTED;

    if (sign_run(w))
        return true;
    if (d->scorer.config == NULL || !d->config->score.english ||
        (w->flags & not_prose) != 0 || w->script != USCRIPT_LATIN)
        return false;
    if ((w->flags & WORD_APOSTROPHE) != 0)
        return wrong_contraction(d, w);
    if ((w->flags & WORD_CAPITAL) != 0 || w->letters < LETTERS_MIN)
        return false;
    return v->accent_only ||
           (d->at_start && (!v->home || (v->rare && v->listed)));
}

enum status drift_garble_layer(struct drift_doc *d, size_t from, size_t to,
                               size_t letters_before)
{
    enum status st = ST_OK;

    for (size_t i = from; i < to && st == ST_OK; i++) {
        const struct word *w = &d->words.at[i];
        const struct word_view *v =
            d->scorer.views != NULL ? &d->scorer.views[i - from] : NULL;

        if (v != NULL && garbled(d, w, v))
            st = drift_add(
                d,
                (struct drift){
                    .span = { w->off, w->len },
                    .lang = d->at_start && v->listed
                                ? score_language(&d->scorer, i - from, i - from)
                                : LANG_UND,
                    .layer = DRIFT_GARBLE,
                    .letters_before = letters_before,
                    .letters_end = letters_before + w->letters,
                    .foreign = w->letters });
        letters_before += w->letters;
        d->at_start = d->at_start && w->letters == 0;
    }
    return st;
}
