#include "runner/gate/plant.h"

#include "validator/audit/audit.h"

enum {
    LOOP_WORDS = 40, /* copies: Ollama stops a token's run at 30 */
    LOOP_LINES = 30,
    TRIES = 200 /* random places looked at before giving up */
};

static struct text source(const struct result *r)
{
    return r->report.bytes;
}

static void put_range(struct buf *out, const struct result *r, size_t from,
                      size_t to)
{
    buf_add(out, text_sub(source(r), span_between(from, to)));
}

/* The report with `what` in place of `at`. */
static bool put_replaced(struct buf *out, const struct result *r,
                         struct span at, struct text what, struct span *where)
{
    buf_clear(out);
    put_range(out, r, 0, at.off);
    buf_add(out, what);
    put_range(out, r, span_end(at), source(r).len);
    *where = (struct span){ at.off, what.len };
    return !out->failed;
}

static bool is_prose(const struct block *b)
{
    return b->role == BLOCK_PARAGRAPH || b->role == BLOCK_LIST_ITEM;
}

/* A word of at least four ASCII letters between two blanks, in prose that the
 * model wrote. */
static bool pick_word(const struct result *r, struct rng *rng,
                      struct span *word)
{
    const struct doc *d = &r->report.doc;
    const struct text src = source(r);

    for (size_t i = 0; i < TRIES && d->block_count > 0; i++) {
        const struct block *b = &d->blocks[rng_below(rng, d->block_count)];
        size_t at, end;

        if (!is_prose(b) || b->span.len < 24)
            continue;
        at = b->span.off + rng_below(rng, b->span.len);
        while (at < span_end(b->span) && src.ptr[at] != ' ')
            at++;
        for (end = ++at; end < span_end(b->span) && ascii_alpha(src.ptr[end]);)
            end++;
        if (end >= at + 4 && end < span_end(b->span) && src.ptr[end] == ' ' &&
            report_author(&r->report, at) == AUTHOR_MODEL) {
            *word = span_between(at, end);
            return true;
        }
    }
    return false;
}

static bool loop_word(const struct result *r, struct rng *rng, struct buf *out,
                      struct span *where)
{
    struct buf again = { .max = 1 << 16 };
    struct span word;
    bool done = pick_word(r, rng, &word);

    for (size_t i = 0; i < LOOP_WORDS && done; i++) {
        buf_puts(&again, i > 0 ? " " : "");
        buf_add(&again, text_sub(source(r), word));
    }
    done = done && put_replaced(out, r, word, buf_text(&again), where);
    buf_free(&again);
    return done;
}

/* The line around a byte, with its newline. */
static struct span line_at(struct text t, size_t at)
{
    size_t from = at, to = at;

    while (from > 0 && t.ptr[from - 1] != '\n')
        from--;
    while (to < t.len && t.ptr[to] != '\n')
        to++;
    return span_between(from, to < t.len ? to + 1 : to);
}

static bool loop_line(const struct result *r, struct rng *rng, struct buf *out,
                      struct span *where)
{
    struct buf again = { .max = 1 << 20 };
    struct span word, line;
    bool done = pick_word(r, rng, &word);

    if (!done)
        return false;
    line = line_at(source(r), word.off);
    for (size_t i = 0; i < LOOP_LINES; i++)
        buf_add(&again, text_sub(source(r), line));
    done = put_replaced(out, r, line, buf_text(&again), where);
    buf_free(&again);
    return done;
}

/* One of `what` behind a word. */
static bool insert_one(const struct result *r, struct rng *rng,
                       const char *const *what, size_t n, struct buf *out,
                       struct span *where)
{
    struct span word;

    return pick_word(r, rng, &word) &&
           put_replaced(out, r, (struct span){ span_end(word), 0 },
                        text_from(what[rng_below(rng, n)]), where);
}

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static bool leak(const struct result *r, struct rng *rng, struct buf *out,
                 struct span *where)
{
    static const char *const tokens[] = { "<unused907>",   "<unused14>",
                                          "<end_of_turn>", "<|im_end|>",
                                          "<|eot_id|>",    "<0xE2>" };

