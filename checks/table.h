#ifndef CHECKS_TABLE_H
#define CHECKS_TABLE_H
/* All checks, in the order they run and are listed. runner/cli hands this to
 * the engine; validator/ never sees it. */
#include "validator/check.h"

extern const struct check *const checks_all[];
extern const size_t checks_all_count;

#endif
