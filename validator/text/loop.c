/* Bytes to symbols, symbols to words. */
#include "validator/text/loop.h"

#include <unicode/uchar.h>

#include "validator/base/utf8.h"
#include "validator/text/loop_int.h"

enum sort { /* of a symbol */
            SORT_OTHER,
            SORT_LETTER,
            SORT_DIGIT,
            SORT_MARK,
            SORT_IDEOGRAPH, /* a word by itself */
            SORT_CLUSTER,   /* begins a unit: scripts without spaces, kana */
            SORT_IGNORED,
            SORT_OPEN /* `<`: held back until it is known what it begins */
};

static const uint8_t ascii_sort[128] = {
    ['<'] = SORT_OPEN,     ['0'] = SORT_DIGIT,  ['1'] = SORT_DIGIT,
    ['2'] = SORT_DIGIT,    ['3'] = SORT_DIGIT,  ['4'] = SORT_DIGIT,
    ['5'] = SORT_DIGIT,    ['6'] = SORT_DIGIT,  ['7'] = SORT_DIGIT,
    ['8'] = SORT_DIGIT,    ['9'] = SORT_DIGIT,  ['A'] = SORT_LETTER,
    ['B'] = SORT_LETTER,   ['C'] = SORT_LETTER, ['D'] = SORT_LETTER,
    ['E'] = SORT_LETTER,   ['F'] = SORT_LETTER, ['G'] = SORT_LETTER,
    ['H'] = SORT_LETTER,   ['I'] = SORT_LETTER, ['J'] = SORT_LETTER,
    ['K'] = SORT_LETTER,   ['L'] = SORT_LETTER, ['M'] = SORT_LETTER,
    ['N'] = SORT_LETTER,   ['O'] = SORT_LETTER, ['P'] = SORT_LETTER,
    ['Q'] = SORT_LETTER,   ['R'] = SORT_LETTER, ['S'] = SORT_LETTER,
    ['T'] = SORT_LETTER,   ['U'] = SORT_LETTER, ['V'] = SORT_LETTER,
    ['W'] = SORT_LETTER,   ['X'] = SORT_LETTER, ['Y'] = SORT_LETTER,
    ['Z'] = SORT_LETTER,   ['a'] = SORT_LETTER, ['b'] = SORT_LETTER,
    ['c'] = SORT_LETTER,   ['d'] = SORT_LETTER, ['e'] = SORT_LETTER,
    ['f'] = SORT_LETTER,   ['g'] = SORT_LETTER, ['h'] = SORT_LETTER,
    ['i'] = SORT_LETTER,   ['j'] = SORT_LETTER, ['k'] = SORT_LETTER,
    ['l'] = SORT_LETTER,   ['m'] = SORT_LETTER, ['n'] = SORT_LETTER,
    ['o'] = SORT_LETTER,   ['p'] = SORT_LETTER, ['q'] = SORT_LETTER,
    ['r'] = SORT_LETTER,   ['s'] = SORT_LETTER, ['t'] = SORT_LETTER,
    ['u'] = SORT_LETTER,   ['v'] = SORT_LETTER, ['w'] = SORT_LETTER,
    ['x'] = SORT_LETTER,   ['y'] = SORT_LETTER, ['z'] = SORT_LETTER,
    ['\r'] = SORT_IGNORED,
};

static const struct {
    int32_t first, last;
    enum sort sort;
} blocks[] = {
    { 0x0e00, 0x0eff, SORT_CLUSTER }, /* Thai, Lao */
    { 0x0f00, 0x109f, SORT_CLUSTER }, /* Tibetan, Myanmar */
    { 0x1780, 0x17ff, SORT_CLUSTER }, /* Khmer */
    { 0x3040, 0x30ff, SORT_CLUSTER }, /* kana */
    { 0x31f0, 0x31ff, SORT_CLUSTER },     { 0x3400, 0x4dbf, SORT_IDEOGRAPH },
    { 0x4e00, 0x9fff, SORT_IDEOGRAPH },   { 0xf900, 0xfaff, SORT_IDEOGRAPH },
    { 0x20000, 0x3ffff, SORT_IDEOGRAPH },
};

