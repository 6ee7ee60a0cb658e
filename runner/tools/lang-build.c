/* lang-build -o lang.dat [--root DIR] [--tech FILE] [--ranked FILE]: makes the
 * language data from Debian's word lists and Hunspell dictionaries, terms and
 * frequent words. What is not installed is left out and said so on stderr. The
 * same inputs give the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <unicode/unorm2.h>

#include "validator/base/arena.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/base/utf8.h"
#include "validator/text/hunspell.h"
#include "validator/text/lang_data.h"

enum { ORDER_MARK = 0x01020304, FILE_MAX = 128 << 20 };

enum format { WORDS, HUNSPELL, DICTD };

/* One source; several may feed a list. `list`: code, or a rank of English. */
static const struct source {
    char list[8];
    enum format format;
    const char *path;    /* below the root; HUNSPELL: without .aff and .dic */
    const char *package; /* what to install when it is missing */
} sources[] = {
    { "en35", WORDS, "usr/share/dict/american-english-small",
      "wamerican-small" },
    { "en60", WORDS, "usr/share/dict/american-english", "wamerican" },
    { "en70", WORDS, "usr/share/dict/american-english-large",
      "wamerican-large" },
    { "en70", WORDS, "usr/share/dict/british-english-large", "wbritish-large" },
    { "en80", WORDS, "usr/share/dict/american-english-huge", "wamerican-huge" },
    { "en80", WORDS, "usr/share/dict/british-english-huge", "wbritish-huge" },
    { "de", WORDS, "usr/share/dict/ngerman", "wngerman" },
    { "fr", WORDS, "usr/share/dict/french", "wfrench" },
    { "es", HUNSPELL, "usr/share/hunspell/es_ES", "hunspell-es" },
    { "it", WORDS, "usr/share/dict/italian", "witalian" },
    { "it", HUNSPELL, "usr/share/hunspell/it_IT", "hunspell-it" },
    { "pt", WORDS, "usr/share/dict/portuguese", "wportuguese" },
    { "pt", WORDS, "usr/share/dict/brazilian", "wbrazilian" },
    { "nl", WORDS, "usr/share/dict/dutch", "wdutch" },
    { "pl", WORDS, "usr/share/dict/polish", "wpolish" },
    { "tr", HUNSPELL, "usr/share/hunspell/tr_TR", "hunspell-tr" },
    { "sv", WORDS, "usr/share/dict/swedish", "wswedish" },
    { "id", HUNSPELL, "usr/share/hunspell/id_ID", "hunspell-id" },
    { "da", WORDS, "usr/share/dict/danish", "wdanish" },
    { "nb", WORDS, "usr/share/dict/bokmaal", "wnorwegian" },
    { "nn", WORDS, "usr/share/dict/nynorsk", "wnorwegian" },
    { "ro", HUNSPELL, "usr/share/hunspell/ro_RO", "hunspell-ro" },
    { "cs", HUNSPELL, "usr/share/hunspell/cs_CZ", "hunspell-cs" },
    { "sk", HUNSPELL, "usr/share/hunspell/sk_SK", "hunspell-sk" },
    { "hu", HUNSPELL, "usr/share/hunspell/hu_HU", "hunspell-hu" },
    { "vi", HUNSPELL, "usr/share/hunspell/vi_VN", "hunspell-vi" },
    { "fi", DICTD, "usr/share/dictd/freedict-fin-eng.index",
      "dict-freedict-fin-eng" },
    { "et", HUNSPELL, "usr/share/hunspell/et_EE", "myspell-et" },
    { "ca", WORDS, "usr/share/dict/catalan", "wcatalan" },
    { "sl", HUNSPELL, "usr/share/hunspell/sl_SI", "hunspell-sl" },
    { "hr", HUNSPELL, "usr/share/hunspell/hr_HR", "hunspell-hr" },
    { "lt", HUNSPELL, "usr/share/hunspell/lt_LT", "hunspell-lt" },
    { "lv", HUNSPELL, "usr/share/hunspell/lv_LV", "hunspell-lv" },
    { "is", HUNSPELL, "usr/share/hunspell/is_IS", "hunspell-is" },
    { "gl", HUNSPELL, "usr/share/hunspell/gl_ES", "hunspell-gl" },
    { "eu", HUNSPELL, "usr/share/hunspell/eu", "hunspell-eu" },
    { "af", HUNSPELL, "usr/share/hunspell/af_ZA", "hunspell-af" },
    { "sw", HUNSPELL, "usr/share/hunspell/sw_TZ", "hunspell-sw" },
    { "tl", HUNSPELL, "usr/share/hunspell/tl", "myspell-tl" },
    { "ru", HUNSPELL, "usr/share/hunspell/ru_RU", "hunspell-ru" },
    { "uk", WORDS, "usr/share/dict/ukrainian", "wukrainian" },
    { "bg", WORDS, "usr/share/dict/bulgarian", "wbulgarian" },
    { "be", HUNSPELL, "usr/share/hunspell/be_BY", "hunspell-be" },
    { "el", HUNSPELL, "usr/share/hunspell/el_GR", "hunspell-el" },
};
enum { SOURCES = sizeof(sources) / sizeof(*sources) };

