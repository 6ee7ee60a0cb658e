#include "runner/cli/suppress.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

struct entry {
    uint64_t fingerprint;
    const char *reason, *expires; /* the config's; expires may be NULL */
    size_t nth;                   /* in the file */
    bool expired;
    atomic_bool used;
};

struct suppress {
    const char *path;
    struct entry *at; /* by fingerprint */
    size_t count;
};

static bool read_print(const char *s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < 16; i++) {
        const char c = ascii_lower(s[i]);

        if (!ascii_digit(c) && !(c >= 'a' && c <= 'f'))
            return false; /* also the end */
        *out = *out << 4 | (uint64_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return s[16] == '\0';
}

static bool is_date(const char *s)
{
    static const char shape[] = "dddd-dd-dd";
    size_t i = 0;

    for (; shape[i] != '\0'; i++)
        if (shape[i] == 'd' ? !ascii_digit(s[i]) : s[i] != '-')
            return false;
    return s[i] == '\0';
}

static enum status read_entry(struct entry *e, const cJSON *item, size_t nth,
                              const char *today, const char *path,
                              struct error *err)
{
    const char *print = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(item, "fingerprint"));

    e->nth = nth;
    e->reason =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "reason"));
    e->expires =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "expires"));
    if (print == NULL || !read_print(print, &e->fingerprint))
        return error_set(err, ST_USAGE,
                         "%s: suppress[%zu]: a fingerprint is 16 hexadecimal "
                         "digits (assay check -f json prints them)",
                         path, nth);
    if (e->reason == NULL || e->reason[0] == '\0')
        return error_set(err, ST_USAGE, "%s: suppress[%zu]: give a reason",
                         path, nth);
    if (e->expires != NULL && !is_date(e->expires))
        return error_set(err, ST_USAGE,
                         "%s: suppress[%zu]: \"expires\" is YYYY-MM-DD", path,
                         nth);
    e->expired = e->expires != NULL && strcmp(e->expires, today) < 0;
    return ST_OK;
}

static int by_print(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return x->fingerprint < y->fingerprint ? -1
                                           : x->fingerprint > y->fingerprint;
}

enum status suppress_new(struct suppress **out, const struct config *c,
                         const char *today, struct error *err)
{
    const cJSON *list = config_section(c, "suppress"), *item;
    struct suppress *s;
    enum status st = ST_OK;

    *out = NULL;
    if (list == NULL)
        return ST_OK;
    s = calloc(1, sizeof(*s));
    if (s != NULL)
        s->at = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*s->at));
    if (s == NULL || s->at == NULL) {
        suppress_free(s);
        return error_set(err, ST_NOMEM, "no memory for suppressions");
    }
    s->path = config_path(c);
    cJSON_ArrayForEach(item, list)
    {
        if (st == ST_OK)
            st = read_entry(&s->at[s->count], item, s->count, today, s->path,
                            err);
        s->count++;
    }
    if (st != ST_OK) {
        suppress_free(s);
        return st;
    }
    qsort(s->at, s->count, sizeof(*s->at), by_print);
    *out = s;
    return ST_OK;
}

void suppress_free(struct suppress *s)
{
    if (s != NULL)
        free(s->at);
    free(s);
}

void suppress_mark(struct suppress *s, struct result *r)
{
    for (size_t i = 0; i < r->finding_count; i++) {
        struct entry key = { .fingerprint = r->findings[i].fingerprint };
        struct entry *e =
            bsearch(&key, s->at, s->count, sizeof(*s->at), by_print);

        if (e == NULL)
            continue;
        atomic_store(&e->used, true);
        if (!e->expired)
            r->findings[i].suppressed = e->reason;
    }
    engine_rejudge(r);
}

void suppress_report(const struct suppress *s,
                     void (*say)(const struct error *text))
{
    for (size_t nth = 0; nth < s->count; nth++)
        for (size_t i = 0; i < s->count; i++) {
            const struct entry *e = &s->at[i];
            struct error text;

            if (e->nth != nth || (e->used && !e->expired))
                continue;
            (void)error_set(&text, ST_OK,
                            "%s: suppress[%zu] (%016" PRIx64 "): %s%s", s->path,
                            nth, e->fingerprint,
                            e->expired ? "expired on " : "matched no finding",
                            e->expired ? e->expires : "");
            say(&text);
        }
}
