#include "validator/text/date.h"

enum { YEAR_MIN = 1970, YEAR_MAX = 2199 };

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
    static const int days[] = {
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

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

static const char *const months[12] = { "january", "february", "march",
                                        "april",   "may",      "june",
                                        "july",    "august",   "september",
                                        "october", "november", "december" };

/* As dates are written in other languages (Unicode CLDR, format form). */
static const struct {
    const char *tag; /* BCP 47 */
    const char *months[12];
} foreign[] = {
    { "de",
      { "januar", "februar", "märz", "april", "mai", "juni", "juli", "august",
        "september", "oktober", "november", "dezember" } },
    { "fr",
      { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
        "septembre", "octobre", "novembre", "décembre" } },
    { "es",
      { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
        "agosto", "septiembre", "octubre", "noviembre", "diciembre" } },
    { "it",
      { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio",
        "agosto", "settembre", "ottobre", "novembre", "dicembre" } },
    { "pt",
      { "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho",
        "agosto", "setembro", "outubro", "novembro", "dezembro" } },
    { "nl",
      { "januari", "februari", "maart", "april", "mei", "juni", "juli",
        "augustus", "september", "oktober", "november", "december" } },
    { "pl",
      { "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
        "sierpnia", "września", "października", "listopada", "grudnia" } },
    { "ru",
      { "января", "февраля", "марта", "апреля", "мая", "июня", "июля",
        "августа", "сентября", "октября", "ноября", "декабря" } },
    { "ru",
      { "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август",
        "сентябрь", "октябрь", "ноябрь", "декабрь" } },
    { "uk",
      { "січня", "лютого", "березня", "квітня", "травня", "червня", "липня",
        "серпня", "вересня", "жовтня", "листопада", "грудня" } },
    { "tr",
      { "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz",
        "ağustos", "eylül", "ekim", "kasım", "aralık" } },
    { "sv",
      { "januari", "februari", "mars", "april", "maj", "juni", "juli",
        "augusti", "september", "oktober", "november", "december" } },
};

static bool letter(char c)
{
    return ascii_alpha(c) || (unsigned char)c >= 0x80;
}

enum { LANGUAGES = sizeof(foreign) / sizeof(*foreign) };

uint32_t date_languages(const char *const *tags, size_t n)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < LANGUAGES; l++)
            if (strncmp(tags[i], foreign[l].tag, 2) == 0 &&
                !ascii_alpha(tags[i][2]))
                mask |= (uint32_t)1 << l;
    return mask;
}

static int foreign_month(struct text word, uint32_t languages)
{
    for (size_t l = 0; l < LANGUAGES; l++)
        for (int m = 0; m < 12 && ((languages >> l) & 1) != 0; m++)
            if (text_eq_icase(word, text_from(foreign[l].months[m])))
                return m + 1;
    return 0;
}

/* A month's name or its first three letters (or "sept"), with a full stop. */
static int month_name(struct text t, size_t *i, uint32_t languages)
{
    enum { LONGEST = 24 }; /* bytes */
    size_t n = *i;
    int month;

    while (n < t.len && letter(t.ptr[n]) && n - *i <= LONGEST)
        n++;
    const struct text word = { t.ptr + *i, n - *i };

    if (word.len < 3 || word.len > LONGEST)
        return 0;
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
    month = foreign_month(word, languages);
    if (month > 0)
        *i = n;
    return month;
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
static bool month_first(struct text t, size_t *i, uint32_t languages,
                        struct date *d)
{
    size_t k = *i, back;

    d->day = 0;
    d->month = month_name(t, &k, languages);
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
static bool day_first(struct text t, size_t *i, uint32_t languages,
                      struct date *d)
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
    if (k + 3 < t.len &&
        (text_eq_icase((struct text){ t.ptr + k, 3 }, TEXT_LIT("of ")) ||
         text_eq_icase((struct text){ t.ptr + k, 3 }, TEXT_LIT("de "))))
        k += 3;
    else if (k < t.len && t.ptr[k] == '.')
        k++;
    (void)blanks(t, &k, false);
    d->month = month_name(t, &k, languages);
    if (d->month == 0)
        return false;
    if (dash ? k >= t.len || t.ptr[k++] != '-' : !blanks(t, &k, true))
        return false;
    if (k + 3 < t.len &&
        text_eq_icase((struct text){ t.ptr + k, 3 }, TEXT_LIT("de ")))
        k += 3;
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
    const bool padded = k - before == 2;
    const size_t day = ++k;

    d->day = number(t, &k, 2);
    *i = k;
    /* 2025.1.3 is a version. */
    return d->day >= 1 && (sep != '.' || (padded && k - day == 2));
}

static bool literal(struct text t, size_t *i, struct text what)
{
    if (*i > t.len ||
        !text_starts((struct text){ t.ptr + *i, t.len - *i }, what))
        return false;
    *i += what.len;
    return true;
}

/* 2025年11月27日, 2025年11月. */
static bool chinese(struct text t, size_t *i, struct date *d)
{
    size_t k = *i, day;

    d->year = year_at(t, &k);
    if (d->year < 0 || !literal(t, &k, TEXT_LIT("年")))
        return false;
    d->month = number(t, &k, 2);
    if (d->month < 1 || !literal(t, &k, TEXT_LIT("月")))
        return false;
    day = k;
    d->day = number(t, &k, 2);
    if (d->day < 1 || !literal(t, &k, TEXT_LIT("日"))) {
        d->day = 0;
        k = day;
    }
    *i = k;
    return true;
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

static bool date_at(struct text t, size_t *i, uint32_t languages,
                    struct date *d, struct date *other)
{
    const bool digit = ascii_digit(t.ptr[*i]);
    size_t k = *i;

    *other = (struct date){ 0, 0, 0 };
    if ((digit ? year_first(t, &k, d) : month_first(t, &k, languages, d)) &&
        date_valid(*d))
        goto found;
    if (!digit)
        return false;
    k = *i;
    if (chinese(t, &k, d) && date_valid(*d))
        goto found;
    k = *i;
    if (year_last(t, &k, d, other) && date_valid(*d))
        goto found;
    *other = (struct date){ 0, 0, 0 };
    k = *i;
    if (day_first(t, &k, languages, d) && date_valid(*d))
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

bool date_find(struct text t, size_t from, uint32_t languages, struct date *out,
               struct date *other, struct span *at)
{
    for (size_t i = from; i < t.len; i++) {
        const char c = t.ptr[i];
        size_t end = i;

        if (!ascii_alnum(c) && (unsigned char)c < 0x80)
            continue;
        if (date_at(t, &end, languages, out, other)) {
            *at = span_between(i, end);
            return true;
        }
        /* To the end of this word or number: a date begins a new one. */
        if (ascii_digit(c))
            while (i + 1 < t.len && ascii_digit(t.ptr[i + 1]))
                i++;
        else
            while (i + 1 < t.len && letter(t.ptr[i + 1]))
                i++;
    }
    return false;
}
