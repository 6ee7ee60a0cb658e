#include "validator/claims/english.h"

#include <assert.h>
#include <stdlib.h>

#include "validator/claims/bound.h"
#include "validator/claims/numeral.h"

enum { SLOTS = 2048 }; /* of the hash table: twice the words or more */

/* Words in lower case. */
static const char month_words[][WORD_BYTES] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
    "jan",     "feb",      "mar",       "apr",     "jun",      "jul",
    "aug",     "sep",      "sept",      "oct",     "nov",      "dec",
};
static const char year_before_words[][WORD_BYTES] = {
    "in",   "since",  "of",      "by",     "year",  "from",      "until",
    "till", "during", "through", "before", "after", "early",     "late",
    "mid",  "spring", "summer",  "autumn", "fall",  "winter",    "season",
    "q1",   "q2",     "q3",      "q4",     "fy",    "copyright", "c",
    "to",   "and",    "between",
};
static const char reference_words[][WORD_BYTES] = {
    "table",   "figure",    "fig",        "section", "sec",    "chapter",
    "step",    "phase",     "appendix",   "report",  "tr",     "issue",
    "no",      "nr",        "number",     "part",    "level",  "page",
    "line",    "eq",        "equation",   "item",    "option", "note",
    "step",    "rank",      "experiment", "stage",   "tier",   "run",
    "trial",   "iteration", "agent",      "task",    "batch",  "group",
    "case",    "scenario",  "question",   "quarter", "week",   "day",
    "sprint",  "epoch",     "id",         "rule",    "row",    "column",
    "slide",   "exhibit",   "listing",    "ticket",  "pr",     "bug",
    "release", "build",     "layer",      "gpu",     "cpu",    "node",
    "core",    "port",      "ports",      "url",     "urls",   "device",
};
static const char product_words[][WORD_BYTES] = {
    "version",    "v",       "ver",      "release", "cuda",    "python",
    "ollama",     "rust",    "java",     "node",    "ubuntu",  "debian",
    "windows",    "macos",   "linux",    "driver",  "llama",   "gemma",
    "qwen",       "mistral", "phi",      "gpt",     "claude",  "opt",
    "bert",       "t5",      "rtx",      "gtx",     "geforce", "tesla",
    "radeon",     "core",    "ryzen",    "xeon",    "api",     "http",
    "tls",        "ipv",     "pcie",     "ddr",     "usb",     "wifi",
    "php",        "ruby",    "golang",   "gcc",     "clang",   "llvm",
    "postgres",   "mysql",   "sqlite",   "redis",   "docker",  "kubernetes",
    "iso",        "rfc",     "android",  "ios",     "tokio",   "pytorch",
    "tensorflow", "onnx",    "tensorrt", "cudnn",   "ps",
};
static const char outline_words[][WORD_BYTES] = {
    "sections",        "section",        "phases",
    "phase",           "steps",          "step",
    "recommendations", "recommendation", "findings",
    "finding",         "categories",     "category",
    "areas",           "area",           "parts",
    "questions",       "question",       "reasons",
    "reason",          "ways",           "way",
    "factors",         "factor",         "aspects",
    "aspect",          "bullets",        "sentences",
    "words",           "paragraphs",     "pages",
    "options",         "approaches",     "scenarios",
    "strategies",      "themes",         "theme",
    "insights",        "insight",        "objectives",
    "goals",           "priorities",     "takeaways",
    "takeaway",        "observations",   "observation",
    "challenges",      "issues",         "topics",
    "pillars",         "dimensions",     "principles",
    "stages",          "limitations",    "opportunities",
    "conclusions",     "actions",        "considerations",
};
static const char outline_adjective_words[][WORD_BYTES] = {
    "key",        "main",      "primary",  "distinct", "major",     "core",
    "critical",   "different", "separate", "broad",    "important", "further",
    "additional", "notable",   "specific", "general",
};
static const char size_words[][WORD_BYTES] = {
    "parameter", "parameters", "param",       "params",  "model",
    "models",    "version",    "versions",    "variant", "variants",
    "weights",   "checkpoint", "checkpoints", "llm",     "slm",
};
static const char advice_words[][WORD_BYTES] = {
    "should",         "recommend",      "recommends", "recommended",
    "recommendation", "target",         "targets",    "targeting",
    "threshold",      "thresholds",     "sla",        "slo",
    "budget",         "goal",           "goals",      "would",
    "assume",         "assuming",       "assumes",    "suppose",
    "hypothetical",   "hypothetically", "if",         "e.g",
    "example",        "ideally",        "aim",        "aims",
    "aiming",         "must",           "planned",    "objective",
    "want",           "ought",          "need",       "needs",
    "acceptable",     "tolerable",      "desired",    "ceiling",
    "advise",         "advisable",      "advised",    "proposed",
    "propose",
};
static const char imperative_words[][WORD_BYTES] = {
    "keep",      "ensure",      "set",       "use",       "run",
    "rerun",     "re",          "repeat",    "raise",     "cap",
    "budget",    "aim",         "alert",     "consider",  "try",
    "maintain",  "avoid",       "allow",     "test",      "collect",
    "monitor",   "plan",        "schedule",  "require",   "hold",
    "stay",      "cut",         "bump",      "tune",      "pin",
    "choose",    "pick",        "prefer",    "switch",    "move",
    "deploy",    "allocate",    "provision", "configure", "verify",
    "validate",  "investigate", "execute",   "perform",   "conduct",
    "implement", "introduce",   "expand",    "extend",    "increase",
    "reduce",    "lower",       "limit",     "add",       "target",
    "measure",   "warm",        "restrict",  "decrease",  "improve",
    "optimize",  "optimise",    "drop",      "record",    "take",
    "wait",      "page",        "flag",      "reject",    "accept",
    "treat",     "retry",       "restart",   "check",     "review",
    "compare",   "upgrade",     "scale",     "start",     "stop",
    "enable",    "disable",     "apply",     "focus",     "establish",
    "define",    "develop",     "explore",   "sample",    "store",
    "replace",   "remove",      "poll",      "cache",     "document",
};
static const char advice_head_words[][WORD_BYTES] = {
    "recommendation",
    "recommendations",
    "recommended",
    "target",
    "targets",
    "threshold",
    "thresholds",
    "next",
    "future",
    "action",
    "actions",
    "sla",
    "slo",
    "requirements",
    "requirement",
    "suggestions",
    "suggestion",
    "advice",
    "guidance",
    "mitigation",
    "plan",
    "roadmap",
    "proposal",
    "proposals",
    "todo",
    "outlook",
    "steps",
    "improvements",
    "goals",
    "objectives",
};
static const char target_words[][WORD_BYTES] = {
    "target",      "targets",  "targeted",   "goal",      "goals",
    "threshold",   "sla",      "slo",        "budget",    "objective",
    "recommended", "proposed", "acceptable", "desired",   "thresholds",
    "mitigation",  "remedy",   "suggestion", "suggested", "recommendation",
    "mitigations", "action",   "actions",    "advice",    "recommendations",
};
static const char percentile_words[][WORD_BYTES] = {
    "percentile", "percentiles", "quantile", "ci", "confidence", "th",
};
static const char example_words[][WORD_BYTES] = { "example", "g" };
static const char approx_words[][WORD_BYTES] = {
    "about",  "around", "roughly", "nearly", "approximately",
    "approx", "almost", "circa",   "ca",     "some",
};
static const char article_words[][WORD_BYTES] = { "a", "an", "half" };
static const char cell_words[][WORD_BYTES] = {
    "true",      "false",      "yes",
    "no",        "none",       "null",
    "ok",        "pass",       "passed",
    "fail",      "failed",     "success",
    "error",     "unknown",    "default",
    "all",       "the",        "a",
    "an",        "of",         "and",
    "or",        "in",         "on",
    "to",        "is",         "auto",
    "other",     "home",       "visitor",
    "value",     "metric",     "name",
    "type",      "status",     "notes",
    "mean",      "total",      "median",
    "min",       "max",        "high",
    "low",       "medium",     "on",
    "off",       "single",     "multi",
    "best",      "worst",      "baseline",
    "sunday",    "monday",     "tuesday",
    "wednesday", "thursday",   "friday",
    "saturday",  "ms",         "s",
    "gb",        "mb",         "model",
    "data",      "test",       "run",
    "file",      "files",      "report",
    "summary",   "results",    "performance",
    "average",   "count",      "throughput",
    "latency",   "memory",     "gpu",
    "cpu",       "tokens",     "analysis",
    "benchmark", "benchmarks", "optimization",
    "time",      "system",     "configuration",
    "json",      "csv",        "markdown",
    "text",      "size",       "sizes",
    "duration",  "speed",      "rate",
    "runs",      "tests",      "requests",
    "errors",
};

