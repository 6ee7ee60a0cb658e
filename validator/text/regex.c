#define PCRE2_CODE_UNIT_WIDTH 8
#include "validator/text/regex.h"

#include <pcre2.h>
#include <stdlib.h>

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

struct regex_match {
    pcre2_match_data *data;
    int groups; /* of the last match: highest group that was set, plus one */
};

/* A line of the pattern around the error, and a caret under its place. */
static enum status bad_pattern(struct error *err, const char *name,
                               struct text pattern, size_t at, int code)
{
    enum { AROUND = 30 };
    PCRE2_UCHAR why[160];
    char excerpt[2 * AROUND + 1];
    size_t start = at > AROUND ? at - AROUND : 0, n = 0;

    if (pcre2_get_error_message(code, why, sizeof(why)) < 0)
        why[0] = '\0';
    for (size_t i = start; i < pattern.len && i < at + AROUND; i++) {
        const char c = pattern.ptr[i];

        excerpt[n++] = c >= ' ' && c < 0x7f ? c : '?';
    }
    excerpt[n] = '\0';
    return error_set(err, ST_USAGE,
                     "%s: bad pattern at offset %zu: %s\n%s\n%*s^", name, at,
                     (const char *)why, excerpt, (int)(at - start), "");
}

static uint32_t pcre2_options(unsigned flags)
{
    return ((flags & REGEX_UTF) ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : 0u) |
           ((flags & REGEX_UCP) ? PCRE2_UCP : 0u) |
           ((flags & REGEX_ICASE) ? PCRE2_CASELESS : 0u) |
           ((flags & REGEX_MULTILINE) ? PCRE2_MULTILINE : 0u) |
           ((flags & REGEX_ANCHORED) ? PCRE2_ANCHORED : 0u) |
           PCRE2_NEVER_BACKSLASH_C;
}

enum status regex_new(struct regex **out, struct text pattern, const char *name,
                      unsigned flags, struct error *err)
{
    struct regex *r = NULL;
    enum status st = ST_OK;
    int code = 0;
    size_t at = 0;

    if (pattern.len > REGEX_PATTERN_MAX)
        return error_set(err, ST_LIMIT, "%s: pattern longer than %d bytes",
                         name, REGEX_PATTERN_MAX);
    r = calloc(1, sizeof(*r));
    if (r == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    r->code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
                            pcre2_options(flags), &code, &at, NULL);
    if (r->code == NULL) {
        st = bad_pattern(err, name, pattern, at, code);
        goto out;
    }
    /* Where there is no JIT the interpreter does the same, slower. */
    if ((flags & REGEX_RARE) == 0)
        (void)pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
    r->limits = pcre2_match_context_create(NULL);
    if (r->limits == NULL) {
        st = error_set(err, ST_NOMEM, "%s: no memory", name);
        goto out;
    }
    pcre2_set_match_limit(r->limits, REGEX_STEPS_MAX);
    pcre2_set_depth_limit(r->limits, REGEX_DEPTH_MAX);
    pcre2_set_heap_limit(r->limits, REGEX_HEAP_MAX);
    *out = r;
    r = NULL;
out:
    regex_free(r);
    return st;
}

void regex_free(struct regex *r)
{
    if (r == NULL)
        return;
    pcre2_code_free(r->code);
    pcre2_match_context_free(r->limits);
    free(r);
}

struct regex_match *regex_match_new(const struct regex *r)
{
    struct regex_match *m = calloc(1, sizeof(*m));

    if (m == NULL)
        return NULL;
    (void)r;
    m->data = pcre2_match_data_create(REGEX_GROUPS_MAX, NULL);
    if (m->data == NULL) {
        free(m);
        return NULL;
    }
    return m;
}

void regex_match_free(struct regex_match *m)
{
    if (m == NULL)
        return;
    pcre2_match_data_free(m->data);
    free(m);
}

enum regex_result regex_find(const struct regex *r, struct regex_match *m,
                             struct text subject, size_t at)
{
    const char *const p = subject.ptr != NULL ? subject.ptr : "";
    const int n = pcre2_match(r->code, (PCRE2_SPTR)p, subject.len, at, 0,
                              m->data, r->limits);

    m->groups = n == 0 ? REGEX_GROUPS_MAX : n; /* 0: more groups than room */
    if (n >= 0)
        return REGEX_FOUND;
    return n == PCRE2_ERROR_NOMATCH ? REGEX_NONE : REGEX_LIMIT;
}

bool regex_group(const struct regex_match *m, unsigned group, struct span *out)
{
    const size_t *const at = pcre2_get_ovector_pointer(m->data);

    if (m->groups < 0 || group >= (unsigned)m->groups ||
        at[2 * group] == PCRE2_UNSET)
        return false;
    *out = span_between(at[2 * group], at[2 * group + 1]);
    return true;
}

const char *regex_mark(const struct regex_match *m)
{
    return (const char *)pcre2_get_mark(m->data);
}
