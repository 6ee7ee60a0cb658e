#include "validator/claims/flat.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    BEHIND = 16, /* bytes of the buffers behind the end: zeros */
    SHORT = 60,  /* bytes of a line; wrapped prose has longer ones */
};

struct seen_classes {
    uint32_t number; /* of the entry that they are of */
    uint32_t classes;
};

struct byte_bits {   /* a bit for each of 64 bytes */
    uint64_t word;   /* letter, digit or beyond ASCII */
    uint64_t beyond; /* beyond ASCII */
    uint64_t end;    /* may end a sentence: . ! ? ; and a line's end */
};

bool flat_init(struct flat *f, uint32_t max, size_t bytes,
               const struct english *english, struct arena *a)
{
    const size_t n = (size_t)max + 1, words = n / 2 + 1;

    memset(f, 0, sizeof(*f));
    f->text = arena_alloc(a, n + BEHIND, 1);
    f->lower = arena_alloc(a, n + BEHIND, 1);
    f->runs = arena_raw(a, n + 1, sizeof(*f->runs));
    f->words = arena_alloc(a, words, sizeof(*f->words));
    f->code = arena_alloc(a, words, sizeof(*f->code));
    f->classes = arena_alloc(a, words, sizeof(*f->classes));
    f->entries = arena_alloc(a, words, sizeof(*f->entries));
    f->ends = arena_alloc(a, n, sizeof(*f->ends));
    f->bits = arena_alloc(a, n / 64 + 1, sizeof(*f->bits));
    f->english = english;
    if (!vocabulary_init(&f->seen, bytes, a))
        return false;
    f->seen_classes =
        arena_alloc(a, f->seen.places + 1, sizeof(*f->seen_classes));
    f->cap = max;
    return f->text != NULL && f->lower != NULL && f->runs != NULL &&
           f->words != NULL && f->code != NULL && f->classes != NULL &&
           f->entries != NULL && f->ends != NULL && f->bits != NULL &&
           f->seen_classes != NULL;
}

/* Bytes that stand one behind the other from `from` of the report on; what
 * there is no room for is left out. */
static void put(struct flat *f, struct text t, uint32_t from)
{
    const uint32_t room = f->cap - f->len;
    const uint32_t n = t.len < room ? (uint32_t)t.len : room;

    if (n == 0)
        return;
    memcpy(f->text + f->len, t.ptr, n);
    f->runs[f->run_count++] = (struct flat_run){ f->len, from };
    f->len += n;
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

/* At byte i, one that may end a sentence. */
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

/* ---- words: a bit for each byte of them ---- */

/* The lower case of STEP bytes into `lower`, and what they are into the bits
 * from `at` on. */
#ifdef __SSE2__
enum { STEP = 16 };

static __m128i all(char c)
{
    return _mm_set1_epi8(c);
}

/* Bytes low..high; those beyond ASCII are below all of them. */
static __m128i between(__m128i bytes, char low, char high)
{
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, all((char)(low - 1))),
                         _mm_cmplt_epi8(bytes, all((char)(high + 1))));
}

static __m128i one_of(__m128i a, __m128i b)
{
    return _mm_or_si128(a, b);
}

static void classify(const char *text, char *lower, struct byte_bits *out,
                     uint32_t at)
{
    const __m128i t = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i capital = _mm_and_si128(between(t, 'A', 'Z'), all('a' - 'A'));
    const __m128i l = one_of(t, capital);
    const __m128i letter = one_of(between(l, 'a', 'z'), between(l, '0', '9'));
    const __m128i end = one_of(
        one_of(_mm_cmpeq_epi8(t, all('.')), _mm_cmpeq_epi8(t, all('\n'))),
        one_of(
            _mm_cmpeq_epi8(t, all('!')),
            one_of(_mm_cmpeq_epi8(t, all('?')), _mm_cmpeq_epi8(t, all(';')))));

    _mm_storeu_si128((__m128i *)(void *)lower, l);
    out->word |= (uint64_t)_mm_movemask_epi8(one_of(letter, t)) << at;
    out->beyond |= (uint64_t)_mm_movemask_epi8(t) << at;
    out->end |= (uint64_t)_mm_movemask_epi8(end) << at;
}
#else
enum { STEP = 1 };

static void classify(const char *text, char *lower, struct byte_bits *out,
                     uint32_t at)
{
    const char c = *text;
    const bool beyond = (unsigned char)c >= 0x80;

    *lower = ascii_lower(c);
    out->word |= (uint64_t)(beyond || ascii_alnum(c)) << at;
    out->beyond |= (uint64_t)beyond << at;
    out->end |=
        (uint64_t)(c == '.' || c == '\n' || c == '!' || c == '?' || c == ';')
        << at;
}
#endif

