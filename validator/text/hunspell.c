#include "validator/text/hunspell.h"

#include <stdlib.h>
#include <unicode/ucnv.h>

#include "validator/base/utf8.h"

enum flag_kind { FLAG_BYTE, FLAG_LONG, FLAG_NUM, FLAG_UTF8 };
/* Flags with more rules than SMALL_FLAG (clitics, cases) are thinned out. */
enum { SMALL_FLAG = 40 };
enum { FORM_MAX = 256, FLAGS_MAX = 256, FIELDS_MAX = 6 };

struct affix {
    uint32_t flag, order; /* order: place in the file */
    bool prefix, cross;
    struct text strip, add, condition; /* UTF-8; condition "." is empty */
};

struct speller {
    enum flag_kind kind;
    char set[32];
    struct text bytes[256]; /* 8-bit sets: the UTF-8 of each byte */
    bool utf8;
    uint32_t need_affix, forbidden, only_in_compound; /* 0: none */
    struct affix *affixes; /* by flag, prefixes among suffixes */
    size_t count, cap;
    struct text *aliases; /* AF: number -> flags */
    size_t alias_count, alias_cap;
    struct arena *arena;
    void (*visit)(void *arg, struct text form);
    void *arg;
};

static struct text next_line(struct text *rest)
{
    const char *nl = memchr(rest->ptr, '\n', rest->len);
    struct text line = { rest->ptr,
                         nl != NULL ? (size_t)(nl - rest->ptr) : rest->len };

    rest->ptr += line.len + (nl != NULL);
    rest->len -= line.len + (nl != NULL);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static size_t split(struct text line, struct text out[FIELDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < line.len && n < FIELDS_MAX;) {
        size_t start;

        while (i < line.len && ascii_space(line.ptr[i]))
            i++;
        start = i;
        while (i < line.len && !ascii_space(line.ptr[i]))
            i++;
        if (i > start)
            out[n++] = text_sub(line, span_between(start, i));
    }
    return n;
}

static bool read_set(struct speller *s, struct text name)
{
    UErrorCode uc = U_ZERO_ERROR;
    UConverter *cnv;

    if (name.len >= sizeof(s->set))
        return false;
    memcpy(s->set, name.ptr, name.len);
    s->set[name.len] = '\0';
    s->utf8 = text_eq_icase(name, TEXT_LIT("UTF-8"));
    if (s->utf8)
        return true;
    if (strncmp(s->set, "ISO8859", 7) == 0) { /* ICU wants ISO-8859-N */
        char icu[40] = "ISO-";

        memcpy(icu + 4, s->set + 3, name.len - 3 + 1);
        cnv = ucnv_open(icu, &uc);
    } else {
        cnv = ucnv_open(strncmp(s->set, "microsoft-cp", 12) == 0 ? s->set + 10
                                                                 : s->set,
                        &uc);
    }
    for (int b = 0; b < 256 && U_SUCCESS(uc); b++) {
        const char in = (char)b;
        UChar u[4];
        char utf[4];
        const int32_t n = ucnv_toUChars(cnv, u, 4, &in, 1, &uc);
        const size_t len = n == 1 ? utf8_put(utf, u[0]) : 0;

        s->bytes[b] = arena_copy(s->arena, (struct text){ utf, len });
    }
    ucnv_close(cnv);
    return U_SUCCESS(uc);
}

static struct text to_utf8(const struct speller *s, struct text t)
{
    size_t n = 0;
    char *out;

