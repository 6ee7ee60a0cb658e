#include "validator/claims/flat.h"

bool flat_init(struct flat *f, uint32_t max, struct arena *a)
{
    const size_t n = (size_t)max + 1;

    memset(f, 0, sizeof(*f));
    f->text = arena_alloc(a, n, 1);
    f->lower = arena_alloc(a, n, 1);
    f->from = arena_alloc(a, n, sizeof(*f->from));
    f->words = arena_alloc(a, n / 2 + 1, sizeof(*f->words));
    f->code = arena_alloc(a, n / 2 + 1, sizeof(*f->code));
    f->classes = arena_alloc(a, n / 2 + 1, sizeof(*f->classes));
    f->english = english_make(a);
    f->seen = arena_alloc(a, 1, sizeof(*f->seen));
    f->seen_classes =
        arena_alloc(a, VOCABULARY_PLACES + 1, sizeof(*f->seen_classes));
    f->cap = max;
    return f->text != NULL && f->lower != NULL && f->from != NULL &&
           f->words != NULL && f->code != NULL && f->classes != NULL &&
           f->english != NULL && f->seen != NULL && f->seen_classes != NULL;
}

static void put(struct flat *f, char c, uint32_t from)
{
    if (f->len == f->cap)
        return;
    f->text[f->len] = c;
    f->lower[f->len] = ascii_lower(c);
    f->from[f->len++] = from;
}

static bool word_byte(char c)
{
    return ascii_alnum(c) || (unsigned char)c >= 0x80;
}

/* U+2009, U+200A, U+202F, U+2010..2015, U+2018..201D, U+2026, U+2022, U+2190..
 * U+22FF, U+20A0..20BF (currency), U+00A0, U+00B1, U+00D7 and the like: no
 * letters. */
static uint32_t sign_length(const struct flat *f, uint32_t i)
{
    const unsigned char *p = (const unsigned char *)f->text + i;

    if (i + 1 < f->len && p[0] == 0xc2 && p[1] >= 0xa0 && p[1] != 0xb5 &&
        p[1] != 0xaa && p[1] != 0xba)
        return 2;
    if (i + 1 < f->len && p[0] == 0xc3 && (p[1] == 0x97 || p[1] == 0xb7))
        return 2;
    if (i + 2 < f->len && p[0] == 0xe2 && p[1] >= 0x80 && p[1] <= 0x8b &&
        !((p[1] == 0x82 && p[2] < 0xa0) || p[1] == 0x84))
        return 3;
    return 0;
}

static void find_words(struct flat *f)
{
    uint32_t i = 0;

    f->word_count = 0;
    while (i < f->len) {
        uint32_t start, n;

        if (!word_byte(f->text[i])) {
            i++;
            continue;
        }
        if ((unsigned char)f->text[i] >= 0xc2 && (n = sign_length(f, i)) > 0) {
            i += n;
            continue;
        }
        start = i;
        while (i < f->len && word_byte(f->text[i]) &&
               ((unsigned char)f->text[i] < 0xc2 || sign_length(f, i) == 0))
            i++;
        f->words[f->word_count++] = (struct flat_word){ start, i };
    }
}

static void classify_words(struct flat *f)
{
    for (uint32_t i = 0; i < f->word_count; i++) {
        const struct text w = flat_lower(f, i);
        bool known;
        const uint32_t place = vocabulary_place(f->seen, w, &known);

        if (!known)
            f->seen_classes[place] = english_classes(f->english, w);
        f->classes[i] = f->seen_classes[place];
    }
}

static void end_at(struct flat *f, uint32_t from)
{
    f->text[f->len] = '\0';
    f->lower[f->len] = '\0';
    f->from[f->len] = from;
    find_words(f);
    classify_words(f);
}

void flat_block(struct flat *f, const struct doc *d, const struct block *b)
{
    uint32_t from = (uint32_t)b->span.off;

    f->len = f->code_count = 0;
    for (uint32_t i = 0; i < b->pieces; i++) {
        const struct piece *p = &d->pieces[b->first_piece + i];
        const uint32_t start = f->len;

        from = (uint32_t)span_end(p->span);
        if (p->kind == PIECE_BREAK) {
            put(f, '\n', (uint32_t)p->span.off);
            continue;
        }
        if (p->kind == PIECE_HTML) {
            put(f, ' ', (uint32_t)p->span.off);
            continue;
        }
        for (size_t k = p->span.off; k < span_end(p->span); k++)
            put(f, d->src.ptr[k], (uint32_t)k);
        if (p->kind != PIECE_TEXT && p->kind != PIECE_ENTITY && f->len > start)
            f->code[f->code_count++] = (struct flat_code){ start, f->len };
    }
    end_at(f, from);
}

void flat_text(struct flat *f, struct text t, uint32_t off)
{
    f->len = f->code_count = 0;
    for (size_t i = 0; i < t.len; i++)
        put(f, t.ptr[i], off + (uint32_t)i);
    end_at(f, off + f->len);
}

uint32_t flat_word_at(const struct flat *f, uint32_t at)
{
    uint32_t lo = 0, hi = f->word_count;

    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;

        if (f->words[mid].start < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct span flat_span(const struct flat *f, uint32_t start, uint32_t end)
{
    if (end <= start)
        return (struct span){ f->from[start], 0 };
    return span_between(f->from[start], (size_t)f->from[end - 1] + 1);
}

bool flat_is_code(const struct flat *f, uint32_t at)
{
    for (uint32_t i = 0; i < f->code_count; i++)
        if (at >= f->code[i].start && at < f->code[i].end)
            return true;
    return false;
}
