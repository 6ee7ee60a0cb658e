#include "validator/facts/dates.h"

#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { YEAR_MIN = 1970, YEAR_MAX = 2199, DATES_MAX = 1000000 };

/* Howard Hinnant, chrono-compatible low-level date algorithms. */
struct date date_of_epoch(int64_t seconds)
{
    int64_t z = seconds / 86400 - (seconds % 86400 < 0) + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t mp = (5 * doy + 2) / 153;
    const int64_t month = mp < 10 ? mp + 3 : mp - 9;

    return (struct date){ (int)(yoe + era * 400 + (month <= 2)), (int)month,
                          (int)(doy - (153 * mp + 2) / 5 + 1) };
}

int64_t date_days(struct date d)
{
    const int64_t y = (int64_t)d.year - (d.month <= 2);
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t yoe = y - era * 400;
    const int64_t mp = (d.month + 9) % 12;
    const int64_t doy = (153 * mp + 2) / 5 + (d.day > 0 ? d.day : 1) - 1;
    const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

bool date_valid(struct date d)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                31 };

    if (d.year < YEAR_MIN || d.year > YEAR_MAX || d.month < 1 || d.month > 12)
        return false;
    if (d.month == 2 && d.day == 29)
        return d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    return d.day >= 0 && d.day <= days[d.month - 1];
}

/* 1 to `most` digits at t[*i] that no digit follows; -1: none. */
static int number(struct text t, size_t *i, size_t most)
{
    size_t k = *i;
    int v = 0;

    while (k < t.len && ascii_digit(t.ptr[k]) && k - *i < most)
        v = v * 10 + (t.ptr[k++] - '0');
    if (k == *i || (k < t.len && ascii_digit(t.ptr[k])))
        return -1;
    *i = k;
    return v;
}

static const char *const months[12] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"
};

/* A month's name or its first three letters (or "sept"), with a full stop. */
static int month_name(struct text t, size_t *i)
{
    size_t n = *i;

    while (n < t.len && ascii_alpha(t.ptr[n]))
        n++;
    const struct text word = { t.ptr + *i, n - *i };

    for (int m = 0; m < 12; m++) {
        const struct text whole = text_from(months[m]);
        const bool abbreviated =
            (word.len == 3 || (word.len == 4 && m == 8)) &&
            text_eq_icase(word, (struct text){ whole.ptr, word.len });

        if (!abbreviated && !text_eq_icase(word, whole))
            continue;
        *i = n + (abbreviated && word.len < whole.len && n < t.len &&
                  t.ptr[n] == '.');
        return m + 1;
    }
    return 0;
}

static bool blanks(struct text t, size_t *i, bool comma)
{
    const size_t start = *i;

    if (comma && *i < t.len && t.ptr[*i] == ',')
        ++*i;
    while (*i < t.len && (t.ptr[*i] == ' ' || t.ptr[*i] == '\t') &&
           *i - start < 4)
        ++*i;
    return *i > start;
}

static void ordinal_suffix(struct text t, size_t *i)
{
    static const struct text suffixes[] = { TEXT_INIT("st"), TEXT_INIT("nd"),
                                            TEXT_INIT("rd"), TEXT_INIT("th") };

    for (size_t k = 0; k < 4; k++)
        if (*i + 2 <= t.len &&
            text_eq_icase((struct text){ t.ptr + *i, 2 }, suffixes[k]) &&
            (*i + 2 == t.len || !ascii_alnum(t.ptr[*i + 2]))) {
            *i += 2;
            return;
        }
}

static int year_at(struct text t, size_t *i)
{
    const size_t start = *i;
    const int y = number(t, i, 4);

    return *i - start == 4 && y >= YEAR_MIN && y <= YEAR_MAX ? y : -1;
}

