#ifndef VALIDATOR_TEXT_LANG_DRIFT_H
#define VALIDATOR_TEXT_LANG_DRIFT_H
/* Finds what is written in another language than the expected one: by script,
 * by sentence, by word. One document, block by block, in one thread. */
#include "validator/text/lang_tag.h"
#include "validator/text/lang_word.h"

enum drift_layer {
    DRIFT_SCRIPT,
    DRIFT_TAKEOVER,
    DRIFT_LAYERS
};

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
};

/* Zero-initialise with .config, .text and .arena set. */
struct drift_doc {
    const struct drift_config *config;
    struct text text; /* what spans point into; < 4 GiB */
    struct arena *arena;
    struct word_list words; /* of the block at hand */
    struct drift *drifts;   /* ascending after drift_finish */
    size_t count, cap;
    size_t letters, lines, lines_passed, words_seen, words_passed;
};

/* Judges one block: its pieces of prose, ascending, in d->text. ST_NOMEM. */
enum status drift_block(struct drift_doc *d, const struct span *pieces,
                        size_t n);

/* Sorts, merges what belongs together, makes one takeover of what goes on to
 * the end. ST_NOMEM. */
enum status drift_finish(struct drift_doc *d);

#endif
