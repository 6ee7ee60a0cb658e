/* The dates that the data name: in values, stamps and names of files. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"
#include "validator/text/date.h"

enum { DATES_MAX = 1000000 };

static bool add_date(struct facts *f, struct date d, enum date_source source,
                     uint32_t file, size_t line)
{
    if (f->date_count >= DATES_MAX)
        return true; /* the earliest files' dates are enough of a period */
    if (!store_grow((void **)&f->dates, &f->date_cap, f->date_count,
                    sizeof(*f->dates)))
        return false;
    f->dates[f->date_count++] = (struct fact_date){
        .year = (int16_t)d.year,
        .month = (int8_t)d.month,
        .day = (int8_t)d.day,
        .source = (int8_t)source,
        .file = file,
        .line = line > UINT32_MAX ? 0 : (uint32_t)line,
    };
    return true;
}

static bool dates_of_text(struct facts *f, struct text t,
                          enum date_source source, uint32_t file, size_t line)
{
    struct date d, other;
    struct span at;

    for (size_t i = 0; date_find(t, i, DATE_ALL_LANGUAGES, &d, &other, &at);
         i = span_end(at))
        if (!add_date(f, d, source, file, line))
            return false;
    return true;
}

/* Seconds, milli-, micro- or nanoseconds since 1970, by their size. */
static struct date of_epoch_value(struct decimal v)
{
    const double s = decimal_to_double(v);

    return date_of_epoch((int64_t)(s < 1e11   ? s
                                   : s < 1e14 ? s / 1e3
                                   : s < 1e17 ? s / 1e6
                                              : s / 1e9));
}

bool dates_of_cell(struct facts *f, struct text t, uint32_t file, size_t line)
{
    enum { SHORTEST = 7 }; /* bytes of a date: "2025-10", "May 2025" */

    return t.len < SHORTEST || dates_of_text(f, t, DATE_VALUE, file, line);
}

static bool dates_of_stamps(struct facts *f, const struct column *c)
{
    const struct table *t = &f->tables[c->pub.table];
    int64_t day = INT64_MIN; /* of the row before */

    for (uint32_t i = 0; i < c->pub.numbers; i++) {
        const uint32_t row = (uint32_t)(ints_get(&c->row, i) + i);
        const struct date d = of_epoch_value(column_value(f, c, i));

        if (date_days(d) == day)
            continue;
        day = date_days(d);
        if (!add_date(f, d, DATE_EPOCH, t->pub.file,
                      (size_t)(ints_get(&t->line, row) + row)))
            return false;
    }
    return true;
}

/* "run_1759186313.json": ten digits in a name are seconds since 1970. */
static bool dates_of_name(struct facts *f, uint32_t file)
{
    const struct fact_file *p = &f->files[file].pub;

    for (size_t i = 0; i < p->rel.len;) {
        size_t n = i;
        int64_t v = 0;

        while (n < p->rel.len && ascii_digit(p->rel.ptr[n]) && n - i < 11)
            v = v * 10 + (p->rel.ptr[n++] - '0');
        if (n - i == 10 && v > 946684800 && v < 4102444800 &&
            !add_date(f, date_of_epoch(v), DATE_FILE_NAME, file, 0))
            return false;
        i = n > i ? n : i + 1;
    }
    return dates_of_text(f, p->rel, DATE_FILE_NAME, file, 0);
}

/* Days only: a month in prose may be any plan or past. */
static bool dates_of_prose(struct facts *f, struct fact_prose p)
{
    struct date d, other;
    struct span at;

    for (size_t i = 0;
         date_find(p.text, i, DATE_ALL_LANGUAGES, &d, &other, &at);
         i = span_end(at))
        if (d.day > 0 && !add_date(f, d, DATE_PROSE, p.file, p.line))
            return false;
    return true;
}

static int by_date(const void *a, const void *b)
{
    const struct fact_date *x = a, *y = b;

    if (x->year != y->year)
        return x->year - y->year;
    if (x->month != y->month)
        return x->month - y->month;
    if (x->day != y->day)
        return x->day - y->day;
    if (x->source != y->source)
        return x->source - y->source;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void sort_dates(struct facts *f)
{
    size_t n = 0;

    if (f->date_count > 0)
        qsort(f->dates, f->date_count, sizeof(*f->dates), by_date);
    for (size_t i = 0; i < f->date_count; i++) {
        const struct fact_date *d = &f->dates[i];

        if (n == 0 || f->dates[n - 1].year != d->year ||
            f->dates[n - 1].month != d->month ||
            f->dates[n - 1].day != d->day ||
            f->dates[n - 1].source != d->source)
            f->dates[n++] = *d;
    }
    f->date_count = n;
}

enum status dates_make(struct facts *f, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; i < f->column_count && ok; i++)
        ok = f->columns[i].pub.weak != WEAK_TIME ||
             dates_of_stamps(f, &f->columns[i]);
    for (size_t i = 0; i < f->file_count && ok; i++) {
        const struct fact_file *p = &f->files[i].pub;

        if (!p->in_tree)
            continue;
        ok = dates_of_name(f, (uint32_t)i) &&
             add_date(f, date_of_epoch(p->mtime), DATE_MTIME, (uint32_t)i, 0);
    }
    for (size_t i = 0; i < f->prose_count && ok; i++)
        ok = dates_of_prose(f, facts_prose(f, i));
    sort_dates(f);
    return ok ? ST_OK : facts_nomem(err);
}

size_t facts_dates(const struct facts *f, const struct fact_date **out)
{
    *out = f->dates;
    return f->date_count;
}
