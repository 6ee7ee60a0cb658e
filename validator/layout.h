#ifndef VALIDATOR_LAYOUT_H
#define VALIDATOR_LAYOUT_H
/* Layouts tell which parts of a report the agent's own code wrote. They are
 * data: rules/layouts.json, and a user may add more (docs/layouts.md). */
#include "validator/base/arena.h"
#include "validator/base/error.h"

struct layouts;

/* Parses layouts JSON; on ST_OK the caller owns *out (layouts_free). */
enum status layouts_parse(struct layouts **out, struct text json,
                          const char *name, struct error *err);
void layouts_free(struct layouts *l);

/* Puts the layouts of another JSON before those of l: they are tried first
 * and win over one of the same name. */
enum status layouts_prepend(struct layouts *l, struct text json,
                            const char *name, struct error *err);

/* The nearest layout name to a wrong one, or NULL; true when it exists. */
bool layouts_has(const struct layouts *l, const char *name);
const char *layouts_nearest(const struct layouts *l, const char *name);

/* The model's byte ranges of `bytes` under layout `name`, or, for NULL, under
 * the first layout that fits. *fitted: its name, or NULL when none fits (all
 * is the model's then). The ranges live in `a`. */
enum status layouts_apply(const struct layouts *l, const char *name,
                          struct text bytes, struct arena *a,
                          const struct span **model, size_t *model_count,
                          const char **fitted, struct error *err);

#endif
