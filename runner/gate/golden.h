#ifndef RUNNER_GATE_GOLDEN_H
#define RUNNER_GATE_GOLDEN_H
/* Reports with expected findings (docs/golden.md, docs/schema/golden-1.json).
 * An expected finding names its check; rule, severity, start, end, text and
 * evidence are compared where they are given. */
#include <cjson/cJSON.h>

#include "validator/base/buf.h"
#include "validator/engine.h"

enum { GOLDEN_TEXT_MAX = 80 }; /* bytes of a finding's text that are kept */

/* The result as an expected.json, all fields given. */
void golden_put(struct buf *out, const struct result *r);

/* Appends a line for each finding that is missing or not expected, and for a
 * verdict that differs; returns how many lines. */
size_t golden_compare(struct buf *out, const cJSON *expected,
                      const struct result *r);

#endif
