#include "runner/agent/scenario.h"

#include "validator/base/jsonc.h"
#include "validator/rules_data.h"

struct reader {
    const char *file;
    struct arena *a;
    struct error *err;
};

static enum status bad(const struct reader *r, const char *where,
                       const char *what)
{
    return error_set(r->err, ST_INPUT, "%s: %s %s", r->file, where, what);
}

static const cJSON *member(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

static const char *string(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsString(v) ? v->valuestring : NULL;
}

/* A string, or a list of lines. */
static enum status read_text(const struct reader *r, struct text *out,
                             const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key), *line;
    const cJSON *lines = cJSON_IsArray(v) ? v : NULL;
    struct buf b = { .max = 1 << 20 };

    *out = (struct text){ "", 0 };
    if (cJSON_IsString(v))
        buf_puts(&b, v->valuestring);
    cJSON_ArrayForEach(line, lines)
    {
        if (!cJSON_IsString(line)) {
            buf_free(&b);
            return bad(r, key, "must be a string or a list of strings");
        }
        buf_puts(&b, line->valuestring);
        buf_putc(&b, '\n');
    }
    if (b.len > 0)
        *out = arena_copy(r->a, buf_text(&b));
    const bool failed = b.failed || out->ptr == NULL;

    buf_free(&b);
    return failed ? bad(r, key, "is longer than 1 MiB") : ST_OK;
}

static enum status read_call(const struct reader *r, struct scenario_call *c,
                             const cJSON *o)
{
    const char *api = string(o, "api");
    enum status st;

    c->stage = string(o, "stage");
    if (c->stage == NULL)
        return bad(r, "a call", "has no \"stage\"");
    c->api = api != NULL ? api_of_name(text_from(api)) : API_OLLAMA_GENERATE;
    if (c->api == API_COUNT)
        return bad(r, api, "is no \"api\"");
    c->contract = member(o, "contract");
    st = read_text(r, &c->system, o, "system");
    if (st == ST_OK)
        st = read_text(r, &c->prompt, o, "prompt");
    if (st == ST_OK && c->prompt.len == 0)
        st = bad(r, c->stage, "has no \"prompt\"");
    return st;
}

static enum status read_extract(const struct reader *r,
                                struct scenario_extract *e, const cJSON *o)
{
    const cJSON *max = member(o, "max"), *word;

    e->name = o->string;
    e->from = string(o, "from");
    e->max_lines =
        cJSON_IsNumber(max) && max->valuedouble >= 1 && max->valuedouble <= 100
            ? (size_t)max->valuedouble
            : 10;
    if (e->from == NULL)
        return bad(r, e->name, "has no \"from\"");
    cJSON_ArrayForEach(word, member(o, "keywords"))
    {
        if (!cJSON_IsString(word) || e->keyword_count == KEYWORDS_MAX)
            return bad(r, e->name, "wants at most 32 \"keywords\"");
        e->keywords[e->keyword_count++] = word->valuestring;
    }
    return ST_OK;
}

static enum status read_agent(const struct reader *r, struct scenario_agent *g,
                              const cJSON *o)
{
    const cJSON *item;
    enum status st = ST_OK;

    g->name = string(o, "name");
    g->title = string(o, "title");
    g->model = string(o, "model");
    g->layout = string(o, "layout");
    g->options = member(o, "options");
    if (g->name == NULL || g->title == NULL)
        return bad(r, "an agent", "has no \"name\" or no \"title\"");
    for (const char *p = g->name; *p != '\0'; p++)
        if (!ascii_alnum(*p) && *p != '-' && *p != '_')
            return bad(r, g->name, "is no name: letters, digits, - and _");
    cJSON_ArrayForEach(item, member(o, "calls"))
    {
        if (g->call_count == CALLS_MAX)
            return bad(r, g->name, "has more than 8 calls");
        if (st == ST_OK)
            st = read_call(r, &g->calls[g->call_count++], item);
    }
    cJSON_ArrayForEach(item, member(o, "extract"))
    {
        if (g->extract_count == EXTRACTS_MAX)
            return bad(r, g->name, "has more than 8 extracts");
        if (st == ST_OK)
            st = read_extract(r, &g->extracts[g->extract_count++], item);
    }
    if (st == ST_OK)
        st = read_text(r, &g->persona, o, "persona");
    if (st == ST_OK)
        st = read_text(r, &g->report, o, "report");
    if (st == ST_OK && (g->call_count == 0 || g->report.len == 0))
        st = bad(r, g->name, "has no \"calls\" or no \"report\"");
    return st;
}