    return insert_one(r, rng, tokens, COUNT(tokens), out, where);
}

static bool foreign_word(const struct result *r, struct rng *rng,
                         struct buf *out, struct span *where)
{
    static const char *const words[] = {
        " результат", " परिणाम", " 결과", " 結果", " نتيجة", " αποτέλεσμα"
    };

    return insert_one(r, rng, words, COUNT(words), out, where);
}

static bool foreign_letters(const struct result *r, struct rng *rng,
                            struct buf *out, struct span *where)
{
    static const char *const letters[] = { "ция", "ング", "하는", "ाली" };

    return insert_one(r, rng, letters, COUNT(letters), out, where);
}

static bool lost_characters(const struct result *r, struct rng *rng,
                            struct buf *out, struct span *where)
{
    static const char *const broken[] = { "\xef\xbf\xbd\xef\xbf\xbd",
                                          "\xff\xfe", "\xc3\x28" };

    return insert_one(r, rng, broken, COUNT(broken), out, where);
}

/* Well inside a sentence of a paragraph that ends as sentences end: a cut right
 * behind a full stop nobody could see. */
static bool shows_a_cut(const struct result *r, size_t at)
{
    enum { WORDS = 8 };
    const struct doc *d = &r->report.doc;
    const struct text src = source(r);

    for (size_t i = 0; i < d->block_count; i++) {
        const struct block *b = &d->blocks[i];
        size_t words = 0;

        if (at < b->span.off || at >= span_end(b->span))
            continue;
        for (size_t k = b->span.off; k < at; k++)
            words = k > b->span.off && strchr(".!?:", src.ptr[k - 1]) != NULL
                        ? 0
                        : words + ascii_space(src.ptr[k]);
        return b->role == BLOCK_PARAGRAPH && words >= WORDS &&
               strchr(".!?", src.ptr[span_end(b->span) - 1]) != NULL;
    }
    return false;
}

/* The report ends inside a word of its second half. */
static bool cut_stream(const struct result *r, struct rng *rng, struct buf *out,
                       struct span *where)
{
    struct span word;
    size_t end;

    for (size_t i = 0; i < TRIES; i++) {
        if (!pick_word(r, rng, &word) || word.off < source(r).len / 2 ||
            !shows_a_cut(r, word.off))
            continue;
        end = word.off + word.len / 2;
        buf_clear(out);
        put_range(out, r, 0, end);
        *where = span_between(line_at(source(r), word.off).off, end);
        return !out->failed;
    }
    return false;
}

/* A number that the data support, of at least three digits. */
static const struct audited_claim *pick_claim(const struct result *r,
                                              struct rng *rng)
{
    const struct audit *a = r->audit;

    for (size_t i = 0; i < TRIES && a != NULL && a->claim_count > 0; i++) {
        const struct audited_claim *c =
            &a->claims[rng_below(rng, a->claim_count)];

        if (c->verdict == CLAIM_SUPPORTED && c->value.len >= 3)
            return c;
    }
    return NULL;
}

static bool edit_digit(const struct result *r, struct rng *rng, struct buf *out,
                       struct span *where)
{
    const struct audited_claim *c = pick_claim(r, rng);
    size_t digits[8], n = 0, at;
    char now;

    if (c == NULL)
        return false;
    for (size_t i = c->span.off; i < span_end(c->span) && n < 3; i++)
        if (ascii_digit(source(r).ptr[i]))
            digits[n++] = i;
    if (n < 3)
        return false;
    at = digits[rng_below(rng, n)];
    now = (char)('1' +
                 (source(r).ptr[at] - '0' + 2 + (int)rng_below(rng, 5)) % 9);
    if (!put_replaced(out, r, (struct span){ at, 1 }, (struct text){ &now, 1 },
                      where) ||
        now == source(r).ptr[at])
        return false;
    *where = c->span;
    return true;
}

/* Spellings of units, and a unit that is wrong in its place. Longer ones
 * first. */
