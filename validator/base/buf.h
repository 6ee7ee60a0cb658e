#ifndef VALIDATOR_BASE_BUF_H
#define VALIDATOR_BASE_BUF_H
/* A growing byte buffer with a limit: what writers write into. */
#include <stdarg.h>

#include "validator/base/error.h"
#include "validator/base/text.h"

enum { BUF_MAX = 1 << 30 }; /* bytes: 1 GiB */

/* Zero-initialise with `.max` set. Once an addition fails, `failed` stays set
 * and later additions do nothing: check it once at the end, with
 * buf_status(). */
struct buf {
    char *ptr; /* owned; NUL-terminated behind len once anything was added */
    size_t len, cap;
    size_t max;         /* bytes; 0 means BUF_MAX */
    enum status failed; /* ST_OK, ST_LIMIT (max) or ST_NOMEM */
};

void buf_free(struct buf *b);  /* also resets */
void buf_clear(struct buf *b); /* empty, memory kept, ST_LIMIT cleared */
void buf_add(struct buf *b, struct text t);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* t as a JSON string with its quotes (RFC 8259). Invalid UTF-8 becomes U+FFFD
 * byte by byte; controls, DEL, C1, bidi controls, U+2028/2029 are \u-escaped,
 * so that the result is safe on a terminal too. */
void buf_json(struct buf *b, struct text t);

/* JSON text that another printer wrote, with what buf_json would escape in a
 * string escaped: beyond ASCII it stands in strings only. */
void buf_json_inert(struct buf *b, struct text json);

/* t for a terminal or a log line: controls, C1, bidi controls and invalid
 * bytes as \xNN or \u{NNNN}, newline and tab as \n and \t. At most `max`
 * bytes of t are shown, cut at a character, then "...". A `::` or `##[` at the
 * beginning of t gets a backslash before it (CI log commands). */
void buf_visible(struct buf *b, struct text t, size_t max);

struct text buf_text(const struct buf *b);

/* `what` names the buffer in *err when it failed: "report.md: ...". */
enum status buf_status(const struct buf *b, const char *what,
                       struct error *err);
void buf_fail(struct buf *b, enum status why); /* ST_OK: unchanged */

/* Frees `inner`, whose text went into `outer`, which fails when inner had no
 * memory. A limit of inner's own has cut its text: no failure. */
void buf_end(struct buf *inner, struct buf *outer);

#endif
