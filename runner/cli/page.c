#include "runner/cli/page.h"

#include <math.h>
#include <stdlib.h>

#include "runner/gate/observation.h"
#include "validator/base/jsonc.h"
#include "validator/output/common.h"

enum { ROWS_MAX = 60, DOTS_MAX = 400, LABEL = 120 }; /* per plot; per row */

/* One row of a plot: what the observations of a series and phase say. */
struct row {
    const struct observation *first;
    enum phase phase;
    double *at; /* values, sorted */
    size_t count, cap;
    size_t hits; /* of a share */
};

struct plot {
    struct row rows[ROWS_MAX];
    size_t count;
    bool cut, failed;
};

static bool same_series(const struct observation *a,
                        const struct observation *b)
{
    static const enum series_key keys[] = { KEY_SCENARIO, KEY_AGENT, KEY_STAGE,
                                            KEY_MODEL, KEY_OPTIONS };

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (strcmp(a->key[keys[i]], b->key[keys[i]]) != 0)
            return false;
    return true;
}

static struct row *row_for(struct plot *p, const struct observation *o)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].phase == o->phase && same_series(p->rows[i].first, o))
            return &p->rows[i];
    if (p->count == ROWS_MAX) {
        p->cut = true;
        return NULL;
    }
    p->rows[p->count] = (struct row){ .first = o, .phase = o->phase };
    return &p->rows[p->count++];
}

static void add_value(struct plot *p, const struct observation *o, double v)
{
    struct row *r = isfinite(v) ? row_for(p, o) : NULL;

    if (r == NULL)
        return;
    if (r->count == r->cap) {
        const size_t cap = r->cap != 0 ? r->cap * 2 : 16;
        double *at = realloc(r->at, cap * sizeof(*at));

        if (at == NULL) {
            p->failed = true;
            return;
        }
        r->at = at;
        r->cap = cap;
    }
    r->at[r->count++] = v;
}

static void plot_free(struct plot *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->rows[i].at);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double percentile(const struct row *r, double share)
{
    const double at = share * (double)(r->count - 1);
    const size_t i = (size_t)at;

    return i + 1 < r->count
               ? r->at[i] + (at - (double)i) * (r->at[i + 1] - r->at[i])
               : r->at[r->count - 1];
}

static void put_label(struct buf *b, const struct row *r)
{
    struct buf t = { .max = 1 << 16 };

    buf_printf(&t, "%s", r->first->key[KEY_AGENT]);
    if (r->first->key[KEY_STAGE][0] != '\0')
        buf_printf(&t, " %s", r->first->key[KEY_STAGE]);
    if (r->phase == PHASE_COLD || r->phase == PHASE_WARM)
        buf_printf(&t, ", %s", phase_name[r->phase]);
    if (r->first->key[KEY_OPTIONS][0] != '\0')
        buf_printf(&t, " %s", r->first->key[KEY_OPTIONS]);
    put_xml(b, buf_text(&t), LABEL);
    buf_end(&t, b);
}

enum { WIDE = 720, ROW = 40, RIGHT = 24 }; /* pixels */

/* A quarter of the axis: 1, 2, 2.5 or 5 times a power of ten. */
static double tick_for(double most)
{
    static const double steps[] = { 1, 2, 2.5, 5, 10 };
    const double power = pow(10, floor(log10(most / 4)));
    size_t i = 0;

    while (i < 4 && steps[i] * power * 4 < most)
        i++;
    return steps[i] * power;
}

static void put_axis(struct buf *b, double most, size_t rows, const char *unit)
{
    const int bottom = (int)rows * ROW + 8;

    for (int i = 0; i <= 4; i++) {
        const double x = (double)(WIDE - RIGHT) * i / 4 + 4;

        buf_printf(b,
                   "<line class=grid x1=%.0f x2=%.0f y1=0 y2=%d />"
                   "<text x=%.0f y=%d text-anchor=%s>%.4g%s%s</text>\n",
                   x, x, bottom, x, bottom + 14,
                   i == 0   ? "start"
                   : i == 4 ? "end"
                            : "middle",
                   most * i / 4, i == 4 ? " " : "", i == 4 ? unit : "");
    }
}

/* A dot a call, a bar from the first to the third quartile, a line at the
 * median; a share is a bar. */
