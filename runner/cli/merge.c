/* assay merge: the parts of check --shard -f partial as one result, byte for
 * byte what one process would have written. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/cli.h"
#include "validator/audit/audit.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"
#include "validator/output/writer.h"

enum { PART_MAX = 1 << 30, SHARDS_MAX = 100000, REPORTS_MAX = 10000000 };

struct merge_args {
    long expect;
    bool jsonl, exit_zero;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct merge_args *)arg)

STORE(expect)
{
    return cli_long(value, 1, SHARDS_MAX, &ARGS->expect, err);
}
STORE(format)
{
    ARGS->jsonl = strcmp(value, "jsonl") == 0;
    return ARGS->jsonl || strcmp(value, "json") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want json or jsonl", value);
}
STORE(exit_zero)
{
    (void)value;
    (void)err;
    ARGS->exit_zero = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "expect", 0, ARG_VALUE, "N", "how many parts there must be (required)",
      store_expect },
    { "format", 'f', ARG_VALUE, "FORMAT", "json or jsonl (json)",
      store_format },
    { "exit-zero", 0, ARG_NONE, NULL, "exit 0 whatever was found",
      store_exit_zero },
};

/* One report's line; raw is its object as written, in the part's bytes. */
struct line {
    size_t nth;
    struct text raw;
    bool error, fails;
    size_t verdict; /* enum verdict */
    size_t claims[CLAIM_VERDICTS];
    bool has_chance;
    double chance;
};

struct merge {
    char **parts; /* bytes of the part files */
    size_t part_count;
    const char **shard_file; /* by shard: who brought it */
    struct line *lines;
    size_t count, cap;
    cJSON *header; /* of the first part */
    struct error *err;
};

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static enum status bad(struct merge *m, const char *path, const char *what)
{
    return error_set(m->err, ST_INPUT, "%s: %s", path, what);
}

static bool same_member(const cJSON *a, const cJSON *b, const char *name)
{
    return cJSON_Compare(member(a, name), member(b, name), true);
}

/* The header: the right schema, a shard not seen yet, judged by the same
 * rules as the others. */
static enum status take_header(struct merge *m, cJSON *h, const char *path,
                               long expect)
{
    const cJSON *schema = member(h, "schema"), *shard = member(h, "shard");
    const cJSON *shards = member(h, "shards");

    if (!cJSON_IsString(schema) ||
        strcmp(schema->valuestring, "assay-partial/1") != 0 ||
        !cJSON_IsNumber(shard) || !cJSON_IsNumber(shards) ||
        !cJSON_IsString(member(h, "version")) ||
        !cJSON_IsString(member(h, "rules")))
        return bad(m, path, "is not a part (assay check -f partial)");
    if (shards->valuedouble != (double)expect ||
        !(shard->valuedouble >= 1 && shard->valuedouble <= (double)expect))
        return error_set(m->err, ST_INPUT,
                         "%s: is shard %g of %g, --expect says %ld", path,
                         shard->valuedouble, shards->valuedouble, expect);
    const char **file = &m->shard_file[(size_t)shard->valuedouble - 1];

    if (*file != NULL)
        return error_set(m->err, ST_INPUT, "%s: shard %g is in %s already",
                         path, shard->valuedouble, *file);
    *file = path;
    if (m->header != NULL && (!same_member(m->header, h, "version") ||
                              !same_member(m->header, h, "rules") ||
                              !same_member(m->header, h, "fail_on")))
        return bad(m, path,
                   "was judged by another version, rule set or "
                   "--fail-on than the first part");
    return ST_OK;
}

static size_t verdict_of(const cJSON *v)
{
    size_t i = 0;

    while (i < VERDICT_COUNT &&
           (!cJSON_IsString(v) || strcmp(verdict_name[i], v->valuestring) != 0))
        i++;
    return i;
}

