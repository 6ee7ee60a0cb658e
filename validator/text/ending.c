#include "validator/text/ending.h"

#include <unicode/uchar.h>

#include "validator/base/utf8.h"

static const char *const list_name[WORD_LISTS] = {
    [LIST_DANGLING] = "dangling", [LIST_OPENER] = "opener",
    [LIST_STARTER] = "starter",   [LIST_CLOSING] = "closing",
    [LIST_FINITE] = "finite",
};

/* The words of "LANG KIND: words", or empty text. */
static struct text words_of(struct text rules, struct text lang,
                            const char *kind)
{
    const struct text name = text_from(kind);

    for (size_t i = 0, nl; i < rules.len; i = nl + 1) {
        nl = text_find(rules, TEXT_LIT("\n"), i);
        nl = nl < rules.len ? nl : rules.len;
        const struct text line = { rules.ptr + i, nl - i };
        const size_t head = lang.len + 1 + name.len + 1;

        if (line.len > head && text_starts(line, lang) &&
            line.ptr[lang.len] == ' ' && line.ptr[head - 1] == ':' &&
            memcmp(line.ptr + lang.len + 1, name.ptr, name.len) == 0)
            return (struct text){ line.ptr + head, line.len - head };
    }
    return (struct text){ "", 0 };
}

/* Calls for each word of a list; a match ends it. */
static bool any_word(struct text list, struct text t,
                     bool (*fits)(struct text word, struct text t))
{
    for (size_t i = 0, e; i < list.len; i = e + 1) {
        e = text_find(list, TEXT_LIT(" "), i);
        e = e < list.len ? e : list.len;
        if (e > i && fits((struct text){ list.ptr + i, e - i }, t))
            return true;
    }
    return false;
}

/* Every expected language, also in "de,en"; its main part. */
static bool any_language(const struct endings *e, const char *kind,
                         struct text t,
                         bool (*fits)(struct text word, struct text t))
{
    for (size_t i = 0; i < e->n_langs; i++)
        for (const char *p = e->langs[i]; *p != '\0';) {
            const struct text lang = { p, strcspn(p, "-_,") };

            if (lang.len > 0 &&
                any_word(words_of(e->rules, lang, kind), t, fits))
                return true;
            p += strcspn(p, ",");
            p += *p == ',';
        }
    return false;
}

/* The same, letter by letter in lower case; `word` is in lower case. */
static bool same_word(struct text word, struct text t)
{
    size_t i = 0, k = 0;

    while (i < word.len && k < t.len)
        if (utf8_next(word, &i) != u_tolower(utf8_next(t, &k)))
            return false;
    return i == word.len && k == t.len;
}

static bool ends_with(struct text suffix, struct text t)
{
    return text_ends(t, suffix);
}

/* "l'eau" begins with the word "l'". */
static bool begins_with(struct text word, struct text t)
{
    size_t i = 0, k = 0;

    while (i < word.len && k < t.len)
        if (utf8_next(word, &i) != u_tolower(utf8_next(t, &k)))
            return false;
    if (i < word.len)
        return false;
    return k == t.len || word.ptr[word.len - 1] == '\'' ||
           !u_isalpha(utf8_next(t, &k));
}

bool endings_list(const struct endings *e, enum word_list k, struct text word)
{
    return word.len > 0 && any_language(e, list_name[k], word, same_word);
}

/* Bits of the lists that hold words of the expected languages, and English
 * ones: terms. 0: a language has none. */
static uint64_t home_lists(const struct endings *e)
{
    uint64_t lists = ((uint64_t)1 << LIST_LANGUAGES) - 1;

    if (e->expect.n_ids == 0 || e->expect.n_ids < e->expect.n_tags)
        return 0;
    for (size_t i = 0; i < e->expect.n_ids; i++) {
        const lang_id id = e->expect.ids[i];
        const int list = e->data->lang_list[id];

        if (list < 0 && strcmp(lang_code(id), "en") != 0)
            return 0;
        if (list >= 0)
            lists |= (uint64_t)1 << list;
    }
    return lists;
}

static bool is_listed(const struct endings *e, struct text w, uint64_t lists)
{
    return (lang_data_lists(e->data, w, lang_hash(w)) & lists) != 0 ||
           lang_data_core(e->data, lang_hash(w));
}

