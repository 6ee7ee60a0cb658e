#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those four first */
#include <cmocka.h>

#include "runner/gate/stats.h"

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12 * fmax(1, fabs(want))))
        fail_msg("got %.17g, want %.17g", got, want);
}

static const struct rank_case {
    const char *name;
    double x[6], y[6];
    size_t nx, ny;
    double u, p, floor;
} ranks[] = {
    { "3 v 3 fully apart: 0.1 is all it can be",
      { 1, 2, 3 },
      { 4, 5, 6 },
      3,
      3,
      9,
      0.1,
      0.1 },
    { "4 v 4 fully apart",
      { 1, 2, 3, 4 },
      { 5, 6, 7, 8 },
      4,
      4,
      16,
      2.0 / 70,
      2.0 / 70 },
    { "5 v 5 fully apart, the other way",
      { 6, 7, 8, 9, 10 },
      { 1, 2, 3, 4, 5 },
      5,
      5,
      0,
      2.0 / 252,
      2.0 / 252 },
    { "interleaved", { 1, 3, 5 }, { 2, 4, 6 }, 3, 3, 6, 0.7, 0.1 },
    { "all equal: nothing could be significant",
      { 7, 7, 7 },
      { 7, 7, 7 },
      3,
      3,
      4.5,
      1,
      1 },
    { "ties over both sides", { 1, 1, 2 }, { 2, 2, 3 }, 3, 3, 8, 0.3, 0.3 },
    { "one side empty", { 1, 2 }, { 0 }, 2, 0, 0, 1, 1 },
    { "uneven sides", { 5 }, { 1, 2, 3, 4 }, 1, 4, 0, 0.4, 0.4 },
};

static void test_rank(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ranks) / sizeof(*ranks); i++) {
        const struct rank_case *c = &ranks[i];
        struct stats_rank r;
        struct error err;

        print_message("  %s\n", c->name);
        assert_int_equal(
            stats_mann_whitney(&r, c->x, c->nx, c->y, c->ny, STATS_AUTO, &err),
            ST_OK);
        near(r.u, c->u);
        near(r.p, c->p);
        near(r.p_floor, c->floor);
    }
}

/* Exchanging the sides mirrors everything and changes no p. */
static void test_rank_mirrors(void **state)
{
    const double x[] = { 1, 4, 4, 9, 12, 12, 3 }, y[] = { 4, 5, 12, 13 };
    struct stats_rank a, b;
    struct error err;

    (void)state;
    assert_int_equal(stats_mann_whitney(&a, x, 7, y, 4, STATS_AUTO, &err),
                     ST_OK);
    assert_int_equal(stats_mann_whitney(&b, y, 4, x, 7, STATS_AUTO, &err),
                     ST_OK);
    near(a.p, b.p);
    near(a.p_less, b.p_greater);
    near(a.u, 28 - b.u);
}

/* Where the exact test ends, the approximation takes over without a jump. */
static void test_rank_boundary(void **state)
{
    double x[51], y[50];
    struct stats_rank exact, approximate;
    struct error err;

    (void)state;
    for (size_t i = 0; i < 50; i++) {
        x[i] = (double)i;
        y[i] = (double)i + 8.5;
    }
    x[50] = 50;
    assert_int_equal(stats_mann_whitney(&exact, x, 50, y, 50, STATS_AUTO, &err),
                     ST_OK);
    assert_true(exact.exact);
    assert_int_equal(
        stats_mann_whitney(&approximate, x, 50, y, 50, STATS_APPROX, &err),
        ST_OK);
    assert_true(fabs(exact.p - approximate.p) < 1e-3);
    assert_int_equal(
        stats_mann_whitney(&approximate, x, 51, y, 50, STATS_AUTO, &err),
        ST_OK);
    assert_false(approximate.exact);
}

static void test_too_many(void **state)
{
    static double x[STATS_SAMPLES_MAX + 1];
    struct stats_rank r;
    struct error err;

    (void)state;
    assert_int_equal(stats_mann_whitney(&r, x, STATS_SAMPLES_MAX + 1, x, 3,
                                        STATS_AUTO, &err),
                     ST_LIMIT);
}

static void test_shift(void **state)
{
    const double x[] = { 10, 11, 12, 13, 14, 15 };
    const double y[] = { 20, 21, 22, 23, 24, 25 };
    struct stats_shift s;
    struct error err;

    (void)state;
    assert_int_equal(stats_hodges_lehmann(&s, x, 6, y, 6, 0.95, &err), ST_OK);
    near(s.shift, 10);
    near(s.low, 7);
    near(s.high, 13);
    assert_true(s.achieved >= 0.95);
    /* Three a side: no interval of 95 % exists. */
    assert_int_equal(stats_hodges_lehmann(&s, x, 3, y, 3, 0.95, &err), ST_OK);
    assert_true(isinf(s.low) && isinf(s.high));
}

static void test_rates(void **state)
{
    (void)state;
    near(stats_fisher(0, 5, 5, 5).p, 2.0 / 252);
    near(stats_fisher(0, 5, 5, 5).p_greater, 1.0 / 252);
    near(stats_fisher(0, 9, 0, 9).p_floor, 1);
    near(stats_fisher(3, 3, 4, 4).p, 1);
}

static void test_intervals(void **state)
{
    (void)state;
    near(stats_clopper_pearson(0, 10, 0.95).high, 1 - pow(0.025, 0.1));
    near(stats_clopper_pearson(10, 10, 0.95).low, pow(0.025, 0.1));
    near(stats_normal_quantile(0.975), 1.9599639845400545);
    near(stats_normal_quantile(0.0001), -3.7190164854556804);
    near(stats_wilson(5, 10, 0.95).low + stats_wilson(5, 10, 0.95).high, 1);
}

static void test_holm(void **state)
{
    const double p[] = { 0.01, 0.04, 0.03, 0.005 };
    const double want[] = { 0.03, 0.06, 0.06, 0.02 };
    double got[4];
    struct error err;

    (void)state;
    assert_int_equal(stats_holm(got, p, 4, &err), ST_OK);
    for (size_t i = 0; i < 4; i++)
        near(got[i], want[i]);
}

/* Tests that can never be significant cost the others nothing. */
static void test_tarone(void **state)
{
    const double all[] = { 1, 1, 1e-6, 1, 1e-5 };
    const double small[] = { 0.0286, 0.0286, 0.0286 };
    bool keep[5];

    (void)state;
    assert_int_equal(stats_tarone(keep, all, 5, 0.05), 2);
    assert_true(keep[2] && keep[4] && !keep[0]);
    assert_int_equal(stats_tarone(keep, small, 3, 0.05), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank),
        cmocka_unit_test(test_rank_mirrors),
        cmocka_unit_test(test_rank_boundary),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_shift),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_tarone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
