#include "checks/token_talk.h"

/* A letter's name, or one character, between `<|` and `|>`. */
static bool is_symbol(struct text token)
{
    static const char *const greek[] = {
        "alpha", "beta",  "gamma",   "delta", "epsilon", "zeta",
        "eta",   "theta", "iota",    "kappa", "lambda",  "mu",
        "nu",    "xi",    "omicron", "pi",    "rho",     "sigma",
        "tau",   "phi",   "chi",     "psi",   "omega",   "upsilon",
    };

    if (token.len < 5 || !text_starts(token, TEXT_LIT("<|")) ||
        !text_ends(token, TEXT_LIT("|>")))
        return false;
    token = (struct text){ token.ptr + 2, token.len - 4 };
    for (size_t i = 0; i < sizeof(greek) / sizeof(*greek); i++)
        if (text_eq_icase(token, text_from(greek[i])))
            return true;
    return token.len == 1 ||
           (token.len == 2 && (unsigned char)token.ptr[0] >= 0xc2);
}

bool token_is_math(struct text t, const struct token_match *m)
{
    size_t i = m->span.off;

    if (m->family[0] == '\0' && is_symbol(text_sub(t, m->span)))
        return true;
    if (i < 3 || t.ptr[i - 1] != '|' ||
        (span_end(m->span) < t.len && t.ptr[span_end(m->span)] == '|'))
        return false;
    for (i--; i > 0 && (ascii_alnum(t.ptr[i - 1]) || t.ptr[i - 1] == '_');)
        i--;
    return i > 0 && i + 1 < m->span.off && t.ptr[i - 1] == '|';
}

/* ASCII letters of any case; `word` is in lower case. */
static bool mentions(struct text t, struct text word)
{
    for (size_t i = 0; i + word.len <= t.len; i++)
        if (ascii_lower(t.ptr[i]) == word.ptr[0] &&
            text_eq_icase((struct text){ t.ptr + i, word.len }, word))
            return true;
    return false;
}

bool token_report_talks(struct text t, const struct spans *code,
                        const struct token_set *set, struct regex_match *m)
{
    static const char *const words[] = {
        "tokenizer",      "tokeniser",     "tokenization",  "tokenisation",
        "tokenizes",      "special token", "special-token", "control token",
        "reserved token", "chat template", "chat-template", "chatml",
    };
    enum { LONGEST = 64 };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (mentions(t, text_from(words[i])))
            return true;
    for (size_t i = 0; i < code->count; i++) {
        const struct span s = code->at[i];
        struct token_match found;

        if (s.len > 2 && s.len < LONGEST &&
            (t.ptr[s.off] == '<' || t.ptr[s.off] == '[') &&
            token_at(set, m, t, s.off, true, &found) && found.span.len == s.len)
            return true;
    }
    return false;
}

bool token_talk_at(struct text t, size_t at)
{
    static const char *const before[] = { "special ", "control ", "reserved " };
    const size_t word = at - 2;
    struct text head;

    if (at < 2 || t.len - word < 7 ||
        !text_eq_icase((struct text){ t.ptr + word, 5 }, TEXT_LIT("token")))
        return false;
    if (t.ptr[word + 5] == 'i' &&
        (t.ptr[word + 6] == 'z' || t.ptr[word + 6] == 's'))
        return true;
    head = (struct text){ t.ptr, word };
    for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
        const struct text w = text_from(before[i]);

        if (head.len >= w.len &&
            text_eq_icase((struct text){ head.ptr + head.len - w.len, w.len },
                          w))
            return true;
    }
    return false;
}

/* Nothing but the token and marks of a list or table stands on the line. */
static bool is_alone(struct text line, struct text token)
{
    size_t rest = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr + i == token.ptr)
            i += token.len;
        rest += i < line.len && (ascii_alnum(line.ptr[i]) ||
                                 (unsigned char)line.ptr[i] >= 0x80);
    }
    return rest == 0;
}

