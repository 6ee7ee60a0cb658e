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
