#include "validator/base/units.h"

#include <stdlib.h>

#include "validator/base/units_int.h"

enum {
    HEADER_WORDS_MAX = 16,
    HEADER_TAIL_MAX = 4 /* words of a header that may name its unit */
};

static unsigned char lower_byte(char c)
{
    return (unsigned char)ascii_lower(c);
}

void units_free(struct units *u)
{
    if (u == NULL)
        return;
    arena_free(u->arena);
    free(u);
}

uint16_t unit_by_id(const struct units *u, struct text id)
{
    for (size_t i = 1; i < u->unit_count; i++)
        if (text_eq(unit_text(u, u->units[i].id), id))
            return (uint16_t)i;
    return 0;
}

/* matching */

/* A unit that ends in a letter or digit must not run on into another. */
static bool ends_word(struct text t, size_t len)
{
    return len == t.len || !ascii_alnum(t.ptr[len - 1]) ||
           (!ascii_alnum(t.ptr[len]) && t.ptr[len] != '_');
}

/* Length matched, with a plural "s" for words; 0: no. */
static size_t spelling_here(const struct units *u, const struct spelling *s,
                            struct text t)
{
    const char *const p = u->text + s->s.at;
    const size_t n = s->s.len;

    if (n > t.len)
        return 0;
    if (!s->word)
        return memcmp(p, t.ptr, n) == 0 && ends_word(t, n) ? n : 0;
    for (size_t i = 0; i < n; i++)
        if (ascii_lower(t.ptr[i]) != p[i])
            return 0;
    if (ends_word(t, n))
        return n;
    if (n + 2 <= t.len && ascii_lower(t.ptr[n]) == 'e' &&
        ascii_lower(t.ptr[n + 1]) == 's' && ends_word(t, n + 2))
        return n + 2;
    return ascii_lower(t.ptr[n]) == 's' && ends_word(t, n + 1) ? n + 1 : 0;
}

/* The first spelling of [lo, hi), of one first byte, whose second one is not
 * before `second`. */
