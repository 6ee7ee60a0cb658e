/* The sentences of a report and what they name of its tables. */
#include "validator/audit/own_says.h"

#include "validator/audit/own_cues.h"

enum {
    STEM = 5,         /* letters that "accuracy" and "accurate" share */
    BEFORE_MAX = 300, /* bytes of the sentence before */
    BLOCK_BYTES = 1 << 16
};

/* "i.e.", "vs.": the full stop at t[i] ends no sentence. */
static bool abbreviates(struct text t, size_t i)
{
    static const char *const words[] = { "i.e", "e.g", "vs",  "approx",
                                         "ca",  "avg", "bzw", "z.b",
                                         "d.h", "cf",  "etc", "resp" };
    size_t n = 0;
    char lower[8];

    while (n < sizeof(lower) && n < i &&
           (ascii_alpha(t.ptr[i - n - 1]) || t.ptr[i - n - 1] == '.'))
        n++;
    if (n == sizeof(lower))
        return false;
    for (size_t k = 0; k < n; k++)
        lower[k] = ascii_lower(t.ptr[i - n + k]);
    return text_is_any((struct text){ lower, n }, words,
                       sizeof(words) / sizeof(*words));
}

static bool ends_at(struct text t, size_t i)
{
    if (t.ptr[i] == '\n')
        return i + 1 < t.len && t.ptr[i + 1] == '\n';
    if (i + 1 < t.len && !ascii_space(t.ptr[i + 1]) && t.ptr[i + 1] != '*')
        return false;
    return t.ptr[i] != '.' || !abbreviates(t, i);
}

static inline bool ends_here(struct text t, size_t i)
{
    const char c = t.ptr[i];

    return (c == '.' || c == '\n' || c == '!' || c == '?') && ends_at(t, i);
}

/* In lower case, marks and a line's end as spaces. */
static char plain_byte(char c)
{
    return c == '*' || c == '`' || c == '\n' || c == '\0' ? ' '
                                                          : ascii_lower(c);
}

static bool name_byte(char c)
{
    return text_word_byte(c) || c == '-' || c == '_' || c == ':';
}

size_t says_any(struct text t, const char *const *words, size_t n, size_t *end)
{
    size_t which;
    const size_t at = text_first_word(t, words, n, true, &which);

    if (at < t.len)
        *end = at + strlen(words[which]);
    return at;
}

/* Where the words begin in t; t.len: nowhere. */
static size_t text_find_or(struct text t, struct text words)
{
    const size_t at = text_find(t, words, 0);

    return at < t.len ? at : t.len;
}

static void add_part(struct saying *s, uint32_t *from, size_t end, size_t next)
{
    if (s->part_count + 1 >= SAYING_PARTS)
        return;
    s->parts[s->part_count++] = (struct clause){ *from, (uint32_t)end };
    *from = (uint32_t)next;
}

/* Clauses end at semicolons and words like "while". */
static void read_parts(struct saying *s)
{
    static const char *const breaks[] = { "while", "whereas", "but" };
    const struct text t = says_text(s, 0, s->len);
    uint32_t from = 0;

    s->part_count = 0;
    for (size_t i = 0; i < t.len; i++) {
        size_t end;

        if (t.ptr[i] == ';')
            add_part(s, &from, i, i + 1);
        else if ((t.ptr[i] == 'w' || t.ptr[i] == 'b') && i > 0 &&
                 t.ptr[i - 1] == ' ' &&
                 says_any(
                     (struct text){ t.ptr + i, t.len - i < 8 ? t.len - i : 8 },
                     breaks, sizeof(breaks) / sizeof(*breaks), &end) == 0)
            add_part(s, &from, i, i + end);
    }
    s->parts[s->part_count++] = (struct clause){ from, s->len };
}

static struct clause clause_of(const struct saying *s, uint32_t i)
{
    const uint32_t start = says_start(s, i);
    uint32_t k = 0;

    while (k + 1 < s->part_count && s->parts[k].end <= start)
        k++;
    return s->parts[k];
}

