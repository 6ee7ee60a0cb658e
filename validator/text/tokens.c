#include <stdlib.h>

#include "validator/base/utf8.h"
#include "validator/text/tokens_int.h"

enum {
    AHEAD = 128, /* bytes a token may be long */
    BACK = 64    /* bytes before it that a pattern may look at */
};

struct wanted { /* a name that is looked up */
    enum token_shape shape;
    char name[TOKEN_NAME_MAX];
};

struct token_set {
    struct regex *regex;
    struct regex *classes[TOKEN_NAME_CLASSES_MAX];
};

enum status token_set_new(struct token_set **out, struct error *err)
{
    struct token_set *s = calloc(1, sizeof(*s));
    enum status st;

    if (s == NULL)
        return error_set(err, ST_NOMEM, "no memory for special tokens");
    st = regex_prepared(&s->regex, &token_regex, err);
    for (size_t i = 0; i < token_name_class_count && st == ST_OK; i++)
        st =
            regex_prepared(&s->classes[i], &token_name_classes[i].pattern, err);
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
    for (size_t i = 0; i < TOKEN_NAME_CLASSES_MAX; i++)
        regex_free(s->classes[i]);
    regex_free(s->regex);
    free(s);
}

static int entry_cmp(const void *pkey, const void *pentry)
{
    const struct wanted *key = pkey;
    const struct token_entry *e = pentry;

    return key->shape != e->shape ? (key->shape < e->shape ? -1 : 1)
                                  : strcmp(key->name, token_names + e->name);
}

static const struct token_entry *lookup(enum token_shape shape,
                                        struct text name)
{
    struct wanted key = { .shape = shape };

    if (!token_name(key.name, name, token_squashes(shape)))
        return NULL;
    return bsearch(&key, token_entries, token_entry_count,
                   sizeof(*token_entries), entry_cmp);
}

/* A distinctive name in other brackets, misspelt by one letter (two in long
 * names) or without its underscores. */
static const struct token_entry *lookup_loose(struct text name)
{
    enum { SHORTEST = 5, LONG = 9 };
    char wanted[TOKEN_NAME_MAX];
    const struct token_entry *best = NULL;
    size_t least = 3;

    if (!token_name(wanted, name, true) || strlen(wanted) < SHORTEST)
        return NULL;
    const struct text w = text_from(wanted);
    const size_t room = w.len < SHORTEST + 2 ? 0 : w.len < LONG ? 1 : 2;

    for (size_t i = 0; i < token_entry_count; i++) {
        if (!token_entries[i].loose)
            continue;
        const struct text own =
            text_from(token_names + token_entries[i].squashed);

        if ((own.len > w.len ? own.len - w.len : w.len - own.len) > room ||
            (own.ptr[0] != wanted[0] && own.ptr[1] != wanted[1]))
            continue;
        const size_t d = text_distance(w, own, room);

        if (d <= room && d < least) {
            least = d;
            best = &token_entries[i];
        }
    }
    return best;
}

/* Known as the beginning of a distinctive name: where the text is cut off. */
static const struct token_entry *lookup_prefix(struct text name)
{
    char wanted[TOKEN_NAME_MAX];

    if (!token_name(wanted, name, true))
        return NULL;
    for (size_t i = 0; i < token_entry_count; i++)
        if (token_entries[i].loose &&
            strncmp(token_names + token_entries[i].squashed, wanted,
                    strlen(wanted)) == 0)
            return &token_entries[i];
    return NULL;
}

static enum token_class class_of_name(const struct token_set *s,
                                      struct regex_match *m, struct text name)
{
    char squeezed[TOKEN_NAME_MAX * 2];
    size_t n = 0;

    for (size_t i = 0; i < name.len && n + 1 < sizeof(squeezed); i++) {
        const bool blank =
            name.len - i >= 3 && memcmp(name.ptr + i, "\xe2\x96\x81", 3) == 0;

        squeezed[n++] = blank ? '_' : name.ptr[i];
        i += blank ? 2 : 0;
    }
    for (size_t i = 0; i < token_name_class_count; i++)
        if (regex_find(s->classes[i], m, (struct text){ squeezed, n }, 0) ==
            REGEX_FOUND)
            return token_name_classes[i].cls;
    return TOKEN_TURN;
}

static void set_match(struct token_match *out, const struct token_entry *e)
{
    out->cls = (enum token_class)e->cls;
    out->when = (enum token_when)e->when;
    out->family = token_names + e->family;
}

/* The name of a token decides: known in its own shape, known and distinctive
 * in another, or, where the shape alone says token, by its words. */
static bool judge_name(const struct token_set *s, struct regex_match *m,
                       const struct token_alternative *alt, struct text name,
                       struct token_match *out)
{
    const struct token_entry *e =
        alt->shape == SHAPE_CUT ? NULL
                                : lookup((enum token_shape)alt->shape, name);

    if (e == NULL && alt->shape == SHAPE_PIPE)
        e = lookup(SHAPE_ANGLE, name);
    if (e == NULL && alt->shape != SHAPE_BRACKET)
        e = lookup_loose(name);
    if (e != NULL) {
        set_match(out, e);
        if (e->shape != alt->shape)
            out->when = WHEN_ALWAYS;
        return true;
    }
    if (!alt->always || name.len < 2)
        return false;
    out->cls = class_of_name(s, m, name);
    out->when = WHEN_ALWAYS;
    out->family = "";
    return true;
}

/* `<|im_e` where the text ends. */
static bool cut_at_end(struct text t, size_t at, struct token_match *out)
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
    const struct token_entry *e = lookup_prefix(name);

    if (e == NULL)
        return false;
    set_match(out, e);
    out->when = WHEN_ALWAYS;
    out->span = span_between(at, end);
    return true;
}

/* `im_end|>`: the beginning is lost. */
static bool lost_beginning(struct text t, size_t at, struct token_match *out)
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
    const struct token_entry *e = lookup_loose(name);

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
        return lost_beginning(t, at, out);
    if (regex_find(s->regex, m, window, at - from) != REGEX_FOUND ||
        !regex_group(m, 0, &whole))
        return last && cut_at_end(t, at, out);
    const char *mark = regex_mark(m);
    size_t i = 0;

    for (const char *p = mark; p != NULL && ascii_digit(*p); p++)
        i = i * 10 + (size_t)(*p - '0');
    if (i >= token_alternative_count)
        return false;
    const struct token_alternative *alt = &token_alternatives[i];

    out->span = (struct span){ whole.off + from, whole.len };
    if (!alt->form) {
        if (regex_group(m, 1, &name) &&
            judge_name(s, m, alt, text_sub(window, name), out))
            return true;
        return last && cut_at_end(t, at, out);
    }
    out->cls = (enum token_class)alt->cls;
    out->when = (enum token_when)alt->when;
    out->family = token_names + alt->family;
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

struct text token_line(struct text t, struct span s)
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
static struct text partner(char out[TOKEN_NAME_MAX + 4], struct text token)
{
    const bool closing = token.len > 2 && token.ptr[1] == '/';
    size_t n = 0;

    if (token.len + 2 > TOKEN_NAME_MAX)
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
    char other[TOKEN_NAME_MAX + 4];
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
        return !holds_partner(token_line(t, m->span), token);
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
