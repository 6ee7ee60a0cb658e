/* Words of a report, each looked up once among names, terms and statistics. */
#include "validator/audit/audit_int.h"

struct seen_known {
    uint32_t number; /* of the entry that it is of */
    struct known_word known;
};

bool known_init(struct work *w)
{
    w->known = arena_alloc(w->a, w->flat.cap / 2 + 1, sizeof(*w->known));
    w->seen_known =
        arena_alloc(w->a, w->flat.seen.places + 1, sizeof(*w->seen_known));
    return w->known != NULL && w->seen_known != NULL;
}

/* "Reads" of the name "read". */
static uint32_t plural_of(const struct work *w, struct text word)
{
    enum { STEM_MIN = 3 };
    const struct text stem = { word.ptr, word.len - 1 };

    if (word.len <= STEM_MIN || word.ptr[word.len - 1] != 's' ||
        facts_name_word(w->facts, stem).longest == 0)
        return FACT_NONE;
    return facts_name_at(w->facts, &stem, 1);
}

static struct known_word know(const struct work *w, struct text word)
{
    const struct lexicon_entry e = lexicon_find(w->lexicon, word);
    struct known_word k = { .stats = e.stats,
                            .says = e.says,
                            .cues = e.cues,
                            .spelt = { FACT_NONE, FACT_NONE, false },
                            .plural = FACT_NONE };
    struct text row_word;

    k.nothing = true;
    if (w->terms == NULL)
        return k;
    k.term = terms_start(w->terms, word);
    if (w->facts == NULL)
        return k;
    k.name = facts_name_word(w->facts, word);
    k.plural = plural_of(w, word);
    k.spelt = spellings_word(w->spellings, word);
    row_word = terms_row_word(w->terms, word);
    if (row_word.ptr != word.ptr) {
        const bool has = k.name.has;

        k.name = facts_name_word(w->facts, row_word);
        k.name.has = has;
    }
    k.nothing = k.name.longest == 0 && !k.name.has && !spelt_any(k.spelt);
    return k;
}

void known_words(struct work *w)
{
    const struct flat *const f = &w->flat;

    for (uint32_t i = 0; i < f->word_count; i++) {
        const struct word_entry e = f->entries[i];
        struct seen_known *seen = &w->seen_known[e.place];

        if (seen->number != e.number) {
            seen->number = e.number;
            seen->known = know(w, flat_lower(f, i));
        }
        w->known[i] = seen->known;
    }
}

uint8_t says_all(const struct work *w, uint32_t first, uint32_t last)
{
    uint8_t all = 0;

    for (uint32_t i = first; i < last && i < w->flat.word_count; i++)
        all |= w->known[i].says;
    return all;
}

bool says_in(const struct work *w, uint32_t first, uint32_t last, uint8_t what)
{
    for (uint32_t i = first; i < last && i < w->flat.word_count; i++)
        if ((w->known[i].says & what) != 0)
            return true;
    return false;
}