/* Reads the sentence of the block around w->out[i]. False: it is too long. */
static bool read_saying(struct saying *s, uint32_t i)
{
    const struct work *w = s->w;
    const struct span block = w->report->doc.blocks[w->out[i].block].span;
    const struct text t = text_sub(w->report->bytes, block);
    const struct span at = w->out[i].claim.span;
    size_t from, to;

    if (at.off < block.off || span_end(at) > span_end(block))
        return false;
    from = at.off - block.off;
    to = span_end(at) - block.off;
    while (from > 0 && to - from < SAYING_BYTES && !ends_here(t, from - 1))
        from--;
    while (to < t.len && to - from < SAYING_BYTES && !ends_here(t, to))
        to++;
    s->from = block.off + from;
    s->len = 0;
    if (to - from >= SAYING_BYTES)
        return false;
    for (size_t k = from; k < to; k++)
        s->text[s->len++] = plain_byte(t.ptr[k]);
    s->names->read = false;
    read_parts(s);
    s->before = (struct text){ t.ptr, from };
    if (from > BEFORE_MAX)
        s->before = (struct text){ t.ptr + from - BEFORE_MAX, BEFORE_MAX };
    for (s->first = i; s->first > 0 &&
                       w->out[s->first - 1].block == w->out[i].block &&
                       w->out[s->first - 1].claim.span.off >= s->from;)
        s->first--;
    for (s->last = i + 1;
         s->last < w->count && w->out[s->last].block == w->out[i].block &&
         span_end(w->out[s->last].claim.span) <= s->from + s->len;)
        s->last++;
    return true;
}

/* A bare number is the name of a row where the words say so. */
static bool bare_number(struct text name)
{
    size_t digits = 0;

    for (size_t i = 0; i < name.len; i++) {
        if (!ascii_digit(name.ptr[i]) && name.ptr[i] != ',')
            return false;
        digits += ascii_digit(name.ptr[i]);
    }
    return digits < 3;
}

static void add_name(struct row_name out[SAYING_NAMES], uint32_t *n,
                     struct row_name now)
{
    uint32_t k = *n;

    if (*n == SAYING_NAMES)
        return;
    for (; k > 0 && out[k - 1].start > now.start; k--)
        out[k] = out[k - 1];
    out[k] = now;
    ++*n;
}

/* The row's name begins at t[i]. */
static bool name_at(struct text t, size_t i, struct text name)
{
    const size_t end = i + name.len;

    return end <= t.len &&
           (end == t.len || !name_byte(t.ptr[end]) ||
            (t.ptr[end] == ':' &&
             (end + 1 == t.len || t.ptr[end + 1] == ' '))) &&
           text_eq_icase((struct text){ t.ptr + i, name.len }, name) &&
           (name.len > 1 || t.ptr[i] != 'a');
}

bool says_percentile(const struct grid *g, uint32_t row)
{
    const struct text name = grid_row_name(g, row);

    return name.len > 1 && ascii_lower(name.ptr[0]) == 'p' &&
           ascii_digit(name.ptr[1]);
}

/* "p99" names a row, "Total" and "Mean" do not. */
static bool may_name(const struct grid *g, uint32_t row)
{
    return grid_is_data(g, row) || says_percentile(g, row);
}

/* Of the first n letters at p, in lower case. */
static uint32_t letters_of(const char *p, size_t n)
{
    uint32_t h = (uint32_t)n;

    for (size_t i = 0; i < n; i++)
        h = h * 37 + (unsigned char)ascii_lower(p[i]);
    return h & (NAME_BITS - 1);
}

static bool has_bit(const struct beginnings *b, uint32_t at)
{
    return (b->bits[at / 64] >> (at % 64) & 1) != 0;
}

/* Some name may begin at t[i]. */
static bool may_begin(const struct beginnings *b, struct text t, size_t i)
{
    const size_t n = t.len - i < 3 ? t.len - i : 3;

    for (size_t k = 1; k <= n; k++)
        if (has_bit(b, letters_of(t.ptr + i, k)))
            return true;
    return false;
}

static void begin_names(const struct grid *g, struct beginnings *out)
{
    *out = (struct beginnings){ { 0 } };
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text name = grid_row_name(g, r);
        const uint32_t at = letters_of(name.ptr, name.len < 3 ? name.len : 3);

        if (name.len > 0)
            out->bits[at / 64] |= (uint64_t)1 << (at % 64);
    }
}

/* "epoch 3", below a header that says "Epoch". */
static bool behind_header(const struct grid *g, struct text t, size_t i)
{
    const struct text head = grid_row_name(g, 0);

    return head.len >= 3 && i > head.len && t.ptr[i - 1] == ' ' &&
           text_eq_icase((struct text){ t.ptr + i - 1 - head.len, head.len },
                         head) &&
           (i == head.len + 1 || !name_byte(t.ptr[i - 2 - head.len]));
}

/* The rows of g whose names begin at t[i]. */
static void add_names(const struct grid *g, struct text t, size_t i,
                      struct row_name *found, uint32_t *n)
{
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text name = grid_row_name(g, r);