static void put_row(struct buf *b, const struct row *r, size_t nth, double most,
                    bool share)
{
    const double scale = (double)(WIDE - RIGHT) / most;
    const int y = (int)nth * ROW;
    const size_t step = r->count / DOTS_MAX + 1;

    buf_printf(b, "<text x=6 y=%d>", y + 15);
    put_label(b, r);
    buf_puts(b, "</text>\n");
    if (share) {
        buf_printf(b,
                   "<rect class=\"bar fail\" x=4 y=%d width=%.1f height=12>"
                   "<title>%zu of %zu</title></rect>\n",
                   y + 20, r->at[0] * scale, r->hits, r->count);
        return;
    }
    buf_printf(b, "<rect class=box x=%.1f y=%d width=%.1f height=14 />",
               4 + percentile(r, 0.25) * scale, y + 20,
               (percentile(r, 0.75) - percentile(r, 0.25)) * scale);
    for (size_t i = 0; i < r->count; i += step)
        buf_printf(b, "<circle class=dot cx=%.1f cy=%d r=3 />",
                   4 + r->at[i] * scale, y + 27);
    buf_printf(b,
               "<line class=median x1=%.1f x2=%.1f y1=%d y2=%d>"
               "<title>median %.4g of %zu</title></line>\n",
               4 + percentile(r, 0.5) * scale, 4 + percentile(r, 0.5) * scale,
               y + 18, y + 36, percentile(r, 0.5), r->count);
}

/* The same as numbers, for readers and machines that see no picture. */
static void put_table(struct buf *b, const struct plot *p, const char *unit,
                      bool share)
{
    buf_puts(b, "<details><summary>as a table</summary><div class=scroll "
                "tabindex=0><table><thead><tr><th scope=col>series</th>"
                "<th scope=col>n</th>");
    if (share)
        buf_puts(b, "<th scope=col>garbled</th></tr></thead><tbody>\n");
    else
        buf_printf(b,
                   "<th scope=col>median, %s</th><th scope=col>p25</th>"
                   "<th scope=col>p75</th><th scope=col>p99</th></tr>"
                   "</thead><tbody>\n",
                   unit);
    for (size_t i = 0; i < p->count; i++) {
        const struct row *r = &p->rows[i];

        buf_puts(b, "<tr><td>");
        put_label(b, r);
        buf_printf(b, "</td><td class=num>%zu</td>", r->count);
        if (share)
            buf_printf(b, "<td class=num>%zu</td></tr>\n", r->hits);
        else
            buf_printf(b,
                       "<td class=num>%.4g</td><td class=num>%.4g</td>"
                       "<td class=num>%.4g</td><td class=num>%.4g</td>"
                       "</tr>\n",
                       percentile(r, 0.5), percentile(r, 0.25),
                       percentile(r, 0.75), percentile(r, 0.99));
    }
    buf_puts(b, "</tbody></table></div></details>\n");
}

static void put_plot(struct buf *b, struct plot *p, const char *title,
                     const char *unit, bool share)
{
    double most = 0;
    const int high = (int)p->count * ROW + 28;

    if (p->count == 0)
        return;
    for (size_t i = 0; i < p->count; i++) {
        struct row *r = &p->rows[i];

        if (share)
            r->at[0] = 100.0 * (double)r->hits / (double)r->count;
        else
            qsort(r->at, r->count, sizeof(*r->at), by_value);
        most = fmax(most, share ? 100 : r->at[r->count - 1]);
    }
    most = most > 0 ? 4 * tick_for(most) : 1;
    buf_printf(b,
               "<figure><figcaption><strong>%s</strong></figcaption>"
               "<div class=scroll tabindex=0><svg width=%d height=%d "
               "viewBox=\"0 0 %d %d\" role=img aria-label=\"%s; the "
               "numbers are in the table below\">\n",
               title, WIDE, high, WIDE, high, title);
    put_axis(b, most, p->count, unit);
    for (size_t i = 0; i < p->count; i++)
        put_row(b, &p->rows[i], i, most, share);
    buf_puts(b, "</svg></div>\n");
    put_table(b, p, unit, share);
    buf_puts(b, p->cut ? "<p class=dim>More series are left out.</p>" : "");
    buf_puts(b, "</figure>\n");
}

static bool put_metric(struct buf *b, const struct observations *all,
                       enum metric_id id, const char *title)
{
    struct plot p = { .count = 0 };
    bool failed;

    for (size_t i = 0; i < all->count; i++)
        add_value(&p, &all->at[i], all->at[i].value[id]);
    failed = p.failed;
    if (!failed)
        put_plot(b, &p, title, metrics_all[id].unit, false);
    plot_free(&p);
    return !failed;
}

static bool put_garbled(struct buf *b, const struct observations *all)
{
    struct plot p = { .count = 0 };
    bool failed;

    for (size_t i = 0; i < all->count; i++) {
        const struct observation *o = &all->at[i];
        struct row *r;

        if (o->phase != PHASE_REPORT)
            continue;
        add_value(&p, o, 0);
        r = row_for(&p, o);
        if (r != NULL)
            r->hits += o->fault[FAULT_GARBLED];
    }
    failed = p.failed;
    if (!failed)
        put_plot(b, &p, "Garbled reports per options", "%", true);
    plot_free(&p);
    return !failed;
}

