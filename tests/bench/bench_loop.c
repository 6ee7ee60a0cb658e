/* Speed of the loop detector: MB/s and growth from 1 kB to 1 GB, next to
 * gzip -1 and grep -P on the same bytes in the same run: processor time,
 * medians of RUNS. BENCH_MAX_MB (default 1024) bounds the largest text. */
#define _DEFAULT_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "validator/base/decimal.h"
#include "validator/text/loop.h"

enum { RUNS = 5, BLOCK = 32 << 20, FEED = 64 };

/* Processor seconds: the machine may do other things as well. */
static double now(int who)
{
    struct rusage u;

    (void)getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static uint32_t next(uint32_t *r)
{
    *r = *r * 1664525u + 1013904223u;
    return *r >> 8;
}

/* A word by its rank: frequent ones are short. */
static size_t word(char *out, uint32_t rank)
{
    static const char cons[] = "bdfghklmnprstvwz", vowel[] = "aeiou";
    size_t n = 0;

    for (uint32_t v = rank + 3; v > 0; v /= 40) {
        out[n++] = cons[v % 16];
        out[n++] = vowel[v / 8 % 5];
        if (v % 3 == 0)
            out[n++] = cons[v / 3 % 16];
    }
    return n;
}

static size_t number(char *out, uint32_t v)
{
    size_t n = 0;

    do {
        out[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    return n;
}

/* Report-like text that does not repeat: sentences, items, rows, numbers,
 * some letters outside ASCII. */
static void fill(char *p, size_t len, uint32_t seed)
{
    uint32_t r = seed, words = 0;
    size_t n = 0;

    while (n + 64 < len) {
        const uint32_t x = next(&r) % 4096, kind = next(&r) % 64;

        if (kind == 0)
            n += number(p + n, next(&r) % 100000);
        else
            n += word(p + n, x * x / 4096);
        if (kind == 1) {
            p[n++] = (char)0xc3;
            p[n++] = (char)0xa9;
        }
        p[n++] = ' ';
        if (++words % 13 == 0)
            p[n - 1] = '.', p[n++] = words % 65 == 0 ? '\n' : ' ';
        if (words % 130 == 0) {
            memcpy(p + n, "\n- ", 3);
            n += 3;
        }
    }
    while (n < len)
        p[n++] = '\n';
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static const struct loop_limits limits = { 200, 20, 140 };

/* Seconds for `total` bytes, the block fed again and again. */
static double detect(struct loop *l, const char *block, size_t total,
                     size_t feed)
{
    const double start = now(RUSAGE_SELF);
    size_t left = total;

    loop_begin(l, &limits, NULL, NULL);
    while (left > 0) {
        const size_t part = left < BLOCK ? left : BLOCK;

        for (size_t i = 0; i < part; i += feed)
            loop_feed(l, (struct text){ block + i,
                                        part - i < feed ? part - i : feed });
        left -= part;
    }
    loop_end(l);
    return now(RUSAGE_SELF) - start;
}

static double median_detect(struct loop *l, const char *block, size_t total,
                            size_t feed)
{
    double t[RUNS];
    const int runs = total > (size_t)BLOCK * 4 ? 1 : RUNS;
    const size_t rounds = total < 1 << 20 ? (1 << 20) / total : 1;

    for (int k = 0; k < runs; k++) {
        t[k] = 0;
        for (size_t j = 0; j < rounds; j++)
            t[k] += detect(l, block, total, feed);
        t[k] /= (double)rounds;
    }
    qsort(t, (size_t)runs, sizeof(*t), compare);
    return t[runs / 2];
}

static double median_command(const char *command)
{
    double t[RUNS];

    for (int k = 0; k < RUNS; k++) {
        const double start = now(RUSAGE_CHILDREN);

        if (system(command) < 0)
            return 0;
        t[k] = now(RUSAGE_CHILDREN) - start;
    }
    qsort(t, RUNS, sizeof(*t), compare);
    return t[RUNS / 2];
}

int main(void)
{
    static const size_t sizes[] = { 1 << 10,  16 << 10,  256 << 10, 4 << 20,
                                    32 << 20, 256 << 20, 1 << 30 };
    const char *max = getenv("BENCH_MAX_MB");
    struct decimal limit = { .mag = 1024 };
    char *block = malloc(BLOCK), path[] = "/tmp/bench_loopXXXXXX", cmd[256];
    struct loop *l = malloc(loop_state_size());
    const int fd = mkstemp(path);
    double own, gzip, grep;

    if (block == NULL || l == NULL || fd < 0)
        exit(2);
    if (max != NULL && !decimal_parse(text_from(max), &limit))
        exit(2);
    fill(block, BLOCK, 1);
    if (write(fd, block, BLOCK) != BLOCK)
        exit(2);
    own = median_detect(l, block, BLOCK, BLOCK);
    (void)snprintf(cmd, sizeof(cmd), "gzip -1 -c %s >/dev/null", path);
    gzip = median_command(cmd);
    (void)snprintf(cmd, sizeof(cmd),
                   "grep -cP '\\b(\\w+)( \\1){7}' %s >/dev/null", path);
    grep = median_command(cmd);
    printf("32 MiB: token-loop %.0f MB/s (target 100), gzip -1 %.0f MB/s, "
           "grep -P %.0f MB/s; ratio to gzip %.2f\n",
           BLOCK / own / 1e6, BLOCK / gzip / 1e6, BLOCK / grep / 1e6,
           own / gzip);
    printf("fed %d bytes at a time: %.0f MB/s\n", FEED,
           BLOCK / median_detect(l, block, BLOCK, FEED) / 1e6);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        if (sizes[i] >> 20 <= (size_t)limit.mag)
            printf("%10zu bytes: %.2f ns/byte\n", sizes[i],
                   1e9 * median_detect(l, block, sizes[i], BLOCK) /
                       (double)sizes[i]);
    (void)unlink(path);
    free(block);
    free(l);
    return 0;
}
