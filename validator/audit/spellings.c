#include "validator/audit/spellings.h"

#include <stdlib.h>

enum {
    NAMES_MAX = 1 << 16,
    KEY_MAX = 63, /* letters and digits of a name */
    HEAD = 3,     /* first letters by which words are sifted */
    SIEVE_BITS = 1 << 12,
    WORDS_MAX = 6,     /* of one spelling */
    GAP_MAX = 1,       /* bytes between them */
    SHORT_MIN = 3,     /* letters of a name cut at a version: "ViT" */
    STEM_MIN = 5,      /* letters that a name and its diminutive share */
    ENDING_MAX = 3,    /* letters that one of them has more: "ql" */
    VERSION_LATEST = 1 /* letters before the digit of a version: "b16" */
};

/* A name's letters and digits, in lower case. */
struct spelling {
    char key[KEY_MAX + 1];
    uint8_t len;
    uint64_t parts; /* bit i: a part of the name begins at key[i] */
    uint32_t name;
};

struct spellings {
    struct spelling *at; /* by key */
    size_t count;
    uint64_t sieve[SIEVE_BITS / 64];
};

static uint32_t sieve_place(const char *head)
{
    uint32_t h = 2166136261u;

    for (int i = 0; i < HEAD; i++)
        h = (h ^ (unsigned char)head[i]) * 16777619u;
    return (h >> 8) & (SIEVE_BITS - 1);
}

static bool new_part(char before, char c)
{
    return ascii_digit(before) != ascii_digit(c);
}

/* False: it is no name that could be spelt otherwise. */
static bool squeeze(struct text t, struct spelling *s)
{
    bool gap = false, letter = false;

    s->len = 0;
    s->parts = 0;
    for (size_t i = 0; i < t.len; i++) {
        const char c = ascii_lower(t.ptr[i]);

        if (!ascii_alnum(c)) {
            if ((unsigned char)c >= 0x80)
                return false;
            gap = true;
            continue;
        }
        if (s->len == KEY_MAX)
            return false;
        if (s->len > 0 && (gap || new_part(s->key[s->len - 1], c)))
            s->parts |= UINT64_C(1) << s->len;
        letter = letter || !ascii_digit(c);
        s->key[s->len++] = c;
        gap = false;
    }
    s->key[s->len] = '\0';
    return letter && s->len >= SHORT_MIN && !ascii_digit(s->key[0]);
}

/* Some cell that holds it is one of a table with numbers, but the tree. */
static bool names_rows(const struct facts *f, uint32_t name)
{
    const struct fact_cell_ref *cells;
    const size_t n = facts_name_cells(f, name, &cells);
    const struct fact_table *t;

    if (n == 0)
        return false;
    t = facts_table(f, facts_column(f, cells[0].column)->table);
    for (uint32_t k = 0; t->kind != TABLE_TREE && k < t->columns; k++)
        if (facts_column(f, t->first_column + k)->numbers > 0)
            return true;
    return false;
}

static int by_key(const void *pa, const void *pb)
{
    const struct spelling *a = pa, *b = pb;
    const int c = strcmp(a->key, b->key);

    return c != 0 ? c : (a->name > b->name) - (a->name < b->name);
}

enum status spellings_make(struct spellings **out, const struct facts *f,
                           struct error *err)
{
    const size_t all = facts_name_count(f);
    const size_t names = all < NAMES_MAX ? all : NAMES_MAX;
    struct spellings *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->at = calloc(names + 1, sizeof(*s->at));
    if (s == NULL || s->at == NULL) {
        spellings_free(s);
        return error_set(err, ST_NOMEM, "no memory for the data's names");
    }
    for (uint32_t i = 0; i < names; i++) {
        struct spelling *e = &s->at[s->count];
        uint32_t place;

        if (!squeeze(facts_name(f, i)->text, e) || !names_rows(f, i))
            continue;
        e->name = i;
        place = sieve_place(e->key);
        s->sieve[place / 64] |= UINT64_C(1) << place % 64;
        s->count++;
    }
    if (s->count > 1)
        qsort(s->at, s->count, sizeof(*s->at), by_key);
    *out = s;
    return ST_OK;
}

void spellings_free(struct spellings *s)
{
    if (s == NULL)
        return;
    free(s->at);
    free(s);
}

