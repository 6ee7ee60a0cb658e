#include "validator/text/lang_score.h"

#include <stdlib.h>
#include <unicode/uscript.h>

#include "validator/base/utf8.h"

enum { LOWER_MAX = 256 };

/* Centinats. Measured on held-out word lists and clean English text:
 * docs/measured/language.md. */
enum {
    EV_UNKNOWN = 350,      /* a word that the expected language does not list */
    EV_LISTED = 500,       /* and this language does */
    EV_COMPOUND = 400,     /* or both parts of it */
    EV_UNKNOWN_HOME = 150, /* the same where lists are less complete */
    EV_ENGLISH = 220,      /* an English word where another one is expected */
    EV_TERM = -100,        /* the same, for languages other than English */
    EV_FUNCTION = 300,     /* a function word of this language */
    EV_FREQUENT = 1000,    /* less ln rank, a part of it: a frequent word */
    EV_FREQUENT_PART = 2,
    EV_RATIO_MAX = 1000, /* letters alone */
    EV_HOME = -900,      /* a word of the expected language only */
    EV_NAME_MAX = 60,    /* a capitalised word that no list has */
    EV_NAME_LISTED_MAX = 120,
    EV_NOUN_MAX = 260,  /* a German noun */
    EV_LOAN = -500,     /* a word of a loan phrase, beside another one */
    EV_START_MAX = 150, /* the same where English has a capital too */
    EV_START_LISTED_MAX = 400,
    EV_EXPECTED = -1000,  /* an expected language is no candidate */
    EV_ODD_MAX = 200,     /* letters that no language puts together so */
    ODD_COST = 270,       /* centinats a letter */
    HIT_ABROAD = 100,     /* less is no hit, where lists are less complete */
    EV_LETTER = 120,      /* a function word of one letter */
    EV_SHORT_MAX = 250,   /* 2 letters */
    EV_SHORTISH_MAX = 550 /* 3 letters */
};

/* A word of English and of this language, by rank of English. */
static const int ev_shared[LIST_LANGUAGES] = {
    [LIST_EN_35] = -400, [LIST_EN_60] = -100, [LIST_EN_70] = 100,
    [LIST_EN_80] = 350,  [LIST_TECH] = -300,
};
static const int ev_english_only[LIST_LANGUAGES] = {
    [LIST_EN_35] = -1000, [LIST_EN_60] = -800, [LIST_EN_70] = -600,
    [LIST_EN_80] = -200,  [LIST_TECH] = -500,
};

/* Languages that models are rarely asked for: a handicap, in centinats. */
static const struct {
    char code[4];
    int handicap;
} rare[] = {
    { "sk", 150 }, { "sl", 150 }, { "hr", 100 }, { "lt", 100 }, { "lv", 100 },
    { "is", 150 }, { "gl", 300 }, { "eu", 150 }, { "af", 300 }, { "sw", 150 },
    { "tl", 150 }, { "nn", 350 }, { "be", 200 }, { "et", 0 },
};

static int handicap(lang_id id)
{
    for (size_t i = 0; i < sizeof(rare) / sizeof(*rare); i++)
        if (strcmp(lang_code(id), rare[i].code) == 0)
            return rare[i].handicap;
    return 0;
}

static uint64_t list_bit(int list)
{
    return list >= 0 ? (uint64_t)1 << list : 0;
}

static void add_function_word(struct score_config *c, struct function_word *t,
                              struct text word, int column)
{
    const uint64_t hash = lang_hash(word);
    uint32_t i = (uint32_t)hash & c->function_mask;

    while (t[i].hash != 0 && t[i].hash != hash)
        i = (i + 1) & c->function_mask;
    t[i].hash = hash;
    t[i].columns |= (uint64_t)1 << column;
}

/* Room for the words of the text, a third of it free: at most 2^14. Each page
 * of the table that is not there is a page less to touch at start. */
static size_t function_slots(struct text t)
{
    enum { LEAST = 1 << 8, MOST = 1 << 14 };
    size_t slots = LEAST;
    size_t blanks = 1;

    for (size_t i = 0; i < t.len; i++)
        blanks += t.ptr[i] == ' ' || t.ptr[i] == '\n';
    while (slots < MOST && slots / 3 * 2 < blanks)
        slots *= 2;
    return slots;
}