enum {
    FORMS_MAX = 1500 * 1000, /* affix rules tried per Hunspell dictionary */
    LIST_MAX = 1000 * 1000,  /* words kept per list, the shorter ones first */
    SAMPLE_MAX = 60 * 1000,  /* words per list for the letter statistics */
    WORD_LETTERS_MAX = 40,
    LENGTH_MASK = 63,
    WORD_BYTES_MAX = 120
};

/* A growing array of 64-bit keys. */
struct keys {
    uint64_t *at;
    size_t count, cap;
    bool failed;
};

static void keys_add(struct keys *k, uint64_t key)
{
    if (k->count == k->cap && !k->failed) {
        const size_t cap = k->cap > 0 ? k->cap * 2 : 1 << 16;
        uint64_t *at = realloc(k->at, cap * sizeof(*at));

        if (at == NULL) {
            k->failed = true;
            return;
        }
        k->at = at;
        k->cap = cap;
    }
    if (!k->failed)
        k->at[k->count++] = key;
}

/* Radix sort, the low digits first; an even number of passes ends in k->at. */
static void keys_sort(struct keys *k)
{
    enum { DIGIT = 11, DIGITS = 1 << DIGIT, PASSES = 6 };
    uint64_t *from = k->at, *to = calloc(k->count + 1, sizeof(*to));

    if (to == NULL) {
        k->failed = true;
        return;
    }
    for (int pass = 0; pass < PASSES; pass++) {
        const int shift = pass * DIGIT;
        size_t at[DIGITS + 1] = { 0 };
        uint64_t *done = from;

        for (size_t i = 0; i < k->count; i++)
            at[(from[i] >> shift & (DIGITS - 1)) + 1]++;
        for (size_t d = 0; d < DIGITS; d++)
            at[d + 1] += at[d];
        for (size_t i = 0; i < k->count; i++)
            to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
        from = to;
        to = done;
    }
    free(to);
}

static void keys_unique(struct keys *k)
{
    size_t n = 0;

    if (k->count > 1)
        keys_sort(k);
    for (size_t i = 0; i < k->count; i++)
        if (n == 0 || k->at[i] != k->at[n - 1])
            k->at[n++] = k->at[i];
    k->count = n;
}

/* Counts of n-grams: key -> count, and how many kinds follow it. */
struct gram {
    uint64_t key; /* code points, 15 bits each, and the order; 0: free */
    uint32_t count, kinds;
};

struct grams {
    struct gram *at;
    size_t count, bits;
};

#define CONTEXT ((uint64_t)1 << 63) /* marks the keys of contexts */

static uint64_t gram_key(const int32_t *cp, size_t n)
{
    uint64_t key = 0;

    for (size_t i = 0; i < n; i++)
        key = key << 15 | ((uint32_t)cp[i] & 0x7fff);
    return key << 3 | (n + 1); /* n + 1: the empty context is a key too */
}

static struct gram *gram_at(const struct grams *g, uint64_t key)
{
    const size_t mask = ((size_t)1 << g->bits) - 1;
    size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> (64 - g->bits));

    while (g->at[i].key != 0 && g->at[i].key != key)
        i = (i + 1) & mask;
    return &g->at[i];
}

static bool grams_grow(struct grams *g)
{
    struct grams next = { .bits = g->bits > 0 ? g->bits + 1 : 16,
                          .count = g->count };

    next.at = calloc((size_t)1 << next.bits, sizeof(*next.at));
    if (next.at == NULL)
        return false;
    for (size_t i = 0; g->at != NULL && i < (size_t)1 << g->bits; i++)
        if (g->at[i].key != 0)
            *gram_at(&next, g->at[i].key) = g->at[i];
    free(g->at);
    *g = next;
    return true;
}