    if (s->utf8)
        return t;
    out = arena_alloc(s->arena, t.len * 3 + 1, 1);
    if (out == NULL)
        return (struct text){ "", 0 };
    for (size_t i = 0; i < t.len; i++) {
        const struct text u = s->bytes[(unsigned char)t.ptr[i]];

        memcpy(out + n, u.ptr, u.len);
        n += u.len;
    }
    return (struct text){ out, n };
}

/* The next flag of a flag field; 0 at its end. */
static uint32_t next_flag(const struct speller *s, struct text t, size_t *i)
{
    uint32_t f = 0;

    if (*i >= t.len)
        return 0;
    switch (s->kind) {
    case FLAG_NUM:
        for (; *i < t.len && t.ptr[*i] != ','; ++*i)
            if (ascii_digit(t.ptr[*i]))
                f = f * 10 + (uint32_t)(t.ptr[*i] - '0');
        ++*i;
        return f;
    case FLAG_LONG:
        f = (uint32_t)(unsigned char)t.ptr[*i] << 8;
        if (*i + 1 < t.len)
            f |= (unsigned char)t.ptr[*i + 1];
        *i += 2;
        return f;
    case FLAG_UTF8:
        return (uint32_t)utf8_next(t, i);
    case FLAG_BYTE:
        break;
    }
    f = (unsigned char)t.ptr[*i];
    ++*i;
    return f;
}

static uint32_t one_flag(const struct speller *s, struct text t)
{
    size_t i = 0;

    return next_flag(s, t, &i);
}

static struct text no_slash(struct text t)
{
    const char *slash = memchr(t.ptr, '/', t.len);

