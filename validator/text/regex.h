#ifndef VALIDATOR_TEXT_REGEX_H
#define VALIDATOR_TEXT_REGEX_H
/* Regular expressions with limits: PCRE2 (8 bit), compiled with its JIT where
 * the platform has one. */
#include <stdint.h>

#include "validator/base/buf.h"
#include "validator/base/error.h"
#include "validator/base/text.h"

struct regex;       /* shared by all threads: what changes inside is atomic */
struct regex_match; /* one thread's scratch memory, for any regex */

enum regex_flags {
    REGEX_BYTES = 0, /* the subject is bytes; no \p, no wide classes */
    REGEX_UTF = 1,   /* the subject is UTF-8; invalid bytes match nothing */
    REGEX_ICASE = 2,
    REGEX_MULTILINE = 4, /* ^ and $ at line ends too */
    REGEX_ANCHORED = 8,  /* a match begins where it is looked for */
    REGEX_UCP = 16       /* \w, \d, \b by Unicode properties */
};

enum {
    REGEX_PATTERN_MAX = 64 << 10, /* bytes of a pattern; longer: ST_LIMIT */
    REGEX_STEPS_MAX = 1000000,    /* PCRE2's match limit, per call */
    REGEX_DEPTH_MAX = 10000,      /* and its depth limit */
    REGEX_HEAP_MAX = 20000,       /* KiB, without JIT */
    REGEX_GROUPS_MAX = 16,        /* groups whose places are handed out */
    /* A prepared pattern gets its JIT run when it was looked for so often:
     * docs/measured/startup.md. */
    REGEX_JIT_AFTER = 200
};

/* On ST_OK the caller owns *out (regex_free). ST_USAGE: a bad pattern; the
 * text of *err names `name`, says what is wrong at which byte offset, and
 * shows the place with a caret on a line of its own. ST_LIMIT, ST_NOMEM. */
enum status regex_new(struct regex **out, struct text pattern, const char *name,
                      unsigned flags, struct error *err);
void regex_free(struct regex *r); /* accepts NULL */

/* A pattern of ours that the build compiled and serialised
 * (runner/tools/rules-build.c). */
struct regex_source {
    const char *name;    /* the file of rules it is from */
    const char *pattern; /* for a PCRE2 other than the build's */
    size_t pattern_len;
    unsigned flags;
    const uint8_t *code; /* pcre2serialize(3); aligned to 8 bytes */
    size_t code_len;
};

/* The same pattern without the cost: nothing is read before the first
 * regex_find, and the JIT runs once REGEX_JIT_AFTER finds made it worth while.
 * `source` must outlive *out (regex_free). ST_NOMEM. */
enum status regex_prepared(struct regex **out,
                           const struct regex_source *source,
                           struct error *err);

/* Appends what regex_source.code wants. False: PCRE2 refused. */
bool regex_serialise(const struct regex *r, struct buf *out);

struct regex_match *regex_match_new(void);    /* NULL: no memory */
void regex_match_free(struct regex_match *m); /* accepts NULL */

enum regex_result {
    REGEX_NONE,
    REGEX_FOUND,
    REGEX_LIMIT /* steps, depth or memory ran out: nothing is known */
};

/* Whether a find with this scratch ever found no memory: what it did not find
 * is unknown then, and the caller must say so. */
bool regex_out_of_memory(const struct regex_match *m);

/* Looks for a match in `subject` from byte `at` on. Any thread. */
enum regex_result regex_find(struct regex *r, struct regex_match *m,
                             struct text subject, size_t at);

/* After REGEX_FOUND: the place of a group (0: the whole match), false when it
 * took no part; and the (*MARK) that was passed last, or NULL. */
bool regex_group(const struct regex_match *m, unsigned group, struct span *out);
const char *regex_mark(const struct regex_match *m);

#endif