static enum sort letter_sort(int32_t c)
{
    if (c < blocks[0].first)
        return SORT_LETTER;
    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
        if (c >= blocks[i].first && c <= blocks[i].last)
            return blocks[i].sort;
    return SORT_LETTER;
}

static enum sort wide_sort(int32_t c)
{
    if (c < 0)
        return SORT_OTHER;
    switch (u_charType(c)) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
        return SORT_LETTER;
    case U_OTHER_LETTER:
    case U_MODIFIER_LETTER:
        return letter_sort(c);
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
    case U_ENCLOSING_MARK:
        return c >= 0xfe00 && c <= 0xfe0f ? SORT_IGNORED : SORT_MARK;
    case U_DECIMAL_DIGIT_NUMBER:
        return SORT_DIGIT;
    case U_FORMAT_CHAR:
        return SORT_IGNORED;
    default:
        return SORT_OTHER;
    }
}

void loop_emit(struct loop *l, const struct loop_event *e)
{
    if (l->sink != NULL)
        l->sink(l->arg, e);
}

void loop_note(struct loop *l, const struct loop_event *e)
{
    if (!l->has_stopped && e->stop) {
        l->stopped = *e;
        l->has_stopped = true;
    }
}

/* The word's tie to what stands before and behind it, as in paths, names of
 * files and identifiers. */
static bool joins(int32_t c)
{
    return c == '/' || c == '_' || c == '\\' || c == '=' || c == '@';
}

static inline bool between(int32_t c, int32_t first, int32_t last)
{
    return c >= first && c <= last;
}

/* Neither a joining character nor a digit or letter. */
static inline bool is_blank(int32_t c)
{
    return c == ' ' || c == '\n' || c == ',' || c == '*' || c == '(' ||
           c == ')' || c == '-';
}

static unsigned word_flags(const struct loop *l, int32_t next)
{
    unsigned flags = loop_line_flags(l);
    const bool number = l->word_number;

    if (is_blank(l->before) && is_blank(next) && !l->html)
        return flags;
    /* Letters and digits in one: names, formulas, hexadecimal numbers. */
    if (l->word_weight == 4 &&
        (number ? ascii_alpha((char)next) : between(next, '0', '9')))
        flags |= TOK_PATH;
    if (l->word_weight == 4 &&
        (number ? ascii_alpha((char)l->before) : between(l->before, '0', '9')))
        flags |= TOK_PATH;
    if (joins(next) || joins(l->before) || l->before == '.')
        flags |= TOK_PATH;
    if (l->html || l->before == '\\' || (l->before == '&' && next == ';'))
        flags |= TOK_CODE;
    return flags;
}

/* Hands on the word that `next` ends: written in its place in the ring, field
 * by field, so that nothing is copied. */
static void word_commit(struct loop *l, int32_t next)
{
    enum { NUMBER = 0x23 };
    struct token *t = &l->ring[l->count % RING];
    const size_t len = l->word_end - l->word_start;
    uint32_t hash, value = 0;
    unsigned flags;

    if (l->word_len == 0)
        return;
    hash = loop_word_hash(l->word, l->word_hash);
    flags = word_flags(l, next);
    if (l->word_number) {
        value = l->word_integer ? l->word_num : hash;
        flags |= TOK_NUMBER | (l->word_integer ? TOK_INTEGER : 0);
    } else if ((l->numerals[hash % NUMERAL_SLOTS] != 0 || next == ')' ||
                next == '.' || next == ':') &&
               loop_numeral(l, hash, flags & TOK_BOL, next, &value)) {
        flags |= TOK_NUMBER | TOK_INTEGER;
    }
    t->hash = flags & TOK_NUMBER ? NUMBER : hash;
    t->off = (uint32_t)l->word_start;
    t->num = value;
    t->len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX);
    t->flags = (uint8_t)flags;
    t->weight = (uint8_t)l->word_weight;
    loop_line_word(l);
    l->word_len = 0;
    loop_words_push(l);
}

