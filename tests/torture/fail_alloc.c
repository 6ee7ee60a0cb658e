/* assay with one allocation failed: linked with the linker's --wrap, so that
 * every malloc, calloc, realloc, strdup and strndup of assay's own code comes
 * here. Environment: TORTURE_FAIL=N fails the Nth (1 is the first; absent or 0
 * none, "N+" all from the Nth on); TORTURE_COUNT=FILE gets the number of
 * allocations at the program's end. Libraries allocate as ever. */
#define _POSIX_C_SOURCE 200809L /* strnlen */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the
 * names that the linker gives. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t max);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static atomic_ulong count;
static unsigned long fail_at;
static int and_later;

__attribute__((constructor)) static void begin(void)
{
    const char *s = getenv("TORTURE_FAIL");
    char *end = NULL;

    if (s == NULL)
        return;
    fail_at = strtoul(s, &end, 10);
    and_later = *end == '+';
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("TORTURE_COUNT");
    FILE *f = path == NULL ? NULL : fopen(path, "w");

    if (f == NULL)
        return;
    (void)fprintf(f, "%lu\n", atomic_load(&count));
    (void)fclose(f);
}

static int failed(void)
{
    const unsigned long n = atomic_fetch_add(&count, 1) + 1;

    if (fail_at == 0 || n < fail_at || (n > fail_at && !and_later))
        return 0;
    return 1; /* a debugger's breakpoint: the caller of what fails */
}

void *__wrap_malloc(size_t n)
{
    return failed() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return failed() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return failed() ? NULL : __real_realloc(p, n);
}

char *__wrap_strndup(const char *s, size_t max)
{
    const size_t n = strnlen(s, max);
    char *copy = __wrap_malloc(n + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *__wrap_strdup(const char *s)
{
    return __wrap_strndup(s, strlen(s));
}
