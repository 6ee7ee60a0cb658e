/* The loop detector: what is a loop and what is not, spans, and that no split
 * of the bytes changes anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/base/buf.h"
#include "validator/text/loop.h"

static const struct loop_limits limits = { .stop_bytes = 200,
                                           .stop_permille = 20,
                                           .stale_words = 140 };

struct found {
    struct loop_event at[64];
    size_t count;
};

static void collect(void *arg, const struct loop_event *e)
{
    struct found *f = arg;

    if (f->count < sizeof(f->at) / sizeof(*f->at))
        f->at[f->count++] = *e;
}

/* Feeds t in steps of `step` bytes; 0: random steps. */
static void detect(struct found *f, struct text t, size_t step, bool *stopped,
                   size_t *decided_at)
{
    struct loop *l = malloc(loop_state_size());
    uint32_t r = 12345;

    assert_non_null(l);
    f->count = 0;
    loop_begin(l, &limits, collect, f);
    for (size_t i = 0, n; i < t.len; i += n) {
        r = r * 1664525u + 1013904223u;
        n = step != 0 ? step : 1 + (r >> 24) % 29;
        if (n > t.len - i)
            n = t.len - i;
        loop_feed(l, (struct text){ t.ptr + i, n });
    }
    loop_end(l);
    *stopped = loop_stopped(l) != NULL;
    *decided_at = *stopped ? loop_stopped(l)->decided_at : 0;
    free(l);
}

/* A case is lead + unit x copies + tail; `unit` may hold one %d. */
static const struct loop_case {
    const char *name, *lead, *unit, *tail;
    int copies;
    int kind; /* -1: no finding */
} cases[] = {
    { "a word seven times", "It was ", "very ", "long.\n", 7, -1 },
    { "a word eight times", "It was ", "very ", "long.\n", 8, LOOP_WORD },
    { "a letter 31 times, as Ollama stops", "so ", "\xc3\xa9", "", 31,
      LOOP_GRAPHEME },
    { "two letters", "", "ig", "", 31, LOOP_GRAPHEME },
    { "a laugh", "one wrote ", "ha", " and left.\n", 6, -1 },
    { "a rule line", "above\n\n", "-", "\n\nbelow\n", 120, -1 },
    { "a flood of rule characters", "above\n\n", "-", "\n", 600,
      LOOP_GRAPHEME },
    { "dot leaders", "Costs ", ".", " 12\n", 70, -1 },
    { "fence lines without end", "text\n", "```\n", "", 80, LOOP_GRAPHEME },
    { "line feeds without end", "text", "\n", "", 150, LOOP_GRAPHEME },
    { "emoji, a modest row", "rated ", "\xe2\xad\x90", "\n", 10, -1 },
    { "emoji without end", "done ", "\xf0\x9f\x98\x80", "", 90, LOOP_GRAPHEME },
    { "reserved tokens", "text ", "<unused%d>", "", 12, LOOP_GRAPHEME },
    { "HTML line breaks", "text ", "<br>", " text\n", 12, -1 },
    { "comments, as code", "text\n\n",
      "<!-- notes\nversion: the first\nchanged by: the crew\n-->\n\n", "text\n",
      6, -1 },
    { "a text without comments", "text\n\n",
      "notes\nversion: the first\nchanged by: the crew\n\n", "text\n", 6,
      LOOP_LINE },
    { "a sentence four times", "",
      "The pump was checked by the morning crew and found dry. ", "", 4,
      LOOP_WORD },
    { "a sentence twice", "",
      "The pump was checked by the morning crew and found dry. ", "", 2, -1 },
    { "steps that count", "",
      "%d. Open the valve and note the pressure in the shared book.\n", "", 9,
      LOOP_COUNTER },
    { "measurements that change", "",
      "- Trial %d7%d took longer than the %d9%d5 s that were planned.\n", "",
      20, -1 },
    { "equal rows of a table", "| a | b |\n|---|---|\n",
      "| north | pump | dry | checked |\n", "", 20, LOOP_LINE },
    { "a few equal rows of a table", "| a | b |\n|---|---|\n",
      "| north | pump | dry | checked |\n", "", 5, -1 },
    { "equal lines of code", "```c\n", "    wait_for(pump, valve, NULL);\n",
      "```\n", 8, -1 },
    { "frames of a recursion", "```\nStackOverflowError\n",
      "    at com.example.Tree.visit(Tree.java:42)\n", "```\n", 30, -1 },
    { "frames without end", "```\nStackOverflowError\n",
      "at com.example.Tree.visit(Tree.java:42)\n", "", 60, LOOP_LINE },
    { "frames of two lines", "```\nTraceback:\n",
      "  File \"a.py\", line 4, in walk\n    return walk(n - 1)\n", "```\n", 30,
      -1 },
    { "retries in a log", "```log\n",
      "retrying the connection to the second pump\n", "```\n", 30, -1 },
    { "the same outside of a fence", "",
      "Retrying the connection to the second pump.\n", "", 30, LOOP_LINE },
    { "sentences in a fence", "```text\n",
      "The valve was opened and the pressure fell to the set point.\n", "```\n",
      12, LOOP_LINE },
    { "calls in a fence", "```py\n", "result = add(result, step, 1)\n", "```\n",
      30, LOOP_LINE },
    { "Thai without spaces", "",
      "\xe0\xb8\xa3\xe0\xb8\xb0\xe0\xb8\x9a\xe0\xb8"
      "\x9a\xe0\xb8\x97\xe0\xb8\xb3\xe0\xb8\x87\xe0\xb8\xb2\xe0\xb8\x99",
      "", 20, LOOP_GRAPHEME },
};

