/* Names of rows and words of columns in a block of the report. */
#include "validator/audit/audit_int.h"

enum { SUBWORDS_MAX = 24, NAME_CELLS_LOOK = 512, SURNAME_MIN = 3 };

struct subword {
    struct text text;
    uint32_t word;
};

/* Some letter of the word, but its first, is a capital: it may have humps. */
static bool capital_inside(const struct flat *f, uint32_t word)
{
    const uint32_t at = f->words[word].start + 1;
    const size_t n = f->words[word].end - at;
    uint64_t text, lower;

    if (n == 0)
        return false;
    if (n > sizeof(text))
        return memcmp(f->text + at, f->lower + at, n) != 0;
    memcpy(&text, f->text + at, sizeof(text));
    memcpy(&lower, f->lower + at, sizeof(lower));
    return word_key_part(text ^ lower, n) != 0;
}

static bool hump_at(const struct flat *f, uint32_t i)
{
    return f->text[i] >= 'A' && f->text[i] <= 'Z' && f->text[i - 1] >= 'a' &&
           f->text[i - 1] <= 'z';
}

/* The words from `word` on, at most max, split at humps as facts_words does. */
static size_t subwords(const struct flat *f, uint32_t word, struct subword *out,
                       size_t max)
{
    size_t n = 0;

    for (; word < f->word_count && n < max; word++) {
        const uint32_t end = f->words[word].end;
        uint32_t start = f->words[word].start;

        if (capital_inside(f, word))
            for (uint32_t i = start + 1; i < end && n < max; i++)
                if (hump_at(f, i)) {
                    out[n++] =
                        (struct subword){ { f->lower + start, i - start },
                                          word };
                    start = i;
                }
        if (n < max)
            out[n++] =
                (struct subword){ { f->lower + start, end - start }, word };
    }
    return n;
}

static bool tree_row(const struct work *w, uint32_t column)
{
    const struct fact_column *c = facts_column(w->facts, column);

    return facts_table(w->facts, c->table)->kind == TABLE_TREE;
}

static bool has_numbers(const struct work *w, const struct fact_table *t)
{
    for (uint32_t k = 0; k < t->columns; k++)
        if (facts_column(w->facts, t->first_column + k)->numbers > 0)
            return true;
    return false;
}

/* How a cell that holds a name stands for its row. */
enum naming { NAMES_KEY, NAMES_ALONE, NAMES_GROUP, NAMES_NOTHING };

static enum naming naming_of(const struct work *w,
                             const struct fact_cell_ref *cells, size_t n,
                             size_t i, bool plain)
{
    const struct fact_column *c = facts_column(w->facts, cells[i].column);
    const struct fact_table *t = facts_table(w->facts, c->table);
    const bool only = (i == 0 || cells[i - 1].column != cells[i].column) &&
                      (i + 1 == n || cells[i + 1].column != cells[i].column);

    if ((plain && !tree_row(w, cells[i].column)) || !has_numbers(w, t))
        return NAMES_NOTHING;
    if (t->key == cells[i].column || t->kind == TABLE_TREE)
        return NAMES_KEY;
    return only ? NAMES_ALONE : NAMES_GROUP;
}

/* A row among others says more than the only row of its table: it is there
 * that a name is compared with others. */
static void tables_first(const struct work *w, struct row_ref *rows,
                         uint32_t count)
{
    struct row_ref alone[ROWS_MAX] = { { 0, 0 } };
    uint32_t n = 0, kept = 0;

    for (uint32_t i = 0; i < count; i++)
        if (facts_table(w->facts, rows[i].table)->rows > 1)
            rows[kept++] = rows[i];
        else
            alone[n++] = rows[i];
    for (uint32_t i = 0; i < n; i++)
        rows[kept + i] = alone[i];
}

/* Rows that the name names: by a key cell, or as the only row with it in a
 * column. Failing that, the rows that share it (a group). */
static bool find_rows(struct work *w, uint32_t name, bool plain,
                      struct subject *s)
{
    const struct fact_cell_ref *cells;
    const size_t all = facts_name_cells(w->facts, name, &cells);
    const size_t n = all < NAME_CELLS_LOOK ? all : NAME_CELLS_LOOK;
    struct row_ref rows[ROWS_MAX];
    uint32_t count = 0;

    for (int how = NAMES_KEY; how <= NAMES_GROUP; how++) {
        if (how == NAMES_GROUP && count > 0)
            break;
        for (size_t i = 0; i < n && count < ROWS_MAX; i++)
            if ((int)naming_of(w, cells, n, i, plain) == how)
                rows[count++] = (struct row_ref){
                    facts_column(w->facts, cells[i].column)->table, cells[i].row
                };
        s->group = how == NAMES_GROUP;
    }
    s->row_count = count;
    if (count == 0)
        return true;
    tables_first(w, rows, count);
    s->rows = arena_grow(w->a, rows, count, count, sizeof(*rows));
    return s->rows != NULL;
}

