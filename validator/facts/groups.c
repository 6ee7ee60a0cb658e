/* Which JSON objects are dictionaries: {"modelA": {"p50": 12, ..}, "modelB":
 * {"p50": 15, ..}}. Their members are rows, and the keys name them. What such
 * an object is shows only at its end, so one pass goes ahead of the reader. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum {
    OPEN_MAX = 1001,   /* open objects and arrays; the reader stops before */
    KEY_BYTES = 256,   /* a longer key is no word */
    LOOK_BYTES = 4096, /* of a member, for its keys */
    LOOK_KEYS = 16,    /* keys of a dictionary that are looked at */
    KEY_WORDS = 16
};

struct member {
    uint64_t keys; /* a bit for each key, by hash */
    size_t at;     /* of its '{' */
    size_t nth;    /* of all objects of the file */
    struct text name;
};

struct open {
    uint64_t keys;
    size_t at, nth, first; /* first: of its members */
    struct text name;      /* its key in what holds it; empty: none */
    bool array, want_key;
};

struct scan {
    const struct units *units;
    struct text t;
    size_t at, objects;
    struct open stack[OPEN_MAX];
    size_t depth;
    struct member *members; /* of all open objects, the innermost's last */
    size_t count, cap;
    struct text key; /* the last one read */
    struct groups *out;
    bool failed;
};

bool groups_has(const struct groups *g, size_t nth)
{
    return nth / 8 < g->size && (g->bits[nth / 8] >> (nth % 8) & 1) != 0;
}

void groups_free(struct groups *g)
{
    free(g->bits);
    *g = (struct groups){ .bits = NULL };
}

static bool set_bit(struct groups *g, size_t nth)
{
    if (nth / 8 >= g->size) {
        const size_t size = nth / 8 * 2 + 64;
        unsigned char *p = realloc(g->bits, size);

        if (p == NULL)
            return false;
        memset(p + g->size, 0, size - g->size);
        g->bits = p;
        g->size = size;
    }
    g->bits[nth / 8] |= (unsigned char)(1u << (nth % 8));
    return true;
}

/* The string on whose quote t[*at] stands, as written; *at goes behind it. */
static struct text skip_string(struct text t, size_t *at)
{
    const size_t start = ++*at;

    while (*at < t.len && t.ptr[*at] != '"')
        *at += t.ptr[*at] == '\\' ? 2 : 1;
    if (*at >= t.len) {
        *at = t.len;
        return (struct text){ t.ptr, 0 };
    }
    return (struct text){ t.ptr + start, (*at)++ - start };
}

static uint64_t key_bit(struct text key)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < key.len; i++)
        h = (h ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
    return (uint64_t)1 << (h >> 58);
}

/* Half of all keys are in both. */
static bool alike(uint64_t a, uint64_t b)
{
    return a != 0 &&
           __builtin_popcountll(a & b) * 2 >= __builtin_popcountll(a | b);
}

/* ---- what the keys say ---- */

static bool is_word_of(struct text t, const struct text *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_eq_icase(t, words[i]))
            return true;
    return false;
}

/* A statistic, or a share of the values: "p50", "count", "25%". */
static bool is_stat_key(struct text key)
{
    static const struct text more[] = { TEXT_INIT("n"),     TEXT_INIT("count"),
                                        TEXT_INIT("sum"),   TEXT_INIT("total"),
                                        TEXT_INIT("var"),   TEXT_INIT("unit"),
                                        TEXT_INIT("first"), TEXT_INIT("last") };

    return is_word_of(key, more, sizeof(more) / sizeof(*more)) ||
           (key.len > 1 && key.ptr[key.len - 1] == '%') ||
           facts_is_statistic(key);
}

/* "latency", "queue_depth": words of a language; names have digits, capitals
 * inside or signs. */
static bool is_plain(struct text key)
{
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.ptr[i];

        if (!(c >= 'a' && c <= 'z') && c != '_' && c != ' ' &&
            !(i == 0 && c >= 'A' && c <= 'Z'))
            return false;
    }
    return true;
}

struct look {
    size_t keys, values, stats;
};

/* The keys of the object at t[at], as far as LOOK_BYTES reach. */
static struct look look_at(struct text t, size_t at)
{
    static const struct text values[] = { TEXT_INIT("value"), TEXT_INIT("val"),
                                          TEXT_INIT("amount"),
                                          TEXT_INIT("quantity") };
    const size_t end = t.len - at > LOOK_BYTES ? at + LOOK_BYTES : t.len;
    struct look l = { 0 };
    size_t depth = 0;
    bool want_key = false;

    for (; at < end && !(depth == 1 && t.ptr[at] == '}'); at++) {
        switch (t.ptr[at]) {
        case '{':
        case '[':
            want_key = ++depth == 1;
            break;
        case '}':
        case ']':
            depth--;
            break;
        case ',':
            want_key = depth == 1;
            break;
        case '"': {
            const struct text s = skip_string(t, &at);

            at--; /* the loop goes on behind the quote */
            if (!want_key)
                break;
            want_key = false;
            l.keys++;
            l.stats += is_stat_key(s);
            l.values += is_word_of(s, values, sizeof(values) / sizeof(*values));
            break;
        }
        default:
            break;
        }
    }
    return l;
}

