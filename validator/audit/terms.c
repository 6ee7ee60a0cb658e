#include "validator/audit/terms.h"

#include <stdlib.h>

#include "validator/base/jsonc.h"
#include "validator/facts/strings.h"

enum {
    PHRASE_MAX = 96, /* bytes of a joined phrase */
    PHRASE_WORDS_MAX = 6,
    COLUMN_WORDS_MAX = 24,
    COMMON_POSTS_MAX = 4096, /* a word of more columns tells nothing */
    FAMILY_COLUMNS_MAX = 64, /* of a table in which families are sought */
    FAMILY_ROWS_MAX = 200,
    FAMILIES_MAX = 1024,
    TERMS_ARENA_MAX = 1 << 30,
    WORD_WEIGHT = 16,
    LIGHT_WEIGHT = 4
};

struct entry { /* while building */
    struct text phrase;
    uint32_t column;
    uint16_t weight;
    uint8_t words;
    bool noun;
};

struct terms {
    struct arena *arena;
    struct entry *entries;
    size_t entry_count, entry_cap;
    struct term *terms;
    struct term_post *posts;
    size_t term_count;
    uint32_t *slots; /* hash of phrase -> term + 1 */
    size_t slot_count;
    /* By slot of a first word: words of its longest phrase, and with what the
     * second words begin (name_word_second). */
    uint8_t *longest;
    uint64_t *seconds;
    struct text *row_nouns;
    size_t row_noun_count;
    struct row_alias {
        struct text say, key;
    } * aliases;
    size_t alias_count;
    struct family *families;
    size_t family_count;
    struct number_pair *pairs;
    size_t pair_count;
    struct feats feats;
};

static bool add_entry(struct terms *t, struct entry e)
{
    if (t->entry_count == t->entry_cap) {
        const size_t cap = t->entry_cap == 0 ? 1024 : t->entry_cap * 2;
        struct entry *grown = arena_grow(t->arena, t->entries, t->entry_count,
                                         cap, sizeof(*grown));

        if (grown == NULL)
            return false;
        t->entries = grown;
        t->entry_cap = cap;
    }
    t->entries[t->entry_count++] = e;
    return true;
}

/* Words that name a statistic, or nothing at all. */
static bool empty_word(struct text w)
{
    static const char words[] =
        " mean avg average median min max std stdev stddev total sum value "
        "values data result results metric metrics stats summary name id of "
        "the in per and for from to a percent percentage number with by at "
        "on or is s ms ns us pct made attempted count ";
    const char *p = words;

    if (w.len < 2)
        return true;
    for (p++; *p != '\0';) {
        const char *end = strchr(p, ' ');

        if ((size_t)(end - p) == w.len && memcmp(p, w.ptr, w.len) == 0)
            return true;
        p = end + 1;
    }
    for (size_t i = 0; i < w.len; i++)
        if (!ascii_digit(w.ptr[i]))
            return false;
    return true;
}

static struct text join(const struct text *words, size_t n,
                        char out[PHRASE_MAX])
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (k + words[i].len + 1 > PHRASE_MAX)
            return (struct text){ out, 0 };
        if (i > 0)
            out[k++] = ' ';
        memcpy(out + k, words[i].ptr, words[i].len);
        k += words[i].len;
    }
    return (struct text){ out, k };
}

static bool add_phrase(struct terms *t, struct text phrase, uint32_t column,
                       bool noun)
{
    char buf[PHRASE_MAX], joined_buf[PHRASE_MAX];
    struct text words[PHRASE_WORDS_MAX + 1], joined;
    size_t n;

    if (phrase.len == 0 || phrase.len >= PHRASE_MAX)
        return true;
    n = facts_words(phrase, buf, words, PHRASE_WORDS_MAX + 1);
    if (n == 0 || n > PHRASE_WORDS_MAX)
        return true;
    joined = arena_copy(t->arena, join(words, n, joined_buf));
    return joined.ptr != NULL &&
           add_entry(t, (struct entry){ joined, column,
                                        (uint16_t)(WORD_WEIGHT * n + 8),
                                        (uint8_t)n, noun });
}

/* Each word by itself, weakly: a report seldom keeps to the letter. */
static bool add_words(struct terms *t, const struct text *words, size_t n,
                      uint32_t column, uint16_t weight)
{
    for (size_t i = 0; i < n; i++) {
        struct text w;

        if (empty_word(words[i]) || words[i].len >= PHRASE_MAX)
            continue;
        w = arena_copy(t->arena, words[i]);
        if (w.ptr == NULL ||
            !add_entry(t, (struct entry){ w, column, weight, 1, false }))
            return false;
    }
    return true;
}

