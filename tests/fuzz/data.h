#ifndef TESTS_FUZZ_DATA_H
#define TESTS_FUZZ_DATA_H
/* Bytes as one file of source data: all that the commands do with facts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "validator/base/file.h"
#include "validator/facts/facts.h"
#include "validator/rules_data.h"

static struct units *fuzz_units(void)
{
    static struct units *units; /* one per process: parsing them is slow */
    struct error err;

    for (size_t i = 0; units == NULL && i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0 &&
            units_parse(&units,
                        (struct text){ rules_files[i].ptr, rules_files[i].len },
                        "units.json", &err) != ST_OK)
            abort();
    return units;
}

static void fuzz_ask(const struct facts *f)
{
    struct arena *a = arena_new(1 << 26);
    const struct fact_date *dates;
    struct fact fact, cell;
    struct fact_place place;

    for (uint32_t i = 0; i < facts_count(f); i++) {
        struct fact_query q = { .scope = SCOPE_ANY, .weak = true };
        uint32_t found[64];
        size_t n;

        facts_get(f, i, &fact);
        if (i < 64 && !facts_place(f, i, a, &place))
            abort();
        if (!facts_cell(f, fact.column, fact.row, &cell) ||
            cell.column != fact.column || cell.row != fact.row)
            abort(); /* each number is found by its cell (of a key that stands
                        twice in an object, one of the two) ... */
        q.low = q.high = fact.value;
        n = facts_find(f, &q, found, 64);
        if (n == 0)
            abort(); /* ... and by its value */
    }
    for (uint32_t i = 0; i < facts_column_count(f); i++)
        (void)facts_stats(f, i);
    for (uint32_t i = 0; i < facts_name_count(f); i++) {
        const struct fact_name *name = facts_name(f, i);
        const struct fact_cell_ref *cells;

        if (facts_name_at(f, name->words, name->word_count) != i ||
            facts_name_cells(f, i, &cells) == 0)
            abort();
    }
    (void)facts_dates(f, &dates);
    (void)facts_mentions(f, TEXT_LIT("a_file.csv"));
    arena_free(a);
}

static inline int fuzz_data(const uint8_t *bytes, size_t n, const char *name)
{
    char path[64];
    struct error err;
    struct facts *f = facts_new(fuzz_units());
    FILE *file;

    (void)snprintf(path, sizeof(path), "/tmp/assay-fuzz-%ld", (long)getpid());
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "/tmp/assay-fuzz-%ld/%s", (long)getpid(),
                   name);
    file = fopen(path, "wb");
    if (file == NULL || f == NULL)
        abort();
    (void)fwrite(bytes, 1, n, file);
    (void)fclose(file);
    if (facts_add(f, path, &err) == ST_OK &&
        facts_freeze(f, false, &err) == ST_OK)
        fuzz_ask(f);
    facts_free(f);
    return 0;
}

#endif