/* "models", "by_config": things, each with a name. "metrics" are no things. */
static bool names_things(struct text key)
{
    static const struct text not [] = {
        TEXT_INIT("metrics"),      TEXT_INIT("stats"),
        TEXT_INIT("statistics"),   TEXT_INIT("timings"),
        TEXT_INIT("measurements"), TEXT_INIT("percentiles"),
        TEXT_INIT("counters"),     TEXT_INIT("values"),
        TEXT_INIT("latencies"),    TEXT_INIT("durations"),
        TEXT_INIT("totals"),       TEXT_INIT("columns"),
        TEXT_INIT("features"),     TEXT_INIT("fields"),
        TEXT_INIT("results"),
    };
    char buf[KEY_BYTES];
    struct text words[KEY_WORDS];
    size_t n;

    if (key.len >= sizeof(buf))
        return false;
    n = facts_words(key, buf, words, KEY_WORDS);
    if (n == 0)
        return false;
    if (text_eq(words[0], TEXT_LIT("by")) || text_eq(words[0], TEXT_LIT("per")))
        return true;
    return words[n - 1].len > 3 && text_ends(words[n - 1], TEXT_LIT("s")) &&
           !text_ends(words[n - 1], TEXT_LIT("ss")) &&
           !is_word_of(words[n - 1], not, sizeof(not ) / sizeof(*not ));
}

/* The keys of the members name things, not quantities: {"ttft_ms": {"mean":
 * ..}, "latency": {"value": ..}, "p99": {..}} stay columns. */
static bool keys_are_names(const struct scan *s, struct text dictionary,
                           const struct member *m, size_t n, uint64_t like)
{
    size_t looked = 0, units = 0, stats = 0, plain = 0;
    struct look in = { 0 };

    for (size_t i = 0; i < n && looked < LOOK_KEYS; i++) {
        struct unit_ref unit;

        if (!alike(m[i].keys, like))
            continue;
        if (looked++ == 0)
            in = look_at(s->t, m[i].at);
        units += m[i].name.len > 1 && m[i].name.len < KEY_BYTES &&
                 units_of_header(s->units, m[i].name, &unit, NULL);
        stats += is_stat_key(m[i].name);
        plain += is_plain(m[i].name);
    }
    if (units * 2 > looked || stats * 2 > looked || in.values > 0)
        return false;
    return in.stats < in.keys || plain * 2 < looked || names_things(dictionary);
}

/* ---- the pass ---- */

/* The keys that most members have (Boyer and Moore's majority vote). */
static uint64_t usual_keys(const struct member *m, size_t n)
{
    uint64_t best = 0;
    size_t votes = 0;

    for (size_t i = 0; i < n; i++) {
        if (votes == 0)
            best = m[i].keys;
        votes = m[i].keys == best ? votes + 1 : votes - 1;
    }
    return best;
}

static void decide(struct scan *s, const struct open *o)
{
    const struct member *m = s->members + o->first;
    const size_t n = s->count - o->first;
    const uint64_t like = usual_keys(m, n);
    size_t same = 0;

    for (size_t i = 0; i < n; i++)
        same += alike(m[i].keys, like);
    if (same < 2 || same * 2 < n || !keys_are_names(s, o->name, m, n, like))
        return;
    for (size_t i = 0; i < n; i++)
        if (alike(m[i].keys, like) && !set_bit(s->out, m[i].nth))
            s->failed = true;
}

static void open_one(struct scan *s, bool array)
{
    struct open *o = &s->stack[s->depth];
    const bool keyed = s->depth > 0 && !s->stack[s->depth - 1].array;

    *o = (struct open){ .at = s->at,
                        .nth = s->objects,
                        .first = s->count,
                        .name = keyed ? s->key : (struct text){ "", 0 },
                        .array = array,
                        .want_key = !array };
    s->objects += !array;
    s->depth++;
}

static void close_one(struct scan *s)
{
    const struct open o = s->stack[--s->depth];

    if (o.array)
        return;
    if (s->count - o.first > 1)
        decide(s, &o);
    s->count = o.first;
    if (s->depth == 0 || s->stack[s->depth - 1].array)
        return;
    if (!store_grow((void **)&s->members, &s->cap, s->count,
                    sizeof(*s->members))) {
        s->failed = true;
        return;
    }
    s->members[s->count++] = (struct member){ o.keys, o.at, o.nth, o.name };
}

static void string(struct scan *s)
{
    struct open *o = s->depth > 0 ? &s->stack[s->depth - 1] : NULL;
    const struct text t = skip_string(s->t, &s->at);

    s->at--;
    if (o == NULL || !o->want_key)
        return;
    o->want_key = false;
    o->keys |= key_bit(t);
    s->key = t;
}

/* What is no JSON ends the pass: the reader says so. */
static void pass(struct scan *s)
{
    for (; s->at < s->t.len && !s->failed; s->at++) {
        switch (s->t.ptr[s->at]) {
        case '"':
            string(s);
            break;
        case '{':
        case '[':
            if (s->depth == OPEN_MAX)
                return;
            open_one(s, s->t.ptr[s->at] == '[');
            break;
        case '}':
        case ']':
            if (s->depth == 0)
                return;
            close_one(s);
            break;
        case ',':
            if (s->depth > 0)
                s->stack[s->depth - 1].want_key = !s->stack[s->depth - 1].array;
            break;
        default:
            break;
        }
    }
}

bool groups_find(struct groups *out, const struct units *units, struct text t)
{
    struct scan *s = calloc(1, sizeof(*s));
    bool ok;

    if (s == NULL)
        return false;
    s->units = units;
    s->t = t;
    s->out = out;
    pass(s);
    ok = !s->failed;
    free(s->members);
    free(s);
    return ok;
}
