#ifndef RUNNER_CLI_PAGE_H
#define RUNNER_CLI_PAGE_H
/* The part of the evidence page that is not about one report: plots over run
 * records and the table of a gate, as an HTML fragment for
 * writer_options.page_extra. */
#include "validator/base/buf.h"
#include "validator/base/error.h"

/* Throughput, time to first token cold and warm, token gaps and garbled share,
 * a row per agent, stage and options. `dirs`: as for assay gate --current. */
enum status page_runs(struct buf *b, const char *const *dirs, size_t n,
                      struct error *err);

/* The decisions of `assay gate -f json` at `path`. */
enum status page_gate(struct buf *b, const char *path, struct error *err);

#endif
