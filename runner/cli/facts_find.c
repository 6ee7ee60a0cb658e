/* Where does this number come from? */
#include <stdlib.h>

#include "runner/cli/facts_int.h"

enum { ARENA_MAX = 64 << 20, FOUND_MAX = 1000 };

enum status sought_parse(struct sought *out, const struct units *u,
                         const char *text, struct error *err)
{
    const struct text t = text_trim(text_from(text));
    char digits[64];
    size_t i = 0, n = 0, space;

    *out = (struct sought){ .written = t };
    for (; i < t.len && n + 1 < sizeof(digits); i++) {
        const char c = t.ptr[i];
        const bool e = (c == 'e' || c == 'E') && i + 1 < t.len &&
                       (ascii_digit(t.ptr[i + 1]) || t.ptr[i + 1] == '-') &&
                       n > 0;

        if (c == ',')
            continue;
        if (!ascii_digit(c) && c != '.' && !e &&
            !((c == '-' || c == '+') && (i == 0 || t.ptr[i - 1] == 'e')))
            break;
        digits[n++] = c;
    }
    if (!decimal_parse((struct text){ digits, n }, &out->value))
        return error_set(err, ST_USAGE,
                         "find: want a number, with or without a unit: 15.58, "
                         "15.58ms");
    for (space = i; space < t.len && t.ptr[space] == ' ';)
        space++;
    const struct text rest = { t.ptr + space, t.len - space };

    if (rest.len > 0 && units_match(u, rest, space > i, &out->unit) != rest.len)
        return error_set(err, ST_USAGE, "find: no such unit as in \"%.40s\"",
                         text);
    return ST_OK;
}

/* One way to look, in the order in which they are shown. */
enum kind { EXACT, ROUNDED, DIGITS, SHIFTED, NEAR, KINDS };
static const struct {
    const char *id, *text;
} kinds[KINDS] = {
    [EXACT] = { "exact", "this number" },
    [ROUNDED] = { "rounded", "rounds to it" },
    [DIGITS] = { "other-unit", "the same number in another unit" },
    [SHIFTED] = { "shifted", "a factor of 10, 100 or 1000 off" },
    [NEAR] = { "near", "within 2 %" },
};

struct finder {
    const struct facts *f;
    const struct sought *s;
    struct arena *a;
    struct buf *out;
    size_t max;
    bool json, any;
    uint32_t *shown; /* ids shown before, shown_count of them */
    size_t shown_count;
};

static bool shown_before(const struct finder *x, uint32_t id)
{
    for (size_t i = 0; i < x->shown_count; i++)
        if (x->shown[i] == id)
            return true;
    return false;
}

static void print_one(struct finder *x, uint32_t id, enum kind kind)
{
    struct fact_place p;
    struct fact fact;

    if (!facts_place(x->f, id, x->a, &p))
        return;
    facts_get(x->f, id, &fact);
    if (!x->json) {
        buf_puts(x->out, "  ");
        buf_visible(x->out, p.file, 400);
        if (p.line > 0)
            buf_printf(x->out, ":%zu", p.line);
        buf_puts(x->out, "  ");
        buf_visible(x->out, p.path, 400);
        buf_puts(x->out, " = ");
        buf_visible(x->out, p.value, 100);
        buf_puts(x->out, p.unit.len > 0 ? " " : "");
        buf_visible(x->out, p.unit, 60);
        if (fact.how != HOW_NONE)
            buf_printf(x->out, "  (unit: %s)", unit_how_name[fact.how]);
        if (fact.weak != WEAK_NO)
            buf_printf(x->out, "  (no evidence: %s)",
                       fact_weak_name[fact.weak]);
        buf_putc(x->out, '\n');
        return;
    }
    buf_puts(x->out, x->any ? "," : "");
    buf_printf(x->out, "{\"match\":\"%s\",\"file\":", kinds[kind].id);
    buf_json(x->out, p.file);
    buf_printf(x->out, ",\"line\":%zu,\"path\":", p.line);
    buf_json(x->out, p.path);
    buf_puts(x->out, ",\"value\":");
    buf_json(x->out, p.value);
    buf_puts(x->out, ",\"unit\":");
    buf_json(x->out, p.unit);
    buf_printf(x->out, ",\"unit_from\":\"%s\",\"evidence\":%s}",
               unit_how_name[fact.how],
               fact.weak == WEAK_NO ? "true" : "false");
    x->any = true;
}

