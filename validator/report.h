#ifndef VALIDATOR_REPORT_H
#define VALIDATOR_REPORT_H
/* One report: its bytes as read, its Markdown tree, and who wrote which part.
 * Made by one thread in one arena; read-only afterwards. */
#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/text/markdown.h"

enum { REPORT_MAX = 64 << 20 }; /* bytes; a larger report is ST_LIMIT */

enum author {
    AUTHOR_MODEL,   /* to be judged */
    AUTHOR_TEMPLATE /* written by the agent's code: true, and so evidence */
};

struct layouts; /* validator/layout.h */

struct place_mark { /* the first character at or behind its multiple */
    uint32_t off, column;
};

struct report {
    const char *name;  /* as given on the command line; "-" for stdin */
    struct text bytes; /* what spans point into */
    bool utf16;        /* decoded from UTF-16: offsets are of the UTF-8 text */
    bool bom;          /* the file begins with a byte order mark; it is kept */
    struct doc doc;
    const char *layout; /* the name of the layout that fitted, or NULL */
    /* What the model wrote: disjoint, ascending. The rest is the template's. */
    const struct span *model;
    size_t model_count;
    const size_t *lines; /* where each line begins: ascending, lines[0] == 0 */
    size_t line_count;
    const struct place_mark *marks; /* one per PLACE_STEP bytes */
    /* A passage of a template part that shows model text cut out of another
     * response (bullets): judged, but its Markdown is the template's doing. */
};

/* Reads bytes into a report. `bytes` must outlive the arena's next reset;
 * UTF-16 (by BOM, or NUL at every other byte) is decoded into the arena.
 * layout: a name, or NULL to let the layouts decide; `model` (n_model > 0)
 * overrides both: exact byte ranges from a run record. ST_LIMIT, ST_NOMEM,
 * ST_USAGE (no such layout). */
enum status report_open(struct report *out, const char *name, struct text bytes,
                        const struct layouts *layouts, const char *layout,
                        const struct span *model, size_t n_model,
                        struct arena *a, struct error *err);

enum author report_author(const struct report *r, size_t off);

/* The part of s that the model wrote, or {s.off, 0}: the first one. */
struct span report_model_part(const struct report *r, struct span s);

/* Line (from 1) and column (from 1, in code points; invalid bytes count one
 * each) of a byte offset. For writers only. The line is found by binary
 * search; the column is counted from the nearest mark, at most PLACE_STEP
 * bytes before. */
enum { PLACE_STEP = 512 };
struct place {
    size_t line, column;
};
struct place report_place(const struct report *r, size_t off);

/* The bytes of line `n` (from 1) without its line end; n <= line_count. */
struct span report_line(const struct report *r, size_t n);

#endif