/* Each entry of a list begins with its word. */
#define LIST(words)                                                            \
    {                                                                          \
        (words), sizeof(*(words)), sizeof(words) / sizeof(*(words))            \
    }
static const struct {
    const void *entries;
    size_t size, count;
} lists[WORD_CLASSES] = {
    [WORD_MONTH] = LIST(month_words),
    [WORD_YEAR_BEFORE] = LIST(year_before_words),
    [WORD_REFERENCE] = LIST(reference_words),
    [WORD_PRODUCT] = LIST(product_words),
    [WORD_OUTLINE] = LIST(outline_words),
    [WORD_OUTLINE_ADJECTIVE] = LIST(outline_adjective_words),
    [WORD_SIZE] = LIST(size_words),
    [WORD_ADVICE] = LIST(advice_words),
    [WORD_IMPERATIVE] = LIST(imperative_words),
    [WORD_ADVICE_HEAD] = LIST(advice_head_words),
    [WORD_TARGET] = LIST(target_words),
    [WORD_APPROX] = LIST(approx_words),
    [WORD_BOUND] = LIST(bound_words),
    [WORD_NUMBER] = LIST(number_words),
    [WORD_ORDINAL] = LIST(ordinal_words),
    [WORD_GROUP] = LIST(group_words),
    [WORD_ARTICLE] = LIST(article_words),
    [WORD_CELL] = LIST(cell_words),
    [WORD_EXAMPLE] = LIST(example_words),
    [WORD_PERCENTILE] = LIST(percentile_words),
};

