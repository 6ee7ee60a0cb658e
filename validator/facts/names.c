/* Names of the data (text cells) by their words. */
#include <stdlib.h>

#include "validator/base/pages.h"

#include "validator/facts/facts_int.h"

enum {
    NAME_BYTES_MAX = 160,
    STRINGS_MAX = 1 << 20, /* different texts that are looked at */
    CELLS_MAX = 4096,      /* cells kept per text */
    MAYBE_BITS = 4
};

struct word { /* of some name */
    const char *ptr;
    uint32_t len, hash;
    uint32_t first, count;  /* in by_word */
    uint32_t begin, begins; /* the names that begin with it stand together */
    uint8_t longest;        /* words of the longest of them */
    bool alone;             /* the first of them is the word alone */
    uint64_t seconds;       /* name_word_second of their second words */
};

struct name_index {
    struct fact_name *names; /* by words */
    uint32_t *first;         /* of a name's cells, in refs */
    size_t count;
    struct word *words; /* by the first name that has them */
    size_t word_count, word_cap;
    uint32_t *slots; /* hash of words: index + 1; 0: free */
    size_t slot_count;
    uint64_t *maybe; /* MAYBE_BITS a slot: what most other words are not in */
    uint32_t *by_word;
    struct fact_cell_ref *refs;
};

/* ---- the different texts ---- */

struct seen {       /* one text */
    int64_t string; /* 0: the slot is free */
    uint32_t cells; /* at most CELLS_MAX */
    uint32_t name;  /* FACT_NONE: not one */
};

struct seens {
    struct seen *slots;
    size_t slot_count, used;
};

static struct seen *seen_slot(struct seens *s, int64_t string)
{
    const uint64_t h = (uint64_t)string * 0x9e3779b97f4a7c15u;
    size_t k = (h >> 32) & (s->slot_count - 1);

    while (s->slots[k].string != 0 && s->slots[k].string != string)
        k = (k + 1) & (s->slot_count - 1);
    return &s->slots[k];
}

static bool seen_grow(struct seens *s)
{
    const struct seens old = *s;

    s->slot_count = old.slot_count != 0 ? old.slot_count * 2 : 1024;
    s->slots = calloc(s->slot_count, sizeof(*s->slots));
    if (s->slots == NULL) {
        *s = old;
        return false;
    }
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].string != 0)
            *seen_slot(s, old.slots[i].string) = old.slots[i];
    free(old.slots);
    return true;
}

static bool is_boolean(struct text t)
{
    return text_eq_icase(t, TEXT_LIT("true")) ||
           text_eq_icase(t, TEXT_LIT("false")) ||
           text_eq_icase(t, TEXT_LIT("yes")) ||
           text_eq_icase(t, TEXT_LIT("no"));
}

/* Counts the cells of each text; a text's first cell gives its dates. */
static bool count_column(struct facts *f, const struct column *c,
                         struct seens *s)
{
    const struct table *t = &f->tables[c->pub.table];

    for (uint32_t i = 0; i < c->pub.texts; i++) {
        const int64_t id = ints_get(&c->text, i);
        struct seen *e;

        if (s->used * 2 >= s->slot_count && !seen_grow(s))
            return false;
        e = seen_slot(s, id);
        if (e->string == id) {
            e->cells += e->cells < CELLS_MAX;
            continue;
        }
        const uint32_t row = (uint32_t)(ints_get(&c->text_row, i) + i);

        if (!dates_of_cell(f, strings_get(&f->strings, id), t->pub.file,
                           (size_t)(ints_get(&t->line, row) + row)) ||
            !mentions_of_text(f, strings_get(&f->strings, id)))
            return false;
        if (s->used >= STRINGS_MAX)
            continue; /* past the limit texts are data, not names */
        s->used++;
        *e = (struct seen){ .string = id, .cells = 1, .name = FACT_NONE };
    }
    return true;
}

/* ---- names ---- */

