/* Names of files that are not among the data. */
#include <stdlib.h>

#include "validator/base/jsonc.h"
#include "validator/base/utf8.h"
#include "validator/check.h"
#include "validator/facts/facts.h"
#include "validator/run_context.h"

enum { RULE_NAME, RULE_CELL, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_NAME] = { "fabricated-file/name", SEV_ERROR,
                    "no such file in the data" },
    [RULE_CELL] = { "fabricated-file/cell", SEV_ERROR,
                    "a table names a file that the data do not have" },
};
enum { OPT_REPEATS, OPT_COUNT };
static const struct option options[] = {
    [OPT_REPEATS] = { "repeats", 5, 1, 1000, "findings per name",
                      "docs/checks/fabricated-file.md" },
};

enum { NAME_MAX_BYTES = 255, SEEN_MAX = 512, WORDS_MAX = 256 };

struct words { /* sorted; borrowed from the rules */
    struct text at[WORDS_MAX];
    size_t count;
};

struct setup {
    cJSON *rules;
    struct words endings, not_files, headers, placeholders;
};

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct text *)a, *(const struct text *)b);
}

static void read_words(struct words *out, const cJSON *from, const char *name)
{
    const cJSON *item;

    cJSON_ArrayForEach(
        item, cJSON_GetObjectItem(from, name)) if (cJSON_IsString(item) &&
                                                   out->count < WORDS_MAX)
        out->at[out->count++] = text_from(item->valuestring);
    qsort(out->at, out->count, sizeof(*out->at), by_text);
}

static bool lists(const struct words *w, struct text t)
{
    char low[64];

    if (t.len > sizeof(low))
        return false;
    for (size_t i = 0; i < t.len; i++)
        low[i] = ascii_lower(t.ptr[i]);
    t.ptr = low;
    return bsearch(&t, w->at, w->count, sizeof(*w->at), by_text) != NULL;
}

static void teardown(void *setup)
{
    struct setup *s = setup;

    cJSON_Delete(s->rules);
    free(s);
}

static enum status make_setup(void **out, const struct check_env *env,
                              const char **why_off, struct error *err)
{
    const struct text json = env->rule_file(env, "files.json");
    struct setup *s;
    enum status st;

    if (json.ptr == NULL) {
        *why_off = "no files.json among the rules";
        return ST_OK;
    }
    s = calloc(1, sizeof(*s));
    if (s == NULL)
        return error_set(err, ST_NOMEM, "no memory for files.json");
    st = jsonc_parse(&s->rules, json, "files.json", err);
    if (st != ST_OK) {
        free(s);
        return st;
    }
    read_words(&s->endings, s->rules, "endings");
    read_words(&s->not_files, s->rules, "not_files");
    read_words(&s->headers, s->rules, "headers");
    read_words(&s->placeholders, s->rules, "placeholders");
    *out = s;
    return ST_OK;
}

/* ---- the shape of a name ---- */

/* What names of files are made of. Other scripts' letters count: a name with
 * one is no less a name. */
static bool name_byte(char c)
{
    return ascii_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' ||
           c == '\\' || c == '+' || c == '@' || c == '~' ||
           (unsigned char)c >= 0x80;
}

/* Punctuation beyond ASCII (quotes, dashes, ellipsis) ends a name. */
static bool ends_name(struct text t, size_t i)
{
    const int32_t c = utf8_next(t, &i);

    return c < 0 || c == 0xa0 || (c >= 0x2000 && c <= 0x206f) ||
           (c >= 0x3000 && c <= 0x3003) || c == 0xab || c == 0xbb;
}

/* The run of name bytes at `from`, shortened by what only ends a sentence. */
static size_t run_end(struct text t, size_t from)
{
    size_t i = from;

    while (i < t.len && name_byte(t.ptr[i])) {
        size_t next = i + 1;

        if ((unsigned char)t.ptr[i] >= 0x80) {
            if (ends_name(t, i))
                break;
            next = i;
            (void)utf8_next(t, &next);
        }
        i = next;
    }
    return i;
}