static void read_claims(struct line *l, const cJSON *o)
{
    const cJSON *claims = member(o, "claims"), *chance = member(o, "chance");

    for (int i = 0; i < CLAIM_VERDICTS; i++) {
        const cJSON *n = cJSON_GetArrayItem(claims, i);

        if (cJSON_IsNumber(n) && n->valuedouble >= 0 && n->valuedouble < 1e9)
            l->claims[i] = (size_t)n->valuedouble;
    }
    l->has_chance = cJSON_IsNumber(chance);
    l->chance = l->has_chance ? chance->valuedouble : 0;
}

static enum status add_line(struct merge *m, const struct line *l)
{
    if (m->count == REPORTS_MAX)
        return error_set(m->err, ST_LIMIT, "more than %d reports", REPORTS_MAX);
    if (m->count == m->cap) {
        const size_t cap = m->cap != 0 ? m->cap * 2 : 256;
        struct line *p = realloc(m->lines, cap * sizeof(*p));

        if (p == NULL)
            return error_set(m->err, ST_NOMEM, "no memory for reports");
        m->lines = p;
        m->cap = cap;
    }
    m->lines[m->count++] = *l;
    return ST_OK;
}

static enum status take_line(struct merge *m, const cJSON *o, struct text line,
                             const char *path)
{
    static const struct text key = { ",\"report\":", 10 };
    const cJSON *nth = member(o, "nth");
    const size_t at = text_find(line, key, 0);
    struct line l = { .error = cJSON_IsTrue(member(o, "error")),
                      .fails = cJSON_IsTrue(member(o, "fails")),
                      .verdict = verdict_of(member(o, "verdict")) };

    if (!cJSON_IsNumber(nth) || !(nth->valuedouble >= 1) ||
        nth->valuedouble > 1e9 || at + key.len >= line.len ||
        (!l.error && l.verdict == VERDICT_COUNT))
        return bad(m, path, "a line that is no report's");
    l.nth = (size_t)nth->valuedouble;
    l.raw = text_sub(line, span_between(at + key.len, line.len - 1));
    read_claims(&l, o);
    return add_line(m, &l);
}

/* One line of a part; *ended: the last was the end. */
static enum status take(struct merge *m, struct text line, bool first,
                        bool *ended, size_t *reports, const char *path,
                        long expect)
{
    cJSON *o = NULL;
    enum status st = *ended ? bad(m, path, "goes on behind its end")
                            : jsonc_parse(&o, line, path, m->err);

    if (st == ST_OK && first) {
        st = take_header(m, o, path, expect);
        if (st == ST_OK && m->header == NULL) {
            m->header = o;
            o = NULL;
        }
    } else if (st == ST_OK && cJSON_IsTrue(member(o, "end"))) {
        const cJSON *n = member(o, "reports");

        *ended = true;
        if (!cJSON_IsNumber(n) || n->valuedouble != (double)*reports)
            st = bad(m, path, "holds another number of reports than it says");
    } else if (st == ST_OK) {
        *reports += !cJSON_IsTrue(member(o, "error"));
        st = take_line(m, o, line, path);
    }
    cJSON_Delete(o);
    return st;
}

static enum status read_part(struct merge *m, const char *path, long expect)
{
    char *bytes = NULL;
    size_t len = 0, at = 0, reports = 0;
    bool ended = false;
    enum status st = file_read(&bytes, &len, path, PART_MAX, m->err);

    if (st != ST_OK)
        return st;
    m->parts[m->part_count++] = bytes;
    while (at < len && st == ST_OK) {
        const struct text all = { bytes, len };
        const size_t end = text_find(all, TEXT_LIT("\n"), at);

        if (end >= len)
            return bad(m, path, "is cut short");
        st = take(m, text_sub(all, span_between(at, end)), at == 0, &ended,
                  &reports, path, expect);
        at = end + 1;
    }
    return st == ST_OK && !ended ? bad(m, path, "is cut short: no last line")
                                 : st;
}

static int by_nth(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    return (x->nth > y->nth) - (x->nth < y->nth);
}

