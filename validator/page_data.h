#ifndef VALIDATOR_PAGE_DATA_H
#define VALIDATOR_PAGE_DATA_H
/* The style and script of the evidence page, embedded by the build from
 * validator/output/page/. */
#include "validator/rules_data.h"

extern const struct rules_file page_files[];
extern const size_t page_files_count;
extern const char page_sha256[65];

#endif