/* The lower case of all bytes and what they are; behind the last are zeros. */
static void mark_bytes(struct flat *f)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i <= f->len; i += 64) {
        struct byte_bits b = { 0, 0, 0 };

        for (uint32_t k = 0; k < 64 && i + k <= f->len; k += STEP)
            classify(f->text + i + k, f->lower + i + k, &b, k);
        f->bits[i / 64] = b;
        any |= b.beyond;
    }
    f->ascii = any == 0;
}

/* Some byte of [start, end), which is not empty, is beyond ASCII. */
static bool has_beyond(const struct flat *f, uint32_t start, uint32_t end)
{
    const uint32_t last = (end - 1) / 64;
    uint64_t from = UINT64_MAX << start % 64;

    for (uint32_t i = start / 64; i < last; i++) {
        if ((f->bits[i].beyond & from) != 0)
            return true;
        from = UINT64_MAX;
    }
    return (f->bits[last].beyond & from &
            UINT64_MAX >> (63 - (end - 1) % 64)) != 0;
}

/* Words of [start, end), where some byte is beyond ASCII: signs part them. */
static void split_words(struct flat *f, uint32_t start, uint32_t end)
{
    for (uint32_t i = start, n; i <= end; i++) {
        n = i < end && (unsigned char)f->text[i] >= 0xc2 ? sign_length(f, i)
                                                         : 0;
        if (i < end && n == 0)
            continue;
        if (i > start)
            f->words[f->word_count++] = (struct flat_word){ start, i };
        start = i + n;
        i = n > 0 ? start - 1 : i;
    }
}

static void add_word(struct flat *f, uint32_t start, uint32_t end)
{
    if (f->ascii || !has_beyond(f, start, end))
        f->words[f->word_count++] = (struct flat_word){ start, end };
    else
        split_words(f, start, end);
}

/* Words and ends of sentences. Where the bit of a byte differs from that of
 * the one before, a word begins or ends: found by the bits of 64 bytes, that
 * takes a third of what looking for each does. */
static void find_words(struct flat *f)
{
    uint64_t before = 0; /* the last byte was of a word */
    uint32_t start = 0;
    bool open = false;

    f->word_count = f->end_count = 0;
    mark_bytes(f);
    for (uint32_t i = 0; i <= f->len; i += 64) {
        const struct byte_bits *b = &f->bits[i / 64];
        uint64_t edges = b->word ^ (b->word << 1 | before);

        before = b->word >> 63;
        for (; edges != 0; edges &= edges - 1) {
            const uint32_t at = i + (uint32_t)__builtin_ctzll(edges);

            if (open)
                add_word(f, start, at);
            start = at;
            open = !open;
        }
        for (uint64_t end = b->end; end != 0; end &= end - 1) {
            const uint32_t at = i + (uint32_t)__builtin_ctzll(end);

            if (sentence_end(f, at))
                f->ends[f->end_count++] = at;
        }
    }
}

static void classify_words(struct flat *f)
{
    for (uint32_t i = 0; i < f->word_count; i++) {
        const struct text w = flat_lower(f, i);
        const struct word_entry e = vocabulary_entry(&f->seen, w.ptr, w.len);
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
    memset(f->text + f->len, 0, BEHIND);
    f->runs[f->run_count] = (struct flat_run){ f->len, from };
    find_words(f);
    classify_words(f);
}

/* The bytes of a block; the offset in the report of what is behind them. */
static uint32_t put_block(struct flat *f, const struct doc *d,
                          const struct block *b)
{
    uint32_t from = (uint32_t)b->span.off;

    f->len = f->run_count = f->code_count = 0;
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
    return from;
}

void flat_block(struct flat *f, const struct doc *d, const struct block *b)
{
    end_at(f, put_block(f, d, b));
}

struct text flat_bytes(struct flat *f, const struct doc *d,
                       const struct block *b)
{
    (void)put_block(f, d, b);
    f->word_count = f->end_count = 0;
    return (struct text){ f->text, f->len };
}

void flat_text(struct flat *f, struct text t, uint32_t off)
{
    f->len = f->run_count = f->code_count = 0;
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

/* Where flat byte i, or the end, came from. */
static uint32_t came_from(const struct flat *f, uint32_t i)
{
    uint32_t lo = 0, hi = f->run_count;

    while (lo < hi) { /* the last run that begins at i or before it */
        const uint32_t mid = hi - (hi - lo) / 2;

        if (f->runs[mid].start <= i)
            lo = mid;
        else
            hi = mid - 1;
    }
    return f->runs[lo].from + (i - f->runs[lo].start);
}

struct span flat_span(const struct flat *f, uint32_t start, uint32_t end)
{
    if (end <= start)
        return (struct span){ came_from(f, start), 0 };
    return span_between(came_from(f, start), (size_t)came_from(f, end - 1) + 1);
}

bool flat_is_code(const struct flat *f, uint32_t at)
{
    for (uint32_t i = 0; i < f->code_count; i++)
        if (at >= f->code[i].start && at < f->code[i].end)
            return true;
    return false;
}
