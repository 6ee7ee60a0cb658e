/* Any bytes as an index file, its checksum taken for right (facts/save.c):
 * damaged, or facts that can be asked. Seeds are indexes of golden/data. */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>

#include "tests/fuzz/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct facts *f = facts_new(fuzz_units());
    struct arena *a = arena_new(1 << 24);
    char path[64];
    struct error err;

    if (fd < 0 || f == NULL || a == NULL || write(fd, bytes, n) != (ssize_t)n)
        abort();
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (facts_load(f, path, rules_sha256, &err) == ST_OK)
        for (uint32_t i = 0; i < facts_count(f) && i < 256; i++) {
            struct fact fact;
            struct fact_place place;

            facts_get(f, i, &fact);
            (void)facts_place(f, i, a, &place);
            (void)facts_stats(f, fact.column);
        }
    facts_free(f);
    arena_free(a);
    (void)close(fd);
    return 0;
}
