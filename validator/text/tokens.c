#include "validator/text/tokens.h"

#include <stdio.h>
#include <stdlib.h>

#include "validator/base/buf.h"
#include "validator/base/jsonc.h"
#include "validator/base/utf8.h"

enum {
    NAME_MAX_LEN = 80,      /* bytes of a squashed name */
    ENTRIES_MAX = 4000,     /* names in all */
    ALTERNATIVES_MAX = 400, /* forms, shapes and odd literals */
    NAME_CLASSES_MAX = 32,
    AHEAD = 128, /* bytes a token may be long */
    BACK = 64    /* bytes before it that a pattern may look at */
};

const char *const token_class_name[TOKEN_CLASSES] = {
    [TOKEN_RESERVED] = "reserved", [TOKEN_TURN] = "turn",
    [TOKEN_EOS] = "eos",           [TOKEN_INST] = "inst",
    [TOKEN_FIM] = "fim",           [TOKEN_MEDIA] = "media",
    [TOKEN_BYTE] = "byte",         [TOKEN_SPM] = "spm",
    [TOKEN_BBPE] = "bbpe",         [TOKEN_ROLE] = "role",
    [TOKEN_TOOL] = "tool",         [TOKEN_THINK] = "think",
    [TOKEN_CITE] = "cite",         [TOKEN_STRAY] = "stray",
};

static const char *const when_name[WHEN_COUNT] = {
    [WHEN_ALWAYS] = "always",       [WHEN_UNPAIRED] = "unpaired",
    [WHEN_PAIRED] = "paired",       [WHEN_GLUED] = "glued",
    [WHEN_GLUED_ANY] = "glued-any", [WHEN_UNLINKED] = "unlinked",
    [WHEN_UNINDEXED] = "unindexed",
};

enum shape {
    SHAPE_PIPE,
    SHAPE_HALF,
    SHAPE_ANGLE,
    SHAPE_BRACKET,
    SHAPE_CUT,
    SHAPE_LITERAL,
    SHAPE_COUNT
};
static const char *const shape_name[SHAPE_COUNT] = { "pipe",  "half",
                                                     "angle", "bracket",
                                                     "cut",   "literal" };

/* A name without its brackets: as written for angle and bracket shapes, else
 * lower case without `_`, `-`, blanks and U+2581. */
struct entry {
    char name[NAME_MAX_LEN];
    enum shape shape;
    enum token_class cls;
    enum token_when when;
    const char *family;
    bool loose;
};

struct alternative {
    enum shape shape;
    bool always; /* a shape that needs no known name */
    bool form;   /* cls and family are said here, not by a name */
    enum token_class cls;
    enum token_when when;
    const char *family;
};

struct name_class {
    struct regex *pattern;
    enum token_class cls;
};

struct token_set {
    cJSON *json;           /* owns the strings that entries point to */
    struct entry *entries; /* by shape, then name */
    size_t entry_count;
    struct alternative *alternatives; /* index: the regex's mark */
    size_t alternative_count;
    struct name_class classes[NAME_CLASSES_MAX];
    size_t class_count;
    struct regex *regex; /* all alternatives, anchored */
};

static int find_word(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (word != NULL && strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* Copies a name; squashed when asked. False: too long or empty. */
static bool put_name(char out[NAME_MAX_LEN], struct text name, bool squash)
{
    size_t n = 0;

    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];

        if (squash && (c == '_' || c == '-' || c == ' ' || c == '\\'))
            continue;
        if (squash && name.len - i >= 3 &&
            memcmp(name.ptr + i, "\xe2\x96\x81", 3) == 0) {
            i += 2;
            continue;
        }
        if (n + 1 >= NAME_MAX_LEN)
            return false;
        out[n++] = squash ? ascii_lower(c) : c;
    }
    out[n] = '\0';
    return n > 0;
}

static int entry_cmp(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;

    return a->shape != b->shape ? (a->shape < b->shape ? -1 : 1)
                                : strcmp(a->name, b->name);
}