/* "points in the first quarter" is also said "its first quarter": the runs of
 * two or more words between the small ones. */
static bool add_parts(struct terms *t, const struct text *words, size_t n,
                      uint32_t column)
{
    char buf[PHRASE_MAX];

    for (size_t i = 0, k; i < n; i = k + 1) {
        struct text part;

        for (k = i; k < n && !empty_word(words[k]);)
            k++;
        if (k - i < 2 || k - i == n)
            continue;
        part = arena_copy(t->arena, join(words + i, k - i, buf));
        if (part.ptr == NULL ||
            !add_entry(t, (struct entry){ part, column,
                                          (uint16_t)(WORD_WEIGHT * (k - i)),
                                          (uint8_t)(k - i), false }))
            return false;
    }
    return true;
}

/* The whole name, so that "requests" means `requests` rather than
 * `failed_requests`. */
static bool add_name(struct terms *t, struct text name, uint32_t column)
{
    char buf[PHRASE_MAX];
    struct text words[PHRASE_WORDS_MAX];

    if (name.len < 3 || name.len >= PHRASE_MAX)
        return true;
    if (facts_words(name, buf, words, PHRASE_WORDS_MAX) == 1 &&
        empty_word(words[0]))
        return true;
    return add_phrase(t, name, column, false);
}

static bool add_column(struct terms *t, const struct facts *f, uint32_t column)
{
    const struct fact_column *c = facts_column(f, column);
    char buf[PHRASE_MAX];
    struct text words[PHRASE_WORDS_MAX];

    if (c->numbers == 0)
        return true;
    if (!add_words(t, c->words, c->word_count, column, WORD_WEIGHT) ||
        !add_name(t, c->name, column))
        return false;
    for (size_t i = 0; i < c->phrase_count; i++) {
        size_t n;

        if (!add_phrase(t, c->phrases[i], column, true))
            return false;
        if (c->phrases[i].len >= PHRASE_MAX ||
            text_starts(c->phrases[i], TEXT_LIT("first number of")) ||
            text_starts(c->phrases[i], TEXT_LIT("second number of")))
            continue;
        n = facts_words(c->phrases[i], buf, words, PHRASE_WORDS_MAX);
        if (!add_parts(t, words, n, column))
            return false;
        if (n > 1 && !add_words(t, words, n, column, WORD_WEIGHT / 2))
            return false;
    }
    return true;
}

/* True when words[] hold the key's words in a row. */
static bool has_key(const struct fact_column *c, struct text key)
{
    char buf[PHRASE_MAX];
    struct text k[PHRASE_WORDS_MAX];
    size_t n;

    if (key.len >= PHRASE_MAX)
        return false;
    n = facts_words(key, buf, k, PHRASE_WORDS_MAX);
    for (size_t i = 0; n > 0 && i + n <= c->word_count; i++) {
        size_t m = 0;

        while (m < n && text_eq(c->words[i + m], k[m]))
            m++;
        if (m == n)
            return true;
    }
    return false;
}

static struct text json_string(const cJSON *o)
{
    return cJSON_IsString(o) ? text_from(o->valuestring)
                             : (struct text){ "", 0 };
}

/* A word that tells columns apart, but none by itself ("mean"). */
static bool add_light(struct terms *t, struct text word, uint32_t column)
{
    const struct text w = arena_copy(t->arena, word);

    return w.ptr != NULL &&
           (w.len == 0 || w.len >= PHRASE_MAX ||
            add_entry(t, (struct entry){ w, column, LIGHT_WEIGHT, 1, false }));
}

/* Words of the table's or file's name speak for its columns, lightly. */
static bool add_table_words(struct terms *t, const struct facts *f,
                            uint32_t column)
{
    const struct fact_table *table =
        facts_table(f, facts_column(f, column)->table);
    char buf[PHRASE_MAX];
    struct text words[PHRASE_WORDS_MAX];
    struct text name = table->name;

    if (name.len >= PHRASE_MAX)
        name = (struct text){ name.ptr + name.len - PHRASE_MAX + 1,
                              PHRASE_MAX - 1 };
    for (size_t i = 0, n = facts_words(name, buf, words, PHRASE_WORDS_MAX);
         i < n; i++)
        if (!empty_word(words[i]) && !add_light(t, words[i], column))
            return false;
    return true;
}