static struct text ending_of(struct text name)
{
    size_t n = name.len;

    while (n > 0 && name.ptr[n - 1] != '.' && name.ptr[n - 1] != '/')
        n--;
    return n > 0 && name.ptr[n - 1] == '.'
               ? (struct text){ name.ptr + n, name.len - n }
               : (struct text){ "", 0 };
}

static struct text last_part(struct text name)
{
    size_t n = name.len;

    while (n > 0 && name.ptr[n - 1] != '/' && name.ptr[n - 1] != '\\')
        n--;
    return (struct text){ name.ptr + n, name.len - n };
}

static bool has_letter(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (ascii_alpha(t.ptr[i]) || (unsigned char)t.ptr[i] >= 0x80)
            return true;
    return false;
}

/* "file", "example_2": a stem that stands for any name. */
static bool is_placeholder(const struct setup *s, struct text stem)
{
    while (stem.len > 0 && (ascii_digit(stem.ptr[stem.len - 1]) ||
                            stem.ptr[stem.len - 1] == '_'))
        stem.len--;
    return lists(&s->placeholders, stem);
}

/* The name without Markdown's backslashes before punctuation. */
static struct text unescape(struct text t, char buf[NAME_MAX_BYTES])
{
    size_t n = 0;

    for (size_t i = 0; i < t.len && n < NAME_MAX_BYTES; i++) {
        if (t.ptr[i] == '\\' && i + 1 < t.len &&
            (t.ptr[i + 1] == '_' || t.ptr[i + 1] == '-' ||
             t.ptr[i + 1] == '.' || t.ptr[i + 1] == '~'))
            continue;
        buf[n++] = t.ptr[i];
    }
    return (struct text){ buf, n };
}

/* A stem of at least two bytes with a letter, and an ending we know. */
static bool is_file_name(const struct setup *s, struct text raw)
{
    char buf[NAME_MAX_BYTES];
    const struct text last = last_part(unescape(raw, buf));
    const struct text ending = ending_of(last);
    struct text stem;

    if (ending.len == 0 || !lists(&s->endings, ending) ||
        raw.len > NAME_MAX_BYTES)
        return false;
    stem = (struct text){ last.ptr, last.len - ending.len - 1 };
    return stem.len >= 2 && has_letter(stem) && !lists(&s->not_files, last) &&
           !is_placeholder(s, stem);
}

/* ---- what is known ---- */

static bool part_of(struct text all, struct text name)
{
    for (size_t i = 0; i + name.len <= all.len; i++)
        if (ascii_lower(all.ptr[i]) == ascii_lower(name.ptr[0]) &&
            text_eq_icase((struct text){ all.ptr + i, name.len }, name))
            return true;
    return false;
}

/* In what the agent's own code wrote, or in the prompt. */
static bool template_says(const struct check_ctx *ctx, struct text name)
{
    const struct report *r = ctx_report(ctx);
    const struct run_context *run = ctx_run(ctx);
    size_t from = 0;

    for (size_t i = 0; i <= r->model_count; i++) {
        const size_t to = i < r->model_count ? r->model[i].off : r->bytes.len;

        if (part_of((struct text){ r->bytes.ptr + from, to - from }, name))
            return true;
        from = i < r->model_count ? span_end(r->model[i]) : to;
    }
    return run != NULL &&
           (part_of(run->prompt, name) || part_of(run->options_json, name));
}

/* Letters of another script that drifted into a name: they match anything. */
static bool fits_but_for_drift(const struct check_ctx *ctx, struct text name)
{
    const struct facts *f = ctx_facts(ctx);
    size_t start = 0, end = name.len;

    while (start < end && (unsigned char)name.ptr[start] < 0x80)
        start++;
    while (end > start && (unsigned char)name.ptr[end - 1] < 0x80)
        end--;
    if (start == end)
        return false; /* ASCII only */
    const struct text head = { name.ptr, start };
    const struct text tail = { name.ptr + end, name.len - end };

    for (size_t i = 0; i < facts_file_count(f); i++) {
        const struct fact_file *p = facts_file(f, (uint32_t)i);

        if ((text_starts(p->rel, head) || text_starts(p->name, head)) &&
            text_ends(p->rel, tail) && p->name.len >= tail.len)
            return true;
    }
    return false;
}

