#include "validator/claims/flat.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    BEHIND = 16, /* bytes of the buffers behind the end: zeros */
    SHORT = 60,  /* bytes of a line; wrapped prose has longer ones */
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
    f->beyond = arena_alloc(a, n / 64 + 1, sizeof(*f->beyond));
    f->english = english;
    f->cap = max;
    return f->text != NULL && f->lower != NULL && f->runs != NULL &&
           f->words != NULL && f->code != NULL && f->classes != NULL &&
           f->entries != NULL && f->ends != NULL && f->beyond != NULL &&
           vocabulary_init(&f->seen, bytes, a);
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

/* ---- words ---- */

/* What 64 bytes are, a bit each. */
struct byte_bits {
    uint64_t word;   /* letter, digit or beyond ASCII */
    uint64_t beyond; /* beyond ASCII */
    uint64_t end;    /* may end a sentence: . ! ? ; and a line's end */
};

/* The lower case of STEP bytes into `lower`, and what they are into the bits
 * from `at` on. */
#ifdef __SSE2__
enum { STEP = 16 };

static __m128i all(int c)
{
    return _mm_set1_epi8((char)c);
}

static __m128i is(__m128i bytes, char c)
{
    return _mm_cmpeq_epi8(bytes, all(c));
}

static __m128i or (__m128i a, __m128i b)
{
    return _mm_or_si128(a, b);
}

/* Bytes first..last. */
static __m128i within(__m128i bytes, char first, char last)
{
    const __m128i behind = _mm_sub_epi8(bytes, all(first));

    return _mm_cmpeq_epi8(_mm_min_epu8(behind, all(last - first)), behind);
}

static void classify(const char *text, char *lower, struct byte_bits *out,
                     uint32_t at)
{
    const __m128i t = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i bit = all('a' - 'A');
    const __m128i letter = within(or (t, bit), 'a', 'z');
    const __m128i word = or (or (letter, within(t, '0', '9')), t);
    const __m128i end = or (or (is(t, '.'), is(t, '\n')),
                            or (is(t, '!'), or (is(t, '?'), is(t, ';'))));

    _mm_storeu_si128((__m128i *)(void *)lower,
                     or (t, _mm_and_si128(letter, bit)));
    out->word |= (uint64_t)_mm_movemask_epi8(word) << at;
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

/* The 64 bytes from i on, or what there is of them; behind the last are zeros.
 */
static struct byte_bits classify_64(const struct flat *f, uint32_t i)
{
    const uint32_t n = f->len - i < 64 ? f->len - i + 1 : 64;
    const char *const text = f->text + i;
    char *const lower = f->lower + i;
    struct byte_bits b = { 0, 0, 0 };

    for (uint32_t k = 0; k < n; k += STEP)
        classify(text + k, lower + k, &b, k);
    return b;
}

/* Some byte of [start, end), which is not empty, is beyond ASCII. */
static bool has_beyond(const struct flat *f, uint32_t start, uint32_t end)
{
    const uint32_t last = (end - 1) / 64;
    uint64_t from = UINT64_MAX << start % 64;

    for (uint32_t i = start / 64; i < last; i++) {
        if ((f->beyond[i] & from) != 0)
            return true;
        from = UINT64_MAX;
    }
    return (f->beyond[last] & from & UINT64_MAX >> (63 - (end - 1) % 64)) != 0;
}

/* Words of [start, end), where some byte is beyond ASCII: signs part them.
 * Returns how many. */
static uint32_t split_words(const struct flat *f, uint32_t start, uint32_t end,
                            struct flat_word *out)
{
    uint32_t count = 0;

    for (uint32_t i = start, n; i <= end; i++) {
        n = i < end && (unsigned char)f->text[i] >= 0xc2 ? sign_length(f, i)
                                                         : 0;
        if (i < end && n == 0)
            continue;
        if (i > start)
            out[count++] = (struct flat_word){ start, i };
        start = i + n;
        i = n > 0 ? start - 1 : i;
    }
    return count;
}

/* Words and ends of sentences. Where the bit of a byte differs from that of
 * the one before, a word begins or ends: that takes half of what looking at
 * each byte does. */
static void find_words(struct flat *f)
{
    uint64_t before = 0, beyond = 0; /* of the block before */
    struct flat_word *words = f->words;
    uint32_t start = 0, count = 0;
    bool open = false;

    f->end_count = 0;
    for (uint32_t i = 0; i <= f->len; i += 64) {
        const struct byte_bits b = classify_64(f, i);
        uint64_t edges = b.word ^ (b.word << 1 | before);

        before = b.word >> 63;
        beyond = b.beyond | (open ? beyond : 0); /* of a word that ends here */
        f->beyond[i / 64] = b.beyond;
        while (edges != 0) {
            const uint32_t at = i + (uint32_t)__builtin_ctzll(edges);

            edges &= edges - 1;
            if (!open)
                start = at;
            else if (beyond == 0 || !has_beyond(f, start, at))
                words[count++] = (struct flat_word){ start, at };
            else
                count += split_words(f, start, at, words + count);
            open = !open;
        }
        for (uint64_t end = b.end; end != 0; end &= end - 1) {
            const uint32_t at = i + (uint32_t)__builtin_ctzll(end);

            if (sentence_end(f, at))
                f->ends[f->end_count++] = at;
        }
    }
    f->word_count = count;
}

static void classify_words(struct flat *f)
{
    for (uint32_t i = 0; i < f->word_count; i++) {
        const struct text w = flat_lower(f, i);
        bool fresh;
        const struct word_entry e =
            vocabulary_entry(&f->seen, w.ptr, w.len, &fresh);

        if (fresh)
            f->seen.at[e.place].known = english_classes(f->english, w);
        f->entries[i] = e;
        f->classes[i] = f->seen.at[e.place].known;
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
