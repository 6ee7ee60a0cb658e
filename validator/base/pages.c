#define _DEFAULT_SOURCE /* madvise */
#include "validator/base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 }; /* bytes; x86-64, and AArch64 with 4 KB pages */

void *pages_alloc(size_t count, size_t size)
{
    size_t bytes = count * size;
    void *p;

    if (size != 0 && count > (SIZE_MAX - HUGE_PAGE) / size)
        return NULL;
    if (bytes < PAGES_FROM)
        return malloc(bytes);
    bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    p = aligned_alloc(HUGE_PAGE, bytes);
#ifdef MADV_HUGEPAGE
    if (p != NULL)
        (void)madvise(p, bytes, MADV_HUGEPAGE); /* where there are none, none */
#endif
    return p;
}

void *pages_zeroed(size_t count, size_t size)
{
    void *p;

    if (size == 0 || count < PAGES_FROM / size)
        return calloc(count, size);
    p = pages_alloc(count, size);
    return p != NULL ? memset(p, 0, count * size) : NULL;
}
