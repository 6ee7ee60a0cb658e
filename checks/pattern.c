/* The user's own patterns: "patterns" in assay.json. */
#include <stdio.h>
#include <stdlib.h>

#include "validator/check.h"
#include "validator/config.h"
#include "validator/text/regex.h"

enum { RULE_MATCH, RULE_LIMIT, RULE_COUNT };
static const struct rule rules[RULE_COUNT] = {
    [RULE_MATCH] = { "pattern/match", SEV_WARNING,
                     "a pattern of yours matches" },
    [RULE_LIMIT] = { "pattern/limit", SEV_ERROR,
                     "match limit reached: the pattern was given up" },
};

enum {
    PATTERNS_MAX = 200,
    MATCHES_MAX = 1000 /* findings per pattern and report */
};

enum where {
    WHERE_PROSE,
    WHERE_CODE,
    WHERE_HEADING,
    WHERE_ANYWHERE,
    WHERE_COUNT
};
static const char *const where_name[WHERE_COUNT] = { "prose", "code", "heading",
                                                     "anywhere" };

struct pattern {
    struct regex *regex;
    enum where where;
    enum severity severity;
    const char *id, *message; /* in the configuration; message may be NULL */
};

struct patterns {
    size_t count;
    struct pattern at[PATTERNS_MAX];
};

static void patterns_free(void *setup)
{
    struct patterns *p = setup;

    for (size_t i = 0; p != NULL && i < p->count; i++)
        regex_free(p->at[i].regex);
    free(p);
}

/* The index of the value of `key` in `names`, `def` without it; -1 with the
 * error set when it is none of them. */
static int choose(const cJSON *entry, const char *key, const char *const *names,
                  int count, int def, const char *where, struct error *err)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(entry, key);
    const char *value = cJSON_GetStringValue(v);
    const char *near;

    if (v == NULL)
        return def;
    for (int i = 0; i < count && value != NULL; i++)
        if (strcmp(names[i], value) == 0)
            return i;
    near = value != NULL ? config_nearest(value, names, (size_t)count) : NULL;
    (void)error_set(err, ST_USAGE, "%s: %s: want %s ... %s%s%s%s", where, key,
                    names[0], names[count - 1],
                    near != NULL ? "; did you mean " : "",
                    near != NULL ? near : "", near != NULL ? "?" : "");
    return -1;
}

static enum status check_keys(const cJSON *entry, const char *where,
                              struct error *err)
{
    static const char *const keys[] = { "id", "regex", "where", "message",
                                        "severity" };
    enum { KEYS = sizeof(keys) / sizeof(*keys) };
    const cJSON *item;

    cJSON_ArrayForEach(item, entry)
    {
        size_t k = 0;

        while (k < KEYS && strcmp(item->string, keys[k]) != 0)
            k++;
        if (k == KEYS) {
            const char *near = config_nearest(item->string, keys, KEYS);

            return error_set(err, ST_USAGE, "%s: %s: no such key%s%s%s", where,
                             item->string,
                             near != NULL ? "; did you mean " : "",
                             near != NULL ? near : "", near != NULL ? "?" : "");
        }
        if (!cJSON_IsString(item))
            return error_set(err, ST_USAGE, "%s: %s: want a string", where,
                             item->string);
    }
    return ST_OK;
}

static enum status read_pattern(struct pattern *p, const cJSON *entry,
                                const char *file, int nth, struct error *err)
{
    const char *regex =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "regex"));
    char where[300];
    int w, s;

    (void)snprintf(where, sizeof(where), "%s: patterns[%d]", file, nth);
    if (check_keys(entry, where, err) != ST_OK)
        return ST_USAGE;
    if (regex == NULL || regex[0] == '\0')
        return error_set(err, ST_USAGE, "%s: want a \"regex\"", where);
    w = choose(entry, "where", where_name, WHERE_COUNT, WHERE_PROSE, where,
               err);
    s = choose(entry, "severity", severity_name, SEV_COUNT, SEV_WARNING, where,
               err);
    if (w < 0 || s < 0)
        return ST_USAGE;
    p->where = (enum where)w;
    p->severity = (enum severity)s;
    p->message = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(entry, "message"));
    p->id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "id"));
    if (p->id == NULL)
        p->id = regex;
    return regex_new(&p->regex, text_from(regex), where,
                     REGEX_UTF | REGEX_UCP | REGEX_MULTILINE, err);
}

