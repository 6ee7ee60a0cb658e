/* The words between two numbers of a sentence. */
#include "validator/audit/own_gap.h"

enum {
    GAP_MAX = 90, /* bytes between two numbers of one statement */
    WORD_BYTES = 28
};

/* In byte order. */
static const struct gap_word {
    char word[WORD_BYTES];
    enum kind kind;
} gap_words[] = {
    { "a", KIND_CONNECT },
    { "abnahme", KIND_CHANGE },
    { "about", KIND_CONNECT },
    { "advantage", KIND_CHANGE },
    { "against", KIND_LINK },
    { "almost", KIND_CONNECT },
    { "also", KIND_CONNECT },
    { "although", KIND_BREAK },
    { "amounts", KIND_CONNECT },
    { "an", KIND_CONNECT },
    { "and", KIND_BREAK },
    { "anstieg", KIND_CHANGE },
    { "approximately", KIND_CONNECT },
    { "around", KIND_CONNECT },
    { "auf", KIND_LINK },
    { "augmentation", KIND_CHANGE },
    { "aumento", KIND_CHANGE },
    { "baisse", KIND_CHANGE },
    { "bajó", KIND_CHANGE },
    { "because", KIND_BREAK },
    { "better", KIND_CHANGE },
    { "bigger", KIND_CHANGE },
    { "boost", KIND_CHANGE },
    { "but", KIND_BREAK },
    { "by", KIND_CONNECT },
    { "bzw", KIND_CONNECT },
    { "ca", KIND_CONNECT },
    { "change", KIND_CHANGE },
    { "changed", KIND_CHANGE },
    { "cheaper", KIND_CHANGE },
    { "climbed", KIND_CHANGE },
    { "compared", KIND_LINK },
    { "corresponding", KIND_CONNECT },
    { "corresponds", KIND_CONNECT },
    { "cut", KIND_CHANGE },
    { "damit", KIND_CONNECT },
    { "das", KIND_CONNECT },
    { "de", KIND_CONNECT },
    { "decir", KIND_CONNECT },
    { "decline", KIND_CHANGE },
    { "declined", KIND_CHANGE },
    { "decrease", KIND_CHANGE },
    { "decreased", KIND_CHANGE },
    { "decreases", KIND_CHANGE },
    { "del", KIND_CONNECT },
    { "descenso", KIND_CHANGE },
    { "despite", KIND_BREAK },
    { "difference", KIND_CHANGE },
    { "diminution", KIND_CHANGE },
    { "dip", KIND_CHANGE },
    { "down", KIND_CHANGE },
    { "drop", KIND_CHANGE },
    { "dropped", KIND_CHANGE },
    { "drops", KIND_CHANGE },
    { "e", KIND_CONNECT },
    { "ein", KIND_CONNECT },
    { "eine", KIND_CONNECT },
    { "einem", KIND_CONNECT },
    { "einer", KIND_CONNECT },
    { "entspricht", KIND_CONNECT },
    { "environ", KIND_CONNECT },
    { "equals", KIND_CONNECT },
    { "equivalent", KIND_CONNECT },
    { "es", KIND_CONNECT },
    { "et", KIND_BREAK },
    { "etwa", KIND_CONNECT },
    { "fall", KIND_CHANGE },
    { "falls", KIND_CHANGE },
    { "faster", KIND_CHANGE },
    { "fell", KIND_CHANGE },
    { "fewer", KIND_CHANGE },
    { "fiel", KIND_CHANGE },
    { "for", KIND_CONNECT },
    { "from", KIND_LINK },
    { "gain", KIND_CHANGE },
    { "gained", KIND_CHANGE },
    { "gains", KIND_CHANGE },
    { "gap", KIND_CHANGE },
    { "gegenüber", KIND_LINK },
    { "gestiegen", KIND_CHANGE },
    { "gesunken", KIND_CHANGE },
    { "giving", KIND_CONNECT },
    { "greater", KIND_CHANGE },
    { "grew", KIND_CHANGE },
    { "grows", KIND_CHANGE },
    { "growth", KIND_CHANGE },
    { "hausse", KIND_CHANGE },
    { "hence", KIND_CONNECT },
    { "higher", KIND_CHANGE },
    { "however", KIND_BREAK },
    { "höher", KIND_CHANGE },
    { "i", KIND_CONNECT },
    { "if", KIND_BREAK },
    { "improved", KIND_CHANGE },
    { "improvement", KIND_CHANGE },
    { "improves", KIND_CHANGE },
    { "increase", KIND_CHANGE },
    { "increased", KIND_CHANGE },
    { "increases", KIND_CHANGE },
    { "incremento", KIND_CHANGE },
    { "instead", KIND_LINK },
    { "is", KIND_CONNECT },
    { "ist", KIND_CONNECT },
    { "it", KIND_CONNECT },
    { "jump", KIND_CHANGE },
    { "jumped", KIND_CHANGE },
    { "langsamer", KIND_CHANGE },
    { "larger", KIND_CHANGE },
    { "lead", KIND_CHANGE },
    { "less", KIND_CHANGE },
    { "lo", KIND_CONNECT },
    { "longer", KIND_CHANGE },
    { "loss", KIND_CHANGE },
    { "lower", KIND_CHANGE },
    { "margin", KIND_CHANGE },
    { "meaning", KIND_CONNECT },
    { "mehr", KIND_CHANGE },
    { "mejora", KIND_CHANGE },
    { "menos", KIND_CHANGE },
    { "moins", KIND_CHANGE },
    { "more", KIND_CHANGE },
    { "más", KIND_CHANGE },
    { "nearly", KIND_CONNECT },
    { "net", KIND_CONNECT },
    { "niedriger", KIND_CHANGE },
    { "of", KIND_CONNECT },
    { "or", KIND_CONNECT },
    { "over", KIND_CONNECT },
    { "overall", KIND_CONNECT },
    { "perte", KIND_CHANGE },
    { "plus", KIND_BREAK },
    { "pérdida", KIND_CHANGE },
    { "que", KIND_CONNECT },
    { "quicker", KIND_CHANGE },
    { "rather", KIND_LINK },
    { "reducción", KIND_CHANGE },
    { "reduced", KIND_CHANGE },
    { "reduces", KIND_CHANGE },
    { "reduction", KIND_CHANGE },
    { "reduzierung", KIND_CHANGE },
    { "regression", KIND_CHANGE },
    { "relative", KIND_CONNECT },
    { "representing", KIND_CONNECT },
    { "represents", KIND_CONNECT },
    { "représente", KIND_CONNECT },
    { "rise", KIND_CHANGE },
    { "rises", KIND_CHANGE },
    { "rose", KIND_CHANGE },
    { "roughly", KIND_CONNECT },
    { "rund", KIND_CONNECT },
    { "réduction", KIND_CHANGE },
    { "rückgang", KIND_CHANGE },
    { "sank", KIND_CHANGE },
    { "saving", KIND_CHANGE },
    { "savings", KIND_CHANGE },
    { "schneller", KIND_CHANGE },
    { "senkung", KIND_CHANGE },
    { "shorter", KIND_CHANGE },
    { "shrank", KIND_CHANGE },
    { "slowdown", KIND_CHANGE },
    { "slower", KIND_CHANGE },
    { "smaller", KIND_CHANGE },
    { "so", KIND_CONNECT },
    { "soit", KIND_CONNECT },
    { "speed", KIND_CONNECT },
    { "speedup", KIND_CHANGE },
    { "steigerung", KIND_CHANGE },
    { "stieg", KIND_CHANGE },
    { "subió", KIND_CHANGE },
    { "than", KIND_LINK },
    { "that", KIND_CONNECT },
    { "the", KIND_CONNECT },
    { "this", KIND_CONNECT },
    { "though", KIND_BREAK },
    { "thus", KIND_CONNECT },
    { "to", KIND_LINK },
    { "um", KIND_CONNECT },
    { "un", KIND_CONNECT },
    { "una", KIND_CONNECT },
    { "und", KIND_BREAK },
    { "une", KIND_CONNECT },
    { "up", KIND_CHANGE },
    { "uplift", KIND_CHANGE },
    { "verbesserung", KIND_CHANGE },
    { "verlust", KIND_CHANGE },
    { "versus", KIND_LINK },
    { "von", KIND_LINK },
    { "vorsprung", KIND_CHANGE },
    { "vs", KIND_LINK },
    { "was", KIND_CONNECT },
    { "weniger", KIND_CHANGE },
    { "when", KIND_BREAK },
    { "whereas", KIND_BREAK },
    { "which", KIND_CONNECT },
    { "while", KIND_BREAK },
    { "worse", KIND_CHANGE },
    { "yielding", KIND_CONNECT },
    { "zunahme", KIND_CHANGE },
    { "à", KIND_LINK },
    { "вырос", KIND_CHANGE },
    { "выросла", KIND_CHANGE },
    { "выросли", KIND_CHANGE },
    { "выросло", KIND_CHANGE },
    { "до", KIND_LINK },
    { "есть", KIND_CONNECT },
    { "и", KIND_BREAK },
    { "на", KIND_CONNECT },
    { "около", KIND_CONNECT },
    { "от", KIND_LINK },
    { "рост", KIND_CHANGE },
    { "с", KIND_LINK },
    { "снижение", KIND_CHANGE },
    { "снизилась", KIND_CHANGE },
    { "снизились", KIND_CHANGE },
    { "снизилось", KIND_CHANGE },
    { "снизился", KIND_CHANGE },
    { "то", KIND_CONNECT },
    { "увеличение", KIND_CHANGE },
    { "уменьшение", KIND_CHANGE },
    { "это", KIND_CONNECT },
    { "上升了", KIND_CHANGE },
    { "下降", KIND_CHANGE },
    { "下降了", KIND_CHANGE },
    { "减少", KIND_CHANGE },
    { "减少了", KIND_CHANGE },
    { "减少到", KIND_LINK },
    { "到", KIND_LINK },
    { "升至", KIND_LINK },
    { "即", KIND_CONNECT },
    { "增加到", KIND_LINK },
    { "增长", KIND_CHANGE },
    { "增长了", KIND_CHANGE },
    { "提升", KIND_CHANGE },
    { "提升了", KIND_CHANGE },
    { "提升到", KIND_LINK },
    { "提高", KIND_CHANGE },
    { "提高了", KIND_CHANGE },
    { "提高到", KIND_LINK },
    { "降低", KIND_CHANGE },
    { "降低了", KIND_CHANGE },
    { "降低到", KIND_LINK },
    { "降到", KIND_LINK },
    { "降至", KIND_LINK },
};