/* Adds one to the count; true when the n-gram is new. */
static bool gram_count(struct grams *g, uint64_t key)
{
    struct gram *x = gram_at(g, key);
    const bool fresh = x->key == 0;

    g->count += fresh;
    x->key = key;
    x->count++;
    return fresh;
}

static bool count_word(struct grams *g, struct text lower)
{
    int32_t w[NGRAM_ORDER] = { ' ', ' ', ' ', ' ' };
    bool last = false;

    if ((g->bits == 0 || (g->count + 512) * 2 > (size_t)1 << g->bits) &&
        !grams_grow(g))
        return false;
    for (size_t i = 0; !last;) {
        last = i >= lower.len;
        memmove(w, w + 1, sizeof(w) - sizeof(*w));
        w[NGRAM_ORDER - 1] = last ? ' ' : utf8_next(lower, &i);
        for (size_t n = 1; n <= NGRAM_ORDER; n++) {
            const int32_t *gram = w + NGRAM_ORDER - n;
            const bool fresh = gram_count(g, gram_key(gram, n));
            const uint64_t context = gram_key(gram, n - 1) | CONTEXT;

            (void)gram_count(g, context);
            gram_at(g, context)->kinds += fresh;
        }
    }
    return true;
}

/* A fixed choice of words, evenly from all of a list: those whose hash is
 * below a threshold that falls as the list grows. */
struct sample {
    struct arena *arena;
    struct text *at;
    uint64_t *hash;
    size_t count;
    uint64_t below;
};

static void sample_add(struct sample *s, struct text lower, uint64_t hash)
{
    enum { CAP = 2 * SAMPLE_MAX };
    const uint64_t spread = hash * 0xc2b2ae3d27d4eb4fu;
    size_t n = 0;

    if (spread > s->below)
        return;
    if (s->count == CAP) {
        s->below /= 2;
        for (size_t i = 0; i < s->count; i++)
            if (s->hash[i] <= s->below) {
                s->hash[n] = s->hash[i];
                s->at[n++] = s->at[i];
            }
        s->count = n;
        if (spread > s->below)
            return;
    }
    s->at[s->count] = arena_copy(s->arena, lower);
    s->hash[s->count] = spread;
    s->count += s->at[s->count].ptr != NULL;
}

static bool sample_init(struct sample *s)
{
    s->arena = arena_new((size_t)256 << 20);
    if (s->arena == NULL)
        return false;
    s->at = arena_alloc(s->arena, (size_t)2 * SAMPLE_MAX, sizeof(*s->at));
    s->hash = arena_alloc(s->arena, (size_t)2 * SAMPLE_MAX, sizeof(*s->hash));
    s->below = UINT64_MAX;
    return s->at != NULL && s->hash != NULL;
}

struct list {
    char code[8];
    struct keys hashes;
    struct grams grams;
    struct sample sample;
};

struct builder {
    struct list lists[LANG_LISTS_MAX];
    struct keys ranks;           /* as in the file, behind the bucket's bits */
    size_t rank[LANG_LISTS_MAX]; /* words so far */
    size_t n_lists, current;
};

/* A word of letters only, two of them at least; lower-cased into out. */
static size_t clean(char out[WORD_BYTES_MAX], struct text word, bool nouns,
                    size_t *n_letters)
{
    size_t letters = 0;

    for (size_t i = 0; i < word.len; letters++) {
        const int32_t cp = utf8_next(word, &i);

        if (cp < 'A' || cp > 0x7fff || (cp < 0x80 && !ascii_alpha((char)cp)) ||
            (cp >= 0x2000 && cp < 0x2e80))
            return 0;
    }
    *n_letters = letters;
    if (letters < 2 || letters > WORD_LETTERS_MAX)
        return 0;
    const size_t n = lang_lower(out, WORD_BYTES_MAX, word);
    const bool capital = n > 0 && word.ptr[0] != out[0];

    return capital && !nouns ? 0 : n; /* a name, except in German */
}

/* Names that English writes with a capital (Linux, Latin) count as terms. */
static void add_name(struct builder *b, struct text word)
{
    char lower[WORD_BYTES_MAX];
    size_t letters;
    const size_t n =
        b->current <= LIST_EN_60 ? clean(lower, word, true, &letters) : 0;

    if (n > 0)
        keys_add(&b->lists[LIST_TECH].hashes,
                 lang_hash((struct text){ lower, n }));
}

