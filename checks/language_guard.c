/* Language drift in a stream: judged sentence by sentence as they end. */
#include "checks/language_drift_int.h"

enum {
    SEGMENT_MAX = 480,  /* bytes; longer sentences are judged in pieces */
    HOME_MIN = 15,      /* letters: a shorter sentence clears nothing */
    FOREIGN_MIN = 7,    /* letters: fewer do not count */
    SHARE = 60,         /* per cent of its letters: a foreign sentence */
    ARENA_MAX = 1 << 20 /* bytes, for the length of one judgement */
};

struct drift_guard {
    const struct drift_setup *setup;
    long sentences; /* foreign ones in a row that stop the stream */
    size_t fed;     /* bytes */
    size_t start;   /* of the segment, bytes of the stream */
    size_t trouble; /* where the first foreign sentence of the row begins */
    long row;
    bool any;      /* letters were seen */
    bool code;     /* inside a fence of some programming language */
    bool line_end; /* the segment ended its line */
    bool stopped;
    size_t len;
    char bytes[SEGMENT_MAX];
};

static size_t guard_size(const void *setup)
{
    (void)setup;
    return sizeof(struct drift_guard);
}

static void guard_begin(void *state, const void *setup, const long *options)
{
    struct drift_guard *g = state;

    *g = (struct drift_guard){ .setup = setup,
                               .sentences = options != NULL
                                                ? options[OPT_GUARD_SENTENCES]
                                                : 2 };
}

struct judged {
    size_t letters, foreign;
    bool first_word; /* drift begins with the first word */
};

static struct judged judge(const struct drift_guard *g)
{
    struct judged out = { .letters = 0 };
    struct arena *a = arena_new(ARENA_MAX);
    struct drift_doc d = { .config = &g->setup->config,
                           .text = { g->bytes, g->len },
                           .arena = a,
                           .at_start = !g->any };
    const struct span whole = { 0, g->len };

    if (a != NULL && drift_block(&d, &whole, 1) == ST_OK) {
        drift_end_part(&d);
        out.letters = d.letters;
        for (size_t i = 0; i < d.count; i++)
            out.foreign += d.drifts[i].foreign;
        out.first_word = d.count > 0 && d.drifts[0].letters_before == 0;
    }
    arena_free(a);
    return out;
}

/* ``` or ~~~ at the beginning of a line opens or closes code; Markdown in a
 * fence is prose all the same. */
static bool fence(struct drift_guard *g)
{
    const struct text t = text_trim((struct text){ g->bytes, g->len });

    if (!text_starts(t, TEXT_LIT("```")) && !text_starts(t, TEXT_LIT("~~~")))
        return false;
    g->code = !g->code && t.len > 3 &&
              !text_starts(t, TEXT_LIT("```markdown")) &&
              !text_starts(t, TEXT_LIT("```md"));
    return true;
}

static enum guard_verdict segment_done(struct drift_guard *g,
                                       struct guard_reason *why)
{
    enum guard_verdict verdict = GUARD_GO;
    struct judged j = { .letters = 0 };

    if (!fence(g) && !g->code)
        j = judge(g);
    const bool first = !g->any && j.letters > 0 && j.first_word;
    const bool foreign = j.foreign * 100 >= j.letters * SHARE;

    g->any = g->any || j.letters > 0;
    if (j.letters >= HOME_MIN && !foreign) {
        g->row = 0;
    } else if (foreign && j.foreign >= FOREIGN_MIN) {
        if (g->row++ == 0)
            g->trouble = g->start;
    } else if (first) {
        g->trouble = g->start;
    }
    if (first || g->row >= g->sentences) {
        *why = (struct guard_reason){
            .rule = &language_drift_rules[first ? DRIFT_WORD : DRIFT_TAKEOVER],
            .span = span_between(g->trouble, g->fed),
            .decided_at = g->fed,
        };
        g->stopped = true;
        verdict = GUARD_STOP;
    }
    g->start = g->fed;
    g->len = 0;
    return verdict;
}

/* Does the segment end before byte c? Behind a sentence mark and a space,
 * behind a newline, behind an ideographic full stop, or where it is full. */
static bool segment_ends(const struct drift_guard *g, char c)
{
    const char *p = g->bytes;
    const size_t n = g->len;

    if (n == 0)
        return false;
    if (p[n - 1] == '\n')
        return true;
    if (n >= 2 && p[n - 1] == ' ' &&
        (p[n - 2] == '.' || p[n - 2] == '!' || p[n - 2] == '?'))
        return true;
    if (n >= 3 && (memcmp(p + n - 3, "\xe3\x80\x82", 3) == 0 ||
                   memcmp(p + n - 3, "\xe0\xa5\xa4", 3) == 0))
        return true;
    /* Full: at a space if one comes in time, else between two characters. */
    return n >= SEGMENT_MAX - 4
               ? ((unsigned char)c & 0xc0) != 0x80 || n == SEGMENT_MAX
               : n >= SEGMENT_MAX - 80 && p[n - 1] == ' ';
}

static enum guard_verdict guard_feed(void *state, struct text bytes,
                                     struct guard_reason *why)
{
    struct drift_guard *g = state;

    for (size_t i = 0; i < bytes.len && !g->stopped; i++) {
        if (segment_ends(g, bytes.ptr[i]) && segment_done(g, why) == GUARD_STOP)
            return GUARD_STOP;
        g->bytes[g->len++] = bytes.ptr[i];
        g->fed++;
    }
    return GUARD_GO;
}

static enum guard_verdict guard_end(void *state, struct guard_reason *why)
{
    struct drift_guard *g = state;

    return g->stopped || g->len == 0 ? GUARD_GO : segment_done(g, why);
}

const struct guard_ops language_drift_guard = {
    .state_size = guard_size,
    .begin = guard_begin,
    .feed = guard_feed,
    .end = guard_end,
};
