/* Any bytes as a run record and as a baseline: an error or a gate, no crash. A
 * baseline that was read, written and read again writes the same bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "runner/gate/blame.h"
#include "runner/gate/decide.h"
#include "validator/base/jsonc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_record(const cJSON *json)
{
    const struct gate_options o = { .alpha = 0.05 };
    struct baseline b;
    struct observations now;
    struct gate g;
    struct blame l;
    struct error err;

    if (baseline_init(&b, &err) != ST_OK)
        return;
    if (observations_init(&now, &err) == ST_OK) {
        if (observations_record(&b.seen, json, "a", &err) == ST_OK &&
            observations_record(&now, json, "b", &err) == ST_OK &&
            observations_sort(&b.seen, &err) == ST_OK &&
            observations_sort(&now, &err) == ST_OK) {
            if (gate_decide(&g, &b, &now, &o, &err) == ST_OK)
                gate_free(&g);
            if (blame_find(&l, &now, &err) == ST_OK)
                blame_free(&l);
        }
        observations_free(&now);
    }
    baseline_free(&b);
}

static void put_again(struct buf *out, struct text bytes)
{
    struct baseline b;
    struct error err;

    buf_clear(out);
    if (baseline_init(&b, &err) != ST_OK)
        return;
    if (baseline_parse(&b, bytes, "f", &err) == ST_OK)
        baseline_put(out, &b);
    baseline_free(&b);
}

static void as_baseline(struct text bytes)
{
    struct buf one = { .max = 0 }, two = { .max = 0 };

    put_again(&one, bytes);
    if (one.len > 0)
        put_again(&two, buf_text(&one));
    if (!text_eq(buf_text(&one), buf_text(&two)))
        abort();
    buf_free(&one);
    buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_baseline((struct text){ (const char *)data, size });
    cJSON *json = NULL;
    struct error err;

    if (jsonc_parse(&json, (struct text){ (const char *)data, size }, "f",
                    &err) == ST_OK)
        as_record(json);
    cJSON_Delete(json);
    return 0;
}
