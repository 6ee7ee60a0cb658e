/* Numbers that the agent's own code wrote, in the report or in the prompt:
 * what the model was told. */
#include "validator/audit/audit_int.h"

enum { NOTES_MAX = 200000, PLAIN_DIGITS = 3 };

uint32_t word_hash(struct text t)
{
    uint32_t h = 2166136261u;

    while (t.len > 3 && t.ptr[t.len - 1] == 's')
        t.len--;
    for (size_t i = 0; i < t.len; i++)
        h = (h ^ (unsigned char)t.ptr[i]) * 16777619u;
    return h | 1;
}

static bool content(struct text w)
{
    static const char *const empty[] = { "and",  "the",  "for",  "with",
                                         "are",  "was",  "were", "more",
                                         "from", "that", "this", "its" };

    for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++)
        if (text_eq(w, text_from(empty[i])))
            return false;
    return w.len >= 3 && !ascii_digit(w.ptr[0]);
}

void note_words(const struct flat *f, const struct claim *c,
                uint32_t out[NOTE_WORDS])
{
    uint32_t n = 0, before = 0, after = 0;

    memset(out, 0, NOTE_WORDS * sizeof(*out));
    for (uint32_t k = c->first_word; k > 0 && before < 3; k--) {
        const struct text t = flat_lower(f, k - 1);

        if (memchr(f->text + f->words[k - 1].end, '\n',
                   (k < f->word_count ? f->words[k].start : f->len) -
                       f->words[k - 1].end) != NULL)
            break;
        if (content(t)) {
            out[n++] = word_hash(t);
            before++;
        }
    }
    for (uint32_t k = c->end_word; k < f->word_count && after < 3; k++) {
        const struct text t = flat_lower(f, k);

        if (memchr(f->text + f->words[k - 1].end, '\n',
                   f->words[k].start - f->words[k - 1].end) != NULL)
            break;
        if (content(t)) {
            out[n++] = word_hash(t);
            after++;
        }
    }
}

static bool add_note(struct work *w, const struct claim *c)
{
    struct note *note;

    if (w->note_count == NOTES_MAX)
        return true;
    if (w->note_count == w->note_cap) {
        const uint32_t cap = w->note_cap == 0 ? 64 : w->note_cap * 2;
        struct note *grown =
            arena_grow(w->a, w->notes, w->note_count, cap, sizeof(*grown));

        if (grown == NULL)
            return false;
        w->notes = grown;
        w->note_cap = cap;
    }
    note = &w->notes[w->note_count++];
    *note = (struct note){ .value = c->value, .unit = c->unit };
    note_words(&w->flat, c, note->words);
    return true;
}

/* "num_ctx=512": a setting, which the text itself could call by its name. */
static bool is_setting(const struct flat *f, const struct claim *c)
{
    return c->exempt == EXEMPT_NAME && c->start > 0 &&
           f->text[c->start - 1] == '=';
}

static bool note_flat(struct work *w)
{
    const struct claim_setting set = { .units = w->units };

    w->claims.count = 0;
    if (claims_scan(&w->claims, &w->flat, &set, w->a, w->err) != ST_OK)
        return false;
    for (uint32_t i = 0; i < w->claims.count; i++) {
        const struct claim *c = &w->claims.at[i];

        if ((c->exempt == EXEMPT_NO || c->exempt == EXEMPT_CODE ||
             c->exempt == EXEMPT_ADVICE || c->exempt == EXEMPT_LABEL ||
             is_setting(&w->flat, c)) &&
            !add_note(w, c))
            return false;
    }
    return true;
}

static bool note_text(struct work *w, struct text t)
{
    const uint32_t room = w->flat.cap;

    for (size_t off = 0; off < t.len;) {
        size_t n = t.len - off < room ? t.len - off : room;

        /* cut at a line end, so that no number is cut */
        if (off + n < t.len)
            while (n > 1 && t.ptr[off + n - 1] != '\n')
                n--;
        flat_text(&w->flat, (struct text){ t.ptr + off, n }, (uint32_t)off);
        if (!note_flat(w))
            return false;
        off += n;
    }
    return true;
}

bool notes_collect(struct work *w, const struct run_context *run)
{
    const struct doc *d = &w->report->doc;

    for (size_t i = 0; i < d->block_count; i++) {
        const struct block *b = &d->blocks[i];

        if (report_author(w->report, b->span.off) != AUTHOR_TEMPLATE ||
            b->role == BLOCK_HTML)
            continue;
        flat_block(&w->flat, d, b);
        if (!note_flat(w))
            return false;
    }
    return run == NULL || run->prompt.len == 0 || note_text(w, run->prompt);
}

/* The words around it are of another language: none can be compared. */
static bool foreign_words(const struct flat *f, const struct claim *c)
{
    if (c->end_word >= f->word_count)
        return false;
    return (unsigned char)f->text[f->words[c->end_word].start] >= 0xc3;
}

static bool shares_words(const uint32_t a[NOTE_WORDS],
                         const uint32_t b[NOTE_WORDS], int wanted)
{
    int shared = 0;

    for (int i = 0; i < NOTE_WORDS; i++)
        for (int k = 0; k < NOTE_WORDS; k++)
            shared += a[i] != 0 && a[i] == b[k];
    return shared >= wanted;
}

bool notes_know(struct work *w, const struct claim *c, bool denied)
{
    const int wanted = denied ? 2 : 1;
    uint32_t words[NOTE_WORDS];

    if (w->note_count == 0)
        return false;
    note_words(&w->flat, c, words);
    for (uint32_t i = 0; i < w->note_count; i++) {
        const struct note *n = &w->notes[i];

        if (units_dim(w->units, n->unit) != units_dim(w->units, c->unit) &&
            !unit_none(n->unit) && !unit_none(c->unit))
            continue;
        if (!match_value(w, c, n->value, n->unit))
            continue;
        if (unit_none(n->unit) != unit_none(c->unit) &&
            !shares_words(words, n->words, wanted))
            continue;
        if (claims_digits(c) >= PLAIN_DIGITS ||
            shares_words(words, n->words, wanted) ||
            (claims_digits(c) >= 2 && foreign_words(&w->flat, c)))
            return true;
    }
    return false;
}
