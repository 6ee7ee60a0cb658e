#ifndef RUNNER_LLM_PROXY_RECORD_H
#define RUNNER_LLM_PROXY_RECORD_H
/* What the proxy writes down of a stream: docs/schema/proxy-1.json. No header
 * and no prompt is ever written, so no credential can be. */
#include "runner/llm/proxy.h"
#include "runner/llm/stream.h"

/* streamed false: the answer came whole. Tells o->log one line and writes a
 * record to o->records, if they are. */
void proxy_record(const struct proxy_options *o, struct stream *s,
                  unsigned long nth, int64_t e2e_ns, bool streamed);

#endif