static void word_open(struct loop *l, size_t off, uint32_t weight)
{
    l->word_start = off;
    l->word_hash = WORD_SEED;
    l->word[0] = l->word[1] = 0;
    l->word_weight = weight;
    l->word_number = false;
    l->word_bits = 0;
    l->before = l->prev;
}

/* A letter or mark; weight 0: continues whatever word there is. */
static inline void word_letter(struct loop *l, uint32_t c, size_t off,
                               size_t len, uint32_t weight)
{
    const uint32_t lower = c < 128 ? (c | 0x20) : c;

    if (l->word_len != 0 && (l->word_number || l->word_len >= WORD_MAX ||
                             (weight != 0 && weight != l->word_weight) ||
                             weight == 1 || weight == 2))
        word_commit(l, (int32_t)c);
    if (l->word_len == 0)
        word_open(l, off, weight != 0 ? weight : 4);
    if (c < 128 && l->word_len < WORD_TEXT)
        ((char *)l->word)[l->word_len] = (char)lower;
    else
        l->word_hash = (l->word_hash ^ lower ^ l->word_len << 24) * 0x01000193u;
    l->word_bits |= c < 128 ? c : 0xa0;
    l->word_len++;
    l->word_end = off + len;
}

static void word_digit(struct loop *l, uint32_t value, size_t off, size_t len)
{
    enum { DIGITS = 9 };

    if (l->word_len != 0 && !l->word_number)
        word_commit(l, (int32_t)(value + '0'));
    if (l->word_len == 0) {
        word_open(l, off, 4);
        l->word_number = l->word_integer = true;
        l->word_num = 0;
    }
    if (l->word_sep)
        l->word_integer = false;
    l->word_sep = false;
    l->word_integer = l->word_integer && l->word_len < DIGITS;
    l->word_num = l->word_num * 10 + value;
    l->word_hash = (l->word_hash ^ value) * 0x01000193u;
    l->word_len++;
    l->word_end = off + len;
}

/* A character that belongs to no word. */
static void word_break(struct loop *l, int32_t c)
{
    if (l->word_number && l->word_len != 0 && !l->word_sep &&
        (c == '.' || c == ',')) {
        l->word_sep = true; /* a digit behind it continues the number */
        l->word_hash = (l->word_hash ^ 0x2eu) * 0x01000193u;
        return;
    }
    if (l->word_len != 0 && c != '\'' && c != 0x2019)
        word_commit(l, c);
    l->word_sep = false;
    if (c == '\n')
        loop_line_end(l);
    else
        loop_line_symbol(l, c);
}

/* Everything but a mark ends a flood of marks, everything visible one of
 * reserved tokens. */
static void end_floods(struct loop *l, enum sort sort, int32_t c)
{
    if (l->marks.count != 0 && sort != SORT_MARK && sort != SORT_IGNORED)
        loop_flood_end(l, &l->marks);
    if (l->reserved.count != 0 && c != ' ' && c != '\n' && c != '\t' &&
        sort != SORT_IGNORED)
        loop_flood_end(l, &l->reserved);
}

static void word_symbol(struct loop *l, enum sort sort, int32_t c, size_t off,
                        size_t len)
{
    enum { MARKS = 24 };
    static const uint8_t weight[] = { [SORT_LETTER] = 4,
                                      [SORT_MARK] = 0,
                                      [SORT_IDEOGRAPH] = 2,
                                      [SORT_CLUSTER] = 1 };

    if (l->line.first == 0)
        loop_line_symbol(l, c);
    if (sort == SORT_DIGIT)
        word_digit(l, (uint32_t)(c < 128 ? c - '0' : u_charDigitValue(c)) % 10,
                   off, len);
    else
        word_letter(l, (uint32_t)(c < 128 ? c : u_foldCase(c, 0)), off, len,
                    weight[sort]);
    if (sort == SORT_MARK)
        loop_flood_add(l, &l->marks, MARKS, off, len);
}

