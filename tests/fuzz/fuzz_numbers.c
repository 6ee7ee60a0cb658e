/* Any bytes as a report and, from the middle on, as a data file: the audit
 * ends, and its spans are inside the report and in order. */
#define _DEFAULT_SOURCE 1
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static void judge(const struct facts *f, const struct audit_rules *rules,
                  struct text text)
{
    struct arena *a = arena_new(64 << 20);
    struct report r;
    struct audit *audit = NULL;
    struct error err;
    size_t last = 0;

    if (a != NULL &&
        report_open(&r, "fuzz.md", text, NULL, NULL, NULL, 0, a, &err) ==
            ST_OK &&
        audit_make(&audit, &r, f, NULL, rules, a, &err) == ST_OK)
        for (size_t i = 0; i < audit->claim_count; i++) {
            const struct audited_claim *c = &audit->claims[i];

            if (c->span.off < last || span_end(c->span) > r.bytes.len ||
                c->verdict >= CLAIM_VERDICTS)
                abort();
            last = c->span.off;
        }
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t half = size / 2;
    char path[] = "/tmp/fuzz-numbers-XXXXXX.csv";
    struct units *units = NULL;
    struct facts *f = NULL;
    struct audit_rules *rules = NULL;
    struct error err;
    const int fd = mkstemps(path, 4);

    if (fd < 0)
        return 0;
    if (write(fd, data + half, size - half) >= 0 &&
        units_parse(&units, rule_file("units.json"), "units", &err) == ST_OK) {
        f = facts_new(units);
        if (f != NULL && facts_add(f, path, &err) == ST_OK &&
            facts_freeze(f, true, &err) == ST_OK &&
            audit_rules_load(&rules, f, units, rule_file("terms.json"), &err) ==
                ST_OK)
            judge(f, rules, (struct text){ (const char *)data, half });
    }
    audit_rules_free(rules);
    facts_free(f);
    units_free(units);
    close(fd);
    unlink(path);
    return 0;
}
