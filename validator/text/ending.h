#ifndef VALIDATOR_TEXT_ENDING_H
#define VALIDATOR_TEXT_ENDING_H
/* How a text ends, told by its last characters and words: rules/endings.txt
 * says which words of a language go on. Borrowed; nothing is allocated. */
#include <stdint.h>

#include "validator/base/text.h"
#include "validator/text/lang_data.h"

struct endings {
    struct text rules;        /* endings.txt; empty: no words are known */
    const char *const *langs; /* as given to --lang: "de", "pt-BR", "de,en" */
    size_t n_langs;
    const struct lang_data *data; /* word lists; NULL: none */
    struct lang_expect expect;    /* langs, parsed; for the lists */
};

enum word_list {
    LIST_DANGLING,
    LIST_OPENER,
    LIST_STARTER,
    LIST_CLOSING,
    LIST_FINITE,
    WORD_LISTS
};

/* Is the word in the list of an expected language? */
bool endings_list(const struct endings *e, enum word_list k, struct text word);

/* The text ends with a word, or with `particles` a particle of a script without
 * blanks, after which a sentence goes on. */
bool endings_dangle(const struct endings *e, struct text t, bool particles);

/* The sentence begins with a word that opens one: LIST_OPENER or LIST_STARTER,
 * which begins nothing else. */
bool endings_begin(const struct endings *e, enum word_list k, struct text t);

/* A word of t before its last is a verb that only sentences have. */
bool endings_finite(const struct endings *e, struct text t);

/* No list of the expected languages, nor of English terms, has the word, which
 * is in small letters: it may be cut. False where a language has no list. */
bool endings_unknown(const struct endings *e, struct text word);

/* t without white space and closing quotes, brackets, emphasis at its end. */
struct text ending_core(struct text t);

enum mark {
    MARK_NONE, /* a letter, a digit or anything else */
    MARK_STOP, /* of a sentence, in any script; also emoji */
    MARK_COLON,
    MARK_SEMICOLON,
    MARK_COMMA,
    MARK_HANGING /* an opening bracket or quote, a dash or operator */
};
enum mark ending_mark(struct text t); /* of its core */

/* What the last character is, white space and emphasis aside. */
enum last { LAST_OTHER, LAST_LOWER, LAST_UPPER, LAST_UNCASED, LAST_DIGIT };
enum last ending_letter(struct text t);

/* Does the word begin with anything but a letter that is, or could be, a small
 * one? A capital, a digit, a mark. */
bool begins_upper(struct text word);

/* The last word, of letters; empty when t does not end with one. */
struct text ending_word(struct text t);

/* Where the last sentence of t begins: behind a stop (not a colon) before
 * anything but a lower-case letter. */
size_t ending_sentence(struct text t);

/* Words by blanks; two for three ideographs and letters of scripts that put no
 * blanks between words. */
size_t ending_words(struct text t);

/* Brackets, quotes, bold or code that t opens and does not close. */
bool ending_opens(struct text t);

#endif