bool token_is_integrated(struct text t, struct span s)
{
    const size_t end = span_end(s);
    const char before = s.off > 0 ? t.ptr[s.off - 1] : '\n';
    const char after = end < t.len ? t.ptr[end] : '\n';
    bool wrapped = false;
    size_t i = s.off;

    while (i > 0 && t.ptr[i - 1] == ' ')
        i--;
    if (i > 1 && t.ptr[i - 1] == '\n' &&
        (ascii_alnum(t.ptr[i - 2]) || t.ptr[i - 2] == ',')) {
        wrapped = true; /* the line goes on */
        i--;
    }
    /* behind a sentence's end or at a line's beginning it is no word */
    if (i == 0 || t.ptr[i - 1] == '\n' || strchr(".!?", t.ptr[i - 1]) != NULL)
        return false;
    if (strchr(" (*\"'\n", before) == NULL ||
        strchr(" ,.;:)*\"'", after) == NULL)
        return false;
    return (wrapped && after != ' ') ||
           !is_alone(token_line(t, s), text_sub(t, s));
}

static bool is_one_of(struct text w, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_eq_icase(w, text_from(words[i])))
            return true;
    return false;
}

/* Words that say that the text is about tokens. */
static bool is_talk_word(struct text w, bool plural)
{
    static const char *const words[] = {
        "token",      "tag",       "marker",      "delimiter", "sentinel",
        "symbol",     "string",    "placeholder", "sequence",  "separator",
        "literal",    "special",   "escape",      "element",   "markup",
        "vocabulary", "tokenizer", "template",    "syntax",
    };

    if (w.len > 1 && (w.ptr[w.len - 1] | 32) == 's' &&
        (plural || !text_eq_icase(w, TEXT_LIT("tokens"))))
        w.len--; /* "91 <eos> tokens" are tokens of a text */
    return is_one_of(w, words, sizeof(words) / sizeof(*words));
}

static struct text word_after(struct text t, size_t at)
{
    size_t i = at, e;

    while (i < t.len && (t.ptr[i] == ' ' || t.ptr[i] == '\n'))
        i++;
    for (e = i; e < t.len && ascii_alpha(t.ptr[e]);)
        e++;
    return (struct text){ t.ptr + i, e - i };
}

static struct text word_before(struct text t, size_t at)
{
    size_t e = at, i;

    while (e > 0 && (t.ptr[e - 1] == ' ' || t.ptr[e - 1] == '\n'))
        e--;
    for (i = e; i > 0 && ascii_alpha(t.ptr[i - 1]);)
        i--;
    return (struct text){ t.ptr + i, e - i };
}

/* In quotation marks of any kind. */
static bool quoted(struct text t, struct span s)
{
    const size_t end = span_end(s);
    const char a = s.off > 0 ? t.ptr[s.off - 1] : ' ';
    const char b = end < t.len ? t.ptr[end] : ' ';
    const bool curly_a =
        s.off >= 3 && memcmp(t.ptr + s.off - 3, "\xe2\x80", 2) == 0;
    const bool curly_b =
        t.len - end >= 3 && memcmp(t.ptr + end, "\xe2\x80", 2) == 0;

    return ((a == '"' || a == '\'') && a == b) || (curly_a && curly_b) ||
           (s.off >= 2 && memcmp(t.ptr + s.off - 2, "\xc2\xab", 2) == 0);
}

static bool line_talks(struct text t, struct span s)
{
    enum { REACH = 300 };
    size_t i = s.off, e = span_end(s);

    while (i > 0 && s.off - i < REACH && t.ptr[i - 1] != '\n')
        i--;
    while (e < t.len && e - s.off < REACH && t.ptr[e] != '\n')
        e++;
    while (i < e) {
        const struct text w = word_after(t, i);

        if (w.ptr + w.len > t.ptr + e)
            break;
        if (w.len > 0 && is_talk_word(w, true) &&
            (i < s.off || i >= span_end(s)))
            return true;
        i = w.len > 0 ? (size_t)(w.ptr - t.ptr) + w.len : i + 1;
    }
    return false;
}

/* Small words between a token and the word that names it, before it. */
static bool links_before(struct text w)
{
    static const char *const words[] = {
        "and",  "or",   "to",      "is",       "a",       "an",     "the",
        "as",   "such", "like",    "called",   "named",   "namely", "between",
        "both", "with", "special", "reserved", "control", "two",
    };

    return is_one_of(w, words, sizeof(words) / sizeof(*words));
}

/* The same behind it; an article only after "is". */
static bool links_behind(struct text w, struct text last)
{
    static const char *const words[] = { "and",     "or",       "to",
                                         "is",      "are",      "both",
                                         "special", "reserved", "control" };
    static const char *const articles[] = { "a", "an", "the" };

    return is_one_of(w, words, sizeof(words) / sizeof(*words)) ||
           (is_one_of(w, articles, sizeof(articles) / sizeof(*articles)) &&
            (text_eq(last, TEXT_LIT("is")) || text_eq(last, TEXT_LIT("are"))));
}

