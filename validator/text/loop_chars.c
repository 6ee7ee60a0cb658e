/* Characters that repeat without a word between them. */
#include <unicode/uchar.h>

#include "validator/text/loop_int.h"

/* What one period consists of. */
struct unit {
    bool letter, digit, newline, blank, symbol, rule, leader, punct, mask;
    bool upper_only, acgt;
};

static bool any_of(uint32_t c, const char *set)
{
    return c < 128 && c != 0 && strchr(set, (int)c) != NULL;
}

static bool is_art(uint32_t c)
{
    return (c >= 0x2500 && c <= 0x25ff) || (c >= 0x2800 && c <= 0x28ff);
}

static void unit_letter(struct unit *u, uint32_t c)
{
    u->letter = true;
    u->mask = u->mask || any_of(c, "xX");
    u->acgt = u->acgt && any_of(c, "ACGTUNacgtun");
}

static void unit_add(struct unit *u, uint32_t c)
{
    const int8_t type = u_charType((UChar32)c);

    if (c == '\n')
        u->newline = true;
    else if (c == ' ' || c == '\t' || c == 0xa0)
        u->blank = true;
    else if (any_of(c, "-=_*~#|+`:") || is_art(c))
        u->rule = true;
    else if (c == '.' || c == 0xb7 || c == 0x2026)
        u->leader = true;
    else if (type == U_DECIMAL_DIGIT_NUMBER)
        u->digit = true;
    else if (u_isalpha((UChar32)c) || type == U_NON_SPACING_MARK ||
             type == U_COMBINING_SPACING_MARK)
        unit_letter(u, c);
    else if (type == U_OTHER_SYMBOL)
        u->symbol = true;
    else
        u->punct = true;
}

/* Symbols in all that a run of this unit must have (docs/measured/loops.md).
 * 0: the word tier's business. */
static uint32_t symbols_needed(const struct unit *u, uint32_t lag)
{
    const bool separator =
        u->newline || u->blank || u->rule || u->leader || u->punct || u->symbol;

    if (u->letter && separator)
        return 0;
    if (u->letter && (u->mask || u->acgt))
        return 100;
    if (u->letter)
        return lag == 1 ? 28 : lag <= 8 ? 48 : 5 * lag > 64 ? 5 * lag : 64;
    if (u->digit)
        return separator ? 512 : 100;
    if (u->newline)
        return !u->rule && !u->punct && !u->leader && !u->symbol ? 100
               : 24 * lag > 200                                  ? 24 * lag
                                                                 : 200;
    if (u->rule)
        return 512;
    if (u->symbol)
        return u->blank ? 128 : 64;
    if (u->leader)
        return lag == 1 ? 110 : 200;
    return u->punct ? 100 : 400;
}

static void event(struct loop *l, struct loop_event *e)
{
    const struct chars *c = &l->chars;
    const size_t copies = 1 + c->run / c->lag;

    *e = (struct loop_event){
        .kind = LOOP_GRAPHEME,
        .start = c->start,
        .second = c->second,
        .end = c->end,
        .period = c->second - c->start,
        .copies = copies,
        .stop = c->stop,
        .decided_at = c->decided_at,
    };
}

/* Sets the lag's beginning: as far back as it holds. */
static bool open(struct chars *c)
{
    const uint32_t i = c->count - 1;
    const uint32_t most = c->tight < CHARS - 1 ? c->tight : CHARS - 1;
    uint32_t run = 0;

    while (run + c->lag < most &&
           c->sym[(i - run) % CHARS] == c->sym[(i - run - c->lag) % CHARS])
        run++;
    if (run < 4)
        return false;
    c->run = run;
    c->check = 24;
    c->second = c->off[(i + 1 - run) % CHARS];
    c->start = c->off[(i + 1 - run - c->lag) % CHARS];
    c->qualified = c->stop = false;
    return true;
}

/* A lag that has run for a while. */
static void judge(struct loop *l)
{
    struct chars *c = &l->chars;
    struct unit u = { .acgt = true };
    struct loop_event e;
    uint32_t need;

    c->check = c->run + 4;
    if (!c->qualified) {
        for (uint32_t k = 0; k < c->lag; k++)
            unit_add(&u, c->sym[(c->count - 1 - k) % CHARS]);
        need = symbols_needed(&u, c->lag);
        c->qualified = need != 0 && c->run + c->lag >= need;
        c->decided_at = l->off;
    }
    if (c->qualified && !c->stop && loop_wasteful(l, c->second, c->end)) {
        c->stop = true;
        c->decided_at = l->off;
        event(l, &e);
        loop_note(l, &e);
    }
}

/* Remembers where the group of four symbols that ends at place i stands;
 * returns where it stood before. */
static uint32_t remember(struct chars *c, uint32_t i)
{
    uint32_t *slot, from;

    c->gram = c->gram << 8 | (c->sym[i % CHARS] & 0xff);
    slot = &c->last[c->gram * 0x9e3779b1u >> 24];
    from = *slot;
    *slot = i;
    return from;
}

void loop_chars_tight(struct loop *l, uint32_t sym, size_t end)
{
    struct chars *c = &l->chars;
    const uint32_t i = c->count - 1;
    uint32_t from;

    if (c->tight == TIGHT)
        for (uint32_t k = TIGHT - 1; k > 0; k--)
            (void)remember(c, i - k);
    from = remember(c, i);
    if (c->lag != 0) {
        if (c->sym[(i - c->lag) % CHARS] == sym) {
            c->end = end;
            if (++c->run >= c->check)
                judge(l);
            return;
        }
        loop_chars_flush(l);
    }
    if (i - from - 1 < CHAR_LAG_MAX) {
        c->lag = i - from;
        c->end = end;
        if (!open(c))
            c->lag = 0;
    }
}

void loop_chars_flush(struct loop *l)
{
    struct chars *c = &l->chars;
    struct loop_event e;

    if (c->lag != 0 && c->qualified) {
        event(l, &e);
        loop_emit(l, &e);
    }
    c->lag = c->run = 0;
    c->qualified = c->stop = false;
}

static void flood_event(const struct flood *f, struct loop_event *e)
{
    *e = (struct loop_event){
        .kind = LOOP_GRAPHEME,
        .start = f->start,
        .second = f->second,
        .end = f->end,
        .period = (f->end - f->start) / f->count,
        .copies = f->count,
        .near = true,
        .stop = f->stop,
        .decided_at = f->decided_at,
    };
}

void loop_flood_add(struct loop *l, struct flood *f, uint32_t need, size_t off,
                    size_t len)
{
    struct loop_event e;

    if (f->count == 0)
        f->start = off;
    else if (f->count == 1)
        f->second = off;
    f->count++;
    f->end = off + len;
    if (f->count < need)
        return;
    if (!f->qualified)
        f->decided_at = l->off;
    f->qualified = true;
    if (f->stop || !loop_wasteful(l, f->second, f->end))
        return;
    f->stop = true;
    f->decided_at = l->off;
    flood_event(f, &e);
    loop_note(l, &e);
}

void loop_flood_end(struct loop *l, struct flood *f)
{
    struct loop_event e;

    if (f->qualified) {
        flood_event(f, &e);
        loop_emit(l, &e);
    }
    *f = (struct flood){ .count = 0 };
}