/* A listed word and a letter or two: lists of inflected languages lack forms of
 * short words. The English ones have them. */
static bool is_inflected(const struct endings *e, struct text w, uint64_t lists)
{
    enum { ENDING = 2, STEM = 3 }; /* letters */
    size_t letters = 0;

    if (e->expect.n_ids == 1 && strcmp(lang_code(e->expect.ids[0]), "en") == 0)
        return false;
    for (size_t i = 0; i < w.len; letters++)
        (void)utf8_next(w, &i);
    for (int k = 0; k < ENDING && letters > STEM; k++, letters--) {
        (void)utf8_prev(w, &w.len);
        if (is_listed(e, w, lists))
            return true;
    }
    return false;
}

/* "l'auteur": behind the apostrophe, also the curly one. */
static struct text behind_apostrophe(struct text word)
{
    for (size_t i = word.len; i > 0;) {
        const size_t end = i;
        const int32_t c = utf8_prev(word, &i);

        if (c == '\'' || c == 0x2019)
            return (struct text){ word.ptr + end, word.len - end };
    }
    return word;
}

bool endings_unknown(const struct endings *e, struct text word)
{
    enum { LEAST = 3, SIZE = 128 }; /* bytes */
    char lower[SIZE];

    word = behind_apostrophe(word);
    const size_t n = word.len >= LEAST && e->data != NULL
                         ? lang_lower(lower, sizeof(lower), word)
                         : 0;
    const struct text w = { lower, n };
    const uint64_t lists = n > 0 ? home_lists(e) : 0;

    if (lists == 0 || n != word.len || memcmp(lower, word.ptr, n) != 0)
        return false; /* none, or not in small letters */
    return !is_listed(e, w, lists) && !is_inflected(e, w, lists);
}

/* t without white space and emphasis at its end. */
static struct text plain_end(struct text t)
{
    while (t.len > 0 && (ascii_space(t.ptr[t.len - 1]) ||
                         strchr("*_~", t.ptr[t.len - 1]) != NULL))
        t.len--;
    return t;
}

/* The syllable before the last character of t: "closed" when a consonant ends
 * it, else "bare" (Unicode 3.12, Hangul syllables: 28 ends to a vowel, the
 * first of them none). NULL: no such syllable. */
static const char *hangul_before(struct text t)
{
    enum { FIRST = 0xac00, LAST = 0xd7a3, ENDS = 28 };
    size_t i = t.len;
    int32_t c = i > 0 ? utf8_prev(t, &i) : -1;

    c = c >= FIRST && c <= LAST && i > 0 ? utf8_prev(t, &i) : -1;
    if (c < FIRST || c > LAST)
        return NULL;
    return (c - FIRST) % ENDS > 0 ? "closed" : "bare";
}

static bool ends_in_particle(const struct endings *e, struct text t)
{
    const char *kind = hangul_before(t);

    if (any_language(e, "suffix", t, ends_with))
        return !any_language(e, "noun", ending_word(t), same_word);
    return kind != NULL && any_language(e, kind, t, ends_with) &&
           !any_language(e, "noun", ending_word(t), same_word);
}

bool endings_dangle(const struct endings *e, struct text t, bool particles)
{
    return endings_list(e, LIST_DANGLING, ending_word(t)) ||
           (particles && ends_in_particle(e, plain_end(t)));
}

/* `tense` ends the word, which is in small letters and longer. */
static bool is_tensed(struct text tense, struct text word)
{
    return word.len > tense.len + 1 && !begins_upper(word) &&
           text_ends(word, tense);
}

bool endings_finite(const struct endings *e, struct text t)
{
    for (size_t i = 0, end; i < t.len; i = end + 1) {
        end = text_find(t, TEXT_LIT(" "), i);
        end = end < t.len ? end : t.len;
        const struct text word = { t.ptr + i, end - i };

        if (end < t.len && (endings_list(e, LIST_FINITE, word) ||
                            any_language(e, "tense", word, is_tensed)))
            return true;
    }
    return false;
}

