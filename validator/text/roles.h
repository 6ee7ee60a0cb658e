#ifndef VALIDATOR_TEXT_ROLES_H
#define VALIDATOR_TEXT_ROLES_H
/* What a chat template leaves when its special tokens are stripped: a line
 * that is only `assistant`, `assistantfinal`, `User:` and `Assistant:` in
 * turn. */
#include "validator/base/text.h"

/* Calls found(arg, span) for each, in no fixed order; false from it ends the
 * search. Looks at lines of at most 4096 bytes. */
void roles_find(struct text t, bool (*found)(void *arg, struct span span),
                void *arg);

#endif
