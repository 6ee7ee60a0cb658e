/* Chatter: the text talks to a reader who is not there. Phrases per language
 * stand in rules/chatter.json. */
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/buf.h"
#include "validator/base/jsonc.h"
#include "validator/base/utf8.h"
#include "validator/check.h"
#include "validator/text/regex.h"

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

enum kind {
    KIND_PREAMBLE,
    KIND_FIRST,
    KIND_CLOSING,
    KIND_TAIL,
    KIND_META,
    KIND_COUNT
};
static const struct {
    const char *key;
    size_t rule;
} kinds[KIND_COUNT] = {
    [KIND_PREAMBLE] = { "preamble", RULE_PREAMBLE },
    [KIND_FIRST] = { "first", RULE_PREAMBLE },
    [KIND_CLOSING] = { "closing", RULE_CLOSING },
    [KIND_TAIL] = { "tail", RULE_CLOSING },
    [KIND_META] = { "meta", RULE_META },
};

enum {
    FIRST_BLOCKS = 2,   /* where a preamble stands in what the model wrote */
    TAIL_BLOCKS = 4,    /* where an offer stands in it; lists count as one */
    TAIL_LIST_MAX = 64, /* items of a list behind an offer */
    BLOCK_MAX = 20000   /* bytes of a block that are looked at */
};

struct phrases {
    struct regex *kind[KIND_COUNT]; /* NULL: no pattern of the kind */
    struct regex *placeholder;
};

static void phrases_free(void *setup)
{
    struct phrases *p = setup;

    if (p == NULL)
        return;
    for (int k = 0; k < KIND_COUNT; k++)
        regex_free(p->kind[k]);
    regex_free(p->placeholder);
    free(p);
}

/* Adds the patterns of a JSON list as alternatives; `'` also stands for the
 * curly one. */
static void add_patterns(struct buf *b, const cJSON *list)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            continue;
        bool set = false; /* inside [...] */

        buf_puts(b, b->len > 0 ? "|(?:" : "(?:");
        for (const char *s = item->valuestring; *s != '\0'; s++) {
            if (*s == '\'')
                buf_puts(b, set ? "'\\x{2019}" : "['\\x{2019}]");
            else
                buf_putc(b, *s);
            if (*s == '\\' && s[1] != '\0')
                buf_putc(b, *++s);
            else if (*s == '[' || *s == ']')
                set = *s == '[';
        }
        buf_putc(b, ')');
    }
}

/* `en` of `en-GB`. */
static bool lang_is(const char *tag, const char *lang)
{
    const size_t n = strlen(lang);

    return strncmp(tag, lang, n) == 0 && (tag[n] == '\0' || tag[n] == '-');
}

static enum status compile(struct regex **out, struct buf *b, unsigned flags,
                           struct error *err)
{
    if (b->failed)
        return error_set(err, ST_NOMEM, "chatter.json: no memory");
    if (b->len == 0)
        return ST_OK;
    return regex_new(out, buf_text(b), "chatter.json",
                     REGEX_UTF | REGEX_ICASE | REGEX_RARE | flags, err);
}

static enum status compile_kind(struct phrases *p, enum kind k,
                                const cJSON *langs, const struct check_env *env,
                                struct error *err)
{
    struct buf b = { .ptr = NULL };
    enum status st;

    const cJSON *lang;

    cJSON_ArrayForEach(
        lang, langs) for (size_t i = 0; i < env->n_langs;
                          i++) if (lang_is(env->langs[i], lang->string))
        add_patterns(&b, cJSON_GetObjectItemCaseSensitive(lang, kinds[k].key));
    st = compile(&p->kind[k], &b, REGEX_ANCHORED, err);
    buf_free(&b);
    return st;
}

static enum status chatter_setup(void **out, const struct check_env *env,
                                 const char **why_off, struct error *err)
{
    const struct text bytes = env->rule_file(env, "chatter.json");
    struct phrases *p = NULL;
    struct buf b = { .ptr = NULL };
    cJSON *json = NULL;
    enum status st;

    if (bytes.ptr == NULL) {
        *why_off = "there is no chatter.json";
        return ST_OK;
    }
    st = jsonc_parse(&json, bytes, "chatter.json", err);
    if (st != ST_OK)
        return st;
    p = calloc(1, sizeof(*p));
    if (p == NULL)
        st = error_set(err, ST_NOMEM, "chatter.json: no memory");
    for (int k = 0; k < KIND_COUNT && st == ST_OK; k++)
        st = compile_kind(p, (enum kind)k,
                          cJSON_GetObjectItemCaseSensitive(json, "langs"), env,
                          err);
    if (st == ST_OK) {
        add_patterns(&b, cJSON_GetObjectItemCaseSensitive(json, "placeholder"));
        st = compile(&p->placeholder, &b, 0, err);
    }
    buf_free(&b);
    cJSON_Delete(json);
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
    struct regex_match *m[KIND_COUNT], *placeholder;
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

/* Offset of the next sentence's first letter at or after i, or t.len. */
static size_t sentence_start(struct text t, size_t i)
{
    while (i < t.len && strchr(" \t\r\n*_>-#(~", t.ptr[i]) != NULL)
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
        if (strchr(".!?:", t.ptr[i]) == NULL ||
            (t.ptr[i] == ':' && (k >= t.len || t.ptr[k] != '*')))
            continue;
        while (k < t.len && strchr(".!?\"')*_", t.ptr[k]) != NULL)
            k++;
        if (k >= t.len || ascii_space(t.ptr[k]))
            return k;
    }
    return t.len;
}

static bool matches(struct reader *rd, enum kind k, struct text t, size_t at)
{
    return rd->phrases->kind[k] != NULL &&
           regex_find(rd->phrases->kind[k], rd->m[k], t, at) == REGEX_FOUND;
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
            add_to_passage(rd, block, kinds[k].rule, s);
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

    if (rd->phrases->placeholder == NULL || memchr(t.ptr, '[', t.len) == NULL)
        return;
    while (rd->st == ST_OK && at < t.len &&
           regex_find(rd->phrases->placeholder, rd->placeholder, t, at) ==
               REGEX_FOUND &&
           regex_group(rd->placeholder, 0, &s) && s.len > 0) {
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

static bool make_scratch(struct reader *rd)
{
    for (int k = 0; k < KIND_COUNT; k++)
        if (rd->phrases->kind[k] != NULL &&
            (rd->m[k] = regex_match_new(rd->phrases->kind[k])) == NULL)
            return false;
    if (rd->phrases->placeholder != NULL)
        rd->placeholder = regex_match_new(rd->phrases->placeholder);
    return rd->phrases->placeholder == NULL || rd->placeholder != NULL;
}

static enum status chatter_run(struct check_ctx *ctx)
{
    struct reader rd = { .ctx = ctx,
                         .r = ctx_report(ctx),
                         .phrases = ctx_setup(ctx) };
    size_t part = SIZE_MAX, nth = 0;

    if (!make_scratch(&rd))
        rd.st = error_set(ctx_error(ctx), ST_NOMEM, "no memory for phrases");
    for (size_t i = 0; i < rd.r->doc.block_count && rd.st == ST_OK; i++)
        read_block(&rd, i, &part, &nth);
    close_passage(&rd);
    for (int k = 0; k < KIND_COUNT; k++)
        regex_match_free(rd.m[k]);
    regex_match_free(rd.placeholder);
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