/* Lines "code: word word ..."; others are ignored. */
static enum status read_function_words(struct score_config *c, struct text t)
{
    const size_t slots = function_slots(t);
    const size_t words_max = slots / 3 * 2;
    /* set, not calloc'd: a page that is read first is faulted in twice */
    struct function_word *table = malloc(slots * sizeof(*table));
    size_t words = 0, i = 0;

    if (table == NULL)
        return ST_NOMEM;
    memset(table, 0, slots * sizeof(*table));
    c->function_words = table;
    c->function_mask = (uint32_t)(slots - 1);
    while (i < t.len && words < words_max) {
        const size_t end0 = text_find(t, TEXT_LIT("\n"), i);
        const size_t end = end0 < t.len ? end0 : t.len;
        const char *colon = memchr(t.ptr + i, ':', end - i);
        const size_t head = colon != NULL ? (size_t)(colon - t.ptr) : end;
        const lang_id id = lang_find(text_sub(t, span_between(i, head)));
        const int column = id != LANG_UND ? c->data->lang_column[id] : -1;

        for (size_t k = head + 1;
             k < end && column >= 0 && words < words_max;) {
            size_t start;

            while (k < end && t.ptr[k] == ' ')
                k++;
            start = k;
            while (k < end && t.ptr[k] != ' ')
                k++;
            if (k > start) {
                add_function_word(c, table, text_sub(t, span_between(start, k)),
                                  column);
                words++;
            }
        }
        i = end + 1;
    }
    return ST_OK;
}

/* What being in a list of that many words is worth: a word of a short list is
 * a frequent one. Centinats; 400 at 200,000 words, less 100 ln of the rest. */
static int listed_worth(uint32_t words)
{
    int worth = 400 + 100;
    uint64_t size = 200 * 1000; /* each 2.7 times more costs a nat */

    while (size < words * (uint64_t)10 / 27 * 10 && worth > 100) {
        size = size * 27 / 10;
        worth -= 100;
    }
    return words * (uint64_t)27 / 10 < 200 * 1000 ? 600 : worth;
}

enum status score_config_init(struct score_config *c,
                              const struct lang_data *data,
                              const struct lang_expect *expect,
                              struct text function_words)
{
    *c = (struct score_config){ .data = data, .expect = expect };
    c->english_id = lang_find(TEXT_LIT("en"));
    c->german_id = lang_find(TEXT_LIT("de"));
    for (int i = 0; i < LIST_LANGUAGES; i++)
        c->english_lists |= list_bit(i);
    for (size_t i = 0; i < expect->n_ids; i++) {
        const lang_id id = expect->ids[i];
        const int column = data->lang_column[id];

        if (id == c->english_id) {
            c->english = true;
            c->home_lists |= c->english_lists;
        }
        c->home_lists |= list_bit(data->lang_list[id]);
        if (column >= 0)
            c->home_columns[c->n_home++] = column;
        if (column >= 0 && id != c->english_id)
            c->home_functions |= (uint64_t)1 << column;
    }
    for (uint32_t i = 0; i < data->h->lists; i++)
        c->listed[i] = listed_worth(data->h->list_words[i]);
    for (uint32_t k = 0; k < data->h->columns; k++) {
        const lang_id id = data->column_lang[k];

        c->column[k].id = lang_expect_has(expect, id) ? LANG_UND : id;
        c->column[k].handicap = handicap(id);
        c->column[k].list = id != LANG_UND ? list_bit(data->lang_list[id]) : 0;
    }
    return read_function_words(c, function_words);
}

void score_config_free(struct score_config *c)
{
    free((void *)(uintptr_t)c->function_words);
    c->function_words = NULL;
}

static uint64_t function_columns(const struct score_config *c, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & c->function_mask;

    while (c->function_words[i].hash != 0) {
        if (c->function_words[i].hash == hash)
            return c->function_words[i].columns;
        i = (i + 1) & c->function_mask;
    }
    return 0;
}

bool score_plain(const struct score_config *c, struct text word)
{
    uint64_t h = LANG_HASH_INIT;

    for (size_t i = 0; i < word.len; i++)
        h = lang_hash_byte(h, ascii_lower(word.ptr[i]));
    return lang_data_core(c->data, lang_hash_end(h));
}

static bool common(const struct score_config *c, struct text lower)
{
    return lang_data_core(c->data, lang_hash(lower));
}

/* English prefixes and suffixes that make new words of known ones; what
 * replaces a suffix stands behind the dash. */
