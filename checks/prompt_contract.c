/* What the prompt asked for and can be counted: length, sections, tables,
 * numbered lists. The contract is a JSON object of the run record. */
#include <cjson/cJSON.h>

#include "validator/check.h"
#include "validator/run_context.h"

enum { RULE_WORDS, RULE_SECTION, RULE_TABLE, RULE_LIST, RULE_BOLD, RULE_COUNT };
static const struct rule rules[] = {
    [RULE_WORDS] = { "prompt-contract/words", SEV_WARNING,
                     "the report is not as long as the prompt asked" },
    [RULE_SECTION] = { "prompt-contract/section", SEV_WARNING,
                       "a section that the prompt asked for is missing" },
    [RULE_TABLE] = { "prompt-contract/table", SEV_WARNING,
                     "fewer tables or table rows than the prompt asked for" },
    [RULE_LIST] = { "prompt-contract/list", SEV_WARNING,
                    "fewer numbered items than the prompt asked for" },
    [RULE_BOLD] = { "prompt-contract/bold", SEV_WARNING,
                    "fewer bold passages than the prompt asked for" },
};

/* Models count words badly; a writer's "300-400 words" is not to the word. */
enum { OPT_SLACK, OPT_COUNT };
static const struct option options[] = {
    [OPT_SLACK] = { "words-slack", 10, 0, 100, "percent",
                    "docs/checks/prompt-contract.md" },
};

struct counted {
    size_t words, tables, most_rows, numbered, bold;
};

static bool is_models(const struct report *r, const struct block *b)
{
    return report_author(r, b->span.off) == AUTHOR_MODEL;
}

/* Runs of bytes between white space that hold a letter or digit. */
static size_t count_words(struct text t)
{
    size_t n = 0;
    bool inside = false;

    for (size_t i = 0; i < t.len; i++) {
        const bool solid =
            ascii_alnum(t.ptr[i]) || (unsigned char)t.ptr[i] >= 0x80;

        if (ascii_space(t.ptr[i]))
            inside = false;
        else if (solid && !inside) {
            inside = true;
            n++;
        }
    }
    return n;
}

static void count_block(struct counted *c, const struct report *r,
                        const struct block *b)
{
    bool strong = false;

    c->words += count_words(text_sub(r->bytes, b->span));
    for (size_t i = 0; i < b->pieces; i++) {
        const struct piece *p = &r->doc.pieces[b->first_piece + i];

        c->bold += p->strong && !strong;
        strong = p->strong;
    }
    if (b->role == BLOCK_TABLE_HEAD && b->col == 0)
        c->tables++;
    if (b->role == BLOCK_TABLE_CELL && b->row > c->most_rows)
        c->most_rows = b->row;
}

/* Numbered items, or headings and bold lines that begin with a number. */
static bool is_numbered(const struct report *r, const struct block *b)
{
    const struct text t = text_trim(text_sub(r->bytes, b->span));
    size_t i = 0;

    if (b->role == BLOCK_LIST_ITEM)
        return b->ordered;
    if (b->role != BLOCK_HEADING)
        return false;
    while (i < t.len && (t.ptr[i] == '*' || t.ptr[i] == '_'))
        i++;
    return i + 1 < t.len && ascii_digit(t.ptr[i]);
}

static void count_all(struct counted *c, const struct report *r)
{
    *c = (struct counted){ .words = 0 };
    for (size_t i = 0; i < r->doc.block_count; i++)
        if (is_models(r, &r->doc.blocks[i])) {
            count_block(c, r, &r->doc.blocks[i]);
            c->numbered += is_numbered(r, &r->doc.blocks[i]);
        }
}

/* A wish in a contract: "key": {"min": n, "max": n}, or a plain number. */
static double wish(const cJSON *contract, const char *key, const char *bound)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(contract, key);

    if (cJSON_IsNumber(v) && strcmp(bound, "min") == 0)
        return v->valuedouble;
    v = cJSON_GetObjectItemCaseSensitive(v, bound);
    return cJSON_IsNumber(v) ? v->valuedouble : -1;
}

static struct span place(const struct report *r)
{
    const struct span s =
        r->model_count > 0 ? r->model[0] : (struct span){ 0, 0 };
    const struct text t = text_sub(r->bytes, s);
    const size_t end = text_find(t, TEXT_LIT("\n"), 0);

    return (struct span){ s.off, end < s.len ? end : s.len };
}