static void add_word(void *arg, struct text word)
{
    struct builder *b = arg;
    struct list *l = &b->lists[b->current];
    struct sample *s =
        &b->lists[b->current <= LIST_EN_60 ? 0 : b->current].sample;
    char lower[WORD_BYTES_MAX];
    size_t letters;
    const size_t n = clean(lower, word, strcmp(l->code, "de") == 0, &letters);

    if (n == 0) {
        add_name(b, word);
        return;
    }
    const struct text t = { lower, n };
    const uint64_t hash = lang_hash(t);

    /* The low bits are not stored for languages: the length goes there. */
    keys_add(&l->hashes,
             b->current < LIST_LANGUAGES
                 ? hash
                 : (lang_form_hash(t) & ~(uint64_t)LENGTH_MASK) | letters);
    if (s->arena != NULL)
        sample_add(s, t, hash);
}

/* A line as UTF-8: some lists are ISO 8859-1. */
static struct text as_utf8(struct text line, char out[2 * WORD_BYTES_MAX])
{
    size_t n = 0;

    if (utf8_valid_until(line) == line.len || line.len > WORD_BYTES_MAX)
        return line;
    for (size_t i = 0; i < line.len; i++)
        n += utf8_put(out + n, (unsigned char)line.ptr[i]);
    return (struct text){ out, n };
}

static struct text next_line(struct text *rest)
{
    const char *nl = memchr(rest->ptr, '\n', rest->len);
    const struct text line = { rest->ptr, nl != NULL ? (size_t)(nl - rest->ptr)
                                                     : rest->len };

    rest->ptr += line.len + (nl != NULL);
    rest->len -= line.len + (nl != NULL);
    return text_trim(line);
}

static void add_lines(struct builder *b, struct text rest, enum format format)
{
    while (rest.len > 0) {
        char utf8[2 * WORD_BYTES_MAX];
        struct text line = next_line(&rest);

        if (format == DICTD) {
            const char *tab = memchr(line.ptr, '\t', line.len);

            line.len = tab != NULL ? (size_t)(tab - line.ptr) : 0;
        }
        add_word(b, as_utf8(line, utf8));
    }
}

static enum status add_hunspell(struct builder *b, const char *path,
                                struct text aff, struct error *err)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct error why = { "" };
    char *dic = NULL;
    size_t len = 0;
    enum status st = file_read(&dic, &len, path, FILE_MAX, err);

    if (st == ST_OK && a == NULL)
        st = error_set(err, ST_NOMEM, "%s: no memory", path);
    if (st == ST_OK) {
        st = hunspell_forms(aff, (struct text){ dic, len }, FORMS_MAX, add_word,
                            b, a, &why);
        if (st != ST_OK)
            error_set(err, st, "%s: %s", path, why.text);
    }
    free(dic);
    arena_free(a);
    return st;
}

/* The list of that code, made when it is new. */
static size_t list_of(struct builder *b, const char *code)
{
    static const char *const english[] = { "en35", "en60", "en70", "en80",
                                           "tech" };
    size_t i = 0;

    if (b->n_lists == 0) {
        for (; b->n_lists < LIST_LANGUAGES; b->n_lists++)
            memcpy(b->lists[b->n_lists].code, english[b->n_lists],
                   strlen(english[b->n_lists]));
        b->lists[0].hashes.failed = !sample_init(&b->lists[0].sample);
    }
    while (i < b->n_lists && strcmp(b->lists[i].code, code) != 0)
        i++;
    if (i == b->n_lists) {
        memcpy(b->lists[i].code, code, strlen(code));
        b->lists[i].hashes.failed = !sample_init(&b->lists[i].sample);
        b->n_lists++;
    }
    return i;
}

static enum status read_source(struct builder *b, const struct source *s,
                               const char *root, struct error *err)
{
    char path[4096], dic[4096];
    char *bytes = NULL;
    size_t len = 0;
    enum status st;

    (void)snprintf(path, sizeof(path), "%s/%s%s", root, s->path,
                   s->format == HUNSPELL ? ".aff" : "");
    (void)snprintf(dic, sizeof(dic), "%s/%s.dic", root, s->path);
    b->current = list_of(b, s->list);
    st = file_read(&bytes, &len, path, FILE_MAX, err);
    if (st == ST_INPUT) {
        (void)fprintf(stderr, "lang-build: left out: %s (package %s)\n", path,
                      s->package);
        return ST_OK;
    }
    if (st == ST_OK && s->format == HUNSPELL)
        st = add_hunspell(b, dic, (struct text){ bytes, len }, err);
    else if (st == ST_OK)
        add_lines(b, (struct text){ bytes, len }, s->format);
    free(bytes);
    return st;
}

