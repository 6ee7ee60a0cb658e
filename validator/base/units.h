#ifndef VALIDATOR_BASE_UNITS_H
#define VALIDATOR_BASE_UNITS_H
/* Units of measure: symbols, words, column-name suffixes, exact factors. The
 * table is data (rules/units.json); this file knows only its form. */
#include <stdint.h>

#include "validator/base/decimal.h"
#include "validator/base/error.h"
#include "validator/base/text.h"

struct units; /* immutable; shared by all threads */

/* rules/units.json as the build prepared it (runner/tools/rules-build.c). */
extern const struct units units_ours;

/* A unit as written: `num`, or `num` per 10^den_exp `den` (den != 0). Index 0
 * is "no unit". Passed by value; two are the same unit when all fields are. */
struct unit_ref {
    uint16_t num, den;
    int8_t den_exp; /* "$ per million tokens": 6 */
};

enum unit_convention { UNIT_SI, UNIT_BINARY }; /* KB: 1000 or 1024 bytes */

/* Parses such a file. On ST_OK the caller owns *out (units_free).
 * ST_INPUT names `name` and the entry; limits: 4,000 units, 20,000 spellings,
 * spellings of at most 40 bytes. */
enum status units_parse(struct units **out, struct text json, const char *name,
                        struct error *err);
void units_free(struct units *u); /* accepts NULL */

/* The longest unit at the beginning of t (behind a number and the white space
 * after it; `spaced` tells whether there was any): "ms", "tok/s", "tokens per
 * second", "$/1M tokens". Ends at a word boundary. Returns its length in
 * bytes, 0: none. */
size_t units_match(const struct units *u, struct text t, bool spaced,
                   struct unit_ref *out);

/* The longest unit that may stand before a number ("$", "USD ") at the end of
 * t. Returns its length in bytes with white space behind it, 0: none. */
size_t units_match_before(const struct units *u, struct text t,
                          struct unit_ref *out);

/* The unit in a column header or key: "TTFT (ms)", "latency_p50_ms",
 * "tokens_per_second", "peakMemoryMB", "tok/s". *at (may be NULL): the bytes
 * of the header that name it. False: none. */
bool units_of_header(const struct units *u, struct text header,
                     struct unit_ref *out, struct span *at);

/* A unit by its canonical name ("ms", "tok/s"); false: no such unit. */
bool units_find(const struct units *u, struct text name, struct unit_ref *out);

/* Canonical name, "" for none; at most UNIT_NAME_MAX - 1 bytes. */
enum { UNIT_NAME_MAX = 64 };
size_t units_name(const struct units *u, struct unit_ref r,
                  char out[UNIT_NAME_MAX]);

static inline bool unit_none(struct unit_ref r)
{
    return r.num == 0;
}

static inline bool unit_same(struct unit_ref a, struct unit_ref b)
{
    return a.num == b.num && a.den == b.den && a.den_exp == b.den_exp;
}

/* A number that is equal exactly for units of one dimension; 0: no unit. */
uint32_t units_dim(const struct units *u, struct unit_ref r);

/* The dimension's name ("time", "data/time"), static or owned by u. */
struct text units_dim_name(const struct units *u, uint16_t unit);

/* True when the unit is a count noun (tokens, requests), or per one. */
bool units_is_count(const struct units *u, struct unit_ref r);

/* v in the dimension's base unit. UNIT_BINARY changes only units that have a
 * second convention (units_has_binary). `last` follows the written digit. */
struct decimal units_to_base(const struct units *u, struct unit_ref r,
                             enum unit_convention c, struct decimal v);
bool units_has_binary(const struct units *u, struct unit_ref r);

/* units_to_base in doubles, right to 14 digits: tells what is far apart. */
double units_rough(const struct units *u, struct unit_ref r,
                   enum unit_convention c, double v);

/* A difference v (a tolerance, a spread) in base units: the factor without the
 * offset. */
struct decimal units_scale(const struct units *u, struct unit_ref r,
                           enum unit_convention c, struct decimal v);

#endif
