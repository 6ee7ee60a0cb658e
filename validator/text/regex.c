#define PCRE2_CODE_UNIT_WIDTH 8
#include "validator/text/regex.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct regex {
    const struct regex_source *source; /* NULL: compiled by regex_new */
    pcre2_match_context *limits;
    pthread_mutex_t lock;        /* for `code` being made */
    _Atomic(pcre2_code *) code;  /* NULL: prepared, not yet looked for */
    _Atomic(pcre2_code *) quick; /* the one with JIT, NULL: not yet or none */
    atomic_uint finds;           /* without `quick` */
};

struct regex_match {
    pcre2_match_data *data;
    int groups; /* of the last match: highest group that was set, plus one */
    bool no_memory;
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

/* Without code yet. */
static struct regex *regex_alloc(void)
{
    struct regex *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return NULL;
    r->limits = pcre2_match_context_create(NULL);
    if (r->limits == NULL || pthread_mutex_init(&r->lock, NULL) != 0) {
        pcre2_match_context_free(r->limits);
        free(r);
        return NULL;
    }
    pcre2_set_match_limit(r->limits, REGEX_STEPS_MAX);
    pcre2_set_depth_limit(r->limits, REGEX_DEPTH_MAX);
    pcre2_set_heap_limit(r->limits, REGEX_HEAP_MAX);
    return r;
}

enum status regex_new(struct regex **out, struct text pattern, const char *name,
                      unsigned flags, struct error *err)
{
    struct regex *r;
    pcre2_code *made;
    int code = 0;
    size_t at = 0;

    if (pattern.len > REGEX_PATTERN_MAX)
        return error_set(err, ST_LIMIT, "%s: pattern longer than %d bytes",
                         name, REGEX_PATTERN_MAX);
    r = regex_alloc();
    if (r == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    made = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
                         pcre2_options(flags), &code, &at, NULL);
    if (made == NULL) {
        regex_free(r);
        return bad_pattern(err, name, pattern, at, code);
    }
    /* Where there is no JIT the interpreter does the same, slower. */
    (void)pcre2_jit_compile(made, PCRE2_JIT_COMPLETE);
    atomic_init(&r->code, made);
    atomic_init(&r->quick, made);
    *out = r;
    return ST_OK;
}

enum status regex_prepared(struct regex **out,
                           const struct regex_source *source, struct error *err)
{
    struct regex *r = regex_alloc();

    if (r == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", source->name);
    r->source = source;
    *out = r;
    return ST_OK;
}

bool regex_serialise(const struct regex *r, struct buf *out)
{
    const pcre2_code *code = atomic_load(&r->code);
    uint8_t *bytes = NULL;
    size_t n = 0;

    if (pcre2_serialize_encode(&code, 1, &bytes, &n, NULL) != 1)
        return false;
    buf_add(out, (struct text){ (const char *)bytes, n });
    pcre2_serialize_free(bytes);
    return !out->failed;
}

void regex_free(struct regex *r)
{
    if (r == NULL)
        return;
    if (atomic_load(&r->quick) != atomic_load(&r->code))
        pcre2_code_free(atomic_load(&r->quick));
    pcre2_code_free(atomic_load(&r->code));
    pcre2_match_context_free(r->limits);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

/* What the build serialised; from the pattern where another PCRE2 than the
 * build's is in use. NULL: no memory. */
static pcre2_code *load(const struct regex_source *s)
{
    pcre2_code *code = NULL;
    int why = 0;
    size_t at = 0;

    if (pcre2_serialize_decode(&code, 1, s->code, NULL) == 1)
        return code;
    return pcre2_compile((PCRE2_SPTR)s->pattern, s->pattern_len,
                         pcre2_options(s->flags), &why, &at, NULL);
}

static const pcre2_code *interpreted(struct regex *r)
{
    pcre2_code *code = atomic_load_explicit(&r->code, memory_order_acquire);

    if (code != NULL)
        return code;
    (void)pthread_mutex_lock(&r->lock);
    code = atomic_load_explicit(&r->code, memory_order_relaxed);
    if (code == NULL) {
        code = load(r->source);
        atomic_store_explicit(&r->code, code, memory_order_release);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return code;
}

/* The one find that reaches the count makes the JIT's code, of a copy: the
 * other threads are matching with the original. */
static void count_find(struct regex *r, const pcre2_code *code)
{
    pcre2_code *copy;

    if (atomic_fetch_add_explicit(&r->finds, 1, memory_order_relaxed) !=
        REGEX_JIT_AFTER)
        return;
    copy = pcre2_code_copy(code);
    if (copy != NULL && pcre2_jit_compile(copy, PCRE2_JIT_COMPLETE) != 0) {
        pcre2_code_free(copy);
        copy = NULL;
    }
    atomic_store_explicit(&r->quick, copy, memory_order_release);
}

struct regex_match *regex_match_new(void)
{
    struct regex_match *m = calloc(1, sizeof(*m));

    if (m == NULL)
        return NULL;
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

/* A JIT whose stack is used up leaves the rest to the interpreter, so that
 * both always say the same. */
static int find(struct regex *r, struct regex_match *m, struct text subject,
                size_t at)
{
    const PCRE2_SPTR p = (PCRE2_SPTR)(subject.ptr != NULL ? subject.ptr : "");
    const pcre2_code *quick =
        atomic_load_explicit(&r->quick, memory_order_acquire);
    const pcre2_code *code;
    int n = PCRE2_ERROR_JIT_STACKLIMIT;

    if (quick != NULL)
        n = pcre2_match(quick, p, subject.len, at, 0, m->data, r->limits);
    if (n != PCRE2_ERROR_JIT_STACKLIMIT || r->source == NULL)
        return n;
    code = interpreted(r);
    if (code == NULL)
        return PCRE2_ERROR_NOMEMORY;
    if (quick == NULL)
        count_find(r, code);
    return pcre2_match(code, p, subject.len, at, 0, m->data, r->limits);
}

enum regex_result regex_find(struct regex *r, struct regex_match *m,
                             struct text subject, size_t at)
{
    const int n = find(r, m, subject, at);

    m->no_memory = m->no_memory || n == PCRE2_ERROR_NOMEMORY;
    m->groups = n == 0 ? REGEX_GROUPS_MAX : n; /* 0: more groups than room */
    if (n >= 0)
        return REGEX_FOUND;
    return n == PCRE2_ERROR_NOMATCH ? REGEX_NONE : REGEX_LIMIT;
}

bool regex_out_of_memory(const struct regex_match *m)
{
    return m->no_memory;
}

bool regex_group(const struct regex_match *m, unsigned group, struct span *out)
{
    const size_t *at;

    if (m->groups < 0 || group >= (unsigned)m->groups)
        return false;
    at = pcre2_get_ovector_pointer(m->data) + (size_t)2 * group;
    if (at[0] == PCRE2_UNSET)
        return false;
    *out = span_between(at[0], at[1]);
    return true;
}

const char *regex_mark(const struct regex_match *m)
{
    return (const char *)pcre2_get_mark(m->data);
}