/* Counts the letters of the sample and keeps at most LIST_MAX words. */
static bool finish_list(struct list *l)
{
    bool ok = !l->hashes.failed;
    size_t n = 0;

    for (size_t i = 0; i < l->sample.count && ok; i++)
        ok = count_word(&l->grams, l->sample.at[i]);
    keys_unique(&l->hashes);
    if (l->hashes.count <= LIST_MAX)
        return ok;
    size_t by_length[LENGTH_MASK + 1] = { 0 }, kept = 0, most = 0;

    for (size_t i = 0; i < l->hashes.count; i++)
        by_length[l->hashes.at[i] & LENGTH_MASK]++;
    while (kept + by_length[most] <= LIST_MAX)
        kept += by_length[most++];
    /* All shorter than `most` letters, and a fixed choice of those. */
    const uint64_t part =
        UINT64_MAX / by_length[most] * (uint64_t)(LIST_MAX - kept);

    for (size_t i = 0; i < l->hashes.count; i++) {
        const uint64_t h = l->hashes.at[i];

        if ((h & LENGTH_MASK) < most ||
            ((h & LENGTH_MASK) == most && h * 0x9e3779b97f4a7c15u <= part))
            l->hashes.at[n++] = h;
    }
    l->hashes.count = n;
    return ok;
}

static double chance(const struct grams *g, const int32_t *cp, size_t n)
{
    /* Witten-Bell: (c(ab) + T(a) P'(b)) / (c(a) + T(a)). */
    enum { ALPHABET = 200 }; /* letters that share what no list has seen */
    double p = 1.0 / ALPHABET;

    for (size_t k = 1; k <= n; k++) {
        const int32_t *gram = cp + (n - k);
        const struct gram *c = gram_at(g, gram_key(gram, k));
        const struct gram *ctx = gram_at(g, gram_key(gram, k - 1) | CONTEXT);

        if (ctx->key != 0)
            p = ((double)c->count + (double)ctx->kinds * p) /
                ((double)ctx->count + (double)ctx->kinds);
    }
    return p;
}

/* -ln p for p in (0, 1]; no libm, so that the bytes are the same everywhere. */
static double minus_log(double p)
{
    double sum = 0, y, y2, term, s = 0;

    while (p < 0.5) {
        p *= 2;
        sum += 0.6931471805599453;
    }
    y = (1 - p) / (1 + p); /* -ln p = 2 artanh y */
    y2 = y * y;
    term = y;
    for (int k = 1; k < 20; k += 2) {
        s += term / k;
        term *= y2;
    }
    return sum + 2 * s;
}

/* The English column is learned from the two smaller English lists. */
static size_t columns_of(const struct builder *b, uint8_t out[])
{
    enum { WORDS_MIN = 1000 }; /* fewer tell nothing about letters */
    size_t n = 0;

    out[n++] = LIST_EN_35;
    for (size_t i = LIST_LANGUAGES; i < b->n_lists; i++)
        if (b->lists[i].sample.count > WORDS_MIN && n < NGRAM_COLUMNS_MAX)
            out[n++] = (uint8_t)i;
    return n;
}

/* The n-grams worth a row. */
static void worthy(const struct builder *b, const uint8_t *cols, size_t n,
                   struct keys *out)
{
    enum { SEEN_MIN = 8 }; /* times, in some list, for the longest n-grams */

    for (size_t c = 0; c < n; c++) {
        const struct grams *g = &b->lists[cols[c]].grams;

        for (size_t i = 0; g->bits > 0 && i < (size_t)1 << g->bits; i++) {
            const struct gram *x = &g->at[i];

            if (x->key != 0 && (x->key & CONTEXT) == 0 &&
                ((x->key & 7) - 1 < NGRAM_ORDER || x->count >= SEEN_MIN))
                keys_add(out, x->key);
        }
    }
    keys_unique(out);
}

static uint64_t put(struct buf *b, const void *ptr, size_t len)
{
    static const char zeros[8];
    const uint64_t at = b->len;

    buf_add(b, (struct text){ ptr, len });
    buf_add(b, (struct text){ zeros, (8 - len % 8) % 8 });
    return at;
}