static const char *const prefixes[] = {
    "un",    "re",    "non",   "pre",   "post",  "sub",   "over",
    "under", "multi", "micro", "macro", "hyper", "super", "inter",
    "intra", "auto",  "meta",  "mis",   "anti",  "co",    "de",
    "cross", "mid",   "semi",  "self",  "bi",    "tri",   "counter",
    "out",   "up",    "down",  "back",  "mega",  "giga",  "tera",
    "kilo",  "nano",  "cyber", "geo",   "bio",   "neuro", "pseudo",
    "ultra", "dis",   "in",    "trans", "quasi", "tele",  "photo",
};
static const struct {
    const char *suffix, *instead;
} suffixes[] = {
    { "s", "" },           { "es", "" },          { "ies", "y" },
    { "ed", "" },          { "ed", "e" },         { "ing", "" },
    { "ing", "e" },        { "er", "" },          { "er", "e" },
    { "ers", "" },         { "ers", "e" },        { "or", "e" },
    { "ors", "e" },        { "ly", "" },          { "ly", "le" },
    { "ally", "" },        { "ness", "" },        { "less", "" },
    { "able", "" },        { "able", "e" },       { "ability", "able" },
    { "ization", "ize" },  { "ization", "" },     { "isation", "" },
    { "izations", "ize" }, { "isations", "ise" }, { "ize", "" },
    { "ized", "" },        { "izing", "" },       { "izer", "" },
    { "ise", "" },         { "ised", "" },        { "ising", "" },
    { "ist", "" },         { "ism", "" },         { "ity", "" },
    { "ity", "e" },        { "ation", "e" },      { "ation", "" },
    { "ations", "e" },     { "wise", "" },        { "like", "" },
    { "ability", "" },     { "ment", "" },        { "ments", "" },
    { "ful", "" },         { "ish", "" },         { "ic", "" },
    { "ical", "" },        { "ality", "al" },     { "ability", "e" },
    { "ibility", "ible" },
};

static bool stem_known(const struct score_config *c, struct text w)
{
    enum { STEM_MIN = 3 };
    char stem[LOWER_MAX];

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
        const struct text sfx = text_from(suffixes[i].suffix);
        const struct text alt = text_from(suffixes[i].instead);
        size_t n = w.len - sfx.len;

        if (w.len < sfx.len + STEM_MIN || !text_ends(w, sfx) ||
            n + alt.len >= LOWER_MAX)
            continue;
        memcpy(stem, w.ptr, n);
        memcpy(stem + n, alt.ptr, alt.len);
        if (common(c, (struct text){ stem, n + alt.len }))
            return true;
        /* a doubled consonant: "bitpack-p-ing" */
        if (alt.len == 0 && n > 4 && stem[n - 1] == stem[n - 2] &&
            common(c, (struct text){ stem, n - 1 }))
            return true;
    }
    return false;
}

static bool is_compound(const struct score_config *c, struct text w)
{
    enum { PART_MIN = 4 };

    for (size_t i = PART_MIN; i + PART_MIN <= w.len; i++)
        if (common(c, (struct text){ w.ptr, i }) &&
            common(c, (struct text){ w.ptr + i, w.len - i }))
            return true;
    return false;
}

/* An English word that lists do not hold but grammar explains. */
static bool english_derived(const struct score_config *c, struct text w)
{
    enum { REST_MIN = 4 };

    if (stem_known(c, w) || is_compound(c, w))
        return true;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        const struct text p = text_from(prefixes[i]);

        if (w.len < p.len + REST_MIN || !text_starts(w, p))
            continue;
        const struct text rest = { w.ptr + p.len, w.len - p.len };

        if (common(c, rest) || stem_known(c, rest))
            return true;
    }
    return false;
}

/* Latin letters without their accents, as far as loans have them. */
static size_t fold(char *out, struct text lower)
{
    static const struct {
        int32_t from, to;
        char as;
    } ranges[] = {
        { 0xe0, 0xe5, 'a' }, { 0xe7, 0xe7, 'c' }, { 0xe8, 0xeb, 'e' },
        { 0xec, 0xef, 'i' }, { 0xf1, 0xf1, 'n' }, { 0xf2, 0xf6, 'o' },
        { 0xf9, 0xfc, 'u' }, { 0xfd, 0xff, 'y' },
    };
    size_t n = 0;

    for (size_t i = 0; i < lower.len;) {
        const int32_t cp = utf8_next(lower, &i);
        char as = cp < 0x80 ? (char)cp : 0;

        for (size_t k = 0; k < sizeof(ranges) / sizeof(*ranges); k++)
            if (cp >= ranges[k].from && cp <= ranges[k].to)
                as = ranges[k].as;
        if (as == 0)
            return 0;
        out[n++] = as;
    }
    return n;
}