enum kind gap_kind(const struct flat *f, uint32_t word)
{
    const struct text t = flat_lower(f, word);
    size_t low = 0, high = sizeof(gap_words) / sizeof(*gap_words);

    while (low < high && t.len > 0 && t.len < WORD_BYTES) {
        const size_t mid = low + (high - low) / 2;
        int order = memcmp(t.ptr, gap_words[mid].word, t.len);

        if (order == 0 && gap_words[mid].word[t.len] == '\0')
            return gap_words[mid].kind;
        if (order > 0)
            low = mid + 1;
        else
            high = mid;
    }
    return KIND_OTHER;
}

/* The byte of the bracket that closes a name, "(FP16)"; 0: none before `to`. */
static uint32_t closes_name(const struct flat *f, uint32_t open, uint32_t to)
{
    enum { NAME_BYTES = 24 };

    for (uint32_t i = open + 1; i < to && i < open + NAME_BYTES; i++) {
        if (f->text[i] == ')')
            return i;
        if (f->text[i] == '%' || f->text[i] == '(')
            return 0;
    }
    return 0;
}

static bool amounts_to(const struct flat *f, uint32_t word)
{
    static const char *const words[] = { "corresponds", "corresponding",
                                         "equivalent", "amounts", "equals" };

    return text_is_any(flat_lower(f, word), words,
                       sizeof(words) / sizeof(*words));
}

