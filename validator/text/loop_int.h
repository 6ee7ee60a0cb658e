#ifndef VALIDATOR_TEXT_LOOP_INT_H
#define VALIDATOR_TEXT_LOOP_INT_H
/* The detector's parts: bytes -> symbols (loop.c) -> characters
 * (loop_chars.c) and words (loop_token.c) -> live lags (loop_words.c) and what
 * is not new (loop_stale.c). Lines (loop_line.c) tell prose from the rest. */
#include "validator/text/loop.h"

enum {
    NUMERAL_SLOTS = 512,
    RING = 8192,   /* words back that are compared: more than a report has */
    TABLE = 16384, /* last places of word groups */
    LAG_MAX = RING - 256,
    LIVE_MAX = 12,
    LONG_PERIOD = 32, /* tokens; needs LONG_QUAD equal words */
    LONG_QUAD = 6,
    FAR_PERIOD = 256, /* and FAR_QUAD */
    FAR_QUAD = 12,
    QUAD = 4,     /* equal words that open a lag */
    GRAM = 5,     /* words of a passage that is not new */
    PAIRS = 8192, /* last places of words and of pairs of words */
    CHARS = 64,
    CHAR_LAG_MAX = 32, /* symbols */
    TIGHT = 16,        /* symbols of a run before it is looked at */
    HOLD_MAX = 48,     /* bytes of `<...>` before it is taken as text */
    WORD_MAX = 64,     /* letters; longer words are cut */
    WORD_TEXT = 16     /* a power of two; words as long are not kept */
};

/* What a token is. STRUCTURED tokens repeat in clean reports. */
enum {
    TOK_NUMBER = 1,
    TOK_INTEGER = 2, /* num is its value, else a hash */
    TOK_BOL = 4,     /* the first one in its line */
    TOK_CODE = 8,
    TOK_TABLE = 16,
    TOK_PATH = 32, /* path, URL, code span, log line */
    TOK_HEADING = 64,
    TOK_LOG = 128, /* also TOK_CODE: of a log or trace in a fence */
    TOK_STRUCTURED = TOK_CODE | TOK_TABLE | TOK_PATH
};

struct token {
    uint32_t hash; /* of the word in lower case; one for all numbers */
    uint32_t off;  /* byte offset, low 32 bits */
    uint32_t num;
    uint16_t len; /* bytes */
    uint8_t flags;
    uint8_t weight; /* quarter words: 4, ideograph 2, Thai or kana 1 */
};

struct tally { /* of tokens compared with the ones a period before */
    uint32_t tokens, weight, bols, headings, numbers, code, table, path, log;
    uint32_t steps;     /* numbers that count on */
    uint32_t irregular; /* numbers that change otherwise */
    uint32_t edits;     /* words that differ */
    uint32_t novel;     /* edits not seen there in four copies either */
    uint32_t slots;     /* novel words where the copy before had one too */
};

struct lag {
    uint32_t period;           /* tokens */
    size_t start, second, end; /* bytes; end: at the best score */
    uint64_t first, last;      /* tokens: second copy's first, best */
    int32_t score, best;
    struct tally seen, tail; /* up to the best score, and behind it */
    /* What follows the last word or number that differed: a loop may begin in
     * the middle of lines that are alike. */
    struct tally clean_base;
    uint64_t clean_first;
    size_t clean_start, clean_second;
    /* The loop as it qualified, when the lines before are not part of it. */
    struct tally base;
    size_t loop_start, loop_second;
    bool partial;
    bool linked;    /* told to the drift already */
    uint32_t check; /* tokens compared at which it is judged next */
    bool qualified, stop;
    size_t decided_at;
};

struct chars {
    uint32_t sym[CHARS];
    size_t off[CHARS];
    uint32_t last[256]; /* place of a group of four symbols */
    uint32_t count, gram;
    uint32_t tight;           /* symbols of one sort in a row */
    bool inside;              /* they are of a word */
    uint32_t lag, run, check; /* run: symbols equal to the one a lag before */
    size_t start, second, end;
    bool qualified, stop;
    size_t decided_at;
};