static bool add_group(struct terms *t, const struct facts *f,
                      const cJSON *group)
{
    const cJSON *keys = cJSON_GetObjectItemCaseSensitive(group, "key");
    const cJSON *says = cJSON_GetObjectItemCaseSensitive(group, "say");
    const bool light =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(group, "light"));
    const cJSON *key, *say;

    for (uint32_t c = 0; c < facts_column_count(f); c++) {
        bool fits = false;

        if (facts_column(f, c)->numbers == 0)
            continue;
        cJSON_ArrayForEach(key, keys)
        {
            fits = fits || has_key(facts_column(f, c), json_string(key));
        }
        if (!fits)
            continue;
        cJSON_ArrayForEach(say, says)
        {
            if (light ? !add_light(t, json_string(say), c)
                      : !add_phrase(t, json_string(say), c, false))
                return false;
        }
    }
    return true;
}

static int entry_order(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    const int c = text_cmp(a->phrase, b->phrase);

    if (c != 0)
        return c;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return (int)b->weight - (int)a->weight;
}

static uint32_t slot_of(const struct terms *t, struct text phrase)
{
    uint32_t i = (uint32_t)(text_hash(phrase) & (t->slot_count - 1));

    while (t->slots[i] != 0 &&
           !text_eq(t->terms[t->slots[i] - 1].phrase, phrase))
        i = (i + 1) & (uint32_t)(t->slot_count - 1);
    return i;
}

static uint16_t lessened(uint16_t weight, uint32_t posts)
{
    uint32_t log = 0;

    while (posts >> (log + 1) != 0)
        log++;
    return (uint16_t)(weight * 4 / (4 + log));
}

static void count_alike(struct term_post *p, uint32_t n)
{
    for (uint32_t i = n; i-- > 1;)
        if (p[i - 1].dim == p[i].dim && p[i].alike < UINT16_MAX)
            p[i - 1].alike = (uint16_t)(p[i].alike + 1);
}

static void group_entries(struct terms *t, const struct facts *f)
{
    size_t post = 0;

    for (size_t i = 0; i < t->entry_count;) {
        struct term *term = &t->terms[t->term_count++];
        const size_t start = i;

        *term = (struct term){ .phrase = t->entries[i].phrase,
                               .first = (uint32_t)post,
                               .words = t->entries[i].words };
        for (;
             i < t->entry_count && text_eq(t->entries[i].phrase, term->phrase);
             i++) {
            const struct entry *e = &t->entries[i];

            term->noun = term->noun || e->noun;
            if (i > start && t->entries[i - 1].column == e->column)
                continue;
            t->posts[post++] =
                (struct term_post){ .column = e->column,
                                    .dim = columns_dim(f, e->column),
                                    .weight = e->weight };
        }
        term->posts = (uint32_t)post - term->first;
        for (uint32_t k = 0; k < term->posts; k++)
            t->posts[term->first + k].weight =
                lessened(t->posts[term->first + k].weight, term->posts);
        count_alike(t->posts + term->first, term->posts);
        if (term->words == 1 && term->posts > COMMON_POSTS_MAX)
            term->posts = 0;
    }
}

static bool make_hash(struct terms *t, const struct facts *f)
{
    t->slot_count = 64;
    while (t->slot_count < t->entry_count * 4)
        t->slot_count *= 2;
    t->slots = arena_alloc(t->arena, t->slot_count, sizeof(*t->slots));
    t->longest = arena_alloc(t->arena, t->slot_count, 1);
    t->seconds = arena_alloc(t->arena, t->slot_count, sizeof(*t->seconds));
    t->terms = arena_alloc(t->arena, t->entry_count + 1, sizeof(*t->terms));
    t->posts = arena_alloc(t->arena, t->entry_count + 1, sizeof(*t->posts));
    if (t->slots == NULL || t->longest == NULL || t->seconds == NULL ||
        t->terms == NULL || t->posts == NULL)
        return false;
    if (t->entry_count > 0)
        qsort(t->entries, t->entry_count, sizeof(*t->entries), entry_order);
    group_entries(t, f);
    for (size_t i = 0; i < t->term_count; i++)
        t->slots[slot_of(t, t->terms[i].phrase)] = (uint32_t)i + 1;
    /* By hash alone, so that a first word need be no term of its own. */
    for (size_t i = 0; i < t->term_count; i++) {
        const struct text p = t->terms[i].phrase;
        const char *sp = memchr(p.ptr, ' ', p.len);
        const struct text first = { p.ptr,
                                    sp == NULL ? p.len : (size_t)(sp - p.ptr) };
        const uint64_t slot = text_hash(first) & (t->slot_count - 1);

        if (t->longest[slot] < t->terms[i].words)
            t->longest[slot] = t->terms[i].words;
        if (sp != NULL)
            t->seconds[slot] |= name_word_second(sp[1]);
    }
    return true;
}

