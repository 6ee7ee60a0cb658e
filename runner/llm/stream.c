#include "runner/llm/stream.h"

#include <stdio.h>
#include <stdlib.h>

const char *const stream_outcome_name[OUTCOME_COUNT] = {
    [OUTCOME_OK] = "ok",
    [OUTCOME_ABORTED] = "aborted",
    [OUTCOME_CONNECT] = "connect",
    [OUTCOME_HTTP] = "http",
    [OUTCOME_CUT] = "cut",
    [OUTCOME_NO_DONE] = "no-done",
    [OUTCOME_TIMEOUT] = "timeout",
    [OUTCOME_ERROR] = "server-error",
    [OUTCOME_GARBAGE] = "garbage",
    [OUTCOME_LIMIT] = "limit",
    [OUTCOME_INTERRUPTED] = "interrupted",
};

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

int64_t timing_gap(struct timing *t, double q)
{
    size_t rank;

    if (t->gaps_count == 0)
        return -1;
    qsort(t->gaps, t->gaps_count, sizeof(*t->gaps), by_value);
    rank = (size_t)(q * (double)t->gaps_count + 0.999999);
    if (rank == 0)
        rank = 1;
    return t->gaps[rank > t->gaps_count ? t->gaps_count - 1 : rank - 1];
}

static void keep_gap(struct timing *t, int64_t gap)
{
    if (gap > t->stall_ns)
        t->stall_ns = gap;
    if (t->gaps_count == t->gaps_cap) {
        const size_t cap = t->gaps_cap != 0 ? t->gaps_cap * 2 : 1024;
        int64_t *p = cap <= STREAM_CHUNKS_MAX
                         ? realloc(t->gaps, cap * sizeof(*p))
                         : NULL;

        if (p == NULL)
            return;
        t->gaps = p;
        t->gaps_cap = cap;
    }
    t->gaps[t->gaps_count++] = gap;
}

static void fold_time(struct timing *t, int64_t now)
{
    t->chunks++;
    if (t->first_ns < 0)
        t->first_ns = now;
    else
        keep_gap(t, now - t->last_ns);
    if (t->chunks == 2)
        t->second_ns = now;
    t->last_ns = now;
}

static enum status fail(struct stream *s, enum stream_outcome o,
                        const char *what, struct text detail)
{
    if (!s->failed)
        (void)snprintf(s->why, sizeof(s->why), "%s%s%.*s", what,
                       detail.len > 0 ? ": " : "",
                       (int)(detail.len < 400 ? detail.len : 400), detail.ptr);
    s->failed = true;
    s->outcome = o;
    return ST_STOP;
}

static void copy_text(char *to, size_t size, struct text t)
{
    if (t.len == 0)
        return;
    if (t.len >= size)
        t.len = size - 1;
    memcpy(to, t.ptr, t.len);
    to[t.len] = '\0';
}

static enum status guard(struct stream *s, struct text delta)
{
    struct guard_stop stop;

    if (s->guards == NULL || s->guard_stopped ||
        guards_feed(s->guards, delta, &stop) == GUARD_GO)
        return ST_OK;
    s->guard_stopped = true;
    s->stop = stop;
    s->chunks_at_stop = s->timing.chunks;
    return s->enforce ? fail(s, OUTCOME_ABORTED, stop.rule->message,
                             (struct text){ "", 0 })
                      : ST_OK;
}

static enum status take_message(struct stream *s, const struct message *m)
{
    enum status st = ST_OK;

    if (m->error.len > 0)
        return fail(s, OUTCOME_ERROR, "the server sent an error", m->error);
    copy_text(s->model, sizeof(s->model), m->model);
    copy_text(s->done_reason, sizeof(s->done_reason), m->done_reason);
    counts_merge(&s->counts, &m->counts);
    s->finished = s->finished || m->finish;
    s->done = s->done || m->done;
    if (m->thinking.len > 0)
        buf_add(&s->thinking, m->thinking);
    if (m->delta.len + m->thinking.len > 0)
        fold_time(&s->timing, s->now_ns);
    if (m->delta.len > 0) {
        buf_add(&s->text, m->delta);
        st = guard(s, m->delta);
    }
    return s->text.failed || s->thinking.failed
               ? fail(s, OUTCOME_LIMIT, "the answer is longer than 64 MiB",
                      (struct text){ "", 0 })
               : st;
}

