#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/base/decimal.h"

static struct decimal num(const char *s)
{
    struct decimal d;

    if (!decimal_parse(text_from(s), &d))
        fail_msg("%s does not parse", s);
    return d;
}

static void same(struct decimal d, const char *want)
{
    char text[DECIMAL_TEXT_MAX];

    (void)decimal_format(text, d);
    assert_string_equal(text, want);
}

static const struct parse_case {
    const char *name, *in, *out; /* out NULL: not a number */
    int last;
} parse_cases[] = {
    { "integer", "42", "42", 0 },
    { "trailing zeros", "1200", "1200", 0 },
    { "written places are kept in last", "1.50", "1.5", -2 },
    { "leading point", ".5", "0.5", -1 },
    { "trailing point", "5.", "5", 0 },
    { "negative", "-0.25", "-0.25", -2 },
    { "plus", "+7", "7", 0 },
    { "exponent", "1.5e3", "1500", 2 },
    { "negative exponent", "25E-4", "0.0025", -4 },
    { "seventeen digits", "14.590837494496077", "14.590837494496077", -15 },
    { "zero", "0.000", "0", -3 },
    { "40 digits are cut at 34", "1234567890123456789012345678901234567890",
      "1234567890123456789012345678901234000000", 0 },
    { "empty", "", NULL, 0 },
    { "sign only", "-", NULL, 0 },
    { "two points", "1.2.3", NULL, 0 },
    { "letters", "12a", NULL, 0 },
    { "exponent without digits", "1e", NULL, 0 },
    { "huge exponent", "1e99999", NULL, 0 },
    { "separator is the caller's business", "1,234", NULL, 0 },
};

static void parses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(parse_cases) / sizeof(*parse_cases); i++) {
        const struct parse_case *c = &parse_cases[i];
        struct decimal d;

        if (decimal_parse(text_from(c->in), &d) != (c->out != NULL))
            fail_msg("%s", c->name);
        if (c->out == NULL)
            continue;
        same(d, c->out);
        assert_int_equal(d.last, c->last);
    }
}

static const struct op_case {
    const char *name;
    struct decimal (*op)(struct decimal, struct decimal);
    const char *a, *b, *out;
} op_cases[] = {
    { "add", decimal_add, "0.1", "0.2", "0.3" },
    { "add far apart", decimal_add, "1e20", "1", "100000000000000000001" },
    { "add to zero", decimal_add, "-5.5", "5.5", "0" },
    { "sub across zero", decimal_sub, "1.25", "3", "-1.75" },
    { "mul", decimal_mul, "15.584", "1000", "15584" },
    { "mul signs", decimal_mul, "-0.5", "0.5", "-0.25" },
    { "div exact", decimal_div, "1", "8", "0.125" },
    { "div periodic has 34 digits", decimal_div, "1", "3",
      "0.3333333333333333333333333333333333" },
    { "div rounds half up", decimal_div, "2", "3",
      "0.6666666666666666666666666666666667" },
    { "div by a large number", decimal_div, "28", "101",
      "0.2772277227722772277227722772277228" },
};

static void computes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(op_cases) / sizeof(*op_cases); i++) {
        const struct op_case *c = &op_cases[i];

        same(c->op(num(c->a), num(c->b)), c->out);
    }
}

static const struct near_case {
    const char *name, *fact, *claim;
    int place;
    bool near;
} near_cases[] = {
    { "rounded", "15.58403500039276", "15.58", -2, true },
    { "half up counts", "2.345", "2.35", -2, true },
    { "half down counts", "2.345", "2.34", -2, true },
    { "one place off", "15.58403500039276", "15.59", -2, false },
    { "integer", "14.59", "15", 0, true },
    { "integer too far", "14.4", "15", 0, false },
    { "negative", "-0.25", "-0.3", -1, true },
    { "sign differs", "0.25", "-0.25", -2, false },
};

static void rounds_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(near_cases) / sizeof(*near_cases); i++) {
        const struct near_case *c = &near_cases[i];

        if (decimal_near(num(c->fact), num(c->claim), c->place) != c->near)
            fail_msg("%s", c->name);
    }
}

static void compares(void **state)
{
    static const char *const ascending[] = { "-10", "-9.99",  "-1e-9",
                                             "0",   "1e-30",  "0.5",
                                             "1",   "1.0001", "9e5",
                                             "1e6", "1e300" };

    (void)state;
    for (size_t i = 0; i < sizeof(ascending) / sizeof(*ascending); i++)
        for (size_t k = 0; k < sizeof(ascending) / sizeof(*ascending); k++) {
            const int c = decimal_cmp(num(ascending[i]), num(ascending[k]));

            assert_int_equal(c < 0 ? -1 : c > 0, i < k ? -1 : i > k);
        }
    assert_true(decimal_eq(num("1.50"), num("1.5")));
    assert_true(decimal_eq(num("-0"), num("0")));
}

static void roots(void **state)
{
    (void)state;
    same(decimal_round(decimal_sqrt(num("2")), -16), "1.414213562373095");
    same(decimal_round(decimal_sqrt(num("0.0625")), -10), "0.25");
}

static void agrees_with_doubles(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        const int64_t a = (int64_t)(x % 2000001) - 1000000;
        const int64_t b = (int64_t)((x >> 32) % 2001) - 1000;
        const struct decimal p =
            decimal_mul(decimal_from_int(a), decimal_from_int(b));

        assert_true(decimal_eq(p, decimal_from_int(a * b)));
        assert_true(
            decimal_eq(decimal_add(decimal_from_int(a), decimal_from_int(b)),
                       decimal_from_int(a + b)));
        if (b != 0)
            assert_true(
                decimal_near(decimal_mul(decimal_div(decimal_from_int(a),
                                                     decimal_from_int(b)),
                                         decimal_from_int(b)),
                             decimal_from_int(a), -20));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),   cmocka_unit_test(computes),
        cmocka_unit_test(compares), cmocka_unit_test(rounds_as_written),
        cmocka_unit_test(roots),    cmocka_unit_test(agrees_with_doubles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
