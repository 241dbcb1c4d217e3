/* A file from the net: gone on with where it broke off, checked, and in its place only when it is whole. */
#ifndef DENPA_CLI_FETCH_H
#define DENPA_CLI_FETCH_H

#include <stdint.h>

typedef struct cli_fetch {
    const char *dir, *name;  /* it becomes DIR/NAME; DIR/NAME.part is on the way */
    const char *sha256;      /* hexadecimal, small letters; NULL: not known */
    int64_t bytes;           /* how long it is; < 0: not known */
    const char *const *urls; /* the places to get it from, one after the other */
    int url_count;
    int64_t timeout; /* seconds to wait for a connection, and for 100 bytes a second */
} cli_fetch;

/* Fetches files[0..count-1]; those that are there and have their checksum are left alone. Says what it does on stdout, what is wrong and the
 * progress on stderr, and returns the exit status. */
int cli_fetch_files(const cli_fetch *files, int count);

#endif