/* Shows what the query gives and was not shown before. */
static size_t show(struct finder *x, const struct fact_query *q, enum kind kind,
                   const struct decimal *exactly)
{
    uint32_t *ids = arena_alloc(x->a, FOUND_MAX, sizeof(*ids));
    size_t n, fresh = 0;

    if (ids == NULL) {
        buf_fail(x->out, ST_NOMEM);
        return 0;
    }
    n = facts_find(x->f, q, ids, FOUND_MAX);
    for (size_t i = 0; i < n && i < FOUND_MAX; i++) {
        struct fact fact;

        facts_get(x->f, ids[i], &fact);
        if (shown_before(x, ids[i]) ||
            (exactly != NULL && !decimal_eq(fact.value, *exactly)))
            continue;
        if (fresh++ == 0 && !x->json)
            buf_printf(x->out, "%s:\n", kinds[kind].text);
        if (fresh > x->max)
            continue;
        if (x->shown_count < FOUND_MAX)
            x->shown[x->shown_count++] = ids[i];
        print_one(x, ids[i], kind);
    }
    if (fresh > x->max && !x->json)
        buf_printf(x->out, "  and %zu more\n", fresh - x->max);
    return fresh;
}

/* value * (1 -+ width), in the scope of the query. */
static void around(const struct finder *x, struct fact_query *q,
                   struct decimal low, struct decimal high)
{
    if (q->scope == SCOPE_DIM) {
        low = units_to_base(facts_units(x->f), q->unit, UNIT_SI, low);
        high = units_to_base(facts_units(x->f), q->unit, UNIT_SI, high);
    }
    q->low = decimal_cmp(low, high) <= 0 ? low : high;
    q->high = decimal_cmp(low, high) <= 0 ? high : low;
}

static size_t show_shifted(struct finder *x, struct fact_query q)
{
    static const int shifts[] = { -3, -2, -1, 1, 2, 3 };
    const struct decimal half = { .mag = 5, .exp = x->s->value.last - 1 };
    size_t n = 0;

    for (size_t i = 0; i < sizeof(shifts) / sizeof(*shifts); i++) {
        struct decimal low = decimal_sub(x->s->value, half);
        struct decimal high = decimal_add(x->s->value, half);

        low.exp += shifts[i];
        high.exp += shifts[i];
        around(x, &q, low, high);
        n += show(x, &q, SHIFTED, NULL);
    }
    return n;
}

static bool find_all(struct finder *x)
{
    const struct decimal v = x->s->value;
    const struct decimal half = { .mag = 5, .exp = v.last - 1 };
    const struct decimal two = { .mag = 2, .exp = -2 };
    const struct decimal width = decimal_abs(decimal_mul(v, two));
    const bool any = unit_none(x->s->unit);
    struct fact_query q = { .scope = any ? SCOPE_ANY : SCOPE_DIM,
                            .unit = x->s->unit,
                            .weak = true };
    bool found;

    around(x, &q, v, v);
    found = show(x, &q, EXACT, NULL) > 0;
    around(x, &q, decimal_sub(v, half), decimal_add(v, half));
    found = show(x, &q, ROUNDED, NULL) > 0 || found;
    if (!any) {
        struct fact_query as_written = q;

        as_written.scope = SCOPE_ANY;
        around(x, &as_written, decimal_sub(v, half), decimal_add(v, half));
        (void)show(x, &as_written, DIGITS, NULL);
    }
    if (found)
        return true;
    (void)show_shifted(x, q);
    around(x, &q, decimal_sub(v, width), decimal_add(v, width));
    (void)show(x, &q, NEAR, NULL);
    return false;
}

bool facts_find_print(struct buf *out, const struct facts *f,
                      const struct sought *s, size_t max, bool json)
{
    struct finder x = { .f = f, .s = s, .out = out, .max = max, .json = json };
    bool found = false;

    x.a = arena_new(ARENA_MAX);
    x.shown = malloc(FOUND_MAX * sizeof(*x.shown));
    if (json) {
        buf_puts(out, "{\"find\":");
        buf_json(out, s->written);
        buf_puts(out, ",\"matches\":[");
    }
    if (x.a != NULL && x.shown != NULL)
        found = find_all(&x);
    else
        buf_fail(out, ST_NOMEM);
    if (json)
        buf_printf(out, "],\"found\":%s}", found ? "true" : "false");
    else if (!found && x.shown_count == 0)
        buf_puts(out, "nothing like it in the data\n");
    else if (!found)
        buf_puts(out, "the number itself is not in the data\n");
    arena_free(x.a);
    free(x.shown);
    return found;
}