static void symbol(struct loop *l, int32_t c, size_t off, size_t len)
{
    const enum sort read =
        c >= 0 && c < 128 ? (enum sort)ascii_sort[c] : wide_sort(c);
    const enum sort sort = read == SORT_OPEN ? SORT_OTHER : read;

    if (l->marks.count != 0 || l->reserved.count != 0)
        end_floods(l, sort, c);
    if (sort == SORT_IGNORED)
        return;
    if (l->word_sep && sort != SORT_DIGIT) {
        word_commit(l, '.');
        l->word_sep = false;
    }
    if (sort == SORT_OTHER)
        word_break(l, c);
    else
        word_symbol(l, sort, c, off, len);
    loop_chars_push(l, c < 0 ? 0x110000 : (uint32_t)c, off, len,
                    sort != SORT_OTHER);
    l->prev = c;
}

/* Eight bytes, the first one lowest, so that shifts move text. */
static inline uint64_t load8(const uint8_t *p)
{
    uint64_t x;

    memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

static inline uint64_t store8(uint64_t x) /* as its bytes lie in memory */
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* How many of eight bytes are ASCII letters before the first other one. */
static inline uint32_t letters8(uint64_t x)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    const uint64_t lower = (x | 0x20 * ones) & ~high;
    const uint64_t from_a = lower + (0x80 - 'a') * ones;
    const uint64_t past_z = lower + (0x80 - 'z' - 1) * ones;
    const uint64_t other = ~(from_a & ~past_z & ~x) & high;

    return other == 0 ? 8 : (uint32_t)__builtin_ctzll(other) / 8;
}

/* Length of the run of ASCII letters at p, at most n. */
static inline size_t letter_run(const uint8_t *p, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const uint32_t k = letters8(load8(p + i));

        if (k < 8)
            return i + k;
    }
    while (i < n && p[i] < 128 && ascii_sort[p[i]] == SORT_LETTER)
        i++;
    return i;
}

/* Puts n letters behind those of the open word. */
static void word_append(struct loop *l, const uint8_t *p, size_t n, size_t off)
{
    char *text = (char *)l->word;
    const uint32_t len = l->word_len;
    const size_t room = len < WORD_TEXT ? WORD_TEXT - len : 0;
    const size_t kept = n < room ? n : room;
    uint32_t bits = l->word_bits;

    for (size_t i = 0; i < kept; i++) {
        text[len + i] = (char)(p[i] | 0x20);
        bits |= p[i];
    }
    for (size_t i = kept; i < n; i++)
        l->word_hash =
            (l->word_hash ^ (p[i] | 0x20u) ^ (uint32_t)(len + i) << 24) *
            0x01000193u;
    l->word_bits = bits;
    l->word_len = len + (uint32_t)n;
    l->word_end = off + n;
}

/* The lowest n of eight bytes. */
static inline uint64_t low_bytes(uint64_t x, size_t n)
{
    return n == 0 ? 0 : x & ~(uint64_t)0 >> (64 - 8 * n);
}

/* word_open and word_append of a word of n < WORD_TEXT letters; 16 bytes at p
 * can be read. */
static inline void word_short(struct loop *l, const uint8_t *p, size_t n,
                              size_t off)
{
    const uint64_t blank = 0x2020202020202020u;
    const size_t n0 = n < 8 ? n : 8;
    const uint64_t x0 = low_bytes(load8(p), n0);
    const uint64_t x1 = low_bytes(load8(p + 8), n - n0);

    word_open(l, off, 4);
    l->word[0] = store8(x0 | low_bytes(blank, n0));
    l->word[1] = store8(x1 | low_bytes(blank, n - n0));
    l->word_bits = ((x0 | x1) & blank) != 0 ? 0x20 : 0;
    l->word_len = (uint32_t)n;
    l->word_end = off + n;
}

/* True when nothing is open that a letter would end. */
static inline bool between_words(const struct loop *l)
{
    return l->word_len == 0 && l->line.first != 0 && l->marks.count == 0 &&
           l->reserved.count == 0 && l->chars.lag == 0 && !l->chars.inside;
}

