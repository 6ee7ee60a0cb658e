#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those five first */
#include <cmocka.h>

#include "runner/gate/change.h"

enum { POINTS = 24, MAX = 4 };

/* A level per letter, a little saw-tooth noise on top; 'x' is a spike. */
static const struct change_case {
    const char *name, *levels;
    double least;
    size_t count, at[2];
} cases[] = {
    { "steady", "aaaaaaaaaaaaaaaaaaaaaaaa", 0, 0, { 0 } },
    { "one step", "aaaaaaaaaabbbbbbbbbbbbbb", 0, 1, { 10 } },
    { "up and back", "aaaaaaaabbbbbbbbaaaaaaaa", 0, 2, { 8, 16 } },
    { "a spike is no change", "aaaaaaaaaaxaaaaaaaaaaaaa", 0, 0, { 0 } },
    { "a spike beside a step", "aaaaaxaaaabbbbbbbbbbbbbb", 0, 1, { 10 } },
    { "smaller than the least", "aaaaaaaaaabbbbbbbbbbbbbb", 50, 0, { 0 } },
    { "too few points", "aaabbb", 0, 0, { 0 } },
    { "empty", "", 0, 0, { 0 } },
};

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct change_case *c = &cases[i];
        const size_t n = strlen(c->levels);
        double x[POINTS] = { 0 };
        struct change got[MAX];
        struct error err;
        size_t count = 0;

        print_message("  %s\n", c->name);
        for (size_t k = 0; k < n; k++)
            x[k] = (c->levels[k] == 'a'   ? 100
                    : c->levels[k] == 'b' ? 120
                                          : 300) +
                   (double)(k * 7 % 5);
        assert_int_equal(
            change_find(got, MAX, &count, x, n, 0.01, c->least, &err), ST_OK);
        assert_int_equal(count, c->count);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(got[k].at, c->at[k]);
    }
}

static void test_limit(void **state)
{
    static double x[CHANGE_POINTS_MAX + 1];
    struct change got[MAX];
    struct error err;
    size_t count;

    (void)state;
    assert_int_equal(
        change_find(got, MAX, &count, x, CHANGE_POINTS_MAX + 1, 0.01, 0, &err),
        ST_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_changes),
                                        cmocka_unit_test(test_limit) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
