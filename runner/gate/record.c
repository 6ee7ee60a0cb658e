/* Run records to observations. */
#include <math.h>
#include <stdlib.h>

#include "runner/gate/observation.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"

enum { RECORD_MAX = 64 << 20 }; /* bytes of a run record */

static const char *const garble_checks[] = { "language-drift", "token-loop",
                                             "special-token", "encoding" };

bool check_garbles(const char *check)
{
    for (size_t i = 0; i < sizeof(garble_checks) / sizeof(*garble_checks); i++)
        if (strcmp(check, garble_checks[i]) == 0)
            return true;
    return false;
}

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* The first of up to three names that is a number; NaN when none is. */
static double number(const cJSON *o, const char *a, const char *b,
                     const char *c)
{
    const char *const names[] = { a, b, c };

    for (size_t i = 0; i < 3 && names[i] != NULL; i++) {
        const cJSON *v = member(o, names[i]);

        if (cJSON_IsNumber(v))
            return v->valuedouble;
    }
    return NAN;
}

static const char *string(const cJSON *o, const char *name)
{
    const cJSON *v = member(o, name);

    return cJSON_IsString(v) ? v->valuestring : "";
}

/* An arena copy, and never NULL unless memory is out. */
static const char *keep(struct observations *o, const char *s)
{
    return arena_copy(o->arena, text_from(s)).ptr;
}

static bool truthy(const cJSON *v)
{
    return cJSON_IsTrue(v) ||
           (cJSON_IsString(v) && v->valuestring[0] != '\0') ||
           cJSON_IsObject(v);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string,
                  (*(const cJSON *const *)b)->string);
}

enum { OPTIONS_MAX = 256 };

/* Options as a JSON object with sorted keys. The seed differs from run to run
 * on purpose and names no series. */
static const char *options_text(struct observations *o, const cJSON *options)
{
    const cJSON *sorted[OPTIONS_MAX], *v;
    struct buf b = { .max = 1 << 20 };
    size_t n = 0;
    const char *out;

    cJSON_ArrayForEach(v, options) if (v->string != NULL &&
                                       strcmp(v->string, "seed") != 0 &&
                                       n < OPTIONS_MAX) sorted[n++] = v;
    if (n == 0)
        return "";
    qsort(sorted, n, sizeof(const cJSON *), by_name);
    for (size_t i = 0; i < n; i++) {
        char *value = cJSON_PrintUnformatted(sorted[i]);

        buf_putc(&b, i == 0 ? '{' : ',');
        buf_json(&b, text_from(sorted[i]->string));
        buf_putc(&b, ':');
        buf_puts(&b, value != NULL ? value : "null");
        cJSON_free(value);
    }
    buf_putc(&b, '}');
    out = b.failed ? NULL : arena_copy(o->arena, buf_text(&b)).ptr;
    buf_free(&b);
    return out;
}

/* A record member that is a string, or an object with a hash in it. */
static const char *hash_of(const cJSON *r, const char *plain,
                           const char *object, const char *inside)
{
    const char *s = string(r, plain);

    if (s[0] == '\0')
        s = string(r, object);
    return s[0] != '\0' ? s : string(member(r, object), inside);
}

/* Fills the keys that a record, an agent or a call may state; what is nearer
 * to the call wins over what stands further out. */
static bool set_keys(struct observations *o, struct observation *ob,
                     const cJSON *r)
{
    const cJSON *model = member(r, "model"), *options = member(r, "options");
    const cJSON *host = member(r, "host");
    const char *found[KEY_COUNT] = {
        [KEY_SCENARIO] = string(r, "scenario"),
        [KEY_AGENT] = string(r, "agent"),
        [KEY_STAGE] = string(r, "stage"),
        [KEY_MODEL] =
            cJSON_IsString(model) ? model->valuestring : string(model, "name"),
        [KEY_DIGEST] = string(model, "digest"),
        [KEY_OPTIONS] = "",
        [KEY_DATA] = hash_of(r, "data_hash", "data", "hash"),
        [KEY_RULES] = hash_of(r, "rules", "rules_hash", "sha256"),
        [KEY_HOST] =
            cJSON_IsString(host) ? host->valuestring : string(host, "class"),
    };

    if (found[KEY_AGENT][0] == '\0')
        found[KEY_AGENT] = string(member(r, "agent"), "name");
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (found[k][0] != '\0')
            ob->key[k] = keep(o, found[k]);
        if (ob->key[k] == NULL)
            return false;
    }
    if (cJSON_IsObject(options))
        ob->key[KEY_OPTIONS] = options_text(o, options);
    return ob->key[KEY_OPTIONS] != NULL;
}