/* The first entry that is not before `key`. */
static size_t not_before(const struct spellings *s, const char *key)
{
    size_t lo = 0, hi = s->count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (strcmp(s->at[mid].key, key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Some key begins with the first n bytes of `key`. */
static bool begins_some(const struct spellings *s, char key[KEY_MAX + 1],
                        size_t n)
{
    size_t at;

    key[n] = '\0';
    at = not_before(s, key);
    return at < s->count && memcmp(s->at[at].key, key, n) == 0;
}

bool spellings_may_begin(const struct spellings *s, struct text word)
{
    char key[KEY_MAX + 1];
    uint32_t place;

    if (s == NULL || word.len < HEAD || word.len > KEY_MAX)
        return false;
    place = sieve_place(word.ptr);
    if ((s->sieve[place / 64] >> place % 64 & 1) == 0)
        return false;
    memcpy(key, word.ptr, word.len);
    return begins_some(s, key, word.len) ||
           (word.len > STEM_MIN && begins_some(s, key, STEM_MIN));
}

struct found {
    uint32_t name;
    uint32_t ways; /* different names */
};

static void find(struct found *f, uint32_t name)
{
    f->ways += f->ways == 0 || f->name != name;
    f->name = name;
}

/* What is left of a name is a version or size: "2.5:14b", "-t", "-b16". */
static bool version(const struct spelling *e, size_t from)
{
    const size_t left = e->len - from;

    return left == 1 || ascii_digit(e->key[from]) ||
           (left > VERSION_LATEST && ascii_digit(e->key[from + 1]));
}

/* Names that the key is, or is but for their version. *more: some name begins
 * with it. */
static struct found same_key(const struct spellings *s, const char *key,
                             size_t len, bool *more)
{
    struct found f = { FACT_NONE, 0 };

    *more = false;
    for (size_t i = not_before(s, key); i < s->count; i++) {
        const struct spelling *e = &s->at[i];

        if (memcmp(e->key, key, len) != 0)
            break;
        *more = true;
        if (e->len == len) {
            find(&f, e->name);
            return f;
        }
        if (len >= SHORT_MIN && (e->parts >> len & 1) != 0 && version(e, len))
            find(&f, e->name);
    }
    return f;
}

static bool all_letters(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!ascii_alpha(s[i]))
            return false;
    return true;
}

/* Names that have a few letters more or less: "Mongo" for mongodb. */
static struct found same_stem(const struct spellings *s, const char *key,
                              size_t len)
{
    struct found f = { FACT_NONE, 0 };
    char stem[STEM_MIN + 1];

    if (len < STEM_MIN)
        return f;
    memcpy(stem, key, STEM_MIN);
    stem[STEM_MIN] = '\0';
    for (size_t i = not_before(s, stem); i < s->count; i++) {
        const struct spelling *e = &s->at[i];
        const size_t both = e->len < len ? e->len : len;
        const size_t more = e->len < len ? len - both : e->len - both;

        if (memcmp(e->key, stem, STEM_MIN) != 0)
            break;
        if (more <= ENDING_MAX && memcmp(e->key, key, both) == 0 &&
            all_letters((e->len < len ? key : e->key) + both, more))
            find(&f, e->name);
    }
    return f;
}

/* The words are written as one name: "Llama 3 8B", "ViT-B/16". */
static bool joined(const struct flat *f, uint32_t word)
{
    const uint32_t a = f->words[word - 1].end, b = f->words[word].start;

    return b - a <= GAP_MAX && strchr(" -_./:", f->text[a]) != NULL;
}

uint32_t spellings_at(const struct spellings *s, const struct flat *f,
                      uint32_t word, uint32_t *end)
{
    const char first = f->text[f->words[word].start];
    struct found found, best = { FACT_NONE, 0 };
    char key[KEY_MAX + 1];
    size_t len = 0;
    bool more = true;

    if (s == NULL)
        return FACT_NONE;
    for (uint32_t k = word; more && k < f->word_count && k < word + WORDS_MAX;
         k++) {
        const struct text t = flat_lower(f, k);

        if ((k > word && !joined(f, k)) || len + t.len > KEY_MAX)
            break;
        memcpy(key + len, t.ptr, t.len);
        len += t.len;
        key[len] = '\0';
        found = same_key(s, key, len, &more);
        if (found.ways == 0)
            continue;
        best = found;
        *end = k + 1;
    }
    if (best.ways == 0 && first >= 'A' && first <= 'Z') {
        const struct text t = flat_lower(f, word);

        if (t.len > KEY_MAX)
            return FACT_NONE;
        memcpy(key, t.ptr, t.len);
        key[t.len] = '\0';
        best = same_stem(s, key, t.len);
        *end = word + 1;
    }
    return best.ways == 1 ? best.name : FACT_NONE;
}
