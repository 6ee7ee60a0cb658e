#ifndef VALIDATOR_TEXT_DATE_H
#define VALIDATOR_TEXT_DATE_H
/* Dates as people and programs write them. */
#include <stdint.h>

#include "validator/base/text.h"

struct date { /* proleptic Gregorian; 0: not said */
    int year, month, day;
};

/* The next date in t at or after byte `from`: ISO 8601 (2025-11-27, also with
 * a time, 20251127), 11/27/2025 and 27.11.2025 (day and month either way where
 * both fit: *other), 27 Nov 2025, November 27th, 2025, November 2025,
 * 2025/11/27. Years 1970..2199. False: none. *at: where it stands (without the
 * time). */
bool date_find(struct text t, size_t from, uint32_t languages, struct date *out,
               struct date *other, struct span *at);

/* The languages of these BCP 47 tags, as far as their months are known (de,
 * fr, es, it, pt, nl, pl, ru, uk, tr, sv). */
enum { DATE_ALL_LANGUAGES = 0x7fffffff };
uint32_t date_languages(const char *const *tags, size_t n);

struct date date_of_epoch(int64_t seconds); /* since 1970-01-01 UTC */
int64_t date_days(struct date d); /* since 1970-01-01; day 0 counts as 1 */
bool date_valid(struct date d);

#endif