/* "November 27, 2025", "Nov 27th 2025", "November 2025", "November, 2025". */
static bool month_first(struct text t, size_t *i, struct date *d)
{
    size_t k = *i, back;

    d->day = 0;
    d->month = month_name(t, &k);
    if (d->month == 0 || !blanks(t, &k, true))
        return false;
    back = k;
    d->year = year_at(t, &k);
    if (d->year < 0) {
        k = back;
        d->day = number(t, &k, 2);
        if (d->day < 1)
            return false;
        ordinal_suffix(t, &k);
        if (!blanks(t, &k, true))
            return false;
        d->year = year_at(t, &k);
    }
    *i = k;
    return d->year > 0;
}

/* "27 November 2025", "27th of Nov., 2025", "27-Nov-2025". */
static bool day_first(struct text t, size_t *i, struct date *d)
{
    size_t k = *i;

    d->day = number(t, &k, 2);
    if (d->day < 1)
        return false;
    ordinal_suffix(t, &k);
    const bool dash = k < t.len && t.ptr[k] == '-';

    if (dash)
        k++;
    else if (!blanks(t, &k, false))
        return false;
    if (k + 3 < t.len && text_eq_icase((struct text){ t.ptr + k, 3 },
                                       TEXT_LIT("of ")))
        k += 3;
    d->month = month_name(t, &k);
    if (d->month == 0)
        return false;
    if (dash ? k >= t.len || t.ptr[k++] != '-' : !blanks(t, &k, true))
        return false;
    d->year = year_at(t, &k);
    *i = k;
    return d->year > 0;
}

static bool separator(struct text t, size_t i)
{
    return i < t.len && (t.ptr[i] == '-' || t.ptr[i] == '/' || t.ptr[i] == '.');
}

/* 2025-11-27, 2025/11/27, 2025.11.27, 2025_11_27; 2025-11 with `-` only. */
static bool year_first(struct text t, size_t *i, struct date *d)
{
    size_t k = *i;
    char sep;

    d->year = year_at(t, &k);
    if (d->year < 0 || k >= t.len || (!separator(t, k) && t.ptr[k] != '_'))
        return false;
    sep = t.ptr[k++];
    const size_t before = k;

    d->month = number(t, &k, 2);
    if (d->month < 1 || k >= t.len || t.ptr[k] != sep) {
        d->day = 0; /* 2025-11 */
        *i = k;
        return d->month >= 1 && sep == '-' && k - before == 2 &&
               (k == t.len || !(ascii_alnum(t.ptr[k]) || t.ptr[k] == '-'));
    }
    k++;
    const size_t day = k;

    d->day = number(t, &k, 2);
    *i = k;
    return d->day >= 1 && k > day;
}

/* 11/27/2025, 27.11.2025: *other holds the other reading where both fit. */
static bool year_last(struct text t, size_t *i, struct date *d,
                      struct date *other)
{
    size_t k = *i;
    int a, b;
    char sep;

    a = number(t, &k, 2);
    if (a < 1 || !separator(t, k))
        return false;
    sep = t.ptr[k++];
    b = number(t, &k, 2);
    if (b < 1 || k >= t.len || t.ptr[k++] != sep)
        return false;
    d->year = year_at(t, &k);
    if (d->year < 0 || (sep == '.' && k < t.len && t.ptr[k] == '.'))
        return false;
    d->month = a;
    d->day = b;
    *other = (struct date){ d->year, b, a };
    if (sep == '.' || !date_valid(*d)) {
        const struct date swap = *d;

        *d = *other;
        *other = swap;
    }
    *i = k;
    return true;
}

/* 20251127, as in file names. */
static bool compact(struct text t, size_t *i, struct date *d)
{
    size_t k = *i;
    const int v = number(t, &k, 8);

    if (k - *i != 8)
        return false;
    *d = (struct date){ v / 10000, v / 100 % 100, v % 100 };
    *i = k;
    return d->day >= 1;
}

static bool date_at(struct text t, size_t *i, struct date *d,
                    struct date *other)
{
    const bool digit = ascii_digit(t.ptr[*i]);
    size_t k = *i;