/* The same, remembered: a report says its names again and again. */
static bool rows_of(struct work *w, uint32_t name, bool plain,
                    struct subject *s)
{
    struct named_rows *seen = &w->named_rows[name % NAMED_ROWS];

    if (!seen->known || seen->name != name || seen->plain != plain) {
        if (!find_rows(w, name, plain, s))
            return false;
        *seen = (struct named_rows){ .name = name,
                                     .known = true,
                                     .plain = plain,
                                     .group = s->group,
                                     .rows = s->rows,
                                     .count = s->row_count };
    }
    s->rows = seen->rows;
    s->row_count = seen->count;
    s->group = seen->group;
    return true;
}

/* The name that a surname (or city) alone stands for: the only one, or the
 * last one named in full. */
static uint32_t surname(const struct work *w, uint32_t word)
{
    const struct flat *f = &w->flat;
    const char c = f->text[f->words[word].start];
    const uint32_t *names;
    uint32_t best = FACT_NONE, people = 0;
    size_t n;

    if (c < 'A' || c > 'Z' ||
        f->words[word].end - f->words[word].start < SURNAME_MIN ||
        !w->known[word].name.has)
        return FACT_NONE;
    n = facts_names_with(w->facts, flat_lower(f, word), &names);
    if (n == 0 || n > 8)
        return FACT_NONE;
    for (size_t i = 0; i < n; i++) {
        const struct fact_name *name = facts_name(w->facts, names[i]);

        if (name->word_count < 2 || name->word_count > 4)
            continue;
        people++;
        best = names[i];
        for (uint32_t k = w->subject_count; k > 0; k--)
            if (w->subjects[k - 1].name == names[i])
                return names[i];
        if (w->last.row_count > 0 && w->last.name == names[i])
            return names[i];
    }
    return people == 1 ? best : FACT_NONE;
}

static bool preposition(struct text w)
{
    static const char *const words[] = { "for",     "over", "against", "versus",
                                         "vs",      "to",   "than",    "from",
                                         "beating", "past", "of" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is(w, words[i]))
            return true;
    return false;
}

/* "led the Hawks", "defeated Utah": what is named is the object. */
static bool past_verb(struct text w)
{
    return text_eq(w, TEXT_LIT("led")) || text_eq(w, TEXT_LIT("beat")) ||
           (w.len > 4 && text_ends(w, TEXT_LIT("ed")));
}

/* "for the Hawks", "against Utah": named aside when somebody is named before
 * it. */
static bool stands_aside(const struct flat *f, uint32_t word)
{
    if (word >= 1 && text_eq(flat_lower(f, word - 1), TEXT_LIT("the")))
        word--;
    if (word >= 1 && (text_eq(flat_lower(f, word - 1), TEXT_LIT("visiting")) ||
                      text_eq(flat_lower(f, word - 1), TEXT_LIT("host"))))
        word--;
    if (word >= 1 && text_eq(flat_lower(f, word - 1), TEXT_LIT("the")))
        word--;
    return word >= 1 && (preposition(flat_lower(f, word - 1)) ||
                         past_verb(flat_lower(f, word - 1)));
}

/* "from Ann Lee, who": what follows is hers. */
static bool who_follows(const struct flat *f, uint32_t end)
{
    struct text t;

    if (end >= f->word_count)
        return false;
    t = flat_lower(f, end);
    return text_eq(t, TEXT_LIT("who")) || text_eq(t, TEXT_LIT("which")) ||
           text_eq(t, TEXT_LIT("whose"));
}

/* Words of the longest name that may begin there; 0: none does. */
static size_t longest_name(const struct work *w, uint32_t word)
{
    const struct flat_word at = w->flat.words[word];
    struct subword first;

    if (subwords(&w->flat, word, &first, 1) == 0)
        return 0;
    return first.text.len == at.end - at.start
               ? w->known[word].name.longest
               : facts_name_word(w->facts, terms_row_word(w->terms, first.text))
                     .longest;
}

/* No name of several words has the word behind `word` as its second. */
static bool at_most_alone(const struct work *w, uint32_t word)
{
    const struct flat *f = &w->flat;
    const struct name_word *name = &w->known[word].name;

    return name->longest <= 1 || word + 1 >= f->word_count ||
           (name->seconds &
            name_word_second(f->lower[f->words[word + 1].start])) == 0;
}

