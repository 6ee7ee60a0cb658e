#ifndef VALIDATOR_OUTPUT_HTML_H
#define VALIDATOR_OUTPUT_HTML_H
/* The evidence page in parts: its marks, its report, its sources. */
#include "validator/audit/audit.h"
#include "validator/output/common.h"

/* One mark in the report: a finding, or a number that has none. */
struct mark {
    struct span span;
    const struct finding *finding;     /* or NULL */
    const struct audited_claim *claim; /* or NULL; a finding may have one */
    size_t id;                         /* within the report, from 1 */
    bool card;                         /* has a card beside the report */
    bool placed;                       /* its anchor is written */
};

struct html { /* one report being written */
    struct buf *b;
    const struct result *r;
    size_t nth;         /* of the report, from 0: its anchors begin "rN" */
    struct mark *marks; /* by span.off */
    size_t count;
};

/* The letter of a severity's class, its sign and its name. */
extern const char html_letter[SEV_COUNT];
extern const char *const html_sign[SEV_COUNT];

/* Text for HTML: newlines and tabs stay, everything unsafe is shown escaped as
 * buf_visible does, then `&<>"'`. */
void html_text(struct buf *b, struct text t);

/* The report as HTML with its marks in place. Sets `placed`. */
void html_document(struct html *h);

/* Lines of the data, read when first asked for; bounded (see html_source.c). */
struct sources;
struct sources *sources_new(void); /* NULL: no memory */
void sources_free(struct sources *s);

/* The row or line of a fact with its cell marked; nothing when the file cannot
 * be read again. */
void html_source(struct buf *b, struct sources *s,
                 const struct evidence_fact *f);

#endif
