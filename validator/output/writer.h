#ifndef VALIDATOR_OUTPUT_WRITER_H
#define VALIDATOR_OUTPUT_WRITER_H
/* One writer per format: a file here and a row in table.c. Writers turn
 * results into bytes; the caller puts them on stdout or into a file. */
#include "validator/base/buf.h"
#include "validator/engine.h"

struct summary {
    size_t reports, verdicts[VERDICT_COUNT];
    size_t findings[SEV_COUNT];
    size_t claims[8];         /* by enum claim_verdict */
    double chance_match_rate; /* mean over reports with claims; -1: none */
};

struct writer_options {
    bool color;
    bool claims; /* --claims */
    bool quiet;
    unsigned width;        /* columns that text may use; 0: no limit */
    enum severity fail_on; /* SEV_COUNT: never */
    const char *version;
    const char *rules_sha256;
    const struct engine *engine;
    size_t shard, shards; /* from 1; 1 of 1: not sharded */
    size_t input_nth;     /* of the report at hand, among all shards', from 1 */
    struct text page_extra; /* HTML of ours for the evidence page's index */
};

struct writer {
    const char *name, *summary;
    void (*begin)(struct buf *out, const struct writer_options *o);
    /* Called in the order of reports, `nth` from 0. May be called from the
     * printing thread only; must not keep pointers into r. */
    void (*report)(struct buf *out, const struct writer_options *o,
                   const struct result *r, size_t nth);
    /* A report that could not be judged; NULL: nothing is written. */
    void (*error)(struct buf *out, const struct writer_options *o,
                  const char *name, const char *message, size_t nth);
    void (*end)(struct buf *out, const struct writer_options *o,
                const struct summary *s);
    /* Not NULL: what begin and report wrote is not output but collected, and
     * handed over here at the end: for formats that sort or count. */
    void (*finish)(struct buf *out, const struct writer_options *o,
                   const struct summary *s, struct text collected);
};

extern const struct writer *const writers_all[];
extern const size_t writers_all_count;
const struct writer *writer_find(struct text name); /* NULL: none */
const char *writer_nearest(struct text name); /* to a wrong name, or NULL */

#endif
