#include "validator/text/lang_word.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "validator/base/utf8.h"

/* What a byte is to a chunk (a run without white space). */
enum { C_OTHER, C_LOWER, C_UPPER, C_DIGIT, C_MASK, C_SPACE, C_APOS, C_HIGH };

/* One digit of the enum above per byte value. */
static const char byte_class[257] =
    "0000000005555500000000000000000050040006000000043333333333000400"
    "4222222222222222222222222220400401111111111111111111111111100000"
    "7777777777777777777777777777777777777777777777777777777777777777"
    "7777777777777777777777777777777777777777777777777777777777777777";

static inline int class_of(char c)
{
    return byte_class[(unsigned char)c] - '0';
}

enum chunk_flag {
    CHUNK_MASK = 1,
    CHUNK_DIGIT = 2,
    CHUNK_HIGH = 4,
    CHUNK_DOT = 8
};

struct cutter {
    struct word_list *out;
    struct text text;
    size_t i, end;     /* where we are; where the span ends */
    size_t chunk_word; /* index of the chunk's first word */
    size_t chunk_start;
    unsigned chunk;  /* enum chunk_flag */
    size_t word_end; /* end of the last word: for WORD_GLUED */
    bool sentence, line;
};

static struct word *new_word(struct cutter *c)
{
    struct word_list *l = c->out;

    if (l->count == l->cap) {
        const size_t cap = l->cap > 0 ? l->cap * 2 : 256;
        struct word *at =
            arena_grow(l->arena, l->at, l->count, cap, sizeof(*at));

        if (at == NULL)
            return NULL;
        l->at = at;
        l->cap = cap;
    }
    l->at[l->count] = (struct word){ .off = (uint32_t)c->i };
    return &l->at[l->count++];
}

/* The script of a letter or mark; -1: no part of a word. `in`: the script of
 * the word so far, or -1: marks and common letters take it over. */
static int script_at(struct text t, size_t i, int in, size_t *next, bool *upper,
                     bool *letter)
{
    UErrorCode uc = U_ZERO_ERROR;
    int32_t cp, type;
    int script;

    *next = i;
    cp = utf8_next(t, next);
    *upper = false;
    *letter = true;
    if (cp < 0)
        return -1;
    if (cp == 0x200c || cp == 0x200d || cp == 0xfe0f) {
        *letter = false;
        return in;
    }
    type = u_charType(cp);
    if ((U_MASK(type) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_NL_MASK)) == 0)
        return -1;
    *upper = type == U_UPPERCASE_LETTER || type == U_TITLECASE_LETTER;
    *letter = (U_MASK(type) & U_GC_M_MASK) == 0;
    script = (int)uscript_getScript(cp, &uc);
    if (U_FAILURE(uc))
        return -1;
    if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED)
        return in >= 0 ? in : *letter ? USCRIPT_COMMON : -1;
    return script;
}

static bool quote_before(struct text t, size_t i)
{
    if (i >= 1 && (unsigned char)t.ptr[i - 1] < 0x80)
        return t.ptr[i - 1] == '"' || t.ptr[i - 1] == '\'';
    return (i >= 3 && (memcmp(t.ptr + i - 3, "\xe2\x80\x9c", 3) == 0 ||
                       memcmp(t.ptr + i - 3, "\xe2\x80\x98", 3) == 0 ||
                       memcmp(t.ptr + i - 3, "\xe2\x80\x9e", 3) == 0)) ||
           (i >= 2 && memcmp(t.ptr + i - 2, "\xc2\xab", 2) == 0);
}

static bool quote_after(struct text t, size_t i)
{
    if (i < t.len && (unsigned char)t.ptr[i] < 0x80)
        return t.ptr[i] == '"' || t.ptr[i] == '\'';
    return (i + 3 <= t.len && (memcmp(t.ptr + i, "\xe2\x80\x9d", 3) == 0 ||
                               memcmp(t.ptr + i, "\xe2\x80\x9c", 3) == 0 ||
                               memcmp(t.ptr + i, "\xe2\x80\x99", 3) == 0)) ||
           (i + 2 <= t.len && memcmp(t.ptr + i, "\xc2\xbb", 2) == 0);
}

static bool ascii_letter_at(const struct cutter *c, size_t i)
{
    return i < c->end && ascii_alpha(c->text.ptr[i]);
}

