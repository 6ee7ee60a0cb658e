#include "runner/gate/gate_output.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { CELL = 64, CHANGE = 3 * CELL, NAME_MAX_SHOWN = 60, KEY_SHOWN = 40 };

/* Three to four significant digits, without an exponent where one can do
 * without. */
static void format_value(char out[CELL], double v)
{
    const double a = fabs(v);

    if (isnan(v))
        (void)snprintf(out, CELL, "-");
    else if (isinf(v))
        (void)snprintf(out, CELL, "inf");
    else if (a >= 1e7 || (a > 0 && a < 1e-3))
        (void)snprintf(out, CELL, "%.3e", v);
    else
        (void)snprintf(out, CELL, "%.*f",
                       a >= 1000  ? 0
                       : a >= 100 ? 1
                       : a >= 10  ? 2
                                  : 3,
                       v);
}

static void format_side(char out[CELL], const struct decision *d,
                        const struct side *s)
{
    char v[CELL];

    if (d->kind == DECIDE_RATE || (d->kind == DECIDE_FLOOR && s->at == NULL)) {
        (void)snprintf(out, CELL, s->n > 0 ? "%zu of %zu" : "-", s->hits, s->n);
        return;
    }
    format_value(v, s->median);
    if (s->n == 0 || isnan(s->median))
        (void)snprintf(out, CELL, "-");
    else if (isfinite(s->spread))
        (void)snprintf(out, CELL, "%.20s ± %.0f%%", v, s->spread * 100);
    else
        (void)snprintf(out, CELL, "%.20s", v);
}

/* A change in percent, or in points for absolute metrics and rates. */
static void format_amount(char out[CELL], const struct decision *d, double v)
{
    const bool plain = d->kind == DECIDE_METRIC && d->metric->absolute;
    const bool rate = d->kind == DECIDE_RATE;
    const double base = fabs(d->base.median);

    if (isnan(v) || isinf(v))
        (void)snprintf(out, CELL, isinf(v) ? (v < 0 ? "-inf" : "+inf") : "-");
    else if (rate)
        (void)snprintf(out, CELL, "%+.0f pt", v * 100);
    else if (!plain && base > 0)
        (void)snprintf(out, CELL, "%+.1f%%", v / base * 100);
    else
        (void)snprintf(out, CELL, "%+.3g", v);
}

static void format_change(char out[CHANGE], const struct decision *d)
{
    char a[CELL], b[CELL], c[CELL];

    if (d->kind == DECIDE_FLOOR) {
        format_value(a, d->limit);
        (void)snprintf(out, CHANGE, "%s %.40s",
                       d->at_most ? "at most" : "at least", a);
        return;
    }
    format_amount(a, d, d->shift);
    format_amount(b, d, d->low);
    format_amount(c, d, d->high);
    if (isnan(d->low) || isinf(d->low))
        (void)snprintf(out, CHANGE, "%s", a);
    else
        (void)snprintf(out, CHANGE, "%.60s [%.60s, %.60s]", a, b, c);
}

static void format_p(char out[CELL], const struct decision *d)
{
    if (d->kind == DECIDE_FLOOR || d->base.n == 0 || d->now.n == 0)
        (void)snprintf(out, CELL, " ");
    else
        (void)snprintf(out, CELL, "p=%.3f n=%zu+%zu", d->p, d->base.n,
                       d->now.n);
}

static void format_detectable(char out[CELL], const struct decision *d)
{
    if (isinf(d->detectable) || isnan(d->detectable))
        (void)snprintf(out, CELL, "none");
    else if (d->kind == DECIDE_RATE)
        (void)snprintf(out, CELL, "%.0f points", d->detectable * 100);
    else if (d->metric->absolute)
        (void)snprintf(out, CELL, "%.3g %s", d->detectable, d->unit);
    else
        (void)snprintf(out, CELL, "%.0f%%", d->detectable * 100);
}

/* Columns, not bytes: pads s with blanks (a "±" is two bytes, one column). */
static void put_padded(struct buf *b, const char *s, size_t width)
{
    size_t columns = 0;

    for (const char *p = s; *p != '\0'; p++)
        columns += ((unsigned char)*p & 0xc0) != 0x80;
    buf_puts(b, s);
    for (; columns < width; columns++)
        buf_putc(b, ' ');
}

