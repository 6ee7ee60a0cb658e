/* Any bytes through the language layers and the guard: spans lie inside the
 * text, and a split never changes the guard's verdict. With build/lang.dat the
 * word layer takes part. */
#include <stdint.h>
#include <stdlib.h>

#include "validator/check.h"
#include "validator/text/lang_drift.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct check check_language_drift;

static struct text no_rules(const struct check_env *env, const char *name)
{
    (void)env;
    (void)name;
    return (struct text){ "", 0 };
}

static void *setup_once(void)
{
    static void *setup; /* a fuzzer calls again and again */
    static const char *const langs[] = { "en" };
    struct check_env env = { .rule_file = no_rules,
                             .lang_data = "build/lang.dat",
                             .langs = langs,
                             .n_langs = 1 };
    const char *why_off = NULL;

    if (setup == NULL &&
        check_language_drift.setup(&setup, &env, &why_off, NULL) != ST_OK) {
        env.lang_data = NULL;
        if (check_language_drift.setup(&setup, &env, &why_off, NULL) != ST_OK)
            abort();
    }
    return setup;
}

static bool watch(void *setup, struct text t, size_t step,
                  struct guard_reason *why)
{
    const struct guard_ops *g = check_language_drift.guard;
    void *state = malloc(g->state_size(setup));
    bool stopped = false;

    if (state == NULL)
        abort();
    g->begin(state, setup, NULL);
    for (size_t i = 0; i < t.len && !stopped; i += step)
        stopped =
            g->feed(state,
                    text_sub(t, (struct span){ i, t.len - i < step ? t.len - i
                                                                   : step }),
                    why) == GUARD_STOP;
    if (!stopped)
        stopped = g->end(state, why) == GUARD_STOP;
    free(state);
    return stopped;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text t = { (const char *)data, size };
    struct drift_config config = { .expect = { .n_ids = 0 } };
    struct arena *a = arena_new((size_t)64 << 20);
    struct drift_doc d = { .config = &config, .text = t, .arena = a };
    const struct span whole = { 0, size };
    struct guard_reason one = { .rule = NULL }, many = { .rule = NULL };

    if (a == NULL || lang_expect_add(&config.expect, TEXT_LIT("ru"), NULL))
        abort();
    if (drift_block(&d, &whole, 1) != ST_OK || drift_code(&d, whole) != ST_OK)
        abort();
    drift_end_part(&d);
    for (size_t i = 0; i < d.count; i++)
        if (d.drifts[i].span.len == 0 || span_end(d.drifts[i].span) > size)
            abort();
    arena_free(a);
    if (watch(setup_once(), t, 1, &one) !=
            watch(setup_once(), t, size > 0 ? size : 1, &many) ||
        one.decided_at != many.decided_at || one.rule != many.rule)
        abort();
    return 0;
}