/* An apostrophe inside a word: letters on both sides. Its bytes, or 0. */
static size_t apostrophe_at(const struct cutter *c, size_t i)
{
    const struct text t = c->text;
    size_t n = 0;

    if (t.ptr[i] == '\'')
        n = 1;
    else if (i + 3 < c->end && memcmp(t.ptr + i, "\xe2\x80\x99", 3) == 0)
        n = 3;
    if (n == 0 || i + n >= c->end)
        return 0;
    return ascii_letter_at(c, i + n) ||
                   (unsigned char)t.ptr[i + n] >= 0xc3 /* Latin-1 letters on */
               ? n
               : 0;
}

/* How many ASCII letters stand from i on. */
static size_t ascii_letters(const struct cutter *c, size_t i, unsigned *flags)
{
    const size_t from = i;
    bool upper = false;

    for (; i < c->end; i++) {
        const int k = class_of(c->text.ptr[i]);

        if (k != C_LOWER && k != C_UPPER)
            break;
        upper |= k == C_UPPER;
    }
    *flags |= upper ? WORD_UPPER : 0u;
    return i - from;
}

/* Moves behind the word that begins at c->i. */
static void scan_word(struct cutter *c, struct word *w, int script, size_t next,
                      bool upper, bool letter)
{
    unsigned flags = upper ? WORD_CAPITAL : 0;
    size_t letters = letter, marks = !letter, i = next;
    bool ascii = next - c->i == 1;

    while (i < c->end) {
        size_t step;
        int k, s;

        if (script == USCRIPT_LATIN) {
            step = ascii_letters(c, i, &flags);
            letters += step;
            i += step;
            if (i == c->end)
                break;
        }
        k = class_of(c->text.ptr[i]);
        if (k != C_APOS && k != C_HIGH)
            break;
        step = script == USCRIPT_LATIN || k == C_APOS ? apostrophe_at(c, i) : 0;
        if (step > 0) {
            flags |= WORD_APOSTROPHE;
            i += step;
            continue;
        }
        if (k == C_APOS)
            break;
        s = script_at(c->text, i, script, &step, &upper, &letter);
        if (s != script)
            break;
        flags |= upper ? WORD_UPPER : 0u;
        letters += letter;
        marks += !letter;
        ascii = false;
        i = step;
    }
    if (ascii && (flags & WORD_APOSTROPHE) == 0)
        flags |= WORD_ASCII;
    w->len = (uint32_t)(i - c->i);
    w->letters = (uint32_t)(letters > 0 ? letters : marks);
    w->flags = (uint16_t)flags;
    w->script = (int16_t)script;
    c->i = i;
}

static void word_context(struct cutter *c, struct word *w)
{
    const struct text t = c->text;
    const size_t end = w->off + w->len;
    unsigned flags = w->flags;

    if (c->word_end == w->off && c->out->count > 1)
        flags |= WORD_GLUED;
    if (c->sentence)
        flags |= WORD_START;
    if (c->line)
        flags |= WORD_LINE;
    if (quote_before(t, w->off) || quote_after(t, end))
        flags |= WORD_QUOTED;
    if ((w->off > 0 && t.ptr[w->off - 1] == '-') ||
        (end < t.len && t.ptr[end] == '-'))
        flags |= WORD_HYPHEN;
    w->flags = (uint16_t)flags;
    c->sentence = false;
    c->line = false;
    c->word_end = end;
}

