#include "runner/cli/run_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/cli/cli.h"
#include "runner/llm/clock.h"
#include "validator/audit/audit.h"

enum { NAME_SHOWN = 400 }; /* bytes of a label, an agent or a stage */

enum { LIVE_NS = 200000000 }; /* ns between two live lines */

static void clear(struct run_show *s)
{
    if (s->shown)
        (void)fprintf(stderr, "\r\033[K");
    s->shown = false;
}

static void on_begin(void *arg, long nth, long total, const char *label)
{
    struct run_show *s = arg;

    (void)pthread_mutex_lock(&s->lock);
    s->nth = nth;
    s->total = total;
    (void)snprintf(s->label, sizeof(s->label), "%s", label);
    (void)pthread_mutex_unlock(&s->lock);
}

/* Seconds to go, from the runs made so far; -1: not known yet. */
static double eta(const struct run_show *s, int64_t now)
{
    return s->nth > 1
               ? (double)(now - s->begin_ns) / 1e9 / (double)(s->nth - 1) *
                     (double)(s->total - s->nth + 1)
               : -1;
}

static void on_tick(void *arg, const char *agent, const char *stage,
                    const struct stream *st)
{
    struct run_show *s = arg;
    const int64_t now = clock_now_ns();
    const double seconds = (double)(st->now_ns - st->timing.first_ns) / 1e9;
    const double left = eta(s, now);
    struct buf b = { .max = 4096 };
    char when[32] = "";

    if (!s->live || now - s->last_ns < LIVE_NS)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->last_ns = now;
    if (left >= 0)
        (void)snprintf(when, sizeof(when), ", %.0f s to go", left);
    buf_visible(&b, text_from(agent), NAME_SHOWN);
    buf_putc(&b, ' ');
    buf_visible(&b, text_from(stage), NAME_SHOWN);
    (void)fprintf(stderr,
                  "\r\033[Krun %ld of %ld %s: %zu chunks, %.1f/s, guard "
                  "%s%s",
                  s->nth, s->total, buf_text(&b).ptr, st->timing.chunks,
                  seconds > 0 ? (double)st->timing.chunks / seconds : 0,
                  st->guards == NULL  ? "off"
                  : st->guard_stopped ? st->stop.rule->id
                                      : "ok",
                  when);
    s->shown = true;
    (void)pthread_mutex_unlock(&s->lock);
    buf_free(&b);
}

static void put_end(struct buf *b, const struct call_result *c)
{
    const struct stream *st = &c->stream;
    const double speed = counts_tok_s(&st->counts);

    if (st->outcome != OUTCOME_OK && st->outcome != OUTCOME_ABORTED) {
        buf_printf(b, "failed (%s): ", stream_outcome_name[st->outcome]);
        buf_visible(b, text_from(st->why), 400);
        return;
    }
    if (st->outcome == OUTCOME_ABORTED)
        buf_printf(b, "stopped by guard %s at byte %zu after ",
                   st->stop.rule->id, st->stop.span.off);
    if (st->counts.output_tokens >= 0)
        buf_printf(b, "%lld tokens", (long long)st->counts.output_tokens);
    else
        buf_printf(b, "%zu chunks", st->timing.chunks);
    if (speed >= 0)
        buf_printf(b, ", %.1f tok/s", speed);
    if (st->timing.first_ns >= 0)
        buf_printf(b, ", first token after %.0f ms",
                   ns_to_ms(st->timing.first_ns));
    if (st->guard_stopped && st->outcome == OUTCOME_OK)
        buf_printf(b, ", guard saw %s at byte %zu", st->stop.rule->id,
                   st->stop.span.off);
}

static void on_call_end(void *arg, const char *agent, const char *stage,
                        const struct call_result *c, long attempt)
{
    struct run_show *s = arg;
    struct buf b = { .max = 4096 };

    if (s->quiet)
        return;
    buf_printf(&b, "run %ld of %ld ", s->nth, s->total);
    if (s->label[0] != '\0') {
        buf_visible(&b, text_from(s->label), NAME_SHOWN);
        buf_putc(&b, ' ');
    }
    buf_visible(&b, text_from(agent), NAME_SHOWN);
    buf_putc(&b, ' ');
    buf_visible(&b, text_from(stage), NAME_SHOWN);
    buf_puts(&b, attempt > 1 ? " (again, another seed): " : ": ");
    put_end(&b, c);
    (void)pthread_mutex_lock(&s->lock);
    clear(s);
    (void)fprintf(stderr, "%s\n", b.ptr != NULL ? b.ptr : "");
    (void)pthread_mutex_unlock(&s->lock);
    buf_free(&b);
}

static void count(struct summary *sum, const struct result *r)
{
    sum->reports++;
    sum->verdicts[r->verdict]++;
    for (size_t i = 0; i < r->finding_count; i++)
        sum->findings[r->findings[i].severity]++;
    if (r->audit != NULL)
        for (size_t i = 0; i < r->audit->claim_count; i++)
            sum->claims[r->audit->claims[i].verdict]++;
}

static void on_judged(void *arg, const struct result *r)
{
    struct run_show *s = arg;
    struct buf b = { .max = 0 };
    struct buf *to = s->writer->finish != NULL ? &s->findings : &b;

    (void)pthread_mutex_lock(&s->lock);
    clear(s);
    count(&s->summary, r);
    s->writer->report(to, s->options, r, s->judged++);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, stdout);
    (void)fflush(stdout);
    (void)pthread_mutex_unlock(&s->lock);
    buf_free(&b);
}

void run_show_begin(struct run_show *s, const struct writer *w,
                    const struct writer_options *o, bool quiet)
{
    const char *ci = getenv("CI");

    *s = (struct run_show){ .writer = w, .options = o, .quiet = quiet };
    (void)pthread_mutex_init(&s->lock, NULL);
    s->live =
        !quiet && isatty(STDERR_FILENO) != 0 && (ci == NULL || ci[0] == '\0');
    s->begin_ns = clock_now_ns();
    s->summary.chance_match_rate = -1;
    if (w->begin != NULL) {
        struct buf b = { .max = 0 };

        w->begin(w->finish != NULL ? &s->findings : &b, o);
        if (b.len > 0)
            (void)fwrite(b.ptr, 1, b.len, stdout);
        buf_free(&b);
    }
}

void run_show_events(struct run_show *s, struct run_events *e)
{
    *e = (struct run_events){ .run_begin = on_begin,
                              .tick = on_tick,
                              .call_end = on_call_end,
                              .judged = on_judged,
                              .arg = s };
}

void run_show_end(struct run_show *s, const struct run_totals *t,
                  const char *out)
{
    struct buf b = { .max = 0 };

    clear(s);
    if (s->writer->finish != NULL)
        s->writer->finish(&b, s->options, &s->summary, buf_text(&s->findings));
    else if (s->writer->end != NULL)
        s->writer->end(&b, s->options, &s->summary);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, stdout);
    (void)fflush(stdout);
    if (!s->quiet && t != NULL)
        cli_line(stderr,
                 "%ld run%s made, %ld there already: %ld report%s judged, "
                 "%ld rejected, %ld stopped by a guard, %ld failed; "
                 "everything is in %s",
                 t->runs, t->runs == 1 ? "" : "s", t->skipped, t->reports,
                 t->reports == 1 ? "" : "s", t->rejected, t->aborted, t->failed,
                 out);
    buf_free(&b);
    buf_free(&s->findings);
    (void)pthread_mutex_destroy(&s->lock);
}