static bool known(const struct check_ctx *ctx, struct text name)
{
    return facts_mentions(ctx_facts(ctx), name) || template_says(ctx, name) ||
           fits_but_for_drift(ctx, name);
}

/* ---- findings ---- */

struct seen {
    struct {
        struct text name;
        size_t times;
    } at[SEEN_MAX];
    size_t count;
};

/* How often the name was reported before, counting this time. */
static size_t times_seen(struct seen *s, struct text name)
{
    for (size_t i = 0; i < s->count; i++)
        if (text_eq(s->at[i].name, name))
            return ++s->at[i].times;
    if (s->count == SEEN_MAX)
        return SIZE_MAX;
    s->at[s->count].name = name;
    s->at[s->count++].times = 1;
    return 1;
}

static enum status judge(struct check_ctx *ctx, struct seen *seen, size_t rule,
                         struct span span)
{
    char buf[NAME_MAX_BYTES];
    const struct text raw = text_sub(ctx_bytes(ctx), span);
    const struct text name = unescape(raw, buf);
    struct text near;
    const char *detail = "";
    struct kv evidence[2] = { KV_T("name", raw) };
    size_t count = 1;

    if (name.len == 0 || known(ctx, name) ||
        times_seen(seen, raw) > (size_t)ctx_option(ctx, OPT_REPEATS))
        return ST_OK;
    near = facts_nearest_file(ctx_facts(ctx), last_part(name));
    if (near.len > 0) {
        evidence[count++] = KV_T("nearest", near);
        detail = arena_printf(ctx_arena(ctx), "the nearest is %.*s",
                              (int)near.len, near.ptr);
    }
    if (detail == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for findings");
    return ctx_emit(ctx, rule, span, text_from(detail), evidence, count);
}

/* A glob, a placeholder or an address is not the name of one file. */
static bool part_of_pattern(struct text t, size_t start, size_t end)
{
    const char before = start > 0 ? t.ptr[start - 1] : ' ';
    const char after = end < t.len ? t.ptr[end] : ' ';

    if (before == '*' && after == '*')
        return false; /* emphasis */
    return before == '*' || before == '}' || before == '>' || before == '?' ||
           before == ']' || before == '$' || before == '%' || after == '*' ||
           after == '(' || after == '{' ||
           (start >= 3 && memcmp(t.ptr + start - 3, "...", 3) == 0) ||
           (start >= 3 && memcmp(t.ptr + start - 3, "\xe2\x80\xa6", 3) == 0);
}

static bool is_address(struct text t, size_t start, size_t end)
{
    const struct text name = { t.ptr + start, end - start };

    return (start >= 1 && t.ptr[start - 1] == ':' && name.len > 2 &&
            name.ptr[0] == '/' && name.ptr[1] == '/') ||
           text_starts(name, TEXT_LIT("www.")) ||
           text_find(name, TEXT_LIT("://"), 0) < name.len;
}

static size_t trim_end(struct text t, size_t start, size_t end)
{
    while (end > start && (t.ptr[end - 1] == '.' || t.ptr[end - 1] == '-' ||
                           t.ptr[end - 1] == '/' || t.ptr[end - 1] == '\\'))
        end--;
    return end;
}

static enum status names_in(struct check_ctx *ctx, struct seen *seen,
                            struct span part)
{
    const struct setup *s = ctx_setup(ctx);
    const struct text all = ctx_bytes(ctx);
    const struct text t = { all.ptr, span_end(part) };
    enum status st = ST_OK;

