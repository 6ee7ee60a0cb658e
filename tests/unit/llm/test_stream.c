/* Streams: the messages, the text and the outcome never depend on how the
 * bytes were split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runner/llm/stream.h"

#define G(t) "{\"response\":\"" t "\",\"done\":false}\n"
#define END                                                                    \
    "{\"response\":\"\",\"done\":true,\"done_reason\":\"stop\","               \
    "\"eval_count\":2,\"eval_duration\":1000000000}\n"
#define CHAT(t) "{\"message\":{\"content\":\"" t "\"},\"done\":false}\n"
#define SSE(t)  "data: {\"choices\":[{\"delta\":{\"content\":\"" t "\"}}]}\n\n"
#define SSE_END                                                                \
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"      \
    "data: [DONE]\n\n"

static const struct stream_case {
    const char *name;
    enum api api;
    const char *body;
    enum stream_outcome outcome;
    const char *text;
    int64_t tokens;
} cases[] = {
    { "two texts and the end", API_OLLAMA_GENERATE, G("a") G("b") END,
      OUTCOME_OK, "ab", 2 },
    { "no newline behind the last line", API_OLLAMA_GENERATE,
      G("a") "{\"response\":\"\",\"done\":true}", OUTCOME_OK, "a", -1 },
    { "CRLF line ends", API_OLLAMA_GENERATE,
      "{\"response\":\"a\",\"done\":false}\r\n\r\n"
      "{\"done\":true,\"response\":\"\"}\r\n",
      OUTCOME_OK, "a", -1 },
    { "an answer that ends without done", API_OLLAMA_GENERATE, G("a") G("b"),
      OUTCOME_NO_DONE, "ab", -1 },
    { "an empty body", API_OLLAMA_GENERATE, "", OUTCOME_NO_DONE, "", -1 },
    { "an error line after 200", API_OLLAMA_GENERATE,
      G("a") "{\"error\":\"CUDA error\"}\n", OUTCOME_ERROR, "a", -1 },
    { "an error object after 200", API_OPENAI_CHAT,
      SSE("a") "data: {\"error\":{\"message\":\"boom\"}}\n\n", OUTCOME_ERROR,
      "a", -1 },
    { "a line that is no JSON", API_OLLAMA_GENERATE, G("a") "garbage\n",
      OUTCOME_GARBAGE, "a", -1 },
    { "JSON with something behind it", API_OLLAMA_GENERATE,
      G("a") "{\"response\":\"b\",\"done\":false} x\n", OUTCOME_GARBAGE, "a",
      -1 },
    { "JSON of another protocol", API_OLLAMA_GENERATE, "{\"hello\":1}\n",
      OUTCOME_GARBAGE, "", -1 },
    { "a zero count is a count", API_OLLAMA_GENERATE,
      "{\"response\":\"\",\"done\":true,\"eval_count\":0}\n", OUTCOME_OK, "",
      0 },
    { "what comes behind done is not ours", API_OLLAMA_GENERATE,
      G("a") END "garbage\n", OUTCOME_OK, "a", 2 },
    { "chat messages", API_OLLAMA_CHAT,
      CHAT("a") CHAT("b") "{\"message\":{\"content\":\"\"},\"done\":true}\n",
      OUTCOME_OK, "ab", -1 },
    { "events", API_OPENAI_CHAT, SSE("a") SSE("b") SSE_END, OUTCOME_OK, "ab",
      -1 },
    { "events with CR, comments and other fields", API_OPENAI_CHAT,
      ": hello\rid: 1\revent: x\r"
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\r"
      "data:[DONE]\r\r",
      OUTCOME_OK, "a", -1 },
    { "an event over two data lines", API_OPENAI_CHAT,
      "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"a\"}}]}\n\n"
      "data: [DONE]\n\n",
      OUTCOME_OK, "a", -1 },
    { "finish_reason without [DONE]", API_OPENAI_CHAT,
      SSE("a") "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
      OUTCOME_OK, "a", -1 },
    { "events without an end", API_OPENAI_CHAT, SSE("a"), OUTCOME_NO_DONE, "a",
      -1 },
    { "usage in a last event", API_OPENAI_TEXT,
      "data: {\"choices\":[{\"text\":\"a\"}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"completion_tokens\":7}}\n\n"
      "data: [DONE]\n\n",
      OUTCOME_OK, "a", 7 },
};

static void feed(struct stream *s, const struct stream_case *c, size_t step)
{
    const size_t n = strlen(c->body);
    bool go = true;

    stream_begin(s, c->api, NULL, true);
    for (size_t i = 0; i < n && go; i += step)
        go = stream_feed(
            s, (struct text){ c->body + i, n - i < step ? n - i : step },
            (int64_t)i + 1);
    stream_end(s, OUTCOME_OK, "", (int64_t)n + 1);
}

static void test_case(void **state)
{
    const struct stream_case *c = *state;
    static const size_t steps[] = { 1000000, 1, 2, 3, 7, 64 };

    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        struct stream s;

        feed(&s, c, steps[i]);
        assert_string_equal(stream_outcome_name[s.outcome],
                            stream_outcome_name[c->outcome]);
        assert_int_equal(s.text.len, strlen(c->text));
        if (s.text.len > 0)
            assert_memory_equal(s.text.ptr, c->text, s.text.len);
        assert_int_equal(s.counts.output_tokens, c->tokens);
        stream_free(&s);
    }
}

/* A stream cut at every byte: ok only when the end is inside. */
static void test_cut_everywhere(void **state)
{
    static const char body[] = G("one ") G("\xd1\x8f ") G("two") END;
    const size_t n = sizeof(body) - 1;

    (void)state;
    for (size_t cut = 0; cut <= n; cut++) {
        struct stream s;

        stream_begin(&s, API_OLLAMA_GENERATE, NULL, true);
        (void)stream_feed(&s, (struct text){ body, cut }, 1);
        stream_end(&s, cut < n ? OUTCOME_CUT : OUTCOME_OK, "closed", 2);
        assert_int_equal(s.outcome, cut < n ? OUTCOME_CUT : OUTCOME_OK);
        stream_free(&s);
    }
}

