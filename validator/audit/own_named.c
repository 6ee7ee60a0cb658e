/* Rows of a report's table that the text below it compares: "gemma3:1b is 61 %
 * faster than gemma3:4b". */
#include "validator/audit/grid.h"

enum {
    TAIL_WORDS = 2,  /* words behind the second name that say no more */
    BEFORE_MAX = 300 /* bytes of the sentence before, which "it" is of */
};

struct pair {
    uint32_t a, b; /* rows */
    uint32_t end;  /* byte behind the second name */
};

static bool name_byte(char c)
{
    return ascii_alnum(c) || c == '-' || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

/* Where the name stands in t at or behind `from`, as words of its own; t.len:
 * nowhere. */
static size_t find_name(struct text t, struct text name, size_t from)
{
    for (size_t i = from; name.len > 0 && i + name.len <= t.len; i++)
        if (text_eq_icase((struct text){ t.ptr + i, name.len }, name) &&
            (i == 0 || !name_byte(t.ptr[i - 1])) &&
            (i + name.len == t.len || !name_byte(t.ptr[i + name.len])))
            return i;
    return t.len;
}

/* The one row that t names; 0: none, or more. *at: behind the name. */
static uint32_t only_row(const struct grid *g, struct text t, size_t *at)
{
    uint32_t found = 0;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text name = grid_row_name(g, r);
        const size_t i = find_name(t, name, 0);

        if (name.len < 2 || i == t.len)
            continue;
        if (found != 0)
            return 0;
        found = r;
        *at = i + name.len;
    }
    return found;
}

/* The row that t names first; 0: none. *at: behind the name. */
static uint32_t first_row(const struct grid *g, struct text t, size_t *at)
{
    uint32_t found = 0;
    size_t first = t.len;

    for (uint32_t r = 1; r < g->rows; r++) {
        const struct text name = grid_row_name(g, r);
        const size_t i = find_name(t, name, 0);

        if (name.len < 2 || i >= first)
            continue;
        first = i;
        found = r;
        *at = i + name.len;
    }
    return found;
}

static bool says_more(struct text t)
{
    static const char *const words[] = { "faster",  "slower",  "higher",
                                         "lower",   "more",    "less",
                                         "larger",  "smaller", "longer",
                                         "shorter", "quicker", "greater" };

    return text_has_any(t, words, sizeof(words) / sizeof(*words)) &&
           text_has_word(t, "than");
}

/* "1.5x as fast as" */
static bool says_times(struct text t)
{
    return text_has_word(t, "as") && text_has_word(t, "fast");
}

static bool ends_soon(struct text t)
{
    uint32_t words = 0;

    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == ',' || t.ptr[i] == '(' || t.ptr[i] == '.' ||
            (i + 5 <= t.len && memcmp(t.ptr + i, " and ", 5) == 0))
            break;
        words +=
            ascii_alnum(t.ptr[i]) && (i == 0 || !ascii_alnum(t.ptr[i - 1]));
    }
    return words <= TAIL_WORDS;
}

/* "A is c faster than B", or "It is c faster than B" behind a sentence that
 * names A. */
static bool read_pair(const struct grid *g, const struct claim *c,
                      struct text sentence, uint32_t start, struct pair *p)
{
    const struct flat *f = &g->w->flat;
    const struct text lead = { sentence.ptr, c->start - start };
    const struct text tail = { sentence.ptr + (c->end - start),
                               sentence.len - (c->end - start) };
    const uint32_t from = start > BEFORE_MAX ? start - BEFORE_MAX : 0;
    size_t at = 0, behind = 0;
    struct text between;

    p->b = first_row(g, tail, &behind);
    /* "... than B and 3.1 times as fast as C": of what came before */
    if (p->b == 0 || text_has_word(lead, "than") || text_has_word(lead, "as"))
        return false;
    between = (struct text){ tail.ptr, behind };
    if (!(says_more(between) || says_times(between)) ||
        !ends_soon((struct text){ tail.ptr + behind, tail.len - behind }))
        return false;
    p->a = only_row(g, lead, &at);
    if (p->a == 0 && (text_has_word(lead, "it") || text_has_word(lead, "this")))
        p->a = only_row(g, (struct text){ f->lower + from, start - from }, &at);
    return p->a != 0 && p->a != p->b;
}

static bool is_rate_or_time(const struct grid *g, uint32_t col)
{
    for (uint32_t r = 1; r < g->rows; r++) {
        const struct cell *cell = grid_cell(g, r, col);

        if (cell->kind == CELL_ONE)
            return cell_claim(g, cell)->unit.den != 0 ||
                   dim_is(g->w, cell_claim(g, cell)->unit, "time");
    }
    return false;
}

/* The header's first word, "throughput", stands in t. */
static bool is_topic(const struct grid *g, uint32_t col, struct text t)
{
    struct text head = grid_text(g, 0, col);
    size_t n = 0;

    while (n < head.len && ascii_alpha(head.ptr[n]))
        n++;
    head.len = n;
    return n >= 4 && find_name(t, head, 0) < t.len;
}

/* The one column that the words are of; 0: none, or more. */
static uint32_t column_meant(const struct grid *g, struct text sentence)
{
    const bool speed = text_has_word(sentence, "faster") ||
                       text_has_word(sentence, "slower") ||
                       text_has_word(sentence, "fast");
    uint32_t topic = 0, topics = 0, rate = 0, rates = 0;

    for (uint32_t c = 1; c < g->cols; c++) {
        if ((g->heads[c].bits & LABEL_COMPARE) != 0)
            continue;
        if (is_topic(g, c, sentence)) {
            topic = c;
            topics++;
        }
        if (is_rate_or_time(g, c)) {
            rate = c;
            rates++;
        }
    }
    if (topics > 0)
        return topics == 1 ? topic : 0;
    return speed && rates == 1 ? rate : 0;
}

void own_named(const struct grid *g, uint32_t i)
{
    struct work *w = g->w;
    const struct claim *c = &w->out[i].claim;
    const struct cell *a, *b;
    struct comparison how, other;
    struct text sentence;
    struct pair p;
    uint32_t start, end, col;
    bool fits;

    if (c->exempt != EXEMPT_NO || c->role != ROLE_ALONE || c->is_signed ||
        c->cmp != CMP_NONE || c->form != FORM_DIGITS ||
        !(dim_is(w, c->unit, "fraction") || dim_is(w, c->unit, "ratio")))
        return;
    claims_sentence(&w->flat, c->start, &start, &end);
    sentence = (struct text){ w->flat.lower + start, end - start };
    if (c->start < start || c->end > end ||
        !read_pair(g, c, sentence, start, &p))
        return;
    col = column_meant(g, sentence);
    if (col == 0)
        return;
    a = grid_cell(g, p.a, col);
    b = grid_cell(g, p.b, col);
    if (a->kind != CELL_ONE || b->kind != CELL_ONE)
        return;
    fits = compare_fits(w, c, cell_claim(g, b), cell_claim(g, a),
                        COMPARED_CHANGE, &how) ||
           compare_fits(w, c, cell_claim(g, a), cell_claim(g, b),
                        COMPARED_CHANGE, &other);
    grid_say_change(g, i, b, a, &how, fits);
}
