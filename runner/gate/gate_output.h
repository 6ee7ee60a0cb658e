#ifndef RUNNER_GATE_GATE_OUTPUT_H
#define RUNNER_GATE_GATE_OUTPUT_H
/* A gate's decision as bytes. Names come from records: they are escaped. */
#include "runner/gate/decide.h"
#include "validator/base/buf.h"

struct gate_writer {
    const char *name, *summary;
    void (*put)(struct buf *out, const struct gate *g,
                const struct gate_options *o);
};
extern const struct gate_writer gate_writers[];
extern const size_t gate_writer_count;
const struct gate_writer *gate_writer_find(const char *name); /* or NULL */

#endif
