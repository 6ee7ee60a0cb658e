#include "runner/llm/play.h"

#include <stdlib.h>

const struct fault_info fault_info[FAULT_COUNT] = {
    [FAULT_NONE] = { "none", "the stream as recorded", 0, NULL, 200, NULL },
    [FAULT_CUT] = { "cut", "close the connection after N bytes", 200, "bytes",
                    200, NULL },
    [FAULT_STALL] = { "stall", "send nothing more after N bytes", 200, "bytes",
                      200, NULL },
    [FAULT_ERROR] = { "error", "an error message after N bytes", 200, "bytes",
                      200, NULL },
    [FAULT_GARBAGE] = { "garbage", "a line of garbage after N bytes", 200,
                        "bytes", 200, NULL },
    [FAULT_ONE_BYTE] = { "one-byte", "one byte per packet", 0, NULL, 200,
                         NULL },
    [FAULT_DRIP] = { "drip", "one byte every N ms", 20, "ms", 200, NULL },
    [FAULT_NO_DONE] = { "no-done", "leave the final message out", 0, NULL, 200,
                        NULL },
    [FAULT_NO_COUNTS] = { "no-counts", "leave the counts out", 0, NULL, 200,
                          NULL },
    [FAULT_HTTP10] = { "http10", "HTTP/1.0: the end is the close", 0, NULL, 200,
                       NULL },
    [FAULT_LONG_LINE] = { "long-line", "a message of N bytes", 1 << 20, "bytes",
                          200, NULL },
    [FAULT_404] = { "404", "model not found", 0, NULL, 404,
                    "model not found, try pulling it first" },
    [FAULT_500] = { "500", "the server's own loop breaker", 0, NULL, 500,
                    "prediction aborted, token repeat limit reached" },
    [FAULT_503] = { "503", "queue full", 0, NULL, 503,
                    "server busy, please try again. maximum pending requests "
                    "exceeded" },
    [FAULT_REDIRECT] = { "redirect", "302 to elsewhere", 0, NULL, 302,
                         "moved" },
};

static enum status no_such_fault(const char *given, struct error *err)
{
    struct buf names = { .max = 512 };

    for (size_t i = 1; i < FAULT_COUNT; i++)
        buf_printf(&names, "%s%s%s", i > 1 ? ", " : "", fault_info[i].name,
                   fault_info[i].unit != NULL ? "=N" : "");
    (void)error_set(err, ST_USAGE, "%s: no such fault; there are %s", given,
                    names.ptr != NULL ? names.ptr : "none");
    buf_free(&names);
    return ST_USAGE;
}

enum status fault_parse(struct fault *out, const char *given, struct error *err)
{
    const char *eq = strchr(given, '=');
    const struct text name = { given, eq != NULL ? (size_t)(eq - given)
                                                 : strlen(given) };
    enum fault_kind k = 0;
    long n = 0;

    while (k < FAULT_COUNT && !text_eq(text_from(fault_info[k].name), name))
        k++;
    if (k == FAULT_COUNT || (eq != NULL && fault_info[k].unit == NULL))
        return no_such_fault(given, err);
    for (const char *p = eq != NULL ? eq + 1 : ""; *p != '\0'; p++) {
        if (!ascii_digit(*p) || n > 1000000000)
            return error_set(err, ST_USAGE, "%s: want a number of %s", given,
                             fault_info[k].unit);
        n = n * 10 + (*p - '0');
    }
    *out = (struct fault){ k, eq != NULL ? n : fault_info[k].def };
    return ST_OK;
}

static void put_step(struct play *p, int64_t at_ns)
{
    if (p->count == p->cap) {
        const size_t cap = p->cap != 0 ? p->cap * 2 : 256;
        struct step *q = realloc(p->steps, cap * sizeof(*q));

        if (q == NULL) {
            p->failed = true;
            return;
        }
        p->steps = q;
        p->cap = cap;
    }
    p->steps[p->count++] = (struct step){ at_ns, p->bytes.len };
}

static void put_raw(struct play *p, const struct transcript *t)
{
    for (size_t i = 0; i < t->count; i++) {
        buf_add(&p->bytes, t->chunks[i].bytes);
        put_step(p, t->chunks[i].at_ns);
    }
}

/* Reads a recorded stream message by message. */
struct retell {
    struct play *p; /* NULL: only text and end are wanted */
    enum api from, to;
    const struct message_meta *meta;
    int64_t at_ns;
    struct buf text;
    struct counts counts;
    char reason[32];
};

static enum status retell_message(void *arg, struct text bytes)
{
    struct retell *r = arg;
    struct message m;
    struct error err;

    if (message_parse(&m, r->from, bytes, &err) != ST_OK)
        return ST_OK; /* a recorded fault: nothing to tell */
    if (m.delta.len > 0 && r->p != NULL) {
        message_put_delta(&r->p->bytes, r->to, r->meta, m.delta);
        put_step(r->p, r->at_ns);
    }
    buf_add(&r->text, m.delta);
    if (m.done_reason.len > 0 && m.done_reason.len < sizeof(r->reason)) {
        memcpy(r->reason, m.done_reason.ptr, m.done_reason.len);
        r->reason[m.done_reason.len] = '\0';
    }
    counts_merge(&r->counts, &m.counts);
    message_free(&m);
    return ST_OK;
}