/* Nanoseconds, or milliseconds under another name, to milliseconds. */
static double milliseconds(const cJSON *o, const char *ns, const char *ns2,
                           const char *ms)
{
    const double v = number(o, ns, ns2, NULL);

    return isnan(v) && ms != NULL ? number(o, ms, NULL, NULL) : v / 1e6;
}

/* Zero and missing look alike in what servers send: no rate from a zero. */
static double rate(double count, double ms)
{
    return count > 0 && ms > 0 ? count / ms * 1e3 : NAN;
}

static void set_call_values(double *v, const cJSON *c)
{
    const cJSON *itl = member(c, "itl");
    const double eval_ms =
        milliseconds(c, "eval_duration_ns", "eval_duration", NULL);
    const double prompt_ms = milliseconds(c, "prompt_eval_duration_ns",
                                          "prompt_eval_duration", NULL);
    const double cached =
        number(c, "prompt_eval_cached_count", "prompt_cached_count", NULL);

    v[METRIC_TTFT] = milliseconds(c, "ttft_ns", NULL, "ttft_ms");
    v[METRIC_TOKENS] = number(c, "eval_count", NULL, NULL);
    v[METRIC_SPEED] = rate(v[METRIC_TOKENS], eval_ms);
    if (!(cached > 0))
        v[METRIC_PROMPT_SPEED] =
            rate(number(c, "prompt_eval_count", NULL, NULL), prompt_ms);
    v[METRIC_ITL_P99] = milliseconds(c, "itl_p99_ns", NULL, "itl_p99_ms");
    if (isnan(v[METRIC_ITL_P99]))
        v[METRIC_ITL_P99] = milliseconds(itl, "p99_ns", "p99", "p99_ms");
    v[METRIC_STALL] =
        milliseconds(c, "stall_ns", "longest_stall_ns", "longest_stall_ms");
    if (isnan(v[METRIC_STALL]))
        v[METRIC_STALL] = milliseconds(itl, "max_ns", "longest_stall_ns", NULL);
    v[METRIC_TOTAL] =
        milliseconds(c, "total_duration_ns", "total_ns", "total_ms");
    if (isnan(v[METRIC_TOTAL]))
        v[METRIC_TOTAL] = milliseconds(c, "e2e_ns", "wall_ns", "e2e_ms");
    v[METRIC_LOAD] = milliseconds(c, "load_duration_ns", "load_ns", "load_ms");
    v[METRIC_QUEUE] =
        milliseconds(c, "unattributed_ns", "queue_ns", "unattributed_ms");
}

static void set_call_faults(struct observation *ob, const cJSON *c)
{
    const char *reason = string(c, "done_reason");
    const cJSON *done = member(c, "done");

    ob->fault[FAULT_ABORTED] =
        truthy(member(c, "aborted")) || strcmp(reason, "aborted") == 0;
    ob->fault[FAULT_FAILED] =
        (truthy(member(c, "error")) || cJSON_IsFalse(done)) &&
        !ob->fault[FAULT_ABORTED];
    ob->fault[FAULT_TRUNCATED] = strcmp(reason, "length") == 0;
}

static void init_values(struct observation *ob)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        ob->value[i] = NAN;
}

static enum status out_of_memory(struct error *err, const char *name)
{
    return error_set(err, ST_NOMEM, "%s: no memory for a run", name);
}