/* The shape of a literal token and its bare name. */
static enum shape split_literal(struct text t, struct text *name)
{
    static const struct {
        const char *open, *close;
        enum shape shape;
    } styles[] = {
        { "<|", "|>", SHAPE_PIPE },   { "<｜", "｜>", SHAPE_PIPE },
        { "<|", ">", SHAPE_HALF },    { "</", ">", SHAPE_ANGLE },
        { "<", "|>", SHAPE_HALF },    { "<", ">", SHAPE_ANGLE },
        { "[/", "]", SHAPE_BRACKET }, { "[", "]", SHAPE_BRACKET },
    };

    for (size_t i = 0; i < sizeof(styles) / sizeof(*styles); i++) {
        const struct text open = text_from(styles[i].open);
        const struct text close = text_from(styles[i].close);

        if (!text_starts(t, open) || !text_ends(t, close) ||
            t.len <= open.len + close.len)
            continue;
        *name = (struct text){ t.ptr + open.len, t.len - open.len - close.len };
        for (size_t k = 0; k < name->len; k++)
            if (strchr("<>[]|\":~", name->ptr[k]) != NULL)
                return SHAPE_LITERAL;
        return styles[i].shape;
    }
    return SHAPE_LITERAL;
}

static bool squashes(enum shape shape)
{
    return shape == SHAPE_PIPE || shape == SHAPE_HALF;
}

struct builder {
    struct token_set *s;
    struct buf pattern;
    const char *name; /* of the file, for errors */
    struct error *err;
};

static enum status bad_form(const struct builder *b, const char *what)
{
    return error_set(b->err, ST_INPUT, "%s: %s", b->name, what);
}

static enum status add_alternative(struct builder *b, struct alternative alt)
{
    struct token_set *s = b->s;

    if (s->alternative_count == ALTERNATIVES_MAX)
        return bad_form(b, "too many forms and shapes");
    s->alternatives[s->alternative_count++] = alt;
    return ST_OK;
}

static void open_alternative(struct builder *b)
{
    buf_puts(&b->pattern, b->pattern.len > 0 ? "|" : "(?|");
}

static void close_alternative(struct builder *b)
{
    buf_printf(&b->pattern, "(*MARK:%zu)", b->s->alternative_count);
}

static enum status add_literal(struct builder *b, const char *literal,
                               struct alternative alt)
{
    open_alternative(b);
    buf_printf(&b->pattern, "(?:\\Q%s\\E)", literal);
    close_alternative(b);
    return add_alternative(b, alt);
}

static enum status add_entry(struct builder *b, const char *literal,
                             struct alternative alt)
{
    struct token_set *s = b->s;
    struct text name = { "", 0 };
    const enum shape shape = split_literal(text_from(literal), &name);
    struct entry *e;

    if (shape == SHAPE_LITERAL)
        return add_literal(b, literal, alt);
    if (s->entry_count == ENTRIES_MAX)
        return bad_form(b, "too many names");
    e = &s->entries[s->entry_count];
    *e = (struct entry){
        .shape = shape, .cls = alt.cls, .when = alt.when, .family = alt.family
    };
    if (!put_name(e->name, name, squashes(shape)))
        return bad_form(b, "a token's name is too long");
    s->entry_count++;
    return ST_OK;
}

static enum token_when when_of(const cJSON *family, const char *literal)
{
    const cJSON *when = cJSON_GetObjectItemCaseSensitive(family, "when");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, literal);
    const int i = find_word(when_name, WHEN_COUNT, cJSON_GetStringValue(item));

    return i >= 0 ? (enum token_when)i : WHEN_ALWAYS;
}

static enum status add_loose(struct builder *b, const cJSON *family)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(family, "loose"))
    {
        struct token_set *s = b->s;
        char name[NAME_MAX_LEN];

        if (!cJSON_IsString(item) ||
            !put_name(name, text_from(item->valuestring), true))
            return bad_form(b, "`loose` wants names");
        for (size_t i = 0; i < s->entry_count; i++) {
            char own[NAME_MAX_LEN];

            (void)put_name(own, text_from(s->entries[i].name), true);
            if (strcmp(own, name) == 0)
                s->entries[i].loose = true;
        }
    }
    return ST_OK;
}