static bool accepted(const struct scorer *s, uint64_t hash)
{
    return word_set_has(&s->config->welcome, hash) ||
           word_set_has(s->accepted, hash);
}

/* A word cut at its first apostrophe: "l'objet", "system's". */
struct halves {
    struct text head, tail; /* without the apostrophe */
};

static struct halves cut_apostrophe(struct text lower)
{
    const struct text curly = TEXT_LIT("\xe2\x80\x99");
    size_t at = text_find(lower, TEXT_LIT("'"), 0), n = 1;

    if (at >= lower.len) {
        at = text_find(lower, curly, 0);
        n = curly.len;
    }
    if (at >= lower.len)
        return (struct halves){ lower, { lower.ptr, 0 } };
    return (struct halves){ { lower.ptr, at },
                            { lower.ptr + at + n, lower.len - at - n } };
}

/* The columns of the languages that elide the head: l', dell', qu'. */
static uint64_t elided(const struct score_config *c, struct text head)
{
    uint64_t h = LANG_HASH_INIT;

    for (size_t i = 0; i < head.len; i++)
        h = lang_hash_byte(h, head.ptr[i]);
    return function_columns(c, lang_hash_end(lang_hash_byte(h, '\'')));
}

static bool contraction(struct text head, struct text tail)
{
    static const char *const tails[] = { "s", "t", "re", "ve", "ll", "d", "m" };

    for (size_t i = 0; i < sizeof(tails) / sizeof(*tails) && head.len > 0; i++)
        if (text_eq(tail, text_from(tails[i])))
            return true;
    return false;
}

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

struct facts_of_word {
    uint64_t lists, functions;
    uint64_t compound; /* lists that hold both parts of an unlisted word */
    size_t letters;
    uint32_t cost[NGRAM_COLUMNS_MAX];
    int16_t ln_rank[NGRAM_COLUMNS_MAX]; /* centinats; -1: not frequent */
    bool home_rank;                     /* frequent in an expected language */
    bool frequent;                      /* in another one */
    uint32_t home_cost;
    bool accent; /* known but for its accents */
    bool known;  /* in a list of an expected language, or derived */
    int rank;    /* best English rank, -1: none */
};

/* The languages of whose words the word is made of two, as bits of lists. */
static uint64_t compound_lists(const struct lang_data *d, struct text lower)
{
    enum { PART_MIN = 4, WHOLE_MIN = 8 }; /* letters */
    size_t starts[LOWER_MAX], letters = 0;
    uint64_t lists = 0;

    for (size_t i = 0; i < lower.len; letters++) {
        starts[letters] = i;
        (void)utf8_next(lower, &i);
    }
    for (size_t k = PART_MIN; letters >= WHOLE_MIN && k + PART_MIN <= letters;
         k++) {
        const struct text head = { lower.ptr, starts[k] };
        const struct text tail = { lower.ptr + starts[k],
                                   lower.len - starts[k] };
        const uint64_t of_tail = lang_data_lists(d, tail, lang_hash(tail));

        if ((of_tail & ~lists) != 0)
            lists |= of_tail & lang_data_lists(d, head, lang_hash(head));
    }
    return lists >> LIST_LANGUAGES << LIST_LANGUAGES;
}

static void look_up_ranks(const struct score_config *c, uint64_t hash,
                          struct facts_of_word *f)
{
    struct lang_rank ranks[LANG_RANKS_MAX];
    const size_t n = lang_data_ranks(c->data, hash, ranks);

    memset(f->ln_rank, 0xff, sizeof(f->ln_rank));
    for (size_t i = 0; i < n; i++) {
        const int column = ranks[i].id < LANG_COUNT_MAX
                               ? c->data->lang_column[ranks[i].id]
                               : -1;

        if (column < 0)
            continue;
        if (ranks[i].ln >= 0)
            f->ln_rank[column] = (int16_t)ranks[i].ln;
        f->frequent = f->frequent || f->ln_rank[column] >= 0;
        for (size_t k = 0; k < c->n_home; k++)
            f->home_rank = f->home_rank || c->home_columns[k] == column;
    }
}

