#include "validator/claims/flat.h"

enum {
    STEP = 16,  /* bytes at a time; the buffers hold as many behind the end */
    SHORT = 60, /* bytes of a line; wrapped prose has longer ones */
};

/* KIND_HIGH: of a letter or of a sign, the bytes behind it tell. KIND_END: one
 * that may end a sentence. */
enum { KIND_OTHER, KIND_WORD, KIND_HIGH, KIND_END };

struct seen_classes {
    uint32_t number; /* of the entry that they are of */
    uint32_t classes;
};

static unsigned char kind_of(unsigned char c)
{
    if (c == '.' || c == '!' || c == '?' || c == ';' || c == '\n')
        return KIND_END;
    if (c >= 0xc2)
        return KIND_HIGH;
    return ascii_alnum((char)c) || c >= 0x80 ? KIND_WORD : KIND_OTHER;
}

bool flat_init(struct flat *f, uint32_t max, const struct english *english,
               struct arena *a)
{
    const size_t n = (size_t)max + 1, words = n / 2 + 1;

    memset(f, 0, sizeof(*f));
    f->text = arena_alloc(a, n + STEP, 1);
    f->lower = arena_alloc(a, n + STEP, 1);
    f->from = arena_alloc(a, n + STEP, sizeof(*f->from));
    f->words = arena_alloc(a, words, sizeof(*f->words));
    f->code = arena_alloc(a, words, sizeof(*f->code));
    f->classes = arena_alloc(a, words, sizeof(*f->classes));
    f->entries = arena_alloc(a, words, sizeof(*f->entries));
    f->ends = arena_alloc(a, n, sizeof(*f->ends));
    f->english = english;
    f->seen = arena_alloc(a, 1, sizeof(*f->seen));
    f->seen_classes =
        arena_alloc(a, VOCABULARY_PLACES + 1, sizeof(*f->seen_classes));
    for (int c = 0; c < 256; c++)
        f->kinds[c] = kind_of((unsigned char)c);
    f->cap = max;
    return f->text != NULL && f->lower != NULL && f->from != NULL &&
           f->words != NULL && f->code != NULL && f->classes != NULL &&
           f->entries != NULL && f->ends != NULL && f->seen != NULL &&
           f->seen_classes != NULL;
}

/* Bytes that stand one behind the other from `from` of the report on; what
 * there is no room for is left out. */
static void put(struct flat *f, struct text t, uint32_t from)
{
    const uint32_t room = f->cap - f->len;
    const uint32_t n = t.len < room ? (uint32_t)t.len : room;
    uint32_t *const to = f->from + f->len;

    memcpy(f->text + f->len, t.ptr, n);
    for (uint32_t i = 0; i < n; i += STEP)
        for (uint32_t k = 0; k < STEP; k++)
            to[i + k] = from + i + k;
    f->len += n;
}

static void make_lower(struct flat *f)
{
    for (uint32_t i = 0; i < f->len; i += STEP) {
        const char *const from = f->text + i;
        char *restrict const to = f->lower + i;

        for (int k = 0; k < STEP; k++)
            to[k] = ascii_lower(from[k]);
    }
}

static char byte_at(const struct flat *f, uint32_t i)
{
    return i < f->len ? f->text[i] : ' ';
}

/* U+2009, U+200A, U+202F, U+2010..2015, U+2018..201D, U+2026, U+2022, U+2190..
 * U+22FF, U+20A0..20BF (currency), U+00A0, U+00B1, U+00D7 and the like: no
 * letters. */
static uint32_t sign_length(const struct flat *f, uint32_t i)
{
    const unsigned char *p = (const unsigned char *)f->text + i;

    if (i + 1 < f->len && p[0] == 0xc2 && p[1] >= 0xa0 && p[1] != 0xb5 &&
        p[1] != 0xaa && p[1] != 0xba)
        return 2;
    if (i + 1 < f->len && p[0] == 0xc3 && (p[1] == 0x97 || p[1] == 0xb7))
        return 2;
    if (i + 2 < f->len && p[0] == 0xe2 && p[1] >= 0x80 && p[1] <= 0x8b &&
        !((p[1] == 0x82 && p[2] < 0xa0) || p[1] == 0x84))
        return 3;
    return 0;
}

/* A line break ends a statement when the line before it is short, as a bullet
 * or a note is, and the next one begins with a capital: Markdown joins both
 * into one paragraph, the writer did not. */
