#include "validator/text/lang_drift.h"

#include <stdlib.h>
#include <unicode/uscript.h>

#include "validator/base/utf8.h"
#include "validator/text/cld2.h"
#include "validator/text/lang_drift_int.h"

enum status drift_add(struct drift_doc *d, struct drift found)
{
    if (d->count == d->cap) {
        const size_t cap = d->cap > 0 ? d->cap * 2 : 32;
        struct drift *at =
            arena_grow(d->arena, d->drifts, d->count, cap, sizeof(*at));

        if (at == NULL)
            return ST_NOMEM;
        d->drifts = at;
        d->cap = cap;
    }
    d->drifts[d->count++] = found;
    return ST_OK;
}

/* Cyrillic, Arabic and Devanagari letters that only some languages use. */
static const struct {
    int script;
    int32_t letter;
    char code[4];
} telling_letters[] = {
    { USCRIPT_CYRILLIC, 0x454, "uk" }, { USCRIPT_CYRILLIC, 0x457, "uk" },
    { USCRIPT_CYRILLIC, 0x491, "uk" }, { USCRIPT_CYRILLIC, 0x45e, "be" },
    { USCRIPT_CYRILLIC, 0x456, "uk" }, { USCRIPT_CYRILLIC, 0x452, "sr" },
    { USCRIPT_CYRILLIC, 0x45b, "sr" }, { USCRIPT_CYRILLIC, 0x459, "sr" },
    { USCRIPT_CYRILLIC, 0x45a, "sr" }, { USCRIPT_CYRILLIC, 0x453, "mk" },
    { USCRIPT_CYRILLIC, 0x45c, "mk" }, { USCRIPT_CYRILLIC, 0x4d9, "kk" },
    { USCRIPT_CYRILLIC, 0x4a3, "kk" }, { USCRIPT_CYRILLIC, 0x49b, "kk" },
    { USCRIPT_ARABIC, 0x67e, "fa" },   { USCRIPT_ARABIC, 0x698, "fa" },
    { USCRIPT_ARABIC, 0x6af, "fa" },   { USCRIPT_ARABIC, 0x6cc, "fa" },
    { USCRIPT_ARABIC, 0x679, "ur" },   { USCRIPT_ARABIC, 0x688, "ur" },
    { USCRIPT_ARABIC, 0x6ba, "ur" },   { USCRIPT_ARABIC, 0x6d2, "ur" },
    { USCRIPT_ARABIC, 0x6be, "ur" },   { USCRIPT_DEVANAGARI, 0x933, "mr" },
};

static lang_id by_letters(struct text t, int script)
{
    enum { SAMPLE = 4096 };
    lang_id found = lang_of_script(script);
    int best = -1;

    for (size_t i = 0; i < t.len && i < SAMPLE;) {
        const int32_t cp = utf8_next(t, &i);

        for (int k = 0;
             k < (int)(sizeof(telling_letters) / sizeof(*telling_letters)); k++)
            if (telling_letters[k].letter == cp && k > best &&
                telling_letters[k].script == script)
                best = k;
    }
    return best >= 0 ? lang_find(text_from(telling_letters[best].code)) : found;
}

static bool same_script_family(lang_id a, int script)
{
    return lang_of_script(script) == a || lang_kin(a, lang_of_script(script));
}

/* The language of a span whose letters are mostly of `script`. */
static lang_id script_language(struct text t, int script, size_t letters,
                               bool kana)
{
    enum { CLD2_LETTERS = 14 }; /* fewer: the letters themselves */
    lang_id by = by_letters(t, script);

    if (script == USCRIPT_HAN || kana)
        return lang_of_script(kana ? USCRIPT_KATAKANA : USCRIPT_HAN);
    if (letters < CLD2_LETTERS)
        return by;
    const struct cld2_guess g = cld2_detect(t.ptr, t.len);
    const lang_id id = lang_find(text_from(g.code));

    return id != LANG_UND && g.percent >= 50 &&
                   (by == LANG_UND || same_script_family(id, script))
               ? id
               : by;
}

static bool greek_extended(struct text t)
{
    size_t i = 0;
    const int32_t cp = t.len > 0 ? utf8_next(t, &i) : -1;

    return cp >= 0x1f00 && cp <= 0x1fff;
}

static bool in_parentheses(const struct drift_doc *d, const struct word *w)
{
    return w->off > 0 && d->text.ptr[w->off - 1] == '(';
}