static enum status add_call(struct observations *o,
                            const struct observation *report, const cJSON *c,
                            long nth, const char *name, struct error *err)
{
    struct observation ob = *report;
    const cJSON *cold = member(c, "cold");

    init_values(&ob);
    ob.call = nth;
    ob.phase = cJSON_IsTrue(cold)    ? PHASE_COLD
               : cJSON_IsFalse(cold) ? PHASE_WARM
                                     : PHASE_ANY;
    ob.judged = false;
    ob.checks = NULL;
    ob.check_count = 0;
    if (!set_keys(o, &ob, c))
        return out_of_memory(err, name);
    set_call_values(ob.value, c);
    set_call_faults(&ob, c);
    ob.valid = !ob.fault[FAULT_FAILED] && !ob.fault[FAULT_ABORTED] &&
               !report->fault[FAULT_GARBLED];
    return observations_add(o, &ob, err);
}

static int by_check(const void *a, const void *b)
{
    return strcmp(((const struct check_count *)a)->check,
                  ((const struct check_count *)b)->check);
}

/* Findings that count against a report: notes do not, where the record tells
 * them apart. */
static long findings_in(const cJSON *c)
{
    const double errors = number(c, "errors", NULL, NULL);
    const double found =
        cJSON_IsNumber(c) ? c->valuedouble
        : isnan(errors)   ? number(c, "findings", NULL, NULL)
                          : errors + fmax(0, number(c, "warnings", NULL, NULL));

    return found > 0 && found < 1e9 ? (long)found : 0;
}

/* "checks": {"token-loop": {"findings": 2}} */
static bool set_checks(struct observations *o, struct observation *ob,
                       const cJSON *validation)
{
    const cJSON *checks = member(validation, "checks"), *c;
    const int n = cJSON_GetArraySize(checks);
    struct check_count *out =
        arena_alloc(o->arena, (size_t)(n > 0 ? n : 0), sizeof(*out));
    size_t count = 0;

    if (out == NULL)
        return false;
    cJSON_ArrayForEach(c, checks)
    {
        if (c->string == NULL)
            continue;
        out[count] = (struct check_count){ keep(o, c->string), findings_in(c) };
        if (out[count++].check == NULL)
            return false;
    }
    if (count > 1)
        qsort(out, count, sizeof(*out), by_check);
    ob->checks = out;
    ob->check_count = count;
    return true;
}

static bool has_garble(const struct observation *ob)
{
    for (size_t i = 0; i < ob->check_count; i++)
        if (ob->checks[i].findings > 0 && check_garbles(ob->checks[i].check))
            return true;
    return false;
}

static double sum_of(const cJSON *object)
{
    const cJSON *v;
    double sum = 0;

    cJSON_ArrayForEach(v, object) sum += cJSON_IsNumber(v) ? v->valuedouble : 0;
    return sum;
}

/* Numbers that the data bear out, of those that the data could bear out. */
static double supported_share(const cJSON *claims)
{
    const double all = sum_of(claims);
    const double aside = fmax(0, number(claims, "exempt", NULL, NULL)) +
                         fmax(0, number(claims, "unverifiable", NULL, NULL));
    const double good = fmax(0, number(claims, "supported", NULL, NULL)) +
                        fmax(0, number(claims, "derived", NULL, NULL));

    return all > aside ? good / (all - aside) : NAN;
}

static bool set_validation(struct observations *o, struct observation *ob,
                           const cJSON *v)
{
    ob->judged = cJSON_IsObject(v);
    if (!ob->judged)
        return true;
    if (!set_checks(o, ob, v))
        return false;
    ob->value[METRIC_SCORE] = number(v, "score", NULL, NULL);
    ob->value[METRIC_SUPPORTED] = supported_share(member(v, "claims"));
    ob->fault[FAULT_REJECTED] = strcmp(string(v, "verdict"), "fail") == 0;
    ob->fault[FAULT_GARBLED] = has_garble(ob);
    return true;
}

static const cJSON *first_of(const cJSON *r, const char *a, const char *b)
{
    const cJSON *v = member(r, a);

    return v != NULL ? v : member(r, b);
}

/* One agent of a run: its report, then its calls. */
static enum status add_agent(struct observations *o, struct observation ob,
                             const cJSON *a, const char *name,
                             struct error *err)
{
    const cJSON *calls = member(a, "calls"), *c;
    enum status st;
    double wall_ms = 0;
    long nth = 0;

