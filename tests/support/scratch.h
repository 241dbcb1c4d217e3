/* Files for a test, in a folder of their own that goes away. */
#ifndef DENPA_TESTS_SCRATCH_H
#define DENPA_TESTS_SCRATCH_H

#include <stddef.h>

#define SCRATCH_PATH_BYTES 512

/* cmocka group setup and teardown: makes the folder; deletes it with the files in it (and in folders in it). */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The path of a name in it; the same buffer is used again after eight calls. */
const char *scratch_path(const char *name);

/* Writes a file there; gives its path. */
const char *scratch_write(const char *name, const void *bytes, size_t count);

/* Deletes a path with all that is in it; one that is not there is fine. */
void scratch_remove(const char *path);

/* The number of entries in the folder: what was left behind. */
int scratch_count(void);

#endif