/* families */

static bool ratio_holds(const struct facts *f, uint32_t part, uint32_t whole,
                        uint32_t percent, uint32_t rows)
{
    uint32_t seen = 0, wrong = 0;

    for (uint32_t r = 0; r < rows; r++) {
        struct fact p, w, z;
        double want, is;

        if (!facts_cell(f, part, r, &p) || !facts_cell(f, whole, r, &w) ||
            !facts_cell(f, percent, r, &z) || decimal_is_zero(w.value))
            continue;
        want = 100.0 * decimal_to_double(p.value) / decimal_to_double(w.value);
        is = decimal_to_double(z.value);
        wrong += want - is > 0.51 || is - want > 0.51;
        seen += is > 0.5 && is < 99.5;
    }
    return seen >= 3 && wrong * 8 <= seen; /* a slip of the pen is no proof */
}

static bool table_families(struct terms *t, const struct facts *f,
                           const struct fact_table *table)
{
    const uint32_t rows =
        table->rows < FAMILY_ROWS_MAX ? table->rows : FAMILY_ROWS_MAX;
    const uint32_t end = table->first_column + table->columns;
    struct unit_ref percent;

    if (table->columns > FAMILY_COLUMNS_MAX || rows < 3 ||
        !units_find(facts_units(f), TEXT_LIT("%"), &percent))
        return true;
    for (uint32_t z = table->first_column; z < end; z++) {
        if (facts_column(f, z)->unit.num != percent.num)
            continue;
        for (uint32_t w = table->first_column; w < end; w++)
            for (uint32_t p = table->first_column; p < end; p++) {
                if (p == w || p == z || w == z ||
                    t->family_count == FAMILIES_MAX ||
                    facts_column(f, p)->numbers < 3 ||
                    facts_column(f, w)->numbers < 3 ||
                    !ratio_holds(f, p, w, z, rows))
                    continue;
                t->families[t->family_count++] = (struct family){ p, w, z };
            }
    }
    return true;
}

static bool find_families(struct terms *t, const struct facts *f)
{
    t->families = arena_alloc(t->arena, FAMILIES_MAX, sizeof(*t->families));
    if (t->families == NULL)
        return false;
    for (uint32_t i = 0; i < facts_table_count(f); i++)
        if (!table_families(t, f, facts_table(f, i)))
            return false;
    return true;
}

/* "first number of a (W-L) record": the glossary says which column is which
 * part of a written pair. */
static bool phrase_starts(const struct fact_column *c, const char *start)
{
    for (size_t i = 0; i < c->phrase_count; i++)
        if (text_starts(c->phrases[i], text_from(start)))
            return true;
    return false;
}

static bool find_pairs(struct terms *t, const struct facts *f)
{
    const uint32_t n = (uint32_t)facts_column_count(f);

    t->pairs = arena_alloc(t->arena, FAMILIES_MAX, sizeof(*t->pairs));
    if (t->pairs == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct fact_column *a = facts_column(f, i);

        if (!phrase_starts(a, "first number of"))
            continue;
        for (uint32_t k = 0; k < facts_table(f, a->table)->columns; k++) {
            const uint32_t c = facts_table(f, a->table)->first_column + k;

            if (phrase_starts(facts_column(f, c), "second number of") &&
                t->pair_count < FAMILIES_MAX)
                t->pairs[t->pair_count++] = (struct number_pair){ i, c };
        }
    }
    return true;
}

/* loading */

/* "config_name", "endpoint": what a row of the table is, without the words
 * that only say that the column names it. */
static struct text key_noun(struct text header)
{
    static const char *const tails[] = { "name", "id", "label", "key" };
    struct text word = { header.ptr, 0 };

