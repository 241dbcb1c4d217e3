/* What every tests/fuzz/fuzz_<x>.c defines: feed `size` hostile bytes to one parser, free all, return 0. The name and
 * the types are libFuzzer's. */
#ifndef DENPA_TESTS_FUZZ_H
#define DENPA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
