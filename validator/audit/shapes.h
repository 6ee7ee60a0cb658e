#ifndef VALIDATOR_AUDIT_SHAPES_H
#define VALIDATOR_AUDIT_SHAPES_H
/* Files of one shape: tables of one row each, of different files, that have
 * the same columns in the same order (run_1.json, run_2.json). Made once from
 * the facts, then shared read-only. */
#include "validator/base/error.h"
#include "validator/facts/facts.h"

enum {
    SHAPE_MEMBERS = 16, /* more of them are a series, and none is compared */
    SHAPES_MAX = 256    /* kept, the first ones */
};

struct file_shape {
    uint32_t tables[SHAPE_MEMBERS]; /* ascending */
    uint32_t count;                 /* 2..SHAPE_MEMBERS */
};
struct shapes {
    struct file_shape *at; /* owned */
    uint32_t count;
    uint32_t *of; /* by table: its number + 1, 0: none; owned; NULL: all none */
};

enum status shapes_make(struct shapes *out, const struct facts *f,
                        struct error *err);
void shapes_free(struct shapes *s);
/* The shape that the table has; NULL: no other file has it. */
const struct file_shape *shapes_of(const struct shapes *s, uint32_t table);

#endif