static size_t from_second(const struct spellings *in, size_t lo, size_t hi,
                          unsigned char second)
{
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (in->at[mid].second < second)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct matching {
    struct text t;
    bool spaced, glued_only_ok;
    size_t best; /* bytes matched; 0: none yet */
    struct unit_ref ref;
};

/* The longest of the spellings [lo, hi) that have this second byte; the longest
 * of them stand first. */
static void match_among(const struct units *u, size_t lo, size_t hi,
                        unsigned char second, struct matching *m)
{
    const struct spellings *in = &u->in[IN_TEXT];
    const unsigned char third = m->t.len > 2 ? lower_byte(m->t.ptr[2]) : 0;

    for (size_t i = lo; i < hi && in->at[i].second == second; i++) {
        const struct spelling *s = &in->at[i];
        size_t n;

        if (s->s.len + 2 <= m->best)
            break; /* the rest is shorter, plural or not */
        if (s->third != third && s->third != 0)
            continue;
        if ((s->tight && m->spaced) ||
            (s->loose && !m->spaced && !m->glued_only_ok))
            continue;
        n = spelling_here(u, s, m->t);
        if (n > m->best) {
            m->best = n;
            m->ref = s->ref;
        }
    }
}

static size_t match_simple(const struct units *u, struct text t, bool spaced,
                           bool glued_only_ok, struct unit_ref *out)
{
    const struct spellings *in = &u->in[IN_TEXT];
    struct matching m = { t, spaced, glued_only_ok, 0, { 0, 0, 0 } };
    size_t lo, hi;

    if (t.len == 0)
        return 0;
    lo = in->first[lower_byte(t.ptr[0])];
    hi = in->first[lower_byte(t.ptr[0]) + 1];
    if (t.len > 1 && t.ptr[1] != '\0') {
        const unsigned char second = lower_byte(t.ptr[1]);

        match_among(u, from_second(in, lo, hi, second), hi, second, &m);
    }
    match_among(u, lo, hi, 0, &m);
    if (m.best > 0)
        *out = m.ref;
    return m.best;
}

static size_t skip_space(struct text t, size_t i)
{
    while (i < t.len && (t.ptr[i] == ' ' || t.ptr[i] == '\t'))
        i++;
    return i;
}

static struct text from(struct text t, size_t i)
{
    return (struct text){ t.ptr + i, t.len - i };
}

static size_t match_word(struct text t, const char *word)
{
    const size_t n = strlen(word);

    return n <= t.len && ascii_lower(t.ptr[0]) == ascii_lower(word[0]) &&
                   text_eq_icase((struct text){ t.ptr, n }, text_from(word)) &&
                   ends_word(t, n)
               ? n
               : 0;
}

/* "million", "1M", "1K", "1,000": the power of ten in front of a divisor. */
static size_t match_power(struct text t, int8_t *exp)
{
    static const struct {
        const char *s;
        int8_t exp;
    } powers[] = {
        { "1,000,000", 6 }, { "1000000", 6 },  { "1 million", 6 },
        { "million", 6 },   { "1M", 6 },       { "1,000", 3 },
        { "1000", 3 },      { "thousand", 3 }, { "1K", 3 },
        { "1k", 3 },        { "hundred", 2 },  { "100", 2 },
        { "billion", 9 },   { "1B", 9 },
    };

    if (t.len == 0 || strchr("1mthb", ascii_lower(t.ptr[0])) == NULL)
        return 0;
    for (size_t i = 0; i < sizeof(powers) / sizeof(*powers); i++) {
        const size_t n = match_word(t, powers[i].s);

        if (n > 0) {
            *exp = powers[i].exp;
            return n;
        }
    }
    return 0;
}

/* "/", "-per", and behind a space "per", or "a" when something is divided;
 * 0: none. */
static size_t match_over(struct text t, bool spaced, bool divided)
{
    /* German, Spanish, French, Russian */
    static const char *const others[] = { "pro", "por", "par", "в" };
    size_t n;

    if (t.len > 0 && t.ptr[0] == '/')
        return 1;
    if (t.len > 0 && t.ptr[0] == '-')
        return match_word(from(t, 1), "per") > 0 ? 4 : 0;
    if (!spaced || t.len == 0 ||
        (lower_byte(t.ptr[0]) != 'p' && lower_byte(t.ptr[0]) != 'a' &&
         t.ptr[0] != others[3][0]))
        return 0; /* as most words: none of them begins so */
    n = match_word(t, "per");
    for (size_t i = 0; n == 0 && i < sizeof(others) / sizeof(*others); i++)
        n = match_word(t, others[i]);
    if (n == 0 && divided)
        n = match_word(t, "an");
    return n == 0 && divided ? match_word(t, "a") : n;
}

/* "/s", " per second", "/1M tokens" behind a numerator; 0: none. */
static size_t match_divisor(const struct units *u, struct text t,
                            struct unit_ref *ref)
{
    size_t i = skip_space(t, 0), n;
    struct unit_ref den;
    int8_t exp = 0;

    n = match_over(from(t, i), i > 0, ref->num != 0);
    if (n == 0)
        return 0;
    i += n;
    if (i < t.len && (t.ptr[i] == '-' || t.ptr[i] == ' '))
        i++;
    i = skip_space(t, i);
    n = match_power(from(t, i), &exp);
    if (n > 0)
        i = skip_space(t, i + n);
    n = match_simple(u, from(t, i), true, true, &den);
    if (n == 0 || den.den != 0)
        return 0;
    ref->den = den.num;
    ref->den_exp = exp;
    return i + n;
}

size_t units_match(const struct units *u, struct text t, bool spaced,
                   struct unit_ref *out)
{
    struct unit_ref ref = { 0, 0, 0 };
    const size_t n = match_simple(u, t, spaced, false, &ref);

    if (n == 0)
        return 0;
    *out = ref;
    if (ref.den == 0) {
        const size_t d = match_divisor(u, from(t, n), &ref);

        if (d > 0) {
            *out = ref;
            return n + d;
        }
    }
    return n;
}

size_t units_match_before(const struct units *u, struct text t,
                          struct unit_ref *out)
{
    const struct spellings *in = &u->in[BEFORE];
    size_t end = t.len, best = 0;

    while (end > 0 && t.len - end < 2 && t.ptr[end - 1] == ' ')
        end--;
    if (end == 0 || !u->ends_before[(unsigned char)t.ptr[end - 1]] ||
        (ascii_alnum(t.ptr[end - 1]) && end == t.len))
        return 0;
    for (size_t i = 0; i < in->count; i++) {
        const struct text s = unit_text(u, in->at[i].s);

        if (s.ptr[s.len - 1] != t.ptr[end - 1] || s.len > end ||
            s.len <= best || memcmp(t.ptr + end - s.len, s.ptr, s.len) != 0)
            continue;
        if (s.len < end && ascii_alpha(s.ptr[0]) &&
            ascii_alnum(t.ptr[end - s.len - 1]))
            continue;
        best = s.len;
        *out = in->at[i].ref;
    }
    return best == 0 ? 0 : best + (t.len - end);
}

/* headers */

struct words {
    struct span at[HEADER_WORDS_MAX];
    size_t count;
};

static bool header_letter(char c)
{
    return ascii_alnum(c) || (unsigned char)c >= 0x80 || c == '%';
}

/* Words of a header or key: split at what is no letter or digit and where
 * camelCase humps. The last HEADER_WORDS_MAX are kept. */
static void header_words(struct text h, struct words *w)
{
    size_t i = 0;

    w->count = 0;
    while (i < h.len) {
        size_t start;

        while (i < h.len && !header_letter(h.ptr[i]))
            i++;
        start = i;
        while (i < h.len && header_letter(h.ptr[i]) &&
               !(i > start && h.ptr[i] >= 'A' && h.ptr[i] <= 'Z' &&
                 h.ptr[i - 1] >= 'a' && h.ptr[i - 1] <= 'z'))
            i++;
        if (i == start)
            break;
        if (w->count == HEADER_WORDS_MAX) {
            memmove(w->at, w->at + 1, (HEADER_WORDS_MAX - 1) * sizeof(*w->at));
            w->count--;
        }
        w->at[w->count++] = span_between(start, i);
    }
}

/* The lower-case words [a, b) joined by one space each; 0: too long. */
static size_t joined(struct text h, const struct words *w, size_t a, size_t b,
                     char out[SPELLING_MAX + 1])
{
    size_t n = 0;

    for (size_t i = a; i < b; i++) {
        const struct text word = text_sub(h, w->at[i]);

        if (n + word.len + 1 > SPELLING_MAX)
            return 0;
        if (i > a)
            out[n++] = ' ';
        for (size_t k = 0; k < word.len; k++)
            out[n++] = ascii_lower(word.ptr[k]);
    }
    return n;
}

static bool header_unit(const struct units *u, struct text word,
                        struct unit_ref *out)
{
    const struct spellings *in = &u->in[IN_HEADER];
    unsigned char c, second;

    if (word.len == 0)
        return false;
    c = lower_byte(word.ptr[0]);
    second = word.len > 1 ? lower_byte(word.ptr[1]) : 0;
    for (size_t i = in->first[c]; i < in->first[c + 1]; i++) {
        const struct spelling *s = &in->at[i];

        if ((s->second != second && s->second != 0) || s->s.len > word.len ||
            s->s.len + 2 < word.len)
            continue; /* nor with a plural's "es" */
        if (text_eq(unit_text(u, s->s), word) ||
            (s->word && spelling_here(u, s, word) == word.len)) {
            *out = s->ref;
            return true;
        }
    }
    return false;
}

static bool is_time(const struct units *u, struct unit_ref r)
{
    return r.den == 0 && text_eq(units_dim_name(u, r.num), TEXT_LIT("time"));
}

/* Words that say which figure a column holds, not in what unit. */
static bool statistic_word(struct text w)
{
    static const char *const words[] = {
        "mean", "avg",     "average", "median", "min",   "max",
        "std",  "stdev",   "stddev",  "sd",     "var",   "total",
        "sum",  "minimum", "maximum", "last",   "best",  "worst",
        "peak", "cv",      "value",   "diff",   "delta",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_is_icase(w, words[i]))
            return true;
    return w.len >= 2 && w.len <= 5 && ascii_lower(w.ptr[0]) == 'p' &&
           ascii_digit(w.ptr[1]);
}

/* "yield_t_ha", "pm25_ug_m3", "co2_g_km": two symbols, the lower one of more
 * than a letter, as if a slash stood between. */
static bool pair_unit(const struct units *u, struct text num, struct text den,
                      struct unit_ref *out)
{
    char s[2 * SPELLING_MAX + 1];
    const size_t n = num.len + 1 + den.len;
    struct unit_ref ref = { 0, 0, 0 };

    if (den.len < 2 || num.len > SPELLING_MAX || den.len > SPELLING_MAX)
        return false;
    memcpy(s, num.ptr, num.len);
    s[num.len] = '/';
    memcpy(s + num.len + 1, den.ptr, den.len);
    if (units_match(u, (struct text){ s, n }, true, &ref) != n ||
        ref.den == 0 || u->dims[u->units[ref.num].dim].count ||
        is_time(u, (struct unit_ref){ ref.num, 0, 0 }) ||
        is_time(u, (struct unit_ref){ ref.den, 0, 0 }) ||
        text_eq(units_dim_name(u, ref.num), TEXT_LIT("ratio")))
        return false;
    *out = ref;
    return true;
}

/* Words [a, b) as one unit: a spelling, "x per y", "x y" with y a time. */
static bool words_unit(const struct units *u, struct text h,
                       const struct words *w, size_t a, size_t b,
                       struct unit_ref *out)
{
    char s[SPELLING_MAX + 1];
    struct unit_ref num, den;
    const size_t whole = joined(h, w, a, b, s);
    size_t last = b - 1;

    if (header_unit(u, (struct text){ s, whole }, out))
        return true;
    if (b - a < 2 || b - a > 3)
        return false;
    if (b - a == 2 &&
        pair_unit(u, text_sub(h, w->at[a]), text_sub(h, w->at[last]), out))
        return true;
    if (b - a == 3) {
        const struct text mid = text_sub(h, w->at[a + 1]);

        if (!text_eq_icase(mid, TEXT_LIT("per")) &&
            !text_eq_icase(mid, TEXT_LIT("p")))
            return false;
    }
    if (!header_unit(u, (struct text){ s, joined(h, w, a, a + 1, s) }, &num) ||
        !header_unit(u, (struct text){ s, joined(h, w, last, b, s) }, &den))
        return false;
    if (num.den != 0 || den.den != 0 || is_time(u, num) ||
        (b - a == 2 &&
         (!is_time(u, den) ||
          w->at[a].len == 1))) /* "x_ms": the letter is its name */
        return false;
    *out = (struct unit_ref){ num.num, den.num, 0 };
    return true;
}

/* The unit in brackets, behind a comma, or with a slash: read as in text. */
static bool bracket_unit(const struct units *u, struct text h,
                         struct unit_ref *out, struct span *at)
{
    size_t open = h.len, close;

    for (size_t i = 0; i < h.len; i++)
        if (h.ptr[i] == '(' || h.ptr[i] == '[' || h.ptr[i] == ',')
            open = i + 1;
    if (open >= h.len)
        open = 0;
    open = skip_space(h, open);
    close = open;
    while (close < h.len && h.ptr[close] != ')' && h.ptr[close] != ']')
        close++;
    while (close > open && h.ptr[close - 1] == ' ')
        close--;
    *at = span_between(open, close);
    return at->len > 0 &&
           units_match(u, text_sub(h, *at), true, out) == at->len;
}

/* "Throughput tok/s": the last chunk, when it holds a slash or is a sign. */
static bool chunk_unit(const struct units *u, struct text h,
                       struct unit_ref *out, struct span *at)
{
    size_t start = h.len;
    bool sign = false;

    while (start > 0 && !ascii_space(h.ptr[start - 1]) &&
           h.ptr[start - 1] != '_') {
        start--;
        sign = sign || h.ptr[start] == '/' || h.ptr[start] == '%' ||
               (unsigned char)h.ptr[start] >= 0x80;
    }
    *at = span_between(start, h.len);
    return sign && units_match(u, text_sub(h, *at), true, out) == at->len;
}

/* "downtime_min", "mean_trip_min": minutes, for a time or another statistic is
 * named as well; "latency_min" is a minimum. */
static bool in_minutes(struct text h, const struct words *w)
{
    static const char *const times[] = { "time",    "downtime", "uptime",
                                         "runtime", "duration", "elapsed",
                                         "wait",    "delay",    "trip",
                                         "travel",  "playtime", "outage",
                                         "setup",   "recovery" };

    if (w->count < 2 ||
        !text_eq_icase(text_sub(h, w->at[w->count - 1]), TEXT_LIT("min")))
        return false;
    for (size_t i = 0; i + 1 < w->count; i++) {
        const struct text word = text_sub(h, w->at[i]);

        if (statistic_word(word))
            return true;
        for (size_t k = 0; k < sizeof(times) / sizeof(*times); k++)
            if (text_is_icase(word, times[k]))
                return true;
    }
    return false;
}

/* "records_per_second": a rate of what has no unit, no time. */
static bool behind_per(struct text h, const struct words *w, size_t first)
{
    return text_eq_icase(text_sub(h, w->at[first]), TEXT_LIT("per")) ||
           (first > 0 &&
            text_eq_icase(text_sub(h, w->at[first - 1]), TEXT_LIT("per")));
}

bool units_of_header(const struct units *u, struct text header,
                     struct unit_ref *out, struct span *at)
{
    struct text h = header;
    struct unit_ref unit;
    struct span where;
    struct words w;
    size_t end;

    while (h.len > 0 && (ascii_space(h.ptr[h.len - 1]) ||
                         h.ptr[h.len - 1] == '*' || h.ptr[h.len - 1] == ':'))
        h.len--;
    if (at == NULL)
        at = &where;
    /* "Value(s)" is a plural, "Load (s)" a unit. */
    if (h.len > 3 && text_ends(h, TEXT_LIT("(s)")) &&
        ascii_alpha(h.ptr[h.len - 4]))
        h.len -= 3;
    if (bracket_unit(u, h, out, at) || chunk_unit(u, h, out, at))
        return true;
    header_words(h, &w);
    if (in_minutes(h, &w) && header_unit(u, TEXT_LIT("mins"), out)) {
        *at = w.at[w.count - 1];
        return true;
    }
    end = w.count;
    while (end > 1 && statistic_word(text_sub(h, w.at[end - 1])))
        end--;
    for (size_t k = HEADER_TAIL_MAX; k >= 1; k--)
        if (k <= end && words_unit(u, h, &w, end - k, end, &unit)) {
            if (unit.den == 0 && behind_per(h, &w, end - k))
                return false;
            *out = unit;
            *at = span_join(w.at[end - k], w.at[end - 1]);
            return true;
        }
    return false;
}

/* names and arithmetic */

/* Behind the n bytes of out; an id takes a third of it at most. */
static size_t append(char out[UNIT_NAME_MAX], size_t n, struct text t)
{
    if (t.len < UNIT_NAME_MAX - n) {
        memcpy(out + n, t.ptr, t.len);
        n += t.len;
    }
    return n;
}

size_t units_name(const struct units *u, struct unit_ref r,
                  char out[UNIT_NAME_MAX])
{
    static const char *const powers[] = { "", "10", "100", "1K" };
    const struct text num = unit_text(u, u->units[r.num].id);
    const struct text den = unit_text(u, u->units[r.den].id);
    const char *power = r.den_exp == 6                    ? "1M"
                        : r.den_exp == 9                  ? "1B"
                        : r.den_exp >= 0 && r.den_exp < 4 ? powers[r.den_exp]
                                                          : "";
    size_t n = append(out, 0, num);

    if (r.den != 0) {
        n = append(out, n, TEXT_LIT("/"));
        n = append(out, n, text_from(power));
        if (*power != '\0')
            n = append(out, n, TEXT_LIT(" "));
        n = append(out, n, den);
    }
    out[n] = '\0';
    return n;
}

bool units_find(const struct units *u, struct text name, struct unit_ref *out)
{
    size_t slash = 0;

    *out = (struct unit_ref){ unit_by_id(u, name), 0, 0 };
    if (out->num != 0)
        return true;
    while (slash < name.len && name.ptr[slash] != '/')
        slash++;
    if (slash == name.len)
        return units_match(u, name, true, out) == name.len;
    out->num = unit_by_id(u, (struct text){ name.ptr, slash });
    out->den = unit_by_id(u, from(name, slash + 1));
    return (out->num != 0 && out->den != 0) ||
           units_match(u, name, true, out) == name.len;
}

uint32_t units_dim(const struct units *u, struct unit_ref r)
{
    const uint32_t num = u->units[r.num].dim;

    return r.den == 0 ? num : num | (uint32_t)u->units[r.den].dim << 16;
}

struct text units_dim_name(const struct units *u, uint16_t unit)
{
    return unit_text(u, u->dims[u->units[unit].dim].id);
}

bool units_is_count(const struct units *u, struct unit_ref r)
{
    return u->dims[u->units[r.num].dim].count;
}

bool units_has_binary(const struct units *u, struct unit_ref r)
{
    return u->units[r.num].has_alt || u->units[r.den].has_alt;
}

static struct decimal factor_in(const struct unit *unit, enum unit_convention c)
{
    return c == UNIT_BINARY && unit->has_alt ? unit->alt : unit->factor;
}

struct decimal units_scale(const struct units *u, struct unit_ref r,
                           enum unit_convention c, struct decimal v)
{
    const int32_t last = v.last;

    if (r.num != 0)
        v = decimal_mul(v, factor_in(&u->units[r.num], c));
    if (r.den != 0) {
        struct decimal den = factor_in(&u->units[r.den], c);

        den.exp += r.den_exp;
        if (den.mag == 1) {
            v.exp -= den.exp;
            v.last -= den.exp;
        } else {
            v = decimal_div(v, den);
        }
    }
    v.last = last;
    return v;
}

struct decimal units_to_base(const struct units *u, struct unit_ref r,
                             enum unit_convention c, struct decimal v)
{
    const struct unit *unit = &u->units[r.num];
    struct decimal b = units_scale(u, r, c, v);

    if (r.den == 0 && unit->offset.mag != 0) {
        b = decimal_add(b, unit->offset);
        b.last = v.last;
    }
    return b;
}

double units_rough(const struct units *u, struct unit_ref r,
                   enum unit_convention c, double v)
{
    const struct unit *num = &u->units[r.num];
    struct decimal den;

    v *= num->rough[c];
    if (r.den == 0)
        return v + num->rough_offset;
    if (r.den_exp == 0)
        return v / u->units[r.den].rough[c];
    den = factor_in(&u->units[r.den], c);
    den.exp += r.den_exp;
    return v / decimal_to_double(den);
}
