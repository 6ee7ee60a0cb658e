/* Names of the data (text cells) by their words. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { NAME_BYTES_MAX = 160, NAMES_MAX = 2000000, CELLS_MAX = 4096 };

struct place { /* a cell that holds a text */
    int64_t string;
    struct fact_cell_ref cell;
};

struct word_slot {
    struct text word;
    uint32_t first, count; /* in by_word */
};

struct name_index {
    struct fact_name *names; /* by words */
    struct fact_cell_ref **cells;
    size_t count;
    struct word_slot *slots; /* hash of words */
    size_t slot_count;
    uint32_t *by_word;
    struct fact_cell_ref *refs;
};

static int by_string(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->string != y->string)
        return x->string < y->string ? -1 : 1;
    if (x->cell.column != y->cell.column)
        return x->cell.column < y->cell.column ? -1 : 1;
    return x->cell.row < y->cell.row ? -1 : x->cell.row > y->cell.row;
}

static bool is_boolean(struct text t)
{
    return text_eq_icase(t, TEXT_LIT("true")) ||
           text_eq_icase(t, TEXT_LIT("false")) ||
           text_eq_icase(t, TEXT_LIT("yes")) ||
           text_eq_icase(t, TEXT_LIT("no"));
}

static size_t text_cells(const struct facts *f, struct place *out)
{
    size_t n = 0;

    for (uint32_t i = 0; i < f->column_count; i++) {
        const struct column *c = &f->columns[i];

        for (uint32_t k = 0; k < c->pub.texts; k++) {
            const int64_t id = ints_get(&c->text, k);
            const struct text t = strings_get(&f->strings, id);

            if (t.len > NAME_BYTES_MAX || is_boolean(t))
                continue;
            if (out != NULL)
                out[n] = (struct place){
                    id, { i, (uint32_t)(ints_get(&c->text_row, k) + k) }
                };
            n++;
        }
    }
    return n;
}

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

struct naming { /* a name and where its cells are */
    struct fact_name name;
    size_t first; /* in the places */
};

static int by_naming(const void *a, const void *b)
{
    const struct naming *x = a, *y = b;
    const int c = by_words(&x->name, &y->name);

    return c != 0 ? c : x->first < y->first ? -1 : x->first > y->first;
}

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

/* One naming per different string. */
static enum status make_namings(struct facts *f, const struct place *places,
                                size_t n, struct naming *out, size_t *count,
                                struct error *err)
{
    size_t k = 0;

    for (size_t i = 0, end; i < n && k < NAMES_MAX; i = end) {
        for (end = i; end < n && places[end].string == places[i].string;)
            end++;
        if (!name_words(f, strings_get(&f->strings, places[i].string),
                        &out[k].name))
            return facts_nomem(err);
        out[k].name.cells = (uint32_t)(end - i);
        out[k].first = i;
        k += out[k].name.word_count > 0;
    }
    if (k > 0)
        qsort(out, k, sizeof(*out), by_naming);
    *count = k;
    return ST_OK;
}

/* Spellings with the same words become one name. */
static void merge_names(struct name_index *x, const struct naming *from,
                        size_t n, const struct place *places)
{
    struct fact_cell_ref *ref = x->refs;

    for (size_t i = 0; i < n; i++) {
        const bool same = x->count > 0 &&
                          by_words(&x->names[x->count - 1],
                                   &from[i].name) == 0;

        if (!same) {
            x->names[x->count] = from[i].name;
            x->names[x->count].cells = 0;
            x->cells[x->count++] = ref;
        }
        for (uint32_t k = 0; k < from[i].name.cells; k++)
            *ref++ = places[from[i].first + k].cell;
        x->names[x->count - 1].cells += from[i].name.cells;
    }
}

static size_t slot_of(const struct name_index *x, struct text word)
{
    size_t k = text_hash(word) & (x->slot_count - 1);

    while (x->slots[k].word.ptr != NULL && !text_eq(x->slots[k].word, word))
        k = (k + 1) & (x->slot_count - 1);
    return k;
}

