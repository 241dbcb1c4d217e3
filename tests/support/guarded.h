/* Memory that ends at a page nobody may touch, with canaries in front: one byte too far, read or written, is seen. */
#ifndef DENPA_TESTS_GUARDED_H
#define DENPA_TESTS_GUARDED_H

#include <stddef.h>

typedef struct guarded {
    unsigned char *data; /* `bytes` bytes; aligned to what divides `bytes`, not more */
    size_t bytes;
    unsigned char *map;
    size_t map_bytes;
} guarded;

guarded guarded_new(size_t bytes);
void guarded_free(guarded *memory); /* fails the test if a canary is dead */

#endif