static int by_words(const void *a, const void *b)
{
    const struct fact_name *x = a, *y = b;

    for (uint32_t i = 0; i < x->word_count && i < y->word_count; i++) {
        const int c = text_cmp(x->words[i], y->words[i]);

        if (c != 0)
            return c;
    }
    if (x->word_count != y->word_count)
        return x->word_count < y->word_count ? -1 : 1;
    return 0;
}

struct naming { /* a text as a name */
    struct fact_name name;
    struct seen *from;
};

static int by_naming(const void *a, const void *b)
{
    const struct naming *x = a, *y = b;
    const int c = by_words(&x->name, &y->name);

    if (c != 0)
        return c;
    return x->from->string < y->from->string
               ? -1
               : x->from->string > y->from->string;
}

/* word_count is 0 when t is no name. False: no memory. */
static bool name_words(struct facts *f, struct text t, struct fact_name *out)
{
    struct text words[NAME_WORDS_MAX + 1], *copy;
    char buf[NAME_BYTES_MAX], *kept;
    const size_t n = facts_words(t, buf, words, NAME_WORDS_MAX + 1);

    *out = (struct fact_name){ .text = t };
    if (n == 0 || n > NAME_WORDS_MAX)
        return true; /* no name: word_count is 0 */
    kept = arena_alloc(f->arena, t.len, 1);
    copy = arena_alloc(f->arena, n, sizeof(*copy));
    if (kept == NULL || copy == NULL)
        return false;
    memcpy(kept, buf, t.len);
    for (size_t i = 0; i < n; i++)
        copy[i] = (struct text){ kept + (words[i].ptr - buf), words[i].len };
    out->words = copy;
    out->word_count = (uint32_t)n;
    return true;
}

/* One naming per text that can be a name. */
static bool make_namings(struct facts *f, struct seens *s, struct naming *out,
                         size_t *count)
{
    size_t n = 0;

    for (size_t i = 0; i < s->slot_count; i++) {
        struct text t;

        if (s->slots[i].string == 0)
            continue;
        t = strings_get(&f->strings, s->slots[i].string);
        if (t.len > NAME_BYTES_MAX || is_boolean(t))
            continue;
        if (!name_words(f, t, &out[n].name))
            return false;
        out[n].from = &s->slots[i];
        n += out[n].name.word_count > 0;
    }
    if (n > 0)
        qsort(out, n, sizeof(*out), by_naming);
    *count = n;
    return true;
}

/* Spellings with the same words become one name. */
static void merge_names(struct name_index *x, const struct naming *from,
                        size_t n)
{
    uint32_t at = 0;

    for (size_t i = 0; i < n; i++) {
        const bool same = x->count > 0 &&
                          by_words(&x->names[x->count - 1], &from[i].name) == 0;

        if (!same) {
            x->names[x->count] = from[i].name;
            x->names[x->count].cells = 0;
            x->first[x->count++] = at;
        }
        from[i].from->name = (uint32_t)(x->count - 1);
        x->names[x->count - 1].cells += from[i].from->cells;
        at += from[i].from->cells;
    }
}

/* The cells of each name, in the order of columns and rows. */
static bool fill_cells(struct facts *f, struct seens *s)
{
    struct name_index *x = f->names;
    size_t all = 0;

    for (size_t i = 0; i < x->count; i++) {
        all += x->names[i].cells;
        x->names[i].cells = 0;
    }
    x->refs = pages_alloc(all + 1, sizeof(*x->refs));
    if (x->refs == NULL)
        return false;
    for (uint32_t c = 0; c < f->column_count && s->used > 0; c++) {
        const struct column *column = &f->columns[c];

        for (uint32_t i = 0; i < column->pub.texts; i++) {
            struct seen *e = seen_slot(s, ints_get(&column->text, i));
            const uint32_t row = (uint32_t)(ints_get(&column->text_row, i) + i);

            if (e->string == 0 || e->name == FACT_NONE || e->cells == 0)
                continue;
            e->cells--;
            x->refs[x->first[e->name] + x->names[e->name].cells++] =
                (struct fact_cell_ref){ c, row };
        }
    }
    return true;
}

