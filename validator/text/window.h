#ifndef VALIDATOR_TEXT_WINDOW_H
#define VALIDATOR_TEXT_WINDOW_H
/* A stream seen through a window: what a check of single places needs to work
 * on bytes in any split. A place is judged once 64 bytes behind it are there
 * (or the stream has ended), by those and the 64 before it, so that the answer
 * does not depend on the split. Flat memory, no pointers into itself. */
#include "validator/base/text.h"

enum { WINDOW_CARRY = 64, WINDOW_CAP = 4096 };

/* Markdown code, as far as a line at a time can tell: fences (those labelled
 * md or markdown are prose), code spans up to their line's end, indented code
 * behind a blank line, comments. */
struct code_state {
    bool fence, md, indented, comment, blank_before, list, head;
    char mark;       /* of the open fence */
    unsigned length; /* of its run */
    unsigned ticks;  /* of the open code span; 0: none */
    unsigned lines;  /* inside the fence */
};

struct window {
    size_t len;     /* bytes in buf */
    size_t done;    /* judged up to here */
    size_t base;    /* of buf[0] in the stream */
    size_t code_at; /* code is the state before this byte */
    struct code_state code;
    bool over; /* somebody said stop */
    char buf[WINDOW_CAP];
};

/* Judges the places of buf[*at, to) and moves *at on, perhaps beyond `to`.
 * True: stop. `end`: no more bytes will come. */
typedef bool window_judge(void *arg, struct window *w, size_t *at, size_t to,
                          bool end);

void window_begin(struct window *w);
bool window_feed(struct window *w, struct text bytes, window_judge *judge,
                 void *arg);
bool window_end(struct window *w, window_judge *judge, void *arg);

/* The bytes that a judgement of buf[at] may look at; *own is its offset. */
struct text window_around(const struct window *w, size_t at, size_t *own);

/* Whether buf[at] is code. Ask in ascending order. */
bool window_in_code(struct window *w, size_t at);

#endif
