/* The report stops in the middle: a last sentence, table row, bracket or code
 * fence without its end, a sentence cut short by a garble, or a generation
 * that ran out of tokens. Precision first: a report may end without a full
 * stop. */
#include "validator/base/utf8.h"
#include "validator/check.h"
#include "validator/run_context.h"

enum {
    RULE_SENTENCE,
    RULE_LENGTH,
    RULE_FENCE,
    RULE_ROW,
    RULE_BRACKET,
    RULE_HEADING,
    RULE_GARBLE,
    RULE_COUNT
};
static const struct rule rules[RULE_COUNT] = {
    [RULE_SENTENCE] = { "truncated/sentence", SEV_WARNING,
                        "the text stops in the middle of a sentence" },
    [RULE_LENGTH] = { "truncated/length", SEV_ERROR,
                      "the generation ended because its token limit was "
                      "reached" },
    [RULE_FENCE] = { "truncated/fence", SEV_WARNING,
                     "the text stops inside a code fence" },
    [RULE_ROW] = { "truncated/row", SEV_WARNING,
                   "the text stops inside a table row" },
    [RULE_BRACKET] = { "truncated/bracket", SEV_WARNING,
                       "the last paragraph opens what it does not close" },
    [RULE_HEADING] = { "truncated/heading", SEV_WARNING,
                       "the last section has no text" },
    [RULE_GARBLE] = { "truncated/garble", SEV_WARNING,
                      "a sentence breaks off where garbled text begins" },
};

enum {
    SENTENCE_WORDS = 8, /* a shorter last line may be a signature or caption */
    GARBLE_MIN = 60     /* bytes; longer than any foreign name in brackets */
};

/* Words that no sentence, title or list item ends with. */
static bool is_dangling(struct text w)
{
    static const char *const words[] = {
        "a",         "an",      "the",      "and",     "or",      "but",
        "nor",       "of",      "to",       "from",    "with",    "without",
        "by",        "into",    "onto",     "upon",    "than",    "as",
        "if",        "because", "although", "while",   "whereas", "when",
        "where",     "which",   "whose",    "is",      "are",     "was",
        "were",      "be",      "been",     "being",   "has",     "have",
        "had",       "will",    "would",    "should",  "could",   "may",
        "might",     "must",    "can",      "its",     "their",   "our",
        "your",      "this",    "these",    "those",   "that",    "between",
        "including", "such",    "very",     "more",    "most",    "each",
        "every",     "about",   "during",   "through", "towards", "toward",
        "among",     "per",     "via",      "not",     "for",     "in",
        "on",        "at",      "e.g",      "i.e",     "due",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq_icase(w, text_from(words[i])))
            return true;
    return false;
}

/* Words that begin a sentence rather than a signature or a caption. */
static bool opens_sentence(struct text t)
{
    static const char *const words[] = {
        "the",     "this", "these", "it",   "we",   "in",
        "however", "by",   "while", "if",   "when", "as",
        "our",     "they", "there", "such", "to",   "although",
    };
    struct text w = { t.ptr, 0 };

    while (w.len < t.len && ascii_alpha(t.ptr[w.len]))
        w.len++;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq_icase(w, text_from(words[i])))
            return true;
    return false;
}

static struct text last_word(struct text t)
{
    size_t i = t.len;

    while (i > 0 && (ascii_alnum(t.ptr[i - 1]) || t.ptr[i - 1] == '\''))
        i--;
    return (struct text){ t.ptr + i, t.len - i };
}

static size_t count_words(struct text t)
{
    size_t n = 0;

    for (size_t i = 0; i < t.len; i++)
        n += !ascii_space(t.ptr[i]) && (i == 0 || ascii_space(t.ptr[i - 1]));
    return n;
}

/* Where the last sentence of t begins. */
static size_t last_sentence(struct text t)
{
    size_t start = 0;

    for (size_t i = 0; i + 1 < t.len; i++)
        if (strchr(".!?:", t.ptr[i]) != NULL && ascii_space(t.ptr[i + 1])) {
            size_t k = i + 1;

            while (k < t.len && ascii_space(t.ptr[k]))
                k++;
            if (k < t.len)
                start = k;
        }
    return start;
}

/* A `(`, `[` or `**` that is opened in t and not closed. */
static bool opens_only(struct text t)
{
    int round = 0, square = 0;
    size_t bold = 0;

    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];

        if (c == '`') /* code may hold anything */
            return false;
        /* ":(" is a face, "a)" an item */
        round += c == '(' && (i == 0 || t.ptr[i - 1] != ':');
        round -= c == ')' && round > 0;
        square += c == '[';
        square -= c == ']' && square > 0;
        if (c == '*' && i + 1 < t.len && t.ptr[i + 1] == '*') {
            bold++;
            i++;
        }
    }
    return round > 0 || square > 0 || bold % 2 == 1;
}

static bool ends_open(struct text t)
{
    const char c = t.len > 0 ? t.ptr[t.len - 1] : '.';

    return c == ',' || c == '(' || c == ';' ||
           (c == '-' && t.len > 1 && t.ptr[t.len - 2] == ' ');
}

