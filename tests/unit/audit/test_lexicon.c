/* Words that say statistics and derivations are found, others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "validator/audit/lexicon.h"
#include "validator/facts/facts.h"

static const struct {
    const char *word;
    enum fact_stat stat; /* STAT_KINDS: none */
    uint8_t says;
} words[] = {
    { "mean", STAT_MEAN, SAYS_DERIVED },
    { "spread", STAT_RANGE, SAYS_DERIVED },
    { "spread", STAT_STDEV_POP, SAYS_DERIVED },
    { "p99", STAT_P99_NEAREST, 0 },
    { "altogether", STAT_SUM, SAYS_TOGETHER },
    { "faster", STAT_KINDS, SAYS_DERIVED | SAYS_DIFFERENCE },
    { "across", STAT_KINDS, SAYS_OVERALL },
    { "difference", STAT_KINDS, SAYS_DERIVED | SAYS_DIFFERENCE },
};

static void known(void **state)
{
    struct lexicon x;

    (void)state;
    lexicon_make(&x);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        const struct lexicon_entry e =
            lexicon_find(&x, text_from(words[i].word));

        if (words[i].stat != STAT_KINDS)
            assert_true((e.stats >> words[i].stat & 1) != 0);
        assert_int_equal(e.says & words[i].says, words[i].says);
    }
}

static void unknown(void **state)
{
    static const char *const others[] = { "", "throughput", "Mean", "mea",
                                          "characteristically" };
    struct lexicon x;

    (void)state;
    lexicon_make(&x);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        const struct lexicon_entry e = lexicon_find(&x, text_from(others[i]));

        assert_int_equal(e.stats, 0);
        assert_int_equal(e.says, 0);
    }
}

/* A third of the places: a search ends soon, and it ends. */
static void room(void **state)
{
    const struct word_key none = { { 0 } };
    struct lexicon x;
    size_t used = 0;

    (void)state;
    lexicon_make(&x);
    for (size_t i = 0; i < LEXICON_PLACES; i++)
        used += !word_key_same(&x.at[i].key, &none);
    assert_true(used > 100 && used < LEXICON_PLACES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known),
        cmocka_unit_test(unknown),
        cmocka_unit_test(room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
