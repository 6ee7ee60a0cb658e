/* The gate's statistics on stdin's cases, for comparison with R
 * (tests/e2e/r_agreement.sh). One case a line, one result line each:
 *   rank exact|approx X.. / Y..   u p p_less p_greater
 *   shift LEVEL X.. / Y..         shift low high
 *   rates A N B M                 p p_less p_greater
 *   interval LEVEL K N            low high
 *   holm P..                      adjusted.. */
#define _GNU_SOURCE /* getline */
#include <stdio.h>
#include <stdlib.h>

#include "runner/gate/stats.h"
#include "validator/base/decimal.h"

enum { NUMBERS_MAX = 2 * STATS_SAMPLES_MAX };

struct numbers {
    double at[NUMBERS_MAX];
    size_t count, split; /* split: how many before the slash */
};

/* Nearest double; the fractions come with 17 digits. */
static double to_double(struct text t)
{
    struct decimal d;

    if (!decimal_parse(t, &d)) {
        (void)fprintf(stderr, "gate_stats: %.*s: not a number\n", (int)t.len,
                      t.ptr);
        exit(2);
    }
    return decimal_to_double(d);
}

static bool next_word(struct text *rest, struct text *word)
{
    *rest = text_trim(*rest);
    word->ptr = rest->ptr;
    word->len = 0;
    while (word->len < rest->len && !ascii_space(rest->ptr[word->len]))
        word->len++;
    rest->ptr += word->len;
    rest->len -= word->len;
    return word->len > 0;
}

static void read_numbers(struct numbers *n, struct text rest)
{
    struct text word;

    n->count = n->split = 0;
    while (next_word(&rest, &word) && n->count < NUMBERS_MAX) {
        if (text_eq(word, TEXT_LIT("/")))
            n->split = n->count;
        else
            n->at[n->count++] = to_double(word);
    }
}

static void fail(enum status st, const struct error *err)
{
    if (st == ST_OK)
        return;
    (void)fprintf(stderr, "gate_stats: %s\n", err->text);
    exit(2);
}

static void do_rank(struct text rest, struct numbers *n)
{
    struct text method;
    struct stats_rank r;
    struct error err;

    (void)next_word(&rest, &method);
    read_numbers(n, rest);
    fail(stats_mann_whitney(
             &r, n->at, n->split, n->at + n->split, n->count - n->split,
             text_eq(method, TEXT_LIT("exact")) ? STATS_EXACT : STATS_APPROX,
             &err),
         &err);
    (void)printf("%.17g %.17g %.17g %.17g\n", r.u, r.p, r.p_less, r.p_greater);
}

static void do_shift(struct text rest, struct numbers *n)
{
    struct text level;
    struct stats_shift s;
    struct error err;

    (void)next_word(&rest, &level);
    read_numbers(n, rest);
    fail(stats_hodges_lehmann(&s, n->at, n->split, n->at + n->split,
                              n->count - n->split, to_double(level), &err),
         &err);
    (void)printf("%.17g %.17g %.17g\n", s.shift, s.low, s.high);
}

static void do_rates(struct text rest, struct numbers *n)
{
    struct stats_rates r;

    read_numbers(n, rest);
    r = stats_fisher((size_t)n->at[0], (size_t)n->at[1], (size_t)n->at[2],
                     (size_t)n->at[3]);
    (void)printf("%.17g %.17g %.17g\n", r.p, r.p_less, r.p_greater);
}

static void do_interval(struct text rest, struct numbers *n)
{
    struct stats_interval i;

    read_numbers(n, rest);
    i = stats_clopper_pearson((size_t)n->at[1], (size_t)n->at[2], n->at[0]);
    (void)printf("%.17g %.17g\n", i.low, i.high);
}

static void do_holm(struct text rest, struct numbers *n)
{
    struct error err;

    read_numbers(n, rest);
    fail(stats_holm(n->at, n->at, n->count, &err), &err);
    for (size_t i = 0; i < n->count; i++)
        (void)printf("%s%.17g", i > 0 ? " " : "", n->at[i]);
    (void)printf("\n");
}

static const struct {
    const char *name;
    void (*run)(struct text rest, struct numbers *n);
} cases[] = {
    { "rank", do_rank },         { "shift", do_shift }, { "rates", do_rates },
    { "interval", do_interval }, { "holm", do_holm },
};

int main(void)
{
    static const size_t count = sizeof(cases) / sizeof(*cases);
    struct numbers *n = malloc(sizeof(*n));
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while (n != NULL && (len = getline(&line, &cap, stdin)) > 0) {
        struct text rest = { line, (size_t)len }, word;
        size_t i = 0;

        (void)next_word(&rest, &word);
        while (i < count && !text_eq(text_from(cases[i].name), word))
            i++;
        if (i == count)
            return 2;
        cases[i].run(rest, n);
    }
    free(line);
    free(n);
    return 0;
}