    for (size_t i = part.off; i < t.len && st == ST_OK;) {
        size_t end, next;

        if (!name_byte(t.ptr[i]) ||
            ((unsigned char)t.ptr[i] >= 0x80 && ends_name(t, i))) {
            (void)utf8_next(t, &i);
            continue;
        }
        next = run_end(t, i);
        end = trim_end(t, i, next);
        if (end > i && is_file_name(s, (struct text){ t.ptr + i, end - i }) &&
            !part_of_pattern(t, i, end) && !is_address(t, i, end))
            st = judge(ctx, seen, RULE_NAME, span_between(i, end));
        i = next > i ? next : i + 1;
    }
    return st;
}

/* ---- table columns of file names ---- */

/* The text of a block without markup at its ends. */
static struct span bare(struct text all, struct span s)
{
    static const char markup[] = "`*_\"' \t";

    while (s.len > 0 && strchr(markup, all.ptr[s.off]) != NULL &&
           all.ptr[s.off] != '\0') {
        s.off++;
        s.len--;
    }
    while (s.len > 0 && strchr(markup, all.ptr[span_end(s) - 1]) != NULL &&
           all.ptr[span_end(s) - 1] != '\0')
        s.len--;
    return s;
}

/* One word that is made like a name: "run_1", "gemma3-base", not "Total". */
static bool names_something(const struct setup *s, struct text t)
{
    bool joined = false;

    if (t.len < 3 || t.len > NAME_MAX_BYTES || !has_letter(t) ||
        is_file_name(s, t))
        return false; /* names with an ending are found everywhere */
    for (size_t i = 0; i < t.len; i++) {
        if (!name_byte(t.ptr[i]))
            return false;
        joined = joined || t.ptr[i] == '_' ||
                 (t.ptr[i] == '-' && i > 0 && i + 1 < t.len &&
                  (ascii_digit(t.ptr[i - 1]) || ascii_digit(t.ptr[i + 1])));
    }
    return joined;
}

static bool model_wrote(const struct report *r, struct span s)
{
    return s.len > 0 && report_author(r, s.off) == AUTHOR_MODEL;
}

static enum status cells(struct check_ctx *ctx, struct seen *seen)
{
    enum { COLUMNS = 64 };
    const struct setup *s = ctx_setup(ctx);
    const struct report *r = ctx_report(ctx);
    const struct text all = r->bytes;
    uint64_t columns = 0; /* bit: the column holds names of files */
    uint32_t table = DOC_NONE;
    enum status st = ST_OK;

    for (size_t i = 0; i < r->doc.block_count && st == ST_OK; i++) {
        const struct block *b = &r->doc.blocks[i];
        const struct span span = bare(all, b->span);

        if ((b->role != BLOCK_TABLE_HEAD && b->role != BLOCK_TABLE_CELL) ||
            b->col >= COLUMNS)
            continue;
        if (b->table != table) {
            table = b->table;
            columns = 0;
        }
        if (b->role == BLOCK_TABLE_HEAD) {
            if (lists(&s->headers, text_sub(all, span)))
                columns |= (uint64_t)1 << b->col;
            continue;
        }
        if (((columns >> b->col) & 1) != 0 && model_wrote(r, span) &&
            names_something(s, text_sub(all, span)))
            st = judge(ctx, seen, RULE_CELL, span);
    }
    return st;
}

static enum status fabricated_file_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct facts *f = ctx_facts(ctx);
    struct seen *seen;
    enum status st = ST_OK;

    if (f == NULL || !facts_has_tree(f))
        return ST_OK; /* no folder of data: any file may exist */
    seen = arena_alloc(ctx_arena(ctx), 1, sizeof(*seen));
    if (seen == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for names");
    for (size_t i = 0; i < r->model_count && st == ST_OK; i++)
        st = names_in(ctx, seen, r->model[i]);
    return st == ST_OK ? cells(ctx, seen) : st;
}

const struct check check_fabricated_file = {
    .id = "fabricated-file",
    .summary = "a file that is not among the data",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .options = options,
    .option_count = OPT_COUNT,
    .setup = make_setup,
    .teardown = teardown,
    .run = fabricated_file_run,
};
