/* Chatter: the text talks to a reader who is not there. Phrases per language
 * stand in rules/chatter.json. */
#include <stdlib.h>

#include "checks/chatter_data.h"
#include "validator/base/utf8.h"
#include "validator/check.h"

enum { RULE_PREAMBLE, RULE_CLOSING, RULE_META, RULE_PLACEHOLDER, RULE_COUNT };
static const struct rule rules[RULE_COUNT] = {
    [RULE_PREAMBLE] = { "chatter/preamble", SEV_WARNING,
                        "the text opens like a chat answer" },
    [RULE_CLOSING] = { "chatter/closing", SEV_WARNING,
                       "the text offers or asks something of a reader who is "
                       "not there" },
    [RULE_META] = { "chatter/meta", SEV_WARNING, "the model speaks of itself" },
    [RULE_PLACEHOLDER] = { "chatter/placeholder", SEV_WARNING,
                           "a placeholder was not filled in" },
};

static const size_t kind_rule[KIND_COUNT] = {
    [KIND_PREAMBLE] = RULE_PREAMBLE, [KIND_FIRST] = RULE_PREAMBLE,
    [KIND_CLOSING] = RULE_CLOSING,   [KIND_TAIL] = RULE_CLOSING,
    [KIND_META] = RULE_META,         [KIND_PLACEHOLDER] = RULE_PLACEHOLDER,
};

enum {
    FIRST_BLOCKS = 2,   /* where a preamble stands in what the model wrote */
    TAIL_BLOCKS = 4,    /* where an offer stands in it; lists count as one */
    TAIL_LIST_MAX = 64, /* items of a list behind an offer */
    BLOCK_MAX = 20000   /* bytes of a block that are looked at */
};

/* Of the languages expected, as in phrases_of. */
struct phrases {
    struct regex *pattern[PHRASES_MAX]; /* NULL: of another language */
};

static void phrases_free(void *setup)
{
    struct phrases *p = setup;

    if (p == NULL)
        return;
    for (size_t i = 0; i < PHRASES_MAX; i++)
        regex_free(p->pattern[i]);
    free(p);
}

/* `en` of `en-GB`; "" is every language. */
static bool expected(const struct check_env *env, const char *lang)
{
    const size_t n = strlen(lang);

    for (size_t i = 0; i < env->n_langs; i++) {
        const char *const tag = env->langs[i];

        if (n == 0 ||
            (strncmp(tag, lang, n) == 0 && (tag[n] == '\0' || tag[n] == '-')))
            return true;
    }
    return false;
}

static enum status chatter_setup(void **out, const struct check_env *env,
                                 const char **why_off, struct error *err)
{
    struct phrases *p = calloc(1, sizeof(*p));
    enum status st = ST_OK;

    (void)why_off;
    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for phrases");
    for (size_t i = 0; i < phrases_of_count && st == ST_OK; i++)
        if (expected(env, phrases_of[i].lang))
            st = regex_prepared(&p->pattern[i], &phrases_of[i].pattern, err);
    if (st != ST_OK) {
        phrases_free(p);
        return st;
    }
    *out = p;
    return ST_OK;
}

struct reader {
    struct check_ctx *ctx;
    const struct report *r;
    const struct phrases *phrases;
    struct regex_match *m;
    enum status st;
    /* The passage that may still grow. */
    struct span passage;
    size_t rule, last_block;
    bool open, wants_list;
};

static void close_passage(struct reader *rd)
{
    if (rd->open && rd->st == ST_OK)
        rd->st = ctx_emit(rd->ctx, rd->rule, rd->passage,
                          (struct text){ "", 0 }, NULL, 0);
    rd->open = rd->wants_list = false;
}

static bool ends_with_colon(struct text t)
{
    while (t.len > 0 && strchr(" \n*_", t.ptr[t.len - 1]) != NULL)
        t.len--;
    return t.len > 0 && t.ptr[t.len - 1] == ':';
}

/* A passage grows over the list it announces, and over what follows at once. */
static void add_to_passage(struct reader *rd, size_t block, size_t rule,
                           struct span s)
{
    const bool joins = rd->open && block <= rd->last_block + 1 &&
                       (rule == rd->rule || rd->rule == RULE_CLOSING);

    if (!joins) {
        close_passage(rd);
        rd->passage = s;
        rd->rule = rule;
    } else {
        rd->passage = span_join(rd->passage, s);
    }
    rd->open = true;
    rd->last_block = block;
    rd->wants_list = rule != RULE_PREAMBLE &&
                     ends_with_colon(text_sub(rd->r->bytes, rd->passage));
}

