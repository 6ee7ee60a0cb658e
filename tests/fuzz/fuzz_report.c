/* Any bytes as a report: every check, then every writer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks/table.h"
#include "validator/layout.h"
#include "validator/output/writer.h"
#include "validator/rules_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

static void write_all(const struct engine *e, const struct result *r)
{
    const struct writer_options o = { .claims = true,
                                      .version = "fuzz",
                                      .rules_sha256 = rules_sha256,
                                      .engine = e };
    const struct summary s = { .reports = 1 };

    for (size_t i = 0; i < writers_all_count; i++) {
        struct buf b = { .max = 64 << 20 };

        if (writers_all[i]->begin != NULL)
            writers_all[i]->begin(&b, &o);
        writers_all[i]->report(&b, &o, r, 0);
        if (writers_all[i]->end != NULL)
            writers_all[i]->end(&b, &o, &s);
        if (writers_all[i]->finish != NULL) {
            struct buf out = { .max = 64 << 20 };

            writers_all[i]->finish(&out, &o, &s, buf_text(&b));
            buf_free(&out);
        }
        buf_free(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const langs[] = { "en" };
    static struct engine engine; /* made once: compiled patterns */
    static struct layouts *layouts;
    static struct arena *arena;
    const struct text bytes = { (const char *)data, size };
    struct error err;
    struct result r;

    if (arena == NULL) {
        const struct check_env env = { .rule_file = embedded,
                                       .langs = langs,
                                       .n_langs = 1 };

        if (engine_init(&engine, checks_all, checks_all_count, &env, &err) !=
                ST_OK ||
            layouts_parse(&layouts, embedded(&env, "layouts.json"),
                          "layouts.json", &err) != ST_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            abort();
        }
        engine.layouts = layouts;
        arena = arena_new((size_t)1 << 30);
    }
    if (engine_run(&engine, &r, "fuzz.md", bytes, NULL, arena, &err) == ST_OK)
        write_all(&engine, &r);
    arena_reset(arena);
    return 0;
}