static void fill(struct buf *b, const struct loop_case *c)
{
    buf_puts(b, c->lead);
    for (int i = 0; i < c->copies; i++) {
        for (const char *p = c->unit; *p != '\0'; p++)
            if (p[0] == '%' && p[1] == 'd') {
                buf_printf(b, "%d",
                           strchr(p + 2, '%') != NULL || p[2] == '7'
                               ? (i * 7919 + 13) % 97
                               : i + 1);
                p++;
            } else {
                buf_putc(b, *p);
            }
    }
    buf_puts(b, c->tail);
    assert_false(b->failed);
}

static void test_case(void **state)
{
    const struct loop_case *c = *state;
    struct buf b = { .ptr = NULL };
    struct found f;
    bool stopped;
    size_t at;

    fill(&b, c);
    detect(&f, buf_text(&b), SIZE_MAX, &stopped, &at);
    f.count = loop_merge(f.at, f.count);
    if (c->kind < 0) {
        assert_int_equal(f.count, 0);
        assert_false(stopped);
    } else {
        const size_t lead = strlen(c->lead), tail = strlen(c->tail);

        assert_int_equal(f.count, 1);
        assert_int_equal(f.at[0].kind, c->kind);
        assert_in_range(f.at[0].start, lead < 3 ? 0 : lead - 3, lead + 3);
        assert_in_range(f.at[0].end, b.len - tail - 3, b.len);
        assert_true(f.at[0].second > f.at[0].start);
    }
    buf_free(&b);
}

static bool any_stop(const struct found *f)
{
    bool any = false;

    for (size_t i = 0; i < f->count; i++)
        any = any || f->at[i].stop;
    return any;
}

/* Every split gives what the whole gives, and the guard decides alike. */
static void test_splits(void **state)
{
    struct buf b = { .ptr = NULL };
    struct found whole, part;
    bool stop[2];
    size_t at[2];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        static const size_t steps[] = { 1, 2, 3, 7, 0 };

        fill(&b, &cases[i]);
        detect(&whole, buf_text(&b), SIZE_MAX, &stop[0], &at[0]);
        for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
            detect(&part, buf_text(&b), steps[k], &stop[1], &at[1]);
            assert_int_equal(part.count, whole.count);
            for (size_t e = 0; e < part.count; e++) {
                assert_int_equal(part.at[e].start, whole.at[e].start);
                assert_int_equal(part.at[e].end, whole.at[e].end);
                assert_int_equal(part.at[e].stop, whole.at[e].stop);
                assert_int_equal(part.at[e].decided_at, whole.at[e].decided_at);
            }
            assert_int_equal(stop[1], stop[0]);
            assert_int_equal(stop[0], any_stop(&whole));
            assert_true(at[0] <= b.len);
            assert_int_equal(at[1], at[0]);
        }
        if (i % 5 == 4)
            buf_clear(&b); /* else the cases follow each other */
    }
    buf_free(&b);
}

static void test_any_bytes(void **state)
{
    char bytes[4096];
    uint32_t r = 1;
    struct found f, g;
    bool stop;
    size_t at;

    (void)state;
    for (int round = 0; round < 50; round++) {
        const uint32_t mask = round % 3 == 0 ? 0xff : round % 3 == 1 ? 3 : 0x8f;

        for (size_t i = 0; i < sizeof(bytes); i++) {
            r = r * 1664525u + 1013904223u;
            bytes[i] =
                (char)(uint8_t)((r >> 24 & mask) + (mask == 3 ? 0xbd : 0));
        }
        detect(&f, (struct text){ bytes, sizeof(bytes) }, SIZE_MAX, &stop, &at);
        detect(&g, (struct text){ bytes, sizeof(bytes) }, 1, &stop, &at);
        assert_int_equal(f.count, g.count);
        for (size_t i = 0; i < f.count; i++) {
            assert_true(f.at[i].start <= f.at[i].second);
            assert_true(f.at[i].second <= f.at[i].end);
            assert_true(f.at[i].end <= sizeof(bytes));
        }
    }
}