static enum status pattern_setup(void **out, const struct check_env *env,
                                 const char **why_off, struct error *err)
{
    const cJSON *entry, *list = config_section(env->config, "patterns");
    struct patterns *p;
    enum status st = ST_OK;

    if (cJSON_GetArraySize(list) == 0) {
        *why_off = "no \"patterns\" in assay.json";
        return ST_OK;
    }
    if (cJSON_GetArraySize(list) > PATTERNS_MAX)
        return error_set(err, ST_LIMIT, "%s: more than %d \"patterns\"",
                         config_path(env->config), PATTERNS_MAX);
    p = calloc(1, sizeof(*p));
    if (p == NULL)
        return error_set(err, ST_NOMEM, "no memory for patterns");
    cJSON_ArrayForEach(entry, list)
    {
        st = read_pattern(&p->at[p->count], entry, config_path(env->config),
                          (int)p->count, err);
        if (st != ST_OK)
            break;
        p->count++;
    }
    if (st != ST_OK) {
        patterns_free(p);
        return st;
    }
    *out = p;
    return ST_OK;
}

struct search {
    struct check_ctx *ctx;
    const struct report *r;
    const struct pattern *p;
    struct regex_match *m;
    size_t matches;
    bool given_up;
    enum status st;
};

static struct kv id_of(const struct pattern *p)
{
    return KV_T("pattern", text_from(p->id));
}

/* Code inside a block of prose, or prose inside none: what `where` wants. */
static bool wanted(const struct search *s, const struct block *b, size_t off)
{
    bool code = b != NULL && b->role == BLOCK_CODE;

    if (report_author(s->r, off) != AUTHOR_MODEL)
        return false;
    if (b == NULL || s->p->where == WHERE_ANYWHERE)
        return true;
    for (uint32_t i = 0; i < b->pieces && !code; i++) {
        const struct piece *q = &s->r->doc.pieces[b->first_piece + i];

        code = q->kind == PIECE_CODE && off >= q->span.off &&
               off < span_end(q->span);
    }
    return code == (s->p->where == WHERE_CODE);
}

static void search_span(struct search *s, struct span span,
                        const struct block *b)
{
    const struct text t = text_sub(s->r->bytes, span);
    const struct kv evidence = id_of(s->p);
    size_t at = 0;

    while (s->st == ST_OK && !s->given_up && at <= t.len &&
           s->matches < MATCHES_MAX) {
        const enum regex_result found = regex_find(s->p->regex, s->m, t, at);
        struct span hit;

        if (found == REGEX_LIMIT) {
            s->given_up = true;
            s->st = ctx_emit(s->ctx, RULE_LIMIT, span, text_from(s->p->id),
                             &evidence, 1);
            return;
        }
        if (found == REGEX_NONE || !regex_group(s->m, 0, &hit))
            return;
        at = hit.len > 0 ? span_end(hit) : hit.off + 1;
        hit.off += span.off;
        if (hit.len == 0 || !wanted(s, b, hit.off))
            continue;
        s->matches++;
        s->st = ctx_emit_as(
            s->ctx, RULE_MATCH, s->p->severity, hit,
            text_from(s->p->message != NULL ? s->p->message : s->p->id),
            &evidence, 1);
    }
}

static bool looks_into(enum where where, enum block_role role)
{
    switch (where) {
    case WHERE_HEADING:
        return role == BLOCK_HEADING;
    case WHERE_PROSE:
        return role != BLOCK_HEADING && role != BLOCK_CODE &&
               role != BLOCK_FRONT_MATTER;
    case WHERE_CODE:
        return true; /* code spans stand in prose */
    case WHERE_ANYWHERE:
    case WHERE_COUNT:
        break;
    }
    return false;
}

static void search_report(struct search *s)
{
    const struct doc *doc = &s->r->doc;

    if (s->p->where == WHERE_ANYWHERE) {
        for (size_t i = 0; i < s->r->model_count; i++)
            search_span(s, s->r->model[i], NULL);
        return;
    }
    for (size_t i = 0; i < doc->block_count; i++)
        if (looks_into(s->p->where, doc->blocks[i].role))
            search_span(s, doc->blocks[i].span, &doc->blocks[i]);
}

static enum status pattern_run(struct check_ctx *ctx)
{
    const struct patterns *p = ctx_setup(ctx);
    enum status st = ST_OK;

    for (size_t i = 0; i < p->count && st == ST_OK; i++) {
        struct search s = { .ctx = ctx,
                            .r = ctx_report(ctx),
                            .p = &p->at[i],
                            .m = regex_match_new() };

        if (s.m == NULL)
            return error_set(ctx_error(ctx), ST_NOMEM, "no memory to match");
        search_report(&s);
        if (s.st == ST_OK && regex_out_of_memory(s.m))
            s.st = error_set(ctx_error(ctx), ST_NOMEM, "no memory to match");
        regex_match_free(s.m);
        st = s.st;
    }
    return st;
}

const struct check check_pattern = {
    .id = "pattern",
    .summary = "the user's own patterns of assay.json",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .setup = pattern_setup,
    .teardown = patterns_free,
    .run = pattern_run,
};