    if (slash != NULL)
        t.len = (size_t)(slash - t.ptr);
    return t.len == 1 && t.ptr[0] == '0' ? (struct text){ "", 0 } : t;
}

static bool add_affix(struct speller *s, const struct text *f, size_t n,
                      bool cross)
{
    if (s->count == s->cap) {
        const size_t cap = s->cap > 0 ? s->cap * 2 : 1024;
        struct affix *at =
            arena_grow(s->arena, s->affixes, s->count, cap, sizeof(*at));

        if (at == NULL)
            return false;
        s->affixes = at;
        s->cap = cap;
    }
    struct text condition = n > 4 ? to_utf8(s, f[4]) : (struct text){ "", 0 };

    if (text_eq(condition, TEXT_LIT(".")))
        condition.len = 0;
    s->affixes[s->count] = (struct affix){ .flag = one_flag(s, f[1]),
                                           .order = (uint32_t)s->count,
                                           .prefix = f[0].ptr[0] == 'P',
                                           .cross = cross,
                                           .strip = to_utf8(s, no_slash(f[2])),
                                           .add = to_utf8(s, no_slash(f[3])),
                                           .condition = condition };
    s->count++;
    return true;
}

static bool add_alias(struct speller *s, struct text flags)
{
    if (s->alias_count == s->alias_cap) {
        const size_t cap = s->alias_cap > 0 ? s->alias_cap * 2 : 512;
        struct text *at =
            arena_grow(s->arena, s->aliases, s->alias_count, cap, sizeof(*at));

        if (at == NULL)
            return false;
        s->aliases = at;
        s->alias_cap = cap;
    }
    s->aliases[s->alias_count++] = flags;
    return true;
}

static bool keyword(const struct text *f, const char *word)
{
    return text_eq(f[0], text_from(word));
}

static enum status read_option(struct speller *s, const struct text *f,
                               struct error *err)
{
    if (keyword(f, "SET") && !read_set(s, f[1]))
        return error_set(err, ST_INPUT, "SET %.*s: no such character set",
                         (int)f[1].len, f[1].ptr);
    if (keyword(f, "FLAG"))
        s->kind = f[1].ptr[0] == 'l'   ? FLAG_LONG
                  : f[1].ptr[0] == 'n' ? FLAG_NUM
                                       : FLAG_UTF8;
    if (keyword(f, "NEEDAFFIX"))
        s->need_affix = one_flag(s, f[1]);
    if (keyword(f, "FORBIDDENWORD"))
        s->forbidden = one_flag(s, f[1]);
    if (keyword(f, "ONLYINCOMPOUND"))
        s->only_in_compound = one_flag(s, f[1]);
    return ST_OK;
}

static int by_flag(const void *a, const void *b)
{
    const struct affix *x = a, *y = b;

    if (x->flag != y->flag)
        return x->flag < y->flag ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static enum status read_aff(struct speller *s, struct text aff,
                            struct error *err)
{
    enum status st = ST_OK;
    bool cross = false, alias_head = true;

    while (aff.len > 0 && st == ST_OK) {
        struct text f[FIELDS_MAX];
        const size_t n = split(next_line(&aff), f);

        if (n < 2 || f[0].ptr[0] == '#')
            continue;
        if (keyword(f, "AF")) { /* the first one gives their number */
            if (!alias_head && !add_alias(s, f[1]))
                return ST_NOMEM;
            alias_head = false;
        } else if (keyword(f, "SFX") || keyword(f, "PFX")) {
            const bool head = n == 4 && f[2].len == 1 &&
                              (f[2].ptr[0] == 'Y' || f[2].ptr[0] == 'N') &&
                              ascii_digit(f[3].ptr[0]);

            if (head)
                cross = f[2].ptr[0] == 'Y';
            else if (n >= 4 && !add_affix(s, f, n, cross))
                return ST_NOMEM;
        } else {
            st = read_option(s, f, err);
        }
    }
    if (s->count > 1)
        qsort(s->affixes, s->count, sizeof(*s->affixes), by_flag);
    return st;
}

/* The affixes of a flag: [*from, *to). */
static void affix_range(const struct speller *s, uint32_t flag, size_t *from,
                        size_t *to)
{
    size_t lo = 0, hi = s->count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (s->affixes[mid].flag < flag)
            lo = mid + 1;
        else
            hi = mid;
    }
    *from = lo;
    while (lo < s->count && s->affixes[lo].flag == flag)
        lo++;
    *to = lo;
}

/* Matches one element of a condition; *c moves behind it. */
static bool element_fits(struct text cond, size_t *c, int32_t letter)
{
    bool found = false, negate;
    int32_t cp = utf8_next(cond, c);

    if (cp != '[')
        return cp == '.' || cp == letter;
    negate = *c < cond.len && cond.ptr[*c] == '^';
    *c += negate;
    while (*c < cond.len) {
        cp = utf8_next(cond, c);
        if (cp == ']')
            break;
        found = found || cp == letter;
    }
    return found != negate;
}

static size_t elements(struct text cond)
{
    size_t n = 0;

    for (size_t i = 0; i < cond.len; n++)
        (void)element_fits(cond, &i, 0);
    return n;
}

static bool condition_fits(const struct affix *x, struct text stem)
{
    const size_t n = elements(x->condition);
    size_t i = x->prefix ? 0 : stem.len, c = 0;

    for (size_t k = 0; k < n && !x->prefix; k++) {
        if (i == 0)
            return false;
        (void)utf8_prev(stem, &i);
    }
    for (size_t k = 0; k < n; k++)
        if (i >= stem.len ||
            !element_fits(x->condition, &c, utf8_next(stem, &i)))
            return false;
    return true;
}

/* stem with one affix, in out; empty when it does not apply. */
static struct text apply(const struct affix *x, struct text stem,
                         char out[FORM_MAX])
{
    const struct text none = { out, 0 };
    size_t keep;

    if (stem.len < x->strip.len || stem.len + x->add.len >= FORM_MAX ||
        !(x->prefix ? text_starts(stem, x->strip)
                    : text_ends(stem, x->strip)) ||
        !condition_fits(x, stem))
        return none;
    keep = stem.len - x->strip.len;
    if (x->prefix) {
        memcpy(out, x->add.ptr, x->add.len);
        memcpy(out + x->add.len, stem.ptr + x->strip.len, keep);
    } else {
        memcpy(out, stem.ptr, keep);
        memcpy(out + keep, x->add.ptr, x->add.len);
    }
    return (struct text){ out, keep + x->add.len };
}

/* One entry of the dictionary: its stem as UTF-8 and its flags. */
struct entry {
    struct text stem;
    uint32_t flags[FLAGS_MAX];
    struct {
        size_t from, to; /* affixes of the flag */
        bool crossing;   /* prefixes among them that go with suffixes */
    } range[FLAGS_MAX];
    size_t n;
    bool base; /* the stem is a word itself */
};

static bool read_entry(struct speller *s, struct text line, struct entry *e)
{
    struct text f[FIELDS_MAX], flags = { "", 0 };
    uint32_t flag;
    size_t i = 0;

    if (split(line, f) == 0)
        return false;
    const char *slash = memchr(f[0].ptr, '/', f[0].len);

    if (slash != NULL) {
        const size_t len = (size_t)(slash - f[0].ptr);

        flags = (struct text){ slash + 1, f[0].len - len - 1 };
        f[0].len = len;
    }
    *e = (struct entry){ .stem = to_utf8(s, f[0]), .base = true };
    if (s->alias_count > 0 && flags.len > 0) {
        size_t number = 0;

        for (size_t k = 0; k < flags.len && ascii_digit(flags.ptr[k]); k++)
            number = number * 10 + (size_t)(flags.ptr[k] - '0');
        flags = number >= 1 && number <= s->alias_count
                    ? s->aliases[number - 1]
                    : (struct text){ "", 0 };
    }
    while (e->n < FLAGS_MAX && (flag = next_flag(s, flags, &i)) != 0) {
        if (flag == s->forbidden || flag == s->only_in_compound)
            return false;
        e->base = e->base && flag != s->need_affix;
        e->flags[e->n++] = flag;
    }
    return e->stem.len > 0;
}

/* A cheap fixed choice of `part` in 2^32 of all (a, b). */
static bool chosen(size_t a, size_t b, uint64_t part)
{
    uint64_t h = (a * 0x9e3779b97f4a7c15u) ^ (b * 0xc2b2ae3d27d4eb4fu);

    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return (h >> 32) < part;
}

static size_t count_forms(struct speller *s, const struct entry *e)
{
    size_t total = 0, from, to;

    for (size_t i = 0; i < e->n; i++) {
        affix_range(s, e->flags[i], &from, &to);
        total += to - from > SMALL_FLAG ? to - from : 0;
    }
    return total;
}

static void find_affixes(const struct speller *s, struct entry *e)
{
    for (size_t i = 0; i < e->n; i++) {
        size_t from, to;

        affix_range(s, e->flags[i], &from, &to);
        e->range[i].from = from;
        e->range[i].to = to;
        e->range[i].crossing = false;
        for (size_t k = from; k < to && !e->range[i].crossing; k++)
            e->range[i].crossing = s->affixes[k].prefix && s->affixes[k].cross;
    }
}

/* Suffixed forms once more with the entry's prefixes that allow it. */
static void cross_forms(struct speller *s, const struct entry *e,
                        struct text form, size_t nth, uint64_t part)
{
    char out[FORM_MAX];

