/* Numbers in files: byte order spelled out, whatever the machine's own. */
#ifndef DENPA_BASE_BYTES_H
#define DENPA_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The `size` (1..8) bytes at p as an unsigned number, most significant byte first (be) or last (le). */
static inline uint64_t dpi_load_be(const uint8_t *p, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | p[i];
    return value;
}

static inline uint64_t dpi_load_le(const uint8_t *p, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | p[i];
    return value;
}

static inline void dpi_store_be(uint8_t *p, size_t size, uint64_t value)
{
    for (size_t i = size; i-- > 0; value >>= 8)
        p[i] = (uint8_t)value;
}

static inline void dpi_store_le(uint8_t *p, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++, value >>= 8)
        p[i] = (uint8_t)value;
}

/* The two's complement number in the low `size` bytes of value. */
static inline int64_t dpi_sign_extend(uint64_t value, size_t size)
{
    uint64_t sign = (uint64_t)1 << (8 * size - 1);
    return (int64_t)((value ^ sign) - sign);
}

static inline bool dpi_host_is_little(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* Turns round the bytes of each of `count` elements of `size` bytes. */
static inline void dpi_swap_bytes(void *data, size_t count, size_t size)
{
    uint8_t *p = data;
    for (size_t i = 0; i < count; i++, p += size)
        for (size_t j = 0; j < size / 2; j++) {
            uint8_t byte = p[j];
            p[j] = p[size - 1 - j];
            p[size - 1 - j] = byte;
        }
}

#endif