static void look_up(const struct scorer *s, struct text lower,
                    struct facts_of_word *f)
{
    const struct score_config *c = s->config;
    char folded[LOWER_MAX];
    const uint64_t hash = lang_hash(lower);
    const size_t n = lower.len < LOWER_MAX ? fold(folded, lower) : 0;

    *f = (struct facts_of_word){ .lists = lang_data_lists(c->data, lower, hash),
                                 .functions = function_columns(c, hash),
                                 .rank = -1 };
    look_up_ranks(c, hash, f);
    for (int i = LIST_EN_35; i <= LIST_TECH && f->rank < 0; i++)
        if (f->lists & list_bit(i))
            f->rank = i;
    const bool welcome = f->functions == 0 && accepted(s, hash);

    if (welcome)
        f->rank = LIST_EN_35;
    if (f->rank < 0 && (f->lists & c->home_lists) == 0 &&
        english_derived(c, lower))
        f->rank = LIST_EN_70;
    if (f->rank < 0 && c->english && n != 0 && n != lower.len &&
        common(c, (struct text){ folded, n })) {
        f->rank = LIST_EN_80; /* "procédure" */
        f->accent = (f->lists & c->english_lists) == 0;
    }
    if (f->rank < 0 && f->lists == 0 && lower.len < LOWER_MAX)
        f->compound = compound_lists(c->data, lower);
    f->known = ((f->lists | f->compound) & c->home_lists) != 0 ||
               (f->functions & c->home_functions) != 0 ||
               (c->english && f->rank >= 0) || f->home_rank || welcome;
    f->letters = lang_data_costs(c->data, lower, f->cost);
    f->home_cost = UINT32_MAX;
    for (size_t i = 0; i < c->n_home; i++)
        if (f->cost[c->home_columns[i]] < f->home_cost)
            f->home_cost = f->cost[c->home_columns[i]];
}

/* Letters and lists alone, before how frequent and how long the word is. */
static int base_evidence(const struct score_config *c,
                         const struct facts_of_word *f, uint32_t column,
                         bool listed, bool function)
{
    const int ratio =
        f->home_cost == UINT32_MAX
            ? 0
            : ((int)f->home_cost - (int)f->cost[column]) * 100 / NGRAM_UNIT;

    if (c->english && f->rank >= 0)
        return listed || function
                   ? ev_shared[f->rank] + clamp(ratio / 4, -100, 100)
                   : ev_english_only[f->rank];
    if (f->known)
        return listed || function ? -250 + clamp(ratio / 2, -250, 250)
                                  : EV_HOME;
    return clamp(ratio, -800, EV_RATIO_MAX) +
           (c->english ? EV_UNKNOWN : EV_UNKNOWN_HOME) +
           (listed                                        ? EV_LISTED
            : (f->compound & c->column[column].list) != 0 ? EV_COMPOUND
                                                          : 0);
}

static int evidence(const struct score_config *c, const struct facts_of_word *f,
                    uint32_t column)
{
    const lang_id id = c->column[column].id;
    const bool listed = (f->lists & c->column[column].list) != 0;
    const bool function = (f->functions >> column & 1) != 0;
    int ev;

    if (!c->english && id == c->english_id) /* terms are welcome anywhere */
        return f->known                                ? EV_HOME / 2
               : f->rank >= 0 && f->rank <= LIST_EN_70 ? EV_ENGLISH
                                                       : 0;
    if (!c->english && f->rank >= 0 && !f->known)
        return EV_TERM;
    ev = base_evidence(c, f, column, listed, function);
    if (!f->known && !listed && !function &&
        f->cost[column] * 100 / NGRAM_UNIT > ODD_COST * (f->letters + 1))
        ev = clamp(ev, -1000, EV_ODD_MAX);
    if (function)
        ev += EV_FUNCTION;
    else if (f->ln_rank[column] >= 0 &&
             (f->rank < 0 || f->rank == LIST_EN_80 || f->rank == LIST_EN_70))
        ev += clamp(EV_FREQUENT - f->ln_rank[column], 0, EV_FREQUENT) /
              EV_FREQUENT_PART;
    if (f->letters <= 1)
        ev = function ? EV_LETTER : clamp(ev, -200, 0);
    else if (f->letters <= 2)
        ev = clamp(ev, -1000, function ? EV_SHORTISH_MAX : EV_SHORT_MAX);
    else if (f->letters == 3)
        ev = clamp(ev, -1000, EV_SHORTISH_MAX + (function ? 150 : 0));
    return ev - (ev > 0 ? c->column[column].handicap / 3 : 0);
}