static void retell(struct retell *r, const struct transcript *t)
{
    struct frames f = { .framing = api_info[t->api].framing };

    r->from = t->api;
    r->counts = counts_none;
    (void)memcpy(r->reason, "stop", 5);
    for (size_t i = 0; i < t->count; i++) {
        r->at_ns = t->chunks[i].at_ns;
        if (frames_feed(&f, t->chunks[i].bytes, retell_message, r) != ST_OK)
            break;
    }
    (void)frames_end(&f, retell_message, r);
    frames_free(&f);
}

static void put_long_line(struct play *p, enum api api,
                          const struct message_meta *meta, long n)
{
    struct buf words = { .max = 0 };

    while (words.len < (size_t)n)
        buf_printf(&words, "word %zu. ", words.len);
    message_put_delta(&p->bytes, api, meta, buf_text(&words));
    put_step(p, 0);
    buf_free(&words);
}

static void put_again(struct play *p, const struct transcript *t, enum api api,
                      const struct message_meta *meta,
                      const struct fault *fault)
{
    struct retell r = { .p = p, .to = api, .meta = meta };

    if (fault->kind == FAULT_LONG_LINE)
        put_long_line(p, api, meta, fault->n);
    retell(&r, t);
    if (fault->kind != FAULT_NO_DONE) {
        message_put_end(&p->bytes, api, meta, r.reason,
                        fault->kind == FAULT_NO_COUNTS ? &counts_none
                                                       : &r.counts);
        put_step(p, r.at_ns);
    }
    buf_free(&r.text);
}

/* Everything from byte n on is taken out; the text behind it returned. */
static size_t truncate(struct play *p, size_t n, bool at_message)
{
    int64_t at = 0;

    if (n > p->bytes.len)
        n = p->bytes.len;
    while (at_message && n > 0 && p->bytes.ptr[n - 1] != '\n')
        n--;
    while (p->count > 0 && p->steps[p->count - 1].end > n) {
        at = p->steps[p->count - 1].at_ns;
        p->count--;
    }
    p->bytes.len = n;
    put_step(p, at);
    return n;
}

static void insert_garbage(struct play *p, size_t n)
{
    static const char junk[] = "\x01{]garbage\xff\xfe that is no message\n";
    struct buf rest = { .max = 0 };
    size_t cut = n < p->bytes.len ? n : p->bytes.len;

    while (cut > 0 && p->bytes.ptr[cut - 1] != '\n')
        cut--;
    buf_add(&rest, (struct text){ p->bytes.ptr + cut, p->bytes.len - cut });
    (void)truncate(p, cut, false);
    buf_add(&p->bytes, (struct text){ junk, sizeof(junk) - 1 });
    buf_add(&p->bytes, buf_text(&rest));
    put_step(p, p->count > 0 ? p->steps[p->count - 1].at_ns : 0);
    buf_free(&rest);
}

static void apply(struct play *p, enum api api, const struct fault *f)
{
    const int64_t ms = 1000000;

    switch (f->kind) {
    case FAULT_CUT:
    case FAULT_STALL:
        (void)truncate(p, (size_t)f->n, false);
        p->end = f->kind == FAULT_CUT ? PLAY_CUT : PLAY_STALL;
        break;
    case FAULT_ERROR:
        (void)truncate(p, (size_t)f->n, true);
        message_put_error(&p->bytes, api,
                          TEXT_LIT("an error was encountered while running "
                                   "the model: CUDA error"));
        put_step(p, p->steps[p->count - 1].at_ns);
        break;
    case FAULT_GARBAGE:
        insert_garbage(p, (size_t)f->n);
        break;
    case FAULT_ONE_BYTE:
    case FAULT_DRIP:
        p->packet = 1;
        p->drip_ns = f->kind == FAULT_DRIP ? f->n * ms : 0;
        break;
    default:
        break;
    }
}

static enum status sound(struct play *p, struct error *err)
{
    if (!p->failed && !p->bytes.failed)
        return ST_OK;
    play_free(p);
    return error_set(err, ST_NOMEM, "no memory to replay a stream");
}

enum status play_make(struct play *p, const struct transcript *t, enum api api,
                      const struct message_meta *meta,
                      const struct fault *fault, struct error *err)
{
    const bool anew = t->api != api || fault->kind == FAULT_NO_DONE ||
                      fault->kind == FAULT_NO_COUNTS ||
                      fault->kind == FAULT_LONG_LINE;

    *p = (struct play){ .end = PLAY_DONE };
    if (anew)
        put_again(p, t, api, meta, fault);
    else
        put_raw(p, t);
    if (!p->failed && !p->bytes.failed)
        apply(p, api, fault);
    return sound(p, err);
}

enum status play_whole(struct play *p, const struct transcript *t, enum api api,
                       const struct message_meta *meta, struct error *err)
{
    struct retell r = { .to = api, .meta = meta };

    *p = (struct play){ .end = PLAY_DONE };
    retell(&r, t);
    message_put_whole(&p->bytes, api, meta, buf_text(&r.text), r.reason,
                      &r.counts);
    put_step(p, r.at_ns);
    buf_free(&r.text);
    return sound(p, err);
}

void play_free(struct play *p)
{
    buf_free(&p->bytes);
    free(p->steps);
    *p = (struct play){ .end = PLAY_DONE };
}