    for (size_t i = 0; i < e->n; i++) {
        if (!e->range[i].crossing)
            continue;
        for (size_t k = e->range[i].from; k < e->range[i].to; k++)
            if (s->affixes[k].prefix && s->affixes[k].cross &&
                chosen(nth, k, part)) {
                const struct text t = apply(&s->affixes[k], form, out);

                if (t.len > 0)
                    s->visit(s->arg, t);
            }
    }
}

static void entry_forms(struct speller *s, const struct entry *e, size_t nth,
                        uint64_t part)
{
    char out[FORM_MAX];

    if (e->base)
        s->visit(s->arg, e->stem);
    for (size_t i = 0; i < e->n; i++) {
        const size_t from = e->range[i].from, to = e->range[i].to;

        for (size_t k = from; k < to; k++) {
            if (to - from > SMALL_FLAG && !chosen(nth, k, part))
                continue;
            const struct text t = apply(&s->affixes[k], e->stem, out);

            if (t.len == 0)
                continue;
            s->visit(s->arg, t);
            if (!s->affixes[k].prefix && s->affixes[k].cross)
                cross_forms(s, e, t, nth, part);
        }
    }
}

enum status hunspell_forms(struct text aff, struct text dic, size_t max_forms,
                           void (*visit)(void *arg, struct text form),
                           void *arg, struct arena *a, struct error *err)
{
    struct speller s = { .arena = a, .visit = visit, .arg = arg, .utf8 = true };
    struct entry e;
    struct text rest;
    uint64_t part = (uint64_t)1 << 32;
    size_t total = 0, nth = 0;
    enum status st = read_aff(&s, aff, err);

    if (st != ST_OK)
        return st;
    (void)next_line(&dic); /* the number of entries */
    for (rest = dic; rest.len > 0;)
        if (read_entry(&s, next_line(&rest), &e))
            total += count_forms(&s, &e);
    if (total > max_forms)
        part = (uint64_t)((double)max_forms / (double)total * 4294967296.0);
    for (rest = dic; rest.len > 0; nth++)
        if (read_entry(&s, next_line(&rest), &e)) {
            find_affixes(&s, &e);
            entry_forms(&s, &e, nth, part);
        }
    return ST_OK;
}
