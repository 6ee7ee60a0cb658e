/* Any bytes as the body of a streamed response, in each protocol: the outcome
 * and the text never depend on the split. */
#include <stdlib.h>

#include "runner/llm/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(struct stream *s, enum api api, struct text t, size_t step)
{
    bool go = true;

    stream_begin(s, api, NULL, true);
    for (size_t i = 0; i < t.len && go; i += step)
        go = stream_feed(
            s, (struct text){ t.ptr + i, t.len - i < step ? t.len - i : step },
            (int64_t)i);
    stream_end(s, OUTCOME_OK, "", (int64_t)t.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stream a, b;
    const enum api api = size > 0 ? data[0] % API_COUNT : 0;
    const size_t step = size > 1 ? data[1] % 17 + 1 : 1;
    const struct text t = { (const char *)data + 2, size > 2 ? size - 2 : 0 };

    if (size <= 2)
        return 0;
    run(&a, api, t, t.len);
    run(&b, api, t, step);
    if (a.outcome != b.outcome ||
        !text_eq(buf_text(&a.text), buf_text(&b.text)) ||
        a.counts.output_tokens != b.counts.output_tokens)
        abort();
    stream_free(&a);
    stream_free(&b);
    return 0;
}