/* ---- an oracle: all periods, all places ---- */

enum { ORACLE_WORDS = 420, ORACLE_BYTES = ORACLE_WORDS * 12 };

struct words {
    char text[ORACLE_BYTES];
    size_t len, count;
    size_t start[ORACLE_WORDS], end[ORACLE_WORDS];
};

static uint32_t draw(uint32_t *r)
{
    *r = *r * 1664525u + 1013904223u;
    return *r >> 10;
}

static void add_word(struct words *w, uint32_t id)
{
    w->start[w->count] = w->len;
    for (int k = 0; k < 6; k++, id /= 11)
        w->text[w->len++] = (char)('a' + id % 11 * 2);
    w->end[w->count++] = w->len;
    w->text[w->len++] = ' ';
}

static bool word_eq(const struct words *w, size_t a, size_t b)
{
    return memcmp(w->text + w->start[a], w->text + w->start[b], 6) == 0;
}

/* Copies of `p` words that are a loop, as docs/measured/loops.md tells. */
static double least_copies(size_t p)
{
    static const struct {
        size_t words;
        double copies;
    } table[] = { { 2, 8 },    { 5, 5 },    { 7, 4.8 },     { 15, 3.7 },
                  { 30, 2.7 }, { 60, 2.6 }, { SIZE_MAX, 2 } };
    size_t i = 0;

    while (p >= table[i].words)
        i++;
    return table[i].copies;
}

/* Every maximal run of every period, n * n. */
static void naive(const struct words *w, struct found *f)
{
    f->count = 0;
    for (size_t p = 1; p < w->count; p++)
        for (size_t i = p; i < w->count; i++) {
            size_t n = 0;

            while (i + n < w->count && word_eq(w, i + n, i + n - p))
                n++;
            if (n >= 4 && 1 + (double)n / (double)p >= least_copies(p))
                f->at[f->count++] = (struct loop_event){
                    .start = w->start[i - p],
                    .second = w->start[i],
                    .end = w->end[i + n - 1],
                    .period = w->start[i] - w->start[i - p],
                };
            i += n;
            assert_true(f->count < 60);
        }
    f->count = loop_merge(f->at, f->count);
}

static void test_oracle(void **state)
{
    static const size_t periods[] = { 1, 2, 3, 5, 6, 9, 14, 22, 40, 61, 100 };
    static struct words w;
    struct found exact, own;
    uint32_t r = 99;
    size_t at, loops = 0;
    bool stop;

    (void)state;
    for (int round = 0; round < 400; round++) {
        const size_t p =
            periods[draw(&r) % (sizeof(periods) / sizeof(*periods))];
        const size_t n = p + draw(&r) % (p * 8);
        uint32_t unit[100];

        w.len = w.count = 0;
        for (size_t k = 10 + draw(&r) % 60; k > 0; k--)
            add_word(&w, draw(&r));
        for (size_t k = 0; k < p; k++)
            unit[k] = draw(&r);
        for (size_t k = 0; k < n && w.count < 370; k++)
            add_word(&w, unit[k % p]);
        for (size_t k = draw(&r) % 40; k > 0; k--)
            add_word(&w, draw(&r));
        naive(&w, &exact);
        detect(&own, (struct text){ w.text, w.len }, SIZE_MAX, &stop, &at);
        own.count = loop_merge(own.at, own.count);
        assert_int_equal(own.count, exact.count);
        for (size_t k = 0; k < own.count; k++) {
            assert_int_equal(own.at[k].start, exact.at[k].start);
            assert_int_equal(own.at[k].end, exact.at[k].end);
            assert_int_equal(own.at[k].second, exact.at[k].second);
            assert_int_equal(own.at[k].period, exact.at[k].period);
        }
        loops += own.count;
    }
    assert_in_range(loops, 100, 350); /* both answers occur */
}

static void test_state_is_small(void **state)
{
    (void)state;
    assert_true(loop_state_size() <= LOOP_STATE_MAX);
}

int main(void)
{
    struct CMUnitTest tests[sizeof(cases) / sizeof(*cases) + 4];
    size_t n = 0;

    for (; n < sizeof(cases) / sizeof(*cases); n++) {
        union {
            const struct loop_case *in;
            void *out;
        } row = { &cases[n] };

        tests[n] = (struct CMUnitTest){ cases[n].name, test_case, NULL, NULL,
                                        row.out };
    }
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_splits);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_any_bytes);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_oracle);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_state_is_small);
    return _cmocka_run_group_tests("loop", tests, n, NULL, NULL);
}
