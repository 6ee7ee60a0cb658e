/* Words that say what was done to numbers. */
#include "validator/audit/audit_int.h"

static const struct word_says {
    const char *word;
    uint8_t says;
} table[] = { /* ascending */
    { "above", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "across", SAYS_OVERALL },
    { "added", SAYS_DERIVED },
    { "additional", SAYS_DERIVED },
    { "adds", SAYS_DERIVED },
    { "advantage", SAYS_DIFFERENCE },
    { "ahead", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "all", SAYS_OVERALL },
    { "altogether", SAYS_TOGETHER },
    { "another", SAYS_DERIVED },
    { "apart", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "average", SAYS_DERIVED },
    { "averaged", SAYS_DERIVED },
    { "averages", SAYS_DERIVED },
    { "beat", SAYS_DIFFERENCE },
    { "beats", SAYS_DIFFERENCE },
    { "behind", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "below", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "better", SAYS_DIFFERENCE },
    { "between", SAYS_DERIVED },
    { "board", SAYS_OVERALL },
    { "by", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "cheaper", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "climb", SAYS_DIFFERENCE },
    { "combined", SAYS_DERIVED | SAYS_TOGETHER },
    { "cost", SAYS_DERIVED },
    { "costs", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "decrease", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "decreased", SAYS_DERIVED },
    { "deficit", SAYS_DIFFERENCE },
    { "differ", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "difference", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "differs", SAYS_DIFFERENCE },
    { "drop", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "dropped", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "drops", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "edge", SAYS_DIFFERENCE },
    { "entire", SAYS_OVERALL },
    { "every", SAYS_OVERALL },
    { "exceed", SAYS_DERIVED },
    { "exceeds", SAYS_DERIVED },
    { "extra", SAYS_DERIVED },
    { "factor", SAYS_DERIVED },
    { "fall", SAYS_DIFFERENCE },
    { "falling", SAYS_DERIVED },
    { "falls", SAYS_DERIVED },
    { "faster", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "fell", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "fewer", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gain", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gained", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gains", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gap", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "grew", SAYS_DERIVED },
    { "grows", SAYS_DERIVED },
    { "half", SAYS_DERIVED },
    { "higher", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "imbalance", SAYS_DERIVED },
    { "improvement", SAYS_DIFFERENCE },
    { "increase", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "increased", SAYS_DERIVED },
    { "increases", SAYS_DERIVED },
    { "jointly", SAYS_TOGETHER },
    { "jump", SAYS_DIFFERENCE },
    { "larger", SAYS_DERIVED },
    { "lead", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "leads", SAYS_DIFFERENCE },
    { "less", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "longer", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "lose", SAYS_DERIVED },
    { "loses", SAYS_DERIVED },
    { "loss", SAYS_DIFFERENCE },
    { "lost", SAYS_DERIVED },
    { "lower", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "margin", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "mean", SAYS_DERIVED },
    { "missing", SAYS_DERIVED },
    { "more", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "over", SAYS_DIFFERENCE },
    { "overall", SAYS_OVERALL },
    { "range", SAYS_DERIVED },
    { "ratio", SAYS_DERIVED },
    { "reduced", SAYS_DERIVED },
    { "reduction", SAYS_DIFFERENCE },
    { "remaining", SAYS_DERIVED },
    { "rest", SAYS_DERIVED },
    { "rise", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "rises", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "rising", SAYS_DERIVED },
    { "rose", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saved", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saves", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saving", SAYS_DERIVED },
    { "shorter", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "slower", SAYS_DERIVED | SAYS_DIFFERENCE },
    { "smaller", SAYS_DERIVED },
    { "sold", SAYS_DERIVED },
    { "spread", SAYS_DERIVED },
    { "step", SAYS_DIFFERENCE },
    { "sum", SAYS_DERIVED | SAYS_TOGETHER },
    { "swing", SAYS_DERIVED },
    { "than", SAYS_DIFFERENCE },
    { "together", SAYS_DERIVED | SAYS_TOGETHER },
    { "total", SAYS_DERIVED },
    { "trails", SAYS_DIFFERENCE },
    { "victory", SAYS_DIFFERENCE },
    { "whole", SAYS_OVERALL },
    { "win", SAYS_DIFFERENCE },
    { "worse", SAYS_DIFFERENCE },
};

static int compare(struct text a, const char *word)
{
    return text_cmp(a, text_from(word));
}

uint8_t says_of_word(struct text word)
{
    size_t low = 0, high = sizeof(table) / sizeof(*table);

    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const int c = compare(word, table[mid].word);

        if (c == 0)
            return table[mid].says;
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return 0;
}

bool says_in(const struct work *w, uint32_t first, uint32_t last, uint8_t what)
{
    for (uint32_t i = first; i < last && i < w->flat.word_count; i++)
        if ((w->known[i].says & what) != 0)
            return true;
    return false;
}