static bool foreign_script(const struct drift_doc *d, const struct word *w)
{
    const struct lang_expect *e = &d->config->expect;
    const struct text t = { d->text.ptr + w->off, w->len };

    if (w->script == USCRIPT_LATIN || w->script == USCRIPT_COMMON ||
        (w->flags & WORD_PATH) != 0 || w->letters == 0)
        return false;
    if (w->script == USCRIPT_HAN && lang_expect_script(e, USCRIPT_HANGUL) &&
        !lang_expect_script(e, USCRIPT_HIRAGANA) &&
        !lang_expect_script(e, USCRIPT_BOPOMOFO))
        return !in_parentheses(d, w); /* hanja as a gloss is Korean */
    if (lang_expect_script(e, w->script))
        return false;
    if (w->script == USCRIPT_GREEK)
        return w->letters >= 3 || greek_extended(t);
    return true;
}

/* Letters per script of a run; scripts beyond the first eight are lumped. */
struct tally {
    int script[8];
    size_t letters[8], n, total;
    bool kana;
};

static void tally_add(struct tally *t, const struct word *w)
{
    size_t i = 0;

    while (i < t->n && t->script[i] != w->script)
        i++;
    if (i == t->n && t->n < sizeof(t->script) / sizeof(*t->script))
        t->script[t->n++] = w->script;
    if (i < t->n)
        t->letters[i] += w->letters;
    t->total += w->letters;
    t->kana = t->kana || w->script == USCRIPT_HIRAGANA ||
              w->script == USCRIPT_KATAKANA;
}

static size_t tally_best(const struct tally *t)
{
    size_t best = 0;

    for (size_t i = 1; i < t->n; i++)
        if (t->letters[i] > t->letters[best])
            best = i;
    return best;
}

/* Foreign letters from word `from` on, joined over everything that is no word
 * of an expected script; returns the index behind the run. */
static size_t script_run(struct drift_doc *d, size_t from, size_t letters,
                         enum status *st)
{
    enum { GAP_MAX = 160 }; /* bytes of marks, digits, tokens inside one run */
    const struct word *w = d->words.at;
    struct tally tally = { .n = 0 };
    size_t end = from, last = from;

    for (size_t i = from; i < d->words.count; i++) {
        const bool foreign = foreign_script(d, &w[i]);

        if (!foreign && w[i].script != USCRIPT_COMMON && w[i].letters > 0 &&
            !(w[i].flags & WORD_MASKED))
            break;
        if (!foreign)
            continue;
        if (i > from && w[i].off - (w[last].off + w[last].len) > GAP_MAX)
            break;
        tally_add(&tally, &w[i]);
        last = i;
        end = i + 1;
    }
    const struct span span =
        span_between(w[from].off, w[last].off + w[last].len);
    const size_t best = tally_best(&tally);
    const lang_id lang = script_language(
        text_sub(d->text, span), tally.script[best], tally.letters[best],
        tally.kana && tally.script[best] != USCRIPT_HANGUL &&
            tally.letters[best] * 2 <= tally.total * 2 &&
            (tally.script[best] == USCRIPT_HAN ||
             tally.script[best] == USCRIPT_HIRAGANA ||
             tally.script[best] == USCRIPT_KATAKANA));

    *st = drift_add(d, (struct drift){ .span = span,
                                       .lang = lang,
                                       .layer = DRIFT_SCRIPT,
                                       .letters_before = letters,
                                       .letters_end = letters + tally.total,
                                       .foreign = tally.total });
    return end;
}

static enum status script_layer(struct drift_doc *d)
{
    enum status st = ST_OK;
    size_t letters = d->letters;

    for (size_t i = 0; i < d->words.count && st == ST_OK;) {
        const struct word *w = &d->words.at[i];

        if ((w->flags & WORD_ASCII) == 0 && foreign_script(d, w)) {
            const size_t next = script_run(d, i, letters, &st);

            for (; i < next; i++)
                letters += d->words.at[i].letters;
            continue;
        }
        letters += w->letters;
        i++;
    }
    return st;
}

enum status drift_block(struct drift_doc *d, const struct span *pieces,
                        size_t n)
{
    enum status st = ST_OK;

    d->block_first = d->count;
    d->words.count = 0;
    d->words.arena = d->arena;
    d->words.sentence_open = false;
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = words_cut(&d->words, d->text, pieces[i]);
    if (st == ST_OK)
        st = script_layer(d);
    if (st == ST_OK)
        st = drift_line_layers(d);
    for (size_t i = 0; i < d->words.count; i++)
        d->letters += d->words.at[i].letters;
    return st;
}

static bool ascii_name(char c)
{
    return ascii_alnum(c) || c == '_';
}

/* Foreign letters with ASCII letters or digits before or behind them, no
 * more than an underscore between. */
