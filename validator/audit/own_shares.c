/* Counts with their percentages in brackets, all of one whole: "Of the 240
 * requests, 18 failed (7.5%) and 222 passed (92.5%)". */
#include "validator/audit/own_int.h"

enum {
    PAIRS_MAX = 32,  /* of one paragraph or list */
    WHOLES_MAX = 64, /* counts in it that may be the whole */
    GAP_MAX = 48,    /* bytes between a count and its percentage */
    TAIL_MAX = 24    /* bytes to the bracket that closes */
};

struct pair {
    uint32_t part, share; /* indices of w->out */
    uint32_t whole;       /* said to be its whole, "of 240"; FACT_NONE */
    bool sure;            /* of no other number, then */
};

struct scope {
    struct work *w;
    struct pair pairs[PAIRS_MAX];
    uint32_t count;
    uint32_t wholes[WHOLES_MAX]; /* indices of w->out */
    uint32_t whole_count;
};

static struct text between(const struct work *w, uint32_t a, uint32_t b)
{
    const size_t from = span_end(w->out[a].claim.span);
    const size_t to = w->out[b].claim.span.off;

    return from > to ? (struct text){ "", 0 }
                     : text_sub(w->report->bytes, span_between(from, to));
}

/* A count or another amount that can be a part or a whole. */
static bool is_amount(const struct work *w, const struct claim *c)
{
    return c->unit.den == 0 && !dim_is(w, c->unit, "fraction") &&
           !dim_is(w, c->unit, "ratio") && !dim_is(w, c->unit, "points") &&
           (c->form == FORM_DIGITS || /* "three of the ten" */
            (c->form == FORM_WORDS &&
             (c->role == ROLE_PART || c->role == ROLE_WHOLE))) &&
           (c->exempt == EXEMPT_NO || /* "of 120 questions" */
            (c->exempt == EXEMPT_OUTLINE && c->role == ROLE_WHOLE)) &&
           c->cmp == CMP_NONE && !c->approx && !c->scaled;
}

/* An opening bracket right before the number, and words before that. */
static bool opens(struct text t)
{
    size_t n = t.len;

    while (n > 0 &&
           (t.ptr[n - 1] == '*' || t.ptr[n - 1] == '~' || t.ptr[n - 1] == ' '))
        n--;
    if (t.len > GAP_MAX || n == 0 || t.ptr[n - 1] != '(')
        return false;
    for (size_t i = 0; i + 1 < n; i++)
        if (!ascii_alnum(t.ptr[i]) && t.ptr[i] != ' ' && t.ptr[i] != '*' &&
            t.ptr[i] != '`' && t.ptr[i] != '-' &&
            (unsigned char)t.ptr[i] < 0x80)
            return false;
    return true;
}

/* ")" or " of the total)" behind the percentage. */
static bool closes(const struct work *w, uint32_t i)
{
    const struct text bytes = w->report->bytes;
    const size_t end = span_end(w->out[i].claim.span);

    for (size_t k = end; k < bytes.len && k < end + TAIL_MAX; k++) {
        if (bytes.ptr[k] == ')')
            return k == end ||
                   text_has_word(text_sub(bytes, span_between(end, k)),
                                 "total") ||
                   text_has_word(text_sub(bytes, span_between(end, k)), "all");
        if (!ascii_alpha(bytes.ptr[k]) && bytes.ptr[k] != ' ')
            return false;
    }
    return false;
}

static bool is_share(const struct work *w, uint32_t i)
{
    const struct claim *c = &w->out[i].claim;

    return c->exempt == EXEMPT_NO && c->role == ROLE_ALONE && !c->is_signed &&
           c->form == FORM_DIGITS && dim_is(w, c->unit, "fraction") &&
           closes(w, i);
}

