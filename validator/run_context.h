#ifndef VALIDATOR_RUN_CONTEXT_H
#define VALIDATOR_RUN_CONTEXT_H
/* What a run record tells the checks. All borrowed; absent text is empty,
 * absent numbers are -1. */
#include "validator/base/text.h"

struct run_call {       /* one generation, in the order they were made */
    struct text stage;  /* "analysis" */
    struct text prompt; /* as sent */
    long prompt_tokens, output_tokens; /* as the server counted */
};

struct run_context {
    struct text date;        /* YYYY-MM-DD, UTC day of the run */
    struct text prompt;      /* as sent */
    struct text done_reason; /* stop, length, ... */
    long num_ctx, num_predict, prompt_tokens, output_tokens; /* tokens */
    bool aborted;             /* a guard stopped the generation */
    const struct span *model; /* byte ranges the model wrote */
    size_t model_count;
    struct text options_json;     /* options as sent, a JSON object */
    struct text contract_json;    /* prompt-contract, a JSON object */
    const struct run_call *calls; /* the last one wrote the report */
    size_t call_count;
};

#endif
