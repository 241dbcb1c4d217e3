/* The entries of a ZIP archive in memory: where each lies, and its bytes unpacked.
 *
 * Source   PKWARE: APPNOTE.TXT, .ZIP File Format Specification, 4.3 (layout) and 4.5.3 (zip64); RFC 1951. / */
#ifndef DENPA_FILE_ZIP_H
#define DENPA_FILE_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/array.h>

typedef struct dpi_zip_entry {
    const char *name; /* borrowed from the archive, not zero-ended */
    size_t name_bytes;
    size_t first, packed, size; /* its data in the archive, and how many bytes come out */
    uint32_t crc;
    int method; /* 0: stored, 8: deflated */
} dpi_zip_entry;

typedef struct dpi_zip {
    dp_ctx *ctx;
    const char *what; /* as messages call it */
    const uint8_t *bytes;
    size_t count;
    dpi_zip_entry *entries;
    size_t entry_count;
} dpi_zip;

/* Reads the directory of an archive; bytes and what are borrowed. dpi_zip_close is to be called in any case.
 * Errors   DP_ERR_FORMAT (a directory or entry that is not where it should be, entries that overlap, an entry that
 *          promises more than can come out of its bytes), DP_ERR_UNSUPPORTED (encrypted, in several parts, another
 *          method than deflate), DP_ERR_NOMEM */
dp_status dpi_zip_open(dpi_zip *zip, dp_ctx *ctx, const void *bytes, size_t count, const char *what);
void dpi_zip_close(dpi_zip *zip);

/* The bytes of an entry as a DP_U8 array, owned by the caller. Errors: DP_ERR_FORMAT (damaged, or its checksum is
 * another one), DP_ERR_UNSUPPORTED (a build without zlib), DP_ERR_NOMEM. */
dp_status dpi_zip_read(const dpi_zip *zip, const dpi_zip_entry *entry, dp_array **out);

#endif