static enum status read_scenario(const struct reader *r, struct scenario *s)
{
    const char *schema = string(s->json, "schema");
    const char *order = string(s->json, "order");
    const cJSON *agent;
    enum status st = ST_OK;

    s->name = string(s->json, "name");
    s->summary = string(s->json, "summary");
    s->concurrent = order != NULL && strcmp(order, "concurrent") == 0;
    s->sweep = member(s->json, "sweep");
    if (schema == NULL || strcmp(schema, "assay-scenario/1") != 0)
        return bad(r, "want \"schema\":", "\"assay-scenario/1\"");
    if (s->name == NULL)
        return bad(r, "the scenario", "has no \"name\"");
    cJSON_ArrayForEach(agent, member(s->json, "agents"))
    {
        if (s->agent_count == AGENTS_MAX)
            return bad(r, s->name, "has more than 8 agents");
        if (st == ST_OK)
            st = read_agent(r, &s->agents[s->agent_count++], agent);
    }
    if (st == ST_OK && s->agent_count == 0)
        st = bad(r, s->name, "has no \"agents\"");
    if (st == ST_OK)
        st = read_text(r, &s->combined, s->json, "combined");
    if (st == ST_OK)
        st = read_text(r, &s->aggregate, s->json, "aggregate");
    return st;
}

/* "extends": "single" takes what is not said here from an embedded one. */
static enum status extend(const struct reader *r, struct scenario *s)
{
    const char *base = string(s->json, "extends");
    const struct text json =
        base != NULL ? scenario_embedded(base) : (struct text){ NULL, 0 };
    cJSON *from = NULL, *item;
    enum status st;

    if (base == NULL)
        return ST_OK;
    if (json.ptr == NULL)
        return bad(r, base, "is no scenario that could be extended");
    st = jsonc_parse(&from, json, base, r->err);
    while (st == ST_OK && (item = from->child) != NULL) {
        cJSON *one = cJSON_DetachItemViaPointer(from, item);

        if (member(s->json, one->string) != NULL)
            cJSON_Delete(one);
        else
            (void)cJSON_AddItemToObject(s->json, one->string, one);
    }
    cJSON_Delete(from);
    return st;
}

enum status scenario_parse(struct scenario *s, struct text json,
                           const char *file, struct arena *a, struct error *err)
{
    const struct reader r = { file, a, err };
    enum status st;

    *s = (struct scenario){ .name = NULL };
    st = jsonc_parse(&s->json, json, file, err);
    if (st == ST_OK)
        st = extend(&r, s);
    if (st == ST_OK)
        st = read_scenario(&r, s);
    if (st != ST_OK)
        scenario_free(s);
    return st;
}

void scenario_free(struct scenario *s)
{
    cJSON_Delete(s->json);
    s->json = NULL;
}

static const char folder[] = "scenarios/";

struct text scenario_embedded(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++) {
        const struct text file = text_from(rules_files[i].name);
        const size_t head = sizeof(folder) - 1, tail = 5; /* ".json" */

        if (text_starts(file, text_from(folder)) &&
            file.len == head + strlen(name) + tail &&
            memcmp(file.ptr + head, name, strlen(name)) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    }
    return (struct text){ NULL, 0 };
}

void scenario_names(struct buf *out)
{
    for (size_t i = 0; i < rules_files_count; i++) {
        const struct text file = text_from(rules_files[i].name);
        const size_t head = sizeof(folder) - 1;

        if (!text_starts(file, text_from(folder)))
            continue;
        if (out->len > 0)
            buf_puts(out, ", ");
        buf_add(out, (struct text){ file.ptr + head, file.len - head - 5 });
    }
}
