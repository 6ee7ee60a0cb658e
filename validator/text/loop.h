#ifndef VALIDATOR_TEXT_LOOP_H
#define VALIDATOR_TEXT_LOOP_H
/* Degenerate repetition in text, found while it is written: one pass over the
 * bytes, work linear, memory fixed. Method and figures: docs/measured/loops.md.
 */
#include <stdint.h>

#include "validator/base/text.h"

enum loop_kind {
    LOOP_GRAPHEME,  /* characters or a short run of them, no word between */
    LOOP_WORD,      /* words inside lines */
    LOOP_LINE,      /* whole lines, or blocks of them */
    LOOP_COUNTER,   /* the same words with a number that counts on */
    LOOP_DRIFT,     /* copies that grow, shrink or move words about */
    LOOP_STALE,     /* nothing new, in changing order */
    LOOP_DUPLICATE, /* a long passage seen far above: no loop by itself */
    LOOP_KIND_COUNT
};

struct loop_event {
    enum loop_kind kind;
    size_t start;      /* bytes since begin: the first copy */
    size_t second;     /* the second copy */
    size_t end;        /* behind the last copy, which may be cut off */
    size_t period;     /* bytes of one copy; mean where copies differ */
    size_t copies;     /* whole copies, the first included */
    bool near;         /* copies differ: edits, numbers, lengths */
    bool stop;         /* waste reached the limit: a generation should end */
    size_t decided_at; /* bytes read when `stop` (or the event) was decided */
};

/* Bytes that a loop must waste (all copies but the first) to be worth a stop:
 * stop_bytes, or stop_permille of what was read up to the loop's end. */
struct loop_limits {
    size_t stop_bytes;
    size_t stop_permille;
    size_t stale_words; /* words without anything new: LOOP_STALE */
};

/* Called once per loop, when its end is known; ascending ends. Events may
 * overlap (loop_merge). */
typedef void loop_sink(void *arg, const struct loop_event *event);

struct loop;
enum { LOOP_STATE_MAX = 256 * 1024 }; /* bytes; loop_state_size() is below */

/* The caller gives loop_state_size() bytes, aligned for any type, and calls
 * loop_begin; there is nothing to free. sink may be NULL. */
size_t loop_state_size(void);
void loop_begin(struct loop *l, const struct loop_limits *limits,
                loop_sink *sink, void *arg);

/* Bytes in any split: events never depend on it. Any bytes are accepted;
 * what is not UTF-8 counts as one symbol per byte. */
void loop_feed(struct loop *l, struct text bytes);
void loop_end(struct loop *l);

/* The first event that reached `stop` (its end as far as it was known then),
 * or NULL. */
const struct loop_event *loop_stopped(const struct loop *l);

/* Joins events that overlap or are at most LOOP_GAP bytes apart, in place;
 * returns how many are left, ascending and disjoint. n log n. */
enum { LOOP_GAP = 64 };
size_t loop_merge(struct loop_event *at, size_t count);

#endif