    if (!set_keys(o, &ob, a) ||
        !set_validation(o, &ob, first_of(a, "validation", "result")))
        return out_of_memory(err, name);
    cJSON_ArrayForEach(c, calls)
    {
        struct observation one = { .call = 0 };
        double v[METRIC_COUNT];

        set_call_values(v, c);
        set_call_faults(&one, c);
        for (size_t i = 0; i <= FAULT_TRUNCATED; i++)
            ob.fault[i] = ob.fault[i] || one.fault[i];
        wall_ms += v[METRIC_TOTAL];
    }
    ob.fault[FAULT_FAILED] = ob.fault[FAULT_FAILED] ||
                             truthy(member(a, "error")) ||
                             strcmp(string(a, "status"), "failed") == 0;
    ob.fault[FAULT_GARBLED] =
        ob.fault[FAULT_GARBLED] || ob.fault[FAULT_ABORTED];
    ob.valid = !ob.fault[FAULT_FAILED] && !ob.fault[FAULT_GARBLED] &&
               !ob.fault[FAULT_REJECTED];
    ob.value[METRIC_SECONDS] = wall_ms > 0 ? wall_ms / 1e3 : NAN;
    st = observations_add(o, &ob, err);
    cJSON_ArrayForEach(c, calls) if (st == ST_OK) st =
        add_call(o, &ob, c, nth++, name, err);
    return st;
}

bool record_is_run(const cJSON *record)
{
    const char *schema = string(record, "schema");

    return strncmp(schema, "assay-run/", 10) == 0 ||
           strncmp(schema, "assay/run", 9) == 0 ||
           (cJSON_IsString(member(record, "scenario")) &&
            (cJSON_IsArray(member(record, "calls")) ||
             cJSON_IsArray(member(record, "agents"))));
}

enum status observations_record(struct observations *o, const cJSON *record,
                                const char *name, struct error *err)
{
    const cJSON *agents = member(record, "agents"), *a;
    struct observation ob = { .call = -1, .phase = PHASE_REPORT };
    const char *id = string(record, "id");
    enum status st = ST_OK;

    if (!record_is_run(record))
        return error_set(err, ST_INPUT, "%s: is not a run record", name);
    if (strcmp(string(record, "status"), "interrupted") == 0)
        return ST_OK; /* the user stopped it: neither good nor bad */
    init_values(&ob);
    for (size_t k = 0; k < KEY_COUNT; k++)
        ob.key[k] = "";
    if (id[0] == '\0')
        id = string(record, "run");
    ob.run = keep(o, id[0] != '\0' ? id : name);
    ob.started = keep(o, string(record, "started"));
    if (ob.run == NULL || ob.started == NULL || !set_keys(o, &ob, record))
        return out_of_memory(err, name);
    o->records++;
    if (!cJSON_IsArray(agents))
        return add_agent(o, ob, record, name, err);
    ob.fault[FAULT_FAILED] = truthy(member(record, "error"));
    cJSON_ArrayForEach(a, agents) if (st == ST_OK) st =
        add_agent(o, ob, a, name, err);
    return st;
}

static enum status load_file(struct observations *o, const char *path,
                             bool must, struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    cJSON *json = NULL;
    enum status st = file_read(&bytes, &len, path, RECORD_MAX, err);

    if (st == ST_OK)
        st = jsonc_parse(&json, (struct text){ bytes, len }, path, err);
    if (st == ST_OK && (must || record_is_run(json)))
        st = observations_record(o, json, path, err);
    cJSON_Delete(json);
    free(bytes);
    return st;
}

static enum status visit(void *arg, const char *path, long long size,
                         long long mtime, struct error *err)
{
    (void)size;
    (void)mtime;
    if (!text_ends(text_from(path), TEXT_LIT(".json")))
        return ST_OK;
    return load_file(arg, path, false, err);
}

enum status observations_load(struct observations *o, const char *path,
                              struct error *err)
{
    const size_t before = o->records;
    enum status st;

    if (!file_is_dir(path))
        return load_file(o, path, true, err);
    st = file_walk(path, visit, o, err);
    if (st == ST_OK && o->records == before)
        st = error_set(err, ST_INPUT, "%s: no run record in it", path);
    return st;
}
