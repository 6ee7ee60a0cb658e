/* What measuring and guarding cost of a stream: CPU time per token of parsing
 * alone, with the measuring fold, and with the guards, against the time that
 * one token takes at 10,000 tokens a second (100 us). */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "checks/table.h"
#include "runner/llm/clock.h"
#include "runner/llm/stream.h"
#include "validator/base/file.h"
#include "validator/rules_data.h"

enum { TOKENS = 100000, ROUNDS = 5, TOKEN_NS = 100000 };

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

static double cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Words that never repeat for long, so that no guard stops the stream. */
static struct text *make_tokens(struct buf *all)
{
    struct text *at = calloc(TOKENS, sizeof(*at));
    size_t *off = calloc(TOKENS + 1, sizeof(*off));
    unsigned long long x = 88172645463325252u;

    if (at == NULL || off == NULL)
        exit(1);
    for (size_t i = 0; i < TOKENS; i++) {
        static const char *const words[] = { " the",   " latency", " of",
                                             " run",   " was",     " measured",
                                             " table", " and",     " model",
                                             ".\n" };
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        off[i] = all->len;
        if (x % 7 == 0)
            buf_printf(all, " %llu", x % 100000);
        else
            buf_puts(all, words[x % 10]);
    }
    off[TOKENS] = all->len;
    for (size_t i = 0; i < TOKENS; i++)
        at[i] = (struct text){ all->ptr + off[i], off[i + 1] - off[i] };
    free(off);
    return at;
}

static double parse_only(const struct text *lines)
{
    const double from = cpu_ns();

    for (size_t i = 0; i < TOKENS; i++) {
        struct message m;

        if (message_parse(&m, API_OLLAMA_GENERATE,
                          (struct text){ lines[i].ptr, lines[i].len - 1 },
                          NULL) == ST_OK)
            message_free(&m);
    }
    return (cpu_ns() - from) / TOKENS;
}

static double stream_all(const struct text *lines, struct guards *g)
{
    struct stream s;
    const double from = cpu_ns();

    stream_begin(&s, API_OLLAMA_GENERATE, g, true);
    for (size_t i = 0; i < TOKENS; i++)
        if (!stream_feed(&s, lines[i], clock_now_ns())) {
            (void)fprintf(stderr, "stopped: %s\n", s.why);
            exit(1);
        }
    const double ns = (cpu_ns() - from) / TOKENS;

    stream_free(&s);
    return ns;
}

static double one_guard(struct engine *e, size_t nth, const struct text *tokens)
{
    struct guards *g = NULL;
    struct guard_stop why;
    double from;

    for (size_t i = 0; i < e->check_count; i++)
        e->selected[i] = i == nth;
    if (guards_new(&g, e, NULL) != ST_OK)
        exit(1);
    from = cpu_ns();
    for (size_t i = 0; i < TOKENS; i++)
        (void)guards_feed(g, tokens[i], &why);
    guards_free(g);
    return (cpu_ns() - from) / TOKENS;
}

static int by_value(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b ? -1 : 1;
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof(*v), by_value);
    return v[ROUNDS / 2];
}

int main(void)
{
    static const char *const langs[] = { "en" };
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1,
                                   .lang_data = getenv("ASSAY_LANG_DATA") };
    const struct message_meta meta = { "gemma3:latest",
                                       "2026-01-01T00:00:00.000000000Z", 0 };
    struct buf all = { .max = 0 }, body = { .max = 0 };
    struct text *tokens = make_tokens(&all);
    struct text *lines = calloc(TOKENS, sizeof(*lines));
    double parse[ROUNDS], measured[ROUNDS], guarded[ROUNDS];
    struct engine e;
    struct guards *g = NULL;
    struct error err;
    size_t at = 0;

    if (lines == NULL ||
        engine_init(&e, checks_all, checks_all_count, &env, &err) != ST_OK ||
        guards_new(&g, &e, &err) != ST_OK)
        exit(1);
    for (size_t i = 0; i < TOKENS; i++)
        message_put_delta(&body, API_OLLAMA_GENERATE, &meta, tokens[i]);
    for (size_t i = 0; i < TOKENS; i++) {
        const char *lf = memchr(body.ptr + at, '\n', body.len - at);
        const size_t n = (size_t)(lf - body.ptr) + 1 - at;

        lines[i] = (struct text){ body.ptr + at, n };
        at += n;
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        parse[i] = parse_only(lines);
        measured[i] = stream_all(lines, NULL);
        guarded[i] = stream_all(lines, g);
    }
    const double p = median(parse), m = median(measured), w = median(guarded);

    (void)printf("CPU per token (median of %d rounds of %d tokens):\n", ROUNDS,
                 TOKENS);
    (void)printf("  parsing the message alone        %7.0f ns\n", p);
    (void)printf("  measuring on top of it           %7.0f ns  %.2f %% of a "
                 "10,000 tok/s stream\n",
                 m - p, (m - p) / TOKEN_NS * 100);
    (void)printf("  guarding on top of both          %7.0f ns  %.2f %%\n",
                 w - m, (w - m) / TOKEN_NS * 100);
    (void)printf("  measuring and guarding           %7.0f ns  %.2f %% "
                 "(target: under 1 %%)\n",
                 w - p, (w - p) / TOKEN_NS * 100);
    for (size_t i = 0; i < e.check_count; i++)
        if (e.checks[i]->guard != NULL)
            (void)printf("    guard %-20s %7.0f ns\n", e.checks[i]->id,
                         one_guard(&e, i, tokens));
    guards_free(g);
    engine_free(&e);
    buf_free(&all);
    buf_free(&body);
    free(tokens);
    free(lines);
    return 0;
}