/* What bytes are around sentences. */
enum { BEFORE = 1, ENDS = 2, BEHIND = 4 };
static const unsigned char place[256] = {
    ['\0'] = BEFORE | ENDS | BEHIND,
    [' '] = BEFORE,
    ['\t'] = BEFORE,
    ['\r'] = BEFORE,
    ['\n'] = BEFORE,
    ['*'] = BEFORE | BEHIND,
    ['_'] = BEFORE | BEHIND,
    ['>'] = BEFORE,
    ['-'] = BEFORE,
    ['#'] = BEFORE,
    ['('] = BEFORE,
    ['~'] = BEFORE,
    ['.'] = ENDS | BEHIND,
    ['!'] = ENDS | BEHIND,
    ['?'] = ENDS | BEHIND,
    [':'] = ENDS,
    ['"'] = BEHIND,
    ['\''] = BEHIND,
    [')'] = BEHIND,
};

static bool is(char c, int where)
{
    return (place[(unsigned char)c] & where) != 0;
}

/* Offset of the next sentence's first letter at or after i, or t.len. */
static size_t sentence_start(struct text t, size_t i)
{
    while (i < t.len && is(t.ptr[i], BEFORE))
        i++;
    while (i < t.len && (unsigned char)t.ptr[i] >= 0xf0) { /* emoji */
        size_t k = i;

        (void)utf8_next(t, &k);
        i = k;
        while (i < t.len && t.ptr[i] == ' ')
            i++;
    }
    return i;
}

static size_t sentence_end(struct text t, size_t i)
{
    for (; i < t.len; i++) {
        size_t k = i + 1;

        if (t.ptr[i] == '\n' && k < t.len && t.ptr[k] == '\n')
            return i;
        /* a colon ends a bold label only */
        if (!is(t.ptr[i], ENDS) ||
            (t.ptr[i] == ':' && (k >= t.len || t.ptr[k] != '*')))
            continue;
        while (k < t.len && is(t.ptr[k], BEHIND))
            k++;
        if (k >= t.len || ascii_space(t.ptr[k]))
            return k;
    }
    return t.len;
}

/* In any of the languages expected. */
static bool matches(struct reader *rd, enum phrase_kind k, struct text t,
                    size_t at)
{
    for (size_t i = 0; i < phrases_of_count; i++)
        if (phrases_of[i].kind == k && rd->phrases->pattern[i] != NULL &&
            regex_find(rd->phrases->pattern[i], rd->m, t, at) == REGEX_FOUND)
            return true;
    return false;
}

/* Which blocks of a model part a block is: the first, the last. */
struct position {
    bool first, tail, begins_sentence;
};

static int sentence_kind(struct reader *rd, struct text t, size_t at,
                         struct position pos)
{
    if (pos.begins_sentence && matches(rd, KIND_PREAMBLE, t, at))
        return KIND_PREAMBLE;
    if (pos.begins_sentence && pos.first && matches(rd, KIND_FIRST, t, at))
        return KIND_FIRST;
    if (matches(rd, KIND_META, t, at))
        return KIND_META;
    if (matches(rd, KIND_CLOSING, t, at))
        return KIND_CLOSING;
    return pos.tail && matches(rd, KIND_TAIL, t, at) ? KIND_TAIL : -1;
}

static struct span trimmed(struct text bytes, struct span s)
{
    while (s.len > 0 && ascii_space(bytes.ptr[span_end(s) - 1]))
        s.len--;
    return s;
}

/* The block from its first sentence that is chatter on. A preamble takes the
 * whole block. */
static bool read_sentences(struct reader *rd, size_t block, struct span span,
                           struct position pos)
{
    struct text t = text_sub(rd->r->bytes, span);
    size_t at = sentence_start(t, 0);
    const size_t begin = at;

    if (t.len > BLOCK_MAX)
        t.len = BLOCK_MAX;
    while (at < t.len) {
        int k;

        pos.begins_sentence = at == begin;
        k = strchr("\"[|", t.ptr[at]) != NULL ||
                    (t.len - at > 2 &&
                     memcmp(t.ptr + at, "\xe2\x80\x9c", 3) == 0)
                ? -1
                : sentence_kind(rd, t, at, pos);
        if (k >= 0) {
            struct span s = { span.off + at, span.len - at };

            s = trimmed(rd->r->bytes, s);
            add_to_passage(rd, block, kind_rule[k], s);
            return true;
        }
        at = sentence_start(t, sentence_end(t, at));
    }
    return false;
}

