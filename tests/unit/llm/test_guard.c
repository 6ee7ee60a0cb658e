/* Guards over the golden reports: the decision never depends on the split, and
 * what a guard stops is what the same check finds in the prefix offline. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checks/table.h"
#include "runner/llm/guard.h"
#include "validator/base/file.h"
#include "validator/rules_data.h"

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

struct run {
    const struct engine *engine;
    struct guards *guards;
    size_t reports, stops;
};

static bool feed(struct guards *g, struct text t, size_t step,
                 struct guard_stop *why)
{
    guards_begin(g);
    for (size_t i = 0; i < t.len; i += step) {
        const struct text part = { t.ptr + i,
                                   t.len - i < step ? t.len - i : step };

        if (guards_feed(g, part, why) == GUARD_STOP)
            return true;
    }
    return guards_end(g, why) == GUARD_STOP;
}

/* The same check must find something in what was written so far. */
static void compare_offline(struct run *r, const char *name, struct text t,
                            const struct guard_stop *why)
{
    struct arena *a = arena_new((size_t)1 << 28);
    const size_t n = why->decided_at < t.len ? why->decided_at : t.len;
    struct result result;
    struct error err;
    size_t found = 0;

    assert_non_null(a);
    assert_int_equal(engine_run(r->engine, &result, name,
                                (struct text){ t.ptr, n }, NULL, a, &err),
                     ST_OK);
    for (size_t i = 0; i < result.finding_count; i++)
        found += result.findings[i].check == why->check;
    if (found == 0)
        print_error("%s: %s stopped at %zu, offline finds nothing\n", name,
                    why->rule->id, n);
    assert_true(found > 0);
    arena_free(a);
}

static void one_report(struct run *r, const char *path)
{
    struct guard_stop whole = { .decided_at = 0 }, bytes = whole;
    char *p = NULL;
    size_t len = 0;
    bool stopped;

    assert_int_equal(file_read(&p, &len, path, 64 << 20, NULL), ST_OK);
    const struct text t = { p, len };

    stopped = feed(r->guards, t, 64 << 20, &whole);
    assert_int_equal(stopped, feed(r->guards, t, 1, &bytes));
    if (stopped) {
        r->stops++;
        /* Byte by byte the first guard to decide wins, so the decision is the
         * earliest; at once several may decide and the first listed tells. */
        assert_true(bytes.decided_at <= whole.decided_at ||
                    bytes.check != whole.check);
        compare_offline(r, path, t, &bytes);
    }
    r->reports++;
    free(p);
}

static void test_golden(void **state)
{
    static const char *const langs[] = { "en" };
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1,
                                   .lang_data = getenv("ASSAY_LANG_DATA") };
    struct engine e;
    struct run r = { .engine = &e };
    struct error err;
    DIR *dir = opendir("golden/reports");
    const struct dirent *d;

    (void)state;
    assert_non_null(dir);
    assert_int_equal(engine_init(&e, checks_all, checks_all_count, &env, &err),
                     ST_OK);
    assert_int_equal(guards_new(&r.guards, &e, &err), ST_OK);
    assert_true(guards_count(r.guards) > 0);
    while ((d = readdir(dir)) != NULL) {
        char path[512];

        (void)snprintf(path, sizeof(path), "golden/reports/%s/report.md",
                       d->d_name);
        if (d->d_name[0] != '.' && !file_is_dir(path))
            one_report(&r, path);
    }
    (void)closedir(dir);
    print_message("%zu reports, %zu stopped\n", r.reports, r.stops);
    assert_true(r.reports > 10);
    assert_true(r.stops > 3);
    guards_free(r.guards);
    engine_free(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_golden) };

    return cmocka_run_group_tests_name("guards", tests, NULL, NULL);
}