bool endings_begin(const struct endings *e, enum word_list k, struct text t)
{
    return any_language(e, list_name[k], t, begins_with);
}

/* -1, an invalid byte, is none. */
static bool is_blank(int32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return u_isUWhiteSpace(c);
}

static bool is_closer(int32_t c)
{
    switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case '}':
    case '*':
    case '_':
    case '~':
    case 0x00ab: /* »x« */
    case 0x00bb:
    case 0x2018: /* ‚x‘ */
    case 0x2019:
    case 0x201c: /* „x“ */
    case 0x201d:
    case 0x300b:
    case 0x300d:
    case 0x300f:
    case 0x3011:
    case 0xff09:
    case 0xfe0f:
        return true;
    default:
        return is_blank(c);
    }
}

struct text ending_core(struct text t)
{
    size_t i = t.len;

    while (i > 0) {
        if (!is_closer(utf8_prev(t, &i)))
            return t;
        t.len = i;
    }
    return t;
}

static int32_t last_char(struct text t)
{
    size_t i = t.len;

    return t.len > 0 ? utf8_prev(t, &i) : -1;
}

static bool is_stop(int32_t c)
{
    if (c < 0x80)
        return c == '.' || c == '!' || c == '?';
    switch (c) {
    case 0x2026: /* ellipsis */
    case 0x22ef:
    case 0x25a0: /* end of proof */
    case 0x25a1:
    case 0x220e:
        return true;
    default:
        /* Sentence_Terminal: every script's full stops */
        return u_hasBinaryProperty(c, UCHAR_S_TERM) ||
               u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) ||
               (c >= 0x1f1e6 && c <= 0x1f1ff);
    }
}

/* What stands between two things, behind a blank: "5 +", "yes /". */
static bool is_operator(int32_t c)
{
    switch (c) {
    case '+':
    case '-':
    case '=':
    case '&':
    case '<':
    case 0x00b1:
    case 0x00d7:
    case 0x2013:
    case 0x2014:
    case 0x2190:
    case 0x2192:
    case 0x2212:
    case 0x2248:
    case 0x2264:
    case 0x2265:
        return true;
    default:
        return false;
    }
}

/* Before a stripped closing mark these would be closed: look at t itself. */
static bool is_opener(int32_t c)
{
    return c == '(' || c == '[' || c == '{' || c == 0x00a1 || c == 0x00bf ||
           c == 0x201e || c == 0x201a || c == 0x300a || c == 0x300c ||
           c == 0x300e || c == 0x3010 || c == 0xff08;
}

static bool behind_blank(struct text t)
{
    size_t i = t.len;

    (void)utf8_prev(t, &i);
    return i > 0 && ascii_space(t.ptr[i - 1]);
}

/* What goes on, when no bracket or quote closes behind it. */
static enum mark open_mark(struct text t)
{
    const int32_t c = last_char(t);

    switch (c) {
    case ':':
    case 0xff1a:
        return MARK_COLON;
    case ';':
    case 0x061b:
    case 0xff1b:
        return MARK_SEMICOLON;
    case ',':
    case 0x060c:
    case 0x3001:
    case 0xff0c:
        return MARK_COMMA;
    default:
        return c >= 0 && (is_opener(c) || (is_operator(c) && behind_blank(t)))
                   ? MARK_HANGING
                   : MARK_NONE;
    }
}

enum mark ending_mark(struct text t)
{
    const struct text core = ending_core(t), plain = plain_end(t);
    const int32_t c = last_char(core);

    if (c >= 0 && is_stop(c))
        return MARK_STOP;
    return open_mark(plain);
}

enum last ending_letter(struct text t)
{
    const int32_t c = last_char(plain_end(t));

    if (c < 0)
        return LAST_OTHER;
    if (u_isdigit(c))
        return LAST_DIGIT;
    if (u_isUUppercase(c))
        return LAST_UPPER;
    if (u_isULowercase(c))
        return LAST_LOWER;
    return u_isalpha(c) || u_charType(c) == U_NON_SPACING_MARK ||
                   u_charType(c) == U_COMBINING_SPACING_MARK
               ? LAST_UNCASED
               : LAST_OTHER;
}

