#define _GNU_SOURCE /* memmem */
#include "validator/text/roles.h"

enum { PAIR_LINES = 9, LINE_MAX_LEN = 4096 };

enum side { SIDE_NONE, SIDE_USER, SIDE_MODEL };

static const struct {
    const char *word;
    enum side side;
} roles[] = {
    { "user", SIDE_USER },        { "human", SIDE_USER },
    { "instruction", SIDE_USER }, { "assistant", SIDE_MODEL },
    { "ai", SIDE_MODEL },         { "bot", SIDE_MODEL },
    { "chatbot", SIDE_MODEL },    { "model", SIDE_MODEL },
    { "response", SIDE_MODEL },   { "ai assistant", SIDE_MODEL },
};

struct role_line {
    enum side side;
    struct span prefix; /* the role and its colon */
    struct text value;  /* behind it on the line */
    size_t line;        /* number */
};

struct seeker {
    struct text t;
    bool (*found)(void *arg, struct span span);
    void *arg;
    struct role_line last[2]; /* by side - 1; prefix.len 0: none */
    bool told[2];
    size_t
        shown; /* last line + 1 of a conversation shown on purpose; 0: none */
    bool stopped;
};

static void tell(struct seeker *s, struct span span)
{
    if (!s->stopped && !s->found(s->arg, span))
        s->stopped = true;
}

static struct text line_at(struct text t, size_t from)
{
    const char *end = memchr(t.ptr + from, '\n', t.len - from);
    const size_t len =
        end != NULL ? (size_t)(end - (t.ptr + from)) : t.len - from;

    return (struct text){ t.ptr + from, len };
}

/* The line before the one that begins at `from`; empty at the beginning. */
static struct text line_before(struct text t, size_t from)
{
    size_t end = from > 0 ? from - 1 : 0, start = end;

    while (start > 0 && t.ptr[start - 1] != '\n' && end - start < LINE_MAX_LEN)
        start--;
    return (struct text){ t.ptr + start, end - start };
}

static struct text nonblank_before(struct text t, size_t from)
{
    struct text line = { t.ptr, 0 };

    while (from > 0) {
        line = line_before(t, from);
        if (text_trim(line).len > 0)
            break;
        from = (size_t)(line.ptr - t.ptr);
    }
    return text_trim(line);
}

static struct text nonblank_behind(struct text t, size_t from)
{
    struct text line = { t.ptr, 0 };

    while (from < t.len) {
        line = line_at(t, from);
        if (text_trim(line).len > 0)
            break;
        from = (size_t)(line.ptr - t.ptr) + line.len + 1;
    }
    return text_trim(line);
}

static size_t count_words(struct text t)
{
    size_t n = 0;

    for (size_t i = 0; i < t.len; i++)
        n += !ascii_space(t.ptr[i]) && (i == 0 || ascii_space(t.ptr[i - 1]));
    return n;
}

static bool ends_sentence(struct text line)
{
    return line.len == 0 || strchr(".!?:)\"*_~|>`", line.ptr[line.len - 1]) ||
           line.ptr[0] == '#' || (unsigned char)line.ptr[line.len - 1] >= 0x80;
}

static bool ends_full(struct text line)
{
    return line.len > 0 && strchr(".!?", line.ptr[line.len - 1]) != NULL;
}

/* A line that is only a role. The neighbours must not be a list of words, nor
 * a sentence that was wrapped before its last word. */
