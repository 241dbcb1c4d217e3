/* SHA-256 of what comes in pieces. */
#ifndef DENPA_CLI_SHA256_H
#define DENPA_CLI_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { CLI_SHA256_BYTES = 32, CLI_SHA256_TEXT_BYTES = 65 };

typedef struct cli_sha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[64];
} cli_sha256;

void cli_sha256_init(cli_sha256 *sha);
void cli_sha256_add(cli_sha256 *sha, const void *bytes, size_t count);
/* In hexadecimal digits, small letters. The sum is of no use afterwards. */
void cli_sha256_text(cli_sha256 *sha, char text[CLI_SHA256_TEXT_BYTES]);

#endif
