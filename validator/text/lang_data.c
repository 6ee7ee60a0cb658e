#define _POSIX_C_SOURCE 200809L /* mmap, strnlen */
#include "validator/text/lang_data.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unicode/uchar.h>
#include <unistd.h>

#include "validator/base/utf8.h"

enum { ORDER_MARK = 0x01020304 };

uint64_t lang_hash(struct text lower)
{
    uint64_t h = LANG_HASH_INIT;

    for (size_t i = 0; i < lower.len; i++)
        h = lang_hash_byte(h, lower.ptr[i]);
    return lang_hash_end(h);
}

uint64_t lang_form_hash(struct text lower)
{
    /* Letters of a word -> letters that its entry leaves out. */
    static const unsigned char ending[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3 };
    enum { LONGEST = sizeof(ending) - 1 };
    uint64_t h = LANG_HASH_INIT;
    size_t letters = 0, end = lower.len;

    for (size_t i = 0; i < lower.len; i++)
        letters += ((unsigned char)lower.ptr[i] & 0xc0) != 0x80;
    const size_t cut = ending[letters < LONGEST ? letters : LONGEST];

    for (size_t n = 0; n < cut; n++)
        (void)utf8_prev(lower, &end);
    for (size_t i = 0; i < end; i++)
        h = lang_hash_byte(h, lower.ptr[i]);
    return lang_hash_end(cut > 0 ? lang_hash_byte(h, '-') : h);
}

uint32_t lang_ngram_key(const int32_t *cp, size_t n)
{
    uint64_t h = LANG_HASH_INIT + n;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint32_t)cp[i]) * 0x100000001b3u;
    h = lang_hash_end(h);
    return (uint32_t)(h >> 16) | 1u;
}

/* Romanian is written with comma and with cedilla: one of them. */
static int32_t one_comma(int32_t cp)
{
    return cp == 0x219 ? 0x15f : cp == 0x21b ? 0x163 : cp;
}

size_t lang_lower(char *out, size_t size, struct text word)
{
    size_t n = 0;

    for (size_t i = 0; i < word.len;) {
        if (n + 4 >= size)
            return 0;
        if ((unsigned char)word.ptr[i] < 0x80) {
            out[n++] = ascii_lower(word.ptr[i++]);
            continue;
        }
        const int32_t cp = utf8_next(word, &i);

        if (cp >= 0)
            n += utf8_put(out + n, one_comma(u_tolower(cp)));
    }
    out[n] = '\0';
    return n;
}

/* True when `count` items of `size` bytes lie at `off` inside the file. */
static bool inside(const struct lang_data_header *h, uint64_t off,
                   uint64_t count, uint64_t size)
{
    return off % 8 == 0 && off >= sizeof(*h) && off <= h->size &&
           count <= (h->size - off) / size;
}

static bool header_fits(const struct lang_data_header *h, size_t len)
{
    const uint64_t buckets = ((uint64_t)1 << LANG_DATA_BUCKET_BITS) + 1;
    const uint64_t rank_buckets = ((uint64_t)1 << LANG_DATA_RANK_BITS) + 1;

    return memcmp(h->magic, "ASSAYLD", 8) == 0 &&
           h->version == LANG_DATA_VERSION && h->byte_order == ORDER_MARK &&
           h->size == len && h->lists > LIST_LANGUAGES &&
           h->lists <= LANG_LISTS_MAX && h->columns >= 1 &&
           h->columns <= NGRAM_COLUMNS_MAX && h->ngram_slots >= 1 &&
           h->ngram_slots <= (1u << 24) && inside(h, h->buckets, buckets, 4) &&
           inside(h, h->core, (uint64_t)1 << LANG_DATA_CORE_BITS, 4) &&
           inside(h, h->ngram_keys, h->ngram_slots, 4) &&
           inside(h, h->ngram_rows, h->ngram_slots, h->columns) &&
           inside(h, h->rank_buckets, rank_buckets, 4) &&
           inside(h, h->ranks, 0, 4) && inside(h, h->words, 0, 4);
}

static void index_languages(struct lang_data *d)
{
    for (size_t i = 0; i < LANG_COUNT_MAX; i++)
        d->lang_list[i] = d->lang_column[i] = -1;
    for (uint32_t i = 0; i < LANG_LISTS_MAX; i++) {
        const char *code = d->h->list_code[i];

        d->list_lang[i] =
            i < d->h->lists ? lang_find((struct text){ code, strnlen(code, 4) })
                            : LANG_UND;
        if (d->list_lang[i] != LANG_UND && i >= LIST_LANGUAGES)
            d->lang_list[d->list_lang[i]] = (int)i;
    }
    for (uint32_t i = 0; i < d->h->columns; i++) {
        const uint8_t list = d->h->column_list[i];

        d->column_lang[i] =
            list < LANG_LISTS_MAX ? d->list_lang[list] : LANG_UND;
        if (d->column_lang[i] != LANG_UND)
            d->lang_column[d->column_lang[i]] = (int)i;
    }
}