/* "rose to 52 (30%)": no share of a whole. */
static bool changes_to(const struct work *w, uint32_t i)
{
    const size_t off = w->out[i].claim.span.off;
    const size_t from = off > 16 ? off - 16 : 0;
    const struct text t = text_sub(w->report->bytes, span_between(from, off));

    return text_has_word(t, "to") || text_has_word(t, "by") ||
           text_has_word(t, "from") || text_has_word(t, "vs");
}

/* "Of the 240": the number that a sentence begins with. */
static bool begins_of(const struct work *w, uint32_t i)
{
    static const char *const leads[] = {
        "of",       "of the",   "of all",        "out of",
        "of these", "of those", "out of the",    "of a total of",
        "von",      "von den",  "von insgesamt", "de",
        "de los",   "de las",   "sur",           "из"
    };
    const struct text bytes = w->report->bytes;
    const struct block *b = &w->report->doc.blocks[w->out[i].block];
    const size_t off = w->out[i].claim.span.off;
    size_t from = off;
    struct text t;

    while (from > b->span.off && off - from < TAIL_MAX &&
           (ascii_alpha(bytes.ptr[from - 1]) || bytes.ptr[from - 1] == ' ' ||
            bytes.ptr[from - 1] == '*' ||
            (unsigned char)bytes.ptr[from - 1] >= 0x80))
        from--;
    t = text_trim(text_sub(bytes, span_between(from, off)));
    while (t.len > 0 && t.ptr[0] == '*') {
        t.ptr++;
        t.len--;
    }
    for (size_t k = 0; k < sizeof(leads) / sizeof(*leads); k++)
        if (text_is_icase(text_trim(t), leads[k]))
            return true;
    return false;
}

static bool sentence_ends(struct text t)
{
    for (size_t i = 0; i + 1 < t.len; i++)
        if (t.ptr[i] == '.' && ascii_space(t.ptr[i + 1]))
            return true;
    return false;
}

static void add_pair(struct scope *s, uint32_t part, uint32_t share,
                     uint32_t whole, bool sure)
{
    if (s->count < PAIRS_MAX)
        s->pairs[s->count++] = (struct pair){ part, share, whole, sure };
}

/* The amount before the last one read. */
static uint32_t last_whole(const struct scope *s)
{
    return s->whole_count < 2 ? FACT_NONE : s->wholes[s->whole_count - 2];
}

/* "48 layers, 32 of which (66.7%)" */
static bool of_which(const struct scope *s, uint32_t from, uint32_t i)
{
    const struct text t = between(s->w, i, i + 1);

    return text_has_word(t, "of") &&
           (text_has_word(t, "which") || text_has_word(t, "them")) &&
           last_whole(s) != FACT_NONE && last_whole(s) >= from &&
           (text_has_word(t, "them") ||
            !sentence_ends(between(s->w, last_whole(s), i)));
}

/* Claims [from, to) of one block. */
static void read_block(struct scope *s, uint32_t from, uint32_t to)
{
    const struct work *w = s->w;
    uint32_t of = FACT_NONE;

    for (uint32_t i = from; i < to; i++) {
        const struct claim *c = &w->out[i].claim;

        if (of != FACT_NONE && sentence_ends(between(w, i - 1, i)))
            of = FACT_NONE;
        if (!is_amount(w, c))
            continue;
        if (s->whole_count < WHOLES_MAX)
            s->wholes[s->whole_count++] = i;
        if (c->role == ROLE_PART && i + 2 < to &&
            w->out[i + 1].claim.role == ROLE_WHOLE &&
            is_amount(w, &w->out[i + 1].claim) && is_share(w, i + 2) &&
            opens(between(w, i + 1, i + 2)))
            add_pair(s, i, i + 2, i + 1, true);
        else if (c->role == ROLE_ALONE && i + 1 < to && is_share(w, i + 1) &&
                 opens(between(w, i, i + 1)) && !changes_to(w, i))
            add_pair(s, i, i + 1, of_which(s, from, i) ? last_whole(s) : of,
                     false);
        else if (c->role == ROLE_ALONE && begins_of(w, i))
            of = i;
    }
}