struct flood { /* marks, or reserved tokens, one behind the other */
    uint32_t count;
    size_t start, second, end;
    bool qualified, stop;
    size_t decided_at;
};

struct line {
    uint32_t words, symbols, pipes; /* symbols: such as code has many of */
    int32_t first;                  /* first character that is not blank */
    uint32_t hashes;                /* leading # */
    uint8_t fence_char;             /* ` or ~, 0: none at its beginning */
    uint32_t fence_len;
    bool fence_over;      /* the run of fence characters has ended */
    char info[WORD_TEXT]; /* lower case, cut */
    uint32_t info_len;
    bool ticks;     /* inside a code span */
    bool json;      /* begins with a key in quotes */
    bool special;   /* holds anything but words and plain marks */
    bool stamp;     /* begins like a date or time */
    bool url;       /* behind ://, before white space */
    bool log;       /* in a fence, begins like a frame or a message of a log */
    bool comment;   /* begins with <!--, and no --> stands behind */
    uint8_t dashes; /* just now, for --> */
    bool uncomment; /* --> */
};

enum fence { FENCE_NONE, FENCE_TEXT, FENCE_CODE };

struct stale {                 /* words in a row that bring nothing new */
    int64_t score, best;       /* quarter words */
    size_t start, source, end; /* source: where the words stood before */
    uint64_t first;            /* token */
    int64_t inner;             /* quarter words that stood in this run before */
    /* In the window that is open: quarter words seen again, new pairs of
     * words, new words. */
    int64_t window, pairs, words;
    int64_t old_window, old_pairs, old_words; /* of the window before */
    uint32_t lag, same; /* of the source, groups of words with it */
    bool qualified, stop;
    size_t decided_at;
};

struct drift {
    uint32_t links, period, novel;
    uint32_t longer, shorter; /* links whose period changed so */
    size_t start, second, end;
    uint64_t last;
    double copies;
    bool qualified, stop;
    size_t decided_at;
};

struct loop {
    struct loop_limits limits;
    loop_sink *sink;
    void *arg;
    size_t off; /* bytes read */
    struct loop_event stopped;
    bool has_stopped;

    /* bytes */
    uint8_t hold[HOLD_MAX];
    uint32_t held;
    bool html; /* symbols come from a held `<...>` */
    uint8_t utf8[4];
    uint32_t utf8_len, utf8_need;

    /* the word being read */
    uint32_t word_hash, word_len, word_num, word_weight;
    size_t word_start, word_end;
    uint64_t word[2]; /* its first WORD_TEXT letters, lower case, then 0 */
    bool word_number, word_integer, word_sep;
    uint32_t word_bits;   /* or of its letters */
    int32_t before, prev; /* symbol before the word; last symbol */

    struct line line;
    enum fence fence;
    uint8_t fence_char;
    uint32_t fence_len;
    bool markdown, blank; /* in a ```markdown fence; last line was blank */
    bool log;             /* in a ```log fence */

    struct chars chars;
    struct flood marks, reserved;

    /* words */
    uint64_t count;
    uint32_t quad, gram; /* rolling hashes of QUAD and GRAM words */
    struct lag live[LIVE_MAX];
    uint32_t periods[LIVE_MAX];       /* of live; 0: not in use */
    uint32_t live_mask;               /* bit k: live[k] is in use */
    struct stale copied, stale, rows; /* far passages; a small vocabulary */
    struct drift drift;
    uint32_t numerals[NUMERAL_SLOTS]; /* hashes; 0: none */
    uint8_t values[NUMERAL_SLOTS];
    uint16_t quads[TABLE], grams[TABLE], pairs[PAIRS], words[PAIRS];
    struct token ring[RING];
};

enum { WORD_SEED = 0x1b873593 };

/* A word's hash: its first letters, and the hash of those behind. */
static inline uint32_t loop_word_hash(const uint64_t word[2], uint32_t rest)
{
    uint64_t h = word[0] * 0x9e3779b97f4a7c15u ^ rest;

    h = (h ^ h >> 29 ^ word[1]) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(h >> 32) | 1;
}