static uint32_t name_at(const struct work *w, uint32_t word, uint32_t *end)
{
    struct subword sub[SUBWORDS_MAX];
    struct text words[SUBWORDS_MAX];
    uint32_t name, len;
    size_t longest, n;

    if (!capital_inside(&w->flat, word)) {
        if (at_most_alone(w, word))
            return w->known[word].name.alone;
        longest = w->known[word].name.longest;
    } else {
        longest = longest_name(w, word);
    }
    if (longest == 0)
        return FACT_NONE;
    /* one more: whether the name ends inside a word */
    n = subwords(&w->flat, word, sub,
                 longest < SUBWORDS_MAX ? longest + 1 : SUBWORDS_MAX);
    if (n == 0)
        return FACT_NONE;
    for (size_t i = 0; i < n; i++)
        words[i] = sub[i].text;
    words[0] = terms_row_word(w->terms, words[0]);
    name = facts_name_at(w->facts, words, n);
    if (name == FACT_NONE)
        return FACT_NONE;
    len = facts_name(w->facts, name)->word_count;
    if (len == 0 || len > n)
        return FACT_NONE;
    *end = sub[len - 1].word + 1;
    /* a name must not end inside a word */
    if (len < n && sub[len].word == sub[len - 1].word)
        return FACT_NONE;
    return name;
}

static bool all_digits(struct text w)
{
    for (size_t i = 0; i < w.len; i++)
        if (!ascii_digit(w.ptr[i]))
            return false;
    return true;
}

/* Nothing that is named begins with the word, nor is it a surname. */
static bool begins_nothing(const struct work *w, uint32_t word)
{
    const struct known_word *k = &w->known[word];
    const char first = w->flat.text[w->flat.words[word].start];

    return (k->nothing || (k->name.longest == 0 && !spelt_any(k->spelt) &&
                           !(first >= 'A' && first <= 'Z'))) &&
           !capital_inside(&w->flat, word);
}

/* "json" of "probe_*.json" */
static bool file_ending(const struct flat *f, uint32_t word)
{
    const uint32_t at = f->words[word].start;

    return at >= 2 && f->text[at - 1] == '.' &&
           (ascii_alnum(f->text[at - 2]) || f->text[at - 2] == '*');
}

static uint32_t spelt_at(const struct work *w, uint32_t word, uint32_t *end)
{
    const struct spelt s = w->known[word].spelt;

    return spelt_any(s) ? spellings_at(w->spellings, &w->flat, word, s, end)
                        : FACT_NONE;
}

/* Some column of texts that has the word in its name has this name in a cell.
 */
static bool column_called(const struct work *w, uint32_t name, struct text word)
{
    enum { LOOK = 256 };
    const struct fact_cell_ref *cells;
    const size_t n = facts_name_cells(w->facts, name, &cells);

    for (size_t i = 0; i < n && i < LOOK; i++) {
        const struct fact_column *c = facts_column(w->facts, cells[i].column);

        if (i > 0 && cells[i].column == cells[i - 1].column)
            continue;
        for (size_t k = 0; k < c->word_count; k++)
            if (text_eq(c->words[k], word) ||
                (word.len == c->words[k].len + 1 &&
                 word.ptr[word.len - 1] == 's' &&
                 text_starts(word, c->words[k])))
                return true;
    }
    return false;
}

/* The table's first column is headed by a word that its cells are called. */
static bool headed(const struct work *w, uint32_t name)
{
    enum { BYTES = 64, WORDS = 6 };
    const struct text head = text_trim(w->cols[0].text);
    char buf[BYTES];
    struct text words[WORDS];
    const size_t n =
        head.len > BYTES ? 0 : facts_words(head, buf, words, WORDS);

    for (size_t i = 0; i < n; i++)
        if (column_called(w, name, words[i]))
            return true;
    return false;
}

/* "Line A", and "A" below "Line": a letter is a name where it is called so. */
static bool lettered(const struct work *w, uint32_t word)
{
    const char c = w->flat.text[w->flat.words[word].start];
    const struct text letter = flat_lower(&w->flat, word);
    uint32_t name;

    if (c < 'A' || c > 'Z' || w->known[word].name.longest == 0)
        return false;
    name = facts_name_at(w->facts, &letter, 1);
    if (name == FACT_NONE)
        return false;
    if (word > 0)
        return w->flat.words[word].start - w->flat.words[word - 1].end == 1 &&
               column_called(w, name, flat_lower(&w->flat, word - 1));
    return w->block->role == BLOCK_TABLE_CELL && w->block->col == 0 &&
           w->flat.word_count == 1 && w->col_count > 0 && headed(w, name);
}

