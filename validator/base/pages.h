#ifndef VALIDATOR_BASE_PAGES_H
#define VALIDATOR_BASE_PAGES_H
/* Memory for arrays of many megabytes. */
#include <stddef.h>

/* An array of `count` elements of `size` bytes, not initialised; the caller
 * owns it (free, realloc). From PAGES_FROM bytes on it begins at a multiple of
 * 2 MB and asks the system for pages of that size: a hundredth of the page
 * faults. NULL: no memory, or more than SIZE_MAX. */
enum { PAGES_FROM = 4 << 20 };
void *pages_alloc(size_t count, size_t size);
void *pages_zeroed(size_t count, size_t size); /* all bytes 0 */

#endif
