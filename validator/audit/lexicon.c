/* Words for statistics, and words that say what was done to numbers. */
#include "validator/audit/lexicon.h"

#include "validator/facts/facts.h"

#define BIT(s) (1u << (s))

static const struct {
    const char *word; /* at most WORD_KEY_BYTES */
    uint32_t stats;
    uint8_t says;
} words[] = {
    { "90th", BIT(STAT_P90) | BIT(STAT_P90_NEAREST), 0 },
    { "95th", BIT(STAT_P95) | BIT(STAT_P95_NEAREST), 0 },
    { "99th", BIT(STAT_P99) | BIT(STAT_P99_NEAREST), 0 },
    { "above", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "across", 0, SAYS_OVERALL },
    { "added", 0, SAYS_DERIVED },
    { "adding", 0, SAYS_DERIVED },
    { "additional", 0, SAYS_DERIVED },
    { "adds", 0, SAYS_DERIVED },
    { "advantage", 0, SAYS_DIFFERENCE },
    { "ahead", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "all", 0, SAYS_OVERALL },
    { "altogether", BIT(STAT_SUM), SAYS_DERIVED | SAYS_TOGETHER },
    { "another", 0, SAYS_DERIVED },
    { "apart", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "average", BIT(STAT_MEAN), SAYS_DERIVED },
    { "averaged", BIT(STAT_MEAN), SAYS_DERIVED },
    { "averages", BIT(STAT_MEAN), SAYS_DERIVED },
    { "averaging", BIT(STAT_MEAN), 0 },
    { "avg", BIT(STAT_MEAN), 0 },
    { "balance", 0, SAYS_DERIVED },
    { "beat", 0, SAYS_DIFFERENCE },
    { "beats", 0, SAYS_DIFFERENCE },
    { "behind", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "below", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "best", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "better", 0, SAYS_DIFFERENCE },
    { "between", BIT(STAT_MIN) | BIT(STAT_MAX), SAYS_DERIVED },
    { "board", 0, SAYS_OVERALL },
    { "bottom", BIT(STAT_MIN), 0 },
    { "bottomed", BIT(STAT_MIN), 0 },
    { "brings", 0, SAYS_DERIVED },
    { "buys", 0, SAYS_DERIVED },
    { "by", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "cheaper", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "climb", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "climbs", 0, SAYS_DERIVED },
    { "colder", 0, SAYS_DERIVED },
    { "combined", BIT(STAT_SUM), SAYS_DERIVED | SAYS_TOGETHER },
    { "compared", 0, SAYS_DERIVED },
    { "cost", 0, SAYS_DERIVED },
    { "costs", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "cumulative", BIT(STAT_SUM), 0 },
    { "cv", BIT(STAT_CV), 0 },
    { "decrease", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "decreased", 0, SAYS_DERIVED },
    { "deficit", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "deviation", BIT(STAT_STDEV_SAMPLE) | BIT(STAT_STDEV_POP), 0 },
    { "differ", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "difference", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "differs", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "drop", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "dropped", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "drops", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "each", 0, SAYS_DERIVED },
    { "earlier", 0, SAYS_DERIVED },
    { "edge", 0, SAYS_DIFFERENCE },
    { "entire", 0, SAYS_OVERALL },
    { "every", 0, SAYS_OVERALL },
    { "exceed", 0, SAYS_DERIVED },
    { "exceeding", 0, SAYS_DERIVED },
    { "exceeds", 0, SAYS_DERIVED },
    { "excess", 0, SAYS_DERIVED },
    { "extra", 0, SAYS_DERIVED },
    { "extreme", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "factor", 0, SAYS_DERIVED },
    { "fall", 0, SAYS_DIFFERENCE },
    { "falling", 0, SAYS_DERIVED },
    { "falls", 0, SAYS_DERIVED },
    { "faster", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "fastest", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "fell", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "fewer", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "floor", BIT(STAT_MIN), 0 },
    { "further", 0, SAYS_DERIVED },
    { "gain", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gained", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gains", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "gap", BIT(STAT_RANGE), SAYS_DERIVED | SAYS_DIFFERENCE },
    { "greatest", BIT(STAT_MAX), 0 },
    { "grew", 0, SAYS_DERIVED },
    { "grown", 0, SAYS_DERIVED },
    { "grows", 0, SAYS_DERIVED },
    { "growth", 0, SAYS_DERIVED },
    { "half", 0, SAYS_DERIVED },
    { "heavier", 0, SAYS_DERIVED },
    { "higher", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "highest", BIT(STAT_MAX), 0 },
    { "hotter", 0, SAYS_DERIVED },
    { "imbalance", 0, SAYS_DERIVED },
    { "improved", 0, SAYS_DERIVED },
    { "improvement", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "improves", 0, SAYS_DERIVED },
    { "increase", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "increased", 0, SAYS_DERIVED },
    { "increases", 0, SAYS_DERIVED },
    { "instead", 0, SAYS_DERIVED },
    { "jointly", 0, SAYS_TOGETHER },
    { "jump", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "jumps", 0, SAYS_DERIVED },
    { "larger", 0, SAYS_DERIVED },
    { "largest", BIT(STAT_MAX), 0 },
    { "later", 0, SAYS_DERIVED },
    { "lead", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "leads", 0, SAYS_DIFFERENCE },
    { "least", BIT(STAT_MIN), 0 },
    { "less", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "lighter", 0, SAYS_DERIVED },
    { "longer", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "longest", BIT(STAT_MAX), 0 },
    { "lose", 0, SAYS_DERIVED },
    { "loses", 0, SAYS_DERIVED },
    { "loss", 0, SAYS_DIFFERENCE },
    { "lost", 0, SAYS_DERIVED },
    { "lower", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "lowest", BIT(STAT_MIN), 0 },
    { "margin", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "max", BIT(STAT_MAX), 0 },
    { "maximum", BIT(STAT_MAX), 0 },
    { "mean", BIT(STAT_MEAN), SAYS_DERIVED },
    { "median", BIT(STAT_MEDIAN), 0 },
    { "min", BIT(STAT_MIN), 0 },
    { "minimum", BIT(STAT_MIN), 0 },
    { "missed", 0, SAYS_DERIVED },
    { "missing", 0, SAYS_DERIVED },
    { "more", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "over", 0, SAYS_DIFFERENCE },
    { "overall", 0, SAYS_DERIVED | SAYS_OVERALL },
    { "p50", BIT(STAT_P50) | BIT(STAT_P50_NEAREST), 0 },
    { "p75", BIT(STAT_P75) | BIT(STAT_P75_NEAREST), 0 },
    { "p90", BIT(STAT_P90) | BIT(STAT_P90_NEAREST), 0 },
    { "p95", BIT(STAT_P95) | BIT(STAT_P95_NEAREST), 0 },
    { "p99", BIT(STAT_P99) | BIT(STAT_P99_NEAREST), 0 },
    { "peak", BIT(STAT_MAX), 0 },
    { "peaked", BIT(STAT_MAX), 0 },
    { "peaks", BIT(STAT_MAX), 0 },
    { "quickest", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "range", BIT(STAT_RANGE) | BIT(STAT_MIN) | BIT(STAT_MAX), SAYS_DERIVED },
    { "ranged", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "ranges", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "ranging", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "ratio", 0, SAYS_DERIVED },
    { "reduced", 0, SAYS_DERIVED },
    { "reduces", 0, SAYS_DERIVED },
    { "reduction", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "relative", 0, SAYS_DERIVED },
    { "remaining", 0, SAYS_DERIVED },
    { "rest", 0, SAYS_DERIVED },
    { "rise", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "rises", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "rising", 0, SAYS_DERIVED },
    { "rose", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saved", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saves", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "saving", 0, SAYS_DERIVED },
    { "savings", 0, SAYS_DERIVED },
    { "shorter", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "shortest", BIT(STAT_MIN), 0 },
    { "shortfall", 0, SAYS_DERIVED },
    { "shrank", 0, SAYS_DERIVED },
    { "shrinks", 0, SAYS_DERIVED },
    { "shrunk", 0, SAYS_DERIVED },
    { "slower", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "slowest", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "smaller", 0, SAYS_DERIVED },
    { "smallest", BIT(STAT_MIN), 0 },
    { "sold", 0, SAYS_DERIVED },
    { "spans", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "std", BIT(STAT_STDEV_SAMPLE) | BIT(STAT_STDEV_POP), 0 },
    { "stddev", BIT(STAT_STDEV_SAMPLE) | BIT(STAT_STDEV_POP), 0 },
    { "stdev", BIT(STAT_STDEV_SAMPLE) | BIT(STAT_STDEV_POP), 0 },
    { "step", 0, SAYS_DIFFERENCE },
    { "sum", BIT(STAT_SUM), SAYS_DERIVED | SAYS_TOGETHER },
    { "surplus", 0, SAYS_DERIVED },
    { "swing", 0, SAYS_DERIVED },
    { "than", 0, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "together", 0, SAYS_DERIVED | SAYS_TOGETHER },
    { "top", BIT(STAT_MAX), 0 },
    { "topped", BIT(STAT_MAX), 0 },
    { "total", BIT(STAT_SUM), SAYS_DERIVED },
    { "totalled", BIT(STAT_SUM), 0 },
    { "totals", BIT(STAT_SUM), SAYS_DERIVED },
    { "trails", 0, SAYS_DIFFERENCE },
    { "typical", BIT(STAT_MEDIAN) | BIT(STAT_MEAN), 0 },
    { "unweighted", 0, SAYS_DERIVED },
    { "varied", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "varies", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "versus", 0, SAYS_DERIVED },
    { "victory", 0, SAYS_DIFFERENCE },
    { "vs", 0, SAYS_DERIVED },
    { "whole", 0, SAYS_OVERALL },
    { "win", 0, SAYS_DIFFERENCE },
    { "worse", 0, SAYS_DIFFERENCE },
    { "worst", BIT(STAT_MIN) | BIT(STAT_MAX), 0 },
    { "worth", 0, SAYS_DERIVED },
};

/* The place of a word, or the free one where it would be. */
static uint32_t place_of(const struct lexicon *x, const struct word_key *k)
{
    static const struct word_key none;
    uint32_t at = (uint32_t)word_key_hash(k) & (LEXICON_PLACES - 1);

    while (!word_key_same(&x->at[at].key, k) &&
           !word_key_same(&x->at[at].key, &none))
        at = (at + 1) & (LEXICON_PLACES - 1);
    return at;
}

void lexicon_make(struct lexicon *x)
{
    memset(x, 0, sizeof(*x));
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const struct word_key k = word_key(text_from(words[i].word));

        x->at[place_of(x, &k)] = (struct lexicon_entry){
            .key = k, .stats = words[i].stats, .says = words[i].says
        };
    }
}

struct lexicon_entry lexicon_find(const struct lexicon *x, struct text word)
{
    struct lexicon_entry none = { .stats = 0 };
    struct word_key k;

    if (word.len == 0 || word.len > WORD_KEY_BYTES)
        return none;
    k = word_key(word);
    return x->at[place_of(x, &k)];
}