struct tables {
    uint32_t *rank_buckets, *ranks;
    size_t n_ranks;
    uint32_t *buckets, *core, *ngram_keys;
    uint8_t *words, *rows;
    size_t n_words;
};

static bool fill_words(struct tables *t, const struct builder *b)
{
    const int shift = 64 - LANG_DATA_BUCKET_BITS - LANG_DATA_PRINT_BITS;
    const size_t buckets = (size_t)1 << LANG_DATA_BUCKET_BITS;
    struct keys all = { .count = 0 };
    size_t k = 0;

    for (size_t i = 0; i < b->n_lists; i++)
        for (size_t j = 0; j < b->lists[i].hashes.count; j++)
            keys_add(&all, b->lists[i].hashes.at[j] >> shift << 6 | i);
    keys_unique(&all);
    t->words = calloc(all.count + 1, LANG_DATA_ENTRY);
    t->buckets = calloc(buckets + 1, sizeof(*t->buckets));
    if (t->words == NULL || t->buckets == NULL || all.failed) {
        free(all.at);
        return false;
    }
    for (size_t i = 0; i < buckets; i++) {
        t->buckets[i] = (uint32_t)k;
        while (k < all.count && all.at[k] >> (LANG_DATA_PRINT_BITS + 6) == i) {
            for (size_t byte = 0; byte < LANG_DATA_ENTRY; byte++)
                t->words[k * LANG_DATA_ENTRY + byte] =
                    (uint8_t)(all.at[k] >> (8 * byte));
            k++;
        }
    }
    t->buckets[buckets] = (uint32_t)k;
    t->n_words = k;
    free(all.at);
    return true;
}

static bool fill_ranks(struct tables *t, struct builder *b)
{
    const size_t buckets = (size_t)1 << LANG_DATA_RANK_BITS;
    size_t k = 0;

    keys_unique(&b->ranks);
    t->ranks = calloc(b->ranks.count + 1, sizeof(*t->ranks));
    t->rank_buckets = calloc(buckets + 1, sizeof(*t->rank_buckets));
    if (t->ranks == NULL || t->rank_buckets == NULL || b->ranks.failed)
        return false;
    for (size_t i = 0; i < buckets; i++) {
        t->rank_buckets[i] = (uint32_t)k;
        while (k < b->ranks.count && b->ranks.at[k] >> 32 == i) {
            t->ranks[k] = (uint32_t)b->ranks.at[k];
            k++;
        }
    }
    t->rank_buckets[buckets] = (uint32_t)k;
    t->n_ranks = k;
    return true;
}

static bool fill_core(struct tables *t, const struct builder *b)
{
    static const int core_lists[] = { LIST_EN_35, LIST_EN_60, LIST_EN_70,
                                      LIST_TECH };
    const uint32_t mask = (1u << LANG_DATA_CORE_BITS) - 1;

    t->core = calloc((size_t)mask + 1, sizeof(*t->core));
    if (t->core == NULL)
        return false;
    for (size_t l = 0; l < sizeof(core_lists) / sizeof(*core_lists); l++) {
        const struct keys *k = &b->lists[core_lists[l]].hashes;

        for (size_t j = 0; j < k->count; j++) {
            const uint32_t print = lang_core_print(k->at[j]);
            uint32_t i = (uint32_t)(k->at[j] >> 40) & mask;

            while (t->core[i] != 0 && t->core[i] != print)
                i = (i + 1) & mask;
            t->core[i] = print;
        }
    }
    return true;
}

static size_t unpack(uint64_t key, int32_t cp[NGRAM_ORDER])
{
    const size_t n = (size_t)(key & 7) - 1;

    key >>= 3;
    for (size_t i = n; i-- > 0; key >>= 15)
        cp[i] = (int32_t)(key & 0x7fff);
    return n;
}

static void fill_row(uint8_t *row, const struct builder *b, const uint8_t *cols,
                     size_t n, uint64_t key)
{
    int32_t cp[NGRAM_ORDER];
    const size_t order = unpack(key, cp);

    for (size_t c = 0; c < n; c++) {
        const double cost =
            NGRAM_UNIT * minus_log(chance(&b->lists[cols[c]].grams, cp, order));

        row[c] = (uint8_t)(cost > 254 ? 255 : cost + 0.5);
    }
}