static enum status add_family(struct builder *b, const cJSON *family)
{
    const char *const name = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(family, "family"));
    enum status st = ST_OK;

    if (name == NULL || !cJSON_HasObjectItem(family, "source"))
        return bad_form(b, "a family wants `family` and `source`");
    for (int c = 0; c < TOKEN_CLASSES && st == ST_OK; c++) {
        const cJSON *item;

        cJSON_ArrayForEach(
            item, cJSON_GetObjectItemCaseSensitive(family, token_class_name[c]))
        {
            if (!cJSON_IsString(item))
                return bad_form(b, "a token is no string");
            st = add_entry(b, item->valuestring,
                           (struct alternative){
                               .shape = SHAPE_LITERAL,
                               .form = true,
                               .cls = (enum token_class)c,
                               .family = name,
                               .when = when_of(family, item->valuestring) });
            if (st != ST_OK)
                return st;
        }
    }
    return st;
}

static enum status add_pattern(struct builder *b, const cJSON *item)
{
    const cJSON *pattern = cJSON_GetObjectItemCaseSensitive(item, "pattern");
    const char *cls =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "class"));
    const char *family =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "family"));
    const char *shape =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "shape"));
    const int c = find_word(token_class_name, TOKEN_CLASSES, cls);
    const int s = find_word(shape_name, SHAPE_COUNT, shape);

    if (!cJSON_IsString(pattern) || (c < 0 && s < 0))
        return bad_form(b, "a form wants `pattern` and a known `class`, a "
                           "shape `pattern` and a known `shape`");
    open_alternative(b);
    buf_printf(&b->pattern, "(?:%s)", pattern->valuestring);
    close_alternative(b);
    return add_alternative(
        b, (struct alternative){
               .shape = s >= 0 ? (enum shape)s : SHAPE_LITERAL,
               .form = s < 0,
               .always = cJSON_IsTrue(
                   cJSON_GetObjectItemCaseSensitive(item, "always")),
               .cls = c >= 0 ? (enum token_class)c : TOKEN_TURN,
               .family = family != NULL ? family : "" });
}

static enum status add_patterns(struct builder *b, const char *key)
{
    enum status st = ST_OK;
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(b->s->json, key))
    {
        st = add_pattern(b, item);
        if (st != ST_OK)
            return st;
    }
    return st;
}

static enum status add_name_classes(struct builder *b)
{
    struct token_set *s = b->s;
    const cJSON *row;

    cJSON_ArrayForEach(row,
                       cJSON_GetObjectItemCaseSensitive(s->json, "name_class"))
    {
        const char *pattern = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));
        const char *cls = cJSON_GetStringValue(cJSON_GetArrayItem(row, 1));
        const int c = find_word(token_class_name, TOKEN_CLASSES, cls);
        enum status st;

        if (pattern == NULL || c < 0 || s->class_count == NAME_CLASSES_MAX)
            return bad_form(b, "`name_class` wants [pattern, class] rows");
        st = regex_new(&s->classes[s->class_count].pattern, text_from(pattern),
                       b->name, REGEX_ICASE | REGEX_RARE, b->err);
        if (st != ST_OK)
            return st;
        s->classes[s->class_count++].cls = (enum token_class)c;
    }
    return ST_OK;
}

static enum status build(struct builder *b)
{
    struct token_set *s = b->s;
    const cJSON *families =
        cJSON_GetObjectItemCaseSensitive(s->json, "families");
    const cJSON *item;
    enum status st;

