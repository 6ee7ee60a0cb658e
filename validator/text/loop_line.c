/* What kind of line a word stands in, as far as it has been read. */
#include "validator/text/loop_int.h"

static const bool code_symbol[128] = {
    ['{'] = true, ['}'] = true, ['('] = true, [')'] = true,  [';'] = true,
    ['='] = true, ['<'] = true, ['>'] = true, ['['] = true,  [']'] = true,
    ['$'] = true, ['"'] = true, ['&'] = true, ['\\'] = true,
};

static bool fence_symbol(struct loop *l, int32_t c)
{
    struct line *n = &l->line;

    if (n->first == 0 && (c == '`' || c == '~')) {
        n->first = c;
        n->fence_char = (uint8_t)c;
        n->fence_len = 1;
        return true;
    }
    if (n->fence_char == 0 || c != n->fence_char)
        return false;
    if (!n->fence_over)
        n->fence_len++;
    else
        n->fence_char = 0; /* a code span, not a fence */
    return true;
}

/* HTML comments, which nobody sees, are read like code. */
static void comment_symbol(struct line *n, int32_t c, int32_t prev)
{
    if (c == '!' && prev == '<' && n->first == '<' && n->words == 0)
        n->comment = true;
    if (c == '>' && n->dashes >= 2) {
        n->comment = false;
        n->uncomment = true;
    }
    n->dashes = (uint8_t)(c != '-' ? 0 : n->dashes < 2 ? n->dashes + 1 : 2);
}

/* Any character that is in no word, and the first one of a line. */
void loop_line_symbol(struct loop *l, int32_t c)
{
    struct line *n = &l->line;
    bool fence;

    if (c == ' ' && n->first != 0 && n->fence_char == 0) {
        n->url = false;
        return;
    }
    fence = fence_symbol(l, c);
    if (n->fence_char != 0 && !fence)
        n->fence_over = true;
    if (c == '`' && (n->fence_char == 0 || n->fence_len < 3))
        n->ticks = !n->ticks;
    if (c == '|')
        n->pipes++;
    if (c == '/' && l->prev == '/')
        n->url = true;
    else if (c == ' ' || c == '\t')
        n->url = false;
    if (c == ':' && l->prev == '"' && n->first == '"')
        n->json = true;
    if ((c == ':' || c == '-') && n->words <= 2 && n->first >= '0' &&
        n->first <= '9')
        n->stamp = true;
    n->symbols += c > 0 && c < 128 && code_symbol[c];
    comment_symbol(n, c, l->prev);
    if (c == '#' && (n->first == 0 || n->first == '#') && n->words == 0)
        n->hashes++;
    n->special = n->special || n->symbols > 0 || n->pipes > 0 || n->ticks ||
                 n->stamp || n->url || n->hashes > 0 || n->fence_char != 0;
    if (n->first == 0 && c != ' ' && c != '\t' && c != '>')
        n->first = c;
}

/* "  at x.Tree.visit(Tree.java:42)", "WARN retrying", "#3 0x55 in main". */
static bool begins_log(const struct loop *l)
{
    static const char *const words[] = {
        "at",     "file",      "info",  "warn",   "warning",
        "error",  "debug",     "trace", "fatal",  "critical",
        "notice", "goroutine", "frame", "thread", "caused",
    };

    if (l->line.first == '[' || (l->line.first == '#' && l->word_number))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const size_t len = strlen(words[i]);

        if (l->word_len == len && memcmp(l->word, words[i], len) == 0)
            return true;
    }
    return false;
}

void loop_line_word(struct loop *l)
{
    struct line *n = &l->line;

    if (n->words == 0 && l->fence != FENCE_NONE && n->fence_char == 0)
        n->log = begins_log(l);
    if (n->fence_char != 0 && n->words == 0) {
        n->info_len = l->word_len < WORD_TEXT ? l->word_len : 1;
        memcpy(n->info, l->word, n->info_len);
        n->fence_over = true;
    }
    n->words++;
}

static bool info_is(const struct line *n, const char *name)
{
    const size_t len = strlen(name);

    return n->info_len == len && memcmp(n->info, name, len) == 0;
}

static void fence_line(struct loop *l)
{
    const struct line *n = &l->line;
    static const char *const text[] = { "",          "text",  "txt",
                                        "plaintext", "plain", "output" };
    static const char *const logs[] = {
        "log",       "logs",       "console",  "trace",  "traceback", "stack",
        "backtrace", "stacktrace", "terminal", "syslog", "dmesg",     "gdb",
    };
    const bool bare = n->info_len == 0;

    l->log = false;
    if (l->fence != FENCE_NONE && bare) {
        if (n->fence_char == l->fence_char && n->fence_len >= l->fence_len)
            l->fence = FENCE_NONE;
        return;
    }
    if (bare && l->markdown) {
        l->markdown = false;
        return;
    }
    if (info_is(n, "markdown") || info_is(n, "md")) {
        l->markdown = true;
        l->fence = FENCE_NONE;
        return;
    }
    l->fence =
        FENCE_CODE; /* inside a fence too: the other one was not closed */
    for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
        if (info_is(n, text[i]))
            l->fence = FENCE_TEXT;
    for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++)
        l->log = l->log || info_is(n, logs[i]);
    l->fence_char = n->fence_char;
    l->fence_len = n->fence_len;
}

void loop_line_end(struct loop *l)
{
    struct line *n = &l->line;

    if (n->fence_char != 0 && n->fence_len >= 3 && n->words <= 4)
        fence_line(l);
    else if (n->comment && l->fence == FENCE_NONE) {
        l->fence = FENCE_CODE;
        l->fence_char = '!';
        l->fence_len = 1;
    } else if ((n->uncomment && l->fence_char == '!') ||
               (l->blank && n->hashes >= 2 && n->words > 0))
        l->fence = FENCE_NONE; /* a heading: the fences do not match */
    l->log = l->log && l->fence != FENCE_NONE;
    l->blank = n->first == 0;
    memset(n, 0, sizeof(*n));
}
