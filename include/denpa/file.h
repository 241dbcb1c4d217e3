/* Files other programs can read: safetensors, NPY, NPZ, and whole files in one safe step.
 *
 * Files are hostile: every count is bounded by the bytes that are there. Writing goes to a temporary name beside the target, is flushed to
 * the disk and renamed, so that a crash or a full disk never destroys what was there. Temporary files (.denpa-*.tmp) of writers
 * that were killed are removed by the next that writes into the same folder, a minute later or more.
 */
#ifndef DENPA_FILE_H
#define DENPA_FILE_H

#include <stddef.h>

#include <denpa/array.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a whole file into a DP_U8 array with a zero byte after the end that is not counted. limit_bytes 0: the context's memory.
 * Errors   DP_ERR_IO (the system's words and the path), DP_ERR_RANGE (larger than the limit), DP_ERR_NOMEM. Works on pipes, too. */
DP_API dp_status dp_file_read(dp_ctx *ctx, const char *path, size_t limit_bytes, dp_array **out);

/* Writes a whole file: all of it or nothing. Errors: DP_ERR_IO; what was at path stays as it was. */
DP_API dp_status dp_file_write(dp_ctx *ctx, const char *path, const void *bytes, size_t count);

/* Named arrays, with a few words of text about them. */
typedef struct dp_tensor {
    const char *name;
    const dp_array *array;
    int float16; /* in the file each number is a float16, two bytes: writing rounds those of a floating array to the nearest */
} dp_tensor;
typedef struct dp_tensors dp_tensors;

/* safetensors (github.com/huggingface/safetensors): 8 bytes length, JSON header, data. Written in the order given, keys in that order, data
 * aligned to 8 bytes; metadata are pairs of key and value, 2 * metadata_count strings, under "__metadata__".
 * The same input gives the same bytes. bool, uint8, int64, float32, float64 are BOOL U8 I64 F32 F64, with float16 F16.
 * Errors   DP_ERR_IO, DP_ERR_ARG (names that are none or twice), DP_ERR_RANGE (float16: a finite number that would be infinite, from 65520
 *          on: names tensor and element), DP_ERR_NOMEM; what was at path stays as it was */
DP_API dp_status dp_safetensors_write(dp_ctx *ctx, const char *path, const dp_tensor *tensors, int count, const char *const *metadata,
                                      int metadata_count);

/* Reads; also F16, BF16 (converted to float32) and I8 I16 I32 U16 U32 (to int64). `what` is how messages call the bytes.
 * *out     owned by the caller; free with dp_tensors_free
 * Errors   DP_ERR_IO, DP_ERR_FORMAT (names the tensor, the offset and what is wrong: lying lengths, overlaps, holes, a shape that does
 *          not give the bytes, duplicate names, trailing bytes), DP_ERR_UNSUPPORTED (a dtype), DP_ERR_NOMEM */
DP_API dp_status dp_safetensors_read(dp_ctx *ctx, const char *path, dp_tensors **out);
DP_API dp_status dp_safetensors_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_tensors **out);
DP_API void dp_tensors_free(dp_tensors **tensors);
DP_API int dp_tensors_count(const dp_tensors *tensors);
DP_API dp_tensor dp_tensors_get(const dp_tensors *tensors, int i);            /* borrowed; name NULL outside */
DP_API const dp_array *dp_tensors_find(const dp_tensors *tensors, const char *name); /* borrowed; NULL if there is none */
DP_API const char *dp_tensors_metadata(const dp_tensors *tensors, const char *key);  /* borrowed; NULL if there is none */

/* NPY, what numpy.save writes (format versions 1 to 3): one array. Written as version 1 in C order: bool, uint8, int64, float32, float64 are
 * |b1 |u1 <i8 <f4 <f8.
 * Source   NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays". */
DP_API dp_status dp_npy_write(dp_ctx *ctx, const char *path, const dp_array *array);

/* Reads; also float16 (to float32) and integers of 1, 2 and 4 bytes (to int64), either byte order, Fortran order. `what` is how messages call the bytes.
 * *out     owned by the caller
 * Errors   DP_ERR_IO, DP_ERR_FORMAT (names the offset and what is wrong), DP_ERR_UNSUPPORTED (objects, complex, text: names the dtype),
 *          DP_ERR_NOMEM */
DP_API dp_status dp_npy_read(dp_ctx *ctx, const char *path, dp_array **out);
DP_API dp_status dp_npy_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_array **out);

/* NPZ, what numpy.savez and numpy.savez_compressed write: a ZIP archive (zip64, too) in which NAME.npy is the array NAME, in the order in
 * which they lie there; other entries are not looked at. Entries are stored or deflated. Needs a build with zlib.
 * *out     owned by the caller; free with dp_tensors_free
 * Errors   as dp_npy_read; DP_ERR_FORMAT also names the entry: a checksum that is wrong, entries that share bytes, one that promises more
 *          than can come out of it; two arrays of one name, none at all. DP_ERR_UNSUPPORTED: encrypted, another method, no zlib.
 * Source   PKWARE, APPNOTE.TXT (ZIP file format specification); NumPy's documentation of numpy.savez. */
DP_API dp_status dp_npz_read(dp_ctx *ctx, const char *path, dp_tensors **out);
DP_API dp_status dp_npz_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_tensors **out);

#ifdef __cplusplus
}
#endif
#endif