/* Both are counts, or of one dimension. */
static bool alike(const struct work *w, const struct claim *a,
                  const struct claim *b)
{
    const bool count = unit_none(a->unit) || units_is_count(w->units, a->unit);

    return count ? unit_none(b->unit) || units_is_count(w->units, b->unit)
                 : units_dim(w->units, a->unit) == units_dim(w->units, b->unit);
}

static struct band band_at(const struct scope *s, uint32_t i)
{
    return band_of(s->w, &s->w->out[i].claim, false);
}

static struct band share_of(const struct scope *s, const struct pair *p,
                            struct band whole)
{
    return band_mul(band_div(band_at(s, p->part), whole),
                    band_exact(decimal_from_int(100)));
}

static bool fits(const struct scope *s, const struct pair *p, struct band whole)
{
    const struct band share = share_of(s, p, whole);

    return !share.any &&
           band_fits(s->w, &s->w->out[p->share].claim, share, true);
}

/* The whole number k of the scope, or of all parts together. */
struct whole {
    struct band value;
    uint32_t claim; /* FACT_NONE: the sum */
};

/* False: it is none for this pair. */
static bool whole_for(const struct scope *s, const struct pair *p, uint32_t k,
                      struct whole *out)
{
    const struct claim *part = &s->w->out[p->part].claim;

    if (k < s->whole_count) {
        *out = (struct whole){ band_at(s, s->wholes[k]), s->wholes[k] };
        return s->wholes[k] != p->part &&
               alike(s->w, part, &s->w->out[s->wholes[k]].claim);
    }
    *out = (struct whole){ band_exact(decimal_from_int(0)), FACT_NONE };
    for (uint32_t i = 0; i < s->count; i++) {
        if (!alike(s->w, part, &s->w->out[s->pairs[i].part].claim))
            return false;
        out->value = band_add(out->value, band_at(s, s->pairs[i].part));
    }
    return s->count > 1;
}

static bool two_digits(const struct claim *c)
{
    return c->value.last < 0 ||
           decimal_cmp(c->value, decimal_from_int(10)) >= 0;
}

/* How many of the pairs the whole explains; only shares of two digits count. */
static uint32_t votes(const struct scope *s, uint32_t k)
{
    struct whole whole;
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->count; i++)
        n += two_digits(&s->w->out[s->pairs[i].share].claim) &&
             whole_for(s, &s->pairs[i], k, &whole) &&
             fits(s, &s->pairs[i], whole.value);
    return n;
}

/* The parts with a percentage make up the whole. */
static bool made_up(const struct scope *s, uint32_t k)
{
    struct whole sum, whole;

    return s->count > 1 && whole_for(s, &s->pairs[0], k, &whole) &&
           whole_for(s, &s->pairs[0], s->whole_count, &sum) &&
           decimal_cmp(sum.value.low, whole.value.high) <= 0 &&
           decimal_cmp(sum.value.high, whole.value.low) >= 0;
}

static void say(struct scope *s, const struct pair *p, const struct whole *of,
                bool right)
{
    struct work *w = s->w;
    const struct claim *c = &w->out[p->share].claim;
    const struct comparison how = { .formula = "share",
                                    .value = share_of(s, p, of->value),
                                    .raw = true };
    const uint32_t operands[] = { p->part, of->claim };
    char x[DECIMAL_TEXT_MAX], y[DECIMAL_TEXT_MAX];
    const char *t;

    decimal_format(x, w->out[p->part].claim.value);
    decimal_format(y, of->claim != FACT_NONE ? w->out[of->claim].claim.value
                                             : band_middle(of->value));
    t = arena_printf(w->a, "%s / %s", x, y);
    own_say(w, p->share, right,
            right ? "the share of its count"
                  : "not the share that its count is",
            t == NULL ? (struct text){ "", 0 } : text_from(t),
            compare_text(w, c, &how), operands, of->claim != FACT_NONE ? 2 : 1);
}

