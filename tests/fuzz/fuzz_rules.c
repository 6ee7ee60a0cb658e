/* Any bytes as a file that a user wrote: configuration, glossary, layouts,
 * units, terms, a scenario. The first byte chooses. */
#define _GNU_SOURCE /* memfd_create */
#include <sys/mman.h>

#include "runner/agent/scenario.h"
#include "tests/fuzz/data.h"
#include "validator/audit/audit.h"
#include "validator/config.h"
#include "validator/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void as_units(struct text t)
{
    struct units *u = NULL;
    struct error err;

    if (units_parse(&u, t, "f", &err) == ST_OK)
        units_free(u);
}

static void as_layouts(struct text t)
{
    const struct text report = TEXT_LIT("# T\n\n## A\n\ntext\n\n- Model: x\n");
    struct layouts *l = NULL;
    struct arena *a = arena_new(1 << 24);
    const struct span *model;
    const char *fitted;
    size_t count;
    struct error err;

    if (layouts_parse(&l, t, "f", &err) == ST_OK) {
        (void)layouts_apply(l, NULL, report, a, &model, &count, &fitted, &err);
        layouts_free(l);
    }
    arena_free(a);
}

static void as_terms(struct text t)
{
    struct facts *f = facts_new(fuzz_units());
    struct audit_rules *r = NULL;
    struct error err;

    if (f != NULL && facts_freeze(f, true, &err) == ST_OK &&
        audit_rules_load(&r, f, fuzz_units(), t, &err) == ST_OK)
        audit_rules_free(r);
    facts_free(f);
}

static void as_scenario(struct text t)
{
    struct arena *a = arena_new(1 << 24);
    struct scenario s;
    struct error err;

    if (scenario_parse(&s, t, "f", a, &err) == ST_OK)
        scenario_free(&s);
    arena_free(a);
}

/* These two are read by name. */
static void as_file(struct text t, bool glossary)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct facts *f = facts_new(fuzz_units());
    struct config *c = NULL;
    char path[64];
    struct error err;

    if (fd < 0 || f == NULL || write(fd, t.ptr, t.len) != (ssize_t)t.len)
        abort();
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (glossary)
        (void)facts_add_glossary(f, path, &err);
    else if (config_load(&c, path, &err) == ST_OK)
        config_free(c);
    facts_free(f);
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static void (*const as[])(struct text) = { as_units, as_layouts, as_terms,
                                               as_scenario };
    enum { PARSERS = sizeof(as) / sizeof(*as) };
    const struct text t = { (const char *)bytes + 1, n > 0 ? n - 1 : 0 };
    const unsigned which = n > 0 ? bytes[0] % (PARSERS + 2) : 0;

    if (n == 0)
        return 0;
    if (which < PARSERS)
        as[which](t);
    else
        as_file(t, which == PARSERS);
    return 0;
}
