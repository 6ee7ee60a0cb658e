#include "runner/agent/record_read.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/jsonc.h"

static const cJSON *member(const cJSON *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o, key);
}

static struct text text_member(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsString(v) ? text_from(v->valuestring)
                             : (struct text){ "", 0 };
}

static long long_member(const cJSON *o, const char *key)
{
    const cJSON *v = member(o, key);

    return cJSON_IsNumber(v) && v->valuedouble >= 0 && v->valuedouble < 1e15
               ? (long)v->valuedouble
               : -1;
}

static enum status read_spans(struct record *r, const char *path,
                              struct error *err)
{
    const cJSON *list = member(member(r->json, "report"), "model"), *pair;
    size_t n = 0, end = 0;

    r->spans = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*r->spans));
    if (r->spans == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    cJSON_ArrayForEach(pair, list)
    {
        const cJSON *from = cJSON_GetArrayItem(pair, 0);
        const cJSON *to = cJSON_GetArrayItem(pair, 1);

        if (!cJSON_IsNumber(from) || !cJSON_IsNumber(to) ||
            from->valuedouble < (double)end ||
            to->valuedouble < from->valuedouble || to->valuedouble > 1e15)
            return error_set(err, ST_INPUT,
                             "%s: report.model is no ascending list of ranges",
                             path);
        end = (size_t)to->valuedouble;
        r->spans[n++] = span_between((size_t)from->valuedouble, end);
    }
    r->context.model = r->spans;
    r->context.model_count = n;
    return ST_OK;
}

static enum status read_calls(struct record *r, const char *path,
                              struct error *err)
{
    const cJSON *list = member(r->json, "calls"), *c;
    size_t n = 0;

    r->calls = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(*r->calls));
    if (r->calls == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", path);
    cJSON_ArrayForEach(c, list)
    {
        r->calls[n++] = (struct run_call){
            .stage = text_member(c, "stage"),
            .prompt = text_member(c, "prompt"),
            .prompt_tokens = long_member(c, "prompt_eval_count"),
            .output_tokens = long_member(c, "eval_count"),
        };
        r->context.prompt = text_member(c, "prompt");
        r->context.done_reason = text_member(c, "done_reason");
    }
    if (n > 0) {
        r->context.prompt_tokens = r->calls[n - 1].prompt_tokens;
        r->context.output_tokens = r->calls[n - 1].output_tokens;
    }
    r->context.calls = r->calls;
    r->context.call_count = n;
    return ST_OK;
}

enum status record_read(struct record *r, const char *path, struct error *err)
{
    const cJSON *options, *contract, *file;
    enum status st;

    *r = (struct record){ .context = { .num_ctx = -1,
                                       .num_predict = -1,
                                       .prompt_tokens = -1,
                                       .output_tokens = -1 } };
    st = jsonc_load(&r->json, path, err);
    if (st != ST_OK)
        return st;
    options = member(r->json, "options");
    contract = member(r->json, "contract");
    file = member(member(r->json, "report"), "file");
    if (!text_starts(text_member(r->json, "schema"), TEXT_LIT("assay-run/")))
        st = error_set(err, ST_INPUT, "%s: is not a run record", path);
    else if (!cJSON_IsString(file))
        st = error_set(err, ST_INPUT, "%s: the run wrote no report", path);
    if (st == ST_OK)
        st = read_spans(r, path, err);
    if (st == ST_OK)
        st = read_calls(r, path, err);
    if (st != ST_OK) {
        record_free(r);
        return st;
    }
    r->file = file->valuestring;
    r->sha256 = text_member(member(r->json, "report"), "sha256").ptr;
    r->context.date = text_member(r->json, "date");
    r->context.num_ctx = long_member(options, "num_ctx");
    r->context.num_predict = long_member(options, "num_predict");
    r->context.aborted = cJSON_IsTrue(member(r->json, "aborted"));
    r->options = options != NULL ? cJSON_PrintUnformatted(options) : NULL;
    r->contract = contract != NULL ? cJSON_PrintUnformatted(contract) : NULL;
    r->context.options_json = text_from(r->options != NULL ? r->options : "");
    r->context.contract_json =
        text_from(r->contract != NULL ? r->contract : "");
    return ST_OK;
}

void record_free(struct record *r)
{
    cJSON_Delete(r->json);
    free(r->spans);
    free(r->calls);
    cJSON_free(r->options);
    cJSON_free(r->contract);
    *r = (struct record){ .json = NULL };
}

bool record_is_of(const struct record *r, const char *name, struct text bytes)
{
    const char *slash = strrchr(name, '/');
    struct sha256_ctx h;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char hex[65];

    if (strcmp(slash != NULL ? slash + 1 : name, r->file) != 0)
        return false;
    if (r->sha256[0] == '\0')
        return true;
    sha256_init(&h);
    sha256_update(&h, bytes.len, (const uint8_t *)bytes.ptr);
    sha256_digest(&h, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return strcmp(hex, r->sha256) == 0;
}