static void bare_line(struct seeker *s, size_t from, struct text line)
{
    static const char *const words[] = { "assistant", "user", "model",
                                         "system" };
    const struct text word = text_trim(line);
    const size_t next = (size_t)(line.ptr - s->t.ptr) + line.len + 1;
    const struct text prev = nonblank_before(s->t, from);
    const struct text behind =
        nonblank_behind(s->t, next < s->t.len ? next : s->t.len);
    const struct text below = text_trim(
        next < s->t.len ? line_at(s->t, next) : (struct text){ "", 0 });
    bool known = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        known |= text_eq(word, text_from(words[i]));
    if (!known || !ends_sentence(text_trim(line_before(s->t, from))) ||
        text_starts(below, TEXT_LIT("===")) ||
        text_starts(below, TEXT_LIT("---")) ||
        text_starts(below, TEXT_LIT(":")))
        return;
    if (word.ptr[0] != 'a' &&
        ((count_words(behind) < 2 && !(behind.len == 0 && ends_full(prev))) ||
         (prev.len > 0 && count_words(prev) < 2)))
        return;
    if (word.ptr[0] == 'a' &&
        ((behind.len > 0 && count_words(behind) < 2 && behind.ptr[0] != '#') ||
         (prev.len > 0 && count_words(prev) < 2 &&
          ascii_alpha(prev.ptr[prev.len - 1]))))
        return;
    tell(s, (struct span){ (size_t)(word.ptr - s->t.ptr), word.len });
}

/* "... ends here.assistant", then a blank line. */
static void glued_line(struct seeker *s, struct text line)
{
    const struct text role = TEXT_LIT("assistant");
    const struct text all = text_trim(line);
    const size_t end = (size_t)(line.ptr - s->t.ptr) + line.len;
    const size_t at = all.len - role.len - 1;

    if (!text_ends(all, role) || all.len < role.len + 3 ||
        strchr(".!?", all.ptr[at]) == NULL || !ascii_alpha(all.ptr[at - 1]))
        return;
    if (end + 1 >= s->t.len || s->t.ptr[end + 1] == '\n' ||
        count_words(all) > 3)
        tell(s,
             (struct span){ (size_t)(all.ptr - s->t.ptr) + at + 1, role.len });
}

/* `User:`, `**User:**`, `### User:` at a line's beginning. */
static bool read_role(struct text t, struct text line, struct role_line *out)
{
    size_t i = 0, e;
    bool hashes = false;

    while (i < line.len &&
           (line.ptr[i] == ' ' || line.ptr[i] == '#' || line.ptr[i] == '*')) {
        hashes |= line.ptr[i] == '#';
        i++;
    }
    for (e = i; e < line.len && e - i < 16 &&
                (ascii_alpha(line.ptr[e]) || line.ptr[e] == ' ');)
        e++;
    const struct text word = { line.ptr + i, e - i };

    while (e < line.len && line.ptr[e] == '*')
        e++;
    if (e >= line.len || line.ptr[e] != ':' || word.len < 2)
        return false;
    for (size_t k = 0; k < sizeof(roles) / sizeof(*roles); k++) {
        if (!text_eq_icase(word, text_from(roles[k].word)))
            continue;
        if ((word.ptr[0] | 32) == 'i' || (word.ptr[0] | 32) == 'r')
            if (!hashes) /* Alpaca writes "### Instruction:" */
                return false;
        out->side = roles[k].side;
        out->prefix = span_between((size_t)(word.ptr - t.ptr),
                                   (size_t)(line.ptr - t.ptr) + e + 1);
        e++;
        while (e < line.len && line.ptr[e] == '*')
            e++;
        out->value = text_trim((struct text){ line.ptr + e, line.len - e });
        return true;
    }
    return false;
}

/* Somebody speaks: a sentence, or nothing on the line and text below. */
static bool speaks(const struct role_line *r)
{
    const struct text v = r->value;

    return v.len == 0 || count_words(v) >= 4 ||
           (count_words(v) >= 2 && strchr(".?!", v.ptr[v.len - 1]) != NULL);
}

/* The line before announces a conversation that is shown on purpose. */
static bool announced(struct text t, size_t from)
{
    static const char *const words[] = {
        "transcript", "conversation", "dialog", "exchange", "chat", "interview",
        "excerpt",    "example",      "sample", "log",      "said", "prompt",
    };
    const struct text line = nonblank_before(t, from);

    for (size_t i = 0; i + 3 <= line.len && i < 300; i++)
        for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
            const struct text w = text_from(words[k]);

            if (line.len - i >= w.len &&
                (i == 0 || !ascii_alpha(line.ptr[i - 1])) &&
                text_eq_icase((struct text){ line.ptr + i, w.len }, w))
                return true;
        }
    return false;
}

