#include "runner/llm/proxy_record.h"

#include <stdio.h>
#include <unistd.h>

#include "runner/llm/clock.h"
#include "validator/base/file.h"

static void put_count(struct buf *b, const char *key, int64_t v)
{
    if (v < 0)
        buf_printf(b, ",\"%s\":null", key);
    else
        buf_printf(b, ",\"%s\":%lld", key, (long long)v);
}

static void put_text(struct buf *b, const char *key, struct text t)
{
    buf_printf(b, ",\"%s\":", key);
    buf_json(b, t);
}

static void put_guard(struct buf *b, const struct stream *s)
{
    if (!s->guard_stopped) {
        buf_puts(b, ",\"guard\":null");
        return;
    }
    buf_printf(b, ",\"guard\":{\"check\":\"%s\",\"rule\":\"%s\"",
               s->stop.check->id, s->stop.rule->id);
    put_text(b, "message", text_from(s->stop.rule->message));
    put_count(b, "start", (int64_t)s->stop.span.off);
    put_count(b, "end", (int64_t)span_end(s->stop.span));
    put_count(b, "decided_at", (int64_t)s->stop.decided_at);
    buf_printf(b, ",\"enforced\":%s}",
               s->outcome == OUTCOME_ABORTED ? "true" : "false");
}

static void put_record(struct buf *b, struct stream *s, const char *id,
                       int64_t e2e_ns, bool streamed)
{
    char stamp[CLOCK_STAMP_MAX];

    clock_stamp(stamp, clock_wall_s());
    buf_printf(b,
               "{\"schema\":\"assay-proxy/1\",\"id\":\"%s\",\"ended\":\"%s\"",
               id, stamp);
    buf_printf(b, ",\"api\":\"%s\",\"outcome\":\"%s\"", api_info[s->api].name,
               stream_outcome_name[s->outcome]);
    put_text(b, "why", text_from(s->why));
    put_text(b, "model", text_from(s->model));
    put_text(b, "done_reason", text_from(s->done_reason));
    put_count(b, "chunks", (int64_t)s->timing.chunks);
    buf_printf(b, ",\"streamed\":%s", streamed ? "true" : "false");
    put_count(b, "ttft_ns", streamed ? s->timing.first_ns : -1);
    put_count(b, "second_token_ns", s->timing.second_ns);
    put_count(b, "itl_p50_ns", timing_gap(&s->timing, 0.5));
    put_count(b, "itl_p99_ns", timing_gap(&s->timing, 0.99));
    put_count(b, "longest_stall_ns", s->timing.stall_ns);
    put_count(b, "eval_count", s->counts.output_tokens);
    put_count(b, "eval_duration_ns", s->counts.eval_ns);
    put_count(b, "e2e_ns", e2e_ns);
    put_guard(b, s);
    put_text(b, "answer", buf_text(&s->text));
    buf_puts(b, "}\n");
}

static void tell(const struct proxy_options *o, const struct stream *s,
                 const char *id, const char *trouble)
{
    struct buf b = { .max = 4096 };

    buf_printf(&b, "%s %s %s: %zu chunks", id, api_info[s->api].name,
               stream_outcome_name[s->outcome], s->timing.chunks);
    if (s->guard_stopped)
        buf_printf(&b, ", %s %s at byte %zu",
                   s->outcome == OUTCOME_ABORTED ? "stopped by" : "guard saw",
                   s->stop.rule->id, s->stop.span.off);
    if (trouble[0] != '\0') {
        buf_puts(&b, "; ");
        buf_visible(&b, text_from(trouble), 400);
    }
    if (b.ptr != NULL)
        o->log(o->log_arg, b.ptr);
    buf_free(&b);
}

void proxy_record(const struct proxy_options *o, struct stream *s,
                  unsigned long nth, int64_t e2e_ns, bool streamed)
{
    struct buf b = { .max = 0 };
    struct error err = { .text = "" };
    char id[48], path[4096];

    (void)snprintf(id, sizeof(id), "%lld-%ld-%06lu", (long long)clock_wall_s(),
                   (long)getpid(), nth);
    if (o->records != NULL) {
        put_record(&b, s, id, e2e_ns, streamed);
        (void)snprintf(path, sizeof(path), "%s/%s.json", o->records, id);
        (void)file_write_buf(path, &b, &err);
    }
    if (o->log != NULL)
        tell(o, s, id, err.text);
    buf_free(&b);
}