static enum status index_words(struct name_index *x, struct error *err)
{
    size_t words = 0, at = 0;

    for (size_t i = 0; i < x->count; i++)
        words += x->names[i].word_count;
    for (x->slot_count = 64; x->slot_count < words * 2;)
        x->slot_count *= 2;
    x->slots = calloc(x->slot_count, sizeof(*x->slots));
    x->by_word = malloc((words + 1) * sizeof(*x->by_word));
    if (x->slots == NULL || x->by_word == NULL)
        return facts_nomem(err);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < x->count; i++)
            for (uint32_t w = 0; w < x->names[i].word_count; w++) {
                struct word_slot *s =
                    &x->slots[slot_of(x, x->names[i].words[w])];

                s->word = x->names[i].words[w];
                if (pass == 1 && (s->count == 0 ||
                                  x->by_word[s->first + s->count - 1] != i))
                    x->by_word[s->first + s->count] = (uint32_t)i;
                else if (pass == 1)
                    continue;
                s->count++;
            }
        for (size_t k = 0; pass == 0 && k < x->slot_count; k++) {
            x->slots[k].first = (uint32_t)at;
            at += x->slots[k].count;
            x->slots[k].count = 0;
        }
    }
    return ST_OK;
}

enum status names_make(struct facts *f, struct error *err)
{
    const size_t n = text_cells(f, NULL);
    struct place *places = malloc((n + 1) * sizeof(*places));
    struct naming *namings = malloc((n + 1) * sizeof(*namings));
    struct name_index *x = calloc(1, sizeof(*x));
    size_t count = 0;
    enum status st = ST_OK;

    f->names = x;
    if (places == NULL || namings == NULL || x == NULL) {
        st = facts_nomem(err);
        goto out;
    }
    (void)text_cells(f, places);
    qsort(places, n, sizeof(*places), by_string);
    st = make_namings(f, places, n, namings, &count, err);
    if (st != ST_OK)
        goto out;
    x->names = malloc((count + 1) * sizeof(*x->names));
    x->cells = malloc((count + 1) * sizeof(*x->cells));
    x->refs = malloc((n + 1) * sizeof(*x->refs));
    if (x->names == NULL || x->cells == NULL || x->refs == NULL) {
        st = facts_nomem(err);
        goto out;
    }
    merge_names(x, namings, count, places);
    st = index_words(x, err);
out:
    free(places);
    free(namings);
    return st;
}

void names_free(struct facts *f)
{
    if (f->names == NULL)
        return;
    free(f->names->names);
    free(f->names->cells);
    free(f->names->refs);
    free(f->names->slots);
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

/* words[0..n) as a name; FACT_NONE: it is none. */
static uint32_t exact(const struct name_index *x, const struct text *words,
                      size_t n)
{
    const struct fact_name key = { .words = words, .word_count = (uint32_t)n };
    size_t low = 0, high = x->count;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const int c = by_words(&x->names[mid], &key);

        if (c == 0)
            return (uint32_t)mid;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return FACT_NONE;
}

uint32_t facts_name_at(const struct facts *f, const struct text *words,
                       size_t n)
{
    const struct name_index *x = f->names;

    if (n == 0 || x->slots[slot_of(x, words[0])].word.ptr == NULL)
        return FACT_NONE;
    for (size_t k = n < NAME_WORDS_MAX ? n : NAME_WORDS_MAX; k > 0; k--) {
        const uint32_t name = exact(x, words, k);

        if (name != FACT_NONE)
            return name;
    }
    return FACT_NONE;
}

size_t facts_names_with(const struct facts *f, struct text word,
                        const uint32_t **out)
{
    const struct name_index *x = f->names;
    const struct word_slot *s = &x->slots[slot_of(x, word)];

    *out = x->by_word + s->first;
    return s->word.ptr != NULL ? s->count : 0;
}

size_t facts_name_cells(const struct facts *f, uint32_t name,
                        const struct fact_cell_ref **out)
{
    const uint32_t n = f->names->names[name].cells;

    *out = f->names->cells[name];
    return n < CELLS_MAX ? n : CELLS_MAX;
}