static const struct swap {
    const char *from, *to;
} swaps[] = {
    { "tokens per second", "megabytes per second" },
    { "tokens/second", "MB/s" },
    { "tokens/sec", "MB/s" },
    { "tokens/s", "MB/s" },
    { "tok/s", "MB/s" },
    { "milliseconds", "seconds" },
    { "seconds", "milliseconds" },
    { "ms", "seconds" },
    { "MB", "GB" },
    { "GB", "MB" },
    { "bytes", "kilobytes" },
    { "%", " ms" },
    { "s", "ms" },
};

static const struct swap *unit_at(struct text t, size_t at)
{
    for (size_t i = 0; i < COUNT(swaps); i++) {
        const struct text from = text_from(swaps[i].from);
        const size_t end = at + from.len;

        if (end <= t.len &&
            text_eq(text_sub(t, (struct span){ at, from.len }), from) &&
            (end == t.len || !ascii_alnum(t.ptr[end])))
            return &swaps[i];
    }
    return NULL;
}

static bool swap_unit(const struct result *r, struct rng *rng, struct buf *out,
                      struct span *where)
{
    const struct text src = source(r);

    for (size_t i = 0; i < TRIES; i++) {
        const struct audited_claim *c = pick_claim(r, rng);
        const struct swap *s;
        size_t at;

        if (c == NULL)
            return false;
        for (at = c->span.off;
             at < src.len && (ascii_digit(src.ptr[at]) || src.ptr[at] == '.' ||
                              src.ptr[at] == ',');)
            at++;
        at += at < src.len && src.ptr[at] == ' ';
        s = unit_at(src, at);
        if (s == NULL)
            continue;
        if (!put_replaced(out, r, (struct span){ at, strlen(s->from) },
                          text_from(s->to), where))
            return false;
        *where = span_between(c->span.off, span_end(*where));
        return true;
    }
    return false;
}

static bool chatter(const struct result *r, struct rng *rng, struct buf *out,
                    struct span *where)
{
    static const char *const openings[] = {
        "Okay, here is the report you asked for.\n\n",
        "Sure! Here's a detailed analysis of the data you provided:\n\n",
        "Certainly! Below is the technical report.\n\n",
    };
    size_t at = r->report.model_count > 0 ? r->report.model[0].off : 0;
    struct span word;

    if (!pick_word(r, rng, &word)) /* nothing to open */
        return false;
    /* Behind a byte order mark, on a line of its own. */
    if (at == 0 && r->report.bom)
        at = 3;
    if (at > 0 && source(r).ptr[at - 1] != '\n' && !r->report.bom)
        return false;
    return put_replaced(out, r, (struct span){ at, 0 },
                        text_from(openings[rng_below(rng, COUNT(openings))]),
                        where);
}

const struct plant plants_all[] = {
    { "loop-word",
      "one word 40 times",
      { "token-loop" },
      false,
      false,
      loop_word },
    { "loop-line",
      "one line 30 times",
      { "token-loop" },
      false,
      false,
      loop_line },
    { "leak", "a special token", { "special-token" }, false, false, leak },
    { "foreign-word",
      "a word in another script",
      { "language-drift" },
      false,
      false,
      foreign_word },
    { "foreign-letters",
      "letters of another script inside a word",
      { "language-drift" },
      false,
      false,
      foreign_letters },
    { "lost-characters",
      "broken bytes",
      { "encoding", "special-token" },
      false,
      false,
      lost_characters },
    { "cut-stream",
      "the end is missing",
      { "truncated" },
      false,
      true,
      cut_stream },
    { "chatter", "a word to the reader", { "chatter" }, false, false, chatter },
    { "digit-edit",
      "one digit of a supported number is another",
      { "fabricated-number", "unit-mismatch", "arithmetic" },
      true,
      false,
      edit_digit },
    { "unit-swap",
      "another unit behind a supported number",
      { "unit-mismatch", "fabricated-number" },
      true,
      false,
      swap_unit },
};
const size_t plants_all_count = COUNT(plants_all);