        if (name.len > 0 && ascii_lower(name.ptr[0]) == ascii_lower(t.ptr[i]) &&
            name_at(t, i, name) && may_name(g, r) &&
            (!bare_number(name) || behind_header(g, t, i)))
            add_name(
                found, n,
                (struct row_name){ r, (uint32_t)i, (uint32_t)(i + name.len) });
    }
}

/* "smol-1kb" is not "smol", "large model" not "model" */
static uint32_t longest_names(const struct row_name *found, uint32_t n,
                              struct row_name out[SAYING_NAMES])
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < n; i++) {
        bool inside = false;

        for (uint32_t k = 0; k < n; k++)
            inside = inside || (k != i && found[k].start <= found[i].start &&
                                found[k].end >= found[i].end &&
                                found[k].end - found[k].start >
                                    found[i].end - found[i].start);
        if (!inside)
            out[kept++] = found[i];
    }
    return kept;
}

uint32_t says_rows(const struct grid *g, struct text t,
                   struct row_name out[SAYING_NAMES])
{
    struct row_name found[SAYING_NAMES];
    struct beginnings begin;
    uint32_t n = 0;

    begin_names(g, &begin);
    for (size_t i = 0; i < t.len; i++)
        if ((i == 0 || !name_byte(t.ptr[i - 1])) && may_begin(&begin, t, i))
            add_names(g, t, i, found, &n);
    return longest_names(found, n, out);
}

/* The names of all tables' rows in the sentence. */
static void read_names(const struct saying *s)
{
    const struct text t = says_text(s, 0, s->len);
    struct row_name found[TABLES_MAX][SAYING_NAMES];
    uint32_t n[TABLES_MAX] = { 0 };

    for (size_t i = 0; i < t.len; i++) {
        if ((i > 0 && name_byte(t.ptr[i - 1])) || t.ptr[i] == ' ' ||
            !may_begin(&s->tables->any, t, i))
            continue;
        for (uint32_t k = 0; k < s->tables->count; k++)
            if (may_begin(&s->tables->begin[k], t, i))
                add_names(&s->tables->at[k], t, i, found[k], &n[k]);
    }
    for (uint32_t k = 0; k < s->tables->count; k++)
        s->names->count[k] =
            (uint8_t)longest_names(found[k], n[k], s->names->at[k]);
    s->names->read = true;
}

uint32_t says_rows_in(const struct saying *s, const struct grid *g,
                      uint32_t from, uint32_t to,
                      struct row_name out[SAYING_NAMES])
{
    struct row_name all[SAYING_NAMES];
    const struct row_name *names = all;
    uint32_t n = 0, count, t = 0;

    while (t < s->tables->count && &s->tables->at[t] != g)
        t++;
    if (t == s->tables->count) {
        count = says_rows(g, says_text(s, 0, s->len), all);
    } else {
        if (!s->names->read)
            read_names(s);
        names = s->names->at[t];
        count = s->names->count[t];
    }
    for (uint32_t k = 0; k < count; k++)
        if (names[k].start >= from && names[k].end <= to)
            out[n++] = names[k];
    return n;
}

/* Words of headers that tell no column. */
static bool says_nothing(struct text word)
{
    static const char *const words[] = { "time",   "rate",    "size",  "total",
                                         "mean",   "average", "count", "value",
                                         "with",   "number",  "model", "score",
                                         "before", "after",   "used",  "from",
                                         "than",   "change" };

    return text_is_any(word, words, sizeof(words) / sizeof(*words));
}

static bool begins_word(struct text t, struct text word)
{
    const size_t stem = word.len < STEM ? word.len : STEM;

    for (size_t i = 0; i + stem <= t.len; i++) {
        const char *p = memchr(t.ptr + i, word.ptr[0], t.len - stem + 1 - i);

        if (p == NULL)
            return false;
        i = (size_t)(p - t.ptr);
        if ((i == 0 || !text_word_byte(p[-1])) &&
            memcmp(p, word.ptr, stem) == 0 &&
            (stem == STEM || i + stem == t.len || !text_word_byte(p[stem]) ||
             p[stem] == 's'))
            return true;
    }
    return false;
}

static bool begins_alike(struct text t, struct text word)
{
    if (word.len > 4 && word.ptr[word.len - 1] == 's')
        word.len--; /* "reads" and "read" */
    return begins_word(t, word);
}