/* ln P(word | language): what the letters cost, less for a listed word. */
static int likely(const struct score_config *c, const struct facts_of_word *f,
                  uint32_t column)
{
    enum { FUNCTION = 300, FLOOR = -30000 };
    enum { ZIPF = 50 }; /* a frequent word is rather of the language */
    const lang_id id = c->column[column].id;
    int ln = -(int)f->cost[column] * 100 / NGRAM_UNIT;

    if (id == LANG_UND)
        return FLOOR;
    if (f->lists & c->column[column].list)
        ln += c->listed[c->data->lang_list[id]];
    if (id == c->english_id && f->rank >= 0 && f->rank <= LIST_EN_70)
        ln += c->listed[LIST_EN_70];
    if (f->functions >> column & 1)
        ln += FUNCTION;
    if (f->ln_rank[column] >= 0 && ln < -(ZIPF + f->ln_rank[column]))
        ln = -(ZIPF + f->ln_rank[column]);
    return ln > FLOOR ? ln : FLOOR;
}

static bool has_vowel(struct text lower)
{
    static const char vowels[] = { 'a', 'e', 'i', 'o', 'u', 'y' };

    for (size_t i = 0; i < lower.len; i++)
        if ((unsigned char)lower.ptr[i] >= 0x80 ||
            memchr(vowels, lower.ptr[i], sizeof(vowels)) != NULL)
            return true;
    return false;
}

/* The most that a capitalised word can say. */
static int name_max(const struct word *w, bool listed, bool noun)
{
    if ((w->flags & WORD_START) != 0)
        return listed ? EV_START_LISTED_MAX : EV_START_MAX;
    return noun ? EV_NOUN_MAX : listed ? EV_NAME_LISTED_MAX : EV_NAME_MAX;
}

/* Evidence of the word for one column, as it stands in the text. */
static int in_place(const struct score_config *c, const struct word *w,
                    const struct facts_of_word *f, uint32_t column)
{
    const bool listed = (f->lists & c->column[column].list) != 0;
    const bool noun = listed && c->column[column].id == c->german_id;
    int ev = evidence(c, f, column);

    if ((w->flags & WORD_CAPITAL) != 0) {
        if (ev > 0)
            ev = clamp(ev, 0, name_max(w, listed, noun));
        else if (f->rank != LIST_EN_35)
            ev /= 4;
    }
    if ((w->flags & (WORD_HYPHEN | WORD_QUOTED)) != 0 && ev > 0)
        ev = ev * 2 / 3;
    return ev;
}

/* No word of prose, or of letters that the statistics do not know. */
static bool not_judged(const struct score_config *c, const struct word *w,
                       struct text lower)
{
    return lower.len == 0 || (w->flags & (WORD_MASKED | WORD_UPPER)) != 0 ||
           (w->letters < 2 && (w->flags & WORD_ASCII) != 0) ||
           !has_vowel(lower) ||
           (w->script != USCRIPT_LATIN &&
            !lang_expect_script(c->expect, w->script));
}

static void view_word(struct scorer *s, struct text word, const struct word *w,
                      struct word_view *v)
{
    const struct score_config *c = s->config;
    char lower[LOWER_MAX];
    const size_t n = lang_lower(lower, sizeof(lower), word);
    const struct text whole = { lower, n };
    struct facts_of_word f;

    memset(v, 0, sizeof(*v));
    if (not_judged(c, w, whole)) {
        v->home = true;
        return;
    }
    const struct halves h = cut_apostrophe(whole);
    const uint64_t elision = h.tail.len > 0 ? elided(c, h.head) : 0;
    const bool behind = elision != 0 || h.tail.len > h.head.len;
    const struct text part = behind ? h.tail : h.head;