static bool is_talk_verb(struct text w)
{
    static const char *const words[] = { "marks",   "denotes",    "indicates",
                                         "signals", "represents", "delimits",
                                         "means",   "stands" };

    return is_one_of(w, words, sizeof(words) / sizeof(*words));
}

enum { TALK_STEPS = 8 };

/* Another token in brackets at i: where it ends, or i. */
static size_t skip_bracketed(struct text t, size_t i)
{
    enum { LONGEST = 40 };
    const char close = i < t.len && t.ptr[i] == '[' ? ']' : '>';
    size_t e = i + 1;

    if (i >= t.len || (t.ptr[i] != '<' && t.ptr[i] != '['))
        return i;
    while (e < t.len && e - i < LONGEST && !ascii_space(t.ptr[e]) &&
           t.ptr[e] != close)
        e++;
    return e < t.len && t.ptr[e] == close ? e + 1 : i;
}

/* From `at` on over small words, commas and other tokens to a word that names
 * them. list: more than one token, so the word may be plural. */
static bool talk_behind(struct text t, size_t at, bool list)
{
    struct text last = { "", 0 };
    size_t i = at;

    for (int step = 0; step < TALK_STEPS; step++) {
        while (i < t.len && (t.ptr[i] == ' ' || t.ptr[i] == ','))
            i++;
        const size_t e = skip_bracketed(t, i);

        if (e > i) {
            list = true;
            i = e;
            continue;
        }
        const struct text w = word_after(t, i);

        if (w.len == 0 || w.ptr != t.ptr + i)
            return false;
        if (is_talk_word(w, list) || (step == 0 && is_talk_verb(w)))
            return true;
        if (!links_behind(w, last))
            return false;
        last = w;
        i += w.len;
    }
    return false;
}

/* The same backwards: `the tokens <a>, <b> and` before <c>. */
static bool talk_before(struct text t, size_t at, bool list)
{
    size_t i = at;

    for (int step = 0; step < TALK_STEPS; step++) {
        while (i > 0 && (t.ptr[i - 1] == ' ' || t.ptr[i - 1] == ',' ||
                         t.ptr[i - 1] == ':'))
            i--;
        if (i > 0 && (t.ptr[i - 1] == '>' || t.ptr[i - 1] == ']')) {
            size_t k = i - 1;

            while (k > 0 && i - k < 40 && t.ptr[k] != '<' && t.ptr[k] != '[' &&
                   !ascii_space(t.ptr[k]))
                k--;
            if (t.ptr[k] != '<' && t.ptr[k] != '[')
                return false;
            list = true;
            i = k;
            continue;
        }
        const struct text w = word_before(t, i);

        if (w.len == 0 || w.ptr + w.len != t.ptr + i)
            return false;
        if (is_talk_word(w, list))
            return true;
        if (!links_before(w))
            return false;
        i -= w.len;
    }
    return false;
}

/* Another token beside this one in a list: `<a> and <b>`, `<a>, <b>`. */
static bool in_list(struct text t, struct span s)
{
    static const char *const joins[] = { ", ", " and ", " or ", " to ",
                                         ", and " };

    for (size_t k = 0; k < sizeof(joins) / sizeof(*joins); k++) {
        const struct text j = text_from(joins[k]);
        const size_t end = span_end(s);

        if (t.len - end > j.len && memcmp(t.ptr + end, j.ptr, j.len) == 0 &&
            skip_bracketed(t, end + j.len) > end + j.len)
            return true;
        if (s.off > j.len && memcmp(t.ptr + s.off - j.len, j.ptr, j.len) == 0 &&
            strchr(">]", t.ptr[s.off - j.len - 1]) != NULL)
            return true;
    }
    return false;
}

bool token_is_talk(struct text t, struct span s)
{
    const size_t end = span_end(s);
    const char before = s.off > 0 ? t.ptr[s.off - 1] : '\n';
    const char after = end < t.len ? t.ptr[end] : '\n';
    const bool list = in_list(t, s);

    if (quoted(t, s))
        return line_talks(t, s);
    if (before != ' ' && before != '(' && before != '*' && before != '\n')
        return false;
    if ((after == ' ' || after == ',') && talk_behind(t, end, list))
        return true;
    if (before != '\n' && talk_before(t, s.off, list))
        return true;
    return before == '(' && after == ')' && line_talks(t, s);
}