struct gap gap_look(const struct flat *f, uint32_t from, uint32_t to)
{
    struct gap g = { .first = flat_word_at(f, from) };

    g.last = g.first;
    if (to < from || to - from > GAP_MAX) {
        g.stops = true;
        return g;
    }
    for (uint32_t i = from; i < to; i++) {
        const char c = f->text[i];
        uint32_t close;

        if (c == '(' && (close = closes_name(f, i, to)) > i) {
            while (g.last < f->word_count && f->words[g.last].start < close)
                g.last++;
            i = close;
            continue;
        }
        if (c == ';' || c == ')' || c == '?' || c == '!')
            g.stops = true;
        if (c == '.' && i + 1 < f->len && ascii_space(f->text[i + 1]) &&
            !(i >= 2 && (memcmp(f->lower + i - 2, "vs", 2) == 0 ||
                         memcmp(f->lower + i - 2, ".e", 2) == 0)))
            g.stops = true;
        if (c == '(' || c == ':' || c == ',' || c == '=' ||
            (c == '\xe2' && i + 2 < to && f->text[i + 1] == '\x80')) {
            g.mark = c == '\xe2' ? '-' : c;
            g.tail_other = 0;
        }
        if (g.last < f->word_count && f->words[g.last].start == i) {
            enum kind k = gap_kind(f, g.last);

            /* "corresponds to a 23 % gain" */
            if (k == KIND_LINK && g.last > g.first &&
                word_is(f, g.last, "to") && amounts_to(f, g.last - 1))
                k = KIND_CONNECT;

            g.words[k]++;
            g.tail_other += k == KIND_OTHER || k == KIND_LINK;
            g.stops = g.stops || k == KIND_BREAK;
            g.last++;
        }
    }
    return g;
}