    s->entries = calloc(ENTRIES_MAX, sizeof(*s->entries));
    s->alternatives = calloc(ALTERNATIVES_MAX, sizeof(*s->alternatives));
    if (s->entries == NULL || s->alternatives == NULL)
        return error_set(b->err, ST_NOMEM, "%s: no memory", b->name);
    st = add_patterns(b, "forms");
    cJSON_ArrayForEach(item, families) if (st == ST_OK) st =
        add_family(b, item);
    cJSON_ArrayForEach(item, families) if (st == ST_OK) st = add_loose(b, item);
    if (st == ST_OK)
        st = add_patterns(b, "shapes");
    if (st == ST_OK)
        st = add_name_classes(b);
    if (st != ST_OK)
        return st;
    if (s->entry_count == 0 || s->alternative_count == 0)
        return bad_form(b, "no families or no forms");
    qsort(s->entries, s->entry_count, sizeof(*s->entries), entry_cmp);
    buf_puts(&b->pattern, ")");
    if (b->pattern.failed)
        return error_set(b->err, ST_NOMEM, "%s: no memory", b->name);
    return regex_new(&s->regex, buf_text(&b->pattern), b->name,
                     REGEX_BYTES | REGEX_ANCHORED, b->err);
}

enum status token_set_parse(struct token_set **out, struct text json,
                            const char *name, struct error *err)
{
    struct token_set *s = calloc(1, sizeof(*s));
    struct builder b = { .s = s, .name = name, .err = err };
    enum status st;

    if (s == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    st = jsonc_parse(&s->json, json, name, err);
    if (st == ST_OK)
        st = build(&b);
    buf_free(&b.pattern);
    if (st != ST_OK) {
        token_set_free(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void token_set_free(struct token_set *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < NAME_CLASSES_MAX; i++)
        regex_free(s->classes[i].pattern);
    regex_free(s->regex);
    free(s->entries);
    free(s->alternatives);
    cJSON_Delete(s->json);
    free(s);
}

struct regex_match *token_scratch(const struct token_set *s)
{
    return regex_match_new(s->regex);
}

static const struct entry *lookup(const struct token_set *s, enum shape shape,
                                  struct text name)
{
    struct entry key = { .shape = shape };

    if (!put_name(key.name, name, squashes(shape)))
        return NULL;
    return bsearch(&key, s->entries, s->entry_count, sizeof(*s->entries),
                   entry_cmp);
}

/* A distinctive name in other brackets, misspelt by one letter (two in long
 * names) or without its underscores. */
static const struct entry *lookup_loose(const struct token_set *s,
                                        struct text name)
{
    enum { SHORTEST = 5, LONG = 9 };
    char wanted[NAME_MAX_LEN];
    const struct entry *best = NULL;
    size_t least = 3;

    if (!put_name(wanted, name, true) || strlen(wanted) < SHORTEST)
        return NULL;
    const struct text w = text_from(wanted);
    const size_t room = w.len < SHORTEST + 2 ? 0 : w.len < LONG ? 1 : 2;

    for (size_t i = 0; i < s->entry_count; i++) {
        char own[NAME_MAX_LEN];

        if (!s->entries[i].loose)
            continue;
        (void)put_name(own, text_from(s->entries[i].name), true);
        const size_t n = strlen(own);

        if ((n > w.len ? n - w.len : w.len - n) > room ||
            (own[0] != wanted[0] && own[1] != wanted[1]))
            continue;
        const size_t d = text_distance(w, text_from(own), room);

        if (d <= room && d < least) {
            least = d;
            best = &s->entries[i];
        }
    }
    return best;
}

/* Known as the beginning of a distinctive name: where the text is cut off. */
static const struct entry *lookup_prefix(const struct token_set *s,
                                         struct text name)
{
    char wanted[NAME_MAX_LEN];

    if (!put_name(wanted, name, true))
        return NULL;
    for (size_t i = 0; i < s->entry_count; i++) {
        char own[NAME_MAX_LEN];

        (void)put_name(own, text_from(s->entries[i].name), true);
        if (s->entries[i].loose && strncmp(own, wanted, strlen(wanted)) == 0)
            return &s->entries[i];
    }
    return NULL;
}

static enum token_class class_of_name(const struct token_set *s,
                                      struct text name)
{
    enum token_class cls = TOKEN_TURN;
    bool found = false;
    char squeezed[NAME_MAX_LEN * 2];
    size_t n = 0;

    for (size_t i = 0; i < name.len && n + 1 < sizeof(squeezed); i++) {
        const bool blank =
            name.len - i >= 3 && memcmp(name.ptr + i, "\xe2\x96\x81", 3) == 0;

        squeezed[n++] = blank ? '_' : name.ptr[i];
        i += blank ? 2 : 0;
    }
    for (size_t i = 0; i < s->class_count && !found; i++) {
        struct regex_match *m = regex_match_new(s->classes[i].pattern);

        if (m == NULL)
            break;
        found = regex_find(s->classes[i].pattern, m,
                           (struct text){ squeezed, n }, 0) == REGEX_FOUND;
        if (found)
            cls = s->classes[i].cls;
        regex_match_free(m);
    }
    return cls;
}

static void set_match(struct token_match *out, const struct entry *e)
{
    out->cls = e->cls;
    out->when = e->when;
    out->family = e->family;
}

/* The name of a token decides: known in its own shape, known and distinctive
 * in another, or, where the shape alone says token, by its words. */
static bool judge_name(const struct token_set *s, const struct alternative *alt,
                       struct text name, struct token_match *out)
{
    const struct entry *e =
        alt->shape == SHAPE_CUT ? NULL : lookup(s, alt->shape, name);

    if (e == NULL && alt->shape == SHAPE_PIPE)
        e = lookup(s, SHAPE_ANGLE, name);
    if (e == NULL && alt->shape != SHAPE_BRACKET)
        e = lookup_loose(s, name);
    if (e != NULL) {
        set_match(out, e);
        if (e->shape != alt->shape)
            out->when = WHEN_ALWAYS;
        return true;
    }
    if (!alt->always || name.len < 2)
        return false;
    out->cls = class_of_name(s, name);
    out->when = WHEN_ALWAYS;
    out->family = "";
    return true;
}

/* `<|im_e` where the text ends. */
static bool cut_at_end(const struct token_set *s, struct text t, size_t at,
                       struct token_match *out)
{
    enum { ANGLE_LEAST = 9, SPLIT_LEAST = 5, PIPE_LEAST = 2 };
    size_t i = at + 1, end = t.len;
    bool pipe = false;

    while (end > at && ascii_space(t.ptr[end - 1]))
        end--;
    if (t.ptr[at] != '<' || end - at > 40)
        return false;
    if (i < end && t.ptr[i] == '/')
        i++;
    if (i < end && t.ptr[i] == '|') {
        pipe = true;
        i++;
    } else if (end - i >= 3 && memcmp(t.ptr + i, "\xef\xbd\x9c", 3) == 0) {
        pipe = true;
        i += 3;
    }
    const struct text name = { t.ptr + i, end - i };

    /* `<start` may be anything, `<start_` may not */
    const bool split = memchr(name.ptr, '_', name.len) != NULL;

    if (name.len < (pipe ? PIPE_LEAST : split ? SPLIT_LEAST : ANGLE_LEAST))
        return false;
    for (size_t k = 0; k < name.len; k++)
        if (!ascii_alnum(name.ptr[k]) && name.ptr[k] != '_' &&
            (unsigned char)name.ptr[k] < 0x80)
            return false;
    const struct entry *e = lookup_prefix(s, name);

    if (e == NULL)
        return false;
    set_match(out, e);
    out->when = WHEN_ALWAYS;
    out->span = span_between(at, end);
    return true;
}

/* `im_end|>`: the beginning is lost. */
static bool lost_beginning(const struct token_set *s, struct text t, size_t at,
                           struct token_match *out)
{
    size_t i = at - 1;

    while (i > 0 && at - i < BACK &&
           (ascii_alnum(t.ptr[i - 1]) || t.ptr[i - 1] == '_'))
        i--;
    const struct text name = { t.ptr + i, at - 1 - i };
    const bool piped = i > 0 && t.ptr[i - 1] == '|';

    if (i > 0 &&
        (t.ptr[i - 1] == '<' || (piped && i > 1 && t.ptr[i - 2] == '<')))
        return false;
    const struct entry *e = lookup_loose(s, name);

    if (e == NULL || memchr(name.ptr, '_', name.len) == NULL)
        return false;
    set_match(out, e);
    out->when = WHEN_ALWAYS;
    out->span = span_between(i - piped, at + 1);
    return true;
}

bool token_at(const struct token_set *s, struct regex_match *m, struct text t,
              size_t at, bool last, struct token_match *out)
{
    const size_t from = at > BACK ? at - BACK : 0;
    const size_t end = t.len - at > AHEAD ? at + AHEAD : t.len;
    const struct text window = { t.ptr + from, end - from };
    struct span whole, name;

    if (t.ptr[at] == '>' && at > 0 && t.ptr[at - 1] == '|')
        return lost_beginning(s, t, at, out);
    if (regex_find(s->regex, m, window, at - from) != REGEX_FOUND ||
        !regex_group(m, 0, &whole))
        return last && cut_at_end(s, t, at, out);
    const char *mark = regex_mark(m);
    size_t i = 0;

    for (const char *p = mark; p != NULL && ascii_digit(*p); p++)
        i = i * 10 + (size_t)(*p - '0');
    if (i >= s->alternative_count)
        return false;
    const struct alternative *alt = &s->alternatives[i];

    out->span = (struct span){ whole.off + from, whole.len };
    if (!alt->form) {
        if (regex_group(m, 1, &name) &&
            judge_name(s, alt, text_sub(window, name), out))
            return true;
        return last && cut_at_end(s, t, at, out);
    }
    out->cls = alt->cls;
    out->when = alt->when;
    out->family = alt->family;
    return true;
}

/* `<`, `[`, `>` (of `>>NAME<<` and `|>`), `]` and `/` of odd literals, and the
 * first bytes of U+2581, U+25C1, U+3010 (E2, E3), U+0120, U+010A (C4), U+E200
 * (EE), private use (EE, EF, F3, F4). */
static const unsigned char starts[256] = {
    ['<'] = 1,  ['['] = 1,  ['>'] = 1,  [']'] = 1,  [0xc4] = 1, [0xc3] = 1,
    [0xe2] = 1, [0xe3] = 1, [0xee] = 1, [0xef] = 1, [0xf3] = 1, [0xf4] = 1,
};

size_t token_next(struct text t, size_t at)
{
    const unsigned char *const p = (const unsigned char *)t.ptr;
    size_t i = at;

    while (t.len - i >= 8 &&
           !(starts[p[i]] | starts[p[i + 1]] | starts[p[i + 2]] |
             starts[p[i + 3]] | starts[p[i + 4]] | starts[p[i + 5]] |
             starts[p[i + 6]] | starts[p[i + 7]]))
        i += 8;
    while (i < t.len && !starts[p[i]])
        i++;
    return i;
}

static bool is_word_byte(char c)
{
    return ascii_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static struct text line_of(struct text t, struct span s)
{
    enum { REACH = 400 };
    size_t from = s.off, to = span_end(s);

    while (from > 0 && s.off - from < REACH && t.ptr[from - 1] != '\n')
        from--;
    while (to < t.len && to - s.off < REACH && t.ptr[to] != '\n')
        to++;
    return (struct text){ t.ptr + from, to - from };
}

/* The other tag of a pair: `</x>` for `<x>`. */
static struct text partner(char out[NAME_MAX_LEN + 4], struct text token)
{
    const bool closing = token.len > 2 && token.ptr[1] == '/';
    size_t n = 0;

    if (token.len + 2 > NAME_MAX_LEN)
        return (struct text){ "", 0 };
    out[n++] = token.ptr[0];
    if (!closing)
        out[n++] = '/';
    for (size_t i = closing ? 2 : 1; i < token.len; i++)
        out[n++] = token.ptr[i];
    return (struct text){ out, n };
}

/* The text around s, far enough for a block of thinking. */
static struct text region_of(struct text t, struct span s)
{
    enum { REACH = 64 << 10 };
    const size_t from = s.off > REACH ? s.off - REACH : 0;
    const size_t to = t.len - s.off > REACH ? s.off + REACH : t.len;

    return (struct text){ t.ptr + from, to - from };
}

/* Before a closing tag, or behind an opening one, within `where`. */
static bool holds_partner(struct text where, struct text token)
{
    char other[NAME_MAX_LEN + 4];
    struct text p = partner(other, token);
    const bool closing = token.len > 2 && token.ptr[1] == '/';
    const size_t at = (size_t)(token.ptr - where.ptr);

    if (p.len == 0)
        return false;
    if (closing) {
        where.len = at;
        p.len--; /* `<function` opens `<function=name>` too */
    }
    return text_find(where, p, closing ? 0 : at) <= where.len;
}

/* No `[X](link)`, `[X]: link`, `log-[X].txt`, `A[X]`; but `... ends.[X]`. */
static bool unlinked(struct text t, struct span s)
{
    const char before = s.off > 0 ? t.ptr[s.off - 1] : ' ';
    const char after = span_end(s) < t.len ? t.ptr[span_end(s)] : ' ';

    if (strchr("(:_[-./=", after) != NULL || before == '!')
        return false;
    if (before == '.')
        return ascii_space(after);
    return strchr("_-/]", before) == NULL && !(before >= 'A' && before <= 'Z');
}

bool token_when_holds(struct text t, const struct token_match *m)
{
    const struct text token = text_sub(t, m->span);
    const size_t end = span_end(m->span);
    const char before = m->span.off > 0 ? t.ptr[m->span.off - 1] : '\n';
    const char after = end < t.len ? t.ptr[end] : '\n';

    switch (m->when) {
    case WHEN_UNPAIRED:
        return !holds_partner(line_of(t, m->span), token);
    case WHEN_PAIRED:
        return holds_partner(region_of(t, m->span), token);
    case WHEN_GLUED:
        return (is_word_byte(after) || after == '<') &&
               (before == '\n' || before == '>');
    case WHEN_GLUED_ANY:
        return is_word_byte(after) || is_word_byte(before) ||
               strchr(">].!?%;", before) != NULL || after == '<' ||
               (before == '\n' && after == '\n');
    case WHEN_UNLINKED:
        return unlinked(t, m->span);
    case WHEN_UNINDEXED:
        return unlinked(t, m->span) && !ascii_alnum(before);
    case WHEN_ALWAYS:
    case WHEN_COUNT:
        break;
    }
    return true;
}

static bool starts_with(struct text t, size_t at, const char *s)
{
    const size_t n = strlen(s);

    return t.len - at >= n && memcmp(t.ptr + at, s, n) == 0;
}

#define LOWER_BLOCK "\xe2\x96\x81" /* U+2581 */
#define G_DOT       "\xc4\xa0"     /* U+0120, byte-level BPE's space */
#define C_DOT       "\xc4\x8a"     /* U+010A, its newline */
#define C_CIRC      "\xc4\x89"     /* U+0109, its tab */

/* U+2581 and a word: SentencePiece. Blocks without letters, or behind other
 * blocks, are bars of a chart or a blank to fill in. */
static bool spm_at(struct text t, size_t at, struct token_match *out)
{
    size_t i = at, words = 0;
    const bool chart = at >= 3 && starts_with(t, at - 3, "\xe2\x96");

    while (i < t.len && starts_with(t, i, LOWER_BLOCK)) {
        const size_t k = i + 3;
        size_t e = k;

        while (e < t.len && is_word_byte(t.ptr[e]) &&
               !starts_with(t, e, LOWER_BLOCK) &&
               !starts_with(t, e, "\xe2\x96"))
            e++;
        if (e == k)
            break;
        words++;
        i = e;
        while (i < t.len && strchr(".,;:!?)'\"-%", t.ptr[i]) != NULL &&
               starts_with(t, i + 1, LOWER_BLOCK))
            i++;
    }
    if (words == 0 || (words == 1 && (chart || i - at < 5)))
        return false;
    *out = (struct token_match){ span_between(at, i), TOKEN_SPM, WHEN_ALWAYS,
                                 "sentencepiece" };
    return true;
}

static bool is_bpe_mark(struct text t, size_t at)
{
    return starts_with(t, at, G_DOT) || starts_with(t, at, C_DOT) ||
           starts_with(t, at, C_CIRC);
}

/* An English word that no Maltese name is. */
static bool is_plain_word(struct text t, size_t at)
{
    static const char *const words[] = {
        "the",  "and", "of", "to",  "in", "is",   "was",  "for", "on", "with",
        "that", "it",  "as", "are", "by", "from", "this", "not", "be", "were",
    };
    size_t e = at;

    while (e < t.len && is_word_byte(t.ptr[e]))
        e++;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_eq((struct text){ t.ptr + at, e - at }, text_from(words[i])))
            return true;
    return false;
}

/* Capital dotted letters inside words or in rows: byte-level BPE. Maltese
 * writes them at a word's beginning, or inside words all in capitals. */
static bool bbpe_at(struct text t, size_t at, struct token_match *out)
{
    const char before = at > 0 ? t.ptr[at - 1] : ' ';
    size_t i = at, marks = 0;
    bool strong = (ascii_alnum(before) && !(before >= 'A' && before <= 'Z')) ||
                  strchr(".,;:!?)]%", before) != NULL ||
                  (starts_with(t, at, G_DOT) && is_plain_word(t, at + 2));

    while (i < t.len) {
        size_t e = i;

        if (is_bpe_mark(t, i)) {
            strong |= marks > 0 && (e == at + 2 * marks || i > at + 2 * marks);
            marks++;
            i += 2;
            continue;
        }
        while (e < t.len && is_word_byte(t.ptr[e]) && !is_bpe_mark(t, e))
            e++;
        while (e < t.len && strchr(".,;:!?'\"()-", t.ptr[e]) != NULL &&
               is_bpe_mark(t, e + 1))
            e++;
        if (e == i)
            break;
        i = e;
    }
    /* What follows a newline mark is text; only a space mark owns its word. */
    if (marks > 0 && starts_with(t, at, C_DOT)) {
        size_t e = at;

        while (e < t.len && is_bpe_mark(t, e))
            e += 2;
        if (!starts_with(t, e - 2, G_DOT))
            i = e;
    }
    if (!strong)
        return false;
    *out = (struct token_match){ span_between(at, i), TOKEN_BBPE, WHEN_ALWAYS,
                                 "byte-level-bpe" };
    return true;
}

/* U+00E2 and U+0122..U+0143: byte-level BPE's view of a curly quote or dash;
 * with U+00C3 of a Latin letter, with U+00F0 of an emoji. */
static bool bbpe_bytes_at(struct text t, size_t at, struct token_match *out)
{
    size_t i = at;
    const int32_t lead = utf8_next(t, &i);
    const int rest = lead == 0xf0 ? 3 : lead == 0xe2 ? 2 : 1;
    int n = 0;

    if (lead != 0xf0 && lead != 0xe2 && lead != 0xc3 && lead != 0xc2)
        return false;
    while (i < t.len && n < rest) {
        size_t k = i;
        const int32_t c = utf8_next(t, &k);

        if (!(c >= 0x122 && c <= 0x143) && !(n > 0 && c >= 0xa1 && c <= 0xbf))
            break;
        n++;
        i = k;
    }
    if (n < rest)
        return false;
    *out = (struct token_match){ span_between(at, i), TOKEN_BBPE, WHEN_ALWAYS,
                                 "byte-level-bpe" };
    return true;
}

bool token_piece_at(struct text t, size_t at, struct token_match *out)
{
    if (starts_with(t, at, LOWER_BLOCK))
        return spm_at(t, at, out);
    if (is_bpe_mark(t, at))
        return bbpe_at(t, at, out);
    return bbpe_bytes_at(t, at, out);
}
