/* Speed of claims and audit: MB of report a second against a fact index of
 * about a million numbers, next to wc -w on the same bytes: processor time,
 * medians of RUNS. BENCH_FACT_ROWS (default 167000 rows of six numbers).
 * With arguments, DATA REPORT...: the reports one behind the other, again and
 * again up to REPORT_BYTES, with DATA added to the index. */
#define _DEFAULT_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

enum { RUNS = 5, SECTIONS = 4000, PATH_MAX_BYTES = 64, REPORT_BYTES = 2000000 };

static double now(int who)
{
    struct rusage u;

    (void)getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static uint32_t next(uint32_t *r)
{
    *r = *r * 1664525u + 1013904223u;
    return *r >> 8;
}

static void write_data(const char *path, unsigned long rows)
{
    FILE *f = fopen(path, "w");
    uint32_t r = 1;

    if (f == NULL)
        exit(2);
    (void)fputs("config,layers,ctx,tokens_s,ttft_s,load_s,memory_mb\n", f);
    for (unsigned long i = 0; i < rows; i++)
        (void)fprintf(f, "v%lu_k%u,%u,%u,%u.%04u,0.%06u,0.%06u,%u\n", i,
                      next(&r) % 8192, next(&r) % 100, next(&r) % 8192,
                      next(&r) % 300, next(&r) % 10000, next(&r) % 1000000,
                      next(&r) % 1000000, next(&r) % 16000);
    if (fclose(f) != 0)
        exit(2);
}

/* About one number in 50 bytes: real reports have one in 118
 * (bench_reports.sh). */
static size_t write_report(char **out)
{
    const size_t room = (size_t)SECTIONS * 1200;
    char *p = malloc(room);
    size_t n = 0;
    uint32_t r = 7;

    if (p == NULL)
        exit(2);
    for (int i = 0; i < SECTIONS && n + 1200 < room; i++)
        n += (size_t)snprintf(
            p + n, room - n,
            "## %d. Results of this part\n\nThe sweep looked at how the "
            "settings change the time to first token and the throughput of "
            "the model. With v%u_k%u the throughput was %u.%02u tok/s and the "
            "TTFT came to %u ms, which is what one would wish for in "
            "interactive use.\n\n- **Load time:** 0.%03u s on average, with "
            "little spread between the repetitions of one setting\n- Memory "
            "stayed below %u MB in each of the runs that were made\n\n"
            "| config | tok/s | TTFT (ms) |\n|---|---|---|\n"
            "| v%u_k%u | %u.%02u | %u.%u |\n\n",
            i, next(&r) % 160000, next(&r) % 8192, next(&r) % 300,
            next(&r) % 100, next(&r) % 1000, next(&r) % 1000, next(&r) % 16000,
            next(&r) % 160000, next(&r) % 8192, next(&r) % 300, next(&r) % 100,
            next(&r) % 1000, next(&r) % 10);
    *out = p;
    return n;
}

/* All of the files, in their order, until the room is full. */
static size_t read_reports(char **out, char *const *paths, int count)
{
    char *p = malloc(REPORT_BYTES);
    size_t n = 0, before;

    if (p == NULL)
        exit(2);
    do {
        before = n;
        for (int i = 0; i < count && n < REPORT_BYTES; i++) {
            FILE *f = fopen(paths[i], "r");

            if (f == NULL)
                exit(2);
            n += fread(p + n, 1, REPORT_BYTES - n, f);
            if (ferror(f) != 0 || fclose(f) != 0)
                exit(2);
        }
    } while (n > before && n < REPORT_BYTES);
    *out = p;
    return n;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double wc_time(const char *path)
{
    char cmd[PATH_MAX_BYTES + 64];
    double before = now(RUSAGE_CHILDREN);

    (void)snprintf(cmd, sizeof(cmd), "wc -w < %s > /dev/null", path);
    if (system(cmd) != 0)
        exit(2);
    return now(RUSAGE_CHILDREN) - before;
}

struct bench {
    struct units *units;
    struct facts *facts;
    struct audit_rules *rules;
    struct arena *arena;
};

/* extra: NULL, or more data. */
static void load(struct bench *b, const char *path, const char *extra)
{
    struct error err;

    b->arena = arena_new((size_t)1 << 30);
    if (units_parse(&b->units, rule_file("units.json"), "units", &err) != ST_OK)
        exit(2);
    b->facts = facts_new(b->units);
    if (facts_add(b->facts, path, &err) != ST_OK ||
        (extra != NULL && facts_add(b->facts, extra, &err) != ST_OK) ||
        facts_freeze(b->facts, false, &err) != ST_OK ||
        audit_rules_load(&b->rules, b->facts, b->units, rule_file("terms.json"),
                         &err) != ST_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        exit(2);
    }
}

static double audit_time(struct bench *b, struct text report, size_t *claims)
{
    struct report r;
    struct audit *audit = NULL;
    struct error err;
    double start;

    arena_reset(b->arena);
    if (report_open(&r, "bench.md", report, NULL, NULL, NULL, 0, b->arena,
                    &err) != ST_OK)
        exit(2);
    start = now(RUSAGE_SELF);
    if (audit_make(&audit, &r, b->facts, NULL, b->rules, b->arena, &err) !=
        ST_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        exit(2);
    }
    *claims = audit->claim_count;
    return now(RUSAGE_SELF) - start;
}

int main(int argc, char **argv)
{
    const char *rows = getenv("BENCH_FACT_ROWS");
    char data[PATH_MAX_BYTES], text[PATH_MAX_BYTES], *bytes;
    struct bench b = { NULL, NULL, NULL, NULL };
    double own[RUNS], wc[RUNS];
    size_t claims = 0, n;
    FILE *f;

    (void)snprintf(data, sizeof(data), "/tmp/assay-bench-%ld.csv",
                   (long)getpid());
    (void)snprintf(text, sizeof(text), "/tmp/assay-bench-%ld.md",
                   (long)getpid());
    write_data(data, rows == NULL ? 167000 : strtoul(rows, NULL, 10));
    n = argc > 2 ? read_reports(&bytes, argv + 2, argc - 2)
                 : write_report(&bytes);
    f = fopen(text, "w");
    if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        exit(2);
    load(&b, data, argc > 2 ? argv[1] : NULL);
    for (int i = 0; i < RUNS; i++) {
        own[i] = audit_time(&b, (struct text){ bytes, n }, &claims);
        wc[i] = wc_time(text);
    }
    qsort(own, RUNS, sizeof(*own), by_value);
    qsort(wc, RUNS, sizeof(*wc), by_value);
    printf("audit: %zu facts, %.1f MB, %zu numbers: %.1f MB/s (wc -w: %.1f "
           "MB/s)\n",
           facts_count(b.facts), (double)n / 1e6, claims,
           (double)n / 1e6 / own[RUNS / 2], (double)n / 1e6 / wc[RUNS / 2]);
    unlink(data);
    unlink(text);
    audit_rules_free(b.rules);
    facts_free(b.facts);
    units_free(b.units);
    arena_free(b.arena);
    free(bytes);
    return 0;
}
