#ifndef VALIDATOR_BASE_ERROR_H
#define VALIDATOR_BASE_ERROR_H
/* Error codes and the one-line text that goes with them. A bad report is not
 * an error (it yields findings); only the machine or the caller yields one. */
#include <stddef.h>

enum status {
    ST_OK = 0,
    ST_INPUT, /* a file or message could not be read or understood */
    ST_LIMIT, /* a stated maximum was reached */
    ST_NOMEM, /* no memory, or the arena's limit was reached */
    ST_USAGE, /* the caller asked for something that does not exist */
    ST_NET,   /* an endpoint could not be reached or broke off */
    ST_STOP   /* the callee asks to stop; not a failure */
};

enum { ERROR_TEXT_MAX = 1024 }; /* bytes, NUL included; longer is cut */

/* The text is made where the fact is known, names the file, the place and
 * the remedy, and is printed by runner/cli only. Untrusted bytes in it are
 * escaped by error_set's caller with text_escape() or by the printer. */
struct error {
    char text[ERROR_TEXT_MAX];
};

/* Sets err->text (err may be NULL) and returns st, so that a caller can write
 * `return error_set(err, ST_INPUT, "%s: ...", path);`. */
enum status error_set(struct error *err, enum status st, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__ /* it reads one file and must be told what returns   \
                           */
#define error_set(err, st, ...) ((void)error_set(err, st, __VA_ARGS__), (st))
#endif

#endif
