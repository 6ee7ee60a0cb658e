/* Speed of special-token and encoding on English report text, from 1 kB to
 * 1 GB, next to gzip -1 and grep -P on the same bytes in the same run:
 * processor time, medians of RUNS. BENCH_MAX_MB (default 1024) bounds the
 * largest text. */
#define _DEFAULT_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "validator/base/decimal.h"
#include "validator/engine.h"
#include "validator/rules_data.h"

enum { RUNS = 5, BLOCK = 32 << 20, FEED = 64, PASS = 4 << 20 };

extern const struct check check_special_token, check_encoding;
static const struct check *const checks[] = { &check_special_token,
                                              &check_encoding };
enum { CHECKS = 2 };

/* Processor seconds: the machine may do other things as well. */
static double now(int who)
{
    struct rusage u;

    (void)getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

/* Sentences of a report with the marks that such text has: curly quotes,
 * dashes, signs, emphasis, tables, comparisons, links. */
static void fill(char *p, size_t len)
{
    static const char *const parts[] = {
        "The second pump ran for eleven hours and was then stopped for "
        "cleaning. ",
        "Its mean pressure stayed at 4.7 bar, well below the limit of the "
        "site. ",
        "The log\xe2\x80\x99s \xe2\x80\x9cworn seals\xe2\x80\x9d \xe2\x80\x93 "
        "two \xe2\x80\x93 were replaced. ",
        "Costs fell by 3 % against April (412 instead of 425 euro per "
        "week).\n\n",
        "- **Valve 4**: opens late when the oil is cold; checked twice a day\n",
        "- **Filter**: last changed in May, see [the "
        "plan](https://example.org/p)\n",
        "| north | 12 | 4.71 | 0.3 |\n| south | 15 | 4.68 | 0.2 |\n",
        "## Pressure and flow\n\n",
        "Where the flow is < 5 l/s the sensor `f1` reads 0.2 too low \xc2\xb1 "
        "0.05. ",
        "Nothing else was found during the inspection of the remaining lines. ",
        "All readings were taken at the same hour by the same two "
        "technicians. ",
    };
    uint32_t r = 17;
    size_t n = 0;

    while (n < len) {
        r = r * 1664525u + 1013904223u;
        const char *s = parts[(r >> 16) % (sizeof(parts) / sizeof(*parts))];

        for (; *s != '\0' && n < len; s++)
            p[n++] = *s;
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *t, size_t n)
{
    qsort(t, n, sizeof(*t), compare);
    return t[n / 2];
}

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

/* Both guards over `total` bytes, in steps of `feed`. */
static double stream(const struct engine *e, const char *block, size_t total,
                     size_t feed)
{
    struct guard_reason why;
    const double start = now(RUSAGE_SELF);

    for (size_t c = 0; c < CHECKS; c++) {
        const struct guard_ops *ops = checks[c]->guard;
        void *state = malloc(ops->state_size(e->setups[c]));

        if (state == NULL)
            exit(1);
        ops->begin(state, e->setups[c], e->options[c]);
        for (size_t left = total, i = 0; left > 0;) {
            const size_t n = left < feed ? left : feed;

            if (ops->feed(state, (struct text){ block + i, n }, &why) ==
                GUARD_STOP) {
                (void)fprintf(stderr, "bench_tokens: stopped at %zu\n",
                              why.decided_at);
                exit(1);
            }
            left -= n;
            i = i + n + feed <= BLOCK ? i + n : 0;
        }
        if (ops->end(state, &why) == GUARD_STOP)
            exit(1);
        free(state);
    }
    return now(RUSAGE_SELF) - start;
}

static double median_stream(const struct engine *e, const char *block,
                            size_t total, size_t feed)
{
    double t[RUNS];
    const size_t runs = total > (size_t)BLOCK * 4 ? 1 : RUNS;
    const size_t rounds = total < PASS ? PASS / total : 1;

    for (size_t k = 0; k < runs; k++) {
        t[k] = 0;
        for (size_t j = 0; j < rounds; j++)
            t[k] += stream(e, block, total, feed);
        t[k] /= (double)rounds;
    }
    return median(t, runs);
}

/* The whole report with both checks, or with none: reading, Markdown, hash. */
static double whole(struct engine *e, struct text t, bool on)
{
    double d[RUNS];
    struct arena *a = arena_new((size_t)4 << 30);
    struct error err;

    for (size_t c = 0; c < CHECKS; c++)
        e->selected[c] = on;
    for (size_t k = 0; k < RUNS; k++) {
        struct result r;
        const double start = now(RUSAGE_SELF);

        arena_reset(a);
        if (engine_run(e, &r, "bench", t, NULL, a, &err) != ST_OK ||
            r.finding_count > 0)
            exit(1);
        d[k] = now(RUSAGE_SELF) - start;
    }
    arena_free(a);
    return median(d, RUNS);
}

static double median_command(const char *command)
{
    double t[RUNS];

    for (size_t k = 0; k < RUNS; k++) {
        const double start = now(RUSAGE_CHILDREN);

        if (system(command) < 0)
            return 0;
        t[k] = now(RUSAGE_CHILDREN) - start;
    }
    return median(t, RUNS);
}

static double mb_per_s(size_t bytes, double seconds)
{
    return seconds > 0 ? (double)bytes / 1e6 / seconds : 0;
}

static void peers(const char *block, double own)
{
    char path[] = "/tmp/bench_tokens_XXXXXX", command[200];
    const int fd = mkstemp(path);
    double gzip, grep;

    if (fd < 0 || write(fd, block, PASS) != PASS)
        return;
    (void)snprintf(command, sizeof(command), "gzip -1 -c %s >/dev/null", path);
    gzip = mb_per_s(PASS, median_command(command));
    (void)snprintf(command, sizeof(command),
                   "LC_ALL=C grep -cP '<\\|?(unused\\d+|im_end|eot_id)\\|?>|"
                   "[\\x00-\\x08\\x0e-\\x1f]|\\xef\\xbf\\xbd' %s >/dev/null",
                   path);
    grep = mb_per_s(PASS, median_command(command));
    printf("gzip -1              %7.0f MB/s  ratio %.2f\n", gzip, own / gzip);
    printf("grep -cP, 5 patterns %7.0f MB/s  ratio %.2f\n", grep, own / grep);
    (void)close(fd);
    (void)unlink(path);
}

int main(void)
{
    static const size_t sizes[] = { 1 << 10,  16 << 10,  256 << 10, 4 << 20,
                                    32 << 20, 256 << 20, 1 << 30 };
    static const char *const langs[] = { "en" };
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1 };
    const char *max_text = getenv("BENCH_MAX_MB");
    struct decimal max = decimal_from_int(1024);
    struct engine e;
    struct error err;
    char *block = malloc(BLOCK);

    if (max_text != NULL)
        (void)decimal_parse(text_from(max_text), &max);
    if (block == NULL || engine_init(&e, checks, CHECKS, &env, &err) != ST_OK)
        exit(1);
    fill(block, BLOCK);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        if ((double)sizes[i] > decimal_to_double(max) * 1048576.0)
            break;
        const double s = median_stream(&e, block, sizes[i], 4096);

        printf("guards, 4 kB feeds   %10zu bytes %9.3f ms %7.0f MB/s\n",
               sizes[i], s * 1e3, mb_per_s(sizes[i], s));
    }
    const double small = median_stream(&e, block, PASS, FEED);
    const struct text report = { block, PASS };
    const double both = whole(&e, report, true);
    const double none = whole(&e, report, false);
    const double own = mb_per_s(PASS, both - none);

    printf("guards, 64 byte feeds %7.0f MB/s\n", mb_per_s(PASS, small));
    printf("checks on a report   %7.0f MB/s  (reading it and Markdown: %.0f "
           "MB/s)\n",
           own, mb_per_s(PASS, none));
    peers(block, own);
    engine_free(&e);
    free(block);
    return 0;
}
