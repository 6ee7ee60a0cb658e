#ifndef VALIDATOR_OUTPUT_COMMON_H
#define VALIDATOR_OUTPUT_COMMON_H
/* What several writers write alike. All take hostile text and escape it. */
#include "validator/output/writer.h"

/* The fixed message, and ": " and what varies behind it; unescaped. */
void put_message(struct buf *b, const struct finding *f);

/* At most `max` bytes of t, cut before a character. */
struct text cut_text(struct text t, size_t max);

/* JSON: "k": and "k":"v". */
void json_key(struct buf *b, const char *k);
void json_pair(struct buf *b, const char *k, struct text v);
void json_message(struct buf *b, const struct finding *f); /* as a string */

/* t for XML and HTML, text or attribute: first as buf_visible shows it, cut at
 * `max` bytes, so that XML 1.0's forbidden characters cannot occur. */
void put_xml(struct buf *b, struct text t, size_t max);
/* The same for bytes that are already visible text. */
void xml_escape(struct buf *b, struct text t);

/* A path as a URI reference: relative stays relative, '/' stays, the rest is
 * percent-encoded; an absolute one becomes file:///... */
void put_uri(struct buf *b, struct text path);

/* The value of an evidence key as text for people, escaped; nothing for KV_NULL
 * KV_FACTS and KV_SPANS. */
void put_kv(struct buf *b, const struct kv *v);
const struct kv *evidence_get(const struct finding *f, const char *key);

/* What the data say instead, when the evidence has it and the message does not
 * say it already; {"", 0} else. */
struct text evidence_expected(const struct finding *f);

/* "FILE:LINE PATH = VALUE UNIT", escaped. */
void put_fact_line(struct buf *b, const struct evidence_fact *f);

/* Line and column of both ends of a finding. An empty span ends where it
 * starts. The end is exclusive. */
struct range {
    struct place start, end;
    size_t start_byte, end_byte; /* columns in bytes, from 1 */
};
struct range finding_range(const struct report *r, const struct finding *f);

/* Lines that begin with a digit (0: first) and a tab, sorted by that digit,
 * else in the order given. at: malloc'd, the caller frees; the digit and tab
 * are cut off, the newline too. NULL with *n 0: none, or no memory (*failed).
 */
struct text *lines_by_rank(struct text lines, size_t *n, bool *failed);

/* The home page, from the build (make URL=...); empty: no links are written. */
extern const char assay_url[];
/* ,"KEY":"URL/docs/checks/ID.md"; nothing without a home page. */
void json_help_url(struct buf *b, const char *key, const char *check_id);

#endif
