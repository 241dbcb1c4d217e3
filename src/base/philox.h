/* Philox 4x32-10: random words from a counter and a key, without any state. */
#ifndef DENPA_BASE_PHILOX_H
#define DENPA_BASE_PHILOX_H

#include <stdint.h>

/* Multipliers and key increments (Salmon et al. 2011, table 2 and section 4.3). */
#define DPI_PHILOX_M0 UINT32_C(0xD2511F53)
#define DPI_PHILOX_M1 UINT32_C(0xCD9E8D57)
#define DPI_PHILOX_W0 UINT32_C(0x9E3779B9)
#define DPI_PHILOX_W1 UINT32_C(0xBB67AE85)

enum { DPI_PHILOX_ROUNDS = 10 };

/* One round on the counter c; k is the key of the round. */
static inline void dpi_philox_round(uint32_t c[4], uint32_t k0, uint32_t k1)
{
    uint64_t p0 = (uint64_t)DPI_PHILOX_M0 * c[0], p1 = (uint64_t)DPI_PHILOX_M1 * c[2];
    uint32_t c0 = (uint32_t)(p1 >> 32) ^ c[1] ^ k0, c2 = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
    c[0] = c0, c[1] = (uint32_t)p1, c[2] = c2, c[3] = (uint32_t)p0;
}

#endif