static void find_placeholders(struct reader *rd, struct span span)
{
    const struct text t = text_sub(rd->r->bytes, span);
    size_t at = 0;
    struct span s;

    if (memchr(t.ptr, '[', t.len) == NULL && memchr(t.ptr, '(', t.len) == NULL)
        return;
    while (rd->st == ST_OK && at < t.len &&
           matches(rd, KIND_PLACEHOLDER, t, at) && regex_group(rd->m, 0, &s) &&
           s.len > 0) {
        at = span_end(s);
        s.off += span.off;
        if (s.off > 0 && rd->r->bytes.ptr[s.off - 1] == '`')
            continue;
        rd->st = ctx_emit(rd->ctx, RULE_PLACEHOLDER, s, (struct text){ "", 0 },
                          NULL, 0);
    }
}

static bool is_prose(const struct block *b)
{
    return !b->quoted &&
           (b->role == BLOCK_PARAGRAPH || b->role == BLOCK_LIST_ITEM ||
            b->role == BLOCK_HEADING);
}

/* The model part that holds off, or SIZE_MAX. */
static size_t part_of(const struct report *r, size_t off)
{
    for (size_t i = 0; i < r->model_count; i++)
        if (off >= r->model[i].off && off < span_end(r->model[i]))
            return i;
    return SIZE_MAX;
}

/* How many blocks of the same part follow, lists as one; at most TAIL_BLOCKS.
 */
static size_t blocks_behind(const struct report *r, size_t i, size_t part)
{
    size_t n = 0;
    enum block_role last = r->doc.blocks[i].role;

    for (size_t k = i + 1; k < r->doc.block_count && n < TAIL_BLOCKS; k++) {
        if (k - i > TAIL_LIST_MAX)
            return TAIL_BLOCKS;
        const struct block *b = &r->doc.blocks[k];

        if (part_of(r, b->span.off) != part)
            break;
        n += !(b->role == BLOCK_LIST_ITEM && last == BLOCK_LIST_ITEM);
        last = b->role;
    }
    return n;
}

static void read_block(struct reader *rd, size_t i, size_t *part, size_t *nth)
{
    const struct block *b = &rd->r->doc.blocks[i];
    const size_t own = part_of(rd->r, b->span.off);

    if (own == SIZE_MAX || !is_prose(b)) {
        close_passage(rd);
        return;
    }
    if (own != *part) {
        close_passage(rd);
        *part = own;
        *nth = 0;
    }
    (*nth)++;
    const struct position pos = {
        .first = *nth <= FIRST_BLOCKS,
        .tail = blocks_behind(rd->r, i, own) < TAIL_BLOCKS,
    };

    find_placeholders(rd, b->span);
    if (rd->open && rd->wants_list && b->role == BLOCK_LIST_ITEM &&
        i == rd->last_block + 1) { /* the list that the passage announced */
        rd->passage = span_join(rd->passage, trimmed(rd->r->bytes, b->span));
        rd->last_block = i;
        return;
    }
    if (b->role == BLOCK_HEADING && !pos.first && b->level < 7) {
        close_passage(rd);
        return;
    }
    if (!read_sentences(rd, i, b->span, pos) && i > rd->last_block)
        close_passage(rd);
}

static enum status chatter_run(struct check_ctx *ctx)
{
    struct reader rd = { .ctx = ctx,
                         .r = ctx_report(ctx),
                         .phrases = ctx_setup(ctx),
                         .m = regex_match_new() };
    size_t part = SIZE_MAX, nth = 0;

    if (rd.m == NULL)
        rd.st = error_set(ctx_error(ctx), ST_NOMEM, "no memory for phrases");
    for (size_t i = 0; i < rd.r->doc.block_count && rd.st == ST_OK; i++)
        read_block(&rd, i, &part, &nth);
    close_passage(&rd);
    if (rd.st == ST_OK && regex_out_of_memory(rd.m))
        rd.st = error_set(ctx_error(ctx), ST_NOMEM, "no memory for phrases");
    regex_match_free(rd.m);
    return rd.st;
}

const struct check check_chatter = {
    .id = "chatter",
    .summary = "the text talks to a reader who is not there",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .setup = chatter_setup,
    .teardown = phrases_free,
    .run = chatter_run,
};
