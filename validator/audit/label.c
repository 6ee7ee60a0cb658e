/* Labels of rows and columns that name a statistic. */
#include "validator/audit/grid.h"

enum { WORD_BYTES = 16, LABEL_WORDS_MAX = 8 };

enum kind {
    KIND_STAT,  /* names a statistic */
    KIND_FILL,  /* says nothing of its own: "of all" */
    KIND_NOUN,  /* what was counted: "runs" */
    KIND_OTHER, /* makes another statistic of it */
    KIND_COMPARE,
    KIND_ALL,  /* says nothing of its own, but that it is of all */
    KIND_RATIO /* compares, by a quotient */
};

static const struct word {
    char word[WORD_BYTES];
    enum kind kind;
    unsigned bits;
} words[] = {
    /* in byte order; German, Spanish, French and Russian ones among them;
     * longer ones are cut as all are */
    { "across", KIND_FILL, 0 },
    { "aggregate", KIND_ALL, 0 },
    { "all", KIND_ALL, 0 },
    { "and", KIND_FILL, 0 },
    { "arithmetic", KIND_FILL, 0 },
    { "average", KIND_STAT, LABEL_MEAN },
    { "averaged", KIND_STAT, LABEL_MEAN },
    { "averages", KIND_STAT, LABEL_MEAN },
    { "avg", KIND_STAT, LABEL_MEAN },
    { "best", KIND_OTHER, 0 },
    { "both", KIND_ALL, 0 },
    { "calls", KIND_NOUN, 0 },
    { "cambio", KIND_COMPARE, 0 },
    { "change", KIND_COMPARE, 0 },
    { "ci", KIND_OTHER, 0 },
    { "cold", KIND_OTHER, 0 },
    { "combined", KIND_ALL, 0 },
    { "confidence", KIND_OTHER, 0 },
    { "configs", KIND_NOUN, 0 },
    { "configurations", KIND_NOUN, 0 },
    { "count", KIND_OTHER, 0 },
    { "cv", KIND_OTHER, 0 },
    { "decline", KIND_COMPARE, 0 },
    { "decrease", KIND_COMPARE, 0 },
    { "delta", KIND_COMPARE, 0 },
    { "dev", KIND_STAT, LABEL_SD },
    { "deviation", KIND_STAT, LABEL_SD },
    { "diferencia", KIND_COMPARE, 0 },
    { "diff", KIND_COMPARE, 0 },
    { "difference", KIND_COMPARE, 0 },
    { "differenz", KIND_COMPARE, 0 },
    { "drop", KIND_COMPARE, 0 },
    { "durchschnitt", KIND_STAT, LABEL_MEAN },
    { "error", KIND_OTHER, 0 },
    { "except", KIND_OTHER, 0 },
    { "excl", KIND_OTHER, 0 },
    { "excluded", KIND_OTHER, 0 },
    { "excludes", KIND_OTHER, 0 },
    { "excluding", KIND_OTHER, 0 },
    { "factor", KIND_RATIO, 0 },
    { "files", KIND_NOUN, 0 },
    { "gain", KIND_COMPARE, 0 },
    { "gap", KIND_COMPARE, 0 },
    { "geomean", KIND_OTHER, 0 },
    { "geometric", KIND_OTHER, 0 },
    { "gesamt", KIND_STAT, LABEL_SUM },
    { "gesamtsumme", KIND_STAT, LABEL_SUM },
    { "gmean", KIND_OTHER, 0 },
    { "grand", KIND_FILL, 0 },
    { "growth", KIND_COMPARE, 0 },
    { "harmonic", KIND_OTHER, 0 },
    { "improvement", KIND_COMPARE, 0 },
    { "increase", KIND_COMPARE, 0 },
    { "insgesamt", KIND_STAT, LABEL_SUM },
    { "iqr", KIND_OTHER, 0 },
    { "iterations", KIND_NOUN, 0 },
    { "mad", KIND_OTHER, 0 },
    { "max", KIND_STAT, LABEL_MAX },
    { "maximum", KIND_STAT, LABEL_MAX },
    { "mean", KIND_STAT, LABEL_MEAN },
    { "means", KIND_STAT, LABEL_MEAN },
    { "median", KIND_STAT, LABEL_MEDIAN },
    { "mediana", KIND_STAT, LABEL_MEDIAN },
    { "mejora", KIND_COMPARE, 0 },
    { "min", KIND_STAT, LABEL_MIN },
    { "minimum", KIND_STAT, LABEL_MIN },
    { "mittel", KIND_STAT, LABEL_MEAN },
    { "mittelwert", KIND_STAT, LABEL_MEAN },
    { "models", KIND_NOUN, 0 },
    { "moving", KIND_OTHER, 0 },
    { "moyenne", KIND_STAT, LABEL_MEAN },
    { "ms", KIND_FILL, 0 },
    { "médiane", KIND_STAT, LABEL_MEDIAN },
    { "n", KIND_FILL, 0 },
    { "of", KIND_FILL, 0 },
    { "over", KIND_FILL, 0 },
    { "overall", KIND_ALL, 0 },
    { "overhead", KIND_COMPARE, 0 },
    { "p25", KIND_OTHER, 0 },
    { "p50", KIND_OTHER, 0 },
    { "p75", KIND_OTHER, 0 },
    { "p90", KIND_OTHER, 0 },
    { "p95", KIND_OTHER, 0 },
    { "p99", KIND_OTHER, 0 },
    { "pct", KIND_FILL, 0 },
    { "percent", KIND_FILL, 0 },
    { "percentile", KIND_OTHER, 0 },
    { "population", KIND_FILL, 0 },
    { "pp", KIND_FILL, 0 },
    { "promedio", KIND_STAT, LABEL_MEAN },
    { "quartile", KIND_OTHER, 0 },
    { "range", KIND_STAT, LABEL_RANGE },
    { "rate", KIND_OTHER, 0 },
    { "ratio", KIND_RATIO, 0 },
    { "reduction", KIND_COMPARE, 0 },
    { "relative", KIND_OTHER, 0 },
    { "remaining", KIND_OTHER, 0 },
    { "repetitions", KIND_NOUN, 0 },
    { "requests", KIND_NOUN, 0 },
    { "rolling", KIND_OTHER, 0 },
    { "rows", KIND_NOUN, 0 },
    { "rsd", KIND_OTHER, 0 },
    { "run", KIND_NOUN, 0 },
    { "runs", KIND_NOUN, 0 },
    { "s", KIND_FILL, 0 },
    { "sample", KIND_FILL, 0 },
    { "samples", KIND_NOUN, 0 },
    { "saving", KIND_COMPARE, 0 },
    { "savings", KIND_COMPARE, 0 },
    { "sd", KIND_STAT, LABEL_SD },
    { "se", KIND_OTHER, 0 },
    { "seeds", KIND_NOUN, 0 },
    { "sem", KIND_OTHER, 0 },
    { "sigma", KIND_STAT, LABEL_SD },
    { "slowdown", KIND_RATIO, 0 },
    { "somme", KIND_STAT, LABEL_SUM },
    { "speed", KIND_FILL, 0 },
    { "speedup", KIND_RATIO, 0 },
    { "st", KIND_FILL, 0 },
    { "standard", KIND_FILL, 0 },
    { "std", KIND_STAT, LABEL_SD },
    { "stddev", KIND_STAT, LABEL_SD },
    { "stdev", KIND_STAT, LABEL_SD },
    { "subtotal", KIND_OTHER, 0 },
    { "sum", KIND_STAT, LABEL_SUM },
    { "suma", KIND_STAT, LABEL_SUM },
    { "summe", KIND_STAT, LABEL_SUM },
    { "target", KIND_OTHER, 0 },
    { "tests", KIND_NOUN, 0 },
    { "the", KIND_FILL, 0 },
    { "time", KIND_FILL, 0 },
    { "tok", KIND_FILL, 0 },
    { "total", KIND_STAT, LABEL_SUM },
    { "totals", KIND_STAT, LABEL_SUM },
    { "trials", KIND_NOUN, 0 },
    { "trimmed", KIND_OTHER, 0 },
    { "typical", KIND_OTHER, 0 },
    { "up", KIND_FILL, 0 },
    { "value", KIND_FILL, 0 },
    { "var", KIND_OTHER, 0 },
    { "variance", KIND_OTHER, 0 },
    { "verbesserung", KIND_COMPARE, 0 },
    { "versus", KIND_COMPARE, 0 },
    { "veränderung", KIND_COMPARE, 0 },
    { "vs", KIND_COMPARE, 0 },
    { "warm", KIND_OTHER, 0 },
    { "weighted", KIND_OTHER, 0 },
    { "winsorized", KIND_OTHER, 0 },
    { "without", KIND_OTHER, 0 },
    { "worst", KIND_OTHER, 0 },
    { "x", KIND_FILL, 0 },
    { "Änderung", KIND_COMPARE, 0 },
    { "änderung", KIND_COMPARE, 0 },
    { "\xce\x94", KIND_COMPARE, 0 },
    { "\xcf\x83", KIND_STAT, LABEL_SD },
    { "Всего", KIND_STAT, LABEL_SUM },
    { "Изменен\xd0", KIND_COMPARE, 0 },
    { "Итого", KIND_STAT, LABEL_SUM },
    { "Медиана", KIND_STAT, LABEL_MEDIAN },
    { "Среднее", KIND_STAT, LABEL_MEAN },
    { "Сумма", KIND_STAT, LABEL_SUM },
    { "всего", KIND_STAT, LABEL_SUM },
    { "изменен\xd0", KIND_COMPARE, 0 },
    { "итого", KIND_STAT, LABEL_SUM },
    { "медиана", KIND_STAT, LABEL_MEDIAN },
    { "среднее", KIND_STAT, LABEL_MEAN },
    { "сумма", KIND_STAT, LABEL_SUM },
};