/* The hash of n words, from that of the n before: one comes, one goes. */
static inline uint32_t loop_roll(uint32_t h, uint32_t in, uint32_t out,
                                 uint32_t n)
{
    const uint32_t m = 0x01000193u;
    const uint32_t power = n == 4 ? m * m * m * m : m * m * m * m * m;

    return h * m + in - out * power;
}

static inline const struct token *loop_token(const struct loop *l, uint64_t i)
{
    return &l->ring[i % RING];
}

static inline size_t loop_offset(const struct loop *l, const struct token *t)
{
    return l->off - (uint32_t)((uint32_t)l->off - t->off);
}

/* True when so much waste up to `end` is worth a stop. */
static inline bool loop_wasteful(const struct loop *l, size_t second,
                                 size_t end)
{
    const size_t waste = end - second;

    return waste >= l->limits.stop_bytes ||
           waste * 1000 >= end * l->limits.stop_permille;
}

void loop_emit(struct loop *l, const struct loop_event *e);
/* Remembers the first event that stops. */
void loop_note(struct loop *l, const struct loop_event *e);

/* The symbol pushed last, in a long run; end: bytes. */
void loop_chars_tight(struct loop *l, uint32_t sym, size_t end);
void loop_chars_flush(struct loop *l);
void loop_flood_add(struct loop *l, struct flood *f, uint32_t need, size_t off,
                    size_t len);
void loop_flood_end(struct loop *l, struct flood *f);

/* One symbol to the character tier. `inside`: of a word. Only runs of one sort
 * can be loops of this tier (words with something between are the word
 * tier's), so a run is looked at once it is TIGHT symbols long. */
static inline void loop_chars_push(struct loop *l, uint32_t sym, size_t off,
                                   size_t len, bool inside)
{
    struct chars *c = &l->chars;
    const uint32_t i = c->count++ % CHARS;

    if (inside != c->inside) {
        if (c->lag != 0)
            loop_chars_flush(l);
        c->inside = inside;
        c->tight = 0;
    }
    c->sym[i] = sym;
    c->off[i] = off;
    if (++c->tight >= TIGHT)
        loop_chars_tight(l, sym, off + len);
}

void loop_words_begin(struct loop *l);
void loop_words_push(struct loop *l); /* the token at count % RING */
void loop_words_end(struct loop *l);

void loop_stale_step(struct loop *l, const struct token *t);
void loop_stale_end(struct loop *l);
/* A lag that ended without being a loop by itself. */
void loop_drift_link(struct loop *l, struct lag *g);
void loop_drift_end(struct loop *l);

void loop_line_symbol(struct loop *l, int32_t c);
void loop_line_word(struct loop *l); /* the word read last */
void loop_line_end(struct loop *l);

/* Number words and roman numerals: see rules in loop_numeral.c. */
void loop_numerals_begin(struct loop *l);
bool loop_numeral(const struct loop *l, uint32_t hash, bool at_line_start,
                  int32_t next, uint32_t *value);

/* A line in a fence that reads like a sentence so far. */
static inline bool loop_line_prose(const struct line *n, uint32_t words)
{
    return n->words >= words && n->symbols * 4 <= n->words;
}

/* TOK_ flags that the line gives to a word in it. */
static inline unsigned loop_line_flags(const struct loop *l)
{
    const struct line *n = &l->line;
    unsigned flags = n->words == 0 ? TOK_BOL : 0;

    if (!n->special && l->fence == FENCE_NONE)
        return flags;
    if ((n->log || l->log || n->stamp) && l->fence != FENCE_NONE)
        return flags | TOK_CODE | TOK_LOG;
    if ((n->fence_char != 0 && n->fence_len >= 3) ||
        (l->fence == FENCE_CODE && !loop_line_prose(n, 8)) ||
        (l->fence == FENCE_TEXT && !loop_line_prose(n, 4)) ||
        n->symbols > n->words || n->json || n->first == '{' ||
        n->first == '}') /* JSON, traces, without a fence */
        flags |= TOK_CODE;
    if (n->hashes > 0)
        flags |= TOK_HEADING;
    if (n->first == '|' || n->pipes >= 2)
        flags |= TOK_TABLE;
    if (n->ticks || n->stamp || n->url)
        flags |= TOK_PATH;
    return flags;
}

#endif