/* "The medium case", where a column "case" has it: no word by accident. */
static bool called_so(const struct work *w, uint32_t name, uint32_t end)
{
    const struct flat *f = &w->flat;

    return end < f->word_count &&
           f->words[end].start - f->words[end - 1].end == 1 &&
           f->words[end].end - f->words[end].start > 2 &&
           column_called(w, name, flat_lower(f, end));
}

static bool add_subject(struct work *w, uint32_t word, uint32_t *end)
{
    struct subject s = { .word = word, .end = word + 1 };
    const struct text first = flat_lower(&w->flat, word);
    bool plain;

    if (file_ending(&w->flat, word))
        return true;
    if (first.len == 1 && !ascii_digit(first.ptr[0]) && !lettered(w, word))
        return true;
    s.name = name_at(w, word, &s.end);
    if (s.name != FACT_NONE && s.end == word + 1 && all_digits(first))
        return true;
    if (s.name == FACT_NONE)
        s.name = surname(w, word);
    if (s.name == FACT_NONE)
        s.name = spelt_at(w, word, &s.end);
    if (s.name == FACT_NONE)
        return true;
    plain = s.end == word + 1 && first.len > 1 &&
            flat_is(&w->flat, word, WORD_CELL) && !called_so(w, s.name, s.end);
    if (!rows_of(w, s.name, plain, &s))
        return false;
    if (s.row_count == 0)
        return true;
    s.span = flat_span(&w->flat, w->flat.words[word].start,
                       w->flat.words[s.end - 1].end);
    s.aside = stands_aside(&w->flat, word) && !who_follows(&w->flat, s.end);
    w->subjects[w->subject_count++] = s;
    *end = s.end;
    return true;
}

static bool find_mentions(struct work *w)
{
    for (uint32_t i = 0;
         i < w->flat.word_count && w->mention_count < MENTIONS_MAX;) {
        const struct term_start start = w->known[i].term;
        const struct term *t = start.alone;
        uint32_t end = i + 1;

        if (start.longest > 1)
            t = terms_from(w->terms, &w->flat, i, start, &end);
        if (t != NULL && t->posts > 0)
            w->mentions[w->mention_count++] = (struct mention){ i, end, t };
        i = t == NULL ? i + 1 : end;
    }
    return true;
}

bool subjects_find(struct work *w)
{
    w->subject_count = w->mention_count = 0;
    if (w->facts == NULL || w->terms == NULL)
        return true;
    for (uint32_t i = 0;
         i < w->flat.word_count && w->subject_count < SUBJECTS_MAX;) {
        uint32_t end = i + 1;

        if (!begins_nothing(w, i) && !add_subject(w, i, &end))
            return false;
        i = end;
    }
    return find_mentions(w);
}

/* "23 points for Harden", "102 tok/s (g60)", "with", "on", "at", "by". */
static bool follows_as_subject(const struct flat *f, const struct claim *c,
                               const struct subject *s)
{
    static const char *const words[] = { "for",  "with", "on",    "at",   "by",
                                         "from", "in",   "under", "using" };
    uint32_t before = s->word;

    if (s->word < c->end_word || s->word > c->end_word + 6)
        return false;
    if (f->words[s->word].start > 0 &&
        f->text[f->words[s->word].start - 1] == '(')
        return true;
    if (before > 0 && text_eq(flat_lower(f, before - 1), TEXT_LIT("the")))
        before--;
    for (size_t i = 0; before > 0 && i < sizeof(words) / sizeof(*words); i++)
        if (text_is(flat_lower(f, before - 1), words[i]))
            return true;
    return false;
}

/* "of Frankfurt's 903 Mbps" */
static bool owns(const struct flat *f, const struct subject *s,
                 const struct claim *c)
{
    return s->end + 1 == c->first_word &&
           text_eq(flat_lower(f, s->end), TEXT_LIT("s")) &&
           f->words[s->end].start - f->words[s->end - 1].end <= 3;
}

const struct subject *subject_of(const struct work *w, const struct claim *c,
                                 uint32_t start, uint32_t end)
{
    const struct flat *f = &w->flat;
    const struct subject *before = NULL, *after = NULL;

    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];

        if (f->words[s->word].start < start || f->words[s->word].start >= end)
            continue;
        if (s->end <= c->first_word) {
            if (before == NULL || !s->aside || before->aside || owns(f, s, c))
                before = s;
        } else if (after == NULL && s->word >= c->end_word) {
            after = s;
        }
    }
    if (after != NULL && after->word == c->end_word && unit_none(c->unit) &&
        c->end + 1 == f->words[after->word].start)
        return after; /* "3 JSON files" */
    if (before != NULL)
        return before;
    if (after != NULL && follows_as_subject(f, c, after))
        return after;
    return NULL;
}