    for (size_t at = 0; at < header.len;) {
        const size_t start = at;
        bool tail = false;

        while (at < header.len && ascii_alpha(header.ptr[at]))
            at++;
        const struct text w = { header.ptr + start, at - start };

        for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++)
            tail = tail || text_eq_icase(w, text_from(tails[i]));
        if (w.len > 2 && !tail)
            word = w;
        at += at == start;
    }
    return word;
}

static bool add_row_noun(struct terms *t, struct text noun)
{
    char *p = arena_alloc(t->arena, noun.len + 1, 1);

    if (p == NULL)
        return false;
    for (size_t i = 0; i < noun.len; i++)
        p[i] = ascii_lower(noun.ptr[i]);
    t->row_nouns[t->row_noun_count++] = (struct text){ p, noun.len };
    return true;
}

/* The nouns of the rules, and the headers of the columns that name rows. */
static bool load_row_nouns(struct terms *t, const struct facts *f,
                           const cJSON *json)
{
    enum { KEYS_MAX = 64 };
    const cJSON *nouns = cJSON_GetObjectItemCaseSensitive(json, "row_nouns");
    const size_t n = (size_t)cJSON_GetArraySize(nouns);
    const cJSON *noun;

    t->row_nouns = arena_alloc(t->arena, n + KEYS_MAX, sizeof(*t->row_nouns));
    if (t->row_nouns == NULL)
        return false;
    cJSON_ArrayForEach(noun, nouns)
    {
        if (!add_row_noun(t, json_string(noun)))
            return false;
    }
    for (uint32_t i = 0;
         i < facts_table_count(f) && t->row_noun_count < n + KEYS_MAX; i++) {
        const struct fact_table *table = facts_table(f, i);
        struct text word;

        if (table->key == FACT_NONE || table->file == FACT_NONE)
            continue;
        word = key_noun(facts_column(f, table->key)->name);
        if (word.len > 0 && !add_row_noun(t, word))
            return false;
    }
    return true;
}

static struct text arena_word(struct terms *t, const cJSON *s)
{
    return arena_copy(t->arena, json_string(s));
}

/* Other names of a row: "md" is the row "markdown". */
static bool load_aliases(struct terms *t, const cJSON *json)
{
    enum { ALIASES_MAX = 256 };
    const cJSON *row, *say;

    t->aliases = arena_alloc(t->arena, ALIASES_MAX, sizeof(*t->aliases));
    if (t->aliases == NULL)
        return false;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(json, "rows"))
    {
        const struct text key =
            arena_word(t, cJSON_GetObjectItemCaseSensitive(row, "key"));

        cJSON_ArrayForEach(say, cJSON_GetObjectItemCaseSensitive(row, "say"))
        {
            if (t->alias_count < ALIASES_MAX)
                t->aliases[t->alias_count++] =
                    (struct row_alias){ arena_word(t, say), key };
        }
    }
    return true;
}

static bool load_all(struct terms *t, const struct facts *f, const cJSON *json)
{
    const cJSON *group;

    for (uint32_t c = 0; c < facts_column_count(f); c++)
        if (!add_column(t, f, c) ||
            (facts_column(f, c)->numbers > 0 && !add_table_words(t, f, c)))
            return false;
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(json, "groups"))
    {
        if (!add_group(t, f, group))
            return false;
    }
    return find_families(t, f) && find_pairs(t, f) &&
           load_row_nouns(t, f, json) && load_aliases(t, json) &&
           feats_load(&t->feats, f, json, t->arena) && make_hash(t, f);
}

enum status terms_make(struct terms **out, const struct facts *f,
                       struct text json, const char *name, struct error *err)
{
    struct terms *t = calloc(1, sizeof(*t));
    cJSON *root = NULL;
    enum status st = ST_OK;

    if (t == NULL || (t->arena = arena_new(TERMS_ARENA_MAX)) == NULL)
        st = error_set(err, ST_NOMEM, "%s: no memory for terms", name);
    if (st == ST_OK)
        st = jsonc_parse(&root, json, name, err);
    if (st == ST_OK && !load_all(t, f, root))
        st = error_set(err, ST_NOMEM, "%s: no memory for terms", name);
    cJSON_Delete(root);
    if (st == ST_OK)
        *out = t;
    else
        terms_free(t);
    return st;
}

void terms_free(struct terms *t)
{
    if (t == NULL)
        return;
    arena_free(t->arena);
    free(t);
}

/* looking up */

static const struct term *find(const struct terms *t, struct text phrase)
{
    const uint32_t at = t->slots[slot_of(t, phrase)];

    return at == 0 ? NULL : &t->terms[at - 1];
}