    *other = (struct date){ 0, 0, 0 };
    if ((digit ? year_first(t, &k, d) : month_first(t, &k, d)) &&
        date_valid(*d))
        goto found;
    if (!digit)
        return false;
    k = *i;
    if (year_last(t, &k, d, other) && date_valid(*d))
        goto found;
    *other = (struct date){ 0, 0, 0 };
    k = *i;
    if (day_first(t, &k, d) && date_valid(*d))
        goto found;
    k = *i;
    if (!compact(t, &k, d) || !date_valid(*d))
        return false;
found:
    if (!date_valid(*other))
        *other = (struct date){ 0, 0, 0 };
    *i = k;
    return true;
}

bool date_find(struct text t, size_t from, struct date *out,
               struct date *other, struct span *at)
{
    for (size_t i = from; i < t.len; i++) {
        const char c = t.ptr[i];
        size_t end = i;

        if (!ascii_alnum(c))
            continue;
        if (date_at(t, &end, out, other)) {
            *at = span_between(i, end);
            return true;
        }
        /* To the end of this word or number: a date begins a new one. */
        if (ascii_digit(c))
            while (i + 1 < t.len && ascii_digit(t.ptr[i + 1]))
                i++;
        else
            while (i + 1 < t.len && ascii_alpha(t.ptr[i + 1]))
                i++;
    }
    return false;
}

/* ---- the dates of the data ---- */

static bool add_date(struct facts *f, struct date d, enum date_source source,
                     uint32_t file, size_t line)
{
    if (f->date_count >= DATES_MAX)
        return true; /* the earliest files' dates are enough of a period */
    if (!store_grow((void **)&f->dates, &f->date_cap, f->date_count,
                    sizeof(*f->dates)))
        return false;
    f->dates[f->date_count++] = (struct fact_date){
        .year = (int16_t)d.year, .month = (int8_t)d.month,
        .day = (int8_t)d.day, .source = (int8_t)source, .file = file,
        .line = line > UINT32_MAX ? 0 : (uint32_t)line,
    };
    return true;
}

static bool dates_of_text(struct facts *f, struct text t,
                          enum date_source source, uint32_t file, size_t line)
{
    struct date d, other;
    struct span at;

    for (size_t i = 0; date_find(t, i, &d, &other, &at); i = span_end(at))
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

static bool dates_of_column(struct facts *f, const struct column *c)
{
    const struct table *t = &f->tables[c->pub.table];

    for (uint32_t i = 0; i < c->pub.texts; i++) {
        const uint32_t row = (uint32_t)(ints_get(&c->text_row, i) + i);
        const struct text text =
            strings_get(&f->strings, ints_get(&c->text, i));

        if (text.len >= 8 &&
            !dates_of_text(f, text, DATE_VALUE, t->pub.file,
                           (size_t)(ints_get(&t->line, row) + row)))
            return false;
    }
    for (uint32_t i = 0; c->pub.weak == WEAK_TIME && i < c->pub.numbers; i++) {
        const uint32_t row = (uint32_t)(ints_get(&c->row, i) + i);

        if (!add_date(f, of_epoch_value(column_value(f, c, i)), DATE_EPOCH,
                      t->pub.file, (size_t)(ints_get(&t->line, row) + row)))
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
        ok = dates_of_column(f, &f->columns[i]);
    for (size_t i = 0; i < f->file_count && ok; i++) {
        const struct fact_file *p = &f->files[i].pub;

        if (!p->in_tree)
            continue;
        ok = dates_of_name(f, (uint32_t)i) &&
             add_date(f, date_of_epoch(p->mtime), DATE_MTIME, (uint32_t)i, 0);
    }
    sort_dates(f);
    return ok ? ST_OK : facts_nomem(err);
}

size_t facts_dates(const struct facts *f, const struct fact_date **out)
{
    *out = f->dates;
    return f->date_count;
}