/* A run of ASCII letters, as symbol() takes them one by one; returns its
 * length. A run that is too short for the character tier and ends here is
 * counted there only. */
static size_t letters(struct loop *l, const uint8_t *p, size_t n, size_t off)
{
    size_t run = letter_run(p, n < WORD_MAX ? n : WORD_MAX);
    const bool ends =
        run < n && p[run] < 128 && ascii_sort[p[run]] == SORT_OTHER;

    if (run < TIGHT && ends && n >= WORD_TEXT && between_words(l)) {
        word_short(l, p, run, off);
        l->chars.inside = true;
        l->chars.tight = (uint32_t)run;
    } else {
        symbol(l, p[0], off, 1);
        if (run > 1 + WORD_MAX - l->word_len)
            run = 1 + WORD_MAX - l->word_len;
        word_append(l, p + 1, run - 1, off + 1);
        for (size_t i = 1; i < run; i++) {
            l->off = off + i + 1;
            loop_chars_push(l, p[i], off + i, 1, true);
        }
    }
    l->prev = p[run - 1];
    l->off = off + run;
    return run;
}

static void bad_byte(struct loop *l, size_t off)
{
    symbol(l, -1, off, 1);
}

/* Bytes of an unfinished or broken sequence: each is a symbol by itself. */
static void utf8_give_up(struct loop *l, size_t off)
{
    const size_t n = l->utf8_len;

    l->utf8_len = 0;
    for (size_t i = 0; i < n; i++)
        bad_byte(l, off - n + i);
}

/* One byte of text at `off`. */
static void text_byte(struct loop *l, uint8_t b, size_t off)
{
    struct text seq;
    size_t at = 0, n;
    int32_t c;

    if (l->utf8_len != 0 && (b & 0xc0) != 0x80)
        utf8_give_up(l, off);
    if (b < 0x80) {
        symbol(l, b, off, 1);
        return;
    }
    if (l->utf8_len == 0) {
        if (b < 0xc2 || b > 0xf4) {
            bad_byte(l, off);
            return;
        }
        l->utf8_need = b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    }
    l->utf8[l->utf8_len++] = b;
    if (l->utf8_len < l->utf8_need)
        return;
    seq = (struct text){ (const char *)l->utf8, l->utf8_len };
    n = l->utf8_len;
    c = utf8_next(seq, &at);
    if (c < 0) {
        utf8_give_up(l, off + 1);
        return;
    }
    l->utf8_len = 0;
    symbol(l, c, off + 1 - n, n);
}

/* Names of tokens that a tokenizer keeps for itself. They stand in the middle
 * of loops (measured on gemma3) and are no words. */
static const char *const reserved_names[] = {
    "|",       "\xef\xbd\x9c", "unused", "reserved", "extra_id_", "start_of_",
    "end_of_", "0x",           "pad>",   "eos>",     "bos>",      "unk>",
};

static bool is_reserved(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < sizeof(reserved_names) / sizeof(*reserved_names);
         i++) {
        const size_t n = strlen(reserved_names[i]);

        if (len > n && memcmp(p + 1, reserved_names[i], n) == 0)
            return true;
    }
    return false;
}

static void release(struct loop *l, size_t off)
{
    const size_t n = l->held;

    l->held = 0;
    for (size_t i = 0; i < n; i++)
        text_byte(l, l->hold[i], off - n + i);
}

/* One byte while a `<...>` is held back. */
static void held_byte(struct loop *l, uint8_t b, size_t off)
{
    enum { RESERVED = 8 };

    if (b == '<' || b == ' ' || b == '\n' || l->held == HOLD_MAX) {
        release(l, off);
        if (b != '<')
            text_byte(l, b, off);
        else
            l->hold[l->held++] = b;
        return;
    }
    l->hold[l->held++] = b;
    if (b != '>')
        return;
    if (is_reserved(l->hold, l->held)) {
        const size_t n = l->held;

        l->held = 0;
        if (l->utf8_len != 0)
            utf8_give_up(l, off + 1 - n);
        loop_flood_add(l, &l->reserved, RESERVED, off + 1 - n, n);
        return;
    }
    l->html = true;
    release(l, off + 1);
    l->html = false;
}

