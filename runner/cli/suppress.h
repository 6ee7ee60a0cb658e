#ifndef RUNNER_CLI_SUPPRESS_H
#define RUNNER_CLI_SUPPRESS_H
/* "suppress" of assay.json: findings that a person took responsibility for, by
 * fingerprint, with a reason and perhaps a last day. */
#include "validator/config.h"

struct suppress;

/* today: "YYYY-MM-DD". *out is NULL when the file has no such section.
 * ST_USAGE: a fingerprint that is not 16 hexadecimal digits, an empty reason,
 * no date. */
enum status suppress_new(struct suppress **out, const struct config *c,
                         const char *today, struct error *err);
void suppress_free(struct suppress *s); /* accepts NULL */

/* Marks the findings and judges the report again. Any thread. */
void suppress_mark(struct suppress *s, struct result *r);

/* What is out of date or matched nothing, each through `say`, escaped by it. */
void suppress_report(const struct suppress *s,
                     void (*say)(const struct error *text));

#endif