static enum status take_frame(void *arg, struct text bytes)
{
    struct stream *s = arg;
    struct message m;
    struct error err;
    enum status st;

    if (s->done) /* what comes behind the end is not ours */
        return ST_OK;
    if (message_parse(&m, s->api, bytes, &err) != ST_OK)
        return fail(s, OUTCOME_GARBAGE, err.text, (struct text){ "", 0 });
    st = take_message(s, &m);
    message_free(&m);
    return st;
}

void stream_begin(struct stream *s, enum api api, struct guards *g,
                  bool enforce)
{
    *s = (struct stream){
        .api = api,
        .frames = { .framing = api_info[api].framing },
        .text = { .max = STREAM_TEXT_MAX },
        .thinking = { .max = STREAM_TEXT_MAX },
        .timing = { .first_ns = -1,
                    .second_ns = -1,
                    .last_ns = -1,
                    .end_ns = -1,
                    .stall_ns = -1 },
        .counts = counts_none,
        .guards = g,
        .enforce = enforce,
    };
    if (g != NULL)
        guards_begin(g);
}

static bool settle(struct stream *s, enum status st)
{
    if (st == ST_LIMIT)
        (void)fail(s, OUTCOME_LIMIT, "a message larger than 4 MiB",
                   (struct text){ "", 0 });
    else if (st != ST_OK && !s->failed)
        (void)fail(s, OUTCOME_LIMIT, "no memory", (struct text){ "", 0 });
    return !s->failed;
}

bool stream_feed(struct stream *s, struct text bytes, int64_t since_ns)
{
    if (s->failed)
        return false;
    s->now_ns = since_ns;
    return settle(s, frames_feed(&s->frames, bytes, take_frame, s));
}

bool stream_feed_whole(struct stream *s, struct text body, int64_t since_ns)
{
    if (s->failed)
        return false;
    s->now_ns = since_ns;
    return settle(s, take_frame(s, body));
}

static void finish_guards(struct stream *s)
{
    struct guard_stop stop;

    if (s->guards == NULL || s->guard_stopped ||
        guards_end(s->guards, &stop) == GUARD_GO)
        return;
    s->guard_stopped = true;
    s->stop = stop;
    s->chunks_at_stop = s->timing.chunks;
}

void stream_end(struct stream *s, enum stream_outcome transport,
                const char *why, int64_t since_ns)
{
    s->now_ns = since_ns;
    if (!s->failed && transport == OUTCOME_OK)
        (void)settle(s, frames_end(&s->frames, take_frame, s));
    s->timing.end_ns = since_ns;
    finish_guards(s);
    if (s->failed || s->done || s->finished)
        return;
    if (transport != OUTCOME_OK)
        (void)fail(s, transport, why, (struct text){ "", 0 });
    else
        (void)fail(s, OUTCOME_NO_DONE,
                   "the response ended without its final message",
                   (struct text){ "", 0 });
}

void stream_free(struct stream *s)
{
    frames_free(&s->frames);
    buf_free(&s->text);
    buf_free(&s->thinking);
    free(s->timing.gaps);
    s->timing.gaps = NULL;
}

double counts_tok_s(const struct counts *c)
{
    return c->output_tokens >= 0 && c->eval_ns > 0
               ? (double)c->output_tokens * 1e9 / (double)c->eval_ns
               : -1;
}

double counts_prompt_tok_s(const struct counts *c)
{
    return c->prompt_tokens > 0 && c->prompt_eval_ns > 0 &&
                   c->cached_tokens <= 0
               ? (double)c->prompt_tokens * 1e9 / (double)c->prompt_eval_ns
               : -1;
}

int64_t counts_unattributed_ns(const struct counts *c)
{
    const int64_t parts = (c->load_ns > 0 ? c->load_ns : 0) +
                          (c->prompt_eval_ns > 0 ? c->prompt_eval_ns : 0) +
                          (c->eval_ns > 0 ? c->eval_ns : 0);

    if (c->total_ns < 0)
        return -1;
    return c->total_ns > parts ? c->total_ns - parts : 0;
}