static bool fill_ngrams(struct tables *t, const struct builder *b,
                        const uint8_t *cols, size_t n, uint32_t *slots)
{
    struct keys keys = { .count = 0 };

    worthy(b, cols, n, &keys);
    *slots = (uint32_t)(keys.count * 5 / 4 + 1);
    t->ngram_keys = calloc(*slots, sizeof(*t->ngram_keys));
    t->rows = calloc(*slots, n);
    if (keys.failed || t->ngram_keys == NULL || t->rows == NULL) {
        free(keys.at);
        return false;
    }
    for (size_t k = 0; k < keys.count; k++) {
        int32_t cp[NGRAM_ORDER];
        const uint32_t key = lang_ngram_key(cp, unpack(keys.at[k], cp));
        uint32_t i = lang_ngram_slot(key, *slots);

        while (t->ngram_keys[i] != 0 && t->ngram_keys[i] != key)
            i = i + 1 < *slots ? i + 1 : 0;
        t->ngram_keys[i] = key;
        fill_row(t->rows + (size_t)i * n, b, cols, n, keys.at[k]);
    }
    free(keys.at);
    return true;
}

static void put_tables(struct buf *out, struct lang_data_header *h,
                       const struct tables *t)
{
    const size_t buckets = ((size_t)1 << LANG_DATA_BUCKET_BITS) + 1;
    const size_t slots = h->ngram_slots;

    (void)put(out, h, sizeof(*h));
    h->buckets = put(out, t->buckets, buckets * 4);
    h->core = put(out, t->core, ((size_t)1 << LANG_DATA_CORE_BITS) * 4);
    h->ngram_keys = put(out, t->ngram_keys, slots * 4);
    h->ngram_rows = put(out, t->rows, slots * h->columns);
    h->rank_buckets =
        put(out, t->rank_buckets, (((size_t)1 << LANG_DATA_RANK_BITS) + 1) * 4);
    h->ranks = put(out, t->ranks, t->n_ranks * 4);
    h->words = put(out, t->words, t->n_words * LANG_DATA_ENTRY);
    h->size = out->len;
    if (!out->failed)
        memcpy(out->ptr, h, sizeof(*h));
}

static enum status write_data(struct builder *b, const char *path,
                              struct error *err)
{
    struct lang_data_header h = { .magic = "ASSAYLD",
                                  .version = LANG_DATA_VERSION,
                                  .byte_order = ORDER_MARK,
                                  .lists = (uint32_t)b->n_lists };
    struct tables t = { .n_words = 0 };
    struct buf out = { .max = LANG_DATA_MAX };
    enum status st = ST_NOMEM;

    h.columns = (uint32_t)columns_of(b, h.column_list);
    for (size_t i = 0; i < b->n_lists; i++)
        h.list_words[i] = (uint32_t)b->lists[i].hashes.count;
    for (size_t i = 0; i < b->n_lists; i++)
        memcpy(h.list_code[i],
               i >= LIST_LANGUAGES ? b->lists[i].code
               : i < LIST_TECH     ? "en\0"
                                   : "\0\0\0",
               4);
    if (fill_words(&t, b) && fill_ranks(&t, b) && fill_core(&t, b) &&
        fill_ngrams(&t, b, h.column_list, h.columns, &h.ngram_slots))
        put_tables(&out, &h, &t);
    else
        buf_fail(&out, ST_NOMEM);
    st = file_write_buf(path, &out, err);
    if (st == ST_OK)
        (void)fprintf(stderr,
                      "lang-build: %s: %zu words, %u lists, %u with letter "
                      "statistics, %zu bytes\n",
                      path, t.n_words, h.lists, h.columns, out.len);
    free(t.rank_buckets);
    free(t.ranks);
    free(t.buckets);
    free(t.words);
    free(t.core);
    free(t.ngram_keys);
    free(t.rows);
    buf_free(&out);
    return st;
}

/* A letter without its accents: "ž" is "z", "ế" is "e". */
static int32_t bare(int32_t cp)
{
    static const struct {
        int32_t from, to;
    } strokes[] = {
        { 0x142, 'l' }, { 0x111, 'd' }, { 0x131, 'i' }, { 0xf8, 'o' }
    };
    UErrorCode uc = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&uc);
    UChar u[8];

    for (size_t i = 0; i < sizeof(strokes) / sizeof(*strokes); i++)
        if (strokes[i].from == cp)
            return strokes[i].to;
    if (U_FAILURE(uc) || unorm2_getDecomposition(nfd, cp, u, 8, &uc) < 1 ||
        U_FAILURE(uc))
        return cp;
    return u[0];
}