static void test_line_limit(void **state)
{
    char *big = malloc(FRAME_MAX + 2);
    struct stream s;

    (void)state;
    assert_non_null(big);
    memset(big, 'x', FRAME_MAX + 2);
    stream_begin(&s, API_OLLAMA_GENERATE, NULL, true);
    assert_true(stream_feed(&s, (struct text){ big, FRAME_MAX }, 1));
    assert_false(stream_feed(&s, (struct text){ big, 1 }, 2));
    stream_end(&s, OUTCOME_OK, "", 3);
    assert_int_equal(s.outcome, OUTCOME_LIMIT);
    stream_free(&s);
    free(big);
}

static void test_timing(void **state)
{
    static const struct {
        const char *bytes;
        int64_t at;
    } feeds[] = { { G("a"), 100 },
                  { G("b"), 110 },
                  { G("c"), 130 },
                  { G("d"), 190 },
                  { END, 200 } };
    struct stream s;

    (void)state;
    stream_begin(&s, API_OLLAMA_GENERATE, NULL, true);
    for (size_t i = 0; i < 5; i++)
        (void)stream_feed(&s, text_from(feeds[i].bytes), feeds[i].at);
    stream_end(&s, OUTCOME_OK, "", 210);
    assert_int_equal(s.timing.first_ns, 100);
    assert_int_equal(s.timing.second_ns, 110);
    assert_int_equal(s.timing.last_ns, 190);
    assert_int_equal(s.timing.end_ns, 210);
    assert_int_equal(s.timing.stall_ns, 60);
    assert_int_equal(s.timing.chunks, 4);
    assert_int_equal(timing_gap(&s.timing, 0.5), 20);
    assert_int_equal(timing_gap(&s.timing, 0.99), 60);
    assert_true(counts_tok_s(&s.counts) == 2.0);
    stream_free(&s);
}

static void test_counts(void **state)
{
    struct counts c = { .total_ns = 100,
                        .load_ns = 10,
                        .prompt_eval_ns = 20,
                        .eval_ns = 30,
                        .prompt_tokens = 20,
                        .cached_tokens = -1,
                        .output_tokens = 3 };

    (void)state;
    assert_int_equal(counts_unattributed_ns(&c), 40);
    assert_true(counts_prompt_tok_s(&c) > 0);
    c.cached_tokens = 5; /* the time is not of all these tokens */
    assert_true(counts_prompt_tok_s(&c) < 0);
    assert_true(counts_tok_s(&counts_none) < 0);
    assert_int_equal(counts_unattributed_ns(&counts_none), -1);
}

/* What we write as a server, we read back as a client. */
static void test_round_trip(void **state)
{
    const struct message_meta meta = { "m", "2026-01-01T00:00:00Z", 5 };
    const struct counts c = { 9, 1, 2, 3, 4, -1, 6 };

    (void)state;
    for (enum api api = 0; api < API_COUNT; api++) {
        struct buf b = { .max = 0 };
        struct stream s;

        message_put_delta(&b, api, &meta, TEXT_LIT("\"x\"\n"));
        message_put_delta(&b, api, &meta, TEXT_LIT("\xd1\x8f"));
        message_put_end(&b, api, &meta, "length", &c);
        stream_begin(&s, api, NULL, true);
        assert_true(stream_feed(&s, buf_text(&b), 1));
        stream_end(&s, OUTCOME_OK, "", 2);
        assert_int_equal(s.outcome, OUTCOME_OK);
        assert_string_equal(s.text.ptr, "\"x\"\n\xd1\x8f");
        assert_string_equal(s.done_reason, "length");
        assert_int_equal(s.counts.output_tokens, 6);
        stream_free(&s);
        buf_free(&b);
    }
}

int main(void)
{
    enum { N = sizeof(cases) / sizeof(*cases) };
    struct CMUnitTest tests[N];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_cut_everywhere),
        cmocka_unit_test(test_line_limit),
        cmocka_unit_test(test_timing),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_round_trip),
    };
    int failed;

    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].name,
                                        .test_func = test_case,
                                        .initial_state = (void *)&cases[i] };
    failed = cmocka_run_group_tests_name("streams", tests, NULL, NULL);
    return failed +
           cmocka_run_group_tests_name("stream parts", others, NULL, NULL);
}