/* The slot of a word, or the free one where it belongs. */
static uint32_t *slot_of(const struct name_index *x, struct text word,
                         uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    size_t k = hash & (x->slot_count - 1);

    for (; x->slots[k] != 0; k = (k + 1) & (x->slot_count - 1)) {
        const struct word *w = &x->words[x->slots[k] - 1];

        if (w->hash == tag && text_eq((struct text){ w->ptr, w->len }, word))
            break;
    }
    return &x->slots[k];
}

static size_t maybe_bit(const struct name_index *x, uint64_t hash)
{
    return (hash >> 24) & (x->slot_count * MAYBE_BITS - 1);
}

/* NULL: it is in no name. */
static const struct word *word_of(const struct name_index *x, struct text word)
{
    const uint64_t hash = text_hash(word);
    const size_t bit = maybe_bit(x, hash);
    uint32_t slot;

    if ((x->maybe[bit / 64] >> bit % 64 & 1) == 0)
        return NULL;
    slot = *slot_of(x, word, hash);
    return slot != 0 ? &x->words[slot - 1] : NULL;
}

/* The shortest name that begins with the word stands before the others. */
static void begin_name(struct word *s, const struct fact_name *name)
{
    if (name->word_count > s->longest)
        s->longest = (uint8_t)name->word_count;
    if (name->word_count == 1)
        s->alone = true;
    else
        s->seconds |= name_word_second(name->words[1].ptr[0]);
}

/* The word of a name, added when it is new. NULL: no memory. */
static struct word *put_word(struct name_index *x, struct text word)
{
    const uint64_t hash = text_hash(word);
    const size_t bit = maybe_bit(x, hash);
    uint32_t *slot = slot_of(x, word, hash);

    if (*slot == 0) {
        if (!store_grow((void **)&x->words, &x->word_cap, x->word_count,
                        sizeof(*x->words)))
            return NULL;
        x->words[x->word_count++] =
            (struct word){ .ptr = word.ptr,
                           .len = (uint32_t)word.len,
                           .hash = (uint32_t)(hash >> 32) };
        *slot = (uint32_t)x->word_count;
        x->maybe[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    return &x->words[*slot - 1];
}

/* Counts the names of each word. False: no memory. */
static bool count_words(struct name_index *x)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < x->count; i++)
        for (uint32_t k = 0; k < x->names[i].word_count; k++) {
            struct word *w = put_word(x, x->names[i].words[k]);

            if (w == NULL)
                return false;
            w->begin = k == 0 && w->begins == 0 ? i : w->begin;
            w->begins += k == 0;
            if (k == 0)
                begin_name(w, &x->names[i]);
            w->count++;
        }
    for (size_t i = 0; i < x->word_count; i++) {
        x->words[i].first = at;
        at += x->words[i].count;
        x->words[i].count = 0;
    }
    return true;
}

static enum status index_words(struct name_index *x, struct error *err)
{
    size_t words = 0;

    for (size_t i = 0; i < x->count; i++)
        words += x->names[i].word_count;
    for (x->slot_count = 64; x->slot_count < words * 2;)
        x->slot_count *= 2;
    x->slots = pages_zeroed(x->slot_count, sizeof(*x->slots));
    x->maybe = calloc(x->slot_count * MAYBE_BITS / 64, sizeof(*x->maybe));
    x->by_word = malloc((words + 1) * sizeof(*x->by_word));
    if (x->slots == NULL || x->maybe == NULL || x->by_word == NULL ||
        !count_words(x))
        return facts_nomem(err);
    for (uint32_t i = 0; i < x->count; i++)
        for (uint32_t k = 0; k < x->names[i].word_count; k++) {
            const struct text word = x->names[i].words[k];
            struct word *w = &x->words[*slot_of(x, word, text_hash(word)) - 1];

            if (w->count == 0 || x->by_word[w->first + w->count - 1] != i)
                x->by_word[w->first + w->count++] = i;
        }
    return ST_OK;
}

