#include "validator/claims/flat.h"

enum {
    BEHIND = 16, /* bytes of the buffers behind the end: zeros */
    SHORT = 60,  /* bytes of a line; wrapped prose has longer ones */
};

struct seen_classes {
    uint32_t number; /* of the entry that they are of */
    uint32_t classes;
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
    f->in_word = arena_alloc(a, n / 64 + 1, sizeof(*f->in_word));
    f->beyond = arena_alloc(a, n / 64 + 1, sizeof(*f->beyond));
    f->english = english;
    if (!vocabulary_init(&f->seen, bytes, a))
        return false;
    f->seen_classes =
        arena_alloc(a, f->seen.places + 1, sizeof(*f->seen_classes));
    for (const char *p = ".!?;\n"; *p != '\0'; p++)
        f->may_end[(unsigned char)*p] = true;
    f->cap = max;
    return f->text != NULL && f->lower != NULL && f->runs != NULL &&
           f->words != NULL && f->code != NULL && f->classes != NULL &&
           f->entries != NULL && f->ends != NULL && f->in_word != NULL &&
           f->beyond != NULL && f->seen_classes != NULL;
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

/* At byte i, which may_end. */
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

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Bit i: byte i of eight, in the order of memory, has its highest bit set. */
static uint64_t gather(uint64_t bytes)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return ((bytes & EACH(0x80)) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* The highest bit of each of eight bytes below 0x80: it is low..high. */
static uint64_t between(uint64_t bytes, unsigned low, unsigned high)
{
    return (bytes + EACH(0x80 - low)) & ~(bytes + EACH(0x7f - high));
}

/* The lower case of all, and of each byte whether it is a letter, digit or
 * beyond ASCII, and whether it is the last. */
static void mark_words(struct flat *f)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i <= f->len; i += 64) {
        uint64_t word = 0, high = 0;

        for (uint32_t k = 0; k < 64 && i + k <= f->len; k += 8) {
            uint64_t b, ascii, capital;

            memcpy(&b, f->text + i + k, sizeof(b));
            ascii = b & EACH(0x7f);
            capital = between(ascii, 'A', 'Z') & ~b & EACH(0x80);
            b |= capital >> 2; /* 'a' - 'A' is 0x20 */
            memcpy(f->lower + i + k, &b, sizeof(b));
            ascii |= capital >> 2;
            word |=
                gather(b | between(ascii, 'a', 'z') | between(ascii, '0', '9'))
                << k;
            high |= gather(b) << k;
        }
        f->in_word[i / 64] = word;
        f->beyond[i / 64] = high;
        any |= high;
    }
    f->ascii = any == 0;
}

/* The first bit at i or behind it that is set (flip 0) or clear (flip ~0);
 * `len` when there is none before. */
static inline uint32_t next_bit(const uint64_t *bits, uint64_t flip, uint32_t i,
                                uint32_t len)
{
    uint64_t b = (bits[i / 64] ^ flip) & (UINT64_MAX << i % 64);

    for (i -= i % 64; b == 0; b = bits[i / 64] ^ flip) {
        i += 64;
        if (i >= len)
            return len;
    }
    i += (uint32_t)__builtin_ctzll(b);
    return i < len ? i : len;
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

/* What parts words: some of it ends sentences. */
static void find_ends(struct flat *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (f->may_end[(unsigned char)f->text[i]] && sentence_end(f, i))
            f->ends[f->end_count++] = i;
}

/* Words and ends of sentences. */
static void find_words(struct flat *f)
{
    uint32_t start, end = 0;

    f->word_count = f->end_count = 0;
    mark_words(f);
    while (end < f->len) {
        start = next_bit(f->in_word, 0, end, f->len);
        find_ends(f, end, start);
        if (start == f->len)
            break;
        end = next_bit(f->in_word, ~UINT64_C(0), start, f->len);
        if (f->ascii || next_bit(f->beyond, 0, start, end) == end)
            f->words[f->word_count++] = (struct flat_word){ start, end };
        else
            split_words(f, start, end);
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
