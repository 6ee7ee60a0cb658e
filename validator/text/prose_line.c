#include "validator/text/prose_line.h"

#include "validator/base/utf8.h"

/* Measured: docs/measured/unclosed.md. */
enum {
    LINE_READ = 2000,
    SENTENCE_WORDS = 5,
    LONG_WORDS = 8, /* a first line of a wrapped paragraph */
    ITEM_WORDS = 3,
    DENSE_WORDS = 6,  /* letters without blanks (CJK, Thai) per such a word */
    LOOKAHEAD = 6,    /* lines */
    HEADING_MAX = 120 /* bytes; a longer one is a comment */
};

bool fence_run(struct text body, struct fence_run *out)
{
    size_t n = 0;

    if (body.len < 3 || (body.ptr[0] != '`' && body.ptr[0] != '~'))
        return false;
    while (n < body.len && body.ptr[n] == body.ptr[0])
        n++;
    if (n < 3)
        return false;
    *out = (struct fence_run){
        body.ptr[0], n, text_trim((struct text){ body.ptr + n, body.len - n })
    };
    return out->c == '~' || memchr(out->info.ptr, '`', out->info.len) == NULL;
}

/* Words of a line, and signs that prose has few of. */
struct tally {
    size_t words, odd;
};

static bool is_odd(struct text t, size_t i)
{
    switch (t.ptr[i]) {
    case '{':
    case '}':
    case ';':
    case '=':
    case '<':
    case '>':
    case '\\':
    case '|':
    case '$':
    case '@':
    case '^':
        return true;
    case '(': /* a call */
        return i > 0 && ascii_alnum(t.ptr[i - 1]);
    case '_':
        return i > 0 && i + 1 < t.len && ascii_alnum(t.ptr[i - 1]) &&
               ascii_alnum(t.ptr[i + 1]);
    default:
        return false;
    }
}

static struct tally count(struct text t)
{
    struct tally n = { 0, 0 };
    size_t dense = 0;
    bool inside = false, code = false;

    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];
        const bool high = (unsigned char)c >= 0x80;

        if (c == '`')
            code = !code; /* a code span may hold anything */
        if (code)
            continue;
        n.odd += is_odd(t, i);
        dense += (unsigned char)c >= 0xe0; /* leads of three bytes and more */
        n.words += (high || ascii_alpha(c)) && !inside;
        inside = high || ascii_alnum(c) || (inside && c == '\'');
    }
    if (dense > n.words * DENSE_WORDS)
        n.words = dense / 2;
    return n;
}

static bool closes(int32_t c)
{
    switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case '*':
    case '_':
    case 0x00bb:
    case 0x2019:
    case 0x201d:
    case 0x300d:
    case 0x300f:
    case 0xff09:
        return true;
    default:
        return false;
    }
}

/* Ends of sentences and of what announces a list, in any script. */
static bool stops(int32_t c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case ':':
    case 0x037e: /* Greek question mark */
    case 0x0589: /* Armenian */
    case 0x061f: /* Arabic question mark */
    case 0x06d4: /* Urdu */
    case 0x0964: /* danda */
    case 0x104b: /* Burmese */
    case 0x1362: /* Ethiopic */
    case 0x17d4: /* Khmer */
    case 0x2026:
    case 0x3002:
    case 0xff01:
    case 0xff0e:
    case 0xff1a:
    case 0xff1f:
        return true;
    default:
        return false;
    }
}

static bool is_complete(struct text t)
{
    size_t i = t.len;

    while (i > 0) {
        const int32_t c = utf8_prev(t, &i);

        if (!closes(c))
            return stops(c);
    }
    return false;
}

static struct text behind(struct text t, size_t n)
{
    return text_trim((struct text){ t.ptr + n, t.len - n });
}

/* Bytes of a bullet or number with its blank, or 0. */
static size_t marker_length(struct text t)
{
    size_t n = 0;

    if (t.len > 2 && strchr("-*+", t.ptr[0]) != NULL && t.ptr[1] == ' ')
        return 2;
    if (text_starts(t, TEXT_LIT("\xe2\x80\xa2 ")))
        return 4;
    while (n < t.len && n < 4 && ascii_digit(t.ptr[n]))
        n++;
    return n > 0 && n + 1 < t.len && (t.ptr[n] == '.' || t.ptr[n] == ')') &&
                   t.ptr[n + 1] == ' '
               ? n + 2
               : 0;
}