/* The next word of t at or behind *i, in lower case; len 0: no more. Longer
 * ones are cut. */
static size_t next_word(struct text t, size_t *i, char word[WORD_BYTES])
{
    size_t n = 0;

    memset(word, 0, WORD_BYTES);
    while (*i < t.len && !text_word_byte(t.ptr[*i]))
        ++*i;
    for (; *i < t.len && text_word_byte(t.ptr[*i]); ++*i) {
        const char c = t.ptr[*i];

        if (n < WORD_BYTES - 1)
            word[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return n;
}

/* Eight bytes as a number that is ordered as they are. */
static uint64_t in_order(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return v;
#else
    return __builtin_bswap64(v);
#endif
}

static const struct word *look_up(const char word[WORD_BYTES])
{
    const uint64_t head = in_order(word);
    size_t low = 0, high = sizeof(words) / sizeof(*words);

    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const uint64_t other = in_order(words[mid].word);
        const int order = head != other ? (head < other ? -1 : 1)
                                        : memcmp(word + 8, words[mid].word + 8,
                                                 WORD_BYTES - 8);

        if (order == 0)
            return &words[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static bool small_number(const char *word, size_t n, uint32_t *out)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++) {
        if (!ascii_digit(word[i]))
            return false;
        v = v * 10 + (uint32_t)(word[i] - '0');
    }
    *out = v;
    return n > 0 && n <= 6;
}

struct label label_read(struct text t)
{
    struct label out = { 0, 0, COMPARED_ANYHOW };
    char word[WORD_BYTES];
    size_t i = 0, n, count = 0, unknown = 0, nouns = 0;
    size_t changes = 0, ratios = 0, alls = 0;
    bool other = false, speed = false;
    uint32_t number;

    while ((n = next_word(t, &i, word)) > 0) {
        const struct word *k = ascii_digit(word[0]) ? NULL : look_up(word);

        if (++count > LABEL_WORDS_MAX)
            return (struct label){ out.bits != 0 ? LABEL_OTHER : 0, 0,
                                   COMPARED_ANYHOW };
        if (small_number(word, n, &number))
            out.count = number;
        else if (k == NULL)
            unknown++;
        else if (k->kind == KIND_OTHER)
            other = true;
        else if (k->kind == KIND_COMPARE)
            changes += memcmp(word, "vs", 3) != 0;
        else if (k->kind == KIND_RATIO || (speed && memcmp(word, "up", 3) == 0))
            ratios++;
        else if (k->kind == KIND_NOUN)
            nouns++;
        else if (k->kind == KIND_ALL)
            alls++;
        if (k != NULL && (k->kind == KIND_COMPARE))
            out.bits |= LABEL_COMPARE;
        out.bits |= k != NULL ? k->bits : 0;
        speed = memcmp(word, "speed", 6) == 0;
    }
    if ((out.bits & LABEL_COMPARE) != 0 || ratios > 0) /* count: says more */
        return (struct label){ LABEL_COMPARE, (uint32_t)(unknown + other),
                               ratios > 0 && changes == 0   ? COMPARED_RATIO
                               : ratios == 0 && changes > 0 ? COMPARED_CHANGE
                                                            : COMPARED_ANYHOW };
    if (other)
        return (struct label){ LABEL_OTHER, 0, COMPARED_ANYHOW };
    if (out.bits == 0 && alls > 0 && unknown == 0)
        out.bits = LABEL_OTHER; /* of its rows, but which statistic? */
    if (out.bits != 0 &&
        (unknown > 0 || (nouns > 0 && (out.bits & LABEL_SUM) != 0)))
        out.bits = LABEL_OTHER;
    return out;
}

unsigned label_stats_in(struct text t, bool *other)
{
    char word[WORD_BYTES];
    unsigned bits = 0;
    size_t i = 0;

    *other = text_find(t, TEXT_LIT("::"), 0) < t.len; /* "std::": code */
    while (next_word(t, &i, word) > 0) {
        const struct word *k = look_up(word);

        if (k == NULL)
            continue;
        bits |= k->bits;
        *other = *other || k->kind == KIND_OTHER;
    }
    return bits;
}

static bool skipped(char c)
{
    return ascii_digit(c) || c == ' ' || c == '*' || c == '_' || c == '`' ||
           c == '#' || c == '.';
}

bool labels_alike(struct text a, struct text b)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < a.len && skipped(a.ptr[i]))
            i++;
        while (k < b.len && skipped(b.ptr[k]))
            k++;
        if (i == a.len || k == b.len)
            return i == a.len && k == b.len;
        if (ascii_lower(a.ptr[i++]) != ascii_lower(b.ptr[k++]))
            return false;
    }
}