uint32_t says_column(const struct grid *g, uint32_t col, struct text t)
{
    const struct text head = grid_text(g, 0, col);
    char lower[SAYING_BYTES];
    uint32_t words = 0;
    size_t n = 0;

    for (size_t i = 0; i <= head.len && i < sizeof(lower); i++) {
        struct text word = { lower, n };

        if (i < head.len && text_word_byte(head.ptr[i])) {
            lower[n++] = ascii_lower(head.ptr[i]);
            continue;
        }
        n = 0;
        words += word.len >= 3 && !says_nothing(word) && begins_alike(t, word);
        if (i < head.len && head.ptr[i] == '(')
            break; /* the unit */
    }
    return words;
}

bool says_group(const struct grid *g, struct text t)
{
    for (uint32_t c = 1; c < g->cols; c++)
        for (uint32_t r = 1; r < g->rows; r++) {
            const struct cell *cell = grid_cell(g, r, c);
            char lower[32];
            size_t n = 0;

            if (cell->kind != CELL_TEXT || cell->text.len < 2 ||
                cell->text.len > sizeof(lower))
                continue;
            while (n < cell->text.len) {
                lower[n] = ascii_lower(cell->text.ptr[n]);
                n++;
            }
            if (text_find(t, (struct text){ lower, n }, 0) < t.len)
                return true;
        }
    return false;
}

/* Of a statement of its own: no count or setting. */
static bool is_measure(const struct claim *c)
{
    return c->exempt == EXEMPT_NO && c->form == FORM_DIGITS &&
           (!unit_none(c->unit) || c->value.last < 0);
}

static struct text topic_of(const struct saying *s, uint32_t i)
{
    uint32_t from = s->in.start, to = s->in.end;
    struct text tail;

    for (uint32_t k = s->first; k < s->last; k++) {
        if (!is_measure(&s->w->out[k].claim))
            continue;
        if (k < i && says_end(s, k) > from)
            from = says_end(s, k);
        if (k > i && says_start(s, k) < to)
            to = says_start(s, k);
    }
    tail = says_text(s, says_end(s, i), to);
    return says_text(s, from,
                     says_end(s, i) +
                         (uint32_t)text_find_or(tail, TEXT_LIT(" and ")));
}

static uint32_t data_rows(const struct grid *g)
{
    uint32_t n = 0;

    for (uint32_t r = 1; r < g->rows; r++)
        n += g->labels[r].bits == 0;
    return n;
}

bool says_count(const struct work *w, const struct claim *c)
{
    return c->value.last >= 0 && c->role == ROLE_ALONE &&
           (unit_none(c->unit) || units_is_count(w->units, c->unit));
}

bool says_row_count(const struct tables *t, const struct grid *g,
                    struct decimal v)
{
    for (uint32_t k = 0; k < t->count; k++)
        if (&t->at[k] == g)
            return decimal_eq(v, decimal_from_int(t->rows[k])) ||
                   decimal_eq(v, decimal_from_int(t->names[k]));
    return false;
}

bool says_rows_counted(const struct saying *s, uint32_t i, const struct grid *g)
{
    for (uint32_t k = s->first; k < s->last; k++) {
        const struct claim *c = &s->w->out[k].claim;

        if (k != i && says_count(s->w, c) &&
            says_row_count(s->tables, g, c->value))
            return true;
    }
    return false;
}

struct text says_words(struct text t, uint32_t n)
{
    size_t i = 0;

    while (i < t.len && (text_word_byte(t.ptr[i]) || t.ptr[i] == ' ' ||
                         t.ptr[i] == '-' || t.ptr[i] == '~')) {
        if (text_word_byte(t.ptr[i]) &&
            (i + 1 == t.len || !text_word_byte(t.ptr[i + 1])) && --n == 0)
            return (struct text){ t.ptr, i + 1 };
        i++;
    }
    return (struct text){ t.ptr, i };
}

struct text says_last_words(struct text t, uint32_t n)
{
    size_t i = t.len;

    while (i > 0 && (text_word_byte(t.ptr[i - 1]) || t.ptr[i - 1] == ' ' ||
                     t.ptr[i - 1] == '-' || t.ptr[i - 1] == '~')) {
        i--;
        if (text_word_byte(t.ptr[i]) &&
            (i == 0 || !text_word_byte(t.ptr[i - 1])) && --n == 0)
            break;
    }
    return (struct text){ t.ptr + i, t.len - i };
}

const struct claim *says_number(const struct grid *g, uint32_t row,
                                uint32_t col)
{
    const struct cell *c = grid_cell(g, row, col);

    return c->kind == CELL_ONE && cell_claim(g, c)->cmp == CMP_NONE
               ? cell_claim(g, c)
               : NULL;
}

