/* Any bytes as a CSV file: read, indexed, asked. */
#include "tests/fuzz/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    return fuzz_data(bytes, n, "a.csv");
}