/* The text ends in a loop: its last bytes stand there again and again. What
 * stops there is no sentence, and the loop is another check's. */
static bool ends_in_loop(struct text t)
{
    enum { TAIL = 24, REACH = 600, COPIES = 4 }; /* bytes, bytes, times */
    const size_t from = t.len > REACH ? t.len - REACH : 0;
    size_t copies = 0;

    if (t.len < TAIL)
        return false;
    for (size_t i = from; i + TAIL <= t.len && copies < COPIES; i++)
        copies += memcmp(t.ptr + i, t.ptr + t.len - TAIL, TAIL) == 0;
    return copies >= COPIES;
}

/* A paragraph that stops: a dangling word or comma, or one of some length that
 * has no end after whole sentences, or where it begins like a sentence. */
static bool stops_inside(struct text t, bool paragraph)
{
    const struct text word = last_word(t);
    const size_t at = last_sentence(t);
    const struct text sentence = { t.ptr + at, t.len - at };

    if (t.len == 0 || t.ptr[0] == '|')
        return false;
    if (count_words(t) < 3)
        return false;
    if (ends_open(t))
        return paragraph || t.ptr[t.len - 1] != ';';
    if (word.len == 0 || (unsigned char)t.ptr[t.len - 1] >= 0x80)
        return false;
    if (is_dangling(word) && count_words(sentence) >= 3 &&
        !(word.ptr[0] >= 'A' && word.ptr[0] <= 'Z'))
        return true;
    return paragraph && (at > 0 ? t.ptr[at - 2] != ':' : opens_sentence(t)) &&
           count_words(sentence) >= SENTENCE_WORDS && word.ptr[0] >= 'a' &&
           word.ptr[0] <= 'z';
}

/* The part that the model wrote as its report: captured lines follow it in a
 * layout's template. */
static struct span main_part(const struct report *r)
{
    if (r->model_count == 0)
        return (struct span){ 0, 0 };
    return r->model[r->layout != NULL ? 0 : r->model_count - 1];
}

static const struct block *last_block(const struct report *r, struct span part)
{
    for (size_t i = r->doc.block_count; i > 0; i--) {
        const struct block *b = &r->doc.blocks[i - 1];

        if (b->span.off >= part.off && b->span.off < span_end(part))
            return b;
    }
    return NULL;
}

static struct span trimmed(struct text bytes, struct span s)
{
    while (s.len > 0 && ascii_space(bytes.ptr[span_end(s) - 1]))
        s.len--;
    while (s.len > 0 && ascii_space(bytes.ptr[s.off])) {
        s.off++;
        s.len--;
    }
    return s;
}

/* The line that holds off, without its newline. */
static struct span line_at(struct text t, size_t off)
{
    size_t from = off, to = off;

    while (from > 0 && t.ptr[from - 1] != '\n')
        from--;
    while (to < t.len && t.ptr[to] != '\n')
        to++;
    return span_between(from, to);
}

/* A row that breaks off: rows before it end with a bar, it does not. */
static bool row_stops(struct text t, struct span line)
{
    const struct text row = text_trim(text_sub(t, line));
    struct text above;

    if (line.off < 2 || row.len < 2 || row.ptr[0] != '|' ||
        row.ptr[row.len - 1] == '|' ||
        (unsigned char)row.ptr[row.len - 1] >= 0x80) /* a garble: not ours */
        return false;
    above = text_trim(text_sub(t, line_at(t, line.off - 1)));
    return above.len > 1 && above.ptr[0] == '|' &&
           above.ptr[above.len - 1] == '|';
}

static bool starts_fence(struct text line)
{
    line = text_trim(line);
    return text_starts(line, TEXT_LIT("```")) ||
           text_starts(line, TEXT_LIT("~~~"));
}

/* The code block is fenced and its fence never closes. */
static bool fence_stays_open(struct text t, const struct block *b,
                             size_t part_end)
{
    const struct span before =
        line_at(t, b->span.off > 0 ? b->span.off - 1 : 0);

    if (!starts_fence(text_sub(t, before)) || before.off >= b->span.off)
        return false;
    for (size_t i = span_end(b->span); i < part_end;) {
        const struct span line = line_at(t, i);

        if (starts_fence(text_sub(t, line)))
            return false;
        i = span_end(line) + 1;
    }
    return !starts_fence(text_sub(t, line_at(t, span_end(b->span) - 1)));
}

static bool says_end(struct text t)
{
    for (size_t i = 0; i + 3 <= t.len; i++)
        if (text_eq_icase((struct text){ t.ptr + i, 3 }, TEXT_LIT("end")))
            return true;
    return false;
}

/* Only white space follows: no link definition, no rule that closes. */
static bool is_last_line(struct text t, struct span line, size_t end)
{
    const size_t from = span_end(line);

    return from >= end ||
           text_trim(text_sub(t, span_between(from, end))).len == 0;
}

