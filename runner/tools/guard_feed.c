/* guard_feed CHECK FILE...: feeds each file to the guard of a check, as a
 * stream, and prints one JSON line a file: where it would have stopped the
 * generation. For scores and experiments; options are the defaults. */
#include <stdio.h>
#include <stdlib.h>

#include "checks/table.h"
#include "runner/cli/session.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"

enum { FILE_MAX = 1 << 30, STEP = 16 }; /* bytes; STEP: of one feed */

static const struct check *find(struct session *s, const char *id, size_t *at)
{
    *at = engine_find(&s->engine, text_from(id));
    return *at == SIZE_MAX ? NULL : s->engine.checks[*at];
}

static void print(const char *path, const struct guard_reason *why)
{
    struct buf b = { .ptr = NULL };

    buf_puts(&b, "{\"file\": ");
    buf_json(&b, text_from(path));
    if (why == NULL)
        buf_puts(&b, ", \"stop\": false}");
    else
        buf_printf(&b,
                   ", \"stop\": true, \"rule\": \"%s\", \"start\": %zu, "
                   "\"end\": %zu, \"decided_at\": %zu}",
                   why->rule->id, why->span.off, span_end(why->span),
                   why->decided_at);
    if (!b.failed)
        (void)puts(b.ptr);
    buf_free(&b);
}

static enum status feed(struct session *s, size_t at, void *state,
                        const char *path, struct error *err)
{
    const struct guard_ops *g = s->engine.checks[at]->guard;
    enum guard_verdict v = GUARD_GO;
    struct guard_reason why;
    size_t len, i = 0;
    char *bytes;
    const enum status st = file_read(&bytes, &len, path, FILE_MAX, err);

    if (st != ST_OK)
        return st;
    g->begin(state, s->engine.setups[at], s->engine.options[at]);
    for (; i < len && v == GUARD_GO; i += STEP)
        v = g->feed(state,
                    (struct text){ bytes + i, len - i < STEP ? len - i : STEP },
                    &why);
    if (v == GUARD_GO && g->end != NULL)
        v = g->end(state, &why);
    print(path, v == GUARD_STOP ? &why : NULL);
    free(bytes);
    return ST_OK;
}

int main(int argc, char **argv)
{
    const struct session_options none = { .layout = NULL };
    struct session s;
    struct error err;
    void *state = NULL;
    size_t at;
    enum status st;

    if (argc < 3) {
        (void)fputs("usage: guard_feed CHECK FILE...\n", stderr);
        return 2;
    }
    st = session_begin(&s, &none, &err);
    if (st != ST_OK) {
        (void)fprintf(stderr, "guard_feed: %s\n", err.text);
        return 2;
    }
    if (find(&s, argv[1], &at) == NULL || s.engine.checks[at]->guard == NULL) {
        (void)fprintf(stderr, "guard_feed: no check with a guard: %s\n",
                      argv[1]);
        st = ST_USAGE;
        goto out;
    }
    state = malloc(s.engine.checks[at]->guard->state_size(s.engine.setups[at]));
    if (state == NULL)
        st = error_set(&err, ST_NOMEM, "no memory");
    for (int i = 2; i < argc && st == ST_OK; i++)
        st = feed(&s, at, state, argv[i], &err);
    if (st != ST_OK)
        (void)fprintf(stderr, "guard_feed: %s\n", err.text);
out:
    free(state);
    session_end(&s);
    return st == ST_OK ? 0 : 2;
}
