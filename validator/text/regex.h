#ifndef VALIDATOR_TEXT_REGEX_H
#define VALIDATOR_TEXT_REGEX_H
/* Regular expressions with limits: PCRE2 (8 bit), compiled with its JIT where
 * the platform has one. */
#include "validator/base/error.h"
#include "validator/base/text.h"

struct regex;       /* immutable; shared by all threads */
struct regex_match; /* one thread's scratch memory for one regex */

enum regex_flags {
    REGEX_BYTES = 0, /* the subject is bytes; no \p, no wide classes */
    REGEX_UTF = 1,   /* the subject is UTF-8; invalid bytes match nothing */
    REGEX_ICASE = 2,
    REGEX_MULTILINE = 4, /* ^ and $ at line ends too */
    REGEX_ANCHORED = 8,  /* a match begins where it is looked for */
    REGEX_UCP = 16,      /* \w, \d, \b by Unicode properties */
    REGEX_RARE = 32      /* used on a few lines only: not worth a JIT run */
};

enum {
    REGEX_PATTERN_MAX = 64 << 10, /* bytes of a pattern; longer: ST_LIMIT */
    REGEX_STEPS_MAX = 1000000,    /* PCRE2's match limit, per call */
    REGEX_DEPTH_MAX = 10000,      /* and its depth limit */
    REGEX_HEAP_MAX = 20000,       /* KiB, without JIT */
    REGEX_GROUPS_MAX = 16         /* groups whose places are handed out */
};

/* On ST_OK the caller owns *out (regex_free). ST_USAGE: a bad pattern; the
 * text of *err names `name`, says what is wrong at which byte offset, and
 * shows the place with a caret on a line of its own. ST_LIMIT, ST_NOMEM. */
enum status regex_new(struct regex **out, struct text pattern, const char *name,
                      unsigned flags, struct error *err);
void regex_free(struct regex *r); /* accepts NULL */

struct regex_match *
regex_match_new(const struct regex *r);       /* NULL: no memory */
void regex_match_free(struct regex_match *m); /* accepts NULL */

enum regex_result {
    REGEX_NONE,
    REGEX_FOUND,
    REGEX_LIMIT /* steps, depth or memory ran out: nothing is known */
};

/* Looks for a match in `subject` from byte `at` on. */
enum regex_result regex_find(const struct regex *r, struct regex_match *m,
                             struct text subject, size_t at);

/* After REGEX_FOUND: the place of a group (0: the whole match), false when it
 * took no part; and the (*MARK) that was passed last, or NULL. */
bool regex_group(const struct regex_match *m, unsigned group, struct span *out);
const char *regex_mark(const struct regex_match *m);

#endif