static bool is_rule(struct text t)
{
    if (t.len < 3 || strchr("-*_", t.ptr[0]) == NULL)
        return false;
    for (size_t i = 1; i < t.len; i++)
        if (t.ptr[i] != t.ptr[0])
            return false;
    return true;
}

/* 1 to 6 for `#` to `######` before text that could be a heading's. */
static size_t heading_level(struct text t)
{
    size_t n = 0;

    while (n < t.len && t.ptr[n] == '#')
        n++;
    if (n == 0 || n > 6 || n + 1 >= t.len || t.ptr[n] != ' ' ||
        t.len > HEADING_MAX)
        return 0;
    const struct text head = behind(t, n);
    const char c = head.len > 0 ? head.ptr[0] : ' ';

    return ascii_alnum(c) || (unsigned char)c >= 0x80 || c == '*' || c == '`'
               ? n
               : 0;
}

static bool is_table(struct text t)
{
    size_t bars = 0;

    if (t.len < 5 || t.ptr[0] != '|' || t.ptr[t.len - 1] != '|')
        return false;
    for (size_t i = 0; i < t.len; i++)
        bars += t.ptr[i] == '|';
    return bars >= 3;
}

static struct line_look look_words(struct text t)
{
    const struct tally n = count(t);
    const char c = t.ptr[0];
    const bool complete = is_complete(t);
    const bool opens = (c >= 'A' && c <= 'Z') || ascii_digit(c) ||
                       (unsigned char)c >= 0x80 || c == '*' || c == '"' ||
                       c == '`' || c == '(' || c == '[';

    if (n.odd * 8 > n.words)
        return (struct line_look){ LINE_CODE, false };
    if (opens &&
        (n.words >= LONG_WORDS || (n.words >= SENTENCE_WORDS && complete)))
        return (struct line_look){ LINE_SENTENCE, complete };
    if (n.words >= SENTENCE_WORDS || (n.words >= 1 && complete && n.odd == 0))
        return (struct line_look){ LINE_WORDS, complete };
    return (struct line_look){ LINE_CODE, false };
}

struct line_look line_look(struct text line)
{
    struct fence_run fence;
    struct text t =
        line.len > LINE_READ ? (struct text){ line.ptr, LINE_READ } : line;
    size_t level, marker;

    t = text_trim(t);
    if (t.len == 0)
        return (struct line_look){ LINE_BLANK, false };
    if (fence_run(t, &fence))
        return (struct line_look){ LINE_FENCE, false };
    if (is_rule(t))
        return (struct line_look){ LINE_RULE, false };
    level = heading_level(t);
    if (level > 0)
        return (struct line_look){ level > 1 ? LINE_HEADING : LINE_TITLE,
                                   false };
    if (is_table(t))
        return (struct line_look){ LINE_TABLE, false };
    marker = marker_length(t);
    if (marker > 0) {
        const struct text item = behind(t, marker);
        const struct tally n = count(item);

        if (n.words >= ITEM_WORDS && n.odd * 8 <= n.words)
            return (struct line_look){
                LINE_ITEM, is_complete(item) && n.words >= SENTENCE_WORDS
            };
        return (struct line_look){ LINE_CODE, false };
    }
    if (t.len > 5 && text_starts(t, TEXT_LIT("**")) && t.ptr[2] != '*' &&
        text_find(t, TEXT_LIT("**"), 3) < t.len)
        return (struct line_look){ LINE_BOLD, is_complete(t) };
    return look_words(t);
}

struct ahead {
    size_t heads, items, rows, sentences; /* sentences: complete ones */
    bool code;
    bool labelled; /* a fence that opens follows */
};

