/* A token that the grammar of its sentence needs: without it the sentence would
 * break. What has leaked into a sentence can be taken out of it. English. */
#include "checks/token_talk.h"

/* `list`: words in small letters, one blank between. */
static bool has_word(const char *list, struct text w)
{
    for (const char *p = list; *p != '\0'; p += *p == ' ') {
        const size_t n = strcspn(p, " ");

        if (text_eq_icase(w, (struct text){ p, n }))
            return true;
        p += n;
    }
    return false;
}

/* Words that a noun must follow: prepositions, determiners, conjunctions, and
 * verbs that take what is written as their object. */
static bool wants_noun(struct text w)
{
    static const char words[] =
        "a an the this each every no any one two both extra stray "
        "single second final literal only by with of to from at in on "
        "as like than after before behind between without via into for "
        "until per through and or not nor but if when that whether "
        "where because while is called named use uses used using emit "
        "emits emitted print prints printed write writes wrote written "
        "send sends sent insert inserts inserted add adds added append "
        "appends appended put puts read reads expect expects need needs "
        "match matches drop drops dropped remove removes removed "
        "replace replaces replaced strip strips stripped leak leaks "
        "leaked contain contains contained treat treats reserve "
        "reserves hide hides skip skips see means accept accepts "
        "confuse confuses wrap wraps pass passes count counts counting "
        "masking adding removing missing visible leading trailing bare "
        "lone show shows";

    return has_word(words, w);
}

/* What a sentence goes on with behind a noun, in small letters. */
static bool follows_noun(struct text w)
{
    static const char words[] =
        "is are was were has had does do did can could must should will "
        "would may marks mark means mean ends end begins begin starts "
        "start opens open closes close stands stand comes come goes "
        "hides follows appears denotes signals lowers raises and or but "
        "nor to in at on for from as with which that before after "
        "behind by of when where while if because so then once twice "
        "again instead only followed preceded inside between itself "
        "alone also among towards toward during within outside never "
        "always right until without";

    return w.len > 0 && w.ptr[0] >= 'a' && has_word(words, w);
}

/* A verb that may stand behind a subject. */
static bool is_predicate(struct text w)
{
    static const char words[] =
        "is are was were has must marks means ends begins starts opens "
        "closes stands comes goes hides follows appears denotes signals "
        "belongs and or";

    return w.len > 0 && w.ptr[0] >= 'a' && has_word(words, w);
}

/* "<a>, <b> and" */
static bool is_join(struct text t)
{
    static const char *const joins[] = { ", ",     " and ", " or ",
                                         ", and ", ", or ", " to " };

    for (size_t i = 0; i < sizeof(joins) / sizeof(*joins); i++)
        if (text_eq(t, text_from(joins[i])))
            return true;
    return false;
}

/* Bytes of a token, of what joins two, of a line around; tokens of a list. */
enum { LONGEST = 40, JOIN_LONGEST = 6, LINE_REACH = 300, LIST_MAX = 16 };

static char closer_of(char open)
{
    return open == '<' ? '>' : ']';
}

/* Behind the tokens that are joined to what ends at `at`. */
static size_t list_end(struct text t, size_t at)
{
    for (size_t k = 0; k < LIST_MAX; k++) {
        size_t i = at, e;

        while (i < t.len && i - at < JOIN_LONGEST && t.ptr[i] != '<' &&
               t.ptr[i] != '[' && t.ptr[i] != '\n')
            i++;
        if (i >= t.len || (t.ptr[i] != '<' && t.ptr[i] != '[') ||
            !is_join((struct text){ t.ptr + at, i - at }))
            return at;
        for (e = i + 1; e < t.len && e - i < LONGEST &&
                        t.ptr[e] != closer_of(t.ptr[i]) &&
                        !ascii_space(t.ptr[e]);)
            e++;
        if (e >= t.len || t.ptr[e] != closer_of(t.ptr[i]))
            return at;
        at = e + 1 + (e + 1 < t.len && t.ptr[e + 1] == t.ptr[e]); /* ">>" */
    }
    return at;
}

/* Before the tokens that what begins at `at` is joined to. */
static size_t list_begin(struct text t, size_t at)
{
    for (size_t k = 0; k < LIST_MAX; k++) {
        size_t i = at, b;

        while (i > 0 && at - i < JOIN_LONGEST && t.ptr[i - 1] != '>' &&
               t.ptr[i - 1] != ']' && t.ptr[i - 1] != '\n')
            i--;
        if (i == 0 || (t.ptr[i - 1] != '>' && t.ptr[i - 1] != ']') ||
            !is_join((struct text){ t.ptr + i, at - i }))
            return at;
        for (b = i - 1; b > 0 && i - b < LONGEST && t.ptr[b] != '<' &&
                        t.ptr[b] != '[' && !ascii_space(t.ptr[b]);)
            b--;
        if (closer_of(t.ptr[b]) != t.ptr[i - 1] ||
            (t.ptr[b] != '<' && t.ptr[b] != '['))
            return at;
        at = b - (b > 0 && t.ptr[b - 1] == t.ptr[b]); /* "<<" */
    }
    return at;
}