static bool make_names(struct facts *f, struct seens *s)
{
    struct name_index *x = f->names;
    struct naming *namings = malloc((s->used + 1) * sizeof(*namings));
    size_t count = 0;
    bool ok = namings != NULL && make_namings(f, s, namings, &count);

    if (ok) {
        x->names = pages_zeroed(count + 1, sizeof(*x->names));
        x->first = malloc((count + 1) * sizeof(*x->first));
        ok = x->names != NULL && x->first != NULL;
    }
    if (ok)
        merge_names(x, namings, count);
    free(namings);
    return ok && fill_cells(f, s);
}

enum status names_make(struct facts *f, struct error *err)
{
    struct seens s = { .slots = NULL };
    bool ok;

    f->names = calloc(1, sizeof(*f->names));
    ok = f->names != NULL && seen_grow(&s);
    for (size_t i = 0; i < f->column_count && ok; i++)
        ok = count_column(f, &f->columns[i], &s);
    ok = ok && make_names(f, &s);
    free(s.slots);
    return ok ? index_words(f->names, err) : facts_nomem(err);
}

void names_free(struct facts *f)
{
    if (f->names == NULL)
        return;
    free(f->names->names);
    free(f->names->first);
    free(f->names->refs);
    free(f->names->words);
    free(f->names->slots);
    free(f->names->maybe);
    free(f->names->by_word);
    free(f->names);
}

size_t facts_name_count(const struct facts *f)
{
    return f->names->count;
}

const struct fact_name *facts_name(const struct facts *f, uint32_t name)
{
    return &f->names->names[name];
}

struct name_word facts_name_word(const struct facts *f, struct text word)
{
    const struct word *s = word_of(f->names, word);

    if (s == NULL)
        return (struct name_word){ .alone = FACT_NONE };
    return (struct name_word){ .has = true,
                               .longest = s->longest,
                               .alone = s->alone ? s->begin : FACT_NONE,
                               .seconds = s->seconds };
}

/* The first of names[low .. high) that is behind words[0..n). */
static size_t upper_bound(const struct name_index *x, size_t low, size_t high,
                          const struct text *words, size_t n)
{
    const struct fact_name key = { .words = words, .word_count = (uint32_t)n };

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (by_words(&x->names[mid], &key) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static uint32_t shared_words(const struct fact_name *name,
                             const struct text *words, size_t n)
{
    uint32_t k = 0;

    while (k < name->word_count && k < n && text_eq(name->words[k], words[k]))
        k++;
    return k;
}

uint32_t facts_name_at(const struct facts *f, const struct text *words,
                       size_t n)
{
    const struct name_index *x = f->names;
    const struct word *s = n > 0 ? word_of(x, words[0]) : NULL;
    size_t low, high;

    if (s == NULL)
        return FACT_NONE;
    low = s->begin;
    high = low + s->begins;
    n = n < NAME_WORDS_MAX ? n : NAME_WORDS_MAX;
    /* A name that the words begin with stands before them, and what stands
     * between the two begins with that name, too. */
    while ((high = upper_bound(x, low, high, words, n)) > low) {
        const struct fact_name *name = &x->names[--high];

        n = shared_words(name, words, n);
        if (n == name->word_count)
            return (uint32_t)high;
    }
    return FACT_NONE;
}

size_t facts_names_with(const struct facts *f, struct text word,
                        const uint32_t **out)
{
    const struct word *s = word_of(f->names, word);

    *out = s != NULL ? f->names->by_word + s->first : NULL;
    return s != NULL ? s->count : 0;
}

size_t facts_name_cells(const struct facts *f, uint32_t name,
                        const struct fact_cell_ref **out)
{
    *out = f->names->refs + f->names->first[name];
    return f->names->names[name].cells;
}
