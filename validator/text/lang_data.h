#ifndef VALIDATOR_TEXT_LANG_DATA_H
#define VALIDATOR_TEXT_LANG_DATA_H
/* The words and letter statistics of the languages: one read-only file, made
 * by build/lang-build, used in place (mmap). Layout: docs/lang-data.md. */
#include <stdint.h>

#include "validator/base/error.h"
#include "validator/base/text.h"
#include "validator/text/lang_tag.h"

/* Word lists are numbered as columns of the file; these are not languages. */
enum { LANG_LISTS_MAX = 64 };
enum lang_list { /* English by how common a word is (SCOWL sizes), and terms */
                 LIST_EN_35,
                 LIST_EN_60,
                 LIST_EN_70,
                 LIST_EN_80,
                 LIST_TECH,
                 LIST_LANGUAGES /* list k >= this one: a language of the file's
                                   table */
};

enum {
    LANG_DATA_BUCKET_BITS = 20,
    LANG_DATA_PRINT_BITS = 18, /* of the hash, behind the bucket's bits */
    LANG_DATA_ENTRY = 3,       /* bytes, the low one first */
    LANG_DATA_RANK_BITS = 16,  /* buckets of the ranks */
    LANG_DATA_CORE_BITS = 19,  /* slots of the table of common English words */
    NGRAM_ORDER = 4,           /* code points */
    NGRAM_COLUMNS_MAX = 48,
    NGRAM_UNIT = 8 /* a cost of 1 nat is this many units; a cell has 255 */
};

struct lang_data_header {
    char magic[8]; /* "ASSAYLD" NUL */
    uint32_t version, byte_order;
    uint64_t size; /* of the file, bytes */
    uint32_t lists, columns;
    char list_code[LANG_LISTS_MAX][4];
    uint32_t list_words[LANG_LISTS_MAX];
    uint8_t column_list[NGRAM_COLUMNS_MAX]; /* n-gram column -> list */
    uint32_t ngram_slots;
    uint32_t reserved;
    uint64_t buckets, words, core, ngram_keys, ngram_rows; /* offsets */
    uint64_t rank_buckets, ranks;
};

struct lang_data {
    const struct lang_data_header *h; /* NULL: no data */
    const uint32_t *buckets;          /* 2^20 + 1 indices into words */
    const uint8_t *words; /* entries: fingerprint << 6 | list, ascending */
    const uint32_t *core; /* open addressing; 0: free */
    const uint32_t *ngram_keys;   /* open addressing; 0: free */
    const uint8_t *ngram_rows;    /* one row of `columns` costs per slot */
    const uint32_t *rank_buckets; /* 2^16 + 1 indices into ranks */
    const uint32_t *ranks;        /* fingerprint << 12 | list << 6 | ln rank */
    lang_id list_lang[LANG_LISTS_MAX];
    lang_id column_lang[NGRAM_COLUMNS_MAX];
    int lang_list[LANG_COUNT_MAX];   /* -1: no list */
    int lang_column[LANG_COUNT_MAX]; /* -1: no statistics */
    void *map;
    size_t map_len;
};

enum { LANG_DATA_VERSION = 5, LANG_DATA_MAX = 256 << 20 /* bytes */ };

/* Maps the file. ST_INPUT: missing, not such a file, another version. */
enum status lang_data_open(struct lang_data *out, const char *path,
                           struct error *err);
void lang_data_close(struct lang_data *d); /* accepts a zeroed one */

/* FNV-1a (Fowler, Noll, Vo) with a final mix; over lower-case UTF-8. */
#define LANG_HASH_INIT 0xcbf29ce484222325u
static inline uint64_t lang_hash_byte(uint64_t h, char c)
{
    return (h ^ (unsigned char)c) * 0x100000001b3u;
}
static inline uint64_t lang_hash_end(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}
uint64_t lang_hash(struct text lower);

/* What the lists of languages hold of a word (not those of English, which hold
 * the whole word): its letters less the last ones of a long word, where
 * inflection is, so that one entry stands for all its forms. */
uint64_t lang_form_hash(struct text lower);

/* A common English word or a term? One probe; may be wrong 1 in 10,000,000. */
static inline uint32_t lang_core_print(uint64_t hash)
{
    return (uint32_t)hash | 1u;
}
static inline bool lang_data_core(const struct lang_data *d, uint64_t hash)
{
    const uint32_t mask = (1u << LANG_DATA_CORE_BITS) - 1;
    uint32_t i = (uint32_t)(hash >> 40) & mask;

    while (d->core[i] != 0) {
        if (d->core[i] == lang_core_print(hash))
            return true;
        i = (i + 1) & mask;
    }
    return false;
}

/* The lists that hold the word (lower case, `hash` its lang_hash()), as bits.
 */
uint64_t lang_data_lists(const struct lang_data *d, struct text lower,
                         uint64_t hash);

/* A language whose most frequent words hold the word, and its rank there. */
struct lang_rank {
    lang_id id;
    int ln; /* centinats: 0 for the first, 921 for the ten thousandth; -1: it
             * would be one of them with its accents */
};
enum {
    LANG_RANKS_MAX = 32,
    RANK_UNIT = 6, /* steps to a nat */
    RANK_BARE = 63 /* in place of ln rank */
};

/* Fills out, at most LANG_RANKS_MAX; returns how many. */
size_t lang_data_ranks(const struct lang_data *d, uint64_t hash,
                       struct lang_rank out[LANG_RANKS_MAX]);

/* Adds to cost[column], in units of 1/NGRAM_UNIT nat, what each column's
 * letter statistics charge for the word (lower case, UTF-8). Returns the
 * number of letters; 0: no letters in the tables. */
size_t lang_data_costs(const struct lang_data *d, struct text lower,
                       uint32_t cost[NGRAM_COLUMNS_MAX]);

/* The key of an n-gram of code points (`n` of them, oldest first); never 0. */
uint32_t lang_ngram_key(const int32_t *cp, size_t n);

/* Where the search for a key begins in a table of that many slots. */
static inline uint32_t lang_ngram_slot(uint32_t key, uint32_t slots)
{
    return (uint32_t)((uint64_t)key * slots >> 32);
}

/* Lower case by simple mapping, invalid bytes dropped, s and t with comma as
 * with cedilla. Returns the length; 0
 * when it does not fit. */
size_t lang_lower(char *out, size_t size, struct text word);

#endif