static enum status tell(struct check_ctx *ctx, size_t rule, const char *what,
                        double wanted, size_t got)
{
    const struct kv evidence[] = { KV_T("what", text_from(what)),
                                   KV_R("wanted", wanted),
                                   KV_I("got", (long long)got) };
    const char *detail = arena_printf(ctx_arena(ctx), "%s: %zu, asked for %g",
                                      what, got, wanted);

    if (detail == NULL)
        return error_set(ctx_error(ctx), ST_NOMEM, "no memory for a finding");
    return ctx_emit(ctx, rule, place(ctx_report(ctx)), text_from(detail),
                    evidence, sizeof(evidence) / sizeof(*evidence));
}

static enum status check_words(struct check_ctx *ctx, const cJSON *contract,
                               size_t words)
{
    const double slack = (double)ctx_option(ctx, OPT_SLACK) / 100;
    const double min = wish(contract, "words", "min");
    const double max = wish(contract, "words", "max");

    if (min > 0 && (double)words < min * (1 - slack))
        return tell(ctx, RULE_WORDS, "words", min, words);
    if (max > 0 && (double)words > max * (1 + slack))
        return tell(ctx, RULE_WORDS, "words", max, words);
    return ST_OK;
}

static enum status check_counts(struct check_ctx *ctx, const cJSON *contract,
                                const struct counted *c)
{
    const struct {
        const char *key, *what;
        size_t rule, got;
    } rows[] = {
        { "tables", "tables", RULE_TABLE, c->tables },
        { "table_rows", "rows of the longest table", RULE_TABLE, c->most_rows },
        { "numbered", "numbered items", RULE_LIST, c->numbered },
        { "bold", "bold passages", RULE_BOLD, c->bold },
    };
    enum status st = ST_OK;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && st == ST_OK; i++) {
        const double min = wish(contract, rows[i].key, "min");

        if (min > 0 && (double)rows[i].got < min)
            st = tell(ctx, rows[i].rule, rows[i].what, min, rows[i].got);
    }
    return st;
}

static bool holds(struct text t, struct text word)
{
    for (size_t i = 0; i + word.len <= t.len; i++)
        if (text_eq_icase((struct text){ t.ptr + i, word.len }, word))
            return true;
    return false;
}

/* A heading, or a bold beginning of a line, that holds the section's name. */
static bool has_section(const struct report *r, struct text name)
{
    for (size_t i = 0; i < r->doc.block_count; i++) {
        const struct block *b = &r->doc.blocks[i];

        if (!is_models(r, b))
            continue;
        if (b->role == BLOCK_HEADING &&
            holds(text_sub(r->bytes, b->span), name))
            return true;
        if (b->pieces > 0 && r->doc.pieces[b->first_piece].strong &&
            holds(text_sub(r->bytes, r->doc.pieces[b->first_piece].span), name))
            return true;
    }
    return false;
}

static enum status check_sections(struct check_ctx *ctx, const cJSON *contract)
{
    const cJSON *section;
    enum status st = ST_OK;

    cJSON_ArrayForEach(section,
                       cJSON_GetObjectItemCaseSensitive(contract, "sections"))
    {
        struct text name;

        if (st != ST_OK || !cJSON_IsString(section))
            continue;
        name = arena_copy(ctx_arena(ctx), text_from(section->valuestring));
        if (name.ptr == NULL)
            return error_set(ctx_error(ctx), ST_NOMEM,
                             "no memory for a finding");
        if (!has_section(ctx_report(ctx), name)) {
            const struct kv evidence[] = { KV_T("section", name) };

            st = ctx_emit(ctx, RULE_SECTION, place(ctx_report(ctx)), name,
                          evidence, 1);
        }
    }
    return st;
}

static enum status prompt_contract_run(struct check_ctx *ctx)
{
    const struct run_context *run = ctx_run(ctx);
    struct counted c;
    cJSON *contract;
    enum status st;

    if (run == NULL || run->contract_json.len == 0 || run->aborted)
        return ST_OK; /* a stopped report keeps no promise */
    contract =
        cJSON_ParseWithLength(run->contract_json.ptr, run->contract_json.len);
    count_all(&c, ctx_report(ctx));
    st = check_words(ctx, contract, c.words);
    if (st == ST_OK)
        st = check_counts(ctx, contract, &c);
    if (st == ST_OK)
        st = check_sections(ctx, contract);
    cJSON_Delete(contract);
    return st;
}

const struct check check_prompt_contract = {
    .id = "prompt-contract",
    .summary = "the report is not what the prompt asked for",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .options = options,
    .option_count = OPT_COUNT,
    .run = prompt_contract_run,
};
