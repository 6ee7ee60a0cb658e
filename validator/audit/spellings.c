#include "validator/audit/spellings.h"

#include <stdlib.h>

enum {
    NAMES_MAX = 1 << 16,
    KEY_MAX = 31,    /* letters and digits of a name */
    ALIKE_MAX = 8,   /* names that begin alike and are looked at */
    ABBREVIATED = 3, /* letters of a day's or month's name */
    HEAD = 3,        /* first letters by which words are sifted */
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
    uint32_t parts; /* bit i: a part of the name begins at key[i] */
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
            s->parts |= 1u << s->len;
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

/* "Mon" of the data is Monday in a report, and the other way round. */
static void other_form(const struct spelling *e, struct spelling *out)
{
    static const char *const days[] = {
        "monday", "tuesday", "wednesday", "thursday", "friday",   "saturday",
        "sunday", "january", "february",  "march",    "april",    "june",
        "july",   "august",  "september", "october",  "november", "december"
    };

    out->len = 0;
    for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
        const size_t full = strlen(days[i]);
        const bool brief = e->len == ABBREVIATED;

        if ((!brief && e->len != full) || memcmp(e->key, days[i], e->len) != 0)
            continue;
        out->len = (uint8_t)(brief ? full : ABBREVIATED);
        memcpy(out->key, days[i], out->len);
        out->key[out->len] = '\0';
        out->parts = 0;
        out->name = e->name;
    }
}

static void add(struct spellings *s)
{
    const uint32_t place = sieve_place(s->at[s->count].key);

    s->sieve[place / 64] |= UINT64_C(1) << place % 64;
    s->count++;
}

enum status spellings_make(struct spellings **out, const struct facts *f,
                           struct error *err)
{
    const size_t all = facts_name_count(f);
    const size_t names = all < NAMES_MAX ? all : NAMES_MAX;
    struct spellings *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->at = calloc(names * 2 + 1, sizeof(*s->at));
    if (s == NULL || s->at == NULL) {
        spellings_free(s);
        return error_set(err, ST_NOMEM, "no memory for the data's names");
    }
    for (uint32_t i = 0; i < names; i++) {
        struct spelling *e = &s->at[s->count];

        if (!squeeze(facts_name(f, i)->text, e) || !names_rows(f, i))
            continue;
        e->name = i;
        add(s);
        other_form(e, e + 1);
        if (e[1].len > 0)
            add(s);
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

static bool begins(const struct spellings *s, size_t i, const char *key,
                   size_t len)
{
    return i < s->count && memcmp(s->at[i].key, key, len) == 0;
}

/* Names that the key is, or is but for their version; `at`: the first that
 * begins with it. */
static struct found same_key(const struct spellings *s, size_t at,
                             const char *key, size_t len)
{
    struct found f = { FACT_NONE, 0 };

    if (begins(s, at, key, len) && s->at[at].len == len) {
        find(&f, s->at[at].name);
        return f;
    }
    for (size_t i = at; begins(s, i, key, len); i++) {
        const struct spelling *e = &s->at[i];

        if (i - at == ALIKE_MAX)
            return (struct found){ FACT_NONE, 2 };
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
    size_t at;

    if (len < STEM_MIN)
        return f;
    memcpy(stem, key, STEM_MIN);
    stem[STEM_MIN] = '\0';
    at = not_before(s, stem);
    for (size_t i = at; begins(s, i, stem, STEM_MIN); i++) {
        const struct spelling *e = &s->at[i];
        const size_t both = e->len < len ? e->len : len;
        const size_t more = e->len < len ? len - both : e->len - both;

        if (i - at == ALIKE_MAX)
            return (struct found){ FACT_NONE, 2 };
        if (more <= ENDING_MAX && memcmp(e->key, key, both) == 0 &&
            all_letters((e->len < len ? key : e->key) + both, more))
            find(&f, e->name);
    }
    return f;
}

static uint32_t only(struct found f)
{
    return f.ways == 1 ? f.name : FACT_NONE;
}

struct spelt spellings_word(const struct spellings *s, struct text word)
{
    struct spelt w = { FACT_NONE, FACT_NONE, false };
    char key[KEY_MAX + 1];
    uint32_t place;
    size_t at;

    if (s == NULL || word.len < HEAD || word.len > KEY_MAX)
        return w;
    place = sieve_place(word.ptr);
    if ((s->sieve[place / 64] >> place % 64 & 1) == 0)
        return w;
    memcpy(key, word.ptr, word.len);
    key[word.len] = '\0';
    at = not_before(s, key);
    w.alone = only(same_key(s, at, key, word.len));
    w.more = begins(s, at, key, word.len);
    w.stem = only(same_stem(s, key, word.len));
    return w;
}

/* The words are written as one name: "Llama 3 8B", "ViT-B/16". */
static bool joined(const struct flat *f, uint32_t word)
{
    const uint32_t a = f->words[word - 1].end, b = f->words[word].start;

    return b - a <= GAP_MAX && strchr(" -_./:", f->text[a]) != NULL;
}

uint32_t spellings_at(const struct spellings *s, const struct flat *f,
                      uint32_t word, struct spelt first, uint32_t *end)
{
    const char c = f->text[f->words[word].start];
    struct text t = flat_lower(f, word);
    uint32_t best = first.alone;
    bool known = best != FACT_NONE;
    char key[KEY_MAX + 1];
    size_t len = t.len;

    *end = word + 1;
    if (len > KEY_MAX)
        return FACT_NONE;
    memcpy(key, t.ptr, len);
    for (uint32_t k = word + 1;
         first.more && k < f->word_count && k < word + WORDS_MAX; k++) {
        struct found found;
        size_t at;

        t = flat_lower(f, k);
        if (!joined(f, k) || len + t.len > KEY_MAX)
            break;
        memcpy(key + len, t.ptr, t.len);
        len += t.len;
        key[len] = '\0';
        at = not_before(s, key);
        if (!begins(s, at, key, len))
            break;
        found = same_key(s, at, key, len);
        if (found.ways == 0)
            continue;
        best = only(found);
        known = true;
        *end = k + 1;
    }
    return known ? best : c >= 'A' && c <= 'Z' ? first.stem : FACT_NONE;
}