/* "Total: 51.97 s" */
static bool is_total(const struct work *w, uint32_t i)
{
    enum { LABEL = 24 };
    const size_t from = w->report->doc.blocks[w->out[i].block].span.off;
    const size_t to = w->out[i].claim.span.off;
    char lower[LABEL];
    size_t n = 0;

    if (to < from || to - from > LABEL)
        return false;
    for (size_t k = from; k < to; k++)
        lower[n++] = ascii_lower(w->report->bytes.ptr[k]);
    return text_has_word((struct text){ lower, n }, "total");
}

/* The whole that two pairs or more are of, or that all parts make up; false:
 * none. */
static bool common_whole(const struct scope *s, uint32_t *whole)
{
    uint32_t most = 1;

    for (uint32_t k = 0; k <= s->whole_count; k++) {
        const uint32_t n = votes(s, k);

        if (n > most) {
            most = n;
            *whole = k;
        }
    }
    for (uint32_t k = 0; most < 2 && k < s->whole_count; k++)
        if ((made_up(s, k) || is_total(s->w, s->wholes[k])) &&
            votes(s, k) > 0) {
            most = 2;
            *whole = k;
        }
    return most >= 2;
}

static bool fits_any(const struct scope *s, const struct pair *p,
                     struct whole *of)
{
    for (uint32_t k = 0; k <= s->whole_count; k++)
        if (whole_for(s, p, k, of) && fits(s, p, of->value))
            return true;
    return false;
}

static void judge_pair(struct scope *s, const struct pair *p, bool voted,
                       uint32_t common)
{
    const struct judged *j = &s->w->out[p->share];
    const bool said = p->whole != FACT_NONE;
    struct whole of = { .claim = p->whole };

    if (j->verdict == CLAIM_DERIVED || claim_flagged(j->verdict) ||
        claim_flagged(s->w->out[p->part].verdict))
        return;
    if (said)
        of.value = band_at(s, p->whole);
    if (p->sure ? fits(s, p, of.value) : fits_any(s, p, &of)) {
        say(s, p, &of, true);
        return;
    }
    if (said)
        of = (struct whole){ band_at(s, p->whole), p->whole };
    if ((!said || !p->sure) && voted && !whole_for(s, p, common, &of))
        return;
    if ((said || voted) &&
        decimal_cmp(band_at(s, p->part).low, of.value.high) <= 0)
        say(s, p, &of, false);
}

static void judge(struct scope *s)
{
    uint32_t common = 0;
    const bool voted = common_whole(s, &common);

    for (uint32_t i = 0; i < s->count; i++)
        judge_pair(s, &s->pairs[i], voted, common);
}

static bool in_list(const struct doc *d, uint32_t i)
{
    return i < d->block_count && d->blocks[i].role == BLOCK_LIST_ITEM;
}

void own_shares(struct work *w)
{
    const struct doc *d = &w->report->doc;
    struct scope s = { .w = w };

    for (uint32_t i = 0, end; i < w->count; i = end) {
        const uint32_t block = w->out[i].block;
        const enum block_role role = d->blocks[block].role;

        /* the paragraph above a list is of its scope, for its wholes */
        if (!in_list(d, block))
            s.count = s.whole_count = 0;
        for (end = i; end < w->count && w->out[end].block == block;)
            end++;
        if (role != BLOCK_PARAGRAPH && role != BLOCK_LIST_ITEM)
            continue;
        read_block(&s, i, end);
        if (s.count > 0 && !(in_list(d, block) && end < w->count &&
                             in_list(d, w->out[end].block) &&
                             w->out[end].block <= block + 2)) {
            judge(&s);
            s.count = s.whole_count = 0;
        }
    }
}
