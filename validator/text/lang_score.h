#ifndef VALIDATOR_TEXT_LANG_SCORE_H
#define VALIDATOR_TEXT_LANG_SCORE_H
/* How much each word speaks for another language than the expected one, and
 * the runs of words where that adds up. */
#include "validator/text/lang_data.h"
#include "validator/text/lang_word.h"
#include "validator/text/word_set.h"

/* Evidence is a log likelihood ratio in centinats: ln P(word | language) -
 * ln P(word | expected), times 100. */
enum { SCORE_WORDS_MAX = 512 }; /* words judged together; longer is cut */

struct score_config {
    const struct lang_data *data; /* never NULL here */
    const struct lang_expect *expect;
    uint64_t home_lists; /* lists of the expected languages */
    uint64_t english_lists;
    uint64_t home_functions; /* columns, as in struct function_word */
    bool english; /* English is expected: ranks, affixes, terms count */
    int home_columns[EXPECT_MAX];
    size_t n_home;
    lang_id english_id, german_id;
    int listed[LANG_LISTS_MAX]; /* centinats */
    struct {
        lang_id id;    /* LANG_UND: not a candidate: expected, or unknown */
        int handicap;  /* centinats */
        uint64_t list; /* its bit */
    } column[NGRAM_COLUMNS_MAX];
    /* Function words: hash -> columns that have it; open addressing. */
    const struct function_word *function_words;
    uint32_t function_mask;
    struct word_set welcome; /* words accepted in every document */
};

struct function_word {
    uint64_t hash; /* 0: free */
    uint64_t columns;
};

struct score_run {
    size_t first, last; /* words, inclusive */
    lang_id lang;
    int score;   /* centinats */
    size_t hits; /* words that speak for the language */
};

/* One word's evidence for every column. */
struct word_view {
    int16_t evidence[NGRAM_COLUMNS_MAX];
    int16_t likely[NGRAM_COLUMNS_MAX]; /* ln P(word | language), to choose */
    bool home;        /* a word of an expected language, or accepted */
    bool accepted;    /* by the user, the report or as a loan */
    bool rare;        /* English in the largest list only */
    bool accent_only; /* a common English word but for accents no list has */
    bool listed;      /* by a language that is not expected */
    bool frequent;    /* in one that is not expected */
    bool loose;       /* a capitalised word that no list holds: may be a name */
};

/* Words whose peak is remembered: as many as a text may need, no more, as the
 * memory is cleared for each report. Powers of two. */
enum { SCORE_MEMORY_MIN = 256, SCORE_MEMORY_MAX = 4096, BYTES_PER_MEMORY = 4 };

struct score_memory {
    uint64_t key; /* hash of the word and its flags; 0: free */
    int peak;
};

struct scorer {
    const struct score_config *config;
    struct word_view *views;         /* SCORE_WORDS_MAX of them */
    struct score_memory *memory;     /* zeroed */
    size_t memory_mask;              /* their number less one */
    const struct word_set *accepted; /* in this document */
};

enum status score_config_init(struct score_config *c,
                              const struct lang_data *data,
                              const struct lang_expect *expect,
                              struct text function_words);
void score_config_free(struct score_config *c);

/* True when the word is common English (or a term) beyond doubt, by one table
 * probe; for ASCII words. */
bool score_plain(const struct score_config *c, struct text word);

/* The most that the word says for any other language, alone; remembered, so
 * that the many repeats of a report's own terms cost one probe. */
int score_peak(struct scorer *s, struct text text, const struct word *w);

/* Fills views for n <= SCORE_WORDS_MAX words. */
void score_words(struct scorer *s, struct text text, const struct word *w,
                 size_t n);

/* The language of words [first, last], whatever is expected. LANG_UND when the
 * data has nothing on them. */
lang_id score_language(const struct scorer *s, size_t first, size_t last);

/* The best run among words [from, to) of the views, or score 0. */
struct score_run score_best(const struct scorer *s, const struct word *w,
                            size_t from, size_t to);

#endif
