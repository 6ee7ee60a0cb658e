/* Any bytes through the guards of special-token and encoding: a split never
 * changes the verdict, and what they stop for lies in the stream. */
#include <stdint.h>
#include <stdlib.h>

#include "validator/check.h"
#include "validator/rules_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct check check_special_token, check_encoding;

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

static bool watch(const struct check *c, void *setup, struct text t,
                  size_t step, struct guard_reason *why)
{
    void *state = malloc(c->guard->state_size(setup));
    bool stopped = false;

    if (state == NULL)
        abort();
    c->guard->begin(state, setup, NULL);
    for (size_t i = 0; i < t.len && !stopped; i += step)
        stopped =
            c->guard->feed(
                state,
                (struct text){ t.ptr + i, t.len - i < step ? t.len - i : step },
                why) == GUARD_STOP;
    if (!stopped)
        stopped = c->guard->end(state, why) == GUARD_STOP;
    free(state);
    return stopped;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct check *const checks[] = { &check_special_token,
                                                  &check_encoding };
    static void *setups[2];
    static const char *const langs[] = { "en" };
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1 };
    const struct text t = { (const char *)data, size };
    const char *why_off = NULL;
    struct error err;

    if (setups[0] == NULL &&
        checks[0]->setup(&setups[0], &env, &why_off, &err) != ST_OK)
        abort();
    for (size_t c = 0; c < 2; c++) {
        struct guard_reason a = { NULL, { 0, 0 }, 0 }, b = a;
        const bool all = watch(checks[c], setups[c], t, size + 1, &a);
        const bool bytes = watch(checks[c], setups[c], t, 1, &b);

        if (all != bytes)
            abort();
        if (all && (a.rule != b.rule || a.span.off != b.span.off ||
                    a.span.len != b.span.len || a.decided_at != b.decided_at ||
                    span_end(a.span) > size))
            abort();
    }
    return 0;
}