/* A word of no expected script inside a chunk like "/home/x/DATA.csv". */
static bool is_path(struct text chunk)
{
    size_t slashes = 0, lower = 0;

    if (chunk.len >= 2 && (chunk.ptr[0] == '/' || chunk.ptr[0] == '~' ||
                           (chunk.ptr[0] == '.' && chunk.ptr[1] == '/') ||
                           (ascii_alpha(chunk.ptr[0]) && chunk.ptr[1] == ':')))
        return memchr(chunk.ptr, '/', chunk.len) != NULL ||
               memchr(chunk.ptr, '\\', chunk.len) != NULL;
    for (size_t i = 0; i < chunk.len; i++) {
        slashes += chunk.ptr[i] == '/' || chunk.ptr[i] == '\\';
        if (chunk.ptr[i] == '_' || chunk.ptr[i] == '=' || chunk.ptr[i] == '@')
            return true;
    }
    while (chunk.len > 0 && !ascii_alnum(chunk.ptr[chunk.len - 1]) &&
           (unsigned char)chunk.ptr[chunk.len - 1] < 0x80)
        chunk.len--; /* closing punctuation */
    while (lower < chunk.len && lower < 6 &&
           (ascii_digit(chunk.ptr[chunk.len - 1 - lower]) ||
            (ascii_alpha(chunk.ptr[chunk.len - 1 - lower]) &&
             chunk.ptr[chunk.len - 1 - lower] >= 'a')))
        lower++;
    return slashes >= 2 || (lower >= 1 && lower <= 5 && lower < chunk.len &&
                            chunk.ptr[chunk.len - 1 - lower] == '.');
}

static void end_chunk(struct cutter *c)
{
    struct word_list *l = c->out;
    const unsigned ch = c->chunk;

    c->chunk = 0;
    if ((ch & (CHUNK_MASK | CHUNK_DIGIT | CHUNK_DOT)) == 0 ||
        c->chunk_word == l->count)
        return;
    unsigned flags = 0;

    if (ch & (CHUNK_MASK | CHUNK_DIGIT))
        flags |= WORD_MASKED;
    if ((ch & CHUNK_DOT) && !(ch & CHUNK_HIGH))
        flags |= WORD_MASKED;
    if ((ch & (CHUNK_MASK | CHUNK_DOT)) &&
        is_path(text_sub(c->text, span_between(c->chunk_start, c->i))))
        flags |= WORD_MASKED | WORD_PATH;
    for (size_t k = c->chunk_word; k < l->count; k++)
        l->at[k].flags |= (uint16_t)flags;
}

/* A byte that is no part of a word: what does it say about what follows? */
static void punctuation(struct cutter *c, int k)
{
    const char b = c->text.ptr[c->i];

    if (k == C_DIGIT) {
        c->chunk |= CHUNK_DIGIT;
    } else if (k == C_MASK) {
        c->chunk |= CHUNK_MASK;
    } else if (b == '.' && c->i > 0 && ascii_alnum(c->text.ptr[c->i - 1]) &&
               c->i + 1 < c->end && (ascii_alnum(c->text.ptr[c->i + 1]))) {
        c->chunk |= CHUNK_DOT;
    } else if (b == '.' || b == '!' || b == '?' || b == ':' || b == ';') {
        c->sentence = true;
        if (c->i + 1 < c->end && !ascii_space(c->text.ptr[c->i + 1]))
            c->chunk |= CHUNK_DOT & (b == '.' ? ~0u : 0u);
    } else if (b == '\n') {
        c->line = true;
    }
}

enum status words_cut(struct word_list *out, struct text text, struct span s)
{
    struct cutter c = { .out = out,
                        .text = text,
                        .i = s.off,
                        .end = span_end(s),
                        .chunk_word = out->count,
                        .chunk_start = s.off,
                        .word_end = SIZE_MAX,
                        .sentence = !out->sentence_open,
                        .line = !out->sentence_open };

    if (out->count > 0)
        c.word_end = out->at[out->count - 1].off + out->at[out->count - 1].len;
    while (c.i < c.end) {
        const int k = class_of(text.ptr[c.i]);
        bool upper = k == C_UPPER, letter = true;
        size_t next = c.i + 1;
        int script = -1;

        if (k == C_LOWER || k == C_UPPER)
            script = USCRIPT_LATIN;
        else if (k == C_HIGH)
            script = script_at(text, c.i, -1, &next, &upper, &letter);
        if (k == C_HIGH && script >= 0)
            c.chunk |= CHUNK_HIGH;
        if (script >= 0) {
            struct word *w = new_word(&c);

            if (w == NULL)
                return ST_NOMEM;
            scan_word(&c, w, script, next, upper, letter);
            word_context(&c, w);
            continue;
        }
        punctuation(&c, k);
        if (k == C_SPACE)
            end_chunk(&c);
        c.i = next;
        if (k == C_SPACE) {
            c.chunk_word = out->count;
            c.chunk_start = c.i;
        }
    }
    end_chunk(&c);
    out->sentence_open = !c.sentence;
    return ST_OK;
}