static void look_ahead(struct ahead *n, struct text t, size_t at, size_t end)
{
    enum line_kind before = LINE_BLANK;

    for (size_t lines = 0; at < end && lines < LOOKAHEAD && !n->code;) {
        const size_t nl =
            text_find((struct text){ t.ptr, end }, TEXT_LIT("\n"), at);
        const size_t stop = nl < end ? nl : end;
        const struct text line = { t.ptr + at, stop - at };
        const struct line_look l = line_look(line);

        at = stop + 1;
        lines += l.kind != LINE_BLANK;
        n->sentences += l.complete;
        n->heads += l.kind == LINE_HEADING || l.kind == LINE_BOLD;
        n->items += l.kind == LINE_ITEM;
        n->rows += l.kind == LINE_TABLE;
        if (l.kind == LINE_FENCE) {
            struct fence_run f;

            n->labelled = fence_run(text_trim(line), &f) && f.info.len > 0;
            return;
        }
        /* A short line goes on from the sentence above it. */
        n->code = l.kind == LINE_CODE && before != LINE_WORDS &&
                  before != LINE_SENTENCE && before != LINE_ITEM;
        before = l.kind;
    }
}

enum prose_evidence prose_begins(struct text t, size_t at, size_t end)
{
    const size_t nl =
        text_find((struct text){ t.ptr, end }, TEXT_LIT("\n"), at);
    const size_t stop = nl < end ? nl : end;
    const struct line_look l =
        line_look((struct text){ t.ptr + at, stop - at });
    struct ahead n = { .sentences = l.complete };

    if (l.kind < LINE_SENTENCE || l.kind == LINE_RULE || l.kind == LINE_FENCE)
        return PROSE_NONE;
    look_ahead(&n, t, stop + 1, end);
    if (n.code)
        return PROSE_NONE;
    switch (l.kind) {
    case LINE_HEADING:
    case LINE_BOLD:
        return n.sentences > 0                                ? PROSE_HEADED
               : n.items + n.rows + n.heads > 0 || n.labelled ? PROSE_TEXT
                                                              : PROSE_NONE;
    case LINE_TITLE:
        return n.sentences > 0 ? PROSE_HEADED : PROSE_NONE;
    case LINE_TABLE:
        return n.rows > 1 && n.sentences > 0 ? PROSE_TEXT : PROSE_NONE;
    default:
        return n.sentences > 0 ? PROSE_TEXT : PROSE_NONE;
    }
}

bool prose_fills(struct text t)
{
    size_t lines = 0, prose = 0, sentences = 0, heads = 0;

    for (size_t at = 0, stop; at < t.len; at = stop + 1) {
        const size_t nl = text_find(t, TEXT_LIT("\n"), at);

        stop = nl < t.len ? nl : t.len;
        const struct line_look l =
            line_look((struct text){ t.ptr + at, stop - at });

        lines += l.kind != LINE_BLANK;
        prose += l.kind >= LINE_SENTENCE && l.kind <= LINE_TABLE;
        heads += l.kind == LINE_HEADING || l.kind == LINE_BOLD;
        sentences += l.complete && l.kind >= LINE_SENTENCE;
    }
    return sentences + heads >= 2 && sentences > 0 && prose * 3 >= lines * 2;
}

bool prose_in_span(struct text t)
{
    enum { WORDS = 10 };
    size_t words = 0, tokens = 0, ends = 0;

    for (size_t i = 0, e; i < t.len; i = e + 1) {
        size_t letters = 0;

        for (e = i; e < t.len && !ascii_space(t.ptr[e]); e++)
            letters += ascii_alpha(t.ptr[e]) || (unsigned char)t.ptr[e] >= 0x80;
        if (e == i)
            continue;
        const char last = t.ptr[e - 1];
        const bool marked = strchr(".,:!?", last) != NULL;

        tokens++;
        words += letters > 0 && letters + marked == e - i;
        ends += strchr(".!?", last) != NULL && e + 1 < t.len;
    }
    return words >= WORDS && words * 10 >= tokens * 8 && ends > 0;
}

bool fence_is_markdown(struct text info)
{
    size_t n = 0;

    while (n < info.len && !ascii_space(info.ptr[n]))
        n++;
    info.len = n;
    return text_is_icase(info, "md") || text_is_icase(info, "markdown");
}