static void put_name(struct buf *b, const char *name, size_t max)
{
    buf_visible(b, text_from(name), max);
}

/* scenario / agent / stage */
static void put_series_name(struct buf *b, const struct series *s)
{
    const char *sep = "";

    for (size_t k = 0; k < KEY_IDENTITY; k++) {
        if (s->key[k][0] == '\0')
            continue;
        buf_puts(b, sep);
        put_name(b, s->key[k], NAME_MAX_SHOWN);
        sep = "/";
    }
    if (sep[0] == '\0')
        buf_puts(b, "(unnamed)");
}

static void put_label(struct buf *b, const struct decision *d)
{
    put_name(b, d->id, NAME_MAX_SHOWN);
    if (d->phase == PHASE_COLD || d->phase == PHASE_WARM)
        buf_printf(b, " (%s)", phase_name[d->phase]);
    if (d->kind == DECIDE_FLOOR)
        buf_puts(b, " floor");
}

static void put_differences(struct buf *b, const struct series *s,
                            const char *line)
{
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (!(s->differs >> k & 1))
            continue;
        buf_printf(b, "%s%s differs: baseline ", line, series_key_name[k]);
        put_name(b, s->other[k][0] != '\0' ? s->other[k] : "(none)", KEY_SHOWN);
        buf_puts(b, ", current ");
        put_name(b, s->key[k][0] != '\0' ? s->key[k] : "(none)", KEY_SHOWN);
        buf_puts(b, "\n");
    }
}

/* What cannot be compared comes first. */
static void put_incomparable(struct buf *b, const struct gate *g,
                             const char *line)
{
    for (size_t i = 0; i < g->series_count; i++) {
        const struct series *s = &g->series[i];

        if (s->compared)
            continue;
        put_series_name(b, s);
        buf_puts(b, s->missing ? ": in the baseline, not in the current runs\n"
                    : s->fresh ? ": not in the baseline\n"
                               : ": not comparable\n");
        if (!s->missing && !s->fresh)
            put_differences(b, s, line);
    }
}

/* The one line that says what was decided and on what grounds. */
static void put_reason(struct buf *b, const struct decision *d)
{
    char text[CELL];

    buf_puts(b, outcome_name[d->outcome]);
    if (d->why != NULL && d->why[0] != '\0')
        buf_printf(b, ": %s", d->why);
    else if (d->kind != DECIDE_FLOOR && (d->outcome == OUTCOME_REGRESSION ||
                                         d->outcome == OUTCOME_IMPROVEMENT))
        buf_printf(b, " (corrected p=%.3f)", d->p_adjusted);
    if (d->outcome != OUTCOME_INCONCLUSIVE)
        return;
    format_detectable(text, d);
    if (d->kind != DECIDE_FLOOR)
        buf_printf(b, "; smallest detectable change: %s", text);
    if (d->runs_needed > 0)
        buf_printf(b, "; %zu %s a side would do", d->runs_needed,
                   d->phase == PHASE_WARM ? "warm calls" : "runs");
}

static bool shown(const struct decision *d)
{
    return d->outcome != OUTCOME_INFO || (d->base.n > 0 && d->now.n > 0);
}

/* The words of s in lines of `width`, later ones indented. */
static void put_wrapped(struct buf *b, const char *s, size_t width)
{
    enum { INDENT = 4 };
    size_t used = 0;

    for (bool first = true; *s != '\0'; first = false) {
        const size_t n = strcspn(s, " ");
        size_t columns = 0;

        for (size_t i = 0; i < n; i++)
            columns += ((unsigned char)s[i] & 0xc0) != 0x80;
        if (!first && used + 1 + columns > width) {
            buf_printf(b, "\n%*s", INDENT, "");
            used = INDENT;
        } else if (!first) {
            buf_putc(b, ' ');
            used++;
        }
        buf_add(b, (struct text){ s, n });
        used += columns;
        s += n + (s[n] == ' ');
    }
    buf_putc(b, '\n');
}