/* The rule that the last block breaks, or RULE_COUNT. */
static size_t judge_block(const struct report *r, const struct block *b,
                          struct span part, struct span *where)
{
    const struct text t = r->bytes;
    const struct span own = trimmed(t, b->span);
    /* From its line on, with the markup around it. */
    const struct span tail =
        span_between(line_at(t, own.off).off, span_end(part));
    const struct text text = text_trim(text_sub(t, tail));

    *where = line_at(t, span_end(own) > 0 ? span_end(own) - 1 : 0);
    if (b->role != BLOCK_CODE && !is_last_line(t, *where, span_end(part)))
        return RULE_COUNT;
    switch (b->role) {
    case BLOCK_CODE:
        return fence_stays_open(t, b, span_end(part)) ? RULE_FENCE : RULE_COUNT;
    case BLOCK_TABLE_HEAD:
    case BLOCK_TABLE_CELL:
        return row_stops(t, *where) ? RULE_ROW : RULE_COUNT;
    case BLOCK_HEADING:
        return b->level < 7 && t.ptr[where->off] == '#' && !says_end(text)
                   ? RULE_HEADING
                   : RULE_COUNT;
    case BLOCK_PARAGRAPH:
    case BLOCK_LIST_ITEM:
        break;
    case BLOCK_HTML:
    case BLOCK_FRONT_MATTER:
        return RULE_COUNT;
    }
    if (ends_in_loop(text))
        return RULE_COUNT;
    if (stops_inside(text, b->role == BLOCK_PARAGRAPH))
        return RULE_SENTENCE;
    return text.len > 0 && ascii_alnum(text.ptr[text.len - 1]) &&
                   opens_only(text)
               ? RULE_BRACKET
               : RULE_COUNT;
}

/* Length of the garble at `at`: bytes without ASCII words, one and the same
 * three-byte character at least eight times in it. 0: none. */
static size_t garble_length(struct text t, size_t at)
{
    size_t i = at, same = 0, most = 0;
    int32_t last = -2;

    while (i < t.len && t.ptr[i] != '\n') {
        const int32_t c = utf8_next(t, &i);

        if (c >= 0 && c < 0x80)
            break;
        same = c == last ? same + 1 : 1;
        most = same > most ? same : most;
        last = c;
    }
    return i - at >= GARBLE_MIN && most >= 8 ? i - at : 0;
}

/* A reserved token just before the garble belongs to it. */
static size_t before_token(struct text t, size_t at)
{
    size_t i = at;

    if (i == 0 || t.ptr[i - 1] != '>')
        return at;
    while (i > 0 && at - i < 40 && t.ptr[i - 1] != '<' && t.ptr[i - 1] != '\n')
        i--;
    return i > 0 && t.ptr[i - 1] == '<' ? i - 1 : at;
}

/* The unfinished sentence that ends at `at`, or an empty span. */
static struct span unfinished(struct text t, size_t at)
{
    enum { REACH = 2000 }; /* bytes of a line */
    size_t from = at;

    while (from > 0 && at - from < REACH && t.ptr[from - 1] != '\n')
        from--;
    const struct span before = trimmed(t, span_between(from, at));
    const struct text text = text_sub(t, before);
    const size_t start = last_sentence(text);
    const struct span sentence = { before.off + start, before.len - start };

    if (text.len == 0 || !ascii_alpha(text.ptr[text.len - 1]) ||
        text.ptr[0] == '|' || text.ptr[0] == '#' ||
        count_words(text_sub(t, sentence)) < 4)
        return (struct span){ at, 0 };
    return sentence;
}

static enum status find_garble(struct check_ctx *ctx, struct span part)
{
    const struct text t = { ctx_bytes(ctx).ptr, span_end(part) };
    enum status st = ST_OK;
    size_t i = part.off;

    while (i < t.len && st == ST_OK) {
        if ((unsigned char)t.ptr[i] < 0xe0) {
            i++;
            continue;
        }
        const size_t n = garble_length(t, i);
        const struct span s =
            n > 0 ? unfinished(t, before_token(t, i)) : (struct span){ i, 0 };

        if (s.len > 0)
            st = ctx_emit(ctx, RULE_GARBLE, s, (struct text){ "", 0 }, NULL, 0);
        if (n > 0) {
            i += n;
            continue;
        }
        while (i < t.len && (unsigned char)t.ptr[i] >= 0x80)
            i++;
    }
    return st;
}

static enum status truncated_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct run_context *run = ctx_run(ctx);
    const struct span part = main_part(r);
    const struct text none = { "", 0 };
    const struct block *b = last_block(r, part);
    enum status st = find_garble(ctx, part);
    struct span where;
    size_t rule;

    if (b == NULL || st != ST_OK)
        return st;
    rule = judge_block(r, b, part, &where);
    if (run != NULL && text_eq(run->done_reason, TEXT_LIT("length")))
        rule = RULE_LENGTH;
    return rule < RULE_COUNT ? ctx_emit(ctx, rule, where, none, NULL, 0) : st;
}

const struct check check_truncated = {
    .id = "truncated",
    .summary = "the report stops before its end",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = truncated_run,
};