static struct text word_behind(struct text t, size_t i)
{
    size_t e = i;

    while (e < t.len && ascii_alpha(t.ptr[e]))
        e++;
    return (struct text){ t.ptr + i, e - i };
}

static struct text word_ahead(struct text t, size_t e)
{
    size_t i = e;

    while (i > 0 && ascii_alpha(t.ptr[i - 1]))
        i--;
    return (struct text){ t.ptr + i, e - i };
}

/* A mark of a sentence, and the line goes on or the sentence is over. */
static bool is_closed(struct text t, size_t end)
{
    if (end >= t.len || strchr(".,;:?!)", t.ptr[end]) == NULL)
        return false;
    return end + 1 >= t.len || ascii_space(t.ptr[end + 1]) ||
           strchr(").*", t.ptr[end + 1]) != NULL;
}

/* Where a line, an item or a sentence begins. */
static bool is_first(struct text t, size_t at)
{
    size_t i = at;

    while (i > 0 && (t.ptr[i - 1] == ' ' || t.ptr[i - 1] == '*'))
        i--;
    if (i > 0 && i < at && strchr("-+", t.ptr[i - 1]) != NULL)
        i--;
    return i == 0 || t.ptr[i - 1] == '\n' ||
           (i < at && strchr(".!?:;", t.ptr[i - 1]) != NULL);
}

static bool is_opener(char c)
{
    return c == '<' || c == '[';
}

/* A bracketed name begins the line at `at`, behind its bullet or bar. */
static bool leads_line(struct text t, size_t at)
{
    while (at < t.len &&
           (t.ptr[at] == ' ' || t.ptr[at] == '|' || t.ptr[at] == '*' ||
            t.ptr[at] == '-' || t.ptr[at] == '+'))
        at++;
    return at < t.len && is_opener(t.ptr[at]);
}

/* Where the line that holds `at` begins, at most LINE_REACH bytes before. */
static size_t line_begin(struct text t, size_t at)
{
    size_t i = at;

    while (i > 0 && at - i < LINE_REACH && t.ptr[i - 1] != '\n')
        i--;
    return i;
}

/* Another bracketed name stands behind it in the line, or begins the line above
 * or below: a glossary, a comparison. One that leaked is alone. */
static bool has_company(struct text t, size_t from, size_t end)
{
    const size_t line = line_begin(t, from);
    size_t below = end;

    for (; below < t.len && below - end < LINE_REACH && t.ptr[below] != '\n';
         below++)
        if (t.ptr[below] == '<' && below + 1 < t.len &&
            !ascii_space(t.ptr[below + 1]))
            return true;
    return (line > 0 && leads_line(t, line_begin(t, line - 1))) ||
           (below < t.len && leads_line(t, below + 1));
}

/* The first cell of a table row, alone in it. */
static bool is_first_cell(struct text t, size_t from, size_t end)
{
    size_t i = from, e = end;

    while (i > 0 && t.ptr[i - 1] == ' ')
        i--;
    while (e < t.len && t.ptr[e] == ' ')
        e++;
    return i > 0 && t.ptr[i - 1] == '|' && e < t.len && t.ptr[e] == '|' &&
           (i == 1 || t.ptr[i - 2] == '\n') && e + 1 < t.len &&
           t.ptr[e + 1] != '\n';
}

bool token_is_noun(struct text t, struct span s)
{
    const size_t from = list_begin(t, s.off);
    const size_t end = list_end(t, span_end(s));
    const bool spaced = end < t.len && t.ptr[end] == ' ';
    const struct text next = word_behind(t, end + spaced);

    if (is_first_cell(t, s.off, span_end(s)))
        return has_company(t, from, end);
    if (is_first(t, from))
        return ((spaced && is_predicate(next)) ||
                (end + 1 < t.len && t.ptr[end] == ':' &&
                 t.ptr[end + 1] == ' ')) &&
               has_company(t, from, end);
    if (t.ptr[from - 1] != ' ' || !wants_noun(word_ahead(t, from - 1)))
        return false;
    return is_closed(t, end) || (spaced && follows_noun(next));
}