struct english {
    struct english_slot {
        struct word_key key;
        uint32_t classes; /* 0: free */
    } slots[SLOTS];
};

static size_t slot_of(const struct english *e, const struct word_key *key)
{
    size_t k = word_key_hash(key) & (SLOTS - 1);

    while (e->slots[k].classes != 0 && !word_key_same(&e->slots[k].key, key))
        k = (k + 1) & (SLOTS - 1);
    return k;
}

struct english *english_new(void)
{
    struct english *e = calloc(1, sizeof(*e));
    size_t used = 0;

    for (int c = 0; e != NULL && c < WORD_CLASSES; c++)
        for (size_t i = 0; i < lists[c].count; i++) {
            const char *word =
                (const char *)lists[c].entries + i * lists[c].size;
            const struct word_key key = word_key(text_from(word));
            struct english_slot *s = &e->slots[slot_of(e, &key)];

            used += s->classes == 0;
            s->key = key;
            s->classes |= 1u << c;
        }
    assert(used * 2 <= SLOTS);
    return e;
}

void english_free(struct english *e)
{
    free(e);
}

uint32_t english_classes(const struct english *e, struct text w)
{
    struct word_key key;

    if (w.len > 0 && ascii_digit(w.ptr[0]))
        return english_class(WORD_DIGIT);
    if (w.len >= WORD_BYTES)
        return 0;
    key = word_key(w);
    return e->slots[slot_of(e, &key)].classes;
}