enum status lang_data_open(struct lang_data *out, const char *path,
                           struct error *err)
{
    struct lang_data d = { .h = NULL };
    struct stat s;
    enum status st = ST_INPUT;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set(err, ST_INPUT, "%s: %s", path, strerror(errno));
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) ||
        s.st_size > LANG_DATA_MAX || s.st_size < (off_t)sizeof(*d.h)) {
        error_set(err, st, "%s: not language data (see build/lang-build)",
                  path);
        goto out;
    }
    d.map_len = (size_t)s.st_size;
    d.map = mmap(NULL, d.map_len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (d.map == MAP_FAILED) {
        d.map = NULL;
        error_set(err, st, "%s: %s", path, strerror(errno));
        goto out;
    }
    d.h = d.map;
    if (!header_fits(d.h, d.map_len)) {
        error_set(err, st,
                  "%s: language data of another version or broken; "
                  "make it again with lang-build",
                  path);
        goto out;
    }
    const char *base = d.map;

    d.buckets = (const void *)(base + d.h->buckets);
    d.words = (const void *)(base + d.h->words);
    d.core = (const void *)(base + d.h->core);
    d.ngram_keys = (const void *)(base + d.h->ngram_keys);
    d.ngram_rows = (const void *)(base + d.h->ngram_rows);
    d.rank_buckets = (const void *)(base + d.h->rank_buckets);
    d.ranks = (const void *)(base + d.h->ranks);
    index_languages(&d);
    *out = d;
    d.map = NULL;
    st = ST_OK;
out:
    lang_data_close(&d);
    close(fd);
    return st;
}

void lang_data_close(struct lang_data *d)
{
    if (d->map != NULL)
        munmap(d->map, d->map_len);
    *d = (struct lang_data){ .h = NULL };
}

static uint64_t lists_of(const struct lang_data *d, uint64_t hash)
{
    const uint32_t print = (uint32_t)(hash >> (64 - LANG_DATA_BUCKET_BITS -
                                               LANG_DATA_PRINT_BITS)) &
                           ((1u << LANG_DATA_PRINT_BITS) - 1);
    const size_t b = (size_t)(hash >> (64 - LANG_DATA_BUCKET_BITS));
    const uint64_t max = (d->h->size - d->h->words) / LANG_DATA_ENTRY;
    uint64_t bits = 0;

    for (uint32_t i = d->buckets[b]; i < d->buckets[b + 1] && i < max; i++) {
        const uint8_t *e = d->words + (size_t)i * LANG_DATA_ENTRY;
        const uint32_t x = e[0] | (uint32_t)e[1] << 8 | (uint32_t)e[2] << 16;

        if (x >> 6 == print)
            bits |= (uint64_t)1 << (x & 63);
    }
    return bits;
}

uint64_t lang_data_lists(const struct lang_data *d, struct text lower,
                         uint64_t hash)
{
    const uint64_t english = ((uint64_t)1 << LIST_LANGUAGES) - 1;
    const uint64_t form = lang_form_hash(lower);
    const uint64_t whole = lists_of(d, hash);

    return form == hash ? whole
                        : (whole & english) | (lists_of(d, form) & ~english);
}

size_t lang_data_ranks(const struct lang_data *d, uint64_t hash,
                       struct lang_rank out[LANG_RANKS_MAX])
{
    const size_t b = (size_t)(hash >> (64 - LANG_DATA_RANK_BITS));
    const uint32_t print =
        (uint32_t)(hash >> (64 - LANG_DATA_RANK_BITS - 20)) & 0xfffff;
    const uint64_t max = (d->h->size - d->h->ranks) / 4;
    size_t n = 0;

    for (uint32_t i = d->rank_buckets[b];
         i < d->rank_buckets[b + 1] && i < max && n < LANG_RANKS_MAX; i++) {
        const uint32_t x = d->ranks[i];

        const int ln = (int)(x & 63);

        if (x >> 12 == print)
            out[n++] =
                (struct lang_rank){ d->list_lang[x >> 6 & 63],
                                    ln == RANK_BARE ? -1
                                                    : ln * 100 / RANK_UNIT };
    }
    return n;
}

static const uint8_t *ngram_row(const struct lang_data *d, const int32_t *cp,
                                size_t n)
{
    const uint32_t slots = d->h->ngram_slots;
    const uint32_t key = lang_ngram_key(cp, n);
    uint32_t i = lang_ngram_slot(key, slots);

    for (uint32_t tries = 0; d->ngram_keys[i] != 0 && tries < slots; tries++) {
        if (d->ngram_keys[i] == key)
            return d->ngram_rows + (size_t)i * d->h->columns;
        i = i + 1 < slots ? i + 1 : 0;
    }
    return NULL;
}

size_t lang_data_costs(const struct lang_data *d, struct text lower,
                       uint32_t cost[NGRAM_COLUMNS_MAX])
{
    enum { UNSEEN = 12 * NGRAM_UNIT }; /* a letter that no list has */
    int32_t w[NGRAM_ORDER] = { ' ', ' ', ' ', ' ' };
    size_t letters = 0;
    bool last = false;

    for (size_t i = 0; !last;) {
        const uint8_t *row = NULL;

        last = i >= lower.len;
        memmove(w, w + 1, sizeof(w) - sizeof(*w));
        w[NGRAM_ORDER - 1] = last ? ' ' : utf8_next(lower, &i);
        for (size_t n = NGRAM_ORDER; n > 0 && row == NULL; n--)
            row = ngram_row(d, w + NGRAM_ORDER - n, n);
        for (uint32_t c = 0; c < d->h->columns; c++)
            cost[c] += row != NULL ? row[c] : UNSEEN;
        letters += !last;
    }
    return letters;
}