static void add_rank(struct builder *b, struct text word, size_t ln)
{
    keys_add(&b->ranks, lang_hash(word) >> (64 - LANG_DATA_RANK_BITS - 20)
                                               << 12 |
                            b->current << 6 | ln);
}

/* The word as it is typed without accents, where Latin letters have them. */
static void add_bare(struct builder *b, struct text word)
{
    enum { LETTERS_MIN = 3, LATIN_END = 0x2000 };
    char out[WORD_BYTES_MAX];
    size_t n = 0, letters = 0;

    for (size_t i = 0; i < word.len && n + 4 < sizeof(out); letters++) {
        const int32_t cp = bare(utf8_next(word, &i));

        if (cp >= 0x80)
            return;
        out[n++] = (char)cp;
    }
    if (n == word.len || letters < LETTERS_MIN)
        return;
    add_rank(b, (struct text){ out, n }, RANK_BARE);
}

/* A word among the most frequent ones of the current list. */
static void add_ranked(struct builder *b, struct text word)
{
    const size_t ln =
        (size_t)(RANK_UNIT * minus_log(1.0 / (double)++b->rank[b->current]));

    add_word(b, word);
    add_rank(b, word, ln < RANK_BARE ? ln : RANK_BARE - 1);
    add_bare(b, word);
}

/* Lines "code: word word ..." of lower-case words, in order of frequency. */
static enum status read_ranked(struct builder *b, const char *path,
                               struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    enum status st = file_read(&bytes, &len, path, FILE_MAX, err);

    for (struct text rest = { bytes, len }; st == ST_OK && rest.len > 0;) {
        const struct text line = next_line(&rest);
        const size_t head = text_find(line, TEXT_LIT(": "), 0);
        char code[8] = "";

        if (head >= sizeof(code) || line.ptr[0] == '#')
            continue;
        memcpy(code, line.ptr, head);
        b->current = list_of(b, code);
        for (size_t i = head + 2, end; i < line.len; i = end + 1) {
            end = text_find(line, TEXT_LIT(" "), i);
            end = end < line.len ? end : line.len;
            add_ranked(b, text_sub(line, span_between(i, end)));
        }
    }
    free(bytes);
    return st;
}

static enum status build(struct builder *b, const char *root, const char *tech,
                         const char *ranked, struct error *err)
{
    enum status st = ST_OK;
    char *bytes = NULL;
    size_t len = 0;

    for (size_t i = 0; i < SOURCES && st == ST_OK; i++)
        st = read_source(b, &sources[i], root, err);
    if (st == ST_OK && tech != NULL) {
        b->current = LIST_TECH;
        st = file_read(&bytes, &len, tech, FILE_MAX, err);
        if (st == ST_OK)
            add_lines(b, (struct text){ bytes, len }, WORDS);
        free(bytes);
    }
    if (st == ST_OK && ranked != NULL)
        st = read_ranked(b, ranked, err);
    for (size_t i = 0; i < b->n_lists && st == ST_OK; i++)
        if (!finish_list(&b->lists[i]))
            st = error_set(err, ST_NOMEM, "no memory for the words");
    return st;
}

static void release(struct builder *b)
{
    for (size_t i = 0; i < b->n_lists; i++) {
        free(b->lists[i].hashes.at);
        free(b->lists[i].grams.at);
        arena_free(b->lists[i].sample.arena);
    }
    free(b->ranks.at);
    free(b);
}

int main(int argc, char **argv)
{
    struct builder *b = calloc(1, sizeof(*b));
    const char *out = NULL, *root = "", *tech = NULL, *ranked = NULL;
    struct error err = { "no memory" };
    enum status st = ST_NOMEM;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-o") == 0)
            out = argv[i + 1];
        else if (strcmp(argv[i], "--root") == 0)
            root = argv[i + 1];
        else if (strcmp(argv[i], "--tech") == 0)
            tech = argv[i + 1];
        else if (strcmp(argv[i], "--ranked") == 0)
            ranked = argv[i + 1];
    }
    if (out == NULL || argc % 2 == 0) {
        (void)fputs("usage: lang-build -o FILE [--root DIR] [--tech FILE] "
                    "[--ranked FILE]\n",
                    stderr);
        free(b);
        return 2;
    }
    if (b != NULL)
        st = build(b, root, tech, ranked, &err);
    if (st == ST_OK)
        st = write_data(b, out, &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "lang-build: %s\n", err.text);
    if (b != NULL)
        release(b);
    return st == ST_OK ? 0 : 2;
}
