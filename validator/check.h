#ifndef VALIDATOR_CHECK_H
#define VALIDATOR_CHECK_H
/* The contract between the engine and a check. A check is one file in
 * checks/ and one row in checks/table.c. It never prints, opens a file
 * outside setup(), exits, frees or calls another check. */
#include <stdint.h>

#include "validator/base/arena.h"
#include "validator/base/error.h"
#include "validator/report.h"

enum severity { SEV_NOTE, SEV_WARNING, SEV_ERROR, SEV_COUNT };
extern const char *const severity_name[SEV_COUNT]; /* "note" ... */

struct rule {
    const char *id; /* "token-loop/word": forever; retire it, never reuse it */
    enum severity severity; /* default; a finding or the config may override */
    const char *message;    /* fixed text that can be searched for */
};

struct option { /* a number that assay.json may set, per check */
    const char *id;
    long def, min, max;
    const char *unit;
    const char *source; /* where the default was measured */
};

/* Evidence: ordered key/value pairs, written as a JSON object. Text values
 * are borrowed from the arena, the report, or static storage. */
enum kv_type {
    KV_TEXT,
    KV_INT,
    KV_REAL,
    KV_BOOL,
    KV_NULL,
    KV_FACTS,
    KV_SPANS /* places in the report */
};

struct evidence_fact { /* a datum that a number rests on */
    struct text file;  /* as given: data path */
    size_t line;       /* from 1; 0: none (a file-tree fact) */
    struct text path;  /* key path, or "row NAME, column NAME" */
    struct text value; /* as written in the data */
    struct text unit;  /* empty: none known */
};

struct kv {
    const char *key;
    enum kv_type type;
    struct text text;
    long long integer;
    double real; /* printed with %.6g */
    bool boolean;
    const struct evidence_fact *facts;
    size_t fact_count;
    const struct span *spans;
    size_t span_count;
};

#define KV_T(k, t) ((struct kv){ .key = (k), .type = KV_TEXT, .text = (t) })
#define KV_I(k, i) ((struct kv){ .key = (k), .type = KV_INT, .integer = (i) })
#define KV_R(k, r) ((struct kv){ .key = (k), .type = KV_REAL, .real = (r) })
#define KV_B(k, b) ((struct kv){ .key = (k), .type = KV_BOOL, .boolean = (b) })
#define KV_N(k)    ((struct kv){ .key = (k), .type = KV_NULL })
#define KV_F(k, f, n)                                                          \
    ((struct kv){                                                              \
        .key = (k), .type = KV_FACTS, .facts = (f), .fact_count = (n) })

#define KV_S(k, s, n)                                                          \
    ((struct kv){                                                              \
        .key = (k), .type = KV_SPANS, .spans = (s), .span_count = (n) })

enum { EVIDENCE_MAX = 12 };

/* Against a baseline of findings; NONE: none was given. */
enum baseline_state { BASELINE_NONE, BASELINE_NEW, BASELINE_KNOWN };

struct finding {
    const struct check *check;
    const struct rule *rule;
    enum severity severity;
    struct span span;
    struct text detail; /* what varies; shown after the fixed message */
    const struct kv *evidence;
    size_t evidence_count;
    uint64_t fingerprint; /* rule + normalised text + occurrence index */
    enum baseline_state baseline;
    const char *suppressed; /* the reason given; NULL: not suppressed */
};

/* False: known to the baseline or suppressed, so it neither fails the gate nor
 * lowers the score. */
bool finding_counts(const struct finding *f);

struct config;

/* What a check's setup may use: made once per process, read-only. */
struct check_env {
    /* Rule data by name ("tokens.json"), from the embedded copy; {NULL,0} when
     * there is none. Valid for the process. */
    struct text (*rule_file)(const struct check_env *env, const char *name);
    const char *lang_data;    /* path of the language data file or NULL */
    const char *const *langs; /* BCP 47 tags, --lang; n_langs >= 1 */
    size_t n_langs;
    const char *const *words; /* accepted words of the user's */
    size_t n_words;
    /* validator/config.h: config_check(config, ID) is the check's own section
     * of assay.json; NULL: there is no file. */
    const struct config *config;
};

struct check_ctx;
struct audit;       /* validator/audit/audit.h */
struct facts;       /* validator/facts/facts.h */
struct run_context; /* validator/run_context.h: what a run record tells */

/* The incremental form of a check, for streams. State is one flat block of
 * `state_size` bytes (bounded; stated by the check). */
enum guard_verdict { GUARD_GO, GUARD_STOP };

struct guard_reason { /* valid until the next feed */
    const struct rule *rule;
    struct span span;  /* bytes of the stream since begin: where trouble is */
    size_t decided_at; /* bytes fed when the decision fell */
};

struct guard_ops {
    size_t (*state_size)(const void *setup);
    void (*begin)(void *state, const void *setup, const long *options);
    /* Bytes in any split; the verdict never depends on the split. */
    enum guard_verdict (*feed)(void *state, struct text bytes,
                               struct guard_reason *why);
    /* End of stream: what could not be decided before. May be NULL. */
    enum guard_verdict (*end)(void *state, struct guard_reason *why);
};

struct check {
    const char *id, *summary;
    const struct rule *rules;
    size_t rule_count;
    const struct option *options;
    size_t option_count;
    /* Process-wide immutable state (compiled patterns, mapped data); both may
     * be NULL. ST_OK with *out NULL: the check is off; *why_off says why. */
    enum status (*setup)(void **out, const struct check_env *env,
                         const char **why_off, struct error *err);
    void (*teardown)(void *setup);
    enum status (*run)(struct check_ctx *ctx);
    const struct guard_ops *guard; /* NULL: the check needs the whole text */
    bool needs_audit;              /* reads ctx_audit */
    bool audits_alone; /* with needs_audit: the audit is worth making for it
                        * without data as well */
    /* Further keys that setup reads from config_check(); NULL-terminated, at
     * most 12; NULL: none. */
    const char *const *config_keys;
};

const struct report *ctx_report(const struct check_ctx *ctx);
struct text ctx_bytes(const struct check_ctx *ctx);
const void *ctx_setup(const struct check_ctx *ctx);
long ctx_option(const struct check_ctx *ctx, size_t option);
struct arena *ctx_arena(struct check_ctx *ctx);
struct error *ctx_error(struct check_ctx *ctx);
const struct facts *
ctx_facts(const struct check_ctx *ctx); /* NULL: no --data */
const struct audit *ctx_audit(const struct check_ctx *ctx); /* NULL: not made */
const struct run_context *ctx_run(const struct check_ctx *ctx); /* or NULL */

/* Records a finding. Evidence is copied (the array, not what it points to).
 * detail may be empty. Past the limit of findings per report the rest is
 * counted only. ST_NOMEM. */
enum status ctx_emit(struct check_ctx *ctx, size_t rule, struct span span,
                     struct text detail, const struct kv *evidence,
                     size_t evidence_count);
enum status ctx_emit_as(struct check_ctx *ctx, size_t rule,
                        enum severity severity, struct span span,
                        struct text detail, const struct kv *evidence,
                        size_t evidence_count);

/* Numbers about the report that are no findings ("lines": 120): written under
 * the check's name in JSON. Copies the array; keys are static text. At most
 * once per run. ST_NOMEM. */
enum status ctx_metrics(struct check_ctx *ctx, const struct kv *metrics,
                        size_t n);

/* The verdict of the whole report by a check that gives 0-100 itself (claims
 * checks); without it the engine's formula applies (docs/score.md). */
void ctx_score(struct check_ctx *ctx, int score);

#endif