static void role_prefix(struct seeker *s, struct role_line r)
{
    const size_t own = (size_t)r.side - 1, other = 1 - own;
    struct role_line *const peer = &s->last[other];

    if (peer->prefix.len == 0) {
        size_t from = r.prefix.off;

        while (from > 0 && s->t.ptr[from - 1] != '\n')
            from--;
        if (announced(s->t, from)) {
            s->shown = r.line + 1;
            return;
        }
    }
    if (s->shown > 0 && r.line + 1 - s->shown <= PAIR_LINES) {
        s->shown = r.line + 1; /* the conversation goes on */
        return;
    }
    s->last[own] = r;
    s->told[own] = false;
    if (peer->prefix.len == 0 || r.line - peer->line > PAIR_LINES ||
        (!speaks(&r) && !speaks(peer)) ||
        (r.value.len == 0 && peer->value.len == 0 && r.line - peer->line < 2))
        return;
    if (r.value.len > 0 && peer->value.len > 0 && count_words(r.value) < 3 &&
        count_words(peer->value) < 3)
        return;
    if (!s->told[other])
        tell(s, peer->prefix);
    tell(s, r.prefix);
    s->told[own] = s->told[other] = true;
}

static void look_at_line(struct seeker *s, size_t from, size_t number)
{
    struct text line = line_at(s->t, from);
    struct role_line r = { .line = number };

    if (line.len == 0)
        return;
    if (line.len > LINE_MAX_LEN)
        line.len = LINE_MAX_LEN;
    if (line.len < 64 && strchr(" ausm", line.ptr[0]) != NULL)
        bare_line(s, from, line);
    if (text_ends(text_trim(line), TEXT_LIT("assistant")))
        glued_line(s, line);
    if (strchr(" #*AaBbCcHhIiMmRrUu", line.ptr[0]) != NULL &&
        read_role(s->t, line, &r))
        role_prefix(s, r);
    if (text_starts(line, TEXT_LIT("analysis")) && line.len > 12 &&
        (text_starts((struct text){ line.ptr + 8, line.len - 8 },
                     TEXT_LIT("We ")) ||
         text_starts((struct text){ line.ptr + 8, line.len - 8 },
                     TEXT_LIT("The ")) ||
         text_starts((struct text){ line.ptr + 8, line.len - 8 },
                     TEXT_LIT("User "))))
        tell(s, (struct span){ from, 8 });
}

/* gpt-oss channels without their tokens: `assistantfinal`. */
static void channels(struct seeker *s)
{
    static const char *const names[] = { "final", "commentary", "analysis" };
    const struct text role = TEXT_LIT("assistant");
    size_t i = 0;

    while (i < s->t.len && !s->stopped) {
        const char *p = memmem(s->t.ptr + i, s->t.len - i, role.ptr, role.len);

        if (p == NULL)
            return;
        const size_t at = (size_t)(p - s->t.ptr);
        const struct text rest = { p + role.len, s->t.len - at - role.len };

        i = at + role.len;
        for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
            if (text_starts(rest, text_from(names[k])))
                tell(s, (struct span){ at, role.len + strlen(names[k]) });
    }
}

void roles_find(struct text t, bool (*found)(void *arg, struct span span),
                void *arg)
{
    struct seeker s = { .t = t, .found = found, .arg = arg };
    size_t from = 0, number = 0;

    while (from < t.len && !s.stopped) {
        const char *end = memchr(t.ptr + from, '\n', t.len - from);

        look_at_line(&s, from, number++);
        if (end == NULL)
            break;
        from = (size_t)(end - t.ptr) + 1;
    }
    channels(&s);
}
