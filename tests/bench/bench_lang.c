/* Speed of language-drift on an English report, next to CLD2 alone on the same
 * lines in the same run; cost of opening the data. Processor time, medians of
 * RUNS. ASSAY_LANG_DATA (default build/lang.dat); BENCH_TEXT: a file to judge
 * instead of the made-up report. */
#define _DEFAULT_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/text/cld2.h"
#include "validator/text/lang_drift.h"

enum { RUNS = 5, BYTES = 8 << 20 };

static double now(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static long memory_kb(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

/* Lines such as agents write, with numbers that differ. */
static void make_report(struct buf *b)
{
    static const char *const lines[] = {
        "## Key Findings\n",
        "The median latency of run %u was %u.%02u ms, which is lower than the "
        "baseline measured on the same machine.\n",
        "- **Throughput:** %u tokens per second on average, with a standard "
        "deviation of %u.%02u across all configurations.\n",
        "* The configuration `num_gpu=%u` with ctx=%u.%02u performed better "
        "than expected, although memory usage increased noticeably.\n",
        "Further analysis is recommended because the dataset contains only %u "
        "files, and %u.%02u percent of them were modified recently.\n",
        "| run_%u | %u.%02u ms | stable | no errors were observed |\n",
        "These results suggest that hyperparameter tuning reduced the response "
        "time by %u.%u%02u seconds during repeated benchmarking.\n",
        "The report `reports/run_%u/metrics_%u.json` (%02u kB) describes the "
        "workload, the quantization settings and the observed bottlenecks.\n",
    };
    uint32_t r = 1;

    for (size_t i = 0; b->len < BYTES && !b->failed; i++) {
        r = r * 1664525u + 1013904223u;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        buf_printf(b, lines[i % (sizeof(lines) / sizeof(*lines))], r >> 22,
                   r >> 24, r >> 8 & 63);
#pragma GCC diagnostic pop
    }
}

static struct text next_line(struct text *rest)
{
    const char *nl = memchr(rest->ptr, '\n', rest->len);
    const size_t len = nl != NULL ? (size_t)(nl - rest->ptr) + 1 : rest->len;
    const struct text line = { rest->ptr, len };

    rest->ptr += len;
    rest->len -= len;
    return line;
}

static double run_drift(const struct drift_config *c, struct text t,
                        size_t *found)
{
    const double start = now();
    struct arena *a = arena_new((size_t)1 << 30);
    struct drift_doc d = { .config = c, .text = t, .arena = a };

    for (struct text rest = t; rest.len > 0;) {
        const size_t off = (size_t)(rest.ptr - t.ptr);
        const struct span s = { off, next_line(&rest).len };

        (void)drift_block(&d, &s, 1);
    }
    drift_end_part(&d);
    *found = d.count;
    arena_free(a);
    return now() - start;
}

static double run_cld2(struct text t, size_t *found)
{
    const double start = now();

    *found = 0;
    for (struct text rest = t; rest.len > 0;) {
        const struct text line = next_line(&rest);

        *found += cld2_detect(line.ptr, line.len).reliable;
    }
    return now() - start;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *at)
{
    qsort(at, RUNS, sizeof(*at), by_value);
    return at[RUNS / 2];
}

static struct text load(struct buf *b, char **file)
{
    const char *path = getenv("BENCH_TEXT");
    size_t len = 0;

    if (path != NULL && file_read(file, &len, path, 1 << 30, NULL) == ST_OK)
        return (struct text){ *file, len };
    b->max = 2 * BYTES;
    make_report(b);
    return buf_text(b);
}

int main(void)
{
    const char *path = getenv("ASSAY_LANG_DATA");
    struct drift_config c = { .expect = { .n_ids = 0 } };
    struct buf b = { .len = 0 };
    double drift[RUNS], cld2[RUNS], opened[RUNS];
    size_t drifts = 0, reliable = 0;
    struct error err = { "" };
    char *file = NULL;
    const long before = memory_kb();

    path = path != NULL ? path : "build/lang.dat";
    for (int i = 0; i < RUNS; i++) {
        const double start = now();

        c = (struct drift_config){ .expect = { .n_ids = 0 } };
        if (lang_expect_add(&c.expect, TEXT_LIT("en"), &err) != ST_OK ||
            lang_data_open(&c.data, path, &err) != ST_OK ||
            score_config_init(&c.score, &c.data, &c.expect,
                              (struct text){ "", 0 }) != ST_OK) {
            printf("bench_lang: SKIPPED: %s\n", err.text);
            return 0;
        }
        opened[i] = now() - start;
        if (i + 1 < RUNS) {
            score_config_free(&c.score);
            lang_data_close(&c.data);
        }
    }
    const struct text t = load(&b, &file);
    const double mb = (double)t.len / 1e6;

    for (int i = 0; i < RUNS; i++) {
        drift[i] = run_drift(&c, t, &drifts);
        cld2[i] = run_cld2(t, &reliable);
    }
    printf("language-drift: %.1f MB/s (%zu findings), CLD2 alone on the same "
           "lines: %.1f MB/s, ratio %.1f\n",
           mb / median(drift), drifts, mb / median(cld2),
           median(cld2) / median(drift));
    printf("language data: opened in %.2f ms; memory with text %ld MB\n",
           median(opened) * 1e3, (memory_kb() - before) / 1024);
    score_config_free(&c.score);
    lang_data_close(&c.data);
    buf_free(&b);
    free(file);
    return 0;
}
