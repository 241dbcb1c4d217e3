/* What the lowering rules use of each other. */
#ifndef DENPA_PLAN_LOWER_H
#define DENPA_PLAN_LOWER_H

#include "plan/build.h"

/* to [outer, inner] = sums of from [outer, len, inner] (lower_reduce.c). */
void dpi_lower_sum_step(dpi_build *build, dpk_type type, int32_t to, int32_t from, int64_t outer, int64_t len,
                        int64_t inner);

/* The work area of a gemm with so many units, `elems` elements for each; 0 if it needs none (lower_matmul.c). */
int32_t dpi_gemm_scratch(dpi_build *build, int64_t units, int64_t elems, size_t bytes);

/* to [elems] = sum of the blocks of `parts`, each of so many elements; about as many as `blocks` (lower_reduce.c). */
void dpi_lower_sum_parts(dpi_build *build, dpk_type type, int32_t to, int32_t parts, int64_t blocks, int64_t elems);

/* A product of many rows with a small matrix, or the gradient of that matrix; false: it is neither (lower_thin.c). */
bool dpi_lower_thin(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, const dpk_matmul_args *shape);

/* Into how many pieces k of this product is cut, 1: it is not; the product in so many (lower_split.c). */
int64_t dpi_split_pieces(const dpi_build *build, dp_val v, const dpk_matmul_args *shape);
void dpi_lower_split(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t pieces,
                     const dpk_matmul_args *shape);

/* Will the convolution v, or the gradient of one, be made with an image in each lane of a vector, and could it be with a pool
 * of 2 x 2 behind it (lower_planes.c)? */
bool dpi_conv_by_lanes(const dpi_build *build, dp_val v, bool pool);

/* Gives large results that nothing reads a step that writes them past the caches (lower_stream.c). After all other steps. */
void dpi_stream(dpi_build *build);

#endif
