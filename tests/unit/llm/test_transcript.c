/* Recorded streams: what was recorded is what is read back, byte for byte, and
 * what a replay sends of it, with and without a fault. */
#define _GNU_SOURCE /* mkstemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/llm/play.h"
#include "validator/base/file.h"

static const struct message_meta meta = { "m", "2026-01-01T00:00:00Z", 0 };

/* Valid text, a character cut in two, NUL and other bytes that JSON strings
 * cannot carry. */
static const struct chunk recorded[] = {
    { 5, { "{\"response\":\"caf\xc3", 17 } },
    { 9, { "\xa9\",\"done\":false}\n", 17 } },
    { 20, { "{\"response\":\"\",\"done\":true,\"eval_count\":3}\n", 43 } },
    { 21, { "\0\xff\x1b", 3 } },
};
enum { CHUNKS = sizeof(recorded) / sizeof(*recorded) };

static void record(char path[64], struct transcript *t)
{
    const struct transcript_head head = { API_OLLAMA_GENERATE,
                                          TEXT_LIT("{\"prompt\":\"p\"}"), 200 };
    struct recorder r;
    struct error err;
    int fd;

    (void)memcpy(path, "/tmp/assay-stream-XXXXXX", 25);
    fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    recorder_begin(&r, &head);
    for (size_t i = 0; i < CHUNKS; i++)
        recorder_add(&r, recorded[i].bytes, recorded[i].at_ns);
    assert_int_equal(recorder_write(&r, "done", 30, path, &err), ST_OK);
    recorder_free(&r);
    assert_int_equal(transcript_load(t, path, &err), ST_OK);
}

static void test_round_trip(void **state)
{
    struct transcript t;
    char path[64];

    (void)state;
    record(path, &t);
    assert_int_equal(t.api, API_OLLAMA_GENERATE);
    assert_int_equal(t.status, 200);
    assert_int_equal(t.count, CHUNKS);
    for (size_t i = 0; i < CHUNKS; i++) {
        assert_int_equal(t.chunks[i].at_ns, recorded[i].at_ns);
        assert_true(text_eq(t.chunks[i].bytes, recorded[i].bytes));
    }
    transcript_free(&t);
    (void)unlink(path);
}

static const struct play_case {
    const char *name, *fault;
    size_t bytes; /* sent in all; 0: not compared */
    enum play_end end;
} plays[] = {
    { "as recorded", "none", 80, PLAY_DONE },
    { "cut inside", "cut=20", 20, PLAY_CUT },
    { "cut before the first byte", "cut=0", 0, PLAY_CUT },
    { "cut behind the end", "cut=9999", 80, PLAY_CUT },
    { "stall", "stall=34", 34, PLAY_STALL },
    { "one byte at a time", "one-byte", 80, PLAY_DONE },
    { "an error message", "error=40", 0, PLAY_DONE },
    { "garbage", "garbage=0", 0, PLAY_DONE },
};

static void test_play(void **state)
{
    const struct play_case *c = *state;
    struct transcript t;
    struct fault fault;
    struct play p;
    struct error err;
    char path[64];

    record(path, &t);
    assert_int_equal(fault_parse(&fault, c->fault, &err), ST_OK);
    assert_int_equal(
        play_make(&p, &t, API_OLLAMA_GENERATE, &meta, &fault, &err), ST_OK);
    assert_int_equal(p.end, c->end);
    if (c->bytes > 0)
        assert_int_equal(p.bytes.len, c->bytes);
    /* Steps ascend and end where the bytes do. */
    for (size_t i = 1; i < p.count; i++)
        assert_true(p.steps[i].end >= p.steps[i - 1].end);
    assert_int_equal(p.steps[p.count - 1].end, p.bytes.len);
    play_free(&p);
    transcript_free(&t);
    (void)unlink(path);
}

static void test_bad_faults(void **state)
{
    static const char *const bad[] = { "", "cutt", "cut=x", "no-done=3",
                                       "cut=99999999999999" };
    struct fault fault;
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(fault_parse(&fault, bad[i], &err), ST_USAGE);
}

static void test_bad_files(void **state)
{
    static const char *const bad[] = {
        "",
        "{}\n",
        "not json\n",
        "{\"schema\":\"assay-stream/1\",\"api\":\"soap\"}\n",
        "{\"schema\":\"assay-stream/1\",\"api\":\"ollama-chat\"}\n{\"ns\":1}\n",
        "{\"schema\":\"assay-stream/1\",\"api\":\"ollama-chat\"}\n"
        "{\"ns\":-1,\"data\":\"\"}\n",
        "{\"schema\":\"assay-stream/1\",\"api\":\"ollama-chat\"}\n"
        "{\"ns\":1,\"base64\":\"****\"}\n",
    };
    char path[] = "/tmp/assay-stream-XXXXXX";
    const int fd = mkstemp(path);
    struct transcript t;
    struct error err;

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_int_equal(file_write(path, text_from(bad[i]), &err), ST_OK);
        assert_int_equal(transcript_load(&t, path, &err), ST_INPUT);
        assert_non_null(strstr(err.text, path));
    }
    (void)unlink(path);
}

int main(void)
{
    enum { N = sizeof(plays) / sizeof(*plays) };
    struct CMUnitTest tests[N];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_bad_faults),
        cmocka_unit_test(test_bad_files),
    };
    int failed;

    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ .name = plays[i].name,
                                        .test_func = test_play,
                                        .initial_state = (void *)&plays[i] };
    failed = cmocka_run_group_tests_name("plays", tests, NULL, NULL);
    return failed +
           cmocka_run_group_tests_name("transcripts", others, NULL, NULL);
}
