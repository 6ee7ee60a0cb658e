#include "validator/report.h"

#include "validator/base/utf8.h"
#include "validator/layout.h"
#include "validator/text/utf16.h"

static enum status decode_utf16(struct text *t, const char *converter,
                                struct arena *a, struct error *err)
{
    char *out = arena_alloc(a, UTF16_ROOM(t->len), 1);
    enum status st;
    size_t n = 0;

    if (out == NULL)
        return error_set(err, ST_NOMEM, "no memory to decode UTF-16");
    st = utf16_decode(out, &n, *t, converter, err);
    if (st == ST_OK)
        *t = (struct text){ out, n };
    return st;
}

static enum status index_lines(struct report *r, struct arena *a,
                               struct error *err)
{
    const struct text t = r->bytes;
    size_t n = 1, at = 0, column = 1, line = 0;
    size_t *lines;
    struct place_mark *marks;

    for (size_t i = 0; i < t.len; i++)
        n += t.ptr[i] == '\n';
    lines = arena_alloc(a, n, sizeof(*lines));
    marks = arena_alloc(a, t.len / PLACE_STEP + 1, sizeof(*marks));
    if (lines == NULL || marks == NULL)
        return error_set(err, ST_NOMEM, "no memory for %zu lines", n);
    marks[0].column = 1;
    for (size_t i = 0; i < t.len; i = at) {
        const bool newline = t.ptr[i] == '\n';

        (void)utf8_next(t, &at);
        column = newline ? 1 : column + 1;
        if (newline)
            lines[++line] = at;
        if (at / PLACE_STEP > i / PLACE_STEP)
            marks[at / PLACE_STEP] =
                (struct place_mark){ (uint32_t)at, (uint32_t)column };
    }
    r->lines = lines;
    r->line_count = n;
    r->marks = marks;
    return ST_OK;
}

enum status report_open(struct report *out, const char *name, struct text bytes,
                        const struct layouts *layouts, const char *layout,
                        const struct span *model, size_t n_model,
                        struct arena *a, struct error *err)
{
    struct report r = { .name = name, .bytes = bytes };
    const char *const utf16 = utf16_name(bytes);
    struct error why;
    enum status st;

    if (bytes.len > REPORT_MAX)
        return error_set(err, ST_LIMIT, "%s: %zu bytes, the limit is %d", name,
                         bytes.len, REPORT_MAX);
    if (utf16 != NULL) {
        st = decode_utf16(&r.bytes, utf16, a, &why);
        if (st != ST_OK)
            return error_set(err, st, "%s: %s", name, why.text);
        r.utf16 = true;
    }
    r.bom = text_starts(r.bytes, TEXT_LIT("\xef\xbb\xbf"));
    st = index_lines(&r, a, &why);
    if (st == ST_OK)
        st = doc_parse(&r.doc, r.bytes, a, &why);
    if (st != ST_OK)
        return error_set(err, st, "%s: %s", name, why.text);
    if (n_model > 0) {
        for (size_t i = 0; i < n_model; i++)
            if (span_end(model[i]) > r.bytes.len)
                return error_set(err, ST_INPUT,
                                 "%s: the run record's byte ranges do not fit "
                                 "this report (is it the record's own?)",
                                 name);
        r.model = model;
        r.model_count = n_model;
        r.layout = "record";
    } else {
        st = layouts_apply(layouts, layout, r.bytes, a, &r.model,
                           &r.model_count, &r.layout, err);
    }
    *out = r;
    return st;
}

enum author report_author(const struct report *r, size_t off)
{
    size_t lo = 0, hi = r->model_count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (span_end(r->model[mid]) <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < r->model_count && r->model[lo].off <= off ? AUTHOR_MODEL
                                                          : AUTHOR_TEMPLATE;
}

struct span report_model_part(const struct report *r, struct span s)
{
    for (size_t i = 0; i < r->model_count; i++) {
        const struct span m = r->model[i];

        if (span_overlaps(m, s)) {
            const size_t from = m.off > s.off ? m.off : s.off;
            const size_t to =
                span_end(m) < span_end(s) ? span_end(m) : span_end(s);

            return span_between(from, to);
        }
    }
    return (struct span){ s.off, 0 };
}

/* The line that holds `off`, from 0. */
static size_t line_of(const struct report *r, size_t off)
{
    size_t lo = 0, hi = r->line_count;

    while (hi - lo > 1) {
        const size_t mid = lo + (hi - lo) / 2;

        if (r->lines[mid] <= off)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

struct place report_place(const struct report *r, size_t off)
{
    struct place at;
    size_t line, from, mark;

    if (off > r->bytes.len)
        off = r->bytes.len;
    line = line_of(r, off);
    from = r->lines[line];
    at = (struct place){ line + 1, 1 };
    mark = off / PLACE_STEP;
    mark -= r->marks[mark].off > off;
    if (r->marks[mark].off > from) {
        from = r->marks[mark].off;
        at.column = r->marks[mark].column;
    }
    for (size_t end = from; from < off; from = end) {
        (void)utf8_next(r->bytes, &end);
        at.column++;
    }
    return at;
}

struct span report_line(const struct report *r, size_t n)
{
    const size_t from = r->lines[n - 1];
    size_t to = n < r->line_count ? r->lines[n] - 1 : r->bytes.len;

    if (to > from && r->bytes.ptr[to - 1] == '\r')
        to--;
    return span_between(from, to);
}