static bool inside_name(struct text t, const struct word *w)
{
    const size_t end = (size_t)w->off + w->len;
    const bool before = w->off > 0 && ascii_alnum(t.ptr[w->off - 1]);
    const bool joined =
        end + 1 < t.len && t.ptr[end] == '_' && ascii_alpha(t.ptr[end + 1]);

    return before || joined ||
           (end < t.len && ascii_name(t.ptr[end]) && t.ptr[end] != '_');
}

enum status drift_code(struct drift_doc *d, struct span s)
{
    enum status st = ST_OK;
    bool high = false;

    for (size_t i = s.off; i < span_end(s) && !high; i++)
        high = (unsigned char)d->text.ptr[i] >= 0x80;
    if (!high)
        return ST_OK;
    d->words.count = 0;
    d->words.arena = d->arena;
    st = words_cut(&d->words, d->text, s);
    for (size_t i = 0; i < d->words.count && st == ST_OK; i++) {
        struct word w = d->words.at[i];

        w.flags = 0;
        if (foreign_script(d, &w) && inside_name(d->text, &w)) {
            size_t letters = d->letters;

            d->words.at[i].flags = 0;
            (void)script_run(d, i, letters, &st);
        }
    }
    return st;
}

static int by_start(const void *a, const void *b)
{
    const struct drift *x = a, *y = b;

    if (x->span.off != y->span.off)
        return x->span.off < y->span.off ? -1 : 1;
    return (x->span.len < y->span.len) - (x->span.len > y->span.len);
}

/* Two spans are one when little of the expected language is between them. */
static bool one_piece(const struct drift *a, const struct drift *b)
{
    enum { GAP_SMALL = 4, GAP_MAX = 40, GAP_LONG = 160 }; /* letters */
    const size_t gap = b->letters_before > a->letters_end
                           ? b->letters_before - a->letters_end
                           : 0;
    const size_t foreign = a->foreign + b->foreign;

    if (b->span.off < span_end(a->span))
        return true;
    if (gap <= GAP_SMALL || (gap <= GAP_MAX && gap * 4 <= foreign))
        return true;
    return a->lang == b->lang && gap <= GAP_LONG && gap * 3 <= a->foreign &&
           gap * 3 <= b->foreign;
}

static void join(struct drift *a, const struct drift *b)
{
    if (b->foreign > a->foreign) {
        a->lang = b->lang;
        a->layer = b->layer;
    }
    if (b->span.off < span_end(a->span)) {
        if (b->foreign > a->foreign)
            a->foreign = b->foreign;
    } else {
        a->foreign += b->foreign;
    }
    a->span = span_join(a->span, b->span);
    if (b->letters_end > a->letters_end)
        a->letters_end = b->letters_end;
}

static void merge(struct drift_doc *d)
{
    size_t n = d->part_first;

    for (size_t i = d->part_first; i < d->count; i++) {
        struct drift next = d->drifts[i];

        while (n > d->part_first && one_piece(&d->drifts[n - 1], &next)) {
            join(&d->drifts[n - 1], &next);
            next = d->drifts[--n];
        }
        d->drifts[n++] = next;
    }
    d->count = n;
}

/* The first drift from which most of the rest of the document is foreign
 * becomes one takeover, to the end of the last drift. */
static void takeover(struct drift_doc *d)
{
    enum { LETTERS_MIN = 200, SHARE = 50 }; /* per cent of what follows */
    size_t foreign = 0, best = SIZE_MAX, sum = 0;

    for (size_t i = d->count; i-- > d->part_first;) {
        const struct drift *x = &d->drifts[i];
        const size_t rest = d->letters - x->letters_before;

        foreign += x->foreign;
        if (foreign >= LETTERS_MIN && foreign * 100 >= rest * SHARE &&
            x->foreign >= 8) {
            best = i;
            sum = foreign;
        }
    }
    if (best == SIZE_MAX)
        return;
    struct drift *t = &d->drifts[best];
    size_t most = 0;
    lang_id lang = t->lang;

    for (size_t i = best; i < d->count; i++)
        if (d->drifts[i].foreign > most) {
            most = d->drifts[i].foreign;
            lang = d->drifts[i].lang;
        }
    t->span = span_join(t->span, d->drifts[d->count - 1].span);
    t->letters_end = d->drifts[d->count - 1].letters_end;
    t->foreign = sum;
    t->lang = lang;
    t->layer = DRIFT_TAKEOVER;
    d->count = best + 1;
}

void drift_end_part(struct drift_doc *d)
{
    if (d->count > d->part_first) {
        qsort(d->drifts + d->part_first, d->count - d->part_first,
              sizeof(*d->drifts), by_start);
        merge(d);
        takeover(d);
    }
    d->part_first = d->count;
}