/* A row for a terminal that the table does not fit. */
static void narrow_row(struct buf *b, const struct decision *d, size_t width)
{
    char base[CELL], now[CELL], change[CHANGE], p[CELL];
    struct buf row = { .max = 8192 };

    format_side(base, d, &d->base);
    format_side(now, d, &d->now);
    format_change(change, d);
    format_p(p, d);
    buf_puts(&row, "- ");
    put_label(&row, d);
    if (d->kind == DECIDE_FLOOR)
        buf_printf(&row, ": %s, %s, ", now, change);
    else
        buf_printf(&row, ": %s -> %s, %s, %s, ", base, now, change, p);
    put_reason(&row, d);
    put_wrapped(b, row.failed ? "" : buf_text(&row).ptr, width);
    buf_free(&row);
}

static void text_row(struct buf *b, const struct decision *d)
{
    char cell[CELL], change[CHANGE];
    struct buf label = { .max = 4096 };

    put_label(&label, d);
    buf_puts(b, "  ");
    put_padded(b, buf_text(&label).ptr, 32);
    buf_end(&label, b);
    format_side(cell, d, &d->base);
    put_padded(b, d->kind == DECIDE_FLOOR ? "" : cell, 16);
    format_side(cell, d, &d->now);
    put_padded(b, cell, 16);
    format_change(change, d);
    put_padded(b, change, 28);
    format_p(cell, d);
    put_padded(b, cell, 18);
    buf_putc(b, ' ');
    put_reason(b, d);
    buf_putc(b, '\n');
}

static void text_series(struct buf *b, const struct gate *g,
                        const struct gate_options *o, size_t i)
{
    enum { TABLE = 118 }; /* columns, without long reasons */
    const struct series *s = &g->series[i];
    const bool narrow = o->width > 0 && o->width < TABLE;

    buf_putc(b, '\n');
    put_series_name(b, s);
    for (size_t k = KEY_IDENTITY; k <= KEY_DIGEST; k++)
        if (s->key[k][0] != '\0') {
            buf_puts(b, k == KEY_DIGEST ? " " : "  ");
            put_name(b, s->key[k], k == KEY_DIGEST ? 19 : NAME_MAX_SHOWN);
        }
    buf_putc(b, '\n');
    if (!narrow) {
        buf_puts(b, "  ");
        put_padded(b, "", 32);
        put_padded(b, "baseline", 16);
        put_padded(b, "current", 16);
        buf_puts(b, "change\n");
    }
    for (size_t k = 0; k < g->count; k++) {
        if (g->decisions[k].series != i || !shown(&g->decisions[k]))
            continue;
        if (narrow)
            narrow_row(b, &g->decisions[k], o->width);
        else
            text_row(b, &g->decisions[k]);
    }
    if (!isnan(s->base_goodput) && !isnan(s->now_goodput))
        buf_printf(b, "  goodput: %.2f -> %.2f valid reports a minute\n",
                   s->base_goodput * 60, s->now_goodput * 60);
}

static size_t left_out(const struct gate *g)
{
    size_t most = 0;

    for (size_t i = 0; i < g->count; i++)
        most = g->decisions[i].now.left_out > most
                   ? g->decisions[i].now.left_out
                   : most;
    return most;
}

static void put_verdict(struct buf *b, const struct gate *g,
                        const struct gate_options *o, size_t width)
{
    struct buf line = { .max = 4096 };

    buf_printf(&line,
               "gate: %s: %zu regressions, %zu inconclusive, "
               "%zu improvements, %zu unchanged",
               gate_verdict_name[gate_verdict(g)],
               g->outcomes[OUTCOME_REGRESSION],
               g->outcomes[OUTCOME_INCONCLUSIVE],
               g->outcomes[OUTCOME_IMPROVEMENT], g->outcomes[OUTCOME_PASS]);
    buf_printf(&line,
               " (alpha %.3g; Holm over %zu tests of speed, %zu of quality)",
               o->alpha, g->tests[FAMILY_SPEED], g->tests[FAMILY_QUALITY]);
    put_wrapped(b, line.failed ? "" : buf_text(&line).ptr, width);
    buf_free(&line);
}

static void put_text(struct buf *b, const struct gate *g,
                     const struct gate_options *o)
{
    put_incomparable(b, g, "  ");
    for (size_t i = 0; i < g->series_count; i++)
        if (g->series[i].compared)
            text_series(b, g, o, i);
    buf_putc(b, '\n');
    if (left_out(g) > 0)
        buf_printf(b,
                   "%zu current calls were not compared for speed: garbled, "
                   "failed, or of another length\n",
                   left_out(g));
    put_verdict(b, g, o, o->width > 0 ? o->width : SIZE_MAX);
}