bool says_all_rows(const struct saying *s, const struct grid *g)
{
    static const char *const words[] = { "each", "per", "every", "je",
                                         "par",  "por", "cada" };
    enum { NOUN_BYTES = 16 };
    const struct text t = says_text(s, 0, s->len);
    size_t end = 0;

    if (says_any(t, words, sizeof(words) / sizeof(*words), &end) == t.len)
        return false;
    return says_column(g, 0,
                       says_text(s, (uint32_t)end,
                                 end + NOUN_BYTES < s->len
                                     ? (uint32_t)end + NOUN_BYTES
                                     : s->len)) > 0;
}

bool says_cell(const struct grid *g, const struct claim *c)
{
    for (uint32_t i = 0; i < g->rows * g->cols; i++)
        if (g->at[i].kind == CELL_ONE) {
            const struct claim *x = cell_claim(g, &g->at[i]);

            if (decimal_eq(decimal_abs(x->value), decimal_abs(c->value)) &&
                (unit_same(x->unit, c->unit) || unit_none(x->unit) ||
                 unit_none(c->unit)))
                return true;
        }
    return false;
}

static bool may_be_wrong(const struct work *w, uint32_t i)
{
    const struct judged *j = &w->out[i];

    return j->claim.exempt == EXEMPT_NO && j->claim.form == FORM_DIGITS &&
           j->claim.role != ROLE_SPREAD && j->claim.cmp == CMP_NONE &&
           j->verdict != CLAIM_DERIVED && j->fault != FAULT_ARITHMETIC &&
           !own_borne_out(j);
}

static void judge(const struct saying *s, uint32_t i)
{
    static const struct {
        uint8_t cues;
        void (*judge)(const struct saying *, uint32_t);
    } rules[] = { { CUE_SHARE, own_quota },  { CUE_REST, own_parts },
                  { CUE_EACH, own_each },    { CUE_STAT, own_stated },
                  { CUE_CHANGE, own_named }, { CUE_END, own_extreme },
                  { CUE_QUOTED, own_quoted } };

    for (size_t k = 0; k < sizeof(rules) / sizeof(*rules); k++)
        if ((s->w->out[i].cues & rules[k].cues) != 0 && may_be_wrong(s->w, i))
            rules[k].judge(s, i);
}

static uint32_t different_names(const struct grid *g)
{
    uint32_t names = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        bool known = g->labels[r].bits != 0;

        for (uint32_t k = 1; k < r && !known; k++)
            known = text_eq(grid_text(g, k, 0), grid_text(g, r, 0));
        names += known ? 0 : 1;
    }
    return names;
}

/* The one row that sums the others up; 0: none. */
static uint32_t total_row(const struct grid *g)
{
    uint32_t found = 0;

    for (uint32_t r = 1; r < g->rows; r++)
        if (g->labels[r].bits == LABEL_SUM)
            found = found == 0 ? r : g->rows;
    return found < g->rows ? found : 0;
}

/* Labels and names of the tables, which are looked at again and again. */
static void read_tables(struct work *w, struct tables *tables)
{
    tables->any = (struct beginnings){ { 0 } };
    own_slips(tables);
    for (uint32_t t = 0; t < tables->count; t++) {
        struct grid *g = &tables->at[t];
        struct text *names = arena_alloc(w->a, g->rows, sizeof(*names));

        grid_label(g);
        g->partial = grid_partial(g);
        for (uint32_t r = 0; r < g->rows && names != NULL; r++)
            names[r] = grid_row_name(g, r);
        g->names = names;
        begin_names(g, &tables->begin[t]);
        for (uint32_t k = 0; k < NAME_BITS / 64; k++)
            tables->any.bits[k] |= tables->begin[t].bits[k];
        tables->rows[t] = data_rows(g);
        tables->names[t] = different_names(g);
        tables->totals[t] = total_row(g);
    }
}

void own_says(struct work *w, struct tables *tables)
{
    struct said_names names;
    struct saying s = { .w = w, .tables = tables, .names = &names };
    bool read = false;

    for (uint32_t i = 0; i < w->count; i++) {
        if (w->out[i].cues == 0 || !may_be_wrong(w, i) ||
            w->report->doc.blocks[w->out[i].block].span.len > BLOCK_BYTES)
            continue;
        if (!read)
            read_tables(w, tables);
        read = true;
        if (w->out[i].cues == CUE_QUOTED &&
            !own_may_slip(tables, w->out[i].claim.value))
            continue;
        if (i < s.first || i >= s.last) {
            if (!read_saying(&s, i))
                continue;
            if ((w->out[i].cues & CUE_FATE) != 0)
                own_fates(&s);
        }
        s.in = clause_of(&s, i);
        s.topic = topic_of(&s, i);
        judge(&s, i);
    }
}