/* "latencies" and "rebounds" are found by their singulars, too. */
static const struct term *find_word(const struct terms *t, struct text w)
{
    const struct term *term = find(t, w);
    char buf[PHRASE_MAX];

    if (term != NULL || w.len < 4 || w.len + 1 >= PHRASE_MAX)
        return term;
    if (w.ptr[w.len - 1] == 's')
        return find(t, (struct text){ w.ptr, w.len - 1 });
    memcpy(buf, w.ptr, w.len);
    buf[w.len] = 's';
    return find(t, (struct text){ buf, w.len + 1 });
}

/* The words of a phrase stand close: spaces, hyphens, quotes, "_". */
static bool close_words(const struct flat *f, uint32_t word)
{
    const uint32_t a = f->words[word - 1].end, b = f->words[word].start;

    if (b - a > 3)
        return false;
    for (uint32_t i = a; i < b; i++)
        if (f->text[i] == '.' || f->text[i] == ',' || f->text[i] == ';' ||
            f->text[i] == ':' || f->text[i] == '(' || f->text[i] == ')' ||
            f->text[i] == '|')
            return false;
    return true;
}

struct term_start terms_start(const struct terms *t, struct text word)
{
    const uint64_t slot = text_hash(word) & (t->slot_count - 1);

    return (struct term_start){
        .alone =
            word.len < 2 || word.len >= PHRASE_MAX ? NULL : find_word(t, word),
        .longest = t->longest[slot],
        .seconds = t->seconds[slot],
    };
}

const struct term *terms_from(const struct terms *t, const struct flat *f,
                              uint32_t word, struct term_start start,
                              uint32_t *end)
{
    uint32_t n = start.longest;
    struct text words[PHRASE_WORDS_MAX];
    char buf[PHRASE_MAX];

    *end = word + 1;
    if (word + 1 >= f->word_count ||
        (start.seconds &
         name_word_second(f->lower[f->words[word + 1].start])) == 0)
        return start.alone;
    for (uint32_t k = 0; k < n; k++) {
        if (word + k >= f->word_count || (k > 0 && !close_words(f, word + k))) {
            n = k;
            break;
        }
        words[k] = flat_lower(f, word + k);
    }
    for (; n > 1; n--) {
        const struct text joined = join(words, n, buf);
        const struct term *term = joined.len > 0 ? find(t, joined) : NULL;

        if (term != NULL) {
            *end = word + n;
            return term;
        }
    }
    return start.alone;
}

const struct term *terms_at(const struct terms *t, const struct flat *f,
                            uint32_t word, uint32_t *end)
{
    return terms_from(t, f, word, terms_start(t, flat_lower(f, word)), end);
}

const struct term_post *terms_posts(const struct terms *t,
                                    const struct term *term)
{
    return t->posts + term->first;
}

struct text terms_row_word(const struct terms *t, struct text word)
{
    for (size_t i = 0; i < t->alias_count; i++)
        if (text_eq(word, t->aliases[i].say))
            return t->aliases[i].key;
    return word;
}

bool terms_row_noun(const struct terms *t, const struct flat *f, uint32_t word)
{
    struct text w;

    if (word >= f->word_count)
        return false;
    w = flat_lower(f, word);
    for (size_t i = 0; i < t->row_noun_count; i++) {
        const struct text n = t->row_nouns[i];

        if (n.len > 0 && n.ptr[0] != w.ptr[0])
            continue; /* as most do */
        if (text_eq(w, n) ||
            (w.len == n.len + 1 && w.ptr[n.len] == 's' && text_starts(w, n)) ||
            (w.len == n.len + 2 && n.len > 1 &&
             text_starts(w, (struct text){ n.ptr, n.len - 1 }) &&
             text_ends(w, TEXT_LIT("ies"))))
            return true;
    }
    return false;
}

const struct family *terms_families(const struct terms *t, size_t *count)
{
    *count = t->family_count;
    return t->families;
}

const struct number_pair *terms_pairs(const struct terms *t, size_t *count)
{
    *count = t->pair_count;
    return t->pairs;
}

bool terms_is_noun(const struct terms *t, const struct flat *f, uint32_t word)
{
    uint32_t end;
    const struct term *term =
        word < f->word_count ? terms_at(t, f, word, &end) : NULL;

    return term != NULL && term->noun && term->posts > 0;
}

const struct feats *terms_feats(const struct terms *t)
{
    return &t->feats;
}