/* A table cell: no pipes, no HTML, no line breaks. */
static void put_cell(struct buf *b, const char *s)
{
    struct buf t = { .max = 4096 };
    struct text v;

    put_name(&t, s, NAME_MAX_SHOWN);
    v = buf_text(&t);
    for (size_t i = 0; i < v.len; i++) {
        if (strchr("|<>&`*[]\\", v.ptr[i]) != NULL && v.ptr[i] != '\0')
            buf_printf(b, "&#%d;", v.ptr[i]);
        else
            buf_putc(b, v.ptr[i]);
    }
    buf_end(&t, b);
}

static void markdown_row(struct buf *b, const struct decision *d)
{
    char base[CELL], now[CELL], change[CHANGE], p[CELL];

    format_side(base, d, &d->base);
    format_side(now, d, &d->now);
    format_change(change, d);
    format_p(p, d);
    buf_puts(b, "| ");
    put_cell(b, d->id);
    if (d->phase == PHASE_COLD || d->phase == PHASE_WARM)
        buf_printf(b, " (%s)", phase_name[d->phase]);
    buf_printf(b, "%s | %s | %s | %s | %s | ",
               d->kind == DECIDE_FLOOR ? " floor" : "",
               d->kind == DECIDE_FLOOR ? "" : base, now, change, p);
    if (d->outcome == OUTCOME_REGRESSION)
        buf_puts(b, "**");
    put_reason(b, d);
    buf_puts(b, d->outcome == OUTCOME_REGRESSION ? "** |\n" : " |\n");
}

static void markdown_series(struct buf *b, const struct gate *g, size_t nth)
{
    const struct series *s = &g->series[nth];
    struct buf name = { .max = 4096 };

    put_series_name(&name, s);
    buf_puts(b, "\n**");
    put_cell(b, buf_text(&name).ptr);
    buf_end(&name, b);
    buf_puts(b, s->compared  ? "**\n\n"
                : s->missing ? "**: in the baseline, not in the current "
                               "runs\n"
                : s->fresh   ? "**: not in the baseline\n"
                             : "**: not comparable:");
    if (!s->compared) {
        for (size_t k = 0; k < KEY_COUNT; k++)
            if (s->differs >> k & 1)
                buf_printf(b, " %s", series_key_name[k]);
        buf_puts(b, s->differs != 0 ? " differs\n" : "");
        return;
    }
    buf_puts(b, "| | baseline | current | change | | |\n"
                "|---|---|---|---|---|---|\n");
    for (size_t k = 0; k < g->count; k++)
        if (g->decisions[k].series == nth && shown(&g->decisions[k]))
            markdown_row(b, &g->decisions[k]);
}

static void put_markdown(struct buf *b, const struct gate *g,
                         const struct gate_options *o)
{
    buf_puts(b, "### ");
    put_verdict(b, g, o, SIZE_MAX);
    for (size_t i = 0; i < g->series_count; i++)
        markdown_series(b, g, i);
}

static void json_number(struct buf *b, const char *key, double v)
{
    buf_printf(b, ",\"%s\":", key);
    number_put(b, v);
}

static void json_side(struct buf *b, const char *key, const struct decision *d,
                      const struct side *s)
{
    buf_printf(b, ",\"%s\":{\"n\":%zu", key, s->n);
    if (d->kind != DECIDE_METRIC && s->at == NULL)
        buf_printf(b, ",\"hits\":%zu", s->hits);
    else
        buf_printf(b, ",\"left_out\":%zu", s->left_out);
    json_number(b, d->kind == DECIDE_METRIC ? "median" : "value", s->median);
    if (s->at != NULL) {
        json_number(b, "spread", s->spread);
        buf_puts(b, ",\"samples\":[");
        for (size_t i = 0; i < s->n; i++) {
            buf_puts(b, i > 0 ? "," : "");
            number_put(b, s->at[i]);
        }
        buf_putc(b, ']');
    }
    buf_putc(b, '}');
}

