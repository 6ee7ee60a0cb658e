/* "at least 5", "< 20 ms", "about 3". */
#include "validator/claims/bound.h"

const struct bound_word bound_words[BOUND_WORDS] = {
    { "least", "at", CMP_AT_LEAST, false },
    { "most", "at", CMP_AT_MOST, false },
    { "to", "up", CMP_AT_MOST, false },
    { "than", "less", CMP_LESS, false },
    { "than", "lower", CMP_LESS, false },
    { "than", "fewer", CMP_LESS, false },
    { "than", "more", CMP_MORE, false },
    { "than", "greater", CMP_MORE, false },
    { "than", "higher", CMP_MORE, false },
    { "below", NULL, CMP_LESS, false },
    { "under", NULL, CMP_LESS, false },
    { "above", NULL, CMP_MORE, false },
    { "over", NULL, CMP_MORE, true },
    { "exceeding", NULL, CMP_MORE, false },
    { "exceeds", NULL, CMP_MORE, false },
    { "exceed", NULL, CMP_MORE, false },
    { "exceeded", NULL, CMP_MORE, false },
    { "surpasses", NULL, CMP_MORE, false },
    { "surpassed", NULL, CMP_MORE, false },
    { "beyond", NULL, CMP_MORE, false },
    { "within", NULL, CMP_AT_MOST, false },
    { "than", "shorter", CMP_LESS, false },
    { "than", "longer", CMP_MORE, false },
    { "more", "no", CMP_AT_MOST, false },
};

/* "<=", "~" that end at i. */
static bool bound_sign(const struct flat *f, uint32_t i, struct claim *c)
{
    static const struct {
        struct text sign;
        enum claim_cmp cmp;
        bool approx;
    } signs[] = {
        { TEXT_INIT("<="), CMP_AT_MOST, false },
        { TEXT_INIT(">="), CMP_AT_LEAST, false },
        { TEXT_INIT("\xe2\x89\xa4"), CMP_AT_MOST, false },
        { TEXT_INIT("\xe2\x89\xa5"), CMP_AT_LEAST, false },
        { TEXT_INIT("<"), CMP_LESS, false },
        { TEXT_INIT(">"), CMP_MORE, false },
        { TEXT_INIT("~"), CMP_NONE, true },
        { TEXT_INIT("\xe2\x89\x88"), CMP_NONE, true },
    };

    if (strchr("<>=~", f->text[i - 1]) == NULL &&
        (unsigned char)f->text[i - 1] < 0x80)
        return false; /* "(", "*", as before most */
    for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
        const struct text sign = signs[k].sign;

        if (i >= sign.len && f->text[i - 1] == sign.ptr[sign.len - 1] &&
            memcmp(f->text + i - sign.len, sign.ptr, sign.len) == 0 &&
            !(i > sign.len && f->text[i - sign.len - 1] == '-')) {
            c->cmp = signs[k].cmp;
            c->approx = signs[k].approx;
            return true;
        }
    }
    return false;
}

void bound_read(const struct flat *f, uint32_t word, struct claim *c)
{
    uint32_t i = c->start;

    while (i > 0 && f->text[i - 1] == ' ')
        i--;
    if (i > 0 && !ascii_alnum(f->text[i - 1]) && bound_sign(f, i, c))
        return;
    if (word == 0 || c->start - f->words[word - 1].end > 2)
        return;
    c->approx = flat_is(f, word - 1, WORD_APPROX);
    if (!flat_is(f, word - 1, WORD_BOUND))
        return;
    for (size_t k = 0; k < BOUND_WORDS; k++) {
        const struct bound_word *b = &bound_words[k];

        if (text_is(flat_lower(f, word - 1), b->word) &&
            (b->before == NULL ||
             (word >= 2 && text_is(flat_lower(f, word - 2), b->before)))) {
            c->cmp = b->cmp;
            c->approx = b->approx;
            return;
        }
    }
}