static bool line_ends(const struct flat *f, uint32_t i)
{
    const char next = byte_at(f, i + 1);
    uint32_t start = i;

    if (next == '\n')
        return true;
    if (next < 'A' || next > 'Z')
        return false;
    while (start > 0 && f->text[start - 1] != '\n' && i - start <= SHORT)
        start--;
    return i - start <= SHORT;
}

/* At byte i, which is of KIND_END. */
static bool sentence_end(const struct flat *f, uint32_t i)
{
    const char c = f->text[i];
    char next;

    next = byte_at(f, i + 1);
    if (c == '\n')
        return line_ends(f, i);
    if (next != ' ' && next != '\n')
        return false;
    /* "e.g. ", "vs. ", "approx. " */
    return !(c == '.' && i >= 2 &&
             ((f->text[i - 2] == '.' && ascii_alpha(f->text[i - 1])) ||
              (i >= 3 && memcmp(f->lower + i - 3, " vs", 3) == 0) ||
              (i >= 6 && memcmp(f->lower + i - 6, "approx", 6) == 0)));
}

/* The end of the word that begins at i; i: there is none. */
static uint32_t word_end(const struct flat *f, uint32_t i)
{
    for (;; i++) {
        const unsigned char kind = f->kinds[(unsigned char)f->text[i]];

        if (kind != KIND_WORD && (kind != KIND_HIGH || sign_length(f, i) > 0))
            return i;
    }
}

/* Words and ends of sentences; a NUL stands behind the text. */
static void find_words(struct flat *f)
{
    f->word_count = f->end_count = 0;
    for (uint32_t i = 0; i < f->len;) {
        const unsigned char kind = f->kinds[(unsigned char)f->text[i]];
        const uint32_t start = i;

        if (kind == KIND_END && sentence_end(f, i))
            f->ends[f->end_count++] = i;
        if (kind == KIND_OTHER || kind == KIND_END) {
            i++;
            continue;
        }
        i = word_end(f, i);
        if (i == start)
            i += sign_length(f, i);
        else
            f->words[f->word_count++] = (struct flat_word){ start, i };
    }
}

static void classify_words(struct flat *f)
{
    for (uint32_t i = 0; i < f->word_count; i++) {
        const struct text w = flat_lower(f, i);
        const struct word_entry e = vocabulary_entry(f->seen, w.ptr, w.len);
        struct seen_classes *seen = &f->seen_classes[e.place];

        if (seen->number != e.number)
            *seen = (struct seen_classes){ e.number,
                                           english_classes(f->english, w) };
        f->entries[i] = e;
        f->classes[i] = seen->classes;
    }
}

static void end_at(struct flat *f, uint32_t from)
{
    memset(f->text + f->len, 0, STEP);
    f->from[f->len] = from;
    make_lower(f);
    f->lower[f->len] = '\0';
    find_words(f);
    classify_words(f);
}

void flat_block(struct flat *f, const struct doc *d, const struct block *b)
{
    uint32_t from = (uint32_t)b->span.off;

    f->len = f->code_count = 0;
    for (uint32_t i = 0; i < b->pieces; i++) {
        const struct piece *p = &d->pieces[b->first_piece + i];
        const uint32_t start = f->len, off = (uint32_t)p->span.off;

        from = (uint32_t)span_end(p->span);
        if (p->kind == PIECE_BREAK)
            put(f, TEXT_LIT("\n"), off);
        else if (p->kind == PIECE_HTML)
            put(f, TEXT_LIT(" "), off);
        else
            put(f, text_sub(d->src, p->span), off);
        if (p->kind != PIECE_TEXT && p->kind != PIECE_ENTITY &&
            p->kind != PIECE_BREAK && p->kind != PIECE_HTML && f->len > start)
            f->code[f->code_count++] = (struct flat_code){ start, f->len };
    }
    end_at(f, from);
}

void flat_text(struct flat *f, struct text t, uint32_t off)
{
    f->len = f->code_count = 0;
    put(f, t, off);
    end_at(f, off + f->len);
}

uint32_t flat_word_at(const struct flat *f, uint32_t at)
{
    uint32_t lo = 0, hi = f->word_count;

    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;

        if (f->words[mid].start < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct span flat_span(const struct flat *f, uint32_t start, uint32_t end)
{
    if (end <= start)
        return (struct span){ f->from[start], 0 };
    return span_between(f->from[start], (size_t)f->from[end - 1] + 1);
}

bool flat_is_code(const struct flat *f, uint32_t at)
{
    for (uint32_t i = 0; i < f->code_count; i++)
        if (at >= f->code[i].start && at < f->code[i].end)
            return true;
    return false;
}