static void json_decision(struct buf *b, const struct decision *d)
{
    static const char *const kinds[] = { [DECIDE_METRIC] = "metric",
                                         [DECIDE_RATE] = "rate",
                                         [DECIDE_FLOOR] = "floor" };

    buf_printf(b, "{\"series\":%zu,\"kind\":\"%s\",\"id\":", d->series,
               kinds[d->kind]);
    buf_json(b, text_from(d->id));
    buf_printf(b,
               ",\"unit\":\"%s\",\"phase\":\"%s\",\"outcome\":\"%s\","
               "\"gated\":%s,\"why\":",
               d->unit, phase_name[d->phase], outcome_name[d->outcome],
               d->gated ? "true" : "false");
    buf_json(b, text_from(d->why != NULL ? d->why : ""));
    if (d->kind == DECIDE_FLOOR)
        json_number(b, d->at_most ? "at_most" : "at_least", d->limit);
    else
        json_side(b, "baseline", d, &d->base);
    json_side(b, "current", d, &d->now);
    if (d->kind != DECIDE_FLOOR) {
        json_number(b, "shift", d->shift);
        json_number(b, "low", d->low);
        json_number(b, "high", d->high);
        json_number(b, "change", d->change);
        json_number(b, "p", d->p);
        json_number(b, "p_adjusted", d->p_adjusted);
        json_number(b, "p_floor", d->p_floor);
        buf_printf(b, ",\"exact\":%s", d->exact ? "true" : "false");
        json_number(b, "detectable", d->detectable);
        buf_printf(b, ",\"runs_needed\":%zu", d->runs_needed);
    }
    buf_putc(b, '}');
}

static void json_series(struct buf *b, const struct series *s)
{
    bool first = true;

    buf_putc(b, '{');
    for (size_t k = 0; k < KEY_COUNT; k++) {
        buf_printf(b, "%s\"%s\":", k > 0 ? "," : "", series_key_name[k]);
        buf_json(b, text_from(s->key[k]));
    }
    buf_printf(b, ",\"state\":\"%s\",\"differs\":{",
               s->compared  ? "compared"
               : s->missing ? "missing"
               : s->fresh   ? "new"
                            : "not-comparable");
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (!(s->differs >> k & 1))
            continue;
        buf_printf(b, "%s\"%s\":", first ? "" : ",", series_key_name[k]);
        buf_json(b, text_from(s->other[k]));
        first = false;
    }
    buf_printf(b, "},\"reports\":{\"baseline\":%zu,\"current\":%zu}",
               s->base_reports, s->now_reports);
    json_number(b, "baseline_goodput", s->base_goodput);
    json_number(b, "current_goodput", s->now_goodput);
    buf_putc(b, '}');
}

static void put_json(struct buf *b, const struct gate *g,
                     const struct gate_options *o)
{
    buf_printf(b, "{\"schema\":\"assay-gate/1\",\"verdict\":\"%s\",\"alpha\":",
               gate_verdict_name[gate_verdict(g)]);
    number_put(b, o->alpha);
    buf_printf(b,
               ",\"tests\":{\"speed\":%zu,\"quality\":%zu},"
               "\"outcomes\":{",
               g->tests[FAMILY_SPEED], g->tests[FAMILY_QUALITY]);
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        buf_printf(b, "%s\"%s\":%zu", i > 0 ? "," : "", outcome_name[i],
                   g->outcomes[i]);
    buf_puts(b, "},\n\"series\":[");
    for (size_t i = 0; i < g->series_count; i++) {
        buf_puts(b, i > 0 ? ",\n" : "\n");
        json_series(b, &g->series[i]);
    }
    buf_puts(b, "],\n\"decisions\":[");
    for (size_t i = 0; i < g->count; i++) {
        buf_puts(b, i > 0 ? ",\n" : "\n");
        json_decision(b, &g->decisions[i]);
    }
    buf_puts(b, "]}\n");
}

const struct gate_writer gate_writers[] = {
    { "text", "a table for a terminal", put_text },
    { "json", "everything (schema assay-gate/1)", put_json },
    { "markdown", "for a step summary", put_markdown },
};
const size_t gate_writer_count = sizeof(gate_writers) / sizeof(*gate_writers);

const struct gate_writer *gate_writer_find(const char *name)
{
    for (size_t i = 0; i < gate_writer_count; i++)
        if (strcmp(gate_writers[i].name, name) == 0)
            return &gate_writers[i];
    return NULL;
}