bool begins_upper(struct text word)
{
    size_t i = 0;
    const int32_t c = word.len > 0 ? utf8_next(word, &i) : -1;

    return c < 0 || u_isUUppercase(c) || !u_isalpha(c);
}

static bool in_word(int32_t c)
{
    return c >= 0 && (u_isalpha(c) || c == '\'' || c == 0x2019 ||
                      (u_charType(c) >= U_NON_SPACING_MARK &&
                       u_charType(c) <= U_COMBINING_SPACING_MARK));
}

struct text ending_word(struct text t)
{
    const struct text core = plain_end(t);
    size_t i = core.len;

    for (size_t at = core.len; at > 0;) {
        const int32_t c = utf8_prev(core, &at);

        if (!in_word(c)) {
            if (c == '.' && i < core.len && at > 0 && i > at + 1 &&
                in_word(core.ptr[at - 1]))
                continue; /* e.g, i.e */
            break;
        }
        i = at;
    }
    return (struct text){ core.ptr + i, core.len - i };
}

size_t ending_sentence(struct text t)
{
    size_t start = 0;

    for (size_t i = 0; i < t.len;) {
        const int32_t c = utf8_next(t, &i);
        bool blank = false;
        size_t k = i;

        if (c < 0 || !is_stop(c))
            continue;
        for (size_t next = k; next < t.len; k = next) {
            const int32_t d = utf8_next(t, &next);

            if (!is_closer(d) && !is_stop(d))
                break;
            blank |= is_blank(d);
        }
        if (k >= t.len || (c < 0x2e80 && !blank))
            continue;
        size_t next = k;

        if (!u_isULowercase(utf8_next(t, &next)))
            start = k;
    }
    return start;
}

/* Letters of scripts that are written without blanks. */
static bool is_dense(int32_t c)
{
    return (c >= 0x0e00 && c < 0x0f00) || (c >= 0x1000 && c < 0x10a0) ||
           (c >= 0x1780 && c < 0x1800) || (c >= 0x3040 && c < 0xa000) ||
           (c >= 0x20000 && c < 0x30000);
}

size_t ending_words(struct text t)
{
    size_t words = 0, dense = 0;
    bool inside = false;

    for (size_t i = 0; i < t.len;) {
        const int32_t c = utf8_next(t, &i);
        const bool blank = is_blank(c);

        if (c >= 0x0e00 && is_dense(c)) {
            dense++;
            inside = false;
            continue;
        }
        words += !blank && !inside && (c < 0x3000 || c > 0x303f);
        inside = !blank;
    }
    return words + dense * 2 / 3;
}

static int32_t closer_of(int32_t c)
{
    switch (c) {
    case '(':
        return ')';
    case '[':
        return ']';
    case 0x201e: /* „x“ and „x” */
    case 0x201c:
        return 0x201d;
    case 0x300a:
    case 0x300c:
    case 0x300e:
    case 0x3010:
        return c + 1;
    case 0xff08:
        return 0xff09;
    default:
        return 0;
    }
}

/* „x“ closes with what opens “x”. */
static bool closes_low(const int32_t *open, size_t depth, int32_t c)
{
    return depth > 0 && open[depth - 1] == 0x201e && c == 0x201c;
}

bool ending_opens(struct text t)
{
    enum { DEPTH = 64 };
    int32_t open[DEPTH], before = 0;
    size_t depth = 0, bold = 0, ticks = 0;

    for (size_t i = 0; i < t.len;) {
        const int32_t c = utf8_next(t, &i);

        ticks += c == '`';
        if (c == '\'' && ticks % 2 == 1)
            ticks++;          /* `old quotes' */
        if (ticks % 2 == 1) { /* code may hold anything */
            before = c;
            continue;
        }
        if (c == '*' && i < t.len && t.ptr[i] == '*') {
            bold++;
            i++;
        } else if (closes_low(open, depth, c) ||
                   (depth > 0 && c == closer_of(open[depth - 1]))) {
            depth--;
        } else if (closer_of(c) != 0 && before != ':' && depth < DEPTH) {
            open[depth++] = c; /* ":(" is a face, "a)" an item */
        }
        before = c;
    }
    return depth > 0 || bold % 2 == 1 || ticks % 2 == 1;
}