enum status page_runs(struct buf *b, const char *const *dirs, size_t n,
                      struct error *err)
{
    static const struct {
        enum metric_id id;
        const char *title;
    } shown[] = {
        { METRIC_SPEED, "Throughput" },
        { METRIC_TTFT, "Time to first token" },
        { METRIC_ITL_P99, "Token gaps, 99th percentile of each call" },
        { METRIC_STALL, "Longest stall of each call" },
    };
    struct observations all;
    bool ok = true;
    enum status st = observations_init(&all, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < n && st == ST_OK; i++)
        st = observations_load(&all, dirs[i], err);
    if (st == ST_OK)
        st = observations_sort(&all, err);
    if (st == ST_OK) {
        buf_printf(b, "<section><h2>%zu runs</h2>\n<div class=plots>\n",
                   all.records);
        for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
            ok = ok && put_metric(b, &all, shown[i].id, shown[i].title);
        ok = ok && put_garbled(b, &all);
        buf_puts(b, "</div></section>\n");
        if (!ok)
            st = error_set(err, ST_NOMEM, "no memory for the plots");
    }
    observations_free(&all);
    return st;
}

/* ---- the gate ---- */

static const cJSON *get(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

static void put_string(struct buf *b, const cJSON *v)
{
    const char *s = cJSON_GetStringValue(v);

    put_xml(b, text_from(s != NULL ? s : ""), 200);
}

static void put_number(struct buf *b, const cJSON *v, int digits)
{
    buf_puts(b, "<td class=num>");
    if (cJSON_IsNumber(v))
        buf_printf(b, "%.*g", digits, v->valuedouble);
    buf_puts(b, "</td>");
}

/* A median, or for a rate how many of how many. */
static void put_side(struct buf *b, const cJSON *side)
{
    const cJSON *hits = get(side, "hits"), *n = get(side, "n");

    if (cJSON_IsNumber(hits) && cJSON_IsNumber(n))
        buf_printf(b, "<td class=num>%.0f of %.0f</td>", hits->valuedouble,
                   n->valuedouble);
    else
        put_number(b, get(side, "median"), 4);
}

static void put_decision(struct buf *b, const cJSON *d, const cJSON *series)
{
    static const struct {
        const char *outcome, *class;
    } classes[] = { { "regression", "fail" },
                    { "inconclusive", "warn" },
                    { "pass", "pass" },
                    { "improvement", "pass" } };
    const char *outcome = cJSON_GetStringValue(get(d, "outcome"));
    const char *class = "";

    for (size_t i = 0; outcome != NULL && i < 4; i++)
        if (strcmp(classes[i].outcome, outcome) == 0)
            class = classes[i].class;
    buf_puts(b, "<tr><td>");
    put_string(b, get(series, "agent"));
    buf_putc(b, ' ');
    put_string(b, get(series, "stage"));
    buf_puts(b, "</td><td>");
    put_string(b, get(d, "id"));
    buf_putc(b, ' ');
    put_string(b, get(d, "phase"));
    buf_puts(b, "</td>");
    put_side(b, get(d, "baseline"));
    put_side(b, get(d, "current"));
    put_number(b, get(d, "shift"), 4);
    buf_puts(b, "<td>");
    put_string(b, get(d, "unit"));
    buf_puts(b, "</td>");
    put_number(b, get(d, "p_adjusted"), 2);
    buf_printf(b, "<td><span class=\"%s%s\">", class[0] != '\0' ? "v " : "",
               class);
    put_string(b, get(d, "outcome"));
    buf_puts(b, "</span></td><td>");
    put_string(b, get(d, "why"));
    buf_puts(b, "</td></tr>\n");
}

enum status page_gate(struct buf *b, const char *path, struct error *err)
{
    cJSON *gate = NULL;
    const cJSON *d;
    enum status st = jsonc_load(&gate, path, err);

    if (st != ST_OK)
        return st;
    if (!cJSON_IsArray(get(gate, "decisions"))) {
        cJSON_Delete(gate);
        return error_set(err, ST_INPUT,
                         "%s: not the output of assay gate -f json", path);
    }
    buf_puts(b, "<section><h2>Gate: ");
    put_string(b, get(gate, "verdict"));
    buf_puts(b, "</h2>\n<div class=scroll tabindex=0><table><thead><tr>"
                "<th scope=col>series</th><th scope=col>what</th>"
                "<th scope=col>baseline</th><th scope=col>now</th>"
                "<th scope=col>shift</th><th scope=col>unit</th>"
                "<th scope=col>p</th><th scope=col>outcome</th>"
                "<th scope=col>why</th></tr></thead><tbody>\n");
    cJSON_ArrayForEach(d, get(gate, "decisions"))
    {
        const cJSON *nth = get(d, "series");
        const char *outcome = cJSON_GetStringValue(get(d, "outcome"));

        if (outcome != NULL && strcmp(outcome, "info") == 0)
            continue;
        put_decision(
            b, d,
            cJSON_IsNumber(nth)
                ? cJSON_GetArrayItem(get(gate, "series"), nth->valueint)
                : NULL);
    }
    buf_puts(b, "</tbody></table></div></section>\n");
    cJSON_Delete(gate);
    return ST_OK;
}