size_t loop_state_size(void)
{
    _Static_assert(sizeof(struct loop) <= LOOP_STATE_MAX, "state too large");
    return sizeof(struct loop);
}

void loop_begin(struct loop *l, const struct loop_limits *limits,
                loop_sink *sink, void *arg)
{
    memset(l, 0, offsetof(struct loop, ring)); /* written before it is read */
    l->limits = *limits;
    l->sink = sink;
    l->arg = arg;
    l->prev = '\n';
    l->blank = true;
    loop_numerals_begin(l);
    loop_words_begin(l);
    l->chars.count = CHARS;
}

/* An ASCII character that is in no word. */
static void plain(struct loop *l, uint8_t c, size_t off)
{
    if (l->marks.count != 0 || l->reserved.count != 0 || l->word_sep ||
        (l->word_number && l->word_len != 0)) {
        symbol(l, c, off, 1);
        return;
    }
    if (l->word_len != 0 && c != '\'')
        word_commit(l, c);
    if (c == '\n')
        loop_line_end(l);
    else
        loop_line_symbol(l, c);
    loop_chars_push(l, c, off, 1, false);
    l->prev = c;
}

/* A space between two words in the same line: most symbols that are not
 * letters. False: symbol() must take it. */
static inline bool space(struct loop *l)
{
    if (l->line.first == 0 || l->line.fence_char != 0 || l->word_sep ||
        l->marks.count != 0 || l->reserved.count != 0 || l->chars.lag != 0)
        return false;
    word_commit(l, ' ');
    l->line.url = false;
    l->chars.inside = false;
    l->chars.tight = 1; /* a letter follows: the run ends here */
    l->prev = ' ';
    return true;
}

/* One byte, or a run of letters with a space behind it; returns how many. */
static inline size_t feed_some(struct loop *l, const uint8_t *p, size_t n)
{
    const size_t off = l->off;
    size_t run = 1;

    l->off++;
    if (p[0] >= 128) {
        text_byte(l, p[0], off);
        return 1;
    }
    switch (ascii_sort[p[0]]) {
    case SORT_LETTER:
        run = letters(l, p, n, off);
        if (run + 1 < n && p[run] == ' ' && p[run + 1] < 128 &&
            ascii_sort[p[run + 1]] == SORT_LETTER) {
            l->off++;
            if (space(l))
                return run + 1;
            l->off--;
        }
        break;
    case SORT_OTHER:
        plain(l, p[0], off);
        break;
    case SORT_OPEN:
        l->hold[l->held++] = p[0];
        break;
    default:
        symbol(l, p[0], off, 1);
    }
    return run;
}

void loop_feed(struct loop *l, struct text bytes)
{
    const uint8_t *p = (const uint8_t *)bytes.ptr;

    for (size_t i = 0; i < bytes.len;) {
        if (l->held != 0) {
            l->off++;
            held_byte(l, p[i++], l->off - 1);
        } else if (l->utf8_len != 0 && p[i] != '<') {
            l->off++;
            text_byte(l, p[i++], l->off - 1);
        } else {
            i += feed_some(l, p + i, bytes.len - i);
        }
    }
}

void loop_end(struct loop *l)
{
    if (l->held != 0)
        release(l, l->off);
    if (l->utf8_len != 0)
        utf8_give_up(l, l->off);
    word_commit(l, '\n');
    loop_line_end(l);
    loop_chars_flush(l);
    loop_flood_end(l, &l->marks);
    loop_flood_end(l, &l->reserved);
    loop_words_end(l);
    loop_stale_end(l);
    loop_drift_end(l);
}

const struct loop_event *loop_stopped(const struct loop *l)
{
    return l->has_stopped ? &l->stopped : NULL;
}