    look_up(s, part, &f);
    f.functions |= elision & ~c->home_functions;
    if (c->english && !behind && contraction(h.head, h.tail)) {
        f.known = true;
        f.rank = f.rank >= 0 ? f.rank : LIST_EN_60;
    }
    f.known = f.known || (elision & c->home_functions) != 0;
    v->home = f.known;
    v->accepted = accepted(s, lang_hash(part));
    v->listed = (f.lists & ~c->home_lists & ~c->english_lists) != 0;
    v->frequent = f.frequent;
    v->rare = f.rank == LIST_EN_80 && !v->accepted;
    v->accent_only = f.accent && !v->listed && !v->accepted && f.functions == 0;
    v->loose = (w->flags & WORD_CAPITAL) != 0 && f.functions == 0 && !v->listed;
    for (uint32_t k = 0; k < c->data->h->columns; k++) {
        v->likely[k] = (int16_t)likely(c, &f, k);
        v->evidence[k] = c->column[k].id == LANG_UND
                             ? EV_EXPECTED
                             : (int16_t)in_place(c, w, &f, k);
    }
}

int score_peak(struct scorer *s, struct text text, const struct word *w)
{
    const struct text word = { text.ptr + w->off, w->len };
    uint64_t h = LANG_HASH_INIT ^ w->flags;
    struct word_view v;
    int peak = -30000;

    for (size_t i = 0; i < word.len; i++)
        h = lang_hash_byte(h, word.ptr[i]);
    h = lang_hash_end(h) | 1;
    struct score_memory *m = &s->memory[h & s->memory_mask];

    if (m->key == h)
        return m->peak;
    view_word(s, word, w, &v);
    for (uint32_t k = 0; k < s->config->data->h->columns; k++)
        if (v.evidence[k] > peak)
            peak = v.evidence[k];
    if (v.accent_only || ((!v.home || v.rare) && (w->flags & WORD_START) != 0))
        peak = peak > 1000 ? peak : 1000; /* garble may be at stake */
    *m = (struct score_memory){ .key = h, .peak = peak };
    return peak;
}

/* "fait" is French, "fait accompli" is at home. */
static void welcome_phrases(struct scorer *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct word_view *v = &s->views[i];

        if (!v->accepted ||
            !((i > 0 && v[-1].accepted) || (i + 1 < n && v[1].accepted)))
            continue;
        v->home = true;
        for (size_t k = 0; k < NGRAM_COLUMNS_MAX; k++)
            if (v->evidence[k] > EV_LOAN)
                v->evidence[k] = EV_LOAN;
    }
}

void score_words(struct scorer *s, struct text text, const struct word *w,
                 size_t n)
{
    for (size_t i = 0; i < n; i++)
        view_word(s, (struct text){ text.ptr + w[i].off, w[i].len }, &w[i],
                  &s->views[i]);
    welcome_phrases(s, n);
}

/* The best-scoring run of one column (Kadane's maximum sum). */
static struct score_run best_of_column(const struct scorer *s, uint32_t column,
                                       size_t from, size_t to)
{
    struct score_run best = { .score = 0 };
    size_t start = from;
    int sum = 0;

    for (size_t i = from; i < to; i++) {
        const int ev = s->views[i].evidence[column];

        if (sum <= 0) {
            sum = 0;
            start = i;
        }
        sum += ev;
        if (sum > best.score)
            best =
                (struct score_run){ .first = start, .last = i, .score = sum };
    }
    return best;
}

lang_id score_language(const struct scorer *s, size_t first, size_t last)
{
    const struct score_config *c = s->config;
    lang_id best = LANG_UND;
    long most = 0;

    for (uint32_t k = 0; k < c->data->h->columns; k++) {
        const lang_id id = c->column[k].id;
        long sum = -c->column[k].handicap;

        if (id == LANG_UND)
            continue;
        for (size_t i = first; i <= last; i++)
            sum += s->views[i].likely[k];
        if (best == LANG_UND || sum > most) {
            best = id;
            most = sum;
        }
    }
    return best;
}

struct score_run score_best(const struct scorer *s, const struct word *w,
                            size_t from, size_t to)
{
    const struct score_config *c = s->config;
    struct score_run best = { .score = 0, .lang = LANG_UND };

    (void)w;
    for (uint32_t k = 0; k < c->data->h->columns; k++) {
        const lang_id id = c->column[k].id;

        if (id == LANG_UND)
            continue;
        struct score_run r = best_of_column(s, k, from, to);

        r.score -= r.score > 0 ? c->column[k].handicap : 0;
        if (r.score <= best.score)
            continue;
        r.lang = id;
        r.hits = 0;
        for (size_t i = r.first; i <= r.last; i++)
            r.hits += s->views[i].evidence[k] > (c->english ? 0 : HIT_ABROAD);
        best = r;
    }
    return best;
}
