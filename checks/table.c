#include "checks/table.h"

/* One row per check: declares its descriptor and lists it. */
#define CHECKS(X)                                                              \
    X(language_drift)                                                          \
    X(token_loop)                                                              \
    X(special_token)                                                           \
    X(encoding)                                                                \
    X(fabricated_file)                                                         \
    X(wrong_date)                                                              \
    X(chatter)                                                                 \
    X(pattern)                                                                 \
    X(fabricated_number)                                                       \
    X(unit_mismatch)                                                           \
    X(arithmetic)                                                              \
    X(truncated)                                                               \
    X(context_overflow)                                                        \
    X(prompt_contract)                                                         \
    X(markup)

#define DECLARE(name) extern const struct check check_##name;
CHECKS(DECLARE)
#undef DECLARE

#define LIST(name) &check_##name,
const struct check *const checks_all[] = { CHECKS(LIST) };
#undef LIST

const size_t checks_all_count = sizeof(checks_all) / sizeof(checks_all[0]);