static enum status check_whole(struct merge *m, long expect)
{
    for (long i = 0; i < expect; i++)
        if (m->shard_file[i] == NULL)
            return error_set(m->err, ST_INPUT, "shard %ld of %ld is missing",
                             i + 1, expect);
    if (m->count > 1)
        qsort(m->lines, m->count, sizeof(*m->lines), by_nth);
    for (size_t i = 0; i < m->count; i++)
        if (m->lines[i].nth != i + 1)
            return error_set(m->err, ST_INPUT,
                             "report %zu is missing or doubled: the shards "
                             "did not see the same reports",
                             i + 1);
    return m->count > 0
               ? ST_OK
               : error_set(m->err, ST_INPUT, "the parts hold no report");
}

struct totals {
    struct summary summary;
    bool fails, errors;
};

static void add_up(const struct merge *m, struct totals *t)
{
    size_t with_claims = 0;

    for (size_t i = 0; i < m->count; i++) {
        const struct line *l = &m->lines[i];

        t->fails = t->fails || l->fails;
        t->errors = t->errors || l->error;
        if (l->error)
            continue;
        t->summary.reports++;
        t->summary.verdicts[l->verdict]++;
        for (size_t k = 0; k < CLAIM_VERDICTS; k++)
            t->summary.claims[k] += l->claims[k];
        with_claims += l->has_chance;
        t->summary.chance_match_rate += l->chance;
    }
    t->summary.chance_match_rate =
        with_claims > 0 ? t->summary.chance_match_rate / (double)with_claims
                        : -1;
}

static enum status put(const struct merge *m, bool jsonl,
                       const struct totals *t)
{
    const struct writer *w = writer_find(TEXT_LIT("json"));
    const struct writer_options o = {
        .version = member(m->header, "version")->valuestring,
        .rules_sha256 = member(m->header, "rules")->valuestring,
    };
    struct buf b = { .max = (size_t)4 << 30 };
    enum status st;

    if (!jsonl)
        w->begin(&b, &o);
    for (size_t i = 0; i < m->count; i++) {
        buf_puts(&b, jsonl ? "" : i > 0 ? ",\n" : "\n");
        buf_add(&b, m->lines[i].raw);
        buf_puts(&b, jsonl ? "\n" : "");
    }
    if (!jsonl)
        w->end(&b, &o, &t->summary);
    st = file_write_buf("-", &b, m->err);
    buf_free(&b);
    return st;
}

static void merge_free(struct merge *m)
{
    for (size_t i = 0; i < m->part_count; i++)
        free(m->parts[i]);
    free(m->parts);
    free((void *)m->shard_file);
    free(m->lines);
    cJSON_Delete(m->header);
}

static enum status merge_all(const struct merge_args *args, char **paths, int n,
                             struct totals *t, struct error *err)
{
    struct merge m = { .err = err };
    enum status st = ST_OK;

    if (args->expect == 0)
        return error_set(err, ST_USAGE, "--expect N is needed");
    if (n == 0)
        return error_set(err, ST_USAGE, "no part named");
    m.parts = calloc((size_t)n, sizeof(*m.parts));
    m.shard_file = calloc((size_t)args->expect, sizeof(*m.shard_file));
    if (m.parts == NULL || m.shard_file == NULL)
        st = error_set(err, ST_NOMEM, "no memory for %d parts", n);
    for (int i = 0; i < n && st == ST_OK; i++)
        st = read_part(&m, paths[i], args->expect);
    if (st == ST_OK)
        st = check_whole(&m, args->expect);
    if (st == ST_OK) {
        add_up(&m, t);
        st = put(&m, args->jsonl, t);
    }
    merge_free(&m);
    return st;
}

extern const struct command command_merge;

static int merge_main(int argc, char **argv)
{
    struct merge_args args = { .expect = 0 };
    struct totals t = { .fails = false };
    struct error err;
    int operands = 0;
    enum status st =
        cli_parse(&command_merge, argc, argv, &args, &operands, &err);

    if (st == ST_OK)
        st = merge_all(&args, argv + 1, operands, &t, &err);
    if (st != ST_OK)
        return cli_fail(&err);
    if (t.errors)
        return EXIT_CANNOT;
    return t.fails && !args.exit_zero ? EXIT_GATE : EXIT_PASS;
}

const struct command command_merge = {
    .name = "merge",
    .summary = "join the parts of check --shard",
    .operands = "--expect N PART...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = merge_main,
};
