#ifndef RUNNER_AGENT_EXPAND_H
#define RUNNER_AGENT_EXPAND_H
/* Templates: text with {{names}}. What the model wrote keeps its place. */
#include "validator/base/arena.h"
#include "validator/base/buf.h"
#include "validator/base/error.h"

enum { VARS_MAX = 256, EXPAND_SPANS_MAX = 1024 };

struct var {
    const char *name;
    struct text value;
    const struct span *model; /* parts of value that the model wrote */
    size_t model_count;
};

/* Values and names live in the arena, or as long as it. */
struct vars {
    struct arena *a;
    struct var at[VARS_MAX];
    size_t count;
    bool failed; /* no memory, or more than VARS_MAX */
};

/* A later value of a name takes the place of the earlier one. */
void vars_text(struct vars *v, const char *name, struct text value);
void vars_model(struct vars *v, const char *name, struct text value);
void vars_spans(struct vars *v, const char *name, struct text value,
                const struct span *model, size_t n);
void vars_printf(struct vars *v, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const struct var *vars_find(const struct vars *v, struct text name);

struct expansion {
    struct buf out;
    struct span model[EXPAND_SPANS_MAX]; /* of out; ascending, disjoint */
    size_t model_count;
};

/* Appends `template` to x->out. ST_INPUT names a variable that does not exist
 * (`what` says in which template), ST_LIMIT. */
enum status expand(struct expansion *x, struct text template,
                   const struct vars *v, const char *what, struct error *err);

#endif
