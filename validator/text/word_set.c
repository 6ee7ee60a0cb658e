#include "validator/text/word_set.h"

#include "validator/text/lang_data.h"
#include "validator/text/lang_word.h"

static uint64_t *slot_of(const struct word_set *s, uint64_t hash)
{
    size_t i = hash & (s->cap - 1);

    while (s->at[i] != 0 && s->at[i] != hash)
        i = (i + 1) & (s->cap - 1);
    return &s->at[i];
}

static bool grow(struct word_set *s)
{
    struct word_set bigger = { .arena = s->arena,
                               .count = s->count,
                               .cap = s->cap > 0 ? s->cap * 2 : 256 };

    bigger.at = arena_alloc(s->arena, bigger.cap, sizeof(*bigger.at));
    if (bigger.at == NULL)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->at[i] != 0)
            *slot_of(&bigger, s->at[i]) = s->at[i];
    *s = bigger;
    return true;
}

enum status word_set_add(struct word_set *s, struct text text)
{
    struct word_list words = { .arena = s->arena };
    enum status st = words_cut(&words, text, (struct span){ 0, text.len });

    for (size_t i = 0; i < words.count && st == ST_OK; i++) {
        char lower[256];
        const struct word *w = &words.at[i];
        const size_t n = lang_lower(lower, sizeof(lower),
                                    (struct text){ text.ptr + w->off, w->len });
        const uint64_t hash = lang_hash((struct text){ lower, n }) | 1;
        uint64_t *slot;

        if (n == 0)
            continue;
        if (s->count * 2 >= s->cap && !grow(s))
            return ST_NOMEM;
        slot = slot_of(s, hash);
        s->count += *slot == 0;
        *slot = hash;
    }
    return st;
}
