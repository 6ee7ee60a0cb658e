#include "runner/cli/cli.h"

/* One row per command. */
#define COMMANDS(X)                                                            \
    X(check)                                                                   \
    X(run)                                                                     \
    X(gate)                                                                    \
    X(baseline)                                                                \
    X(golden)                                                                  \
    X(facts)                                                                   \
    X(index)                                                                   \
    X(selftest)                                                                \
    X(history)                                                                 \
    X(blame)                                                                   \
    X(merge)                                                                   \
    X(replay)                                                                  \
    X(proxy)                                                                   \
    X(init)                                                                    \
    X(explain)                                                                 \
    X(rules)                                                                   \
    X(lsp)                                                                     \
    X(completion)                                                              \
    X(man)

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)
#undef DECLARE

#define LIST(name) &command_##name,
const struct command *const commands_all[] = { COMMANDS(LIST) };
#undef LIST

const size_t commands_all_count =
    sizeof(commands_all) / sizeof(commands_all[0]);
