#ifndef VALIDATOR_TEXT_LANG_DRIFT_H
#define VALIDATOR_TEXT_LANG_DRIFT_H
/* Finds what is written in another language than the expected one: by script,
 * by sentence, by word. One document, block by block, in one thread. */
#include "validator/text/lang_score.h"
#include "validator/text/lang_tag.h"
#include "validator/text/lang_word.h"

enum drift_layer {
    DRIFT_SCRIPT,
    DRIFT_TAKEOVER,
    DRIFT_SENTENCE,
    DRIFT_WORD,
    DRIFT_GARBLE,
    DRIFT_LAYERS
};

enum { DRIFT_LINE_WORDS = 5 };

struct drift {
    struct span span;
    lang_id lang; /* LANG_UND: none that is known */
    enum drift_layer layer;
    /* Letters of the document before the span, and up to its end. */
    size_t letters_before, letters_end;
    size_t foreign; /* letters of the span that are not expected */
};

/* What stays the same from document to document. */
struct drift_config {
    struct lang_expect expect;
    struct lang_data data; /* .h NULL: the word layer is off */
    struct score_config score;
};

/* Zero-initialise with .config, .text and .arena set. */
struct drift_doc {
    const struct drift_config *config;
    struct text text; /* what spans point into; < 4 GiB */
    struct arena *arena;
    struct word_list words; /* of the block at hand */
    struct scorer scorer;   /* .config NULL: no word layer */
    /* Called once, when the first doubtful word is met: adds the words that
     * this document may use to `accepted`. NULL: none. */
    enum status (*vocabulary)(struct drift_doc *d, void *arg);
    void *vocabulary_arg;
    struct word_set accepted;
    struct drift *drifts; /* ascending once the last part has ended */
    size_t count, cap;
    bool at_start;      /* the next word is the first that the model wrote */
    size_t letters;     /* so far */
    size_t part_first;  /* drifts before the part at hand */
    size_t block_first; /* drifts before the block at hand */
    /* Lines of at least DRIFT_LINE_WORDS words; all words; those of them that
     * are foreign: a line when half of its bytes are. */
    size_t lines, lines_failed, word_count, words_failed;
};

/* Judges one block: its pieces of prose, ascending, in d->text. ST_NOMEM. */
enum status drift_block(struct drift_doc *d, const struct span *pieces,
                        size_t n);

/* Judges code: foreign letters inside a name or number of other letters
 * ("data_XX.json", "2025-11-25X") are drift, names in one script are not. */
enum status drift_code(struct drift_doc *d, struct span s);

/* Ends a part of the document (what one response wrote): sorts its drifts,
 * merges what belongs together, makes one takeover of what goes on to its end.
 * Blocks after it are another part. */
void drift_end_part(struct drift_doc *d);

#endif
